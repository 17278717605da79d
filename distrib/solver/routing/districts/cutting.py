"""Which stops make a district: neighbours on a map, as much work in one as in another.

Around its depot a territory is cut like a cake, because a vehicle goes out, serves what is on its way, and comes back: sectors of the
sweep of B. Gillett and L. Miller (Operations Research 22, 1974, doi:10.1287/opre.22.2.340), each with the same share of the work.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import Task
from distrib.solver.routing.eligibility import vehicles_for

TURN = 6_283_185
"""A full turn in the grid that angles are rounded to, millionths of a radian: nothing depends on the last bit of an arc tangent."""


def sectors(dataset: Dataset, depot_id: str, tasks: Sequence[Task], count: int) -> list[list[Task]]:
    """Return the tasks of one depot in at most ``count`` sectors around it, none empty; a place is in one of them.

    The first begins behind the widest gap between places. Each holds about as much work.
    """
    at: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        at[task.place_id].append(task)
    weight = {place: sum(work_s(dataset, task) for task in here) for place, here in at.items()}
    order = in_turn({place: direction(*offset(dataset, depot_id, place)) for place in at})
    return [[task for place in part for task in at[place]] for part in even_parts(order, weight, count)]


def in_turn(angles: Mapping[str, int]) -> list[str]:
    """Return the names by angle, the first behind the widest gap."""
    order = sorted(angles, key=lambda name: (angles[name], name))
    gaps = [(angles[name] - angles[before]) % TURN for before, name in zip([order[-1], *order], order, strict=False)]
    first = max(range(len(order)), key=lambda k: (gaps[k], -k))
    return order[first:] + order[:first]


def even_parts(order: Sequence[str], weight: Mapping[str, int], count: int) -> list[list[str]]:
    """Return a sequence in at most ``count`` runs of about the same weight, none empty."""
    total = max(1, sum(weight[name] for name in order))
    parts: list[list[str]] = [[] for _ in range(count)]
    before = 0
    for name in order:
        middle = 2 * before + weight[name]
        parts[min(count - 1, middle * count // (2 * total))].append(name)
        before += weight[name]
    return [part for part in parts if part]


def direction(east: int, north: int) -> int:
    """Return a direction, 0 to ``TURN`` - 1 from the east on against the clock."""
    return round(math.atan2(north, east) * 1_000_000) % TURN


def offset(dataset: Dataset, depot_id: str, place_id: str) -> tuple[int, int]:
    """Return how far east and north of a depot a place lies, in millionths of a degree of latitude."""
    depot = dataset.depot_by_id[depot_id]
    place = dataset.site_by_id.get(place_id) or dataset.farm_by_id[place_id]
    narrow = round(math.cos(math.radians(depot.lat_microdeg / 1e6)) * 1024)
    east = (place.lon_microdeg - depot.lon_microdeg) * narrow // 1024
    return east, place.lat_microdeg - depot.lat_microdeg


def work_s(dataset: Dataset, task: Task) -> int:
    """Return the seconds of a vehicle that a stop takes: its service, and its share of a full trip there and back; at least 1."""
    travel = dataset.travel
    if travel is None:
        raise ValueError("the travel table of this dataset is not resolved")
    out, back = travel.driving_s(task.depot_id, task.place_id), travel.driving_s(task.place_id, task.depot_id)
    if UNREACHABLE in (out, back):
        return max(1, task.service_s)
    return max(1, task.service_s + (out + back) * task.load_g // max(task.load_g, _room_g(vehicles_for(dataset, task))))


def _room_g(vehicles: Sequence[Vehicle]) -> int:
    return max((vehicle.capacity_g for vehicle in vehicles), default=1)
