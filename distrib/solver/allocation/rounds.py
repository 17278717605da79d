"""Collections concentrated on few rounds: what a stop at a farm, and a trip to its area, cost per kg collected.

A fixed cost per round has no place in a linear programme. So a few of them are solved one after the other, each with the fixed
cost spread over the kg that the one before collected (dynamic slope scaling, Kim and Pardalos 1999,
doi:10.1016/S0167-6377(99)00034-5): rounds with little on them get dear and empty, full ones get cheap.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.solver.allocation.goods_program import GoodsColumns
from distrib.solver.allocation.mixed_program import Answer, MixedProgram
from distrib.solver.allocation.prices import PRICE
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.warm import WarmProgram

STOP = 30 * PRICE
"""Cost of a stop of ours at a farm on a date: what 30 EUR of purchases cost."""
TRIP = 60 * PRICE
"""Cost of sending anybody to an area on a date: what 60 EUR of purchases cost."""
AREA_S = 600
"""Farms within ten minutes of each other are of one area."""
SLOPES = 10
"""Most linear programmes solved one after the other."""

Round = tuple[str, str, dt.date]
"""(farm_id, depot_id, date)."""
Prices = dict[Round, float]
"""What a kg collected by a round costs besides its price."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """``columns``: round → columns in kg of what it can collect; ``area``: farm_id → number of its area."""

    columns: dict[Round, list[int]]
    area: dict[str, int]

    def prices(self, kg: dict[Round, float], before: Prices) -> Prices:
        """Return the cost of a stop and of its part of a trip spread over the kg; a round without any keeps its price."""
        trip: dict[tuple[int, str, dt.date], float] = defaultdict(float)
        for (farm, depot, date), amount in kg.items():
            trip[self.area[farm], depot, date] += amount
        found = {}
        for key, amount in kg.items():
            together = trip[self.area[key[0]], key[1], key[2]]
            found[key] = STOP / max(1.0, amount) + TRIP / max(1.0, together) if amount else before[key]
        return found


def rounds_of(dataset: Dataset, supply: Supply, goods: GoodsColumns) -> Rounds:
    """Return the rounds of ours with their columns in a programme of goods."""
    found: dict[Round, list[int]] = defaultdict(list)
    for one in supply.goods:
        for number, arrival in enumerate(one.arrivals):
            if not arrival.delivered:
                found[one.farm_id, arrival.depot_id, arrival.date].append(goods.arrives[one.lot_id, number])
    return Rounds(dict(sorted(found.items())), areas(dataset))


def areas(dataset: Dataset) -> dict[str, int]:
    """Return the number of each farm's area: farms joined by short drives."""
    travel = dataset.travel
    farms = [f.farm_id for f in dataset.farms if travel is not None and f.farm_id in travel]
    if travel is None or not farms:
        return {f.farm_id: n for n, f in enumerate(dataset.farms)}
    at = [travel.index(f) for f in farms]
    seconds = travel.seconds[np.ix_(at, at)]
    near = (seconds <= AREA_S) & (seconds != UNREACHABLE)
    return dict(zip(farms, connected_components(near, directed=False)[1].tolist(), strict=True))


def first_prices(program: MixedProgram, rounds: Rounds) -> Prices:
    """Return the prices as if every round collected all it can."""
    kg = {key: sum(program.upper[c] for c in columns) for key, columns in rounds.columns.items()}
    return rounds.prices(kg, dict.fromkeys(kg, 0.0))


def concentrated(
    program: MixedProgram, warm: WarmProgram, rounds: Rounds, prices: Prices
) -> tuple[Answer | None, Prices]:
    """Solve a linear programme with new prices until they stay; return its last answer and the prices that follow from it.

    The programme, and ``warm`` that solves it, keep the prices of the last answer.
    """
    plain = list(program.cost)
    answer = None
    for _ in range(SLOPES):
        add_prices(program, rounds, prices, plain)
        warm.set_costs((c, program.cost[c]) for columns in rounds.columns.values() for c in columns)
        answer = warm.solve()
        if answer is None:
            break
        kg = {key: round(sum(answer.values[c] for c in columns), 3) for key, columns in rounds.columns.items()}
        before, prices = prices, rounds.prices(kg, prices)
        if prices == before:
            break
    return answer, prices


def add_prices(program: MixedProgram, rounds: Rounds, prices: Prices, plain: list[float]) -> None:
    """Price the rounds on top of the plain costs of the columns."""
    for key, columns in rounds.columns.items():
        for column in columns:
            program.cost[column] = plain[column] + prices[key]
