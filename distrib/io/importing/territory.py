"""The territory of an import: communes by name or code, or the area of a boundary file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyproj
import shapely

from distrib.io.importing.columns import folded
from distrib.io.importing.layers import Box, Source, read_layer
from distrib.io.importing.report import Report

GEOD = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """``communes`` as typed (empty: all); ``area`` in WGS 84 (None: everywhere)."""

    communes: tuple[str, ...] = ()
    area: Any = None

    @property
    def box(self) -> Box | None:
        """The box around the area (west, south, east, north), None without an area."""
        if self.area is None:
            return None
        west, south, east, north = (float(v) for v in self.area.bounds)
        return west, south, east, north


def read_territory(communes: Iterable[str], boundary: Path | None, report: Report) -> Territory:
    """Return the territory that the options name; an item of ``communes`` may be a text file with one a line.

    Raises:
        BadInputError: when the boundary file cannot be read or holds no area.
    """
    names: list[str] = []
    for item in communes:
        listed = Path(item)
        lines = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else item.split(",")
        names += [line.strip() for line in lines if line.strip()]
    if boundary is None:
        return Territory(communes=tuple(names))
    inner = Report(source=boundary.name, language=report.language)
    frame = read_layer(Source(path=boundary), inner)
    report.findings += inner.findings
    areas = [areal(shapely.make_valid(shape)) for shape in frame.geometry if shape is not None]
    area = shapely.union_all([shape for shape in areas if not shape.is_empty])
    if area.is_empty:
        raise report.refuse("not_an_area", value=boundary.name, geometry="no polygon")
    return Territory(communes=tuple(names), area=area)


def areal(shape: Any) -> Any:
    """Return the polygons of a geometry as one polygon or multipolygon (empty when it has none)."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in getattr(shape, "geoms", []) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def area_m2(shape: Any) -> int:
    """Return the area of a shape in WGS 84 on the ellipsoid, in whole square metres."""
    return round(abs(GEOD.geometry_area_perimeter(shape)[0])) if not shape.is_empty else 0


def metric(shapes: Any) -> tuple[Any, Any]:
    """Return shapes in WGS 84 as plane shapes in metres (the UTM zone of their middle) and that system."""
    series = geopandas.GeoSeries(shapes, crs=4326)
    system = series.estimate_utm_crs()
    return series.to_crs(system).to_numpy(), system


def in_communes(names: str, codes: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the wanted communes an object is in: its cells may name several, separated by commas.

    Marseille, Lyon and Paris answer for their arrondissements by name.
    """
    parts = {folded(part) for part in names.replace("/", ",").split(",")}
    numbers = {part.strip().upper() for part in codes.replace("/", ",").split(",")}
    found = []
    for item in wanted:
        name = folded(item)
        towns = any(part == name or (part.startswith(f"{name}_") and "arrondissement" in part) for part in parts)
        if item.strip().upper() in numbers or towns:
            found.append(item)
    return tuple(found)


def distances_m(lon: Any, lat: Any, shapes: Any) -> tuple[Any, Any]:
    """Return for each point the index of the nearest shape and its distance in whole metres (0 inside it).

    Plane distances in the UTM zone of the shapes: right to a few per mille within a metropolis.
    """
    plane, system = metric(shapes)
    points = geopandas.GeoSeries(shapely.points(lon, lat), crs=4326).to_crs(system).to_numpy()
    tree = shapely.STRtree(plane)
    (_, nearest), distance = tree.query_nearest(points, return_distance=True, all_matches=False)
    return nearest, np.round(distance).astype(np.int64)
