"""Rows that contradict themselves or each other: limits, windows, relays, ranges, kits, dates, breaks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from distrib import units
from distrib.io.messages import Problems
from distrib.io.reading_rows import Line, Row, TypedTables
from distrib.io.schema import (
    BasketTypeRow,
    DepotRow,
    DepotStockRow,
    FarmRow,
    FixedDayRow,
    KitContentRow,
    ProductRow,
    SiteHoursRow,
    SiteRow,
    StockRow,
    TableRow,
    VehicleRow,
)
from distrib.model.fleet import HEAVY_GVW_KG

_WINDOWS: tuple[tuple[type[TableRow], str, str], ...] = (
    (SiteHoursRow, "opens", "closes"),
    (FarmRow, "opens", "closes"),
    (DepotRow, "opens", "closes"),
    (VehicleRow, "shift_start", "shift_end"),
    (FixedDayRow, "starts_from", "starts_until"),
)
_TOGETHER: tuple[tuple[type[TableRow], str, str], ...] = ((VehicleRow, "break_after_h", "break_min"),)
_LAST_HOUSEHOLD = 10**9
LIGHT_RULES = "van"


def check_rows(tables: TypedTables, problems: Problems) -> None:
    """Note every row that contradicts itself or another row of its subject."""
    for model, start, end in _WINDOWS:
        _check_order(tables, model, start, end, "window_reversed", problems)
    for model, one, other in _TOGETHER:
        _check_together(tables, model, one, other, problems)
    _check_driver_rules(tables, problems)
    _check_overlaps(tables, problems)
    _check_minima(tables, problems)
    _check_relays(tables, problems)
    _check_fixed_days(tables, problems)
    _check_order(tables, BasketTypeRow, "min_kg", "max_kg", "min_above_max", problems)
    _check_order(tables, BasketTypeRow, "persons_from", "persons_to", "min_above_max", problems)
    _check_targets(tables, problems)
    _check_ranges(tables, problems)
    _check_kits(tables, problems)
    _check_order(tables, StockRow, "ready_date", "best_before", "best_before_ready", problems)
    _check_depot_stock(tables, problems)


def _fault(problems: Problems, code: str, table: str, line: Line[Any], column: str, **context: Any) -> None:
    value = context.pop("value", None) or line.typed.get(column, "")
    problems.add(code, table, line=line.line, column=column, value=value, note=line.note, **context)


def _sound(tables: TypedTables, model: type[Row], *columns: str) -> Iterator[Line[Row]]:
    """Yield the rows of which all these columns could be read."""
    return (line for line in tables.of(model) if line.has(*columns))


def _check_order(
    tables: TypedTables, model: type[TableRow], low: str, high: str, code: str, problems: Problems
) -> None:
    for line in _sound(tables, model, low, high):
        a, b = getattr(line.row, low), getattr(line.row, high)
        if a is not None and b is not None and a > b:
            _fault(problems, code, model.table, line, high, low=low, high=high, low_value=line.typed[low])


def _check_together(tables: TypedTables, model: type[TableRow], one: str, other: str, problems: Problems) -> None:
    for line in _sound(tables, model, one, other):
        for given, missing in ((one, other), (other, one)):
            if getattr(line.row, given) is not None and getattr(line.row, missing) is None:
                _fault(problems, "given_alone", model.table, line, missing, given=given, missing=missing)


def _check_driver_rules(tables: TypedTables, problems: Problems) -> None:
    """The hours of vans are for vehicles up to 3,500 kg."""
    for line in _sound(tables, VehicleRow, "driver_rules", "gvw_kg"):
        if line.row.driver_rules == LIGHT_RULES and line.row.gvw_kg > HEAVY_GVW_KG:
            _fault(problems, "rules_for_light", "vehicles", line, "driver_rules", gvw=line.typed["gvw_kg"])


def _check_overlaps(tables: TypedTables, problems: Problems) -> None:
    """Windows of a site and day may touch; they may not overlap (one of two typing errors is near)."""
    days: dict[tuple[str, int], list[Line[SiteHoursRow]]] = defaultdict(list)
    for line in _sound(tables, SiteHoursRow, "site_id", "weekday", "opens", "closes"):
        days[line.row.site_id, line.row.weekday].append(line)
    for lines in days.values():
        lines.sort(key=lambda line: (line.row.opens, line.row.closes))
        for before, line in pairwise(lines):
            if before.row.opens < line.row.opens < before.row.closes:
                other = f"{before.typed['opens']}–{before.typed['closes']}"
                _fault(problems, "windows_overlap", "site_hours", line, "opens", other=other, first=before.line or "–")


def _check_minima(tables: TypedTables, problems: Problems) -> None:
    """A site closed by a maximum of 0 keeps its minimum without harm."""
    for line in _sound(tables, SiteRow, "min_baskets_per_visit", "max_baskets_per_day"):
        if line.row.min_baskets_per_visit > line.row.max_baskets_per_day > 0:
            _fault(
                problems, "min_above_max", "sites", line, "min_baskets_per_visit", low="min_baskets_per_visit",
                high="max_baskets_per_day", low_value=line.typed["min_baskets_per_visit"],
            )  # fmt: skip


def _check_fixed_days(tables: TypedTables, problems: Problems) -> None:
    """A settled day is one on which the site has hours; a relayed site without any goes by its relay.

    A settled time is within these hours, a settled vehicle runs on one of these days and is not too heavy; a relayed site has neither.
    """
    hours: dict[str, set[int]] = defaultdict(set)
    for opening in _sound(tables, SiteHoursRow, "site_id", "weekday"):
        hours[opening.row.site_id].add(opening.row.weekday)
    relay = {line.row.site_id: line.row.relay_site_id for line in _sound(tables, SiteRow, "site_id", "relay_site_id")}
    _check_fixed_relayed(tables, relay, problems)
    _check_fixed_times(tables, problems)
    _check_fixed_vehicles(tables, hours, problems)
    for line in _sound(tables, FixedDayRow, "site_id", "weekday") if tables.is_known(SiteHoursRow) else ():
        site = line.row.site_id
        open_days = hours[site] or hours[relay.get(site, "")]
        if site in relay and line.row.weekday is not None and line.row.weekday not in open_days:
            days = ", ".join(units.WEEKDAYS[day] for day in sorted(open_days)) or "–"
            _fault(problems, "fixed_day_closed", "fixed_days", line, "weekday", site=site, days=days)


def _check_fixed_relayed(tables: TypedTables, relay: Mapping[str, str], problems: Problems) -> None:
    for line in _sound(tables, FixedDayRow, "site_id"):
        for column in ("vehicle_id", "starts_from", "starts_until"):
            if relay.get(line.row.site_id) and line.has(column) and getattr(line.row, column) not in ("", None):
                _fault(problems, "fixed_relayed", "fixed_days", line, column, relay=relay[line.row.site_id])


def _check_fixed_times(tables: TypedTables, problems: Problems) -> None:
    windows: dict[str, list[SiteHoursRow]] = defaultdict(list)
    for opening in _sound(tables, SiteHoursRow, "site_id", "weekday", "opens", "closes"):
        windows[opening.row.site_id].append(opening.row)
    for line in _sound(tables, FixedDayRow, "site_id", "weekday", "starts_from", "starts_until"):
        row = line.row
        first, last = row.starts_from or 0, units.SECONDS_PER_DAY if row.starts_until is None else row.starts_until
        there = [w for w in windows[row.site_id] if row.weekday in (None, w.weekday)]
        if there and first <= last and all(max(w.opens, first) > min(w.closes, last) for w in there):
            column = "starts_until" if row.starts_from is None else "starts_from"
            _fault(problems, "fixed_time_closed", "fixed_days", line, column, site=row.site_id)


def _check_fixed_vehicles(tables: TypedTables, hours: Mapping[str, set[int]], problems: Problems) -> None:
    fleet = {v.row.vehicle_id: v.row for v in _sound(tables, VehicleRow, "vehicle_id", "weekdays", "gvw_kg")}
    most = {
        s.row.site_id: s.row.largest_vehicle_gvw_kg
        for s in _sound(tables, SiteRow, "site_id", "largest_vehicle_gvw_kg")
    }
    for line in _sound(tables, FixedDayRow, "site_id", "weekday", "vehicle_id"):
        vehicle, row = fleet.get(line.row.vehicle_id), line.row
        if vehicle is None or row.site_id not in most:
            continue
        days = hours[row.site_id] if row.weekday is None else {row.weekday}
        limit = most[row.site_id]
        if days and days.isdisjoint(vehicle.weekdays):
            runs = ", ".join(units.WEEKDAYS[day] for day in vehicle.weekdays)
            _fault(problems, "fixed_vehicle_off", "fixed_days", line, "vehicle_id", site=row.site_id, days=runs)
        elif limit is not None and vehicle.gvw_kg > limit:
            _fault(problems, "fixed_vehicle_heavy", "fixed_days", line, "vehicle_id", gvw=vehicle.gvw_kg, limit=limit)


def _check_relays(tables: TypedTables, problems: Problems) -> None:
    relayed = {line.row.site_id: line.row.relay_site_id for line in _sound(tables, SiteRow, "site_id", "relay_site_id")}
    for line in _sound(tables, SiteRow, "site_id", "relay_site_id", "may_relay_to"):
        site, relay = line.row.site_id, line.row.relay_site_id
        if relay == site:
            _fault(problems, "relay_to_itself", "sites", line, "relay_site_id")
        elif relay and relayed.get(relay):
            _fault(problems, "relay_chain", "sites", line, "relay_site_id", next=relayed[relay])
        if site in line.row.may_relay_to:
            _fault(problems, "relay_to_itself", "sites", line, "may_relay_to", value=site)


def _check_targets(tables: TypedTables, problems: Problems) -> None:
    for line in _sound(tables, BasketTypeRow, "min_kg", "target_kg", "max_kg"):
        row = line.row
        if row.min_kg <= row.max_kg and not row.min_kg <= row.target_kg <= row.max_kg:
            band = f"{units.kg(row.min_kg)}–{units.kg(row.max_kg)}"
            _fault(problems, "target_outside_band", "basket_types", line, "target_kg", band=band)


def _check_ranges(tables: TypedTables, problems: Problems) -> None:
    """Household sizes of the types of one programme may not overlap: one basket per household, week and programme."""
    found = []
    for line in _sound(tables, BasketTypeRow, "basket_id", "programme", "persons_from", "persons_to"):
        first, last = line.row.persons_from, line.row.persons_to
        if first is not None or last is not None:
            found.append((line, 1 if first is None else first, _LAST_HOUSEHOLD if last is None else last))
    for (a, a_first, a_last), (b, b_first, b_last) in combinations(found, 2):
        if a.row.programme == b.row.programme and max(a_first, b_first) <= min(a_last, b_last):
            _fault(
                problems, "persons_overlap", "basket_types", b, "persons_from", other=a.row.basket_id,
                programme=a.row.programme, size=max(a_first, b_first),
            )  # fmt: skip


def _check_kits(tables: TypedTables, problems: Problems) -> None:
    """A kit must fit the weight band, number of products, fruit share and maxima of its own type."""
    products = {line.row.product_id: line for line in _sound(tables, ProductRow, "product_id")}
    contents: dict[str, list[Line[KitContentRow]]] = defaultdict(list)
    for line in _sound(tables, KitContentRow, "basket_id"):
        contents[line.row.basket_id].append(line)
    for kit in _sound(tables, BasketTypeRow, "basket_id"):
        lines = contents.get(kit.row.basket_id, [])
        known = [(c, products.get(c.row.product_id)) for c in lines if c.has("product_id", "portions")]
        needed = ("portion_g", "group", "max_portions_per_basket")
        pairs = [(c, p) for c, p in known if p is not None and p.has(*needed)]
        _check_portions(pairs, problems)
        if lines and len(pairs) == len(lines):
            _check_kit(kit, pairs, problems)


def _check_portions(pairs: list[tuple[Line[KitContentRow], Line[ProductRow]]], problems: Problems) -> None:
    for content, product in pairs:
        most = product.row.max_portions_per_basket
        if content.row.portions > most:
            _fault(
                problems, "kit_portions", "kit_contents", content, "portions", most=most, product=product.row.product_id
            )


def _check_kit(
    kit: Line[BasketTypeRow], pairs: list[tuple[Line[KitContentRow], Line[ProductRow]]], problems: Problems
) -> None:
    grams = sum(c.row.portions * p.row.portion_g for c, p in pairs)
    fruit = sum(c.row.portions * p.row.portion_g for c, p in pairs if p.row.group == "fruit")
    row = kit.row
    if kit.has("min_kg", "max_kg") and row.min_kg <= row.max_kg and not row.min_kg <= grams <= row.max_kg:
        column = "min_kg" if grams < row.min_kg else "max_kg"
        _fault(problems, "kit_weight", "basket_types", kit, column, kit=row.basket_id, weight=units.kg(grams))
    if kit.has("min_products") and len({c.row.product_id for c, _ in pairs}) < row.min_products:
        _fault(problems, "kit_products", "basket_types", kit, "min_products", kit=row.basket_id, count=len(pairs))
    if kit.has("min_fruit_pct") and fruit * 10_000 < row.min_fruit_pct * grams:
        share = units.percent(Fraction(fruit, grams))
        _fault(problems, "kit_fruit", "basket_types", kit, "min_fruit_pct", kit=row.basket_id, share=share)


def _check_depot_stock(tables: TypedTables, problems: Problems) -> None:
    expiring = {
        line.row.product_id
        for line in _sound(tables, ProductRow, "product_id", "shelf_life_days")
        if line.row.shelf_life_days is not None
    }
    for line in _sound(tables, DepotStockRow, "product_id", "best_before"):
        if line.row.best_before is None and line.row.product_id in expiring:
            _fault(problems, "best_before_missing", "depot_stock", line, "best_before", product=line.row.product_id)


def last_use_of(row: StockRow, shelf_life_days: int | None) -> dt.date | None:
    """Last usable day of a lot: its best_before, else ready_date + shelf life; None when it never expires."""
    if row.best_before is not None or shelf_life_days is None:
        return row.best_before
    return row.ready_date + dt.timedelta(days=shelf_life_days)
