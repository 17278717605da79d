"""The pieces under the relaxation: the simplex engine with its bound, shortest ways, breaks, prices, the grid of costs."""

from __future__ import annotations

import dataclasses
import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distrib.model.dataset import UNREACHABLE, Travel
from distrib.solver.allocation.relaxation import relax
from distrib.solver.allocation.relaxation.fleet import GRID, rounded_down, shortest_from, working_seconds
from distrib.solver.allocation.relaxation.leximin import Claim, leximin
from distrib.solver.allocation.relaxation.program import INFINITY, LinearProgram, Simplex
from distrib.solver.allocation.relaxation.supply import least_cents_per_kg
from distrib.units import cost_cents
from tests.instances import make_dataset
from tests.relaxation_weeks import lot


def furniture() -> tuple[LinearProgram, Simplex]:
    """3 x + 5 y with x <= 4, 2 y <= 12, 3 x + 2 y <= 18: optimum 36 at (2, 6)."""
    p = LinearProgram()
    x, y = p.column(4.0, ("limit", "x")), p.column(100.0)
    p.at_most([(y, 2.0)], 12.0, ("limit", "y"))
    p.at_most([(x, 3.0), (y, 2.0)], 18.0, ("limit", "both"))
    return p, Simplex(p)


def test_the_engine_finds_the_optimum_and_its_duals_prove_it() -> None:
    _, engine = furniture()
    assert engine.maximise([(0, 3.0), (1, 5.0)])
    assert engine.values == pytest.approx([2.0, 6.0])
    bound = engine.bound()
    assert bound.value == pytest.approx(36.0, abs=1e-12)
    assert bound.names == (("limit", "both"), ("limit", "y"))


def test_a_bound_changed_between_solves_counts_from_the_next_one() -> None:
    _, engine = furniture()
    engine.maximise([(0, 3.0), (1, 5.0)])
    engine.set_row(1, -INFINITY, INFINITY)
    assert engine.maximise([(0, 3.0), (1, 5.0)])
    assert engine.values == pytest.approx([4.0, 6.0])
    assert engine.bound().names == (("limit", "x"), ("limit", "y"))
    engine.set_column(0, 1.0, 1.0)
    assert engine.maximise([(0, 3.0), (1, 5.0)])
    assert engine.values == pytest.approx([1.0, 6.0])


def test_a_programme_that_nothing_satisfies_is_said_to_be_one() -> None:
    _, engine = furniture()
    engine.set_row(1, 40.0, INFINITY)
    assert not engine.maximise([(0, 1.0)])


def test_rows_without_bounds_keep_their_place() -> None:
    p = LinearProgram()
    x = p.column(5.0)
    p.row([(x, 1.0)], -INFINITY, INFINITY)
    capped = p.at_most([(x, 1.0)], 3.0)
    engine = Simplex(p)
    assert engine.maximise([(x, 1.0)])
    assert engine.values[x] == pytest.approx(3.0)
    engine.set_row(capped, -INFINITY, 2.0)
    engine.maximise([(x, 1.0)])
    assert engine.values[x] == pytest.approx(2.0)


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_the_duals_is_never_below_and_hardly_above_the_optimum(seed: int) -> None:
    rng = random.Random(seed)
    p = LinearProgram()
    columns = [p.column(rng.uniform(1, 50)) for _ in range(12)]
    for _ in range(9):
        terms = [(c, rng.uniform(-1, 4)) for c in rng.sample(columns, 5)]
        p.at_most(terms, rng.uniform(5, 60))
    engine = Simplex(p)
    objective = [(c, rng.uniform(0, 5)) for c in columns]
    assert engine.maximise(objective)
    value = sum(v * engine.values[c] for c, v in objective)
    assert value - 1e-9 <= engine.bound().value <= value + 1e-9


def test_claims_that_share_nothing_are_found_with_a_few_programmes() -> None:
    p = LinearProgram()
    level = p.column(10.0)
    shares = [p.column(10.0) for _ in range(40)]
    p.at_most([(c, 1.0) for c in shares[:39]], 0.0, ("limit", "nothing for these"))
    claims = [
        Claim(("p", f"{i:02d}"), c, 5.0, p.row([(c, 1.0), (level, -1.0)], -INFINITY, INFINITY))
        for i, c in enumerate(shares)
    ]
    engine = Simplex(p)
    solved: list[int] = []
    once = engine.maximise

    def counting(terms: list[tuple[int, float]]) -> bool:
        solved.append(1)
        return once(terms)

    engine.maximise = counting  # type: ignore[method-assign]
    found = leximin(engine, level, claims)
    assert found is not None
    assert {k[1]: step.value for step in found for k in step.keys} == {f"{i:02d}": 0.0 for i in range(39)} | {
        "39": 10.0
    }
    assert len(solved) <= 6


