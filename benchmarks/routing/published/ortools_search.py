"""OR-Tools' RoutingModel on a published instance: guided local search from the baseline's routes on.

Begun from the library's own first solutions it ends far worse: they do not weigh the vehicles' fixed costs, and with
reloads and release times none is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.routing.published import baseline
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run, cost_of

FIRST_SHARE = 0.1
"""Share of the time for the baseline."""
SPARE = 2
"""Vehicles of each kind beyond those that the baseline uses; and one in five."""
SPARE_RELOADS = 5
LONGEST_S = 86_400
"""The library asks for a limit of its own; the deadline ends the search."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best routes of the time, from a seed of the baseline (the library has none)."""
    first = baseline.search(scaled, deadline.part(FIRST_SHARE), seed)
    model = _Model(scaled, first)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(LONGEST_S)
    model.routing.AddSearchMonitor(model.routing.solver().CustomLimit(lambda: not deadline.left))
    model.routing.CloseModelWithParameters(parameters)
    start = model.routing.ReadAssignmentFromRoutes(model.routes(first), True)
    found = None
    if start is not None:
        found = model.routing.SolveFromAssignmentWithParameters(start, parameters)
    runs = first if found is None else model.runs(found)
    return min(runs, first, key=lambda answer: baseline.worth(scaled, answer))


class _Model:
    """Node 0 is the depot, then the stops, then reload visits."""

    def __init__(self, scaled: Scaled, first: Sequence[Run]) -> None:
        self.scaled = scaled
        self.kind_of = [
            k
            for k, kind in enumerate(scaled.kinds)
            for _ in range(_vehicles(kind.useful, [r for r in first if r.kind == k]))
        ]
        stops = scaled.instance.stops
        reloads = sum(run.stops.count(0) for run in first) + SPARE_RELOADS if scaled.instance.multi_trip else 0
        self.reloads = range(stops + 1, stops + 1 + reloads)
        self.place = np.array([*range(stops + 1), *[0] * len(self.reloads)])
        self.manager = pywrapcp.RoutingIndexManager(len(self.place), len(self.kind_of), 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._costs()
        self._loads()
        self._times()
        dear = 2 * sum(cost_of(scaled, run) for run in first) + 10**6
        for node in range(1, stops + 1):
            self.routing.AddDisjunction([self._index(node)], dear)
        for node in self.reloads:
            self.routing.AddDisjunction([self._index(node)], 0)
            able = [v for v, k in enumerate(self.kind_of) if scaled.kinds[k].reloads]
            self.routing.VehicleVar(self._index(node)).SetValues([-1, *able])

    def _index(self, node: int) -> int:
        return int(self.manager.NodeToIndex(node))

    def _costs(self) -> None:
        legs = self.scaled.distance[np.ix_(self.place, self.place)]
        known: dict[int, int] = {}
        for v, k in enumerate(self.kind_of):
            kind = self.scaled.kinds[k]
            if kind.per_distance not in known:
                known[kind.per_distance] = self.routing.RegisterTransitMatrix((legs * kind.per_distance).tolist())
            self.routing.SetArcCostEvaluatorOfVehicle(known[kind.per_distance], v)
            self.routing.SetFixedCostOfVehicle(kind.fixed, v)

    def _loads(self) -> None:
        """Load counted up along a trip; a reload brings it back to nothing."""
        capacities = [self.scaled.kinds[k].capacity for k in self.kind_of]
        taken = [*self.scaled.demand, *[-max(capacities)] * len(self.reloads)]
        unary = self.routing.RegisterUnaryTransitVector(taken)
        slack = max(capacities) if self.reloads else 0
        self.routing.AddDimensionWithVehicleCapacity(unary, slack, capacities, True, "load")
        load = self.routing.GetDimensionOrDie("load")
        for node in range(1, self.scaled.instance.stops + 1):
            load.SlackVar(self._index(node)).SetValue(0)
        for v in range(len(self.kind_of)):
            load.SlackVar(self.routing.Start(v)).SetValue(0)

    def _times(self) -> None:
        """Windows and hours of the depot; a trip leaves once all of its stops are released."""
        scaled = self.scaled
        if scaled.windows is None and not any(scaled.release):
            return
        service = np.array(scaled.service)[self.place]
        legs = scaled.distance[np.ix_(self.place, self.place)] + service[:, None]
        horizon = scaled.windows[0][1] if scaled.windows else int(legs.sum()) + max(scaled.release)
        transit = self.routing.RegisterTransitMatrix(legs.tolist())
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        time = self.routing.GetDimensionOrDie("time")
        opens = scaled.windows[0][0] if scaled.windows else 0
        for v in range(len(self.kind_of)):
            time.CumulVar(self.routing.Start(v)).SetRange(opens, horizon)
            time.CumulVar(self.routing.End(v)).SetRange(opens, horizon)
            self.routing.AddVariableMinimizedByFinalizer(time.CumulVar(self.routing.End(v)))
        for node in range(1, scaled.instance.stops + 1):
            early, late = scaled.windows[node] if scaled.windows else (0, horizon)
            time.CumulVar(self._index(node)).SetRange(early, min(late, horizon))
        if any(scaled.release):
            self._releases(time, horizon)

    def _releases(self, time: Any, horizon: int) -> None:
        """``begun`` is when the present trip left: the same at all of its stops, no earlier than the release of each."""
        routing, scaled = self.routing, self.scaled
        routing.AddConstantDimensionWithSlack(0, horizon, horizon, False, "begun")
        begun = routing.GetDimensionOrDie("begun")
        for node in range(1, scaled.instance.stops + 1):
            begun.SlackVar(self._index(node)).SetValue(0)
            begun.CumulVar(self._index(node)).SetMin(min(scaled.release[node], horizon))
        everywhere = range(routing.Size() + len(self.kind_of))
        begins = [begun.CumulVar(at) for at in everywhere]
        arrivals = [time.CumulVar(at) for at in everywhere]
        starts = [routing.Start(v) for v in range(len(self.kind_of))]
        for at in [*starts, *map(self._index, self.reloads)]:
            following = routing.NextVar(at)
            begin = routing.solver().Element(begins, following)
            arrival = routing.solver().Element(arrivals, following)
            routing.solver().Add(arrival >= begin + time.FixedTransitVar(at))

    def routes(self, first: Sequence[Run]) -> list[list[int]]:
        """Indices by vehicle of the routes to begin with."""
        free = iter(self.reloads)
        left = list(first)
        found = []
        for kind in self.kind_of:
            run = next((run for run in left if run.kind == kind), None)
            if run is None:
                found.append([])
                continue
            left.remove(run)
            found.append([self._index(place if place else next(free)) for place in run.stops])
        return found

    def runs(self, found: Any) -> list[Run]:
        """The solution as runs, empty trips taken out."""
        done = []
        for v, kind in enumerate(self.kind_of):
            stops: list[int] = []
            at = found.Value(self.routing.NextVar(self.routing.Start(v)))
            while not self.routing.IsEnd(at):
                place = int(self.place[self.manager.IndexToNode(at)])
                if place or (stops and stops[-1]):
                    stops.append(place)
                at = found.Value(self.routing.NextVar(at))
            while stops and stops[-1] == 0:
                stops.pop()
            if stops:
                done.append(Run(kind=kind, stops=tuple(stops)))
        return done


def _vehicles(useful: int, used: Sequence[Run]) -> int:
    """How many vehicles of a kind are offered: those of the first routes and some spare ones."""
    return min(useful, len(used) + SPARE + len(used) // 5)
