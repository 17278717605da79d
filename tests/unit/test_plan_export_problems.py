"""Problems and solutions for other solvers: VROOM JSON and VRPLIB hold the plan's stops, times and loads."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import pyvrp
import vrplib

from distrib.io.export_problems import FAR_S, day_problems
from distrib.io.export_vroom import vroom_problem, vroom_solution, write_vroom
from distrib.io.export_vrplib import write_vrplib
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3, kits=True)
    return dataset, full_plan(dataset)


def test_every_stop_is_a_job_with_what_the_plan_drops_and_picks_there(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    problems = day_problems(dataset, plan)
    assert {problem.date for problem in problems} == {row.date for row in plan.stops}
    visits = [visit for problem in problems for visit in problem.visits]
    stops = [row for row in plan.stops if row.place_kind != "depot"]
    assert sorted((v.row.date, v.row.vehicle_id, v.row.trip, v.row.stop) for v in visits) == sorted(
        (r.date, r.vehicle_id, r.trip, r.stop) for r in stops
    )
    assert sum(visit.drop[0] for visit in visits) == sum(row.load_g for row in plan.deliveries)
    assert sum(visit.pick[0] for visit in visits) == sum(row.pick_g for row in stops)


def test_vroom_gets_windows_skills_amounts_and_the_trips_of_the_plan_as_steps(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    files = write_vroom(tmp_path, dataset, plan)
    assert len(files) == 2 * len(day_problems(dataset, plan))
    for problem in day_problems(dataset, plan):
        content = json.loads((tmp_path / f"{problem.stem}.vroom.json").read_text(encoding="utf-8"))
        jobs = {job["id"]: job for job in content["jobs"]}
        size = len(content["matrices"]["car"]["durations"])
        assert all(job["location_index"] < size and job["time_windows"] for job in jobs.values())
        done = [s["id"] for v in content["vehicles"] for s in v.get("steps", []) if s["type"] == "job"]
        assert sorted(done) == sorted(jobs)
        by_id = {vehicle.vehicle_id: vehicle for vehicle in problem.vehicles}
        for record in content["vehicles"]:
            vehicle = by_id[record["description"].rpartition("/")[0]]
            for visit in problem.visits:
                assert (set(jobs[visit.number]["skills"]) <= set(record["skills"])) == visit.may_use(vehicle)


def test_a_solution_for_vroom_keeps_the_planned_arrivals_and_ends_with_what_was_picked(
    sample: tuple[Dataset, Plan],
) -> None:
    dataset, plan = sample
    for problem in day_problems(dataset, plan):
        solution = vroom_solution(problem)
        assert solution["summary"]["distance"] == sum(r.from_previous_m for r in plan.stops if r.date == problem.date)
        for route in solution["routes"]:
            steps = route["steps"]
            assert [steps[0]["type"], steps[-1]["type"]] == ["start", "end"]
            assert steps[0]["load"] == route["delivery"]
            assert steps[-1]["load"] == route["pickup"]
            assert [step["arrival"] for step in steps] == sorted(step["arrival"] for step in steps)


def test_a_place_that_takes_small_vehicles_only_and_cold_goods_become_skills(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    small = tuple(dataclasses.replace(site, largest_vehicle_gvw_kg=3500) for site in dataset.sites)
    cold = tuple(dataclasses.replace(product, needs_cold=True) for product in dataset.products)
    strict = dataclasses.replace(dataset, sites=small, products=cold)
    for problem in day_problems(strict, plan):
        jobs = vroom_problem(strict, problem)["jobs"]
        assert all(job["skills"] == ([2] if job["delivery"][0] else [1]) for job in jobs)
        for vehicle in problem.vehicles:
            assert all(
                v.may_use(vehicle) == (vehicle.cold if v.cold else vehicle.gvw_kg <= 3500) for v in problem.visits
            )


def test_vrplib_files_are_read_by_other_programs_with_the_same_numbers(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    write_vrplib(tmp_path, dataset, plan)
    for problem in day_problems(dataset, plan):
        data = pyvrp.read(tmp_path / f"{problem.stem}.vrp")
        solution = vrplib.read_solution(tmp_path / f"{problem.stem}.sol")
        assert data.num_clients == len(problem.visits)
        assert data.num_vehicles == len(problem.vehicles)
        assert data.num_load_dimensions == 2
        visited = sorted(n for route in solution["routes"] for n in route if n)
        assert visited == [visit.number for visit in problem.visits]
        for vehicle, route in zip(problem.vehicles, solution["routes"], strict=True):
            trips = [rows for (name, _), (rows, _) in problem.trips.items() if name == vehicle.vehicle_id]
            assert route.count(0) == max(0, len(trips) - 1)


def test_a_pair_that_cannot_be_driven_is_written_as_very_far(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    assert dataset.travel is not None
    seconds = dataset.travel.seconds.copy()
    first = day_problems(dataset, plan)[0]
    one, two = (dataset.travel.index(place) for place in first.places[1:3])
    seconds[one, two] = -1
    travel = type(dataset.travel)(
        places=dataset.travel.places, seconds=seconds, metres=dataset.travel.metres.copy(), source="test"
    )
    parted = day_problems(dataclasses.replace(dataset, travel=travel), plan)[0]
    assert parted.seconds[1][2] == FAR_S


def test_an_empty_plan_has_no_problem(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    assert write_vroom(tmp_path, sample[0], Plan()) == ()
    assert write_vrplib(tmp_path, sample[0], Plan()) == ()
