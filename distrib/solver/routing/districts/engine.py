"""A router for territories of any size: another one, on districts that it can route well."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from distrib.model.effort import Effort
from distrib.model.routing import OtherDate, Routing, RoutingProblem, Task, Tour
from distrib.processes import cores
from distrib.solver.routing.dates import linked_dates
from distrib.solver.routing.districts.borders import border_claims
from distrib.solver.routing.districts.cutting import sectors
from distrib.solver.routing.districts.sharing import Claim, VehicleDay, shared
from distrib.solver.routing.protocol import Improver, Router
from distrib.solver.routing.result import routing_of
from distrib.solver.routing.timing import tour_cost_units

PASSES = (True, False)
"""Groups of tours routed again: over the borders of the districts, then over the borders of these groups."""

AT_ONCE = 2_000
"""Stops that an engine which can go on from tours is given at once, at the end; of more, groups are routed again once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Districts:
    """Routes with another engine: as a whole, or by districts where more stops hang together than ``most``.

    Stops hang together that may be made on the same dates. ``most``: None for the dataset's own setting
    (``objective: {district_stops: …}``; 0: never cut).
    """

    inner: Router
    most: int | None = None

    @property
    def name(self) -> str:
        """That of the engine inside."""
        return self.inner.name

    @property
    def features(self) -> frozenset[str]:
        """Those of the engine inside."""
        return self.inner.features

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        Districts are routed side by side; then, from their tours, groups of tours on either side of a border are routed again and
        kept where that is cheaper; then the engine goes on from all tours at once, if it can. Where something is left out then, the whole is routed at once, and what leaves less out counts.
        """
        most = problem.dataset.settings.objective.district_stops if self.most is None else self.most
        groups = [[task for task in problem.tasks if task.date in dates] for dates in map(set, linked_dates(problem))]
        if not most or all(len(group) <= most for group in groups):
            return self.inner.route(problem, effort=effort, seed=seed)
        small = [task for group in groups if len(group) <= most for task in group]
        jobs = [replace(problem, tasks=tuple(sorted(small, key=lambda task: task.task_id)))] if small else []
        big = [group for group in groups if len(group) > most]
        jobs += [job for group in big for job in shared(problem, _dates(group), _districts(problem, group, most))]
        tours = [tour for found in self._side_by_side(jobs, effort, seed) for tour in found.tours]
        routing = _joined(problem, tours)
        for group in big:
            for turned in PASSES:
                routing = self._over_borders(problem, routing, group, most, turned, effort, seed)
            if len(group) > AT_ONCE or not isinstance(self.inner, Improver):
                routing = self._over_borders(problem, routing, group, most, True, effort, seed)
        if isinstance(self.inner, Improver):
            routing = self._at_once(problem, routing, [group for group in big if len(group) <= AT_ONCE], effort, seed)
        if not routing.unrouted:
            return routing
        return min(routing, self.inner.route(problem, effort=effort, seed=seed), key=_worth)

    def _again(self, job: RoutingProblem, tours: Sequence[Tour], effort: Effort, seed: int) -> Routing:
        if isinstance(self.inner, Improver):
            return self.inner.improved(job, tours, effort=effort, seed=seed)
        return self.inner.route(job, effort=effort, seed=seed)

    def _side_by_side(self, jobs: Sequence[RoutingProblem], effort: Effort, seed: int) -> list[Routing]:
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            return list(pool.map(lambda job: self.inner.route(job, effort=effort, seed=seed), jobs))

    def _at_once(
        self, problem: RoutingProblem, routing: Routing, groups: Sequence[Sequence[Task]], effort: Effort, seed: int
    ) -> Routing:
        """The routing searched on as a whole on the dates of these groups, where that costs less."""
        dates = {date for group in groups for date in _dates(group)}
        job = replace(problem, tasks=tuple(task for task in problem.tasks if task.date in dates))
        if not job.tasks:
            return routing
        found = self._again(job, [tour for tour in routing.tours if tour.date in dates], effort, seed)
        others = [tour for tour in routing.tours if tour.date not in dates]
        return min(routing, _joined(problem, [*others, *found.tours]), key=_worth)

    def _over_borders(
        self,
        problem: RoutingProblem,
        routing: Routing,
        group: Sequence[Task],
        most: int,
        turned: bool,
        effort: Effort,
        seed: int,
    ) -> Routing:
        """The routing with groups of tours near borders routed again where that costs less."""
        dates = _dates(group)
        now = _as_made(problem, routing.tours)
        claims = border_claims(now, [tour for tour in routing.tours if tour.date in dates], most, turned=turned)
        if not claims:
            return routing
        owned = {day for claim in claims for day in claim.own}
        taken = {day for day in map(_vehicle_day, routing.tours) if day[1] in {d.weekday() for d in dates}} - owned
        jobs = shared(now, dates, claims, taken)
        before = [
            [tour for tour in routing.tours if tour.date in dates and _vehicle_day(tour) in c.own] for c in claims
        ]
        with ThreadPoolExecutor(max_workers=cores()) as pool:
            again = list(pool.map(lambda job, tours: self._again(job, tours, effort, seed), jobs, before))
        tours = list(routing.tours)
        for job, old, found in zip(jobs, before, again, strict=True):
            if not found.unrouted and _cost(job, found.tours) < _cost(now, old):
                tours = [tour for tour in tours if tour not in old] + list(found.tours)
        return _joined(problem, tours)


def _districts(problem: RoutingProblem, group: Sequence[Task], most: int) -> list[Claim]:
    """Sectors of about ``most`` stops around each depot."""
    by_depot: dict[str, list[Task]] = defaultdict(list)
    for task in group:
        by_depot[task.depot_id].append(task)
    return [
        Claim(tasks=tuple(part))
        for depot, tasks in sorted(by_depot.items())
        for part in sectors(problem.dataset, depot, tasks, -(-len(tasks) // most))
    ]


def _dates(group: Iterable[Task]) -> list[dt.date]:
    """All dates on which stops of a group may be made."""
    return sorted({date for task in group for date in (task.date, *(other.date for other in task.other_dates))})


def _joined(problem: RoutingProblem, tours: Sequence[Tour]) -> Routing:
    return routing_of(problem.settled(tuple(tours)), tours)


def _vehicle_day(tour: Tour) -> VehicleDay:
    return tour.vehicle_id, tour.date.weekday()


def _worth(routing: Routing) -> tuple[int, int]:
    return len(routing.unrouted), routing.cost_millicents


def _cost(problem: RoutingProblem, tours: Iterable[Tour]) -> int:
    tasks = {task.task_id: task for task in problem.tasks}
    return sum(tour_cost_units(problem.dataset, tasks, tour) for tour in tours)


def _as_made(problem: RoutingProblem, tours: Sequence[Tour]) -> RoutingProblem:
    """The problem with every task on the date of its tour, free to be made on its other dates as before."""
    made = {stop.task_id: tour.date for tour in tours for trip in tour.trips for stop in trip.stops}
    return replace(problem, tasks=tuple(_rebased(task, made.get(task.task_id, task.date)) for task in problem.tasks))


def _rebased(task: Task, date: dt.date) -> Task:
    if date == task.date:
        return task
    own = OtherDate(date=task.date, windows=task.windows, release_s=task.release_s)
    others = (own, *(other for other in task.other_dates if other.date != date))
    return replace(task.on(date), other_dates=tuple(sorted(others, key=lambda other: other.date)))
