"""What a plan's tables say of one day, as stops that can be planned again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from distrib import units
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import Plan, StopRow
from distrib.model.routing import DropItem, PickItem, Task

TripKey = tuple[str, int]
StopKey = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Rows of ``stops`` by (vehicle, trip), and by (vehicle, trip, stop) what each stop drops or picks, as a task."""

    trips: dict[TripKey, list[StopRow]]
    tasks: dict[StopKey, Task]


def day_of(dataset: Dataset, plan: Plan, date: dt.date) -> Day:
    """Return the trips and tasks of a date.

    A drop is released when all baskets of trips that began before its own, and those before it on its trip, are packed. The
    picks of a farm that a trip stops at more than once are all at the first of these stops.
    """
    trips: dict[TripKey, list[StopRow]] = defaultdict(list)
    for row in sorted(plan.stops, key=lambda r: (r.vehicle_id, r.trip, r.stop)):
        if row.date == date:
            trips[row.vehicle_id, row.trip].append(row)
    drops, picks = _drops(plan, date), _picks(plan, date)
    tasks: dict[StopKey, Task] = {}
    packed: dict[str, int] = defaultdict(int)
    for key, rows in sorted(trips.items(), key=lambda item: (item[1][0].start_s, item[0])):
        depot = dataset.depot_by_id[dataset.vehicle_by_id[key[0]].depot_id]
        for row in rows[1:-1]:
            mine = drops.get((*key, row.place_id, row.start_s), ()) if row.place_kind == "site" else ()
            fetched = picks.pop((*key, row.place_id), ()) if row.place_kind == "farm" else ()
            if not mine and not fetched:
                continue
            task = _task(dataset, row, depot.depot_id, tuple(mine), tuple(fetched))
            packed[depot.depot_id] += task.baskets
            if mine and depot.packing_starts_s is not None and depot.packing_baskets_per_h is not None:
                wait_s = -(-packed[depot.depot_id] * 3600 // depot.packing_baskets_per_h)
                task = dataclasses.replace(task, release_s=depot.packing_starts_s + wait_s)
            tasks[(*key, row.stop)] = task
    return Day(trips=dict(trips), tasks=tasks)


def _drops(plan: Plan, date: dt.date) -> dict[tuple[str, int, str, int], list[DropItem]]:
    found: dict[tuple[str, int, str, int], list[DropItem]] = defaultdict(list)
    for r in plan.deliveries:
        if r.date == date:
            item = DropItem(site_id=r.site_id, basket_id=r.basket_id, baskets=r.baskets, load_g=r.load_g)
            found[r.vehicle_id, r.trip, r.dropped_at_site_id, r.start_s].append(item)
    return found


def _picks(plan: Plan, date: dt.date) -> dict[tuple[str, int, str], list[PickItem]]:
    found: dict[tuple[str, int, str], list[PickItem]] = defaultdict(list)
    for r in plan.collections:
        if r.date == date and r.vehicle_id:
            found[r.vehicle_id, r.trip, r.farm_id].append(PickItem(lot_id=r.lot_id, crates=r.crates, load_g=r.load_g))
    return found


def _task(
    dataset: Dataset, row: StopRow, depot_id: str, drops: tuple[DropItem, ...], picks: tuple[PickItem, ...]
) -> Task:
    empty = Task(
        task_id=f"{row.date.isoformat()}/{row.vehicle_id}/{row.trip}/{row.stop:03d}",
        date=row.date,
        depot_id=depot_id,
        place_id=row.place_id,
        load_g=sum(item.load_g for item in drops) + sum(item.load_g for item in picks),
        service_s=0,
        windows=(),
        drops=drops,
        picks=picks,
    )
    if drops:
        return without_sites(dataset, empty, ())
    farm = dataset.farm_by_id[row.place_id]
    return dataclasses.replace(
        empty,
        windows=((farm.opens_s, farm.closes_s),),
        service_s=farm.loading_s + farm.loading_s_per_crate * sum(item.crates for item in picks),
        cold=any(dataset.product_by_id[dataset.lot_by_id[item.lot_id].product_id].needs_cold for item in picks),
    )


def without_sites(dataset: Dataset, task: Task, sites: Collection[str]) -> Task:
    """Return a drop without what is for these sites; its load, places, service and windows follow."""
    drops = tuple(item for item in task.drops if item.site_id not in sites)
    place, baskets = dataset.site_by_id[task.place_id], sum(item.baskets for item in drops)
    return dataclasses.replace(
        task,
        drops=drops,
        baskets=baskets,
        load_g=sum(item.load_g for item in drops),
        places=sum(item.baskets * dataset.basket_type_by_id[type_of(item.basket_id)].places for item in drops),
        service_s=place.unloading_s + place.unloading_s_per_basket * baskets,
        windows=dataset.drop_windows(task.place_id, task.date),
        max_gvw_kg=place.largest_vehicle_gvw_kg,
        vehicle_id=dataset.only_vehicle(task.place_id, task.date),
    )


def trimmed_trip(dataset: Dataset, rows: Sequence[StopRow], lost: Collection[int], *, now_s: int = 0) -> list[StopRow]:
    """Return a trip's rows less some stops (by number): loads, km and the way back follow; empty when no stop is left.

    Times of the stops that stay do not change; after the last of them, when later ones are gone, the vehicle drives back, and is not back
    before ``now_s``: until then it was on its way to the next one.
    """
    if not lost:
        return list(rows)
    stops = [row for row in rows[1:-1] if row.stop not in lost]
    if not stops:
        return []
    vehicle = dataset.vehicle_by_id[rows[0].vehicle_id]
    travel = dataset.travel_for(vehicle)
    load_g = sum(row.drop_g for row in stops)
    found = [dataclasses.replace(rows[0], load_g=load_g)]
    for number, row in enumerate([*stops, rows[-1]], 1):
        before = found[-1]
        drive_s = units.driving_s(travel.driving_s(before.place_id, row.place_id), vehicle.speed_factor_milli)
        load_g += row.pick_g - row.drop_g
        row = dataclasses.replace(
            row,
            stop=number,
            load_g=load_g,
            from_previous_m=travel.distance_m(before.place_id, row.place_id),
            from_previous_s=drive_s,
        )
        if number > len(stops) and rows[-2].stop in lost:
            back_s = max(now_s, before.departure_s + drive_s)
            unloading_s = dataset.depot_by_id[vehicle.depot_id].loading_s if any(r.pick_g for r in stops) else 0
            row = dataclasses.replace(
                row, arrival_s=back_s, start_s=back_s, departure_s=back_s + unloading_s, break_s=0
            )
        found.append(row)
    found[-1] = dataclasses.replace(found[-1], load_g=0)
    return found
