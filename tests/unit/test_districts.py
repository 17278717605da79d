"""Territories cut into districts: what they share adds up, what is cut is joined, and any engine may route them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from benchmarks.routing.verify import breaches, wrong_dates
from benchmarks.routing.weeks import make_week, with_free_dates
from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem
from distrib.solver.routing import router
from distrib.solver.routing.baseline import CONSTRUCTION_ALONE, Baseline
from distrib.solver.routing.districts import cutting
from distrib.solver.routing.districts.engine import Districts
from distrib.solver.routing.districts.sharing import Claim, shared
from distrib.solver.routing.protocol import Improver, Router
from distrib.solver.routing.ruin_recreate import RuinRecreateRouter

DEPOT = make_week(4, 0, style="plain").dataset.depots[0].depot_id
DATES = tuple(dt.date(2020, 4, 20 + d) for d in range(5))


@dataclasses.dataclass(frozen=True)
class Counting:
    """An engine that remembers how many stops it was asked for."""

    inner: Router
    asked: list[int] = dataclasses.field(default_factory=list)
    name: str = "counting"
    features: frozenset[str] = frozenset()

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        self.asked.append(len(problem.tasks))
        return self.inner.route(problem, effort=effort, seed=seed)


def test_parts_of_a_sequence_weigh_alike_and_none_is_empty():
    weight = {name: 1 + k % 3 for k, name in enumerate("abcdefghijkl")}
    parts = cutting.even_parts("abcdefghijkl", weight, 4)
    assert [name for part in parts for name in part] == list("abcdefghijkl")
    weights = [sum(weight[name] for name in part) for part in parts]
    assert max(weights) - min(weights) <= 3
    assert cutting.even_parts("ab", {"a": 1, "b": 1}, 5) == [["a"], ["b"]]


def test_going_round_begins_behind_the_widest_gap():
    turn = cutting.TURN
    assert cutting.in_turn({"a": 0, "b": turn // 10, "c": turn // 2, "d": turn // 2 + turn // 10}) in (
        list("cdab"),
        list("abcd"),
    )
    assert cutting.in_turn({"a": turn - 5, "b": 5, "c": turn // 4}) == list("abc")


def test_sectors_hold_every_stop_once_and_a_place_in_one():
    problem = make_week(60, 3, style="full")
    parts = cutting.sectors(problem.dataset, DEPOT, problem.tasks, 4)
    assert len(parts) == 4
    assert sorted(task.task_id for part in parts for task in part) == [task.task_id for task in problem.tasks]
    places = [{task.place_id for task in part} for part in parts]
    assert sum(map(len, places)) == len(set().union(*places))
    work = [sum(cutting.work_s(problem.dataset, task) for task in part) for part in parts]
    assert max(work) < 1.5 * min(work)


def test_vehicles_drivers_and_room_are_shared_out_and_never_more_than_there_is():
    problem = with_free_dates(make_week(90, 5, style="full"))
    data = problem.dataset
    parts = cutting.sectors(data, DEPOT, problem.tasks, 3)
    jobs = shared(problem, DATES, [Claim(tasks=tuple(part)) for part in parts])
    days = [(v.vehicle_id, day) for job in jobs for v in job.dataset.vehicles for day in v.weekdays]
    assert sorted(days) == sorted((v.vehicle_id, day) for v in data.vehicles for day in v.weekdays)
    for date in DATES:
        people = [job.dataset.drivers_on(date) or (0, 0) for job in jobs]
        have = data.drivers_on(date)
        assert have is not None
        assert sum(all_ for all_, _ in people) <= have[0]
        assert sum(heavy for _, heavy in people) <= have[1]
        assert sum(all_ for all_, _ in people) >= have[0] - 3
    for date, depot, most in problem.most_baskets:
        assert sum({(d, k): m for d, k, m in job.most_baskets}[date, depot] for job in jobs) <= most


def test_what_a_claim_owns_already_stays_its_own():
    problem = make_week(60, 5, style="plain")
    half = len(problem.tasks) // 2
    own = frozenset({(problem.dataset.vehicles[0].vehicle_id, 0)})
    taken = {(problem.dataset.vehicles[1].vehicle_id, 0)}
    claims = [Claim(tasks=problem.tasks[:half]), Claim(tasks=problem.tasks[half:], own=own)]
    jobs = shared(problem, DATES, claims, taken)
    mine = [{(v.vehicle_id, day) for v in job.dataset.vehicles for day in v.weekdays} for job in jobs]
    assert own <= mine[1]
    assert not mine[0] & mine[1]
    assert not taken & (mine[0] | mine[1])


@pytest.mark.parametrize("engine", ["baseline", "ruin_recreate"])
@pytest.mark.parametrize("free", [False, True])
def test_any_engine_routes_by_districts_and_every_rule_holds(engine, free):
    problem = make_week(40, 2, style="full", depots=2)
    problem = with_free_dates(problem) if free else problem
    inner = RuinRecreateRouter(iterations=20) if engine == "ruin_recreate" else Baseline(rounds=CONSTRUCTION_ALONE)
    found = Districts(inner=inner, most=12 if free else 5).route(problem, effort=Effort.QUICK, seed=1)
    assert not found.unrouted
    assert not breaches(problem.settled(found.tours), found)
    assert not wrong_dates(problem, found)


def test_few_stops_are_routed_as_a_whole_and_the_setting_says_what_few_is():
    problem = with_free_dates(make_week(30, 1, style="plain"))
    engine = Counting(RuinRecreateRouter(iterations=5))
    whole = Districts(inner=engine).route(problem, effort=Effort.QUICK, seed=0)
    assert engine.asked == [30]
    assert whole == engine.inner.route(problem, effort=Effort.QUICK, seed=0)
    settings = problem.dataset.settings
    few = dataclasses.replace(settings, objective=dataclasses.replace(settings.objective, district_stops=10))
    engine.asked.clear()
    Districts(inner=engine).route(
        dataclasses.replace(problem, dataset=dataclasses.replace(problem.dataset, settings=few)),
        effort=Effort.QUICK,
        seed=0,
    )
    assert sum(engine.asked[:3]) == 30
    assert max(engine.asked[:3]) < 30


def test_districts_give_the_same_tours_whatever_the_cores(monkeypatch):
    problem = with_free_dates(make_week(40, 1, style="full"))
    engine = Districts(inner=RuinRecreateRouter(iterations=10), most=15)
    first = engine.route(problem, effort=Effort.QUICK, seed=3)
    monkeypatch.setattr("distrib.solver.routing.districts.engine.cores", lambda: 1)
    monkeypatch.setattr("distrib.solver.routing.ruin_recreate.engine.cores", lambda: 1)
    assert engine.route(problem, effort=Effort.QUICK, seed=3) == first


def test_the_default_engine_goes_on_from_tours_and_makes_them_no_dearer():
    problem = with_free_dates(make_week(40, 1, style="full"))
    engine = RuinRecreateRouter(iterations=20)
    assert isinstance(engine, Improver)
    first = engine.route(problem, effort=Effort.QUICK, seed=0)
    again = engine.improved(problem, first.tours, effort=Effort.QUICK, seed=0)
    assert not breaches(problem.settled(again.tours), again)
    assert not again.unrouted
    assert again.cost_millicents <= first.cost_millicents


def test_the_engines_of_the_registry_are_known_inside():
    assert Districts(inner=router("baseline")).name == "baseline"
    assert Districts(inner=router("ruin_recreate")).features == router("ruin_recreate").features
