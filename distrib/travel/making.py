"""The travel table of a dataset from a file of roads, with everything worth telling about it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel
from distrib.travel.places import places_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeTravel:
    """A travel table, the SHA-256 of its roads, and sentences about places and pairs that look wrong."""

    travel: Travel
    digest: str
    notes: tuple[str, ...]


def travel_on_roads(dataset: Dataset, roads: Path, *, profile: str = "van", traffic: float = 1.0) -> MadeTravel:
    """Return the travel table of a dataset on the roads of a file.

    Args:
        dataset: its sites, farms and depots are joined.
        roads: a road network in any format that ``distrib.travel.roads.reading`` reads.
        profile: ``van`` or ``truck`` (barred from what signs forbid to 12 t, slower).
        traffic: factor on every time.

    Raises:
        UsageError: when the file cannot be read, lies elsewhere, or no pair of places is joined by it.
    """
    from distrib.travel.roads.cache import roads_of_file
    from distrib.travel.roads.matrix import road_travel, unreachable_pairs
    from distrib.travel.roads.profiles import PROFILES
    from distrib.travel.roads.snapping import report, snap

    driven = dataclasses.replace(PROFILES[profile], traffic=traffic)
    places = places_of(dataset)
    if not len(places):
        raise UsageError("the dataset has no site, farm or depot to join")
    ready = roads_of_file(roads, driven, places)
    snaps = snap(places, ready.network, ready.graph)
    travel = road_travel(places, ready, snaps)
    pairs = unreachable_pairs(travel)
    if pairs and len(pairs) == len(places) * (len(places) - 1):
        raise UsageError(f"{roads.name}: its roads join no two places of the dataset")
    notes = report(places, snaps)
    if ready.network.left_out:
        notes += (
            f"{ready.network.left_out} turn restrictions over several roads, or naming roads left out, do not count",
        )
    return MadeTravel(
        travel=travel,
        digest=ready.network.digest,
        notes=notes + tuple(f"no way from {a} to {b}" for a, b in pairs),
    )
