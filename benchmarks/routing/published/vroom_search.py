"""VROOM (package ``pyvroom``, not among the dependencies) on a published instance: one trip a vehicle, no release times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import vroom

from benchmarks.routing.published.instance import InstanceError
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run

EXPLORATION = 5
"""The most thorough; the search ends by itself, often long before the deadline."""


def search(scaled: Scaled, deadline: Deadline, seed: int) -> Sequence[Run]:
    """What VROOM finds on one thread; it has no seed. Raises InstanceError for reloads and release times."""
    del seed
    if scaled.instance.multi_trip or any(scaled.release):
        raise InstanceError("VROOM has neither reloads nor release times")
    problem = vroom.Input()
    problem.set_durations_matrix("car", scaled.distance.astype(np.uint32))
    kinds: list[int] = []
    for k, kind in enumerate(scaled.kinds):
        for _ in range(kind.useful):
            problem.add_vehicle(_vehicle(scaled, k, len(kinds)))
            kinds.append(k)
    for place in range(1, scaled.instance.stops + 1):
        windows = [] if scaled.windows is None else [vroom.TimeWindow(*scaled.windows[place])]
        problem.add_job(
            vroom.Job(
                place,
                place,
                default_service=scaled.service[place],
                delivery=vroom.Amount([scaled.demand[place]]),
                time_windows=windows,
            )
        )
    found = problem.solve(EXPLORATION, nb_threads=1, timeout=dt.timedelta(seconds=max(0.1, deadline.left)))
    stops: dict[int, list[int]] = {}
    for step in found.routes.itertuples():
        if step.type == "job":
            stops.setdefault(int(step.vehicle_id), []).append(int(step.id))
    return [Run(kind=kinds[van], stops=tuple(route)) for van, route in sorted(stops.items())]


def _vehicle(scaled: Scaled, k: int, number: int) -> vroom.Vehicle:
    """Its cost is per second of driving, which is a unit of distance here."""
    kind = scaled.kinds[k]
    hours = {} if scaled.windows is None else {"time_window": vroom.TimeWindow(*scaled.windows[0])}
    return vroom.Vehicle(
        number,
        start=0,
        end=0,
        capacity=vroom.Amount([kind.capacity]),
        costs=vroom.VehicleCosts(fixed=kind.fixed, per_hour=3600 * kind.per_distance),
        **hours,
    )
