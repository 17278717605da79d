"""Which tours lie on either side of a border between districts: they are routed again together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from distrib.model.dataset import Dataset
from distrib.model.routing import RoutingProblem, Task, Tour
from distrib.solver.routing.districts.cutting import TURN, direction, even_parts, in_turn, offset
from distrib.solver.routing.districts.sharing import Claim, VehicleDay

NEAR = TURN // 6
"""The first and the last district are neighbours when the gap between them is less than this."""


def border_claims(problem: RoutingProblem, tours: Sequence[Tour], most: int, *, turned: bool) -> list[Claim]:
    """Return groups of tours of a depot that lie side by side, of about ``most`` stops, each claim with their vehicle-days.

    Going round a depot the tours are cut where the districts have their middle, so that what was a border is inside a group. Fewer than
    two groups around a depot are no districts: there is nothing to gain.

    Args:
        problem: with every task on the date of its tour.
        tours: of dates that hang together.
        most: stops in a group.
        turned: False for groups that begin where a district would, whose borders are those of the turned ones' middles.
    """
    known = {task.task_id: task for task in problem.tasks}
    stops: dict[str, dict[VehicleDay, list[Task]]] = defaultdict(lambda: defaultdict(list))
    for tour in tours:
        depot = problem.dataset.vehicle_by_id[tour.vehicle_id].depot_id
        here = stops[depot][tour.vehicle_id, tour.date.weekday()]
        here += [known[stop.task_id] for trip in tour.trips for stop in trip.stops]
    return [
        claim for depot, days in sorted(stops.items()) for claim in _around(problem.dataset, depot, days, most, turned)
    ]


def _around(
    dataset: Dataset, depot: str, days: Mapping[VehicleDay, list[Task]], most: int, turned: bool
) -> list[Claim]:
    count = -(-sum(map(len, days.values())) // most)
    if count < 2:
        return []
    name = {f"{vehicle} {weekday}": (vehicle, weekday) for vehicle, weekday in days}
    angles = {key: _direction(dataset, depot, days[day]) for key, day in name.items()}
    order = in_turn(angles)
    halves = even_parts(order, {key: len(days[day]) for key, day in name.items()}, 2 * count)
    if not turned:
        halves = [[], *halves]
    groups = [one + other for one, other in zip(halves[1::2], halves[2::2], strict=False)]
    if turned and (angles[order[0]] - angles[order[-1]]) % TURN < NEAR:
        groups.append(halves[0] + halves[-1])
    return [
        Claim(
            tasks=tuple(task for key in group for task in days[name[key]]),
            own=frozenset(name[key] for key in group),
        )
        for group in groups
    ]


def _direction(dataset: Dataset, depot: str, tasks: Sequence[Task]) -> int:
    """The direction from a depot to the middle of stops."""
    away = [offset(dataset, depot, task.place_id) for task in tasks]
    return direction(sum(x for x, _ in away), sum(y for _, y in away))
