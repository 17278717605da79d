"""Benchmarks: the same processor time for every engine."""

from __future__ import annotations

import itertools

import pytest

from benchmarks.routing.equal_time import apart, budget, within
from distrib.model.effort import Effort
from distrib.solver.routing.ruin_recreate.engine import ITERATIONS_PER_TASK


def test_a_budget_holds_while_it_lasts():
    before = ITERATIONS_PER_TASK[Effort.QUICK]
    with pytest.raises(KeyError), budget("ruin_recreate", Effort.QUICK, 3):
        assert ITERATIONS_PER_TASK[Effort.QUICK] == 3 * before
        raise KeyError
    assert ITERATIONS_PER_TASK[Effort.QUICK] == before


def test_an_engine_without_counts_cannot_be_multiplied():
    with pytest.raises(ValueError, match="'other' cannot be multiplied"), budget("other", Effort.QUICK, 2):
        pass


def test_work_that_never_ends_is_stopped():
    assert apart(lambda: 3, 10) == 3
    assert apart(lambda: sum(1 for _ in itertools.count()), 0) is None


def test_runs_grow_until_they_take_the_time_allowed_and_longer_ones_do_not_count():
    once = ITERATIONS_PER_TASK[Effort.QUICK]

    def spent() -> float:
        return ITERATIONS_PER_TASK[Effort.QUICK] / once

    runs = within(spent, float, "ruin_recreate", Effort.QUICK, 10.0)
    assert runs[0] == 1.0
    assert 8 <= runs[-1] <= 10
    assert within(spent, float, "ruin_recreate", Effort.QUICK, 0.01)[0] <= 0.011
