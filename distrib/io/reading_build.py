"""The dataset that sound rows and settings describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from distrib.io.reading_rows import TypedTables
from distrib.io.reading_settings import settings_of
from distrib.io.schema import (
    BasketTypeRow,
    CatchmentRow,
    DepotRow,
    DepotStockRow,
    DriverRow,
    FarmRow,
    FixedDayRow,
    HouseholdRow,
    KitContentRow,
    NeedRow,
    NeighbourhoodRow,
    PastCoverageRow,
    PastRecipeRow,
    PastVisitRow,
    ProductRow,
    SiteHoursRow,
    SiteRow,
    StockRow,
    VehicleRow,
    ZoneRow,
)
from distrib.io.schema_settings import DatasetSettings
from distrib.io.validation_places import great_circle_m
from distrib.io.validation_rows import last_use_of
from distrib.model.dataset import Dataset, Travel
from distrib.model.fleet import Drivers, Vehicle, with_driver_rules
from distrib.model.goods import BasketType, Depot, DepotStock, Farm, Lot, Product
from distrib.model.past import PastCoverage, PastRecipe, PastVisit
from distrib.model.territory import (
    Catchment,
    ExtraNeed,
    FixedDay,
    HouseholdGroup,
    Neighbourhood,
    Opening,
    Site,
    Zone,
    settled_on,
)

WALKING_CIRCUITY = 1.3
LAST_SECOND = 24 * 3600 - 1

Window = tuple[int, int, int]


def build(
    tables: TypedTables,
    settings: DatasetSettings,
    travel: Travel | None,
    outlines: object,
    fingerprint: dict[str, str],
) -> Dataset:
    """Return the dataset; every row must have been read and checked without a fault."""
    programmes = frozenset(row.programme for row in tables.rows(BasketTypeRow))
    zones, sites = _zones(tables), _sites(tables)
    return Dataset(
        settings=settings_of(settings, programmes),
        neighbourhoods=_neighbourhoods(tables),
        zones=zones,
        households=_households(tables),
        needs=_needs(tables),
        sites=sites,
        catchments=_catchments(tables, zones, sites),
        products=_products(tables),
        basket_types=_basket_types(tables),
        farms=_farms(tables),
        lots=_lots(tables),
        depots=_depots(tables),
        depot_stock=_depot_stock(tables),
        vehicles=_vehicles(tables),
        drivers=_drivers(tables),
        travel=travel,
        outlines=outlines,
        fixed_days=fixed_days_of(tables),
        past_coverage=_past_coverage(tables),
        past_recipes=_past_recipes(tables),
        past_visits=_past_visits(tables),
        fingerprint=tuple(sorted(fingerprint.items())),
    )


def _neighbourhoods(tables: TypedTables) -> tuple[Neighbourhood, ...]:
    found = [
        Neighbourhood(
            neighbourhood_id=row.neighbourhood_id,
            name=row.name,
            commune=row.commune,
            lon_microdeg=row.lon,
            lat_microdeg=row.lat,
            population=row.population,
            area_m2=row.area_ha,
            poverty_rate_bp=row.poverty_rate_pct,
            zoning=row.zoning,
        )
        for row in tables.rows(NeighbourhoodRow)
    ]
    return tuple(sorted(found, key=lambda n: n.neighbourhood_id))


def _zones(tables: TypedTables) -> tuple[Zone, ...]:
    """Zones as given; without any, each neighbourhood is one zone with the same id."""
    given: Iterable[ZoneRow | NeighbourhoodRow] = list(tables.rows(ZoneRow)) or tables.rows(NeighbourhoodRow)
    found = [
        Zone(
            zone_id=row.zone_id if isinstance(row, ZoneRow) else row.neighbourhood_id,
            neighbourhood_id=row.neighbourhood_id,
            lon_microdeg=row.lon,
            lat_microdeg=row.lat,
        )
        for row in given
    ]
    return tuple(sorted(found, key=lambda z: z.zone_id))


def _households(tables: TypedTables) -> tuple[HouseholdGroup, ...]:
    found = [
        HouseholdGroup(
            zone_id=row.zone_id,
            persons_per_household=row.persons_per_household,
            households=row.households,
            priority_milli=row.priority,
        )
        for row in tables.rows(HouseholdRow)
    ]
    return tuple(sorted(found, key=lambda h: (h.zone_id, h.persons_per_household, h.priority_milli)))


def _needs(tables: TypedTables) -> tuple[ExtraNeed, ...]:
    found = [
        ExtraNeed(zone_id=row.zone_id, basket_id=row.basket_id, households=row.households)
        for row in tables.rows(NeedRow)
    ]
    return tuple(sorted(found, key=lambda n: (n.zone_id, n.basket_id)))


def _sites(tables: TypedTables) -> tuple[Site, ...]:
    windows: dict[str, list[Window]] = defaultdict(list)
    for hours in tables.rows(SiteHoursRow):
        windows[hours.site_id].append((hours.weekday, hours.opens, hours.closes))
    runs = {vehicle.vehicle_id: frozenset(vehicle.weekdays) for vehicle in tables.rows(VehicleRow)}
    fixed: dict[str, list[FixedDay]] = defaultdict(list)
    for settled in fixed_days_of(tables):
        fixed[settled.site_id].append(settled)
    for site_id, rows in fixed.items():
        windows[site_id] = settled_windows(windows[site_id], rows, runs)
    found = [_site(row, windows[row.site_id], _held(fixed[row.site_id])) for row in tables.rows(SiteRow)]
    return tuple(sorted(found, key=lambda s: s.site_id))


def fixed_days_of(tables: TypedTables) -> tuple[FixedDay, ...]:
    """Return what is settled of sites' visits, rows of every day first."""
    rows = [
        FixedDay(
            site_id=row.site_id,
            weekday=row.weekday,
            vehicle_id=row.vehicle_id,
            from_s=row.starts_from,
            until_s=row.starts_until,
        )
        for row in tables.rows(FixedDayRow)
    ]
    return tuple(sorted(rows, key=lambda r: (r.site_id, -1 if r.weekday is None else r.weekday)))


