"""Vehicle-days that are worth more than they cost, group by group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.completion import completion
from distrib.solver.routing.bound.kernels import (
    BOLD,
    CLOSES,
    EXACT,
    FAR,
    FIXED,
    FORGETFUL,
    GRAMS,
    HUGE,
    MAX_TRIPS,
    OPENS,
    PACE,
    PLACES,
    Graph,
    Ints,
    Space,
    price_days,
)
from distrib.solver.routing.bound.memory import Memory

MOST_STEP_S = {EXACT: 300, FORGETFUL: 300, BOLD: 900}
"""Times in the tables of completion are rounded down to this many seconds, or to the shortest leg if that is less."""
LEAST_STEP_S = 60
"""With legs shorter than this the tables are not made."""
LOADS = {EXACT: 12, FORGETFUL: 12, BOLD: 3}
"""Loads in these tables are rounded down to this part of the capacity."""
SMALL = 60
"""Single trips over no more nodes than this are priced without the tables, which would take longer."""
LABELS = 2_000_000
"""Labels that one pricing may make."""
SHELVES = 8_000
"""Different memories that the labels of a node may have."""
STEPS_A_LABEL = 400
"""Work of making a label, in steps of the innermost loop of the tables."""

DEPOT = -1


class Column(NamedTuple):
    """A vehicle-day of a group: stops in order with the depot (``DEPOT``) first, between trips and last; exact price."""

    group: int
    day: tuple[int, ...]
    price: int


class Priced(NamedTuple):
    """Columns below the cutoff; ``least``: no day of the group costs less, unless it costs the cutoff or more.

    ``work`` in steps.
    """

    columns: list[Column]
    least: int
    work: int


class Barred(NamedTuple):
    """What a branch forbids: stops to groups (group, stop), and going from a stop to another (``DEPOT`` too)."""

    stops: frozenset[tuple[int, int]] = frozenset()
    arcs: frozenset[tuple[int, int]] = frozenset()

    def allows(self, column: Column) -> bool:
        """True when the branch does not forbid the column."""
        if any((column.group, stop) in self.stops for stop in column.day):
            return False
        return not self.arcs or not any(arc in self.arcs for arc in zip(column.day, column.day[1:], strict=False))


@dataclass(kw_only=True)
class Pricer:
    """Prices the days of all groups of a case.

    ``single``: days of one trip whose fixed price is spread over the longest day, a part for every second.
    """

    case: Case
    memory: Memory
    single: bool = False
    space: Space = field(init=False)
    graphs: list[Graph] = field(init=False)

    def __post_init__(self) -> None:
        """Make room for labels."""
        self.space = _space(max(len(group.stop) for group in self.case.groups))
        self.remember()

    def remember(self) -> None:
        """Take up the memory's sets again after they have grown."""
        self.graphs = [self._priced(group.remembering(self.memory)) for group in self.case.groups]

    def _priced(self, graph: Graph) -> Graph:
        if not self.single:
            return graph
        limits = graph.limits.copy()
        limits[PACE] += limits[FIXED] // max(1, limits[CLOSES] - limits[OPENS])
        limits[FIXED], limits[MAX_TRIPS] = 0, 1
        return graph._replace(limits=limits)

    def days(
        self, group: int, value: Ints, extra: int, barred: Barred, *, level: int, cutoff: int, most: int
    ) -> Priced:
        """Days of a group whose price + ``extra`` - value of their stops is below the cutoff, the cheapest ``most``."""
        graph, stop = self._graph(group, extra, barred), np.array(self.case.groups[group].stop, dtype=np.int64)
        worth = np.where(stop >= 0, value[stop], 0)
        tables = _tables(graph, worth, stop, level, self.single)
        floor = int(graph.limits[FIXED] + tables.rest[0, 0, graph.limits[OPENS] // tables.step, 0])
        if floor >= cutoff:
            return Priced([], cutoff, tables.work)
        found, prices = np.zeros(most, np.int64), np.zeros(most, np.int64)
        made, ended, best, short = price_days(
            graph, worth, tables.rest, tables.step, tables.size, tables.by_grams, level, cutoff, self.space, found, prices,
            0, LABELS,
        )  # fmt: skip
        columns = []
        for x, price in zip(found[:ended].tolist(), prices[:ended].tolist(), strict=True):
            nodes = self._nodes(x)
            day = tuple(int(stop[j]) for j in nodes)
            columns.append(Column(group, (*day, DEPOT), price - extra + int(worth[nodes].sum())))
        least = int(best) if level == EXACT and not short else floor
        return Priced(columns, least, tables.work + int(made) * STEPS_A_LABEL)

    def _graph(self, group: int, extra: int, barred: Barred) -> Graph:
        """The group's graph with the extra price of a day and without what the branch forbids."""
        graph = self.graphs[group]
        limits = graph.limits.copy()
        limits[FIXED] += extra
        graph = graph._replace(limits=limits)
        stop = self.case.groups[group].stop
        if any(g == group for g, _ in barred.stops):
            hi = graph.hi.copy()
            hi[[j for j, s in enumerate(stop) if (group, s) in barred.stops]] = -1
            graph = graph._replace(hi=hi)
        if barred.arcs:
            leg = graph.leg.copy()
            far = np.array([[(a, b) in barred.arcs for b in stop] for a in stop])
            leg[far] = graph.limits[CLOSES] + 1
            graph = graph._replace(leg=leg)
        return graph

    def _nodes(self, label: int) -> list[int]:
        """Nodes of a day from its last label back to the first, in order."""
        nodes = []
        while label >= 0:
            nodes.append(int(self.space.node[label]))
            label = int(self.space.parent[label])
        return nodes[::-1]


class _Tables(NamedTuple):
    rest: Ints
    step: int
    size: int
    by_grams: bool
    work: int


def _tables(graph: Graph, worth: Ints, stop: Ints, level: int, single: bool) -> _Tables:
    """The tables of completion; empty of use (no label is stopped by them) where some leg is too short for them."""
    limits = graph.limits
    by_grams = bool(graph.drop_g.sum() * limits[PLACES] > graph.places.sum() * limits[GRAMS])
    capacity = int(limits[GRAMS] if by_grams else limits[PLACES])
    size = max(1, capacity // LOADS[level])
    step = min(MOST_STEP_S[level], _shortest_leg(graph, stop))
    usable = step >= LEAST_STEP_S and not (single and len(stop) <= SMALL)
    step = max(step, LEAST_STEP_S)
    shape = (2, len(stop), int(limits[CLOSES]) // step + 1, capacity // size + 1)
    if not usable:
        return _Tables(np.full(shape, -HUGE, np.int64), step, size, by_grams, int(np.prod(shape)))
    rest, second = np.full(shape, HUGE, np.int64), np.full(shape, HUGE, np.int64)
    completion(graph, worth, stop, step, size, by_grams, rest, np.full(shape, -1, np.int32), second)
    return _Tables(rest, step, size, by_grams, int(np.prod(shape)) * len(stop))


def _shortest_leg(graph: Graph, stop: Ints) -> int:
    """Seconds of the shortest leg from a stop to another or to the depot."""
    leg = graph.leg + np.where(stop[:, None] == stop[None, :], FAR, 0)
    return int(leg[1:].min())


def _space(nodes: int) -> Space:
    def words(*shape: int) -> Any:
        return np.zeros(shape, np.int32)

    return Space(
        node=words(LABELS),
        parent=words(LABELS),
        following=words(LABELS),
        beside=words(LABELS),
        label=np.zeros((LABELS, 8), np.int64),
        memory=np.zeros(LABELS, np.uint64),
        shelf=np.zeros((nodes, SHELVES), np.uint64),
        first=words(nodes, SHELVES),
        shelves=np.zeros(nodes, np.int64),
    )
