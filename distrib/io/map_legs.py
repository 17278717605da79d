"""The lines of legs along the roads: ``legs.geojson`` in the dataset folder of a plan, and what maps draw of them."""

from __future__ import annotations

import dataclasses
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

Line = tuple[tuple[int, int], ...]
Legs = tuple[tuple[int, str, str, Line], ...]
"""(weight of ``travel_heavy``, 0 for light vehicles; from id; to id; line), sorted."""


def legs_text(legs: Legs) -> str:
    """Return the lines as GeoJSON, one leg a line, properties ``from_id``, ``to_id`` and, if heavy, ``gvw_kg``."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"from_id": start, "to_id": end, **({"gvw_kg": gvw_kg} if gvw_kg else {})},
                "geometry": {"type": "LineString", "coordinates": [[lon / 10**6, lat / 10**6] for lon, lat in line]},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for gvw_kg, start, end, line in legs
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def legs_of(dataset: Dataset) -> Legs:
    """Return the lines that a dataset knows."""
    return (*((0, *leg) for leg in dataset.leg_lines), *dataset.leg_lines_heavy)


def with_legs(dataset: Dataset, legs: Legs) -> Dataset:
    """Return the dataset with these lines."""
    light = tuple((start, end, line) for gvw_kg, start, end, line in legs if not gvw_kg)
    return dataclasses.replace(dataset, leg_lines=light, leg_lines_heavy=tuple(leg for leg in legs if leg[0]))


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


def _leg(feature: Any) -> tuple[int, str, str, Line]:
    ends = feature["properties"]
    line = tuple((round(lon * 10**6), round(lat * 10**6)) for lon, lat in feature["geometry"]["coordinates"])
    if len(line) < 2:
        raise ValueError("a line has two points or more")
    return int(ends.get("gvw_kg") or 0), str(ends["from_id"]), str(ends["to_id"]), line


Ways = dict[tuple[str, str, str], list[list[float]]]


def ways(dataset: Dataset) -> Ways:
    """Return by (vehicle id, from id, to id) the points between both ends, [latitude, longitude], 5 decimals, simplified."""
    drawn: dict[int, dict[tuple[str, str], list[list[float]]]] = {}
    for gvw_kg, start, end, line in legs_of(dataset):
        simple = LineString([(lon / 1e6, lat / 1e6) for lon, lat in line]).simplify(TOLERANCE_DEG)
        between = [[round(lat, 5), round(lon, 5)] for lon, lat in list(simple.coords)[1:-1]]
        drawn.setdefault(gvw_kg, {})[start, end] = between
    return {
        (vehicle.vehicle_id, start, end): between
        for vehicle in dataset.vehicles
        for (start, end), between in drawn.get(dataset.travel_class_kg(vehicle), {}).items()
    }
