"""The bound of transport against enumeration: labels, tables, cases, and what they add up to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import random
from pathlib import Path

import numpy as np
import pytest

from benchmarks.routing.weeks import make_week
from distrib.model.dataset import Travel
from distrib.model.effort import Effort
from distrib.model.fleet import Drivers
from distrib.model.routing import DropItem, OtherDate, RoutingProblem, Unrouted
from distrib.solver.routing import router
from distrib.solver.routing.bound import completion, kernels, transport_bound
from distrib.solver.routing.bound.assignment import assignment_bound
from distrib.solver.routing.bound.case import cases_of
from distrib.solver.routing.bound.kernels import EXACT
from distrib.solver.routing.bound.memory import Memory
from distrib.solver.routing.bound.pricing import DETAIL, Barred, Pricer
from distrib.solver.routing.bound.search import Search
from distrib.solver.routing.bound.transport import of_days, told_apart
from distrib.solver.routing.timing import tour_cost_units
from tests.routing_cases import MONDAY, make_depot, make_drop, make_pick, make_vehicle, make_world
from tests.routing_enumeration import day_costs, optimum

HOUR = 3600
WEEKS = range(12)


def tiny_week(seed: int, *, metric: bool, breaks: bool = False, longest_s: int | None = None) -> RoutingProblem:
    """Four stops of one date: drops and picks, windows, releases, two sizes of vehicles; a travel table, metric or not.

    ``breaks``: vehicles pause after two and a half hours; ``longest_s``: drivers work no longer than that.
    """
    rng = random.Random(seed)
    names = ["p0", "p1", "p2", "p3"]
    depot = make_depot(opens_s=6 * HOUR, closes_s=18 * HOUR, loading_s=rng.choice([0, 900, 1800]))
    van = {
        "shift_start_s": 7 * HOUR,
        "shift_end_s": 15 * HOUR,
        "capacity_baskets": 25,
        "max_trips": 3,
        "cents_per_day": 4000,
    }
    truck = {
        "shift_start_s": 6 * HOUR,
        "shift_end_s": 14 * HOUR,
        "gvw_kg": 12_000,
        "max_trips": 2,
        "cents_per_day": 9000,
    }
    price = {"millicents_per_km": rng.choice([20_000, 90_000]), "millicents_per_h": rng.choice([0, 2_200_000])}
    price |= {"break_after_s": 9_000, "break_s": 1_200} if breaks else {}
    price |= {"max_day_s": longest_s} if longest_s else {}
    vehicles = (
        make_vehicle("V1", **van, **price, capacity_g=rng.choice([25_000, 60_000])),
        make_vehicle("V2", **van, **price),
        make_vehicle("W1", **truck, **price, cold=True, speed_factor_milli=rng.choice([900, 1000])),
    )
    drivers = (Drivers(weekday=0, licence="B", people=1), Drivers(weekday=0, licence="C", people=1))
    world = make_world(
        {"hub": 0, **{name: rng.randint(600, 3000) for name in names}},
        vehicles=vehicles,
        depots=(depot,),
        drivers=drivers,
    )
    assert world.travel is not None
    table = world.travel.seconds.copy()
    for a in range(5):
        for b in range(5):
            if a != b and not metric:
                table[a, b] = max(60, table[a, b] * rng.choice([1, 1, 2, 3]) + rng.randint(0, 300))
    travel = Travel(places=world.travel.places, seconds=table, metres=(table * 11).astype(np.int32), source="table")
    tasks = tuple(sorted((_stop(rng, name) for name in names), key=lambda task: task.task_id))
    return RoutingProblem(dataset=dataclasses.replace(world, travel=travel), tasks=tasks)


def _stop(rng: random.Random, name: str):
    service = rng.choice([300, 900])
    if rng.random() < 0.3:
        grams = rng.choice([10_000, 30_000])
        return make_pick(
            name, service_s=service, load_g=grams, windows=((7 * HOUR, 13 * HOUR),), cold=rng.random() < 0.3
        )
    windows = rng.choice(
        [((8 * HOUR, 11 * HOUR),), ((7 * HOUR, 8 * HOUR), (10 * HOUR, 12 * HOUR)), ((6 * HOUR, 14 * HOUR),)]
    )
    return make_drop(
        name,
        service_s=service,
        windows=windows,
        release_s=rng.choice([0, 7 * HOUR, 8 * HOUR, 9 * HOUR]),
        max_gvw_kg=rng.choice([None, None, 3500]),
    )


@pytest.mark.parametrize("seed", WEEKS)
def test_the_cheapest_day_of_a_vehicle_is_that_of_enumeration(seed):
    problem = tiny_week(seed, metric=seed % 3 == 0)
    (case,) = cases_of(problem)
    rng = random.Random(seed)
    value = np.array([rng.randint(0, 60) * 1_800_000_000 for _ in case.tasks], dtype=np.int64)
    pricer = Pricer(case=case, memory=Memory(case.distance, len(case.tasks), across=True))
    for g, group in enumerate(case.groups):
        costs = day_costs(problem.dataset, MONDAY, problem.dataset.vehicle_by_id[group.members[0]], case.tasks)
        worth = {task.task_id: int(v) for task, v in zip(case.tasks, value, strict=True)}
        least = min(cost - sum(worth[t] for t in ids) for ids, cost in costs.items())
        priced = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=1 << 55, room=1 << 50)
        assert priced.least == least
        best = min(priced.columns, key=lambda c: c.price - sum(int(value[t]) for t in c.day if t >= 0))
        assert costs[frozenset(case.tasks[t].task_id for t in best.day if t >= 0)] == best.price


@pytest.mark.parametrize("metric", [True, False])
@pytest.mark.parametrize("seed", WEEKS)
def test_no_bound_is_above_the_optimum_of_a_tiny_week_and_the_best_one_reaches_it_where_detours_never_pay(seed, metric):
    problem = tiny_week(seed, metric=metric)
    best = optimum(problem, MONDAY)
    assert best is not None, "the weeks of WEEKS are those whose stops can all be carried"
    (case,) = cases_of(problem)
    found = Search(case=case, upper=2 * best, budget=2 * 10**9).run([])
    assert found.bound <= best
    if metric:
        assert found.bound >= best - 100
    single = Search(case=case, upper=2 * best, budget=10**9, single=True).run([])
    assert 0 < single.bound <= best
    assert assignment_bound(case) <= best


@pytest.mark.parametrize("seed", range(6))
def test_no_bound_is_above_the_optimum_where_drivers_take_breaks(seed):
    problem = tiny_week(seed, metric=True, breaks=True)
    best = optimum(problem, MONDAY)
    (case,) = cases_of(problem)
    assert best is not None
    for single in (False, True):
        found = Search(case=case, upper=2 * best, budget=10**9, single=single).run([])
        assert 0 < found.bound <= best


@pytest.mark.parametrize("seed", range(8))
def test_no_bound_is_above_the_optimum_where_drivers_work_less_than_the_shift(seed):
    problem = tiny_week(seed, metric=seed % 2 == 0, breaks=seed % 3 == 0, longest_s=5 * HOUR)
    best = optimum(problem, MONDAY)
    (case,) = cases_of(problem)
    assert best is not None, "the stops of these weeks can all be carried in days of five hours"
    found = [Search(case=case, upper=2 * best, budget=10**9, single=single).run([]).bound for single in (True, False)]
    assert 0 < min(found) <= max(found) <= best
    assert assignment_bound(case) <= best


@pytest.mark.parametrize("seed", range(8))
def test_vehicles_put_together_never_raise_a_bound_and_their_values_are_good_for_them_told_apart(seed):
    problem = tiny_week(seed, metric=seed % 2 == 0)
    early, late = (
        dataclasses.replace(
            problem.dataset.vehicle_by_id["V2"],
            vehicle_id=name,
            shift_start_s=opens * HOUR,
            shift_end_s=(opens + 8) * HOUR,
            cold=name == "V1",
        )
        for name, opens in (("V1", 6), ("V2", 7))
    )
    truck = problem.dataset.vehicle_by_id["W1"]
    dataset = dataclasses.replace(problem.dataset, vehicles=(early, late, truck))
    problem = dataclasses.replace(problem, dataset=dataset)
    best = optimum(problem, MONDAY)
    assert best is not None, "the stops of these weeks can all be carried"
    (coarse,), (case,) = cases_of(problem, coarse=True), cases_of(problem)
    assert [group.members for group in coarse.groups] == [("V1", "V2"), ("W1",)]
    assert len(case.groups) == 3
    trips = Search(case=coarse, upper=2 * best, budget=10**9, single=True).run([])
    days = Search(case=coarse, upper=2 * best, budget=10**9, whole=True).run([], of_days(coarse, trips))
    assert 0 < trips.bound <= days.bound <= best
    rows = Search(case=case, upper=2 * best, budget=10**9)
    rows._begin([], told_apart(coarse, case, days))
    (leaf,) = rows.leaves
    rows._solve(leaf)
    leaf.bound, leaf.guess, leaf.pull = 0, 0, 1.0
    rows._pass(leaf, 2)
    assert days.bound * 9 // 10 <= leaf.bound <= best


def test_a_shorter_day_bears_more_of_its_fixed_price_in_each_trip():
    whole, short = (tiny_week(1, metric=True, longest_s=longest) for longest in (None, 5 * HOUR))
    best = optimum(short, MONDAY)
    found = [
        Search(case=cases_of(week)[0], upper=2 * best, budget=10**9, single=True).run([]).bound
        for week in (whole, short)
    ]
    assert found[0] < found[1] <= best


@pytest.mark.parametrize("seed", range(4))
def test_no_bound_is_above_the_optimum_of_a_week_whose_stops_are_several_sites_at_a_relay(seed):
    whole = tiny_week(seed, metric=True)
    tasks = tuple(task if not task.is_drop else _relayed(task) for task in whole.tasks)
    problem = dataclasses.replace(whole, tasks=tasks)
    best = optimum(problem, MONDAY)
    assert best is not None
    (case,) = cases_of(problem)
    found = Search(case=case, upper=2 * best, budget=2 * 10**9).run([])
    assert best - 100 <= found.bound <= best


def _relayed(task):
    """The drop with the baskets of another site on top."""
    more = DropItem(site_id="relayed", basket_id="b", baskets=4, load_g=4_000)
    return dataclasses.replace(
        task, drops=(*task.drops, more), baskets=14, places=14, load_g=14_000, service_s=task.service_s + 60
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_of_a_week_of_free_dates_is_that_of_the_dates_chosen(seed):
    week = tiny_week(seed, metric=True)
    tuesday = MONDAY + dt.timedelta(days=1)
    tasks = tuple(
        dataclasses.replace(task, other_dates=(OtherDate(date=tuesday, windows=task.windows),))
        if task.is_drop
        else task
        for task in week.tasks
    )
    free = dataclasses.replace(week, dataset=dataclasses.replace(week.dataset, drivers=None), tasks=tasks)
    settled = free.settled_on({task.task_id: tuesday for task in tasks[::2] if task.is_drop})
    routing = router("ruin_recreate").route(settled, effort=Effort.QUICK, seed=0)
    assert not routing.unrouted
    best = sum(optimum(settled, date) for date in sorted({task.date for task in settled.tasks}))
    found = transport_bound(free, routing, effort=Effort.STANDARD)
    assert found == transport_bound(settled, routing, effort=Effort.STANDARD)
    assert best - 1_000 <= sum(date.bound for date in found.dates) <= best


def test_machine_code_of_the_tables_is_renewed_when_what_is_compiled_into_it_changes():
    digest = hashlib.sha256(Path(kernels.__file__).read_bytes()).hexdigest()
    assert digest[:12] == completion.WOVEN, f"write {digest[:12]} there"


@pytest.mark.parametrize(("seed", "depots"), [(1, 1), (2, 2)])
def test_no_bound_is_above_the_cost_of_any_known_plan_even_of_one_it_was_not_told(seed, depots):
    problem = make_week(14, seed, style="full", depots=depots)
    plans = [
        router(engine).route(problem, effort=Effort.QUICK, seed=n)
        for engine, n in (("baseline", 0), ("ruin_recreate", 0), ("ruin_recreate", 1))
    ]
    tasks = {task.task_id: task for task in problem.tasks}
    compared = 0
    for case in cases_of(problem):
        costs = [
            sum(tour_cost_units(problem.dataset, tasks, tour) for tour in plan.tours if tour.date == case.date)
            for plan in plans
            if all(tasks[row.task_id].date != case.date for row in plan.unrouted)
        ]
        if not costs:
            continue
        compared += 1
        trips = Search(case=case, upper=3 * min(costs), budget=3 * 10**8, single=True).run([])
        days = Search(case=case, upper=3 * min(costs), budget=5 * 10**8).run([], of_days(case, trips))
        assert 0 < trips.bound <= min(costs)
        assert trips.bound <= days.bound <= min(costs)
    assert compared >= 3


@pytest.mark.parametrize("seed", range(3))
def test_the_values_of_trips_prove_as_much_for_days(seed):
    problem = make_week(10, seed, style="plain")
    case = cases_of(problem)[0]
    trips = Search(case=case, upper=1 << 50, budget=10**9, single=True).run([])
    rows = Search(case=case, upper=1 << 50, budget=1)
    rows._begin([], of_days(case, trips))
    (leaf,) = rows.leaves
    rows._solve(leaf)
    leaf.bound, leaf.guess, leaf.pull = 0, 0, 1.0
    rows.budget = 10**9
    rows._pass(leaf, 2)
    assert leaf.bound >= trips.bound - trips.bound // 10**6


def test_the_tables_never_promise_more_than_the_day_that_labels_find():
    problem = make_week(12, 4, style="full")
    for case in cases_of(problem):
        value = np.full(len(case.tasks), 70 * 1_800_000_000, dtype=np.int64)
        pricer = Pricer(case=case, memory=Memory(case.distance, 6))
        for g in range(len(case.groups)):
            free = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=1 << 55, room=1 << 50)
            pruned = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=free.least + 1, room=1 << 50)
            nothing = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=free.least, room=1 << 50)
            assert pruned.least == free.least
            assert nothing.columns == []


@pytest.mark.parametrize("across", [False, True])
def test_tables_of_any_detail_leave_the_cheapest_day_as_it_is(across):
    problem = make_week(12, 4, style="full")
    for case in cases_of(problem)[1:2]:
        value = np.full(len(case.tasks), 70 * 1_800_000_000, dtype=np.int64)
        pricer = Pricer(case=case, memory=Memory(case.distance, 6, across=across))
        for g in range(len(case.groups)):
            free = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=1 << 55, room=1 << 50)
            for detail in range(len(DETAIL)):
                pricer.detail[g][2] = detail
                pruned = pricer.days(g, value, 0, Barred(), level=EXACT, width=0, cutoff=free.least + 1, room=1 << 50)
                assert pruned.least == free.least


def test_a_proof_that_runs_out_of_work_says_so_and_stays_below():
    problem = make_week(60, 5, style="plain")
    case = cases_of(problem)[0]
    value = np.full(len(case.tasks), 60 * 1_800_000_000, dtype=np.int64)
    pricer = Pricer(case=case, memory=Memory(case.distance, 6))
    last = len(case.groups) - 1
    whole = pricer.days(last, value, 0, Barred(), level=EXACT, width=0, cutoff=0, room=1 << 50)
    hurried = pricer.days(last, value, 0, Barred(), level=EXACT, width=0, cutoff=0, room=2_000)
    assert hurried.short
    assert not whole.short
    assert hurried.least <= whole.least


def test_the_known_cost_is_never_passed_even_when_it_is_dear():
    problem = make_week(10, 3, style="full")
    routing = router("baseline").route(problem, effort=Effort.QUICK, seed=0)
    found = transport_bound(problem, routing, effort=Effort.STANDARD)
    assert 0 < found.millicents <= routing.cost_millicents
    better = router("ruin_recreate").route(problem, effort=Effort.QUICK, seed=0)
    assert found.millicents <= better.cost_millicents


def test_more_work_never_lowers_a_bound_and_the_order_of_threads_does_not_show():
    problem = make_week(16, 2, style="full")
    routing = router("ruin_recreate").route(problem, effort=Effort.QUICK, seed=0)
    quick, standard = (transport_bound(problem, routing, effort=e) for e in (Effort.QUICK, Effort.STANDARD))
    assert quick.millicents <= standard.millicents <= routing.cost_millicents
    assert transport_bound(problem, routing, effort=Effort.STANDARD) == standard


def test_a_stop_left_out_does_not_count():
    problem = make_week(10, 3, style="plain")
    routing = router("baseline").route(problem, effort=Effort.QUICK, seed=0)
    nothing = dataclasses.replace(routing, tours=(), cost_millicents=0)
    left = tuple(Unrouted(task_id=task.task_id, reason="transport", explanation="") for task in problem.tasks)
    assert transport_bound(problem, dataclasses.replace(nothing, unrouted=left), effort=Effort.QUICK).millicents == 0
