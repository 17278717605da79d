"""A table as text, column by column, with the line of every row; CSV in either dialect becomes one."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from distrib.io.messages import Problems

DELIMITERS = ",;"
_FOREIGN_DELIMITERS = "\t|"
_LONGEST_CELL = 1_000_000


@dataclass(slots=True)
class RawTable:
    """Cells as typed (blanks around them removed), by column; every list has one item per row.

    ``lines`` counts from 1, the header (None: the row comes from a scenario); ``notes`` names the scenario that
    changed a row, or is empty. ``broken`` gives the columns that a row of the wrong length does not have.
    """

    name: str
    source: str
    columns: dict[str, list[str]]
    lines: list[int | None]
    notes: list[str]
    broken: dict[int, frozenset[str]] = field(default_factory=dict)
    delimiter: str = ""

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: Sequence[int]) -> None:
        """Keep only these rows (indexes, ascending)."""
        self.columns = {name: [cells[i] for i in rows] for name, cells in self.columns.items()}
        self.broken = {new: self.broken[old] for new, old in enumerate(rows) if old in self.broken}
        self.lines = [self.lines[i] for i in rows]
        self.notes = [self.notes[i] for i in rows]

    def append(self, cells: dict[str, str], note: str) -> None:
        """Add a row; columns it does not name stay empty, columns the table does not have are added."""
        for name in cells:
            self.columns.setdefault(name, [""] * len(self))
        for name, column in self.columns.items():
            column.append(cells.get(name, ""))
        self.lines.append(None)
        self.notes.append(note)


def decode(data: bytes, table: str, problems: Problems) -> str | None:
    """Return UTF-8 bytes as text in composed form, without byte order mark; None after a fault."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4096]:
        problems.add("binary_file", table)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = data[error.start : error.start + 1].hex()
        problems.add("not_utf8", table, line=data.count(b"\n", 0, error.start) + 1, value=f"0x{bad}")
        return None
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def read_csv(text: str, table: str, source: str, known: Iterable[str], problems: Problems) -> RawTable | None:
    """Return a CSV table; None after a fault that hides the whole table. ``known`` are its known columns."""
    if not text.strip():
        problems.add("empty_file", table, file=source)
        return None
    delimiter = _delimiter(text, frozenset(known))
    if delimiter not in DELIMITERS:
        problems.add("wrong_delimiter", table, line=1, value="tab" if delimiter == "\t" else delimiter)
        return None
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    ends: list[int] = []
    shared: dict[str, str] = {}  # a travel table names a thousand places a million times
    try:
        for row in reader:
            rows.append([shared.setdefault(cell, cell) for cell in row])
            ends.append(reader.line_num)
    except csv.Error as error:
        code = "csv_unclosed_quote" if "unexpected end" in str(error) else "csv_unreadable"
        problems.add(code, table, line=ends[-1] + 1 if ends else 1)
        return None
    starts: list[int | None] = [1, *(end + 1 for end in ends[:-1])]
    return table_of_rows(rows, starts, table=table, source=source, problems=problems, delimiter=delimiter)


def _delimiter(text: str, known: frozenset[str]) -> str:
    header = text.lstrip("\r\n").splitlines()[0]

    def hits(delimiter: str) -> tuple[int, int]:
        names = [name.strip().strip('"') for name in header.split(delimiter)]
        return sum(name in known for name in names), len(names)

    return max(DELIMITERS + _FOREIGN_DELIMITERS, key=hits)


def table_of_rows(
    rows: list[list[str]], starts: list[int | None], *, table: str, source: str, problems: Problems, delimiter: str = ""
) -> RawTable | None:
    """Return a table from rows of cells, the first one that is not blank being the header; None after a fault.

    ``starts`` gives the line of each row. Blank rows are skipped; a row of the wrong length is a fault.
    """
    filled = [i for i, row in enumerate(rows) if any(row)]
    if not filled:
        problems.add("empty_file", table, file=source)
        return None
    header = [name.strip() for name in rows[filled[0]]]
    full = len(header)
    while header and not header[-1] and all(not any(rows[i][len(header) - 1 : full]) for i in filled):
        header.pop()
    if not _header_is_sound(header, table, starts[filled[0]], problems):
        return None
    body, lines = [rows[i] for i in filled[1:]], [starts[i] for i in filled[1:]]
    broken = _square(body, lines, header, full, table, problems)
    cells = [list(map(str.strip, column)) for column in zip(*body, strict=True)] or [[] for _ in header]
    columns = {name: column for name, column in zip(header, cells, strict=True) if name}
    return RawTable(
        name=table,
        source=source,
        columns=columns,
        lines=lines,
        notes=[""] * len(lines),
        broken=broken,
        delimiter=delimiter,
    )


def _header_is_sound(header: list[str], table: str, line: int | None, problems: Problems) -> bool:
    sound = True
    for name in sorted({name for name in header if header.count(name) > 1 and name}):
        problems.add("doubled_column", table, line=line, column=name, value=name)
        sound = False
    if "" in header:
        problems.add("unnamed_column", table, line=line, position=header.index("") + 1)
        sound = False
    return sound


def _square(
    body: list[list[str]], lines: list[int | None], header: list[str], full: int, table: str, problems: Problems
) -> dict[int, frozenset[str]]:
    """Bring every row to the length of the header; returns the columns that short and long rows lack.

    ``full`` is the length of the header with the blank columns at its end, which rows may have too.
    """
    broken: dict[int, frozenset[str]] = {}
    width = len(header)
    for i, row in enumerate(body):
        if len(row) == width:
            continue
        if len(row) > full:
            problems.add("long_row", table, line=lines[i], value=" | ".join(row), cells=len(row), columns=width)
            broken[i] = frozenset(header)
        elif len(row) < width:
            problems.add("short_row", table, line=lines[i], value=" | ".join(row), cells=len(row), columns=width)
            broken[i] = frozenset(header[len(row) :])
        body[i] = (row + [""] * width)[:width]
    return broken
