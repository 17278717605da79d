"""Vehicles and the people who drive them."""

from __future__ import annotations

from dataclasses import dataclass, replace

HEAVY_GVW_KG = 3500
"""Vehicles above this gross weight need licence C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRules:
    """Limits of a driver's day: a break after so long without one, the day from end to end, time at the wheel (None: no limit)."""

    break_after_s: int
    break_s: int
    max_day_s: int
    max_driving_s: int | None


CO2E_G_PER_KM: tuple[tuple[int | None, int], ...] = ((3_500, 250), (7_500, 500), (12_000, 700), (None, 900))
"""(gross weight up to, g of CO2e a km): orders of magnitude of diesel vehicles, fuel production included."""

DRIVER_RULES: dict[str, DriverRules] = {
    "volunteer": DriverRules(break_after_s=16_200, break_s=1_200, max_day_s=25_200, max_driving_s=16_200),
    "van": DriverRules(break_after_s=21_600, break_s=1_200, max_day_s=36_000, max_driving_s=None),
    "eu_561": DriverRules(break_after_s=16_200, break_s=2_700, max_day_s=46_800, max_driving_s=32_400),
}
"""Drivers' hours by name.

``volunteer``: the custom of food aid, not law: 20 min after 4 h 30, 7 h in all, 4 h 30 at the wheel. ``van``: employees
on vehicles up to 3.5 t in France: 20 min after 6 h (Code du travail L3121-16), and 10 h of work a day (L3121-18), here the
whole day, breaks included. ``eu_561``: Regulation (EC) 561/2006: 45 min after 4 h 30 at the wheel, here of any work;
9 h at the wheel a day; 11 h of rest leave 13 h. All are held on the safe side of the law.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle; ``weekdays`` are sorted numbers (0 = Monday).

    Cost: cents per day used, thousandths of a cent (millicents) per km and per hour. ``max_day_s`` bounds the time from first
    arrival to last departure, ``max_driving_s`` the driving of a day (None: no limit); ``driver_rules`` names the rules
    (``DRIVER_RULES``) that filled them.
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
    driver_rules: str = ""
    max_day_s: int | None = None
    max_driving_s: int | None = None
    co2e_g_per_km: int | None = None

    @property
    def needs_licence_c(self) -> bool:
        """True when only a driver with licence C may drive it."""
        return self.gvw_kg > HEAVY_GVW_KG

    def emission_g_per_km(self) -> int:
        """Grams of CO2 equivalent of a km: its own, else the order of magnitude for its weight."""
        if self.co2e_g_per_km is not None:
            return self.co2e_g_per_km
        return next(grams for most_kg, grams in CO2E_G_PER_KM if most_kg is None or self.gvw_kg <= most_kg)

    def longest_day_s(self) -> int:
        """Seconds from first arrival to last departure that its shift and its drivers' hours allow."""
        shift_s = self.shift_end_s - self.shift_start_s
        return shift_s if self.max_day_s is None else min(shift_s, self.max_day_s)


def with_driver_rules(vehicle: Vehicle) -> Vehicle:
    """The vehicle with the limits of its drivers' hours, where it has none of its own; a break is one limit of two numbers."""
    rules = DRIVER_RULES.get(vehicle.driver_rules)
    if rules is None:
        return vehicle
    own_breaks = vehicle.break_after_s is not None
    return replace(
        vehicle,
        break_after_s=vehicle.break_after_s if own_breaks else rules.break_after_s,
        break_s=vehicle.break_s if own_breaks else rules.break_s,
        max_day_s=rules.max_day_s if vehicle.max_day_s is None else vehicle.max_day_s,
        max_driving_s=rules.max_driving_s if vehicle.max_driving_s is None else vehicle.max_driving_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """People with a licence (``B`` or ``C``; who has C may also drive what B drives) on a weekday (0 = Monday)."""

    weekday: int
    licence: str
    people: int
