"""Which rule that R lacks explains what neighbourhoods are short of: verified by bounds of programmes that have the rule."""

from __future__ import annotations

from collections.abc import Sequence

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.plan import FairnessRow
from distrib.solver.allocation.parts import limits_of
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.whole import lacking

RULES = (("whole crates", False, True), ("whole portions", True, False), ("whole portions and crates", True, True))
"""Name of a rule, whether portions are whole in its programme, whether crates are."""
NOT_VERIFIED = "whole portions and crates (not verified)"
MICRO = 1_000_000


def lacking_rules(
    dataset: Dataset, parts: Sequence[Dataset], limits: Limits, rows: Sequence[FairnessRow]
) -> dict[tuple[str, str], str]:
    """Return the rule that R lacks for every row with a gap, by (programme, neighbourhood_id).

    A rule is *verified* for as many baskets as every plan that keeps it lacks of the floors, all neighbourhoods of the territory
    together; who of them goes short is a choice, so the rule is that of all who do.

    Args:
        dataset: resolved.
        parts: its territories that share nothing, or itself.
        limits: what routing has shown to be out of reach.
        rows: of the proof.
    """
    found: dict[tuple[str, str], str] = {}
    for part in parts:
        here = {n.neighbourhood_id for n in part.neighbourhoods}
        mine = [row for row in rows if row.neighbourhood_id in here]
        gap = sum(row.gap_baskets for row in mine)
        if gap:
            case = Case(dataset=part, limits=limits if part is dataset else limits_of(part, limits))
            text = _rule(case, {(r.programme, r.neighbourhood_id): r.bound_microbaskets // MICRO for r in mine}, gap)
            found |= {(row.programme, row.neighbourhood_id): text for row in mine if row.gap_baskets}
    return found


def _rule(case: Case, floors: dict[tuple[str, str], int], gap: int) -> str:
    """The first rule that explains the whole gap, else the one that explains most of it."""
    most = (0, "")
    for name, portions, crates in RULES:
        bound = lacking(case, floors, portions=portions, crates=crates)
        if bound is not None and bound.least > most[0]:
            most = (bound.least, name)
            if bound.least >= gap:
                return f"{name} (verified: every plan lacks at least {gap} in all)"
    return f"{most[1]} (verified for {most[0]} of {gap} in all)" if most[0] else NOT_VERIFIED
