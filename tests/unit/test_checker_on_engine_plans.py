"""The checker and the retiming on plans that the baseline engines make: two depots, kits, relays, variants."""

from __future__ import annotations

import dataclasses
import functools
import random

import pytest

from distrib.checker import check, retime
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from distrib.pipeline import plan_week
from tests.instances import make_dataset


@functools.cache
def planned(seed: int) -> tuple[Dataset, Plan]:
    dataset = make_dataset(seed, sites=12, depots=2, kits=True, basket_types=2)
    week = plan_week(dataset, effort="quick", allocator="greedy", router="baseline")
    return week.dataset, week.plan


def edited(plan: Plan, rng: random.Random) -> Plan:
    """Other baskets in one row, or one stop moved to where another one is."""
    if rng.random() < 0.4:
        share = rng.choice(plan.allocation)
        new = dataclasses.replace(share, baskets=rng.randint(0, 30))
        return dataclasses.replace(plan, allocation=tuple(new if r is share else r for r in plan.allocation))
    stop = rng.choice([row for row in plan.stops if row.place_kind != "depot"])
    to = rng.choice(plan.stops)
    moved = dataclasses.replace(stop, date=to.date, vehicle_id=to.vehicle_id, trip=to.trip, stop=to.stop)
    return dataclasses.replace(plan, stops=tuple(moved if r is stop else r for r in plan.stops))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_of_the_engines_is_good_and_retiming_leaves_it_as_it_is(seed: int) -> None:
    dataset, plan = planned(seed)
    assert plan.stops
    assert check(dataset, plan) == ()
    assert retime(dataset, plan) == plan


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_coordinator_edits_the_tables_of_the_retimed_plan_agree(seed: int) -> None:
    dataset, plan = planned(seed)
    for number in range(12):
        rng = random.Random(number)
        changed = plan
        for _ in range(4):
            changed = edited(changed, rng)
        found = [b for b in check(dataset, retime(dataset, changed)) if b.code in ("P1", "T3", "G1")]
        assert not found, found[:3]


@pytest.mark.parametrize("seed", [1, 2])
def test_lost_times_are_found_again_without_a_breach(seed: int) -> None:
    dataset, plan = planned(seed)
    blank = {"arrival_s": 0, "start_s": 0, "departure_s": 0, "break_s": 0}
    lost = dataclasses.replace(plan, stops=tuple(dataclasses.replace(row, **blank) for row in plan.stops))
    assert check(dataset, retime(dataset, lost)) == ()
