"""``distrib describe``: what the tables say before any planning: need, distances, and what is set against need."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from distrib import units
from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.territory import Zone

if TYPE_CHECKING:
    pass


SECRET_BELOW = 11
"""Counts of households below this are never shown (the secrecy of INSEE's gridded data)."""

LIMIT_NAMES = {
    "programme": ("Taille du programme", "Size of the programme"),
    "site_capacity": ("Places des sites à portée", "Room of sites within reach"),
    "produce": ("Denrées (au poids visé)", "Produce (at the target weight)"),
    "packing": ("Préparation", "Packing"),
    "transport": ("Transport (au mieux)", "Transport (at best)"),
}
"""Names of limits, French and English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What the week can do at most of one thing, in baskets; None: no limit is set. ``date`` None: the whole week."""

    name: str
    baskets: int | None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TightSpot:
    """A place or a limit that will bind: ``short`` baskets of need are at stake."""

    kind: str
    id: str
    short: int
    text: dict[str, str]


class Description:
    """Figures of a resolved dataset; everything is worked out once, when first asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    @cached_property
    def need(self) -> dict[str, int]:
        """Need of each zone, in baskets."""
        found = {zone.zone_id: 0 for zone in self.dataset.zones}
        for (zone_id, _), cell in self.dataset.zone_needs.items():
            found[zone_id] += cell.baskets
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """Need of each zone in places: baskets × what one takes of a site."""
        found = {zone.zone_id: 0 for zone in self.dataset.zones}
        for (zone_id, basket_id), cell in self.dataset.zone_needs.items():
            found[zone_id] += cell.baskets * self.dataset.basket_type_by_id[basket_id].places
        return found

    @cached_property
    def room(self) -> dict[str, int]:
        """Room of each site over the delivery days on which it can get baskets, in places."""
        dates = self.dataset.settings.delivery_dates
        return {
            site.site_id: site.max_baskets_per_day
            * sum(bool(self.dataset.drop_windows(site.site_id, d)) for d in dates)
            for site in self.dataset.sites
        }

    @cached_property
    def housed(self) -> tuple[dict[str, int], frozenset[str]]:
        """Return (places found by zone, zones of the tightest group): the most need that sites in reach have room for.

        A maximum flow from zones to sites; the group is the zones' side of its least cut (Ford and Fulkerson 1956,
        doi 10.4153/CJM-1956-045-5): together they need more than all their sites hold. Empty when all need has room.
        """
        from ortools.graph.python import max_flow

        zones, sites = [z.zone_id for z in self.dataset.zones], [s.site_id for s in self.dataset.sites]
        node = {name: 2 + i for i, name in enumerate([("z", z) for z in zones] + [("s", s) for s in sites])}
        flow = max_flow.SimpleMaxFlow()
        entries = [flow.add_arc_with_capacity(0, node["z", z], self.places[z]) for z in zones]
        for zone_id, rows in sorted(self.dataset.sites_of_zone.items()):
            for row in rows:
                flow.add_arc_with_capacity(node["z", zone_id], node["s", row.site_id], self.places[zone_id])
        for site_id in sites:
            flow.add_arc_with_capacity(node["s", site_id], 1, self.room[site_id])
        if not zones or flow.solve(0, 1) != flow.OPTIMAL:
            return dict.fromkeys(zones, 0), frozenset()
        cut = set(flow.get_source_side_min_cut())
        tight = frozenset(z for z in zones if node["z", z] in cut and self.places[z])
        return {z: flow.flow(arc) for z, arc in zip(zones, entries, strict=True)}, tight

    @cached_property
    def total_need(self) -> int:
        """Need of the week in baskets."""
        return sum(self.need.values())

    @cached_property
    def mean_target_g(self) -> Fraction:
        """Mean target weight of a basket over the need (over the types when there is none)."""
        types = self.dataset.basket_type_by_id
        cells = [(types[basket].target_g, cell.baskets) for (_, basket), cell in self.dataset.zone_needs.items()]
        cells = cells or [(basket.target_g, 1) for basket in types.values()]
        return Fraction(sum(g * n for g, n in cells), max(1, sum(n for _, n in cells)))

    @cached_property
    def produce_g(self) -> int:
        """Grams of whole crates that can still be packed for a delivery of this week, with the depots' stock."""
        return sum(grams for _, grams in self.produce_by_product)

    @cached_property
    def produce_by_product(self) -> tuple[tuple[str, int], ...]:
        """Grams by product, sorted by product."""
        settings = self.dataset.settings
        found: dict[str, int] = defaultdict(int)
        lead = dt.timedelta(days=settings.packing_lead_days)
        for lot in self.dataset.lots:
            crate = self.dataset.product_by_id[lot.product_id].crate_g
            days = [d + lead for d in settings.collection_dates if d >= lot.ready_date]
            usable = any(
                start <= p and (lot.last_use_date is None or p <= lot.last_use_date)
                for start in days
                for p in settings.delivery_dates
            )
            found[lot.product_id] += lot.offer_g // crate * crate if usable else 0
        for row in self.dataset.depot_stock:
            good = any(row.last_use_date is None or p <= row.last_use_date for p in settings.delivery_dates)
            found[row.product_id] += row.stock_g if good else 0
        return tuple(sorted((name, grams) for name, grams in found.items() if grams))

    def transport_on(self, date: dt.date) -> int:
        """Return the most baskets that the day's vehicles and drivers can bring out: an upper bound."""
        loads = sorted(
            (
                (self._most_baskets(v), v.vehicle_id, v.needs_licence_c)
                for v in self.dataset.vehicles
                if date.weekday() in v.weekdays
            ),
            key=lambda load: (-load[0], load[1]),
        )
        drivers = self.dataset.drivers_on(date)
        everybody, heavy = drivers if drivers is not None else (len(loads), len(loads))
        total = 0
        for baskets, _, needs_c in loads:
            if everybody == 0 or (needs_c and heavy == 0):
                continue
            total += baskets
            everybody, heavy = everybody - 1, heavy - needs_c
        return total

    def _most_baskets(self, vehicle: Vehicle) -> int:
        """Return trips that fit the shift (loading, to the nearest site and back) × baskets a trip."""
        lightest = min((b.min_g for b in self.dataset.basket_types), default=0) or 1
        least_places = min((b.places for b in self.dataset.basket_types), default=1)
        baskets = min(vehicle.capacity_baskets // least_places, vehicle.capacity_g // lightest)
        depot = self.dataset.depot_by_id[vehicle.depot_id]
        table = self.dataset.travel_for(vehicle)
        legs = []
        for site in self.dataset.sites:
            out, back = (
                table.driving_s(a, b) for a, b in ((depot.depot_id, site.site_id), (site.site_id, depot.depot_id))
            )
            if UNREACHABLE not in (out, back):
                legs.append(sum(units.driving_s(s, vehicle.speed_factor_milli) for s in (out, back)) + site.unloading_s)
        if not legs:
            return 0
        start, end = max(vehicle.shift_start_s, depot.opens_s), min(vehicle.shift_end_s, depot.closes_s)
        trips = max(0, end - start) // max(1, depot.loading_s + min(legs))
        return baskets * min(vehicle.max_trips, trips)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """What the week can do at most, thing by thing, then transport and packing day by day."""
        data = self.dataset
        dates = data.settings.delivery_dates
        packing = sum(d.packing_baskets_per_day for d in data.depots)
        sizes = [data.settings.max_baskets_of(programme) for programme in data.programmes]
        known = [size for size in sizes if size is not None]
        least_places = max(1, min((b.places for b in data.basket_types), default=1))
        produce = units.round_half_up(Fraction(self.produce_g) / self.mean_target_g) if self.mean_target_g else 0
        return (
            Limit(name="programme", baskets=sum(known) if len(known) == len(sizes) and known else None),
            Limit(name="site_capacity", baskets=sum(self.housed[0].values()) // least_places),
            Limit(name="produce", baskets=produce),
            Limit(name="packing", baskets=packing * len(dates)),
            Limit(name="transport", baskets=sum(self.transport_on(d) for d in dates)),
            *(Limit(name="transport", baskets=self.transport_on(d), date=d) for d in dates),
        )

    def near(self, zone: Zone) -> tuple[tuple[str, int], ...]:
        """Return (site, walk in metres) of a zone's catchment, nearest first."""
        rows = self.dataset.sites_of_zone[zone.zone_id]
        return tuple(sorted(((r.site_id, r.walk_m) for r in rows), key=lambda row: (row[1], row[0])))

    def zones_of(self, neighbourhood_id: str) -> tuple[Zone, ...]:
        """Return the zones of a neighbourhood."""
        return self.dataset.zones_of[neighbourhood_id]

    @cached_property
    def shown_need(self) -> dict[str, str]:
        """Need as it may be shown, by zone and by neighbourhood id (prefixed ``n:`` and ``z:``)."""
        hoods = {h.neighbourhood_id: self.zones_of(h.neighbourhood_id) for h in self.dataset.neighbourhoods}
        totals = {name: sum(self.need[z.zone_id] for z in zones) for name, zones in hoods.items()}
        found = {f"n:{name}": text for name, text in masked_all(totals).items()}
        for zones in hoods.values():
            parts = masked_all({z.zone_id: self.need[z.zone_id] for z in zones})
            found |= {f"z:{name}": text for name, text in parts.items()}
        return found

    @cached_property
    def tight_spots(self) -> tuple[TightSpot, ...]:
        """What will bind, the most baskets at stake first."""
        found = [*self._short_limits(), *self._far_zones(), *self._crowded(), *self._only_sites()]
        return tuple(sorted(found, key=lambda spot: (-spot.short, spot.kind, spot.id)))

    def _short_limits(self) -> list[TightSpot]:
        names = LIMIT_NAMES
        return [
            TightSpot(
                kind=limit.name,
                id="",
                short=self.total_need - limit.baskets,
                text={
                    "fr": f"{names[limit.name][0]} : au plus {limit.baskets} paniers pour un besoin de {self.total_need}",
                    "en": f"{names[limit.name][1]}: at most {limit.baskets} baskets for a need of {self.total_need}",
                },
            )
            for limit in self.limits
            if limit.date is None and limit.baskets is not None and limit.baskets < self.total_need
        ]

    def _far_zones(self) -> list[TightSpot]:
        limit = self.dataset.settings.walking_limit_m
        found = []
        for zone in self.dataset.zones:
            near, need = self.near(zone), self.need[zone.zone_id]
            if need and (not near or near[0][1] > limit):
                walk = f"{near[0][1]} m" if near else "-"
                text = {
                    "fr": f"{zone.zone_id} : aucun site à moins de {limit} m (le plus proche : {walk})",
                    "en": f"{zone.zone_id}: no site within {limit} m (the nearest: {walk})",
                }
                found.append(TightSpot(kind="catchment", id=zone.zone_id, short=need, text=text))
        return found

    def _crowded(self) -> list[TightSpot]:
        """The group of zones that together need more than all the sites they can use hold."""
        _, tight = self.housed
        if not tight:
            return []
        sites = sorted({row.site_id for zone in tight for row in self.dataset.sites_of_zone[zone]})
        need, room = sum(self.places[z] for z in tight), sum(self.room[s] for s in sites)
        hoods = sorted({self.dataset.zone_by_id[z].neighbourhood_id for z in tight})
        shown = ", ".join(hoods[:6]) + (" …" if len(hoods) > 6 else "")
        text = {
            "fr": f"{len(tight)} zone(s) ({shown}) : besoin de {masked(need)} places, {room} places dans {len(sites)} site(s)",
            "en": f"{len(tight)} zone(s) ({shown}): need of {masked(need)} places, {room} places at {len(sites)} site(s)",
        }
        return [TightSpot(kind="site_capacity", id=hoods[0], short=need - room, text=text)]

    def _only_sites(self) -> list[TightSpot]:
        """Sites that zones cannot do without: nothing else is within their reach."""
        alone: dict[str, list[str]] = defaultdict(list)
        for zone in self.dataset.zones:
            near = self.near(zone)
            if len(near) == 1 and self.need[zone.zone_id]:
                alone[near[0][0]].append(zone.zone_id)
        found = []
        for site_id, zones in sorted(alone.items()):
            need = sum(self.need[z] for z in zones)
            text = {
                "fr": f"{site_id} est le seul site de {len(zones)} zone(s) : {masked(need)} paniers en dépendent",
                "en": f"{site_id} is the only site of {len(zones)} zone(s): {masked(need)} baskets depend on it",
            }
            found.append(TightSpot(kind="only_site", id=site_id, short=0, text=text))
        return found


def masked(households: int) -> str:
    """Return a count as text; 1 to 10 are never told."""
    return str(households) if households == 0 or households >= SECRET_BELOW else f"<{SECRET_BELOW}"


def masked_all(needs: dict[str, int]) -> dict[str, str]:
    """Return the counts of the parts of a known total as texts; none under 11 can be told from the others.

    Where one part alone is small, the smallest other part is hidden too (``*``), so that no difference gives it.
    """
    shown = {name: masked(need) for name, need in needs.items()}
    small = [name for name, need in needs.items() if 0 < need < SECRET_BELOW]
    others = sorted((need, name) for name, need in needs.items() if need >= SECRET_BELOW)
    if len(small) == 1 and others:
        shown[others[0][1]] = "*"
    return shown
