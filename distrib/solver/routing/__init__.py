"""Routing engines.

A new engine is one file (or folder) and one line here; the shared test suite of the engines then runs on it.
"""

from __future__ import annotations

from collections.abc import Callable

from distrib.errors import UsageError
from distrib.solver.routing.protocol import Router

DEFAULT = "ruin_recreate"


def routers() -> dict[str, Router]:
    """Return the routing engines by name; this imports what they need."""
    return {name: make() for name, make in _ENGINES.items()}


def router(name: str) -> Router:
    """Return a routing engine; only its own imports are made.

    Raises:
        UsageError: for a name that no engine has.
    """
    if name not in _ENGINES:
        raise UsageError(f"there is no routing engine {name!r}; known: {', '.join(_ENGINES)}")
    return _ENGINES[name]()


def _baseline() -> Router:
    from distrib.solver.routing.baseline import Baseline

    return Baseline()


def _ortools() -> Router:
    from distrib.solver.routing.ortools_engine import OrTools

    return OrTools()


def _pyvrp() -> Router:
    from distrib.solver.routing.pyvrp_engine import PyVrp

    return PyVrp()


def _ruin_recreate() -> Router:
    from distrib.solver.routing.ruin_recreate.engine import RuinRecreateRouter

    return RuinRecreateRouter()


_ENGINES: dict[str, Callable[[], Router]] = {
    "baseline": _baseline,
    "ortools": _ortools,
    "pyvrp": _pyvrp,
    "ruin_recreate": _ruin_recreate,
}
