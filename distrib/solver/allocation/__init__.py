"""Allocation engines.

A new engine is one file and one line here; the shared test suite of the engines then runs on it.
"""

from __future__ import annotations

from distrib.errors import UsageError
from distrib.solver.allocation.greedy import GreedyAllocator
from distrib.solver.allocation.leximin import LeximinAllocator
from distrib.solver.allocation.protocol import Allocator

DEFAULT = "leximin"


def allocators() -> dict[str, Allocator]:
    """Return the allocation engines by name."""
    engines: tuple[Allocator, ...] = (GreedyAllocator(), LeximinAllocator())
    return {engine.name: engine for engine in engines}


def allocator(name: str) -> Allocator:
    """Return an allocation engine.

    Raises:
        UsageError: for a name that no engine has.
    """
    engines = allocators()
    if name not in engines:
        raise UsageError(f"there is no allocation engine {name!r}; known: {', '.join(engines)}")
    return engines[name]
