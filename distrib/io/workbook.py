"""The plan as a workbook: what a director, a coordinator and the hub look at, and two sheets that may be edited."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from distrib.io.labels import CATALOGUE, programme_name, text
from distrib.io.labels_week import tells_week
from distrib.io.plan_tables import EDITABLE
from distrib.io.typography import date_text
from distrib.io.workbook_cells import Book, Column, columns_of
from distrib.io.workbook_days import day_sheets
from distrib.io.workbook_edits import edit_sheet
from distrib.io.workbook_goods import farm_sheet, lot_sheet, order_sheet, packing_sheet
from distrib.model.dataset import Dataset
from distrib.model.plan import Level, Plan

LEAST_COVERED = 10
_OVERVIEW_WIDTHS = (44, 18, 16, 14, 14, 60)
COVERAGE_CLASSES = (
    (0.4, "#B2182B", "#FFFFFF"),
    (0.6, "#EF8A62", "#000000"),
    (0.75, "#FDDBC7", "#000000"),
    (0.9, "#92C5DE", "#000000"),
    (10.0, "#2166AC", "#FFFFFF"),
)
"""Classes of coverage: below which share, fill, ink; the same as on the map."""


def write_workbook(target: Path, dataset: Dataset, plan: Plan, indicators: Mapping[str, Any], language: str) -> None:
    """Write the workbook; the same plan gives the same bytes.

    Args:
        target: the file; one that is there is replaced.
        dataset: resolved.
        plan: its tables.
        indicators: of the plan, by name.
        language: fr or en; numbers and dates are real ones, shown in the manner of whoever opens the file.
    """
    week = dataset.settings.week_start
    title = dataset.settings.name
    if not tells_week(title, week):
        title = text("book.overview_title", language, name=title, date=date_text(week, "long", language))
    book = Book(target, title=title, created=week, footer=dataset.settings.name, language=language)
    _overview(book, title, dataset, plan, indicators, language)
    day_sheets(book, dataset, plan, language)
    _coverage(book, plan, language)
    order_sheet(book, dataset, plan, language)
    farm_sheet(book, dataset, plan, language)
    packing_sheet(book, dataset, plan, language)
    lot_sheet(book, dataset, plan, language)
    _unserved(book, dataset, plan, language)
    _indicators(book, indicators, language)
    for table in EDITABLE:
        edit_sheet(book, table, getattr(plan, table.name))
    book.close()


def named(prefix: str, key: str, language: str, **values: object) -> str:
    """Return the text of ``prefix.key``; a key of somebody else's engine that has no text is shown as it is."""
    whole = f"{prefix}.{key}"
    return text(whole, language, **values) if whole in CATALOGUE else key


def _overview(
    book: Book, title: str, dataset: Dataset, plan: Plan, indicators: Mapping[str, Any], language: str
) -> None:
    sheet = book.sheet(text("book.sheet_overview", language), colour="#0B4F6C")
    for at, width in enumerate(_OVERVIEW_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, title, book.title)
    row = 2
    for key in (
        "baskets",
        "persons_helped",
        "kg",
        "lowest_coverage_pct",
        "sites_served",
        "vehicle_days",
        "km",
        "cost_eur",
    ):
        if indicators.get(key) is not None:
            book.cell(sheet, row, 0, "text", named("indicator", key, language))
            book.cell(sheet, row, 1, "kg" if "_pct" in key else "count", indicators[key])
            row += 1
    sheet.write_string(row + 1, 0, text("book.by_day", language), book.heading)
    row = _days(book, sheet, row + 2, plan, language) + 1
    sheet.write_string(row, 0, text("book.least_covered", language), book.heading)
    row = _least_covered(book, sheet, row + 1, plan, language) + 1
    sheet.write_string(row, 0, text("book.levels", language), book.heading)
    row = _levels(book, sheet, row + 1, plan.levels, language) + 1
    sheet.write_string(row, 0, text("book.warnings", language), book.heading)
    for warning in plan.warnings or (text("book.none", language),):
        row += 1
        sheet.write_string(row, 0, warning, book.note)
    sheet.write_string(row + 2, 0, text("book.how_to_edit", language), book.note)


def _days(book: Book, sheet: Any, top: int, plan: Plan, language: str) -> int:
    columns = columns_of(
        language,
        ("day", "date", 0),
        ("baskets", "count", 0),
        ("kg", "count", 0),
        ("sites", "count", 0),
        ("vehicles", "count", 0),
    )
    rows = []
    for date in sorted({row.date for row in plan.stops} | {row.date for row in plan.deliveries}):
        drops = [row for row in plan.deliveries if row.date == date]
        rows.append(
            [
                date,
                sum(row.baskets for row in drops),
                Fraction(sum(row.load_g for row in drops), 1000),
                len({row.site_id for row in drops}),
                len({row.vehicle_id for row in plan.stops if row.date == date}),
            ]
        )
    return book.table(sheet, top, columns, rows)


