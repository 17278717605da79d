"""The last word on every vehicle-day: exact times, and a repair of what the exact timing refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from distrib.model.routing import RoutingProblem, Task, Tour
from distrib.solver.routing.construction import Draft, empty_draft, insert
from distrib.solver.routing.day import Day, days_of, with_room
from distrib.solver.routing.insertion import VehicleDay as Run
from distrib.solver.routing.ruin_recreate.arrays import VehicleDay
from distrib.solver.routing.timing import Infeasible, schedule


def timed(problem: RoutingProblem, days: Sequence[VehicleDay]) -> list[Tour]:
    """The vehicle-days with their final times.

    One that the exact timing refuses loses stops until it can be driven; these are then inserted where they
    cost least on their date, or stay out.
    """
    tours: list[Tour] = []
    refused: set[dt.date] = set()
    for day in days:
        tour = schedule(problem.dataset, day.date, day.vehicle, day.trips)
        if isinstance(tour, Infeasible):
            refused.add(day.date)
        else:
            tours.append(tour)
    for date in sorted(refused):
        tours = [tour for tour in tours if tour.date != date]
        tours += _repaired(problem, date, [day for day in days if day.date == date])
    return tours


def _repaired(problem: RoutingProblem, date: dt.date, days: Sequence[VehicleDay]) -> list[Tour]:
    """Tours of a date on which a vehicle-day was refused."""
    day = next(day for day in days_of(problem) if day.date == date)
    number = {task.task_id: t for t, task in enumerate(day.tasks)}
    draft = empty_draft(day)
    runs = list(draft.runs)
    for item in days:
        v = day.vehicles.index(item.vehicle)
        trips = _drivable(problem, item)
        if trips:
            run = Run.of(runs[v].rules, [[number[task.task_id] for task in trip] for trip in trips])
            runs[v] = runs[v] if run is None else run
    carried = {day.tasks[t].task_id for run in runs for trip in run.trips for t in trip}
    done = insert(day, Draft(runs=tuple(runs), left=with_room(problem, day, carried)))
    return [tour for v in done.used for tour in _tour(day, v, done.runs[v])]


def _drivable(problem: RoutingProblem, item: VehicleDay) -> list[list[Task]]:
    """The trips less the stops at which the exact timing balks (the last one where it names none)."""
    trips = [list(trip) for trip in item.trips]
    while trips:
        fault = schedule(problem.dataset, item.date, item.vehicle, trips)
        if not isinstance(fault, Infeasible):
            return trips
        named = fault.task_id or trips[-1][-1].task_id
        trips = [[task for task in trip if task.task_id != named] for trip in trips]
        trips = [trip for trip in trips if trip]
    return []


def _tour(day: Day, v: int, run: Run) -> list[Tour]:
    tour = schedule(day.dataset, day.date, day.vehicles[v], [[day.tasks[t] for t in trip] for trip in run.trips])
    return [] if isinstance(tour, Infeasible) else [tour]
