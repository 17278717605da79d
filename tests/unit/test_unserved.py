"""What a plan leaves undone on weeks where exactly one cause is known: at its limit, and one unit beyond it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from distrib.model.dataset import Dataset
from distrib.model.fleet import Drivers
from distrib.model.plan import UnservedRow
from distrib.model.territory import Opening
from distrib.pipeline import PlannedWeek, plan_week
from distrib.solver.allocation.relaxation import binding_reasons, relax
from tests.relaxation_weeks import HOUR, depot, farm, lot, product, site, vehicle, week

NEED = {"A": {"A1": 10}, "B": {"B1": 30}}


def two(**more: Any) -> Dataset:
    """A needs 10 baskets of 9 kg, B 30, each with its own site, on one Monday; plenty of everything."""
    fields: dict[str, Any] = {"sites": [site("SA"), site("SB")], "language": "en", "vehicles": (vehicle(),)}
    return week(NEED, {"A1": ["SA"], "B1": ["SB"]}, **(fields | more))


def stored(kg: int) -> dict[str, Any]:
    """Collected on Monday, packed and handed out on Tuesday: a night in the depot."""
    return {
        "days": (0, 1), "collection_weekdays": (0,), "packing_lead_days": 1, "sites": [site("SA", days=(1,)), site("SB", days=(1,))],
        "lots": [lot("L", "carrot", 360)], "depots": (depot(storage_g=1000 * kg),),
    }  # fmt: skip


def early(closes_s: int) -> dict[str, Any]:
    """Packing makes 40 baskets an hour from midnight; SA closes early."""
    opening = (Opening(weekday=0, opens_s=0, closes_s=closes_s),)
    return {"sites": [site("SA", openings=opening), site("SB")], "depots": (depot(packing_starts_s=0, packing_baskets_per_h=12),)}  # fmt: skip


LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    # reason: (one unit short, at its limit, who is short)
    "programme": ({"max_baskets": (("baskets", 39),)}, {"max_baskets": (("baskets", 40),)}, {"A", "B"}),
    "produce": ({"lots": [lot("L", "carrot", 359)]}, {"lots": [lot("L", "carrot", 360)]}, {"A", "B"}),
    "recipe": (
        {"lots": [lot("L", "carrot", 900)], "products": (product("carrot", most=8),)},
        {"lots": [lot("L", "carrot", 900)], "products": (product("carrot", most=9),)},
        {"A", "B"},
    ),
    "site_capacity": (
        {"sites": [site("SA", cap=9), site("SB", cap=30)]},
        {"sites": [site("SA", cap=10), site("SB", cap=30)]},
        {"A"},
    ),
    "site_hours": (early(1800), early(3600), {"A"}),
    "packing": (
        {"depots": (depot(packing_baskets_per_day=39),)},
        {"depots": (depot(packing_baskets_per_day=40),)},
        {"A", "B"},
    ),
    "storage": (stored(359), stored(360), {"A", "B"}),
    "transport": (
        {"vehicles": (vehicle(capacity_baskets=39, max_trips=1),)},
        {"vehicles": (vehicle(capacity_baskets=40, max_trips=1),)},
        {"A", "B"},
    ),
    "budget": (
        {"lots": [lot("L", "carrot", 900, cents_kg=100)], "purchase_budget_cents": 35_999},
        {"lots": [lot("L", "carrot", 900, cents_kg=100)], "purchase_budget_cents": 36_000},
        {"A", "B"},
    ),
}


def reasons(dataset: Dataset) -> dict[str, str]:
    return {q: reason for (_, q), reason in binding_reasons(dataset, relax(dataset)).items()}


@pytest.mark.parametrize("reason", LIMITS)
def test_the_reason_is_given_one_unit_short_of_the_limit_and_no_more_at_it(reason: str) -> None:
    short, enough, whom = LIMITS[reason]
    found = reasons(two(**short))
    assert {q for q, given in found.items() if given == reason} == whom
    assert {given for q, given in found.items() if q not in whom} <= {"need_met"}
    assert set(reasons(two(**enough)).values()) == {"need_met"}


def test_the_catchment_is_the_reason_until_the_zone_has_a_site() -> None:
    linked = two()
    alone = dataclasses.replace(linked, catchments=tuple(c for c in linked.catchments or () if c.zone_id != "A1"))
    assert reasons(alone) == {"A": "catchment", "B": "need_met"}
    assert set(reasons(linked).values()) == {"need_met"}


def test_a_minimum_is_the_reason_until_it_is_as_low_as_what_the_site_can_get() -> None:
    def least(number: int) -> Dataset:
        # with a second zone of B at SA the site could hold 20, but only 10 fit: capacity is no way out at a weekly minimum
        return two(sites=[site("SA", cap=10, min_baskets_per_week=number), site("SB")], max_baskets=(("baskets", 40),))

    assert reasons(least(10)) == {"A": "need_met", "B": "need_met"}
    assert reasons(least(11))["A"] in ("site_capacity", "minimum")


# --- whole plans ------------------------------------------------------------------------------------


def planned(dataset: Dataset) -> PlannedWeek:
    return plan_week(dataset, effort="quick", router="baseline")


def rows(week_: PlannedWeek, kind: str) -> dict[str, UnservedRow]:
    return {row.id: row for row in week_.plan.unserved if row.kind == kind}


HALF: list[tuple[str, dict[str, Any], str]] = [
    ("programme", {"max_baskets": (("baskets", 20),)}, "+4 baskets in the programme baskets raises A from 50 % to 60 %"),
    ("site_capacity", {"sites": [site("SA", cap=5), site("SB")]}, "+1 basket a day at SA raises A from 50 % to 60 %"),
    ("packing", {"depots": (depot(packing_baskets_per_day=20),)}, "+4 baskets packed a day at D raises A from 50 % to 60 %"),
    ("budget", {"lots": [lot("L", "carrot", 900, cents_kg=100)], "purchase_budget_cents": 18_000}, "+40 EUR of purchase budget raises A"),
    ("transport", {"vehicles": (vehicle(capacity_baskets=20, max_trips=1),)}, "One more vehicle on Monday (van, like V) raises A from 50 % to 100 %"),
    ("produce", {"lots": [lot("L", "carrot", 180)]}, "40 kg more of “carrot” (lot L, F) raises A from 50 % to"),
    ("storage", LIMITS["storage"][0] | {"depots": (depot(storage_g=180_000),)}, "+40 kg of storage at D raises A from 50 %"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "more", "remedy"), HALF, ids=[reason for reason, _, _ in HALF])
def test_a_plan_says_who_is_short_why_and_what_would_help(reason: str, more: dict[str, Any], remedy: str) -> None:
    made = planned(two(**more))
    assert {r.neighbourhood_id: r.limited_by for r in made.plan.coverage}["A"] == reason
    found = rows(made, "need")
    assert found["A1"].reason == reason
    assert found["A1"].explanation
    assert remedy in found["A1"].remedy


def test_a_remedy_taken_gives_what_it_said() -> None:
    short = two(sites=[site("SA", cap=4), site("SB")], max_baskets=(("baskets", 30),))
    made = planned(short)
    assert rows(made, "need")["A1"].remedy.startswith(
        "+1 basket a day at SA raises A from 40 % to 50 %; 1 neighbourhood loses: B"
    )
    taken = planned(dataclasses.replace(short, sites=(site("SA", cap=5), site("SB"))))
    assert {r.neighbourhood_id: r.baskets for r in taken.plan.coverage} == {"A": 5, "B": 25}


def test_a_site_too_far_for_any_shift_is_told_by_how_much_and_what_would_do() -> None:
    far = two(driving_s={"SA": 7200}, vehicles=(vehicle(shift_start_s=6 * HOUR, shift_end_s=10 * HOUR - 600),))
    made = planned(far)
    row = rows(made, "site")["SA"]
    assert row.reason == "transport"
    assert "longer than any shift, by 10 min" in row.explanation
    assert row.remedy.startswith("With a shift 15 min longer for V, SA can be served")
    assert rows(made, "need")["A1"].reason == "transport"
    longer = two(driving_s={"SA": 7200}, vehicles=(vehicle(shift_start_s=6 * HOUR, shift_end_s=10 * HOUR),))
    assert not rows(planned(longer), "site")


def test_a_site_that_takes_no_heavy_vehicle_is_told_so() -> None:
    heavy = two(sites=[site("SA", largest_vehicle_gvw_kg=3500), site("SB")], vehicles=(vehicle(gvw_kg=7500),))
    row = rows(planned(heavy), "site")["SA"]
    assert row.reason == "transport"
    assert "no vehicle of at most 3,500 kg" in row.explanation
    assert row.remedy.startswith("With making SA fit") or "SA" in row.remedy


def test_a_driver_who_is_lacking_is_the_remedy() -> None:
    vehicles = (vehicle("V1", capacity_baskets=20, max_trips=1), vehicle("V2", capacity_baskets=20, max_trips=1))
    made = planned(two(vehicles=vehicles, drivers=(Drivers(weekday=0, licence="B", people=1),)))
    assert "One more driver on Monday" in rows(made, "need")["A1"].remedy


def test_a_site_that_nobody_needs_and_one_that_never_opens_are_facts() -> None:
    spare = two(sites=[site("SA"), site("SB"), site("SC"), site("SD", days=(3,))])
    found = rows(planned(spare), "site")
    assert (found["SC"].reason, found["SD"].reason) == ("catchment", "site_hours")


def test_a_site_that_others_stand_in_for_has_no_reason_but_a_word() -> None:
    data = week(NEED, {"A1": ["SA", "SC"], "B1": ["SB"]}, sites=[site("SA"), site("SB"), site("SC")], max_baskets=(("baskets", 20),), language="en")  # fmt: skip
    found = rows(planned(data), "site")
    assert len(found) == 1
    only = next(iter(found.values()))
    assert only.reason == ""
    assert "at no cost to fairness" in only.explanation


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "need_met"),
        ({"max_baskets": (("baskets", 20),)}, "programme"),
        ({"sites": [site("SA", cap=5), site("SB", cap=15)]}, "site_capacity"),
        ({"depots": (depot(packing_baskets_per_day=20),)}, "packing"),
        ({"vehicles": (vehicle(capacity_baskets=20, max_trips=1),)}, "transport"),
    ],
)
def test_produce_left_at_the_farm_has_its_reason(more: dict[str, Any], reason: str) -> None:
    made = planned(two(lots=[lot("L", "carrot", 900)], farms=(farm(),), **more))
    assert rows(made, "lot")["L"].reason == reason


def test_a_product_that_no_basket_may_hold_is_left_for_its_recipe() -> None:
    data = two(
        lots=[lot("L", "carrot", 180), lot("M", "leek", 50)],
        products=(product("carrot"), product("leek", most=0)),
    )
    assert rows(planned(data), "lot")["M"].reason == "recipe"


def test_nothing_is_left_undone_where_all_is_served() -> None:
    assert planned(two()).plan.unserved == ()
