"""What follows from an edited allocation and edited stops: who brings what, and every table behind it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from distrib.checker.accounts import baskets_given, coverage_due, unserved_due
from distrib.checker.case import Case
from distrib.checker.goods import usable_g
from distrib.checker.store import ledger_days
from distrib.model.dataset import Dataset
from distrib.model.plan import (
    AllocationRow,
    CollectionRow,
    CoverageRow,
    DeliveryRow,
    FairnessRow,
    LedgerRow,
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
    loads: list[Load] = [defaultdict(int) for _ in stops]
    for delivery in case.plan.deliveries:
        index = _stop_of(delivery, stops)
        if index is not None:
            loads[index][delivery.site_id, delivery.basket_id] += delivery.baskets
    wanted: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for share in case.plan.allocation:
        wanted[share.date, share.site_id, share.basket_id] += share.baskets
    written = {(stop.date, site, kind) for stop, load in zip(stops, loads, strict=True) for site, kind in load}
    for date, site_id, kind in sorted(wanted.keys() | written):
        site = case.dataset.site_by_id.get(site_id)
        place = site_id if site is None else site.drop_site_id
        here = [i for i, s in enumerate(stops) if (s.date, s.place_kind, s.place_id) == (date, "site", place)]
        for i, stop in enumerate(stops):
            if stop.date == date and i not in here:
                loads[i].pop((site_id, kind), None)
        _settle([loads[i] for i in here], (site_id, kind), wanted.get((date, site_id, kind), 0))
    return [{key: baskets for key, baskets in sorted(load.items()) if baskets > 0} for load in loads]


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


def _stop_of(delivery: DeliveryRow, stops: list[StopRow]) -> int | None:
    times = (delivery.arrival_s, delivery.start_s, delivery.departure_s)
    trip = (delivery.vehicle_id, delivery.trip)
    ranked = [
        ((s.vehicle_id, s.trip) == trip, (s.arrival_s, s.start_s, s.departure_s) == times, -i)
        for i, s in enumerate(stops)
        if (s.date, s.place_kind, s.place_id) == (delivery.date, "site", delivery.dropped_at_site_id)
    ]
    same_trip, same_times, minus = max(ranked, default=(False, False, 0))
    return -minus if same_trip or same_times else None


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


def ledger_of(case: Case) -> tuple[LedgerRow, ...]:
    """Return the ledger that follows from collections and packing; lots are used as before as far as that goes (see ``LotUses``)."""
    uses = LotUses(case)
    products = {row.lot_id: row.product_id for row in case.plan.collections}
    rows = []
    for (depot_id, lot_id), days in ledger_days(case).items():
        stock = case.opening_stock.get((depot_id, lot_id), 0)
        arrivals = case.arrivals.get((depot_id, lot_id), {})
        product_id, last_use = case.lot_facts.get(lot_id, (products.get(lot_id, ""), None))
        for date in days:
            in_g, packed = arrivals.get(date, 0), uses.packed.get((depot_id, lot_id), {}).get(date, 0)
            left = stock + in_g - packed
            discarded = left if last_use is not None and date >= last_use else 0
            rows.append(
                LedgerRow(
                    date=date,
                    depot_id=depot_id,
                    lot_id=lot_id,
                    product_id=product_id,
                    opening_g=stock,
                    in_g=in_g,
                    packed_g=packed,
                    discarded_g=discarded,
                    closing_g=left - discarded,
                    last_use_date=last_use,
                )
            )
            stock = left - discarded
    return tuple(sorted(rows, key=lambda r: (r.date, r.depot_id, r.lot_id)))


class LotUses:
    """Grams packed of each lot by day, changed as little as the packing asks for.

    Where a day needs less of a product than written, the lots that keep longest are left; where it needs more,
    the lots that end first give it, as far as they have any that no later day needs. What no lot can give is
    not taken: the checker then finds that the recipes need more than leaves the stock.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.packed: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(dict)
        for key, rows in case.ledger.items():
            self.packed[key] = {date: max(0, row.packed_g) for date, row in rows.items()}
        self.needed = self._needed()
        self.lots: dict[tuple[str, str], list[str]] = defaultdict(list)
        for depot_id, lot_id in sorted(self.packed.keys() | case.arrivals.keys() | case.opening_stock.keys()):
            self.lots[depot_id, case.lot_facts.get(lot_id, ("", None))[0]].append(lot_id)
        for date, depot_id, product_id in sorted(self._days()):
            self._settle(date, depot_id, product_id)

    def _needed(self) -> dict[tuple[dt.date, str, str], int]:
        needed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
        for (date, depot_id, basket_id), baskets in self.case.packed.items():
            for product_id, portions in self.case.recipes.get((date, depot_id, basket_id), {}).items():
                product = self.case.product(product_id)
                needed[date, depot_id, product_id] += 0 if product is None else baskets * portions * product.portion_g
        return dict(needed)

    def _days(self) -> set[tuple[dt.date, str, str]]:
        written = {
            (date, depot_id, product_id)
            for (depot_id, product_id), lots in self.lots.items()
            for lot_id in lots
            for date in self.packed.get((depot_id, lot_id), {})
        }
        return written | self.needed.keys()

    def _settle(self, date: dt.date, depot_id: str, product_id: str) -> None:
        lots = sorted(self.lots.get((depot_id, product_id), []), key=self._end)
        written = sum(self.packed[depot_id, lot].get(date, 0) for lot in lots)
        more = self.needed.get((date, depot_id, product_id), 0) - written
        for lot in reversed(lots):
            packed = self.packed[depot_id, lot]
            less = min(packed.get(date, 0), max(0, -more))
            packed[date] = packed.get(date, 0) - less
            more += less
        for lot in lots:
            extra = min(self._spare_g((depot_id, lot), date), max(0, more))
            self.packed[depot_id, lot][date] = self.packed[depot_id, lot].get(date, 0) + extra
            more -= extra

    def _end(self, lot_id: str) -> tuple[dt.date, str]:
        return self.case.lot_facts.get(lot_id, ("", None))[1] or dt.date.max, lot_id

    def _spare_g(self, key: tuple[str, str], date: dt.date) -> int:
        """Grams of a lot that can be packed on a day on top of what is packed on that and all later days."""
        if date > self._end(key[1])[0]:
            return 0
        packed = self.packed[key]
        later = sorted({date, *(day for day in packed if day > date)})
        return max(
            0, min(usable_g(self.case, key, day) - sum(g for d, g in packed.items() if d <= day) for day in later)
        )


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
