"""Traffic by hour of the day: one number a pair stays one number, and each vehicle is slowed by the mean of its shift."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from distrib.model.dataset import Dataset, HourBand
from distrib.model.fleet import Vehicle


def slowed_by_hours(dataset: Dataset) -> Dataset:
    """Return a dataset whose vehicles' speed factors hold the traffic of their shifts; the hour bands have served then.

    A vehicle's driving seconds are table seconds / speed factor; its speed factor is divided by the mean of the
    factors over its shift (1 outside every band) and rounded down to a thousandth.
    """
    bands = dataset.settings.travel.hours
    if not bands:
        return dataset
    settings = dataset.settings
    travel = dataclasses.replace(settings.travel, hours=(), hours_source="")
    return dataclasses.replace(
        dataset,
        vehicles=tuple(_slowed(vehicle, bands) for vehicle in dataset.vehicles),
        settings=dataclasses.replace(settings, travel=travel),
        travel=dataset.travel
        and dataset.travel.told(
            source=f"{dataset.travel.source}, slowed by hours of the day ({settings.travel.hours_source})"
        ),
    )


def mean_factor(bands: tuple[HourBand, ...], start_s: int, end_s: int) -> Fraction:
    """Return the mean of the factors over a span of the day, 1 outside every band and for an empty span."""
    if end_s <= start_s:
        return Fraction(1)
    extra = sum(
        (band.factor_milli - 1000) * max(0, min(end_s, band.until_s) - max(start_s, band.from_s)) for band in bands
    )
    return 1 + Fraction(extra, 1000 * (end_s - start_s))


def _slowed(vehicle: Vehicle, bands: tuple[HourBand, ...]) -> Vehicle:
    factor = mean_factor(bands, vehicle.shift_start_s, vehicle.shift_end_s)
    return dataclasses.replace(vehicle, speed_factor_milli=max(1, int(vehicle.speed_factor_milli / factor)))
