"""What is proven of each level: the best value that any plan could have, and how near whole baskets can come to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.plan import Level
from distrib.solver.allocation.relaxation import MICRO, Relaxation

NO_BOUND = "no bound was computed"
NOT_REACHED = "the bound was not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The proven best ``value`` of a level and the ``tolerance`` within which a plan counts as proven, in its unit."""

    value: Fraction
    tolerance: Fraction = Fraction(0)


def weights(dataset: Dataset, programme: str) -> dict[str, Fraction]:
    """Return Σ households × priority over the window by neighbourhood with need in a programme: what leximin divides by."""
    types = {b.basket_id for b in dataset.basket_types if b.programme == programme}
    total: Counter[str] = Counter()
    for cell in dataset.zone_needs.values():
        if cell.basket_id in types:
            total[dataset.zone_by_id[cell.zone_id].neighbourhood_id] += cell.weight_milli
    return {
        hood: Fraction(weight + dataset.head_start_of(programme, hood).weight_milli, 1000)
        for hood, weight in sorted(total.items())
    }


def head_start(dataset: Dataset, programme: str, neighbourhood_id: str) -> int:
    """Return the baskets that the earlier weeks of the window gave a neighbourhood."""
    return dataset.head_start_of(programme, neighbourhood_id).baskets


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
                (
                    (Fraction(relaxation.neighbourhood_value[programme, h], MICRO) + head_start(dataset, programme, h))
                    / w,
                    h,
                )
                for h, w in weight.items()
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


def restated(dataset: Dataset, allocation: Allocation, relaxation: Relaxation, *, lacking: str) -> Allocation:
    """Return the allocation with the rows and levels of its proof stated against another relaxation.

    ``lacking`` is the rule that this relaxation lacks, for neighbourhoods that it gives more whole baskets.
    """
    rows = []
    for row in allocation.fairness:
        value = relaxation.neighbourhood_value[row.programme, row.neighbourhood_id]
        gap = max(0, value // MICRO - row.baskets)
        rows.append(
            dataclasses.replace(
                row,
                bound_microbaskets=value,
                proven=gap == 0,
                gap_baskets=gap,
                lacking_rule=lacking if gap else "",
                binding=", ".join(relaxation.binding.get((row.programme, row.neighbourhood_id), ())),
                cut=cut.text() if (cut := relaxation.cut.get((row.programme, row.neighbourhood_id))) else "",
            )
        )
    bounds = bounds_of(dataset, relaxation, 0)
    levels = tuple(
        with_bound(level, bounds[level.name]) if level.name in bounds and level.name != "waste" else level
        for level in allocation.levels
    )
    return dataclasses.replace(allocation, fairness=tuple(rows), levels=levels)


def with_bound(level: Level, bound: Bound | None) -> Level:
    """Return the level with its bound; it is proven when its value is within the bound's tolerance of it."""
    if bound is None:
        return dataclasses.replace(level, bound=None, proven=False, why_not_proven=NO_BOUND)
    proven = abs(level.value - bound.value) <= bound.tolerance
    why = "" if proven else NOT_REACHED
    return dataclasses.replace(level, bound=bound.value, proven=proven, tolerance=bound.tolerance, why_not_proven=why)
