"""What is out of use from a moment on, as people write it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distrib.errors import UsageError
from distrib.model.dataset import Dataset

EVENT = re.compile(r"(vehicle|site|farm)\s+(\S+)\s+(out|shut)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What is out of use from a moment on, to the end of the week."""

    vehicles: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    farms: frozenset[str] = frozenset()


def events_of(dataset: Dataset, texts: Sequence[str]) -> Events:
    """Return the events that texts like ``vehicle V03 out``, ``site S041 shut`` or ``farm F07 shut`` name.

    Raises:
        UsageError: a text that is no event, or an id that the plan does not know.
    """
    known: dict[str, Mapping[str, object]] = {
        "vehicle": dataset.vehicle_by_id,
        "site": dataset.site_by_id,
        "farm": dataset.farm_by_id,
    }
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        match = EVENT.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"{text!r} is no event: write 'vehicle V03 out', 'site S041 shut' or 'farm F07 shut'")
        kind, name = match[1].lower(), match[2]
        if name not in known[kind]:
            raise UsageError(f"no {kind} of the plan is called {name!r}")
        found[kind].add(name)
    return Events(vehicles=frozenset(found["vehicle"]), sites=frozenset(found["site"]), farms=frozenset(found["farm"]))
