"""Roads downloaded from a server of OpenStreetMap data (Overpass): tile by tile, kept, gone on with after a break.

The tiles are asked for as OpenStreetMap keeps them, because the graphs that osmnx downloads have lost what is needed
here: turn restrictions, paths, railways and water. osmnx finds the box of a place by its name.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from distrib.errors import UsageError
from distrib.travel.places import Places
from distrib.travel.roads.cache import cache_folder
from distrib.travel.roads.snapping import METRES_PER_DEG
from distrib.version import __version__

OVERPASS = "https://overpass-api.de/api"
NOMINATIM = "https://nominatim.openstreetmap.org/"
TILE_DEG = 0.25
"""Tiles are squares of one grid over the earth, so that datasets of one territory share them."""

MARGIN_M = 3_000.0
"""Around the places of a dataset, so that ways round a corner of the box are there."""

PAUSE_S = 1.0
"""Between two requests."""

BUSY_S = 20.0
"""Before a server that said it is busy is asked again, unless it said when; doubled each time."""

TRIES = 4
TIMEOUT_S = 200

Box = tuple[float, float, float, float]
"""(west, south, east, north) in degrees."""

QUERY = """[out:xml][timeout:180];
(way["highway"]({box});way["railway"~"^(rail|light_rail)$"]({box});
way["waterway"~"^(river|canal|riverbank|dock)$"]({box});way["natural"~"^(water|coastline)$"]({box});
way["landuse"~"^(reservoir|basin)$"]({box});relation["type"="multipolygon"]["natural"="water"]({box});
relation["type"="multipolygon"]["waterway"~"^(riverbank|dock)$"]({box});
relation["type"="multipolygon"]["landuse"~"^(reservoir|basin)$"]({box});relation["type"="restriction"]({box}););
(._;>;);
out body qt;"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Addresses of the servers asked."""

    overpass: str = OVERPASS
    nominatim: str = NOMINATIM


def box_of_places(places: Places) -> Box:
    """Return the box around places, with a margin."""
    high = MARGIN_M / METRES_PER_DEG
    wide = high / max(0.1, math.cos(math.radians(float(abs(places.lat).max()))))
    return (
        float(places.lon.min()) - wide,
        float(places.lat.min()) - high,
        float(places.lon.max()) + wide,
        float(places.lat.max()) + high,
    )


def box_of_name(name: str, servers: Servers) -> Box:
    """Return the box of a place found by its name.

    Raises:
        UsageError: when it is not found, or the server cannot be reached.
    """
    import osmnx

    osmnx.settings.nominatim_url = servers.nominatim
    osmnx.settings.cache_folder = str(cache_folder() / "osmnx")
    osmnx.settings.http_user_agent = _agent()
    osmnx.settings.requests_timeout = TIMEOUT_S
    try:
        found = osmnx.geocode_to_gdf(name)
    except Exception as error:  # osmnx lets through whatever requests and the answer trip over
        raise UsageError(
            f"the place {name!r} was not found at {_host(servers.nominatim)} ({type(error).__name__}); "
            "without internet, give the roads as a file: --roads"
        ) from error
    west, south, east, north = (float(edge) for edge in found.total_bounds)
    return west, south, east, north


def download(box: Box, target: Path, servers: Servers, tell: Callable[[str], None] | None = None) -> None:
    """Write the roads, paths, railways and water of a box to an ``.osm.gz`` file, whole or not at all.

    Tiles obtained are kept in the cache folder; after a break or a fault the same call goes on with the others.

    Raises:
        UsageError: when the server cannot be reached, refuses, or sends less than a whole tile.
    """
    files = []
    tiles = list(_tiles(box))
    for number, tile in enumerate(tiles, 1):
        file = _kept(tile, servers)
        if not file.is_file():
            if tell is not None:
                tell(f"tile {number} of {len(tiles)}")
            _store(_asked(tile, servers), file)
            time.sleep(PAUSE_S)
        files.append(file)
    _join(files, target)


def _tiles(box: Box) -> Iterator[tuple[int, int]]:
    west, south, east, north = (edge / TILE_DEG for edge in box)
    for x in range(math.floor(west), math.ceil(east)):
        for y in range(math.floor(south), math.ceil(north)):
            yield x, y


def _query(tile: tuple[int, int]) -> str:
    west, south = tile[0] * TILE_DEG, tile[1] * TILE_DEG
    return QUERY.format(box=f"{south},{west},{south + TILE_DEG},{west + TILE_DEG}")


def _kept(tile: tuple[int, int], servers: Servers) -> Path:
    key = hashlib.sha256(f"{servers.overpass} {_query(tile)}".encode()).hexdigest()[:32]
    return cache_folder() / "overpass" / f"{key}.osm.gz"


def _asked(tile: tuple[int, int], servers: Servers) -> bytes:
    wait_s = BUSY_S
    for left in range(TRIES - 1, -1, -1):
        try:
            data = _once(_query(tile), servers)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 502, 503, 504) or not left:
                raise UsageError(
                    f"{_host(servers.overpass)} answered {error.code} {error.reason}; the tiles obtained are kept: "
                    "run the same command later to go on"
                ) from error
            said = error.headers.get("Retry-After", "")
            time.sleep(float(said) if said.isdigit() else wait_s)
            wait_s *= 2
            continue
        except (OSError, ValueError) as error:  # no name, no route, refused, timed out, broken off
            reason = getattr(error, "reason", error)
            raise UsageError(
                f"{_host(servers.overpass)} cannot be reached ({reason}); without internet, give the roads as a file: "
                "--roads (extracts of every region: download.geofabrik.de). The tiles obtained are kept"
            ) from error
        _refuse_parts(data, servers)
        return data
    raise AssertionError("unreachable")


def _once(query: str, servers: Servers) -> bytes:
    request = urllib.request.Request(
        f"{servers.overpass.rstrip('/')}/interpreter",
        data=urllib.parse.urlencode({"data": query}).encode(),
        headers={"User-Agent": _agent(), "Accept-Encoding": "gzip"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        data: bytes = answer.read()
        return gzip.decompress(data) if answer.headers.get("Content-Encoding") == "gzip" else data


def _refuse_parts(data: bytes, servers: Servers) -> None:
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise UsageError(
            f"{_host(servers.overpass)} sent less than a whole tile ({error}); run the command again"
        ) from error
    remark = root.findtext("remark")
    if remark is not None:
        raise UsageError(f"{_host(servers.overpass)} gave up: {remark.strip()}; run the command again later")


def _store(data: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_bytes(gzip.compress(data, mtime=0))
    new.replace(file)


def _join(files: list[Path], target: Path) -> None:
    """Write the elements of all tiles, each once, in the order of kinds and ids."""
    found: dict[tuple[int, int], bytes] = {}
    kinds = {"node": 0, "way": 1, "relation": 2}
    for file in files:
        for element in ET.fromstring(gzip.decompress(file.read_bytes())):
            if element.tag in kinds:
                element.tail = None
                found[kinds[element.tag], int(element.get("id", "0"))] = ET.tostring(element)
    body = b"\n".join(found[key] for key in sorted(found))
    _store(b"<osm version='0.6' generator='distrib'>\n" + body + b"\n</osm>\n", target)


def _agent() -> str:
    return f"distrib/{__version__} (weekly food aid planning)"


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc or url
