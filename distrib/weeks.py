"""Weeks in a row: what last week's plan leaves to this one, its stock, what each zone got, recipes, and usual visits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distrib import checker, units
from distrib.errors import Finding
from distrib.io.messages import Near, Problems, findings
from distrib.model.dataset import Dataset
from distrib.model.goods import DepotStock
from distrib.model.need import type_of
from distrib.model.past import PastCoverage, PastRecipe, PastVisit
from distrib.model.plan import LedgerRow, Plan

WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A plan of an earlier week with its dataset; ``name`` is how faults call it."""

    name: str
    dataset: Dataset
    plan: Plan

    @property
    def start(self) -> dt.date:
        """Its Monday."""
        return self.dataset.settings.week_start

    @property
    def digest(self) -> str:
        """SHA-256 of what the next week takes from it."""
        parts = (
            self.plan.allocation,
            self.plan.stock_ledger,
            self.plan.packing,
            self.plan.recipes,
            self.plan.deliveries,
        )
        return hashlib.sha256(repr(parts).encode("utf-8")).hexdigest()


def read_week(folder: str | Path, language: str = "fr") -> Week:
    """Return the plan of a folder.

    Raises:
        BadInputError: the folder holds no plan that can be read.
    """
    from distrib.io.plan_folder import read_plan_folder

    dataset, plan = read_plan_folder(Path(folder), language)
    return Week(name=str(folder), dataset=dataset, plan=plan)


def carried_over(dataset: Dataset, weeks: Sequence[Week]) -> tuple[Dataset, tuple[Finding, ...]]:
    """Return this week's dataset with what earlier weeks leave to it, and warnings about what they do not.

    Its depots open with the closing stock of the last week, lots that do not keep until the first packing day apart;
    what zones got in the weeks of the window, last week's recipes and visits are in the tables of earlier weeks.

    Args:
        dataset: of this week, as read.
        weeks: plans of earlier weeks in any order; the last of them holds what it knew of those before it.

    Raises:
        BadInputError: a plan breaks a rule, is not of last week, or its ids are not those of the dataset.
    """
    problems = Problems()
    ordered = sorted(weeks, key=lambda week: week.start)
    _refuse_other_weeks(dataset, ordered, problems)
    _refuse_broken(ordered, problems)
    problems.raise_if_faulty(dataset.settings.language)
    last = ordered[-1]
    coverage = _coverage(dataset, ordered, problems)
    stock = _stock(dataset, last, problems)
    problems.raise_if_faulty(dataset.settings.language)
    marks = [(f"previous {week.start.isoformat()}", week.digest) for week in ordered]
    carried = dataclasses.replace(
        dataset,
        depot_stock=tuple(sorted(stock, key=lambda s: (s.depot_id, s.lot_id))),
        past_coverage=coverage,
        past_recipes=_recipes(last),
        past_visits=_visits(last),
        fingerprint=tuple(sorted((*dataset.fingerprint, *marks))),
    )
    return carried, findings(problems.warnings, dataset.settings.language)


def _refuse_other_weeks(dataset: Dataset, weeks: list[Week], problems: Problems) -> None:
    due = dataset.settings.week_start - WEEK
    seen: dict[dt.date, str] = {}
    for week in weeks:
        start = week.start.isoformat()
        if week.start in seen:
            problems.add("previous_twice", "--previous", value=week.name, week=start, other=seen[week.start])
        elif week.start >= dataset.settings.week_start:
            problems.add("previous_not_before", "--previous", value=week.name, week=start, due=due.isoformat())
        seen[week.start] = week.name
    if not problems.found and due not in seen:
        problems.add(
            "previous_week", "--previous", value=weeks[-1].name, week=weeks[-1].start.isoformat(), due=due.isoformat()
        )


def _refuse_broken(weeks: list[Week], problems: Problems) -> None:
    for week in weeks:
        breaches = checker.check(week.dataset, week.plan, language=week.dataset.settings.language)
        if breaches:
            first = f"{breaches[0].code} {breaches[0].message}"
            problems.add("previous_broken", "--previous", value=week.name, count=len(breaches), first=first)


def _coverage(dataset: Dataset, weeks: list[Week], problems: Problems) -> tuple[PastCoverage, ...]:
    """Rows of the weeks of the window: plans given win over what a later plan or the dataset says of their week."""
    first = dataset.settings.week_start - (dataset.settings.objective.window_weeks - 1) * WEEK
    given = {week.start for week in weeks}
    rows: dict[tuple[dt.date, str, str], PastCoverage] = {}
    for known in (dataset.past_coverage, *(week.dataset.past_coverage for week in weeks)):
        rows |= {(r.week_start, r.programme, r.zone_id): r for r in known if r.week_start not in given}
    for week in weeks:
        rows |= {(r.week_start, r.programme, r.zone_id): r for r in week_coverage(week.dataset, week.plan)}
    kept = [row for _, row in sorted(rows.items()) if first <= row.week_start < dataset.settings.week_start]
    names = {week.start: week.name for week in weeks}
    for zone_id in sorted({row.zone_id for row in kept if row.baskets and row.zone_id not in dataset.zone_by_id}):
        name = names.get(max(row.week_start for row in kept if row.zone_id == zone_id), weeks[-1].name)
        near = Near(zone_id, frozenset(dataset.zone_by_id))
        problems.add("previous_unknown_id", "zones", value=zone_id, plan=name, what="zones", hint=near)
    return tuple(row for row in kept if row.zone_id in dataset.zone_by_id)


