"""YAML read as text: every scalar as it was typed, with the line of every key.

Values go through the same cell readers as the tables, so ``10:30``, ``NO`` or ``1e3`` mean what a person typed
and a fault can show it. Only plain YAML is taken: no anchors, no merging, no doubled keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Path = tuple[str | int, ...]

_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class YamlText:
    """A YAML file as text: ``value`` holds dicts, lists and str (empty for null); ``lines`` the line of each path.

    ``doubled`` lists (path, line) of keys that come twice; the first value is kept. ``notes`` names the
    scenario that set a path.
    """

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)
    doubled: list[tuple[Path, int]] = field(default_factory=list)
    notes: dict[Path, str] = field(default_factory=dict)

    def line_of(self, path: Path) -> int | None:
        """Line of a path, or of the nearest enclosing one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def note_of(self, path: Path) -> str:
        """Name of the scenario that set a path or an enclosing one, else an empty text."""
        return next((self.notes[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.notes), "")


class YamlFaultError(Exception):
    """The file is not YAML that can be read; ``line`` counts from 1, ``problem`` is the parser's sentence."""

    def __init__(self, line: int | None, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


def read_yaml(text: str) -> YamlText:
    """Return the content of a YAML file as text.

    Raises:
        YamlFaultError: on a syntax error, or an alias, with its line.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFaultError(mark.line + 1 if mark else None, str(error.problem or error.context)) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise YamlFaultError(None, str(error).splitlines()[0]) from None
    found = YamlText(value="")
    found.value = "" if node is None else _plain(node, (), found, set())
    return found


def _plain(node: Node, path: Path, found: YamlText, seen: set[int]) -> Any:
    if id(node) in seen:  # only an alias leads to the same node twice
        raise YamlFaultError(node.start_mark.line + 1, f"&{node.anchor}")
    seen.add(id(node))
    found.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return "" if node.style is None and node.value in _NULLS else str(node.value).strip()
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), found, seen) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    return _plain_mapping(node, path, found, seen)


def _plain_mapping(node: MappingNode, path: Path, found: YamlText, seen: set[int]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise YamlFaultError(line, "a key that is not a word")
        key = str(key_node.value)
        if key in mapping:
            found.doubled.append(((*path, key), line))
            continue
        found.lines[(*path, key)] = line
        mapping[key] = _plain(value_node, (*path, key), found, seen)
    return mapping
