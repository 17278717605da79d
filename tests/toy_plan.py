"""A week small enough to be worked out by hand, with a complete plan that breaks no rule.

Two delivery days (Tuesday 21 and Wednesday 22 April 2020), collections on Monday and Tuesday, one day of lead
time. All places lie on one straight road: the number behind each is its position in km, and a km takes a minute
(75 s for the truck, whose speed factor is 0.8).

    S6 −20    S5 −12    S4 −8    D1 0    S1 10    S2 15    S3 17    F3 30    F1 40    F2 45

S3 is relayed at S2. S5 opens on Fridays only. F2 brings its goods itself. Lettuce needs cold; V1 is the cold van.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np

from distrib.model.dataset import Dataset, Settings, Travel
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.goods import BasketType, Depot, DepotStock, Farm, Lot, Product
from distrib.model.plan import (
    AllocationRow,
    CollectionRow,
    CoverageRow,
    DeliveryRow,
    FairnessRow,
    LedgerRow,
    Level,
    PackingRow,
    Plan,
    RecipeRow,
    StopRow,
    UnservedRow,
)
from distrib.model.territory import Catchment, ExtraNeed, HouseholdGroup, Neighbourhood, Opening, Site, Zone
from distrib.units import seconds_of_clock

MON, TUE, WED = dt.date(2020, 4, 20), dt.date(2020, 4, 21), dt.date(2020, 4, 22)
POSITION_KM = {"D1": 0, "F1": 40, "F2": 45, "F3": 30, "S1": 10, "S2": 15, "S3": 17, "S4": -8, "S5": -12, "S6": -20}


def at(clock: str) -> int:
    """Seconds after midnight of a clock time."""
    return seconds_of_clock(clock)


def toy_dataset() -> Dataset:
    """Return the resolved toy dataset."""
    return Dataset(
        settings=Settings(
            name="Toy week",
            week_start=MON,
            delivery_weekdays=(1, 2),
            collection_weekdays=(0, 1),
            packing_lead_days=1,
            max_baskets=(("baskets", 50),),
            purchase_budget_cents=14_000,
        ),
        neighbourhoods=tuple(
            Neighbourhood(neighbourhood_id=f"N{i}", name=f"Quartier {i}", commune="Aix", lon_microdeg=0, lat_microdeg=0)
            for i in (1, 2, 3)
        ),
        zones=tuple(
            Zone(zone_id=zone, neighbourhood_id=zone[:2], lon_microdeg=0, lat_microdeg=0)
            for zone in ("N1-A", "N1-B", "N2", "N3")
        ),
        households=tuple(
            HouseholdGroup(zone_id=zone, persons_per_household=persons, households=households)
            for zone, persons, households in (("N1-A", 4, 20), ("N1-B", 2, 15), ("N2", 3, 20), ("N3", 5, 10))
        ),
        needs=(ExtraNeed(zone_id="N2", basket_id="hygiene", households=12),),
        sites=_sites(),
        catchments=tuple(
            Catchment(zone_id=zone, site_id=site, walk_m=walk)
            for zone, site, walk in (
                ("N1-A", "S1", 300),
                ("N1-A", "S2", 600),
                ("N1-B", "S2", 500),
                ("N1-B", "S3", 200),
                ("N2", "S4", 250),
                ("N2", "S5", 900),
                ("N3", "S5", 700),
                ("N3", "S6", 400),
            )
        ),
        products=tuple(
            Product(
                product_id=product,
                name=product,
                group=group,
                portion_g=portion_g,
                crate_g=crate_g,
                shelf_life_days=days,
                needs_cold=product == "lettuce",
                max_portions_per_basket=most,
            )
            for product, group, portion_g, crate_g, days, most in (
                ("apple", "fruit", 250, 10_000, 14, 4),
                ("carrot", "root", 500, 10_000, 60, 3),
                ("lettuce", "leaf", 400, 4_000, 2, 1),
                ("pear", "fruit", 250, 8_000, 5, 4),
                ("potato", "root", 1_000, 10_000, 30, 2),
                ("soap", "other", 100, 5_000, None, 2),
            )
        ),
        basket_types=(
            BasketType(
                basket_id="family",
                name="Panier familial",
                programme="baskets",
                persons_from=1,
                persons_to=6,
                target_g=3_400,
                min_g=3_400,
                max_g=3_500,
                min_products=3,
                min_fruit_bp=2_500,
            ),
            BasketType(
                basket_id="hygiene",
                name="Kit hygiène",
                programme="kits",
                persons_from=None,
                persons_to=None,
                target_g=200,
                min_g=200,
                max_g=200,
                min_products=1,
                min_fruit_bp=0,
                places=2,
                contents=(("soap", 2),),
            ),
        ),
        farms=tuple(
            Farm(
                farm_id=farm,
                name=f"Ferme {farm[1]}",
                commune="Berre",
                lon_microdeg=0,
                lat_microdeg=0,
                opens_s=at(opens),
                closes_s=at(closes),
                loading_s=loading_s,
                loading_s_per_crate=per_crate,
                delivers=farm == "F2",
            )
            for farm, opens, closes, loading_s, per_crate in (
                ("F1", "07:00", "12:00", 900, 20),
                ("F2", "07:00", "12:00", 900, 0),
                ("F3", "08:00", "17:00", 600, 30),
            )
        ),
        lots=tuple(
            Lot(
                lot_id=lot,
                farm_id=farm,
                product_id=product,
                ready_date=ready,
                offer_g=offer_g,
                price_millicents_per_kg=price,
                last_use_date=last_use,
            )
            for lot, farm, product, ready, offer_g, price, last_use in (
                ("LA1", "F1", "apple", MON, 35_000, 100_000, dt.date(2020, 5, 4)),
                ("LA2", "F2", "apple", TUE, 20_000, 110_000, dt.date(2020, 5, 5)),
                ("LC", "F1", "carrot", MON, 60_000, 80_000, dt.date(2020, 6, 19)),
                ("LL", "F3", "lettuce", MON, 22_000, 155_500, WED),
                ("LP", "F2", "pear", MON, 8_000, 120_000, dt.date(2020, 4, 25)),
            )
        ),
        depots=(
            Depot(
                depot_id="D1",
                name="Plateforme",
                lon_microdeg=0,
                lat_microdeg=0,
                opens_s=at("06:00"),
                closes_s=at("18:00"),
                loading_s=900,
                packing_baskets_per_day=40,
                packing_starts_s=at("06:00"),
                packing_baskets_per_h=30,
                storage_g=200_000,
                cold_storage_g=15_000,
            ),
        ),
        depot_stock=(
            DepotStock(depot_id="D1", lot_id="SP", product_id="potato", stock_g=60_000, last_use_date=WED),
            DepotStock(depot_id="D1", lot_id="SS", product_id="soap", stock_g=5_000, last_use_date=None),
        ),
        vehicles=_vehicles(),
        drivers=tuple(
            Drivers(weekday=weekday, licence=licence, people=1)
            for weekday, licence in ((0, "B"), (0, "C"), (1, "B"), (2, "B"), (2, "C"))
        ),
        travel=_travel(),
    )


def _sites() -> tuple[Site, ...]:
    common: dict[str, Any] = {"kind": "centre social", "commune": "Aix", "lon_microdeg": 0, "lat_microdeg": 0}

    def site(number: int, most: int, unloading_s: int, hours: tuple[tuple[int, str, str], ...], **more: Any) -> Site:
        openings = tuple(Opening(weekday=day, opens_s=at(opens), closes_s=at(closes)) for day, opens, closes in hours)
        text = {"site_id": f"S{number}", "name": f"Point {number}"}
        return Site(**text, **common, **more, max_baskets_per_day=most, unloading_s=unloading_s, openings=openings)

    return (
        site(1, 15, 300, ((1, "07:30", "12:00"),), unloading_s_per_basket=6, min_baskets_per_week=10),
        site(
            2,
            12,
            300,
            ((1, "07:00", "10:00"), (2, "07:00", "09:00")),
            unloading_s_per_basket=6,
            relay_max_baskets=8,
        ),
        site(3, 10, 300, ((1, "14:00", "16:00"),), relay_site_id="S2"),
        site(4, 40, 300, ((1, "10:00", "12:00"), (2, "07:00", "12:00"))),
        site(5, 20, 300, ((4, "08:00", "12:00"),)),
        site(6, 10, 600, ((2, "08:00", "11:00"),), largest_vehicle_gvw_kg=3_500, min_baskets_per_visit=5),
    )


def _vehicles() -> tuple[Vehicle, ...]:
    return (
        Vehicle(
            vehicle_id="V1",
            kind="van",
            depot_id="D1",
            weekdays=(0, 1, 2),
            shift_start_s=at("06:30"),
            shift_end_s=at("13:30"),
            capacity_g=100_000,
            capacity_baskets=30,
            gvw_kg=3_500,
            cold=True,
            max_trips=2,
            cents_per_day=5_000,
            millicents_per_km=30_000,
            millicents_per_h=1_000_000,
            break_after_s=7_200,
            break_s=1_800,
        ),
        Vehicle(
            vehicle_id="V2",
            kind="truck",
            depot_id="D1",
            weekdays=(0, 2),
            shift_start_s=at("07:00"),
            shift_end_s=at("14:00"),
            capacity_g=500_000,
            capacity_baskets=100,
            gvw_kg=7_500,
            cold=False,
            max_trips=1,
            cents_per_day=9_000,
            millicents_per_km=60_000,
            millicents_per_h=1_500_000,
            speed_factor_milli=800,
        ),
    )


def _travel() -> Travel:
    places = tuple(sorted(POSITION_KM))
    km = np.array([[abs(POSITION_KM[a] - POSITION_KM[b]) for b in places] for a in places], dtype=np.int32)
    return Travel(places=places, seconds=60 * km, metres=1_000 * km, source="a straight road")


def toy_plan() -> Plan:
    """Return the plan worked out by hand; ``check`` finds nothing in it."""
    return Plan(
        coverage=_coverage(),
        allocation=_allocation(),
        deliveries=_deliveries(),
        stops=_stops(),
        collections=_collections(),
        recipes=_recipes(),
        packing=_packing(),
        stock_ledger=_ledger(),
        unserved=_unserved(),
        fairness=_fairness(),
        levels=(
            Level(name="baskets", value=Fraction(50), bound=Fraction(50), unit="baskets", proven=True),
            Level(
                name="purchases",
                value=Fraction("131.10"),
                bound=None,
                unit="EUR",
                proven=False,
                why_not_proven="worked out by hand",
            ),
        ),
    )


def _allocation() -> tuple[AllocationRow, ...]:
    # 26 family baskets for N1 (15 + 11), 16 for N2, 8 for N3: the programme's 50. 10 kits for N2.
    return tuple(
        AllocationRow(
            zone_id=zone, neighbourhood_id=zone[:2], site_id=site, date=date, basket_id=basket, baskets=n, walk_m=walk
        )
        for zone, site, date, basket, n, walk in (
            ("N1-A", "S1", TUE, "family", 10, 300),
            ("N1-A", "S2", TUE, "family", 5, 600),
            ("N1-B", "S2", WED, "family~2", 5, 500),
            ("N1-B", "S3", TUE, "family", 6, 200),
            ("N2", "S4", TUE, "family", 9, 250),
            ("N2", "S4", WED, "family", 7, 250),
            ("N2", "S4", WED, "hygiene", 10, 250),
            ("N3", "S6", WED, "family", 5, 400),
            ("N3", "S6", WED, "family~2", 3, 400),
        )
    )


def _deliveries() -> tuple[DeliveryRow, ...]:
    # A family basket weighs 3,400 g, family~2 3,500 g, a kit 200 g (see the recipes).
    return tuple(
        DeliveryRow(
            date=date,
            site_id=site,
            dropped_at_site_id="S2" if site == "S3" else site,
            basket_id=basket,
            baskets=n,
            load_g=load_g,
            vehicle_id=vehicle,
            trip=trip,
            arrival_s=at(times[0]),
            start_s=at(times[1]),
            departure_s=at(times[2]),
        )
        for date, site, basket, n, load_g, vehicle, trip, times in (
            (TUE, "S1", "family", 10, 34_000, "V1", 1, ("07:25", "07:30", "07:36")),
            (TUE, "S2", "family", 5, 17_000, "V1", 1, ("07:41", "07:41", "07:47:06")),
            (TUE, "S3", "family", 6, 20_400, "V1", 1, ("07:41", "07:41", "07:47:06")),
            (TUE, "S4", "family", 9, 30_600, "V1", 2, ("10:23", "10:23", "10:28")),
            (WED, "S2", "family~2", 5, 17_500, "V1", 1, ("07:30", "07:30", "07:35:30")),
            (WED, "S4", "family", 7, 23_800, "V2", 1, ("07:25", "07:25", "07:30")),
            (WED, "S4", "hygiene", 10, 2_000, "V2", 1, ("07:25", "07:25", "07:30")),
            (WED, "S6", "family", 5, 17_000, "V1", 1, ("08:10:30", "08:10:30", "08:20:30")),
            (WED, "S6", "family~2", 3, 10_500, "V1", 1, ("08:10:30", "08:10:30", "08:20:30")),
        )
    )


def _stops() -> tuple[StopRow, ...]:
    rows: list[StopRow] = []

    def trip(
        date: dt.date, vehicle: str, number: int, *stops: tuple[str, str, str, str, int, int, int, int, int]
    ) -> None:
        s_per_km = 75 if vehicle == "V2" else 60
        before = "D1"
        for index, (place, arrival, start, departure, break_s, baskets, drop_g, pick_g, load_g) in enumerate(stops):
            km = abs(POSITION_KM[place] - POSITION_KM[before])
            rows.append(
                StopRow(
                    date=date,
                    vehicle_id=vehicle,
                    trip=number,
                    stop=index,
                    place_kind={"D": "depot", "F": "farm", "S": "site"}[place[0]],
                    place_id=place,
                    arrival_s=at(arrival),
                    start_s=at(start),
                    departure_s=at(departure),
                    break_s=break_s,
                    drop_baskets=baskets,
                    drop_g=drop_g,
                    pick_g=pick_g,
                    load_g=load_g,
                    from_previous_m=1_000 * km,
                    from_previous_s=s_per_km * km,
                )
            )
            before = place

    # Monday: the van fetches 3 crates of lettuce; 600 s + 3 × 30 s of loading; 900 s of unloading at the depot.
    trip(
        MON,
        "V1",
        1,
        ("D1", "08:00", "08:00", "08:00", 0, 0, 0, 0, 0),
        ("F3", "08:30", "08:30", "08:41:30", 0, 0, 0, 12_000, 12_000),
        ("D1", "09:11:30", "09:11:30", "09:26:30", 0, 0, 0, 0, 0),
    )
    # The truck fetches 3 crates of apples and 6 of carrots: 40 km × 75 s; 900 s + 9 × 20 s of loading.
    trip(
        MON,
        "V2",
        1,
        ("D1", "08:00", "08:00", "08:00", 0, 0, 0, 0, 0),
        ("F1", "08:50", "08:50", "09:08", 0, 0, 0, 90_000, 90_000),
        ("D1", "09:58", "09:58", "10:13", 0, 0, 0, 0, 0),
    )
    # Tuesday: 21 baskets (71.4 kg) are packed by 06:42; the van waits 5 min for S1 to open, drops 10 there
    # (300 s + 60 s), 11 at S2 for S2 and S3 (300 s + 66 s), fetches 2 crates at F3 (600 s + 60 s) and rests there.
    trip(
        TUE,
        "V1",
        1,
        ("D1", "07:00", "07:00", "07:15", 0, 0, 0, 0, 71_400),
        ("S1", "07:25", "07:30", "07:36", 0, 10, 34_000, 0, 37_400),
        ("S2", "07:41", "07:41", "07:47:06", 0, 11, 37_400, 0, 0),
        ("F3", "08:02:06", "08:02:06", "08:43:06", 1_800, 0, 0, 8_000, 8_000),
        ("D1", "09:13:06", "09:13:06", "09:28:06", 0, 0, 0, 0, 0),
    )
    # From the end of the rest (08:43:06) to the end of the tour (10:36) are 1 h 52 min 54 s.
    trip(
        TUE,
        "V1",
        2,
        ("D1", "10:00", "10:00", "10:15", 0, 0, 0, 0, 30_600),
        ("S4", "10:23", "10:23", "10:28", 0, 9, 30_600, 0, 0),
        ("D1", "10:36", "10:36", "10:36", 0, 0, 0, 0, 0),
    )
    # Wednesday: both begin to load at 07:00, when exactly 13 + 17 = 30 baskets are packed.
    trip(
        WED,
        "V1",
        1,
        ("D1", "07:00", "07:00", "07:15", 0, 0, 0, 0, 45_000),
        ("S2", "07:30", "07:30", "07:35:30", 0, 5, 17_500, 0, 27_500),
        ("S6", "08:10:30", "08:10:30", "08:20:30", 0, 8, 27_500, 0, 0),
        ("D1", "08:40:30", "08:40:30", "08:40:30", 0, 0, 0, 0, 0),
    )
    trip(
        WED,
        "V2",
        1,
        ("D1", "07:00", "07:00", "07:15", 0, 0, 0, 0, 25_800),
        ("S4", "07:25", "07:25", "07:30", 0, 17, 25_800, 0, 0),
        ("D1", "07:40", "07:40", "07:40", 0, 0, 0, 0, 0),
    )
    return tuple(rows)


def _collections() -> tuple[CollectionRow, ...]:
    return tuple(
        CollectionRow(
            date=date,
            depot_id="D1",
            farm_id=farm,
            lot_id=lot,
            product_id=product,
            crates=crates,
            load_g=load_g,
            cents=cents,
            vehicle_id=vehicle,
            trip=trip,
        )
        for date, farm, lot, product, crates, load_g, cents, vehicle, trip in (
            (MON, "F1", "LA1", "apple", 3, 30_000, 3_000, "V2", 1),  # 30 kg × 1.00 EUR
            (MON, "F1", "LC", "carrot", 6, 60_000, 4_800, "V2", 1),  # 60 kg × 0.80 EUR
            (MON, "F3", "LL", "lettuce", 3, 12_000, 1_866, "V1", 1),  # 12 kg × 1.555 EUR
            (TUE, "F2", "LA2", "apple", 2, 20_000, 2_200, "", 0),  # 20 kg × 1.10 EUR, brought by the farm
            (TUE, "F3", "LL", "lettuce", 2, 8_000, 1_244, "V1", 1),  # 8 kg × 1.555 EUR
        )
    )  # 131.10 EUR in all


def _recipes() -> tuple[RecipeRow, ...]:
    weight = {"apple": 250, "carrot": 500, "lettuce": 400, "potato": 1_000, "soap": 100}
    # family: 1,000 + 1,000 + 400 + 1,000 = 3,400 g, 29.4 % fruit; family~2: 1,000 + 1,500 + 1,000 = 3,500 g, 28.6 %.
    family = (("apple", 4), ("carrot", 2), ("lettuce", 1), ("potato", 1))
    return tuple(
        RecipeRow(
            date=date,
            depot_id="D1",
            basket_id=basket,
            product_id=product,
            portions=portions,
            recipe_g=portions * weight[product],
        )
        for date, basket, recipe in (
            (TUE, "family", family),
            (WED, "family", family),
            (WED, "family~2", (("apple", 4), ("carrot", 3), ("potato", 1))),
            (WED, "hygiene", (("soap", 2),)),
        )
        for product, portions in recipe
    )


def _packing() -> tuple[PackingRow, ...]:
    return tuple(
        PackingRow(date=date, depot_id="D1", basket_id=basket, baskets=n, packed_g=packed_g)
        for date, basket, n, packed_g in (
            (TUE, "family", 30, 102_000),  # 30 × 3,400 g
            (WED, "family", 12, 40_800),  # 12 × 3,400 g
            (WED, "family~2", 8, 28_000),  # 8 × 3,500 g
            (WED, "hygiene", 10, 2_000),  # 10 × 200 g
        )
    )


def _ledger() -> tuple[LedgerRow, ...]:
    products = {lot.lot_id: (lot.product_id, lot.last_use_date) for lot in toy_dataset().lots}
    products |= {"SP": ("potato", WED), "SS": ("soap", None)}
    return tuple(
        LedgerRow(
            date=date,
            depot_id="D1",
            lot_id=lot,
            product_id=products[lot][0],
            opening_g=opening,
            in_g=in_g,
            packed_g=packed,
            discarded_g=discarded,
            closing_g=closing,
            last_use_date=products[lot][1],
        )
        for date, lot, opening, in_g, packed, discarded, closing in (
            (MON, "LA1", 0, 30_000, 0, 0, 30_000),
            (MON, "LC", 0, 60_000, 0, 0, 60_000),
            (MON, "LL", 0, 12_000, 0, 0, 12_000),
            (MON, "SP", 60_000, 0, 0, 0, 60_000),
            (MON, "SS", 5_000, 0, 0, 0, 5_000),
            (TUE, "LA1", 30_000, 0, 30_000, 0, 0),  # 30 × 1,000 g
            (TUE, "LA2", 0, 20_000, 0, 0, 20_000),
            (TUE, "LC", 60_000, 0, 30_000, 0, 30_000),  # 30 × 1,000 g
            (TUE, "LL", 12_000, 8_000, 12_000, 0, 8_000),  # 30 × 400 g, all that came on Monday
            (TUE, "SP", 60_000, 0, 30_000, 0, 30_000),  # 30 × 1,000 g
            (TUE, "SS", 5_000, 0, 0, 0, 5_000),
            (WED, "LA1", 0, 0, 0, 0, 0),
            (WED, "LA2", 20_000, 0, 20_000, 0, 0),  # 20 × 1,000 g
            (WED, "LC", 30_000, 0, 24_000, 0, 6_000),  # 12 × 1,000 g + 8 × 1,500 g
            (WED, "LL", 8_000, 0, 4_800, 3_200, 0),  # 12 × 400 g; its last usable day
            (WED, "SP", 30_000, 0, 20_000, 10_000, 0),  # 20 × 1,000 g; its last usable day
            (WED, "SS", 5_000, 0, 2_000, 0, 3_000),  # 10 × 200 g
        )
    )


def _coverage() -> tuple[CoverageRow, ...]:
    return tuple(
        CoverageRow(
            programme=programme,
            neighbourhood_id=f"N{i}",
            name=f"Quartier {i}",
            commune="Aix",
            households=need,
            persons=persons,
            need_baskets=need,
            baskets=baskets,
            coverage=Fraction(baskets, need) if need else None,
            persons_helped=helped,
            limited_by=reason,
        )
        for programme, i, need, persons, baskets, helped, reason in (
            ("baskets", 1, 35, 110, 26, 82, "programme"),  # 15 × 80 ÷ 20 + 11 × 30 ÷ 15 persons helped
            ("baskets", 2, 20, 60, 16, 48, "programme"),
            ("baskets", 3, 10, 50, 8, 40, "programme"),
            ("kits", 1, 0, 0, 0, 0, ""),
            ("kits", 2, 12, 0, 10, 0, ""),  # needs rows tell no household size, so no persons
            ("kits", 3, 0, 0, 0, 0, ""),
        )
    )


def _unserved() -> tuple[UnservedRow, ...]:
    return tuple(
        UnservedRow(
            kind=kind,
            id=item,
            programme=programme,
            quantity=quantity,
            unit="kg" if kind == "lot" else "baskets",
            reason=reason,
            explanation="",
            remedy="",
        )
        for kind, item, programme, quantity, reason in (
            ("lot", "LP", "", 8_000, ""),
            ("need", "N1-A", "baskets", 5, "programme"),
            ("need", "N1-B", "baskets", 4, "programme"),
            ("need", "N2", "baskets", 4, "programme"),
            ("need", "N2", "kits", 2, ""),
            ("need", "N3", "baskets", 2, "programme"),
            ("site", "S5", "", 0, "site_hours"),
        )
    )


def _fairness() -> tuple[FairnessRow, ...]:
    # 50 baskets for a need of 65: everyone's fair share is 50 ÷ 65 of the need.
    return tuple(
        FairnessRow(
            programme="baskets",
            neighbourhood_id=f"N{i}",
            bound_microbaskets=bound,
            baskets=baskets,
            proven=True,
            gap_baskets=0,
            lacking_rule="",
            binding="programme",
        )
        for i, bound, baskets in ((1, 26_923_076, 26), (2, 15_384_615, 16), (3, 7_692_307, 8))
    )


def changed(plan: Plan, table: str, where: dict[str, Any], **fields: Any) -> Plan:
    """Return the plan with fields of the rows that match ``where`` changed; a callable gets the old value.

    Raises:
        LookupError: no row matches, so the test would prove nothing.
    """
    rows = []
    hits = 0
    for row in getattr(plan, table):
        if all(getattr(row, key) == value for key, value in where.items()):
            new = {key: value(getattr(row, key)) if callable(value) else value for key, value in fields.items()}
            row, hits = dataclasses.replace(row, **new), hits + 1
        rows.append(row)
    if not hits:
        raise LookupError(f"no row of {table} matches {where}")
    return dataclasses.replace(plan, **{table: tuple(rows)})


def without(plan: Plan, table: str, **where: Any) -> Plan:
    """Return the plan without the rows that match. Raises LookupError when none does."""
    kept = tuple(r for r in getattr(plan, table) if any(getattr(r, key) != value for key, value in where.items()))
    if len(kept) == len(getattr(plan, table)):
        raise LookupError(f"no row of {table} matches {where}")
    return dataclasses.replace(plan, **{table: kept})


def dataset_changed(dataset: Dataset, table: str, where: dict[str, Any], **fields: Any) -> Dataset:
    """Return the dataset with fields of the rows that match changed. Raises LookupError when none does."""
    rows = tuple(
        dataclasses.replace(row, **fields) if all(getattr(row, k) == v for k, v in where.items()) else row
        for row in getattr(dataset, table)
    )
    if rows == getattr(dataset, table):
        raise LookupError(f"nothing of {table} changes where {where}")
    return dataclasses.replace(dataset, **{table: rows})


def settings_changed(dataset: Dataset, **fields: Any) -> Dataset:
    """Return the dataset with other settings."""
    return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, **fields))


def timed(plan: Plan, date: dt.date, vehicle: str, trip: int, stop: int, *clocks: str) -> Plan:
    """Return the plan with other times (arrival, start, departure) of one stop, its deliveries included."""
    arrival, start, departure = (at(clock) for clock in clocks)
    where = {"date": date, "vehicle_id": vehicle, "trip": trip}
    place = next(
        row.place_id
        for row in plan.stops
        if (row.date, row.vehicle_id, row.trip, row.stop) == (date, vehicle, trip, stop)
    )
    times = {"arrival_s": arrival, "start_s": start, "departure_s": departure}
    plan = changed(plan, "stops", {**where, "stop": stop}, **times)
    if place.startswith("S"):
        plan = changed(plan, "deliveries", {**where, "dropped_at_site_id": place}, **times)
    return plan


def with_row(plan: Plan, table: str, like: dict[str, Any], **fields: Any) -> Plan:
    """Return the plan with one more row, like the first that matches but for some fields. Raises LookupError without one."""
    rows = getattr(plan, table)
    model = next((r for r in rows if all(getattr(r, key) == value for key, value in like.items())), None)
    if model is None:
        raise LookupError(f"no row of {table} matches {like}")
    return in_order(dataclasses.replace(plan, **{table: (*rows, dataclasses.replace(model, **fields))}))


def in_order(plan: Plan) -> Plan:
    """Return the plan with the rows of each table in the order in which a plan folder keeps them."""
    keys = {
        "allocation": ("zone_id", "site_id", "date", "basket_id"),
        "deliveries": ("date", "site_id", "basket_id", "vehicle_id", "trip", "arrival_s"),
        "stops": ("date", "vehicle_id", "trip", "stop"),
        "collections": ("date", "depot_id", "farm_id", "lot_id", "vehicle_id", "trip"),
        "recipes": ("date", "depot_id", "basket_id", "product_id"),
        "packing": ("date", "depot_id", "basket_id"),
        "stock_ledger": ("date", "depot_id", "lot_id"),
    }
    tables = {
        table: tuple(sorted(getattr(plan, table), key=lambda row, cols=columns: tuple(getattr(row, c) for c in cols)))
        for table, columns in keys.items()
    }
    return dataclasses.replace(plan, **tables)
