"""Spoiled plans: each kind of damage to the valid toy plan is found by its own code, and by none that it does not break.

The first code of each is the damage's own; the others are rules that the same damage truly breaks too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import pytest

from distrib.checker import check, rules
from distrib.model.plan import Plan
from tests.toy_plan import (
    MON,
    TUE,
    WED,
    at,
    changed,
    dt,
    in_order,
    timed,
    toy_dataset,
    toy_plan,
    with_row,
    without,
)

CLOCKS = ("arrival_s", "start_s", "departure_s")
THU = dt.date(2020, 4, 23)


class Spoiled(NamedTuple):
    """A damage, what it is called, and the codes it is found by: its own first."""

    name: str
    codes: tuple[str, ...]
    damage: Callable[[Plan], Plan]


SPOILED: list[Spoiled] = []


def spoiled(name: str, *codes: str) -> Callable[[Callable[[Plan], Plan]], Callable[[Plan], Plan]]:
    """Add a damage to the list."""

    def add(damage: Callable[[Plan], Plan]) -> Callable[[Plan], Plan]:
        SPOILED.append(Spoiled(name, codes, damage))
        return damage

    return add


# ---------------------------------------------------------------- G1: what is bought


@spoiled("a crate more than the kg of the row, and than the offer", "G1")
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LA2"}, crates=3)


@spoiled("half a crate is bought", "G1", "G4", "P1")  # the stock ledger and what is left unbought do not follow
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LA2"}, load_g=15_000, cents=1_650)


@spoiled("a fourth crate is bought of an offer of three and a half, everything else follows", "G1")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "collections", {"lot_id": "LA1"}, crates=4, load_g=40_000, cents=4_000)
    plan = changed(plan, "stops", {"place_id": "F1"}, pick_g=100_000, load_g=100_000)
    plan = timed(plan, MON, "V2", 1, 1, "08:50", "08:50", "09:08:20")
    plan = timed(plan, MON, "V2", 1, 2, "09:58:20", "09:58:20", "10:13:20")
    plan = changed(plan, "stock_ledger", {"lot_id": "LA1", "date": MON}, in_g=40_000, closing_g=40_000)
    plan = changed(plan, "stock_ledger", {"lot_id": "LA1", "date": TUE}, opening_g=40_000, closing_g=10_000)
    return changed(plan, "stock_ledger", {"lot_id": "LA1", "date": WED}, opening_g=10_000, closing_g=10_000)


@spoiled("a price one cent too low", "G1")
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LC"}, cents=4_799)


@spoiled("a price far above the budget", "G1")
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LC"}, cents=48_000)


# ---------------------------------------------------------------- G2: when it is collected and used


@spoiled("a lot collected on a day without collections", "G2", "G4")  # the ledger still has it on Tuesday
def _(plan: Plan) -> Plan:
    return in_order(changed(plan, "collections", {"lot_id": "LA2"}, date=WED))


@spoiled("a lot collected the day before it is ready, everything else follows", "G2")
def _(plan: Plan) -> Plan:
    plan = in_order(changed(plan, "collections", {"lot_id": "LA2"}, date=MON))
    plan = with_row(plan, "stock_ledger", {"lot_id": "LA2", "date": TUE}, date=MON)
    return changed(plan, "stock_ledger", {"lot_id": "LA2", "date": TUE}, opening_g=20_000, in_g=0)


@spoiled("apples packed the day they come in, everything else follows", "G2")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stock_ledger", {"lot_id": "LA1", "date": TUE}, packed_g=20_000, closing_g=10_000)
    plan = changed(plan, "stock_ledger", {"lot_id": "LA1", "date": WED}, opening_g=10_000, packed_g=10_000)
    plan = changed(plan, "stock_ledger", {"lot_id": "LA2", "date": TUE}, packed_g=10_000, closing_g=10_000)
    return changed(plan, "stock_ledger", {"lot_id": "LA2", "date": WED}, opening_g=10_000, packed_g=10_000)


@spoiled("potatoes kept and packed a day past their last", "G2", "G4")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stock_ledger", {"lot_id": "SP", "date": WED}, discarded_g=0, closing_g=10_000)
    late = {"date": THU, "opening_g": 10_000, "packed_g": 10_000, "discarded_g": 0, "closing_g": 0}
    return with_row(plan, "stock_ledger", {"lot_id": "SP", "date": WED}, **late)


# ---------------------------------------------------------------- G3: what is in a basket


@spoiled("a fifth portion of apples", "G3", "G4", "P1")  # neither stock nor written weights follow
def _(plan: Plan) -> Plan:
    where = {"date": TUE, "basket_id": "family", "product_id": "apple"}
    return changed(plan, "recipes", where, portions=5, recipe_g=1_250)


@spoiled("the lettuce left out of a recipe", "G3", "G4", "P1")
def _(plan: Plan) -> Plan:
    return without(plan, "recipes", date=TUE, basket_id="family", product_id="lettuce")


@spoiled("two portions of apples give way to a carrot: too little fruit", "G3", "G4")
def _(plan: Plan) -> Plan:
    where = {"date": WED, "basket_id": "family"}
    plan = changed(plan, "recipes", {**where, "product_id": "apple"}, portions=2, recipe_g=500)
    return changed(plan, "recipes", {**where, "product_id": "carrot"}, portions=3, recipe_g=1_500)


@spoiled("the grams of a recipe row do not follow from its portions", "G3")
def _(plan: Plan) -> Plan:
    return changed(plan, "recipes", {"basket_id": "family~2", "product_id": "potato"}, recipe_g=999)


@spoiled("a kit with one bar of soap", "G3", "G4", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "recipes", {"basket_id": "hygiene"}, portions=1, recipe_g=100)


@spoiled("an apple in a kit", "G3", "G4", "P1")
def _(plan: Plan) -> Plan:
    return with_row(plan, "recipes", {"basket_id": "hygiene"}, product_id="apple", portions=1, recipe_g=250)


@spoiled("a basket of two products", "G3", "G4", "P1")
def _(plan: Plan) -> Plan:
    plan = without(plan, "recipes", basket_id="family~2", product_id="carrot")
    return changed(plan, "recipes", {"basket_id": "family~2", "product_id": "potato"}, portions=2, recipe_g=2_000)


@spoiled("a third recipe of one type on a day, everything else follows", "G3")
def _(plan: Plan) -> Plan:
    at_s6 = {"site_id": "S6", "basket_id": "family~2"}
    plan = changed(plan, "allocation", at_s6, basket_id="family~3")
    plan = changed(plan, "deliveries", at_s6, basket_id="family~3")
    plan = changed(plan, "packing", {"basket_id": "family~2"}, baskets=5, packed_g=17_500)
    plan = with_row(plan, "packing", {"basket_id": "family~2"}, basket_id="family~3", baskets=3, packed_g=10_500)
    for product in ("apple", "carrot", "potato"):
        like = {"basket_id": "family~2", "product_id": product}
        plan = with_row(plan, "recipes", like, basket_id="family~3")
    return plan


@spoiled("kits packed without a recipe", "G3", "G4")
def _(plan: Plan) -> Plan:
    return without(plan, "recipes", basket_id="hygiene")


# ---------------------------------------------------------------- G4: the stock ledger


@spoiled("a closing stock one gram too high", "G4")
def _(plan: Plan) -> Plan:
    return changed(plan, "stock_ledger", {"lot_id": "LC", "date": WED}, closing_g=6_001)


@spoiled("a delivery of the farm that the ledger does not know", "G4")
def _(plan: Plan) -> Plan:
    return changed(plan, "stock_ledger", {"lot_id": "LA1", "date": WED}, in_g=5_000, closing_g=5_000)


@spoiled("a day missing in the ledger", "G4")
def _(plan: Plan) -> Plan:
    return without(plan, "stock_ledger", lot_id="SS", date=TUE)


@spoiled("a ledger row for a lot that never came", "G4")
def _(plan: Plan) -> Plan:
    zero = {"opening_g": 0, "packed_g": 0, "closing_g": 0, "lot_id": "LP", "product_id": "pear"}
    last_use = dt.date(2020, 4, 25)
    return with_row(plan, "stock_ledger", {"lot_id": "SS", "date": WED}, **zero, last_use_date=last_use)


@spoiled("good potatoes thrown away a day early", "G4")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stock_ledger", {"lot_id": "SP", "date": TUE}, discarded_g=10_000, closing_g=20_000)
    return changed(plan, "stock_ledger", {"lot_id": "SP", "date": WED}, opening_g=20_000, discarded_g=0)


@spoiled("old lettuce kept", "G4")
def _(plan: Plan) -> Plan:
    return changed(plan, "stock_ledger", {"lot_id": "LL", "date": WED}, discarded_g=0, closing_g=3_200)


@spoiled("soap taken from stock for no kit", "G4")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stock_ledger", {"lot_id": "SS", "date": TUE}, packed_g=100, closing_g=4_900)
    return changed(plan, "stock_ledger", {"lot_id": "SS", "date": WED}, opening_g=4_900, closing_g=2_900)


@spoiled("more potatoes in the depot than the week began with", "G4")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stock_ledger", {"lot_id": "SP", "date": MON}, opening_g=61_000, closing_g=61_000)
    plan = changed(plan, "stock_ledger", {"lot_id": "SP", "date": TUE}, opening_g=61_000, closing_g=31_000)
    return changed(plan, "stock_ledger", {"lot_id": "SP", "date": WED}, opening_g=31_000, discarded_g=11_000)


# ---------------------------------------------------------------- G5: packing


@spoiled("a basket packed that nobody gets", "G5", "G4")  # the stock for it was not taken
def _(plan: Plan) -> Plan:
    return changed(plan, "packing", {"date": TUE}, baskets=31, packed_g=105_400)


@spoiled("more baskets packed than the bench can", "G5", "G4")
def _(plan: Plan) -> Plan:
    return changed(plan, "packing", {"date": TUE}, baskets=41, packed_g=139_400)


@spoiled("the packing of the kits is missing", "G5", "G4", "P1")  # stock is taken, and a recipe stands, for nothing
def _(plan: Plan) -> Plan:
    return without(plan, "packing", basket_id="hygiene")


# ---------------------------------------------------------------- G6: allocated = delivered


@spoiled("a basket allocated at one site and delivered for another", "G6")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "allocation", {"site_id": "S1"}, baskets=9)
    return changed(plan, "allocation", {"site_id": "S2", "date": TUE}, baskets=6)


@spoiled("a basket of the relay labelled for the site behind it", "G6")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "deliveries", {"site_id": "S2", "date": TUE}, baskets=4, load_g=13_600)
    return changed(plan, "deliveries", {"site_id": "S3"}, baskets=7, load_g=23_800)


@spoiled("two recipes swapped between delivery and allocation", "G6")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=4)
    return changed(plan, "allocation", {"site_id": "S6", "basket_id": "family~2"}, baskets=4)


# ---------------------------------------------------------------- G7: catchments and need


@spoiled("a zone uses a site it cannot reach, everything else follows", "G7")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "allocation", {"site_id": "S1"}, baskets=9)
    plan = with_row(plan, "allocation", {"site_id": "S1"}, zone_id="N1-B", baskets=1)
    plan = changed(plan, "coverage", {"programme": "baskets", "neighbourhood_id": "N1"}, persons_helped=80)
    plan = changed(plan, "unserved", {"id": "N1-A"}, quantity=6)
    return changed(plan, "unserved", {"id": "N1-B"}, quantity=3)


@spoiled("a kit more than the need, everything else follows", "G7")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "allocation", {"basket_id": "hygiene"}, baskets=13)
    plan = changed(plan, "deliveries", {"basket_id": "hygiene"}, baskets=13, load_g=2_600)
    plan = changed(plan, "packing", {"basket_id": "hygiene"}, baskets=13, packed_g=2_600)
    plan = changed(plan, "stock_ledger", {"lot_id": "SS", "date": WED}, packed_g=2_600, closing_g=2_400)
    at_s4 = {"date": WED, "vehicle_id": "V2", "stop": 1}
    plan = changed(plan, "stops", at_s4, drop_baskets=20, drop_g=26_400)
    plan = changed(plan, "stops", {**at_s4, "stop": 0}, load_g=26_400)
    plan = timed(plan, WED, "V2", 1, 0, "07:06", "07:06", "07:21")  # 33 baskets are packed by then
    plan = timed(plan, WED, "V2", 1, 1, "07:31", "07:31", "07:36")
    plan = timed(plan, WED, "V2", 1, 2, "07:46", "07:46", "07:46")
    kits = {"programme": "kits", "neighbourhood_id": "N2"}
    plan = changed(plan, "coverage", kits, baskets=13, coverage=lambda old: old * 13 / 10)
    return without(plan, "unserved", id="N2", programme="kits")


# ---------------------------------------------------------------- G8: days, sites and sizes


@spoiled("a delivery dated on a day without deliveries", "G8", "G5", "G6", "T7", "P1")  # its stop is empty then
def _(plan: Plan) -> Plan:
    return in_order(changed(plan, "deliveries", {"site_id": "S1"}, date=MON))


@spoiled("baskets for a relayed site on a day it is closed, everything else follows", "G8")
def _(plan: Plan) -> Plan:
    plan = in_order(changed(plan, "allocation", {"basket_id": "family~2", "site_id": "S2"}, site_id="S3", walk_m=200))
    return in_order(changed(plan, "deliveries", {"basket_id": "family~2", "site_id": "S2"}, site_id="S3"))


@spoiled("baskets of a relayed site not dropped at its relay", "G8", "T7")  # no stop is made there
def _(plan: Plan) -> Plan:
    return changed(plan, "deliveries", {"site_id": "S3"}, dropped_at_site_id="S3")


@spoiled("baskets of a site without any relay dropped elsewhere", "G8", "T7", "P1")  # its own stop is empty then
def _(plan: Plan) -> Plan:
    return changed(plan, "deliveries", {"site_id": "S6"}, dropped_at_site_id="S4")


def moved_from_s1_to_s2(plan: Plan, baskets: int) -> Plan:
    """Deliver some of S1's Tuesday baskets at S2 instead; all tables follow (both take 6 s a basket)."""
    s1, s2 = {"site_id": "S1", "date": TUE}, {"site_id": "S2", "date": TUE}
    for table in ("allocation", "deliveries"):
        plan = changed(plan, table, s1, baskets=10 - baskets)
        plan = changed(plan, table, s2, baskets=5 + baskets)
    plan = changed(plan, "deliveries", s1, load_g=3_400 * (10 - baskets))
    plan = changed(plan, "deliveries", s2, load_g=3_400 * (5 + baskets))
    stop = {"date": TUE, "vehicle_id": "V1", "trip": 1}
    left_g = 3_400 * (11 + baskets)
    plan = changed(plan, "stops", {**stop, "stop": 1}, drop_baskets=10 - baskets, load_g=left_g)
    plan = changed(
        plan, "stops", {**stop, "stop": 1}, drop_g=3_400 * (10 - baskets), departure_s=lambda s: s - 6 * baskets
    )
    plan = changed(plan, "stops", {**stop, "stop": 2}, drop_baskets=11 + baskets, drop_g=left_g)
    sooner = {"arrival_s": lambda s: s - 6 * baskets, "start_s": lambda s: s - 6 * baskets}
    plan = changed(plan, "stops", {**stop, "stop": 2}, **sooner)
    plan = changed(plan, "deliveries", {"dropped_at_site_id": "S2", "date": TUE}, **sooner)
    return changed(plan, "deliveries", s1, departure_s=lambda s: s - 6 * baskets)


