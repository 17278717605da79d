"""The default engine: fair values from the relaxation, whole baskets with few visits, whole portions, whole crates."""

from __future__ import annotations

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.solver.allocation.apart import PartWeek, joined, sized
from distrib.solver.allocation.bounds import bounds_of
from distrib.solver.allocation.days import Caps, day_totals
from distrib.solver.allocation.fairness import fairness_rows
from distrib.solver.allocation.gathering import gathered
from distrib.solver.allocation.outlets import Outlets, outlets_of
from distrib.solver.allocation.parts import limits_of, parts_of
from distrib.solver.allocation.relaxation import conceded, relax
from distrib.solver.allocation.result import allocation_of, use_of
from distrib.solver.allocation.sharing import shares_of
from distrib.solver.allocation.stocking import Stocked, bought, stock_the_week, trimmed_recipes
from distrib.solver.allocation.supply import Supply, supply_of
from distrib.solver.allocation.targets import Targets, targets_of
from distrib.solver.allocation.visits import Week, whole_week

NODES: dict[Effort, int] = {Effort.QUICK: 1, Effort.STANDARD: 20, Effort.THOROUGH: 500}
"""Branch-and-bound nodes of each mixed-integer programme."""


class LeximinAllocator:
    """Leximin over neighbourhoods, then zones, with its proof; then whole baskets, portions and crates close to it."""

    name = "leximin"
    features = frozenset({"leximin", "variants", "depots", "programmes", "budget", "relays", "kits"})

    def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
        """Return the fairest allocation found, with its proof; ties are broken by ids, so ``seed`` changes nothing."""
        relaxation = relax(dataset, limits=limits)
        targets = targets_of(dataset, conceded(dataset, relaxation, limits))
        parts = parts_of(dataset, limits)
        if len(parts) == 1:
            done = [_planned(dataset, limits, targets, NODES[effort])]
        else:
            done = [_planned(sized(p, targets), limits_of(p, limits), targets, NODES[effort]) for p in parts]
        week = joined(done)
        rows = fairness_rows(dataset, relaxation, week.shares)
        packed_g = sum(use_of(dataset, week.recipes).values())
        bounds = bounds_of(dataset, relaxation, packed_g)
        return allocation_of(
            dataset, week.supply, week.shares, week.purchases, week.recipes, fairness=rows, bounds=bounds
        )


def _planned(dataset: Dataset, limits: Limits, targets: Targets, nodes: int) -> PartWeek:
    outlets, supply = outlets_of(dataset, limits), supply_of(dataset, limits)
    week, stocked = _fitted(dataset, outlets, supply, targets, nodes)
    shares = shares_of(week, stocked.recipes)
    return PartWeek(supply=supply, shares=shares, purchases=stocked.purchases, recipes=stocked.recipes)


def _fitted(dataset: Dataset, outlets: Outlets, supply: Supply, targets: Targets, nodes: int) -> tuple[Week, Stocked]:
    """Return whole baskets and the goods for exactly these.

    First days as sites and fleet like them. Where goods do not follow, days as goods and sites allow together; where whole
    portions or crates still lack, no more baskets than were found possible, shared out again.
    """
    week = gathered(dataset, outlets, whole_week(dataset, outlets, targets, Caps({}), nodes=nodes), Caps({}))
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=nodes)
    if stocked.totals() == week.totals():
        return week, stocked
    totals = day_totals(dataset, outlets, supply, targets, Caps({}))
    week = whole_week(dataset, outlets, targets, Caps({slot: int(n) for slot, n in totals.items()}), nodes=nodes)
    stocked = stock_the_week(dataset, supply, week.totals(), nodes=nodes)
    while stocked.totals() != week.totals():
        most = stocked.totals()
        week = whole_week(dataset, outlets, targets, Caps({slot: most.get(slot, 0) for slot in totals}), nodes=nodes)
        stocked = bought(dataset, supply, trimmed_recipes(stocked.recipes, week.totals()), nodes=nodes)
    return week, stocked
