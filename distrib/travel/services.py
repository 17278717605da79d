"""Travel tables from a matrix service named in the settings: OSRM, Valhalla or openrouteservice, through routingpy."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from distrib.errors import UsageError
from distrib.model.dataset import UNREACHABLE, Dataset, Travel
from distrib.model.roads import RoadNote
from distrib.travel.making import heavy_classes
from distrib.travel.places import Places, places_of

AT_ONCE = 50
"""Places in one request, unless the settings say otherwise; public servers take between 50 and 100."""

TIMEOUT_S = 60

PROFILES: dict[str, tuple[str, str]] = {
    "osrm": ("driving", ""),
    "valhalla": ("auto", "truck"),
    "openrouteservice": ("driving-car", "driving-hgv"),
}
"""Profiles of light and of heavy vehicles by service; OSRM has none for heavy ones unless its owner made one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as the settings name it."""

    name: str
    url: str
    profile: str
    profile_heavy: str
    key_variable: str
    at_once: int


def service_of(dataset: Dataset) -> Service:
    """Return the service that the settings name, defaults filled in."""
    given = dict(dataset.settings.travel.parameters)
    light, heavy = PROFILES[given["service"]]
    return Service(
        name=given["service"],
        url=given["url"].rstrip("/"),
        profile=given.get("profile", light),
        profile_heavy=given.get("profile_heavy", heavy),
        key_variable=given.get("key_variable", ""),
        at_once=int(given.get("at_once", AT_ONCE)),
    )


def travel_of_service(dataset: Dataset) -> tuple[Travel, tuple[tuple[int, Travel], ...]]:
    """Return the table of light vehicles and those of heavy ones by weight, asked of the service block by block.

    Raises:
        UsageError: when the key is missing, or the service does not answer as it should.
    """
    service, places = service_of(dataset), places_of(dataset)
    client = _client(service)
    light = _table(client, service, places, 0)
    heavy = [
        (gvw_kg, _table(client, service, places, gvw_kg))
        for gvw_kg in (heavy_classes(dataset) if service.profile_heavy else ())
    ]
    return light.told(notes=tuple(note for _, table in heavy for note in table.notes)), tuple(heavy)


def _client(service: Service) -> Any:
    routingpy: Any = importlib.import_module("routingpy")
    key = os.environ.get(service.key_variable) if service.key_variable else None
    if service.key_variable and not key:
        raise UsageError(f"travel: the environment variable {service.key_variable} holds no key for {service.name}")
    options = {"base_url": service.url, "timeout": TIMEOUT_S, "retry_timeout": TIMEOUT_S}
    if service.name == "osrm":
        return routingpy.OSRM(**options)
    if service.name == "valhalla":
        return routingpy.Valhalla(**options)
    return routingpy.ORS(api_key=key, **options)


def _table(client: Any, service: Service, places: Places, gvw_kg: int) -> Travel:
    count = len(places)
    seconds, metres = (np.full((count, count), UNREACHABLE, dtype=np.int32) for _ in range(2))
    for rows, columns in _blocks(count, service.at_once):
        times, lengths = _asked(client, service, places, gvw_kg, rows, columns)
        seconds[np.ix_(rows, columns)], metres[np.ix_(rows, columns)] = times, lengths
    np.fill_diagonal(seconds, 0)
    np.fill_diagonal(metres, 0)
    code, who = ("road_no_way_heavy", (("kg", str(gvw_kg)),)) if gvw_kg else ("road_no_way", ())
    missing = zip(*np.nonzero(seconds == UNREACHABLE), strict=True)
    notes = tuple(RoadNote(code=code, value=f"{places.ids[i]} → {places.ids[j]}", context=who) for i, j in missing)
    profile = service.profile_heavy if gvw_kg else service.profile
    return Travel(places=places.ids, seconds=seconds, metres=metres, source=f"{service.name}, {profile}", notes=notes)


def _blocks(count: int, at_once: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield rows and columns of blocks that together name at most ``at_once`` places."""
    half = max(1, at_once // 2)
    parts = [list(range(low, min(count, low + half))) for low in range(0, count, half)]
    for rows in parts:
        for columns in parts:
            yield rows, columns


def _asked(
    client: Any, service: Service, places: Places, gvw_kg: int, rows: list[int], columns: list[int]
) -> tuple[Any, Any]:
    """Return seconds and metres of one block, rounded up, ``UNREACHABLE`` where there is no way."""
    named = sorted({*rows, *columns})
    at = {place: k for k, place in enumerate(named)}
    options: dict[str, Any] = {"sources": [at[i] for i in rows], "destinations": [at[j] for j in columns]}
    if service.name == "osrm":
        options["annotations"] = ("duration", "distance")
    if service.name == "openrouteservice":
        options["metrics"] = ["duration", "distance"]
    if service.name == "valhalla" and gvw_kg:
        options["options"] = {"weight": gvw_kg / 1000}
    try:
        answer = client.matrix(
            locations=[[float(places.lon[i]), float(places.lat[i])] for i in named],
            profile=service.profile_heavy if gvw_kg else service.profile,
            **options,
        )
        return tuple(_whole(part, len(rows), len(columns)) for part in (answer.durations, answer.distances))
    except Exception as error:  # whatever the client or the answer trips over is a fault of the service
        raise UsageError(
            f"travel: {service.name} at {service.url} gave no table ({type(error).__name__}: {str(error)[:200]})"
        ) from error


def _whole(part: Any, rows: int, columns: int) -> Any:
    values = np.array([[np.nan if v is None else float(v) for v in row] for row in part], dtype=np.float64)
    if values.shape != (rows, columns):
        raise ValueError(f"a table of {rows} × {columns} was expected, {values.shape} came")
    return np.where(np.isnan(values), UNREACHABLE, np.ceil(np.round(np.nan_to_num(values), 3))).astype(np.int32)