@spoiled("a site gets one basket more than its day allows, another less than its week needs", "G8")
def _(plan: Plan) -> Plan:
    return moved_from_s1_to_s2(plan, 8)


@spoiled("a site gets one basket less than its week needs, everything else follows", "G8")
def _(plan: Plan) -> Plan:
    return moved_from_s1_to_s2(plan, 1)


@spoiled("a visit brings three baskets where five are the least, everything else follows", "G8")
def _(plan: Plan) -> Plan:
    v1 = {"date": WED, "vehicle_id": "V1"}
    plan = changed(plan, "stops", {**v1, "stop": 3}, stop=4)
    again = {"stop": 3, "drop_baskets": 3, "drop_g": 10_500, "from_previous_m": 0, "from_previous_s": 0}
    plan = with_row(plan, "stops", {"place_id": "S6"}, **again)
    plan = changed(plan, "stops", {**v1, "stop": 2}, drop_baskets=5, drop_g=17_000, load_g=10_500)
    times = {"arrival_s": at("08:20:30"), "start_s": at("08:20:30"), "departure_s": at("08:30:30")}
    plan = changed(plan, "stops", {**v1, "stop": 3}, **times)
    plan = changed(plan, "deliveries", {"site_id": "S6", "basket_id": "family~2"}, **times)
    return timed(plan, WED, "V1", 1, 4, "08:50:30", "08:50:30", "08:50:30")


