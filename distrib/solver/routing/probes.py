"""A stop that is not in the week, as it would be: to ask why no tour could make it, and what would let one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from distrib.model.dataset import Dataset
from distrib.model.routing import DropItem, Routing, RoutingProblem, Task, Unrouted
from distrib.solver.routing.reasons import why_unrouted
from distrib.solver.routing.tasks import released

PROBE = "probe"
NEARNESS = (
    "time_full",
    "load_full",
    "trips_full",
    "no_driver",
    "packed_late",
    "hours_missed",
    "shift_short",
    "too_big",
    "too_heavy",
    "not_cold",
    "not_settled",
    "no_vehicle",
    "closed",
    "no_road",
)
"""Causes from the one that is nearest to being overcome to the one that is farthest."""


def probe(
    dataset: Dataset, date: dt.date, depot_id: str, site_id: str, basket_id: str, baskets: int, basket_g: int
) -> Task:
    """Return the drop of so many baskets for a site on a date."""
    site = dataset.site_by_id[site_id]
    place = dataset.site_by_id[site.drop_site_id]
    return Task(
        task_id=PROBE,
        date=date,
        depot_id=depot_id,
        place_id=place.site_id,
        load_g=baskets * basket_g,
        baskets=baskets,
        places=baskets * dataset.basket_type_by_id[basket_id].places,
        service_s=place.unloading_s + baskets * place.unloading_s_per_basket,
        windows=dataset.drop_windows(site_id, date),
        max_gvw_kg=place.largest_vehicle_gvw_kg,
        vehicle_id=dataset.only_vehicle(place.site_id, date),
        drops=(DropItem(site_id=site_id, basket_id=basket_id, baskets=baskets, load_g=baskets * basket_g),),
    )


def why_no_more(dataset: Dataset, tasks: Sequence[Task], routing: Routing, asked: Task) -> Unrouted:
    """Return why the tours of a week cannot make one more stop, found by trying; the cause ``search`` when they can."""
    drops = [task for task in tasks if task.is_drop and (task.date, task.depot_id) == (asked.date, asked.depot_id)]
    release_s = next(t.release_s for t in released(dataset, [*drops, asked]) if t.task_id == PROBE)
    late = replace(asked, release_s=release_s)
    problem = RoutingProblem(dataset=dataset, tasks=tuple(sorted([*tasks, late], key=lambda task: task.task_id)))
    return why_unrouted(problem, routing, late)


def nearness(found: Unrouted) -> tuple[int, int]:
    """Return how near a stop is to being made: by kind of cause, then by how much it lacks."""
    lacking = [value for name, value in found.figures if name in ("short_s", "over_g", "lightest_kg")]
    return (NEARNESS.index(found.cause) if found.cause in NEARNESS else len(NEARNESS), min(lacking, default=0))
