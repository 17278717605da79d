"""The import commands: read, report, preview, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from distrib.io.atomic import write_file
from distrib.io.importing.columns import SourceMapping, mapping_text, pairs_of, read_mapping
from distrib.io.importing.existing import read_neighbourhoods
from distrib.io.importing.grid import GridChoices, import_grid
from distrib.io.importing.layers import Source
from distrib.io.importing.neighbourhoods import import_neighbourhoods
from distrib.io.importing.places import CANDIDATES_FILE, PlaceChoices, candidates_bytes, import_places
from distrib.io.importing.report import Report
from distrib.io.importing.territory import read_territory
from distrib.io.importing.writing import prepare_dataset, refuse_to_replace, write_files

PREVIEW_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every import command is given; texts as typed, empty when not given."""

    file: Path
    dataset: Path
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    mapping: str = ""
    save_mapping: str = ""
    crs: str = ""
    encoding: str = ""
    layer: str = ""
    communes: tuple[str, ...] = ()
    boundary: str = ""
    preview: bool = False
    replace: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The report, and the first lines of each file that was or would be written."""

    report: Report
    preview: dict[str, list[str]]


def run_qpv(request: Request, *, attributes: str = "", cut: bool = False) -> Imported:
    """Import outlines of neighbourhoods. Raises BadInputError or UsageError."""
    joined = None
    if attributes:
        joined = (Path(attributes), _mapping(request, "qpv"))

    def files(source: Source, report: Report) -> dict[str, bytes]:
        territory = read_territory(request.communes, Path(request.boundary) if request.boundary else None, report)
        found = import_neighbourhoods(source, territory, report, attributes=joined, cut=cut)
        return found.files()

    return _run(request, "qpv", ("neighbourhoods.csv", "neighbourhoods.geojson"), files)


def run_grid(request: Request, choices: GridChoices) -> Imported:
    """Import cells of people and poor households. Raises BadInputError or UsageError."""

    def files(source: Source, report: Report) -> dict[str, bytes]:
        hoods, shapes = read_neighbourhoods(request.dataset, request.language)
        near = _box(shapes)
        found = import_grid(
            Source(path=source.path, mapping=source.mapping, near=near, clip=True), hoods, shapes, choices, report
        )
        return found.files()

    return _run(request, "grid", ("zones.csv", "households.csv"), files)


def run_places(request: Request, choices: PlaceChoices) -> Imported:
    """Import candidate sites. Raises BadInputError or UsageError."""

    def files(source: Source, report: Report) -> dict[str, bytes]:
        _, shapes = read_neighbourhoods(request.dataset, request.language)
        territory = read_territory(request.communes, Path(request.boundary) if request.boundary else None, report)
        return {CANDIDATES_FILE: candidates_bytes(import_places(source, territory, shapes, choices, report))}

    return _run(request, "places", (CANDIDATES_FILE,), files)


def _box(shapes: dict[str, object]) -> tuple[float, float, float, float] | None:
    import shapely

    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds([shapes[name] for name in sorted(shapes)]).tolist()
    return west, south, east, north


def _mapping(request: Request, kind: str) -> SourceMapping:
    """Return the mapping file's content with what the options say instead."""
    read = read_mapping(Path(request.mapping), kind) if request.mapping else SourceMapping()
    return SourceMapping(
        columns=read.columns | pairs_of(request.columns, kind, "--columns"),
        values=read.values | pairs_of(request.values, kind, "--set"),
        crs=request.crs or read.crs,
        encoding=request.encoding or read.encoding,
        layer=request.layer or read.layer,
    )


def _run(
    request: Request, kind: str, tables: tuple[str, ...], files: Callable[[Source, Report], dict[str, bytes]]
) -> Imported:
    mapping = _mapping(request, kind)
    report = Report(source=request.file.name, language=request.language)
    if not request.preview:
        refuse_to_replace(request.dataset, tables, replace=request.replace)
    found = files(Source(path=request.file, mapping=mapping), report)
    if not request.preview:
        prepare_dataset(request.dataset)
        write_files(request.dataset, found, report, kind)
        if request.save_mapping:
            write_file(Path(request.save_mapping), mapping_text(mapping, kind).encode("utf-8"))
    shown = {
        name: data.decode("utf-8").splitlines()[: PREVIEW_ROWS + 1]
        for name, data in found.items()
        if "json" not in name
    }
    return Imported(report=report, preview=shown)
