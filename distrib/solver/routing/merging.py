"""Stops that follow each other at one place on one trip, made one stop: its fixed minutes are spent once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from distrib.model.dataset import Dataset
from distrib.model.routing import DropItem, PickItem, Routing, RoutingProblem, Task, Tour
from distrib.solver.routing.tasks import with_drops, with_picks
from distrib.solver.routing.timing import cost_millicents, schedule, tour_cost_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The tasks with those of merged stops joined, and the tours that make them."""

    tasks: tuple[Task, ...]
    routing: Routing


def merged(dataset: Dataset, tasks: Sequence[Task], routing: Routing) -> Merged:
    """Join what one trip does at one place in stops that follow each other, where the tour then costs no more.

    Drops join with drops and picks with picks. A joined task keeps the id of the first.
    """
    known = {task.task_id: task for task in tasks}
    tours = []
    for tour in routing.tours:
        trips = [[known[stop.task_id] for stop in trip.stops] for trip in tour.trips]
        joined = [_joined(dataset, trip) for trip in trips]
        again = _cheaper(dataset, known, tour, joined) if joined != trips else None
        tours.append(again or tour)
        if again is not None:
            for task in (task for trip in trips for task in trip):
                del known[task.task_id]
            known |= {task.task_id: task for trip in joined for task in trip}
    problem = RoutingProblem(dataset=dataset, tasks=tuple(known[task_id] for task_id in sorted(known)))
    cost = cost_millicents(problem, tours)
    return Merged(tasks=problem.tasks, routing=replace(routing, tours=tuple(tours), cost_millicents=cost))


def _cheaper(dataset: Dataset, known: dict[str, Task], tour: Tour, joined: list[list[Task]]) -> Tour | None:
    """The tour with joined stops, None when it cannot be driven or costs more."""
    again = schedule(dataset, tour.date, dataset.vehicle_by_id[tour.vehicle_id], joined)
    if not isinstance(again, Tour):
        return None
    tasks = {task.task_id: task for trip in joined for task in trip}
    return again if tour_cost_units(dataset, tasks, again) <= tour_cost_units(dataset, known, tour) else None


def _joined(dataset: Dataset, trip: Sequence[Task]) -> list[Task]:
    found: list[Task] = []
    for task in trip:
        if found and found[-1].place_id == task.place_id and found[-1].is_drop == task.is_drop:
            found[-1] = _join(dataset, found[-1], task)
        else:
            found.append(task)
    return found


def _join(dataset: Dataset, one: Task, other: Task) -> Task:
    limits = [task.max_gvw_kg for task in (one, other) if task.max_gvw_kg is not None]
    both = replace(
        one,
        release_s=max(one.release_s, other.release_s),
        max_gvw_kg=min(limits, default=None),
        cold=one.cold or other.cold,
    )
    if both.is_drop:
        return with_drops(dataset, both, _drops([*one.drops, *other.drops]))
    return with_picks(dataset, both, _picks([*one.picks, *other.picks]))


def _drops(items: Sequence[DropItem]) -> list[DropItem]:
    """One item for each site and kind of basket."""
    total: dict[tuple[str, str], list[DropItem]] = defaultdict(list)
    for item in items:
        total[item.site_id, item.basket_id].append(item)
    return [
        replace(parts[0], baskets=sum(p.baskets for p in parts), load_g=sum(p.load_g for p in parts))
        for _, parts in sorted(total.items())
    ]


def _picks(items: Sequence[PickItem]) -> list[PickItem]:
    """One item for each lot."""
    total: dict[str, list[PickItem]] = defaultdict(list)
    for item in items:
        total[item.lot_id].append(item)
    return [
        replace(parts[0], crates=sum(p.crates for p in parts), load_g=sum(p.load_g for p in parts))
        for _, parts in sorted(total.items())
    ]
