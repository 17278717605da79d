"""What a date's packing more or less of a product costs the rest of the week: curves read off small linear programmes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from distrib.solver.allocation.goods_program import KG, GoodsColumns
from distrib.solver.allocation.mixed_program import MixedProgram
from distrib.solver.allocation.mixing import UNIT, Curve
from distrib.solver.allocation.prices import MISSING
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.warm import Blocks, WarmProgram

SUBSTITUTE = 0.3
"""What it costs to put a kg of another product into a later basket, besides what that product is worth."""
KNOTS = 7
"""Knots of a curve."""

Place = tuple[str, str, dt.date]
"""(depot_id, product_id, date)."""


@dataclass(frozen=True, slots=True)
class Week:
    """The week in fractions: its columns and rows, and where products are in them.

    ``balance``: rows in which what is held of a product is packed; ``short``: columns of what no lot covers.
    """

    program: MixedProgram
    blocks: Blocks
    own: dict[str, list[int]]
    balance: dict[Place, int]


@dataclass(frozen=True, slots=True)
class State:
    """An optimum of the week in fractions: values, duals, and the kg that recipes still in fractions hold by place."""

    values: Sequence[float]
    duals: Sequence[float]
    loose: dict[Place, float]


def own_columns(
    program: MixedProgram, supply: Supply, goods: GoodsColumns, short: dict[Place, int], others: Iterable[int]
) -> dict[str, list[int]]:
    """Return each product's columns, with those that are of no product; ``others`` are left out."""
    own: dict[str, set[int]] = defaultdict(set)
    product = {one.lot_id: one.product_id for one in supply.goods}
    for (lot, _), column in goods.arrives.items():
        own[product[lot]].add(column)
    for (lot, _), by_date in goods.packs.items():
        own[product[lot]] |= set(by_date.values())
    for (_, name, _), column in short.items():
        own[name].add(column)
    common = set(range(len(program.cost))) - set(others) - set().union(*own.values())
    return {name: sorted(columns | common) for name, columns in sorted(own.items())}


def curve_of(week: Week, place: Place, state: State, *, held_g: int, step_g: int, base_g: int) -> Curve:
    """Return what packing grams of a product at a depot on a date costs, less what it costs now.

    All that other products do is held, as are the recipes of other dates; but those in fractions may hold less of the product.

    Args:
        week: in fractions.
        place: what is packed where and when.
        state: its last optimum.
        held_g: what is held now.
        step_g: about what a portion in one batch changes.
        base_g: what is held in any case; the curve is of what is packed beyond it.

    Raises:
        RuntimeError: when a programme is not solved, although all may be missing.
    """
    free = week.own[place[1]]
    block = week.blocks.part(free, state.values)
    rows = {row: i for i, row in enumerate(week.blocks.rows(free))}
    for other, kg in state.loose.items():
        if other[1] == place[1] and other != place and kg > 0:
            borrowed = block.column(kg, cost=max(0.0, -state.duals[week.balance[other]]) + SUBSTITUTE)
            block.rows[rows[week.balance[other]]][0].append((borrowed, -1.0))
    row = rows[week.balance[place]]
    # Others fill the storage: to hold less of opening stock than now is as bad as to lack it.
    block.rows[row][0].append((block.column(cost=MISSING), 1.0))
    warm = WarmProgram(block)
    knots = _knots(held_g - base_g, step_g)
    costs = []
    for knot in (held_g - base_g, *knots):
        kg = (knot + base_g) / KG
        warm.set_row(row, -kg, -kg)
        answer = warm.solve()
        if answer is None:
            raise RuntimeError("the programme of one product was not solved")
        costs.append(answer.objective)
    return Curve(knots=tuple(knots), costs=tuple(round((cost - costs[0]) * UNIT) for cost in costs[1:]))


def _knots(at: int, step: int) -> list[int]:
    """Return ``KNOTS`` rising numbers from 0 on, dense around ``at``."""
    step = max(1, step)
    found = sorted({0, *(max(0, at + step * n) for n in (-2, -1, 0, 1, 2))})
    while len(found) < KNOTS:
        found.append(found[-1] + 2 * step)
    return found
