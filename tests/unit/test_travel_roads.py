"""Road networks: what is read, what may be driven, and that times and distances are exactly the shortest."""

from __future__ import annotations

import bz2
import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest

from benchmarks.travel.city import made_up_city
from distrib.errors import UsageError
from distrib.model.dataset import UNREACHABLE, Travel
from distrib.travel.places import Places
from distrib.travel.roads.cache import load, roads_of_file
from distrib.travel.roads.legs import leg_lines
from distrib.travel.roads.matrix import Roads, prepare, road_travel, unreachable_pairs
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import TRUCK, VAN, Profile, driving_ms
from distrib.travel.roads.reading import read_network
from distrib.travel.roads.snapping import report, snap
from distrib.travel.roads.tags import directions, kind_of, limit_kmh, max_gvw_kg

STEP = 1000 / 111_195.0797  # degrees of latitude in a kilometre
WIDE = STEP / np.cos(np.radians(44.0))  # degrees of longitude, at 44° north
PLAIN = Profile(name="van", gvw_kg=3500, top_kmh=(120, 90, 50), turn_factor=0.0)

Way = tuple[str, Sequence[int], dict[str, str]]


def at(x_km: float, y_km: float) -> tuple[float, float]:
    return 4.0 + x_km * WIDE, 44.0 + y_km * STEP


def osm(
    nodes: dict[int, tuple[float, float]],
    ways: Sequence[tuple[int, Sequence[int], dict[str, str]]],
    turns: Sequence[tuple[str, int, int, int]] = (),
) -> str:
    lines = ["<osm version='0.6'>"]
    for number, (x, y) in nodes.items():
        lon, lat = at(x, y)
        lines.append(f"<node id='{number}' lon='{lon:.7f}' lat='{lat:.7f}'/>")
    for number, refs, tags in ways:
        inside = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        inside += "".join(f"<tag k='{k}' v='{v}'/>" for k, v in tags.items())
        lines.append(f"<way id='{number}'>{inside}</way>")
    for i, (kind, came, via, into) in enumerate(turns):
        lines.append(
            f"<relation id='{i + 1}'><member type='way' ref='{came}' role='from'/><member type='node' ref='{via}' "
            f"role='via'/><member type='way' ref='{into}' role='to'/><tag k='type' v='restriction'/>"
            f"<tag k='restriction' v='{kind}'/></relation>"
        )
    return "\n".join([*lines, "</osm>"])


def places(**where: tuple[float, float]) -> Places:
    ids = tuple(sorted(where))
    points = np.array([at(*where[i]) for i in ids])
    return Places(ids=ids, lon=points[:, 0], lat=points[:, 1])


def travel(tmp_path: Path, text: str, where: Places, profile: Profile = VAN) -> Travel:
    file = tmp_path / "roads.osm"
    file.write_text(text, encoding="utf-8")
    return road_travel(where, prepare(read_network(file), profile))


# A square of 1 km, way 1 along the south, 2 east, 3 north, 4 west; nodes 1 to 4 from the south-west, anticlockwise.
CORNERS = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0), 4: (0.0, 1.0)}
STREET = {"highway": "tertiary", "maxspeed": "50"}
SQUARE = [(1, (1, 2), STREET), (2, (2, 3), STREET), (3, (3, 4), STREET), (4, (4, 1), STREET)]
SOUTH_WEST_AND_EAST = places(a=(0.25, 0.0), b=(0.75, 0.0))


def test_a_kilometre_at_50_takes_90_seconds(tmp_path: Path) -> None:
    table = travel(tmp_path, osm(CORNERS, SQUARE), places(a=(0.0, 0.0), b=(1.0, 0.0)))
    assert table.driving_s("a", "b") == pytest.approx(90, abs=1)
    assert table.distance_m("a", "b") == pytest.approx(1000, abs=1)
    assert table.source.startswith("roads ")


