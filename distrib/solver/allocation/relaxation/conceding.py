"""Fairness that concedes: everybody keeps all but a tolerance of the fair share, and the rest goes where it does most.

With a tolerance ε every neighbourhood and zone has at least (1 − ε) times its value in leximin(R). Within that, first
as many baskets as R allows, then as many persons helped as it can be (``persons``), or as few and near visits (``cost``). With ε = 1 nobody is guaranteed anything: the plan of pure efficiency.
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
from distrib.solver.allocation.relaxation.network import Network
from distrib.solver.allocation.relaxation.program import INFINITY, NotSolvedError, Simplex, Terms
from distrib.solver.allocation.relaxation.result import MICRO, Relaxation

Drop = tuple[str, dt.date, str, str]
"""(site_id, date, depot_id, basket_id)."""
SLOPES = 8
"""Linear programmes solved one after the other for few visits."""
NEIGHBOUR_S = 600
"""Drive from one site to the next."""
STOPS = 6
"""Sites that share a trip."""
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
    if not (engine.maximise(_persons(case, net.fetch)) if for_persons else _fewest_visits(engine, case, net)):
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


def _fewest_visits(engine: Simplex, case: Case, net: Network) -> bool:
    """Leave the engine at a solution with little driving: few visits, near the depots.

    A visit has a fixed cost, which no linear programme knows. So a few are solved one after the other, each with that cost
    spread over what the one before brought there (dynamic slope scaling, Kim and Pardalos 1999,
    doi:10.1016/S0167-6377(99)00034-5); the cheapest by its visits is solved again at the end.
    """
    hours = _visit_hours(case, net.drop)
    prices = {key: hours[key] / max(1.0, engine.upper(column)) for key, column in net.drop.items()}
    best: tuple[float, Terms] | None = None
    for _ in range(SLOPES):
        terms = [(column, -round(prices[key], 9)) for key, column in net.drop.items()]
        if not engine.maximise(terms):
            return False
        brought = {key: round(float(engine.values[column]), 3) for key, column in net.drop.items()}
        total = math.fsum(hours[key] for key, number in brought.items() if number > 0)
        if best is None or total < best[0] - 1e-6:
            best = (total, terms)
        prices = {key: hours[key] / n if n > 0 else prices[key] for key, n in brought.items()}
    return best is not None and engine.maximise(best[1])


def _visit_hours(case: Case, drop: dict[Drop, int]) -> dict[Drop, float]:
    """Hours that a visit costs: unloading, the way from a neighbour, and a share of the way there and back."""
    fleet, sites = Fleet(case=case), case.dataset.site_by_id
    found = {}
    for key in drop:
        place = sites[sites[key[0]].drop_site_id]
        way_s = min(fleet.way_s(key[2], place.site_id), 1e6)
        found[key] = (place.unloading_s + NEIGHBOUR_S + way_s / STOPS) / 3600
    return found
