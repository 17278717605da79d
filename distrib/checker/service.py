"""Rules G6 to G8: who gets baskets, where and when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from distrib.checker.breach import Found, Place, count, day, found, text
from distrib.checker.case import Case
from distrib.model.need import type_of
from distrib.model.plan import DeliveryRow

SiteDay = tuple[str, dt.date]


def allocated_is_delivered(case: Case) -> Iterator[Found]:
    """Per site, date and basket kind, what is allocated to zones is what is delivered for the site."""
    allocated: dict[tuple[str, dt.date, str], int] = defaultdict(int)
    delivered: dict[tuple[str, dt.date, str], int] = defaultdict(int)
    for share in case.plan.allocation:
        allocated[share.site_id, share.date, share.basket_id] += share.baskets
    for row in case.plan.deliveries:
        delivered[row.site_id, row.date, row.basket_id] += row.baskets
    for key in sorted(allocated.keys() | delivered.keys()):
        has, should = delivered.get(key, 0), allocated.get(key, 0)
        if has != should:
            where: dict[str, Place] = {"site": key[0], "date": key[1], "basket": key[2]}
            yield found("allocated_delivered", "deliveries", count(has, "baskets"), count(should, "baskets"), **where)


def zone_in_catchment(case: Case) -> Iterator[Found]:
    """A zone uses only sites of its catchment."""
    for row in case.plan.allocation:
        known = row.zone_id in case.dataset.zone_by_id and row.site_id in case.dataset.site_by_id
        if known and (row.zone_id, row.site_id) not in case.walks:
            yield found("outside_catchment", "allocation", zone=row.zone_id, site=row.site_id, date=row.date)


def within_need(case: Case) -> Iterator[Found]:
    """A zone gets no more baskets of a type over the week than its need of that type."""
    given: dict[tuple[str, str], int] = defaultdict(int)
    for row in case.plan.allocation:
        given[row.zone_id, type_of(row.basket_id)] += row.baskets
    for zone_id, basket_id in sorted(given):
        need = case.dataset.zone_needs.get((zone_id, basket_id))
        limit = 0 if need is None else need.baskets
        known = zone_id in case.dataset.zone_by_id and case.basket(basket_id) is not None
        if known and given[zone_id, basket_id] > limit:
            measured = count(given[zone_id, basket_id], "baskets")
            yield found("beyond_need", "allocation", measured, count(limit, "baskets"), zone=zone_id, basket=basket_id)


def delivered_on_delivery_days(case: Case) -> Iterator[Found]:
    """Baskets are delivered only on delivery days."""
    for site_id, date in sorted({(row.site_id, row.date) for row in case.plan.deliveries}):
        if date not in case.settings.delivery_dates:
            yield found("not_a_delivery_day", "deliveries", day(date), site=site_id, date=date)


def delivered_when_open(case: Case) -> Iterator[Found]:
    """The place of drop is open on the day, and a relayed site that has hours has some that day."""
    for site_id, place_id, date in sorted({(r.site_id, _place(case, r), r.date) for r in case.plan.deliveries}):
        site = case.dataset.site_by_id.get(site_id)
        if date not in case.settings.delivery_dates or site is None or place_id not in case.dataset.site_by_id:
            continue
        shut = place_id != site_id and site.openings and not case.openings(site_id, date)
        if shut or not case.openings(place_id, date):
            yield found("site_closed", "deliveries", day(date), site=site_id, date=date)


def dropped_at_its_place(case: Case) -> Iterator[Found]:
    """Baskets of a site are dropped there, or where it may be relayed; those of a site with a relay always at that relay."""
    for row in case.plan.deliveries:
        places = case.drop_places(row.site_id)
        if row.site_id in case.dataset.site_by_id and row.dropped_at_site_id not in places:
            measured, limit = text(row.dropped_at_site_id), text(", ".join(places))
            yield found("wrong_drop_place", "deliveries", measured, limit, **_visit(row))


def relays_are_no_chain(case: Case) -> Iterator[Found]:
    """A relay gets its own baskets itself: it has no relay, and none of them is dropped elsewhere."""
    away = {row.site_id: row.dropped_at_site_id for row in case.plan.deliveries if _place(case, row) != row.site_id}
    fixed = {site.site_id: site.relay_site_id for site in case.dataset.sites if site.relay_site_id}
    for site_id, relay_id in sorted({(r.site_id, _place(case, r)) for r in case.plan.deliveries}):
        further = fixed.get(relay_id) or away.get(relay_id)
        if relay_id != site_id and further:
            yield found("relay_chain", "deliveries", text(further), None, site=site_id, place=relay_id)


def site_capacity(case: Case) -> Iterator[Found]:
    """A site gets at most max_baskets_per_day for itself, counted in places."""
    groups: dict[SiteDay, list[DeliveryRow]] = defaultdict(list)
    for row in case.plan.deliveries:
        groups[row.site_id, row.date].append(row)
    for site_id, date in sorted(groups):
        site = case.dataset.site_by_id.get(site_id)
        places = case.places_of(groups[site_id, date])
        if site is not None and places > site.max_baskets_per_day:
            limit = count(site.max_baskets_per_day, "baskets")
            yield found("site_full", "deliveries", count(places, "baskets"), limit, site=site_id, date=date)


def relay_capacity(case: Case) -> Iterator[Found]:
    """A relay passes on at most relay_max_baskets a day to the sites it serves, counted in places."""
    groups: dict[SiteDay, list[DeliveryRow]] = defaultdict(list)
    for row in case.plan.deliveries:
        place_id = _place(case, row)
        if row.site_id in case.dataset.site_by_id and place_id != row.site_id:
            groups[place_id, row.date].append(row)
    for relay_id, date in sorted(groups):
        relay = case.dataset.site_by_id.get(relay_id)
        limit = None if relay is None else relay.relay_max_baskets
        places = case.places_of(groups[relay_id, date])
        if limit is not None and places > limit:
            measured = count(places, "baskets")
            yield found("relay_full", "deliveries", measured, count(limit, "baskets"), site=relay_id, date=date)


def least_per_visit(case: Case) -> Iterator[Found]:
    """Each delivery visit for a site brings at least its min_baskets_per_visit."""
    visits: dict[tuple[str, dt.date, str, int, int], int] = defaultdict(int)
    for row in case.plan.deliveries:
        visits[row.site_id, row.date, row.vehicle_id, row.trip, row.start_s] += row.baskets
    for key in sorted(visits):
        site = case.dataset.site_by_id.get(key[0])
        if site is not None and visits[key] < site.min_baskets_per_visit:
            limit = count(site.min_baskets_per_visit, "baskets")
            where: dict[str, Place] = {"site": key[0], "vehicle": key[2], "date": key[1], "trip": key[3]}
            yield found("visit_small", "deliveries", count(visits[key], "baskets"), limit, **where)


def least_per_week(case: Case) -> Iterator[Found]:
    """A site that gets any baskets gets at least its min_baskets_per_week."""
    week: dict[str, int] = defaultdict(int)
    for row in case.plan.deliveries:
        week[row.site_id] += row.baskets
    for site_id in sorted(week):
        site = case.dataset.site_by_id.get(site_id)
        if site is not None and 0 < week[site_id] < site.min_baskets_per_week:
            limit = count(site.min_baskets_per_week, "baskets")
            yield found("week_small", "deliveries", count(week[site_id], "baskets"), limit, site=site_id)


def programme_size(case: Case) -> Iterator[Found]:
    """A programme gives at most its max_baskets over the week."""
    given: dict[str, int] = defaultdict(int)
    for row in case.plan.allocation:
        basket = case.basket(row.basket_id)
        if basket is not None:
            given[basket.programme] += row.baskets
    for programme in sorted(given):
        limit = case.settings.max_baskets_of(programme)
        if limit is not None and given[programme] > limit:
            measured = count(given[programme], "baskets")
            yield found("programme_size", "allocation", measured, count(limit, "baskets"), programme=programme)


def _place(case: Case, row: DeliveryRow) -> str:
    """Where a delivery is dropped; one written for a wrong place counts where it should be."""
    places = case.drop_places(row.site_id)
    return row.dropped_at_site_id if row.dropped_at_site_id in places else places[0]


def _visit(row: DeliveryRow) -> dict[str, Place]:
    return {"site": row.site_id, "vehicle": row.vehicle_id, "date": row.date, "trip": row.trip}
