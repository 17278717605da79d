"""Contraction in a given order, without searches: shortcuts first, then their costs, then those that serve nothing go.

The shortcuts depend on the order alone (a chordal graph found along its elimination tree); a cost is the least over
the triangles below it; a shortcut longer than a way through higher states is left out. Costs are integers.
Source: customizable contraction hierarchies, Dibbelt, Strasser, Wagner (2016), doi:10.1145/2886843.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from distrib.compiled import compiled

NONE = np.int64(1) << 60
"""No way; the sum of two is still a number."""


@compiled
def shortcuts(states: int, start: Any, to: Any) -> Any:
    """Return (start, to): the states above each state that it is joined to, sorted, shortcuts included.

    ``start, to`` are the steps of a graph whose states are numbered in the order of contraction.
    """
    first, following = np.full(states, -1, np.int64), np.full(2 * len(to), -1, np.int64)
    other = np.empty(2 * len(to), np.int64)
    many = 0
    for a in range(states):
        for k in range(start[a], start[a + 1]):
            b = to[k]
            if a != b:
                low, high = min(a, b), max(a, b)
                other[many], following[many], first[low] = high, first[low], many
                many += 1
    child, sibling = np.full(states, -1, np.int64), np.full(states, -1, np.int64)
    mark = np.full(states, -1, np.int64)
    up_start = np.zeros(states + 1, np.int64)
    up_to = np.empty(4 * len(to) + 16, np.int32)
    for a in range(states):
        begin = up_start[a]
        end = begin
        k = first[a]
        while k >= 0:
            if mark[other[k]] != a:
                mark[other[k]] = a
                if end == len(up_to):
                    bigger = np.empty(2 * end, np.int32)
                    bigger[:end] = up_to
                    up_to = bigger
                up_to[end] = other[k]
                end += 1
            k = following[k]
        below = child[a]
        while below >= 0:
            for k in range(up_start[below], up_start[below + 1]):
                b = up_to[k]
                if b != a and mark[b] != a:
                    mark[b] = a
                    if end == len(up_to):
                        bigger = np.empty(2 * end, np.int32)
                        bigger[:end] = up_to
                        up_to = bigger
                    up_to[end] = b
                    end += 1
            below = sibling[below]
        up_to[begin:end] = np.sort(up_to[begin:end])
        up_start[a + 1] = end
        if end > begin:
            parent = up_to[begin]
            sibling[a], child[parent] = child[parent], a
    return up_start, up_to[: up_start[states]].copy()


@compiled
def costs_of_shortcuts(states: int, start: Any, to: Any, price: Any, up_start: Any, up_to: Any) -> Any:
    """Return the costs (up, down) of the edges of ``shortcuts``, ``NONE`` where there is no way through lower states."""
    up, down = np.full(len(up_to), NONE, np.int64), np.full(len(up_to), NONE, np.int64)
    for a in range(states):
        for k in range(start[a], start[a + 1]):
            b = to[k]
            if a < b:
                edge = up_start[a] + np.searchsorted(up_to[up_start[a] : up_start[a + 1]], b)
                up[edge] = min(up[edge], price[k])
            elif b < a:
                edge = up_start[b] + np.searchsorted(up_to[up_start[b] : up_start[b + 1]], a)
                down[edge] = min(down[edge], price[k])
    low_start, low_edge, low_from = _from_above(states, up_start, up_to)
    at = np.empty(states, np.int64)
    for x in range(states):
        for k in range(up_start[x], up_start[x + 1]):
            at[up_to[k]] = k
        for i in range(low_start[x], low_start[x + 1]):
            edge, v = low_edge[i], low_from[i]
            to_v, from_v = down[edge], up[edge]
            for k in range(edge + 1, up_start[v + 1]):
                over = at[up_to[k]]
                if to_v + up[k] < up[over]:
                    up[over] = to_v + up[k]
                if down[k] + from_v < down[over]:
                    down[over] = down[k] + from_v
    return up, down


@compiled
def _from_above(states: int, up_start: Any, up_to: Any) -> Any:
    """Return (start, edge, state below): the edges that come into each state from below, by the state below."""
    low_start = np.zeros(states + 1, np.int64)
    for k in range(len(up_to)):
        low_start[up_to[k] + 1] += 1
    for x in range(states):
        low_start[x + 1] += low_start[x]
    place = low_start[:-1].copy()
    edge, below = np.empty(len(up_to), np.int64), np.empty(len(up_to), np.int32)
    for v in range(states):
        for k in range(up_start[v], up_start[v + 1]):
            x = up_to[k]
            edge[place[x]], below[place[x]] = k, v
            place[x] += 1
    return low_start, edge, below


@compiled
def without_needless(states: int, up_start: Any, up_to: Any, up: Any, down: Any) -> Any:
    """Return two graphs (start, to, cost), upward and downward, of the edges that no other way undercuts."""
    least_up, least_down = up.copy(), down.copy()
    low_start, low_edge, low_from = _from_above(states, up_start, up_to)
    at = np.empty(states, np.int64)
    for z in range(states - 1, -1, -1):
        for k in range(up_start[z], up_start[z + 1]):
            at[up_to[k]] = k
        for i in range(low_start[z], low_start[z + 1]):
            edge, v = low_edge[i], low_from[i]
            best_up, best_down = least_up[edge], least_down[edge]
            for k in range(edge + 1, up_start[v + 1]):
                over = at[up_to[k]]
                best_up = min(best_up, up[k] + least_down[over])
                best_down = min(best_down, least_up[over] + down[k])
                if up[edge] + least_up[over] < least_up[k]:
                    least_up[k] = up[edge] + least_up[over]
                if least_down[over] + down[edge] < least_down[k]:
                    least_down[k] = least_down[over] + down[edge]
            least_up[edge], least_down[edge] = best_up, best_down
    return _kept(states, up_start, up_to, up, least_up), _kept(states, up_start, up_to, down, least_down)


@compiled
def _kept(states: int, up_start: Any, up_to: Any, cost: Any, least: Any) -> Any:
    start = np.zeros(states + 1, np.int64)
    to, price = np.empty(len(up_to), np.int32), np.empty(len(up_to), np.int64)
    many = 0
    for v in range(states):
        for k in range(up_start[v], up_start[v + 1]):
            if cost[k] < NONE and cost[k] <= least[k]:
                to[many], price[many] = up_to[k], cost[k]
                many += 1
        start[v + 1] = many
    return start, to[:many].copy(), price[:many].copy()
