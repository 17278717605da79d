"""A road network as arrays: junctions, and arcs that lead from one to the next in one direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

ROAD_KINDS = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road",
)  # fmt: skip
"""The values of OpenStreetMap's tag ``highway`` that are driven on; arcs give their index."""

KIND_INDEX = {kind: i for i, kind in enumerate(ROAD_KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Footways:
    """What is walked on, both ways, and what stops who walks.

    Attributes:
        lon: longitude of the nodes, degrees.
        lat: latitude of the nodes, degrees.
        tail: node at one end of each edge.
        head: node at the other.
        length_dm: length of each edge in decimetres.
        walls: motorways, railways and banks of water: (lon, lat, lon, lat) of both ends, shape (walls, 4).
    """

    lon: Floats
    lat: Floats
    tail: Ints
    head: Ints
    length_dm: Ints
    walls: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNetwork:
    """Junctions are numbered from 0, and so are arcs; all arrays of arcs have one item for each arc.

    Attributes:
        lon: longitude of the junctions, degrees.
        lat: latitude of the junctions, degrees.
        tail: junction where an arc begins.
        head: junction where it ends.
        length_dm: length in decimetres.
        kind: index in ``ROAD_KINDS``.
        limit_kmh: signed speed limit, 0 where none is known.
        max_gvw_kg: heaviest vehicle allowed, 0 where no limit is known.
        urban: whether the arc lies in a built-up area.
        shape_start: the line of arc a is the points ``shape_start[a]`` to ``shape_start[a + 1]`` of ``shape_lon`` and
            ``shape_lat``, both ends included.
        shape_lon: longitudes of the lines, degrees.
        shape_lat: latitudes of the lines, degrees.
        signal: whether a junction has traffic lights.
        banned: pairs (arc, arc) that must not follow each other, shape (bans, 2), sorted.
        chains: rows of classes of vehicles and arcs that those must not take in a row, filled up with -1.
        by_hour: turn restrictions that hold at some hours only and are taken to hold all day: their relations.
        left_out: turn restrictions that could not be read, or name roads that are not there.
        digest: SHA-256 of the file or files it was read from.
        feet: the ways walked.
    """

    lon: Floats
    lat: Floats
    tail: Ints
    head: Ints
    length_dm: Ints
    kind: Ints
    limit_kmh: Ints
    max_gvw_kg: Ints
    urban: npt.NDArray[np.bool_]
    shape_start: Ints
    shape_lon: Floats
    shape_lat: Floats
    signal: npt.NDArray[np.bool_]
    banned: Ints
    chains: Ints
    by_hour: Ints
    left_out: int
    digest: str
    feet: Footways

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    def line(self, arc: int) -> Floats:
        """Return the (lon, lat) of the line of an arc, shape (points, 2)."""
        part = slice(int(self.shape_start[arc]), int(self.shape_start[arc + 1]))
        return np.column_stack([self.shape_lon[part], self.shape_lat[part]])


URBAN_CELL_DEG = 0.004
"""Built-up areas are told by squares of about 400 m."""

URBAN_STREET_M = 1500.0
"""A square is built up when it and its eight neighbours hold so many metres of residential streets."""


def built_up(kind: Ints, length_dm: Ints, middle_lon: Floats, middle_lat: Floats) -> npt.NDArray[np.bool_]:
    """Return which arcs lie in a built-up area, from how dense residential streets are around them."""
    x, y = (np.floor(v / URBAN_CELL_DEG).astype(np.int64) for v in (middle_lon, middle_lat))
    streets = np.isin(kind, [KIND_INDEX["residential"], KIND_INDEX["living_street"]])
    if not len(kind) or not streets.any():
        return np.zeros(len(kind), dtype=bool)
    x, y = x - x.min() + 1, y - y.min() + 1
    width = int(y.max()) + 2
    cells, inverse = np.unique(x * width + y, return_inverse=True)
    metres = np.bincount(inverse, weights=np.where(streets, length_dm / 10.0, 0.0))
    around = np.zeros(len(cells))
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            at = np.searchsorted(cells, cells + dx * width + dy).clip(0, len(cells) - 1)
            around += np.where(cells[at] == cells + dx * width + dy, metres[at], 0.0)
    urban: npt.NDArray[np.bool_] = around[inverse] >= URBAN_STREET_M
    return urban
