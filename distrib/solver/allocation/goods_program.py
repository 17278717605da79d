"""The rows that goods obey, for linear and mixed-integer programmes: offers, collection, lead, shelf life, storage, budget.

Weights are in kg inside the programmes, so that coefficients stay near one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.stock import storage_of
from distrib.solver.allocation.supply import Arrival, Goods, Supply, fetch_limits

KG = 1000
"""Grams in a kg."""

MILLI = 1000
"""Thousandths of a cent in a cent."""

OVERFULL = 20_000.0
"""Cost of a kg in a depot beyond its storage, where opening stock alone is more than fits."""


@dataclass(frozen=True, slots=True)
class GoodsColumns:
    """Columns in kg. ``arrives``: (lot, number of its arrival) → kg that arrive; ``packs``: (lot, depot) → date → kg packed.

    ``available``: (depot_id, product_id, date) → the columns of ``packs`` that pack this product there and then.
    """

    arrives: dict[tuple[str, int], int]
    packs: dict[tuple[str, str], dict[dt.date, int]]
    available: dict[tuple[str, str, dt.date], list[int]]


def add_goods(program: MixedProgram, dataset: Dataset, supply: Supply) -> GoodsColumns:
    """Add all goods and the rules on them; return their columns."""
    columns = GoodsColumns({}, defaultdict(dict), defaultdict(list))
    for one in supply.goods:
        _add_lot(program, supply, one, columns)
    _add_storage(program, dataset, supply, columns)
    _add_fetch_limits(program, supply, columns)
    _add_budget(program, dataset, supply, columns)
    return columns


def _depots_of(one: Goods) -> list[str]:
    return [one.depot_id] if one.depot_id else sorted({a.depot_id for a in one.arrivals})


def _add_lot(program: MixedProgram, supply: Supply, one: Goods, columns: GoodsColumns) -> None:
    """A lot is taken at most once over all depots, and packed only after it arrived and its lead time is over."""
    kg = one.usable_g / KG
    for number, _ in enumerate(one.arrivals):
        columns.arrives[one.lot_id, number] = program.column(kg)
    if one.arrivals:
        program.at_most([(columns.arrives[one.lot_id, n], 1.0) for n, _ in enumerate(one.arrivals)], kg)
    for depot in _depots_of(one):
        so_far: Terms = []
        for date in supply.delivery_dates:
            come = [columns.arrives[one.lot_id, n] for n, a in enumerate(one.arrivals) if _ripe(supply, a, depot, date)]
            if date > one.last_use_date or not (one.depot_id or come):
                continue
            column = columns.packs[one.lot_id, depot][date] = program.column(kg)
            columns.available[depot, one.product_id, date].append(column)
            so_far.append((column, 1.0))
            program.at_most([*so_far, *((c, -1.0) for c in come)], kg if one.depot_id else 0.0)


def _ripe(supply: Supply, arrival: Arrival, depot: str, date: dt.date) -> bool:
    return arrival.depot_id == depot and arrival.date + supply.lead <= date


def _add_storage(program: MixedProgram, dataset: Dataset, supply: Supply, columns: GoodsColumns) -> None:
    """What lies in a depot overnight fits; checked on the days on which something arrives (else it only falls).

    Bought goods count until they are packed, even past their date: then first expired first out cannot break the row.
    """
    days = sorted({dataset.settings.week_start, *(a.date for g in supply.goods for a in g.arrivals)})
    for depot in dataset.depots:
        for cold in (False, True):
            kind = [g for g in supply.goods if dataset.product_by_id[g.product_id].needs_cold == cold]
            for day in days:
                terms, opening = _closing(dataset, kind, depot.depot_id, day, columns)
                limit = storage_of(dataset, depot.depot_id, cold) / KG
                if terms and opening > limit:
                    # What lies there from the start does not fit: packing has to bring it down, dear as that may be.
                    terms = [*terms, (program.column(cost=OVERFULL), -1.0)]
                if terms:
                    program.at_most(terms, limit - opening)


def _closing(
    dataset: Dataset, goods: list[Goods], depot: str, day: dt.date, columns: GoodsColumns
) -> tuple[Terms, float]:
    terms: Terms = []
    opening = 0.0
    for one in goods:
        if one.depot_id and (one.depot_id != depot or day < dataset.settings.week_start or day >= one.last_use_date):
            continue
        opening += one.stock_g / KG
        terms += [
            (columns.arrives[one.lot_id, n], 1.0)
            for n, a in enumerate(one.arrivals)
            if a.depot_id == depot and a.date <= day
        ]
        terms += [(c, -1.0) for d, c in columns.packs.get((one.lot_id, depot), {}).items() if d <= day]
    return terms, opening


def _add_fetch_limits(program: MixedProgram, supply: Supply, columns: GoodsColumns) -> None:
    """Our vehicles fetch at most what routing has shown to be possible at a farm on a date."""
    for (_, date), (limit, goods) in sorted(fetch_limits(supply.goods).items()):
        terms = [(columns.arrives[g.lot_id, n], 1.0) for g in goods for n, a in enumerate(g.arrivals) if a.date == date]
        program.at_most(terms, limit / KG)


def _add_budget(program: MixedProgram, dataset: Dataset, supply: Supply, columns: GoodsColumns) -> None:
    """The purchases cost at most the budget."""
    budget = dataset.settings.purchase_budget_cents
    if budget is None:
        return
    terms = [
        (columns.arrives[g.lot_id, n], g.price_millicents_per_kg / MILLI)
        for g in supply.goods
        for n, _ in enumerate(g.arrivals)
    ]
    # Every row of the plan is rounded to the cent, up to half a cent each.
    program.at_most(terms, max(0.0, budget - 0.5 * len(terms)))


def product_kg(columns: GoodsColumns, depot: str, product: str, date: dt.date) -> Terms:
    """Return the terms for the kg of a product packed at a depot on a date."""
    return [(c, 1.0) for c in columns.available.get((depot, product, date), ())]


def products_at(columns: GoodsColumns, depot: str, date: dt.date) -> list[str]:
    """Return the products that can be packed at a depot on a date, sorted."""
    return sorted({p for (w, p, d), cs in columns.available.items() if w == depot and d == date and cs})


def share_of_fruit(kind: BasketType) -> float:
    """Return the least share of fruit by weight, 0 to 1."""
    return kind.min_fruit_bp / 10_000
