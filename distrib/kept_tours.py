"""Tours of a week carried over to a smaller one at the same places."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from distrib.fitted import Fitted
from distrib.model.dataset import Dataset
from distrib.model.routing import Task, Tour
from distrib.solver.routing.timing import schedule


def kept_tours(dataset: Dataset, best: Fitted, tasks: tuple[Task, ...]) -> list[Tour]:
    """Return the old tours, timed anew, with each stop's old task replaced by a new one at the same place that is no bigger, else left out.

    New tasks that no old stop has room for are in no tour.
    """
    old = {task.task_id: task for task in best.tasks}
    waiting: dict[tuple[str, dt.date, str, bool, bool], list[Task]] = defaultdict(list)
    for task in sorted(tasks, key=lambda t: (-t.load_g, t.task_id)):
        waiting[_kind(task)].append(task)
    tours = []
    for tour in best.routing.tours:
        trips = []
        for trip in tour.trips:
            stops = [_successor(old[stop.task_id], waiting) for stop in trip.stops]
            trips.append([task for task in stops if task is not None])
        made = schedule(dataset, tour.date, dataset.vehicle_by_id[tour.vehicle_id], [t for t in trips if t])
        if isinstance(made, Tour) and made.trips:
            tours.append(made)
    return tours


def _kind(task: Task) -> tuple[str, dt.date, str, bool, bool]:
    return task.place_id, task.date, task.depot_id, task.is_drop, task.cold


def _successor(before: Task, waiting: dict[tuple[str, dt.date, str, bool, bool], list[Task]]) -> Task | None:
    choices = waiting[_kind(before)]
    for i, task in enumerate(choices):
        if task.load_g <= before.load_g and task.places <= before.places and task.service_s <= before.service_s:
            return choices.pop(i)
    return None
