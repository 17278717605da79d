"""The straightforward formulation: whole baskets and all the rules of a week in one mixed-integer programme."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class OneModel:
    """What the one model came to: the lowest coverage reached and its bound (None: no answer), seconds, size."""

    lowest: float | None
    bound: float | None
    baskets: float
    seconds: float
    columns: int
    rows: int

    @property
    def gap_pct(self) -> float | None:
        """Gap between the lowest coverage and its bound, in percent of the bound."""
        if self.lowest is None or self.bound is None:
            return None
        return 100 * max(0.0, self.bound - self.lowest) / max(self.bound, 1e-9)


def solve_one_model(dataset: Dataset, *, seconds: float) -> OneModel:
    """Raise the lowest coverage first and the baskets second, with HiGHS, within a time limit.

    Baskets by zone and site, by site, day and depot, and by day are whole; kilograms are not, and neither recipes in
    portions nor whole crates are asked for: less than a plan needs, and only the first of the levels of a leximin.
    """
    started = time.perf_counter()
    model = build(Case(dataset=dataset))
    lp, net = model.program, model.network
    level = lp.column(1.0)
    for column in net.hood_share.values():
        lp.at_least([(column, 1.0), (level, -1.0)], 0.0)
    whole = np.zeros(len(lp.upper))
    whole[[*net.fetch.values(), *net.drop.values(), *net.packed.values()]] = 1
    cost = np.zeros(len(lp.upper))
    total = sum(model.case.type_need.values())
    cost[level] = -1.0
    cost[list(net.fetch.values())] = -1e-3 / total
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(np.array(lp.lower), np.array(lp.upper)),
        constraints=LinearConstraint(_matrix(model), np.array(lp.row_lower), np.array(lp.row_upper)),
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    solved = found.x is not None
    return OneModel(
        lowest=float(found.x[level]) if solved else None,
        bound=None if found.mip_dual_bound is None else min(1.0, -float(found.mip_dual_bound)),
        baskets=float(found.x[list(net.fetch.values())].sum()) if solved else 0.0,
        seconds=time.perf_counter() - started,
        columns=len(lp.upper),
        rows=len(lp.rows),
    )


def _matrix(model: Model) -> csr_array:
    rows = model.program.rows
    start = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    columns = np.array([c for r in rows for c, _ in r])
    return csr_array(
        (np.array([v for r in rows for _, v in r]), columns, start), shape=(len(rows), len(model.program.upper))
    )
