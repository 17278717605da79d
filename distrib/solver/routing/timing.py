"""The times of one vehicle on one day: is this sequence of stops possible, and how is it done in the fewest paid hours.

A tour is a row per visit: the depot when a trip starts, the stops, the depot when the trip ends. A partial
schedule is a ``_Label``: the earliest moment the vehicle can leave the present row, how late it could have
started the tour, and how late its last break can have ended, without leaving this row any later. Extending
labels row by row, over every window of the place and with or without a break after the work, and keeping those
that no other is as good as, gives the shortest tour exactly: for fixed windows and breaks the times obey
difference constraints, whose earliest solution leaves every row earliest, and starting later than that only uses
up waiting. The idea of shifting the start into the waiting is the forward time slack of
Savelsbergh (1992, doi:10.1287/ijoc.4.2.146).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import Depot
from distrib.model.routing import RoutingProblem, Stop, Task, Tour, Trip
from distrib.solver.routing.eligibility import runs_on
from distrib.units import SECONDS_PER_DAY, driving_s

COST_UNITS_PER_MILLICENT = 18_000
"""Costs are compared as integers in 1/18,000 of a millicent: km and hours of whole metres and seconds come out exactly."""

_NO_LIMIT = 2 * SECONDS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """Why a sequence of stops cannot be driven.

    ``rule``: ``vehicle`` (other depot, weekday, too heavy for the place, not cold), ``trips`` (too many, or an
    empty one), ``load``, ``places``, ``road`` (no way between two places), ``window``, ``shift`` (shift or depot
    hours, or a day longer than its driver may work), ``break`` or ``driving`` (too much in a day). ``lacking`` is by how much:
    grams, places, trips or seconds (0 where there is no measure). ``task_id`` is the stop where it showed ("" at the depot).
    """

    rule: str
    lacking: int = 0
    task_id: str = ""


class Row(NamedTuple):
    """One row to time: driving to it, when work may start, how long it lasts; ``task_id`` is "" at the depot."""

    task_id: str
    drive_s: int
    windows: tuple[tuple[int, int], ...]
    work_s: int


class _Label(NamedTuple):
    """A partial schedule up to the departure from a row.

    ``start_s`` and ``rested_s`` (end of the last break, or the start of the tour) are as late as they can be
    for this ``leave_s``; ``start_slack_s`` and ``rested_slack_s`` say how much later still they could be if
    the vehicle had to wait further on.
    """

    leave_s: int
    start_s: int
    start_slack_s: int
    rested_s: int
    rested_slack_s: int
    window: int
    paused: bool
    before: _Label | None


def schedule(dataset: Dataset, date: dt.date, vehicle: Vehicle, trips: Sequence[Sequence[Task]]) -> Tour | Infeasible:
    """Times of a vehicle's day with the least time between first arrival and last departure, or why there are none.

    Exact under rules T1 to T5 and T7 and ``release_s``: windows, several a day too; driving and service; shift and depot
    hours; loading before and unloading after trips; breaks; load along every trip. Of equally short days the one that ends
    first is returned; waiting is done on arrival, or as part of a break where only that makes the break come late enough.

    Args:
        dataset: resolved.
        date: the day.
        vehicle: the vehicle, with its depot.
        trips: the stops of each trip, in order; trips without stop are refused.
    """
    fault = _fault_of_load(date, vehicle, trips)
    if fault is not None:
        return fault
    rows = _rows(dataset, vehicle, trips)
    if isinstance(rows, Infeasible):
        return rows
    labels = _labels(rows, vehicle)
    if isinstance(labels, Infeasible):
        return labels
    best = min(labels, key=lambda x: (x.leave_s - x.start_s, x.leave_s, sum(at.paused for at in _chain(x))))
    fault = _fault_of_hours(rows, vehicle, best.leave_s - best.start_s)
    if fault is not None:
        return fault
    return _tour(date, vehicle, trips, _times(rows, vehicle, best))


def shortest_s(rows: Sequence[Row], vehicle: Vehicle) -> int | None:
    """Least seconds between start and end of a day given as rows, breaks included; None when it cannot be driven."""
    labels = _labels(rows, vehicle)
    return None if isinstance(labels, Infeasible) else min(label.leave_s - label.start_s for label in labels)


def tour_metres(dataset: Dataset, vehicle: Vehicle, trips: Sequence[Sequence[Task]]) -> int:
    """Metres driven on these trips, depot to depot; every leg must be drivable."""
    travel = dataset.travel_for(vehicle)
    metres = 0
    for trip in trips:
        places = [vehicle.depot_id, *(task.place_id for task in trip), vehicle.depot_id]
        metres += sum(travel.distance_m(a, b) for a, b in pairwise(places))
    return metres


def cost_units(vehicle: Vehicle, metres: int, seconds: int) -> int:
    """Cost of a vehicle-day in 1/18,000 millicent (``COST_UNITS_PER_MILLICENT``), exactly."""
    return (
        vehicle.cents_per_day * 1000 * COST_UNITS_PER_MILLICENT
        + metres * vehicle.millicents_per_km * 18
        + seconds * cost_per_second(vehicle)
    )


def cost_per_second(vehicle: Vehicle) -> int:
    """Cost of a second of the vehicle's day in 1/18,000 millicent, exactly."""
    return vehicle.millicents_per_h * 5


