"""Timing of one vehicle-day: exact, and every limit holds to the second."""

from __future__ import annotations

import dataclasses
import random

import pytest

from distrib.model.fleet import Vehicle
from distrib.model.routing import RoutingProblem, Task, Tour
from distrib.solver.routing.timing import Infeasible, cost_millicents, schedule
from tests.routing_cases import MONDAY, make_depot, make_drop, make_pick, make_problem, make_vehicle, make_world


def timed(world, trips, vehicle: Vehicle | None = None) -> Tour:
    found = schedule(world, MONDAY, vehicle or world.vehicles[0], trips)
    assert isinstance(found, Tour), found
    return found


def refused(world, trips, vehicle: Vehicle | None = None) -> Infeasible:
    found = schedule(world, MONDAY, vehicle or world.vehicles[0], trips)
    assert isinstance(found, Infeasible), found
    return found


def shortest_by_enumeration(world, vehicle: Vehicle, trips: list[list[Task]], horizon: int) -> int | None:
    """Least time between first arrival and last departure over all integer schedules; None when there is none."""
    depot = world.depot_by_id["hub"]
    rows: list[tuple[int, list[tuple[int, int]], int]] = []
    end = min(depot.closes_s, vehicle.shift_end_s)
    for trip in trips:
        opens = max([depot.opens_s, vehicle.shift_start_s] + [t.release_s for t in trip])
        rows.append((0, [(opens, horizon)], depot.loading_s if any(t.drops for t in trip) else 0))
        here = "hub"
        for task in trip:
            rows.append((world.travel.driving_s(here, task.place_id), list(task.windows), task.service_s))
            here = task.place_id
        rows.append(
            (world.travel.driving_s(here, "hub"), [(0, horizon)], depot.loading_s if any(t.picks for t in trip) else 0)
        )
    most = vehicle.break_after_s if vehicle.break_after_s is not None else 10**9
    best = None
    for first in range(rows[0][1][0][0], end + 1):
        states = {(first, first)}
        for k, (drive, windows, work) in enumerate(rows):
            after = set()
            for leave, rested in states:
                arrival = leave + drive
                for start in range(arrival, end + 1) if k else [first]:
                    if not any(a <= start <= b for a, b in windows):
                        continue
                    done = start + work
                    if done > end or done - rested > most:
                        continue
                    after.add((done, rested))
                    if vehicle.break_s is not None:
                        after.update((rest, rest) for rest in range(done + vehicle.break_s, end + 1))
            states = after
        spans = [leave - first for leave, rested in states if leave - rested <= most]
        if spans and (best is None or min(spans) < best):
            best = min(spans)
    return best


def random_case(seed: int) -> tuple[object, Vehicle, list[list[Task]]]:
    rng = random.Random(seed)
    names = [f"s{i}" for i in range(4)]
    depot = make_depot(opens_s=rng.randint(0, 4), closes_s=rng.randint(24, 30), loading_s=rng.randint(0, 2))
    limits = {"break_after_s": rng.randint(5, 10), "break_s": rng.randint(1, 3)} if rng.random() < 0.7 else {}
    vehicle = make_vehicle(shift_start_s=rng.randint(0, 4), shift_end_s=rng.randint(24, 30), **limits)
    world = make_world({"hub": 0} | {name: rng.randint(0, 3) for name in names}, vehicles=(vehicle,), depots=(depot,))
    tasks = []
    for name in rng.sample(names, rng.randint(2, 4)):
        opens = rng.randint(0, 15)
        windows = [(opens, opens + rng.randint(0, 6))]
        if rng.random() < 0.5:
            again = windows[0][1] + rng.randint(2, 6)
            windows.append((again, again + rng.randint(0, 4)))
        make = make_drop if rng.random() < 0.7 else make_pick
        tasks.append(
            make(name, service_s=rng.randint(0, 2), windows=tuple(windows), release_s=rng.choice([0, 0, 0, 5]))
        )
    tasks.sort(key=lambda task: task.windows[-1])
    cut = rng.randint(1, len(tasks))
    return world, vehicle, [trip for trip in (tasks[:cut], tasks[cut:]) if trip]


@pytest.mark.parametrize("block", range(4))
def test_no_schedule_of_whole_seconds_is_shorter(block):
    feasible = 0
    for seed in range(block * 40, block * 40 + 40):
        world, vehicle, trips = random_case(seed)
        found = schedule(world, MONDAY, vehicle, trips)
        best = shortest_by_enumeration(world, vehicle, trips, 40)
        if best is None:
            assert isinstance(found, Infeasible), (seed, found)
        else:
            assert isinstance(found, Tour), (seed, found, best)
            assert found.trips[-1].end_s - found.trips[0].start_s == best, (seed, found)
            feasible += 1
    assert feasible >= 8
