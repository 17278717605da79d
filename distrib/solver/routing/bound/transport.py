"""The bound of a week: the sum over its dates, which have no stop and no vehicle-day in common."""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.bound.assignment import assignment_bound
from distrib.solver.routing.bound.case import Case, cases_of
from distrib.solver.routing.bound.pricing import DEPOT, Column
from distrib.solver.routing.bound.search import Search
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT, tour_cost_units

TRIPS = 2_000_000_000
"""Work on the bound by single trips, in steps for one date."""
DAYS = {Effort.QUICK: 0, Effort.STANDARD: 1_400_000_000, Effort.THOROUGH: 15_000_000_000}
"""Work on the bound by vehicle-days, in steps for one date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateBound:
    """Cost of a date's tours and the least that any tours of its stops cost, in 1/18,000 millicent.

    ``by_legs``, ``by_trips`` and ``by_days`` are what each way of bounding proved (0: not tried); ``work`` in steps.
    """

    date: dt.date
    stops: int
    cost: int
    by_legs: int
    by_trips: int
    by_days: int
    work: int

    @property
    def bound(self) -> int:
        """The best of the bounds."""
        return min(self.cost, max(self.by_legs, self.by_trips, self.by_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportBound:
    """What carrying the stops of a routing costs at least, date by date."""

    dates: tuple[DateBound, ...]

    @property
    def millicents(self) -> int:
        """The bound of the week, rounded like the cost it bounds: half up."""
        total = sum(date.bound for date in self.dates)
        return (2 * total + COST_UNITS_PER_MILLICENT) // (2 * COST_UNITS_PER_MILLICENT)


def transport_bound(problem: RoutingProblem, routing: Routing, *, effort: Effort) -> TransportBound:
    """Bound the cost of carrying the tasks that the routing carries, as they are cut, each on its date.

    Every set of tours that keeps the T rules and carries these tasks costs at least that much. The same problem, routing
    and effort give the same bound on any number of cores.
    """
    left = {row.task_id for row in routing.unrouted}
    carried = replace(problem, tasks=tuple(task for task in problem.tasks if task.task_id not in left))
    cases = cases_of(carried)
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        return TransportBound(dates=tuple(pool.map(lambda case: _bounded(carried, case, routing, effort), cases)))


def _bounded(problem: RoutingProblem, case: Case, routing: Routing, effort: Effort) -> DateBound:
    tasks = {task.task_id: task for task in case.tasks}
    tours = [tour for tour in routing.tours if tour.date == case.date]
    costs = [tour_cost_units(problem.dataset, tasks, tour) for tour in tours]
    cost = sum(costs)
    by_legs = assignment_bound(case)
    known = [_column(case, tour, price) for tour, price in zip(tours, costs, strict=True)]
    trips = Search(case=case, upper=cost, budget=TRIPS, single=True).run(known)
    days = Search(case=case, upper=cost, budget=DAYS[effort]).run(known, trips) if DAYS[effort] else None
    return DateBound(
        date=case.date,
        stops=len(case.tasks),
        cost=cost,
        by_legs=by_legs,
        by_trips=trips.bound,
        by_days=days.bound if days else 0,
        work=trips.work + (days.work if days else 0),
    )


def _column(case: Case, tour: Tour, price: int) -> Column:
    """A tour as a vehicle-day of its group, at its true price (never below that of the relaxed day)."""
    number = {task.task_id: t for t, task in enumerate(case.tasks)}
    group = next(g for g, group in enumerate(case.groups) if tour.vehicle_id in group.members)
    day = [DEPOT]
    for trip in tour.trips:
        day += [*(number[stop.task_id] for stop in trip.stops), DEPOT]
    return Column(group, tuple(day), price)
