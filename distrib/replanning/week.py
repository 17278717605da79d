"""From a plan and what went wrong to the plan of the same week, the rest of it planned anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from distrib import checker, indicators, travel
from distrib.errors import DistribError, ImpossibleError, UsageError
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.plan import Plan
from distrib.pipeline import PlannedWeek, plan_week
from distrib.replanning.events import events_of, lifted
from distrib.replanning.joining import joined_week
from distrib.replanning.rest import rest_of_week
from distrib.replanning.today import Today
from distrib.solver.allocation.relaxation import relax
from distrib.stages import Progress, Stages


def replan(
    dataset: Dataset,
    plan: Plan,
    *,
    moment: dt.datetime,
    events: Sequence[str] = (),
    settled: Dataset | None = None,
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    progress: Progress | None = None,
) -> PlannedWeek:
    """Return the plan of the whole week: as it happened up to a moment, planned anew after it.

    Stops whose service began before the moment stay as they were: times, order, what was dropped and picked. A trip that has
    begun is driven to its end, less stops at places shut; a vehicle that is out returns after its last stop made, and
    what it had not dropped may be brought by others once it is back. Other tours of that day stay where they can.
    What is not loaded that day counts as not packed. The days after it are planned from the stock, with the need that is
    left; fairness counts what was given this week, and sites keep their day, vehicle and time where that costs little.

    Args:
        dataset: of the plan, resolved.
        plan: checked.
        moment: when it is; local time.
        events: what is out of use from then on (see ``events_of``); vehicles that are out are settled for no site any more.
        settled: the dataset with what is settled of the days after the moment's (``fixed_days``); None for as in ``dataset``.
        effort: the work budget of what is planned anew.
        seed: breaks ties.
        progress: called with the name of each stage as it begins.

    Raises:
        UsageError: an event that is none, a moment outside the week.
        DistribError: no plan of the rest keeps every rule.
    """
    out = events_of(dataset, events, moment)
    dataset = lifted(dataset, out)
    first, last = min(r.date for r in plan.stops) if plan.stops else moment.date(), max(dataset.settings.delivery_dates)
    if not min(first, dataset.settings.week_start) <= moment.date() <= last:
        raise UsageError(
            f"{moment.isoformat(timespec='minutes')} is not in the week of the plan (until {last.isoformat()})"
        )
    stages = Stages(tell=progress)
    with stages.stage("today"):
        today = Today(dataset, plan, moment, out, Effort(effort), seed).replanned()
    rest = rest_of_week(lifted(settled or dataset, out), plan, today, moment.date(), out)
    planned, could = None, dict[tuple[str, str], int]()
    impossible: ImpossibleError | None = None
    if rest is not None:
        try:
            planned = plan_week(rest, effort=effort, seed=seed, progress=progress)
        except ImpossibleError as error:
            # Not one basket more this week: what happened is all there is, and the bound says what R would still allow.
            impossible = error
            could = relax(travel.resolve(rest)).neighbourhood_value
    with stages.stage("join"):
        whole, joined = joined_week(
            dataset, today, planned, moment.date(), could, impossible.limit if impossible else ""
        )
        marks = {**dict(plan.provenance), "replanned_from": moment.isoformat(timespec="minutes"), "effort": str(effort)}
        marks |= {f"event {n}": text for n, text in enumerate(events, 1)}
        joined = dataclasses.replace(
            joined,
            provenance=tuple(sorted(marks.items())),
            warnings=(*plan.warnings, *((impossible.explanation,) if impossible else ())),
        )
    with stages.stage("check"):
        breaches = checker.check(whole, joined)
        if breaches:
            told = "; ".join(f"{b.code} {b.message}" for b in breaches[:5])
            raise DistribError(f"the rest of the week cannot be planned within every rule: {told}")
    record = indicators.indicators(whole, joined)
    return PlannedWeek(dataset=whole, plan=joined, indicators=record, run=stages.record())
