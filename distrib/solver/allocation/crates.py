"""Whole crates for fixed recipes: which lot is collected when and where, with little waste and few rounds to farms."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from distrib.model.allocation import Purchase, Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods, product_kg
from distrib.solver.allocation.mixed_program import MixedProgram
from distrib.solver.allocation.prices import MISSING, price_goods
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.rounds import Prices, concentrated, first_prices, rounds_of
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.warm import Blocks, WarmProgram

WIDTH = 1
"""Crates by which a whole number may leave the linear programme's."""
GAP = 1e-3
"""Relative gap of a product's crates, and what counts as nothing, in kg."""

LAST_NODES = 20
"""Least branch-and-bound nodes where product by product gave no answer."""
THRIFT = 100.0
"""What an EUR of purchases costs where the budget is short: more than any round saved."""

Missing = dict[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → grams."""
Crates = dict[tuple[str, int], int]
"""(lot_id, number of its arrival) → column."""


@dataclass(frozen=True, slots=True)
class Part:
    """A product's columns with those of no product, without them, and its columns of what is missing."""

    columns: list[int]
    own: list[int]
    missing: list[int]


def purchases_for(
    dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], *, prices: Prices | None, nodes: int
) -> tuple[tuple[Purchase, ...], Missing]:
    """Return purchases in whole crates, and what of the recipes they cannot cover.

    Collections are first concentrated on few rounds in fractions of crates; then crates are made whole product by product, the
    others held as they are: first close to the fractions, all arrivals of the product being let in where it is missing. Where something
    is missing all the same, as storage or the budget is tight, crates of all products are made whole together.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        recipes: what is packed.
        prices: of rounds to farms, to start from; None for none.
        nodes: the work budget of each product.

    Raises:
        RuntimeError: when a programme, which always has the answer of buying nothing, is not solved.
    """
    purchases, missing = _purchases_for(dataset, supply, recipes, prices, nodes, thrifty=False)
    if missing and dataset.settings.purchase_budget_cents is not None:
        # few rounds and late lots may use up what whole crates would need of the budget
        cheaper, short = _purchases_for(dataset, supply, recipes, prices, nodes, thrifty=True)
        if sum(short.values()) < sum(missing.values()):
            return cheaper, short
    return purchases, missing


def _purchases_for(
    dataset: Dataset,
    supply: Supply,
    recipes: tuple[Recipe, ...],
    prices: Prices | None,
    nodes: int,
    *,
    thrifty: bool,
) -> tuple[tuple[Purchase, ...], Missing]:
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    crates = _add_crates(program, supply, goods)
    missing = _add_use(program, dataset, goods, recipes)
    price_goods(program, dataset, supply, goods)
    if thrifty:
        price = {one.lot_id: one.price_millicents_per_kg for one in supply.goods}
        for (lot, _), column in goods.arrives.items():
            program.cost[column] += THRIFT * price[lot] / 100_000
    rounds = rounds_of(dataset, supply, goods)
    start = first_prices(program, rounds) if prices is None else prices
    answer, _ = concentrated(program, WarmProgram(program), rounds, start)
    if answer is None:
        raise RuntimeError("the programme of purchases was not solved")
    values = list(answer.values)
    parts = _columns_of(program, supply, goods, crates, missing)
    if not _make_whole(program, parts, values, nodes):
        values = _all_at_once(program, answer.values, nodes)
    if _lacking(parts, values):
        values = _as_late_as_can_be(program, parts, _lying(supply, goods), values, nodes)
    if _lacking(parts, values):
        plain = dataclasses.replace(program, lower=list(program.lower), upper=list(program.upper))
        values = _together(program, parts, answer.values, values, nodes)
        if _lacking(parts, values):
            values = _missing_least(plain, parts, values, nodes)
    short = {key: round(values[column] * KG) for key, column in missing.items()}
    return _purchases(supply, crates, values), {key: grams for key, grams in short.items() if grams > 0}


