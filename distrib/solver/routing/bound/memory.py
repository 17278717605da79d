"""What a label remembers of the stops it has made: ng-sets as bits of one word.

A label at stop i remembers only stops of the set of i (R. Baldacci, A. Mingozzi, R. Roberti 2011,
doi:10.1287/opre.1110.0975): it may come back to a stop that it has forgotten, which allows more than there is
and so only lowers the bound. Sets that grow where cycles show make the value that of trips without cycles
(R. Roberti, A. Mingozzi 2014, doi:10.1287/trsc.2013.0474).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from distrib.solver.routing.bound.kernels import Words

BITS = 64


class Memory:
    """The ng-set of each stop and of the depot; the stops of one set have different bits."""

    def __init__(self, distance: Any, nearest: int, *, across: bool = False) -> None:
        """Sets of the ``nearest`` stops by ``distance[i, j]`` + ``distance[j, i]`` (stops by number), ties by number.

        ``across``: the depot remembers all that it can; else nothing, until it grows.
        """
        count = len(distance)
        both = distance + distance.T
        self.order = [np.argsort(both[i], kind="stable").tolist() for i in range(count)]
        self.bit = [i % BITS for i in range(count)]
        self.sets: list[set[int]] = [{i} for i in range(count)]
        self.depot: set[int] = set()
        self.grown: list[int] = []
        for i in range(count if across else 0):
            self._add(self.depot, i)
        for i in range(count):
            for j in self.order[i][: nearest + 1]:
                self._add(self.sets[i], j)

    def _add(self, group: set[int], stop: int) -> bool:
        """Put a stop in a set unless it or its bit is there."""
        if any(self.bit[other] == self.bit[stop] for other in group):
            return False
        group.add(stop)
        return True

    def words(self, stops: Sequence[int]) -> tuple[Words, Words, Words]:
        """``keep``, ``seen`` and ``mark`` of a graph whose nodes 1.. are these stops (repeated: other windows)."""
        sets = [self.depot, *(self.sets[i] for i in stops)]
        size = len(sets)
        keep, seen = np.zeros((size, size), np.uint64), np.zeros((size, size), np.uint64)
        mark = np.zeros(size, np.uint64)
        for j in range(size):
            mark[j] = np.uint64(1 << self.bit[stops[j - 1]]) if j else 0
            for i in range(size):
                keep[i, j] = sum(1 << self.bit[stop] for stop in sets[i] & sets[j])
                if j and stops[j - 1] in sets[i]:
                    seen[i, j] = mark[j]
        return keep, seen, mark

    def near(self, stops: Sequence[int], most: int) -> tuple[Any, Words]:
        """For each node of a graph (as in ``words``) ``most`` stops of its set, -1 where there are fewer; their bits.

        The nearest of a stop, the first that the depot had to remember.
        """
        found = np.full((len(stops) + 1, most), -1, np.int64)
        bits = np.zeros(found.shape, np.uint64)
        there = set(stops)
        for node, i in enumerate([-1, *stops]):
            known = (self.depot if i < 0 else self.sets[i]) & there - {i}
            order = self.order[i] if i >= 0 else self.grown
            for a, stop in enumerate([s for s in order if s in known][:most]):
                found[node, a], bits[node, a] = stop, np.uint64(1 << self.bit[stop])
        return found, bits

    def cycles(self, days: Sequence[Sequence[int]]) -> int:
        """Make the sets remember what the days (stops in order, -1 the depot) visit twice; count of stops added."""
        added = 0
        for day in days:
            last: dict[int, int] = {}
            for at, stop in enumerate(day):
                if stop >= 0 and stop in last:
                    for between in day[last[stop] + 1 : at]:
                        new = self._add(self.depot if between < 0 else self.sets[between], stop)
                        added += new
                        if new and between < 0:
                            self.grown.append(stop)
                last[stop] = at
        return added

    def allows(self, day: Sequence[int]) -> bool:
        """True when no stop of the day (-1 the depot) is made again while it is remembered."""
        memory: set[int] = set()
        for stop in day:
            if stop in memory:
                return False
            memory = memory & self.depot if stop < 0 else (memory & self.sets[stop]) | {stop}
        return True
