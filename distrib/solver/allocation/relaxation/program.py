"""A linear programme as plain columns and rows, the simplex engine that solves it again and again, and the check of its duals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import linear_solver_pb2, pywraplp
from scipy.sparse import csr_array

INFINITY = math.inf
Floats = npt.NDArray[np.float64]
Terms = list[tuple[int, float]]
Name = tuple[str, str]

NOISE = 1e-13
"""A reduced cost below this part of the terms it is summed from is the rounding of doubles, and counts as 0."""
ROUNDED_DUALS = (1e-12, 0.0, 1e-10)
"""Duals below these parts of the greatest one are tried as 0."""
VIOLATION = 1e-6
"""Most by which a solution may break a row, in the row's unit (baskets, kg, hours)."""
_ATTEMPTS = tuple(
    f"use_preprocessing: {presolve} use_dual_simplex: {dual} primal_feasibility_tolerance: {primal}"
    for presolve, dual, primal in (
        ("false", "false", "1e-10"),
        ("false", "true", "1e-10"),
        ("true", "false", "1e-9"),
        ("false", "false", "1e-8"),
        ("false", "true", "1e-7"),
    )
)
"""GLOP's ways, tried one after the other until one gives an optimum that stands its check.

Tighter than GLOP's default at first: a level is held 1e-9 baskets below what was found, so it has to be found more exactly.
"""


class NotSolvedError(RuntimeError):
    """The simplex engine stopped without an optimum of a programme that has one: a defect, not a user's fault."""


@dataclass(slots=True)
class LinearProgram:
    """Columns with bounds, rows with bounds and sparse entries. Names are (family, what), for the duals to speak.

    Every column has a finite upper bound, so that any duals at all give a valid bound of the objective.
    """

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    column_names: dict[int, Name] = field(default_factory=dict)
    rows: list[Terms] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)

    def column(self, upper: float, name: Name | None = None) -> int:
        """Add a column between 0 and ``upper`` (named when that bound is a rule); return its number."""
        self.lower.append(0.0)
        self.upper.append(float(upper))
        if name is not None:
            self.column_names[len(self.upper) - 1] = name
        return len(self.upper) - 1

    def row(self, terms: Terms, lower: float, upper: float, name: Name = ("", "")) -> int:
        """Add ``lower <= Σ coefficient · column <= upper``; return its number. A column comes once only."""
        self.rows.append(terms)
        self.row_lower.append(float(lower))
        self.row_upper.append(float(upper))
        self.names.append(name)
        return len(self.names) - 1

    def at_most(self, terms: Terms, upper: float, name: Name = ("", "")) -> int:
        """Add ``Σ coefficient · column <= upper``."""
        return self.row(terms, -INFINITY, upper, name)

    def at_least(self, terms: Terms, lower: float, name: Name = ("", "")) -> int:
        """Add ``Σ coefficient · column >= lower``."""
        return self.row(terms, lower, INFINITY, name)

    def equal(self, terms: Terms, value: float = 0.0, name: Name = ("", "")) -> int:
        """Add ``Σ coefficient · column = value``."""
        return self.row(terms, value, value, name)


@dataclass(frozen=True, slots=True)
class Bound:
    """An upper bound of the objective from duals alone, and the names of the limits it uses."""

    value: float
    names: tuple[Name, ...]


