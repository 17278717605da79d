"""The same baskets on other days: an allocation whose visits change their dates, its goods made anew for them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.model.routing import Task
from distrib.solver.allocation.bounds import Bound
from distrib.solver.allocation.leximin import NODES
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.outlets import packing_limit
from distrib.solver.allocation.result import allocation_of
from distrib.solver.allocation.sharing import shares_of
from distrib.solver.allocation.stocking import stock_the_week
from distrib.solver.allocation.supply import supply_of
from distrib.solver.allocation.visits import Week


def redated(
    dataset: Dataset,
    allocation: Allocation,
    dates: Mapping[tuple[str, str, dt.date], dt.date],
    *,
    effort: Effort,
) -> Allocation | None:
    """The allocation with visits on other dates: every zone gets as many baskets of each type at each site as before.

    Recipes and purchases are made anew for the days as they now are. None when they do not suffice for all baskets.

    Args:
        dataset: resolved.
        allocation: as it was.
        dates: (place of drop, depot, date) → new date; visits that are not there keep their date.
        effort: the work budget.
    """
    week = _week(dataset, allocation, dates)
    supply = supply_of(dataset, Limits())
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=NODES[effort])
    if stocked.totals() != week.totals():
        return None
    bounds = {
        level.name: Bound(value=level.bound, tolerance=level.tolerance)
        for level in allocation.levels
        if level.bound is not None
    }
    shares = shares_of(week, stocked.recipes)
    return allocation_of(
        dataset, supply, shares, stocked.purchases, stocked.recipes, fairness=allocation.fairness, bounds=bounds
    )


def most_baskets(dataset: Dataset, tasks: Iterable[Task], slack_pct: int) -> dict[tuple[dt.date, str], int]:
    """(date, depot_id) → baskets that may be dropped there when each date may get so much fuller as its bench allows."""
    total: Counter[tuple[dt.date, str]] = Counter()
    for task in tasks:
        if task.is_drop:
            total[task.date, task.depot_id] += task.baskets
    return {
        (date, depot.depot_id): min(
            packing_limit(dataset, depot, date), total[date, depot.depot_id] * (100 + slack_pct) // 100
        )
        for date in dataset.settings.delivery_dates
        for depot in dataset.depots
    }


def concedes_little(dataset: Dataset, before: Allocation, after: Allocation) -> bool:
    """True when every level after fairness is as good as before, or worse by no more than it leaves to lower levels.

    Baskets and persons do not change with the days; waste, the spread over farms, variety and closeness to the target
    weight (target less mean deviation, for the lightest type) may.
    """
    old, new = ({level.name: level.value for level in a.levels} for a in (before, after))
    objective = dataset.settings.objective
    packed_kg = sum(Fraction(use.packed_g, 1000) for use in after.lot_uses)
    food = Fraction(objective.food_tolerance_bp, 10_000)
    target_g = min(kind.target_g for kind in dataset.basket_types)
    worse = {
        "waste": old["waste"] + packed_kg * objective.waste_tolerance_bp / 10_000,
        "farm_spread": old["farm_spread"] + Fraction(objective.farm_spread_tolerance_bp, 100),
        "weight": old["weight"] + (target_g - old["weight"]) * food,
    }
    return all(new[name] <= most for name, most in worse.items()) and new["variety"] >= old["variety"] * (1 - food)


def _week(dataset: Dataset, allocation: Allocation, dates: Mapping[tuple[str, str, dt.date], dt.date]) -> Week:
    fetch: Counter[tuple[str, str, str]] = Counter()
    bring: Counter[tuple[Drop, str]] = Counter()
    for share in allocation.shares:
        kind = type_of(share.basket_id)
        place = dataset.site_by_id[share.site_id].drop_site_id
        date = dates.get((place, share.depot_id, share.date), share.date)
        fetch[share.zone_id, share.site_id, kind] += share.baskets
        bring[(share.site_id, date, share.depot_id), kind] += share.baskets
    return Week(fetch=dict(sorted(fetch.items())), bring=dict(sorted(bring.items())))
