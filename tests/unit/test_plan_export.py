"""Exports for other tools: French CSV reads back the same, GeoJSON and GPX hold every place and stop."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import gpxpy
import pytest

from distrib.io.plan_export import excel_fr_csv, write_excel_fr, write_geojson, write_gpx
from distrib.io.plan_reading import read_plan_tables
from distrib.io.plan_tables import STOPS, UNSERVED
from distrib.io.plan_writing import write_summary
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan, small_plan


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=12)
    return dataset, full_plan(dataset)


def test_csv_for_a_french_excel_reads_back_as_the_plan(tmp_path: Path) -> None:
    plan = small_plan()
    files = write_excel_fr(tmp_path, plan)
    write_summary(tmp_path, plan, {})
    assert len(files) == 10
    assert read_plan_tables(tmp_path) == plan


def test_its_dialect_is_bom_semicolon_comma_and_crlf() -> None:
    content = excel_fr_csv(STOPS, small_plan().stops)
    assert content.startswith(b"\xef\xbb\xbfdate;vehicle_id;trip")
    assert b";154,001;4,210;" not in content
    assert b";28;154,001;0,000;0,000;4,210;7,017\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("-12", "-12"),
        ("+1,5", "+1,5"),
        ("'=x", "''=x"),
        ("a;b", '"a;b"'),
        ('"', '""""'),
        ("'x", "'x"),
    ],
)
def test_text_that_looks_like_a_formula_is_guarded_unless_it_is_a_number(text: str, written: str) -> None:
    row = dataclasses.replace(small_plan().unserved[2], explanation=text)
    assert excel_fr_csv(UNSERVED, [row]).decode().split("\r\n")[1].endswith(f";minimum;{written};")


@pytest.mark.parametrize("text", ["'=x", "''=x", "'", "=x", "'x", "-", "-1", " =x"])
def test_any_text_comes_back_from_the_french_dialect(tmp_path: Path, text: str) -> None:
    plan = dataclasses.replace(
        small_plan(), unserved=(dataclasses.replace(small_plan().unserved[2], explanation=text, remedy=text),)
    )
    write_excel_fr(tmp_path, plan)
    write_summary(tmp_path, plan, {})
    assert read_plan_tables(tmp_path).unserved == plan.unserved


def test_every_layer_is_a_geojson_file_with_five_decimals(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    files = {path.stem: json.loads(path.read_text()) for path in write_geojson(tmp_path, dataset, plan)}
    assert set(files) == {"neighbourhoods", "tours", "stops", "sites", "farms", "depots"}
    assert len(files["stops"]["features"]) == len(plan.stops)
    lon, lat = files["sites"]["features"][0]["geometry"]["coordinates"]
    assert (lon, lat) == (round(dataset.sites[0].lon_microdeg / 1e6, 5), round(dataset.sites[0].lat_microdeg / 1e6, 5))


def test_every_tour_is_a_gpx_route_with_its_stops_in_order(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    hostile = dataclasses.replace(
        dataset, sites=tuple(dataclasses.replace(s, name='<&"\x01 שלום') for s in dataset.sites)
    )
    files = write_gpx(tmp_path, hostile, plan, "fr")
    assert len(files) == len({(row.date, row.vehicle_id) for row in plan.stops})
    points = 0
    for path in files:
        parsed = gpxpy.parse(path.read_text(encoding="utf-8"))
        assert parsed.time is None
        points += sum(len(route.points) for route in parsed.routes)
    assert points == len(plan.stops)


def test_a_plan_without_tours_exports_empty_files(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    assert write_gpx(tmp_path, sample[0], Plan(), "fr") == ()
    files = write_geojson(tmp_path, sample[0], Plan())
    assert json.loads(files[1].read_text()) == {"type": "FeatureCollection", "features": []}
