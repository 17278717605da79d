"""PyVRP on a published instance: its local search, perturbation and penalties, iterated as its own ``solve`` does.

The loop is written out here so that other searches can look at every solution met and put better ones in. Two things
differ from ``solve``: penalties begin at what a unit of load or time costs in this instance (the library begins at half of
``max_penalty``, which takes tens of thousands of iterations to come down), and their limit follows from that.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning, ScalingWarning
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.RingBuffer import RingBuffer
from pyvrp.search import OPERATORS, LocalSearch, NeighbourhoodParams, PerturbationManager, compute_neighbours

from benchmarks.routing.published.scaled import Kind, Scaled
from benchmarks.routing.published.solving import Deadline, Run

HISTORY = 300
"""Solutions that late acceptance looks back."""
PATIENCE = 150_000
"""Iterations without a better solution after which the search goes on from the best."""
FIRST_PENALTY = 1
"""First price of a unit too much, in mean costs of what a leg brings. Ten leads large mixed fleets to poor kinds of vehicles."""
MOST_PENALTY = 10_000
"""Highest price of a unit too much, in first prices."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best routes that PyVRP finds in the time."""
    loop = Loop(scaled, seed)
    while deadline.left:
        loop.step()
    return loop.best_runs()


class Loop:
    """Iterated local search with late acceptance (Burke and Bykov 2017, doi:10.1016/j.ejor.2016.07.012)."""

    def __init__(self, scaled: Scaled, seed: int, fleet: Mapping[int, int] | None = None) -> None:
        """With ``fleet``, only so many vehicles of these kinds, paid already: their number is given, their price no matter."""
        self.scaled = scaled
        self.paid = fleet is not None
        self.kinds = sorted(fleet) if fleet is not None else list(range(len(scaled.kinds)))
        counts = [fleet[k] if fleet is not None else scaled.kinds[k].useful for k in self.kinds]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScalingWarning)
            self.data = model_of(scaled, self.kinds, counts, paid=self.paid)
        rng = pyvrp.RandomNumberGenerator(seed=seed)
        self.local_search = LocalSearch(
            self.data, rng, compute_neighbours(self.data, NeighbourhoodParams()), PerturbationManager()
        )
        for operator in OPERATORS:
            if operator.supports(self.data):
                self.local_search.add_operator(operator(self.data))
        self.penalties = _penalties(self.data)
        random = pyvrp.Solution.make_random(self.data, rng)
        self.first = self.local_search(random, self.penalties.max_cost_evaluator(), exhaustive=True)
        self.best = self.current = self.first
        self.history: RingBuffer[pyvrp.Solution] = RingBuffer(HISTORY)
        self.idle = 0

    def step(self) -> pyvrp.Solution:
        """One iteration; the solution that it met."""
        if self.idle == PATIENCE:
            self.history.clear()
            self.go_on_from(self.best)
        costs = self.penalties.cost_evaluator()
        met = candidate = self.local_search(self.current, costs, exhaustive=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            self.penalties.register(candidate)
        self.idle += 1
        if costs.cost(candidate) < costs.cost(self.best):
            self.best, self.idle = candidate, 0
            candidate = self.local_search(candidate, costs, exhaustive=True)
            if costs.cost(candidate) < costs.cost(self.best):
                self.best = met = candidate
        self._accept(candidate, costs)
        return met

    def _accept(self, candidate: pyvrp.Solution, costs: pyvrp.CostEvaluator) -> None:
        late = self.history.peek()
        late_cost = costs.penalised_cost(self.first if late is None else late)
        value, current_value = costs.penalised_cost(candidate), costs.penalised_cost(self.current)
        if value < late_cost or value < current_value:
            self.current, current_value = candidate, value
        if current_value < late_cost or late is None:
            self.history.append(self.current)
        else:
            self.history.skip()

    def go_on_from(self, solution: pyvrp.Solution) -> None:
        """Go on from this solution, which becomes the best if it is better; late acceptance still looks back."""
        costs = self.penalties.cost_evaluator()
        if costs.cost(solution) < costs.cost(self.best):
            self.best = solution
        self.current = solution
        self.idle = 0

    def cost(self, solution: pyvrp.Solution) -> int | None:
        """Whole-number cost of a solution; None when it is not feasible and complete."""
        if not (solution.is_feasible() and solution.is_complete()):
            return None
        cost = int(solution.distance_cost() + solution.fixed_vehicle_cost())
        if self.paid:
            cost += sum(self.scaled.kinds[self.kinds[route.vehicle_type()]].fixed for route in solution.routes())
        return cost

    def runs(self, solution: pyvrp.Solution) -> list[Run]:
        """A solution's routes, without empty trips."""
        return [self._run(route) for route in solution.routes() if route.num_clients()]

    def _run(self, route: pyvrp.Route) -> Run:
        stops: list[int] = []
        for activity in route.schedule():
            if activity.is_client():
                stops.append(activity.idx + 1)
            elif stops and stops[-1]:
                stops.append(0)
        while stops and stops[-1] == 0:
            stops.pop()
        return Run(kind=self.kinds[route.vehicle_type()], stops=tuple(stops))

    def best_runs(self) -> list[Run]:
        """The best solution's routes (not feasible ones where none was found)."""
        return self.runs(self.best)

    def solution(self, runs: Sequence[Run]) -> pyvrp.Solution:
        """A solution with these routes."""
        return pyvrp.Solution(
            self.data,
            [
                pyvrp.Route(self.data, [_activity(place) for place in run.stops], self.kinds.index(run.kind))
                for run in runs
            ],
        )


def _activity(place: int) -> pyvrp.Activity:
    if place == 0:
        return pyvrp.Activity(pyvrp.ActivityType.DEPOT, 0)
    return pyvrp.Activity(pyvrp.ActivityType.CLIENT, place - 1)


def _penalties(data: pyvrp.ProblemData) -> PenaltyManager:
    """Penalties that begin at some mean legs' cost per mean load, per mean leg's time, per mean leg's length."""
    legs = np.minimum.reduce([kind.unit_distance_cost * data.distance_matrix(0) for kind in data.vehicle_types()])
    load = max(1.0, float(np.mean([client.delivery[0] for client in data.clients()])))
    time = max(1.0, float(data.duration_matrix(0).mean()))
    length = max(1.0, float(data.distance_matrix(0).mean()))
    first = [max(1.0, FIRST_PENALTY * float(legs.mean()) / x) for x in (load, time, length)]
    params = PenaltyParams(max_penalty=MOST_PENALTY * max(first))
    return PenaltyManager(([first[0]], first[1], first[2]), params)


def model_of(scaled: Scaled, kinds: Sequence[int], counts: Sequence[int], *, paid: bool = False) -> pyvrp.ProblemData:
    """The instance as PyVRP has it: a vehicle type per kind (free to use when ``paid``), times only where there are any."""
    instance = scaled.instance
    timed = scaled.windows is not None or any(scaled.release)
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(float(x), float(y)) for x, y in instance.places],
        clients=[_client(scaled, place) for place in range(1, instance.stops + 1)],
        depots=[pyvrp.Depot(0, service_duration=scaled.service[0])],
        vehicle_types=[
            _vehicle_type(scaled, scaled.kinds[k], count, paid=paid) for k, count in zip(kinds, counts, strict=True)
        ],
        distance_matrices=[scaled.distance],
        duration_matrices=[scaled.distance if timed else np.zeros_like(scaled.distance)],
    )


def _client(scaled: Scaled, place: int) -> pyvrp.Client:
    window = {}
    if scaled.windows is not None:
        window = {"tw_early": scaled.windows[place][0], "tw_late": scaled.windows[place][1]}
    return pyvrp.Client(
        place,
        delivery=[scaled.demand[place]],
        service_duration=scaled.service[place],
        release_time=scaled.release[place],
        **window,
    )


def _vehicle_type(scaled: Scaled, kind: Kind, count: int, *, paid: bool) -> pyvrp.VehicleType:
    hours = {}
    if scaled.windows is not None:
        hours = {"tw_early": scaled.windows[0][0], "tw_late": scaled.windows[0][1]}
    return pyvrp.VehicleType(
        num_available=count,
        capacity=[kind.capacity],
        fixed_cost=0 if paid else kind.fixed,
        unit_distance_cost=kind.per_distance,
        reload_depots=[0] if kind.reloads else [],
        **hours,
    )
