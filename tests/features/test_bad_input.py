"""Every kind of bad input is answered by its own code, table, line, column and value as typed, and by nothing else."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from distrib.errors import BadInputError, Finding
from distrib.io.messages import TEXTS
from distrib.io.messages_warnings import WARNINGS
from distrib.io.reading import read_dataset
from distrib.io.validation import findings_after_resolution
from distrib.travel import resolve
from tests.small_dataset import SMALL, write_files

Files = dict[str, str | bytes]
Edit = Callable[[Files], None]


def edit(name: str, old: str, new: str) -> Edit:
    """Replace the first occurrence of a text that must be there."""

    def apply(files: Files) -> None:
        text = files[name]
        assert isinstance(text, str)
        assert old in text, old
        files[name] = text.replace(old, new, 1)

    return apply


def put(name: str, content: str | bytes) -> Edit:
    return lambda files: files.__setitem__(name, content)


def add(name: str, row: str) -> Edit:
    return lambda files: files.__setitem__(name, str(files[name]) + row + "\n")


def drop(name: str) -> Edit:
    return lambda files: files.__delitem__(name)


def both(*edits: Edit) -> Edit:
    def apply(files: Files) -> None:
        for one in edits:
            one(files)

    return apply


def hours(cells: str) -> Edit:
    """Add the columns of drivers' hours to the vehicles, filled for the first of them."""
    return both(
        edit("vehicles.csv", "break_min\n", "break_min,driver_rules,max_day_h,max_driving_h\n"),
        edit("vehicles.csv", "4.5,45\n", f"4.5,45,{cells}\n"),
        edit("vehicles.csv", "27,,,\n", "27,,,,,,\n"),
    )


class Case(NamedTuple):
    kind: str
    apply: Edit
    code: str
    table: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


S, H, B, V, ST, D = "sites.csv", "site_hours.csv", "basket_types.csv", "vehicles.csv", "stock.csv", "depots.csv"
Y, T = "dataset.yaml", "travel.csv"
GEO = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":%s,"geometry":%s}]}'
SQUARE = '{"type":"Polygon","coordinates":[[[4,44],[4.1,44],[4.1,44.1],[4,44]]]}'
FEATURE = f'{{"type":"Feature","properties":{{"neighbourhood_id":"N1"}},"geometry":{SQUARE}}}'

