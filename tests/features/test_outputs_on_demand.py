"""The commands that make outputs from an existing plan folder, also from one edited by hand."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from distrib.cli import EXPORTS, main
from distrib.indicators import indicators
from distrib.io.export import FORMATS
from distrib.io.export_hxl import TAGS
from distrib.io.plan_folder import write_plan_folder
from distrib.io.plan_tables import TABLES
from tests.instances import make_dataset
from tests.sample_plans import full_plan


@pytest.fixture(scope="module")
def plan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "week"
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    plan = full_plan(dataset)
    write_plan_folder(folder, dataset, plan, indicators(dataset, plan), run=None)
    return folder


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_format_is_written_whole_and_again_with_the_same_bytes(
    plan_folder: Path, tmp_path: Path, kind: str
) -> None:
    files = json.loads(run("export", plan_folder, "--format", kind, "--out", tmp_path / "a", "--json"))["files"]
    run("export", plan_folder, "--format", kind, "--out", tmp_path / "b", "--quiet")
    assert files
    for file in map(Path, files):
        assert file.stat().st_size
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()


def test_the_formats_of_the_command_are_those_there_are() -> None:
    assert tuple(FORMATS) == EXPORTS


def test_an_unknown_format_is_a_usage_error(plan_folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(plan_folder), "--format", "dwg", "--out", str(tmp_path)])
    assert result.exit_code == 2


def test_a_file_in_the_way_is_said_without_a_traceback(plan_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["export", str(plan_folder), "--format", "hxl", "--out", str(tmp_path / "taken")])
    assert result.exit_code == 2
    assert "taken" in result.output


def test_sheets_notices_and_gpx_go_into_the_plan_folder_and_a_new_plan_replaces_them(
    plan_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(plan_folder, tmp_path / "plan"))
    run("sheets", folder)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert {"driver_sheets.pdf", "notices/sites.txt", "notices/farms.pdf", "notices/packing.pdf"} <= names
    assert any(name.startswith("gpx/") for name in names)
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    plan = full_plan(dataset)
    write_plan_folder(folder, dataset, plan, indicators(dataset, plan), run=None)
    assert not (folder / "gpx").exists()


def test_outputs_follow_the_edits_of_a_coordinator(plan_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plan_folder, tmp_path / "plan"))
    sites = folder / "dataset" / "sites.csv"
    text = sites.read_text(encoding="utf-8")
    first = next(csv.DictReader(text.splitlines()))["name"]
    sites.write_text(text.replace(first, "Salle des fêtes rénovée", 1), encoding="utf-8")
    run("sheets", folder, "--out", tmp_path / "papers")
    assert "Salle des fêtes rénovée" in (tmp_path / "papers" / "notices" / "sites.txt").read_text(encoding="utf-8")


def test_papers_are_english_when_asked(plan_folder: Path, tmp_path: Path) -> None:
    run("sheets", plan_folder, "--out", tmp_path, "--lang", "en")
    assert "Week of" in (tmp_path / "notices" / "sites.txt").read_text(encoding="utf-8")


def test_every_column_of_a_plan_has_an_hxl_tag_below_its_header(plan_folder: Path, tmp_path: Path) -> None:
    run("export", plan_folder, "--format", "hxl", "--out", tmp_path)
    assert {column.name for table in TABLES for column in table.columns} == set(TAGS)
    assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag) for tag in TAGS.values())
    for table in TABLES:
        with (tmp_path / table.file_name).open(encoding="utf-8", newline="") as file:
            header, tags = next(reader := csv.reader(file)), next(reader)
        assert tags == [TAGS[name] for name in header]


def test_a_data_package_describes_every_table_of_plan_and_dataset(plan_folder: Path, tmp_path: Path) -> None:
    run("export", plan_folder, "--format", "datapackage", "--out", tmp_path)
    for folder in (tmp_path, tmp_path / "dataset", plan_folder, plan_folder / "dataset"):
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        assert {r["path"] for r in package["resources"]} == {p.name for p in folder.glob("*.csv")}
        for resource in package["resources"]:
            with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            fields = resource["schema"]["fields"]
            assert [field["name"] for field in fields] == header
            assert all(field["description"] for field in fields)
            assert set(resource["schema"].get("primaryKey", [])) <= set(header)
