"""The map's page: whole in one file, safe with any text, complete in both languages."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from shapely.geometry import Point, shape

from distrib.errors import UsageError
from distrib.indicators import indicators
from distrib.io.labels import CATALOGUE, counted, section, text
from distrib.io.labels_week import tells_week
from distrib.io.map import Tiles, map_html
from distrib.io.map_background import background_text, read_background, with_main_roads
from distrib.io.map_data import map_data
from distrib.io.map_outlines import outline_rings
from distrib.io.messages import Problems
from distrib.io.reading import read_dataset
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from distrib.model.roads import ROAD_CLASSES, MainRoad, MainRoads, RoadPoint
from tests.instances import make_dataset
from tests.sample_plans import full_plan

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def reference() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=180, neighbourhoods=59, vans=12)
    return dataset, full_plan(dataset)


def page_of(dataset: Dataset, plan: Plan, language: str = "fr") -> str:
    return map_html(dataset, plan, indicators(dataset, plan), language)


def data_in(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_the_page_of_a_full_size_week_is_light_and_the_same_every_time(reference: tuple[Dataset, Plan]) -> None:
    page = page_of(*reference)
    assert len(page.encode()) < 1_500_000
    assert page_of(*reference) == page


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("http://{s}.tiles.example:8080/?z={z}&x={x}&y={y}", "http://*.tiles.example:8080"),
    ],
)
def test_an_online_background_may_be_asked_of_its_own_address_only(
    url: str, origin: str, reference: tuple[Dataset, Plan]
) -> None:
    dataset, plan = reference
    page = map_html(dataset, plan, indicators(dataset, plan), "fr", tiles=Tiles(url=url, credit=""))
    assert f"img-src data: {origin}" in page and 'value="tiles"' in page
    assert 'value="tiles"' not in page_of(dataset, plan)


@pytest.mark.parametrize(
    "url",
    ["tiles.example/{z}/{x}/{y}", "https:///{z}/{x}/{y}", "https://a.example/{z}/{x}", "javascript:{z}/{x}/{y}",
     "https://a.example; script-src */{z}/{x}/{y}"],
)  # fmt: skip
def test_an_address_that_is_none_of_tiles_is_refused(url: str, reference: tuple[Dataset, Plan]) -> None:
    with pytest.raises(UsageError, match="--tiles"):
        map_html(*reference, {}, "fr", tiles=Tiles(url=url, credit=""))


def test_the_page_names_no_file_and_no_address_to_fetch(reference: tuple[Dataset, Plan]) -> None:
    page = page_of(*reference)
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#|data:)""", page)
    assert not re.findall(r"url\(", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert "sourceMappingURL" not in page


def test_only_the_scripts_of_the_page_may_run(reference: tuple[Dataset, Plan]) -> None:
    page = page_of(*reference)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy and len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"sha256-{digest}" in policy[1].replace("&#43;", "+")
    assert policy[1].startswith("default-src &#39;none&#39;")


def test_names_cannot_leave_the_data_or_the_page(reference: tuple[Dataset, Plan]) -> None:
    dataset, plan = reference
    bad = "</script><script>alert(1)</script><!-- \u2028 &amp; \"'"
    hostile = dataclasses.replace(
        dataset,
        settings=dataclasses.replace(dataset.settings, name=bad),
        sites=tuple(dataclasses.replace(site, name=bad) for site in dataset.sites),
    )
    page = page_of(hostile, plan)
    assert "<script>alert" not in page
    assert data_in(page)["sites"][0]["n"] == bad  # type: ignore[index]


def test_every_stop_basket_and_crate_of_the_plan_is_in_the_data(reference: tuple[Dataset, Plan]) -> None:
    dataset, plan = reference
    data = map_data(dataset, plan, "fr")
    stops = [stop for tour in data["tours"] for _, trip in tour["t"] for stop in trip]
    assert len(stops) == len(plan.stops)
    assert sum(item[2] for stop in stops for item in stop.get("x", [])) == sum(row.baskets for row in plan.deliveries)
    fetched = sum(crates for stop in stops for _, crates, _ in stop.get("l", []))
    assert fetched + sum(row[3] for row in data["brought"]) == sum(row.crates for row in plan.collections)
    assert sum(n for hood in data["hoods"] for _, n in hood["s"]) == sum(row.baskets for row in plan.allocation)


def test_arrivals_are_rounded_up_and_departures_down_to_the_minute(reference: tuple[Dataset, Plan]) -> None:
    dataset, plan = reference
    row = dataclasses.replace(plan.stops[1], arrival_s=30_601, departure_s=30_719)
    data = map_data(dataset, dataclasses.replace(plan, stops=(row,)), "fr")
    stop = data["tours"][0]["t"][0][1][0]
    assert (stop["a"], stop["e"]) == ("08:31", "08:31")


def test_a_place_visited_twice_on_a_trip_shows_each_time_what_it_gets_then(reference: tuple[Dataset, Plan]) -> None:
    dataset, plan = reference
    stop = next(row for row in plan.stops if row.place_kind == "site")
    delivery = next(row for row in plan.deliveries if (row.dropped_at_site_id, row.date) == (stop.place_id, stop.date))
    later = {"arrival_s": stop.arrival_s + 3600, "start_s": stop.start_s + 3600, "departure_s": stop.departure_s + 3600}
    twice = Plan(
        stops=(stop, dataclasses.replace(stop, stop=9, **later)),
        deliveries=(delivery, dataclasses.replace(delivery, baskets=1, **later)),
    )
    first, second = map_data(dataset, twice, "fr")["tours"][0]["t"][0][1]
    assert [item[2] for item in first["x"]] == [delivery.baskets]
    assert [item[2] for item in second["x"]] == [1]


def test_outlines_are_simplified_rings_of_known_neighbourhoods(reference: tuple[Dataset, Plan]) -> None:
    dataset, _ = reference
    square = [[5.0, 43.0], [5.1, 43.0], [5.1, 43.000001], [5.1, 43.1], [5.0, 43.1], [5.0, 43.0]]
    known = dataset.neighbourhoods[0].neighbourhood_id
    outlines = (
        (known, {"type": "MultiPolygon", "coordinates": [[square]]}),
        ("elsewhere", {"type": "Polygon", "coordinates": [square]}),
        (dataset.neighbourhoods[1].neighbourhood_id, {"type": "Point", "coordinates": [5.0, 43.0]}),
    )
    rings = outline_rings(dataclasses.replace(dataset, outlines=outlines))
    assert {key: value for key, value in rings.items() if value} == {
        known: [[[[43.0, 5.0], [43.0, 5.1], [43.1, 5.1], [43.1, 5.0]]]]
    }


def test_main_roads_lie_under_the_map_in_three_sizes_unless_the_background_has_its_own() -> None:
    points = tuple(
        RoadPoint(point_id=name, name=name, lon_microdeg=5_000_000 + i, lat_microdeg=43_000_000)
        for i, name in enumerate("ab")
    )
    roads = tuple(MainRoad(from_id="a", to_id="b", road="A7", road_class=kind) for kind in ROAD_CLASSES)
    main_roads = MainRoads(points=points, roads=roads)
    sizes = Counter(kind for kind, _, _ in with_main_roads((), main_roads))
    assert sizes == {"road_large": 2, "road_medium": 2, "road_small": 2}
    own = (("road_large", "", {"type": "LineString", "coordinates": [[5.0, 43.0], [5.1, 43.0]]}),)
    assert with_main_roads(own, main_roads) == own
    assert with_main_roads((), None) == ()


def test_a_background_reads_back_as_it_was_written_and_is_in_the_page(
    reference: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    sea = ("water", "Mer", {"type": "Polygon", "coordinates": [[[4.0, 43.0], [5.0, 43.0], [5.0, 44.0], [4.0, 43.0]]]})
    road = ("road_large", "A7", {"type": "LineString", "coordinates": [[5.0, 43.0], [5.1, 43.25]]})
    (tmp_path / "background.geojson").write_text(background_text((sea, road)), encoding="utf-8")
    problems, digests = Problems(), {}
    assert read_background(tmp_path, digests, problems) == (sea, road)
    assert not problems.found
    assert list(digests) == ["background.geojson"]
    dataset, plan = reference
    drawn = map_data(dataclasses.replace(dataset, background=(sea, road)), plan, "fr")["ground"]
    assert drawn["road_large"] == [[[[43.0, 5.0], [43.25, 5.1]]]]
    assert drawn["water"][0][0][0] == [43.0, 4.0]


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        '{"features": [1]}',
        '{"features": [{"properties": {"kind": "forest"}, "geometry": null}]}',
        '{"features": [{"properties": {"kind": "road_large"}, "geometry": null}]}',
        '{"features": [{"properties": {"kind": "coast"}, "geometry": {"type": "LineString", "coordinates": [["a"]]}}]}',
        '{"features": [{"properties": {"kind": "coast"}, "geometry": {"type": "LineString", "coordinates": [[5, NaN], [5, 43]]}}]}',
        '{"features": [{"properties": {"kind": "coast"}, "geometry": {"type": "Circle", "coordinates": []}}]}',
    ],
)
def test_a_background_that_cannot_be_read_is_one_fault(tmp_path: Path, content: str) -> None:
    (tmp_path / "background.geojson").write_text(content, encoding="utf-8")
    problems = Problems()
    assert read_background(tmp_path, {}, problems) == ()
    assert [problem.code for problem in problems.faults] == ["outlines_unreadable"]


