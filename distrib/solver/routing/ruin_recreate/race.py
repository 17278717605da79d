"""Many short searches with different mixes of vehicles, then longer ones of the best: successive halving.

The fixed price of a vehicle-day makes mixes of vehicles deep valleys: a search that starts with vans seldom finds
its way to a plan with a truck in it, however much better. So each start takes the day price of some vehicles as
paid, which lets the search see what they are worth when full; true prices count from the second step on.
All searches of a round are independent of each other and run side by side; what goes on is decided by cost, then by
the order of the starts, so the answer does not depend on the number of cores.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from distrib.solver.routing.day import TOO_FAR
from distrib.solver.routing.ruin_recreate import kernels as k
from distrib.solver.routing.ruin_recreate.arrays import Solution, Work, empty_state, put_back

MOST_PAID = 3
"""Vehicles of a kind (per date of the search) whose day price a start takes as paid, at most."""

HOT_SHARES = (4, 16, 10)
"""Temperature at the beginning of a start, of its second step, of later rounds: typical price over these."""

HALVINGS = (6, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of the race: how many searches go in, and the share (in hundredths) of all iterations."""

    searches: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search to run: from nothing with some vehicles paid, or on from a solution."""

    work: Work
    iterations: int
    seed: int
    paid: tuple[int, ...] = ()
    start: Solution | None = None


def race(
    works: Sequence[Work], *, iterations: Sequence[int], rounds: Sequence[Round], seed: int, pool: Executor
) -> list[Solution]:
    """The best solution of each work.

    Args:
        works: each with tasks and vehicles.
        iterations: of all searches over each work together.
        rounds: the first starts from nothing, each later one goes on from the best of the one before.
        seed: of all searches.
        pool: runs them.
    """
    standing: list[list[Solution]] = [[] for _ in works]
    for number, this in enumerate(rounds):
        entries = [
            (w, search)
            for w, work in enumerate(works)
            for search in _searches(work, iterations[w], number, this, standing[w], seed)
        ]
        found = list(pool.map(run, [search for _, search in entries]))
        for w in range(len(works)):
            mine = [solution for (v, _), solution in zip(entries, found, strict=True) if v == w]
            standing[w] = sorted(mine, key=lambda solution: solution.cost)
    return [solutions[0] for solutions in standing]


def _searches(
    work: Work, iterations: int, number: int, this: Round, standing: Sequence[Solution], seed: int
) -> list[Search]:
    """The searches of a round over one work, which share its iterations."""
    starts: Sequence[tuple[int, ...] | Solution] = mixes(work) if number == 0 else standing
    starts = starts[: this.searches]
    each = max(1, iterations * this.share // 100 // len(starts))
    return [
        Search(
            work=work,
            iterations=each,
            seed=seed + 1000 * number + place,
            paid=start if isinstance(start, tuple) else (),
            start=start if isinstance(start, Solution) else None,
        )
        for place, start in enumerate(starts)
    ]


def mixes(work: Work) -> list[tuple[int, ...]]:
    """Slots taken as paid, by start: none; one, two, … of each kind of vehicle a date; all of a kind; all."""
    by_kind: dict[int, dict[int, list[int]]] = {}
    for r, g in enumerate(work.group_of_slot.tolist()):
        by_kind.setdefault(int(work.problem.group[g, k.KIND]), {}).setdefault(g, []).append(r)
    ladders = [_in_turn(list(groups.values())) for _, groups in sorted(by_kind.items())]
    step = len(work.problem.drivers)
    found: list[tuple[int, ...]] = [()]
    for count in range(1, MOST_PAID + 1):
        found += [tuple(ladder[: count * step]) for ladder in ladders if len(ladder) >= count * step]
    found += [tuple(ladder) for ladder in ladders]
    return list(dict.fromkeys([*found, tuple(range(len(work.slots)))]))


def _in_turn(lists: list[list[int]]) -> list[int]:
    """The first of each list, then the second of each, and so on."""
    return [items[i] for i in range(max(map(len, lists))) for items in lists if i < len(items)]


def run(search: Search) -> Solution:
    """Run one search; from nothing it takes two steps, the second at true prices."""
    typical = typical_price(search.work)
    if search.start is not None:
        return _step(search, search.start, (), search.iterations, typical // HOT_SHARES[2], HALVINGS[2])
    first = max(1, search.iterations * 2 // 3)
    rough = _step(search, None, search.paid, first, typical // HOT_SHARES[0], HALVINGS[0])
    rest = max(1, search.iterations - first)
    return _step(search, rough, (), rest, typical // HOT_SHARES[1], HALVINGS[1])


def _step(
    search: Search, start: Solution | None, paid: Sequence[int], iterations: int, hot: int, halvings: int
) -> Solution:
    """One run of the compiled search."""
    work = search.work
    state = empty_state(work, search.seed)
    if start is not None:
        put_back(state, start)
    state.slot[list(paid), k.PRICE] = 0
    best_seq, best_slot = state.seq.copy(), state.slot.copy()
    cost = k.search(work.problem, state, iterations, hot, halvings, best_seq, best_slot)
    return Solution(cost=int(cost), seq=best_seq, length=best_slot[:, k.LENGTH].copy())


def typical_price(work: Work) -> int:
    """What temperatures are measured by: a good third of what a vehicle costs for half its shift."""
    half_days = work.problem.group[:, k.PER_S] * work.problem.group[:, k.LONGEST] // 2
    metres = work.problem.legs[:, 0, :, k.GO_M]
    longest_m = int(metres[metres < TOO_FAR].max(initial=0))
    driven = int(work.problem.group[:, k.PER_M].max()) * longest_m
    day = int(work.price_of_slot.max()) + max(int(half_days.max()), driven)
    return max(1 << 12, day * 2 // 5)
