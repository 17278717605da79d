"""Rules G4 and G5: the stock ledger of the depots, and packing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from distrib.checker.breach import Found, Place, count, found, grams
from distrib.checker.case import Case, KindKey
from distrib.model.plan import LedgerRow

LotKey = tuple[str, str]


def ledger_is_complete(case: Case) -> Iterator[Found]:
    """The ledger has one row per depot, lot and calendar day from its first kg to the last delivery day, and no other."""
    expected = ledger_days(case)
    for key in sorted(expected.keys() | case.ledger.keys()):
        due, written = set(expected.get(key, ())), set(case.ledger.get(key, ()))
        for date in sorted(due - written):
            yield found("ledger_row_missing", "stock_ledger", lot=key[1], date=date, depot=key[0])
        for date in sorted(written - due):
            yield found("ledger_row_extra", "stock_ledger", lot=key[1], date=date, depot=key[0])


def ledger_days(case: Case) -> dict[LotKey, list[dt.date]]:
    """Days on which the ledger owes a row, by (depot, lot): from the first kg to the last delivery day."""
    last = case.last_delivery_date
    first: dict[LotKey, dt.date] = {key: min(dates) for key, dates in case.arrivals.items()}
    for key, stock_g in case.opening_stock.items():
        if stock_g > 0:
            first[key] = min(case.settings.week_start, first.get(key, case.settings.week_start))
    if last is None:
        return {}
    # A collection months off its week breaks G2; its ledger would only repeat that some hundred times.
    earliest = case.settings.week_start - dt.timedelta(days=7)
    days = {key: (max(date, earliest), last) for key, date in first.items()}
    return {k: [a + dt.timedelta(days=i) for i in range((b - a).days + 1)] for k, (a, b) in days.items()}


def opening_carries_over(case: Case) -> Iterator[Found]:
    """A ledger row opens with the closing of the day before; the first one with the depot's opening stock, or nothing."""
    for key, rows in case.ledger.items():
        before: LedgerRow | None = None
        for row in rows.values():
            should = case.opening_stock.get(key, 0) if before is None else before.closing_g
            if row.opening_g != should:
                yield found("ledger_opening", "stock_ledger", grams(row.opening_g), grams(should), **_row(row))
            before = row


def ledger_takes_collections(case: Case) -> Iterator[Found]:
    """What comes in is what the collections of that day bring of the lot to the depot."""
    for key, rows in case.ledger.items():
        arrivals = case.arrivals.get(key, {})
        for date, row in rows.items():
            if row.in_g != arrivals.get(date, 0):
                yield found("ledger_in", "stock_ledger", grams(row.in_g), grams(arrivals.get(date, 0)), **_row(row))


def ledger_balances(case: Case) -> Iterator[Found]:
    """Opening + in − packed − discarded = closing, to the gram, and no closing is negative."""
    for row in case.plan.stock_ledger:
        should = row.opening_g + row.in_g - row.packed_g - row.discarded_g
        if row.closing_g != should:
            yield found("ledger_balance", "stock_ledger", grams(row.closing_g), grams(should), **_row(row))
        if row.closing_g < 0:
            yield found("ledger_negative", "stock_ledger", grams(row.closing_g), grams(0), **_row(row))


def discarded_on_last_day(case: Case) -> Iterator[Found]:
    """What is left of a lot after packing on its last usable day is discarded that day, and nothing is discarded earlier."""
    for row in case.plan.stock_ledger:
        if row.lot_id not in case.lot_facts:
            continue
        last_use = case.lot_facts[row.lot_id][1]
        over = last_use is not None and row.date >= last_use
        should = max(row.opening_g + row.in_g - row.packed_g, 0) if over else 0
        if row.discarded_g != should:
            yield found("ledger_discarded", "stock_ledger", grams(row.discarded_g), grams(should), **_row(row))


def packed_is_recipes(case: Case) -> Iterator[Found]:
    """What is packed of a product per depot and day is what the recipes of the packed baskets hold of it."""
    used: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for (date, depot_id, basket_id), baskets in case.packed.items():
        for product_id, portions in case.recipes.get((date, depot_id, basket_id), {}).items():
            product = case.product(product_id)
            used[date, depot_id, product_id] += 0 if product is None else baskets * portions * product.portion_g
    packed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for row in case.plan.stock_ledger:
        packed[row.date, row.depot_id, case.lot_facts.get(row.lot_id, (row.product_id, None))[0]] += row.packed_g
    for key in sorted(used.keys() | packed.keys()):
        if used.get(key, 0) != packed.get(key, 0):
            where: dict[str, Place] = {"product": key[2], "date": key[0], "depot": key[1]}
            yield found(
                "packed_of_product", "stock_ledger", grams(packed.get(key, 0)), grams(used.get(key, 0)), **where
            )


def storage_suffices(case: Case) -> Iterator[Found]:
    """Closing stock of products that need cold fits the depot's cold storage; the rest fits its ambient storage."""
    stored: dict[tuple[str, dt.date, bool], int] = defaultdict(int)
    for row in case.plan.stock_ledger:
        product = case.product(case.lot_facts.get(row.lot_id, ("", None))[0])
        if product is not None:
            stored[row.depot_id, row.date, product.needs_cold] += row.closing_g
    for depot_id, date, cold in sorted(stored):
        depot = case.dataset.depot_by_id.get(depot_id)
        closing = stored[depot_id, date, cold]
        limit = 0 if depot is None else depot.cold_storage_g if cold else depot.storage_g
        if depot is not None and closing > limit:
            saying = "cold_storage" if cold else "storage"
            yield found(saying, "stock_ledger", grams(closing), grams(limit), depot=depot_id, date=date)


def packing_capacity(case: Case) -> Iterator[Found]:
    """A depot packs at most packing_baskets_per_day baskets a day."""
    packed: dict[tuple[str, dt.date], int] = defaultdict(int)
    for row in case.plan.packing:
        packed[row.depot_id, row.date] += row.baskets
    for depot_id, date in sorted(packed):
        depot = case.dataset.depot_by_id.get(depot_id)
        if depot is not None and packed[depot_id, date] > depot.packing_baskets_per_day:
            measured = count(packed[depot_id, date], "baskets")
            limit = count(depot.packing_baskets_per_day, "baskets")
            yield found("over_packed", "packing", measured, limit, depot=depot_id, date=date)


def packed_is_delivered(case: Case) -> Iterator[Found]:
    """Every packed basket is delivered the day it is packed, by a vehicle of the depot that packed it, and no other is."""
    delivered: dict[KindKey, int] = defaultdict(int)
    for row in case.plan.deliveries:
        depot = case.depot_of(row.vehicle_id)
        delivered[row.date, "" if depot is None else depot.depot_id, row.basket_id] += row.baskets
    for key in sorted(case.packed.keys() | delivered.keys()):
        has, should = delivered.get(key, 0), case.packed.get(key, 0)
        # Deliveries by an unknown vehicle have no depot; what that depot packed and they bring is told once, there.
        if has != should and key[1]:
            where: dict[str, Place] = {"basket": key[2], "date": key[0], "depot": key[1]}
            yield found("packed_not_delivered", "packing", count(has, "baskets"), count(should, "baskets"), **where)


def _row(row: LedgerRow) -> dict[str, Place]:
    return {"lot": row.lot_id, "date": row.date, "depot": row.depot_id}
