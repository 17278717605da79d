"""The one path from a dataset to a checked plan."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from distrib import checker, indicators, travel
from distrib.assembly import assemble
from distrib.errors import DistribError, Finding, ImpossibleError
from distrib.io.validation import findings_after_resolution
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.model.plan import Level, Plan
from distrib.model.routing import Routing, RoutingProblem, Task
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.protocol import Allocator
from distrib.solver.routing.protocol import Router
from distrib.solver.routing.tasks import finer, tasks_of
from distrib.stages import Progress, Stages
from distrib.unserved import unserved_rows
from distrib.version import __version__

if TYPE_CHECKING:
    import pandas as pd

ROUNDS = 12
"""How often an allocation is taken back within what routing could carry. From the third round on the days
that overflow are cut by half, so that the last rounds are about nothing at all."""


HALVINGS = 2
"""How often what no tour carries is cut in two and tried again, before less is allocated."""

VERSIONED = ("numba", "numpy", "ortools", "scipy")
"""Libraries whose version can change a plan."""


class RefusedPlanError(DistribError):
    """A defect of the program: a plan broke a rule, and was not written."""

    def __init__(self, breaches: tuple[checker.Breach, ...]) -> None:
        listed = "; ".join(f"{b.code} {b.message}" for b in breaches[:5])
        super().__init__(f"the plan broke {len(breaches)} rules and was not written: {listed}")
        self.breaches = breaches


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


def plan_week(
    dataset: Dataset | str | Path,
    *,
    scenarios: tuple[str | Path, ...] = (),
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    allocator: str = allocation_engines.DEFAULT,
    router: str = routing_engines.DEFAULT,
    language: str | None = None,
    warnings: tuple[Finding, ...] = (),
    progress: Progress | None = None,
) -> PlannedWeek:
    """Plan one week and prove that the plan keeps every rule.

    Args:
        dataset: a dataset, or the path of one.
        scenarios: scenario files applied in order (only with a path).
        effort: the work budget.
        seed: breaks ties; the same seed gives the same plan.
        allocator: name of the allocation engine.
        router: name of the routing engine.
        language: of explanations and people's outputs (default: the dataset's).
        warnings: findings of the reader, for the plan's list of warnings (only with a dataset).
        progress: called with the name of each stage as it begins.

    Raises:
        BadInputError: the dataset holds faults.
        ImpossibleError: there is need but no plan can deliver one basket.
        RefusedPlanError: a defect of the program; the plan broke a rule.
    """
    stages = Stages(tell=progress)
    effort = Effort(effort)
    with stages.stage("read"):
        read, warnings = _read(dataset, scenarios, warnings, language)
    with stages.stage("travel"):
        dataset = travel.resolve(read)
        warnings = (*warnings, *findings_after_resolution(dataset))
    engines = (allocation_engines.allocator(allocator), routing_engines.router(router))
    allocation, tasks, routing, limits = _allocate_and_route(dataset, engines, effort, seed, stages)
    with stages.stage("reasons"):
        allocation = _with_reasons(dataset, allocation, limits, engines[0])
    with stages.stage("assemble"):
        plan = _finished(dataset, allocation, tasks, routing, warnings)
        provenance = expected_provenance(dataset, effort, seed, allocator=allocator, router=router)
        plan = dataclasses.replace(plan, provenance=tuple(sorted(provenance.items())))
    with stages.stage("check"):
        breaches = checker.check(dataset, plan)
        if breaches:
            raise RefusedPlanError(breaches)
    record = indicators.indicators(dataset, plan)
    return PlannedWeek(dataset=dataset, plan=plan, indicators=record, run=stages.record())


def _read(
    source: Dataset | str | Path,
    scenarios: tuple[str | Path, ...],
    warnings: tuple[Finding, ...],
    language: str | None,
) -> tuple[Dataset, tuple[Finding, ...]]:
    from distrib.io.reading import read_dataset

    if isinstance(source, Dataset):
        dataset = source
    else:
        dataset, warnings = read_dataset(Path(source), scenarios=[Path(s) for s in scenarios], language=language)
    if language is not None:
        dataset = dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, language=language))
    return dataset, warnings


def _allocate_and_route(
    dataset: Dataset, engines: tuple[Allocator, Router], effort: Effort, seed: int, stages: Stages
) -> tuple[Allocation, tuple[Task, ...], Routing, Limits]:
    """Allocate, route, and take back what could not be carried until all that is allocated is carried."""
    allocator, router = engines
    limits = Limits()
    for number in range(ROUNDS):
        with stages.stage("allocate"):
            allocation = allocator.allocate(dataset, limits=limits, effort=effort, seed=seed)
        if not allocation.shares:
            _refuse_if_impossible(dataset, limits)
        with stages.stage("route"):
            tasks, routing = _route(dataset, allocation, router, effort, seed)
        if not routing.unrouted:
            return allocation, tasks, routing, limits
        limits = _tightened(dataset, limits, tasks, routing, halve=number >= 2)
    raise DistribError("no plan that the fleet can carry was found; this is a defect of the program")


def _refuse_if_impossible(dataset: Dataset, limits: Limits) -> None:
    if not any(need.baskets for need in dataset.zone_needs.values()):
        return
    from distrib.solver.allocation.relaxation.reasons import impossible_reason

    limit, explanation = impossible_reason(dataset, limits)
    raise ImpossibleError(limit, explanation)


def _route(
    dataset: Dataset, allocation: Allocation, router: Router, effort: Effort, seed: int
) -> tuple[tuple[Task, ...], Routing]:
    """Route; what does not fit is tried again in smaller pieces, with little work until all is carried, then well."""
    tasks = tasks_of(dataset, allocation)
    routing = router.route(RoutingProblem(dataset=dataset, tasks=tasks), effort=effort, seed=seed)
    if not routing.unrouted:
        return tasks, routing
    for _ in range(HALVINGS):
        left = {unrouted.task_id for unrouted in routing.unrouted}
        pieces = tuple(p for task in tasks for p in (finer(dataset, task) if task.task_id in left else (task,)))
        if len(pieces) == len(tasks):
            break
        tasks = tuple(sorted(pieces, key=lambda task: task.task_id))
        routing = router.route(RoutingProblem(dataset=dataset, tasks=tasks), effort=Effort.QUICK, seed=seed)
    if effort == Effort.QUICK or routing.unrouted:
        return tasks, routing
    better = router.route(RoutingProblem(dataset=dataset, tasks=tasks), effort=effort, seed=seed)
    worse = better.unrouted or better.cost_millicents > routing.cost_millicents
    return tasks, routing if worse else better


def _tightened(dataset: Dataset, limits: Limits, tasks: tuple[Task, ...], routing: Routing, *, halve: bool) -> Limits:
    """Return limits that keep the next allocation within what the tours carried where something was left behind."""
    left = {unrouted.task_id for unrouted in routing.unrouted}
    carried_baskets: dict[object, int] = defaultdict(int)
    carried_g: dict[object, int] = defaultdict(int)
    for task in tasks:
        if task.task_id not in left and task.is_drop:
            carried_baskets[task.place_id, task.date] += task.baskets
            carried_baskets[task.date] += task.baskets
        elif task.task_id not in left:
            carried_g[task.place_id, task.date] += task.load_g
    site_day, farm_day, day = dict(limits.site_day_baskets), dict(limits.farm_day_g), dict(limits.day_baskets)
    for task in tasks:
        if task.task_id not in left:
            continue
        if task.is_drop:
            site_day[task.place_id, task.date] = carried_baskets[task.place_id, task.date]
            day[task.date] = carried_baskets[task.date] // (2 if halve else 1)
        else:
            farm_day[task.place_id, task.date] = carried_g[task.place_id, task.date]
    return Limits(site_day_baskets=site_day, farm_day_g=farm_day, day_baskets=day)


def _with_reasons(dataset: Dataset, allocation: Allocation, limits: Limits, allocator: Allocator) -> Allocation:
    """Add to each neighbourhood that falls short the cause that a re-solve of the relaxation confirms."""
    if "leximin" not in allocator.features or not allocation.shares:
        return allocation
    from distrib.solver.allocation.relaxation import binding_reasons, relax

    reasons = binding_reasons(dataset, relax(dataset, limits=limits), limits)
    got: dict[tuple[str, str], int] = defaultdict(int)
    for share in allocation.shares:
        programme = dataset.basket_type_by_id[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    need: dict[tuple[str, str], int] = defaultdict(int)
    for (zone_id, basket_id), cell in dataset.zone_needs.items():
        need[dataset.basket_type_by_id[basket_id].programme, dataset.zone_by_id[zone_id].neighbourhood_id] += (
            cell.baskets
        )
    # Where whole baskets fall short of a need that the relaxation meets, no family of rules is the confirmed cause.
    limited = [
        (programme, hood, "need_met" if got[programme, hood] == need[programme, hood] else reason)
        for (programme, hood), reason in sorted(reasons.items())
        if got[programme, hood] == need[programme, hood] or reason != "need_met"
    ]
    return dataclasses.replace(allocation, limited_by=tuple(limited))


def _finished(
    dataset: Dataset, allocation: Allocation, tasks: tuple[Task, ...], routing: Routing, warnings: tuple[Finding, ...]
) -> Plan:
    plan = assemble(dataset, allocation, tasks, routing)
    transport = indicators.transport_millicents(dataset, plan)
    cents = sum((Fraction(row.cents) for row in plan.collections), transport / 1000)
    bound = None if routing.bound_millicents is None else Fraction(routing.bound_millicents, 100_000)
    cost = Level(
        name="cost",
        value=cents / 100,
        bound=bound,
        unit="EUR",
        proven=False,
        why_not_proven="no lower bound of tours and purchases together was computed",
    )
    texts = tuple(f"{w.code}: {w.message}" for w in warnings)
    plan = dataclasses.replace(plan, levels=(*plan.levels, cost), warnings=texts)
    return dataclasses.replace(plan, unserved=unserved_rows(dataset, allocation, plan))


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
