"""OR-Tools' RoutingModel, day by day and depot by depot, from the baseline's tours on; never worse than these.

Two kinds of search take turns: over all tours of a depot's day, and over a few neighbouring tours with the idle
vehicles, which gets much further for the same work (the idea of decomposing by vehicles, as in POPMUSIC:
Taillard and Voss 2002, doi:10.1007/978-1-4615-1507-4_27). Every solution met is timed exactly, and CP-SAT chooses
among all their vehicle-days.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.baseline import ROUNDS as FIRST_ROUNDS
from distrib.solver.routing.baseline import plan_day
from distrib.solver.routing.choice import Pool
from distrib.solver.routing.construction import Draft, take_out, worth
from distrib.solver.routing.day import Day, days_of
from distrib.solver.routing.ortools_model import Case, Model
from distrib.solver.routing.repair import with_trips
from distrib.solver.routing.result import routing_of, tours_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Work of one depot's day: limit checks of the library (some 100,000 a second) for all tours, for each group, groups."""

    whole: int
    group: int
    groups: int


BUDGETS = {
    Effort.QUICK: Budget(whole=10_000, group=5_000, groups=5),
    Effort.STANDARD: Budget(whole=50_000, group=15_000, groups=45),
    Effort.THOROUGH: Budget(whole=500_000, group=30_000, groups=100),
}
SPARE_RELOADS = 2
"""Reload visits offered beyond those of the tours that a search starts from."""
CHOOSE_EVERY = 15
"""Groups between choices among the vehicle-days met."""
REPAIRED = 4
"""Solutions of one search, cheapest first, that are repaired where exact timing refuses them; the others must pass."""

Trips = tuple[tuple[int, ...], ...]


