"""A dataset: everything a plan is made from, resolved and sorted by ids."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from distrib.model.fleet import HEAVY_GVW_KG, Drivers, Vehicle
from distrib.model.goods import BasketType, Depot, DepotStock, Farm, Lot, Product
from distrib.model.need import ZoneNeed, need_by_zone_and_type
from distrib.model.past import HeadStart, PastCoverage, PastRecipe, PastVisit
from distrib.model.roads import MainRoads, RoadNote, RoadSource
from distrib.model.territory import (
    Catchment,
    ExtraNeed,
    FixedDay,
    HouseholdGroup,
    Neighbourhood,
    Site,
    Zone,
    settled_on,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

UNREACHABLE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Tolerances and weights of the levels of what a plan optimises (``objective:`` in dataset.yaml).

    Tolerances in basis points of the level's best value, unless the name carries another unit. ``window_weeks``: weeks
    over which fairness counts, this one included; ``max_site_changes``: most sites that may change day, vehicle or time
    against last week (None: any number), ``site_change_cents``: price of such a change, ``same_time_s``: how far apart
    two starts of service are still the same time; ``relay_cents``: what a site that is relayed must save when the
    fleet suffices.
    ``fairness_tolerance_bp``: what every neighbourhood may lose of its fair share, for ``fairness_conceded_to``:
    ``persons`` (more people helped) or ``cost`` (shorter drives).
    ``routing``: what tours spare first (``eur``, ``km`` or ``co2e``); ``balance``: vehicles that are alike share the week's
    hours evenly. ``district_stops``: stops that are routed together at most; more are cut into districts (0: never).
    """

    fairness_tolerance_bp: int = 0
    fairness_conceded_to: str = "persons"
    walk_tolerance_bp: int = 1000
    waste_tolerance_bp: int = 100
    farm_spread_tolerance_bp: int = 500
    food_tolerance_bp: int = 500
    window_weeks: int = 4
    max_site_changes: int | None = None
    site_change_cents: int | None = None
    same_time_s: int = 3600
    relay_cents: int = 5000
    routing: str = "eur"
    balance: bool = False
    district_stops: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class HourBand:
    """Hours of the day, in seconds after midnight, in which drives take so many thousandths of the table's time."""

    from_s: int
    until_s: int
    factor_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyPrices:
    """What kinds of change are taken to cost (``remedies:`` in dataset.yaml): they say which remedy is the cheapest.

    In cents, but for ``raise_bp``: by how much of its need a remedy should raise a neighbourhood.
    """

    raise_bp: int = 500
    basket_cents: int = 1200
    site_place_cents: int = 100
    site_opening_cents: int = 4000
    link_cents: int = 2500
    minimum_cents: int = 2000
    produce_kg_cents: int = 150
    packing_basket_cents: int = 80
    storage_kg_cents: int = 5
    vehicle_day_cents: int = 18_000
    driver_day_cents: int = 12_000
    shift_hour_cents: int = 3000
    access_cents: int = 6000
    recipe_cents: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSettings:
    """``travel:`` in dataset.yaml: ``mode`` is estimate, table, roads or service; ``parameters`` are those of the mode.

    ``hours`` are sorted and do not overlap; ``hours_source`` says where their factors come from. ``walks`` is network or
    straight.
    """

    mode: str = "estimate"
    parameters: tuple[tuple[str, str], ...] = ()
    hours: tuple[HourBand, ...] = ()
    hours_source: str = ""
    walks: str = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of dataset.yaml. ``max_baskets`` and ``programmes`` are by programme; weekdays are numbers, 0 = Monday."""

    name: str
    week_start: dt.date
    delivery_weekdays: tuple[int, ...]
    collection_weekdays: tuple[int, ...]
    early_collection_weekdays: tuple[int, ...] = ()
    packing_lead_days: int = 1
    max_baskets: tuple[tuple[str, int], ...] = ()
    purchase_budget_cents: int | None = None
    walking_limit_m: int = 1000
    persons_in_6plus: int = 6
    max_variants: int = 2
    programmes: tuple[str, ...] = ("baskets",)
    language: str = "fr"
    travel: TravelSettings = field(default_factory=TravelSettings)
    objective: Objective = field(default_factory=Objective)
    remedies: RemedyPrices = field(default_factory=RemedyPrices)

    @property
    def delivery_dates(self) -> tuple[dt.date, ...]:
        """The delivery days of the week, in order."""
        return tuple(self.week_start + dt.timedelta(days=d) for d in self.delivery_weekdays)

    @property
    def collection_dates(self) -> tuple[dt.date, ...]:
        """The early collection days (week before), then the collection days, in order."""
        early = [self.week_start + dt.timedelta(days=d - 7) for d in self.early_collection_weekdays]
        return tuple(early) + tuple(self.week_start + dt.timedelta(days=d) for d in self.collection_weekdays)

    def max_baskets_of(self, programme: str) -> int | None:
        """The programme's size in baskets, None without limit."""
        return dict(self.max_baskets).get(programme)


