"""What follows from an edited allocation and edited stops: who brings what, and every table behind it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from distrib.checker.accounts import baskets_given, coverage_due, unserved_due
from distrib.checker.case import Case
from distrib.model.dataset import Dataset
from distrib.model.plan import (
    AllocationRow,
    CollectionRow,
    CoverageRow,
    DeliveryRow,
    FairnessRow,
    PackingRow,
    RecipeRow,
    StopRow,
    UnservedRow,
)

Load = dict[tuple[str, str], int]
"""Baskets by (site they are for, basket kind)."""

EDITED = {"fr": "modifié à la main", "en": "edited by hand"}


def allocation_that_counts(dataset: Dataset, rows: tuple[AllocationRow, ...]) -> tuple[AllocationRow, ...]:
    """Return the edited allocation in order: rows of the same ids added up, rows of 0 baskets left out, walks restated."""
    walks = {(c.zone_id, c.site_id): c.walk_m for c in dataset.catchments or ()}
    merged: dict[tuple[str, str, dt.date, str], AllocationRow] = {}
    for row in rows:
        key = (row.zone_id, row.site_id, row.date, row.basket_id)
        zone = dataset.zone_by_id.get(row.zone_id)
        merged[key] = replace(
            row,
            baskets=row.baskets + (merged[key].baskets if key in merged else 0),
            neighbourhood_id=row.neighbourhood_id if zone is None else zone.neighbourhood_id,
            walk_m=walks.get((row.zone_id, row.site_id), row.walk_m),
        )
    return tuple(row for _, row in sorted(merged.items()) if row.baskets != 0)


def loads_of_stops(case: Case, stops: list[StopRow]) -> list[Load]:
    """Return what each stop drops so that the baskets of the allocation reach their sites.

    A stop keeps what the deliveries wrote for it, also when its row was moved to another vehicle (it is known
    again by its old times). What the allocation adds to a site goes to the stop that brings it the most of that
    kind, the first of equals; what it takes away is taken from the last stops first. Without a stop at its
    place of drop that day nothing is brought.
    """
    calls: dict[tuple[dt.date, str], list[int]] = defaultdict(list)
    for i, stop in enumerate(stops):
        if stop.place_kind == "site":
            calls[stop.date, stop.place_id].append(i)
    loads: list[Load] = [{} for _ in stops]
    wanted: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    places: dict[tuple[dt.date, str], str] = {}
    for delivery in case.plan.deliveries:
        place = _drop_place(case, delivery.site_id, delivery.dropped_at_site_id)
        places.setdefault((delivery.date, delivery.site_id), place)
        index = _stop_of(delivery, stops, calls.get((delivery.date, place), []))
        if index is not None and delivery.dropped_at_site_id == place:
            load, key = loads[index], (delivery.site_id, delivery.basket_id)
            load[key] = load.get(key, 0) + delivery.baskets
            wanted[delivery.date, delivery.site_id, delivery.basket_id] += 0
    for share in case.plan.allocation:
        wanted[share.date, share.site_id, share.basket_id] += share.baskets
    for (date, site_id, kind), baskets in sorted(wanted.items()):
        here = calls.get((date, places.get((date, site_id)) or _drop_place(case, site_id)), [])
        _settle([loads[i] for i in here], (site_id, kind), baskets)
    return [{key: baskets for key, baskets in sorted(load.items()) if baskets > 0} for load in loads]


def _drop_place(case: Case, site_id: str, written: str = "") -> str:
    """Where baskets of a site are dropped: where it is written, if they may be, else where they are as a rule."""
    allowed = case.drop_places(site_id)
    return written if written in allowed else allowed[0]


def _settle(loads: list[Load], key: tuple[str, str], wanted: int) -> None:
    """Change what the stops at one place bring of a kind until it adds up to what is wanted."""
    more = wanted - sum(load.get(key, 0) for load in loads)
    if loads and more > 0:
        most = max(loads, key=lambda load: load.get(key, 0))
        most[key] = most.get(key, 0) + more
    for load in reversed(loads):
        less = min(load.get(key, 0), max(0, -more))
        load[key] = load.get(key, 0) - less
        more += less


def _stop_of(delivery: DeliveryRow, stops: list[StopRow], here: list[int]) -> int | None:
    """The stop among those at the place that a delivery was written for: of its trip, or of its times."""
    times = (delivery.arrival_s, delivery.start_s, delivery.departure_s)
    trip = (delivery.vehicle_id, delivery.trip)
    ranked = [((stops[i].vehicle_id, stops[i].trip) == trip, _times(stops[i]) == times, -i) for i in here]
    same_trip, same_times, minus = max(ranked, default=(False, False, 0))
    return -minus if same_trip or same_times else None


def _times(stop: StopRow) -> tuple[int, int, int]:
    return stop.arrival_s, stop.start_s, stop.departure_s


def picks_of_stops(case: Case, stops: list[StopRow]) -> list[list[CollectionRow]]:
    """Return the collections that each stop makes.

    A collection stays with its vehicle's stop at the farm; when that row was moved, it goes along: to the first
    stop at the farm that day that no other collection claims, by preference one of the same kg, else to the
    first at all. Without a stop at the farm that day it is made by none.
    """
    groups: dict[tuple[dt.date, str, str, int], list[CollectionRow]] = defaultdict(list)
    for row in case.plan.collections:
        if row.vehicle_id:
            groups[row.date, row.farm_id, row.vehicle_id, row.trip].append(row)
    picks: list[list[CollectionRow]] = [[] for _ in stops]
    moved = []
    for key in sorted(groups):
        own = [i for i, s in enumerate(stops) if _farm_of(s) == key[:2] and (s.vehicle_id, s.trip) == key[2:]]
        if own:
            picks[own[0]].extend(groups[key])
        else:
            moved.append(key)
    for key in moved:
        kg = sum(row.load_g for row in groups[key])
        here = [i for i, s in enumerate(stops) if _farm_of(s) == key[:2]]
        here.sort(key=lambda i: (bool(picks[i]), stops[i].pick_g != kg, i))
        if here:
            picks[here[0]].extend(groups[key])
    return picks


def _farm_of(stop: StopRow) -> tuple[dt.date, str] | None:
    return (stop.date, stop.place_id) if stop.place_kind == "farm" else None


def packing_of(case: Case) -> tuple[PackingRow, ...]:
    """Return the packing that the deliveries need, at the depots of the vehicles that make them."""
    baskets: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for row in case.plan.deliveries:
        depot = case.depot_of(row.vehicle_id)
        if depot is not None:
            baskets[row.date, depot.depot_id, row.basket_id] += row.baskets
    return tuple(
        PackingRow(date=key[0], depot_id=key[1], basket_id=key[2], baskets=n, packed_g=n * case.recipe_g(key))
        for key, n in sorted(baskets.items())
    )


def recipes_in_use(case: Case, packing: tuple[PackingRow, ...]) -> tuple[RecipeRow, ...]:
    """Return the recipes of the baskets that are packed; recipes themselves are not edited."""
    used = {(row.date, row.depot_id, row.basket_id) for row in packing}
    return tuple(row for row in case.plan.recipes if (row.date, row.depot_id, row.basket_id) in used)


def coverage_of(case: Case) -> tuple[CoverageRow, ...]:
    """Return the coverage that follows; a reason stays, but for one that says that the need is met where it is not."""
    given = baskets_given(case)
    reasons = {(row.programme, row.neighbourhood_id): row.limited_by for row in case.plan.coverage}
    rows = []
    for programme in case.dataset.programmes:
        for hood in case.dataset.neighbourhoods:
            row = coverage_due(case, programme, hood.neighbourhood_id, given)
            reason = reasons.get((programme, hood.neighbourhood_id), "")
            untrue = reason == "need_met" and row.baskets < row.need_baskets
            rows.append(replace(row, limited_by="" if untrue else reason))
    return tuple(rows)


def unserved_of(case: Case) -> tuple[UnservedRow, ...]:
    """Return what is unserved; what was before keeps its reason, what is new has none."""
    before = {(row.kind, row.id, row.programme): row for row in case.plan.unserved}
    rows = []
    for (kind, item, programme), quantity in sorted(unserved_due(case).items()):
        unit = "kg" if kind == "lot" else "baskets"
        blank = UnservedRow(
            kind=kind, id=item, programme=programme, quantity=0, unit=unit, reason="", explanation="", remedy=""
        )
        rows.append(replace(before.get((kind, item, programme), blank), quantity=quantity, unit=unit))
    return tuple(rows)


def fairness_of(case: Case) -> tuple[FairnessRow, ...]:
    """Return the proof of fairness for the baskets as they are; where it is lost, the lacking rule is the edit."""
    coverage = {(row.programme, row.neighbourhood_id): row.baskets for row in case.plan.coverage}
    edited = EDITED.get(case.settings.language, EDITED["en"])
    rows = []
    for row in case.plan.fairness:
        baskets = coverage.get((row.programme, row.neighbourhood_id), row.baskets)
        gap = max(0, row.bound_microbaskets // 1_000_000 - baskets)
        lacking = (row.lacking_rule or edited) if gap else ""
        rows.append(replace(row, baskets=baskets, gap_baskets=gap, proven=not gap, lacking_rule=lacking))
    return tuple(rows)
