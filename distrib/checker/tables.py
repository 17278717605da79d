"""Rule P1, first part: the tables of a plan are well formed, and each row follows from the rows it restates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from distrib.checker.breach import Amount, Found, Place, clock_time, count, found, grams, text
from distrib.checker.case import Case
from distrib.checker.timing import at_stop, is_known_place, stated_ways
from distrib.model.plan import DeliveryRow
from distrib.units import SECONDS_PER_DAY

IDS: dict[str, tuple[str, ...]] = {
    "coverage": ("programme", "neighbourhood_id"),
    "allocation": ("zone_id", "neighbourhood_id", "site_id", "basket_id"),
    "deliveries": ("site_id", "dropped_at_site_id", "basket_id", "vehicle_id"),
    "stops": ("vehicle_id",),
    "collections": ("depot_id", "farm_id", "lot_id", "product_id", "vehicle_id"),
    "recipes": ("depot_id", "basket_id", "product_id"),
    "packing": ("depot_id", "basket_id"),
    "stock_ledger": ("depot_id", "lot_id", "product_id"),
    "fairness": ("programme", "neighbourhood_id"),
}
"""Columns that name something of the dataset, by plan table."""

LEAST: dict[str, dict[str, int]] = {
    "coverage": {"households": 0, "persons": 0, "need_baskets": 0, "baskets": 0, "persons_helped": 0},
    "allocation": {"baskets": 1, "walk_m": 0},
    "deliveries": {"baskets": 1, "load_g": 0},
    "stops": dict.fromkeys(("break_s", "drop_baskets", "drop_g", "pick_g", "load_g"), 0)
    | dict.fromkeys(("from_previous_m", "from_previous_s"), 0),
    "collections": {"crates": 1, "load_g": 0, "cents": 0},
    "recipes": {"portions": 1, "recipe_g": 0},
    "packing": {"baskets": 1, "packed_g": 0},
    "stock_ledger": dict.fromkeys(("opening_g", "in_g", "packed_g", "discarded_g"), 0),
    "unserved": {"quantity": 0},
}
"""Least value of each column that holds a quantity, by plan table."""

KEYS: dict[str, tuple[str, ...]] = {
    "coverage": ("programme", "neighbourhood_id"),
    "allocation": ("zone_id", "site_id", "date", "basket_id"),
    "deliveries": ("date", "site_id", "basket_id", "vehicle_id", "trip", "arrival_s"),
    "stops": ("date", "vehicle_id", "trip", "stop"),
    "collections": ("date", "depot_id", "farm_id", "lot_id", "vehicle_id", "trip"),
    "recipes": ("date", "depot_id", "basket_id", "product_id"),
    "packing": ("date", "depot_id", "basket_id"),
    "stock_ledger": ("date", "depot_id", "lot_id"),
    "unserved": ("kind", "id", "programme"),
    "fairness": ("programme", "neighbourhood_id"),
}
"""Columns that make a row of a plan table unique, in the order its rows are sorted by."""


def known_ids(case: Case) -> Iterator[Found]:
    """Every id in a plan table is one of the dataset's; a basket id may carry a variant number from ~2 on."""
    for table, columns in IDS.items():
        for column in columns:
            values = {getattr(row, column) for row in getattr(case.plan, table)}
            optional = {""} if (table, column) == ("collections", "vehicle_id") else set()
            for value in sorted(values - optional):
                if not _is_known(case, column, value):
                    yield found("unknown_id", table, text(value), text(column))
    for row in case.plan.stops:
        if not is_known_place(case, row):
            yield found("unknown_id", "stops", text(row.place_id), text("place_id"), **at_stop(row))


def _is_known(case: Case, column: str, value: str) -> bool:
    data = case.dataset
    if column == "basket_id":
        return is_kind(case, value)
    known: dict[str, Callable[[], Any]] = {
        "programme": lambda: data.programmes,
        "neighbourhood_id": lambda: data.neighbourhood_by_id,
        "zone_id": lambda: data.zone_by_id,
        "site_id": lambda: data.site_by_id,
        "dropped_at_site_id": lambda: data.site_by_id,
        "vehicle_id": lambda: data.vehicle_by_id,
        "depot_id": lambda: data.depot_by_id,
        "farm_id": lambda: data.farm_by_id,
        "lot_id": lambda: case.lot_facts,
        "product_id": lambda: data.product_by_id,
    }
    return value in known[column]()


