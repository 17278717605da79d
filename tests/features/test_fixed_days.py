"""Sites whose day is settled get their baskets on it, and the rest of the week is planned round them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from distrib import plan_week, read_dataset
from distrib.checker import check
from distrib.cli import main
from distrib.errors import BadInputError, UsageError
from distrib.io.dataset_writing import write_dataset
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.model.plan import StopRow
from distrib.model.territory import FixedDay, settled_on
from distrib.pipeline import PlannedWeek
from distrib.settling import settled_tours
from distrib.units import WEEKDAYS, clock
from tests.instances import make_dataset
from tests.small_dataset import SMALL, write_files

TOY = Path(__file__).parents[2] / "data" / "toy"
VEHICLES = """\
vehicle_id,kind,depot_id,weekdays,shift_start,shift_end,capacity_kg,capacity_baskets,gvw_kg,cold,max_trips,eur_per_day,eur_per_km,eur_per_h
VX,van,D1,mon tue wed thu fri,06:00,16:00,500,80,3500,no,2,60,0.35,22
VY,van,D1,mon tue wed thu fri,06:00,16:00,500,80,3499,no,2,60,0.35,22
"""


def fixed(folder: Path, *rows: str) -> Path:
    file = folder / "fixed.csv"
    file.write_text("\n".join(["site_id,weekday", *rows]) + "\n", encoding="utf-8")
    return file


def test_a_site_gets_its_baskets_on_the_settled_day_only(tmp_path: Path) -> None:
    free = plan_week(TOY, effort="quick")
    site = next(s for s in free.dataset.sites if len({o.weekday for o in s.openings}) > 1)
    for weekday, name in ((1, "tue"), (2, "wed")):
        week = plan_week(TOY, effort="quick", fixed=fixed(tmp_path, f"{site.site_id},{name}"))
        days = {row.date.weekday() for row in week.plan.deliveries if row.site_id == site.site_id}
        assert days <= {weekday}
    write_plan_folder(tmp_path / "plan", week.dataset, week.plan, week.indicators, run=None)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert dataset.fixed_days == (FixedDay(site_id=site.site_id, weekday=2),)
    assert check(dataset, plan) == ()


def test_a_day_on_which_the_site_is_closed_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", {**SMALL, "fixed_days.csv": "site_id,weekday\nS2,wed\nS9,tue\n"})
    with pytest.raises(BadInputError) as error:
        read_dataset(folder)
    assert {f.code for f in error.value.findings} == {"fixed_day_closed", "unknown_id"}


def test_a_relayed_site_without_hours_keeps_to_its_settled_day(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", SMALL)
    dataset, _ = read_dataset(folder, fixed=fixed(tmp_path, "S3,wed"))
    tuesday, wednesday = dataset.settings.delivery_dates
    assert dataset.drop_windows("S3", wednesday) == dataset.drop_windows("S1", wednesday)
    assert dataset.drop_windows("S3", tuesday) == ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week with three vans and a truck, as tables."""
    tables = tmp_path_factory.mktemp("tables")
    write_dataset(make_dataset(5, sites=10, supply=1.5, vans=3, relays=False), tables)
    return tables


@pytest.fixture(scope="module")
def free(folder: Path) -> PlannedWeek:
    return plan_week(folder, effort="quick")


def settled(folder: Path, *rows: str) -> Path:
    file = folder / "fixed.csv"
    header = "site_id,weekday,vehicle_id,starts_from,starts_until"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def another_vehicle(free: PlannedWeek, site_id: str) -> str:
    """A vehicle that may serve the site and that the free plan does not send there."""
    dataset, served = free.dataset, {r.vehicle_id for r in free.plan.stops if r.place_id == site_id}
    limit = dataset.site_by_id[site_id].largest_vehicle_gvw_kg or 10**6
    return next(v.vehicle_id for v in dataset.vehicles if v.vehicle_id not in served and v.gvw_kg <= limit)


def test_a_settled_vehicle_serves_the_site_on_all_its_days(tmp_path: Path, folder: Path, free: PlannedWeek) -> None:
    site = next(r.place_id for r in free.plan.stops if r.place_kind == "site")
    vehicle = another_vehicle(free, site)
    week = plan_week(folder, effort="quick", fixed=settled(tmp_path, f"{site},,{vehicle},,"))
    assert {r.vehicle_id for r in week.plan.stops if r.place_id == site} == {vehicle}
    write_plan_folder(tmp_path / "plan", week.dataset, week.plan, week.indicators, run=None)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert dataset.fixed_days == (FixedDay(site_id=site, vehicle_id=vehicle),)
    assert check(dataset, plan) == ()


def test_the_checker_finds_a_site_that_another_vehicle_serves(free: PlannedWeek) -> None:
    dataset, plan = free.dataset, free.plan
    row = next(r for r in plan.stops if r.place_kind == "site")
    for weekday, vehicle, broken in (
        (None, row.vehicle_id, False),
        (None, "V?", True),
        (row.date.weekday(), "V?", True),
        ((row.date.weekday() + 1) % 7, "V?", False),
    ):
        fixed_days = (FixedDay(site_id=row.place_id, weekday=weekday, vehicle_id=vehicle),)
        found = [b.code for b in check(dataclasses.replace(dataset, fixed_days=fixed_days), plan)]
        assert ("T5" in found) == broken


