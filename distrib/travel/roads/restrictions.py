"""Turn restrictions of OpenStreetMap: for whom, when, at a point or over several ways; and the arcs they forbid in a row.

A restriction that holds at some hours only is taken to hold all day when its hours touch a working day, so that no
journey counts on a turn that may be forbidden when the vehicle gets there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Member = tuple[str, str, int]

LIGHT, HEAVY = 1, 2
"""Vehicles up to 3.5 t, and above."""

KEYS: dict[str, int] = {
    "restriction": LIGHT | HEAVY, "restriction:motor_vehicle": LIGHT | HEAVY, "restriction:motorcar": LIGHT,
    "restriction:goods": LIGHT, "restriction:hgv": HEAVY,
}  # fmt: skip
"""Keys of the kind of a restriction, and whom it is for; each may end in ``:conditional``."""
EVERYBODY = "restriction"
"""The key that the others make exceptions from."""

_EXEMPT = {"motor_vehicle": LIGHT | HEAVY, "vehicle": LIGHT | HEAVY, "motorcar": LIGHT, "goods": LIGHT, "hgv": HEAVY}
_KINDS = ("no_", "only_")
_TIMES = re.compile(r"\d:\d\d|\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")
_HOURS_OF_OLD = ("hour_on", "hour_off", "day_on", "day_off")

WORKING_DAY_MIN = (5 * 60, 20 * 60)
"""A restriction by hour counts when it touches these minutes of the day, on any day but Sundays and holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """From a way over a point or over ways to another way; exactly one of ``via`` and ``over`` is given.

    Attributes:
        number: of the relation.
        kind: ``no_…`` or ``only_…``.
        came: way it leads from.
        via: the point, -1 for none.
        over: the ways in between.
        into: way it leads to.
        classes: ``LIGHT``, ``HEAVY`` or both.
        by_hour: whether it holds at some hours only.
    """

    number: int
    kind: str
    came: int
    via: int
    over: tuple[int, ...]
    into: int
    classes: int
    by_hour: bool


def restrictions_of(number: int, tags: Mapping[str, str], members: Sequence[Member]) -> tuple[list[Restriction], int]:
    """Return the restrictions of a relation (members: role, type, id), and how many of them could not be understood."""
    if tags.get("type") != "restriction":
        return [], 0
    kinds = list(_kinds(tags))
    came, into, over = (
        [ref for role, what, ref in members if (role, what) == (end, "way")] for end in ("from", "to", "via")
    )
    via = [ref for role, what, ref in members if (role, what) == ("via", "node")]
    well_formed = bool(came and into) and (len(via), len(over)) != (0, 0) and not (via and over) and len(via) <= 1
    if not well_formed:
        return [], len(kinds)
    known = [kind for kind in kinds if kind[0].startswith(_KINDS)]
    return [
        Restriction(
            number=number, kind=kind, came=a, via=via[0] if via else -1, over=tuple(over), into=b, classes=classes,
            by_hour=by_hour,
        )
        for kind, classes, by_hour in known
        for a in came
        for b in into
    ], len(kinds) - len(known)  # fmt: skip


def _kinds(tags: Mapping[str, str]) -> Iterable[tuple[str, int, bool]]:
    """Yield (kind, classes, whether by hour) of what the tags say that holds for anybody on a working day.

    ``none`` for a class lifts the ban for everybody from it; ``none`` under a condition leaves the ban, as one by hour.
    """
    exempt = 0
    for word in tags.get("except", "").split(";"):
        exempt |= _EXEMPT.get(word.strip(), 0)
    old_hours = any(key in tags for key in _HOURS_OF_OLD)
    plain = {key: tags[key].strip() for key in KEYS if key in tags}
    lifted = 0
    for key, kind in plain.items():
        lifted |= KEYS[key] if kind == "none" and key != EVERYBODY else 0
    for key, classes in KEYS.items():
        for_whom = classes & ~exempt & ~(lifted if key == EVERYBODY else 0)
        eased = re.search(r"\bnone\s*@", tags.get(f"{key}:conditional", "")) is not None
        if plain.get(key, "none") != "none" and for_whom:
            yield plain[key], for_whom, old_hours or eased
        for kind, condition in re.findall(r"([a-z_]+)\s*@\s*(\([^)]*\)|[^;]+)", tags.get(f"{key}:conditional", "")):
            heavy_only = re.search(r"weight\w*\s*>", condition) is not None
            whom = for_whom & HEAVY if heavy_only else for_whom
            timed = not heavy_only or _TIMES.search(condition) is not None
            if kind != "none" and whom and touches_a_working_day(condition):
                yield kind, whom, timed


