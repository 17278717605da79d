"""The same allocation without what no tour carried: fewer baskets at some sites, and the goods for those that stay."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow
from distrib.solver.allocation.bounds import Bound, head_start, weights
from distrib.solver.allocation.leximin import NODES
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.reached import reached_bounds
from distrib.solver.allocation.relaxation import MICRO
from distrib.solver.allocation.result import allocation_of, use_of
from distrib.solver.allocation.sharing import shares_of
from distrib.solver.allocation.stocking import stock_the_week
from distrib.solver.allocation.supply import supply_of
from distrib.solver.allocation.visits import Week

Brought = tuple[str, dt.date, str, str]
"""(site_id, date, depot_id, basket type)."""


def trimmed(
    dataset: Dataset, allocation: Allocation, lost: Mapping[Brought, int], *, limits: Limits, effort: Effort
) -> Allocation | None:
    """Return the allocation without these baskets, its recipes and purchases made anew within the limits on farms.

    At each site the zones of the neighbourhoods best off go without first. A site left with less than its minima of a visit or
    a week goes without that visit or week. None when nothing stays or the goods do not suffice for all that does.

    Args:
        dataset: resolved.
        allocation: as it was asked for.
        lost: baskets to go without; no more of each than were allocated.
        limits: what may be fetched at farms; its limits on sites and days are not looked at.
        effort: the work budget.
    """
    week = _without(dataset, allocation, lost)
    supply = supply_of(dataset, limits)
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=NODES[effort])
    if not week.totals() or stocked.totals() != week.totals():
        return None
    shares = shares_of(week, stocked.recipes)
    bounds = {
        level.name: Bound(value=level.bound, tolerance=level.tolerance)
        for level in allocation.levels
        if level.bound is not None
    }
    bounds |= reached_bounds(dataset, shares, sum(use_of(dataset, stocked.recipes).values()))
    rows = _rows(dataset, allocation.fairness, week)
    return allocation_of(dataset, supply, shares, stocked.purchases, stocked.recipes, fairness=rows, bounds=bounds)


def _without(dataset: Dataset, allocation: Allocation, lost: Mapping[Brought, int]) -> Week:
    fetch: Counter[tuple[str, str, str]] = Counter()
    bring: Counter[tuple[Drop, str]] = Counter()
    for share in allocation.shares:
        fetch[share.zone_id, share.site_id, type_of(share.basket_id)] += share.baskets
        bring[(share.site_id, share.date, share.depot_id), type_of(share.basket_id)] += share.baskets
    less = Counter(bring)
    for (site, date, depot, basket), number in lost.items():
        less[(site, date, depot), basket] -= number
    _keep_minima(dataset, less)
    _take_from_the_best_off(dataset, fetch, bring - less)
    return Week(fetch=dict(sorted((+fetch).items())), bring=dict(sorted((+less).items())))


def _keep_minima(dataset: Dataset, bring: Counter[tuple[Drop, str]]) -> None:
    """Empty visits, then weeks, that fall below a site's minima."""
    for whole_week in (False, True):
        total: Counter[tuple[str, dt.date | None]] = Counter()
        for ((site, date, _), _), number in bring.items():
            total[site, None if whole_week else date] += number
        for key in bring:
            site, date, _ = key[0]
            place = dataset.site_by_id[site]
            least = place.min_baskets_per_week if whole_week else place.min_baskets_per_visit
            if total[site, None if whole_week else date] < least:
                bring[key] = 0


def _take_from_the_best_off(
    dataset: Dataset, fetch: Counter[tuple[str, str, str]], lost: Counter[tuple[Drop, str]]
) -> None:
    """Take baskets one by one from the zone, of those that fetch at the site, whose neighbourhood has the highest coverage."""
    weight: dict[tuple[str, str], Fraction] = {}
    got: Counter[tuple[str, str]] = Counter()
    for programme in dataset.programmes:
        for hood, households in weights(dataset, programme).items():
            weight[programme, hood] = households
            got[programme, hood] = head_start(dataset, programme, hood)
    zones: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (zone, site, basket), number in sorted(fetch.items()):
        got[_hood(dataset, zone, basket)] += number
        zones[site, basket].append(zone)
    for ((site, _, _), basket), number in sorted(lost.items()):
        for _ in range(number):
            left = [zone for zone in zones[site, basket] if fetch[zone, site, basket]]
            level = {zone: got[key] / weight[key] for zone in left for key in [_hood(dataset, zone, basket)]}
            best = max(left, key=lambda zone: (level[zone], zone))
            fetch[best, site, basket] -= 1
            got[_hood(dataset, best, basket)] -= 1


def _hood(dataset: Dataset, zone_id: str, basket_id: str) -> tuple[str, str]:
    return dataset.basket_type_by_id[basket_id].programme, dataset.zone_by_id[zone_id].neighbourhood_id


def _rows(dataset: Dataset, before: tuple[FairnessRow, ...], week: Week) -> tuple[FairnessRow, ...]:
    """Return the rows of the proof with what each neighbourhood gets now."""
    got: Counter[tuple[str, str]] = Counter()
    for (zone, _, basket), number in week.fetch.items():
        got[_hood(dataset, zone, basket)] += number
    rows = []
    for row in before:
        baskets = got[row.programme, row.neighbourhood_id]
        gap = max(0, row.bound_microbaskets // MICRO - baskets)
        rows.append(
            dataclasses.replace(
                row, baskets=baskets, gap_baskets=gap, proven=gap == 0, lacking_rule="tours" if gap else ""
            )
        )
    return tuple(rows)