def _columns_of(
    program: MixedProgram,
    supply: Supply,
    goods: GoodsColumns,
    crates: Crates,
    missing: dict[tuple[dt.date, str, str], int],
) -> list[Part]:
    """Return each product's columns, what is used most of first; columns of no product are in all."""
    own: dict[str, set[int]] = defaultdict(set)
    short: dict[str, set[int]] = defaultdict(set)
    product = {one.lot_id: one.product_id for one in supply.goods}
    for (lot, number), column in crates.items():
        own[product[lot]] |= {column, goods.arrives[lot, number]}
    for (lot, _), by_date in goods.packs.items():
        own[product[lot]] |= set(by_date.values())
    for (_, _, name), column in missing.items():
        short[name].add(column)
    common = set(range(len(program.cost))) - set().union(*own.values(), *short.values())
    most = {name: sum(program.upper[c] for c in short[name]) for name in own}
    order = sorted(own, key=lambda name: (-most[name], name))
    mine = {name: own[name] | short[name] for name in order}
    return [Part(sorted(mine[name] | common), sorted(mine[name]), sorted(short[name])) for name in order]


def _lying(supply: Supply, goods: GoodsColumns) -> dict[int, float]:
    """Return by column of what arrives the days until the week's end, and a little for its price."""
    return {
        goods.arrives[one.lot_id, number]: (supply.delivery_dates[-1] - arrival.date).days
        + 1
        + one.price_millicents_per_kg / 1e8
        for one in supply.goods
        for number, arrival in enumerate(one.arrivals)
    }


def _make_whole(program: MixedProgram, parts: list[Part], values: list[float], nodes: int) -> bool:
    """Make the crates in ``values`` whole, product by product; False when no answer was found for one of them.

    Each has an answer in exact numbers, whatever the others hold: to buy no more than the whole part, and to let the rest be
    missing. But where a shared limit is used up to the last gram, the solver's rounding or work budget may not leave it one.
    """
    blocks = Blocks(program)
    for one in parts:
        near = blocks.part(one.columns, values)
        whole = [i for i, is_whole in enumerate(near.whole) if is_whole]
        wide = [near.upper[i] for i in whole]
        for i in whole:
            held = round(values[one.columns[i]], 6)
            near.lower[i] = max(0.0, math.floor(held) - WIDTH)
            near.upper[i] = min(near.upper[i], math.ceil(held) + WIDTH) if held else 0.0
        answer = near.solve(nodes=nodes, gap=GAP)
        place = {column: i for i, column in enumerate(one.columns)}
        if answer is None or sum(answer.values[place[c]] for c in one.missing) > GAP:
            for i, most in zip(whole, wide, strict=True):
                near.lower[i], near.upper[i] = 0.0, most
            answer = near.solve(nodes=nodes, gap=GAP) or answer
        if answer is None:
            return False
        for i, column in enumerate(one.columns):
            values[column] = float(answer.whole(i)) if near.whole[i] else answer.values[i]
    return True


def _all_at_once(program: MixedProgram, near: Sequence[float], nodes: int) -> list[float]:
    """Return values with whole crates of all products at once: near the fractions, else anywhere, else none bought.

    Raises:
        RuntimeError: when not even buying nothing is an answer.
    """
    free = dataclasses.replace(program, lower=list(program.lower), upper=list(program.upper))
    close = dataclasses.replace(program, lower=list(program.lower), upper=list(program.upper))
    empty = dataclasses.replace(program, lower=list(program.lower), upper=list(program.upper))
    for column, is_whole in enumerate(program.whole):
        if is_whole:
            close.lower[column] = max(0.0, math.floor(round(near[column], 6)) - WIDTH)
            close.upper[column] = min(program.upper[column], math.ceil(round(near[column], 6)) + WIDTH)
            empty.upper[column] = 0.0
    for one in (close, free, empty):
        answer = one.solve(nodes=max(nodes, LAST_NODES), gap=GAP)
        if answer is not None:
            return [float(round(v)) if w else v for v, w in zip(answer.values, program.whole, strict=True)]
    raise RuntimeError("the programme of whole crates was not solved")


def _lacking(parts: list[Part], values: Sequence[float]) -> set[int]:
    """Return the numbers of the parts of which something is missing."""
    return {n for n, part in enumerate(parts) if sum(values[c] for c in part.missing) > GAP}


