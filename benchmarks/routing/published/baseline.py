"""A plain constructive engine: routes filled one after the other, each stop where it lengthens the route least.

The sequential insertion of Solomon (1987, doi:10.1287/opre.35.2.254), begun with the farthest stop, for several kinds of
vehicles and several trips a vehicle; begun again with chance in its choices while there is time.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

from benchmarks.routing.published.instance import Route
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run, cost_of

ROUNDS = 200
"""Constructions at most: more find nothing better."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best construction: fewest stops left out, then cheapest."""
    rng = random.Random(seed)
    best = construct(scaled, rng, chance=False)
    value = worth(scaled, best)
    for _ in range(ROUNDS):
        if not deadline.left:
            break
        runs = construct(scaled, rng, chance=True)
        if worth(scaled, runs) < value:
            best, value = runs, worth(scaled, runs)
    return best


def worth(scaled: Scaled, runs: Sequence[Run]) -> tuple[int, int]:
    """(stops left out, cost)."""
    carried = sum(1 for run in runs for place in run.stops if place)
    return scaled.instance.stops - carried, sum(cost_of(scaled, run) for run in runs)


def construct(scaled: Scaled, rng: random.Random, *, chance: bool) -> list[Run]:
    """Runs of all stops that fit somewhere. With ``chance``, seeds of routes and kinds of vehicles are drawn at random."""
    left = set(range(1, scaled.instance.stops + 1))
    free = [len(kind.vans) for kind in scaled.kinds]
    runs: list[Run] = []
    while left and any(free):
        seed = rng.choice(sorted(left)) if chance else max(left, key=lambda k: (scaled.distance[0, k], k))
        options = [_filled(scaled, kind, seed, left) for kind, count in enumerate(free) if count]
        options = [run for run in options if run.stops]
        if not options:
            left.discard(seed)  # no vehicle that is free takes it, whatever else it does
            continue
        run = rng.choice(options) if chance and rng.random() < 0.3 else min(options, key=lambda r: _price(scaled, r))
        runs.append(run)
        free[run.kind] -= 1
        left -= set(run.stops)
    return runs


def _price(scaled: Scaled, run: Run) -> float:
    """Cost per unit of load carried."""
    return cost_of(scaled, run) / max(1, sum(scaled.demand[place] for place in run.stops))


def _filled(scaled: Scaled, kind: int, seed: int, left: set[int]) -> Run:
    """A vehicle's run that begins with the seed and takes what fits, trip after trip where it may reload."""
    done: list[int] = []
    todo = set(left)
    first: int | None = seed
    while todo:
        trip = _trip(scaled, kind, done, first, todo)
        if not trip:
            break
        done += [0, *trip] if done else trip
        todo -= set(trip)
        first = None
        if not scaled.kinds[kind].reloads:
            break
    return Run(kind=kind, stops=tuple(done))


def _trip(scaled: Scaled, kind: int, done: Sequence[int], first: int | None, todo: set[int]) -> list[int]:
    """A trip after those done, filled with stops that lengthen it least; empty when not even one fits."""
    capacity = scaled.kinds[kind].capacity
    trip: list[int] = []
    load = 0
    candidates = {first} if first is not None else set(todo)
    while True:
        fitting = [place for place in candidates if load + scaled.demand[place] <= capacity]
        place, at = _cheapest(scaled, kind, done, trip, fitting)
        if place is None:
            return trip
        trip.insert(at, place)
        load += scaled.demand[place]
        candidates = todo - set(trip)


def _cheapest(
    scaled: Scaled, kind: int, done: Sequence[int], trip: Sequence[int], fitting: Sequence[int]
) -> tuple[int | None, int]:
    """The stop and position that lengthen the trip least and keep the times; a far stop is worth its way from the depot."""
    distance = scaled.distance
    ends = (0, *trip, 0)
    options = []
    for place in fitting:
        to, home = distance[place], distance[0, place]
        options += [(int(to[a] + to[b] - distance[a, b] - home), place, at) for at, (a, b) in enumerate(pairwise(ends))]
    for _, place, at in sorted(options):
        if in_time(scaled, (*done, *((0,) if done else ()), *trip[:at], place, *trip[at:])):
            return place, at
    return None, 0


def in_time(scaled: Scaled, stops: Route) -> bool:
    """True when the run keeps windows, release times and the depot's hours, done as early as it can be."""
    windows = scaled.windows
    if windows is None and not any(scaled.release):
        return True
    now = windows[0][0] if windows else 0
    for trip in _trips(stops):
        now = max(now, *(scaled.release[place] for place in trip)) + scaled.service[0]
        for before, place in pairwise((0, *trip, 0)):
            now += int(scaled.distance[before, place])
            if windows and place:
                now = max(now, windows[place][0])
            if windows and now > windows[place][1]:
                return False
            now += scaled.service[place] if place else 0
    return True


def _trips(stops: Route) -> list[list[int]]:
    trips: list[list[int]] = [[]]
    for place in stops:
        if place:
            trips[-1].append(place)
        else:
            trips.append([])
    return trips