def is_kind(case: Case, basket_id: str) -> bool:
    """True for a basket type of the dataset, or a variant of one written ``type~2``, ``type~3`` and so on."""
    _, mark, number = basket_id.partition("~")
    well_formed = not mark or (number.isascii() and number.isdigit() and number[0] != "0" and number != "1")
    return case.basket(basket_id) is not None and well_formed


def quantities(case: Case) -> Iterator[Found]:
    """No quantity is negative, and no row is about nothing."""
    for table, columns in LEAST.items():
        for row in getattr(case.plan, table):
            for column, least in columns.items():
                value = getattr(row, column)
                if value < least:
                    yield found("quantity", table, count(value), count(least), row=_key_text(table, row), column=column)


def times_of_day(case: Case) -> Iterator[Found]:
    """Every time of day lies between 00:00 and 24:00: nothing crosses midnight."""
    for table in ("stops", "deliveries"):
        for row in getattr(case.plan, table):
            for column in ("arrival_s", "start_s", "departure_s"):
                value = getattr(row, column)
                if not 0 <= value <= SECONDS_PER_DAY:
                    where: dict[str, Place] = {"row": _key_text(table, row), "column": column}
                    yield found("time_of_day", table, count(value), count(SECONDS_PER_DAY), **where)


def unique_rows(case: Case) -> Iterator[Found]:
    """No two rows of a table have the same ids."""
    for table, columns in KEYS.items():
        seen = set()
        for row in getattr(case.plan, table):
            key = tuple(getattr(row, column) for column in columns)
            if key in seen:
                yield found("doubled_row", table, row=_key_text(table, row))
            seen.add(key)


def sorted_rows(case: Case) -> Iterator[Found]:
    """The rows of a table are in the order of their ids; where programmes come first, within each programme."""
    for table, columns in KEYS.items():
        rows = getattr(case.plan, table)
        keys = [tuple(getattr(row, column) for column in columns) for row in rows]
        for row, (before, key) in zip(rows[1:], pairwise(keys), strict=True):
            if key < before and (columns[0] != "programme" or key[0] == before[0]):
                yield found("row_order", table, row=_key_text(table, row))
                break


def _key_text(table: str, row: Any) -> str:
    return " ".join(str(getattr(row, column)) for column in KEYS[table])


def trips_are_numbered(case: Case) -> Iterator[Found]:
    """Trips count from 1 per vehicle and day, stops from 0 per trip, without gaps."""
    for (date, vehicle_id), trips in case.tours.items():
        numbers = [trip.trip for trip in trips]
        if numbers != list(range(1, len(numbers) + 1)):
            listed = text(", ".join(map(str, numbers)))
            yield found("trip_numbers", "stops", listed, text(f"1…{len(numbers)}"), vehicle=vehicle_id, date=date)
        for trip in trips:
            stops = [v.row.stop for v in trip.visits]
            if stops != list(range(len(stops))):
                listed, limit = text(", ".join(map(str, stops))), text(f"0…{len(stops) - 1}")
                yield found("stop_numbers", "stops", listed, limit, vehicle=vehicle_id, date=date, trip=trip.trip)


def stops_have_work(case: Case) -> Iterator[Found]:
    """Every trip has a stop at a site or farm, and every such stop drops or picks something."""
    for trip in case.trips:
        if all(visit.row.place_kind == "depot" for visit in trip.visits):
            yield found("idle_trip", "stops", vehicle=trip.vehicle_id, date=trip.date, trip=trip.trip)
        seen_farms: set[str] = set()
        for visit in trip.visits:
            row = visit.row
            works = bool(visit.drops or visit.picks) or row.place_id in seen_farms
            if row.place_kind == "farm":
                seen_farms.add(row.place_id)
            if row.place_kind in ("site", "farm") and not works:
                yield found("idle_stop", "stops", **at_stop(row))


def km_follow(case: Case) -> Iterator[Found]:
    """The km from the previous row are those of the travel table, 0 on first rows."""
    for trip in case.trips:
        for row, way in stated_ways(case, trip):
            if row.from_previous_m != way[1]:
                measured, limit = Amount(row.from_previous_m, "m"), Amount(way[1], "m")
                yield found("km_written", "stops", measured, limit, **at_stop(row))


