"""Finds the files of a dataset and reads them as text: a folder of CSV tables or one workbook, and the settings."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distrib.io.messages import Problems, hint_of, listed, nearest
from distrib.io.reading_workbook import WorkbookFaultError, read_workbook
from distrib.io.reading_yaml import YamlFaultError, YamlText, read_yaml
from distrib.io.schema import TABLES, columns_of
from distrib.io.tables import RawTable, decode, read_csv, table_of_rows
from distrib.model.roads import RoadSource

SETTINGS_FILE = "dataset.yaml"
SETTINGS_SHEET = "dataset"
OUTLINE_FILES = ("neighbourhoods.geojson", "neighbourhoods.gpkg")
ROAD_FILES = (
    "roads.graphml",
    "roads.osm",
    "roads.osm.bz2",
    "roads.osm.gz",
    "roads.osm.pbf",
    "roads.gpkg",
    "roads_edges.csv",
    "roads_edges.csv.gz",
)
"""What a dataset's road network may be called (a file of edges has its nodes beside it: roads_nodes.csv)."""
TRAVEL_DIGEST_FILE = "travel.sha256"
_TABLE_ENDINGS = (".csv", ".csv.gz")


@dataclass(slots=True)
class RawDataset:
    """The tables and settings of a dataset as text; ``parquet`` holds the bytes of travel.parquet.

    ``settings_table`` is what people call the place of the settings: dataset.yaml, or the sheet dataset.
    """

    tables: dict[str, RawTable] = field(default_factory=dict)
    settings: YamlText = field(default_factory=lambda: YamlText(value={}))
    settings_table: str = SETTINGS_FILE
    outlines: dict[str, bytes] = field(default_factory=dict)
    parquet: bytes | None = None
    roads: RoadSource | None = None
    partial_travel: bool = False
    fingerprint: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    """Tables that are there but could not be read (a fault says why)."""
    gone: dict[str, set[str]] = field(default_factory=dict)
    """Ids that a scenario removed, by table."""


def read_files(path: Path, problems: Problems) -> RawDataset:
    """Return everything a dataset's files hold, as text; faults go to ``problems``."""
    raw = RawDataset()
    if not exists(path):
        problems.add("path_missing", path.name or str(path), value=str(path))
    elif path.is_dir():
        _read_folder(path, raw, problems)
    elif path.name == SETTINGS_FILE:
        _read_folder(path.parent, raw, problems)
    elif path.suffix.lower() == ".xlsx":
        _read_workbook_file(path, raw, problems)
        _read_neighbours(path.parent, raw, problems)
    else:
        problems.add("not_a_dataset", path.name, value=str(path))
    return raw


