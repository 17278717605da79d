"""Table Schema (Frictionless) for the tables of a dataset, so that other tools know their columns, units and limits."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from distrib.io.schema import TABLES, Column, described_columns
from distrib.model.dataset import Dataset

PACKAGE_FILE = "datapackage.json"


def write_dataset_package(folder: Path, dataset: Dataset) -> Path:
    """Write ``datapackage.json`` beside the CSV tables of a dataset folder and return it.

    Only the tables that are there are described. Cells are described as this program writes them.
    """
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for column in described_columns():
        columns[column.table][column.column] = column
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".csv", ".csv.gz")))
    known = [(path, path.name.partition(".")[0]) for path in files if path.name.partition(".")[0] in TABLES]
    package = {
        "profile": "tabular-data-package",
        "name": f"distrib-dataset-{dataset.settings.week_start.isoformat()}",
        "title": dataset.settings.name,
        "resources": [_resource(path, table, columns[table]) for path, table in known],
    }
    target = folder / PACKAGE_FILE
    target.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="")
    return target


def _resource(path: Path, table: str, columns: dict[str, Column]) -> dict[str, Any]:
    record = {
        "profile": "tabular-data-resource",
        "name": table,
        "path": path.name,
        "description": (TABLES[table].__doc__ or "").strip().splitlines()[0],
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {
            "fields": [_field(name, columns.get(name)) for name in _header(path)],
            "primaryKey": list(TABLES[table].key),
            "missingValues": [""],
        },
    }
    return record | ({"compression": "gz"} if path.suffix == ".gz" else {})


def _header(path: Path) -> list[str]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return next(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")), [])


def _field(name: str, column: Column | None) -> dict[str, Any]:
    if column is None:
        return {"name": name, "type": "string"}
    unit = f" ({column.unit})" if column.unit else ""
    field: dict[str, Any] = {"name": name, "type": column.type, "description": column.meaning + unit}
    if column.type == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    return field if column.may_be_empty else field | {"constraints": {"required": True}}
