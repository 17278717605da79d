"""Whole baskets handed out one by one, always to the neighbourhood and zone with the least so far."""

from __future__ import annotations

import datetime as dt
import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.allocation import Share
from distrib.model.dataset import Dataset
from distrib.model.need import ZoneNeed
from distrib.solver.allocation.outlets import Outlets

Slot = tuple[dt.date, str, str]
"""(date, depot_id, basket_id): what one recipe, or its variants, is packed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """One basket for a zone at a site, in the order in which baskets are handed out."""

    slot: Slot
    site_id: str
    zone_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Baskets in the order in which they were handed out."""

    baskets: tuple[Basket, ...]

    def totals(self) -> dict[Slot, int]:
        """Return baskets by slot, sorted."""
        return dict(sorted(Counter(b.slot for b in self.baskets).items()))

    def first(self, packed: dict[Slot, int]) -> Handed:
        """Return the first ones of each slot, as many as could be packed."""
        left = Counter(packed)
        kept = []
        for basket in self.baskets:
            if left[basket.slot] > 0:
                left[basket.slot] -= 1
                kept.append(basket)
        return Handed(baskets=tuple(kept))

    def shares(self) -> tuple[Share, ...]:
        """Return the baskets added up by date, depot, site, zone and type, sorted."""
        count = Counter((*b.slot[:2], b.site_id, b.zone_id, b.slot[2]) for b in self.baskets)
        return tuple(
            Share(date=date, depot_id=depot, site_id=site, zone_id=zone, basket_id=basket, baskets=n)
            for (date, depot, site, zone, basket), n in sorted(count.items())
        )


def trimmed(dataset: Dataset, handed: Handed) -> Handed:
    """Return the baskets without the visits and the weeks of sites that fall below their minima."""
    while True:
        visits = Counter((b.site_id, b.slot[0], b.slot[1]) for b in handed.baskets)
        weeks = Counter(b.site_id for b in handed.baskets)
        kept = tuple(
            b
            for b in handed.baskets
            if visits[b.site_id, b.slot[0], b.slot[1]] >= dataset.site_by_id[b.site_id].min_baskets_per_visit
            and weeks[b.site_id] >= dataset.site_by_id[b.site_id].min_baskets_per_week
        )
        if len(kept) == len(handed.baskets):
            return handed
        handed = Handed(baskets=kept)


