"""A week gone wrong half-way: what happened stays, the rest is planned anew, and all of it is one plan."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from distrib.checker import check
from distrib.cli import main
from distrib.errors import UsageError
from distrib.io.plan_folder import read_plan_folder, read_settled, write_plan_folder
from distrib.model.plan import StopRow
from distrib.pipeline import PlannedWeek, plan_week
from distrib.replanning import replan
from distrib.replanning.events import events_of
from distrib.replanning.rest import rest_of_week
from distrib.units import clock
from tests.instances import make_dataset

WEDNESDAY = dt.date(2020, 4, 22)


@cache
def week() -> PlannedWeek:
    return plan_week(make_dataset(5, sites=10, supply=1.5, vans=3), effort="quick", router="baseline")


def busiest(date: dt.date) -> str:
    """The vehicle with most stops on a date."""
    rows = [row.vehicle_id for row in week().plan.stops if row.date == date]
    return max(sorted(set(rows)), key=rows.count)


def halfway(date: dt.date, vehicle: str) -> dt.datetime:
    """A moment between the first and the last stop of a vehicle's first trip on a date."""
    rows = [r for r in week().plan.stops if (r.date, r.vehicle_id, r.trip) == (date, vehicle, 1) and r.stop]
    seconds = (rows[0].start_s + rows[-1].start_s) // 2 // 60 * 60
    return dt.datetime.combine(date, dt.time()) + dt.timedelta(seconds=seconds)


def replanned(moment: dt.datetime, *events: str) -> PlannedWeek:
    found = replan(week().dataset, week().plan, moment=moment, events=events, effort="quick")
    assert check(found.dataset, found.plan) == ()
    return found


def happened(rows: tuple[StopRow, ...], moment: dt.datetime) -> list[tuple[object, ...]]:
    """Every stop whose service began before the moment, with all that was done there."""
    second = moment.hour * 3600 + moment.minute * 60
    return [
        (
            r.date,
            r.vehicle_id,
            r.trip,
            r.stop,
            r.place_id,
            r.arrival_s,
            r.start_s,
            r.departure_s,
            r.drop_baskets,
            r.pick_g,
        )
        for r in rows
        if r.date < moment.date() or (r.date == moment.date() and r.start_s < second)
    ]


def test_a_vehicle_that_breaks_down_drives_no_more_and_what_happened_stays() -> None:
    vehicle = busiest(WEDNESDAY)
    moment = halfway(WEDNESDAY, vehicle)
    found = replanned(moment, f"vehicle {vehicle} out")
    assert happened(found.plan.stops, moment) == happened(week().plan.stops, moment)
    second = moment.hour * 3600 + moment.minute * 60
    later = [
        row
        for row in found.plan.stops
        if row.vehicle_id == vehicle
        and (row.date > WEDNESDAY or (row.date == WEDNESDAY and row.start_s >= second))
        and row.place_kind != "depot"
    ]
    assert later == []
    assert any(row.date > WEDNESDAY for row in found.plan.deliveries)


def test_a_site_that_shuts_gets_nothing_from_then_on() -> None:
    late = [row for row in week().plan.deliveries if row.date > WEDNESDAY]
    site = late[0].site_id
    moment = dt.datetime.combine(WEDNESDAY, dt.time(6))
    found = replanned(moment, f"site {site} shut")
    assert not [row for row in found.plan.deliveries if row.site_id == site and row.date >= WEDNESDAY]
    assert happened(found.plan.stops, moment) == happened(week().plan.stops, moment)


