"""Travel tables on a road network, for a class of vehicles: exact, between any number of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.model.dataset import UNREACHABLE, Travel
from distrib.travel.places import Places
from distrib.travel.roads import contraction, kernels
from distrib.travel.roads.dissection import dissection_rank
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import Profile
from distrib.travel.roads.snapping import Snaps, snap
from distrib.travel.roads.turns import DISTANCE_BITS, DISTANCE_MASK, TurnGraph, turn_graph

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

TARGETS_AT_ONCE = 1000
"""So many columns of a table are made at a time, so that memory stays in proportion to the table."""

ACCESS_KMH = 10.0
"""Speed between a place and its access point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """A network made ready for one class of vehicles; ``upward`` and ``downward`` are its contraction hierarchy.

    In both graphs (start, to, cost) the states of ``graph`` are numbered by ``rank``, 0 contracted first.
    """

    network: RoadNetwork
    profile: Profile
    graph: TurnGraph
    rank: Ints
    upward: tuple[Ints, Ints, Ints]
    downward: tuple[Ints, Ints, Ints]


def prepare(network: RoadNetwork, profile: Profile) -> Roads:
    """Return the network made ready, once (``cache`` keeps it); a city of 40,000 arcs takes less than a second, one of 400,000 sixteen."""
    graph = turn_graph(network, profile)
    shrink = float(np.cos(np.radians(np.median(network.lat))))
    rank = dissection_rank(network.lon * shrink, network.lat, network.tail[graph.arcs], network.head[graph.arcs])
    upward, downward = _contracted(graph, rank)
    return Roads(network=network, profile=profile, graph=graph, rank=rank, upward=upward, downward=downward)


