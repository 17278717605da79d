"""The public functions, as an analyst calls them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from distrib import check, plan_week, read_dataset
from distrib.comparison import compare
from distrib.errors import UsageError
from distrib.hurry import plan_in_a_hurry
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.pipeline import PlannedWeek

TOY = Path(__file__).resolve().parents[2] / "data" / "toy"


@pytest.fixture(scope="module")
def planned() -> PlannedWeek:
    dataset, warnings = read_dataset(TOY)
    assert warnings == ()
    return plan_week(dataset, effort="quick")


def test_a_planned_week_keeps_every_rule(planned: PlannedWeek) -> None:
    assert check(planned.dataset, planned.plan) == ()


def test_the_tables_of_a_plan_come_as_frames_with_typed_columns(planned: PlannedWeek) -> None:
    frames = planned.frames()
    stops = frames["stops"]
    assert len(stops) == len(planned.plan.stops)
    assert stops["drop_baskets"].dtype == "Int64"
    assert stops["load_kg"].dtype == "float64"
    assert pd.api.types.is_datetime64_any_dtype(stops["date"])
    assert frames["allocation"]["baskets"].sum() == planned.indicators["baskets"]


def test_the_indicators_follow_from_the_tables(planned: PlannedWeek) -> None:
    plan, record = planned.plan, planned.indicators
    assert record["baskets"] == sum(row.baskets for row in plan.coverage)
    assert record["lowest_coverage_pct"] == min(round(float(r.coverage) * 100, 2) for r in plan.coverage if r.coverage)  # type: ignore[comparison-overlap]
    assert record["vehicle_days"] == len({(row.date, row.vehicle_id) for row in plan.stops})
    assert float(record["cost_eur"]) == pytest.approx(
        float(record["transport_eur"]) + float(record["purchase_eur"]), abs=0.011
    )  # type: ignore[arg-type]


def test_a_plan_folder_reads_back_the_same_plan(planned: PlannedWeek, tmp_path: Path) -> None:
    write_plan_folder(tmp_path / "plan", planned.dataset, planned.plan, planned.indicators, run=planned.run)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert plan.stops == planned.plan.stops
    assert plan.allocation == planned.plan.allocation
    assert plan.stock_ledger == planned.plan.stock_ledger
    assert check(dataset, plan) == ()


def test_a_plan_compared_with_itself_changes_nothing(planned: PlannedWeek, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_plan_folder(tmp_path / name, planned.dataset, planned.plan, planned.indicators, run=None)
    comparison = compare([tmp_path / "one", tmp_path / "two"])
    assert comparison.names == ("one", "two")
    assert comparison.changes == ()
    assert comparison.indicators[0] == comparison.indicators[1]


def test_a_plan_in_a_hurry_is_checked_and_says_so() -> None:
    planned = plan_in_a_hurry(TOY, seconds=30, effort="quick")
    assert check(planned.dataset, planned.plan) == ()
    assert dict(planned.plan.provenance)["time_limit_s"] == "30"


def test_no_plan_in_no_time_is_said_plainly() -> None:
    with pytest.raises(UsageError, match="no plan was finished"):
        plan_in_a_hurry(TOY, seconds=0.05)


def test_an_engine_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="greedy"):
        plan_week(TOY, allocator="magic")
    with pytest.raises(UsageError, match="baseline"):
        plan_week(TOY, router="magic")


@pytest.mark.parametrize("allocator", ["greedy", "leximin"])
@pytest.mark.parametrize("router", ["baseline", "ortools", "ruin_recreate"])
def test_every_pair_of_engines_plans_the_toy_week(allocator: str, router: str) -> None:
    planned = plan_week(TOY, effort="quick", allocator=allocator, router=router)
    assert check(planned.dataset, planned.plan) == ()
    assert planned.indicators["baskets"]
