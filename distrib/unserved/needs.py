"""Needs not met: zone by zone and programme by programme."""

from __future__ import annotations

from collections import defaultdict

from distrib.io.remedy_words import because, remedy_text
from distrib.model.allocation import Limits
from distrib.model.need import type_of
from distrib.model.plan import Plan, UnservedRow
from distrib.model.remedy import Remedy, Subject
from distrib.remedies.search import KIN, find
from distrib.unserved.probing import Found, nearest_refusal, what_carries
from distrib.unserved.week import FinishedWeek, unserved_row


def need_rows(week: FinishedWeek, plan: Plan) -> list[UnservedRow]:
    """Return a row for each zone and programme that gets less than its need."""
    got: dict[tuple[str, str], int] = defaultdict(int)
    types = week.dataset.basket_type_by_id
    for row in plan.allocation:
        got[row.zone_id, types[type_of(row.basket_id)].programme] += row.baskets
    need: dict[tuple[str, str], int] = defaultdict(int)
    for (zone_id, basket_id), cell in week.dataset.zone_needs.items():
        need[zone_id, types[basket_id].programme] += cell.baskets
    short = {key: n - got[key] for key, n in sorted(need.items()) if n > got[key]}
    return [_row(week, plan, zone_id, programme, n) for (zone_id, programme), n in short.items()]


def _row(week: FinishedWeek, plan: Plan, zone_id: str, programme: str, short: int) -> UnservedRow:
    subject, reason = subject_of(week, zone_id, programme)
    detail: Found | None = None
    if reason == "transport":
        detail = nearest_refusal(week, plan, [r.site_id for r in week.dataset.sites_of_zone[zone_id]], short, programme)
    explanation = because("need", reason, week.language)
    if detail is not None:
        explanation += " " + detail.said(week)
    return unserved_row(
        "need",
        zone_id,
        short,
        "baskets",
        reason,
        programme=programme,
        date=detail.task.date if detail else None,
        explanation=explanation,
        remedy=_remedy(week, subject, reason, detail),
    )


def subject_of(week: FinishedWeek, zone_id: str, programme: str) -> tuple[Subject, str]:
    """Return whom a remedy is for, the zone alone or its neighbourhood, and the reason.

    A zone without a site, or whose sites never open, is short by itself; else its neighbourhood's reason is its own.
    """
    dataset = week.dataset
    hood = dataset.zone_by_id[zone_id].neighbourhood_id
    links = dataset.sites_of_zone[zone_id]
    opens = any(dataset.drop_windows(row.site_id, date) for row in links for date in dataset.settings.delivery_dates)
    alone = "catchment" if not links else "site_hours" if not opens else ""
    zones = {z for z, b in dataset.zone_needs if dataset.basket_type_by_id[b].programme == programme}
    cells = [
        (zone, n.baskets)
        for (zone, basket), n in dataset.zone_needs.items()
        if dataset.basket_type_by_id[basket].programme == programme
        and dataset.zone_by_id[zone].neighbourhood_id == hood
    ]
    if alone and len({zone for zone, _ in cells} & zones) > 1:
        own = sum(n for zone, n in cells if zone == zone_id)
        return Subject(kind="zone", id=zone_id, programme=programme, need=own), alone
    whole = Subject(kind="neighbourhood", id=hood, programme=programme, need=sum(n for _, n in cells))
    return whole, alone or week.limited.get((programme, hood), "")


def _remedy(week: FinishedWeek, subject: Subject, reason: str, detail: Found | None) -> str:
    if not reason or not week.solve:
        return ""
    if reason == "transport" and week.limits != Limits():
        return what_carries(week, detail)
    best = best_remedy(week, subject, reason)
    return remedy_text(week.dataset, best, week.language) if best else ""


def best_remedy(week: FinishedWeek, subject: Subject, reason: str) -> Remedy | None:
    """Return the cheapest remedy that the work left finds for a subject; None when there is none."""
    hood = subject.id if subject.kind == "neighbourhood" else week.dataset.zone_by_id[subject.id].neighbourhood_id
    binding = week.binding.get((subject.programme, hood), ())
    found = find(week.trials, subject, KIN.get(reason, (reason,)), binding, enough=1)
    return found[0] if found else None