class Simplex:
    """GLOP on one programme; bounds and objective change between solves, and each solve starts from the last basis.

    The bounds of the programme are copied: changes through this class leave it as it was.
    """

    def __init__(self, program: LinearProgram) -> None:
        self._matrix = _matrix(program)
        self._transposed = self._matrix.T.tocsr()
        self._sizes = abs(self._transposed)
        self._lower, self._upper = np.array(program.lower), np.array(program.upper)
        self._row_lower, self._row_upper = np.array(program.row_lower), np.array(program.row_upper)
        self._row_names, self._column_names = tuple(program.names), dict(program.column_names)
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        if fault := self._solver.LoadModelFromProto(proto_of(program)):
            raise ValueError(fault)
        self._columns = self._solver.variables()
        self._rows = self._solver.constraints()
        for row in np.flatnonzero(np.isinf(self._row_lower) & np.isinf(self._row_upper)):
            self._rows[row].SetBounds(-INFINITY, INFINITY)
        self._attempt = 0
        self._objective: Floats = np.zeros(len(program.upper))
        self._values: Floats = np.zeros(len(program.upper))
        self._duals: Floats = np.zeros(len(program.rows))

    def set_column(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a column."""
        self._lower[column], self._upper[column] = lower, upper
        self._columns[column].SetBounds(lower, upper)

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of a row."""
        self._row_lower[row], self._row_upper[row] = lower, upper
        self._rows[row].SetBounds(lower, upper)

    def close(self, column: int, name: Name) -> None:
        """Let a column grow no further than its lower bound, and name that bound."""
        lower = float(self._lower[column])
        self.set_column(column, lower, lower)
        self._column_names[column] = name

    def upper(self, column: int) -> float:
        """Upper bound of a column."""
        return float(self._upper[column])

    def maximise(self, terms: Terms) -> bool:
        """Solve for the greatest Σ coefficient · column; False when nothing satisfies the rows.

        Raises:
            NotSolvedError: GLOP found no reliable optimum in any of its ways.
        """
        self._objective = np.zeros(len(self._upper))
        objective = self._solver.Objective()
        objective.Clear()
        for column, coefficient in terms:
            self._objective[column] = coefficient
            objective.SetCoefficient(self._columns[column], coefficient)
        objective.SetMaximization()
        self._attempt = 0
        return self._solve()

    def again(self) -> bool:
        """Solve the last objective in the next way, for more exact duals; False when there is no way left."""
        self._attempt += 1
        return self._attempt < len(_ATTEMPTS) and self._solve()

    def _solve(self) -> bool:
        status = pywraplp.Solver.NOT_SOLVED
        while self._attempt < len(_ATTEMPTS):
            self._solver.SetSolverSpecificParametersAsString(_ATTEMPTS[self._attempt])
            status = self._solver.Solve()
            if status == pywraplp.Solver.OPTIMAL:
                self._read()
                if self.violation() <= VIOLATION:
                    return True
            self._attempt += 1
        if status == pywraplp.Solver.INFEASIBLE:
            return False
        raise NotSolvedError(f"GLOP ended with status {status}")

    def _read(self) -> None:
        """Keep values and duals: GLOP's answers are gone after the first change of a bound."""
        answer = linear_solver_pb2.MPSolutionResponse()
        self._solver.FillSolutionResponseProto(answer)
        self._values, self._duals = np.array(answer.variable_value), np.array(answer.dual_value)

    @property
    def values(self) -> Floats:
        """Values of all columns in the last solution."""
        return self._values

    @property
    def duals(self) -> Floats:
        """Duals of all rows in the last solution: by how much the objective would grow per unit of the row's bound."""
        return self._duals

    def violation(self) -> float:
        """Most by which the solution breaks a row or the bound of a column."""
        activity = self._matrix @ self._values
        over = np.maximum(activity - self._row_upper, self._row_lower - activity)
        outside = np.maximum(self._values - self._upper, self._lower - self._values)
        return float(max(over.max(initial=0.0), outside.max(initial=0.0)))

    def bound(self) -> Bound:
        """Return the upper bound of the objective that the duals of the last solution prove, whatever the solver says of them.

        By weak duality any y gives max c·x <= Σ y_i · (the row's bound on the side of y_i's sign) + Σ the most that
        (c − Aᵀy)_j · x_j can be within the column's bounds (Neumaier and Shcherbina 2004,
        doi:10.1007/s10107-003-0433-3). Duals that are only rounding spoil the bound, so it is taken
        with the smallest ones set to 0 as well, and the best kept: each is valid. Computed in doubles.
        """
        most = float(np.abs(self._duals).max(initial=0.0))
        value = float(self._objective @ self._values)
        best: tuple[float, Floats, Floats] | None = None
        for tiny in ROUNDED_DUALS:
            found = self._weak_duality(np.where(np.abs(self._duals) > tiny * most, self._duals, 0.0))
            best = found if best is None or found[0] < best[0] else best
            if best[0] - value <= 1e-14 * max(1.0, abs(value)):
                break
        assert best is not None
        return Bound(value=best[0], names=self._used(best[1], best[2]))

    def _weak_duality(self, duals: Floats) -> tuple[float, Floats, Floats]:
        """Return the bound that some duals prove, the duals that count, and the reduced costs."""
        side = np.where(duals > 0, self._row_upper, self._row_lower)
        y = np.where(np.isfinite(side), duals, 0.0)
        reduced = self._objective - self._transposed @ y
        size = np.abs(self._objective) + self._sizes @ np.abs(y)
        reduced[np.abs(reduced) <= NOISE * size] = 0.0
        used, priced = np.flatnonzero(y), np.flatnonzero(reduced)
        gains = reduced[priced] * np.where(reduced[priced] > 0, self._upper[priced], self._lower[priced])
        return math.fsum([*(y[used] * side[used]).tolist(), *gains.tolist()]), y, reduced

    def _used(self, y: Floats, reduced: Floats) -> tuple[Name, ...]:
        names = {self._row_names[i] for i in np.flatnonzero(np.abs(y) > 1e-9 * np.abs(y).max(initial=0.0))}
        dear = np.flatnonzero(reduced > 1e-9 * np.abs(reduced).max(initial=0.0))
        names |= {self._column_names[j] for j in dear.tolist() if j in self._column_names}
        return tuple(sorted(names - {("", "")}))


def _matrix(program: LinearProgram) -> csr_array:
    counts = [len(r) for r in program.rows]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    columns = np.array([c for r in program.rows for c, _ in r], dtype=np.int64)
    data = np.array([v for r in program.rows for _, v in r])
    return csr_array((data, columns, indptr), shape=(len(program.rows), len(program.upper)))


def proto_of(program: LinearProgram) -> linear_solver_pb2.MPModelProto:
    """Return the programme, without an objective, as OR-Tools reads it."""
    proto = linear_solver_pb2.MPModelProto()
    for lower, upper in zip(program.lower, program.upper, strict=True):
        proto.variable.add(lower_bound=lower, upper_bound=upper)
    for terms, lower, upper in zip(program.rows, program.row_lower, program.row_upper, strict=True):
        # the loader drops rows without bounds; their place is kept with a bound that is lifted afterwards
        free = lower == -INFINITY and upper == INFINITY
        row = proto.constraint.add(lower_bound=0.0 if free else lower, upper_bound=upper)
        row.var_index.extend([c for c, _ in terms])
        row.coefficient.extend([v for _, v in terms])
    return proto
