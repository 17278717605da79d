"""The report of a comparison: one page without script or request, with every difference in it."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from distrib.cli import main
from distrib.comparison import Comparison, compare
from distrib.frontier import Frontier, Point
from distrib.indicators import indicators
from distrib.io.export_comparison import comparison_html
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from distrib.model.dataset import Dataset
from tests.instances import make_dataset
from tests.sample_plans import full_plan

HOSTILE = "<script>alert(1)</script>\"' שלום " + "x" * 200


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Dataset]:
    """Two plan folders: a sample, and the same without its last vehicle's deliveries and with one neighbourhood less served."""
    root = tmp_path_factory.mktemp("plans")
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    hoods = (dataclasses.replace(dataset.neighbourhoods[0], name=HOSTILE), *dataset.neighbourhoods[1:])
    dataset = dataclasses.replace(dataset, neighbourhoods=hoods)
    plan = full_plan(dataset)
    first = next(row for row in plan.coverage if row.baskets > 3)
    less = dataclasses.replace(first, baskets=first.baskets - 3)
    other = dataclasses.replace(
        plan,
        coverage=tuple(less if row is first else row for row in plan.coverage),
        deliveries=plan.deliveries[1:],
    )
    for name, content in (("base", plan), ("fewer", other)):
        write_plan_folder(root / name, dataset, content, indicators(dataset, content), run=None)
    return root / "base", root / "fewer", dataset


@pytest.fixture(scope="module")
def comparison(pair: tuple[Path, Path, Dataset]) -> Comparison:
    return compare(pair[:2])


class _Balanced(HTMLParser):
    """Fails on an element that is never closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, _tag: str, _attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_is_whole_and_asks_for_nothing(
    pair: tuple[Path, Path, Dataset], comparison: Comparison, language: str
) -> None:
    page = comparison_html(comparison, [pair[2]] * 2, language)
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import", page)
    parser = _Balanced()
    parser.feed(page.replace("<!doctype html>", ""))
    assert parser.open == []
    assert page == comparison_html(comparison, [pair[2]] * 2, language)


def test_every_difference_and_every_thing_that_changes_is_in_it(
    pair: tuple[Path, Path, Dataset], comparison: Comparison
) -> None:
    page = comparison_html(comparison, [pair[2]] * 2, "fr")
    assert comparison.changes
    for change in comparison.changes:
        assert f"<small>{change.id}</small>" in page
        if change.what in ("baskets", "days"):
            assert f">{change.value - change.base:+d}<".replace("-", "\u2212") in page
    assert page.count("<circle") >= len(pair[2].neighbourhoods)
    assert "perd des paniers" in page


def test_plans_that_are_the_same_report_no_change(pair: tuple[Path, Path, Dataset]) -> None:
    same = compare((pair[0], pair[0]))
    page = comparison_html(same, [pair[2]] * 2, "en")
    assert "No change." in page
    assert "<details" not in page


def test_three_plans_stand_side_by_side(pair: tuple[Path, Path, Dataset]) -> None:
    page = comparison_html(compare((pair[0], pair[1], pair[0])), [pair[2]] * 3, "fr")
    assert page.count("<h2 dir=") == 2
    assert page.count('<figure class="map">') == 2


def test_a_territory_without_neighbourhoods_has_no_map(comparison: Comparison) -> None:
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    empty = dataclasses.replace(dataset, neighbourhoods=())
    assert '<figure class="map">' not in comparison_html(comparison, [empty, empty], "fr")


def test_plans_without_anything_are_compared() -> None:
    dataset = make_dataset(3, sites=4, neighbourhoods=2, vans=1)
    nothing = Comparison(names=("a", "b"), indicators=({}, {}), changes=())
    assert "Aucun changement." in comparison_html(nothing, [dataset, dataset], "fr")


def test_the_command_writes_the_report(pair: tuple[Path, Path, Dataset], tmp_path: Path) -> None:
    target = tmp_path / "reports" / "comparison.html"
    arguments = ["compare", str(pair[0]), str(pair[1]), "--html", str(target), "--lang", "en"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "who gains, who loses" in target.read_text(encoding="utf-8")


def frontier_folder(root: Path, plan_folder: Path, **changes: object) -> Path:
    """The price of fairness of a plan, as explain writes it: the plan, and one that concedes a tenth."""
    dataset, plan = read_plan_folder(plan_folder)
    record = indicators(dataset, plan)
    cheaper = {**record, "km": Decimal("1.5"), "lowest_coverage_pct": Decimal("12.34")}
    points = (
        Point(tolerance_bp=None, conceded_to="", record={**record, **changes}),  # type: ignore[dict-item]
        Point(tolerance_bp=1000, conceded_to="cost", record=cheaper),
    )
    Frontier(points=points, text="").write(root, "fr")
    return root


def test_the_price_of_fairness_of_the_first_plan_is_shown_as_a_table_and_as_pictures(
    pair: tuple[Path, Path, Dataset], tmp_path: Path
) -> None:
    folder = frontier_folder(tmp_path / "frontier", pair[0])
    report = tmp_path / "report.html"
    arguments = ["compare", str(pair[0]), str(pair[1]), "--html", str(report), "--frontier", str(folder), "--quiet"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    page = report.read_text(encoding="utf-8")
    part = page[page.index("Le prix de l&#39;équité") :]
    assert "le plan choisi" in part
    assert "cède 10\u00a0% pour des trajets plus courts" in part
    assert "12,34" in part
    assert part.count(">A</text>") == part.count(">B</text>") >= 1
    parser = _Balanced()
    parser.feed(page.replace("<!doctype html>", ""))
    assert parser.open == []


def test_the_frontier_of_another_plan_or_a_broken_one_is_refused(
    pair: tuple[Path, Path, Dataset], tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    other = frontier_folder(tmp_path / "other", pair[0], km=Decimal("7.125"))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "frontier.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for folder in (other, broken):
        arguments = ["compare", str(pair[0]), str(pair[1]), "--html", str(report), "--frontier", str(folder)]
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 2
        assert "frontier.csv" in done.output
        assert "Traceback" not in done.output
        assert not report.exists()