def test_what_is_out_until_a_day_is_back_on_that_day_and_not_before() -> None:
    friday = WEDNESDAY + dt.timedelta(days=2)
    vehicle = busiest(WEDNESDAY)
    site = next(r.place_id for r in week().plan.stops if r.place_kind == "site" and r.date == WEDNESDAY)
    farm = week().dataset.lots[0].farm_id
    moment = dt.datetime.combine(WEDNESDAY, dt.time())
    texts = (
        f"vehicle {vehicle} out until {friday}",
        f"site {site} shut until {friday}",
        f"farm {farm} shut until {friday}",
    )
    found = replanned(moment, *texts)
    for row in found.plan.stops:
        if WEDNESDAY <= row.date < friday:
            assert row.vehicle_id != vehicle
            assert row.place_id not in {site, farm}
    out = events_of(week().dataset, texts, moment)
    rest = rest_of_week(week().dataset, week().plan, week().plan, WEDNESDAY, out)
    assert rest is not None
    assert rest.vehicle_by_id[vehicle].weekdays == tuple(
        d for d in week().dataset.vehicle_by_id[vehicle].weekdays if d >= 4
    )
    assert {o.weekday for o in rest.site_by_id[site].openings} <= {4, 5, 6}
    assert all(lot.ready_date >= friday for lot in rest.lots if lot.farm_id == farm)


def test_what_is_out_until_an_hour_is_back_at_that_hour_and_no_second_before() -> None:
    thursday = WEDNESDAY + dt.timedelta(days=1)
    dataset, moment = week().dataset, dt.datetime.combine(WEDNESDAY, dt.time(10))
    vehicle = busiest(thursday)
    van = dataset.vehicle_by_id[vehicle]
    site = next(s for s in dataset.sites if any(o.weekday == 3 for o in s.openings))
    noon = next(o for o in site.openings if o.weekday == 3)
    farm = dataset.farms[0]
    for minutes, late in ((0, 0), (1, 1)):
        back = [
            f"{thursday} {clock(seconds + 60 * minutes)[:5]}"
            for seconds in (van.shift_start_s, noon.closes_s, farm.opens_s)
        ]
        texts = [f"vehicle {vehicle} out until {back[0]}", f"site {site.site_id} shut until {back[1]}"]
        out = events_of(dataset, [*texts, f"farm {farm.farm_id} shut until {back[2]}"], moment)
        rest = rest_of_week(dataset, week().plan, week().plan, WEDNESDAY, out)
        assert rest is not None
        assert (3 in rest.vehicle_by_id[vehicle].weekdays) == (not late)
        if late:
            other = rest.vehicle_by_id[vehicle + "@late"]
            assert (other.weekdays, other.shift_start_s) == ((3,), van.shift_start_s + 60)
        assert any(o.weekday == 3 for o in rest.site_by_id[site.site_id].openings) == (not late)
        ready = min(lot.ready_date for lot in rest.lots if lot.farm_id == farm.farm_id)
        assert ready == thursday + dt.timedelta(days=late)


def test_a_vehicle_out_until_an_hour_drives_again_from_then_on() -> None:
    thursday = WEDNESDAY + dt.timedelta(days=1)
    moment = dt.datetime.combine(WEDNESDAY, dt.time(10))
    for date, hour in ((WEDNESDAY, 11), (thursday, 11)):
        texts = [f"vehicle {v.vehicle_id} out until {date} {hour}:00" for v in week().dataset.vehicles]
        found = replanned(moment, *texts)
        assert {r.vehicle_id for r in found.plan.stops} <= set(week().dataset.vehicle_by_id)
        later = [r for r in found.plan.stops if r.date == date and r.stop == 0 and r.start_s >= 10 * 3600]
        assert later
        assert all(r.start_s >= hour * 3600 for r in later)
        gone = [r for r in found.plan.stops if WEDNESDAY <= r.date < date and r.place_kind != "depot"]
        assert all(r.start_s < 10 * 3600 and r.date == WEDNESDAY for r in gone)


def test_what_is_settled_holds_on_the_days_to_come_alone(tmp_path: Path) -> None:
    write_plan_folder(tmp_path / "plan", week().dataset, week().plan, week().indicators, run=None)
    late = [r for r in week().plan.stops if r.date > WEDNESDAY and r.place_kind == "site"]
    site, others = late[0].place_id, {v.vehicle_id for v in week().dataset.vehicles} - {late[0].vehicle_id}
    vehicle = min(v for v in others if week().dataset.vehicle_by_id[v].gvw_kg <= 3500)
    file = tmp_path / "fixed.csv"
    file.write_text(f"site_id,weekday,vehicle_id\n{site},,{vehicle}\n", encoding="utf-8")
    settled = read_settled(tmp_path / "plan", file)
    moment = dt.datetime.combine(WEDNESDAY, dt.time(10))
    found = replan(week().dataset, week().plan, moment=moment, settled=settled, effort="quick")
    assert check(found.dataset, found.plan) == ()
    assert {r.vehicle_id for r in found.plan.stops if r.place_id == site and r.date > WEDNESDAY} <= {vehicle}
    lost = replan(
        week().dataset, week().plan, moment=moment, settled=settled, events=[f"vehicle {vehicle} out"], effort="quick"
    )
    assert any(r.place_id == site and r.date > WEDNESDAY for r in lost.plan.stops)


