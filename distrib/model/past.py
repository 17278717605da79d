"""What the weeks before did, as far as this week's plan depends on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCoverage:
    """What a zone got of a programme in an earlier week: baskets, need, and Σ households × priority in thousandths."""

    week_start: dt.date
    programme: str
    zone_id: str
    baskets: int
    need_baskets: int
    weight_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecipe:
    """Of the baskets of a type packed in an earlier week (all recipes together), how many held a product."""

    week_start: dt.date
    basket_id: str
    product_id: str
    baskets: int
    of_baskets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """A delivery for a site in an earlier week: weekday (0 = Monday), vehicle and its trip that day, start of service."""

    week_start: dt.date
    site_id: str
    weekday: int
    vehicle_id: str
    start_s: int
    trip: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadStart:
    """What the earlier weeks of the window count for in fairness: baskets, and Σ households × priority in thousandths."""

    baskets: int = 0
    weight_milli: int = 0
    need_baskets: int = 0
