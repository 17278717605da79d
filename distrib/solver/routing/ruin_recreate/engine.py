"""The router: one search per date, side by side, every tour timed exactly before it is returned."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem
from distrib.solver.routing.result import routing_of
from distrib.solver.routing.ruin_recreate import kernels as k
from distrib.solver.routing.ruin_recreate.arrays import VehicleDay, Work, empty_state, vehicle_days, work_of
from distrib.solver.routing.ruin_recreate.exact import timed

ITERATIONS = {Effort.QUICK: 6_000, Effort.STANDARD: 40_000, Effort.THOROUGH: 400_000}
"""Iterations of one search over one date."""

HALVINGS = 7


@dataclass(frozen=True, slots=True)
class RuinRecreateRouter:
    """Ruin and recreate over the vehicle-days of each date."""

    name: str = "ruin_recreate"
    features: frozenset[str] = frozenset({"picks", "breaks", "depots", "windows", "trips"})

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        The same problem, effort and seed give the same answer on any number of cores: the searches are the
        same and none knows of another.
        """
        works = [work_of(problem, [date]) for date in sorted({task.date for task in problem.tasks})]
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            found = list(pool.map(lambda work: best_days(work, ITERATIONS[effort], seed), works))
        return routing_of(problem, timed(problem, [day for days in found for day in days]))


def best_days(work: Work, iterations: int, seed: int) -> tuple[VehicleDay, ...]:
    """The best vehicle-days that one search finds."""
    if not work.tasks or not work.slots:
        return ()
    state = empty_state(work, seed)
    best_seq, best_slot = state.seq.copy(), state.slot.copy()
    hot = int(work.price_of_slot.max()) // 4
    k.search(work.problem, state, iterations, hot, HALVINGS, hot, 8, best_seq, best_slot)
    return vehicle_days(work, best_seq, best_slot)


def cores() -> int:
    """How many searches run side by side; the result does not depend on it."""
    return len(os.sched_getaffinity(0))


def warm_up() -> None:
    """Compile the search, or read it from the cache: seconds on the first call ever on a machine."""
    one = np.zeros((1, 2, 2), dtype=np.int64)
    group = np.zeros((1, 15), dtype=np.int64)
    group[0, [k.CLOSES, k.LONGEST, k.BREAK_AFTER, k.MAX_TRIPS]] = (1, 1, k.FAR, 1)
    problem = k.Problem(
        task=np.zeros((2, 6), dtype=np.int64),
        group=group,
        allowed=np.zeros((1, 2), dtype=np.int64),
        travel=one,
        metres=one.copy(),
        near=np.ones((2, 1), dtype=np.int64),
        drivers=np.ones((1, 2), dtype=np.int64),
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
    k.search(problem, state, 1, 1, 1, 1, 1, state.seq.copy(), state.slot.copy())
