"""What is proven of each level: the best value that any plan could have, and how near whole baskets can come to it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation import MICRO, Relaxation


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The proven best ``value`` of a level and the ``tolerance`` within which a plan counts as proven, in its unit."""

    value: Fraction
    tolerance: Fraction = Fraction(0)


def weights(dataset: Dataset, programme: str) -> dict[str, Fraction]:
    """Return Σ households × priority by neighbourhood with need in a programme: what leximin divides baskets by."""
    types = {b.basket_id for b in dataset.basket_types if b.programme == programme}
    total: Counter[str] = Counter()
    for cell in dataset.zone_needs.values():
        if cell.basket_id in types:
            total[dataset.zone_by_id[cell.zone_id].neighbourhood_id] += cell.weight_milli
    return {hood: Fraction(weight, 1000) for hood, weight in sorted(total.items())}


def bounds_of(dataset: Dataset, relaxation: Relaxation, packed_g: int) -> dict[str, Bound]:
    """Return the bounds by name of level; a level that is not in it has none.

    ``coverage``: the lowest level of leximin(R), in percent; whole baskets may miss it by one basket of the
    neighbourhood concerned. ``baskets``: no more than the size of the programmes and their need. ``waste``: opening stock
    whose last usable day is before the first delivery day is lost to every plan, in kg; the tolerance is the waste
    tolerance of the objective, as a share of what is packed.
    """
    bounds = {}
    for programme in dataset.programmes:
        weight = weights(dataset, programme)
        if weight:
            value, hood = min(
                (Fraction(relaxation.neighbourhood_value[programme, h], MICRO) / w, h) for h, w in weight.items()
            )
            # The value lies on a grid of 1e-6 baskets: a plan in whole baskets may be above it by less than that.
            bounds[f"coverage {programme}"] = Bound(value=value * 100, tolerance=100 / weight[hood])
    tolerance = Fraction(packed_g * dataset.settings.objective.waste_tolerance_bp, 10_000 * 1000)
    bounds["baskets"] = Bound(value=Fraction(_most_baskets(dataset)))
    bounds["waste"] = Bound(value=Fraction(_lost_stock_g(dataset), 1000), tolerance=tolerance)
    return bounds


def _most_baskets(dataset: Dataset) -> int:
    total = 0
    for programme in dataset.programmes:
        types = {b.basket_id for b in dataset.basket_types if b.programme == programme}
        need = sum(cell.baskets for cell in dataset.zone_needs.values() if cell.basket_id in types)
        size = dataset.settings.max_baskets_of(programme)
        total += need if size is None else min(need, size)
    return total


def _lost_stock_g(dataset: Dataset) -> int:
    first: dt.date = min(dataset.settings.delivery_dates)
    return sum(s.stock_g for s in dataset.depot_stock if s.last_use_date is not None and s.last_use_date < first)
