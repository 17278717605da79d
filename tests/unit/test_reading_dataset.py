from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import gzip
import hashlib
import io
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from distrib.errors import BadInputError
from distrib.io.reading import read_dataset
from distrib.io.schema import TABLES, cell_kinds
from distrib.io.schema_cells import ClockCell, DateCell, NumberCell
from distrib.io.validation import findings_after_resolution
from distrib.model.dataset import Dataset
from distrib.travel import resolve
from tests.small_dataset import SMALL, write_files

ROOT = Path(__file__).resolve().parents[2]


def assert_same(a: Dataset, b: Dataset) -> None:
    for field in dataclasses.fields(Dataset):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if field.name == "travel" and one is not None and other is not None:
            assert one.places == other.places
            assert (one.seconds == other.seconds).all()
            assert (one.metres == other.metres).all()
        elif field.name != "fingerprint":
            assert one == other, field.name


@pytest.fixture
def small(tmp_path: Path) -> Dataset:
    dataset, warnings = read_dataset(write_files(tmp_path / "small", SMALL))
    assert warnings == ()
    return dataset


def test_quantities_become_integers_in_inside_units(small: Dataset) -> None:
    site, lot, vehicle = small.site_by_id["S2"], small.lot_by_id["L2"], small.vehicle_by_id["V1"]
    assert (site.unloading_s, site.unloading_s_per_basket, site.largest_vehicle_gvw_kg) == (450, 0, 3500)
    assert (site.lon_microdeg, site.lat_microdeg) == (4_027_000, 44_013_000)
    assert (lot.offer_g, lot.price_millicents_per_kg) == (48_500, 120_000)
    assert (vehicle.break_after_s, vehicle.break_s, vehicle.speed_factor_milli) == (16_200, 2_700, 900)
    assert (vehicle.cents_per_day, vehicle.millicents_per_km, vehicle.millicents_per_h) == (6_000, 60_000, 3_000_000)
    assert vehicle.weekdays == (0, 1, 2)
    assert [g.priority_milli for g in small.households] == [1000, 1500, 1000, 1000]
    assert small.basket_type_by_id["grand"].min_fruit_bp == 1500


def test_settings_take_their_defaults(small: Dataset) -> None:
    settings = small.settings
    assert settings.delivery_weekdays == (1, 2)
    assert settings.early_collection_weekdays == ()
    assert settings.max_baskets == (("baskets", 40),)
    assert (settings.packing_lead_days, settings.walking_limit_m, settings.max_variants) == (1, 1000, 2)
    assert settings.purchase_budget_cents is None


def test_a_number_for_max_baskets_bounds_every_programme(tmp_path: Path) -> None:
    files = {**SMALL, "dataset.yaml": SMALL["dataset.yaml"].replace("{baskets: 40}", "40")}
    dataset, _ = read_dataset(write_files(tmp_path, files))
    assert dataset.settings.max_baskets == (("baskets", 40), ("kits", 40))


def test_the_last_usable_day_is_best_before_or_ready_date_plus_shelf_life(small: Dataset) -> None:
    last = {lot.lot_id: lot.last_use_date for lot in small.lots}
    assert last == {"L1": dt.date(2021, 5, 17), "L2": dt.date(2021, 5, 10), "L3": dt.date(2021, 5, 8), "L4": None}


def test_walks_left_empty_are_straight_line_times_1_3(small: Dataset) -> None:
    assert small.catchments is not None
    walks = {(c.zone_id, c.site_id): c.walk_m for c in small.catchments}
    files = {name: text for name, text in SMALL.items() if name != "catchments.csv"}
    assert walks["Z1", "S1"] == 200
    assert files
    by_travel = {
        (c.zone_id, c.site_id): c.walk_m for c in resolve(dataclasses.replace(small, catchments=None)).catchments or ()
    }
    assert walks["Z2", "S2"] == by_travel["Z2", "S2"]


def test_without_zones_each_neighbourhood_is_one_zone_with_the_same_id(tmp_path: Path) -> None:
    files = {name: text for name, text in SMALL.items() if name not in ("zones.csv", "catchments.csv", "needs.csv")}
    files["households.csv"] = "zone_id,persons_per_household,households\nN1,1,4\n"
    dataset, _ = read_dataset(write_files(tmp_path, files))
    assert [(z.zone_id, z.neighbourhood_id, z.lon_microdeg) for z in dataset.zones] == [
        ("N1", "N1", 4_020_000),
        ("N2", "N2", 3_980_000),
    ]
    assert dataset.catchments is None


