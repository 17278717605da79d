"""The same baskets on other days: an allocation whose visits change their dates, its goods made anew for them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.solver.allocation.bounds import Bound
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.result import allocation_of
from distrib.solver.allocation.sharing import shares_of
from distrib.solver.allocation.stocking import stock_the_week
from distrib.solver.allocation.supply import supply_of
from distrib.solver.allocation.visits import Week

NODES = 20
"""Branch-and-bound nodes of each mixed-integer programme."""


def redated(
    dataset: Dataset, allocation: Allocation, dates: Mapping[tuple[str, str, dt.date], dt.date]
) -> Allocation | None:
    """The allocation with visits on other dates: every zone gets as many baskets of each type at each site as before.

    Recipes and purchases are made anew for the days as they now are. None when they do not suffice for all baskets.

    Args:
        dataset: resolved.
        allocation: as it was.
        dates: (place of drop, depot, date) → new date; visits that are not there keep their date.
    """
    week = _week(dataset, allocation, dates)
    supply = supply_of(dataset, Limits())
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=NODES)
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
