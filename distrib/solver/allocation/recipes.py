"""Recipes in whole portions for given numbers of baskets: the week in fractions, made whole date by date.

The week in fractions is one linear programme. What a date packs of a product more or less than it says costs the rest of the
week something: other lots, other rounds, other baskets. These costs are read off small linear programmes, product by product, and
portions are sought that are cheapest by them (see ``mixing``). Then the date is held at what its recipes use, and the rest of
the week in fractions follows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.curves import Place, State, Week, curve_of, own_columns
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods, product_kg
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import Answer, MixedProgram, Terms
from distrib.solver.allocation.mixing import Batch, Curve, mixed
from distrib.solver.allocation.prices import MISSING, price_goods, price_slot
from distrib.solver.allocation.recipe_rows import SlotColumns, add_slots
from distrib.solver.allocation.rounds import Prices, concentrated, first_prices, rounds_of
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.warm import Blocks, WarmProgram

STEPS, STEPS_A_NODE = 60_000, 2_000
"""Steps of the search for a date's recipes: so many, and so many more for each node of the work budget."""


@dataclass(slots=True)
class Market:
    """The week in fractions, solved again as dates are made whole.

    ``slots``: its recipes; ``answer``: the last optimum; ``prices`` of rounds to farms.
    """

    week: Week
    slots: dict[Slot, SlotColumns]
    warm: WarmProgram
    answer: Answer
    prices: Prices

    def solve(self) -> None:
        """Solve again.

        Raises:
            RuntimeError: when it is not solved, although nothing packed and all missing is always an answer.
        """
        answer = self.warm.solve()
        if answer is None:
            raise RuntimeError("the programme of the market was not solved")
        self.answer = answer


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


def market_of(
    dataset: Dataset, supply: Supply, totals: dict[Slot, int], most_g: dict[tuple[dt.date, str, str], int]
) -> Market:
    """Return the market for these baskets, with prices that concentrate collections on few rounds.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        totals: baskets wanted by slot.
        most_g: (date, depot_id, product_id) → most grams to pack, beyond what lots allow.

    Raises:
        RuntimeError: when the programme, which always has the answer of doing nothing, is not solved.
    """
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    before = len(program.cost)
    slots = add_slots(program, dataset, goods, sorted(totals))
    for slot, columns in slots.items():
        missing = program.column(cost=MISSING)
        program.equal([(columns.baskets, 1.0), (missing, 1.0)], totals[slot])
        price_slot(program, dataset, slot, columns)
    others = range(before, len(program.cost))
    balance, short = _add_balance(program, goods, slots, most_g)
    price_goods(program, dataset, supply, goods)
    rounds = rounds_of(dataset, supply, goods)
    warm = WarmProgram(program)
    answer, prices = concentrated(program, warm, rounds, first_prices(program, rounds))
    if answer is None:
        raise RuntimeError("the programme of the market was not solved")
    own = own_columns(program, supply, goods, short, others)
    week = Week(program, Blocks(program), own, balance)
    return Market(week, slots, warm, answer, prices)


def _add_balance(
    program: MixedProgram,
    goods: GoodsColumns,
    slots: dict[Slot, SlotColumns],
    most_g: dict[tuple[dt.date, str, str], int],
) -> tuple[dict[Place, int], dict[Place, int]]:
    """What the baskets of a depot and date hold of a product is packed of it, within its cap, or missing at a price."""
    held: dict[Place, Terms] = defaultdict(list)
    for (date, depot, _), columns in slots.items():
        for product, column in columns.kg.items():
            held[depot, product, date].append((column, 1.0))
    balance, short = {}, {}
    for key in sorted({*held, *goods.available}):
        packed = product_kg(goods, *key)
        short[key] = program.column(cost=MISSING)
        balance[key] = program.equal([*held[key], *((c, -v) for c, v in packed), (short[key], -1.0)])
        cap = most_g.get((key[2], key[0], key[1]))
        if cap is not None and packed:
            program.at_most(packed, cap / KG)
    return balance, short


def recipes_for(dataset: Dataset, market: Market, totals: dict[Slot, int], *, nodes: int) -> tuple[Recipe, ...]:
    """Return recipes in whole portions for these baskets, or for as many of them as were found possible.

    Dates are made whole one after the other, the later ones in fractions meanwhile.
    """
    done: dict[dt.date, tuple[Batch, ...]] = {}
    dates = sorted({slot[0] for slot in totals})
    for date in dates:
        loose = {d for d in dates if d > date}
        done[date] = _whole_date(dataset, market, _first(dataset, market, date), loose, STEPS + STEPS_A_NODE * nodes)
        _hold(dataset, market, date, done[date])
        market.solve()
    return tuple(recipe for date in dates for recipe in _recipes(done[date]))


