"""Proves the T rules on a routing, row by row; shares no code with the engines."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from fractions import Fraction

from distrib.model.routing import Routing, RoutingProblem, Tour


def breaches(problem: RoutingProblem, routing: Routing) -> list[str]:
    """Every breach as a sentence; an empty list proves the routing."""
    return [
        *_each_task_once(problem, routing),
        *(fault for tour in routing.tours for fault in _tour_breaches(problem, tour)),
        *_driver_breaches(problem, routing),
        *_packing_breaches(problem, routing),
        *_cost_breaches(problem, routing),
    ]


def _each_task_once(problem, routing):
    carried = Counter(stop.task_id for tour in routing.tours for trip in tour.trips for stop in trip.stops)
    left = Counter(unrouted.task_id for unrouted in routing.unrouted)
    for task in problem.tasks:
        if carried[task.task_id] + left[task.task_id] != 1:
            yield f"{task.task_id}: carried {carried[task.task_id]} times, left {left[task.task_id]} times"
    known = {task.task_id for task in problem.tasks}
    yield from (f"{task_id}: unknown" for task_id in sorted((set(carried) | set(left)) - known))
    seen = Counter((tour.date, tour.vehicle_id) for tour in routing.tours)
    yield from (f"{key}: {count} tours" for key, count in seen.items() if count > 1)


def _tour_breaches(problem: RoutingProblem, tour: Tour):
    data = problem.dataset
    tasks = {task.task_id: task for task in problem.tasks}
    vehicle = next(v for v in data.vehicles if v.vehicle_id == tour.vehicle_id)
    depot = next(d for d in data.depots if d.depot_id == vehicle.depot_id)
    name = f"{tour.date} {tour.vehicle_id}"
    if tour.date.weekday() not in vehicle.weekdays:
        yield f"{name}: not there that weekday"
    if not 1 <= len(tour.trips) <= vehicle.max_trips:
        yield f"{name}: {len(tour.trips)} trips"
    events = []  # (kind, place, arrival, start of work, end of work, departure)
    for number, trip in enumerate(tour.trips, start=1):
        stops = [(tasks[stop.task_id], stop) for stop in trip.stops]
        if not stops:
            yield f"{name} trip {number}: no stop"
        drops = [task for task, _ in stops if task.drops]
        picks = [task for task, _ in stops if task.picks]
        loading = depot.loading_s if drops else 0
        unloading = depot.loading_s if picks else 0
        if trip.start_s < max(depot.opens_s, vehicle.shift_start_s):
            yield f"{name} trip {number}: starts {trip.start_s} too early"
        if trip.end_s > min(depot.closes_s, vehicle.shift_end_s):
            yield f"{name} trip {number}: ends {trip.end_s} too late"
        for task in drops:
            if trip.start_s < task.release_s:
                yield f"{name} trip {number}: starts before {task.task_id} is packed"
        if trip.departure_s != trip.start_s + loading + trip.start_break_s:
            yield f"{name} trip {number}: leaves at {trip.departure_s}"
        if trip.end_s != trip.return_s + unloading + trip.end_break_s:
            yield f"{name} trip {number}: free at {trip.end_s}"
        events.append(("depot", vehicle.depot_id, trip.start_s, trip.start_s, trip.start_s + loading, trip.departure_s))
        load = sum(task.load_g for task in drops)
        if load > vehicle.capacity_g or sum(task.places for task in drops) > vehicle.capacity_baskets:
            yield f"{name} trip {number}: loads too much"
        for task, stop in stops:
            if task.date != tour.date or task.depot_id != vehicle.depot_id:
                yield f"{name}: {task.task_id} is of another day or depot"
            if task.vehicle_id not in ("", vehicle.vehicle_id):
                yield f"{name}: another vehicle is settled for {task.task_id}"
            if task.max_gvw_kg is not None and vehicle.gvw_kg > task.max_gvw_kg:
                yield f"{name}: too heavy for {task.task_id}"
            if task.cold and not vehicle.cold:
                yield f"{name}: not cold for {task.task_id}"
            load += task.load_g if task.picks else -task.load_g
            if load > vehicle.capacity_g:
                yield f"{name}: {load} g after {task.task_id}"
            if not any(opens <= stop.start_s <= closes for opens, closes in task.windows):
                yield f"{name}: {task.task_id} starts at {stop.start_s}, out of its windows"
            if stop.departure_s != stop.start_s + task.service_s + stop.break_s:
                yield f"{name}: {task.task_id} departs at {stop.departure_s}"
            events.append(
                ("stop", task.place_id, stop.arrival_s, stop.start_s, stop.start_s + task.service_s, stop.departure_s)
            )
        events.append(("end", vehicle.depot_id, trip.return_s, trip.return_s, trip.return_s + unloading, trip.end_s))
    yield from _movement_breaches(data, vehicle, name, events)
    yield from _break_breaches(vehicle, name, events)
    yield from _hours_breaches(data, vehicle, name, events)


def _hours_breaches(data, vehicle, name, events):
    day = events[-1][5] - events[0][2]
    if vehicle.max_day_s is not None and day > vehicle.max_day_s:
        yield f"{name}: a day of {day} s"
    legs = [(a[1], b[1]) for a, b in itertools.pairwise(events) if a[0] != "end"]
    driven = sum(-(-data.travel.driving_s(a, b) * 1000 // vehicle.speed_factor_milli) for a, b in legs)
    if vehicle.max_driving_s is not None and driven > vehicle.max_driving_s:
        yield f"{name}: {driven} s of driving"


def _movement_breaches(data, vehicle, name, events):
    for before, after in itertools.pairwise(events):
        seconds = data.travel.driving_s(before[1], after[1])
        driving = 0 if before[0] == "end" else Fraction(seconds * 1000, vehicle.speed_factor_milli)
        if seconds < 0:
            yield f"{name}: no way from {before[1]} to {after[1]}"
        if after[2] < before[5] + driving:
            yield f"{name}: {after[1]} reached at {after[2]}, too early"
        if after[3] < after[2]:
            yield f"{name}: work at {after[1]} starts before arrival"


def _break_breaches(vehicle, name, events):
    if vehicle.break_after_s is None:
        if any(event[5] != event[4] for event in events):
            yield f"{name}: a break that nothing asks for"
        return
    since = events[0][2]
    for event in events:
        pause = event[5] - event[4]
        if pause:
            if pause < vehicle.break_s:
                yield f"{name}: a break of {pause} s"
            if event[4] - since > vehicle.break_after_s:
                yield f"{name}: {event[4] - since} s without break"
            since = event[5]
    if events[-1][5] - since > vehicle.break_after_s:
        yield f"{name}: {events[-1][5] - since} s without break at the end"


def _driver_breaches(problem, routing):
    for date in sorted({tour.date for tour in routing.tours}):
        if problem.dataset.drivers is None:
            continue
        rows = [row for row in problem.dataset.drivers if row.weekday == date.weekday()]
        heavy_people = sum(row.people for row in rows if row.licence == "C")
        people = sum(row.people for row in rows)
        used = {tour.vehicle_id for tour in routing.tours if tour.date == date}
        vehicles = [v for v in problem.dataset.vehicles if v.vehicle_id in used]
        if len(vehicles) > people or sum(v.gvw_kg > 3500 for v in vehicles) > heavy_people:
            yield f"{date}: too few drivers for {sorted(used)}"


def _packing_breaches(problem, routing):
    tasks = {task.task_id: task for task in problem.tasks}
    vehicles = {v.vehicle_id: v for v in problem.dataset.vehicles}
    loaded = defaultdict(list)
    for tour in routing.tours:
        for trip in tour.trips:
            count = sum(tasks[stop.task_id].baskets for stop in trip.stops)
            loaded[tour.date, vehicles[tour.vehicle_id].depot_id].append((trip.start_s, count))
    for (date, depot_id), trips in loaded.items():
        depot = next(d for d in problem.dataset.depots if d.depot_id == depot_id)
        if depot.packing_starts_s is None:
            continue
        for moment, _ in trips:
            wanted = sum(count for start, count in trips if start <= moment)
            packed = max(0, (moment - depot.packing_starts_s) * depot.packing_baskets_per_h // 3600)
            if any(count for start, count in trips if start <= moment) and wanted > packed:
                yield f"{date} {depot_id}: {wanted} baskets loaded by {moment}, {packed} packed"


def _cost_breaches(problem, routing):
    tasks = {task.task_id: task for task in problem.tasks}
    total = Fraction(0)
    for tour in routing.tours:
        vehicle = next(v for v in problem.dataset.vehicles if v.vehicle_id == tour.vehicle_id)
        total += vehicle.cents_per_day * 1000
        total += Fraction((tour.trips[-1].end_s - tour.trips[0].start_s) * vehicle.millicents_per_h, 3600)
        for trip in tour.trips:
            places = [vehicle.depot_id, *(tasks[s.task_id].place_id for s in trip.stops), vehicle.depot_id]
            metres = sum(problem.dataset.travel.distance_m(a, b) for a, b in itertools.pairwise(places))
            total += Fraction(metres * vehicle.millicents_per_km, 1000)
    if routing.cost_millicents != int(total + Fraction(1, 2)):
        yield f"cost {routing.cost_millicents}, found {float(total)}"
