from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import numpy as np
import pytest

from distrib.io import dataset_writing
from distrib.io.dataset_writing import travel_digest, write_dataset
from distrib.io.reading import read_dataset
from distrib.io.schema import TABLES, columns_of
from distrib.model.dataset import Dataset, Objective, Travel, TravelSettings
from distrib.travel import resolve
from tests.instances import make_dataset
from tests.small_dataset import SMALL, write_files
from tests.unit.test_reading_dataset import ROOT, assert_same


def round_trip(dataset: Dataset, folder: Path) -> Dataset:
    folder.mkdir()
    write_dataset(dataset, folder)
    return read_dataset(folder)[0]


@pytest.mark.parametrize("name", ["toy", "mamp-2020"])
def test_the_datasets_of_the_project_read_back_the_same(tmp_path: Path, name: str) -> None:
    dataset = resolve(read_dataset(ROOT / "data" / name)[0])
    assert_same(round_trip(dataset, tmp_path / "a"), dataset)


@pytest.mark.parametrize(
    ("seed", "options"),
    [
        (1, {}),
        (2, {"sites": 40, "kits": True, "basket_types": 2, "depots": 2, "priorities": True, "drivers": False}),
        (3, {"sites": 20, "programme_share": None, "packing_times": False, "lead_days": 0, "relays": False}),
        (4, {"sites": 90, "trucks": 2, "vans": 3}),
    ],
)
def test_generated_datasets_read_back_the_same(tmp_path: Path, seed: int, options: dict[str, int]) -> None:
    dataset = make_dataset(seed, **options)  # type: ignore[arg-type]
    assert_same(round_trip(dataset, tmp_path / "a"), dataset)


def test_every_second_of_a_service_or_a_break_reads_back_the_same(tmp_path: Path) -> None:
    """Minutes with 3 decimals and hours with 4 hold every second, however they are rounded."""
    dataset = make_dataset(1)
    vehicle = dataset.vehicles[0]
    for s in range(1, 400, 7):
        sites = tuple(dataclasses.replace(site, unloading_s=s + i) for i, site in enumerate(dataset.sites))
        fleet = tuple(
            dataclasses.replace(vehicle, vehicle_id=f"V{i}", break_after_s=10_000 + 12 * s + i, break_s=s + i)
            for i in range(7)
        )
        changed = dataclasses.replace(dataset, sites=sites, vehicles=fleet)
        assert_same(round_trip(changed, tmp_path / str(s)), changed)


def test_texts_that_need_quotes_and_settings_of_every_kind_read_back_the_same(tmp_path: Path) -> None:
    dataset = make_dataset(1)
    name = 'Une "semaine": #1, {a}; è\n'.strip()
    settings = dataclasses.replace(
        dataset.settings,
        name=name,
        max_baskets=(("baskets", 3),),
        purchase_budget_cents=123_45,
        language="en",
        max_variants=3,
        persons_in_6plus=7,
        travel=TravelSettings(mode="estimate", parameters=(("circuity", "1.25"), ("speed", "0.9"))),
        objective=Objective(
            walk_tolerance_bp=1, waste_tolerance_bp=250, farm_spread_tolerance_bp=0, food_tolerance_bp=999
        ),
    )
    sites = tuple(
        dataclasses.replace(
            site, name=f'{name} "{i}"\nannexe; b', may_relay_to=(dataset.sites[0].site_id,) if i else ()
        )
        for i, site in enumerate(dataset.sites)
    )
    changed = dataclasses.replace(dataset, settings=settings, sites=sites)
    assert_same(round_trip(changed, tmp_path / "a"), changed)


def test_ids_with_blanks_in_a_list_of_relays_read_back_the_same(tmp_path: Path) -> None:
    files = {n: t.replace("S1", "S 1") for n, t in SMALL.items()}
    files["sites.csv"] = files["sites.csv"].replace(",S 1,\n", ",S 1|S3,\n", 1)
    dataset, _ = read_dataset(write_files(tmp_path / "in", files))
    assert dataset.site_by_id["S2"].may_relay_to == ("S 1", "S3")
    assert_same(round_trip(dataset, tmp_path / "a"), dataset)