def delivery_times_follow(case: Case) -> Iterator[Found]:
    """A delivery has the times of the stop that makes it."""
    for trip in case.trips:
        for visit in trip.visits:
            for row in visit.drops:
                for column in ("arrival_s", "start_s", "departure_s"):
                    has, should = getattr(row, column), getattr(visit.row, column)
                    if has != should:
                        yield found(
                            "delivery_time", "deliveries", clock_time(has), clock_time(should), **_delivery(row)
                        )


def delivery_weights_follow(case: Case) -> Iterator[Found]:
    """The kg of a delivery are its baskets times the weight of their recipe at the vehicle's depot."""
    for row in case.plan.deliveries:
        depot = case.depot_of(row.vehicle_id)
        key = (row.date, "" if depot is None else depot.depot_id, row.basket_id)
        should = row.baskets * case.recipe_g(key)
        if key in case.recipes and row.load_g != should:
            yield found("delivery_kg", "deliveries", grams(row.load_g), grams(should), **_delivery(row))


def packing_weights_follow(case: Case) -> Iterator[Found]:
    """The kg of a packing row are its baskets times the weight of their recipe."""
    for row in case.plan.packing:
        key = (row.date, row.depot_id, row.basket_id)
        should = row.baskets * case.recipe_g(key)
        if key in case.recipes and row.packed_g != should:
            where: dict[str, Place] = {"basket": row.basket_id, "date": row.date, "depot": row.depot_id}
            yield found("packing_kg", "packing", grams(row.packed_g), grams(should), **where)


def recipes_are_packed(case: Case) -> Iterator[Found]:
    """Every recipe is packed on its day."""
    for date, depot_id, basket_id in case.recipes:
        if (date, depot_id, basket_id) not in case.packed:
            yield found("recipe_unused", "recipes", basket=basket_id, date=date, depot=depot_id)


def lots_are_theirs(case: Case) -> Iterator[Found]:
    """Farm, product and last usable day beside a lot are the lot's, and farms' lots alone are collected."""
    for row in case.plan.collections:
        lot = case.dataset.lot_by_id.get(row.lot_id)
        where: dict[str, Place] = {"lot": row.lot_id, "date": row.date, "depot": row.depot_id}
        if lot is None:
            if row.lot_id in case.lot_facts:
                yield found("stock_lot_collected", "collections", **where)
            continue
        for has, should in ((row.farm_id, lot.farm_id), (row.product_id, lot.product_id)):
            if has != should:
                yield found("not_the_lots", "collections", text(has), text(should), **where)
    for line in case.plan.stock_ledger:
        facts = case.lot_facts.get(line.lot_id)
        if facts is None:
            continue
        where = {"lot": line.lot_id, "date": line.date, "depot": line.depot_id}
        if line.product_id != facts[0]:
            yield found("not_the_lots", "stock_ledger", text(line.product_id), text(facts[0]), **where)
        if line.last_use_date != facts[1]:
            yield found(
                "not_the_lots", "stock_ledger", Amount(line.last_use_date, "date"), Amount(facts[1], "date"), **where
            )


def trips_of_collections(case: Case) -> Iterator[Found]:
    """A collection has a trip number when a vehicle makes it, and none when the farm delivers."""
    for row in case.plan.collections:
        if bool(row.vehicle_id) != (row.trip != 0):
            where: dict[str, Place] = {"lot": row.lot_id, "date": row.date, "depot": row.depot_id}
            yield found("trip_of_collection", "collections", text(row.vehicle_id or "–"), count(row.trip), **where)


def shares_restate_the_territory(case: Case) -> Iterator[Found]:
    """Neighbourhood and walk of an allocation row are those of its zone and of the catchment."""
    for row in case.plan.allocation:
        zone = case.dataset.zone_by_id.get(row.zone_id)
        where: dict[str, Place] = {"zone": row.zone_id, "site": row.site_id, "date": row.date}
        if zone is not None and row.neighbourhood_id != zone.neighbourhood_id:
            measured, limit = text(row.neighbourhood_id), text(zone.neighbourhood_id)
            yield found("zone_neighbourhood", "allocation", measured, limit, **where)
        walk = case.walks.get((row.zone_id, row.site_id))
        if walk is not None and row.walk_m != walk:
            yield found("walk_written", "allocation", Amount(row.walk_m, "m"), Amount(walk, "m"), **where)


def _delivery(row: DeliveryRow) -> dict[str, Place]:
    where: dict[str, Place] = {"vehicle": row.vehicle_id, "date": row.date, "trip": row.trip}
    return {**where, "site": row.site_id, "basket": row.basket_id}
