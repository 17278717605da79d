"""Files of OpenStreetMap: ``.osm`` and ``.osm.bz2`` by the standard library, ``.osm.pbf`` by osmium."""

from __future__ import annotations

import bz2
import gzip
import importlib
import lzma
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from distrib.errors import UsageError
from distrib.travel.roads.building import Ways
from distrib.travel.roads.restrictions import restrictions_of
from distrib.travel.roads.tags import banks_of, is_walked, is_wall, kind_of

_DAMAGE = (ET.ParseError, EOFError, OSError, lzma.LZMAError, ValueError)


def ways_of_xml(path: Path) -> Ways:
    """Return the roads of an ``.osm`` file, which may be packed (``.bz2``, ``.gz``).

    Raises:
        UsageError: when it cannot be read to its end.
    """
    ways = Ways()
    try:
        for element in _elements(path, ("relation",)):
            ways.banks.update(banks_of(_tags(element), _members(element)))
        for element in _elements(path, ("node", "way", "relation")):
            _take(element, ways)
    except _DAMAGE as error:
        raise UsageError(f"{path.name}: not a whole file of OpenStreetMap ({error}); download it again") from error
    return _only_needed(ways)


def _elements(path: Path, wanted: tuple[str, ...]) -> Iterator[ET.Element]:
    with _opened(path) as file:
        for _, element in ET.iterparse(file, events=("end",)):
            if element.tag in ("node", "way", "relation"):
                if element.tag in wanted:
                    yield element
                element.clear()


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".bz2":
        return cast(IO[bytes], bz2.open(path, "rb"))
    return cast(IO[bytes], gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb"))


def _take(element: ET.Element, ways: Ways) -> None:
    tags = _tags(element)
    number = int(element.get("id", "0"))
    if element.tag == "node":
        if element.get("lon") is not None and element.get("lat") is not None:
            ways.points[number] = (float(element.get("lon", "0")), float(element.get("lat", "0")))
        if tags.get("highway") == "traffic_signals":
            ways.signals.add(number)
    elif element.tag == "way":
        _take_way(number, tags, lambda: [int(nd.get("ref", "0")) for nd in element.iter("nd")], ways)
    else:
        _take_restriction(number, tags, _members(element), ways)


def _tags(element: ET.Element) -> dict[str, str]:
    return {tag.get("k", ""): tag.get("v", "") for tag in element.iter("tag")}


def _members(element: ET.Element) -> list[tuple[str, str, int]]:
    return [(m.get("role", ""), m.get("type", ""), int(m.get("ref", "0"))) for m in element.iter("member")]


def _take_way(number: int, tags: Mapping[str, str], refs: Callable[[], list[int]], ways: Ways) -> None:
    """Keep a way that is driven on, walked on, or in the way of who walks."""
    if kind_of(tags) is not None:
        ways.ways[number] = (refs(), tags)
    if is_walked(tags):
        ways.walked[number] = refs()
    if is_wall(tags) or number in ways.banks:
        ways.walls[number] = refs()


def _take_restriction(number: int, tags: Mapping[str, str], members: list[tuple[str, str, int]], ways: Ways) -> None:
    found, unread = restrictions_of(number, tags, members)
    ways.restrictions += found
    ways.left_out += unread


def _only_needed(ways: Ways) -> Ways:
    driven = {ref for refs, _ in ways.ways.values() for ref in refs}
    used = driven.union(*ways.walked.values(), *ways.walls.values())
    ways.points = {ref: at for ref, at in ways.points.items() if ref in used}
    ways.signals &= driven
    ways.restrictions = [
        one
        for one in sorted(ways.restrictions, key=lambda one: one.number)
        if all(way in ways.ways for way in (one.came, *one.over, one.into))
    ]
    return ways


def ways_of_pbf(path: Path) -> Ways:
    """Return the roads of an ``.osm.pbf`` file.

    Raises:
        UsageError: when it cannot be read to its end.
    """
    osmium: Any = importlib.import_module("osmium")
    ways = Ways()
    try:
        _read_pbf(osmium, path, ways)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise UsageError(f"{path.name}: not a whole file of OpenStreetMap ({error}); download it again") from error
    return _only_needed(ways)


def _read_pbf(osmium: Any, path: Path, ways: Ways) -> None:
    for item in osmium.FileProcessor(str(path), osmium.osm.RELATION):
        tags = {tag.k: tag.v for tag in item.tags}
        members = [(m.role, {"n": "node", "w": "way"}.get(m.type, ""), m.ref) for m in item.members]
        ways.banks.update(banks_of(tags, members))
        _take_restriction(item.id, tags, members, ways)
    keys = osmium.filter.KeyFilter("highway", "railway", "waterway", "natural", "landuse")
    for item in osmium.FileProcessor(str(path)).with_locations().with_filter(keys):
        if item.is_node():
            if item.tags.get("highway") == "traffic_signals":
                ways.signals.add(item.id)
        elif item.is_way():
            _take_pbf_way(item, ways)
    banks = ways.banks - ways.walls.keys()
    if banks:
        plain = osmium.filter.IdFilter(banks).enable_for(osmium.osm.WAY)
        for item in osmium.FileProcessor(str(path)).with_locations().with_filter(plain):
            if item.is_way():
                _take_pbf_way(item, ways)


def _take_pbf_way(item: Any, ways: Ways) -> None:
    tags = {tag.k: tag.v for tag in item.tags}
    if kind_of(tags) is not None or is_walked(tags) or is_wall(tags) or item.id in ways.banks:
        known = [node for node in item.nodes if node.location.valid()]
        refs = [node.ref for node in known]
        _take_way(item.id, tags, partial(list, refs), ways)
        ways.points.update((node.ref, (node.lon, node.lat)) for node in known)
