"""How many baskets of each type each depot should pack on each day: one linear programme over goods and network together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.solver.allocation.goods_program import add_goods
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.network_rows import NetworkColumns, add_network, neighbourhood_terms, zone_terms
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.recipe_rows import add_balance, add_slots
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.targets import Targets
from distrib.solver.allocation.workload import fleet_seconds, seconds_per_basket

SHORT_FLOOR = 10_000.0
"""Cost of a basket below the whole part of a neighbourhood's fair value."""
SHORT_WISH = 5_000.0
"""Cost of a remainder basket not given."""
SHORT_ZONE = 1_000.0
"""Cost of a basket below the whole part of a zone's fair value."""
STEPS = 12
"""Steps of a day's load: each takes a twelfth of the fleet's hours, and each further hour costs more than the one before."""
STEP_COST = 1.0
"""By how much the cost of an hour rises from step to step; beyond the last it is tenfold."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Most baskets of each slot; a slot that is not there has no cap of its own."""

    most: dict[Slot, int]


def day_totals(dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, caps: Caps) -> dict[Slot, float]:
    """Return baskets by slot, in fractions, that meet the targets as far as goods and sites allow, days alike.

    Raises:
        RuntimeError: when the programme, which always has the answer of doing nothing, is not solved.
    """
    program = MixedProgram()
    network = add_network(program, dataset, outlets, whole=False)
    add_targets(program, dataset, network, targets)
    add_loads(program, dataset, outlets, network)
    slots = network.of_slot()
    goods = add_goods(program, dataset, supply)
    columns = add_slots(program, dataset, goods, list(slots))
    add_balance(program, goods, columns)
    for slot, terms in slots.items():
        program.equal([*terms, (columns[slot].baskets, -1.0)])
        if slot in caps.most:
            program.at_most(terms, caps.most[slot])
    answer = program.solve()
    if answer is None:
        raise RuntimeError("the linear programme of day totals was not solved")
    return {slot: round(answer.values[columns[slot].baskets], 6) for slot in slots}


def add_targets(program: MixedProgram, dataset: Dataset, network: NetworkColumns, targets: Targets) -> list[int]:
    """Neighbourhoods get their wish and zones their floor; no neighbourhood gets more. Return the columns of what is missing."""
    missing = []
    for key, terms in neighbourhood_terms(dataset, network).items():
        floor, wish = targets.floor.get(key, 0), targets.wish.get(key, 0)
        below = program.column(floor, cost=SHORT_FLOOR)
        unmet = program.column(wish - floor, cost=SHORT_WISH)
        program.equal([*terms, (below, 1.0), (unmet, 1.0)], wish)
        missing += [below, unmet]
    for key, terms in zone_terms(dataset, network).items():
        floor = targets.zone_floor.get(key, 0)
        below = program.column(floor, cost=SHORT_ZONE)
        program.at_least([*terms, (below, 1.0)], floor)
        missing.append(below)
    return missing


def add_loads(program: MixedProgram, dataset: Dataset, outlets: Outlets, network: NetworkColumns) -> None:
    """The vehicle hours of each depot and date cost the more the fuller it is, so that days are alike."""
    each = seconds_per_basket(dataset, outlets)
    terms: dict[tuple[dt.date, str], Terms] = defaultdict(list)
    for ((site, date, depot), _), column in network.bring.items():
        terms[date, depot].append((column, each[site, date, depot] / 3600))
    for (date, depot), row in terms.items():
        hours = fleet_seconds(dataset, depot, date) / 3600
        steps = [(program.column(hours / STEPS, cost=STEP_COST * n), -1.0) for n in range(STEPS)]
        beyond = program.column(cost=STEP_COST * STEPS * 10)
        program.equal([*row, *steps, (beyond, -1.0)])
