"""The line of each leg along the roads, computed only for the legs asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.travel.places import Places
from distrib.travel.roads import kernels
from distrib.travel.roads.matrix import Ends, Roads, arrivals, departures, part_of
from distrib.travel.roads.snapping import Snaps, snap

if TYPE_CHECKING:
    import numpy.typing as npt

Line = tuple[tuple[float, float], ...]


def leg_lines(
    places: Places, roads: Roads, legs: Iterable[tuple[str, str]], snaps: Snaps | None = None
) -> dict[tuple[str, str], Line]:
    """Return the line of (lon, lat) of each leg (from id, to id) that has a way, from place to place along the quickest.

    Raises:
        UsageError: when a leg names an unknown place.
    """
    index = {place: i for i, place in enumerate(places.ids)}
    wanted: dict[int, set[int]] = {}
    for leg in sorted(set(legs)):
        if leg[0] not in index or leg[1] not in index:
            raise UsageError(f"there is no place {leg[0] if leg[0] not in index else leg[1]!r} to draw a leg to")
        if leg[0] != leg[1]:
            wanted.setdefault(index[leg[0]], set()).add(index[leg[1]])
    snaps = snaps or snap(places, roads.network, roads.graph)
    origins, targets = departures(roads.graph, snaps), arrivals(roads.graph, snaps)
    found = {}
    for i, ends in sorted(wanted.items()):
        for j, line in _lines_from(i, sorted(ends), places, roads, snaps, origins, targets):
            found[places.ids[i], places.ids[j]] = line
    return found


def _lines_from(
    i: int, ends: list[int], places: Places, roads: Roads, snaps: Snaps, origins: Ends, targets: Ends
) -> list[tuple[int, Line]]:
    graph = roads.graph
    seeds = slice(int(origins.start[i]), int(origins.start[i + 1]))
    wanted = np.concatenate([targets.state[targets.start[j] : targets.start[j + 1]] for j in ends])
    best, before = kernels.one_to_many(
        len(graph.arcs), graph.start, graph.to, graph.cost, origins.state[seeds], origins.cost[seeds], wanted
    )
    lines = []
    for j in ends:
        way = [(int(best[s]) + int(targets.cost[k]), s) for k, s in _of(targets, j)]
        cost, last = min(way)
        direct = _along(roads, snaps, i, j)
        if direct is not None and direct[0] <= cost:
            path = direct[1]
        elif cost >= kernels.FAR:
            continue
        else:
            path = _whole(roads, snaps, i, j, _chain(before, last))
        ends_at = [[places.lon[i], places.lat[i]]], [[places.lon[j], places.lat[j]]]
        lines.append((j, _rounded(np.concatenate([ends_at[0], path, ends_at[1]]))))
    return lines


def _of(ends: Ends, i: int) -> list[tuple[int, int]]:
    return [(k, int(ends.state[k])) for k in range(int(ends.start[i]), int(ends.start[i + 1]))]


def _chain(before: npt.NDArray[np.int64], last: int) -> list[int]:
    states = [last]
    while before[states[-1]] >= 0:
        states.append(int(before[states[-1]]))
    return states[::-1]


def _whole(roads: Roads, snaps: Snaps, i: int, j: int, states: list[int]) -> npt.NDArray[np.float64]:
    """Return the line from access point i over the states to access point j, cut at both ends."""
    graph, network = roads.graph, roads.network
    first = roads.network.tail[graph.arcs[states[0]]]
    left = [
        (int(graph.cost[k]) - int(part_of(graph.own[[s]], np.array([share]))[0]), s, share)
        for s, share in _sides(snaps, i)
        if network.head[graph.arcs[s]] == first
        for k in range(int(graph.start[s]), int(graph.start[s + 1]))
        if graph.to[k] == states[0]
    ]
    _, begin, share = min(left)
    parts = [_cut(network.line(int(graph.arcs[begin])), share, 1.0)]
    parts += [network.line(int(graph.arcs[s])) for s in states[:-1]]
    end_share = next(share for s, share in _sides(snaps, j) if graph.arcs[s] == graph.arcs[states[-1]])
    return np.concatenate([*parts, _cut(network.line(int(graph.arcs[states[-1]])), 0.0, end_share)])


def _sides(snaps: Snaps, i: int) -> list[tuple[int, float]]:
    return [(int(snaps.state[i, k]), float(snaps.share[i, k])) for k in range(2) if snaps.state[i, k] >= 0]


def _along(roads: Roads, snaps: Snaps, i: int, j: int) -> tuple[int, npt.NDArray[np.float64]] | None:
    """Return the journey that never leaves the arc it begins on, None when there is none."""
    graph = roads.graph
    for state, begin in _sides(snaps, i):
        for other, end in _sides(snaps, j):
            if state == other and end >= begin:
                both = part_of(np.repeat(graph.own[state], 2), np.array([begin, end]))
                return int(both[1] - both[0]), _cut(roads.network.line(int(graph.arcs[state])), begin, end)
    return None


def _cut(line: npt.NDArray[np.float64], begin: float, end: float) -> npt.NDArray[np.float64]:
    """Return the part of a line between two shares of its length."""
    scale = np.array([np.cos(np.radians(line[0, 1])), 1.0])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(line, axis=0) * scale).T))])
    low, high = begin * along[-1], end * along[-1]
    at = np.concatenate([[low], along[(along > low) & (along < high)], [high]])
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def _rounded(line: npt.NDArray[np.float64]) -> Line:
    """Return the points to the metre, none twice in a row."""
    points = [(round(float(x), 5), round(float(y), 5)) for x, y in line]
    return tuple(p for k, p in enumerate(points) if k == 0 or p != points[k - 1])
