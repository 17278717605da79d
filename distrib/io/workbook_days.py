"""The sheets of each day: what every site gets, and what every vehicle does."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from distrib import units
from distrib.io.labels import text
from distrib.io.map_data import basket_name
from distrib.io.typography import date_text
from distrib.io.workbook_cells import Book, columns_of, thousandth
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan, StopRow

_COLOURS = ("#332288", "#117733", "#AA4499", "#999933", "#882255", "#44AA99", "#CC6677")


def day_sheets(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    """Add two sheets per date with tours or deliveries, in the order of dates: by site, by vehicle."""
    for number, date in enumerate(sorted({r.date for r in plan.stops} | {r.date for r in plan.deliveries})):
        day = date_text(date, "EEE d", language)
        colour = _COLOURS[number % len(_COLOURS)]
        if any(row.date == date for row in plan.deliveries):
            _by_site(book, text("book.sheet_day_sites", language, day=day), colour, dataset, plan, date, language)
        _by_vehicle(book, text("book.sheet_day_vehicles", language, day=day), colour, dataset, plan, date, language)


def _by_site(book: Book, name: str, colour: str, dataset: Dataset, plan: Plan, date: dt.date, language: str) -> None:
    columns = columns_of(
        language,
        ("site", "text", 46),
        ("site_id", "text", 10),
        ("kind", "text", 16),
        ("commune", "text", 20),
        ("dropped_at", "text", 26),
        ("arrival", "time", 9),
        ("departure", "time", 9),
        ("vehicle", "text", 10),
        ("basket", "text", 26),
        ("baskets", "count", 9),
        ("kg", "kg", 9),
        ("families_from", "text", 44),
    )
    hoods = _hoods_of_sites(dataset, plan, date)
    rows = []
    for row in plan.deliveries:
        if row.date == date:
            site, relay = dataset.site_by_id[row.site_id], dataset.site_by_id[row.dropped_at_site_id]
            rows.append(
                [
                    site.name,
                    site.site_id,
                    site.kind,
                    site.commune,
                    "" if relay is site else relay.name,
                    *units.call_for_people(row.arrival_s, row.departure_s),
                    row.vehicle_id,
                    basket_name(dataset, row.basket_id, language),
                    row.baskets,
                    thousandth(row.load_g),
                    hoods.get(row.site_id, ""),
                ]
            )
    rows.sort(key=lambda cells: (cells[0], cells[1], cells[5]))
    book.table_sheet(name, columns, rows, colour=colour)


def _hoods_of_sites(dataset: Dataset, plan: Plan, date: dt.date) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in plan.allocation:
        if row.date == date:
            found[row.site_id].add(dataset.neighbourhood_by_id[row.neighbourhood_id].name)
    return {site: ", ".join(sorted(names)) for site, names in found.items()}


def _by_vehicle(book: Book, name: str, colour: str, dataset: Dataset, plan: Plan, date: dt.date, language: str) -> None:
    columns = columns_of(
        language,
        ("vehicle", "text", 10),
        ("vehicle_kind", "text", 22),
        ("trip", "count", 7),
        ("stop", "count", 7),
        ("place", "text", 48),
        ("commune", "text", 20),
        ("arrival", "time", 9),
        ("departure", "time", 9),
        ("to_drop", "count", 11),
        ("to_pick", "kg", 11),
        ("load", "kg", 14),
        ("km", "kg", 8),
        ("drive_min", "count", 9),
        ("break_min", "count", 9),
    )
    last = {(row.date, row.vehicle_id, row.trip): row.stop for row in plan.stops}
    rows = [
        [
            row.vehicle_id,
            dataset.vehicle_by_id[row.vehicle_id].kind,
            row.trip,
            row.stop,
            *_place(dataset, row, language, is_last=last[row.date, row.vehicle_id, row.trip] == row.stop),
            *units.call_for_people(row.arrival_s, row.departure_s, is_first=row.stop == 0),
            row.drop_baskets or None,
            thousandth(row.pick_g) if row.pick_g else None,
            thousandth(row.load_g),
            thousandth(row.from_previous_m),
            -(-row.from_previous_s // 60),
            row.break_s // 60 or None,
        ]
        for row in plan.stops
        if row.date == date
    ]
    book.table_sheet(name, columns, rows, colour=colour)


def _place(dataset: Dataset, row: StopRow, language: str, *, is_last: bool) -> tuple[str, str]:
    """Return the place and its commune as people read it."""
    if row.place_kind == "depot":
        action = text("book.depot_end" if is_last else "book.depot_start", language)
        return f"{dataset.depot_by_id[row.place_id].name} – {action}", ""
    place: Any = (dataset.site_by_id if row.place_kind == "site" else dataset.farm_by_id)[row.place_id]
    return place.name, place.commune
