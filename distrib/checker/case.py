"""A plan beside its dataset, indexed the ways the rules look at it; nonsense in the plan finds nothing but never fails."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import BasketType, Depot, Product
from distrib.model.need import type_of
from distrib.model.plan import CollectionRow, DeliveryRow, LedgerRow, Plan, StopRow
from distrib.model.territory import Opening
from distrib.units import driving_s

TripKey = tuple[dt.date, str, int]
KindKey = tuple[dt.date, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stop row with the deliveries and collections that belong to it.

    ``picks`` are the farm's collections on this trip; a farm visited more than once on a trip has them all on its
    first visit and ``lone`` is False, because the collections do not say which visit took what.
    """

    row: StopRow
    drops: tuple[DeliveryRow, ...] = ()
    picks: tuple[CollectionRow, ...] = ()
    lone: bool = True

    @property
    def drop_baskets(self) -> int:
        """Baskets that the deliveries bring here."""
        return sum(d.baskets for d in self.drops)

    @property
    def drop_g(self) -> int:
        """Grams that the deliveries bring here."""
        return sum(d.load_g for d in self.drops)

    @property
    def pick_g(self) -> int:
        """Grams picked here: by the collections, or by the row itself where they cannot tell the visits apart."""
        return sum(c.load_g for c in self.picks) if self.lone else self.row.pick_g


@dataclass(frozen=True, slots=True, kw_only=True)
class TripView:
    """One trip of one vehicle: its visits in the order of their stop numbers."""

    date: dt.date
    vehicle_id: str
    trip: int
    visits: tuple[Visit, ...]

    @property
    def drops_any(self) -> bool:
        """True when a delivery is made on the trip."""
        return any(v.drops for v in self.visits)

    @property
    def picks_any(self) -> bool:
        """True when a collection is made on the trip."""
        return any(v.picks for v in self.visits)

    @property
    def start_s(self) -> int:
        """When loading begins."""
        return self.visits[0].row.start_s

    @property
    def baskets(self) -> int:
        """Baskets delivered on the trip."""
        return sum(v.drop_baskets for v in self.visits)


