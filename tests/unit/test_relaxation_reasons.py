"""Reasons that a re-solve confirms, and the reason why no basket is possible."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.goods import DepotStock
from distrib.model.plan import REASONS
from distrib.model.territory import Opening
from distrib.solver.allocation.relaxation import FAMILIES, binding_reasons, impossible_reason, relax
from tests.relaxation_weeks import HOUR, MONDAY, TUESDAY, basket, depot, farm, lot, product, site, vehicle, week

TWO = {"A": {"A1": 10}, "B": {"B1": 30}}
OWN_SITES = {"A1": ["SA"], "B1": ["SB"]}


def two(**more: object) -> Dataset:
    """Neighbourhoods A (10 baskets) and B (30), each with its own site, on one Monday."""
    fields: dict[str, object] = {"sites": [site("SA"), site("SB")]}
    return week(TWO, OWN_SITES, **(fields | more))  # type: ignore[arg-type]


def reasons(dataset: Dataset, limits: Limits | None = None) -> dict[str, str]:
    found = binding_reasons(dataset, relax(dataset, limits=limits), limits)
    return {q: reason for (_, q), reason in found.items()}


def test_the_families_are_the_reason_list_without_need_met() -> None:
    assert ("need_met", *FAMILIES) == REASONS


WEEKS: dict[str, dict[str, object]] = {
    "programme": {"max_baskets": (("baskets", 20),)},
    "produce": {"lots": [lot("L", "carrot", 180)]},
    "recipe": {"lots": [lot("L", "carrot", 1000)], "products": (product("carrot", most=8), product("leek")), "depot_stock": (DepotStock(depot_id="D", lot_id="X", product_id="leek", stock_g=20_000, last_use_date=None),)},
    "site_capacity": {"sites": [site("SA", cap=5), site("SB", cap=15)]},
    "packing": {"depots": (depot(packing_baskets_per_day=20),)},
    "storage": {"days": (0, 1), "collection_weekdays": (0,), "packing_lead_days": 1, "sites": [site("SA", days=(1,)), site("SB", days=(1,))], "lots": [lot("L", "carrot", 360)], "depots": (depot(storage_g=180_000),)},
    "transport": {"vehicles": (vehicle(capacity_baskets=20, max_trips=1),)},
    "budget": {"lots": [lot("L", "carrot", 1000, cents_kg=100)], "purchase_budget_cents": 18_000},
}  # fmt: skip


@pytest.mark.parametrize("family", [f for f in WEEKS if f != "recipe"])
def test_the_family_that_binds_is_the_reason(family: str) -> None:
    assert reasons(two(**WEEKS[family])) == {"A": family, "B": family}


def test_more_produce_is_named_before_a_gentler_recipe() -> None:
    assert reasons(two(**WEEKS["recipe"])) == {"A": "produce", "B": "produce"}


def test_a_recipe_that_no_produce_can_keep_is_the_reason() -> None:
    # 8 portions of one product are allowed and there is no other one, whatever is on offer
    week_ = two(lots=[lot("L", "carrot", 1000)], products=(product("carrot", most=8),))
    assert reasons(week_) == {"A": "recipe", "B": "recipe"}


def test_opening_hours_are_the_reason_when_a_site_opens_too_rarely() -> None:
    sites = [site("SA", cap=5, days=(0,), openings=(Opening(weekday=0, opens_s=0, closes_s=HOUR),)), site("SB")]
    week_ = two(sites=sites, depots=(depot(packing_starts_s=0, packing_baskets_per_h=3),), vehicles=(vehicle(),))
    # one hour of packing makes 3 baskets by the time SA closes, capacity is 5: hours alone let it have its 5
    assert reasons(week_)["A"] == "site_hours"


def test_hours_or_catchments_are_the_reason_when_there_is_no_open_site() -> None:
    week_ = two(sites=[site("SA", openings=()), site("SB")])
    assert reasons(week_)["A"] == "site_hours"
    no_site = dataclasses.replace(week_, catchments=tuple(c for c in week_.catchments or () if c.zone_id != "A1"))
    assert reasons(no_site) == {"A": "catchment", "B": "need_met"}


def test_minima_are_the_reason_when_no_day_can_meet_them() -> None:
    week_ = two(sites=[site("SA", cap=9, min_baskets_per_visit=10), site("SB")])
    # without capacities the minimum could be met as well, and they come first in the list
    assert reasons(week_) == {"A": "site_capacity", "B": "need_met"}
    weekly = two(sites=[site("SA", cap=5, min_baskets_per_week=11), site("SB")])
    assert reasons(weekly)["A"] == "site_capacity"


def test_who_gets_all_the_need_is_met_even_when_others_are_short() -> None:
    assert reasons(two(sites=[site("SA", cap=5), site("SB")])) == {"A": "site_capacity", "B": "need_met"}


def test_no_reason_is_given_when_no_single_family_confirms_it() -> None:
    # 5 baskets fit the site and 5 are packed: neither limit alone is to blame
    week_ = two(sites=[site("SA", cap=5), site("SB", cap=15)], depots=(depot(packing_baskets_per_day=20),))
    assert reasons(week_) == {"A": "", "B": ""}


def test_what_routing_found_is_a_reason_of_transport() -> None:
    assert reasons(two(), Limits(day_baskets={MONDAY: 20})) == {"A": "transport", "B": "transport"}


def test_what_tours_alone_keep_down_is_transport_even_where_more_produce_would_help_within_them() -> None:
    # produce for 30 of 40; tours carry 10 of Monday's: without them A and B would have more at once
    week_ = two(lots=[lot("L", "carrot", 270)])
    assert reasons(week_, Limits(day_baskets={MONDAY: 10})) == {"A": "transport", "B": "transport"}
    assert reasons(week_) == {"A": "produce", "B": "produce"}


def test_a_budget_that_is_used_up_is_named_before_what_would_stretch_it() -> None:
    # cheap carrots for 20 baskets, dear leeks for the rest: more carrots, or fewer leeks asked for, would stretch 270 EUR
    lots = [lot("L", "carrot", 180, cents_kg=100), lot("M", "leek", 900, cents_kg=200)]
    week_ = two(lots=lots, products=(product("carrot"), product("leek")), purchase_budget_cents=27_000)
    assert reasons(week_) == {"A": "budget", "B": "budget"}


def test_each_neighbourhood_has_its_own_reason() -> None:
    week_ = two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),))
    # without the programme A still cannot pass its site, and B rises
    assert reasons(week_) == {"A": "site_capacity", "B": "programme"}


IMPOSSIBLE: dict[str, dict[str, object]] = {
    "programme": {"max_baskets": (("baskets", 0),)},
    "produce": {"lots": [lot("L", "carrot", 8)]},
    "recipe": {"lots": [lot("L", "carrot", 1000)], "products": (product("carrot", most=8),)},
    "site_capacity": {"sites": [site("SA", cap=0), site("SB", cap=0)]},
    "site_hours": {"sites": [site("SA", days=(5,)), site("SB", days=(6,))]},
    "packing": {"depots": (depot(packing_baskets_per_day=0),)},
    "storage": {"days": (0, 1), "collection_weekdays": (0,), "packing_lead_days": 1, "sites": [site("SA", days=(1,)), site("SB", days=(1,))], "lots": [lot("L", "carrot", 360)], "depots": (depot(storage_g=0),)},
    "transport": {"vehicles": ()},
    "budget": {"lots": [lot("L", "carrot", 1000, cents_kg=100)], "purchase_budget_cents": 899},
}  # fmt: skip


@pytest.mark.parametrize("family", IMPOSSIBLE)
def test_the_family_that_forbids_every_basket_is_named(family: str) -> None:
    limit, explanation = impossible_reason(two(**IMPOSSIBLE[family]))
    assert limit == family
    assert explanation.startswith("Aucun panier")


def test_no_catchment_at_all_forbids_every_basket() -> None:
    assert impossible_reason(dataclasses.replace(two(), catchments=()))[0] == "catchment"


def test_opening_stock_that_overflows_the_storage_forbids_everything() -> None:
    stock = (DepotStock(depot_id="D", lot_id="X", product_id="carrot", stock_g=10**9, last_use_date=None),)
    week_ = two(depot_stock=stock, depots=(depot(storage_g=1000),))
    assert set(relax(week_).neighbourhood_value.values()) == {0}
    assert impossible_reason(week_)[0] == "storage"


def test_the_explanation_speaks_the_language_of_the_dataset() -> None:
    week_ = two(max_baskets=(("baskets", 0),), language="en")
    assert impossible_reason(week_) == (
        "programme",
        "No basket can be delivered; what forbids it: the size of the programme (max_baskets). Without that there would be one at least (verified by solving again).",
    )


def test_two_limits_that_forbid_together_are_both_named() -> None:
    week_ = two(max_baskets=(("baskets", 0),), vehicles=(), language="en")
    limit, explanation = impossible_reason(week_)
    assert limit == "programme"
    assert "max_baskets" in explanation
    assert "vehicles" in explanation


def test_a_week_without_delivery_day_says_that_something_is_missing() -> None:
    assert "is missing" in impossible_reason(two(days=(), language="en"))[1]


WHOLE: dict[str, dict[str, object]] = {
    "produce": {"lots": [lot("L", "carrot", 19)], "products": (product("carrot", crate_g=20_000),)},
    "recipe": {"lots": [lot("L", "carrot", 1000)], "products": (product("carrot", portion_g=2000),)},
    "storage": {"lots": [lot("L", "carrot", 1000)], "products": (product("carrot", crate_g=20_000),), "depots": (depot(storage_g=9_999),)},
    "budget": {"lots": [lot("L", "carrot", 1000, cents_kg=100)], "products": (product("carrot", crate_g=20_000),), "purchase_budget_cents": 1999},
    "minimum": {"lots": [lot("L", "carrot", 36)], "sites": [site("SA", min_baskets_per_visit=5), site("SB", min_baskets_per_week=6)]},
}  # fmt: skip


@pytest.mark.parametrize("family", [f for f in WHOLE if f != "minimum"])
def test_what_only_whole_portions_and_crates_forbid_is_verified_in_whole_numbers(family: str) -> None:
    assert impossible_reason(two(**WHOLE[family]))[0] == family


def test_a_minimum_above_the_produce_of_the_week_is_a_matter_of_produce_first() -> None:
    assert impossible_reason(two(**WHOLE["minimum"]))[0] == "produce"


def test_a_minimum_is_the_reason_when_nothing_else_would_help() -> None:
    # a visit of five baskets is asked for, the programme has four and there is produce for four: only the minimum alone can give way
    week_ = two(**WHOLE["minimum"], max_baskets=(("baskets", 4),))
    assert impossible_reason(week_)[0] == "minimum"


def test_a_delivery_that_seems_possible_gives_no_reason() -> None:
    assert impossible_reason(two())[0] == ""


def test_a_lot_too_late_for_the_week_is_a_matter_of_produce() -> None:
    week_ = two(lots=[lot("L", "carrot", 1000, ready=TUESDAY)])
    assert impossible_reason(week_)[0] == "produce"


def test_a_farm_that_nobody_can_fetch_from_is_a_matter_of_transport() -> None:
    week_ = two(
        lots=[lot("L", "carrot", 1000)],
        farms=(farm(delivers=False),),
        products=(product("carrot", cold=True),),
        vehicles=(vehicle(cold=False),),
    )
    assert impossible_reason(week_)[0] == "transport"


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match="not a family of rules: weather"):
        relax(two(), without=frozenset({"weather"}))


def test_a_dataset_without_travel_is_refused() -> None:
    with pytest.raises(ValueError, match="resolved"):
        relax(dataclasses.replace(two(), travel=None))


def test_a_kit_type_without_need_does_not_disturb() -> None:
    kit = basket("kit", persons=(None, None), programme="kits", contents=(("soap", 1),))
    assert reasons(two(basket_types=(kit, basket()))) == {"A": "need_met", "B": "need_met"}


def test_vehicles_too_weak_for_one_basket_are_a_matter_of_transport() -> None:
    # a basket weighs 9 kg
    assert impossible_reason(two(vehicles=(vehicle(capacity_g=8_999),)))[0] == "transport"
    assert impossible_reason(two(vehicles=(vehicle(capacity_g=9_000),)))[0] == ""


def test_a_farm_without_budget_is_a_matter_of_budget_even_where_stock_of_one_product_would_fill_a_basket() -> None:
    products = (product("carrot"), product("leek"))
    stock = (DepotStock(depot_id="D", lot_id="X", product_id="leek", stock_g=10**5, last_use_date=None),)
    lots = [lot("L", "carrot", 1000, cents_kg=100)]
    baskets = (dataclasses.replace(two().basket_types[0], min_products=2),)
    week_ = two(lots=lots, products=products, depot_stock=stock, basket_types=baskets, purchase_budget_cents=0)
    assert impossible_reason(week_)[0] == "budget"


def test_a_lead_time_longer_than_the_week_is_a_matter_of_packing() -> None:
    assert impossible_reason(two(lots=[lot("L", "carrot", 1000)], packing_lead_days=30))[0] == "packing"
