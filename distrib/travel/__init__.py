"""Where travel times and walks come from."""

from __future__ import annotations

import dataclasses

from distrib.errors import UsageError
from distrib.model.dataset import Dataset, Travel
from distrib.travel.estimate import estimated_travel
from distrib.travel.walking import walking_catchments


def resolve(dataset: Dataset) -> Dataset:
    """Return the dataset with its travel table and catchments, computed where it brings none.

    The main roads have served then, and are left out.

    Raises:
        UsageError: when a parameter of the travel mode is wrong, or the mode is ``roads`` and the travel table
            has not been made yet.
    """
    catchments = dataset.catchments if dataset.catchments is not None else walking_catchments(dataset)
    return dataclasses.replace(dataset, catchments=catchments, travel=_travel(dataset), main_roads=None)


def _travel(dataset: Dataset) -> Travel:
    if dataset.travel is not None:
        return dataset.travel
    if dataset.settings.travel.mode == "roads":
        raise UsageError(
            "travel: the mode is roads and the dataset has no travel table yet; make it with: distrib travel DATASET"
        )
    return estimated_travel(dataset)


__all__ = ["estimated_travel", "resolve", "walking_catchments"]
