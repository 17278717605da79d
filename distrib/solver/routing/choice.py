"""The cheapest choice among vehicle-days met: a set partition solved by CP-SAT, as column generation ends with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from distrib.solver.routing.construction import Draft, worth
from distrib.solver.routing.day import Day
from distrib.solver.routing.insertion import VehicleDay

MOST = 3000
"""Vehicle-days kept: the latest ones, and always those of the draft to improve."""
WORK = 1.0
"""Deterministic seconds of one choice."""
COST_STEP = 1800
"""Costs are chosen by in these units (a tenth of a millicent), so that sums stay small."""

Key = tuple[int, frozenset[int]]


class Pool:
    """Vehicle-days of one date, each timed exactly; the cheapest of every kind of vehicle and set of stops."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.met: dict[Key, VehicleDay] = {}

    def add(self, draft: Draft) -> None:
        """Keep the draft's vehicle-days."""
        for v in draft.used:
            run = draft.runs[v]
            key = self._key(draft, v)
            known = self.met.pop(key, run)
            self.met[key] = run if run.cost < known.cost else known

    def best(self, draft: Draft) -> Draft:
        """The draft, or one of vehicle-days met that carries the same stops for less."""
        self.add(draft)
        carried = frozenset(range(len(self.day.tasks))) - draft.left
        mine = {self._key(draft, v) for v in draft.used}
        columns = [key for key in self.met if key[1] <= carried]
        columns = sorted({*columns[-MOST:], *mine}, key=lambda key: (key[0], sorted(key[1])))
        chosen = self._chosen(columns, carried, mine)
        other = draft if chosen is None else self._draft(draft, chosen)
        return other if worth(self.day, other) < worth(self.day, draft) else draft

    def _key(self, draft: Draft, v: int) -> Key:
        return self.day.kinds[v], frozenset(t for trip in draft.runs[v].trips for t in trip)

    def _chosen(self, columns: Sequence[Key], carried: frozenset[int], mine: set[Key]) -> list[Key] | None:
        """Columns that carry each stop once, within the vehicles and drivers of the day, at the least cost."""
        model = cp_model.CpModel()
        use = [model.new_bool_var("") for _ in columns]
        for t in sorted(carried):
            model.add_exactly_one(use[c] for c, (_, tasks) in enumerate(columns) if t in tasks)
        for kind in sorted({kind for kind, _ in columns}):
            members = [use[c] for c, key in enumerate(columns) if key[0] == kind]
            model.add(cp_model.LinearExpr.sum(members) <= self.day.kinds.count(kind))
        self._drivers(model, use, columns)
        costs = [self.met[key].cost // COST_STEP for key in columns]
        model.minimize(cp_model.LinearExpr.weighted_sum(use, costs))
        for c, key in enumerate(columns):
            model.add_hint(use[c], key in mine)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = WORK
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [key for c, key in enumerate(columns) if solver.value(use[c])]

    def _drivers(self, model: cp_model.CpModel, use: Sequence[cp_model.IntVar], columns: Sequence[Key]) -> None:
        """The people of the day can drive the vehicles chosen, those with licence C the heavy ones."""
        people = self.day.dataset.drivers_on(self.day.date)
        if people is None:
            return
        heavy = [use[c] for c, key in enumerate(columns) if self.met[key].rules.vehicle.needs_licence_c]
        model.add(cp_model.LinearExpr.sum(list(use)) <= people[0])
        model.add(cp_model.LinearExpr.sum(heavy) <= people[1])

    def _draft(self, draft: Draft, chosen: Sequence[Key]) -> Draft:
        """The chosen vehicle-days by vehicle, each kind's vehicles in their order."""
        runs = [run.rules.empty for run in draft.runs]
        free: dict[int, list[int]] = {}
        for v, kind in enumerate(self.day.kinds):
            free.setdefault(kind, []).append(v)
        for key in chosen:
            runs[free[key[0]].pop(0)] = self.met[key]
        return replace(draft, runs=tuple(runs))
