"""OR-Tools' RoutingModel on a published instance: best insertion or savings, then guided local search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run

RELOADS_OVER_LOAD = 1.3
"""Reload visits offered: this times the trips that the load alone asks for."""
FIRST = routing_enums_pb2.FirstSolutionStrategy


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """The best routes of the time; none when the library finds none. It has no seed."""
    del seed
    for start in (FIRST.PARALLEL_CHEAPEST_INSERTION, FIRST.SAVINGS, FIRST.PATH_CHEAPEST_ARC):
        model = _Model(scaled)
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = start
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(max(1, int(deadline.left * 1000)))
        found = model.routing.SolveWithParameters(parameters)
        if found is not None:
            return model.runs(found)
    return ()


class _Model:
    """Node 0 is the depot, then the stops, then reload visits."""

    def __init__(self, scaled: Scaled) -> None:
        self.scaled = scaled
        self.kind_of = [k for k, kind in enumerate(scaled.kinds) for _ in range(kind.useful)]
        stops = scaled.instance.stops
        reloading = sum(kind.useful for kind in scaled.kinds if kind.reloads)
        smallest = min(kind.capacity for kind in scaled.kinds)
        trips = int(RELOADS_OVER_LOAD * sum(scaled.demand) / max(1, smallest)) + reloading
        self.reloads = range(stops + 1, stops + 1 + (min(trips, stops) if reloading else 0))
        self.place = np.array([*range(stops + 1), *[0] * len(self.reloads)])
        self.manager = pywrapcp.RoutingIndexManager(len(self.place), len(self.kind_of), 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._costs()
        self._loads()
        self._times()
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