@spoiled("a basket more than the programme's size", "G8", "G6", "P1")  # not delivered; coverage does not follow
def _(plan: Plan) -> Plan:
    return changed(plan, "allocation", {"site_id": "S6", "basket_id": "family"}, baskets=6)


# ---------------------------------------------------------------- T1: windows and hours


@spoiled("unloading begins a minute before the site opens", "T1")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 1, "07:25", "07:29", "07:36")


@spoiled("a farm is reached before it opens", "T1")
def _(plan: Plan) -> Plan:
    plan = timed(plan, MON, "V1", 1, 0, "07:00", "07:00", "07:00")
    plan = timed(plan, MON, "V1", 1, 1, "07:30", "07:30", "07:41:30")
    return timed(plan, MON, "V1", 1, 2, "08:11:30", "08:11:30", "08:26:30")


@spoiled("a trip begins before the depot opens", "T1", "T4")  # and before the shift
def _(plan: Plan) -> Plan:
    return timed(plan, MON, "V1", 1, 0, "05:59", "05:59", "08:00")


# ---------------------------------------------------------------- T2: loads


@spoiled("a written load one gram too high", "T2")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "S1"}, load_g=37_401)


@spoiled("the van fetches the truck's goods too: 102 kg, everything else follows", "T2")
def _(plan: Plan) -> Plan:
    monday = {"date": MON, "vehicle_id": "V2"}
    plan = changed(plan, "collections", monday, vehicle_id="V1")
    plan = without(plan, "stops", **monday, stop=0)
    plan = without(plan, "stops", **monday, stop=2)
    leg = {"from_previous_m": 10_000, "from_previous_s": 600}
    van = {"date": MON, "vehicle_id": "V1"}
    plan = changed(plan, "stops", {**van, "stop": 2}, stop=3, from_previous_m=40_000, from_previous_s=2_400)
    plan = changed(plan, "stops", monday, vehicle_id="V1", stop=2, load_g=102_000, break_s=1_800, **leg)
    plan = timed(in_order(plan), MON, "V1", 1, 2, "08:51:30", "08:51:30", "09:39:30")
    return timed(plan, MON, "V1", 1, 3, "10:19:30", "10:19:30", "10:34:30")


