"""A finished week as its unserved rows look at it: dataset, tours, limits, and the changes tried so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.plan import UnservedRow
from distrib.model.routing import Routing, Task
from distrib.remedies.trials import Trials

WORK = 60_000
"""Columns of linear programmes that the remedies of a plan may cost: about twenty solves of 180 sites."""


@dataclass(frozen=True, kw_only=True)
class FinishedWeek:
    """Everything that reasons and remedies of a plan are found from.

    ``limits``: what routing imposed on the allocation. ``binding``: names of the limits in the proof of each
    neighbourhood's level, by (programme, neighbourhood_id). ``solve``: whether anything may be solved again (False for engines
    without a proof).
    """

    dataset: Dataset
    allocation: Allocation
    tasks: tuple[Task, ...] = ()
    routing: Routing = field(default_factory=lambda: Routing(tours=()))
    limits: Limits = field(default_factory=Limits)
    binding: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    solve: bool = True
    work: int = WORK

    @property
    def language(self) -> str:
        """Language of explanations."""
        return self.dataset.settings.language

    @cached_property
    def trials(self) -> Trials:
        """The changes tried so far for any row, with what work is left."""
        return Trials(self.dataset, self.limits, self.work)

    @cached_property
    def limited(self) -> dict[tuple[str, str], str]:
        """Confirmed reason by (programme, neighbourhood_id)."""
        return {(p, n): reason for p, n, reason in self.allocation.limited_by}


def unserved_row(kind: str, key: str, quantity: int, unit: str, reason: str, **more: object) -> UnservedRow:
    """Return a row; ``more``: programme, date, explanation, remedy."""
    fields: dict[str, object] = {"programme": "", "explanation": "", "remedy": "", **more}
    return UnservedRow(kind=kind, id=key, quantity=quantity, unit=unit, reason=reason, **fields)  # type: ignore[arg-type]
