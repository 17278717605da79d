"""The textbook models, solved by OR-Tools (MathOpt with SCIP), one level after the other.

Maximal covering: Church and ReVelle 1974 (doi 10.1007/BF01942293); twice covered: Hogan and ReVelle 1986
(doi 10.1287/mnsc.32.11.1434). Capacitated p-median: Hakimi 1964 (doi 10.1287/opre.12.3.450), ReVelle and
Swain 1970 (doi 10.1111/j.1538-4632.1970.tb00142.x), with need that may be split between sites.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from distrib.solver.siting.problem import SitingProblem

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Bools

    Parts = tuple[Bools, Bools, Bools]

INFINITY = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Values of the columns and the proven bound of the objective."""

    values: Any
    objective: float
    bound: float


@dataclass(slots=True)
class Program:
    """A mixed-integer programme filled from arrays; one block of columns or rows a call."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    entries: list[tuple[Any, Any, Any]] = field(default_factory=list)

    def columns(self, lower: Any, upper: Any, *, whole: bool) -> Any:
        """Add columns within bounds; return their numbers."""
        first = len(self.lower)
        self.lower += np.asarray(lower, dtype=float).tolist()
        self.upper += np.asarray(upper, dtype=float).tolist()
        self.whole += [whole] * (len(self.lower) - first)
        return np.arange(first, len(self.lower))

    def rows(self, lower: Any, upper: Any) -> Any:
        """Add rows within bounds, empty so far; return their numbers."""
        first = len(self.row_lower)
        self.row_lower += np.asarray(lower, dtype=float).tolist()
        self.row_upper += np.asarray(upper, dtype=float).tolist()
        return np.arange(first, len(self.row_lower))

    def enter(self, rows: Any, columns: Any, coefficients: Any) -> None:
        """Put coefficients into rows; each place at most once."""
        rows, columns, values = np.broadcast_arrays(rows, columns, np.asarray(coefficients, dtype=float))
        self.entries.append((rows.ravel(), columns.ravel(), values.ravel()))

    def solve(
        self, costs: list[tuple[Any, Any]], *, maximise: bool = False, gap: float, nodes: int, hint: Any = None
    ) -> Solved | None:
        """Return the best answer within the work budget, None without any.

        Args:
            costs: (columns, their costs) of the objective.
            maximise: instead of minimise.
            gap: relative gap at which to stop.
            nodes: most branch-and-bound nodes; no clock is read.
            hint: values of the first columns to start from.
        """
        model = mathopt.Model.from_model_proto(self._proto(costs, maximise))
        extra = mathopt.ModelSolveParameters()
        if hint is not None:
            start = {model.get_variable(i): float(v) for i, v in enumerate(hint)}
            extra.solution_hints.append(mathopt.SolutionHint(variable_values=start))
        parameters = mathopt.SolveParameters(node_limit=nodes, relative_gap_tolerance=gap, threads=1, random_seed=1)
        result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=parameters, model_params=extra)
        if not result.has_primal_feasible_solution():
            return None
        by_variable = result.variable_values()
        values = np.array([by_variable[model.get_variable(i)] for i in range(len(self.lower))])
        return Solved(values=values, objective=result.objective_value(), bound=result.dual_bound())

    def _proto(self, costs: list[tuple[Any, Any]], maximise: bool) -> model_pb2.ModelProto:
        proto = model_pb2.ModelProto()
        proto.variables.ids.extend(range(len(self.lower)))
        proto.variables.lower_bounds.extend(self.lower)
        proto.variables.upper_bounds.extend(self.upper)
        proto.variables.integers.extend(self.whole)
        proto.objective.maximize = maximise
        columns = np.concatenate([np.asarray(c) for c, _ in costs])
        prices = np.concatenate([np.broadcast_to(np.asarray(p, dtype=float), np.shape(c)) for c, p in costs])
        order = np.argsort(columns)
        proto.objective.linear_coefficients.ids.extend(columns[order].tolist())
        proto.objective.linear_coefficients.values.extend(prices[order].tolist())
        proto.linear_constraints.ids.extend(range(len(self.row_lower)))
        proto.linear_constraints.lower_bounds.extend(self.row_lower)
        proto.linear_constraints.upper_bounds.extend(self.row_upper)
        rows, cells, values = (np.concatenate([entry[k] for entry in self.entries]) for k in range(3))
        order = np.lexsort((cells, rows))
        proto.linear_constraint_matrix.row_ids.extend(rows[order].tolist())
        proto.linear_constraint_matrix.column_ids.extend(cells[order].tolist())
        proto.linear_constraint_matrix.coefficients.extend(values[order].tolist())
        return proto


class SitingModel:
    """The columns and rows of one problem: sites open, zones covered, and when asked who fetches where.

    Columns come in the order open (candidates), covered (zones), twice (zones), so that a level's answer
    starts the next one.
    """

    def __init__(self, problem: SitingProblem, parts: Parts | None = None) -> None:
        """Build the rows of covering; ``parts`` leaves out what no better choice uses."""
        self.problem = problem
        may, must, self.use = parts or (~problem.forbidden, problem.fixed, np.ones(len(problem.zone), dtype=np.bool_))
        self.program = Program()
        self.zones, self.sites = len(problem.need), len(problem.capacity)
        self.open = self.program.columns(must, may, whole=True)
        self.near = problem.walk_m <= problem.limit_m
        usable = self.near & ~problem.forbidden[problem.candidate]
        self.choices = np.bincount(problem.zone[usable], minlength=self.zones)
        self.once = self.program.columns(np.zeros(self.zones), self.choices >= 1, whole=True)
        self.twice = self.program.columns(np.zeros(self.zones), self.choices >= 2, whole=True)
        self._open_as_many_as_asked()
        self._covered_when_sites_are_open_within_the_limit()

    def _open_as_many_as_asked(self) -> None:
        """Exactly ``opened`` sites are open."""
        row = self.program.rows([self.problem.opened], [self.problem.opened])
        self.program.enter(row, self.open, 1.0)

    def _covered_when_sites_are_open_within_the_limit(self) -> None:
        """A zone is covered only by an open site within the limit, twice only by two."""
        rows = self.program.rows(np.zeros(self.zones), np.full(self.zones, INFINITY))
        self.program.enter(rows[self.problem.zone[self.near]], self.open[self.problem.candidate[self.near]], 1.0)
        self.program.enter(rows, self.once, -1.0)
        self.program.enter(rows, self.twice, -1.0)

    def keep_at_least(self, columns: Any, weights: Any, value: int) -> None:
        """A level reached before is not given up."""
        row = self.program.rows([value], [INFINITY])
        self.program.enter(row, columns, weights)

    def keep_at_most(self, costs: list[tuple[Any, Any]], value: int) -> None:
        """A cost reached before is kept, with what may be conceded."""
        row = self.program.rows([-INFINITY], [value])
        for columns, prices in costs:
            self.program.enter(row, columns, prices)

    def add_walks(self) -> list[tuple[Any, Any]]:
        """Let need fetch at open sites with room; return the costs of walking, in basket-metres."""
        p = self.problem
        zone, site, need = p.zone[self.use], p.candidate[self.use], p.need[p.zone[self.use]]
        self.fetch = self.program.columns(np.zeros(len(zone)), need, whole=False)
        self.left = self.program.columns(np.zeros(self.zones), p.need, whole=False)
        every = self.program.rows(p.need, p.need)  # all need of a zone fetches somewhere, or is left
        self.program.enter(every[zone], self.fetch, 1.0)
        self.program.enter(every, self.left, 1.0)
        shut = self.program.rows(np.full(len(zone), -INFINITY), np.zeros(len(zone)))  # nobody fetches at a shut site
        self.program.enter(shut, self.fetch, 1.0)
        self.program.enter(shut, self.open[site], -need)
        room = self.program.rows(np.full(self.sites, -INFINITY), np.zeros(self.sites))  # nor more than it has room for
        self.program.enter(room[site], self.fetch, 1.0)
        self.program.enter(room, self.open, -p.capacity)
        return [(self.fetch, p.walk_m[self.use]), (self.left, p.overflow_m)]

    def add_stops(self) -> list[tuple[Any, Any]]:
        """Count the visits a truck pays each site a week; return their costs, one each."""
        p = self.problem
        visits = self.program.columns(np.zeros(self.sites), p.visits, whole=True)
        rows = self.program.rows(np.full(self.sites, -INFINITY), np.zeros(self.sites))
        self.program.enter(rows[p.candidate[self.use]], self.fetch, 1.0)
        self.program.enter(rows, visits, -p.per_visit)
        return [(visits, np.ones(self.sites))]