class OrTools:
    """Guided local search of the OR-Tools routing library over several trips a day, drops, picks, breaks and drivers."""

    name = "ortools"
    features = frozenset({"picks", "breaks", "depots", "windows", "trips"})

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        Args:
            problem: the tasks of a week; its dataset is resolved.
            effort: work of the searches, counted by the library's own limit checks; no clock is involved.
            seed: of the baseline that the search starts from and of the groups (the library itself has none).
        """
        tours: list[Tour] = []
        for day in days_of(problem):
            draft = plan_day(day, rounds=FIRST_ROUNDS[effort], seed=seed)
            for depot_id in sorted({task.depot_id for task in day.tasks}):
                draft = improved(day, draft, depot_id, BUDGETS[effort], random.Random(f"{seed}/{day.date}/{depot_id}"))
            tours += tours_of(day, draft)
        return routing_of(problem, tours)


def improved(day: Day, draft: Draft, depot_id: str, budget: Budget, rng: random.Random) -> Draft:
    """The draft with the depot's tours searched: all together, then group by group.

    A group starts in turn from its tours as they are, from nothing, and with one of its vehicles sent home:
    what costs most is a vehicle's day, and the library seldom empties one by itself. Now and then the cheapest
    choice among all vehicle-days met is gone on from.
    """
    pool = Pool(day)
    mine = [v for v, vehicle in enumerate(day.vehicles) if vehicle.depot_id == depot_id]
    draft = searched(day, draft, mine, budget.whole, pool=pool)
    for turn in range(budget.groups):
        used = [v for v in draft.used if v in mine]
        if len(used) < 2:
            break
        group = _group(day, draft, used, rng)
        idle = list({day.kinds[v]: v for v in reversed(mine) if not draft.runs[v].trips}.values())
        if turn % 3 == 2:
            draft = searched(day, draft, group[1:], budget.group, pool=pool, closed=group[:1])
        else:
            vehicles, anew = sorted(group + idle), turn % 3 == 1
            draft = searched(day, draft, vehicles, budget.group, pool=pool, from_scratch=anew)
        if turn % CHOOSE_EVERY == CHOOSE_EVERY - 1:
            draft = pool.best(draft)
    return pool.best(draft)


def _group(day: Day, draft: Draft, used: Sequence[int], rng: random.Random) -> list[int]:
    """A tour by chance and the two to four whose stops come nearest to its own."""
    stops = {v: [day.place[t] for trip in draft.runs[v].trips for t in trip] for v in used}
    centre = rng.choice(used)

    def apart(v: int) -> tuple[int, int]:
        return sum(min(day.metres[a][b] for b in stops[v]) for a in stops[centre]), v

    others = sorted((v for v in used if v != centre), key=apart)
    return [centre, *others[: rng.randint(2, 4)]]


def searched(
    day: Day,
    draft: Draft,
    vehicles: Sequence[int],
    work: int,
    *,
    pool: Pool,
    closed: Sequence[int] = (),
    from_scratch: bool = False,
) -> Draft:
    """The draft with the tours of these vehicles searched anew if that is better; others stay and keep their drivers.

    The stops of ``closed`` vehicles are to go on these vehicles too.
    """
    bare = take_out(draft, {t for v in closed for trip in draft.runs[v].trips for t in trip})
    case = case_of(day, bare, vehicles) if bare is not None and vehicles else None
    if bare is None or case is None or not case.tasks:
        return draft
    start = None if from_scratch else [bare.runs[v].trips for v in case.vehicles]
    best, value = draft, worth(day, draft)
    for rank, found in enumerate(search(case, start, work)):
        other = with_trips(day, bare, dict(zip(case.vehicles, found, strict=True)), repair=rank < REPAIRED)
        if other is None:
            continue
        pool.add(other)
        if worth(day, other) < value:
            best, value = other, worth(day, other)
    return best


def case_of(day: Day, draft: Draft, vehicles: Sequence[int]) -> Case:
    """The stops of these vehicles of one depot and those left out, with the drivers that other vehicles leave."""
    carried = {t for v in vehicles for trip in draft.runs[v].trips for t in trip}
    able = {t for v in vehicles for t in day.fitting[v]}
    tasks = tuple(t for t in sorted(carried | (draft.left & able)) if day.tasks[t].windows)
    extra = sum(max(0, len(draft.runs[v].trips) - 1) for v in vehicles)
    most = sum(max(0, day.vehicles[v].max_trips - 1) for v in vehicles)
    return Case(
        day=day,
        depot_id=day.vehicles[vehicles[0]].depot_id,
        tasks=tasks,
        vehicles=tuple(vehicles),
        reloads=min(extra + SPARE_RELOADS, most),
        people=_people(day, [v for v in draft.used if v not in vehicles]),
    )


def _people(day: Day, others: Sequence[int]) -> tuple[int, int] | None:
    """Drivers left (with any licence, with licence C) when these vehicles have theirs; None without limit."""
    people = day.dataset.drivers_on(day.date)
    if people is None:
        return None
    heavy = sum(day.vehicles[v].needs_licence_c for v in others)
    return max(0, people[0] - len(others)), max(0, people[1] - heavy)


def search(case: Case, start: Sequence[Trips] | None, work: int) -> list[list[Trips]]:
    """Trips per vehicle of all solutions met, cheapest first; none when the library finds none."""
    model = Model(case)
    met: list[tuple[int, list[Trips]]] = []

    def note() -> None:
        value = model.routing.CostVar().Max()
        met.append((value, _trips(model, lambda at: model.routing.NextVar(at).Value())))

    model.routing.AddAtSolutionCallback(note)
    model.routing.AddSearchMonitor(model.solver.CustomLimit(_after(work)))
    parameters = _parameters(work)
    model.routing.CloseModelWithParameters(parameters)
    known = None if start is None else model.routing.ReadAssignmentFromRoutes(_routes(model, start), True)
    if known is None:
        model.routing.SolveWithParameters(parameters)
    else:
        model.routing.SolveFromAssignmentWithParameters(known, parameters)
    return [trips for _, trips in sorted(met, key=lambda pair: pair[0])]


def _after(work: int) -> Callable[[], bool]:
    """A limit that is reached after so many checks: the same moment of the search in every run."""
    left = work

    def reached() -> bool:
        nonlocal left
        left -= 1
        return left <= 0

    return reached


def _parameters(work: int) -> Any:
    """Guided local search without any limit of time; the neighbourhoods that are timed by a clock stay off.

    The library's scheduling of every solution is off too: with several windows a day it calls a mixed-integer solver
    each time (12 s for seven stops), and our exact timing follows anyway.
    """
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.disable_scheduling_beware_this_may_degrade_performance = True
    parameters.solution_limit = work
    return parameters


def _routes(model: Model, start: Sequence[Trips]) -> list[list[int]]:
    """Indices per vehicle, a reload visit between two trips."""
    node = {t: k for k, t in enumerate(model.case.tasks, start=1)}
    free = iter(model.reloads)
    routes = []
    for trips in start:
        route: list[int] = []
        for k, trip in enumerate(trips):
            if k:
                route.append(model.index(next(free)))
            route += [model.index(node[t]) for t in trip]
        routes.append(route)
    return routes


def _trips(model: Model, follow: Callable[[int], int]) -> list[Trips]:
    """Task numbers per vehicle and trip."""
    found = []
    for v in range(len(model.case.vehicles)):
        trips: list[list[int]] = [[]]
        at = follow(model.routing.Start(v))
        while not model.routing.IsEnd(at):
            node = model.manager.IndexToNode(at)
            if node >= model.case.first_reload:
                trips.append([])
            else:
                trips[-1].append(model.case.tasks[node - 1])
            at = follow(at)
        found.append(tuple(tuple(trip) for trip in trips if trip))
    return found
