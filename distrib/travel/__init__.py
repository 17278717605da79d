"""Where travel times and walks come from."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict

from distrib.errors import UsageError
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from distrib.travel.estimate import estimated_travel
from distrib.travel.hours import slowed_by_hours
from distrib.travel.making import lines_of_legs, profile_of, roads_of, travel_on_roads
from distrib.travel.places import places_of
from distrib.travel.walking import catchments_and_notes, walking_catchments, walks_of


def resolve(dataset: Dataset) -> Dataset:
    """Return the dataset with its travel tables and catchments, computed where it brings none.

    Factors by hour of the day have gone into the speed factors of its vehicles. They and the main roads have served
    then, and are left out.

    Raises:
        UsageError: when a parameter of the travel mode is wrong, or the mode is ``roads`` and the road network cannot
            be used, or is not there.
    """
    dataset = dataclasses.replace(_with_tables(dataset), main_roads=None)
    if dataset.catchments is None:
        catchments, notes = catchments_and_notes(dataset)
        travel = dataset.travel and dataset.travel.told(notes=notes)
        dataset = dataclasses.replace(dataset, catchments=catchments, travel=travel)
    return slowed_by_hours(dataset)


def _with_tables(dataset: Dataset) -> Dataset:
    mode = dataset.settings.travel.mode
    if dataset.travel is not None:
        return dataset
    if mode == "roads" and dataset.roads is not None:
        made = travel_on_roads(dataset, dataset.roads)
        return dataclasses.replace(dataset, travel=made.travel, travel_heavy=made.heavy)
    if mode != "estimate":
        raise UsageError(
            f"travel: the mode is {mode} and the dataset has no travel table yet; make it with: distrib travel DATASET"
        )
    return dataclasses.replace(dataset, travel=estimated_travel(dataset))


def make_roads_ready(dataset: Dataset) -> None:
    """Make the network of a dataset ready for its light vehicles, so that a file that cannot be used is known early.

    Raises:
        UsageError: when it cannot be read, or lies elsewhere than the places.
    """
    if dataset.roads is not None and dataset.roads.file:
        roads_of(dataset.roads, profile_of(dataset.roads), places_of(dataset))


def with_leg_lines(dataset: Dataset, plan: Plan) -> Dataset:
    """Return the dataset with the lines along the roads of the legs that a plan drives, where its network is known.

    A network that only the digest is known of, and that is not in the cache of this machine, gives none.

    Raises:
        UsageError: when its file cannot be read.
    """
    if dataset.roads is None or not len(dataset.vehicles):
        return dataset
    legs: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for before, row in itertools.pairwise(plan.stops):
        if (before.date, before.vehicle_id, before.trip) == (row.date, row.vehicle_id, row.trip):
            vehicle = dataset.vehicle_by_id[row.vehicle_id]
            legs[dataset.travel_class_kg(vehicle)].add((before.place_id, row.place_id))
    try:
        lines = lines_of_legs(dataset, dataset.roads, legs)
    except UsageError:
        if dataset.roads.file:
            raise
        return dataset
    light = tuple((start, end, line) for gvw_kg, start, end, line in lines if not gvw_kg)
    return dataclasses.replace(dataset, leg_lines=light, leg_lines_heavy=tuple(leg for leg in lines if leg[0]))


__all__ = [
    "estimated_travel",
    "make_roads_ready",
    "resolve",
    "travel_on_roads",
    "walking_catchments",
    "walks_of",
    "with_leg_lines",
]