def test_a_settled_time_bounds_the_start_of_unloading_to_the_second(
    tmp_path: Path, folder: Path, free: PlannedWeek
) -> None:
    row = next(r for r in free.plan.stops if r.place_kind == "site")
    day = WEEKDAYS[row.date.weekday()]
    opening = next(
        o
        for o in free.dataset.site_by_id[row.place_id].openings
        if o.weekday == row.date.weekday() and o.opens_s <= row.start_s <= o.closes_s
    )
    from_s, until_s = opening.closes_s - 1800, opening.closes_s - 900
    file = settled(tmp_path, f"{row.place_id},{day},,{clock(from_s)},{clock(until_s)}")
    week = plan_week(folder, effort="quick", fixed=file)
    starts = [r.start_s for r in week.plan.stops if r.place_id == row.place_id]
    assert starts
    assert all(from_s <= start <= until_s for start in starts)
    at, early = min(starts), 1
    for less, broken in ((0, False), (early, True)):
        sites = tuple(
            dataclasses.replace(
                s, openings=tuple(dataclasses.replace(o, closes_s=at - less, opens_s=0) for o in s.openings)
            )
            if s.site_id == row.place_id
            else s
            for s in week.dataset.sites
        )
        found = [b.code for b in check(dataclasses.replace(week.dataset, sites=sites), week.plan)]
        assert ("T1" in found) == broken


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("S1,tue,V9,,", "unknown_id"),
        ("S3,,V1,,", "fixed_relayed"),
        ("S3,,,09:00,", "fixed_relayed"),
        ("S1,tue,,12:00,12:30", ""),
        ("S1,tue,,12:01,12:30", "fixed_time_closed"),
        ("S1,tue,,08:00,09:00", ""),
        ("S1,tue,,08:00,08:59", "fixed_time_closed"),
        ("S1,tue,,10:00,09:00", "window_reversed"),
        ("S1,tue,V1,,", ""),
        ("S1,,V1,,", ""),
    ],
)
def test_what_cannot_be_settled_is_refused(tmp_path: Path, row: str, code: str) -> None:
    folder = write_files(tmp_path / "small", SMALL)
    vehicle = read_dataset(folder)[0].vehicles[0].vehicle_id
    file = settled(tmp_path, row.replace("V1", vehicle))
    if not code:
        read_dataset(folder, fixed=file)
        return
    with pytest.raises(BadInputError) as error:
        read_dataset(folder, fixed=file)
    assert {f.code for f in error.value.findings} == {code}


def test_a_vehicle_that_is_off_or_too_heavy_cannot_be_settled(tmp_path: Path) -> None:
    for change, code in (
        (("mon tue wed thu fri", "wed"), "fixed_vehicle_off"),
        (("3500,", "3501,"), "fixed_vehicle_heavy"),
    ):
        table = VEHICLES.replace(*change)
        folder = write_files(tmp_path / code, {**SMALL, "vehicles.csv": table})
        with pytest.raises(BadInputError) as error:
            read_dataset(folder, fixed=settled(tmp_path, "S2,tue,VX,,"))
        assert {f.code for f in error.value.findings} == {code}
    folder = write_files(tmp_path / "good", {**SMALL, "vehicles.csv": VEHICLES})
    assert read_dataset(folder, fixed=settled(tmp_path, "S2,tue,VX,,"))[0].fixed_days[0].vehicle_id == "VX"


def test_a_row_for_the_day_goes_before_the_row_for_every_day() -> None:
    every = FixedDay(site_id="S", vehicle_id="V1", from_s=100)
    monday = FixedDay(site_id="S", weekday=0, vehicle_id="V2", until_s=200)
    assert settled_on([every, monday], 0) == dataclasses.replace(monday, from_s=100)
    assert settled_on([every, monday], 1) == every
    assert settled_on([monday], 1) is None


def test_tours_of_a_plan_are_kept_when_the_week_is_planned_again(
    tmp_path: Path, folder: Path, free: PlannedWeek
) -> None:
    write_plan_folder(tmp_path / "plan", free.dataset, free.plan, free.indicators, run=None)
    row = next(r for r in free.plan.stops if r.place_kind == "site")
    day = WEEKDAYS[row.date.weekday()]
    asked = CliRunner().invoke(main, ["fix", str(tmp_path / "plan"), "--tour", f"{row.vehicle_id} {day}"])
    assert asked.exit_code == 0, asked.output
    file = tmp_path / "settled.csv"
    file.write_text(asked.output, encoding="utf-8")
    week = plan_week(folder, effort="quick", seed=3, fixed=file)
    near_s = week.dataset.settings.objective.same_time_s

    def stops(found: PlannedWeek) -> list[StopRow]:
        return [
            r for r in found.plan.stops if (r.vehicle_id, r.date, r.place_kind) == (row.vehicle_id, row.date, "site")
        ]

    now = {r.place_id: r.start_s for r in stops(week)}
    for before in stops(free):
        assert abs(now[before.place_id] - before.start_s) <= near_s


@pytest.mark.parametrize("tour", ["V1", "V1 someday", "V1 sun", "nobody tue"])
def test_what_is_no_tour_of_the_plan_is_refused(free: PlannedWeek, tour: str) -> None:
    with pytest.raises(UsageError):
        settled_tours(free.dataset, free.plan, [tour])


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        plan_week(TOY, fixed=tmp_path / "none.csv")