CASES = [
    # files
    Case("a table is missing", drop(ST), "missing_table", "stock"),
    Case("a file is empty", put(ST, ""), "empty_file", "stock"),
    Case("a file holds only blank lines", put(ST, "\n \n"), "empty_file", "stock"),
    Case("a file is not UTF-8", put("farms.csv", SMALL["farms.csv"].replace("Hautval", "Châteauval", 1).encode("latin-1")), "not_utf8", "farms", 2, None, "0xe2"),
    Case("a file is UTF-16", put("farms.csv", SMALL["farms.csv"].encode("utf-16")), "binary_file", "farms"),
    Case("a file is binary", put("farms.csv", b"PK\x03\x04\x00\x00"), "binary_file", "farms"),
    Case("columns are separated by tabs", put(ST, SMALL[ST].replace(",", "\t")), "wrong_delimiter", "stock", 1, None, "tab"),
    Case("a quote is never closed", edit("farms.csv", "Ferme du Haut", '"Ferme du Haut'), "csv_unclosed_quote", "farms", 2),
    Case("text follows a closing quote", edit("farms.csv", "Ferme du Haut", '"Ferme" du Haut'), "csv_unreadable", "farms", 2),
    Case("a gzip file is cut", both(drop(T), put("travel.csv.gz", gzip.compress(SMALL[T].encode())[:-20])), "gzip_unreadable", "travel"),
    Case("a gzip file is no gzip", both(drop(T), put("travel.csv.gz", SMALL[T])), "gzip_unreadable", "travel"),
    Case("a table is given twice", put("travel.csv.gz", gzip.compress(SMALL[T].encode())), "doubled_table", "travel"),
    Case("a table is given as Parquet too", put("travel.parquet", b"PAR1"), "doubled_table", "travel"),
    Case("a header names a column twice", edit(ST, "kg,", "kg,kg,"), "doubled_column", "stock", 1, "kg", "kg"),
    Case("a column has no name", edit(ST, "price_eur_kg,best_before", "price_eur_kg,,best_before"), "unnamed_column", "stock", 1),
    Case("a column is missing", edit(ST, ",kg,", ",weight,"), "missing_column", "stock", 1, "kg"),
    Case("a row is too long", edit(ST, "L1,F1,carrot", "L1,F1,carrot,x"), "long_row", "stock", 2, None, "L1 | F1 | carrot | x | 2021-05-03 | 60 | 1.00 | "),
    Case("a decimal comma splits a cell", edit(ST, "48.5,1.2", "48,5,1.2"), "long_row", "stock", 3, None, "L2 | F1 | apple | 2021-05-03 | 48 | 5 | 1.2 | 2021-05-10"),
    Case("a row is too short", edit(ST, "21,1.5,", "21"), "short_row", "stock", 4, None, "L3 | F2 | lettuce | 2021-05-03 | 21"),
    # settings
    Case("the settings are missing", drop(Y), "missing_settings", "dataset.yaml"),
    Case("the settings are no YAML", edit(Y, "delivery_days: [tue", "delivery_days: [tue: wed: x"), "yaml_unreadable", "dataset.yaml", 3),
    Case("the settings use an alias", edit(Y, "[tue, wed]", "&days [tue, wed]\nearly_collection_days: *days"), "yaml_unreadable", "dataset.yaml", 3),
    Case("the settings are a list", put(Y, "- a\n"), "not_a_mapping", "dataset.yaml", 1, None, "[a]"),
    Case("a setting is unknown", edit(Y, "travel:", "max_basket: 3\ntravel:"), "unknown_setting", "dataset.yaml", 7, "max_basket", "3"),
    Case("a setting inside a group is unknown", edit(Y, "{mode: table}", "{mode: table, sped: 2}"), "unknown_setting", "dataset.yaml", 7, "travel.sped", "2"),
    Case("a setting is given twice", edit(Y, "name: Petite semaine", "name: A\nname: B"), "doubled_setting", "dataset.yaml", 2, "name"),
    Case("a needed setting is missing", edit(Y, "name: Petite semaine\n", ""), "missing_setting", "dataset.yaml", None, "name"),
    Case("a needed setting is empty", edit(Y, "name: Petite semaine\n", "name:\n"), "missing_setting", "dataset.yaml", None, "name"),
    Case("the week starts on a Tuesday", edit(Y, "2021-05-03", "2021-05-04"), "not_monday", "dataset.yaml", 2, "week_start", "2021-05-04"),
    Case("the week starts on no date", edit(Y, "2021-05-03", "3 mai 2021"), "bad_date", "dataset.yaml", 2, "week_start", "3 mai 2021"),
    Case("there is no delivery day", edit(Y, "[tue, wed]", "[]"), "no_day", "dataset.yaml", 3, "delivery_days", "[]"),
    Case("a delivery day is French", edit(Y, "[tue, wed]", "[mar, wed]"), "bad_weekday", "dataset.yaml", 3, "delivery_days", "[mar, wed]"),
    Case("a delivery day is doubled", edit(Y, "[tue, wed]", "[tue, tue]"), "doubled_in_list", "dataset.yaml", 3, "delivery_days", "[tue, tue]"),
    Case("the language is not spoken", edit(Y, "travel:", "language: de\ntravel:"), "not_in_list", "dataset.yaml", 7, "language", "de"),
    Case("max_baskets is no number", edit(Y, "{baskets: 40}", "lots"), "not_a_number", "dataset.yaml", 5, "max_baskets", "lots"),
    Case("a programme's size is negative", edit(Y, "{baskets: 40}", "{baskets: -4}"), "negative", "dataset.yaml", 5, "max_baskets", "{baskets: -4}"),
    Case("max_baskets names a programme that no type has", edit(Y, "{baskets: 40}", "{basket: 40}"), "unknown_programme", "dataset.yaml", 5, "max_baskets", "basket"),
    Case("programmes names one that no type has", edit(Y, "[baskets, kits]", "[baskets, kit]"), "unknown_programme", "dataset.yaml", 6, "programmes", "kit"),
    Case("a plain setting is a list", edit(Y, "name: Petite semaine", "name: [a, b]"), "not_a_single_value", "dataset.yaml", 1, "name", "[a, b]"),
    Case("a group is a word", edit(Y, "{mode: table}", "table"), "not_a_mapping", "dataset.yaml", 7, "travel", "table"),
    Case("mode table without a table", drop(T), "no_travel_table", "dataset.yaml", 7, "travel.mode", "table"),
    Case("mode roads without roads", both(drop(T), edit(Y, "mode: table", "mode: roads")), "no_roads", "dataset.yaml", 7, "travel.mode", "roads"),
    Case("a parameter of another mode", edit(Y, "{mode: table}", "{mode: table, speed: 2}"), "foreign_parameter", "dataset.yaml", 7, "travel.speed", "2"),
    # numbers
    Case("letters in a number", edit(ST, ",60,", ",soixante,"), "not_a_number", "stock", 2, "kg", "soixante"),
    Case("an empty number", edit(ST, ",60,", ",,"), "empty_cell", "stock", 2, "kg", ""),
    Case("NaN", edit(ST, ",60,", ",NaN,"), "not_finite", "stock", 2, "kg", "NaN"),
    Case("infinity", edit(ST, ",60,", ",inf,"), "not_finite", "stock", 2, "kg", "inf"),
    Case("a negative weight", edit(ST, ",60,", ",-60,"), "negative", "stock", 2, "kg", "-60"),
    Case("a thousands space", edit(ST, ",60,", ",1 060,"), "thousands_separator", "stock", 2, "kg", "1 060"),
    Case("a thousands comma", edit(ST, ",60,", ',"1,060.5",'), "thousands_separator", "stock", 2, "kg", "1,060.5"),
    Case("a thousands comma or a decimal comma", put(ST, SMALL[ST].replace(",60,", ',"1,060",').replace(".00", "").replace("48.5", "48").replace("1.2", "1").replace("1.5", "2")), "ambiguous_comma", "stock", 2, "kg", "1,060"),
    Case("decimal points and commas mixed", edit(ST, ",60,", ',"60,5",'), "mixed_decimal_marks", "stock", 2, "kg", "60,5"),
    Case("a unit behind a number", edit(ST, ",60,", ",60 kg,"), "unit_in_number", "stock", 2, "kg", "60 kg"),
    Case("too many decimals of a kg", edit(ST, ",60,", ",60.0005,"), "too_many_decimals", "stock", 2, "kg", "60.0005"),
    Case("too many decimals of a EUR", edit(V, ",60,0.60", ",60.005,0.60"), "too_many_decimals", "vehicles", 2, "eur_per_day", "60.005"),
    Case("a huge number", edit(ST, ",60,", ",1e300,"), "too_large", "stock", 2, "kg", "1e300"),
    Case("half a household", edit("households.csv", "Z1,1,4", "Z1,1,4.5"), "not_integer", "households", 2, "households", "4.5"),
    Case("a household of seven", edit("households.csv", "Z2,6,6", "Z2,7,6"), "above_maximum", "households", 4, "persons_per_household", "7"),
    Case("a household of nobody", edit("households.csv", "Z2,6,6", "Z2,0,6"), "below_minimum", "households", 4, "persons_per_household", "0"),
    Case("a priority of zero", edit("households.csv", "1.5", "0"), "not_above", "households", 3, "priority", "0"),
    Case("more than 100 % of fruit", edit(B, "3,15,1", "3,115,1"), "above_maximum", "basket_types", 2, "min_fruit_pct", "115"),
    Case("a crate without weight", edit("products.csv", "apple,Pomme,fruit,500,12", "apple,Pomme,fruit,500,0"), "not_above", "products", 2, "crate_kg", "0"),
    Case("a latitude beyond the pole", edit(S, "4.02,44.011", "4.02,144.011"), "above_maximum", "sites", 2, "lat", "144.011"),
    # dates, times, words
    Case("a French date", edit(ST, "2021-05-03,60", "03/05/2021,60"), "bad_date", "stock", 2, "ready_date", "03/05/2021"),
    Case("a day that does not exist", edit(ST, "2021-05-03,60", "2021-02-30,60"), "no_such_date", "stock", 2, "ready_date", "2021-02-30"),
    Case("a date in another century", edit(ST, "2021-05-03,60", "0021-05-03,60"), "far_date", "stock", 2, "ready_date", "0021-05-03"),
    Case("a French time", edit(H, "09:00,12:00", "9h30,12:00"), "bad_time", "site_hours", 2, "opens", "9h30"),
    Case("a time of 25 hours", edit(H, "09:00,12:00", "09:00,25:00"), "bad_time", "site_hours", 2, "closes", "25:00"),
    Case("a weekday in full", edit(H, "S1,tue", "S1,tuesday"), "bad_weekday", "site_hours", 2, "weekday", "tuesday"),
    Case("oui for yes", edit(S, "10,,yes", "10,,oui"), "bad_yes_no", "sites", 2, "cold_storage", "oui"),
    Case("an unknown group", edit("products.csv", "Pomme,fruit", "Pomme,fruits"), "not_in_list", "products", 2, "group", "fruits"),
    Case("an unknown licence", edit("drivers.csv", "tue,B", "tue,D"), "not_in_list", "drivers", 3, "licence", "D"),
    Case("a name is empty", edit(S, "S2,École", "S2,"), "empty_cell", "sites", 3, "name", ""),
    Case("a vehicle's weekday is doubled", edit(V, "mon tue wed", "mon tue tue"), "doubled_in_list", "vehicles", 2, "weekdays", "mon tue tue"),
    # ids
    Case("an id is empty", add(S, ",Nouveau,école,Villeclaire,4.02,44.011,12,5,10,,yes,,,,,"), "empty_cell", "sites", 5, "site_id", ""),
    Case("a basket id with ~", edit(B, "petit,Petit", "petit~2,Petit"), "bad_id", "basket_types", 3, "basket_id", "petit~2"),
    Case("a key is doubled", add("neighbourhoods.csv", "N1,Autre,Villeclaire,4.0,44.0,5"), "doubled_key", "neighbourhoods", 4, "neighbourhood_id", "N1"),
    Case("a household row is doubled", add("households.csv", "Z1,1,9,1"), "doubled_key", "households", 6, "zone_id", "Z1 / 1 / 1"),
    Case("a travel pair is doubled", add(T, "D1,F1,1,1"), "doubled_key", "travel", 32, "from_id", "D1 → F1"),
    Case("an unknown neighbourhood", edit("zones.csv", "Z3,N2", "Z3,N9"), "unknown_id", "zones", 4, "neighbourhood_id", "N9"),
    Case("an unknown zone", edit("households.csv", "Z3,2", "Z4,2"), "unknown_id", "households", 5, "zone_id", "Z4"),
    Case("an unknown basket type", edit("needs.csv", "kit", "kits"), "unknown_id", "needs", 2, "basket_id", "kits"),
    Case("an unknown site", edit(H, "S2,tue,14", "S9,tue,14"), "unknown_id", "site_hours", 5, "site_id", "S9"),
    Case("an unknown site in a catchment", edit("catchments.csv", "Z2,S2", "Z2,S22"), "unknown_id", "catchments", 3, "site_id", "S22"),
    Case("an unknown product", edit(ST, "L3,F2,lettuce", "L3,F2,letuce"), "unknown_id", "stock", 4, "product_id", "letuce"),
    Case("an unknown product in a kit", edit("kit_contents.csv", "soap", "sope"), "unknown_id", "kit_contents", 2, "product_id", "sope"),
    Case("an unknown farm", edit(ST, "L3,F2", "L3,F7"), "unknown_id", "stock", 4, "farm_id", "F7"),
    Case("an unknown depot", edit(V, "V2,fourgon froid,D1", "V2,fourgon froid,D2"), "unknown_id", "vehicles", 3, "depot_id", "D2"),
    Case("an unknown place in travel", edit(T, "D1,F1", "D1,F3"), "unknown_id", "travel", 2, "to_id", "F3"),
    Case("an empty place in travel", edit(T, "D1,F1", "D1,"), "empty_cell", "travel", 2, "to_id", ""),
    Case("an unknown relay", edit(S, "0,4,S1", "0,4,S8"), "unknown_id", "sites", 4, "relay_site_id", "S8"),
    Case("an unknown possible relay", edit(S, ",,,,S1,", ",,,,S1 S7,"), "unknown_id", "sites", 3, "may_relay_to", "S7"),
    Case("a farm has the id of a site", both(edit("farms.csv", "F2,Serres", "S2,Serres"), put(ST, SMALL[ST].replace("F2", "S2")), put(T, "\n".join(r for r in SMALL[T].splitlines() if "F2" not in r))), "shared_place_id", "farms", 3, "farm_id", "S2"),
    Case("a lot is in stock and in depot_stock", edit("depot_stock.csv", "DS1", "L1"), "shared_lot_id", "depot_stock", 2, "lot_id", "L1"),
    # rows that contradict themselves
    Case("a window ends before it starts", edit(H, "09:00,12:00", "12:00,09:00"), "window_reversed", "site_hours", 2, "closes", "09:00"),
    Case("a farm closes before it opens", edit("farms.csv", "06:00,16:00", "16:00,06:00"), "window_reversed", "farms", 2, "closes", "06:00"),
    Case("a shift ends before it starts", edit(V, "08:00,15:00", "15:00,08:00"), "window_reversed", "vehicles", 3, "shift_end", "08:00"),
    Case("two windows of a day overlap", edit(H, "S2,tue,14:00", "S2,tue,11:59"), "windows_overlap", "site_hours", 5, "opens", "11:59"),
    Case("a minimum above the maximum", edit(S, "yes,4,8", "yes,13,8"), "min_above_max", "sites", 2, "min_baskets_per_visit", "13"),
    Case("min_kg above max_kg", edit(B, "4,3.5,4.5", "4,4.6,4.5"), "min_above_max", "basket_types", 3, "max_kg", "4.5"),
    Case("persons_from above persons_to", edit(B, "baskets,3,6", "baskets,6,3"), "min_above_max", "basket_types", 2, "persons_to", "3"),
    Case("a target outside the band", edit(B, "2,4,3.5,4.5", "2,5,3.5,4.5"), "target_outside_band", "basket_types", 3, "target_kg", "5"),
    Case("ranges of persons overlap in a programme", edit(B, "baskets,1,2", "baskets,1,3"), "persons_overlap", "basket_types", 3, "persons_from", "1"),
    Case("a site is its own relay", edit(S, "0,4,S1", "0,4,S3"), "relay_to_itself", "sites", 4, "relay_site_id", "S3"),
    Case("a site may relay to itself", edit(S, ",,,,S1,", ",,,,S2,"), "relay_to_itself", "sites", 3, "may_relay_to", "S2"),
    Case("relays form a chain", edit(S, "3500,no,,,,S1,", "3500,no,,,S3,,"), "relay_chain", "sites", 3, "relay_site_id", "S3"),
    Case("a kit is too heavy", edit("kit_contents.csv", "soap,3", "apple,3"), "kit_weight", "basket_types", 4, "max_kg", "0.3"),
    Case("a kit has too few products", edit(B, "0.3,0.3,0.3,1", "0.3,0.3,0.3,2"), "kit_products", "basket_types", 4, "min_products", "2"),
    Case("a kit has too little fruit", edit(B, "0.3,0.3,0.3,1,0", "0.3,0.3,0.3,1,10"), "kit_fruit", "basket_types", 4, "min_fruit_pct", "10"),
    Case("a kit has more portions than its product allows", both(edit("kit_contents.csv", "soap,3", "soap,4"), edit(B, "0.3,0.3,0.3", "0.4,0.4,0.4")), "kit_portions", "kit_contents", 2, "portions", "4"),
    Case("a break without a length", edit(V, "4.5,45", "4.5,"), "given_alone", "vehicles", 2, "break_min", ""),
    Case("a break without a time", edit(V, "4.5,45", ",45"), "given_alone", "vehicles", 2, "break_after_h", ""),
    Case("rules of drivers that there are not", hours("eu561,,"), "not_in_list", "vehicles", 2, "driver_rules", "eu561"),
    Case("a truck under the hours of vans", hours("van,,"), "rules_for_light", "vehicles", 2, "driver_rules", "van"),
    Case("a longest day of no time", hours(",0,"), "not_above", "vehicles", 2, "max_day_h", "0"),
    Case("a lot is past its date before it is ready", edit(ST, "2021-05-10", "2021-05-02"), "best_before_ready", "stock", 3, "best_before", "2021-05-02"),
    Case("goods in the depot expire on no date", edit("depot_stock.csv", "15,2021-05-31", "15,"), "best_before_missing", "depot_stock", 2, "best_before", ""),
    # places
    Case("longitude and latitude are exchanged", edit(S, "4.027,44.013", "44.013,4.027"), "lonlat_swapped", "sites", 3, "lon", "44.013, 4.027"),
    Case("a place is in another country", edit("farms.csv", "4.1,44.08", "4.1,54.08"), "far_place", "farms", 3, "lon", "4.1, 54.08"),
    Case("a needed pair is missing", edit(T, "S1,D1,240,2700\n", ""), "missing_pair", "travel", None, None, "S1 → D1"),
    Case("travel seconds are negative", edit(T, "D1,S1,240", "D1,S1,-240"), "negative", "travel", 4, "seconds", "-240"),
    Case("travel metres are no number", edit(T, "D1,S1,240,2700", "D1,S1,240,loin"), "not_a_number", "travel", 4, "metres", "loin"),
    Case("a column of travel is missing", edit(T, "metres", "meters"), "missing_column", "travel", 1, "metres"),
    # outlines
    Case("outlines are no JSON", put("neighbourhoods.geojson", "{"), "outlines_unreadable", "neighbourhoods.geojson"),
    Case("outlines are no GeoPackage", put("neighbourhoods.gpkg", b"none"), "outlines_unreadable", "neighbourhoods.gpkg"),
    Case("outlines are given twice", both(put("neighbourhoods.geojson", GEO % ('{"neighbourhood_id":"N1"}', SQUARE)), put("neighbourhoods.gpkg", b"x")), "doubled_outlines", "neighbourhoods"),
    Case("an outline has no id", put("neighbourhoods.geojson", GEO % ('{"name":"N1"}', SQUARE)), "outline_without_id", "neighbourhoods.geojson", None, "neighbourhood_id"),
    Case("an outline of nobody", put("neighbourhoods.geojson", GEO % ('{"neighbourhood_id":"N7"}', SQUARE)), "unknown_id", "neighbourhoods.geojson", None, "neighbourhood_id", "N7"),
    Case("an outline is doubled", put("neighbourhoods.geojson", f'{{"type":"FeatureCollection","features":[{FEATURE},{FEATURE}]}}'), "outline_doubled", "neighbourhoods.geojson", None, "neighbourhood_id", "N1"),
    Case("an outline is a point", put("neighbourhoods.geojson", GEO % ('{"neighbourhood_id":"N1"}', '{"type":"Point","coordinates":[4,44]}')), "outline_geometry", "neighbourhoods.geojson", None, "geometry", "Point"),
    Case("an outline is in metres", put("neighbourhoods.geojson", GEO % ('{"neighbourhood_id":"N1"}', SQUARE.replace("44.1", "6250000"))), "outline_geometry", "neighbourhoods.geojson", None, "geometry", "Polygon"),
]  # fmt: skip