def touches_a_working_day(condition: str) -> bool:
    """Return whether a condition such as ``(Mo-Fr 07:00-09:00)`` can hold in the hours of a working day."""
    days = set(re.findall(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b", condition))
    if days and days <= {"Su", "PH"}:
        return False
    hours = re.findall(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", condition)
    spans = [(int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in hours]
    opens, closes = WORKING_DAY_MIN
    whole = [part for a, b in spans for part in ([(a, b)] if a < b else [(a, 1440), (0, b)])]
    return not whole or any(a < closes and b > opens for a, b in whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bans:
    """Arcs that must not follow each other.

    Attributes:
        pairs: (arc, arc) that nobody may take one after the other, shape (pairs, 2), sorted.
        chains: rows of classes and arcs that those may not take in a row, filled up with -1, sorted.
        by_hour: relations that hold at some hours only, ascending.
        unread: restrictions that name roads that are not there, or ways in between that do not join the others.
    """

    pairs: Ints
    chains: Ints
    by_hour: Ints
    unread: int


def bans_of(restrictions: Iterable[Restriction], way: Ints, tail: Ints, head: Ints, ids: Ints) -> Bans:
    """Return what restrictions forbid on arcs of these ways, from and to these junctions of these ids."""
    pairs: set[tuple[int, int]] = set()
    chains: set[tuple[int, ...]] = set()
    by_hour, unread = set(), 0
    arcs = _ArcsOfWays(way, tail, head, ids)
    for one in restrictions:
        found = arcs.forbidden(one)
        unread += found is None
        by_hour |= {one.number} if one.by_hour and found else set()
        for chain in found or ():
            if len(chain) == 2 and one.classes == LIGHT | HEAVY:
                pairs.add((chain[0], chain[1]))
            else:
                chains.add((one.classes, *chain))
    longest = max(map(len, chains), default=1)
    rows = [chain + (-1,) * (longest - len(chain)) for chain in sorted(chains)]
    return Bans(
        pairs=np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2),
        chains=np.array(rows, dtype=np.int64).reshape(-1, longest),
        by_hour=np.array(sorted(by_hour), dtype=np.int64),
        unread=unread,
    )


class _ArcsOfWays:
    """The arcs of a network by way and by junction."""

    def __init__(self, way: Ints, tail: Ints, head: Ints, ids: Ints) -> None:
        self.way, self.tail, self.head = way, tail, head
        self.number = {int(number): i for i, number in enumerate(ids.tolist())}
        order = np.argsort(way, kind="stable")
        self.ways, self.first = np.unique(way[order], return_index=True)
        self.order = order
        self.leaving: dict[int, list[int]] | None = None

    def of(self, number: int) -> list[int]:
        """Return the arcs of a way, ascending."""
        at = int(np.searchsorted(self.ways, number))
        if at == len(self.ways) or self.ways[at] != number:
            return []
        last = int(self.first[at + 1]) if at + 1 < len(self.first) else len(self.order)
        return sorted(self.order[int(self.first[at]) : last].tolist())

    def after(self, junction: int) -> list[int]:
        """Return the arcs that leave a junction."""
        if self.leaving is None:
            self.leaving = {}
            for arc, start in enumerate(self.tail.tolist()):
                self.leaving.setdefault(start, []).append(arc)
        return self.leaving.get(junction, [])

    def forbidden(self, one: Restriction) -> list[tuple[int, ...]] | None:
        """Return the rows of arcs that a restriction forbids, None when it names what is not there."""
        came, into = self.of(one.came), self.of(one.into)
        if one.over:
            between = self._between(one, came, into)
        else:
            via = self.number.get(one.via, -1)
            between = [(via, via, ())] if via >= 0 else []
        found: list[tuple[int, ...]] = []
        met = False
        for start, end, middle in between:
            first = [a for a in came if self.head[a] == start]
            last = [b for b in into if self.tail[b] == end]
            if first and last:
                met = True
                found += self._rows(one, first, middle, last, end)
        return found if met else None

    def _rows(
        self, one: Restriction, first: list[int], middle: tuple[int, ...], last: list[int], end: int
    ) -> list[tuple[int, ...]]:
        if one.kind.startswith("only_"):
            last = [b for b in self.after(end) if b not in last]
            return [(a, *middle, b) for a in first for b in last]
        back = one.came == one.into and not middle  # no U-turn: back on the same arc alone
        return [(a, *middle, b) for a in first for b in last if not back or self.head[b] == self.tail[a]]

    def _between(self, one: Restriction, came: list[int], into: list[int]) -> list[tuple[int, int, tuple[int, ...]]]:
        """Return (junction, junction, arcs from one to the other) that lead over all ways in between, the shortest alone."""
        inner = [arc for number in one.over for arc in self.of(number)]
        starts = sorted({int(self.head[a]) for a in came} & {int(self.tail[m]) for m in inner})
        ends = {int(self.tail[b]) for b in into} & {int(self.head[m]) for m in inner}
        whole = []
        for start in starts:
            for end, path in self._paths(start, inner).items():
                if end in ends and {int(self.way[arc]) for arc in path} == set(one.over):
                    whole.append((len(path), start, end, path))
        return [(start, end, path) for _, start, end, path in sorted(whole)[:1]]

    def _paths(self, start: int, inner: list[int]) -> dict[int, tuple[int, ...]]:
        """Return the ways of fewest arcs from a junction along the arcs given, by the junction reached."""
        found: dict[int, tuple[int, ...]] = {start: ()}
        queue = [start]
        for here in queue:
            for arc in inner:
                there = int(self.head[arc])
                if self.tail[arc] == here and there not in found:
                    found[there] = (*found[here], arc)
                    queue.append(there)
        return {end: path for end, path in found.items() if path}