def tour_cost_units(dataset: Dataset, tasks: Mapping[str, Task], tour: Tour) -> int:
    """Cost of a tour in 1/18,000 millicent: the vehicle's day, its km, its hours from first arrival to last departure."""
    vehicle = dataset.vehicle_by_id[tour.vehicle_id]
    trips = [[tasks[stop.task_id] for stop in trip.stops] for trip in tour.trips]
    return cost_units(vehicle, tour_metres(dataset, vehicle, trips), tour.trips[-1].end_s - tour.trips[0].start_s)


def cost_millicents(problem: RoutingProblem, tours: Sequence[Tour]) -> int:
    """Transport cost of the tours in millicents; the exact sum is rounded once, half up."""
    tasks = {task.task_id: task for task in problem.tasks}
    total = sum(tour_cost_units(problem.dataset, tasks, tour) for tour in tours)
    return (2 * total + COST_UNITS_PER_MILLICENT) // (2 * COST_UNITS_PER_MILLICENT)


# --- load and vehicle ------------------------------------------------------------------------------


def _fault_of_load(date: dt.date, vehicle: Vehicle, trips: Sequence[Sequence[Task]]) -> Infeasible | None:
    """The first breach that does not depend on time, None without one."""
    if not runs_on(vehicle, date):
        return Infeasible(rule="vehicle")
    if not trips or any(not trip for trip in trips):
        return Infeasible(rule="trips")
    if len(trips) > vehicle.max_trips:
        return Infeasible(rule="trips", lacking=len(trips) - vehicle.max_trips)
    for trip in trips:
        for task in trip:
            if not _may_stop(date, vehicle, task):
                return Infeasible(rule="vehicle", task_id=task.task_id)
        fault = _overload(vehicle, trip)
        if fault is not None:
            return fault
    return None


def _may_stop(date: dt.date, vehicle: Vehicle, task: Task) -> bool:
    """True when the vehicle may make the stop whatever its load and the hour."""
    light = task.max_gvw_kg is None or vehicle.gvw_kg <= task.max_gvw_kg
    settled = task.vehicle_id in ("", vehicle.vehicle_id)
    here = task.date == date and task.depot_id == vehicle.depot_id
    return here and light and settled and (vehicle.cold or not task.cold)


def _overload(vehicle: Vehicle, trip: Sequence[Task]) -> Infeasible | None:
    """The first point of a trip where drops aboard and picks aboard exceed the vehicle; None when there is none."""
    places = sum(task.places for task in trip)
    if places > vehicle.capacity_baskets:
        return Infeasible(rule="places", lacking=places - vehicle.capacity_baskets)
    load_g = sum(task.load_g for task in trip if task.is_drop)
    if load_g > vehicle.capacity_g:
        return Infeasible(rule="load", lacking=load_g - vehicle.capacity_g)
    for task in trip:
        load_g += -task.load_g if task.is_drop else task.load_g
        if load_g > vehicle.capacity_g:
            return Infeasible(rule="load", lacking=load_g - vehicle.capacity_g, task_id=task.task_id)
    return None


def _fault_of_hours(rows: Sequence[Row], vehicle: Vehicle, seconds: int) -> Infeasible | None:
    """The limit of the driver's day that a tour of so many seconds breaks, None without one."""
    if seconds > vehicle.longest_day_s():
        return Infeasible(rule="shift", lacking=seconds - vehicle.longest_day_s())
    over_s = driving_over_s(vehicle, sum(row.drive_s for row in rows))
    return Infeasible(rule="driving", lacking=over_s) if over_s > 0 else None


def driving_over_s(vehicle: Vehicle, driven_s: int) -> int:
    """Seconds of driving beyond what a day allows; 0 or less: none."""
    return 0 if vehicle.max_driving_s is None else driven_s - vehicle.max_driving_s


# --- rows ------------------------------------------------------------------------------------------


