"""Every text of the outputs made for people, in French and in English: one catalogue, looked up by key.

The texts themselves live in the ``labels_*`` modules, one per kind of output, as ``key: (French, English)``.
A text may hold ``{name}`` fields; one that depends on a number ``n`` holds both forms as ``one|many``.
"""

from __future__ import annotations

from types import MappingProxyType

from distrib.errors import UsageError
from distrib.io import (
    labels_comparison,
    labels_explain,
    labels_frontier,
    labels_map,
    labels_notices,
    labels_plan,
    labels_reasons,
    labels_sheets,
    labels_terminal,
    labels_workbook,
)
from distrib.io.typography import french_spaces

LANGUAGES: tuple[str, ...] = ("fr", "en")
DEFAULT_PROGRAMME = "baskets"
"""The programme of basket types that name none."""


def _catalogue() -> dict[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    parts = (
        labels_plan,
        labels_map,
        labels_workbook,
        labels_sheets,
        labels_notices,
        labels_terminal,
        labels_comparison,
        labels_reasons,
        labels_explain,
        labels_frontier,
    )
    for part in (module.TEXTS for module in parts):
        doubled = merged.keys() & part.keys()
        if doubled:
            raise ValueError(f"text keys used twice: {sorted(doubled)}")
        merged |= {key: (french_spaces(french), english) for key, (french, english) in part.items()}
    return merged


CATALOGUE = MappingProxyType(_catalogue())


def _language_index(language: str) -> int:
    if language not in LANGUAGES:
        raise UsageError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    return LANGUAGES.index(language)


def text(key: str, language: str, **values: object) -> str:
    """Return the text of a key in a language, its ``{name}`` fields filled in.

    Raises:
        KeyError: for a key or field that the catalogue or the call does not have (a defect of the program).
        UsageError: for a language that is not in ``LANGUAGES``.
    """
    template = CATALOGUE[key][_language_index(language)]
    return template.format(**values) if values else template


def counted(key: str, n: int, language: str, **values: object) -> str:
    """Return the text of a key for ``n`` things: French counts 0 and 1 as one, English only 1.

    Raises:
        KeyError, UsageError: as ``text``.
    """
    one, many = CATALOGUE[key][_language_index(language)].split("|")
    is_one = abs(n) < 2 if language == "fr" else abs(n) == 1
    return (one if is_one else many).format(n=n, **values)


def programme_name(programme: str, language: str) -> str:
    """Return what people call a programme: the word for baskets where the dataset names none, else its own id."""
    return text("programme.baskets", language) if programme == DEFAULT_PROGRAMME else programme


def section(prefix: str, language: str) -> dict[str, str]:
    """Return all texts whose key starts with ``prefix``, keyed without it, for templates and scripts; fields unfilled."""
    index = _language_index(language)
    return {key.removeprefix(prefix): both[index] for key, both in CATALOGUE.items() if key.startswith(prefix)}
