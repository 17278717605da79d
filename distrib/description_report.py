"""``distrib describe``: the description of a dataset as text, record, tables and map."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from distrib import units
from distrib.describing import LIMIT_NAMES, SECRET_BELOW, Description, masked
from distrib.io.atomic import write_folder_atomically
from distrib.io.drawing import Mark, territory_svg
from distrib.io.importing.writing import csv_bytes
from distrib.model.territory import Site, Zone

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("neighbourhoods.csv", "zones.csv", "sites.csv", "limits.csv", "tight_spots.csv", "map.svg")


def description_text(description: Description, language: str, most: int = 12) -> str:
    """Return the description for the terminal: need against each limit, then the tightest spots."""
    fr = language == "fr"
    data = description.dataset
    lines = [
        f"{data.settings.name} : {description.total_need} {'paniers de besoin' if fr else 'baskets of need'}, "
        f"{len(data.zones)} zones, {len(data.sites)} sites",
    ]
    for limit in description.limits:
        if limit.date is None:
            name = LIMIT_NAMES[limit.name][0 if fr else 1]
            value = "-" if limit.baskets is None else str(limit.baskets)
            share = _share(limit.baskets, description.total_need)
            lines.append(f"  {name:<28} {value:>8}  {share:>8}")
    walks = sorted((near[0][1], zone.zone_id) for zone in data.zones if (near := description.near(zone)))
    if walks:
        middle, farthest = walks[len(walks) // 2], walks[-1]
        lines.append(
            f"  {'Marche au site le plus proche : médiane' if fr else 'Walk to the nearest site: median'} {middle[0]} m, "
            f"{'au plus' if fr else 'at most'} {farthest[0]} m ({farthest[1]})"
        )
    spots = description.tight_spots
    lines.append("  " + ("Points de tension" if fr else "Tight spots") + f" : {len(spots)}")
    lines += [f"    {spot.text[language]}" for spot in spots[:most]]
    lines += [f"    … + {len(spots) - most}"] if len(spots) > most else []
    return "\n".join(lines)


def _share(part: int | None, whole: int) -> str:
    return "" if part is None or whole == 0 else f"{units.percent(Fraction(part, whole), 0)} %"


def description_record(description: Description, language: str) -> dict[str, object]:
    """Return the description as a record for programs."""
    return {
        "need_baskets": description.total_need,
        "limits": [
            {"name": x.name, "date": "" if x.date is None else x.date.isoformat(), "baskets": x.baskets}
            for x in description.limits
        ],
        "tight_spots": [
            {
                "kind": s.kind,
                "id": s.id,
                "short_baskets": s.short if s.short >= SECRET_BELOW else None,
                "text": s.text[language],
            }
            for s in description.tight_spots
        ],
    }


def write_description(description: Description, folder: Path, language: str) -> None:
    """Write the tables and the map into a folder of their own, whole or not at all.

    Raises:
        UsageError: when the folder holds files of somebody else, or cannot be written.
    """
    with write_folder_atomically(folder, is_ours=_is_ours) as new:
        for name, content in description_files(description, language).items():
            (new / name).write_bytes(content)


def _is_ours(path: PurePosixPath) -> bool:
    return str(path) in FILES


def description_files(description: Description, language: str) -> dict[str, bytes]:
    """Return every file by name; counts of fewer than 11 households are written ``<11``."""
    limits = [
        (
            x.name,
            "" if x.date is None else x.date.isoformat(),
            "" if x.baskets is None else x.baskets,
            description.total_need,
        )
        for x in description.limits
    ]
    spots = [(s.kind, s.id, masked(s.short) if s.short else "", s.text[language]) for s in description.tight_spots]
    return {
        "neighbourhoods.csv": csv_bytes(_HOOD_COLUMNS, _hood_rows(description)),
        "zones.csv": csv_bytes(_ZONE_COLUMNS, _zone_rows(description)),
        "sites.csv": csv_bytes(_SITE_COLUMNS, _site_rows(description)),
        "limits.csv": csv_bytes(("limit", "date", "baskets_at_most", "need_baskets"), limits),
        "tight_spots.csv": csv_bytes(("kind", "id", "baskets_at_stake", "text"), spots),
        "map.svg": _map(description, language).encode("utf-8"),
    }


_HOOD_COLUMNS = (
    *("neighbourhood_id", "name", "commune", "population", "zones", "need_baskets", "need_per_1000_residents"),
    *("sites", "mean_walk_m", "farthest_walk_m", "site_places_within_reach", "places_found"),
)


def _hood_rows(d: Description) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for hood in d.dataset.neighbourhoods:
        zones = d.zones_of(hood.neighbourhood_id)
        need = sum(d.need[z.zone_id] for z in zones)
        walks = [(near[0][1], d.need[z.zone_id]) for z in zones if (near := d.near(z))]
        sites = sorted({site for z in zones for site, _ in d.near(z)})
        weight = sum(n for _, n in walks)
        mean = units.round_half_up(Fraction(sum(w * n for w, n in walks), weight)) if weight else ""
        text = d.shown_need[f"n:{hood.neighbourhood_id}"]
        shown = text.isdecimal()
        rows.append(
            (
                *(hood.neighbourhood_id, hood.name, hood.commune),
                *("" if hood.population is None else hood.population, len(zones), text),
                units.round_half_up(Fraction(need * 1000, hood.population)) if shown and hood.population else "",
                *(len(sites), mean, max((w for w, _ in walks), default="")),
                *(sum(d.room[s] for s in sites), sum(d.housed[0][z.zone_id] for z in zones) if shown else ""),
            )
        )
    return rows


_ZONE_COLUMNS = (
    *("zone_id", "neighbourhood_id", "need_baskets", "nearest_site_id", "walk_m", "sites"),
    *("site_places_within_reach", "places_found"),
)


def _zone_rows(d: Description) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for zone in d.dataset.zones:
        near = d.near(zone)
        nearest = near[0] if near else ("", "")
        text = d.shown_need[f"z:{zone.zone_id}"]
        found = d.housed[0][zone.zone_id] if text.isdecimal() else ""
        room = sum(d.room[site] for site, _ in near)
        rows.append((zone.zone_id, zone.neighbourhood_id, text, *nearest, len(near), room, found))
    return rows


_SITE_COLUMNS = ("site_id", "name", "places_a_week", "zones", "need_baskets_within_reach", "zones_without_another_site")


def _site_rows(d: Description) -> list[tuple[object, ...]]:
    zones: dict[str, list[str]] = defaultdict(list)
    alone: dict[str, int] = defaultdict(int)
    for zone in d.dataset.zones:
        near = d.near(zone)
        for site, _ in near:
            zones[site].append(zone.zone_id)
        if len(near) == 1:
            alone[near[0][0]] += 1
    return [
        (
            s.site_id,
            s.name,
            d.room[s.site_id],
            len(zones[s.site_id]),
            masked(sum(d.need[z] for z in zones[s.site_id])),
            alone[s.site_id],
        )
        for s in d.dataset.sites
    ]


def _map(d: Description, language: str) -> str:
    fr = language == "fr"
    limit = d.dataset.settings.walking_limit_m
    most = max(d.need.values(), default=1) or 1
    housed, _ = d.housed
    discs = []
    for zone in d.dataset.zones:
        need, near = d.need[zone.zone_id], d.near(zone)
        far = not near or near[0][1] > limit
        short = housed[zone.zone_id] < d.places[zone.zone_id]
        colour = "#b2182b" if far else "#ef8a62" if short else "#67a9cf"
        walk = f"{near[0][1]} m" if near else "-"
        discs.append(
            _mark(
                zone,
                1.5 + 6.5 * (need / most) ** 0.5,
                colour,
                f"{zone.zone_id}: {d.shown_need[f'z:{zone.zone_id}']}, {walk}",
            )
        )
    squares = [_mark(s, 3, "#2b2b2b", f"{s.name} ({s.site_id}): {d.room[s.site_id]}") for s in d.dataset.sites]
    return territory_svg(
        d.dataset,
        title=("Besoin et sites : " if fr else "Need and sites: ") + d.dataset.settings.name,
        discs=discs,
        squares=squares,
        legend=(
            ("#67a9cf", "disc", "zone, taille selon le besoin" if fr else "zone, sized by need"),
            ("#ef8a62", "disc", "sans place pour tout son besoin" if fr else "without room for all of its need"),
            ("#b2182b", "disc", f"aucun site à moins de {limit} m" if fr else f"no site within {limit} m"),
            ("#2b2b2b", "square", "site"),
        ),
    )


def _mark(place: Zone | Site, size: float, colour: str, text: str) -> Mark:
    return Mark(lon_microdeg=place.lon_microdeg, lat_microdeg=place.lat_microdeg, size=size, colour=colour, text=text)
