"""What is out of use from a moment on, as people write it."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from distrib.errors import UsageError
from distrib.model.dataset import Dataset
from distrib.units import SECONDS_PER_DAY

EVENT = re.compile(
    r"(vehicle|site|farm)\s+(\S+)\s+(out|shut)(?:\s+until\s+(\d{4}-\d\d-\d\d)(?:[T\s]\s*(\d\d:\d\d))?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What is out of use from a moment on, to the end of the week or until a moment at which it is back.

    ``back``: that moment by kind (vehicle, site or farm) and id.
    """

    vehicles: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    farms: frozenset[str] = frozenset()
    back: tuple[tuple[str, str, dt.datetime], ...] = ()

    def back_at(self, kind: str, name: str) -> dt.datetime | None:
        """Return the moment at which something out of use is back; None when it is not this week."""
        return next((moment for k, n, moment in self.back if (k, n) == (kind, name)), None)

    def out_until_s(self, kind: str, name: str, date: dt.date) -> int:
        """Return the second of a date until which something is out of use: 0 for not at all, beyond the day's last for all of it."""
        if name not in {"vehicle": self.vehicles, "site": self.sites, "farm": self.farms}[kind]:
            return 0
        back = self.back_at(kind, name)
        if back is None or back.date() > date:
            return SECONDS_PER_DAY + 1
        return 0 if back.date() < date else back.hour * 3600 + back.minute * 60


def events_of(dataset: Dataset, texts: Sequence[str], moment: dt.datetime) -> Events:
    """Return the events that texts like ``vehicle V03 out``, ``site S041 shut`` or ``farm F07 shut until 2020-04-24`` name.

    Args:
        dataset: of the plan.
        texts: one event each; ``until`` names the date on which it is back, or the date and time (``2020-04-24 14:00``).
        moment: from when on; what is back is back later.

    Raises:
        UsageError: a text that is no event, an id that the plan does not know, or a date or time that is none or not to come.
    """
    known: dict[str, Mapping[str, object]] = {
        "vehicle": dataset.vehicle_by_id,
        "site": dataset.site_by_id,
        "farm": dataset.farm_by_id,
    }
    found: dict[str, set[str]] = defaultdict(set)
    back: dict[tuple[str, str], dt.datetime] = {}
    for text in texts:
        match = EVENT.fullmatch(text.strip())
        if match is None:
            raise UsageError(
                f"{text!r} is no event: write 'vehicle V03 out', 'site S041 shut' or 'farm F07 shut', with 'until 2020-04-24' or 'until 2020-04-24 14:00' if it is back then"
            )
        kind, name = match[1].lower(), match[2]
        if name not in known[kind]:
            raise UsageError(f"no {kind} of the plan is called {name!r}")
        found[kind].add(name)
        if match[4]:
            back[kind, name] = _later(text, match[4], match[5], moment)
    return Events(
        vehicles=frozenset(found["vehicle"]),
        sites=frozenset(found["site"]),
        farms=frozenset(found["farm"]),
        back=tuple((kind, name, then) for (kind, name), then in sorted(back.items())),
    )


def lifted(dataset: Dataset, out: Events) -> Dataset:
    """Return the dataset with the vehicles that are out settled for no site any more: others may come in their place."""
    rows = [replace(row, vehicle_id="") if row.vehicle_id in out.vehicles else row for row in dataset.fixed_days]
    return replace(dataset, fixed_days=tuple(rows))


def _later(text: str, date: str, time: str | None, moment: dt.datetime) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(f"{date}T{time or '00:00'}")
    except ValueError as error:
        raise UsageError(f"{text!r}: {date} {time or ''} is no date and time".replace("  ", " ")) from error
    if found <= moment or (time is None and found.date() <= moment.date()):
        raise UsageError(f"{text!r}: until names when it is back, later than {moment.isoformat(timespec='minutes')}")
    return found
