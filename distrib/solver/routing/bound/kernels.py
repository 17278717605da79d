"""Pricing of vehicle-days: labels from the depot through stops and depot visits, in whole numbers throughout.

A label is a partial day that has just begun the work of its node at ``time`` or may begin it at any later moment t
that the node's window allows. What it costs by then is max(least, later + pace x t), where ``pace`` is the price of
a second: up to some moment a later t only means a later start of the day, after that it means waiting. Serving the
next node j, ``leg`` seconds away, with the window [lo, hi] and the price c (road less the value of j), gives

    time'  = max(lo, time + leg)
    least' = max(least + pace x leg, later + pace x time') + c
    later' = max(later + c, least' - pace x hi)

which are monotone: a label with smaller time, least, later and loads, a subset of the memory and at least the same
choice of stops can do whatever the other can, no dearer. No triangle inequality is needed for that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distrib.compiled import compiled, inner

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

OPENS, CLOSES, LOADING, UNLOADING, PLACES, GRAMS, MAX_TRIPS, PACE, FIXED, LONGEST_DAY = range(10)
"""Positions in ``Graph.limits``."""

STEP, SIZE, BY_GRAMS, START, SHIFT = range(5)
"""How the tables of completion are rounded: seconds a slot, load a slot, load in grams or places, first second, bits of a price
that are not kept."""

SLOT_S = 300
"""Labels are taken up by slots of so many seconds, those of a slot together."""

FAR = 1 << 40
"""Seconds of a leg that cannot be driven."""
HUGE = 1 << 60
"""A price that nothing reaches."""
NOTHING = np.int32((1 << 31) - 1)
"""What stands for ``HUGE`` in the tables of completion."""


class Graph(NamedTuple):
    """A group of vehicles on a date: node 0 is the depot, every other a stop in one of its windows.

    ``lo`` and ``hi``: when its work may begin, home in time. ``leg[i, j]``: seconds from the beginning of the work at i to arrival at j (from the depot: driving alone).
    ``road[i, j]``: price of the metres. ``kind``: 0 a pick, k > 0 a drop that trips of class k or above may carry;
    ``ready[k]``: when a trip of class k may begin loading at the earliest. ``keep[i, j]``: memory that survives from i
    to j; ``seen[i, j]``: what forbids j at i; ``mark[j]``: what j adds.
    """

    lo: Ints
    hi: Ints
    leg: Ints
    road: Ints
    places: Ints
    drop_g: Ints
    pick_g: Ints
    kind: Ints
    ready: Ints
    keep: Words
    seen: Words
    mark: Words
    limits: Ints


class Space(NamedTuple):
    """Room for the labels of one pricing.

    Labels kept at a node stand in lists by ``least``, one list per memory (``beside`` links them): list q of node i has the
    memory ``shelf[i, q]`` and begins with label ``first[i, q]``; ``shelves[i]`` counts the lists of node i. ``spent[0]``
    counts steps.
    """

    node: npt.NDArray[np.int32]
    parent: npt.NDArray[np.int32]
    following: npt.NDArray[np.int32]
    beside: npt.NDArray[np.int32]
    label: Ints
    memory: Words
    shelf: Words
    first: npt.NDArray[np.int32]
    shelves: Ints
    spent: Ints


TIME, LEAST, LATER, HELD, PEAK, PICKED, TRIP, CLASS, HOPE = range(9)
"""Columns of a label: moment, the two prices, places, largest load so far and picks aboard in grams, trips ended, class,
and the least that a whole day from here on can cost."""

EXACT, FORGETFUL = range(2)
"""Dominance: exact; without memory. Only the first one proves anything."""


@inner
def _as_good(old, new):
    """True when the old label, no dearer by ``least``, can do whatever the new one can, no dearer; memory apart."""
    if old[TIME] > new[TIME] or old[TRIP] > new[TRIP] or old[CLASS] < new[CLASS]:
        return False
    if old[LATER] > new[LATER] or old[HELD] > new[HELD] or old[PEAK] > new[PEAK]:
        return False
    return old[PICKED] <= new[PICKED]


@inner
def _shelf(label, memory, graph, level):
    """Word of the list a label belongs to: one label can only be as good as another when its word is part of the other's.

    The memory, or where it does not count, trips and places by as many ones as they are large.
    """
    if level == EXACT:
        return memory
    held = 30 * label[HELD] // graph.limits[PLACES]
    trips = min(label[TRIP], np.int64(20))
    return np.uint64((1 << held) - 1) | np.uint64(((1 << trips) - 1) << 32)


@inner
def _dominated(space, i, new, memory, graph, level):
    """True when a label kept at the node is as good; counts the steps it takes in ``space.spent``."""
    word = _shelf(new, memory, graph, level)
    steps = space.shelves[i]
    for q in range(space.shelves[i]):
        if space.shelf[i, q] & ~word:
            continue
        x = space.first[i, q]
        while x >= 0 and space.label[x, LEAST] <= new[LEAST]:
            steps += 1
            if _as_good(space.label[x], new):
                space.spent[0] += steps
                return True
            x = space.beside[x]
    space.spent[0] += steps
    return False


@inner
def _keep(space, i, label, memory):
    """Put a label in its list; False when there is no room for another list."""
    q = 0
    while q < space.shelves[i] and space.shelf[i, q] != memory:
        q += 1
    if q == space.shelves[i]:
        if q == space.shelf.shape[1]:
            return False
        space.shelves[i] = q + 1
        space.shelf[i, q] = memory
        space.first[i, q] = -1
    before, x, least = -1, space.first[i, q], space.label[label, LEAST]
    while x >= 0 and space.label[x, LEAST] <= least:
        before, x = x, space.beside[x]
    space.beside[label] = x
    if before < 0:
        space.first[i, q] = label
    else:
        space.beside[before] = label
    return True


@inner
def _onward(old, new, graph, leg, lo, hi, price):
    """Time and prices after serving a node ``leg`` seconds away; False when its window is missed."""
    pace = graph.limits[PACE]
    time = max(lo, old[TIME] + leg)
    if time > hi:
        return False
    new[TIME] = time
    new[LEAST] = max(old[LEAST] + pace * leg, old[LATER] + pace * time) + price
    new[LATER] = max(old[LATER] + price, new[LEAST] - pace * hi)
    return True


@inner
def _loaded(old, new, graph, j):
    """Loads after stop j; False when the vehicle cannot hold them."""
    new[HELD] = old[HELD] + graph.places[j]
    new[PICKED] = old[PICKED] + graph.pick_g[j]
    new[PEAK] = max(old[PEAK] + graph.drop_g[j], new[PICKED])
    return new[HELD] <= graph.limits[PLACES] and new[PEAK] <= graph.limits[GRAMS]


@inner
def _ended(old, new, graph, i):
    """Back at the depot from stop i, unloaded and ready for another trip; False when it closes before."""
    leg = graph.leg[i, 0]
    if old[PICKED] > 0:
        leg += graph.limits[UNLOADING]
    if not _onward(old, new, graph, leg, np.int64(0), graph.limits[CLOSES], graph.road[i, 0]):
        return False
    new[HELD] = 0
    new[PEAK] = 0
    new[PICKED] = 0
    new[TRIP] = old[TRIP] + 1
    new[CLASS] = 0
    return True


@inner
def _begun(old, new, graph, k):
    """A trip of class k is loaded from ``ready[k]`` on (class 0: it leaves empty); False when it is too late for that."""
    loading = graph.limits[LOADING] if k else np.int64(0)
    for a in range(9):
        new[a] = old[a]
    if not _onward(old, new, graph, np.int64(0), graph.ready[k], graph.limits[CLOSES] - loading, np.int64(0)):
        return False
    new[CLASS] = k
    return True


@inner
def read(entry, table):
    """A price as the tables of completion keep it: below what was written by less than ``1 << table[SHIFT]``."""
    return np.int64(HUGE) if entry == NOTHING else np.int64(entry) << table[SHIFT]


@inner
def _hopeless(rest, bits, node, new, memory, table, cutoff):
    """True when even the cheapest way to end the day from here does not cost less than the cutoff."""
    load = new[PEAK] if table[BY_GRAMS] else new[HELD]
    b, l = (new[TIME] - table[START]) // table[STEP], load // table[SIZE]
    past = 0
    for a in range(bits.shape[1]):
        if memory & bits[node, a]:
            past |= 1 << a
    trip = min(new[TRIP], len(rest) - 1)
    new[HOPE] = max(
        new[LEAST] + read(rest[trip, 0, node, b, past, l], table),
        new[LATER] + read(rest[trip, 1, node, b, past, l], table),
    )
    return new[HOPE] >= cutoff


@inner
def _put(space, count, head, at, node, parent, new, memory):
    """Store a label in the slot of its time."""
    space.node[count] = node
    space.parent[count] = parent
    space.memory[count] = memory
    for a in range(9):
        space.label[count, a] = new[a]
    space.following[count] = head[at]
    head[at] = count


@inner
def _noted(found, found_price, i, label, price):
    """Note an ended day among the cheapest ones that end at node i."""
    worst = 0
    for k in range(1, found.shape[1]):
        if found_price[i, k] > found_price[i, worst]:
            worst = k
    if price < found_price[i, worst]:
        found[i, worst] = label
        found_price[i, worst] = price


@compiled
def price_days(graph, value, rest, bits, table, level, width, cutoff, most, space, found, found_price):
    """Cheapest vehicle-days, their price less the value of the stops served: those below the cutoff.

    Returns (labels made, price of the cheapest or the cutoff, whether the room was too small). With exact dominance
    and room enough no vehicle-day is cheaper than the price returned.

    Args:
        graph: the group of vehicles.
        value: what serving each node is worth.
        rest: two tables of the least that the rest of a day costs, by trips, node, time, memory and load (see ``completion``):
            added to ``least``, and added to ``later``.
        bits: of a label's memory, those that the tables remember, by node (0: none).
        table: how times and loads are rounded in them (see STEP).
        level: EXACT or FORGETFUL.
        width: most labels of a node and a slot that are carried on, the most hopeful ones (0: all).
        cutoff: only days cheaper than this are looked for.
        most: steps that it may take, about.
        space: room for labels.
        found: filled with the labels of the cheapest days by their last stop's node (-1: none).
        found_price: filled with their prices.
    """
    m = len(graph.lo) - 1
    slots = graph.limits[CLOSES] // SLOT_S + 2
    head = np.full(slots, -1, np.int64)
    space.shelves[:] = 0
    space.spent[0] = 0
    new, begun = np.zeros(9, np.int64), np.zeros(9, np.int64)
    new[TIME] = graph.limits[OPENS]
    new[LEAST] = graph.limits[FIXED]
    new[LATER] = graph.limits[FIXED] - graph.limits[PACE] * graph.limits[CLOSES]
    _put(space, 0, head, new[TIME] // SLOT_S, 0, -1, new, np.uint64(0))
    count, best, short = 1, cutoff, False
    room = len(space.node)
    carried = np.zeros(m + 1, np.int64)
    slot = 0
    while slot < slots:
        x = head[slot]
        if x < 0:
            slot += 1
            carried[:] = 0
            continue
        many = 0
        while x >= 0:
            many += 1
            x = space.following[x]
        waiting, key = np.empty(many, np.int64), np.empty(many, np.float64)
        x = head[slot]
        for a in range(many):
            waiting[a] = x
            key[a] = space.label[x, HOPE] if width else space.label[x, TIME] * 1e18 + space.label[x, LEAST]
            x = space.following[x]
        head[slot] = -1
        for x in waiting[np.argsort(key)]:
            i, old, memory = space.node[x], space.label[x], space.memory[x]
            if width and carried[i] >= width:
                continue
            if x and _dominated(space, i, old, memory, graph, level):
                continue
            carried[i] += 1
            space.spent[0] += m
            if space.spent[0] > most:
                return count, best, True
            if not _keep(space, i, x, _shelf(old, memory, graph, level)):
                short = True
                continue
            if i:
                if _ended(old, new, graph, i):
                    if new[LEAST] < cutoff:
                        best = min(best, new[LEAST])
                        _noted(found, found_price, i, x, new[LEAST])
                    go_on = new[TRIP] < graph.limits[MAX_TRIPS] and not _hopeless(
                        rest, bits, 0, new, memory, table, cutoff
                    )
                    if go_on and not _dominated(space, 0, new, memory & graph.keep[i, 0], graph, level):
                        if count >= room:
                            return count, best, True
                        _put(space, count, head, new[TIME] // SLOT_S, 0, x, new, memory & graph.keep[i, 0])
                        count += 1
                for a in range(9):
                    begun[a] = old[a]
                classes = 1
            else:
                classes = len(graph.ready)
            for c in range(classes):
                if i == 0 and not _begun(old, begun, graph, c):
                    continue
                start = graph.limits[LOADING] if i == 0 and c else np.int64(0)
                new[TRIP], new[CLASS] = begun[TRIP], begun[CLASS]
                for j in range(1, m + 1):
                    if memory & graph.seen[i, j] or graph.kind[j] > begun[CLASS]:
                        continue
                    leg = graph.leg[i, j] + start
                    if not _onward(begun, new, graph, leg, graph.lo[j], graph.hi[j], graph.road[i, j] - value[j]):
                        continue
                    remembered = (memory & graph.keep[i, j]) | graph.mark[j]
                    if not _loaded(begun, new, graph, j) or _hopeless(rest, bits, j, new, remembered, table, cutoff):
                        continue
                    if _dominated(space, j, new, remembered, graph, level):
                        continue
                    if count >= room:
                        return count, best, True
                    _put(space, count, head, new[TIME] // SLOT_S, j, x, new, remembered)
                    count += 1
    return count, best, short
