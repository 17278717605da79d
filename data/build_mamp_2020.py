"""Write the tables of the dataset `mamp-2020`: the week of Monday 20 April 2020 in Aix-Marseille-Provence.

Facts with their sources are read from `mamp-2020/facts/`, everything made up from `mamp_2020_choices.py`.
The result is the same on every machine: one seeded generator, exact apportionments, no clock.

Run it from anywhere: ``python data/build_mamp_2020.py [--out FOLDER]``.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mamp_2020_choices as choices

HERE = Path(__file__).resolve().parent
FACTS = HERE / "mamp-2020" / "facts"
METRES_PER_DEGREE = 111_195.0
Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A zone: part of a QPV, its point, and the household sizes of those in need (one entry each)."""

    zone_id: str
    qpv: dict[str, str]
    place: str
    lon: float
    lat: float
    sizes: tuple[int, ...]


def facts(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of facts."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out in proportion to weights, by largest remainder (ties: the first)."""
    weight = math.fsum(weights)
    exact = [total * w / weight for w in weights]
    result = [math.floor(x) for x in exact]
    order = sorted(range(len(weights)), key=lambda i: (result[i] - exact[i], i))
    for i in order[: total - sum(result)]:
        result[i] += 1
    return result


def moved(lon: float, lat: float, metres: float, bearing: float) -> tuple[float, float]:
    """Return the point some metres away in a direction (a share of the full turn)."""
    east, north = metres * math.sin(2 * math.pi * bearing), metres * math.cos(2 * math.pi * bearing)
    scale = math.cos(math.radians(lat))
    return round(lon + east / METRES_PER_DEGREE / scale, 6), round(lat + north / METRES_PER_DEGREE, 6)


def distance_m(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Return the straight-line distance in metres (plane, good to a few per mille here)."""
    east = (to_lon - lon) * math.cos(math.radians((lat + to_lat) / 2))
    return math.hypot(east, to_lat - lat) * METRES_PER_DEGREE


# --- need ------------------------------------------------------------------------------------------------------------


def household_sizes(qpv: dict[str, str]) -> list[float]:
    """Return the shares of households of 1 … 6 (or more) persons in a QPV.

    The share of single persons is the read one where there is one (else the Poisson share for the mean); sizes
    2 to 6 fall or rise by a constant ratio, found by bisection so that the mean is the one read.
    """
    mean = choices.MISREAD_HOUSEHOLD_SIZE.get(qpv["code"], float(qpv["persons_per_household_2010"]))
    misread = qpv["code"] in choices.MISREAD_HOUSEHOLD_SIZE
    read = "" if misread else qpv["single_person_households_pct_2010"]
    single = float(read) / 100 if read else math.exp(1 - mean)
    mean_of_others = min(max((mean - single) / (1 - single), 2.05), 5.5)
    low, high = 0.01, 10.0
    for _ in range(60):
        ratio = (low + high) / 2
        weights = [ratio**k for k in range(5)]
        value = math.fsum(w * (k + 2) for k, w in enumerate(weights)) / math.fsum(weights)
        low, high = (ratio, high) if value < mean_of_others else (low, ratio)
    total = math.fsum(weights)
    return [single, *((1 - single) * w / total for w in weights)]


def need_weights(qpv: dict[str, str]) -> list[float]:
    """Return, for sizes 1 … 6, the weight of the poor households of a QPV that ask for a basket."""
    misread = choices.MISREAD_HOUSEHOLD_SIZE.get(qpv["code"])
    households = int(qpv["population"]) / misread if misread else float(qpv["households_est"])
    poor = households * float(qpv["poverty_rate"]) / 100
    return [poor * share * choices.ENROLMENT[size] for size, share in enumerate(household_sizes(qpv), start=1)]


def parts_of(qpvs: list[dict[str, str]]) -> list[Part]:
    """Return the zones of all QPV with their households in need, dealt out evenly within a QPV."""
    points: dict[str, list[dict[str, str]]] = {}
    for point in facts("qpv_inner_points"):
        points.setdefault(point["code"], []).append(point)
    weights = [need_weights(q) for q in qpvs]
    needs = apportion(choices.NEED_BASKETS, [math.fsum(w) for w in weights])
    parts = []
    for qpv, weight, need in zip(qpvs, weights, needs, strict=True):
        sizes = [s for s, n in enumerate(apportion(need, weight), start=1) for _ in range(n)]
        here = points[qpv["code"]]
        if int(qpv["population"]) > len(here) * choices.ZONE_RESIDENTS:
            raise ValueError(f"{qpv['code']} needs more points: a zone has at most {choices.ZONE_RESIDENTS} residents")
        for i, point in enumerate(here):
            parts.append(
                Part(
                    zone_id=f"{qpv['code']}-{i + 1:02d}",
                    qpv=qpv,
                    place=place_name(qpv, point["postcode"]),
                    lon=float(point["lon"]),
                    lat=float(point["lat"]),
                    sizes=tuple(sizes[i :: len(here)]),
                )
            )
    return parts


def place_name(qpv: dict[str, str], postcode: str) -> str:
    """Return the commune, with the arrondissement in Marseille."""
    if qpv["commune"] != "Marseille":
        return qpv["commune"]
    number = int(postcode[-2:])
    return f"Marseille {number}{'er' if number == 1 else 'e'}"


def territory_tables(qpvs: list[dict[str, str]], parts: list[Part]) -> dict[str, list[Row]]:
    """Return the tables neighbourhoods, zones and households."""
    return {
        "neighbourhoods": [
            {
                "neighbourhood_id": q["code"],
                "name": q["name"],
                "commune": q["commune"],
                "lon": degrees(float(q["lon"])),
                "lat": degrees(float(q["lat"])),
                "population": q["population"],
                "area_ha": q["area_ha"],
                "poverty_rate_pct": q["poverty_rate"],
                "zoning": "QPV 2015",
            }
            for q in qpvs
        ],
        "zones": [
            {
                "zone_id": p.zone_id,
                "neighbourhood_id": p.qpv["code"],
                "lon": degrees(p.lon),
                "lat": degrees(p.lat),
            }
            for p in parts
        ],
        "households": [
            {"zone_id": p.zone_id, "persons_per_household": size, "households": p.sizes.count(size)}
            for p in parts
            for size in range(1, 7)
            if size in p.sizes
        ],
    }


def degrees(value: float) -> str:
    """Write a coordinate with 6 decimals."""
    return f"{value:.6f}"


# --- sites -----------------------------------------------------------------------------------------------------------


def sites_per_part(parts: list[Part]) -> list[int]:
    """Return how many sites each zone gets: one, two where it is a QPV of its own, the rest where need is greatest."""
    whole = {p.qpv["code"] for p in parts if p.zone_id.endswith("-02")}
    counts = [1 + (p.qpv["code"] not in whole and len(p.sizes) >= 40) for p in parts]
    while sum(counts) < choices.SITES:
        load = [len(p.sizes) / n for p, n in zip(parts, counts, strict=True)]
        counts[load.index(max(load))] += 1
    return counts


def placed_sites(parts: list[Part], rng: random.Random) -> list[Row]:
    """Return the sites with their zone and weekly target, without hours: around the zone's point, in opposite directions."""
    rows: list[Row] = []
    numbers: dict[str, int] = {}
    kinds = [kind for kind, share in choices.KINDS for _ in range(share)]
    for part, count in zip(parts, sites_per_part(parts), strict=True):
        turn = rng.random()
        for k in range(count):
            lon, lat = moved(part.lon, part.lat, 60 + 90 * rng.random(), turn + k / count)
            numbers[part.place] = numbers.get(part.place, 0) + 1
            rows.append(
                {
                    "site_id": f"S{len(rows) + 1:03d}",
                    "name": f"Point de distribution {part.place} – {numbers[part.place]:02d}",
                    "kind": kinds[int(rng.random() * len(kinds))],
                    "commune": part.qpv["commune"],
                    "lon": degrees(lon),
                    "lat": degrees(lat),
                    "qpv": part.qpv["code"],
                    "target": choices.COVERAGE_CAPACITY * len(part.sizes) / count,
                }
            )
    return rows


def capacity(target: float, rng: random.Random) -> int:
    """Return the baskets a site takes a day: its weekly target in one visit or two, with a margin, in fives."""
    visits = 1 if target < 24 or rng.random() < 0.6 else 2
    margin = 1.2 + 0.3 * rng.random()
    return min(130, max(15, 5 * math.ceil(target * margin / visits / 5)))


def relay_pairs(sites: list[Row]) -> dict[str, str]:
    """Return the relay of each relayed site: the last site of a QPV is supplied through the first of another."""
    first: dict[object, str] = {}
    last: dict[object, str] = {}
    for site in sites:
        first.setdefault(site["qpv"], str(site["site_id"]))
        last[site["qpv"]] = str(site["site_id"])
    return {last[relayed]: first[relay] for relay, others in choices.RELAYS for relayed in others}


def with_hours(sites: list[Row], relays: dict[str, str], rng: random.Random) -> dict[str, str]:
    """Return the name of each site's hours, drawn so that the days are about equally busy."""
    load = dict.fromkeys(choices.WEEK.split(), 0.0)
    evenings = 0
    result = {}
    for site in sites:
        site_id, kind = str(site["site_id"]), str(site["kind"])
        options = [h for h in choices.HOURS_OF_KIND[kind] if "evening" not in h or evenings < choices.EVENING_SITES]
        if site_id in relays.values():
            options = [choices.RELAY_HOURS]
        elif site_id in relays:
            options = [choices.RELAYED_HOURS]
        draws = {hours: busiest(hours, load) * (0.85 + 0.3 * rng.random()) for hours in options}
        best = min(options, key=lambda hours: draws[hours])
        evenings += "evening" in best
        result[site_id] = best
        days = sorted({day for day, _, _ in choices.HOURS[best]})
        for day in days:
            load[day] += float(str(site["target"])) / len(days)
    return result


def busiest(hours: str, load: dict[str, float]) -> float:
    """Return the mean load of the days of some hours (Tuesday and Thursday may carry a tenth more)."""
    days = sorted({day for day, _, _ in choices.HOURS[hours]})
    return math.fsum(load[day] / (1.1 if day in ("tue", "thu") else 1.0) for day in days) / len(days)


def may_relay(sites: list[Row], relays: dict[str, str]) -> dict[str, str]:
    """Return the nearest relay of the sites that could be served through it, the nearest ones first."""
    by_id = {str(s["site_id"]): s for s in sites}
    hubs = sorted(set(relays.values()))
    options = []
    for site in sites:
        if site["site_id"] in relays or site["site_id"] in hubs:
            continue
        far = {
            h: distance_m(*(float(str(x)) for x in (site["lon"], site["lat"], by_id[h]["lon"], by_id[h]["lat"])))
            for h in hubs
        }
        near = min(hubs, key=lambda h: far[h])
        if far[near] <= choices.MAY_RELAY_KM * 1000:
            options.append((round(far[near]), str(site["site_id"]), near))
    return {site_id: hub for _, site_id, hub in sorted(options)[: choices.MAY_RELAY_SITES]}


def site_tables(parts: list[Part], rng: random.Random) -> dict[str, list[Row]]:
    """Return the tables sites and site_hours."""
    sites = placed_sites(parts, rng)
    relays = relay_pairs(sites)
    for site in sites:
        if site["site_id"] in relays.values():
            site["kind"] = "centre social"
        elif site["site_id"] in relays:
            site["kind"] = "association"
        site["max_baskets_per_day"] = capacity(float(str(site["target"])), rng)
    hours = with_hours(sites, relays, rng)
    optional = may_relay(sites, relays)
    rows = [finished_site(site, relays, optional, sites, rng) for site in sites]
    opened = [
        {"site_id": site["site_id"], "weekday": day, "opens": opens, "closes": closes}
        for site in sites
        for day, opens, closes in choices.HOURS[hours[str(site["site_id"])]]
    ]
    return {"sites": rows, "site_hours": opened}


def finished_site(
    site: Row, relays: dict[str, str], optional: dict[str, str], sites: list[Row], rng: random.Random
) -> Row:
    """Return the row of a site with unloading times, access, cold room, minima and relay."""
    site_id, kind = str(site["site_id"]), str(site["kind"])
    supplied = [s for s in sites if relays.get(str(s["site_id"])) == site_id]
    passed_on = sum(int(str(s["max_baskets_per_day"])) for s in supplied)
    vans_only = rng.random() < choices.VANS_ONLY.get(kind, 0.2) and not supplied
    cold = rng.random() < choices.COLD_ROOM or bool(supplied)
    return {key: site[key] for key in ("site_id", "name", "kind", "commune", "lon", "lat", "max_baskets_per_day")} | {
        "unloading_min": 6 + int(rng.random() * 5),
        "unloading_s_per_basket": 6 + 2 * int(rng.random() * 3),
        "largest_vehicle_gvw_kg": 3500 if vans_only else "",
        "cold_storage": "yes" if cold else "no",
        "min_baskets_per_visit": 10,
        "min_baskets_per_week": 10,
        "relay_site_id": relays.get(site_id, ""),
        "may_relay_to": optional.get(site_id, ""),
        "relay_max_baskets": passed_on + 40 if supplied else "",
    }


# --- goods -----------------------------------------------------------------------------------------------------------


def product_rows(produce: dict[str, dict[str, str]]) -> list[Row]:
    """Return the table products: the shelf life is the one in the cold for what is kept there, else the ambient one."""
    rows: list[Row] = []
    for product_id, group, portion, most, cold, _, _ in choices.PRODUCTS:
        read = produce[product_id]
        days = read["shelf_days_cold"] if cold else read["shelf_days_ambient"]
        rows.append(
            {
                "product_id": product_id,
                "name": read["name_fr"].split(" (")[0].capitalize(),
                "group": group,
                "portion_g": portion,
                "crate_kg": read["crate_kg"],
                "shelf_life_days": choices.STRAWBERRY_COLD_DAYS if product_id == "strawberry" else days,
                "needs_cold": "yes" if cold else "no",
                "max_portions_per_basket": most,
            }
        )
    return rows


def farm_rows(rng: random.Random) -> list[Row]:
    """Return the farms, around the points of their communes, with what they grow."""
    communes = {row["insee"]: row for row in facts("farming_communes")}
    rows: list[Row] = []
    for insee, crops in choices.FARMS:
        commune = communes[insee]
        for k, crop in enumerate(crops):
            metres, bearing = choices.FARM_SPREAD_M * (0.2 + 0.8 * rng.random()), rng.random()
            lon, lat = moved(float(commune["lon"]), float(commune["lat"]), metres, bearing)
            early = rng.random() < 0.6
            rows.append(
                {
                    "farm_id": f"E{len(rows) + 1:02d}",
                    "name": f"Exploitation {commune['name'].split(' (')[0]} – {k + 1:02d}",
                    "commune": commune["name"].split(" (")[0],
                    "lon": degrees(lon),
                    "lat": degrees(lat),
                    "opens": "06:00" if early else "07:30",
                    "closes": "13:00" if early else "17:00",
                    "loading_min": 10,
                    "loading_s_per_crate": 4,
                    "delivers": "yes" if crop.endswith("*") else "no",
                    "grows": crop.rstrip("*"),
                }
            )
    return rows


def growers_of(product_id: str, farms: list[Row], rng: random.Random) -> list[str]:
    """Return the farms that offer a product: those of the right kind, each with three chances in four, at least two."""
    able = [str(f["farm_id"]) for f in farms if product_id in choices.GROWS[str(f["grows"])]]
    chosen = [farm_id for farm_id in able if rng.random() < 0.75]
    return chosen if len(chosen) >= 2 else able[:2]


def ready_days(readiness: str, count: int, rng: random.Random) -> list[int]:
    """Draw days after Monday for some lots, by the weights of their kind, in order."""
    days = [day for day, weight in choices.READY[readiness] for _ in range(weight)]
    return [days[int((k + rng.random()) / count * len(days))] for k in range(count)]


def stock_rows(farms: list[Row], produce: dict[str, dict[str, str]], rng: random.Random) -> list[Row]:
    """Return the lots of the week, whole crates, at about the low end of the prices read (nobody else buys)."""
    rows: list[Row] = []
    for product_id, _, _, _, _, tonnes, readiness in choices.PRODUCTS:
        read = produce[product_id]
        growers = growers_of(product_id, farms, rng)
        count = max(4 if readiness == "daily" else 3, round(1.3 * len(growers)), len(growers))
        crates = apportion(
            round(tonnes * 1000 / float(read["crate_kg"])), [0.6 + 0.8 * rng.random() for _ in range(count)]
        )
        low, high = float(read["price_low_eur_kg"]), float(read["price_high_eur_kg"])
        for k, (number, day) in enumerate(zip(crates, ready_days(readiness, count, rng), strict=True)):
            price = low + (high - low) * 0.35 * rng.random()
            rows.append(
                {
                    "lot_id": f"L{len(rows) + 1:03d}",
                    "farm_id": growers[k % len(growers)],
                    "product_id": product_id,
                    "ready_date": (choices.WEEK_START + dt.timedelta(days=day)).isoformat(),
                    "kg": decimal(number * float(read["crate_kg"])),
                    "price_eur_kg": f"{price:.2f}",
                    "best_before": "",
                }
            )
    return rows


def decimal(kg: float) -> str:
    """Write kg without useless zeros."""
    return f"{kg:.3f}".rstrip("0").rstrip(".")


def basket_rows() -> list[Row]:
    """Return the one basket type of 2020: 9 kg for any household."""
    return [
        {
            "basket_id": "panier",
            "name": "Panier de fruits et légumes",
            "programme": "baskets",
            "persons_from": 1,
            "persons_to": 6,
            "target_kg": 9,
            "min_kg": 8.5,
            "max_kg": 9.5,
            "min_products": 7,
            "min_fruit_pct": 15,
            "places": 1,
        }
    ]


# --- hub and fleet ---------------------------------------------------------------------------------------------------


def depot_tables() -> dict[str, list[Row]]:
    """Return the tables depots and depot_stock: the hub at the wholesale market, with a little opening stock."""
    hub = facts("hubs")[0]
    depot: Row = {
        "depot_id": "MIN",
        "name": "Plateforme des Arnavaux (MIN de Marseille)",
        "lon": degrees(float(hub["lon"])),
        "lat": degrees(float(hub["lat"])),
        "opens": "04:00",
        "closes": "20:00",
        **choices.DEPOT,
    }
    stock: list[Row] = [
        {
            "depot_id": "MIN",
            "lot_id": f"H{k:02d}",
            "product_id": product_id,
            "kg": kg,
            "best_before": (choices.WEEK_START + dt.timedelta(days=days)).isoformat(),
        }
        for k, (product_id, kg, days) in enumerate(choices.OPENING_STOCK, start=1)
    ]
    return {"depots": [depot], "depot_stock": stock}


def vehicle_rows() -> list[Row]:
    """Return the table vehicles: payload, weight and costs per km and hour as read, the rest made up."""
    types = {row["id"]: row for row in facts("vehicles")}
    rows: list[Row] = []
    for vehicle_id, type_id, kind, weekdays, start, end, volunteers in choices.FLEET:
        read = types[type_id]
        heavy = float(read["gvw_t"]) > 3.5
        rest = ("4.5", "45") if heavy else ("6", "20")
        rows.append(
            {
                "vehicle_id": vehicle_id,
                "kind": kind,
                "depot_id": "MIN",
                "weekdays": weekdays,
                "shift_start": start,
                "shift_end": end,
                "capacity_kg": read["payload_kg"],
                "capacity_baskets": choices.CAPACITY_BASKETS[type_id],
                "gvw_kg": decimal(1000 * float(read["gvw_t"])),
                "cold": "yes" if read["refrigerated"] == "1" else "no",
                "max_trips": 2 if heavy else 3,
                "eur_per_day": choices.VOLUNTEER_EUR_PER_DAY if volunteers else choices.EUR_PER_DAY[type_id],
                "eur_per_km": read["cost_eur_per_km"],
                "eur_per_h": "0" if volunteers else read["cost_eur_per_hour_driver_included"],
                "speed_factor": 0.9 if heavy else 1,
                "break_after_h": "" if volunteers else rest[0],
                "break_min": "" if volunteers else rest[1],
            }
        )
    return rows


def driver_rows() -> list[Row]:
    """Return the table drivers."""
    return [
        {"weekday": day, "licence": licence, "people": people}
        for day, with_b, with_c in choices.DRIVERS
        for licence, people in (("B", with_b), ("C", with_c))
    ]


SETTINGS = f"""# Made by data/build_mamp_2020.py; see README.md for what is real, derived and made up.
name: Métropole Aix-Marseille-Provence, semaine du 20 avril 2020 (reconstitution)
week_start: {choices.WEEK_START.isoformat()}            # a Monday
delivery_days: [mon, tue, wed, thu, fri]
collection_days: [mon, tue, wed, thu]
early_collection_days: [fri]      # of the week before
packing_lead_days: 1              # collected on day d, packable from d + 1
max_baskets: {choices.MAX_BASKETS}
purchase_budget_eur: {choices.BUDGET_EUR}
walking_limit_m: 1000
persons_in_6plus: 6
max_variants: 2
programmes: [baskets]
language: fr
travel: {{mode: estimate}}
objective: {{}}
"""


def tables() -> dict[str, list[Row]]:
    """Return every table of the dataset, each from a generator of its own (so that a change in one leaves the others)."""
    qpvs = facts("qpv")
    produce = {row["id"]: row for row in facts("produce")}
    parts = parts_of(qpvs)
    farms = farm_rows(random.Random(choices.SEED + 2))
    return {
        **territory_tables(qpvs, parts),
        **site_tables(parts, random.Random(choices.SEED + 1)),
        "products": product_rows(produce),
        "basket_types": basket_rows(),
        "farms": [{key: value for key, value in farm.items() if key != "grows"} for farm in farms],
        "stock": stock_rows(farms, produce, random.Random(choices.SEED + 3)),
        **depot_tables(),
        "vehicles": vehicle_rows(),
        "drivers": driver_rows(),
    }


def write(folder: Path) -> None:
    """Write dataset.yaml and every table into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.yaml").write_text(SETTINGS, encoding="utf-8", newline="\n")
    for name, rows in tables().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main() -> None:
    """Read the folder to write to from the command line, and write."""
    parser = argparse.ArgumentParser(description="Write the tables of the dataset mamp-2020.")
    parser.add_argument("--out", type=Path, default=HERE / "mamp-2020", help="folder (default: data/mamp-2020)")
    write(parser.parse_args().out)


if __name__ == "__main__":
    main()