def settled_windows(windows: list[Window], rows: list[FixedDay], runs: Mapping[str, Collection[int]]) -> list[Window]:
    """Return what is left of a site's windows (weekday, opens_s, closes_s).

    Args:
        windows: as the table of hours has them; none for a relayed site that goes by its relay's.
        rows: what is settled of the site.
        runs: weekdays by vehicle.
    """
    days = {row.weekday for row in rows if row.weekday is not None}
    # A relayed site without hours gets baskets on any day of its relay: hours on the settled days keep it to these.
    own = windows or [(day, 0, LAST_SECOND) for day in sorted(days)]
    found = []
    for day, opens_s, closes_s in own:
        row = settled_on(rows, day)
        if row is None or (days and day not in days) or (row.vehicle_id and day not in runs[row.vehicle_id]):
            continue
        opens_s = opens_s if row.from_s is None else max(opens_s, row.from_s)
        closes_s = closes_s if row.until_s is None else min(closes_s, row.until_s)
        if opens_s <= closes_s:
            found.append((day, opens_s, closes_s))
    return found


def _held(rows: Iterable[FixedDay]) -> bool:
    """Whether vehicle or time of a site are settled, which no relay would keep to."""
    return any(row.vehicle_id or row.from_s is not None or row.until_s is not None for row in rows)


def _site(row: SiteRow, windows: list[Window], held: bool) -> Site:
    return Site(
        site_id=row.site_id,
        name=row.name,
        kind=row.kind,
        commune=row.commune,
        lon_microdeg=row.lon,
        lat_microdeg=row.lat,
        max_baskets_per_day=row.max_baskets_per_day,
        unloading_s=row.unloading_min,
        unloading_s_per_basket=row.unloading_s_per_basket,
        largest_vehicle_gvw_kg=row.largest_vehicle_gvw_kg,
        cold_storage=row.cold_storage,
        min_baskets_per_visit=row.min_baskets_per_visit,
        min_baskets_per_week=row.min_baskets_per_week,
        relay_site_id=row.relay_site_id,
        may_relay_to=() if held else row.may_relay_to,
        relay_max_baskets=row.relay_max_baskets,
        address=row.address,
        contact=row.contact,
        openings=tuple(Opening(weekday=day, opens_s=opens, closes_s=closes) for day, opens, closes in sorted(windows)),
    )


