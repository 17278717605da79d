"""Leximin by its definition, slow and plain, to check the fast one."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from distrib.solver.allocation.relaxation.program import LinearProgram

Key = tuple[str, str]


class BruteForce:
    """Leximin by its definition: who can still rise above the level is asked one by one, each with its own programme."""

    def __init__(self, p: LinearProgram) -> None:
        rows = [i for i, terms in enumerate(p.rows) for _ in terms]
        columns = [c for terms in p.rows for c, _ in terms]
        data = [v for terms in p.rows for _, v in terms]
        a = csr_array((data, (rows, columns)), shape=(len(p.rows), len(p.upper)))
        low, high = np.array(p.row_lower), np.array(p.row_upper)
        same = low == high
        self.equal, self.equal_to = a[same], high[same]
        above, below = ~same & np.isfinite(high), ~same & np.isfinite(low)
        self.most = vstack([a[above], -a[below]])
        self.most_to = np.concatenate([high[above], -low[below]])
        self.low, self.high = np.zeros(len(p.upper)), np.array(p.upper)

    def _solve(self, objective: dict[int, float], level_of: list[int]) -> float:
        """Maximise; the column after the last is t, with coverage >= t for those listed."""
        n, k = len(self.high), len(level_of)
        c = np.zeros(n + 1)
        for j, v in objective.items():
            c[j] = -v
        levels = csr_array(
            (np.concatenate([-np.ones(k), np.ones(k)]), (np.tile(np.arange(k), 2), np.array([*level_of, *([n] * k)]))), shape=(k, n + 1)
        )  # fmt: skip
        found = linprog(
            c,
            A_ub=vstack([hstack([self.most, csr_array((self.most.shape[0], 1))]), levels]),
            b_ub=np.concatenate([self.most_to, np.zeros(k)]),
            A_eq=hstack([self.equal, csr_array((self.equal.shape[0], 1))]),
            b_eq=self.equal_to,
            bounds=np.column_stack([np.append(self.low, 0.0), np.append(self.high, 100.0)]),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )
        assert found.status == 0, found.message
        return float(-found.fun)

    def leximin(self, shares: dict[Key, int], weights: dict[Key, int]) -> dict[Key, float]:
        """Coverage of each key; what was found is kept as a lower bound for the next call."""
        free, n = dict(shares), len(self.high)
        found: dict[Key, float] = {}
        while free:
            level = self._solve({n: 1.0}, list(free.values()))
            for column in free.values():
                self.low[column] = max(self.low[column], level - 2e-9)
            stuck = []
            for key, column in free.items():
                most = self._solve({column: 1.0}, [])
                if (most - level) * weights[key] / 1000 <= 1e-5:
                    stuck.append(key)
            assert stuck
            for key in stuck:
                found[key] = level
                del free[key]
        return found
