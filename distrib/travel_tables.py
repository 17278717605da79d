"""``distrib travel``: the travel tables of a dataset, written beside its other tables with the record of their making."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distrib.errors import Finding, UsageError
from distrib.io.messages import Problems, findings
from distrib.io.reading_files import ROAD_FILES
from distrib.io.travel_record import record_beside, record_of, refuse_foreign_table
from distrib.io.travel_writing import read_without_travel, travel_bytes, travel_heavy_bytes, write_tables
from distrib.model.dataset import Dataset, Travel
from distrib.model.roads import RoadSource

HEAVY_FILE = "travel_heavy.csv"
DOWNLOADED = "roads.osm.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What ``distrib travel`` was asked for; ``profile`` None makes a table for every class of vehicles.

    ``download`` is the name of a place, or ``box`` for the box around the places of the dataset.
    """

    dataset: Path
    roads: Path | None = None
    profile: str | None = None
    traffic: float | None = None
    out: Path | None = None
    download: str | None = None
    overpass: str | None = None
    nominatim: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files written, the number of places, where the times come from, and what looked wrong."""

    files: tuple[Path, ...]
    places: int
    source: str
    findings: tuple[Finding, ...]


def write_travel_tables(
    request: Request, language: str | None = None, tell: Callable[[str], None] | None = None
) -> Written:
    """Write ``travel.csv``, ``travel_heavy.csv`` where heavy vehicles have other times, and ``travel.json``.

    Raises:
        BadInputError: the dataset holds faults.
        UsageError: a table not made by this program stands in the way, or the times cannot be computed.
    """
    read = read_without_travel(request.dataset)
    folder = request.dataset if request.dataset.is_dir() else request.dataset.parent
    target = request.out or folder / "travel.csv"
    heavy_target = target.with_name(HEAVY_FILE) if request.out is None else target.with_stem(f"{target.stem}_heavy")
    if request.out is None:
        refuse_foreign_table(target)
        refuse_foreign_table(heavy_target, record_beside(target))
    if request.download is not None:
        request = dataclasses.replace(request, roads=_downloaded(read, request, folder, tell))
    light, heavy, more = _made(read, request)
    files = {target: travel_bytes(light)}
    if heavy:
        files[heavy_target] = travel_heavy_bytes(heavy)
        more["heavy_sha256"] = hashlib.sha256(files[heavy_target]).hexdigest()
    record = record_of(read, light, **more)
    gone = heavy_target if request.out is None and not heavy else None
    write_tables(files, record_beside(target), record, target, gone)
    problems = _problems(read, request, light)
    return Written(
        files=tuple(files),
        places=len(light.places),
        source=light.source,
        findings=findings(problems.found, language or read.settings.language),
    )


def _downloaded(read: Dataset, request: Request, folder: Path, tell: Callable[[str], None] | None) -> Path:
    """Return the file of roads downloaded into the dataset's folder; only an earlier download is replaced."""
    from distrib.travel.places import places_of
    from distrib.travel.roads.download import NOMINATIM, OVERPASS, Servers, box_of_name, box_of_places, download

    target = folder / DOWNLOADED
    if request.roads is not None:
        raise UsageError("give --roads or --download, not both")
    if read.roads is not None and Path(read.roads.file).name != DOWNLOADED:
        raise UsageError(
            f"the dataset has a road network already ({Path(read.roads.file).name}); move it away to download one"
        )
    places = places_of(read)
    if not len(places):
        raise UsageError("the dataset has no site, farm or depot to join")
    servers = Servers(overpass=request.overpass or OVERPASS, nominatim=request.nominatim or NOMINATIM)
    name = request.download or "box"
    box = box_of_places(places) if name == "box" else box_of_name(name, servers)
    download(box, target, servers, tell)
    return target


def _made(read: Dataset, request: Request) -> tuple[Travel, tuple[tuple[int, Travel], ...], dict[str, Any]]:
    """Return the tables of light and heavy vehicles, and what the record says of their making."""
    from distrib.travel import estimated_travel, travel_on_roads

    source = _road_source(read, request)
    if source is not None:
        made = travel_on_roads(read, source, heavy=request.profile is None)
        name = Path(source.file).name
        more = {"roads": name, "roads_sha256": made.digest, "profile": source.profile}
        return made.travel, made.heavy, {**more, "traffic": source.traffic_milli / 1000}
    if request.profile is not None or request.traffic is not None:
        raise UsageError("--profile and --traffic need a road network (--roads)")
    if read.settings.travel.mode == "service":
        from distrib.travel.services import travel_of_service

        light, heavy = travel_of_service(read)
        return light, heavy, {}
    return estimated_travel(read), (), {}


def _road_source(read: Dataset, request: Request) -> RoadSource | None:
    own = read.roads if read.settings.travel.mode == "roads" else None
    file = str(request.roads) if request.roads is not None else own.file if own is not None else ""
    if not file:
        return None
    traffic = 1.0 if request.traffic is None else request.traffic
    return RoadSource(file=file, sha256="", profile=request.profile or "van", traffic_milli=round(1000 * traffic))


def _problems(read: Dataset, request: Request, light: Travel) -> Problems:
    problems = Problems()
    problems.add_notes(light.notes)
    if request.roads is None and read.roads is not None and read.settings.travel.mode != "roads":
        problems.add("roads_not_used", "travel", value=Path(read.roads.file).name)
    if request.roads is not None and request.out is None and not _is_own(request.roads, request.dataset):
        problems.add("roads_elsewhere", "travel", value=request.roads.name)
    factors = sorted(v.vehicle_id for v in read.vehicles if v.needs_licence_c and v.speed_factor_milli != 1000)
    if factors and _has_heavy(request, read):
        problems.add("slowed_twice", "vehicles", value=", ".join(factors[:5]))
    return problems


def _has_heavy(request: Request, read: Dataset) -> bool:
    return request.profile is None and (request.roads is not None or read.settings.travel.mode in ("roads", "service"))


def _is_own(roads: Path, dataset: Path) -> bool:
    folder = dataset if dataset.is_dir() else dataset.parent
    return roads.name in ROAD_FILES and (folder / roads.name).is_file() and (folder / roads.name).samefile(roads)
