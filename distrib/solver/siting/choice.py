"""Levels of the choice one after the other: need covered, covered twice when asked, least walk, few stops."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from distrib.solver.siting.assignment import Assigned, Shares, assign
from distrib.solver.siting.big import bounds, coverage_levels, improved, kept_parts, relaxed_with_cover
from distrib.solver.siting.problem import LevelValue, Siting, SitingProblem
from distrib.solver.siting.program import SitingModel
from distrib.solver.siting.relaxation import Relaxed, most_covered

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Bools, Ints
    from distrib.solver.siting.program import Parts

MOST_ARCS = 25_000
"""Up to so many arcs a model is solved by branch and bound; above, what bounds and interchange give stands."""

NODES = 500
EXACT_ARCS = 10_000
"""What reduced costs leave of at most so many arcs is sought without a gap, within ``NODES``; what is left is published."""

GAP = 2e-3
"""Relative gap at which a level counts as solved; what is left of it is published."""

STOPS_GAP = 0.005
STOPS_NODES = 100
WALK_CONCESSION_BP = 50
"""Walk that few stops may cost, in basis points."""


def choose(problem: SitingProblem, *, gap: float = GAP, nodes: int = NODES, with_stops: bool = True) -> Siting:
    """Return the sites to open, level by level, each with its value and proven bound.

    Sites found greedily and by interchange, with a Lagrangian bound, come first; what reduced costs leave open is
    settled by branch and bound where it is small enough.

    Args:
        problem: the arrays; at least ``opened`` candidates are allowed and at most as many fixed.
        gap: relative gap at which a level counts as solved.
        nodes: most branch-and-bound nodes of one level.
        with_stops: also look for fewer visits of trucks to the sites chosen, within 0.5 % more walk.
    """
    found, total, relaxed = bounds(problem)
    covered, found, total = _covered(problem, found, total, gap, nodes)
    if problem.cover_is_whole and total - relaxed.bound > gap * total:
        relaxed = relaxed_with_cover(problem, covered, total, relaxed)
    opened, walk = _walked(problem, covered, (found, total, relaxed), gap, nodes)
    levels = [*_reached(problem, covered, opened), walk]
    total, shares, without = assign(problem, np.flatnonzero(opened))
    if with_stops:
        bound, (total, shares, without) = _few_stops(problem, levels, opened, (total, shares, without))
        stops = LevelValue(name="stops", value=int(visits_of(problem, shares).sum()), bound=bound, unit="visits")
        levels = [*levels[:-1], replace(walk, value=total), stops]
    chosen = tuple(int(j) for j in np.flatnonzero(opened))
    return Siting(opened=chosen, shares=shares, without_room=without, levels=tuple(levels), least_walk=walk.value)


def _few_stops(
    problem: SitingProblem, levels: list[LevelValue], opened: Bools, known: Assigned
) -> tuple[int, Assigned]:
    """Return (bound on visits, who fetches where with few of them); nobody more stays without room."""
    left = sum(baskets for _, baskets in known[2])
    bound, visits = _stopped(problem, levels, (opened, known[1]), left)
    rooms = np.minimum(problem.capacity, problem.per_visit * visits)
    found = assign(replace(problem, capacity=rooms), np.flatnonzero(opened))
    return bound, found if sum(baskets for _, baskets in found[2]) <= left else known


def visits_of(problem: SitingProblem, shares: Shares) -> Ints:
    """Return the visits a week that each candidate needs for what is fetched there."""
    loads = np.zeros(len(problem.capacity), dtype=np.int64)
    for _, candidate, baskets in shares:
        loads[candidate] += baskets
    return -(-loads // np.maximum(1, problem.per_visit))


def _covered(
    problem: SitingProblem, found: Bools, total: int, gap: float, nodes: int
) -> tuple[list[LevelValue], Bools, int]:
    """Return what can be covered, sites that cover it, and their walk.

    The sites found stand where they cover all that any candidate could, or the model is too big: there the bound is
    that of a relaxation. Sites of the model are improved like those found.
    """
    levels = coverage_levels(problem, found)
    small = int((problem.walk_m <= problem.limit_m).sum()) <= MOST_ARCS and problem.is_whole
    for number in range(len(levels)):
        if small and any(earlier.value < earlier.bound for earlier in levels[: number + 1]):
            levels[number], better = _covering(problem, levels[:number], levels[number], gap, nodes)
            if better is not None:
                found, total = improved(problem, better)
                bounded = [level.bound for level in levels[: number + 1]]
                levels = coverage_levels(problem, found)
                for k, bound in enumerate(bounded):
                    levels[k] = replace(levels[k], bound=bound)
    if not small and problem.cover_is_whole and levels[0].value < levels[0].bound:
        levels[0] = replace(levels[0], bound=min(levels[0].bound, most_covered(problem, levels[0].value)))
    return levels, found, total


def _covering(
    problem: SitingProblem, before: list[LevelValue], level: LevelValue, gap: float, nodes: int
) -> tuple[LevelValue, Bools | None]:
    """Return the level with the bound of its model, and the model's sites where they cover more."""
    model = _model(problem, before)
    columns = (model.once, model.twice)[len(before)]
    solved = model.program.solve([(columns, problem.need)], maximise=True, gap=gap, nodes=nodes)
    if solved is None:
        return level, None
    value = round(solved.objective)
    level = replace(level, bound=min(level.bound, max(value, level.value, math.floor(solved.bound + 1e-6))))
    return level, _opened(solved.values, model) if value > level.value else None


