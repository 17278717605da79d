"""Rules T2, T4 and T5: loads, shifts, breaks, drivers, and what a vehicle may do at all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from distrib.checker.breach import Found, Place, clock_time, count, day, found, grams, span
from distrib.checker.case import Case, TripView
from distrib.checker.timing import at_stop, stated_ways
from distrib.model.fleet import Vehicle


def load_in_kg(case: Case) -> Iterator[Found]:
    """At no point of a trip does a vehicle carry more than capacity_kg: baskets not yet dropped plus crates picked so far."""
    for trip in case.trips:
        vehicle = case.vehicle(trip.vehicle_id)
        if vehicle is not None:
            heaviest = max(loads_g(trip))
            if heaviest > vehicle.capacity_g:
                yield found("overloaded", "stops", grams(heaviest), grams(vehicle.capacity_g), **_trip(trip))


def load_in_baskets(case: Case) -> Iterator[Found]:
    """At no point of a trip does a vehicle carry more baskets than capacity_baskets, counted in places."""
    for trip in case.trips:
        vehicle = case.vehicle(trip.vehicle_id)
        places = case.places_of(d for v in trip.visits for d in v.drops)
        if vehicle is not None and places > vehicle.capacity_baskets:
            limit = count(vehicle.capacity_baskets, "baskets")
            yield found("overfull", "stops", count(places, "baskets"), limit, **_trip(trip))


def load_as_written(case: Case) -> Iterator[Found]:
    """load_kg after the first row is what was loaded, less the drops and plus the picks so far; 0 once the trip is over."""
    for trip in case.trips:
        rows = [v.row for v in trip.visits]
        load = sum(r.drop_g for r in rows)
        for row in rows[1:]:
            load += row.pick_g - row.drop_g
            should = 0 if row is rows[-1] and row.place_kind == "depot" else load
            if row.load_g != should:
                yield found("load_written", "stops", grams(row.load_g), grams(should), **at_stop(row))


def loads_g(trip: TripView) -> list[int]:
    """Grams aboard on leaving each row of a trip, by its deliveries and collections; the last one before unloading."""
    load = sum(v.drop_g for v in trip.visits)
    loads = []
    for visit in trip.visits:
        load += visit.pick_g - visit.drop_g
        loads.append(load)
    return loads


def within_shift(case: Case) -> Iterator[Found]:
    """A tour stays within the vehicle's shift, from first arrival to last departure."""
    for (date, vehicle_id), trips in case.tours.items():
        vehicle = case.vehicle(vehicle_id)
        if vehicle is None:
            continue
        begins, ends = tour_times(trips)
        where: dict[str, Place] = {"vehicle": vehicle_id, "date": date}
        if begins < vehicle.shift_start_s:
            yield found("before_shift", "stops", clock_time(begins), clock_time(vehicle.shift_start_s), **where)
        if ends > vehicle.shift_end_s:
            yield found("after_shift", "stops", clock_time(ends), clock_time(vehicle.shift_end_s), **where)


def day_not_too_long(case: Case) -> Iterator[Found]:
    """From first arrival to last departure a tour takes at most max_day_h, breaks included."""
    for (date, vehicle_id), trips in case.tours.items():
        vehicle = case.vehicle(vehicle_id)
        if vehicle is None or vehicle.max_day_s is None:
            continue
        begins, ends = tour_times(trips)
        if ends - begins > vehicle.max_day_s:
            limit = span(vehicle.max_day_s)
            yield found("day_long", "stops", span(ends - begins), limit, vehicle=vehicle_id, date=date)


def driving_not_too_long(case: Case) -> Iterator[Found]:
    """The driving between the stops of a tour, by the table, takes at most max_driving_h on a day."""
    for (date, vehicle_id), trips in case.tours.items():
        vehicle = case.vehicle(vehicle_id)
        if vehicle is None or vehicle.max_driving_s is None:
            continue
        driven = sum(way[0] for trip in trips for _, way in stated_ways(case, trip))
        if driven > vehicle.max_driving_s:
            limit = span(vehicle.max_driving_s)
            yield found("drives_long", "stops", span(driven), limit, vehicle=vehicle_id, date=date)


def tour_times(trips: tuple[TripView, ...]) -> tuple[int, int]:
    """First arrival and last departure of a tour, in seconds after midnight."""
    rows = [v.row for trip in trips for v in trip.visits]
    return min(r.arrival_s for r in rows), max(r.departure_s for r in rows)


def on_its_weekdays(case: Case) -> Iterator[Found]:
    """A vehicle is used only on its weekdays."""
    for date, vehicle_id in case.tours:
        vehicle = case.vehicle(vehicle_id)
        if vehicle is not None and date.weekday() not in vehicle.weekdays:
            yield found("vehicle_off", "stops", day(date), None, vehicle=vehicle_id, date=date)


