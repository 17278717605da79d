"""The stock ledger that follows from edited plans: which lots the packing takes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from distrib.checker.case import Case
from distrib.checker.goods import usable_g
from distrib.checker.store import ledger_days
from distrib.model.plan import LedgerRow


def ledger_of(case: Case) -> tuple[LedgerRow, ...]:
    """Return the ledger that follows from collections and packing; lots are used as before as far as that goes (see ``LotUses``)."""
    uses = LotUses(case)
    rows = [row for key, days in ledger_days(case).items() for row in _rows_of_lot(case, key, days, uses.packed[key])]
    return tuple(sorted(rows, key=lambda r: (r.date, r.depot_id, r.lot_id)))


def _rows_of_lot(
    case: Case, key: tuple[str, str], days: list[dt.date], packed: dict[dt.date, int]
) -> Iterator[LedgerRow]:
    depot_id, lot_id = key
    product_id, last_use = case.lot_facts.get(lot_id, ("", None))
    stock, arrivals = case.opening_stock.get(key, 0), case.arrivals.get(key, {})
    for date in days:
        left = stock + arrivals.get(date, 0) - packed.get(date, 0)
        discarded = left if last_use is not None and date >= last_use else 0
        yield LedgerRow(
            date=date,
            depot_id=depot_id,
            lot_id=lot_id,
            product_id=product_id,
            opening_g=stock,
            in_g=arrivals.get(date, 0),
            packed_g=packed.get(date, 0),
            discarded_g=discarded,
            closing_g=left - discarded,
            last_use_date=last_use,
        )
        stock = left - discarded


class LotUses:
    """Grams packed of each lot by day, changed as little as the packing asks for.

    Where a day needs less of a product than written, the lots that keep longest are left; where it needs more,
    the lots that end first give it, as far as they have any that no later day needs. What no lot can give is
    not taken: the checker then finds that the recipes need more than leaves the stock.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.packed: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(dict)
        for key, rows in case.ledger.items():
            self.packed[key] = {date: max(0, row.packed_g) for date, row in rows.items()}
        self.needed = self._needed()
        self.lots: dict[tuple[str, str], list[str]] = defaultdict(list)
        for depot_id, lot_id in sorted(self.packed.keys() | case.arrivals.keys() | case.opening_stock.keys()):
            self.lots[depot_id, case.lot_facts.get(lot_id, ("", None))[0]].append(lot_id)
        for date, depot_id, product_id in sorted(self._days()):
            self._settle(date, depot_id, product_id)

    def _needed(self) -> dict[tuple[dt.date, str, str], int]:
        needed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
        for (date, depot_id, basket_id), baskets in self.case.packed.items():
            for product_id, portions in self.case.recipes.get((date, depot_id, basket_id), {}).items():
                product = self.case.product(product_id)
                needed[date, depot_id, product_id] += 0 if product is None else baskets * portions * product.portion_g
        return dict(needed)

    def _days(self) -> set[tuple[dt.date, str, str]]:
        written = {
            (date, depot_id, product_id)
            for (depot_id, product_id), lots in self.lots.items()
            for lot_id in lots
            for date in self.packed.get((depot_id, lot_id), {})
        }
        return written | self.needed.keys()

    def _settle(self, date: dt.date, depot_id: str, product_id: str) -> None:
        lots = sorted(self.lots.get((depot_id, product_id), []), key=self._end)
        written = sum(self.packed[depot_id, lot].get(date, 0) for lot in lots)
        more = self.needed.get((date, depot_id, product_id), 0) - written
        for lot in reversed(lots):
            packed = self.packed[depot_id, lot]
            less = min(packed.get(date, 0), max(0, -more))
            packed[date] = packed.get(date, 0) - less
            more += less
        for lot in lots:
            extra = min(self._spare_g((depot_id, lot), date), max(0, more))
            self.packed[depot_id, lot][date] = self.packed[depot_id, lot].get(date, 0) + extra
            more -= extra

    def _end(self, lot_id: str) -> tuple[dt.date, str]:
        return self.case.lot_facts.get(lot_id, ("", None))[1] or dt.date.max, lot_id

    def _spare_g(self, key: tuple[str, str], date: dt.date) -> int:
        """Grams of a lot that can be packed on a day on top of what is packed on that and all later days."""
        if date > self._end(key[1])[0]:
            return 0
        packed = self.packed[key]
        later = sorted({date, *(day for day in packed if day > date)})
        return max(
            0, min(usable_g(self.case, key, day) - sum(g for d, g in packed.items() if d <= day) for day in later)
        )
