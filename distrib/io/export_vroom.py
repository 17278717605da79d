"""Each day's routing problem and the plan's answer to it as VROOM JSON (see ``export_problems`` for what is left out)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from distrib.io.export_problems import DayProblem, Visit, day_problems, without_gaps
from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.plan import Plan, StopRow

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
                "durations": without_gaps(table.seconds, index),
                "distances": without_gaps(table.metres, index),
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
