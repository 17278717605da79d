"""Leximin by a sequence of linear programmes whose duals say who is done.

Maximise t with coverage_q >= t for all free q. At the optimum, Σ λ_q = 1 over the duals λ_q of those rows, and
weak duality gives coverage_q <= t + (T − t) / λ_q in *every* solution with that t, T being the bound the duals
prove. So whoever has λ_q > 0 is fixed at t, and the rest goes on: one linear programme a level, as a rule (the
method of Ogryczak, Pióro and Tomaszewski 2005, telecommunication networks, max-min fairness with dual tests).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
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


WORTH_A_JUMP = 12
"""Claims still free below which it does not pay to foresee their levels."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody whose coverage counts: key, column of the coverage, weight (baskets = coverage × weight), row ``coverage − t``.

    ``group``: claims of one group share a given number of baskets (the zones of a neighbourhood). ``floor``: the coverage
    that it has without a basket (what earlier weeks gave it).
    """

    key: Key
    column: int
    weight: float
    row: int
    group: str = ""
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Fixed:
    """A level of the leximin: who was fixed at it, the coverage reached, the dual bound of it, and the limits that bind it.

    ``need_met``: who has all that is needed.
    """

    keys: tuple[Key, ...]
    need_met: tuple[Key, ...]
    value: float
    bound: float
    names: tuple[Name, ...]


Foresight = Callable[[dict[Key, float]], list[Fixed]]
"""From the coverage of the claims held so far: the leximin of the other claims in a relaxation of the programme."""


def leximin(
    engine: Simplex,
    level: int,
    claims: list[Claim],
    totals: dict[str, float] | None = None,
    foresight: Foresight | None = None,
) -> list[Fixed] | None:
    """Return the levels from the lowest up, with every claim fixed in the programme (lower bound) at its level.

    Args:
        engine: the programme; the claims' rows are free (no bounds) on entry and on return.
        level: column of t.
        claims: who counts.
        totals: baskets that the claims of a group have together, where the programme holds that sum.
        foresight: a cheap relaxation, to find many levels with a few programmes; changes no value.

    Returns None when nothing satisfies the rows at all.

    Raises:
        NotSolvedError: no dual was exact enough to fix anybody.
    """
    free = list(claims)
    for claim in free:
        engine.set_row(claim.row, 0.0, INFINITY)
    found: list[Fixed] = []
    left = dict(totals or {})
    held: dict[Key, float] = {}
    wait = pause = 0
    while free:
        if foresight is not None and wait == 0 and len(free) >= WORTH_A_JUMP:
            steps = _foreseen(foresight, held)
            if totals is None:
                steps = _truncated(engine, level, claims, held, steps)
            steps = _jump(engine, level, free, steps)
            for step in steps:
                free = _hold(engine, free, step, left, held)
                found.append(step)
            # one level by the duals after each jump, more after a jump that led nowhere
            wait = pause = 1 if steps else max(1, 2 * pause)
            continue
        wait = max(0, wait - 1)
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
            free = _hold(engine, free, step, left, held)
            found.append(step)
            step = _stuck(engine, level, free, step.value)
        free = _hold(engine, free, step, left, held)
        found.append(step)
    return [step for step in found if step.keys]


def _foreseen(foresight: Foresight, held: dict[Key, float]) -> list[Fixed]:
    """Foresight that fails on rounding is none: the levels are then found one by one, with the same values."""
    try:
        return foresight(held)
    except NotSolvedError:
        return []


def held_at(value: float, weight: float, upper: float) -> float:
    """Return the lower bound that holds a coverage, the slack for rounding taken off."""
    return max(0.0, min(value, upper) - SLACK_BASKETS / weight)


def _hold(
    engine: Simplex, free: list[Claim], step: Fixed, left: dict[str, float], held: dict[Key, float]
) -> list[Claim]:
    """Hold the claims of a step at its level; return the others."""
    keys = set(step.keys)
    for claim in free:
        if claim.key in keys:
            if claim.group in left:
                left[claim.group] -= step.value * claim.weight
            held[claim.key] = step.value
            engine.set_row(claim.row, -INFINITY, INFINITY)
            upper = engine.upper(claim.column)
            engine.set_column(claim.column, held_at(step.value, claim.weight, upper), upper)
    return [c for c in free if c.key not in keys]


def _truncated(
    engine: Simplex, level: int, claims: list[Claim], held: dict[Key, float], steps: list[Fixed]
) -> list[Fixed]:
    """Return the leximin of a foreseen set cut by the most baskets that the programme can hand out at all.

    If h is the leximin of a set from which baskets can always be left out, down to the floors f, the leximin of its part
    with Σ weight · coverage <= B is max(f, min(h, τ)) with τ such that the sum is B: sorted, nothing in the part is above h
    below τ, whoever has more than τ has the floor, and so those at τ have all that is left of B.
    """
    engine.set_column(level, 0.0, engine.upper(level))
    free = [c for c in claims if c.key not in held]
    for claim in free:
        engine.set_row(claim.row, -INFINITY, INFINITY)
    solved = engine.maximise([(c.column, c.weight) for c in claims])
    proof = engine.bound()
    for claim in free:
        engine.set_row(claim.row, 0.0, INFINITY)
    if not solved:
        return []
    weights = {c.key: c.weight for c in claims}
    left = proof.value - math.fsum(weights[k] * v for k, v in held.items())
    value = water_level(free, {k: s.value for s in steps for k in s.keys}, left)
    kept = [s for s in steps if s.value <= value]
    done = {k for s in kept for k in s.keys}
    groups: dict[float, list[Claim]] = defaultdict(list)
    for claim in free:
        if claim.key not in done:
            groups[max(value, claim.floor)].append(claim)
    for level_of, members in sorted(groups.items()):
        met = tuple(c.key for c in members if engine.upper(c.column) <= level_of)
        keys = tuple(c.key for c in members)
        kept.append(Fixed(keys=keys, need_met=met, value=level_of, bound=level_of, names=proof.names))
    return kept


def water_level(free: list[Claim], target: dict[Key, float], left: float) -> float:
    """Return the greatest τ with Σ weight · max(floor, min(target, τ)) <= left; infinity when all targets fit."""
    goals = [(c.weight, c.floor, max(c.floor, target.get(c.key, INFINITY))) for c in free]
    steps = sorted({0.0, *(floor for _, floor, _ in goals), *(goal for _, _, goal in goals if goal < INFINITY)})

    def total(level: float) -> float:
        return math.fsum(w * max(floor, min(goal, level)) for w, floor, goal in goals)

    low, high = 0, len(steps)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if total(steps[middle]) <= left else (low, middle)
    rising = math.fsum(w for w, floor, goal in goals if floor <= steps[low] < goal)
    if not rising:
        return INFINITY if total(INFINITY) <= left else steps[low]
    return steps[low] + max(0.0, left - total(steps[low])) / rising


def _jump(engine: Simplex, level: int, free: list[Claim], foreseen: list[Fixed]) -> list[Fixed]:
    """Return the lowest foreseen levels that the programme reaches all at once; empty when it reaches none.

    Let h be the leximin of a relaxation. If the programme has a solution with coverage >= min(h_q, τ) for all q,
    its own leximin is h_q for every q with h_q <= τ: sorted, it lies between that solution and h, and within a convex
    set those who are stuck at the lowest levels are the same in every such solution. The greatest τ is found by bisection.
    """
    claims = {c.key: c for c in free}
    steps = sorted((s for s in foreseen if set(s.keys) <= claims.keys()), key=lambda s: (s.value, s.keys))
    target = {k: s.value for s in steps for k in s.keys}
    if len(target) < len(free):
        return []
    top = engine.upper(level)
    ends = [i + 1 for i in range(len(steps)) if i + 1 == len(steps) or steps[i + 1].value > steps[i].value]
    low, high = 0, len(ends)
    count = high
    while low < high:
        reached = _reached(engine, level, free, target, steps[ends[count - 1] - 1].value)
        low, high = (count, high) if reached else (low, count - 1)
        count = (low + high + 1) // 2
    engine.set_column(level, 0.0, top)
    for claim in free:
        engine.set_row(claim.row, 0.0, INFINITY)
    return steps[: ends[low - 1]] if low else []


def _reached(engine: Simplex, level: int, free: list[Claim], target: dict[Key, float], ceiling: float) -> bool:
    """True when the programme gives everybody the target, those with more than the ceiling at least the ceiling."""
    top = engine.upper(level)
    for claim in free:
        least = min(target[claim.key], ceiling)
        engine.set_row(claim.row, least - top - SLACK_BASKETS / claim.weight, INFINITY)
    short = max(c.weight for c in free)
    return engine.maximise([(level, 1.0)]) and (top - float(engine.values[level])) * short <= EXACT_BASKETS


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
