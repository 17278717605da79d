"""What every routing engine offers."""

from __future__ import annotations

from typing import Protocol

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem


class Router(Protocol):
    """A routing engine: one method, a name, and the features it supports.

    Features: ``picks``, ``breaks``, ``depots`` (several), ``windows`` (several a day), ``trips`` (several a day).
    """

    @property
    def name(self) -> str:
        """Name of the engine, as in the registry."""
        ...

    @property
    def features(self) -> frozenset[str]:
        """What it supports."""
        ...

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return tours that keep every T rule; tasks that no tour carries are in ``unrouted``.

        The same problem, effort and seed give the same answer on any number of cores.
        """
        ...
