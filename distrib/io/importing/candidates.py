"""``imports/candidates.csv`` read back, as an import wrote it or as people edited it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from distrib.errors import UsageError
from distrib.io.importing.places import CANDIDATE_COLUMNS, CHOICES, hours_of
from distrib.io.importing.report import Report
from distrib.io.messages import Problems
from distrib.io.schema import cell_kinds
from distrib.io.tables import RawTable, decode, read_csv
from distrib.model.territory import Opening, Site
from distrib.units import WEEKDAYS, seconds_of_clock

_KINDS = {name: cell_kinds("sites")[name] for name in (
    "site_id", "name", "kind", "commune", "lon", "lat", "max_baskets_per_day", "unloading_min",
    "largest_vehicle_gvw_kg", "cold_storage",
)}  # fmt: skip


def read_candidates(path: Path, language: str) -> tuple[tuple[Site, str], ...]:
    """Return the candidates as (site, choice), sorted by id; choice is empty, ``fixed`` or ``forbidden``.

    Raises:
        UsageError: when there is no such file.
        BadInputError: with every fault of the file.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; make it with distrib import places")
    problems = Problems()
    text = decode(path.read_bytes(), path.name, problems)
    table = None if text is None else read_csv(text, path.name, path.name, CANDIDATE_COLUMNS, problems)
    problems.raise_if_faulty(language)
    if table is None:
        return ()
    report = Report(source=path.name, language=language)
    found: dict[str, tuple[Site, str]] = {}
    for i in range(len(table)):
        cells = {name: column[i] for name, column in table.columns.items()}
        site = _site(cells, report, table, i)
        if site is not None and site.site_id in found:
            report.add("cell_value_bad", value=site.site_id, column="site_id", problem="doubled")
        elif site is not None:
            found[site.site_id] = (site, cells.get("choice", ""))
    report.raise_if_faulty()
    return tuple(found[name] for name in sorted(found))


def _site(cells: dict[str, str], report: Report, table: RawTable, i: int) -> Site | None:
    values: dict[str, Any] = {}
    sound = True
    for column, kind in _KINDS.items():
        text = cells.get(column, "")
        try:
            values[column] = kind.read(text) if text or column != "largest_vehicle_gvw_kg" else None
        except PydanticCustomError as error:
            line = f"{cells.get('name', '')} ({table.lines[i]}): {error.type}"
            report.add("cell_value_bad", value=text, column=column, problem=line)
            sound = False
    if cells.get("choice", "") not in CHOICES:
        report.add("cell_value_bad", value=cells["choice"], column="choice", problem="fixed, forbidden")
        sound = False
    hours = hours_of(cells.get("hours", ""), cells.get("name", ""), report)
    if not sound:
        return None
    openings = tuple(
        Opening(weekday=WEEKDAYS.index(d), opens_s=seconds_of_clock(a), closes_s=seconds_of_clock(b))
        for d, a, b in hours
    )
    return Site(
        site_id=values["site_id"],
        name=values["name"],
        kind=values["kind"],
        commune=values["commune"],
        lon_microdeg=values["lon"],
        lat_microdeg=values["lat"],
        max_baskets_per_day=values["max_baskets_per_day"],
        unloading_s=values["unloading_min"],
        largest_vehicle_gvw_kg=values["largest_vehicle_gvw_kg"],
        cold_storage=values["cold_storage"],
        openings=openings,
    )
