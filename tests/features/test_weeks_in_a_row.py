"""A week that goes on from the plan of the week before, and months of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from functools import cache
from pathlib import Path

import pytest

from distrib import plan_week, read_dataset
from distrib.checker import check
from distrib.errors import BadInputError
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.model.dataset import Dataset
from distrib.months import moved_on
from distrib.pipeline import PlannedWeek, with_previous
from distrib.replay import replay_weeks
from distrib.weeks import Week, carried_over, closing_stock

TOY = Path(__file__).parents[2] / "data" / "toy"


def toy() -> Dataset:
    return read_dataset(TOY)[0]


def more_than_a_week_can_use(dataset: Dataset) -> Dataset:
    """The toy with 120 kg of onions in the hub, of which 56 baskets take 56 kg at most; half are good until 10 May."""
    (stock,) = dataset.depot_stock
    lots = (
        dataclasses.replace(stock, stock_g=60_000),
        dataclasses.replace(stock, lot_id="DS2", stock_g=60_000, last_use_date=dt.date(2021, 5, 10)),
    )
    depots = tuple(dataclasses.replace(depot, storage_g=500_000) for depot in dataset.depots)
    return dataclasses.replace(dataset, depot_stock=lots, depots=depots)


@cache
def first_week() -> PlannedWeek:
    return plan_week(more_than_a_week_can_use(toy()), effort="quick")


def second_week(**settings: object) -> Dataset:
    dataset = moved_on(toy(), 1)
    return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, **settings))


def refusal(dataset: Dataset, *previous: PlannedWeek) -> list[str]:
    with pytest.raises(BadInputError) as error:
        with_previous(dataset, (), previous)
    assert all(f.message and f.remedy for f in error.value.findings)
    return sorted(f.code for f in error.value.findings)


def test_closing_stock_opens_the_next_week_lot_by_lot() -> None:
    closing = {
        (row.depot_id, row.product_id, row.last_use_date): row.closing_g for row in closing_stock(first_week().plan)
    }
    first_day = dt.date(2021, 5, 11)
    kept = {key: grams for key, grams in closing.items() if key[2] is None or key[2] >= first_day}
    dataset, warnings = with_previous(second_week(), (), first_week())
    assert {(s.depot_id, s.product_id, s.last_use_date): s.stock_g for s in dataset.depot_stock} == kept
    assert kept
    assert [w.code for w in warnings].count("stock_not_carried") == len(closing) - len(kept) > 0
    ids = [s.lot_id for s in dataset.depot_stock] + [lot.lot_id for lot in dataset.lots]
    assert len(set(ids)) == len(ids)


def test_a_lot_good_until_the_first_packing_day_is_carried_and_one_day_less_is_not() -> None:
    row = closing_stock(first_week().plan)[0]
    first_day = min(second_week().settings.delivery_dates)
    for days, carried in ((0, True), (1, False)):
        rows = tuple(
            dataclasses.replace(r, last_use_date=first_day - dt.timedelta(days=days)) if r.lot_id == row.lot_id else r
            for r in first_week().plan.stock_ledger
        )
        plan = dataclasses.replace(first_week().plan, stock_ledger=rows)
        lots = tuple(
            dataclasses.replace(lot, last_use_date=first_day - dt.timedelta(days=days))
            if lot.lot_id == row.lot_id
            else lot
            for lot in first_week().dataset.lots
        )
        depot_stock = tuple(
            dataclasses.replace(stock, last_use_date=first_day - dt.timedelta(days=days))
            if stock.lot_id == row.lot_id
            else stock
            for stock in first_week().dataset.depot_stock
        )
        before = dataclasses.replace(first_week().dataset, lots=lots, depot_stock=depot_stock)
        dataset, _ = carried_over(second_week(), [Week(name="plan", dataset=before, plan=plan)])
        assert any(s.lot_id.partition("@")[0] == row.lot_id for s in dataset.depot_stock) == carried


def test_stock_counted_by_hand_stands_as_counted() -> None:
    row = closing_stock(first_week().plan)[0]
    dataset, _ = with_previous(second_week(), (), first_week())
    stock = next(s for s in dataset.depot_stock if s.lot_id.startswith(row.lot_id))
    own = dataclasses.replace(stock, lot_id=row.lot_id, stock_g=1)
    lots = tuple(lot for lot in second_week().lots if lot.lot_id != row.lot_id)
    counted, warnings = with_previous(
        dataclasses.replace(second_week(), depot_stock=(own,), lots=lots), (), first_week()
    )
    assert [s.stock_g for s in counted.depot_stock if s.lot_id.startswith(row.lot_id)] == [1]
    assert "stock_counted" in [w.code for w in warnings]


def test_a_plan_of_another_week_is_refused() -> None:
    assert refusal(moved_on(toy(), 2), first_week()) == ["previous_week"]
    assert refusal(toy(), first_week()) == ["previous_not_before"]
    assert refusal(second_week(), first_week(), first_week()) == ["previous_twice"]


def test_ids_that_are_gone_are_refused_with_what_to_do() -> None:
    row = closing_stock(first_week().plan)[0]
    dataset = second_week()
    zone = first_week().plan.allocation[0].zone_id
    products = tuple(p for p in dataset.products if p.product_id != row.product_id)
    depots = tuple(dataclasses.replace(d, depot_id="D9") for d in dataset.depots)
    zones = tuple(z for z in dataset.zones if z.zone_id != zone)
    assert refusal(dataclasses.replace(dataset, products=products), first_week()) == ["previous_unknown_id"]
    assert set(refusal(dataclasses.replace(dataset, depots=depots), first_week())) == {"previous_unknown_id"}
    assert refusal(dataclasses.replace(dataset, zones=zones), first_week()) == ["previous_unknown_id"]


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    plan = first_week().plan
    spoiled = dataclasses.replace(plan, allocation=plan.allocation[1:])
    assert refusal(second_week(), dataclasses.replace(first_week(), plan=spoiled)) == ["previous_broken"]


@cache
def followed() -> PlannedWeek:
    return plan_week(second_week(), effort="quick", previous=first_week())


def test_the_plan_is_checked_alone_and_made_again_from_its_own_dataset(tmp_path: Path) -> None:
    planned = followed()
    write_plan_folder(tmp_path / "plan", planned.dataset, planned.plan, planned.indicators, run=None)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert check(dataset, plan) == ()
    assert dataset.past_coverage == planned.dataset.past_coverage
    assert dataset.depot_stock == planned.dataset.depot_stock
    again = plan_week(tmp_path / "plan" / "dataset", effort="quick")
    for table in ("allocation", "recipes", "stops", "collections", "stock_ledger", "coverage", "fairness"):
        assert getattr(again.plan, table) == getattr(planned.plan, table), table


def test_who_fell_short_gets_more_than_without_last_week() -> None:
    short = dataclasses.replace(toy(), settings=dataclasses.replace(toy().settings, max_baskets=(("baskets", 24),)))
    rows = tuple(
        dataclasses.replace(row, baskets=0 if row.zone_id.startswith("N3") else row.need_baskets)
        for row in with_previous(second_week(), (), first_week())[0].past_coverage
    )
    dataset = moved_on(short, 1)
    with_past = plan_week(dataclasses.replace(dataset, past_coverage=rows), effort="quick")
    without = plan_week(dataset, effort="quick")
    got = {row.neighbourhood_id: row.baskets for row in with_past.plan.coverage}
    had = {row.neighbourhood_id: row.baskets for row in without.plan.coverage}
    assert got["N3"] > had["N3"]
    assert with_past.indicators["window_weeks"] == 4


def test_a_month_is_planned_kept_and_summed_up(tmp_path: Path) -> None:
    month = replay_weeks(TOY, weeks=2, out=tmp_path, effort="quick", workers=1)
    assert month.failures == ()
    assert [folder.name for folder in month.folders[0][1]] == ["2021-05-03", "2021-05-10"]
    second = json.loads((tmp_path / "base/2021-05-10/summary.json").read_text(encoding="utf-8"))
    assert "sha256 previous 2021-05-03" in second["provenance"]
    written = (tmp_path / "base/2021-05-10/summary.json").stat().st_mtime_ns
    again = replay_weeks(TOY, weeks=2, out=tmp_path, effort="quick", workers=1)
    assert (tmp_path / "base/2021-05-10/summary.json").stat().st_mtime_ns == written
    assert again.months == month.months
    total = [row for row in month.months.weeks if row["week_start"] == "all"]
    weekly = [row for row in month.months.weeks if row["week_start"] != "all"]
    assert int(total[0]["baskets"]) == sum(int(row["baskets"]) for row in weekly)
    by_hood = {row["neighbourhood_id"]: row for row in month.months.coverage}
    assert int(by_hood["N1"]["need_baskets"]) == 60
    assert (tmp_path / "month" / "coverage.csv").read_text(encoding="utf-8").count("\n") == 4
