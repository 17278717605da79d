"""A plan folder read back: the exact inverse of writing, also after a coordinator's edits in a spreadsheet.

Takes the machine dialect and the French-Excel one (BOM, ``;``, decimal comma, CRLF, day/month/year). All faults
of all tables are found in one run.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from distrib.errors import BadInputError, Finding
from distrib.io.labels import text
from distrib.io.plan_cells import Kind
from distrib.io.plan_tables import EDITABLE, SUMMARY_FILE, TABLES, Column, Table
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import Level, Plan

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Faults:
    """Collects findings in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.found: list[Finding] = []

    def add(
        self,
        code: str,
        table: str,
        *,
        remedy: str,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        **values: object,
    ) -> None:
        """Add one finding; ``code`` and ``remedy`` are keys of the catalogue, ``values`` fill their fields."""
        self.found.append(
            Finding(
                code=code,
                table=table,
                line=line,
                column=column,
                value=value,
                message=text(f"fault.{code}", self.language, **values),
                remedy=text(f"remedy.{remedy}", self.language, column=column, **values),
            )
        )


def read_plan_tables(
    folder: Path, *, dataset: Dataset | None = None, workbook: Path | None = None, language: str = "fr"
) -> Plan:
    """Return the plan of a folder, rows in the fixed order whatever their order in the files (but see ``plan_moved_lines``).

    Args:
        folder: a plan folder; columns and files it has besides the known ones are left alone.
        dataset: the plan's dataset; when given, ids that it does not know are faults too.
        workbook: when given, the tables that may be edited are read from its sheets instead of their CSV files.
        language: of the findings.

    Raises:
        BadInputError: with every fault of every table: file, line, column, value as typed, what to write.
    """
    faults = Faults(language)
    if not folder.is_dir():
        faults.add("missing_folder", str(folder), remedy="give_plan_folder")
        raise BadInputError(tuple(faults.found))
    known = _known_ids(dataset) if dataset is not None else None
    tables = {
        table.name: _read_table(folder / table.file_name, table, known, faults)
        if workbook is None or table not in EDITABLE
        else _read_sheet(workbook, table, known, faults)
        for table in TABLES
    }
    summary = _read_summary(folder / SUMMARY_FILE, faults)
    if faults.found:
        raise BadInputError(tuple(faults.found))
    return Plan(**tables, **summary)


def read_rows(
    table: Table,
    lines: Iterable[tuple[int, list[str]]],
    known: Mapping[str, frozenset[str]] | None,
    faults: Faults,
    *,
    source: str = "",
) -> tuple[Any, ...]:
    """Return the rows of a table from (line number, cells) pairs, the header first; faults are added to ``faults``.

    Args:
        table: which table.
        lines: numbered lines of text cells, from a CSV file or a worksheet.
        known: ids by dataset table, None to take any id.
        faults: collects what is wrong.
        source: how findings name where the lines come from (default: the CSV file).
    """
    source = source or table.file_name
    numbered = iter(lines)
    _, header = next(numbered, (1, []))
    place = _columns_of(table, [name.strip() for name in header], source, faults)
    if place is None:
        return ()
    rows = []
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(header) or any(cells[len(header) :]):
            found, expected = len(cells), len(header)
            faults.add("wrong_width", source, line=line, remedy="same_width", found=found, expected=expected)
            continue
        row = _read_row(table, source, line, cells, place, faults)
        if row is not None:
            _check_ids(table, source, line, row, known, faults)
            rows.append(row)
    return tuple(sorted(table.arranged(rows), key=table.sort_key()))


def _read_table(
    path: Path, table: Table, known: Mapping[str, frozenset[str]] | None, faults: Faults
) -> tuple[Any, ...]:
    if not path.is_file():
        faults.add("missing_table", path.name, remedy="restore_file")
        return ()
    try:
        content = path.read_bytes().decode("utf-8-sig")
        return read_rows(table, _csv_lines(content), known, faults)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        faults.add("unreadable_file", path.name, remedy="save_as_utf8", why=error)
        return ()


def _read_sheet(
    path: Path, table: Table, known: Mapping[str, frozenset[str]] | None, faults: Faults
) -> tuple[Any, ...]:
    from distrib.io.workbook_edits import sheet_lines

    source = f"{path.name}, {table.name}"
    try:
        lines = list(sheet_lines(path, table.name))
    except KeyError:
        faults.add("missing_sheet", source, remedy="restore_file")
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        faults.add("unreadable_file", source, remedy="restore_file", why=error)
    else:
        return read_rows(table, lines, known, faults, source=source)
    return ()


