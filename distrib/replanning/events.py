"""What is out of use from a moment on, as people write it."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from distrib.errors import UsageError
from distrib.model.dataset import Dataset

EVENT = re.compile(r"(vehicle|site|farm)\s+(\S+)\s+(out|shut)(?:\s+until\s+(\d{4}-\d\d-\d\d))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What is out of use from a moment on, to the end of the week or until a date on which it is back.

    ``back``: that date by kind (vehicle, site or farm) and id.
    """

    vehicles: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    farms: frozenset[str] = frozenset()
    back: tuple[tuple[str, str, dt.date], ...] = ()

    def back_on(self, kind: str, name: str) -> dt.date | None:
        """Return the date on which something out of use is back; None when it is not this week."""
        return next((date for k, n, date in self.back if (k, n) == (kind, name)), None)


def events_of(dataset: Dataset, texts: Sequence[str], today: dt.date) -> Events:
    """Return the events that texts like ``vehicle V03 out``, ``site S041 shut`` or ``farm F07 shut until 2020-04-24`` name.

    Args:
        dataset: of the plan.
        texts: one event each; ``until`` names the date on which it is back, a later one than ``today``.
        today: from when on.

    Raises:
        UsageError: a text that is no event, an id that the plan does not know, or a date that is none or not to come.
    """
    known: dict[str, Mapping[str, object]] = {
        "vehicle": dataset.vehicle_by_id,
        "site": dataset.site_by_id,
        "farm": dataset.farm_by_id,
    }
    found: dict[str, set[str]] = defaultdict(set)
    back: dict[tuple[str, str], dt.date] = {}
    for text in texts:
        match = EVENT.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                f"{text!r} is no event: write 'vehicle V03 out', 'site S041 shut' or 'farm F07 shut', with 'until 2020-04-24' if it is back then"
            )
        kind, name = match[1].lower(), match[2]
        if name not in known[kind]:
            raise UsageError(f"no {kind} of the plan is called {name!r}")
        found[kind].add(name)
        if match[4]:
            back[kind, name] = _later(text, match[4], today)
    return Events(
        vehicles=frozenset(found["vehicle"]),
        sites=frozenset(found["site"]),
        farms=frozenset(found["farm"]),
        back=tuple((kind, name, date) for (kind, name), date in sorted(back.items())),
    )


def _later(text: str, written: str, today: dt.date) -> dt.date:
    try:
        date = dt.date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(f"{text!r}: {written} is no date") from error
    if date <= today:
        raise UsageError(f"{text!r}: until names the day on which it is back, later than {today.isoformat()}")
    return date
