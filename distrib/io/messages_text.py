"""The sentences of one kind of fault or warning."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """(message, remedy) in French and in English; ``{…}`` is filled from the context of the finding."""

    fr: tuple[str, str]
    en: tuple[str, str]
