"""A whole plan folder: written at once or not at all, and read back with the dataset inside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from distrib.errors import BadInputError
from distrib.io.atomic import recover_folder, refuse_unwritable, write_file, write_folder_atomically
from distrib.io.dataset_writing import write_dataset
from distrib.io.plan_meanings import write_data_package
from distrib.io.plan_reading import Faults, read_plan_tables
from distrib.io.plan_tables import DATASET_FOLDER
from distrib.io.plan_writing import write_farms, write_plan_tables, write_run_record, write_summary
from distrib.io.reading import read_dataset
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

__all__ = ["default_plan_folder", "read_plan_folder", "refuse_unwritable", "write_file", "write_plan_folder"]


def default_plan_folder(source: str | Path, dataset: Dataset, scenarios: tuple[str, ...] = ()) -> Path:
    """Return ``plans/<dataset>-<week>``, with the names of the scenarios behind it when there are any."""
    name = Path(source).resolve().name
    stem = name.removesuffix(".xlsx")
    parts = [stem, dataset.settings.week_start.isoformat(), *(Path(s).stem for s in scenarios)]
    return Path("plans") / "-".join(parts)


def write_plan_folder(
    folder: Path,
    dataset: Dataset,
    plan: Plan,
    indicators: Mapping[str, Any],
    *,
    run: Mapping[str, Any] | None,
    people: bool = True,
) -> None:
    """Write every file of a plan; the folder that was there before stays whole until the new one is.

    Args:
        folder: where; it may hold an older plan, nothing else. The workbook in a plan folder stands for its folder.
        dataset: resolved.
        plan: its tables.
        indicators: its flat record.
        run: time and memory by stage, None to leave ``run.json`` out.
        people: False leaves out the map, the workbook, the driver sheets and the GeoPackage, most of the work of writing.

    Raises:
        UsageError: when the folder holds files of somebody else or cannot be written.
    """
    with write_folder_atomically(_folder_and_workbook(folder)[0]) as new:
        write_plan_tables(plan, new)
        write_farms(dataset, plan, new)
        write_summary(new, plan, indicators)
        write_data_package(new, dataset)
        driven = {(a, b) for a, b in _legs(plan)}
        inside = new / DATASET_FOLDER
        inside.mkdir()
        write_dataset(dataset, inside, driven_pairs=driven)
        if people:
            from distrib.io.plan_people import write_people_outputs

            write_people_outputs(new, dataset, plan, indicators, dataset.settings.language)
        if run is not None:
            write_run_record(new, run)


def _legs(plan: Plan) -> list[tuple[str, str]]:
    return [
        (before.place_id, row.place_id)
        for before, row in zip(plan.stops, plan.stops[1:], strict=False)
        if (before.date, before.vehicle_id, before.trip) == (row.date, row.vehicle_id, row.trip)
    ]


def _folder_and_workbook(path: Path) -> tuple[Path, Path | None]:
    return (path.parent, path) if path.suffix == ".xlsx" and path.is_file() else (path, None)


def read_settled(path: Path, fixed: str | Path, language: str | None = None) -> Dataset:
    """Return the resolved dataset of a plan with a file in the place of its table ``fixed_days``.

    Raises:
        BadInputError: with every fault of the file.
    """
    return read_dataset(_folder_and_workbook(path)[0] / DATASET_FOLDER, language=language, fixed=fixed)[0]


def read_plan_folder(path: Path, language: str | None = None) -> tuple[Dataset, Plan]:
    """Return the resolved dataset and the plan of a plan folder.

    Args:
        path: the folder, or the workbook in it: then the tables that may be edited are read from its sheets.
        language: of the findings; None for the dataset's own.

    Raises:
        BadInputError: with every fault of the folder's tables; also when catchments or travel are gone, which no
            dataset inside a plan lacks.
    """
    folder, workbook = _folder_and_workbook(path)
    recover_folder(folder)
    if not folder.is_dir() or not (folder / DATASET_FOLDER).is_dir():
        read_plan_tables(folder, language=language or "fr")
    dataset, _ = read_dataset(folder / DATASET_FOLDER, language=language)
    language = language or dataset.settings.language
    _refuse_unresolved(dataset, language)
    return dataset, read_plan_tables(folder, dataset=dataset, workbook=workbook, language=language)


def _refuse_unresolved(dataset: Dataset, language: str) -> None:
    faults = Faults(language)
    for table, content in (("catchments", dataset.catchments), ("travel", dataset.travel)):
        if content is None:
            faults.add("missing_table", f"{DATASET_FOLDER}/{table}.csv", remedy="restore_file")
    if faults.found:
        raise BadInputError(tuple(faults.found))
