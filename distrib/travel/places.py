"""The places that a travel table joins, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.model.dataset import Dataset

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Sites, farms and depots by id; longitudes and latitudes in degrees, shape (places,)."""

    ids: tuple[str, ...]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)


def places_of(dataset: Dataset) -> Places:
    """Return the sites, farms and depots of a dataset, sorted by id."""
    rows = sorted(
        [(s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites]
        + [(f.farm_id, f.lon_microdeg, f.lat_microdeg) for f in dataset.farms]
        + [(d.depot_id, d.lon_microdeg, d.lat_microdeg) for d in dataset.depots]
    )
    return Places(
        ids=tuple(row[0] for row in rows),
        lon=np.array([row[1] for row in rows], dtype=np.float64) / 1e6,
        lat=np.array([row[2] for row in rows], dtype=np.float64) / 1e6,
    )
