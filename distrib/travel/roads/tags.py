"""What the tags of a road mean for whoever drives on it: direction, access, weight, speed limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from distrib.travel.roads.network import KIND_INDEX

_NO = frozenset({"no", "private", "agricultural", "forestry", "emergency", "military", "psv", "bus", "discouraged"})
_ONEWAY = frozenset({"yes", "true", "1"})
_WALL = frozenset({"parking_aisle", "drive-through", "emergency_access"})
_IMPLICIT_KMH = {
    "urban": 50,
    "zone30": 30,
    "zone20": 20,
    "rural": 80,
    "trunk": 110,
    "motorway": 130,
    "living_street": 20,
}
"""French limits behind values such as FR:urban."""

HEAVIEST_LIGHT_KG = 3500


def kind_of(tags: Mapping[str, str]) -> int | None:
    """Return the kind of road; None where nobody drives a van."""
    kind = KIND_INDEX.get(tags.get("highway", ""))
    if kind is None or tags.get("service") in _WALL or tags.get("area") == "yes":
        return None
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):  # the most precise one decides
        if key in tags:
            return None if tags[key] in _NO else kind
    return kind


def directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """Return whether a road may be driven as drawn, and against."""
    oneway = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if oneway in ("-1", "reverse"):
        return False, True
    implied = tags.get("highway") in ("motorway", "motorway_link") or tags.get("junction") in ("roundabout", "circular")
    one = oneway in _ONEWAY or (implied and oneway not in ("no", "false", "0"))
    return True, not one


def limit_kmh(tags: Mapping[str, str], side: str = "") -> int:
    """Return the signed limit in km/h, 0 where none is written; ``side`` is forward or backward."""
    for key in (f"maxspeed:{side}", "maxspeed"):
        found = _speed(tags.get(key, ""))
        if found:
            return found
    for key in ("maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"):
        found = _speed(tags.get(key, ""))
        if found:
            return found
    return 0


def _speed(text: str) -> int:
    """Return km/h of ``50``, ``30 mph``, ``FR:urban``, ``['50', '30']`` (the lowest); 0 for anything else."""
    if ":" in text:
        return _IMPLICIT_KMH.get(text.rsplit(":", 1)[1].replace(" ", "").lower(), 0)
    found = [
        round(float(number) * (1.609344 if unit else 1.0))
        for number, unit in re.findall(r"(\d+(?:\.\d+)?)\s*(mph)?", text)
    ]
    return max(5, min(found)) if found else 0


def max_gvw_kg(tags: Mapping[str, str]) -> int:
    """Return the heaviest vehicle allowed in kg, 0 for no limit."""
    limits = [_tonnes(tags[key]) for key in ("maxweight", "maxweightrating", "maxgcweight") if key in tags]
    if tags.get("hgv") in ("no", "private") or tags.get("goods") == "no":
        limits.append(HEAVIEST_LIGHT_KG)
    return min((limit for limit in limits if limit), default=0)


def _tonnes(text: str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(t|kg|st|lbs)?\s*", text)
    if not found:
        return 0
    factor = {"kg": 1.0, "st": 907.185, "lbs": 0.453592}.get(found[2] or "t", 1000.0)
    return round(float(found[1].replace(",", ".")) * factor)


_ON_FOOT = frozenset({"footway", "path", "pedestrian", "steps", "track", "cycleway", "bridleway"})
FAST = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
_RAILS = frozenset({"rail", "light_rail"})
_WATERS = frozenset({"river", "canal"})


def is_walked(tags: Mapping[str, str]) -> bool:
    """Return whether one may walk along a way."""
    highway, foot = tags.get("highway", ""), tags.get("foot", "")
    if highway not in _ON_FOOT and highway not in KIND_INDEX:
        return False
    if foot:
        return foot not in ("no", "private", "use_sidepath")
    if highway in FAST or tags.get("motorroad") == "yes":
        return False
    return tags.get("access") not in ("no", "private")


def is_wall(tags: Mapping[str, str]) -> bool:
    """Return whether nobody on foot gets across a way: a motorway, an expressway, a railway, a river, a bank of water."""
    if tags.get("tunnel", "no") != "no":
        return False
    fast = tags.get("highway") in ("motorway", "trunk") or tags.get("motorroad") == "yes"
    rails = tags.get("railway") in _RAILS
    return fast or rails or tags.get("waterway") in _WATERS or _is_water(tags) or tags.get("natural") == "coastline"


def _is_water(tags: Mapping[str, str]) -> bool:
    """Return whether an area is water."""
    reservoir = tags.get("landuse") in ("reservoir", "basin")
    return tags.get("natural") == "water" or tags.get("waterway") in ("riverbank", "dock") or reservoir


def banks_of(tags: Mapping[str, str], members: Iterable[tuple[str, str, int]]) -> set[int]:
    """Return the ways around an area of water given as a relation, its islands included; none for other relations."""
    if tags.get("type") != "multipolygon" or not _is_water(tags):
        return set()
    return {ref for _, what, ref in members if what == "way"}
