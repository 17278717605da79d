"""Files as their publishers give them, as one table of places or areas in WGS 84."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from distrib.io.importing.columns import POSITION, SourceMapping, find_columns, folded
from distrib.io.importing.report import Report

FRANCE = (
    (-5.5, 41.0, 9.8, 51.5),
    (-63.3, 14.0, -60.5, 18.3),
    (-55.0, 2.0, -51.0, 6.0),
    (44.9, -21.5, 56.0, -12.5),
)
"""Boxes (west, south, east, north) of France: mainland with Corsica, Antilles, Guyane, La Réunion with Mayotte."""

GUESSES = (
    ("EPSG:2154", (0, 6_000_000, 1_300_000, 7_200_000)),
    ("EPSG:3035", (2_500_000, 1_400_000, 6_500_000, 5_500_000)),
    ("EPSG:27572", (0, 1_600_000, 1_300_000, 2_800_000)),
    ("EPSG:3857", (-7_100_000, -2_500_000, 6_300_000, 6_700_000)),
)
"""Systems that French files are found in and the box of their numbers, the likeliest first."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How to read one file: its path, the user's mapping, and where its objects should lie (WGS 84), if known."""

    path: Path
    mapping: SourceMapping = field(default_factory=SourceMapping)
    near: Box | None = None
    clip: bool = False
    """Read only what lies in ``near``: for files of a whole country."""


def read_layer(source: Source, report: Report) -> geopandas.GeoDataFrame:
    """Return the rows of a GeoJSON, shapefile, GeoPackage or CSV with their geometry in WGS 84 (None where it has none).

    The user's ``--crs`` wins over what the file says. A file without a system is read as WGS 84 when its numbers
    are degrees, refused otherwise with the system that would fit; latitudes and longitudes that are exchanged
    throughout are put in order. Everything done is in the report.

    Raises:
        BadInputError: when the file cannot be read, is empty, or its numbers do not fit its system.
    """
    if not source.path.exists():
        raise report.refuse("file_missing", value=source.path.name)
    text = source.path.suffix.lower() in (".csv", ".txt", ".tsv")
    frame = _read_text(source, report) if text else _read_geographic(source, report)
    if not len(frame):
        raise report.refuse("file_empty")
    frame = _in_degrees(frame, source.mapping.crs, report)
    return _axes_in_order(frame, source.near, report)


def cell_text(value: Any) -> str:
    """Return a cell of any layer as text: missing values are empty, whole floats have no decimals."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def texts(frame: pd.DataFrame, column: str | None) -> list[str]:
    """Return a column as texts; empty texts for None."""
    return [""] * len(frame) if column is None else [cell_text(value) for value in frame[column]]


def _read_geographic(source: Source, report: Report) -> geopandas.GeoDataFrame:
    path = str(source.path)
    try:
        layer = _layer_name(path, source.mapping.layer, report)
        box = _box_in_layer(path, layer, source) if source.clip and source.near else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks of the driver on the file, of no use to people
            frame = _read_encoded(source, layer, box, report)
        if box is not None:
            _tell_not_read(
                frame, int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]), report
            )
        return frame
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise report.refuse("file_unreadable", problem=str(error).splitlines()[0]) from None


def _tell_not_read(frame: geopandas.GeoDataFrame, rows: int, report: Report) -> None:
    if rows and not len(frame):
        raise report.refuse("nothing_left")
    if rows > len(frame):
        report.add("not_read", count=rows - len(frame))


def _layer_name(path: str, wanted: str, report: Report) -> str | None:
    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if wanted:
        return wanted
    if len(layers) > 1:
        raise report.refuse("several_layers", layers=", ".join(layers))
    return layers[0] if layers else None


def _box_in_layer(path: str, layer: str | None, source: Source) -> Box | None:
    """Return the box of interest in the layer's own numbers; None when its system is not known."""
    crs = source.mapping.crs or pyogrio.read_info(path, layer=layer)["crs"]
    if not crs or source.near is None:
        return None
    west, south, east, north = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*source.near)
    return west, south, east, north


def _read_encoded(source: Source, layer: str | None, box: Box | None, report: Report) -> geopandas.GeoDataFrame:
    """Read a layer; a shapefile that does not say its encoding is tried as UTF-8, then read as latin-1."""
    encoding = source.mapping.encoding or None
    unsaid = source.path.suffix.lower() == ".shp" and not source.path.with_suffix(".cpg").exists()
    try:
        frame = geopandas.read_file(
            source.path, layer=layer, bbox=box, encoding=encoding or ("UTF-8" if unsaid else None)
        )
    except UnicodeDecodeError:
        report.add("read_as_latin1")
        frame = geopandas.read_file(source.path, layer=layer, bbox=box, encoding="ISO-8859-1")
    if not isinstance(frame, geopandas.GeoDataFrame):
        return geopandas.GeoDataFrame(frame, geometry=[None] * len(frame))
    return frame


