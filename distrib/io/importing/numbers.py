"""Numbers as publishers write them, exactly: decimal points or commas, blanks between thousands."""

from __future__ import annotations

import re
from fractions import Fraction

from distrib.units import round_half_up

_NUMBER = re.compile(r"[+-]?\d+([.,]\d*)?([eE][+-]?\d{1,2})?")


def number(text: str) -> Fraction | None:
    """Return the number a cell writes; None when it writes none (empty, « s » for secret, « nd » …)."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    return Fraction(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def scaled(text: str, factor: int) -> int | None:
    """Return the number × factor, rounded half up; None when the cell writes no number."""
    value = number(text)
    return None if value is None else round_half_up(value * factor)


def shared(total: int, weights: list[int]) -> list[int]:
    """Share a whole number in proportion to weights, by largest remainders, ties to the first; sums exactly.

    All weights 0 share nothing. Method: Hamilton apportionment.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[:left]:
        parts[i] += 1
    return parts
