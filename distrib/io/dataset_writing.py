"""A resolved dataset as a folder that ``read_dataset`` reads back to the same dataset."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Collection, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from distrib import units
from distrib.io.map_background import BACKGROUND_FILE, background_text
from distrib.io.map_legs import LEGS_FILE, legs_of, legs_text
from distrib.io.reading_files import SETTINGS_FILE, TRAVEL_DIGEST_FILE
from distrib.io.schema import cell_kinds, cell_of
from distrib.io.schema_settings import REMEDY_KEYS, ObjectiveModel
from distrib.model.dataset import UNREACHABLE, Dataset, Settings, Travel, TravelSettings
from distrib.model.territory import FixedDay

MOST_PLACES_IN_FULL = 1000
"""Up to so many places the travel table is written whole."""

MOST_PLAIN_PAIRS = 250_000
"""A travel table of more pairs is written as .csv.gz."""


def write_dataset(dataset: Dataset, folder: Path, *, driven_pairs: Collection[tuple[str, str]] | None = None) -> None:
    """Write the tables and settings of a dataset into an existing folder, in the machine dialect.

    Every table is written, empty ones with their header, except ``drivers`` when drivers are not limited, tables of settled
    days and earlier weeks without a row, and ``catchments`` and ``travel`` while they are not resolved.

    Args:
        dataset: what to write.
        folder: an existing folder; files of the same names are replaced.
        driven_pairs: the (from_id, to_id) to write when there are more than ``MOST_PLACES_IN_FULL`` places,
            beside the digest of the whole table in ``travel.sha256``; None writes all pairs whatever their number.
    """
    for table, rows in _tables(dataset).items():
        kinds = cell_kinds(table)
        cells = ([kinds[column].write(row.get(column)) for column in kinds] for row in rows)
        (folder / f"{table}.csv").write_bytes(_csv(list(kinds), cells))
    (folder / SETTINGS_FILE).write_text(settings_text(dataset.settings), encoding="utf-8", newline="\n")
    if dataset.outlines:
        (folder / "neighbourhoods.geojson").write_text(outlines_text(dataset), encoding="utf-8", newline="\n")
    if dataset.background:
        (folder / BACKGROUND_FILE).write_text(background_text(dataset.background), encoding="utf-8", newline="\n")
    if legs_of(dataset):
        (folder / LEGS_FILE).write_text(legs_text(legs_of(dataset)), encoding="utf-8", newline="\n")
    if dataset.travel is not None:
        _write_travel(dataset.travel, folder, driven_pairs)
    if dataset.travel_heavy:
        _write_travel_heavy(dataset.travel_heavy, folder, driven_pairs)


def fixed_days_csv(rows: Iterable[FixedDay]) -> str:
    """Return the table ``fixed_days`` with these rows, in the machine dialect."""
    kinds = cell_kinds("fixed_days")
    cells = ([kinds[column].write(value) for column, value in _fixed_day(row).items()] for row in rows)
    return _csv(list(kinds), cells).decode()


def _fixed_day(row: FixedDay) -> dict[str, Any]:
    return {
        "site_id": row.site_id,
        "weekday": row.weekday,
        "vehicle_id": row.vehicle_id,
        "starts_from": row.from_s,
        "starts_until": row.until_s,
    }


def _csv(header: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _tables(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table but ``travel``: inside values by column name."""
    tables = {**_territory(dataset), **_goods(dataset), **_fleet(dataset), **_past(dataset)}
    if dataset.catchments is not None:
        tables["catchments"] = [
            {"zone_id": c.zone_id, "site_id": c.site_id, "walk_m": c.walk_m} for c in dataset.catchments
        ]
    return tables


