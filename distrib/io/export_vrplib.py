"""Each day's routing problem and the plan's answer to it in VRPLIB's form (see ``export_problems`` for what is left out)."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from distrib.io.export_problems import DayProblem, Visit, day_problems
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan


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