def _as_late_as_can_be(
    program: MixedProgram, parts: list[Part], lying: dict[int, float], values: list[float], nodes: int
) -> list[float]:
    """Return values of which less is missing, with as little lying in the hubs as whole crates allow; else the same.

    Crates of a product are alike, so that the least that lies there overnight is the same whatever the other products do: each is
    sought by itself, without the rows it shares with others. Where these hold all the same, costs come in product by product.
    """
    blocks, found = Blocks(program), list(values)
    for part in parts:
        mine = blocks.part(part.own, values, alone=True)
        mine.cost = [lying.get(c, 0.0) + (program.cost[c] if program.cost[c] >= MISSING else 0.0) for c in part.own]
        answer = mine.solve(nodes=max(nodes, LAST_NODES))
        if answer is None:
            return values
        for i, column in enumerate(part.own):
            found[column] = float(answer.whole(i)) if mine.whole[i] else answer.values[i]
    held = dataclasses.replace(program, lower=list(program.lower), upper=list(program.upper))
    held.whole = [False] * len(program.whole)
    for column, is_whole in enumerate(program.whole):
        if is_whole:
            held.fix(column, found[column])
    answer = held.solve()
    if answer is None or _short(parts, answer.values) > _short(parts, values) - GAP:
        return values
    found = [round(v) if w else v for v, w in zip(answer.values, program.whole, strict=True)]
    for part in parts:
        _cheapen(blocks, part, found, nodes)
    return found


def _cheapen(blocks: Blocks, part: Part, values: list[float], nodes: int) -> None:
    """Make a product's crates cheaper in ``values``, those of the others being held, where that is found."""
    near = blocks.part(part.columns, values)
    before = [values[c] for c in part.columns]
    answer = near.solve(nodes=nodes, gap=GAP, hint=dict(enumerate(before)))
    if answer is not None and answer.objective < sum(c * v for c, v in zip(near.cost, before, strict=True)):
        for i, column in enumerate(part.columns):
            values[column] = float(answer.whole(i)) if near.whole[i] else answer.values[i]


def _short(parts: list[Part], values: Sequence[float]) -> float:
    """Return the kg that are missing."""
    return sum(values[c] for part in parts for c in part.missing)


def _together(
    program: MixedProgram, parts: list[Part], near: Sequence[float], values: list[float], nodes: int
) -> list[float]:
    """Return better values with whole crates of all products at once, near the fractions except for what is missing; else the same."""
    upper, wide = list(program.upper), _lacking(parts, values)
    best, cost = values, sum(c * v for c, v in zip(program.cost, values, strict=True))
    while True:
        free = {column for n in wide for column in parts[n].columns}
        for column, is_whole in enumerate(program.whole):
            held = round(near[column], 6)
            if is_whole and column not in free:
                program.lower[column] = max(0.0, math.floor(held) - WIDTH)
                program.upper[column] = min(upper[column], math.ceil(held) + WIDTH) if held else 0.0
            elif is_whole:
                program.lower[column], program.upper[column] = 0.0, upper[column]
        answer = program.solve(nodes=nodes, gap=GAP)
        if answer is None:
            return best
        found = [float(round(v)) if w else v for v, w in zip(answer.values, program.whole, strict=True)]
        if answer.objective < cost:
            best, cost = found, answer.objective
        if _lacking(parts, found) <= wide:
            return best
        wide |= _lacking(parts, found)


def _missing_least(program: MixedProgram, parts: list[Part], values: list[float], nodes: int) -> list[float]:
    """Return values of which less is missing, sought as if nothing else cost anything, then as cheap as they were found to be; else the same."""
    missing = [column for part in parts for column in part.missing]
    hard = [cost if cost >= MISSING else 0.0 for cost in program.cost]
    answer = dataclasses.replace(program, cost=hard).solve(nodes=max(nodes, LAST_NODES), gap=GAP)
    if answer is None or sum(answer.values[c] for c in missing) > sum(values[c] for c in missing) - GAP:
        return values
    kept = dataclasses.replace(program, upper=list(program.upper))
    for column in missing:
        kept.upper[column] = min(kept.upper[column], answer.values[column] + GAP / 10)
    cheap = kept.solve(nodes=nodes, gap=GAP, hint=dict(enumerate(answer.values)))
    found = answer if cheap is None else cheap
    return [float(round(v)) if w else v for v, w in zip(found.values, program.whole, strict=True)]


def _add_crates(program: MixedProgram, supply: Supply, goods: GoodsColumns) -> Crates:
    """Every arrival of a lot is a whole number of crates."""
    found = {}
    for one in supply.goods:
        for number, _ in enumerate(one.arrivals):
            column = found[one.lot_id, number] = program.column(one.crates, whole=True)
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


def _purchases(supply: Supply, crates: Crates, values: list[float]) -> tuple[Purchase, ...]:
    rows = []
    for one in supply.goods:
        for number, arrival in enumerate(one.arrivals):
            count = round(values[crates[one.lot_id, number]])
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
