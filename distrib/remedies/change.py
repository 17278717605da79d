"""What every kind of change to a dataset offers."""

from __future__ import annotations

import dataclasses
from typing import Any, Protocol

from distrib.model.dataset import Dataset
from distrib.model.remedy import Phrase

Record = dict[str, Any]


class Change(Protocol):
    """One change to a dataset that somebody could decide."""

    @property
    def family(self) -> str:
        """The family of limits that it loosens (one of the plan's reasons)."""
        ...

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the change made."""
        ...

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the same change as the ``changes`` of a scenario file."""
        ...

    def cents(self, dataset: Dataset) -> int:
        """Return what it is taken to cost in a week, by the prices of the settings."""
        ...

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        ...

    def more(self) -> Change | None:
        """Return the same change twice as large; None when it has no size."""
        ...


def nice(number: int) -> int:
    """Return a number rounded up to one that people say: whole to 10, by fives to 100, then to two digits."""
    if number <= 10:
        return max(1, number)
    step = 5
    while number > 20 * step:
        step *= 2 if str(step)[0] == "5" else 5
    return -(-number // step) * step


def with_settings(dataset: Dataset, **fields: Any) -> Dataset:
    """Return the dataset with some settings changed."""
    return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, **fields))


def with_rows(dataset: Dataset, table: str, key: str, wanted: str, **fields: Any) -> Dataset:
    """Return the dataset with fields of one row of a table changed (``key``: the field that holds its id)."""
    rows = tuple(
        dataclasses.replace(row, **fields) if getattr(row, key) == wanted else row for row in getattr(dataset, table)
    )
    changed: Any = {table: rows}
    return dataclasses.replace(dataset, **changed)


def row_change(table: str, key: str, wanted: str, **cells: str) -> Record:
    """Return the change of a scenario file that sets cells of one row."""
    return {"table": table, "where": {key: wanted}, "set": cells}
