"""``distrib import grid``: INSEE cells of 200 m into ``zones`` and ``households`` inside each neighbourhood."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from distrib.io.importing.columns import KNOWN, find_columns
from distrib.io.importing.layers import Source, read_layer, texts
from distrib.io.importing.numbers import number, scaled, shared
from distrib.io.importing.report import Report
from distrib.io.importing.territory import areal, metric
from distrib.io.importing.writing import IMPORTS, csv_bytes, table_bytes
from distrib.io.importing.zoning import SECRET_BELOW, Cell, zones_of_cells
from distrib.model.territory import HouseholdGroup, Neighbourhood, Zone
from distrib.units import degrees, round_half_up

_CODE = re.compile(r"(?:CRS(?P<crs>\d+))?RES(?P<size>\d+)mN(?P<n>\d+)E(?P<e>\d+)")
CELL_M = 200
LEAST_SHARE_PPM = 10_000
"""A cell of which less than 1 % lies in a neighbourhood is not counted there."""

FAR_FACTOR = (Fraction(3, 4), Fraction(4, 3))
"""A factor between these is the usual work of years and secrecy; others are pointed out."""

SIZES = (36, 27, 15, 12, 6, 4)
"""Households of 1, 2, … 6 or more persons in a hundred: an estimate for large French towns, to be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridChoices:
    """What the user decides about need.

    ``sizes`` are weights of households of 1 … 6+ persons; ``household_size_milli`` persons per household in
    thousandths, where cells count people only; ``need_bp`` the share of poor households in need, in basis points.
    """

    most_people: int = 3000
    need_bp: int = 10_000
    sizes: tuple[int, ...] = SIZES
    household_size_milli: int = 2300


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Reconciliation of one neighbourhood: people in its cells, published people, what cells were multiplied by."""

    neighbourhood_id: str
    grid_people: int
    published: int | None
    factor: Fraction


@dataclass(slots=True, kw_only=True)
class ImportedGrid:
    """Zones with their cells and households in need, and the factor of each neighbourhood."""

    zones: list[Zone] = field(default_factory=list)
    households: list[HouseholdGroup] = field(default_factory=list)
    factors: list[Factor] = field(default_factory=list)
    cells: list[tuple[str, str, Cell]] = field(default_factory=list)
    """(zone_id, neighbourhood_id, cell)."""

    def files(self) -> dict[str, bytes]:
        """Return the files of the dataset; counts of cells that are imputed or small are left out of them."""
        zones = [
            {"zone_id": z.zone_id, "neighbourhood_id": z.neighbourhood_id, "lon": z.lon_microdeg, "lat": z.lat_microdeg}
            for z in self.zones
        ]
        households = [
            {
                "zone_id": h.zone_id,
                "persons_per_household": h.persons_per_household,
                "households": h.households,
                "priority": h.priority_milli,
            }
            for h in self.households
        ]
        return {
            "zones.csv": table_bytes("zones", zones),
            "households.csv": table_bytes("households", households),
            f"{IMPORTS}/cells.csv": csv_bytes(_CELL_COLUMNS, (_cell_cells(*row) for row in self.cells)),
            f"{IMPORTS}/factors.csv": csv_bytes(
                ("neighbourhood_id", "grid_people", "published_people", "factor"),
                (
                    (
                        f.neighbourhood_id,
                        f.grid_people if f.grid_people >= SECRET_BELOW else "",
                        "" if f.published is None else f.published,
                        _shown(f.factor),
                    )
                    for f in self.factors
                ),
            ),
        }


_CELL_COLUMNS = ("cell_id", "zone_id", "neighbourhood_id", "lon", "lat", "share_pct", "imputed", "people", "households")


def _cell_cells(zone_id: str, hood_id: str, cell: Cell) -> tuple[object, ...]:
    """Return a cell as text: its figures only when they are of a whole cell and not secret."""
    shown = not cell.secret and cell.share_ppm == 1_000_000
    figures = (cell.people_milli // 1000, cell.households_milli // 1000) if shown else ("", "")
    place = (degrees(cell.lon_microdeg), degrees(cell.lat_microdeg))
    share = f"{cell.share_ppm // 10_000}"
    return (cell.cell_id, zone_id, hood_id, *place, share, "yes" if cell.imputed else "no", *figures)


def _shown(factor: Fraction) -> str:
    return f"{round_half_up(factor * 1000) / 1000:.3f}"


def import_grid(
    source: Source,
    neighbourhoods: Sequence[Neighbourhood],
    outlines: Mapping[str, Any],
    choices: GridChoices,
    report: Report,
) -> ImportedGrid:
    """Return zones and households in need of every neighbourhood.

    A cell counts in a neighbourhood by the share of its area inside it (where outlines overlap, the shares are
    brought down to the whole). The people of a neighbourhood's cells are multiplied by one factor so that they
    sum to its published population; poor households likewise. A neighbourhood without inhabited cell becomes one
    zone whose need follows from its published population and poverty rate, which the report says.

    Args:
        source: the cells, as squares, points, or rows whose code gives the position (``…RES200mN…E…``).
        neighbourhoods: as imported before.
        outlines: shapes in WGS 84 by neighbourhood id.
        choices: what the user decides about need.
        report: receives everything kept, dropped and repaired.

    Raises:
        BadInputError: when the file cannot be read or lacks the number of people or of poor households.
    """
    if not outlines:
        raise report.refuse("no_neighbourhoods")
    frame, figures = _cells(source, choices, report)
    parts = _parts(frame, figures, outlines, report)
    result = ImportedGrid()
    for hood in sorted(neighbourhoods, key=lambda n: n.neighbourhood_id):
        cells = parts.get(hood.neighbourhood_id, ())
        if sum(cell.people_milli for cell in cells) > 0:
            _add_from_cells(result, hood, cells, choices, report)
        else:
            _add_from_publication(result, hood, choices, report)
    report.kept |= {
        "zones": len(result.zones),
        "households": len(result.households),
        "cells": len({cell.cell_id for _, _, cell in result.cells}),
    }
    return result


def _cells(source: Source, choices: GridChoices, report: Report) -> tuple[geopandas.GeoDataFrame, pd.DataFrame]:
    """Return the inhabited cells as squares, and their figures in thousandths; doubled and unreadable ones dropped."""
    frame = read_layer(source, report)
    found = find_columns(frame.columns, KNOWN["grid"], source.mapping.columns, report)
    listed = ", ".join(map(str, frame.columns))
    if "people" not in found:
        report.add("column_missing", column="people", known=listed)
    if "poor_households" not in found and "poor_share" not in found:
        report.add("column_missing", column="poor_households", known=listed)
    report.raise_if_faulty()
    codes = texts(frame, found.get("cell_id")) if "cell_id" in found else [f"C{i + 1}" for i in range(len(frame))]
    frame = frame.set_geometry(_squares(frame, codes))
    figures = _figures(frame, found, choices, report)
    figures["cell_id"] = codes
    sound = _sound(frame, figures, report)
    return frame[sound].reset_index(drop=True), figures[sound].reset_index(drop=True)


def _figures(
    frame: geopandas.GeoDataFrame, found: dict[str, str], choices: GridChoices, report: Report
) -> pd.DataFrame:
    """Return people, households and poor households in thousandths (-1: unreadable people) and the imputed mark."""
    people = [_milli(text) for text in texts(frame, found["people"])]
    if "households" in found:
        households = [max(0, _milli(text)) for text in texts(frame, found["households"])]
    else:
        report.add("households_from_people", value=f"{choices.household_size_milli / 1000:g}")
        households = [max(0, n) * 1000 // choices.household_size_milli for n in people]
    if "poor_households" in found:
        poor = [max(0, _milli(text)) for text in texts(frame, found["poor_households"])]
    else:
        shares = [number(text) or Fraction(0) for text in texts(frame, found["poor_share"])]
        scale = 100 if max(shares, default=0) > 1 else 1
        poor = [round_half_up(n * share / scale) for n, share in zip(households, shares, strict=True)]
    imputed = [text.casefold() in ("1", "true", "yes", "oui") for text in texts(frame, found.get("imputed"))]
    return pd.DataFrame({"people": people, "households": households, "poor": poor, "imputed": imputed})


def _milli(text: str) -> int:
    value = scaled(text, 1000)
    return -1 if value is None or value < 0 else value


def _squares(frame: geopandas.GeoDataFrame, codes: list[str]) -> geopandas.GeoSeries:
    """Return cells as squares in WGS 84: the file's own, from the code, or 200 m around a point; None without either."""
    shapes: Any = frame.geometry.to_numpy()
    kinds: Any = shapely.get_type_id(shapes)
    squares: Any = np.where(np.isin(kinds, (3, 6)), shapes, None)
    by_crs: dict[tuple[int, int], list[int]] = defaultdict(list)
    matches = [_CODE.search(code) for code in codes]
    for i, match in enumerate(matches):
        if squares[i] is None and match is not None:
            by_crs[int(match["crs"] or 3035), int(match["size"])].append(i)
    for (crs, size), rows in sorted(by_crs.items()):
        east = np.array([int(m["e"]) for i in rows if (m := matches[i])], dtype=float)
        north = np.array([int(m["n"]) for i in rows if (m := matches[i])], dtype=float)
        boxes = geopandas.GeoSeries(shapely.box(east, north, east + size, north + size), crs=crs)
        squares[rows] = boxes.to_crs(4326).to_numpy()
    points: Any = np.flatnonzero((kinds == 0) & shapely.is_missing(squares) & ~shapely.is_empty(shapes))
    if len(points):
        plane, system = metric(shapes[points])
        x, y = shapely.get_x(plane), shapely.get_y(plane)
        half = CELL_M / 2
        boxes = geopandas.GeoSeries(shapely.box(x - half, y - half, x + half, y + half), crs=system)
        squares[points] = boxes.to_crs(4326).to_numpy()
    return geopandas.GeoSeries(squares, index=frame.index, crs=4326)


