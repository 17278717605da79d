"""Why a stop is left out: each reason is what trying it showed, with by how much it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from distrib.model.fleet import Vehicle
from distrib.model.routing import Routing, RoutingProblem, Task, Tour, Unrouted
from distrib.solver.routing.eligibility import allowed_at, drivers_suffice, holds, runs_on
from distrib.solver.routing.timing import Infeasible, schedule
from distrib.units import SECONDS_PER_DAY, kg

CAUSES: Mapping[str, tuple[str, str]] = {
    "no_vehicle": ("transport", "No vehicle of its depot runs on that weekday."),
    "not_settled": ("transport", "The vehicle settled for the place does not run on that weekday, or not from its depot."),
    "too_heavy": ("transport", "No vehicle of at most {gvw_kg} kg gross weight runs on that weekday; the lightest has {lightest_kg} kg."),
    "not_cold": ("transport", "It needs a cold vehicle and none that may go there runs on that weekday."),
    "too_big": ("transport", "No vehicle that may go there holds it: {over_g} kg or {over_places} baskets too many for the one that comes nearest."),
    "closed": ("site_hours", "The place has no opening hours on that day."),
    "no_road": ("transport", "The travel table has no way there and back."),
    "packed_late": ("packing", "Even alone it cannot leave in time: its baskets would have to be packed {short_s} min earlier."),
    "hours_missed": ("site_hours", "Even alone no vehicle gets there within the opening hours and back in its shift: {short_s} min are missing."),
    "shift_short": ("transport", "Even alone the way there and back is longer than any shift that day, by {short_s} min."),
    "no_driver": ("transport", "{idle} idle vehicles could take it, but all {people} drivers are out ({heavy} with licence C)."),
    "time_full": ("transport", "It fits alone, but all vehicles that could take it are out and short of time, the nearest by {short_s} min."),
    "load_full": ("transport", "It fits alone, but all vehicles that could take it are out and full, the nearest by {over_g} kg or {over_places} baskets."),
    "trips_full": ("transport", "It fits alone, but all vehicles that could take it have made all their trips."),
    "day_full": ("packing", "It fits, but the date may have no more baskets: {over_baskets} too many with it."),
    "search": ("transport", "Some vehicle could still take it; the search ended before."),
}  # fmt: skip
"""Cause → (reason of the plan tables, English sentence). Figures ending in _s are shown in minutes, in _g in kg."""


def why_unrouted(problem: RoutingProblem, routing: Routing, task: Task) -> Unrouted:
    """The reason why no tour of the routing carries the task, found by trying.

    First whether any vehicle could make the stop alone, on an empty day (and if not, which single rule, once lifted,
    would let it); then whether an idle vehicle lacks only a driver; then by how much the tours of the day, tried
    at every position, fail to take it.
    """
    fleet = [v for v in problem.dataset.vehicles if v.depot_id == task.depot_id and runs_on(v, task.date)]
    allowed = [v for v in fleet if allowed_at(v, task)]
    fitting = [v for v in allowed if holds(v, task)]
    if not allowed:
        return _no_vehicle(task, fleet)
    if not fitting:
        return _too_big(task, allowed)
    able = [v for v in fitting if _alone(problem, v, task) is None]
    if not able:
        return _never(problem, task, fitting)
    over = _too_many(problem, routing, task)
    return _unrouted(task, "day_full", over_baskets=over) if over > 0 else _full(problem, routing, task, able)


def _too_many(problem: RoutingProblem, routing: Routing, task: Task) -> int:
    """Return by how many baskets the task would pass what its date may have; 0 or less when it would not."""
    bounds = [m for date, depot, m in problem.most_baskets if (date, depot) == (task.date, task.depot_id)]
    if not bounds or not task.is_drop:
        return 0
    tasks = {other.task_id: other for other in problem.tasks}
    there = [
        tasks[s.task_id] for tour in routing.tours if tour.date == task.date for trip in tour.trips for s in trip.stops
    ]
    return sum(o.baskets for o in (task, *there) if o.is_drop and o.depot_id == task.depot_id) - min(bounds)


def _unrouted(task: Task, cause: str, **figures: int) -> Unrouted:
    """The answer for a cause, its sentence filled in."""
    reason, sentence = CAUSES[cause]
    shown = {name: _shown(name, value) for name, value in figures.items()}
    return Unrouted(
        task_id=task.task_id,
        reason=reason,
        explanation=sentence.format(**shown),
        cause=cause,
        figures=tuple(sorted(figures.items())),
    )


def _shown(name: str, value: int) -> str:
    """A figure as people read it: minutes rounded up, kg."""
    if name.endswith("_s"):
        return str(-(-value // 60))
    return kg(value) if name.endswith("_g") else str(value)


def _no_vehicle(task: Task, fleet: Sequence[Vehicle]) -> Unrouted:
    """No vehicle may go there that day: none runs, all are too heavy, none is cold, or another is settled."""
    if not fleet:
        return _unrouted(task, "no_vehicle")
    light = [v for v in fleet if task.max_gvw_kg is None or v.gvw_kg <= task.max_gvw_kg]
    if task.max_gvw_kg is not None and not light:
        return _unrouted(task, "too_heavy", gvw_kg=task.max_gvw_kg, lightest_kg=min(v.gvw_kg for v in fleet))
    if not any(v.cold or not task.cold for v in light):
        return _unrouted(task, "not_cold")
    return _unrouted(task, "not_settled")


def _too_big(task: Task, allowed: Sequence[Vehicle]) -> Unrouted:
    """No allowed vehicle holds the whole of it."""
    over = min((max(0, task.load_g - v.capacity_g), max(0, task.places - v.capacity_baskets)) for v in allowed)
    return _unrouted(task, "too_big", over_g=over[0], over_places=over[1])


def _alone(problem: RoutingProblem, vehicle: Vehicle, task: Task) -> Infeasible | None:
    """Why the vehicle cannot make this stop even on an empty day; None when it can."""
    found = schedule(problem.dataset, task.date, vehicle, [[task]])
    return found if isinstance(found, Infeasible) else None


def _never(problem: RoutingProblem, task: Task, fitting: Sequence[Vehicle]) -> Unrouted:
    """No vehicle can make the stop even alone: which rule, once lifted, would let it."""
    if not task.windows:
        return _unrouted(task, "closed")
    faults = [fault for v in fitting if (fault := _alone(problem, v, task)) is not None]
    if all(fault.rule == "road" for fault in faults):
        return _unrouted(task, "no_road")
    short_s = min(fault.lacking for fault in faults if fault.rule != "road")
    packed = replace(task, release_s=0)
    if any(_alone(problem, v, packed) is None for v in fitting):
        return _unrouted(task, "packed_late", short_s=short_s)
    always_open = replace(packed, windows=((0, SECONDS_PER_DAY),))
    if any(_alone(problem, v, always_open) is None for v in fitting):
        return _unrouted(task, "hours_missed", short_s=short_s)
    return _unrouted(task, "shift_short", short_s=short_s)


def _full(problem: RoutingProblem, routing: Routing, task: Task, able: Sequence[Vehicle]) -> Unrouted:
    """Some vehicle could make the stop alone: drivers are lacking, or the tours of that day are full."""
    dataset = problem.dataset
    tours = {tour.vehicle_id: tour for tour in routing.tours if tour.date == task.date}
    used = [dataset.vehicle_by_id[vehicle_id] for vehicle_id in tours]
    idle = [v for v in able if v.vehicle_id not in tours]
    if any(drivers_suffice(dataset, task.date, [*used, v]) for v in idle):
        return _unrouted(task, "search")
    faults = _faults(problem, [tours[v.vehicle_id] for v in able if v.vehicle_id in tours], task)
    if faults is None:
        return _unrouted(task, "search")
    people = dataset.drivers_on(task.date)
    if idle and people is not None:
        return _unrouted(task, "no_driver", idle=len(idle), people=people[0], heavy=people[1])
    return _nearest(task, faults)


def _faults(problem: RoutingProblem, tours: Iterable[Tour], task: Task) -> list[Infeasible] | None:
    """What forbids the task at every position of these tours, one fault each; None when some position takes it."""
    tasks = {other.task_id: other for other in problem.tasks}
    found = []
    for tour in tours:
        vehicle = problem.dataset.vehicle_by_id[tour.vehicle_id]
        trips = [[tasks[stop.task_id] for stop in trip.stops] for trip in tour.trips]
        for longer in _with(trips, task):
            tried = schedule(problem.dataset, tour.date, vehicle, longer)
            if not isinstance(tried, Infeasible):
                return None
            found.append(tried)
    return found


def _with(trips: Sequence[Sequence[Task]], task: Task) -> Iterable[list[Sequence[Task]]]:
    """The trips with the task at every position, and as a trip of its own."""
    for k in range(len(trips) + 1):
        yield [*trips[:k], [task], *trips[k:]]
    for k, trip in enumerate(trips):
        for p in range(len(trip) + 1):
            yield [*trips[:k], [*trip[:p], task, *trip[p:]], *trips[k + 1 :]]


def _nearest(task: Task, faults: Sequence[Infeasible]) -> Unrouted:
    """The smallest lack: of time if any position lacks nothing else, then of room, then of trips."""
    times = [fault.lacking for fault in faults if fault.rule in ("shift", "window", "break", "driving")]
    if times:
        return _unrouted(task, "time_full", short_s=min(times))
    rooms = [fault for fault in faults if fault.rule in ("load", "places")]
    if rooms:
        grams = min((fault.lacking for fault in rooms if fault.rule == "load"), default=0)
        places = min((fault.lacking for fault in rooms if fault.rule == "places"), default=0)
        return _unrouted(task, "load_full", over_g=grams, over_places=places)
    return _unrouted(task, "trips_full")
