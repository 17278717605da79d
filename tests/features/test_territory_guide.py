"""The guide works: each of its commands, in order, on small made-up files of the same form as the public ones."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from distrib.cli import main
from tests.territory_files import cells, outlines, place, places, two_hoods

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "your-territory.md"


def distrib(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def made_up_files(folder: Path) -> None:
    outlines(folder, two_hoods())
    cells(folder)
    rows = [
        place(f"École {name}", east, north)
        for name, east, north in (
            ("du Port", 200, 200), ("des Pins", 450, 450), ("Jean Moulin", 700, 300), ("de la Baie", 1800, 200),
            ("Marie Curie", 2000, 450), ("du Phare", 1500, 400), ("des Sables", 1000, 300),
        )
    ]  # fmt: skip
    places(folder, rows).rename(folder / "ecoles.csv")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder after the whole guide, and the commands it gave."""
    folder = tmp_path_factory.mktemp("guide")
    made_up_files(folder)
    given = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, name, body in re.findall(r"```(sh|csv) ?(\S*)\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL):
            if kind == "csv":
                (folder / "my-city" / name).write_text(body, encoding="utf-8")
                continue
            for line in body.strip().splitlines():
                words = shlex.split(line)
                assert words[0] == "distrib"
                done = distrib(*words[1:])
                assert done.exit_code == 0, f"{line}\n{done.output}"
                given.append(line)
    return folder, given


def test_every_command_of_the_guide_ends_well_and_the_plan_keeps_every_rule(followed: tuple[Path, list[str]]) -> None:
    folder, given = followed
    assert given[-1] == "distrib check plan"
    summary = json.loads((folder / "plan" / "summary.json").read_text(encoding="utf-8"))
    assert summary["indicators"]["baskets"] > 50


def test_the_imported_tables_hold_the_published_population(followed: tuple[Path, list[str]]) -> None:
    with (followed[0] / "my-city" / "neighbourhoods.csv").open(encoding="utf-8") as file:
        assert [row["population"] for row in csv.DictReader(file)] == ["1800", "900"]


def test_a_choice_writes_its_tables_its_curve_and_its_maps(followed: tuple[Path, list[str]]) -> None:
    choice = followed[0] / "choice"
    names = {path.name for path in choice.iterdir()}
    assert {
        "sites.csv",
        "site_hours.csv",
        "catchments.csv",
        "exceptions.csv",
        "curve.csv",
        "curve.svg",
        "map.svg",
    } <= names
    with (choice / "curve.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["sites"] for row in rows] == ["2", "3", "4"]
    walks = [int(row["mean_walk_m"]) for row in rows]
    assert walks == sorted(walks, reverse=True)
    summary = json.loads((choice / "summary.json").read_text(encoding="utf-8"))
    assert [level["name"] for level in summary["levels"]] == ["coverage", "robust coverage", "walk", "stops"]


def test_names_in_pictures_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made_up_files(tmp_path)
    rows = [place("<script>alert(1)</script>", 300, 300), place("École & Cie", 1900, 300)]
    places(tmp_path, rows).rename(tmp_path / "ecoles.csv")
    for line in (
        "import qpv qp.geojson --dataset d",
        "import grid carreaux.csv --dataset d",
        "import places ecoles.csv --dataset d",
        "sites d --open 2 --out choice --quiet",
    ):
        done = distrib(*line.split())
        assert done.exit_code == 0, done.output
    picture = (tmp_path / "choice" / "map.svg").read_text(encoding="utf-8")
    assert "<script>" not in picture and "&lt;script&gt;" in picture and "École &amp; Cie" in picture


def test_a_preview_writes_nothing_and_rows_are_not_written_over_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made_up_files(tmp_path)
    seen = distrib("import", "qpv", "qp.geojson", "--dataset", "d", "--preview")
    assert seen.exit_code == 0 and "QP001" in seen.output and not (tmp_path / "d").exists()
    assert distrib("import", "qpv", "qp.geojson", "--dataset", "d").exit_code == 0
    again = distrib("import", "qpv", "qp.geojson", "--dataset", "d")
    assert again.exit_code == 2 and "--replace" in again.output
    assert distrib("import", "qpv", "qp.geojson", "--dataset", "d", "--replace").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sites", "d", "--open", "9"], "allowed"),
        (["sites", "d", "--open", "2", "--fix", "nobody"], "nobody"),
        (["sites", "d", "--open", "2", "--fix", "P00001", "--forbid", "P00001"], "P00001"),
        (["sites", "d", "--open", "2", "--curve", "2,x"], "--curve"),
        (["import", "places", "absent.csv", "--dataset", "d", "--replace"], "file_missing"),
        (["import", "grid", "carreaux.csv", "--dataset", "d", "--replace", "--sizes", "1,2"], "--sizes"),
        (["import", "grid", "carreaux.csv", "--dataset", "empty"], "no_neighbourhoods"),
    ],
)
def test_a_wrong_call_is_one_clear_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    made_up_files(tmp_path)
    for line in (
        "import qpv qp.geojson --dataset d",
        "import grid carreaux.csv --dataset d",
        "import places ecoles.csv --dataset d",
    ):
        assert distrib(*line.split()).exit_code == 0
    done = distrib(*words)
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output
