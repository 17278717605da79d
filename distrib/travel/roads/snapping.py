"""Where places meet the road network, and what looks wrong about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.model.roads import RoadNote
from distrib.travel.places import Places
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.turns import TurnGraph

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

FAR_M = 500.0
"""A place farther than this from every road it can be driven to is reported."""

FARTHEST_M = 20_000.0
"""When every place is farther than this from every road, the network is of another territory."""

SMALL_PART = 0.05
"""Roads cut off from the rest are islands when they have less than this share of the arcs of the largest part."""

METRES_PER_DEG = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snaps:
    """The access point of each place, on one arc or on both directions of a road.

    Attributes:
        state: states of the graph of turns, shape (places, 2); -1 where the road leads one way only.
        share: where on each arc, 0 its beginning, 1 its end; same shape.
        metres: from each place to its access point, straight.
        on_island: whether a road that is cut off from the others was nearer, by 100 m or more.
    """

    state: Ints
    share: Floats
    metres: Floats
    on_island: npt.NDArray[np.bool_]


def snap(places: Places, network: RoadNetwork, graph: TurnGraph) -> Snaps:
    """Return the nearest access point of every place, on roads that are not islands.

    Raises:
        UsageError: when the roads lie elsewhere than the places, or none leads there and back.
    """
    import shapely

    check_territory(places, network)
    sizes = np.bincount(graph.part)
    large = sizes[graph.part] >= max(2.0, SMALL_PART * sizes.max(initial=0))
    arcs = graph.arcs[: graph.plain]
    usable = np.isin(arcs, graph.arcs[large])
    if not usable.any():
        raise UsageError("the roads join no two places: on none of them can one drive there and back")
    shrink = float(np.cos(np.radians(np.median(places.lat))))
    scale = np.array([METRES_PER_DEG * shrink, METRES_PER_DEG])
    lines = _lines(network, arcs, scale)
    points = shapely.points(np.column_stack([places.lon, places.lat]) * scale)
    states = np.flatnonzero(usable)
    nearest, metres = _nearest(lines[states], points)
    _, anywhere = _nearest(lines, points)
    first = states[nearest]
    state = np.column_stack([first, _reverse(network, graph, first)])
    share = np.zeros(state.shape)
    for side in range(2):
        found = state[:, side] >= 0
        share[found, side] = shapely.line_locate_point(lines[state[found, side]], points[found], normalized=True)
    return Snaps(state=state, share=share, metres=metres, on_island=metres > anywhere + 100.0)


def _lines(network: RoadNetwork, arcs: Ints, scale: Floats) -> npt.NDArray[np.object_]:
    import shapely

    sizes = (network.shape_start[1:] - network.shape_start[:-1])[arcs]
    within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    at = np.repeat(network.shape_start[arcs], sizes) + within
    xy = np.column_stack([network.shape_lon[at], network.shape_lat[at]]) * scale
    lines: npt.NDArray[np.object_] = shapely.linestrings(xy, indices=np.repeat(np.arange(len(arcs)), sizes))
    return lines


def _nearest(lines: npt.NDArray[np.object_], points: npt.NDArray[np.object_]) -> tuple[Ints, Floats]:
    """Return the first of the nearest lines to each point, and its distance in metres."""
    import shapely

    (point, line), metres = shapely.STRtree(lines).query_nearest(points, return_distance=True)
    order = np.lexsort((line, np.round(metres, 3), point))
    first = order[np.unique(point[order], return_index=True)[1]]
    return line[first], metres[first]


def _reverse(network: RoadNetwork, graph: TurnGraph, states: Ints) -> Ints:
    """Return the state of the same road driven the other way, -1 where it leads one way only."""
    arcs = graph.arcs[: graph.plain]
    tail, head, length = network.tail[arcs], network.head[arcs], network.length_dm[arcs]
    by_ends: dict[tuple[int, int], list[int]] = {}
    wanted = set(zip(head[states].tolist(), tail[states].tolist(), strict=True))
    for i in np.flatnonzero(np.isin(tail, head[states]) & np.isin(head, tail[states])).tolist():
        ends = (int(tail[i]), int(head[i]))
        if ends in wanted:
            by_ends.setdefault(ends, []).append(i)
    found = []
    for state in states.tolist():
        back = by_ends.get((int(head[state]), int(tail[state])), [])
        same = [i for i in back if abs(int(length[i]) - int(length[state])) <= 2 + length[state] // 100]
        found.append(same[0] if same else -1)
    return np.array(found, dtype=np.int64)


def check_territory(places: Places, network: RoadNetwork) -> None:
    """Refuse a network of another territory.

    Raises:
        UsageError: when no place lies within ``FARTHEST_M`` of the box that holds the roads.
    """
    margin = FARTHEST_M / METRES_PER_DEG
    wide = margin / max(0.1, float(np.cos(np.radians(np.median(network.lat)))))
    inside = (places.lon >= network.lon.min() - wide) & (places.lon <= network.lon.max() + wide)
    inside &= (places.lat >= network.lat.min() - margin) & (places.lat <= network.lat.max() + margin)
    if not inside.any():
        raise UsageError(
            f"the road network lies elsewhere: roads from {network.lon.min():.2f} to {network.lon.max():.2f} east and "
            f"{network.lat.min():.2f} to {network.lat.max():.2f} north, places around {np.median(places.lon):.2f} east, "
            f"{np.median(places.lat):.2f} north"
        )


def report(places: Places, snaps: Snaps) -> tuple[RoadNote, ...]:
    """Return one note for each place whose access point looks wrong."""
    found = []
    for i, place in enumerate(places.ids):
        metres = (("metres", f"{snaps.metres[i]:.0f}"),)
        if snaps.metres[i] > FAR_M:
            found.append(RoadNote(code="road_far", value=place, context=metres))
        elif snaps.on_island[i]:
            found.append(RoadNote(code="road_island", value=place, context=metres))
    return tuple(found)
