"""What a logistician reads on the terminal, in ten seconds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from babel.numbers import format_decimal

from distrib.io.labels import counted, text
from distrib.io.labels_week import tells_week
from distrib.io.typography import date_text
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan


class BreachLike(Protocol):
    """What is shown of a breach."""

    @property
    def code(self) -> str:
        """Code of the rule."""
        ...

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        ...


class ComparisonLike(Protocol):
    """What is shown of a comparison."""

    @property
    def names(self) -> tuple[str, ...]:
        """The plans."""
        ...

    @property
    def indicators(self) -> tuple[dict[str, Any], ...]:
        """One record per plan."""
        ...

    @property
    def changes(self) -> Sequence[Any]:
        """Changes against the first plan."""
        ...


def plan_summary(dataset: Dataset, plan: Plan, indicators: Mapping[str, Any], folder: Path) -> str:
    """Return the summary of a plan in the dataset's language, about ten lines."""
    language = dataset.settings.language
    lines = [_name_and_week(dataset, language)]
    rows = _plan_rows(dataset, plan, indicators, language) if indicators["need_baskets"] else []
    if not rows:
        lines.append(text("terminal.empty", language))
    if plan.warnings:
        rows.append(
            (text("terminal.warnings", language), counted("terminal.warnings_value", len(plan.warnings), language))
        )
    rows.append((text("terminal.files", language), str(folder)))
    width = max(len(label) for label, _ in rows)
    return "\n".join([*lines, *(f"  {label:<{width}}  {value}" for label, value in rows)])


def _name_and_week(dataset: Dataset, language: str) -> str:
    name, start = dataset.settings.name, dataset.settings.week_start
    return name if tells_week(name, start) else text("terminal.week", language, name=name, date=_date(start, language))