def test_a_one_way_street_is_driven_one_way(tmp_path: Path) -> None:
    ways = [(1, (1, 2), {**STREET, "oneway": "yes"}), *SQUARE[1:]]
    table = travel(tmp_path, osm(CORNERS, ways), SOUTH_WEST_AND_EAST, PLAIN)
    assert table.distance_m("a", "b") == pytest.approx(500, abs=2)
    assert table.distance_m("b", "a") == pytest.approx(3500, abs=4)


def test_oneway_minus_one_is_driven_against_the_drawing(tmp_path: Path) -> None:
    ways = [(1, (1, 2), {**STREET, "oneway": "-1"}), *SQUARE[1:]]
    table = travel(tmp_path, osm(CORNERS, ways), SOUTH_WEST_AND_EAST, PLAIN)
    assert table.distance_m("b", "a") == pytest.approx(500, abs=2)


@pytest.mark.parametrize(("kind", "metres"), [("no_left_turn", 3000), ("only_straight_on", 3000), ("", 1000)])
def test_turn_restrictions_hold(tmp_path: Path, kind: str, metres: int) -> None:
    # A stub (way 5) leads into corner 2 from the south; a place half-way west on way 1 is to its left.
    nodes = {**CORNERS, 5: (1.0, -0.5)}
    ways = [*SQUARE, (5, (5, 2), STREET)]
    turns = {"": [], "no_left_turn": [("no_left_turn", 5, 2, 1)], "only_straight_on": [("only_straight_on", 5, 2, 2)]}
    table = travel(tmp_path, osm(nodes, ways, turns[kind]), places(a=(1.0, -0.5), b=(0.5, 0.0)), PLAIN)
    assert table.distance_m("a", "b") == pytest.approx(metres + (1000 if metres == 3000 else 0), abs=5)
    assert table.distance_m("b", "a") == pytest.approx(1000, abs=2)


def test_turning_back_is_allowed_at_a_dead_end_only_and_costs_20_seconds(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (1.0, 0.0)}
    ways = [(1, (1, 2), STREET)]
    table = travel(tmp_path, osm(nodes, ways), places(a=(0.5, 0.0), b=(0.25, 0.0)))
    assert table.distance_m("a", "b") == pytest.approx(250, abs=1)


def test_turns_take_time_where_roads_cross_and_left_more_than_right(tmp_path: Path) -> None:
    nodes = {0: (0, 0), 1: (-1, 0), 2: (1, 0), 3: (0, 1), 4: (0, -1)}
    ways = [(i, (i, 0), STREET) for i in (1, 2, 3, 4)]
    ends = places(west=(-1.0, 0.0), east=(1.0, 0.0), north=(0.0, 1.0), south=(0.0, -1.0))
    table = travel(tmp_path, osm(nodes, ways), ends)
    straight, right, left = (table.driving_s("south", end) for end in ("north", "east", "west"))
    assert straight < right <= left
    assert straight == pytest.approx(180, abs=2)
    assert 183 <= right <= 186


def test_a_truck_does_not_get_what_a_van_gets(tmp_path: Path) -> None:
    ways = [(1, (1, 2), {**STREET, "maxweight": "3.5"}), *SQUARE[1:]]
    ends = places(a=(0.0, 0.5), b=(1.0, 0.5))
    assert travel(tmp_path, osm(CORNERS, ways), ends, PLAIN).distance_m("a", "b") == pytest.approx(2000, abs=4)
    barred = [(3, (3, 4), {**STREET, "hgv": "no"}), ways[0], SQUARE[1], SQUARE[3]]
    with_truck = prepare(read_network(_written(tmp_path, osm(CORNERS, barred))), TRUCK)
    table = road_travel(ends, with_truck)
    assert unreachable_pairs(table) == [] or table.driving_s("a", "b") == UNREACHABLE


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "written.osm"
    file.write_text(text, encoding="utf-8")
    return file


def test_pairs_without_a_way_are_named_and_marked_unreachable(tmp_path: Path) -> None:
    nodes = {**CORNERS, 5: (5.0, 0.0), 6: (6.0, 0.0), 7: (6.0, 1.0), 8: (5.0, 1.0)}
    other = [(i + 10, tuple(r + 4 for r in refs), tags) for i, refs, tags in SQUARE]
    table = travel(tmp_path, osm(nodes, [*SQUARE, *other]), places(a=(0.5, 0.0), b=(5.5, 0.0)))
    assert table.driving_s("a", "b") == table.distance_m("b", "a") == UNREACHABLE
    assert unreachable_pairs(table) == [("a", "b"), ("b", "a")]


