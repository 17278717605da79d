"""Rules T6 and T7: everything is carried once, from and to the depot, by a vehicle that is in one place at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from distrib.checker.breach import Found, Place, clock_time, count, found, grams, text
from distrib.checker.case import Case, TripView
from distrib.checker.timing import at_stop
from distrib.model.goods import Depot
from distrib.model.plan import CollectionRow, DeliveryRow


def depot_to_depot(case: Case) -> Iterator[Found]:
    """A trip's first and last rows are its vehicle's depot, and no row between is a depot."""
    for trip in case.trips:
        vehicle = case.vehicle(trip.vehicle_id)
        rows = [v.row for v in trip.visits]
        ends = rows[:1] + (rows[-1:] if len(rows) > 1 else [])
        for row in ends if vehicle is not None else ():
            if vehicle is not None and (row.place_kind != "depot" or row.place_id != vehicle.depot_id):
                yield found("not_at_depot", "stops", text(row.place_id), text(vehicle.depot_id), **at_stop(row))
        if len(rows) == 1:
            yield found("trip_unfinished", "stops", **at_stop(rows[0]))
        for row in rows[1:-1]:
            if row.place_kind == "depot":
                yield found("depot_between", "stops", **at_stop(row))


def loaded_at_depot(case: Case) -> Iterator[Found]:
    """load_kg of a trip's first row is the sum of what the trip drops."""
    for trip in case.trips:
        rows = [v.row for v in trip.visits]
        drops = sum(r.drop_g for r in rows)
        if rows[0].load_g != drops:
            yield found("loaded", "stops", grams(rows[0].load_g), grams(drops), **at_stop(rows[0]))


def picks_reach_their_depot(case: Case) -> Iterator[Found]:
    """What is picked reaches the depot it was bought for: the one where the vehicle is based."""
    for row in case.plan.collections:
        depot = case.depot_of(row.vehicle_id)
        if depot is not None and depot.depot_id != row.depot_id:
            yield found("wrong_depot", "collections", text(row.depot_id), text(depot.depot_id), **_collection(row))


def packed_before_loading(case: Case) -> Iterator[Found]:
    """Where packing times are given, the baskets of all trips that have begun to load by a moment are packed by then."""
    groups: dict[tuple[dt.date, str], list[TripView]] = defaultdict(list)
    for trip in case.trips:
        depot = case.depot_of(trip.vehicle_id)
        if depot is not None and trip.drops_any:
            groups[trip.date, depot.depot_id].append(trip)
    for (date, depot_id), trips in sorted(groups.items(), key=lambda item: item[0]):
        depot = case.dataset.depot_by_id[depot_id]
        for trip in sorted(trips, key=lambda t: (t.start_s, t.vehicle_id, t.trip)):
            ready = packed_by(depot, trip.start_s)
            loaded = sum(t.baskets for t in trips if t.start_s <= trip.start_s)
            if ready is not None and loaded > ready:
                where: dict[str, Place] = {"vehicle": trip.vehicle_id, "date": date, "trip": trip.trip}
                yield found("not_packed_yet", "stops", count(loaded, "baskets"), count(ready, "baskets"), **where)


def packed_by(depot: Depot, moment_s: int) -> int | None:
    """Baskets that a depot has packed by a moment of the day; None when no packing times are given."""
    if depot.packing_starts_s is None or depot.packing_baskets_per_h is None:
        return None
    return max(0, (moment_s - depot.packing_starts_s) * depot.packing_baskets_per_h // 3600)


def one_place_at_a_time(case: Case) -> Iterator[Found]:
    """A trip begins when the vehicle's previous trip is over, or later."""
    for trips in case.tours.values():
        for before, trip in pairwise(trips):
            over, row = before.visits[-1].row.departure_s, trip.visits[0].row
            if row.arrival_s < over:
                yield found("trips_overlap", "stops", clock_time(row.arrival_s), clock_time(over), **at_stop(row))


def deliveries_are_carried(case: Case) -> Iterator[Found]:
    """Each delivery is made by a stop of its trip at its place."""
    for row in case.uncarried_deliveries:
        measured, limit = count(0, "baskets"), count(row.baskets, "baskets")
        yield found("delivery_uncarried", "deliveries", measured, limit, **_delivery(row))


def stops_drop_deliveries(case: Case) -> Iterator[Found]:
    """What a stop drops, in baskets and kg, is the sum of the deliveries made there; depot and farm rows drop nothing."""
    for trip in case.trips:
        for visit in trip.visits:
            row = visit.row
            if row.drop_baskets != visit.drop_baskets:
                measured, limit = count(row.drop_baskets, "baskets"), count(visit.drop_baskets, "baskets")
                yield found("drop_baskets", "stops", measured, limit, **at_stop(row))
            if row.drop_g != visit.drop_g:
                yield found("drop_kg", "stops", grams(row.drop_g), grams(visit.drop_g), **at_stop(row))


def collections_are_carried(case: Case) -> Iterator[Found]:
    """Each collection is picked by a stop of its trip at the farm, or brought by a farm that delivers."""
    carried = {id(c) for trip in case.trips for v in trip.visits for c in v.picks}
    for row in case.plan.collections:
        farm = case.dataset.farm_by_id.get(row.farm_id)
        if row.vehicle_id and id(row) not in carried:
            yield found("collection_uncarried", "collections", grams(0), grams(row.load_g), **_collection(row))
        elif not row.vehicle_id and farm is not None and not farm.delivers:
            yield found("farm_does_not_deliver", "collections", **_collection(row))


def stops_pick_collections(case: Case) -> Iterator[Found]:
    """What a trip picks at a farm is the sum of its collections there; depot and site rows pick nothing."""
    for trip in case.trips:
        stated: dict[str, int] = defaultdict(int)
        for visit in trip.visits:
            row = visit.row
            if row.place_kind == "farm":
                stated[row.place_id] += row.pick_g
            elif row.pick_g != 0:
                yield found("pick_kg", "stops", grams(row.pick_g), grams(0), **at_stop(row))
        for visit in trip.visits:
            row = visit.row
            collected = sum(c.load_g for c in visit.picks)
            first = row.place_kind == "farm" and row.place_id in stated
            if first and stated.pop(row.place_id) != collected:
                total = sum(v.row.pick_g for v in trip.visits if v.row.place_id == row.place_id)
                yield found("pick_kg", "stops", grams(total), grams(collected), **at_stop(row))


def _delivery(row: DeliveryRow) -> dict[str, Place]:
    where: dict[str, Place] = {"vehicle": row.vehicle_id, "date": row.date, "trip": row.trip}
    return {**where, "site": row.site_id, "basket": row.basket_id}


def _collection(row: CollectionRow) -> dict[str, Place | None]:
    vehicle, trip = (row.vehicle_id, row.trip) if row.vehicle_id else (None, None)
    return {"vehicle": vehicle, "date": row.date, "trip": trip, "farm": row.farm_id, "lot": row.lot_id}
