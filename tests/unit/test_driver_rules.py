"""Drivers' hours by name: what they fill in, what a vehicle's own cells keep, and the exact timing at their limits."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.io.reading import read_dataset
from distrib.model.fleet import DRIVER_RULES, Vehicle, with_driver_rules
from distrib.solver.routing.timing import Infeasible, schedule
from tests.routing_cases import MONDAY, make_drop, make_vehicle, make_world
from tests.small_dataset import SMALL, write_files

HEADER = "break_after_h,break_min\n"


def read_vehicles(tmp_path, *rows: str) -> tuple[Vehicle, ...]:
    """The vehicles of the small dataset with these cells of drivers' hours, one text a vehicle."""
    text = SMALL["vehicles.csv"].replace(HEADER, "break_after_h,break_min,driver_rules,max_day_h,max_driving_h\n")
    head, *lines = text.splitlines()
    filled = [f"{line},{cells}" for line, cells in zip(lines, rows, strict=True)]
    folder = write_files(tmp_path, {**SMALL, "vehicles.csv": "\n".join([head, *filled]) + "\n"})
    return read_dataset(folder)[0].vehicles


def test_a_name_fills_the_limits_that_a_vehicle_does_not_have_itself(tmp_path):
    truck, van = read_vehicles(tmp_path, "eu_561,10,", "van,,")
    assert (truck.break_after_s, truck.break_s) == (16_200, 2_700)
    assert (truck.max_day_s, truck.max_driving_s) == (36_000, 32_400)
    assert (van.break_after_s, van.break_s, van.max_day_s, van.max_driving_s) == (21_600, 1_200, 36_000, None)


def test_a_break_of_its_own_stays_whole():
    vehicle = with_driver_rules(make_vehicle(driver_rules="eu_561", break_after_s=7_200, break_s=600))
    assert (vehicle.break_after_s, vehicle.break_s) == (7_200, 600)


def test_without_a_name_nothing_is_limited(tmp_path):
    for vehicle in read_vehicles(tmp_path, ",,", ",,"):
        assert (vehicle.driver_rules, vehicle.max_day_s, vehicle.max_driving_s) == ("", None, None)


@pytest.mark.parametrize("name", sorted(DRIVER_RULES))
def test_a_day_as_long_as_the_rules_allow_is_driven_and_one_of_a_minute_more_is_not(name):
    rules = DRIVER_RULES[name]
    vehicle = with_driver_rules(make_vehicle(driver_rules=name))
    breaks = (rules.max_day_s - 1) // (rules.break_after_s + rules.break_s)
    world = make_world({"hub": 0, "a": 600}, vehicles=(vehicle,))
    work_s = rules.max_day_s - breaks * rules.break_s - 1200
    parts = breaks + 1
    stops = [make_drop("a", task_id=f"a{k}", service_s=_share(work_s, parts, k)) for k in range(parts)]
    fits = schedule(world, MONDAY, vehicle, [stops])
    assert not isinstance(fits, Infeasible)
    assert fits.trips[-1].end_s - fits.trips[0].start_s == rules.max_day_s
    longer = [*stops[:-1], dataclasses.replace(stops[-1], service_s=stops[-1].service_s + 60)]
    assert schedule(world, MONDAY, vehicle, [longer]) == Infeasible(rule="shift", lacking=60)


def _share(work_s: int, parts: int, k: int) -> int:
    """Part k of the work, the last one takes what is left."""
    return work_s // parts if k < parts - 1 else work_s - work_s // parts * (parts - 1)


@pytest.mark.parametrize(("name", "most_s"), [("volunteer", 16_200), ("eu_561", 32_400)])
def test_driving_as_long_as_the_rules_allow_is_driven_and_a_minute_more_is_not(name, most_s):
    vehicle = with_driver_rules(make_vehicle(driver_rules=name))
    quarter_s = most_s // 4
    for more_s in (0, 30):
        world = make_world({"hub": 0, "a": quarter_s + more_s, "b": quarter_s}, vehicles=(vehicle,))
        made = schedule(world, MONDAY, vehicle, [[make_drop("a")], [make_drop("b")]])
        assert isinstance(made, Infeasible) == bool(more_s), made
    assert made == Infeasible(rule="driving", lacking=60)
