"""The default engine: fair values from the relaxation, whole baskets with few visits, whole portions, whole crates."""

from __future__ import annotations

import dataclasses
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.plan import FairnessRow
from distrib.processes import cores
from distrib.solver.allocation.apart import PartWeek, joined, sized
from distrib.solver.allocation.bounds import bounds_of
from distrib.solver.allocation.days import Caps, day_totals
from distrib.solver.allocation.fairness import fairness_rows
from distrib.solver.allocation.gathering import gathered
from distrib.solver.allocation.lacking import lacking_rules
from distrib.solver.allocation.outlets import Outlets, outlets_of
from distrib.solver.allocation.parts import limits_of, parts_of
from distrib.solver.allocation.portions import Steps
from distrib.solver.allocation.reached import reached_bounds
from distrib.solver.allocation.relaxation import conceded, relax
from distrib.solver.allocation.result import allocation_of, use_of
from distrib.solver.allocation.scarce import handed_out, scarce_stock
from distrib.solver.allocation.sharing import shares_of
from distrib.solver.allocation.stocking import Stocked, stock_the_week
from distrib.solver.allocation.supply import Supply, supply_of
from distrib.solver.allocation.targets import Targets, targets_of
from distrib.solver.allocation.visits import Week, whole_week

NODES: dict[Effort, int] = {Effort.QUICK: 1, Effort.STANDARD: 20, Effort.THOROUGH: 500}
"""Branch-and-bound nodes of each mixed-integer programme."""
STEPS: dict[Effort, Steps] = {
    Effort.QUICK: Steps(runs=6, steps=600_000),
    Effort.STANDARD: Steps(runs=12, steps=1_000_000),
    Effort.THOROUGH: Steps(runs=40, steps=3_000_000),
}
"""Work of the search for portions, where goods are scarce."""


class LeximinAllocator:
    """Leximin over neighbourhoods, then zones, with its proof; then whole baskets, portions and crates close to it."""

    name = "leximin"
    features = frozenset({"leximin", "variants", "depots", "programmes", "budget", "relays", "kits"})

    def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
        """Return the fairest allocation found, with its proof; ``seed`` steers the search for portions where goods are scarce."""
        relaxation = relax(dataset, limits=limits)
        targets = targets_of(dataset, conceded(dataset, relaxation, limits), relaxation)
        work = Work(nodes=NODES[effort], steps=STEPS[effort], seed=seed)
        parts = parts_of(dataset, limits)
        if len(parts) == 1:
            done = [_planned(dataset, limits, targets, work)]
        else:
            with ThreadPoolExecutor(max_workers=cores()) as pool:
                done = list(pool.map(lambda p: _planned(sized(p, targets), limits_of(p, limits), targets, work), parts))
        week = joined(done)
        rows = _explained(dataset, parts, limits, fairness_rows(dataset, relaxation, week.shares))
        packed_g = sum(use_of(dataset, week.recipes).values())
        bounds = bounds_of(dataset, relaxation, packed_g) | reached_bounds(dataset, week.shares, packed_g)
        return allocation_of(
            dataset, week.supply, week.shares, week.purchases, week.recipes, fairness=rows, bounds=bounds
        )


def _explained(
    dataset: Dataset, parts: tuple[Dataset, ...], limits: Limits, rows: tuple[FairnessRow, ...]
) -> tuple[FairnessRow, ...]:
    """Return the rows with the verified rule that R lacks where there is a gap; what a tolerance concedes explains itself."""
    if dataset.settings.objective.fairness_tolerance_bp or all(row.proven for row in rows):
        return rows
    rules = lacking_rules(dataset, parts, limits, rows)
    return tuple(
        row if row.proven else dataclasses.replace(row, lacking_rule=rules[row.programme, row.neighbourhood_id])
        for row in rows
    )


def _planned(dataset: Dataset, limits: Limits, targets: Targets, work: Work) -> PartWeek:
    outlets, supply = outlets_of(dataset, limits), supply_of(dataset, limits)
    week, stocked = _fitted(dataset, outlets, supply, targets, work)
    shares = shares_of(week, stocked.recipes)
    return PartWeek(supply=supply, shares=shares, purchases=stocked.purchases, recipes=stocked.recipes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work budgets: branch-and-bound nodes, steps of the search for portions; the seed of that search."""

    nodes: int
    steps: Steps
    seed: int


def _fitted(dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, work: Work) -> tuple[Week, Stocked]:
    """Return whole baskets and the goods for exactly these.

    First days as sites and fleet like them. Where goods do not follow, recipes are sought over all days together; where whole
    portions or crates still lack a neighbourhood's floor, also day by day; the fairer of the two stands.
    """
    nodes = work.nodes
    if not any(targets.wish.values()):
        return Week(fetch={}, bring={}), Stocked()
    week = gathered(dataset, outlets, whole_week(dataset, outlets, targets, Caps({}), nodes=nodes), Caps({}))
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=nodes)
    if stocked.totals() == week.totals():
        return week, stocked
    found = []
    for way in (_over_all_days, _day_by_day):
        found.append(way(dataset, outlets, supply, targets, work))
        if not gap(dataset, targets, found[-1][0]):
            break
    return min(found, key=lambda pair: (gap(dataset, targets, pair[0]), -sum(pair[0].fetch.values())))


def gap(dataset: Dataset, targets: Targets, week: Week) -> int:
    """Return how many baskets neighbourhoods lack of the whole part of their fair value."""
    got: Counter[tuple[str, str]] = Counter()
    for (zone, _, basket), number in week.fetch.items():
        programme = dataset.basket_type_by_id[basket].programme
        got[programme, dataset.zone_by_id[zone].neighbourhood_id] += number
    here = {n.neighbourhood_id for n in dataset.neighbourhoods}
    return sum(max(0, floor - got[key]) for key, floor in targets.floor.items() if key[1] in here)


def _over_all_days(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, work: Work
) -> tuple[Week, Stocked]:
    stocked = scarce_stock(dataset, outlets, supply, targets, steps=work.steps, nodes=work.nodes, seed=work.seed)
    return handed_out(dataset, outlets, supply, targets, stocked, nodes=work.nodes)


def _day_by_day(
    dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, work: Work
) -> tuple[Week, Stocked]:
    totals = day_totals(dataset, outlets, supply, targets, Caps({}))
    caps = Caps({slot: int(n) for slot, n in totals.items()})
    week = whole_week(dataset, outlets, targets, caps, nodes=work.nodes)
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=work.nodes)
    if stocked.totals() == week.totals():
        return week, stocked
    return handed_out(dataset, outlets, supply, targets, stocked, nodes=work.nodes)
