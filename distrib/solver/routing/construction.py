"""A day's tours by regret insertion, and better ones by taking stops out and putting them back in."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from distrib.solver.routing.day import Day
from distrib.solver.routing.insertion import Insertion, Rules, VehicleDay
from distrib.solver.routing.timing import cost_units

SLACK = 50
"""A draft is gone on from while it costs at most 1/50 more than the best, in the first round."""
_NO_OTHER = 10**30
"""Regret of a stop that only one vehicle can take, its grams apart: the heaviest of them go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A day's tours under construction: one ``VehicleDay`` per vehicle (unused ones too), and the tasks left out."""

    runs: tuple[VehicleDay, ...]
    left: frozenset[int]

    @property
    def used(self) -> list[int]:
        """Numbers of the vehicles that drive."""
        return [v for v, run in enumerate(self.runs) if run.trips]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What drafts are compared by: grams left out first (one more per stop), then cost."""

    left: int
    cost: int

    def __lt__(self, other: Worth) -> bool:
        """True when this is the better draft."""
        return (self.left, self.cost) < (other.left, other.cost)


def worth(day: Day, draft: Draft) -> Worth:
    """The worth of a draft."""
    return Worth(left=sum(day.tasks[t].load_g + 1 for t in draft.left), cost=sum(run.cost for run in draft.runs))


def empty_draft(day: Day) -> Draft:
    """Nothing planned; vehicles of one kind share what is known of them."""
    rules = {kind: Rules(day, v) for v, kind in enumerate(day.kinds)}
    return Draft(runs=tuple(rules[kind].empty for kind in day.kinds), left=frozenset(range(len(day.tasks))))


def construct(day: Day) -> Draft:
    """The best of several regret insertions: all vehicles at their price, then more and more of a kind as if paid already.

    Insertion alone never opens a big vehicle while a small one is cheaper for the first stop; taking the day price
    of a few vehicles as paid shows what they are worth when filled.
    """
    nothing = empty_draft(day)
    best = insert(day, nothing)
    for kind in sorted(set(day.kinds), key=lambda kind: (-day.vehicles[day.kinds.index(kind)].capacity_g, kind)):
        members = [v for v, other in enumerate(day.kinds) if other == kind]
        for count in range(1, len(members) + 1):
            draft = insert(day, nothing, paid=frozenset(members[:count]))
            if not worth(day, draft) < worth(day, best):
                break
            best = draft
    return best


def insert(day: Day, draft: Draft, *, paid: Collection[int] = (), skip: Callable[[], bool] | None = None) -> Draft:
    """Put what is left into the draft, greatest regret first, until nothing fits any more.

    The regret of a stop is what it costs more in its second best vehicle than in its best. ``paid``: vehicles
    whose day price does not count here. ``skip`` says now and then to overlook an option.
    """
    runs = list(draft.runs)
    todo = set(draft.left)
    while todo:
        open_to = _open_vehicles(day, runs)
        chosen: tuple[int, int, int, int, Insertion] | None = None
        for t in sorted(todo):
            option = _option(day, runs, open_to, t, paid, skip)
            if option is not None and (chosen is None or option[:3] > chosen[:3]):
                chosen = option
        if chosen is None:
            break
        _, _, negative, v, insertion = chosen
        runs[v] = runs[v].extended(insertion)
        todo.discard(-negative)
    return replace(draft, runs=tuple(runs), left=frozenset(todo))


def insert_in_turn(day: Day, draft: Draft, order: Iterable[int], *, skip: Callable[[], bool]) -> Draft:
    """Put these tasks into the draft one after the other, each where it costs least; faster than ``insert``."""
    runs = list(draft.runs)
    left = set(draft.left)
    for t in order:
        option = _option(day, runs, _open_vehicles(day, runs), t, (), skip)
        if option is not None:
            runs[option[3]] = runs[option[3]].extended(option[4])
            left.discard(t)
    return replace(draft, runs=tuple(runs), left=frozenset(left))


def _open_vehicles(day: Day, runs: list[VehicleDay]) -> list[tuple[int, bool]]:
    """Vehicles that may take a stop: those that drive, and the first idle one of a kind; True where another idle one follows."""
    used = [v for v, run in enumerate(runs) if run.trips]
    found = [(v, False) for v in used]
    idle: dict[int, list[int]] = {}
    for v, run in enumerate(runs):
        if not run.trips:
            idle.setdefault(day.kinds[v], []).append(v)
    for members in idle.values():
        if day.drivers_allow([*used, members[0]]):
            found.append((members[0], len(members) > 1))
    return found


def _option(
    day: Day,
    runs: list[VehicleDay],
    open_to: list[tuple[int, bool]],
    task: int,
    paid: Collection[int],
    skip: Callable[[], bool] | None,
) -> tuple[int, int, int, int, Insertion] | None:
    """(regret, cost, -task, vehicle, insertion) of the task's cheapest option; None without one."""
    best: tuple[int, int, Insertion] | None = None
    second = _NO_OTHER
    for v, again in open_to:
        insertion = runs[v].insertion(task)
        if insertion is None or (skip is not None and skip()):
            continue
        cost = insertion.added
        if v in paid and not runs[v].trips:
            cost -= cost_units(day.vehicles[v], 0, 0)
        if best is None or cost < best[0]:
            second = cost if again else best[0] if best is not None else _NO_OTHER
            best = (cost, v, insertion)
        elif cost < second:
            second = cost
    if best is None:
        return None
    regret = _NO_OTHER + day.tasks[task].load_g if second == _NO_OTHER else second - best[0]
    return regret, best[0], -task, best[1], best[2]


