"""Notices: what each site receives, what each farm is asked for, what the bench packs; as text and as PDF."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.numbers import format_decimal

from distrib import units
from distrib.io.labels import counted, text
from distrib.io.map_data import basket_name
from distrib.io.sheets_paper import BAND, HEIGHT_MM, MARGIN_MM, SOFT, WIDTH_MM, Paper, line_mm
from distrib.io.sheets_tour import kg_text
from distrib.io.typography import date_text
from distrib.io.workbook_goods import first_expired_first
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import CollectionRow, DeliveryRow, Plan

NOTICE_KINDS: tuple[str, ...] = ("sites", "farms", "packing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One page for one reader: parts are (heading, lines)."""

    title: str
    subtitle: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    def as_text(self) -> str:
        """Return the notice as plain text, fit for a message."""
        blocks = ["\n".join((heading, *(f"- {line}" for line in lines))) for heading, lines in self.parts]
        return "\n\n".join((f"{self.title}\n{self.subtitle}", *blocks)) + "\n"


def write_notices(folder: Path, dataset: Dataset, plan: Plan, language: str) -> tuple[Path, ...]:
    """Write ``sites``, ``farms`` and ``packing``, each as ``.pdf`` and ``.txt``, into a folder; returns the files.

    In the text files notices are parted by a line of ``=``. The same plan gives the same bytes.
    """
    makers: dict[str, Callable[[Dataset, Plan, str], tuple[Notice, ...]]] = {
        "sites": site_notices,
        "farms": farm_notices,
        "packing": packing_notices,
    }
    files = []
    for kind in NOTICE_KINDS:
        notices = makers[kind](dataset, plan, language)
        plain = f"\n{'=' * 60}\n\n".join(notice.as_text() for notice in notices)
        files.append(folder / f"{kind}.txt")
        files[-1].write_text(plain or text("notice.empty", language) + "\n", encoding="utf-8", newline="")
        files.append(folder / f"{kind}.pdf")
        _write_pdf(files[-1], notices, dataset, language)
    return tuple(files)


def _week(dataset: Dataset, language: str) -> str:
    return text("notice.week", language, date=date_text(dataset.settings.week_start, "long", language))


def _day(date: dt.date, language: str) -> str:
    return date_text(date, "EEEE d MMMM", language)


def _eur(cents: int, language: str) -> str:
    return text("notice.eur", language, n=format_decimal(cents / 100, format="#,##0.00", locale=language))


def site_notices(dataset: Dataset, plan: Plan, language: str) -> tuple[Notice, ...]:
    """Return a notice per site that gets baskets, by site id: when, how many of each kind, for how many families (parcels, with several programmes), what is in them."""
    by_site: dict[str, list[DeliveryRow]] = defaultdict(list)
    for row in plan.deliveries:
        by_site[row.site_id].append(row)
    contents = _contents(dataset, plan, language)
    notices = []
    for site_id, rows in sorted(by_site.items()):
        site = dataset.site_by_id[site_id]
        visits: dict[tuple[dt.date, int, str, str], list[DeliveryRow]] = defaultdict(list)
        for row in rows:
            visits[row.date, row.arrival_s, row.vehicle_id, row.dropped_at_site_id].append(row)
        notices.append(
            Notice(
                title=site.name,
                subtitle=_week(dataset, language),
                parts=tuple(
                    _site_visit(dataset, *key, visit, contents, language) for key, visit in sorted(visits.items())
                ),
            )
        )
    return tuple(notices)


def _site_visit(
    dataset: Dataset,
    date: dt.date,
    arrival_s: int,
    vehicle_id: str,
    dropped_at: str,
    rows: list[DeliveryRow],
    contents: dict[tuple[dt.date, str, str], str],
    language: str,
) -> tuple[str, tuple[str, ...]]:
    kinds = ", ".join(
        text("notice.of_kind", language, n=row.baskets, name=basket_name(dataset, row.basket_id, language))
        for row in rows
    )
    time = units.clock_for_people(arrival_s, up=True)
    heading = text("notice.site_delivery", language, day=_day(date, language), time=time, what=kinds)
    grams = kg_text(sum(row.load_g for row in rows), language)
    programmes = {dataset.basket_type_by_id[type_of(row.basket_id)].programme for row in rows}
    # a family may get a kit besides its basket: with several programmes parcels are counted, not families
    key = "notice.families" if len(programmes) == 1 else "notice.parcels"
    lines = [counted(key, sum(row.baskets for row in rows), language, kg=grams)]
    if dropped_at != rows[0].site_id:
        relay = dataset.site_by_id[dropped_at]
        lines.append(text("notice.at_relay", language, relay=relay.name, commune=relay.commune))
    else:
        lines.append(text("notice.by_vehicle", language, vehicle=vehicle_id))
    depot = dataset.vehicle_by_id[vehicle_id].depot_id
    for basket_id in sorted({row.basket_id for row in rows}):
        if (date, depot, basket_id) in contents:
            name = basket_name(dataset, basket_id, language)
            lines.append(text("notice.in_basket", language, name=name, what=contents[date, depot, basket_id]))
    return heading, tuple(lines)


