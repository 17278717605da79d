from __future__ import annotations

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from distrib.io.schema import TABLES, cell_kinds, columns_of, described_columns
from distrib.io.schema_cells import ClockCell, DateCell, IdsCell, NumberCell, WeekdaysCell, YesNoCell
from distrib.io.schema_settings import REMEDY_KEYS, ObjectiveModel, described_settings
from distrib.model.dataset import Objective, RemedyPrices

KG = NumberCell(factor=1000, decimals=3, fixed=3)
MINUTES = NumberCell(factor=60, decimals=3, rounding="up")
HOURS = NumberCell(factor=3600, decimals=4, rounding="down", low=None, above=0)


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (KG, "12", 12_000),
        (KG, "12.5", 12_500),
        (KG, "12,5", 12_500),
        (KG, "+0.001", 1),
        (KG, "1.5e1", 15_000),
        (KG, ".5", 500),
        (KG, "12.5000", 12_500),
        (NumberCell(), "12.0", 12),
        (MINUTES, "7.5", 450),
        (MINUTES, "1.667", 101),
        (MINUTES, "1.666", 100),
        (HOURS, "4.5", 16_200),
        (HOURS, "4.3333", 15_599),
        (ClockCell(), "9:05", 32_700),
        (ClockCell(), "24:00", 86_400),
        (DateCell(), "2020-04-20", dt.date(2020, 4, 20)),
        (DateCell(), "2020-04-20 00:00:00", dt.date(2020, 4, 20)),
        (YesNoCell(), "Yes", True),
        (WeekdaysCell(), "WED  mon", (0, 2)),
        (WeekdaysCell(), "", ()),
        (IdsCell(), "b a", ("a", "b")),
        (IdsCell(), "b c|a", ("a", "b c")),
    ],
)
def test_a_cell_reads_what_people_write(cell: Any, text: str, value: Any) -> None:
    assert cell.read(text) == value
    assert cell.read(cell.write(value)) == value


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        (KG, "", "empty_cell"),
        (KG, "12.0001", "too_many_decimals"),
        (NumberCell(), "12.5", "not_integer"),
        (KG, "-0.001", "negative"),
        (NumberCell(high=6), "6.5", "above_maximum"),
        (HOURS, "0", "not_above"),
        (KG, "1 200", "thousands_separator"),
        (KG, "1\u202f200,5", "thousands_separator"),
        (KG, "1.200.300", "thousands_separator"),
        (KG, "1.200,5", "thousands_separator"),
        (KG, "1'200", "thousands_separator"),
        (KG, "12 €", "unit_in_number"),
        (KG, "-Infinity", "not_finite"),
        (KG, "#N/A", "not_finite"),
        (KG, "1_000", "not_a_number"),
        (KG, "١٢", "not_a_number"),
        (KG, "=1+1", "not_a_number"),
        (KG, "1e999", "too_large"),
        (ClockCell(), "24:01", "bad_time"),
        (ClockCell(), "10:60", "bad_time"),
        (DateCell(), "2020-4-20", "bad_date"),
        (DateCell(), "2020-04-20 12:00:00", "bad_date"),
        (DateCell(), "2019-02-29", "no_such_date"),
        (DateCell(), "1989-12-31", "far_date"),
        (YesNoCell(), "1", "bad_yes_no"),
        (WeekdaysCell(), "mon, tue", "bad_weekday"),
        (WeekdaysCell(), "mon mon", "doubled_in_list"),
        (IdsCell(), "a a", "doubled_in_list"),
    ],
)
def test_a_cell_refuses_what_it_cannot_hold(cell: Any, text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        cell.read(text)
    assert error.value.type == code


def test_a_limit_is_allowed_and_one_unit_beyond_is_not() -> None:
    cell = NumberCell(low=1, high=6)
    assert (cell.read("1"), cell.read("6")) == (1, 6)
    for text in ("0", "7"):
        with pytest.raises(PydanticCustomError):
            cell.read(text)


@pytest.mark.parametrize(
    ("text", "plain"), [("1 200", "1200"), ("1,060.5", "1060.5"), ("1.060,25", "1060.25"), ("1,234,567", "1234567")]
)
def test_a_number_with_thousands_is_shown_without_them(text: str, plain: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        KG.read(text)
    assert error.value.context == {"plain": plain}


@pytest.mark.parametrize(("text", "guess"), [("9h30", "09:30"), ("9h", "09:00"), ("18.45", "18:45"), ("midi", "09:30")])
def test_a_time_written_otherwise_is_shown_the_right_way(text: str, guess: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        ClockCell().read(text)
    assert error.value.context == {"guess": guess}


@pytest.mark.parametrize("seconds", [1, 29, 59, 60, 61, 100, 3599, 3601, 86_399])
def test_every_second_survives_minutes_and_hours(seconds: int) -> None:
    assert MINUTES.read(MINUTES.write(seconds)) == seconds
    assert HOURS.read(HOURS.write(seconds)) == seconds


def test_numbers_are_written_with_the_decimals_of_their_unit() -> None:
    assert KG.write(12_500) == "12.500"
    assert NumberCell(factor=100_000, decimals=5, fixed=2).write(120_000) == "1.20"
    assert NumberCell(factor=100_000, decimals=5, fixed=2).write(123_456) == "1.23456"
    assert KG.rounded(Decimal("0.0005")) == "0.001"


def test_every_column_is_described_with_type_unit_and_meaning() -> None:
    described = described_columns()
    assert [(c.table, c.column) for c in described] == [(t, c) for t in TABLES for c in columns_of(t)]
    assert all(c.meaning and c.type in ("string", "integer", "number", "date", "time", "boolean") for c in described)
    by_name = {(c.table, c.column): c for c in described}
    assert (by_name["sites", "unloading_min"].unit, by_name["sites", "unloading_min"].optional) == ("min", False)
    assert by_name["vehicles", "speed_factor"].default == "1"
    assert by_name["products", "shelf_life_days"].may_be_empty
    assert not by_name["products", "shelf_life_days"].optional


def test_the_unit_of_a_column_is_the_one_in_its_name() -> None:
    endings = {"_kg": "kg", "_g": "g", "_min": "min", "_s": "s", "_h": "h", "_m": "m", "_eur": "EUR", "_ha": "ha"}
    for column in described_columns():
        for ending, unit in endings.items():
            if column.column.endswith(ending) and column.column not in (
                "packing_baskets_per_h",
                "price_eur_kg",
                "eur_per_h",
            ):
                assert column.unit == unit, column.column


def test_the_tables_and_optional_columns_are_those_of_the_design() -> None:
    optional = {(c.table, c.column) for c in described_columns() if c.optional}
    assert {column for table, column in optional if table == "sites"} == {
        "address",
        "contact",
        "unloading_s_per_basket",
        "largest_vehicle_gvw_kg",
        "min_baskets_per_visit",
        "min_baskets_per_week",
        "relay_site_id",
        "may_relay_to",
        "relay_max_baskets",
    }
    absent = {name for name, model in TABLES.items() if model.may_be_absent}
    assert absent == {
        "zones",
        "needs",
        "catchments",
        "kit_contents",
        "depot_stock",
        "drivers",
        "travel",
        "travel_heavy",
        "fixed_days",
        "past_coverage",
        "past_recipes",
        "past_visits",
    }
    assert len(TABLES) == 22


def test_every_tolerance_of_the_model_can_be_set() -> None:
    assert len(ObjectiveModel.model_fields) == len(fields(Objective))
    assert set(REMEDY_KEYS.values()) == {field.name for field in fields(RemedyPrices)}
    keys = {setting.key for setting in described_settings()}
    assert {"week_start", "max_baskets", "travel.mode", "objective.walk_tolerance_pct"} <= keys
    assert [s.key for s in described_settings() if not s.optional] == ["name", "week_start", "delivery_days"]


def test_cell_kinds_are_known_for_every_column() -> None:
    assert all(set(cell_kinds(table)) == set(columns_of(table)) for table in TABLES)
