"""From tours that are settled to the plan: its proofs, its tables, its provenance, and the check that lets it out."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from distrib import checker, indicators, travel
from distrib.assembly import assemble
from distrib.errors import DistribError, Finding
from distrib.fitted import Fitted
from distrib.keeping import Kept
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.model.plan import Level, Plan
from distrib.model.routing import Routing, RoutingProblem
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.bounds import NO_BOUND, restated
from distrib.solver.allocation.protocol import Allocator
from distrib.solver.allocation.relaxation import binding_reasons, relax
from distrib.solver.routing.bound import transport_bound
from distrib.stages import Stages
from distrib.unserved import FinishedWeek, unserved_rows
from distrib.version import __version__

if TYPE_CHECKING:
    import pandas as pd

NOT_THE_LEAST = (
    "the bound holds for the stops of this allocation, each on its date; whether tours reach it is not known"
)
"""Why the level of transport is not proven."""
NO_TIME = "no bound was computed within the time limit"
"""Why it has no bound."""

VERSIONED = ("numba", "numpy", "ortools", "scipy")
"""Libraries whose version can change a plan."""


class RefusedPlanError(DistribError):
    """A defect of the program: a plan broke a rule, and was not written."""

    def __init__(self, breaches: tuple[checker.Breach, ...]) -> None:
        listed = "; ".join(f"{b.code} {b.message}" for b in breaches[:5])
        super().__init__(f"the plan broke {len(breaches)} rules and was not written: {listed}")
        self.breaches = breaches

    def __reduce__(self) -> tuple[object, ...]:
        """The error as another process gets it."""
        return type(self), (self.breaches,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWeek:
    """A checked plan with the resolved dataset it was made from.

    ``run`` holds time and memory by stage; it is never compared.
    """

    dataset: Dataset
    plan: Plan
    indicators: dict[str, indicators.Indicator]
    run: dict[str, object]

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the plan's tables as DataFrames by name, in the outside units of the CSV files."""
        from distrib.io.frames import plan_frames

        return plan_frames(self.plan)


def finished(
    dataset: Dataset,
    kept: Kept,
    *,
    allocator: Allocator,
    effort: Effort,
    warnings: tuple[Finding, ...],
    provenance: dict[str, str],
    stages: Stages,
    proofs: bool = True,
) -> PlannedWeek:
    """Return the checked plan of tours that are settled.

    Args:
        dataset: resolved.
        kept: allocation and tours.
        allocator: the engine that made the allocation.
        effort: of the bound of transport.
        warnings: of the input.
        provenance: of the plan.
        stages: of the run.
        proofs: False leaves out the bound of transport, and the reasons and remedies that ask for solves; the levels
            and the provenance say so.

    Raises:
        RefusedPlanError: a defect of the program; the plan broke a rule.
    """
    fitted = kept.fitted
    if proofs:
        with stages.stage("bound"):
            fitted = _bounded(dataset, fitted, effort)
    else:
        provenance = {**provenance, "proofs_left_out": "bound of transport, reasons, remedies"}
    with stages.stage("reasons"):
        lacking = "tours" if kept.price_cents is None else "tours or usual days"
        week = _explained(dataset, fitted, allocator, lacking, proofs=proofs)
        plan = _finished(week, warnings, unbounded=NO_BOUND if proofs else NO_TIME)
        plan = dataclasses.replace(plan, levels=(*plan.levels, *kept.levels()))
    with stages.stage("assemble"):
        plan = dataclasses.replace(plan, provenance=tuple(sorted(provenance.items())))
    with stages.stage("check"):
        breaches = checker.check(dataset, plan)
        if breaches:
            raise RefusedPlanError(breaches)
    with stages.stage("legs"):
        dataset = travel.with_leg_lines(dataset, plan)
    record = indicators.indicators(dataset, plan)
    return PlannedWeek(dataset=dataset, plan=plan, indicators=record, run=stages.record())


def _bounded(dataset: Dataset, fitted: Fitted, effort: Effort) -> Fitted:
    """Add the bound of what carrying the allocation's stops costs."""
    problem = RoutingProblem(dataset=dataset, tasks=fitted.tasks)
    bound = transport_bound(problem, fitted.routing, effort=effort)
    routing = dataclasses.replace(fitted.routing, bound_millicents=bound.millicents)
    return dataclasses.replace(fitted, routing=routing)


