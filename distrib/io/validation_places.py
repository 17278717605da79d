"""Places: where they lie on earth, and whether the travel table reaches them."""

from __future__ import annotations

import math
from typing import Any

from distrib.io.messages import Problems
from distrib.io.reading_rows import Line, TypedTables
from distrib.io.schema import DepotRow, FarmRow, NeighbourhoodRow, SiteRow, TableRow, VehicleRow, ZoneRow
from distrib.model.dataset import UNREACHABLE, Travel
from distrib.model.fleet import HEAVY_GVW_KG

EARTH_RADIUS_M = 6_371_008.8
FARTHEST_M = 300_000
"""A place farther than this from the median place is a typing error."""

_PLACES: tuple[type[TableRow], ...] = (NeighbourhoodRow, ZoneRow, SiteRow, FarmRow, DepotRow)
_FRANCE = ((-5_500_000, 10_000_000), (41_000_000, 51_500_000))
"""Micro-degrees of longitude and latitude between which metropolitan France lies."""


def great_circle_m(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Return the great-circle distance in metres between two places given as (lon, lat) in micro-degrees."""
    lon_a, lat_a, lon_b, lat_b = (math.radians(v / 1e6) for v in (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


def check_places(tables: TypedTables, problems: Problems) -> None:
    """Note places far from all others, and those whose longitude and latitude are exchanged.

    The median place is the median, axis by axis, of the median places of the tables, so that a table
    exchanged as a whole (180 sites against one depot) is found where it is wrong.
    """
    found: list[tuple[str, Line[Any], tuple[int, int]]] = []
    medians: list[tuple[int, int]] = []
    for model in _PLACES:
        lines: list[Line[Any]] = [line for line in tables.of(model) if line.has("lon", "lat")]
        at = [(line.row.lon, line.row.lat) for line in lines]
        found.extend((model.table, line, place) for line, place in zip(lines, at, strict=True))
        if at:
            medians.append(_median(at))
    if not found:
        return
    centre = _median(medians)
    for table, line, place in found:
        _check_place(table, line, place, centre, problems)
    if all(not _in_france(place) and _in_france(place[::-1]) for _, _, place in found):
        problems.add("all_places_swapped", "dataset", place=f"lon {centre[0] / 1e6:g}, lat {centre[1] / 1e6:g}")


def _median(places: list[tuple[int, int]]) -> tuple[int, int]:
    middle = (len(places) - 1) // 2
    return sorted(lon for lon, _ in places)[middle], sorted(lat for _, lat in places)[middle]


def _check_place(
    table: str, line: Line[Any], place: tuple[int, int], centre: tuple[int, int], problems: Problems
) -> None:
    distance = great_circle_m(place, centre)
    if distance <= FARTHEST_M:
        return
    lon, lat = place
    swapped = abs(lon) <= 90_000_000 and great_circle_m((lat, lon), centre) <= FARTHEST_M
    problems.add(
        "lonlat_swapped" if swapped else "far_place", table, line=line.line, column="lon", note=line.note,
        value=f"{line.typed['lon']}, {line.typed['lat']}", lon=line.typed["lon"], lat=line.typed["lat"],
        km=round(distance / 1000), centre=f"{centre[0] / 1e6:g}, {centre[1] / 1e6:g}",
    )  # fmt: skip


def _in_france(place: tuple[int, ...]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(place, _FRANCE, strict=True))


def check_travel(tables: TypedTables, travel: Travel, problems: Problems) -> None:
    """Note places that have to be driven to and that no depot can be driven to and from.

    Needed are the sites where baskets are dropped and the farms that do not deliver.
    """
    depots = sorted(line.row.depot_id for line in tables.of(DepotRow) if line.has("depot_id"))
    sites = [
        line.row.site_id
        for line in tables.of(SiteRow)
        if line.has("site_id", "relay_site_id") and not line.row.relay_site_id
    ]
    farms = [
        line.row.farm_id for line in tables.of(FarmRow) if line.has("farm_id", "delivers") and not line.row.delivers
    ]
    for place in sorted({*sites, *farms} & set(travel.places)):
        ways = [((depot, place), (place, depot)) for depot in depots if depot in travel]
        missing = [[pair for pair in way if travel.driving_s(*pair) == UNREACHABLE] for way in ways]
        if missing and all(missing):
            for origin, target in missing[0]:
                problems.add(
                    "missing_pair", "travel", value=f"{origin} → {target}", origin=origin, target=target, place=place
                )


def check_heavy(tables: TypedTables, travel_heavy: tuple[tuple[int, Travel], ...], problems: Problems) -> None:
    """Note vehicles that are heavier than every row of ``travel_heavy``."""
    if not travel_heavy:
        return
    heaviest = travel_heavy[-1][0]
    for line in tables.of(VehicleRow):
        if line.has("vehicle_id", "gvw_kg") and line.row.gvw_kg > max(heaviest, HEAVY_GVW_KG):
            problems.add(
                "no_heavy_rows", VehicleRow.table, line=line.line, column="gvw_kg", value=str(line.row.gvw_kg),
                note=line.note, vehicle=line.row.vehicle_id, heaviest=heaviest,
            )  # fmt: skip