def _catchments(tables: TypedTables, zones: tuple[Zone, ...], sites: tuple[Site, ...]) -> tuple[Catchment, ...] | None:
    """Catchments as given, walks straight-line × 1.3 where they are empty; None when the table has no row."""
    at = {z.zone_id: (z.lon_microdeg, z.lat_microdeg) for z in zones}
    to = {s.site_id: (s.lon_microdeg, s.lat_microdeg) for s in sites}
    found = []
    for row in tables.rows(CatchmentRow):
        walk = row.walk_m
        if walk is None:
            # Rounded to a thousandth first, so that the last bit of a float never decides a metre.
            metres = round(great_circle_m(at[row.zone_id], to[row.site_id]) * WALKING_CIRCUITY, 3)
            walk = int(metres + 0.5)
        found.append(Catchment(zone_id=row.zone_id, site_id=row.site_id, walk_m=walk))
    return tuple(sorted(found, key=lambda c: (c.zone_id, c.site_id))) or None


def _products(tables: TypedTables) -> tuple[Product, ...]:
    found = [
        Product(
            product_id=row.product_id,
            name=row.name,
            group=row.group,
            portion_g=row.portion_g,
            crate_g=row.crate_kg,
            shelf_life_days=row.shelf_life_days,
            needs_cold=row.needs_cold,
            max_portions_per_basket=row.max_portions_per_basket,
        )
        for row in tables.rows(ProductRow)
    ]
    return tuple(sorted(found, key=lambda p: p.product_id))


def _basket_types(tables: TypedTables) -> tuple[BasketType, ...]:
    contents: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for content in tables.rows(KitContentRow):
        contents[content.basket_id].append((content.product_id, content.portions))
    found = [
        BasketType(
            basket_id=row.basket_id,
            name=row.name,
            programme=row.programme,
            persons_from=row.persons_from,
            persons_to=row.persons_to,
            target_g=row.target_kg,
            min_g=row.min_kg,
            max_g=row.max_kg,
            min_products=row.min_products,
            min_fruit_bp=row.min_fruit_pct,
            places=row.places,
            contents=tuple(sorted(contents[row.basket_id])),
        )
        for row in tables.rows(BasketTypeRow)
    ]
    return tuple(sorted(found, key=lambda b: b.basket_id))


def _farms(tables: TypedTables) -> tuple[Farm, ...]:
    found = [
        Farm(
            farm_id=row.farm_id,
            name=row.name,
            commune=row.commune,
            lon_microdeg=row.lon,
            lat_microdeg=row.lat,
            opens_s=row.opens,
            closes_s=row.closes,
            loading_s=row.loading_min,
            loading_s_per_crate=row.loading_s_per_crate,
            delivers=row.delivers,
            address=row.address,
            contact=row.contact,
        )
        for row in tables.rows(FarmRow)
    ]
    return tuple(sorted(found, key=lambda f: f.farm_id))


def _lots(tables: TypedTables) -> tuple[Lot, ...]:
    shelf_life = {row.product_id: row.shelf_life_days for row in tables.rows(ProductRow)}
    found = []
    for row in tables.rows(StockRow):
        found.append(
            Lot(
                lot_id=row.lot_id,
                farm_id=row.farm_id,
                product_id=row.product_id,
                ready_date=row.ready_date,
                offer_g=row.kg,
                price_millicents_per_kg=row.price_eur_kg,
                last_use_date=last_use_of(row, shelf_life[row.product_id]),
            )
        )
    return tuple(sorted(found, key=lambda lot: lot.lot_id))


def _depots(tables: TypedTables) -> tuple[Depot, ...]:
    found = [
        Depot(
            depot_id=row.depot_id,
            name=row.name,
            lon_microdeg=row.lon,
            lat_microdeg=row.lat,
            opens_s=row.opens,
            closes_s=row.closes,
            loading_s=row.loading_min,
            packing_baskets_per_day=row.packing_baskets_per_day,
            packing_starts_s=_packing_starts(row),
            packing_baskets_per_h=_packing_rate(row),
            storage_g=row.storage_kg,
            cold_storage_g=row.cold_storage_kg,
        )
        for row in tables.rows(DepotRow)
    ]
    return tuple(sorted(found, key=lambda d: d.depot_id))


