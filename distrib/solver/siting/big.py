"""What scales: a Lagrangian bound, sites in the order of its prices, and interchange.

Covering: greedy (Chvátal 1979, doi 10.1287/moor.4.3.233). Improvement: interchange (Teitz and Bart 1968,
doi 10.1287/opre.16.5.955; Whitaker 1983, doi 10.1080/03155986.1983.11731889).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from distrib.solver.siting import kernels
from distrib.solver.siting.assignment import assign
from distrib.solver.siting.problem import LevelValue, SitingProblem
from distrib.solver.siting.relaxation import (
    PRICE_GRID,
    ROUNDS,
    Cover,
    Lists,
    Relaxed,
    best_prices,
    first_prices,
    lists_of,
    needed,
    worth,
)

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Bools, Ints

SWEEPS = 20
"""Most sweeps of interchange over all candidates."""


def bounds(problem: SitingProblem, *, rounds: int = ROUNDS) -> tuple[Bools, int, Relaxed]:
    """Return sites that cover as much as can be found with short walks, their walk, and the best relaxation met.

    Sites are sought twice: greedily for cover with others of even prices, and by the best prices alone.
    The relaxation knows nothing of cover: its bound holds for any choice.
    """
    lists = lists_of(problem)
    first = first_prices(problem, lists)
    found, total = improved(problem, _filled(problem, _covering_sites(problem, lists), worth(problem, lists, first)[0]))
    relaxed = best_prices(problem, lists, total, start=first, rounds=rounds)
    other, other_total = improved(problem, _filled(problem, problem.fixed, relaxed.worth))
    return (*min(((found, total), (other, other_total)), key=lambda one: _rank(problem, *one)), relaxed)


def _rank(problem: SitingProblem, opened: Bools, total: int) -> tuple[int, ...]:
    """Return what a choice is compared by, the better the smaller: need covered, covered twice when asked, walk."""
    return (*(-level.value for level in coverage_levels(problem, opened)), total)


def _filled(problem: SitingProblem, opened: Bools, value: Ints) -> Bools:
    """Return these sites and the others worth most, as many as are to be opened."""
    opened = opened.copy()
    order = np.lexsort((np.arange(len(value)), -value))
    free = order[~opened[order] & ~problem.forbidden[order]]
    opened[free[: problem.opened - int(opened.sum())]] = True
    return opened


def improved(problem: SitingProblem, opened: Bools) -> tuple[Bools, int]:
    """Return the sites after interchange, which never cover less than those given, and their walk.

    A walk beyond the limit counts as longer than all walks together, so cover comes first; what is covered twice
    is not given up. Rooms are not looked at until the walk is told.
    """
    lists = lists_of(problem)
    far = problem.beyond_m * int(problem.need.sum()) + 1
    beyond = problem.beyond_m + far
    keep = needed(problem) if problem.covers > 1 else np.zeros(len(problem.need), dtype=np.int64)
    found = kernels.interchange(
        problem.need, problem.walk_m + far * (problem.walk_m > problem.limit_m), problem.candidate, lists.by_zone,
        lists.by_candidate, lists.zones, lists.walks + far * (lists.walks > problem.limit_m), opened.copy(),
        problem.fixed, problem.forbidden, keep, problem.limit_m, beyond, SWEEPS,
    )  # fmt: skip
    return found, assign(problem, np.flatnonzero(found))[0]


def _covering_sites(problem: SitingProblem, lists: Lists) -> Bools:
    """Return sites that cover greedily: each time the candidate that newly covers most need."""
    found: Bools = kernels.cover(
        *(problem.need, needed(problem), lists.by_candidate, lists.zones, lists.walks),
        *(problem.fixed.copy(), problem.forbidden, problem.limit_m, problem.opened),
        *(lists.by_zone, problem.candidate, problem.walk_m),
    )
    return found


def relaxed_with_cover(problem: SitingProblem, levels: list[LevelValue], total: int, known: Relaxed) -> Relaxed:
    """Return the relaxation of the choices that cover as much as the levels say; ``known``, of any choice, if better."""
    sites = needed(problem)
    once = np.minimum(sites, 1)
    able = int(problem.need[once > 0].sum())
    twice = int(problem.need[sites > 1].sum()) if problem.covers > 1 else None
    if levels[0].value < able:
        cover = Cover(sites=once, spared=able - levels[0].value)
    else:
        cover = Cover(sites=sites if twice is not None and levels[1].value == twice else once)
    found = best_prices(problem, lists_of(problem), total, start=known.prices, cover=cover)
    return found if found.value > known.value else known


def kept_parts(problem: SitingProblem, relaxed: Relaxed, total: int) -> tuple[Bools, Bools, Bools]:
    """Return (sites that may open, sites that must, arcs that may be used) in a choice better than walk ``total``.

    By reduced costs: opening a site, shutting one, or using an arc costs at least so much more than the bound.
    An arc counts with all the need of its zone where no site can fill up, with one basket otherwise.
    """
    room = total * PRICE_GRID - relaxed.value
    free = np.flatnonzero(~problem.forbidden & ~problem.fixed)
    more = problem.opened - int(problem.fixed.sum())
    ranked = np.sort(relaxed.worth[free])[::-1]
    last_in = ranked[more - 1] if more > 0 else np.iinfo(np.int64).max
    first_out = ranked[more] if more < len(ranked) else np.iinfo(np.int64).min // 4
    may = problem.fixed | (~problem.forbidden & (last_in - relaxed.worth <= room) & (more > 0))
    must = problem.fixed | (~problem.forbidden & (relaxed.worth - first_out > room))
    reach = np.bincount(problem.candidate, weights=problem.need[problem.zone], minlength=len(problem.capacity))
    baskets = problem.need[problem.zone] if bool((reach <= problem.capacity).all()) else 1
    longer = (problem.walk_m * PRICE_GRID - relaxed.prices[problem.zone]) * baskets
    return may, must, (longer <= room) & may[problem.candidate]


def coverage_levels(problem: SitingProblem, opened: Bools) -> list[LevelValue]:
    """Return the need that these sites cover (once, and twice when asked), bounded by what any candidate could."""
    near = problem.walk_m <= problem.limit_m
    zones = len(problem.need)
    usable = near & ~problem.forbidden[problem.candidate]
    can = np.bincount(problem.zone[usable], minlength=zones)
    has = np.bincount(problem.zone[near & opened[problem.candidate]], minlength=zones)
    found = []
    for times, name in ((1, "coverage"), (2, "robust coverage"))[: problem.covers]:
        value, bound = (int(problem.need[count >= times].sum()) for count in (has, can))
        found.append(LevelValue(name=name, value=value, bound=bound, unit="baskets"))
    return found
