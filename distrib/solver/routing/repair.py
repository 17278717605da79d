"""What exact timing refuses of a search that simplified the rules, made drivable again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from distrib.solver.routing.construction import Draft, insert
from distrib.solver.routing.day import Day
from distrib.solver.routing.insertion import VehicleDay

Trips = Sequence[Sequence[int]]


def with_trips(day: Day, draft: Draft, found: Mapping[int, Trips], *, repair: bool = True) -> Draft | None:
    """The draft with these trips by vehicle; what no trip carries then is put in where it fits.

    Trips that exact timing refuses are cut where ``repair`` asks for it, else the answer is None.
    """
    runs = list(draft.runs)
    for v, trips in found.items():
        run = VehicleDay.of(runs[v].rules, trips)
        if run is None and not repair:
            return None
        runs[v] = drivable(runs[v], trips) if run is None else run
    carried = {t for run in runs for trip in run.trips for t in trip}
    everything = frozenset(range(len(day.tasks)))
    return insert(day, replace(draft, runs=tuple(runs), left=everything - carried))


def drivable(run: VehicleDay, trips: Trips) -> VehicleDay:
    """The vehicle's day with these trips; stops are taken off its end while exact timing, breaks included, refuses it."""
    kept = [list(trip) for trip in trips]
    while True:
        found = VehicleDay.of(run.rules, kept)
        if found is not None:
            return found
        kept[-1].pop()
        kept = [trip for trip in kept if trip]