def read_text_table(path: Path, encoding: str, report: Report) -> pd.DataFrame:
    """Return a CSV with any of the usual separators as text cells, UTF-8 or else latin-1."""
    data = path.read_bytes()
    try:
        text = data.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        text = data.decode("cp1252", errors="replace")
        report.add("read_as_latin1")
    header = text.lstrip().splitlines()[0] if text.strip() else ""
    if not header:
        raise report.refuse("file_empty")
    separator = max(",;\t|", key=header.count)
    broken: list[str] = []

    def note(row: list[str]) -> None:
        broken.append(" ".join(row)[:60])

    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, engine="python", on_bad_lines=note
        )
    except pd.errors.ParserError as error:
        raise report.refuse("file_unreadable", problem=str(error)) from None
    if broken:
        report.add("rows_broken", value=broken[0], count=len(broken))
    return frame


def _read_text(source: Source, report: Report) -> geopandas.GeoDataFrame:
    frame = read_text_table(source.path, source.mapping.encoding, report)
    found = find_columns(frame.columns, POSITION, source.mapping.columns, report)
    report.raise_if_faulty()
    positions = geopandas.GeoDataFrame(frame, geometry=_positions(frame, found))
    said = "latlon" in found or folded(found.get("lon", "")) in ("lon", "longitude", "lng", "long")
    return positions.set_crs(4326) if said else positions


def _positions(frame: pd.DataFrame, found: Mapping[str, str]) -> Any:
    """Return points or shapes of a CSV's rows, None where a row has none that can be read."""
    if "wkt" in found and not {"lon", "lat"} <= set(found):
        return shapely.from_wkt(frame[found["wkt"]].to_numpy(), on_invalid="ignore")
    if "latlon" in found and not {"lon", "lat"} <= set(found):
        parts = [text.replace(";", ",").partition(",") for text in texts(frame, found["latlon"])]
        y, x = _numbers([p[0] for p in parts]), _numbers([p[2] for p in parts])
    elif {"lon", "lat"} <= set(found):
        x, y = (_numbers(texts(frame, found[axis])) for axis in ("lon", "lat"))
    else:
        return [None] * len(frame)
    points = shapely.points(x, y)
    return np.where(np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0)), points, None)


def _numbers(cells: list[str]) -> Any:
    series = pd.Series([cell.replace(",", ".").replace(" ", "") for cell in cells], dtype="str")
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)


def _in_degrees(frame: geopandas.GeoDataFrame, wanted: str, report: Report) -> geopandas.GeoDataFrame:
    """Return the frame in WGS 84; refuses numbers that do not fit the system the file claims."""
    crs = _system(wanted, report) if wanted else frame.crs
    bounds = frame.geometry.total_bounds
    if not np.isfinite(bounds).all():
        return frame.set_crs(4326, allow_override=True)
    shown = ", ".join(f"{value:g}" for value in bounds[:2])
    degrees = bool(np.abs(bounds).max() <= 360) and bool(max(abs(bounds[1]), abs(bounds[3])) <= 180)
    if crs is None:
        if not degrees:
            raise report.refuse("crs_unknown", value=shown, guess=_guess(bounds))
        report.add("crs_assumed")
        crs = pyproj.CRS.from_epsg(4326)
    if crs.is_geographic != degrees:
        raise report.refuse("crs_wrong", value=shown, crs=crs.to_string(), guess=_guess(bounds))
    frame = frame.set_crs(crs, allow_override=True)
    if crs.to_epsg() == 4326 or crs.to_string() == "OGC:CRS84":
        return frame.set_crs(4326, allow_override=True)
    report.add("crs_changed", value=crs.to_string())
    return frame.to_crs(4326)


def _system(wanted: str, report: Report) -> Any:
    try:
        return pyproj.CRS.from_user_input(wanted)
    except pyproj.exceptions.CRSError:
        raise report.refuse("crs_bad", value=wanted) from None


def _guess(bounds: Any) -> str:
    if np.abs(bounds).max() <= 360:
        return "EPSG:4326"
    for name, (west, south, east, north) in GUESSES:
        if west <= bounds[0] and bounds[2] <= east and south <= bounds[1] and bounds[3] <= north:
            return name
    return "EPSG:…"


def _axes_in_order(frame: geopandas.GeoDataFrame, near: Box | None, report: Report) -> geopandas.GeoDataFrame:
    """Exchange longitude and latitude when most objects lie near the territory (or in France) only that way."""
    centres = shapely.centroid(frame.geometry.to_numpy())
    some = ~(shapely.is_missing(centres) | shapely.is_empty(centres))
    x, y = np.full(len(centres), np.nan), np.full(len(centres), np.nan)
    x[some], y[some] = shapely.get_x(centres[some]), shapely.get_y(centres[some])
    margin = 0.5
    boxes = FRANCE if near is None else ((near[0] - margin, near[1] - margin, near[2] + margin, near[3] + margin),)
    as_they_are, exchanged = _share_inside(x[some], y[some], boxes), _share_inside(y[some], x[some], boxes)
    if not some.any() or exchanged <= max(as_they_are, 0.5):
        return frame
    report.add("axes_swapped", count=int(some.sum()))
    swapped = shapely.transform(frame.geometry.to_numpy(), lambda points: points[:, ::-1])
    return frame.set_geometry(geopandas.GeoSeries(swapped, index=frame.index, crs=4326))


def _share_inside(x: Any, y: Any, boxes: tuple[Box, ...]) -> float:
    inside = np.zeros(len(x), dtype=bool)
    for west, south, east, north in boxes:
        inside |= (west <= x) & (x <= east) & (south <= y) & (y <= north)
    return float(inside.mean()) if len(x) else 0.0
