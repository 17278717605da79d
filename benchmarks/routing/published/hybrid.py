"""The default for published instances: PyVRP's search, and now and then the best choice among all routes that it met.

Routes of good solutions are kept in a pool; CP-SAT chooses a cheapest set of them that visits every stop once within the
fleet (set partitioning), and the search goes on from there. The combination is that of Subramanian, Uchoa and Ochi (2013,
doi:10.1016/j.cor.2013.01.013).
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.routing.published.pool import Pool
from benchmarks.routing.published.pyvrp_search import Loop
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run

LOOK_EVERY = 10
"""Iterations between solutions whose routes are kept."""
NEAR = 1.02
"""Only solutions that cost at most this times the best are looked at."""
STARTS = 4
"""Searches begun where vehicles differ: which kinds are used is settled early and seldom changes later."""
START = 0.08
"""Share of the time of each of them."""
TURNS = (0.34, 0.5, 0.7, 0.85, 0.95)
"""Shares of the time after which the pool is solved."""
SHARE = 0.04
"""Most of the time that one choice may take."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best routes found in the time."""
    pool = Pool(scaled)
    loop = Loop(scaled, seed)
    if len(scaled.kinds) > 1:
        loop = _best_start(scaled, deadline, seed, pool, loop)
    for share in TURNS:
        _look(loop, pool, deadline, share * deadline.seconds)
        _choose(loop, pool, min(SHARE * deadline.seconds, deadline.left))
    _look(loop, pool, deadline, deadline.seconds)
    return loop.best_runs()


def _best_start(scaled: Scaled, deadline: Deadline, seed: int, pool: Pool, first: Loop) -> Loop:
    """The best of several searches after a short while (one that has a feasible solution before one that has none)."""
    best = first
    _look(first, pool, deadline, START * deadline.seconds)
    for start in range(1, STARTS):
        loop = Loop(scaled, seed + start * 1_000_003)
        _look(loop, pool, deadline, (start + 1) * START * deadline.seconds)
        cost, least = loop.cost(loop.best), best.cost(best.best)
        if cost is not None and (least is None or cost < least):
            best = loop
    return best


def _look(loop: Loop, pool: Pool, deadline: Deadline, until: float) -> None:
    """Go on with a search until so many seconds are spent; routes of good solutions go to the pool."""
    step = 0
    while deadline.spent < until:
        met = loop.step()
        step += 1
        if step % LOOK_EVERY == 0:
            best, cost = loop.cost(loop.best), loop.cost(met)
            if best is not None and cost is not None and cost <= NEAR * best:
                pool.add(loop.runs(met))


def _choose(loop: Loop, pool: Pool, seconds: float) -> None:
    """Solve the pool; the search goes on from a better choice."""
    best = loop.cost(loop.best)
    if best is None:
        return
    runs = loop.best_runs()
    chosen = pool.choose(runs, seconds)
    if chosen is not None:
        solution = loop.solution(chosen)
        cost = loop.cost(solution)
        if cost is not None and cost < best:
            loop.go_on_from(solution)
