"""Which vehicle may make which stop, and how many vehicles the drivers of a day allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import Task


def runs_on(vehicle: Vehicle, date: dt.date) -> bool:
    """True when the vehicle is there on that weekday."""
    return date.weekday() in vehicle.weekdays


def allowed_at(vehicle: Vehicle, task: Task) -> bool:
    """True when the vehicle may make the stop whatever its load: depot, weekday, gross weight, cold, the one settled."""
    return (
        vehicle.depot_id == task.depot_id
        and runs_on(vehicle, task.date)
        and (task.max_gvw_kg is None or vehicle.gvw_kg <= task.max_gvw_kg)
        and (vehicle.cold or not task.cold)
        and task.vehicle_id in ("", vehicle.vehicle_id)
    )


def holds(vehicle: Vehicle, task: Task) -> bool:
    """True when the empty vehicle could hold what the stop puts off or on."""
    return task.load_g <= vehicle.capacity_g and task.places <= vehicle.capacity_baskets


def vehicles_for(dataset: Dataset, task: Task) -> tuple[Vehicle, ...]:
    """Vehicles allowed at the stop, whatever their capacity, by id."""
    return tuple(vehicle for vehicle in dataset.vehicles if allowed_at(vehicle, task))


def drivers_suffice(dataset: Dataset, date: dt.date, vehicles: Iterable[Vehicle]) -> bool:
    """True when the drivers of the date can drive these different vehicles, each one person's work."""
    people = dataset.drivers_on(date)
    if people is None:
        return True
    used = list(vehicles)
    return len(used) <= people[0] and sum(vehicle.needs_licence_c for vehicle in used) <= people[1]
