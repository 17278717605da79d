"""Weeks in which whole portions or crates lack: recipes sought over all days at once, days being shared out as goods like them."""

from __future__ import annotations

from collections import Counter

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.crates import purchases_for
from distrib.solver.allocation.days import Caps, day_totals
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.portions import Steps, Wanted, portioned, resized
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.room import evened, room_of
from distrib.solver.allocation.stocking import Missing, Stocked, bought, trimmed_recipes
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.targets import Targets
from distrib.solver.allocation.visits import Week, whole_week

TRIES = 4
"""How often sizes are sought again around what whole crates lack, before baskets are given up for it."""


def scarce_stock(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, *, steps: Steps, nodes: int, seed: int
) -> Stocked:
    """Return recipes and purchases for as many baskets as were found possible, on days that the network has room for."""
    totals = day_totals(dataset, outlets, supply, targets, Caps({}))
    wanted = wanted_of(dataset, outlets, targets, totals)
    recipes = portioned(dataset, supply, wanted, {}, budget=steps, seed=seed)
    return _stocked(dataset, supply, recipes, wanted, nodes)


def wanted_of(dataset: Dataset, outlets: Outlets, targets: Targets, totals: dict[Slot, float]) -> Wanted:
    """Return the baskets to make by type, as in the totals, and the days' room for them."""
    room = room_of(dataset, outlets, targets)
    sums: Counter[str] = Counter()
    for slot, number in totals.items():
        sums[slot[2]] += round(number * 1_000_000)
    baskets = {basket: -(-number // 1_000_000) for basket, number in sorted(sums.items())}
    floors = {slot: int(n + 1e-6) for slot, n in totals.items()}
    return Wanted(baskets=baskets, room=room, starts=(floors, evened(room, baskets)))


def _stocked(dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], wanted: Wanted, nodes: int) -> Stocked:
    """Return the recipes in sizes that goods in whole crates cover."""
    caps: Missing = {}
    for _ in range(TRIES):
        recipes = resized(dataset, supply, recipes, wanted, caps, nodes=nodes)
        _, missing = purchases_for(dataset, supply, recipes, prices=None, nodes=nodes)
        if not missing:
            break
        use = use_of(dataset, recipes)
        caps = {**caps, **{key: use[key] - grams for key, grams in missing.items()}}
    return bought(dataset, supply, recipes, nodes=nodes)


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