def test_a_place_on_an_island_of_roads_is_joined_to_the_others_and_reported() -> None:
    roads = prepare(made_up_city(12), VAN)
    lon, lat = float(roads.network.lon[0]), float(roads.network.lat[0])
    where = Places(ids=("far", "near"), lon=np.array([lon - 0.02, lon]), lat=np.array([lat, lat]))
    found = report(where, snap(where, roads.network, roads.graph))
    assert len(found) == 1
    assert (found[0].code, found[0].value) == ("road_far", "far")
    assert dict(found[0].context)["metres"].startswith("1")


def test_a_place_whose_nearest_road_is_cut_off_from_the_others_is_joined_to_them_and_reported(tmp_path: Path) -> None:
    """A short one-way street 300 m east of the square has no way to it or from it."""
    nodes = {**CORNERS, 5: (1.3, 0.0), 6: (1.3, 0.1)}
    text = osm(nodes, [*SQUARE, (99, [5, 6], {"highway": "residential", "oneway": "yes"})])
    where = places(a=(0.5, 0.0), island=(1.3, 0.05))
    roads = prepare(read_network(_written(tmp_path, text)), VAN)
    found = report(where, snap(where, roads.network, roads.graph))
    assert [(note.code, note.value) for note in found] == [("road_island", "island")]
    assert float(dict(found[0].context)["metres"]) == pytest.approx(300, abs=2)


@pytest.fixture(scope="module")
def city() -> Roads:
    return prepare(made_up_city(14, seed=3), PLAIN)


def test_without_turn_costs_times_and_distances_equal_those_of_networkx(city: Roads) -> None:
    network, graph = city.network, nx.DiGraph()
    for arc, ms in enumerate(driving_ms(network, PLAIN).tolist()):
        key = (ms << 24) + int(network.length_dm[arc])
        graph.add_edge(int(network.tail[arc]), int(network.head[arc]), key=key)
    main = max(nx.strongly_connected_components(graph), key=len)
    both_ways = (node for node in sorted(main) if set(graph.successors(node)) == set(graph.predecessors(node)))
    nodes = [node for node in both_ways if node % 3 == 0]  # on a one-way street one cannot set off in any direction
    assert len(nodes) > 20
    where = Places(ids=tuple(f"{n:04}" for n in nodes), lon=network.lon[nodes], lat=network.lat[nodes])
    table = road_travel(where, city)
    for i, node in enumerate(nodes):
        length = nx.single_source_dijkstra_path_length(graph, node, weight="key")
        for j, other in enumerate(nodes):
            assert table.seconds[i, j] == pytest.approx((length[other] >> 24) / 1000, abs=1.01)
            assert table.metres[i, j] == pytest.approx((length[other] & 0xFFFFFF) / 10, abs=1.01)