def _model(problem: SitingProblem, floors: list[LevelValue], parts: Parts | None = None) -> SitingModel:
    """Return the model in which the coverage reached before is kept."""
    model = SitingModel(problem, parts)
    for columns, level in zip((model.once, model.twice), floors, strict=False):
        model.keep_at_least(columns, problem.need, level.value)
    return model


def _reached(problem: SitingProblem, covered: list[LevelValue], opened: Bools) -> list[LevelValue]:
    """Return the coverage levels with what these sites truly cover."""
    truly = coverage_levels(problem, opened)
    return [replace(level, value=now.value) for level, now in zip(covered, truly, strict=True)]


def _walked(
    problem: SitingProblem, floors: list[LevelValue], known: tuple[Bools, int, Relaxed], gap: float, nodes: int
) -> tuple[Bools, LevelValue]:
    """Return the sites of the least walk that cover what can be covered, and the walk with its bound."""
    found, total, relaxed = known
    parts = kept_parts(problem, relaxed, total)
    stated = LevelValue(name="walk", value=total, bound=min(total, relaxed.bound), unit="basket-m")
    arcs = int(parts[2].sum())
    gap = 0.0 if arcs <= EXACT_ARCS else gap
    if not problem.is_whole or arcs > MOST_ARCS or total - stated.bound <= gap * total:
        return found, stated
    model = _model(problem, floors, parts)
    solved = model.program.solve(model.add_walks(), gap=gap, nodes=nodes)
    if solved is None:
        return found, stated
    opened = _opened(solved.values, model)
    value = assign(problem, np.flatnonzero(opened))[0]
    if value >= total:
        opened, value = found, total
    # Need, room and walks are whole numbers, so the least walk is one too: the bound may be rounded up.
    bound = math.ceil(solved.bound - 1e-6 * max(1.0, abs(solved.bound)))
    return opened, replace(stated, value=value, bound=min(value, max(bound, stated.bound)))


def _opened(values: Any, model: SitingModel) -> Bools:
    opened: Bools = values[model.open] > 0.5
    return opened


def _stopped(
    problem: SitingProblem, levels: list[LevelValue], known: tuple[Bools, Shares], left: int
) -> tuple[int, Ints]:
    """Return (bound, visits of each candidate): few visits to these sites, walks growing no more than is conceded.

    No more than ``left`` baskets stay without room.

    Without a better answer within the budget: the visits of the least walk. The bound holds for these sites.
    """
    opened, shares = known
    visits = visits_of(problem, shares)
    fetched = sum(share[2] for share in shares)
    least = -(-fetched // max(1, int(problem.per_visit.max(initial=1))))
    use = opened[problem.candidate]
    if not problem.is_whole or int(use.sum()) > MOST_ARCS:
        return least, visits
    model = SitingModel(problem, (opened, opened, use))
    model.keep_at_most(model.add_walks(), levels[-1].value * (10_000 + WALK_CONCESSION_BP) // 10_000)
    model.keep_at_most([(model.left, np.ones(len(model.left)))], left)  # few visits leave nobody without room
    stops = model.add_stops()
    solved = model.program.solve(stops, gap=STOPS_GAP, nodes=STOPS_NODES, hint=opened.astype(np.float64))
    if solved is None:
        return least, visits
    bound = min(int(visits.sum()), max(least, math.ceil(solved.bound - 1e-6)))
    if solved.objective > visits.sum() - 0.5:
        return bound, visits
    return bound, np.round(solved.values[stops[0][0]]).astype(np.int64)
