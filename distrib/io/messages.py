"""Faults and warnings as they are found, and their sentences in French and English.

Every kind of fault has a stable code; its sentences are in the tables of ``messages_*``. A message says what is
wrong with the value shown beside it, a remedy what to write.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from distrib.errors import BadInputError, Finding
from distrib.io.messages_cells import CELLS
from distrib.io.messages_checks import CHECKS
from distrib.io.messages_files import FILES
from distrib.io.messages_text import Text
from distrib.io.messages_warnings import WARNINGS
from distrib.io.schema import TABLES
from distrib.io.typography import french_spaces
from distrib.model.roads import RoadNote

LANGUAGES = ("fr", "en")
TEXTS: dict[str, Text] = {
    code: Text(fr=(french_spaces(both.fr[0]), french_spaces(both.fr[1])), en=both.en)
    for code, both in {**FILES, **CELLS, **CHECKS, **WARNINGS}.items()
}
"""Sentences of every code."""

MOST_OF_A_KIND = 100
"""Faults of one code, table and column that are listed one by one; the rest is counted."""

_BY_SCENARIO = {
    "fr": french_spaces(" (ligne modifiée par le scénario « {} »)"),
    "en": " (row changed by the scenario “{}”)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault or warning before it is put into words; ``note`` names the scenario that changed the row."""

    code: str
    table: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    note: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """True for a warning, False for a fault."""
        return self.code in WARNINGS


@dataclass(slots=True)
class Problems:
    """Collects what is found about one dataset, in the order in which it is found."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        table: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
        note: str = "",
        **context: Any,
    ) -> None:
        """Note one fault or warning; ``context`` fills its sentences."""
        self.found.append(
            Problem(code=code, table=table, line=line, column=column, value=value, note=note, context=context)
        )

    def add_notes(self, notes: Iterable[RoadNote]) -> None:
        """Note what looks wrong about the roads of places."""
        for note in notes:
            self.found.append(Problem(code=note.code, table="travel", value=note.value, context=dict(note.context)))

    @property
    def faults(self) -> list[Problem]:
        """What makes the dataset unusable."""
        return [problem for problem in self.found if not problem.is_warning]

    @property
    def warnings(self) -> list[Problem]:
        """What leaves a plan possible but serves nothing."""
        return [problem for problem in self.found if problem.is_warning]

    def raise_if_faulty(self, language: str) -> None:
        """Raise BadInputError with every fault found so far."""
        if self.faults:
            raise BadInputError(findings(self.faults, language))


def findings(problems: Iterable[Problem], language: str) -> tuple[Finding, ...]:
    """Return problems as findings in a language, by table and line.

    At most ``MOST_OF_A_KIND`` of a kind are listed, with a count of the rest.
    """
    kept: list[Finding] = []
    counts: dict[tuple[str, str, str | None], int] = {}
    for problem in sorted(problems, key=_place):
        kind = (problem.code, problem.table, problem.column)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MOST_OF_A_KIND:
            kept.append(finding(problem, language))
    for (code, table, column), count in counts.items():
        if count > MOST_OF_A_KIND:
            more = Problem(
                code="more_of_the_same",
                table=table,
                column=column,
                context={"count": count - MOST_OF_A_KIND, "code": code},
            )
            kept.append(finding(more, language))
    return tuple(kept)


def _place(problem: Problem) -> tuple[int, int]:
    """Order of tables as people read them, settings first, scenarios and outlines last; then lines."""
    order = ["dataset.yaml", "dataset", *TABLES]
    return order.index(problem.table) if problem.table in order else len(order), problem.line or 0


def finding(problem: Problem, language: str) -> Finding:
    """Return one problem in words. Raises KeyError for an unknown code or a sentence that its context cannot fill."""
    text = TEXTS[problem.code]
    message, remedy = text.fr if language == "fr" else text.en
    values = {"value": problem.value, "column": problem.column, "table": problem.table, **problem.context}
    note = _BY_SCENARIO[language].format(problem.note) if problem.note else ""
    return Finding(
        code=problem.code,
        table=problem.table,
        line=problem.line,
        column=problem.column,
        value=problem.value,
        message=message.format_map(values) + note,
        remedy=remedy.format_map(values),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like ``name``; an empty text when none is alike."""
    names = sorted(known)
    by_fold = {candidate.casefold(): candidate for candidate in reversed(names)}
    alike = difflib.get_close_matches(name.casefold(), sorted(by_fold), n=1, cutoff=0.6)
    return by_fold[alike[0]] if alike else ""


@dataclass(frozen=True, slots=True)
class Near:
    """The known name most like a name, as the tail of a remedy; sought only when it is put into words."""

    name: str
    known: Collection[str]

    def __str__(self) -> str:
        return hint_of(nearest(self.name, self.known))


def hint_of(guess: str) -> str:
    """Return the nearest known name as the tail of a remedy; an empty text for none."""
    return f" ({guess} ?)" if guess else ""


def listed(names: Iterable[str], most: int = 8) -> str:
    """Return names separated by commas, the first few of them."""
    names = list(names)
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
