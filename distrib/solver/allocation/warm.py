"""A linear programme solved again and again with other costs or bounds, each time from the last basis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ortools.linear_solver import linear_solver_pb2, pywraplp

from distrib.solver.allocation.mixed_program import INFINITY, Answer, MixedProgram

ROUNDING = 1e-6
"""What the values of a linear programme may be wrong by in a row."""
WAYS = (
    "use_preprocessing: false use_dual_simplex: false",
    "use_preprocessing: false use_dual_simplex: true",
    "use_preprocessing: true use_dual_simplex: true",
)
"""GLOP's ways, tried one after the other until one gives an optimum."""


class WarmProgram:
    """GLOP on the columns and rows of a programme, whole numbers left out; what changes here does not change the programme.

    Raises:
        ValueError: when made of a programme that is none: bounds that cross, a row without bounds, a number that is none.
    """

    def __init__(self, program: MixedProgram) -> None:
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        if fault := self._solver.LoadModelFromProto(_proto(program)):
            raise ValueError(fault)
        self._columns = self._solver.variables()
        self._rows = self._solver.constraints()
        self._objective = self._solver.Objective()
        self.duals: tuple[float, ...] = ()

    def set_column(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a column."""
        self._columns[column].SetBounds(lower, upper)

    def set_row(self, row: int, lower: float, upper: float) -> None:
        """Change the bounds of a row."""
        self._rows[row].SetBounds(lower, upper)

    def set_costs(self, costs: Iterable[tuple[int, float]]) -> None:
        """Change the costs of some columns."""
        for column, cost in costs:
            self._objective.SetCoefficient(self._columns[column], cost)

    def solve(self) -> Answer | None:
        """Return the optimum, None when there is none; ``duals`` are those of its rows, in their order."""
        for way in WAYS:
            self._solver.SetSolverSpecificParametersAsString(way)
            if self._solver.Solve() == pywraplp.Solver.OPTIMAL:
                found = linear_solver_pb2.MPSolutionResponse()
                self._solver.FillSolutionResponseProto(found)
                self.duals = tuple(found.dual_value)
                return Answer(tuple(found.variable_value), found.objective_value, True)
        return None


def _proto(program: MixedProgram) -> linear_solver_pb2.MPModelProto:
    proto = linear_solver_pb2.MPModelProto()
    for lower, upper, cost in zip(program.lower, program.upper, program.cost, strict=True):
        proto.variable.add(lower_bound=lower, upper_bound=upper, objective_coefficient=cost)
    for terms, lower, upper in program.rows:
        if lower == -INFINITY and upper == INFINITY:
            raise ValueError("a row without bounds")
        row = proto.constraint.add(lower_bound=lower, upper_bound=upper)
        row.var_index.extend([c for c, _ in terms])
        row.coefficient.extend([v for _, v in terms])
    return proto


class Blocks:
    """A programme taken apart: some of its columns free, all others held at values."""

    def __init__(self, program: MixedProgram) -> None:
        self._program = program
        self._rows_of: list[list[int]] = [[] for _ in program.cost]
        for number, (terms, _, _) in enumerate(program.rows):
            for column, _ in terms:
                self._rows_of[column].append(number)

    def part(self, free: Sequence[int], values: Sequence[float], *, alone: bool = False) -> MixedProgram:
        """Return the programme of the free columns, in their order, and of the rows that hold one of them, in theirs.

        ``alone``: without the rows that hold others as well.
        Values of the others are rounded, so a limit that they fill is moved by so much that it still has room for nothing.
        """
        whole, place = self._program, {column: i for i, column in enumerate(free)}
        made = MixedProgram(
            lower=[whole.lower[c] for c in free],
            upper=[whole.upper[c] for c in free],
            cost=[whole.cost[c] for c in free],
            whole=[whole.whole[c] for c in free],
        )
        for number in self.rows(free):
            terms, lower, upper = whole.rows[number]
            if alone and any(c not in place for c, _ in terms):
                continue
            held = sum(v * values[c] for c, v in terms if c not in place)
            spare = ROUNDING if lower != upper else 0.0
            mine = [(place[c], v) for c, v in terms if c in place]
            made.rows.append((mine, lower - held - spare, upper - held + spare))
        return made

    def rows(self, free: Sequence[int]) -> list[int]:
        """Return the numbers of the rows that hold one of these columns, sorted."""
        return sorted({row for column in free for row in self._rows_of[column]})