# ---------------------------------------------------------------- T3: driving and service times


@spoiled("an arrival a second too early for the road", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 2, "07:40:59", "07:41", "07:47:06")


@spoiled("unloading a second too short", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 2, "07:41", "07:41", "07:47:05")


@spoiled("loading at a farm a second too short", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, MON, "V2", 1, 1, "08:50", "08:50", "09:07:59")


@spoiled("loading at the depot cut short", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 0, "07:00", "07:00", "07:14:59")


@spoiled("crates are not unloaded at the depot", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 4, "09:13:06", "09:13:06", "09:13:06")


@spoiled("a driving time written shorter than it is", "T3")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "S6"}, from_previous_s=2_099)


@spoiled("service before arrival", "T3")
def _(plan: Plan) -> Plan:
    return timed(plan, WED, "V2", 1, 1, "07:25", "07:24:59", "07:30")


# ---------------------------------------------------------------- T4: shifts, breaks, drivers


@spoiled("the driver gets no rest", "T4")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "F3", "date": TUE}, break_s=0)


@spoiled("a rest one second too short", "T4")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "F3", "date": TUE}, break_s=1_799)


@spoiled("a tour ends a second after the shift", "T4")
def _(plan: Plan) -> Plan:
    return timed(plan, WED, "V2", 1, 2, "07:40", "07:40", "14:00:01")


