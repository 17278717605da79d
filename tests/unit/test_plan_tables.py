"""Plan tables are written in the machine dialect and read back exactly, in either dialect."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import pytest

from distrib.errors import BadInputError, Finding
from distrib.io import plan_meanings
from distrib.io.plan_cells import number
from distrib.io.plan_meanings import write_data_package
from distrib.io.plan_reading import read_plan_tables
from distrib.io.plan_tables import DERIVED, TABLES, is_plan_file
from distrib.io.plan_writing import json_text, write_plan_tables, write_run_record, write_summary
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import small_plan

DESIGN_COLUMNS = {
    "coverage": "programme, neighbourhood_id, name, commune, households, persons, need_baskets, baskets, coverage_pct, "
    "persons_helped, limited_by",
    "allocation": "zone_id, neighbourhood_id, site_id, date, basket_id, baskets, walk_m",
    "deliveries": "date, site_id, dropped_at_site_id, basket_id, baskets, kg, vehicle_id, trip, arrival, start, departure",
    "stops": "date, vehicle_id, trip, stop, place_kind, place_id, arrival, start, departure, break_min, drop_baskets, "
    "drop_kg, pick_kg, load_kg, km_from_previous, min_from_previous",
    "collections": "date, depot_id, farm_id, lot_id, product_id, crates, kg, eur, vehicle_id, trip",
    "recipes": "date, depot_id, basket_id, product_id, portions, g",
    "packing": "date, depot_id, basket_id, baskets, kg",
    "stock_ledger": "date, depot_id, lot_id, product_id, opening_kg, in_kg, packed_kg, discarded_kg, closing_kg, "
    "last_use_date",
    "unserved": "kind, id, programme, date, quantity, unit, reason, explanation, remedy",
    "fairness": "programme, neighbourhood_id, bound_baskets, baskets, proven, gap_baskets, lacking_rule, binding, cut",
}
FARMS_COLUMNS = {"farms": "farm_id, name, commune, offered_kg, bought_kg, share_pct, eur"}


def write(plan: Plan, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    write_plan_tables(plan, folder)
    write_summary(folder, plan, {})
    return folder


def spoil(path: Path, old: str, new: str) -> None:
    content = path.read_bytes().decode()
    assert old in content
    path.write_bytes(content.replace(old, new, 1).encode())


def faults_of(folder: Path, language: str = "fr") -> list[Finding]:
    with pytest.raises(BadInputError) as caught:
        read_plan_tables(folder, language=language)
    return list(caught.value.findings)


def test_every_table_has_the_columns_of_the_design() -> None:
    assert {t.name: ", ".join(c.name for c in t.columns) for t in TABLES} == DESIGN_COLUMNS


def test_every_field_of_every_row_type_is_written() -> None:
    for table in TABLES:
        assert {column.field for column in table.columns} == {f.name for f in fields(table.row_type)}


def test_a_plan_read_back_is_the_plan_written(tmp_path: Path) -> None:
    plan = small_plan()
    assert read_plan_tables(write(plan, tmp_path)) == plan


def test_an_empty_plan_has_headers_and_reads_back(tmp_path: Path) -> None:
    assert read_plan_tables(write(Plan(), tmp_path)) == Plan()
    for table in TABLES:
        assert (tmp_path / table.file_name).read_text() == DESIGN_COLUMNS[table.name].replace(", ", ",") + "\n"


def test_units_are_written_with_their_fixed_decimals(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    assert (
        "2021-05-04,S3,S1,family~2,28,154.001,V1,1,08:30:01,08:31:00,08:53:20\n"
        in (tmp_path / "deliveries.csv").read_text()
    )
    assert (
        ",08:30:01,08:31:00,08:53:20,0.017,28,154.001,0.000,0.000,4.210,7.017\n" in (tmp_path / "stops.csv").read_text()
    )
    assert "2021-05-03,D1,F1,L1,carrot,3,36.000,36.05,,\n" in (tmp_path / "collections.csv").read_text()
    assert "need,N1-A,baskets,,2,baskets,," in (tmp_path / "unserved.csv").read_text()
    assert ",93.33,70,produce\n" in (tmp_path / "coverage.csv").read_text()


def test_rows_are_written_in_the_order_of_their_ids_whatever_the_order_given(tmp_path: Path) -> None:
    plan = small_plan()
    turned = replace(plan, **{t.name: tuple(reversed(getattr(plan, t.name))) for t in TABLES})
    write(plan, tmp_path / "a")
    write(turned, tmp_path / "b")
    for table in TABLES:
        assert (tmp_path / "a" / table.file_name).read_bytes() == (tmp_path / "b" / table.file_name).read_bytes()


def french(content: str) -> bytes:
    """Turn a machine CSV without awkward text into what Excel set to French makes of it."""
    lines = []
    for line in content.splitlines():
        cells = [re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", cell) for cell in line.split(",")]
        cells = [re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", cell) for cell in cells]
        lines.append(";".join(cells))
    return ("﻿" + "\r\n".join(lines) + "\r\n").encode()


def test_files_saved_by_a_french_excel_read_the_same(tmp_path: Path) -> None:
    plan = small_plan()
    write(plan, tmp_path)
    for name in ("allocation", "deliveries", "stops", "collections", "recipes", "packing", "stock_ledger", "fairness"):
        path = tmp_path / f"{name}.csv"
        if name != "fairness":
            path.write_bytes(french(path.read_text()))
    assert read_plan_tables(tmp_path) == plan


def test_a_guarded_formula_and_thousands_spaces_are_read_as_meant(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    header = DESIGN_COLUMNS["unserved"].replace(", ", ";")
    (tmp_path / "unserved.csv").write_text(
        f"{header}\nlot;L1;;;1\u202f234,5;kg;budget;'=A1;'quoted'\n", encoding="utf-8"
    )
    (row,) = read_plan_tables(tmp_path).unserved
    assert (row.quantity, row.explanation, row.remedy) == (1_234_500, "=A1", "'quoted'")


def test_extra_columns_blank_lines_and_another_column_order_do_no_harm(tmp_path: Path) -> None:
    plan = small_plan()
    write(plan, tmp_path)
    (tmp_path / "packing.csv").write_text(
        "note,kg,baskets,basket_id,depot_id,date,\n\nhello,154.001,28,family~2,D1,2021-05-04,\n,,,,,,\n"
    )
    assert read_plan_tables(tmp_path).packing == plan.packing


def test_all_faults_of_all_tables_are_found_in_one_run(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    spoil(tmp_path / "allocation.csv", ",28,", ",beaucoup,")
    spoil(tmp_path / "stops.csv", "07:00:00", "25:61")
    spoil(tmp_path / "stops.csv", "site,S1", "shop,S1")
    spoil(tmp_path / "packing.csv", "baskets,kg", "baskets")
    spoil(tmp_path / "coverage.csv", "produce", "weather")
    (tmp_path / "recipes.csv").unlink()
    (tmp_path / "fairness.csv").write_bytes(b"\xff\xfe")
    found = {(f.table, f.line, f.column, f.value, f.code) for f in faults_of(tmp_path)}
    assert found == {
        ("allocation.csv", 2, "baskets", "beaucoup", "bad_value"),
        ("stops.csv", 2, "arrival", "25:61", "bad_value"),
        ("stops.csv", 3, "place_kind", "shop", "bad_value"),
        ("packing.csv", 1, "kg", None, "missing_column"),
        ("coverage.csv", 2, "limited_by", "weather", "bad_value"),
        ("recipes.csv", None, None, None, "missing_table"),
        ("fairness.csv", None, None, None, "unreadable_file"),
    }


def test_a_missing_column_is_named_in_the_remedy(tmp_path: Path) -> None:
    folder = write(small_plan(), tmp_path / "plan")
    spoil(folder / "stops.csv", ",min_from_previous", ",minutes")
    assert [finding.remedy for finding in faults_of(folder, "en")] == ["put the column min_from_previous back"]


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "column"),
    [
        ("allocation", ",28,", ",28.5,", 2, "baskets"),
        ("allocation", "2021-05-04", "2021-02-30", 2, "date"),
        ("allocation", "2021-05-04", "04/13/2021", 2, "date"),
        ("allocation", "N1-A", " ", 2, "zone_id"),
        ("deliveries", "154.001", "154.0011", 2, "kg"),
        ("deliveries", "154.001", "1e3", 2, "kg"),
        ("deliveries", "154.001", "NaN", 2, "kg"),
        ("unserved", "12.345", "12.3456", 2, "quantity"),
        ("unserved", ",2,baskets", ",2.5,baskets", 4, "quantity"),
        ("fairness", ",yes,", ",oui,", 2, "proven"),
        ("collections", "36.05", "36.051", 2, "eur"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(
    tmp_path: Path, table: str, old: str, new: str, line: int, column: str
) -> None:
    write(small_plan(), tmp_path)
    spoil(tmp_path / f"{table}.csv", old, new)
    (fault,) = faults_of(tmp_path)
    assert (fault.table, fault.line, fault.column) == (f"{table}.csv", line, column)
    assert fault.value is not None and fault.value.strip() in new


def test_the_line_of_a_fault_counts_the_lines_inside_quoted_cells(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    spoil(tmp_path / "coverage.csv", ",0,0,", ",0,x,")  # the row before spans two lines
    (fault,) = faults_of(tmp_path)
    assert (fault.line, fault.value) == (4, "x")


def test_a_short_line_and_a_doubled_column_are_faults(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    spoil(tmp_path / "recipes.csv", ",3,750", ",3")
    spoil(tmp_path / "packing.csv", "date,", "date,date,")
    assert [(f.table, f.code) for f in faults_of(tmp_path)] == [
        ("recipes.csv", "wrong_width"),
        ("packing.csv", "doubled_column"),
    ]


def test_a_folder_that_is_not_there_is_one_fault_in_either_language(tmp_path: Path) -> None:
    assert [f.message for f in faults_of(tmp_path / "no")] == ["ce dossier n'existe pas"]
    assert [f.message for f in faults_of(tmp_path / "no", "en")] == ["this folder does not exist"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"levels": 3}', '{"levels": [], "warnings": [1], "provenance": {}}', "\xff"]
)
def test_a_damaged_summary_is_a_fault(tmp_path: Path, content: str) -> None:
    write(small_plan(), tmp_path)
    (tmp_path / "summary.json").write_bytes(content.encode("latin-1"))
    assert [(f.table, f.code) for f in faults_of(tmp_path)] == [("summary.json", "bad_summary")]


def test_a_wrong_percentage_is_kept_as_written_for_the_checker_to_see(tmp_path: Path) -> None:
    write(small_plan(), tmp_path)
    spoil(tmp_path / "coverage.csv", "93.33", "93.34")
    assert read_plan_tables(tmp_path).coverage[0].coverage == Fraction("0.9334")


def test_an_unserved_quantity_in_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    row = replace(small_plan().unserved[0], unit="g")
    with pytest.raises(ValueError, match="unit 'g'"):
        write_plan_tables(Plan(unserved=(row,)), tmp_path)


def test_the_summary_holds_sorted_keys_and_exact_numbers(tmp_path: Path) -> None:
    write_summary(tmp_path, small_plan(), {"kg": Decimal("69300.000"), "baskets": 7700, "share": Fraction(1, 3)})
    content = (tmp_path / "summary.json").read_text()
    assert '"baskets": 7700,\n    "kg": 69300.000,\n    "share": 0.333333\n' in content
    record = json.loads(content)
    assert list(record) == ["indicators", "levels", "provenance", "warnings"]
    assert record["levels"][0]["value"] == 93.333333
    assert record["provenance"] == {"effort": "quick", "seed": "1"}


def test_binary_floats_never_reach_the_summary() -> None:
    with pytest.raises(TypeError):
        json_text({"kg": 0.1})


def test_exact_json_is_valid_json() -> None:
    value = {"a": [], "b": {}, "c": [1, {"d": None, "e": True}], "f": '"\n<é'}
    assert json.loads(json_text(value)) == value


def test_the_run_record_takes_floats(tmp_path: Path) -> None:
    write_run_record(tmp_path, {"seconds": {"routing": 1.5}, "cores": 2})
    assert json.loads((tmp_path / "run.json").read_text()) == {"cores": 2, "seconds": {"routing": 1.5}}


@pytest.mark.parametrize("bad", ["", "1.2.3", "1.234,5", "٣", "1_000", "--1", "1 e3"])
def test_what_is_not_a_number_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(bad)


def test_a_known_plan_file_is_told_from_a_foreign_one() -> None:
    known = ["coverage.csv", "summary.json", "map.html", "dataset/sites.csv", "dataset/travel.csv.gz", "gpx/V1.gpx"]
    known += ["dataset/facts/roads.csv"]
    foreign = ["notes.txt", "coverage.csv.bak", "dataset/photo.jpg", "dataset/sub/sites.csv", "other/sites.csv"]
    assert all(is_plan_file(PurePosixPath(name)) for name in known)
    assert not any(is_plan_file(PurePosixPath(name)) for name in foreign)


def test_ids_that_the_dataset_does_not_know_are_faults_with_the_nearest_known_one(tmp_path: Path) -> None:
    dataset = make_dataset(1, sites=6)
    vehicle, depot, site = dataset.vehicles[0].vehicle_id, dataset.depots[0].depot_id, dataset.sites[0].site_id
    stops = tuple(
        replace(row, vehicle_id=vehicle, place_id=site if row.place_kind == "site" else depot)
        for row in small_plan().stops
    )
    write(Plan(stops=stops), tmp_path)
    assert read_plan_tables(tmp_path, dataset=dataset).stops == stops
    spoil(tmp_path / "stops.csv", f",site,{site},", f",site,{site}x,")
    with pytest.raises(BadInputError) as caught:
        read_plan_tables(tmp_path, dataset=dataset, language="en")
    (fault,) = caught.value.findings
    assert (fault.code, fault.line, fault.column, fault.value) == ("unknown_id", 3, "place_id", f"{site}x")
    assert site in fault.remedy


@pytest.mark.parametrize(("kind", "unit"), [("need", "baskets"), ("site", "baskets"), ("lot", "kg")])
def test_what_is_unserved_is_a_known_zone_site_or_lot(tmp_path: Path, kind: str, unit: str) -> None:
    dataset = make_dataset(1, sites=6)
    known = {"need": dataset.zones[0].zone_id, "site": dataset.sites[0].site_id, "lot": dataset.depot_stock[0].lot_id}
    row = replace(small_plan().unserved[0], kind=kind, unit=unit, quantity=1000, id=known[kind])
    write(Plan(unserved=(row,)), tmp_path)
    assert read_plan_tables(tmp_path, dataset=dataset).unserved == (row,)
    spoil(tmp_path / "unserved.csv", f"{kind},{row.id},", f"{kind},elsewhere,")
    with pytest.raises(BadInputError) as caught:
        read_plan_tables(tmp_path, dataset=dataset)
    assert [(f.code, f.line, f.column) for f in caught.value.findings] == [("unknown_id", 2, "id")]


def test_a_recipe_variant_counts_as_its_basket_type(tmp_path: Path) -> None:
    dataset = make_dataset(1, sites=6)
    known = replace(
        small_plan().packing[0],
        basket_id=f"{dataset.basket_types[0].basket_id}~2",
        depot_id=dataset.depots[0].depot_id,
    )
    write(Plan(packing=(known,)), tmp_path)
    assert read_plan_tables(tmp_path, dataset=dataset).packing == (known,)


def test_every_table_and_column_is_described_in_the_data_package(tmp_path: Path) -> None:
    write_data_package(tmp_path, make_dataset(1, sites=6))
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    columns = {r["name"]: ", ".join(f["name"] for f in r["schema"]["fields"]) for r in package["resources"]}
    assert columns == DESIGN_COLUMNS | FARMS_COLUMNS
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    assert all(field["description"] for field in fields)
    assert {field["type"] for field in fields} <= {"string", "integer", "number", "date", "time"}
    assert all(resource["description"] for resource in package["resources"])


def test_no_description_lies_idle() -> None:
    columns = {f"{table.name}.{column.name}" for table in (*TABLES, *DERIVED) for column in table.columns}
    assert set(plan_meanings._IN_TABLE) <= columns
    plain = {name.partition(".")[2] for name in columns - set(plan_meanings._IN_TABLE)}
    assert set(plan_meanings._ANYWHERE) == plain
