"""Each rule at its limit (nothing is found) and one unit beyond it (found by the rule's code, and by no other)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from distrib.checker import check, retime
from distrib.model.dataset import Dataset, Travel
from distrib.model.fleet import Drivers
from distrib.model.plan import Plan
from distrib.model.territory import Opening
from tests.toy_plan import (
    MON,
    TUE,
    WED,
    at,
    changed,
    dataset_changed,
    dt,
    in_order,
    settings_changed,
    timed,
    toy_dataset,
    toy_plan,
)

DAY_S, DRIVEN_S = 12_960, 4_560
"""From first arrival to last departure and driving of V1 on its longest day, Tuesday."""


def codes(dataset: Dataset, plan: Plan) -> set[str]:
    return {breach.code for breach in check(dataset, plan)}


def row(table: str, field: str, limit: Any, beyond: Any, **where: Any) -> tuple[Callable[[Dataset], Dataset], ...]:
    """Two changes of one field of the rows of a table: to the limit, and one unit beyond it."""

    def to(value: Any) -> Callable[[Dataset], Dataset]:
        already = all(getattr(r, field) == value for r in getattr(toy_dataset(), table) if matches(r))
        return (lambda d: d) if already else lambda d: dataset_changed(d, table, where, **{field: value})

    def matches(candidate: Any) -> bool:
        return all(getattr(candidate, key) == wanted for key, wanted in where.items())

    return to(limit), to(beyond)


def setting(field: str, limit: Any, beyond: Any) -> tuple[Callable[[Dataset], Dataset], ...]:
    """Two changes of one setting."""
    return (lambda d: settings_changed(d, **{field: limit})), (lambda d: settings_changed(d, **{field: beyond}))


def opens(site: str, weekday: int, limit: tuple[str, str], beyond: tuple[str, str]) -> tuple[Any, ...]:
    """Two changes of a site's hours on one weekday, its only ones."""

    def hours(window: tuple[str, str]) -> tuple[Opening, ...]:
        kept = tuple(o for o in toy_dataset().site_by_id[site].openings if o.weekday != weekday)
        return tuple(sorted((*kept, Opening(weekday=weekday, opens_s=at(window[0]), closes_s=at(window[1]))), key=str))

    return row("sites", "openings", hours(limit), hours(beyond), site_id=site)


def drivers(limit: tuple[tuple[int, str, int], ...], beyond: tuple[tuple[int, str, int], ...]) -> tuple[Any, ...]:
    """Two tables of drivers (weekday, licence, people)."""

    def table(rows: tuple[tuple[int, str, int], ...]) -> tuple[Drivers, ...]:
        return tuple(Drivers(weekday=w, licence=licence, people=n) for w, licence, n in rows)

    return tuple(lambda d, rows=rows: dataclasses.replace(d, drivers=table(rows)) for rows in (limit, beyond))


def slower(from_id: str, to_id: str) -> Callable[[Dataset], Dataset]:
    """A second more on one way."""

    def change(dataset: Dataset) -> Dataset:
        assert dataset.travel is not None
        seconds = np.array(dataset.travel.seconds)
        seconds[dataset.travel.index(from_id), dataset.travel.index(to_id)] += 1
        travel = Travel(
            places=dataset.travel.places, seconds=seconds, metres=np.array(dataset.travel.metres), source="slower"
        )
        return dataclasses.replace(dataset, travel=travel)

    return change


