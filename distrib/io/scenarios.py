"""Scenario files: named changes to a dataset, read and checked against the tables they change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distrib.io.messages import Problems, hint_of, listed, nearest
from distrib.io.reading_files import bytes_of, exists, typed
from distrib.io.reading_yaml import YamlFaultError, YamlText, read_yaml
from distrib.io.schema import TABLES
from distrib.io.schema_cells import Cell, SingleCell, TextCell, refusal
from distrib.io.tables import decode

_EXAMPLES = {
    "name": "name: …",
    "changes": "changes: [{table: stock, where: {farm_id: F1}, set: {kg: 0}}]",
    "table": "table: stock",
    "where": "where: {farm_id: F1}",
    "set": "set: {kg: 0}",
    "scale": "scale: {kg: 1.3}",
    "add": "add: [{site_id: S1, weekday: mon, opens: 09:00, closes: 12:00}]",
    "remove": "remove: true",
    "setting": "setting: max_baskets",
    "value": "value: 5000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _CellsCell(Cell):
    """{column: text}: a list of words is joined by spaces, or kept as a list of texts with ``keep_lists``."""

    keep_lists: bool = False

    def read_any(self, value: Any) -> Any:
        """Return {column: text}, or {column: [texts]} where lists are kept."""
        if not isinstance(value, dict) or not value:
            raise refusal("scenario_wrong_form")
        found: dict[str, Any] = {}
        for column, item in value.items():
            texts = item if isinstance(item, list) else [item]
            if not all(isinstance(text, str) for text in texts):
                raise refusal("scenario_wrong_form")
            found[column] = texts if self.keep_lists else " ".join(texts)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowsCell(Cell):
    """A list of rows to add, each {column: text}."""

    def read_any(self, value: Any) -> Any:
        """Return the rows."""
        if not isinstance(value, list) or not value:
            raise refusal("scenario_wrong_form")
        return [_CellsCell().read_any(row) for row in value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrueCell(SingleCell):
    """``true``."""

    def read(self, text: str) -> bool:
        """Return True."""
        if text.lower() not in ("true", "yes"):
            raise refusal("scenario_wrong_form")
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _AnyCell(Cell):
    """Anything that a setting may hold; it is checked with the settings."""

    def read_any(self, value: Any) -> Any:
        """Return the value as it stands."""
        return value


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=_FileModel)


class TableChange(_FileModel):
    """Rows of a table that are changed, removed or added; without ``where`` all rows are meant."""

    table: Annotated[str, TextCell(required=True)]
    where: Annotated[dict[str, list[str]], _CellsCell(keep_lists=True)] = Field(default={})
    set: Annotated[dict[str, str], _CellsCell()] = Field(default={})
    scale: Annotated[dict[str, str], _CellsCell()] = Field(default={})
    remove: Annotated[bool, _TrueCell()] = False
    add: Annotated[list[dict[str, str]], _RowsCell()] = Field(default=[])


class SettingChange(_FileModel):
    """A setting that gets another value; an empty one puts its default back."""

    setting: Annotated[str, TextCell(required=True)]
    value: Annotated[Any, _AnyCell()]


class _ScenarioFile(_FileModel):
    name: Annotated[str, TextCell(required=True)]
    about: Annotated[str, TextCell()] = ""
    changes: Annotated[list[Any], _AnyCell()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedChange:
    """A change with the line of the file on which it stands."""

    change: TableChange | SettingChange
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Named changes, applied in order. ``file`` is the name of its file, ``digest`` the SHA-256 of its bytes."""

    name: str
    about: str
    file: str
    digest: str
    changes: tuple[PlacedChange, ...]


def read_scenario(path: Path | str, *, language: str = "fr") -> Scenario:
    """Return a scenario file.

    Raises:
        BadInputError: with every fault of the file found without a dataset.
    """
    problems = Problems()
    scenario = scenario_of_file(Path(path), problems)
    problems.raise_if_faulty(language)
    assert scenario is not None
    return scenario


