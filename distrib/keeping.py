"""Plans people can live with: sites keep their usual day, vehicle and time, as far as a budget or a price asks for it."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from distrib.errors import ImpossibleError
from distrib.fairness import fairness_of
from distrib.fitted import Fitted
from distrib.indicators import same_visits
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.plan import FairnessRow, Level
from distrib.model.routing import Routing, RoutingProblem, Task, Tour
from distrib.solver.routing.result import routing_of
from distrib.solver.routing.timing import Infeasible, cost_millicents, schedule
from distrib.units import cost_cents

Fit = Callable[[Dataset, Limits], Fitted]
Place = tuple[str, dt.date]

NOT_COMPUTED = (
    "what staying the same would cost was not computed: objective max_site_changes or site_change_eur asks for it"
)
FEWEST = "the fewest changes possible were not computed"
BOTH = "the difference to the plan that does not keep to last week; both were computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The plan chosen, how many sites it changes, and in cents what it costs beyond the plan that keeps to nothing.

    ``changes`` is None where last week is not known, ``price_cents`` where keeping was not asked for.
    """

    fitted: Fitted
    changes: int | None = None
    price_cents: Fraction | None = None
    free_changes: int = 0

    def levels(self) -> tuple[Level, ...]:
        """Return what the summary says of it."""
        if self.changes is None:
            return ()
        why = FEWEST if self.price_cents is not None else NOT_COMPUTED
        bound = Fraction(0)
        first = Level(
            name="site_changes",
            value=Fraction(self.changes),
            bound=bound,
            unit="sites",
            proven=self.changes == 0,
            why_not_proven="" if self.changes == 0 else why,
        )
        if self.price_cents is None:
            return (first,)
        price = Level(
            name="price_of_staying",
            value=self.price_cents / 100,
            bound=None,
            unit="EUR",
            proven=False,
            why_not_proven=BOTH,
        )
        without = Level(
            name="site_changes_without",
            value=Fraction(self.free_changes),
            bound=None,
            unit="sites",
            proven=False,
            why_not_proven=BOTH,
        )
        return (first, without, price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan to choose from: fairness (greater is better), changed sites, cost of tours and purchases."""

    fitted: Fitted
    fair: tuple[Fraction, ...]
    changes: int
    cost: Fraction


def kept_alike(dataset: Dataset, free: Fitted, fit: Fit) -> Kept:
    """Return the plan that keeps to last week as asked; ``free`` itself where nothing is asked or known.

    Plans to choose from: allocations made freely and with sites held to their usual weekdays, each with tours as the router
    likes, as last week drove them (new stops put in where they cost least), and every mix of the two by date. With
    ``max_site_changes``: the fairest within the budget, then the cheapest; when none is within it, the one with the fewest
    changes. With ``site_change_eur``: as fair as without, and the cheapest when each changed site costs that much.

    Args:
        dataset: resolved, with ``usual_visits``.
        free: the plan that keeps to nothing.
        fit: allocation and routing under limits.
    """
    if not dataset.usual_visits:
        return Kept(fitted=free)
    objective = dataset.settings.objective
    if objective.max_site_changes is None and objective.site_change_cents is None:
        return Kept(fitted=free, changes=changes_of(dataset, free.tasks, free.routing.tours))
    proof = (free.asked or free.allocation).fairness
    candidates = list(_mixes(dataset, free, proof))
    limits = usual_days(dataset)
    if limits.site_day_baskets:
        with contextlib.suppress(ImpossibleError):
            candidates += _mixes(dataset, fit(dataset, limits), proof)
    plain = candidates[0]
    chosen = _best(dataset, candidates, plain)
    return Kept(
        fitted=chosen.fitted, changes=chosen.changes, price_cents=chosen.cost - plain.cost, free_changes=plain.changes
    )


def _best(dataset: Dataset, candidates: Sequence[Candidate], plain: Candidate) -> Candidate:
    objective = dataset.settings.objective
    each = objective.site_change_cents or 0
    most = objective.max_site_changes

    def price(c: Candidate) -> Fraction:
        return c.cost + each * c.changes

    if most is None:
        fair = [c for c in candidates if c.fair >= plain.fair]
        return min(fair, key=lambda c: (price(c), c.changes))
    within = [c for c in candidates if c.changes <= most]
    if not within:
        return min(candidates, key=lambda c: (c.changes, [-level for level in c.fair], price(c)))
    fairest = max(c.fair for c in within)
    return min((c for c in within if c.fair == fairest), key=lambda c: (price(c), c.changes))


def usual_days(dataset: Dataset) -> Limits:
    """Return limits that close each place of drop on the days on which nobody served through it is used to get baskets.

    Sites unknown last week, and those whose usual days are no delivery days of theirs any more, may be served on any day.
    """
    days: dict[str, set[dt.date]] = defaultdict(set)
    free: set[str] = set()
    for site in dataset.sites:
        weekdays = {day for day, _, _ in dataset.usual_visits.get(site.site_id, ())}
        usual = {d for d in dataset.settings.delivery_dates if d.weekday() in weekdays}
        open_days = {d for d in usual if dataset.drop_windows(site.site_id, d)}
        if not open_days or len(usual) < len(weekdays):
            free.add(site.drop_site_id)
        days[site.drop_site_id] |= open_days
    return Limits(
        site_day_baskets={
            (place, date): 0
            for place, usual in sorted(days.items())
            if place not in free
            for date in dataset.settings.delivery_dates
            if date not in usual
        }
    )


def _mixes(dataset: Dataset, fitted: Fitted, proof: Sequence[FairnessRow]) -> Iterator[Candidate]:
    """The plan as it is, and every mix by date of its tours and those of last week."""
    usual = last_weeks_tours(dataset, fitted.tasks)
    by_date = {
        date: ([t for t in fitted.routing.tours if t.date == date], [t for t in usual if t.date == date])
        for date in sorted({task.date for task in fitted.tasks})
    }
    problem = RoutingProblem(dataset=dataset, tasks=fitted.tasks)
    can = [date for date, (_, other) in by_date.items() if _carries(other, fitted.tasks, date)]
    fair = fairness_of(dataset, fitted.allocation, proof)
    purchases = purchases_cents(dataset, fitted.allocation)
    for picks in product((False, True), repeat=len(can)):
        swapped = {date for date, pick in zip(can, picks, strict=True) if pick}
        tours = [tour for date, (own, other) in by_date.items() for tour in (other if date in swapped else own)]
        ordered = tuple(sorted(tours, key=lambda t: (t.date, t.vehicle_id)))
        routing = (
            Routing(tours=ordered, cost_millicents=cost_millicents(problem, ordered)) if swapped else fitted.routing
        )
        yield Candidate(
            fitted=dataclasses.replace(fitted, routing=routing),
            fair=fair,
            changes=changes_of(dataset, fitted.tasks, routing.tours),
            cost=Fraction(routing.cost_millicents, 1000) + purchases,
        )


def _carries(tours: Iterable[Tour], tasks: Iterable[Task], date: dt.date) -> bool:
    carried = {stop.task_id for tour in tours for trip in tour.trips for stop in trip.stops}
    return all(task.task_id in carried for task in tasks if task.date == date)


def purchases_cents(dataset: Dataset, allocation: Allocation) -> int:
    """Return what the purchases cost, each row rounded as the plan's tables do."""
    total = 0
    for purchase in allocation.purchases:
        lot = dataset.lot_by_id[purchase.lot_id]
        grams = purchase.crates * dataset.product_by_id[lot.product_id].crate_g
        total += cost_cents(grams, lot.price_millicents_per_kg)
    return total


def changes_of(dataset: Dataset, tasks: Iterable[Task], tours: Iterable[Tour]) -> int:
    """Return how many sites change day, vehicle or time against last week (see ``indicators.changed_sites``)."""
    task_by_id = {task.task_id: task for task in tasks}
    now: dict[str, set[tuple[int, str, int]]] = defaultdict(set)
    for tour in tours:
        for stop in (stop for trip in tour.trips for stop in trip.stops):
            for item in task_by_id[stop.task_id].drops:
                now[item.site_id].add((tour.date.weekday(), tour.vehicle_id, stop.start_s))
    same_s = dataset.settings.objective.same_time_s
    return sum(
        1
        for site, visits in now.items()
        if site in dataset.usual_visits and not same_visits(dataset.usual_visits[site], visits, same_s)
    )


def last_weeks_tours(dataset: Dataset, tasks: tuple[Task, ...]) -> list[Tour]:
    """Return this week's stops on last week's tours, in their order, those that are new put in where they cost least.

    Stops that a tour can no longer make are put in elsewhere; a stop that fits nowhere is on none of the tours.
    """
    waiting: dict[Place, list[Task]] = defaultdict(list)
    for task in sorted(tasks, key=lambda t: (-t.load_g, t.task_id)):
        if task.is_drop:
            waiting[task.place_id, task.date].append(task)
    tours = []
    for (date, vehicle_id), trips in sorted(_usual_trips(dataset).items()):
        vehicle = dataset.vehicle_by_id.get(vehicle_id)
        if vehicle is None:
            continue
        stops = [
            [task for place in places for task in _next_of(waiting, (place, date), vehicle.depot_id)]
            for places in trips
        ]
        tour = as_far_as_driven(dataset, date, vehicle_id, [trip for trip in stops if trip])
        if tour is not None:
            tours.append(tour)
    routing: Routing = routing_of(RoutingProblem(dataset=dataset, tasks=tasks), _within_drivers(dataset, tours))
    return list(routing.tours)


def _usual_trips(dataset: Dataset) -> dict[tuple[dt.date, str], list[list[str]]]:
    """By date of this week and vehicle, last week's places of drop by trip, in order."""
    dates = {d.weekday(): d for d in dataset.settings.delivery_dates}
    last = dataset.settings.week_start - dt.timedelta(weeks=1)
    calls: dict[tuple[dt.date, str], dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in dataset.past_visits:
        if row.week_start == last and row.weekday in dates and row.site_id in dataset.site_by_id:
            place = dataset.site_by_id[row.site_id].drop_site_id
            trip = calls[dates[row.weekday], row.vehicle_id][row.trip]
            trip[place] = min(row.start_s, trip.get(place, row.start_s))
    return {
        key: [sorted(trip, key=lambda place: (trip[place], place)) for _, trip in sorted(trips.items())]
        for key, trips in calls.items()
    }


def _next_of(waiting: dict[Place, list[Task]], place: Place, depot_id: str) -> list[Task]:
    """The biggest stop of the depot still waiting at a place, taken; empty when there is none."""
    for i, task in enumerate(waiting.get(place, ())):
        if task.depot_id == depot_id:
            return [waiting[place].pop(i)]
    return []


def as_far_as_driven(dataset: Dataset, date: dt.date, vehicle_id: str, trips: list[list[Task]]) -> Tour | None:
    """The tour of these trips, less the stops at which the timing balks (the last one where it names none)."""
    vehicle = dataset.vehicle_by_id[vehicle_id]
    while trips:
        made = schedule(dataset, date, vehicle, trips)
        if not isinstance(made, Infeasible):
            return made
        named = made.task_id or trips[-1][-1].task_id
        trips = [rest for trip in trips if (rest := [task for task in trip if task.task_id != named])]
    return None


def _within_drivers(dataset: Dataset, tours: list[Tour]) -> list[Tour]:
    """The tours that the drivers of each date suffice for, the longest first."""
    kept: list[Tour] = []
    for tour in sorted(tours, key=lambda t: (t.date, -sum(len(trip.stops) for trip in t.trips), t.vehicle_id)):
        today = [dataset.vehicle_by_id[t.vehicle_id] for t in kept if t.date == tour.date]
        people = dataset.drivers_on(tour.date)
        used = [*today, dataset.vehicle_by_id[tour.vehicle_id]]
        if people is None or (len(used) <= people[0] and sum(v.needs_licence_c for v in used) <= people[1]):
            kept.append(tour)
    return kept
