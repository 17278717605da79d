"""A plan for other tools: CSV for a French Excel, GeoJSON, GPX. Each function writes into a folder that exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gpxpy.gpx
from shapely.geometry import mapping

from distrib.io.geopackage import plan_features
from distrib.io.plan_tables import TABLES, Table
from distrib.io.plan_writing import table_cells
from distrib.io.sheets_tour import tour_sheets
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

_FORMULA_START = re.compile(r"'*[=+\-@\t\r]")  # apostrophes too, so that taking one off gives the text back
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_QUOTED = re.compile(r'[;"\r\n]|^\s|\s$')
_DECIMALS = 5


def write_excel_fr(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write every table as CSV for a French Excel and return the files.

    UTF-8 with a byte order mark, ``;``, decimal comma, CRLF, and an apostrophe before text that a spreadsheet
    would take for a formula. ``distrib check`` reads such files as well.
    """
    return tuple(_write(folder / table.file_name, excel_fr_csv(table, getattr(plan, table.name))) for table in TABLES)


def excel_fr_csv(table: Table, rows: Iterable[Any]) -> bytes:
    """Return one table in the dialect of a French Excel."""
    lines = [";".join(column.name for column in table.columns)]
    numeric = [column.kind.schema[0] == "number" for column in table.columns]
    for cells in table_cells(table, rows):
        lines.append(";".join(_excel_cell(cell, number) for cell, number in zip(cells, numeric, strict=True)))
    return ("\ufeff" + "".join(line + "\r\n" for line in lines)).encode("utf-8")


def _excel_cell(cell: str, number: bool) -> str:
    if number:
        return cell.replace(".", ",")
    if _FORMULA_START.match(cell) and not _NUMBER.fullmatch(cell):
        cell = "'" + cell
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell


def write_geojson(folder: Path, dataset: Dataset, plan: Plan) -> tuple[Path, ...]:
    """Write one GeoJSON file (RFC 7946, 5 decimals) per layer of the GeoPackage and return the files."""
    files = []
    for name, found in plan_features(dataset, plan).items():
        features = [
            json.dumps(
                {"type": "Feature", "properties": properties, "geometry": _rounded(mapping(geometry))},
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for properties, geometry in found
        ]
        content = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
        files.append(_write(folder / f"{name}.geojson", content.encode("utf-8")))
    return tuple(files)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value


def write_gpx(folder: Path, dataset: Dataset, plan: Plan, language: str) -> tuple[Path, ...]:
    """Write one GPX route per tour, ``<date>-<vehicle>.gpx``, and return the files.

    Points are the stops in order, named by their number, arrival and place as on the driver sheet. Where the lines of
    its legs are known, a trip is also a track along the roads.
    """
    files = []
    for sheet in tour_sheets(dataset, plan, language):
        gpx = gpxpy.gpx.GPX()
        gpx.creator = "distrib"
        for part in sheet.trips:
            route = gpxpy.gpx.GPXRoute(name=part.heading)
            ends = [part.path[0], part.path[-1]]
            route.points.append(_point(ends[0].lat, ends[0].lon, part.heading, part.load_list))
            for visit in part.visits:
                name = f"{visit.number} {visit.arrival} {visit.name}"
                route.points.append(_point(visit.lat, visit.lon, name, "; ".join(visit.tasks)))
            route.points.append(_point(ends[1].lat, ends[1].lon, part.end, ""))
            gpx.routes.append(route)
            if len(part.path) > len(route.points):
                along = [gpxpy.gpx.GPXTrackPoint(spot.lat, spot.lon) for spot in part.path]
                track = gpxpy.gpx.GPXTrack(name=_xml_text(part.heading))
                track.segments.append(gpxpy.gpx.GPXTrackSegment(along))
                gpx.tracks.append(track)
        name = re.sub(r"[^\w.-]+", "_", f"{sheet.date.isoformat()}-{sheet.vehicle_id}")
        files.append(_write(folder / f"{name}.gpx", gpx.to_xml().encode("utf-8")))
    return tuple(files)


def _point(lat: float, lon: float, name: str, description: str) -> gpxpy.gpx.GPXRoutePoint:
    return gpxpy.gpx.GPXRoutePoint(lat, lon, name=_xml_text(name), description=_xml_text(description) or None)


def _xml_text(text: str) -> str:
    """Return the text without control characters, which XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