@spoiled("the truck on a day it is away, without a driver, everything else follows", "T4")
def _(plan: Plan) -> Plan:
    second = {"date": TUE, "vehicle_id": "V1", "trip": 2}
    plan = changed(plan, "stops", second, vehicle_id="V2", trip=1)
    plan = changed(plan, "deliveries", second, vehicle_id="V2", trip=1)
    plan = changed(plan, "stops", {"date": TUE, "vehicle_id": "V2", "stop": 1}, from_previous_s=600)
    plan = changed(plan, "stops", {"date": TUE, "vehicle_id": "V2", "stop": 2}, from_previous_s=600)
    plan = timed(plan, TUE, "V2", 1, 1, "10:25", "10:25", "10:30")
    return timed(plan, TUE, "V2", 1, 2, "10:40", "10:40", "10:40")


# ---------------------------------------------------------------- T5: what a vehicle may do


@spoiled("the truck at a site too small for it, everything else follows", "T5")
def _(plan: Plan) -> Plan:
    van, truck = {"date": WED, "vehicle_id": "V1"}, {"date": WED, "vehicle_id": "V2"}
    plan = changed(plan, "deliveries", {"site_id": "S6"}, vehicle_id="V2")
    plan = changed(plan, "stops", {**truck, "stop": 2}, stop=3, from_previous_m=20_000, from_previous_s=1_500)
    plan = changed(plan, "stops", {"place_id": "S6"}, vehicle_id="V2", from_previous_m=12_000, from_previous_s=900)
    plan = changed(plan, "stops", {**van, "stop": 3}, stop=2, from_previous_m=15_000, from_previous_s=900)
    plan = changed(plan, "stops", {**van, "stop": 0}, load_g=17_500)
    plan = changed(plan, "stops", {**van, "stop": 1}, load_g=0)
    plan = changed(plan, "stops", {**truck, "stop": 0}, load_g=53_300)
    plan = changed(plan, "stops", {**truck, "stop": 1}, load_g=27_500)
    plan = timed(in_order(plan), WED, "V1", 1, 2, "07:50:30", "07:50:30", "07:50:30")
    plan = timed(plan, WED, "V2", 1, 2, "07:45", "08:00", "08:10")
    return timed(plan, WED, "V2", 1, 3, "08:35", "08:35", "08:35")