def test_optional_tables_may_all_be_absent(tmp_path: Path) -> None:
    absent = {f"{name}.csv" for name, model in TABLES.items() if model.may_be_absent}
    files = {name: text for name, text in SMALL.items() if name not in absent}
    files["dataset.yaml"] = "name: x\nweek_start: 2021-05-03\ndelivery_days: [tue]\n"
    files["households.csv"] = "zone_id,persons_per_household,households\nN1,1,4\n"
    dataset, _ = read_dataset(write_files(tmp_path, files))
    assert (dataset.catchments, dataset.travel, dataset.drivers) == (None, None, None)
    assert dataset.settings.programmes == ("baskets",)


def test_a_drivers_table_without_rows_allows_nobody_and_says_so(tmp_path: Path) -> None:
    dataset, warnings = read_dataset(write_files(tmp_path, {**SMALL, "drivers.csv": "weekday,licence,people\n"}))
    assert dataset.drivers == ()
    assert "nobody_drives" in {w.code for w in warnings}


def test_a_pair_missing_from_the_travel_table_is_unreachable(tmp_path: Path) -> None:
    text = "\n".join(row for row in SMALL["travel.csv"].splitlines() if not row.startswith("F1,S2,"))
    dataset, _ = read_dataset(write_files(tmp_path, {**SMALL, "travel.csv": text}))
    assert dataset.travel is not None
    assert dataset.travel.driving_s("F1", "S2") == -1
    assert dataset.travel.driving_s("S2", "F1") > 0
    assert dataset.travel.driving_s("S2", "S2") == 0


@pytest.mark.parametrize(
    ("cells", "starts_s", "per_h"),
    [("06:30,15", 23_400, 15), (",15", 21_600, 15), ("06:30,", 23_400, 32 * 3600), (",", None, None)],
)
def test_packing_without_a_start_begins_at_opening_and_without_a_rate_is_done_at_once(
    tmp_path: Path, cells: str, starts_s: int | None, per_h: int | None
) -> None:
    text = SMALL["depots.csv"].replace("06:00,15,220", f"{cells},220")
    (depot,) = read_dataset(write_files(tmp_path, {**SMALL, "depots.csv": text}))[0].depots
    assert (depot.packing_starts_s, depot.packing_baskets_per_h) == (starts_s, per_h)


@pytest.mark.parametrize("kind", ["int64", "int32", "float64"])
def test_a_travel_table_in_parquet_reads_as_the_csv_does(tmp_path: Path, kind: str) -> None:
    import io

    import pandas as pd

    table = pd.read_csv(io.StringIO(SMALL["travel.csv"])).astype({"seconds": kind, "metres": kind})
    data = io.BytesIO()
    table.to_parquet(data)
    files: dict[str, Any] = {name: text for name, text in SMALL.items() if name != "travel.csv"}
    in_parquet, _ = read_dataset(write_files(tmp_path / "parquet", {**files, "travel.parquet": data.getvalue()}))
    in_csv, _ = read_dataset(write_files(tmp_path / "csv", SMALL))
    assert in_parquet.travel is not None and in_csv.travel is not None
    assert in_parquet.travel.places == in_csv.travel.places
    assert (in_parquet.travel.seconds == in_csv.travel.seconds).all()
    assert (in_parquet.travel.metres == in_csv.travel.metres).all()


def test_travel_fractions_count_as_whole_seconds_and_nearest_metres(tmp_path: Path) -> None:
    text = SMALL["travel.csv"].replace("D1,S1,240,2700", "D1,S1,240.2,2700.4")
    dataset, _ = read_dataset(write_files(tmp_path, {**SMALL, "travel.csv": text}))
    assert dataset.travel is not None
    assert (dataset.travel.driving_s("D1", "S1"), dataset.travel.distance_m("D1", "S1")) == (241, 2700)


def test_the_fingerprint_is_the_digest_of_every_file_read(tmp_path: Path) -> None:
    dataset, _ = read_dataset(write_files(tmp_path, SMALL))
    assert [name for name, _ in dataset.fingerprint] == sorted(SMALL)
    digests = dict(dataset.fingerprint)
    assert digests["sites.csv"] == hashlib.sha256(SMALL["sites.csv"].encode()).hexdigest()


def french(text: str) -> bytes:
    """The same table as a French spreadsheet program saves it."""
    rows = list(csv.reader(io.StringIO(text)))
    kinds = dict(enumerate(rows[0]))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(
            cell.replace(".", ",") if cell.replace(".", "").replace("-", "").isdigit() and "-" not in cell else cell
            for cell in row
        )
    assert kinds
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def test_both_csv_dialects_give_the_same_dataset(tmp_path: Path, small: Dataset) -> None:
    files: dict[str, Any] = {n: french(t) if n.endswith(".csv") else t for n, t in SMALL.items()}
    dataset, warnings = read_dataset(write_files(tmp_path / "french", files))
    assert warnings == ()
    assert_same(dataset, small)


