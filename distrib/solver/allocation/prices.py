"""What goods and recipes cost besides rules: waste, farms treated unlike, weights off target, little variety, money.

The order of what a plan optimises is in the sizes: a basket that is missing costs more than any waste, waste more than farms
treated unlike, these more than weight and variety, and these more than euros.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from distrib.model.dataset import Dataset
from distrib.solver.allocation.goods_program import KG, GoodsColumns
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.recipe_rows import SlotColumns
from distrib.solver.allocation.supply import Supply

MISSING = 1000.0
"""Cost of a basket that cannot be made, or of a kg that no lot covers."""
WASTE = 5.0
"""Cost of a kg that nobody packs and that is no longer good next week."""
LEFT_OVER = 0.5
"""Cost of a kg bought that nobody packs and that is still good next week."""
UNEVEN = 500.0
"""Cost of a farm's share of its offer being taken away from the common share, per unit, beyond the tolerance."""
TOLERATED = 5.0
"""The same within the tolerance."""
SLACK = 1.0
"""How much of the tolerance on the Gini coefficient the mean deviation may take; it is above the coefficient, as a rule by more."""
OFF_TARGET = 1.0
"""Cost of a kg by which a basket misses its target weight."""
VARIETY = 0.004
"""Gain of a further product in a basket."""
REPEATED = 2.0
"""Factor of that gain for a product that no basket of last week held; one less for a product that all of them held."""
PRICE = 0.1
"""Cost of a euro of purchases."""
EARLY_KG_DAY = 0.0005
"""Cost of a kg that lies in a hub for a day."""


def price_goods(program: MixedProgram, dataset: Dataset, supply: Supply, goods: GoodsColumns) -> None:
    """Waste, prices, days in the hub and unlike shares of farms cost."""
    for one in supply.goods:
        left = WASTE if one.last_use_date < supply.next_date else LEFT_OVER
        for number, arrival in enumerate(one.arrivals):
            column = goods.arrives[one.lot_id, number]
            early = (supply.delivery_dates[-1] - arrival.date).days * EARLY_KG_DAY
            program.cost[column] += left + PRICE * one.price_millicents_per_kg / 100_000 + early
        for depot in [one.depot_id] if one.depot_id else sorted({a.depot_id for a in one.arrivals}):
            for column in goods.packs.get((one.lot_id, depot), {}).values():
                program.cost[column] -= left
    _price_spread(program, dataset, supply, goods)


def _price_spread(program: MixedProgram, dataset: Dataset, supply: Supply, goods: GoodsColumns) -> None:
    """Farms' shares x of their offers away from a common share c cost little up to the tolerance t, much beyond.

    Σ|x − c| ÷ Σx is never below the Gini coefficient of x: Σ|xᵢ − xⱼ| over all pairs is at most 2n·Σ|x − c|.
    """
    by_farm: dict[str, Terms] = defaultdict(list)
    offer: dict[str, float] = defaultdict(float)
    for one in supply.goods:
        if one.farm_id:
            offer[one.farm_id] += one.usable_g / KG
            by_farm[one.farm_id] += [(goods.arrives[one.lot_id, n], 1.0) for n, _ in enumerate(one.arrivals)]
    tolerance = SLACK * dataset.settings.objective.farm_spread_tolerance_bp / 10_000
    common = program.column(1.0)
    beyond: Terms = [(program.column(cost=UNEVEN), -1.0)]
    for farm, terms in sorted(by_farm.items()):
        share = [(c, v / offer[farm]) for c, v in terms]
        more, less = program.column(cost=TOLERATED), program.column(cost=TOLERATED)
        program.equal([*share, (common, -1.0), (more, -1.0), (less, 1.0)])
        beyond += [(more, 1.0), (less, 1.0), *((c, -tolerance * v) for c, v in share)]
    program.at_most(beyond, 0.0)


def variety_gain(dataset: Dataset, basket_id: str, product_id: str) -> float:
    """Return what a product gains in a basket: more the fewer of last week's baskets of the type held it."""
    shares = [
        row.baskets / row.of_baskets
        for row in dataset.past_recipes
        if (row.basket_id, row.product_id) == (basket_id, product_id)
        and row.of_baskets
        and row.week_start == dataset.settings.week_start - dt.timedelta(weeks=1)
    ]
    known = any(row.basket_id == basket_id for row in dataset.past_recipes)
    return VARIETY * (REPEATED - sum(shares)) if known else VARIETY


def price_slot(program: MixedProgram, dataset: Dataset, slot: Slot, columns: SlotColumns) -> None:
    """In a slot whose recipe is in fractions, missing the target weight costs and a further product gains."""
    target = dataset.basket_type_by_id[slot[2]].target_g / KG
    over, under = program.column(cost=OFF_TARGET), program.column(cost=OFF_TARGET)
    weight = [(c, 1.0) for c in columns.kg.values()]
    program.equal([*weight, (columns.baskets, -target), (over, -1.0), (under, 1.0)])
    for product, column in columns.holding.items():
        program.cost[column] -= variety_gain(dataset, slot[2], product)
