"""One cell of a plan table: how an integer of the model is written outside, and read back exactly.

Every kind of cell writes the machine dialect only. Reading also takes what a spreadsheet set to French makes of
it: decimal comma, spaces between thousands, dates as day/month/year.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from distrib import units

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+")
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How cells of one kind are written and read.

    ``expects`` is the key of the text that says what to write; ``schema`` the (type, format) of a Table Schema
    field. ``read`` raises ValueError for a text it cannot take.
    """

    expects: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    schema: tuple[str, str]
    choices: tuple[str, ...] = field(default=())


def number(text: str) -> Decimal:
    """Read a number with a decimal point or comma, spaces between thousands allowed.

    Raises:
        ValueError: when the text is no such number (also for ``1e3``, ``NaN``, ``1.234,5``).
    """
    plain = text.strip().translate(_SPACES).replace(",", ".")
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(plain)


def _scaled(factor: int) -> Callable[[str], int]:
    return lambda text: units.scaled(number(text), factor)


def _date(text: str) -> dt.date:
    day_first = _DAY_FIRST.fullmatch(text.strip())
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
        return dt.date(year, month, day)
    return dt.date.fromisoformat(text.strip())


def _optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text.strip() else None


def _seconds(text: str) -> int:
    return units.round_half_up(number(text) * 60)


def _yes_no(text: str) -> bool:
    return {"yes": True, "no": False}[_choice(("yes", "no"))(text)]


def _choice(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() not in choices:
            raise ValueError(f"{text!r} is not one of {choices}")
        return text.strip()

    return read


def _identifier(text: str) -> str:
    if not text.strip():
        raise ValueError("an id is missing")
    return text.strip()


def _microbaskets(value: int) -> str:
    return units.degrees(value)  # the same grid: millionths, 6 decimals


TEXT = Kind(expects="text", write=str, read=str, schema=("string", "default"))
ID = Kind(expects="id", write=str, read=_identifier, schema=("string", "default"))
ID_OR_EMPTY = Kind(expects="text", write=str, read=str.strip, schema=("string", "default"))
COUNT = Kind(expects="count", write=str, read=_scaled(1), schema=("integer", "default"))
COUNT_OR_EMPTY = Kind(
    expects="count_or_empty",
    write=lambda value: str(value) if value else "",
    read=lambda text: _scaled(1)(text) if text.strip() else 0,
    schema=("integer", "default"),
)
KG = Kind(expects="kg", write=units.kg, read=_scaled(1000), schema=("number", "default"))
KM = Kind(expects="km", write=units.km, read=_scaled(1000), schema=("number", "default"))
EUR = Kind(expects="eur", write=units.eur, read=_scaled(100), schema=("number", "default"))
MINUTES = Kind(expects="minutes", write=units.minutes, read=_seconds, schema=("number", "default"))
MICROBASKETS = Kind(expects="microbaskets", write=_microbaskets, read=_scaled(1_000_000), schema=("number", "default"))
PERCENT = Kind(
    expects="percent",
    write=lambda value: "" if value is None else units.percent(value),
    read=_optional(lambda text: Fraction(number(text)) / 100),
    schema=("number", "default"),
)
CLOCK = Kind(expects="clock", write=units.clock, read=units.seconds_of_clock, schema=("time", "default"))
DATE = Kind(expects="date", write=dt.date.isoformat, read=_date, schema=("date", "default"))
DATE_OR_EMPTY = Kind(
    expects="date_or_empty",
    write=lambda value: "" if value is None else value.isoformat(),
    read=_optional(_date),
    schema=("date", "default"),
)
YES_NO = Kind(
    expects="yes_no", write=lambda value: "yes" if value else "no", read=_yes_no, schema=("string", "default")
)
QUANTITY = Kind(expects="quantity", write=str, read=number, schema=("number", "default"))


def one_of(*choices: str) -> Kind:
    """Return the kind of a cell that holds one text of a list (which may include the empty one)."""
    return Kind(
        expects="one_of", write=str, read=_choice(choices), schema=("string", "default"), choices=tuple(choices)
    )
