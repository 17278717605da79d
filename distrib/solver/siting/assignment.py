"""Who fetches where, once the sites are open: exact by min-cost flow."""

from __future__ import annotations

from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from distrib.solver.siting.problem import SitingProblem

Shares = tuple[tuple[int, int, int], ...]
Assigned = tuple[int, Shares, tuple[tuple[int, int], ...]]


def assign(problem: SitingProblem, opened: Any) -> Assigned:
    """Return (basket-metres, shares, baskets without room by zone) of the shortest walks to the open sites.

    A transport problem: its answer is in whole baskets (Ford and Fulkerson 1956, doi 10.1287/mnsc.3.1.24).
    """
    zones, sites = len(problem.need), len(problem.capacity)
    is_open = np.zeros(sites, dtype=bool)
    is_open[np.asarray(opened, dtype=np.int64)] = True
    use = np.flatnonzero(is_open[problem.candidate])
    place, sink = zones + np.arange(sites), zones + sites
    flow = min_cost_flow.SimpleMinCostFlow()
    chosen = np.flatnonzero(is_open)
    tails = np.concatenate([problem.zone[use], np.arange(zones), place[chosen]])
    heads = np.concatenate([place[problem.candidate[use]], np.full(zones, sink), np.full(len(chosen), sink)])
    rooms = np.concatenate([problem.need[problem.zone[use]], problem.need, problem.capacity[chosen]])
    costs = np.concatenate(
        [problem.walk_m[use], np.full(zones, problem.beyond_m), np.zeros(len(chosen), dtype=np.int64)]
    )
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, rooms, costs)
    flow.set_nodes_supplies(np.arange(zones), problem.need)
    flow.set_node_supply(sink, -int(problem.need.sum()))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the transport problem of the sites was not solved (status {status})")
    amounts = flow.flows(np.arange(len(tails)))
    shares = tuple(
        (int(problem.zone[a]), int(problem.candidate[a]), int(n)) for a, n in zip(use, amounts, strict=False) if n > 0
    )
    left = amounts[len(use) : len(use) + zones]
    without = tuple((int(z), int(left[z])) for z in np.flatnonzero(left))
    return int(flow.optimal_cost()), shares, without
