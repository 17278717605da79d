"""Two or more plans side by side: indicators, and which neighbourhoods, sites and vehicles change."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distrib import units
from distrib.indicators import Indicator, indicators
from distrib.io.atomic import write_file
from distrib.io.plan_folder import read_plan_folder
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

CHANGE_COLUMNS = ("plan", "kind", "id", "name", "what", "base", "value", "difference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that differs from the first plan: a neighbourhood's or site's baskets, a vehicle's days or km."""

    plan: str
    kind: str
    id: str
    name: str
    what: str
    base: int
    value: int

    @property
    def difference(self) -> int:
        """Value minus base."""
        return self.value - self.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Plans by name, their indicators in the same order, and every change against the first one, in whose language it is told."""

    names: tuple[str, ...]
    indicators: tuple[dict[str, Indicator], ...]
    changes: tuple[Change, ...]
    language: str = "fr"

    def records(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        return {
            "indicators": dict(zip(self.names, self.indicators, strict=True)),
            "changes": [{column: getattr(change, column) for column in CHANGE_COLUMNS} for change in self.changes],
        }

    def write_csv(self, folder: Path) -> None:
        """Write ``indicators.csv`` (a row per indicator, a column per plan) and ``changes.csv``."""
        keys = list(dict.fromkeys(key for record in self.indicators for key in record))
        shown = [[key, *(_shown(record.get(key)) for record in self.indicators)] for key in keys]
        changes = [[str(getattr(change, column)) for column in CHANGE_COLUMNS] for change in self.changes]
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / "indicators.csv", _csv([["indicator", *self.names], *shown]))
        write_file(folder / "changes.csv", _csv([list(CHANGE_COLUMNS), *changes]))


def _shown(value: Indicator) -> str:
    return "" if value is None else str(value)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def compare(folders: Sequence[str | Path]) -> Comparison:
    """Compare plan folders with the first of them.

    Raises:
        BadInputError: when a folder does not hold a plan.
    """
    read = [read_plan_folder(Path(folder)) for folder in folders]
    names = _names([Path(folder) for folder in folders])
    return Comparison(
        names=names,
        indicators=tuple(indicators(dataset, plan) for dataset, plan in read),
        changes=tuple(
            change
            for name, (dataset, plan) in zip(names[1:], read[1:], strict=True)
            for change in _changes(name, read[0], (dataset, plan))
        ),
        language=read[0][0].settings.language,
    )


def _names(folders: list[Path]) -> tuple[str, ...]:
    short = [folder.resolve().name for folder in folders]
    return tuple(name if short.count(name) == 1 else str(folder) for name, folder in zip(short, folders, strict=True))


def _changes(name: str, base: tuple[Dataset, Plan], other: tuple[Dataset, Plan]) -> list[Change]:
    found = []
    labels = {**_labels(base[0]), **_labels(other[0])}
    before, after = _measures(*base), _measures(*other)
    for kind, what, key in sorted(before.keys() | after.keys()):
        was, now = before.get((kind, what, key), 0), after.get((kind, what, key), 0)
        if was != now:
            label = labels.get((kind, key), "")
            found.append(Change(plan=name, kind=kind, id=key, name=label, what=what, base=was, value=now))
    return found


def _labels(dataset: Dataset) -> dict[tuple[str, str], str]:
    return {
        **{("neighbourhood", n.neighbourhood_id): n.name for n in dataset.neighbourhoods},
        **{("site", s.site_id): s.name for s in dataset.sites},
        **{("vehicle", v.vehicle_id): v.kind for v in dataset.vehicles},
    }


def _measures(dataset: Dataset, plan: Plan) -> dict[tuple[str, str, str], int]:
    total: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in plan.coverage:
        total["neighbourhood", "baskets", row.neighbourhood_id] += row.baskets
        if row.coverage is not None:
            key = ("neighbourhood", f"coverage_bp {row.programme}", row.neighbourhood_id)
            total[key] = units.round_half_up(row.coverage * 10_000)
    for delivery in plan.deliveries:
        total["site", "baskets", delivery.site_id] += delivery.baskets
    for _, vehicle_id in {(row.date, row.vehicle_id) for row in plan.stops}:
        total["vehicle", "days", vehicle_id] += 1
    for stop in plan.stops:
        total["vehicle", "metres", stop.vehicle_id] += stop.from_previous_m
    return dict(total)
