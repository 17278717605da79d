"""The checker and the retiming take any nonsense: they find it, and never fail on it."""

from __future__ import annotations

import dataclasses
import random
from fractions import Fraction
from typing import Any

import pytest

from distrib.checker import check, retime
from distrib.checker.registry import RULES
from distrib.checker.sayings import SAYINGS
from distrib.checker.words import LANGUAGES
from distrib.model.plan import Plan
from tests.toy_plan import MON, TUE, WED, dt, toy_dataset, toy_plan

TABLES = [name for name in Plan.__dataclass_fields__ if name not in ("warnings", "provenance")]
TEXTS = (
    "",
    "?",
    "~",
    "~2",
    "family~2",
    "family~1",
    "family~x",
    "S1",
    "S2",
    "S3",
    "F1",
    "F3",
    "D1",
    "V1",
    "V2",
    "N1-A",
    "LL",
)
TEXTS += ("SS", "apple", "depot", "site", "farm", "need", "kits", "Ñ\n'\"", "family~" + "9" * 40)
NUMBERS = (-(10**12), -1, 0, 1, 2, 3, 7, 100, 25_200, 86_400, 86_401, 10**12)
DATES = (dt.date.min, dt.date(2020, 4, 17), MON, TUE, WED, dt.date(2020, 4, 24), dt.date.max)


def nonsense(value: Any, rng: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return rng.choice((*NUMBERS, value + 1, value - 1, -value))
    if isinstance(value, str):
        return rng.choice(TEXTS)
    if isinstance(value, dt.date):
        return rng.choice(DATES)
    if isinstance(value, Fraction):
        return Fraction(rng.choice(NUMBERS), 3)
    return value


def mutated(plan: Plan, rng: random.Random) -> Plan:
    """The plan with one row changed, doubled, removed or moved, whatever that means."""
    table = rng.choice(TABLES)
    rows = list(getattr(plan, table))
    if not rows:
        return plan
    place = rng.randrange(len(rows))
    match rng.choice(("change", "change", "change", "double", "remove", "move", "empty")):
        case "change":
            names = rng.sample(list(rows[place].__dataclass_fields__), rng.randint(1, 3))
            fields = {name: nonsense(getattr(rows[place], name), rng) for name in names}
            rows[place] = dataclasses.replace(rows[place], **fields)
        case "double":
            rows.insert(place, rows[place])
        case "remove":
            del rows[place]
        case "move":
            rows.insert(rng.randrange(len(rows)), rows.pop(place))
        case "empty":
            rows = rows[:place]
    return dataclasses.replace(plan, **{table: tuple(rows)})


@pytest.mark.parametrize("seed", range(20))
def test_no_nonsense_makes_the_checker_fail(seed: int) -> None:
    rng = random.Random(seed)
    dataset = toy_dataset()
    for round_ in range(40):
        plan = toy_plan()
        for _ in range(1 + round_ % 6):
            plan = mutated(plan, rng)
        breaches = check(dataset, plan, language=LANGUAGES[round_ % 2])
        assert all(b.message and b.table for b in breaches)


@pytest.mark.parametrize("seed", range(20))
def test_no_nonsense_makes_the_retiming_fail(seed: int) -> None:
    rng = random.Random(1_000 + seed)
    dataset = toy_dataset()
    for round_ in range(15):
        plan = toy_plan()
        for _ in range(1 + round_ % 6):
            plan = mutated(plan, rng)
        check(dataset, retime(dataset, plan))


def test_every_change_of_one_number_in_the_plan_is_found() -> None:
    dataset, plan = toy_dataset(), toy_plan()
    unnoticed = []
    for table in TABLES:
        for place, row in enumerate(getattr(plan, table)):
            for name, value in ((n, getattr(row, n)) for n in row.__dataclass_fields__):
                if isinstance(value, int):
                    new = dataclasses.replace(row, **{name: (not value) if isinstance(value, bool) else value + 1})
                    rows = (*getattr(plan, table)[:place], new, *getattr(plan, table)[place + 1 :])
                    if not check(dataset, dataclasses.replace(plan, **{table: rows})):
                        unnoticed.append((table, name))
    # Times may have slack, as may breaks; the bound of a proof is the allocation's own to give.
    free = {("stops", name) for name in ("arrival_s", "start_s", "departure_s", "break_s")}
    assert set(unnoticed) <= free | {("fairness", "bound_microbaskets")}


def test_every_change_of_one_word_in_the_plan_is_found() -> None:
    dataset, plan = toy_dataset(), toy_plan()
    unnoticed = set()
    for table in TABLES:
        for place, row in enumerate(getattr(plan, table)):
            for name in row.__dataclass_fields__:
                if isinstance(getattr(row, name), str):
                    new = dataclasses.replace(row, **{name: "elsewhere"})
                    rows = (*getattr(plan, table)[:place], new, *getattr(plan, table)[place + 1 :])
                    if not check(dataset, dataclasses.replace(plan, **{table: rows})):
                        unnoticed.add((table, name))
    free_words = {("unserved", "explanation"), ("unserved", "remedy"), ("fairness", "binding"), ("fairness", "cut")}
    assert unnoticed <= free_words | {("levels", name) for name in ("name", "unit", "why_not_proven")}


def test_an_empty_plan_is_not_a_good_one() -> None:
    assert {b.code for b in check(toy_dataset(), Plan())} == {"G4", "P1"}


def test_everything_that_can_be_found_is_said_in_both_languages() -> None:
    for saying, (french, english) in SAYINGS.items():
        assert french.endswith(".") and english.endswith("."), saying
        fields = ("{measured}", "{limit}")
        assert [f in french for f in fields] == [f in english for f in fields], saying


def test_no_two_rules_share_a_check() -> None:
    checks = [prove for rule in RULES for prove in rule.checks]
    assert len(set(checks)) == len(checks)
