"""Plan → one flat record of indicators, computed exactly and rounded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from distrib import units
from distrib.model.dataset import Dataset
from distrib.model.farms import farm_rows
from distrib.model.fleet import Vehicle
from distrib.model.need import type_of
from distrib.model.plan import CoverageRow, DeliveryRow, Plan

Indicator = int | Decimal | str | None


def indicators(dataset: Dataset, plan: Plan) -> dict[str, Indicator]:
    """Return the indicators of a plan by name; the unit is the end of the name.

    ``cost_eur`` is the one sum of the last level of what a plan optimises: vehicle-days, km, hours and
    purchases; ``transport_eur`` is the same without purchases. Gini coefficients are in percent. Values
    that do not exist (coverage without need) are None.
    """
    transport = transport_millicents(dataset, plan)
    purchase = sum(row.cents for row in plan.collections)
    lowest = min((r for r in plan.coverage if r.coverage is not None), key=_coverage_then_id, default=None)
    spans = _spans_s(plan)
    shares = farm_shares(dataset, plan)
    return {
        "baskets": sum(row.baskets for row in plan.allocation),
        "kg": _decimal(Fraction(sum(row.packed_g for row in plan.packing), 1000), 3),
        "persons_helped": units.round_half_up(_persons_helped(dataset, plan)),
        "need_baskets": sum(row.need_baskets for row in plan.coverage),
        "lowest_coverage_pct": None if lowest is None else _percent(lowest.coverage or Fraction(0)),
        "lowest_coverage_neighbourhood": None if lowest is None else lowest.neighbourhood_id,
        "coverage_gini_pct": _percent(coverage_gini(plan.coverage)),
        "sites_served": len({row.site_id for row in plan.deliveries}),
        "site_visits": len({(r.date, r.dropped_at_site_id, r.vehicle_id, r.trip, r.start_s) for r in plan.deliveries}),
        "opening_stock_kg": _decimal(Fraction(sum(s.stock_g for s in dataset.depot_stock), 1000), 3),
        "bought_kg": _decimal(Fraction(sum(row.load_g for row in plan.collections), 1000), 3),
        "discarded_kg": _decimal(Fraction(sum(row.discarded_g for row in plan.stock_ledger), 1000), 3),
        "mean_walk_m": _mean_walk(plan),
        "farm_share_lowest_pct": _percent(min(shares.values(), default=Fraction(0))),
        "farm_share_lowest_farm": min(shares, key=lambda farm: (shares[farm], farm), default=None),
        "farm_share_gini_pct": _percent(gini([(share, 1) for share in shares.values()])),
        "vehicle_days": len(spans),
        "km": _decimal(Fraction(sum(row.from_previous_m for row in plan.stops), 1000), 3),
        "hours": _decimal(Fraction(sum(spans.values()), 3600), 2),
        "co2e_kg": _decimal(_co2e_g(dataset, plan) / 1000, 3),
        "hours_spread": _decimal(Fraction(_hours_spread_s(dataset, spans), 3600), 2),
        "transport_eur": _decimal(Fraction(transport, 100_000), 2),
        "purchase_eur": _decimal(Fraction(purchase, 100), 2),
        "cost_eur": _decimal(Fraction(transport, 100_000) + Fraction(purchase, 100), 2),
        **_coverage_by_poverty(dataset, plan),
        **_relayed(plan),
        **_coverage_over_window(dataset, plan),
        **_site_changes(dataset, plan),
    }


def transport_millicents(dataset: Dataset, plan: Plan) -> Fraction:
    """Return the exact cost of the tours in millicents: vehicle-days, km and hours from first arrival to last departure."""
    total = Fraction(0)
    for (_, vehicle_id), span_s in _spans_s(plan).items():
        vehicle = dataset.vehicle_by_id[vehicle_id]
        total += vehicle.cents_per_day * 1000 + Fraction(span_s * vehicle.millicents_per_h, 3600)
    for row in plan.stops:
        total += Fraction(row.from_previous_m * dataset.vehicle_by_id[row.vehicle_id].millicents_per_km, 1000)
    return total


def _co2e_g(dataset: Dataset, plan: Plan) -> Fraction:
    """Grams of CO2 equivalent of all km driven."""
    total = Fraction(0)
    for row in plan.stops:
        total += Fraction(row.from_previous_m * dataset.vehicle_by_id[row.vehicle_id].emission_g_per_km(), 1000)
    return total


def _hours_spread_s(dataset: Dataset, spans: dict[tuple[str, str], int]) -> int:
    """The largest difference of the week's seconds between two vehicles that are alike; 0 where none is like another."""
    worked: dict[Vehicle, dict[str, int]] = defaultdict(dict)
    for vehicle in dataset.vehicles:
        worked[replace(vehicle, vehicle_id="")][vehicle.vehicle_id] = 0
    for (_, vehicle_id), span_s in spans.items():
        worked[replace(dataset.vehicle_by_id[vehicle_id], vehicle_id="")][vehicle_id] += span_s
    return max((max(hours.values()) - min(hours.values()) for hours in worked.values()), default=0)