@pytest.mark.parametrize(
    "until",
    ["2020-04-22", "2020-04-31", "friday", "2020-04-22 10:00", "2020-04-23 25:00", "2020-04-23T9"],
)
def test_an_event_is_over_on_a_day_to_come(until: str) -> None:
    vehicle = week().dataset.vehicles[0].vehicle_id
    with pytest.raises(UsageError):
        events_of(week().dataset, [f"vehicle {vehicle} out until {until}"], dt.datetime.combine(WEDNESDAY, dt.time(10)))


def test_without_any_event_nobody_gets_less() -> None:
    found = replanned(dt.datetime.combine(WEDNESDAY, dt.time(10)))
    before = {row.neighbourhood_id: row.baskets for row in week().plan.coverage}
    after = {row.neighbourhood_id: row.baskets for row in found.plan.coverage}
    assert sum(after.values()) >= sum(before.values()) * 98 // 100
    today = [row for row in week().plan.stops if row.date == WEDNESDAY]
    assert [(r.vehicle_id, r.place_id) for r in found.plan.stops if r.date == WEDNESDAY] == [
        (r.vehicle_id, r.place_id) for r in today
    ]


def test_after_the_last_day_nothing_is_left_to_plan() -> None:
    last = max(row.date for row in week().plan.deliveries)
    moment = dt.datetime.combine(last, dt.time(23))
    found = replanned(moment)
    assert found.plan.stops == week().plan.stops
    assert found.plan.allocation == week().plan.allocation


def test_the_first_morning_may_begin_with_everything_ahead() -> None:
    found = replanned(dt.datetime.combine(week().dataset.settings.week_start, dt.time(5)))
    assert int(str(found.indicators["baskets"])) > 0


def test_the_proof_counts_what_was_given_on_both_sides() -> None:
    found = replanned(dt.datetime.combine(WEDNESDAY, dt.time(10)))
    assert {row.neighbourhood_id for row in found.plan.fairness} == {r.neighbourhood_id for r in week().plan.fairness}
    given = {row.neighbourhood_id: row.baskets for row in found.plan.coverage}
    for row in found.plan.fairness:
        assert row.baskets == given[row.neighbourhood_id]
        assert row.proven == (row.baskets >= row.bound_microbaskets // 1_000_000)


@pytest.mark.parametrize("event", ["vehicle V99 out", "vehicle out", "the bridge is closed"])
def test_what_is_no_event_is_refused(event: str) -> None:
    with pytest.raises(UsageError):
        replan(week().dataset, week().plan, moment=dt.datetime(2020, 4, 22, 10), events=[event])


def test_a_moment_outside_the_week_is_refused() -> None:
    with pytest.raises(UsageError, match="not in the week"):
        replan(week().dataset, week().plan, moment=dt.datetime(2020, 5, 22, 10))


def test_the_command_writes_a_plan_folder_that_is_checked_alone(tmp_path: Path) -> None:
    source = tmp_path / "plan"
    write_plan_folder(source, week().dataset, week().plan, week().indicators, run=None)
    vehicle = busiest(WEDNESDAY)
    arguments = ["replan", str(source), "--from", "2020-04-22T10:00", "--event", f"vehicle {vehicle} out"]
    result = CliRunner().invoke(main, [*arguments, "--effort", "quick", "--quiet"])
    assert result.exit_code == 0, result.output
    dataset, plan = read_plan_folder(tmp_path / "plan-from-2020-04-22T1000")
    assert check(dataset, plan) == ()
    assert dict(plan.provenance)["event 1"] == f"vehicle {vehicle} out"
