"""PyVRP, day by day and depot by depot, with exact timing, breaks and drivers seen to around it."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.IteratedLocalSearch import (
    IteratedLocalSearch,
    IteratedLocalSearchCallbacks,
    IteratedLocalSearchParams,
)
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.search import OPERATORS, LocalSearch, PerturbationManager, compute_neighbours
from pyvrp.stop import MaxIterations

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.choice import Pool
from distrib.solver.routing.construction import Draft, empty_draft, improve, worth
from distrib.solver.routing.day import Day, days_of
from distrib.solver.routing.pyvrp_model import NEVER_M, NEVER_S, Case, data_of
from distrib.solver.routing.repair import with_trips
from distrib.solver.routing.result import routing_of, tours_of

ITERATIONS = {Effort.QUICK: 300, Effort.STANDARD: 3_000, Effort.THOROUGH: 30_000}
"""Iterations of the library's search over one depot's day."""
ROUNDS = {Effort.QUICK: 100, Effort.STANDARD: 300, Effort.THOROUGH: 1500}
"""Rounds of taking out and putting back with exact timing afterwards, per day: the baseline's."""
FIRST_PENALTY = 1
"""First price of a gram, place or second too much, in mean legs; the library would begin at half of the highest."""

MOST_PENALTY = 1e10
"""Beyond this the library's integers overflow: a day's worth of lateness at every stop would cost more than they hold."""

LATEST = 30
"""Best solutions of a search whose vehicle-days are chosen from."""

TripsByVehicle = dict[int, list[list[int]]]


class PyVrp:
    """PyVRP's iterated local search over several trips a day, drops and picks, windows, release times, mixed vehicles.

    The library knows neither breaks nor drivers by licence: the shift leaves room for breaks (but where there are release
    times) and exact timing places them; where drivers do not suffice, the search is run again with the vehicles that carried most.
    """

    name = "pyvrp"
    features = frozenset({"picks", "breaks", "depots", "windows", "trips"})

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        Args:
            problem: the tasks of a week; its dataset is resolved.
            effort: iterations of the library and rounds of the repair; no clock is involved.
            seed: of both.
        """
        tours: list[Tour] = []
        for day in days_of(problem):
            draft = empty_draft(day)
            for depot_id in sorted({task.depot_id for task in day.tasks}):
                draft = planned(day, draft, depot_id, ITERATIONS[effort], seed)
            rng = random.Random(f"{seed}/{day.date.isoformat()}")
            tours += tours_of(day, improve(day, draft, rounds=ROUNDS[effort], rng=rng))
        return routing_of(problem, tours)


def planned(day: Day, draft: Draft, depot_id: str, iterations: int, seed: int) -> Draft:
    """The draft with the tours of a depot, which has none in it yet: the cheapest choice among those of the best solutions."""
    others = draft.used
    mine = [v for v, vehicle in enumerate(day.vehicles) if vehicle.depot_id == depot_id]
    found = search(case_of(day, depot_id, mine), iterations, seed)
    if found and not day.drivers_allow([*others, *found[-1]]):
        kept = driven(day, others, found[-1])
        again = search(case_of(day, depot_id, kept), iterations, seed)
        found = again if again else [{v: found[-1][v] for v in kept}]
    if not found:
        return draft
    made = with_trips(day, draft, found[-1])
    if made is None or worth(day, draft) < worth(day, made):
        return draft
    pool = Pool(day)
    for earlier in found[:-1]:
        other = with_trips(day, draft, earlier, repair=False)
        if other is not None:
            pool.add(other)
    return pool.best(made)


def case_of(day: Day, depot_id: str, vehicles: Sequence[int]) -> Case:
    """The depot's tasks that one of these vehicles could make, with the vehicles."""
    able = {t for v in vehicles for t in day.fitting[v]}
    tasks = [t for t, task in enumerate(day.tasks) if t in able and task.depot_id == depot_id and task.windows]
    return Case(day=day, depot_id=depot_id, tasks=tuple(tasks), vehicles=tuple(vehicles))


