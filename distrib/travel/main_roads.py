"""Travel estimated along the main roads of a territory, so that detours round water and hills are right.

A journey is a local drive, or a local drive to a point of the main roads, main roads, and a local drive from a
point. Local drives follow the bands of the plain estimate and never cross a barrier. Times are the shortest over
all journeys, also through other places, so the triangle inequality holds for them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from distrib.model.roads import Barrier, MainRoads
from distrib.travel.great_circle import great_circle_m
from distrib.travel.places import Places

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]
    Line = Floats | float
    Local = Callable[[Floats], tuple[Floats, Floats]]

LOCAL_M = 10_000.0
"""Local drives are at most so long in a straight line."""

REACH_M = 30_000.0
"""A place farther than this from every point of the main roads is not estimated along them."""

ACCESS_S = 75.0
"""Between the streets of a place and a main road: junctions, lights, the way through the centre."""

BLOCKED_FACTOR = 1.6
"""A place that barriers part from every point drives so many times the straight local drive to the nearest."""

CLASSES: dict[str, tuple[float, float]] = {
    "motorway": (1.08, 92.0),
    "urban_motorway": (1.10, 52.0),
    "expressway": (1.10, 75.0),
    "main": (1.15, 58.0),
    "secondary": (1.28, 43.0),
    "town": (1.25, 25.0),
}
"""(road metres per straight metre where the length is not given, km/h) by class of road."""

_METRES = float(2**26)
"""A journey is one number, milliseconds × 2²⁶ + metres: exact in a float up to 37 hours and 67,000 km."""


def along_main_roads(places: Places, roads: MainRoads, local: Local, speed: float) -> tuple[Floats, Floats, Bools]:
    """Return milliseconds, metres and which pairs are joined, each of shape (places, places).

    Args:
        places: the places.
        roads: the main roads.
        local: gives seconds and metres of a local drive from its great-circle metres.
        speed: factor on the speed of the main roads.
    """
    points = Places(
        ids=tuple(point.point_id for point in roads.points),
        lon=np.array([point.lon_microdeg for point in roads.points], dtype=np.float64) / 1e6,
        lat=np.array([point.lat_microdeg for point in roads.points], dtype=np.float64) / 1e6,
    )
    access, near = _access(places, points, roads.barriers, local)
    direct = _direct(places, roads.barriers, local)
    network = _between_points(points, roads, speed)
    joined = _min_plus(_min_plus(access, network), np.ascontiguousarray(access.T))
    journey = _closed(np.minimum(direct, joined))
    known = near[:, None] & near[None, :] & np.isfinite(journey)
    journey[~np.isfinite(journey)] = 0.0
    return np.floor(journey / _METRES), np.mod(journey, _METRES), known


def _coded(seconds: Floats, metres: Floats) -> Floats:
    return np.round(seconds * 1000.0) * _METRES + np.round(metres)


def _access(places: Places, points: Places, barriers: tuple[Barrier, ...], local: Local) -> tuple[Floats, Bools]:
    """Return the local drives from places to points (infinite for none), and which places the main roads reach."""
    straight = great_circle_m(places.lon, places.lat, points.lon, points.lat)
    row, nearest = np.arange(len(places)), np.argmin(straight, axis=1)
    wanted = straight <= LOCAL_M
    wanted[row, nearest] = True
    seconds, metres = local(straight)
    cost = np.where(wanted, _coded(seconds + ACCESS_S, metres), np.inf)
    cost[_crossings(places, points, barriers, wanted)] = np.inf
    parted = ~np.isfinite(cost).any(axis=1)
    seconds, metres = local(straight[row, nearest] * BLOCKED_FACTOR)
    cost[row[parted], nearest[parted]] = _coded(seconds + ACCESS_S, metres)[parted]
    return cost, straight[row, nearest] <= REACH_M


def _direct(places: Places, barriers: tuple[Barrier, ...], local: Local) -> Floats:
    straight = great_circle_m(places.lon, places.lat, places.lon, places.lat)
    cost = _coded(*local(straight))
    cost[straight > LOCAL_M] = np.inf
    cost[_crossings(places, places, barriers, straight <= LOCAL_M)] = np.inf
    np.fill_diagonal(cost, 0.0)
    return cost


def _between_points(points: Places, roads: MainRoads, speed: float) -> Floats:
    index = {point_id: i for i, point_id in enumerate(points.ids)}
    cost = np.full((len(points), len(points)), np.inf)
    np.fill_diagonal(cost, 0.0)
    straight = great_circle_m(points.lon, points.lat, points.lon, points.lat)
    for road in roads.roads:
        i, j = index[road.from_id], index[road.to_id]
        sinuosity, kmh = CLASSES[road.road_class]
        metres = straight[i, j] * sinuosity if road.metres is None else float(road.metres)
        cost[i, j] = cost[j, i] = _coded(np.array(metres * 3.6 / (kmh * speed)), np.array(metres))
    return _closed(cost)


def _closed(cost: Floats) -> Floats:
    """Return the shortest journeys over any number of legs."""
    from scipy.sparse.csgraph import floyd_warshall

    closed: Floats = floyd_warshall(cost)
    return closed


def _min_plus(left: Floats, right: Floats) -> Floats:
    """Return the least sum over the inner index, shape (rows of left, columns of right)."""
    best = np.full((left.shape[0], right.shape[1]), np.inf)
    for k in range(left.shape[1]):
        rows = np.flatnonzero(np.isfinite(left[:, k]))
        best[rows] = np.minimum(best[rows], left[rows, k, None] + right[k][None, :])
    return best


def _crossings(a: Places, b: Places, barriers: tuple[Barrier, ...], wanted: Bools) -> Bools:
    """Return which of the wanted straight lines cross a barrier, shape (a, b)."""
    crossed = np.zeros(wanted.shape, dtype=bool)
    i, j = np.nonzero(wanted)
    ax, ay, bx, by = a.lon[i], a.lat[i], b.lon[j], b.lat[j]
    hit = np.zeros(len(i), dtype=bool)
    for barrier in barriers:
        line = np.array(barrier.line, dtype=np.float64) / 1e6
        for (cx, cy), (dx, dy) in itertools.pairwise(line.tolist()):
            one_side = _side(ax, ay, bx, by, cx, cy) * _side(ax, ay, bx, by, dx, dy) < 0
            hit |= one_side & (_side(cx, cy, dx, dy, ax, ay) * _side(cx, cy, dx, dy, bx, by) < 0)
    crossed[i[hit], j[hit]] = True
    return crossed


def _side(ax: Line, ay: Line, bx: Line, by: Line, px: Line, py: Line) -> Line:
    """Return a number whose sign says on which side of the line from a to b the point p lies."""
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)
