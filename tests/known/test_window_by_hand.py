"""Fairness over several weeks, on weeks small enough to be worked out on paper."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from distrib.model.dataset import Dataset, Objective
from distrib.model.past import PastCoverage
from distrib.solver.allocation.bounds import bounds_of
from distrib.solver.allocation.relaxation import MICRO, relax
from tests.relaxation_weeks import MONDAY, site, week


def before(weeks: int, zone: str, baskets: int, need: int, *, weight: int | None = None) -> PastCoverage:
    return PastCoverage(
        week_start=MONDAY - dt.timedelta(weeks=weeks),
        programme="baskets",
        zone_id=zone,
        baskets=baskets,
        need_baskets=need,
        weight_milli=1000 * (need if weight is None else weight),
    )


def two(*past: PastCoverage, size: int, window: int = 4) -> Dataset:
    """Neighbourhoods A and B with ten households each, and a programme of ``size`` baskets."""
    return week(
        {"A": {"A1": 10}, "B": {"B1": 10}},
        {"A1": ["SA"], "B1": ["SB"]},
        sites=[site("SA"), site("SB")],
        max_baskets=(("baskets", size),),
        past_coverage=past,
        objective=Objective(window_weeks=window),
    )


def values(dataset: Dataset) -> dict[str, Fraction]:
    return {q: Fraction(v, MICRO) for (_, q), v in relax(dataset).neighbourhood_value.items()}


LAST_WEEK = (before(1, "A1", 8, 10), before(1, "B1", 2, 10))


def test_who_fell_short_last_week_is_made_up_for() -> None:
    # (8 + a)/20 = (2 + b)/20 with a + b = 10
    assert values(two(*LAST_WEEK, size=10)) == {"A": 2, "B": 8}


def test_a_window_of_one_week_forgets_the_weeks_before() -> None:
    assert values(two(*LAST_WEEK, size=10, window=1)) == {"A": 5, "B": 5}


def test_nobody_gets_more_than_this_weeks_need_however_far_behind() -> None:
    behind = (before(1, "A1", 10, 10), before(1, "B1", 0, 10), before(2, "A1", 10, 10), before(2, "B1", 0, 10))
    assert values(two(*behind, size=14)) == {"A": 4, "B": 10}


def test_who_is_ahead_gets_nothing_while_others_can_be_helped() -> None:
    assert values(two(before(1, "A1", 10, 10), before(1, "B1", 0, 10), size=6)) == {"A": 0, "B": 6}


def test_weeks_out_of_the_window_do_not_count() -> None:
    assert values(two(before(4, "A1", 10, 10), *LAST_WEEK, size=10)) == {"A": 2, "B": 8}
    assert values(two(before(3, "A1", 10, 10), before(3, "B1", 10, 10), *LAST_WEEK, size=10)) == {"A": 2, "B": 8}


def test_need_of_the_weeks_before_counts_too() -> None:
    # A needed 30 last week and got 10: (10 + a)/40 = (10 + b)/20 with a + b = 10 gives all of it to A.
    assert values(two(before(1, "A1", 10, 30), before(1, "B1", 10, 10), size=10)) == {"A": 10, "B": 0}


def test_priority_of_the_weeks_before_counts_in_their_weight() -> None:
    # Households of A counted double last week: (5 + a)/30 = (5 + b)/20 with a + b = 10.
    assert values(two(before(1, "A1", 5, 10, weight=20), before(1, "B1", 5, 10), size=10)) == {"A": 7, "B": 3}


def test_zones_of_a_neighbourhood_are_made_up_for_too() -> None:
    dataset = week(
        {"A": {"A1": 10, "A2": 10}},
        {"A1": ["SA"], "A2": ["SA"]},
        sites=[site("SA")],
        max_baskets=(("baskets", 10),),
        past_coverage=(before(1, "A1", 6, 10), before(1, "A2", 0, 10)),
    )
    found = {z: Fraction(v, MICRO) for (_, z), v in relax(dataset).zone_value.items()}
    assert found == {"A1": 2, "A2": 8}


def test_the_bound_of_coverage_is_over_the_window() -> None:
    dataset = two(*LAST_WEEK, size=10)
    assert bounds_of(dataset, relax(dataset), 0)["coverage baskets"].value == 50