def faults_of(path: Path, *scenarios: Path, language: str = "fr") -> tuple[Finding, ...]:
    with pytest.raises(BadInputError) as error:
        read_dataset(path, scenarios, language=language)
    return error.value.findings


def spoiled(tmp_path: Path, apply: Edit) -> Path:
    files: Files = dict(SMALL)
    apply(files)
    return write_files(tmp_path / "spoiled", files)


def place_of(finding: Finding) -> tuple[str, str, int | None, str | None, str | None]:
    return finding.code, finding.table, finding.line, finding.column, finding.value


@pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])
def test_each_kind_of_bad_input_is_answered_by_its_own_fault(tmp_path: Path, case: Case) -> None:
    folder = spoiled(tmp_path, case.apply)
    before = sorted(folder.iterdir())
    for language in ("fr", "en"):
        found = faults_of(folder, language=language)
        assert [place_of(f) for f in found] == [case[2:]]
        assert all(f.message and f.remedy and "{" not in f.message.replace(case.value or "", "") for f in found)
    assert sorted(folder.iterdir()) == before


def test_at_least_a_hundred_kinds_of_bad_input_are_told_apart() -> None:
    assert len(CASES) >= 100


def test_all_faults_of_all_tables_are_found_in_one_run(tmp_path: Path) -> None:
    cases = {case.kind: case for case in CASES}
    kinds = [
        "a setting is unknown",
        "letters in a number",
        "an unknown zone",
        "a window ends before it starts",
        "a latitude beyond the pole",
        "a shift ends before it starts",
        "a farm closes before it opens",
        "an unknown licence",
        "a place is in another country",
        "a kit has too few products",
        "a break without a length",
        "travel metres are no number",
    ]
    chosen = [cases[kind] for kind in kinds]
    found = faults_of(spoiled(tmp_path, both(*(case.apply for case in chosen))))
    assert {place_of(f) for f in found} == {case[2:] for case in chosen}


