"""The outputs of a plan that are made for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from distrib.io.export_package import write_dataset_package
from distrib.io.geopackage import write_geopackage
from distrib.io.map import map_html
from distrib.io.plan_tables import DATASET_FOLDER, GEOPACKAGE_FILE, MAP_FILE, SHEETS_FILE, WORKBOOK_FILE
from distrib.io.sheets import write_driver_sheets
from distrib.io.workbook import write_workbook
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan


def write_people_outputs(
    folder: Path, dataset: Dataset, plan: Plan, indicators: Mapping[str, Any], language: str
) -> None:
    """Write everything people look at into an existing plan folder: the map, the workbook, the driver sheets and the GeoPackage.

    A ``dataset/`` in it gets its ``datapackage.json``.

    Args:
        folder: of the plan.
        dataset: resolved.
        plan: its tables.
        indicators: of the plan.
        language: fr or en.
    """
    page = map_html(dataset, plan, indicators, language)
    (folder / MAP_FILE).write_text(page, encoding="utf-8", newline="")
    write_geopackage(folder / GEOPACKAGE_FILE, dataset, plan)
    write_workbook(folder / WORKBOOK_FILE, dataset, plan, indicators, language)
    write_driver_sheets(folder / SHEETS_FILE, dataset, plan, language)
    if (folder / DATASET_FOLDER).is_dir():
        write_dataset_package(folder / DATASET_FOLDER, dataset)
