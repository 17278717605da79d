"""The lines of legs along the roads: ``legs.geojson`` in the dataset folder of a plan, and what maps draw of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shapely.geometry import LineString

from distrib.io.messages import Problems
from distrib.io.reading_files import bytes_of
from distrib.model.dataset import Dataset

LEGS_FILE = "legs.geojson"
TOLERANCE_DEG = 0.0001
"""About 10 m: finer than the width of a tour's line on the map."""

Legs = tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...]


def legs_text(legs: Legs) -> str:
    """Return the lines as GeoJSON, one leg a line, properties ``from_id`` and ``to_id``."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"from_id": start, "to_id": end},
                "geometry": {"type": "LineString", "coordinates": [[lon / 10**6, lat / 10**6] for lon, lat in line]},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for start, end, line in legs
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def read_legs(dataset: Path, problems: Problems) -> Legs:
    """Return the lines of ``legs.geojson``, sorted by ids; () without that file or after a fault.

    Args:
        dataset: the path of the dataset; only a folder can have legs.
        problems: takes the fault.
    """
    file = dataset / LEGS_FILE
    data = bytes_of(file, LEGS_FILE, {}, problems) if file.is_file() else None
    if data is None:
        return ()
    try:
        features = json.loads(data.decode("utf-8-sig"), parse_constant=_refused)["features"]
        return tuple(sorted(_leg(feature) for feature in features))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        problems.add("outlines_unreadable", LEGS_FILE, file=LEGS_FILE, problem=str(error))
        return ()


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _leg(feature: Any) -> tuple[str, str, tuple[tuple[int, int], ...]]:
    ends = feature["properties"]
    line = tuple((round(lon * 10**6), round(lat * 10**6)) for lon, lat in feature["geometry"]["coordinates"])
    if len(line) < 2:
        raise ValueError("a line has two points or more")
    return str(ends["from_id"]), str(ends["to_id"]), line


def ways(dataset: Dataset) -> dict[tuple[str, str], list[list[float]]]:
    """Return by (from id, to id) the points between both ends, [latitude, longitude] with 5 decimals, simplified."""
    found = {}
    for start, end, line in dataset.leg_lines:
        simple = LineString([(lon / 1e6, lat / 1e6) for lon, lat in line]).simplify(TOLERANCE_DEG)
        found[start, end] = [[round(lat, 5), round(lon, 5)] for lon, lat in list(simple.coords)[1:-1]]
    return found