def test_two_faults_of_one_row_are_both_found(tmp_path: Path) -> None:
    found = faults_of(spoiled(tmp_path, edit(ST, "L3,F2,lettuce,2021-05-03,21", "L3,F7,lettuce,hier,peu")))
    assert {(f.code, f.column) for f in found} == {
        ("bad_date", "ready_date"),
        ("not_a_number", "kg"),
        ("unknown_id", "farm_id"),
    }


def test_a_fault_repeated_in_thousands_of_rows_is_listed_a_hundred_times_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"L{i},F1,carrot,2021-05-03,x,1,\n" for i in range(10, 1010))
    found = faults_of(spoiled(tmp_path, lambda files: files.__setitem__(ST, SMALL[ST] + rows)))
    assert [f.code for f in found] == ["not_a_number"] * 100 + ["more_of_the_same"]
    assert "900" in found[-1].message


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ("max_baskets:", "max_basket:", "max_baskets"),
        ("delivery_days:", "delivry_days:", "delivery_days"),
        ("mode: table", "mod: table", "mode"),
    ],
)
def test_the_nearest_known_setting_is_named(tmp_path: Path, old: str, new: str, nearest: str) -> None:
    found = faults_of(spoiled(tmp_path, edit(Y, old, new)))
    assert next(f for f in found if f.code == "unknown_setting").remedy.split()[-1] == nearest


