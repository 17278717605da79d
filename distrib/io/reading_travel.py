"""The travel table: tens of thousands of pairs, read and checked as columns."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from pydantic_core import PydanticCustomError

from distrib import units
from distrib.io.messages import Near, Problems
from distrib.io.reading_rows import check_header
from distrib.io.schema import TravelHeavyRow, TravelRow, single_cell_of
from distrib.io.schema_cells import read_decimal, refusal
from distrib.io.tables import RawTable
from distrib.model.dataset import UNREACHABLE, Travel


def read_travel(table: RawTable, places: Iterable[str], gone: frozenset[str], problems: Problems) -> Travel | None:
    """Return the travel table between places (sites, farms, depots); None after a fault.

    ``gone`` are places that a scenario removed: pairs that name them are left out.
    """
    check_header(table, TravelRow, problems)
    if not set(TravelRow.model_fields) <= set(table.columns) or table.broken:
        return None
    return _matrices(table, places, gone, problems)


def read_travel_heavy(
    table: RawTable, places: Iterable[str], gone: frozenset[str], problems: Problems
) -> tuple[tuple[int, Travel], ...]:
    """Return the travel table of each gross weight in kg, ascending; empty after a fault."""
    before, model = len(problems.faults), TravelHeavyRow
    check_header(table, model, problems)
    if not set(model.model_fields) <= set(table.columns) or table.broken:
        return ()
    weights = _each_number(table, "gvw_kg", single_cell_of(model.model_fields["gvw_kg"]).read, problems)
    if len(problems.faults) > before:
        return ()
    found = []
    for gvw_kg in np.unique(weights).tolist():
        part = dataclasses.replace(table)
        part.keep(np.flatnonzero(weights == gvw_kg).tolist())
        matrices = _matrices(part, places, gone, problems)
        found.append((gvw_kg, matrices))
    return tuple((gvw_kg, travel) for gvw_kg, travel in found if travel is not None)


def _matrices(table: RawTable, places: Iterable[str], gone: frozenset[str], problems: Problems) -> Travel | None:
    before = len(problems.faults)
    order = tuple(sorted(places))
    index = {place: i for i, place in enumerate(order)}
    origin, target = (_indexes(table, column, index, gone, problems) for column in TravelRow.key)
    seconds = _numbers(table, "seconds", _seconds, problems)
    metres = _numbers(table, "metres", _metres, problems)
    _check_doubles(table, origin, target, len(order), problems)
    if len(problems.faults) > before:
        return None
    kept = (origin >= 0) & (target >= 0)
    at = (origin[kept], target[kept])
    matrices = []
    for values in (seconds, metres):
        matrix = np.full((len(order), len(order)), UNREACHABLE, dtype=np.int32)
        matrix[at] = values[kept]
        np.fill_diagonal(matrix, 0)
        matrices.append(matrix)
    return Travel(places=order, seconds=matrices[0], metres=matrices[1], source="table")


def _indexes(
    table: RawTable, column: str, index: dict[str, int], gone: frozenset[str], problems: Problems
) -> npt.NDArray[np.int64]:
    """Return the index of each id, -1 for a place that is gone; an empty or unknown id is a fault."""
    cells = table.columns[column]
    found = np.fromiter((index.get(cell, -1) for cell in cells), np.int64, len(cells))
    for i in np.flatnonzero(found < 0).tolist():
        if cells[i] not in gone:
            _note_id(table, column, i, index, problems)
    return found


def _note_id(table: RawTable, column: str, i: int, index: dict[str, int], problems: Problems) -> None:
    text = table.columns[column][i]
    code: str = "empty_cell"
    context: dict[str, object] = {}
    if text:
        code, context = "unknown_id", {"of": "sites, farms, depots", "hint": Near(text, index)}
    problems.add(code, table.name, line=table.lines[i], column=column, value=text, note=table.notes[i], **context)


def _numbers(table: RawTable, column: str, read: Callable[[str], int], problems: Problems) -> npt.NDArray[np.int64]:
    cells = table.columns[column]
    digits = "".join(cells)
    if digits.isascii() and digits.isdigit() and "" not in cells and max(map(len, cells)) < 10:
        return np.fromiter(map(int, cells), np.int64, len(cells))
    return _each_number(table, column, read, problems)


def _each_number(table: RawTable, column: str, read: Callable[[str], int], problems: Problems) -> npt.NDArray[np.int64]:
    cells = table.columns[column]
    found = np.zeros(len(cells), dtype=np.int64)
    for i, text in enumerate(cells):
        try:
            found[i] = read(text)
        except PydanticCustomError as error:
            problems.add(
                error.type,
                table.name,
                line=table.lines[i],
                column=column,
                value=text,
                note=table.notes[i],
                **(error.context or {}),
            )
    return found


def _seconds(text: str) -> int:
    value = read_decimal(text)
    if value < 0:
        raise refusal("negative", limit=0)
    return int(value.to_integral_value("ROUND_CEILING"))


def _metres(text: str) -> int:
    value = read_decimal(text)
    if value < 0:
        raise refusal("negative", limit=0)
    return units.round_half_up(value)


def _check_doubles(
    table: RawTable, origin: npt.NDArray[np.int64], target: npt.NDArray[np.int64], places: int, problems: Problems
) -> None:
    known = np.flatnonzero((origin >= 0) & (target >= 0))
    pairs = origin[known] * places + target[known]
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    firsts = known[first[inverse]]
    for i, at in zip(known.tolist(), firsts.tolist(), strict=True):
        if i != at:
            cells = f"{table.columns['from_id'][i]} → {table.columns['to_id'][i]}"
            problems.add(
                "doubled_key", table.name, line=table.lines[i], column="from_id", value=cells, note=table.notes[i],
                columns="from_id, to_id", first=table.lines[at] or "–",
            )  # fmt: skip


def table_of_parquet(data: bytes, problems: Problems) -> RawTable | None:
    """Return travel.parquet as a table of text; None after a fault."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        columns = pq.read_table(io.BytesIO(data)).to_pydict()
    except Exception as error:  # whatever pyarrow trips over in a broken file is a fault of the file
        problems.add("parquet_unreadable", "travel", file="travel.parquet", problem=type(error).__name__)
        return None
    cells = {name: ["" if value is None else str(value) for value in values] for name, values in columns.items()}
    rows = len(next(iter(cells.values()), []))
    lines: list[int | None] = list(range(2, rows + 2))
    return RawTable(name="travel", source="travel.parquet", columns=cells, lines=lines, notes=[""] * rows)
