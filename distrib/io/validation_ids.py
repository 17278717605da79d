"""Ids: none doubled, none unknown, none shared by places or lots of different tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from distrib.io.messages import Near, Problems
from distrib.io.reading_rows import Line, TypedTables
from distrib.io.schema import (
    TABLES,
    BasketTypeRow,
    CatchmentRow,
    DepotRow,
    DepotStockRow,
    FarmRow,
    FixedDayRow,
    HouseholdRow,
    KitContentRow,
    NeedRow,
    NeighbourhoodRow,
    PastCoverageRow,
    ProductRow,
    SiteHoursRow,
    SiteRow,
    StockRow,
    TableRow,
    TravelHeavyRow,
    TravelRow,
    VehicleRow,
    ZoneRow,
)

REFERENCES: tuple[tuple[type[TableRow], str, type[TableRow]], ...] = (
    (ZoneRow, "neighbourhood_id", NeighbourhoodRow),
    (HouseholdRow, "zone_id", ZoneRow),
    (NeedRow, "zone_id", ZoneRow),
    (NeedRow, "basket_id", BasketTypeRow),
    (SiteRow, "relay_site_id", SiteRow),
    (SiteRow, "may_relay_to", SiteRow),
    (SiteHoursRow, "site_id", SiteRow),
    (FixedDayRow, "site_id", SiteRow),
    (FixedDayRow, "vehicle_id", VehicleRow),
    (CatchmentRow, "zone_id", ZoneRow),
    (CatchmentRow, "site_id", SiteRow),
    (KitContentRow, "basket_id", BasketTypeRow),
    (KitContentRow, "product_id", ProductRow),
    (StockRow, "farm_id", FarmRow),
    (StockRow, "product_id", ProductRow),
    (DepotStockRow, "depot_id", DepotRow),
    (DepotStockRow, "product_id", ProductRow),
    (VehicleRow, "depot_id", DepotRow),
    (PastCoverageRow, "zone_id", ZoneRow),
)
"""(table, column, table whose ids the column names)."""


def check_ids(tables: TypedTables, problems: Problems) -> None:
    """Note doubled keys, unknown ids, and ids that two tables share although they must not."""
    for model in TABLES.values():
        if model not in (TravelRow, TravelHeavyRow):
            _check_doubles(tables, model, problems)
    for model, column, target in REFERENCES:
        _check_references(tables, model, column, target, problems)
    _check_shared(
        tables, ((SiteRow, "site_id"), (FarmRow, "farm_id"), (DepotRow, "depot_id")), "shared_place_id", problems
    )
    _check_shared(tables, ((StockRow, "lot_id"), (DepotStockRow, "lot_id")), "shared_lot_id", problems)


def _check_doubles(tables: TypedTables, model: type[TableRow], problems: Problems) -> None:
    seen: dict[tuple[Any, ...], Line[Any]] = {}
    for line in tables.of(model):
        if not line.has(*model.key):
            continue
        key = tuple(getattr(line.row, column) for column in model.key)
        first = seen.setdefault(key, line)
        if first is not line:
            problems.add(
                "doubled_key", model.table, line=line.line, column=model.key[0], note=line.note,
                value=" / ".join(line.typed.get(column, "") for column in model.key if column in line.typed),
                columns=", ".join(model.key), first=first.line or "–",
            )  # fmt: skip


def ids_of(tables: TypedTables, model: type[TableRow]) -> frozenset[str] | None:
    """Return the ids of a table (of the neighbourhoods when there are no zones); None when they cannot be known."""
    if model is ZoneRow and ZoneRow.table not in tables.hidden and not tables.of(ZoneRow):
        model = NeighbourhoodRow
    if not tables.is_known(model):
        return None
    column = model.key[0] if model is not DepotStockRow else "lot_id"
    return frozenset(getattr(line.row, column) for line in tables.of(model) if line.has(column))


def _check_references(
    tables: TypedTables, model: type[TableRow], column: str, target: type[TableRow], problems: Problems
) -> None:
    known = ids_of(tables, target)
    if known is None:
        return
    for line in tables.of(model):
        if not line.has(column):
            continue
        named = getattr(line.row, column)
        for name in named if isinstance(named, tuple) else (named,):
            if name and name not in known:
                problems.add(
                    "unknown_id", model.table, line=line.line, column=column, value=name, note=line.note,
                    of=target.table, hint=Near(name, known),
                )  # fmt: skip


def _check_shared(
    tables: TypedTables, columns: Iterable[tuple[type[TableRow], str]], code: str, problems: Problems
) -> None:
    seen: dict[str, tuple[type[TableRow], Line[Any]]] = {}
    for model, column in columns:
        for line in tables.of(model):
            if not line.has(column):
                continue
            name = getattr(line.row, column)
            owner, first = seen.setdefault(name, (model, line))
            if owner is not model:
                problems.add(
                    code, model.table, line=line.line, column=column, value=name, note=line.note,
                    other=owner.table, first=first.line or "–",
                )  # fmt: skip
