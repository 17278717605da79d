"""The cheapest tours of a few stops by trying everything; timed and priced by ``schedule``, not by the bound's own code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, permutations

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import RoutingProblem, Task, Tour
from distrib.solver.routing.eligibility import allowed_at, drivers_suffice, holds
from distrib.solver.routing.timing import schedule, tour_cost_units


def days(tasks: Sequence[Task], most_trips: int) -> Iterator[list[list[Task]]]:
    """Every order of every selection of the stops, cut into trips in every way."""
    for size in range(1, len(tasks) + 1):
        for order in permutations(tasks, size):
            for trips in range(1, min(size, most_trips) + 1):
                for cuts in combinations(range(1, size), trips - 1):
                    edges = [0, *cuts, size]
                    yield [list(order[a:b]) for a, b in pairwise(edges)]


def day_costs(dataset: Dataset, date: dt.date, vehicle: Vehicle, tasks: Sequence[Task]) -> dict[frozenset[str], int]:
    """Least cost in units of each set of stops that the vehicle can make in a day."""
    mine = [task for task in tasks if allowed_at(vehicle, task) and holds(vehicle, task)]
    by_id = {task.task_id: task for task in mine}
    best: dict[frozenset[str], int] = {}
    for trips in days(mine, vehicle.max_trips):
        tour = schedule(dataset, date, vehicle, trips)
        if isinstance(tour, Tour):
            key = frozenset(task.task_id for trip in trips for task in trip)
            best[key] = min(best.get(key, 1 << 62), tour_cost_units(dataset, by_id, tour))
    return best


def optimum(problem: RoutingProblem, date: dt.date) -> int | None:
    """Least cost in units of carrying all stops of a date, None when that cannot be done."""
    dataset = problem.dataset
    tasks = [task for task in problem.tasks if task.date == date]
    vehicles = [vehicle for vehicle in dataset.vehicles if date.weekday() in vehicle.weekdays]
    states: dict[tuple[frozenset[str], frozenset[str]], int] = {(frozenset(), frozenset()): 0}
    for vehicle in vehicles:
        costs = day_costs(dataset, date, vehicle, tasks)
        for (done, used), cost in list(states.items()):
            for more, price in costs.items():
                if not done & more:
                    key = (done | more, used | {vehicle.vehicle_id})
                    states[key] = min(states.get(key, 1 << 62), cost + price)
    everything = frozenset(task.task_id for task in tasks)
    complete = [
        cost
        for (done, used), cost in states.items()
        if done == everything and drivers_suffice(dataset, date, [dataset.vehicle_by_id[v] for v in used])
    ]
    return min(complete, default=None)
