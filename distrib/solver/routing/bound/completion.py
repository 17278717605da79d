"""What the rest of a vehicle-day costs at least: tables that stop labels which cannot become cheap enough."""

from __future__ import annotations

import numpy as np

from distrib.compiled import compiled, inner
from distrib.solver.routing.bound.kernels import (
    BY_GRAMS,
    CLOSES,
    GRAMS,
    HUGE,
    LOADING,
    MAX_TRIPS,
    NOTHING,
    PACE,
    PLACES,
    SHIFT,
    SIZE,
    START,
    STEP,
    UNLOADING,
    read,
)

WOVEN = "81ffe729c118"
"""Digest of kernels.py, parts of which are compiled here: machine code kept on disk is renewed when this line changes."""


@inner
def _home(graph, rest, trip, which, i, time, table, kept):
    """Least price of going from stop i to the depot after ``trip`` earlier trips, there to end the day or to go on."""
    leg = graph.leg[i, 0]
    if graph.pick_g[i] > 0:
        leg += graph.limits[UNLOADING]
    at = time + leg
    if at > graph.limits[CLOSES]:
        return HUGE
    driven = graph.road[i, 0] + (graph.limits[PACE] * leg if which == 0 else 0)
    ends = graph.limits[PACE] * at if which else 0
    following = trip + 1 if len(rest) > 1 else 0
    if graph.limits[MAX_TRIPS] > 1 and following < len(rest):
        ends = min(ends, read(rest[following, which, 0, (at - table[START]) // table[STEP], kept, 0], table))
    return driven + ends


@inner
def _held(graph, table, loads):
    """Load slot after stop j of a vehicle in load slot l, both rounded down; ``loads`` where it does not fit."""
    m = len(graph.lo) - 1
    limit = graph.limits[GRAMS] if table[BY_GRAMS] else graph.limits[PLACES]
    held = np.full((m + 1, loads), loads, np.int64)
    for j in range(1, m + 1):
        more = graph.drop_g[j] if table[BY_GRAMS] else graph.places[j]
        for l in range(loads):
            after = l * table[SIZE] + more
            if after <= limit:
                held[j, l] = after // table[SIZE]
    return held


@inner
def _onward_with(near, stop, i, j, past):
    """What is remembered at j of the near stops ``past`` remembered at i and of i; -1 when j is among them."""
    for a in range(near.shape[1]):
        if near[i, a] == stop[j] and past >> a & 1:
            return -1
    kept = 0
    for a in range(near.shape[1]):
        known = near[j, a] == stop[i]
        for b in range(near.shape[1]):
            known = known or (past >> b & 1 == 1 and near[i, b] == near[j, a])
        if known and near[j, a] >= 0:
            kept |= 1 << a
    return kept


@inner
def _written(price, table):
    """A price as the tables keep it, rounded down."""
    return NOTHING if price >= HUGE >> 1 else np.int32(min(price >> table[SHIFT], np.int64(NOTHING) - 1))


@inner
def _best_from(graph, value, table, held, turn, rest, trip, i, b, mine):
    """Fill the rows of node i at time slot b; ``mine`` is room for them."""
    m, loads, pasts = len(graph.lo) - 1, held.shape[1], rest.shape[4]
    time, pace = table[START] + b * table[STEP], graph.limits[PACE]
    for which in range(2):
        for past in range(pasts):
            mine[which, past] = _home(graph, rest, trip, which, i, time, table, turn[i, 0, past])
    for j in range(1, m + 1):
        leg = graph.leg[i, j]
        at = max(graph.lo[j], time + leg)
        if at > graph.hi[j]:
            continue
        slot = (at - table[START]) // table[STEP]
        fit = 0
        while fit < loads and held[j, fit] < loads:
            fit += 1
        for which in range(2):
            driven = graph.road[i, j] - value[j] + (pace * leg if which == 0 else 0)
            for past in range(pasts):
                kept = turn[i, j, past]
                if kept < 0:
                    continue
                for l in range(fit):
                    price = driven + read(rest[trip, which, j, slot, kept, held[j, l]], table)
                    if price < mine[which, past, l]:
                        mine[which, past, l] = price
    for which in range(2):
        for past in range(pasts):
            for l in range(loads):
                rest[trip, which, i, b, past, l] = _written(mine[which, past, l], table)


@compiled
def completion(graph, value, stop, near, table, rest):
    """Fill ``rest[trip, which, node, time, memory, load]``: a lower bound of what the rest of the day adds from there.

    ``trip``: trips ended before; where there is only one of these tables it holds for any number of them. ``which`` 0: to the price ``least`` (driving and work paid by the second, no waiting); 1: to ``later`` (the clock at
    the end paid by the second). Prices are kept as ``read`` gives them back, times and loads rounded down; of the stops made
    only those of ``near[node]`` (-1: none) are remembered, bit a of the memory standing for ``near[node, a]``; grams and
    places not in BY_GRAMS, picks and breaks are ignored. Every leg between nodes must last at least STEP seconds. Only the
    times at which a node's window is open are filled; ``stop[j]`` numbers the stop of a node.
    """
    nodes = len(graph.lo)
    held = _held(graph, table, rest.shape[5])
    turn = np.full((nodes, nodes, rest.shape[4]), -1, np.int64)
    for i in range(nodes):
        for j in range(nodes):
            for past in range(rest.shape[4]):
                if stop[i] != stop[j]:
                    turn[i, j, past] = _onward_with(near, stop, i, j, past)
    mine = np.empty((2, rest.shape[4], rest.shape[5]), np.int64)
    for trip in range(len(rest) - 1, -1, -1):
        for b in range(rest.shape[3] - 1, -1, -1):
            time = table[START] + b * table[STEP]
            for i in range(1, nodes):
                if time <= graph.hi[i] and time + table[STEP] > graph.lo[i]:
                    _best_from(graph, value, table, held, turn, rest, trip, i, b, mine)
            for which in range(2):
                for past in range(rest.shape[4]):
                    price = _from_depot(graph, value, rest[trip], which, time, table, held, turn[0, :, past])
                    rest[trip, which, 0, b, past] = _written(price, table)


@inner
def _from_depot(graph, value, rest, which, time, table, held, turn):
    """Least price of the rest of a day whose vehicle is ready at the depot: nothing more, or another trip."""
    best = graph.limits[PACE] * time if which else np.int64(0)
    for j in range(1, len(graph.lo)):
        k = graph.kind[j]
        leg = graph.leg[0, j]
        if k:
            leg += graph.limits[LOADING]
        at = max(graph.lo[j], max(time, graph.ready[k]) + leg)
        if turn[j] < 0 or at > graph.hi[j] or held[j, 0] == held.shape[1]:
            continue
        price = graph.road[0, j] - value[j]
        price += read(rest[which, j, (at - table[START]) // table[STEP], turn[j], held[j, 0]], table)
        best = min(best, price + (graph.limits[PACE] * leg if which == 0 else 0))
    return best
