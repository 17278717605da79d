"""R is a relaxation: it allows every plan, and leaving rules out never makes its leximin worse."""

from __future__ import annotations

from collections import Counter

import pytest

from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import Plan
from distrib.pipeline import plan_week
from distrib.solver.allocation.relaxation import FAMILIES, relax
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.program import Simplex
from distrib.solver.allocation.relaxation.reasons import values_without
from tests.instances import make_dataset

PLANNED: dict[str, dict[str, object]] = {
    "plain": {"seed": 1},
    "two depots and two types": {"seed": 2, "depots": 2, "basket_types": 2},
    "kits": {"seed": 3, "kits": True},
    "short fleet": {"seed": 4, "vans": 1, "trucks": 0, "programme_share": None},
    "scarce produce": {"seed": 5, "supply": 0.4, "programme_share": None},
    "same day": {"seed": 6, "lead_days": 0, "programme_share": None},
}
GRID_DUST = 1e-3
"""Micro-baskets per thousandth of a household: what rounding to the grid can turn round."""


@pytest.fixture(scope="module", params=PLANNED)
def planned(request: pytest.FixtureRequest) -> tuple[Dataset, Plan]:
    """A plan that the checker passed, made by the simple engine, which knows nothing of R."""
    dataset = make_dataset(sites=7, neighbourhoods=3, **PLANNED[request.param])  # type: ignore[arg-type]
    week = plan_week(dataset, effort="quick", allocator="greedy")
    return week.dataset, week.plan


def hold_baskets(model: Model, engine: Simplex, plan: Plan) -> None:
    """Hold every basket of the plan where the plan has it; each must have its column in R."""
    depot_of = {v.vehicle_id: v.depot_id for v in model.case.dataset.vehicles}
    dropped: Counter[tuple[object, ...]] = Counter()
    for row in plan.deliveries:
        dropped[row.site_id, row.date, depot_of[row.vehicle_id], type_of(row.basket_id)] += row.baskets
    fetched: Counter[tuple[object, ...]] = Counter()
    for share in plan.allocation:
        fetched[share.zone_id, share.site_id, type_of(share.basket_id)] += share.baskets
    assert set(dropped) <= set(model.network.drop)
    assert set(fetched) <= set(model.network.fetch)
    for key, column in model.network.drop.items():
        engine.set_column(column, dropped[key], dropped[key])
    for zone_key, column in model.network.fetch.items():
        engine.set_column(column, fetched[zone_key], fetched[zone_key])


def packed_by_source(model: Model, plan: Plan) -> dict[int, float]:
    """Rows of R's kg packed per lot class (or opening stock), depot and day are held at the plan's; returned by row."""
    packed: Counter[tuple[object, ...]] = Counter()
    for row in plan.stock_ledger:
        packed[row.lot_id, row.depot_id, row.date] += row.packed_g
    terms: dict[tuple[object, ...], list[tuple[int, float]]] = {}
    lots: dict[tuple[object, ...], list[str]] = {}
    for kind, arcs in (("lot", model.supply.arcs), ("stock", model.supply.stock_arcs)):
        for arc in arcs:
            key = (kind, arc.source, arc.depot_id, arc.packed)
            terms.setdefault(key, []).append((arc.column, 1.0))
            members = (
                model.supply.classes[arc.source].lots if kind == "lot" else [model.case.dataset.depot_stock[arc.source]]
            )
            lots[key] = [member.lot_id for member in members]
    kilos = {key: sum(packed[lot_id, key[2], key[3]] for lot_id in lots[key]) / 1000 for key in terms}
    assert sum(kilos.values()) == pytest.approx(sum(packed.values()) / 1000)
    return {model.program.equal(row, kilos[key]): kilos[key] for key, row in terms.items()}


def test_r_allows_the_plan_with_its_baskets_lots_and_days(planned: tuple[Dataset, Plan]) -> None:
    dataset, plan = planned
    model = build(Case(dataset=dataset))
    assert packed_by_source(model, plan)
    engine = Simplex(model.program)
    hold_baskets(model, engine, plan)
    assert engine.maximise([])


def test_no_plan_is_fairer_than_the_leximin_of_r(planned: tuple[Dataset, Plan]) -> None:
    dataset, plan = planned
    case = Case(dataset=dataset)
    got: Counter[tuple[str, str]] = Counter()
    for share in plan.allocation:
        got[case.programme_of[type_of(share.basket_id)], share.neighbourhood_id] += share.baskets * 10**6
    bound = relax(dataset).neighbourhood_value
    first = [k for k in bound if k[0] == case.programmes[0]]
    ours = sorted(got[k] / case.hood_weight_milli[k] for k in first)
    best = sorted(bound[k] / case.hood_weight_milli[k] for k in first)
    assert ours == pytest.approx(best) or ours < best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", FAMILIES)
def test_leaving_a_family_out_never_makes_the_leximin_worse(family: str, seed: int) -> None:
    dataset = make_dataset(
        20 + seed, sites=8, neighbourhoods=4, depots=1 + seed % 2, basket_types=1 + seed // 2, programme_share=(0.7, None, None, 0.9)[seed],
        supply=(1.2, 0.5, 0.9, 0.7)[seed], vans=(0, 1, 0, 2)[seed], trucks=(1, 0, 1, 0)[seed],
    )  # fmt: skip
    weights = Case(dataset=dataset).hood_weight_milli
    before, after = (values_without(dataset, None, without) for without in (frozenset[str](), frozenset({family})))
    old, new = (sorted(v / weights[k] for k, v in values.items()) for values in (before, after))
    differences = [a - b for a, b in zip(new, old, strict=True)]
    assert next((d for d in differences if abs(d) > GRID_DUST), 0.0) >= 0
