"""What the checker finds, before and after it is put into words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

Place = str | int | dt.date
"""One part of where a breach is: an id, a number (trip, stop) or a date."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A measured value or a limit, with what it counts.

    ``unit`` is one of g, m, clock (seconds after midnight), span (seconds), cents, bp, date, text, or a
    thing that is counted (baskets, crates, portions, products, vehicles, drivers, trips, variants, number).
    """

    value: int | str | dt.date | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A breach as a rule function yields it: a key of the catalogue of sayings, amounts and where it is."""

    saying: str
    table: str
    measured: Amount | None = None
    limit: Amount | None = None
    where: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One breach of one rule.

    ``code`` is the rule, ``table`` the plan table that shows it, ``where`` the ids that lead to it,
    ``measured`` and ``limit`` carry their unit (empty when the rule compares nothing), ``message`` says it
    in a coordinator's words.
    """

    code: str
    table: str
    where: str
    measured: str
    limit: str
    message: str


def found(
    saying: str, table: str, measured: Amount | None = None, limit: Amount | None = None, /, **where: Place | None
) -> Found:
    """Return a finding; places that are None are left out."""
    places = tuple((key, value) for key, value in where.items() if value is not None)
    return Found(saying=saying, table=table, measured=measured, limit=limit, where=places)


def grams(value: int) -> Amount:
    """A weight in grams."""
    return Amount(value, "g")


def clock_time(value: int) -> Amount:
    """A time of day in seconds after midnight."""
    return Amount(value, "clock")


def span(value: int) -> Amount:
    """A duration in seconds."""
    return Amount(value, "span")


def count(value: int, unit: str = "number") -> Amount:
    """A number of things."""
    return Amount(value, unit)


def text(value: str) -> Amount:
    """A word or an id."""
    return Amount(value, "text")


def day(value: dt.date | None) -> Amount:
    """A date, None where there is none."""
    return Amount(value, "date")
