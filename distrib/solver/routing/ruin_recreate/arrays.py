"""From the tasks of some dates to the arrays the compiled search works on, and back to vehicles and trips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import RoutingProblem, Task, Tour
from distrib.solver.routing.eligibility import allowed_at, holds, runs_on
from distrib.solver.routing.ruin_recreate import kernels as k
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT

TOO_FAR = 1 << 22
"""Seconds and metres of a pair that cannot be driven: longer than any shift, small enough to add up."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A search to run: the arrays, and what their rows stand for.

    ``tasks[i]`` is task i + 1 of the arrays; ``slots[r]`` is the (date, vehicle) of slot r, slots of one group
    standing side by side.
    """

    problem: k.Problem
    tasks: tuple[Task, ...]
    slots: tuple[tuple[dt.date, Vehicle], ...]
    group_of_slot: Ints
    price_of_slot: Ints
    windows: Ints
    positions: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """A sequence per slot with its length (0: unused); ``cost`` counts the penalties of tasks left out."""

    cost: int
    seq: Ints
    length: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDay:
    """The stops of each trip of one vehicle on one date."""

    date: dt.date
    vehicle: Vehicle
    trips: tuple[tuple[Task, ...], ...]


def work_of(problem: RoutingProblem, dates: Sequence[dt.date]) -> Work:
    """The search over these dates, their tasks in the order of the problem; tasks may change date among them."""
    dataset = problem.dataset
    tasks = tuple(task for task in problem.tasks if task.date in set(dates))
    dated = [{date: task.on(date) for date in (task.date, *(o.date for o in task.other_dates))} for task in tasks]
    pairs = [(date, v) for date in dates for v in dataset.vehicles if runs_on(v, date)]
    alone = {task.vehicle_id for on in dated for task in on.values()}
    groups: dict[tuple[object, ...], list[tuple[dt.date, Vehicle]]] = {}
    for date, vehicle in pairs:
        own = vehicle.vehicle_id if vehicle.vehicle_id in alone else ""
        groups.setdefault((date, *_likeness(vehicle), own), []).append((date, vehicle))
    firsts = [members[0] for members in groups.values()]
    classes = sorted({_travel_class(dataset, v) for _, v in firsts})
    legs = _legs(dataset, tasks, classes)
    return Work(
        problem=k.Problem(
            task=_task_table(dataset, tasks),
            group=_group_table(dataset, firsts, dates, classes),
            allowed=np.array(
                [[False, *(d in on and allowed_at(v, on[d]) and holds(v, on[d]) for on in dated)] for d, v in firsts],
                dtype=np.int64,
            ).reshape(len(firsts), len(tasks) + 1),
            legs=legs,
            near=_neighbours(legs[0, :, :, k.GO_M].astype(np.int64))
            if classes
            else np.zeros((len(tasks) + 1, 0), dtype=np.int64),
            drivers=np.array([dataset.drivers_on(date) or (len(pairs), len(pairs)) for date in dates], dtype=np.int64),
            release=np.array(
                [[0, *(on[d].release_s if d in on and on[d].is_drop else 0 for on in dated)] for d in dates],
                dtype=np.int64,
            ),
            most=_most_baskets(problem, dates),
        ),
        tasks=tasks,
        slots=tuple(member for members in groups.values() for member in members),
        group_of_slot=np.array([g for g, members in enumerate(groups.values()) for _ in members], dtype=np.int64),
        price_of_slot=np.array(
            [v.cents_per_day * 1000 * COST_UNITS_PER_MILLICENT for members in groups.values() for _, v in members],
            dtype=np.int64,
        ),
        windows=_windows(dated, dates),
        positions=_most_positions(dataset, tasks),
    )


def empty_state(work: Work, seed: int) -> k.State:
    """A state without any tour; ``seed`` starts its random numbers."""
    slots, positions, tasks = len(work.slots), work.positions, len(work.tasks) + 1
    slot = np.zeros((slots, 9), dtype=np.int64)
    slot[:, k.GROUP] = work.group_of_slot
    slot[:, k.PRICE] = work.price_of_slot
    return k.State(
        seq=np.zeros((slots, positions), dtype=np.int64),
        slot=slot,
        where=np.full(tasks, -1, dtype=np.int64),
        at=np.zeros((slots, positions, 8), dtype=np.int64),
        trip=np.zeros((slots, positions, 7), dtype=np.int64),
        rows=np.zeros((4 * slots * positions + 4 * positions + k.SCRATCH, k.ROW), dtype=np.int64),
        win=work.windows.copy(),
        rng=np.array([_mixed(seed)], dtype=np.uint64),
        known=np.zeros((tasks, slots, 4), dtype=np.int64),
        versions=np.zeros(1, dtype=np.int64),
        label=np.zeros((2 * k.LABELS, 5), dtype=np.int64),
        node=np.zeros((2 * positions, 4), dtype=np.int64),
    )


def vehicle_days(work: Work, solution: Solution) -> tuple[VehicleDay, ...]:
    """The tours that a solution stands for, in the order of the slots."""
    found = []
    for r, (date, vehicle) in enumerate(work.slots):
        trips: list[list[Task]] = []
        for i in solution.seq[r, : max(0, int(solution.length[r]) - 1)].tolist():
            if i == 0:
                trips.append([])
            else:
                trips[-1].append(work.tasks[i - 1].on(date))
        if trips:
            found.append(VehicleDay(date=date, vehicle=vehicle, trips=tuple(tuple(trip) for trip in trips)))
    return tuple(found)


def solution_of(work: Work, tours: Sequence[Tour]) -> Solution:
    """The solution that tours stand for, those on other dates left out; its cost is not known here (0)."""
    number = {task.task_id: i for i, task in enumerate(work.tasks, start=1)}
    slot = {(date, vehicle.vehicle_id): r for r, (date, vehicle) in enumerate(work.slots)}
    seq = np.zeros((len(work.slots), work.positions), dtype=np.int64)
    length = np.zeros(len(work.slots), dtype=np.int64)
    for tour in tours:
        r = slot.get((tour.date, tour.vehicle_id))
        if r is None:
            continue
        stops = [i for trip in tour.trips for i in (0, *(number[stop.task_id] for stop in trip.stops))]
        seq[r, : len(stops)] = stops
        length[r] = len(stops) + 1
    return Solution(cost=0, seq=seq, length=length)


def put_back(state: k.State, solution: Solution) -> None:
    """Write a solution into an empty state."""
    state.seq[:] = solution.seq
    state.slot[:, k.LENGTH] = solution.length
    for r in np.flatnonzero(solution.length):
        for i in solution.seq[r, : solution.length[r]]:
            if i:
                state.where[i] = r


def _likeness(vehicle: Vehicle) -> tuple[object, ...]:
    """What two vehicles must share to be exchanged freely on a date."""
    return (
        vehicle.kind,
        vehicle.depot_id,
        vehicle.shift_start_s,
        vehicle.shift_end_s,
        vehicle.capacity_g,
        vehicle.capacity_baskets,
        vehicle.gvw_kg,
        vehicle.cold,
        vehicle.max_trips,
        vehicle.cents_per_day,
        vehicle.millicents_per_km,
        vehicle.millicents_per_h,
        vehicle.speed_factor_milli,
        vehicle.break_after_s,
        vehicle.break_s,
        vehicle.max_day_s,
        vehicle.max_driving_s,
    )


def _travel_class(dataset: Dataset, vehicle: Vehicle) -> tuple[str, int, int]:
    """Depot, speed factor and table (-1: of light vehicles): one class drives the same between the same stops."""
    table = dataset.travel_for(vehicle)
    number = next((i for i, (_, heavy) in enumerate(dataset.travel_heavy) if heavy is table), -1)
    return vehicle.depot_id, vehicle.speed_factor_milli, number


def _task_table(dataset: Dataset, tasks: Sequence[Task]) -> Ints:
    """Load, places, pick or drop, baskets and penalty of each task; row 0 is the depot."""
    dearest = max((v.cents_per_day * 1000 + v.millicents_per_h * 24 for v in dataset.vehicles), default=0)
    far_m = 0 if dataset.travel is None else max(0, int(dataset.travel.metres.max(initial=0)))
    per_km = max((v.millicents_per_km for v in dataset.vehicles), default=0)
    base = 2 * (dearest + per_km * (far_m // 1000 + 1) * 4 + 1000) * COST_UNITS_PER_MILLICENT
    table = np.zeros((len(tasks) + 1, 5), dtype=np.int64)
    heaviest = max((task.load_g for task in tasks), default=0) + 1
    for i, task in enumerate(tasks, start=1):
        penalty = base + base * task.load_g // heaviest
        table[i] = (
            task.load_g,
            task.places,
            not task.is_drop,
            task.baskets,
            penalty,
        )
    return table


def _group_table(
    dataset: Dataset, firsts: Sequence[tuple[dt.date, Vehicle]], dates: Sequence[dt.date], classes: Sequence[object]
) -> Ints:
    """One row per group, the columns as named in ``kernels``."""
    kinds = sorted({(v.kind, v.capacity_g, v.cents_per_day) for _, v in firsts})
    table = np.zeros((len(firsts), 17), dtype=np.int64)
    for g, (date, v) in enumerate(firsts):
        depot = dataset.depot_by_id[v.depot_id]
        opens_s = max(depot.opens_s, v.shift_start_s)
        closes_s = min(depot.closes_s, v.shift_end_s)
        row = table[g]
        row[k.DAY] = list(dates).index(date)
        row[k.TRAVEL] = list(classes).index(_travel_class(dataset, v))
        row[k.CAP_LOAD], row[k.CAP_PLACES] = v.capacity_g, v.capacity_baskets
        row[k.OPENS], row[k.CLOSES], row[k.LONGEST] = (
            opens_s,
            closes_s,
            max(0, min(closes_s - opens_s, v.longest_day_s())),
        )
        row[k.PER_M], row[k.PER_S] = v.millicents_per_km * 18, v.millicents_per_h * 5
        row[k.MAX_TRIPS], row[k.LOADING] = v.max_trips, depot.loading_s
        no_breaks = v.break_after_s is None or v.break_s is None
        row[k.BREAK_AFTER] = k.FAR if no_breaks else v.break_after_s
        row[k.BREAK] = 0 if no_breaks else v.break_s
        row[k.MOST_DRIVING] = k.FAR if v.max_driving_s is None else v.max_driving_s
        row[k.HEAVY] = v.needs_licence_c
        row[k.DEPOT] = [depot.depot_id for depot in dataset.depots].index(v.depot_id)
        row[k.KIND] = kinds.index((v.kind, v.capacity_g, v.cents_per_day))
    return table


def _legs(dataset: Dataset, tasks: Sequence[Task], classes: Sequence[tuple[str, int, int]]) -> npt.NDArray[np.int32]:
    """Seconds and metres by travel class between every two tasks, both ways; 0 is the depot of the class.

    Seconds are the service at the first plus driving; between a task and itself service alone.
    """
    n = len(tasks) + 1
    legs = np.zeros((len(classes), n, n, 4), dtype=np.int32)
    if dataset.travel is None:
        raise ValueError("the travel table of this dataset is not resolved")
    service = np.array([0, *(task.service_s for task in tasks)], dtype=np.int64)
    for c, (depot_id, factor, number) in enumerate(classes):
        travel = dataset.travel if number < 0 else dataset.travel_heavy[number][1]
        at = [travel.index(depot_id), *(travel.index(task.place_id) for task in tasks)]
        table_m = travel.metres[np.ix_(at, at)].astype(np.int64)
        table_s = travel.seconds[np.ix_(at, at)].astype(np.int64)
        driving = -(-table_s * 1000 // factor)
        np.fill_diagonal(driving, 0)
        np.fill_diagonal(table_m, 0)
        metres = np.where(table_m == UNREACHABLE, TOO_FAR, table_m)
        seconds = service[:, None] + np.where(table_s == UNREACHABLE, TOO_FAR, driving)
        np.fill_diagonal(seconds, service)
        legs[c, :, :, k.GO_S], legs[c, :, :, k.GO_M] = seconds, metres
        legs[c, :, :, k.COME_S], legs[c, :, :, k.COME_M] = seconds.T, metres.T
    return legs


def _most_baskets(problem: RoutingProblem, dates: Sequence[dt.date]) -> Ints:
    """Most baskets per date and depot."""
    depots = [depot.depot_id for depot in problem.dataset.depots]
    table = np.full((len(dates), len(depots)), k.FAR, dtype=np.int64)
    for date, depot_id, most in problem.most_baskets:
        if date in dates:
            table[list(dates).index(date), depots.index(depot_id)] = most
    return table


def _windows(dated: Sequence[dict[dt.date, Task]], dates: Sequence[dt.date]) -> Ints:
    """A row per date and task: how many windows, then opens and closes of each; two rows of one window for depots.

    A task has no window on a date on which it may not be made.
    """
    most = max((len(task.windows) for on in dated for task in on.values()), default=1) or 1
    table = np.zeros((len(dates) * (len(dated) + 1) + 2, 1 + 2 * most), dtype=np.int64)
    table[-2:, 0] = 1
    for d, date in enumerate(dates):
        for i, on in enumerate(dated, start=1):
            if date in on:
                row = table[d * (len(dated) + 1) + i]
                row[0] = len(on[date].windows)
                row[1 : 1 + 2 * len(on[date].windows)] = [second for window in on[date].windows for second in window]
    return table


def _neighbours(metres: Ints) -> Ints:
    """Tasks by distance there and back from each task, itself first; row 0 is not used."""
    both = metres[1:, 1:] + metres[1:, 1:].T
    np.fill_diagonal(both, -1)
    near = np.zeros((len(metres), len(metres) - 1), dtype=np.int64)
    near[1:] = np.argsort(both, axis=1, kind="stable") + 1
    return near


def _most_positions(dataset: Dataset, tasks: Sequence[Task]) -> int:
    """Room for the longest sequence that a day can hold: all stops, or as many as fit in the longest day."""
    trips = max((v.max_trips for v in dataset.vehicles), default=1)
    shortest = min((task.service_s for task in tasks), default=0)
    longest = max((v.shift_end_s - v.shift_start_s for v in dataset.vehicles), default=0)
    stops = len(tasks) if shortest <= 0 else min(len(tasks), longest // shortest + 1)
    return stops + min(trips, stops) + 1 + 4


def _mixed(seed: int) -> int:
    """64 well mixed bits of a seed, never 0 (splitmix64)."""
    mask = (1 << 64) - 1
    x = (seed + 0x9E3779B97F4A7C15) & mask
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
    return (x ^ (x >> 31)) or 1
