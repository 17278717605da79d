"""Roads that a dataset knows: its road network, by name and digest; its main roads, approximate, for estimates."""

from __future__ import annotations

from dataclasses import dataclass

ROAD_CLASSES = ("motorway", "urban_motorway", "expressway", "main", "secondary", "town")
"""What a main road is: it decides its speed, and its length where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPoint:
    """A town centre, an interchange or a junction."""

    point_id: str
    name: str
    lon_microdeg: int
    lat_microdeg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MainRoad:
    """A road between two points, driven both ways; ``metres`` is None where the length follows from its class."""

    from_id: str
    to_id: str
    road: str
    road_class: str
    metres: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """Water or relief that only the main roads cross: a line of (lon, lat) in micro-degrees."""

    name: str
    line: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MainRoads:
    """Points, roads and barriers, sorted by their ids and names."""

    points: tuple[RoadPoint, ...]
    roads: tuple[MainRoad, ...]
    barriers: tuple[Barrier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadSource:
    """The road network behind the times of a dataset.

    ``file`` is its path, empty where only the digest is known (a network made ready is then sought in the cache);
    ``profile`` that of light vehicles, ``traffic_milli`` the factor on every time.
    """

    file: str
    sha256: str
    profile: str = "van"
    traffic_milli: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNote:
    """What looks wrong about the roads of a place or pair: ``code`` of a warning and what fills its sentence."""

    code: str
    value: str = ""
    context: tuple[tuple[str, str], ...] = ()
