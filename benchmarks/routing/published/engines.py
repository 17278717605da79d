"""The engines for published instances, by name; importing one imports only its own library."""

from __future__ import annotations

from importlib import import_module

from benchmarks.routing.published.instance import InstanceError
from benchmarks.routing.published.solving import Engine

MODULES = {
    "default": "hybrid",
    "pyvrp": "pyvrp_search",
    "ortools": "ortools_search",
    "vroom": "vroom_search",
    "baseline": "baseline",
}


def engine_named(name: str) -> Engine:
    """The search of an engine; raises InstanceError for a name that none has or a library that is not installed."""
    if name not in MODULES:
        raise InstanceError(f"no engine {name!r} for published instances; known: {', '.join(MODULES)}")
    try:
        module = import_module(f"benchmarks.routing.published.{MODULES[name]}")
    except ImportError as fault:
        raise InstanceError(f"engine {name!r} needs a library that is not installed: {fault}") from fault
    search: Engine = module.search
    return search
