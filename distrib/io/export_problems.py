"""Each day's routing problem and the plan's answer to it, for other solvers: VROOM JSON and VRPLIB files.

A file for each date and depot. Both formats know less than a plan obeys. Left out: loading and unloading at the
depot, packing times, breaks, drivers by licence, least baskets a visit; VRPLIB also has one time window a visit
(the one the plan uses), one cost, and the vehicle's size and cold as a list of allowed visits.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
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
        seconds=_far(travel.seconds, index),
        metres=_far(travel.metres, index),
    )


def _far(table: Any, index: list[int]) -> list[list[int]]:
    part = table[index][:, index].tolist()
    return [[FAR_S if value == UNREACHABLE else value for value in row] for row in part]


# --- VROOM ---------------------------------------------------------------------------------------

COLD_SKILL = 1
"""VROOM skill of cold vehicles; each size limit that some place has is a further skill."""


def write_vroom(folder: Path, dataset: Dataset, plan: Plan) -> tuple[Path, ...]:
    """Write ``<date>-<depot>.vroom.json`` and ``….vroom-solution.json`` for every date and depot; returns the files.

    Input and output format of VROOM 1.14. Seconds after midnight, metres, costs in thousandths of a cent, amounts
    as [grams, places]. VROOM has no trips: every vehicle is written ``max_trips`` times, as ``<vehicle>/<trip>``.
    The trips of the plan stand in ``steps``, so that VROOM can also re-time them (``vroom -c``).
    """
    files = []
    for problem in day_problems(dataset, plan):
        for ending, content in (("", vroom_problem(dataset, problem)), ("-solution", vroom_solution(problem))):
            path = folder / f"{problem.stem}.vroom{ending}.json"
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="")
            files.append(path)
    return tuple(files)


def _trip_ids(problem: DayProblem) -> dict[tuple[str, int], int]:
    """Return VROOM's number of every trip a vehicle may make."""
    pairs = [(v.vehicle_id, trip) for v in problem.vehicles for trip in range(1, _most_trips(problem, v) + 1)]
    return {pair: number for number, pair in enumerate(pairs, 1)}


def _most_trips(problem: DayProblem, vehicle: Vehicle) -> int:
    return max([vehicle.max_trips, *(trip for name, trip in problem.trips if name == vehicle.vehicle_id)])


def _size_skills(problem: DayProblem) -> dict[int, int]:
    limits = sorted({visit.max_gvw_kg for visit in problem.visits if visit.max_gvw_kg is not None})
    return {limit: COLD_SKILL + number for number, limit in enumerate(limits, 1)}


def vroom_problem(dataset: Dataset, problem: DayProblem) -> dict[str, Any]:
    """Return the problem of a day and depot as VROOM reads it."""
    sizes = _size_skills(problem)
    return {
        "vehicles": [
            _vroom_vehicle(dataset, problem, vehicle_id, trip, number, sizes)
            for (vehicle_id, trip), number in _trip_ids(problem).items()
        ],
        "jobs": [_vroom_job(problem, visit, sizes) for visit in problem.visits],
        "matrices": _vroom_matrices(dataset, problem),
    }


def _vroom_matrices(dataset: Dataset, problem: DayProblem) -> dict[str, Any]:
    """Return the tables by profile: ``car``, and one for each weight of heavy vehicles with times of their own."""
    found: dict[str, Any] = {"car": {"durations": problem.seconds, "distances": problem.metres}}
    used = {dataset.travel_class_kg(vehicle) for vehicle in problem.vehicles}
    for gvw_kg, table in dataset.travel_heavy:
        if gvw_kg in used:
            index = [table.index(place) for place in problem.places]
            found[_vroom_profile(gvw_kg)] = {
                "durations": _far(table.seconds, index),
                "distances": _far(table.metres, index),
            }
    return found


def _vroom_profile(gvw_kg: int) -> str:
    return f"truck_{gvw_kg}" if gvw_kg else "car"


