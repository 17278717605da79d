"""A pool of routes and the cheapest choice among them, by linear programme and CP-SAT."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from benchmarks.routing.published.instance import Route
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Run, cost_of, length_of

MOST = 3000
"""Routes that CP-SAT chooses from: those of least reduced cost."""


class Pool:
    """Routes met, the cheapest of each kind of vehicle and set of stops."""

    def __init__(self, scaled: Scaled) -> None:
        self.scaled = scaled
        self.seen: set[Run] = set()
        self.cheapest: dict[tuple[int, frozenset[int]], tuple[int, Run]] = {}

    def add(self, runs: Sequence[Run]) -> None:
        """Keep these runs, each of which must be feasible, and the same by every other kind of vehicle that could drive it."""
        for run in runs:
            if run in self.seen:
                continue
            self.seen.add(run)
            length, load = length_of(self.scaled, run.stops), _largest_load(self.scaled, run.stops)
            stops = frozenset(run.stops) - {0}
            for number, kind in enumerate(self.scaled.kinds):
                if load > kind.capacity or (0 in run.stops and not kind.reloads):
                    continue
                cost = kind.fixed + kind.per_distance * length
                known = self.cheapest.get((number, stops))
                if known is None or cost < known[0]:
                    self.cheapest[number, stops] = cost, Run(kind=number, stops=run.stops)

    def choose(self, incumbent: Sequence[Run], seconds: float) -> list[Run] | None:
        """The cheapest runs of the pool that visit each stop once; None when nothing is found in the time."""
        self.add(incumbent)
        columns = list(self.cheapest.values())
        known = {self.cheapest[run.kind, frozenset(run.stops) - {0}][1] for run in incumbent}
        rows, limits = self._rows([run for _, run in columns])
        costs = np.array([cost for cost, _ in columns], dtype=float)
        gap = sum(cost_of(self.scaled, run) for run in incumbent)
        keep = _promising(costs, rows, limits, gap, seconds)
        if keep is None:
            return None
        chosen = sorted({*keep, *(k for k, (_, run) in enumerate(columns) if run in known)})
        return self._chosen([columns[k] for k in chosen], known, seconds)

    def _rows(self, runs: Sequence[Run]) -> tuple[csr_matrix, np.ndarray]:
        """A row per stop (visited once) and per kind of vehicle (no more than there are)."""
        stops = self.scaled.instance.stops
        entries = [(place - 1, c) for c, run in enumerate(runs) for place in run.stops if place]
        entries += [(stops + run.kind, c) for c, run in enumerate(runs)]
        at = np.array(entries).T
        size = (stops + len(self.scaled.kinds), len(runs))
        limits = np.array([kind.useful for kind in self.scaled.kinds], dtype=float)
        return csr_matrix((np.ones(at.shape[1]), (at[0], at[1])), shape=size), limits

    def _chosen(self, columns: Sequence[tuple[int, Run]], known: set[Run], seconds: float) -> list[Run] | None:
        model = cp_model.CpModel()
        use = [model.new_bool_var("") for _ in columns]
        by_stop: dict[int, list[int]] = {}
        by_kind: dict[int, list[int]] = {}
        for c, (_, run) in enumerate(columns):
            by_kind.setdefault(run.kind, []).append(c)
            for place in run.stops:
                if place:
                    by_stop.setdefault(place, []).append(c)
        for members in by_stop.values():
            model.add_exactly_one(use[c] for c in members)
        for kind, members in by_kind.items():
            if len(members) > self.scaled.kinds[kind].useful:
                model.add(sum(use[c] for c in members) <= self.scaled.kinds[kind].useful)
        model.minimize(cp_model.LinearExpr.weighted_sum(use, [cost for cost, _ in columns]))
        for c, (_, run) in enumerate(columns):
            model.add_hint(use[c], run in known)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.linearization_level = 2
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [run for c, (_, run) in enumerate(columns) if solver.value(use[c])]


def _largest_load(scaled: Scaled, stops: Route) -> int:
    """Load of the fullest trip of a run."""
    loads = [0]
    for place in stops:
        if place:
            loads[-1] += scaled.demand[place]
        else:
            loads.append(0)
    return max(loads)


def _promising(
    costs: np.ndarray, rows: csr_matrix, limits: np.ndarray, incumbent: float, seconds: float
) -> list[int] | None:
    """Columns of least reduced cost that could be in a choice cheaper than the incumbent; None when time is over before."""
    stops = rows.shape[0] - len(limits)
    found = linprog(
        costs,
        A_eq=rows[:stops],
        b_eq=np.ones(stops),
        A_ub=rows[stops:],
        b_ub=limits,
        bounds=(0, None),
        method="highs",
        options={"time_limit": max(0.01, seconds)},
    )
    if found.status != 0:
        return None
    reduced = costs - found.eqlin.marginals @ rows[:stops] - found.ineqlin.marginals @ rows[stops:]
    within = np.nonzero(reduced < incumbent - found.fun)[0]
    order: list[int] = within[np.argsort(reduced[within], kind="stable")][:MOST].tolist()
    return order
