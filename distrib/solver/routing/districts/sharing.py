"""What each district may use: vehicles and drivers by weekday, baskets by date and depot; together never more than there is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from distrib.model.dataset import Dataset
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.routing import RoutingProblem, Task
from distrib.solver.routing.districts.cutting import work_s

VehicleDay = tuple[str, int]
"""A vehicle on a weekday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The stops of a district, and the vehicle-days that are its own already."""

    tasks: tuple[Task, ...]
    own: frozenset[VehicleDay] = field(default_factory=frozenset)

    def depots(self) -> set[str]:
        """Depots of its stops."""
        return {task.depot_id for task in self.tasks}


def shared(
    problem: RoutingProblem, dates: Sequence[dt.date], claims: Sequence[Claim], taken: Collection[VehicleDay] = ()
) -> list[RoutingProblem]:
    """Return a problem for each claim.

    Vehicle-days that are nobody's go to the claims in proportion to their work, kind by kind; what rounding takes from a district
    in one kind or on one day it gets in the next. Drivers go with the vehicles. Room for baskets is what a
    claim's own drops take, and a share of the rest.

    Args:
        problem: of the week.
        dates: those of the claims' stops.
        claims: districts, none empty.
        taken: vehicle-days of tours that are part of no claim.
    """
    dataset = problem.dataset
    work = [sum(work_s(dataset, task) for task in claim.tasks) for claim in claims]
    weekdays = sorted({date.weekday() for date in dates})
    owned = [set(claim.own) for claim in claims]
    gone = {*taken, *(day for claim in claims for day in claim.own)}
    debts = [Fraction(0)] * len(claims)
    for weekday in weekdays:
        for kind in _kinds(dataset.vehicles, weekday):
            free = [vehicle for vehicle in kind if (vehicle.vehicle_id, weekday) not in gone]
            _deal(free, weekday, claims, work, owned, debts)
    drivers = [_drivers(dataset, weekdays, claims, owned, k, taken) for k in range(len(claims))]
    return [
        RoutingProblem(
            dataset=replace(
                dataset,
                vehicles=_with_days(dataset.vehicles, owned[k]),
                drivers=drivers[k],
            ),
            tasks=tuple(sorted(claim.tasks, key=lambda task: task.task_id)),
            most_baskets=_room(problem, claims, k),
        )
        for k, claim in enumerate(claims)
    ]


def _kinds(vehicles: Iterable[Vehicle], weekday: int) -> list[list[Vehicle]]:
    """Vehicles of a weekday that differ in nothing but id and weekdays, the biggest kinds first."""
    kinds: dict[Vehicle, list[Vehicle]] = defaultdict(list)
    for vehicle in vehicles:
        if weekday in vehicle.weekdays:
            kinds[replace(vehicle, vehicle_id="", weekdays=())].append(vehicle)
    return sorted(kinds.values(), key=lambda kind: (-kind[0].capacity_g, kind[0].vehicle_id))


def _deal(
    free: Sequence[Vehicle],
    weekday: int,
    claims: Sequence[Claim],
    work: Sequence[int],
    owned: list[set[VehicleDay]],
    debts: list[Fraction],
) -> None:
    """Give each vehicle to the claim of its depot that is owed most: ``debts`` are in grams, what each should have less what it got.

    A vehicle settled for stops goes to the claim with most of these.
    """
    if not free:
        return
    depot = free[0].depot_id
    sharing = [k for k, claim in enumerate(claims) if depot in claim.depots()]
    total = sum(work[k] for k in sharing)
    for vehicle in free if sharing else ():
        for k in sharing:
            debts[k] += Fraction(vehicle.capacity_g * work[k], total)
        named = [sum(task.vehicle_id == vehicle.vehicle_id for task in claim.tasks) for claim in claims]
        chosen = max(sharing, key=lambda k: (named[k], debts[k], -k))
        debts[chosen] -= vehicle.capacity_g
        owned[chosen].add((vehicle.vehicle_id, weekday))


def _with_days(vehicles: Iterable[Vehicle], owned: Collection[VehicleDay]) -> tuple[Vehicle, ...]:
    found = []
    for vehicle in vehicles:
        days = tuple(day for day in vehicle.weekdays if (vehicle.vehicle_id, day) in owned)
        if days:
            found.append(replace(vehicle, weekdays=days))
    return tuple(found)


def _drivers(
    dataset: Dataset,
    weekdays: Sequence[int],
    claims: Sequence[Claim],
    owned: Sequence[Collection[VehicleDay]],
    k: int,
    taken: Collection[VehicleDay],
) -> tuple[Drivers, ...] | None:
    """The drivers of claim ``k``: those of its own vehicle-days, and a share of the others that goes with the vehicles it was given."""
    if dataset.drivers is None:
        return None
    found = []
    for weekday in weekdays:
        rows = [row for row in dataset.drivers if row.weekday == weekday]
        heavy = sum(row.people for row in rows if row.licence == "C")
        people = sum(row.people for row in rows)
        out = _people(dataset, weekday, taken)
        kept = [_people(dataset, weekday, claim.own) for claim in claims]
        mine = [_people(dataset, weekday, own) for own in owned]
        everybody, c = (
            kept[k][j]
            + _part(
                amount - out[j] - sum(row[j] for row in kept), [m[j] - o[j] for m, o in zip(mine, kept, strict=True)], k
            )
            for j, amount in enumerate((people, heavy))
        )
        found += [
            Drivers(weekday=weekday, licence="B", people=max(0, everybody - c)),
            Drivers(weekday=weekday, licence="C", people=min(c, everybody)),
        ]
    return tuple(found)


def _people(dataset: Dataset, weekday: int, days: Iterable[VehicleDay]) -> tuple[int, int]:
    """People that vehicle-days of a weekday ask for: with any licence, with licence C."""
    used = [dataset.vehicle_by_id[vehicle] for vehicle, day in days if day == weekday]
    return len(used), sum(vehicle.needs_licence_c for vehicle in used)


def _part(amount: int, claims: Sequence[int], k: int) -> int:
    """The k-th part of a whole amount shared in proportion to claims, none more than its claim; parts add up to no more than it."""
    total = sum(claims)
    amount = max(0, min(amount, total))
    before = sum(claims[:k])
    return amount * (before + claims[k]) // max(1, total) - amount * before // max(1, total)


def _room(problem: RoutingProblem, claims: Sequence[Claim], k: int) -> tuple[tuple[dt.date, str, int], ...]:
    """Most baskets by date and depot of claim ``k``.

    Districts without tours share the room of each date in proportion to their drops that may be made on several; what has tours keeps
    the room that these take, and gets a share of the rest.
    """
    settled = any(claim.own for claim in claims)
    found = []
    for date, depot_id, most in problem.most_baskets:
        bound = [_baskets(claim.tasks, date, depot_id, every=settled) for claim in claims]
        free = [
            sum(t.baskets for t in c.tasks if t.is_drop and t.depot_id == depot_id and t.other_dates) for c in claims
        ]
        mine = {task.task_id for claim in claims for task in claim.tasks}
        others = _baskets((task for task in problem.tasks if task.task_id not in mine), date, depot_id, every=True)
        found.append((date, depot_id, bound[k] + _part(most - others - sum(bound), free, k)))
    return tuple(found)


def _baskets(tasks: Iterable[Task], date: dt.date, depot_id: str, *, every: bool) -> int:
    """Baskets of drops that are made on a date from a depot: of every drop, or of those that can be made on no other."""
    return sum(
        task.baskets
        for task in tasks
        if task.is_drop and (task.date, task.depot_id) == (date, depot_id) and (every or not task.other_dates)
    )
