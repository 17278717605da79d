"""What is made from a plan folder on demand: files for other tools, and the papers of drivers, sites, farms and hub."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from distrib.errors import UsageError
from distrib.io.atomic import write_file
from distrib.io.dataset_writing import write_dataset
from distrib.io.export_hxl import write_hxl
from distrib.io.export_package import write_dataset_package
from distrib.io.export_vroom import write_vroom
from distrib.io.export_vrplib import write_vrplib
from distrib.io.geopackage import write_geopackage
from distrib.io.notices import write_notices
from distrib.io.plan_export import write_excel_fr, write_geojson, write_gpx
from distrib.io.plan_meanings import write_data_package
from distrib.io.plan_tables import DATASET_FOLDER, GEOPACKAGE_FILE, SHEETS_FILE
from distrib.io.plan_writing import write_farms, write_plan_tables
from distrib.io.sheets import write_driver_sheets
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

Maker = Callable[[Path, Dataset, Plan, str], object]


def _data_package(folder: Path, dataset: Dataset, plan: Plan, _language: str) -> None:
    write_plan_tables(plan, folder)
    write_farms(dataset, plan, folder)
    write_data_package(folder, dataset)
    inside = folder / DATASET_FOLDER
    inside.mkdir()
    write_dataset(dataset, inside)
    write_dataset_package(inside, dataset)


FORMATS: dict[str, Maker] = {
    "geojson": lambda folder, dataset, plan, _: write_geojson(folder, dataset, plan),
    "gpkg": lambda folder, dataset, plan, _: write_geopackage(folder / GEOPACKAGE_FILE, dataset, plan),
    "excel-fr": lambda folder, _, plan, __: write_excel_fr(folder, plan),
    "gpx": write_gpx,
    "vroom": lambda folder, dataset, plan, _: write_vroom(folder, dataset, plan),
    "vrplib": lambda folder, dataset, plan, _: write_vrplib(folder, dataset, plan),
    "hxl": lambda folder, _, plan, __: write_hxl(folder, plan),
    "datapackage": _data_package,
}
"""Formats by name; each writes its files into an empty folder."""


def export_plan(out: Path, dataset: Dataset, plan: Plan, kind: str, language: str) -> tuple[Path, ...]:
    """Write a plan in one format of ``FORMATS`` and return the files, sorted.

    Args:
        out: the folder; made when it is not there. Files of the same names are replaced, each whole or not at all.
        dataset: resolved.
        plan: also one edited by hand.
        kind: name of the format.
        language: of the texts in the files, fr or en.

    Raises:
        UsageError: for an unknown format, or when a file cannot be written.
    """
    if kind not in FORMATS:
        raise UsageError(f"no export is called {kind!r}; there are: {', '.join(FORMATS)}")
    return _written(out, FORMATS[kind], dataset, plan, language)


def export_sheets(out: Path, dataset: Dataset, plan: Plan, language: str) -> tuple[Path, ...]:
    """Write ``driver_sheets.pdf``, ``notices/`` (PDF and text) and ``gpx/`` and return the files, sorted.

    Raises:
        UsageError: when a file cannot be written.
    """
    return _written(out, _sheets, dataset, plan, language)


def _sheets(folder: Path, dataset: Dataset, plan: Plan, language: str) -> None:
    write_driver_sheets(folder / SHEETS_FILE, dataset, plan, language)
    for name, maker in (("notices", write_notices), ("gpx", write_gpx)):
        (folder / name).mkdir()
        maker(folder / name, dataset, plan, language)


def _written(out: Path, maker: Maker, dataset: Dataset, plan: Plan, language: str) -> tuple[Path, ...]:
    """Make the files in a folder aside, then put each in its place."""
    with tempfile.TemporaryDirectory(prefix="distrib-export-") as name:
        aside = Path(name)
        maker(aside, dataset, plan, language)
        made = sorted(path for path in aside.rglob("*") if path.is_file())
        targets = []
        for path in made:
            target = out / path.relative_to(aside)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UsageError(f"{target.parent}: {error.strerror or error}") from None
            write_file(target, path.read_bytes())
            targets.append(target)
    return tuple(targets)
