"""distrib: a weekly food-aid plan that is fair and provably so.

The public functions, loaded when first used:

- ``read_dataset(path, scenarios=())`` → (Dataset, warnings)
- ``plan_week(dataset, effort="standard", seed=0, …)`` → PlannedWeek
- ``check(dataset, plan)`` → the breaches of a plan, empty when it keeps every rule
- ``replay(dataset, scenarios, out=…)`` → plans of scenarios and their comparison
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from distrib.version import __version__

if TYPE_CHECKING:
    from distrib.checker import check
    from distrib.io.reading import read_dataset
    from distrib.pipeline import plan_week
    from distrib.replay import replay


__all__ = ["__version__", "check", "plan_week", "read_dataset", "replay"]

_HOMES = {
    "check": "distrib.checker",
    "plan_week": "distrib.pipeline",
    "read_dataset": "distrib.io.reading",
    "replay": "distrib.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'distrib' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
