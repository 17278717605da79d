"""Vehicles and the people who drive them."""

from __future__ import annotations

from dataclasses import dataclass

HEAVY_GVW_KG = 3500
"""Vehicles above this gross weight need licence C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle; ``weekdays`` are sorted numbers (0 = Monday).

    Cost: cents per day used, thousandths of a cent (millicents) per km and per hour.
    """

    vehicle_id: str
    kind: str
    depot_id: str
    weekdays: tuple[int, ...]
    shift_start_s: int
    shift_end_s: int
    capacity_g: int
    capacity_baskets: int
    gvw_kg: int
    cold: bool
    max_trips: int
    cents_per_day: int
    millicents_per_km: int
    millicents_per_h: int
    speed_factor_milli: int = 1000
    break_after_s: int | None = None
    break_s: int | None = None

    @property
    def needs_licence_c(self) -> bool:
        """True when only a driver with licence C may drive it."""
        return self.gvw_kg > HEAVY_GVW_KG


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """People with a licence (``B`` or ``C``; who has C may also drive what B drives) on a weekday (0 = Monday)."""

    weekday: int
    licence: str
    people: int
