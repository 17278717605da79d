"""A seeded generator of weeks to route: sites in and around a big city, farms in the west, vans and trucks.

Two styles: ``plain`` (drops, several trips a day, mixed fleet, size limits, one window a site) and ``full``,
which adds farms to fetch from, cold, packing times, two windows a day, breaks, volunteers' short shifts and
drivers by licence. Only the tables a router reads are filled.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from distrib.model.dataset import Dataset, Settings, Travel
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.goods import BasketType, Depot, Farm
from distrib.model.routing import DropItem, PickItem, RoutingProblem, Task
from distrib.model.territory import Opening, Site
from distrib.solver.routing.dates import with_other_dates
from distrib.solver.routing.tasks import released

MONDAY = dt.date(2020, 4, 20)
DATES = tuple(MONDAY + dt.timedelta(days=d) for d in range(5))
STYLES = ("plain", "full")
BASKET_G = 9000
HUB = (43.345, 5.355)
QUARTERS = [
    (43.345, 5.370), (43.355, 5.345), (43.335, 5.400), (43.320, 5.370), (43.305, 5.372), (43.310, 5.400),
    (43.290, 5.420), (43.275, 5.400), (43.360, 5.310), (43.325, 5.415), (43.255, 5.410),
]  # fmt: skip
TOWNS = [  # latitude, longitude, weight
    (43.529, 5.447, 12), (43.293, 5.571, 8), (43.405, 5.053, 8), (43.455, 5.248, 7), (43.417, 5.214, 6), (43.513, 4.988, 6),
    (43.585, 5.002, 5), (43.640, 5.097, 5), (43.405, 4.989, 4), (43.174, 5.605, 4), (43.677, 4.631, 3), (43.806, 4.660, 1),
    (43.476, 5.168, 1), (43.454, 5.469, 1), (43.883, 4.854, 1),
]  # fmt: skip
FARMING = [(43.550, 5.030), (43.630, 4.980), (43.690, 4.900), (43.600, 5.120), (43.520, 5.180), (43.760, 4.920)]


def make_week(sites: int, seed: int, *, style: str = "full", depots: int = 1) -> RoutingProblem:
    """Return a week of about 43 baskets a site.

    Args:
        sites: number of sites, each visited once.
        seed: decides everything else.
        style: ``plain`` or ``full``.
        depots: one or two hubs.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {STYLES}, not {style!r}")
    rng = np.random.default_rng([seed, sites])
    hubs = [HUB, (43.560, 5.090)][:depots]
    site_at = _site_points(rng, sites)
    farm_at = _scattered(rng, FARMING, max(2, sites // 8), 0.03) if style == "full" else np.zeros((0, 2))
    travel = _travel(np.vstack([hubs, site_at, farm_at]), depots, sites, len(farm_at))
    full = style == "full"
    dataset = _dataset(
        sites=_sites(rng, site_at, full),
        farms=_farms(rng, farm_at),
        depots=_depots(hubs, sites, full),
        vehicles=_fleet(sites, depots, full),
        drivers=_drivers(sites, depots) if full else None,
        travel=travel,
        name=f"{style} {sites} sites seed {seed}",
    )
    tasks = released(dataset, _drops(rng, dataset)) + (_picks(rng, dataset) if full else [])
    return RoutingProblem(dataset=dataset, tasks=tuple(sorted(tasks, key=lambda task: task.task_id)))


def with_free_dates(problem: RoutingProblem, *, slack_pct: int = 15) -> RoutingProblem:
    """Return the same week with the days of drops left to the router, each date at most so much fuller."""
    total: dict[tuple[dt.date, str], int] = {}
    for task in problem.tasks:
        if task.is_drop:
            total[task.date, task.depot_id] = total.get((task.date, task.depot_id), 0) + task.baskets
    most = {
        (date, depot.depot_id): total.get((date, depot.depot_id), 0) * (100 + slack_pct) // 100
        for date in DATES
        for depot in problem.dataset.depots
    }
    return with_other_dates(problem.dataset, problem.tasks, most)


def _site_points(rng: Any, sites: int) -> Any:
    """Three in five in the city's quarters, the others in towns around."""
    inner = round(0.6 * sites)
    weight = np.array([town[2] for town in TOWNS], dtype=float)
    chosen = rng.choice(len(TOWNS), sites - inner, p=weight / weight.sum())
    town = np.array([TOWNS[k][:2] for k in chosen]).reshape(-1, 2) + rng.normal(0, 0.013, (sites - inner, 2))
    return np.vstack([_scattered(rng, QUARTERS, inner, 0.011), town])


def _scattered(rng: Any, centres: list[tuple[float, float]], count: int, spread: float) -> Any:
    """Points around centres drawn at random, in degrees."""
    return np.array(centres)[rng.integers(len(centres), size=count)] + rng.normal(0, spread, (count, 2))


def _travel(points: Any, depots: int, sites: int, farms: int) -> Travel:
    """Great circle x 1.35; 35 km/h over the first 8 km of a leg, 70 km/h beyond."""
    radians = np.radians(points)
    lat, lon = radians[:, :1], radians[:, 1:]
    half = np.sin((lat - lat.T) / 2) ** 2 + np.cos(lat) * np.cos(lat.T) * np.sin((lon - lon.T) / 2) ** 2
    km = 2 * 6371 * np.arcsin(np.sqrt(half)) * 1.35
    hours = np.minimum(km, 8) / 35 + np.maximum(km - 8, 0) / 70
    metres, seconds = np.ceil(km * 1000).astype(np.int32), np.ceil(hours * 3600).astype(np.int32)
    np.fill_diagonal(metres, 0)
    np.fill_diagonal(seconds, 0)
    places = (
        [_id("D", k) for k in range(depots)] + [_id("S", k) for k in range(sites)] + [_id("F", k) for k in range(farms)]
    )
    return Travel(places=tuple(places), seconds=seconds, metres=metres, source="benchmark")


def _id(letter: str, number: int) -> str:
    return f"{letter}{number + 1:04d}"


def _microdeg(point: Any) -> dict[str, int]:
    return {"lat_microdeg": round(float(point[0]) * 1e6), "lon_microdeg": round(float(point[1]) * 1e6)}


def _sites(rng: Any, points: Any, full: bool) -> tuple[Site, ...]:
    """Sites open on one to five days: mornings, all day, or late; some with a break at noon, some without trucks."""
    found = []
    for k, point in enumerate(points):
        days = sorted(rng.choice(5, rng.choice([1, 2, 3, 4, 5], p=[0.15, 0.25, 0.3, 0.15, 0.15]), replace=False))
        hours = [[(9, 12)], [(9, 17)], [(14, 18)], [(8.5, 12), (14, 17)]]
        chosen = hours[rng.choice(4, p=[0.3, 0.25, 0.2, 0.25] if full else [0.4, 0.35, 0.25, 0.0])]
        found.append(
            Site(
                site_id=_id("S", k), name=_id("S", k), kind="association", commune="", **_microdeg(point),
                max_baskets_per_day=130, unloading_s=600, unloading_s_per_basket=3,
                largest_vehicle_gvw_kg=3500 if rng.random() < (0.45 if k < 0.6 * len(points) else 0.2) else None,
                openings=tuple(
                    Opening(weekday=int(day), opens_s=int(a * 3600), closes_s=int(b * 3600)) for day in days for a, b in chosen
                ),
            )
        )  # fmt: skip
    return tuple(found)


def _farms(rng: Any, points: Any) -> tuple[Farm, ...]:
    return tuple(
        Farm(
            farm_id=_id("F", k), name=_id("F", k), commune="", **_microdeg(point), opens_s=int(rng.choice([6, 7, 8])) * 3600,
            closes_s=int(rng.choice([12, 13, 17])) * 3600, loading_s=600, loading_s_per_crate=6,
        )
        for k, point in enumerate(points)
    )  # fmt: skip


def _depots(hubs: Any, sites: int, full: bool) -> tuple[Depot, ...]:
    """Hubs that pack a day's baskets in about five hours from 05:00 (``full``)."""
    a_day = 43 * sites // 5
    return tuple(
        Depot(
            depot_id=_id("D", k), name=_id("D", k), **_microdeg(point), opens_s=5 * 3600, closes_s=19 * 3600, loading_s=1200,
            packing_baskets_per_day=4 * a_day, packing_starts_s=4 * 3600 if full else None,
            packing_baskets_per_h=max(60, a_day // 4) if full else None, storage_g=10**9, cold_storage_g=10**9,
        )
        for k, point in enumerate(hubs)
    )  # fmt: skip


def _fleet(sites: int, depots: int, full: bool) -> tuple[Vehicle, ...]:
    """Per 180 sites: 12 vans (half of them early; with volunteers in ``full``) and 3 trucks, shared by the hubs."""
    found = []
    vans, trucks = max(2 * depots, -(-12 * sites // 180)), max(depots, -(-3 * sites // 180))
    for k in range(vans):
        volunteer, early = full and k % 4 == 3, k % 2 == 0
        start = 8 if volunteer else 6.5 if early else 9.5
        found.append(
            Vehicle(
                vehicle_id=_id("V", k), kind="volunteer" if volunteer else "van", depot_id=_id("D", k % depots),
                weekdays=(0, 2, 4) if volunteer else (0, 1, 2, 3, 4), shift_start_s=int(start * 3600),
                shift_end_s=int((start + (6 if volunteer else 8)) * 3600), capacity_g=1_000_000, capacity_baskets=110,
                gvw_kg=3500, cold=k % 5 == 0, max_trips=3, cents_per_day=4000 if volunteer else 6000, millicents_per_km=35_000,
                millicents_per_h=800_000 if volunteer else 2_200_000,
                break_after_s=6 * 3600 if full and not volunteer else None, break_s=1800 if full and not volunteer else None,
            )
        )  # fmt: skip
    for k in range(trucks):
        found.append(
            Vehicle(
                vehicle_id=_id("T", k), kind="truck", depot_id=_id("D", k % depots), weekdays=(0, 1, 2, 3, 4),
                shift_start_s=int(6.5 * 3600), shift_end_s=int(14.5 * 3600) if k % 2 else int(15.5 * 3600),
                capacity_g=5_500_000, capacity_baskets=550, gvw_kg=12_000, cold=False, max_trips=3, cents_per_day=12_000,
                millicents_per_km=90_000, millicents_per_h=2_200_000, speed_factor_milli=900 if full else 1000,
                break_after_s=16_200 if full else None, break_s=2700 if full else None,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda vehicle: vehicle.vehicle_id))


def _drivers(sites: int, depots: int) -> tuple[Drivers, ...]:
    """One driver less than vans, one heavy licence less than trucks on two days of the week."""
    vans, trucks = max(2 * depots, -(-12 * sites // 180)), max(depots, -(-3 * sites // 180))
    return tuple(
        row
        for day in range(5)
        for row in (
            Drivers(weekday=day, licence="B", people=max(1, vans - 1)),
            Drivers(weekday=day, licence="C", people=max(1, trucks - day % 2)),
        )
    )


def _drops(rng: Any, dataset: Dataset) -> list[Task]:
    """One drop a site, on the day open to it that keeps the days even and near stops together."""
    sites = dataset.sites
    n = len(sites)
    share = 15 + 95 * rng.beta(1, 2.4, n)
    wish = np.clip(15 + (share - 15) * (28 * n) / max(1.0, (share - 15).sum()), 15, 110).astype(int)
    place = [_nearest_depot(dataset, site.site_id) for site in sites]
    chosen: dict[int, dt.date] = {}
    load = dict.fromkeys(DATES, 0)
    for k in sorted(range(n), key=lambda k: (len({o.weekday for o in sites[k].openings}), k)):
        options = sorted({DATES[o.weekday] for o in sites[k].openings})

        def price(date: dt.date, k: int = k) -> tuple[int, dt.date]:
            table = dataset.travel.metres if dataset.travel else np.zeros((0, 0))
            near = [
                int(table[len(dataset.depots) + k, len(dataset.depots) + j]) for j, on in chosen.items() if on == date
            ]
            crowd = max(0, load[date] - sum(load.values()) // 5)
            return min(near, default=20_000) + 60 * crowd, date

        chosen[k] = min(options, key=price)
        load[chosen[k]] += int(wish[k])
    return [_drop(dataset, sites[k], chosen[k], place[k], int(wish[k])) for k in range(n)]


def _drop(dataset: Dataset, site: Site, date: dt.date, depot_id: str, baskets: int) -> Task:
    grams = baskets * BASKET_G
    return Task(
        task_id=f"{date.isoformat()}/{depot_id}/drop/{site.site_id}/1", date=date, depot_id=depot_id, place_id=site.site_id,
        load_g=grams, baskets=baskets, places=baskets, service_s=site.unloading_s + site.unloading_s_per_basket * baskets,
        windows=dataset.drop_windows(site.site_id, date), max_gvw_kg=site.largest_vehicle_gvw_kg,
        drops=(DropItem(site_id=site.site_id, basket_id="basket", baskets=baskets, load_g=grams),),
    )  # fmt: skip


def _picks(rng: Any, dataset: Dataset) -> list[Task]:
    """Each farm is fetched from on one or two days, half of the time for 100 to 400 kg, else for up to 900."""
    found = []
    for farm in dataset.farms:
        for day in rng.choice(4, rng.choice([1, 2]), replace=False):
            crates = int(rng.integers(10, 40) if rng.random() < 0.5 else rng.integers(40, 90))
            cold, date = bool(rng.random() < 0.15), DATES[day]
            depot_id = _nearest_depot(dataset, farm.farm_id)
            task = Task(
                task_id=f"{date.isoformat()}/{depot_id}/pick/{farm.farm_id}/1", date=date, depot_id=depot_id, place_id=farm.farm_id,
                load_g=crates * 10_000, service_s=farm.loading_s + farm.loading_s_per_crate * crates,
                windows=((farm.opens_s, farm.closes_s),), cold=cold,
                picks=(PickItem(lot_id=farm.farm_id, crates=crates, load_g=crates * 10_000),),
            )  # fmt: skip
            cold_here = any(v.cold and v.depot_id == depot_id for v in dataset.vehicles)
            found.append(replace(task, cold=cold and cold_here))
    return found


def _nearest_depot(dataset: Dataset, place_id: str) -> str:
    if dataset.travel is None:
        raise ValueError("the travel table is missing")
    return min((dataset.travel.distance_m(d.depot_id, place_id), d.depot_id) for d in dataset.depots)[1]


def _dataset(*, sites: Any, farms: Any, depots: Any, vehicles: Any, drivers: Any, travel: Travel, name: str) -> Dataset:
    """Only what a router reads: no neighbourhoods, needs or lots."""
    kind = BasketType(
        basket_id="basket", name="basket", programme="baskets", persons_from=1, persons_to=None, target_g=BASKET_G,
        min_g=BASKET_G, max_g=BASKET_G, min_products=1, min_fruit_bp=0,
    )  # fmt: skip
    settings = Settings(
        name=name, week_start=MONDAY, delivery_weekdays=(0, 1, 2, 3, 4), collection_weekdays=(0, 1, 2, 3)
    )
    return Dataset(
        settings=settings, neighbourhoods=(), zones=(), households=(), needs=(), sites=sites, catchments=(), products=(),
        basket_types=(kind,), farms=farms, lots=(), depots=depots, depot_stock=(), vehicles=vehicles, drivers=drivers,
        travel=travel,
    )  # fmt: skip
