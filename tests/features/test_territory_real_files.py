"""The real files of the Marseille territory, where they are beside the project: import, choice of sites, weekly plan."""

from __future__ import annotations

import csv
import json
import shutil
import time
from pathlib import Path

import pytest

from distrib.io.importing.grid import GridChoices
from distrib.io.importing.places import PlaceChoices
from distrib.io.importing.run import Imported, Request, run_grid, run_places, run_qpv
from distrib.siting import ChosenSites, choose_sites
from distrib.siting_report import apply_choice, summary

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
OUTLINES = REAL / "qpv2015_mamp.geojson"
GRID = REAL / "filosofi2017_grid200m_marseille_area.csv"
PLACES = REAL / "facilities_marseille_2018.csv"
COMMUNES = REAL / "communes_mamp.geojson"
PUBLISHED_POPULATION = 301_949
"""Residents of the 59 neighbourhoods (INSEE, census of 2013)."""

HOURS = "hours=" + " ".join(f"{day} 08:30-12:30" for day in ("mon", "tue", "wed", "thu", "fri"))
"""Made up: no file says when a school could hand out baskets."""

GOODS = ("basket_types", "depots", "drivers", "farms", "products", "stock", "vehicles", "depot_stock")

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in (OUTLINES, GRID, PLACES, COMMUNES)),
    reason="the real files of the territory are not beside the project",
)


@pytest.fixture(scope="module")
def marseille(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Imported]]:
    """A dataset of the neighbourhoods of Marseille, need by cell, and 701 candidates; goods of the reference week."""
    folder = tmp_path_factory.mktemp("real") / "marseille"
    reports = {
        "qpv": run_qpv(Request(file=OUTLINES, dataset=folder, communes=("Marseille",))),
        "grid": run_grid(Request(file=GRID, dataset=folder), GridChoices(need_bp=1700)),
        "places": run_places(Request(file=PLACES, dataset=folder, values=(HOURS,)), PlaceChoices(same_within_m=0)),
    }
    for table in GOODS:
        shutil.copy(ROOT / "data" / "mamp-2020" / f"{table}.csv", folder / f"{table}.csv")
    shutil.copy(ROOT / "data" / "mamp-2020" / "dataset.yaml", folder / "dataset.yaml")
    return folder, reports


@pytest.fixture(scope="module")
def chosen(marseille: tuple[Path, dict[str, Imported]]) -> tuple[ChosenSites, float]:
    """130 of the 701 places, and the processor seconds it took."""
    start = time.process_time()
    choice = choose_sites(marseille[0], 130, curve=())
    return choice, time.process_time() - start


def test_59_neighbourhoods_come_in_with_their_published_population(tmp_path: Path) -> None:
    imported = run_qpv(Request(file=OUTLINES, dataset=tmp_path / "d", boundary=str(COMMUNES)))
    assert imported.report.kept == {"neighbourhoods": 59}
    with (tmp_path / "d" / "neighbourhoods.csv").open(encoding="utf-8") as file:
        people = sum(int(row["population"]) for row in csv.DictReader(file))
    assert abs(people - PUBLISHED_POPULATION) * 1000 <= PUBLISHED_POPULATION


def test_need_by_cell_sums_to_the_published_population_of_each_neighbourhood(
    marseille: tuple[Path, dict[str, Imported]],
) -> None:
    folder, reports = marseille
    with (folder / "imports" / "factors.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 35
    for row in rows:
        if row["grid_people"]:
            people = int(row["grid_people"]) * float(row["factor"])
            assert abs(people - int(row["published_people"])) <= 0.005 * int(row["published_people"]) + 1
    assert {"cells_imputed", "cells_on_border", "factor"} <= set(reports["grid"].report.codes())


def test_701_places_are_candidates_and_the_alike_ones_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    run_qpv(Request(file=OUTLINES, dataset=folder))
    plain = run_places(Request(file=PLACES, dataset=folder), PlaceChoices(same_within_m=0))
    assert plain.report.kept == {"candidates": 701}
    fewer = run_places(Request(file=PLACES, dataset=folder, replace=True), PlaceChoices())
    doubled = fewer.report.codes().count("place_doubled")
    assert doubled > 50 and fewer.report.kept == {"candidates": 701 - doubled}


def test_130_sites_are_chosen_in_a_minute_within_a_hundredth_of_the_proven_optimum(
    chosen: tuple[ChosenSites, float],
) -> None:
    choice, seconds = chosen
    assert len(choice.sites) == 130
    assert len(choice.problem.capacity) == 701
    assert choice.siting.level("coverage").gap_bp == 0
    assert choice.siting.level("walk").gap_bp <= 100
    assert seconds < 60
    assert summary(choice)["levels"][1]["for"] == "any choice that covers as much"


def test_a_week_is_planned_on_the_chosen_sites_without_a_breach(
    marseille: tuple[Path, dict[str, Imported]], chosen: tuple[ChosenSites, float], tmp_path: Path
) -> None:
    from distrib.checker import check
    from distrib.pipeline import plan_week

    folder = tmp_path / "week"
    shutil.copytree(marseille[0], folder)
    apply_choice(chosen[0], folder)
    planned = plan_week(folder, effort="quick")
    assert check(planned.dataset, planned.plan) == ()
    assert planned.indicators["baskets"] > 5000  # type: ignore[operator]
    assert json.dumps(planned.indicators, default=str)
