"""Every routing engine keeps every T rule, leaves out nothing that fits, and repeats itself."""

from __future__ import annotations

import dataclasses
import os
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest

from distrib.errors import UsageError
from distrib.model.effort import Effort
from distrib.model.fleet import Drivers, with_driver_rules
from distrib.model.routing import RoutingProblem, Tour
from distrib.solver.routing import router, routers
from distrib.solver.routing.reasons import CAUSES
from distrib.solver.routing.timing import schedule, tour_cost_units
from tests.instances import make_dataset
from tests.routing_cases import (
    MONDAY,
    generated_problem,
    make_depot,
    make_drop,
    make_pick,
    make_problem,
    make_vehicle,
    make_world,
)
from tests.routing_verifier import breaches

ENGINES = sorted(routers())
HOUR = 3600


@pytest.fixture(params=ENGINES, scope="module")
def engine(request):
    return router(request.param)


def routed(engine, problem, *, effort=Effort.QUICK, seed=1):
    found = engine.route(problem, effort=effort, seed=seed)
    assert breaches(problem, found) == []
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_rule_holds_on_generated_weeks(engine, seed):
    data = make_dataset(seed, sites=10 + 7 * seed, depots=1 + seed % 2, packing_times=seed % 3 > 0, drivers=seed != 4)
    found = routed(engine, generated_problem(data, seed))
    assert all(unrouted.cause in set(CAUSES) - {"search"} for unrouted in found.unrouted)


def test_every_rule_holds_when_everything_is_scarce(engine):
    data = make_dataset(11, sites=40, vans=2, trucks=1)
    few = tuple(
        dataclasses.replace(v, shift_end_s=v.shift_start_s + 5 * HOUR, capacity_g=400_000) for v in data.vehicles
    )
    problem = generated_problem(dataclasses.replace(data, vehicles=few), 11)
    found = routed(engine, problem)
    assert found.unrouted
    assert found.tours


def test_a_stop_is_made_by_the_vehicle_settled_for_it_and_by_no_other(engine):
    vans = tuple(make_vehicle(name) for name in ("V1", "V2", "V3"))
    world = make_world({"hub": 0, "a": 10, "b": 20, "c": 30}, vehicles=vans)
    drops = [make_drop("a", vehicle_id="V2"), make_drop("b", vehicle_id="V3"), make_drop("c")]
    found = routed(engine, make_problem(world, *drops))
    by = {stop.task_id: tour.vehicle_id for tour in found.tours for trip in tour.trips for stop in trip.stops}
    assert (by["drop/a"], by["drop/b"]) == ("V2", "V3")
    assert by["drop/c"] in {"V2", "V3"}
    full = make_drop("a", vehicle_id="V2", load_g=1_000_001)
    for task, cause in ((full, "too_big"), (make_drop("a", vehicle_id="V9"), "not_settled")):
        assert [u.cause for u in routed(engine, make_problem(world, task)).unrouted] == [cause]


def test_no_task_gives_no_tour(engine):
    found = routed(engine, make_problem(make_world({"hub": 0})))
    assert (found.tours, found.unrouted, found.cost_millicents) == ((), (), 0)


def test_without_a_vehicle_every_task_is_left_out_with_its_reason(engine):
    world = make_world({"hub": 0, "a": 10}, vehicles=(make_vehicle(weekdays=(3,)),))
    found = routed(engine, make_problem(world, make_drop("a"), make_pick("a")))
    assert [unrouted.cause for unrouted in found.unrouted] == ["no_vehicle", "no_vehicle"]


def test_a_closed_place_is_left_out_and_the_rest_is_served(engine):
    world = make_world({"hub": 0, "a": 10, "b": 20})
    found = routed(engine, make_problem(world, make_drop("a", windows=()), make_drop("b")))
    assert [unrouted.cause for unrouted in found.unrouted] == ["closed"]


def test_picks_come_home_on_a_trip_that_brought_drops(engine):
    world = make_world({"hub": 0, "site": 3000, "farm": 3100}, depots=(make_depot(loading_s=600),))
    found = routed(engine, make_problem(world, make_drop("site", load_g=900_000), make_pick("farm", load_g=900_000)))
    assert [[s.task_id for s in trip.stops] for tour in found.tours for trip in tour.trips] == [
        ["drop/site", "pick/farm"]
    ]


def test_a_full_vehicle_reloads_rather_than_a_second_one_driving(engine):
    world = make_world(
        {"hub": 0, "a": 600, "b": 700, "c": 800},
        vehicles=(
            make_vehicle("V1", capacity_baskets=10, cents_per_day=6000),
            make_vehicle("V2", capacity_baskets=10, cents_per_day=6000),
        ),
    )
    found = routed(engine, make_problem(world, make_drop("a"), make_drop("b"), make_drop("c")))
    assert len(found.tours) == 1
    assert len(found.tours[0].trips) == 3


