"""An independent check of a routing against its problem, in plain Python; shares no code with the engines."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import Routing, RoutingProblem, Task, Tour, Trip


def breaches(problem: RoutingProblem, routing: Routing) -> list[str]:
    """Every rule that the routing breaks, in words; empty when it breaks none and its cost is right."""
    tasks = {task.task_id: task for task in problem.tasks}
    found = _carried(problem, routing) + _vehicles(problem.dataset, routing)
    if any(stop.task_id not in tasks for tour in routing.tours for trip in tour.trips for stop in trip.stops):
        return found
    for tour in routing.tours:
        vehicle = problem.dataset.vehicle_by_id[tour.vehicle_id]
        where = f"{tour.date} {tour.vehicle_id}"
        faults = _tour(problem.dataset, vehicle, tour)
        for trip in tour.trips:
            stops = [tasks[stop.task_id] for stop in trip.stops]
            faults += (
                _stops(tour, vehicle, stops) + _load(vehicle, stops) + _times(problem.dataset, vehicle, trip, stops)
            )
        faults += _breaks(vehicle, tour) + _wheel(problem.dataset, vehicle, tour, tasks)
        found += [f"{where}: {fault}" for fault in faults]
    cost = sum(_cost_18000(problem.dataset, tasks, tour) for tour in routing.tours)
    if routing.cost_millicents != (2 * cost + 18_000) // 36_000:
        found.append(f"cost {routing.cost_millicents}, should be {cost / 18_000}")
    return found


def wrong_dates(problem: RoutingProblem, routing: Routing) -> list[str]:
    """Tours on dates that a task does not have, and dates with more baskets from a depot than they may hold."""
    tasks = {task.task_id: task for task in problem.tasks}
    found: list[str] = []
    held: Counter[tuple[dt.date, str]] = Counter()
    for tour in routing.tours:
        for task in (tasks[stop.task_id] for trip in tour.trips for stop in trip.stops):
            if tour.date not in {task.date, *(other.date for other in task.other_dates)}:
                found.append(f"{task.task_id} is made on {tour.date}")
            held[tour.date, task.depot_id] += task.baskets
    return found + [
        f"{date} {depot_id}: {held[date, depot_id]} baskets of at most {most}"
        for date, depot_id, most in problem.most_baskets
        if held[date, depot_id] > most
    ]


def _carried(problem: RoutingProblem, routing: Routing) -> list[str]:
    """Each task exactly once: by one stop, or in ``unrouted`` with a reason."""
    count = Counter(stop.task_id for tour in routing.tours for trip in tour.trips for stop in trip.stops)
    count.update(row.task_id for row in routing.unrouted)
    wanted = {task.task_id for task in problem.tasks}
    found = [f"{task_id} is there {count[task_id]} times" for task_id in sorted(wanted) if count[task_id] != 1]
    found += [f"{task_id} is unknown" for task_id in sorted(count.keys() - wanted)]
    return found + [f"{row.task_id} has no reason" for row in routing.unrouted if not row.reason or not row.explanation]


def _vehicles(dataset: Dataset, routing: Routing) -> list[str]:
    """One tour per vehicle and date, on its weekdays, with enough drivers."""
    used = Counter((tour.date, tour.vehicle_id) for tour in routing.tours)
    found = [f"{date} {vehicle} has {n} tours" for (date, vehicle), n in sorted(used.items()) if n > 1]
    for date in sorted({tour.date for tour in routing.tours}):
        vehicles = [dataset.vehicle_by_id[v] for d, v in sorted(used) if d == date]
        found += [f"{date} {v.vehicle_id}: not there" for v in vehicles if date.weekday() not in v.weekdays]
        if dataset.drivers is not None:
            today = [row for row in dataset.drivers if row.weekday == date.weekday()]
            heavy = sum(row.people for row in today if row.licence == "C")
            if len(vehicles) > sum(row.people for row in today) or sum(v.gvw_kg > 3500 for v in vehicles) > heavy:
                found.append(f"{date}: not enough drivers")
    return found


def _stops(tour: Tour, vehicle: Vehicle, stops: list[Task]) -> list[str]:
    found = ["a trip without stop"] if not stops else []
    for task in stops:
        if task.date != tour.date or task.depot_id != vehicle.depot_id:
            found.append(f"{task.task_id}: other date or depot")
        if task.max_gvw_kg is not None and vehicle.gvw_kg > task.max_gvw_kg:
            found.append(f"{task.task_id}: vehicle too heavy")
        if task.cold and not vehicle.cold:
            found.append(f"{task.task_id}: vehicle not cold")
    return found


def _load(vehicle: Vehicle, stops: list[Task]) -> list[str]:
    """Drops still aboard + picks aboard, on leaving every row; places of all drops."""
    load = sum(task.load_g for task in stops if task.drops)
    loads = [load]
    for task in stops:
        load += -task.load_g if task.drops else task.load_g
        loads.append(load)
    found = [f"load {max(loads)}"] if max(loads) > vehicle.capacity_g else []
    places = sum(task.places for task in stops)
    return found + ([f"places {places}"] if places > vehicle.capacity_baskets else [])


def _times(dataset: Dataset, vehicle: Vehicle, trip: Trip, stops: list[Task]) -> list[str]:
    """Windows, driving, service, loading, release, depot hours of one trip."""
    depot = dataset.depot_by_id[vehicle.depot_id]
    found = []
    drops, picks = [t for t in stops if t.drops], [t for t in stops if not t.drops]
    if trip.start_s < max([depot.opens_s, vehicle.shift_start_s, *(task.release_s for task in drops)]):
        found.append("loading begins too early")
    if trip.departure_s < trip.start_s + (depot.loading_s if drops else 0) + trip.start_break_s:
        found.append("leaves before it is loaded")
    place, free = depot.depot_id, trip.departure_s
    for stop, task in zip(trip.stops, stops, strict=True):
        if stop.arrival_s < free + _driving(dataset, vehicle, place, task.place_id):
            found.append(f"{task.task_id}: arrives too early")
        if stop.start_s < stop.arrival_s or not any(a <= stop.start_s <= b for a, b in task.windows):
            found.append(f"{task.task_id}: starts outside its windows")
        if stop.departure_s < stop.start_s + task.service_s + stop.break_s:
            found.append(f"{task.task_id}: leaves before the work is done")
        place, free = task.place_id, stop.departure_s
    if trip.return_s < free + _driving(dataset, vehicle, place, depot.depot_id):
        found.append("is back too early")
    if trip.end_s < trip.return_s + (depot.loading_s if picks else 0) + trip.end_break_s:
        found.append("ends before it is unloaded")
    if trip.end_s > min(depot.closes_s, vehicle.shift_end_s):
        found.append("ends too late")
    return found


def _driving(dataset: Dataset, vehicle: Vehicle, a: str, b: str) -> int:
    if dataset.travel is None or dataset.travel.driving_s(a, b) < 0:
        return 10**9
    return -(-dataset.travel.driving_s(a, b) * 1000 // vehicle.speed_factor_milli)


def _tour(dataset: Dataset, vehicle: Vehicle, tour: Tour) -> list[str]:
    del dataset
    found = [f"{len(tour.trips)} trips"] if not 0 < len(tour.trips) <= vehicle.max_trips else []
    found += ["a trip starts before the previous one ends" for a, b in pairwise(tour.trips) if b.start_s < a.end_s]
    if tour.trips[-1].end_s > vehicle.shift_end_s:
        found.append("the shift is over")
    if vehicle.max_day_s is not None and tour.trips[-1].end_s - tour.trips[0].start_s > vehicle.max_day_s:
        found.append("the day is too long")
    return found


def _wheel(dataset: Dataset, vehicle: Vehicle, tour: Tour, tasks: dict[str, Task]) -> list[str]:
    """No more driving on the day than the driver may do."""
    driven = 0
    for trip in tour.trips:
        places = [vehicle.depot_id, *(tasks[stop.task_id].place_id for stop in trip.stops), vehicle.depot_id]
        driven += sum(_driving(dataset, vehicle, a, b) for a, b in pairwise(places))
    return ["too much driving"] if vehicle.max_driving_s is not None and driven > vehicle.max_driving_s else []


def _breaks(vehicle: Vehicle, tour: Tour) -> list[str]:
    """No stretch from the start, or from the end of a break, to the next break or the end is too long."""
    if vehicle.break_after_s is None or vehicle.break_s is None:
        return []
    pauses = []  # (end of the break, how long)
    for trip in tour.trips:
        pauses.append((trip.departure_s, trip.start_break_s))
        pauses += [(stop.departure_s, stop.break_s) for stop in trip.stops]
        pauses.append((trip.end_s, trip.end_break_s))
    found, since = [], tour.trips[0].start_s
    for end, length in pauses:
        if length:
            found += ["a break is too short"] if length < vehicle.break_s else []
            found += ["no break for too long"] if end - length - since > vehicle.break_after_s else []
            since = end
    return found + (["no break for too long"] if tour.trips[-1].end_s - since > vehicle.break_after_s else [])


def _cost_18000(dataset: Dataset, tasks: dict[str, Task], tour: Tour) -> int:
    """Cost of a tour in 1/18000 millicent: its day, its km, its hours."""
    vehicle = dataset.vehicle_by_id[tour.vehicle_id]
    metres = 0
    for trip in tour.trips:
        places = [vehicle.depot_id, *(tasks[stop.task_id].place_id for stop in trip.stops), vehicle.depot_id]
        metres += sum(dataset.travel.distance_m(a, b) for a, b in pairwise(places)) if dataset.travel else 0
    seconds = tour.trips[-1].end_s - tour.trips[0].start_s
    return (
        vehicle.cents_per_day * 18_000_000
        + metres * vehicle.millicents_per_km * 18
        + seconds * vehicle.millicents_per_h * 5
    )
