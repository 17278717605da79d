"""What a cell of a table may hold: how its text is read, checked and written back.

A cell reader is both the pydantic validator of a column and its documentation. It takes the text as typed
and returns the integer, date or text used inside; what it refuses is raised as a ``PydanticCustomError`` whose
type is the stable code of the fault and whose context fills the message.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, LiteralString

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from distrib import units

LARGEST = 10**9
"""Largest number accepted in any cell, in its outside unit: beyond it somebody typed something else."""

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)
"""Dates outside of these are typing errors."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(
    r"[+-]?\d{1,3}(?:([ '’\u00a0\u202f])\d{3}(?:\1\d{3})*([.,]\d+)?|(,\d{3}){2,}(\.\d+)?|(\.\d{3}){2,}(,\d+)?"
    r"|,\d{3}\.\d+|\.\d{3},\d+)",
    re.ASCII,
)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|∞|#n/a|n/?a|null|none)", re.IGNORECASE)
_WITH_UNIT = re.compile(r"[+-]?\d+([.,]\d+)?\s*(kg|g|t|€|eur|euros?|%|km|m|min|mn|h|s|ha|€/kg)", re.IGNORECASE)
_FRENCH_CLOCK = re.compile(r"(\d{1,2})\s*[hH.]\s*(\d{2})?", re.ASCII)
_FRENCH_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]00:00(:00(\.0+)?)?)?", re.ASCII)

_FRENCH_DAYS = dict(zip(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), units.WEEKDAYS, strict=True))


def refusal(code: LiteralString, **context: Any) -> PydanticCustomError:
    """Return the error that pydantic reports under ``code`` with ``context``."""
    return PydanticCustomError(code, code, context)


def read_decimal(text: str) -> Decimal:
    """Return the number that ``text`` writes, with a decimal point or comma.

    Raises:
        PydanticCustomError: empty_cell, thousands_separator, not_finite, unit_in_number, not_a_number, too_large.
    """
    if not text:
        raise refusal("empty_cell")
    if _THOUSANDS.fullmatch(text):
        raise refusal("thousands_separator", plain=_without_thousands(text))
    if _NOT_FINITE.fullmatch(text):
        raise refusal("not_finite")
    if _WITH_UNIT.fullmatch(text):
        raise refusal("unit_in_number", plain=re.sub(r"[^\d.,+-]", "", text))
    if not _NUMBER.fullmatch(text):
        raise refusal("not_a_number")
    value = Decimal(text.replace(",", "."))
    if abs(value) > LARGEST:
        raise refusal("too_large", limit=LARGEST)
    return value


def _without_thousands(text: str) -> str:
    """Return the number without its separators of thousands, its decimals behind a point."""
    marks = re.findall(r"[^\d+-]", text, re.ASCII)
    decimal = marks[-1] if marks[-1] in ".," and marks.count(marks[-1]) == 1 and len(marks) > 1 else ""
    whole, _, rest = text.rpartition(decimal) if decimal else (text, "", "")
    return re.sub(r"[^\d+-]", "", whole, flags=re.ASCII) + (f".{rest}" if rest else "")


def is_number(text: str) -> bool:
    """True when ``text`` writes a plain number, with a decimal point or comma."""
    return _NUMBER.fullmatch(text) is not None


