"""The bound of one date: columns, values, proofs and branches within a work budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from distrib.solver.routing.bound.branching import PULL, Leaf, split
from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.kernels import CLOSES, EXACT, FORGETFUL, OPENS, PACE
from distrib.solver.routing.bound.master import UNITS_PER_EUR, Master, Row, Solution, whole
from distrib.solver.routing.bound.memory import Memory
from distrib.solver.routing.bound.pricing import Column, Pricer

NEAREST = 6
"""Stops in an ng-set to begin with."""
WAYS = ((FORGETFUL, 3), (EXACT, 12), (EXACT, 0))
"""Dominance and width of the labels of a pass (see ``price_days``); the next one is tried when one finds nothing more."""
PROOF = WAYS[-1]
NEARLY = (20, 25)
"""Quick ways of pricing have done when what they would prove is within this part of the value of the programme."""
COLUMNS_A_PASS = 40
"""Columns taken from one group in one pass."""
SETTLED = 250
"""A case is settled when its bound is within this part of the value of its linear programme."""
STEPS_A_PROGRAMME, STEPS_A_COLUMN = 1_000_000, 1_000
"""Work of solving a linear programme."""
LEAVES = 40
"""Cases open at a time, at most."""
REASONABLE = 1.6
"""A stop's worth is at most so many times what it is to begin with, until that turns out too little."""
DEARER, DEAR = 1.3, 1.2
"""By how much the price of what is lacking rises at a time, and the value of a programme above which it need not rise."""
BEYOND = 50
"""Values that seem to be this part above the known plan's cost are proven at once."""
HASTE = 0.5
"""When this part of the work is done, something has to be proven first."""
LONGEST = 8
"""A group may be priced with this part of the work even when less of it is left, since half a proof proves nothing; and the
first proof takes no more of it."""
FAR_OFF, STRONG_PULL = 0.85, 0.8
"""While the best values would prove less than this part of the programme's value, the next ones are drawn to them more."""
MODEST = 0.5
"""The search begins with this part of the prices of the known plan."""
SMALLER, SMALLER_TRIPS = 0.9, 0.75
"""Values that are too large to be proven with the work there is are made smaller by this factor, those of single trips by the other."""
LEAST_PULL = 0.05
"""Values drawn less than this are taken as they are."""


class Bounded(NamedTuple):
    """Lower bound of the date's cost in units, work and cases met, and the first case's last values of stops and rows in EUR.

    The values are good to begin another search with; they need not be those that proved the bound.
    """

    bound: int
    work: int
    leaves: int
    worth: Any
    toll: Any


