"""Weeks in which whole portions or crates lack: recipes sought over all days at once, days being shared out as goods like them."""

from __future__ import annotations

import dataclasses
from collections import Counter

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.solver.allocation.crates import purchases_for
from distrib.solver.allocation.days import Caps, day_totals
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.portions import Steps, Wanted, least_cents, portioned, resized
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.whole import lacking
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.room import evened, lacking_room, room_of
from distrib.solver.allocation.stocking import Missing, Stocked, bought, covered, trimmed_recipes
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.targets import Targets
from distrib.solver.allocation.visits import Week, whole_week

TRIES = 4
"""How often recipes are sought again around what sites and budget lack, and sizes around what whole crates lack."""
AS_FOUND = 3
"""Sets of recipes tried in whole crates as the search left them, those with the most baskets first."""
RESERVES_PERMILLE = (2, 15, 40)
"""Shares of the purchase budget kept back for whole crates, tried in turn until they suffice."""

Found = tuple[tuple[Recipe, ...], ...]
"""Sets of recipes."""


def scarce_stock(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, *, steps: Steps, nodes: int, seed: int
) -> Stocked:
    """Return recipes and purchases for as many baskets as were found possible, on days that the network has room for."""
    totals = day_totals(dataset, outlets, supply, targets, Caps({}))
    wanted = _with_patterns(dataset, outlets, targets, wanted_of(dataset, outlets, targets, totals))
    best = Stocked()
    for permille in RESERVES_PERMILLE if dataset.settings.purchase_budget_cents is not None else RESERVES_PERMILLE[:1]:
        thrifty = _with_budget(dataset, permille)
        found, sized, wanted = _sought(thrifty, outlets, supply, targets, wanted, steps, seed)
        stocked = _stocked(dataset, thrifty, supply, found, sized, wanted, nodes)
        best = max(best, stocked, key=lambda one: made(one.recipes))
        if made(best.recipes) >= _most_of(wanted):
            break
    return best


def made(recipes: tuple[Recipe, ...]) -> int:
    """Return how many baskets recipes make."""
    return sum(recipe.baskets for recipe in recipes)


def _most_of(wanted: Wanted) -> int:
    """Return the most baskets that any plan makes of what is wanted."""
    return sum(wanted.baskets.values()) - wanted.least_lacking


def _with_budget(dataset: Dataset, permille: int) -> Dataset:
    """Return the dataset with so much less of its purchase budget: what whole crates cost beyond what recipes need."""
    budget = dataset.settings.purchase_budget_cents
    if budget is None:
        return dataset
    less = dataclasses.replace(dataset.settings, purchase_budget_cents=budget * (1000 - permille) // 1000)
    return dataclasses.replace(dataset, settings=less)


def _sought(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, wanted: Wanted, steps: Steps, seed: int
) -> tuple[Found, tuple[Recipe, ...], Wanted]:
    """Return the sets of recipes found, the best in sizes that sites have room for and the budget pays, and what it took."""
    for _ in range(TRIES):
        found = portioned(dataset, supply, wanted, {}, budget=steps, seed=seed)
        recipes = _most(dataset, supply, wanted, found)
        room = lacking_room(dataset, outlets, targets, Stocked(recipes=recipes).totals())
        spend = _spending(dataset, supply, recipes, wanted)
        if not room and spend == wanted.spend_ppm:
            break
        wanted = dataclasses.replace(wanted, room=wanted.room | room, spend_ppm=spend)
    return found, recipes, wanted


def _most(dataset: Dataset, supply: Supply, wanted: Wanted, found: Found) -> tuple[Recipe, ...]:
    """Return the set of recipes of which goods allow the most baskets, in these sizes."""
    sized = [resized(dataset, supply, recipes, wanted, {}, nodes=1) for recipes in found if recipes]
    return max(sized, key=made, default=())


def _spending(dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], wanted: Wanted) -> int:
    """Return the share of the budget that the search may spend: less where what it found costs more than the budget."""
    budget = dataset.settings.purchase_budget_cents
    cents = least_cents(dataset, supply, recipes) if budget is not None else None
    if budget is None or cents is None or cents <= budget:
        return wanted.spend_ppm
    return wanted.spend_ppm * budget * 998 // (cents * 1000)


