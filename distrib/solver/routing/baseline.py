"""The constructive engine that every other one must beat: regret insertion day by day, then a few rounds of repair."""

from __future__ import annotations

import random

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.construction import Draft, construct, improve
from distrib.solver.routing.day import Day, days_of
from distrib.solver.routing.result import routing_of, tours_of

ROUNDS = {Effort.QUICK: 100, Effort.STANDARD: 300, Effort.THOROUGH: 1500}
"""Rounds of taking out and putting back, per day."""


class Baseline:
    """Regret insertion with several trips a day, drops and picks on one trip, breaks, and drivers by licence."""

    name = "baseline"
    features = frozenset({"picks", "breaks", "depots", "windows", "trips"})

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; what no vehicle could take is in ``unrouted``, with its reason.

        Args:
            problem: the tasks of a week; its dataset is resolved.
            effort: rounds of improvement.
            seed: of the improvement.
        """
        tours: list[Tour] = []
        for day in days_of(problem):
            tours += tours_of(day, plan_day(day, effort=effort, seed=seed))
        return routing_of(problem, tours)


def plan_day(day: Day, *, effort: Effort, seed: int) -> Draft:
    """The baseline's draft of one day."""
    return improve(day, construct(day), rounds=ROUNDS[effort], rng=random.Random(f"{seed}/{day.date.isoformat()}"))
