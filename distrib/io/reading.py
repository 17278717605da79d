"""``read_dataset``: from the files of a dataset, and scenarios, to a checked dataset."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from distrib.errors import BadInputError, Finding
from distrib.io.map_background import read_background, with_main_roads
from distrib.io.map_legs import read_legs, with_legs
from distrib.io.messages import Problems, findings
from distrib.io.reading_build import build
from distrib.io.reading_files import RawDataset, read_csv_file, read_files
from distrib.io.reading_main_roads import read_main_roads
from distrib.io.reading_outlines import read_outlines
from distrib.io.reading_rows import TypedTables, read_tables
from distrib.io.reading_settings import read_settings
from distrib.io.reading_travel import read_travel, read_travel_heavy, table_of_parquet
from distrib.io.scenarios import scenario_of_file
from distrib.io.scenarios_applying import apply_scenario
from distrib.io.schema import DepotRow, FarmRow, FixedDayRow, NeighbourhoodRow, SiteRow, TravelHeavyRow, TravelRow
from distrib.io.schema_settings import TRAVEL_PARAMETERS
from distrib.io.travel_record import with_recorded_source
from distrib.io.validation import check_tables
from distrib.io.validation_ids import ids_of
from distrib.io.validation_places import check_heavy
from distrib.io.validation_usefulness import Locate, check_usefulness
from distrib.model.dataset import Dataset, Travel


def read_dataset(
    path: Path | str,
    scenarios: Sequence[Path | str] = (),
    *,
    language: str | None = None,
    fixed: Path | str | None = None,
) -> tuple[Dataset, tuple[Finding, ...]]:
    """Return the dataset with the scenarios applied in order, and the warnings about it.

    Args:
        path: a folder of CSV tables with dataset.yaml, a folder with dataset.yaml and one .xlsx workbook, or a
            workbook (settings in its sheet ``dataset``, else in the dataset.yaml beside it).
        scenarios: scenario files.
        language: of the findings, ``fr`` or ``en``; None for the dataset's own.
        fixed: a CSV file that stands in for the table ``fixed_days``.

    Raises:
        BadInputError: with every fault found, when there is one.
    """
    problems = Problems()
    raw = read_files(Path(path), problems)
    if any(problem.code in ("path_missing", "not_a_dataset") for problem in problems.found):
        raise BadInputError(findings(problems.faults, language or "fr"))
    if fixed is not None:
        read_csv_file(FixedDayRow.table, Path(fixed), raw, problems)
    _read_parquet(raw, problems)
    _apply_scenarios(raw, scenarios, problems)
    tongue = language or _language_of(raw)
    settings = read_settings(raw, problems)
    tables = read_tables(raw, problems)
    travel, travel_heavy = _travel(raw, tables, problems)
    check_tables(raw, tables, settings, travel, problems)
    check_heavy(tables, travel_heavy, problems)
    outlines = read_outlines(
        raw.outlines, ids_of(tables, NeighbourhoodRow), raw.gone.get("neighbourhoods", set()), problems
    )
    main_roads = read_main_roads(Path(path), raw.fingerprint, problems)
    background = read_background(Path(path), raw.fingerprint, problems)
    legs = read_legs(Path(path), problems)
    problems.raise_if_faulty(tongue)
    assert settings is not None
    dataset = build(tables, settings, travel, outlines, raw.fingerprint)
    dataset = dataclasses.replace(
        with_legs(dataset, legs),
        travel_heavy=travel_heavy,
        roads=raw.roads,
        main_roads=main_roads,
        background=with_main_roads(background, main_roads),
    )
    dataset = with_recorded_source(Path(path), _on_its_roads(dataset, raw))
    check_usefulness(dataset, _locator(tables), problems)
    return dataset, findings(problems.warnings, tongue)


def _on_its_roads(dataset: Dataset, raw: RawDataset) -> Dataset:
    """Return the dataset in the mode roads when it has a network and the settings say nothing of travel modes."""
    given = raw.settings.value.get("travel") if isinstance(raw.settings.value, dict) else None
    said = isinstance(given, dict) and {"mode", *TRAVEL_PARAMETERS["estimate"]} & {
        k for k, v in given.items() if v != ""
    }
    if dataset.roads is None or said:
        return dataset
    travel = dataclasses.replace(dataset.settings.travel, mode="roads")
    return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, travel=travel))


def _language_of(raw: RawDataset) -> str:
    value = raw.settings.value
    return "en" if isinstance(value, dict) and value.get("language") == "en" else "fr"


def _read_parquet(raw: RawDataset, problems: Problems) -> None:
    if raw.parquet is not None:
        table = table_of_parquet(raw.parquet, problems)
        if table is None:
            raw.hidden.add(TravelRow.table)
        else:
            raw.tables[TravelRow.table] = table


def _apply_scenarios(raw: RawDataset, paths: Sequence[Path | str], problems: Problems) -> None:
    for number, path in enumerate(paths, start=1):
        scenario = scenario_of_file(Path(path), problems)
        if scenario is not None:
            raw.fingerprint[f"scenario {number}: {scenario.file}"] = scenario.digest
            apply_scenario(raw, scenario, problems)


def _travel(
    raw: RawDataset, tables: TypedTables, problems: Problems
) -> tuple[Travel | None, tuple[tuple[int, Travel], ...]]:
    """Return the tables ``travel`` and ``travel_heavy``, as far as they are there."""
    if not all(tables.is_known(model) for model in (SiteRow, FarmRow, DepotRow)):
        return None, ()
    ids = [line.row.site_id for line in tables.of(SiteRow)]
    ids += [line.row.farm_id for line in tables.of(FarmRow)] + [line.row.depot_id for line in tables.of(DepotRow)]
    places = {i for i in ids if i}
    gone = frozenset().union(*(raw.gone.get(model.table, set()) for model in (SiteRow, FarmRow, DepotRow)))
    light, heavy = raw.tables.get(TravelRow.table), raw.tables.get(TravelHeavyRow.table)
    return (
        read_travel(light, places, gone, problems) if light is not None and len(light) else None,
        read_travel_heavy(heavy, places, gone, problems) if heavy is not None else (),
    )


def _locator(tables: TypedTables) -> Locate:
    """Return the function that finds the line of a row by its id."""
    columns = {"stock": "lot_id", "depot_stock": "lot_id", "farms": "farm_id", "sites": "site_id"}
    columns |= {"depots": "depot_id", "vehicles": "vehicle_id", "zones": "zone_id"}
    lines = {
        (table, getattr(line.row, column)): line.line
        for table, column in columns.items()
        for line in tables.lines.get(table, [])
    }
    return lambda table, name: lines.get((table, name))
