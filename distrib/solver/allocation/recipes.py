"""Recipes in whole portions for given numbers of baskets: one mixed-integer programme, fixed date by date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods, product_kg, products_at, share_of_fruit
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import Answer, MixedProgram, Terms
from distrib.solver.allocation.prices import MISSING, OFF_TARGET, price_goods, price_slot, variety_gain
from distrib.solver.allocation.recipe_rows import SlotColumns, add_slots
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.rounds import Prices, add_prices, concentrated, first_prices, rounds_of
from distrib.solver.allocation.supply import Supply


@dataclass(frozen=True, slots=True)
class Batch:
    """Baskets of a slot that share one recipe, with the columns of its portions by product."""

    slot: Slot
    variant: int
    baskets: int
    portions: dict[str, int]


def split(baskets: int, variants: int) -> list[int]:
    """Return the sizes of the variants of a slot: each about 60 % of what is left, so that sizes differ; none is empty."""
    sizes = []
    left = baskets
    for remaining in range(variants, 0, -1):
        size = left if remaining == 1 else -(-left * 3 // 5)
        if size:
            sizes.append(size)
        left -= size
    return sizes


@dataclass(frozen=True, slots=True)
class Market:
    """What recipes are made from: goods, the most grams of a (date, depot_id, product_id) to pack, prices of rounds to farms."""

    supply: Supply
    most_g: dict[tuple[dt.date, str, str], int]
    prices: Prices


def recipes_for(dataset: Dataset, market: Market, totals: dict[Slot, int], *, nodes: int) -> tuple[Recipe, ...]:
    """Return recipes in whole portions for these baskets, or for as many of them as were found possible.

    Dates are made whole one after the other, the later ones in fractions meanwhile. ``nodes`` is the work budget of each date.
    """
    done: tuple[Recipe, ...] = ()
    for date in sorted({slot[0] for slot in totals}):
        wanted = {slot: n for slot, n in totals.items() if slot[0] >= date}
        possible = _possible(dataset, market, done, wanted)
        today = {slot: n for slot, n in possible.items() if slot[0] == date and n}
        while today:
            found = _whole_date(dataset, market, done, today, wanted, nodes)
            if found is not None:
                done = (*done, *found)
                break
            today = {slot: n - max(1, n // 20) for slot, n in today.items() if n > 1}
    return done


def market_of(
    dataset: Dataset, supply: Supply, totals: dict[Slot, int], most_g: dict[tuple[dt.date, str, str], int]
) -> Market:
    """Return the market for these baskets, with prices that concentrate collections on few rounds.

    Raises:
        RuntimeError: when the programme, which always has the answer of doing nothing, is not solved.
    """
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    slots = _later(program, dataset, goods, totals)
    _add_balance(program, dataset, goods, [], (), slots, most_g)
    price_goods(program, dataset, supply, goods)
    rounds = rounds_of(dataset, supply, goods)
    answer, prices = concentrated(program, rounds, first_prices(program, rounds))
    if answer is None:
        raise RuntimeError("the programme of the market was not solved")
    return Market(supply, most_g, prices)


def _possible(dataset: Dataset, market: Market, done: tuple[Recipe, ...], wanted: dict[Slot, int]) -> dict[Slot, int]:
    """Return how many baskets of the wanted ones goods allow in fractions, rounded down."""
    program = MixedProgram()
    goods = add_goods(program, dataset, market.supply)
    slots = _later(program, dataset, goods, wanted)
    _add_balance(program, dataset, goods, [], done, slots, market.most_g)
    answer = program.solve()
    if answer is None:
        return {}
    return {slot: min(n, int(answer.values[slots[slot].baskets] + 1e-6)) for slot, n in wanted.items()}


def _later(
    program: MixedProgram, dataset: Dataset, goods: GoodsColumns, wanted: dict[Slot, int]
) -> dict[Slot, SlotColumns]:
    """Slots whose recipes stay in fractions; a basket that cannot be made costs more than all else."""
    slots = add_slots(program, dataset, goods, sorted(wanted))
    for slot, columns in slots.items():
        missing = program.column(cost=MISSING)
        program.equal([(columns.baskets, 1.0), (missing, 1.0)], wanted[slot])
        price_slot(program, dataset, slot, columns)
    return slots


def _whole_date(
    dataset: Dataset,
    market: Market,
    done: tuple[Recipe, ...],
    today: dict[Slot, int],
    wanted: dict[Slot, int],
    nodes: int,
) -> tuple[Recipe, ...] | None:
    """Return recipes of one date in whole portions, the later dates in fractions; None when none were found."""
    program = MixedProgram()
    goods = add_goods(program, dataset, market.supply)
    batches = _add_batches(program, dataset, goods, today)
    date = min(slot[0] for slot in today)
    slots = _later(program, dataset, goods, {slot: n for slot, n in wanted.items() if slot[0] > date})
    _add_balance(program, dataset, goods, batches, done, slots, market.most_g)
    price_goods(program, dataset, market.supply, goods)
    add_prices(program, rounds_of(dataset, market.supply, goods), market.prices, list(program.cost))
    answer = program.solve(nodes=nodes, gap=1e-4)
    return None if answer is None else tuple(_recipe(answer, batch) for batch in batches)


def _recipe(answer: Answer, batch: Batch) -> Recipe:
    name = batch.slot[2] if batch.variant == 1 else f"{batch.slot[2]}~{batch.variant}"
    portions = tuple((p, answer.whole(c)) for p, c in sorted(batch.portions.items()) if answer.whole(c))
    return Recipe(date=batch.slot[0], depot_id=batch.slot[1], basket_id=name, baskets=batch.baskets, portions=portions)


def _add_batches(program: MixedProgram, dataset: Dataset, goods: GoodsColumns, totals: dict[Slot, int]) -> list[Batch]:
    batches = []
    for slot, baskets in sorted(totals.items()):
        kind = dataset.basket_type_by_id[slot[2]]
        if kind.contents:
            columns = {p: program.column(n, lower=n, whole=True) for p, n in kind.contents}
            batches.append(Batch(slot, 1, baskets, columns))
            continue
        for variant, size in enumerate(split(baskets, dataset.settings.max_variants), 1):
            columns = {}
            for product in products_at(goods, slot[1], slot[0]):
                columns[product] = program.column(dataset.product_by_id[product].max_portions_per_basket, whole=True)
            batches.append(Batch(slot, variant, size, columns))
            _add_band(program, dataset, kind, batches[-1])
    return batches


def _add_band(program: MixedProgram, dataset: Dataset, kind: BasketType, batch: Batch) -> None:
    """Weight band, fruit share, number of products; missing the target weight costs, a further product gains."""
    kg = {p: dataset.product_by_id[p].portion_g / KG for p in batch.portions}
    weight: Terms = [(c, kg[p]) for p, c in batch.portions.items()]
    program.row(weight, kind.min_g / KG, kind.max_g / KG)
    over = program.column(cost=OFF_TARGET * batch.baskets)
    under = program.column(cost=OFF_TARGET * batch.baskets)
    program.equal([*weight, (over, -1.0), (under, 1.0)], kind.target_g / KG)
    share = share_of_fruit(kind)
    fruit = {p for p in batch.portions if dataset.product_by_id[p].group == "fruit"}
    program.at_least([(c, kg[p] * ((p in fruit) - share)) for p, c in batch.portions.items()], 0.0)
    present = []
    for product, column in batch.portions.items():
        there = program.column(1.0, cost=-variety_gain(dataset, kind.basket_id, product) * batch.baskets)
        program.at_most([(there, 1.0), (column, -1.0)], 0.0)
        present.append((there, 1.0))
    program.at_least(present, max(1, kind.min_products))


def _add_balance(
    program: MixedProgram,
    dataset: Dataset,
    goods: GoodsColumns,
    batches: list[Batch],
    done: tuple[Recipe, ...],
    later: dict[Slot, SlotColumns],
    most_g: dict[tuple[dt.date, str, str], int],
) -> None:
    """What the baskets of a depot and date hold of a product is what is packed of it, within its cap."""
    held: dict[tuple[dt.date, str, str], Terms] = defaultdict(list)
    fixed = use_of(dataset, done)
    for batch in batches:
        for product, column in batch.portions.items():
            kg = batch.baskets * dataset.product_by_id[product].portion_g / KG
            held[batch.slot[0], batch.slot[1], product].append((column, kg))
    for (date, depot, _), columns in later.items():
        for product, column in columns.kg.items():
            held[date, depot, product].append((column, 1.0))
    for date, depot, product in sorted({*held, *fixed, *((d, w, p) for w, p, d in goods.available)}):
        terms = held[date, depot, product]
        packed = [(c, -v) for c, v in product_kg(goods, depot, product, date)]
        program.equal([*terms, *packed], -fixed.get((date, depot, product), 0) / KG)
        if (date, depot, product) in most_g and terms:
            program.at_most(terms, most_g[date, depot, product] / KG)
