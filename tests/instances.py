"""A seeded generator of resolved datasets for tests: any size, one or two depots, scarce or plentiful."""

from __future__ import annotations

import datetime as dt
import random

from distrib.model.dataset import Dataset, Settings
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.goods import BasketType, Depot, DepotStock, Farm, Lot, Product
from distrib.model.territory import ExtraNeed, HouseholdGroup, Neighbourhood, Opening, Site, Zone
from distrib.travel import resolve

MONDAY = dt.date(2020, 4, 20)
PRODUCTS = [  # id, group, portion_g, crate_g, shelf_life_days, needs_cold, max_portions, cents per kg
    ("apple", "fruit", 250, 13000, 14, False, 6, 90),
    ("pear", "fruit", 250, 12000, 5, False, 6, 110),
    ("kiwi", "fruit", 250, 10000, 7, False, 4, 120),
    ("strawberry", "fruit", 250, 2000, 2, True, 4, 550),
    ("lettuce", "leaf", 350, 4200, 5, True, 2, 180),
    ("spinach", "leaf", 500, 5000, 3, True, 2, 300),
    ("cabbage", "leaf", 1000, 10000, 10, False, 1, 100),
    ("carrot", "root", 250, 12000, 60, False, 6, 100),
    ("beet", "root", 250, 10000, 21, False, 4, 100),
    ("new_potato", "root", 500, 12500, 30, False, 5, 120),
    ("onion", "other", 250, 10000, None, False, 4, 80),
    ("courgette", "fruit_vegetable", 250, 6000, 5, False, 6, 130),
    ("tomato", "fruit_vegetable", 250, 6000, 7, False, 6, 160),
    ("cucumber", "fruit_vegetable", 400, 6000, 7, False, 3, 120),
]