def scenario_of_file(path: Path, problems: Problems) -> Scenario | None:
    """Return a scenario with the changes that could be read; None when the file as a whole could not."""
    if not exists(path):
        problems.add("path_missing", path.name or str(path), value=str(path))
        return None
    digests: dict[str, str] = {}
    data = bytes_of(path, path.name, digests, problems)
    text = None if data is None else decode(data, path.name, problems)
    if text is None:
        return None
    try:
        content = read_yaml(text)
    except YamlFaultError as error:
        problems.add("scenario_unreadable", path.name, line=error.line, problem=error.problem)
        return None
    return _scenario_of(content, path.name, digests[path.name], problems)


def _scenario_of(content: YamlText, file: str, digest: str, problems: Problems) -> Scenario | None:
    for path, line in content.doubled:
        problems.add("doubled_setting", file, line=line, column=".".join(map(str, path)))
    given = _parsed(_ScenarioFile, content.value, (), content, file, problems)
    if given is None:
        return None
    if not isinstance(given.changes, list):
        if given.changes != "":
            problems.add(
                "scenario_wrong_form", file, line=content.line_of(("changes",)), column="changes",
                value=typed(given.changes), example=_EXAMPLES["changes"],
            )  # fmt: skip
        return Scenario(name=given.name, about=given.about, file=file, digest=digest, changes=())
    changes = (_change_of(item, i, content, file, problems) for i, item in enumerate(given.changes))
    found = tuple(change for change in changes if change is not None)
    return Scenario(name=given.name, about=given.about, file=file, digest=digest, changes=found)


def _change_of(item: Any, i: int, content: YamlText, file: str, problems: Problems) -> PlacedChange | None:
    path = ("changes", i)
    line = content.line_of(path)
    if isinstance(item, dict) and "setting" in item:
        setting = _parsed(SettingChange, item, path, content, file, problems)
        return None if setting is None else PlacedChange(change=setting, line=line)
    change = _parsed(TableChange, item, path, content, file, problems)
    if change is None:
        return None
    if change.table not in TABLES:
        problems.add(
            "scenario_unknown_table", file, line=content.line_of((*path, "table")), column="table", value=change.table,
            known=listed(TABLES, most=99), hint=hint_of(nearest(change.table, TABLES)),
        )  # fmt: skip
        return None
    return PlacedChange(change=change, line=line) if _acts_once(change, file, line, problems) else None


def _acts_once(change: TableChange, file: str, line: int | None, problems: Problems) -> bool:
    """True when a change sets and scales, or removes, or adds; anything else is a fault."""
    given = [name for name in ("where", "set", "scale", "remove", "add") if getattr(change, name)]
    if not {"set", "scale", "remove", "add"}.intersection(given):
        problems.add("scenario_no_action", file, line=line, column="changes")
        return False
    alone = ("remove" in given and {"set", "scale", "add"}.intersection(given)) or ("add" in given and len(given) > 1)
    if alone:
        problems.add("scenario_two_actions", file, line=line, column="changes", value=" + ".join(given))
    return not alone


def _parsed(
    model: type[Model], value: Any, path: tuple[str | int, ...], content: YamlText, file: str, problems: Problems
) -> Model | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _note(fault, model, path, content, file, problems)
        return None


def _note(
    fault: Any, model: type[_FileModel], path: tuple[str | int, ...], content: YamlText, file: str, problems: Problems
) -> None:
    where = (*path, *fault["loc"])
    key = str(fault["loc"][0]) if fault["loc"] else ""
    line, value = content.line_of(where), typed(fault["input"])
    if fault["type"] == "missing":
        problems.add("scenario_missing_key", file, line=content.line_of(path), column=key, example=_EXAMPLES[key])
    elif fault["type"] == "extra_forbidden":
        known = [*TableChange.model_fields, *SettingChange.model_fields] if path else list(model.model_fields)
        guess = nearest(key, known) or ", ".join(known)
        problems.add("scenario_unknown_key", file, line=line, column=key, value=key, guess=guess)
    else:
        example = _EXAMPLES.get(key, _EXAMPLES["changes"])
        problems.add("scenario_wrong_form", file, line=line, column=key or None, value=value, example=example)