def test_leximin_goes_on_above_the_first_level() -> None:
    # 1 + 2 share 6, 2 + 3 share 10, 3 alone at most 9: 3, 3, 7
    p = LinearProgram()
    level = p.column(100.0)
    a, b, c = (p.column(9.0) for _ in range(3))
    p.at_most([(a, 1.0), (b, 1.0)], 6.0)
    p.at_most([(b, 1.0), (c, 1.0)], 10.0)
    claims = [
        Claim(("p", n), x, 1.0, p.row([(x, 1.0), (level, -1.0)], -INFINITY, INFINITY))
        for n, x in zip("abc", (a, b, c), strict=True)
    ]
    found = leximin(Simplex(p), level, claims)
    assert found is not None
    assert {k[1]: round(step.value, 8) for step in found for k in step.keys} == {"a": 3.0, "b": 3.0, "c": 7.0}


def test_shortest_ways_go_round_a_slow_direct_road_and_know_the_unreachable() -> None:
    seconds = np.array(
        [[0, 100, 10, UNREACHABLE], [100, 0, 10, UNREACHABLE], [10, 20, 0, UNREACHABLE], [5, 5, 5, 0]], dtype=np.int32
    )
    travel = Travel(places=("A", "B", "C", "D"), seconds=seconds, metres=seconds, source="test")
    assert list(shortest_from(travel, "A", back=False)) == [0, 30, 10, np.inf]
    assert list(shortest_from(travel, "A", back=True)) == [0, 20, 10, 5]


@pytest.mark.parametrize(
    ("span", "after", "length", "work"),
    [
        (8, None, None, 8),
        (-1, None, None, 0),
        (6, 6, 1, 6),
        (7, 6, 1, 6),
        (8, 6, 1, 7),
        (5, 2, 1, 4),
        (8, 2, 1, 6),
    ],
)
def test_work_in_a_shift_leaves_room_for_the_breaks(
    span: int, after: int | None, length: int | None, work: int
) -> None:
    assert working_seconds(span, after, length) == work


@given(st.floats(min_value=1e-6, max_value=1e9), st.floats(min_value=1e-6, max_value=1e9))
def test_costs_are_cut_down_a_little_and_keep_their_order(a: float, b: float) -> None:
    assert a * (1 - 1 / GRID) <= rounded_down(a) <= a
    low, high = sorted((a, b))
    assert rounded_down(low) <= rounded_down(high)


def test_nothing_costs_nothing() -> None:
    assert rounded_down(0.0) == 0.0


@given(
    price=st.integers(min_value=0, max_value=700),
    crate_g=st.integers(min_value=1, max_value=30_000),
    rows=st.lists(st.integers(min_value=1, max_value=6), min_size=1, max_size=4),
)
def test_no_purchase_costs_less_than_the_least_price(price: int, crate_g: int, rows: list[int]) -> None:
    offer = lot("L", "carrot", sum(rows) * crate_g / 1000, cents_kg=0)
    object.__setattr__(offer, "price_millicents_per_kg", price * 137)
    paid = sum(cost_cents(k * crate_g, offer.price_millicents_per_kg) for k in rows)
    least = least_cents_per_kg(offer, crate_g)
    assert least * sum(rows) * crate_g <= paid * 1000
    exact = offer.price_millicents_per_kg
    assert least * 1000 <= exact


def test_the_least_price_of_whole_cents_is_the_price() -> None:
    assert least_cents_per_kg(lot("L", "carrot", 100, cents_kg=120), 10_000) == 120


def test_the_order_of_the_tables_changes_nothing() -> None:
    dataset = make_dataset(3, sites=8, programme_share=None, supply=0.6)
    values = relax(dataset).neighbourhood_value
    turned = dataclasses.replace(
        dataset, vehicles=tuple(reversed(dataset.vehicles)), farms=tuple(reversed(dataset.farms))
    )
    again = relax(turned).neighbourhood_value
    assert all(abs(values[k] - again[k]) <= 1 for k in itertools.chain(values, again))