class Travel:
    """Driving seconds and metres between places (sites, farms, depots), for a vehicle of speed factor 1.

    ``seconds`` and ``metres`` are read-only int32 arrays of shape (places, places); ``UNREACHABLE`` (-1)
    marks a pair that cannot be driven. ``source`` says where the times come from, ``notes`` what looked wrong then.
    """

    __slots__ = ("_index", "metres", "notes", "places", "seconds", "source")

    def __init__(
        self,
        *,
        places: tuple[str, ...],
        seconds: npt.NDArray[np.int32],
        metres: npt.NDArray[np.int32],
        source: str,
        notes: tuple[RoadNote, ...] = (),
    ) -> None:
        self.places = places
        self.seconds = seconds
        self.metres = metres
        self.source = source
        self.notes = notes
        seconds.setflags(write=False)
        metres.setflags(write=False)
        self._index = {place: i for i, place in enumerate(places)}

    def told(self, *, source: str = "", notes: tuple[RoadNote, ...] = ()) -> Travel:
        """The same table with another source, if one is given, and further notes."""
        return Travel(
            places=self.places,
            seconds=self.seconds,
            metres=self.metres,
            source=source or self.source,
            notes=(*self.notes, *notes),
        )

    def __contains__(self, place_id: str) -> bool:
        return place_id in self._index

    def index(self, place_id: str) -> int:
        """Row and column of a place. Raises KeyError for an unknown one."""
        return self._index[place_id]

    def driving_s(self, from_id: str, to_id: str) -> int:
        """Table seconds, ``UNREACHABLE`` when the pair cannot be driven."""
        return int(self.seconds[self._index[from_id], self._index[to_id]])

    def distance_m(self, from_id: str, to_id: str) -> int:
        """Table metres, ``UNREACHABLE`` when the pair cannot be driven."""
        return int(self.metres[self._index[from_id], self._index[to_id]])


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """All tables of a dataset; every tuple is sorted by its id(s).

    ``catchments`` and ``travel`` may be missing (None) as read; a dataset is *resolved* once both are there.
    ``travel_heavy`` holds the tables of heavy vehicles, by the weight they are for: see ``travel_for``.
    ``main_roads`` serves estimated travel times alone. ``background`` holds what maps show under the plan, as
    (kind, name, GeoJSON geometry): water, coast, rivers, communes, roads.
    ``leg_lines`` holds the legs that a plan drives along the roads, where they are known, sorted: (from id, to id,
    line of (lon, lat) in micro-degrees from place to place); ``leg_lines_heavy`` those of heavy vehicles, with the
    weight of ``travel_heavy`` first. All are for the eye alone. ``roads`` is the network that they are made on.
    ``fixed_days`` holds what is settled of sites' visits; their openings are those that are left, see ``only_vehicle``.
    ``past_coverage``, ``past_recipes`` and ``past_visits`` hold what this plan needs of the weeks before.
    ``fingerprint`` holds (file or table name, SHA-256) of what was read, for the provenance of a plan.
    """

    settings: Settings
    neighbourhoods: tuple[Neighbourhood, ...]
    zones: tuple[Zone, ...]
    households: tuple[HouseholdGroup, ...]
    needs: tuple[ExtraNeed, ...]
    sites: tuple[Site, ...]
    catchments: tuple[Catchment, ...] | None
    products: tuple[Product, ...]
    basket_types: tuple[BasketType, ...]
    farms: tuple[Farm, ...]
    lots: tuple[Lot, ...]
    depots: tuple[Depot, ...]
    depot_stock: tuple[DepotStock, ...]
    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Drivers, ...] | None
    travel: Travel | None
    travel_heavy: tuple[tuple[int, Travel], ...] = ()
    outlines: Any = None
    main_roads: MainRoads | None = None
    background: tuple[tuple[str, str, Any], ...] = ()
    roads: RoadSource | None = None
    leg_lines: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = ()
    leg_lines_heavy: tuple[tuple[int, str, str, tuple[tuple[int, int], ...]], ...] = ()
    fixed_days: tuple[FixedDay, ...] = ()
    past_coverage: tuple[PastCoverage, ...] = ()
    past_recipes: tuple[PastRecipe, ...] = ()
    past_visits: tuple[PastVisit, ...] = ()
    fingerprint: tuple[tuple[str, str], ...] = ()

    @cached_property
    def neighbourhood_by_id(self) -> dict[str, Neighbourhood]:
        """Neighbourhoods by id."""
        return {n.neighbourhood_id: n for n in self.neighbourhoods}

    @cached_property
    def zone_by_id(self) -> dict[str, Zone]:
        """Zones by id."""
        return {z.zone_id: z for z in self.zones}

    @cached_property
    def site_by_id(self) -> dict[str, Site]:
        """Sites by id."""
        return {s.site_id: s for s in self.sites}

    @cached_property
    def product_by_id(self) -> dict[str, Product]:
        """Products by id."""
        return {p.product_id: p for p in self.products}

    @cached_property
    def basket_type_by_id(self) -> dict[str, BasketType]:
        """Basket types by id."""
        return {b.basket_id: b for b in self.basket_types}

    @cached_property
    def farm_by_id(self) -> dict[str, Farm]:
        """Farms by id."""
        return {f.farm_id: f for f in self.farms}

    @cached_property
    def lot_by_id(self) -> dict[str, Lot]:
        """Lots offered by farms, by id."""
        return {lot.lot_id: lot for lot in self.lots}

    @cached_property
    def depot_by_id(self) -> dict[str, Depot]:
        """Depots by id."""
        return {d.depot_id: d for d in self.depots}

    @cached_property
    def vehicle_by_id(self) -> dict[str, Vehicle]:
        """Vehicles by id."""
        return {v.vehicle_id: v for v in self.vehicles}

    @cached_property
    def zones_of(self) -> dict[str, tuple[Zone, ...]]:
        """Zones by neighbourhood id (an empty tuple for a neighbourhood without zone)."""
        groups: dict[str, list[Zone]] = {n.neighbourhood_id: [] for n in self.neighbourhoods}
        for zone in self.zones:
            groups[zone.neighbourhood_id].append(zone)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def programmes(self) -> tuple[str, ...]:
        """Programmes in the order leximin serves them: those of the settings, then the others by name."""
        known = {b.programme for b in self.basket_types}
        first = [p for p in self.settings.programmes if p in known]
        return (*first, *sorted(known - set(first)))

    @cached_property
    def zone_needs(self) -> dict[tuple[str, str], ZoneNeed]:
        """Need by (zone_id, basket_id), only where it is positive, sorted by key."""
        return need_by_zone_and_type(
            households=self.households,
            needs=self.needs,
            basket_types=self.basket_types,
            persons_in_6plus=self.settings.persons_in_6plus,
        )

    @cached_property
    def sites_of_zone(self) -> dict[str, tuple[Catchment, ...]]:
        """Catchment rows by zone id, by site id; raises ValueError while catchments are not resolved."""
        if self.catchments is None:
            raise ValueError("the catchments of this dataset are not resolved")
        groups: dict[str, list[Catchment]] = {z.zone_id: [] for z in self.zones}
        for row in self.catchments:
            groups[row.zone_id].append(row)
        return {key: tuple(value) for key, value in groups.items()}

    def travel_for(self, vehicle: Vehicle) -> Travel:
        """The travel table that a vehicle drives by; raises ValueError while it is not resolved.

        Up to 3,500 kg, and where there are no heavy tables: ``travel``. Heavier: the one of the least weight that is
        not below its own, else the heaviest.
        """
        if self.travel is None:
            raise ValueError("the travel table of this dataset is not resolved")
        gvw_kg = self.travel_class_kg(vehicle)
        return self.travel if gvw_kg == 0 else dict(self.travel_heavy)[gvw_kg]

    def travel_class_kg(self, vehicle: Vehicle) -> int:
        """The weight of ``travel_heavy`` that a vehicle drives by, 0 for ``travel``."""
        if vehicle.gvw_kg <= HEAVY_GVW_KG or not self.travel_heavy:
            return 0
        weights = [gvw_kg for gvw_kg, _ in self.travel_heavy]
        return next((gvw_kg for gvw_kg in weights if gvw_kg >= vehicle.gvw_kg), weights[-1])

    @cached_property
    def head_start(self) -> dict[tuple[str, str], HeadStart]:
        """By (programme, zone_id), what the earlier weeks of the window gave; only where there is anything, sorted.

        The window is the last ``window_weeks`` weeks, this one included.
        """
        first = self.settings.week_start - dt.timedelta(weeks=self.settings.objective.window_weeks - 1)
        total: dict[tuple[str, str], list[int]] = {}
        for row in self.past_coverage:
            if first <= row.week_start < self.settings.week_start and row.zone_id in self.zone_by_id:
                cell = total.setdefault((row.programme, row.zone_id), [0, 0, 0])
                for i, value in enumerate((row.baskets, row.weight_milli, row.need_baskets)):
                    cell[i] += value
        return {k: HeadStart(baskets=b, weight_milli=w, need_baskets=n) for k, (b, w, n) in sorted(total.items())}

    @cached_property
    def usual_visits(self) -> dict[str, tuple[tuple[int, str, int], ...]]:
        """By site, last week's visits for it as (weekday, vehicle_id, start_s), sorted; empty where none are known."""
        last = self.settings.week_start - dt.timedelta(weeks=1)
        found: dict[str, list[tuple[int, str, int]]] = {}
        for row in self.past_visits:
            if row.week_start == last and row.site_id in self.site_by_id:
                found.setdefault(row.site_id, []).append((row.weekday, row.vehicle_id, row.start_s))
        return {site: tuple(sorted(visits)) for site, visits in sorted(found.items())}

    def head_start_of(self, programme: str, neighbourhood_id: str) -> HeadStart:
        """The head starts of a neighbourhood's zones added up."""
        rows = [self.head_start.get((programme, z.zone_id)) for z in self.zones_of[neighbourhood_id]]
        found = [row for row in rows if row is not None]
        return HeadStart(
            baskets=sum(row.baskets for row in found),
            weight_milli=sum(row.weight_milli for row in found),
            need_baskets=sum(row.need_baskets for row in found),
        )

    def drop_windows(self, site_id: str, date: dt.date) -> tuple[tuple[int, int], ...]:
        """Windows (opens_s, closes_s) in which unloading for a site may start on a date; empty when it cannot get baskets.

        For a relayed site these are its relay's windows, on the days the site itself has hours (any day
        when it has none). Dates that are not delivery days have none.
        """
        if date not in self.settings.delivery_dates:
            return ()
        site = self.site_by_id[site_id]
        place = self.site_by_id[site.drop_site_id]
        if site.relay_site_id and site.openings and all(o.weekday != date.weekday() for o in site.openings):
            return ()
        return tuple((o.opens_s, o.closes_s) for o in place.openings if o.weekday == date.weekday())

    @cached_property
    def _fixed_of(self) -> dict[str, list[FixedDay]]:
        found: dict[str, list[FixedDay]] = {}
        for row in self.fixed_days:
            found.setdefault(row.site_id, []).append(row)
        return found

    def only_vehicle(self, place_id: str, date: dt.date) -> str:
        """Id of the vehicle settled for a place of drop on a date; empty when any may come."""
        found = settled_on(self._fixed_of.get(place_id, ()), date.weekday())
        return "" if found is None else found.vehicle_id

    def drivers_on(self, date: dt.date) -> tuple[int, int] | None:
        """People (with any licence, with licence C) on a date; None when the dataset does not limit drivers."""
        if self.drivers is None:
            return None
        today = [d for d in self.drivers if d.weekday == date.weekday()]
        heavy = sum(d.people for d in today if d.licence == "C")
        return sum(d.people for d in today), heavy
