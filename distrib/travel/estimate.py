"""Travel times without a road network: great-circle distance, circuity and speed by distance band.

Both the road distance and the driving time are concave, increasing, piecewise-linear functions of the
great-circle distance that start at 0, so the triangle inequality holds for both (a concave increasing
function of a metric that is 0 at 0 is a metric). Where the dataset knows the main roads of its territory,
longer drives follow them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel
from distrib.travel.great_circle import great_circle_m
from distrib.travel.main_roads import along_main_roads
from distrib.travel.places import Places, places_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CIRCUITY_BANDS: tuple[tuple[float, float], ...] = ((2_000.0, 1.45), (10_000.0, 1.35), (float("inf"), 1.20))
"""(up to this many metres of great-circle distance, road metres per further metre)."""

SPEED_BANDS: tuple[tuple[float, float], ...] = (
    (2_000.0, 20.0),
    (6_000.0, 27.0),
    (20_000.0, 45.0),
    (float("inf"), 75.0),
)
"""(up to this many road metres, km/h over the further metres): town, suburb, main road, motorway."""


def _by_band(amount: Floats, bands: Sequence[tuple[float, float]], factor: float) -> Floats:
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
    speed of every band (default 1); ``speed`` that of the main roads too. ``source`` of the result says whether
    main roads were used.

    Raises:
        UsageError: when a parameter is unknown or not a positive number.
    """
    scale = _scales(dataset)
    places = places_of(dataset)

    def local(straight_m: Floats) -> tuple[Floats, Floats]:
        return drive(straight_m, scale)

    seconds, metres = local(great_circle_m(places.lon, places.lat, places.lon, places.lat))
    source = "estimate"
    if dataset.main_roads is not None and len(places):
        milliseconds, along_m, known = along_main_roads(places, dataset.main_roads, local, scale["speed"])
        if known.any():
            seconds, metres = np.where(known, milliseconds / 1000.0, seconds), np.where(known, along_m, metres)
            source = "estimate along main roads"
    return _travel(places, seconds, metres, source)


def drive(straight_m: Floats, scale: dict[str, float]) -> tuple[Floats, Floats]:
    """Return seconds and metres driven for great-circle distances in metres; ``scale`` has circuity and speed."""
    road_m = _by_band(straight_m, CIRCUITY_BANDS, scale["circuity"])
    pace = [(high, 3.6 / kmh) for high, kmh in SPEED_BANDS]
    return _by_band(road_m, pace, 1.0 / scale["speed"]), road_m


def _travel(places: Places, seconds: Floats, metres: Floats, source: str) -> Travel:
    # Rounded to a thousandth before the ceiling, so that the last bit of a float never decides a second.
    return Travel(
        places=places.ids,
        seconds=np.ceil(np.round(seconds, 3)).astype(np.int32),
        metres=np.ceil(np.round(metres, 3)).astype(np.int32),
        source=source,
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
