"""The one path from a dataset to a checked plan."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from distrib import checker, indicators, travel
from distrib.assembly import assemble
from distrib.errors import DistribError, Finding
from distrib.fitting import Fitted, Fitter
from distrib.io.validation import findings_after_resolution
from distrib.keeping import kept_alike
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.model.plan import Level, Plan
from distrib.model.routing import Routing, RoutingProblem
from distrib.objectives import in_eur, priced
from distrib.relaying import fitted_with_relays
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.bounds import restated
from distrib.solver.allocation.protocol import Allocator
from distrib.solver.allocation.relaxation import binding_reasons, relax
from distrib.solver.routing.bound import transport_bound
from distrib.stages import Progress, Stages
from distrib.unserved import FinishedWeek, unserved_rows
from distrib.version import __version__
from distrib.weeks import Week, carried_over, read_week

if TYPE_CHECKING:
    import pandas as pd

NOT_THE_LEAST = (
    "the bound holds for the stops of this allocation, each on its date; whether tours reach it is not known"
)
"""Why the level of transport is not proven."""

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


Previous = str | Path | PlannedWeek | Sequence[str | Path | PlannedWeek]
"""Plans of earlier weeks: a folder, a planned week, or several."""


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
    previous: Previous = (),
    fixed: str | Path | None = None,
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
        previous: last week's plan, as its folder or as it was returned, or several of them: its closing stock opens this
            week, fairness counts over the weeks of the window, recipes differ from last week's (see ``distrib.weeks``).
        fixed: a CSV file like the table ``fixed_days``: sites whose days are settled (only with a path).
        progress: called with the name of each stage as it begins.

    Raises:
        BadInputError: the dataset holds faults, or a plan of ``previous`` does not fit it.
        ImpossibleError: there is need but no plan can deliver one basket.
        RefusedPlanError: a defect of the program; the plan broke a rule.
    """
    stages = Stages(tell=progress)
    effort = Effort(effort)
    with stages.stage("read"):
        read, warnings = _read(dataset, scenarios, warnings, language, fixed)
        read, warnings = with_previous(read, warnings, previous)
    with stages.stage("travel"):
        dataset = travel.resolve(read)
        travel.make_roads_ready(dataset)
        warnings = (*warnings, *findings_after_resolution(dataset))
    engines = (allocation_engines.allocator(allocator), routing_engines.router(router))

    def fit(one: Dataset, start: Limits = Limits()) -> Fitted:  # noqa: B008, a frozen value
        spared = priced(one)
        fitted = Fitter(
            dataset=spared,
            allocator=engines[0],
            router=engines[1],
            effort=effort,
            seed=seed,
            stages=stages,
            start=start,
        ).fit()
        return fitted if spared is one else in_eur(one, fitted)

    dataset, fitted = fitted_with_relays(dataset, fit)
    kept = kept_alike(dataset, fitted, fit)
    with stages.stage("bound"):
        fitted = _bounded(dataset, kept.fitted, effort)
    with stages.stage("reasons"):
        lacking = "tours" if kept.price_cents is None else "tours or usual days"
        week = _explained(dataset, fitted, engines[0], lacking)
        plan = _finished(week, warnings)
        plan = dataclasses.replace(plan, levels=(*plan.levels, *kept.levels()))
    with stages.stage("assemble"):
        provenance = expected_provenance(dataset, effort, seed, allocator=allocator, router=router)
        plan = dataclasses.replace(plan, provenance=tuple(sorted(provenance.items())))
    with stages.stage("check"):
        breaches = checker.check(dataset, plan)
        if breaches:
            raise RefusedPlanError(breaches)
    with stages.stage("legs"):
        dataset = travel.with_leg_lines(dataset, plan)
    record = indicators.indicators(dataset, plan)
    return PlannedWeek(dataset=dataset, plan=plan, indicators=record, run=stages.record())


