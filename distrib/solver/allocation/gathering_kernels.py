"""The compiled search that rearranges the days of visits: what a place costs on a day, what a change gains, and the rounds over all visits.

A *spot* is a place served from one depot, or a depot itself; it has at most one visit a date.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distrib.compiled import compiled, inner

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY_S = 86_400
"""What counts between two places that cannot be driven between."""
VISIT_S = 900.0
"""What a further visit of a place counts, in seconds of driving."""
LOAD_S = 20_000.0
"""What a day counts whose deliveries fill the fleet to the last hour; half full counts a quarter of it."""
LEAST_GAIN_S = 1.0
"""Least gain of a move."""
NEAREST = 16
"""Places of a day that the tree is grown through: those nearest to the place in question."""
PARTNERS = 4
"""Visits of another day with which a visit may change days: those nearest to it."""
NONE, DEPOT = -1, -2
"""Instead of the number of a visit: there is none; the spot is a depot, which is there every day. ``NONE`` ends rows of numbers."""


class Ground(NamedTuple):
    """What is given.

    ``seconds``: the travel table; ``place`` and ``home`` by spot its number in it, and the number of its depot; ``near`` by spot the
    other spots of its depot, nearest first; ``first`` by spot where its items (site and basket type) begin, one more at the end;
    ``allowed`` and ``each_s`` by item and date whether it may be brought, and the vehicle seconds of a basket; ``limits`` by item and date the
    numbers of the limits it counts against; ``takes`` by item and place in that row what a basket takes of it; ``most`` by limit;
    ``fleet_s`` by depot and date.
    """

    seconds: npt.NDArray[np.int32]
    place: Ints
    home: Ints
    near: npt.NDArray[np.int32]
    first: Ints
    allowed: npt.NDArray[np.bool_]
    each_s: Floats
    limits: Ints
    takes: Ints
    most: Ints
    fleet_s: Floats


class Days(NamedTuple):
    """What changes: by spot and date its visit, by item and date its baskets, by limit what is held, by depot and date the vehicle seconds."""

    visit: Ints
    baskets: Ints
    held: Ints
    load_s: Floats


class Desk(NamedTuple):
    """Where a tree is grown: its spots, the seconds between them, the way from each to the tree."""

    spots: Ints
    between: Floats
    way: Floats


@inner
def _between_s(g: Ground, one: int, other: int) -> float:
    """Return the mean of both ways between two spots, a way that cannot be driven counting a day."""
    there = g.seconds[g.place[one], g.place[other]]
    back = g.seconds[g.place[other], g.place[one]]
    return ((DAY_S if there < 0 else there) + (DAY_S if back < 0 else back)) / 2


@inner
def _tree_s(desk: Desk, size: int) -> float:
    """Length of the shortest tree over the first spots of the table, grown from its first one (Prim)."""
    for i in range(size):
        desk.way[i] = desk.between[0, i]
    total = 0.0
    for _ in range(size - 1):
        best, least = 0, np.inf
        for i in range(1, size):
            if desk.way[i] < least:
                best, least = i, desk.way[i]
        total += least
        for i in range(1, size):
            if desk.way[i] < np.inf:
                desk.way[i] = min(desk.way[i], desk.between[best, i])
        desk.way[best] = np.inf
    return total


@inner
def _lengthening_s(g: Ground, days: Days, desk: Desk, spot: int, date: int, without: int) -> float:
    """Return by how many seconds a spot lengthens the shortest tree over the date's spots nearest to it, without one of them."""
    size = 0
    for other in g.near[spot]:
        if other == NONE or size == NEAREST:
            break
        if other != without and days.visit[other, date] != NONE:
            desk.spots[size] = other
            size += 1
    desk.spots[size] = spot
    for i in range(size + 1):
        desk.between[i, i] = 0.0
        for j in range(i):
            desk.between[i, j] = desk.between[j, i] = _between_s(g, desk.spots[i], desk.spots[j])
    return _tree_s(desk, size + 1) - _tree_s(desk, size)


@inner
def _may_go(g: Ground, days: Days, spot: int, old: int, new: int) -> bool:
    """True when all that is brought to a spot may be brought on another date."""
    for item in range(g.first[spot], g.first[spot + 1]):
        if days.baskets[item, old] and not g.allowed[item, new]:
            return False
    return True


@inner
def _count(g: Ground, days: Days, spot: int, brought: int, date: int, sign: int) -> None:
    """Count what a date's visit brings to a spot, or take it away, as if it were brought on ``date``."""
    for item in range(g.first[spot], g.first[spot + 1]):
        number = sign * days.baskets[item, brought]
        if number:
            days.load_s[g.home[spot], date] += number * g.each_s[item, date]
            for i in range(g.limits.shape[2]):
                if g.limits[item, date, i] != NONE:
                    days.held[g.limits[item, date, i]] += number * g.takes[item, i]


@inner
def _fits(g: Ground, days: Days, spot: int, brought: int, date: int) -> bool:
    """True when every limit is kept that what a date's visit brings counts against on ``date``, where it is counted."""
    for item in range(g.first[spot], g.first[spot + 1]):
        if days.baskets[item, brought]:
            for i in range(g.limits.shape[2]):
                limit = g.limits[item, date, i]
                if limit != NONE and days.held[limit] > g.most[limit]:
                    return False
    return True