def few_trips(case: Case) -> Iterator[Found]:
    """A vehicle makes at most max_trips trips a day."""
    for (date, vehicle_id), trips in case.tours.items():
        vehicle = case.vehicle(vehicle_id)
        if vehicle is not None and len(trips) > vehicle.max_trips:
            measured, limit = count(len(trips), "trips"), count(vehicle.max_trips, "trips")
            yield found("too_many_trips", "stops", measured, limit, vehicle=vehicle_id, date=date)


def breaks_taken(case: Case) -> Iterator[Found]:
    """No stretch without a break exceeds break_after_h; a break counts when it is listed with at least break_min in one piece.

    A break lies anywhere between the end of service and the departure; the earliest placing that the stretch
    before it needs, and then the latest, is taken, so that a breach is one for every placing.
    """
    for (date, vehicle_id), trips in case.tours.items():
        vehicle = case.vehicle(vehicle_id)
        if vehicle is None or vehicle.break_after_s is None or vehicle.break_s is None:
            continue
        for stretch in _stretches_s(case, vehicle, trips):
            if stretch > vehicle.break_after_s:
                yield found(
                    "no_break", "stops", span(stretch), span(vehicle.break_after_s), vehicle=vehicle_id, date=date
                )


def _stretches_s(case: Case, vehicle: Vehicle, trips: tuple[TripView, ...]) -> Iterator[int]:
    longest, least = vehicle.break_after_s or 0, vehicle.break_s or 0
    begins, ends = tour_times(trips)
    rested = begins
    for trip in trips:
        for visit in trip.visits:
            row = visit.row
            if row.break_s < max(least, 1):
                continue
            latest = row.departure_s - row.break_s
            earliest = min(row.start_s + case.service_s(visit, trip), latest)
            break_starts = max(earliest, min(latest, rested + longest))
            yield break_starts - rested
            rested = break_starts + row.break_s
    yield ends - rested


def drivers_suffice(case: Case) -> Iterator[Found]:
    """On a date no more vehicles over 3,500 kg are used than people hold licence C, and no more vehicles in all than people there are."""
    used: dict[dt.date, list[Vehicle]] = defaultdict(list)
    for date, vehicle_id in case.tours:
        vehicle = case.vehicle(vehicle_id)
        if vehicle is not None:
            used[date].append(vehicle)
    for date in sorted(used):
        people = case.dataset.drivers_on(date)
        if people is None:
            continue
        heavy = sum(1 for v in used[date] if v.needs_licence_c)
        if heavy > people[1]:
            yield found("drivers_c", "stops", count(heavy, "vehicles"), count(people[1], "drivers"), date=date)
        if len(used[date]) > people[0]:
            yield found("drivers", "stops", count(len(used[date]), "vehicles"), count(people[0], "drivers"), date=date)


def vehicle_size(case: Case) -> Iterator[Found]:
    """No vehicle stops at a site whose largest_vehicle_gvw_kg it exceeds."""
    for row in case.plan.stops:
        vehicle = case.vehicle(row.vehicle_id)
        site = case.dataset.site_by_id.get(row.place_id) if row.place_kind == "site" else None
        limit = None if site is None else site.largest_vehicle_gvw_kg
        if vehicle is not None and limit is not None and vehicle.gvw_kg > limit:
            yield found("vehicle_large", "stops", grams(vehicle.gvw_kg * 1000), grams(limit * 1000), **at_stop(row))


def vehicle_settled(case: Case) -> Iterator[Found]:
    """A site for which a vehicle is settled is served by this one."""
    for row in case.plan.stops:
        only = case.dataset.only_vehicle(row.place_id, row.date) if row.place_kind == "site" else ""
        if only not in ("", row.vehicle_id):
            yield found("vehicle_settled", "stops", **at_stop(row))


def cold_lots_in_cold_vehicles(case: Case) -> Iterator[Found]:
    """A lot whose product needs cold is picked only by a cold vehicle."""
    for row in case.plan.collections:
        vehicle = case.vehicle(row.vehicle_id)
        product = case.product(case.lot_facts.get(row.lot_id, ("", None))[0])
        if vehicle is not None and product is not None and product.needs_cold and not vehicle.cold:
            where: dict[str, Place] = {"vehicle": row.vehicle_id, "date": row.date, "trip": row.trip, "lot": row.lot_id}
            yield found("cold_chain", "collections", **where)


def _trip(trip: TripView) -> dict[str, Place]:
    return {"vehicle": trip.vehicle_id, "date": trip.date, "trip": trip.trip}