class Case:
    """A dataset and a plan with what the rules look up; every look-up of an unknown id gives None or nothing."""

    def __init__(self, dataset: Dataset, plan: Plan) -> None:
        if dataset.catchments is None or dataset.travel is None:
            raise ValueError("a plan is checked against a resolved dataset (catchments and travel)")
        self.dataset = dataset
        self.plan = plan
        self.settings = dataset.settings

    def vehicle(self, vehicle_id: str) -> Vehicle | None:
        """The vehicle of that id."""
        return self.dataset.vehicle_by_id.get(vehicle_id)

    def depot_of(self, vehicle_id: str) -> Depot | None:
        """The depot where the vehicle is based."""
        vehicle = self.vehicle(vehicle_id)
        return None if vehicle is None else self.dataset.depot_by_id.get(vehicle.depot_id)

    def product(self, product_id: str) -> Product | None:
        """The product of that id."""
        return self.dataset.product_by_id.get(product_id)

    def basket(self, basket_id: str) -> BasketType | None:
        """The basket type behind a basket id, which may be a variant."""
        return self.dataset.basket_type_by_id.get(type_of(basket_id))

    def places_of(self, deliveries: Iterable[DeliveryRow]) -> int:
        """Places that the baskets of deliveries take (an unknown type counts one each)."""
        total = 0
        for row in deliveries:
            basket = self.basket(row.basket_id)
            total += row.baskets * (1 if basket is None else basket.places)
        return total

    def drive(self, vehicle: Vehicle, from_id: str, to_id: str) -> tuple[int, int] | None:
        """Driving seconds of the vehicle and metres between two places; None when there is no way."""
        if from_id == to_id:
            return 0, 0
        table = self.dataset.travel_for(vehicle)
        if from_id not in table or to_id not in table:
            return None
        seconds = table.driving_s(from_id, to_id)
        if seconds == UNREACHABLE:
            return None
        return driving_s(seconds, vehicle.speed_factor_milli), table.distance_m(from_id, to_id)

    def drop_places(self, site_id: str) -> tuple[str, ...]:
        """Where baskets of a site may be dropped: at its relay if it has one, else there or at one it may relay to."""
        site = self.dataset.site_by_id.get(site_id)
        if site is None or site.relay_site_id:
            return (site_id if site is None else site.relay_site_id,)
        return (site_id, *site.may_relay_to)

    def openings(self, site_id: str, date: dt.date) -> tuple[Opening, ...]:
        """The site's own openings on a date's weekday."""
        site = self.dataset.site_by_id.get(site_id)
        return () if site is None else tuple(o for o in site.openings if o.weekday == date.weekday())

    def service_s(self, visit: Visit, trip: TripView) -> int:
        """Seconds of unloading or loading at a visit, by what the deliveries and collections say."""
        row = visit.row
        if row.place_kind == "site":
            site = self.dataset.site_by_id.get(row.place_id)
            return 0 if site is None else site.unloading_s + site.unloading_s_per_basket * visit.drop_baskets
        if row.place_kind == "farm":
            farm = self.dataset.farm_by_id.get(row.place_id)
            crates = sum(c.crates for c in visit.picks) if visit.lone else 0
            return 0 if farm is None else farm.loading_s + farm.loading_s_per_crate * crates
        depot = self.depot_of(row.vehicle_id)
        at_start, at_end = visit is trip.visits[0], visit is trip.visits[-1]
        works = (at_start and trip.drops_any) or (at_end and trip.picks_any)
        return depot.loading_s if depot is not None and works else 0

    @cached_property
    def trips(self) -> tuple[TripView, ...]:
        """Every trip of stops.csv, by date, vehicle and trip number."""
        groups: dict[TripKey, list[StopRow]] = defaultdict(list)
        for row in self.plan.stops:
            groups[row.date, row.vehicle_id, row.trip].append(row)
        return tuple(self._trip(key, sorted(groups[key], key=lambda r: r.stop)) for key in sorted(groups))

    def _trip(self, key: TripKey, rows: list[StopRow]) -> TripView:
        drops: dict[int, list[DeliveryRow]] = defaultdict(list)
        for delivery in self._deliveries_of.get(key, ()):
            index = _visit_of(delivery, rows)
            if index is not None:
                drops[index].append(delivery)
        farms = [r.place_id if r.place_kind == "farm" else None for r in rows]
        visits = [
            Visit(
                row=row,
                drops=tuple(drops[i]),
                picks=self._collections_of.get((key, row.place_id), ()) if i == farms.index(farms[i]) else (),
                lone=farms.count(row.place_id) == 1,
            )
            if farms[i] is not None
            else Visit(row=row, drops=tuple(drops[i]))
            for i, row in enumerate(rows)
        ]
        return TripView(date=key[0], vehicle_id=key[1], trip=key[2], visits=tuple(visits))

    @cached_property
    def _deliveries_of(self) -> dict[TripKey, list[DeliveryRow]]:
        groups: dict[TripKey, list[DeliveryRow]] = defaultdict(list)
        for row in self.plan.deliveries:
            groups[row.date, row.vehicle_id, row.trip].append(row)
        return groups

    @cached_property
    def _collections_of(self) -> dict[tuple[TripKey, str], tuple[CollectionRow, ...]]:
        groups: dict[tuple[TripKey, str], list[CollectionRow]] = defaultdict(list)
        for row in self.plan.collections:
            if row.vehicle_id:
                groups[(row.date, row.vehicle_id, row.trip), row.farm_id].append(row)
        return {key: tuple(rows) for key, rows in groups.items()}

    @cached_property
    def tours(self) -> dict[tuple[dt.date, str], tuple[TripView, ...]]:
        """Trips by date and vehicle, in order of their numbers."""
        groups: dict[tuple[dt.date, str], list[TripView]] = defaultdict(list)
        for trip in self.trips:
            groups[trip.date, trip.vehicle_id].append(trip)
        return {key: tuple(group) for key, group in groups.items()}

    @cached_property
    def uncarried_deliveries(self) -> tuple[DeliveryRow, ...]:
        """Deliveries whose trip has no stop at their place."""
        carried = {id(d) for trip in self.trips for visit in trip.visits for d in visit.drops}
        return tuple(d for d in self.plan.deliveries if id(d) not in carried)

    @cached_property
    def recipes(self) -> dict[KindKey, dict[str, int]]:
        """Portions by product of each basket kind, by (date, depot, basket)."""
        groups: dict[KindKey, dict[str, int]] = defaultdict(dict)
        for row in self.plan.recipes:
            portions = groups[row.date, row.depot_id, row.basket_id]
            portions[row.product_id] = portions.get(row.product_id, 0) + row.portions
        return dict(sorted(groups.items()))

    def recipe_g(self, key: KindKey) -> int:
        """Grams of one basket of a kind by its recipe (unknown products weigh nothing)."""
        total = 0
        for product_id, portions in self.recipes.get(key, {}).items():
            product = self.product(product_id)
            total += 0 if product is None else portions * product.portion_g
        return total

    @cached_property
    def packed(self) -> dict[KindKey, int]:
        """Baskets packed by (date, depot, basket)."""
        groups: dict[KindKey, int] = defaultdict(int)
        for row in self.plan.packing:
            groups[row.date, row.depot_id, row.basket_id] += row.baskets
        return dict(sorted(groups.items()))

    @cached_property
    def ledger(self) -> dict[tuple[str, str], dict[dt.date, LedgerRow]]:
        """Ledger rows by (depot, lot), then by date in order."""
        groups: dict[tuple[str, str], dict[dt.date, LedgerRow]] = defaultdict(dict)
        for row in sorted(self.plan.stock_ledger, key=lambda r: (r.depot_id, r.lot_id, r.date)):
            groups[row.depot_id, row.lot_id].setdefault(row.date, row)
        return dict(groups)

    @cached_property
    def arrivals(self) -> dict[tuple[str, str], dict[dt.date, int]]:
        """Grams of a lot that collections bring to a depot, by (depot, lot), then by date."""
        groups: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
        for row in self.plan.collections:
            groups[row.depot_id, row.lot_id][row.date] += row.load_g
        return {key: dict(sorted(groups[key].items())) for key in sorted(groups)}

    @cached_property
    def opening_stock(self) -> dict[tuple[str, str], int]:
        """Grams in the depots when the week opens, by (depot, lot)."""
        return {(s.depot_id, s.lot_id): s.stock_g for s in self.dataset.depot_stock}

    @cached_property
    def lot_facts(self) -> dict[str, tuple[str, dt.date | None]]:
        """Product and last usable day of every lot, of farms and of depots."""
        facts = {lot.lot_id: (lot.product_id, lot.last_use_date) for lot in self.dataset.lots}
        facts.update({s.lot_id: (s.product_id, s.last_use_date) for s in self.dataset.depot_stock})
        return facts

    @cached_property
    def walks(self) -> dict[tuple[str, str], int]:
        """Walking metres by (zone, site) of the catchments."""
        return {(c.zone_id, c.site_id): c.walk_m for c in self.dataset.catchments or ()}

    @cached_property
    def last_delivery_date(self) -> dt.date | None:
        """The last delivery day of the week, None when there is none."""
        return max(self.settings.delivery_dates, default=None)


def _visit_of(delivery: DeliveryRow, rows: list[StopRow]) -> int | None:
    """Index of the stop that makes a delivery: at its place, by preference at its time; None when there is none."""
    here = [i for i, r in enumerate(rows) if r.place_kind == "site" and r.place_id == delivery.dropped_at_site_id]
    same_start = [i for i in here if rows[i].start_s == delivery.start_s]
    return next(iter(same_start or here), None)
