"""A published instance: one depot, stops with a demand, windows and release times, vehicles of one or several kinds.

Numbers are exact (``Fraction``) and in the units of the file. Place 0 is the depot, place k the k-th stop, as in ``.sol`` files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Number = Fraction


class Rounding(StrEnum):
    """How a set counts the Euclidean distance between two places."""

    INTEGER = "integer"
    """to the nearest integer, halves up (CVRP)"""
    TENTH = "tenth"
    """truncated to one decimal, as are durations (time windows)"""
    NONE = "none"
    """not at all (mixed fleets)"""


class InstanceError(ValueError):
    """A file that cannot be read, or that asks for what is not supported; the text says what and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """One vehicle of the file: what it holds, what it costs when used and per unit of distance, whether it may reload."""

    capacity: Number
    fixed: Number = Fraction(0)
    per_distance: Number = Fraction(1)
    reloads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Lists run over places, the depot first; ``vans`` over the vehicles in the order of the file.

    Attributes:
        windows: earliest and latest start of service; of the depot: its opening hours. None without time.
        release: moment before which no trip with that stop may leave the depot.
        fleet_in_order: True when route k of a solution is vehicle k's (vehicles differ).
    """

    name: str
    rounding: Rounding
    places: tuple[tuple[Number, Number], ...]
    demand: tuple[Number, ...]
    windows: tuple[tuple[Number, Number], ...] | None
    service: tuple[Number, ...]
    release: tuple[Number, ...]
    vans: tuple[Van, ...]

    @property
    def stops(self) -> int:
        """Number of stops."""
        return len(self.places) - 1

    @property
    def fleet_in_order(self) -> bool:
        """True when route k of a solution is driven by vehicle k: the vehicles differ."""
        return len(set(self.vans)) > 1

    @property
    def multi_trip(self) -> bool:
        """True when vehicles may come back to reload."""
        return any(van.reloads for van in self.vans)

    @property
    def kind(self) -> str:
        """The class of problem, by what the instance has: CVRP, VRPTW, HFVRP or MTVRPTWR (or a mixture in that manner)."""
        timed = self.windows is not None or any(self.release)
        priced = any(van.fixed or van.per_distance != 1 for van in self.vans)
        start = ("MT" if self.multi_trip else "") + ("HF" if priced or self.fleet_in_order else "")
        end = ("TW" if timed else "") + ("R" if any(self.release) else "")
        return "CVRP" if not start + end else f"{start}VRP{end}"


Route = tuple[int, ...]
"""Stops in the order of the visits; a 0 in between is a reload."""
