"""Levels by hand: the cut of needs, sites or programme that binds one gives it in whole numbers."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.solver.allocation.relaxation import MICRO, Relaxation, relax
from tests.instances import make_dataset
from tests.relaxation_weeks import basket, site, week


def by_hand(relaxation: Relaxation, hood: str) -> tuple[tuple[tuple[str, int], ...], float, float]:
    cut = relaxation.cut["baskets", hood]
    return cut.limits, cut.lower, cut.weight


def test_a_site_that_two_share_binds_both() -> None:
    shared = week({"A": {"a": 30}, "B": {"b": 10}}, {"a": ["S"], "b": ["S"]}, sites=[site("S", cap=20)])
    relaxation = relax(shared)
    assert by_hand(relaxation, "A") == by_hand(relaxation, "B") == ((("site_capacity S", 20),), 0, 40)
    assert relaxation.cut["baskets", "A"].text() == "(site_capacity S 20 - 0.000000) / 40.000"


def test_what_a_lower_level_has_of_a_site_is_taken_off() -> None:
    dataset = week(
        {"A": {"a": 100}, "B": {"b": 10}}, {"a": ["S"], "b": ["S", "T"]}, sites=[site("S", cap=50), site("T", cap=8)]
    )
    relaxation = relax(dataset)
    assert relaxation.neighbourhood_value == {("baskets", "A"): 50 * MICRO - 0, ("baskets", "B"): 8 * MICRO}
    assert by_hand(relaxation, "A") == ((("site_capacity S", 50),), pytest.approx(0), 100)
    limits, lower, weight = by_hand(relaxation, "B")
    assert limits == (("site_capacity S", 50), ("site_capacity T", 8))
    assert (lower, weight) == (pytest.approx(50), 10)


def test_need_met_is_a_cut_of_its_own() -> None:
    relaxation = relax(week({"A": {"a": 30, "b": 5}}, {"a": ["S"], "b": ["S"]}, sites=[site("S", cap=90)]))
    assert by_hand(relaxation, "A") == ((("need a", 30), ("need b", 5)), 0, 35)


def test_the_programme_leaves_what_the_others_have() -> None:
    dataset = week(
        {"A": {"a": 50}, "B": {"b": 50}, "C": {"c": 100}},
        {"a": ["S"], "b": ["T"], "c": ["T"]},
        sites=[site("S", cap=10), site("T", cap=500)],
        max_baskets=(("baskets", 70),),
    )
    relaxation = relax(dataset)
    assert by_hand(relaxation, "B") == ((("programme baskets", 70),), pytest.approx(10), 150)
    assert by_hand(relaxation, "A") == ((("site_capacity S", 10),), 0, 50)


def test_a_relay_passes_on_what_it_can() -> None:
    sites = [site("R", cap=0, relay_max_baskets=12), site("S", cap=40, relay="R")]
    relaxation = relax(week({"A": {"a": 30}}, {"a": ["S"]}, sites=sites))
    assert by_hand(relaxation, "A") == ((("site_capacity R relay", 12),), 0, 30)


def test_a_level_bound_by_more_than_a_flow_knows_has_no_cut() -> None:
    dataset = week({"A": {"a": 30}}, {"a": ["S"]}, sites=[site("S")])
    scarce = dataclasses.replace(
        dataset, depot_stock=tuple(dataclasses.replace(s, stock_g=90_000) for s in dataset.depot_stock)
    )
    assert relax(scarce).neighbourhood_value["baskets", "A"] == 10 * MICRO
    assert relax(scarce).cut == {}
    big = dataclasses.replace(dataset, basket_types=(basket(places=2),))
    assert relax(big).cut == {}


@pytest.mark.parametrize("seed", range(3))
def test_every_cut_gives_its_level(seed: int) -> None:
    dataset = make_dataset(seed, sites=24, supply=2.0, programme_share=0.8 if seed else None, priorities=seed == 2)
    relaxation = relax(dataset)
    assert len(relaxation.cut) >= 2
    for key, cut in relaxation.cut.items():
        level = (sum(baskets for _, baskets in cut.limits) - cut.lower) / cut.weight
        assert level == pytest.approx(float(relaxation.level[key]), abs=1e-4)
