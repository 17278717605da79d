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
from distrib.model.roads import RoadNote, RoadSource
from distrib.version import __version__


def record_beside(table: Path) -> Path:
    """Return the path of the record of a travel table: the same name with ``.json``."""
    return table.with_name(table.name.split(".", 1)[0] + ".json")


def record_of(dataset: Dataset, travel: Travel, **more: Any) -> dict[str, Any]:
    """Return the record of a table: its source, notes, the program's version, where each place lay; no time or path."""
    notes = [{"code": note.code, "value": note.value, "context": dict(note.context)} for note in travel.notes]
    return {
        "version": __version__,
        "source": travel.source,
        "notes": notes,
        "places": _positions(dataset),
        **more,
    }


def _positions(dataset: Dataset) -> dict[str, list[int]]:
    places = [(s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites]
    places += [(f.farm_id, f.lon_microdeg, f.lat_microdeg) for f in dataset.farms]
    places += [(d.depot_id, d.lon_microdeg, d.lat_microdeg) for d in dataset.depots]
    return {place: [lon, lat] for place, lon, lat in sorted(places)}


def refuse_foreign_table(target: Path, record: Path | None = None) -> None:
    """Refuse to write over a travel table that ``distrib travel`` did not write, or that was changed since.

    ``record`` is the record that names it, where that is not the one beside it.

    Raises:
        UsageError: when ``target`` is such a table.
    """
    known = _record(target) if record is None else _names_heavy(target, record)
    if target.exists() and not known:
        raise UsageError(
            f"{target.name} was not made by distrib travel, or was changed since: it would be lost; "
            "move it away, or give another file with --out"
        )


def _names_heavy(table: Path, record: Path) -> bool:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        digest = hashlib.sha256(table.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("heavy_sha256") == digest


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
    notes = tuple(
        RoadNote(code=note["code"], value=note["value"], context=tuple(sorted(note["context"].items())))
        for note in record.get("notes", ())
    )
    renamed = travel.told(source=f"table, {record.get('source', '')}", notes=notes)
    return dataclasses.replace(dataset, travel=renamed, roads=_roads_of(dataset, record))


def _roads_of(dataset: Dataset, record: dict[str, Any]) -> RoadSource | None:
    """Return the network that a table was made on: its file where it lies in the dataset's folder, else its digest."""
    if "roads_sha256" not in record:
        return dataset.roads
    own = dataset.roads if dataset.roads and dataset.roads.sha256 == record["roads_sha256"] else None
    return RoadSource(
        file="" if own is None else own.file,
        sha256=str(record["roads_sha256"]),
        profile=str(record.get("profile", "van")),
        traffic_milli=round(1000 * float(record.get("traffic", 1))),
    )


def _some(names: Iterable[str], most: int = 5) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
