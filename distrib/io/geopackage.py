"""A plan as a GeoPackage: one file with six layers and their styles, for QGIS and other geographic tools."""

from __future__ import annotations

import contextlib
import itertools
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, shape

from distrib import units
from distrib.io.geopackage_styles import STYLES
from distrib.io.map_data import DEFAULT_RADIUS_M
from distrib.io.map_legs import Ways, ways
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan, StopRow

LAYERS: dict[str, str] = {
    "neighbourhoods": "MultiPolygon",
    "tours": "LineString",
    "stops": "Point",
    "sites": "Point",
    "farms": "Point",
    "depots": "Point",
}
"""Kind of geometry by layer."""

_CRS = "EPSG:4326"
_METRES_PER_DEGREE = 111_195
_DISC_CORNERS = 24

Features = list[tuple[dict[str, Any], Any]]


def write_geopackage(target: Path, dataset: Dataset, plan: Plan) -> None:
    """Write the layers of ``LAYERS``; a layer without features is there all the same.

    Weights are kg, distances km, times text (HH:MM:SS) and dates text (ISO), as in the CSV tables. The bytes
    depend on the plan alone: the time of the last change is the week of the plan.

    Args:
        target: the file; one that is there is replaced.
        dataset: resolved. Neighbourhoods are drawn with their outlines, else as discs of their area.
        plan: its tables.
    """
    target.unlink(missing_ok=True)
    features = plan_features(dataset, plan)
    stamp = f"{dataset.settings.week_start.isoformat()}T00:00:00.000Z"
    with _date_of_change(stamp):
        for name in LAYERS:
            found = features[name]
            frame = geopandas.GeoDataFrame(
                {column: [row[column] for row, _ in found] for column in _COLUMNS[name]},
                geometry=geopandas.GeoSeries([geometry for _, geometry in found], crs=_CRS),
                crs=_CRS,
            ).astype(_COLUMNS[name])
            frame.to_file(target, layer=name, driver="GPKG", engine="pyogrio", geometry_type=LAYERS[name])
    _add_styles(target, stamp)


def plan_features(dataset: Dataset, plan: Plan) -> dict[str, Features]:
    """Return the features of each layer as (properties, geometry) pairs, in the order of the plan's tables."""
    return {
        "neighbourhoods": _neighbourhoods(dataset, plan),
        "tours": _tours(dataset, plan),
        "stops": _stops(dataset, plan),
        "sites": _sites(dataset, plan),
        "farms": _farms(dataset, plan),
        "depots": _depots(dataset, plan),
    }


