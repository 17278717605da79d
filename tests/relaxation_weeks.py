"""Tiny resolved weeks for the relaxation, each number of which is chosen by the test."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from distrib.model.dataset import Dataset, Settings, Travel
from distrib.model.fleet import Vehicle
from distrib.model.goods import BasketType, Depot, DepotStock, Farm, Lot, Product
from distrib.model.territory import Catchment, HouseholdGroup, Neighbourhood, Opening, Site, Zone

MONDAY = dt.date(2021, 5, 3)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + dt.timedelta(days=d) for d in range(1, 5))
HOUR = 3600


def site(name: str, *, cap: int = 1000, days: Sequence[int] = (0,), relay: str = "", **more: object) -> Site:
    """A site open all day on the given weekdays."""
    fields: dict[str, object] = {
        "site_id": name, "name": name, "kind": "association", "commune": "Ville", "lon_microdeg": 0, "lat_microdeg": 0,
        "max_baskets_per_day": cap, "unloading_s": 0, "relay_site_id": relay,
        "openings": tuple(Opening(weekday=d, opens_s=0, closes_s=24 * HOUR) for d in days),
    }  # fmt: skip
    return Site(**(fields | more))  # type: ignore[arg-type]


def product(
    name: str, *, group: str = "root", portion_g: int = 1000, most: int = 9, cold: bool = False, crate_g: int = 1000
) -> Product:
    """A product in portions of 1 kg that may fill a whole basket of 9 kg."""
    return Product(
        product_id=name, name=name, group=group, portion_g=portion_g, crate_g=crate_g, shelf_life_days=None, needs_cold=cold, max_portions_per_basket=most
    )  # fmt: skip


def lot(
    name: str,
    product_id: str,
    kg: float,
    *,
    ready: dt.date = MONDAY,
    last: dt.date | None = None,
    farm: str = "F",
    cents_kg: int = 0,
) -> Lot:
    """A lot of so many kg."""
    return Lot(
        lot_id=name, farm_id=farm, product_id=product_id, ready_date=ready, offer_g=round(kg * 1000), price_millicents_per_kg=cents_kg * 1000, last_use_date=last
    )  # fmt: skip


def farm(name: str = "F", *, delivers: bool = True, **more: object) -> Farm:
    """A farm that brings its goods itself, unless told otherwise, open all day."""
    fields: dict[str, object] = {
        "farm_id": name, "name": name, "commune": "Plaine", "lon_microdeg": 0, "lat_microdeg": 0, "opens_s": 0, "closes_s": 24 * HOUR, "loading_s": 0,
        "delivers": delivers,
    }  # fmt: skip
    return Farm(**(fields | more))  # type: ignore[arg-type]


def basket(name: str = "panier", *, persons: tuple[int | None, int | None] = (1, None), **more: object) -> BasketType:
    """A basket of exactly 9 kg of anything."""
    fields: dict[str, object] = {
        "basket_id": name, "name": name, "programme": "baskets", "persons_from": persons[0], "persons_to": persons[1], "target_g": 9000, "min_g": 9000,
        "max_g": 9000, "min_products": 1, "min_fruit_bp": 0,
    }  # fmt: skip
    return BasketType(**(fields | more))  # type: ignore[arg-type]


def depot(name: str = "D", **more: object) -> Depot:
    """A hub without limits."""
    fields: dict[str, object] = {
        "depot_id": name, "name": name, "lon_microdeg": 0, "lat_microdeg": 0, "opens_s": 0, "closes_s": 24 * HOUR, "loading_s": 0,
        "packing_baskets_per_day": 10**6, "packing_starts_s": None, "packing_baskets_per_h": None, "storage_g": 10**12, "cold_storage_g": 10**12,
    }  # fmt: skip
    return Depot(**(fields | more))  # type: ignore[arg-type]


def vehicle(name: str = "V", **more: object) -> Vehicle:
    """A van without limits, every day, all day."""
    fields: dict[str, object] = {
        "vehicle_id": name, "kind": "van", "depot_id": "D", "weekdays": tuple(range(7)), "shift_start_s": 0, "shift_end_s": 24 * HOUR, "capacity_g": 10**12,
        "capacity_baskets": 10**6, "gvw_kg": 3500, "cold": True, "max_trips": 100, "cents_per_day": 0, "millicents_per_km": 0, "millicents_per_h": 0,
    }  # fmt: skip
    return Vehicle(**(fields | more))  # type: ignore[arg-type]


def week(
    people: Mapping[str, Mapping[str, int]],
    catchments: Mapping[str, Sequence[str]],
    *,
    sites: Sequence[Site],
    lots: Sequence[Lot] = (),
    days: Sequence[int] = (0,),
    driving_s: Mapping[str, int] | None = None,
    households: Sequence[HouseholdGroup] | None = None,
    **more: object,
) -> Dataset:
    """Return a resolved week.

    Args:
        people: households of two persons by neighbourhood and zone.
        catchments: sites by zone.
        sites: the sites.
        lots: lots; none means plenty of one product, already in the depot.
        days: delivery and collection weekdays.
        driving_s: seconds between the depots and a place, 0 by default.
        households: instead of those of ``people``.
        more: fields of Dataset or Settings to set.
    """
    zones = tuple(
        Zone(zone_id=z, neighbourhood_id=q, lon_microdeg=0, lat_microdeg=0) for q, zs in people.items() for z in zs
    )
    groups = [
        HouseholdGroup(zone_id=z, persons_per_household=2, households=n)
        for zs in people.values()
        for z, n in zs.items()
        if n
    ]
    settings: dict[str, object] = {
        "name": "test", "week_start": MONDAY, "delivery_weekdays": tuple(days), "collection_weekdays": tuple(days), "packing_lead_days": 0,
    }  # fmt: skip
    names = {f.name for f in dataclasses.fields(Settings)}
    settings |= {k: v for k, v in more.items() if k in names}
    plenty = (DepotStock(depot_id="D", lot_id="PLENTY", product_id="carrot", stock_g=10**10, last_use_date=None),)
    fields: dict[str, object] = {
        "settings": Settings(**settings),  # type: ignore[arg-type]
        "neighbourhoods": tuple(Neighbourhood(neighbourhood_id=q, name=q, commune="Ville", lon_microdeg=0, lat_microdeg=0) for q in sorted(people)),
        "zones": tuple(sorted(zones, key=lambda z: z.zone_id)),
        "households": tuple(households if households is not None else groups),
        "needs": (),
        "sites": tuple(sorted(sites, key=lambda s: s.site_id)),
        "catchments": tuple(Catchment(zone_id=z, site_id=s, walk_m=100) for z in sorted(catchments) for s in sorted(catchments[z])),
        "products": (product("carrot"),),
        "basket_types": (basket(),),
        "farms": (farm(),),
        "lots": tuple(sorted(lots, key=lambda x: x.lot_id)),
        "depots": (depot(),),
        "depot_stock": () if lots else plenty,
        "vehicles": (vehicle(),),
        "drivers": None,
        "travel": None,
    }  # fmt: skip
    fields |= {k: v for k, v in more.items() if k not in names}
    dataset = Dataset(**fields)  # type: ignore[arg-type]
    return dataclasses.replace(dataset, travel=star(dataset, driving_s or {}))


def star(dataset: Dataset, driving_s: Mapping[str, int]) -> Travel:
    """Travel through the middle: seconds between two places are the sum of both ways to the middle, where depots stand."""
    places = tuple(
        sorted(
            [d.depot_id for d in dataset.depots]
            + [f.farm_id for f in dataset.farms]
            + [s.site_id for s in dataset.sites]
        )
    )
    way = np.array([driving_s.get(p, 0) for p in places], dtype=np.int32)
    table = (way[:, None] + way[None, :]) * (1 - np.eye(len(places), dtype=np.int32))
    return Travel(places=places, seconds=table.astype(np.int32), metres=table.astype(np.int32), source="test")
