"""Transport in R: what every week of tours satisfies, summed over the vehicles of a class and a day.

A trip of a vehicle of capacity K that drops a_s baskets at place s takes at least the longest return trip
among its places, and Σ a_s / K <= 1, hence at least Σ a_s / K · (return trip to s). Summed over trips and
vehicles this *radial* bound (Haimovich and Rinnooy Kan 1985, doi:10.1287/moor.10.4.527) is linear in the baskets.
Return trips are shortest paths of the travel table, so it holds for a table that breaks the triangle inequality too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from distrib.model.dataset import UNREACHABLE, Travel
from distrib.model.fleet import Vehicle
from distrib.model.goods import BasketType, Depot, Farm, Lot
from distrib.model.territory import Site
from distrib.solver.allocation.relaxation.case import Case

HOUR = 3600.0
GRID = 64
"""Costs of transport are cut down to so many steps per power of two, 0.8 to 1.6 % apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleClass:
    """Vehicles of one depot on one date that differ in their shifts only.

    ``earliest_s``/``latest_s``: no shift of the class begins before or ends after; ``work_s``: the most seconds of
    driving and service one vehicle can do, breaks taken; ``all_work_s``: the sum over the class.
    """

    depot_id: str
    capacity_g: int
    capacity_baskets: int
    gvw_kg: int
    heavy: bool
    cold: bool
    max_trips: int
    speed_factor_milli: int
    vehicles: int
    earliest_s: int
    latest_s: int
    work_s: int
    all_work_s: int

    def driving(self, table_s: float) -> float:
        """Least driving seconds for a way of so many table seconds (never more than the sum of rounded legs)."""
        return table_s * 1000 / self.speed_factor_milli

    def fits(self, site: Site) -> bool:
        """True when the place takes a vehicle of this weight."""
        return site.largest_vehicle_gvw_kg is None or self.gvw_kg <= site.largest_vehicle_gvw_kg


def working_seconds(span_s: int, break_after_s: int | None, break_s: int | None) -> int:
    """Return the most seconds without a break inside a span when no stretch may exceed ``break_after_s``."""
    if span_s <= 0:
        return 0
    if not break_after_s or not break_s:
        return span_s
    breaks = range(span_s // break_s + 1)
    return max(min((k + 1) * break_after_s, span_s - k * break_s) for k in breaks)


def shortest_from(travel: Travel, place_id: str, *, back: bool) -> npt.NDArray[np.float64]:
    """Return shortest-path table seconds from a place to every place (``back``: from every place to it), inf if none.

    Dijkstra's method on the dense table, one vector operation a place.
    """
    table = travel.seconds.T if back else travel.seconds
    best = np.full(len(travel.places), np.inf)
    best[travel.index(place_id)] = 0.0
    todo = best.copy()
    for _ in range(len(best)):
        here = int(np.argmin(todo))
        if todo[here] == np.inf:
            break
        row = table[here]
        through = np.where(row == UNREACHABLE, np.inf, best[here] + row)
        todo[here] = np.inf
        better = through < best
        best[better] = through[better]
        todo[better] = through[better]
    return best


def rounded_down(value: float) -> float:
    """Return the value cut to ``GRID`` steps per power of two, so that places that cost nearly the same cost the same.

    A cost cut down stays a lower bound, and a lower cost is never cut to a higher one.
    """
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(mantissa * 2 * GRID) / (2 * GRID), exponent)


@dataclass(frozen=True, slots=True, order=True)
class DropKey:
    """Sites that cost the vehicles the same: by which classes, table seconds there and back, service.

    ``visit_s``: seconds of unloading_s per place, by class of ``able``; ``basket_s``: unloading_s_per_basket.
    """

    able: tuple[int, ...]
    way_s: float
    visit_s: tuple[float, ...]
    basket_s: int


