"""What ``describe`` says: limits against need, tight spots, and no small count anywhere."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import pytest

from distrib import travel
from distrib.describing import Description, masked, masked_all
from distrib.description_report import description_files, description_text
from distrib.io.reading import read_dataset
from distrib.model.dataset import Dataset

TOY = Path(__file__).resolve().parents[2] / "data" / "toy"


@pytest.fixture(scope="module")
def toy() -> Dataset:
    return travel.resolve(read_dataset(TOY)[0])


def limits(dataset: Dataset) -> dict[str, int | None]:
    return {x.name: x.baskets for x in Description(dataset).limits if x.date is None}


def test_limits_of_the_toy_week_are_those_counted_by_hand(toy: Dataset) -> None:
    found = limits(toy)
    assert found["programme"] == 56
    assert found["packing"] == 64  # 32 a day on two days
    assert found["site_capacity"] == 58  # N3 needs 10 and its only site takes 8


def test_a_vehicle_less_is_less_transport_and_nobody_to_drive_is_none(toy: Dataset) -> None:
    whole = limits(toy)["transport"]
    less = limits(dataclasses.replace(toy, vehicles=toy.vehicles[1:], drivers=None))["transport"]
    assert whole is not None and less is not None and less < whole
    assert limits(dataclasses.replace(toy, drivers=()))["transport"] == 0


def test_produce_counts_whole_crates_that_can_still_be_packed(toy: Dataset) -> None:
    lot = toy.lots[0]
    crate = toy.product_by_id[lot.product_id].crate_g
    for extra, more in ((crate - 1, 0), (crate, crate)):
        grown = dataclasses.replace(lot, offer_g=lot.offer_g // crate * crate + extra)
        base = dataclasses.replace(lot, offer_g=lot.offer_g // crate * crate)
        with_extra = Description(dataclasses.replace(toy, lots=(grown, *toy.lots[1:]))).produce_g
        assert with_extra - Description(dataclasses.replace(toy, lots=(base, *toy.lots[1:]))).produce_g == more


def test_the_group_of_zones_whose_sites_hold_too_little_is_named(toy: Dataset) -> None:
    spots = [s for s in Description(toy).tight_spots if s.kind == "site_capacity" and s.id]
    assert [(s.id, s.short) for s in spots] == [("N3", 2)]


def test_a_zone_beyond_the_walking_limit_is_a_tight_spot(toy: Dataset) -> None:
    assert toy.catchments is not None
    farthest = max(min(c.walk_m for c in rows) for rows in toy.sites_of_zone.values())
    for limit, far in ((farthest, False), (farthest - 1, True)):
        dataset = dataclasses.replace(toy, settings=dataclasses.replace(toy.settings, walking_limit_m=limit))
        assert any(s.kind == "catchment" for s in Description(dataset).tight_spots) == far


def test_counts_under_11_are_not_written_nor_given_away_by_a_difference(toy: Dataset) -> None:
    assert [masked(n) for n in (0, 1, 10, 11)] == ["0", "<11", "<11", "11"]
    assert masked_all({"a": 20, "b": 10, "c": 30}) == {"a": "*", "b": "<11", "c": "30"}
    assert masked_all({"a": 5, "b": 10, "c": 30}) == {"a": "<11", "b": "<11", "c": "30"}
    files = description_files(Description(toy), "fr")
    rows = list(csv.DictReader(io.StringIO(files["zones.csv"].decode())))
    small = {z for z, n in Description(toy).need.items() if 0 < n < 11}
    assert small and all(row["need_baskets"] in ("<11", "*") for row in rows if row["zone_id"] in small)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_terminal_shows_need_limits_and_tight_spots(toy: Dataset, language: str) -> None:
    text = description_text(Description(toy), language)
    assert "60" in text and "56" in text and len(text.splitlines()) < 25
    assert description_files(Description(toy), language) == description_files(Description(toy), language)
