"""The constructive engine that every other one must beat: regret insertion day by day, then a few rounds of repair."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour
from distrib.solver.routing.construction import Draft, construct, empty_draft, improve, insert
from distrib.solver.routing.day import Day, days_of
from distrib.solver.routing.result import routing_of, tours_of

ROUNDS = {Effort.QUICK: 100, Effort.STANDARD: 300, Effort.THOROUGH: 1500}
"""Rounds of taking out and putting back, per day."""

CONSTRUCTION_ALONE = dict.fromkeys(Effort, 0)
"""No rounds, and of the constructions the first one only: the fastest answer there is."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Regret insertion with several trips a day, drops and picks on one trip, breaks, and drivers by licence."""

    name: str = "baseline"
    features: frozenset[str] = frozenset({"picks", "breaks", "depots", "windows", "trips"})
    rounds: Mapping[Effort, int] = field(default_factory=lambda: ROUNDS)

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; what no vehicle could take is in ``unrouted``, with its reason.

        Args:
            problem: the tasks of a week; its dataset is resolved.
            effort: rounds of improvement.
            seed: of the improvement.
        """
        tours: list[Tour] = []
        for day in days_of(problem):
            tours += tours_of(day, plan_day(day, rounds=self.rounds[effort], seed=seed))
        return routing_of(problem, tours)


def plan_day(day: Day, *, rounds: int, seed: int) -> Draft:
    """The baseline's draft of one day; without any rounds a single insertion."""
    if not rounds:
        return insert(day, empty_draft(day))
    return improve(day, construct(day), rounds=rounds, rng=random.Random(f"{seed}/{day.date.isoformat()}"))
