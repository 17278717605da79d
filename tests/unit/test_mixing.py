"""Recipes of a date at the prices of its products, and programmes solved from the last basis or by parts."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from pathlib import Path
from types import ModuleType

import pytest

from distrib.model.dataset import Dataset
from distrib.solver.allocation import annealing
from distrib.solver.allocation.mixed_program import MixedProgram
from distrib.solver.allocation.mixing import UNIT, Batch, Curve, mixed
from distrib.solver.allocation.mixing import kernels as mixing_kernels
from distrib.solver.allocation.portions import kernels as portions_kernels
from distrib.solver.allocation.warm import Blocks, WarmProgram
from tests.instances import MONDAY, make_dataset


def _dataset() -> Dataset:
    dataset = make_dataset(1, sites=3)
    kind = dataclasses.replace(
        dataset.basket_types[0], target_g=2000, min_g=1500, max_g=2500, min_products=2, min_fruit_bp=0
    )
    products = tuple(
        dataclasses.replace(p, portion_g=500, max_portions_per_basket=4) for p in dataset.products if p.group != "other"
    )[:3]
    return dataclasses.replace(dataset, basket_types=(kind,), products=products)


def _cost(batch: Batch, curves: dict[tuple[str, str], Curve]) -> float:
    """What a recipe costs by its definition, without what a further product gains."""
    grams = sum(500 * n for n in batch.portions.values())
    slope = {p: curves["D", p].costs[1] / curves["D", p].knots[1] for p in batch.portions}
    packed = sum(slope[p] * 500 * n * batch.baskets for p, n in batch.portions.items())
    return batch.baskets * UNIT * abs(grams - 2000) / 1000 + packed


def test_the_recipe_found_is_the_cheapest_of_all() -> None:
    dataset = _dataset()
    names = [p.product_id for p in dataset.products]
    slot = (MONDAY, "D", dataset.basket_types[0].basket_id)
    most = 10 * 4 * 500
    curves = {
        ("D", name): Curve(knots=(0, most), costs=(0, most * cents))
        for name, cents in zip(names, (50, 20, 90), strict=True)
    }
    found = mixed(dataset, [Batch(slot=slot, baskets=10, portions=dict.fromkeys(names, 0))], curves, steps=20_000)[0]
    tried = [
        Batch(slot=slot, baskets=10, portions=dict(zip(names, portions, strict=True)))
        for portions in itertools.product(range(5), repeat=3)
        if 3 <= sum(portions) <= 5 and sum(n > 0 for n in portions) >= 2
    ]
    assert found.baskets == 10
    assert found in tried
    assert _cost(found, curves) - 10 * UNIT * 0.02 <= min(_cost(batch, curves) for batch in tried)


def test_a_date_whose_products_make_no_recipe_packs_nothing() -> None:
    dataset = _dataset()
    name = dataset.products[0].product_id
    slot = (MONDAY, "D", dataset.basket_types[0].basket_id)
    curves = {("D", name): Curve(knots=(0, 1), costs=(0, 0))}
    assert mixed(dataset, [Batch(slot=slot, baskets=10, portions={name: 0})], curves, steps=5_000)[0].baskets == 0


def test_no_basket_holds_more_of_a_product_than_its_most_portions_whatever_the_start() -> None:
    dataset = _dataset()
    names = [p.product_id for p in dataset.products]
    slot = (MONDAY, "D", dataset.basket_types[0].basket_id)
    curves = {("D", name): Curve(knots=(0, 1), costs=(0, 0)) for name in names}
    start = Batch(slot=slot, baskets=10, portions=dict.fromkeys(names, 9))
    assert max(mixed(dataset, [start], curves, steps=1)[0].portions.values()) <= 4


def test_baskets_are_shared_out_between_the_recipes_of_a_slot() -> None:
    """6 kg of one product, 4 of another, at most 2 kg of recipes of 2 kg: only sizes of 3 and 2 use both up exactly."""
    dataset = _dataset()
    kind = dataclasses.replace(dataset.basket_types[0], min_products=1, min_g=2000, max_g=2000)
    dataset = dataclasses.replace(dataset, basket_types=(kind,))
    first, second = (p.product_id for p in dataset.products[:2])
    slot = (MONDAY, "D", kind.basket_id)
    dear = 1_000_000 * UNIT
    curves = {
        ("D", first): Curve(knots=(0, 6000, 6001), costs=(0, 0, dear)),
        ("D", second): Curve(knots=(0, 4000, 4001), costs=(0, 0, dear)),
    }
    start = [Batch(slot=slot, baskets=n, portions={first: 2, second: 2}) for n in (4, 1)]
    found = mixed(dataset, start, curves, steps=50_000)
    assert sum(b.baskets for b in found) == 5
    assert sum(b.baskets * b.portions[first] * 500 for b in found) == 6000


def _program() -> MixedProgram:
    program = MixedProgram()
    x, y = program.column(4, cost=-1.0, whole=True), program.column(4, cost=-2.0, whole=True)
    program.at_most([(x, 1.0), (y, 1.0)], 5)
    program.at_most([(y, 2.0)], 7)
    return program


def test_a_warm_programme_follows_its_costs_and_bounds() -> None:
    warm = WarmProgram(_program())
    answer = warm.solve()
    assert answer is not None
    assert answer.values == pytest.approx((1.5, 3.5))
    assert warm.duals == pytest.approx((-1.0, -0.5))
    warm.set_costs([(0, -3.0)])
    answer = warm.solve()
    assert answer is not None
    assert answer.values == pytest.approx((4.0, 1.0))
    warm.set_column(0, 0, 2)
    answer = warm.solve()
    assert answer is not None
    assert answer.values == pytest.approx((2.0, 3.0))
    warm.set_row(0, 7, 9)
    assert warm.solve() is None


def test_a_part_holds_the_other_columns_at_their_values() -> None:
    part = Blocks(_program()).part([1], [3.0, 0.0])
    assert [terms for terms, _, _ in part.rows] == [[(0, 1.0)], [(0, 2.0)]]
    assert [upper for _, _, upper in part.rows] == pytest.approx([2.0, 7.0], abs=1e-5)
    assert (part.upper, part.cost, part.whole) == ([4.0], [-2.0], [True])


def test_a_limit_that_the_others_fill_leaves_a_part_possible() -> None:
    part = Blocks(_program()).part([0], [0.0, 5.0 + 1e-9])
    assert WarmProgram(part).solve() is not None


def test_a_part_keeps_what_has_to_be_equal() -> None:
    program = MixedProgram()
    x, y = program.column(4), program.column(4)
    program.equal([(x, 1.0), (y, 1.0)], 5)
    assert Blocks(program).part([y], [3.0, 0.0]).rows == [([(0, 1.0)], 2.0, 2.0)]


@pytest.mark.parametrize("search", [mixing_kernels, portions_kernels])
def test_machine_code_on_disk_is_renewed_when_what_is_woven_into_it_changes(search: ModuleType) -> None:
    assert annealing.__file__ is not None
    digest = hashlib.sha256(Path(annealing.__file__).read_bytes()).hexdigest()
    assert digest[:12] == search.WOVEN, f"write {digest[:12]} there"
