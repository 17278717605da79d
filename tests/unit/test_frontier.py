"""The price of fairness: what a tolerance lets neighbourhoods lose, which plans are beaten, table and picture."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from distrib.frontier import Point, dominated
from distrib.io.frontier_drawing import frontier_picture, frontier_table
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.territory import HouseholdGroup
from distrib.solver.allocation.days import Caps
from distrib.solver.allocation.outlets import outlets_of
from distrib.solver.allocation.relaxation import conceded, relax
from distrib.solver.allocation.targets import targets_of
from distrib.solver.allocation.visits import whole_week
from tests.relaxation_weeks import MONDAY, site, week

MICRO = 1_000_000


def point(tolerance: int | None, **record: Any) -> Point:
    base = {"lowest_coverage_pct": 50, "coverage_gini_pct": 10, "baskets": 100, "persons_helped": 200, "discarded_kg": 5, "km": 90, "transport_eur": 300, "cost_eur": 900}  # fmt: skip
    return Point(tolerance_bp=tolerance, conceded_to="cost", record=base | record)


def conceding(tolerance_bp: int, aim: str) -> Dataset:
    """20 baskets for A, 20 households of one person, and B, 20 households of four."""
    people = [HouseholdGroup(zone_id=z, persons_per_household=n, households=20) for z, n in (("A1", 1), ("B1", 4))]
    made = week({"A": {"A1": 20}, "B": {"B1": 20}}, {"A1": ["SA"], "B1": ["SB"]}, sites=[site("SA"), site("SB")], households=people, max_baskets=(("baskets", 20),))  # fmt: skip
    objective = dataclasses.replace(
        made.settings.objective, fairness_tolerance_bp=tolerance_bp, fairness_conceded_to=aim
    )
    return dataclasses.replace(made, settings=dataclasses.replace(made.settings, objective=objective))


def values(dataset: Dataset) -> dict[str, int]:
    found = conceded(dataset, relax(dataset), Limits())
    return {q: round(v / MICRO) for (_, q), v in found.neighbourhood_value.items()}


def test_without_a_tolerance_nothing_is_conceded() -> None:
    assert values(conceding(0, "persons")) == {"A": 10, "B": 10}


def test_a_tolerance_goes_to_the_bigger_households_and_no_further_than_it_says() -> None:
    assert values(conceding(2000, "persons")) == {"A": 8, "B": 12}
    assert values(conceding(10_000, "persons")) == {"A": 0, "B": 20}


def test_for_short_drives_one_place_is_visited_instead_of_two() -> None:
    assert sorted(values(conceding(10_000, "cost")).values()) == [0, 20]


def test_a_plan_that_another_beats_in_everything_is_not_on_the_frontier() -> None:
    better, worse, other = point(0), point(1000, km=91), point(2500, km=80, lowest_coverage_pct=40)
    assert [dominated(p, (better, worse, other)) for p in (better, worse, other)] == [False, True, False]
    assert not dominated(better, (better, point(0)))


def test_table_and_picture_show_every_point_and_are_the_same_each_time() -> None:
    points = [p.values() | {"on_frontier": True} for p in (point(None), point(1000, km=80))]
    table = frontier_table(points, "fr")
    assert "le plan choisi" in table
    assert "cède 10\u00a0% pour des trajets plus courts" in table
    assert frontier_picture(points, "svg", "en") == frontier_picture(points, "svg", "en")
    assert frontier_picture(points, "png", "fr").startswith(b"\x89PNG")


def whole_baskets(dataset: Dataset, most: int) -> tuple[Counter[str], set[str]]:
    """Baskets by neighbourhood and the sites in use when no more than so many can be packed."""
    fair = relax(dataset)
    targets = targets_of(dataset, conceded(dataset, fair, Limits()), fair)
    outlets = outlets_of(dataset, Limits())
    found = whole_week(dataset, outlets, targets, Caps({(MONDAY, "D", "panier"): most}), nodes=20)
    got: Counter[str] = Counter()
    for (zone, _, _), number in found.fetch.items():
        got[dataset.zone_by_id[zone].neighbourhood_id] += number
    return got, {site_id for _, site_id, _ in found.fetch}


def test_baskets_that_are_lacking_are_not_taken_from_what_the_tolerance_guarantees() -> None:
    # A keeps 8 of its fair 10; of the 20 baskets only 16 can be packed, and B's households are four times as large
    got, _ = whole_baskets(conceding(2000, "persons"), 16)
    assert got == {"A": 8, "B": 8}


def test_where_drives_come_first_no_site_is_served_for_its_own_sake() -> None:
    two = dataclasses.replace(
        week({"A": {"A1": 30}}, {"A1": ["S1", "S2"]}, sites=[site("S1"), site("S2")], max_baskets=(("baskets", 30),))
    )
    objective = dataclasses.replace(two.settings.objective, fairness_tolerance_bp=1000, fairness_conceded_to="cost")
    cheap = dataclasses.replace(two, settings=dataclasses.replace(two.settings, objective=objective))
    assert len(whole_baskets(two, 30)[1]) == 2
    assert len(whole_baskets(cheap, 30)[1]) == 1
