"""``distrib import qpv``: official outlines of priority neighbourhoods into the table ``neighbourhoods``."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from distrib.io.importing.columns import KNOWN, SourceMapping, find_columns
from distrib.io.importing.layers import Source, read_layer, read_text_table, texts
from distrib.io.importing.numbers import scaled
from distrib.io.importing.report import Report
from distrib.io.importing.territory import Territory, area_m2, areal, in_communes
from distrib.io.importing.writing import outlines_bytes, table_bytes
from distrib.model.territory import Neighbourhood

DECIMALS = 6
SLIVER_M2 = 100
"""Overlaps and overhangs up to this area are noise of digitising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedNeighbourhoods:
    """The rows and their outlines (WGS 84), sorted by id."""

    rows: tuple[Neighbourhood, ...]
    outlines: tuple[tuple[str, Any], ...]

    def files(self) -> dict[str, bytes]:
        """Return the files of the dataset: the table and its outlines."""
        rows = [
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
            for n in self.rows
        ]
        shapes = [(name, _geojson(shape)) for name, shape in self.outlines]
        return {
            "neighbourhoods.csv": table_bytes("neighbourhoods", rows),
            "neighbourhoods.geojson": outlines_bytes(shapes),
        }


def import_neighbourhoods(
    source: Source,
    territory: Territory,
    report: Report,
    *,
    attributes: tuple[Path, SourceMapping] | None = None,
    cut: bool = False,
) -> ImportedNeighbourhoods:
    """Return the neighbourhoods of a file that lie in the territory.

    A neighbourhood is in when one of its communes is wanted and at least half of its area lies within the
    boundary. It stays whole, as its published population does, unless ``cut``: then its outline is cut at the
    boundary and its population taken in proportion to the area left.

    Args:
        source: the file of outlines.
        territory: communes or boundary.
        report: receives everything kept, dropped and repaired.
        attributes: a CSV by code of neighbourhood with population or poverty rate, and its mapping.
        cut: cut outlines at the boundary.

    Raises:
        BadInputError: when the file cannot be read, has no code, or nothing of it lies in the territory.
    """
    if territory.box is not None:
        source = dataclasses.replace(source, near=territory.box)
    frame = read_layer(source, report)
    found = find_columns(frame.columns, KNOWN["qpv"], source.mapping.columns, report)
    if "neighbourhood_id" not in found:
        report.add("column_missing", column="neighbourhood_id", known=", ".join(map(str, frame.columns)))
    report.raise_if_faulty()
    cells = {target: texts(frame, found.get(target)) for target in KNOWN["qpv"]}
    shapes = _outlines(cells["neighbourhood_id"], list(frame.geometry), report)
    facts = {name: {t: c[i] for t, c in cells.items()} for name, (i, _) in shapes.items()}
    kept = _within({name: shape for name, (_, shape) in shapes.items()}, facts, territory, report, cut=cut)
    if not kept:
        raise report.refuse("nothing_left")
    if attributes is not None:
        _add_attributes(attributes, facts, set(kept), report)
    _tell_overlaps({name: shape for name, (shape, _) in kept.items()}, report)
    rows = tuple(_row(name, facts[name], *kept[name], report) for name in sorted(kept))
    without = [row.neighbourhood_id for row in rows if row.population is None]
    if without:
        report.add("no_population", value=", ".join(without[:8]), count=len(without))
    report.kept["neighbourhoods"] = len(rows)
    return ImportedNeighbourhoods(rows=rows, outlines=tuple((name, kept[name][0]) for name in sorted(kept)))


def _outlines(codes: list[str], shapes: list[Any], report: Report) -> dict[str, tuple[int, Any]]:
    """Return (first row, sound outline) by code; what has no code, no outline or no area is dropped."""
    parts: dict[str, list[Any]] = defaultdict(list)
    first: dict[str, int] = {}
    for i, (code, shape) in enumerate(zip(codes, shapes, strict=True)):
        if not code:
            report.add("no_id", value=i + 1)
        elif shape is None or shape.is_empty:
            report.add("no_outline", value=code)
        elif (sound := _sound(code, shape, report)) is not None:
            parts[code].append(sound)
            first.setdefault(code, i)
    for code, several in sorted(parts.items()):
        if len(several) > 1:
            report.add("outline_doubled", value=code, count=len(several))
    return {code: (first[code], areal(shapely.union_all(parts[code]))) for code in sorted(parts)}


def _sound(code: str, shape: Any, report: Report) -> Any:
    """Return a valid outline without heights, None when it is no area; a repair is reported with its change of area."""
    plain = shapely.force_2d(shape)
    if plain.is_valid:
        if areal(plain).is_empty:
            report.add("not_an_area", value=code, geometry=shape.geom_type)
            return None
        return areal(plain)
    repaired = areal(shapely.make_valid(plain, method="structure", keep_collapsed=False))
    if repaired.is_empty:
        report.add("not_an_area", value=code, geometry=shape.geom_type)
        return None
    before, after = area_m2(plain), area_m2(repaired)
    change = f"{after / 10_000:.2f} ha" if before == 0 else f"{(after - before) * 100 / before:+.2f} %"
    report.add("outline_repaired", value=code, problem=shapely.is_valid_reason(plain), change=change)
    return repaired


