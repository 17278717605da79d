"""How a fractional choice of vehicle-days is split into cases, one of which every plan is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.master import Row, Solution
from distrib.solver.routing.bound.pricing import Barred, Column

Use = Sequence[tuple[Column, float]]

PULL = 0.6
"""How much the values of a programme are drawn to the best ones so far: they jump about less."""

WHOLE = 1e-4
"""A number this close to a whole one is one: which branch is taken never changes what is proven."""


@dataclass(kw_only=True)
class Leaf:
    """A case still open: its rows and what it forbids; ``bound``: no plan in it costs less (units).

    ``worth`` and ``toll``: the best values (EUR) so far, or those that a search begins with, and ``guess`` (units) what they
    would prove if quick ways of pricing missed nothing; ``pull``: how much the next values tried are drawn to them,
    and ``strain`` the least of it, after a proof that took too much work;
    ``way``: number of the way of pricing to try next;
    ``proven``: the last way was tried; ``last``: it cannot be split and is priced to the end.
    """

    rows: tuple[Row, ...] = ()
    barred: Barred = field(default_factory=Barred)
    bound: int = 0
    solution: Solution | None = None
    settled: bool = False
    proven: bool = False
    last: bool = False
    worth: Any = None
    toll: Any = None
    guess: int = -(1 << 62)
    pull: float = PULL
    strain: float = 0.0
    way: int = 0

    def _part(self) -> Leaf:
        """This case, to be searched anew from its values."""
        return replace(self, solution=None, settled=False, last=False, guess=-(1 << 62), pull=PULL, way=0)

    def with_row(self, row: Row) -> Leaf:
        """The part of this case that keeps the row too."""
        return replace(self._part(), rows=(*self.rows, row), toll=np.append(self.toll, 0.0))

    def without(self, stops: frozenset[tuple[int, int]], arcs: frozenset[tuple[int, int]]) -> Leaf:
        """The part of this case that forbids these too."""
        barred = Barred(self.barred.stops | stops, self.barred.arcs | arcs)
        return replace(self._part(), barred=barred)


K = TypeVar("K", int, tuple[int, int])


def split(case: Case, leaf: Leaf, use: Use, *, fleet: bool = False) -> list[Leaf]:
    """Cases that together hold every plan of the leaf and not its fractional choice; empty when that is whole.

    First by the number of vehicle-days (of all, of those that need licence C, of those of one price, of one group), then
    by whether heavy vehicles make a stop, then by whether one stop follows another.
    """
    for groups in _families(case):
        days = sum(x for column, x in use if column.group in groups)
        if abs(days - round(days)) > WHOLE:
            below = int(days)
            return [leaf.with_row(Row(groups, below)), leaf.with_row(Row(groups, below + 1, -1))]
    return [] if fleet else _by_family(case, leaf, use) or _by_arc(leaf, use)


def _families(case: Case) -> Iterator[frozenset[int]]:
    groups = case.groups
    yield frozenset(range(len(groups)))
    yield frozenset(g for g, group in enumerate(groups) if group.vehicle.needs_licence_c)
    for price in sorted({group.vehicle.cents_per_day for group in groups}):
        yield frozenset(g for g, group in enumerate(groups) if group.vehicle.cents_per_day == price)
    for g in range(len(groups)):
        yield frozenset([g])


def _by_family(case: Case, leaf: Leaf, use: Use) -> list[Leaf]:
    """Split by whether heavy vehicles make the stop for which that is least clear."""
    heavy = {g for g, group in enumerate(case.groups) if group.vehicle.needs_licence_c}
    share: dict[int, float] = {}
    for column, x in use:
        if column.group in heavy:
            for stop in set(column.day) - {-1}:
                share[stop] = share.get(stop, 0.0) + x
    unclear = _least_clear(share)
    if unclear is None:
        return []
    light = set(range(len(case.groups))) - heavy
    sides = [frozenset((g, unclear) for g in side) for side in (heavy, light)]
    return [leaf.without(side, frozenset()) for side in sides]


def _by_arc(leaf: Leaf, use: Use) -> list[Leaf]:
    """Split by whether a stop follows another one, for the pair for which that is least clear."""
    share: dict[tuple[int, int], float] = {}
    for column, x in use:
        for a, b in pairwise(column.day):
            if a >= 0 and b >= 0:
                share[a, b] = share.get((a, b), 0.0) + x
    arc = _least_clear(share)
    if arc is None:
        return []
    a, b = arc
    stops = {stop for column, _ in use for stop in column.day}
    others = frozenset({(a, c) for c in stops if c != b} | {(c, b) for c in stops if c != a})
    return [leaf.without(frozenset(), frozenset([arc])), leaf.without(frozenset(), others)]


def _least_clear(share: dict[K, float]) -> K | None:
    unclear = [(round(abs(x - 0.5), 6), key) for key, x in share.items() if WHOLE < x < 1 - WHOLE]
    return min(unclear)[1] if unclear else None