def decimals_of(value: Decimal) -> int:
    """Number of decimals that ``value`` truly needs (1.50 needs one)."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(ABC):
    """Base of the cell kinds. ``type_name`` is the Table Schema type, ``unit`` what people write the value in."""

    type_name: str = "string"
    unit: str = ""

    @abstractmethod
    def read_any(self, value: Any) -> Any:
        """Return the inside value of a text, list or mapping (only a YAML file can hold the last two).

        Raises:
            PydanticCustomError: with the code of the fault.
        """

    def write(self, value: Any) -> str:
        """Return the text that reads back as ``value``; an empty text for None."""
        return "" if value is None else str(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make the cell the only validator of its column."""
        return core_schema.no_info_plain_validator_function(self.read_any)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleCell(Cell):
    """Base of the kinds of cell that hold one text, as every cell of a CSV table does."""

    @abstractmethod
    def read(self, text: str) -> Any:
        """Return the inside value of ``text``.

        Raises:
            PydanticCustomError: with the code of the fault.
        """

    def read_any(self, value: Any) -> Any:
        """Like ``read``, refusing lists and mappings."""
        if not isinstance(value, str):
            raise refusal("not_a_single_value")
        return self.read(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCell(SingleCell):
    """Free text; ``required`` refuses an empty cell."""

    required: bool = False

    def read(self, text: str) -> str:
        """Return the text as it stands."""
        if self.required and not text:
            raise refusal("empty_cell")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class IdCell(SingleCell):
    """An id: text without control characters, nor any character of ``forbidden``."""

    forbidden: str = ""

    def read(self, text: str) -> str:
        """Return the id."""
        if not text:
            raise refusal("empty_cell")
        for character in text:
            if character in self.forbidden or not character.isprintable():
                raise refusal("bad_id", character=character if character.isprintable() else repr(character)[1:-1])
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class IdsCell(SingleCell):
    """Ids separated by spaces, or by ``|`` when ids hold spaces; empty: none."""

    def read(self, text: str) -> tuple[str, ...]:
        """Return the ids, sorted."""
        parts = text.split("|") if "|" in text else text.split()
        ids = [part.strip() for part in parts if part.strip()]
        if len(set(ids)) < len(ids):
            raise refusal("doubled_in_list", item=next(i for i in ids if ids.count(i) > 1))
        return tuple(sorted(ids))

    def write(self, value: Any) -> str:
        """Join with spaces, with ``|`` when an id holds a space."""
        if any(" " in item for item in value):
            return "|".join(value) + "|"
        return " ".join(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCell(SingleCell):
    """A number kept as an integer: outside value × ``factor``.

    ``decimals`` is how many the outside value may have; ``lenient`` columns (measured, not counted) take more.
    What is finer than the integer is rounded half up, or up or down as ``rounding`` says (a service time up, a
    longest stretch down: the integer is never easier to keep than what was typed). ``low`` and ``high`` bound the
    outside value, ``above`` excludes its lower end. ``fixed`` is how many decimals are always written.
    """

    factor: int = 1
    decimals: int = 0
    lenient: bool = False
    low: int | None = 0
    above: int | None = None
    high: int | None = None
    fixed: int = 0
    rounding: str = "half_up"

    def read(self, text: str) -> int:
        """Return the integer; raises for what is not a number, out of the domain or too fine."""
        return self.inside(read_decimal(text))

    def inside(self, value: Decimal) -> int:
        """Return the integer for an outside value; raises PydanticCustomError when it is out of the domain."""
        if self.above is not None and value <= self.above:
            raise refusal("not_above", limit=self.above)
        if self.low is not None and value < self.low:
            raise refusal("negative" if self.low == 0 else "below_minimum", limit=self.low)
        if self.high is not None and value > self.high:
            raise refusal("above_maximum", limit=self.high)
        if not self.lenient and decimals_of(value) > self.decimals:
            raise refusal("not_integer") if self.decimals == 0 else refusal("too_many_decimals", decimals=self.decimals)
        return _round(Fraction(value) * self.factor, self.rounding)

    def rounded(self, value: Decimal) -> str:
        """Return ``value`` as text, rounded half up to the decimals that the column holds."""
        return _plain(Decimal(units.round_half_up(value * 10**self.decimals)).scaleb(-self.decimals), self.fixed)

    def write(self, value: Any) -> str:
        """Return the shortest decimal text (``fixed`` decimals at least) that reads back as the integer."""
        if value is None:
            return ""
        opposite = {"up": "down", "down": "up"}.get(self.rounding, self.rounding)
        steps = _round(Fraction(value * 10**self.decimals, self.factor), opposite)
        return _plain(Decimal(steps).scaleb(-self.decimals), self.fixed)


def _round(value: Fraction, rounding: str) -> int:
    if rounding == "up":
        return math.ceil(value)
    return math.floor(value) if rounding == "down" else units.round_half_up(value)


def _plain(value: Decimal, fixed: int) -> str:
    return f"{value:.{max(fixed, decimals_of(value))}f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCell(SingleCell):
    """An ISO date."""

    type_name: str = "date"

    def read(self, text: str) -> dt.date:
        """Return the date; refuses other ways of writing it, naming the ISO form where it can be guessed."""
        if not text:
            raise refusal("empty_cell")
        iso = _ISO_DATE.fullmatch(text)
        if iso is None:
            french = _FRENCH_DATE.fullmatch(text)
            guess = f"{french[3]}-{int(french[2]):02d}-{int(french[1]):02d}" if french else "2020-04-20"
            raise refusal("bad_date", guess=guess)
        try:
            date = dt.date.fromisoformat(iso[1])
        except ValueError:
            raise refusal("no_such_date") from None
        if not EARLIEST <= date <= LATEST:
            raise refusal("far_date", first=EARLIEST.year, last=LATEST.year)
        return date

    def write(self, value: Any) -> str:
        """Return the ISO date, an empty text for None."""
        return "" if value is None else str(value.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class MondayCell(DateCell):
    """The Monday that starts a week."""

    def read(self, text: str) -> dt.date:
        """Return the date."""
        date = DateCell.read(self, text)
        if date.weekday() != 0:
            raise refusal("not_monday", guess=(date - dt.timedelta(days=date.weekday())).isoformat())
        return date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCell(SingleCell):
    """A local clock time, kept in seconds after midnight."""

    type_name: str = "time"
    unit: str = "HH:MM"

    def read(self, text: str) -> int:
        """Return seconds after midnight."""
        if not text:
            raise refusal("empty_cell")
        try:
            return units.seconds_of_clock(text)
        except ValueError:
            french = _FRENCH_CLOCK.fullmatch(text)
            guess = f"{int(french[1]):02d}:{french[2] or '00'}" if french else "09:30"
            raise refusal("bad_time", guess=guess) from None

    def write(self, value: Any) -> str:
        """Return HH:MM:SS, an empty text for None."""
        return "" if value is None else units.clock(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoCell(SingleCell):
    """``yes`` or ``no``."""

    type_name: str = "boolean"

    def read(self, text: str) -> bool:
        """Return True for yes."""
        if not text:
            raise refusal("empty_cell")
        if text.lower() not in ("yes", "no"):
            raise refusal("bad_yes_no")
        return text.lower() == "yes"

    def write(self, value: Any) -> str:
        """Return yes or no."""
        return "yes" if value else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdayCell(SingleCell):
    """One of mon … sun, kept as 0 … 6."""

    def read(self, text: str) -> int:
        """Return the number of the weekday, 0 = Monday."""
        if not text:
            raise refusal("empty_cell")
        return _weekday(text)

    def write(self, value: Any) -> str:
        """Return mon … sun, nothing for None."""
        return "" if value is None else units.WEEKDAYS[int(value)]


def _weekday(text: str) -> int:
    day = text.lower()
    if day not in units.WEEKDAYS:
        guess = day[:3] if day[:3] in units.WEEKDAYS else _FRENCH_DAYS.get(day[:3], "mon")
        raise refusal("bad_weekday", day=text, guess=guess)
    return units.WEEKDAYS.index(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekdaysCell(SingleCell):
    """Weekdays separated by spaces (or a YAML list), kept as sorted numbers; empty: no day."""

    def read(self, text: str) -> tuple[int, ...]:
        """Return the numbers of the weekdays, sorted."""
        return self.numbers(text.split())

    def numbers(self, days: list[str]) -> tuple[int, ...]:
        """Return the sorted numbers of a list of weekdays; a day named twice is refused."""
        found = [_weekday(day) for day in days]
        if len(set(found)) < len(found):
            raise refusal(
                "doubled_in_list", item=next(d for d, n in zip(days, found, strict=True) if found.count(n) > 1)
            )
        return tuple(sorted(found))

    def read_any(self, value: Any) -> Any:
        """Accept a list of weekdays too."""
        if isinstance(value, list) and all(isinstance(day, str) for day in value):
            return self.numbers(value)
        return SingleCell.read_any(self, value)

    def write(self, value: Any) -> str:
        """Return the weekdays separated by spaces."""
        return " ".join(units.WEEKDAYS[day] for day in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceCell(SingleCell):
    """One of a few words."""

    choices: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the word."""
        if not text:
            raise refusal("empty_cell")
        if text not in self.choices:
            raise refusal("not_in_list", choices=", ".join(self.choices))
        return text