def _explained(dataset: Dataset, fitted: Fitted, allocator: Allocator, lacking: str, *, proofs: bool) -> FinishedWeek:
    """Return the week with the confirmed cause of each neighbourhood that falls short, its proof without routing's limits.

    What routing imposed is the finding of a search, not a rule: it may not make a bound tighter. Without ``proofs`` only
    that is seen to, and no cause is given.
    """
    allocation, limits = fitted.allocation, fitted.limits
    proves = "leximin" in allocator.features and bool(allocation.shares)
    if proves and limits != Limits():
        allocation = restated(dataset, allocation, relax(dataset), lacking=lacking)
    binding: dict[tuple[str, str], tuple[str, ...]] = {}
    if proves and proofs:
        relaxation = relax(dataset, limits=limits)
        binding = relaxation.binding
        reasons = binding_reasons(dataset, relaxation, limits)
        allocation = dataclasses.replace(allocation, limited_by=_limited(dataset, allocation, reasons))
    return FinishedWeek(
        dataset=dataset,
        allocation=allocation,
        tasks=fitted.tasks,
        routing=fitted.routing,
        limits=limits,
        binding=binding,
        solve=proves and proofs,
    )


def _limited(
    dataset: Dataset, allocation: Allocation, reasons: dict[tuple[str, str], str]
) -> tuple[tuple[str, str, str], ...]:
    """Return (programme, neighbourhood, reason) as the whole baskets are.

    Where whole baskets fall short of a need that the relaxation meets, no family of rules is the confirmed cause.
    """
    got: dict[tuple[str, str], int] = defaultdict(int)
    for share in allocation.shares:
        programme = dataset.basket_type_by_id[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    need: dict[tuple[str, str], int] = defaultdict(int)
    for (zone_id, basket_id), cell in dataset.zone_needs.items():
        need[dataset.basket_type_by_id[basket_id].programme, dataset.zone_by_id[zone_id].neighbourhood_id] += (
            cell.baskets
        )
    return tuple(
        (programme, hood, "need_met" if got[programme, hood] == need[programme, hood] else reason)
        for (programme, hood), reason in sorted(reasons.items())
        if got[programme, hood] == need[programme, hood] or reason != "need_met"
    )


def _finished(week: FinishedWeek, warnings: tuple[Finding, ...], *, unbounded: str) -> Plan:
    dataset, routing = week.dataset, week.routing
    plan = assemble(dataset, week.allocation, week.tasks, routing)
    carrying = Fraction(indicators.transport_millicents(dataset, plan), 100_000)
    costs = (_transport_level(carrying, routing, unbounded), _cost_level(plan, carrying))
    texts = tuple(f"{w.code}: {w.message}" for w in warnings)
    plan = dataclasses.replace(plan, levels=(*plan.levels, *costs), warnings=texts)
    return dataclasses.replace(plan, unserved=unserved_rows(week, plan))


def _transport_level(value: Fraction, routing: Routing, unbounded: str) -> Level:
    """What the tours cost, and what carrying the same stops, each on its date, costs at least; ``unbounded``: why there is none."""
    bound = None if routing.bound_millicents is None else Fraction(routing.bound_millicents, 100_000)
    proven = bound is not None and value <= bound
    why = unbounded if bound is None else "" if proven else NOT_THE_LEAST
    return Level(name="transport", value=value, bound=bound, unit="EUR", proven=proven, why_not_proven=why)


def _cost_level(plan: Plan, carrying: Fraction) -> Level:
    """Tours and purchases together; other purchases would ask for other stops, which nothing bounds yet."""
    return Level(
        name="cost",
        value=sum((Fraction(row.cents, 100) for row in plan.collections), carrying),
        bound=None,
        unit="EUR",
        proven=False,
        why_not_proven="no lower bound of tours and purchases together was computed",
    )


def expected_provenance(
    dataset: Dataset,
    effort: Effort,
    seed: int,
    *,
    allocator: str = allocation_engines.DEFAULT,
    router: str = routing_engines.DEFAULT,
) -> dict[str, str]:
    """Return the provenance a plan of this dataset would carry: input digests, versions, engines, seed, effort."""
    versions = [("distrib", __version__), *((name, importlib.metadata.version(name)) for name in VERSIONED)]
    source = dataset.travel.source if dataset.travel is not None else dataset.settings.travel.mode
    inputs = [(f"sha256 {name}", digest) for name, digest in dataset.fingerprint]
    return {
        "allocator": allocator,
        "router": router,
        "effort": str(effort),
        "seed": str(seed),
        "travel": source,
        **{f"version {name}": version for name, version in versions},
        **dict(inputs),
    }
