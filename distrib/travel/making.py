"""The travel tables of a dataset on its road network, the lines of its legs, and what is worth telling about both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel
from distrib.model.fleet import HEAVY_GVW_KG
from distrib.model.roads import RoadNote, RoadSource
from distrib.travel.places import Places, places_of

if TYPE_CHECKING:
    from distrib.travel.roads.matrix import Roads
    from distrib.travel.roads.network import RoadNetwork
    from distrib.travel.roads.profiles import Profile

Line = tuple[tuple[int, int], ...]

MOST_PARTED = 3
"""When more than one in so many pairs of places has no way between them, the network is broken; fewer are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeTravel:
    """The table of light vehicles (with notes about it), those of heavy ones by weight, the SHA-256 of their roads."""

    travel: Travel
    heavy: tuple[tuple[int, Travel], ...]
    digest: str


def heavy_classes(dataset: Dataset) -> tuple[int, ...]:
    """Return the weights in kg that heavy vehicles of the dataset have, ascending."""
    return tuple(sorted({v.gvw_kg for v in dataset.vehicles if v.gvw_kg > HEAVY_GVW_KG}))


def travel_on_roads(dataset: Dataset, source: RoadSource, *, heavy: bool = True) -> MadeTravel:
    """Return the travel tables of a dataset on a road network, one for each class of its vehicles.

    Args:
        dataset: its sites, farms and depots are joined.
        source: the network; with the profile of light vehicles and a factor on every time.
        heavy: False for the table of ``source.profile`` alone.

    Raises:
        UsageError: when the file cannot be read, lies elsewhere, or no pair of places is joined by it.
    """
    places = places_of(dataset)
    if not len(places):
        raise UsageError("the dataset has no site, farm or depot to join")
    roads = roads_of(source, profile_of(source), places)
    travel = _table(places, roads)
    tables = []
    for gvw_kg in heavy_classes(dataset) if heavy else ():
        of_class = roads_of(source, profile_of(source, gvw_kg), places, roads.network)
        tables.append((gvw_kg, _table(places, of_class, gvw_kg)))
    notes = tuple(note for _, table in tables for note in table.notes)
    return MadeTravel(travel=travel.told(notes=notes), heavy=tuple(tables), digest=roads.network.digest)


def profile_of(source: RoadSource, gvw_kg: int = 0) -> Profile:
    """Return who drives: the profile of the source for light vehicles, trucks of their weight for heavy ones."""
    from distrib.travel.roads.profiles import PROFILES, TRUCK

    driven = PROFILES[source.profile]
    if gvw_kg:
        driven = dataclasses.replace(TRUCK, name=f"truck {gvw_kg} kg", gvw_kg=gvw_kg)
    return dataclasses.replace(driven, traffic=source.traffic_milli / 1000)


def roads_of(source: RoadSource, profile: Profile, places: Places, network: RoadNetwork | None = None) -> Roads:
    """Return the network made ready, from the cache where it is there.

    ``network`` is that of the source, if it was read already.

    Raises:
        UsageError: when it is not in the cache and its file cannot be read, is not known, or lies elsewhere.
    """
    from distrib.travel.roads.cache import kept_roads, roads_of_file

    if source.file:
        return roads_of_file(Path(source.file), profile, places, network)
    kept = kept_roads(source.sha256, profile)
    if kept is None:
        raise UsageError(f"the road network {source.sha256[:12]} is not on this machine any more")
    return kept


def _table(places: Places, roads: Roads, gvw_kg: int = 0) -> Travel:
    from distrib.travel.roads.matrix import road_travel, unreachable_pairs
    from distrib.travel.roads.snapping import report, snap

    snaps = snap(places, roads.network, roads.graph)
    travel = road_travel(places, roads, snaps)
    pairs = unreachable_pairs(travel)
    whole = len(places) * (len(places) - 1)
    if pairs and len(pairs) == whole:
        raise UsageError("the roads join no two places of the dataset")
    if not gvw_kg and len(pairs) * MOST_PARTED > whole:
        raise UsageError(
            f"the roads fall into pieces: they join {whole - len(pairs)} of {whole} pairs of places; take a whole network, "
            "or one of a wider box"
        )
    who = (("kg", str(gvw_kg)),) if gvw_kg else ()
    heavy = "_heavy" if gvw_kg else ""
    notes = [] if gvw_kg else list(report(places, snaps))
    notes += [RoadNote(code=f"road_no_way{heavy}", value=f"{a} → {b}", context=who) for a, b in pairs]
    if roads.network.left_out and not gvw_kg:
        notes.append(RoadNote(code="road_turns_left_out", value=str(roads.network.left_out)))
    if len(roads.network.by_hour) and not gvw_kg:
        notes.append(RoadNote(code="road_turns_by_hour", value=", ".join(map(str, roads.network.by_hour.tolist()))))
    return travel.told(notes=tuple(notes))


def lines_of_legs(
    dataset: Dataset, source: RoadSource, legs: Mapping[int, Iterable[tuple[str, str]]]
) -> tuple[tuple[int, str, str, Line], ...]:
    """Return the lines in micro-degrees of legs along the roads, sorted; legs without a way on these roads have none.

    Args:
        dataset: where the places are.
        source: the network.
        legs: (from id, to id) driven, by the weight of ``travel_heavy`` of who drives (0: light).

    Raises:
        UsageError: when the network is not there any more, or cannot be read.
    """
    from distrib.travel.roads.legs import leg_lines

    places, found, network = places_of(dataset), [], None
    for gvw_kg, pairs in sorted(legs.items()):
        roads = roads_of(source, profile_of(source, gvw_kg), places, network)
        network = roads.network
        for (start, end), line in sorted(leg_lines(places, roads, pairs).items()):
            found.append((gvw_kg, start, end, tuple((round(x * 1e6), round(y * 1e6)) for x, y in line)))
    return tuple(found)
