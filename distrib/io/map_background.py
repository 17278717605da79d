"""What lies under the map: water, coast, rivers, communes and roads, from ``background.geojson`` and the main roads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from distrib.io.messages import Problems
from distrib.io.reading_files import bytes_of
from distrib.io.reading_main_roads import FOLDER
from distrib.model.dataset import Dataset
from distrib.model.roads import MainRoads

BACKGROUND_FILE = "background.geojson"
KINDS = ("water", "coast", "river", "commune", "road_large", "road_medium", "road_small")
"""The property ``kind`` of a feature. Water is an area; communes are areas or lines; the rest are lines."""

DECIMALS = 6
TOLERANCE_DEG = 0.0002
"""About 20 m: a background needs no more."""

_ROAD_KIND = {
    "motorway": "road_large",
    "urban_motorway": "road_large",
    "expressway": "road_medium",
    "main": "road_medium",
    "secondary": "road_small",
    "town": "road_small",
}

Background = tuple[tuple[str, str, dict[str, Any]], ...]


def read_background(dataset: Path, digests: dict[str, str], problems: Problems) -> Background:
    """Return (kind, name, GeoJSON geometry) of every feature of ``background.geojson``, in the order of the file.

    The file lies in the dataset's folder or in its folder ``facts``.

    Args:
        dataset: the path of the dataset; only a folder can have a background.
        digests: takes the SHA-256 of the file.
        problems: takes the faults.
    """
    folder = dataset if dataset.is_dir() else dataset.parent
    file = next((f for f in (folder / BACKGROUND_FILE, folder / FOLDER / BACKGROUND_FILE) if f.is_file()), None)
    if file is None:
        return ()
    data = bytes_of(file, BACKGROUND_FILE, digests, problems)
    try:
        return () if data is None else _features(data)
    except (ValueError, RecursionError, ShapelyError) as error:
        problems.add("outlines_unreadable", BACKGROUND_FILE, file=BACKGROUND_FILE, problem=str(error))
        return ()


def _features(data: bytes) -> Background:
    content = json.loads(data.decode("utf-8-sig"), parse_constant=_refused)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise ValueError("no FeatureCollection")
    found = []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") or {}
        kind = properties.get("kind")
        if kind not in KINDS:
            raise ValueError(f"feature {number}: kind {kind!r} is not one of {', '.join(KINDS)}")
        found.append((kind, str(properties.get("name") or ""), _geometry(feature.get("geometry"), number)))
    return tuple(found)


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _geometry(given: Any, number: int) -> dict[str, Any]:
    try:
        geometry = mapping(shape(given))
    except (AttributeError, TypeError, KeyError, IndexError) as error:
        raise ValueError(f"feature {number} has no geometry that can be read: {error}") from None
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], int | float):
            return [round(float(number), DECIMALS) for number in value[:2]]
        return [_rounded(item) for item in value]
    raise ValueError("a coordinate is no number")


def with_main_roads(background: Background, roads: MainRoads | None) -> Background:
    """Return the background with the main roads as straight lines, unless it has roads of its own."""
    if roads is None or any(kind.startswith("road") for kind, _, _ in background):
        return background
    at = {p.point_id: [p.lon_microdeg / 10**6, p.lat_microdeg / 10**6] for p in roads.points}
    lines = (
        (_ROAD_KIND[r.road_class], r.road, {"type": "LineString", "coordinates": [at[r.from_id], at[r.to_id]]})
        for r in roads.roads
    )
    return (*background, *lines)


def background_text(background: Background) -> str:
    """Return a background as GeoJSON, one feature a line."""
    features = [
        json.dumps(
            {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": geometry},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for kind, name, geometry in background
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def background_lines(dataset: Dataset) -> dict[str, list[list[list[list[float]]]]]:
    """Return for each kind its shapes, each a list of lines or rings of [latitude, longitude] with 4 decimals."""
    found: dict[str, list[list[list[list[float]]]]] = {}
    for kind, _, geometry in dataset.background:
        for part in _parts(shape(geometry).simplify(TOLERANCE_DEG, preserve_topology=True)):
            found.setdefault(kind, []).append(
                [_points(line, closed=part.geom_type == "Polygon") for line in _lines(part)]
            )
    return {kind: found[kind] for kind in KINDS if kind in found}


def _parts(geometry: Any) -> list[Any]:
    return [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type in ("Polygon", "LineString")]


def _lines(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]


def _points(line: Any, *, closed: bool) -> list[list[float]]:
    points = [[round(y, 4), round(x, 4)] for x, y, *_ in line.coords]
    return points[:-1] if closed else points
