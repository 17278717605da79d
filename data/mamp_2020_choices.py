"""What is made up in the dataset mamp-2020: every choice of `build_mamp_2020.py`, with its reason.

Nothing here was read in a source; what was read stands in `mamp-2020/facts/`.
"""

from __future__ import annotations

import datetime as dt

SEED = 20200420
WEEK_START = dt.date(2020, 4, 20)
NEED_BASKETS = 10_200
"""Households that ask for a basket: about a third more than the 7,700 baskets of the programme."""
ZONE_RESIDENTS = 3_000
"""Most residents of a zone."""
SITES = 180
COVERAGE_CAPACITY = 0.76
"""Every zone's own sites are sized for this share of its need (7,700 of 10,200 is 75.5 %)."""

ENROLMENT = {1: 0.30, 2: 0.60, 3: 1.00, 4: 1.25, 5: 1.40, 6: 1.50}
"""How likely a poor household of this size asks for a basket: families come first, as in 2020."""

MISREAD_HOUSEHOLD_SIZE = {"QP013041": 2.5}
"""The 4.9 read for Les Escourtines looks wrong; the usual size of the other QPV is taken instead."""

KINDS = (
    ("centre social", 5),
    ("association", 6),
    ("école", 5),
    ("gymnase", 2),
    ("CCAS", 1),
    ("mairie", 1),
)
"""Kind of site and how many of each twenty."""

HOURS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "tue thu late morning": (("tue", "10:00", "12:00"), ("thu", "10:00", "12:00")),
    "tue morning, fri afternoon": (("tue", "09:00", "12:00"), ("fri", "13:30", "16:30")),
    "mon wed morning": (("mon", "09:00", "12:00"), ("wed", "09:00", "12:00")),
    "wed fri morning": (("wed", "08:30", "11:30"), ("fri", "08:30", "11:30")),
    "four mornings": tuple((day, "08:30", "11:30") for day in ("mon", "tue", "thu", "fri")),
    "thu all day": (("thu", "10:00", "13:00"), ("thu", "14:00", "17:00")),
    "mon wed afternoon": (("mon", "13:30", "16:30"), ("wed", "13:30", "16:30")),
    "tue thu evening": (("tue", "17:00", "19:00"), ("thu", "17:00", "19:00")),
    "mon fri morning": (("mon", "09:00", "12:00"), ("fri", "09:00", "12:00")),
    "wed all day": (("wed", "09:00", "12:00"), ("wed", "14:00", "17:00")),
    "fri all day": (("fri", "09:00", "12:00"), ("fri", "14:00", "16:00")),
    "three mornings": tuple((day, "09:00", "12:00") for day in ("mon", "wed", "fri")),
}
HOURS_OF_KIND: dict[str, tuple[str, ...]] = {
    "centre social": ("tue thu late morning", "tue morning, fri afternoon", "four mornings", "three mornings"),
    "association": (
        "tue thu late morning",
        "tue thu evening",
        "mon wed afternoon",
        "tue morning, fri afternoon",
        "mon fri morning",
    ),
    "école": ("mon wed morning", "wed fri morning", "mon fri morning", "four mornings"),
    "gymnase": ("thu all day", "wed all day", "fri all day"),
    "CCAS": ("tue thu late morning", "mon fri morning", "three mornings"),
    "mairie": ("mon wed morning", "three mornings"),
}
RELAY_HOURS = "four mornings"
RELAYED_HOURS = "tue thu late morning"
EVENING_SITES = 8
"""At most so many sites open in the evening only."""

VANS_ONLY = {"centre social": 0.25, "association": 0.45, "école": 0.45, "gymnase": 0.0, "CCAS": 0.1}
"""Share of the sites of a kind that take no vehicle above 3.5 t (narrow street, school yard)."""
COLD_ROOM = 0.08
"""Share of sites with a cold room (schools and social centres have kitchens)."""

RELAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("QP013036", ("QP013035", "QP013009")),
    ("QP013034", ("QP013064",)),
    ("QP013051", ("QP013060", "QP013003")),
    ("QP013063", ("QP013062",)),
)
"""QPV whose first site is a relay (Benza and La Cayolle were delivery points in 2020) and QPV whose last site it supplies."""
MAY_RELAY_KM = 1.5
MAY_RELAY_SITES = 20

PRODUCTS: tuple[tuple[str, str, int, int, bool, float, str], ...] = (
    # product_id, group, portion g, most portions per basket, kept in the cold, tonnes on offer, readiness
    ("apple", "fruit", 500, 4, False, 9.0, "stored"),
    ("artichoke", "other", 300, 4, False, 1.5, "weekly"),
    ("asparagus", "other", 500, 2, True, 1.6, "daily"),
    ("beet", "root", 500, 2, False, 3.0, "stored"),
    ("broad_bean", "other", 500, 2, False, 1.2, "daily"),
    ("cabbage", "leaf", 1000, 1, False, 4.5, "stored"),
    ("carrot", "root", 500, 4, False, 7.5, "stored"),
    ("celery", "leaf", 500, 2, False, 1.8, "weekly"),
    ("chard", "leaf", 500, 2, True, 2.0, "daily"),
    ("courgette", "fruit_vegetable", 500, 3, False, 5.5, "weekly"),
    ("cucumber", "fruit_vegetable", 400, 3, False, 5.5, "weekly"),
    ("curly_endive", "leaf", 400, 2, True, 1.8, "weekly"),
    ("fennel", "other", 400, 3, False, 2.4, "weekly"),
    ("kiwi", "fruit", 500, 2, False, 3.2, "stored"),
    ("leek", "other", 500, 2, False, 3.2, "weekly"),
    ("lettuce", "leaf", 400, 3, True, 6.0, "weekly"),
    ("new_potato", "root", 500, 4, False, 9.0, "stored"),
    ("onion", "root", 500, 2, False, 4.0, "stored"),
    ("pear", "fruit", 500, 3, False, 2.8, "weekly"),
    ("radish", "root", 250, 2, False, 1.4, "daily"),
    ("spinach", "leaf", 500, 2, True, 1.8, "daily"),
    ("spring_onion", "other", 250, 2, False, 1.0, "weekly"),
    ("strawberry", "fruit", 250, 4, True, 2.6, "daily"),
    ("tomato", "fruit_vegetable", 500, 3, False, 8.0, "weekly"),
    ("turnip", "root", 500, 2, False, 2.2, "stored"),
)
STRAWBERRY_COLD_DAYS = 2
"""Of the 2 to 3 days read, the prudent one."""

