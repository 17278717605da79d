"""VROOM (package ``pyvroom``, not among the dependencies) on generated weeks, date by date and depot by depot.

VROOM has neither reloads nor hours paid while waiting, nor drivers by licence, nor breaks that follow the work. Each day is put to it in
several ways and the cheapest answer counts, after exact timing and the repair that other engines get too:

- *parts*: every vehicle once for each of 1, 2, … ``max_trips`` equal parts of its shift, loading before each; release
  times are left out;
- *shipments*: a drop is fetched at the depot after its release, loading is the setup there, so that a vehicle reloads at will.

The end of a shift leaves room for the break. What VROOM leaves out, and what exact timing takes off, is put in where it costs least.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import vroom

from distrib.model.effort import Effort
from distrib.model.fleet import Vehicle
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.construction import Draft, empty_draft, improve, worth
from distrib.solver.routing.day import TOO_FAR, Day, days_of
from distrib.solver.routing.pyvrp_engine import driven
from distrib.solver.routing.repair import with_trips
from distrib.solver.routing.result import routing_of, tours_of

EXPLORATION = 5
"""The most thorough; the search ends by itself."""
ROUNDS = {Effort.QUICK: 100, Effort.STANDARD: 300, Effort.THOROUGH: 1500}
"""Rounds of taking out and putting back with exact timing afterwards, per day: the baseline's."""
FAR_S = 1 << 24
"""Seconds and metres of a pair without a way."""

TripsByVehicle = dict[int, list[list[int]]]


