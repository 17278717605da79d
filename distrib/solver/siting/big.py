"""What scales: a Lagrangian bound, sites in the order of its prices, and interchange.

Bound: the assignment of zones is relaxed with a price per zone; each candidate then is a continuous knapsack
(Cornuéjols, Fisher and Nemhauser 1977, doi 10.1287/mnsc.23.8.789; Beasley 1993, doi 10.1016/0377-2217(93)90118-7).
Covering: greedy (Chvátal 1979, doi 10.1287/moor.4.3.233). Improvement: interchange (Teitz and Bart 1968,
doi 10.1287/opre.16.5.955; Whitaker 1983, doi 10.1080/03155986.1983.11731889).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.solver.siting import kernels
from distrib.solver.siting.assignment import assign
from distrib.solver.siting.problem import LevelValue, SitingProblem

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Bools, Ints

ROUNDS = 400
"""Steps of the subgradient method."""

PATIENCE = 15
SWEEPS = 6
"""Most sweeps of interchange over all candidates."""

PRICE_GRID = 1 << 10
"""Prices are kept in whole 1024ths of a metre, so that sums of them are exact and the same on every machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Arcs by zone (as in the problem) and by candidate, as compressed rows."""

    by_zone: Ints
    by_candidate: Ints
    zones: Ints
    walks: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The best answer of the relaxation: its value and prices (1024ths of a metre), and what each candidate is worth."""

    value: int
    prices: Ints
    worth: Ints

    @property
    def bound(self) -> int:
        """Least walk of any choice, in basket-metres: a whole number, so rounded up."""
        return max(0, -(-self.value // PRICE_GRID))


def bounds(problem: SitingProblem, *, rounds: int = ROUNDS) -> tuple[Bools, int, Relaxed]:
    """Return sites that cover as greedily as can be with short walks, their walk, and the best relaxation met.

    Sites are improved twice: from even prices, then from the best ones.
    """
    lists = _lists(problem)
    covering = _covering_sites(problem, lists)
    first = _first_prices(problem, lists) * PRICE_GRID
    worth, _ = _worth(problem, lists, first)
    opened, total = _improved(problem, lists, covering, worth)
    relaxed = _best_prices(problem, lists, first, total, rounds)
    other, other_total = _improved(problem, lists, covering, relaxed.worth)
    return (other, other_total, relaxed) if other_total < total else (opened, total, relaxed)


def _improved(problem: SitingProblem, lists: Lists, covering: Bools, worth: Ints) -> tuple[Bools, int]:
    """Return the covering sites with the worthiest others, after interchange, and their walk."""
    opened = covering.copy()
    order = np.lexsort((np.arange(len(worth)), -worth))
    free = order[~opened[order] & ~problem.forbidden[order]]
    opened[free[: problem.opened - int(opened.sum())]] = True
    opened = kernels.interchange(
        *(problem.need, problem.walk_m, problem.candidate, lists.by_zone, lists.by_candidate, lists.zones, lists.walks),
        *(opened, problem.fixed, problem.forbidden, _needed(problem), problem.limit_m, problem.beyond_m, SWEEPS),
    )
    return opened, assign(problem, np.flatnonzero(opened))[0]


def _worth(problem: SitingProblem, lists: Lists, prices: Ints) -> tuple[Ints, Ints]:
    found: tuple[Ints, Ints] = kernels.worth(
        problem.need, problem.capacity, lists.by_candidate, lists.zones, lists.walks * PRICE_GRID, prices
    )
    return found


def _lists(problem: SitingProblem) -> Lists:
    by_candidate = np.lexsort((problem.zone, problem.candidate))
    return Lists(
        by_zone=np.searchsorted(problem.zone, np.arange(len(problem.need) + 1)),
        by_candidate=np.searchsorted(problem.candidate[by_candidate], np.arange(len(problem.capacity) + 1)),
        zones=problem.zone[by_candidate],
        walks=problem.walk_m[by_candidate],
    )


def _needed(problem: SitingProblem) -> Ints:
    """Return how many open sites within the limit each zone with need is to have, as its candidates allow."""
    usable = (problem.walk_m <= problem.limit_m) & ~problem.forbidden[problem.candidate]
    choices = np.bincount(problem.zone[usable], minlength=len(problem.need))
    return np.where(problem.need > 0, np.minimum(choices, problem.covers), 0)


def _covering_sites(problem: SitingProblem, lists: Lists) -> Bools:
    """Return sites that cover greedily: each time the candidate that newly covers most need."""
    found: Bools = kernels.cover(
        *(problem.need, _needed(problem), lists.by_candidate, lists.zones, lists.walks),
        *(problem.fixed.copy(), problem.forbidden, problem.limit_m, problem.opened),
        *(lists.by_zone, problem.candidate, problem.walk_m),
    )
    return found


def _best_prices(problem: SitingProblem, lists: Lists, first: Ints, target: int, rounds: int) -> Relaxed:
    """Return the best relaxation that a subgradient method meets on its way to the walk ``target``."""
    ceiling = problem.overflow_m * PRICE_GRID
    prices = np.minimum(first, ceiling)
    best: Relaxed | None = None
    theta, since = 1.5, 0
    weights = np.maximum(1, problem.need)
    for _ in range(rounds):
        worth, served = _worth(problem, lists, prices)
        value, taken = _relaxed_value(problem, prices, worth)
        if best is None or value > best.value:
            best, since = Relaxed(value=value, prices=prices, worth=worth), 0
        else:
            since += 1
        if since >= PATIENCE:
            theta, since, prices = theta / 2, 0, best.prices
            continue
        fetched = kernels.fetched(len(problem.need), taken, lists.by_candidate, lists.zones, served)
        missing = np.where(prices < ceiling, problem.need - fetched, np.minimum(0, problem.need - fetched))
        length = float((missing.astype(np.float64) ** 2 / weights).sum())
        if length == 0.0 or theta < 1e-3 or value >= target * PRICE_GRID:
            break
        step = theta * max(target * PRICE_GRID - value, 1) / length
        prices = np.clip(prices + np.round(step * missing / weights).astype(np.int64), 0, ceiling)
    assert best is not None
    return best


def _relaxed_value(problem: SitingProblem, prices: Ints, worth: Ints) -> tuple[int, Ints]:
    """Return the relaxation's value at these prices and the sites it takes: the fixed ones and the worthiest others."""
    free = np.flatnonzero(~problem.forbidden & ~problem.fixed)
    order = free[np.lexsort((free, -worth[free]))]
    more = problem.opened - int(problem.fixed.sum())
    taken = np.concatenate([np.flatnonzero(problem.fixed), order[:more]])
    return int((problem.need * prices).sum()) - int(worth[taken].sum()), taken


def _first_prices(problem: SitingProblem, lists: Lists) -> Ints:
    """Return the walk to about the site that would be nearest were sites opened evenly; overflow where there is none."""
    share = max(1, round(len(problem.capacity) / max(1, problem.opened)))
    place = lists.by_zone[:-1] + share - 1
    inside = place < lists.by_zone[1:]
    walks = np.append(problem.walk_m, 0)
    return np.where(inside, walks[np.minimum(place, len(problem.walk_m))], problem.overflow_m)


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