def farm_shares(dataset: Dataset, plan: Plan) -> dict[str, Fraction]:
    """Return, for each farm with something on offer, the share of its offer (in kg) that the plan buys."""
    return {row.farm_id: row.share for row in farm_rows(dataset, plan.collections) if row.share is not None}


def gini(values: Sequence[tuple[Fraction, int]]) -> Fraction:
    """Return the Gini coefficient of (value, weight) pairs from the area under their Lorenz curve; 0 without values.

    Source: Lorenz curve with weighted observations, e.g. Lerman and Yitzhaki 1989, doi 10.1016/0304-4076(89)90025-8.
    """
    total_weight = sum(w for _, w in values)
    total = sum((v * w for v, w in values), Fraction(0))
    if not total_weight or not total:
        return Fraction(0)
    area, height = Fraction(0), Fraction(0)
    for value, weight in sorted(values):
        step = value * weight / total
        area += Fraction(weight, total_weight) * (2 * height + step)
        height += step
    return 1 - area


def coverage_gini(rows: Iterable[CoverageRow]) -> Fraction:
    """Return the Gini coefficient of coverage over neighbourhoods, weighted by need."""
    return gini([(row.coverage, row.need_baskets) for row in rows if row.coverage is not None])


def _coverage_then_id(row: CoverageRow) -> tuple[Fraction, str, str]:
    return row.coverage or Fraction(0), row.neighbourhood_id, row.programme


def _spans_s(plan: Plan) -> dict[tuple[str, str], int]:
    first: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], int] = {}
    for row in plan.stops:
        key = (row.date.isoformat(), row.vehicle_id)
        first[key] = min(first.get(key, row.arrival_s), row.arrival_s)
        last[key] = max(last.get(key, row.departure_s), row.departure_s)
    return {key: last[key] - first[key] for key in sorted(first)}


def _persons_helped(dataset: Dataset, plan: Plan) -> Fraction:
    total = Fraction(0)
    for row in plan.allocation:
        need = dataset.zone_needs.get((row.zone_id, type_of(row.basket_id)))
        if need is not None:
            total += Fraction(row.baskets * need.persons, need.baskets)
    return total


def _mean_walk(plan: Plan) -> Indicator:
    baskets = sum(row.baskets for row in plan.allocation)
    walks = sum(row.baskets * row.walk_m for row in plan.allocation)
    return units.round_half_up(Fraction(walks, baskets)) if baskets else None


