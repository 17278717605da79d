"""One date as the bound sees it: its stops, its groups of alike vehicles, and a graph of each group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from distrib.model.fleet import HEAVY_GVW_KG, Vehicle
from distrib.model.routing import RoutingProblem, Task
from distrib.solver.routing.bound.kernels import FAR, Graph
from distrib.solver.routing.bound.memory import Memory
from distrib.solver.routing.day import TOO_FAR, Day, days_of
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT, cost_per_second

CLASSES = 4
"""Classes of trips by the moment from which they may be loaded, at most; a single one where vehicles are put together."""
LONGER_PCT = 125
"""Hours of vehicles that are put together are at most so much of the longest ones among them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Vehicles of a date that differ in nothing but their id, with the nodes of their graph (see ``Graph``).

    ``stop[j]`` is the number of the task of node j (-1 for node 0, the depot), ``graph`` has an empty memory.
    """

    vehicle: Vehicle
    count: int
    members: tuple[str, ...]
    stop: tuple[int, ...]
    graph: Graph

    def remembering(self, memory: Memory) -> Graph:
        """The graph with the memory of the given sets."""
        keep, seen, mark = memory.words(self.stop[1:])
        return self.graph._replace(keep=keep, seen=seen, mark=mark)


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """The stops and groups of one date; ``people``: drivers (any licence, licence C), None without limit."""

    date: dt.date
    tasks: tuple[Task, ...]
    groups: tuple[Group, ...]
    people: tuple[int, int] | None
    distance: Any


def cases_of(problem: RoutingProblem, *, coarse: bool = False) -> list[Case]:
    """One case per date that has tasks, in order.

    ``coarse``: vehicles that differ in their hours and in the stops they may make, too, are one group, each of which may
    do what any of them may: fewer groups, and no plan costs more by them.
    """
    return [_case(day, coarse) for day in days_of(problem)]


def _case(day: Day, coarse: bool) -> Case:
    alike: dict[object, list[int]] = {}
    for v, vehicle in enumerate(day.vehicles):
        alike.setdefault((_likeness(day, vehicle), day.fitting[v]), []).append(v)
    grouped = _merged(day, list(alike.values())) if coarse else list(alike.values())
    groups = [_group(day, members, 1 if coarse else CLASSES) for members in grouped]
    place = day.place
    metres = np.array(day.metres)[np.ix_(place, place)]
    return Case(
        date=day.date,
        tasks=day.tasks,
        groups=tuple(group for group in groups if len(group.stop) > 1),
        people=day.dataset.drivers_on(day.date),
        distance=metres,
    )


def _merged(day: Day, groups: Sequence[list[int]]) -> list[list[int]]:
    """Groups put together where vehicles differ in hours and stops only, by the beginning of their hours, as long as these together are not much longer."""
    merged: dict[object, list[list[int]]] = {}

    def hours(members: Sequence[int]) -> tuple[int, int]:
        alike = [_likeness(day, day.vehicles[v]) for v in members]
        return min(v.shift_start_s for v in alike), max(v.shift_end_s for v in alike)

    for members in sorted(groups, key=lambda members: (hours(members), members)):
        vehicle = _likeness(day, day.vehicles[members[0]])
        parts = merged.setdefault(replace(vehicle, shift_start_s=0, shift_end_s=0), [])
        opens, closes = hours(members)
        if parts:
            first, last = hours(parts[-1])
            longest = max(b - a for a, b in (hours([v]) for v in (*parts[-1], *members)))
            if (max(last, closes) - min(first, opens)) * 100 <= longest * LONGER_PCT:
                parts[-1] += members
                continue
        parts.append(list(members))
    return sorted(sorted(part) for parts in merged.values() for part in parts)


def _likeness(day: Day, vehicle: Vehicle) -> Vehicle:
    """The vehicle without what does not matter once it is known which stops it may make."""
    depot = day.dataset.depot_by_id[vehicle.depot_id]
    return replace(
        vehicle,
        vehicle_id="",
        kind="",
        weekdays=(),
        shift_start_s=max(depot.opens_s, vehicle.shift_start_s),
        shift_end_s=min(depot.closes_s, vehicle.shift_end_s),
        gvw_kg=max(HEAVY_GVW_KG + vehicle.needs_licence_c, day.dataset.travel_class_kg(vehicle)),
        cold=False,
    )


def _group(day: Day, members: Sequence[int], classes: int) -> Group:
    """The graph of these vehicles: a node per stop that one of them may make and window in which it can be there and back home."""
    vehicle = day.vehicles[members[0]]
    depot = day.dataset.depot_by_id[vehicle.depot_id]
    alike = [_likeness(day, day.vehicles[v]) for v in members]
    opens, closes = min(v.shift_start_s for v in alike), max(v.shift_end_s for v in alike)
    longest = max(min(v.longest_day_s(), v.shift_end_s - v.shift_start_s) for v in alike)
    stops = sorted(set().union(*(day.fitting[v] for v in members)))
    leg = _legs(day, vehicle, stops)
    out, back = _shortest(leg)
    ready, kind = _classes(day, stops, opens, classes)
    nodes: list[tuple[int, int, int]] = []
    for at, t in enumerate(stops, start=1):
        task = day.tasks[t]
        first = max(opens, task.release_s) + depot.loading_s + out[at] if task.is_drop else opens + out[at]
        last = closes - back[at] - (0 if task.is_drop else depot.loading_s)
        nodes += [(at, max(a, first), min(b, last)) for a, b in task.windows if max(a, first) <= min(b, last)]
    return Group(
        vehicle=vehicle,
        count=len(members),
        members=tuple(day.vehicles[v].vehicle_id for v in members),
        stop=(-1, *(stops[at - 1] for at, _, _ in nodes)),
        graph=_graph(day, vehicle, stops, nodes, leg, (ready, kind), (opens, closes), longest),
    )


def _legs(day: Day, vehicle: Vehicle, stops: Sequence[int]) -> Any:
    """Seconds from the beginning of the work at i to arrival at j; 0 is the depot, from where driving alone counts."""
    at = [day.depot_place[vehicle.depot_id], *(day.place[t] for t in stops)]
    drive = np.array(day.driving(vehicle), dtype=np.int64)[np.ix_(at, at)]
    drive[drive >= TOO_FAR] = FAR
    return drive + np.array([0, *(day.tasks[t].service_s for t in stops)], dtype=np.int64)[:, None]


def _shortest(leg: Any) -> tuple[Any, Any]:
    """Least seconds from the depot to each stop and back, over any stops between: the table need not be a metric."""
    size = len(leg)
    out, back = leg[0].copy(), leg[:, 0].copy()
    out[0] = back[0] = 0
    inner = leg[1:, 1:]
    for _ in range(size):
        nearer = np.minimum(out[1:], (out[1:, None] + inner).min(axis=0)) if size > 1 else out[1:]
        shorter = np.minimum(back[1:], (inner + back[None, 1:]).min(axis=1)) if size > 1 else back[1:]
        if (nearer == out[1:]).all() and (shorter == back[1:]).all():
            break
        out[1:], back[1:] = nearer, shorter
    return out, back


def _classes(day: Day, stops: Sequence[int], opens: int, most: int) -> tuple[list[int], list[int]]:
    """``ready`` of the ``most`` classes of trips, and the class of each stop (0 for a pick)."""
    moments = sorted({max(opens, day.tasks[t].release_s) for t in stops if day.tasks[t].is_drop})
    ready = [moments[len(moments) * c // most] for c in range(most)] if moments else []
    ready = sorted(set(ready))
    kind = [
        sum(moment <= max(opens, day.tasks[t].release_s) for moment in ready) if day.tasks[t].is_drop else 0
        for t in stops
    ]
    return [opens, *ready], kind


def _graph(
    day: Day,
    vehicle: Vehicle,
    stops: Sequence[int],
    nodes: Sequence[tuple[int, int, int]],
    leg: Any,
    classes: tuple[list[int], list[int]],
    hours: tuple[int, int],
    longest: int,
) -> Graph:
    at = [0, *(n[0] for n in nodes)]
    places = [day.depot_place[vehicle.depot_id], *(day.place[t] for t in stops)]
    metres = np.array(day.driven(vehicle), dtype=np.int64)[np.ix_(places, places)][np.ix_(at, at)]
    tasks = [day.tasks[stops[n[0] - 1]] for n in nodes]
    depot = day.dataset.depot_by_id[vehicle.depot_id]
    size = len(at)
    none = np.zeros((size, size), np.uint64)
    return Graph(
        lo=_ints([hours[0], *(n[1] for n in nodes)]),
        hi=_ints([hours[1], *(n[2] for n in nodes)]),
        leg=np.ascontiguousarray(leg[np.ix_(at, at)]),
        road=np.where(metres >= TOO_FAR, 0, metres * vehicle.millicents_per_km * 18),
        places=_ints([0, *(task.places for task in tasks)]),
        drop_g=_ints([0, *(task.load_g if task.is_drop else 0 for task in tasks)]),
        pick_g=_ints([0, *(0 if task.is_drop else task.load_g for task in tasks)]),
        kind=_ints([0, *(classes[1][n[0] - 1] for n in nodes)]),
        ready=_ints(classes[0]),
        keep=none,
        seen=none,
        mark=np.zeros(size, np.uint64),
        limits=_ints(
            [
                *hours,
                depot.loading_s,
                depot.loading_s,
                vehicle.capacity_baskets,
                vehicle.capacity_g,
                vehicle.max_trips,
                cost_per_second(vehicle),
                vehicle.cents_per_day * 1000 * COST_UNITS_PER_MILLICENT,
                longest,
            ]
        ),
    )


def _ints(values: Sequence[int]) -> Any:
    return np.array(values, dtype=np.int64)
