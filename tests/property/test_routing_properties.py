"""What must hold of stops, times and tours whatever the numbers."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from distrib.model.effort import Effort
from distrib.model.routing import Tour
from distrib.solver.routing import router
from distrib.solver.routing.construction import empty_draft, insert
from distrib.solver.routing.dates import with_other_dates
from distrib.solver.routing.day import days_of
from distrib.solver.routing.districts.engine import Districts
from distrib.solver.routing.insertion import VehicleDay
from distrib.solver.routing.ruin_recreate import RuinRecreateRouter
from distrib.solver.routing.tasks import refined
from distrib.solver.routing.timing import schedule
from tests.instances import make_dataset
from tests.routing_cases import MONDAY, generated_problem, make_depot, make_drop, make_pick, make_vehicle, make_world
from tests.routing_verifier import breaches

seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds, sites=st.integers(4, 40), depots=st.integers(1, 2))
def test_the_baseline_keeps_every_rule_and_leaves_out_only_what_does_not_fit(seed, sites, depots):
    data = make_dataset(seed, sites=sites, depots=depots, packing_times=seed % 2 == 0, drivers=seed % 3 > 0)
    problem = generated_problem(data, seed)
    found = router("baseline").route(problem, effort=Effort.QUICK, seed=seed)
    assert breaches(problem, found) == []
    assert all(unrouted.cause != "search" for unrouted in found.unrouted)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds, sites=st.integers(4, 40))
def test_halving_stops_loses_and_adds_nothing(seed, sites):
    problem = generated_problem(make_dataset(seed, sites=sites), seed)
    finer_problem = refined(problem, [task.task_id for task in problem.tasks])
    assert finer_problem is not None
    assert _carried(problem.tasks) == _carried(finer_problem.tasks)
    for task in finer_problem.tasks:
        by_site = Counter()
        for item in task.drops:
            by_site[item.site_id] += item.baskets
        for site_id, baskets in by_site.items():
            assert baskets >= problem.dataset.site_by_id[site_id].min_baskets_per_visit


def _carried(tasks):
    """Baskets by date, depot, place, site and kind, and crates by date, depot and lot."""
    found = Counter()
    for task in tasks:
        for item in task.drops:
            found[task.date, task.depot_id, task.place_id, item.site_id, item.basket_id] += item.baskets
        for item in task.picks:
            found[task.date, task.depot_id, item.lot_id] += item.crates
    return found


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=seeds)
def test_leaving_out_a_stop_never_makes_a_day_longer_or_impossible(seed):
    rng = random.Random(seed)
    vehicle = make_vehicle(shift_end_s=rng.randint(5000, 12_000))
    spots = {"hub": 0} | {f"p{k}": rng.randint(-600, 600) for k in range(5)}
    world = make_world(spots, vehicles=(vehicle,), depots=(make_depot(loading_s=rng.randint(0, 300)),))
    tasks = []
    for k in range(5):
        opens = rng.randint(0, 5000)
        make = make_drop if k % 2 else make_pick
        tasks.append(make(f"p{k}", windows=((opens, opens + rng.randint(100, 3000)),), service_s=rng.randint(0, 300)))
    tasks.sort(key=lambda task: task.windows[0][1])
    whole = schedule(world, MONDAY, vehicle, [tasks[:3], tasks[3:]])
    assume(isinstance(whole, Tour))
    for k in range(3):
        less = schedule(world, MONDAY, vehicle, [[*tasks[:k], *tasks[k + 1 : 3]], tasks[3:]])
        assert isinstance(less, Tour)
        assert _span(less) <= _span(whole)


def _span(tour: Tour) -> int:
    return tour.trips[-1].end_s - tour.trips[0].start_s


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=seeds)
def test_an_insertion_exists_exactly_where_trying_every_position_finds_one(seed):
    data = make_dataset(seed, sites=12)
    problem = generated_problem(data, seed)
    for day in days_of(problem):
        draft = empty_draft(day)
        keep = frozenset(t for t in draft.left if t % 3)
        draft = insert(day, dataclasses.replace(draft, left=keep))
        for v, run in enumerate(draft.runs):
            for t in sorted(draft.left | (frozenset(range(len(day.tasks))) - keep)):
                assert (run.insertion(t) is not None) == _fits_somewhere(day, v, run, t), (seed, day.date, v, t)


def _fits_somewhere(day, v: int, run: VehicleDay, t: int) -> bool:
    """Whether any position of any trip, or a trip of its own, takes the task under exact timing."""
    trips = [list(trip) for trip in run.trips]
    tries = [[*trips[:k], [t], *trips[k:]] for k in range(len(trips) + 1)]
    for k, trip in enumerate(trips):
        tries += [[*trips[:k], [*trip[:p], t, *trip[p:]], *trips[k + 1 :]] for p in range(len(trip) + 1)]
    return any(
        isinstance(
            schedule(day.dataset, day.date, day.vehicles[v], [[day.tasks[u] for u in trip] for trip in one]), Tour
        )
        for one in tries
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds, sites=st.integers(4, 24), depots=st.integers(1, 2), free=st.booleans())
def test_districts_keep_every_rule_and_leave_nothing_out_that_the_whole_carries(seed, sites, depots, free):
    data = make_dataset(seed, sites=sites, depots=depots, packing_times=seed % 2 == 0, drivers=seed % 3 > 0)
    problem = generated_problem(data, seed)
    if free:
        room = Counter()
        for task in problem.tasks:
            room[task.date, task.depot_id] += task.baskets if task.is_drop else 0
        problem = with_other_dates(data, problem.tasks, {key: most * 6 // 5 for key, most in room.items()})
    inner = RuinRecreateRouter(iterations=5)
    found = Districts(inner=inner, most=max(2, sites // 4)).route(problem, effort=Effort.QUICK, seed=seed)
    assert breaches(problem.settled(found.tours), found) == []
    whole = inner.route(problem, effort=Effort.QUICK, seed=seed)
    assert len(found.unrouted) <= len(whole.unrouted)
