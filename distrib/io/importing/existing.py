"""What a dataset folder holds already that an import builds on: its neighbourhoods and their outlines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from distrib.errors import UsageError
from distrib.io.importing.grid import outline_shapes
from distrib.io.messages import Problems
from distrib.io.reading_files import OUTLINE_FILES
from distrib.io.reading_outlines import read_outlines
from distrib.io.schema import cell_kinds, columns_of
from distrib.io.tables import RawTable, decode, read_csv
from distrib.model.territory import Neighbourhood


def read_neighbourhoods(folder: Path, language: str) -> tuple[tuple[Neighbourhood, ...], dict[str, Any]]:
    """Return the neighbourhoods of a dataset folder, and the shapes of those that have an outline (WGS 84) by id.

    Raises:
        UsageError: when the table holds something that cannot be read.
        BadInputError: when the table or the outlines cannot be read as a whole.
    """
    problems = Problems()
    file = folder / "neighbourhoods.csv"
    if not file.exists():
        return (), {}
    text = decode(file.read_bytes(), "neighbourhoods", problems)
    known = columns_of("neighbourhoods")
    table = None if text is None else read_csv(text, "neighbourhoods", file.name, known, problems)
    problems.raise_if_faulty(language)
    rows = () if table is None else tuple(_row(table, i, folder) for i in range(len(table)))
    files = {name: (folder / name).read_bytes() for name in OUTLINE_FILES if (folder / name).exists()}
    outlines = read_outlines(files, frozenset(r.neighbourhood_id for r in rows), set(), problems)
    problems.raise_if_faulty(language)
    return tuple(sorted(rows, key=lambda row: row.neighbourhood_id)), outline_shapes(outlines)


def _row(table: RawTable, i: int, folder: Path) -> Neighbourhood:
    values: dict[str, Any] = {}
    for column, kind in cell_kinds("neighbourhoods").items():
        text = table.columns[column][i] if column in table.columns else ""
        try:
            values[column] = kind.read(text) if text or column in ("neighbourhood_id", "name", "lon", "lat") else None
        except PydanticCustomError as error:
            place = f"{folder / 'neighbourhoods.csv'}:{table.lines[i]}, {column}"
            raise UsageError(f"{place}: « {text} » [{error.type}]; run distrib validate {folder}") from None
    return Neighbourhood(
        neighbourhood_id=values["neighbourhood_id"],
        name=values["name"],
        commune=values["commune"] or "",
        lon_microdeg=values["lon"],
        lat_microdeg=values["lat"],
        population=values["population"],
        area_m2=values["area_ha"],
        poverty_rate_bp=values["poverty_rate_pct"],
        zoning=values["zoning"] or "",
    )
