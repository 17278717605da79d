"""Rows of R for the vehicles: hours, trips, drivers by licence, cold picks, per day and vehicle class."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from distrib.model.goods import BasketType, Depot
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.fleet import HOUR, DropKey, Fleet, Hours, PickKey, VehicleClass
from distrib.solver.allocation.relaxation.program import LinearProgram, Terms
from distrib.solver.allocation.relaxation.supply import Supply

Drops = dict[tuple[str, dt.date, str, str], int]


@dataclass(slots=True)
class ClassDay:
    """What one vehicle class does on one day: the terms of its rows."""

    by_places: Terms = field(default_factory=list)
    by_weight: Terms = field(default_factory=list)
    for_picks: Terms = field(default_factory=list)
    trips_by_places: Terms = field(default_factory=list)
    trips_by_weight: Terms = field(default_factory=list)
    trips_for_picks: Terms = field(default_factory=list)


def add_transport(lp: LinearProgram, case: Case, fleet: Fleet, supply: Supply, drops: Drops) -> None:
    """Add the transport rows of every depot and day; nothing when transport is left out."""
    if not case.holds("transport"):
        return
    used: dict[dt.date, list[tuple[VehicleClass, int]]] = defaultdict(list)
    for depot in case.dataset.depots:
        for date in sorted({*case.delivery_dates, *case.collection_dates}):
            classes = fleet.classes[depot.depot_id, date]
            days = [ClassDay() for _ in classes]
            _add_drops(lp, case, fleet, drops, depot, date, days)
            _add_picks(lp, fleet, supply, depot, date, days)
            limited = case.dataset.drivers_on(date) is not None
            for c, day in zip(classes, days, strict=True):
                column = _add_class(lp, c, date, day, limited)
                if column is not None:
                    used[date].append((c, column))
    for date, members in sorted(used.items()):
        _add_drivers(lp, case, date, members)


def _add_drops(
    lp: LinearProgram, case: Case, fleet: Fleet, drops: Drops, depot: Depot, date: dt.date, days: list[ClassDay]
) -> None:
    """Baskets of sites that cost the same are shared out over the vehicle classes that can bring them."""
    classes = fleet.classes[depot.depot_id, date]
    groups: dict[tuple[DropKey, int, int], list[int]] = defaultdict(list)
    for (site_id, d, h, basket_id), column in drops.items():
        if (d, h) == (date, depot.depot_id):
            basket = case.dataset.basket_type_by_id[basket_id]
            key = fleet.drop_key(case.dataset.site_by_id[site_id], depot, date)
            groups[key, basket.places, case.load_g(basket)].append(column)
    for (key, places, load_g), columns in sorted(groups.items()):
        basket = next(b for b in case.types if (b.places, case.load_g(b)) == (places, load_g))
        shares: Terms = []
        for k in key.able:
            column = lp.column(float(sum(case.type_need.values())))
            shares.append((column, -1.0))
            _note_drop(days[k], column, fleet.drop_hours(key, depot, k, classes[k], basket), classes[k], basket, load_g)
        lp.equal([*((c, 1.0) for c in columns), *shares])


def _note_drop(day: ClassDay, column: int, hours: Hours, c: VehicleClass, basket: BasketType, load_g: int) -> None:
    day.by_places.append((column, hours.by_places))
    day.by_weight.append((column, hours.by_weight))
    day.for_picks.append((column, hours.standing))
    day.trips_by_places.append((column, basket.places / c.capacity_baskets))
    day.trips_by_weight.append((column, load_g / c.capacity_g))


def _add_picks(
    lp: LinearProgram, fleet: Fleet, supply: Supply, depot: Depot, date: dt.date, days: list[ClassDay]
) -> None:
    """What our vehicles fetch is shared out over the classes that can fetch it (cold goods: cold vehicles only)."""
    classes = fleet.classes[depot.depot_id, date]
    groups: dict[PickKey, list[int]] = defaultdict(list)
    for arc in supply.arcs:
        if arc.way is not None and (arc.depot_id, arc.collected) == (depot.depot_id, date):
            groups[arc.way].append(arc.column)
    for key, columns in sorted(groups.items()):
        shares: Terms = []
        for k in key.able:
            hours = fleet.pick_hours(key, depot, classes[k])
            column = lp.column(sum(lp.upper[c] for c in columns))
            shares.append((column, -1.0))
            days[k].by_places.append((column, hours.standing))
            days[k].by_weight.append((column, hours.standing))
            days[k].for_picks.append((column, hours.by_weight))
            days[k].trips_for_picks.append((column, 1000 / classes[k].capacity_g))
        lp.equal([*((c, 1.0) for c in columns), *shares])


def _add_class(lp: LinearProgram, c: VehicleClass, date: dt.date, day: ClassDay, limited: bool) -> int | None:
    """Hours and trips of a class within its shifts; returns the column of vehicles used when drivers are limited.

    A trip may both drop and pick: it takes at least the drive for its drops and, as well, at least the drive for its
    picks, each with the standing time of both, so the two rows stand side by side and are not added up.
    """
    name = ("transport", f"{c.depot_id} {c.gvw_kg} kg {date.isoformat()}")
    hours = [row for row in (day.by_places, day.by_weight, day.for_picks) if row]
    trips = [row for row in (day.trips_by_places, day.trips_by_weight, day.trips_for_picks) if row]
    for row in _undominated(hours):
        lp.at_most(row, c.all_work_s / HOUR, name)
    for row in _undominated(trips):
        lp.at_most(row, float(c.vehicles * c.max_trips), name)
    if not limited or not hours:
        return None
    used = lp.column(upper=float(c.vehicles))
    for row in _undominated(hours):
        lp.at_most([*row, (used, -c.work_s / HOUR)], 0.0, name)
    for row in _undominated(trips):
        lp.at_most([*row, (used, -float(c.max_trips))], 0.0, name)
    return used


def _undominated(rows: list[Terms]) -> list[Terms]:
    """Leave out a row that another one implies, term by term (columns are not negative); of equal rows the first stays."""
    kept: list[Terms] = []
    for i, row in enumerate(rows):
        mine = dict(row)
        implied = False
        for j, other in enumerate(rows):
            theirs = dict(other)
            if j != i and all(theirs.get(c, 0.0) >= v for c, v in mine.items()) and (theirs != mine or j < i):
                implied = True
        if not implied:
            kept.append(row)
    return kept


def _add_drivers(lp: LinearProgram, case: Case, date: dt.date, members: list[tuple[VehicleClass, int]]) -> None:
    """Vehicles on the road on a date are no more than the people who may drive them (T4)."""
    people = case.dataset.drivers_on(date)
    if people is None:
        return
    name = ("transport", f"drivers {date.isoformat()}")
    lp.at_most([(column, 1.0) for _, column in members], float(people[0]), name)
    heavy = [(column, 1.0) for c, column in members if c.heavy]
    if heavy:
        lp.at_most(heavy, float(people[1]), name)
