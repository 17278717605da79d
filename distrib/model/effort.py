"""How much work a plan may cost, counted in iterations and deterministic solver time, never by the clock."""

from __future__ import annotations

from enum import StrEnum


class Effort(StrEnum):
    """Named work budgets: about 5, 30 and 300 s on two cores for the reference week."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"
