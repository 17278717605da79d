"""Whole crates for fixed recipes: which lot is collected when and where, with little waste and few rounds to farms."""

from __future__ import annotations

import datetime as dt
import math

from distrib.model.allocation import Purchase, Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods, product_kg
from distrib.solver.allocation.mixed_program import Answer, MixedProgram
from distrib.solver.allocation.prices import MISSING, price_goods
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.rounds import Prices, add_prices, concentrated, first_prices, rounds_of
from distrib.solver.allocation.supply import Supply

WIDTH = 1
"""Crates by which a whole number may leave the linear programme's."""

Missing = dict[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → grams."""
Crates = dict[tuple[str, int], int]
"""(lot_id, number of its arrival) → column, or crates."""


def purchases_for(
    dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], *, prices: Prices | None, nodes: int
) -> tuple[tuple[Purchase, ...], Missing]:
    """Return purchases in whole crates, and what of the recipes they cannot cover.

    Collections are first concentrated on few rounds in fractions of crates; then crates are made whole close to that, all
    arrivals of a product being let in once it is missing.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        recipes: what is packed.
        prices: of rounds to farms, to start from; None for none.
        nodes: the work budget.

    Raises:
        RuntimeError: when a programme, which always has the answer of buying nothing, is not solved.
    """
    near, prices = _in_fractions(dataset, supply, recipes, prices)
    wide: set[str] = set()
    while True:
        purchases, missing = _whole(dataset, supply, recipes, (near, prices), wide, nodes)
        lacking = {product for _, _, product in missing}
        if lacking <= wide:
            return purchases, missing
        wide |= lacking


def _in_fractions(
    dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], prices: Prices | None
) -> tuple[dict[tuple[str, int], float], Prices]:
    """Return crates in fractions by (lot, arrival), collected on few rounds, and the prices of rounds at the end."""
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    crates = _add_crates(program, supply, goods, whole=False)
    _add_use(program, dataset, goods, recipes)
    price_goods(program, dataset, supply, goods)
    rounds = rounds_of(dataset, supply, goods)
    start = first_prices(program, rounds) if prices is None else prices
    answer, prices = concentrated(program, rounds, start)
    if answer is None:
        raise RuntimeError("the programme of purchases was not solved")
    return {key: round(answer.values[column], 6) for key, column in crates.items()}, prices


def _whole(
    dataset: Dataset,
    supply: Supply,
    recipes: tuple[Recipe, ...],
    guide: tuple[dict[tuple[str, int], float], Prices],
    wide: set[str],
    nodes: int,
) -> tuple[tuple[Purchase, ...], Missing]:
    """Return purchases in whole crates near the fractions given (anywhere for ``wide`` products), and what is missing."""
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    crates = _add_crates(program, supply, goods, whole=True)
    missing = _add_use(program, dataset, goods, recipes)
    price_goods(program, dataset, supply, goods)
    near, prices = guide
    add_prices(program, rounds_of(dataset, supply, goods), prices, list(program.cost))
    product = {one.lot_id: one.product_id for one in supply.goods}
    for key, column in crates.items():
        if product[key[0]] not in wide:
            program.lower[column] = max(0.0, math.floor(near[key]) - WIDTH) if near[key] else 0.0
            most = math.ceil(near[key]) + WIDTH if near[key] else 0.0
            program.upper[column] = min(program.upper[column], most)
    answer = program.solve(nodes=nodes, gap=1e-3)
    if answer is None:
        raise RuntimeError("the programme of purchases was not solved")
    short = {key: round(answer.values[column] * KG) for key, column in missing.items()}
    return _purchases(supply, crates, answer), {key: grams for key, grams in short.items() if grams > 0}


def _add_crates(program: MixedProgram, supply: Supply, goods: GoodsColumns, *, whole: bool) -> Crates:
    """Every arrival of a lot is a (whole) number of crates."""
    found = {}
    for one in supply.goods:
        for number, _ in enumerate(one.arrivals):
            column = found[one.lot_id, number] = program.column(one.crates, whole=whole)
            program.equal([(goods.arrives[one.lot_id, number], 1.0), (column, -one.crate_g / KG)])
    return found


def _add_use(program: MixedProgram, dataset: Dataset, goods: GoodsColumns, recipes: tuple[Recipe, ...]) -> Missing:
    """What the recipes hold is packed, nothing else; return the columns of what is missing."""
    use = use_of(dataset, recipes)
    missing = {key: program.column(grams / KG, cost=MISSING) for key, grams in sorted(use.items())}
    for date, depot, product in sorted({*use, *((d, w, p) for w, p, d in goods.available)}):
        key = (date, depot, product)
        short = [(missing[key], 1.0)] if key in missing else []
        program.equal([*product_kg(goods, depot, product, date), *short], use.get(key, 0) / KG)
    return missing


def _purchases(supply: Supply, crates: Crates, answer: Answer) -> tuple[Purchase, ...]:
    rows = []
    for one in supply.goods:
        for number, arrival in enumerate(one.arrivals):
            count = answer.whole(crates[one.lot_id, number])
            if count:
                rows.append(
                    Purchase(
                        date=arrival.date,
                        depot_id=arrival.depot_id,
                        lot_id=one.lot_id,
                        crates=count,
                        delivered=arrival.delivered,
                    )
                )
    return tuple(sorted(rows, key=lambda p: (p.date, p.depot_id, p.lot_id)))
