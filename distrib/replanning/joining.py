"""What happened and what was planned anew as one plan of the whole week."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from fractions import Fraction
from typing import Any

from distrib import indicators
from distrib.assembly import coverage_rows, ledger_rows
from distrib.model.allocation import Allocation, LotUse, Share
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow, Level, Plan
from distrib.pipeline import PlannedWeek
from distrib.replanning.rest import own_name, own_vehicle
from distrib.unserved import FinishedWeek, unserved_rows

MICRO = 1_000_000


def joined_week(
    dataset: Dataset,
    done: Plan,
    rest: PlannedWeek | None,
    date: dt.date,
    could: dict[tuple[str, str], int],
    lacking: str,
) -> tuple[Dataset, Plan]:
    """The dataset and plan of the whole week.

    ``could``: values in R, in 1e-6 baskets by (programme, neighbourhood_id), of a rest of which no basket can be made, and
    ``lacking``: the limit that forbids it.

    A site's weekly minimum that can no longer be met is lowered to what it gets.
    """
    after = Plan() if rest is None else rest.plan
    tables = {
        name: (*getattr(done, name), *(_own(dataset, row) for row in getattr(after, name)))
        for name in ("allocation", "deliveries", "stops", "collections", "recipes", "packing")
    }
    plan = _sorted(dataclasses.replace(done, **tables))
    got: dict[str, int] = defaultdict(int)
    for row in plan.deliveries:
        got[row.site_id] += row.baskets
    whole = dataclasses.replace(
        dataset,
        sites=tuple(
            dataclasses.replace(s, min_baskets_per_week=min(s.min_baskets_per_week, got[s.site_id]))
            if got[s.site_id]
            else s
            for s in dataset.sites
        ),
    )
    limited = {(r.programme, r.neighbourhood_id): r.limited_by for r in after.coverage if r.limited_by != "need_met"}
    uses: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for row_ in (*(r for r in done.stock_ledger if r.date <= date), *after.stock_ledger):
        uses[row_.date, row_.depot_id, own_name(row_.lot_id)] += row_.packed_g
    allocation = Allocation(
        shares=tuple(
            Share(
                date=r.date, depot_id="", site_id=r.site_id, zone_id=r.zone_id, basket_id=r.basket_id, baskets=r.baskets
            )
            for r in plan.allocation
        ),
        lot_uses=tuple(
            LotUse(date=d, depot_id=w, lot_id=lot, packed_g=grams)
            for (d, w, lot), grams in sorted(uses.items())
            if grams
        ),
    )
    full = {
        (r.programme, r.neighbourhood_id): "need_met"
        for r in coverage_rows(whole, allocation)
        if r.need_baskets and r.baskets == r.need_baskets
    }
    reasons = {key: reason for key, reason in limited.items() if reason} | full
    allocation = dataclasses.replace(allocation, limited_by=tuple((p, h, r) for (p, h), r in sorted(reasons.items())))
    plan = dataclasses.replace(
        plan,
        coverage=coverage_rows(whole, allocation),
        stock_ledger=ledger_rows(whole, allocation, plan.collections),
        fairness=_fairness(whole, done, after, could, lacking),
    )
    plan = dataclasses.replace(plan, levels=_levels(whole, plan, after, sum(r.baskets for r in done.allocation)))
    week = FinishedWeek(dataset=whole, allocation=allocation, solve=False)
    return whole, dataclasses.replace(plan, unserved=unserved_rows(week, plan))


def _own(dataset: Dataset, row: Any) -> Any:
    """The row with the vehicle's own id."""
    return (
        dataclasses.replace(row, vehicle_id=own_vehicle(dataset, row.vehicle_id)) if hasattr(row, "vehicle_id") else row
    )


def _sorted(plan: Plan) -> Plan:
    from distrib.io.plan_tables import TABLES

    rows = {t.name: tuple(sorted(getattr(plan, t.name), key=t.sort_key())) for t in TABLES}
    return dataclasses.replace(plan, **rows)


def _fairness(
    dataset: Dataset, done: Plan, after: Plan, could: dict[tuple[str, str], int], lacking: str
) -> tuple[FairnessRow, ...]:
    """What was given so far is on both sides of the proof of the rest; without a day left nothing more could be given."""
    given: dict[tuple[str, str], int] = defaultdict(int)
    for share in done.allocation:
        given[dataset.basket_type_by_id[type_of(share.basket_id)].programme, share.neighbourhood_id] += share.baskets
    rest = {(row.programme, row.neighbourhood_id): row for row in after.fairness}
    found = []
    for row in done.fairness:
        key = (row.programme, row.neighbourhood_id)
        more = rest.get(key)
        if more is None:
            bound, baskets, binding = given[key] * MICRO + could.get(key, 0), given[key], ""
        else:
            bound, baskets = given[key] * MICRO + more.bound_microbaskets, given[key] + more.baskets
            binding = more.binding
        gap = max(0, bound // MICRO - baskets)
        found.append(
            dataclasses.replace(
                row,
                bound_microbaskets=bound,
                baskets=baskets,
                proven=gap == 0,
                gap_baskets=gap,
                lacking_rule=""
                if not gap
                else more.lacking_rule
                if more is not None
                else lacking or "whole portions and crates (not verified)",
                binding=binding,
            )
        )
    return tuple(found)


def _levels(dataset: Dataset, plan: Plan, after: Plan, given: int) -> tuple[Level, ...]:
    """The levels of the rest that still mean something for the whole week: coverage, baskets, and the cost of all of it."""
    found = []
    for level in after.levels:
        if level.name.startswith("coverage"):
            found.append(level)
        elif level.name == "baskets":
            bound = None if level.bound is None else level.bound + given
            found.append(dataclasses.replace(level, value=level.value + given, bound=bound))
        elif level.name == "cost":
            cents = sum((Fraction(row.cents) for row in plan.collections), Fraction(0))
            value = cents + indicators.transport_millicents(dataset, plan) / 1000
            why = "no bound was computed"
            found.append(dataclasses.replace(level, value=value / 100, bound=None, proven=False, why_not_proven=why))
    return tuple(found)
