"""What a change to a dataset would do for a neighbourhood or zone, as a solve with the change made has shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MICRO = 1_000_000
"""Fair shares are integers of 1e-6 baskets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What a text of the catalogue needs: the end of its key, the number that decides between one and many, its fields.

    Fields are texts, or numbers by name: ``kg`` in grams, ``eur`` in cents, ``day`` a weekday (0 Monday), ``tenths`` and
    ``hundredths`` of a percent, others as they are.
    """

    key: str
    n: int
    fields: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a remedy is for: ``kind`` neighbourhood or zone, its id, its need in baskets in a programme."""

    kind: str
    id: str
    programme: str
    need: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A neighbourhood whose fair share a change moves: 1e-6 baskets before and after."""

    neighbourhood_id: str
    programme: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that helps the subject, with all it does.

    ``change`` is one of the kinds of ``distrib.remedies``; ``cents`` its price by the settings. ``before`` and ``after``: fair
    share of the subject in 1e-6 baskets. ``moved``: every neighbourhood whose fair share it moves, losers first.
    ``reaches``: it raises the subject by as much as the settings ask for.
    """

    subject: Subject
    change: Any
    cents: int
    before: int
    after: int
    moved: tuple[Moved, ...]
    reaches: bool

    @property
    def gain(self) -> Fraction:
        """Baskets that the subject gains."""
        return Fraction(self.after - self.before, MICRO)

    @property
    def losers(self) -> tuple[Moved, ...]:
        """Neighbourhoods that get less, the greatest loss first."""
        return tuple(m for m in self.moved if m.after < m.before)
