"""French spaces and dates: what keeps a line from breaking before a colon, and the first of a month said as it is."""

from __future__ import annotations

import datetime as dt
import re

from babel.dates import format_date

_NO_BREAK = "\u00a0"
_BEFORE = re.compile(r" (?=[:;?!%»€](?!\S*://))")
_AFTER = re.compile(r"(?<=«) ")
_UNIT = re.compile(r"(?<=[\d}]) (?=(?:kg|km|min|h|m|g|t)(?![\w'’-]))")
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_FIRST = re.compile(r"(?<![\d/.-])1(?= \w)|(?<=[\w.] )1$")


def french_spaces(text: str) -> str:
    """Return a French text whose spaces before ``: ; ? ! % € »`` and units, and after ``«``, do not break."""
    return _UNIT.sub(_NO_BREAK, _AFTER.sub(_NO_BREAK, _BEFORE.sub(_NO_BREAK, text)))


def date_text(day: dt.date, pattern: str, language: str) -> str:
    """Return a date for people by a CLDR pattern or length; French says “1er mai” where CLDR writes “1 mai”."""
    shown = str(format_date(day, pattern, locale=_LOCALES[language]))
    return _FIRST.sub("1er", shown) if language == "fr" and day.day == 1 else shown
