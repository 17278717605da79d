"""Scenarios → plans → comparison, side by side on this machine's cores or on a cluster."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distrib.comparison import Comparison, compare
from distrib.errors import BadInputError, DistribError, Finding, UsageError
from distrib.model.effort import Effort
from distrib.months import Months, months_of, moved_on
from distrib.processes import cores, end_with_parent
from distrib.stages import Progress

__all__ = ["MonthReplay", "Replay", "compare", "replay", "replay_weeks"]

BASE = "base"
Outcome = tuple[str, int, str]
Job = tuple[str, str, tuple[str, ...], str, int]
Chain = tuple[str, str, tuple[str, ...], str, int, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Plan folders by scenario name (``base`` first), their comparison, and the scenarios without a plan.

    ``failures`` holds (scenario name, exit status, what was wrong).
    """

    folders: tuple[tuple[str, Path], ...]
    comparison: Comparison
    failures: tuple[Outcome, ...] = ()

    def records(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        failures = [{"scenario": n, "status": s, "message": m} for n, s, m in self.failures]
        return {**self.comparison.records(), "failures": failures}


def replay(
    dataset: str | Path,
    scenarios: Sequence[str | Path],
    *,
    out: str | Path,
    workers: int | None = None,
    cluster: str | None = None,
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    progress: Progress | None = None,
) -> Replay:
    """Plan a dataset as it is and under each scenario; write the plans and their comparison.

    Each plan goes to ``out/<scenario file name>``, the dataset as it is to ``out/base``; a plan made there
    before from the same inputs, effort, seed and versions is kept. ``out/comparison`` holds the tables.

    Args:
        dataset: path of the dataset.
        scenarios: paths of scenario files, each applied alone.
        out: folder of the plans.
        workers: plans side by side; default one per core.
        cluster: address of a dask scheduler that runs the plans instead (needs the extra ``cluster``).
        effort: the work budget of each plan.
        seed: breaks ties.
        progress: told the name of each scenario as it ends.

    Raises:
        UsageError: two scenario files share a name, a folder cannot be written, or the cluster client is not installed.
        BadInputError: every fault of the dataset and of the scenarios; nothing was planned.
    """
    jobs = _jobs(Path(dataset), [Path(s) for s in scenarios], Path(out), Effort(effort), seed)
    _refuse_faulty(jobs)
    outcomes = sorted(_run(jobs, workers, cluster, progress, work=plan_job), key=lambda o: (o[0] != BASE, o[0]))
    failures = tuple(outcome for outcome in outcomes if outcome[1])
    if failures and failures[0][0] == BASE:
        raise DistribError(f"the dataset itself cannot be planned: {failures[0][2]}")
    folders = tuple((name, Path(out) / name) for name, status, _ in outcomes if not status)
    comparison = compare([folder for _, folder in folders])
    comparison.write_csv(Path(out) / "comparison")
    return Replay(folders=folders, comparison=comparison, failures=failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReplay:
    """Plan folders of each chain of weeks by scenario name (``base`` first), their tables, and the chains that broke off.

    ``failures`` holds (scenario name, exit status, what was wrong); a chain keeps the weeks planned before.
    """

    folders: tuple[tuple[str, tuple[Path, ...]], ...]
    months: Months
    failures: tuple[Outcome, ...] = ()

    def records(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        failures = [{"scenario": n, "status": s, "message": m} for n, s, m in self.failures]
        return {**self.months.records(), "failures": failures}


def replay_weeks(
    dataset: str | Path,
    scenarios: Sequence[str | Path] = (),
    *,
    weeks: int,
    out: str | Path,
    in_week: Sequence[tuple[int, str | Path]] = (),
    workers: int | None = None,
    cluster: str | None = None,
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    progress: Progress | None = None,
) -> MonthReplay:
    """Plan several weeks in a row, each with the plan of the week before, as the dataset is and under each scenario.

    Week n is the dataset with week_start and all dates of lots n − 1 weeks later; opening stock is the first week's, then
    what the week before leaves. Plans go to ``out/<scenario or base>/<week_start>``; a plan made there before from
    the same inputs is kept. ``out/month`` holds ``weeks.csv`` and ``coverage.csv``.

    Args:
        dataset: path of the dataset of the first week.
        scenarios: paths of scenario files, each a chain of weeks of its own.
        weeks: how many.
        out: folder of the plans.
        in_week: (number of the week, scenario file) applied in that week alone, in every chain.
        workers: chains side by side; default one per core.
        cluster: address of a dask scheduler that runs the chains instead (needs the extra ``cluster``).
        effort: the work budget of each plan.
        seed: breaks ties.
        progress: told the name of each chain as it ends.

    Raises:
        UsageError: two scenario files share a name, a folder cannot be written, a week is out of range.
        BadInputError: every fault of the dataset and of the scenarios; nothing was planned.
    """
    wrong = [number for number, _ in in_week if not 1 <= number <= weeks]
    if wrong:
        raise UsageError(f"there is no week {wrong[0]} of {weeks}")
    extra = tuple(tuple(str(path) for number, path in in_week if number == n + 1) for n in range(weeks))
    jobs = _jobs(Path(dataset), [Path(s) for s in scenarios], Path(out), Effort(effort), seed)
    chains = [(*job, extra) for job in jobs]
    weekly = [(j[0], f"{j[1]}/week", (*j[2], *more), j[3], j[4]) for j in jobs for more in dict.fromkeys(extra)]
    _refuse_faulty(weekly)
    outcomes = sorted(_run(chains, workers, cluster, progress, work=weeks_job), key=lambda o: (o[0] != BASE, o[0]))
    failures = tuple(outcome for outcome in outcomes if outcome[1])
    folders = tuple((name, _weeks_in(Path(out) / name)) for name, _, _ in outcomes)
    months = months_of([(name, chain) for name, chain in folders if chain])
    months.write_csv(Path(out) / "month")
    return MonthReplay(folders=folders, months=months, failures=failures)


def _weeks_in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path.parent for path in folder.glob("????-??-??/summary.json")))


def weeks_job(job: Chain) -> Outcome:
    """Plan the weeks of one chain that are not there already; return (name, exit status, message)."""
    from distrib.io.plan_folder import write_plan_folder
    from distrib.io.reading import read_dataset
    from distrib.pipeline import expected_provenance, plan_week, with_previous

    path, folder, scenarios, effort, seed, extra = job
    previous: tuple[Path, ...] = ()
    try:
        for number, more in enumerate(extra):
            dataset, warnings = read_dataset(Path(path), scenarios=[Path(s) for s in (*scenarios, *more)])
            dataset, warnings = with_previous(moved_on(dataset, number), warnings, previous)
            week = Path(folder) / dataset.settings.week_start.isoformat()
            if not _done_before(week, expected_provenance(dataset, Effort(effort), seed)):
                planned = plan_week(dataset, effort=effort, seed=seed, warnings=warnings)
                write_plan_folder(week, planned.dataset, planned.plan, planned.indicators, run=planned.run)
            previous = (week,)
    except BadInputError as error:
        return Path(folder).name, int(error.status), "; ".join(f"{f.table}: {f.message}" for f in error.findings)
    except DistribError as error:
        return Path(folder).name, int(error.status), str(error)
    return Path(folder).name, 0, "planned"


def _jobs(dataset: Path, scenarios: list[Path], out: Path, effort: Effort, seed: int) -> list[Job]:
    names = [scenario.stem for scenario in scenarios]
    if len(set(names)) < len(names) or BASE in names:
        raise UsageError(f"scenario files need different names, none of them {BASE}: {', '.join(sorted(names))}")
    named: list[tuple[str, tuple[str, ...]]] = [(BASE, ())]
    named += [(name, (str(path),)) for name, path in sorted(zip(names, scenarios, strict=True))]
    return [(str(dataset), str(out / name), paths, str(effort), seed) for name, paths in named]


def _refuse_faulty(jobs: list[Job]) -> None:
    """Read every job's input before the first plan: a fault found after an hour of planning helps nobody."""
    from distrib.io.plan_folder import refuse_unwritable
    from distrib.io.reading import read_dataset

    found: dict[Finding, None] = {}
    for path, folder, scenarios, _, _ in jobs:
        refuse_unwritable(Path(folder))
        try:
            read_dataset(Path(path), scenarios=[Path(s) for s in scenarios])
        except BadInputError as error:
            found |= dict.fromkeys(error.findings)
    if found:
        raise BadInputError(tuple(found))


def _run(
    jobs: Sequence[Any],
    workers: int | None,
    cluster: str | None,
    progress: Progress | None,
    *,
    work: Callable[[Any], Outcome],
) -> Iterable[Outcome]:
    if cluster is not None:
        return _told(_on_cluster(jobs, cluster, work), progress)
    count = min(workers or cores(), len(jobs))
    if count == 1:
        return _told(map(work, jobs), progress)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=end_with_parent) as pool:
        return _told(pool.map(work, jobs), progress)


