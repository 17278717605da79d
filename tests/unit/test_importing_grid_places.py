"""Cells into zones and need; lists of places into candidate sites; mapping files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import Polygon

from distrib.errors import BadInputError, UsageError
from distrib.io.importing.columns import SourceMapping, mapping_text, pairs_of, read_mapping
from distrib.io.importing.grid import GridChoices, ImportedGrid, import_grid
from distrib.io.importing.layers import Source, read_layer
from distrib.io.importing.numbers import shared
from distrib.io.importing.places import Candidate, PlaceChoices, import_places
from distrib.io.importing.report import Report
from distrib.io.importing.territory import Territory
from distrib.io.importing.zoning import Cell, zones_of_cells
from distrib.model.territory import Neighbourhood
from tests.territory_files import ORIGIN_E, ORIGIN_N, cells, lonlat, place, places, square


def hoods(**changes: Any) -> tuple[Neighbourhood, ...]:
    found = []
    for name, east in (("QP001", 300), ("QP002", 1900)):
        lon, lat = lonlat(east, 300)
        values: dict[str, Any] = {"population": 900, "poverty_rate_bp": 4000, **changes}
        found.append(
            Neighbourhood(
                neighbourhood_id=name, name=name, commune="", lon_microdeg=round(lon * 1e6),
                lat_microdeg=round(lat * 1e6), **values,
            )
        )  # fmt: skip
    return tuple(found)


SHAPES = {"QP001": square(0, 0, 600), "QP002": square(1600, 0, 600)}


def grid(path: Path, report: Report, shapes: dict[str, Any] | None = None, **choices: Any) -> ImportedGrid:
    return import_grid(Source(path=path), hoods(), shapes or SHAPES, GridChoices(**choices), report)


def need_of(got: ImportedGrid, hood: str) -> int:
    mine = {z.zone_id for z in got.zones if z.neighbourhood_id == hood}
    return sum(h.households for h in got.households if h.zone_id in mine)


def test_cells_whole_inside_a_neighbourhood_give_their_poor_households(tmp_path: Path) -> None:
    report = Report(source="grid")
    got = grid(cells(tmp_path), report)
    assert [f.factor for f in got.factors] == [Fraction(1), Fraction(1)]
    assert (need_of(got, "QP001"), need_of(got, "QP002")) == (9 * 25, 9 * 25)
    assert "cells_on_border" not in report.codes() and "cells_imputed" in report.codes()


def test_cells_across_a_border_count_by_their_area(tmp_path: Path) -> None:
    report = Report(source="grid")
    got = grid(cells(tmp_path), report, {"QP001": square(100, 0, 600), "QP002": SHAPES["QP002"]})
    shares = sorted({cell.share_ppm // 10_000 for _, hood, cell in got.cells if hood == "QP001"})
    assert shares[-1] == 100 and all(abs(s - 50) <= 1 for s in shares[:-1])
    assert "cells_on_border" in report.codes()


def test_people_are_reconciled_with_the_published_population(tmp_path: Path) -> None:
    report = Report(source="grid")
    got = import_grid(Source(path=cells(tmp_path)), hoods(population=1350), SHAPES, GridChoices(), report)
    assert [f.factor for f in got.factors] == [Fraction(3, 2)] * 2
    assert need_of(got, "QP001") == round(9 * 25 * 1.5 + 0.01)
    assert report.codes().count("factor_far") == 2


def test_people_where_two_outlines_overlap_are_counted_once(tmp_path: Path) -> None:
    got = grid(cells(tmp_path), Report(source="grid"), {"QP001": square(0, 0, 600), "QP002": square(0, 0, 600)})
    assert sum(f.grid_people for f in got.factors) == 900


def test_a_neighbourhood_without_cells_is_one_zone_from_published_figures_and_said(tmp_path: Path) -> None:
    report = Report(source="grid")
    got = grid(cells(tmp_path), report, {"QP001": SHAPES["QP001"], "QP002": square(9000, 9000, 600)})
    assert "no_cells" in report.codes()
    assert need_of(got, "QP002") == round(900 * 0.4 / 2.3)


def test_need_is_the_share_of_poor_households_asked_for_and_sums_exactly(tmp_path: Path) -> None:
    got = grid(cells(tmp_path), Report(source="grid"), need_bp=1700, most_people=200)
    assert need_of(got, "QP001") == 38  # 225 × 17 % = 38.25
    assert len([z for z in got.zones if z.neighbourhood_id == "QP001"]) > 3


def test_no_small_or_imputed_figure_is_written(tmp_path: Path) -> None:
    got = grid(cells(tmp_path, people=20), Report(source="grid"))
    rows = got.files()["imports/cells.csv"].decode().splitlines()[1:]
    assert rows and all(row.endswith(",,") for row in rows)  # 10 households a cell: under 11
    shown = grid(cells(tmp_path, people=22), Report(source="grid")).files()["imports/cells.csv"].decode().splitlines()
    assert any(row.endswith("no,100,50") for row in shown) and all(",yes,," in r for r in shown if ",yes," in r)


@pytest.mark.parametrize(("poor", "written"), [(10, 0), (11, 11)])
def test_need_of_fewer_than_11_poor_households_is_not_written(tmp_path: Path, poor: int, written: int) -> None:
    lines = ["Idcar_200m;I_est_200;Ind;Men;Men_pauv", f"CRS3035RES200mN{ORIGIN_N}E{ORIGIN_E};0;900;50;{poor}"]
    path = tmp_path / "one.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = Report(source="grid")
    assert need_of(grid(path, report), "QP001") == written
    assert ("too_few" in report.codes()) == (written == 0)


def test_bad_cells_are_dropped_and_counted(tmp_path: Path) -> None:
    code = f"CRS3035RES200mN{ORIGIN_N}E{ORIGIN_E}"
    report = Report(source="grid")
    grid(cells(tmp_path, [f"{code};0;5;5;5", "nowhere;0;5;5;5", f"{code[:-1]}2;0;abc;5;5"]), report)
    dropped = sorted(f.code for f in report.of("dropped"))
    assert dropped == ["cell_bad_number", "cell_doubled", "cell_without_place", "cells_outside"]


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_cells_away_from_the_neighbourhoods_are_not_read_and_counted(tmp_path: Path, ending: str) -> None:
    shapes = [square(0, 0, 200), square(40_000, 0, 200), Polygon()]
    frame = geopandas.GeoDataFrame(
        {"ind": [90, 80, 70], "men": [40, 40, 40], "men_pauv": [20, 20, 20]}, geometry=shapes, crs=4326
    )
    frame.to_file(tmp_path / f"cells.{ending}")
    report = Report(source="grid", language="en")
    near = square(0, 0, 600).bounds
    got = read_layer(Source(path=tmp_path / f"cells.{ending}", near=near, clip=True), report)
    assert len(got) == 1
    assert [(f.code, f.message.split()[0]) for f in report.findings] == [("not_read", "2")]
    with pytest.raises(BadInputError):
        read_layer(Source(path=tmp_path / f"cells.{ending}", near=(-1.0, 44.0, -0.9, 44.1), clip=True), report)
    assert report.codes()[-1] == "nothing_left"


def test_zones_keep_their_limits_and_every_cell() -> None:
    many = tuple(
        Cell(
            cell_id=f"c{i}", x_m=200 * (i % 7), y_m=200 * (i // 7), lon_microdeg=0, lat_microdeg=0, share_ppm=1_000_000,
            people_milli=1000 * (20 + 13 * i % 90), households_milli=20_000, poor_milli=1000 * (i % 9), imputed=False, secret=False,
        )
        for i in range(49)
    )  # fmt: skip
    zones = zones_of_cells(many, 400)
    assert sorted(c.cell_id for zone in zones for c in zone) == sorted(c.cell_id for c in many)
    assert all(sum(c.poor_milli for c in zone) >= 11_000 for zone in zones)
    assert zones == zones_of_cells(tuple(reversed(many)), 400)


def test_shares_sum_to_the_total() -> None:
    assert shared(10, [1, 1, 1]) == [4, 3, 3]
    assert shared(7, [0, 0]) == [0, 0]
    assert sum(shared(1001, [36, 27, 15, 12, 6, 4])) == 1001


def candidates(path: Path, report: Report, **given: Any) -> tuple[Candidate, ...]:
    territory = given.pop("territory", Territory())
    mapping = given.pop("mapping", SourceMapping())
    return import_places(Source(path=path, mapping=mapping), territory, SHAPES, PlaceChoices(**given), report)


def test_places_get_their_nearest_neighbourhood_and_distance(tmp_path: Path) -> None:
    path = places(tmp_path, [place("École Nord", 300, 300), place("Centre social", 900, 300)])
    first, second = candidates(path, Report(source="p"))
    assert (first.nearest, first.distance_m) == ("QP001", 0)
    assert second.nearest == "QP001" and abs(second.distance_m - 300) <= 2


def test_near_identical_places_are_one_and_alike_names_far_apart_are_two(tmp_path: Path) -> None:
    rows = [place("Ecole Jean Moulin", 300, 300), place("École Jean-Moulin", 330, 300), place("Gymnase", 310, 310)]
    rows += [place("École Jean Moulin", 1900, 300), place("Autre nom", 1900, 300)]
    report = Report(source="p")
    got = candidates(places(tmp_path, rows), report)
    assert [c.name for c in got] == ["Ecole Jean Moulin", "Gymnase", "École Jean Moulin"]
    assert report.codes() == ["place_doubled", "place_doubled"]
    assert len(candidates(places(tmp_path, rows), Report(source="p"), same_within_m=0)) == 5


def test_places_in_the_sea_are_dropped_and_one_at_the_shore_is_kept_and_said(tmp_path: Path) -> None:
    land = Territory(area=square(-200, -200, 3000))
    rows = [place("À terre", 300, 300), place("Sur le quai", 300, -300), place("En mer", 300, -2000)]
    report = Report(source="p")
    got = candidates(places(tmp_path, rows), report, territory=land)
    assert [c.name for c in got] == ["À terre", "Sur le quai"]
    assert report.codes() == ["place_at_border", "place_outside"]


def test_a_single_place_with_exchanged_axes_is_put_in_order(tmp_path: Path) -> None:
    lon, lat = lonlat(300, 300)
    rows = [place("Droite", 300, 100), place("Juste", 900, 100), f"Tordue;école;x;{lat:.6f};{lon:.6f}"]
    report = Report(source="p")
    got = candidates(places(tmp_path, rows), report)
    assert report.codes() == ["place_swapped"]
    assert got[2].distance_m == 0


def test_places_without_position_and_too_far_are_dropped(tmp_path: Path) -> None:
    rows = [place("Ici", 300, 300), "Sans;école;x;;", "Zéro;école;x;0;0", place("Loin", 9000, 300)]
    report = Report(source="p")
    assert len(candidates(places(tmp_path, rows), report, within_m=2000)) == 1
    assert sorted(report.codes()) == ["place_far", "place_without_position", "place_without_position"]


def test_latin_1_is_read_and_said(tmp_path: Path) -> None:
    report = Report(source="p")
    got = candidates(places(tmp_path, [place("École Émile", 300, 300)], "latin-1"), report)
    assert got[0].name == "École Émile" and report.codes() == ["read_as_latin1"]


def test_values_of_the_mapping_fill_what_the_file_does_not_say(tmp_path: Path) -> None:
    mapping = SourceMapping(values={"max_baskets_per_day": "80", "hours": "fri 14:00-16:00 mon 9:00-12:00"})
    (got,) = candidates(places(tmp_path, [place("École", 300, 300)]), Report(source="p"), mapping=mapping)
    assert dict(got.values)["max_baskets_per_day"] == "80"
    assert got.hours == (("mon", "09:00", "12:00"), ("fri", "14:00", "16:00"))


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("max_baskets_per_day", "beaucoup"),
        ("hours", "tous les jours"),
        ("choice", "peut-être"),
        ("hours", "mon 12:00-09:00"),
    ],
)
def test_a_value_that_no_site_can_have_is_a_fault(tmp_path: Path, target: str, value: str) -> None:
    mapping = SourceMapping(values={target: value})
    with pytest.raises(BadInputError) as caught:
        candidates(places(tmp_path, [place("École", 300, 300)]), Report(source="p"), mapping=mapping)
    assert {f.code for f in caught.value.findings} == {"cell_value_bad"}


def test_a_mapping_file_reads_back_as_it_was(tmp_path: Path) -> None:
    mapping = SourceMapping(columns={"name": "Nom: du lieu", "lon": "X"}, values={"kind": "école"}, crs="EPSG:2154")
    path = tmp_path / "ecoles.yaml"
    path.write_text(mapping_text(mapping, "places"), encoding="utf-8")
    assert read_mapping(path, "places") == mapping
    with pytest.raises(UsageError, match="import places"):
        read_mapping(path, "grid")


def test_pairs_name_known_targets_only() -> None:
    assert pairs_of(["name=Nom, lon=X"], "places", "--columns") == {"name": "Nom", "lon": "X"}
    with pytest.raises(UsageError, match="colour"):
        pairs_of(["colour=red"], "places", "--columns")
    with pytest.raises(UsageError, match="no pair"):
        pairs_of(["name"], "places", "--columns")


def test_a_column_that_the_file_lacks_is_a_fault_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as caught:
        candidates(
            places(tmp_path, [place("École", 300, 300)]),
            Report(source="p"),
            mapping=SourceMapping(columns={"name": "x"}),
        )
    (finding,) = caught.value.findings
    assert finding.code == "column_unknown" and "adresse" in finding.message
