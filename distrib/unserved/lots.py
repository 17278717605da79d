"""Usable produce that is not bought."""

from __future__ import annotations

from collections import defaultdict

from distrib.io.remedy_words import because
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan, UnservedRow
from distrib.solver.allocation.relaxation import unbought_lots, without_more
from distrib.unserved.week import FinishedWeek, unserved_row


def lot_rows(week: FinishedWeek, plan: Plan) -> list[UnservedRow]:
    """Return a row for each lot of which usable kg are not bought."""
    bought: dict[str, int] = defaultdict(int)
    for row in plan.collections:
        bought[row.lot_id] += row.load_g
    left = {
        lot.lot_id: grams
        for lot in week.dataset.lots
        if (grams := usable_g(week.dataset, lot.lot_id) - bought[lot.lot_id]) > 0
    }
    reasons = _reasons(week, plan, {lot: bought[lot] for lot in left})
    return [
        unserved_row("lot", lot, grams, "kg", reasons[lot], explanation=because("lot", reasons[lot], week.language))
        for lot, grams in left.items()
    ]


def _reasons(week: FinishedWeek, plan: Plan, bought_g: dict[str, int]) -> dict[str, str]:
    """All need met that it could serve; else what keeps this very lot out; else, where others take its place, what keeps all few."""
    met = _met(week.dataset, plan)
    reasons = {lot: "need_met" if week.dataset.lot_by_id[lot].product_id in met else "" for lot in bought_g}
    asked = {lot: grams for lot, grams in bought_g.items() if not reasons[lot]}
    if not asked or not week.solve:
        return reasons
    found = unbought_lots(week.dataset, week.limits, asked)
    if "elsewhere" in found.values():
        general = without_more(week.dataset, week.limits)
        found = {lot: general if reason == "elsewhere" else reason for lot, reason in found.items()}
    return reasons | found


def _met(dataset: Dataset, plan: Plan) -> set[str]:
    """Return the products for which no programme that could use them has any need left."""
    short = {row.programme for row in plan.coverage if row.baskets < row.need_baskets}
    wanted: set[str] = set()
    for basket in dataset.basket_types:
        if basket.programme in short:
            wanted |= {p for p, _ in basket.contents} or {p.product_id for p in dataset.products}
    return {p.product_id for p in dataset.products} - wanted


def usable_g(dataset: Dataset, lot_id: str) -> int:
    """Whole crates of a lot, in grams, that some collection day brings in time to be packed; 0 when none does."""
    lot = dataset.lot_by_id[lot_id]
    crate_g = dataset.product_by_id[lot.product_id].crate_g
    last = max(dataset.settings.delivery_dates)
    lead = dataset.settings.packing_lead_days
    for date in dataset.settings.collection_dates:
        for packed in dataset.settings.delivery_dates:
            in_time = date >= lot.ready_date and date.toordinal() + lead <= packed.toordinal() and date <= last
            if in_time and (lot.last_use_date is None or packed <= lot.last_use_date):
                return lot.offer_g // crate_g * crate_g
    return 0