LUNCH = ((0, "B", 1), (0, "C", 1), (1, "B", 1), (2, "B", 1))
LIMITS: dict[str, tuple[str, tuple[Callable[[Dataset], Dataset], ...]]] = {
    "crates of an offer": ("G1", row("lots", "offer_g", 30_000, 29_999, lot_id="LA1")),
    "purchase budget": ("G1", setting("purchase_budget_cents", 13_110, 13_109)),
    "price of a lot": ("G1", row("lots", "price_millicents_per_kg", 80_000, 80_010, lot_id="LC")),
    "day a lot is ready": ("G2", row("lots", "ready_date", TUE, WED, lot_id="LA2")),
    "lead time": ("G2", setting("packing_lead_days", 1, 2)),
    "collection days": ("G2", setting("collection_weekdays", (0, 1), (0,))),
    "least weight": ("G3", row("basket_types", "min_g", 3_400, 3_401, basket_id="family")),
    "greatest weight": ("G3", row("basket_types", "max_g", 3_500, 3_499, basket_id="family")),
    "number of products": ("G3", row("basket_types", "min_products", 3, 4, basket_id="family")),
    "fruit share": ("G3", row("basket_types", "min_fruit_bp", 2_857, 2_858, basket_id="family")),
    "portions of a product": ("G3", row("products", "max_portions_per_basket", 3, 2, product_id="carrot")),
    "variants of a type": ("G3", setting("max_variants", 2, 1)),
    "contents of a kit": ("G3", row("basket_types", "contents", (("soap", 2),), (("soap", 3),), basket_id="hygiene")),
    "cold storage": ("G4", row("depots", "cold_storage_g", 12_000, 11_999)),
    "ambient storage": ("G4", row("depots", "storage_g", 155_000, 154_999)),
    "opening stock": ("G4", row("depot_stock", "stock_g", 60_000, 60_001, lot_id="SP")),
    "packing of a day": ("G5", row("depots", "packing_baskets_per_day", 30, 29)),
    "baskets of a site and day": ("G8", row("sites", "max_baskets_per_day", 10, 9, site_id="S1")),
    "places of a site and day": ("G8", row("sites", "max_baskets_per_day", 27, 26, site_id="S4")),
    "baskets of a relay": ("G8", row("sites", "relay_max_baskets", 6, 5, site_id="S2")),
    "least per visit": ("G8", row("sites", "min_baskets_per_visit", 8, 9, site_id="S6")),
    "least per visit of a relayed site": ("G8", row("sites", "min_baskets_per_visit", 6, 7, site_id="S3")),
    "least per week": ("G8", row("sites", "min_baskets_per_week", 10, 11, site_id="S1")),
    "programme size": ("G8", setting("max_baskets", (("baskets", 50),), (("baskets", 49),))),
    "size of another programme": ("G8", setting("max_baskets", (("kits", 10),), (("kits", 9),))),
    "opening of a site": ("T1", opens("S1", 1, ("07:30", "12:00"), ("07:30:01", "12:00"))),
    "closing of a site": ("T1", opens("S2", 1, ("07:00", "07:41"), ("07:00", "07:40:59"))),
    "hours of a relay": ("T1", opens("S2", 1, ("07:41", "07:41"), ("07:41:01", "07:42"))),
    "opening of a farm": ("T1", row("farms", "opens_s", at("08:02:06"), at("08:02:07"), farm_id="F3")),
    "closing of a farm": ("T1", row("farms", "closes_s", at("08:30"), at("08:29:59"), farm_id="F3")),
    "opening of the depot": ("T1", row("depots", "opens_s", at("07:00"), at("07:00:01"))),
    "closing of the depot": ("T1", row("depots", "closes_s", at("10:36"), at("10:35:59"))),
    "load of the van": ("T2", row("vehicles", "capacity_g", 71_400, 71_399, vehicle_id="V1")),
    "load of the truck": ("T2", row("vehicles", "capacity_g", 90_000, 89_999, vehicle_id="V2")),
    "baskets in the van": ("T2", row("vehicles", "capacity_baskets", 21, 20, vehicle_id="V1")),
    "places in the truck": ("T2", row("vehicles", "capacity_baskets", 27, 26, vehicle_id="V2")),
    "driving time": ("T3", (lambda d: d, slower("S1", "S2"))),
    "unloading of a site": ("T3", row("sites", "unloading_s", 300, 301, site_id="S4")),
    "unloading per basket": ("T3", row("sites", "unloading_s_per_basket", 6, 7, site_id="S2")),
    "loading of a farm": ("T3", row("farms", "loading_s", 600, 601, farm_id="F3")),
    "loading per crate": ("T3", row("farms", "loading_s_per_crate", 20, 21, farm_id="F1")),
    "loading of the depot": ("T3", row("depots", "loading_s", 900, 901)),
    "speed factor": ("T3", row("vehicles", "speed_factor_milli", 800, 799, vehicle_id="V2")),
    "begin of a shift": ("T4", row("vehicles", "shift_start_s", at("07:00"), at("07:00:01"), vehicle_id="V1")),
    "end of a shift": ("T4", row("vehicles", "shift_end_s", at("10:36"), at("10:35:59"), vehicle_id="V1")),
    "weekdays of a vehicle": ("T4", row("vehicles", "weekdays", (0, 2), (0,), vehicle_id="V2")),
    "trips of a vehicle": ("T4", row("vehicles", "max_trips", 2, 1, vehicle_id="V1")),
    "stretch without break": ("T4", row("vehicles", "break_after_s", 6_774, 6_773, vehicle_id="V1")),
    "length of a break": ("T4", row("vehicles", "break_s", 1_800, 1_801, vehicle_id="V1")),
    "length of a day": ("T4", row("vehicles", "max_day_s", DAY_S, DAY_S - 60, vehicle_id="V1")),
    "driving on a day": ("T4", row("vehicles", "max_driving_s", DRIVEN_S, DRIVEN_S - 60, vehicle_id="V1")),
    "people with licence C": ("T4", drivers((*LUNCH, (2, "C", 1)), (*LUNCH, (2, "B", 1)))),
    "people in all": ("T4", drivers((*LUNCH, (2, "C", 1)), (*LUNCH[:3], (2, "C", 1)))),
    "weight of vehicle at a site": ("T5", row("sites", "largest_vehicle_gvw_kg", 3_500, 3_499, site_id="S6")),
    "cold van": ("T5", row("vehicles", "cold", True, False, vehicle_id="V1")),
    "begin of packing": ("T6", row("depots", "packing_starts_s", at("06:00"), at("06:00:01"))),
    "packing per hour": ("T6", row("depots", "packing_baskets_per_h", 30, 29)),
    "farm that delivers": ("T7", row("farms", "delivers", True, False, farm_id="F2")),
    "name of a neighbourhood": ("P1", row("neighbourhoods", "name", "Quartier 1", "Quartier", neighbourhood_id="N1")),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_plan_at_the_limit_is_found_good(name: str) -> None:
    limit, _ = LIMITS[name][1]
    assert check(limit(toy_dataset()), toy_plan()) == ()


@pytest.mark.parametrize("name", LIMITS)
def test_a_plan_one_unit_beyond_the_limit_is_found_by_its_rule_alone(name: str) -> None:
    code, (_, beyond) = LIMITS[name]
    assert codes(beyond(toy_dataset()), toy_plan()) == {code}


def test_need_is_a_limit_for_every_zone_and_type() -> None:
    at_need = dataset_changed(toy_dataset(), "needs", {"zone_id": "N2"}, households=10)
    beyond = dataset_changed(toy_dataset(), "needs", {"zone_id": "N2"}, households=9)
    assert codes(at_need, toy_plan()) == {"P1"}  # coverage and unserved were written for a need of 12
    assert codes(beyond, toy_plan()) == {"G7", "P1"}


def test_a_zone_uses_no_site_out_of_its_catchment() -> None:
    dataset = toy_dataset()
    assert dataset.catchments is not None
    catchments = tuple(c for c in dataset.catchments if (c.zone_id, c.site_id) != ("N3", "S6"))
    assert codes(dataclasses.replace(dataset, catchments=catchments), toy_plan()) == {"G7"}


def last_use(dataset: Dataset, plan: Plan, date: dt.date) -> tuple[Dataset, Plan]:
    dataset = dataset_changed(dataset, "lots", {"lot_id": "LA1"}, last_use_date=date)
    return dataset, changed(plan, "stock_ledger", {"lot_id": "LA1"}, last_use_date=date)


def test_a_lot_is_packed_on_its_last_usable_day_and_not_after() -> None:
    assert check(*last_use(toy_dataset(), toy_plan(), TUE)) == ()
    assert codes(*last_use(toy_dataset(), toy_plan(), MON)) == {"G2", "G4"}  # G4: it was not discarded on Monday


def test_what_is_left_on_the_last_usable_day_is_discarded_that_day() -> None:
    dataset = dataset_changed(toy_dataset(), "lots", {"lot_id": "LC"}, last_use_date=WED)
    plan = changed(toy_plan(), "stock_ledger", {"lot_id": "LC"}, last_use_date=WED)
    assert codes(dataset, plan) == {"G4"}
    discarded = changed(plan, "stock_ledger", {"lot_id": "LC", "date": WED}, discarded_g=6_000, closing_g=0)
    assert check(dataset, discarded) == ()


def test_the_second_trip_begins_when_the_first_is_over() -> None:
    assert check(toy_dataset(), timed(toy_plan(), TUE, "V1", 2, 0, "09:28:06", "09:28:06", "10:15")) == ()
    assert codes(toy_dataset(), timed(toy_plan(), TUE, "V1", 2, 0, "09:28:05", "09:28:05", "10:15")) == {"T7"}


def test_loading_begins_when_the_last_basket_of_the_trip_is_packed() -> None:
    assert check(toy_dataset(), timed(toy_plan(), TUE, "V1", 1, 0, "06:42", "06:42", "07:15")) == ()
    assert codes(toy_dataset(), timed(toy_plan(), TUE, "V1", 1, 0, "06:41:59", "06:41:59", "07:15")) == {"T6"}


def test_without_packing_times_loading_may_begin_at_any_time() -> None:
    dataset = dataset_changed(toy_dataset(), "depots", {}, packing_starts_s=None, packing_baskets_per_h=None)
    assert check(dataset, timed(toy_plan(), TUE, "V1", 1, 0, "06:30", "06:30", "07:15")) == ()


def test_a_relayed_site_without_hours_gets_baskets_on_any_day_of_its_relay() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S2", "date": WED}, site_id="S3", walk_m=200)
    plan = in_order(changed(plan, "deliveries", {"site_id": "S2", "date": WED}, site_id="S3"))
    assert codes(toy_dataset(), plan) == {"G8"}
    assert check(dataset_changed(toy_dataset(), "sites", {"site_id": "S3"}, openings=()), plan) == ()


def may_be_relayed(**more: Any) -> Dataset:
    """The toy week with the relay of S3 left to the plan: S3 may be relayed to S2, and the plan does."""
    return dataset_changed(toy_dataset(), "sites", {"site_id": "S3"}, relay_site_id="", may_relay_to=("S2",), **more)


def test_a_site_that_may_be_relayed_is_served_through_that_relay() -> None:
    assert check(may_be_relayed(), toy_plan()) == ()


def test_a_site_is_not_relayed_to_one_that_it_may_not_be_relayed_to() -> None:
    other = dataset_changed(may_be_relayed(), "sites", {"site_id": "S3"}, may_relay_to=("S1",))
    assert "G8" in codes(other, toy_plan())


def test_a_chosen_relay_keeps_its_maximum() -> None:
    for most, found in ((6, set()), (5, {"G8"})):
        assert (
            codes(dataset_changed(may_be_relayed(), "sites", {"site_id": "S2"}, relay_max_baskets=most), toy_plan())
            == found
        )


def test_a_chosen_relay_serves_only_on_days_that_suit_the_site() -> None:
    wednesday = (Opening(weekday=2, opens_s=0, closes_s=80_000),)
    assert codes(may_be_relayed(openings=wednesday), toy_plan()) == {"G8"}
    assert check(may_be_relayed(openings=()), toy_plan()) == ()


def test_a_chosen_relay_has_no_relay_itself() -> None:
    chain = dataset_changed(may_be_relayed(), "sites", {"site_id": "S2"}, relay_site_id="S4")
    assert "G8" in codes(chain, toy_plan())


def test_retiming_leaves_a_chosen_relay_where_it_is() -> None:
    follows = retime(may_be_relayed(), toy_plan())
    assert check(may_be_relayed(), follows) == ()
    assert {row.dropped_at_site_id for row in follows.deliveries if row.site_id == "S3"} == {"S2"}


def test_a_relay_without_maximum_passes_on_any_number() -> None:
    relay = dataset_changed(toy_dataset(), "sites", {"site_id": "S2"}, relay_max_baskets=None)
    assert check(relay, toy_plan()) == ()


def test_a_day_taken_off_the_delivery_days_is_found() -> None:
    dataset = settings_changed(toy_dataset(), delivery_weekdays=(2,), collection_weekdays=(0, 1))
    assert "G8" in codes(dataset, toy_plan())


def test_nothing_is_collected_after_the_last_delivery_day() -> None:
    dataset = settings_changed(toy_dataset(), collection_weekdays=(0, 1, 2, 3))
    assert check(dataset, toy_plan()) == ()
    late = in_order(changed(toy_plan(), "collections", {"lot_id": "LA2"}, date=dt.date(2020, 4, 23)))
    assert "G2" in codes(dataset, late)


def test_a_way_that_cannot_be_driven_is_found() -> None:
    dataset = toy_dataset()
    assert dataset.travel is not None
    seconds, metres = np.array(dataset.travel.seconds), np.array(dataset.travel.metres)
    seconds[dataset.travel.index("S2"), dataset.travel.index("F3")] = -1
    travel = Travel(places=dataset.travel.places, seconds=seconds, metres=metres, source="a broken bridge")
    assert codes(dataclasses.replace(dataset, travel=travel), toy_plan()) == {"T3"}


def rest_anywhere(departure: str) -> Plan:
    """Leave F3 later than service and rest need; the rest lies somewhere in between."""
    plan = timed(toy_plan(), TUE, "V1", 1, 3, "08:02:06", "08:02:06", departure)
    return timed(plan, TUE, "V1", 1, 4, "09:14", "09:14", "09:29")


def test_a_rest_may_lie_anywhere_between_service_and_departure() -> None:
    # 7,200 s after 07:00 it is 09:00, so the rest may end as late as the departure at 08:43:30, 24 s later than before:
    # the stretch to the end of the tour (10:36) is 24 s shorter then.
    dataset = dataset_changed(toy_dataset(), "vehicles", {"vehicle_id": "V1"}, break_after_s=6_774 - 24)
    assert check(dataset, rest_anywhere("08:43:30")) == ()
    dataset = dataset_changed(toy_dataset(), "vehicles", {"vehicle_id": "V1"}, break_after_s=6_774 - 25)
    assert codes(dataset, rest_anywhere("08:43:30")) == {"T4"}


def test_time_spent_waiting_is_no_rest_unless_it_is_written_down_as_one() -> None:
    plan = changed(toy_plan(), "stops", {"place_id": "F3", "date": TUE}, break_s=0)
    assert codes(toy_dataset(), plan) == {"T4"}


def test_a_dataset_that_is_not_resolved_is_refused() -> None:
    with pytest.raises(ValueError, match="resolved"):
        check(dataclasses.replace(toy_dataset(), travel=None), toy_plan())
