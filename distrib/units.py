"""The one place where outside units (kg, km, EUR, HH:MM) meet the integers used inside.

Inside the package every quantity is an integer: grams (``_g``), metres (``_m``), seconds (``_s``,
after local midnight for clock times), euro cents (``_cents``), micro-degrees (``_microdeg``),
hundredths of a percent (``_bp``, basis points) and thousandths (``_milli``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECONDS_PER_DAY = 24 * 3600


def round_half_up(value: Fraction | Decimal) -> int:
    """Round to the nearest integer; halves go up (towards +infinity).

    Args:
        value: an exact number; floats are refused because their halves are not exact.
    """
    exact = Fraction(value)
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def scaled(value: Decimal, factor: int) -> int:
    """Return ``value * factor`` as an integer.

    Raises:
        ValueError: when the value has more decimals than the unit can hold.
    """
    product = value * factor
    if product != product.to_integral_value():
        raise ValueError(f"{value} has more decimals than can be kept (1/{factor})")
    return int(product)


def seconds_of_clock(text: str) -> int:
    """Read ``HH:MM`` or ``HH:MM:SS`` as seconds after midnight (24:00 allowed).

    Raises:
        ValueError: when the text is not such a time.
    """
    parts = text.strip().split(":")
    if len(parts) not in (2, 3) or not all(p.isascii() and p.isdigit() and 1 <= len(p) <= 2 for p in parts):
        raise ValueError(f"{text!r} is not a time of the form HH:MM or HH:MM:SS")
    hours, minutes, seconds = (*(int(p) for p in parts), 0)[:3]
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > SECONDS_PER_DAY:
        raise ValueError(f"{text!r} is not a time between 00:00 and 24:00")
    return total


def clock(seconds: int) -> str:
    """Write seconds after midnight as ``HH:MM:SS``, the form of every CSV and JSON."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def clock_for_people(seconds: int, *, up: bool) -> str:
    """Write seconds after midnight as ``HH:MM``: rounded up for arrivals, down for departures."""
    minutes = -(-seconds // 60) if up else seconds // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def call_for_people(arrival_s: int, departure_s: int, *, is_first: bool = False) -> tuple[int | None, int | None]:
    """Return a call's arrival rounded up and departure rounded down to the minute, still as seconds after midnight.

    Where that would read as leaving before arriving (less than a whole minute lies between), only one of them
    is given: the departure where a trip begins, the arrival elsewhere.
    """
    up, down = -(-arrival_s // 60) * 60, departure_s // 60 * 60
    if up <= down:
        return up, down
    return (None, down) if is_first else (up, None)


def _fixed(value: int, factor: int, decimals: int) -> str:
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), factor)
    return f"{sign}{whole}.{rest:0{decimals}d}"


def kg(grams: int) -> str:
    """Write grams as kg with 3 decimals."""
    return _fixed(grams, 1000, 3)


def km(metres: int) -> str:
    """Write metres as km with 3 decimals."""
    return _fixed(metres, 1000, 3)


def eur(cents: int) -> str:
    """Write cents as EUR with 2 decimals."""
    return _fixed(cents, 100, 2)


def degrees(microdeg: int) -> str:
    """Write micro-degrees as degrees with 6 decimals."""
    return _fixed(microdeg, 1_000_000, 6)


def percent(part: Fraction, decimals: int = 2) -> str:
    """Write an exact ratio as a percentage, rounded half up."""
    factor = 10**decimals
    return _fixed(round_half_up(part * 100 * factor), factor, decimals) if decimals else str(round_half_up(part * 100))


def minutes(seconds: int) -> str:
    """Write seconds as minutes with 3 decimals, rounded half up."""
    return _fixed(round_half_up(Fraction(seconds * 1000, 60)), 1000, 3)


def cost_cents(grams: int, price_millicents_per_kg: int) -> int:
    """Price of a weight in cents, rounded half up to the cent (rule G1)."""
    return round_half_up(Fraction(grams * price_millicents_per_kg, 1000 * 1000))


def driving_s(table_s: int, speed_factor_milli: int) -> int:
    """Driving seconds of a vehicle: the table's seconds divided by its speed factor, rounded up."""
    return -(-table_s * 1000 // speed_factor_milli)


def weekday_of(date: dt.date) -> str:
    """Return ``mon`` … ``sun``."""
    return WEEKDAYS[date.weekday()]
