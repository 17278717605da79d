"""The Lagrangian relaxations behind the bounds of a choice of sites, and the subgradient method that tightens them.

Walks: the assignment of zones is relaxed with a price per zone; each candidate then is a continuous knapsack
(Cornuéjols, Fisher and Nemhauser 1977, doi 10.1287/mnsc.23.8.789; Beasley 1993, doi 10.1016/0377-2217(93)90118-7).
Cover: that a zone has its open sites within the limit is relaxed with a premium per zone, which is added to what
every candidate near it is worth (Galvão and ReVelle 1996, doi 10.1016/0377-2217(94)00159-6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.solver.siting import kernels
from distrib.solver.siting.problem import SitingProblem

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Ints

ROUNDS = 600
"""Steps of the subgradient method."""

PATIENCE = 15

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
class Cover:
    """The cover that a choice is to have: open sites within the limit by zone, but for zones of need ``spared``."""

    sites: Ints
    spared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The best answer of a relaxation, in 1024ths of a metre: its value, prices and premiums, and what candidates are worth.

    Prices are for a basket, premiums for a zone with all its need.
    """

    value: int
    prices: Ints
    premiums: Ints
    worth: Ints

    @property
    def bound(self) -> int:
        """Least walk of the choices looked at, in basket-metres: a whole number, so rounded up."""
        return max(0, -(-self.value // PRICE_GRID))


def lists_of(problem: SitingProblem) -> Lists:
    """Return the arcs of a problem as compressed rows."""
    by_candidate = np.lexsort((problem.zone, problem.candidate))
    return Lists(
        by_zone=np.searchsorted(problem.zone, np.arange(len(problem.need) + 1)),
        by_candidate=np.searchsorted(problem.candidate[by_candidate], np.arange(len(problem.capacity) + 1)),
        zones=problem.zone[by_candidate],
        walks=problem.walk_m[by_candidate],
    )


def needed(problem: SitingProblem) -> Ints:
    """Return how many open sites within the limit each zone with need is to have, as its candidates allow."""
    usable = (problem.walk_m <= problem.limit_m) & ~problem.forbidden[problem.candidate]
    choices = np.bincount(problem.zone[usable], minlength=len(problem.need))
    return np.where(problem.need > 0, np.minimum(choices, problem.covers), 0)


def worth(problem: SitingProblem, lists: Lists, prices: Ints) -> tuple[Ints, Ints]:
    """Return what each candidate is worth at these prices, and the baskets it would serve on each of its arcs."""
    found: tuple[Ints, Ints] = kernels.worth(
        problem.need, problem.capacity, lists.by_candidate, lists.zones, lists.walks * PRICE_GRID, prices
    )
    return found


def first_prices(problem: SitingProblem, lists: Lists) -> Ints:
    """Return the walk to about the site that would be nearest were sites opened evenly; overflow where there is none."""
    share = max(1, round(len(problem.capacity) / max(1, problem.opened)))
    place = lists.by_zone[:-1] + share - 1
    inside = place < lists.by_zone[1:]
    walks = np.append(problem.walk_m, 0)
    metres = np.where(inside, walks[np.minimum(place, len(problem.walk_m))], problem.overflow_m)
    return np.minimum(metres, problem.overflow_m) * PRICE_GRID


def best_prices(
    problem: SitingProblem,
    lists: Lists,
    target: int,
    *,
    start: Ints,
    cover: Cover | None = None,
    rounds: int = ROUNDS,
) -> Relaxed:
    """Return the best relaxation that a subgradient method meets on its way to the walk ``target``.

    With ``cover`` its bound holds for the choices that have that cover, else for any choice.
    """
    ceiling = problem.overflow_m * PRICE_GRID
    prices, premiums = start, np.zeros(len(start), dtype=np.int64)
    best: Relaxed | None = None
    theta, since = 1.5, 0
    weights = np.maximum(1, problem.need)
    for _ in range(rounds):
        relaxed, taken, served = _relaxed(problem, lists, prices, premiums, cover)
        if best is None or relaxed.value > best.value:
            best, since = relaxed, 0
        else:
            since += 1
        if since >= PATIENCE:
            theta, since, prices, premiums = theta / 2, 0, best.prices, best.premiums
            continue
        fetched = kernels.fetched(len(problem.need), taken, lists.by_candidate, lists.zones, served)
        missing = np.where(prices < ceiling, problem.need - fetched, np.minimum(0, problem.need - fetched))
        bare = _bare(problem, taken, premiums, cover)
        length = float((missing.astype(np.float64) ** 2 / weights).sum() + (bare**2 * weights).sum())
        if length == 0.0 or theta < 1e-3 or relaxed.value >= target * PRICE_GRID:
            break
        step = theta * max(target * PRICE_GRID - relaxed.value, 1) / length
        prices = np.clip(prices + np.round(step * missing / weights).astype(np.int64), 0, ceiling)
        premiums = np.clip(premiums + np.round(step * bare * weights).astype(np.int64), 0, _dearest(problem, cover))
    assert best is not None
    return best


def _dearest(problem: SitingProblem, cover: Cover | None) -> Ints:
    """Return the highest premium of each zone: what its need would cost at a price per basket of need spared."""
    per_basket = problem.limit_m if cover is not None and cover.spared else 1 << 16
    return problem.need * per_basket * PRICE_GRID


def _bare(problem: SitingProblem, taken: Ints, premiums: Ints, cover: Cover | None) -> Ints:
    """Return how many sites within the limit each zone lacks among those taken (negative: has too many)."""
    if cover is None:
        return np.zeros(len(premiums), dtype=np.int64)
    is_taken = np.zeros(len(problem.capacity), dtype=np.bool_)
    is_taken[taken] = True
    has = np.bincount(
        problem.zone[is_taken[problem.candidate] & (problem.walk_m <= problem.limit_m)], minlength=len(premiums)
    )
    lacking = cover.sites - has
    return np.where((cover.sites > 0) & ((premiums > 0) | (lacking > 0)), lacking, 0)


def _relaxed(
    problem: SitingProblem, lists: Lists, prices: Ints, premiums: Ints, cover: Cover | None
) -> tuple[Relaxed, Ints, Ints]:
    """Return the relaxation at these prices and premiums, the sites it takes and the baskets it serves."""
    value, served = worth(problem, lists, prices)
    constant = int((problem.need * prices).sum())
    if cover is not None:
        value = value + _premiums_near(problem, premiums)
        constant += int((premiums * cover.sites).sum())
        if cover.spared:  # a basket of need spared is worth the highest premium of a basket, wherever it is
            per_basket = -(-premiums // np.maximum(1, problem.need))
            constant -= cover.spared * int(per_basket.max(initial=0))
    taken = _taken(problem, value)
    least = constant - int(value[taken].sum())
    return Relaxed(value=least, prices=prices, premiums=premiums, worth=value), taken, served


def _premiums_near(problem: SitingProblem, premiums: Ints) -> Ints:
    near = problem.walk_m <= problem.limit_m
    found = np.zeros(len(problem.capacity), dtype=np.int64)
    np.add.at(found, problem.candidate[near], premiums[problem.zone[near]])
    return found


def _taken(problem: SitingProblem, value: Ints) -> Ints:
    """Return the sites that a relaxation takes: the fixed ones and the worthiest others."""
    free = np.flatnonzero(~problem.forbidden & ~problem.fixed)
    order = free[np.lexsort((free, -value[free]))]
    more = problem.opened - int(problem.fixed.sum())
    return np.concatenate([np.flatnonzero(problem.fixed), order[:more]])


def most_covered(problem: SitingProblem, known: int, *, rounds: int = ROUNDS) -> int:
    """Return a bound on the need within the limit of any choice, in baskets, by premiums between 0 and the need.

    ``known`` is what some choice covers.
    """
    usable = needed(problem) > 0
    need = np.where(usable, problem.need, 0) * PRICE_GRID
    premiums, best, since, theta = need // 2, None, 0, 1.5
    cover = Cover(sites=usable.astype(np.int64))
    for _ in range(rounds):
        value = _premiums_near(problem, premiums)
        taken = _taken(problem, value)
        bound = int((need - premiums).sum()) + int(value[taken].sum())
        if best is None or bound < best[0]:
            best, since = (bound, premiums), 0
        else:
            since += 1
        if since >= PATIENCE:
            theta, since, premiums = theta / 2, 0, best[1]
            continue
        bare = _bare(problem, taken, premiums, cover)
        length = float((bare**2 * problem.need).sum())
        if length == 0.0 or theta < 1e-3 or bound // PRICE_GRID <= known:
            break
        step = theta * (bound - known * PRICE_GRID) / length
        premiums = np.clip(premiums + np.round(step * bare * problem.need).astype(np.int64), 0, need)
    assert best is not None
    return max(known, best[0] // PRICE_GRID)