def test_nothing_of_the_reference_week_stands_in_the_water() -> None:
    dataset, _ = read_dataset(DATA / "mamp-2020")
    water = [shape(geometry) for kind, _, geometry in dataset.background if kind == "water"]
    assert len(water) >= 3
    for place in (*dataset.sites, *dataset.farms, *dataset.depots, *dataset.zones, *dataset.neighbourhoods):
        at = Point(place.lon_microdeg / 1e6, place.lat_microdeg / 1e6)
        assert not any(area.contains(at) for area in water), place


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Métropole, semaine du 20 avril 2020 (reconstitution)", True),
        ("Metropolis, 20 April 2020", True),
        ("week 2020-04-20", True),
        ("Métropole, semaine du 27 avril 2020", False),
        ("Métropole", False),
    ],
)
def test_the_week_is_not_said_twice(name: str, told: bool) -> None:
    assert tells_week(name, dt.date(2020, 4, 20)) is told


def script_of_the_map() -> str:
    return (resources.files("distrib.io") / "templates" / "map.js").read_text(encoding="utf-8")


def test_every_word_the_script_uses_is_in_the_catalogue_and_none_lies_idle() -> None:
    script = script_of_the_map()
    used = set(re.findall(r"L10N\.(\w+)", script)) | set(re.findall(r'(?:fill|counted)\("(\w+)"', script))
    used |= set(re.findall(r'\["(col_\w+)"', script)) | set(re.findall(r'empty: "(\w+)"', script))
    used |= {"kind_need", "kind_site", "kind_lot"} | set(re.findall(r'\? "(no_match)"', script))
    assert used == set(section("map.js.", "fr"))


