"""Great-circle distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""


def great_circle_m(
    lon_deg: npt.NDArray[np.float64],
    lat_deg: npt.NDArray[np.float64],
    to_lon_deg: npt.NDArray[np.float64],
    to_lat_deg: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the great-circle distances in metres, shape (from, to), by the haversine formula."""
    lon_a, lat_a = np.radians(lon_deg)[:, None], np.radians(lat_deg)[:, None]
    lon_b, lat_b = np.radians(to_lon_deg)[None, :], np.radians(to_lat_deg)[None, :]
    h = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    distance: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(h))
    return distance
