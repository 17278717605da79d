"""Why the tours carry no more to some sites: a stop more is tried on every open day, and changes that would let it be made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from distrib.io.labels import text
from distrib.io.remedy_words import carried_text, unrouted_text
from distrib.model.plan import Plan
from distrib.model.routing import Task, Unrouted
from distrib.remedies.change import Change
from distrib.remedies.fleet_changes import LongerShift, OneMoreDriver, OneMoreVehicle
from distrib.remedies.site_changes import Access, LongerHours
from distrib.solver.routing.probes import nearness, probe, why_no_more
from distrib.unserved.week import FinishedWeek

SHIFT_STEP_S = 900
"""Shifts grow by quarters of an hour."""
MOST_SITES = 6
"""Sites of a zone whose days are tried."""
SEARCH = "search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stop that no tour makes, and why."""

    site_id: str
    task: Task
    why: Unrouted

    def said(self, week: FinishedWeek) -> str:
        """Return it in words: the site, the day, by how much it fails."""
        detail = unrouted_text(self.why, self.task.date, week.language)
        return text("because.route.at", week.language, site=self.site_id, detail=detail)


def nearest_refusal(week: FinishedWeek, plan: Plan, sites: Sequence[str], short: int, programme: str) -> Found | None:
    """Return the stop that comes nearest to being possible, of those that would bring what is short; None when one is possible.

    Tried in every open day's tours at every position, and on idle vehicles.
    """
    tried = [found for site in list(sites)[:MOST_SITES] for found in _tries(week, plan, site, short, programme)]
    if not tried or any(found.why.cause == SEARCH for found in tried):
        return None
    return min(tried, key=lambda found: (*nearness(found.why), found.task.date, found.site_id))


def _tries(week: FinishedWeek, plan: Plan, site_id: str, short: int, programme: str) -> Iterable[Found]:
    dataset = week.dataset
    site = dataset.site_by_id[site_id]
    types = [b for b in dataset.basket_types if b.programme == programme]
    if not types:
        return
    for date in dataset.settings.delivery_dates:
        there = sum(r.baskets for r in plan.deliveries if (r.site_id, r.date) == (site_id, date))
        free = site.max_baskets_per_day // types[0].places - there
        baskets = min(free, short)
        if not dataset.drop_windows(site_id, date) or baskets < 1:
            continue
        asked = [
            probe(dataset, date, depot.depot_id, site_id, types[0].basket_id, baskets, types[0].min_g)
            for depot in dataset.depots
        ]
        answers = [Found(site_id=site_id, task=t, why=why_no_more(dataset, week.tasks, week.routing, t)) for t in asked]
        yield min(answers, key=lambda f: (f.why.cause != SEARCH, *nearness(f.why), f.task.depot_id))


def what_carries(week: FinishedWeek, found: Found | None) -> str:
    """Return the cheapest change with which the tours as they are make the stop, in words; empty when none of those tried does."""
    best: tuple[int, str, Change] | None = None
    for change in _candidates(week, found) if found else ():
        assert found is not None
        changed = change.applied(week.dataset)
        place = changed.site_by_id[found.task.place_id]
        task = dataclasses.replace(
            found.task,
            max_gvw_kg=place.largest_vehicle_gvw_kg,
            windows=changed.drop_windows(found.site_id, found.task.date),
        )
        if why_no_more(changed, week.tasks, week.routing, task).cause == SEARCH:
            price = (change.cents(week.dataset), repr(change), change)
            best = price if best is None else min(best, price, key=lambda p: p[:2])
    if best is None or found is None:
        return ""
    return carried_text(best[2].phrase(week.dataset), found.site_id, best[0], week.language)


def _candidates(week: FinishedWeek, found: Found) -> list[Change]:
    """Changes that could let a stop be made: a vehicle of each kind, a driver, a longer shift, access, longer hours."""
    dataset, task = week.dataset, found.task
    day = task.date.weekday()
    changes: list[Change] = []
    kinds: dict[tuple[object, ...], str] = {}
    for v in dataset.vehicles:
        if v.depot_id == task.depot_id:
            kinds.setdefault((v.gvw_kg, v.capacity_g, v.capacity_baskets, v.cold), v.vehicle_id)
    changes += [OneMoreVehicle(like=vehicle, weekdays=(day,)) for vehicle in kinds.values()]
    if dataset.drivers is not None:
        changes += [OneMoreDriver(weekday=day, licence=licence) for licence in ("B", "C")]
    short_s = dict(found.why.figures).get("short_s", 0)
    if short_s:
        longer = -(-short_s // SHIFT_STEP_S) * SHIFT_STEP_S
        running = [v for v in dataset.vehicles if v.depot_id == task.depot_id and day in v.weekdays]
        changes += [
            LongerShift(vehicle_id=v.vehicle_id, seconds=longer) for v in running if v.shift_end_s + longer <= 24 * 3600
        ]
        changes.append(LongerHours(site_id=found.site_id, opens_s=8 * 3600, closes_s=18 * 3600))
    if task.max_gvw_kg is not None:
        heavier = sorted({v.gvw_kg for v in dataset.vehicles if v.gvw_kg > task.max_gvw_kg})
        changes += [Access(site_id=found.site_id, gvw_kg=gvw) for gvw in heavier[:1]]
    return changes