@inner
def _load_cost(g: Ground, days: Days, home: int, date: int) -> float:
    return float(LOAD_S * (days.load_s[home, date] / g.fleet_s[home, date]) ** 2)


@inner
def _load_gain(g: Ground, days: Days, spot: int, old: int, new: int, other: int) -> float:
    """Return what a change of days gains by fuller and emptier days, less than nothing without end where a limit forbids it."""
    home = g.home[spot]
    was = days.load_s[home, old], days.load_s[home, new]
    gain = _load_cost(g, days, home, old) + _load_cost(g, days, home, new)
    _count(g, days, spot, old, old, -1)
    _count(g, days, spot, old, new, 1)
    if other != NONE:
        _count(g, days, other, new, new, -1)
        _count(g, days, other, new, old, 1)
    gain -= _load_cost(g, days, home, old) + _load_cost(g, days, home, new)
    possible = _fits(g, days, spot, old, new) and (other == NONE or _fits(g, days, other, new, old))
    _count(g, days, spot, old, new, -1)
    _count(g, days, spot, old, old, 1)
    if other != NONE:
        _count(g, days, other, new, old, -1)
        _count(g, days, other, new, new, 1)
    days.load_s[home, old], days.load_s[home, new] = was
    return gain if possible else -np.inf


@inner
def _move(g: Ground, days: Days, dates: Ints, spot: int, old: int, new: int) -> None:
    """Move a visit to another date, into the visit that is there already, if any."""
    _count(g, days, spot, old, old, -1)
    _count(g, days, spot, old, new, 1)
    for item in range(g.first[spot], g.first[spot + 1]):
        days.baskets[item, new] += days.baskets[item, old]
        days.baskets[item, old] = 0
    number = days.visit[spot, old]
    days.visit[spot, old] = NONE
    if days.visit[spot, new] == NONE:
        days.visit[spot, new] = number
        dates[number] = new
    else:
        dates[number] = NONE


@inner
def _improve(g: Ground, days: Days, desk: Desk, dates: Ints, spot: int, old: int) -> bool:
    """Try every other date, alone and in exchange with a visit near it; make the best change that gains."""
    best, best_date, best_other = LEAST_GAIN_S, NONE, NONE
    out = _lengthening_s(g, days, desk, spot, old, NONE)
    for new in range(g.allowed.shape[1]):
        if new == old or not _may_go(g, days, spot, old, new):
            continue
        merges = days.visit[spot, new] != NONE
        gain = out + _load_gain(g, days, spot, old, new, NONE)
        if gain > -np.inf:
            gain += VISIT_S if merges else -_lengthening_s(g, days, desk, spot, new, NONE)
        if gain > best:
            best, best_date, best_other = gain, new, NONE
        tried = 0
        for other in g.near[spot]:
            if merges or other == NONE or tried == PARTNERS:
                break
            if days.visit[other, new] < 0 or not _may_go(g, days, other, new, old):
                continue
            tried += 1
            if days.visit[other, old] != NONE:
                continue
            gain = out + _load_gain(g, days, spot, old, new, other)
            if gain == -np.inf:
                continue
            gain -= _lengthening_s(g, days, desk, spot, new, other)
            gain += _lengthening_s(g, days, desk, other, new, NONE)
            gain -= _lengthening_s(g, days, desk, other, old, spot)
            if gain > best:
                best, best_date, best_other = gain, new, other
    if best_date == NONE:
        return False
    _move(g, days, dates, spot, old, best_date)
    if best_other != NONE:
        _move(g, days, dates, best_other, best_date, old)
    return True


@compiled
def gather(g: Ground, days: Days, spots: Ints, dates: Ints, rounds: int) -> None:
    """Move visits to other dates until no move gains, or for so many rounds over all of them.

    Args:
        g: what is given.
        days: what changes.
        spots: by visit its spot.
        dates: by visit its date, ``NONE`` once it is part of another; changes.
        rounds: most rounds.
    """
    desk = Desk(np.zeros(NEAREST + 1, np.int64), np.zeros((NEAREST + 1, NEAREST + 1)), np.zeros(NEAREST + 1))
    for spot in range(len(g.place)):
        for date in range(g.allowed.shape[1]):
            if days.visit[spot, date] >= 0:
                _count(g, days, spot, date, date, 1)
    for _ in range(rounds):
        moved = False
        for number in range(len(spots)):
            if dates[number] != NONE and _improve(g, days, desk, dates, spots[number], dates[number]):
                moved = True
        if not moved:
            break


@compiled
def lengthening_s(g: Ground, days: Days, spot: int, date: int, without: int) -> float:
    """Return by how many seconds a spot lengthens the shortest tree over the date's spots nearest to it, without one of them."""
    desk = Desk(np.zeros(NEAREST + 1, np.int64), np.zeros((NEAREST + 1, NEAREST + 1)), np.zeros(NEAREST + 1))
    return _lengthening_s(g, days, desk, spot, date, without)
