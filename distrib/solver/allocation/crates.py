"""Whole crates for fixed recipes: which lot is collected when and where, with little waste and few rounds to farms."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

from distrib.model.allocation import Purchase, Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods, product_kg
from distrib.solver.allocation.mixed_program import Answer, MixedProgram, Terms
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.supply import Supply

MISSING = 1000.0
"""Cost of a kg that no lot covers."""
WASTE = 5.0
"""Cost of a kg bought that is packed by nobody and not good next week."""
LEFT_OVER = 0.5
"""Cost of a kg bought that is packed by nobody and still good next week."""
ROUND = 30.0
"""Cost of a round of ours to a farm on a date."""
UNEVEN = 500.0
"""Cost of a farm's share of its offer being taken away from the common share, per unit."""
PRICE = 0.02
"""Cost of a euro of purchases."""
EARLY_KG_DAY = 0.0005
"""Cost of a kg that lies in a hub for a day."""
SLOPES = 8
"""Linear programmes solved to concentrate collections on few rounds."""
WIDTH = 1
"""Crates by which a whole number may leave the linear programme's."""

Missing = dict[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → grams."""
Crates = dict[tuple[str, int], int]
"""(lot_id, number of its arrival) → column, or crates."""


def purchases_for(
    dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], *, nodes: int
) -> tuple[tuple[Purchase, ...], Missing]:
    """Return purchases in whole crates, and what of the recipes they cannot cover.

    Linear programmes first concentrate collections on few rounds (each prices a kg by the cost of its round spread over the
    kg that the one before collected on it); then crates are made whole close to the last one, all arrivals of a product
    being let in once it is missing.

    Raises:
        RuntimeError: when a programme, which always has the answer of buying nothing, is not solved.
    """
    near = _concentrated(dataset, supply, recipes)
    wide: set[str] = set()
    while True:
        purchases, missing = _whole(dataset, supply, recipes, near, wide, nodes)
        lacking = {product for _, _, product in missing}
        if lacking <= wide:
            return purchases, missing
        wide |= lacking


def _concentrated(dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...]) -> dict[tuple[str, int], float]:
    """Return crates in fractions by (lot, arrival), collected on few rounds."""
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    crates = _add_crates(program, supply, goods, whole=False)
    _add_use(program, dataset, goods, recipes)
    _price(program, supply, goods)
    plain = list(program.cost)
    rounds = _rounds(supply, goods)
    each = {key: ROUND / max(1.0, sum(program.upper[c] for c in columns)) for key, columns in rounds.items()}
    for _ in range(SLOPES):
        for key, columns in rounds.items():
            for column in columns:
                program.cost[column] = plain[column] + each[key]
        answer = _solved(program, 1)
        for key, columns in rounds.items():
            kg = round(sum(answer.values[c] for c in columns), 3)
            each[key] = ROUND / max(1.0, kg) if kg else each[key]
    return {key: round(answer.values[column], 6) for key, column in crates.items()}


def _whole(
    dataset: Dataset,
    supply: Supply,
    recipes: tuple[Recipe, ...],
    near: dict[tuple[str, int], float],
    wide: set[str],
    nodes: int,
) -> tuple[tuple[Purchase, ...], Missing]:
    """Return purchases in whole crates near the fractions given (anywhere for ``wide`` products), and what is missing."""
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    crates = _add_crates(program, supply, goods, whole=True)
    missing = _add_use(program, dataset, goods, recipes)
    _price(program, supply, goods)
    product = {one.lot_id: one.product_id for one in supply.goods}
    for key, column in crates.items():
        if product[key[0]] not in wide:
            program.lower[column] = max(0.0, math.floor(near[key]) - WIDTH) if near[key] else 0.0
            most = math.ceil(near[key]) + WIDTH if near[key] else 0.0
            program.upper[column] = min(program.upper[column], most)
    answer = _solved(program, nodes)
    short = {key: round(answer.values[column] * KG) for key, column in missing.items()}
    return _purchases(supply, crates, answer), {key: grams for key, grams in short.items() if grams > 0}


def _solved(program: MixedProgram, nodes: int) -> Answer:
    answer = program.solve(nodes=nodes, gap=1e-3)
    if answer is None:
        raise RuntimeError("the programme of purchases was not solved")
    return answer


def _add_crates(program: MixedProgram, supply: Supply, goods: GoodsColumns, *, whole: bool) -> Crates:
    """Every arrival of a lot is a (whole) number of crates."""
    found = {}
    for one in supply.goods:
        for number, _ in enumerate(one.arrivals):
            column = found[one.lot_id, number] = program.column(one.crates, whole=whole)
            program.equal([(goods.arrives[one.lot_id, number], 1.0), (column, -one.crate_g / KG)])
    return found


def _add_use(
    program: MixedProgram, dataset: Dataset, goods: GoodsColumns, recipes: tuple[Recipe, ...]
) -> Missing:
    """What the recipes hold is packed, nothing else; return the columns of what is missing."""
    use = use_of(dataset, recipes)
    missing = {key: program.column(grams / KG, cost=MISSING) for key, grams in sorted(use.items())}
    for date, depot, product in sorted({*use, *((d, w, p) for w, p, d in goods.available)}):
        key = (date, depot, product)
        short = [(missing[key], 1.0)] if key in missing else []
        program.equal([*product_kg(goods, depot, product, date), *short], use.get(key, 0) / KG)
    return missing


def _rounds(supply: Supply, goods: GoodsColumns) -> dict[tuple[str, str, dt.date], list[int]]:
    """Return by round of ours (farm_id, depot_id, date) the columns of what it can collect."""
    found: dict[tuple[str, str, dt.date], list[int]] = defaultdict(list)
    for one in supply.goods:
        for number, arrival in enumerate(one.arrivals):
            if not arrival.delivered:
                key = (one.farm_id, arrival.depot_id, arrival.date)
                found[key].append(goods.arrives[one.lot_id, number])
    return dict(found)


def _price(program: MixedProgram, supply: Supply, goods: GoodsColumns) -> None:
    """Waste, unlike shares of farms, prices and days in the hub cost."""
    by_farm: dict[str, Terms] = defaultdict(list)
    offer: dict[str, float] = defaultdict(float)
    for one in supply.goods:
        left = WASTE if one.last_use_date < supply.next_date else LEFT_OVER
        for number, arrival in enumerate(one.arrivals):
            column = goods.arrives[one.lot_id, number]
            early = (supply.delivery_dates[-1] - arrival.date).days * EARLY_KG_DAY
            program.cost[column] += left + PRICE * one.price_millicents_per_kg / 100_000 + early
            by_farm[one.farm_id].append((column, 1.0))
        for depot in sorted({w for lot, w in goods.packs if lot == one.lot_id}):
            for column in goods.packs[one.lot_id, depot].values():
                program.cost[column] -= left
        if one.farm_id:
            offer[one.farm_id] += one.usable_g / KG
    common = program.column(1.0)
    for farm, terms in sorted(by_farm.items()):
        more, less = program.column(cost=UNEVEN), program.column(cost=UNEVEN)
        program.equal([*((c, v / offer[farm]) for c, v in terms), (common, -1.0), (more, -1.0), (less, 1.0)])


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
