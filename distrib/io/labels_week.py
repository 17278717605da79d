"""Which week a plan is for, said once: not again where the dataset's name already tells it."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from distrib.io.typography import date_text


def tells_week(name: str, week_start: dt.date) -> bool:
    """True when a dataset's name already holds the date its week starts on, in French, English or as ISO date."""
    plain = " ".join(name.split()).casefold()
    shown = {date_text(week_start, "long", language) for language in ("fr", "en")}
    shown |= {format_date(week_start, "long", locale=locale) for locale in ("fr", "en_US")} | {week_start.isoformat()}
    return any(" ".join(date.split()).casefold() in plain for date in shown)
