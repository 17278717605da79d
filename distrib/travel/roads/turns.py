"""The graph that journeys are sought in: its states are arcs, its steps are turns from one arc into the next.

So the cost and the ban of a turn are exact; where several arcs in a row are banned, states remember how they were reached. A journey's cost is one integer, milliseconds × 2²⁴ + decimetres: the
shortest is the quickest and, of equally quick ones, the one of least distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import Profile, driving_ms, may_use, turn_ms
from distrib.travel.roads.restrictions import HEAVY, LIGHT
from distrib.travel.roads.tags import HEAVIEST_LIGHT_KG

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

DISTANCE_BITS = 24
"""A journey is shorter than 1,677 km."""

DISTANCE_MASK = (1 << DISTANCE_BITS) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnGraph:
    """States are numbered from 0; being in a state is being at the beginning of its arc.

    Attributes:
        arcs: the arc of the network behind each state.
        plain: the first so many states, their arcs ascending, have no memory; the others are entered on the way of a
            restriction over several arcs, and remember it.
        own: cost of driving each arc from end to end.
        start: the steps out of state i are ``start[i]`` to ``start[i + 1]`` of ``to`` and ``cost``.
        to: state stepped into.
        cost: cost of the arc left and of the turn.
        part: strongly connected part of each state; within a part everything can be reached.
    """

    arcs: Ints
    plain: int
    own: Ints
    start: Ints
    to: Ints
    cost: Ints
    part: Ints


def turn_graph(network: RoadNetwork, profile: Profile) -> TurnGraph:
    """Return the graph of turns for a class of vehicles."""
    plain = np.flatnonzero(may_use(network, profile))
    came, into = _followers(network.tail[plain], network.head[plain], len(network.lon))
    kept = ~_is_banned(network, plain, came, into)
    came, into, last = with_memory(_chains(network, profile, plain), len(plain), came[kept], into[kept])
    arcs = np.concatenate([plain, plain[last]])
    u_turn = network.tail[arcs[came]] == network.head[arcs[into]]
    other_ways = np.bincount(came[~u_turn], minlength=len(arcs))
    kept = ~u_turn | (other_ways[came] == 0)  # back only at a dead end
    came, into, u_turn = came[kept], into[kept], u_turn[kept]
    own = (driving_ms(network, profile)[arcs] << DISTANCE_BITS) + network.length_dm[arcs]
    cost = own[came] + (_turns(network, profile, arcs, came, into, u_turn) << DISTANCE_BITS)
    start = np.concatenate([[0], np.cumsum(np.bincount(came, minlength=len(arcs)))])
    part = _parts(len(arcs), start, into)
    return TurnGraph(arcs=arcs, plain=len(plain), own=own, start=start, to=into, cost=cost, part=part)


def _chains(network: RoadNetwork, profile: Profile, plain: Ints) -> list[tuple[int, ...]]:
    """Return the rows of states that the vehicles may not take, where they may use all of the arcs."""
    of_class = HEAVY if profile.gvw_kg > HEAVIEST_LIGHT_KG else LIGHT
    state = {arc: i for i, arc in enumerate(plain.tolist())} if len(network.chains) else {}
    rows = ([state.get(arc, -1) for arc in row[1:] if arc >= 0] for row in network.chains.tolist() if row[0] & of_class)
    return [tuple(row) for row in rows if min(row) >= 0]


def with_memory(chains: Sequence[tuple[int, ...]], states: int, came: Ints, into: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (came, into, last): steps in which no chain can be taken, and the state that each added state stands for.

    An added state is the beginning of a chain, of two states or more, just driven: it stands for the last of them and
    leaves out the step that would end the chain. A step leads to the longest beginning that the way up to it ends with
    (Aho and Corasick 1975, doi:10.1145/360825.360855).

    Args:
        chains: rows of states not to be taken one after the other.
        states: number of states.
        came: state of each step, ascending.
        into: state stepped into.
    """
    whole = set(chains)
    beginnings = sorted({chain[:k] for chain in whole for k in range(2, len(chain))})
    number = {way: states + i for i, way in enumerate(beginnings)}

    def step(way: tuple[int, ...]) -> int:
        """Return the state after a way; -1 where it ends with a chain."""
        ends = [way[k:] for k in range(len(way) - 1)]
        return -1 if whole.intersection(ends) else next((number[end] for end in ends if end in number), way[-1])

    begin = {chain[0] for chain in whole}
    first = np.searchsorted(came, np.arange(states + 1))
    to = into.copy()
    for a in sorted(begin):
        for k in range(int(first[a]), int(first[a + 1])):
            to[k] = step((a, int(into[k])))
    more = [
        (number[way], step((*way, int(b)))) for way in beginnings for b in into[first[way[-1]] : first[way[-1] + 1]]
    ]
    added = np.array(more, dtype=np.int64).reshape(-1, 2)
    came, to = np.concatenate([came, added[:, 0]]), np.concatenate([to, added[:, 1]])
    return came[to >= 0], to[to >= 0], np.array([way[-1] for way in beginnings], dtype=np.int64)


def _followers(tail: Ints, head: Ints, junctions: int) -> tuple[Ints, Ints]:
    """Return every pair (state, state) in which the second arc begins where the first ends, by the first."""
    by_tail = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[by_tail], np.arange(junctions + 1))
    many = (first[1:] - first[:-1])[head]
    came = np.repeat(np.arange(len(head)), many)
    within = np.arange(len(came)) - np.repeat(np.cumsum(many) - many, many)
    return came, by_tail[first[head[came]] + within]


def _is_banned(network: RoadNetwork, arcs: Ints, came: Ints, into: Ints) -> npt.NDArray[np.bool_]:
    codes = network.banned[:, 0] * network.arcs + network.banned[:, 1]
    banned: npt.NDArray[np.bool_] = np.isin(arcs[came] * network.arcs + arcs[into], codes)
    return banned


def _turns(
    network: RoadNetwork, profile: Profile, arcs: Ints, came: Ints, into: Ints, u_turn: npt.NDArray[np.bool_]
) -> Ints:
    out_deg, in_deg = _bearings(network)
    angle = (out_deg[arcs[into]] - in_deg[arcs[came]] + 180.0) % 360.0 - 180.0
    via = network.head[arcs[came]]
    low, high = np.minimum(network.tail, network.head), np.maximum(network.tail, network.head)
    roads = np.unique(np.column_stack([low, high]), axis=0)
    meeting = np.bincount(roads.ravel(), minlength=len(network.lon))
    return turn_ms(angle, u_turn, meeting[via] > 2, network.signal[via], profile)


def _bearings(network: RoadNetwork) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the direction of each arc at its beginning and at its end, degrees clockwise from north."""
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1

    def bearing(a: Ints, b: Ints) -> npt.NDArray[np.float64]:
        shrink = np.cos(np.radians(network.shape_lat[a]))
        dx = (network.shape_lon[b] - network.shape_lon[a]) * shrink
        degrees: npt.NDArray[np.float64] = np.degrees(np.arctan2(dx, network.shape_lat[b] - network.shape_lat[a]))
        return degrees

    return bearing(first, first + 1), bearing(last - 1, last)


def _parts(states: int, start: Ints, to: Ints) -> Ints:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    matrix = csr_array((np.ones(len(to), dtype=np.int8), to, start), shape=(states, states))
    labels = connected_components(matrix, directed=True, connection="strong")[1]
    return np.asarray(labels, dtype=np.int64)
