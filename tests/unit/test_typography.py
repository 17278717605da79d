"""French typography: spaces that do not break, and the first of a month."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from distrib.io.labels import CATALOGUE
from distrib.io.messages import TEXTS
from distrib.io.typography import date_text, french_spaces

FIRST = dt.date(2020, 5, 1)


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("Total : 12 kg", "Total\u00a0: 12\u00a0kg"),
        ("« {name} » ; {n} %", "«\u00a0{name}\u00a0»\u00a0; {n}\u00a0%"),
        ("{n} min, à 2 m ; {eur} €", "{n}\u00a0min, à 2\u00a0m\u00a0; {eur}\u00a0€"),
        ("{n} m'a dit, 3 grands, 12:30", "{n} m'a dit, 3 grands, 12:30"),
        ("départ ________ retour", "départ ________ retour"),
    ],
)
def test_spaces_before_high_signs_and_units_do_not_break(plain: str, typeset: str) -> None:
    assert french_spaces(plain) == typeset
    assert french_spaces(typeset) == typeset


@pytest.mark.parametrize(
    ("pattern", "french", "english"),
    [
        ("full", "vendredi 1er mai 2020", "Friday, 1 May 2020"),
        ("long", "1er mai 2020", "1 May 2020"),
        ("EEEE d MMMM", "vendredi 1er mai", "Friday 1 May"),
        ("EEE d", "ven. 1er", "Fri 1"),
    ],
)
def test_the_first_of_a_month_is_said_as_the_french_say_it(pattern: str, french: str, english: str) -> None:
    assert date_text(FIRST, pattern, "fr") == french
    assert date_text(FIRST, pattern, "en") == english


def test_other_days_and_years_stay_as_they_are() -> None:
    assert date_text(dt.date(2020, 5, 11), "full", "fr") == "lundi 11 mai 2020"
    assert date_text(dt.date(2021, 1, 21), "EEE d", "fr") == "jeu. 21"


def test_no_french_text_can_break_before_a_high_sign() -> None:
    french = [both[0] for both in CATALOGUE.values()] + [part for text in TEXTS.values() for part in text.fr]
    assert [text for text in french if french_spaces(text) != text] == []


def test_no_english_text_has_a_space_before_a_sign() -> None:
    english = [both[1] for both in CATALOGUE.values()] + [part for text in TEXTS.values() for part in text.en]
    assert [text for text in english if re.search(r"[^ ] [:;?!]|\u00a0[:;?!]", text)] == []