def _within(
    shapes: dict[str, Any], facts: dict[str, dict[str, str]], territory: Territory, report: Report, *, cut: bool
) -> dict[str, tuple[Any, int]]:
    """Return (outline, share of it in ppm) of the neighbourhoods in the territory."""
    kept: dict[str, tuple[Any, int]] = {}
    outside: list[str] = []
    met: set[str] = set()
    for name, shape in sorted(shapes.items()):
        communes = in_communes(facts[name]["commune"], facts[name]["commune_id"], territory.communes)
        met.update(communes)
        if territory.communes and not communes:
            outside.append(name)
            continue
        inside = shape if territory.area is None else areal(shapely.intersection(shape, territory.area))
        whole, part = area_m2(shape), area_m2(inside)
        if 2 * part < whole or part == 0:
            outside.append(name)
            continue
        kept[name] = (shape, 1_000_000)
        if whole - part > SLIVER_M2:
            pct = f"{(whole - part) * 100 / whole:.1f}"
            report.add("cut" if cut else "on_the_border", value=name, pct=pct)
            kept[name] = (inside, part * 1_000_000 // whole) if cut else kept[name]
    if outside:
        more = " …" if len(outside) > 8 else ""
        report.add("outside_territory", value=", ".join(outside[:8]) + more, count=len(outside))
    for item in territory.communes:
        if item not in met:
            report.add("commune_unmatched", value=item)
    return kept


def _add_attributes(
    attributes: tuple[Path, SourceMapping], facts: dict[str, dict[str, str]], kept: set[str], report: Report
) -> None:
    """Fill population and poverty rate from a table by code; its values win over those of the outlines."""
    path, mapping = attributes
    if not path.exists():
        raise report.refuse("file_missing", value=path.name)
    frame = read_text_table(path, mapping.encoding, report)
    known = {t: KNOWN["qpv"][t] for t in ("neighbourhood_id", "population", "poverty_rate_pct")}
    found = find_columns(frame.columns, known, mapping.columns, report)
    if len(found) < 2 or "neighbourhood_id" not in found:
        missing = "neighbourhood_id" if "neighbourhood_id" not in found else "population"
        raise report.refuse("column_missing", column=missing, known=", ".join(map(str, frame.columns)))
    report.raise_if_faulty()
    unmatched = 0
    values = {target: texts(frame, column) for target, column in found.items()}
    for i, name in enumerate(values["neighbourhood_id"]):
        if name not in kept:
            unmatched += 1
            continue
        facts[name] |= {t: column[i] for t, column in values.items() if t != "neighbourhood_id" and column[i]}
    if unmatched:
        report.add("attributes_unmatched", count=unmatched)


def _tell_overlaps(shapes: dict[str, Any], report: Report) -> None:
    names = sorted(shapes)
    tree = shapely.STRtree([shapes[name] for name in names])
    for i, name in enumerate(names):
        for j in sorted(int(k) for k in tree.query(shapes[name], predicate="intersects") if k > i):
            shared = area_m2(areal(shapely.intersection(shapes[name], shapes[names[j]])))
            if shared > SLIVER_M2:
                report.add("outlines_overlap", value=name, other=names[j], hectares=f"{shared / 10_000:.2f}")


def _row(name: str, facts: dict[str, str], shape: Any, share_ppm: int, report: Report) -> Neighbourhood:
    centre = shapely.point_on_surface(shape)
    figures: dict[str, int | None] = {}
    for column, factor in (("population", 1), ("poverty_rate_pct", 100)):
        figures[column] = scaled(facts[column], factor)
        if facts[column] and figures[column] is None:
            report.add("number_unreadable", value=facts[column], column=column, of=name)
    population = figures["population"]
    if population is not None and share_ppm != 1_000_000:
        population = (population * share_ppm + 500_000) // 1_000_000
    return Neighbourhood(
        neighbourhood_id=name,
        name=facts["name"] or name,
        commune=facts["commune"],
        lon_microdeg=round(centre.x * 1_000_000),
        lat_microdeg=round(centre.y * 1_000_000),
        population=population,
        area_m2=area_m2(shape),
        poverty_rate_bp=figures["poverty_rate_pct"],
        zoning="QPV 2015" if name.startswith("QP") else "QPV 2024" if name.startswith("QN") else "",
    )


def _geojson(shape: Any) -> dict[str, Any]:
    """Return a shape as GeoJSON: six decimals, the outer ring counter-clockwise (RFC 7946)."""
    oriented = shapely.orient_polygons(shape)
    found: dict[str, Any] = json.loads(shapely.to_geojson(oriented))
    return {"type": found["type"], "coordinates": _rounded(found["coordinates"])}


def _rounded(value: Any) -> Any:
    return [_rounded(item) for item in value] if isinstance(value, list) else round(value, DECIMALS)
