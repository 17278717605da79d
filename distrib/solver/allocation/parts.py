"""A dataset taken apart where its territories share nothing but the size of a programme: each part can be solved alone.

Two places belong together when one can be driven to from the other, or a zone may use a site, a site is served
through another, a vehicle or stock stands in a depot. The leximin over sets that share nothing is the leximin of
each; a common cap on baskets cuts it at one level (see ``relaxation.apart``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict

import numpy as np

from distrib.model.allocation import Limits
from distrib.model.dataset import UNREACHABLE, Dataset, Travel
from distrib.model.goods import Depot


def parts_of(dataset: Dataset, limits: Limits) -> tuple[Dataset, ...]:
    """Return the parts of a resolved dataset, by the id of their first depot; the dataset itself when it has only one.

    What belongs to no depot (a site that nobody can drive to) goes with the nearest depot in a straight line. Parts
    have no drivers' table, no tables of heavy vehicles and no budget: a dataset whose drivers, budget or routing limits could bind them together is not
    taken apart. They keep the sizes of the programmes.
    """
    travel = dataset.travel
    if travel is None or dataset.travel_heavy or len(dataset.depots) < 2 or _bound_together(dataset, limits):
        return (dataset,)
    number = _numbers(dataset, travel)
    if max(number.values()) == 0:
        return (dataset,)
    return tuple(_part(dataset, travel, number, k) for k in range(max(number.values()) + 1))


def limits_of(part: Dataset, limits: Limits) -> Limits:
    """Return the limits of routing that concern a part."""
    farms = part.farm_by_id
    return Limits(
        site_day_baskets={k: v for k, v in limits.site_day_baskets.items() if k[0] in part.site_by_id},
        farm_day_g={k: v for k, v in limits.farm_day_g.items() if k[0] in farms},
    )


def _bound_together(dataset: Dataset, limits: Limits) -> bool:
    """True when a rule over all depots could bind: drivers fewer than vehicles, a budget below all offers, a day's limit.

    And when opening stock overflows a storage, so that baskets may have to be packed: then a common cap cuts more than levels.
    """
    if limits.day_baskets or any(_overflows(dataset, depot) for depot in dataset.depots):
        return True
    budget = dataset.settings.purchase_budget_cents
    if budget is not None and sum(_most_cents(dataset).values()) > budget:
        return True
    return any(_lacks_drivers(dataset, date) for date in _dates(dataset))


def _overflows(dataset: Dataset, depot: Depot) -> bool:
    held = [0, 0]
    for stock in dataset.depot_stock:
        if stock.depot_id == depot.depot_id:
            held[dataset.product_by_id[stock.product_id].needs_cold] += stock.stock_g
    return held[False] > depot.storage_g or held[True] > depot.cold_storage_g


def _dates(dataset: Dataset) -> list[dt.date]:
    return sorted({*dataset.settings.delivery_dates, *dataset.settings.collection_dates})


def _lacks_drivers(dataset: Dataset, date: dt.date) -> bool:
    people = dataset.drivers_on(date)
    if people is None:
        return False
    used = [v for v in dataset.vehicles if date.weekday() in v.weekdays]
    return len(used) > people[0] or sum(v.needs_licence_c for v in used) > people[1]


def _most_cents(dataset: Dataset) -> Counter[str]:
    """The most that each lot can cost, a cent for the rounding of every crate included."""
    cents: Counter[str] = Counter()
    for lot in dataset.lots:
        crates = lot.offer_g // dataset.product_by_id[lot.product_id].crate_g
        cents[lot.lot_id] = -(-lot.offer_g * lot.price_millicents_per_kg // 1_000_000) + crates
    return cents


class _Union:
    """Names joined to sets."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """Return the name that stands for the set of a name."""
        parent = self._parent
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Make one set of two."""
        one, other = sorted((self.root(one), self.root(other)))
        self._parent[other] = one


