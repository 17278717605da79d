"""Leximin by a sequence of linear programmes whose duals say who is done.

Maximise t with coverage_q >= t for all free q. At the optimum, Σ λ_q = 1 over the duals λ_q of those rows, and
weak duality gives coverage_q <= t + (T − t) / λ_q in *every* solution with that t, T being the bound the duals
prove. So whoever has λ_q > 0 is fixed at t, and the rest goes on: one linear programme a level, as a rule (the
method of Ogryczak, Pióro and Tomaszewski 2005, telecommunication networks, max-min fairness with dual tests).
"""

from __future__ import annotations

from dataclasses import dataclass

from distrib.solver.allocation.relaxation.program import INFINITY, Name, NotSolvedError, Simplex

EXACT_BASKETS = 4e-7
"""A value is fixed only when its own dual bound lies within so many baskets above it.

Rounded to the grid of 1e-6 baskets a value is then never on the wrong side of a whole number: if the exact value
is n, the computed one is above n − 4e-7 and is written n.000000. The one exception is to the safe side: an exact
value within 1e-6 below a whole number is written as that number, a bound too high and never too low.
"""

SLACK_BASKETS = 1e-9
"""A claim is held this little below its level, so that rounding does not make the next programme infeasible."""
SAME_LEVEL = 1e-12
"""Two levels closer than this are one: the duals did not name everybody the first time."""
ROUNDING = 1e-14
"""The least gap between a level and its bound that doubles can be trusted with."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody whose coverage counts: key, column of the coverage, weight (baskets = coverage × weight), row ``coverage − t``.

    ``group``: claims of one group share a given number of baskets (the zones of a neighbourhood).
    """

    key: tuple[str, str]
    column: int
    weight: float
    row: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A level of the leximin: who was fixed at it, the coverage reached, the dual bound of it, and the limits that bind it.

    ``need_met``: who has all that is needed.
    """

    keys: tuple[tuple[str, str], ...]
    need_met: tuple[tuple[str, str], ...]
    value: float
    bound: float
    names: tuple[Name, ...]


def leximin(
    engine: Simplex, level: int, claims: list[Claim], totals: dict[str, float] | None = None
) -> list[Fixed] | None:
    """Return the levels from the lowest up, with every claim fixed in the programme (lower bound) at its level.

    Args:
        engine: the programme; the claims' rows are free (no bounds) on entry and on return.
        level: column of t.
        claims: who counts.
        totals: baskets that the claims of a group have together, where the programme holds that sum.

    Returns None when nothing satisfies the rows at all.

    Raises:
        NotSolvedError: no dual was exact enough to fix anybody.
    """
    free = list(claims)
    for claim in free:
        engine.set_row(claim.row, 0.0, INFINITY)
    found: list[Fixed] = []
    left = dict(totals or {})
    while free:
        if not engine.maximise([(level, 1.0)]):
            if found:
                raise NotSolvedError("the levels found could not be held")
            return None
        step = _step(engine, level, free, left)
        while not step.keys and engine.again():
            step = _step(engine, level, free, left)
        if not step.keys:
            raise NotSolvedError(
                f"the duals of a level prove nobody's value (bound {step.bound - step.value:.1e} above)"
            )
        if found and step.value - found[-1].value <= SAME_LEVEL:
            free = _hold(engine, free, step, left)
            found.append(step)
            step = _stuck(engine, level, free, step.value)
        free = _hold(engine, free, step, left)
        found.append(step)
    return [step for step in found if step.keys]


def _hold(engine: Simplex, free: list[Claim], step: Fixed, left: dict[str, float]) -> list[Claim]:
    """Hold the claims of a step at its level; return the others."""
    keys = set(step.keys)
    for claim in free:
        if claim.key in keys:
            if claim.group in left:
                left[claim.group] -= step.value * claim.weight
            engine.set_row(claim.row, -INFINITY, INFINITY)
            upper = engine.upper(claim.column)
            engine.set_column(claim.column, max(0.0, min(step.value, upper) - SLACK_BASKETS / claim.weight), upper)
    return [c for c in free if c.key not in keys]


def _stuck(engine: Simplex, level: int, free: list[Claim], value: float) -> Fixed:
    """Find at once all claims that cannot leave a level, where the duals would name them one by one.

    The baskets of all suspects together are made as many as possible with everybody at the level or above: who
    rises is no suspect any more, and when the dual bound of the sum leaves no room, all suspects are proven.
    """
    top = engine.upper(level)
    engine.set_column(level, value, value)
    suspects, names, bound = list(free), tuple[Name, ...](), value
    while suspects:
        if not engine.maximise([(c.column, c.weight) for c in suspects]):
            raise NotSolvedError("a level could not be held")
        proof = engine.bound()
        room = proof.value - sum(c.weight for c in suspects) * value
        if room <= EXACT_BASKETS:
            names, bound = proof.names, value + max(0.0, room) / sum(c.weight for c in suspects)
            break
        rest = [c for c in suspects if (float(engine.values[c.column]) - value) * c.weight <= EXACT_BASKETS]
        suspects = rest if len(rest) < len(suspects) else []
    engine.set_column(level, 0.0, top)
    return Fixed(keys=tuple(c.key for c in suspects), need_met=(), value=value, bound=bound, names=names)


def _step(engine: Simplex, level: int, free: list[Claim], left: dict[str, float]) -> Fixed:
    value = max(0.0, float(engine.values[level]))
    proof = engine.bound()
    gap = max(ROUNDING, proof.value - value)
    met = [c for c in free if (engine.upper(c.column) - value) * c.weight <= EXACT_BASKETS]
    shared = _used_up(free, left, value)
    done = [c for c in free if c in met or c.group in shared or gap * c.weight <= EXACT_BASKETS * -engine.duals[c.row]]
    return Fixed(
        keys=tuple(c.key for c in done),
        need_met=tuple(c.key for c in met),
        value=value,
        bound=max(value, proof.value),
        names=proof.names,
    )


def _used_up(free: list[Claim], left: dict[str, float], value: float) -> set[str]:
    """Groups whose free claims have all that is left for them: each has the level at least, so none can have more."""
    wanted = dict.fromkeys(left, 0.0)
    for claim in free:
        if claim.group in wanted:
            wanted[claim.group] += claim.weight * value
    return {group for group, baskets in left.items() if baskets - wanted[group] <= EXACT_BASKETS}