@dataclass(frozen=True, slots=True, order=True)
class PickKey:
    """Lots that cost the vehicles the same: cold or not, by which classes, table seconds there and back, service per kg."""

    cold: bool
    able: tuple[int, ...]
    way_s: float
    farm_s: int
    kg_s: float


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Vehicles by class, the shortest ways, and who can reach what."""

    case: Case

    @cached_property
    def _ways(self) -> dict[tuple[str, int], tuple[Travel, npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
        """Table, shortest ways there and back by (depot_id, weight of the vehicles that drive by that table)."""
        found: dict[tuple[str, int], tuple[Travel, npt.NDArray[np.float64], npt.NDArray[np.float64]]] = {}
        for vehicle in self.case.dataset.vehicles:
            key = (vehicle.depot_id, vehicle.gvw_kg)
            if key not in found:
                travel = self.case.dataset.travel_for(vehicle)
                known = next((w for (h, _), w in found.items() if h == vehicle.depot_id and w[0] is travel), None)
                found[key] = known or (
                    travel,
                    shortest_from(travel, vehicle.depot_id, back=False),
                    shortest_from(travel, vehicle.depot_id, back=True),
                )
        return found

    def there(self, c: VehicleClass, place_id: str) -> float:
        """Least table seconds of a class from its depot to a place."""
        travel, there, _ = self._ways[c.depot_id, c.gvw_kg]
        return float(there[travel.index(place_id)])

    def back(self, c: VehicleClass, place_id: str) -> float:
        """Least table seconds of a class from a place to its depot."""
        travel, _, back = self._ways[c.depot_id, c.gvw_kg]
        return float(back[travel.index(place_id)])

    @cached_property
    def classes(self) -> dict[tuple[str, dt.date], tuple[VehicleClass, ...]]:
        """Vehicle classes by (depot_id, date), for every day of delivery or collection."""
        dates = sorted(set(self.case.delivery_dates) | set(self.case.collection_dates))
        return {
            (depot.depot_id, date): self._classes_on(depot, date)
            for depot in self.case.dataset.depots
            for date in dates
        }

    def _classes_on(self, depot: Depot, date: dt.date) -> tuple[VehicleClass, ...]:
        groups: dict[tuple[int, ...], list[Vehicle]] = defaultdict(list)
        for v in self.case.dataset.vehicles:
            if v.depot_id == depot.depot_id and date.weekday() in v.weekdays:
                key = (v.gvw_kg, v.capacity_g, v.capacity_baskets, v.cold, v.max_trips, v.speed_factor_milli)
                groups[key].append(v)
        return tuple(_vehicle_class(depot, members) for _, members in sorted(groups.items()))

    def drop_classes(self, site: Site, depot: Depot, date: dt.date) -> tuple[int, ...]:
        """Numbers of the classes that can bring at least one basket for a site on a date and be back in time."""
        key = (site.site_id, depot.depot_id, date)
        if key not in self._drop_classes:
            self._drop_classes[key] = self._able_to_drop(site, depot, date)
        return self._drop_classes[key]

    @cached_property
    def _drop_classes(self) -> dict[tuple[str, str, dt.date], tuple[int, ...]]:
        return {}

    def _able_to_drop(self, site: Site, depot: Depot, date: dt.date) -> tuple[int, ...]:
        windows = self.case.windows(site, date)
        place = self.case.dataset.site_by_id[site.drop_site_id]
        service = place.unloading_s + place.unloading_s_per_basket
        begins = depot.loading_s + self._first_basket_s(depot)
        return tuple(
            k
            for k, c in enumerate(self.classes[depot.depot_id, date])
            if c.fits(place)
            and c.capacity_baskets > 0
            and c.capacity_g >= self._lightest_basket_g
            and self._reaches(c, place.site_id, windows, max(c.earliest_s + depot.loading_s, begins), service, 0)
        )

    @cached_property
    def _lightest_basket_g(self) -> int:
        """What a vehicle must be able to hold: a basket is never carried in parts (T2, G3)."""
        recipe_held = self.case.holds("recipe")
        return min((basket.min_g for basket in self.case.types if recipe_held), default=1)

    def pick_classes(self, farm: Farm, depot: Depot, date: dt.date) -> tuple[int, ...]:
        """Numbers of the classes that can fetch something at a farm on a date and be back in time."""
        windows = ((farm.opens_s, farm.closes_s),)
        return tuple(
            k
            for k, c in enumerate(self.classes[depot.depot_id, date])
            if c.capacity_g > 0
            and self._reaches(c, farm.farm_id, windows, c.earliest_s, farm.loading_s, depot.loading_s)
        )

    def last_loading_s(self, site: Site, depot: Depot, date: dt.date) -> int:
        """The last moment at which a trip that brings baskets to a site can begin loading (rounded up)."""
        windows = self.case.windows(site, date)
        if not self.case.holds("transport"):
            return max(closes for _, closes in windows)
        place = self.case.dataset.site_by_id[site.drop_site_id]
        last = 0.0
        for k in self.drop_classes(site, depot, date):
            c = self.classes[depot.depot_id, date][k]
            home = place.unloading_s + place.unloading_s_per_basket + c.driving(self.back(c, place.site_id))
            service = min(max(closes for _, closes in windows), c.latest_s - home)
            last = max(last, service - c.driving(self.there(c, place.site_id)) - depot.loading_s)
        return math.ceil(last)

    def _first_basket_s(self, depot: Depot) -> int:
        if depot.packing_starts_s is None or not depot.packing_baskets_per_h or not self.case.holds("packing"):
            return 0
        return depot.packing_starts_s + -(-3600 // depot.packing_baskets_per_h)

    def _reaches(
        self,
        c: VehicleClass,
        place_id: str,
        windows: tuple[tuple[int, int], ...],
        leaves_s: int,
        service_s: int,
        after_s: int,
    ) -> bool:
        arrival = leaves_s + c.driving(self.there(c, place_id))
        home = service_s + c.driving(self.back(c, place_id)) + after_s
        return any(max(arrival, o) <= closes and max(arrival, o) + home <= c.latest_s for o, closes in windows)

    def way_s(self, depot_id: str, place_id: str) -> float:
        """Least table seconds to a place and back of any vehicle of the depot, cut down to the grid."""
        ways = (w for (h, _), w in self._ways.items() if h == depot_id)
        return rounded_down(min(float(there[t.index(place_id)] + back[t.index(place_id)]) for t, there, back in ways))

    def drop_key(self, site: Site, depot: Depot, date: dt.date) -> DropKey:
        """What bringing baskets to a site costs, for the classes that can."""
        place = self.case.dataset.site_by_id[site.drop_site_id]
        able = self.drop_classes(site, depot, date)
        classes = self.classes[depot.depot_id, date]
        most = self.places_a_day(place)
        return DropKey(
            able=able,
            way_s=self.way_s(depot.depot_id, place.site_id),
            visit_s=tuple(rounded_down(place.unloading_s / min(classes[k].capacity_baskets, most)) for k in able),
            basket_s=place.unloading_s_per_basket,
        )

    def places_a_day(self, place: Site) -> float:
        """Return the most places that can be dropped at a place in a day (infinite without site capacity)."""
        if not self.case.holds("site_capacity"):
            return math.inf
        relayed = self._relayed.get(place.site_id, 0)
        if place.relay_max_baskets is not None:
            relayed = min(relayed, place.relay_max_baskets)
        return float(place.max_baskets_per_day + relayed)

    @cached_property
    def _relayed(self) -> dict[str, int]:
        """Places a day of the sites served through each relay."""
        found: dict[str, int] = defaultdict(int)
        for site in self.case.dataset.sites:
            if site.relay_site_id:
                found[site.relay_site_id] += site.max_baskets_per_day
        return dict(found)

    def drop_hours(self, key: DropKey, depot: Depot, k: int, c: VehicleClass, basket: BasketType) -> Hours:
        """Vehicle hours that one basket costs class number ``k`` at least, at the sites of a key."""
        service = key.visit_s[key.able.index(k)] * basket.places + key.basket_s
        per_place, per_gram = basket.places / c.capacity_baskets, self.case.load_g(basket) / c.capacity_g
        trip = c.driving(key.way_s) + depot.loading_s
        return Hours(
            by_places=(per_place * trip + service) / HOUR,
            by_weight=(per_gram * trip + service) / HOUR,
            standing=(per_place * depot.loading_s + service) / HOUR,
        )

    def pick_key(self, lot: Lot, depot: Depot, able: tuple[int, ...]) -> PickKey:
        """What fetching a kg of a lot costs, for the classes that can."""
        farm, product = self.case.dataset.farm_by_id[lot.farm_id], self.case.dataset.product_by_id[lot.product_id]
        return PickKey(
            cold=product.needs_cold,
            able=able,
            way_s=self.way_s(depot.depot_id, farm.farm_id),
            farm_s=farm.loading_s,
            kg_s=rounded_down(1000 * farm.loading_s_per_crate / product.crate_g),
        )

    def pick_hours(self, key: PickKey, depot: Depot, c: VehicleClass) -> Hours:
        """Vehicle hours that one kg costs a class at least, for the lots of a key."""
        loads = 1000 / c.capacity_g
        still = loads * (depot.loading_s + key.farm_s) + key.kg_s
        hours = (still + loads * c.driving(key.way_s)) / HOUR
        return Hours(by_places=hours, by_weight=hours, standing=still / HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Least vehicle hours per basket or kg: all by the capacity that counts (places or weight), or standing alone."""

    by_places: float
    by_weight: float
    standing: float


def _vehicle_class(depot: Depot, members: list[Vehicle]) -> VehicleClass:
    first = members[0]
    spans = [(max(v.shift_start_s, depot.opens_s), min(v.shift_end_s, depot.closes_s)) for v in members]
    work = [
        working_seconds(end - start, v.break_after_s, v.break_s) for v, (start, end) in zip(members, spans, strict=True)
    ]
    return VehicleClass(
        depot_id=depot.depot_id,
        capacity_g=first.capacity_g,
        capacity_baskets=first.capacity_baskets,
        gvw_kg=first.gvw_kg,
        heavy=first.needs_licence_c,
        cold=first.cold,
        max_trips=first.max_trips,
        speed_factor_milli=first.speed_factor_milli,
        vehicles=len(members),
        earliest_s=min(start for start, _ in spans),
        latest_s=max(end for _, end in spans),
        work_s=max(work),
        all_work_s=sum(work),
    )
