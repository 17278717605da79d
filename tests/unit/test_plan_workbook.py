"""The workbook holds what the CSV tables hold, as real numbers, dates and times, and no formula from data."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from distrib import units
from distrib.errors import BadInputError
from distrib.indicators import indicators
from distrib.io.labels import CATALOGUE
from distrib.io.plan_reading import read_plan_tables
from distrib.io.plan_writing import write_plan_tables, write_summary
from distrib.io.workbook import write_workbook
from distrib.model.dataset import Dataset
from distrib.model.plan import Level, Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "\t=1", "0123", "1e5", "é" * 40_000, "a\x01b")


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3, kits=True)
    return dataset, full_plan(dataset)


def write(path: Path, dataset: Dataset, plan: Plan, language: str = "fr") -> Any:
    write_workbook(path, dataset, plan, indicators(dataset, plan), language)
    return openpyxl.load_workbook(path)


def records(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_sheets_come_in_a_fixed_order_in_either_language(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    names = write(tmp_path / "plan.xlsx", *sample).sheetnames
    assert names[0] == "Synthèse"
    assert names[1:4] == ["ven. 17 véhicules", "lun. 20 sites", "lun. 20 véhicules"]
    tail = [
        "Couverture",
        "Commandes",
        "Fermes",
        "Préparation",
        "Lots à ouvrir",
        "Non servi",
        "Indicateurs",
        "allocation",
        "stops",
    ]
    assert names[-9:] == tail
    assert write(tmp_path / "en.xlsx", *sample, "en").sheetnames[:2] == ["Overview", "Fri 17 vehicles"]


def test_farms_stand_by_the_share_of_their_offer_that_is_bought(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    rows = records(write(tmp_path / "plan.xlsx", *sample)["Fermes"])
    shares = [row["Part achetée"] for row in rows if row["Part achetée"] is not None]
    assert len(rows) == len(dataset.farms)
    assert shares == sorted(shares)
    assert sum(row["kg achetés"] for row in rows) == pytest.approx(sum(row.load_g for row in plan.collections) / 1000)
    assert sum(row["kg proposés"] for row in rows) == pytest.approx(sum(lot.offer_g for lot in dataset.lots) / 1000)


def test_no_text_of_the_overview_runs_over_the_row_below(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    why = "the bound holds for the stops of this allocation, each on its date; whether tours reach it is not known"
    level = Level(name="transport", value=Fraction(1), bound=Fraction(0), unit="EUR", proven=False, why_not_proven=why)
    sheet = write(tmp_path / "plan.xlsx", dataset, dataclasses.replace(plan, levels=(level, level)))["Synthèse"]
    long = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("la borne vaut")]
    assert len(long) == 2
    for cell in long:
        lines = -(-len(cell.value) // (sheet.column_dimensions[cell.column_letter].width - 3))
        assert lines > 1
        assert sheet.row_dimensions[cell.row].height >= 12 * lines


def test_what_sites_get_adds_up_to_the_deliveries(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    book = write(tmp_path / "plan.xlsx", dataset, plan)
    rows = [row for name in book.sheetnames if name.endswith(" sites") for row in records(book[name])]
    assert len(rows) == len(plan.deliveries)
    shown = sorted((r["N° site"], r["Véhicule"], r["Paniers"], r["kg"]) for r in rows)
    assert shown == sorted((d.site_id, d.vehicle_id, d.baskets, d.load_g / 1000) for d in plan.deliveries)
    assert all(isinstance(row["Arrivée"], dt.time) and row["Arrivée"].second == 0 for row in rows)


def test_what_vehicles_do_is_every_stop_with_arrivals_rounded_up_and_departures_down(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    book = write(tmp_path / "plan.xlsx", dataset, plan)
    rows = [row for name in book.sheetnames if name.endswith(" véhicules") for row in records(book[name])]
    assert len(rows) == len(plan.stops)
    for row, stop in zip(rows, plan.stops, strict=True):
        shown = [
            None if row[key] is None else (row[key].hour * 60 + row[key].minute) * 60 for key in ("Arrivée", "Départ")
        ]
        assert tuple(shown) == units.call_for_people(stop.arrival_s, stop.departure_s, is_first=stop.stop == 0)
        assert (row["Véhicule"], row["Trajet"], row["Arrêt"]) == (stop.vehicle_id, stop.trip, stop.stop)
        assert (row["Paniers à déposer"] or 0, row["Chargement en repartant (kg)"]) == (
            stop.drop_baskets,
            stop.load_g / 1000,
        )


def test_coverage_and_orders_are_those_of_the_tables(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    book = write(tmp_path / "plan.xlsx", dataset, plan)
    coverage = records(book["Couverture"])
    assert [(r["Code"], r["Paniers"]) for r in coverage] == [(c.neighbourhood_id, c.baskets) for c in plan.coverage]
    assert coverage[0]["Couverture"] == pytest.approx(float(plan.coverage[0].coverage or 0))
    orders = records(book["Commandes"])
    assert sum(r["Caisses"] for r in orders) == sum(row.crates for row in plan.collections)
    assert sum(r["€"] for r in orders) == pytest.approx(sum(row.cents for row in plan.collections) / 100)
    assert any(r["Comment"].startswith("la ferme livre (") for r in orders)
    assert any(re.fullmatch(r"T101 passe à \d\d:\d\d", r["Comment"]) for r in orders)


def test_lots_to_open_come_first_expired_first_in_whole_crates(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    row = dataclasses.replace(plan.stock_ledger[0], packed_g=1, discarded_g=0, last_use_date=dt.date(2020, 5, 1))
    sooner = dataclasses.replace(row, lot_id=dataset.lots[-1].lot_id, last_use_date=dt.date(2020, 4, 21))
    unopened = dataclasses.replace(row, lot_id=dataset.lots[-2].lot_id, packed_g=0)
    book = write(tmp_path / "plan.xlsx", dataset, dataclasses.replace(plan, stock_ledger=(row, sooner, unopened)))
    assert [(r["Lot"], r["Caisses à ouvrir"]) for r in records(book["Lots à ouvrir"])] == [
        (sooner.lot_id, 1),
        (row.lot_id, 1),
    ]


def test_the_same_plan_gives_the_same_bytes(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", *sample)
    write(tmp_path / "b.xlsx", *sample)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_text_stays_text_and_nothing_becomes_a_formula_or_a_link(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    sites = tuple(
        dataclasses.replace(site, name=EVIL[i % len(EVIL)], kind=EVIL[i % len(EVIL)])
        for i, site in enumerate(dataset.sites)
    )
    settings = dataclasses.replace(dataset.settings, name="=1+1 &amp; R&D &P")
    hostile = dataclasses.replace(dataset, sites=sites, settings=settings)
    write(tmp_path / "plan.xlsx", hostile, dataclasses.replace(plan, warnings=EVIL))
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            assert "<f>" not in content
            assert "<hyperlink" not in content
    cells = [row["Site"] for row in records(openpyxl.load_workbook(tmp_path / "plan.xlsx")["lun. 20 sites"])]
    assert {"=1+1", "0123", "1e5"} & set(cells)


def test_an_empty_plan_makes_a_workbook_that_opens(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    book = write(tmp_path / "plan.xlsx", sample[0], Plan())
    assert [cell.value for cell in book["stops"][1]][:3] == ["date", "vehicle_id", "trip"]
    assert records(book["stops"]) == []


def test_every_indicator_has_a_name_in_both_languages(sample: tuple[Dataset, Plan]) -> None:
    assert {f"indicator.{key}" for key in indicators(*sample)} <= set(CATALOGUE)


def folder_of(tmp_path: Path, dataset: Dataset, plan: Plan) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    write_plan_tables(plan, folder)
    write_summary(folder, plan, {})
    write_workbook(folder / "plan.xlsx", dataset, plan, indicators(dataset, plan), "fr")
    return folder


def test_an_untouched_workbook_reads_back_as_the_plan(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    folder = folder_of(tmp_path, dataset, plan)
    assert read_plan_tables(folder, dataset=dataset, workbook=folder / "plan.xlsx") == read_plan_tables(folder)


def test_edits_in_the_workbook_are_read_like_edits_in_the_csv(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    folder = folder_of(tmp_path, dataset, plan)
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    book["allocation"].cell(2, 6).value = 3
    book["stops"].cell(3, 7).value = dt.time(9, 30)
    book.save(folder / "plan.xlsx")
    edited = read_plan_tables(folder, dataset=dataset, workbook=folder / "plan.xlsx")
    assert edited.allocation[0].baskets == 3
    assert edited.stops[1].arrival_s == 9 * 3600 + 1800
    assert edited.allocation[1:] == plan.allocation[1:]


def test_a_bad_cell_of_the_workbook_is_named_by_sheet_line_and_column(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    folder = folder_of(tmp_path, dataset, plan)
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    book["allocation"].cell(3, 6).value = "beaucoup"
    del book["stops"]
    book.save(folder / "plan.xlsx")
    with pytest.raises(BadInputError) as caught:
        read_plan_tables(folder, dataset=dataset, workbook=folder / "plan.xlsx")
    found = [(f.table, f.line, f.column, f.value, f.code) for f in caught.value.findings]
    assert found == [
        ("plan.xlsx, allocation", 3, "baskets", "beaucoup", "bad_value"),
        ("plan.xlsx, stops", None, None, None, "missing_sheet"),
    ]


def test_a_file_that_is_no_workbook_is_a_fault(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    folder = folder_of(tmp_path, *sample)
    (folder / "plan.xlsx").write_bytes(b"PK not a workbook")
    with pytest.raises(BadInputError) as caught:
        read_plan_tables(folder, workbook=folder / "plan.xlsx")
    assert {f.code for f in caught.value.findings} == {"unreadable_file"}
