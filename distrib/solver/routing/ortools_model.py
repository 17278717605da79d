"""The RoutingModel of one depot on one date: each rule is one function, listed in ``RULES``.

Nodes: 0 is the depot, then the tasks, then reload visits, which end one trip of a vehicle and begin the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp

from distrib.solver.routing.day import TOO_FAR, Day
from distrib.units import SECONDS_PER_DAY

UNSERVED_MILLICENTS = 10**9
"""Price of leaving out a stop: more than any day costs. Its kg come on top."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What one model is about: a depot's tasks and vehicles (numbers of the day), reload visits, and people to drive.

    ``people`` is (any licence, licence C), None without limit.
    """

    day: Day
    depot_id: str
    tasks: tuple[int, ...]
    vehicles: tuple[int, ...]
    reloads: int
    people: tuple[int, int] | None

    @cached_property
    def places(self) -> list[int]:
        """Place of each node."""
        home = self.day.depot_place[self.depot_id]
        return [home, *(self.day.place[t] for t in self.tasks), *[home] * self.reloads]

    @property
    def first_reload(self) -> int:
        """The first reload node."""
        return 1 + len(self.tasks)

    def is_pick(self, node: int) -> bool:
        """True for the node of a pick."""
        return 0 < node < self.first_reload and not self.day.tasks[self.tasks[node - 1]].is_drop

    def is_drop(self, node: int) -> bool:
        """True for the node of a drop."""
        return 0 < node < self.first_reload and self.day.tasks[self.tasks[node - 1]].is_drop


class Model:
    """A built RoutingModel with its case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.manager = pywrapcp.RoutingIndexManager(len(case.places), len(case.vehicles), 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        for rule in RULES:
            rule(self)

    def index(self, node: int) -> int:
        """The solver's index of a task or reload node."""
        return int(self.manager.NodeToIndex(node))

    @property
    def solver(self) -> Any:
        """The constraint solver underneath."""
        return self.routing.solver()

    @property
    def stops(self) -> list[tuple[int, Any]]:
        """Nodes of tasks with the tasks."""
        return [(node, self.case.day.tasks[t]) for node, t in enumerate(self.case.tasks, start=1)]

    @property
    def reloads(self) -> range:
        """Nodes of reload visits."""
        return range(self.case.first_reload, len(self.case.places))

    @property
    def vehicles(self) -> list[Any]:
        """The vehicles in the model's order."""
        return [self.case.day.vehicles[v] for v in self.case.vehicles]


def driving_time(model: Model) -> None:
    """Consecutive stops are driving, service, loading and unloading time apart, within the hours of depot and shift."""
    case, routing = model.case, model.routing
    depot = case.day.dataset.depot_by_id[case.depot_id]
    known: dict[int, int] = {}
    evaluators = []
    for vehicle in model.vehicles:
        driving = case.day.driving(vehicle)
        if id(driving) not in known:
            known[id(driving)] = routing.RegisterTransitMatrix(_seconds(case, driving, depot.loading_s))
        evaluators.append(known[id(driving)])
    routing.AddDimensionWithVehicleTransits(evaluators, SECONDS_PER_DAY, SECONDS_PER_DAY, False, "time")
    time = routing.GetDimensionOrDie("time")
    for v, vehicle in enumerate(model.vehicles):
        opens_s = max(depot.opens_s, vehicle.shift_start_s)
        closes_s = max(opens_s, min(depot.closes_s, vehicle.shift_end_s))
        time.CumulVar(routing.Start(v)).SetRange(opens_s, closes_s)
        time.CumulVar(routing.End(v)).SetRange(opens_s, closes_s)
        routing.AddVariableMaximizedByFinalizer(time.CumulVar(routing.Start(v)))
        routing.AddVariableMinimizedByFinalizer(time.CumulVar(routing.End(v)))


def _seconds(case: Case, driving: list[list[int]], loading_s: int) -> list[list[int]]:
    """Seconds from the start of work at a node to the arrival at another.

    Every trip is charged loading (but on a day without drops), and unloading on leaving a run of picks: no less than
    what the exact timing finds, and the same on trips that have both and one run of picks.
    """
    table = []
    loads_s = loading_s if any(case.is_drop(node) for node in range(case.first_reload)) else 0
    for a, from_place in enumerate(case.places):
        at_depot = a == 0 or a >= case.first_reload
        work_s = loads_s if at_depot else case.day.tasks[case.tasks[a - 1]].service_s
        row = []
        for b, to_place in enumerate(case.places):
            unloads_s = loading_s if case.is_pick(a) and not case.is_pick(b) else 0
            seconds = work_s + driving[from_place][to_place] + unloads_s
            row.append(0 if at_depot and (b == 0 or b >= case.first_reload) else min(seconds, TOO_FAR))
        table.append(row)
    return table


def opening_hours(model: Model) -> None:
    """Service starts within one of the windows of the place."""
    time = model.routing.GetDimensionOrDie("time")
    for node, task in model.stops:
        moment = time.CumulVar(model.index(node))
        windows = sorted(task.windows)
        moment.SetRange(windows[0][0], windows[-1][1])
        for (_, closes_s), (opens_s, _) in pairwise(windows):
            if opens_s > closes_s + 1:
                moment.RemoveInterval(closes_s + 1, opens_s - 1)


def which_vehicle(model: Model) -> None:
    """Only vehicles that are light, cold and big enough make a stop."""
    for node, _ in model.stops:
        t = model.case.tasks[node - 1]
        able = [k for k, v in enumerate(model.case.vehicles) if t in model.case.day.fitting[v]]
        model.routing.VehicleVar(model.index(node)).SetValues([-1, *able])


def loads(model: Model) -> None:
    """What is aboard stays within the vehicle at every point of a trip: drops not yet made and picks already made."""
    _filled(model, "places", lambda task: task.places, lambda v: v.capacity_baskets)
    if all(task.is_drop for _, task in model.stops):
        _filled(model, "grams", lambda task: task.load_g, lambda v: v.capacity_g)
    else:
        _aboard(model)


def _filled(model: Model, name: str, amount: Callable[[Any], int], capacity: Callable[[Any], int]) -> None:
    """An amount counted up along a trip and brought back to nothing at reload visits."""
    capacities = [capacity(vehicle) for vehicle in model.vehicles]
    taken = [0, *(amount(task) for _, task in model.stops), *[-max(capacities)] * model.case.reloads]
    _load_dimension(model, name, taken, capacities, starts_empty=True)
    dimension = model.routing.GetDimensionOrDie(name)
    for v in range(len(capacities)):
        dimension.SlackVar(model.routing.Start(v)).SetValue(0)


def _load_dimension(model: Model, name: str, taken: list[int], capacities: list[int], *, starts_empty: bool) -> None:
    """A load by node that changes freely (within the vehicle) at reload visits and nowhere else."""
    unary = model.routing.RegisterUnaryTransitVector(taken)
    most = 2 * max(capacities)
    model.routing.AddDimensionWithVehicleCapacity(unary, most, capacities, starts_empty, name)
    dimension = model.routing.GetDimensionOrDie(name)
    for node, _ in model.stops:
        dimension.SlackVar(model.index(node)).SetValue(0)
    for v in range(len(capacities)):
        dimension.SlackVar(model.routing.Start(v)).SetValue(0)


def _aboard(model: Model) -> None:
    """Two loads: the drops aboard, which are nothing when a trip ends, and all grams aboard, which picks add to.

    They are the same when a trip starts; with that every load of a solution is a fixed number, which limits on
    free ones would not make it (the library accepts solutions whose free loads only seem to agree).
    """
    capacities = [vehicle.capacity_g for vehicle in model.vehicles]
    most = max(capacities)
    drops = [-task.load_g if task.is_drop else 0 for _, task in model.stops]
    picks = [0 if task.is_drop else task.load_g for _, task in model.stops]
    both = [a + b for a, b in zip(drops, picks, strict=True)]
    resets = [-most] * model.case.reloads
    _load_dimension(model, "drops", [0, *drops, *resets], capacities, starts_empty=False)
    _load_dimension(model, "grams", [0, *both, *resets], capacities, starts_empty=False)
    of_drops, of_all = model.routing.GetDimensionOrDie("drops"), model.routing.GetDimensionOrDie("grams")
    for v in range(len(capacities)):
        start = model.routing.Start(v)
        of_drops.CumulVar(model.routing.End(v)).SetValue(0)
        model.solver.Add(of_all.CumulVar(start) == of_drops.CumulVar(start))
    for node in model.reloads:
        at = model.index(node)
        of_drops.CumulVar(at).SetValue(0)
        model.solver.Add(of_all.CumulVar(at) + of_all.SlackVar(at) == of_drops.SlackVar(at))


def trips(model: Model) -> None:
    """A vehicle makes at most its trips a day."""
    if not model.case.reloads:
        return
    unary = model.routing.RegisterUnaryTransitVector([0] * model.case.first_reload + [1] * model.case.reloads)
    most = [max(0, vehicle.max_trips - 1) for vehicle in model.vehicles]
    model.routing.AddDimensionWithVehicleCapacity(unary, 0, most, True, "reloads")


def packed_baskets(model: Model) -> None:
    """A trip starts loading only once all of its drops are packed.

    ``begun`` is the start of the present trip, the same at all of its stops and no earlier than the release of each;
    its first stop is reached no earlier than that plus loading and driving.
    """
    if all(task.release_s == 0 for _, task in model.stops):
        return
    routing, day_s = model.routing, SECONDS_PER_DAY
    routing.AddConstantDimensionWithSlack(0, day_s, day_s, False, "begun")
    begun, time = routing.GetDimensionOrDie("begun"), routing.GetDimensionOrDie("time")
    for node, task in model.stops:
        at = model.index(node)
        begun.SlackVar(at).SetValue(0)
        begun.CumulVar(at).SetMin(min(task.release_s, day_s))
    everywhere = range(routing.Size() + len(model.vehicles))
    begins = [begun.CumulVar(at) for at in everywhere]
    arrivals = [time.CumulVar(at) for at in everywhere]
    for at in [*(routing.Start(v) for v in range(len(model.vehicles))), *map(model.index, model.reloads)]:
        first = routing.NextVar(at)
        begin, arrival = model.solver.Element(begins, first), model.solver.Element(arrivals, first)
        model.solver.Add(arrival >= begin + time.FixedTransitVar(at))


def longest_days(model: Model) -> None:
    """A day is no longer than its driver's hours allow; one long enough to need breaks leaves room for them in the shift; where they fall is left to the exact timing.

    The library has breaks of its own (``SetBreakDistanceDurationOfVehicle``): they made the search ten times slower
    and may fall anywhere between two visits, so that exact timing was needed all the same.
    """
    time = model.routing.GetDimensionOrDie("time")
    for v, vehicle in enumerate(model.vehicles):
        longest_s = vehicle.longest_day_s()
        if vehicle.break_after_s is not None and vehicle.break_s is not None and longest_s > vehicle.break_after_s:
            longest_s = max(vehicle.break_after_s, longest_s - vehicle.break_s)
        if longest_s < vehicle.shift_end_s - vehicle.shift_start_s:
            time.SetSpanUpperBoundForVehicle(longest_s, v)


def time_at_the_wheel(model: Model) -> None:
    """A vehicle drives no longer on a day than its driver may."""
    if all(vehicle.max_driving_s is None for vehicle in model.vehicles):
        return
    case, routing = model.case, model.routing
    known: dict[int, int] = {}
    transits = []
    for vehicle in model.vehicles:
        table = case.day.driving(vehicle)
        if id(table) not in known:
            known[id(table)] = routing.RegisterTransitMatrix([[table[a][b] for b in case.places] for a in case.places])
        transits.append(known[id(table)])
    no_limit_s = 2 * TOO_FAR
    limits = [no_limit_s if v.max_driving_s is None else v.max_driving_s for v in model.vehicles]
    routing.AddDimensionWithVehicleTransitAndCapacity(transits, 0, limits, True, "driving")


def drivers(model: Model) -> None:
    """The people of the day can drive the vehicles used, those with licence C the heavy ones."""
    if model.case.people is None:
        return
    people, heavy_people = model.case.people
    model.routing.SetMaximumNumberOfActiveVehicles(people)
    heavy = [v for v, vehicle in enumerate(model.vehicles) if vehicle.needs_licence_c]
    if len(heavy) > heavy_people:
        active = [model.routing.ActiveVehicleVar(v) for v in heavy]
        model.solver.Add(model.solver.Sum(active) <= heavy_people)


def cost(model: Model) -> None:
    """Millicents: vehicles used, km, hours from first arrival to last departure; leaving out a stop costs more than a day."""
    case, routing = model.case, model.routing
    time = routing.GetDimensionOrDie("time")
    known: dict[tuple[int, int], int] = {}
    for v, vehicle in enumerate(model.vehicles):
        price, metres = vehicle.millicents_per_km, case.day.driven(vehicle)
        if (id(metres), price) not in known:
            table = [[metres[a][b] * price // 1000 for b in case.places] for a in case.places]
            known[id(metres), price] = routing.RegisterTransitMatrix(table)
        routing.SetArcCostEvaluatorOfVehicle(known[id(metres), price], v)
        routing.SetFixedCostOfVehicle(vehicle.cents_per_day * 1000, v)
        time.SetSpanCostCoefficientForVehicle(round_div(vehicle.millicents_per_h, 3600), v)
    for node, task in model.stops:
        routing.AddDisjunction([model.index(node)], UNSERVED_MILLICENTS + task.load_g * 1000)
    for node in model.reloads:
        routing.AddDisjunction([model.index(node)], 0)


def round_div(value: int, by: int) -> int:
    """Division rounded to the nearest integer."""
    return (2 * value + by) // (2 * by)


RULES: Sequence[Callable[[Model], None]] = (
    driving_time,
    opening_hours,
    which_vehicle,
    loads,
    trips,
    packed_baskets,
    longest_days,
    time_at_the_wheel,
    drivers,
    cost,
)
