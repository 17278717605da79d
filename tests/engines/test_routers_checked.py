"""Whole plans with every routing engine: the project's checker, which shares no code with them, finds no breach."""

from __future__ import annotations

import pytest

from distrib import checker
from distrib.pipeline import plan_week
from distrib.solver.routing import routers
from tests.instances import make_dataset


@pytest.mark.parametrize("name", sorted(routers()))
@pytest.mark.parametrize("seed", [1, 2])
def test_the_checker_accepts_plans_of_every_router(name, seed):
    dataset = make_dataset(seed, sites=12, depots=1 + seed % 2)
    week = plan_week(dataset, effort="quick", allocator="greedy", router=name)
    assert week.plan.deliveries
    assert checker.check(week.dataset, week.plan) == ()


@pytest.mark.parametrize("name", sorted(routers()))
def test_a_fleet_that_is_too_small_still_gives_a_plan_without_breach(name):
    dataset = make_dataset(4, sites=20, vans=1, trucks=0)
    week = plan_week(dataset, effort="quick", allocator="greedy", router=name)
    assert week.plan.deliveries
    assert checker.check(week.dataset, week.plan) == ()