@dataclass(kw_only=True)
class Search:
    """Best first over cases. ``upper``: cost of a known plan, which is proven best when every case reaches it.

    ``single``: columns are single trips that bear their part of the fixed price of a day (see ``Pricer``).
    ``whole``: the case is not split and its ng-sets do not grow. ``toil``: work of each group when it was priced last.
    """

    case: Case
    upper: int
    budget: int
    single: bool = False
    whole: bool = False
    work: int = 0
    master: Master = field(init=False)
    pricer: Pricer = field(init=False)
    leaves: list[Leaf] = field(init=False)
    met: int = 1
    toil: list[int] = field(init=False)

    def run(self, known: Sequence[Column], before: Bounded | None = None) -> Bounded:
        """Raise the bound until it reaches the known plan's cost or the work is used up.

        Args:
            known: the vehicle-days of a plan of the date (of all its stops), from whose prices the search begins.
            before: what a search proved whose values, of the rows of this one, prove as much here: it goes on from there.

        Returns:
            The bound in units of 1/18,000 millicent, never above ``upper``, with the work in steps.

        Raises:
            RuntimeError: a linear programme was not solved.
        """
        self._begin(known, before)
        while self.work < self.budget:
            leaf = min(self.leaves, key=lambda leaf: leaf.bound)
            if leaf.bound >= self.upper:
                break
            if not leaf.settled:
                self._raise(leaf)
            elif self.single or self.whole or not self._part(leaf):
                break
        bound = min(self.upper, min(leaf.bound for leaf in self.leaves))
        first = min(self.leaves, key=lambda leaf: len(leaf.rows))
        return Bounded(bound, self.work, self.met, first.worth, first.toll[: len(self.master.rows())])

    def _begin(self, known: Sequence[Column], before: Bounded | None) -> None:
        share = self._shares(known)
        begun = before is not None and before.bound > 0
        if before is not None and begun:
            share = np.maximum(before.worth, 0.2 * share)
        lacking = np.append(REASONABLE * share, share.sum())
        self.master = Master(case=self.case, lacking_eur=lacking, single=self.single)
        self.pricer = Pricer(case=self.case, memory=Memory(self.case.distance, NEAREST), single=self.single)
        if not self.single:
            self.master.add(known)
        first = Leaf(worth=MODEST * share, toll=np.zeros(len(self.master.rows())), pull=STRONG_PULL)
        if before is not None and begun:
            first.worth, first.bound, first.guess, first.pull = before.worth, before.bound, before.bound, PULL
            first.toll[:] = before.toll
        self.leaves = [first]
        self.toil = [0] * len(self.case.groups)

    def _shares(self, known: Sequence[Column]) -> Any:
        """EUR of the known plan for each stop: a vehicle-day's price shared out like the prices of visiting its stops alone."""
        share = np.full(len(self.case.tasks), self.upper / UNITS_PER_EUR / len(self.case.tasks))
        for column in known:
            group = self.case.groups[column.group]
            graph, pace = group.graph, max(1, int(group.graph.limits[PACE]))
            hours = int(graph.limits[CLOSES] - graph.limits[OPENS])  # a stop with no way of its own counts a day
            alone = {
                stop: float(graph.road[0, j] + graph.road[j, 0])
                + float(pace) * min(hours, int(graph.leg[0, j]))
                + float(pace) * min(hours, int(graph.leg[j, 0]))
                for j, stop in enumerate(group.stop)
                if j
            }
            stops = [stop for stop in column.day if stop >= 0]
            total = sum(alone[stop] for stop in stops)
            for stop in stops:
                part = alone[stop] / total if total else 1 / len(stops)
                share[stop] = column.price / UNITS_PER_EUR * part
        return share

    # --- one case ------------------------------------------------------------------------------------

    def _raise(self, leaf: Leaf) -> None:
        """One pass over the groups: new columns, or a proof that there are none, and with exact dominance a bound."""
        if leaf.solution is None:
            self._solve(leaf)
        if not leaf.proven and self.work > self.budget * HASTE:
            leaf.way, leaf.pull = len(WAYS) - 1, 1.0
        new = self._pass(leaf, leaf.way)
        exact = WAYS[leaf.way] == PROOF
        if new:
            self._solve(leaf)
            leaf.pull = max(_pull(leaf), leaf.strain)
        elif leaf.pull:
            leaf.pull = leaf.pull / 2 if leaf.pull > LEAST_PULL else 0.0
        if exact:
            self._judge(leaf, new)
        elif self._enough(leaf, new) and (leaf.pull == 1.0 or not self._dearer(leaf)):
            leaf.way = len(WAYS) - 1 if leaf.pull == 1.0 else leaf.way + 1
            leaf.guess = leaf.bound

    def _enough(self, leaf: Leaf, new: int) -> bool:
        """True when a quick way of pricing has nothing much to find any more."""
        value = _solved(leaf).value * UNITS_PER_EUR
        if leaf.guess > self.upper + self.upper // BEYOND:
            leaf.pull = 1.0
            return True
        return leaf.guess > value - value / NEARLY[leaf.way] or (not new and leaf.pull < PULL)

    def _judge(self, leaf: Leaf, new: int) -> None:
        """Settle the case when its bound is near the value of its programme, or make what is lacking in it dearer."""
        value = round(_solved(leaf).value * UNITS_PER_EUR)
        if (leaf.last or leaf.bound < value - value // SETTLED) and (new or leaf.pull):
            return
        if self._dearer(leaf):
            leaf.way = 0
        else:
            leaf.settled = True

    def _dearer(self, leaf: Leaf) -> bool:
        """Make what is lacking in the case's programme dearer, unless it is worth more than the known plan; True when done."""
        solution = _solved(leaf)
        if not solution.lacking.any() or solution.value * UNITS_PER_EUR >= self.upper * DEAR:
            return False
        self.master.lacking_eur[solution.lacking] *= DEARER
        self._solve(leaf)
        return True

    def _solve(self, leaf: Leaf) -> None:
        leaf.solution = self.master.solve([*self.master.rows(), *leaf.rows], leaf.barred)
        self.work += STEPS_A_PROGRAMME + STEPS_A_COLUMN * len(self.master.columns)

    def _pass(self, leaf: Leaf, way: int) -> int:
        """Price every group once; count of new columns that are worth having by the leaf's programme."""
        solution = _solved(leaf)
        level, width = WAYS[way]
        proof = WAYS[way] == PROOF
        rows = [*self.master.rows(), *leaf.rows]
        worth = leaf.pull * leaf.worth + (1 - leaf.pull) * solution.worth
        toll = leaf.pull * leaf.toll + (1 - leaf.pull) * solution.toll
        worths, tolls = whole(worth, up=False), whole(toll, up=True)
        true, tax = whole(solution.worth, up=False), whole(solution.toll, up=True)
        new, least = 0, [0] * len(self.case.groups)
        for g in sorted(range(len(self.case.groups)), key=lambda g: -self.toil[g]):  # a proof that fails does so early
            extra, due = (
                sum(int(t) * row.sign for t, row in zip(values, rows, strict=True) if g in row.groups)
                for values in (tolls, tax)
            )
            room = self.budget // LONGEST
            if leaf.proven:
                room = max(room, self.budget - self.work)
            priced = self.pricer.days(g, worths, extra, leaf.barred, level=level, width=width, cutoff=0, room=room)
            self.work += priced.work
            self.toil[g] = priced.work
            least[g] = priced.least if proof else priced.cheapest
            wanted = [c for c in priced.columns if c.price + due < _worth(c, true) - UNITS_PER_EUR // 1000]
            new += self.master.add(_varied(wanted, worths))
            if proof and priced.short:
                _step_back(leaf, SMALLER_TRIPS if self.single else SMALLER)
                return max(1, new)
        fixed = int(worths.sum()) - sum(int(t) * row.sign * row.limit for t, row in zip(tolls, rows, strict=True))
        bound = fixed + _cheapest_fleet(least, rows, len(self.case.groups))
        if bound > leaf.guess:
            leaf.guess, leaf.worth, leaf.toll = bound, worth, toll
        if proof:
            leaf.bound, leaf.proven = max(leaf.bound, bound), True
        return new

    # --- cases ---------------------------------------------------------------------------------------

    def _part(self, leaf: Leaf) -> bool:
        """Split the case by numbers of vehicle-days, remember more, split otherwise, or let it go on; False when nothing is left to do."""
        return self._branch(leaf, fleet=True) or self._grow() or self._branch(leaf) or _finish(leaf)

    def _branch(self, leaf: Leaf, *, fleet: bool = False) -> bool:
        """Replace a case by its parts (``fleet``: by numbers of vehicle-days only); False when its choice is whole or there are too many cases."""
        parts = split(self.case, leaf, _solved(leaf).use, fleet=fleet)
        if not parts or len(self.leaves) >= LEAVES:
            return False
        self.leaves.remove(leaf)
        self.met += len(parts)
        self.leaves += parts
        return True

    def _grow(self) -> bool:
        """Let the sets remember the cycles of the lowest case's choice; True when something was added."""
        leaf = min(self.leaves, key=lambda leaf: leaf.bound)
        added = self.pricer.memory.cycles([column.day for column, _ in _solved(leaf).use])
        if not added:
            return False
        self.pricer.remember()
        again = [column for column in self.master.columns.values() if not self.pricer.memory.allows(column.day)]
        for column in again:
            del self.master.columns[column.group, column.day]
        self.master.add([column._replace(day=_once(column.day)) for column in again])
        for other in self.leaves:
            other.settled = False
            other.solution = None
            other.way = 0
        return True


def _finish(leaf: Leaf) -> bool:
    """Let a case that cannot be split go on until no column is missing; False when it has."""
    if leaf.last:
        return False
    leaf.last, leaf.settled, leaf.pull = True, False, 0.0
    return True


def _step_back(leaf: Leaf, part: float) -> None:
    """After a proof that took too much work: values nearer to the best ones, and smaller ones when it was these."""
    if leaf.pull == 1.0 and not leaf.proven:
        leaf.worth, leaf.guess = part * leaf.worth, -(1 << 62)
    leaf.strain = (1 + leaf.pull) / 2


def _pull(leaf: Leaf) -> float:
    """How much the next values are drawn to the best ones: not at all in the end, more while these prove little."""
    if leaf.last:
        return 0.0
    return PULL if leaf.guess > FAR_OFF * _solved(leaf).value * UNITS_PER_EUR else STRONG_PULL


def _solved(leaf: Leaf) -> Solution:
    if leaf.solution is None:
        raise RuntimeError("the linear programme of this case was not solved yet")
    return leaf.solution


def _once(day: Sequence[int]) -> tuple[int, ...]:
    """The day with every stop made only the first time; its price may not be its own: a programme only has to find values."""
    kept: list[int] = []
    for stop in day:
        if stop not in kept if stop >= 0 else not kept or kept[-1] >= 0:
            kept.append(stop)
    return tuple(kept)


def _worth(column: Column, worth: Any) -> int:
    return sum(int(worth[stop]) for stop in column.day if stop >= 0)


def _varied(columns: Sequence[Column], worth: Any) -> list[Column]:
    """The cheapest columns for these values, no stop in more than four of them and the ten cheapest in any case."""
    often: dict[int, int] = {}
    taken: list[Column] = []
    for column in sorted(columns, key=lambda c: (c.price - _worth(c, worth), c.day)):
        stops = set(column.day) - {-1}
        if len(taken) < 10 or max(often.get(stop, 0) for stop in stops) < 4:
            taken.append(column)
            for stop in stops:
                often[stop] = often.get(stop, 0) + 1
    return taken[:COLUMNS_A_PASS]


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
