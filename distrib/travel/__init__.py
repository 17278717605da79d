"""Where travel times and walks come from."""

from __future__ import annotations

import dataclasses

from distrib.model.dataset import Dataset
from distrib.travel.estimate import estimated_travel
from distrib.travel.walking import walking_catchments


def resolve(dataset: Dataset) -> Dataset:
    """Return the dataset with its travel table and catchments, computed where it brings none.

    Raises:
        UsageError: when a parameter of the travel mode is wrong.
    """
    catchments = dataset.catchments if dataset.catchments is not None else walking_catchments(dataset)
    travel = dataset.travel if dataset.travel is not None else estimated_travel(dataset)
    return dataclasses.replace(dataset, catchments=catchments, travel=travel)


__all__ = ["estimated_travel", "resolve", "walking_catchments"]
