"""``distrib import places``: candidate sites from any list of places."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from pydantic_core import PydanticCustomError

from distrib.io.importing.columns import KNOWN, find_columns
from distrib.io.importing.layers import Source, read_layer, texts
from distrib.io.importing.report import Report
from distrib.io.importing.territory import GEOD, Territory, distances_m, metric
from distrib.io.importing.writing import IMPORTS, csv_bytes
from distrib.io.schema import cell_kinds
from distrib.units import WEEKDAYS, degrees, seconds_of_clock

CANDIDATES_FILE = f"{IMPORTS}/candidates.csv"
CHOICES = ("", "fixed", "forbidden")
SITE_VALUES = ("max_baskets_per_day", "unloading_min", "largest_vehicle_gvw_kg", "cold_storage")
DEFAULTS = {
    "max_baskets_per_day": "60",
    "unloading_min": "10",
    "cold_storage": "no",
    "hours": "tue 09:00-12:00 thu 09:00-12:00",
}
"""What a candidate gets where neither the file nor ``--set`` says it: to be asked of every site before planning."""

_HOURS = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s+(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_LIKENESS = 0.84

AT_BORDER_M = 200
"""Places this near outside a boundary are kept and said: published boundaries are drawn no finer along a shore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that could be a site; ``values`` holds checked texts of site columns, ``hours`` (weekday, opens, closes)."""

    site_id: str
    name: str
    kind: str
    commune: str
    address: str
    lon_microdeg: int
    lat_microdeg: int
    values: tuple[tuple[str, str], ...]
    hours: tuple[tuple[str, str, str], ...]
    choice: str = ""
    nearest: str = ""
    distance_m: int = 0


CANDIDATE_COLUMNS = (
    *("site_id", "name", "kind", "commune", "address", "lon", "lat", *SITE_VALUES),
    *("hours", "choice", "nearest_neighbourhood_id", "distance_m"),
)


def candidates_bytes(candidates: Sequence[Candidate]) -> bytes:
    """Return ``imports/candidates.csv``."""
    return csv_bytes(CANDIDATE_COLUMNS, (_cells(candidate) for candidate in candidates))


def _cells(c: Candidate) -> list[object]:
    values = dict(c.values)
    place = [degrees(c.lon_microdeg), degrees(c.lat_microdeg)]
    hours = " ".join(f"{day} {opens}-{closes}" for day, opens, closes in c.hours)
    sizes = [values.get(name, "") for name in SITE_VALUES]
    return [c.site_id, c.name, c.kind, c.commune, c.address, *place, *sizes, hours, c.choice, c.nearest, c.distance_m]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoices:
    """``within_m``: farthest from a neighbourhood (None: any); ``same_within_m``: two alike places are one."""

    within_m: int | None = None
    same_within_m: int = 50


def import_places(
    source: Source,
    territory: Territory,
    outlines: Mapping[str, Any],
    choices: PlaceChoices,
    report: Report,
) -> tuple[Candidate, ...]:
    """Return the candidate sites of a file, sorted by id.

    Dropped and said: places without a position, outside the territory (the sea is outside), too far from any
    neighbourhood, and near-identical ones: at most ``same_within_m`` apart with alike names, or at the same spot.
    A single place whose axes are exchanged is put in order when only that brings it into the territory.

    Args:
        source: the file and its mapping; ``values`` of the mapping fill what the file does not say.
        territory: communes (matched by the place's own commune) or boundary.
        outlines: shapes of the neighbourhoods by id, {} when there are none.
        choices: distances.
        report: receives everything kept, dropped and repaired.

    Raises:
        BadInputError: when the file cannot be read, or holds values that no site can have.
    """
    box = territory.box or _box_of(outlines)
    frame = read_layer(replace(source, near=box), report)
    found = find_columns(frame.columns, KNOWN["places"], source.mapping.columns, report)
    report.raise_if_faulty()
    columns = {target: texts(frame, found.get(target)) for target in KNOWN["places"]}
    rows = [{target: cells[i] for target, cells in columns.items()} for i in range(len(frame))]
    placed = _placed(rows, frame.geometry.to_numpy(), report)
    kept = _inside(placed, territory, box, report)
    kept = _near(kept, outlines, choices, report)
    kept = _distinct(kept, choices.same_within_m, report)
    candidates = [_candidate(row, source.mapping.values, report) for row in kept]
    report.raise_if_faulty()
    if not candidates:
        raise report.refuse("nothing_left")
    candidates = _own_ids(candidates, report)
    report.kept["candidates"] = len(candidates)
    return tuple(sorted(candidates, key=lambda c: c.site_id))


Row = dict[str, Any]


def _box_of(outlines: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    if not outlines:
        return None
    west, south, east, north = shapely.total_bounds([outlines[name] for name in sorted(outlines)]).tolist()
    return west, south, east, north


def _placed(rows: list[Row], shapes: Any, report: Report) -> list[Row]:
    """Return the rows with a position (``lon``, ``lat``: that of areas is inside them) and a name."""
    kept = []
    for i, (row, shape) in enumerate(zip(rows, shapes, strict=True), start=1):
        if not row["name"]:
            row["name"] = f"{row['kind'] or 'Lieu'} {i}"
            report.add("place_without_name", value=i)
        if shape is None or shape.is_empty:
            report.add("place_without_position", value=row["name"])
            continue
        point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
        kept.append({**row, "number": i, "lon": float(point.x), "lat": float(point.y)})
    return kept


def _inside(rows: list[Row], territory: Territory, box: Any, report: Report) -> list[Row]:
    """Return the rows in the territory; a row that is in it only with its axes exchanged is put in order."""
    kept, outside = [], []
    for row in rows:
        if box is not None and not _in_box(row["lon"], row["lat"], box) and _in_box(row["lat"], row["lon"], box):
            row["lon"], row["lat"] = row["lat"], row["lon"]
            report.add("place_swapped", value=row["name"])
        wanted = {"_".join(_words(c)) for c in territory.communes}
        if wanted and row["commune"] and "_".join(_words(row["commune"])) not in wanted:
            outside.append(row["name"])
        elif territory.area is not None and (metres := _metres_to(territory.area, row)) > 0:
            at_border = metres <= AT_BORDER_M
            away = f"{metres / 1000:.1f}"
            report.add("place_at_border" if at_border else "place_outside", value=row["name"], metres=metres, km=away)
            kept += [row] if at_border else []
        else:
            kept.append(row)
    if outside:
        report.add("outside_territory", value=", ".join(outside[:8]), count=len(outside))
    return kept


def _in_box(lon: float, lat: float, box: tuple[float, float, float, float]) -> bool:
    margin = 0.2
    return box[0] - margin <= lon <= box[2] + margin and box[1] - margin <= lat <= box[3] + margin


def _metres_to(area: Any, row: Row) -> int:
    """Return whole metres along the ground from a place to an area, 0 inside it."""
    point = shapely.Point(row["lon"], row["lat"])
    if shapely.contains(area, point):
        return 0
    (x, y), _ = shapely.shortest_line(area, point).coords
    metres: int = round(GEOD.inv(x, y, point.x, point.y)[2])
    return max(1, metres)


def _near(rows: list[Row], outlines: Mapping[str, Any], choices: PlaceChoices, report: Report) -> list[Row]:
    """Return the rows with their nearest neighbourhood and its distance, without those that are too far."""
    if not outlines or not rows:
        return [{**row, "nearest": "", "distance_m": 0} for row in rows]
    names = sorted(outlines)
    nearest, metres = distances_m([r["lon"] for r in rows], [r["lat"] for r in rows], [outlines[n] for n in names])
    kept = []
    for row, n, distance in zip(rows, nearest.tolist(), metres.tolist(), strict=True):
        if choices.within_m is not None and distance > choices.within_m:
            report.add("place_far", value=row["name"], km=f"{distance / 1000:.1f}")
        else:
            kept.append({**row, "nearest": names[n], "distance_m": distance})
    return kept


def _distinct(rows: list[Row], same_within_m: int, report: Report) -> list[Row]:
    """Return the rows without those that are the same place as an earlier one."""
    if not rows or same_within_m <= 0:
        return rows
    points, _ = metric(shapely.points([r["lon"] for r in rows], [r["lat"] for r in rows]))
    tree = shapely.STRtree(points)
    first, second = tree.query(points, predicate="dwithin", distance=float(same_within_m))
    close: dict[int, list[int]] = defaultdict(list)
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if b < a:
            close[a].append(b)
    words = [" ".join(_words(row["name"])) for row in rows]
    gone: set[int] = set()
    for a in sorted(close):
        for b in sorted(set(close[a]) - gone):
            metres = round(shapely.distance(points[a], points[b]))
            if metres <= 1 or _alike(words[a], words[b]):
                report.add("place_doubled", value=rows[a]["name"], other=rows[b]["name"], metres=metres)
                gone.add(a)
                break
    return [row for i, row in enumerate(rows) if i not in gone]


def _alike(a: str, b: str) -> bool:
    return a == b or difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= _LIKENESS


def _words(name: str) -> list[str]:
    """Return the words of a name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _candidate(row: Row, values: Mapping[str, str], report: Report) -> Candidate:
    kinds = cell_kinds("sites")
    given = {t: row[t] or values.get(t, "") or DEFAULTS.get(t, "") for t in (*SITE_VALUES, "hours", "choice")}
    checked = []
    for column in SITE_VALUES:
        text = given[column]
        try:
            checked.append((column, kinds[column].write(kinds[column].read(text)) if text else ""))
        except PydanticCustomError as error:
            report.add("cell_value_bad", value=text, column=column, problem=f"{row['name']}: {error.type}")
    if given["choice"] not in CHOICES:
        report.add("cell_value_bad", value=given["choice"], column="choice", problem="fixed, forbidden")
    return Candidate(
        site_id=row["site_id"] or f"P{row['number']:05d}",
        name=row["name"],
        kind=row["kind"] or values.get("kind", ""),
        commune=row["commune"] or values.get("commune", ""),
        address=row["address"],
        lon_microdeg=round(row["lon"] * 1_000_000),
        lat_microdeg=round(row["lat"] * 1_000_000),
        values=tuple(checked),
        hours=hours_of(given["hours"], row["name"], report),
        choice=given["choice"],
        nearest=row["nearest"],
        distance_m=row["distance_m"],
    )


def hours_of(text: str, name: str, report: Report) -> tuple[tuple[str, str, str], ...]:
    """Return (weekday, opens, closes) of a text such as ``tue 09:00-12:00 thu 14:00-16:00``, in order."""
    found = []
    for day, opens, closes in _HOURS.findall(text.casefold()):
        try:
            sound = seconds_of_clock(opens) < seconds_of_clock(closes)
        except ValueError:
            sound = False
        if not sound:
            report.add("cell_value_bad", value=f"{day} {opens}-{closes}", column="hours", problem=name)
            continue
        found.append((day, f"{opens:0>5}", f"{closes:0>5}"))
    if text and (not found or _HOURS.sub("", text.casefold()).strip(" ,;|")):
        report.add("cell_value_bad", value=text, column="hours", problem=f"{name}: tue 09:00-12:00 thu 09:00-12:00")
    return tuple(sorted(found, key=lambda row: (WEEKDAYS.index(row[0]), row[1])))


def _own_ids(candidates: list[Candidate], report: Report) -> list[Candidate]:
    """Number the ids that several places share."""
    counts: dict[str, int] = defaultdict(int)
    for candidate in candidates:
        counts[candidate.site_id] += 1
    for name, count in sorted(counts.items()):
        if count > 1:
            report.add("id_doubled", value=name, count=count)
    met: dict[str, int] = defaultdict(int)
    found = []
    for candidate in candidates:
        met[candidate.site_id] += 1
        doubled = counts[candidate.site_id] > 1
        name = f"{candidate.site_id}-{met[candidate.site_id]}" if doubled else candidate.site_id
        found.append(replace(candidate, site_id=name))
    return found
