"""Changes that are tried: the same as a scenario, sized by what is lacking, and with the effect that solving again shows."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from distrib import travel
from distrib.io.dataset_writing import write_dataset
from distrib.io.reading import read_dataset
from distrib.io.remedy_words import remedy_text
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.remedy import MICRO, Remedy, Subject
from distrib.remedies.candidates import candidates, wanted
from distrib.remedies.change import Change, nice
from distrib.remedies.fleet_changes import LongerShift, OneMoreVehicle
from distrib.remedies.goods_changes import MoreOfLot, MoreProgramme
from distrib.remedies.search import find
from distrib.remedies.site_changes import MorePlaces, NewLink, OpenSite
from distrib.remedies.trials import Trials
from distrib.solver.allocation.relaxation import FAMILIES, relax
from tests.instances import make_dataset
from tests.relaxation_weeks import depot, farm, lot, product, site, vehicle, week

A = Subject(kind="neighbourhood", id="A", programme="baskets", need=10)


def two(**more: object) -> Dataset:
    fields: dict[str, object] = {"sites": [site("SA"), site("SB")]}
    return week({"A": {"A1": 10}, "B": {"B1": 30}}, {"A1": ["SA"], "B1": ["SB"]}, **(fields | more))  # type: ignore[arg-type]


def best(dataset: Dataset, *families: str, subject: Subject = A) -> Remedy:
    binding = relax(dataset).binding[subject.programme, subject.id]
    return find(Trials(dataset, Limits(), 10**9), subject, families or FAMILIES, binding, enough=1)[0]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, 1), (1, 1), (9, 9), (11, 15), (96, 100), (101, 110), (513, 550), (1001, 1100), (7713, 8000)],
)
def test_sizes_are_rounded_up_to_what_people_say(number: int, shown: int) -> None:
    assert nice(number) == shown


def test_a_larger_programme_raises_everybody_by_its_share() -> None:
    # 20 of 40: half each; five points more of A (0.5 basket, so a whole one: 6 of 10) take 0.6 of 40: four baskets more
    found = best(two(max_baskets=(("baskets", 20),)))
    assert found.change == MoreProgramme(programme="baskets", baskets=4)
    assert (found.before, found.after, found.reaches) == (5 * MICRO, 6 * MICRO, True)
    assert [(m.neighbourhood_id, m.before, m.after) for m in found.moved] == [
        ("A", 5 * MICRO, 6 * MICRO),
        ("B", 15 * MICRO, 18 * MICRO),
    ]
    assert not found.losers


def test_more_places_where_the_programme_binds_take_from_others_and_say_so() -> None:
    # A has 2 at its site, B the other 18 of the programme
    found = best(two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),)), "site_capacity")
    assert found.change == MorePlaces(site_id="SA", places=1)
    assert (found.before, found.after) == (2 * MICRO, 3 * MICRO)
    assert [(m.neighbourhood_id, m.before, m.after) for m in found.losers] == [("B", 18 * MICRO, 17 * MICRO)]


def test_the_cheapest_change_is_found_first() -> None:
    # a place more costs 1 EUR, an opening 40: three places are cheaper; with places at 50 EUR the day is
    sites = [site("SA", cap=5, days=(0,)), site("SB", days=(0, 1))]
    cheap = two(sites=sites, days=(0, 1))
    assert best(cheap, "site_capacity", "site_hours").change == MorePlaces(site_id="SA", places=1)
    prices = dataclasses.replace(cheap.settings.remedies, site_place_cents=5000)
    dear = dataclasses.replace(cheap, settings=dataclasses.replace(cheap.settings, remedies=prices))
    assert best(dear, "site_capacity", "site_hours").change == OpenSite(
        site_id="SA", weekday=1, opens_s=0, closes_s=24 * 3600
    )


def test_a_zone_without_a_site_is_helped_by_a_link() -> None:
    alone = two()
    alone = dataclasses.replace(alone, catchments=tuple(c for c in alone.catchments or () if c.zone_id != "A1"))
    found = best(alone, "catchment")
    assert isinstance(found.change, NewLink)
    assert (found.change.zone_id, found.before, found.after) == ("A1", 0, 10 * MICRO)


def test_produce_that_is_lacking_is_asked_for_in_whole_crates() -> None:
    scarce = two(lots=[lot("L", "carrot", 180)], products=(product("carrot", crate_g=7000),))
    found = best(scarce, "produce")
    assert isinstance(found.change, MoreOfLot)
    # 26 crates of 7 kg are 182 kg, 180 on offer; 36 kg more fill four baskets: six crates
    assert found.change.crates == 6
    assert found.after >= 6 * MICRO


def test_a_vehicle_more_comes_with_its_driver() -> None:
    from distrib.model.fleet import Drivers

    short = two(
        vehicles=(vehicle(capacity_baskets=20, max_trips=1),), drivers=(Drivers(weekday=0, licence="B", people=1),)
    )
    found = best(short, "transport")
    assert found.change == OneMoreVehicle(like="V", weekdays=(0,))
    assert found.after == 10 * MICRO


def test_what_does_not_help_is_no_remedy() -> None:
    packed = two(depots=(depot(packing_baskets_per_day=20),))
    trials = Trials(packed, Limits(), 10**9)
    assert find(trials, A, ("site_capacity", "programme", "catchment"), (), enough=1) == []
    assert best(packed, "packing").after >= 6 * MICRO


def test_no_more_work_is_done_than_allowed() -> None:
    trials = Trials(two(max_baskets=(("baskets", 20),)), Limits(), 0)
    assert find(trials, A, FAMILIES, (), enough=1) == []
    assert trials.tried() == ()


def test_a_remedy_reads_as_a_sentence_in_both_languages() -> None:
    dataset = two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),))
    found = best(dataset, "site_capacity")
    assert remedy_text(dataset, found, "fr") == (
        "+1 panier par jour à SA fait passer A de 20\u00a0% à 30\u00a0%\u00a0; 1 quartier y perd\u00a0: B passe de 18 à 17 paniers\u00a0; environ 1\u00a0€."
    )
    more = dataclasses.replace(found, change=MorePlaces(site_id="SA", places=20), moved=())
    assert remedy_text(dataset, more, "fr").startswith(
        "+20 paniers par jour à SA font passer A de 20\u00a0% à 30\u00a0%\u00a0; aucun"
    )
    assert remedy_text(dataset, found, "en") == (
        "+1 basket a day at SA raises A from 20 % to 30 %; 1 neighbourhood loses: B goes from 18 to 17 baskets; about 1 EUR."
    )


def test_the_verb_agrees_with_what_is_done() -> None:
    from distrib.remedies.goods_changes import GentlerRecipe

    dataset = two(sites=[site("SA", cap=2), site("SB")], max_baskets=(("baskets", 20),))
    gentler = dataclasses.replace(
        best(dataset, "site_capacity"), change=GentlerRecipe(basket_id="panier", what="weight"), moved=()
    )
    assert remedy_text(dataset, gentler, "fr").startswith(
        "Exiger 8,5\u00a0kg au moins dans le panier «\u00a0panier\u00a0», un cran de moins fait passer A de 20\u00a0% à 30\u00a0%"
    )


# --- the same change, as a scenario ----------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    made = make_dataset(4, sites=9, kits=True, priorities=True)
    settings = dataclasses.replace(made.settings, purchase_budget_cents=100_000)
    folder = tmp_path_factory.mktemp("week")
    (folder / "data").mkdir()
    write_dataset(dataclasses.replace(made, settings=settings), folder / "data")
    return travel.resolve(read_dataset(folder / "data")[0]), folder


def every_change(dataset: Dataset) -> list[Change]:
    shares = relax(dataset).neighbourhood_value
    changes: list[Change] = [LongerShift(vehicle_id=dataset.vehicles[0].vehicle_id, seconds=1500)]
    for hood in dataset.neighbourhoods:
        subject = Subject(kind="neighbourhood", id=hood.neighbourhood_id, programme="baskets", need=100)
        changes += candidates(wanted(dataset, subject, 5 * MICRO, shares, ()), FAMILIES)
    first: dict[tuple[type, str], Change] = {}
    for change in changes:
        first.setdefault((type(change), change.phrase(dataset).key), change)
    return list(first.values())


def test_every_change_is_the_same_as_its_scenario(written: tuple[Dataset, Path], tmp_path: Path) -> None:
    dataset, folder = written
    changes = every_change(dataset)
    assert {c.family for c in changes} == set(FAMILIES)
    for number, change in enumerate(changes):
        file = tmp_path / f"{number}.yaml"
        file.write_text(json.dumps({"name": "x", "changes": change.scenario(dataset)}), encoding="utf-8")
        scenario = travel.resolve(read_dataset(folder / "data", scenarios=[file])[0])
        direct = change.applied(dataset)
        for name in (f.name for f in dataclasses.fields(Dataset)):
            if name not in ("travel", "fingerprint", "outlines", "background"):
                assert getattr(scenario, name) == getattr(direct, name), (change, name)


def test_every_change_has_a_price_and_words(written: tuple[Dataset, Path]) -> None:
    from distrib.io.remedy_words import change_text

    dataset, _ = written
    for change in every_change(dataset):
        assert change.cents(dataset) > 0
        for language in ("fr", "en"):
            assert "{" not in change_text(change.phrase(dataset), language)


def test_a_farm_is_named_where_its_lot_should_grow() -> None:
    dataset = two(lots=[lot("L", "carrot", 180)], farms=(farm(),))
    assert best(dataset, "produce").change.phrase(dataset).fields["farm"] == "F"
