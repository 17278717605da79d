"""Applies scenarios to the tables as typed, so that what they write is checked like anything typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from distrib.io.messages import Problems, hint_of, listed, nearest
from distrib.io.reading_files import RawDataset, typed
from distrib.io.scenarios import PlacedChange, Scenario, SettingChange, TableChange
from distrib.io.schema import TABLES, cell_of, single_cell_of
from distrib.io.schema_cells import ChoiceCell, IdCell, NumberCell, TextCell, read_decimal
from distrib.io.schema_settings import GROUPS_OF_SETTINGS, DatasetSettings, described_settings
from distrib.io.tables import RawTable

BELONGS_TO: tuple[tuple[str, str, str], ...] = (
    ("zones", "neighbourhood_id", "neighbourhoods"),
    ("households", "zone_id", "zones"),
    ("needs", "zone_id", "zones"),
    ("catchments", "zone_id", "zones"),
    ("site_hours", "site_id", "sites"),
    ("catchments", "site_id", "sites"),
    ("needs", "basket_id", "basket_types"),
    ("kit_contents", "basket_id", "basket_types"),
    ("stock", "farm_id", "farms"),
    ("stock", "product_id", "products"),
    ("depot_stock", "product_id", "products"),
    ("depot_stock", "depot_id", "depots"),
)
"""(table, column, owner): rows that a scenario removes together with the row of the owner that they name."""


def apply_scenario(raw: RawDataset, scenario: Scenario, problems: Problems) -> None:
    """Change the tables and settings of ``raw`` as the scenario says; what it gets wrong goes to ``problems``."""
    for placed in scenario.changes:
        if isinstance(placed.change, SettingChange):
            _apply_setting(raw, scenario, placed.change, placed.line, problems)
        elif placed.change.table not in raw.hidden:
            _TableChanger(raw, scenario, placed, problems).apply(placed.change)


class _TableChanger:
    """Applies one change to one table; keeps what every fault of it needs to say."""

    def __init__(self, raw: RawDataset, scenario: Scenario, placed: PlacedChange, problems: Problems) -> None:
        self._raw = raw
        self._scenario = scenario
        self._line = placed.line
        self._problems = problems

    def apply(self, change: TableChange) -> None:
        """Apply the change."""
        table = self._table(change.table)
        fields = TABLES[change.table].model_fields
        written = [*change.set, *change.scale, *(column for row in change.add for column in row)]
        sound = self._columns_exist(table, change.where, {*fields, *table.columns})
        if not (self._columns_exist(table, written, set(fields)) and sound):
            return
        for row in change.add:
            table.append(row, self._scenario.name)
        if change.add:
            return
        rows = self._matching(table, change.where)
        if change.remove:
            _remove(self._raw, table, rows)
            return
        for column, text in change.set.items():
            self._rewrite(table, column, rows, lambda _, text=text: text)  # type: ignore[misc]
        for column, text in change.scale.items():
            self._scale(table, column, rows, text)

    def _fault(self, code: str, column: str, value: str, **context: Any) -> None:
        self._problems.add(code, self._scenario.file, line=self._line, column=column, value=value, **context)

    def _table(self, name: str) -> RawTable:
        """Return the table, an empty one when the dataset has none."""
        if name not in self._raw.tables:
            columns: dict[str, list[str]] = {column: [] for column in TABLES[name].model_fields}
            self._raw.tables[name] = RawTable(
                name=name, source=self._scenario.file, columns=columns, lines=[], notes=[]
            )
        return self._raw.tables[name]

    def _columns_exist(self, table: RawTable, columns: Iterable[str], known: set[str]) -> bool:
        unknown = [column for column in dict.fromkeys(columns) if column not in known]
        for column in unknown:
            self._fault(
                "scenario_unknown_column", "where/set/scale/add", column, of=table.name,
                known=listed(TABLES[table.name].model_fields, most=99), hint=hint_of(nearest(column, known)),
            )  # fmt: skip
        return not unknown

    def _matching(self, table: RawTable, where: dict[str, list[str]]) -> list[int]:
        """Return the rows that answer to every condition.

        None at all is a fault, unless the rows named went with what a change before removed; a value that
        answers to nothing beside others that do is a warning.
        """
        gone = set().union(*self._raw.gone.values())
        rows = list(range(len(table)))
        unknown: list[tuple[str, str, str]] = []
        excused = False
        for column, wanted in where.items():
            normal = _normaliser(TABLES[table.name].model_fields.get(column))
            cells = table.columns.get(column, [""] * len(table))
            values = list(map(normal, cells))
            known = set(values)
            sought = {normal(text) for text in wanted}
            rows = [i for i in rows if values[i] in sought]
            lost = [text for text in wanted if normal(text) not in known]
            excused = excused or (len(lost) == len(wanted) and gone.issuperset(lost))
            unknown += [(column, text, nearest(text, set(cells) - {""})) for text in lost if text not in gone]
        if not rows and not excused:
            text = "; ".join(
                f"{column}: {typed(wanted[0] if len(wanted) == 1 else wanted)}" for column, wanted in where.items()
            )
            hint = hint_of(unknown[0][2]) if unknown else ""
            self._fault("scenario_matches_nothing", "where", text, of=table.name, hint=hint)
        elif rows:
            for column, text, guess in unknown:
                self._fault(
                    "scenario_value_unmatched", "where", f"{column}: {text}", of=table.name, hint=hint_of(guess)
                )
        return rows

    def _rewrite(self, table: RawTable, column: str, rows: list[int], new: Callable[[str], str]) -> None:
        cells = table.columns.setdefault(column, [""] * len(table))
        for i in rows:
            cells[i] = new(cells[i])
            if self._scenario.name not in table.notes[i]:
                table.notes[i] = f"{table.notes[i]} + {self._scenario.name}" if table.notes[i] else self._scenario.name

    def _scale(self, table: RawTable, column: str, rows: list[int], text: str) -> None:
        """Multiply numbers, rounding half up to the decimals of the column; an empty cell counts as its default."""
        field = TABLES[table.name].model_fields[column]
        cell = cell_of(field)
        if not isinstance(cell, NumberCell):
            self._fault("scenario_not_a_number_column", "scale", column, of=table.name)
            return
        try:
            factor = read_decimal(text)
        except PydanticCustomError:
            factor = Decimal(-1)
        if factor < 0:
            self._fault("scenario_bad_factor", "scale", text)
            return
        empty = "" if field.is_required() else cell.write(field.default)
        self._rewrite(table, column, rows, lambda old: _scaled(old or empty, factor, cell))


def _scaled(text: str, factor: Decimal, cell: NumberCell) -> str:
    """Return the product as text; a cell that is no number stays as it is, for the reader to refuse."""
    try:
        return cell.rounded(read_decimal(text) * factor)
    except PydanticCustomError:
        return text


def _normaliser(field: FieldInfo | None) -> Callable[[str], Any]:
    """Return how cells of a column compare: by value (6 = 6.0, 9:30 = 09:30:00), empty ones by their default."""
    cell = TextCell() if field is None else single_cell_of(field)
    default = "" if field is None or field.is_required() else field.default
    if isinstance(cell, TextCell | IdCell | ChoiceCell):
        return lambda text: text or default

    def normal(text: str) -> Any:
        if not text:
            return default
        try:
            return cell.read(text)
        except PydanticCustomError:
            return text

    return normal


def _remove(raw: RawDataset, table: RawTable, rows: list[int]) -> None:
    """Remove rows, and with them what belongs to them in other tables (hours, lots, catchments …)."""
    key = TABLES[table.name].key[0]
    cells = table.columns.get(key, [])
    removed = {cells[i] for i in rows} if cells else set()
    dropped = set(rows)
    table.keep([i for i in range(len(table)) if i not in dropped])
    if len(TABLES[table.name].key) > 1:
        return
    ids = removed - set(table.columns.get(key, []))
    raw.gone.setdefault(table.name, set()).update(ids)
    _remove_from_relays(raw, ids if table.name == "sites" else set())
    has_zones = "zones" in raw.tables and len(raw.tables["zones"]) > 0
    for name, column, owner in BELONGS_TO:
        belongs = owner == table.name or (owner == "zones" and table.name == "neighbourhoods" and not has_zones)
        child = raw.tables.get(name)
        if belongs and child is not None and name not in raw.hidden:
            orphans = [i for i, text in enumerate(child.columns.get(column, [])) if text in ids]
            if orphans:
                _remove(raw, child, orphans)


def _remove_from_relays(raw: RawDataset, ids: set[str]) -> None:
    """Take removed sites out of the lists of sites that others may relay to."""
    sites = raw.tables["sites"] if ids else None
    if sites is None or "may_relay_to" not in sites.columns:
        return
    cell = single_cell_of(TABLES["sites"].model_fields["may_relay_to"])
    for i, text in enumerate(sites.columns["may_relay_to"]):
        named = _normaliser(TABLES["sites"].model_fields["may_relay_to"])(text)
        if isinstance(named, tuple) and ids.intersection(named):
            sites.columns["may_relay_to"][i] = cell.write(tuple(name for name in named if name not in ids))


def _apply_setting(
    raw: RawDataset, scenario: Scenario, change: SettingChange, line: int | None, problems: Problems
) -> None:
    path = tuple(change.setting.split("."))
    if not _is_setting(path):
        known = [*DatasetSettings.model_fields, *(s.key for s in described_settings() if "." in s.key)]
        problems.add(
            "scenario_unknown_setting", scenario.file, line=line, column="setting", value=change.setting,
            known=listed(DatasetSettings.model_fields, most=99), hint=hint_of(nearest(change.setting, known)),
        )  # fmt: skip
        return
    if not isinstance(raw.settings.value, dict):
        raw.settings.value = {}
    group = raw.settings.value
    if len(path) > 1:
        if not isinstance(group.get(path[0]) or {}, dict):
            problems.add(
                "scenario_wrong_form", scenario.file, line=line, column="setting", value=change.setting,
                example=f"setting: {path[0]}, value: {{{path[1]}: {typed(change.value)}}}",
            )  # fmt: skip
            return
        group = raw.settings.value[path[0]] = dict(group.get(path[0]) or {})
    group[path[-1]] = change.value
    raw.settings.notes[path] = scenario.name


def _is_setting(path: tuple[str, ...]) -> bool:
    if path[0] not in DatasetSettings.model_fields:
        return False
    if path[0] in GROUPS_OF_SETTINGS and len(path) == 2:
        return path[1] in GROUPS_OF_SETTINGS[path[0]].model_fields
    return len(path) == 1 or (path[0] == "max_baskets" and len(path) == 2)
