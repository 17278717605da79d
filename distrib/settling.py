"""Tours of a plan as rows of the table ``fixed_days``: what keeps them when the week is planned again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from distrib.errors import UsageError
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from distrib.model.territory import FixedDay
from distrib.units import SECONDS_PER_DAY, WEEKDAYS


def settled_tours(dataset: Dataset, plan: Plan, tours: Sequence[str]) -> tuple[FixedDay, ...]:
    """Return what keeps tours: day, vehicle and, within ``same_time_s``, the start of each place of drop.

    Other days on which these places get baskets are settled too, by the day alone; so are the days of sites relayed there.

    Args:
        dataset: of the plan.
        plan: with the tours.
        tours: a vehicle and a weekday each, like ``V3 tue``.

    Raises:
        UsageError: a text that is not that, or a vehicle that makes no drop that day.
    """
    near_s = dataset.settings.objective.same_time_s
    found: dict[tuple[str, int], FixedDay] = {}
    for text in tours:
        vehicle_id, weekday = _named(text)
        stops = [
            r
            for r in plan.stops
            if (r.vehicle_id, r.date.weekday(), r.place_kind) == (vehicle_id, weekday, "site") and r.drop_baskets
        ]
        if not stops:
            raise UsageError(f"{text!r}: {vehicle_id} makes no drop on {WEEKDAYS[weekday]} in the plan")
        for row in stops:
            before = found.get((row.place_id, weekday))
            first, last = max(0, row.start_s - near_s), min(SECONDS_PER_DAY - 1, row.start_s + near_s)
            if before is not None and before.vehicle_id != vehicle_id:
                raise UsageError(f"{row.place_id} is served by {before.vehicle_id} and {vehicle_id} on that day")
            if before is not None and before.from_s is not None and before.until_s is not None:
                first, last = min(first, before.from_s), max(last, before.until_s)
            found[row.place_id, weekday] = FixedDay(
                site_id=row.place_id, weekday=weekday, vehicle_id=vehicle_id, from_s=first, until_s=last
            )
    places = {place for place, _ in found}
    days: dict[str, set[int]] = defaultdict(set)
    for delivery in plan.deliveries:
        if delivery.dropped_at_site_id in places:
            days[delivery.site_id].add(delivery.date.weekday())
            days[delivery.dropped_at_site_id].add(delivery.date.weekday())
    for site_id, weekdays in days.items():
        for weekday in weekdays:
            found.setdefault((site_id, weekday), FixedDay(site_id=site_id, weekday=weekday))
    return tuple(row for _, row in sorted(found.items()))


def _named(text: str) -> tuple[str, int]:
    parts = text.split()
    if len(parts) != 2 or parts[1].lower() not in WEEKDAYS:
        raise UsageError(f"{text!r} is no tour: write a vehicle and a day, like 'V3 tue'")
    return parts[0], WEEKDAYS.index(parts[1].lower())
