"""A plan's tables, summary and run record as files: UTF-8, comma, decimal point, LF, rows in a fixed order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

from distrib import units
from distrib.io.plan_tables import FARMS, RUN_FILE, SUMMARY_FILE, TABLES, Table
from distrib.model.dataset import Dataset
from distrib.model.farms import farm_rows
from distrib.model.plan import Level, Plan

LEVEL_DECIMALS = 6
_QUOTED = frozenset(',"\n\r')


def write_plan_tables(plan: Plan, folder: Path) -> None:
    """Write every table of a plan into an existing folder, with its header even when it has no row.

    Raises:
        OSError: when a file cannot be written.
    """
    for table in TABLES:
        lines = table_lines(table, getattr(plan, table.name))
        (folder / table.file_name).write_text("".join(lines), encoding="utf-8", newline="")


def write_farms(dataset: Dataset, plan: Plan, folder: Path) -> None:
    """Write ``farms.csv``: each farm's offer of the week and the share of it that is bought."""
    lines = table_lines(FARMS, farm_rows(dataset, plan.collections))
    (folder / FARMS.file_name).write_text("".join(lines), encoding="utf-8", newline="")


def table_lines(table: Table, rows: Iterable[Any]) -> Iterable[str]:
    """Yield the lines of a table's CSV file, header first, each with its line end."""
    yield _line(column.name for column in table.columns)
    for cells in table_cells(table, rows):
        yield _line(cells)


def table_cells(table: Table, rows: Iterable[Any]) -> Iterable[list[str]]:
    """Yield the cells of each row as text, rows in the table's fixed order."""
    for row in sorted(rows, key=table.sort_key()):
        shown = table.outward(row)
        yield [column.kind.write(getattr(shown, column.field)) for column in table.columns]


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: str) -> str:
    if _QUOTED.isdisjoint(cell) and cell.strip() == cell:
        return cell
    return '"' + cell.replace('"', '""') + '"'


def write_summary(folder: Path, plan: Plan, indicators: Mapping[str, Any]) -> None:
    """Write ``summary.json``: indicators, levels, warnings, provenance, keys sorted.

    Args:
        folder: an existing folder.
        plan: its levels, warnings and provenance are written.
        indicators: by name; whole numbers, Decimals (written with the decimals they carry), Fractions (written
            with 6 decimals), text or None. Binary floats are refused: their digits are not stable.
    """
    record = {
        "indicators": dict(indicators),
        "levels": [_level_record(level) for level in plan.levels],
        "warnings": list(plan.warnings),
        "provenance": dict(plan.provenance),
    }
    (folder / SUMMARY_FILE).write_text(json_text(record) + "\n", encoding="utf-8", newline="")


def _level_record(level: Level) -> dict[str, Any]:
    return {
        "name": level.name,
        "value": level.value,
        "bound": level.bound,
        "within_pct": None if level.within is None else Decimal(ceil(level.within * 10_000)).scaleb(-2),
        "unit": level.unit,
        "proven": level.proven,
        "tolerance": level.tolerance,
        "why_not_proven": level.why_not_proven,
    }


def write_run_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write ``run.json``: time and memory by stage, cores; plain JSON values, floats allowed (never compared)."""
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8", newline="")


def json_text(value: Any, indent: str = "") -> str:
    """Return exact JSON with sorted keys: Decimals as they are, Fractions with 6 decimals, no binary floats.

    Raises:
        TypeError: for a value of another type than mapping, list, text, whole number, Decimal, Fraction, bool, None.
    """
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        body = ",\n".join(f"{inner}{_json_string(key)}: {json_text(value[key], inner)}" for key in sorted(value))
        return f"{{\n{body}\n{indent}}}"
    if isinstance(value, list | tuple) and value:
        body = ",\n".join(inner + json_text(item, inner) for item in value)
        return f"[\n{body}\n{indent}]"
    return _json_scalar(value)


def _json_scalar(value: Any) -> str:
    if isinstance(value, Fraction):
        return fixed(value, LEVEL_DECIMALS)
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, float) or not isinstance(value, str | int | bool | None | Mapping | list | tuple):
        raise TypeError(f"{value!r} cannot be written as exact JSON")
    return json.dumps(value, ensure_ascii=False)


def _json_string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def fixed(value: Fraction, decimals: int) -> str:
    """Write an exact number with a fixed number of decimals, rounded half up."""
    return f"{Decimal(units.round_half_up(value * 10**decimals)).scaleb(-decimals):f}"