def _contents(dataset: Dataset, plan: Plan, language: str) -> dict[tuple[dt.date, str, str], str]:
    found: dict[tuple[dt.date, str, str], list[str]] = defaultdict(list)
    for row in plan.recipes:
        name = dataset.product_by_id[row.product_id].name
        shown = text("notice.portions", language, name=name, kg=kg_text(row.recipe_g, language))
        found[row.date, row.depot_id, row.basket_id].append(shown)
    return {key: ", ".join(products) for key, products in found.items()}


def farm_notices(dataset: Dataset, plan: Plan, language: str) -> tuple[Notice, ...]:
    """Return an order per farm that is bought from, by farm id: crates, prices, and when they are fetched or brought."""
    by_farm: dict[str, list[CollectionRow]] = defaultdict(list)
    for row in plan.collections:
        by_farm[row.farm_id].append(row)
    arrivals = {(r.date, r.vehicle_id, r.trip, r.place_id): r.arrival_s for r in plan.stops if r.place_kind == "farm"}
    notices = []
    for farm_id, rows in sorted(by_farm.items()):
        handovers: dict[tuple[dt.date, str, int, str], list[CollectionRow]] = defaultdict(list)
        for row in rows:
            handovers[row.date, row.vehicle_id, row.trip, row.depot_id].append(row)
        parts = [
            (
                _handover(dataset, key, arrivals.get((*key[:3], farm_id)), language),
                _order_lines(dataset, part, language),
            )
            for key, part in sorted(handovers.items())
        ]
        kg, eur = kg_text(sum(r.load_g for r in rows), language), _eur(sum(r.cents for r in rows), language)
        notices.append(
            Notice(
                title=text("notice.order", language, name=dataset.farm_by_id[farm_id].name),
                subtitle=_week(dataset, language),
                parts=(*parts, (text("notice.total", language, kg=kg, eur=eur), ())),
            )
        )
    return tuple(notices)


def _handover(dataset: Dataset, key: tuple[dt.date, str, int, str], arrival_s: int | None, language: str) -> str:
    date, vehicle_id, _, depot_id = key
    day = _day(date, language)
    if not vehicle_id:
        depot = dataset.depot_by_id[depot_id]
        hours = {
            "opens": units.clock_for_people(depot.opens_s, up=True),
            "closes": units.clock_for_people(depot.closes_s, up=False),
        }
        return text("notice.you_bring", language, day=day, depot=depot.name, **hours)
    time = "?" if arrival_s is None else units.clock_for_people(arrival_s, up=True)
    return text("notice.we_come", language, day=day, vehicle=vehicle_id, time=time)


def _order_lines(dataset: Dataset, rows: list[CollectionRow], language: str) -> tuple[str, ...]:
    return tuple(
        counted(
            "notice.order_line",
            row.crates,
            language,
            name=dataset.product_by_id[row.product_id].name,
            lot=row.lot_id,
            kg=kg_text(row.load_g, language),
            eur=_eur(row.cents, language),
        )
        for row in rows
    )


def packing_notices(dataset: Dataset, plan: Plan, language: str) -> tuple[Notice, ...]:
    """Return a sheet per depot and packing day: recipes, crates to open (first expired first), what to discard."""
    used = [row for row in plan.stock_ledger if row.packed_g or row.discarded_g]
    days = {(r.depot_id, r.date) for r in plan.packing} | {(r.depot_id, r.date) for r in used}
    return tuple(
        Notice(
            title=text("notice.packing", language, depot=dataset.depot_by_id[depot].name),
            subtitle=date_text(date, "full", language),
            parts=(
                *_recipe_parts(dataset, plan, depot, date, language),
                *_lot_parts(dataset, plan, depot, date, language),
            ),
        )
        for depot, date in sorted(days)
    )


