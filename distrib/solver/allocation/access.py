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
    """The quickest round to one place and back: what a vehicle needs of windows and seconds for one visit there."""

    out_s: int
    back_s: int
    service_s: int
    windows: tuple[tuple[int, int], ...]
    loads: bool


def _makes(vehicle: Vehicle, depot: Depot, visit: Round) -> bool:
    """True when the vehicle can leave, serve inside a window and be back within its shift and the depot's hours."""
    leaves = max(vehicle.shift_start_s, depot.opens_s) + (depot.loading_s if visit.loads else 0)
    arrives = leaves + units.driving_s(visit.out_s, vehicle.speed_factor_milli)
    latest = min(vehicle.shift_end_s, depot.closes_s)
    home = visit.service_s + units.driving_s(visit.back_s, vehicle.speed_factor_milli)
    home += 0 if visit.loads else depot.loading_s
    return any(
        max(arrives, opens) <= closes and max(arrives, opens) + home <= latest for opens, closes in visit.windows
    )


def _legs(dataset: Dataset, depot_id: str, place_id: str) -> tuple[int, int] | None:
    travel = dataset.travel
    if travel is None:
        raise ValueError("the travel table of this dataset is not resolved")
    if depot_id not in travel or place_id not in travel:
        return None
    out, back = travel.driving_s(depot_id, place_id), travel.driving_s(place_id, depot_id)
    return None if UNREACHABLE in (out, back) else (out, back)


def _any_makes(vehicles: Iterable[Vehicle], depot: Depot, visit: Round) -> bool:
    return any(_makes(vehicle, depot, visit) for vehicle in vehicles)


def depots_for_site(dataset: Dataset, site_id: str, date: dt.date) -> tuple[str, ...]:
    """Return the depots that can bring a basket for a site on a date, nearest first; empty when it gets none that day.

    The place of drop (the site, or its relay) must be open and take a vehicle of the depot.
    """
    windows = dataset.drop_windows(site_id, date)
    place = dataset.site_by_id[dataset.site_by_id[site_id].drop_site_id]
    found = []
    for depot in dataset.depots if windows else ():
        legs = _legs(dataset, depot.depot_id, place.site_id)
        if legs is None:
            continue
        limit = place.largest_vehicle_gvw_kg
        fitting = [
            v
            for v in vehicles_on(dataset, depot.depot_id, date)
            if (limit is None or v.gvw_kg <= limit) and v.capacity_baskets > 0
        ]
        service_s = place.unloading_s + place.unloading_s_per_basket
        visit = Round(out_s=legs[0], back_s=legs[1], service_s=service_s, windows=windows, loads=True)
        if _any_makes(fitting, depot, visit):
            found.append((legs[0] + legs[1], depot.depot_id))
    return tuple(depot_id for _, depot_id in sorted(found))


def can_fetch(dataset: Dataset, depot: Depot, farm: Farm, date: dt.date, *, cold: bool, crate_g: int) -> bool:
    """True when a vehicle of the depot can fetch one crate from the farm on a date (a cold one where ``cold``)."""
    legs = _legs(dataset, depot.depot_id, farm.farm_id)
    if legs is None:
        return False
    fitting = [
        v for v in vehicles_on(dataset, depot.depot_id, date) if (v.cold or not cold) and v.capacity_g >= crate_g
    ]
    visit = Round(
        out_s=legs[0],
        back_s=legs[1],
        service_s=farm.loading_s + farm.loading_s_per_crate,
        windows=((farm.opens_s, farm.closes_s),),
        loads=False,
    )
    return _any_makes(fitting, depot, visit)
