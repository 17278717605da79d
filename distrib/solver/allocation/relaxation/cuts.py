"""Levels that can be checked by hand: the need, sites or programme that bind one, in whole numbers, by a minimum cut.

For the neighbourhoods of a level and the lower ones that share their sites, a maximum flow from needs to sites says how
many baskets they can have at all, and its minimum cut which needs and sites that is. Where what the lower ones have is
taken off, what is left ÷ the weight of the level's neighbourhoods *is* the level. A level whose figures do not add up so
is bound by what a flow does not know (produce, recipes, vehicles …) and gets no cut: its proof is the duals alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from ortools.graph.python import max_flow

from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.build import Model
from distrib.solver.allocation.relaxation.result import Cut

Key = tuple[str, str]
Fetch = tuple[str, str, str]
NEAR = 1e-4
"""Baskets by which the figures of a cut may miss the level, which is known to 1e-6 baskets a neighbourhood."""


class Wells:
    """The needs and sites of a piece of the network with their baskets of the week, as arcs of a flow."""

    def __init__(self, model: Model, fetch: Iterable[Fetch], days: Mapping[str, int]) -> None:
        self.dataset: Dataset = model.case.dataset
        self.hood_of: dict[str, str] = {}
        self.number: dict[str, int] = {"source": 0, "sink": 1}
        self.arcs: list[tuple[int, int, int, str]] = []
        self.zones: dict[tuple[str, str], list[str]] = defaultdict(list)
        for zone, site, basket in fetch:
            self.zones[zone, basket].append(site)
        sites = sorted({s for found in self.zones.values() for s in found})
        for site in sites:
            self._add_site(site, days[site], len(model.case.delivery_dates), model.case.holds("site_capacity"))

    def _node(self, name: str) -> int:
        return self.number.setdefault(name, len(self.number))

    def _add_site(self, site_id: str, days: int, all_days: int, held: bool) -> None:
        site = self.dataset.site_by_id[site_id]
        relay = self.dataset.site_by_id[site.drop_site_id]
        limited = held and site.relay_site_id and relay.relay_max_baskets is not None
        if limited and f"relay {relay.site_id}" not in self.number:
            most = (relay.relay_max_baskets or 0) * all_days
            self.arcs.append((self._node(f"relay {relay.site_id}"), 1, most, f"site_capacity {relay.site_id} relay"))
        end = self._node(f"relay {relay.site_id}") if limited else 1
        most = site.max_baskets_per_day * days if held else 10**12
        self.arcs.append((self._node(f"site {site_id}"), end, most, f"site_capacity {site_id}"))

    def cut(self, hoods: set[str]) -> dict[str, list[tuple[str, int]]]:
        """Return the minimum cut nearest to the sites for the needs of neighbourhoods: by a name for each piece of it, the cut's limits.

        ``hood_of`` says afterwards in which piece a neighbourhood lies.
        """
        arcs = list(self.arcs)
        for (zone, basket), sites in self.zones.items():
            hood = self.dataset.zone_by_id[zone].neighbourhood_id
            if hood in hoods:
                here = self._node(f"zone {zone} {basket}")
                arcs.append(
                    (self._node(f"hood {hood}"), here, self.dataset.zone_needs[zone, basket].baskets, f"need {zone}")
                )
                arcs += [(here, self._node(f"site {site}"), 10**12, "") for site in sites]
        arcs += [(0, self._node(f"hood {hood}"), 10**12, "") for hood in sorted(hoods)]
        tail, head, most = (np.array(column) for column in list(zip(*arcs, strict=True))[:3])
        flow = max_flow.SimpleMaxFlow()
        flow.add_arcs_with_capacity(tail, head, most)
        flow.solve(0, 1)
        beyond = set(flow.get_sink_side_min_cut())
        return self._pieces(arcs, beyond, hoods)

    def _pieces(
        self, arcs: list[tuple[int, int, int, str]], beyond: set[int], hoods: set[str]
    ) -> dict[str, list[tuple[str, int]]]:
        """The arcs that leave the near side, by connected piece of it (a piece is named by its first neighbourhood)."""
        root = list(range(len(self.number)))

        def find(node: int) -> int:
            while root[node] != node:
                root[node] = root[root[node]]
                node = root[node]
            return node

        for tail, head, _, _ in arcs:
            if tail and tail not in beyond and head not in beyond:
                root[find(tail)] = find(head)
        names = {find(self.number[f"hood {hood}"]): hood for hood in sorted(hoods, reverse=True)}
        self.hood_of = {hood: names[find(self.number[f"hood {hood}"])] for hood in hoods}
        found: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for tail, head, most, name in arcs:
            if tail and tail not in beyond and head in beyond and find(tail) in names:
                found[names[find(tail)]].append((name, most))
        return found


def local_cut(
    wells: Wells,
    members: set[str],
    baskets: Mapping[str, float],
    weights: Mapping[str, float],
    heads: Mapping[str, float],
    level: float,
) -> Cut | None:
    """Return the cut of needs and sites that binds a level, None when none does.

    Args:
        wells: the piece of the network in which the members lie.
        members: neighbourhoods of the level.
        baskets: baskets of the neighbourhoods of the piece in leximin(R), those of the level and lower ones.
        weights: their weights.
        heads: what earlier weeks count for, in baskets.
        level: the coverage.
    """  # fmt: skip
    found = wells.cut(set(baskets))
    pieces = {wells.hood_of[hood] for hood in members}
    limits = sorted(limit for piece in pieces for limit in found[piece])
    lower = sum(n for hood, n in baskets.items() if hood not in members and wells.hood_of[hood] in pieces)
    return checked(limits, lower - sum(heads[h] for h in members), sum(weights[h] for h in members), level)


def checked(limits: list[tuple[str, int]], lower: float, weight: float, level: float) -> Cut | None:
    """Return the cut when its figures give the level, else None."""
    total = sum(baskets for _, baskets in limits)
    if not limits or abs(total - lower - level * weight) > NEAR:
        return None
    return Cut(limits=tuple(limits), lower=lower, weight=weight)


def programme_cuts(
    size: int,
    programme: str,
    groups: Iterable[tuple[float, list[str]]],
    baskets: Mapping[Key, float],
    weights: Mapping[Key, float],
) -> dict[Key, Cut]:
    """Return the cuts of those whose level is bound by the size of their programme: all that the others leave of it.

    Args:
        size: baskets of the programme.
        programme: its name.
        groups: levels with their neighbourhoods, of those that may be bound by it.
        baskets: baskets in leximin(R).
        weights: weights.
    """
    total = sum(n for key, n in baskets.items() if key[0] == programme)
    found: dict[Key, Cut] = {}
    for level, members in groups:
        keys = [(programme, member) for member in members]
        weight, mine = sum(weights[key] for key in keys), sum(baskets[key] for key in keys)
        head = level * weight - mine
        cut = checked([(f"programme {programme}", size)], total - mine - head, weight, level)
        if cut is not None:
            found |= dict.fromkeys(keys, cut)
    return found
