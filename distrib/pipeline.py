"""The one path from a dataset to a checked plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from distrib import travel
from distrib.errors import Finding
from distrib.finishing import PlannedWeek, RefusedPlanError, expected_provenance, finished
from distrib.fitted import Fitted
from distrib.fitting import Fitter, Worth
from distrib.io.validation import findings_after_resolution
from distrib.keeping import Kept, kept_alike
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.objectives import in_eur, priced
from distrib.refusals import Begun
from distrib.relaying import fitted_with_relays
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.protocol import Allocator
from distrib.solver.routing.districts.engine import Districts
from distrib.solver.routing.protocol import Router
from distrib.stages import Progress, Stages
from distrib.weeks import Week, carried_over, read_week

__all__ = ["PlannedWeek", "RefusedPlanError", "expected_provenance", "plan_week", "ready", "settled", "with_previous"]

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
    dataset, warnings = ready(
        dataset,
        scenarios=scenarios,
        warnings=warnings,
        language=language,
        previous=previous,
        fixed=fixed,
        stages=stages,
    )
    engines = engines_named(allocator, router)
    dataset, kept = settled(dataset, engines, effort=effort, seed=seed, stages=stages)
    return finished(
        dataset,
        kept,
        allocator=engines.allocator,
        effort=effort,
        warnings=warnings,
        provenance=expected_provenance(dataset, effort, seed, allocator=allocator, router=router),
        stages=stages,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What a plan is made by."""

    allocator: Allocator
    router: Router


def engines_named(allocator: str, router: str) -> Engines:
    """Return engines by name, the router for territories of any size.

    Raises:
        UsageError: for a name that no engine has.
    """
    inner = routing_engines.router(router)
    return Engines(allocator=allocation_engines.allocator(allocator), router=Districts(inner=inner))


def ready(
    source: Dataset | str | Path,
    *,
    scenarios: tuple[str | Path, ...],
    warnings: tuple[Finding, ...],
    language: str | None,
    previous: Previous,
    fixed: str | Path | None,
    stages: Stages,
) -> tuple[Dataset, tuple[Finding, ...]]:
    """Return the dataset read and resolved, and the warnings found on the way; arguments and errors as of ``plan_week``."""
    with stages.stage("read"):
        read, warnings = _read(source, scenarios, warnings, language, fixed)
        read, warnings = with_previous(read, warnings, previous)
    with stages.stage("travel"):
        dataset = travel.resolve(read)
        travel.make_roads_ready(dataset)
        warnings = (*warnings, *findings_after_resolution(dataset))
    return dataset, warnings


def settled(
    dataset: Dataset,
    engines: Engines,
    *,
    effort: Effort,
    seed: int,
    stages: Stages,
    met: Callable[[Dataset, Fitted], None] | None = None,
) -> tuple[Dataset, Kept]:
    """Return the dataset with the relays chosen, and the allocation and tours that its plan will have.

    ``met`` is told every allocation that tours carry as soon as there is one, with the dataset it belongs to.

    Raises:
        ImpossibleError: there is need but no plan can deliver one basket.
    """
    fits = Fits(engines=engines, effort=effort, seed=seed, stages=stages, met=met)
    dataset, fitted = fitted_with_relays(dataset, fits)
    return dataset, kept_alike(dataset, fitted, fits.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Allocation and tours fitted to each other, relays as they are, in one step or two (see ``relaying.Fit``); arguments as of ``settled``."""

    engines: Engines
    effort: Effort
    seed: int
    stages: Stages
    met: Callable[[Dataset, Fitted], None] | None = None

    def begin(self, dataset: Dataset, worth: Worth | None = None) -> Begun:
        """Return the rounds that ask the fleet for all, costs in the unit of the router's objective."""
        return self._fitter(dataset).begin(worth)

    def finish(self, dataset: Dataset, begun: Begun) -> Fitted:
        """Return an allocation all of which is carried, costs in EUR."""
        return self._true(dataset, self._fitter(dataset).finish(begun))

    def within(self, dataset: Dataset, start: Limits) -> Fitted:
        """Return both steps in one, under limits that hold from the first allocation on."""
        return self._true(dataset, self._fitter(dataset, start).fit())

    def _fitter(self, dataset: Dataset, start: Limits = Limits()) -> Fitter:  # noqa: B008, a frozen value
        met = self.met
        return Fitter(
            dataset=priced(dataset),
            allocator=self.engines.allocator,
            router=self.engines.router,
            effort=self.effort,
            seed=self.seed,
            stages=self.stages,
            start=start,
            met=None if met is None else lambda fitted: met(dataset, self._true(dataset, fitted)),
        )

    def _true(self, dataset: Dataset, fitted: Fitted) -> Fitted:
        return fitted if priced(dataset) is dataset else in_eur(dataset, fitted)


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
