"""The week after the day of the moment as a dataset of its own: need, goods and visits that are left."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import DepotStock
from distrib.model.need import counts_household, type_of
from distrib.model.past import PastCoverage, PastVisit
from distrib.model.plan import Plan
from distrib.model.territory import ExtraNeed, HouseholdGroup, Opening, Site
from distrib.replanning.events import Events

WEEK = dt.timedelta(weeks=1)
LATE = "@late"
"""Behind the id of a vehicle on the day on which it is back, when its shift has begun: it starts later there than on other days."""
CHANGE_CENTS = 500
"""What changing a site's day, vehicle or time in the rest of the week costs where the dataset names no price."""


def rest_of_week(dataset: Dataset, before: Plan, done: Plan, date: dt.date, out: Events) -> Dataset | None:
    """Return the days after a date as a week of its own: its stock, the need left, what is out of use gone; None without days.

    What was given this week is a head start, so that fairness counts over the whole of it.
    """
    settings = dataset.settings
    days = tuple(d.weekday() for d in settings.delivery_dates if d > date)
    if not days:
        return None
    given = _given(dataset, done)
    collect = tuple(d.weekday() for d in settings.collection_dates if d > date)
    of_programme: dict[str, int] = defaultdict(int)
    for (_, basket), baskets in given.items():
        of_programme[dataset.basket_type_by_id[basket].programme] += baskets
    budget = settings.purchase_budget_cents
    spent = sum(row.cents for row in done.collections)
    objective = settings.objective
    changed = dataclasses.replace(
        settings,
        delivery_weekdays=days,
        collection_weekdays=collect,
        early_collection_weekdays=(),
        max_baskets=tuple((p, max(0, n - of_programme[p])) for p, n in settings.max_baskets),
        purchase_budget_cents=None if budget is None else budget - spent,
        objective=dataclasses.replace(
            objective,
            window_weeks=53,
            max_site_changes=None,
            site_change_cents=CHANGE_CENTS if objective.site_change_cents is None else objective.site_change_cents,
        ),
    )
    households, needs = _need_left(dataset, given)
    stock = _stock_left(dataset, done, date, min(settings.week_start + dt.timedelta(days=d) for d in days))
    collected: dict[str, int] = defaultdict(int)
    for row in done.collections:
        collected[row.lot_id] += row.load_g
    left = dataclasses.replace(
        dataset,
        settings=changed,
        households=households,
        needs=needs,
        sites=tuple(
            dataclasses.replace(
                site,
                max_baskets_per_day=0 if _shut(site, out) else site.max_baskets_per_day,
                openings=_openings(dataset, site, out),
                min_baskets_per_week=max(0, site.min_baskets_per_week - _got(done, site.site_id)),
                may_relay_to=(),
            )
            for site in dataset.sites
        ),
        vehicles=tuple(left for v in dataset.vehicles for left in _left(dataset, v, out)),
        lots=tuple(
            dataclasses.replace(
                lot,
                offer_g=lot.offer_g - collected[lot.lot_id],
                ready_date=max(lot.ready_date, _fetched_from(dataset, out, lot.farm_id) or lot.ready_date),
            )
            for lot in dataset.lots
            if lot.farm_id not in out.farms or out.back_at("farm", lot.farm_id)
        ),
        depot_stock=stock,
        past_visits=_visits_after(dataset, date, before, out),
    )
    return dataclasses.replace(left, past_coverage=_head_starts(dataset, left, given))


def _shut(site: Site, out: Events) -> bool:
    """Whether a site, or the one where its baskets are dropped, is shut for the rest of the week."""
    return any(name in out.sites and out.back_at("site", name) is None for name in (site.site_id, site.drop_site_id))


def _openings(dataset: Dataset, site: Site, out: Events) -> tuple[Opening, ...]:
    """The openings of a site from the moment at which it is back; those of its relay stand for a site without any."""
    if out.back_at("site", site.site_id) is None:
        return site.openings
    openings = site.openings or dataset.site_by_id[site.drop_site_id].openings
    found = []
    for opening in openings:
        date = dataset.settings.week_start + dt.timedelta(days=opening.weekday)
        shut_s = out.out_until_s("site", site.site_id, date)
        if opening.closes_s >= shut_s:
            found.append(dataclasses.replace(opening, opens_s=max(opening.opens_s, shut_s)))
    return tuple(found)


def _fetched_from(dataset: Dataset, out: Events, farm_id: str) -> dt.date | None:
    """The date from which a farm that was shut can be fetched from: the next one when it is back after it opens."""
    back = out.back_at("farm", farm_id)
    if back is None:
        return None
    late = out.out_until_s("farm", farm_id, back.date()) > dataset.farm_by_id[farm_id].opens_s
    return back.date() + dt.timedelta(days=late)


def _left(dataset: Dataset, vehicle: Vehicle, out: Events) -> tuple[Vehicle, ...]:
    """The vehicle on the days on which it runs, and one of another name on the day on which it is back in the middle of its shift."""
    if vehicle.vehicle_id not in out.vehicles:
        return (vehicle,)
    start = dataset.settings.week_start
    out_s = {d: out.out_until_s("vehicle", vehicle.vehicle_id, start + dt.timedelta(days=d)) for d in vehicle.weekdays}
    days = tuple(d for d in vehicle.weekdays if out_s[d] <= vehicle.shift_start_s)
    found = [dataclasses.replace(vehicle, weekdays=days)] if days else []
    for day in vehicle.weekdays:
        if vehicle.shift_start_s < out_s[day] < vehicle.shift_end_s:
            name = vehicle.vehicle_id + LATE
            found.append(dataclasses.replace(vehicle, vehicle_id=name, weekdays=(day,), shift_start_s=out_s[day]))
    return tuple(found)


