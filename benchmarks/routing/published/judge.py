"""An independent check of routes against their instance, in exact arithmetic; shares no code with any engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt

from benchmarks.routing.published.instance import Instance, Number, Rounding, Route, Van

FINE = 10**12
"""Parts of a unit that an unrounded distance is known to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Cost in the file's own units, and every rule that the routes break, in words."""

    cost: Number
    breaches: tuple[str, ...]

    @property
    def feasible(self) -> bool:
        """True when no rule is broken."""
        return not self.breaches


def judge(instance: Instance, routes: Sequence[Route]) -> Verdict:
    """Cost and breaches of these routes.

    Where vehicles differ, route k is driven by vehicle k, so unused vehicles have empty routes; where they are all
    alike, empty routes may be left out.
    """
    breaches = _visits(instance, routes)
    known = [tuple(p for p in route if 0 <= p <= instance.stops) for route in routes]
    if instance.fleet_in_order and len(routes) > len(instance.vans):
        breaches.append(f"{len(routes)} routes for {len(instance.vans)} vehicles")
    elif not instance.fleet_in_order:
        known = [route for route in known if route]
        if len(known) > len(instance.vans):
            breaches.append(f"{len(known)} routes for {len(instance.vans)} vehicles")
    cost = Fraction(0)
    for k, (van, route) in enumerate(zip(instance.vans, known, strict=False), start=1):
        if route:
            breaches += [f"route {k}: {fault}" for fault in _route(instance, van, route)]
            length = sum((distance(instance, a, b) for a, b in pairwise((0, *route, 0))), Fraction(0))
            cost += van.fixed + van.per_distance * length
    return Verdict(cost=cost, breaches=tuple(breaches))


def distance(instance: Instance, a: int, b: int) -> Number:
    """Distance between two places, rounded as the instance asks for; exact."""
    (ax, ay), (bx, by) = instance.places[a], instance.places[b]
    square = (ax - bx) ** 2 + (ay - by) ** 2
    if instance.rounding is Rounding.INTEGER:  # floor(d + 1/2) = (floor(2 d) + 1) // 2
        return Fraction((_root_floor(4 * square) + 1) // 2)
    parts = 10 if instance.rounding is Rounding.TENTH else FINE
    return Fraction(_root_floor(parts * parts * square), parts)


def _root_floor(square: Number) -> int:
    """The square root rounded down, exactly."""
    return isqrt(square.numerator // square.denominator)


def _visits(instance: Instance, routes: Sequence[Route]) -> list[str]:
    """Each stop exactly once, nothing else."""
    count = Counter(place for route in routes for place in route if place != 0)
    found = [f"stop {k} is visited {count[k]} times" for k in range(1, instance.stops + 1) if count[k] != 1]
    return found + [f"no stop {k}" for k in sorted(count) if not 0 < k <= instance.stops]


def _route(instance: Instance, van: Van, route: Route) -> list[str]:
    """Loads, reloads and times of one vehicle, which does everything as early as it can."""
    trips: list[list[int]] = [[]]
    for place in route:
        if place:
            trips[-1].append(place)
        else:
            trips.append([])
    found = ["reloads, which this vehicle may not"] if len(trips) > 1 and not van.reloads else []
    for trip in trips:
        load = sum((instance.demand[place] for place in trip), Fraction(0))
        if load > van.capacity:
            found.append(f"carries {float(load):g}, holds {float(van.capacity):g}")
    return found + _times(instance, trips)


def _times(instance: Instance, trips: Sequence[Sequence[int]]) -> list[str]:
    if instance.windows is None and not any(instance.release):
        return []
    found = []
    opens, closes = instance.windows[0] if instance.windows is not None else (Fraction(0), None)
    now = opens
    for trip in trips:
        now = max([now, *(instance.release[place] for place in trip)]) + instance.service[0]
        for a, b in pairwise((0, *trip, 0)):
            now += distance(instance, a, b)
            if b == 0:
                continue
            if instance.windows is not None:
                early, late = instance.windows[b]
                now = max(now, early)
                if now > late:
                    found.append(f"stop {b} starts at {float(now):g}, latest {float(late):g}")
            now += instance.service[b]
        if closes is not None and now > closes:
            found.append(f"is back at {float(now):g}, the depot closes at {float(closes):g}")
    return found
