"""The same processor time for every engine on a week.

Engines count their work in iterations, not in seconds, so that plans can be repeated. Here each engine's own counts are
multiplied until a run takes the time allowed; the cheapest of its runs that took no more than a tenth more counts.
"""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from distrib.model.effort import Effort

TOO_LONG = 1.1
"""A run that takes more than so many times the allowance does not count (unless all do)."""
NEAR_ENOUGH = 0.8
"""A run that takes so much of the allowance is the last one."""
TRIES = 4
ENDLESS = 20
"""A run is stopped after so many times the allowance and a minute."""
MOST_GROWTH = 50.0
"""An engine that ends early by itself gets at most so many times its counts at a time."""


@contextmanager
def budget(engine: str, effort: Effort, factor: float) -> Iterator[None]:
    """While it lasts, the engine works ``factor`` times as much as its effort says."""
    kept = [(table, table[effort]) for table in _tables(engine)]
    for table, value in kept:
        table[effort] = _scaled(value, factor)
    try:
        yield
    finally:
        for table, value in kept:
            table[effort] = value


def _tables(engine: str) -> list[dict[Effort, Any]]:
    """Where the engine's counts of work stand, by effort."""
    if engine == "ruin_recreate":
        from distrib.solver.routing.ruin_recreate.engine import ITERATIONS_PER_TASK

        return [ITERATIONS_PER_TASK]
    if engine == "pyvrp":
        from distrib.solver.routing import pyvrp_engine

        return [pyvrp_engine.ITERATIONS, pyvrp_engine.ROUNDS]
    if engine == "ortools":
        from distrib.solver.routing.ortools_engine import BUDGETS

        return [BUDGETS]
    if engine == "baseline":
        from distrib.solver.routing import baseline

        return [baseline.ROUNDS]
    if engine == "vroom":
        from benchmarks.routing.vroom_weeks import ROUNDS

        return [ROUNDS]
    raise ValueError(f"the work of {engine!r} cannot be multiplied")


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, int):
        return max(1, round(value * factor))
    return replace(value, whole=_scaled(value.whole, factor), groups=_scaled(value.groups, factor))


def within(
    run: Callable[[], Any], seconds_of: Callable[[Any], float], engine: str, effort: Effort, allowed: float
) -> list[Any]:
    """Runs of the engine that took no more than ``allowed`` seconds and a tenth, or the shortest where all took more; none where no run ended."""
    factor, runs = 1.0, []
    for _ in range(TRIES):
        with budget(engine, effort, factor):
            done = apart(run, ENDLESS * allowed + 60)
        if done is None:
            factor /= 2
            continue
        runs.append(done)
        spent = max(1e-3, seconds_of(runs[-1]))
        if NEAR_ENOUGH * allowed <= spent <= TOO_LONG * allowed:
            break
        factor *= min(MOST_GROWTH, 0.95 * allowed / spent)
    fitting = [item for item in runs if seconds_of(item) <= TOO_LONG * allowed]
    return fitting or sorted(runs, key=seconds_of)[:1]


def apart(work: Callable[[], Any], most_s: float) -> Any:
    """What ``work`` returns in a process of its own; None when it takes more than so many processor seconds.

    An engine that never ends is stopped like this: pyvrp 0.14.1 did not end on one date of ``full 60 seed 41``.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def child() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(most_s) + 1, int(most_s) + 2))
        there.send(work())

    process = context.Process(target=child)
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        process.join()
