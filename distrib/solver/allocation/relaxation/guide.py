"""Of all solutions with the leximin values, a convenient one: even days, short walks, short-lived lots first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.solver.allocation.relaxation.build import Model
from distrib.solver.allocation.relaxation.program import Floats, Terms
from distrib.solver.allocation.relaxation.supply import Arc

PER_BASKET_OVER_THE_MEAN = 1.0
PER_BASKET_KM = 1.0
PER_KG_DAY_LEFT = 0.001
PER_KG_OF_KIT_GOODS = 0.1
MOST_DAYS_LEFT = 30
SMALL = 1e-6
"""Amounts (baskets, kg) at most this big are the rounding of the simplex method, and left out of the guide."""


def add_evenness(model: Model) -> list[int]:
    """Add, per delivery date, a column for the baskets above the mean day; return the columns."""
    dates, lp = model.case.delivery_dates, model.program
    most = float(sum(model.case.type_need.values()))
    columns = []
    for date in dates:
        over = lp.column(most)
        terms = [(c, (1.0 if d == date else 0.0) - 1 / len(dates)) for (d, _, _), c in model.network.packed.items()]
        lp.at_most([*terms, (over, -1.0)], 0.0)
        columns.append(over)
    return columns


def guide_costs(model: Model, evenness: list[int]) -> Terms:
    """Return what a convenient solution minimises: (column, cost)."""
    case = model.case
    costs: Terms = [(c, PER_BASKET_OVER_THE_MEAN) for c in evenness]
    walks = {(row.zone_id, row.site_id): row.walk_m for row in case.dataset.catchments or ()}
    for (zone_id, site_id, _), column in model.network.fetch.items():
        costs.append((column, PER_BASKET_KM * walks[zone_id, site_id] / 1000))
    stock = case.dataset.depot_stock
    for arcs, last in (
        (model.supply.arcs, [c.last_use_date for c in model.supply.classes]),
        (model.supply.stock_arcs, [s.last_use_date for s in stock]),
    ):
        costs += [(a.column, PER_KG_DAY_LEFT * _days_left(last[a.source], a.packed)) for a in arcs]
    for_kits = {p for b in case.types for p, _ in b.contents}
    costs += [(c, PER_KG_OF_KIT_GOODS) for (p, *_), c in model.supply.in_type.items() if p in for_kits]
    return costs


def _days_left(last: dt.date | None, packed: dt.date) -> int:
    return MOST_DAYS_LEFT if last is None else min(MOST_DAYS_LEFT, max(0, (last - packed).days))


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPlan:
    """Grams by (lot_id, depot_id, date): packed, and collected."""

    use: dict[tuple[str, str, dt.date], float]
    into: dict[tuple[str, str, dt.date], float]


def lot_plan(model: Model, values: Floats) -> LotPlan:
    """Return the grams of each lot: a class's kg are taken from its lots one after the other."""
    use: dict[tuple[str, str, dt.date], float] = defaultdict(float)
    into: dict[tuple[str, str, dt.date], float] = defaultdict(float)
    by_class: dict[int, list[Arc]] = defaultdict(list)
    for arc in model.supply.arcs:
        by_class[arc.source].append(arc)
    for source, arcs in by_class.items():
        lots = [_Offer(lot.lot_id, float(lot.offer_g)) for lot in model.supply.classes[source].lots]
        for arc in sorted(arcs, key=lambda a: (a.depot_id, a.collected, a.packed)):
            for lot_id, grams in _take(lots, float(values[arc.column])):
                assert arc.collected is not None
                use[lot_id, arc.depot_id, arc.packed] += grams
                into[lot_id, arc.depot_id, arc.collected] += grams
    for arc in model.supply.stock_arcs:
        if values[arc.column] > SMALL:
            use[model.case.dataset.depot_stock[arc.source].lot_id, arc.depot_id, arc.packed] += 1000 * float(
                values[arc.column]
            )
    return LotPlan(use=dict(sorted(use.items())), into=dict(sorted(into.items())))


@dataclass(slots=True)
class _Offer:
    lot_id: str
    grams: float


def _take(lots: list[_Offer], kg: float) -> list[tuple[str, float]]:
    """Take kg from the first lots that have any left; the last one gives what rounding leaves over."""
    taken = []
    left = 1000 * kg if kg > SMALL else 0.0
    while left > 0:
        lot = lots[0]
        grams = left if len(lots) == 1 else min(left, lot.grams)
        if grams > 0:
            taken.append((lot.lot_id, grams))
        left -= grams
        lot.grams -= grams
        if len(lots) > 1 and lot.grams <= 0:
            lots.pop(0)
    return taken
