"""Which depot can serve a site, and which can fetch from a farm, on a date: what no vehicle can do is never planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from distrib import units
from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import Depot, Farm


def vehicles_on(dataset: Dataset, depot_id: str, date: dt.date) -> tuple[Vehicle, ...]:
    """Return the depot's vehicles on duty on a date that somebody present may drive."""
    drivers = dataset.drivers_on(date)
    people, heavy = drivers if drivers is not None else (1, 1)
    return tuple(
        v
        for v in dataset.vehicles
        if v.depot_id == depot_id
        and date.weekday() in v.weekdays
        and v.max_trips > 0
        and (heavy if v.needs_licence_c else people) > 0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round to one place and back: what a vehicle needs of windows and seconds for one visit there."""

    place_id: str
    service_s: int
    windows: tuple[tuple[int, int], ...]
    loads: bool


def _round_s(dataset: Dataset, vehicle: Vehicle, depot: Depot, visit: Round) -> int | None:
    """Seconds driven there and back, where the vehicle can leave, serve inside a window and be back in time; else None.

    In time is within its shift and the depot's hours.
    """
    legs = _legs(dataset, vehicle, depot.depot_id, visit.place_id)
    if legs is None:
        return None
    leaves = max(vehicle.shift_start_s, depot.opens_s) + (depot.loading_s if visit.loads else 0)
    arrives = leaves + legs[0]
    latest = min(vehicle.shift_end_s, depot.closes_s)
    home = visit.service_s + legs[1] + (0 if visit.loads else depot.loading_s)
    in_time = any(
        max(arrives, opens) <= closes and max(arrives, opens) + home <= latest for opens, closes in visit.windows
    )
    return sum(legs) if in_time else None


def _legs(dataset: Dataset, vehicle: Vehicle, depot_id: str, place_id: str) -> tuple[int, int] | None:
    travel = dataset.travel_for(vehicle)
    if depot_id not in travel or place_id not in travel:
        return None
    out, back = travel.driving_s(depot_id, place_id), travel.driving_s(place_id, depot_id)
    if UNREACHABLE in (out, back):
        return None
    return units.driving_s(out, vehicle.speed_factor_milli), units.driving_s(back, vehicle.speed_factor_milli)


def _quickest(dataset: Dataset, vehicles: Iterable[Vehicle], depot: Depot, visit: Round) -> int | None:
    """Seconds driven by the vehicle that is quickest there and back in time, None when no vehicle is."""
    rounds = (_round_s(dataset, vehicle, depot, visit) for vehicle in vehicles)
    return min((seconds for seconds in rounds if seconds is not None), default=None)


def depots_for_site(dataset: Dataset, site_id: str, date: dt.date) -> tuple[str, ...]:
    """Return the depots that can bring a basket for a site on a date, nearest first; empty when it gets none that day.

    The place of drop (the site, or its relay) must be open and take a vehicle of the depot that can hold a basket.
    """
    windows = dataset.drop_windows(site_id, date)
    least_g = min((basket.min_g for basket in dataset.basket_types), default=0)
    place = dataset.site_by_id[dataset.site_by_id[site_id].drop_site_id]
    found = []
    only = dataset.only_vehicle(place.site_id, date)
    for depot in dataset.depots if windows else ():
        limit = place.largest_vehicle_gvw_kg
        fitting = [
            v
            for v in vehicles_on(dataset, depot.depot_id, date)
            if (limit is None or v.gvw_kg <= limit)
            and v.capacity_baskets > 0
            and v.capacity_g >= least_g
            and only in ("", v.vehicle_id)
        ]
        service_s = place.unloading_s + place.unloading_s_per_basket
        visit = Round(place_id=place.site_id, service_s=service_s, windows=windows, loads=True)
        quickest = _quickest(dataset, fitting, depot, visit)
        if quickest is not None:
            found.append((quickest, depot.depot_id))
    return tuple(depot_id for _, depot_id in sorted(found))


def can_fetch(dataset: Dataset, depot: Depot, farm: Farm, date: dt.date, *, cold: bool, crate_g: int) -> bool:
    """True when a vehicle of the depot can fetch one crate from the farm on a date (a cold one where ``cold``)."""
    fitting = [
        v for v in vehicles_on(dataset, depot.depot_id, date) if (v.cold or not cold) and v.capacity_g >= crate_g
    ]
    visit = Round(
        place_id=farm.farm_id,
        service_s=farm.loading_s + farm.loading_s_per_crate,
        windows=((farm.opens_s, farm.closes_s),),
        loads=False,
    )
    return _quickest(dataset, fitting, depot, visit) is not None