def exists(path: Path) -> bool:
    """True when there is something at a path; False too for a name that no file can have, or out of reach."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def _read_folder(folder: Path, raw: RawDataset, problems: Problems) -> None:
    files = _visible_files(folder, problems)
    workbooks = [file for file in files if file.suffix.lower() == ".xlsx"]
    tables = _table_files(files, problems)
    if tables or not workbooks:
        for name, file in tables.items():
            read_csv_file(name, file, raw, problems)
        for file in workbooks:
            problems.add("ignored_workbook", file.name, value=file.name)
    elif len(workbooks) > 1:
        problems.add("doubled_workbook", "dataset", files=listed(file.name for file in workbooks))
        raw.hidden.update(TABLES)
    else:
        _read_workbook_file(workbooks[0], raw, problems)
    _read_neighbours(folder, raw, problems)


def _visible_files(folder: Path, problems: Problems) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if not file.name.startswith((".", "~")))
    except OSError as error:
        problems.add("file_unreadable", folder.name, file=folder.name, problem=error.strerror or str(error))
        return []


def _table_files(files: list[Path], problems: Problems) -> dict[str, Path]:
    """Return the CSV file of each table; a table given twice is a fault, an unknown name a warning."""
    found: dict[str, list[Path]] = {}
    for file in files:
        ending = next((e for e in reversed(_TABLE_ENDINGS) if file.name.endswith(e)), "")
        if file.name == "travel.parquet":
            found.setdefault("travel", []).append(file)
        elif ending and not file.name.startswith(("roads_edges.", "roads_nodes.")):
            found.setdefault(file.name.removesuffix(ending), []).append(file)
    for name, same in found.items():
        if name not in TABLES:
            problems.add("unknown_table", same[0].name, value=same[0].name, hint=hint_of(nearest(name, TABLES)))
        elif len(same) > 1:
            problems.add("doubled_table", name, files=listed(file.name for file in same))
    return {name: same[0] for name, same in found.items() if name in TABLES}


def bytes_of(file: Path, table: str, digests: dict[str, str], problems: Problems) -> bytes | None:
    """Return the bytes of a file and note their SHA-256 under its name; None after a fault."""
    try:
        data = file.read_bytes()
    except OSError as error:
        problems.add("file_unreadable", table, file=file.name, problem=error.strerror or str(error))
        return None
    digests[file.name] = hashlib.sha256(data).hexdigest()
    return data


def read_csv_file(name: str, file: Path, raw: RawDataset, problems: Problems) -> None:
    """Put the table of a CSV file, as text, in the place of what ``raw`` has of it."""
    data = bytes_of(file, name, raw.fingerprint, problems)
    if data is not None and file.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            problems.add("gzip_unreadable", name, file=file.name)
            data = None
    if data is not None and file.suffix == ".parquet":
        raw.parquet = data
        return
    text = None if data is None else decode(data, name, problems)
    table = None if text is None else read_csv(text, name, file.name, columns_of(name), problems)
    if table is None:
        raw.hidden.add(name)
    else:
        raw.tables[name] = table


def _read_workbook_file(file: Path, raw: RawDataset, problems: Problems) -> None:
    data = bytes_of(file, file.name, raw.fingerprint, problems)
    try:
        sheets = {} if data is None else read_workbook(data)
    except WorkbookFaultError as error:
        problems.add("workbook_unreadable", file.name, file=file.name, problem=str(error))
        sheets = {}
    if not sheets:
        raw.hidden.update(TABLES)
    for title, rows in sheets.items():
        name = title.strip()
        lines: list[int | None] = list(range(1, len(rows) + 1))
        if name == SETTINGS_SHEET:
            raw.settings, raw.settings_table = _settings_of_sheet(rows, problems), name
        elif name not in TABLES:
            problems.add("unknown_table", name, value=name, hint=hint_of(nearest(name, TABLES)))
        else:
            table = table_of_rows(rows, lines, table=name, source=f"{file.name}[{name}]", problems=problems)
            if table is None:
                raw.hidden.add(name)
            else:
                raw.tables[name] = table


def _settings_of_sheet(rows: list[list[str]], problems: Problems) -> YamlText:
    """Return the settings of a sheet with a key and a value in each row; dotted keys go into groups."""
    found = YamlText(value={})
    for i, row in enumerate(rows):
        key, value = (*(cell.strip() for cell in row), "", "")[:2]
        if not key or (key, value) == ("key", "value"):
            continue
        path = tuple(key.split("."))
        group = found.value
        for part in path[:-1]:
            group = group.setdefault(part, {})
            if not isinstance(group, dict):
                break
        if not isinstance(group, dict) or path[-1] in group:
            problems.add("doubled_setting", SETTINGS_SHEET, line=i + 1, column=key)
            continue
        group[path[-1]] = value
        found.lines[path] = i + 1
    return found


def _read_neighbours(folder: Path, raw: RawDataset, problems: Problems) -> None:
    """Read what lies beside the tables: settings, outlines; note which road files there are."""
    if raw.settings_table == SETTINGS_FILE:
        _read_settings(folder, raw, problems)
    for name in OUTLINE_FILES:
        if exists(folder / name):
            data = bytes_of(folder / name, name, raw.fingerprint, problems)
            if data is not None:
                raw.outlines[name] = data
    for name in ROAD_FILES:
        if exists(folder / name):
            data = bytes_of(folder / name, name, raw.fingerprint, problems)
            digest = "" if data is None else _digest_of_roads(folder / name, data)
            raw.roads = raw.roads or RoadSource(file=str((folder / name).resolve()), sha256=digest)
    raw.partial_travel = exists(folder / TRAVEL_DIGEST_FILE)


def _digest_of_roads(file: Path, data: bytes) -> str:
    """Return the SHA-256 of a file of roads, of a file of edges together with its nodes."""
    digest = hashlib.sha256(data)
    nodes = file.with_name(file.name.replace("edges", "nodes"))
    if nodes != file and exists(nodes):
        digest.update(nodes.read_bytes())
    return digest.hexdigest()


def _read_settings(folder: Path, raw: RawDataset, problems: Problems) -> None:
    file = folder / SETTINGS_FILE
    if not exists(file):
        candidates = ("dataset/dataset.yaml", "dataset.yml", "dataset.json")
        guess = next((f"{folder.name}/{name}" for name in candidates if exists(folder / name)), "")
        problems.add("missing_settings", SETTINGS_FILE, hint=hint_of(guess))
        raw.hidden.add(SETTINGS_FILE)
        return
    data = bytes_of(file, SETTINGS_FILE, raw.fingerprint, problems)
    text = None if data is None else decode(data, SETTINGS_FILE, problems)
    if text is None:
        raw.hidden.add(SETTINGS_FILE)
        return
    try:
        raw.settings = read_yaml(text)
    except YamlFaultError as error:
        problems.add("yaml_unreadable", SETTINGS_FILE, line=error.line, problem=error.problem)
        raw.hidden.add(SETTINGS_FILE)
        return
    for path, line in raw.settings.doubled:
        problems.add("doubled_setting", SETTINGS_FILE, line=line, column=".".join(map(str, path)))


def typed(value: Any) -> str:
    """Return a setting as a person would type it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {typed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(typed, value)) + "]"
    return str(value)
