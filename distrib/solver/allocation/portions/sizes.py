"""How many baskets of each recipe can be packed: one mixed-integer programme over the goods, the recipes being given."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections import defaultdict

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.solver.allocation.goods_program import KG, MILLI, GoodsColumns, add_goods, product_kg
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.portions.kitchen import Caps
from distrib.solver.allocation.portions.search import Wanted
from distrib.solver.allocation.supply import Supply

SHORT = 100.0
"""Cost of a basket that is not made."""
CHANGED = 0.01
"""Cost of a basket that another recipe takes over: sizes stay where they are without a reason."""


def resized(
    dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], wanted: Wanted, caps: Caps, *, nodes: int
) -> tuple[Recipe, ...]:
    """Return the recipes with as many baskets as goods (crates in fractions) and the days' room allow.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        recipes: with the baskets to start from.
        wanted: most baskets by type, and what sets of slots have room for.
        caps: most grams of a product to pack at a depot on a date, beyond what lots allow.
        nodes: the work budget.

    Raises:
        RuntimeError: when the programme, which always has the answer of packing nothing, is not solved.
    """
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    columns = [program.column(wanted.baskets[type_of(r.basket_id)], cost=-SHORT, whole=True) for r in recipes]
    for recipe, column in zip(recipes, columns, strict=True):
        program.at_most([(column, 1.0), (program.column(cost=CHANGED), -1.0)], recipe.baskets)
    _add_room(program, recipes, columns, wanted)
    _add_use(program, dataset, goods, recipes, columns, caps)
    answer = program.solve(nodes=nodes, gap=1e-5)
    if answer is None:
        raise RuntimeError("the programme of batches was not solved")
    found = [dataclasses.replace(r, baskets=answer.whole(c)) for r, c in zip(recipes, columns, strict=True)]
    return tuple(r for r in found if r.baskets)


def least_cents(dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...]) -> int | None:
    """Return the least cents, rounded up, that the goods for recipes cost (crates in fractions, any budget); None when goods lack."""
    free = dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, purchase_budget_cents=None))
    program = MixedProgram()
    goods = add_goods(program, free, supply)
    prices = {one.lot_id: one.price_millicents_per_kg for one in supply.goods}
    for (lot, _), column in goods.arrives.items():
        program.cost[column] = prices[lot] / MILLI
    columns = [program.column(r.baskets, lower=r.baskets) for r in recipes]
    _add_use(program, free, goods, recipes, columns, {})
    answer = program.solve()
    if answer is None:
        return None
    # not the objective, which also holds what an overfull depot costs
    return math.ceil(sum(program.cost[c] * answer.values[c] for c in goods.arrives.values()) - 1e-3)


def _add_room(program: MixedProgram, recipes: tuple[Recipe, ...], columns: list[int], wanted: Wanted) -> None:
    """No more baskets of a type than wanted, no more in a set of slots than there is room for."""
    slots: dict[Slot, Terms] = defaultdict(list)
    for recipe, column in zip(recipes, columns, strict=True):
        slots[recipe.date, recipe.depot_id, type_of(recipe.basket_id)].append((column, 1.0))
    for basket, most in sorted(wanted.baskets.items()):
        program.at_most([term for slot, terms in slots.items() if slot[2] == basket for term in terms], most)
    for found, most in wanted.room.items():
        program.at_most([term for slot in sorted(found & set(slots)) for term in slots[slot]], most)


def _add_use(
    program: MixedProgram,
    dataset: Dataset,
    goods: GoodsColumns,
    recipes: tuple[Recipe, ...],
    columns: list[int],
    caps: Caps,
) -> None:
    """What the baskets hold is packed, within its caps."""
    held: dict[tuple[str, str, dt.date], Terms] = defaultdict(list)
    for recipe, column in zip(recipes, columns, strict=True):
        for product, portions in recipe.portions:
            kg = portions * dataset.product_by_id[product].portion_g / KG
            held[recipe.depot_id, product, recipe.date].append((column, kg))
    for depot, product, date in sorted({*held, *goods.available}):
        terms = held[depot, product, date]
        program.equal([*terms, *((c, -v) for c, v in product_kg(goods, depot, product, date))])
        if (date, depot, product) in caps and terms:
            program.at_most(terms, caps[date, depot, product] / KG)
