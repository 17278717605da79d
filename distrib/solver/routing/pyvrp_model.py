"""The PyVRP model of one depot on one date: each part of the library's problem is one function.

What it has: several trips with loading time, drops and picks on one trip, grams and places, windows (several: one
alternative client each), release times, vehicles of different price, size, speed, hours and permission. What it has not,
and the engine sees to: breaks (their time is taken off the shift where there are no release times) and drivers by licence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray

from distrib.model.fleet import Vehicle
from distrib.model.routing import Task
from distrib.solver.routing.day import TOO_FAR, Day
from distrib.units import SECONDS_PER_DAY

PRICE_PARTS = 1000
"""Costs in 1/1000 millicent: a price per km is whole per metre, a price per hour is rounded per second."""
UNSERVED = 10**9 * PRICE_PARTS
"""Price of leaving out a stop: more than any day costs. Its grams come on top."""
NEVER_M = 10**9
NEVER_S = 2 * SECONDS_PER_DAY
"""Metres and seconds of a leg that may not be driven: longer than any day, and small enough for the library's integers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What one model is about: tasks and vehicles of one depot, by their numbers in the day."""

    day: Day
    depot_id: str
    tasks: tuple[int, ...]
    vehicles: tuple[int, ...]

    @cached_property
    def kinds(self) -> list[list[int]]:
        """Vehicles that differ in nothing but their id, together; those that have no time or may make no stop are left out."""
        found: dict[int, list[int]] = {}
        for v in self.vehicles:
            opens_s, closes_s = self.hours(self.day.vehicles[v])
            if opens_s <= closes_s and not self.day.fitting[v].isdisjoint(self.tasks):
                found.setdefault(self.day.kinds[v], []).append(v)
        return list(found.values())

    @cached_property
    def places(self) -> list[int]:
        """Place of each location: the depot, then the tasks."""
        return [self.day.depot_place[self.depot_id], *(self.day.place[t] for t in self.tasks)]

    @cached_property
    def clients(self) -> list[tuple[int, tuple[int, int]]]:
        """Location and window of each client: one per window of each task."""
        return [(k, window) for k, t in enumerate(self.tasks, start=1) for window in sorted(self.day.tasks[t].windows)]

    @cached_property
    def grams_a_place(self) -> int:
        """What a place counts for, so that the library's loads are of one size."""
        vehicles = [self.day.vehicles[v] for v in self.vehicles]
        return max(1, *(vehicle.capacity_g // max(1, vehicle.capacity_baskets) for vehicle in vehicles))

    @property
    def loading_s(self) -> int:
        """Loading or unloading time at the depot."""
        return self.day.dataset.depot_by_id[self.depot_id].loading_s

    def task(self, location: int) -> Task:
        """The task at a location other than the depot's."""
        return self.day.tasks[self.tasks[location - 1]]

    def hours(self, vehicle: Vehicle) -> tuple[int, int]:
        """When the vehicle may begin and must end: shift and depot hours."""
        depot = self.day.dataset.depot_by_id[self.depot_id]
        return max(depot.opens_s, vehicle.shift_start_s), min(depot.closes_s, vehicle.shift_end_s)


def data_of(case: Case) -> pyvrp.ProblemData:
    """The library's problem; vehicle types are the case's kinds, clients its clients."""
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in case.places],
        clients=_clients(case),
        depots=[pyvrp.Depot(0, service_duration=_loading_s(case))],
        vehicle_types=[_vehicle_type(case, number, kind) for number, kind in enumerate(case.kinds)],
        distance_matrices=[_metres(case, kind) for kind in case.kinds],
        duration_matrices=[_seconds(case, kind) for kind in case.kinds],
        groups=_groups(case),
    )


def _loading_s(case: Case) -> int:
    """Every trip is charged loading, but on a day without drops."""
    return case.loading_s if any(case.day.tasks[t].is_drop for t in case.tasks) else 0