def _packing_starts(row: DepotRow) -> int | None:
    """When packing starts: with a rate and no start, when the depot opens."""
    return row.opens if row.packing_starts is None and row.packing_baskets_per_h is not None else row.packing_starts


def _packing_rate(row: DepotRow) -> int | None:
    """Baskets an hour: with a start and no rate, all of a day's packing within its first second."""
    if row.packing_starts is None or row.packing_baskets_per_h is not None:
        return row.packing_baskets_per_h
    return max(1, row.packing_baskets_per_day) * 3600


def _depot_stock(tables: TypedTables) -> tuple[DepotStock, ...]:
    found = [
        DepotStock(
            depot_id=row.depot_id,
            lot_id=row.lot_id,
            product_id=row.product_id,
            stock_g=row.kg,
            last_use_date=row.best_before,
        )
        for row in tables.rows(DepotStockRow)
    ]
    return tuple(sorted(found, key=lambda s: (s.depot_id, s.lot_id)))


def _vehicles(tables: TypedTables) -> tuple[Vehicle, ...]:
    found = [
        Vehicle(
            vehicle_id=row.vehicle_id,
            kind=row.kind,
            depot_id=row.depot_id,
            weekdays=row.weekdays,
            shift_start_s=row.shift_start,
            shift_end_s=row.shift_end,
            capacity_g=row.capacity_kg,
            capacity_baskets=row.capacity_baskets,
            gvw_kg=row.gvw_kg,
            cold=row.cold,
            max_trips=row.max_trips,
            cents_per_day=row.eur_per_day,
            millicents_per_km=row.eur_per_km,
            millicents_per_h=row.eur_per_h,
            speed_factor_milli=row.speed_factor,
            break_after_s=row.break_after_h,
            break_s=row.break_min,
            driver_rules=row.driver_rules,
            max_day_s=row.max_day_h,
            max_driving_s=row.max_driving_h,
            co2e_g_per_km=row.co2e_g_per_km,
        )
        for row in tables.rows(VehicleRow)
    ]
    return tuple(sorted(map(with_driver_rules, found), key=lambda v: v.vehicle_id))


def _drivers(tables: TypedTables) -> tuple[Drivers, ...] | None:
    """People by weekday and licence; None without the table (no limit), empty for a table without rows (nobody)."""
    if DriverRow.table in tables.absent:
        return None
    found = [Drivers(weekday=row.weekday, licence=row.licence, people=row.people) for row in tables.rows(DriverRow)]
    return tuple(sorted(found, key=lambda d: (d.weekday, d.licence)))


def _past_coverage(tables: TypedTables) -> tuple[PastCoverage, ...]:
    found = [
        PastCoverage(
            week_start=row.week_start,
            programme=row.programme,
            zone_id=row.zone_id,
            baskets=row.baskets,
            need_baskets=row.need_baskets,
            weight_milli=row.weighted_need,
        )
        for row in tables.rows(PastCoverageRow)
    ]
    return tuple(sorted(found, key=lambda p: (p.week_start, p.programme, p.zone_id)))


def _past_recipes(tables: TypedTables) -> tuple[PastRecipe, ...]:
    found = [
        PastRecipe(
            week_start=row.week_start,
            basket_id=row.basket_id,
            product_id=row.product_id,
            baskets=row.baskets,
            of_baskets=row.of_baskets,
        )
        for row in tables.rows(PastRecipeRow)
    ]
    return tuple(sorted(found, key=lambda p: (p.week_start, p.basket_id, p.product_id)))


def _past_visits(tables: TypedTables) -> tuple[PastVisit, ...]:
    found = [
        PastVisit(
            week_start=row.week_start,
            site_id=row.site_id,
            weekday=row.weekday,
            vehicle_id=row.vehicle_id,
            start_s=row.start,
            trip=row.trip,
        )
        for row in tables.rows(PastVisitRow)
    ]
    return tuple(sorted(found, key=lambda p: (p.week_start, p.site_id, p.weekday, p.vehicle_id, p.start_s)))