def test_every_word_of_the_page_is_used() -> None:
    template = (resources.files("distrib.io") / "templates" / "map.html.j2").read_text(encoding="utf-8")
    headline = {
        "baskets",
        "tonnes",
        "persons_helped",
        "lowest_coverage",
        "sites_served",
        "vehicle_days",
        "km",
        "week_of",
    }
    own = {key for key in section("map.", "fr") if not key.startswith("js.")}
    assert set(re.findall(r"\bt\.(\w+)", template)) | headline == own


def test_every_text_is_there_in_both_languages_with_the_same_fields() -> None:
    for key, (french, english) in CATALOGUE.items():
        assert bool(french) == bool(english), key
        assert set(re.findall(r"\{(\w+)\}", french)) == set(re.findall(r"\{(\w+)\}", english)), key
        assert french.count("|") == english.count("|"), key
        assert not re.search(r"[^\s\u00a0\u202f(][%;:!?»](?!\w)", french) or key.startswith(("expects", "fault")), key


def test_french_counts_nought_as_one_and_english_does_not() -> None:
    assert counted("map.js.baskets", 0, "fr") == "0 panier"
    assert counted("map.js.baskets", 0, "en") == "0 baskets"
    assert counted("map.js.baskets", 1, "en") == "1 basket"
    assert counted("map.js.baskets", 2, "fr") == "2 paniers"


def test_an_unknown_language_is_refused() -> None:
    from distrib.errors import UsageError

    with pytest.raises(UsageError, match="'de'"):
        text("map.title", "de")
