"""Reasons and remedies in words, French or English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal

from distrib import units
from distrib.io.labels import CATALOGUE, counted, text
from distrib.io.typography import date_text
from distrib.model.dataset import Dataset
from distrib.model.remedy import MICRO, Phrase, Remedy
from distrib.model.routing import Unrouted

ONE_DEED = ("recipe_products", "recipe_fruit", "recipe_weight", "portions", "shift")
"""Changes whose number is not that of the sentence's subject: doing them is one thing."""
A_MONDAY = dt.date(2020, 4, 20)


def number(value: Fraction | int, language: str, decimals: int = 0) -> str:
    """Return a number as people read it, rounded half up, without idle decimals."""
    rounded = Decimal(units.round_half_up(Fraction(value) * 10**decimals)).scaleb(-decimals)
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(rounded, format=pattern, locale=language).replace("\u202f", " ").replace("\u00a0", " ")


def weekday(day: int, language: str) -> str:
    """Return the name of a weekday (0: Monday)."""
    return date_text(A_MONDAY + dt.timedelta(days=day), "EEEE", language)


def day_of(date: dt.date, language: str) -> str:
    """Return a date of the week as people say it: the weekday and the day."""
    return date_text(date, "EEEE d MMMM", language)


def change_text(phrase: Phrase, language: str) -> str:
    """Return a change as the subject of a sentence."""
    shown = {name: _field(name, value, language) for name, value in phrase.fields.items()}
    one, many = CATALOGUE[f"change.{phrase.key}"][0 if language == "fr" else 1].split("|")
    form = one if abs(phrase.n) < 2 and (language == "fr" or abs(phrase.n) == 1) else many
    return form.format(n=number(phrase.n, language), **shown)


def _field(name: str, value: int | str, language: str) -> str:
    if isinstance(value, str):
        return value
    if name == "day":
        return weekday(value, language)
    factor = {"kg": 1000, "eur": 100, "hundredths": 100, "tenths": 10}.get(name, 1)
    return number(Fraction(value, factor), language, 1)


def _deeds(phrase: Phrase) -> int:
    """Return the number that the verb agrees with."""
    return 1 if phrase.key in ONE_DEED else phrase.n


def remedy_text(dataset: Dataset, remedy: Remedy, language: str) -> str:
    """Return what a remedy is and does, as one sentence: the change, whom it raises, who loses, what it costs."""
    phrase: Phrase = remedy.change.phrase(dataset)
    said = counted(
        "effect.raises",
        _deeds(phrase),
        language,
        change=change_text(phrase, language),
        who=remedy.subject.id,
        before=_percent(remedy.before, remedy.subject.need, language),
        after=_percent(remedy.after, remedy.subject.need, language),
    )
    parts = [said, _winners(remedy, language), _losers(remedy, language), price_text(remedy.cents, language)]
    return _sentence("\u00a0; " if language == "fr" else "; ", parts)


def price_text(cents: int, language: str) -> str:
    """Return about what a change costs."""
    return text("effect.price", language, eur=number(Fraction(cents, 100), language))


def _sentence(joint: str, parts: list[str]) -> str:
    whole = joint.join(part for part in parts if part)
    return whole[0].upper() + whole[1:] + "."


def _percent(micro: int, need: int, language: str) -> str:
    return number(Fraction(100 * micro, MICRO * need) if need else Fraction(0), language, 1)


def _winners(remedy: Remedy, language: str) -> str:
    dear = {remedy.subject.id} if remedy.subject.kind == "neighbourhood" else set()
    others = {m.neighbourhood_id for m in remedy.moved if m.after > m.before} - dear
    return counted("effect.winners", len(others), language) if others else ""


def _losers(remedy: Remedy, language: str) -> str:
    if not remedy.losers:
        return text("effect.nobody_loses", language)
    worst = remedy.losers[0]
    return counted(
        "effect.losers",
        len(remedy.losers),
        language,
        who=worst.neighbourhood_id,
        before=number(Fraction(worst.before, MICRO), language, 1),
        after=number(Fraction(worst.after, MICRO), language, 1),
    )


def carried_text(phrase: Phrase, site_id: str, cents: int, language: str) -> str:
    """Return what lets a stop be made: the change, where, what it costs."""
    said = counted("effect.carries", _deeds(phrase), language, change=change_text(phrase, language), site=site_id)
    return _sentence("\u00a0; " if language == "fr" else "; ", [said, price_text(cents, language)])


def unrouted_text(found: Unrouted, date: dt.date, language: str) -> str:
    """Return why no tour carries a stop on a date, with by how much it fails."""
    figures = {name: _figure(name, value, language) for name, value in found.figures}
    return text(f"because.route.{found.cause}", language, day=day_of(date, language), **figures)


def _figure(name: str, value: int, language: str) -> str:
    if name.endswith("_s"):
        return number(-(-value // 60), language)
    return number(Fraction(value, 1000) if name.endswith("_g") else value, language, 3 if name.endswith("_g") else 0)


def because(kind: str, reason: str, language: str, values: Mapping[str, object] | None = None) -> str:
    """Return the sentence of a reason for a kind of unserved row; empty for no reason."""
    return text(f"because.{kind}.{reason}", language, **(values or {})) if reason else ""
