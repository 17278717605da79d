"""Which sites the households of a zone can walk to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from distrib.model.dataset import Dataset
from distrib.model.roads import RoadNote, RoadSource
from distrib.model.territory import Catchment
from distrib.travel.great_circle import great_circle_m
from distrib.travel.places import Places, places_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

WALKING_CIRCUITY = 1.3

NO_WALK = 10**9
"""Metres that stand for a walk there is no way for."""


def walking_catchments(dataset: Dataset) -> tuple[Catchment, ...]:
    """Return the catchments of ``catchments_and_notes``."""
    return catchments_and_notes(dataset)[0]


def catchments_and_notes(dataset: Dataset) -> tuple[tuple[Catchment, ...], tuple[RoadNote, ...]]:
    """Return, for each zone, the sites within the walking limit, else the nearest one, sorted by ids; and notes.

    Walks are measured on the road network where the dataset has one (and its settings do not say ``straight``), else
    they are straight-line distance × 1.3; rounded to the metre. A dataset without sites has none.

    Raises:
        UsageError: when the road network cannot be read, or lies elsewhere.
    """
    if not dataset.sites or not dataset.zones:
        return (), ()
    straight = straight_walks_m(dataset)
    walks: Ints = straight
    notes: tuple[RoadNote, ...] = ()
    if dataset.roads is not None and dataset.roads.file and dataset.settings.travel.walks == "network":
        walks, notes = _network_walks_m(dataset, dataset.roads, straight)
    rows = []
    for z, zone in enumerate(dataset.zones):
        near = np.flatnonzero(walks[z] <= dataset.settings.walking_limit_m)
        chosen = near if near.size else [int(np.argmin(walks[z]))]
        rows += [
            Catchment(zone_id=zone.zone_id, site_id=dataset.sites[s].site_id, walk_m=int(walks[z, s])) for s in chosen
        ]
    return tuple(sorted(rows, key=lambda row: (row.zone_id, row.site_id))), notes


def walks_of(dataset: Dataset, zone_id: str) -> dict[str, int]:
    """Return the metres that the households of a zone walk to each site, by site id."""
    only = dataclasses.replace(dataset, zones=(dataset.zone_by_id[zone_id],))
    if not dataset.sites:
        return {}
    return {site.site_id: int(metres) for site, metres in zip(dataset.sites, straight_walks_m(only)[0], strict=True)}


def _network_walks_m(dataset: Dataset, source: RoadSource, straight: Ints) -> tuple[Ints, tuple[RoadNote, ...]]:
    """Return walks on the network as far as they decide who walks where, ``NO_WALK`` beyond; and who is off it.

    Zones off the network, or with no way to any site, keep their straight-line walks.
    """
    from distrib.travel.making import profile_of, roads_of
    from distrib.travel.roads.foot import chosen_doors, doors_of, walks_m

    ways = roads_of(source, profile_of(source), places_of(dataset)).network.feet
    if not len(ways.tail):
        return straight, ()
    zones = _places([(z.zone_id, z.lon_microdeg, z.lat_microdeg) for z in dataset.zones])
    sites = _places([(s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites])
    origins, targets = doors_of(zones, ways), doors_of(sites, ways)
    walks = walks_m(ways, origins, targets, dataset.settings.walking_limit_m)
    alone = np.asarray(~(walks >= 0).any(axis=1))
    if alone.any():
        far = walks_m(ways, chosen_doors(origins, alone), targets, float("inf"))
        walks[alone] = far
    lost = ~(walks >= 0).any(axis=1)
    found = np.where(walks < 0, NO_WALK, walks)
    found[lost], found[:, ~targets.on] = straight[lost], straight[:, ~targets.on]
    off = [zones.ids[i] for i in np.flatnonzero(lost)] + [sites.ids[j] for j in np.flatnonzero(~targets.on)]
    return found, tuple(RoadNote(code="walk_off_network", value=place) for place in off)


def _places(rows: list[tuple[str, int, int]]) -> Places:
    return Places(
        ids=tuple(row[0] for row in rows),
        lon=np.array([row[1] for row in rows], dtype=np.float64) / 1e6,
        lat=np.array([row[2] for row in rows], dtype=np.float64) / 1e6,
    )


def straight_walks_m(dataset: Dataset) -> Ints:
    """Return straight-line walks × 1.3 in metres, shape (zones, sites)."""

    def degrees(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(values, dtype=np.float64) / 1e6

    straight = great_circle_m(
        degrees([z.lon_microdeg for z in dataset.zones]),
        degrees([z.lat_microdeg for z in dataset.zones]),
        degrees([s.lon_microdeg for s in dataset.sites]),
        degrees([s.lat_microdeg for s in dataset.sites]),
    )
    return np.floor(straight * WALKING_CIRCUITY + 0.5).astype(np.int64)
