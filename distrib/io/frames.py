"""The tables of a plan as DataFrames, in the outside units of the CSV files."""

from __future__ import annotations

import pandas as pd

from distrib.io.plan_tables import TABLES, Table
from distrib.io.plan_writing import table_cells
from distrib.model.plan import Plan


def plan_frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the plan's tables by name.

    Whole numbers are ``Int64``, kg, km, EUR and percentages ``float64``, dates ``datetime64``, clock times
    and ids text; an empty cell is a missing value.
    """
    return {table.name: _frame(table, plan) for table in TABLES}


def _frame(table: Table, plan: Plan) -> pd.DataFrame:
    cells = list(table_cells(table, getattr(plan, table.name)))
    return pd.DataFrame(
        {
            column.name: _series([row[i] for row in cells], column.kind.schema[0])
            for i, column in enumerate(table.columns)
        }
    )


def _series(texts: list[str], kind: str) -> pd.Series:
    if kind == "integer":
        return pd.Series([int(text) if text else None for text in texts], dtype="Int64")
    if kind == "number":
        return pd.Series([float(text) if text else None for text in texts], dtype="float64")
    if kind == "date":
        return pd.to_datetime(pd.Series([text or None for text in texts], dtype="str"), format="%Y-%m-%d")
    return pd.Series(texts, dtype="str")
