"""What every routing engine offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Tour


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


@runtime_checkable
class Improver(Protocol):
    """A routing engine that can go on from tours."""

    def improved(self, problem: RoutingProblem, tours: Sequence[Tour], *, effort: Effort, seed: int) -> Routing:
        """Return tours at least as good as those given, which must keep every T rule, as far as exact timing allows; else as ``Router.route``."""
        ...
