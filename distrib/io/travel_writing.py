"""A travel table as a file of its own."""

from __future__ import annotations

from pathlib import Path

from distrib.io.atomic import write_file
from distrib.model.dataset import UNREACHABLE, Travel


def write_travel(travel: Travel, target: Path) -> None:
    """Write ``from_id, to_id, seconds, metres`` for every reachable pair of different places, whole or not at all."""
    lines = ["from_id,to_id,seconds,metres\n"]
    seconds, metres = travel.seconds.tolist(), travel.metres.tolist()
    for i, start in enumerate(travel.places):
        for j, end in enumerate(travel.places):
            if i != j and seconds[i][j] != UNREACHABLE:
                lines.append(f"{start},{end},{seconds[i][j]},{metres[i][j]}\n")
    write_file(target, "".join(lines).encode("utf-8"))
