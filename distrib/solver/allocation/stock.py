"""What lies in the hubs: first expired first out by lot, and the ledger that follows from purchases and packing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from distrib.model.allocation import LotUse, Purchase
from distrib.model.dataset import Dataset
from distrib.solver.allocation.supply import FOREVER, Goods, Supply

Use = Mapping[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → grams packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Lots packed first expired first out. ``missing``: (date, depot_id, product_id) → grams that no lot covers.

    ``closing_g``: (date, depot_id, needs_cold) → closing stock of every calendar day; ``wasted_g``: what is discarded or left
    over and no longer good on next week's first packing day, by lot.
    """

    uses: tuple[LotUse, ...]
    missing: dict[tuple[dt.date, str, str], int]
    closing_g: dict[tuple[dt.date, str, bool], int]
    wasted_g: dict[str, int]


@dataclass(slots=True, kw_only=True)
class _Pile:
    """Grams of one lot at one depot, from one arrival (None: opening stock)."""

    goods: Goods
    depot_id: str
    arrival: dt.date | None
    left_g: int


def pack(dataset: Dataset, supply: Supply, purchases: Iterable[Purchase], use: Use) -> Packed:
    """Return which lots are packed when, first expired first out, day by day to the last delivery date."""
    piles = _piles(dataset, supply, purchases)
    lots: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    missing: dict[tuple[dt.date, str, str], int] = {}
    closing: dict[tuple[dt.date, str, bool], int] = defaultdict(int)
    wasted: dict[str, int] = defaultdict(int)
    by_place: dict[tuple[str, str], list[_Pile]] = defaultdict(list)
    for pile in piles:
        by_place[pile.depot_id, pile.goods.product_id].append(pile)
    for date in _calendar(dataset, supply, piles):
        for (day, depot, product), grams in sorted(use.items()) if date in supply.delivery_dates else ():
            if day == date:
                short = _take(supply, by_place[depot, product], date, grams, lots)
                if short:
                    missing[date, depot, product] = short
        _close(dataset, piles, date, closing, wasted)
    for pile in piles:
        if pile.left_g and pile.goods.last_use_date < supply.next_date:
            wasted[pile.goods.lot_id] += pile.left_g
    uses = tuple(LotUse(date=d, depot_id=w, lot_id=lot, packed_g=g) for (d, w, lot), g in sorted(lots.items()))
    return Packed(uses=uses, missing=missing, closing_g=dict(closing), wasted_g=dict(sorted(wasted.items())))


def _piles(dataset: Dataset, supply: Supply, purchases: Iterable[Purchase]) -> list[_Pile]:
    goods = {g.lot_id: g for g in supply.goods}
    piles = [
        _Pile(goods=_stock_goods(dataset, s.lot_id), depot_id=s.depot_id, arrival=None, left_g=s.stock_g)
        for s in dataset.depot_stock
    ]
    for p in purchases:
        one = goods[p.lot_id]
        piles.append(_Pile(goods=one, depot_id=p.depot_id, arrival=p.date, left_g=p.crates * one.crate_g))
    return sorted(piles, key=lambda p: (p.goods.order, p.depot_id, p.arrival or dt.date.min))


def _stock_goods(dataset: Dataset, lot_id: str) -> Goods:
    stock = next(s for s in dataset.depot_stock if s.lot_id == lot_id)
    return Goods(
        lot_id=lot_id,
        product_id=stock.product_id,
        depot_id=stock.depot_id,
        ready_date=dataset.settings.week_start,
        last_use_date=stock.last_use_date or FOREVER,
        stock_g=stock.stock_g,
    )


def _calendar(dataset: Dataset, supply: Supply, piles: list[_Pile]) -> list[dt.date]:
    if not supply.delivery_dates:
        return []
    day = min([dataset.settings.week_start, *(p.arrival for p in piles if p.arrival is not None)])
    days = []
    while day <= max(supply.delivery_dates):
        days.append(day)
        day += dt.timedelta(days=1)
    return days


def _take(
    supply: Supply, piles: list[_Pile], date: dt.date, grams: int, lots: dict[tuple[dt.date, str, str], int]
) -> int:
    """Take grams from the piles, first expired first; returns what is missing."""
    for pile in piles:
        ready = pile.arrival is None or pile.arrival + supply.lead <= date
        taken = min(grams, pile.left_g) if ready and date <= pile.goods.last_use_date else 0
        if taken:
            pile.left_g -= taken
            grams -= taken
            lots[date, pile.depot_id, pile.goods.lot_id] += taken
    return grams


def _close(
    dataset: Dataset,
    piles: list[_Pile],
    date: dt.date,
    closing: dict[tuple[dt.date, str, bool], int],
    wasted: dict[str, int],
) -> None:
    """Discard what is on its last day, add up what stays overnight."""
    for pile in piles:
        here = pile.arrival is None and date >= dataset.settings.week_start
        here = here or (pile.arrival is not None and pile.arrival <= date)
        if not here or not pile.left_g:
            continue
        if date >= pile.goods.last_use_date:
            wasted[pile.goods.lot_id] += pile.left_g
            pile.left_g = 0
        else:
            cold = dataset.product_by_id[pile.goods.product_id].needs_cold
            closing[date, pile.depot_id, cold] += pile.left_g


def storage_of(dataset: Dataset, depot_id: str, cold: bool) -> int:
    """Return the grams that a depot may hold overnight."""
    depot = dataset.depot_by_id[depot_id]
    return depot.cold_storage_g if cold else depot.storage_g


def storage_breaches(dataset: Dataset, packed: Packed) -> dict[tuple[dt.date, str, bool], int]:
    """Return (date, depot_id, needs_cold) → grams beyond what the depot may hold overnight."""
    found = {}
    for (date, depot, cold), grams in sorted(packed.closing_g.items()):
        over = grams - storage_of(dataset, depot, cold)
        if over > 0:
            found[date, depot, cold] = over
    return found