def test_near_misses_of_columns_tables_and_ids_are_named(tmp_path: Path) -> None:
    found = faults_of(
        spoiled(tmp_path, both(edit(ST, ",kg,", ",Kg,"), edit(V, "V2,fourgon froid,D1", "V2,fourgon froid,d1")))
    )
    assert {(f.code, "Kg" in f.remedy or "D1" in f.remedy) for f in found} == {
        ("missing_column", True),
        ("unknown_id", True),
    }
    renamed = both(put("vehicle.csv", SMALL[V]), drop(V))
    assert "vehicle.csv" in faults_of(spoiled(tmp_path / "b", renamed))[0].remedy


def test_what_a_missing_table_would_have_held_is_not_reported_again(tmp_path: Path) -> None:
    found = faults_of(spoiled(tmp_path, drop(S)))
    assert [f.code for f in found] == ["missing_table"]


def test_all_sites_exchanged_are_found_at_the_sites(tmp_path: Path) -> None:
    swapped = (
        SMALL[S]
        .replace("4.02,44.011", "44.011,4.02")
        .replace("4.027,44.013", "44.013,4.027")
        .replace("3.981,44.021", "44.021,3.981")
    )
    found = faults_of(spoiled(tmp_path, put(S, swapped)))
    assert [(f.code, f.table, f.line) for f in found] == [("lonlat_swapped", "sites", i) for i in (2, 3, 4)]


