"""Driver sheets: for each tour a page (more only when it needs them) that a driver takes along at seven in the morning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distrib.io.labels import text
from distrib.io.sheets_paper import BAND, HEIGHT_MM, INK, MARGIN_MM, RULE, SOFT, WIDTH_MM, Paper, line_mm
from distrib.io.sheets_tour import TourSheet, TripPart, Visit, tour_sheets
from distrib.io.typography import date_text
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

TOP_MM, BOTTOM_MM = 64.0, 282.0
SIGN_MM = 26.0
QR_MM = 15.0
PLACE_LINES, DETAIL_LINES, TASK_LINES = 2, 3, 6
SMALL, NORMAL = 7.5, 9.0


@dataclass(frozen=True, slots=True)
class _Columns:
    """Left edges and widths of the columns, in mm."""

    number: tuple[float, float] = (10, 9)
    time: tuple[float, float] = (19, 20)
    place: tuple[float, float] = (39, 56)
    task: tuple[float, float] = (95, 47)
    load: tuple[float, float] = (142, 16)
    qr: tuple[float, float] = (158, 17)
    sign: tuple[float, float] = (175, 25)


COLUMNS = _Columns()


def write_driver_sheets(target: Path, dataset: Dataset, plan: Plan, language: str) -> None:
    """Write one PDF with the sheets of all tours, by date and vehicle; the same plan gives the same bytes.

    Args:
        target: the file; one that is there is replaced.
        dataset: resolved.
        plan: its tables; a plan without tours gives one page that says so.
        language: fr or en.
    """
    title = text("sheet.title", language, name=dataset.settings.name)
    paper = Paper(title=title, created=dataset.settings.week_start, language=language)
    before: dt.date | None = None
    for sheet in tour_sheets(dataset, plan, language):
        pages = _pages(paper, sheet)
        for number, blocks in enumerate(pages, 1):
            paper.add_page()
            if sheet.date != before and number == 1:
                paper.start_section(date_text(sheet.date, "full", language))
                before = sheet.date
            if number == 1:
                paper.start_section(sheet.vehicle_id, level=1)
            _head(paper, sheet, language)
            _table(paper, blocks, language)
            _foot(paper, sheet, number, len(pages), language)
    if before is None:
        paper.add_page()
        paper.put(MARGIN_MM, MARGIN_MM, text("sheet.empty", language), NORMAL)
    paper.output(str(target))
    paper.close_fonts()


Block = tuple[str, "TripPart | Visit | None", float]


def _pages(paper: Paper, sheet: TourSheet) -> list[list[Block]]:
    """Return the blocks of each page: trip headings, visits, the ends of trips, and at the end room to sign."""
    pages: list[list[Block]] = [[]]
    y = TOP_MM
    for block in _blocks(paper, sheet):
        # A heading is not left alone at the foot of a page.
        needed = block[2] + (QR_MM + 2 if block[0] == "trip" else 0)
        if pages[-1] and y + needed > BOTTOM_MM:
            pages.append([])
            y = TOP_MM
        pages[-1].append(block)
        y += block[2]
    return pages


def _blocks(paper: Paper, sheet: TourSheet) -> Iterator[Block]:
    for part in sheet.trips:
        load = paper.lines(part.load_list, WIDTH_MM - 2 * MARGIN_MM - 4, SMALL, most=2) if part.load_list else []
        yield "trip", part, 7.5 + line_mm(SMALL) * len(load)
        for visit in part.visits:
            yield "visit", visit, _visit_height(paper, visit)
        yield "end", part, 6.5
    yield "sign", None, SIGN_MM


def _visit_height(paper: Paper, visit: Visit) -> float:
    place, details, tasks = _visit_lines(paper, visit)
    left = line_mm(NORMAL) * len(place) + line_mm(SMALL) * len(details)
    return max(QR_MM + 2.0, 3.0 + left, 3.0 + line_mm(SMALL + 0.5) * len(tasks))


def _visit_lines(paper: Paper, visit: Visit) -> tuple[list[str], list[str], list[str]]:
    place = paper.lines(visit.name, COLUMNS.place[1] - 1, NORMAL, bold=True, most=PLACE_LINES)
    details = [
        line for detail in visit.details for line in paper.lines(detail, COLUMNS.place[1] - 1, SMALL, most=DETAIL_LINES)
    ]
    tasks = [
        line for task in visit.tasks for line in paper.lines(task, COLUMNS.task[1] - 1, SMALL + 0.5, most=TASK_LINES)
    ]
    return place, details, tasks


def _head(paper: Paper, sheet: TourSheet, language: str) -> None:
    left, map_width = MARGIN_MM, 74.0
    width = WIDTH_MM - 2 * MARGIN_MM - map_width - 3
    paper.put(left, 9.5, sheet.vehicle_id[:14], 24, bold=True, colour=BAND)
    paper.put_lines(left, 20.5, paper.lines(sheet.vehicle_kind, width, NORMAL, most=1), NORMAL, colour=SOFT)
    paper.put(left, 25.5, date_text(sheet.date, "full", language), 12.5, bold=True)
    y = 32.5
    for at, (label, value) in enumerate(sheet.facts):
        x = left + (at % 2) * width / 2
        paper.put(x, y, label, SMALL, colour=SOFT)
        paper.put_lines(
            x + 19, y - 0.3, paper.lines(value, width / 2 - 19, NORMAL, bold=True, most=1), NORMAL, bold=True
        )
        y += 4.5 * (at % 2)
    y = 51.2
    paper.put(left, y, text("sheet.driver", language), SMALL)
    paper.put(left, y + 4.4, text("sheet.odometer", language), SMALL)
    trips = [[(p.lon, p.lat) for p in part.path] for part in sheet.trips]
    marks = [(*part.path[0].at, "") for part in sheet.trips[:1]]
    marks += [(visit.lon, visit.lat, str(visit.number)) for part in sheet.trips for visit in part.visits]
    paper.sketch((WIDTH_MM - MARGIN_MM - map_width, 10, map_width, 46), trips, marks)


def _table(paper: Paper, blocks: list[Block], language: str) -> None:
    headers = (("time", COLUMNS.time), ("place", COLUMNS.place), ("do", COLUMNS.task), ("load", COLUMNS.load))
    for key, (x, _) in (*headers, ("map", COLUMNS.qr), ("sign", COLUMNS.sign)):
        paper.put_lines(
            x, TOP_MM - 3.4, paper.lines(text(f"sheet.col_{key}", language), 26, 6.5, most=1), 6.5, colour=SOFT
        )
    y = TOP_MM
    for kind, content, height in blocks:
        if kind == "trip" and isinstance(content, TripPart):
            _trip_heading(paper, content, y, height)
        elif kind == "visit" and isinstance(content, Visit):
            _visit(paper, content, y, height, language)
        elif kind == "end" and isinstance(content, TripPart):
            room = WIDTH_MM - MARGIN_MM - COLUMNS.time[0]
            end = paper.lines(content.end, room, NORMAL - 0.5, bold=True, most=1)
            paper.put_lines(COLUMNS.time[0], y + 1.3, end, NORMAL - 0.5, bold=True)
        else:
            _room_to_sign(paper, y, language)
        y += height


def _trip_heading(paper: Paper, part: TripPart, y: float, height: float) -> None:
    width = WIDTH_MM - 2 * MARGIN_MM
    paper.box(MARGIN_MM, y, width, height, fill=(226, 236, 241))
    paper.put_lines(
        MARGIN_MM + 1, y + 1.4, paper.lines(part.heading, width - 4, NORMAL, bold=True, most=1), NORMAL, bold=True
    )
    if part.load_list:
        paper.put_lines(MARGIN_MM + 1, y + 6, paper.lines(part.load_list, width - 4, SMALL, most=2), SMALL)


def _visit(paper: Paper, visit: Visit, y: float, height: float, language: str) -> None:
    paper.box(MARGIN_MM, y, WIDTH_MM - 2 * MARGIN_MM, height)
    place, details, tasks = _visit_lines(paper, visit)
    x, width = COLUMNS.number
    paper.set_fill_color(*INK)
    paper.circle(x + width / 2, y + 5, 3.1, style="F")
    paper.put(x, y + 3.1, str(visit.number), NORMAL, bold=True, colour=(255, 255, 255), width=width, align="C")
    paper.put(COLUMNS.time[0], y + 1.6, visit.arrival, 13, bold=True)
    if visit.departure:
        paper.put(COLUMNS.time[0], y + 8.2, text("sheet.until", language, time=visit.departure), 6.5, colour=SOFT)
    below = paper.put_lines(COLUMNS.place[0], y + 1.6, place, NORMAL, bold=True)
    paper.put_lines(COLUMNS.place[0], below, details, SMALL, colour=SOFT)
    paper.put_lines(COLUMNS.task[0], y + 1.8, tasks, SMALL + 0.5)
    paper.put(COLUMNS.load[0], y + 1.8, visit.load, SMALL + 0.5, width=COLUMNS.load[1] - 2, align="R")
    paper.qr(COLUMNS.qr[0], y + 1, QR_MM, visit.geo_link)
    paper.set_draw_color(*RULE)
    paper.line(COLUMNS.sign[0], y, COLUMNS.sign[0], y + height)


def _room_to_sign(paper: Paper, y: float, language: str) -> None:
    width = (WIDTH_MM - 2 * MARGIN_MM - 4) / 2
    for at, key in enumerate(("remarks", "signature")):
        x = MARGIN_MM + at * (width + 4)
        paper.box(x, y + 3, width, SIGN_MM - 4)
        paper.put(x + 1, y + 4, text(f"sheet.{key}", language), 7, colour=SOFT)


def _foot(paper: Paper, sheet: TourSheet, number: int, pages: int, language: str) -> None:
    day = date_text(sheet.date, "medium", language)
    page = text("sheet.page", language, vehicle=sheet.vehicle_id, day=day, n=number, all=pages)
    paper.put(MARGIN_MM, HEIGHT_MM - 12, text("sheet.footer", language), 6, colour=SOFT)
    paper.put(MARGIN_MM, HEIGHT_MM - 12, page, 7, colour=SOFT, width=WIDTH_MM - 2 * MARGIN_MM, align="R")
