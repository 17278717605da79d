"""Where baskets can be handed out: sites, days and depots, with every limit on baskets that rule G8 and routing set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType, Depot
from distrib.model.need import ZoneNeed
from distrib.solver.allocation.access import depots_for_site


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """What can be handed out where.

    ``depots``: (site_id, date) → depots that can serve it, nearest first (only where there is one); ``sites_of``: zone_id →
    its sites with such a day, nearest walk first; ``walk_m``: (zone_id, site_id) → metres; ``packing``: (date, depot_id) →
    most baskets packed; ``relayed``: relay site → sites it passes on to; ``types``: programme → basket types with need.
    """

    dates: tuple[dt.date, ...]
    depots: dict[tuple[str, dt.date], tuple[str, ...]]
    sites_of: dict[str, tuple[str, ...]]
    walk_m: dict[tuple[str, str], int]
    packing: dict[tuple[dt.date, str], int]
    relayed: dict[str, tuple[str, ...]]
    types: dict[str, tuple[BasketType, ...]]
    limits: Limits

    def slots(self) -> list[tuple[dt.date, str, str]]:
        """Return every (date, depot_id, basket_id) that can be handed out somewhere, sorted."""
        pairs = {(date, depot) for (_, date), depots in self.depots.items() for depot in depots}
        return sorted((*pair, b.basket_id) for pair in pairs for kinds in self.types.values() for b in kinds)

    def needs(self, dataset: Dataset, programme: str) -> list[ZoneNeed]:
        """Return the needs of a programme in zones that can be served, sorted by zone and type."""
        types = {b.basket_id for b in self.types.get(programme, ())}
        return [n for n in dataset.zone_needs.values() if n.basket_id in types and self.sites_of.get(n.zone_id)]


def outlets_of(dataset: Dataset, limits: Limits) -> Outlets:
    """Return where baskets can be handed out within the limits."""
    dates = tuple(sorted(dataset.settings.delivery_dates))
    depots = {}
    for site in dataset.sites:
        for date in dates:
            least = max(1, site.min_baskets_per_visit)
            allowed = limits.site_day_baskets.get((site.drop_site_id, date), site.max_baskets_per_day)
            if min(site.max_baskets_per_day, allowed, limits.day_baskets.get(date, least)) >= least:
                found = depots_for_site(dataset, site.site_id, date)
                if found:
                    depots[site.site_id, date] = found
    open_sites = {site for site, _ in depots}
    sites_of, walk_m = {}, {}
    for zone_id, rows in dataset.sites_of_zone.items():
        near = sorted((r.walk_m, r.site_id) for r in rows if r.site_id in open_sites)
        sites_of[zone_id] = tuple(site for _, site in near)
        walk_m.update({(zone_id, site): walk for walk, site in near})
    return Outlets(
        dates=dates,
        depots=depots,
        sites_of=sites_of,
        walk_m=walk_m,
        packing={(date, d.depot_id): packing_limit(dataset, d, date) for date in dates for d in dataset.depots},
        relayed=_relayed(dataset),
        types=_types(dataset),
        limits=limits,
    )


def packing_limit(dataset: Dataset, depot: Depot, date: dt.date) -> int:
    """Return the most baskets a depot can pack in time for a trip on a date (benches have hours, trips a last start)."""
    if depot.packing_starts_s is None or depot.packing_baskets_per_h is None:
        return depot.packing_baskets_per_day
    ends = [v.shift_end_s for v in dataset.vehicles if v.depot_id == depot.depot_id and date.weekday() in v.weekdays]
    latest = min(depot.closes_s, max(ends, default=0)) - depot.loading_s
    packed = (latest - depot.packing_starts_s) * depot.packing_baskets_per_h // 3600
    return max(0, min(depot.packing_baskets_per_day, packed))


def _relayed(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for site in dataset.sites:
        if site.relay_site_id:
            found.setdefault(site.relay_site_id, []).append(site.site_id)
    return {relay: tuple(sites) for relay, sites in sorted(found.items())}


def _types(dataset: Dataset) -> dict[str, tuple[BasketType, ...]]:
    needed = {basket for _, basket in dataset.zone_needs}
    found: dict[str, tuple[BasketType, ...]] = {}
    for programme in dataset.programmes:
        types = tuple(b for b in dataset.basket_types if b.programme == programme and b.basket_id in needed)
        if types:
            found[programme] = types
    return found
