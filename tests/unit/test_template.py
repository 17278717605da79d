from __future__ import annotations

from pathlib import Path

import pytest

from distrib.errors import UsageError
from distrib.io.reading import read_dataset
from distrib.io.reading_yaml import read_yaml
from distrib.io.schema import TABLES, columns_of
from distrib.io.schema_settings import TRAVEL_PARAMETERS, described_settings
from distrib.io.template import LEFT_OUT, settings_template, write_template
from tests.small_dataset import SMALL, write_files


def test_a_template_has_the_header_of_every_table_but_those_that_mean_something_when_empty(tmp_path: Path) -> None:
    write_template(tmp_path / "new")
    for table in TABLES:
        path = tmp_path / "new" / f"{table}.csv"
        if table in LEFT_OUT:
            assert not path.exists()
        else:
            assert path.read_text(encoding="utf-8") == ",".join(columns_of(table)) + "\n"
    readme = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# Jeu de données")
    assert all(f"`{column}`" in readme for table in TABLES for column in columns_of(table))


def test_a_template_is_a_dataset_without_faults_that_serves_nobody_yet(tmp_path: Path) -> None:
    write_template(tmp_path / "new")
    dataset, warnings = read_dataset(tmp_path / "new")
    assert {w.code for w in warnings} == {"empty_table"}
    assert dataset.drivers is None


def test_a_template_can_be_filled_in_row_by_row(tmp_path: Path) -> None:
    write_template(tmp_path / "new")
    write_files(tmp_path / "new", SMALL)
    assert read_dataset(tmp_path / "new")[1] == ()


def test_every_setting_is_explained_and_its_comment_shows_a_value_that_can_be_read(tmp_path: Path) -> None:
    text = settings_template()
    shown = "\n".join(
        line.removeprefix("# ")
        for line in text.splitlines()
        if ": " in line or line in ("# travel:", "# objective:", "# remedies:")
    )
    keys = {s.key.partition(".")[0] for s in described_settings()}
    lines = [
        line
        for line in shown.splitlines()
        if line.strip().split(":")[0] in keys | {s.key.split(".")[-1] for s in described_settings()}
        and line.strip().split(":")[0] not in TRAVEL_PARAMETERS["service"]  # of another mode
    ]
    value = read_yaml("\n".join(lines)).value
    assert set(value) == keys
    assert set(value["objective"]) == {
        s.key.split(".")[1] for s in described_settings() if s.key.startswith("objective.")
    }
    filled = {**SMALL, "dataset.yaml": "\n".join(lines).replace("speed: 1", "speed: 1.5")}
    dataset, _ = read_dataset(write_files(tmp_path, filled))
    assert dataset.settings.max_baskets == (("baskets", 7700), ("kits", 7700))
    assert dataset.settings.travel.parameters == (("circuity", "1"), ("speed", "1.5"))


def test_a_folder_that_holds_anything_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    with pytest.raises(UsageError):
        write_template(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    with pytest.raises(UsageError):
        write_template(tmp_path / "note.txt")
