"""The leximin of R on weeks small enough to be worked out on paper."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.fleet import Drivers
from distrib.model.goods import DepotStock
from distrib.model.territory import ExtraNeed, HouseholdGroup, Opening
from distrib.solver.allocation.relaxation import MICRO, Relaxation, relax
from tests.relaxation_weeks import (
    HOUR,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    basket,
    depot,
    farm,
    lot,
    product,
    site,
    vehicle,
    week,
)

TWO = {"A": {"A1": 10}, "B": {"B1": 30}}
OWN_SITES = {"A1": ["SA"], "B1": ["SB"]}


def values(dataset: Dataset, limits: Limits | None = None) -> dict[str, Fraction]:
    """Baskets by neighbourhood (of the only programme)."""
    found = relax(dataset, limits=limits).neighbourhood_value
    return {q: Fraction(v, MICRO) for (_, q), v in found.items()}


def two(**more: object) -> Dataset:
    """Neighbourhoods A (10 baskets) and B (30), each with its own site, on one Monday."""
    fields: dict[str, object] = {"sites": [site("SA"), site("SB")]}
    return week(TWO, OWN_SITES, **(fields | more))  # type: ignore[arg-type]


def test_a_programme_of_half_the_need_gives_everybody_half() -> None:
    assert values(two(max_baskets=(("baskets", 20),))) == {"A": 5, "B": 15}


def test_without_any_limit_everybody_gets_all_the_need() -> None:
    assert values(two()) == {"A": 10, "B": 30}


def test_what_a_site_cannot_take_goes_to_the_others() -> None:
    week_ = two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),))
    assert values(week_) == {"A": 2, "B": 18}


def test_a_site_takes_its_capacity_on_each_day_it_is_open() -> None:
    week_ = two(sites=[site("SA", cap=2, days=(0, 2)), site("SB")], days=(0, 1, 2))
    assert values(week_) == {"A": 4, "B": 30}


def test_a_value_that_is_a_whole_number_is_written_as_one() -> None:
    # 18 / 39 of need is no short binary number; 13 · 18 / 39 = 6 exactly
    week_ = week(
        {"A": {"A1": 13}, "B": {"B1": 26}}, OWN_SITES, sites=[site("SA"), site("SB")], max_baskets=(("baskets", 18),)
    )
    assert values(week_) == {"A": 6, "B": 12}


@pytest.mark.parametrize("baskets", range(1, 39))
def test_whole_values_stay_whole_whatever_the_fraction(baskets: int) -> None:
    week_ = week(
        {"A": {"A1": 13}, "B": {"B1": 26}},
        OWN_SITES,
        sites=[site("SA"), site("SB")],
        max_baskets=(("baskets", baskets),),
    )
    found = values(week_)
    assert found["A"] == Fraction(round(Fraction(baskets * MICRO, 3)), MICRO)
    assert found["A"] // 1 == baskets // 3
    assert found["B"] // 1 == 2 * baskets // 3


def test_no_more_is_packed_than_the_lots_weigh() -> None:
    assert values(two(lots=[lot("L", "carrot", 180)])) == {"A": 5, "B": 15}


def test_a_lot_of_no_weight_gives_nothing() -> None:
    assert values(two(lots=[lot("L", "carrot", 0)])) == {"A": 0, "B": 0}


def test_a_lot_past_its_last_usable_day_gives_nothing_the_day_before_everything() -> None:
    sites = [site("SA", days=(2,)), site("SB", days=(2,))]
    late = two(days=(0, 1, 2), sites=sites, lots=[lot("L", "carrot", 180, last=TUESDAY)])
    assert values(late) == {"A": 0, "B": 0}
    timely = two(days=(0, 1, 2), sites=sites, lots=[lot("L", "carrot", 180, last=WEDNESDAY)])
    assert values(timely) == {"A": 5, "B": 15}


def test_the_lead_time_must_be_over() -> None:
    sites = [site("SA", days=(1,)), site("SB", days=(1,))]
    lots = [lot("L", "carrot", 180, ready=MONDAY)]
    assert values(two(days=(0, 1), sites=sites, lots=lots, packing_lead_days=1)) == {"A": 5, "B": 15}
    assert values(two(days=(0, 1), sites=sites, lots=lots, packing_lead_days=2)) == {"A": 0, "B": 0}


def test_an_early_collection_day_brings_the_lot_in_time() -> None:
    lots = [lot("L", "carrot", 180, ready=MONDAY.replace(month=4, day=30))]
    assert values(two(lots=lots, packing_lead_days=1)) == {"A": 0, "B": 0}
    assert values(two(lots=lots, packing_lead_days=1, early_collection_weekdays=(4,))) == {"A": 5, "B": 15}


def test_packing_per_day_bounds_the_day() -> None:
    week_ = two(
        days=(0, 1),
        sites=[site("SA", days=(0, 1)), site("SB", days=(0, 1))],
        depots=(depot(packing_baskets_per_day=10),),
    )
    assert values(week_) == {"A": 5, "B": 15}


def test_packing_times_bound_what_can_leave_before_a_site_closes() -> None:
    early = site("SA", openings=(Opening(weekday=0, opens_s=0, closes_s=8 * HOUR),))
    week_ = two(sites=[early, site("SB")], depots=(depot(packing_starts_s=7 * HOUR, packing_baskets_per_h=4),))
    assert values(week_) == {"A": 4, "B": 30}


def test_storage_bounds_what_is_held_overnight() -> None:
    lots = [lot("L", "carrot", 360)]
    sites = [site("SA", days=(1,)), site("SB", days=(1,))]
    fields = {"days": (0, 1), "collection_weekdays": (0,), "packing_lead_days": 1, "sites": sites, "lots": lots}
    assert values(two(**fields, depots=(depot(storage_g=180_000),))) == {"A": 5, "B": 15}
    assert values(two(**fields, depots=(depot(storage_g=180_000, cold_storage_g=0),))) == {"A": 5, "B": 15}
    cold = (product("carrot", cold=True),)
    assert values(two(**fields, products=cold, depots=(depot(storage_g=0, cold_storage_g=90_000),))) == {
        "A": Fraction(5, 2),
        "B": Fraction(15, 2),
    }


def test_opening_stock_stands_in_the_storage_until_its_last_day() -> None:
    # 90 kg of opening stock fill half of the storage, so on Monday night only 90 kg of the lot can be held
    stock = (DepotStock(depot_id="D", lot_id="OLD", product_id="leek", stock_g=90_000, last_use_date=None),)
    products = (product("carrot"), product("leek", most=0))
    fields = {
        "days": (0, 1), "collection_weekdays": (0,), "packing_lead_days": 1, "sites": [site("SA", days=(1,)), site("SB", days=(1,))],
        "lots": [lot("L", "carrot", 360)], "products": products, "depots": (depot(storage_g=180_000),),
    }  # fmt: skip
    held = values(two(**fields, depot_stock=stock))
    assert held == {"A": Fraction(5, 2), "B": Fraction(15, 2)}
    gone = values(two(**fields, depot_stock=(dataclasses.replace(stock[0], last_use_date=MONDAY),)))
    assert gone == {"A": 5, "B": 15}


def test_the_purchase_budget_bounds_what_is_bought() -> None:
    lots = [lot("L", "carrot", 1000, cents_kg=100)]
    assert values(two(lots=lots, purchase_budget_cents=18_000)) == {"A": 5, "B": 15}


def test_the_fruit_share_binds_when_fruit_is_scarce() -> None:
    products = (product("apple", group="fruit"), product("carrot"))
    lots = [lot("L1", "carrot", 1000), lot("L2", "apple", 36)]
    week_ = two(products=products, lots=lots, basket_types=(basket(min_fruit_bp=2000),))
    assert values(week_) == {"A": 5, "B": 15}


def test_a_product_fills_no_more_than_its_portions_allow() -> None:
    products = (product("carrot", most=6), product("leek"))
    lots = [lot("L1", "carrot", 1000), lot("L2", "leek", 60)]
    assert values(two(products=products, lots=lots)) == {"A": 5, "B": 15}


def test_the_number_of_products_needs_a_portion_of_each() -> None:
    products = (product("carrot"), product("leek"), product("onion"))
    lots = [lot("L1", "carrot", 1000), lot("L2", "leek", 1000), lot("L3", "onion", 20)]
    assert values(two(products=products, lots=lots, basket_types=(basket(min_products=3),))) == {"A": 5, "B": 15}


def test_a_kit_takes_exactly_its_contents() -> None:
    products = (product("carrot"), product("soap", portion_g=100), product("towel", portion_g=200))
    kit = basket(
        "kit",
        persons=(None, None),
        programme="kits",
        contents=(("soap", 2), ("towel", 1)),
        min_g=400,
        max_g=400,
        target_g=400,
    )
    week_ = two(
        products=products,
        basket_types=(kit,),
        households=(),
        needs=(
            ExtraNeed(zone_id="A1", basket_id="kit", households=10),
            ExtraNeed(zone_id="B1", basket_id="kit", households=30),
        ),
        lots=[lot("L1", "soap", 100), lot("L2", "towel", 4), lot("L3", "carrot", 1000)],
    )
    assert values(week_) == {"A": 5, "B": 15}


def test_leximin_counts_households_with_their_priority() -> None:
    groups = (
        HouseholdGroup(zone_id="A1", persons_per_household=2, households=10, priority_milli=2000),
        HouseholdGroup(zone_id="B1", persons_per_household=2, households=30),
    )
    assert values(two(households=groups, max_baskets=(("baskets", 20),))) == {"A": 8, "B": 12}
    # at 30 baskets A would have 12 of its 10: it stops at its need
    assert values(two(households=groups, max_baskets=(("baskets", 30),))) == {"A": 10, "B": 20}


def test_two_types_of_one_programme_share_one_coverage() -> None:
    types = (
        basket("grand", persons=(4, None), min_g=12_000, max_g=12_000),
        basket("petit", persons=(1, 3), min_g=6000, max_g=6000),
    )
    groups = (
        HouseholdGroup(zone_id="A1", persons_per_household=2, households=10),
        HouseholdGroup(zone_id="B1", persons_per_household=2, households=15),
        HouseholdGroup(zone_id="B1", persons_per_household=4, households=15),
    )
    # B takes its small baskets first: 10·t + 15 small ones and 30·t − 15 big ones, 6·(10·t + 15) + 12·(30·t − 15) = 195
    week_ = two(
        households=groups, basket_types=types, lots=[lot("L", "carrot", 195)], products=(product("carrot", most=12),)
    )
    found = values(week_)
    level = Fraction(195 + 90, 420)
    assert found["A"] == Fraction(round(10 * level * MICRO), MICRO)
    assert found["B"] == Fraction(round(30 * level * MICRO), MICRO)


def test_the_first_programme_is_served_before_the_second() -> None:
    kit = basket("kit", persons=(None, None), programme="kits")
    needs = (
        ExtraNeed(zone_id="A1", basket_id="kit", households=10),
        ExtraNeed(zone_id="B1", basket_id="kit", households=10),
    )
    week_ = two(
        basket_types=(kit, basket()), needs=needs, lots=[lot("L", "carrot", 9 * 45)], programmes=("baskets", "kits")
    )
    found = relax(week_).neighbourhood_value
    assert found == {
        ("baskets", "A"): 10 * MICRO,
        ("baskets", "B"): 30 * MICRO,
        ("kits", "A"): 2_500_000,
        ("kits", "B"): 2_500_000,
    }
    turned = dataclasses.replace(week_, settings=dataclasses.replace(week_.settings, programmes=("kits", "baskets")))
    found = relax(turned).neighbourhood_value
    assert found["kits", "A"] == 10 * MICRO
    assert found["baskets", "B"] == round(Fraction(25 * 3, 4) * MICRO)


def test_a_neighbourhood_without_need_is_left_out() -> None:
    week_ = week(
        {"A": {"A1": 10}, "Z": {"Z1": 0}},
        {"A1": ["SA"], "Z1": ["SA"]},
        sites=[site("SA")],
        max_baskets=(("baskets", 4),),
    )
    assert values(week_) == {"A": 4}


def test_a_zone_without_a_usable_site_gets_nothing_and_holds_nobody_down() -> None:
    week_ = two(sites=[site("SA", days=(5,)), site("SB")], max_baskets=(("baskets", 20),))
    assert values(week_) == {"A": 0, "B": 20}


def test_a_week_without_need_has_no_values() -> None:
    week_ = two(households=())
    found = relax(week_)
    assert found.neighbourhood_value == {}
    assert found.packed == {}


def test_zones_share_their_neighbourhoods_baskets_by_leximin() -> None:
    week_ = week(
        {"A": {"A1": 10, "A2": 10, "A3": 20}, "B": {"B1": 40}},
        {"A1": ["S1"], "A2": ["S2"], "A3": ["S3"], "B1": ["S3"]},
        sites=[site("S1", cap=2), site("S2"), site("S3")],
        max_baskets=(("baskets", 40),),
    )
    found = relax(week_)
    assert found.neighbourhood_value == {("baskets", "A"): 20 * MICRO, ("baskets", "B"): 20 * MICRO}
    assert found.zone_value == {
        ("baskets", "A1"): 2 * MICRO,
        ("baskets", "A2"): 6 * MICRO,
        ("baskets", "A3"): 12 * MICRO,
        ("baskets", "B1"): 20 * MICRO,
    }


def test_fractions_of_five_days_make_whole_baskets_of_a_week() -> None:
    # produce for 2.8 baskets a day, good on one day only: 14 in fractions, 10 in whole baskets
    days = (0, 1, 2, 3, 4)
    ready = [MONDAY.replace(day=3 + d) for d in days]
    week_ = week(
        {"A": {"A1": 100}}, {"A1": ["SA"]}, days=days, sites=[site("SA", days=days)],
        lots=[lot(f"L{d.day}", "carrot", 2.8 * 9, ready=d, last=d) for d in ready],
    )  # fmt: skip
    assert values(week_) == {"A": 14}


def test_a_relay_passes_on_no_more_than_it_can() -> None:
    sites = [site("SA", relay="SR", openings=()), site("SB", relay="SR", openings=()), site("SR", relay_max_baskets=20)]
    assert values(two(sites=sites)) == {"A": 5, "B": 15}


def test_a_relayed_site_is_served_only_on_days_of_both() -> None:
    sites = [site("SA", relay="SR", days=(1,)), site("SB"), site("SR", days=(0,))]
    assert values(two(days=(0, 1), sites=sites)) == {"A": 0, "B": 30}


def test_two_depots_add_up_their_packing() -> None:
    depots = (depot("D", packing_baskets_per_day=12), depot("E", packing_baskets_per_day=8))
    vehicles = (vehicle("V"), vehicle("W", depot_id="E"))
    lots = [lot("L", "carrot", 1000)]
    assert values(two(depots=depots, vehicles=vehicles, lots=lots)) == {"A": 5, "B": 15}
    assert values(two(depots=depots, lots=lots)) == {"A": 3, "B": 9}


def test_trips_bound_what_a_day_can_carry() -> None:
    assert values(two(vehicles=(vehicle(capacity_baskets=10, max_trips=2),))) == {"A": 5, "B": 15}
    assert values(two(vehicles=(vehicle(capacity_g=90_000, max_trips=2),))) == {"A": 5, "B": 15}


def test_hours_bound_what_a_day_can_carry_by_the_way_there_and_back() -> None:
    # 10 baskets a trip of 2 · 4096 s of driving (a step of the grid, nothing is cut off) and 4096 s of loading; time for two trips
    week_ = two(
        vehicles=(vehicle(capacity_baskets=10, shift_end_s=6 * 4096),),
        driving_s={"SA": 4096, "SB": 4096},
        depots=(depot(loading_s=4096),),
    )
    assert values(week_) == {"A": 5, "B": 15}


def test_the_bound_by_hours_is_cut_down_by_two_per_cent_at_most() -> None:
    week_ = two(vehicles=(vehicle(capacity_baskets=10, shift_end_s=4 * 4095),), driving_s={"SA": 4095, "SB": 4095})
    assert 20 <= sum(values(week_).values()) <= 20 * Fraction(102, 100)


def test_unloading_takes_its_time_per_basket_and_per_visit() -> None:
    # 720 s a basket at SB; a visit of SA brings at most 16 baskets and takes 4096 s: 256 s a basket, a step of the grid
    sites = [site("SA", cap=16, unloading_s=4096), site("SB", unloading_s_per_basket=720)]
    week_ = two(sites=sites, vehicles=(vehicle(shift_end_s=10 * 256 // 2 + 30 * 720 // 2),))
    assert values(week_) == {"A": 5, "B": 15}


def test_a_break_shortens_the_day() -> None:
    # 5 h of shift, a break of 1 h after 2 h at the latest: 2 h, break, 2 h; a second break would leave 3 h
    sites = [site("SA", unloading_s_per_basket=720), site("SB", unloading_s_per_basket=720)]
    week_ = two(sites=sites, vehicles=(vehicle(shift_end_s=5 * HOUR, break_after_s=2 * HOUR, break_s=HOUR),))
    assert values(week_) == {"A": 5, "B": 15}


def test_vehicles_without_drivers_stay_at_home() -> None:
    fleet = tuple(vehicle(f"V{i}", capacity_baskets=10, max_trips=1) for i in range(4))
    people = (Drivers(weekday=0, licence="B", people=2),)
    assert values(two(vehicles=fleet)) == {"A": 10, "B": 30}
    assert values(two(vehicles=fleet, drivers=people)) == {"A": 5, "B": 15}


def test_heavy_vehicles_need_a_licence_c_which_drives_light_ones_too() -> None:
    heavy = (
        vehicle("T1", capacity_baskets=20, max_trips=1, gvw_kg=12_000),
        vehicle("T2", capacity_baskets=20, max_trips=1, gvw_kg=12_000),
    )
    people = (Drivers(weekday=0, licence="B", people=5), Drivers(weekday=0, licence="C", people=1))
    assert values(two(vehicles=heavy, drivers=people)) == {"A": 5, "B": 15}
    light = (vehicle("T1", capacity_baskets=10, max_trips=1), vehicle("T2", capacity_baskets=10, max_trips=1))
    licence_c = (Drivers(weekday=0, licence="C", people=2),)
    assert values(two(vehicles=light, drivers=licence_c)) == {"A": 5, "B": 15}


def test_a_site_takes_no_vehicle_above_its_limit() -> None:
    sites = [site("SA", largest_vehicle_gvw_kg=3500), site("SB")]
    fleet = (vehicle("T", gvw_kg=12_000), vehicle("V", capacity_baskets=4, max_trips=1))
    assert values(two(sites=sites, vehicles=fleet)) == {"A": 4, "B": 30}


def test_a_site_that_no_vehicle_reaches_before_it_closes_gets_nothing() -> None:
    morning = site("SA", openings=(Opening(weekday=0, opens_s=0, closes_s=8 * HOUR),))
    fleet = (vehicle(shift_start_s=7 * HOUR),)
    assert values(two(sites=[morning, site("SB")], vehicles=fleet, driving_s={"SA": HOUR})) == {"A": 10, "B": 30}
    assert values(two(sites=[morning, site("SB")], vehicles=fleet, driving_s={"SA": HOUR + 1})) == {"A": 0, "B": 30}


def test_cold_goods_are_fetched_by_cold_vehicles_only() -> None:
    fields = {
        "products": (product("carrot", cold=True),),
        "lots": [lot("L", "carrot", 180)],
        "farms": (farm(delivers=False),),
    }
    assert values(two(**fields, vehicles=(vehicle(cold=True),))) == {"A": 5, "B": 15}
    assert values(two(**fields, vehicles=(vehicle(cold=False),))) == {"A": 0, "B": 0}
    brought = fields | {"farms": (farm(delivers=True),)}
    assert values(two(**brought, vehicles=(vehicle(cold=False),))) == {"A": 5, "B": 15}


def test_fetching_takes_trips_too() -> None:
    fields = {"lots": [lot("L", "carrot", 1000)], "farms": (farm(delivers=False),)}
    assert values(two(**fields, vehicles=(vehicle(capacity_g=90_000, max_trips=2),))) == {"A": 5, "B": 15}


def test_what_routing_found_out_of_reach_is_kept_to() -> None:
    week_ = two(lots=[lot("L", "carrot", 1000)], farms=(farm(delivers=False),))
    assert values(week_, Limits(day_baskets={MONDAY: 20})) == {"A": 5, "B": 15}
    assert values(week_, Limits(site_day_baskets={("SA", MONDAY): 3})) == {"A": 3, "B": 30}
    assert values(week_, Limits(farm_day_g={("F", MONDAY): 180_000})) == {"A": 5, "B": 15}
    brought = two(lots=[lot("L", "carrot", 1000)])
    assert values(brought, Limits(farm_day_g={("F", MONDAY): 0})) == {"A": 10, "B": 30}


def test_a_site_whose_minimum_no_day_can_meet_gets_nothing() -> None:
    assert values(two(sites=[site("SA", cap=9, min_baskets_per_visit=9), site("SB")])) == {"A": 9, "B": 30}
    assert values(two(sites=[site("SA", cap=9, min_baskets_per_visit=10), site("SB")])) == {"A": 0, "B": 30}
    weekly = site("SA", cap=5, min_baskets_per_week=11, days=(0, 1))
    assert values(two(sites=[weekly, site("SB")], days=(0, 1))) == {"A": 0, "B": 30}


def test_places_count_in_sites_and_vehicles_baskets_elsewhere() -> None:
    week_ = two(
        basket_types=(basket(places=2),),
        sites=[site("SA", cap=8), site("SB")],
        vehicles=(vehicle(capacity_baskets=20, max_trips=2),),
    )
    assert values(week_) == {"A": 4, "B": 16}


def test_levels_carry_their_value_bound_and_limits() -> None:
    found = relax(two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),)))
    first, second = (level for level in found.levels if level.kind == "neighbourhoods")
    assert (first.members, first.value, first.limits) == (("A",), Fraction(1, 5), ("site_capacity SA",))
    assert second.members == ("B",)
    assert "programme baskets" in second.limits
    assert second.value == Fraction(18, 30)
    assert all(level.value <= level.bound <= level.value + Fraction(2, 10**9) for level in found.levels)
    assert found.binding["baskets", "A"] == ("site_capacity SA",)
    assert found.level["baskets", "A"] == Fraction(1, 5)


def test_the_guide_is_a_solution_with_these_values() -> None:
    days = (0, 3)
    week_ = two(
        days=days, sites=[site("SA", days=days), site("SB", days=days)], lots=[lot("L", "carrot", 180), lot("M", "carrot", 90)], max_baskets=(("baskets", 20),)
    )  # fmt: skip
    found = relax(week_)
    assert found.packed == pytest.approx({(MONDAY, "D", "panier"): 10, (THURSDAY, "D", "panier"): 10})
    assert sum(found.site_day.values()) == pytest.approx(20)
    assert found.zone_site == pytest.approx({("A1", "SA", "panier"): 5, ("B1", "SB", "panier"): 15})
    assert sum(found.lot_use.values()) == pytest.approx(180_000)
    assert sum(found.lot_in.values()) == pytest.approx(180_000)
    assert sum(g for (name, _, _), g in found.lot_in.items() if name == "L") <= 180_000


def test_the_same_week_gives_the_same_answer_twice() -> None:
    week_ = two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),))
    again: Relaxation = relax(week_)
    assert relax(week_) == again