def week_coverage(dataset: Dataset, plan: Plan) -> tuple[PastCoverage, ...]:
    """Return what each zone got and needed of each programme in a week, sorted."""
    total: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in plan.allocation:
        total[dataset.basket_type_by_id[type_of(row.basket_id)].programme, row.zone_id][0] += row.baskets
    for (zone_id, basket_id), need in dataset.zone_needs.items():
        cell = total[dataset.basket_type_by_id[basket_id].programme, zone_id]
        cell[1] += need.baskets
        cell[2] += need.weight_milli
    return tuple(
        PastCoverage(
            week_start=dataset.settings.week_start,
            programme=programme,
            zone_id=zone,
            baskets=baskets,
            need_baskets=need_baskets,
            weight_milli=weight,
        )
        for (programme, zone), (baskets, need_baskets, weight) in sorted(total.items())
    )


def _recipes(week: Week) -> tuple[PastRecipe, ...]:
    packed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    of_type: dict[str, int] = defaultdict(int)
    for row in week.plan.packing:
        packed[row.date, row.depot_id, row.basket_id] += row.baskets
        of_type[type_of(row.basket_id)] += row.baskets
    held: dict[tuple[str, str], int] = defaultdict(int)
    for recipe in week.plan.recipes:
        baskets = packed[recipe.date, recipe.depot_id, recipe.basket_id]
        held[type_of(recipe.basket_id), recipe.product_id] += baskets
    return tuple(
        PastRecipe(week_start=week.start, basket_id=b, product_id=p, baskets=n, of_baskets=of_type[b])
        for (b, p), n in sorted(held.items())
        if n
    )


def _visits(week: Week) -> tuple[PastVisit, ...]:
    found = {(r.site_id, r.date.weekday(), r.vehicle_id, r.start_s, r.trip) for r in week.plan.deliveries}
    return tuple(
        PastVisit(week_start=week.start, site_id=s, weekday=day, vehicle_id=v, start_s=start, trip=trip)
        for s, day, v, start, trip in sorted(found)
    )


def closing_stock(plan: Plan) -> tuple[LedgerRow, ...]:
    """Return the last ledger row of every depot and lot that closes with something, sorted by depot and lot."""
    last: dict[tuple[str, str], LedgerRow] = {}
    for row in plan.stock_ledger:
        known = last.get((row.depot_id, row.lot_id))
        if known is None or row.date > known.date:
            last[row.depot_id, row.lot_id] = row
    return tuple(row for _, row in sorted(last.items()) if row.closing_g > 0)


def _stock(dataset: Dataset, week: Week, problems: Problems) -> list[DepotStock]:
    """The dataset's own stock, and what last week leaves; a lot counted by hand for this week stands as counted."""
    first = min(dataset.settings.delivery_dates)
    own = {(s.depot_id, s.lot_id) for s in dataset.depot_stock}
    taken = {lot.lot_id for lot in dataset.lots} | {lot for _, lot in own}
    found = list(dataset.depot_stock)
    rows = closing_stock(week.plan)
    for row in rows:
        shown: dict[str, Any] = {"value": row.lot_id, "kg": units.kg(row.closing_g), "depot": row.depot_id}
        if row.last_use_date is not None and row.last_use_date < first:
            day = row.last_use_date.isoformat()
            problems.add("stock_not_carried", "depot_stock", day=day, first=first.isoformat(), **shown)
        elif (row.depot_id, row.lot_id) in own:
            problems.add("stock_counted", "depot_stock", **shown)
        elif _is_known(dataset, week, row, problems):
            lot_id = _free_id(row, week.start, taken)
            taken.add(lot_id)
            found.append(
                DepotStock(
                    depot_id=row.depot_id,
                    lot_id=lot_id,
                    product_id=row.product_id,
                    stock_g=row.closing_g,
                    last_use_date=row.last_use_date,
                )
            )
    return found


def _is_known(dataset: Dataset, week: Week, row: LedgerRow, problems: Problems) -> bool:
    sound = True
    for value, what, known in (
        (row.depot_id, "depots", frozenset(dataset.depot_by_id)),
        (row.product_id, "products", frozenset(dataset.product_by_id)),
    ):
        if value not in known:
            sound = False
            problems.add("previous_unknown_id", what, value=value, plan=week.name, what=what, hint=Near(value, known))
    return sound


def _free_id(row: LedgerRow, start: dt.date, taken: Iterable[str]) -> str:
    """An id that no lot of this week has: its own, else with the week it comes from, else with the depot and a number."""
    week = start.isoformat()
    names = [row.lot_id, f"{row.lot_id}@{week}", f"{row.lot_id}@{week}@{row.depot_id}"]
    names += [f"{names[-1]}@{n}" for n in range(2, 1000)]
    return next(name for name in names if name not in taken)
