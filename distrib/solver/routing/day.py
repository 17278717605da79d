"""One date of a routing problem as plain lists, for engines that look up the same drives thousands of times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from distrib.model.dataset import UNREACHABLE, Dataset, Travel
from distrib.model.fleet import Vehicle
from distrib.model.routing import RoutingProblem, Task
from distrib.solver.routing.eligibility import allowed_at, drivers_suffice, holds, runs_on
from distrib.units import SECONDS_PER_DAY, driving_s

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TOO_FAR = 100 * SECONDS_PER_DAY
"""Seconds and metres that stand for a pair of places without a way: no shift is long enough."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Day:
    """The tasks of a date and the vehicles there that day, by position; places are numbered, depots first.

    ``place[t]`` is the place of task t and ``metres[a][b]`` the metres between two places by the table of light
    vehicles, which say what is near what.
    """

    dataset: Dataset
    date: dt.date
    tasks: tuple[Task, ...]
    vehicles: tuple[Vehicle, ...]
    places: tuple[str, ...]

    @cached_property
    def place(self) -> list[int]:
        """Place of each task."""
        numbers = {name: k for k, name in enumerate(self.places)}
        return [numbers[task.place_id] for task in self.tasks]

    @cached_property
    def depot_place(self) -> dict[str, int]:
        """Place of each depot by depot_id."""
        return {depot.depot_id: k for k, depot in enumerate(self.dataset.depots)}

    @cached_property
    def metres(self) -> list[list[int]]:
        """Metres between places, ``TOO_FAR`` where there is no way."""
        return self._far(travel_of(self.dataset))

    @cached_property
    def _driving(self) -> dict[tuple[int, int], list[list[int]]]:
        found: dict[tuple[int, int], list[list[int]]] = {}
        for vehicle in self.vehicles:
            factor, travel = vehicle.speed_factor_milli, self.dataset.travel_for(vehicle)
            if (id(travel), factor) not in found:
                rows = self._rows(travel, travel.seconds)
                found[id(travel), factor] = [
                    [TOO_FAR if s == UNREACHABLE else driving_s(s, factor) for s in row] for row in rows
                ]
        return found

    @cached_property
    def _driven(self) -> dict[int, list[list[int]]]:
        tables = {id(travel): travel for travel in map(self.dataset.travel_for, self.vehicles)}
        return {key: self._far(travel) for key, travel in tables.items()}

    def driving(self, vehicle: Vehicle) -> list[list[int]]:
        """Driving seconds of the vehicle between places, ``TOO_FAR`` where there is no way."""
        return self._driving[id(self.dataset.travel_for(vehicle)), vehicle.speed_factor_milli]

    def driven(self, vehicle: Vehicle) -> list[list[int]]:
        """Metres that the vehicle drives between places, ``TOO_FAR`` where there is no way."""
        return self._driven[id(self.dataset.travel_for(vehicle))]

    @cached_property
    def fitting(self) -> list[frozenset[int]]:
        """Tasks that each vehicle may make and can hold when empty."""
        return [
            frozenset(t for t, task in enumerate(self.tasks) if allowed_at(vehicle, task) and holds(vehicle, task))
            for vehicle in self.vehicles
        ]

    @cached_property
    def kinds(self) -> list[int]:
        """Number of each vehicle's kind: vehicles that differ in nothing but their id share it, but one settled for a stop is its own."""
        alone = {task.vehicle_id for task in self.tasks} - {""}
        seen: dict[Vehicle, int] = {}
        return [
            seen.setdefault(v if v.vehicle_id in alone else replace(v, vehicle_id=""), len(seen)) for v in self.vehicles
        ]

    def drivers_allow(self, vehicles: list[int]) -> bool:
        """True when the drivers of the date suffice for these vehicles."""
        return drivers_suffice(self.dataset, self.date, [self.vehicles[v] for v in vehicles])

    def _far(self, travel: Travel) -> list[list[int]]:
        return [[TOO_FAR if m == UNREACHABLE else m for m in row] for row in self._rows(travel, travel.metres)]

    def _rows(self, travel: Travel, table: npt.NDArray[np.int32]) -> list[list[int]]:
        at = [travel.index(name) for name in self.places]
        rows: list[list[int]] = table[at][:, at].tolist()
        return rows


def days_of(problem: RoutingProblem) -> list[Day]:
    """One day per date that has tasks, in order."""
    dataset = problem.dataset
    depots = [depot.depot_id for depot in dataset.depots]
    days = []
    for date in sorted({task.date for task in problem.tasks}):
        tasks = tuple(task for task in problem.tasks if task.date == date)
        stops = sorted({task.place_id for task in tasks})
        used = {task.depot_id for task in tasks}
        vehicles = tuple(v for v in dataset.vehicles if runs_on(v, date) and v.depot_id in used)
        days.append(Day(dataset=dataset, date=date, tasks=tasks, vehicles=vehicles, places=(*depots, *stops)))
    return days


def with_room(problem: RoutingProblem, day: Day, carried: Collection[str]) -> frozenset[int]:
    """Return the numbers of the day's tasks that are not carried and may be: drops only while ``most_baskets`` leaves them room.

    Args:
        problem: with every task on the date settled for it.
        day: one of its days.
        carried: task_ids on the day's tours.
    """
    room = {depot: most for date, depot, most in problem.most_baskets if date == day.date}
    for task in day.tasks:
        if task.is_drop and task.task_id in carried and task.depot_id in room:
            room[task.depot_id] -= task.baskets
    found = set()
    for number, task in enumerate(day.tasks):
        if task.task_id in carried:
            continue
        if task.is_drop and task.depot_id in room:
            if task.baskets > room[task.depot_id]:
                continue
            room[task.depot_id] -= task.baskets
        found.add(number)
    return frozenset(found)


def travel_of(dataset: Dataset) -> Travel:
    """The travel table; raises ValueError while it is not resolved."""
    if dataset.travel is None:
        raise ValueError("the travel table of this dataset is not resolved")
    return dataset.travel