@dataclass(frozen=True, slots=True)
class VroomWeeks:
    """VROOM behind the ``Router`` protocol."""

    name: str = "vroom"
    features: frozenset[str] = frozenset({"picks", "depots", "windows", "trips"})

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``."""
        tours: list[Tour] = []
        for day in days_of(problem):
            draft = empty_draft(day)
            for depot_id in sorted({task.depot_id for task in day.tasks}):
                draft = _planned(day, draft, depot_id)
            rng = random.Random(f"{seed}/{day.date.isoformat()}")
            tours += tours_of(day, improve(day, draft, rounds=ROUNDS[effort], rng=rng))
        return routing_of(problem, tours)


def _planned(day: Day, draft: Draft, depot_id: str) -> Draft:
    """The draft with the cheapest tours of a depot among all ways of putting it."""
    vehicles = [v for v, vehicle in enumerate(day.vehicles) if vehicle.depot_id == depot_id]
    most = max((day.vehicles[v].max_trips for v in vehicles), default=1)
    best = draft
    for parts in range(most + 1):  # 0: as shipments
        found = _search(day, depot_id, vehicles, parts)
        kept = driven(day, draft.used, found)
        if len(kept) < len(found):
            found = _search(day, depot_id, kept, parts)
        found = {v: trips[: day.vehicles[v].max_trips] for v, trips in found.items()}
        made = with_trips(day, draft, found)
        if made is not None and (best is draft or worth(day, made) < worth(day, best)):
            best = made
    return best


def _search(day: Day, depot_id: str, vehicles: Sequence[int], parts: int) -> TripsByVehicle:
    """Trips of task numbers by vehicle."""
    tasks = [t for t, task in enumerate(day.tasks) if task.depot_id == depot_id and task.windows]
    if not tasks or not vehicles:
        return {}
    problem = vroom.Input()
    for profile, vehicle in _profiles(day, vehicles).items():
        problem.set_durations_matrix(profile, _near(day.driving(vehicle)))
        problem.set_distances_matrix(profile, _near(day.driven(vehicle)))
    pieces = max(1, parts)
    for v in vehicles:
        able = {t + 1 for t in tasks if t in day.fitting[v]}
        for part in range(min(pieces, day.vehicles[v].max_trips)):
            problem.add_vehicle(_vehicle(day, v, v * pieces + part, able, (part, parts)))
    home, loading_s = day.depot_place[depot_id], day.dataset.depot_by_id[depot_id].loading_s
    for t in tasks:
        problem.add_job(_job(day, t) if parts or not day.tasks[t].is_drop else _shipment(day, t, home, loading_s))
    solution = problem.solve(EXPLORATION, nb_threads=1)
    return _trips(solution.routes, pieces)


def _near(table: list[list[int]]) -> Any:
    return np.minimum(np.array(table, dtype=np.int64), min(FAR_S, TOO_FAR)).astype(np.uint32)


def _profile(day: Day, vehicle: Vehicle) -> str:
    return f"{id(day.dataset.travel_for(vehicle))}/{vehicle.speed_factor_milli}"


def _profiles(day: Day, vehicles: Sequence[int]) -> dict[str, Vehicle]:
    return {_profile(day, day.vehicles[v]): day.vehicles[v] for v in vehicles}


def _vehicle(day: Day, v: int, number: int, able: set[int], part_of: tuple[int, int]) -> vroom.Vehicle:
    """Part of a vehicle's shift, its day's price on the first part; a skill for every task it may make."""
    vehicle, (part, parts) = day.vehicles[v], part_of
    depot = day.dataset.depot_by_id[vehicle.depot_id]
    opens, closes = max(vehicle.shift_start_s, depot.opens_s), min(vehicle.shift_end_s, depot.closes_s)
    closes = min(closes, opens + vehicle.longest_day_s())
    if vehicle.break_after_s is not None and vehicle.break_s is not None and closes - opens > vehicle.break_after_s:
        closes -= vehicle.break_s
    unloading = depot.loading_s if any(not task.is_drop for task in day.tasks) else 0
    length = (closes - opens) // max(1, parts)
    begins = opens + part * length + (depot.loading_s if parts else 0)
    ends = max(begins + 1, opens + (part + 1) * length - unloading)
    place = day.depot_place[vehicle.depot_id]
    return vroom.Vehicle(
        number,
        start=place,
        end=place,
        profile=_profile(day, vehicle),
        capacity=[vehicle.capacity_g, vehicle.capacity_baskets],
        skills=able,
        time_window=vroom.TimeWindow(begins, ends),
        costs=vroom.VehicleCosts(
            fixed=vehicle.cents_per_day * 1000 if part == 0 else 0,
            per_hour=vehicle.millicents_per_h,
            per_km=vehicle.millicents_per_km,
        ),
    )


def _job(day: Day, t: int) -> vroom.Job:
    task = day.tasks[t]
    amount, none = vroom.Amount([task.load_g, task.places]), vroom.Amount([0, 0])
    return vroom.Job(
        t + 1,
        day.place[t],
        default_service=task.service_s,
        delivery=amount if task.is_drop else none,
        pickup=none if task.is_drop else amount,
        skills={t + 1},
        time_windows=[vroom.TimeWindow(*window) for window in task.windows],
    )


def _shipment(day: Day, t: int, home: int, loading_s: int) -> vroom.Shipment:
    task = day.tasks[t]
    return vroom.Shipment(
        vroom.ShipmentStep(
            t + 1, home, default_setup=loading_s, time_windows=[vroom.TimeWindow(task.release_s, 86_400)]
        ),
        vroom.ShipmentStep(
            t + 1,
            day.place[t],
            default_service=task.service_s,
            time_windows=[vroom.TimeWindow(*window) for window in task.windows],
        ),
        amount=vroom.Amount([task.load_g, task.places]),
        skills={t + 1},
    )


def _trips(routes: Any, pieces: int) -> TripsByVehicle:
    """A trip per part, or from one fetch at the depot to the next."""
    found: TripsByVehicle = {}
    part, fetching = -1, False
    for step in routes.sort_values("vehicle_id", kind="stable").itertuples():
        trips = found.setdefault(int(step.vehicle_id) // pieces, [])
        if int(step.vehicle_id) != part:
            part, fetching = int(step.vehicle_id), False
            trips.append([])
        if step.type == "pickup":
            if not fetching:
                trips.append([])
            fetching = True
        elif step.type in ("job", "delivery"):
            fetching = False
            trips[-1].append(int(step.id) - 1)
    full = {v: [trip for trip in trips if trip] for v, trips in found.items()}
    return {v: trips for v, trips in full.items() if trips}
