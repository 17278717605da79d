"""From ways that share points, or from rows of edges, to a road network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.travel.great_circle import EARTH_RADIUS_M
from distrib.travel.roads import tags as meaning
from distrib.travel.roads.network import KIND_INDEX, ROAD_KINDS, Footways, RoadNetwork, built_up
from distrib.travel.roads.restrictions import Restriction, bans_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Ways:
    """What a file of OpenStreetMap says: points by id, roads as sequences of points, turn restrictions.

    ``walked`` ways and ``walls`` are for who goes on foot; ``banks`` are ways around areas of water, of relations;
    ``left_out`` are restrictions that were not understood.
    """

    points: dict[int, tuple[float, float]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], Mapping[str, str]]] = field(default_factory=dict)
    signals: set[int] = field(default_factory=set)
    restrictions: list[Restriction] = field(default_factory=list)
    left_out: int = 0
    walked: dict[int, list[int]] = field(default_factory=dict)
    walls: dict[int, list[int]] = field(default_factory=dict)
    banks: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Arcs:
    """Arcs while they are gathered: ids of the two ends, tags as numbers, and their line."""

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    metres: list[float] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    limit_kmh: list[int] = field(default_factory=list)
    max_gvw_kg: list[int] = field(default_factory=list)
    way: list[int] = field(default_factory=list)
    lines: list[Floats] = field(default_factory=list)

    def add(
        self, ends: tuple[int, int], line: Floats, metres: float | None, numbers: tuple[int, int, int], way: int
    ) -> None:
        """Add an arc; ``metres`` None: the length of its line; ``numbers`` are kind, limit and weight."""
        self.tail.append(ends[0])
        self.head.append(ends[1])
        self.lines.append(line)
        self.metres.append(line_m(line) if metres is None else metres)
        self.kind.append(numbers[0])
        self.limit_kmh.append(numbers[1])
        self.max_gvw_kg.append(numbers[2])
        self.way.append(way)


def line_m(line: Floats) -> float:
    """Return the length in metres of a line of (lon, lat) in degrees, shape (points, 2)."""
    radians = np.radians(line)
    h = np.sin(np.diff(radians[:, 1]) / 2) ** 2
    h = h + np.cos(radians[:-1, 1]) * np.cos(radians[1:, 1]) * np.sin(np.diff(radians[:, 0]) / 2) ** 2
    return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(h)).sum())


def network_of_ways(ways: Ways, digest: str) -> RoadNetwork:
    """Return the network of the ways; roads are cut where they meet, so that what lies between is one arc.

    Raises:
        UsageError: when there is no road to drive on.
    """
    arcs = Arcs()
    joints = _joints(ways)
    for way_id, (refs, tags) in sorted(ways.ways.items()):
        kind = meaning.kind_of(tags)
        refs = [ref for ref in refs if ref in ways.points]
        if kind is None or len(refs) < 2:
            continue
        forward, backward = meaning.directions(tags)
        gvw = meaning.max_gvw_kg(tags)
        for piece in _pieces(refs, joints):
            line = np.array([ways.points[ref] for ref in piece], dtype=np.float64)
            if forward:
                arcs.add((piece[0], piece[-1]), line, None, (kind, meaning.limit_kmh(tags, "forward"), gvw), way_id)
            if backward:
                back = line[::-1]
                arcs.add((piece[-1], piece[0]), back, None, (kind, meaning.limit_kmh(tags, "backward"), gvw), way_id)
    return network_of_arcs(
        arcs, ways.points, signals=ways.signals, restrictions=ways.restrictions, left_out=ways.left_out, digest=digest,
        feet=_feet(ways),
    )  # fmt: skip


def _feet(ways: Ways) -> Footways:
    """Return what is walked on, every point of a way a node, so that two ways meet where they share a point."""
    pairs = [_steps(refs, ways.points) for _, refs in sorted(ways.walked.items())]
    walls = [_steps(refs, ways.points) for _, refs in sorted(ways.walls.items())]
    none = np.zeros((0, 2), dtype=np.int64)
    ends, wall_ends = np.concatenate([none, *pairs]), np.concatenate([none, *walls])
    ids = np.unique(np.concatenate([ends.ravel(), wall_ends.ravel()]))
    at = np.array([ways.points[i] for i in ids.tolist()], dtype=np.float64).reshape(-1, 2)
    ends, wall_ends = np.searchsorted(ids, ends), np.searchsorted(ids, wall_ends)
    return _footways(at, ends, np.column_stack([at[wall_ends[:, 0]], at[wall_ends[:, 1]]]))


def _steps(refs: list[int], points: Mapping[int, tuple[float, float]]) -> Ints:
    known = [ref for ref in refs if ref in points]
    return np.array(list(pairwise(known)), dtype=np.int64).reshape(-1, 2)


def _footways(at: Floats, ends: Ints, walls: Floats) -> Footways:
    a, b = np.radians(at[ends[:, 0]]), np.radians(at[ends[:, 1]])
    shrink = np.cos((a[:, 1] + b[:, 1]) / 2)
    metres = EARTH_RADIUS_M * np.hypot((b[:, 0] - a[:, 0]) * shrink, b[:, 1] - a[:, 1])
    return Footways(
        lon=at[:, 0], lat=at[:, 1], tail=ends[:, 0], head=ends[:, 1],
        length_dm=np.round(metres * 10).astype(np.int64), walls=walls,
    )  # fmt: skip


def _feet_of_arcs(arcs: Arcs) -> Footways:
    """Return the roads of a network without paths: both ways on all but motorways and expressways, which are walls."""
    fast = np.isin(arcs.kind, [KIND_INDEX[kind] for kind in meaning.FAST])
    slow = [line for line, is_fast in zip(arcs.lines, fast, strict=True) if not is_fast]
    walls = [
        line for line, kind in zip(arcs.lines, arcs.kind, strict=True) if ROAD_KINDS[kind] in ("motorway", "trunk")
    ]
    none = np.zeros((0, 4))
    segments = np.concatenate([none, *(np.hstack([line[:-1], line[1:]]) for line in slow)])
    at, inverse = np.unique(np.round(segments.reshape(-1, 2), 7), axis=0, return_inverse=True)
    ends = np.unique(np.sort(inverse.reshape(-1, 2), axis=1), axis=0)
    return _footways(at, ends, np.concatenate([none, *(np.hstack([line[:-1], line[1:]]) for line in walls)]))


def _joints(ways: Ways) -> set[int]:
    """Return the points where roads meet, end, turn back on themselves or have lights."""
    seen: set[int] = set()
    joints = set(ways.signals)
    joints.update(one.via for one in ways.restrictions)
    for refs, tags in ways.ways.values():
        if meaning.kind_of(tags) is None:
            continue
        joints.update((refs[0], refs[-1]) if refs else ())
        for ref in refs:
            if ref in seen:
                joints.add(ref)
            seen.add(ref)
    return joints


def _pieces(refs: Sequence[int], joints: set[int]) -> list[list[int]]:
    pieces, start = [], 0
    for i in range(1, len(refs)):
        if refs[i] in joints or i == len(refs) - 1:
            pieces += _without_loops(list(refs[start : i + 1]))
            start = i
    return pieces


def _without_loops(piece: list[int]) -> list[list[int]]:
    """Cut a piece that ends where it began, so that no arc leads from a junction to itself."""
    if piece[0] != piece[-1]:
        return [piece]
    middle = len(piece) // 2
    return [piece[: middle + 1], piece[middle:]] if len(piece) > 2 else []


def network_of_arcs(
    arcs: Arcs,
    points: Mapping[int, tuple[float, float]],
    *,
    digest: str,
    signals: set[int] | None = None,
    restrictions: Sequence[Restriction] = (),
    left_out: int = 0,
    feet: Footways | None = None,
) -> RoadNetwork:
    """Return the network of arcs between points; ``feet`` None: the roads but the fastest are walked on.

    Raises:
        UsageError: when there is no arc, or the points are not in degrees.
    """
    if not arcs.tail:
        raise UsageError("the road network holds no road that can be driven on")
    ids = np.unique(np.array([arcs.tail, arcs.head], dtype=np.int64))
    at = np.array([points[i] for i in ids.tolist()], dtype=np.float64)
    check_degrees(at)
    sizes = np.array([len(line) for line in arcs.lines], dtype=np.int64)
    shape = np.concatenate(arcs.lines)
    start = np.concatenate([[0], np.cumsum(sizes)])
    kind = np.array(arcs.kind, dtype=np.int64)
    length_dm = np.maximum(1, np.round(np.array(arcs.metres) * 10)).astype(np.int64)
    middle = shape[start[:-1] + sizes // 2]
    tail, head = (np.searchsorted(ids, np.array(end, dtype=np.int64)) for end in (arcs.tail, arcs.head))
    bans = bans_of(restrictions, np.array(arcs.way, dtype=np.int64), tail, head, ids)
    return RoadNetwork(
        lon=at[:, 0], lat=at[:, 1], tail=tail, head=head, length_dm=length_dm, kind=kind,
        limit_kmh=np.array(arcs.limit_kmh, dtype=np.int64), max_gvw_kg=np.array(arcs.max_gvw_kg, dtype=np.int64),
        urban=built_up(kind, length_dm, middle[:, 0], middle[:, 1]),
        shape_start=start, shape_lon=shape[:, 0].copy(), shape_lat=shape[:, 1].copy(),
        signal=np.isin(ids, np.array(sorted(signals or ()), dtype=np.int64)),
        banned=bans.pairs, chains=bans.chains, by_hour=bans.by_hour, left_out=left_out + bans.unread, digest=digest,
        feet=_feet_of_arcs(arcs) if feet is None else feet,
    )  # fmt: skip


def check_degrees(lonlat: Floats) -> None:
    """Refuse points that are not longitudes and latitudes in degrees.

    Raises:
        UsageError: when they are not.
    """
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    if not np.isfinite(lonlat).all() or np.abs(lon).max() > 180 or np.abs(lat).max() > 90:
        raise UsageError(
            "the road network is not in degrees of longitude and latitude "
            f"(x goes to {np.nanmax(np.abs(lon)):.0f}, y to {np.nanmax(np.abs(lat)):.0f}); save it in WGS84 (EPSG:4326)"
        )