@pytest.mark.parametrize(("people", "heavy", "carried"), [(2, 1, 2), (1, 1, 1), (2, 0, 1)])
def test_drivers_by_licence_bound_the_vehicles(engine, people, heavy, carried):
    vehicles = (
        make_vehicle("T", gvw_kg=12_000, shift_end_s=1300),
        make_vehicle("V", shift_end_s=1300),
    )
    rows = (Drivers(weekday=0, licence="B", people=people - heavy), Drivers(weekday=0, licence="C", people=heavy))
    world = make_world({"hub": 0, "a": (600, 0), "b": (-600, 0)}, vehicles=vehicles, drivers=rows)
    found = routed(engine, make_problem(world, make_drop("a"), make_drop("b")))
    assert len(found.tours) == carried
    if carried == 1:
        assert [unrouted.cause for unrouted in found.unrouted] == ["no_driver"]


def test_drivers_are_shared_between_depots(engine):
    depots = (make_depot(), make_depot(depot_id="hub2"))
    vehicles = (make_vehicle("V1"), make_vehicle("V2", depot_id="hub2"))
    rows = (Drivers(weekday=0, licence="B", people=1),)
    world = make_world({"hub": 0, "hub2": 5, "a": 600, "b": 700}, vehicles=vehicles, depots=depots, drivers=rows)
    found = routed(engine, make_problem(world, make_drop("a"), make_drop("b", depot_id="hub2", load_g=20_000)))
    assert len(found.tours) == 1
    assert [unrouted.task_id for unrouted in found.unrouted] == ["drop/a"]


@pytest.mark.parametrize("limit", ["max_day_s", "max_driving_s"])
@pytest.mark.parametrize(("spare_s", "carried"), [(0, 2), (-60, 1)])
def test_a_drivers_hours_hold_at_the_limit_and_a_minute_beyond(engine, limit, spare_s, carried):
    vehicle = make_vehicle(**{limit: 2 * 6000 + spare_s})
    world = make_world({"hub": 0, "a": 3000, "b": 6000}, vehicles=(vehicle,))
    found = routed(engine, make_problem(world, make_drop("a"), make_drop("b")))
    assert sum(len(trip.stops) for tour in found.tours for trip in tour.trips) == carried


@pytest.mark.parametrize(("rules", "most_s"), [("volunteer", 16_200), ("eu_561", 32_400)])
def test_named_hours_bound_the_driving_of_a_day_over_several_trips(engine, rules, most_s):
    vehicle = with_driver_rules(make_vehicle(driver_rules=rules, capacity_baskets=10, gvw_kg=12_000))
    sites = {f"s{k}": 1800 + 300 * k for k in range(12)}
    world = make_world({"hub": 0, **sites}, vehicles=(vehicle,))
    found = routed(engine, make_problem(world, *(make_drop(name, service_s=60) for name in sites)))
    assert found.unrouted
    assert sum(trip.return_s - trip.start_s for tour in found.tours for trip in tour.trips) > most_s // 2


def test_a_cold_lot_waits_for_the_cold_vehicle(engine):
    vehicles = (make_vehicle("V1", cents_per_day=1), make_vehicle("V2", cold=True, cents_per_day=9000))
    world = make_world({"hub": 0, "f": 600}, vehicles=vehicles)
    found = routed(engine, make_problem(world, make_pick("f", cold=True)))
    assert [tour.vehicle_id for tour in found.tours] == ["V2"]


def test_a_day_too_long_for_one_stretch_takes_its_break(engine):
    vehicle = make_vehicle(break_after_s=2 * HOUR, break_s=1800)
    world = make_world({"hub": 0, "a": 3000, "b": 6000}, vehicles=(vehicle,))
    found = routed(engine, make_problem(world, make_drop("a"), make_drop("b")))
    assert not found.unrouted
    assert sum(stop.break_s for trip in found.tours[0].trips for stop in trip.stops) == 1800


def test_the_second_window_of_a_day_is_used(engine):
    windows = ((8 * HOUR, 9 * HOUR), (14 * HOUR, 15 * HOUR))
    world = make_world({"hub": 0, "a": 600}, vehicles=(make_vehicle(shift_start_s=12 * HOUR),))
    found = routed(engine, make_problem(world, make_drop("a", windows=windows)))
    assert found.tours[0].trips[0].stops[0].start_s == 14 * HOUR


def test_the_same_problem_gives_the_same_answer(engine):
    problem = generated_problem(make_dataset(5, sites=30, depots=2), 5)
    assert routed(engine, problem) == routed(engine, problem)


