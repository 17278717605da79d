"""What each column of a plan's tables means, and the plan folder described as a data package for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from distrib.io.plan_tables import DERIVED, TABLES, Column, Table
from distrib.model.dataset import Dataset

TABLE_MEANINGS: dict[str, str] = {
    "coverage": "What each neighbourhood gets of each programme.",
    "allocation": "Baskets that households of a zone fetch at a site on a date. May be edited by hand.",
    "deliveries": "Baskets of one kind brought for one site in one stop.",
    "stops": "Every stop of every trip, depot rows included. Vehicle and order may be edited by hand.",
    "collections": "Crates of each lot bought and brought to a depot.",
    "recipes": "Portions of each product in one basket of a kind packed at a depot on a date.",
    "packing": "Baskets packed, by depot, date and kind.",
    "stock_ledger": "Stock of each lot at each depot, day by day: opening + in - packed - discarded = closing.",
    "unserved": "What the plan leaves undone, and why.",
    "fairness": "Proof of fairness by neighbourhood and programme.",
    "farms": "What each farm offers in the week and what is bought of it. Follows from the collections; never read back.",
}

_ANYWHERE: dict[str, str] = {
    "programme": "programme (basket types that share one need)",
    "neighbourhood_id": "neighbourhood",
    "name": "its name",
    "commune": "its commune",
    "zone_id": "zone where the households live",
    "site_id": "site",
    "date": "local calendar day",
    "basket_id": "basket type, or recipe variant of it (`family~2`)",
    "baskets": "baskets",
    "kg": "weight",
    "vehicle_id": "vehicle",
    "trip": "number of the trip, from 1 per vehicle and day",
    "arrival": "time of arrival",
    "start": "time service starts; it lies within an opening window of the place",
    "departure": "time of departure, break included",
    "depot_id": "depot",
    "farm_id": "farm",
    "lot_id": "lot: one farm's offer of one product",
    "product_id": "product",
}

_IN_TABLE: dict[str, str] = {
    "farms.offered_kg": "all that its lots of the week hold",
    "farms.bought_kg": "what is bought of them",
    "farms.share_pct": "bought as a share of offered; empty without an offer",
    "farms.eur": "price of what is bought",
    "coverage.households": "households in need that count for the programme",
    "coverage.persons": "persons in those households",
    "coverage.need_baskets": "need: one basket per household, and the rows of `needs`",
    "coverage.coverage_pct": "baskets as a share of need; empty without need",
    "coverage.persons_helped": "persons reached, rounded half up",
    "coverage.limited_by": "what keeps it from getting more, where a re-solve confirmed it",
    "allocation.walk_m": "walking distance from zone to site",
    "deliveries.site_id": "site the baskets are for",
    "deliveries.dropped_at_site_id": "where they are dropped: the site itself or its relay",
    "stops.stop": "number of the stop in its trip, from 0; first and last are the vehicle's depot",
    "stops.place_kind": "kind of place",
    "stops.place_id": "site, farm or depot",
    "stops.arrival": "time of arrival; on a trip's first row the time loading begins",
    "stops.break_min": "break taken there after service",
    "stops.drop_baskets": "baskets unloaded (0 at depots)",
    "stops.drop_kg": "weight unloaded (0 at depots)",
    "stops.pick_kg": "weight loaded at a farm",
    "stops.load_kg": "weight aboard on leaving",
    "stops.km_from_previous": "distance from the stop before (0 on first rows)",
    "stops.min_from_previous": "driving time from the stop before (0 on first rows)",
    "collections.crates": "whole crates taken",
    "collections.eur": "price, rounded half up to the cent",
    "collections.vehicle_id": "vehicle that fetches them; empty when the farm delivers",
    "collections.trip": "its trip; empty when the farm delivers",
    "recipes.portions": "portions in each basket",
    "recipes.g": "weight of the product in each basket",
    "packing.kg": "weight of all of them",
    "stock_ledger.opening_kg": "stock in the morning",
    "stock_ledger.in_kg": "brought that day",
    "stock_ledger.packed_kg": "packed that day",
    "stock_ledger.discarded_kg": "discarded that evening, on the lot's last usable day",
    "stock_ledger.closing_kg": "stock in the evening",
    "stock_ledger.last_use_date": "last day it may be packed; empty: it keeps",
    "unserved.kind": "need (a zone's, by programme), site (no delivery all week) or lot (usable kg not bought)",
    "unserved.id": "zone, site or lot",
    "unserved.programme": "of an unserved need",
    "unserved.date": "when it concerns one day",
    "unserved.quantity": "how much",
    "unserved.unit": "baskets or kg",
    "unserved.reason": "cause that a re-solve confirmed, else empty",
    "unserved.explanation": "the cause in a sentence",
    "unserved.remedy": "what would change it",
    "fairness.bound_baskets": "the neighbourhood's baskets in the leximin of the relaxation",
    "fairness.proven": "whether it gets at least the whole part of that",
    "fairness.gap_baskets": "baskets missing to that whole part",
    "fairness.lacking_rule": "rule that the relaxation lacks and that explains the gap",
    "fairness.binding": "limits that bind its level in the relaxation",
    "fairness.cut": "its level by hand: (limits in baskets - what lower levels have of them) / households × priority; empty when more than need, sites and programme bind",
}

UNITS: dict[str, str] = {
    "kg": "kg",
    "km": "km",
    "eur": "EUR",
    "minutes": "min",
    "percent": "%",
    "microbaskets": "baskets",
    "clock": "HH:MM:SS, local time",
    "date": "YYYY-MM-DD",
}
"""Unit by kind of cell; others have none beyond their name."""


def meaning(table: Table, column: Column) -> str:
    """Return what a column means, in English. Raises KeyError for one that nobody has described."""
    special = _IN_TABLE.get(f"{table.name}.{column.name}")
    return special if special is not None else _ANYWHERE[column.name]


def unit(column: Column) -> str:
    """Return the unit of a column, empty when its name says all."""
    if column.name == "walk_m":
        return "m"
    if column.name == "g":
        return "g"
    return UNITS.get(column.kind.expects, "")


def write_data_package(folder: Path, dataset: Dataset) -> None:
    """Write ``datapackage.json`` (Frictionless) with a Table Schema for every table of the plan."""
    package = {
        "profile": "tabular-data-package",
        "name": f"distrib-plan-{dataset.settings.week_start.isoformat()}",
        "title": dataset.settings.name,
        "resources": [_resource(table) for table in (*TABLES, *DERIVED)],
    }
    text = json.dumps(package, indent=2, ensure_ascii=False)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8", newline="")


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.file_name,
        "description": TABLE_MEANINGS[table.name],
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {"fields": [_field(table, column) for column in table.columns], "missingValues": [""]},
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    kind, form = column.kind.schema
    field: dict[str, Any] = {"name": column.name, "type": kind, "format": form, "description": meaning(table, column)}
    shown = unit(column)
    if shown:
        field["description"] += f" ({shown})"
    if column.kind.choices:
        field["constraints"] = {"enum": [choice for choice in column.kind.choices if choice]}
    return field
