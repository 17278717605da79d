"""The baseline: one basket at a time to the least covered neighbourhood, one simple recipe a day, the cheapest lots."""

from __future__ import annotations

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.solver.allocation.buying import Market, stock_the_week
from distrib.solver.allocation.handing import Handed, hand_out, trimmed
from distrib.solver.allocation.outlets import outlets_of
from distrib.solver.allocation.result import allocation_of
from distrib.solver.allocation.supply import supply_of


class GreedyAllocator:
    """Simple constructive allocation; every plan must be at least as good as its."""

    name = "greedy"
    features = frozenset({"depots", "programmes", "budget", "relays", "kits"})

    def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
        """Return a valid allocation without any proof; ``effort`` and ``seed`` change nothing.

        Baskets are handed out first, then each day is stocked for as many of them as produce, storage and budget
        allow. What the minima of sites then forbid is taken away and the week is stocked again, until nothing changes:
        every round hands out less, so it ends.
        """
        outlets = outlets_of(dataset, limits)
        supply = supply_of(dataset, limits)
        handed: Handed = trimmed(dataset, hand_out(dataset, outlets))
        while True:
            market: Market = stock_the_week(dataset, supply, handed)
            kept = trimmed(dataset, handed.first(market.packed))
            if kept.totals() == handed.totals():
                return allocation_of(dataset, supply, kept.shares(), market.purchases(), market.recipes())
            handed = kept
