"""The router: one search per date, side by side, every tour timed exactly before it is returned."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.processes import cores
from distrib.solver.routing.dates import linked_dates
from distrib.solver.routing.result import routing_of
from distrib.solver.routing.ruin_recreate import kernels as k
from distrib.solver.routing.ruin_recreate.arrays import Solution, Work, empty_state, solution_of, vehicle_days, work_of
from distrib.solver.routing.ruin_recreate.exact import timed
from distrib.solver.routing.ruin_recreate.race import Round, Search, race, run

ITERATIONS_PER_TASK = {Effort.QUICK: 500, Effort.STANDARD: 1_500, Effort.THOROUGH: 24_000}
"""Iterations of all searches over some dates together, per task of these dates."""

FEW_TASKS = 20
"""Dates with fewer tasks get the iterations of so many: the mix of vehicles is as hard to find for them."""

ROUNDS = (Round(searches=12, share=50), Round(searches=4, share=25), Round(searches=1, share=25))

ON_SHARE, ON_SEARCHES = 50, 2
"""Of going on from tours: hundredths of all iterations, and how many searches share them."""


@dataclass(frozen=True, slots=True)
class RuinRecreateRouter:
    """Ruin and recreate over vehicle-days: a race of many searches that start with different mixes of vehicles.

    ``iterations``: of all searches over some dates together, per task, where it is not what an effort stands for.
    """

    name: str = "ruin_recreate"
    features: frozenset[str] = frozenset({"picks", "breaks", "depots", "windows", "trips", "dates"})
    iterations: int | None = None

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        The same problem, effort and seed give the same answer on any number of cores: the searches are the
        same and none knows of another.
        """
        works = [work for dates in linked_dates(problem) if (work := work_of(problem, dates)).slots]
        each = ITERATIONS_PER_TASK[effort] if self.iterations is None else self.iterations
        iterations = [each * max(FEW_TASKS, len(work.tasks)) for work in works]
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            found = race(works, iterations=iterations, rounds=ROUNDS, seed=seed, pool=pool)
        return _routing(problem, works, found)

    def improved(self, problem: RoutingProblem, tours: Sequence[Tour], *, effort: Effort, seed: int) -> Routing:
        """Return tours found by going on from those given, which must keep every T rule; else as ``route``.

        ``ON_SHARE`` of the iterations of ``route``, by searches that differ in their random numbers.
        """
        works = [work for dates in linked_dates(problem) if (work := work_of(problem, dates)).slots]
        each = ITERATIONS_PER_TASK[effort] if self.iterations is None else self.iterations
        entries = [
            Search(
                work=work,
                iterations=max(1, each * max(FEW_TASKS, len(work.tasks)) * ON_SHARE // 100 // ON_SEARCHES),
                seed=seed + 1000 * len(ROUNDS) + number,
                start=start,
            )
            for work in works
            for start in [solution_of(work, tours)]
            for number in range(ON_SEARCHES)
        ]
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            found = list(pool.map(run, entries))
        groups = [found[i : i + ON_SEARCHES] for i in range(0, len(found), ON_SEARCHES)]
        return _routing(problem, works, [min(group, key=lambda solution: solution.cost) for group in groups])


def _routing(problem: RoutingProblem, works: Sequence[Work], found: Sequence[Solution]) -> Routing:
    """The routing that solutions stand for, every tour timed exactly."""
    days = [day for work, best in zip(works, found, strict=True) for day in vehicle_days(work, best)]
    settled = problem.settled_on({task.task_id: day.date for day in days for trip in day.trips for task in trip})
    return routing_of(settled, timed(settled, days))


def warm_up() -> None:
    """Compile the search, or read it from the cache: seconds on the first call ever on a machine."""
    group = np.zeros((1, 17), dtype=np.int64)
    group[0, [k.CLOSES, k.LONGEST, k.BREAK_AFTER, k.MAX_TRIPS, k.MOST_DRIVING]] = (1, 1, k.FAR, 1, k.FAR)
    problem = k.Problem(
        task=np.zeros((2, 5), dtype=np.int64),
        group=group,
        allowed=np.zeros((1, 2), dtype=np.int64),
        legs=np.zeros((1, 2, 2, 4), dtype=np.int32),
        near=np.ones((2, 1), dtype=np.int64),
        drivers=np.ones((1, 2), dtype=np.int64),
        release=np.zeros((1, 2), dtype=np.int64),
        most=np.ones((1, 1), dtype=np.int64),
    )
    work = Work(
        problem=problem,
        tasks=(None,),  # type: ignore[arg-type]
        slots=(None,),  # type: ignore[arg-type]
        group_of_slot=np.zeros(1, dtype=np.int64),
        price_of_slot=np.zeros(1, dtype=np.int64),
        windows=np.zeros((4, 3), dtype=np.int64),
        positions=8,
    )
    state = empty_state(work, 1)
    k.search(problem, state, 1, 1, 1, state.seq.copy(), state.slot.copy())
