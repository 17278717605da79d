"""What the map shows, as plain values for its script: places, tours with their stops, coverage, unserved."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from distrib import units
from distrib.io.labels import section, text
from distrib.io.map_background import background_lines
from distrib.io.map_legs import ways
from distrib.io.map_outlines import outline_rings
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import CollectionRow, CoverageRow, DeliveryRow, Plan, StopRow, UnservedRow

Record = dict[str, Any]
DEFAULT_RADIUS_M = 150


def map_data(dataset: Dataset, plan: Plan, language: str) -> Record:
    """Return everything the map's script needs: lists, dictionaries, text and numbers only.

    Places are told by their index in ``sites``, ``farms`` and ``depots``, dates by their index in ``dates``.
    Latitudes and longitudes are degrees with 5 decimals, weights grams, times ``HH:MM`` (arrivals rounded up,
    departures down).
    """
    dates = sorted({row.date for row in plan.stops} | {row.date for row in plan.collections})
    index = _Index(dataset, dates)
    return {
        "lang": language,
        "labels": section("map.js.", language),
        "dates": [date.isoformat() for date in dates],
        "programmes": list(dataset.programmes),
        "types": _type_names(dataset, plan, language),
        "products": {product.product_id: product.name for product in dataset.products},
        "hoods": _hoods(dataset, plan, index, language),
        "outlines": _outlines(dataset, index),
        "ground": background_lines(dataset),
        "sites": _sites(dataset, plan, index, language),
        "farms": [
            {"i": farm.farm_id, "n": farm.name, "c": farm.commune, **_at(farm.lat_microdeg, farm.lon_microdeg)}
            for farm in dataset.farms
        ],
        "depots": [
            {"i": depot.depot_id, "n": depot.name, **_at(depot.lat_microdeg, depot.lon_microdeg)}
            for depot in dataset.depots
        ],
        "vehicles": [{"i": v.vehicle_id, "k": v.kind, "p": index.depot[v.depot_id]} for v in dataset.vehicles],
        "tours": _tours(dataset, plan, index),
        "brought": [
            [index.date[r.date], index.farm[r.farm_id], r.product_id, r.crates, r.load_g, index.depot[r.depot_id]]
            for r in plan.collections
            if not r.vehicle_id
        ],
        "recipes": _recipes(plan, index),
        "unserved": [_unserved(dataset, row, index, language) for row in plan.unserved],
    }


class _Index:
    """Positions of places and dates in the lists of the page."""

    def __init__(self, dataset: Dataset, dates: list[dt.date]) -> None:
        self.date = {date: i for i, date in enumerate(dates)}
        self.hood = {hood.neighbourhood_id: i for i, hood in enumerate(dataset.neighbourhoods)}
        self.site = {site.site_id: i for i, site in enumerate(dataset.sites)}
        self.farm = {farm.farm_id: i for i, farm in enumerate(dataset.farms)}
        self.depot = {depot.depot_id: i for i, depot in enumerate(dataset.depots)}
        self.vehicle = {vehicle.vehicle_id: i for i, vehicle in enumerate(dataset.vehicles)}

    def place(self, row: StopRow) -> int:
        return {"site": self.site, "farm": self.farm, "depot": self.depot}[row.place_kind][row.place_id]


def _at(lat_microdeg: int, lon_microdeg: int) -> Record:
    return {"y": round(lat_microdeg / 1e6, 5), "x": round(lon_microdeg / 1e6, 5)}


def _type_names(dataset: Dataset, plan: Plan, language: str) -> dict[str, str]:
    kinds = {basket.basket_id for basket in dataset.basket_types} | {row.basket_id for row in plan.packing}
    return {kind: basket_name(dataset, kind, language) for kind in sorted(kinds)}


def _hoods(dataset: Dataset, plan: Plan, index: _Index, language: str) -> list[Record]:
    cells = {(row.programme, row.neighbourhood_id): row for row in plan.coverage}
    sites: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in plan.allocation:
        sites[row.neighbourhood_id][index.site[row.site_id]] += row.baskets
    return [
        {
            "i": hood.neighbourhood_id,
            "n": hood.name,
            "c": hood.commune,
            **_at(hood.lat_microdeg, hood.lon_microdeg),
            "r": DEFAULT_RADIUS_M if hood.area_m2 is None else round(math.sqrt(hood.area_m2 / math.pi)),
            "p": [_coverage(cells.get((p, hood.neighbourhood_id)), language) for p in dataset.programmes],
            "s": sorted(sites[hood.neighbourhood_id].items(), key=lambda cell: (-cell[1], cell[0])),
        }
        for hood in dataset.neighbourhoods
    ]


def _coverage(row: CoverageRow | None, language: str) -> list[Any]:
    if row is None:
        return [0, 0, None, 0, ""]
    percent = None if row.coverage is None else float(units.percent(row.coverage))
    return [row.need_baskets, row.baskets, percent, row.persons_helped, text(f"reason.{row.limited_by}", language)]


def _outlines(dataset: Dataset, index: _Index) -> dict[str, Any]:
    rings = outline_rings(dataset)
    return {str(index.hood[hood_id]): polygons for hood_id, polygons in sorted(rings.items())}


def _sites(dataset: Dataset, plan: Plan, index: _Index, language: str) -> list[Record]:
    missed = {row.id: row for row in plan.unserved if row.kind == "site"}
    found = []
    for site in dataset.sites:
        record: Record = {"i": site.site_id, "n": site.name, "k": site.kind, "c": site.commune}
        record |= _at(site.lat_microdeg, site.lon_microdeg)
        if site.relay_site_id:
            record["relay"] = index.site[site.relay_site_id]
        if site.site_id in missed:
            row = missed[site.site_id]
            record["u"] = _sentence(text(f"reason.{row.reason}", language), row.explanation)
        found.append(record)
    return found


def _sentence(*parts: str) -> str:
    return " – ".join(part for part in parts if part)


def _tours(dataset: Dataset, plan: Plan, index: _Index) -> list[Record]:
    dropped, picked = _cargo(plan)
    way_of = ways(dataset)
    before = ""
    tours: dict[tuple[dt.date, str], dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(plan.stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop)):
        stops = tours[row.date, row.vehicle_id][row.trip]
        way = way_of.get((row.vehicle_id, before, row.place_id)) if stops else None
        stops.append(_stop(row, index, dropped, picked) | ({"w": way} if way else {}))
        before = row.place_id
    return [
        {"d": index.date[date], "v": index.vehicle[vehicle], "t": [[n, stops] for n, stops in sorted(trips.items())]}
        for (date, vehicle), trips in sorted(tours.items())
    ]


Dropped = Mapping[tuple[dt.date, str, int, str], list[DeliveryRow]]
Picked = Mapping[tuple[dt.date, str, int, str], list[CollectionRow]]


def _cargo(plan: Plan) -> tuple[Dropped, Picked]:
    dropped: dict[tuple[dt.date, str, int, str], list[DeliveryRow]] = defaultdict(list)
    picked: dict[tuple[dt.date, str, int, str], list[CollectionRow]] = defaultdict(list)
    for drop in plan.deliveries:
        dropped[drop.date, drop.vehicle_id, drop.trip, drop.dropped_at_site_id].append(drop)
    for pick in plan.collections:
        picked[pick.date, pick.vehicle_id, pick.trip, pick.farm_id].append(pick)
    return dropped, picked


def _stop(row: StopRow, index: _Index, dropped: Dropped, picked: Picked) -> Record:
    key = (row.date, row.vehicle_id, row.trip, row.place_id)
    drops = dropped.get(key, []) if row.place_kind == "site" else []
    if any(drop.arrival_s == row.arrival_s for drop in drops):  # a place may be visited twice on one trip
        drops = [drop for drop in drops if drop.arrival_s == row.arrival_s]
    record: Record = {
        "k": row.place_kind[0],
        "p": index.place(row),
        "a": units.clock_for_people(row.arrival_s, up=True),
        "e": units.clock_for_people(row.departure_s, up=False),
        "g": row.load_g,
    }
    optional = {
        "r": row.break_s // 60,
        "n": row.drop_baskets,
        "o": row.drop_g,
        "q": row.pick_g,
        "x": [[index.site[d.site_id], d.basket_id, d.baskets, d.load_g] for d in drops],
        "l": [[p.product_id, p.crates, p.load_g] for p in picked.get(key, []) if row.place_kind == "farm"],
    }
    return record | {name: value for name, value in optional.items() if value}


def _recipes(plan: Plan, index: _Index) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in plan.recipes:
        if row.date in index.date:
            key = f"{index.date[row.date]}|{index.depot[row.depot_id]}|{row.basket_id}"
            found[key].append([row.product_id, row.portions, row.recipe_g])
    return dict(sorted(found.items()))


def _unserved(dataset: Dataset, row: UnservedRow, index: _Index, language: str) -> Record:
    record: Record = {
        "k": row.kind,
        "i": row.id,
        "q": row.quantity,
        "u": row.unit,
        "r": text(f"reason.{row.reason}", language),
        "w": row.explanation,
        "m": row.remedy,
    }
    if row.kind == "site":
        record["p"] = index.site[row.id]
    elif row.kind == "need":
        record["p"] = index.hood[dataset.zone_by_id[row.id].neighbourhood_id]
        record["g"] = row.programme
    else:
        lot = dataset.lot_by_id.get(row.id) or next(s for s in dataset.depot_stock if s.lot_id == row.id)
        record["n"] = dataset.product_by_id[lot.product_id].name
        if row.id in dataset.lot_by_id:
            record["p"] = index.farm[dataset.lot_by_id[row.id].farm_id]
    return record


def basket_name(dataset: Dataset, basket_id: str, language: str) -> str:
    """Return the name of a basket type, or of a recipe variant of it, for people."""
    name = dataset.basket_type_by_id[type_of(basket_id)].name
    variant = basket_id.partition("~")[2]
    return text("basket.variant", language, name=name, n=variant) if variant else name