def _first(dataset: Dataset, market: Market, date: dt.date) -> tuple[Batch, ...]:
    """The batches of a date, with the portions nearest to the recipes in fractions."""
    found = []
    for slot, columns in market.slots.items():
        baskets = int(market.answer.values[columns.baskets] + 1e-6)
        if slot[0] != date or not baskets:
            continue
        kind = dataset.basket_type_by_id[slot[2]]
        if kind.contents:
            found.append(Batch(slot=slot, baskets=baskets, portions=dict(kind.contents)))
            continue
        each = {p: market.answer.values[c] * KG / baskets for p, c in columns.kg.items()}
        portions = {p: round(grams / dataset.product_by_id[p].portion_g) for p, grams in each.items()}
        for size in split(baskets, dataset.settings.max_variants):
            found.append(Batch(slot=slot, baskets=size, portions=portions))
    return tuple(found)


def _whole_date(
    dataset: Dataset, market: Market, batches: tuple[Batch, ...], loose: set[dt.date], steps: int
) -> tuple[Batch, ...]:
    """Return the batches of a date with the portions and sizes that are cheapest for the week, kits as they are."""
    kits = [b for b in batches if dataset.basket_type_by_id[b.slot[2]].contents]
    free = [b for b in batches if b not in kits]
    curves = _curves(dataset, market, free, kits, loose)
    return (*kits, *mixed(dataset, free, curves, steps=steps))


def _curves(
    dataset: Dataset, market: Market, free: list[Batch], kits: list[Batch], loose: set[dt.date]
) -> dict[tuple[str, str], Curve]:
    """Return by (depot_id, product_id) what packing more or less of it on the date costs the week."""
    held: Counter[Place] = Counter()
    for (date, depot, basket), columns in market.slots.items():
        if date in loose and not dataset.basket_type_by_id[basket].contents:
            for product, column in columns.kg.items():
                held[depot, product, date] += market.answer.values[column]  # type: ignore[assignment]
    state = State(market.answer.values, market.warm.duals, dict(held))
    base, number = _use(dataset, kits), Counter({b.slot[1]: 0 for b in free})
    for batch in free:
        number[batch.slot[1]] += batch.baskets
    found = {}
    for place in sorted({(b.slot[1], p, b.slot[0]) for b in free for p in b.portions}):
        step_g = number[place[0]] * dataset.product_by_id[place[1]].portion_g * 2 // 5
        found[place[:2]] = curve_of(
            market.week, place, state, held_g=_held_g(market, place), step_g=step_g, base_g=base[place]
        )
    return found


def _held_g(market: Market, place: Place) -> int:
    """Grams of a product that the date's recipes hold in the last optimum."""
    depot, product, date = place
    columns = [c.kg[product] for s, c in market.slots.items() if s[:2] == (date, depot) and product in c.kg]
    return round(sum(market.answer.values[c] for c in columns) * KG)


def _use(dataset: Dataset, batches: Iterable[Batch]) -> Counter[Place]:
    """Grams that batches hold by place."""
    found: Counter[Place] = Counter()
    for batch in batches:
        for product, portions in batch.portions.items():
            place = (batch.slot[1], product, batch.slot[0])
            found[place] += batch.baskets * portions * dataset.product_by_id[product].portion_g
    return found


def _hold(dataset: Dataset, market: Market, date: dt.date, batches: tuple[Batch, ...]) -> None:
    """Hold a date at the baskets and grams of its batches."""
    for slot, columns in market.slots.items():
        if slot[0] == date:
            here = [b for b in batches if b.slot == slot]
            use, baskets = _use(dataset, here), float(sum(b.baskets for b in here))
            market.warm.set_column(columns.baskets, baskets, baskets)
            for product, column in columns.kg.items():
                kg = use[slot[1], product, date] / KG
                market.warm.set_column(column, kg, kg)


def _recipes(batches: tuple[Batch, ...]) -> list[Recipe]:
    """Return the batches as recipes, those of a slot numbered as variants."""
    found, variants = [], Counter[Slot]()
    for batch in batches:
        if batch.baskets:
            variants[batch.slot] += 1
            (date, depot, basket), number = batch.slot, variants[batch.slot]
            name = basket if number == 1 else f"{basket}~{number}"
            held = tuple((p, n) for p, n in sorted(batch.portions.items()) if n)
            found.append(Recipe(date=date, depot_id=depot, basket_id=name, baskets=batch.baskets, portions=held))
    return sorted(found, key=lambda r: (r.date, r.depot_id, r.basket_id))
