"""Every scenario of the project can be applied to the reference dataset, and does what its `about` says."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from distrib.io.reading import read_dataset
from distrib.model.dataset import Dataset
from distrib.travel import walking_catchments

ROOT = Path(__file__).resolve().parents[2]
MAMP = ROOT / "data" / "mamp-2020"
SCENARIOS = {path.stem: path for path in sorted((ROOT / "scenarios").glob("*.yaml"))}


@pytest.fixture(scope="module")
def reference() -> Dataset:
    return read_dataset(MAMP)[0]


def applied(*names: str) -> Dataset:
    dataset, warnings = read_dataset(MAMP, [SCENARIOS[name] for name in names])
    assert warnings == ()
    return dataset


def offered_g(dataset: Dataset, product_id: str | None = None) -> int:
    return sum(lot.offer_g for lot in dataset.lots if product_id in (None, lot.product_id))


def need(dataset: Dataset, basket_id: str) -> int:
    return sum(zone.baskets for (_, kind), zone in dataset.zone_needs.items() if kind == basket_id)


def test_the_ten_scenarios_are_there() -> None:
    assert SCENARIOS.keys() == {
        "45-tonnes",
        "april-relays",
        "big-farm-fails",
        "hygiene-kits",
        "need-plus-30",
        "no-volunteers",
        "strawberry-glut",
        "three-sites-close",
        "truck-out",
        "two-vehicles-out-wednesday",
    }


def test_truck_out_takes_one_truck_away_all_week(reference: Dataset) -> None:
    assert reference.vehicle_by_id.keys() - applied("truck-out").vehicle_by_id.keys() == {"C1"}
    assert reference.vehicle_by_id["C1"].needs_licence_c


def test_two_vehicles_out_wednesday_changes_wednesday_only(reference: Dataset) -> None:
    dataset = applied("two-vehicles-out-wednesday")
    for vehicle in reference.vehicles:
        now = dataset.vehicle_by_id[vehicle.vehicle_id]
        gone = {2} if vehicle.vehicle_id in ("C1", "V1") else set()
        assert set(vehicle.weekdays) - set(now.weekdays) == gone


def test_big_farm_fails_removes_the_farm_with_the_largest_offer(reference: Dataset) -> None:
    offers: Counter[str] = Counter()
    for lot in reference.lots:
        offers[lot.farm_id] += lot.offer_g
    (biggest, grams), *_ = offers.most_common()
    dataset = applied("big-farm-fails")
    assert reference.farm_by_id.keys() - dataset.farm_by_id.keys() == {biggest}
    assert offered_g(reference) - offered_g(dataset) == grams


def test_strawberry_glut_offers_four_times_the_strawberries_and_nothing_else_more(reference: Dataset) -> None:
    dataset = applied("strawberry-glut")
    berries = offered_g(reference, "strawberry")
    assert offered_g(dataset, "strawberry") == 4 * berries
    assert offered_g(dataset) - offered_g(reference) == 3 * berries


def test_need_plus_30_raises_the_need_by_30_percent_up_to_rounding(reference: Dataset) -> None:
    assert 1.28 <= need(applied("need-plus-30"), "panier") / need(reference, "panier") <= 1.32


def test_three_sites_close_leaves_every_zone_a_site(reference: Dataset) -> None:
    dataset = applied("three-sites-close")
    assert len(reference.sites) - len(dataset.sites) == 3
    limit = dataset.settings.walking_limit_m
    reached = {row.zone_id for row in walking_catchments(dataset) if row.walk_m <= limit}
    assert reached == dataset.zone_by_id.keys()


def test_no_volunteers_leaves_only_vehicles_that_cost_by_the_hour(reference: Dataset) -> None:
    dataset = applied("no-volunteers")
    assert {v.vehicle_id for v in dataset.vehicles} == {v.vehicle_id for v in reference.vehicles if v.millicents_per_h}
    assert reference.drivers is not None
    assert dataset.drivers is not None
    assert {d.people for d in dataset.drivers if d.licence == "B"} == {8}


def test_45_tonnes_makes_7700_baskets_weigh_about_45_tonnes() -> None:
    dataset = applied("45-tonnes")
    assert 44_000_000 <= 7_700 * dataset.basket_type_by_id["panier"].target_g <= 46_000_000


def test_april_relays_name_some_twenty_relays_for_seventy_five_sites(reference: Dataset) -> None:
    dataset = applied("april-relays")
    before = {site.site_id for site in reference.sites if site.may_relay_to}
    relayed = {site.site_id for site in dataset.sites if site.may_relay_to} - before
    relays = {relay for site in relayed for relay in dataset.site_by_id[site].may_relay_to}
    assert len(relayed) == 75
    assert 15 <= len(relays) <= 20
    assert not relayed & relays
    assert len(dataset.vehicles) < len(reference.vehicles) / 2 + 1


def test_hygiene_kits_add_two_programmes_with_need_contents_and_donations(reference: Dataset) -> None:
    dataset = applied("hygiene-kits")
    settings = dataset.settings
    assert {p: settings.max_baskets_of(p) for p in settings.programmes} == {
        "baskets": 7700,
        "baby": 900,
        "hygiene": 1500,
    }
    assert need(dataset, "panier") == need(reference, "panier")
    for kit, most in (("kit_hygiene", 1500), ("kit_bebe", 900)):
        basket_type = dataset.basket_type_by_id[kit]
        assert need(dataset, kit) > most
        for product_id, portions in basket_type.contents:
            product = dataset.product_by_id[product_id]
            assert product.shelf_life_days is None
            assert most * portions * product.portion_g <= offered_g(dataset, product_id)
        weight = sum(n * dataset.product_by_id[p].portion_g for p, n in basket_type.contents)
        assert basket_type.min_g == basket_type.max_g == weight
    donated = [lot for lot in dataset.lots if lot.farm_id == "DON"]
    assert donated
    assert all(lot.price_millicents_per_kg == 0 for lot in donated)


def test_hygiene_kits_scale_places_so_that_baskets_alone_fit_as_before(reference: Dataset) -> None:
    dataset = applied("hygiene-kits")
    for site in reference.sites:
        now = dataset.site_by_id[site.site_id]
        assert now.max_baskets_per_day == 3 * site.max_baskets_per_day
        relay = site.relay_max_baskets
        assert now.relay_max_baskets == (None if relay is None else 3 * relay)
    assert all(
        dataset.vehicle_by_id[v.vehicle_id].capacity_baskets == 3 * v.capacity_baskets for v in reference.vehicles
    )


def test_scenarios_that_touch_different_things_compose(reference: Dataset) -> None:
    dataset = applied("truck-out", "need-plus-30", "three-sites-close")
    assert len(dataset.vehicles) == len(reference.vehicles) - 1
    assert len(dataset.sites) == 177
    assert need(dataset, "panier") > need(reference, "panier")


def test_the_kit_scenario_is_exactly_what_its_script_writes(tmp_path: Path) -> None:
    script, written = ROOT / "data" / "build_hygiene_kits.py", tmp_path / "kits.yaml"
    subprocess.run([sys.executable, str(script), "--out", str(written)], check=True, cwd=tmp_path)
    assert written.read_bytes() == SCENARIOS["hygiene-kits"].read_bytes()