@spoiled("lettuce in the truck that is not cold, everything else follows", "T5")
def _(plan: Plan) -> Plan:
    van, truck = {"date": MON, "vehicle_id": "V1"}, {"date": MON, "vehicle_id": "V2"}
    plan = without(plan, "stops", **van, stop=0)
    plan = without(plan, "stops", **van, stop=2)
    plan = changed(plan, "stops", {**truck, "stop": 2}, stop=3)
    leg = {"from_previous_m": 10_000, "from_previous_s": 750}
    plan = changed(plan, "stops", {**truck, "stop": 1}, stop=2, load_g=102_000, **leg)
    plan = changed(plan, "stops", van, vehicle_id="V2", from_previous_s=2_250)
    plan = in_order(changed(plan, "collections", van, vehicle_id="V2"))
    plan = timed(plan, MON, "V2", 1, 1, "08:37:30", "08:37:30", "08:49")
    plan = timed(plan, MON, "V2", 1, 2, "09:01:30", "09:01:30", "09:19:30")
    return timed(plan, MON, "V2", 1, 3, "10:09:30", "10:09:30", "10:24:30")


# ---------------------------------------------------------------- T6: loaded there, brought back there


@spoiled("less loaded at the depot than the trip drops", "T6")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"date": WED, "vehicle_id": "V2", "stop": 0}, load_g=25_799)


@spoiled("loading begins before the baskets are packed", "T6")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 1, 0, "06:41:59", "06:41:59", "07:15")


@spoiled("the van never comes back with its lettuce", "T6")
def _(plan: Plan) -> Plan:
    return without(plan, "stops", date=MON, vehicle_id="V1", stop=2)


