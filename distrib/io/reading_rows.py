"""Typed rows from tables of text: every cell is read, every fault is noted with its line and the value as typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from distrib.io.messages import Problems, hint_of, listed, nearest
from distrib.io.reading_files import RawDataset
from distrib.io.schema import TABLES, TableRow, TravelHeavyRow, TravelRow, cell_kinds, columns_of, is_optional
from distrib.io.schema_cells import NumberCell, is_number
from distrib.io.tables import RawTable

Row = TypeVar("Row", bound=TableRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Generic[Row]):
    """One row with its line in the file; columns in ``bad`` could not be read and hold None."""

    row: Row
    line: int | None
    note: str
    bad: frozenset[str]
    typed: dict[str, str]

    def has(self, *columns: str) -> bool:
        """True when all these columns could be read."""
        return not self.bad.intersection(columns)


@dataclass(slots=True)
class TypedTables:
    """The rows of every table but ``travel``. ``absent`` tables are not there, ``hidden`` ones could not be read."""

    lines: dict[str, list[Line[Any]]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)

    def of(self, model: type[Row]) -> list[Line[Row]]:
        """Rows of a table, empty when it is absent or hidden."""
        return self.lines.get(model.table, [])

    def rows(self, model: type[Row]) -> Iterator[Row]:
        """Rows of a table without their lines; only for a dataset without faults."""
        return (line.row for line in self.of(model))

    def is_known(self, model: type[TableRow]) -> bool:
        """True unless the table could not be read, so that what it holds is unknown."""
        return model.table not in self.hidden


def read_tables(raw: RawDataset, problems: Problems) -> TypedTables:
    """Return the typed rows of every table but ``travel``; a table that must be there and is not is a fault."""
    typed = TypedTables(hidden=set(raw.hidden))
    for name, model in TABLES.items():
        if model in (TravelRow, TravelHeavyRow):
            continue
        table = raw.tables.get(name)
        if table is not None:
            typed.lines[name] = read_rows(table, model, problems)
            if columns_are_missing(table, model):
                typed.hidden.add(name)
        elif name not in raw.hidden:
            _note_absence(name, model, raw, typed, problems)
    return typed


def _note_absence(name: str, model: type[TableRow], raw: RawDataset, typed: TypedTables, problems: Problems) -> None:
    if model.may_be_absent:
        typed.absent.add(name)
        return
    typed.hidden.add(name)
    unknown = [p.value or "" for p in problems.found if p.code == "unknown_table"]
    guess = nearest(f"{name}.csv", unknown)
    needed = listed((c for c in columns_of(name) if not is_optional(model.model_fields[c])), most=99)
    problems.add("missing_table", name, file=f"{name}.csv", columns=needed, hint=hint_of(guess))


def columns_are_missing(table: RawTable, model: type[TableRow]) -> bool:
    """True when the table lacks a column of its key, so that its ids cannot be known."""
    return any(column not in table.columns for column in model.key if not is_optional(model.model_fields[column]))


def check_header(table: RawTable, model: type[TableRow], problems: Problems) -> None:
    """Note columns that are missing (faults) and columns that nobody reads (warnings)."""
    unknown = [column for column in table.columns if column not in model.model_fields]
    missing = [c for c, f in model.model_fields.items() if c not in table.columns and not is_optional(f)]
    for column in missing:
        guess = nearest(column, unknown)
        problems.add("missing_column", table.name, line=1, column=column, hint=hint_of(guess))
    for column in unknown:
        guess = nearest(column, (c for c in model.model_fields if c not in table.columns))
        problems.add("unknown_column", table.name, line=1, column=column, value=column, hint=hint_of(guess))


def read_rows(table: RawTable, model: type[Row], problems: Problems) -> list[Line[Row]]:
    """Return the typed rows of a table; faults go to ``problems``."""
    check_header(table, model, problems)
    undecided = _check_decimal_marks(table, model, problems)
    present = [column for column in model.model_fields if column in table.columns]
    absent = frozenset(c for c, f in model.model_fields.items() if c not in table.columns and f.is_required())
    filled_by_default = frozenset(c for c, f in model.model_fields.items() if not f.is_required())
    lines = []
    for i, cells in enumerate(zip(*(table.columns[column] for column in present), strict=True)):
        bad = absent | table.broken.get(i, frozenset()) | undecided.get(i, frozenset())
        typed = dict(zip(present, cells, strict=True))
        given = {c: text for c, text in typed.items() if c not in bad and (text or c not in filled_by_default)}
        lines.append(_read_row(table, i, model, typed, given, bad, problems))
    return lines


def _read_row(
    table: RawTable,
    i: int,
    model: type[Row],
    typed: dict[str, str],
    given: dict[str, str],
    bad: frozenset[str],
    problems: Problems,
) -> Line[Row]:
    line, note = table.lines[i], table.notes[i]
    try:
        return Line(row=model.model_validate(given), line=line, note=note, bad=bad, typed=typed)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            column = str(fault["loc"][0])
            if column in bad:
                continue
            bad |= {column}
            problems.add(
                fault["type"],
                table.name,
                line=line,
                column=column,
                value=typed[column],
                note=note,
                **fault.get("ctx", {}),
            )
    kinds = cell_kinds(model.table)
    good: dict[str, Any] = {column: kinds[column].read(text) for column, text in given.items() if column not in bad}
    row = model.model_construct(**{**dict.fromkeys(bad), **good})
    return Line(row=row, line=line, note=note, bad=bad, typed=typed)


def _check_decimal_marks(table: RawTable, model: type[TableRow], problems: Problems) -> dict[int, frozenset[str]]:
    """Note a table that mixes decimal points and commas, and commas that could separate thousands.

    A comma is a decimal comma, except in a table whose cells are separated by commas (or come from a workbook)
    when every comma of it stands before exactly three digits. Returns the columns left unread, by row.
    """
    columns = [c for c, cell in cell_kinds(model.table).items() if isinstance(cell, NumberCell) and c in table.columns]
    commas, points = (
        [(i, c) for c in columns for i, text in enumerate(table.columns[c]) if mark in text] for mark in ",."
    )
    commas = sorted((i, c) for i, c in commas if is_number(table.columns[c][i]))
    points = sorted((i, c) for i, c in points if is_number(table.columns[c][i]))
    undecided: dict[int, frozenset[str]] = {}
    if commas and points:
        i, c = min(commas, points, key=len)[0]
        problems.add("mixed_decimal_marks", table.name, line=table.lines[i], column=c, value=table.columns[c][i])
        undecided[i] = frozenset({c})
    elif commas and table.delimiter != ";" and all(_could_be_thousands(table.columns[c][i]) for i, c in commas):
        for i, c in commas:
            text = table.columns[c][i]
            undecided[i] = undecided.get(i, frozenset()) | {c}
            problems.add(
                "ambiguous_comma", table.name, line=table.lines[i], column=c, value=text, note=table.notes[i],
                plain=text.replace(",", ""), decimal=text.replace(",", "."),
            )  # fmt: skip
    return undecided


def _could_be_thousands(text: str) -> bool:
    whole, _, rest = text.lstrip("+-").partition(",")
    return len(rest) == 3 and whole.isdigit() and not whole.startswith("0")