def wanted_of(dataset: Dataset, outlets: Outlets, targets: Targets, totals: dict[Slot, float]) -> Wanted:
    """Return the baskets to make by type, as in the totals, and the days' room for them."""
    room = room_of(dataset, outlets, targets)
    sums: Counter[str] = Counter()
    for slot, number in totals.items():
        sums[slot[2]] += round(number * 1_000_000)
    baskets = {basket: -(-number // 1_000_000) for basket, number in sorted(sums.items())}
    floors = {slot: int(n + 1e-6) for slot, n in totals.items()}
    return Wanted(baskets=baskets, room=room, starts=(floors, evened(room, baskets)))


def _with_patterns(dataset: Dataset, outlets: Outlets, targets: Targets, wanted: Wanted) -> Wanted:
    """Return what is wanted with the recipes of the relaxation in whole portions, and what no plan can make of it."""
    here = {n.neighbourhood_id for n in dataset.neighbourhoods}
    wish = {key: n for key, n in targets.wish.items() if key[1] in here}
    found = lacking(Case(dataset=dataset, limits=outlets.limits), wish, portions=True, crates=True)
    if found is None:
        return wanted
    most = sum(wish.values()) - found.least
    least = max(0, sum(wanted.baskets.values()) - most)
    return dataclasses.replace(wanted, patterns=found.recipes, least_lacking=least)


def _stocked(
    dataset: Dataset,
    thrifty: Dataset,
    supply: Supply,
    found: Found,
    sized: tuple[Recipe, ...],
    wanted: Wanted,
    nodes: int,
) -> Stocked:
    """Return the recipes in sizes that goods in whole crates cover, goods in fractions keeping to a thriftier budget.

    As the search left them they suit whole crates best. Where goods in fractions allow more baskets, these are tried as well.
    """
    best = Stocked()
    fitting = [r for r in found if all(n <= wanted.baskets[b] for b, n in _by_type(r).items())]
    for recipes in sorted(fitting, key=made, reverse=True)[:AS_FOUND]:
        if recipes != sized:
            purchases, missing = purchases_for(dataset, supply, recipes, prices=None, nodes=nodes)
            if not missing:
                best = covered(dataset, supply, recipes, purchases, missing, nodes)
                break
    if made(best.recipes) >= made(sized):
        return best
    return max(best, _resized(dataset, thrifty, supply, sized, wanted, nodes), key=lambda one: made(one.recipes))


def _by_type(recipes: tuple[Recipe, ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for recipe in recipes:
        found[type_of(recipe.basket_id)] += recipe.baskets
    return found


def _resized(
    dataset: Dataset, thrifty: Dataset, supply: Supply, recipes: tuple[Recipe, ...], wanted: Wanted, nodes: int
) -> Stocked:
    """Return the recipes in sizes sought again and again around what whole crates lack."""
    caps: Missing = {}
    for _ in range(TRIES):
        recipes = resized(thrifty, supply, recipes, wanted, caps, nodes=nodes)
        purchases, missing = purchases_for(dataset, supply, recipes, prices=None, nodes=nodes)
        if not missing:
            break
        use = use_of(dataset, recipes)
        caps = {**caps, **{key: use[key] - grams for key, grams in missing.items()}}
    return covered(dataset, supply, recipes, purchases, missing, nodes)


def handed_out(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, stocked: Stocked, *, nodes: int
) -> tuple[Week, Stocked]:
    """Return the baskets shared out and the goods for exactly these: no more of any slot than is stocked."""
    while True:
        most = stocked.totals()
        caps = Caps({slot: most.get(slot, 0) for slot in outlets.slots()})
        week = whole_week(dataset, outlets, targets, caps, nodes=nodes)
        if week.totals() == most:
            return week, stocked
        stocked = bought(dataset, supply, trimmed_recipes(stocked.recipes, week.totals()), nodes=nodes)
        if stocked.totals() == week.totals():
            return week, stocked