def test_with_turn_costs_and_bans_journeys_equal_those_of_networkx_on_turns() -> None:
    network = made_up_city(14, seed=5)
    pairs = [
        (a, b) for a in range(0, network.arcs, 9) for b in range(network.arcs) if network.head[a] == network.tail[b]
    ]
    banned = np.array(pairs[::3], dtype=np.int64)
    network = RoadNetwork(**{**{n: getattr(network, n) for n in RoadNetwork.__slots__}, "banned": banned})
    roads = prepare(network, TRUCK)
    graph = nx.DiGraph()
    for a in range(len(roads.graph.arcs)):
        for k in range(roads.graph.start[a], roads.graph.start[a + 1]):
            graph.add_edge(a, int(roads.graph.to[k]), key=int(roads.graph.cost[k]))
    rng = np.random.default_rng(0)
    points = Places(
        ids=tuple(f"{i:02}" for i in range(30)),
        lon=rng.uniform(network.lon.min(), network.lon.max(), 30), lat=rng.uniform(network.lat.min(), network.lat.max(), 30),
    )  # fmt: skip
    snaps = snap(points, network, roads.graph)
    from distrib.travel.roads.matrix import arrivals, departures, journeys

    costs = journeys(roads, snaps)
    out, into = departures(roads.graph, snaps), arrivals(roads.graph, snaps)
    for i in range(30):
        best: dict[int, int] = {}
        for k in range(out.start[i], out.start[i + 1]):
            lengths = nx.single_source_dijkstra_path_length(graph, int(out.state[k]), weight="key")
            for state, cost in lengths.items():
                best[state] = min(best.get(state, 1 << 62), cost + int(out.cost[k]))
        for j in range(30):
            ends = range(into.start[j], into.start[j + 1])
            expected = min(best.get(int(into.state[k]), 1 << 61) + int(into.cost[k]) for k in ends)
            same_arc = bool(set(snaps.state[i].tolist()) & set(snaps.state[j].tolist()) - {-1})
            assert costs[i, j] <= expected if same_arc else costs[i, j] == expected


def test_the_line_of_a_leg_runs_along_the_roads_and_is_as_long_as_the_table_says(city: Roads) -> None:
    from distrib.travel.roads.building import line_m

    network = city.network
    main = np.flatnonzero(city.graph.part == np.bincount(city.graph.part).argmax())
    nodes = network.tail[city.graph.arcs[main[::40]]]
    where = Places(ids=tuple(f"{i:03}" for i in range(len(nodes))), lon=network.lon[nodes], lat=network.lat[nodes])
    table = road_travel(where, city)
    pairs = [(a, b) for a in where.ids[::3] for b in where.ids[1::4] if a != b]
    lines = leg_lines(where, city, pairs)
    assert set(lines) == set(pairs)
    for pair, line in lines.items():
        assert line_m(np.array(line)) == pytest.approx(table.distance_m(*pair), abs=3 + 0.01 * table.distance_m(*pair))
        assert line[0] == pytest.approx((where.lon[int(pair[0])], where.lat[int(pair[0])]), abs=2e-5) or nodes.size
    with pytest.raises(UsageError, match="no place 'x'"):
        leg_lines(where, city, [("000", "x")])


def test_packed_osm_and_the_pbf_of_the_same_roads_give_the_same_network(tmp_path: Path) -> None:
    text = osm(CORNERS, SQUARE, [("no_left_turn", 1, 2, 2)])
    plain, packed = _written(tmp_path, text), tmp_path / "roads.osm.bz2"
    packed.write_bytes(bz2.compress(text.encode()))
    networks = [read_network(plain), read_network(packed)]
    pbf = tmp_path / "roads.osm.pbf"
    with osmium.SimpleWriter(str(pbf)) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    networks.append(read_network(pbf))
    for other in networks[1:]:
        for name in ("tail", "head", "length_dm", "kind", "limit_kmh", "banned"):
            assert (getattr(networks[0], name) == getattr(other, name)).all()
    assert len(networks[0].banned) == 1