def test_outlines_read_back_the_same(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[4.0, 44.0], [4.1, 44.0], [4.1, 44.1], [4.0, 44.0]]]}
    dataset = dataclasses.replace(make_dataset(1), outlines=(("QP001", square), ("QP002", square)))
    assert_same(round_trip(dataset, tmp_path / "a"), dataset)


def test_every_table_is_written_with_its_header_even_when_empty(tmp_path: Path) -> None:
    write_dataset(make_dataset(1), tmp_path)
    often_absent = {"travel_heavy", "fixed_days", "past_coverage", "past_recipes", "past_visits"}
    for table in TABLES.keys() - often_absent:
        assert (tmp_path / f"{table}.csv").read_text(encoding="utf-8").startswith(",".join(columns_of(table)) + "\n")
    assert (tmp_path / "needs.csv").read_text(encoding="utf-8").count("\n") == 1


def test_drivers_without_limit_are_not_written(tmp_path: Path) -> None:
    write_dataset(make_dataset(1, drivers=False), tmp_path)
    assert not (tmp_path / "drivers.csv").exists()


def test_the_same_dataset_is_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_writing, "MOST_PLAIN_PAIRS", 10)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_dataset(make_dataset(5), tmp_path / name)
    files = {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()}
    assert files == {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()}
    assert files["travel.csv.gz"][4:8] == b"\0\0\0\0"
    assert gzip.decompress(files["travel.csv.gz"]).startswith(b"from_id,to_id,seconds,metres\n")


def test_a_big_travel_table_is_compressed_and_reads_back_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_writing, "MOST_PLAIN_PAIRS", 10)
    dataset = make_dataset(5)
    assert_same(round_trip(dataset, tmp_path / "a"), dataset)


def test_above_the_limit_only_the_pairs_driven_are_written_with_the_digest_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_writing, "MOST_PLACES_IN_FULL", 3)
    dataset = make_dataset(5)
    assert dataset.travel is not None
    write_dataset(dataset, tmp_path, driven_pairs={("D1", "S001"), ("S001", "D1"), ("S001", "S002")})
    again, _ = read_dataset(tmp_path)
    assert again.travel is not None
    assert again.travel.driving_s("D1", "S001") == dataset.travel.driving_s("D1", "S001")
    assert again.travel.driving_s("S002", "D1") == -1
    assert (tmp_path / "travel.sha256").read_text() == travel_digest(dataset.travel) + "\n"


def test_the_limit_itself_is_still_written_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = make_dataset(5)
    assert dataset.travel is not None
    monkeypatch.setattr(dataset_writing, "MOST_PLACES_IN_FULL", len(dataset.travel.places))
    write_dataset(dataset, tmp_path, driven_pairs={("D1", "S001")})
    assert_same(read_dataset(tmp_path)[0], dataset)
    assert not (tmp_path / "travel.sha256").exists()


def test_the_digest_changes_with_any_second_metre_or_place() -> None:
    def table(places: tuple[str, ...] = ("A", "B"), seconds: int = 5, metres: int = 7) -> Travel:
        ones = np.ones((2, 2), dtype=np.int32)
        return Travel(places=places, seconds=ones * seconds, metres=ones * metres, source="table")

    digests = {travel_digest(t) for t in (table(), table(("A", "C")), table(seconds=6), table(metres=8))}
    assert len(digests) == 4
    assert travel_digest(table()) == travel_digest(table())


def test_an_unreachable_pair_is_left_out_and_stays_unreachable(tmp_path: Path) -> None:
    dataset = make_dataset(5)
    assert dataset.travel is not None
    seconds, metres = dataset.travel.seconds.copy(), dataset.travel.metres.copy()
    i, j = dataset.travel.index("S001"), dataset.travel.index("S002")
    seconds[i, j] = metres[i, j] = -1
    travel = Travel(places=dataset.travel.places, seconds=seconds, metres=metres, source="table")
    changed = dataclasses.replace(dataset, travel=travel)
    assert_same(round_trip(changed, tmp_path / "a"), changed)
