"""Which sites the households of a zone can walk to."""

from __future__ import annotations

import dataclasses

import numpy as np

from distrib.model.dataset import Dataset
from distrib.model.territory import Catchment
from distrib.travel.great_circle import great_circle_m

WALKING_CIRCUITY = 1.3


def walking_catchments(dataset: Dataset) -> tuple[Catchment, ...]:
    """Return, for each zone, the sites within the walking limit, else the nearest one; sorted by ids.

    Walks are straight-line distance × 1.3, rounded to the metre. A dataset without sites has none.
    """
    if not dataset.sites or not dataset.zones:
        return ()
    walks = _walks_m(dataset)
    rows = []
    for z, zone in enumerate(dataset.zones):
        near = np.flatnonzero(walks[z] <= dataset.settings.walking_limit_m)
        chosen = near if near.size else [int(np.argmin(walks[z]))]
        rows += [
            Catchment(zone_id=zone.zone_id, site_id=dataset.sites[s].site_id, walk_m=int(walks[z, s])) for s in chosen
        ]
    return tuple(sorted(rows, key=lambda row: (row.zone_id, row.site_id)))


def walks_of(dataset: Dataset, zone_id: str) -> dict[str, int]:
    """Return the metres that the households of a zone walk to each site, by site id."""
    only = dataclasses.replace(dataset, zones=(dataset.zone_by_id[zone_id],))
    if not dataset.sites:
        return {}
    return {site.site_id: int(metres) for site, metres in zip(dataset.sites, _walks_m(only)[0], strict=True)}


def _walks_m(dataset: Dataset) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    def degrees(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(values, dtype=np.float64) / 1e6

    straight = great_circle_m(
        degrees([z.lon_microdeg for z in dataset.zones]),
        degrees([z.lat_microdeg for z in dataset.zones]),
        degrees([s.lon_microdeg for s in dataset.sites]),
        degrees([s.lat_microdeg for s in dataset.sites]),
    )
    return np.floor(straight * WALKING_CIRCUITY + 0.5).astype(np.int64)
