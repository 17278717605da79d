"""Checks across rows and tables: faults before a dataset is built, warnings about one that is sound."""

from __future__ import annotations

from distrib.errors import Finding
from distrib.io.messages import Problems, findings
from distrib.io.reading_files import RawDataset
from distrib.io.reading_rows import TypedTables
from distrib.io.schema_settings import DatasetSettings
from distrib.io.validation_ids import check_ids
from distrib.io.validation_places import check_places, check_travel
from distrib.io.validation_rows import check_rows
from distrib.io.validation_settings import check_settings
from distrib.io.validation_usefulness import check_resolved, nowhere
from distrib.model.dataset import Dataset, Travel


def check_tables(
    raw: RawDataset, tables: TypedTables, settings: DatasetSettings | None, travel: Travel | None, problems: Problems
) -> None:
    """Note every fault that rows, settings and the travel table have together; what could not be read is passed over."""
    check_ids(tables, problems)
    check_rows(tables, problems)
    check_places(tables, problems)
    if settings is not None:
        check_settings(raw, settings, tables, problems)
    if travel is not None and not raw.partial_travel:
        check_travel(tables, travel, problems)


def findings_after_resolution(dataset: Dataset, *, language: str | None = None) -> tuple[Finding, ...]:
    """Return the warnings that need catchments and travel times, about a resolved dataset.

    ``language`` is ``fr`` or ``en``; None for the dataset's own.
    """
    problems = Problems()
    problems.add_notes(dataset.travel.notes if dataset.travel is not None else ())
    check_resolved(dataset, nowhere, problems)
    return findings(problems.warnings, language or dataset.settings.language)
