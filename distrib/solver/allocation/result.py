"""The answer of an allocator put together: lots first expired first out, and what each level comes to."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from fractions import Fraction

from distrib.model.allocation import Allocation, Purchase, Recipe, Share
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow, Level
from distrib.solver.allocation.bounds import Bound, head_start, weights, with_bound
from distrib.solver.allocation.stock import Packed, pack
from distrib.solver.allocation.supply import Supply


def use_of(dataset: Dataset, recipes: tuple[Recipe, ...]) -> dict[tuple[dt.date, str, str], int]:
    """Return the grams packed by (date, depot_id, product_id)."""
    use: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for recipe in recipes:
        for product, portions in recipe.portions:
            grams = recipe.baskets * portions * dataset.product_by_id[product].portion_g
            use[recipe.date, recipe.depot_id, product] += grams
    return dict(use)


def allocation_of(
    dataset: Dataset,
    supply: Supply,
    shares: tuple[Share, ...],
    purchases: tuple[Purchase, ...],
    recipes: tuple[Recipe, ...],
    *,
    fairness: tuple[FairnessRow, ...] = (),
    bounds: dict[str, Bound] | None = None,
) -> Allocation:
    """Return the allocation with its lots packed first expired first out and its levels.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        shares: by kind of basket; per date, depot and kind they add up to the recipes' baskets.
        purchases: what is collected.
        recipes: what is packed.
        fairness: the rows of the proof, if there is one.
        bounds: level name → what is proven of it.

    Raises:
        RuntimeError: when the purchases do not cover what is packed (a defect of the engine).
    """
    packed = pack(dataset, supply, purchases, use_of(dataset, recipes))
    if packed.missing:
        raise RuntimeError(f"goods packed that were never there: {packed.missing}")
    return Allocation(
        shares=shares,
        purchases=purchases,
        recipes=recipes,
        lot_uses=packed.uses,
        fairness=fairness,
        levels=levels_of(dataset, supply, shares, purchases, recipes, packed, bounds or {}),
    )


def levels_of(
    dataset: Dataset,
    supply: Supply,
    shares: tuple[Share, ...],
    purchases: tuple[Purchase, ...],
    recipes: tuple[Recipe, ...],
    packed: Packed,
    bounds: dict[str, Bound],
) -> tuple[Level, ...]:
    """Return one level per thing that a plan optimises, in the order in which it does."""
    values = [(f"coverage {p}", lowest_coverage(dataset, shares, p) * 100, "%") for p in dataset.programmes]
    values += [
        ("persons_helped", persons_helped(dataset, shares), "persons"),
        ("baskets", Fraction(sum(s.baskets for s in shares)), "baskets"),
        ("waste", Fraction(sum(packed.wasted_g.values()), 1000), "kg"),
        ("farm_spread", farm_gini(dataset, supply, purchases) * 100, "points of Gini"),
        ("variety", Fraction(len({p for r in recipes for p, _ in r.portions})), "products"),
        ("weight", mean_deviation_g(dataset, recipes), "g from target"),
    ]
    return tuple(
        with_bound(Level(name=name, value=value, bound=None, unit=unit, proven=False), bounds.get(name))
        for name, value, unit in values
    )


def lowest_coverage(dataset: Dataset, shares: tuple[Share, ...], programme: str) -> Fraction:
    """Return the lowest level of a neighbourhood with need: baskets ÷ Σ(households × priority), both over the window (1: none)."""
    types = {b.basket_id for b in dataset.basket_types if b.programme == programme}
    got: Counter[str] = Counter()
    for share in shares:
        if type_of(share.basket_id) in types:
            got[dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    levels = [
        (got[hood] + head_start(dataset, programme, hood)) / weight
        for hood, weight in weights(dataset, programme).items()
    ]
    return min(levels, default=Fraction(1))


def persons_helped(dataset: Dataset, shares: tuple[Share, ...]) -> Fraction:
    """Return baskets × persons ÷ need, added up over zones and types, exactly."""
    got: Counter[tuple[str, str]] = Counter()
    for share in shares:
        got[share.zone_id, type_of(share.basket_id)] += share.baskets
    needs = dataset.zone_needs
    return sum((Fraction(n * needs[key].persons, needs[key].baskets) for key, n in sorted(got.items())), Fraction(0))


def farm_gini(dataset: Dataset, supply: Supply, purchases: tuple[Purchase, ...]) -> Fraction:
    """Return the Gini coefficient of the share of each farm's usable offer that is bought (0: all alike)."""
    offer: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    goods = {g.lot_id: g for g in supply.goods}
    for one in supply.goods:
        if one.farm_id:
            offer[one.farm_id] += one.usable_g
    for purchase in purchases:
        one = goods[purchase.lot_id]
        taken[one.farm_id] += purchase.crates * one.crate_g
    return gini([Fraction(taken[farm], offer[farm]) for farm in sorted(offer)])


def gini(values: list[Fraction]) -> Fraction:
    """Return the Gini coefficient of non-negative values (0 for none, or when all are 0)."""
    ordered, total = sorted(values), sum(values, Fraction(0))
    if not total:
        return Fraction(0)
    count = len(ordered)
    weighted = sum((rank * value for rank, value in enumerate(ordered, 1)), Fraction(0))
    return 2 * weighted / (count * total) - Fraction(count + 1, count)


def mean_deviation_g(dataset: Dataset, recipes: tuple[Recipe, ...]) -> Fraction:
    """Return by how many grams a basket misses its target weight, on average over all baskets."""
    total = baskets = 0
    for recipe in recipes:
        weight = sum(n * dataset.product_by_id[p].portion_g for p, n in recipe.portions)
        total += recipe.baskets * abs(weight - dataset.basket_type_by_id[type_of(recipe.basket_id)].target_g)
        baskets += recipe.baskets
    return Fraction(total, baskets) if baskets else Fraction(0)