def test_a_place_in_no_pair_lacks_the_way_there_and_back(tmp_path: Path) -> None:
    found = faults_of(spoiled(tmp_path, put(T, "\n".join(r for r in SMALL[T].splitlines() if "F1" not in r))))
    assert [(f.code, f.value) for f in found] == [("missing_pair", "D1 → F1"), ("missing_pair", "F1 → D1")]


def test_a_pair_that_nothing_needs_may_be_missing(tmp_path: Path) -> None:
    """A farm that delivers, and a site whose baskets are dropped at its relay, need no way."""
    kept = [r for r in SMALL[T].splitlines() if "F2" not in r and "S3" not in r]
    assert read_dataset(spoiled(tmp_path, put(T, "\n".join(kept))))[1] == ()


def test_a_path_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path / ("x" * 5000), Path("a\0b")):
        assert [f.code for f in faults_of(path)] == ["path_missing"]


@pytest.mark.parametrize("name", ["data.csv", "data.xls", "data"])
def test_a_file_that_is_no_workbook_is_a_fault(tmp_path: Path, name: str) -> None:
    assert [f.code for f in faults_of(write_files(tmp_path, {name: "x"}) / name)] == ["not_a_dataset"]


def test_an_empty_folder_lacks_settings_and_every_needed_table(tmp_path: Path) -> None:
    codes = [f.code for f in faults_of(tmp_path)]
    assert codes == ["missing_settings"] + ["missing_table"] * 10


def test_the_folder_of_a_plan_is_told_where_its_dataset_is(tmp_path: Path) -> None:
    write_files(tmp_path / "plan" / "dataset", SMALL)
    assert "plan/dataset" in faults_of(tmp_path / "plan")[0].remedy


def test_a_directory_in_place_of_a_table_is_a_fault(tmp_path: Path) -> None:
    folder = spoiled(tmp_path, drop(ST))
    (folder / ST).mkdir()
    assert [(f.code, f.table) for f in faults_of(folder)] == [("file_unreadable", "stock")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"name,value\n", b"\x00" * 200])
def test_a_workbook_that_is_none_is_a_fault(tmp_path: Path, content: bytes) -> None:
    files: Files = {"week.xlsx": content, Y: SMALL[Y]}
    found = faults_of(write_files(tmp_path, files) / "week.xlsx")
    assert [(f.code, f.table) for f in found] == [("workbook_unreadable", "week.xlsx")]


