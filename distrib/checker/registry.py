"""The list of all rules, with the functions that prove them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from distrib.checker import accounts, carrying, driving, goods, service, store, tables, timing
from distrib.checker.breach import Found
from distrib.checker.case import Case

Check = Callable[[Case], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of a plan: its code, the rule in a sentence, and the functions that prove it, each a part of it."""

    code: str
    sentence: str
    checks: tuple[Check, ...]


RULES: tuple[Rule, ...] = (
    Rule(
        code="G1",
        sentence="Whole crates in every collection row; a lot is never taken beyond its offer; "
        "the price of a row follows, and the purchase budget bounds their sum.",
        checks=(goods.whole_crates, goods.within_offer, goods.price_of_row, goods.within_budget),
    ),
    Rule(
        code="G2",
        sentence="Collected only on collection days, not before ready; packed not after the last usable day, "
        "nor before it is at that depot and its lead time is over.",
        checks=(
            goods.collected_on_its_days,
            goods.collected_when_ready,
            goods.packed_in_time,
            goods.packed_after_lead_time,
        ),
    ),
    Rule(
        code="G3",
        sentence="Every recipe keeps its type's weight band, number of products, fruit share and each product's "
        "maximum; a kit has exactly its contents.",
        checks=(
            goods.recipe_weighs_as_written,
            goods.recipe_weight_band,
            goods.recipe_variety,
            goods.recipe_fruit_share,
            goods.product_maximum,
            goods.kit_contents,
            goods.recipe_for_every_packing,
            goods.few_variants,
        ),
    ),
    Rule(
        code="G4",
        sentence="The ledger balances to the gram per depot, lot and day; closing stock keeps cold storage and "
        "ambient storage.",
        checks=(
            store.ledger_is_complete,
            store.opening_carries_over,
            store.ledger_takes_collections,
            store.ledger_balances,
            store.discarded_on_last_day,
            store.packed_is_recipes,
            store.storage_suffices,
        ),
    ),
    Rule(
        code="G5",
        sentence="Packing per depot and day stays within its capacity; every packed basket is delivered the day it "
        "is packed, from the depot that packed it.",
        checks=(store.packing_capacity, store.packed_is_delivered),
    ),
    Rule(
        code="G6",
        sentence="Per site, date and basket type: allocated = delivered.",
        checks=(service.allocated_is_delivered,),
    ),
    Rule(
        code="G7",
        sentence="A zone uses only sites of its catchment, and gets no more of a basket type than its need.",
        checks=(service.zone_in_catchment, service.within_need),
    ),
    Rule(
        code="G8",
        sentence="Deliveries only on delivery days on which the place of drop is open; a site keeps its daily "
        "maximum and, when it gets any, its minima; baskets of a site go to the site, its relay or, where it has none, a site "
        "it may relay to, which has no relay itself and keeps its own maximum; the programme's size holds.",
        checks=(
            service.delivered_on_delivery_days,
            service.delivered_when_open,
            service.dropped_at_its_place,
            service.relays_are_no_chain,
            service.site_capacity,
            service.relay_capacity,
            service.least_per_visit,
            service.least_per_week,
            service.programme_size,
        ),
    ),
    Rule(
        code="T1",
        sentence="Service starts within one of the place's windows; trips stay within depot hours.",
        checks=(timing.service_in_window, timing.farm_in_hours, timing.trip_in_depot_hours),
    ),
    Rule(
        code="T2",
        sentence="Load never exceeds capacity_kg or capacity_baskets at any point of a trip.",
        checks=(driving.load_in_kg, driving.load_in_baskets, driving.load_as_written),
    ),
    Rule(
        code="T3",
        sentence="Consecutive stops are at least the driving time apart; service and loading times are kept.",
        checks=(
            timing.driving_time_kept,
            timing.driving_time_as_written,
            timing.service_time_kept,
            timing.repeated_farm_service,
            timing.loading_begins_on_arrival,
        ),
    ),
    Rule(
        code="T4",
        sentence="A tour stays within shift, the vehicle's weekdays and max_trips; no stretch without a break "
        "exceeds break_after_h; a tour lasts at most max_day_h, with at most max_driving_h of driving; drivers by licence "
        "suffice.",
        checks=(
            driving.within_shift,
            driving.on_its_weekdays,
            driving.few_trips,
            driving.breaks_taken,
            driving.day_not_too_long,
            driving.driving_not_too_long,
            driving.drivers_suffice,
        ),
    ),
    Rule(
        code="T5",
        sentence="No vehicle above a place's largest_vehicle_gvw_kg, and where one is settled (fixed_days) no other; a lot "
        "whose product needs cold is picked only by a cold vehicle.",
        checks=(driving.vehicle_size, driving.vehicle_settled, driving.cold_lots_in_cold_vehicles),
    ),
    Rule(
        code="T6",
        sentence="What is dropped was loaded at the depot on that trip, already packed by then where packing times "
        "are given; what is picked reaches the depot on that trip.",
        checks=(
            carrying.depot_to_depot,
            carrying.loaded_at_depot,
            carrying.picks_reach_their_depot,
            carrying.packed_before_loading,
        ),
    ),
    Rule(
        code="T7",
        sentence="A vehicle is in one place at a time; each delivery and each collection is carried exactly once.",
        checks=(
            carrying.one_place_at_a_time,
            carrying.deliveries_are_carried,
            carrying.stops_drop_deliveries,
            carrying.collections_are_carried,
            carrying.stops_pick_collections,
        ),
    ),
    Rule(
        code="P1",
        sentence="The tables of the plan agree with each other and with the dataset.",
        checks=(
            tables.known_ids,
            tables.quantities,
            tables.times_of_day,
            tables.unique_rows,
            tables.sorted_rows,
            tables.trips_are_numbered,
            tables.stops_have_work,
            tables.km_follow,
            tables.delivery_times_follow,
            tables.delivery_weights_follow,
            tables.packing_weights_follow,
            tables.recipes_are_packed,
            tables.lots_are_theirs,
            tables.trips_of_collections,
            tables.shares_restate_the_territory,
            accounts.coverage_rows,
            accounts.coverage_follows,
            accounts.reasons_are_shared,
            accounts.unserved_follows,
            accounts.unserved_units,
            accounts.fairness_follows,
            accounts.fairness_is_whole,
            accounts.levels_are_honest,
        ),
    ),
)
