"""A travel table as a file of its own, and the record beside it of what it was made from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from distrib.io.atomic import write_file
from distrib.io.reading import read_dataset
from distrib.model.dataset import UNREACHABLE, Dataset, Travel


def travel_bytes(travel: Travel) -> bytes:
    """Return ``from_id, to_id, seconds, metres`` for every reachable pair of different places, as CSV."""
    return "".join(["from_id,to_id,seconds,metres\n", *_rows(travel, "")]).encode("utf-8")


def travel_heavy_bytes(tables: tuple[tuple[int, Travel], ...]) -> bytes:
    """Return the tables of heavy vehicles one after the other, each row with its ``gvw_kg``, as CSV."""
    rows = (row for gvw_kg, travel in tables for row in _rows(travel, f"{gvw_kg},"))
    return "".join(["gvw_kg,from_id,to_id,seconds,metres\n", *rows]).encode("utf-8")


def _rows(travel: Travel, before: str) -> Iterator[str]:
    seconds, metres = travel.seconds.tolist(), travel.metres.tolist()
    for i, start in enumerate(travel.places):
        for j, end in enumerate(travel.places):
            if i != j and seconds[i][j] != UNREACHABLE:
                yield f"{before}{_cell(start)},{_cell(end)},{seconds[i][j]},{metres[i][j]}\n"


def write_tables(
    files: dict[Path, bytes], record_file: Path, record: dict[str, Any], light: Path, gone: Path | None = None
) -> None:
    """Write tables and, last, the record of what they were made from, with the digest of ``light``.

    ``gone`` is a table of an earlier making that has no successor; it is removed.

    Raises:
        UsageError: when a file cannot be written.
    """
    for target, content in files.items():
        write_file(target, content)
    whole = {**record, "sha256": hashlib.sha256(files[light]).hexdigest()}
    write_file(record_file, (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8"))
    if gone is not None:
        gone.unlink(missing_ok=True)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r;') else text


def read_without_travel(path: Path) -> Dataset:
    """Return a dataset as if it had no travel table, so that one that no longer fits can be made again.

    Raises:
        BadInputError: when anything else is wrong.
    """
    if not path.is_dir() or not any(map(_is_made, path.iterdir())):
        return read_dataset(path)[0]
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / (path.name or "dataset")
        copy.mkdir()
        for item in sorted(path.iterdir()):
            if not _is_made(item):
                (copy / item.name).symlink_to(item.resolve())
        return read_dataset(copy)[0]


def _is_made(file: Path) -> bool:
    return file.name.startswith(("travel.", "travel_heavy."))