def with_previous(
    dataset: Dataset, warnings: tuple[Finding, ...], previous: Previous
) -> tuple[Dataset, tuple[Finding, ...]]:
    """Return the dataset with what earlier weeks leave to it (itself when there are none), and all warnings.

    Raises:
        BadInputError: a plan of ``previous`` cannot be read or does not fit the dataset.
    """
    given = [previous] if isinstance(previous, (str, Path, PlannedWeek)) else list(previous)
    if not given:
        return dataset, warnings
    read = [
        Week(name=item.dataset.settings.name, dataset=item.dataset, plan=item.plan)
        if isinstance(item, PlannedWeek)
        else read_week(item, dataset.settings.language)
        for item in given
    ]
    carried, more = carried_over(dataset, read)
    return carried, (*warnings, *more)


def _read(
    source: Dataset | str | Path,
    scenarios: tuple[str | Path, ...],
    warnings: tuple[Finding, ...],
    language: str | None,
    fixed: str | Path | None,
) -> tuple[Dataset, tuple[Finding, ...]]:
    from distrib.io.reading import read_dataset

    if isinstance(source, Dataset):
        dataset = source
    else:
        dataset, warnings = read_dataset(
            Path(source), scenarios=[Path(s) for s in scenarios], language=language, fixed=fixed
        )
    if language is not None:
        dataset = dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, language=language))
    return dataset, warnings


def _bounded(dataset: Dataset, fitted: Fitted, effort: Effort) -> Fitted:
    """Add the bound of what carrying the allocation's stops costs."""
    problem = RoutingProblem(dataset=dataset, tasks=fitted.tasks)
    bound = transport_bound(problem, fitted.routing, effort=effort)
    routing = dataclasses.replace(fitted.routing, bound_millicents=bound.millicents)
    return dataclasses.replace(fitted, routing=routing)


def _explained(dataset: Dataset, fitted: Fitted, allocator: Allocator, lacking: str) -> FinishedWeek:
    """Return the week with the confirmed cause of each neighbourhood that falls short, its proof without routing's limits.

    What routing imposed is the finding of a search, not a rule: it may not make a bound tighter.
    """
    allocation, limits = fitted.allocation, fitted.limits
    proves = "leximin" in allocator.features and bool(allocation.shares)
    binding: dict[tuple[str, str], tuple[str, ...]] = {}
    if proves:
        relaxation = relax(dataset, limits=limits)
        binding = relaxation.binding
        reasons = binding_reasons(dataset, relaxation, limits)
        if limits != Limits():
            allocation = restated(dataset, allocation, relax(dataset), lacking=lacking)
        allocation = dataclasses.replace(allocation, limited_by=_limited(dataset, allocation, reasons))
    return FinishedWeek(
        dataset=dataset,
        allocation=allocation,
        tasks=fitted.tasks,
        routing=fitted.routing,
        limits=limits,
        binding=binding,
        solve=proves,
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


def _finished(week: FinishedWeek, warnings: tuple[Finding, ...]) -> Plan:
    dataset, routing = week.dataset, week.routing
    plan = assemble(dataset, week.allocation, week.tasks, routing)
    carrying = Fraction(indicators.transport_millicents(dataset, plan), 100_000)
    costs = (_transport_level(carrying, routing), _cost_level(plan, carrying))
    texts = tuple(f"{w.code}: {w.message}" for w in warnings)
    plan = dataclasses.replace(plan, levels=(*plan.levels, *costs), warnings=texts)
    return dataclasses.replace(plan, unserved=unserved_rows(week, plan))


def _transport_level(value: Fraction, routing: Routing) -> Level:
    """What the tours cost, and what carrying the same stops, each on its date, costs at least."""
    bound = None if routing.bound_millicents is None else Fraction(routing.bound_millicents, 100_000)
    proven = bound is not None and value <= bound
    why = "no bound was computed" if bound is None else "" if proven else NOT_THE_LEAST
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
