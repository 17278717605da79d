"""A seeded generator of resolved territories of any size: plain, scarce or bound by their sites; one, or many at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from distrib.model.dataset import UNREACHABLE, Dataset, Settings, Travel
from distrib.model.fleet import Vehicle
from distrib.model.goods import BasketType, Depot, Farm, Lot, Product
from distrib.model.territory import HouseholdGroup, Neighbourhood, Opening, Site, Zone
from distrib.travel import resolve

MONDAY = dt.date(2020, 4, 20)
STYLES = ("plain", "scarce", "sites")
"""``plain``: the programme binds; ``scarce``: half of the produce that it wants; ``sites``: small sites."""
NEED_A_SITE, PROGRAMME_A_SITE = 60, 43
HOUR = 3600
PRODUCTS = (  # id, group, portion_g, crate_g, shelf_life_days, needs_cold, most portions, cents per kg, share of the offer
    ("apple", "fruit", 250, 13000, 14, False, 6, 90, 16),
    ("beet", "root", 250, 10000, 21, False, 4, 100, 6),
    ("cabbage", "leaf", 1000, 10000, 10, False, 1, 100, 7),
    ("carrot", "root", 250, 12000, 60, False, 6, 100, 14),
    ("courgette", "fruit_vegetable", 250, 6000, 5, False, 6, 130, 6),
    ("cucumber", "fruit_vegetable", 400, 6000, 7, False, 3, 120, 5),
    ("kiwi", "fruit", 250, 10000, 7, False, 4, 120, 6),
    ("lettuce", "leaf", 350, 4200, 5, True, 2, 180, 5),
    ("onion", "other", 250, 10000, None, False, 4, 80, 9),
    ("pear", "fruit", 250, 12000, 6, False, 6, 110, 7),
    ("potato", "root", 500, 12500, 30, False, 5, 120, 14),
    ("strawberry", "fruit", 250, 2000, 2, True, 4, 550, 1),
    ("tomato", "fruit_vegetable", 250, 6000, 7, False, 6, 160, 5),
)


def territory(
    sites: int, seed: int, *, style: str = "plain", depots: int = 1, at: tuple[float, float] = (43.32, 5.40)
) -> Dataset:
    """Return a resolved territory with about 60 baskets of need and a programme of 43 per site.

    Args:
        sites: number of sites; there are a third as many neighbourhoods, of one to three zones.
        seed: decides the rest.
        style: one of ``STYLES``.
        depots: depots, each with its share of the fleet.
        at: latitude and longitude of its middle, in degrees.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {STYLES}, not {style!r}")
    rng = np.random.default_rng([seed, sites, depots])
    radius_km = 6.0 + (sites / 6) ** 0.5
    hoods = _hoods(rng, max(1, sites // 3), at, radius_km)
    zones = _zones(rng, hoods)
    farms = _farms(rng, 4 + sites // 20, at)
    settings = Settings(
        name=f"{style} {sites} seed {seed}", week_start=MONDAY, delivery_weekdays=(0, 1, 2, 3, 4), collection_weekdays=(0, 1, 2, 3),
        early_collection_weekdays=(4,), max_baskets=(("baskets", PROGRAMME_A_SITE * sites),),
    )  # fmt: skip
    hubs = _depots(rng, sites, depots, at, radius_km)
    dataset = Dataset(
        settings=settings,
        neighbourhoods=hoods,
        zones=zones,
        households=_households(rng, zones, NEED_A_SITE * sites),
        needs=(),
        sites=_sites(rng, zones, sites, style),
        catchments=None,
        products=tuple(Product(name=row[0], **dict(zip(_FIELDS, row, strict=False))) for row in PRODUCTS),  # type: ignore[arg-type]
        basket_types=(
            BasketType(
                basket_id="family", name="Family", programme="baskets", persons_from=1, persons_to=None,
                target_g=9000, min_g=8500, max_g=9500, min_products=6, min_fruit_bp=2000,
            ),
        ),
        farms=farms,
        lots=_lots(rng, farms, sites, 0.5 if style == "scarce" else 1.5),
        depots=hubs,
        depot_stock=(),
        vehicles=_vehicles(sites, hubs),
        drivers=None,
        travel=None,
    )  # fmt: skip
    return resolve(dataset)


_FIELDS = ("product_id", "group", "portion_g", "crate_g", "shelf_life_days", "needs_cold", "max_portions_per_basket")


def _around(rng: np.random.Generator, lat: float, lon: float, km: float) -> dict[str, int]:
    angle, r = rng.uniform(0, 2 * np.pi), km * rng.random() ** 0.5
    return {
        "lon_microdeg": round((lon + r * np.cos(angle) / (111.32 * np.cos(np.radians(lat)))) * 1e6),
        "lat_microdeg": round((lat + r * np.sin(angle) / 111.2) * 1e6),
    }


def _hoods(rng: np.random.Generator, count: int, at: tuple[float, float], km: float) -> tuple[Neighbourhood, ...]:
    return tuple(
        Neighbourhood(neighbourhood_id=f"Q{i:05d}", name=f"Quartier {i}", commune="Ville", poverty_rate_bp=int(rng.integers(2500, 6000)), **_around(rng, *at, km))
        for i in range(count)
    )  # fmt: skip


def _zones(rng: np.random.Generator, hoods: Sequence[Neighbourhood]) -> tuple[Zone, ...]:
    return tuple(
        Zone(zone_id=f"{h.neighbourhood_id}-{k}", neighbourhood_id=h.neighbourhood_id, **_around(rng, h.lat_microdeg / 1e6, h.lon_microdeg / 1e6, 0.5))
        for h in hoods
        for k in range(int(rng.integers(1, 4)))
    )  # fmt: skip


def _households(rng: np.random.Generator, zones: Sequence[Zone], need: int) -> tuple[HouseholdGroup, ...]:
    weights = rng.lognormal(0, 0.7, len(zones))
    found = []
    for zone, wanted in zip(zones, np.maximum(6, need * weights / weights.sum()), strict=True):
        for persons, share in enumerate((0.25, 0.2, 0.2, 0.17, 0.1, 0.08), start=1):
            number = round(wanted * share)
            if number:
                found.append(HouseholdGroup(zone_id=zone.zone_id, persons_per_household=persons, households=number))
    return tuple(found)


def _sites(rng: np.random.Generator, zones: Sequence[Zone], count: int, style: str) -> tuple[Site, ...]:
    found = []
    for i in range(count):
        zone = zones[i % len(zones)]
        days = sorted(rng.choice(5, size=int(rng.integers(1, 5)), replace=False).tolist())
        opens = [int(rng.choice([8, 9, 10, 14])) * HOUR for _ in days]
        found.append(
            Site(
                site_id=f"S{i:05d}", name=f"Point {i}", kind="association", commune="Ville", max_baskets_per_day=int(rng.choice([8, 15, 20] if style == "sites" else [30, 60, 100, 150])),
                unloading_s=600, unloading_s_per_basket=6, largest_vehicle_gvw_kg=3500 if rng.random() < 0.4 else None,
                openings=tuple(Opening(weekday=d, opens_s=o, closes_s=o + 4 * HOUR) for d, o in zip(days, opens, strict=True)),
                **_around(rng, zone.lat_microdeg / 1e6, zone.lon_microdeg / 1e6, 0.6),
            )
        )  # fmt: skip
    return tuple(found)


def _farms(rng: np.random.Generator, count: int, at: tuple[float, float]) -> tuple[Farm, ...]:
    return tuple(
        Farm(farm_id=f"F{i:04d}", name=f"Ferme {i}", commune="Plaine", opens_s=6 * HOUR, closes_s=15 * HOUR, loading_s=900, loading_s_per_crate=5, **_around(rng, at[0] + 0.2, at[1] - 0.4, 20))
        for i in range(count)
    )  # fmt: skip


def _lots(rng: np.random.Generator, farms: Sequence[Farm], sites: int, supply: float) -> tuple[Lot, ...]:
    """Lots of one to three days' ripeness that add up to ``supply`` times what the programme weighs."""
    wanted_g, total = PROGRAMME_A_SITE * sites * 9000 * supply, sum(row[8] for row in PRODUCTS)
    found = []
    for product, _, _, crate_g, shelf, _, _, cents, share in PRODUCTS:
        pieces = max(2, round(len(farms) * share / 16))
        for amount in rng.dirichlet(np.full(pieces, 2.0)) * wanted_g * share / total:
            ready = MONDAY + dt.timedelta(days=int(rng.choice([-3, 0, 1, 2])))
            found.append(
                Lot(
                    lot_id=f"L{len(found):05d}", farm_id=farms[int(rng.integers(len(farms)))].farm_id, product_id=product, ready_date=ready,
                    offer_g=max(1, round(amount / crate_g)) * crate_g, price_millicents_per_kg=cents * 1000,
                    last_use_date=None if shelf is None else ready + dt.timedelta(days=shelf),
                )
            )  # fmt: skip
    return tuple(found)


def _depots(rng: np.random.Generator, sites: int, count: int, at: tuple[float, float], km: float) -> tuple[Depot, ...]:
    a_day = PROGRAMME_A_SITE * sites // (3 * count) + 60
    return tuple(
        Depot(
            depot_id=f"D{k:03d}", name=f"Plateforme {k}", opens_s=4 * HOUR, closes_s=20 * HOUR, loading_s=1200, packing_baskets_per_day=a_day, packing_starts_s=None,
            packing_baskets_per_h=None, storage_g=a_day * 60_000, cold_storage_g=a_day * 10_000, **_around(rng, *at, km if count > 1 else 1.0),
        )
        for k in range(count)
    )  # fmt: skip


def _vehicles(sites: int, hubs: Sequence[Depot]) -> tuple[Vehicle, ...]:
    a_day = PROGRAMME_A_SITE * sites // (4 * len(hubs)) + 60
    shared: dict[str, Any] = {"weekdays": (0, 1, 2, 3, 4), "millicents_per_h": 2_200_000}
    found = []
    for hub in hubs:
        for v in range(2 + a_day // 150):
            found.append(
                Vehicle(vehicle_id=f"{hub.depot_id}V{v:02d}", kind="van", depot_id=hub.depot_id, shift_start_s=7 * HOUR, shift_end_s=15 * HOUR, capacity_g=1_000_000, capacity_baskets=110, gvw_kg=3500, cold=True, max_trips=3, cents_per_day=6000, millicents_per_km=35_000, **shared)
            )  # fmt: skip
        for t in range(1 + a_day // 700):
            found.append(
                Vehicle(vehicle_id=f"{hub.depot_id}T{t:02d}", kind="truck", depot_id=hub.depot_id, shift_start_s=6 * HOUR, shift_end_s=14 * HOUR, capacity_g=5_500_000, capacity_baskets=550, gvw_kg=12_000, cold=False, max_trips=2, cents_per_day=12_000, millicents_per_km=90_000, break_after_s=4 * HOUR + 1800, break_s=2700, **shared)
            )  # fmt: skip
    return tuple(found)


TABLES_OF_A_TERRITORY = (
    "neighbourhoods",
    "zones",
    "households",
    "needs",
    "sites",
    "catchments",
    "farms",
    "lots",
    "depots",
    "depot_stock",
    "vehicles",
)


def together(parts: Sequence[Dataset]) -> Dataset:
    """Return territories as one dataset with one programme of their common size; none can be driven to from another.

    Ids get ``T000-`` and so on in front. The travel table has no metres of its own (the allocation reads none).
    """
    prefixed = [_prefixed(part, f"T{k:03d}-") for k, part in enumerate(parts)]
    first = prefixed[0].settings
    size = sum(dict(p.settings.max_baskets)["baskets"] for p in parts)
    return dataclasses.replace(
        prefixed[0],
        settings=dataclasses.replace(first, name=f"{len(parts)} territories", max_baskets=(("baskets", size),)),
        travel=_blocks([p.travel for p in prefixed if p.travel is not None]),
        **{t: tuple(row for p in prefixed for row in getattr(p, t)) for t in TABLES_OF_A_TERRITORY},
    )


def _blocks(tables: Sequence[Travel]) -> Travel:
    places = tuple(place for t in tables for place in t.places)
    seconds = np.full((len(places), len(places)), UNREACHABLE, dtype=np.int32)
    start = 0
    for t in tables:
        end = start + len(t.places)
        seconds[start:end, start:end] = t.seconds
        start = end
    return Travel(places=places, seconds=seconds, metres=seconds, source="generated")


def _prefixed(part: Dataset, prefix: str) -> Dataset:
    ids = ("zone_id", "neighbourhood_id", "site_id", "relay_site_id", "farm_id", "lot_id", "depot_id", "vehicle_id")

    def renamed(row: Any) -> Any:
        return dataclasses.replace(row, **{f: prefix + getattr(row, f) for f in ids if getattr(row, f, "")})

    assert part.travel is not None
    travel = part.travel
    return dataclasses.replace(
        part,
        travel=Travel(places=tuple(prefix + p for p in travel.places), seconds=travel.seconds, metres=travel.metres, source=travel.source),
        **{t: tuple(renamed(row) for row in getattr(part, t)) for t in TABLES_OF_A_TERRITORY},
    )  # fmt: skip
