"""The leximin of R against a brute force that shares nothing with it but the linear programme."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation import FAMILIES, MICRO, relax
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case
from tests.instances import make_dataset

WEEKS: dict[str, dict[str, object]] = {
    "plain": {"seed": 1},
    "no programme": {"seed": 2, "programme_share": None},
    "scarce produce": {"seed": 3, "programme_share": None, "supply": 0.5},
    "short fleet": {"seed": 4, "programme_share": None, "vans": 1, "trucks": 0},
    "two types": {"seed": 5, "basket_types": 2, "programme_share": None, "supply": 0.7},
    "kits": {"seed": 6, "kits": True, "programme_share": 0.6},
    "kits and scarce produce": {"seed": 7, "kits": True, "programme_share": None, "supply": 0.6},
    "two depots": {"seed": 8, "depots": 2, "programme_share": None, "supply": 0.8},
    "priorities": {"seed": 9, "priorities": True, "programme_share": 0.8},
    "priorities and scarce produce": {"seed": 10, "priorities": True, "programme_share": None, "supply": 0.6},
    "lead time of two days": {"seed": 11, "lead_days": 2, "programme_share": None, "supply": 0.9},
    "same day": {"seed": 12, "lead_days": 0, "programme_share": None, "vans": 1},
    "everything": {"seed": 13, "basket_types": 2, "kits": True, "depots": 2, "priorities": True, "supply": 0.7, "programme_share": 0.9},
}  # fmt: skip

NEAR = 1e-5
"""Baskets: brute force holds earlier levels with a slack, which costs kits twenty times as much as baskets."""


def dataset_of(name: str) -> Dataset:
    return make_dataset(sites=9, neighbourhoods=4, **WEEKS[name])  # type: ignore[arg-type]


class BruteForce:
    """Leximin by its definition: who can still rise above the level is asked one by one, each with its own programme."""

    def __init__(self, model: Model) -> None:
        p = model.program
        self.model = model
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

    def leximin(
        self, shares: dict[tuple[str, str], int], weights: dict[tuple[str, str], int]
    ) -> dict[tuple[str, str], float]:
        """Coverage of each key; what was found is kept as a lower bound for the next call."""
        free, n = dict(shares), len(self.high)
        found: dict[tuple[str, str], float] = {}
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


def brute_values(dataset: Dataset) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Baskets of neighbourhoods and zones, programme by programme."""
    model = build(Case(dataset=dataset))
    case, net = model.case, model.network
    brute = BruteForce(model)
    hoods: dict[tuple[str, str], float] = dict.fromkeys(case.hood_weight_milli, 0.0)
    zones: dict[tuple[str, str], float] = dict.fromkeys(case.zone_weight_milli, 0.0)
    for programme in case.programmes:
        for shares, weights, values in (
            (net.hood_share, case.hood_weight_milli, hoods),
            (net.zone_share, case.zone_weight_milli, zones),
        ):
            mine = {k: c for k, c in shares.items() if k[0] == programme}
            for key, coverage in brute.leximin(mine, weights).items():
                values[key] = coverage * weights[key] / 1000
    return hoods, zones


@pytest.mark.parametrize("name", WEEKS)
def test_values_equal_brute_force(name: str) -> None:
    dataset = dataset_of(name)
    hoods, zones = brute_values(dataset)
    relaxation = relax(dataset)
    for key, value in hoods.items():
        assert relaxation.neighbourhood_value[key] / MICRO == pytest.approx(value, abs=NEAR), key
    for key, value in zones.items():
        assert relaxation.zone_value[key] / MICRO == pytest.approx(value, abs=NEAR), key
