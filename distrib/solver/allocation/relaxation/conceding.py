"""Fairness that concedes: everybody keeps all but a tolerance of the fair share, and the rest goes where it does most.

With a tolerance ε every neighbourhood and zone has at least (1 − ε) times its value in leximin(R). Within that, first
as many baskets as R allows, then as many persons helped as it can be (``persons``), or as short drives (``cost``: the table seconds
there and back of each basket, the radial bound of its trip). With ε = 1 nobody is guaranteed anything: the plan of pure efficiency.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from fractions import Fraction

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.build import build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.fleet import Fleet
from distrib.solver.allocation.relaxation.program import INFINITY, NotSolvedError, Simplex, Terms
from distrib.solver.allocation.relaxation.result import MICRO, Relaxation

SLACK = 1e-7
"""Coverage and baskets that are held are held by so little less."""


def conceded(dataset: Dataset, relaxation: Relaxation, limits: Limits) -> Relaxation:
    """Return the relaxation with the values of neighbourhoods and zones that the fairness tolerance of the objective leads to.

    The same one without a tolerance. Its proof (``binding``, ``levels``) stays that of leximin(R).
    """
    tolerance = dataset.settings.objective.fairness_tolerance_bp
    if not tolerance or not any(relaxation.neighbourhood_value.values()):
        return relaxation
    kept = Fraction(10_000 - tolerance, 10_000)
    model = build(Case(dataset=dataset, limits=limits))
    lp, net, case = model.program, model.network, model.case
    for shares, values, weights, heads in (
        (net.hood_share, relaxation.neighbourhood_value, case.hood_weight_milli, case.hood_head),
        (net.zone_share, relaxation.zone_value, case.zone_weight_milli, case.zone_head),
    ):
        for key, column in shares.items():
            least = (float(kept * values[key]) / MICRO + heads[key]) * 1000 / weights[key] - SLACK
            lp.lower[column] = max(0.0, min(least, lp.upper[column]))
    all_baskets = [(column, 1.0) for column in net.packed.values()]
    total = lp.row(all_baskets, -INFINITY, INFINITY)
    engine = Simplex(lp)
    if not engine.maximise(all_baskets):
        raise NotSolvedError("the fair values could not be held within the tolerance")
    engine.set_row(total, sum(float(engine.values[c]) for c in net.packed.values()) - SLACK, INFINITY)
    for_persons = dataset.settings.objective.fairness_conceded_to == "persons"
    if not engine.maximise(_persons(case, net.fetch) if for_persons else _drives(case, net.drop)):
        raise NotSolvedError("the most baskets could not be held")

    def micro(column: int, weight_milli: int, head: int) -> int:
        return max(0, math.floor((float(engine.values[column]) * weight_milli / 1000 - head) * MICRO + 0.5))

    hoods = {k: micro(c, case.hood_weight_milli[k], case.hood_head[k]) for k, c in net.hood_share.items()}
    zones = {k: micro(c, case.zone_weight_milli[k], case.zone_head[k]) for k, c in net.zone_share.items()}
    return dataclasses.replace(
        relaxation,
        neighbourhood_value={k: hoods.get(k, 0) for k in relaxation.neighbourhood_value},
        zone_value={k: zones.get(k, 0) for k in relaxation.zone_value},
    )


def _persons(case: Case, fetch: dict[tuple[str, str, str], int]) -> Terms:
    """Persons helped by each basket."""
    needs = case.dataset.zone_needs
    return [
        (column, needs[zone, basket].persons / needs[zone, basket].baskets)
        for (zone, _, basket), column in fetch.items()
    ]


def _drives(case: Case, drop: dict[tuple[str, dt.date, str, str], int]) -> Terms:
    """Minus the hours of table driving there and back that a basket costs its site."""
    fleet = Fleet(case=case)
    sites = case.dataset.site_by_id
    seconds = {(site, depot): fleet.way_s(depot, sites[site].drop_site_id) for site, _, depot, _ in drop}
    return [(column, -min(seconds[site, depot], 1e6) / 3600) for (site, _, depot, _), column in drop.items()]
