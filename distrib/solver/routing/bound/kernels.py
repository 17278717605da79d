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

OPENS, CLOSES, LOADING, UNLOADING, PLACES, GRAMS, MAX_TRIPS, PACE, FIXED = range(9)
"""Positions in ``Graph.limits``."""

FAR = 1 << 40
"""Seconds of a leg that cannot be driven."""
HUGE = 1 << 60
"""A price that nothing reaches."""


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
    memory ``shelf[i, q]`` and begins with label ``first[i, q]``; ``shelves[i]`` counts the lists of node i.
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


TIME, LEAST, LATER, HELD, PEAK, PICKED, TRIP, CLASS = range(8)
"""Columns of a label: moment, the two prices, places, largest load so far and picks aboard in grams, trips ended, class."""

EXACT, FORGETFUL, BOLD = range(3)
"""Dominance: exact; without memory; without memory, loads and the price of waiting. Only the first one proves anything."""


@inner
def _as_good(old, new, level):
    """True when the old label, no dearer by ``least``, can do whatever the new one can, no dearer; memory apart."""
    if old[TIME] > new[TIME] or old[TRIP] > new[TRIP] or old[CLASS] < new[CLASS]:
        return False
    if level == BOLD:
        return True
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
    held = np.int64(0) if level == BOLD else 30 * label[HELD] // graph.limits[PLACES]
    trips = min(label[TRIP], np.int64(20))
    return np.uint64((1 << held) - 1) | np.uint64(((1 << trips) - 1) << 32)


@inner
def _dominated(space, i, new, memory, graph, level):
    """True when a label kept at the node is as good."""
    word = _shelf(new, memory, graph, level)
    for q in range(space.shelves[i]):
        if space.shelf[i, q] & ~word:
            continue
        x = space.first[i, q]
        while x >= 0 and space.label[x, LEAST] <= new[LEAST]:
            if _as_good(space.label[x], new, level):
                return True
            x = space.beside[x]
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
    for a in range(8):
        new[a] = old[a]
    if not _onward(old, new, graph, np.int64(0), graph.ready[k], graph.limits[CLOSES] - loading, np.int64(0)):
        return False
    new[CLASS] = k
    return True


@inner
def _hopeless(rest, node, new, step, size, by_grams, cutoff):
    """True when even the cheapest way to end the day from here does not cost less than the cutoff."""
    load = new[PEAK] if by_grams else new[HELD]
    b, l = new[TIME] // step, load // size
    return new[LEAST] + rest[0, node, b, l] >= cutoff or new[LATER] + rest[1, node, b, l] >= cutoff


@inner
def _put(space, count, head, at, node, parent, new, memory):
    """Store a label in the slot of its time."""
    space.node[count] = node
    space.parent[count] = parent
    space.memory[count] = memory
    for a in range(8):
        space.label[count, a] = new[a]
    space.following[count] = head[at]
    head[at] = count


@inner
def _noted(found, found_price, count, label, price):
    """Count of the cheapest ended days so far, with this one among them if it is cheap enough."""
    if count < len(found):
        found[count] = label
        found_price[count] = price
        return count + 1
    worst = np.argmax(found_price)
    if found_price[worst] > price:
        found[worst] = label
        found_price[worst] = price
    return count


@compiled
def price_days(graph, value, rest, step, size, by_grams, level, cutoff, space, found, found_price, spent, most):
    """Cheapest vehicle-days, their price less the value of the stops served: those below the cutoff.

    Returns (labels made, days found, price of the cheapest or the cutoff, whether the room was too small). With exact
    dominance and room enough no vehicle-day is cheaper than the price returned. Days are label numbers in ``found``.

    Args:
        graph: the group of vehicles.
        value: what serving each node is worth.
        rest: two tables of the least that the rest of a day costs, by node, time in ``step`` s and load in ``size``:
            added to ``least``, and added to ``later``.
        step: seconds.
        size: grams (``by_grams``) or places.
        by_grams: which load the tables go by.
        level: EXACT, FORGETFUL or BOLD.
        cutoff: only days cheaper than this are looked for.
        space: room for labels.
        found: filled with labels that end a day.
        found_price: filled with their prices.
        spent: labels made so far by the caller.
        most: labels it may make at most.
    """
    m = len(graph.lo) - 1
    slots = graph.limits[CLOSES] // step + 2
    head = np.full(slots, -1, np.int64)
    space.shelves[:] = 0
    new, begun = np.zeros(8, np.int64), np.zeros(8, np.int64)
    new[TIME] = graph.limits[OPENS]
    new[LEAST] = graph.limits[FIXED]
    new[LATER] = graph.limits[FIXED] - graph.limits[PACE] * graph.limits[CLOSES]
    _put(space, 0, head, new[TIME] // step, 0, -1, new, np.uint64(0))
    count, ended, best, short = 1, 0, cutoff, False
    room = min(len(space.node), most - spent)
    slot = 0
    while slot < slots:
        x = head[slot]
        if x < 0:
            slot += 1
            continue
        many = 0
        while x >= 0:
            many += 1
            x = space.following[x]
        waiting, key = np.empty(many, np.int64), np.empty(many, np.float64)
        x = head[slot]
        for a in range(many):
            waiting[a] = x
            key[a] = space.label[x, TIME] * 1e18 + space.label[x, LEAST]
            x = space.following[x]
        head[slot] = -1
        for x in waiting[np.argsort(key)]:
            i, old, memory = space.node[x], space.label[x], space.memory[x]
            if x and _dominated(space, i, old, memory, graph, level):
                continue
            if not _keep(space, i, x, _shelf(old, memory, graph, level)):
                short = True
                continue
            if i:
                if _ended(old, new, graph, i):
                    if new[LEAST] < cutoff:
                        best = min(best, new[LEAST])
                        ended = _noted(found, found_price, ended, x, new[LEAST])
                    go_on = new[TRIP] < graph.limits[MAX_TRIPS] and not _hopeless(
                        rest, 0, new, step, size, by_grams, cutoff
                    )
                    if go_on and not _dominated(space, 0, new, memory & graph.keep[i, 0], graph, level):
                        if count >= room:
                            return count, ended, best, True
                        _put(space, count, head, new[TIME] // step, 0, x, new, memory & graph.keep[i, 0])
                        count += 1
                for a in range(8):
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
                    if not _loaded(begun, new, graph, j) or _hopeless(rest, j, new, step, size, by_grams, cutoff):
                        continue
                    remembered = (memory & graph.keep[i, j]) | graph.mark[j]
                    if _dominated(space, j, new, remembered, graph, level):
                        continue
                    if count >= room:
                        return count, ended, best, True
                    _put(space, count, head, new[TIME] // step, j, x, new, remembered)
                    count += 1
    return count, ended, best, short
