"""Rules T1 and T3: windows, depot hours, driving, service and loading times."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from distrib.checker.breach import Found, Place, clock_time, found, span, text
from distrib.checker.case import Case, TripView
from distrib.model.plan import StopRow


def service_in_window(case: Case) -> Iterator[Found]:
    """Unloading at a site starts within one of its windows of the day, both ends included."""
    for row in case.plan.stops:
        windows = case.openings(row.place_id, row.date) if row.place_kind == "site" else ()
        if windows and not any(o.opens_s <= row.start_s <= o.closes_s for o in windows):
            before = [o for o in windows if o.closes_s < row.start_s]
            limit = before[-1].closes_s if before else windows[0].opens_s
            yield found("outside_window", "stops", clock_time(row.start_s), clock_time(limit), **at_stop(row))


def farm_in_hours(case: Case) -> Iterator[Found]:
    """Loading at a farm starts within its hours, both ends included."""
    for row in case.plan.stops:
        farm = case.dataset.farm_by_id.get(row.place_id) if row.place_kind == "farm" else None
        if farm is not None and not farm.opens_s <= row.start_s <= farm.closes_s:
            limit = farm.opens_s if row.start_s < farm.opens_s else farm.closes_s
            yield found("outside_window", "stops", clock_time(row.start_s), clock_time(limit), **at_stop(row))


def trip_in_depot_hours(case: Case) -> Iterator[Found]:
    """A trip begins when its depot is open or later, and is over when it closes at the latest."""
    for trip in case.trips:
        depot = case.depot_of(trip.vehicle_id)
        if depot is None:
            continue
        first, last = trip.visits[0].row, trip.visits[-1].row
        if first.arrival_s < depot.opens_s:
            yield found(
                "before_depot", "stops", clock_time(first.arrival_s), clock_time(depot.opens_s), **at_stop(first)
            )
        if last.departure_s > depot.closes_s:
            yield found(
                "after_depot", "stops", clock_time(last.departure_s), clock_time(depot.closes_s), **at_stop(last)
            )


def driving_time_kept(case: Case) -> Iterator[Found]:
    """A vehicle arrives at a place at the earliest its driving time after leaving the one before; the two must be joined by a way."""
    for trip in case.trips:
        vehicle = case.vehicle(trip.vehicle_id)
        for before, visit in pairwise(trip.visits):
            row = visit.row
            known = is_known_place(case, before.row) and is_known_place(case, row)
            if vehicle is None or not known:
                continue
            way = case.drive(vehicle, before.row.place_id, row.place_id)
            if way is None:
                yield found("no_way", "stops", text(before.row.place_id), text(row.place_id), **at_stop(row))
            elif row.arrival_s < before.row.departure_s + way[0]:
                earliest = clock_time(before.row.departure_s + way[0])
                yield found("too_fast", "stops", clock_time(row.arrival_s), earliest, **at_stop(row))


def driving_time_as_written(case: Case) -> Iterator[Found]:
    """The minutes from the previous row are the vehicle's driving time between the two places, 0 on first rows."""
    for trip in case.trips:
        for row, way in stated_ways(case, trip):
            if row.from_previous_s != way[0]:
                yield found("driving_written", "stops", span(row.from_previous_s), span(way[0]), **at_stop(row))


def service_time_kept(case: Case) -> Iterator[Found]:
    """Service starts on arrival or later, and the vehicle leaves after it and its break: not sooner than unloading or loading takes."""
    for trip in case.trips:
        for visit in trip.visits:
            row = visit.row
            if row.start_s < row.arrival_s:
                yield found("starts_early", "stops", clock_time(row.start_s), clock_time(row.arrival_s), **at_stop(row))
            leaves = row.start_s + case.service_s(visit, trip) + row.break_s
            if row.departure_s < leaves:
                yield found("leaves_early", "stops", clock_time(row.departure_s), clock_time(leaves), **at_stop(row))


def repeated_farm_service(case: Case) -> Iterator[Found]:
    """A farm visited more than once on a trip has, over its visits, the time that loading all crates takes."""
    for trip in case.trips:
        for visit in trip.visits:
            farm = case.dataset.farm_by_id.get(visit.row.place_id)
            if visit.lone or farm is None or not visit.picks:
                continue
            rows = [v.row for v in trip.visits if v.row.place_kind == "farm" and v.row.place_id == farm.farm_id]
            spent = sum(r.departure_s - r.start_s - r.break_s for r in rows)
            needed = len(rows) * farm.loading_s + farm.loading_s_per_crate * sum(c.crates for c in visit.picks)
            if spent < needed:
                yield found("loads_fast", "stops", span(spent), span(needed), **at_stop(visit.row))


def loading_begins_on_arrival(case: Case) -> Iterator[Found]:
    """A trip's first row has its arrival when loading begins."""
    for trip in case.trips:
        row = trip.visits[0].row
        if row.start_s > row.arrival_s:
            yield found("first_row_waits", "stops", clock_time(row.arrival_s), clock_time(row.start_s), **at_stop(row))


def stated_ways(case: Case, trip: TripView) -> Iterator[tuple[StopRow, tuple[int, int]]]:
    """Yield each row of a trip with the seconds and metres it should state, leaving out what cannot be known."""
    vehicle = case.vehicle(trip.vehicle_id)
    yield trip.visits[0].row, (0, 0)
    for before, visit in pairwise(trip.visits):
        known = is_known_place(case, before.row) and is_known_place(case, visit.row)
        way = case.drive(vehicle, before.row.place_id, visit.row.place_id) if vehicle is not None and known else None
        if way is not None:
            yield visit.row, way


def is_known_place(case: Case, row: StopRow) -> bool:
    """True when the row's place is one of the dataset's places of its kind."""
    kinds: dict[str, Collection[str]] = {
        "depot": case.dataset.depot_by_id,
        "site": case.dataset.site_by_id,
        "farm": case.dataset.farm_by_id,
    }
    return row.place_id in kinds.get(row.place_kind, ())


def at_stop(row: StopRow) -> dict[str, Place]:
    """Where a stop row is, for a finding."""
    kind = row.place_kind if row.place_kind in ("site", "farm", "depot") else "place"
    return {"vehicle": row.vehicle_id, "date": row.date, "trip": row.trip, "stop": row.stop, kind: row.place_id}
