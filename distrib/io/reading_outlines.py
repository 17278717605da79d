"""Outlines of neighbourhoods, from GeoJSON or GeoPackage, joined on neighbourhood_id."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from distrib.io.messages import Problems, hint_of, nearest

DECIMALS = 6
"""Decimals of a degree that are kept (a tenth of a metre)."""

_AREAS = ("Polygon", "MultiPolygon")

Outlines = tuple[tuple[str, dict[str, Any]], ...]


def read_outlines(
    files: dict[str, bytes], known: frozenset[str] | None, gone: set[str], problems: Problems
) -> Outlines | None:
    """Return (neighbourhood_id, GeoJSON geometry) sorted by id; None without a file of outlines or after a fault.

    Args:
        files: the bytes of neighbourhoods.geojson or .gpkg by file name; two of them are a fault.
        known: the ids of the neighbourhoods, None when they cannot be known.
        gone: neighbourhoods that a scenario removed; their outlines are left out.
        problems: receives the faults.
    """
    if not files:
        return None
    if len(files) > 1:
        problems.add("doubled_outlines", "neighbourhoods", files=", ".join(sorted(files)))
    name, data = next(iter(sorted(files.items())))
    try:
        features = _features_of_geojson(data) if name.endswith(".geojson") else _features_of_geopackage(data)
    except _OutlineFaultError as error:
        problems.add("outlines_unreadable", name, file=name, problem=str(error))
        return None
    kept = [(given, geometry) for given, geometry in features if given not in gone]
    return _joined(kept, name, known, problems)


class _OutlineFaultError(Exception):
    """The file holds no features that can be read."""


def _features_of_geojson(data: bytes) -> list[tuple[Any, Any]]:
    """Return (id, geometry) of every feature."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _OutlineFaultError(str(error)) from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise _OutlineFaultError("no FeatureCollection")
    return [((f.get("properties") or {}).get("neighbourhood_id"), f.get("geometry")) for f in features]


def _features_of_geopackage(data: bytes) -> list[tuple[Any, Any]]:
    """Return (id, geometry in WGS 84) of every feature of the first layer."""
    import geopandas

    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of the driver on the file, of no use to people
            file = Path(folder) / "outlines.gpkg"  # the driver goes by the ending
            file.write_bytes(data)
            layer = geopandas.read_file(file)
        frame = layer.to_crs(4326) if layer.crs is not None else layer
    except Exception as error:  # whatever the driver trips over in a broken file is a fault of the file
        raise _OutlineFaultError(type(error).__name__) from None
    if "neighbourhood_id" not in frame.columns:
        return [(None, shape.__geo_interface__ if shape else None) for shape in frame.geometry]
    pairs = zip(frame["neighbourhood_id"], frame.geometry, strict=True)
    return [(name, json.loads(json.dumps(shape.__geo_interface__)) if shape else None) for name, shape in pairs]


def _joined(features: list[tuple[Any, Any]], file: str, known: frozenset[str] | None, problems: Problems) -> Outlines:
    found: dict[str, dict[str, Any]] = {}
    for position, (given, geometry) in enumerate(features, start=1):
        name = "" if given is None else str(given).strip()
        if not name:
            problems.add("outline_without_id", file, column="neighbourhood_id", position=position)
        elif known is not None and name not in known:
            hint = hint_of(nearest(name, known))
            problems.add("unknown_id", file, column="neighbourhood_id", value=name, of="neighbourhoods", hint=hint)
        elif name in found:
            problems.add("outline_doubled", file, column="neighbourhood_id", value=name)
        else:
            shape = geometry if isinstance(geometry, dict) else {"type": "null"}
            fault = _fault_of(shape)
            if fault:
                kind = str(shape.get("type"))
                problems.add("outline_geometry", file, column="geometry", value=kind, of=name, problem=fault)
            else:
                found[name] = {"type": shape["type"], "coordinates": _rounded(shape["coordinates"])}
    return tuple(sorted(found.items()))


def _fault_of(geometry: dict[str, Any]) -> str:
    """Return what keeps a geometry from being an area in degrees; an empty text for a sound one."""
    if geometry.get("type") not in _AREAS:
        return str(geometry.get("type"))
    coordinates = geometry.get("coordinates")
    polygons: Any = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        return "coordinates: []"
    rings: list[Any] = [
        ring for polygon in polygons for ring in (polygon if isinstance(polygon, list) and polygon else [None])
    ]
    if not all(isinstance(ring, list) and len(ring) >= 4 and all(map(_is_position, ring)) for ring in rings):
        return "coordinates"
    if any(ring[0][:2] != ring[-1][:2] for ring in rings):
        return "a ring that is not closed"
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for ring in rings for x, y, *_ in ring):
        return "coordinates that are not degrees"
    return ""


def _is_position(point: Any) -> bool:
    numbers = isinstance(point, list) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in point)
    return numbers and len(point) >= 2


def _rounded(value: Iterable[Any]) -> list[Any]:
    """Return nested coordinates as lists of [lon, lat], rounded."""
    items = list(value)
    if _is_position(items):
        return [round(float(v), DECIMALS) for v in items[:2]]
    return [_rounded(item) for item in items]
