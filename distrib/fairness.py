"""What leximin compares of two allocations of the same week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow

MICRO = 1_000_000
"""Parts of a basket in which the proof counts."""

Fairness = tuple[Fraction, ...]
"""The greater, the fairer."""


def fairness_of(dataset: Dataset, allocation: Allocation, proof: Sequence[FairnessRow] = ()) -> Fairness:
    """Return what leximin compares, as tuples compare: the levels of the neighbourhoods over the window, sorted upwards, programme by programme, then the baskets.

    A neighbourhood with the whole baskets of its value in the ``proof`` counts with that value: where rounding leaves it a part of a
    basket short is chance, and no reason to prefer a plan that gives others hundreds less.
    """
    got: dict[tuple[str, str], int] = defaultdict(int)
    weight: dict[tuple[str, str], int] = defaultdict(int)
    types = dataset.basket_type_by_id
    for share in allocation.shares:
        programme = types[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    for (zone_id, basket_id), need in dataset.zone_needs.items():
        weight[types[basket_id].programme, dataset.zone_by_id[zone_id].neighbourhood_id] += need.weight_milli
    fair = {(row.programme, row.neighbourhood_id): row.bound_microbaskets for row in proof}
    levels: list[Fraction] = []
    for programme in dataset.programmes:
        rows = []
        for key in (k for k in weight if k[0] == programme):
            start = dataset.head_start_of(*key)
            baskets, value = Fraction(got[key]), Fraction(fair.get(key, 0), MICRO)
            if baskets >= int(value):
                baskets = max(baskets, value)
            rows.append(1000 * (baskets + start.baskets) / max(1, weight[key] + start.weight_milli))
        levels += sorted(rows)
    return (*levels, Fraction(sum(share.baskets for share in allocation.shares)))
