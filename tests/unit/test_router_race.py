"""The race of searches: what it starts from, days it chooses, the same on any cores."""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from distrib.model.effort import Effort
from distrib.model.routing import OtherDate
from distrib.solver.routing.dates import linked_dates
from distrib.solver.routing.ruin_recreate import RuinRecreateRouter
from distrib.solver.routing.ruin_recreate.arrays import Solution, Work, vehicle_days, work_of
from distrib.solver.routing.ruin_recreate.exact import timed
from distrib.solver.routing.ruin_recreate.race import Round, mixes, race
from distrib.solver.routing.timing import tour_cost_units
from tests.instances import make_dataset
from tests.routing_cases import MONDAY, generated_problem, make_drop, make_problem, make_vehicle, make_world
from tests.routing_verifier import breaches

TUESDAY = MONDAY + dt.timedelta(days=1)
ALL_DAY = ((0, 86_400),)


@pytest.mark.parametrize("free", [{"cents_per_day": 0}, {"cents_per_day": 0, "millicents_per_h": 0},
                                  {"cents_per_day": 0, "millicents_per_h": 0, "millicents_per_km": 0}])  # fmt: skip
def test_all_is_carried_when_vehicles_cost_nothing_a_day(free):
    data = make_dataset(7, sites=24)
    data = dataclasses.replace(data, vehicles=tuple(dataclasses.replace(v, **free) for v in data.vehicles))
    problem = generated_problem(data, 7)
    found = RuinRecreateRouter().route(problem, effort=Effort.QUICK, seed=1)
    assert breaches(problem, found) == []
    assert found.unrouted == ()
    work = work_of(problem, [MONDAY])
    carried = [task for day in vehicle_days(work, raced(work)) for trip in day.trips for task in trip]
    assert len(carried) == len(work.tasks) > 0


def raced(work: Work, *, workers: int = 2) -> Solution:
    rounds = (Round(searches=4, share=50), Round(searches=2, share=50))
    with ThreadPoolExecutor(workers) as pool:
        return race([work], iterations=[400], rounds=rounds, seed=7, pool=pool)[0]


def choice(place_id: str, *dates: dt.date, **changes):
    others = tuple(OtherDate(date=date, windows=ALL_DAY) for date in dates)
    return make_drop(place_id, other_dates=others, **changes)


def test_a_stop_moves_to_the_date_on_which_a_vehicle_goes_there_anyway():
    world = make_world({"hub": 0, "a": 5000, "b": 5100}, vehicles=(make_vehicle(cents_per_day=6000),))
    problem = make_problem(world, choice("a", TUESDAY), make_drop("b", date=TUESDAY))
    found = RuinRecreateRouter().route(problem, effort=Effort.QUICK, seed=1)
    assert [tour.date for tour in found.tours] == [TUESDAY]
    settled = problem.settled(found.tours)
    assert [task.date for task in settled.tasks] == [TUESDAY, TUESDAY]
    assert breaches(settled, found) == []


@pytest.mark.parametrize(("most", "dates"), [(20, [TUESDAY]), (19, [MONDAY, TUESDAY])])
def test_a_date_takes_no_more_baskets_than_it_may(most, dates):
    world = make_world({"hub": 0, "a": 5000, "b": 5100}, vehicles=(make_vehicle(cents_per_day=6000),))
    problem = make_problem(world, choice("a", TUESDAY), make_drop("b", date=TUESDAY))
    problem = dataclasses.replace(problem, most_baskets=((TUESDAY, "hub", most),))
    found = RuinRecreateRouter().route(problem, effort=Effort.QUICK, seed=1)
    assert [tour.date for tour in found.tours] == dates


def test_on_another_date_its_own_windows_and_packing_times_hold():
    other = OtherDate(date=TUESDAY, windows=((30_000, 40_000),), release_s=25_000)
    world = make_world({"hub": 0, "a": 5000, "b": 5100}, vehicles=(make_vehicle(cents_per_day=6000),))
    problem = make_problem(world, make_drop("a", other_dates=(other,)), make_drop("b", date=TUESDAY))
    found = RuinRecreateRouter().route(problem, effort=Effort.QUICK, seed=1)
    (trip,) = found.tours[0].trips
    stops = {stop.task_id: stop for stop in trip.stops}
    assert found.tours[0].date == TUESDAY
    assert trip.start_s >= 25_000
    assert stops["drop/a"].start_s >= 30_000


def test_a_task_on_a_date_that_is_not_its_own_is_refused():
    with pytest.raises(KeyError):
        choice("a", TUESDAY).on(TUESDAY + dt.timedelta(days=1))


def test_dates_are_searched_together_only_where_a_task_links_them():
    wednesday, friday = MONDAY + dt.timedelta(days=2), MONDAY + dt.timedelta(days=4)
    world = make_world({"hub": 0, "a": 1, "b": 2, "c": 3})
    tasks = (choice("a", wednesday), make_drop("b", date=TUESDAY), make_drop("c", date=friday))
    assert linked_dates(make_problem(world, *tasks)) == [[MONDAY, wednesday], [TUESDAY], [friday]]


def test_starts_are_all_different_and_begin_with_true_prices():
    work = work_of(generated_problem(make_dataset(3, sites=20), 3), [MONDAY])
    found = mixes(work)
    assert found[0] == ()
    assert len(set(found)) == len(found)
    assert tuple(range(len(work.slots))) in found


def test_the_race_ends_alike_on_one_worker_and_on_three():
    work = work_of(generated_problem(make_dataset(6, sites=30), 6), [MONDAY])
    one, three = raced(work, workers=1), raced(work, workers=3)
    assert one.cost == three.cost
    assert np.array_equal(one.seq, three.seq)


def test_the_cost_of_a_search_is_the_cost_of_the_exact_timing():
    problem = generated_problem(make_dataset(2, sites=20), 2)
    work = work_of(problem, [MONDAY])
    best = raced(work)
    tours = timed(problem, list(vehicle_days(work, best)))
    tasks = {task.task_id: task for task in problem.tasks}
    assert sum(len(trip.stops) for tour in tours for trip in tour.trips) == len(work.tasks)
    assert best.cost == sum(tour_cost_units(problem.dataset, tasks, tour) for tour in tours)
