"""Weeks planned in a row: a dataset moved on week by week, each week with what the one before leaves to it."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from distrib import units
from distrib.indicators import Indicator, gini, indicators
from distrib.io.atomic import write_file
from distrib.io.plan_folder import read_plan_folder
from distrib.model.dataset import Dataset

WEEK_INDICATORS = (
    "baskets", "kg", "persons_helped", "need_baskets", "lowest_coverage_pct", "coverage_gini_pct", "sites_served",
    "opening_stock_kg", "bought_kg", "discarded_kg", "vehicle_days", "km", "transport_eur", "purchase_eur", "cost_eur",
)  # fmt: skip
"""Indicators of each week in the table of weeks."""
SUMS = (
    "baskets", "kg", "need_baskets", "bought_kg", "discarded_kg", "vehicle_days", "km", "transport_eur",
    "purchase_eur", "cost_eur",
)  # fmt: skip
"""Indicators that add up over weeks."""
COVERAGE_COLUMNS = (
    "scenario", "programme", "neighbourhood_id", "name", "weeks", "need_baskets", "baskets", "coverage_pct",
    "lowest_week_pct", "highest_week_pct",
)  # fmt: skip


def moved_on(dataset: Dataset, weeks: int) -> Dataset:
    """Return the dataset of a later week: week_start and all dates of lots so many weeks later.

    What was in the depots when the first week opened is not there again: it comes from the plan of the week before.
    """
    if not weeks:
        return dataset
    later = dt.timedelta(weeks=weeks)
    lots = tuple(
        dataclasses.replace(
            lot,
            ready_date=lot.ready_date + later,
            last_use_date=None if lot.last_use_date is None else lot.last_use_date + later,
        )
        for lot in dataset.lots
    )
    settings = dataclasses.replace(dataset.settings, week_start=dataset.settings.week_start + later)
    mark = ("weeks later", str(weeks))
    return dataclasses.replace(
        dataset,
        settings=settings,
        lots=lots,
        depot_stock=(),
        fingerprint=tuple(sorted((*dataset.fingerprint, mark))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Rows of the two tables of weeks in a row: ``weeks`` (one a week and one for all) and ``coverage`` by neighbourhood.

    Cells are as the CSV files hold them.
    """

    weeks: tuple[dict[str, str], ...]
    coverage: tuple[dict[str, str], ...]

    def records(self) -> dict[str, object]:
        """Return everything as plain values for JSON."""
        return {"weeks": list(self.weeks), "coverage": list(self.coverage)}

    def write_csv(self, folder: Path) -> None:
        """Write ``weeks.csv`` and ``coverage.csv``."""
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / "weeks.csv", _csv(("scenario", "week_start", *WEEK_INDICATORS), self.weeks))
        write_file(folder / "coverage.csv", _csv(COVERAGE_COLUMNS, self.coverage))


def months_of(chains: Sequence[tuple[str, Sequence[Path]]]) -> Months:
    """Return the tables of chains of plan folders, each with its name.

    Coverage over all weeks is Σ baskets ÷ Σ need of the neighbourhood; the row ``all`` of the weeks adds up what adds
    up, and has the lowest coverage and the Gini coefficient of coverage over all weeks together.

    Raises:
        BadInputError: a folder does not hold a plan.
    """
    weeks: list[dict[str, str]] = []
    coverage: list[dict[str, str]] = []
    for name, folders in chains:
        chain = _Chain()
        for folder in folders:
            dataset, plan = read_plan_folder(folder)
            record = indicators(dataset, plan)
            chain.add(record, plan.coverage)
            weeks.append(_week_row(name, dataset.settings.week_start.isoformat(), record))
        weeks.append(_week_row(name, "all", chain.total()))
        coverage += [{"scenario": name, **row} for row in chain.rows()]
    return Months(weeks=tuple(weeks), coverage=tuple(coverage))


class _Chain:
    """Adds up weeks."""

    def __init__(self) -> None:
        self.records: list[dict[str, Indicator]] = []
        self.cells: dict[tuple[str, str], list[Any]] = {}

    def add(self, record: dict[str, Indicator], coverage: Iterable[Any]) -> None:
        """Add a week."""
        self.records.append(record)
        for row in coverage:
            if row.need_baskets:
                self.cells.setdefault((row.programme, row.neighbourhood_id), []).append(row)

    def rows(self) -> list[dict[str, str]]:
        """Coverage by programme and neighbourhood over all weeks."""
        found = []
        for (programme, hood), weeks in sorted(self.cells.items()):
            need, baskets = sum(w.need_baskets for w in weeks), sum(w.baskets for w in weeks)
            shares = [Fraction(w.baskets, w.need_baskets) for w in weeks]
            found.append(
                {
                    "programme": programme,
                    "neighbourhood_id": hood,
                    "name": weeks[-1].name,
                    "weeks": str(len(weeks)),
                    "need_baskets": str(need),
                    "baskets": str(baskets),
                    "coverage_pct": units.percent(Fraction(baskets, need)),
                    "lowest_week_pct": units.percent(min(shares)),
                    "highest_week_pct": units.percent(max(shares)),
                }
            )
        return found

    def total(self) -> dict[str, Indicator]:
        """Indicators of all weeks together."""
        total: dict[str, Indicator] = {}
        for name in SUMS:
            values: list[Any] = [record[name] for record in self.records if record.get(name) is not None]
            total[name] = sum(values) if values else None
        sums = [
            (
                Fraction(sum(w.baskets for w in weeks), sum(w.need_baskets for w in weeks)),
                sum(w.need_baskets for w in weeks),
            )
            for weeks in self.cells.values()
        ]
        if sums:
            total["lowest_coverage_pct"] = units.percent(min(share for share, _ in sums))
            total["coverage_gini_pct"] = units.percent(gini(sums))
        return total


def _week_row(name: str, week: str, record: dict[str, Indicator]) -> dict[str, str]:
    cells = {key: "" if record.get(key) is None else str(record[key]) for key in WEEK_INDICATORS}
    return {"scenario": name, "week_start": week, **cells}


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return text.getvalue().encode("utf-8")