def hand_out(dataset: Dataset, outlets: Outlets) -> Handed:
    """Return baskets within every limit on sites, days, packing and programmes (the minima of sites apart)."""
    room = _Room(dataset, outlets)
    baskets: list[Basket] = []
    for programme in outlets.types:
        needs = outlets.needs(dataset, programme)
        left = Counter({(n.zone_id, n.basket_id): n.baskets for n in needs})
        most = dataset.settings.max_baskets_of(programme)
        total = sum(left.values()) if most is None else min(most, sum(left.values()))
        given: Counter[str] = Counter()
        for index, date in enumerate(outlets.dates):
            quota = -(-(total - sum(given.values())) // (len(outlets.dates) - index))
            baskets += _hand_out_day(dataset, room, needs, left, given, date, quota)
    return Handed(baskets=tuple(baskets))


class _Room:
    """What is still free at sites, relays, benches and in what routing can carry."""

    def __init__(self, dataset: Dataset, outlets: Outlets) -> None:
        self.dataset, self.outlets = dataset, outlets
        self.site_places: dict[tuple[str, dt.date], int] = {}
        self.relay_places: dict[tuple[str, dt.date], int] = {}
        self.dropped = dict(outlets.limits.site_day_baskets)
        self.day = dict(outlets.limits.day_baskets)
        self.packing = dict(outlets.packing)
        self.depot_of: dict[tuple[str, dt.date], str] = {}

    def depot(self, site_id: str, date: dt.date) -> str | None:
        """The depot that brings a further basket for a site on a date: the one that comes already, else the nearest free."""
        known = self.depot_of.get((site_id, date))
        for depot in self.outlets.depots.get((site_id, date), ()) if known is None else (known,):
            if self.packing[date, depot] > 0:
                return depot
        return None

    def takes(self, site_id: str, date: dt.date, places: int) -> bool:
        """True when a basket of so many places still fits for the site on the date."""
        site = self.dataset.site_by_id[site_id]
        if self.site_places.get((site_id, date), site.max_baskets_per_day) < places:
            return False
        if self.dropped.get((site.drop_site_id, date), 1) < 1 or self.day.get(date, 1) < 1:
            return False
        limit = self.dataset.site_by_id[site.drop_site_id].relay_max_baskets
        if site.relay_site_id and limit is not None:
            return self.relay_places.get((site.drop_site_id, date), limit) >= places
        return True

    def put(self, site_id: str, date: dt.date, depot: str, places: int) -> None:
        """Take the room of one basket."""
        site = self.dataset.site_by_id[site_id]
        self.site_places[site_id, date] = self.site_places.get((site_id, date), site.max_baskets_per_day) - places
        limit = self.dataset.site_by_id[site.drop_site_id].relay_max_baskets
        if site.relay_site_id and limit is not None:
            self.relay_places[site.drop_site_id, date] = (
                self.relay_places.get((site.drop_site_id, date), limit) - places
            )
        for counter, key in ((self.dropped, (site.drop_site_id, date)), (self.day, date)):
            if key in counter:
                counter[key] -= 1  # type: ignore[index]
        self.packing[date, depot] -= 1
        self.depot_of[site_id, date] = depot


def _hand_out_day(
    dataset: Dataset,
    room: _Room,
    needs: list[ZoneNeed],
    left: Counter[tuple[str, str]],
    given: Counter[str],
    date: dt.date,
    quota: int,
) -> list[Basket]:
    """Give up to ``quota`` baskets of one programme on a day, one by one, to whoever has the least."""
    zone_weight: Counter[str] = Counter()
    for need in needs:
        zone_weight[need.zone_id] += need.weight_milli
    zones_of: dict[str, list[str]] = defaultdict(list)
    for zone in zone_weight:
        zones_of[dataset.zone_by_id[zone].neighbourhood_id].append(zone)
    programme = dataset.basket_type_by_id[needs[0].basket_id].programme if needs else ""
    start = {hood: dataset.head_start_of(programme, hood) for hood in zones_of}
    weight = {h: max(1, start[h].weight_milli + sum(zone_weight[z] for z in zones)) for h, zones in zones_of.items()}
    got = {h: start[h].baskets + sum(given[z] for z in zones) for h, zones in zones_of.items()}
    queue = [(Fraction(got[hood], weight[hood]), hood) for hood in sorted(weight)]
    heapq.heapify(queue)
    baskets: list[Basket] = []
    while queue and len(baskets) < quota:
        _, hood = heapq.heappop(queue)
        zones = sorted(zones_of[hood], key=lambda z: (Fraction(given[z], max(1, zone_weight[z])), z))
        basket = next((b for z in zones if (b := _place(dataset, room, z, left, date))), None)
        if basket is not None:
            baskets.append(basket)
            left[basket.zone_id, basket.slot[2]] -= 1
            given[basket.zone_id] += 1
            got[hood] += 1
            heapq.heappush(queue, (Fraction(got[hood], weight[hood]), hood))
    return baskets


def _place(dataset: Dataset, room: _Room, zone_id: str, left: Counter[tuple[str, str]], date: dt.date) -> Basket | None:
    """One basket for a zone on a day: the type it still needs most, at a site that is visited already, else the nearest."""
    types = [b.basket_id for kinds in room.outlets.types.values() for b in kinds if left[zone_id, b.basket_id] > 0]
    sites = room.outlets.sites_of[zone_id]
    for basket_id in sorted(types, key=lambda b: (-left[zone_id, b], b)):
        places = dataset.basket_type_by_id[basket_id].places
        for site_id in sorted(sites, key=lambda s: (s, date) not in room.depot_of):
            if room.takes(site_id, date, places):
                depot = room.depot(site_id, date)
                if depot is not None:
                    room.put(site_id, date, depot, places)
                    return Basket(slot=(date, depot, basket_id), site_id=site_id, zone_id=zone_id)
    return None