def test_quoted_decimal_commas_between_commas_give_the_same_dataset(tmp_path: Path, small: Dataset) -> None:
    files = dict(SMALL)
    files["stock.csv"] = (
        SMALL["stock.csv"].replace("48.5,1.2,", '"48,5","1,2",').replace("1.00", "1").replace("1.5", '"1,5"')
    )
    dataset, _ = read_dataset(write_files(tmp_path / "quoted", files))
    assert_same(dataset, small)


def test_compressed_tables_give_the_same_dataset(tmp_path: Path, small: Dataset) -> None:
    files: dict[str, Any] = {n: t for n, t in SMALL.items() if n not in ("travel.csv", "sites.csv")}
    files["travel.csv.gz"] = gzip.compress(SMALL["travel.csv"].encode())
    files["sites.csv.gz"] = gzip.compress(SMALL["sites.csv"].encode())
    dataset, _ = read_dataset(write_files(tmp_path / "gz", files))
    assert_same(dataset, small)


def test_quoted_newlines_blank_lines_and_blanks_around_cells_are_taken(tmp_path: Path) -> None:
    text = SMALL["sites.csv"].replace("École,école", '" École\nannexe ",école').replace("\nS3", "\n\n S3 ")
    dataset, _ = read_dataset(write_files(tmp_path, {**SMALL, "sites.csv": text}))
    assert dataset.site_by_id["S2"].name == "École\nannexe"
    assert "S3" in dataset.site_by_id


def test_lines_after_a_quoted_newline_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    text = SMALL["sites.csv"].replace("École,école", '"École\nannexe",école').replace("S3,Association,", "S3,,")
    with pytest.raises(BadInputError) as error:
        read_dataset(write_files(tmp_path, {**SMALL, "sites.csv": text}))
    assert [(f.code, f.line) for f in error.value.findings] == [("empty_cell", 5)]


def typed_cell(table: str, column: str, text: str) -> Any:
    """The value that a person's spreadsheet program holds for a text: real dates, times and numbers."""
    kind = cell_kinds(table).get(column)
    if not text:
        return None
    if isinstance(kind, DateCell):
        return dt.date.fromisoformat(text)
    if isinstance(kind, ClockCell):
        return dt.time.fromisoformat(text)
    if isinstance(kind, NumberCell):
        return float(text)
    return text


def workbook(files: dict[str, str], settings: list[tuple[str, Any]] | None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in files.items():
        if name.endswith(".csv"):
            table = name.removesuffix(".csv")
            rows = list(csv.reader(io.StringIO(text)))
            sheet = book.create_sheet(table)
            sheet.append(rows[0])
            for row in rows[1:]:
                sheet.append([typed_cell(table, column, cell) for column, cell in zip(rows[0], row, strict=True)])
    if settings is not None:
        sheet = book.create_sheet("dataset")
        sheet.append(["key", "value"])
        for row in settings:
            sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


SHEET = [
    ("name", "Petite semaine"),
    ("week_start", dt.date(2021, 5, 3)),
    ("delivery_days", "tue wed"),
    ("collection_days", "mon tue"),
    ("max_baskets.baskets", 40),
    ("programmes", "baskets kits"),
    ("travel.mode", "table"),
    ("purchase_budget_eur", None),
]


def test_a_workbook_with_real_dates_times_and_numbers_gives_the_same_dataset(tmp_path: Path, small: Dataset) -> None:
    path = write_files(tmp_path / "book", {"week.xlsx": workbook(SMALL, SHEET)}) / "week.xlsx"
    dataset, warnings = read_dataset(path)
    assert warnings == ()
    assert_same(dataset, small)
    assert [name for name, _ in dataset.fingerprint] == ["week.xlsx"]


def test_a_workbook_may_have_its_settings_beside_it_and_be_named_by_its_folder(tmp_path: Path, small: Dataset) -> None:
    files = {"week.xlsx": workbook(SMALL, None), "dataset.yaml": SMALL["dataset.yaml"]}
    folder = write_files(tmp_path / "book", files)
    for path in (folder, folder / "week.xlsx"):
        dataset, _ = read_dataset(path)
        assert_same(dataset, small)


def test_a_time_of_24_00_and_results_of_formulas_are_read_from_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(SMALL, SHEET)))
    cell = book["depots"]["F2"]
    cell.value, cell.number_format = 1.0, "[h]:mm"
    book["stock"]["E2"].value = 0.1 + 0.2
    data = io.BytesIO()
    book.save(data)
    dataset, _ = read_dataset(write_files(tmp_path, {"week.xlsx": data.getvalue()}) / "week.xlsx")
    assert dataset.depot_by_id["D1"].closes_s == 24 * 3600
    assert dataset.lot_by_id["L1"].offer_g == 300