@contextlib.contextmanager
def _date_of_change(stamp: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


_TEXT, _COUNT, _REAL = "str", "int64", "float64"
_COLUMNS: dict[str, dict[str, str]] = {
    "neighbourhoods": {
        "programme": _TEXT,
        "neighbourhood_id": _TEXT,
        "name": _TEXT,
        "commune": _TEXT,
        "need_baskets": _COUNT,
        "baskets": _COUNT,
        "coverage_pct": _REAL,
        "persons_helped": _COUNT,
        "limited_by": _TEXT,
    },
    "tours": {
        "date": _TEXT,
        "vehicle_id": _TEXT,
        "vehicle_kind": _TEXT,
        "trip": _COUNT,
        "start": _TEXT,
        "end": _TEXT,
        "stops": _COUNT,
        "baskets": _COUNT,
        "drop_kg": _REAL,
        "pick_kg": _REAL,
        "km": _REAL,
    },
    "stops": {
        "date": _TEXT,
        "vehicle_id": _TEXT,
        "trip": _COUNT,
        "stop": _COUNT,
        "place_kind": _TEXT,
        "place_id": _TEXT,
        "name": _TEXT,
        "arrival": _TEXT,
        "start": _TEXT,
        "departure": _TEXT,
        "drop_baskets": _COUNT,
        "drop_kg": _REAL,
        "pick_kg": _REAL,
        "load_kg": _REAL,
    },
    "sites": {
        "site_id": _TEXT,
        "name": _TEXT,
        "kind": _TEXT,
        "commune": _TEXT,
        "baskets": _COUNT,
        "kg": _REAL,
        "dates": _TEXT,
        "relay_site_id": _TEXT,
        "unserved_reason": _TEXT,
    },
    "farms": {
        "farm_id": _TEXT,
        "name": _TEXT,
        "commune": _TEXT,
        "crates": _COUNT,
        "kg": _REAL,
        "eur": _REAL,
        "dates": _TEXT,
    },
    "depots": {"depot_id": _TEXT, "name": _TEXT, "packed_baskets": _COUNT, "packed_kg": _REAL},
}


def _point(place: Any) -> Point:
    return Point(place.lon_microdeg / 1e6, place.lat_microdeg / 1e6)


def _kg(grams: int) -> float:
    return grams / 1000


def _neighbourhoods(dataset: Dataset, plan: Plan) -> Features:
    shapes = _outlines(dataset)
    return [
        (
            {
                "programme": row.programme,
                "neighbourhood_id": row.neighbourhood_id,
                "name": row.name,
                "commune": row.commune,
                "need_baskets": row.need_baskets,
                "baskets": row.baskets,
                "coverage_pct": None if row.coverage is None else float(units.percent(row.coverage)),
                "persons_helped": row.persons_helped,
                "limited_by": row.limited_by,
            },
            shapes[row.neighbourhood_id],
        )
        for row in plan.coverage
    ]


def _outlines(dataset: Dataset) -> dict[str, MultiPolygon]:
    found = {hood.neighbourhood_id: MultiPolygon([_disc(hood)]) for hood in dataset.neighbourhoods}
    for hood_id, geometry in dataset.outlines or ():
        outline = shape(geometry)
        if hood_id in found and outline.geom_type in ("Polygon", "MultiPolygon") and not outline.is_empty:
            found[hood_id] = outline if outline.geom_type == "MultiPolygon" else MultiPolygon([outline])
    return found


def _disc(hood: Any) -> Polygon:
    radius_m = DEFAULT_RADIUS_M if hood.area_m2 is None else math.sqrt(hood.area_m2 / math.pi)
    lon, lat = hood.lon_microdeg / 1e6, hood.lat_microdeg / 1e6
    dy = radius_m / _METRES_PER_DEGREE
    dx = dy / math.cos(math.radians(lat))
    angles = [2 * math.pi * k / _DISC_CORNERS for k in range(_DISC_CORNERS)]
    return Polygon([(round(lon + dx * math.cos(a), 6), round(lat + dy * math.sin(a), 6)) for a in angles])


def _place(dataset: Dataset, row: StopRow) -> Any:
    tables = {"site": dataset.site_by_id, "farm": dataset.farm_by_id, "depot": dataset.depot_by_id}
    return tables[row.place_kind][row.place_id]  # type: ignore[index]


def _tours(dataset: Dataset, plan: Plan) -> Features:
    trips: dict[tuple[Any, str, int], list[StopRow]] = defaultdict(list)
    for row in plan.stops:
        trips[row.date, row.vehicle_id, row.trip].append(row)
    way_of = ways(dataset)
    return [
        (
            {
                "date": date.isoformat(),
                "vehicle_id": vehicle,
                "vehicle_kind": dataset.vehicle_by_id[vehicle].kind,
                "trip": trip,
                "start": units.clock(rows[0].arrival_s),
                "end": units.clock(rows[-1].departure_s),
                "stops": sum(row.place_kind != "depot" for row in rows),
                "baskets": sum(row.drop_baskets for row in rows),
                "drop_kg": _kg(sum(row.drop_g for row in rows)),
                "pick_kg": _kg(sum(row.pick_g for row in rows)),
                "km": sum(row.from_previous_m for row in rows) / 1000,
            },
            _tour_line(dataset, rows, way_of),
        )
        for (date, vehicle, trip), rows in sorted(trips.items())
        if len(rows) > 1
    ]


def _tour_line(dataset: Dataset, rows: list[StopRow], way_of: Ways) -> LineString:
    points = [_point(_place(dataset, rows[0]))]
    for before, row in itertools.pairwise(rows):
        points += [Point(lon, lat) for lat, lon in way_of.get((row.vehicle_id, before.place_id, row.place_id), [])]
        points.append(_point(_place(dataset, row)))
    return LineString(points)


def _stops(dataset: Dataset, plan: Plan) -> Features:
    return [
        (
            {
                "date": row.date.isoformat(),
                "vehicle_id": row.vehicle_id,
                "trip": row.trip,
                "stop": row.stop,
                "place_kind": row.place_kind,
                "place_id": row.place_id,
                "name": _place(dataset, row).name,
                "arrival": units.clock(row.arrival_s),
                "start": units.clock(row.start_s),
                "departure": units.clock(row.departure_s),
                "drop_baskets": row.drop_baskets,
                "drop_kg": _kg(row.drop_g),
                "pick_kg": _kg(row.pick_g),
                "load_kg": _kg(row.load_g),
            },
            _point(_place(dataset, row)),
        )
        for row in plan.stops
    ]


def _sites(dataset: Dataset, plan: Plan) -> Features:
    got: dict[str, list[Any]] = defaultdict(list)
    for row in plan.deliveries:
        got[row.site_id].append(row)
    missed = {row.id: row.reason for row in plan.unserved if row.kind == "site"}
    return [
        (
            {
                "site_id": site.site_id,
                "name": site.name,
                "kind": site.kind,
                "commune": site.commune,
                "baskets": sum(row.baskets for row in got[site.site_id]),
                "kg": _kg(sum(row.load_g for row in got[site.site_id])),
                "dates": _dates(got[site.site_id]),
                "relay_site_id": site.relay_site_id,
                "unserved_reason": missed.get(site.site_id, ""),
            },
            _point(site),
        )
        for site in dataset.sites
    ]


def _dates(rows: list[Any]) -> str:
    return " ".join(sorted({row.date.isoformat() for row in rows}))


def _farms(dataset: Dataset, plan: Plan) -> Features:
    bought: dict[str, list[Any]] = defaultdict(list)
    for row in plan.collections:
        bought[row.farm_id].append(row)
    return [
        (
            {
                "farm_id": farm.farm_id,
                "name": farm.name,
                "commune": farm.commune,
                "crates": sum(row.crates for row in bought[farm.farm_id]),
                "kg": _kg(sum(row.load_g for row in bought[farm.farm_id])),
                "eur": sum(row.cents for row in bought[farm.farm_id]) / 100,
                "dates": _dates(bought[farm.farm_id]),
            },
            _point(farm),
        )
        for farm in dataset.farms
    ]


def _depots(dataset: Dataset, plan: Plan) -> Features:
    return [
        (
            {
                "depot_id": depot.depot_id,
                "name": depot.name,
                "packed_baskets": sum(row.baskets for row in plan.packing if row.depot_id == depot.depot_id),
                "packed_kg": _kg(sum(row.packed_g for row in plan.packing if row.depot_id == depot.depot_id)),
            },
            _point(depot),
        )
        for depot in dataset.depots
    ]


def _add_styles(target: Path, stamp: str) -> None:
    """Add the table in which QGIS looks for the default style of each layer."""
    with contextlib.closing(sqlite3.connect(target)) as connection, connection:
        connection.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),"
            " f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30),"
            " styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),"
            " update_time DATETIME)"
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)",
            ("layer_styles", "attributes", "layer_styles", stamp),
        )
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner, update_time)"
            " VALUES ('', '', ?, 'geom', 'distrib', ?, '', 1, '', '', ?)",
            [(name, STYLES[name], stamp) for name in LAYERS],
        )
