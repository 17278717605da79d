"""Scenarios → plans → comparison, side by side on this machine's cores or on a cluster."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distrib.comparison import Comparison, compare
from distrib.errors import BadInputError, DistribError, Finding, UsageError
from distrib.model.effort import Effort
from distrib.stages import Progress

__all__ = ["Replay", "compare", "replay"]

BASE = "base"
Outcome = tuple[str, int, str]
Job = tuple[str, str, tuple[str, ...], str, int]


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
    outcomes = sorted(_run(jobs, workers, cluster, progress), key=lambda o: (o[0] != BASE, o[0]))
    failures = tuple(outcome for outcome in outcomes if outcome[1])
    if failures and failures[0][0] == BASE:
        raise DistribError(f"the dataset itself cannot be planned: {failures[0][2]}")
    folders = tuple((name, Path(out) / name) for name, status, _ in outcomes if not status)
    comparison = compare([folder for _, folder in folders])
    comparison.write_csv(Path(out) / "comparison")
    return Replay(folders=folders, comparison=comparison, failures=failures)


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


def _run(jobs: list[Job], workers: int | None, cluster: str | None, progress: Progress | None) -> Iterable[Outcome]:
    if cluster is not None:
        return _told(_on_cluster(jobs, cluster), progress)
    count = min(workers or os.cpu_count() or 1, len(jobs))
    if count == 1:
        return _told(map(plan_job, jobs), progress)
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        return _told(pool.map(plan_job, jobs), progress)


def _told(outcomes: Iterable[Outcome], progress: Progress | None) -> list[Outcome]:
    seen = []
    for outcome in outcomes:
        if progress is not None:
            progress(outcome[0])
        seen.append(outcome)
    return seen


def _on_cluster(jobs: list[Job], address: str) -> Iterable[Outcome]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("a cluster needs the extra: pip install 'distrib[cluster]'") from None
    client_of: Callable[..., Any] = Client
    with client_of(address) as client:
        return list(client.gather(client.map(plan_job, jobs, pure=False)))


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
    return isinstance(summary, dict) and summary.get("provenance") == provenance
