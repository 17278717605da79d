"""What the rest of a vehicle-day costs at least: tables that stop labels which cannot become cheap enough."""

from __future__ import annotations

import numpy as np

from distrib.compiled import compiled, inner
from distrib.solver.routing.bound.kernels import CLOSES, GRAMS, HUGE, LOADING, MAX_TRIPS, PACE, PLACES, UNLOADING


@inner
def _arrival(graph, j, time, leg, step, size, load, by_grams):
    """Time slot and load slot on beginning at j, both rounded so that nothing is excluded; (-1, 0) when impossible."""
    at = max(graph.lo[j], time + leg)
    if at > graph.hi[j]:
        return -1, 0
    if by_grams:
        held = load * size + graph.drop_g[j]
        return (at // step, held // size) if held <= graph.limits[GRAMS] else (-1, 0)
    held = load * size + graph.places[j]
    return (at // step, held // size) if held <= graph.limits[PLACES] else (-1, 0)


@inner
def _home(graph, rest, which, i, time, step):
    """Least price of going from stop i to the depot, there to end the day or to go on."""
    leg = graph.leg[i, 0]
    if graph.pick_g[i] > 0:
        leg += graph.limits[UNLOADING]
    at = time + leg
    if at > graph.limits[CLOSES]:
        return HUGE
    driven = graph.road[i, 0] + (graph.limits[PACE] * leg if which == 0 else 0)
    ends = graph.limits[PACE] * at if which else 0
    if graph.limits[MAX_TRIPS] > 1:
        ends = min(ends, rest[which, 0, at // step, 0])
    return driven + ends


@compiled
def completion(graph, value, stop, step, size, by_grams, rest, follow, second):
    """Fill ``rest[which, node, time, load]``: a lower bound of what the rest of the day adds from there.

    ``which`` 0: to the price ``least`` (driving and work paid by the second, no waiting); 1: to ``later`` (the clock at
    the end paid by the second). Times and loads are rounded down, memory is dropped but for the stop just left
    (``stop[j]`` numbers the stop of a node), grams and places not in ``by_grams``, picks and the number of trips are
    ignored. Every leg between nodes must last at least ``step`` seconds; ``follow`` and ``second`` are room of the same
    shape for the stop that follows in the best rest, and the best rest that begins with another one.
    """
    m = len(graph.lo) - 1
    limit = graph.limits[GRAMS] if by_grams else graph.limits[PLACES]
    for b in range(graph.limits[CLOSES] // step, -1, -1):
        for which in range(2):
            for i in range(1, m + 1):
                for l in range(limit // size + 1):
                    best, then, other = _home(graph, rest, which, i, b * step, step), -1, HUGE
                    for j in range(1, m + 1):
                        if stop[j] == stop[i]:
                            continue
                        leg = graph.leg[i, j]
                        at, load = _arrival(graph, j, b * step, leg, step, size, l, by_grams)
                        if at < 0:
                            continue
                        onward = rest[which, j, at, load]
                        if follow[which, j, at, load] == stop[i]:
                            onward = second[which, j, at, load]
                        price = graph.road[i, j] - value[j] + onward + (graph.limits[PACE] * leg if which == 0 else 0)
                        if price < best:
                            best, then, other = price, stop[j], min(other, best) if then != stop[j] else other
                        elif stop[j] != then:
                            other = min(other, price)
                    rest[which, i, b, l], follow[which, i, b, l], second[which, i, b, l] = best, then, other
            rest[which, 0, b, :] = _from_depot(graph, value, rest, which, b * step, step, size, by_grams)


@inner
def _from_depot(graph, value, rest, which, time, step, size, by_grams):
    """Least price of the rest of a day whose vehicle is ready at the depot: nothing more, or another trip."""
    best = graph.limits[PACE] * time if which else np.int64(0)
    for j in range(1, len(graph.lo)):
        k = graph.kind[j]
        leg = graph.leg[0, j]
        start = max(time, graph.ready[k])
        if k:
            leg += graph.limits[LOADING]
        at, load = _arrival(graph, j, start, leg, step, size, 0, by_grams)
        if at >= 0:
            price = graph.road[0, j] - value[j] + rest[which, j, at, load]
            best = min(best, price + (graph.limits[PACE] * leg if which == 0 else 0))
    return best
