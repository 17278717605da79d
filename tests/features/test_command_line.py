"""The commands as users meet them: in processes of their own, from any folder."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "data" / "toy"


def run(*args: str | Path, cwd: Path, hash_seed: str = "0", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "distrib.cli", *map(str, args)],
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def compared_files(folder: Path) -> dict[str, bytes]:
    """Everything that must be the same from run to run: all but run.json and the outputs for people."""
    kept = (".csv", ".json", ".yaml", ".gz")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json" and path.name.endswith(kept)
    }


@pytest.fixture(scope="module")
def toy_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    done = run("plan", TOY, "--out", folder / "plan", "--effort", "quick", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "plan"


def test_a_plan_holds_every_table_and_its_inputs(toy_plan: Path) -> None:
    names = {path.name for path in toy_plan.iterdir()}
    tables = [
        "coverage",
        "allocation",
        "deliveries",
        "stops",
        "collections",
        "recipes",
        "packing",
        "stock_ledger",
        "unserved",
        "fairness",
    ]
    assert {f"{table}.csv" for table in tables} <= names
    assert {"summary.json", "run.json", "dataset", "map.html", "plan.xlsx", "plan.gpkg", "driver_sheets.pdf"} <= names


def test_a_plan_that_was_just_written_keeps_every_rule(toy_plan: Path, tmp_path: Path) -> None:
    done = run("check", toy_plan, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["breaches"] == []


def test_the_summary_names_no_time_host_or_path(toy_plan: Path) -> None:
    text = (toy_plan / "summary.json").read_text(encoding="utf-8")
    assert str(ROOT) not in text and str(toy_plan) not in text
    assert set(json.loads(text)) == {"indicators", "levels", "warnings", "provenance"}


def test_two_runs_in_different_processes_write_the_same_bytes(toy_plan: Path, tmp_path: Path) -> None:
    done = run("plan", TOY, "--out", tmp_path / "again", "--effort", "quick", cwd=tmp_path, hash_seed="12345")
    assert done.returncode == 0, done.stderr
    assert compared_files(tmp_path / "again") == compared_files(toy_plan)


def test_an_edit_by_hand_is_checked_and_retimed(toy_plan: Path, tmp_path: Path) -> None:
    edited = tmp_path / "edited"
    shutil.copytree(toy_plan, edited)
    stops = (edited / "stops.csv").read_text(encoding="utf-8").splitlines()
    header = stops[0].split(",")
    first_site = next(i for i, line in enumerate(stops) if ",site," in line)
    cells = stops[first_site].split(",")
    cells[header.index("departure")] = "23:59:00"
    stops[first_site] = ",".join(cells)
    (edited / "stops.csv").write_text("\n".join(stops) + "\n", encoding="utf-8")
    broken = run("check", edited, cwd=tmp_path)
    assert broken.returncode == 1
    mended = run("check", edited, "--retime", cwd=tmp_path)
    assert mended.returncode == 0, mended.stdout
    assert run("check", edited, cwd=tmp_path).returncode == 0


def test_lines_of_stops_moved_in_the_table_are_an_edit_that_check_finds_and_retiming_follows(
    toy_plan: Path, tmp_path: Path
) -> None:
    shutil.copytree(toy_plan, tmp_path / "plan")
    path = tmp_path / "plan" / "stops.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    kinds = [line.split(",")[4] for line in lines]
    first = next(i for i, pair in enumerate(itertools.pairwise(kinds)) if pair == ("site", "site"))
    swapped = [lines[first].split(",")[5], lines[first + 1].split(",")[5]]
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = json.loads(run("check", tmp_path / "plan", "--json", cwd=tmp_path).stdout)
    assert "T3" in {breach["code"] for breach in found["breaches"]}
    run("check", tmp_path / "plan", "--retime", cwd=tmp_path)
    again = path.read_text(encoding="utf-8").splitlines()
    assert [again[first].split(",")[5], again[first + 1].split(",")[5]] == swapped[::-1]


def test_a_plan_of_an_english_dataset_is_checked_and_compared_in_english(toy_plan: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    shutil.copytree(toy_plan, plan)
    settings = plan / "dataset" / "dataset.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("language: fr", "language: en"), encoding="utf-8")
    assert "language: en" in settings.read_text(encoding="utf-8")
    assert "indicator" in run("compare", plan, plan, cwd=tmp_path).stdout.splitlines()[0]
    stops = plan / "stops.csv"
    stops.write_text(stops.read_text(encoding="utf-8").replace(",depot,", ",dépôt,", 1), encoding="utf-8")
    for command in (["check"], ["explain"], ["map"], ["sheets"]):
        done = run(*command, plan, cwd=tmp_path)
        assert done.returncode == 2 and "write" in done.stderr and "écrire" not in done.stderr, command


def test_a_fault_of_the_input_exits_with_2_and_writes_nothing(tmp_path: Path) -> None:
    assert run("init", tmp_path / "demo", "--example", "toy", cwd=tmp_path).returncode == 0
    sites = tmp_path / "demo" / "sites.csv"
    sites.write_text(sites.read_text(encoding="utf-8").replace("S1,", "S1x,", 1), encoding="utf-8")
    done = run("plan", tmp_path / "demo", "--out", tmp_path / "plan", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and "site_hours" in done.stderr
    assert not (tmp_path / "plan").exists()


def test_a_week_in_which_no_basket_can_be_delivered_exits_with_3_and_the_reason(tmp_path: Path) -> None:
    assert run("init", tmp_path / "demo", "--example", "toy", cwd=tmp_path).returncode == 0
    (tmp_path / "demo" / "vehicles.csv").write_text(
        (tmp_path / "demo" / "vehicles.csv").read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8"
    )
    done = run("plan", tmp_path / "demo", "--out", tmp_path / "plan", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "transport" in done.stderr
    assert not (tmp_path / "plan").exists()


def test_a_week_without_need_gives_a_plan_of_empty_tables(tmp_path: Path) -> None:
    assert run("init", tmp_path / "demo", "--example", "toy", cwd=tmp_path).returncode == 0
    households = tmp_path / "demo" / "households.csv"
    households.write_text(households.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = run("plan", tmp_path / "demo", "--out", tmp_path / "plan", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "plan" / "deliveries.csv").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize("seconds", [0.3, 1.5, 3.0, 4.5])
def test_a_killed_run_leaves_the_earlier_plan_whole(toy_plan: Path, tmp_path: Path, seconds: float) -> None:
    target = tmp_path / "plan"
    shutil.copytree(toy_plan, target)
    before = compared_files(target)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distrib.cli",
            "plan",
            str(TOY),
            "--out",
            str(target),
            "--effort",
            "quick",
            "--seed",
            "7",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    after = compared_files(target)
    finished = b'"seed": "7"' in after["summary.json"]
    assert finished or after == before
    assert run("check", target, cwd=tmp_path).returncode == 0


def test_usage_errors_exit_with_2_and_one_line(tmp_path: Path) -> None:
    for arguments in (["plan"], ["plan", "nowhere"], ["check", "nowhere"], ["init", "x", "--example", "moon"]):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    for command in ["plan", "validate", "check", "travel", "map", "replay", "compare", "explain", "init"]:
        done = run(command, "--help", cwd=tmp_path)
        assert done.returncode == 0 and "Example: distrib" in done.stdout, command


def test_scenarios_are_replayed_kept_and_compared(tmp_path: Path) -> None:
    assert run("init", tmp_path / "demo", "--example", "toy", cwd=tmp_path).returncode == 0
    scenario = tmp_path / "smaller.yaml"
    scenario.write_text(
        "name: smaller\nabout: a smaller programme\nchanges:\n  - {setting: max_baskets, value: 40}\n", encoding="utf-8"
    )
    arguments = ["replay", scenario, "--dataset", tmp_path / "demo", "--out", tmp_path / "out", "--effort", "quick"]
    done = run(*arguments, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["indicators"]["smaller"]["baskets"] <= 40 < record["indicators"]["base"]["baskets"]
    assert any(change["kind"] == "neighbourhood" for change in record["changes"])
    stamp = (tmp_path / "out" / "base" / "run.json").stat().st_mtime_ns
    assert run(*arguments, cwd=tmp_path).returncode == 0
    assert (tmp_path / "out" / "base" / "run.json").stat().st_mtime_ns == stamp


def test_faults_of_scenarios_are_all_found_before_anything_is_planned(tmp_path: Path) -> None:
    assert run("init", tmp_path / "demo", "--example", "toy", cwd=tmp_path).returncode == 0
    changes = "name: n\nabout: a\nchanges:\n  - {table: stock, where: {lot_id: NONE}, set: {kg: 0}}\n"
    (tmp_path / "wrong.yaml").write_text(changes, encoding="utf-8")
    done = run(
        *("replay", "wrong.yaml", "missing.yaml", "--dataset", "demo", "--out", "out", "--effort", "quick"),
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert "wrong.yaml:" in done.stderr and "missing.yaml:" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_refused_before_planning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine", encoding="utf-8")
    for out in ("file", "file/plan", "full"):
        done = run("plan", TOY, "--out", out, cwd=tmp_path)
        assert (done.returncode, "allocate" in done.stderr) == (2, False), out
        assert out.split("/")[0] in done.stderr and "Traceback" not in done.stderr, out
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "letter.txt"]


def test_explain_says_why_a_neighbourhood_and_a_site_got_what_they_got(toy_plan: Path, tmp_path: Path) -> None:
    done = run("explain", toy_plan, "--neighbourhood", "N1", "--json", cwd=tmp_path)
    assert done.returncode == 0
    (record,) = json.loads(done.stdout)
    assert record["neighbourhood_id"] == "N1" and sum(s["baskets"] for s in record["sites"]) == record["baskets"]
    assert run("explain", toy_plan, "--site", "S1", cwd=tmp_path).returncode == 0
    assert run("explain", toy_plan, "--site", "S99", cwd=tmp_path).returncode == 2


def test_an_installed_wheel_works_in_another_folder(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for example in ("toy", "mamp-2020"):
        done = run("init", example, "--example", example, cwd=elsewhere, PYTHONPATH=str(installed))
        assert done.returncode == 0, done.stderr
    done = run("plan", "toy", "--effort", "quick", cwd=elsewhere, PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "plans" / "toy-2021-05-03" / "summary.json").is_file()
    assert run("validate", "mamp-2020", cwd=elsewhere, PYTHONPATH=str(installed)).returncode == 0
