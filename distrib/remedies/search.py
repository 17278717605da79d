"""The cheapest change that raises a neighbourhood or zone: candidates are tried from the cheapest up."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.remedy import Remedy, Subject
from distrib.remedies.candidates import candidates, wanted
from distrib.remedies.change import Change
from distrib.remedies.trials import Trials

DOUBLINGS = 4
"""How often a change that helps, but less than asked for, is tried twice as large."""

KIN: dict[str, tuple[str, ...]] = {
    "site_capacity": ("site_capacity", "site_hours", "catchment"),
    "site_hours": ("site_hours", "site_capacity", "catchment"),
    "catchment": ("catchment", "site_hours", "site_capacity"),
    "minimum": ("minimum", "site_capacity", "catchment"),
    "produce": ("produce", "recipe"),
    "recipe": ("recipe", "produce"),
    "storage": ("storage", "produce", "transport"),
}
"""Families that can stand in for each other: what to try for a reason besides its own family."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Waiting:
    """A change waiting to be tried: from the cheapest up, then in the order in which it came."""

    cents: int
    number: int
    doublings: int


def find(
    trials: Trials, subject: Subject, families: Iterable[str], binding: tuple[str, ...], *, enough: int
) -> list[Remedy]:
    """Return remedies for a subject, the best first: those that raise it as asked for by price, then the others by price per basket.

    Args:
        trials: what was tried so far; its work is used up.
        subject: whom to help.
        families: kinds of limits to loosen.
        binding: names of the limits in the proof of the subject's level.
        enough: the search ends with so many remedies that raise it as asked for.
    """
    families = tuple(families)
    want = wanted(trials.dataset, subject, trials.goal(subject), trials.base.neighbourhoods, binding)
    queue: list[tuple[_Waiting, Change]] = []
    for number, change in enumerate(candidates(want, families)):
        queue.append((_Waiting(cents=change.cents(trials.dataset), number=number, doublings=0), change))
    heapq.heapify(queue)
    found = known(trials, subject, families)
    while queue:
        waiting, change = heapq.heappop(queue)
        if sum(remedy.reaches and remedy.cents <= waiting.cents for remedy in found) >= enough:
            break
        remedy = trials.remedy(subject, change)
        if remedy is None:
            continue
        if remedy not in found:
            found.append(remedy)
        larger = change.more()
        if not remedy.reaches and larger is not None and waiting.doublings < DOUBLINGS:
            again = _Waiting(cents=larger.cents(trials.dataset), number=waiting.number, doublings=waiting.doublings + 1)
            heapq.heappush(queue, (again, larger))
    return ranked(found)


def known(trials: Trials, subject: Subject, families: Iterable[str]) -> list[Remedy]:
    """Return the remedies among what was tried already, for others, ranked in the same way."""
    allowed = frozenset(families)
    found = [trials.remedy(subject, change) for change in trials.tried() if change.family in allowed]
    return ranked([remedy for remedy in found if remedy is not None])


def ranked(remedies: Iterable[Remedy]) -> list[Remedy]:
    """Return remedies, the best first; of one kind of change only the best."""

    def rank(remedy: Remedy) -> tuple[object, ...]:
        if remedy.reaches:
            return (0, remedy.cents, -remedy.gain, repr(remedy.change))
        return (1, Fraction(remedy.cents) / remedy.gain, repr(remedy.change))

    return sorted(remedies, key=rank)
