"""A real food-aid instance: ``python -m benchmarks.allocation.food_pantry FILE``.

FILE lists mobile pantries with latitude, longitude, mean and standard deviation of the households that come to a visit.
Added here: a depot, a fleet, one opening day and a capacity per site, and produce for a share of the mean demand.
Plans are made on the means; then demand is drawn, and four ways of sharing the same baskets are compared: the project's
allocator, an equal split, a split in proportion to the mean, and greedy (the nearest site first, all it asks for).
The three others are spared the fleet and the opening days, and hold the sites' capacities alone.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.allocation.territories import HOUR, MONDAY
from distrib.indicators import gini
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset, Settings
from distrib.model.effort import Effort
from distrib.model.fleet import Vehicle
from distrib.model.goods import BasketType, Depot, DepotStock, Product
from distrib.model.territory import Catchment, HouseholdGroup, Neighbourhood, Opening, Site, Zone
from distrib.solver.allocation.leximin import LeximinAllocator
from distrib.travel import resolve

COLUMNS = ("Site Name", "latitude", "longitude", "Average Demand per Visit", "StDev(Demand per Visit)")
CAPACITY = 0.9
"""Every third site takes no more than this share of its mean demand."""
BASKET_G = 9000
PRODUCTS = (
    ("apple", "fruit", 500),
    ("cabbage", "leaf", 1000),
    ("carrot", "root", 500),
    ("onion", "other", 500),
    ("potato", "root", 1000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pantry:
    """A site: where it is, households that come to a visit (mean and standard deviation), and the most it can hand out."""

    name: str
    lat: float
    lon: float
    mean: float
    deviation: float
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Over all draws: mean of the lowest coverage, of the coverage in all and of the Gini, and baskets lost or kept, in percent of the supply."""

    lowest_pct: float
    served_pct: float
    gini: float
    untaken_pct: float
    kept_pct: float


def read_pantries(path: Path) -> list[Pantry]:
    """Return the sites of a file, in its order.

    Raises:
        ValueError: a column is missing, a number cannot be read, or a mean or deviation is below 0.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [c for c in COLUMNS if c not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}: no column {', '.join(missing)}")
        return [_pantry(k, row) for k, row in enumerate(rows)]


def _pantry(k: int, row: Mapping[str, str]) -> Pantry:
    name, *numbers = (row[c] for c in COLUMNS)
    try:
        lat, lon, mean, deviation = map(float, numbers)
    except ValueError as error:
        raise ValueError(f"line {k + 2}: {error}") from error
    if mean < 0 or deviation < 0:
        raise ValueError(f"line {k + 2}: a mean or a deviation below 0")
    most = round(CAPACITY * mean) if k % 3 == 0 else round(2 * mean)
    return Pantry(name=name, lat=lat, lon=lon, mean=mean, deviation=deviation, capacity=most)


def week_of(pantries: Sequence[Pantry], needs: Sequence[int], supply: int) -> Dataset:
    """Return one week in which every site is open on one day, for so many households, with produce for so many baskets."""
    ids = [f"P{k:03d}" for k in range(len(pantries))]
    places = [{"lon_microdeg": round(p.lon * 1e6), "lat_microdeg": round(p.lat * 1e6)} for p in pantries]
    middle = {key: int(np.median([p[key] for p in places])) for key in ("lon_microdeg", "lat_microdeg")}
    angles = [
        np.arctan2(p["lat_microdeg"] - middle["lat_microdeg"], p["lon_microdeg"] - middle["lon_microdeg"])
        for p in places
    ]
    rank = np.argsort(np.argsort(angles, kind="stable"), kind="stable")
    trucks = 2 + supply // 2000
    products = tuple(
        Product(product_id=p, name=p, group=g, portion_g=grams, crate_g=10 * grams, shelf_life_days=None, needs_cold=False, max_portions_per_basket=6)
        for p, g, grams in PRODUCTS
    )  # fmt: skip
    kilos = supply * BASKET_G // len(PRODUCTS)
    dataset = Dataset(
        settings=Settings(
            name="mobile pantries", week_start=MONDAY, delivery_weekdays=(0, 1, 2, 3, 4), collection_weekdays=(0,), packing_lead_days=0,
            max_baskets=(("baskets", supply),), language="en",
        ),
        neighbourhoods=tuple(Neighbourhood(neighbourhood_id=i, name=p.name, commune="", **at) for i, p, at in zip(ids, pantries, places, strict=True)),
        zones=tuple(Zone(zone_id=i, neighbourhood_id=i, **at) for i, at in zip(ids, places, strict=True)),
        households=tuple(HouseholdGroup(zone_id=i, persons_per_household=3, households=n) for i, n in zip(ids, needs, strict=True) if n),
        needs=(),
        sites=tuple(
            Site(
                site_id="S" + i, name=p.name, kind="pantry", commune="", max_baskets_per_day=p.capacity, unloading_s=1800,
                openings=(Opening(weekday=int(r) * 5 // len(ids), opens_s=7 * HOUR, closes_s=18 * HOUR),), **at,
            )
            for i, p, at, r in zip(ids, pantries, places, rank, strict=True)
        ),
        catchments=tuple(Catchment(zone_id=i, site_id="S" + i, walk_m=0) for i in ids),
        products=products,
        basket_types=(BasketType(basket_id="box", name="Box", programme="baskets", persons_from=1, persons_to=None, target_g=BASKET_G, min_g=8000, max_g=10_000, min_products=4, min_fruit_bp=0),),
        farms=(),
        lots=(),
        depots=(Depot(depot_id="HUB", name="Food bank", opens_s=5 * HOUR, closes_s=21 * HOUR, loading_s=1800, packing_baskets_per_day=10**5, packing_starts_s=None, packing_baskets_per_h=None, storage_g=10**10, cold_storage_g=10**10, **middle),),
        depot_stock=tuple(DepotStock(depot_id="HUB", lot_id="L" + p.product_id, product_id=p.product_id, stock_g=kilos, last_use_date=None) for p in products),
        vehicles=tuple(
            Vehicle(vehicle_id=f"V{v:02d}", kind="truck", depot_id="HUB", weekdays=(0, 1, 2, 3, 4), shift_start_s=6 * HOUR, shift_end_s=18 * HOUR, capacity_g=9_000_000, capacity_baskets=900, gvw_kg=12_000, cold=False, max_trips=3, cents_per_day=12_000, millicents_per_km=90_000, millicents_per_h=2_200_000)
            for v in range(trucks)
        ),
        drivers=None,
        travel=None,
    )  # fmt: skip
    return resolve(dataset)


def ours(pantries: Sequence[Pantry], needs: Sequence[int], supply: int) -> list[int]:
    """Return the baskets of each site by the project's allocator."""
    allocation = LeximinAllocator().allocate(
        week_of(pantries, needs, supply), limits=Limits(), effort=Effort.STANDARD, seed=0
    )
    got = dict.fromkeys(range(len(pantries)), 0)
    for share in allocation.shares:
        got[int(share.zone_id[1:])] += share.baskets
    return list(got.values())


