"""What an allocator decides: who gets how many baskets where and when, what is bought, packed and put in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from distrib.model.plan import FairnessRow, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Baskets of one kind that a zone's households fetch at a site on a date, packed at a depot."""

    date: dt.date
    depot_id: str
    site_id: str
    zone_id: str
    basket_id: str
    baskets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Whole crates of a lot collected on a date for a depot; ``delivered`` when the farm brings them itself."""

    date: dt.date
    depot_id: str
    lot_id: str
    crates: int
    delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The recipe of a basket kind at a depot on a date: (product_id, portions), portions > 0, sorted."""

    date: dt.date
    depot_id: str
    basket_id: str
    baskets: int
    portions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUse:
    """Grams of a lot packed at a depot on a date (all basket kinds together), first expired first out."""

    date: dt.date
    depot_id: str
    lot_id: str
    packed_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The whole result of an allocator, every tuple sorted by its ids.

    ``limited_by`` holds (programme, neighbourhood_id, reason) for those whose binding cause a re-solve
    confirmed; ``lot_limits`` the same for usable lots left unbought (lot_id, reason).
    """

    shares: tuple[Share, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    lot_uses: tuple[LotUse, ...] = ()
    fairness: tuple[FairnessRow, ...] = ()
    levels: tuple[Level, ...] = ()
    limited_by: tuple[tuple[str, str, str], ...] = ()
    lot_limits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What routing has shown to be out of reach, for an allocator to keep to; empty mappings limit nothing.

    ``site_day_baskets``: (drop_site_id, date) → most baskets that may be dropped there;
    ``farm_day_g``: (farm_id, date) → most grams that may be fetched there by our vehicles (a farm that
    delivers may still bring its goods itself); ``day_baskets``: date → most baskets delivered in all.
    """

    site_day_baskets: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    farm_day_g: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    day_baskets: dict[dt.date, int] = field(default_factory=dict)