def csv_pair(folder: Path, x: float = 4.0) -> Path:
    with (folder / "nodes.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("node", "lon", "lat"), (1, x, 44.0), (2, x + 0.01, 44.0)])
    with gzip.open(folder / "edges.csv.gz", "wt") as file:
        csv.writer(file).writerows(
            [("from", "to", "length_m", "road_type", "maxspeed_kmh"), (1, 2, 800, "primary", 50)]
        )
    (folder / "nodes.csv").rename(folder / "nodes.csv.gz")
    (folder / "nodes.csv.gz").write_bytes(gzip.compress((folder / "nodes.csv.gz").read_bytes()))
    return folder / "edges.csv.gz"


def test_a_pair_of_csv_files_is_read(tmp_path: Path) -> None:
    network = read_network(csv_pair(tmp_path))
    assert (network.arcs, int(network.length_dm[0]), int(network.limit_kmh[0])) == (1, 8000, 50)


def test_graphml_of_osmnx_is_read_with_its_shapes(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=4.0, y=44.0)
    graph.add_node(2, x=4.01, y=44.0, highway="traffic_signals")
    shape = "LINESTRING (4.0 44.0, 4.005 44.001, 4.01 44.0)"
    graph.add_edge(
        1,
        2,
        osmid="[5, 6]",
        length="832.5",
        highway="['primary', 'secondary']",
        maxspeed="['50', '30']",
        geometry=shape,
    )
    graph.add_edge(2, 1, osmid="5", length="832.5", highway="primary")
    nx.write_graphml(graph, tmp_path / "roads.graphml")
    network = read_network(tmp_path / "roads.graphml")
    assert network.arcs == 2
    assert sorted(network.limit_kmh.tolist()) == [0, 30]
    assert len(network.shape_lon) == 5
    assert int(network.signal.sum()) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("roads.osm", b"<osm><node id='1' lon='4' lat='44'/>", "not a whole file of OpenStreetMap"),
        ("roads.osm", b"<osm></osm>", "no road that can be driven on"),
        ("roads.osm", b"", "not a whole file of OpenStreetMap"),
        ("roads.osm.bz2", bz2.compress(b"<osm></osm>" * 50)[:30], "not a whole file of OpenStreetMap"),
        ("roads.graphml", b"<graphml><graph>", "not a whole GraphML file"),
        ("roads.txt", b"", "roads are read from"),
        ("roads.gpkg", b"nothing", "not a readable GeoPackage"),
        ("edges.csv", b"from,to\n1,2\n", "nodes.csv: cannot be read"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=words) as error:
        read_network(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_network_in_metres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in degrees"):
        read_network(csv_pair(tmp_path, x=890_000.0))


def test_a_network_of_another_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lies elsewhere"):
        travel(tmp_path, osm(CORNERS, SQUARE), Places(ids=("a",), lon=np.array([5.4]), lat=np.array([43.3])))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.osm"):
        read_network(tmp_path / "none.osm")


def test_a_network_made_ready_is_kept_and_loads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_CACHE", str(tmp_path / "cache"))
    file = _written(tmp_path, osm(CORNERS, SQUARE))
    first = roads_of_file(file, VAN, SOUTH_WEST_AND_EAST)
    kept = list((tmp_path / "cache").iterdir())
    assert len(kept) == 1
    second = roads_of_file(file, VAN, SOUTH_WEST_AND_EAST)
    assert (
        road_travel(SOUTH_WEST_AND_EAST, first).seconds.tolist()
        == road_travel(SOUTH_WEST_AND_EAST, second).seconds.tolist()
    )
    kept[0].write_bytes(b"PK damaged")
    assert load(kept[0], VAN) is None
    assert roads_of_file(file, VAN, SOUTH_WEST_AND_EAST).graph.cost.tolist() == first.graph.cost.tolist()


@pytest.mark.parametrize(
    ("tags", "limit"),
    [
        ({"maxspeed": "70"}, 70),
        ({"maxspeed": "30 mph"}, 48),
        ({"maxspeed": "FR:urban"}, 50),
        ({"source:maxspeed": "FR:zone30"}, 30),
        ({"maxspeed": "none"}, 0),
        ({"maxspeed:forward": "30", "maxspeed": "50"}, 30),
    ],
)
def test_speed_limits_are_read(tags: dict[str, str], limit: int) -> None:
    assert limit_kmh(tags, "forward") == limit


def test_access_direction_and_weight_are_read() -> None:
    assert kind_of({"highway": "footway"}) is None
    assert kind_of({"highway": "service", "access": "private"}) is None
    assert kind_of({"highway": "service", "access": "private", "motor_vehicle": "yes"}) is not None
    assert directions({"highway": "motorway"}) == (True, False)
    assert directions({"highway": "primary", "junction": "roundabout"}) == (True, False)
    assert directions({"highway": "residential"}) == (True, True)
    assert max_gvw_kg({"maxweight": "7.5 t"}) == 7500
    assert max_gvw_kg({"maxweight": "3.5", "hgv": "no"}) == 3500
    assert max_gvw_kg({}) == 0