def equal(pantries: Sequence[Pantry], needs: Sequence[int], supply: int) -> list[int]:
    """The same for every site, up to its capacity."""
    return [min(p.capacity, supply // len(pantries)) for p in pantries]


def proportional(pantries: Sequence[Pantry], needs: Sequence[int], supply: int) -> list[int]:
    """In proportion to need, up to capacity; what a full site leaves is not handed on."""
    return [min(p.capacity, n, supply * n // max(1, sum(needs))) for p, n in zip(pantries, needs, strict=True)]


def greedy(pantries: Sequence[Pantry], needs: Sequence[int], supply: int) -> list[int]:
    """The nearest site first, all that it asks for, until nothing is left."""
    lat, lon = np.median([p.lat for p in pantries]), np.median([p.lon for p in pantries])
    order = sorted(range(len(pantries)), key=lambda k: ((pantries[k].lat - lat) ** 2 + (pantries[k].lon - lon) ** 2, k))
    got, left = [0] * len(pantries), supply
    for k in order:
        got[k] = min(pantries[k].capacity, needs[k], left)
        left -= got[k]
    return got


WAYS = {"ours": ours, "equal": equal, "proportional": proportional, "greedy": greedy}


def draws_of(pantries: Sequence[Pantry], count: int, seed: int) -> list[list[int]]:
    """Return so many draws of the households that come to each site: normal, rounded, never below 0."""
    rng = np.random.default_rng(seed)
    mean, deviation = (np.array([getattr(p, f) for p in pantries]) for f in ("mean", "deviation"))
    drawn = np.maximum(0, np.rint(rng.normal(mean, deviation, (count, len(pantries)))))
    return [[int(n) for n in row] for row in drawn]


def outcome_of(given: Sequence[int], draws: Sequence[Sequence[int]], supply: int) -> Outcome:
    """Return what a plan comes to when demand is what was drawn."""
    lowest, served, ginis, untaken = [], [], [], []
    for demand in draws:
        taken = [min(g, n) for g, n in zip(given, demand, strict=True)]
        coverage = [(Fraction(t, n), n) for t, n in zip(taken, demand, strict=True) if n]
        lowest.append(float(min((c for c, _ in coverage), default=Fraction(1))))
        served.append(sum(taken) / max(1, sum(demand)))
        ginis.append(float(gini(coverage)))
        untaken.append((sum(given) - sum(taken)) / supply)
    return Outcome(
        lowest_pct=100 * float(np.mean(lowest)),
        served_pct=100 * float(np.mean(served)),
        gini=float(np.mean(ginis)),
        untaken_pct=100 * float(np.mean(untaken)),
        kept_pct=100 * (supply - sum(given)) / supply,
    )


def compare(pantries: Sequence[Pantry], *, draws: int, seed: int, share: float) -> dict[str, Outcome]:
    """Return the outcome of each way on the same draws."""
    needs = [round(p.mean) for p in pantries]
    supply = int(share * sum(needs))
    drawn = draws_of(pantries, draws, seed)
    return {name: outcome_of(way(pantries, needs, supply), drawn, supply) for name, way in WAYS.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status (0 as well when the file is not there, which is said)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation.food_pantry", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--share", type=float, nargs="+", default=[0.5, 0.75, 0.9], help="supply as a share of the mean demand"
    )
    chosen = parser.parse_args(arguments)
    if not chosen.file.exists():
        print(f"skipped: {chosen.file} is not there")
        return 0
    try:
        pantries = read_pantries(chosen.file)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    print(
        f"{len(pantries)} sites, mean demand {sum(p.mean for p in pantries):.0f}, {chosen.draws} draws, seed {chosen.seed}"
    )
    print(
        f"{'supply':>7s} {'way':13s} {'lowest %':>9s} {'served %':>9s} {'Gini':>7s} {'untaken %':>10s} {'kept %':>7s}"
    )
    for share in chosen.share:
        for name, o in compare(pantries, draws=chosen.draws, seed=chosen.seed, share=share).items():
            print(
                f"{share:7.2f} {name:13s} {o.lowest_pct:9.2f} {o.served_pct:9.2f} {o.gini:7.4f} {o.untaken_pct:10.2f} {o.kept_pct:7.2f}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
