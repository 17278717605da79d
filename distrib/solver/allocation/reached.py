"""What no plan with the same baskets could do better: persons helped, waste, variety and weight, each with a proof of its own.

Persons: of the plans that give every neighbourhood the same baskets. Waste and weight: of the plans with as many baskets of each
type in each part of the territory that shares nothing with the others (usually there is one), by a linear programme over goods and
recipes that every such plan satisfies (no budget, no sites, no vehicles, portions and crates in fractions; what a plan buys and
does not pack it need not have bought).
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from fractions import Fraction

from distrib.model.allocation import Limits, Share
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.solver.allocation.bounds import Bound
from distrib.solver.allocation.goods_program import KG, GoodsColumns, add_goods
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import Answer, MixedProgram, Terms
from distrib.solver.allocation.parts import parts_of
from distrib.solver.allocation.recipe_rows import SlotColumns, add_balance, add_slots
from distrib.solver.allocation.supply import Supply, supply_of

CUT_KG = 0.001
"""What a linear programme's answer may be wrong by: its bound is given away by so much."""


def reached_bounds(dataset: Dataset, shares: tuple[Share, ...], packed_g: int) -> dict[str, Bound]:
    """Return the bounds of persons helped, waste, variety and weight by name of level.

    Args:
        dataset: resolved.
        shares: the baskets of the plan, by kind.
        packed_g: what is packed, of which the tolerance of waste is a share.
    """
    objective = dataset.settings.objective
    free = dataclasses.replace(
        dataset, settings=dataclasses.replace(dataset.settings, purchase_budget_cents=None), drivers=None
    )
    waste_g, deviations, products = 0, list[Fraction | None](), set[str]()
    for part, made in _apart(free, shares):
        supply = supply_of(part, Limits())
        waste_g += least_waste_g(part, supply, made)
        if made:
            mean = least_deviation_g(part, supply, made)
            deviations.append(None if mean is None else mean * made.total())
        products |= {g.product_id for g in supply.goods}
    found = {
        "persons_helped": Bound(value=most_persons(dataset, shares)),
        "waste": Bound(
            value=Fraction(waste_g, 1000), tolerance=Fraction(packed_g * objective.waste_tolerance_bp, 10_000 * 1000)
        ),
        "variety": Bound(value=Fraction(len(products))),
    }
    known = [total for total in deviations if total is not None]
    if known and len(known) == len(deviations):
        weight = sum(known, Fraction(0)) / sum(share.baskets for share in shares)
        found["weight"] = Bound(value=weight, tolerance=weight * objective.food_tolerance_bp / 10_000)
    return found


def _apart(dataset: Dataset, shares: tuple[Share, ...]) -> list[tuple[Dataset, Counter[str]]]:
    """Return the parts that share nothing, each with the baskets it makes by type."""
    parts = parts_of(dataset, Limits())
    part_of = {zone.zone_id: k for k, part in enumerate(parts) for zone in part.zones}
    made: list[Counter[str]] = [Counter() for _ in parts]
    for share in shares:
        made[part_of[share.zone_id]][type_of(share.basket_id)] += share.baskets
    return list(zip(parts, made, strict=True))


def most_persons(dataset: Dataset, shares: tuple[Share, ...]) -> Fraction:
    """Return the most persons that each neighbourhood's baskets could help: those of the largest households of each zone first.

    A basket helps persons ÷ need of its zone and type, and no zone gets more of a type than its need.
    """
    got: Counter[tuple[str, str]] = Counter()
    cells: dict[tuple[str, str], list[tuple[Fraction, int]]] = defaultdict(list)
    for share in shares:
        programme = dataset.basket_type_by_id[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    for (zone, basket), need in dataset.zone_needs.items():
        key = (dataset.basket_type_by_id[basket].programme, dataset.zone_by_id[zone].neighbourhood_id)
        if need.baskets:
            cells[key].append((Fraction(need.persons, need.baskets), need.baskets))
    total = Fraction(0)
    for key, left in sorted(got.items()):
        for each, baskets in sorted(cells[key], reverse=True):
            taken = min(left, baskets)
            total += taken * each
            left -= taken
    return total


def least_waste_g(dataset: Dataset, supply: Supply, made: Counter[str]) -> int:
    """Return the least grams of opening stock that are lost to every plan with so many baskets of each type."""
    doomed = [s for s in dataset.depot_stock if s.last_use_date is not None and s.last_use_date < supply.next_date]
    lots = {s.lot_id for s in doomed}
    first = min(dataset.settings.delivery_dates, default=supply.next_date)
    lost = sum(s.stock_g for s in doomed if s.last_use_date is not None and s.last_use_date < first)
    if not lots:
        return lost
    program, goods, _ = _program(dataset, supply, made)
    for (lot, _), by_date in sorted(goods.packs.items()):
        if lot in lots:
            for column in by_date.values():
                program.cost[column] = -1.0
    answer = program.solve()
    if answer is None:
        return lost
    return max(lost, sum(s.stock_g for s in doomed) - math.floor((CUT_KG - answer.objective) * KG))


def least_deviation_g(dataset: Dataset, supply: Supply, made: Counter[str]) -> Fraction | None:
    """Return a mean deviation from target weight, in grams a basket, that no plan with so many baskets of each type is below.

    The grams by which a day's baskets of a type together miss their targets are no more than what they miss one by one. None
    without baskets or where the programme was not solved.
    """
    program, _, slots = _program(dataset, supply, made)
    for slot, columns in slots.items():
        target = _target_g(dataset, slot) / KG
        over, under = program.column(cost=1.0), program.column(cost=1.0)
        weight: Terms = [(c, 1.0) for c in columns.kg.values()]
        program.equal([*weight, (columns.baskets, -target), (over, -1.0), (under, 1.0)])
    answer: Answer | None = program.solve()
    if answer is None or not made.total():
        return None
    return Fraction(max(0, math.floor((answer.objective - CUT_KG) * KG)), made.total())


def _target_g(dataset: Dataset, slot: Slot) -> int:
    return dataset.basket_type_by_id[slot[2]].target_g


def _program(
    dataset: Dataset, supply: Supply, made: Counter[str]
) -> tuple[MixedProgram, GoodsColumns, dict[Slot, SlotColumns]]:
    """Goods and recipes in fractions for so many baskets of each type, on any days at any depots."""
    program = MixedProgram()
    goods = add_goods(program, dataset, supply)
    slots = [
        (date, depot.depot_id, basket)
        for date in supply.delivery_dates
        for depot in dataset.depots
        for basket, number in sorted(made.items())
        if number
    ]
    columns = add_slots(program, dataset, goods, slots)
    add_balance(program, goods, columns)
    for basket, number in sorted(made.items()):
        program.equal([(columns[s].baskets, 1.0) for s in slots if s[2] == basket], number)
    return program, goods, columns
