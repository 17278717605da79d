"""Rows of R for the vehicles: hours, trips, drivers by licence, cold picks, per day and vehicle class."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from distrib.model.goods import BasketType, Depot
from distrib.model.territory import Site
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.fleet import HOUR, Fleet, Hours, VehicleClass, bands
from distrib.solver.allocation.relaxation.program import LinearProgram, Terms
from distrib.solver.allocation.relaxation.supply import PickGroup, Supply

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


def _load_classes(case: Case) -> dict[tuple[int, int], list[BasketType]]:
    groups: dict[tuple[int, int], list[BasketType]] = defaultdict(list)
    for basket in case.types:
        groups[basket.places, case.load_g(basket)].append(basket)
    return groups


def _add_drops(
    lp: LinearProgram, case: Case, fleet: Fleet, drops: Drops, depot: Depot, date: dt.date, days: list[ClassDay]
) -> None:
    """Baskets of a group of sites are shared out over the vehicle classes that can bring them."""
    classes = fleet.classes[depot.depot_id, date]
    loads = _load_classes(case)
    for able, sites in _site_groups(case, fleet, drops, depot, date).items():
        for members in loads.values():
            columns = [
                drops[key]
                for s in sites
                for b in members
                if (key := (s.site_id, date, depot.depot_id, b.basket_id)) in drops
            ]
            if not columns:
                continue
            shares: Terms = []
            for k in able[0]:
                hours = _least(
                    [fleet.drop_hours(s, depot, classes[k], members[0], places_a_day(case, s)) for s in sites]
                )
                column = lp.column(sum(case.type_need[b.basket_id] for b in members))
                shares.append((column, -1.0))
                _note_drop(days[k], column, hours, classes[k], members[0], case.load_g(members[0]))
            lp.equal([*((c, 1.0) for c in columns), *shares])


def places_a_day(case: Case, site: Site) -> float:
    """Return the most places that can be dropped at a site's place of drop in a day (infinite without site capacity)."""
    if not case.holds("site_capacity"):
        return float("inf")
    at = case.dataset.site_by_id[site.drop_site_id]
    relayed = sum(s.max_baskets_per_day for s in case.dataset.sites if s.relay_site_id == at.site_id)
    if at.relay_max_baskets is not None:
        relayed = min(relayed, at.relay_max_baskets)
    return float(at.max_baskets_per_day + relayed)


def _site_groups(
    case: Case, fleet: Fleet, drops: Drops, depot: Depot, date: dt.date
) -> dict[tuple[tuple[int, ...], int], list[Site]]:
    classes = fleet.classes[depot.depot_id, date]
    served = sorted({s for s, d, h, _ in drops if (d, h) == (date, depot.depot_id)})
    rows = []
    for site_id in served:
        site = case.dataset.site_by_id[site_id]
        able = fleet.drop_classes(site, depot, date)
        hours = fleet.drop_hours(site, depot, classes[able[0]], case.types[0], places_a_day(case, site))
        rows.append((site, able, int(hours.by_places * 1e9)))
    groups: dict[tuple[tuple[int, ...], int], list[Site]] = defaultdict(list)
    for (site, able, _), band in zip(rows, bands([h for *_, h in rows]), strict=True):
        groups[able, band].append(site)
    return dict(sorted(groups.items()))


def _least(hours: list[Hours]) -> Hours:
    return Hours(
        by_places=min(h.by_places for h in hours),
        by_weight=min(h.by_weight for h in hours),
        standing_by_places=min(h.standing_by_places for h in hours),
        standing_by_weight=min(h.standing_by_weight for h in hours),
    )


def _note_drop(day: ClassDay, column: int, hours: Hours, c: VehicleClass, basket: BasketType, load_g: int) -> None:
    day.by_places.append((column, hours.by_places))
    day.by_weight.append((column, hours.by_weight))
    day.for_picks.append((column, hours.standing_by_places))
    day.trips_by_places.append((column, basket.places / c.capacity_baskets))
    day.trips_by_weight.append((column, load_g / c.capacity_g))


def _add_picks(
    lp: LinearProgram, fleet: Fleet, supply: Supply, depot: Depot, date: dt.date, days: list[ClassDay]
) -> None:
    """What our vehicles fetch is shared out over the classes that can fetch it (cold goods: cold vehicles only)."""
    classes = fleet.classes[depot.depot_id, date]
    groups: dict[PickGroup, list[int]] = defaultdict(list)
    lots: dict[PickGroup, set[int]] = defaultdict(set)
    for arc in supply.arcs:
        if arc.way is not None and (arc.depot_id, arc.collected) == (depot.depot_id, date):
            groups[arc.way].append(arc.column)
            lots[arc.way].add(arc.source)
    for group, columns in sorted(groups.items(), key=lambda item: (item[0].cold, item[0].classes, item[0].band)):
        members = [lot for i in sorted(lots[group]) for lot in supply.classes[i].lots]
        shares: Terms = []
        for k in group.classes:
            hours = _least([fleet.pick_hours(lot, depot, classes[k]) for lot in members])
            column = lp.column(sum(lp.upper[c] for c in columns))
            shares.append((column, -1.0))
            days[k].by_places.append((column, hours.standing_by_places))
            days[k].by_weight.append((column, hours.standing_by_weight))
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
