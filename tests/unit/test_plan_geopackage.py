"""The GeoPackage holds every place, trip and stop of the plan, with styles, and the same bytes every time."""

from __future__ import annotations

import dataclasses
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas
import pyogrio
import pytest

from distrib.io.geopackage import LAYERS, write_geopackage
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=12)
    return dataset, full_plan(dataset)


def layer(path: Path, name: str) -> geopandas.GeoDataFrame:
    return geopandas.read_file(path, layer=name, engine="pyogrio")


def test_every_layer_has_the_rows_of_the_plan(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    target = tmp_path / "plan.gpkg"
    write_geopackage(target, dataset, plan)
    assert {name for name, _ in pyogrio.list_layers(target)} == {*LAYERS, "layer_styles"}
    sizes = {name: len(layer(target, name)) for name in LAYERS}
    assert sizes == {
        "neighbourhoods": len(plan.coverage),
        "tours": len({(row.date, row.vehicle_id, row.trip) for row in plan.stops}),
        "stops": len(plan.stops),
        "sites": len(dataset.sites),
        "farms": len(dataset.farms),
        "depots": len(dataset.depots),
    }
    sites = layer(target, "sites")
    assert sites["baskets"].sum() == sum(row.baskets for row in plan.deliveries)
    assert sites.crs.to_epsg() == 4326
    assert sites.geometry.iloc[0].x == pytest.approx(dataset.sites[0].lon_microdeg / 1e6, abs=1e-9)


def test_two_files_of_one_plan_have_the_same_bytes(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(tmp_path / name, *sample)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert b"2020-04-20T00:00:00.000Z" in (tmp_path / "a.gpkg").read_bytes()


def test_an_empty_plan_has_empty_layers_with_all_columns(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    write_geopackage(tmp_path / "plan.gpkg", sample[0], Plan())
    assert len(layer(tmp_path / "plan.gpkg", "stops")) == 0
    assert "arrival" in layer(tmp_path / "plan.gpkg", "stops").columns
    assert "baskets" in layer(tmp_path / "plan.gpkg", "tours").columns


def test_outlines_are_used_where_known_and_discs_of_the_area_elsewhere(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    first, second, *others = dataset.neighbourhoods
    ring = [[5.0, 43.0], [5.1, 43.0], [5.1, 43.1], [5.0, 43.0]]
    changed = dataclasses.replace(
        dataset,
        neighbourhoods=(first, dataclasses.replace(second, area_m2=1_000_000), *others),
        outlines=((first.neighbourhood_id, {"type": "Polygon", "coordinates": [ring]}),),
    )
    write_geopackage(tmp_path / "plan.gpkg", changed, plan)
    shapes = layer(tmp_path / "plan.gpkg", "neighbourhoods").set_index("neighbourhood_id").geometry
    assert shapes[first.neighbourhood_id].area == pytest.approx(0.005)
    metres = shapes.to_crs(epsg=2154)
    assert metres[second.neighbourhood_id].area == pytest.approx(1_000_000, rel=0.02)


def test_styles_are_well_formed_and_there_for_every_layer(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    write_geopackage(tmp_path / "plan.gpkg", *sample)
    with sqlite3.connect(tmp_path / "plan.gpkg") as connection:
        styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    connection.close()
    assert set(styles) == set(LAYERS)
    for text in styles.values():
        assert ET.fromstring(text).find("renderer-v2") is not None


def test_a_neighbourhood_without_need_has_no_coverage(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    rows = (dataclasses.replace(plan.coverage[0], coverage=None, need_baskets=0), *plan.coverage[1:])
    write_geopackage(tmp_path / "plan.gpkg", dataset, dataclasses.replace(plan, coverage=rows))
    coverage = layer(tmp_path / "plan.gpkg", "neighbourhoods")["coverage_pct"]
    assert coverage.isna().tolist() == [True] + [False] * (len(rows) - 1)