def test_tables_and_findings_are_the_same_whatever_the_order_of_rows(tmp_path: Path, small: Dataset) -> None:
    files = {}
    for name, text in SMALL.items():
        head, *rows = text.splitlines()
        files[name] = "\n".join([head, *reversed(rows)]) + "\n" if name.endswith(".csv") else text
    dataset, _ = read_dataset(write_files(tmp_path / "reversed", files))
    assert_same(dataset, small)


def test_outlines_are_joined_on_neighbourhood_id(tmp_path: Path) -> None:
    ring = "[[4,44],[4.1,44],[4.1,44.12345678],[4,44]]"
    features = ",".join(
        f'{{"type":"Feature","properties":{{"neighbourhood_id":"{n}"}},"geometry":{{"type":"{t}","coordinates":{c}}}}}'
        for n, t, c in (("N2", "Polygon", f"[{ring}]"), ("N1", "MultiPolygon", f"[[{ring}]]"))
    )
    text = f'{{"type":"FeatureCollection","features":[{features}]}}'
    dataset, _ = read_dataset(write_files(tmp_path, {**SMALL, "neighbourhoods.geojson": text}))
    assert [name for name, _ in dataset.outlines] == ["N1", "N2"]
    assert dataset.outlines[1][1]["coordinates"] == [[[4.0, 44.0], [4.1, 44.0], [4.1, 44.123457], [4.0, 44.0]]]


def test_outlines_are_read_from_a_geopackage_in_any_projection(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    from shapely.geometry import box

    frame = geopandas.GeoDataFrame(
        {"neighbourhood_id": ["N2", "N1"]}, geometry=[box(4, 44, 4.1, 44.1), box(3.9, 44, 4, 44.1)], crs=4326
    )
    write_files(tmp_path, SMALL)
    frame.to_crs(2154).to_file(tmp_path / "neighbourhoods.gpkg", driver="GPKG")
    dataset, _ = read_dataset(tmp_path)
    assert [name for name, _ in dataset.outlines] == ["N1", "N2"]
    assert dataset.outlines[1][1]["type"] == "Polygon"
    first = dataset.outlines[1][1]["coordinates"][0][0]
    assert [round(v, 4) for v in first] == [4.1, 44.0]


@pytest.mark.parametrize("name", ["toy", "mamp-2020"])
def test_the_datasets_of_the_project_have_neither_fault_nor_warning(name: str) -> None:
    dataset, warnings = read_dataset(ROOT / "data" / name)
    assert warnings == ()
    assert findings_after_resolution(resolve(dataset)) == ()


def test_a_travel_table_of_57600_pairs_is_read_in_well_under_a_second(tmp_path: Path) -> None:
    places = [f"X{i:03d}" for i in range(234)]
    sites = SMALL["sites.csv"] + "".join(f"{p},{p},,,4.02,44.011,12,5,10,,yes,,,,,\n" for p in places)
    rows = [*SMALL["travel.csv"].splitlines()[1:]]
    old = ["D1", "F1", "F2", "S1", "S2", "S3"]
    rows += [f"{a},{b},{i + 60},{i + 900}" for i, a in enumerate(places) for b in (*old, *places)]
    rows += [f"{a},{b},77,999" for a in old for b in places]
    text = "from_id,to_id,seconds,metres\n" + "\n".join(rows) + "\n"
    folder = write_files(tmp_path, {**SMALL, "sites.csv": sites, "travel.csv": text})
    began = time.process_time()
    dataset, _ = read_dataset(folder)
    assert time.process_time() - began < 1.5
    assert dataset.travel is not None
    assert dataset.travel.seconds.shape == (240, 240)
    assert dataset.travel.driving_s("X007", "S1") == 67


def test_a_parquet_travel_table_gives_the_same_dataset(tmp_path: Path, small: Dataset) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import pyarrow.parquet as pq

    rows = list(csv.DictReader(io.StringIO(SMALL["travel.csv"])))
    columns = {
        **{name: [row[name] for row in rows] for name in ("from_id", "to_id")},
        **{name: [int(row[name]) for row in rows] for name in ("seconds", "metres")},
    }
    folder = write_files(tmp_path / "p", {n: t for n, t in SMALL.items() if n != "travel.csv"})
    pq.write_table(pa.table(columns), folder / "travel.parquet")
    assert_same(read_dataset(folder)[0], small)
