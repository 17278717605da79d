"""Dataset + allocation + routing → the tables of a plan. Nothing is decided here; everything follows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from distrib import units
from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import (
    AllocationRow,
    CollectionRow,
    CoverageRow,
    DeliveryRow,
    LedgerRow,
    PackingRow,
    Plan,
    RecipeRow,
    StopRow,
)
from distrib.model.routing import Routing, Stop, Task, Tour, Trip

Key = tuple[dt.date, str, str]


def assemble(dataset: Dataset, allocation: Allocation, tasks: tuple[Task, ...], routing: Routing) -> Plan:
    """Return the plan without its unserved rows, warnings and provenance.

    Args:
        dataset: resolved.
        allocation: what is packed, bought and handed out.
        tasks: the tasks the routing was asked to carry; all of them are carried.
        routing: the tours that carry them.
    """
    task_by_id = {task.task_id: task for task in tasks}
    collections = _collections(dataset, allocation, task_by_id, routing)
    return Plan(
        coverage=coverage_rows(dataset, allocation),
        allocation=_allocation(dataset, allocation),
        deliveries=_deliveries(task_by_id, routing),
        stops=_stops(dataset, task_by_id, routing),
        collections=collections,
        recipes=_recipes(dataset, allocation),
        packing=_packing(dataset, allocation),
        stock_ledger=ledger_rows(dataset, allocation, collections),
        fairness=allocation.fairness,
        levels=allocation.levels,
    )


def rows_of_tours(
    dataset: Dataset, task_by_id: Mapping[str, Task], routing: Routing, trips_before: Mapping[str, int]
) -> Plan:
    """Return stops, deliveries and collections of tours alone, trips numbered after those that a vehicle has behind it."""
    known = dict(task_by_id)

    def later(row: Any) -> Any:
        return dataclasses.replace(row, trip=row.trip + trips_before.get(row.vehicle_id, 0))

    return Plan(
        stops=tuple(map(later, _stops(dataset, known, routing))),
        deliveries=tuple(map(later, _deliveries(known, routing))),
        collections=tuple(map(later, _collections(dataset, Allocation(), known, routing))),
    )


def coverage_rows(dataset: Dataset, allocation: Allocation) -> tuple[CoverageRow, ...]:
    """Return the rows of ``coverage`` that follow from the shares, with the reasons of ``limited_by``."""
    baskets: dict[tuple[str, str], int] = defaultdict(int)
    for share in allocation.shares:
        baskets[share.zone_id, type_of(share.basket_id)] += share.baskets
    limited = {(p, n): reason for p, n, reason in allocation.limited_by}
    rows = []
    for programme in dataset.programmes:
        types = [b.basket_id for b in dataset.basket_types if b.programme == programme]
        for hood in dataset.neighbourhoods:
            cells = [
                (need, baskets[need.zone_id, need.basket_id])
                for zone in dataset.zones_of[hood.neighbourhood_id]
                for basket_id in types
                if (need := dataset.zone_needs.get((zone.zone_id, basket_id))) is not None
            ]
            need_baskets = sum(need.baskets for need, _ in cells)
            got = sum(n for _, n in cells)
            helped = sum((Fraction(n * need.persons, need.baskets) for need, n in cells), Fraction(0))
            rows.append(
                CoverageRow(
                    programme=programme,
                    neighbourhood_id=hood.neighbourhood_id,
                    name=hood.name,
                    commune=hood.commune,
                    households=need_baskets,
                    persons=sum(need.persons for need, _ in cells),
                    need_baskets=need_baskets,
                    baskets=got,
                    coverage=Fraction(got, need_baskets) if need_baskets else None,
                    persons_helped=units.round_half_up(helped),
                    limited_by=limited.get((programme, hood.neighbourhood_id), ""),
                )
            )
    return tuple(rows)


def _allocation(dataset: Dataset, allocation: Allocation) -> tuple[AllocationRow, ...]:
    walk = {(row.zone_id, row.site_id): row.walk_m for rows in dataset.sites_of_zone.values() for row in rows}
    total: dict[tuple[str, str, dt.date, str], int] = defaultdict(int)
    for share in allocation.shares:
        total[share.zone_id, share.site_id, share.date, share.basket_id] += share.baskets
    return tuple(
        AllocationRow(
            zone_id=zone,
            neighbourhood_id=dataset.zone_by_id[zone].neighbourhood_id,
            site_id=site,
            date=date,
            basket_id=basket,
            baskets=number,
            walk_m=walk[zone, site],
        )
        for (zone, site, date, basket), number in sorted(total.items())
    )


def _tours(routing: Routing) -> list[Tour]:
    return sorted(routing.tours, key=lambda tour: (tour.date, tour.vehicle_id))


def _deliveries(task_by_id: dict[str, Task], routing: Routing) -> tuple[DeliveryRow, ...]:
    rows = [
        DeliveryRow(
            date=tour.date,
            site_id=item.site_id,
            dropped_at_site_id=task_by_id[stop.task_id].place_id,
            basket_id=item.basket_id,
            baskets=item.baskets,
            load_g=item.load_g,
            vehicle_id=tour.vehicle_id,
            trip=number,
            arrival_s=stop.arrival_s,
            start_s=stop.start_s,
            departure_s=stop.departure_s,
        )
        for tour in _tours(routing)
        for number, trip in enumerate(tour.trips, 1)
        for stop in trip.stops
        for item in task_by_id[stop.task_id].drops
    ]
    rows.sort(key=lambda r: (r.date, r.site_id, r.basket_id, r.vehicle_id, r.trip, r.arrival_s))
    return tuple(rows)


def _stops(dataset: Dataset, task_by_id: dict[str, Task], routing: Routing) -> tuple[StopRow, ...]:
    return tuple(
        row
        for tour in _tours(routing)
        for number, trip in enumerate(tour.trips, 1)
        for row in _stops_of_trip(dataset, task_by_id, tour, number, trip)
    )


def _stops_of_trip(dataset: Dataset, task_by_id: dict[str, Task], tour: Tour, number: int, trip: Trip) -> list[StopRow]:
    vehicle = dataset.vehicle_by_id[tour.vehicle_id]
    load_g = sum(task_by_id[s.task_id].load_g for s in trip.stops if task_by_id[s.task_id].is_drop)

    def row(stop: int, kind: str, place: str, times: tuple[int, int, int, int], **what: int) -> StopRow:
        return StopRow(
            date=tour.date,
            vehicle_id=tour.vehicle_id,
            trip=number,
            stop=stop,
            place_kind=kind,
            place_id=place,
            arrival_s=times[0],
            start_s=times[1],
            departure_s=times[2],
            break_s=times[3],
            **{"drop_baskets": 0, "drop_g": 0, "pick_g": 0, "from_previous_m": 0, "from_previous_s": 0, **what},
        )

    start = (trip.start_s, trip.start_s, trip.departure_s, trip.start_break_s)
    rows = [row(0, "depot", vehicle.depot_id, start, load_g=load_g)]
    here = vehicle.depot_id
    for index, stop in enumerate(trip.stops, 1):
        task = task_by_id[stop.task_id]
        load_g += -task.load_g if task.is_drop else task.load_g
        what = {"drop_g": task.load_g, "drop_baskets": task.baskets} if task.is_drop else {"pick_g": task.load_g}
        rows.append(
            row(
                index,
                "site" if task.is_drop else "farm",
                task.place_id,
                _times(stop),
                load_g=load_g,
                **what,
                **_leg(dataset, tour.vehicle_id, here, task.place_id),
            )
        )
        here = task.place_id
    end = (trip.return_s, trip.return_s, trip.end_s, trip.end_break_s)
    leg = _leg(dataset, tour.vehicle_id, here, vehicle.depot_id)
    return [*rows, row(len(trip.stops) + 1, "depot", vehicle.depot_id, end, load_g=0, **leg)]


def _times(stop: Stop) -> tuple[int, int, int, int]:
    return stop.arrival_s, stop.start_s, stop.departure_s, stop.break_s


def _leg(dataset: Dataset, vehicle_id: str, from_id: str, to_id: str) -> dict[str, int]:
    vehicle = dataset.vehicle_by_id[vehicle_id]
    travel, factor = dataset.travel_for(vehicle), vehicle.speed_factor_milli
    return {
        "from_previous_m": travel.distance_m(from_id, to_id),
        "from_previous_s": units.driving_s(travel.driving_s(from_id, to_id), factor),
    }


def _collections(
    dataset: Dataset, allocation: Allocation, task_by_id: dict[str, Task], routing: Routing
) -> tuple[CollectionRow, ...]:
    crates: dict[tuple[dt.date, str, str, str, int], int] = defaultdict(int)
    for purchase in allocation.purchases:
        if purchase.delivered:
            crates[purchase.date, purchase.depot_id, purchase.lot_id, "", 0] += purchase.crates
    for tour in routing.tours:
        for number, trip in enumerate(tour.trips, 1):
            for stop in trip.stops:
                task = task_by_id[stop.task_id]
                for item in task.picks:
                    crates[tour.date, task.depot_id, item.lot_id, tour.vehicle_id, number] += item.crates
    rows = []
    for (date, depot, lot_id, vehicle, trip_number), number_of_crates in sorted(crates.items()):
        lot = dataset.lot_by_id[lot_id]
        load_g = number_of_crates * dataset.product_by_id[lot.product_id].crate_g
        rows.append(
            CollectionRow(
                date=date,
                depot_id=depot,
                farm_id=lot.farm_id,
                lot_id=lot_id,
                product_id=lot.product_id,
                crates=number_of_crates,
                load_g=load_g,
                cents=units.cost_cents(load_g, lot.price_millicents_per_kg),
                vehicle_id=vehicle,
                trip=trip_number,
            )
        )
    rows.sort(key=lambda r: (r.date, r.depot_id, r.farm_id, r.lot_id, r.vehicle_id, r.trip))
    return tuple(rows)


def _recipes(dataset: Dataset, allocation: Allocation) -> tuple[RecipeRow, ...]:
    return tuple(
        RecipeRow(
            date=recipe.date,
            depot_id=recipe.depot_id,
            basket_id=recipe.basket_id,
            product_id=product,
            portions=portions,
            recipe_g=portions * dataset.product_by_id[product].portion_g,
        )
        for recipe in sorted(allocation.recipes, key=lambda r: (r.date, r.depot_id, r.basket_id))
        for product, portions in recipe.portions
    )


def _packing(dataset: Dataset, allocation: Allocation) -> tuple[PackingRow, ...]:
    return tuple(
        PackingRow(
            date=recipe.date,
            depot_id=recipe.depot_id,
            basket_id=recipe.basket_id,
            baskets=recipe.baskets,
            packed_g=recipe.baskets
            * sum(n * dataset.product_by_id[product].portion_g for product, n in recipe.portions),
        )
        for recipe in sorted(allocation.recipes, key=lambda r: (r.date, r.depot_id, r.basket_id))
    )


def ledger_rows(
    dataset: Dataset, allocation: Allocation, collections: tuple[CollectionRow, ...]
) -> tuple[LedgerRow, ...]:
    """Return the ledger that follows from opening stock, collections and the uses of lots."""
    opening = {(s.depot_id, s.lot_id): s for s in dataset.depot_stock if s.stock_g > 0}
    arrived: dict[Key, int] = defaultdict(int)
    packed: dict[Key, int] = defaultdict(int)
    for row in collections:
        arrived[row.date, row.depot_id, row.lot_id] += row.load_g
    for use in allocation.lot_uses:
        packed[use.date, use.depot_id, use.lot_id] += use.packed_g
    first: dict[tuple[str, str], dt.date] = dict.fromkeys(opening, dataset.settings.week_start)
    for date, depot, lot in sorted(arrived):
        first.setdefault((depot, lot), date)
    last_day = max(dataset.settings.delivery_dates)
    rows = []
    for (depot, lot_id), day in sorted(first.items()):
        source = opening.get((depot, lot_id)) or dataset.lot_by_id[lot_id]
        stock_g = opening[depot, lot_id].stock_g if (depot, lot_id) in opening else 0
        while day <= last_day:
            in_g, packed_g = arrived[day, depot, lot_id], packed[day, depot, lot_id]
            left_g = stock_g + in_g - packed_g
            # Nothing is thrown away before its last usable day; then all that is left is.
            over = source.last_use_date is not None and day >= source.last_use_date
            rows.append(
                LedgerRow(
                    date=day,
                    depot_id=depot,
                    lot_id=lot_id,
                    product_id=source.product_id,
                    opening_g=stock_g,
                    in_g=in_g,
                    packed_g=packed_g,
                    discarded_g=left_g if over else 0,
                    closing_g=0 if over else left_g,
                    last_use_date=source.last_use_date,
                )
            )
            stock_g = rows[-1].closing_g
            day += dt.timedelta(days=1)
    rows.sort(key=lambda r: (r.date, r.depot_id, r.lot_id))
    return tuple(rows)