def _rows(dataset: Dataset, vehicle: Vehicle, trips: Sequence[Sequence[Task]]) -> list[Row] | Infeasible:
    """All rows of the day, or the pair of places without a way."""
    depot = dataset.depot_by_id[vehicle.depot_id]
    rows: list[Row] = []
    for trip in trips:
        rows.append(_start_row(depot, vehicle, trip))
        here = depot.depot_id
        for task in trip:
            drive_s = _drive(dataset, vehicle, here, task.place_id)
            if drive_s == UNREACHABLE:
                return Infeasible(rule="road", task_id=task.task_id)
            rows.append(Row(task.task_id, drive_s, task.windows, task.service_s))
            here = task.place_id
        drive_s = _drive(dataset, vehicle, here, depot.depot_id)
        if drive_s == UNREACHABLE:
            return Infeasible(rule="road", task_id=trip[-1].task_id)
        rows.append(_end_row(depot, vehicle, trip, drive_s))
    return rows


def _start_row(depot: Depot, vehicle: Vehicle, trip: Sequence[Task]) -> Row:
    """Loading: within depot hours and the shift, once the last of the drops is packed."""
    opens_s = max(depot.opens_s, vehicle.shift_start_s, *(task.release_s for task in trip))
    loading_s = depot.loading_s if any(task.is_drop for task in trip) else 0
    closes_s = min(depot.closes_s, vehicle.shift_end_s) - loading_s
    return Row("", 0, ((opens_s, closes_s),), loading_s)


def _end_row(depot: Depot, vehicle: Vehicle, trip: Sequence[Task], drive_s: int) -> Row:
    """Back at the depot: picks are unloaded before it closes and before the shift ends."""
    unloading_s = depot.loading_s if any(not task.is_drop for task in trip) else 0
    closes_s = min(depot.closes_s, vehicle.shift_end_s) - unloading_s
    return Row("", drive_s, ((0, closes_s),), unloading_s)


def _drive(dataset: Dataset, vehicle: Vehicle, from_id: str, to_id: str) -> int:
    """Driving seconds of this vehicle, ``UNREACHABLE`` where there is no way."""
    table_s = dataset.travel_for(vehicle).driving_s(from_id, to_id)
    return UNREACHABLE if table_s == UNREACHABLE else driving_s(table_s, vehicle.speed_factor_milli)


# --- labels ----------------------------------------------------------------------------------------


def _labels(rows: Sequence[Row], vehicle: Vehicle) -> list[_Label] | Infeasible:
    """The partial schedules that reach the last row and that no other is as good as; or why there are none."""
    limit_s = _NO_LIMIT if vehicle.break_after_s is None else vehicle.break_after_s
    labels: list[_Label] = []
    for k, row in enumerate(rows):
        served = [label for before in labels for label in _served(row, before)] if k else _started(row)
        if not served:
            return _missed(row, min(label.leave_s + row.drive_s for label in labels) if labels else row.windows[0][0])
        over_s = min(label.leave_s - label.rested_s for label in served) - limit_s
        if over_s > 0:
            return Infeasible(rule="break", lacking=over_s, task_id=row.task_id)
        labels = [label for label in served if label.leave_s - label.rested_s <= limit_s]
        if vehicle.break_after_s is not None and vehicle.break_s is not None and k < len(rows) - 1:
            labels += [_paused(label, vehicle.break_s) for label in labels]
        labels = _best(labels)
    return labels


def _started(row: Row) -> list[_Label]:
    """The tour starts as early as the depot, the shift and the packing allow; waiting met later makes it later."""
    opens_s, closes_s = row.windows[0]
    if opens_s > closes_s:
        return []
    slack_s = closes_s - opens_s
    return [_Label(opens_s + row.work_s, opens_s, slack_s, opens_s, slack_s, 0, False, None)]


def _served(row: Row, before: _Label) -> list[_Label]:
    """The label carried on to a row, once per window that can still be met."""
    arrival_s = before.leave_s + row.drive_s
    found = []
    for k, (opens_s, closes_s) in enumerate(row.windows):
        if arrival_s > closes_s:
            continue
        begin_s = max(arrival_s, opens_s)
        wait_s, slack_s = begin_s - arrival_s, closes_s - begin_s
        later_start_s = min(wait_s, before.start_slack_s)
        later_rest_s = min(wait_s, before.rested_slack_s)
        found.append(
            _Label(
                leave_s=begin_s + row.work_s,
                start_s=before.start_s + later_start_s,
                start_slack_s=min(before.start_slack_s - later_start_s, slack_s),
                rested_s=before.rested_s + later_rest_s,
                rested_slack_s=min(before.rested_slack_s - later_rest_s, slack_s),
                window=k,
                paused=False,
                before=before,
            )
        )
    return found