def _told(outcomes: Iterable[Outcome], progress: Progress | None) -> list[Outcome]:
    seen = []
    for outcome in outcomes:
        if progress is not None:
            progress(outcome[0])
        seen.append(outcome)
    return seen


def _on_cluster(jobs: Sequence[Any], address: str, work: Callable[[Any], Outcome]) -> Iterable[Outcome]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("a cluster needs the extra: pip install 'distrib[cluster]'") from None
    client_of: Callable[..., Any] = Client
    with client_of(address) as client:
        return list(client.gather(client.map(work, jobs, pure=False)))


def plan_job(job: Job) -> Outcome:
    """Plan one scenario into its folder unless the same plan is there; return (name, exit status, message)."""
    from distrib.io.plan_folder import write_plan_folder
    from distrib.io.reading import read_dataset
    from distrib.pipeline import expected_provenance, plan_week

    path, folder, scenarios, effort, seed = job
    name = Path(folder).name
    try:
        dataset, warnings = read_dataset(Path(path), scenarios=[Path(s) for s in scenarios])
        if _done_before(Path(folder), expected_provenance(dataset, Effort(effort), seed)):
            return name, 0, "kept"
        planned = plan_week(dataset, effort=effort, seed=seed, warnings=warnings)
        write_plan_folder(Path(folder), planned.dataset, planned.plan, planned.indicators, run=planned.run)
    except BadInputError as error:
        return name, int(error.status), "; ".join(f"{f.table}: {f.message}" for f in error.findings)
    except DistribError as error:
        return name, int(error.status), str(error)
    return name, 0, "planned"


def _done_before(folder: Path, provenance: dict[str, str]) -> bool:
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    found = summary.get("provenance") if isinstance(summary, dict) else None
    if not isinstance(found, dict):
        return False
    # What the travel times were made from is told only once they are; the digests of the inputs settle it.
    return {**found, "travel": ""} == {**provenance, "travel": ""}
