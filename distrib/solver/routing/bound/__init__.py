"""A proven lower bound of what carrying the given stops costs."""

from __future__ import annotations

from distrib.solver.routing.bound.transport import DateBound, TransportBound, transport_bound

__all__ = ["DateBound", "TransportBound", "transport_bound"]
