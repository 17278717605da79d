"""What an engine for published instances is asked and what it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from benchmarks.routing.published.instance import Instance, Route
from benchmarks.routing.published.scaled import Scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Seconds to work, counted from the making of this object by the clock given (the wall's unless said)."""

    seconds: float
    clock: Callable[[], float] = time.perf_counter
    started: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.started < 0:
            object.__setattr__(self, "started", self.clock())

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    @property
    def left(self) -> float:
        """Seconds left, 0 when over."""
        return max(0.0, self.seconds - self.spent)

    def part(self, share: float) -> Deadline:
        """A deadline after this share of the seconds, by the same start and clock."""
        return replace(self, seconds=share * self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A vehicle's stops (a 0 is a reload) and its kind, by position in ``Scaled.kinds``."""

    kind: int
    stops: Route


Engine = Callable[[Scaled, Deadline, int], Sequence[Run]]
"""Runs found for an instance until the deadline, from a seed; stops may be missing where no place was found for them."""


def routes_of(instance: Instance, scaled: Scaled, runs: Sequence[Run]) -> tuple[Route, ...]:
    """Routes as a ``.sol`` lists them: by vehicle where vehicles differ (unused ones empty), else the used ones.

    Raises ValueError when there are more runs of a kind than vehicles.
    """
    used = [run for run in runs if any(run.stops)]
    if not instance.fleet_in_order:
        return tuple(run.stops for run in used)
    routes: list[Route] = [()] * len(instance.vans)
    free = [iter(kind.vans) for kind in scaled.kinds]
    for run in used:
        van = next(free[run.kind], None)
        if van is None:
            raise ValueError("more routes of a kind than vehicles")
        routes[van] = run.stops
    return tuple(routes)


def cost_of(scaled: Scaled, run: Run) -> int:
    """Whole-number cost of a run."""
    kind = scaled.kinds[run.kind]
    return kind.fixed + kind.per_distance * length_of(scaled, run.stops)


def length_of(scaled: Scaled, stops: Route) -> int:
    """Length of a run, depot to depot."""
    return sum(int(scaled.distance[a, b]) for a, b in pairwise((0, *stops, 0)))
