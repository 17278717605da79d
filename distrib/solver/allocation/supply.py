"""The goods of the week: farms' lots and the hubs' opening stock, with every day on which they can arrive and be packed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.access import can_fetch

FOREVER = dt.date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A lot may reach a depot on a date; ``delivered``: the farm brings it, ``fetch_limit_g``: most that we may fetch."""

    date: dt.date
    depot_id: str
    delivered: bool
    fetch_limit_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One lot. A farm's lot comes in whole crates by one of its ``arrivals``; opening stock lies at ``depot_id`` in grams.

    ``last_use_date`` is ``FOREVER`` for what never expires. Sorted first expired first by ``order``.
    """

    lot_id: str
    product_id: str
    farm_id: str = ""
    depot_id: str = ""
    ready_date: dt.date
    last_use_date: dt.date
    crates: int = 0
    crate_g: int = 0
    stock_g: int = 0
    price_millicents_per_kg: int = 0
    arrivals: tuple[Arrival, ...] = ()

    @property
    def order(self) -> tuple[dt.date, dt.date, str]:
        """The key of first expired first out."""
        return self.last_use_date, self.ready_date, self.lot_id

    @property
    def usable_g(self) -> int:
        """Grams that can be had: whole crates of the offer, or the stock."""
        return self.stock_g if self.depot_id else self.crates * self.crate_g


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """All goods that can be packed this week, first expired first, and the calendar they live in.

    ``next_date`` is next week's first packing day: stock that is no longer good then is wasted.
    """

    goods: tuple[Goods, ...]
    delivery_dates: tuple[dt.date, ...]
    lead: dt.timedelta
    next_date: dt.date

    def packable(self, goods: Goods, arrival: dt.date | None) -> tuple[dt.date, ...]:
        """Return the dates on which goods that arrived on a date (None: opening stock) may be packed."""
        first = dt.date.min if arrival is None else arrival + self.lead
        return tuple(d for d in self.delivery_dates if first <= d <= goods.last_use_date)


def supply_of(dataset: Dataset, limits: Limits) -> Supply:
    """Return the goods that can be packed at least once; what arrives too late, never or not at all is left out."""
    settings = dataset.settings
    dates = tuple(sorted(settings.delivery_dates))
    lead = dt.timedelta(days=settings.packing_lead_days)
    next_date = min(dates) + dt.timedelta(days=7) if dates else settings.week_start
    empty = Supply(goods=(), delivery_dates=dates, lead=lead, next_date=next_date)
    goods = [*_opening_goods(dataset), *_offers(dataset, limits, empty)]
    usable = [g for g in goods if g.usable_g > 0 and (empty.packable(g, None) if g.depot_id else g.arrivals)]
    return Supply(
        goods=tuple(sorted(usable, key=lambda g: g.order)), delivery_dates=dates, lead=lead, next_date=next_date
    )


def _opening_goods(dataset: Dataset) -> list[Goods]:
    return [
        Goods(
            lot_id=stock.lot_id,
            product_id=stock.product_id,
            depot_id=stock.depot_id,
            ready_date=dataset.settings.week_start,
            last_use_date=stock.last_use_date or FOREVER,
            stock_g=stock.stock_g,
        )
        for stock in dataset.depot_stock
    ]


def _offers(dataset: Dataset, limits: Limits, calendar: Supply) -> list[Goods]:
    found = []
    fetchable: dict[tuple[str, str, dt.date, bool, int], bool] = {}
    for lot in dataset.lots:
        product = dataset.product_by_id[lot.product_id]
        plain = Goods(
            lot_id=lot.lot_id,
            product_id=lot.product_id,
            farm_id=lot.farm_id,
            ready_date=lot.ready_date,
            last_use_date=lot.last_use_date or FOREVER,
            crates=lot.offer_g // product.crate_g,
            crate_g=product.crate_g,
            price_millicents_per_kg=lot.price_millicents_per_kg,
        )
        arrivals = _arrivals(dataset, limits, calendar, plain, fetchable)
        found.append(dataclasses.replace(plain, arrivals=arrivals))
    return found


def _arrivals(
    dataset: Dataset,
    limits: Limits,
    calendar: Supply,
    goods: Goods,
    fetchable: dict[tuple[str, str, dt.date, bool, int], bool],
) -> tuple[Arrival, ...]:
    """Every (date, depot) by which the goods can come; ``fetchable`` remembers the answers for a farm."""
    farm = dataset.farm_by_id[goods.farm_id]
    cold = dataset.product_by_id[goods.product_id].needs_cold
    found = []
    for date in sorted(set(dataset.settings.collection_dates)):
        if date < goods.ready_date or not calendar.packable(goods, date):
            continue
        limit = limits.farm_day_g.get((farm.farm_id, date))
        for depot in dataset.depots:
            key = (farm.farm_id, depot.depot_id, date, cold, goods.crate_g)
            if farm.delivers:
                found.append(Arrival(date=date, depot_id=depot.depot_id, delivered=True))
                continue
            if key not in fetchable:
                fetchable[key] = can_fetch(dataset, depot, farm, date, cold=cold, crate_g=goods.crate_g)
            if fetchable[key] and (limit is None or limit >= goods.crate_g):
                found.append(Arrival(date=date, depot_id=depot.depot_id, delivered=False, fetch_limit_g=limit))
    return tuple(found)


def fetch_limits(goods: tuple[Goods, ...]) -> dict[tuple[str, dt.date], tuple[int, list[Goods]]]:
    """Return by (farm, date) the most grams that may be fetched there and the goods it bounds."""
    found: dict[tuple[str, dt.date], tuple[int, list[Goods]]] = {}
    for one in goods:
        for date, limit in sorted({(a.date, a.fetch_limit_g) for a in one.arrivals if a.fetch_limit_g is not None}):
            found.setdefault((one.farm_id, date), (limit, []))[1].append(one)
    return found


def by_product(goods: tuple[Goods, ...]) -> dict[str, list[Goods]]:
    """Return the goods by product, products sorted, first expired first inside."""
    found: dict[str, list[Goods]] = defaultdict(list)
    for one in goods:
        found[one.product_id].append(one)
    return dict(sorted(found.items()))