@pytest.mark.parametrize("name", ENGINES)
def test_another_process_with_another_hash_seed_gives_the_same_answer(name):
    code = (
        "import hashlib\n"
        "from distrib.model.effort import Effort\n"
        "from distrib.solver.routing import router\n"
        "from tests.instances import make_dataset\n"
        "from tests.routing_cases import generated_problem\n"
        "problem = generated_problem(make_dataset(3, sites=18), 3)\n"
        f"found = router({name!r}).route(problem, effort=Effort.QUICK, seed=1)\n"
        "print(hashlib.sha256(repr(found).encode()).hexdigest())\n"
    )
    root = Path(__file__).parents[2]
    digests = set()
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=root
        )
        digests.add(done.stdout.strip())
    assert len(digests) == 1


@pytest.mark.parametrize("seed", [3, 8, 9])
def test_ortools_is_never_worse_than_the_baseline(seed):
    problem = generated_problem(make_dataset(seed, sites=25, depots=1 + seed % 2), seed)
    tasks = {task.task_id: task for task in problem.tasks}

    def value(name: str) -> tuple[int, int]:
        found = routed(router(name), problem)
        return sum(tasks[u.task_id].load_g + 1 for u in found.unrouted), found.cost_millicents

    assert value("ortools") <= value("baseline")


def test_an_unknown_engine_is_a_usage_error_that_names_the_known_ones():
    with pytest.raises(UsageError, match="baseline"):
        router("fastest")


# --- known answers ------------------------------------------------------------------------------------


def best_by_enumeration(problem: RoutingProblem) -> tuple[int, int]:
    """(grams left out + 1 per task, cost units) of the best plan of one date, over all tours of all vehicles."""
    tasks = problem.tasks
    known = {task.task_id: task for task in tasks}
    everything = range(1 << len(tasks))
    best = {0: 0}
    for vehicle in problem.dataset.vehicles:
        mine = {0: 0}
        for subset in everything:
            chosen = [task for k, task in enumerate(tasks) if subset >> k & 1]
            costs = []
            for order in permutations(chosen):
                for cuts in range(1 << max(0, len(order) - 1)):
                    trips: list[list] = [[]]
                    for k, task in enumerate(order):
                        trips[-1].append(task)
                        if cuts >> k & 1:
                            trips.append([])
                    tour = schedule(problem.dataset, MONDAY, vehicle, trips) if chosen else None
                    if isinstance(tour, Tour):
                        costs.append(tour_cost_units(problem.dataset, known, tour))
            if costs:
                mine[subset] = min(costs)
        best = {
            a | b: min(best[x] + mine[y] for x in best for y in mine if x & y == 0 and x | y == a | b)
            for a in best
            for b in mine
            if a & b == 0
        }
    everyone = {
        subset: sum(task.load_g + 1 for k, task in enumerate(tasks) if not subset >> k & 1) for subset in everything
    }
    return min((everyone[subset], cost) for subset, cost in best.items())


def small_problem(seed: int) -> RoutingProblem:
    """Four stops and two vehicles with tight loads, hours, breaks and packing."""
    rng = random.Random(seed)
    breaks = {"break_after_s": rng.randint(5000, 9000), "break_s": 900} if seed % 2 else {}
    vehicles = tuple(
        make_vehicle(
            f"V{k}", capacity_g=rng.choice([20_000, 25_000, 40_000]), cents_per_day=rng.choice([500, 6000]), cold=k == 0,
            millicents_per_km=35_000, millicents_per_h=2_200_000, shift_end_s=rng.randint(12_000, 20_000),
            max_trips=rng.choice([1, 2, 3]), speed_factor_milli=rng.choice([900, 1000]), **breaks,
        )
        for k in range(2)
    )  # fmt: skip
    spots = {"hub": (0, 0)} | {f"p{k}": (rng.randint(-1500, 1500), rng.randint(-1500, 1500)) for k in range(4)}
    world = make_world(spots, vehicles=vehicles, depots=(make_depot(loading_s=600),))
    tasks = []
    for k in range(4):
        opens = rng.randint(0, 9000)
        windows = [(opens, opens + rng.randint(1000, 6000))]
        if k == 2:
            windows.append((windows[0][1] + 1500, windows[0][1] + 3500))
        load = rng.choice([5_000, 10_000, 18_000])
        make = make_pick if k == 3 else make_drop
        release = {} if k == 3 else {"release_s": rng.choice([0, 0, 2500])}
        tasks.append(make(f"p{k}", load_g=load, windows=tuple(windows), service_s=rng.randint(60, 600), **release))
    return make_problem(world, *tasks)


@pytest.mark.parametrize("seed", range(8))
def test_tiny_problems_are_solved_to_the_best_that_enumeration_finds(engine, seed):
    problem = small_problem(seed)
    tasks = {task.task_id: task for task in problem.tasks}
    found = routed(engine, problem)
    left = sum(tasks[unrouted.task_id].load_g + 1 for unrouted in found.unrouted)
    cost = sum(tour_cost_units(problem.dataset, tasks, tour) for tour in found.tours)
    assert (left, cost) == best_by_enumeration(problem)
