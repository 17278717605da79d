"""Walks on a network of streets, paths and steps, which cross motorways, railways and water only where a way does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.travel.places import Places
from distrib.travel.roads import kernels
from distrib.travel.roads.network import Footways
from distrib.travel.roads.snapping import METRES_PER_DEG

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]

REACH_M = 500.0
"""A place farther than this from every way it can be reached by on foot is off the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where places meet the ways walked: the edge, the walk in decimetres to its two ends; ``on`` False: off the network."""

    edge: Ints
    to_ends_dm: Ints
    on: Bools


def doors_of(places: Places, ways: Footways) -> Doors:
    """Return the nearest point of the network of every place that is reached without crossing a wall."""
    import shapely

    scale = _scale(ways)
    lines = _segments(ways.lon[ways.tail], ways.lat[ways.tail], ways.lon[ways.head], ways.lat[ways.head], scale)
    wall = ways.walls
    walls = shapely.STRtree(_segments(wall[:, 0], wall[:, 1], wall[:, 2], wall[:, 3], scale))
    points = shapely.points(np.column_stack([places.lon, places.lat]) * scale)
    tree = shapely.STRtree(lines)
    edge, on = np.zeros(len(places), np.int64), np.zeros(len(places), bool)
    along, access = np.zeros(len(places)), np.zeros(len(places))
    for i, point in enumerate(points):
        near = np.unique(tree.query(point, predicate="dwithin", distance=REACH_M))
        metres = shapely.distance(lines[near], point)
        for k in np.lexsort((near, np.round(metres, 3))):
            way = shapely.shortest_line(point, lines[near[k]])
            if walls.query(way, predicate="crosses").size == 0:
                edge[i], on[i], access[i] = near[k], True, metres[k]
                along[i] = shapely.line_locate_point(lines[near[k]], point, normalized=True)
                break
    length = ways.length_dm[edge]
    first = np.round(length * along).astype(np.int64)
    ends = np.column_stack([first, length - first]) + np.round(access * 10).astype(np.int64)[:, None]
    return Doors(edge=edge, to_ends_dm=ends, on=on)


def _scale(ways: Footways) -> Floats:
    return np.array([METRES_PER_DEG * float(np.cos(np.radians(np.median(ways.lat)))), METRES_PER_DEG])


def _segments(x1: Floats, y1: Floats, x2: Floats, y2: Floats, scale: Floats) -> npt.NDArray[np.object_]:
    import shapely

    ends = np.stack([np.column_stack([x1, y1]), np.column_stack([x2, y2])], axis=1) * scale
    found: npt.NDArray[np.object_] = shapely.linestrings(ends)
    return found


def chosen_doors(doors: Doors, chosen: Bools) -> Doors:
    """Return the doors of some of the places, in their order."""
    return Doors(edge=doors.edge[chosen], to_ends_dm=doors.to_ends_dm[chosen], on=doors.on[chosen])


def walks_m(ways: Footways, origins: Doors, targets: Doors, limit_m: float) -> Ints:
    """Return walks in metres, shape (origins, targets); -1 where there is none of at most ``limit_m``."""
    start, to, cost = _both_ways(ways)
    ends = np.column_stack([ways.tail, ways.head])
    walks = kernels.walks_within(
        len(ways.lon), start, to, cost, int(min(limit_m, 1e9) * 10),
        ends[origins.edge], origins.to_ends_dm, origins.on, ends[targets.edge], targets.to_ends_dm, targets.on,
        origins.edge, targets.edge, ways.length_dm,
    )  # fmt: skip
    return np.where(walks >= kernels.FAR, -1, (walks + 5) // 10)


def _both_ways(ways: Footways) -> tuple[Ints, Ints, Ints]:
    tail, head = np.concatenate([ways.tail, ways.head]), np.concatenate([ways.head, ways.tail])
    order = np.argsort(tail, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(ways.lon)))])
    return start, head[order], np.concatenate([ways.length_dm, ways.length_dm])[order]