def improve(day: Day, draft: Draft, *, rounds: int, rng: random.Random) -> Draft:
    """The best draft met in ``rounds`` times taking stops out and putting them back where they cost least.

    Taken out are, in turn, stops near each other, and whole vehicle-days with a few stops near them. The idea is
    that of Shaw (1998, doi:10.1007/3-540-49481-2_30) with the random oversights of Christiaens and Vanden Berghe
    (2020, doi:10.1287/trsc.2019.0914); a draft is gone on from while it costs little more than the best, less and
    less as rounds go by (record-to-record travel, Dueck 1993, doi:10.1006/jcph.1993.1010).
    """
    if len(day.tasks) < 2:
        return draft
    near = _neighbours(day)
    best, record = draft, worth(day, draft)
    for turn in range(rounds):
        bare = take_out(draft, _chosen(draft, near, turn, rng))
        if bare is None:
            continue
        other = _put_back(day, bare, rng)
        value = worth(day, other)
        allowed = record.cost * (rounds - turn) // (rounds * SLACK)
        if value.left <= record.left and value.cost <= record.cost + allowed:
            draft = other
        if value < record:
            best = draft = other
            record = value
    return insert(day, best)


def _put_back(day: Day, bare: Draft, rng: random.Random) -> Draft:
    """What was taken out put in again: by regret, at random, the heaviest or the farthest first."""

    def skip() -> bool:
        return rng.random() < 0.02

    way = rng.randrange(4)
    order = sorted(bare.left)
    if way == 0:
        return insert(day, bare, skip=skip)
    rng.shuffle(order)
    if way == 2:
        order.sort(key=lambda t: -day.tasks[t].load_g)
    elif way == 3:
        order.sort(key=lambda t: -day.metres[day.depot_place[day.tasks[t].depot_id]][day.place[t]])
    return insert_in_turn(day, bare, order, skip=skip)


def _chosen(draft: Draft, near: list[list[int]], turn: int, rng: random.Random) -> set[int]:
    """Stops to take out: near a random one; every fourth turn a whole vehicle-day too."""
    centre = rng.randrange(len(near))
    if turn % 4 == 0 and draft.used:
        run = draft.runs[rng.choice(draft.used)]
        return {t for trip in run.trips for t in trip} | set(near[centre][: rng.randint(0, 3)])
    return set(near[centre][: rng.randint(2, 9)])


def take_out(draft: Draft, out: Collection[int]) -> Draft | None:
    """The draft without some tasks; None when what stays cannot be driven."""
    runs = []
    for run in draft.runs:
        bare = run.without(out) if any(t in out for trip in run.trips for t in trip) else run
        if bare is None:
            return None
        runs.append(bare)
    return Draft(runs=tuple(runs), left=draft.left | frozenset(out))


def _neighbours(day: Day) -> list[list[int]]:
    """For each task, all tasks of its depot (itself too), the nearest by road first."""
    found = []
    for t, task in enumerate(day.tasks):
        row = day.metres[day.place[t]]
        mine = [u for u, other in enumerate(day.tasks) if other.depot_id == task.depot_id]
        found.append(sorted(mine, key=lambda u: (row[day.place[u]], u)))
    return found