def make_dataset(
    seed: int,
    *,
    sites: int = 12,
    neighbourhoods: int = 0,
    depots: int = 1,
    basket_types: int = 1,
    kits: bool = False,
    supply: float = 1.15,
    programme_share: float | None = 0.75,
    vans: int = 0,
    trucks: int = 1,
    drivers: bool = True,
    lead_days: int = 1,
    packing_times: bool = True,
    relays: bool = True,
    priorities: bool = False,
    centre: tuple[float, float] = (5.40, 43.32),
) -> Dataset:
    """Return a resolved dataset with about 35 baskets of need per site.

    Args:
        seed: decides everything not given.
        sites: number of sites; neighbourhoods default to about a third of it.
        depots: one or two.
        basket_types: 1 (one basket), or 2 (small and big households, one programme).
        kits: adds a second programme, hygiene kits with fixed contents and their own need.
        supply: kg on offer as a multiple of what all need would take.
        programme_share: max_baskets as a share of need, None for no limit.
        vans: vans per depot, 0 for a fleet that fits the need.
        lead_days: packing_lead_days.
        packing_times: whether depots give packing times.
        relays: whether a few sites are served through another one.
        priorities: whether some households count double.
        centre: degrees of longitude and latitude around which everything lies.
    """
    rng = random.Random(seed)
    count = neighbourhoods or max(2, sites // 3)
    lon0, lat0 = centre

    def place(radius_km: float, at: tuple[float, float] = (lon0, lat0)) -> tuple[int, int]:
        angle, r = rng.uniform(0, 6.2831853), radius_km * rng.random() ** 0.5
        from math import cos, radians, sin

        lon = at[0] + r * cos(angle) / (111.32 * cos(radians(at[1])))
        return round(lon * 1e6), round((at[1] + r * sin(angle) / 111.2) * 1e6)

    hoods, zones, households = [], [], []
    for i in range(count):
        lon, lat = place(12)
        name = f"QP{i + 1:03d}"
        hoods.append(
            Neighbourhood(
                neighbourhood_id=name,
                name=f"Quartier {i + 1}",
                commune="Ville",
                lon_microdeg=lon,
                lat_microdeg=lat,
                poverty_rate_bp=rng.randint(2500, 6000),
            )
        )
        for z in range(rng.choice([1, 1, 2, 3])):
            zlon, zlat = place(0.4, (lon / 1e6, lat / 1e6))
            zones.append(Zone(zone_id=f"{name}-{z + 1}", neighbourhood_id=name, lon_microdeg=zlon, lat_microdeg=zlat))
    total_need = 35 * sites
    weights = [rng.uniform(0.2, 1.0) for _ in zones]
    for zone, weight in zip(zones, weights, strict=True):
        need = round(total_need * weight / sum(weights))
        left = need
        for size in (1, 2, 3, 4, 5, 6):
            number = left if size == 6 else min(left, round(need * (0.22, 0.2, 0.2, 0.18, 0.12, 0)[size - 1]))
            left -= number
            priority = 2000 if priorities and size == 6 and rng.random() < 0.5 else 1000
            if number:
                households.append(
                    HouseholdGroup(
                        zone_id=zone.zone_id, persons_per_household=size, households=number, priority_milli=priority
                    )
                )
    site_list = []
    for i in range(sites):
        zone = zones[i % len(zones)]
        lon, lat = place(0.5, (zone.lon_microdeg / 1e6, zone.lat_microdeg / 1e6))
        days = sorted(rng.sample(range(5), rng.choice([1, 2, 2, 3, 5])))
        openings = []
        for day in days:
            opens = rng.choice([8, 9, 10, 14]) * 3600
            openings.append(Opening(weekday=day, opens_s=opens, closes_s=opens + rng.choice([2, 3, 4]) * 3600))
            if rng.random() < 0.15 and opens < 12 * 3600:
                openings.append(Opening(weekday=day, opens_s=14 * 3600, closes_s=17 * 3600))
        site_list.append(
            Site(
                site_id=f"S{i + 1:03d}", name=f"Point {i + 1}", kind="association", commune="Ville", lon_microdeg=lon, lat_microdeg=lat,
                max_baskets_per_day=rng.choice([15, 30, 50, 80, 130]), unloading_s=600, unloading_s_per_basket=8,
                largest_vehicle_gvw_kg=3500 if rng.random() < 0.4 else None, min_baskets_per_visit=rng.choice([0, 0, 5]),
                openings=tuple(openings),
            )
        )  # fmt: skip
    if relays and sites >= 6:
        import dataclasses

        relay, relayed = site_list[0], site_list[len(zones) % sites or 1]
        if relay.site_id != relayed.site_id:
            at = site_list.index(relayed)
            site_list[0] = dataclasses.replace(relay, relay_max_baskets=60)
            site_list[at] = dataclasses.replace(relayed, relay_site_id=relay.site_id, openings=())
    products = tuple(
        Product(
            product_id=p,
            name=p,
            group=g,
            portion_g=portion,
            crate_g=crate,
            shelf_life_days=shelf,
            needs_cold=cold,
            max_portions_per_basket=most,
        )
        for p, g, portion, crate, shelf, cold, most, _ in PRODUCTS
    )
    types = [
        BasketType(
            basket_id="panier",
            name="Panier",
            programme="baskets",
            persons_from=1,
            persons_to=None,
            target_g=9000,
            min_g=8500,
            max_g=9500,
            min_products=5,
            min_fruit_bp=1500,
        )
    ]
    if basket_types == 2:
        types = [
            BasketType(basket_id="grand", name="Grand panier", programme="baskets", persons_from=4, persons_to=None, target_g=11000, min_g=10500, max_g=11500, min_products=5, min_fruit_bp=1500),
            BasketType(basket_id="petit", name="Petit panier", programme="baskets", persons_from=1, persons_to=3, target_g=7000, min_g=6500, max_g=7500, min_products=5, min_fruit_bp=1500),
        ]  # fmt: skip
    needs: list[ExtraNeed] = []
    farms, lots = [], []
    for i in range(max(3, sites // 5)):
        lon, lat = place(20, (lon0 - 0.35, lat0 + 0.2))
        opens = rng.choice([6, 7, 8]) * 3600
        farms.append(
            Farm(
                farm_id=f"F{i + 1:03d}",
                name=f"Ferme {i + 1}",
                commune="Plaine",
                lon_microdeg=lon,
                lat_microdeg=lat,
                opens_s=opens,
                closes_s=opens + 6 * 3600,
                loading_s=600,
                loading_s_per_crate=6,
                delivers=i % 3 == 0,
            )
        )
    offered, wanted = 0, int(total_need * 9000 * supply)
    while offered < wanted:
        pid, _, _, crate, shelf, _, _, price = (
            PRODUCTS[len(lots) % len(PRODUCTS)] if len(lots) < len(PRODUCTS) else rng.choice(PRODUCTS)
        )
        ready = MONDAY + dt.timedelta(days=rng.choice([-3, -3, 0, 0, 1, 2, 3]))
        grams = crate * rng.randint(2, max(3, wanted // (crate * 30)))
        offered += grams
        lots.append(
            Lot(
                lot_id=f"L{len(lots) + 1:04d}", farm_id=rng.choice(farms).farm_id, product_id=pid, ready_date=ready, offer_g=grams,
                price_millicents_per_kg=price * 1000, last_use_date=None if shelf is None else ready + dt.timedelta(days=shelf),
            )
        )  # fmt: skip
    if kits:
        products += (
            Product(product_id="soap", name="Savon", group="other", portion_g=100, crate_g=5000, shelf_life_days=None, needs_cold=False, max_portions_per_basket=3),
            Product(product_id="towel", name="Serviettes", group="other", portion_g=200, crate_g=4000, shelf_life_days=None, needs_cold=False, max_portions_per_basket=2),
        )  # fmt: skip
        types.append(
            BasketType(
                basket_id="kit",
                name="Kit hygiène",
                programme="kits",
                persons_from=None,
                persons_to=None,
                target_g=400,
                min_g=400,
                max_g=400,
                min_products=2,
                min_fruit_bp=0,
                contents=(("soap", 2), ("towel", 1)),
            )
        )
        needs = [ExtraNeed(zone_id=z.zone_id, basket_id="kit", households=rng.randint(2, 12)) for z in zones]
        donor = farms[0].farm_id
        for k, (pid, grams) in enumerate((("soap", 60_000), ("towel", 60_000))):
            lots.append(
                Lot(
                    lot_id=f"LK{k + 1}",
                    farm_id=donor,
                    product_id=pid,
                    ready_date=MONDAY - dt.timedelta(days=3),
                    offer_g=grams,
                    price_millicents_per_kg=0,
                    last_use_date=None,
                )
            )
    depot_list, fleet = [], []
    per_day = total_need // 5 + 40
    for k in range(depots):
        lon, lat = round((lon0 - 0.02 + 0.2 * k) * 1e6), round((lat0 + 0.02) * 1e6)
        depot = f"D{k + 1}"
        depot_list.append(
            Depot(
                depot_id=depot, name=f"Plateforme {k + 1}", lon_microdeg=lon, lat_microdeg=lat, opens_s=4 * 3600, closes_s=20 * 3600, loading_s=1200,
                packing_baskets_per_day=2 * per_day, packing_starts_s=4 * 3600 if packing_times else None,
                packing_baskets_per_h=max(60, per_day) if packing_times else None, storage_g=per_day * 60_000, cold_storage_g=per_day * 20_000,
            )
        )  # fmt: skip
        for v in range(vans or max(2, per_day // (120 * depots) + 1)):
            volunteer = v % 4 == 3
            fleet.append(
                Vehicle(
                    vehicle_id=f"V{k + 1}{v + 1:02d}", kind="van", depot_id=depot, weekdays=(0, 2, 4) if volunteer else (0, 1, 2, 3, 4), shift_start_s=7 * 3600,
                    shift_end_s=(13 if volunteer else 15) * 3600, capacity_g=1_000_000, capacity_baskets=110, gvw_kg=3500, cold=v == 0, max_trips=3,
                    cents_per_day=6000, millicents_per_km=35_000, millicents_per_h=2_200_000,
                    break_after_s=None if volunteer else 6 * 3600, break_s=None if volunteer else 1200,
                )
            )  # fmt: skip
        for t in range(trucks):
            fleet.append(
                Vehicle(
                    vehicle_id=f"T{k + 1}{t + 1:02d}", kind="truck", depot_id=depot, weekdays=(0, 1, 2, 3, 4), shift_start_s=6 * 3600, shift_end_s=14 * 3600,
                    capacity_g=5_500_000, capacity_baskets=550, gvw_kg=12_000, cold=False, max_trips=2, cents_per_day=12_000, millicents_per_km=90_000,
                    millicents_per_h=2_200_000, speed_factor_milli=900, break_after_s=16_200, break_s=2700,
                )
            )  # fmt: skip
    people = tuple(
        row
        for day in range(5)
        for row in (
            Drivers(weekday=day, licence="B", people=len(fleet)),
            Drivers(weekday=day, licence="C", people=max(1, trucks * depots - day % 2)),
        )
    )
    programmes = ("baskets", "kits") if kits else ("baskets",)
    settings = Settings(
        name=f"generated {seed}", week_start=MONDAY, delivery_weekdays=(0, 1, 2, 3, 4), collection_weekdays=(0, 1, 2, 3), early_collection_weekdays=(4,),
        packing_lead_days=lead_days, max_baskets=() if programme_share is None else (("baskets", int(total_need * programme_share)),), programmes=programmes,
    )  # fmt: skip
    stock = (DepotStock(depot_id="D1", lot_id="OPEN1", product_id="onion", stock_g=60_000, last_use_date=None),)
    return resolve(
        Dataset(
            settings=settings, neighbourhoods=tuple(hoods), zones=tuple(zones), households=tuple(households), needs=tuple(needs), sites=tuple(site_list), catchments=None,
            products=tuple(sorted(products, key=lambda p: p.product_id)), basket_types=tuple(sorted(types, key=lambda b: b.basket_id)), farms=tuple(farms), lots=tuple(sorted(lots, key=lambda lot: lot.lot_id)),
            depots=tuple(depot_list), depot_stock=stock, vehicles=tuple(sorted(fleet, key=lambda v: v.vehicle_id)), drivers=people if drivers else None, travel=None,
        )
    )  # fmt: skip
