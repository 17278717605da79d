"""How many baskets sets of days can take, sites and needs being what they are: the cuts that day totals must keep to."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from distrib.model.dataset import Dataset
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.network_rows import add_network, neighbourhood_terms
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.targets import Targets
from distrib.solver.allocation.warm import WarmProgram

MOST_SETS = 130
"""Beyond so many sets of days, only single days and all but one are looked at."""


def room_of(dataset: Dataset, outlets: Outlets, targets: Targets) -> dict[frozenset[Slot], int]:
    """Return the most baskets of sets of slots together when no neighbourhood gets more than its wish.

    With one type and one depot, day totals within these are exactly those that some whole-basket week has, by the theorem on
    maximal flows and minimal cuts (Ford and Fulkerson 1956, doi:10.4153/CJM-1956-045-5); otherwise every week keeps to them.
    """
    program, terms_of = _network(dataset, outlets, targets)
    warm = WarmProgram(program)
    return {slots: _most(warm, terms_of, slots) for slots in _sets(list(terms_of))}


def lacking_room(
    dataset: Dataset, outlets: Outlets, targets: Targets, totals: dict[Slot, int]
) -> dict[frozenset[Slot], int]:
    """Return sets of slots that these totals overfill, each with the most baskets it has room for; none when all can be handed out.

    With several types no list of sets short enough to write down suffices. Where totals cannot be handed out, the dual values
    of the programme that hands out the most of them say which slots are in each other's way: baskets of a slot whose limit is
    worth nothing are too many. Sets below each dual value are looked at.

    Raises:
        RuntimeError: when the programme, which always has the answer of handing out nothing, is not solved.
    """
    program, terms_of = _network(dataset, outlets, targets)
    free = WarmProgram(program)
    asked = {slot: n for slot, n in sorted(totals.items()) if n and slot in terms_of}
    rows = {slot: program.at_most(terms, asked.get(slot, 0)) for slot, terms in terms_of.items()}
    warm = WarmProgram(program)
    if _most(warm, terms_of, frozenset(terms_of)) >= sum(asked.values()):
        return {}
    worth = {slot: round(-warm.duals[rows[slot]], 6) for slot in asked}
    found = {}
    for level in sorted(set(worth.values())):
        slots = frozenset(slot for slot in asked if worth[slot] <= level)
        room = _most(free, terms_of, slots)
        if room < sum(asked[slot] for slot in slots):
            found[slots] = room
    return found


def _network(dataset: Dataset, outlets: Outlets, targets: Targets) -> tuple[MixedProgram, dict[Slot, Terms]]:
    """Return the programme of what can be handed out, no neighbourhood above its wish, and the terms of each slot."""
    program = MixedProgram()
    network = add_network(program, dataset, outlets, whole=False)
    for key, terms in neighbourhood_terms(dataset, network).items():
        program.at_most(terms, targets.wish.get(key, 0))
    return program, network.of_slot()


def _most(warm: WarmProgram, terms_of: dict[Slot, Terms], slots: frozenset[Slot]) -> int:
    """Return the most baskets of the slots together, rounded down."""
    warm.set_costs((c, -1.0 if slot in slots else 0.0) for slot, terms in terms_of.items() for c, _ in terms)
    answer = warm.solve()
    if answer is None:
        raise RuntimeError("the programme of day totals was not solved")
    return int(1e-6 - answer.objective)


def _sets(slots: list[Slot]) -> list[frozenset[Slot]]:
    """Every set of dates for each type alone and for all together, and every bench."""
    dates, types = sorted({s[0] for s in slots}), sorted({s[2] for s in slots})
    days = [frozenset(c) for n in range(1, len(dates) + 1) for c in combinations(dates, n)]
    if len(days) * (len(types) + 1) > MOST_SETS:
        days = [d for d in days if len(d) in (1, len(dates) - 1, len(dates))]
    groups = [{t} for t in types] + ([set(types)] if len(types) > 1 else [])
    found = {_chosen(slots, d, group, None) for d in days for group in groups}
    for depot in sorted({s[1] for s in slots}):
        found |= {_chosen(slots, frozenset({d}), group, depot) for d in dates for group in groups}
    return sorted(found - {frozenset()}, key=sorted)


def _chosen(slots: list[Slot], dates: frozenset[dt.date], types: set[str], depot: str | None) -> frozenset[Slot]:
    return frozenset(s for s in slots if s[0] in dates and s[2] in types and depot in (None, s[1]))


def evened(room: dict[frozenset[Slot], int], wanted: dict[str, int]) -> dict[Slot, int]:
    """Return baskets by slot, days as alike as the room allows, no more than wanted of a type."""
    slots = sorted({slot for found in room for slot in found})
    totals, held = dict.fromkeys(slots, 0), dict.fromkeys(room, 0)
    left, open_slots = dict(wanted), list(slots)
    while open_slots:
        slot = min(open_slots, key=lambda s: (totals[s], s))
        spare = min([room[s] - held[s] for s in room if slot in s], default=0)
        if left.get(slot[2], 0) < 1 or spare < 1:
            open_slots.remove(slot)
            continue
        totals[slot] += 1
        left[slot[2]] -= 1
        for found in room:
            if slot in found:
                held[found] += 1
    return totals
