"""What need and sites alone allow: the leximin of the network without any limit that the whole territory shares.

It is found piece by piece (neighbourhoods that share no site do not touch), so it costs next to nothing, and it is
a relaxation of R: where R reaches the same values, they are proven (see ``leximin``).
"""

from __future__ import annotations

from collections import defaultdict

from distrib.solver.allocation.relaxation.build import Model
from distrib.solver.allocation.relaxation.cuts import Wells, local_cut
from distrib.solver.allocation.relaxation.leximin import Claim, Fixed, Key, held_at, leximin
from distrib.solver.allocation.relaxation.program import INFINITY, LinearProgram, Simplex, Terms
from distrib.solver.allocation.relaxation.result import Cut


class LocalNetwork:
    """Zones, sites and relays of one programme, in pieces that share nothing."""

    def __init__(self, model: Model, programme: str) -> None:
        self._model = model
        self._programme = programme
        case = model.case
        self._fetch = [k for k in model.network.fetch if case.programme_of[k[2]] == programme]
        self._days: dict[str, int] = defaultdict(int)
        for site_id, _ in sorted({(s, d) for s, d, _, _ in model.network.drop}):
            self._days[site_id] += 1
        self._pieces = self._split()

    def _hood(self, zone_id: str) -> str:
        return self._model.case.dataset.zone_by_id[zone_id].neighbourhood_id

    def _split(self) -> list[list[tuple[str, str, str]]]:
        """Fetch keys by piece: a neighbourhood, its sites and their relays belong together."""
        parent: dict[str, str] = {}

        def root(name: str) -> str:
            parent.setdefault(name, name)
            while parent[name] != name:
                parent[name] = parent[parent[name]]
                name = parent[name]
            return name

        sites = self._model.case.dataset.site_by_id
        for zone_id, site_id, _ in self._fetch:
            parent[root("hood " + self._hood(zone_id))] = root("place " + sites[site_id].drop_site_id)
        pieces: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for key in self._fetch:
            pieces[root("hood " + self._hood(key[0]))].append(key)
        return list(pieces.values())

    def hoods(self, held: dict[Key, float]) -> list[Fixed]:
        """Return the leximin over the neighbourhoods that are not held at a coverage yet."""
        return [step for piece in self._pieces for step in self._solve(piece, {}, held, zones=False)]

    def zones(self, hoods: dict[Key, float], held: dict[Key, float]) -> list[Fixed]:
        """Return the leximin over the zones not held yet, each neighbourhood at its coverage."""
        return [step for piece in self._pieces for step in self._solve(piece, hoods, held, zones=True)]

    def cuts(self, hoods: dict[Key, Fixed], baskets: dict[Key, float]) -> dict[Key, Cut]:
        """Return the cut of each neighbourhood whose level needs and sites alone bind.

        Args:
            hoods: the levels found; those of one level of a piece are the same ``Fixed``.
            baskets: baskets of each neighbourhood in leximin(R).
        """
        case = self._model.case
        if any(b.places != 1 for b in case.types if b.programme == self._programme):
            return {}
        found: dict[Key, Cut] = {}
        for piece in self._pieces:
            wells = Wells(self._model, piece, self._days)
            keys = sorted({(self._programme, self._hood(zone)) for zone, _, _ in piece})
            for step in dict.fromkeys(hoods[k] for k in keys):
                members = {k[1] for k in keys if hoods[k] is step}
                below = {k[1]: baskets[k] for k in keys if hoods[k].value <= step.value}
                weights = {k[1]: case.hood_weight_milli[k] / 1000 for k in keys}
                heads = {k[1]: float(case.hood_head[k]) for k in keys}
                cut = local_cut(wells, members, below, weights, heads, step.value)
                if cut is not None:
                    found |= {(self._programme, hood): cut for hood in sorted(members)}
        return found

    def _solve(
        self, piece: list[tuple[str, str, str]], hoods: dict[Key, float], held: dict[Key, float], *, zones: bool
    ) -> list[Fixed]:
        lp, case = LinearProgram(), self._model.case
        zone_share, hood_share = self._columns(lp, piece)
        shares, weights = (zone_share, case.zone_weight_milli) if zones else (hood_share, case.hood_weight_milli)
        free = [k for k in shares if k not in held]
        if not free:
            return []
        for key, coverage in held.items():
            if key in shares:
                lp.lower[shares[key]] = held_at(coverage, weights[key] / 1000, lp.upper[shares[key]])
        for key, column in hood_share.items():
            if key in hoods:
                at = held_at(hoods[key], case.hood_weight_milli[key] / 1000, lp.upper[column])
                lp.lower[column] = lp.upper[column] = at
                lp.column_names[column] = ("neighbourhood", key[1])
        level = lp.column(max(lp.upper[c] for c in shares.values()))
        claims = [
            Claim(k, shares[k], weights[k] / 1000, lp.row([(shares[k], 1.0), (level, -1.0)], -INFINITY, INFINITY))
            for k in free
        ]
        return leximin(Simplex(lp), level, claims) or []

    def _columns(self, lp: LinearProgram, piece: list[tuple[str, str, str]]) -> tuple[dict[Key, int], dict[Key, int]]:
        """Add the columns and rows of a piece; return the coverage columns of its zones and neighbourhoods."""
        case, data = self._model.case, self._model.case.dataset
        needs: dict[tuple[str, str], Terms] = defaultdict(list)
        sites: dict[str, Terms] = defaultdict(list)
        relays: dict[str, Terms] = defaultdict(list)
        zones: dict[Key, Terms] = defaultdict(list)
        for zone_id, site_id, basket_id in piece:
            column = lp.column(data.zone_needs[zone_id, basket_id].baskets, ("need", zone_id))
            places = float(data.basket_type_by_id[basket_id].places)
            needs[zone_id, basket_id].append((column, 1.0))
            sites[site_id].append((column, places))
            zones[self._programme, zone_id].append((column, 1.0))
            if data.site_by_id[site_id].relay_site_id:
                relays[data.site_by_id[site_id].relay_site_id].append((column, places))
        for (zone_id, basket_id), row in needs.items():
            lp.at_most(row, data.zone_needs[zone_id, basket_id].baskets, ("need", zone_id))
        if case.holds("site_capacity"):
            self._add_capacities(lp, sites, relays)
        return self._shares(lp, zones)

    def _add_capacities(self, lp: LinearProgram, sites: dict[str, Terms], relays: dict[str, Terms]) -> None:
        data = self._model.case.dataset
        for site_id, row in sites.items():
            lp.at_most(
                row, data.site_by_id[site_id].max_baskets_per_day * self._days[site_id], ("site_capacity", site_id)
            )
        days = len(self._model.case.delivery_dates)
        for relay_id, row in relays.items():
            most = data.site_by_id[relay_id].relay_max_baskets
            if most is not None:
                lp.at_most(row, most * days, ("site_capacity", relay_id))

    def _shares(self, lp: LinearProgram, zones: dict[Key, Terms]) -> tuple[dict[Key, int], dict[Key, int]]:
        case = self._model.case
        zone_share: dict[Key, int] = {}
        hoods: dict[Key, Terms] = defaultdict(list)
        heads: dict[Key, int] = defaultdict(int)
        for key, row in zones.items():
            weight, head = case.zone_weight_milli[key] / 1000, case.zone_head[key]
            zone_share[key] = lp.column((case.zone_need[key] + head) / weight, ("need", key[1]))
            lp.equal([*row, (zone_share[key], -weight)], -head)
            hoods[self._programme, self._hood(key[1])].append((zone_share[key], weight))
            heads[self._programme, self._hood(key[1])] += head
        hood_share: dict[Key, int] = {}
        for key, row in hoods.items():
            weight, head = case.hood_weight_milli[key] / 1000, case.hood_head[key]
            hood_share[key] = lp.column((case.hood_need[key] + head) / weight, ("need", key[1]))
            lp.equal([*row, (hood_share[key], -weight)], heads[key] - head)
        return zone_share, hood_share
