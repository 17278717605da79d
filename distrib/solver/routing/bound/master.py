"""The restricted linear programme: vehicle-days that make every stop at least once, as cheaply as they can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix

from distrib.solver.routing.bound.case import Case
from distrib.solver.routing.bound.kernels import Ints
from distrib.solver.routing.bound.pricing import Barred, Column

UNITS_PER_EUR = 1_800_000_000
"""Prices are in 1/18,000 of a millicent; the linear programme sees them in EUR."""
MOST_COLUMNS = 2_500
"""Above this many, the columns that are dearest for the present values are put aside."""

_SOLVING = Lock()


class Row(NamedTuple):
    """A limit on vehicle-days: ``sign`` x (days of ``groups``) <= ``sign`` x ``limit`` (sign -1: at least)."""

    groups: frozenset[int]
    limit: int
    sign: int = 1


class Solution(NamedTuple):
    """Value in EUR; ``worth`` of each stop and ``toll`` of each row (both >= 0) in EUR; ``use`` of each column.

    ``lacking``: which stops are left out in part, and last whether a vehicle-day that a branch asks for is.
    """

    value: float
    worth: Any
    toll: Any
    use: list[tuple[Column, float]]
    lacking: Any


@dataclass(kw_only=True)
class Master:
    """Columns met so far, and the rows that every branch shares.

    ``lacking_eur``: price of leaving out each stop, and last a vehicle-day that a branch asks for. It keeps the values of the
    programme within reason; what is lacking still in the end is made dearer.
    ``single``: columns are single trips.
    """

    case: Case
    lacking_eur: Any
    single: bool = False
    columns: dict[tuple[int, tuple[int, ...]], Column] = field(default_factory=dict)

    def add(self, columns: Sequence[Column]) -> int:
        """Take up columns; count of the new ones. A known day gets the lower price."""
        new = 0
        for column in columns:
            key = (column.group, column.day)
            if key not in self.columns or self.columns[key].price > column.price:
                self.columns[key] = column
                new += 1
        return new

    def rows(self) -> list[Row]:
        """Vehicles there are of each group, and drivers; of single trips as many as these vehicles may make."""
        groups = self.case.groups
        if self.single:
            return [Row(frozenset([g]), group.count * group.vehicle.max_trips) for g, group in enumerate(groups)]
        found = [Row(frozenset([g]), group.count) for g, group in enumerate(groups)]
        if self.case.people is not None:
            heavy = frozenset(g for g, group in enumerate(groups) if group.vehicle.needs_licence_c)
            found += [Row(frozenset(range(len(groups))), self.case.people[0]), Row(heavy, self.case.people[1])]
        return found

    def solve(self, rows: Sequence[Row], barred: Barred) -> Solution:
        """The cheapest fractional choice of the columns that the branch allows."""
        columns = [column for column in self.columns.values() if barred.allows(column)]
        stops = len(self.case.tasks)
        matrix, price, right = self._program(columns, rows)
        with _SOLVING:
            found = linprog(price, A_ub=matrix, b_ub=right, method="highs-ds")
        if found.x is None:
            raise RuntimeError(f"the linear programme of {self.case.date} was not solved: {found.message}")
        dual = np.maximum(0.0, -found.ineqlin.marginals)
        use = [(column, float(x)) for column, x in zip(columns, found.x[: len(columns)], strict=True) if x > 1e-7]
        if len(self.columns) > MOST_COLUMNS:
            self._thin(columns, price[: len(columns)] + dual @ matrix[:, : len(columns)], use)
        left = found.x[len(columns) :] > 1e-7
        lacking = np.append(left[:stops], left[stops:].any())
        return Solution(float(found.fun), dual[:stops], dual[stops:], use, lacking)

    def _program(self, columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Any, Any, Any]:
        """Matrix, prices and right-hand sides of ``A x <= b``, columns for what is left out at the end."""
        stops, at, of, value = len(self.case.tasks), [], [], []
        for c, column in enumerate(columns):
            for stop in column.day:
                if stop >= 0:
                    at.append(stop)
                    of.append(c)
                    value.append(-1.0)
            for r, row in enumerate(rows):
                if column.group in row.groups:
                    at.append(stops + r)
                    of.append(c)
                    value.append(float(row.sign))
        size = len(columns)
        short = [*range(stops), *(stops + r for r, row in enumerate(rows) if row.sign < 0)]
        at += short
        of += range(size, size + len(short))
        value += [-1.0] * len(short)
        matrix = csc_matrix((value, (at, of)), shape=(stops + len(rows), size + len(short)))
        lacking = [float(self.lacking_eur[min(row, stops)]) for row in short]
        price = np.array([column.price / UNITS_PER_EUR for column in columns] + lacking)
        right = np.array([-1.0] * stops + [float(row.sign * row.limit) for row in rows])
        return matrix, price, right

    def _thin(self, columns: Sequence[Column], reduced: Any, use: Sequence[tuple[Column, float]]) -> None:
        """Put aside the half of the columns that is dearest for the present values."""
        used = {(column.group, column.day) for column, _ in use}
        for c in np.argsort(-reduced, kind="stable")[: len(columns) // 2].tolist():
            key = (columns[c].group, columns[c].day)
            if key not in used:
                del self.columns[key]


def whole(values: Any, *, up: bool) -> Ints:
    """EUR as whole units, rounded down (the worth of stops) or up (tolls)."""
    scaled = np.asarray(values, dtype=float) * UNITS_PER_EUR
    rounded: Ints = (np.ceil(scaled) if up else np.floor(scaled)).astype(np.int64)
    return np.maximum(rounded, 0)
