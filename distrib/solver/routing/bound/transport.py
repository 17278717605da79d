"""The bound of a week: the sum over its dates, which have no stop and no vehicle-day in common."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.processes import cores
from distrib.solver.routing.bound.assignment import assignment_bound
from distrib.solver.routing.bound.case import Case, cases_of
from distrib.solver.routing.bound.pricing import DEPOT, Column
from distrib.solver.routing.bound.search import Bounded, Search
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT, tour_cost_units

TRIPS = 7_000_000_000
"""Work on the bounds of a week by single trips, in steps."""
DAYS = {Effort.QUICK: 0, Effort.STANDARD: 22_000_000_000, Effort.THOROUGH: 200_000_000_000}
"""Work on the bounds of a week by vehicle-days, in steps."""


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
    """Bound the cost of carrying the tasks that the routing carries, as they are cut, each on the date of its tour.

    Every set of tours that keeps the T rules and carries these tasks costs at least that much. The same problem, routing
    and effort give the same bound on any number of cores.
    """
    left = {row.task_id for row in routing.unrouted}
    settled = problem.settled(routing.tours)
    carried = replace(settled, tasks=tuple(task for task in settled.tasks if task.task_id not in left))
    cases, coarse = cases_of(carried), cases_of(carried, coarse=True)
    sizes = [sum(len(group.stop) ** 2 for group in case.groups) for case in cases]
    shares = [Fraction(size, sum(sizes)) for size in sizes]
    order = sorted(range(len(cases)), key=lambda k: (-sizes[k], k))
    with ThreadPoolExecutor(max_workers=cores()) as pool:
        found = dict(
            zip(
                order,
                pool.map(lambda k: _bounded(carried, coarse[k], cases[k], routing, effort, shares[k]), order),
                strict=True,
            )
        )
    return TransportBound(dates=tuple(found[k] for k in range(len(cases))))


def _bounded(
    problem: RoutingProblem, coarse: Case, case: Case, routing: Routing, effort: Effort, share: Fraction
) -> DateBound:
    """The bound of a date with its share of the week's work: first with vehicles put together (``coarse``), then told apart."""
    tasks = {task.task_id: task for task in case.tasks}
    tours = [tour for tour in routing.tours if tour.date == case.date]
    costs = [tour_cost_units(problem.dataset, tasks, tour) for tour in tours]
    cost = sum(costs)
    by_legs = assignment_bound(case)
    known, rough = (
        [_column(kind, tour, price) for tour, price in zip(tours, costs, strict=True)] for kind in (case, coarse)
    )
    trips = Search(case=coarse, upper=cost, budget=int(TRIPS * share), single=True).run(rough)
    left, best, work = int(DAYS[effort] * share), of_days(coarse, trips), trips.work
    by_days = 0
    for kind, days in ((coarse, rough), (case, known)):
        if left <= 0 or (kind is coarse and len(coarse.groups) == len(case.groups)):
            continue
        if kind is case:
            best = told_apart(coarse, case, best)
        best = Search(case=kind, upper=cost, budget=left, whole=kind is coarse).run(days, best)
        left, work, by_days = left - best.work, work + best.work, max(by_days, best.bound)
    return DateBound(
        date=case.date,
        stops=len(case.tasks),
        cost=cost,
        by_legs=by_legs,
        by_trips=trips.bound,
        by_days=by_days,
        work=work,
    )


def _column(case: Case, tour: Tour, price: int) -> Column:
    """A tour as a vehicle-day of its group, at its true price (never below that of the relaxed day)."""
    number = {task.task_id: t for t, task in enumerate(case.tasks)}
    group = next(g for g, group in enumerate(case.groups) if tour.vehicle_id in group.members)
    day = [DEPOT]
    for trip in tour.trips:
        day += [*(number[stop.task_id] for stop in trip.stops), DEPOT]
    return Column(group, tuple(day), price)


def of_days(case: Case, trips: Bounded) -> Bounded:
    """What single trips proved, with tolls of vehicle-days that prove as much: a day has so many trips at most."""
    days = trips.toll * np.array([group.vehicle.max_trips for group in case.groups])
    people = np.zeros(0 if case.people is None else 2)
    return trips._replace(toll=np.concatenate([days, people]))


def told_apart(coarse: Case, case: Case, found: Bounded) -> Bounded:
    """What the coarse case proved, with the tolls of its groups for the vehicles put together in them."""
    of = {member: g for g, group in enumerate(coarse.groups) for member in group.members}
    groups = found.toll[[of[group.members[0]] for group in case.groups]]
    return found._replace(toll=np.concatenate([groups, found.toll[len(coarse.groups) :]]))
