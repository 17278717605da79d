"""The price of fairness: the same week planned again at several tolerances of its first level, every plan checked."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from distrib.errors import DistribError, UsageError
from distrib.indicators import Indicator, indicators
from distrib.io.atomic import write_file
from distrib.io.frontier_drawing import FRONTIER_FILE, MEASURES, frontier_picture, frontier_table, read_frontier
from distrib.io.labels import text
from distrib.io.reading_files import TRAVEL_DIGEST_FILE
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from distrib.pipeline import plan_week

TOLERANCES: tuple[tuple[int, str], ...] = (
    (0, "persons"),
    (1000, "cost"),
    (2500, "cost"),
    (5000, "cost"),
    (10_000, "cost"),
    (10_000, "persons"),
)
"""(hundredths of a percent that everybody may lose of the fair share, what for): from fair to the two ends, cost first and
persons first, at which nobody is guaranteed anything."""


MORE_IS_BETTER = ("lowest_coverage_pct", "baskets", "persons_helped")
"""Measures of which more is better; of the others less is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One checked plan: its tolerance (None: the plan asked about), what fairness concedes to, and its indicators.

    ``failed`` holds why it could not be planned, empty when it was.
    """

    tolerance_bp: int | None
    conceded_to: str
    record: dict[str, Indicator]
    failed: str = ""

    @property
    def is_chosen(self) -> bool:
        """True for the plan asked about."""
        return self.tolerance_bp is None

    def values(self) -> dict[str, object]:
        """Return the point as plain values by column."""
        found: dict[str, object] = {
            "fairness_tolerance_pct": None if self.tolerance_bp is None else self.tolerance_bp / 100,
            "conceded_to": self.conceded_to,
            "chosen": self.is_chosen,
        }
        return found | {name: self.record.get(name) for name in MEASURES}


def _signed(point: Point) -> list[float]:
    """Return the measures so that more is worse."""
    values = [float(str(point.record[name] or 0)) for name in MEASURES]
    return [-v if name in MORE_IS_BETTER else v for name, v in zip(MEASURES, values, strict=True)]


def dominated(point: Point, others: Sequence[Point]) -> bool:
    """True when another point is as good in every measure and better in one: it is not on the frontier."""
    mine = _signed(point)
    theirs = [_signed(other) for other in others if other is not point]
    return any(all(t <= m for t, m in zip(other, mine, strict=True)) and other != mine for other in theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The points, the plan asked about first, with the words for people."""

    points: tuple[Point, ...]
    text: str

    def values(self) -> list[dict[str, object]]:
        """Return the points that could be planned by column; ``on_frontier`` says whether no other is better in all."""
        made = [point for point in self.points if not point.failed]
        return [point.values() | {"on_frontier": not dominated(point, made)} for point in made]

    def records(self) -> list[dict[str, object]]:
        """Return the points for JSON."""
        failed = [point.values() | {"failed": point.failed} for point in self.points if point.failed]
        return [*self.values(), *failed]

    def write(self, folder: Path, language: str) -> tuple[Path, ...]:
        """Write ``frontier.csv``, ``frontier.svg`` and ``frontier.png`` into a folder; return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        out = io.StringIO()
        records = self.values()
        writer = csv.DictWriter(out, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: "" if v is None else str(v).lower() if v in (True, False) and isinstance(v, bool) else v for k, v in r.items()} for r in records)  # fmt: skip
        files = {FRONTIER_FILE: out.getvalue().encode("utf-8")}
        for kind in ("svg", "png"):
            files[f"frontier.{kind}"] = frontier_picture(records, kind, language)
        for name, data in files.items():
            write_file(folder / name, data)
        return tuple(folder / name for name in files)


def frontier(
    dataset: Dataset,
    plan: Plan,
    *,
    effort: str = "quick",
    language: str | None = None,
    folder: Path | None = None,
    tolerances: Sequence[tuple[int, str]] = TOLERANCES,
    progress: Callable[[str], None] | None = None,
) -> Frontier:
    """Plan a week again at several tolerances of fairness; every point is a plan that the checker has passed.

    Args:
        dataset: resolved, as it stands in the plan's folder.
        plan: the one asked about.
        effort: work budget of each plan.
        language: of the table.
        folder: the plan's, to see whether its travel table is whole.
        tolerances: (hundredths of a percent, ``cost`` or ``persons``).
        progress: called with the name of each point as it begins.

    Raises:
        UsageError: the plan's folder holds only the pairs that were driven, so that nothing can be planned again.
    """
    language = language or dataset.settings.language
    if folder is not None and (folder / "dataset" / TRAVEL_DIGEST_FILE).exists():
        raise UsageError(text("frontier.no_travel", language))
    points = [Point(tolerance_bp=None, conceded_to="", record=indicators(dataset, plan))]
    for tolerance, aim in tolerances:
        if progress is not None:
            progress(
                text(
                    "frontier.progress",
                    language,
                    tolerance=f"{tolerance / 100:g}",
                    aim=text(f"frontier.{aim}", language),
                )
            )
        points.append(_planned(dataset, tolerance, aim, effort))
    found = Frontier(points=tuple(points), text="")
    lines = [frontier_table(found.values(), language), *(p.failed for p in points if p.failed)]
    return dataclasses.replace(found, text="\n".join(lines))


def frontier_in(
    folder: Path,
    dataset: Dataset,
    plan: Plan,
    *,
    name: str,
    language: str,
    plan_folder: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[dict[str, object]]:
    """Return the points of a plan's frontier that a folder holds; where it holds none they are made, and written there.

    Args:
        folder: of ``frontier.csv``.
        dataset: resolved, as it stands in the plan's folder.
        plan: the one asked about.
        name: of the plan, for messages.
        language: of tables, pictures and messages.
        plan_folder: the plan's, to see whether its travel table is whole.
        progress: called with the name of each point as it begins.

    Raises:
        UsageError: the folder holds the frontier of another plan, or nothing can be planned again.
    """
    found = read_frontier(folder, language)
    if not found:
        made = frontier(dataset, plan, language=language, folder=plan_folder, progress=progress)
        made.write(folder, language)
        found = read_frontier(folder, language)
    chosen = Point(tolerance_bp=None, conceded_to="", record=indicators(dataset, plan)).values()
    if any(str(found[0][measure]) != str(chosen[measure]) for measure in MEASURES):
        raise UsageError(text("frontier.other_plan", language, file=str(folder / FRONTIER_FILE), plan=name))
    return found


def _planned(dataset: Dataset, tolerance_bp: int, aim: str, effort: str) -> Point:
    objective = dataclasses.replace(
        dataset.settings.objective, fairness_tolerance_bp=tolerance_bp, fairness_conceded_to=aim
    )
    changed = dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, objective=objective))
    try:
        planned = plan_week(changed, effort=effort)
    except DistribError as error:
        return Point(tolerance_bp=tolerance_bp, conceded_to=aim, record={}, failed=str(error))
    return Point(tolerance_bp=tolerance_bp, conceded_to=aim, record=planned.indicators)
