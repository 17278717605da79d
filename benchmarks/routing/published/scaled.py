"""The instance in whole numbers, as engines want it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm

import numpy as np
from numpy.typing import NDArray

from benchmarks.routing.published.instance import Instance, Number, Rounding, Van

UNROUNDED = 100
"""Parts of a unit in which unrounded distances are counted: 0.005 of error on a leg, of either sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Vehicles that are alike, by their numbers in the file; costs are whole numbers per leg unit and per vehicle."""

    vans: tuple[int, ...]
    capacity: int
    fixed: int
    per_distance: int
    reloads: bool
    useful: int


@dataclass(frozen=True, eq=False)
class Scaled:
    """Whole-number tables of an instance: distances and times in 1/``parts`` of the file's unit.

    Cost of a route = fixed + per_distance × distance, in 1/(``parts`` × ``price_parts``) of the file's unit.
    """

    instance: Instance

    @cached_property
    def parts(self) -> int:
        """Parts of a unit of distance or time."""
        least = {Rounding.INTEGER: 1, Rounding.TENTH: 10, Rounding.NONE: UNROUNDED}[self.instance.rounding]
        times = [*self.instance.service, *self.instance.release]
        times += [moment for window in self.instance.windows or () for moment in window]
        return lcm(least, *(moment.denominator for moment in times))

    @cached_property
    def price_parts(self) -> int:
        """Parts of a unit of cost per unit of distance."""
        prices = {price for van in self.instance.vans for price in (van.per_distance, van.fixed)}
        return lcm(*(price.denominator for price in prices))

    @cached_property
    def load_parts(self) -> int:
        """Parts of a unit of load."""
        loads = {*self.instance.demand, *(van.capacity for van in self.instance.vans)}
        return lcm(*(load.denominator for load in loads))

    @cached_property
    def distance(self) -> NDArray[np.int64]:
        """Legs in parts, by place."""
        whole = lcm(*(x.denominator for place in self.instance.places for x in place))
        spots = [(int(x * whole), int(y * whole)) for x, y in self.instance.places]
        leg = self._leg
        rows = [[leg((ax - bx) ** 2 + (ay - by) ** 2, whole) for bx, by in spots] for ax, ay in spots]
        return np.array(rows, dtype=np.int64)

    def _leg(self, square: int, whole: int) -> int:
        """Parts of the root of ``square`` / ``whole``²."""
        parts = self.parts
        if self.instance.rounding is Rounding.TENTH:
            return isqrt(100 * square // whole**2) * (parts // 10)
        if self.instance.rounding is Rounding.INTEGER:
            return (isqrt(4 * square // whole**2) + 1) // 2 * parts
        return (isqrt(4 * parts * parts * square // whole**2) + 1) // 2

    @cached_property
    def demand(self) -> list[int]:
        """Load of each place."""
        return [int(load * self.load_parts) for load in self.instance.demand]

    @cached_property
    def windows(self) -> list[tuple[int, int]] | None:
        """Earliest and latest start of service by place, in parts; of the depot its hours."""
        if self.instance.windows is None:
            return None
        return [(self._time(early), self._time(late)) for early, late in self.instance.windows]

    @cached_property
    def service(self) -> list[int]:
        """Service by place, in parts."""
        return [self._time(x) for x in self.instance.service]

    @cached_property
    def release(self) -> list[int]:
        """Release by place, in parts."""
        return [self._time(x) for x in self.instance.release]

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The vehicles by kind, in the order of the file."""
        numbers: dict[Van, list[int]] = {}
        for k, van in enumerate(self.instance.vans):
            numbers.setdefault(van, []).append(k)
        return tuple(self._kind(van, tuple(vans)) for van, vans in numbers.items())

    def _kind(self, van: Van, vans: tuple[int, ...]) -> Kind:
        """A kind with the number of vehicles that some best solution does without exceeding.

        Without time, of two routes of a kind that fit in one vehicle the union is no longer (triangle inequality)
        and saves a vehicle, so some best solution has none: fewer than 2 × demand ÷ capacity + 1 routes.
        """
        useful = min(len(vans), self.instance.stops)
        total = sum(self.instance.demand)
        if self.instance.windows is None and not any(self.instance.release) and van.capacity > 0 and not van.reloads:
            useful = min(useful, int(2 * total / van.capacity) + 1)
        return Kind(
            vans=vans,
            capacity=int(van.capacity * self.load_parts),
            fixed=int(van.fixed * self.price_parts * self.parts),
            per_distance=int(van.per_distance * self.price_parts),
            reloads=van.reloads,
            useful=max(1, useful),
        )

    def cost(self, whole: int) -> Number:
        """A cost in the file's unit."""
        return Fraction(whole, self.parts * self.price_parts)

    def _time(self, moment: Number) -> int:
        return int(moment * self.parts)
