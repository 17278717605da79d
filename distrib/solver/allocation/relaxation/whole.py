"""How many baskets every plan lacks of whole parts of fair values because portions and crates are whole: what R does not know.

R's recipes are bands on a day's kg. Whole portions allow less: the kg in n baskets are n times a point of the convex hull of the
recipes in whole portions, however many variants there are. Here that hull takes the place of the bands, one recipe after the
other, as prices of the linear programme ask for them (Dantzig and Wolfe 1960, doi:10.1287/opre.8.1.101); the recipe worth most at given prices
is a knapsack over weight, fruit and number of products, solved exactly. So every plan in whole portions keeps the rows of the
programme, and with offers cut down to whole crates every plan in whole crates does too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

from distrib.model.goods import BasketType, Product
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.program import INFINITY, LinearProgram, proto_of
from distrib.solver.allocation.relaxation.recipe_kernels import NEVER, Ints, best_recipe

Slot = tuple[dt.date, str, str]
"""(date, depot_id, basket_id)."""
GRID = 10**9
"""Parts of a basket in which prices of portions are counted."""
MOST_WEIGHTS = 2_000
"""Weights of a basket, in the common unit of its portions, beyond which recipes are not priced."""
ROUNDS = 200
"""Most linear programmes solved one after the other."""
GAINS = 1e-7
"""A recipe that gains less for a basket is none to add."""
CAREFUL = 0.01
"""What a bound on missing baskets is given away by, for the rounding of doubles, before it is rounded up to whole ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """``least``: baskets that every plan lacks, all neighbourhoods together.

    ``recipes``: portions by product, and the baskets of that recipe in the last programme, by slot; the most baskets first.
    """

    least: int
    recipes: dict[Slot, tuple[tuple[dict[str, int], float], ...]]


def lacking(case: Case, wanted: dict[tuple[str, str], int], *, portions: bool, crates: bool) -> Lacking | None:
    """Return what every plan lacks of the baskets wanted; None when that was not found out.

    Args:
        case: of R.
        wanted: whole baskets by (programme, neighbourhood_id).
        portions: whether recipes are in whole portions.
        crates: whether no more of a lot can be had than its whole crates.
    """
    model = build(in_whole_crates(case) if crates else case)
    lp, net = model.program, model.network
    short = []
    for key, column in net.hood_share.items():
        if wanted.get(key):
            short.append(lp.column(wanted[key]))
            head = wanted[key] + case.hood_head[key]
            lp.at_least([(column, case.hood_weight_milli[key] / 1000), (short[-1], 1.0)], head)
    never = sum(n for key, n in wanted.items() if key not in net.hood_share)
    slots = _priced_slots(model) if portions else []
    if slots is None:
        return None
    return _Master(lp, short, slots).solve(never)


def in_whole_crates(case: Case) -> Case:
    """Return the case with offers cut down to whole crates."""
    data = case.dataset
    crate_g = {p.product_id: p.crate_g for p in data.products}
    lots = tuple(dataclasses.replace(x, offer_g=x.offer_g - x.offer_g % crate_g[x.product_id]) for x in data.lots)
    return dataclasses.replace(case, dataset=dataclasses.replace(data, lots=lots))


