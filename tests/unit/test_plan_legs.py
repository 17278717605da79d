"""Lines along the roads: written beside the plan's inputs, read back the same, drawn on the map and nowhere else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import gpxpy
import pytest

from distrib.io.geopackage import plan_features
from distrib.io.map_data import map_data
from distrib.io.map_legs import LEGS_FILE, legs_text, read_legs, ways
from distrib.io.messages import Problems
from distrib.io.plan_export import write_gpx
from distrib.io.sheets_tour import tour_sheets
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan

LINE = ((5_000_000, 43_000_000), (5_050_000, 43_010_000), (5_100_000, 43_000_000))


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=12)
    return dataset, full_plan(dataset)


def test_lines_read_back_as_they_were_written(tmp_path: Path) -> None:
    legs = ((0, "A", "B", LINE), (0, "B", "A", LINE[::-1]), (12_000, "A", "B", LINE))
    (tmp_path / LEGS_FILE).write_text(legs_text(legs), encoding="utf-8")
    problems = Problems()
    assert read_legs(tmp_path, problems) == legs
    assert not problems.found


def test_a_folder_without_lines_has_none(tmp_path: Path) -> None:
    assert read_legs(tmp_path, Problems()) == ()


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        '{"features": [{}]}',
        '{"features": [{"properties": {"from_id": "A", "to_id": "B"}, "geometry": {"coordinates": [[5.0, 43.0]]}}]}',
        '{"features": [{"properties": {"from_id": "A", "to_id": "B"}, "geometry": {"coordinates": [[NaN, 43], [5, 43]]}}]}',
        '{"features": [{"properties": {"from_id": "A", "to_id": "B"}, "geometry": {"coordinates": [["a", 43], [5, 43]]}}]}',
    ],
)
def test_lines_that_cannot_be_read_are_one_fault(tmp_path: Path, content: str) -> None:
    (tmp_path / LEGS_FILE).write_text(content, encoding="utf-8")
    problems = Problems()
    assert read_legs(tmp_path, problems) == ()
    assert [problem.code for problem in problems.faults] == ["outlines_unreadable"]


def test_a_tour_follows_the_road_where_its_leg_is_known(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    before, row = plan.stops[0], plan.stops[1]
    known = dataclasses.replace(dataset, leg_lines=((before.place_id, row.place_id, LINE),))
    assert ways(known)[row.vehicle_id, before.place_id, row.place_id] == [[43.01, 5.05]]
    tours = map_data(known, plan, "fr")["tours"]
    drawn = [stop["w"] for tour in tours for _, stops in tour["t"] for stop in stops if "w" in stop]
    assert drawn
    assert all(way == [[43.01, 5.05]] for way in drawn)
    assert all("w" not in stops[0] for tour in tours for _, stops in tour["t"])
    plain = map_data(dataset, plan, "fr")["tours"]
    assert not [stop for tour in plain for _, stops in tour["t"] for stop in stops if "w" in stop]


def test_layers_and_driver_sheets_follow_the_road_too(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    before, row = plan.stops[0], plan.stops[1]
    known = dataclasses.replace(dataset, leg_lines=((before.place_id, row.place_id, LINE),))
    properties, line = plan_features(known, plan)["tours"][0]
    straight = plan_features(dataset, plan)["tours"][0][1]
    assert properties["vehicle_id"] == before.vehicle_id
    assert len(line.coords) == len(straight.coords) + 1
    assert (5.05, 43.01) in line.coords
    path = next(tour_sheets(known, plan, "fr")).trips[0].path
    assert (path[1].lon, path[1].lat) == (5.05, 43.01)
    assert len(path) == len(next(tour_sheets(dataset, plan, "fr")).trips[0].path) + 1


def test_gpx_has_a_track_along_the_roads_where_they_are_known(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    before, row = plan.stops[0], plan.stops[1]
    known = dataclasses.replace(dataset, leg_lines=((before.place_id, row.place_id, LINE),))
    (tmp_path / "known").mkdir()
    (tmp_path / "straight").mkdir()
    tracks = [t for f in write_gpx(tmp_path / "known", known, plan, "fr") for t in gpxpy.parse(f.read_text()).tracks]
    assert tracks
    assert (tracks[0].segments[0].points[1].longitude, tracks[0].segments[0].points[1].latitude) == (5.05, 43.01)
    plain = [gpxpy.parse(file.read_text()) for file in write_gpx(tmp_path / "straight", dataset, plan, "fr")]
    assert not [track for gpx in plain for track in gpx.tracks]
    assert all(gpx.routes for gpx in plain)
