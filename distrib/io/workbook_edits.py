"""The two sheets of the workbook that may be edited, written with the columns of the CSV tables and read back like them."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from distrib import units
from distrib.io.plan_tables import Table
from distrib.io.workbook_cells import Book, Column

_KINDS = {"count": "count", "kg": "exact", "km": "exact", "minutes": "exact", "clock": "clock", "date": "iso_date"}
_WIDTHS = {"clock": 11, "iso_date": 12, "count": 10, "exact": 12, "text": 16}


def edit_sheet(book: Book, table: Table, rows: Iterable[Any]) -> None:
    """Add a sheet named and headed as the CSV table, with real numbers, dates and times."""
    columns = []
    for column in table.columns:
        kind = _KINDS.get(column.kind.expects, "text")
        columns.append(Column(header=column.name, kind=kind, width=max(_WIDTHS[kind], len(column.name) + 2)))
    cells = [
        [_value(column.kind.expects, column.kind.write, getattr(row, column.field)) for column in table.columns]
        for row in sorted(rows, key=table.sort_key())
    ]
    book.table_sheet(table.name, columns, cells, colour="#E69F00")


def _value(expects: str, write: Any, value: Any) -> Any:
    if expects in ("clock", "date", "count"):
        return value
    return Decimal(write(value)) if expects in _KINDS else write(value)


def sheet_lines(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells as text) of a sheet as the reader of CSV tables takes them, the header first.

    Raises:
        OSError, ValueError, zipfile.BadZipFile: when the file cannot be read.
        KeyError: when it has no such sheet.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of openpyxl, about styles that it does not know
        try:
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
        except KeyError as error:  # a zip file that holds no workbook
            raise ValueError(str(error)) from error
    try:
        for line, row in enumerate(book[name].iter_rows(values_only=True), 1):
            yield line, [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    """Return a cell as the CSV table would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.time):
        whole = dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
        return units.clock(round(whole.total_seconds()))
    if isinstance(value, dt.timedelta):
        return units.clock(round(value.total_seconds()))
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return str(value)
