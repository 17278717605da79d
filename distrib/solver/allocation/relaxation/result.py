"""What the fairness relaxation answers: values on a grid, the limits behind them, and a fair solution as a guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

MICRO = 1_000_000
"""Values are integers of 1e-6 baskets."""

FAMILIES: tuple[str, ...] = (
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
"""The families of rules that can be left out, in the order in which a reason is looked for (the reason list of a plan)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelProof:
    """One level of a leximin: who was fixed at it, and why no solution can give them more.

    ``kind``: ``neighbourhoods`` or ``zones``. ``value``: the coverage reached (baskets ÷ weight), ``bound``: what the duals prove it can be
    at most given the levels below, to 1e-9 (the bound rounded up); ``limits``: the limits in that proof, by name; ``need_met``: the members that have all they need.
    """

    programme: str
    kind: str
    members: tuple[str, ...]
    need_met: tuple[str, ...]
    value: Fraction
    bound: Fraction
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What binds a level: coverage = (Σ ``limits`` − ``lower``) ÷ ``weight``.

    ``limits``: name → baskets in the week. ``lower``: baskets that neighbourhoods of lower levels have of them (less what
    earlier weeks count for the level's own). ``weight``: Σ households × priority of the level's neighbourhoods.
    """

    limits: tuple[tuple[str, int], ...]
    lower: float
    weight: float

    def text(self) -> str:
        """Return the cut as a formula."""
        parts = " + ".join(f"{name} {baskets}" for name, baskets in self.limits)
        return f"({parts} - {self.lower:.6f}) / {self.weight:.3f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The leximin of the relaxation R over neighbourhoods, then over the zones of each, programme by programme.

    ``neighbourhood_value``: (programme, neighbourhood_id) → its value in leximin(R), in 1e-6 baskets, for every
    neighbourhood with need in that programme; ``zone_value``: (programme, zone_id) → the same after the leximin over
    zones (the zones of a neighbourhood sum to its value within a micro-basket a zone). The whole baskets of a value are ``value // MICRO``. ``level``: the coverage (baskets ÷ weight, weight = Σ households × priority, both over the
    window of weeks) at which the neighbourhood was fixed; the values are this week's baskets. ``binding``: the limits with a non-zero dual at the level that
    fixed it, by name (``programme baskets``, ``site_capacity S041``, ``produce carrots`` …), sorted; a proof aid, not a verified reason.

    The rest is one solution that reaches those values to 1e-6 baskets (floats; only positive entries), a guide for
    whole baskets: ``packed`` (date, depot_id, basket_id) → baskets; ``site_day`` (site_id, date, depot_id,
    basket_id) → baskets for that site (who they are for, even when a relay is used); ``zone_site`` (zone_id, site_id,
    basket_id) → baskets in the week; ``lot_use`` and ``lot_in`` (lot_id, depot_id, date) → grams packed, grams collected
    (opening stock is not in ``lot_in``).

    ``cut``: where need, sites or the programme alone bind the level of a neighbourhood, the figures that give it by hand.
    """

    neighbourhood_value: dict[tuple[str, str], int]
    zone_value: dict[tuple[str, str], int]
    level: dict[tuple[str, str], Fraction]
    binding: dict[tuple[str, str], tuple[str, ...]]
    packed: dict[tuple[dt.date, str, str], float]
    site_day: dict[tuple[str, dt.date, str, str], float]
    zone_site: dict[tuple[str, str, str], float]
    lot_use: dict[tuple[str, str, dt.date], float]
    lot_in: dict[tuple[str, str, dt.date], float]
    levels: tuple[LevelProof, ...] = ()
    cut: dict[tuple[str, str], Cut] = field(default_factory=dict)