def _vroom_vehicle(
    dataset: Dataset, problem: DayProblem, vehicle_id: str, trip: int, number: int, sizes: dict[int, int]
) -> dict[str, Any]:
    vehicle, depot = dataset.vehicle_by_id[vehicle_id], dataset.depot_by_id[problem.depot_id]
    skills = [COLD_SKILL] if vehicle.cold else []
    skills += [skill for limit, skill in sizes.items() if vehicle.gvw_kg <= limit]
    record: dict[str, Any] = {
        "id": number,
        "description": f"{vehicle_id}/{trip}",
        "profile": _vroom_profile(dataset.travel_class_kg(vehicle)),
        "start": _location(depot),
        "start_index": 0,
        "end": _location(depot),
        "end_index": 0,
        "capacity": [vehicle.capacity_g, vehicle.capacity_baskets],
        "skills": skills,
        "time_window": [max(vehicle.shift_start_s, depot.opens_s), min(vehicle.shift_end_s, depot.closes_s)],
        "speed_factor": vehicle.speed_factor_milli / 1000,
        "costs": {
            "fixed": vehicle.cents_per_day * 1000 if trip == 1 else 0,
            "per_hour": vehicle.millicents_per_h,
            "per_km": vehicle.millicents_per_km,
        },
    }
    if (vehicle_id, trip) in problem.trips:
        done = [{"type": "job", "id": visit.number} for visit in problem.trips[vehicle_id, trip][1]]
        record["steps"] = [{"type": "start"}, *done, {"type": "end"}]
    return record


def _vroom_job(problem: DayProblem, visit: Visit, sizes: dict[int, int]) -> dict[str, Any]:
    skills = [COLD_SKILL] if visit.cold else []
    skills += [] if visit.max_gvw_kg is None else [sizes[visit.max_gvw_kg]]
    return {
        "id": visit.number,
        "description": visit.row.place_id,
        "location": _location(visit),
        "location_index": problem.places.index(visit.row.place_id),
        "service": visit.service_s,
        "delivery": list(visit.drop),
        "pickup": list(visit.pick),
        "skills": skills,
        "time_windows": [list(window) for window in visit.windows],
    }


def _location(place: Any) -> list[float]:
    return [place.lon_microdeg / 1e6, place.lat_microdeg / 1e6]


def vroom_solution(problem: DayProblem) -> dict[str, Any]:
    """Return the plan's tours of a day and depot in VROOM's output format (times as planned, loading left out)."""
    numbers = _trip_ids(problem)
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in problem.vehicles}
    routes = [
        _vroom_route(numbers[key], key, vehicles[key[0]], rows, visits)
        for key, (rows, visits) in sorted(problem.trips.items(), key=lambda item: numbers[item[0]])
    ]
    summed = ("cost", "service", "duration", "waiting_time", "distance")
    amounts = {name: [sum(route[name][i] for route in routes) for i in (0, 1)] for name in ("delivery", "pickup")}
    summary = {name: sum(route[name] for route in routes) for name in summed}
    zero = {"unassigned": 0, "setup": 0, "priority": 0, "violations": []}
    return {
        "code": 0,
        "summary": {**summary, **amounts, **zero, "routes": len(routes)},
        "unassigned": [],
        "routes": routes,
    }


def _vroom_route(
    number: int, key: tuple[str, int], vehicle: Vehicle, rows: list[StopRow], visits: list[Visit]
) -> dict[str, Any]:
    load = [sum(visit.drop[i] for visit in visits) for i in (0, 1)]
    steps: list[dict[str, Any]] = []
    driven, waited, distance = 0, 0, 0
    jobs = iter(visits)
    for row in rows:
        driven += row.from_previous_s
        distance += row.from_previous_m
        first, last = row is rows[0], row is rows[-1]
        visit = None if first or last else next(jobs)
        if visit is not None:
            load = [load[i] - visit.drop[i] + visit.pick[i] for i in (0, 1)]
        waiting = 0 if visit is None else row.start_s - row.arrival_s
        waited += waiting
        step = {
            "type": "start" if first else "end" if last else "job",
            **({} if visit is None else {"id": visit.number, "description": row.place_id}),
            "arrival": row.departure_s if first else row.arrival_s,
            "setup": 0,
            "service": 0 if visit is None else visit.service_s,
            "waiting_time": waiting,
            "duration": driven,
            "distance": distance,
            "load": list(load),
            "violations": [],
        }
        steps.append(step)
    fixed = vehicle.cents_per_day * 1000 if key[1] == 1 else 0
    cost = fixed + (driven * vehicle.millicents_per_h) // 3600 + (distance * vehicle.millicents_per_km) // 1000
    return {
        "vehicle": number,
        "description": f"{key[0]}/{key[1]}",
        "cost": cost,
        "delivery": [sum(visit.drop[i] for visit in visits) for i in (0, 1)],
        "pickup": [sum(visit.pick[i] for visit in visits) for i in (0, 1)],
        "setup": 0,
        "service": sum(visit.service_s for visit in visits),
        "duration": driven,
        "waiting_time": waited,
        "priority": 0,
        "distance": distance,
        "steps": steps,
        "violations": [],
    }


# --- VRPLIB --------------------------------------------------------------------------------------


