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
    PACE,
    PLACES,
    SIZE,
    START,
    STEP,
    UNLOADING,
)


@inner
def _home(graph, rest, trip, which, i, time, table):
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
        ends = min(ends, rest[following, which, 0, (at - table[START]) // table[STEP], 0, 0])
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
def _best_from(graph, value, table, held, turn, rest, trip, i, b):
    """Fill the rows of node i at time slot b."""
    m, loads, pasts, mine = len(graph.lo) - 1, held.shape[1], rest.shape[4], rest[trip]
    time, pace = table[START] + b * table[STEP], graph.limits[PACE]
    for which in range(2):
        mine[which, i, b] = _home(graph, rest, trip, which, i, time, table)
    for j in range(1, m + 1):
        leg = graph.leg[i, j]
        at = max(graph.lo[j], time + leg)
        if at > graph.hi[j]:
            continue
        slot = (at - table[START]) // table[STEP]
        for which in range(2):
            driven = graph.road[i, j] - value[j] + (pace * leg if which == 0 else 0)
            for past in range(pasts):
                kept = turn[i, j, past]
                if kept < 0:
                    continue
                for l in range(loads):
                    after = held[j, l]
                    if after == loads:
                        break
                    price = driven + mine[which, j, slot, kept, after]
                    if price < mine[which, i, b, past, l]:
                        mine[which, i, b, past, l] = price


@compiled
def completion(graph, value, stop, near, table, rest):
    """Fill ``rest[trip, which, node, time, memory, load]``: a lower bound of what the rest of the day adds from there.

    ``trip``: trips ended before; where there is only one of these tables it holds for any number of them. ``which`` 0: to the price ``least`` (driving and work paid by the second, no waiting); 1: to ``later`` (the clock at
    the end paid by the second). Times and loads are rounded down; of the stops made only those of ``near[node]`` (-1: none)
    are remembered, bit a of the memory standing for ``near[node, a]``; grams and places not in BY_GRAMS, picks and breaks
    are ignored. Every leg between nodes must last at least STEP seconds. ``rest`` is filled with
    HUGE before; ``stop[j]`` numbers the stop of a node.
    """
    nodes = len(graph.lo)
    held = _held(graph, table, rest.shape[5])
    turn = np.full((nodes, nodes, rest.shape[4]), -1, np.int64)
    for i in range(1, nodes):
        for j in range(1, nodes):
            for past in range(rest.shape[4]):
                if stop[i] != stop[j]:
                    turn[i, j, past] = _onward_with(near, stop, i, j, past)
    for trip in range(len(rest) - 1, -1, -1):
        for b in range(rest.shape[3] - 1, -1, -1):
            time = table[START] + b * table[STEP]
            for i in range(1, nodes):
                if time <= graph.hi[i] and time + table[STEP] > graph.lo[i]:
                    _best_from(graph, value, table, held, turn, rest, trip, i, b)
            for which in range(2):
                rest[trip, which, 0, b] = _from_depot(graph, value, rest[trip], which, time, table, held)


@inner
def _from_depot(graph, value, rest, which, time, table, held):
    """Least price of the rest of a day whose vehicle is ready at the depot: nothing more, or another trip."""
    best = graph.limits[PACE] * time if which else np.int64(0)
    for j in range(1, len(graph.lo)):
        k = graph.kind[j]
        leg = graph.leg[0, j]
        if k:
            leg += graph.limits[LOADING]
        at = max(graph.lo[j], max(time, graph.ready[k]) + leg)
        if at > graph.hi[j] or held[j, 0] == held.shape[1]:
            continue
        price = graph.road[0, j] - value[j] + rest[which, j, (at - table[START]) // table[STEP], 0, held[j, 0]]
        best = min(best, price + (graph.limits[PACE] * leg if which == 0 else 0))
    return best
