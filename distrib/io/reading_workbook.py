"""An .xlsx workbook as text: one sheet per table, real dates, times and numbers written as a person would type them."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from decimal import Decimal
from typing import Any

_FORMULA = re.compile(rb"<f[ >/]")
_DAY_ZERO = (dt.date(1899, 12, 30), dt.date(1899, 12, 31), dt.date(1900, 1, 1))


class WorkbookFaultError(Exception):
    """The file is not a workbook that can be read."""


def read_workbook(data: bytes) -> dict[str, list[list[str]]]:
    """Return the rows of every sheet as text, by sheet name; row i is line i + 1 of the sheet.

    Raises:
        WorkbookFaultError: when the bytes are not a readable .xlsx workbook.
    """
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and validations that no table needs
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = {sheet.title: _rows(sheet) for sheet in book.worksheets}
            if _has_formulas(data):
                formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
                for sheet in formulas.worksheets:
                    _mark_uncomputed(sheets[sheet.title], _rows(sheet))
    except Exception as error:  # whatever openpyxl trips over in a broken file is a fault of the file
        raise WorkbookFaultError(f"{type(error).__name__}: {error}") from None
    return sheets


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # some programs write a wrong extent, which would hide rows
    rows = [[text_of(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows()]
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _mark_uncomputed(values: list[list[str]], formulas: list[list[str]]) -> None:
    """Show the formula where the program that wrote the file left no result: an empty text would hide it."""
    for row, row_formulas in zip(values, formulas, strict=True):
        for i, formula in enumerate(row_formulas):
            if formula.startswith("=") and not row[i]:
                row[i] = formula


def text_of(value: Any, number_format: str = "General") -> str:
    """Return a cell value as the text a person would type: ISO dates, HH:MM:SS, plain decimals, yes/no.

    A cell shown in per cent keeps its sign: 0.15 shown as 15% is the text 15%, which no column takes for 0.15.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and "%" in (number_format or ""):
        return f"{text_of(float(value) * 100)}%"
    if isinstance(value, float):
        # Excel keeps 15 significant digits; further ones are noise of binary fractions.
        return f"{Decimal(format(value, '.15g')).normalize():f}" if value == value else "nan"
    if isinstance(value, dt.datetime):
        return _text_of_datetime(value)
    if isinstance(value, dt.time):
        return _clock(
            dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
        )
    if isinstance(value, dt.timedelta):
        return _clock(value)
    return str(value)


def _text_of_datetime(value: dt.datetime) -> str:
    if value.date() in _DAY_ZERO:  # a clock time of 24:00 or more, counted from Excel's day zero
        return _clock(value - dt.datetime(1899, 12, 30 if value.year == 1899 else 31))
    return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")


def _clock(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
