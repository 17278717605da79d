"""What leximin compares of two allocations of the same week."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.need import type_of


def fairness_of(dataset: Dataset, allocation: Allocation) -> tuple[Fraction, ...]:
    """Return what leximin compares, as tuples compare: the levels of the neighbourhoods over the window, sorted upwards, programme by programme, then the baskets."""
    got: dict[tuple[str, str], int] = defaultdict(int)
    weight: dict[tuple[str, str], int] = defaultdict(int)
    types = dataset.basket_type_by_id
    for share in allocation.shares:
        programme = types[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    for (zone_id, basket_id), need in dataset.zone_needs.items():
        weight[types[basket_id].programme, dataset.zone_by_id[zone_id].neighbourhood_id] += need.weight_milli
    levels: list[Fraction] = []
    for programme in dataset.programmes:
        rows = []
        for key in (k for k in weight if k[0] == programme):
            start = dataset.head_start_of(*key)
            rows.append(Fraction(1000 * (got[key] + start.baskets), max(1, weight[key] + start.weight_milli)))
        levels += sorted(rows)
    return (*levels, Fraction(sum(share.baskets for share in allocation.shares)))
