"""Plans edited by hand: what a person edits is kept, everything else follows, and what cannot hold is found."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import pytest

from distrib.checker import check, retime
from distrib.checker.schedule import Bench
from distrib.model.plan import Plan, StopRow
from distrib.units import clock
from tests.toy_plan import (
    MON,
    TUE,
    WED,
    at,
    changed,
    dataset_changed,
    dt,
    settings_changed,
    toy_dataset,
    toy_plan,
    with_row,
    without,
)


def codes(plan: Plan) -> set[str]:
    return {breach.code for breach in check(toy_dataset(), plan)}


def tour(plan: Plan, date: dt.date, vehicle: str) -> list[tuple[int, int, str, str, str]]:
    """Trip, stop, place, start of service and departure of each row of a tour."""
    rows = [r for r in plan.stops if (r.date, r.vehicle_id) == (date, vehicle)]
    return [(r.trip, r.stop, r.place_id, clock(r.start_s), clock(r.departure_s)) for r in rows]


def one(plan: Plan, table: str, **where: Any) -> Any:
    (row,) = [r for r in getattr(plan, table) if all(getattr(r, key) == value for key, value in where.items())]
    return row


def without_times(plan: Plan) -> Plan:
    blank = {"arrival_s": 0, "start_s": 0, "departure_s": 0, "break_s": 0}
    return dataclasses.replace(plan, stops=tuple(dataclasses.replace(row, **blank) for row in plan.stops))


def test_a_plan_that_was_not_edited_comes_back_as_it_is() -> None:
    assert retime(toy_dataset(), toy_plan()) == toy_plan()


def test_a_retimed_plan_stays_as_it_is_when_retimed_again() -> None:
    edited = changed(toy_plan(), "stops", {"place_id": "S4", "date": TUE}, trip=1, stop=2)
    once = retime(toy_dataset(), edited)
    assert retime(toy_dataset(), once) == once


def test_times_that_were_lost_are_found_again_with_the_earliest_end_and_as_little_waiting_as_possible() -> None:
    plan = retime(toy_dataset(), without_times(toy_plan()))
    assert check(toy_dataset(), plan) == ()
    # F3 opens at 08:00, half an hour from the depot: leaving at 07:30 wastes nothing.
    assert tour(plan, MON, "V1") == [
        (1, 0, "D1", "07:30:00", "07:30:00"),
        (1, 1, "F3", "08:00:00", "08:11:30"),
        (1, 2, "D1", "08:41:30", "08:56:30"),
    ]
    # S6 opens at 08:00; the van arrives there on the minute.
    assert tour(plan, WED, "V1")[2] == (1, 2, "S6", "08:00:00", "08:10:00")
    # 13 of Wednesday's 30 baskets leave at 06:49:30; the truck waits for the bench, which has all at 07:00.
    assert tour(plan, WED, "V2")[0] == (1, 0, "D1", "07:00:00", "07:15:00")


def test_a_rest_is_taken_where_it_delays_the_end_least() -> None:
    plan = retime(toy_dataset(), without_times(toy_plan()))
    rests = [(row.place_id, row.break_s) for row in plan.stops if row.break_s]
    assert rests == [("S1", 1_800)]  # the tour can then begin at 07:13:54 and still reach S4 when it opens
    assert tour(plan, TUE, "V1")[0] == (1, 0, "D1", "07:13:54", "07:28:54")
    assert tour(plan, TUE, "V1")[6] == (2, 1, "S4", "10:00:00", "10:05:00")


def test_stops_in_another_order_get_their_times_and_ways() -> None:
    plan = changed(toy_plan(), "stops", {"place_id": "S1"}, stop=2)
    plan = changed(plan, "stops", {"place_id": "S2", "date": TUE}, stop=1)
    plan = retime(toy_dataset(), plan)
    assert check(toy_dataset(), plan) == ()
    assert [place for _, _, place, _, _ in tour(plan, TUE, "V1")][:5] == ["D1", "S2", "S1", "F3", "D1"]
    first, second = (one(plan, "stops", date=TUE, trip=1, stop=stop) for stop in (1, 2))
    assert (first.from_previous_m, first.load_g) == (15_000, 34_000)
    assert (second.from_previous_m, second.load_g) == (5_000, 0)
    assert one(plan, "deliveries", site_id="S3").start_s == first.start_s


def test_a_stop_moved_to_another_vehicle_takes_its_baskets_along() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "stops", {"place_id": "S2", "date": WED}, vehicle_id="V2", stop=2))
    assert check(toy_dataset(), plan) == ()
    assert one(plan, "deliveries", site_id="S2", date=WED).vehicle_id == "V2"
    assert [place for _, _, place, _, _ in tour(plan, WED, "V2")] == ["D1", "S4", "S2", "D1"]
    assert one(plan, "stops", date=WED, vehicle_id="V2", stop=0).load_g == 25_800 + 17_500
    assert one(plan, "stops", date=WED, vehicle_id="V1", stop=0).load_g == 27_500


def test_tours_that_nobody_touched_keep_their_times() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "stops", {"place_id": "S1"}, stop=2))
    assert tour(plan, MON, "V2") == tour(toy_plan(), MON, "V2")
    assert tour(plan, WED, "V1") == tour(toy_plan(), WED, "V1")


def test_a_basket_less_follows_into_every_table() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=4)
    plan = retime(toy_dataset(), plan)
    assert check(toy_dataset(), plan) == ()
    assert one(plan, "deliveries", site_id="S6", basket_id="family").load_g == 13_600
    assert one(plan, "stops", place_id="S6").drop_g == 24_100
    assert one(plan, "packing", date=WED, basket_id="family").baskets == 11
    lettuce = one(plan, "stock_ledger", lot_id="LL", date=WED)
    assert (lettuce.packed_g, lettuce.discarded_g) == (4_400, 3_600)
    assert one(plan, "stock_ledger", lot_id="LC", date=WED).closing_g == 7_000
    coverage = one(plan, "coverage", programme="baskets", neighbourhood_id="N3")
    assert (coverage.baskets, coverage.persons_helped) == (7, 35)
    assert one(plan, "unserved", id="N3").quantity == 3
    assert one(plan, "fairness", neighbourhood_id="N3").baskets == 7


def test_a_proof_that_an_edit_undoes_is_withdrawn() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=3)
    row = one(retime(toy_dataset(), plan), "fairness", neighbourhood_id="N3")
    assert (row.baskets, row.proven, row.gap_baskets, row.lacking_rule) == (6, False, 1, "modifié à la main")


def test_levels_go_and_a_warning_says_so_once() -> None:
    edited = changed(toy_plan(), "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=4)
    plan = retime(toy_dataset(), edited)
    assert plan.levels == ()
    assert len(plan.warnings) == 1
    again = changed(plan, "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=3)
    assert retime(toy_dataset(), again).warnings == plan.warnings


def test_more_baskets_than_the_stock_allows_are_found_in_the_stock_and_not_hidden() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "allocation", {"site_id": "S4", "date": TUE}, baskets=12))
    breaches = check(toy_dataset(), plan)
    assert {b.code for b in breaches} == {"G4", "G8"}
    messages = {b.message for b in breaches}
    assert (
        "Mardi 21 avril, produit lettuce, plateforme D1 : "
        "12\u00a0kg sortis du stock, les recettes en demandent 13,2\u00a0kg." in messages
    )
    assert "Programme baskets : attribution de 53\u00a0paniers, taille du programme 50\u00a0paniers." in messages
    carrots = [one(plan, "stock_ledger", lot_id="LC", date=date).packed_g for date in (TUE, WED)]
    assert carrots == [33_000, 24_000]  # the 6 kg left over at the end of the week were free


def test_goods_that_a_later_day_needs_are_not_taken_for_an_earlier_one() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "allocation", {"site_id": "S4", "date": TUE}, baskets=19))
    carrots = [one(plan, "stock_ledger", lot_id="LC", date=date).packed_g for date in (TUE, WED)]
    assert carrots == [36_000, 24_000]


def test_a_row_of_no_baskets_goes_and_so_does_the_stop_that_has_nothing_left_to_do() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "allocation", {"site_id": "S4", "date": TUE}, baskets=0))
    assert check(toy_dataset(), plan) == ()
    assert {row.trip for row in plan.stops if row.date == TUE} == {1}
    assert not [row for row in plan.allocation if (row.site_id, row.date) == ("S4", TUE)]


def test_an_empty_allocation_leaves_the_collections_alone() -> None:
    plan = retime(toy_dataset(), dataclasses.replace(toy_plan(), allocation=()))
    assert codes(plan) == {"G4"}  # the lettuce that nobody gets does not fit the cold room
    assert plan.deliveries == plan.packing == plan.recipes == ()
    assert {row.place_kind for row in plan.stops} == {"depot", "farm"}
    assert one(plan, "stock_ledger", lot_id="SP", date=WED).discarded_g == 60_000


def test_a_site_that_no_stop_serves_any_more_is_found() -> None:
    plan = retime(toy_dataset(), without(toy_plan(), "stops", place_id="S1"))
    assert codes(plan) == {"G6"}
    assert one(plan, "unserved", id="S1").kind == "site"
    assert one(plan, "packing", date=TUE).baskets == 20


def test_a_new_stop_needs_no_depot_rows() -> None:
    plan = with_row(toy_plan(), "stops", {"place_id": "S2", "date": WED}, vehicle_id="V2", trip=2, stop=7)
    plan = retime(toy_dataset(), without(plan, "stops", place_id="S2", date=WED, vehicle_id="V1"))
    assert [row[:3] for row in tour(plan, WED, "V2")][3:] == [(2, 0, "D1"), (2, 1, "S2"), (2, 2, "D1")]
    assert codes(plan) == {"T4"}  # the truck makes one trip a day


def test_stops_of_equal_number_keep_the_order_of_the_table() -> None:
    plan = changed(toy_plan(), "stops", {"date": TUE, "vehicle_id": "V1"}, trip=1, stop=1)
    plan = retime(toy_dataset(), plan)
    assert [place for _, _, place, _, _ in tour(plan, TUE, "V1")] == ["D1", "S1", "S2", "F3", "S4", "D1"]


def test_an_overloaded_vehicle_is_found_after_an_edit() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "stops", {"place_id": "S4", "date": TUE}, trip=1, stop=1))
    breaches = check(toy_dataset(), plan)
    assert {b.code for b in breaches} == {"T1", "T2"}
    assert "Véhicule V1, mardi 21 avril, tournée 1 : chargé 102\u00a0kg, limite 100\u00a0kg." in {
        b.message for b in breaches
    }


def test_a_farm_stop_moved_to_another_vehicle_takes_its_crates_along() -> None:
    plan = retime(toy_dataset(), changed(toy_plan(), "stops", {"place_id": "F3", "date": MON}, vehicle_id="V2"))
    assert codes(plan) == {"T5"}  # the truck is not cold
    assert one(plan, "collections", lot_id="LL", date=MON).vehicle_id == "V2"
    assert not tour(plan, MON, "V1")


def test_crates_that_no_vehicle_fetches_any_more_are_found() -> None:
    plan = retime(toy_dataset(), without(toy_plan(), "stops", place_id="F3", date=MON))
    assert codes(plan) == {"T7"}


def test_a_relayed_site_is_served_by_the_stop_at_its_relay() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S3"}, baskets=4)
    plan = retime(toy_dataset(), changed(plan, "allocation", {"site_id": "S2", "date": TUE}, baskets=7))
    assert check(toy_dataset(), plan) == ()
    assert one(plan, "deliveries", site_id="S3").baskets == 4
    assert one(plan, "stops", place_id="S2", date=TUE).drop_baskets == 11


def served_twice() -> Plan:
    """Let the van come back to S4 on Tuesday: 6 baskets first, 3 later."""
    plan = toy_plan()
    back = with_row(plan, "stops", {"place_id": "S4", "date": TUE}, trip=3, start_s=at("10:50"))
    back = changed(back, "deliveries", {"site_id": "S4", "date": TUE}, baskets=6)
    return with_row(back, "deliveries", {"site_id": "S4", "date": TUE}, baskets=3, trip=3)


@pytest.mark.parametrize(("wanted", "brought"), [(9, [6, 3]), (11, [8, 3]), (8, [6, 2]), (5, [5])])
def test_a_site_served_twice_keeps_its_split_as_far_as_it_goes(wanted: int, brought: list[int]) -> None:
    plan = changed(served_twice(), "allocation", {"site_id": "S4", "date": TUE}, baskets=wanted)
    plan = retime(toy_dataset(), plan)
    assert [row.baskets for row in plan.deliveries if (row.site_id, row.date) == ("S4", TUE)] == brought


def test_rows_of_the_allocation_with_the_same_ids_are_added_up() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S1"}, baskets=6, walk_m=1)
    plan = with_row(plan, "allocation", {"site_id": "S1"}, baskets=4, neighbourhood_id="N2")
    assert retime(toy_dataset(), plan).allocation == toy_plan().allocation


def test_an_unknown_vehicle_is_left_for_the_checker_to_find() -> None:
    plan = changed(toy_plan(), "stops", {"place_id": "S6"}, vehicle_id="V7")
    assert "P1" in codes(retime(toy_dataset(), plan))


def test_an_unknown_place_is_left_for_the_checker_to_find() -> None:
    plan = with_row(toy_plan(), "stops", {"place_id": "S6"}, place_id="S99", stop=3)
    retimed = retime(toy_dataset(), plan)
    assert "S99" in {row.place_id for row in retimed.stops}
    assert "P1" in codes(retimed)


def test_an_unknown_basket_kind_is_left_for_the_checker_to_find() -> None:
    plan = with_row(toy_plan(), "allocation", {"site_id": "S6"}, basket_id="festive")
    assert {"P1"} <= codes(retime(toy_dataset(), plan))


def test_a_window_that_cannot_be_met_is_found() -> None:
    dataset = toy_dataset()
    plan = changed(toy_plan(), "stops", {"place_id": "S2", "date": TUE}, trip=2, stop=2)
    assert codes(retime(dataset, plan)) == {"T1"}  # S2 closes when S4, now before it, opens
    dataset = dataset_changed(dataset, "vehicles", {"vehicle_id": "V1"}, shift_start_s=at("12:00"))
    late = retime(dataset, toy_plan())
    assert {b.code for b in check(dataset, late)} == {"T1", "T4"}  # and the shift ends before the tour


def test_the_warning_speaks_the_language_of_the_dataset() -> None:
    plan = changed(toy_plan(), "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=3)
    retimed = retime(settings_changed(toy_dataset(), language="en"), plan)
    assert retimed.warnings[0].startswith("Plan edited by hand")
    assert one(retimed, "fairness", neighbourhood_id="N3").lacking_rule == "edited by hand"


def test_a_trip_waits_until_its_baskets_and_those_of_later_trips_are_packed() -> None:
    depot = toy_dataset().depots[0]  # 30 baskets an hour from 06:00
    assert Bench(depot).ready_s(at("06:00"), 15) == at("06:30")
    assert Bench(depot).ready_s(at("07:00"), 15) == at("07:00")
    assert Bench(depot, [(at("06:30"), 15)]).ready_s(at("06:30"), 15) == at("07:00")
    # 15 baskets leave at 06:31, when 15 are packed: 1 basket more before them would be missing then.
    assert Bench(depot, [(at("06:31"), 15)]).ready_s(at("06:10"), 1) == at("06:32")
    assert Bench(depot, [(at("06:32"), 15)]).ready_s(at("06:10"), 1) == at("06:10")


def random_edit(plan: Plan, rng: random.Random) -> Plan:
    """One edit that a coordinator could make: baskets of a row, or a stop moved to another trip, place in it or date."""
    if rng.random() < 0.3:
        row = rng.choice(plan.allocation)
        new = dataclasses.replace(row, baskets=rng.randint(0, 14))
        return dataclasses.replace(plan, allocation=tuple(new if r is row else r for r in plan.allocation))
    stop: StopRow = rng.choice([row for row in plan.stops if row.place_kind != "depot"])
    moved = dataclasses.replace(
        stop,
        vehicle_id=rng.choice(("V1", "V2")),
        trip=rng.randint(1, 3),
        stop=rng.randint(0, 4),
        date=stop.date if rng.random() < 0.8 else rng.choice((MON, TUE, WED)),
    )
    return dataclasses.replace(plan, stops=tuple(moved if r is stop else r for r in plan.stops))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_a_coordinator_moves_the_tables_of_the_retimed_plan_agree(seed: int) -> None:
    rng = random.Random(seed)
    plan = toy_plan()
    for _ in range(rng.randint(1, 6)):
        plan = random_edit(plan, rng)
    found = codes(retime(toy_dataset(), plan))
    assert not found & {"P1", "T3", "T6", "G1", "G3"}, found
