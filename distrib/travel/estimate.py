"""Travel times without a road network: great-circle distance, circuity and speed by distance band.

Both the road distance and the driving time are concave, increasing, piecewise-linear functions of the
great-circle distance that start at 0, so the triangle inequality holds for both (a concave increasing
function of a metric that is 0 at 0 is a metric).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel

if TYPE_CHECKING:
    import numpy.typing as npt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""

CIRCUITY_BANDS: tuple[tuple[float, float], ...] = ((2_000.0, 1.45), (10_000.0, 1.35), (float("inf"), 1.20))
"""(up to this many metres of great-circle distance, road metres per further metre)."""

SPEED_BANDS: tuple[tuple[float, float], ...] = (
    (2_000.0, 20.0),
    (6_000.0, 27.0),
    (20_000.0, 45.0),
    (float("inf"), 75.0),
)
"""(up to this many road metres, km/h over the further metres): town, suburb, main road, motorway."""


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


def _by_band(
    amount: npt.NDArray[np.float64], bands: Sequence[tuple[float, float]], factor: float
) -> npt.NDArray[np.float64]:
    """Sum over the bands of (the part of ``amount`` inside the band) × its rate × factor."""
    total = np.zeros_like(amount)
    low = 0.0
    for high, rate in bands:
        total += np.clip(amount - low, 0.0, high - low) * rate * factor
        low = high
    return total


def estimated_travel(dataset: Dataset) -> Travel:
    """Return driving times and distances between all sites, farms and depots of a dataset.

    Parameters of ``travel:`` in the settings: ``circuity`` and ``speed`` multiply the circuity and the
    speed of every band (default 1).

    Raises:
        UsageError: when a parameter is unknown or not a positive number.
    """
    scale = _scales(dataset)
    places = sorted(
        [(s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites]
        + [(f.farm_id, f.lon_microdeg, f.lat_microdeg) for f in dataset.farms]
        + [(d.depot_id, d.lon_microdeg, d.lat_microdeg) for d in dataset.depots]
    )
    lon = np.array([p[1] for p in places], dtype=np.float64) / 1e6
    lat = np.array([p[2] for p in places], dtype=np.float64) / 1e6
    road_m = _by_band(great_circle_m(lon, lat, lon, lat), CIRCUITY_BANDS, scale["circuity"])
    pace = [(high, 3.6 / kmh) for high, kmh in SPEED_BANDS]
    seconds = _by_band(road_m, pace, 1.0 / scale["speed"])
    # Rounded to a thousandth before the ceiling, so that the last bit of a float never decides a second.
    return Travel(
        places=tuple(p[0] for p in places),
        seconds=np.ceil(np.round(seconds, 3)).astype(np.int32),
        metres=np.ceil(np.round(road_m, 3)).astype(np.int32),
        source="estimate",
    )


def _scales(dataset: Dataset) -> dict[str, float]:
    scale = {"circuity": 1.0, "speed": 1.0}
    for key, value in dataset.settings.travel.parameters:
        if key not in scale:
            raise UsageError(f"travel: {key} is not a parameter of the mode estimate (known: circuity, speed)")
        try:
            scale[key] = float(value)
        except ValueError:
            scale[key] = 0.0
        if not 0.1 <= scale[key] <= 10:
            raise UsageError(f"travel: {key} is {value!r}; write a number between 0.1 and 10")
    return scale
