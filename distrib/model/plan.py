"""A plan: the rows of its tables, in integers, each tuple sorted by the ids of its row.

Basket ids in plan rows may be variants (``family``, ``family~2``); ``distrib.model.need.type_of``
gives the type. Dates are local calendar days, times seconds after midnight.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

REASONS: tuple[str, ...] = (
    "need_met",
    "programme",
    "produce",
    "recipe",
    "site_capacity",
    "site_hours",
    "packing",
    "storage",
    "transport",
    "catchment",
    "budget",
    "minimum",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """Baskets that households of a zone fetch at a site on a date."""

    zone_id: str
    neighbourhood_id: str
    site_id: str
    date: dt.date
    basket_id: str
    baskets: int
    walk_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """Baskets of one kind brought for one site in one stop of one trip."""

    date: dt.date
    site_id: str
    dropped_at_site_id: str
    basket_id: str
    baskets: int
    load_g: int
    vehicle_id: str
    trip: int
    arrival_s: int
    start_s: int
    departure_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One visit of one trip. ``place_kind`` is depot, site or farm; ``break_s`` is taken there after service."""

    date: dt.date
    vehicle_id: str
    trip: int
    stop: int
    place_kind: str
    place_id: str
    arrival_s: int
    start_s: int
    departure_s: int
    break_s: int
    drop_baskets: int
    drop_g: int
    pick_g: int
    load_g: int
    from_previous_m: int
    from_previous_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRow:
    """Crates of a lot bought and brought to a depot on a date; vehicle and trip are empty/0 when the farm delivers."""

    date: dt.date
    depot_id: str
    farm_id: str
    lot_id: str
    product_id: str
    crates: int
    load_g: int
    cents: int
    vehicle_id: str = ""
    trip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeRow:
    """Portions of a product in each basket of a kind packed at a depot on a date."""

    date: dt.date
    depot_id: str
    basket_id: str
    product_id: str
    portions: int
    recipe_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingRow:
    """Baskets of a kind packed at a depot on a date."""

    date: dt.date
    depot_id: str
    basket_id: str
    baskets: int
    packed_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """Stock of a lot at a depot over one calendar day: opening + in − packed − discarded = closing."""

    date: dt.date
    depot_id: str
    lot_id: str
    product_id: str
    opening_g: int
    in_g: int
    packed_g: int
    discarded_g: int
    closing_g: int
    last_use_date: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedRow:
    """What the plan leaves undone.

    ``kind``: need (``id`` a zone, with its programme; baskets), site (no delivery all week; 0 baskets),
    lot (usable grams not bought).
    """

    kind: str
    id: str
    programme: str = ""
    date: dt.date | None = None
    quantity: int
    unit: str
    reason: str
    explanation: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """What a neighbourhood gets of a programme. ``coverage`` is exact, None without need."""

    programme: str
    neighbourhood_id: str
    name: str
    commune: str
    households: int
    persons: int
    need_baskets: int
    baskets: int
    coverage: Fraction | None
    persons_helped: int
    limited_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessRow:
    """Proof of fairness for a neighbourhood and programme.

    ``bound_microbaskets`` is its value in leximin(R) on the grid of 1e-6 baskets; *proven* when baskets
    >= the floor of it. ``gap_baskets`` is what is missing to that floor and ``lacking_rule`` the rule
    that R lacks (empty when proven). ``binding`` names the limits that bind the neighbourhood's level in R;
    ``cut`` is the formula that gives that level by hand, where need, sites or the programme alone bind it.
    """

    programme: str
    neighbourhood_id: str
    bound_microbaskets: int
    baskets: int
    proven: bool
    gap_baskets: int
    lacking_rule: str
    binding: str
    cut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of what a plan optimises, in its unit, as exact decimals written by the caller.

    ``bound`` None: no bound was computed. ``proven``: value is within ``tolerance`` of the bound.
    """

    name: str
    value: Fraction
    bound: Fraction | None
    unit: str
    proven: bool
    tolerance: Fraction = Fraction(0)
    why_not_proven: str = ""

    @property
    def within(self) -> Fraction | None:
        """How far the value is from the bound, as a part of the larger of them: no plan is better by more; None without bound."""
        if self.bound is None:
            return None
        larger = max(abs(self.value), abs(self.bound))
        return abs(self.value - self.bound) / larger if larger else Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All tables of a plan. The dataset it was made from travels beside it."""

    coverage: tuple[CoverageRow, ...] = ()
    allocation: tuple[AllocationRow, ...] = ()
    deliveries: tuple[DeliveryRow, ...] = ()
    stops: tuple[StopRow, ...] = ()
    collections: tuple[CollectionRow, ...] = ()
    recipes: tuple[RecipeRow, ...] = ()
    packing: tuple[PackingRow, ...] = ()
    stock_ledger: tuple[LedgerRow, ...] = ()
    unserved: tuple[UnservedRow, ...] = ()
    fairness: tuple[FairnessRow, ...] = ()
    levels: tuple[Level, ...] = ()
    warnings: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = field(default=())