def _coverage_by_poverty(dataset: Dataset, plan: Plan) -> dict[str, Indicator]:
    """Coverage of fifths of the need, from the least poor neighbourhoods (1) to the poorest (5).

    A neighbourhood belongs to the fifth in which the middle of its need lies. Only neighbourhoods of
    known poverty rate count; nothing is returned when there are none.
    """
    rates = {n.neighbourhood_id: n.poverty_rate_bp for n in dataset.neighbourhoods if n.poverty_rate_bp is not None}
    rows = [row for row in plan.coverage if row.neighbourhood_id in rates and row.need_baskets]
    total = sum(row.need_baskets for row in rows)
    baskets, needs, before = [0] * 5, [0] * 5, 0
    for row in sorted(rows, key=lambda r: (rates[r.neighbourhood_id], r.neighbourhood_id, r.programme)):
        fifth = min(4, 5 * (2 * before + row.need_baskets) // (2 * total))
        before += row.need_baskets
        baskets[fifth] += row.baskets
        needs[fifth] += row.need_baskets
    return {
        f"coverage_pct_poverty_fifth_{i + 1}": _percent(Fraction(baskets[i], needs[i])) if needs[i] else None
        for i in range(5)
        if rows
    }


def _relayed(plan: Plan) -> dict[str, Indicator]:
    """How many sites get their baskets through another one; nothing where none does."""
    relayed = {row.site_id for row in plan.deliveries if row.dropped_at_site_id != row.site_id}
    return {"sites_relayed": len(relayed)} if relayed else {}


def _coverage_over_window(dataset: Dataset, plan: Plan) -> dict[str, Indicator]:
    """Coverage over the window of weeks, baskets ÷ need of all its weeks; nothing where no earlier week is known."""
    if not dataset.head_start:
        return {}
    shares = []
    for row in plan.coverage:
        start = dataset.head_start_of(row.programme, row.neighbourhood_id)
        need = row.need_baskets + start.need_baskets
        if row.need_baskets:
            shares.append((Fraction(row.baskets + start.baskets, need), need, row.neighbourhood_id))
    lowest = min(((share, hood) for share, _, hood in shares), default=None)
    return {
        "window_weeks": dataset.settings.objective.window_weeks,
        "window_lowest_coverage_pct": None if lowest is None else _percent(lowest[0]),
        "window_lowest_coverage_neighbourhood": None if lowest is None else lowest[1],
        "window_coverage_gini_pct": _percent(gini([(share, need) for share, need, _ in shares])),
    }


def _site_changes(dataset: Dataset, plan: Plan) -> dict[str, Indicator]:
    """How many sites changed day, vehicle or time against last week; nothing where last week is not known."""
    if not dataset.usual_visits:
        return {}
    return {"site_changes": len(changed_sites(dataset, plan.deliveries))}


def changed_sites(dataset: Dataset, deliveries: Iterable[DeliveryRow]) -> tuple[str, ...]:
    """Return the sites served in both weeks whose weekdays, vehicle of a day, or time of a day differ, sorted.

    Two starts of service are the same time when they are no further apart than ``same_time_min``.
    """
    now: dict[str, set[tuple[int, str, int]]] = defaultdict(set)
    for row in deliveries:
        now[row.site_id].add((row.date.weekday(), row.vehicle_id, row.start_s))
    return tuple(
        site
        for site, visits in sorted(now.items())
        if site in dataset.usual_visits
        and not same_visits(dataset.usual_visits[site], visits, dataset.settings.objective.same_time_s)
    )


def same_visits(
    before: Iterable[tuple[int, str, int]], after: Iterable[tuple[int, str, int]], same_time_s: int
) -> bool:
    """True when the visits (weekday, vehicle_id, start_s) of two weeks pair up, each start within ``same_time_s``."""
    one, other = sorted(before), sorted(after)
    return len(one) == len(other) and all(
        a[:2] == b[:2] and abs(a[2] - b[2]) <= same_time_s for a, b in zip(one, other, strict=True)
    )


def _decimal(value: Fraction, decimals: int) -> Decimal:
    return Decimal(units.round_half_up(value * 10**decimals)).scaleb(-decimals)


def _percent(value: Fraction) -> Decimal:
    return _decimal(value * 100, 2)
