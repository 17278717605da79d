"""Walks on a network: along streets and paths, across motorways, railways and water only where a way crosses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import osmium
import pytest

from benchmarks.travel.city import made_up_city
from distrib.io.reading import read_dataset
from distrib.travel import resolve
from distrib.travel.places import Places
from distrib.travel.roads.foot import doors_of, walks_m
from distrib.travel.roads.network import Footways
from distrib.travel.roads.reading import read_network
from distrib.travel.roads.tags import is_walked, is_wall
from distrib.travel.walking import catchments_and_notes
from tests.small_dataset import SMALL, write_files
from tests.unit.test_travel_roads import WIDE, at, osm

STREETS = {1: (-2.0, 0.0), 2: (0.0, 0.0), 3: (2.0, 0.0), 11: (-2.0, 0.2), 12: (0.0, 0.2), 13: (2.0, 0.2)}
"""Two streets of 4 km, 200 m apart, the southern one with the nodes 1, 2, 3, the northern one with 11, 12, 13."""

WALL = {21: (-3.0, 0.1), 22: (3.0, 0.1)}


def network(tmp_path: Path, between: dict[str, str], bridge: dict[str, str] | None) -> Footways:
    ways = [
        (1, [1, 2, 3], {"highway": "residential"}),
        (2, [11, 12, 13], {"highway": "residential"}),
        (3, [21, 22], between),
    ]
    if bridge is not None:
        ways.append((4, [3, 13], bridge))
    file = tmp_path / "roads.osm"
    file.write_text(osm({**STREETS, **WALL}, ways), encoding="utf-8")
    return read_network(file).feet


def places(*where: tuple[float, float]) -> Places:
    lonlat = np.array([at(*place) for place in where])
    return Places(ids=tuple("abcdef"[: len(where)]), lon=lonlat[:, 0], lat=lonlat[:, 1])


def walk(ways: Footways, start: tuple[float, float], end: tuple[float, float], limit_m: float = 10_000.0) -> int:
    return int(walks_m(ways, doors_of(places(start), ways), doors_of(places(end), ways), limit_m)[0, 0])


@pytest.mark.parametrize(
    "between",
    [
        {"railway": "rail"},
        {"highway": "motorway"},
        {"highway": "trunk"},
        {"waterway": "river"},
        {"natural": "coastline"},
        {"highway": "primary", "motorroad": "yes"},
    ],
)
def test_a_barrier_is_walked_round_by_the_bridge(tmp_path: Path, between: dict[str, str]) -> None:
    ways = network(tmp_path, between, {"highway": "footway", "bridge": "yes"})
    # 1 km east to the bridge, 200 m over it, 1 km back.
    assert walk(ways, (1.0, 0.0), (1.0, 0.2)) == pytest.approx(2200, abs=2)
    assert walk(ways, (1.0, 0.0), (1.0, 0.2), limit_m=2190) == -1
    # From 40 m before the barrier on, the street behind it is nearer, and is not taken.
    assert walk(ways, (1.0, 0.09), (1.0, 0.2)) == pytest.approx(2290, abs=2)


@pytest.mark.parametrize(
    "area", [{"natural": "water"}, {"waterway": "riverbank"}, {"landuse": "reservoir"}, {"landuse": "forest"}]
)
@pytest.mark.parametrize("packed", [False, True])
def test_water_given_as_a_relation_is_walked_round_and_a_forest_is_not(
    tmp_path: Path, area: dict[str, str], packed: bool
) -> None:
    """A lake between the two streets, its banks two ways without tags; the place on its shore reaches one street alone."""
    lake = {21: (-1.9, 0.13), 22: (1.9, 0.13), 23: (1.9, 0.17), 24: (-1.9, 0.17)}
    ways: list[tuple[int, list[int], dict[str, str]]] = [
        (1, [1, 2, 3], {"highway": "residential"}), (2, [11, 12, 13], {"highway": "residential"}),
        (3, [21, 22, 23], {}), (4, [23, 24, 21], {}), (5, [3, 13], {"highway": "footway"}),
    ]  # fmt: skip
    tags = "".join(f"<tag k='{k}' v='{v}'/>" for k, v in {"type": "multipolygon", **area}.items())
    relation = (
        f"<relation id='9'><member type='way' ref='3' role='outer'/><member type='way' ref='4' role='outer'/>{tags}"
    )
    file = tmp_path / "roads.osm"
    file.write_text(osm({**STREETS, **lake}, ways).replace("</osm>", f"{relation}</relation></osm>"), encoding="utf-8")
    if packed:
        with osmium.SimpleWriter(str(tmp_path / "roads.osm.pbf")) as writer:
            for item in osmium.FileProcessor(str(file)):
                writer.add(item)
        file = tmp_path / "roads.osm.pbf"
    ways_walked = read_network(file).feet
    is_water = "forest" not in area.values()
    assert len(ways_walked.walls) == (4 if is_water else 0)
    # From a place nearer to the northern street, but south of the lake: 120 m to the southern one, and round by the east.
    found = walk(ways_walked, (0.0, 0.12), (0.0, 0.2))
    assert found == pytest.approx(120 + 2000 + 200 + 2000 if is_water else 80, abs=10)


def test_a_tunnel_is_no_barrier_and_a_barrier_without_a_bridge_is_never_crossed(tmp_path: Path) -> None:
    assert walk(network(tmp_path, {"railway": "rail"}, None), (1.0, 0.0), (1.0, 0.2)) == -1
    in_tunnel = network(tmp_path, {"railway": "rail", "tunnel": "yes"}, None)
    assert walk(in_tunnel, (1.0, 0.09), (1.0, 0.0)) == pytest.approx(90, abs=1)


def test_a_bridge_for_cars_alone_is_not_walked_over(tmp_path: Path) -> None:
    ways = network(tmp_path, {"railway": "rail"}, {"highway": "trunk"})
    assert walk(ways, (1.0, 0.0), (1.0, 0.2)) == -1
    assert walk(network(tmp_path, {"railway": "rail"}, {"highway": "trunk", "foot": "yes"}), (1.0, 0.0), (1.0, 0.2)) > 0


def test_places_on_one_street_walk_straight_along_it_both_ways(tmp_path: Path) -> None:
    ways = network(tmp_path, {"railway": "rail"}, None)
    assert walk(ways, (0.3, 0.05), (0.8, -0.02)) == pytest.approx(500 + 50 + 20, abs=2)
    assert walk(ways, (0.8, -0.02), (0.3, 0.05)) == pytest.approx(500 + 50 + 20, abs=2)
    assert walk(ways, (0.3, 0.0), (0.3, 0.0)) == 0


def test_a_place_far_from_every_way_is_off_the_network(tmp_path: Path) -> None:
    ways = network(tmp_path, {"railway": "rail"}, None)
    assert doors_of(places((0.0, -0.49), (0.0, -0.51)), ways).on.tolist() == [True, False]


def test_roads_without_paths_are_walked_both_ways_except_the_fastest() -> None:
    network = made_up_city(8)
    feet = network.feet
    assert len(feet.tail) == len({tuple(sorted(pair)) for pair in zip(network.tail, network.head, strict=True)})
    where = Places(ids=("a", "b"), lon=network.lon[[0, 20]], lat=network.lat[[0, 20]])
    both = walks_m(feet, doors_of(where, feet), doors_of(where, feet), 10_000.0)
    assert both[0, 1] == both[1, 0] > 0


@pytest.mark.parametrize(
    ("tags", "walked", "wall"),
    [
        ({"highway": "steps"}, True, False),
        ({"highway": "residential", "foot": "no"}, False, False),
        ({"highway": "path", "access": "private"}, False, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True, False),
        ({"highway": "motorway"}, False, True),
        ({"highway": "primary", "motorroad": "yes"}, False, True),
        ({"railway": "abandoned"}, False, False),
        ({"railway": "rail", "tunnel": "yes"}, False, False),
        ({"natural": "water"}, False, True),
        ({"highway": "construction"}, False, False),
    ],
)
def test_tags_say_what_is_walked_and_what_is_a_wall(tags: dict[str, str], walked: bool, wall: bool) -> None:
    assert (is_walked(tags), is_wall(tags)) == (walked, wall)


def test_catchments_follow_the_network_of_a_dataset_unless_told_not_to(tmp_path: Path) -> None:
    """Z3 and S1 face each other over a railway; the bridge is 1 km away."""
    lon, lat = at(0.0, 0.0)
    files = {k: v for k, v in SMALL.items() if k not in ("catchments.csv", "travel.csv")}
    files["zones.csv"] = f"zone_id,neighbourhood_id,lon,lat\nZ1,N1,{lon},{lat}\n"
    files["households.csv"] = "zone_id,persons_per_household,households\nZ1,3,5\n"
    files["needs.csv"] = "zone_id,basket_id,households\n"
    files["sites.csv"] = (
        "site_id,name,kind,commune,lon,lat,max_baskets_per_day,unloading_min,cold_storage\n"
        f"S1,A,a,V,{lon},{lat + 0.2 / 111.195:.6f},12,5,yes\nS2,B,a,V,{lon - 0.9 * WIDE:.6f},{lat},8,5,no\n"
    )
    file = write_files(tmp_path, files)
    ways = [(1, [1, 2, 3], {"highway": "residential"}), (2, [11, 12, 13], {"highway": "residential"})]
    ways += [
        (3, [21, 22], {"railway": "rail"}),
        (4, [3, 13], {"highway": "footway"}),
        (5, [1, 11], {"highway": "tertiary"}),
    ]
    (tmp_path / "roads.osm").write_text(osm({**STREETS, **WALL}, ways), encoding="utf-8")
    text = (tmp_path / "dataset.yaml").read_text(encoding="utf-8")
    (tmp_path / "dataset.yaml").write_text(text.replace("mode: table", "mode: estimate"), encoding="utf-8")
    read = read_dataset(file)[0]

    def walks(limit_m: int, how: str) -> dict[str, int]:
        travel = dataclasses.replace(read.settings.travel, walks=how)
        settings = dataclasses.replace(read.settings, walking_limit_m=limit_m, travel=travel)
        found = resolve(dataclasses.replace(read, settings=settings)).catchments or ()
        return {row.site_id: row.walk_m for row in found}

    assert walks(1000, "network") == {"S2": pytest.approx(900, abs=2)}
    assert walks(5000, "network") == {"S1": pytest.approx(4200, abs=3), "S2": pytest.approx(900, abs=2)}
    assert walks(100, "network") == {"S2": pytest.approx(900, abs=2)}
    assert walks(1000, "straight") == {"S1": pytest.approx(260, abs=2)}

    off = dataclasses.replace(read.sites[1], site_id="S3", lat_microdeg=read.sites[1].lat_microdeg + 9_000)
    found, notes = catchments_and_notes(dataclasses.replace(read, sites=(*read.sites, off)))
    assert [(note.code, note.value) for note in notes] == [("walk_off_network", "S3")]
    assert {row.site_id for row in found} <= {"S2", "S3"}
