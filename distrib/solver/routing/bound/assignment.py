"""The cheap bound of a date: every stop is come to from somewhere and left for somewhere, at the least price of any vehicle."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from distrib.solver.routing.bound.case import Case, Group
from distrib.solver.routing.bound.kernels import FIXED, LOADING, LONGEST_DAY, PACE, UNLOADING
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT


def assignment_bound(case: Case) -> int:
    """Units that any plan of the date costs at least, by the legs of its tours alone.

    Every stop has one leg that comes to it and one that leaves it. A leg costs at least what the cheapest group that may
    drive it pays for its metres and seconds, the work at its beginning included, and the fixed price of a day spread over
    the longest day. Trips are no longer tied together: the least assignment of stops to what follows them is below every
    plan. Prices are rounded down to millicents, so that sums of floats are exact.
    """
    stops = len(case.tasks)
    cheapest = np.full((stops + 1, stops + 1), np.inf)
    for group in case.groups:
        at = np.array([0, *(stop + 1 for stop in group.stop[1:])])
        np.minimum.at(cheapest, (at[:, None], at[None, :]), _leg_prices(group))
    matrix = np.full((2 * stops, 2 * stops), np.inf)
    matrix[:stops, :stops] = cheapest[1:, 1:]
    matrix[stops:, stops:] = 0.0
    own = np.arange(stops)
    matrix[own, own] = np.inf
    matrix[own, stops + own] = cheapest[1:, 0]
    matrix[stops + own, own] = cheapest[0, 1:]
    rows, columns = linear_sum_assignment(matrix)
    return int(matrix[rows, columns].sum()) * COST_UNITS_PER_MILLICENT


def _leg_prices(group: Group) -> Any:
    """Millicents of the legs between the nodes of a group, infinite where it cannot drive them."""
    graph, limits = group.graph, group.graph.limits
    leg = graph.leg.copy()
    leg[0] += np.where(graph.kind > 0, limits[LOADING], 0)
    leg[:, 0] += np.where(graph.pick_g > 0, limits[UNLOADING], 0)
    possible = graph.lo[:, None] + leg <= graph.hi[None, :]
    pace = limits[PACE] + limits[FIXED] // max(1, limits[LONGEST_DAY])
    price = (graph.road + pace * np.where(possible, leg, 0)) // COST_UNITS_PER_MILLICENT
    return np.where(possible, price.astype(float), np.inf)