def _numbers(dataset: Dataset, travel: Travel) -> dict[str, int]:
    """Part of every place and neighbourhood (``kind id`` → number)."""
    sets = _Union()
    for group in _driven_together(travel):
        for place in group[1:]:
            sets.join("place " + group[0], "place " + place)
    for zone in dataset.zones:
        sets.root("hood " + zone.neighbourhood_id)
        for row in dataset.sites_of_zone[zone.zone_id]:
            sets.join("hood " + zone.neighbourhood_id, "place " + row.site_id)
    for farm in dataset.farms:
        if farm.delivers:  # it may bring its goods to any depot
            for depot in dataset.depots:
                sets.join("place " + farm.farm_id, "place " + depot.depot_id)
    for site in dataset.sites:
        for other in (site.drop_site_id, *site.may_relay_to):
            sets.join("place " + site.site_id, "place " + other)
    _join_orphans(dataset, sets)
    roots = {sets.root("place " + depot.depot_id) for depot in dataset.depots}
    first = {root: k for k, root in enumerate(sorted(roots))}
    names = ["hood " + n.neighbourhood_id for n in dataset.neighbourhoods]
    names += ["place " + d.depot_id for d in dataset.depots]
    names += ["place " + s.site_id for s in dataset.sites]
    names += ["place " + f.farm_id for f in dataset.farms]
    return {name: first[sets.root(name)] for name in names}


def _driven_together(travel: Travel) -> list[list[str]]:
    """Places in groups, in each of which one can be driven to from another; a row at a time, to spare memory."""
    label = np.arange(len(travel.places))
    for i in range(len(label)):
        reached = label[travel.seconds[i] != UNREACHABLE]
        least = min(int(reached.min(initial=label[i])), int(label[i]))
        for other in {int(label[i]), *np.unique(reached[reached != least]).tolist()} - {least}:
            label[label == other] = least
    groups: dict[int, list[str]] = defaultdict(list)
    for place, number in zip(travel.places, label.tolist(), strict=True):
        groups[number].append(place)
    return list(groups.values())


def _join_orphans(dataset: Dataset, sets: _Union) -> None:
    """Whatever belongs to no depot goes with the depot nearest to the first of its places."""
    names = [("hood " + n.neighbourhood_id, n.lon_microdeg, n.lat_microdeg) for n in dataset.neighbourhoods]
    names += [("place " + s.site_id, s.lon_microdeg, s.lat_microdeg) for s in dataset.sites]
    names += [("place " + f.farm_id, f.lon_microdeg, f.lat_microdeg) for f in dataset.farms]
    with_depot = {sets.root("place " + depot.depot_id) for depot in dataset.depots}
    alone = [(sets.root(name), lon, lat) for name, lon, lat in names if sets.root(name) not in with_depot]
    first = {root: (lon, lat) for root, lon, lat in reversed(alone)}
    for root, (lon, lat) in first.items():
        sets.join(root, _nearest(dataset, lon, lat))


def _nearest(dataset: Dataset, lon: int, lat: int) -> str:
    """The depot nearest in degrees, which is near enough for what nobody can drive to."""
    depot = min(dataset.depots, key=lambda d: ((d.lon_microdeg - lon) ** 2 + (d.lat_microdeg - lat) ** 2, d.depot_id))
    return "place " + depot.depot_id


def _part(dataset: Dataset, travel: Travel, number: dict[str, int], k: int) -> Dataset:
    def here(place_id: str) -> bool:
        return number["place " + place_id] == k

    hoods = tuple(n for n in dataset.neighbourhoods if number["hood " + n.neighbourhood_id] == k)
    inside = {n.neighbourhood_id for n in hoods}
    zones = tuple(z for z in dataset.zones if z.neighbourhood_id in inside)
    zone_ids = {z.zone_id for z in zones}
    at = [i for i, place in enumerate(travel.places) if number.get("place " + place) == k]
    return dataclasses.replace(
        dataset,
        settings=dataclasses.replace(dataset.settings, purchase_budget_cents=None),
        neighbourhoods=hoods,
        zones=zones,
        households=tuple(h for h in dataset.households if h.zone_id in zone_ids),
        needs=tuple(n for n in dataset.needs if n.zone_id in zone_ids),
        sites=tuple(s for s in dataset.sites if here(s.site_id)),
        catchments=tuple(c for c in dataset.catchments or () if c.zone_id in zone_ids),
        farms=tuple(f for f in dataset.farms if here(f.farm_id)),
        lots=tuple(lot for lot in dataset.lots if here(lot.farm_id)),
        depots=tuple(d for d in dataset.depots if here(d.depot_id)),
        depot_stock=tuple(s for s in dataset.depot_stock if here(s.depot_id)),
        vehicles=tuple(v for v in dataset.vehicles if here(v.depot_id)),
        drivers=None,
        travel=Travel(
            places=tuple(travel.places[i] for i in at),
            seconds=np.ascontiguousarray(travel.seconds[np.ix_(at, at)]),
            metres=np.ascontiguousarray(travel.metres[np.ix_(at, at)]),
            source=travel.source,
        ),
    )