def _clients(case: Case) -> list[pyvrp.Client]:
    """A client per task and window: dropped or picked, in its window, on a trip no earlier than its release."""
    group_of = {location: number for number, (location, _) in enumerate(_several(case))}
    found = []
    for location, (opens_s, closes_s) in case.clients:
        task = case.task(location)
        amounts, nothing = [task.load_g, task.places * case.grams_a_place], [0, 0]
        found.append(
            pyvrp.Client(
                location,
                delivery=amounts if task.is_drop else nothing,
                pickup=nothing if task.is_drop else amounts,
                service_duration=task.service_s,
                tw_early=opens_s,
                tw_late=closes_s,
                release_time=task.release_s,
                prize=UNSERVED + task.load_g * PRICE_PARTS,
                required=False,
                group=group_of.get(location),
            )
        )
    return found


def _several(case: Case) -> list[tuple[int, list[int]]]:
    """Locations with several windows, with their clients."""
    by_location: dict[int, list[int]] = {}
    for number, (location, _) in enumerate(case.clients):
        by_location.setdefault(location, []).append(number)
    return [(location, clients) for location, clients in by_location.items() if len(clients) > 1]


def _groups(case: Case) -> list[pyvrp.ClientGroup]:
    """At most one of the windows of a task is used."""
    return [pyvrp.ClientGroup(clients, required=False) for _, clients in _several(case)]


def _vehicle_type(case: Case, number: int, kind: Sequence[int]) -> pyvrp.VehicleType:
    """Vehicles of a kind: what they hold and cost, their hours less breaks, their trips."""
    vehicle = case.day.vehicles[kind[0]]
    opens_s, closes_s = case.hours(vehicle)
    longest_s = closes_s - opens_s
    if not any(case.day.tasks[t].release_s for t in case.tasks):
        # With release times and a day shorter than the hours, the library's RelocateWithDepot misjudges its moves and the local
        # search runs in a circle for ever (0.14.1): breaks and the longest day are left to exact timing there.
        longest_s = _longest_s(vehicle, min(longest_s, vehicle.longest_day_s()))
    return pyvrp.VehicleType(
        num_available=len(kind),
        capacity=[vehicle.capacity_g, vehicle.capacity_baskets * case.grams_a_place],
        fixed_cost=vehicle.cents_per_day * 1000 * PRICE_PARTS,
        tw_early=opens_s,
        tw_late=closes_s,
        shift_duration=longest_s,
        unit_distance_cost=vehicle.millicents_per_km,
        unit_duration_cost=(2 * vehicle.millicents_per_h * PRICE_PARTS + 3600) // 7200,
        profile=number,
        reload_depots=[0] if vehicle.max_trips > 1 else [],
        max_reloads=max(0, vehicle.max_trips - 1),
    )


def _longest_s(vehicle: Vehicle, hours_s: int) -> int:
    """The longest day: a day long enough to need breaks leaves room for them."""
    if vehicle.break_after_s is None or vehicle.break_s is None or hours_s <= vehicle.break_after_s:
        return hours_s
    breaks = max(1, -(-hours_s // (vehicle.break_after_s + vehicle.break_s)) - 1)
    return max(vehicle.break_after_s, hours_s - breaks * vehicle.break_s)


def _metres(case: Case, kind: Sequence[int]) -> Any:
    """Metres that a kind of vehicle drives between locations."""
    driven = case.day.driven(case.day.vehicles[kind[0]])
    table = np.array([[driven[a][b] for b in case.places] for a in case.places], dtype=np.int64)
    return _forbidden(case, kind, table, NEVER_M)


def _seconds(case: Case, kind: Sequence[int]) -> Any:
    """Driving seconds between locations, and unloading on leaving a run of picks."""
    driving = case.day.driving(case.day.vehicles[kind[0]])
    table = np.array([[driving[a][b] for b in case.places] for a in case.places], dtype=np.int64)
    picks = np.array([False, *(not case.task(k).is_drop for k in range(1, len(case.places)))])
    table[np.ix_(picks, ~picks)] += case.loading_s
    return _forbidden(case, kind, table, NEVER_S)


def _forbidden(case: Case, kind: Sequence[int], table: NDArray[np.int64], never: int) -> NDArray[np.int64]:
    """The table with ``never`` where there is no way, and to and from stops that the kind may not make."""
    bad = [k for k, t in enumerate(case.tasks, start=1) if t not in case.day.fitting[kind[0]]]
    table[table >= TOO_FAR] = never
    table[:, bad] = never
    table[bad, :] = never
    np.fill_diagonal(table, 0)
    return table