READY: dict[str, tuple[tuple[int, int], ...]] = {
    "stored": ((-3, 45), (0, 20), (1, 15), (2, 12), (3, 8)),
    "weekly": ((-3, 28), (0, 20), (1, 20), (2, 18), (3, 14)),
    "daily": ((0, 26), (1, 26), (2, 26), (3, 22)),
}
"""Days after Monday on which lots get ready (-3: the Friday before) and their weights."""

FARMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # commune (insee), what each of its farms grows; a star: it brings its goods itself
    ("13014", ("greenhouse*", "greenhouse*", "salad*", "greenhouse")),
    ("13035", ("garden*", "garden", "field")),
    ("13103", ("salad*", "field", "garden")),
    ("13053", ("orchard*", "orchard")),
    ("13105", ("orchard", "salad*")),
    ("13024", ("strawberry*", "garden")),
    ("13003", ("orchard", "field")),
    ("13049", ("garden", "field")),
    ("13044", ("field*", "garden")),
    ("13047", ("orchard", "field")),
    ("13063", ("garden", "strawberry")),
    ("13092", ("garden",)),
    ("13051", ("greenhouse*", "garden")),
    ("13037", ("greenhouse", "field")),
    ("13112", ("greenhouse*",)),
    ("13081", ("greenhouse",)),
    ("13026", ("salad*", "garden")),
    ("13054", ("salad",)),
    ("13056", ("field",)),
    ("13050", ("garden",)),
    ("13067", ("orchard*",)),
    ("13004", ("strawberry",)),
)
GROWS: dict[str, tuple[str, ...]] = {
    "greenhouse": ("tomato", "cucumber", "courgette"),
    "salad": ("lettuce", "curly_endive", "spinach", "chard", "radish"),
    "garden": ("leek", "fennel", "celery", "artichoke", "turnip", "spring_onion", "beet", "broad_bean"),
    "field": ("new_potato", "carrot", "onion", "cabbage"),
    "orchard": ("apple", "pear", "kiwi"),
    "strawberry": ("strawberry", "asparagus"),
}
FARM_SPREAD_M = 1_200
"""Farms lie within this distance of their commune's point."""

OPENING_STOCK = (("apple", 520, 14), ("carrot", 780, 40), ("new_potato", 1000, 20), ("onion", 500, 18))
"""Product, kg in the hub on Monday morning, days from Monday to its last usable day."""

DEPOT = {
    "loading_min": 20,
    "packing_baskets_per_day": 2000,
    "packing_starts": "05:00",
    "packing_baskets_per_h": 450,
    "storage_kg": 32000,
    "cold_storage_kg": 6000,
}

WEEK = "mon tue wed thu fri"
FLEET: tuple[tuple[str, str, str, str, str, str, bool], ...] = (
    # vehicle_id, facts row, kind, weekdays, shift start, shift end, volunteers
    ("C1", "truck_12t", "porteur 12 t", WEEK, "05:00", "13:00", False),
    ("C2", "truck_12t", "porteur 12 t", WEEK, "08:00", "16:00", False),
    ("C3", "truck_12t", "porteur 12 t", "mon thu fri", "06:30", "14:30", False),
    ("F1", "van_reefer_35t", "fourgon frigorifique 3,5 t", WEEK, "06:00", "14:00", False),
    ("F2", "van_reefer_35t", "fourgon frigorifique 3,5 t", WEEK, "07:00", "15:00", False),
    ("V1", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "06:00", "14:00", False),
    ("V2", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "06:30", "14:30", False),
    ("V3", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "07:00", "15:00", False),
    ("V4", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "07:30", "15:30", False),
    ("V5", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "12:00", "20:00", False),
    ("V6", "box_20m3_hayon", "caisse 20 m³ avec hayon", WEEK, "12:00", "20:00", False),
    ("B1", "box_20m3_hayon", "caisse 20 m³, bénévoles", "mon tue thu", "07:30", "13:30", True),
    ("B2", "box_20m3_hayon", "caisse 20 m³, bénévoles", "tue thu fri", "07:30", "13:30", True),
    ("B3", "box_20m3_hayon", "caisse 20 m³, bénévoles", "mon wed fri", "07:30", "13:30", True),
    ("B4", "box_20m3_hayon", "caisse 20 m³, bénévoles", "wed fri", "08:00", "14:00", True),
)
CAPACITY_BASKETS = {"box_20m3_hayon": 105, "van_reefer_35t": 94, "truck_12t": 600}
EUR_PER_DAY = {"box_20m3_hayon": 45, "van_reefer_35t": 60, "truck_12t": 95}
VOLUNTEER_EUR_PER_DAY = 30
DRIVERS = (
    # weekday, people with licence B only, people with licence C (a heavy licence is scarce)
    ("mon", 10, 2),
    ("tue", 10, 2),
    ("wed", 10, 1),
    ("thu", 10, 3),
    ("fri", 11, 2),
)
MAX_BASKETS = 7_700
BUDGET_EUR = 90_000
