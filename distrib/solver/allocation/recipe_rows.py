"""The rows of rule G3 without whole portions: what the kg of each product in a slot must be for its number of baskets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.solver.allocation.goods_program import KG, GoodsColumns, product_kg, products_at, share_of_fruit
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import INFINITY, MixedProgram, Terms


@dataclass(frozen=True, slots=True)
class SlotColumns:
    """Columns of one slot: its baskets, the kg of each product in them, and the baskets that hold each product at all."""

    baskets: int
    kg: dict[str, int]
    holding: dict[str, int]


def add_slots(
    program: MixedProgram, dataset: Dataset, goods: GoodsColumns, slots: list[Slot]
) -> dict[Slot, SlotColumns]:
    """Add baskets and kg of each slot (continuous), with the rule of recipes as bands; return their columns."""
    found = {}
    for slot in slots:
        kind = dataset.basket_type_by_id[slot[2]]
        products = [p for p, _ in kind.contents] or products_at(goods, slot[1], slot[0])
        columns = SlotColumns(program.column(), {p: program.column() for p in products}, {})
        found[slot] = columns
        if kind.contents:
            _add_contents(program, dataset, kind, columns)
        else:
            _add_band(program, dataset, kind, columns)
    return found


def _add_contents(program: MixedProgram, dataset: Dataset, kind: BasketType, columns: SlotColumns) -> None:
    """A kit holds exactly its contents."""
    for product, portions in kind.contents:
        kg = portions * dataset.product_by_id[product].portion_g / KG
        program.equal([(columns.kg[product], 1.0), (columns.baskets, -kg)])


def _add_band(program: MixedProgram, dataset: Dataset, kind: BasketType, columns: SlotColumns) -> None:
    """Weight between minimum and maximum, enough fruit, enough products, no product beyond its portions."""
    weight: Terms = [(c, 1.0) for c in columns.kg.values()]
    program.row([*weight, (columns.baskets, -kind.max_g / KG)], -INFINITY, 0.0)
    program.row([*weight, (columns.baskets, -kind.min_g / KG)], 0.0, INFINITY)
    share = share_of_fruit(kind)
    fruit = [(c, (1.0 - share) if dataset.product_by_id[p].group == "fruit" else -share) for p, c in columns.kg.items()]
    program.at_least(fruit, 0.0)
    for product_id, column in columns.kg.items():
        product = dataset.product_by_id[product_id]
        most = product.max_portions_per_basket * product.portion_g / KG
        program.at_most([(column, 1.0), (columns.baskets, -most)], 0.0)
        holding = columns.holding[product_id] = program.column()
        program.at_most([(holding, 1.0), (columns.baskets, -1.0)], 0.0)
        program.at_most([(holding, product.portion_g / KG), (column, -1.0)], 0.0)
    present: Terms = [(c, 1.0) for c in columns.holding.values()]
    program.at_least([*present, (columns.baskets, -float(max(1, kind.min_products)))], 0.0)


def add_balance(program: MixedProgram, goods: GoodsColumns, slots: dict[Slot, SlotColumns]) -> None:
    """What the slots of a depot and date hold of a product is what is packed of it there, for every product and date."""
    held: dict[tuple[str, str, dt.date], Terms] = defaultdict(list)
    for (date, depot, _), columns in slots.items():
        for product, column in columns.kg.items():
            held[depot, product, date].append((column, 1.0))
    for key in sorted({*held, *goods.available}):
        program.equal([*held[key], *((c, -v) for c, v in product_kg(goods, *key))])
