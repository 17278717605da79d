"""The sheets about goods: orders to farms, recipes to pack, lots to open."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from distrib import units
from distrib.io.labels import text
from distrib.io.map_data import basket_name
from distrib.io.workbook_cells import Book, Column, columns_of, thousandth
from distrib.model.dataset import Dataset
from distrib.model.farms import farm_rows
from distrib.model.plan import CollectionRow, LedgerRow, Plan

_FAR_AWAY = dt.date.max


def order_sheet(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    """Add the orders, by farm and date: crates, weight, price, and who brings them."""
    columns = columns_of(
        language,
        ("farm", "text", 36),
        ("commune", "text", 20),
        ("date", "date", 16),
        ("product", "text", 20),
        ("lot", "text", 10),
        ("crates", "count", 9),
        ("kg", "kg", 11),
        ("price", "eur", 9),
        ("eur", "eur", 11),
        ("how", "text", 38),
    )
    times = _fetching_times(plan)
    rows = []
    for row in plan.collections:
        farm, lot = dataset.farm_by_id[row.farm_id], dataset.lot_by_id[row.lot_id]
        rows.append(
            [
                farm.name,
                farm.commune,
                row.date,
                dataset.product_by_id[row.product_id].name,
                row.lot_id,
                row.crates,
                thousandth(row.load_g),
                Fraction(lot.price_millicents_per_kg, 100_000),
                Fraction(row.cents, 100),
                _how(dataset, row, times, language),
            ]
        )
    rows.sort(key=lambda cells: (cells[0], cells[2], cells[3], cells[4]))
    book.table_sheet(text("book.sheet_orders", language), columns, rows, colour="#3F7D20")


def farm_sheet(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    """Add the farms, the one of whose offer least is bought first: offer, purchases, share as a bar."""
    columns = columns_of(
        language, ("farm", "text", 36), ("commune", "text", 24), ("offered_kg", "kg", 14), ("bought_kg", "kg", 14)
    )
    columns.append(Column(header=text("book.farm_share", language), kind="percent", width=18, bar=True))
    columns += columns_of(language, ("eur", "eur", 13))
    found = sorted(farm_rows(dataset, plan.collections), key=lambda r: (r.share is None, r.share or 0, r.farm_id))
    rows = [
        [r.name, r.commune, thousandth(r.offered_g), thousandth(r.bought_g), r.share, Fraction(r.cents, 100)]
        for r in found
    ]
    book.table_sheet(text("book.sheet_farms", language), columns, rows, colour="#3F7D20")


def _fetching_times(plan: Plan) -> dict[tuple[dt.date, str, int, str], int]:
    return {
        (r.date, r.vehicle_id, r.trip, r.place_id): r.arrival_s for r in reversed(plan.stops) if r.place_kind == "farm"
    }


def _how(dataset: Dataset, row: CollectionRow, times: dict[tuple[dt.date, str, int, str], int], language: str) -> str:
    if not row.vehicle_id:
        return text("book.farm_delivers", language, depot=dataset.depot_by_id[row.depot_id].name)
    arrival = times.get((row.date, row.vehicle_id, row.trip, row.farm_id))
    shown = "?" if arrival is None else units.clock_for_people(arrival, up=True)
    return text("book.we_fetch", language, vehicle=row.vehicle_id, time=shown)


def packing_sheet(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    """Add the recipes, by date, depot and basket: portions, grams, kg in all."""
    columns = columns_of(
        language,
        ("date", "date", 16),
        ("depot", "text", 34),
        ("basket", "text", 30),
        ("baskets", "count", 10),
        ("product", "text", 24),
        ("portions", "count", 12),
        ("portion_g", "count", 12),
        ("basket_g", "count", 12),
        ("total_kg", "kg", 12),
    )
    number = {(row.date, row.depot_id, row.basket_id): row.baskets for row in plan.packing}
    rows = []
    for row in plan.recipes:
        baskets = number.get((row.date, row.depot_id, row.basket_id), 0)
        product = dataset.product_by_id[row.product_id]
        rows.append(
            [
                row.date,
                dataset.depot_by_id[row.depot_id].name,
                basket_name(dataset, row.basket_id, language),
                baskets,
                product.name,
                row.portions,
                product.portion_g,
                row.recipe_g,
                thousandth(baskets * row.recipe_g),
            ]
        )
    book.table_sheet(text("book.sheet_packing", language), columns, rows, colour="#999933")


def lot_sheet(book: Book, dataset: Dataset, plan: Plan, language: str) -> None:
    """Add the lots that are opened or discarded, by date and depot, those that expire first at the top."""
    columns = columns_of(
        language,
        ("date", "date", 16),
        ("depot", "text", 34),
        ("product", "text", 24),
        ("lot", "text", 10),
        ("last_use", "date", 16),
        ("stock_kg", "kg", 13),
        ("open_kg", "kg", 13),
        ("open_crates", "count", 11),
        ("discard_kg", "kg", 13),
    )
    used = [row for row in plan.stock_ledger if row.packed_g or row.discarded_g]
    rows = [
        [
            row.date,
            dataset.depot_by_id[row.depot_id].name,
            dataset.product_by_id[row.product_id].name,
            row.lot_id,
            row.last_use_date,
            thousandth(row.opening_g),
            thousandth(row.packed_g),
            -(-row.packed_g // dataset.product_by_id[row.product_id].crate_g),
            thousandth(row.discarded_g) if row.discarded_g else None,
        ]
        for row in sorted(used, key=first_expired_first)
    ]
    book.table_sheet(text("book.sheet_lots", language), columns, rows, colour="#999933")


def first_expired_first(row: LedgerRow) -> tuple[dt.date, str, str, dt.date, str]:
    """Sort key of ledger rows: date, depot, product, then the lot that expires first."""
    return row.date, row.depot_id, row.product_id, row.last_use_date or _FAR_AWAY, row.lot_id
