"""Tables in a workbook: real numbers, dates and times, text that can never become a formula, ready to print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from distrib.io.labels import text

MOST_CHARACTERS = 32_000
"""A cell holds 32,767 characters at most."""

FORMATS: dict[str, str] = {
    "text": "@",
    "count": "#,##0",
    "kg": "#,##0.0",
    "exact": "#,##0.000",
    "eur": "#,##0.00",
    "percent": "0.0%",
    "date": "ddd d mmm yyyy",
    "iso_date": "yyyy-mm-dd",
    "time": "hh:mm",
    "clock": "hh:mm:ss",
}
"""Number format by kind of column; a spreadsheet shows them in the manner of its own language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: header, kind (a key of ``FORMATS``) and width in characters. ``bar`` draws its numbers as bars."""

    header: str
    kind: str
    width: int = 12
    bar: bool = False


class Book:
    """A workbook in the making; ``close`` writes it."""

    def __init__(self, target: Path, *, title: str, created: dt.date, footer: str, language: str) -> None:
        self._book = xlsxwriter.Workbook(
            str(target),
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "in_memory": True,
            },
        )
        # The date of the plan, not the clock, so that the same plan makes the same bytes.
        self._book.set_properties({"title": title, "created": dt.datetime.combine(created, dt.time())})
        self._footer = footer
        body = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self._formats = {
            kind: self._book.add_format(
                {**body, "num_format": code, "text_wrap": True, "align": "left", "indent": 1}
                if code == "@"
                else {**body, "num_format": code}
            )
            for kind, code in FORMATS.items()
        }
        if language == "fr":  # French names of days and months, also in a spreadsheet of another language
            self._formats["date"].set_num_format(f"[$-40C]{FORMATS['date']}")
        head = {**body, "bold": True, "bg_color": "#0B4F6C", "font_color": "#FFFFFF", "text_wrap": True}
        self._head = self._book.add_format({**head, "align": "left", "indent": 1})
        self._number_head = self._book.add_format({**head, "align": "right"})
        self.title = self._book.add_format({**body, "bold": True, "font_size": 15})
        self.heading = self._book.add_format({**body, "bold": True, "font_size": 12, "font_color": "#0B4F6C"})
        self.note = self._book.add_format({**body, "italic": True, "font_color": "#5B6776"})
        self.big = self._book.add_format({**body, "bold": True, "font_size": 14})

    def close(self) -> None:
        """Write the file."""
        self._book.close()

    def fill(self, background: str, ink: str) -> Any:
        """Return a style that colours a cell, for conditional formats."""
        return self._book.add_format({"bg_color": background, "font_color": ink})

    def sheet(self, name: str, *, colour: str = "", landscape: bool = True) -> Any:
        """Add an empty sheet set up for printing on A4, as wide as one page."""
        sheet = self._book.add_worksheet(name[:31])
        if colour:
            sheet.set_tab_color(colour)
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{self._footer[:80].replace('&', '&&')}&C&8&A&R&8&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def table_sheet(
        self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, colour: str = ""
    ) -> Any:
        """Add a sheet that is one table: header frozen and repeated in print, a filter on every column."""
        sheet = self.sheet(name, colour=colour)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        self.table(sheet, 0, columns, rows)
        for line, row in enumerate([[column.header for column in columns], *rows]):
            sheet.set_row(line, _LINE_HEIGHT * _lines(columns, row))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        return sheet

    def table(
        self, sheet: Any, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, tall: bool = False
    ) -> int:
        """Write a header and rows from row ``top`` on, each as high as its texts ask when ``tall``; returns the row below."""
        for at, column in enumerate(columns):
            sheet.write_string(top, at, column.header, self._head if column.kind == "text" else self._number_head)
        line = top
        for line, row in enumerate(rows, top + 1):
            if tall:
                sheet.set_row(line, _LINE_HEIGHT * _lines(columns, row))
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.cell(sheet, line, at, column.kind, value)
        for at, column in enumerate(columns):
            if column.bar and line > top:
                _bars(sheet, top + 1, line, at, column.kind)
        return line + 1

    def cell(self, sheet: Any, row: int, column: int, kind: str, value: Any) -> None:
        """Write one value; None leaves the cell empty. Text stays text whatever it looks like."""
        style = self._formats[kind]
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:MOST_CHARACTERS], style)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, style)
        elif kind in ("time", "clock"):
            sheet.write_number(row, column, value / 86_400, style)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, style)
        elif isinstance(value, int | Decimal | Fraction):
            sheet.write_number(row, column, float(value), style)
        else:
            raise TypeError(f"{value!r} cannot be written to a workbook")


_LINE_HEIGHT = 13.5
_MOST_LINES = 12


def _lines(columns: Sequence[Column], row: Sequence[Any]) -> int:
    """How many lines the longest text of a row takes: programs do not all work it out when they open the file."""
    texts = [
        -(-len(value) // max(1, column.width - 3)) + value.count("\n")
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    ]
    return min(_MOST_LINES, max([1, *texts]))


def _bars(sheet: Any, first: int, last: int, column: int, kind: str) -> None:
    limits = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1} if kind == "percent" else {}
    sheet.conditional_format(first, column, last, column, {"type": "data_bar", "bar_color": "#92C5DE", **limits})


def thousandth(value: int) -> Fraction:
    """Return grams as kg, or metres as km."""
    return Fraction(value, 1000)


def columns_of(language: str, *columns: tuple[str, str, int]) -> list[Column]:
    """Return columns from (key of a ``book.`` text, kind, width)."""
    return [Column(header=text(f"book.{key}", language), kind=kind, width=width) for key, kind, width in columns]
