"""The days of a week's visits as a choice of the router: on which other dates each drop could be made as well."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from distrib.model.dataset import Dataset
from distrib.model.routing import OtherDate, RoutingProblem, Task, Tour
from distrib.solver.routing.eligibility import holds, vehicles_for
from distrib.solver.routing.tasks import packing_rank


def with_other_dates(
    dataset: Dataset, tasks: Sequence[Task], most_baskets: Mapping[tuple[dt.date, str], int]
) -> RoutingProblem:
    """The problem in which a drop may change its date where nothing but the date changes by it.

    A drop may when its place is visited once a week, on every delivery date on which all its sites are open and a
    vehicle can make it. Its baskets are packed with those of that date, as if it alone had come to it.

    Args:
        dataset: resolved.
        tasks: as the allocation asks for them.
        most_baskets: (date, depot_id) → baskets that can be packed and dropped there.
    """
    visits = Counter(task.place_id for task in tasks if task.is_drop)
    packed = _packed(dataset, tasks)
    found = [
        replace(task, other_dates=_other_dates(dataset, task, packed))
        if task.is_drop and visits[task.place_id] == 1
        else task
        for task in tasks
    ]
    bounds = tuple((date, depot, most) for (date, depot), most in sorted(most_baskets.items()))
    return RoutingProblem(dataset=dataset, tasks=tuple(found), most_baskets=bounds)


def changed_dates(problem: RoutingProblem, tours: Sequence[Tour]) -> dict[tuple[str, str, dt.date], dt.date]:
    """(place of drop, depot, date) → new date, of the drops that tours make on another date than their own."""
    settled = problem.settled(tuple(tours))
    return {
        (task.place_id, task.depot_id, task.date): now.date
        for task, now in zip(problem.tasks, settled.tasks, strict=True)
        if task.date != now.date
    }


def linked_dates(problem: RoutingProblem) -> list[list[dt.date]]:
    """The dates in groups between which no task can change, each sorted."""
    group = {task.date: {task.date} for task in problem.tasks}
    for task in problem.tasks:
        joined = set(group[task.date])
        for other in task.other_dates:
            joined |= group.get(other.date, {other.date})
        for date in joined:
            group[date] = joined
    return [sorted(dates) for dates in dict.fromkeys(tuple(sorted(group[date])) for date in sorted(group))]


def _other_dates(
    dataset: Dataset, task: Task, packed: Mapping[tuple[dt.date, str], list[tuple[tuple[int, str], int]]]
) -> tuple[OtherDate, ...]:
    found = []
    for date in dataset.settings.delivery_dates:
        windows = dataset.drop_windows(task.place_id, date)
        open_to_all = all(dataset.drop_windows(item.site_id, date) for item in task.drops)
        if date == task.date or not windows or not open_to_all:
            continue
        only = dataset.only_vehicle(task.place_id, date)
        there = replace(task, date=date, windows=windows, vehicle_id=only)
        if any(holds(vehicle, there) for vehicle in vehicles_for(dataset, there)):
            release_s = _release_s(dataset, there, packed.get((date, task.depot_id), []))
            found.append(OtherDate(date=date, windows=windows, release_s=release_s, vehicle_id=only))
    return tuple(found)


def _packed(dataset: Dataset, tasks: Sequence[Task]) -> dict[tuple[dt.date, str], list[tuple[tuple[int, str], int]]]:
    """Rank in the packing order and baskets of each date's drops."""
    found: dict[tuple[dt.date, str], list[tuple[tuple[int, str], int]]] = defaultdict(list)
    rank = packing_rank(dataset)
    for task in tasks:
        if task.is_drop:
            found[task.date, task.depot_id].append((rank(task), task.baskets))
    return found


def _release_s(dataset: Dataset, task: Task, packed: Sequence[tuple[tuple[int, str], int]]) -> int:
    """When the drop's baskets are packed, after those of the date that come before them."""
    depot = dataset.depot_by_id[task.depot_id]
    if depot.packing_starts_s is None or depot.packing_baskets_per_h is None:
        return 0
    own = packing_rank(dataset)(task)
    before = sum(baskets for rank, baskets in packed if rank < own)
    return depot.packing_starts_s - (-(before + task.baskets) * 3600 // depot.packing_baskets_per_h)
