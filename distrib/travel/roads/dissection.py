"""The order in which a network is contracted: cut in two where few roads cross, and each half again.

Roads that cross a cut are contracted after everything on both sides of it, so what is contracted early stays local
whatever the times are. Source: nested dissection orders for road networks, Dibbelt, Strasser, Wagner (2016),
doi:10.1145/2886843; here each cut is the best of those along four directions, between 30 and 70 % of the junctions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from distrib.compiled import compiled

SMALL = 3
"""Parts of so many junctions are not cut any more."""


@compiled
def dissection_rank(x: Any, y: Any, tail: Any, head: Any) -> Any:
    """Return the rank of each arc, 0 is contracted first.

    Args:
        x: of the junctions, in any unit that is the same for both.
        y: of the junctions.
        tail: junction where each arc begins.
        head: junction where it ends.
    """
    junctions, arcs = len(x), len(tail)
    rank, free = np.empty(arcs, np.int64), arcs - 1
    mine, roads = np.arange(junctions), np.arange(arcs)
    place, cut = np.empty(junctions, np.int64), np.empty(junctions + 1, np.int64)
    stack = [(0, junctions, 0, arcs)]
    while len(stack) > 0:
        low, high, first, last = stack.pop()
        size = high - low
        if size <= SMALL or last - first <= 2:
            for k in range(first, last):
                rank[roads[k]] = free
                free -= 1
            continue
        part = mine[low:high].copy()
        best_order, best_at, best_many, best_side = part, 0, np.int64(1), np.int64(0)
        for direction in range(4):
            along = np.empty(size, np.float64)
            for k in range(size):
                a, b = x[part[k]], y[part[k]]
                along[k] = a if direction == 0 else b if direction == 1 else a + b if direction == 2 else a - b
            order = part[np.argsort(along, kind="mergesort")]
            for k in range(size):
                place[order[k]] = k
            cut[: size + 1] = 0
            for k in range(first, last):
                a, b = place[tail[roads[k]]], place[head[roads[k]]]
                cut[min(a, b) + 1] += 1
                cut[max(a, b) + 1] -= 1
            many = np.int64(0)
            margin = max(1, (3 * size) // 10)
            for k in range(1, size):
                many += cut[k]
                side = min(k, size - k)
                if k >= margin and k <= size - margin and (best_at == 0 or many * best_side < best_many * side):
                    best_order, best_at, best_many, best_side = order, k, many, np.int64(side)
        mine[low:high] = best_order
        for k in range(size):
            place[best_order[k]] = k
        arcs_here = roads[first:last].copy()
        left, right = first, last
        for k in range(len(arcs_here)):
            a, b = place[tail[arcs_here[k]]] < best_at, place[head[arcs_here[k]]] < best_at
            if a and b:
                roads[left] = arcs_here[k]
                left += 1
            elif not a and not b:
                right -= 1
                roads[right] = arcs_here[k]
            else:
                rank[arcs_here[k]] = free
                free -= 1
        stack.append((low, low + best_at, first, left))
        stack.append((low + best_at, high, right, last))
    return rank