def _contracted(graph: TurnGraph, rank: Ints) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints, Ints]]:
    states = len(graph.arcs)
    came = rank[np.repeat(np.arange(states), np.diff(graph.start))]
    order = np.argsort(came, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(came, minlength=states))])
    to, cost = rank[graph.to[order]], graph.cost[order]
    up_start, up_to = contraction.shortcuts(states, start, to)
    up, down = contraction.costs_of_shortcuts(states, start, to, cost, up_start, up_to)
    upward, downward = contraction.without_needless(states, up_start, up_to, up, down)
    return upward, downward


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Where journeys begin or end: end i is the states ``state[start[i]:start[i + 1]]``, each with its cost."""

    start: Ints
    state: Ints
    cost: Ints


def road_travel(places: Places, roads: Roads, snaps: Snaps | None = None) -> Travel:
    """Return driving times and distances between places along the quickest ways.

    A journey's metres are those of its quickest way. The way between a place and its access point is driven too.

    Raises:
        UsageError: when the roads lie elsewhere than the places.
    """
    snaps = snaps or snap(places, roads.network, roads.graph)
    costs = journeys(roads, snaps)
    np.fill_diagonal(costs, 0)
    reachable = costs < kernels.FAR
    access_m = snaps.metres[:, None] + snaps.metres[None, :]
    access_ms = access_m * 3600.0 / ACCESS_KMH * roads.profile.traffic
    np.fill_diagonal(access_m, 0.0)
    np.fill_diagonal(access_ms, 0.0)
    ms = (costs >> DISTANCE_BITS) + np.round(access_ms).astype(np.int64)
    dm = (costs & DISTANCE_MASK) + np.round(access_m * 10).astype(np.int64)
    return Travel(
        places=places.ids,
        seconds=np.where(reachable, -(-ms // 1000), UNREACHABLE).astype(np.int32),
        metres=np.where(reachable, -(-dm // 10), UNREACHABLE).astype(np.int32),
        source=f"roads {roads.network.digest[:12]}, {roads.profile.name}",
    )


def journeys(roads: Roads, snaps: Snaps) -> Ints:
    """Return the costs of the quickest ways between access points, shape (places, places)."""
    origins, targets = departures(roads.graph, snaps), arrivals(roads.graph, snaps)
    count = len(snaps.state)
    costs = np.empty((count, count), dtype=np.int64)
    for low in range(0, count, TARGETS_AT_ONCE):
        high = min(count, low + TARGETS_AT_ONCE)
        part = slice(int(targets.start[low]), int(targets.start[high]))
        costs[:, low:high] = kernels.many_to_many(
            len(roads.graph.arcs), *roads.upward, *roads.downward, origins.start, roads.rank[origins.state], origins.cost,
            targets.start[low : high + 1] - targets.start[low], roads.rank[targets.state[part]], targets.cost[part],
        )  # fmt: skip
    return np.minimum(costs, _along_one_arc(roads.graph, snaps))


def part_of(own: Ints, share: npt.NDArray[np.float64]) -> Ints:
    """Return the cost of driving a share of arcs of these costs."""
    ms, dm = own >> DISTANCE_BITS, own & DISTANCE_MASK
    return (np.round(ms * share).astype(np.int64) << DISTANCE_BITS) + np.round(dm * share).astype(np.int64)


def departures(graph: TurnGraph, snaps: Snaps) -> Ends:
    """Return the states entered first from each access point: what follows the arcs that it lies on."""
    own, state, cost = [], [], []
    for i in range(len(snaps.state)):
        for side in range(2):
            here = int(snaps.state[i, side])
            if here < 0:
                continue
            steps = slice(int(graph.start[here]), int(graph.start[here + 1]))
            done = part_of(graph.own[here : here + 1], snaps.share[i, side : side + 1])
            own.append(np.full(steps.stop - steps.start, i))
            state.append(graph.to[steps])
            cost.append(graph.cost[steps] - done)
    return _ends(own, state, cost, len(snaps.state))


def arrivals(graph: TurnGraph, snaps: Snaps) -> Ends:
    """Return the states entered last before each access point: the arcs that it lies on, however they were reached."""
    own, state, cost = [], [], []
    more: dict[int, list[int]] = {}
    for other in range(graph.plain, len(graph.arcs)):
        more.setdefault(int(graph.arcs[other]), []).append(other)
    for i in range(len(snaps.state)):
        for side in range(2):
            here = int(snaps.state[i, side])
            if here >= 0:
                states = np.array([here, *more.get(int(graph.arcs[here]), ())])
                own.append(np.full(len(states), i))
                state.append(states)
                cost.append(np.repeat(part_of(graph.own[[here]], snaps.share[i, side : side + 1]), len(states)))
    return _ends(own, state, cost, len(snaps.state))


def _ends(own: list[Ints], state: list[Ints], cost: list[Ints], count: int) -> Ends:
    none = [np.zeros(0, dtype=np.int64)]
    many = np.bincount(np.concatenate(own or none), minlength=count)
    return Ends(
        start=np.concatenate([[0], np.cumsum(many)]),
        state=np.concatenate(state or none),
        cost=np.concatenate(cost or none),
    )


def _along_one_arc(graph: TurnGraph, snaps: Snaps) -> Ints:
    """Return the costs of journeys that never leave the arc they begin on, ``FAR`` elsewhere."""
    count = len(snaps.state)
    costs = np.full((count, count), kernels.FAR, dtype=np.int64)
    on: dict[int, list[tuple[int, float]]] = {}
    for i in range(count):
        for side in range(2):
            if snaps.state[i, side] >= 0:
                on.setdefault(int(snaps.state[i, side]), []).append((i, float(snaps.share[i, side])))
    for state, ends in on.items():
        for i, begin in ends:
            for j, end in ends:
                if end >= begin:
                    both = part_of(np.repeat(graph.own[state], 2), np.array([begin, end]))
                    costs[i, j] = min(int(costs[i, j]), int(both[1] - both[0]))
    return costs


def unreachable_pairs(travel: Travel) -> list[tuple[str, str]]:
    """Return the pairs of places without a way between them."""
    rows, columns = np.nonzero(travel.seconds == UNREACHABLE)
    return [(travel.places[i], travel.places[j]) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)]