@dataclass(frozen=True, slots=True, kw_only=True)
class _PricedSlot:
    """A slot whose recipes are priced: its products, its rows in the programme, and rule G3 in units of ``unit_g``.

    ``most_baskets``: no more of it are made in any plan. ``total_row`` counts the baskets, ``rows`` the kg by product.
    """

    slot: Slot
    products: tuple[str, ...]
    unit_g: int
    size: Ints
    fruit: Ints
    most: Ints
    basket: BasketType
    most_baskets: int
    total_row: int
    rows: tuple[int, ...]

    def best(self, duals: Sequence[float]) -> tuple[float, Ints | None]:
        """Return what a basket of the best recipe gains at the duals, and its portions; None without a recipe."""
        kg = (self.size * self.unit_g / 1000).tolist()
        worth = np.array([round(duals[r] * w * GRID) for r, w in zip(self.rows, kg, strict=True)], dtype=np.int64)
        least, top = -(-self.basket.min_g // self.unit_g), self.basket.max_g // self.unit_g
        kinds = max(1, self.basket.min_products)
        best, portions = best_recipe(
            worth, self.size, self.fruit, self.most, least, top, self.basket.min_fruit_bp, kinds
        )
        return (best / GRID + duals[self.total_row], portions) if best != NEVER else (0.0, None)


def _priced_slots(model: Model) -> list[_PricedSlot] | None:
    """Add the rows that recipes fill; return the slots, None where weights of baskets are too many. Kits are whole as they are."""
    data = model.case.dataset
    columns: dict[Slot, dict[str, int]] = defaultdict(dict)
    for (product_id, date, depot_id, basket_id), column in model.supply.in_type.items():
        columns[date, depot_id, basket_id][product_id] = column
    found = []
    for slot, packed in sorted(model.network.packed.items()):
        basket = data.basket_type_by_id[slot[2]]
        if not basket.contents:
            products = [data.product_by_id[p] for p in sorted(columns[slot])]
            found.append(_priced_slot(model, slot, basket, products, packed, columns[slot]))
    too_fine = any(one.basket.max_g // one.unit_g > MOST_WEIGHTS for one in found)
    return None if too_fine else found


def _priced_slot(
    model: Model, slot: Slot, basket: BasketType, products: list[Product], packed: int, kilos: dict[str, int]
) -> _PricedSlot:
    unit = reduce(math.gcd, (p.portion_g for p in products), 0) or 1
    lp = model.program
    return _PricedSlot(
        slot=slot,
        products=tuple(p.product_id for p in products),
        unit_g=unit,
        size=np.array([p.portion_g // unit for p in products], dtype=np.int64),
        fruit=np.array([int(p.group == "fruit") for p in products], dtype=np.int64),
        most=np.array([p.max_portions_per_basket for p in products], dtype=np.int64),
        basket=basket,
        most_baskets=model.case.type_need[slot[2]],
        total_row=lp.equal([(packed, -1.0)]),
        rows=tuple(lp.equal([(kilos[p.product_id], -1.0)]) for p in products),
    )


class _Master:
    """The linear programme that recipes are added to: as few baskets short as can be."""

    def __init__(self, program: LinearProgram, short: list[int], slots: list[_PricedSlot]) -> None:
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        if fault := self._solver.LoadModelFromProto(proto_of(program)):
            raise ValueError(fault)
        self._rows = self._solver.constraints()
        self._count = len(program.upper)
        for column in short:
            self._solver.Objective().SetCoefficient(self._solver.variables()[column], 1.0)
        self._solver.Objective().SetMinimization()
        self._slots = slots
        self._made: dict[Slot, list[tuple[dict[str, int], int]]] = defaultdict(list)

    def solve(self, never: int) -> Lacking | None:
        """Return the least that is lacking, ``never`` more included; None without an answer.

        Whatever the recipes not yet there, no plan lacks less than the value less what they could gain at its prices.
        """
        least, answer = 0.0, None
        for _ in range(ROUNDS):
            if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
                break
            answer = linear_solver_pb2.MPSolutionResponse()
            self._solver.FillSolutionResponseProto(answer)
            room = self._add_recipes(answer.dual_value)
            least = max(least, answer.objective_value - room)
            if not room or math.ceil(least - CAREFUL) >= math.ceil(answer.objective_value - CAREFUL):
                break
        if answer is None:
            return None
        return Lacking(least=never + max(0, math.ceil(least - CAREFUL)), recipes=self._recipes(answer.variable_value))

    def _add_recipes(self, duals: Sequence[float]) -> float:
        """Add the best recipe of each slot; return what all recipes together could gain."""
        room = 0.0
        for one in self._slots:
            gain, portions = one.best(duals)
            if portions is None or gain <= GAINS:
                continue
            room += gain * one.most_baskets
            column = self._solver.NumVar(0.0, INFINITY, "")
            self._rows[one.total_row].SetCoefficient(column, 1.0)
            recipe = {}
            for number, n in enumerate(portions.tolist()):
                if n:
                    recipe[one.products[number]] = n
                    self._rows[one.rows[number]].SetCoefficient(column, n * int(one.size[number]) * one.unit_g / 1000)
            self._made[one.slot].append((recipe, self._count))
            self._count += 1
        return room

    def _recipes(self, values: Sequence[float]) -> dict[Slot, tuple[tuple[dict[str, int], float], ...]]:
        found = {}
        for slot, made in sorted(self._made.items()):
            used = [(recipe, round(values[c], 6)) for recipe, c in made if c < len(values)]
            found[slot] = tuple(sorted((one for one in used if one[1] > 0), key=lambda one: -one[1]))
        return found
