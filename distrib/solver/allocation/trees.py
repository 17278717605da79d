"""Shortest trees over a few places, compiled: how much longer a day's gets by one more place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distrib.compiled import compiled, inner

DAY_S = 86_400
"""What counts between two places that cannot be driven between."""


@compiled
def between_s(seconds: npt.NDArray[np.int32], one: int, other: int) -> float:
    """Return the mean of both ways between two places, a way that cannot be driven counting a day."""
    there, back = seconds[one, other], seconds[other, one]
    return ((DAY_S if there < 0 else there) + (DAY_S if back < 0 else back)) / 2


@inner
def _tree_s(table: npt.NDArray[np.float64], size: int) -> float:
    """Length of the shortest tree over the first places of a table, grown from its first one (Prim)."""
    nearest = table[0, :size].copy()
    outside = np.ones(size, dtype=np.bool_)
    outside[0] = False
    total = 0.0
    for _ in range(size - 1):
        best = -1
        for i in range(size):
            if outside[i] and (best < 0 or nearest[i] < nearest[best]):
                best = i
        total += nearest[best]
        outside[best] = False
        for i in range(size):
            nearest[i] = min(nearest[i], table[best, i])
    return total


@compiled
def lengthening_s(
    seconds: npt.NDArray[np.int32],
    members: npt.NDArray[np.int64],
    gone: npt.NDArray[np.int64],
    place: int,
    most: int,
) -> float:
    """Return by how many seconds a place lengthens the shortest tree over the members nearest to it.

    Args:
        seconds: the travel table.
        members: place numbers, in the order that breaks ties.
        gone: members that do not count, nor does the place itself.
        place: number of the place.
        most: so many members at most.
    """
    near, way, size = np.zeros(most + 1, dtype=np.int64), np.full(most + 1, np.inf), 0
    for member in members:
        if member == place or (gone == member).any():
            continue
        far = between_s(seconds, place, member)
        if size == most and far >= way[size - 1]:
            continue
        at = min(size, most - 1)
        while at > 0 and way[at - 1] > far:
            near[at], way[at] = near[at - 1], way[at - 1]
            at -= 1
        near[at], way[at] = member, far
        size = min(size + 1, most)
    near[size] = place
    table = np.zeros((size + 1, size + 1))
    for i in range(size + 1):
        for j in range(size + 1):
            table[i, j] = between_s(seconds, near[i], near[j])
    return _tree_s(table, size + 1) - _tree_s(table, size)
