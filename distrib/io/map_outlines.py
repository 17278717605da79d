"""Outlines of neighbourhoods as rings of a few points, light enough for a page."""

from __future__ import annotations

from typing import Any

from shapely.geometry import shape

from distrib.model.dataset import Dataset

TOLERANCE_DEG = 0.00008
"""About 8 m: finer than a pixel at the zoom levels where outlines are shown."""

Ring = list[list[float]]


def outline_rings(dataset: Dataset) -> dict[str, list[list[Ring]]]:
    """Return polygons by neighbourhood id, each a list of rings of [latitude, longitude]; {} without outlines.

    Outlines come from the dataset as (neighbourhood_id, GeoJSON geometry); what is no polygon is left out.
    """
    known = set(dataset.neighbourhood_by_id)
    found: dict[str, list[list[Ring]]] = {}
    for hood_id, geometry in dataset.outlines or ():
        if hood_id in known and geometry:
            found.setdefault(hood_id, []).extend(_polygons(shape(geometry)))
    return {hood_id: found[hood_id] for hood_id in sorted(found)}


def _polygons(outline: Any) -> list[list[Ring]]:
    simple = outline.simplify(TOLERANCE_DEG, preserve_topology=True)
    parts = getattr(simple, "geoms", [simple])
    return [
        [_ring(polygon.exterior), *(_ring(hole) for hole in polygon.interiors)]
        for polygon in parts
        if polygon.geom_type == "Polygon" and not polygon.is_empty
    ]


def _ring(line: Any) -> Ring:
    return [[round(y, 5), round(x, 5)] for x, y, *_ in line.coords[:-1]]
