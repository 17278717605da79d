"""A whole plan folder: every file, the same bytes in every process, whole after a kill, readable after edits."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from distrib.errors import BadInputError
from distrib.indicators import indicators
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.io.plan_people import write_people_outputs
from distrib.pipeline import PlannedWeek, plan_week
from tests.instances import make_dataset
from tests.sample_plans import full_plan

TOY = Path(__file__).parents[2] / "data" / "toy"
FILES = {
    *("coverage.csv", "allocation.csv", "deliveries.csv", "stops.csv", "collections.csv", "recipes.csv", "packing.csv"),
    *("stock_ledger.csv", "unserved.csv", "fairness.csv", "farms.csv", "summary.json", "run.json", "datapackage.json"),
    *("map.html", "plan.xlsx", "plan.gpkg", "driver_sheets.pdf"),
}

WRITE = """
import os, signal, sys
from pathlib import Path
from distrib.io.plan_folder import write_plan_folder
from distrib.pipeline import plan_week
planned = plan_week(sys.argv[1], effort="quick", seed=int(sys.argv[3]))
count, die_at = 0, int(sys.argv[4])
def watch(event, arguments):
    global count
    if event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"):
        count += 1
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
write_plan_folder(Path(sys.argv[2]), planned.dataset, planned.plan, planned.indicators, run=planned.run)
print(count)
"""


@pytest.fixture(scope="module")
def planned() -> PlannedWeek:
    return plan_week(TOY, effort="quick")


def write(folder: Path, planned: PlannedWeek) -> Path:
    write_plan_folder(folder, planned.dataset, planned.plan, planned.indicators, run=planned.run)
    return folder


def write_elsewhere(
    folder: Path, *, seed: int = 0, hash_seed: str = "0", die_at: int = 0
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-c", WRITE, str(TOY), str(folder), str(seed), str(die_at)]
    return subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_a_plan_folder_holds_every_file_of_the_design(planned: PlannedWeek, tmp_path: Path) -> None:
    folder = write(tmp_path / "plan", planned)
    assert {path.name for path in folder.iterdir() if path.is_file()} == FILES
    assert (folder / "dataset" / "sites.csv").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_plan_folder_reads_back_as_the_plan(planned: PlannedWeek, tmp_path: Path) -> None:
    dataset, plan = read_plan_folder(write(tmp_path / "plan", planned))
    for table in ("coverage", "allocation", "deliveries", "stops", "collections", "recipes", "packing", "unserved"):
        assert getattr(plan, table) == getattr(planned.plan, table), table
    assert (plan.stock_ledger, plan.fairness) == (planned.plan.stock_ledger, planned.plan.fairness)
    assert (plan.warnings, plan.provenance) == (planned.plan.warnings, planned.plan.provenance)
    assert dataset.sites == planned.dataset.sites
    assert indicators(dataset, plan) == planned.indicators


def test_a_plan_folder_without_travel_and_catchments_is_refused_with_both_named(
    planned: PlannedWeek, tmp_path: Path
) -> None:
    folder = write(tmp_path / "plan", planned)
    (folder / "dataset" / "travel.csv").unlink()
    (folder / "dataset" / "catchments.csv").unlink()
    with pytest.raises(BadInputError) as caught:
        read_plan_folder(folder)
    assert [finding.table for finding in caught.value.findings] == ["dataset/catchments.csv", "dataset/travel.csv"]


def test_another_process_with_another_hash_seed_writes_the_same_bytes(planned: PlannedWeek, tmp_path: Path) -> None:
    done = write_elsewhere(tmp_path / "elsewhere", hash_seed="12345")
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "elsewhere") == digests(write(tmp_path / "here", planned))


def test_a_run_killed_while_writing_leaves_the_old_plan_whole(planned: PlannedWeek, tmp_path: Path) -> None:
    folder = write(tmp_path / "plan", planned)
    before = digests(folder)
    assert write_elsewhere(folder, die_at=90).returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2  # what it had begun lies beside
    assert digests(folder) == before
    write(folder, planned)
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_edits_in_the_workbook_reach_the_plan(planned: PlannedWeek, tmp_path: Path) -> None:
    folder = write(tmp_path / "plan", planned)
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    cell = book["allocation"].cell(2, 6)
    cell.value += 1
    book.save(folder / "plan.xlsx")
    _, plan = read_plan_folder(folder / "plan.xlsx")
    assert plan.allocation[0].baskets == planned.plan.allocation[0].baskets + 1
    assert read_plan_folder(folder)[1].allocation == planned.plan.allocation


def test_the_map_of_a_full_size_week_stays_under_a_megabyte_and_a_half(tmp_path: Path) -> None:
    dataset = make_dataset(3, sites=180, neighbourhoods=59, vans=12)
    plan = full_plan(dataset)
    write_people_outputs(tmp_path, dataset, plan, indicators(dataset, plan), "fr")
    assert (tmp_path / "map.html").stat().st_size < 1_500_000
