"""Heavy vehicles drive by a table of their own: other roads and speeds, in tours, costs, reachability and the check."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from distrib import checker
from distrib.errors import BadInputError
from distrib.io.dataset_writing import write_dataset
from distrib.io.examples import copy_example
from distrib.io.export_problems import day_problems
from distrib.io.export_vroom import vroom_problem
from distrib.io.reading import read_dataset
from distrib.model.dataset import UNREACHABLE, Dataset, Travel
from distrib.pipeline import plan_week
from distrib.solver.allocation.access import depots_for_site
from distrib.travel import resolve


def slowed(table: Travel, factor: int, metres: int = 0) -> Travel:
    seconds = np.where(table.seconds == UNREACHABLE, UNREACHABLE, table.seconds * factor).astype(np.int32)
    longer = np.where(table.metres > 0, table.metres + metres, table.metres).astype(np.int32)
    return Travel(places=table.places, seconds=seconds, metres=longer, source="table")


@pytest.fixture
def toy(tmp_path: Path) -> Dataset:
    copy_example("toy", tmp_path / "toy")
    return resolve(read_dataset(tmp_path / "toy")[0])


def all_heavy(dataset: Dataset, gvw_kg: int = 12_000) -> Dataset:
    """Every vehicle weighs so much, every place takes it, and drivers are not limited."""
    vehicles = tuple(dataclasses.replace(v, gvw_kg=gvw_kg) for v in dataset.vehicles)
    sites = tuple(dataclasses.replace(s, largest_vehicle_gvw_kg=None) for s in dataset.sites)
    return dataclasses.replace(dataset, vehicles=vehicles, sites=sites, drivers=None)


def test_a_vehicle_drives_by_the_table_of_the_least_weight_not_below_its_own(toy: Dataset) -> None:
    assert toy.travel is not None
    tables = (toy.travel, slowed(toy.travel, 2), slowed(toy.travel, 3))
    heavy = dataclasses.replace(toy, travel_heavy=((7_500, tables[1]), (12_000, tables[2])))
    weights = {3_500: 0, 3_501: 1, 7_500: 1, 7_501: 2, 12_000: 2}
    for gvw_kg, number in weights.items():
        vehicle = dataclasses.replace(toy.vehicles[0], gvw_kg=gvw_kg)
        assert heavy.travel_for(vehicle) is tables[number]
        assert toy.travel_for(vehicle) is toy.travel


@pytest.mark.parametrize("router", ["baseline", "ortools", "pyvrp", "ruin_recreate"])
def test_tours_of_heavy_vehicles_have_their_own_times_and_km_and_pass_the_check(toy: Dataset, router: str) -> None:
    assert toy.travel is not None
    own = slowed(toy.travel, 2, metres=1_000)
    week = dataclasses.replace(all_heavy(toy), travel_heavy=((12_000, own),))
    planned = plan_week(week, effort="quick", router=router)
    rows = planned.plan.stops
    assert rows
    for before, row in itertools.pairwise(rows):
        if (before.date, before.vehicle_id, before.trip) == (row.date, row.vehicle_id, row.trip):
            assert row.from_previous_m == own.distance_m(before.place_id, row.place_id)
            assert row.arrival_s - before.departure_s >= own.driving_s(before.place_id, row.place_id)
    light = dataclasses.replace(planned.dataset, travel_heavy=())
    assert {b.code for b in checker.check(light, planned.plan)} != set()
    assert checker.check(planned.dataset, planned.plan) == ()


def test_a_site_that_only_heavy_vehicles_cannot_reach_is_served_by_light_ones_alone(toy: Dataset) -> None:
    assert toy.travel is not None
    site = next(s for s in toy.sites if not s.relay_site_id)
    seconds = toy.travel.seconds.copy()
    at = toy.travel.index(site.site_id)
    seconds[:, at] = UNREACHABLE
    cut_off = Travel(places=toy.travel.places, seconds=seconds, metres=toy.travel.metres.copy(), source="table")
    days = [d for d in toy.settings.delivery_dates if toy.drop_windows(site.site_id, d)]
    heavy = dataclasses.replace(all_heavy(toy), travel_heavy=((12_000, cut_off),))
    light = dataclasses.replace(heavy, vehicles=toy.vehicles)
    assert any(depots_for_site(light, site.site_id, day) for day in days)
    assert not any(depots_for_site(heavy, site.site_id, day) for day in days)


def test_vroom_gets_a_profile_for_each_class_of_vehicles(toy: Dataset) -> None:
    assert toy.travel is not None
    own = slowed(toy.travel, 2, metres=1_000)
    week = dataclasses.replace(all_heavy(toy), travel_heavy=((12_000, own),))
    planned = plan_week(week, effort="quick", router="baseline")
    day = day_problems(planned.dataset, planned.plan)[0]
    found = vroom_problem(planned.dataset, day)
    assert {vehicle["profile"] for vehicle in found["vehicles"]} == {"truck_12000"}
    a, b = day.places[:2]
    assert found["matrices"]["truck_12000"]["durations"][0][1] == own.driving_s(a, b)
    assert found["matrices"]["car"]["durations"][0][1] == toy.travel.driving_s(a, b)


def test_the_bound_of_transport_keeps_classes_that_drive_differently_apart(toy: Dataset) -> None:
    assert toy.travel is not None
    vehicles = tuple(dataclasses.replace(toy.vehicles[0], vehicle_id=f"T{kg}", gvw_kg=kg) for kg in (7_500, 12_000))
    tables = ((7_500, slowed(toy.travel, 2, metres=900)), (12_000, slowed(toy.travel, 1)))
    week = dataclasses.replace(all_heavy(toy), vehicles=vehicles, travel_heavy=tables)
    for planned in (
        plan_week(week, effort="quick"),
        plan_week(dataclasses.replace(week, travel_heavy=()), effort="quick"),
    ):
        level = next(row for row in planned.plan.levels if row.name == "transport")
        assert level.bound is not None and level.value is not None
        assert level.bound <= level.value


def test_tables_of_heavy_vehicles_are_written_and_read_back(toy: Dataset, tmp_path: Path) -> None:
    assert toy.travel is not None
    own = slowed(toy.travel, 2)
    week = dataclasses.replace(toy, travel_heavy=((7_500, own), (12_000, toy.travel)))
    (tmp_path / "written").mkdir()
    write_dataset(week, tmp_path / "written")
    again = read_dataset(tmp_path / "written")[0]
    assert [gvw_kg for gvw_kg, _ in again.travel_heavy] == [7_500, 12_000]
    assert (again.travel_heavy[0][1].seconds == own.seconds).all()
    assert (again.travel_heavy[1][1].metres == toy.travel.metres).all()


def test_a_vehicle_above_every_weight_of_the_heavy_tables_is_a_fault(toy: Dataset, tmp_path: Path) -> None:
    assert toy.travel is not None
    heavy = dataclasses.replace(all_heavy(toy, 12_000), travel_heavy=((11_999, slowed(toy.travel, 2)),))
    (tmp_path / "written").mkdir()
    write_dataset(heavy, tmp_path / "written")
    with pytest.raises(BadInputError) as caught:
        read_dataset(tmp_path / "written")
    assert {f.code for f in caught.value.findings} == {"no_heavy_rows"}


def test_faults_in_the_tables_of_heavy_vehicles_are_named_with_their_lines(toy: Dataset, tmp_path: Path) -> None:
    assert toy.travel is not None
    (tmp_path / "written").mkdir()
    write_dataset(toy, tmp_path / "written")
    a, b = toy.travel.places[:2]
    rows = (
        f"gvw_kg,from_id,to_id,seconds,metres\n12000,{a},{b},5,6\n12000,{a},{b},5,6\n0,{a},{b},5,6\n7500,{a},x9,-1,6\n"
    )
    (tmp_path / "written" / "travel_heavy.csv").write_text(rows)
    with pytest.raises(BadInputError) as caught:
        read_dataset(tmp_path / "written")
    assert {(f.code, f.line) for f in caught.value.findings if f.table == "travel_heavy"} >= {("not_above", 4)}
    (tmp_path / "written" / "travel_heavy.csv").write_text(rows.replace("\n0,", "\n7500,"))
    with pytest.raises(BadInputError) as caught:
        read_dataset(tmp_path / "written")
    found = {(f.code, f.line) for f in caught.value.findings if f.table == "travel_heavy"}
    assert found >= {("doubled_key", 3), ("unknown_id", 5), ("negative", 5)}
