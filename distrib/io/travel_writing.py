"""A travel table as a file of its own, and the record beside it of what it was made from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from distrib.io.atomic import write_file
from distrib.io.reading import read_dataset
from distrib.io.travel_record import record_beside
from distrib.model.dataset import UNREACHABLE, Dataset, Travel


def write_travel(travel: Travel, target: Path, record: dict[str, Any] | None = None) -> None:
    """Write ``from_id, to_id, seconds, metres`` for every reachable pair of different places, whole or not at all.

    With ``record``, what the table was made from is written beside it, with the digest of the table.

    Raises:
        UsageError: when a file cannot be written.
    """
    lines = ["from_id,to_id,seconds,metres\n"]
    seconds, metres = travel.seconds.tolist(), travel.metres.tolist()
    for i, start in enumerate(travel.places):
        for j, end in enumerate(travel.places):
            if i != j and seconds[i][j] != UNREACHABLE:
                lines.append(f"{_cell(start)},{_cell(end)},{seconds[i][j]},{metres[i][j]}\n")
    content = "".join(lines).encode("utf-8")
    write_file(target, content)
    if record is not None:
        whole = {**record, "sha256": hashlib.sha256(content).hexdigest()}
        text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_file(record_beside(target), text.encode("utf-8"))


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r;') else text


def read_without_travel(path: Path) -> Dataset:
    """Return a dataset as if it had no travel table, so that one that no longer fits can be made again.

    Raises:
        BadInputError: when anything else is wrong.
    """
    if not path.is_dir() or not any(path.glob("travel.*")):
        return read_dataset(path)[0]
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / (path.name or "dataset")
        copy.mkdir()
        for item in sorted(path.iterdir()):
            if not item.name.startswith("travel."):
                (copy / item.name).symlink_to(item.resolve())
        return read_dataset(copy)[0]