def _csv_lines(content: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of its first line, cells) of each record; the header line tells the separator."""
    header = io.StringIO(content, newline="").readline()
    french = header.count(";") > header.count(",")
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=";" if french else ",", strict=True)
    first = 1
    for cells in reader:
        yield first, [_without_guard(cell) for cell in cells] if french else cells
        first = reader.line_num + 1


def _without_guard(cell: str) -> str:
    """Take off the apostrophe that the French-Excel dialect puts before text that looks like a formula."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


def _columns_of(table: Table, header: list[str], source: str, faults: Faults) -> dict[str, int] | None:
    if not any(header):
        faults.add("missing_header", source, line=1, remedy="restore_file")
        return None
    good = True
    for column in table.columns:
        count = header.count(column.name)
        if count == 0:
            faults.add("missing_column", source, line=1, column=column.name, remedy="restore_column")
        elif count > 1:
            faults.add("doubled_column", source, line=1, column=column.name, remedy="keep_one_column")
        good = good and count == 1
    return {column.name: header.index(column.name) for column in table.columns} if good else None


def _read_row(table: Table, source: str, line: int, cells: list[str], place: dict[str, int], faults: Faults) -> Any:
    values: dict[str, Any] = {}
    bad = False
    for column in table.columns:
        cell = cells[place[column.name]]
        try:
            values[column.field] = column.kind.read(cell)
        except ValueError:
            bad = True
            faults.add(
                "bad_value",
                source,
                line=line,
                column=column.name,
                value=cell,
                remedy="write",
                expected=_expected(column.kind, faults.language),
            )
    if bad:
        return None
    try:
        return table.inward(table.row_type(**values))
    except ValueError:
        expected = text("expects.quantity", faults.language)
        cell = cells[place["quantity"]]
        faults.add("bad_value", source, line=line, column="quantity", value=cell, remedy="write", expected=expected)
        return None


def _expected(kind: Kind, language: str) -> str:
    choices = ", ".join(choice or '""' for choice in kind.choices)
    return text(f"expects.{kind.expects}", language, choices=choices)


def _known_ids(dataset: Dataset) -> dict[str, frozenset[str]]:
    return {
        "zones": frozenset(dataset.zone_by_id),
        "neighbourhoods": frozenset(dataset.neighbourhood_by_id),
        "sites": frozenset(dataset.site_by_id),
        "farms": frozenset(dataset.farm_by_id),
        "depots": frozenset(dataset.depot_by_id),
        "products": frozenset(dataset.product_by_id),
        "basket_types": frozenset(dataset.basket_type_by_id),
        "vehicles": frozenset(dataset.vehicle_by_id),
        "lots": frozenset(dataset.lot_by_id) | {stock.lot_id for stock in dataset.depot_stock},
    }


def _check_ids(
    table: Table, source: str, line: int, row: Any, known: Mapping[str, frozenset[str]] | None, faults: Faults
) -> None:
    if known is None:
        return
    for column in table.columns:
        value = getattr(row, column.field)
        if not column.refers_to or not value:
            continue
        ids = _table_of_ids(column.refers_to, row)
        plain = type_of(value) if ids == "basket_types" else value
        if plain not in known[ids]:
            _add_unknown_id(source, line, column, value, ids, known[ids], faults)


def _table_of_ids(refers_to: str, row: Any) -> str:
    if refers_to == "places":
        return f"{row.place_kind}s"
    if refers_to == "unserved":
        return {"need": "zones", "site": "sites", "lot": "lots"}[row.kind]
    return refers_to


def _add_unknown_id(
    source: str, line: int, column: Column, value: str, ids: str, choices: frozenset[str], faults: Faults
) -> None:
    nearest = difflib.get_close_matches(value, sorted(choices), n=1)
    faults.add(
        "unknown_id",
        source,
        line=line,
        column=column.name,
        value=value,
        remedy="use_nearest_id" if nearest else "use_known_id",
        nearest=nearest[0] if nearest else "",
        table_name="stock" if ids == "lots" else ids,
    )


def _read_summary(path: Path, faults: Faults) -> dict[str, Any]:
    if not path.is_file():
        faults.add("missing_table", path.name, remedy="restore_file")
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return {
            "levels": tuple(_level(level) for level in record["levels"]),
            "warnings": tuple(_text(warning) for warning in record["warnings"]),
            "provenance": tuple(sorted((_text(k), _text(v)) for k, v in record["provenance"].items())),
        }
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        faults.add("bad_summary", path.name, remedy="restore_file", why=f"{type(error).__name__}: {error}")
        return {}


def _level(record: Mapping[str, Any]) -> Level:
    return Level(
        name=_text(record["name"]),
        value=Fraction(record["value"]),
        bound=None if record["bound"] is None else Fraction(record["bound"]),
        unit=_text(record["unit"]),
        proven=_typed(record["proven"], bool),
        tolerance=Fraction(record["tolerance"]),
        why_not_proven=_text(record["why_not_proven"]),
    )


def _text(value: Any) -> str:
    return str(_typed(value, str))


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value
