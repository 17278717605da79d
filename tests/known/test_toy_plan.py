"""The toy plan worked out by hand: the checker finds nothing in it, and says what it finds in plain words."""

from __future__ import annotations

import pytest

from distrib.checker import Breach, check, rules
from distrib.errors import UsageError
from tests.toy_plan import TUE, changed, dataset_changed, toy_dataset, toy_plan


def test_the_plan_worked_out_by_hand_breaks_no_rule() -> None:
    assert check(toy_dataset(), toy_plan()) == ()


def test_a_breach_is_said_in_french_words() -> None:
    plan = changed(toy_plan(), "stops", {"place_id": "F3", "date": TUE}, break_s=0)
    assert check(toy_dataset(), plan) == (
        Breach(
            code="T4",
            table="stops",
            where="vehicle V1, date 2020-04-21",
            measured="12960 s",
            limit="7200 s",
            message="Véhicule V1, mardi 21 avril : 3\u00a0h 36\u00a0min sans pause, maximum 2\u00a0h.",
        ),
    )


def test_a_breach_is_said_in_english_words() -> None:
    dataset = dataset_changed(toy_dataset(), "vehicles", {"vehicle_id": "V2"}, capacity_g=89_500)
    (breach,) = check(dataset, toy_plan(), language="en")
    assert breach.message == "Vehicle V2, Monday 20 April, trip 1: loaded 90\u00a0kg, limit 89.5\u00a0kg."
    assert (breach.measured, breach.limit) == ("90.000 kg", "89.500 kg")


def test_a_load_beyond_the_limit_is_said_as_a_coordinator_would() -> None:
    dataset = dataset_changed(toy_dataset(), "vehicles", {"vehicle_id": "V1"}, capacity_g=71_399)
    (breach,) = check(dataset, toy_plan())
    assert breach.message == ("Véhicule V1, mardi 21 avril, tournée 1 : chargé 71,4\u00a0kg, limite 71,399\u00a0kg.")


def test_a_language_without_messages_is_refused() -> None:
    with pytest.raises(UsageError):
        check(toy_dataset(), toy_plan(), language="de")


def test_every_rule_is_told_in_a_sentence_with_what_is_proven_of_it() -> None:
    told = rules()
    codes = [f"G{i}" for i in range(1, 9)] + [f"T{i}" for i in range(1, 8)] + ["P1"]
    assert [code for code, _, _ in told] == codes
    for _, sentence, detail in told:
        assert sentence.endswith(".")
        assert all(line.endswith(".") for line in detail.splitlines())
