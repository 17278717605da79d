"""The main roads of a territory: three small tables in the folder ``facts`` of a dataset, all or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from distrib.io.messages import Near, Problems, hint_of
from distrib.io.reading_files import bytes_of
from distrib.io.schema_cells import ChoiceCell, IdCell, NumberCell, SingleCell, TextCell
from distrib.io.tables import decode, read_csv
from distrib.model.roads import ROAD_CLASSES, Barrier, MainRoad, MainRoads, RoadPoint

FOLDER = "facts"
POINTS, ROADS, BARRIERS = (f"roads_skeleton_{name}" for name in ("points", "roads", "barriers"))

_LON = NumberCell(type_name="number", factor=10**6, decimals=6, lenient=True, low=-180, high=180)
_LAT = NumberCell(type_name="number", factor=10**6, decimals=6, lenient=True, low=-90, high=90)
_KM = NumberCell(type_name="number", factor=1000, decimals=3, low=None, above=0)
_COLUMNS: dict[str, dict[str, SingleCell]] = {
    POINTS: {"point_id": IdCell(), "name": TextCell(), "lon": _LON, "lat": _LAT},
    ROADS: {"from_id": IdCell(), "to_id": IdCell(), "road": TextCell(), "class": ChoiceCell(choices=ROAD_CLASSES), "km": _KM},
    BARRIERS: {"barrier": IdCell(), "lon": _LON, "lat": _LAT},
}  # fmt: skip
_MAY_BE_EMPTY = frozenset({"km"})

Row = dict[str, Any]


def read_main_roads(dataset: Path, digests: dict[str, str], problems: Problems) -> MainRoads | None:
    """Return the main roads of a dataset folder, None when it has none; faults go to ``problems``.

    Args:
        dataset: the path of the dataset; only a folder can have main roads.
        digests: takes the SHA-256 of the files read.
        problems: takes the faults.
    """
    folder = (dataset if dataset.is_dir() else dataset.parent) / FOLDER
    if not any((folder / f"{name}.csv").is_file() for name in _COLUMNS):
        return None
    before = len(problems.faults)
    points = [row for _, row in _rows(folder, POINTS, digests, problems)]
    roads = _rows(folder, ROADS, digests, problems)
    barriers = [row for _, row in _rows(folder, BARRIERS, digests, problems)]
    _check_ends(roads, {row["point_id"] for row in points}, problems)
    if len(problems.faults) > before:
        return None
    return _main_roads(points, [row for _, row in roads], barriers)


def _rows(folder: Path, name: str, digests: dict[str, str], problems: Problems) -> list[tuple[int | None, Row]]:
    """Return (line, values by column) of one table; rows with a fault are left out."""
    data = bytes_of(folder / f"{name}.csv", name, digests, problems)
    text = None if data is None else decode(data, name, problems)
    cells = _COLUMNS[name]
    table = None if text is None else read_csv(text, name, f"{name}.csv", cells, problems)
    if table is None:
        return []
    missing = [column for column in cells if column not in table.columns]
    for column in missing:
        problems.add("missing_column", name, line=1, column=column, hint=hint_of(""))
    found = []
    for i in range(0 if missing else len(table)):
        row: Row = {}
        for column, cell in cells.items():
            typed = table.columns[column][i]
            try:
                row[column] = None if not typed and column in _MAY_BE_EMPTY else cell.read(typed)
            except PydanticCustomError as error:
                problems.add(error.type, name, line=table.lines[i], column=column, value=typed, **(error.context or {}))
        if len(row) == len(cells):
            found.append((table.lines[i], row))
    return found


def _check_ends(roads: list[tuple[int | None, Row]], known: set[str], problems: Problems) -> None:
    seen: dict[tuple[str, ...], int | None] = {}
    for line, row in roads:
        for column in ("from_id", "to_id"):
            if row[column] not in known:
                context: Row = {"of": POINTS, "hint": Near(row[column], known)}
                problems.add("unknown_id", ROADS, line=line, column=column, value=row[column], **context)
        ends = tuple(sorted((row["from_id"], row["to_id"])))
        if ends in seen:
            context = {"columns": "from_id, to_id", "first": seen[ends] or "–"}
            problems.add("doubled_key", ROADS, line=line, column="from_id", value=" → ".join(ends), **context)
        seen.setdefault(ends, line)


def _main_roads(points: list[Row], roads: list[Row], barriers: list[Row]) -> MainRoads:
    lines: dict[str, list[tuple[int, int]]] = {}
    for row in barriers:
        lines.setdefault(row["barrier"], []).append((row["lon"], row["lat"]))
    return MainRoads(
        points=tuple(
            RoadPoint(point_id=row["point_id"], name=row["name"], lon_microdeg=row["lon"], lat_microdeg=row["lat"])
            for row in sorted(points, key=lambda row: str(row["point_id"]))
        ),
        roads=tuple(
            MainRoad(from_id=row["from_id"], to_id=row["to_id"], road=row["road"], road_class=row["class"], metres=row["km"])
            for row in sorted(roads, key=lambda row: (str(row["from_id"]), str(row["to_id"])))
        ),
        barriers=tuple(Barrier(name=name, line=tuple(line)) for name, line in sorted(lines.items())),
    )  # fmt: skip