def write_vrplib(folder: Path, dataset: Dataset, plan: Plan) -> tuple[Path, ...]:
    """Write ``<date>-<depot>.vrp`` and ``.sol`` for every date and depot; returns the files.

    VRPLIB in the dialect that PyVRP reads: edge weights are table seconds, DEMAND (drops), BACKHAUL (picks) and
    CAPACITY have two columns, grams and places. In the solution a 0 parts the trips of a vehicle.
    """
    files = []
    for problem in day_problems(dataset, plan):
        for ending, content in ((".vrp", vrplib_problem(dataset, problem)), (".sol", vrplib_solution(problem))):
            path = folder / f"{problem.stem}{ending}"
            path.write_text(content, encoding="utf-8", newline="")
            files.append(path)
    return tuple(files)


def vrplib_problem(dataset: Dataset, problem: DayProblem) -> str:
    """Return the problem of a day and depot as a VRPLIB file; location 1 is the depot, a visit n is n + 1."""
    depot, visits, vehicles = dataset.depot_by_id[problem.depot_id], problem.visits, problem.vehicles
    at = [0, *(problem.places.index(visit.row.place_id) for visit in visits)]
    # Several stops at one place do not mean several journeys: the depot's row comes first, then a row a visit.
    weights = [[problem.seconds[i][j] for j in at] for i in at]
    head = {
        "NAME": problem.stem,
        "COMMENT": "seconds; grams and places; loading at the depot, packing times, breaks and licences left out",
        "TYPE": "MTVRPTW",
        "DIMENSION": len(at),
        "VEHICLES": len(vehicles),
        "EDGE_WEIGHT_TYPE": "EXPLICIT",
        "EDGE_WEIGHT_FORMAT": "FULL_MATRIX",
    }
    allowed = [[v.number + 1 for v in visits if v.may_use(vehicle)] for vehicle in vehicles]
    spots = [(depot.lon_microdeg, depot.lat_microdeg), *((v.lon_microdeg, v.lat_microdeg) for v in visits)]
    sections: dict[str, list[Any]] = {
        "NODE_COORD_SECTION": spots,
        "DEMAND_SECTION": [(0, 0), *(visit.drop for visit in visits)],
        "BACKHAUL_SECTION": [(0, 0), *(visit.pick for visit in visits)],
        "SERVICE_TIME_SECTION": [(0,), *((visit.service_s,) for visit in visits)],
        "TIME_WINDOW_SECTION": [(depot.opens_s, depot.closes_s), *map(_window, visits)],
        "CAPACITY_SECTION": [(v.capacity_g, v.capacity_baskets) for v in vehicles],
        "VEHICLES_MAX_DURATION_SECTION": [(v.shift_end_s - v.shift_start_s,) for v in vehicles],
        "VEHICLES_MAX_RELOADS_SECTION": [(v.max_trips - 1,) for v in vehicles],
        "VEHICLES_RELOAD_DEPOT_SECTION": [(1,) for _ in vehicles],
        "VEHICLES_ALLOWED_CLIENTS_SECTION": allowed,
    }
    lines = [f"{name}: {value}" for name, value in head.items()]
    lines += ["EDGE_WEIGHT_SECTION", *(" ".join(map(str, row)) for row in weights)]
    for name, rows in sections.items():
        lines += [name, *(" ".join(map(str, (i, *row))) for i, row in enumerate(rows, 1))]
    return "\n".join([*lines, "DEPOT_SECTION", "1", "-1", "EOF"]) + "\n"


def _window(visit: Visit) -> tuple[int, int]:
    """Return the window in which the plan serves a visit; the first one where an edit by hand missed them all."""
    used = [w for w in visit.windows if w[0] <= visit.row.start_s <= w[1]] or list(visit.windows) or [(0, 86_400)]
    return used[0]


def vrplib_solution(problem: DayProblem) -> str:
    """Return the plan's tours of a day and depot as a VRPLIB solution; its cost is the driving seconds of the table."""
    lines = []
    for number, vehicle in enumerate(problem.vehicles, 1):
        trips = [visits for (name, _), (_, visits) in sorted(problem.trips.items()) if name == vehicle.vehicle_id]
        shown = " 0 ".join(" ".join(str(visit.number) for visit in visits) for visits in trips)
        lines.append(f"Route #{number}: {shown}".rstrip())
    at = {place: i for i, place in enumerate(problem.places)}
    cost = sum(
        problem.seconds[at[before.place_id]][at[row.place_id]]
        for rows, _ in problem.trips.values()
        for before, row in itertools.pairwise(rows)
    )
    return "\n".join([*lines, f"Cost: {cost}"]) + "\n"
