"""What whole portions and crates cost fairness in every plan: exact where a hand can check it, never more than what a plan lacks."""

from __future__ import annotations

import dataclasses
import itertools
import random

import numpy as np

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.solver.allocation import allocator
from distrib.solver.allocation.relaxation import MICRO, relax
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.recipe_kernels import NEVER, best_recipe
from distrib.solver.allocation.relaxation.whole import lacking
from tests.instances import make_dataset


def floors(dataset: Dataset) -> dict[tuple[str, str], int]:
    return {key: value // MICRO for key, value in relax(dataset).neighbourhood_value.items()}


def with_fruit(kg: int) -> Dataset:
    """A week with plenty of everything but fruit, of which there are apples alone; a basket must hold 15 % of it."""
    plenty = make_dataset(1, sites=4, supply=4.0, programme_share=None)
    fruit = {p.product_id for p in plenty.products if p.group == "fruit"}
    apple = next(lot for lot in plenty.lots if lot.product_id == "apple")
    other = tuple(lot for lot in plenty.lots if lot.product_id not in fruit)
    early = dataclasses.replace(
        apple, ready_date=min(lot.ready_date for lot in plenty.lots), offer_g=kg * 1000, last_use_date=None
    )
    return dataclasses.replace(plenty, lots=(*other, early))


def brute(worth: list[int], size: list[int], fruit: list[int], most: list[int], rule: tuple[int, int, int, int]) -> int:
    least, top, share, kinds = rule
    best = NEVER
    for counts in itertools.product(*(range(m + 1) for m in most)):
        weight = sum(n * s for n, s in zip(counts, size, strict=True))
        fruits = sum(n * s * f for n, s, f in zip(counts, size, fruit, strict=True))
        if least <= weight <= top and 10_000 * fruits >= share * weight and sum(n > 0 for n in counts) >= kinds:
            best = max(best, sum(n * w for n, w in zip(counts, worth, strict=True)))
    return best


def test_the_best_recipe_is_that_of_all_recipes_tried() -> None:
    rng = random.Random(4)
    for _ in range(60):
        count = rng.randint(1, 5)
        size, most = [rng.randint(1, 5) for _ in range(count)], [rng.randint(0, 3) for _ in range(count)]
        worth, fruit = [rng.randint(-9, 9) for _ in range(count)], [rng.randint(0, 1) for _ in range(count)]
        rule = (rng.randint(3, 8), rng.randint(8, 14), rng.choice([0, 1500, 4000]), rng.randint(1, 4))
        arrays = [np.array(x, dtype=np.int64) for x in (worth, size, fruit, most)]
        best, portions = best_recipe(*arrays, *rule)
        assert best == brute(worth, size, fruit, most, rule)
        if best != NEVER:
            assert best == int((portions * arrays[0]).sum())
            assert brute(worth, size, fruit, portions.tolist(), rule) >= best


def test_fruit_in_whole_portions_is_lacking_by_as_many_baskets_as_a_hand_can_count() -> None:
    """Of 78 kg, R makes 78 ÷ 1.275 = 61.2 baskets; in portions of 250 g each of at least 8.5 kg holds 1.5 kg, so 52 are made."""
    dataset = with_fruit(78)
    wanted = floors(dataset)
    found = lacking(Case(dataset=dataset), wanted, portions=True, crates=False)
    assert found is not None
    assert found.least == sum(wanted.values()) - 52 > 0
    without = lacking(Case(dataset=dataset), wanted, portions=False, crates=False)
    assert without is not None
    assert without.least == 0


def test_half_a_crate_that_nobody_can_buy_is_lacking() -> None:
    """78 kg and half a crate more: R counts the half, whole crates do not."""
    dataset = with_fruit(78)
    lots = tuple(
        dataclasses.replace(lot, offer_g=lot.offer_g + 6500) if lot.product_id == "apple" else lot
        for lot in dataset.lots
    )
    more = dataclasses.replace(dataset, lots=lots)
    wanted = floors(more)
    found = lacking(Case(dataset=more), wanted, portions=False, crates=True)
    assert found is not None
    assert found.least == sum(wanted.values()) - 61 > 0


def test_no_plan_lacks_less_than_what_every_plan_lacks() -> None:
    dataset = make_dataset(1, sites=5, supply=0.4, basket_types=2)
    found = allocator("leximin").allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)
    bound = lacking(Case(dataset=dataset), floors(dataset), portions=True, crates=True)
    assert bound is not None
    assert bound.least <= sum(row.gap_baskets for row in found.fairness)


def test_a_gap_that_no_plan_can_close_is_said_to_be_verified_with_its_rule() -> None:
    found = allocator("leximin").allocate(with_fruit(78), limits=Limits(), effort=Effort.QUICK, seed=0)
    rules = {row.lacking_rule for row in found.fairness if row.gap_baskets}
    assert len(rules) == 1
    assert rules.pop().startswith("whole portions (verified")
