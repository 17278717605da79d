"""Sites without delivery all week."""

from __future__ import annotations

from distrib.io.remedy_words import because, unrouted_text
from distrib.model.need import type_of
from distrib.model.plan import Plan, UnservedRow
from distrib.solver.allocation.relaxation import unserved_sites
from distrib.unserved.probing import Found, nearest_refusal, what_carries
from distrib.unserved.week import FinishedWeek, unserved_row


def site_rows(week: FinishedWeek, plan: Plan) -> list[UnservedRow]:
    """Return a row for each site that gets nothing."""
    served = {row.site_id for row in plan.deliveries}
    sites = [site.site_id for site in week.dataset.sites if site.site_id not in served]
    facts = {site: _fact(week, plan, site) for site in sites}
    asked = [site for site, reason in facts.items() if not reason]
    found = unserved_sites(week.dataset, week.limits, asked) if asked and week.solve else {}
    return [_row(week, plan, site, facts[site] or found.get(site, "")) for site in sites]


def _fact(week: FinishedWeek, plan: Plan, site_id: str) -> str:
    """Return the reason that the tables alone show, empty when they show none."""
    dataset = week.dataset
    zones = [zone for zone, rows in dataset.sites_of_zone.items() if any(r.site_id == site_id for r in rows)]
    needs = {z: n for (z, _), n in dataset.zone_needs.items()}
    if not any(dataset.drop_windows(site_id, date) for date in dataset.settings.delivery_dates):
        return "site_hours"
    if not any(zone in needs for zone in zones):
        return "catchment"
    if dataset.site_by_id[site_id].max_baskets_per_day == 0:
        return "site_capacity"
    got: dict[tuple[str, str], int] = {}
    for row in plan.allocation:
        key = (row.zone_id, type_of(row.basket_id))
        got[key] = got.get(key, 0) + row.baskets
    met = all(got.get(key, 0) >= need.baskets for key, need in dataset.zone_needs.items() if key[0] in zones)
    return "need_met" if met else ""


def _row(week: FinishedWeek, plan: Plan, site_id: str, reason: str) -> UnservedRow:
    detail: Found | None = None
    explanation = ""
    if reason == "transport":
        programme = week.dataset.programmes[0]
        detail = nearest_refusal(
            week, plan, [site_id], max(1, week.dataset.site_by_id[site_id].min_baskets_per_visit), programme
        )
        why = unrouted_text(detail.why, detail.task.date, week.language) if detail else ""
        explanation = (
            because("site", reason, week.language, {"detail": why}) if why else because("need", reason, week.language)
        )
    elif reason in ("site_hours", "catchment", "site_capacity", "minimum", "need_met", "elsewhere"):
        explanation = because("site", reason, week.language)
    elif reason:
        explanation = because("need", reason, week.language)
    return unserved_row(
        "site",
        site_id,
        0,
        "baskets",
        "" if reason == "elsewhere" else reason,
        date=detail.task.date if detail else None,
        explanation=explanation,
        remedy=_remedy(week, site_id, reason, detail),
    )


def _remedy(week: FinishedWeek, site_id: str, reason: str, detail: Found | None) -> str:
    """What lets a vehicle come; for the rest the remedies of its zones' own rows say what would help whom."""
    if reason == "transport":
        return what_carries(week, detail)
    return ""
