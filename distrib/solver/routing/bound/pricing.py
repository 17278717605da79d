"""Vehicle-days that are worth more than they cost, group by group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.completion import completion
from distrib.solver.routing.bound.kernels import (
    BY_GRAMS,
    CLOSES,
    EXACT,
    FAR,
    FIXED,
    FORGETFUL,
    GRAMS,
    HUGE,
    LONGEST_DAY,
    MAX_TRIPS,
    OPENS,
    PACE,
    PLACES,
    SHIFT,
    SIZE,
    START,
    STEP,
    Graph,
    Ints,
    Space,
    Words,
    price_days,
)
from distrib.solver.routing.bound.memory import Memory

LEAST_STEP_S = 60
"""With legs shorter than this the tables are not made."""
DETAIL = (
    (2, 300, 10),
    (3, 240, 16),
    (4, 180, 32),
    (4, 90, 32),
    (5, 90, 32),
    (6, 90, 32),
    (7, 120, 32),
    (7, 90, 32),
    (7, 60, 64),
)
"""Detail of the tables of completion: how many stops they remember, to how many seconds times are rounded down (or to the
shortest leg if that is less), and to what part of the capacity loads are."""
BEGUN = (0, 1, 2)
"""Detail of the tables at first: in forgetful passes, in narrow ones, in proofs."""
LARGEST = 60_000_000
"""Entries of the tables, at most."""
LONG, MOST_TOLD_APART = 8, 4
"""Trips of no more than so many mean stops are counted in these tables, up to so many trips."""
LABELS = 2_000_000
"""Labels that one pricing may make."""
SHELVES = 8_000
"""Different memories that the labels of a node may have."""
LOWEST = np.int32(-(1 << 31))
"""An entry of the tables that stops no label."""
DAYS_BY_LAST = 4
"""Days kept for each last stop."""
STEPS_A_LABEL, STEPS_A_TEST = 1500, 18
"""Work of making a label and of testing it against another, in steps of the innermost loop of the tables."""

FINER, COARSER = 3, 3
"""Tables are made finer where labels cost so many times more than they, and coarser where they cost so many times more."""

DEPOT = -1


class Column(NamedTuple):
    """A vehicle-day of a group: stops in order with the depot (``DEPOT``) first, between trips and last; exact price."""

    group: int
    day: tuple[int, ...]
    price: int


class Priced(NamedTuple):
    """Columns below the cutoff; ``least``: no day of the group costs less, unless it costs the cutoff or more.

    ``cheapest`` is the price of the cheapest column (the cutoff if there is none); ``short``: room or work ran out, ``least`` is weak;
    ``work`` in steps.
    """

    columns: list[Column]
    least: int
    cheapest: int
    short: bool
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
    detail: list[list[int]] = field(init=False)
    room: Any = field(init=False)

    def __post_init__(self) -> None:
        """Make room for labels."""
        self.space = _space(max(len(group.stop) for group in self.case.groups))
        self.detail = [list(BEGUN) for _ in self.case.groups]
        self.room = np.empty(0, np.int32)
        self.remember()

    def remember(self) -> None:
        """Take up the memory's sets again after they have grown."""
        self.graphs = [self._priced(group.remembering(self.memory)) for group in self.case.groups]

    def _priced(self, graph: Graph) -> Graph:
        if not self.single:
            return graph
        limits = graph.limits.copy()
        limits[PACE] += limits[FIXED] // max(1, limits[LONGEST_DAY])
        limits[FIXED], limits[MAX_TRIPS] = 0, 1
        return graph._replace(limits=limits)

    def days(
        self, group: int, value: Ints, extra: int, barred: Barred, *, level: int, width: int, cutoff: int, room: int
    ) -> Priced:
        """Days of a group whose price + ``extra`` - value of their stops is below the cutoff, the cheapest ones by their last stop.

        ``room``: work that it may take, about.
        """
        graph, stop = self._graph(group, extra, barred), np.array(self.case.groups[group].stop, dtype=np.int64)
        worth = np.where(stop >= 0, value[stop], 0)
        kind = 0 if level == FORGETFUL else 1 if width else 2
        tables = self._tables(graph, worth, stop, self.detail[group][kind])
        floor = int(graph.limits[FIXED]) + (int(tables.rest[0, 0, 0, 0, 0, 0]) << int(tables.table[SHIFT]))
        if floor >= cutoff:
            return Priced([], cutoff, cutoff, False, tables.work)
        found = np.full((len(stop), DAYS_BY_LAST), -1, np.int64)
        prices = np.full(found.shape, HUGE, np.int64)
        made, best, short = price_days(
            graph, worth, tables.rest, tables.bits, tables.table, level, width, cutoff, room // STEPS_A_TEST, self.space,
            found, prices,
        )  # fmt: skip
        columns = []
        for x, price in zip(found[found >= 0].tolist(), prices[found >= 0].tolist(), strict=True):
            nodes = self._nodes(x)
            day = tuple(int(stop[j]) for j in nodes)
            columns.append(Column(group, (*day, DEPOT), price - extra + int(worth[nodes].sum())))
        least = int(best) if level == EXACT and not width and not short else floor
        labelling = int(self.space.spent[0]) * STEPS_A_TEST + int(made) * STEPS_A_LABEL
        finest = len(DETAIL) - 1
        if labelling > FINER * tables.work and self.detail[group][kind] < finest:
            self.detail[group][kind] += 1
        elif labelling * COARSER < tables.work and self.detail[group][kind]:
            self.detail[group][kind] -= 1
        work = tables.work + labelling
        return Priced(columns, least, int(best), bool(short), work)

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

    def _tables(self, graph: Graph, worth: Ints, stop: Ints, detail: int) -> _Tables:
        """The tables of completion; empty of use (no label is stopped by them) where some leg is too short for them."""
        limits = graph.limits
        by_grams = bool(graph.drop_g.sum() * limits[PLACES] > graph.places.sum() * limits[GRAMS])
        capacity = int(limits[GRAMS] if by_grams else limits[PLACES])
        shortest = _shortest_leg(graph, stop)
        usable = shortest >= LEAST_STEP_S
        trips = _trips_told_apart(graph)
        while True:
            remembered, step, loads = DETAIL[detail]
            step = max(LEAST_STEP_S, min(step, shortest))
            size = max(1, capacity // loads)
            slots = int(limits[CLOSES] - limits[OPENS]) // step + 1
            near, bits = self.memory.near(stop[1:].tolist(), remembered if usable else 0)
            shape = (trips, 2, len(stop), slots, 1 << near.shape[1], capacity // size + 1)
            entries = int(np.prod(shape))
            if entries <= LARGEST or not detail:
                break
            detail -= 1
        table = np.zeros(5, np.int64)
        table[[STEP, SIZE, BY_GRAMS, START]] = step, size, by_grams, limits[OPENS]
        table[SHIFT] = max(0, (2 * slots * max(1, int(worth.max()))).bit_length() - 30)
        if self.room.size < entries:
            self.room = np.empty(entries, np.int32)
        rest = self.room[:entries].reshape(shape)
        if usable:
            completion(graph, worth, stop, near, table, rest)
        else:
            rest[:] = LOWEST
        return _Tables(rest, bits, table, entries * len(stop) // 2)

    def _nodes(self, label: int) -> list[int]:
        """Nodes of a day from its last label back to the first, in order."""
        nodes = []
        while label >= 0:
            nodes.append(int(self.space.node[label]))
            label = int(self.space.parent[label])
        return nodes[::-1]


class _Tables(NamedTuple):
    rest: Ints
    bits: Words
    table: Ints
    work: int


def _trips_told_apart(graph: Graph) -> int:
    """1 where a trip may hold so many stops that the number of trips hardly matters, else the most there may be."""
    limits = graph.limits
    full = max(graph.places[1:].mean() / limits[PLACES], (graph.drop_g + graph.pick_g)[1:].mean() / limits[GRAMS])
    return int(limits[MAX_TRIPS]) if full * LONG > 1 and limits[MAX_TRIPS] <= MOST_TOLD_APART else 1


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
        label=np.zeros((LABELS, 9), np.int64),
        memory=np.zeros(LABELS, np.uint64),
        shelf=np.zeros((nodes, SHELVES), np.uint64),
        first=words(nodes, SHELVES),
        shelves=np.zeros(nodes, np.int64),
        spent=np.zeros(1, np.int64),
    )