def _territory(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    return {
        "neighbourhoods": [
            {
                "neighbourhood_id": n.neighbourhood_id,
                "name": n.name,
                "commune": n.commune,
                "lon": n.lon_microdeg,
                "lat": n.lat_microdeg,
                "population": n.population,
                "area_ha": n.area_m2,
                "poverty_rate_pct": n.poverty_rate_bp,
                "zoning": n.zoning,
            }
            for n in dataset.neighbourhoods
        ],
        "zones": [
            {
                "zone_id": z.zone_id,
                "neighbourhood_id": z.neighbourhood_id,
                "lon": z.lon_microdeg,
                "lat": z.lat_microdeg,
            }
            for z in dataset.zones
        ],
        "households": [
            {
                "zone_id": h.zone_id,
                "persons_per_household": h.persons_per_household,
                "households": h.households,
                "priority": h.priority_milli,
            }
            for h in dataset.households
        ],
        "needs": [{"zone_id": n.zone_id, "basket_id": n.basket_id, "households": n.households} for n in dataset.needs],
        "sites": [
            {
                "site_id": s.site_id,
                "name": s.name,
                "kind": s.kind,
                "commune": s.commune,
                "lon": s.lon_microdeg,
                "lat": s.lat_microdeg,
                "max_baskets_per_day": s.max_baskets_per_day,
                "unloading_min": s.unloading_s,
                "unloading_s_per_basket": s.unloading_s_per_basket,
                "largest_vehicle_gvw_kg": s.largest_vehicle_gvw_kg,
                "cold_storage": s.cold_storage,
                "min_baskets_per_visit": s.min_baskets_per_visit,
                "min_baskets_per_week": s.min_baskets_per_week,
                "relay_site_id": s.relay_site_id,
                "may_relay_to": s.may_relay_to,
                "relay_max_baskets": s.relay_max_baskets,
                "address": s.address,
                "contact": s.contact,
            }
            for s in dataset.sites
        ],
        "site_hours": [
            {"site_id": s.site_id, "weekday": o.weekday, "opens": o.opens_s, "closes": o.closes_s}
            for s in dataset.sites
            for o in s.openings
        ],
    }


def _goods(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    return {
        "products": [
            {
                "product_id": p.product_id,
                "name": p.name,
                "group": p.group,
                "portion_g": p.portion_g,
                "crate_kg": p.crate_g,
                "shelf_life_days": p.shelf_life_days,
                "needs_cold": p.needs_cold,
                "max_portions_per_basket": p.max_portions_per_basket,
            }
            for p in dataset.products
        ],
        "basket_types": [
            {
                "basket_id": b.basket_id,
                "name": b.name,
                "programme": b.programme,
                "persons_from": b.persons_from,
                "persons_to": b.persons_to,
                "target_kg": b.target_g,
                "min_kg": b.min_g,
                "max_kg": b.max_g,
                "min_products": b.min_products,
                "min_fruit_pct": b.min_fruit_bp,
                "places": b.places,
            }
            for b in dataset.basket_types
        ],
        "kit_contents": [
            {"basket_id": b.basket_id, "product_id": product_id, "portions": portions}
            for b in dataset.basket_types
            for product_id, portions in b.contents
        ],
        "farms": [
            {
                "farm_id": f.farm_id,
                "name": f.name,
                "commune": f.commune,
                "lon": f.lon_microdeg,
                "lat": f.lat_microdeg,
                "opens": f.opens_s,
                "closes": f.closes_s,
                "loading_min": f.loading_s,
                "loading_s_per_crate": f.loading_s_per_crate,
                "delivers": f.delivers,
                "address": f.address,
                "contact": f.contact,
            }
            for f in dataset.farms
        ],
        "stock": [
            {
                "lot_id": lot.lot_id,
                "farm_id": lot.farm_id,
                "product_id": lot.product_id,
                "ready_date": lot.ready_date,
                "kg": lot.offer_g,
                "price_eur_kg": lot.price_millicents_per_kg,
                "best_before": lot.last_use_date,
            }
            for lot in dataset.lots
        ],
        "depot_stock": [
            {
                "depot_id": s.depot_id,
                "lot_id": s.lot_id,
                "product_id": s.product_id,
                "kg": s.stock_g,
                "best_before": s.last_use_date,
            }
            for s in dataset.depot_stock
        ],
    }


def _fleet(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {
        "depots": [
            {
                "depot_id": d.depot_id,
                "name": d.name,
                "lon": d.lon_microdeg,
                "lat": d.lat_microdeg,
                "opens": d.opens_s,
                "closes": d.closes_s,
                "loading_min": d.loading_s,
                "packing_baskets_per_day": d.packing_baskets_per_day,
                "packing_starts": d.packing_starts_s,
                "packing_baskets_per_h": d.packing_baskets_per_h,
                "storage_kg": d.storage_g,
                "cold_storage_kg": d.cold_storage_g,
            }
            for d in dataset.depots
        ],
        "vehicles": [
            {
                "vehicle_id": v.vehicle_id,
                "kind": v.kind,
                "depot_id": v.depot_id,
                "weekdays": v.weekdays,
                "shift_start": v.shift_start_s,
                "shift_end": v.shift_end_s,
                "capacity_kg": v.capacity_g,
                "capacity_baskets": v.capacity_baskets,
                "gvw_kg": v.gvw_kg,
                "cold": v.cold,
                "max_trips": v.max_trips,
                "eur_per_day": v.cents_per_day,
                "eur_per_km": v.millicents_per_km,
                "eur_per_h": v.millicents_per_h,
                "speed_factor": v.speed_factor_milli,
                "break_after_h": v.break_after_s,
                "break_min": v.break_s,
                "driver_rules": v.driver_rules,
                "max_day_h": v.max_day_s,
                "max_driving_h": v.max_driving_s,
                "co2e_g_per_km": v.co2e_g_per_km,
            }
            for v in dataset.vehicles
        ],
    }
    if dataset.drivers is not None:
        tables["drivers"] = [{"weekday": d.weekday, "licence": d.licence, "people": d.people} for d in dataset.drivers]
    return tables


def _past(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    """The tables of settled days and earlier weeks; those without a row are not written."""
    tables: dict[str, list[dict[str, Any]]] = {
        "fixed_days": [_fixed_day(row) for row in dataset.fixed_days],
        "past_coverage": [
            {
                "week_start": row.week_start,
                "programme": row.programme,
                "zone_id": row.zone_id,
                "baskets": row.baskets,
                "need_baskets": row.need_baskets,
                "weighted_need": row.weight_milli,
            }
            for row in dataset.past_coverage
        ],
        "past_recipes": [
            {
                "week_start": row.week_start,
                "basket_id": row.basket_id,
                "product_id": row.product_id,
                "baskets": row.baskets,
                "of_baskets": row.of_baskets,
            }
            for row in dataset.past_recipes
        ],
        "past_visits": [
            {
                "week_start": row.week_start,
                "site_id": row.site_id,
                "weekday": row.weekday,
                "vehicle_id": row.vehicle_id,
                "start": row.start_s,
                "trip": row.trip,
            }
            for row in dataset.past_visits
        ],
    }
    return {name: rows for name, rows in tables.items() if rows}


def settings_text(settings: Settings) -> str:
    """Return dataset.yaml with every key, such that it reads back as the same settings."""
    limits = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {most}" for name, most in settings.max_baskets)
    kinds = ObjectiveModel.model_fields
    tolerances = ", ".join(
        f"{name}: {cell_of(field).write(value)}"
        for (name, field), value in zip(kinds.items(), _objective(settings), strict=True)
        if value is not None
    )
    prices = ", ".join(
        f"{key}: {units.percent(Fraction(getattr(settings.remedies, name), 10_000))}"
        for key, name in REMEDY_KEYS.items()
    )
    lines = [
        f"name: {json.dumps(settings.name, ensure_ascii=False)}",
        f"week_start: {settings.week_start.isoformat()}",
        f"delivery_days: {_days(settings.delivery_weekdays)}",
        f"collection_days: {_days(settings.collection_weekdays)}",
        f"early_collection_days: {_days(settings.early_collection_weekdays)}",
        f"packing_lead_days: {settings.packing_lead_days}",
        f"max_baskets: {{{limits}}}",
        "purchase_budget_eur:"
        + ("" if settings.purchase_budget_cents is None else f" {units.eur(settings.purchase_budget_cents)}"),
        f"walking_limit_m: {settings.walking_limit_m}",
        f"persons_in_6plus: {settings.persons_in_6plus}",
        f"max_variants: {settings.max_variants}",
        f"programmes: {json.dumps(list(settings.programmes), ensure_ascii=False)}",
        f"language: {settings.language}",
        f"travel: {{{_travel_text(settings.travel)}}}",
        f"objective: {{{tolerances}}}",
        f"remedies: {{{prices}}}",
    ]
    return "\n".join(lines) + "\n"


def _travel_text(travel: TravelSettings) -> str:
    known = {"mode": travel.mode, **{key: json.dumps(value, ensure_ascii=False) for key, value in travel.parameters}}
    known |= {key: value for key, value in travel.parameters if key in ("circuity", "speed", "at_once")}
    if travel.hours:
        bands = (
            f'"{units.clock(b.from_s)}-{units.clock(b.until_s)}": {units.kg(b.factor_milli)}' for b in travel.hours
        )
        known |= {"hours": "{" + ", ".join(bands) + "}"}
        known |= {"hours_source": json.dumps(travel.hours_source, ensure_ascii=False)}
    return ", ".join(f"{key}: {value}" for key, value in {**known, "walks": travel.walks}.items())


def _objective(settings: Settings) -> tuple[int | str | None, ...]:
    """Return the inside values in the order of the keys of ``objective:``."""
    given = settings.objective
    return (
        given.fairness_tolerance_bp,
        given.fairness_conceded_to,
        given.walk_tolerance_bp,
        given.waste_tolerance_bp,
        given.farm_spread_tolerance_bp,
        given.food_tolerance_bp,
        given.window_weeks,
        given.max_site_changes,
        given.site_change_cents,
        given.same_time_s,
        given.relay_cents,
        given.routing,
        given.balance,
        given.district_stops,
    )


def _days(weekdays: tuple[int, ...]) -> str:
    return "[" + ", ".join(units.WEEKDAYS[day] for day in weekdays) + "]"


def outlines_text(dataset: Dataset) -> str:
    """Return the outlines of the neighbourhoods as GeoJSON, one feature a line."""
    features = [
        json.dumps(
            {"type": "Feature", "properties": {"neighbourhood_id": name}, "geometry": geometry},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for name, geometry in dataset.outlines
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _write_travel(travel: Travel, folder: Path, driven_pairs: Collection[tuple[str, str]] | None) -> None:
    whole = driven_pairs is None or len(travel.places) <= MOST_PLACES_IN_FULL
    rows = _all_pairs(travel) if whole else _pairs(travel, sorted(set(driven_pairs or ())))
    data = _csv(list(cell_kinds("travel")), rows)
    if len(travel.places) ** 2 > MOST_PLAIN_PAIRS and whole:
        # No file name and no time inside, so that the same table is the same bytes.
        with (folder / "travel.csv.gz").open("wb") as file, gzip.GzipFile("", "wb", 1, file, mtime=0) as packed:
            packed.write(data)
    else:
        (folder / "travel.csv").write_bytes(data)
    if not whole:
        (folder / TRAVEL_DIGEST_FILE).write_text(travel_digest(travel) + "\n", encoding="utf-8", newline="\n")


def _write_travel_heavy(
    tables: tuple[tuple[int, Travel], ...], folder: Path, driven_pairs: Collection[tuple[str, str]] | None
) -> None:
    """Write the tables of heavy vehicles one after the other, by weight; in part where ``travel`` is."""
    rows: list[tuple[int, str, str, int, int]] = []
    for gvw_kg, travel in tables:
        whole = driven_pairs is None or len(travel.places) <= MOST_PLACES_IN_FULL
        driven = (pair for pair in sorted(set(driven_pairs or ())) if travel.driving_s(*pair) != UNREACHABLE)
        rows += [(gvw_kg, *row) for row in (_all_pairs(travel) if whole else _pairs(travel, list(driven)))]
    data = _csv(list(cell_kinds("travel_heavy")), rows)
    if len(rows) > MOST_PLAIN_PAIRS:
        with (folder / "travel_heavy.csv.gz").open("wb") as file, gzip.GzipFile("", "wb", 1, file, mtime=0) as packed:
            packed.write(data)
    else:
        (folder / "travel_heavy.csv").write_bytes(data)


def _all_pairs(travel: Travel) -> Iterable[tuple[str, str, int, int]]:
    """Pairs that can be driven, by origin and destination."""
    for origin, seconds, metres in zip(travel.places, travel.seconds.tolist(), travel.metres.tolist(), strict=True):
        for target, s, m in zip(travel.places, seconds, metres, strict=True):
            if s != UNREACHABLE:
                yield origin, target, s, m


def _pairs(travel: Travel, pairs: list[tuple[str, str]]) -> Iterable[tuple[str, str, int, int]]:
    for origin, target in pairs:
        yield origin, target, travel.driving_s(origin, target), travel.distance_m(origin, target)


def travel_digest(travel: Travel) -> str:
    """Return the SHA-256 of a travel table: place ids as JSON, then seconds and metres as little-endian int32."""
    digest = hashlib.sha256(json.dumps(travel.places, ensure_ascii=False).encode("utf-8"))
    digest.update(travel.seconds.astype("<i4").tobytes())
    digest.update(travel.metres.astype("<i4").tobytes())
    return digest.hexdigest()
