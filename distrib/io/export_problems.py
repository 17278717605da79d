"""Each day's routing problem and the plan's answer to it, for other solvers (``export_vroom``, ``export_vrplib``).

A file for each date and depot. Both formats know less than a plan obeys. Left out: loading and unloading at the
depot, packing times, breaks, drivers by licence, least baskets a visit; VRPLIB also has one time window a visit
(the one the plan uses), one cost, and the vehicle's size and cold as a list of allowed visits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from distrib.errors import UsageError
from distrib.model.dataset import UNREACHABLE, Dataset, Travel
from distrib.model.fleet import Vehicle
from distrib.model.need import type_of
from distrib.model.plan import CollectionRow, DeliveryRow, Plan, StopRow

FAR_S = 10_000_000
"""Seconds and metres written for a pair of places that cannot be driven: more than any day holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stop of the plan as a job: ``number`` counts from 1; windows bound the start of service."""

    number: int
    row: StopRow
    lon_microdeg: int
    lat_microdeg: int
    windows: tuple[tuple[int, int], ...]
    service_s: int
    drop: tuple[int, int]
    pick: tuple[int, int]
    max_gvw_kg: int | None
    cold: bool

    def may_use(self, vehicle: Vehicle) -> bool:
        """True when the place takes a vehicle of that size, and it is cold where that is needed."""
        fits = self.max_gvw_kg is None or vehicle.gvw_kg <= self.max_gvw_kg
        return fits and (vehicle.cold or not self.cold)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProblem:
    """The visits, vehicles and tours of one date and depot. Amounts are (grams, places of capacity_baskets).

    ``trips`` holds the visits and rows of each trip by (vehicle_id, trip); ``places`` begins with the depot.
    """

    date: dt.date
    depot_id: str
    visits: tuple[Visit, ...]
    vehicles: tuple[Vehicle, ...]
    trips: dict[tuple[str, int], tuple[list[StopRow], list[Visit]]]
    places: tuple[str, ...]
    seconds: list[list[int]]
    metres: list[list[int]]

    @property
    def stem(self) -> str:
        """Name of its files, without ending."""
        return re.sub(r"[^\w.-]+", "_", f"{self.date.isoformat()}-{self.depot_id}")


def day_problems(dataset: Dataset, plan: Plan) -> tuple[DayProblem, ...]:
    """Return the problem of every date and depot with a tour, by date and depot.

    Raises:
        UsageError: when the dataset has no travel table.
    """
    if dataset.travel is None:
        raise UsageError("the dataset has no travel table")
    days: dict[tuple[dt.date, str], list[StopRow]] = defaultdict(list)
    for row in sorted(plan.stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop)):
        days[row.date, dataset.vehicle_by_id[row.vehicle_id].depot_id].append(row)
    cargo = _Cargo(dataset, plan)
    return tuple(_problem(dataset, cargo, dataset.travel, key, rows) for key, rows in sorted(days.items()))


class _Cargo:
    """What each stop drops and picks."""

    def __init__(self, dataset: Dataset, plan: Plan) -> None:
        self.dataset = dataset
        self.drops: dict[tuple[dt.date, str, int, str], list[DeliveryRow]] = defaultdict(list)
        self.picks: dict[tuple[dt.date, str, int, str], list[CollectionRow]] = defaultdict(list)
        for drop in plan.deliveries:
            self.drops[drop.date, drop.vehicle_id, drop.trip, drop.dropped_at_site_id].append(drop)
        for pick in plan.collections:
            self.picks[pick.date, pick.vehicle_id, pick.trip, pick.farm_id].append(pick)

    def visit(self, row: StopRow, number: int) -> Visit:
        return self._at_farm(row, number) if row.place_kind == "farm" else self._at_site(row, number)

    def _at_farm(self, row: StopRow, number: int) -> Visit:
        farm = self.dataset.farm_by_id[row.place_id]
        picks = self.picks[row.date, row.vehicle_id, row.trip, row.place_id]
        return Visit(
            number=number,
            row=row,
            lon_microdeg=farm.lon_microdeg,
            lat_microdeg=farm.lat_microdeg,
            windows=((farm.opens_s, farm.closes_s),),
            service_s=farm.loading_s + farm.loading_s_per_crate * sum(pick.crates for pick in picks),
            drop=(0, 0),
            pick=(row.pick_g, 0),
            max_gvw_kg=None,
            cold=any(self.dataset.product_by_id[pick.product_id].needs_cold for pick in picks),
        )

    def _at_site(self, row: StopRow, number: int) -> Visit:
        site, types = self.dataset.site_by_id[row.place_id], self.dataset.basket_type_by_id
        drops = self.drops[row.date, row.vehicle_id, row.trip, row.place_id]
        then = [drop for drop in drops if drop.arrival_s == row.arrival_s] or drops
        return Visit(
            number=number,
            row=row,
            lon_microdeg=site.lon_microdeg,
            lat_microdeg=site.lat_microdeg,
            windows=tuple((o.opens_s, o.closes_s) for o in site.openings if o.weekday == row.date.weekday()),
            service_s=site.unloading_s + site.unloading_s_per_basket * row.drop_baskets,
            drop=(row.drop_g, sum(drop.baskets * types[type_of(drop.basket_id)].places for drop in then)),
            pick=(0, 0),
            max_gvw_kg=site.largest_vehicle_gvw_kg,
            cold=False,
        )


def _problem(
    dataset: Dataset, cargo: _Cargo, travel: Travel, key: tuple[dt.date, str], rows: list[StopRow]
) -> DayProblem:
    date, depot_id = key
    visits: list[Visit] = []
    trips: dict[tuple[str, int], tuple[list[StopRow], list[Visit]]] = defaultdict(lambda: ([], []))
    for row in rows:
        of_trip = trips[row.vehicle_id, row.trip]
        of_trip[0].append(row)
        if row.place_kind != "depot":
            visits.append(cargo.visit(row, len(visits) + 1))
            of_trip[1].append(visits[-1])
    places = tuple(dict.fromkeys((depot_id, *(visit.row.place_id for visit in visits))))
    there = [v for v in dataset.vehicles if v.depot_id == depot_id and date.weekday() in v.weekdays]
    used = {vehicle for vehicle, _ in trips}
    vehicles = tuple(v for v in dataset.vehicles if v in there or v.vehicle_id in used)
    index = [travel.index(place) for place in places]
    return DayProblem(
        date=date,
        depot_id=depot_id,
        visits=tuple(visits),
        vehicles=vehicles,
        trips=dict(trips),
        places=places,
        seconds=without_gaps(travel.seconds, index),
        metres=without_gaps(travel.metres, index),
    )


def without_gaps(table: Any, index: list[int]) -> list[list[int]]:
    """Return a table between the places of these indices as lists, ``FAR_S`` where there is no way."""
    part = table[index][:, index].tolist()
    return [[FAR_S if value == UNREACHABLE else value for value in row] for row in part]


# --- VROOM ---------------------------------------------------------------------------------------