def _got(plan: Plan, site_id: str) -> int:
    return sum(row.baskets for row in plan.deliveries if row.site_id == site_id)


def _given(dataset: Dataset, plan: Plan) -> dict[tuple[str, str], int]:
    given: dict[tuple[str, str], int] = defaultdict(int)
    for row in plan.allocation:
        given[row.zone_id, type_of(row.basket_id)] += row.baskets
    return dict(sorted(given.items()))


def _need_left(
    dataset: Dataset, given: dict[tuple[str, str], int]
) -> tuple[tuple[HouseholdGroup, ...], tuple[ExtraNeed, ...]]:
    """Households and needs less what was given of each zone and type, households of all sizes in proportion."""
    left = dict(given)
    needs = []
    for row in dataset.needs:
        less = min(row.households, left.get((row.zone_id, row.basket_id), 0))
        left[row.zone_id, row.basket_id] = left.get((row.zone_id, row.basket_id), 0) - less
        needs.append(dataclasses.replace(row, households=row.households - less))
    groups = list(dataset.households)
    for (zone_id, basket_id), baskets in sorted(left.items()):
        kind = dataset.basket_type_by_id[basket_id]
        mine = [
            i for i, g in enumerate(groups) if g.zone_id == zone_id and counts_household(kind, g.persons_per_household)
        ]
        total, todo = sum(groups[i].households for i in mine), baskets
        for i in mine:
            less = baskets * groups[i].households // total
            groups[i] = dataclasses.replace(groups[i], households=groups[i].households - less)
            todo -= less
        for i in sorted(mine, key=lambda i: -groups[i].households):
            less = min(1, todo, groups[i].households)
            groups[i] = dataclasses.replace(groups[i], households=groups[i].households - less)
            todo -= less
    return tuple(groups), tuple(needs)


def _head_starts(dataset: Dataset, left: Dataset, given: dict[tuple[str, str], int]) -> tuple[PastCoverage, ...]:
    """The earlier weeks of the window as they are, and this week so far as one of them."""
    settings, types = dataset.settings, dataset.basket_type_by_id
    first = settings.week_start - (settings.objective.window_weeks - 1) * WEEK
    cells: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, needs in ((1, dataset.zone_needs), (-1, left.zone_needs)):
        for (zone, basket), need in needs.items():
            cell = cells[types[basket].programme, zone]
            cell[1] += sign * need.baskets
            cell[2] += sign * need.weight_milli
    for (zone, basket), baskets in given.items():
        cells[types[basket].programme, zone][0] += baskets
    so_far = tuple(
        PastCoverage(
            week_start=settings.week_start - WEEK,
            programme=programme,
            zone_id=zone,
            baskets=baskets,
            need_baskets=need,
            weight_milli=weight,
        )
        for (programme, zone), (baskets, need, weight) in sorted(cells.items())
        if baskets
    )
    return (*(row for row in dataset.past_coverage if first <= row.week_start < settings.week_start), *so_far)


def _stock_left(dataset: Dataset, done: Plan, date: dt.date, first_day: dt.date) -> tuple[DepotStock, ...]:
    """What the depots hold when the date is over and can be packed on the first day after it, under names of its own."""
    lead = dt.timedelta(days=dataset.settings.packing_lead_days)
    late: dict[tuple[str, str], int] = defaultdict(int)
    for row in done.collections:
        if row.date + lead > first_day:
            late[row.depot_id, row.lot_id] += row.load_g
    found = []
    for row_ in done.stock_ledger:
        grams = row_.closing_g - late[row_.depot_id, row_.lot_id]
        if row_.date == date and grams > 0 and (row_.last_use_date is None or row_.last_use_date >= first_day):
            found.append(
                DepotStock(
                    depot_id=row_.depot_id,
                    lot_id=f"{row_.lot_id}@{row_.depot_id}@stock",
                    product_id=row_.product_id,
                    stock_g=grams,
                    last_use_date=row_.last_use_date,
                )
            )
    return tuple(sorted(found, key=lambda s: (s.depot_id, s.lot_id)))


def own_name(lot_id: str) -> str:
    """Return the id that a lot had before what was left of it became opening stock."""
    return lot_id.rsplit("@", 2)[0] if lot_id.endswith("@stock") else lot_id


def own_vehicle(dataset: Dataset, vehicle_id: str) -> str:
    """Return the id of a vehicle that had another name on the day on which it was back."""
    return vehicle_id if vehicle_id in dataset.vehicle_by_id else vehicle_id.removesuffix(LATE)


def _visits_after(dataset: Dataset, date: dt.date, before: Plan, out: Events) -> tuple[PastVisit, ...]:
    """The visits that the plan had for the days after a date, as if they were last week's."""
    found = {
        (r.site_id, r.date.weekday(), _name_on(dataset, r.vehicle_id, r.date, out), r.start_s, r.trip)
        for r in before.deliveries
        if r.date > date
    }
    last = dataset.settings.week_start - WEEK
    return tuple(
        PastVisit(week_start=last, site_id=site, weekday=day, vehicle_id=vehicle, start_s=start, trip=trip)
        for site, day, vehicle, start, trip in sorted(found)
    )


def _name_on(dataset: Dataset, vehicle_id: str, date: dt.date, out: Events) -> str:
    late = out.out_until_s("vehicle", vehicle_id, date) > dataset.vehicle_by_id[vehicle_id].shift_start_s
    return vehicle_id + LATE if late else vehicle_id


# --- joined to one week ----------------------------------------------------------------------------
