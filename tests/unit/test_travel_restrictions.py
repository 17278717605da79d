"""Turn restrictions over several ways, for some vehicles, at some hours: known answers, and histories by brute force."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest

from distrib.travel.making import _table
from distrib.travel.roads.legs import leg_lines
from distrib.travel.roads.matrix import prepare, road_travel
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import TRUCK, Profile
from distrib.travel.roads.reading import read_network
from distrib.travel.roads.restrictions import HEAVY, LIGHT, restrictions_of, touches_a_working_day
from distrib.travel.roads.turns import with_memory
from tests.unit.test_travel_roads import PLAIN, STREET, at, osm, places

# West to east: 1 — 2 — 3 — 6, a kilometre each; 5 comes into 2 from the south; 4 is north of 3, 7 north of 6.
NODES = {1: (-1.0, 0.0), 2: (0.0, 0.0), 3: (1.0, 0.0), 4: (1.0, 1.0), 5: (0.0, -1.0), 6: (2.0, 0.0), 7: (2.0, 1.0)}
WAYS = [
    (10, (1, 2), STREET), (20, (2, 3), STREET), (30, (3, 4), STREET), (40, (5, 2), STREET),
    (50, (3, 6), STREET), (60, (6, 7, 4), STREET),
]  # fmt: skip
ENDS = places(west=(-1.0, 0.0), north=(1.0, 1.0), south=(0.0, -1.0), middle=(0.5, 0.0))


def relation(over: tuple[int, ...] = (20,), came: int = 10, into: int = 30, **tags: str) -> str:
    """A restriction from ``came`` over ways to ``into``."""
    members = [("from", came), *(("via", way) for way in over), ("to", into)]
    inside = "".join(f"<member type='way' ref='{ref}' role='{role}'/>" for role, ref in members)
    said = {"type": "restriction", **{k.replace("__", ":"): v for k, v in tags.items()}}
    inside += "".join(f"<tag k='{k}' v='{v}'/>" for k, v in said.items())
    return f"<relation id='77'>{inside}</relation>"


def read(folder: Path, *relations: str, ways: Any = WAYS, nodes: Any = NODES) -> RoadNetwork:
    file = folder / "roads.osm"
    file.write_text(osm(nodes, ways).replace("</osm>", "".join(relations) + "</osm>"), encoding="utf-8")
    return read_network(file)


def km(network: RoadNetwork, start: str, end: str, profile: Profile = PLAIN, where: Any = ENDS) -> float:
    return road_travel(where, prepare(network, profile)).distance_m(start, end) / 1000


@pytest.mark.parametrize(
    "said", [relation(restriction="no_left_turn"), relation(restriction="only_straight_on", into=50)]
)
def test_a_restriction_over_a_way_holds_for_who_came_from_its_first_way_and_for_nobody_else(
    tmp_path: Path, said: str
) -> None:
    free, bound = read(tmp_path), read(tmp_path, said)
    assert bound.left_out == 0
    assert km(free, "west", "north") == pytest.approx(3, abs=0.01)
    assert km(bound, "west", "north") == pytest.approx(5, abs=0.01)
    for start, end, far in (
        ("south", "north", 3),
        ("middle", "north", 1.5),
        ("west", "middle", 1.5),
        ("north", "west", 3),
    ):
        assert km(bound, start, end) == pytest.approx(far, abs=0.01), (start, end)


def test_a_leg_is_drawn_where_the_restriction_lets_it_pass(tmp_path: Path) -> None:
    roads = prepare(read(tmp_path, relation(restriction="no_left_turn")), PLAIN)
    lines = leg_lines(ENDS, roads, [("west", "north"), ("south", "north"), ("west", "middle")])
    corner = tuple(round(value, 4) for value in at(2.0, 0.0))
    drawn = {pair: {(round(x, 4), round(y, 4)) for x, y in line} for pair, line in lines.items()}
    assert corner in drawn["west", "north"] and corner not in drawn["south", "north"]
    assert lines["west", "middle"][-1] == pytest.approx(at(0.5, 0.0), abs=2e-5)


def test_a_restriction_over_two_ways_needs_both(tmp_path: Path) -> None:
    # From 10, over 20 and 50, nobody may go on to 60.
    ways = [way for way in WAYS if way[0] != 30]
    said = relation((50, 20), into=60, restriction="no_left_turn")
    bound = read(tmp_path, said, ways=ways)
    assert bound.left_out == 0
    table = road_travel(ENDS, prepare(bound, PLAIN))
    assert table.distance_m("south", "north") == pytest.approx(5000, abs=10)
    # From the west one turns into the dead end of 5 first, back there, and comes from the south.
    assert table.distance_m("west", "north") == pytest.approx(1000 + 1000 + 5000, abs=20)


def test_a_way_in_between_that_joins_nothing_is_counted_as_unread(tmp_path: Path) -> None:
    assert read(tmp_path, relation((60,), restriction="no_left_turn")).left_out == 1
    assert read(tmp_path, relation((20, 60), restriction="no_left_turn")).left_out == 1


def test_a_road_entered_only_by_who_is_restricted_is_no_island(tmp_path: Path) -> None:
    """A one-way ring of four kilometres: everybody on its second side came from the first."""
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0), 4: (0.0, 1.0), 5: (2.0, 1.0)}
    one_way = {**STREET, "oneway": "yes"}
    ways = [(i, (i, i % 4 + 1), one_way) for i in (1, 2, 3, 4)] + [(5, (3, 5), STREET)]
    network = read(tmp_path, relation((2,), came=1, into=5, restriction="no_right_turn"), ways=ways, nodes=nodes)
    ends = places(a=(0.5, 0.0), b=(1.0, 0.5), c=(0.5, 1.0))
    for start, end, far in (("a", "b", 1), ("b", "c", 1), ("c", "b", 3), ("b", "a", 3)):
        assert km(network, start, end, where=ends) == pytest.approx(far, abs=0.01), (start, end)


@pytest.mark.parametrize(
    ("tags", "van_km", "truck_km", "by_hour"),
    [
        ({"restriction__hgv": "no_left_turn"}, 3, 5, 0),
        ({"restriction": "no_left_turn", "except": "hgv"}, 5, 3, 0),
        ({"restriction": "no_left_turn", "except": "motorcar;bicycle"}, 3, 5, 0),
        ({"restriction": "no_left_turn", "except": "psv"}, 5, 5, 0),
        ({"restriction__conditional": "no_left_turn @ (Mo-Fr 07:00-09:00,16:00-18:00)"}, 5, 5, 1),
        ({"restriction__conditional": "no_left_turn @ (22:00-04:30)"}, 3, 3, 0),
        ({"restriction__conditional": "no_left_turn @ (Su 08:00-12:00)"}, 3, 3, 0),
        ({"restriction__conditional": "no_left_turn @ (weight>7.5)"}, 3, 5, 0),
        ({"restriction__conditional": "no_left_turn @ (weight>7.5 AND Mo-Fr 07:00-09:00)"}, 3, 5, 1),
        ({"restriction": "no_left_turn", "restriction__hgv": "none"}, 5, 3, 0),
        ({"restriction": "no_left_turn", "restriction__conditional": "none @ (Mo-Fr 09:00-16:00)"}, 5, 5, 1),
        ({"restriction": "no_left_turn", "hour_on": "07:00", "hour_off": "09:00"}, 5, 5, 1),
    ],
)
def test_restrictions_hold_for_those_they_name_and_all_day_when_they_touch_a_working_day(
    tmp_path: Path, tags: dict[str, str], van_km: float, truck_km: float, by_hour: int
) -> None:
    network = read(tmp_path, relation(**tags))
    assert network.left_out == 0
    assert network.by_hour.tolist() == [77] * by_hour
    assert km(network, "west", "north") == pytest.approx(van_km, abs=0.01)
    assert km(network, "west", "north", TRUCK) == pytest.approx(truck_km, abs=0.01)


def test_restrictions_by_hour_are_named_and_those_without_sense_counted_once_for_all_vehicles(tmp_path: Path) -> None:
    by_hour = relation(restriction__conditional="no_left_turn @ (Mo-Fr 07:00-09:00)")
    senseless = relation(restriction="give_way").replace("77", "78")
    network = read(tmp_path, by_hour, senseless)
    assert [(note.code, note.value) for note in _table(ENDS, prepare(network, PLAIN)).notes] == [
        ("road_turns_left_out", "1"),
        ("road_turns_by_hour", "77"),
    ]
    assert _table(ENDS, prepare(network, TRUCK), 12_000).notes == ()


def test_the_only_way_that_may_be_taken_and_is_the_only_one_makes_sense(tmp_path: Path) -> None:
    one_way = {**STREET, "oneway": "yes"}
    ways = [(10, (1, 2), one_way), (20, (2, 3), one_way), (30, (3, 4), one_way)]
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (2.0, 0.0), 4: (3.0, 0.0)}
    only = relation((20,), came=10, into=30, restriction="only_straight_on")
    assert read(tmp_path, only, ways=ways, nodes=nodes).left_out == 0


def test_a_restriction_at_a_point_for_trucks_alone_lets_vans_pass(tmp_path: Path) -> None:
    at_a_point = relation(came=20, restriction__hgv="no_left_turn").replace(
        "type='way' ref='20' role='via'", "type='node' ref='3' role='via'"
    )
    network = read(tmp_path, at_a_point)
    assert network.left_out == 0 and len(network.banned) == 0
    assert km(network, "west", "north") == pytest.approx(3, abs=0.01)
    assert km(network, "west", "north", TRUCK) == pytest.approx(5, abs=0.01)


@pytest.mark.parametrize(
    ("condition", "touches"),
    [
        ("(Mo-Fr 07:00-09:00)", True), ("(20:00-05:00)", False), ("(19:59-05:00)", True), ("(20:00-05:01)", True),
        ("(Su,PH 10:00-18:00)", False), ("(Sa-Su)", True), ("(SH off)", True), ("wet", True), ("(04:00-05:00)", False),
    ],
)  # fmt: skip
def test_a_condition_touches_a_working_day_from_five_to_eight_in_the_evening(condition: str, touches: bool) -> None:
    assert touches_a_working_day(condition) is touches


@pytest.mark.parametrize(
    ("tags", "members", "found", "unread"),
    [
        ({"type": "restriction", "restriction": "no_exit"}, [("from", "way", 1), ("via", "node", 2), ("to", "way", 3)], 1, 0),
        ({"type": "restriction", "restriction": "no_entry"}, [("via", "node", 2), ("to", "way", 3)], 0, 1),
        ({"type": "restriction", "restriction": "give_way"}, [("from", "way", 1), ("via", "node", 2), ("to", "way", 3)], 0, 1),
        ({"type": "restriction", "restriction": "no_u_turn"}, [("from", "way", 1), ("to", "way", 3)], 0, 1),
        ({"type": "route", "restriction": "no_u_turn"}, [("from", "way", 1), ("to", "way", 3)], 0, 0),
        ({"type": "restriction", "restriction": "no_left_turn", "except": "motor_vehicle"}, [], 0, 0),
    ],
)  # fmt: skip
def test_what_is_no_restriction_of_ours_is_left_and_what_makes_no_sense_is_counted(
    tags: Mapping[str, str], members: list[tuple[str, str, int]], found: int, unread: int
) -> None:
    got, left = restrictions_of(1, tags, members)
    assert (len(got), left) == (found, unread)
    assert all(one.classes == LIGHT | HEAVY for one in got)


def test_the_pbf_of_the_same_roads_gives_the_same_restrictions(tmp_path: Path) -> None:
    plain = read(
        tmp_path, relation(restriction="no_left_turn"), relation(restriction__hgv="no_u_turn").replace("77", "78")
    )
    with osmium.SimpleWriter(str(tmp_path / "roads.osm.pbf")) as writer:
        for item in osmium.FileProcessor(str(tmp_path / "roads.osm")):
            writer.add(item)
    packed = read_network(tmp_path / "roads.osm.pbf")
    assert plain.chains.tolist() == packed.chains.tolist() and len(plain.chains) >= 2


@pytest.mark.parametrize("seed", range(25))
def test_states_with_memory_give_the_shortest_ways_of_those_that_hold_no_chain(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states = 7
    edges = sorted({(int(a), int(b)) for a, b in rng.integers(0, states, (20, 2)) if a != b})
    came, into = (np.array([edge[k] for edge in edges], dtype=np.int64) for k in (0, 1))
    length = {edge: int(rng.integers(1, 20)) for edge in edges}
    after: dict[int, list[int]] = {a: [b for x, b in edges if x == a] for a in range(states)}
    chains = set()
    for _ in range(6):
        way = [int(rng.integers(states))]
        for _ in range(int(rng.integers(1, 5))):
            if after[way[-1]]:
                way.append(int(rng.choice(after[way[-1]])))
        if len(way) > 1:
            chains.add(tuple(way))
    new_came, new_into, last = with_memory(sorted(chains), states, came, into)
    stands_for = [*range(states), *last.tolist()]
    steps: dict[int, list[int]] = {}
    for a, b in zip(new_came.tolist(), new_into.tolist(), strict=True):
        steps.setdefault(a, []).append(b)
    for start in range(states):
        got = _shortest(
            start,
            lambda s: [(b, length[stands_for[s], stands_for[b]]) for b in steps.get(s, [])],
            lambda s: stands_for[s],
        )
        expected = _shortest((start,), lambda way: _allowed(way, after, length, chains), lambda way: way[-1])
        assert got == expected, (start, sorted(chains))


def _allowed(
    way: tuple[int, ...], after: dict[int, list[int]], length: dict[tuple[int, int], int], chains: set[tuple[int, ...]]
) -> list[tuple[tuple[int, ...], int]]:
    found = []
    for b in after[way[-1]]:
        longer = (*way, b)
        if not any(longer[-len(chain) :] == chain for chain in chains):
            found.append((longer[-5:], length[way[-1], b]))
    return found


def _shortest(start: Any, steps: Any, stands_for: Any) -> dict[int, int]:
    best: dict[Any, int] = {}
    queue = [(0, start)]
    while queue:
        cost, here = heapq.heappop(queue)
        if here not in best:
            best[here] = cost
            for there, more in steps(here):
                heapq.heappush(queue, (cost + more, there))
    found: dict[int, int] = {}
    for state, cost in best.items():
        found[stands_for(state)] = min(cost, found.get(stands_for(state), cost))
    return found
