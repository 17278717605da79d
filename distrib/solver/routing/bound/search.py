"""The bound of one date: columns, values, proofs and branches within a work budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from distrib.solver.routing.bound.branching import Leaf, split
from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.kernels import BOLD, EXACT, FORGETFUL
from distrib.solver.routing.bound.master import UNITS_PER_EUR, Master, Row, Solution, whole
from distrib.solver.routing.bound.memory import Memory
from distrib.solver.routing.bound.pricing import Column, Pricer

NEAREST = 6
"""Stops in an ng-set to begin with."""
COLUMNS_A_PASS = 40
"""Columns taken from one group in one pass."""
SETTLED = 1_000
"""A case is settled when its bound is within this part of the value of its linear programme."""
STEPS_A_PROGRAMME, STEPS_A_COLUMN = 1_000_000, 1_000
"""Work of solving a linear programme."""
LEAVES = 40
"""Cases open at a time, at most."""


class Bounded(NamedTuple):
    """Lower bound of the date's cost in units, whether it is the cost of the known plan, work and cases met."""

    bound: int
    work: int
    leaves: int


@dataclass(kw_only=True)
class Search:
    """Best first over cases. ``upper``: cost of a known plan, which is proven best when every case reaches it.

    ``single``: columns are single trips that bear their part of the fixed price of a day (see ``Pricer``).
    """

    case: Case
    upper: int
    budget: int
    single: bool = False
    work: int = 0
    master: Master = field(init=False)
    pricer: Pricer = field(init=False)
    leaves: list[Leaf] = field(init=False)
    met: int = 1
    centre: Any = None

    def __post_init__(self) -> None:
        """Start with one case: everything."""
        self.master = Master(case=self.case, lacking_eur=self.upper / UNITS_PER_EUR, single=self.single)
        self.pricer = Pricer(case=self.case, memory=Memory(self.case.distance, NEAREST), single=self.single)
        self.leaves = [Leaf()]

    def run(self, known: Sequence[Column]) -> Bounded:
        """Raise the bound until it reaches the known plan's cost or the work is used up."""
        if not self.budget:
            return Bounded(0, 0, 0)
        self.master.add(known)
        self._outline()
        while self.work < self.budget:
            leaf = min(self.leaves, key=lambda leaf: leaf.bound)
            if leaf.bound >= self.upper:
                break
            if not leaf.settled:
                self._prove(leaf)
            elif not self._grow() and (self.single or not self._branch(leaf)):
                break
        bound = min(self.upper, min(leaf.bound for leaf in self.leaves))
        return Bounded(bound, self.work, self.met)

    # --- columns -------------------------------------------------------------------------------------

    def _outline(self) -> None:
        """Branch on numbers of vehicle-days by values not yet proven, so that proofs are only made where they count."""
        self._fill(self.leaves[0])
        while not self.single and self.work < self.budget // 3 and len(self.leaves) < LEAVES:
            leaf = min(self.leaves, key=_value)
            parts = split(self.case, leaf, _solved(leaf).use)
            if not parts or len(parts[0].rows) == len(leaf.rows):
                break
            self._replace(leaf, parts)

    def _branch(self, leaf: Leaf) -> bool:
        """Replace a case by its parts; False when its choice is whole or there are too many cases."""
        parts = split(self.case, leaf, _solved(leaf).use)
        if not parts or len(self.leaves) >= LEAVES:
            return False
        self._replace(leaf, parts)
        return True

    def _replace(self, leaf: Leaf, parts: Sequence[Leaf]) -> None:
        self.leaves.remove(leaf)
        for part in parts:
            self.met += 1
            self._fill(part)
            self.leaves.append(part)

    def _fill(self, leaf: Leaf) -> None:
        """Columns by the quick, unproven ways of pricing until these find none."""
        level = BOLD
        self._solve(leaf)
        while self.work < self.budget:
            new = self._pass(leaf, level)
            self._solve(leaf)
            if new <= 2 and level == FORGETFUL:
                break
            if new <= 2:
                level = FORGETFUL

    def _solve(self, leaf: Leaf) -> None:
        leaf.solution = self.master.solve([*self.master.rows(), *leaf.rows], leaf.barred)
        self.work += STEPS_A_PROGRAMME + STEPS_A_COLUMN * len(self.master.columns)

    def _pass(self, leaf: Leaf, level: int) -> int:
        """Price every group once with the values of the leaf's programme; an exact pass raises its bound."""
        solution = _solved(leaf)
        rows = [*self.master.rows(), *leaf.rows]
        self.centre = solution.worth if level != BOLD or self.centre is None else 0.5 * (self.centre + solution.worth)
        worth, toll = whole(self.centre, up=False), whole(solution.toll, up=True)
        new, least = 0, []
        for g in range(len(self.case.groups)):
            extra = sum(int(t) * row.sign for t, row in zip(toll, rows, strict=True) if g in row.groups)
            priced = self.pricer.days(g, worth, extra, leaf.barred, level=level, cutoff=0, most=COLUMNS_A_PASS)
            self.work += priced.work
            least.append(priced.least)
            new += self.master.add(priced.columns)
        if level == EXACT:
            fixed = int(worth.sum()) - sum(int(t) * row.sign * row.limit for t, row in zip(toll, rows, strict=True))
            leaf.bound = max(leaf.bound, fixed + _cheapest_fleet(least, rows, len(self.case.groups)))
        return new

    # --- proofs --------------------------------------------------------------------------------------

    def _prove(self, leaf: Leaf) -> None:
        """One exact pass, after quick ones have found nothing more; the leaf is settled when its bound is near its value."""
        if leaf.solution is None:
            self._fill(leaf)
        new = self._pass(leaf, EXACT)
        value = round(_value(leaf) * UNITS_PER_EUR)
        leaf.settled = leaf.bound >= value - value // SETTLED or (new == 0)
        self._solve(leaf)
        if not leaf.settled:
            while self.work < self.budget and self._pass(leaf, FORGETFUL) > 2:
                self._solve(leaf)
            self._solve(leaf)

    def _grow(self) -> bool:
        """Let the sets remember the cycles of the lowest case's choice; True when something was added."""
        leaf = min(self.leaves, key=lambda leaf: leaf.bound)
        added = self.pricer.memory.cycles([column.day for column, _ in _solved(leaf).use])
        if not added:
            return False
        self.pricer.remember()
        for key, column in list(self.master.columns.items()):
            if not self.pricer.memory.allows(column.day):
                del self.master.columns[key]
        for other in self.leaves:
            other.settled = False
            other.solution = None
        return True


def _solved(leaf: Leaf) -> Solution:
    if leaf.solution is None:
        raise RuntimeError("the linear programme of this case was not solved yet")
    return leaf.solution


def _value(leaf: Leaf) -> float:
    return _solved(leaf).value


def _cheapest_fleet(least: Sequence[int], rows: Sequence[Row], groups: int) -> int:
    """Least of the sum of ``least`` over numbers of vehicle-days that keep to the vehicles there are and to their total."""
    left = min((row.limit for row in rows if row.sign > 0 and len(row.groups) == groups), default=1 << 30)
    count = [min(row.limit for row in rows if row.sign > 0 and row.groups == {g}) for g in range(groups)]
    total = 0
    for g in sorted(range(groups), key=lambda g: least[g]):
        days = min(left, count[g])
        total += min(0, least[g]) * days
        left -= days if least[g] < 0 else 0
    return total
