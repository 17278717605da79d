"""Factors by hour of the day: read with their source, turned into the speed of each vehicle, the same for the checker."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest

from distrib import checker
from distrib.errors import BadInputError
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.io.reading import read_dataset
from distrib.model.dataset import HourBand
from distrib.pipeline import plan_week
from distrib.travel import resolve
from distrib.travel.hours import mean_factor
from tests.small_dataset import SMALL, write_files

BANDS = (
    HourBand(from_s=7 * 3600, until_s=9 * 3600, factor_milli=1500),
    HourBand(from_s=16 * 3600, until_s=18 * 3600, factor_milli=1250),
)


def with_travel(text: str) -> dict[str, str]:
    yaml = SMALL["dataset.yaml"].replace("travel: {mode: table}", f"travel: {text}")
    assert yaml != SMALL["dataset.yaml"]
    return {**SMALL, "dataset.yaml": yaml}


@pytest.mark.parametrize(
    ("start_h", "end_h", "factor"),
    [
        (9, 16, Fraction(1)),
        (7, 9, Fraction(3, 2)),
        (8, 10, Fraction(5, 4)),
        (7, 15, Fraction(9, 8)),
        (6, 18, 1 + Fraction(2, 12) * Fraction(1, 2) + Fraction(2, 12) * Fraction(1, 4)),
        (8, 8, Fraction(1)),
    ],
)
def test_a_shift_takes_the_mean_of_the_factors_of_its_hours(start_h: int, end_h: int, factor: Fraction) -> None:
    assert mean_factor(BANDS, start_h * 3600, end_h * 3600) == factor


def test_each_vehicle_is_slowed_by_its_own_shift_and_the_bands_have_served_then(tmp_path: Path) -> None:
    text = '{mode: table, hours: {"07:00-09:00": 1.5}, hours_source: comptages 2019}'
    dataset = resolve(read_dataset(write_files(tmp_path, with_travel(text)))[0])
    # V1: 07:00 to 15:00, 0.9, mean 1.125; V2: 08:00 to 15:00, 1, mean 1 + 0.5 / 7.
    assert {v.vehicle_id: v.speed_factor_milli for v in dataset.vehicles} == {"V1": 800, "V2": 933}
    assert dataset.settings.travel.hours == ()
    assert dataset.travel is not None and dataset.travel.source.endswith("slowed by hours of the day (comptages 2019)")
    assert resolve(dataset).vehicles == dataset.vehicles


def test_the_plan_takes_longer_and_its_folder_proves_it(tmp_path: Path) -> None:
    text = '{mode: table, hours: {"00:00-24:00": 2}, hours_source: essai}'
    planned = plan_week(write_files(tmp_path / "slow", with_travel(text)), effort="quick")
    write_plan_folder(tmp_path / "plan", planned.dataset, planned.plan, planned.indicators, run=None)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert checker.check(dataset, plan) == ()
    assert {v.speed_factor_milli for v in dataset.vehicles} == {450, 500}
    faster = dataclasses.replace(
        dataset, vehicles=tuple(dataclasses.replace(v, speed_factor_milli=400) for v in dataset.vehicles)
    )
    assert "T3" in {b.code for b in checker.check(faster, plan)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{mode: table, hours: {"07:00-09:00": 1.5}}', "hours_without_source"),
        ("{mode: table, hours_source: x}", "hours_without_source"),
        ('{mode: table, hours: {"09:00-07:00": 1.5}, hours_source: x}', "hours_overlap"),
        ('{mode: table, hours: {"07:00-09:00": 1.5, "08:59-10:00": 2}, hours_source: x}', "hours_overlap"),
        ('{mode: table, hours: {"07:00": 1.5}, hours_source: x}', "hours_not_bands"),
        ("{mode: table, hours: 1.5, hours_source: x}", "hours_not_bands"),
        ('{mode: table, hours: {"07:00-9h": 1.5}, hours_source: x}', "bad_time"),
        ('{mode: table, hours: {"07:00-09:00": 0}, hours_source: x}', "not_above"),
        ("{mode: service, url: x}", "service_not_named"),
        ("{mode: service, service: osrm}", "service_not_named"),
        ("{mode: estimate, service: osrm}", "foreign_parameter"),
        ("{mode: table, walks: by car}", "not_in_list"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_dataset(write_files(tmp_path, with_travel(text)))
    assert code in {f.code for f in caught.value.findings}


def test_bands_that_touch_are_two_bands(tmp_path: Path) -> None:
    text = '{mode: table, hours: {"09:00-10:00": 1.2, "07:00-09:00": 1.5}, hours_source: x}'
    hours = read_dataset(write_files(tmp_path, with_travel(text)))[0].settings.travel.hours
    assert [(b.from_s // 3600, b.until_s // 3600, b.factor_milli) for b in hours] == [(7, 9, 1500), (9, 10, 1200)]
