"""What the PyVRP engine asks of the library: nothing that its local search never ends on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from distrib.solver.routing.day import Day, days_of
from distrib.solver.routing.pyvrp_engine import case_of
from distrib.solver.routing.pyvrp_model import data_of
from tests.routing_cases import make_drop, make_problem, make_vehicle, make_world

HOUR = 3600
RESTED = {"shift_start_s": 6 * HOUR, "shift_end_s": 14 * HOUR, "break_after_s": 5 * HOUR, "break_s": 2700}


def day_of(release_s: int, **changes: int) -> Day:
    world = make_world({"hub": 0, "a": 10}, vehicles=(make_vehicle(**{**RESTED, **changes}),))
    return days_of(make_problem(world, make_drop("a", release_s=release_s)))[0]


@pytest.mark.parametrize(
    ("release_s", "longest_s", "hours_s", "shift_s"),
    [
        (0, None, 8 * HOUR, 8 * HOUR - 2700),
        (1, None, 8 * HOUR, 8 * HOUR),
        (0, 4 * HOUR, 8 * HOUR, 4 * HOUR),
        (1, 4 * HOUR, 8 * HOUR, 8 * HOUR),
    ],
)
def test_no_day_is_shorter_than_its_hours_where_there_are_releases(
    release_s: int, longest_s: int | None, hours_s: int, shift_s: int
) -> None:
    day = day_of(release_s, **({} if longest_s is None else {"max_day_s": longest_s}))
    kind = data_of(case_of(day, "hub", [0])).vehicle_types()[0]
    assert kind.tw_early == 6 * HOUR
    assert (kind.tw_late - kind.tw_early, kind.shift_duration) == (hours_s, shift_s)


def test_a_search_that_went_round_in_circles_ends() -> None:
    """Seeds with which the library's local search never ended (a process of its own, so that the test would)."""
    script = """
from benchmarks.routing.weeks import make_week
from distrib.solver.routing.day import days_of
from distrib.solver.routing.pyvrp_engine import case_of, search
day = days_of(make_week(60, 41, style="full"))[3]
for seed in (6, 9, 10, 28, 41):
    assert search(case_of(day, "D0001", range(len(day.vehicles))), 300, seed)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300)
