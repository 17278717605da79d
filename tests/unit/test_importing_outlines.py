"""Outlines as published, sound or not: each oddity is repaired or reported, never passed in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely.affinity import translate
from shapely.geometry import LineString, Polygon, shape

from distrib.errors import BadInputError
from distrib.io.importing.columns import SourceMapping
from distrib.io.importing.layers import Source
from distrib.io.importing.neighbourhoods import ImportedNeighbourhoods, import_neighbourhoods
from distrib.io.importing.report import Report
from distrib.io.importing.territory import Territory, area_m2, read_territory
from tests.territory_files import outlines, square, two_hoods


def run(path: Path, report: Report, territory: Territory | None = None, **mapping: Any) -> ImportedNeighbourhoods:
    source = Source(path=path, mapping=SourceMapping(**mapping))
    return import_neighbourhoods(source, territory or Territory(), report)


def test_outlines_give_names_population_and_an_area_to_the_square_metre(tmp_path: Path) -> None:
    report = Report(source="qp")
    got = run(outlines(tmp_path, two_hoods()), report)
    first = got.rows[0]
    assert (first.neighbourhood_id, first.name, first.population, first.poverty_rate_bp) == (
        "QP001", "Les Pins", 1800, 5000,
    )  # fmt: skip
    assert first.zoning == "QPV 2015"
    assert first.area_m2 is not None and abs(first.area_m2 - 360_000) < 400
    assert report.kept == {"neighbourhoods": 2} and report.codes() == []


def test_codes_of_2024_are_recognised(tmp_path: Path) -> None:
    rows = [{**two_hoods()[0], "code_qp": "QN01301M"}]
    assert run(outlines(tmp_path, rows), Report(source="qp")).rows[0].zoning == "QPV 2024"


@pytest.mark.parametrize("ending", ["shp", "gpkg"])
def test_another_system_and_format_give_the_same_rows(tmp_path: Path, ending: str) -> None:
    rows = two_hoods()
    frame = geopandas.GeoDataFrame(
        [{k: v for k, v in row.items() if k != "shape"} for row in rows], geometry=[r["shape"] for r in rows], crs=4326
    )
    path = tmp_path / f"qp.{ending}"
    frame.rename(columns={"poverty_rate": "tp60"}).to_crs(2154).to_file(path)
    report = Report(source="qp")
    got = run(path, report)
    plain = run(outlines(tmp_path, rows), Report(source="qp"))
    assert report.codes() == ["crs_changed"]
    for one, other in zip(got.rows, plain.rows, strict=True):
        assert (one.name, one.population, one.poverty_rate_bp) == (other.name, other.population, other.poverty_rate_bp)
        assert abs(one.lon_microdeg - other.lon_microdeg) <= 2 and abs(one.lat_microdeg - other.lat_microdeg) <= 2


def test_a_shapefile_in_latin_1_without_saying_so_keeps_its_accents(tmp_path: Path) -> None:
    rows = [{**two_hoods()[0], "lib_qp": "Cité Éluard"}]
    frame = geopandas.GeoDataFrame(
        [{"code_qp": row["code_qp"], "lib_qp": row["lib_qp"]} for row in rows],
        geometry=[row["shape"] for row in rows],
        crs=4326,
    )
    frame.to_file(tmp_path / "qp.shp", encoding="ISO-8859-1")
    (tmp_path / "qp.cpg").unlink()
    report = Report(source="qp")
    assert run(tmp_path / "qp.shp", report).rows[0].name == "Cité Éluard"
    assert "read_as_latin1" in report.codes()


def test_an_outline_that_crosses_itself_is_repaired_and_said(tmp_path: Path) -> None:
    corner = two_hoods()[0]["shape"].bounds
    west, south, east, north = corner
    knot = Polygon([(west, south), (east, north), (east, south), (west, north)])
    report = Report(source="qp")
    got = run(outlines(tmp_path, [{**two_hoods()[0], "shape": knot}]), report)
    assert report.codes() == ["outline_repaired"]
    assert " ha" in report.findings[0].message  # a knot of two equal loops has no area of its own to compare with
    assert dict(got.outlines)["QP001"].is_valid


def test_empty_lines_and_missing_codes_are_dropped_one_by_one(tmp_path: Path) -> None:
    hoods = two_hoods()
    rows = [
        hoods[0],
        {**hoods[1], "shape": None},
        {**hoods[1], "code_qp": "QP003", "shape": LineString([(5, 43), (5.1, 43)])},
        {**hoods[1], "code_qp": ""},
    ]
    report = Report(source="qp")
    got = run(outlines(tmp_path, rows), report)
    assert [row.neighbourhood_id for row in got.rows] == ["QP001"]
    assert sorted(report.codes()) == ["no_id", "no_outline", "not_an_area"]


def test_outlines_without_a_point_are_dropped_and_a_file_of_nothing_else_is_refused(tmp_path: Path) -> None:
    hoods = two_hoods()
    report = Report(source="qp")
    got = run(outlines(tmp_path, [hoods[0], {**hoods[1], "shape": Polygon()}]), report)
    assert [row.neighbourhood_id for row in got.rows] == ["QP001"]
    assert report.codes() == ["no_outline"]
    with pytest.raises(BadInputError):
        run(outlines(tmp_path, [{**hood, "shape": Polygon()} for hood in hoods]), Report(source="qp"))


def test_several_outlines_of_one_code_become_one(tmp_path: Path) -> None:
    hoods = two_hoods()
    report = Report(source="qp")
    got = run(outlines(tmp_path, [hoods[0], {**hoods[0], "shape": square(600, 0, 600)}]), report)
    assert report.codes() == ["outline_doubled"]
    assert got.rows[0].area_m2 is not None and abs(got.rows[0].area_m2 - 720_000) < 800


def test_overlapping_outlines_are_told_with_their_hectares(tmp_path: Path) -> None:
    hoods = two_hoods()
    report = Report(source="qp")
    run(outlines(tmp_path, [hoods[0], {**hoods[1], "shape": square(500, 0, 600)}]), report)
    (finding,) = report.findings
    assert finding.code == "outlines_overlap" and "6.0" in finding.message


def test_exchanged_axes_are_put_in_order_and_said(tmp_path: Path) -> None:
    rows = [{**row, "shape": shapely.transform(row["shape"], lambda points: points[:, ::-1])} for row in two_hoods()]
    report = Report(source="qp")
    got = run(outlines(tmp_path, rows), report)
    assert report.codes() == ["axes_swapped"]
    assert abs(got.rows[0].lat_microdeg - 43_170_000) < 1_500_000


def test_lambert_numbers_in_a_file_that_claims_degrees_are_refused_with_the_system_that_fits(tmp_path: Path) -> None:
    frame = geopandas.GeoSeries([row["shape"] for row in two_hoods()], crs=4326).to_crs(2154)
    rows = [{**row, "shape": moved} for row, moved in zip(two_hoods(), frame, strict=True)]
    path = outlines(tmp_path, rows)
    with pytest.raises(BadInputError) as caught:
        run(path, Report(source="qp"))
    (finding,) = caught.value.findings
    assert finding.code == "crs_wrong" and "EPSG:2154" in finding.remedy
    report = Report(source="qp")
    assert len(run(path, report, crs="EPSG:2154").rows) == 2
    assert report.codes() == ["crs_changed"]


def test_a_shapefile_without_a_system_is_refused_unless_its_numbers_are_degrees(tmp_path: Path) -> None:
    rows = two_hoods()
    frame = geopandas.GeoDataFrame([{"code_qp": r["code_qp"]} for r in rows], geometry=[r["shape"] for r in rows])
    frame.set_crs(4326).to_crs(2154).to_file(tmp_path / "l93.shp")
    (tmp_path / "l93.prj").unlink()
    with pytest.raises(BadInputError) as caught:
        run(tmp_path / "l93.shp", Report(source="qp"))
    assert [f.code for f in caught.value.findings] == ["crs_unknown"]
    frame.set_crs(4326).to_file(tmp_path / "deg.shp")
    (tmp_path / "deg.prj").unlink()
    report = Report(source="qp")
    run(tmp_path / "deg.shp", report)
    assert "crs_assumed" in report.codes()


def test_an_outline_half_inside_the_boundary_is_in_and_one_less_than_half_inside_is_not(tmp_path: Path) -> None:
    west, south, east, north = two_hoods()[0]["shape"].bounds
    middle = Polygon([(west, south), (east, south), (east, north), (west, north)])
    width = east - west
    for move, kept in ((0.49 * width, True), (0.51 * width, False)):
        territory = Territory(area=translate(middle, xoff=move))
        report = Report(source="qp")
        path = outlines(tmp_path, [{**two_hoods()[0], "shape": middle}])
        if kept:
            assert run(path, report, territory).rows[0].population == 1800
            assert report.codes() == ["on_the_border"]
        else:
            with pytest.raises(BadInputError):
                run(path, report, territory)
            assert report.codes() == ["outside_territory", "nothing_left"]


def test_cutting_takes_population_in_proportion_to_the_area_left(tmp_path: Path) -> None:
    west, south, east, north = two_hoods()[0]["shape"].bounds
    middle = Polygon([(west, south), (east, south), (east, north), (west, north)])
    territory = Territory(area=translate(middle, xoff=0.25 * (east - west)))
    report = Report(source="qp")
    path = outlines(tmp_path, [{**two_hoods()[0], "shape": middle}])
    got = import_neighbourhoods(Source(path=path), territory, report, cut=True)
    assert got.rows[0].population == 1350
    assert report.codes() == ["cut"]
    assert got.rows[0].area_m2 == area_m2(got.outlines[0][1])


def test_communes_answer_by_name_without_accents_by_code_and_for_their_arrondissements(tmp_path: Path) -> None:
    rows = two_hoods()
    rows[0] |= {"lib_com": "Grand-Port 3e Arrondissement", "insee_com": "99203"}
    rows[1] |= {"lib_com": "Évenos, Le Castellet", "insee_com": "83053"}
    path = outlines(tmp_path, rows)
    for wanted, found in (("grand port", ["QP001"]), ("evenos", ["QP002"]), ("83053", ["QP002"])):
        got = run(path, Report(source="qp"), Territory(communes=(wanted,)))
        assert [row.neighbourhood_id for row in got.rows] == found
    report = Report(source="qp")
    run(path, report, Territory(communes=("83053", "Nulle-Part")))
    assert report.codes() == ["outside_territory", "commune_unmatched"]


def test_attributes_join_by_code_and_secret_values_stay_empty(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k not in ("population", "poverty_rate")} for row in two_hoods()]
    table = tmp_path / "insee.csv"
    table.write_text("CODE_QP;POP_MUN;TP60\nQP001;1850;48,5\nQP002;900;s\nQP999;1;1\n", encoding="utf-8")
    report = Report(source="qp")
    got = import_neighbourhoods(
        Source(path=outlines(tmp_path, rows)), Territory(), report, attributes=(table, SourceMapping())
    )
    assert [(r.population, r.poverty_rate_bp) for r in got.rows] == [(1850, 4850), (900, None)]
    assert sorted(report.codes()) == ["attributes_unmatched", "number_unreadable"]


def test_a_boundary_is_the_union_of_its_areas(tmp_path: Path) -> None:
    path = outlines(tmp_path, [{"shape": square(-100, -100, 900)}, {"shape": square(1500, -100, 900)}], "bord.geojson")
    territory = read_territory([], path, Report(source="qp"))
    assert len(run(outlines(tmp_path, two_hoods()), Report(source="qp"), territory).rows) == 2


def test_written_outlines_read_back_as_areas(tmp_path: Path) -> None:
    import json

    got = run(outlines(tmp_path, two_hoods()), Report(source="qp"))
    content = json.loads(got.files()["neighbourhoods.geojson"])
    assert [f["properties"]["neighbourhood_id"] for f in content["features"]] == ["QP001", "QP002"]
    assert all(shape(f["geometry"]).is_valid for f in content["features"])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.geojson", None, "file_missing"),
        ("broken.geojson", "{", "file_unreadable"),
        ("empty.csv", "", "file_empty"),
        ("no_code.csv", "nom;wkt\nA;POLYGON((5 43,5.1 43,5.1 43.1,5 43))\n", "column_missing"),
    ],
)
def test_a_file_that_cannot_serve_is_one_clear_fault(tmp_path: Path, name: str, content: str | None, code: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        run(tmp_path / name, Report(source=name))
    assert [f.code for f in caught.value.findings] == [code]
