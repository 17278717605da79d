"""From tours to a ``Routing``: nothing left out that still fits, sorted, priced, every task left out explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.construction import Draft, empty_draft, insert
from distrib.solver.routing.day import Day, days_of, with_room
from distrib.solver.routing.insertion import VehicleDay
from distrib.solver.routing.reasons import why_unrouted
from distrib.solver.routing.timing import Infeasible, cost_millicents, schedule


def routing_of(problem: RoutingProblem, tours: Sequence[Tour]) -> Routing:
    """The routing with these tours, and with what they leave out added wherever it fits as it is.

    Tours must be feasible. Tasks that still are not carried come with a reason verified by trying.
    """
    ordered = tuple(sorted(_completed(problem, tours), key=lambda tour: (tour.date, tour.vehicle_id)))
    routing = Routing(tours=ordered, cost_millicents=cost_millicents(problem, ordered))
    carried = {stop.task_id for tour in ordered for trip in tour.trips for stop in trip.stops}
    left = [task for task in problem.tasks if task.task_id not in carried]
    unrouted = tuple(why_unrouted(problem, routing, task) for task in left)
    return Routing(tours=ordered, unrouted=unrouted, cost_millicents=routing.cost_millicents)


def draft_of(day: Day, tours: Sequence[Tour]) -> Draft:
    """The tours of a day as a draft. Raises ValueError when one of them cannot be driven."""
    draft = empty_draft(day)
    number = {task.task_id: t for t, task in enumerate(day.tasks)}
    runs = list(draft.runs)
    left = set(draft.left)
    for tour in tours:
        v = next(v for v, vehicle in enumerate(day.vehicles) if vehicle.vehicle_id == tour.vehicle_id)
        trips = [[number[stop.task_id] for stop in trip.stops] for trip in tour.trips]
        run = VehicleDay.of(runs[v].rules, trips)
        if run is None:
            raise ValueError(f"the tour of {tour.vehicle_id} on {day.date} cannot be driven")
        runs[v] = run
        left -= {t for trip in trips for t in trip}
    return Draft(runs=tuple(runs), left=frozenset(left))


def tours_of(day: Day, draft: Draft) -> list[Tour]:
    """The draft's tours with their final times, by vehicle."""
    tours = []
    for v in draft.used:
        trips = [[day.tasks[t] for t in trip] for trip in draft.runs[v].trips]
        tour = schedule(day.dataset, day.date, day.vehicles[v], trips)
        if isinstance(tour, Infeasible):
            raise AssertionError(f"a draft of {day.vehicles[v].vehicle_id} on {day.date} cannot be driven: {tour}")
        tours.append(tour)
    return tours


def _completed(problem: RoutingProblem, tours: Sequence[Tour]) -> list[Tour]:
    """The tours, and where tasks of a day are left out, that day's tours with those that still fit."""
    carried = {stop.task_id for tour in tours for trip in tour.trips for stop in trip.stops}
    found: list[Tour] = []
    for day in days_of(problem):
        mine = [tour for tour in tours if tour.date == day.date]
        if free := with_room(problem, day, carried):
            mine = _day_completed(day, mine, free)
        found += mine
    return found


def _day_completed(day: Day, tours: Sequence[Tour], free: frozenset[int]) -> list[Tour]:
    """The day's tours with what still fits of the tasks given, those that nothing was added to untouched."""
    before = replace(draft_of(day, tours), left=free)
    after = insert(day, before)
    if after.left == before.left:
        return list(tours)
    return tours_of(day, after)
