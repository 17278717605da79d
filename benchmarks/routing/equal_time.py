"""The same processor time for every engine on a week.

Engines count their work in iterations, not in seconds, so that plans can be repeated. Here each engine's own counts are
multiplied until a run takes the time allowed; the cheapest of its runs that took no more than a tenth more counts.
"""

from __future__ import annotations

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
    """Runs of the engine that took no more than ``allowed`` seconds and a tenth, or the shortest where all took more."""
    factor, runs = 1.0, []
    for _ in range(TRIES):
        with budget(engine, effort, factor):
            runs.append(run())
        spent = max(1e-3, seconds_of(runs[-1]))
        if NEAR_ENOUGH * allowed <= spent <= TOO_LONG * allowed:
            break
        factor *= min(MOST_GROWTH, 0.95 * allowed / spent)
    fitting = [item for item in runs if seconds_of(item) <= TOO_LONG * allowed]
    return fitting or [min(runs, key=seconds_of)]
