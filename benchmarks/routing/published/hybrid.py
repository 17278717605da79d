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
TURNS = (0.5, 0.7, 0.85, 0.95)
"""Shares of the time after which the pool is solved."""
SHARE = 0.04
"""Most of the time that one choice may take."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best routes found in the time."""
    loop, pool = Loop(scaled, seed), Pool(scaled)
    turns = [share * deadline.seconds for share in TURNS]
    step = 0
    while deadline.left:
        met = loop.step()
        step += 1
        if step % LOOK_EVERY == 0:
            best, cost = loop.cost(loop.best), loop.cost(met)
            if best is not None and cost is not None and cost <= NEAR * best:
                pool.add(loop.runs(met))
        if turns and deadline.spent > turns[0]:
            turns.pop(0)
            _choose(loop, pool, min(SHARE * deadline.seconds, deadline.left))
    return loop.best_runs()


def _choose(loop: Loop, pool: Pool, seconds: float) -> None:
    """Solve the pool; the search goes on from a better choice."""
    best = loop.cost(loop.best)
    if best is None:
        return
    runs = loop.best_runs()
    pool.add(runs)
    chosen = pool.choose(runs, seconds)
    if chosen is not None:
        solution = loop.solution(chosen)
        cost = loop.cost(solution)
        if cost is not None and cost < best:
            loop.go_on_from(solution)
