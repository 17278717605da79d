"""Warnings about a sound dataset: what leaves a plan possible but serves nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from distrib import units
from distrib.io.messages import Problems, listed
from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import Depot, Farm, Lot
from distrib.model.need import counts_household
from distrib.model.territory import Site

Locate = Callable[[str, str], int | None]
"""(table, id) → line of its row, None when it is not known."""


def nowhere(table: str, name: str) -> int | None:
    """Return None: the lines of a dataset that was not just read are not known."""
    return None


def check_usefulness(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    """Note what serves nothing whatever the catchments and travel times are."""
    _check_empty(dataset, problems)
    _check_lots(dataset, locate, problems)
    _check_farms(dataset, locate, problems)
    _check_depot_stock(dataset, locate, problems)
    _check_sites(dataset, locate, problems)
    _check_depots(dataset, locate, problems)
    _check_vehicles(dataset, locate, problems)
    _check_household_sizes(dataset, problems)


def check_resolved(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    """Note what serves nothing once catchments and travel times are known."""
    _check_zones(dataset, locate, problems)
    _check_used_sites(dataset, locate, problems)
    for vehicle in dataset.vehicles:
        if _driving_dates(dataset, vehicle) and not any(_trips(dataset, vehicle)):
            problems.add(
                "vehicle_reaches_nothing",
                "vehicles",
                line=locate("vehicles", vehicle.vehicle_id),
                column="shift_start",
                value=vehicle.vehicle_id,
            )


def _check_empty(dataset: Dataset, problems: Problems) -> None:
    for table, rows in (
        ("neighbourhoods", dataset.neighbourhoods),
        ("households", dataset.households or dataset.needs),
        ("sites", dataset.sites),
        ("products", dataset.products),
        ("basket_types", dataset.basket_types),
        ("farms", dataset.farms or dataset.depot_stock),
        ("stock", dataset.lots or dataset.depot_stock),
        ("depots", dataset.depots),
        ("vehicles", dataset.vehicles),
    ):
        if not rows:
            problems.add("empty_table", table)
    if dataset.drivers is not None and not any(row.people for row in dataset.drivers):
        problems.add("nobody_drives", "drivers")


def _first_packing_date(dataset: Dataset, lot: Lot) -> dt.date | None:
    """First delivery date on which a lot can be packed, expired or not; None when it is ready too late."""
    lead = dt.timedelta(days=dataset.settings.packing_lead_days)
    collected = [date for date in dataset.settings.collection_dates if date >= lot.ready_date]
    packable = [p for p in dataset.settings.delivery_dates if collected and p >= min(collected) + lead]
    return min(packable, default=None)


def _lot_problem(dataset: Dataset, lot: Lot) -> tuple[str, dict[str, str]] | None:
    """Return the code and context of the warning about a lot that cannot be used; None for a usable one."""
    product = dataset.product_by_id[lot.product_id]
    if lot.offer_g < product.crate_g:
        return "lot_without_crate", {"kg": units.kg(lot.offer_g), "crate": units.kg(product.crate_g)}
    first = _first_packing_date(dataset, lot)
    if first is None:
        return "lot_too_late", {"ready": lot.ready_date.isoformat()}
    if lot.last_use_date is not None and lot.last_use_date < first:
        return "lot_expired", {"last": lot.last_use_date.isoformat()}
    if product.needs_cold and not dataset.farm_by_id[lot.farm_id].delivers and not _cold_collection(dataset):
        return "lot_needs_cold_vehicle", {}
    return None


def _cold_collection(dataset: Dataset) -> bool:
    days = {date.weekday() for date in dataset.settings.collection_dates}
    return any(vehicle.cold and days.intersection(vehicle.weekdays) for vehicle in dataset.vehicles)


def _check_lots(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    columns = {"lot_without_crate": "kg", "lot_too_late": "ready_date", "lot_expired": "best_before"}
    for lot in dataset.lots:
        found = _lot_problem(dataset, lot)
        if found is not None:
            code, context = found
            line = locate("stock", lot.lot_id)
            problems.add(code, "stock", line=line, column=columns.get(code, "product_id"), value=lot.lot_id, **context)


def _check_farms(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    offering = {lot.farm_id for lot in dataset.lots}
    useful = {lot.farm_id for lot in dataset.lots if _lot_problem(dataset, lot) is None}
    for farm in dataset.farms:
        if farm.farm_id not in useful:
            code = "farm_never_ready" if farm.farm_id in offering else "idle_farm"
            line = locate("farms", farm.farm_id)
            problems.add(code, "farms", line=line, column="farm_id", value=farm.farm_id)


def _check_depot_stock(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    first = min(dataset.settings.delivery_dates)
    for stock in dataset.depot_stock:
        line = locate("depot_stock", stock.lot_id)
        if stock.stock_g == 0:
            problems.add("depot_lot_empty", "depot_stock", line=line, column="kg", value=stock.lot_id)
        elif stock.last_use_date is not None and stock.last_use_date < first:
            last = stock.last_use_date.isoformat()
            problems.add(
                "depot_lot_expired", "depot_stock", line=line, column="best_before", value=stock.lot_id, last=last
            )


def _site_problem(dataset: Dataset, site: Site) -> tuple[str, str, dict[str, str]] | None:
    """Return code, column and context of the warning about a site that can get no basket; None for a usable one."""
    dates = [date for date in dataset.settings.delivery_dates if dataset.drop_windows(site.site_id, date)]
    if not dates:
        return "site_never_open", "site_id", {}
    most = site.max_baskets_per_day * len(dates)
    least = max(1, site.min_baskets_per_week, site.min_baskets_per_visit)
    if most < least:
        return "site_takes_nothing", "max_baskets_per_day", {"most": str(most), "least": str(least)}
    limit = dataset.site_by_id[site.drop_site_id].largest_vehicle_gvw_kg
    days = {date.weekday() for date in dates}
    small = [v for v in dataset.vehicles if limit is None or v.gvw_kg <= limit]
    if limit is not None and not any(days.intersection(v.weekdays) for v in small):
        return "site_without_vehicle", "largest_vehicle_gvw_kg", {"limit": str(limit)}
    return None


def _check_sites(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    for site in dataset.sites:
        found = _site_problem(dataset, site)
        if found is not None:
            code, column, context = found
            line = locate("sites", site.site_id)
            problems.add(code, "sites", line=line, column=column, value=site.site_id, **context)


def _check_depots(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    for depot in dataset.depots:
        vehicles = any(vehicle.depot_id == depot.depot_id for vehicle in dataset.vehicles)
        if vehicles and depot.packing_baskets_per_day:
            continue
        problems.add(
            "idle_depot",
            "depots",
            line=locate("depots", depot.depot_id),
            column="packing_baskets_per_day" if vehicles else "depot_id",
            value=depot.depot_id,
            why="packing_baskets_per_day = 0" if vehicles else "vehicles: 0",
        )


def _driving_dates(dataset: Dataset, vehicle: Vehicle) -> tuple[dt.date, ...]:
    """Delivery and collection dates on which a vehicle drives and somebody may drive it."""
    dates = sorted({*dataset.settings.delivery_dates, *dataset.settings.collection_dates})
    found = []
    for date in dates:
        people = dataset.drivers_on(date)
        licensed = people is None or people[1 if vehicle.needs_licence_c else 0] > 0
        if date.weekday() in vehicle.weekdays and licensed:
            found.append(date)
    return tuple(found)


def _check_vehicles(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    days = {date.weekday() for date in (*dataset.settings.delivery_dates, *dataset.settings.collection_dates)}
    for vehicle in dataset.vehicles:
        if _driving_dates(dataset, vehicle):
            continue
        code, column = "vehicle_without_driver", "gvw_kg"
        if not days.intersection(vehicle.weekdays):
            code, column = "idle_vehicle", "weekdays"
        line = locate("vehicles", vehicle.vehicle_id)
        problems.add(code, "vehicles", line=line, column=column, value=vehicle.vehicle_id)


def _check_household_sizes(dataset: Dataset, problems: Problems) -> None:
    for size in range(1, 7):
        households = sum(group.households for group in dataset.households if group.persons_per_household == size)
        if households and not any(counts_household(basket, size) for basket in dataset.basket_types):
            problems.add(
                "household_size_without_basket",
                "households",
                column="persons_per_household",
                value=str(size) if size < 6 else "6+",
                households=households,
            )


def _check_zones(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    need: dict[str, int] = {}
    for (zone_id, _), zone_need in dataset.zone_needs.items():
        need[zone_id] = need.get(zone_id, 0) + zone_need.baskets
    idle = {site.site_id for site in dataset.sites if _site_problem(dataset, site) is not None}
    for zone_id, baskets in sorted(need.items()):
        sites = [row.site_id for row in dataset.sites_of_zone[zone_id]]
        line = locate("zones", zone_id)
        if not sites:
            problems.add("zone_without_site", "zones", line=line, column="zone_id", value=zone_id, need=baskets)
        elif idle.issuperset(sites):
            problems.add(
                "zone_without_usable_site",
                "zones",
                line=line,
                column="zone_id",
                value=zone_id,
                need=baskets,
                sites=listed(sites),
            )


def _check_used_sites(dataset: Dataset, locate: Locate, problems: Problems) -> None:
    used = {row.site_id for row in dataset.catchments or ()} | {site.relay_site_id for site in dataset.sites}
    for site in dataset.sites:
        if site.site_id not in used:
            line = locate("sites", site.site_id)
            problems.add("site_without_zone", "sites", line=line, column="site_id", value=site.site_id)


def _trips(dataset: Dataset, vehicle: Vehicle) -> Iterator[bool]:
    """Yield for each stop the vehicle could make, alone on a trip, whether it is back in time."""
    depot = dataset.depot_by_id[vehicle.depot_id]
    offering = {lot.farm_id for lot in dataset.lots}
    for date in _driving_dates(dataset, vehicle):
        for site in dataset.sites:
            limit = dataset.site_by_id[site.drop_site_id].largest_vehicle_gvw_kg
            if limit is None or vehicle.gvw_kg <= limit:
                place = dataset.site_by_id[site.drop_site_id]
                for window in dataset.drop_windows(site.site_id, date):
                    yield _is_back_in_time(dataset, vehicle, depot, place, window)
        if date in dataset.settings.collection_dates:
            for farm in dataset.farms:
                if farm.farm_id in offering:
                    yield _is_back_in_time(dataset, vehicle, depot, farm, (farm.opens_s, farm.closes_s))


def _is_back_in_time(
    dataset: Dataset, vehicle: Vehicle, depot: Depot, place: Site | Farm, window: tuple[int, int]
) -> bool:
    """True when one trip to one place, with one basket or crate, fits the shift and the depot's hours."""
    travel = dataset.travel_for(vehicle)
    place_id = place.site_id if isinstance(place, Site) else place.farm_id
    out, back = travel.driving_s(depot.depot_id, place_id), travel.driving_s(place_id, depot.depot_id)
    if UNREACHABLE in (out, back):
        return False
    drops = isinstance(place, Site)
    begin = max(vehicle.shift_start_s, depot.opens_s) + (depot.loading_s if drops else 0)
    service = max(begin + units.driving_s(out, vehicle.speed_factor_milli), window[0])
    if service > window[1]:
        return False
    taken = (
        place.unloading_s + place.unloading_s_per_basket
        if isinstance(place, Site)
        else place.loading_s + place.loading_s_per_crate
    )
    end = service + taken + units.driving_s(back, vehicle.speed_factor_milli) + (0 if drops else depot.loading_s)
    return end <= min(vehicle.shift_end_s, depot.closes_s)
