"""Settings that name what the tables do not have."""

from __future__ import annotations

from distrib.io.messages import Problems, hint_of, listed, nearest
from distrib.io.reading_files import RawDataset
from distrib.io.reading_rows import TypedTables
from distrib.io.schema import BasketTypeRow, TravelRow
from distrib.io.schema_settings import DatasetSettings


def check_settings(raw: RawDataset, settings: DatasetSettings, tables: TypedTables, problems: Problems) -> None:
    """Note programmes that no basket type has, and travel modes whose source is not there."""
    lines = [line for line in tables.of(BasketTypeRow) if line.has("programme")]
    if lines and tables.is_known(BasketTypeRow):
        known = sorted({line.row.programme for line in lines})
        for name in settings.max_baskets or {}:
            if name and name not in known:
                _note_programme(("max_baskets", name), name, known, raw, problems)
        for i, name in enumerate(settings.programmes or ()):
            if name not in known:
                _note_programme(("programmes", i), name, known, raw, problems)
    _check_mode(raw, settings.travel.mode, problems)


def _note_programme(
    path: tuple[str | int, ...], name: str, known: list[str], raw: RawDataset, problems: Problems
) -> None:
    problems.add(
        "unknown_programme", raw.settings_table, line=raw.settings.line_of(path), column=str(path[0]), value=name,
        note=raw.settings.note_of(path), known=listed(known), hint=hint_of(nearest(name, known)),
    )  # fmt: skip


def _check_mode(raw: RawDataset, mode: str, problems: Problems) -> None:
    table = raw.tables.get(TravelRow.table)
    if TravelRow.table in raw.hidden or (table is not None and len(table)):
        return
    path = ("travel", "mode")
    where, note = raw.settings.line_of(path), raw.settings.note_of(path)
    if mode == "table":
        problems.add("no_travel_table", raw.settings_table, line=where, column="travel.mode", value=mode, note=note)
    elif mode == "roads" and raw.roads is None:
        problems.add("no_roads", raw.settings_table, line=where, column="travel.mode", value=mode, note=note)
