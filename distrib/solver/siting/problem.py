"""The choice of sites as arrays: zones with need, candidates with capacity, walks between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitingProblem:
    """Which candidates to open.

    Arcs are the pairs that are near enough, sorted by zone, walk, candidate. Need and capacities in baskets a
    week, walks in metres. A basket without a site among its zone's arcs, or without room there, counts as a walk of
    ``beyond_m``; ``overflow_m`` is the least such a walk can be (smaller where arcs were left out of a big problem).

    ``covers`` is how many open sites within ``limit_m`` make a zone covered: 2 in the robust variant, where a zone
    with one candidate only is asked for that one.
    """

    need: Ints
    capacity: Ints
    per_visit: Ints
    visits: Ints
    zone: Ints
    candidate: Ints
    walk_m: Ints
    fixed: Bools
    forbidden: Bools
    opened: int
    limit_m: int
    beyond_m: int
    overflow_m: Ints
    covers: int = 1

    @property
    def is_whole(self) -> bool:
        """True when no arc was left out, so that the models are exact."""
        return bool((self.overflow_m == self.beyond_m).all())

    @property
    def cover_is_whole(self) -> bool:
        """True when no arc within the limit was left out, so that what is said of cover is exact."""
        return bool(((self.overflow_m == self.beyond_m) | (self.overflow_m > self.limit_m)).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelValue:
    """One level of the choice: the value reached and the bound proven for any choice (both whole numbers)."""

    name: str
    value: int
    bound: int
    unit: str

    @property
    def gap_bp(self) -> int:
        """|value − bound| in basis points of the value, rounded up; 0 for a proven optimum."""
        difference = abs(self.value - self.bound)
        return 0 if difference == 0 else -(-10_000 * difference // max(1, abs(self.value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Siting:
    """A choice of sites.

    ``opened`` are candidates (ascending); ``shares`` (zone, candidate, baskets) who fetches where, sorted;
    ``without_room`` baskets by zone that no open site within reach has room for. ``levels``: coverage (need within the
    limit, to be as high as can be), robust coverage when asked, walk (basket-metres), stops. ``least_walk`` is the walk
    before any was conceded for fewer stops.
    """

    opened: tuple[int, ...]
    shares: tuple[tuple[int, int, int], ...]
    without_room: tuple[tuple[int, int], ...]
    levels: tuple[LevelValue, ...]
    least_walk: int

    def level(self, name: str) -> LevelValue:
        """Return a level by name. Raises StopIteration for a level that was not asked for."""
        return next(level for level in self.levels if level.name == name)
