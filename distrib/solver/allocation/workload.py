"""How much of the fleet's day deliveries take: a round estimate that spreads them over the days, never a limit by itself."""

from __future__ import annotations

import datetime as dt

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.solver.allocation.access import vehicles_on
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.outlets import Outlets

USUAL_DROP = 40
"""Baskets of a usual drop, over which the minutes of a visit are spread."""


def fleet_seconds(dataset: Dataset, depot_id: str, date: dt.date) -> int:
    """Return the vehicle seconds of a depot on a date that drivers suffice for (the longest shifts first)."""
    vehicles = vehicles_on(dataset, depot_id, date)
    drivers = dataset.drivers_on(date)
    light = sorted((v.shift_end_s - v.shift_start_s for v in vehicles if not v.needs_licence_c), reverse=True)
    heavy = sorted((v.shift_end_s - v.shift_start_s for v in vehicles if v.needs_licence_c), reverse=True)
    if drivers is None:
        return sum(light) + sum(heavy)
    people, licence_c = drivers
    heavy = heavy[:licence_c]
    return sum(heavy) + sum(light[: max(0, people - len(heavy))])


def seconds_per_basket(dataset: Dataset, outlets: Outlets) -> dict[Drop, float]:
    """Return by delivery the vehicle seconds that one basket takes: its part of a full round trip and of a usual visit."""
    travel = dataset.travel
    if travel is None:
        raise ValueError("the travel table of this dataset is not resolved")
    found = {}
    on_duty = {(depot, date): vehicles_on(dataset, depot, date) for date, depot in outlets.packing}
    for (site, date), depots in outlets.depots.items():
        place = dataset.site_by_id[dataset.site_by_id[site].drop_site_id]
        for depot in depots:
            fitting = [v for v in on_duty[depot, date] if _fits(v, place.largest_vehicle_gvw_kg)]
            room = sum(v.capacity_baskets for v in fitting) / len(fitting)
            away = travel.driving_s(depot, place.site_id) + travel.driving_s(place.site_id, depot)
            each = (away + dataset.depot_by_id[depot].loading_s) / room
            found[site, date, depot] = each + place.unloading_s / USUAL_DROP + place.unloading_s_per_basket
    return found


def _fits(vehicle: Vehicle, largest_gvw_kg: int | None) -> bool:
    return vehicle.capacity_baskets > 0 and (largest_gvw_kg is None or vehicle.gvw_kg <= largest_gvw_kg)
