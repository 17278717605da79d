"""The choice of sites for people and for the next step: tables, curve, map, and a summary for the terminal."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

from distrib import units
from distrib.io.atomic import write_file, write_folder_atomically
from distrib.io.drawing import Mark, curve_svg, territory_svg
from distrib.io.importing.writing import csv_bytes, table_bytes
from distrib.siting import ChosenSites, catchments_of, loads_of

FILES = (
    *("sites.csv", "site_hours.csv", "catchments.csv", "assignment.csv", "exceptions.csv", "curve.csv"),
    *("curve.svg", "map.svg", "summary.json"),
)
TABLES = ("sites.csv", "site_hours.csv")
"""Tables that ``--apply`` writes into the dataset."""


def write_choice(chosen: ChosenSites, folder: Path, language: str) -> None:
    """Write every file of a choice into a folder of its own, whole or not at all.

    Raises:
        UsageError: when the folder holds files of somebody else, or cannot be written.
    """
    with write_folder_atomically(folder, is_ours=_is_ours) as new:
        for name, content in choice_files(chosen, language).items():
            (new / name).write_bytes(content)


def _is_ours(path: PurePosixPath) -> bool:
    return str(path) in FILES


def apply_choice(chosen: ChosenSites, dataset_folder: Path) -> None:
    """Write the chosen sites and their hours over those of a dataset folder. Raises UsageError when it cannot."""
    for name, content in _tables(chosen).items():
        if name in TABLES:
            write_file(dataset_folder / name, content)


def choice_files(chosen: ChosenSites, language: str) -> dict[str, bytes]:
    """Return every file by name."""
    return {
        **_tables(chosen),
        "assignment.csv": csv_bytes(("zone_id", "site_id", "baskets", "walk_m"), chosen.shares),
        "exceptions.csv": csv_bytes(_EXCEPTION_COLUMNS, (_exception(chosen, z) for z in chosen.exceptions)),
        "curve.csv": csv_bytes(_CURVE_COLUMNS, (_curve_row(p) for p in chosen.curve)),
        "curve.svg": _curve(chosen, language).encode("utf-8"),
        "map.svg": _map(chosen, language).encode("utf-8"),
        "summary.json": (json.dumps(summary(chosen), ensure_ascii=False, indent=1) + "\n").encode("utf-8"),
    }


def _tables(chosen: ChosenSites) -> dict[str, bytes]:
    sites = [
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
            "may_relay_to": (),
        }
        for s in chosen.sites
    ]
    hours = [
        {"site_id": s.site_id, "weekday": o.weekday, "opens": o.opens_s, "closes": o.closes_s}
        for s in chosen.sites
        for o in s.openings
    ]
    catchments = [{"zone_id": c.zone_id, "site_id": c.site_id, "walk_m": c.walk_m} for c in catchments_of(chosen)]
    return {
        "sites.csv": table_bytes("sites", sites),
        "site_hours.csv": table_bytes("site_hours", hours),
        "catchments.csv": table_bytes("catchments", catchments),
    }


_EXCEPTION_COLUMNS = ("zone_id", "why", "candidates_within_limit", "open_within_limit", "nearest_site_id", "walk_m")


def _exception(chosen: ChosenSites, zone: Any) -> tuple[object, ...]:
    why = (
        "no candidate within the walking limit"
        if zone.candidates_near == 0
        else "no open site within the walking limit"
        if zone.open_near == 0
        else "no room within reach for all of its need"
        if zone.without_room
        else "only one candidate within the walking limit"
        if zone.candidates_near == 1
        else "one open site only within the walking limit"
    )
    walk = "" if zone.walk_m is None else zone.walk_m
    return (zone.zone_id, why, zone.candidates_near, zone.open_near, zone.nearest_site or "", walk)


_CURVE_COLUMNS = (
    "sites",
    "need_baskets",
    "covered_baskets",
    "covered_pct",
    "mean_walk_m",
    "mean_walk_bound_m",
    "gap_pct",
)


def _curve_row(p: Any) -> tuple[object, ...]:
    need = max(1, p.need)
    gap = Fraction(p.walk - p.bound, max(1, p.walk))
    return (
        *(p.opened, p.need, p.covered, units.percent(Fraction(p.covered, need), 1)),
        *(
            units.round_half_up(Fraction(p.walk, need)),
            units.round_half_up(Fraction(p.bound, need)),
            units.percent(gap),
        ),
    )


_FOR = {
    "coverage": "any choice",
    "robust coverage": "any choice that covers as much once",
    "walk": "any choice that covers as much",
    "stops": "the sites chosen",
}
"""What the bound of a level holds for."""


def summary(chosen: ChosenSites) -> dict[str, Any]:
    """Return the choice as a record: numbers, levels with bounds and gaps, exceptions, idle candidates."""
    need = int(chosen.problem.need.sum())
    loads = loads_of(chosen)
    return {
        "candidates": len(chosen.problem.capacity),
        "open": len(chosen.sites),
        "sites_in_use": sum(load > 0 for load in loads.values()),
        "zones": len(chosen.zones),
        "need_baskets": need,
        "mean_walk_m": units.round_half_up(Fraction(chosen.siting.level("walk").value, max(1, need))),
        "without_room_baskets": sum(z.without_room for z in chosen.zones),
        "walking_limit_m": chosen.problem.limit_m,
        "counted_as_m_beyond_reach": chosen.problem.beyond_m,
        "levels": [
            {
                "name": level.name,
                "value": level.value,
                "bound": level.bound,
                "unit": level.unit,
                "gap_pct": units.percent(Fraction(level.gap_bp, 10_000)),
                "proven": level.gap_bp == 0,
                "for": _FOR[level.name],
            }
            for level in chosen.siting.levels
        ],
        "exceptions": len(chosen.exceptions),
        "idle_candidates": list(chosen.idle),
    }


_TEXTS = {
    "fr": {
        "head": "{open} sites ouverts sur {candidates} candidats, pour {zones} zones et {need_baskets} paniers",
        "coverage": "Besoin à moins de {limit} m d'un site",
        "robust coverage": "… encore, si un site ferme",
        "walk": "Marche moyenne",
        "stops": "Passages de camion par semaine",
        "bound": "borne {bound}, écart {gap} %",
        "exceptions": "{n} zones sans site assez proche, ou sans place pour tout leur besoin (exceptions.csv)",
        "room": "{n} paniers sans place à portée, comptés pour une marche de {far} m",
        "idle": "{n} candidats sans jour d'ouverture un jour de distribution : {names}",
        "unused": "{n} sites ouverts ne servent à personne : un nombre plus petit suffirait",
        "curve": "Marche moyenne selon le nombre de sites",
        "sites": "sites ouverts",
        "metres": "mètres par panier",
        "map": "Bassins des sites choisis",
        "zone": "zone, taille selon le besoin",
        "far": "zone sans site à moins de {limit} m",
        "site": "site ouvert",
    },
    "en": {
        "head": "{open} sites open of {candidates} candidates, for {zones} zones and {need_baskets} baskets",
        "coverage": "Need within {limit} m of a site",
        "robust coverage": "… still, when one site closes",
        "walk": "Mean walk",
        "stops": "Truck visits a week",
        "bound": "bound {bound}, gap {gap} %",
        "exceptions": "{n} zones without a site near enough, or without room for all of their need (exceptions.csv)",
        "room": "{n} baskets without room within reach, counted as a walk of {far} m",
        "idle": "{n} candidates open on no delivery day: {names}",
        "unused": "{n} open sites serve nobody: a smaller number would do",
        "curve": "Mean walk by number of sites",
        "sites": "open sites",
        "metres": "metres a basket",
        "map": "Catchments of the sites chosen",
        "zone": "zone, sized by need",
        "far": "zone without a site within {limit} m",
        "site": "open site",
    },
}


def choice_text(chosen: ChosenSites, language: str) -> str:
    """Return the choice for the terminal, about ten lines with the curve."""
    t, record = _TEXTS[language], summary(chosen)
    need, colon = max(1, record["need_baskets"]), "\u00a0:" if language == "fr" else ":"
    lines = [t["head"].format(**record)]
    for level in record["levels"]:
        name = t[level["name"]].format(limit=record["walking_limit_m"])
        per = need if level["name"] == "walk" else 1
        value, bound = (units.round_half_up(Fraction(level[key], per)) for key in ("value", "bound"))
        unit = " m" if level["name"] == "walk" else ""
        proof = t["bound"].format(bound=f"{bound}{unit}", gap=level["gap_pct"])
        lines.append(f"  {name}{colon} {value}{unit} ({proof})")
    unused = record["open"] - record["sites_in_use"]
    for key, n in (("exceptions", record["exceptions"]), ("room", record["without_room_baskets"]), ("unused", unused)):
        lines += [f"  {t[key].format(n=n, far=record['counted_as_m_beyond_reach'])}"] if n else []
    if chosen.idle:
        lines.append("  " + t["idle"].format(n=len(chosen.idle), names=", ".join(chosen.idle[:8])))
    if len(chosen.curve) > 1:
        lines.append(f"  {t['curve']}{colon}")
        lines += [f"    {p.opened:>6}  {units.round_half_up(Fraction(p.walk, need)):>6} m" for p in chosen.curve]
    return "\n".join(lines)


def _curve(chosen: ChosenSites, language: str) -> str:
    t = _TEXTS[language]
    need = max(1, int(chosen.problem.need.sum()))
    points = [(p.opened, p.walk / need, f"{p.opened}: {p.walk / need:.0f} m") for p in chosen.curve]
    return curve_svg(points, marked=len(chosen.sites), title=t["curve"], x_label=t["sites"], y_label=t["metres"])


COLOURS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#1f78b4")


def _map(chosen: ChosenSites, language: str) -> str:
    t = _TEXTS[language]
    limit = chosen.problem.limit_m
    loads = loads_of(chosen)
    colours = {s.site_id: COLOURS[i % len(COLOURS)] for i, s in enumerate(chosen.sites)}
    squares = {
        s.site_id: Mark(
            lon_microdeg=s.lon_microdeg,
            lat_microdeg=s.lat_microdeg,
            size=3,
            colour=colours[s.site_id],
            text=f"{s.name} ({s.site_id}): {_masked(loads[s.site_id])}",
        )
        for s in chosen.sites
    }
    most = max((z.need for z in chosen.zones), default=1) or 1
    discs = {}
    for zone, outcome in zip(chosen.dataset.zones, chosen.zones, strict=True):
        colour = "#b2182b" if outcome.open_near == 0 else colours.get(outcome.nearest_site or "", "#888")
        text = f"{zone.zone_id}: {_masked(outcome.need)}, {outcome.walk_m if outcome.walk_m is not None else '>'} m"
        discs[zone.zone_id] = Mark(
            lon_microdeg=zone.lon_microdeg,
            lat_microdeg=zone.lat_microdeg,
            size=1.5 + 6 * (outcome.need / most) ** 0.5,
            colour=colour,
            text=text,
        )
    lines = [(discs[zone], squares[site], colours[site]) for zone, site, _, _ in chosen.shares]
    return territory_svg(
        chosen.dataset,
        title=t["map"],
        discs=[discs[name] for name in sorted(discs)],
        squares=[squares[name] for name in sorted(squares)],
        lines=lines,
        legend=(
            ("#888", "disc", t["zone"]),
            ("#b2182b", "disc", t["far"].format(limit=limit)),
            ("#1f78b4", "square", t["site"]),
        ),
    )


def _masked(households: int) -> str:
    """Return a number of households as text; fewer than 11 are never told."""
    return str(households) if households >= 11 or households == 0 else "< 11"