def driven(day: Day, others: Sequence[int], found: TripsByVehicle) -> list[int]:
    """Of the vehicles used, those with the most grams that the drivers suffice for."""
    grams = {v: sum(day.tasks[t].load_g for trip in trips for t in trip) for v, trips in found.items()}
    kept: list[int] = []
    for v in sorted(grams, key=lambda v: (-grams[v], v)):
        if day.drivers_allow([*others, *kept, v]):
            kept.append(v)
    return sorted(kept)


class _Bests(IteratedLocalSearchCallbacks):
    """The last best solutions of a search, the best one last."""

    def __init__(self, start: pyvrp.Solution) -> None:
        self.solutions = [start]

    def on_best(self, best: pyvrp.Solution) -> None:
        """Keep it."""
        self.solutions = [*self.solutions[1 - LATEST :], best]


def search(case: Case, iterations: int, seed: int) -> list[TripsByVehicle]:
    """Trips of task numbers by vehicle of the last best solutions, the best one last.

    They are within the library's limits, but not timed with breaks; none without tasks or vehicles.
    """
    if not case.tasks or not case.kinds:
        return []
    data = data_of(case)
    rng = pyvrp.RandomNumberGenerator(seed=seed)
    local_search = LocalSearch(data, rng, compute_neighbours(data), PerturbationManager())
    for operator in OPERATORS:
        if operator.supports(data):
            local_search.add_operator(operator(data))
    penalties = _penalties(data)
    start = local_search(pyvrp.Solution.make_random(data, rng), penalties.max_cost_evaluator(), exhaustive=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        bests = _Bests(start)
        params = IteratedLocalSearchParams(callbacks=bests)
        loop = IteratedLocalSearch(data, penalties, local_search, start, params)
        best = loop.run(MaxIterations(iterations), collect_stats=False).best
    return [_trips(case, solution) for solution in [*bests.solutions[:-1], best]]


def _penalties(data: pyvrp.ProblemData) -> PenaltyManager:
    """Penalties that begin at the cost of some mean legs per mean amount, so that few iterations find the right ones."""
    legs = [_mean_leg(data, kind) for kind in data.vehicle_types()]
    loads = np.array([np.maximum(client.delivery, client.pickup) for client in data.clients()], dtype=float)
    cost, seconds, metres = min(legs)
    means = (*loads.mean(axis=0).tolist(), seconds, metres)
    *amounts, time, way = (max(1.0, FIRST_PENALTY * cost / max(1.0, mean)) for mean in means)
    most = min(MOST_PENALTY, 10_000 * max(*amounts, time, way))
    return PenaltyManager((amounts, time, way), PenaltyParams(max_penalty=most))


def _mean_leg(data: pyvrp.ProblemData, kind: pyvrp.VehicleType) -> tuple[float, float, float]:
    """Mean (cost, seconds, metres) of the legs that vehicles of the kind may drive."""
    metres, seconds = np.asarray(data.distance_matrix(kind.profile)), np.asarray(data.duration_matrix(kind.profile))
    open_to = (metres < NEVER_M) & (seconds < NEVER_S)
    way, time = float(metres[open_to].mean()), float(seconds[open_to].mean())
    return way * kind.unit_distance_cost + time * kind.unit_duration_cost, time, way


def _trips(case: Case, solution: pyvrp.Solution) -> TripsByVehicle:
    """Trips by vehicle of the day."""
    free = [iter(kind) for kind in case.kinds]
    found: TripsByVehicle = {}
    for route in solution.routes():
        trips: list[list[int]] = [[]]
        for activity in route.schedule():
            if activity.is_client():
                trips[-1].append(case.tasks[case.clients[activity.idx][0] - 1])
            elif trips[-1]:
                trips.append([])
        trips = [trip for trip in trips if trip]
        if trips:
            found[next(free[route.vehicle_type()])] = trips
    return found
