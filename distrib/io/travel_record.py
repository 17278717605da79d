"""What a travel table was made from, recorded beside it, so that one that no longer fits is never planned with."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel
from distrib.version import __version__


def record_beside(table: Path) -> Path:
    """Return the path of the record of a travel table: the same name with ``.json``."""
    return table.with_name(table.name.split(".", 1)[0] + ".json")


def record_of(dataset: Dataset, travel: Travel, **more: Any) -> dict[str, Any]:
    """Return the record of a table: its source, the program's version, where each place lay; no time, host or path."""
    return {"version": __version__, "source": travel.source, "places": _positions(dataset), **more}


def _positions(dataset: Dataset) -> dict[str, list[int]]:
    places = [(s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites]
    places += [(f.farm_id, f.lon_microdeg, f.lat_microdeg) for f in dataset.farms]
    places += [(d.depot_id, d.lon_microdeg, d.lat_microdeg) for d in dataset.depots]
    return {place: [lon, lat] for place, lon, lat in sorted(places)}


def refuse_foreign_table(target: Path) -> None:
    """Refuse to write over a travel table that ``distrib travel`` did not write, or that was changed since.

    Raises:
        UsageError: when ``target`` is such a table.
    """
    if target.exists() and _record(target) is None:
        raise UsageError(
            f"{target.name} was not made by distrib travel, or was changed since: it would be lost; "
            "move it away, or give another file with --out"
        )


def _record(table: Path) -> dict[str, Any] | None:
    """Return the record of a table as it stands; None without one, or when it is of another table."""
    try:
        record = json.loads(record_beside(table).read_text(encoding="utf-8"))
        digest = hashlib.sha256(table.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("sha256") == digest else None


def with_recorded_source(path: Path, dataset: Dataset) -> Dataset:
    """Return a dataset just read whose travel table says what its record says it was made from.

    Raises:
        UsageError: when places were added or moved since the table was made, or its road file was replaced.
    """
    folder = path if path.is_dir() else path.parent
    travel, record = dataset.travel, _record(folder / "travel.csv")
    if record is None or travel is None:
        return dataset
    known = record.get("places", {})
    moved = [place for place, at in _positions(dataset).items() if known.get(place) != at]
    roads, digests = str(record.get("roads", "")), dict(dataset.fingerprint)
    if moved or digests.get(roads, record.get("roads_sha256")) != record.get("roads_sha256"):
        what = f"{_some(moved)} lie elsewhere or are new" if moved else f"{roads} is another file"
        raise UsageError(
            f"travel.csv no longer fits the dataset: {what} since it was made; make it again with: distrib travel {folder}"
        )
    source = f"table, {record.get('source', '')}"
    renamed = Travel(places=travel.places, seconds=travel.seconds, metres=travel.metres, source=source)
    return dataclasses.replace(dataset, travel=renamed)


def _some(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
