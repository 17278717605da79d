"""Small routing problems for tests: hand-made datasets in small numbers, and tasks on generated datasets."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from typing import Any

import numpy as np

from distrib.model.allocation import Allocation, Purchase, Recipe, Share
from distrib.model.dataset import Dataset, Settings, Travel
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.goods import Depot
from distrib.model.routing import DropItem, PickItem, RoutingProblem, Task
from distrib.solver.routing.tasks import tasks_of

MONDAY = dt.date(2020, 4, 20)


def make_depot(**changes: Any) -> Depot:
    """A depot ``hub``, open all day, loading takes nothing."""
    depot = Depot(
        depot_id="hub", name="Hub", lon_microdeg=0, lat_microdeg=0, opens_s=0, closes_s=86_400, loading_s=0,
        packing_baskets_per_day=10**6, packing_starts_s=None, packing_baskets_per_h=None, storage_g=10**9, cold_storage_g=10**9,
    )  # fmt: skip
    return dataclasses.replace(depot, **changes)


def make_vehicle(vehicle_id: str = "V1", **changes: Any) -> Vehicle:
    """A van of the hub, 100 baskets or 1 t, there all week, that costs 1 EUR a day, a km and an hour."""
    vehicle = Vehicle(
        vehicle_id=vehicle_id, kind="van", depot_id="hub", weekdays=(0, 1, 2, 3, 4, 5, 6), shift_start_s=0, shift_end_s=86_400,
        capacity_g=1_000_000, capacity_baskets=100, gvw_kg=3500, cold=False, max_trips=9,
        cents_per_day=100, millicents_per_km=100_000, millicents_per_h=100_000,
    )  # fmt: skip
    return dataclasses.replace(vehicle, **changes)


def make_drop(place_id: str, **changes: Any) -> Task:
    """A drop of 10 baskets of 1 kg at a place, any time, in no time."""
    task = Task(
        task_id=f"drop/{place_id}", date=MONDAY, depot_id="hub", place_id=place_id, load_g=10_000, baskets=10, places=10, service_s=0,
        windows=((0, 86_400),), drops=(DropItem(site_id=place_id, basket_id="b", baskets=10, load_g=10_000),),
    )  # fmt: skip
    return dataclasses.replace(task, **changes)


def make_pick(place_id: str, **changes: Any) -> Task:
    """A pick of 10 crates of 1 kg at a place, any time, in no time."""
    task = Task(
        task_id=f"pick/{place_id}", date=MONDAY, depot_id="hub", place_id=place_id, load_g=10_000, service_s=0,
        windows=((0, 86_400),), picks=(PickItem(lot_id=f"lot-{place_id}", crates=10, load_g=10_000),),
    )  # fmt: skip
    return dataclasses.replace(task, **changes)


def make_world(
    places: dict[str, int | tuple[int, int]],
    *,
    vehicles: tuple[Vehicle, ...] = (),
    depots: tuple[Depot, ...] = (),
    drivers: tuple[Drivers, ...] | None = None,
    metres_per_s: int = 10,
) -> Dataset:
    """A dataset of places on a line (or grid): driving takes as many seconds as their (Manhattan) distance."""
    names = tuple(sorted(places))
    spots = [at if isinstance(at, tuple) else (at, 0) for at in (places[name] for name in names)]
    table = [[abs(a[0] - b[0]) + abs(a[1] - b[1]) for b in spots] for a in spots]
    seconds = np.array(table, dtype=np.int32)
    days = tuple(range(5))
    return Dataset(
        settings=Settings(name="line", week_start=MONDAY, delivery_weekdays=days, collection_weekdays=days),
        neighbourhoods=(), zones=(), households=(), needs=(), sites=(), catchments=(), products=(), basket_types=(),
        farms=(), lots=(), depots=depots or (make_depot(),), depot_stock=(), vehicles=vehicles or (make_vehicle(),),
        drivers=drivers, travel=Travel(places=names, seconds=seconds, metres=seconds * metres_per_s, source="table"),
    )  # fmt: skip


def make_problem(world: Dataset, *tasks: Task) -> RoutingProblem:
    """The problem of these tasks, sorted."""
    return RoutingProblem(dataset=world, tasks=tuple(sorted(tasks, key=lambda task: task.task_id)))


def generated_problem(dataset: Dataset, seed: int, *, fill: float = 0.7, picks: bool = True) -> RoutingProblem:
    """Stops on a generated dataset: baskets of 9 kg at open sites, crates fetched from farms that do not deliver."""
    rng = random.Random(seed)
    dates = dataset.settings.delivery_dates
    depots = [depot.depot_id for depot in dataset.depots]
    shares = []
    zone = dataset.zones[0].zone_id
    for site in dataset.sites:
        open_dates = [date for date in dates if dataset.drop_windows(site.site_id, date)]
        for date in rng.sample(open_dates, min(len(open_dates), rng.choice([1, 1, 2]))):
            most = int(site.max_baskets_per_day * fill)
            least = max(1, site.min_baskets_per_visit)
            if most >= least:
                count = rng.randint(least, most)
                depot_id = rng.choice(depots)
                shares.append(
                    Share(date=date, depot_id=depot_id, site_id=site.site_id, zone_id=zone, basket_id="panier", baskets=count)
                )  # fmt: skip
    recipes = tuple(
        Recipe(date=date, depot_id=depot_id, basket_id="panier", baskets=1, portions=(("apple", 16), ("carrot", 20)))
        for date in dates
        for depot_id in depots
    )
    purchases = []
    for lot in dataset.lots if picks else ():
        days = [date for date in dataset.settings.collection_dates if date >= lot.ready_date]
        crates = lot.offer_g // dataset.product_by_id[lot.product_id].crate_g
        if days and crates and not dataset.farm_by_id[lot.farm_id].delivers and rng.random() < 0.6:
            purchases.append(
                Purchase(date=rng.choice(days), depot_id=rng.choice(depots), lot_id=lot.lot_id, crates=rng.randint(1, crates), delivered=False)
            )  # fmt: skip
    allocation = Allocation(shares=tuple(shares), recipes=recipes, purchases=tuple(purchases))
    return RoutingProblem(dataset=dataset, tasks=tasks_of(dataset, allocation))