def test_a_workbook_cut_in_the_middle_is_a_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    data = io.BytesIO()
    book.save(data)
    cut = data.getvalue()
    for length in (len(cut) // 3, len(cut) - 30):
        path = write_files(tmp_path, {"week.xlsx": cut[:length], Y: SMALL[Y]}) / "week.xlsx"
        assert [f.code for f in faults_of(path)] == ["workbook_unreadable"]


def test_a_formula_without_a_result_is_shown_as_typed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "kit_contents"
    sheet.append(["basket_id", "product_id", "portions"])
    sheet.append(["kit", "soap", "=1+2"])
    data = io.BytesIO()
    book.save(data)
    found = faults_of(write_files(tmp_path, {"week.xlsx": data.getvalue(), Y: SMALL[Y]}) / "week.xlsx")
    assert ("not_a_number", "kit_contents", 2, "portions", "=1+2") in [place_of(f) for f in found]


def test_settings_of_a_sheet_show_their_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "dataset"
    for row in (
        ("key", "value"),
        ("name", "x"),
        ("week_start", "2021-05-04"),
        ("delivery_days", "tue"),
        ("name", "y"),
        ("travel.mod", "x"),
    ):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    found = faults_of(write_files(tmp_path, {"week.xlsx": data.getvalue()}) / "week.xlsx")
    places = [place_of(f) for f in found if f.table == "dataset"]
    assert ("doubled_setting", "dataset", 5, "name", None) in places
    assert ("not_monday", "dataset", 3, "week_start", "2021-05-04") in places
    assert ("unknown_setting", "dataset", 6, "travel.mod", "x") in places


def test_two_workbooks_in_a_folder_are_a_fault(tmp_path: Path) -> None:
    found = faults_of(write_files(tmp_path, {"a.xlsx": b"", "b.xlsx": b"", Y: SMALL[Y]}))
    assert [f.code for f in found] == ["doubled_workbook"]


def test_a_broken_parquet_file_is_a_fault(tmp_path: Path) -> None:
    found = faults_of(spoiled(tmp_path, both(drop(T), put("travel.parquet", b"PAR1"))))
    assert [(f.code, f.table) for f in found] == [("parquet_unreadable", "travel")]


WARNED = [
    Case("an unknown column", edit("farms.csv", "delivers\nF1,Ferme du Haut,Hautval,3.9,44.05,06:00,16:00,10,30,no\nF2,Serres du Levant,Hautval,4.1,44.08,06:00,16:00,10,,yes", "delivers,deliver\nF1,Ferme du Haut,Hautval,3.9,44.05,06:00,16:00,10,30,no,1\nF2,Serres du Levant,Hautval,4.1,44.08,06:00,16:00,10,,yes,1"), "unknown_column", "farms", 1, "deliver", "deliver"),
    Case("an unknown table", put("notes.csv", "a,b\n1,2\n"), "unknown_table", "notes.csv", None, None, "notes.csv"),
    Case("a workbook beside tables", put("notes.xlsx", b""), "ignored_workbook", "notes.xlsx", None, None, "notes.xlsx"),
    Case("a lot of 0 kg", edit(ST, ",60,", ",0,"), "lot_without_crate", "stock", 2, "kg", "L1"),
    Case("a lot of less than one crate", edit(ST, ",60,", ",9.999,"), "lot_without_crate", "stock", 2, "kg", "L1"),
    Case("a lot ready after the last collection that counts", edit(ST, "carrot,2021-05-03", "carrot,2021-05-05"), "lot_too_late", "stock", 2, "ready_date", "L1"),
    Case("a lot expired before it can be packed", edit(ST, "2021-05-03,48.5,1.2,2021-05-10", "2021-05-01,48.5,1.2,2021-05-03"), "lot_expired", "stock", 3, "best_before", "L2"),
    Case("depot goods expired before the first delivery", edit("depot_stock.csv", "2021-05-31", "2021-05-03"), "depot_lot_expired", "depot_stock", 2, "best_before", "DS1"),
    Case("depot goods of 0 kg", edit("depot_stock.csv", "carrot,15", "carrot,0"), "depot_lot_empty", "depot_stock", 2, "kg", "DS1"),
    Case("a farm without lots", add("farms.csv", "F3,Vide,,4.0,44.0,06:00,16:00,10,,yes"), "idle_farm", "farms", 4, "farm_id", "F3"),
    Case("a depot that packs nothing", edit(D, "15,32,06:00", "15,0,06:00"), "idle_depot", "depots", 2, "packing_baskets_per_day", "D1"),
    Case("a vehicle that drives on no day of use", edit(V, "V1,camion,D1,mon tue wed", "V1,camion,D1,sat sun"), "idle_vehicle", "vehicles", 2, "weekdays", "V1"),
    Case("a vehicle without a day", edit(V, "V1,camion,D1,mon tue wed", "V1,camion,D1,"), "idle_vehicle", "vehicles", 2, "weekdays", "V1"),
    Case("a heavy vehicle without a licence", both(put("drivers.csv", "weekday,licence,people\ntue,B,2\nwed,B,2\nmon,C,0\n")), "vehicle_without_driver", "vehicles", 2, "gvw_kg", "V1"),
    Case("a site closed all week", edit(H, "S2,tue,09:00,12:00\nS2,tue,14:00,16:30\n", "S2,mon,09:00,12:00\n"), "site_never_open", "sites", 3, "site_id", "S2"),
    Case("a site that can take nothing", edit(S, "44.011,12,5", "44.011,0,5"), "site_takes_nothing", "sites", 2, "max_baskets_per_day", "S1"),
    Case("a site whose weekly minimum is out of reach", edit(S, "yes,4,8", "yes,4,25"), "site_takes_nothing", "sites", 2, "max_baskets_per_day", "S1"),
    Case("a site that no vehicle is small enough for", edit(S, "7.5,,3500", "7.5,,3000"), "site_without_vehicle", "sites", 3, "largest_vehicle_gvw_kg", "S2"),
    Case("households that no basket is for", edit(B, "baskets,3,6", "baskets,3,5"), "household_size_without_basket", "households", None, "persons_per_household", "6+"),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNED, ids=[case.kind for case in WARNED])
def test_what_serves_nothing_is_a_warning_and_the_dataset_is_read(tmp_path: Path, case: Case) -> None:
    folder = spoiled(tmp_path, case.apply)
    for language in ("fr", "en"):
        _, found = read_dataset(folder, language=language)
        assert [place_of(f) for f in found] == [case[2:]]


def test_tables_without_rows_are_named_by_warnings(tmp_path: Path) -> None:
    def behead(files: Files) -> None:
        for name in files:
            if name.endswith(".csv") and name != "drivers.csv":
                files[name] = str(files[name]).splitlines()[0] + "\n"
        files[Y] = "name: x\nweek_start: 2021-05-03\ndelivery_days: [tue]\n"

    found = read_dataset(spoiled(tmp_path, behead))[1]
    assert {f.code for f in found} == {"empty_table"}
    assert len(found) == 9


def test_a_lot_at_the_limit_of_use_gives_no_warning(tmp_path: Path) -> None:
    """Ready on the last collection day whose goods can still be packed; good until the first day they can be."""
    late = edit(ST, "carrot,2021-05-03,60,1.00,", "carrot,2021-05-04,60,1.00,2021-05-05")
    assert read_dataset(spoiled(tmp_path, late))[1] == ()


def test_a_cold_lot_needs_a_cold_vehicle_unless_its_farm_delivers(tmp_path: Path) -> None:
    warm = edit(V, "3500,yes", "3500,no")
    assert read_dataset(spoiled(tmp_path / "a", warm))[1] == ()
    found = read_dataset(spoiled(tmp_path / "b", both(warm, edit("farms.csv", "10,,yes", "10,,no"))))[1]
    assert [(f.code, f.value) for f in found] == [("lot_needs_cold_vehicle", "L3")]


def test_a_farm_whose_lots_are_all_useless_is_named_beside_them(tmp_path: Path) -> None:
    late = both(
        edit(ST, "carrot,2021-05-03", "carrot,2021-05-20"),
        edit(ST, "apple,2021-05-03,48.5,1.2,2021-05-10", "apple,2021-05-20,48.5,1.2,"),
    )
    found = read_dataset(spoiled(tmp_path, late))[1]
    assert [(f.code, f.value) for f in found] == [
        ("farm_never_ready", "F1"),
        ("lot_too_late", "L1"),
        ("lot_too_late", "L2"),
    ]


def test_a_dataset_that_would_lie_in_france_with_exchanged_axes_is_warned_about(tmp_path: Path) -> None:
    def swap(files: Files) -> None:
        for name in ("neighbourhoods.csv", "zones.csv", S, "farms.csv", D):
            text = str(files[name])
            files[name] = text.replace("lon,lat", "lat,lon")

    found = read_dataset(spoiled(tmp_path, swap))[1]
    assert [f.code for f in found] == ["all_places_swapped"]


RESOLVED = [
    Case("a zone with need and no site", edit("catchments.csv", "Z2,S2,\n", "Z1,S2,\n"), "zone_without_site", "zones", None, "zone_id", "Z2"),
    Case("a site that no zone uses", add(S, "S4,Seul,,,4.02,44.011,12,5,10,,yes,,,,,"), "site_without_zone", "sites", None, "site_id", "S4"),
    Case("a vehicle that reaches nothing", edit(V, "08:00,15:00", "08:00,08:17"), "vehicle_reaches_nothing", "vehicles", None, "shift_start", "V2"),
]  # fmt: skip


@pytest.mark.parametrize("case", RESOLVED, ids=[case.kind for case in RESOLVED])
def test_what_serves_nothing_once_catchments_and_travel_are_known_is_a_warning(tmp_path: Path, case: Case) -> None:
    folder = spoiled(tmp_path, both(case.apply, drop(T), edit(Y, "{mode: table}", "{}")))
    dataset, _ = read_dataset(folder)
    for language in ("fr", "en"):
        found = findings_after_resolution(resolve(dataset), language=language)
        assert [place_of(f) for f in found] == [case[2:]]


def test_a_zone_whose_only_site_is_closed_is_warned_about(tmp_path: Path) -> None:
    closed = edit(H, "S2,tue,09:00,12:00\nS2,tue,14:00,16:30\n", "")
    dataset, _ = read_dataset(spoiled(tmp_path, closed))
    assert [(f.code, f.value) for f in findings_after_resolution(dataset)] == [("zone_without_usable_site", "Z2")]


def test_every_code_has_its_sentences_in_both_languages() -> None:
    assert all(all(text.fr) and all(text.en) for text in TEXTS.values())
    assert set(WARNINGS) <= set(TEXTS)


TESTED_ELSEWHERE = {code for code in TEXTS if code.startswith("scenario_")} | {
    *(
        "more_of_the_same",
        "road_turns_by_hour",
        "fixed_day_closed",
        "fixed_relayed",
        "fixed_time_closed",
        "fixed_vehicle_heavy",
        "fixed_vehicle_off",
        "path_missing",
        "not_a_dataset",
        "file_unreadable",
        "workbook_unreadable",
        "doubled_workbook",
    ),
    *(
        "parquet_unreadable",
        "lot_needs_cold_vehicle",
        "farm_never_ready",
        "all_places_swapped",
    ),
    *("zone_without_usable_site", "empty_table", "nobody_drives"),
    *("previous_broken", "previous_not_before", "previous_twice", "previous_unknown_id", "previous_week"),
    *("stock_counted", "stock_not_carried"),
    *("no_heavy_rows", "slowed_twice", "hours_not_bands", "hours_overlap", "hours_without_source", "service_not_named"),
    *("road_far", "road_island", "road_no_way", "road_no_way_heavy", "road_turns_left_out", "walk_off_network"),
    *("roads_elsewhere", "roads_not_used"),
}


def test_every_code_is_shown_by_a_test() -> None:
    shown = {case.code for case in (*CASES, *WARNED, *RESOLVED)} | TESTED_ELSEWHERE
    assert set(TEXTS) - shown == set()


def test_codes_said_to_be_tested_elsewhere_are_named_by_a_test() -> None:
    here = Path(__file__)
    tests = "".join(file.read_text(encoding="utf-8") for file in sorted(here.parents[1].rglob("*.py")) if file != here)
    own = here.read_text(encoding="utf-8")
    tests += own[: own.index("TESTED_ELSEWHERE = ")]
    assert [code for code in sorted(TESTED_ELSEWHERE) if not re.search(rf"\b{code}\b", tests)] == []
