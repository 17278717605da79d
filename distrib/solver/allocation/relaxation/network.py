"""The way from depots to zones in R: baskets by site and day, sites by zone, need, capacities, packing, programmes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from distrib.model.goods import Depot
from distrib.model.territory import Site
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.fleet import Fleet
from distrib.solver.allocation.relaxation.program import LinearProgram, Terms

PACKING_STEP_S = 1800
"""Sites are grouped by the last moment at which their baskets can be loaded, rounded up to the half hour."""


@dataclass(slots=True)
class Network:
    """Columns in baskets: ``fetch`` (zone, site, type), ``drop`` (site, date, depot, type), ``packed`` (date, depot, type).

    ``anywhere``: (zone, type) when catchments are left out. ``zone_share``/``hood_share``: coverage (baskets ÷
    weight) by (programme, zone or neighbourhood); who cannot get anything has no column.
    """

    fetch: dict[tuple[str, str, str], int] = field(default_factory=dict)
    anywhere: dict[tuple[str, str], int] = field(default_factory=dict)
    drop: dict[tuple[str, dt.date, str, str], int] = field(default_factory=dict)
    packed: dict[tuple[dt.date, str, str], int] = field(default_factory=dict)
    zone_share: dict[tuple[str, str], int] = field(default_factory=dict)
    hood_share: dict[tuple[str, str], int] = field(default_factory=dict)


def add_network(lp: LinearProgram, case: Case, fleet: Fleet) -> Network:
    """Add the columns and rows between packed baskets and neighbourhoods."""
    net = Network()
    _add_drops(lp, case, fleet, net)
    _add_fetches(lp, case, net)
    _add_site_balance(lp, case, net)
    _add_packed(lp, case, net)
    _add_zone_needs(lp, case, net)
    _add_site_capacity(lp, case, net)
    _add_relays(lp, case, net)
    _add_routing_limits(lp, case, net)
    _add_programmes(lp, case, net)
    _add_packing(lp, case, net)
    _add_packing_times(lp, case, fleet, net)
    _add_coverage(lp, case, net)
    return net


def usable_sites(case: Case) -> list[Site]:
    """Sites that can get a basket at all: some capacity, and minima that one visit and one week can meet."""
    places = min((b.places for b in case.types), default=1)
    found = []
    for site in case.dataset.sites:
        a_day = site.max_baskets_per_day // places if case.holds("site_capacity") else 10**9
        days = sum(1 for d in case.delivery_dates if case.windows(site, d))
        met = site.min_baskets_per_visit <= a_day and site.min_baskets_per_week <= a_day * days
        if a_day > 0 and (met or not case.holds("minimum")):
            found.append(site)
    return found


def _add_drops(lp: LinearProgram, case: Case, fleet: Fleet, net: Network) -> None:
    """Baskets reach a site on delivery days on which its place of drop is open, from a depot whose vehicles reach it (G8)."""
    for site in usable_sites(case):
        for date in case.delivery_dates:
            if not case.windows(site, date):
                continue
            for depot in case.dataset.depots:
                if case.holds("transport") and not fleet.drop_classes(site, depot, date):
                    continue
                for basket in case.types:
                    key = (site.site_id, date, depot.depot_id, basket.basket_id)
                    if case.holds("site_capacity"):
                        upper = site.max_baskets_per_day / basket.places
                        net.drop[key] = lp.column(upper, ("site_capacity", site.site_id))
                    else:
                        net.drop[key] = lp.column(case.type_need[basket.basket_id])


def _add_fetches(lp: LinearProgram, case: Case, net: Network) -> None:
    """A zone uses only sites of its catchment (G7); any site when catchments are left out."""
    served = {(site_id, basket_id) for site_id, _, _, basket_id in net.drop}
    for (zone_id, basket_id), need in case.dataset.zone_needs.items():
        if case.holds("catchment"):
            for row in case.dataset.sites_of_zone[zone_id]:
                if (row.site_id, basket_id) in served:
                    net.fetch[zone_id, row.site_id, basket_id] = lp.column(need.baskets, ("need", zone_id))
        elif served:
            net.anywhere[zone_id, basket_id] = lp.column(need.baskets, ("need", zone_id))


def _add_site_balance(lp: LinearProgram, case: Case, net: Network) -> None:
    """What is handed out at a site in the week is what was dropped for it, type by type (G6)."""
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for (_, site_id, basket_id), column in net.fetch.items():
        terms[site_id, basket_id].append((column, 1.0))
    pools: dict[str, Terms] = defaultdict(list)
    if not case.holds("catchment"):
        for (_, basket_id), column in net.anywhere.items():
            pools[basket_id].append((column, 1.0))
        for site_id, basket_id in sorted({(s, b) for s, _, _, b in net.drop}):
            column = lp.column(case.type_need[basket_id])
            terms[site_id, basket_id].append((column, 1.0))
            pools[basket_id].append((column, -1.0))
        for _, row in sorted(pools.items()):
            lp.equal(row)
    for (site_id, _, _, basket_id), column in net.drop.items():
        terms[site_id, basket_id].append((column, -1.0))
    for _, row in sorted(terms.items()):
        lp.equal(row)


def _add_packed(lp: LinearProgram, case: Case, net: Network) -> None:
    """Every packed basket is delivered the day it is packed, from the depot that packed it (G5)."""
    terms: dict[tuple[dt.date, str, str], Terms] = defaultdict(list)
    for (_, date, depot_id, basket_id), column in net.drop.items():
        terms[date, depot_id, basket_id].append((column, 1.0))
    for key, row in sorted(terms.items()):
        net.packed[key] = lp.column(case.type_need[key[2]])
        lp.equal([*row, (net.packed[key], -1.0)])


def _add_zone_needs(lp: LinearProgram, case: Case, net: Network) -> None:
    """A zone gets no more of a basket type than its need (G7)."""
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for (zone_id, _, basket_id), column in net.fetch.items():
        terms[zone_id, basket_id].append((column, 1.0))
    for key, row in sorted(terms.items()):
        if len(row) > 1:
            lp.at_most(row, case.dataset.zone_needs[key].baskets, ("need", key[0]))


def _add_site_capacity(lp: LinearProgram, case: Case, net: Network) -> None:
    """A site gets at most max_baskets_per_day places for itself (G8); a bound of the column when only one can fill it."""
    if not case.holds("site_capacity"):
        return
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for (site_id, date, _, basket_id), column in net.drop.items():
        terms[site_id, date].append((column, float(case.dataset.basket_type_by_id[basket_id].places)))
    for (site_id, _), row in sorted(terms.items()):
        if len(row) > 1:
            lp.at_most(row, case.dataset.site_by_id[site_id].max_baskets_per_day, ("site_capacity", site_id))


def _add_relays(lp: LinearProgram, case: Case, net: Network) -> None:
    """A relay passes on at most relay_max_baskets places a day (G8)."""
    if not case.holds("site_capacity"):
        return
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for (site_id, date, _, basket_id), column in net.drop.items():
        relay_id = case.dataset.site_by_id[site_id].relay_site_id
        if relay_id:
            terms[relay_id, date].append((column, float(case.dataset.basket_type_by_id[basket_id].places)))
    for (relay_id, _), row in sorted(terms.items()):
        most = case.dataset.site_by_id[relay_id].relay_max_baskets
        if most is not None:
            lp.at_most(row, most, ("site_capacity", relay_id))


def _add_routing_limits(lp: LinearProgram, case: Case, net: Network) -> None:
    """What routing has shown to be out of reach: baskets per place of drop and day, baskets per day."""
    if not case.holds("transport"):
        return
    places: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for (site_id, date, _, _), column in net.drop.items():
        key = (case.dataset.site_by_id[site_id].drop_site_id, date)
        if key in case.limits.site_day_baskets:
            places[key].append((column, 1.0))
    for key, row in sorted(places.items()):
        lp.at_most(row, case.limits.site_day_baskets[key], ("transport", f"{key[0]} {key[1].isoformat()}"))
    for date, most in sorted(case.limits.day_baskets.items()):
        row = [(column, 1.0) for (d, _, _), column in net.packed.items() if d == date]
        lp.at_most(row, most, ("transport", date.isoformat()))


def _add_programmes(lp: LinearProgram, case: Case, net: Network) -> None:
    """A programme hands out at most max_baskets in the week (G8)."""
    if not case.holds("programme"):
        return
    for programme in case.programmes:
        most = case.dataset.settings.max_baskets_of(programme)
        if most is not None:
            row = [(c, 1.0) for (_, _, b), c in net.packed.items() if case.programme_of[b] == programme]
            lp.at_most(row, most, ("programme", programme))


def _add_packing(lp: LinearProgram, case: Case, net: Network) -> None:
    """Packing per depot and day stays within its capacity (G5)."""
    if not case.holds("packing"):
        return
    for depot in case.dataset.depots:
        for date in case.delivery_dates:
            row = [(c, 1.0) for (d, h, _), c in net.packed.items() if (d, h) == (date, depot.depot_id)]
            if row:
                lp.at_most(row, depot.packing_baskets_per_day, ("packing", f"{depot.depot_id} {date.isoformat()}"))


def _add_packing_times(lp: LinearProgram, case: Case, fleet: Fleet, net: Network) -> None:
    """Baskets loaded by a moment are packed by then (T6): sites that close early need early baskets."""
    if not case.holds("packing"):
        return
    for depot in case.dataset.depots:
        if depot.packing_starts_s is not None and depot.packing_baskets_per_h is not None:
            for date in case.delivery_dates:
                _add_packing_day(lp, case, fleet, net, depot, date)


def _add_packing_day(lp: LinearProgram, case: Case, fleet: Fleet, net: Network, depot: Depot, date: dt.date) -> None:
    assert depot.packing_starts_s is not None and depot.packing_baskets_per_h is not None
    steps: dict[int, Terms] = defaultdict(list)
    for (site_id, d, h, _), column in net.drop.items():
        if (d, h) == (date, depot.depot_id):
            last_s = fleet.last_loading_s(case.dataset.site_by_id[site_id], depot, date)
            steps[-(-last_s // PACKING_STEP_S) * PACKING_STEP_S].append((column, 1.0))
    before: Terms = []
    for moment_s, row in sorted(steps.items()):
        packed = max(0, (moment_s - depot.packing_starts_s) * depot.packing_baskets_per_h // 3600)
        if packed >= depot.packing_baskets_per_day:
            break
        sum_so_far = lp.column(packed, ("packing", f"{depot.depot_id} {date.isoformat()}"))
        lp.equal([*row, *before, (sum_so_far, -1.0)])
        before = [(sum_so_far, 1.0)]


def _add_coverage(lp: LinearProgram, case: Case, net: Network) -> None:
    """Coverage of zones and neighbourhoods over the window: their baskets of a programme ÷ Σ households × priority."""
    baskets: dict[tuple[str, str], Terms] = defaultdict(list)
    for (zone_id, _, basket_id), column in net.fetch.items():
        baskets[case.programme_of[basket_id], zone_id].append((column, 1.0))
    for (zone_id, basket_id), column in net.anywhere.items():
        baskets[case.programme_of[basket_id], zone_id].append((column, 1.0))
    hoods: dict[tuple[str, str], Terms] = defaultdict(list)
    heads: dict[tuple[str, str], int] = defaultdict(int)
    for key, row in sorted(baskets.items()):
        weight, head = case.zone_weight_milli[key] / 1000, case.zone_head[key]
        net.zone_share[key] = lp.column((case.zone_need[key] + head) / weight, ("need", key[1]))
        lp.equal([*row, (net.zone_share[key], -weight)], -head)
        hood = (key[0], case.dataset.zone_by_id[key[1]].neighbourhood_id)
        hoods[hood].append((net.zone_share[key], weight))
        heads[hood] += head
    for key, row in sorted(hoods.items()):
        weight, head = case.hood_weight_milli[key] / 1000, case.hood_head[key]
        net.hood_share[key] = lp.column((case.hood_need[key] + head) / weight, ("need", key[1]))
        lp.equal([*row, (net.hood_share[key], -weight)], heads[key] - head)