def _paused(label: _Label, break_s: int) -> _Label:
    """The label with a break after the work of its row; a longer break only moves its end, so it may use up any waiting."""
    leave_s = label.leave_s + break_s
    return _Label(
        leave_s, label.start_s, label.start_slack_s, leave_s, _NO_LIMIT - leave_s, label.window, True, label.before
    )


def _missed(row: Row, arrival_s: int) -> Infeasible:
    """No window of the row can be met from the earliest arrival."""
    if not row.task_id:
        return Infeasible(rule="shift", lacking=arrival_s - row.windows[-1][1])
    lacking = arrival_s - row.windows[-1][1] if row.windows else 0
    return Infeasible(rule="window", lacking=lacking, task_id=row.task_id)


def _best(labels: list[_Label]) -> list[_Label]:
    """Labels that no other is at least as good as: earlier to leave, later started and rested, now and possibly."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda x: (x.leave_s, -x.start_s, -x.rested_s)):
        if not any(_as_good(other, label) for other in kept):
            kept.append(label)
    return kept


def _as_good(one: _Label, other: _Label) -> bool:
    """True when every way to go on from ``other`` is at least as good from ``one``, which may wait until ``other`` leaves."""
    wait_s = other.leave_s - one.leave_s
    return (
        wait_s >= 0
        and one.start_s + min(wait_s, one.start_slack_s) >= other.start_s
        and one.rested_s + min(wait_s, one.rested_slack_s) >= other.rested_s
        and one.start_s + one.start_slack_s >= other.start_s + other.start_slack_s
        and one.rested_s + one.rested_slack_s >= other.rested_s + other.rested_slack_s
    )


def _chain(label: _Label) -> list[_Label]:
    """The labels of all rows up to this one."""
    chain = []
    at: _Label | None = label
    while at is not None:
        chain.append(at)
        at = at.before
    return chain[::-1]


# --- times -----------------------------------------------------------------------------------------


class _Times(NamedTuple):
    """Times of one row; ``pause_s`` is the break after the work (0: none)."""

    arrival_s: int
    start_s: int
    departure_s: int
    pause_s: int


def _times(rows: Sequence[Row], vehicle: Vehicle, best: _Label) -> list[_Times]:
    """Times of all rows: as early as possible after the latest start; breaks end as late as the next stretch asks."""
    chain = _chain(best)
    if vehicle.break_after_s is None or vehicle.break_s is None:
        return _forward(rows, chain, best.start_s, [0] * len(rows), 0)
    early = _forward(rows, chain, best.start_s, [0] * len(rows), vehicle.break_s)
    not_before = [0] * len(rows)
    stretch_end_s = early[-1].departure_s
    for k in reversed(range(len(rows))):
        if chain[k].paused:
            not_before[k] = stretch_end_s - vehicle.break_after_s
            stretch_end_s = early[k].departure_s - early[k].pause_s
    return _forward(rows, chain, best.start_s, not_before, vehicle.break_s)


def _forward(
    rows: Sequence[Row], chain: Sequence[_Label], start_s: int, not_before: Sequence[int], break_s: int
) -> list[_Times]:
    """Earliest times of all rows from a start, in the chosen windows, breaks ending at or after ``not_before``."""
    found: list[_Times] = []
    leave_s = start_s
    for row, label, limit_s in zip(rows, chain, not_before, strict=True):
        arrival_s = leave_s + row.drive_s
        begin_s = max(arrival_s, row.windows[label.window][0])
        done_s = begin_s + row.work_s
        leave_s = max(done_s + break_s, limit_s) if label.paused else done_s
        found.append(_Times(arrival_s, begin_s, leave_s, leave_s - done_s))
    return found


def _tour(date: dt.date, vehicle: Vehicle, trips: Sequence[Sequence[Task]], times: Sequence[_Times]) -> Tour:
    """The rows' times as a tour."""
    found = []
    k = 0
    for trip in trips:
        start, end = times[k], times[k + len(trip) + 1]
        stops = tuple(
            Stop(
                task_id=task.task_id,
                arrival_s=at.arrival_s,
                start_s=at.start_s,
                departure_s=at.departure_s,
                break_s=at.pause_s,
            )
            for task, at in zip(trip, times[k + 1 : k + len(trip) + 1], strict=True)
        )
        found.append(
            Trip(
                stops=stops,
                start_s=start.start_s,
                departure_s=start.departure_s,
                return_s=end.arrival_s,
                end_s=end.departure_s,
                start_break_s=start.pause_s,
                end_break_s=end.pause_s,
            )
        )
        k += len(trip) + 2
    return Tour(date=date, vehicle_id=vehicle.vehicle_id, trips=tuple(found))