def _least_covered(book: Book, sheet: Any, top: int, plan: Plan, language: str) -> int:
    columns = columns_of(
        language,
        ("hood", "text", 0),
        ("commune", "text", 0),
        ("need", "count", 0),
        ("baskets", "count", 0),
        ("coverage", "percent", 0),
        ("limited_by", "text", 0),
    )
    needy = [row for row in plan.coverage if row.coverage is not None]
    needy.sort(key=lambda r: (r.coverage, r.programme, r.neighbourhood_id))
    rows = [
        [r.name, r.commune, r.need_baskets, r.baskets, r.coverage, text(f"reason.{r.limited_by}", language)]
        for r in needy[:LEAST_COVERED]
    ]
    return book.table(sheet, top, columns, rows)


def _levels(book: Book, sheet: Any, top: int, levels: tuple[Level, ...], language: str) -> int:
    columns = columns_of(
        language,
        ("what", "text", 0),
        ("value", "eur", 0),
        ("unit", "text", 0),
        ("bound", "eur", 0),
        ("proven", "text", 0),
        ("why_not", "text", 0),
    )
    rows = []
    for level in levels:
        name, _, of = level.name.partition(" ")
        proven = text("book.yes" if level.proven else "book.no", language)
        unit = named("unit", level.unit, language)
        rows.append(
            [
                named("level", name, language, of=programme_name(of, language)),
                level.value,
                unit,
                level.bound,
                proven,
                named("why", level.why_not_proven, language),
            ]
        )
    sized = [dataclasses.replace(c, width=w) for c, w in zip(columns, _OVERVIEW_WIDTHS, strict=True)]
    return book.table(sheet, top, sized, rows, tall=True)


def _coverage(book: Book, plan: Plan, language: str) -> None:
    columns = columns_of(
        language,
        ("programme", "text", 12),
        ("hood_id", "text", 12),
        ("hood", "text", 38),
        ("commune", "text", 22),
        ("households", "count", 13),
        ("persons", "count", 11),
        ("need", "count", 11),
        ("baskets", "count", 11),
    )
    columns.append(Column(header=text("book.coverage", language), kind="percent", width=18, bar=True))
    columns += columns_of(language, ("helped", "count", 12), ("limited_by", "text", 24))
    rows = [
        [
            programme_name(r.programme, language),
            r.neighbourhood_id,
            r.name,
            r.commune,
            r.households,
            r.persons,
            r.need_baskets,
            r.baskets,
            r.coverage,
            r.persons_helped,
            text(f"reason.{r.limited_by}", language),
        ]
        for r in plan.coverage
    ]
    sheet = book.table_sheet(text("book.sheet_coverage", language), columns, rows, colour="#2166AC")
    low = 0.0
    for high, fill, ink in COVERAGE_CLASSES if rows else ():  # the colours of the map, on the name
        rule = f"=AND(ISNUMBER($I2),$I2>={low},$I2<{high})"
        style = book.fill(fill, ink)
        sheet.conditional_format(1, 2, len(rows), 2, {"type": "formula", "criteria": rule, "format": style})
        low = high


def _unserved(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    columns = columns_of(
        language,
        ("what", "text", 10),
        ("hood_id", "text", 16),
        ("place", "text", 40),
        ("programme", "text", 12),
        ("date", "date", 14),
        ("quantity", "count", 11),
        ("unit", "text", 10),
        ("reason", "text", 24),
        ("explanation", "text", 48),
        ("remedy", "text", 40),
    )
    rows = [
        [
            text(f"book.kind_{r.kind}", language),
            r.id,
            _unserved_name(dataset, r.kind, r.id),
            programme_name(r.programme, language) if r.programme else "",
            r.date,
            Fraction(r.quantity, 1000) if r.unit == "kg" else r.quantity,
            named("unit", r.unit, language),
            text(f"reason.{r.reason}", language),
            r.explanation,
            r.remedy,
        ]
        for r in plan.unserved
    ]
    book.table_sheet(text("book.sheet_unserved", language), columns, rows, colour="#B2182B")


def _unserved_name(dataset: Dataset, kind: str, key: str) -> str:
    if kind == "site":
        return dataset.site_by_id[key].name
    if kind == "need":
        return dataset.neighbourhood_by_id[dataset.zone_by_id[key].neighbourhood_id].name
    lot = dataset.lot_by_id.get(key)
    if lot is None:
        return key
    return f"{dataset.product_by_id[lot.product_id].name}, {dataset.farm_by_id[lot.farm_id].name}"


def _indicators(book: Book, indicators: Mapping[str, Any], language: str) -> None:
    columns = columns_of(language, ("what", "text", 52), ("value", "eur", 20), ("site_id", "text", 40))
    columns[2] = Column(header="summary.json", kind="text", width=40)
    rows = [[named("indicator", key, language), value, key] for key, value in indicators.items()]
    book.table_sheet(text("book.sheet_indicators", language), columns, rows)