@spoiled("a pass by the depot in the middle of a trip", "T6")
def _(plan: Plan) -> Plan:
    van = {"date": WED, "vehicle_id": "V1"}
    plan = changed(plan, "stops", {**van, "stop": 3}, stop=4)
    plan = changed(plan, "stops", {**van, "stop": 2}, stop=3, from_previous_m=20_000, from_previous_s=1_200)
    by = {"stop": 2, "load_g": 27_500, "from_previous_m": 15_000, "from_previous_s": 900}
    plan = with_row(plan, "stops", {**van, "stop": 0}, **by)
    return timed(plan, WED, "V1", 1, 2, "07:50:30", "07:50:30", "07:50:30")


# ---------------------------------------------------------------- T7: carried once, one place at a time


@spoiled("a trip begins before the one before it ends", "T7")
def _(plan: Plan) -> Plan:
    return timed(plan, TUE, "V1", 2, 0, "09:28:05", "09:28:05", "10:15")


@spoiled("a stop drops a basket more than its deliveries", "T7")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "S6"}, drop_baskets=9)


@spoiled("a delivery twice", "T7", "G5", "G6", "P1")
def _(plan: Plan) -> Plan:
    return with_row(plan, "deliveries", {"site_id": "S4", "date": TUE})


@spoiled("a delivery missing", "T7", "G5", "G6", "P1")  # its stop is empty then
def _(plan: Plan) -> Plan:
    return without(plan, "deliveries", site_id="S4", date=TUE)


@spoiled("a delivery by a trip that does not go there", "T7", "P1")  # its stop is empty then
def _(plan: Plan) -> Plan:
    return changed(plan, "deliveries", {"site_id": "S1"}, trip=2)


@spoiled("a stop missing", "T7", "T2", "T3", "T6", "P1")  # loads, ways and stop numbers no longer follow
def _(plan: Plan) -> Plan:
    return without(plan, "stops", place_id="S2", date=TUE)


@spoiled("carrots that nobody fetches", "T7")
def _(plan: Plan) -> Plan:
    return in_order(changed(plan, "collections", {"lot_id": "LC"}, vehicle_id="", trip=0))


@spoiled("a collection by a trip that does not go there", "T7", "P1")  # its stop is empty then
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LL", "date": TUE}, trip=2)


@spoiled("less picked at a farm than collected", "T7", "T2")  # the load does not follow from it
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "F3", "date": MON}, pick_g=11_999)


# ---------------------------------------------------------------- P1: the tables agree


@spoiled("a trip from the depot to the depot", "P1")
def _(plan: Plan) -> Plan:
    for stop in (0, 1):
        like = {"date": MON, "vehicle_id": "V1", "stop": 0}
        plan = with_row(plan, "stops", like, trip=2, stop=stop)
    return changed(plan, "stops", {"date": MON, "vehicle_id": "V1", "trip": 2}, **dict.fromkeys(CLOCKS, at("09:26:30")))


@spoiled("a distance written shorter than it is", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"place_id": "S6"}, from_previous_m=34_999)


@spoiled("a coverage that does not follow", "P1")
def _(plan: Plan) -> Plan:
    where = {"programme": "baskets", "neighbourhood_id": "N3"}
    return changed(plan, "coverage", where, baskets=9, coverage=lambda old: old + old / 8)


@spoiled("a row of coverage missing", "P1")
def _(plan: Plan) -> Plan:
    return without(plan, "coverage", programme="kits", neighbourhood_id="N1")


@spoiled("a need left out of what is unserved", "P1")
def _(plan: Plan) -> Plan:
    return without(plan, "unserved", id="N3")


@spoiled("a need unserved of another size", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "unserved", {"id": "N3"}, quantity=1)


@spoiled("a lot unbought that was bought", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "unserved", {"id": "LP"}, id="LA1")


@spoiled("a reason that is not one", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "unserved", {"id": "S5"}, reason="weather")


@spoiled("need said to be met that is not", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "coverage", {"programme": "kits", "neighbourhood_id": "N2"}, limited_by="need_met")


