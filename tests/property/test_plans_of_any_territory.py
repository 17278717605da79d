"""Whatever the territory, the plan that comes out keeps every rule."""

from __future__ import annotations

import pytest

from distrib import checker
from distrib.errors import ImpossibleError
from distrib.pipeline import plan_week
from tests.instances import make_dataset

CASES: dict[str, dict[str, object]] = {
    "one depot": {"sites": 20},
    "two depots": {"sites": 24, "depots": 2},
    "two basket types": {"sites": 18, "basket_types": 2},
    "kits besides": {"sites": 12, "kits": True},
    "everything scarce": {"sites": 15, "supply": 0.3},
    "nothing scarce": {"sites": 15, "supply": 2.0, "programme_share": None, "vans": 6},
    "packed the day it comes": {"sites": 12, "lead_days": 0},
    "a fleet too small": {"sites": 20, "vans": 1, "trucks": 0},
    "priorities": {"sites": 14, "priorities": True},
    "no packing times, no drivers table": {"sites": 12, "packing_times": False, "drivers": False},
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_of_a_generated_territory_keeps_every_rule(name: str, seed: int) -> None:
    dataset = make_dataset(seed, **CASES[name])  # type: ignore[arg-type]
    try:
        planned = plan_week(dataset, effort="quick")
    except ImpossibleError as error:
        pytest.fail(f"a basket could be delivered, but the plan said {error.limit}: {error}")
    assert checker.check(planned.dataset, planned.plan) == ()
    assert planned.indicators["baskets"]