def _sound(frame: geopandas.GeoDataFrame, figures: pd.DataFrame, report: Report) -> Any:
    """Return which cells can be used, the first of those that are doubled."""
    codes = figures["cell_id"]
    placed = frame.geometry.notna().to_numpy() & ~frame.geometry.is_empty.to_numpy()
    readable = (figures["people"] >= 0).to_numpy()
    doubled = codes.duplicated().to_numpy()
    for code, bad in (
        ("cell_without_place", ~placed),
        ("cell_bad_number", placed & ~readable),
        ("cell_doubled", doubled),
    ):
        if bad.any():
            report.add(code, value=codes[bad].iloc[0], count=int(bad.sum()))
    return placed & readable & ~doubled


def _parts(
    frame: geopandas.GeoDataFrame, figures: pd.DataFrame, outlines: Mapping[str, Any], report: Report
) -> dict[str, tuple[Cell, ...]]:
    """Return the parts of cells by neighbourhood id."""
    names = sorted(outlines)
    shapes, system = metric([outlines[name] for name in names])
    squares = frame.geometry.to_crs(system).to_numpy()
    tree = shapely.STRtree(squares)
    hoods, cells = tree.query(shapes, predicate="intersects")
    inside = shapely.area(shapely.intersection(shapes[hoods], squares[cells]))
    ppm = np.round(inside / shapely.area(squares[cells]) * 1_000_000).astype(np.int64)
    ppm = np.where(ppm > 1_000_000 - LEAST_SHARE_PPM, 1_000_000, ppm)
    use = ppm >= LEAST_SHARE_PPM
    hoods, cells, ppm = hoods[use], cells[use], ppm[use]
    whole = np.zeros(len(frame), dtype=np.int64)
    np.add.at(whole, cells, ppm)
    ppm = np.where(whole[cells] > 1_000_000, ppm * 1_000_000 // np.maximum(whole[cells], 1), ppm)
    _tell_parts(figures, cells, whole, report)
    centres = shapely.centroid(squares)
    degrees_ = shapely.centroid(frame.geometry.to_numpy())
    found: dict[str, list[Cell]] = defaultdict(list)
    for h, c, share in zip(hoods.tolist(), cells.tolist(), ppm.tolist(), strict=True):
        row = figures.iloc[c]
        cell = Cell(
            cell_id=str(row["cell_id"]),
            x_m=round(shapely.get_x(centres[c])),
            y_m=round(shapely.get_y(centres[c])),
            lon_microdeg=round(shapely.get_x(degrees_[c]) * 1_000_000),
            lat_microdeg=round(shapely.get_y(degrees_[c]) * 1_000_000),
            share_ppm=share,
            people_milli=int(row["people"]) * share // 1_000_000,
            households_milli=int(row["households"]) * share // 1_000_000,
            poor_milli=int(row["poor"]) * share // 1_000_000,
            imputed=bool(row["imputed"]),
            secret=bool(row["imputed"]) or int(row["households"]) < SECRET_BELOW * 1000,
        )
        found[names[h]].append(cell)
    return {name: tuple(sorted(cells, key=lambda c: c.cell_id)) for name, cells in sorted(found.items())}


def _tell_parts(figures: pd.DataFrame, cells: Any, whole: Any, report: Report) -> None:
    kept = np.unique(cells)
    outside = len(figures) - len(kept)
    if outside:
        report.add("cells_outside", count=outside)
    border = int((whole[kept] < 1_000_000).sum() + (whole[kept] > 1_000_000).sum())
    if border:
        report.add("cells_on_border", count=border)
    imputed = int(figures["imputed"].to_numpy()[kept].sum())
    if imputed:
        report.add("cells_imputed", count=imputed, all=len(kept))


def _add_from_cells(
    result: ImportedGrid, hood: Neighbourhood, cells: tuple[Cell, ...], choices: GridChoices, report: Report
) -> None:
    name = hood.neighbourhood_id
    people = sum(cell.people_milli for cell in cells)
    grid = (people + 500) // 1000
    published = hood.population
    factor = Fraction(1) if published is None else Fraction(published * 1000, people)
    result.factors.append(Factor(neighbourhood_id=name, grid_people=grid, published=published, factor=factor))
    near = published is None or FAR_FACTOR[0] <= factor <= FAR_FACTOR[1]
    code = "factor_none" if published is None else "factor" if near else "factor_far"
    shown = grid if grid >= SECRET_BELOW else f"< {SECRET_BELOW}"
    report.add(code, value=name, grid=shown, published=published, factor=_shown(factor))
    scaled_cells = tuple(_scaled(cell, factor) for cell in cells)
    poor = sum(cell.poor_milli for cell in scaled_cells)
    if poor < SECRET_BELOW * 1000:
        report.add("too_few", value=name, least=SECRET_BELOW)
        return
    zones = zones_of_cells(scaled_cells, choices.most_people)
    need = round_half_up(Fraction(poor * choices.need_bp, 10_000_000))
    counts = shared(need, [sum(cell.poor_milli for cell in zone) for zone in zones])
    width = max(2, len(str(len(zones))))
    for i, (zone, count) in enumerate(zip(zones, counts, strict=True), start=1):
        zone_id = name if len(zones) == 1 else f"{name}-{i:0{width}d}"
        _add_zone(result, zone_id, name, _centre(zone, hood), count, choices)
        result.cells += [(zone_id, name, cell) for cell in zone]


def _scaled(cell: Cell, factor: Fraction) -> Cell:
    return replace(
        cell,
        people_milli=round_half_up(cell.people_milli * factor),
        households_milli=round_half_up(cell.households_milli * factor),
        poor_milli=round_half_up(cell.poor_milli * factor),
    )


def _centre(zone: tuple[Cell, ...], hood: Neighbourhood) -> tuple[int, int]:
    """Return the centre of a zone's people (micro-degrees), the neighbourhood's where it has none."""
    people = sum(cell.people_milli for cell in zone)
    if people == 0:
        return hood.lon_microdeg, hood.lat_microdeg
    lon = round_half_up(Fraction(sum(c.lon_microdeg * c.people_milli for c in zone), people))
    return lon, round_half_up(Fraction(sum(c.lat_microdeg * c.people_milli for c in zone), people))


def _add_from_publication(result: ImportedGrid, hood: Neighbourhood, choices: GridChoices, report: Report) -> None:
    name = hood.neighbourhood_id
    result.factors.append(Factor(neighbourhood_id=name, grid_people=0, published=hood.population, factor=Fraction(1)))
    if hood.population is None or hood.poverty_rate_bp is None:
        report.add("no_need_known", value=name)
        return
    poor = Fraction(hood.population * 1000 * hood.poverty_rate_bp, choices.household_size_milli * 10_000)
    if poor < SECRET_BELOW:
        report.add("too_few", value=name, least=SECRET_BELOW)
        return
    report.add("no_cells", value=name)
    count = round_half_up(poor * choices.need_bp / 10_000)
    _add_zone(result, name, name, (hood.lon_microdeg, hood.lat_microdeg), count, choices)


def _add_zone(
    result: ImportedGrid, zone_id: str, hood_id: str, centre: tuple[int, int], count: int, choices: GridChoices
) -> None:
    result.zones.append(Zone(zone_id=zone_id, neighbourhood_id=hood_id, lon_microdeg=centre[0], lat_microdeg=centre[1]))
    result.households += [
        HouseholdGroup(zone_id=zone_id, persons_per_household=size, households=n)
        for size, n in enumerate(shared(count, list(choices.sizes)), start=1)
        if n > 0
    ]


def outline_shapes(outlines: Any) -> dict[str, Any]:
    """Return the outlines of a dataset, (neighbourhood_id, GeoJSON geometry), as valid shapes by id."""
    return {name: areal(shapely.make_valid(shapely.geometry.shape(geometry))) for name, geometry in outlines or ()}