@spoiled("a proof that does not hold", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "fairness", {"neighbourhood_id": "N1"}, bound_microbaskets=27_000_000)


@spoiled("a proof of another number of baskets", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "fairness", {"neighbourhood_id": "N1"}, baskets=27)


@spoiled("a gap where there is none", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "fairness", {"neighbourhood_id": "N1"}, gap_baskets=1)


@spoiled("a neighbourhood left out of the proof", "P1")
def _(plan: Plan) -> Plan:
    return without(plan, "fairness", neighbourhood_id="N2")


@spoiled("a level called proven without a bound", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "levels", {"name": "baskets"}, bound=None)


@spoiled("a level not proven, and nobody says why", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "levels", {"name": "purchases"}, why_not_proven="")


@spoiled("an unknown neighbourhood beside a zone", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "allocation", {"site_id": "S1"}, neighbourhood_id="N9")


@spoiled("another walk than the catchment's", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "allocation", {"site_id": "S1"}, walk_m=301)


@spoiled("the weight of a delivery does not follow from its recipe", "P1", "T7")  # nor does its stop's
def _(plan: Plan) -> Plan:
    return changed(plan, "deliveries", {"site_id": "S1"}, load_g=33_999)


@spoiled("the weight of a packing row does not follow from its recipe", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "packing", {"basket_id": "hygiene"}, packed_g=2_001)


@spoiled("a delivery at another time than its stop", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "deliveries", {"site_id": "S1"}, departure_s=at("07:37"))


@spoiled("a lot under another farm's name", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "collections", {"lot_id": "LA2"}, product_id="pear")


@spoiled("a gap in the stop numbers", "P1")
def _(plan: Plan) -> Plan:
    return changed(plan, "stops", {"date": MON, "vehicle_id": "V1", "stop": 2}, stop=3)


@spoiled("trips that do not count from one", "P1")
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stops", {"date": WED, "vehicle_id": "V2"}, trip=2)
    return changed(plan, "deliveries", {"date": WED, "vehicle_id": "V2"}, trip=2)


@spoiled("rows out of order", "P1")
def _(plan: Plan) -> Plan:
    return dataclasses.replace(plan, stops=plan.stops[::-1])


@spoiled("an unknown vehicle", "P1", "G5")  # its baskets leave from no depot
def _(plan: Plan) -> Plan:
    plan = changed(plan, "stops", {"date": WED, "vehicle_id": "V2"}, vehicle_id="V9")
    return changed(plan, "deliveries", {"date": WED, "vehicle_id": "V2"}, vehicle_id="V9")


@spoiled("a row about nothing", "P1")
def _(plan: Plan) -> Plan:
    nothing = {"crates": 0, "load_g": 0, "cents": 0, "lot_id": "LP", "product_id": "pear", "farm_id": "F2"}
    like = {"lot_id": "LA2"}
    plan = with_row(plan, "collections", like, **nothing)
    last_use = dt.date(2020, 4, 25)
    for date in (TUE, WED):
        zero = {"opening_g": 0, "in_g": 0, "packed_g": 0, "closing_g": 0, "lot_id": "LP", "product_id": "pear"}
        plan = with_row(plan, "stock_ledger", {"lot_id": "LA2", "date": date}, **zero, last_use_date=last_use)
    return plan


@spoiled("a tour past midnight", "P1", "T1", "T4")  # the depot is closed and the shift is over
def _(plan: Plan) -> Plan:
    late = {"departure_s": 24 * 3600 + 1}
    return changed(plan, "stops", {"date": MON, "vehicle_id": "V1", "stop": 2}, **late)


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_each_damage_is_found_by_its_own_code_and_by_no_other(case: Spoiled) -> None:
    breaches = check(toy_dataset(), case.damage(toy_plan()))
    assert {b.code for b in breaches} == set(case.codes), [b.message for b in breaches]


def test_every_rule_has_a_spoiled_plan_of_its_own() -> None:
    assert {case.codes[0] for case in SPOILED} == {code for code, _, _ in rules()}


def test_there_are_many_spoiled_plans_each_with_its_own_name() -> None:
    names = [case.name for case in SPOILED]
    assert len(set(names)) == len(names) >= 60