def _recipe_parts(
    dataset: Dataset, plan: Plan, depot_id: str, date: dt.date, language: str
) -> list[tuple[str, tuple[str, ...]]]:
    parts = []
    for row in plan.packing:
        if (row.depot_id, row.date) != (depot_id, date):
            continue
        recipe = [r for r in plan.recipes if (r.depot_id, r.date, r.basket_id) == (depot_id, date, row.basket_id)]
        name = basket_name(dataset, row.basket_id, language)
        each = kg_text(sum(r.recipe_g for r in recipe), language)
        lines = tuple(
            counted(
                "notice.pack_line",
                r.portions,
                language,
                name=dataset.product_by_id[r.product_id].name,
                g=dataset.product_by_id[r.product_id].portion_g,
            )
            for r in recipe
        )
        parts.append((counted("notice.pack", row.baskets, language, name=name, kg=each), lines))
    return parts


def _lot_parts(
    dataset: Dataset, plan: Plan, depot_id: str, date: dt.date, language: str
) -> list[tuple[str, tuple[str, ...]]]:
    lines, discards = [], []
    for row in sorted(plan.stock_ledger, key=first_expired_first):
        if (row.depot_id, row.date) != (depot_id, date):
            continue
        product = dataset.product_by_id[row.product_id]
        last = text("notice.keeps", language) if row.last_use_date is None else _day(row.last_use_date, language)
        values = {"name": product.name, "lot": row.lot_id}
        if row.packed_g:
            crates, kg = -(-row.packed_g // product.crate_g), kg_text(row.packed_g, language)
            lines.append(counted("notice.open_line", crates, language, kg=kg, last=last, **values))
        if row.discarded_g:
            discards.append(text("notice.discard", language, kg=kg_text(row.discarded_g, language), **values))
    return [(text("notice.open_lots", language), tuple(lines + discards))] if lines or discards else []


def _write_pdf(target: Path, notices: tuple[Notice, ...], dataset: Dataset, language: str) -> None:
    paper = Paper(title=dataset.settings.name, created=dataset.settings.week_start, language=language)
    for notice in notices:
        pages = _laid_out(paper, notice, language)
        for number, blocks in enumerate(pages, 1):
            paper.add_page()
            y = paper.put_lines(
                MARGIN_MM, 12, paper.lines(notice.title, _WIDTH, 20, bold=True), 20, bold=True, colour=BAND
            )
            paper.put(MARGIN_MM, y + 1, notice.subtitle, 12, colour=SOFT)
            y += 12
            for kind, line in blocks:
                size, indent, bold = _STYLE[kind]
                y += 3 if kind == "heading" else 0
                paper.put(MARGIN_MM + indent, y, line, size, bold=bold)
                y += line_mm(size) + 0.8
            page = text("notice.page", language, title=notice.title[:60], n=number, all=len(pages))
            paper.put(MARGIN_MM, HEIGHT_MM - 12, page, 7, colour=SOFT)
    if not notices:
        paper.add_page()
        paper.put(MARGIN_MM, MARGIN_MM, text("notice.empty", language), 12)
    paper.output(str(target))
    paper.close_fonts()


_WIDTH = WIDTH_MM - 2 * MARGIN_MM
_STYLE: dict[str, tuple[float, float, bool]] = {"heading": (13, 0, True), "more": (13, 0, True), "line": (11, 5, False)}
"""Size in points, indent in mm and weight by kind of line; ``more`` continues a heading."""


def _laid_out(paper: Paper, notice: Notice, language: str) -> list[list[tuple[str, str]]]:
    """Return the lines of each page as (kind, text); a part that runs on to a page has its heading again there."""
    top = 24 + line_mm(20) * len(paper.lines(notice.title, _WIDTH, 20, bold=True))
    pages: list[list[tuple[str, str]]] = [[]]
    y = top
    for heading, lines in notice.parts:
        blocks = [
            ("heading" if i == 0 else "more", line)
            for i, line in enumerate(paper.lines(heading, _WIDTH, 13, bold=True, most=4))
        ]
        for entry in lines:
            broken = paper.lines(entry, _WIDTH - 9, 11, most=8)
            blocks += [("line", ("• " if i == 0 else "   ") + line) for i, line in enumerate(broken)]
        for kind, line in blocks:
            height = line_mm(_STYLE[kind][0]) + 0.8 + (3 if kind == "heading" else 0)
            if y + height + (10 if kind == "heading" else 0) > HEIGHT_MM - 16 and pages[-1]:
                pages.append([])
                y = top
                if kind == "line":
                    again = text("notice.continued", language, heading=heading)
                    pages[-1] += [("heading", cut) for cut in paper.lines(again, _WIDTH, 13, bold=True, most=1)]
                    y += line_mm(13) + 3.8
            pages[-1].append((kind, line))
            y += height
    return pages