def _plan_rows(dataset: Dataset, plan: Plan, record: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    def line(key: str, **values: object) -> tuple[str, str]:
        return text(f"terminal.{key}", language), text(f"terminal.{key}_value", language, **values)

    def number(name: str, decimals: int = 0) -> str:
        return _number(record[name], language, decimals)

    lowest = dataset.neighbourhood_by_id[record["lowest_coverage_neighbourhood"]]
    tonnes = _number(Decimal(record["kg"]) / 1000, language, 1)
    proven = sum(row.proven for row in plan.fairness)
    return [
        line("baskets", baskets=number("baskets"), tonnes=tonnes, persons=number("persons_helped")),
        line(
            "lowest",
            pct=number("lowest_coverage_pct", 1),
            name=lowest.name,
            id=lowest.neighbourhood_id,
            commune=lowest.commune,
        ),
        line("fairness", proven=proven, all=len(plan.fairness)),
        (text("terminal.equity", language), _equity(record, language)),
        line("sites", served=record["sites_served"], all=len(dataset.sites), visits=record["site_visits"]),
        line("waste", bought=number("bought_kg"), discarded=number("discarded_kg")),
        line("transport", days=number("vehicle_days"), km=number("km"), hours=number("hours")),
        line("cost", cost=number("cost_eur"), purchase=number("purchase_eur")),
        *(
            (text("terminal.unserved", language) if i == 0 else "", what)
            for i, what in enumerate(_unserved(plan, language))
        ),
    ]


def _equity(record: Mapping[str, Any], language: str) -> str:
    """Return the inequality of coverage, and the coverage of the least poor and the poorest fifth where rates are known."""
    gini = text("terminal.gini_value", language, gini=_number(record["coverage_gini_pct"], language, 1))
    fifths = [record.get(f"coverage_pct_poverty_fifth_{i}") for i in (1, 5)]
    if None in fifths:
        return gini
    least, poorest = (_number(value, language, 1) for value in fifths)
    return gini + text("terminal.fifths_value", language, least=least, poorest=poorest)


def _unserved(plan: Plan, language: str) -> list[str]:
    short: dict[str, int] = defaultdict(int)
    for row in plan.unserved:
        if row.kind == "need":
            short[row.reason] += row.quantity
    sites = sum(row.kind == "site" for row in plan.unserved)
    shown = [
        text("terminal.unserved_need", language, baskets=_number(baskets, language), reason=_reason(reason, language))
        for reason, baskets in sorted(short.items(), key=lambda item: (-item[1], item[0]))
    ]
    shown += [counted("terminal.unserved_site", sites, language)] if sites else []
    return shown or [text("terminal.nothing_unserved", language)]


def _reason(reason: str, language: str) -> str:
    return text(f"terminal.reason.{reason}" if reason else "terminal.no_reason", language)


def dataset_summary(dataset: Dataset, warnings: int, language: str | None) -> str:
    """Return what a dataset holds, in two lines, and how many warnings it has."""
    language = language or dataset.settings.language
    head = text(
        "terminal.dataset",
        language,
        name=_name_and_week(dataset, language),
        neighbourhoods=len(dataset.neighbourhoods),
        zones=len(dataset.zones),
        sites=len(dataset.sites),
        farms=len(dataset.farms),
        lots=len(dataset.lots),
        vehicles=len(dataset.vehicles),
    )
    need = _number(sum(cell.baskets for cell in dataset.zone_needs.values()), language)
    tonnes = _number(Decimal(sum(lot.offer_g for lot in dataset.lots)) / 1_000_000, language, 1)
    return "\n".join(
        [
            head,
            text("terminal.dataset_need", language, need=need, tonnes=tonnes),
            counted("terminal.dataset_good", warnings, language),
        ]
    )


def check_summary(breaches: Iterable[BreachLike], after: Iterable[BreachLike] | None, language: str) -> str:
    """Return the breaches of a plan, and those that remain after re-timing (None: not asked)."""
    lines = _breach_lines(list(breaches), language)
    if after is not None:
        lines += ["", text("terminal.check_after", language), *_breach_lines(list(after), language)]
    return "\n".join(lines)


def _breach_lines(breaches: list[BreachLike], language: str) -> list[str]:
    if not breaches:
        return [text("terminal.check_good", language)]
    head = counted("terminal.check_bad", len(breaches), language)
    return [head, *(f"  {breach.code}  {breach.message}" for breach in breaches)]


def weeks_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Return the table of weeks in a row: a line a week and one for all, a few of its columns."""
    columns = [*("scenario", "week_start", "baskets", "persons_helped", "lowest_coverage_pct", "coverage_gini_pct")]
    columns += ["opening_stock_kg", "discarded_kg", "cost_eur"]
    lines = [list(columns), *([row[column] for column in columns] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    return "\n".join(
        "  ".join(
            cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def comparison_table(comparison: ComparisonLike, language: str = "fr") -> str:
    """Return indicators as a table, a column per plan, and how much changes against the first plan."""
    keys = list(dict.fromkeys(key for record in comparison.indicators for key in record))
    head = [text("terminal.indicator", language), *comparison.names]
    rows = [[key, *("" if r.get(key) is None else str(r[key]) for r in comparison.indicators)] for key in keys]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *rows]
    ]
    lines += ["", text("terminal.changes", language, base=comparison.names[0])]
    for name in comparison.names[1:]:
        lines += _change_lines([c for c in comparison.changes if c.plan == name], name, language)
    return "\n".join(lines)


def _change_lines(changes: list[Any], name: str, language: str) -> list[str]:
    ids = {kind: {c.id for c in changes if c.kind == kind} for kind in ("neighbourhood", "site", "vehicle")}
    counts = {"n": len(ids["neighbourhood"]), "s": len(ids["site"]), "v": len(ids["vehicle"])}
    lines = [text("terminal.changes_line", language, plan=name, **counts)]
    for kind, what in (("neighbourhood", "baskets"), ("site", "baskets"), ("vehicle", "days")):
        moved = [c for c in changes if c.kind == kind and c.what == what]
        moved.sort(key=lambda c: (-abs(c.value - c.base), c.id))
        lines += [f"    {c.id} {c.name}: {c.what} {c.base} → {c.value} ({c.value - c.base:+d})" for c in moved[:5]]
    return lines


def _number(value: object, language: str, decimals: int = 0) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(str(value)), format=pattern, locale=language).replace("\u202f", " ")


def _date(day: dt.date, language: str) -> str:
    return date_text(day, "full", language)
