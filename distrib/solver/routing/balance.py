"""The week's hours shared evenly among vehicles that are alike: it costs nothing, because they drive alike."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import Tour
from distrib.solver.routing.eligibility import runs_on


def balanced(dataset: Dataset, tours: Sequence[Tour]) -> tuple[Tour, ...]:
    """The same tours on other vehicles of the same make, weekdays and prices; vehicles settled for a site keep theirs.

    Dates from the longest day of work on, and on each the longest tours first, go to the vehicle with the fewest hours so far,
    then the first by id. (Longest first, to the least loaded: Graham 1969, doi:10.1137/0117039.)
    """
    alike: dict[Vehicle, list[Vehicle]] = defaultdict(list)
    settled = {row.vehicle_id for row in dataset.fixed_days}
    for vehicle in dataset.vehicles:
        own = vehicle.vehicle_id in settled
        alike[vehicle if own else replace(vehicle, vehicle_id="")].append(vehicle)
    found: list[Tour] = []
    for kind, members in alike.items():
        ids = {vehicle.vehicle_id for vehicle in members}
        found += _shared(members, [tour for tour in tours if tour.vehicle_id in ids], kind)
    return tuple(sorted(found, key=lambda tour: (tour.date, tour.vehicle_id)))


def seconds(tour: Tour) -> int:
    """From first arrival to last departure."""
    return tour.trips[-1].end_s - tour.trips[0].start_s


def _shared(members: Sequence[Vehicle], tours: Sequence[Tour], kind: Vehicle) -> list[Tour]:
    by_date: dict[dt.date, list[Tour]] = defaultdict(list)
    for tour in tours:
        by_date[tour.date].append(tour)
    worked = {vehicle.vehicle_id: 0 for vehicle in members}
    found = []
    for date in sorted(by_date, key=lambda day: (-max(map(seconds, by_date[day])), day)):
        free = set(worked) if runs_on(kind, date) else {tour.vehicle_id for tour in by_date[date]}
        for tour in sorted(by_date[date], key=lambda tour: (-seconds(tour), tour.vehicle_id)):
            chosen = min(free, key=lambda vehicle_id: (worked[vehicle_id], vehicle_id))
            free.discard(chosen)
            worked[chosen] += seconds(tour)
            found.append(replace(tour, vehicle_id=chosen))
    return found
