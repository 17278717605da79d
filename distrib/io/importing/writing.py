"""Imported tables go into a dataset folder: whole files, in the machine dialect, never over rows unasked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from distrib.errors import UsageError
from distrib.io.atomic import write_file
from distrib.io.importing.report import Report
from distrib.io.reading_files import SETTINGS_FILE
from distrib.io.schema import cell_kinds
from distrib.io.template import write_template

IMPORTS = "imports"
"""Folder beside the tables for what is no table of a dataset: candidates, cells, reports."""


def prepare_dataset(folder: Path) -> None:
    """Make an empty dataset (tables with headers, explained settings) unless there is one already.

    Raises:
        UsageError: when the folder holds other things, or cannot be written.
    """
    if not (folder / SETTINGS_FILE).exists():
        write_template(folder)
    (folder / IMPORTS).mkdir(exist_ok=True)


def refuse_to_replace(folder: Path, names: Iterable[str], *, replace: bool) -> None:
    """Raise UsageError when one of the files holds rows already and ``replace`` was not asked for."""
    for name in names:
        file = folder / name
        if not replace and file.exists() and len(file.read_text(encoding="utf-8-sig").split("\n", 2)) > 2:
            raise UsageError(f"{file} holds rows already; add --replace to write over them")


def csv_bytes(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a table in the machine dialect."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def table_bytes(table: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """Return a table of the dataset from rows of inside values by column; absent columns are empty."""
    kinds = cell_kinds(table)
    return csv_bytes(list(kinds), ([kind.write(row.get(name)) for name, kind in kinds.items()] for row in rows))


def write_files(folder: Path, files: dict[str, bytes], report: Report, kind: str) -> None:
    """Write files by name, and the report of the import beside them as ``imports/<kind>_report.csv``."""
    header = ("kind", "code", "what", "value", "message", "remedy")
    files = files | {f"{IMPORTS}/{kind}_report.csv": csv_bytes(header, (r.values() for r in report.records()))}
    for name, content in files.items():
        write_file(folder / name, content)


def outlines_bytes(outlines: Iterable[tuple[str, dict[str, Any]]]) -> bytes:
    """Return (neighbourhood_id, GeoJSON geometry) as GeoJSON, one feature a line."""
    features = [
        json.dumps(
            {"type": "Feature", "properties": {"neighbourhood_id": name}, "geometry": geometry},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for name, geometry in outlines
    ]
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode("utf-8")
