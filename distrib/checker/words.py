"""Findings put into a coordinator's words, in French and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from distrib.checker.breach import Amount, Breach, Found, Place
from distrib.checker.sayings import SAYINGS
from distrib.units import clock, eur, kg, km

LANGUAGES = ("fr", "en")
_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_THINGS = {  # unit: (one, several) in French, then in English
    "baskets": {"fr": ("panier", "paniers"), "en": ("basket", "baskets")},
    "crates": {"fr": ("caisse", "caisses"), "en": ("crate", "crates")},
    "portions": {"fr": ("portion", "portions"), "en": ("portion", "portions")},
    "products": {"fr": ("produit", "produits"), "en": ("product", "products")},
    "vehicles": {"fr": ("véhicule", "véhicules"), "en": ("vehicle", "vehicles")},
    "drivers": {"fr": ("chauffeur", "chauffeurs"), "en": ("driver", "drivers")},
    "trips": {"fr": ("tournée", "tournées"), "en": ("trip", "trips")},
    "variants": {"fr": ("recette", "recettes"), "en": ("recipe", "recipes")},
}
_PLACES = {
    "fr": {
        "vehicle": "véhicule {}",
        "date": "{}",
        "trip": "tournée {}",
        "stop": "arrêt {}",
        "site": "point de distribution {}",
        "farm": "ferme {}",
        "place": "lieu {}",
        "zone": "zone {}",
        "neighbourhood": "quartier {}",
        "programme": "programme {}",
        "basket": "panier {}",
        "lot": "lot {}",
        "product": "produit {}",
        "depot": "plateforme {}",
        "row": "ligne « {} »",
        "column": "colonne {}",
    },
    "en": {key: key + " {}" for key in ("vehicle", "trip", "stop", "site", "farm", "place", "zone", "neighbourhood")}
    | {key: key + " {}" for key in ("programme", "basket", "lot", "product", "depot", "row", "column")}
    | {"date": "{}"},
}
"""How each part of a place is said, in the order in which the parts are."""


def breach(code: str, finding: Found, language: str) -> Breach:
    """Return the breach that a finding is, with its message in ``fr`` or ``en``."""
    return Breach(
        code=code,
        table=finding.table,
        where=", ".join(f"{key} {value}" for key, value in _in_order(finding)),
        measured="" if finding.measured is None else neutral(finding.measured),
        limit="" if finding.limit is None else neutral(finding.limit),
        message=_message(finding, language),
    )


def _message(finding: Found, language: str) -> str:
    sentence = SAYINGS[finding.saying][LANGUAGES.index(language)].format(
        measured="" if finding.measured is None else spoken(finding.measured, language),
        limit="" if finding.limit is None else spoken(finding.limit, language),
    )
    parts = [_PLACES[language][key].format(_place(value, language)) for key, value in _in_order(finding)]
    parts = parts or [("table {}" if language == "en" else "tableau {}").format(finding.table)]
    where = ", ".join(parts)
    return where[0].upper() + where[1:] + (" : " if language == "fr" else ": ") + sentence


def _in_order(finding: Found) -> list[tuple[str, Place]]:
    order = list(_PLACES["fr"])
    return sorted(finding.where, key=lambda item: order.index(item[0]))


def _place(value: Place, language: str) -> str:
    return date_in_words(value, language) if isinstance(value, dt.date) else str(value)


def neutral(amount: Amount) -> str:
    """Return an amount for tools: plain digits, the unit after it."""
    value = amount.value
    if not isinstance(value, int):
        return "" if value is None else str(value)
    written: dict[str, Callable[[int], str]] = {
        "g": lambda v: f"{kg(v)} kg",
        "m": lambda v: f"{km(v)} km",
        "clock": clock,
        "span": lambda v: f"{v} s",
        "cents": lambda v: f"{eur(v)} EUR",
        "bp": lambda v: f"{eur(v)} %",
        "number": str,
    }
    return written[amount.unit](value) if amount.unit in written else f"{value} {amount.unit}"


def spoken(amount: Amount, language: str) -> str:
    """Return an amount as people say it in a language."""
    value, unit = amount.value, amount.unit
    if isinstance(value, dt.date):
        return date_in_words(value, language)
    if not isinstance(value, int):
        return "–" if value is None else value
    if unit in _THINGS:
        one, several = _THINGS[unit][language]
        return f"{_number(str(value), language)}\u00a0{one if abs(value) <= 1 else several}"
    said: dict[str, Callable[[int], str]] = {
        "g": lambda v: f"{_number(kg(v), language)}\u00a0kg",
        "m": lambda v: f"{_number(km(v), language)}\u00a0km",
        "clock": lambda v: clock(v) if v % 60 else clock(v)[:-3],
        "span": _span,
        "cents": lambda v: f"{_number(eur(v), language, trim=False)}\u00a0€",
        "bp": lambda v: f"{_number(eur(v), language)}\u00a0%",
        "number": lambda v: _number(str(v), language),
    }
    return said[unit](value)


def _span(seconds: int) -> str:
    sign, hours, rest = "-" if seconds < 0 else "", abs(seconds) // 3600, abs(seconds) % 3600
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return sign + (" ".join(f"{n}\u00a0{unit}" for n, unit in parts if n) or "0\u00a0min")


def _number(digits: str, language: str, *, trim: bool = True) -> str:
    """Group thousands and put the language's decimal mark; trailing zeros go where ``trim``."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0") if trim else decimals
    grouped = f"{int(whole):,}"
    if language == "fr":
        return sign + grouped.replace(",", "\u00a0") + (f",{decimals}" if decimals else "")
    return sign + grouped + (f".{decimals}" if decimals else "")


def date_in_words(date: dt.date, language: str) -> str:
    """Return « mardi 21 avril », or Tuesday 21 April."""
    number = "1er" if language == "fr" and date.day == 1 else str(date.day)
    return f"{_DAYS[language][date.weekday()]} {number} {_MONTHS[language].split()[date.month - 1]}"
