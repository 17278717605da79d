"""French first, English whole: no text of people's outputs is outside the catalogue, missing in it, or idle in it."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from distrib.comparison import Comparison
from distrib.indicators import indicators
from distrib.io.export_comparison import comparison_html
from distrib.io.labels import CATALOGUE, LANGUAGES, programme_name
from distrib.io.map import map_html
from distrib.io.notices import farm_notices, packing_notices, site_notices
from distrib.io.sheets_tour import tour_sheets
from distrib.io.terminal import check_summary, comparison_table, dataset_summary, plan_summary
from distrib.model.dataset import Dataset
from distrib.model.plan import REASONS, Plan, UnservedRow
from distrib.solver.routing.reasons import CAUSES
from tests.instances import make_dataset
from tests.sample_plans import full_plan

SOURCE = Path(__file__).parents[2] / "distrib"
OUTPUTS = (
    "map*.py",
    "workbook*.py",
    "sheets*.py",
    "notices.py",
    "terminal.py",
    "geopackage*.py",
    "plan_export.py",
    "plan_people.py",
    "export*.py",
)
FRENCH = re.compile(
    r"[àâçéèêëîïôùûœ]|\b(panier|véhicule|quartier|arrivée|semaine|tournée|ferme|jour)s?\b", re.IGNORECASE
)
LOOK_UPS = ("text", "counted", "section", "named", "columns_of")


def modules() -> list[Path]:
    return sorted({path for pattern in OUTPUTS for path in (SOURCE / "io").glob(pattern)})


def strings_of(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the strings of a module but its docstrings."""
    plain = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in plain:
            yield node


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_no_french_is_written_beside_the_catalogue(path: Path) -> None:
    found = [node.value for node in strings_of(parsed(path)) if FRENCH.search(str(node.value))]
    assert found == []


def test_templates_hold_no_word_of_their_own() -> None:
    for template in sorted((SOURCE / "io" / "templates").glob("*.j2")):
        page = template.read_text(encoding="utf-8")
        page = re.sub(r"(?s)<style>.*?</style>|<script.*?</script>|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", page)
        words = re.findall(r"[^\W\d_]{2,}", re.sub(r"(?s)<[^>]*>", " ", page))
        assert words == [], template.name
        spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*[^\W\d_][^"]*)"', page)
        assert [text for text in spoken if text.strip()] == [], template.name


def keys_looked_up() -> tuple[set[str], set[str]]:
    """Return the keys and the beginnings of keys that modules look up."""
    whole, beginnings = set(), set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name.startswith(("labels_", "messages_")):
            continue
        tree = parsed(path)
        for node in strings_of(tree):
            whole.add(str(node.value))
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
            elif isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[1], ast.Constant):
                beginnings |= {
                    f"{first}{node.values[1].value}" for first in ("book", "indicator", "level", "unit", "why")
                }
    return whole, {beginning for beginning in beginnings if "." in beginning}


def test_every_key_that_is_looked_up_is_in_the_catalogue() -> None:
    families = {key.partition(".")[0] for key in CATALOGUE}
    whole, _ = keys_looked_up()
    asked = {key for key in whole if re.fullmatch(rf"({'|'.join(sorted(families))})\.[a-z_.]*[a-z]", key)}
    files = {
        key
        for key in asked
        if key.endswith((".html", ".csv", ".json", ".pdf", ".xlsx", ".gpkg", ".js", ".css", ".svg"))
    }
    missing = asked - files - set(CATALOGUE)
    assert missing == set()


def test_no_text_lies_idle() -> None:
    whole, beginnings = keys_looked_up()
    own = ("map.", "compare.")  # looked up by their templates and script; tests of the map check them one by one
    template = (SOURCE / "io" / "templates" / "compare.html.j2").read_text(encoding="utf-8")
    shown = {f"compare.{key}" for key in re.findall(r"\bt\.(\w+)", template)} | {
        f"compare.{key}" for key in re.findall(r'"(\w+)"', template)
    }
    labels = "".join(path.read_text(encoding="utf-8") for path in modules())
    for key in CATALOGUE:
        if key.startswith(own[0]) or key in whole or key in shown:
            continue
        by_beginning = any(key.startswith(beginning) for beginning in beginnings)
        by_name = re.search(rf'"{re.escape(key.partition(".")[2])}"', labels)
        assert by_beginning or by_name, key


@pytest.mark.parametrize("family", ["reason", "terminal.reason"])
def test_every_reason_of_a_plan_has_a_text(family: str) -> None:
    assert {f"{family}.{reason}" for reason in REASONS} <= set(CATALOGUE)


def test_every_explanation_is_there_in_both_languages() -> None:
    expected = {f"because.need.{reason}" for reason in set(REASONS) - {"need_met"}}
    expected |= {f"because.lot.{reason}" for reason in REASONS}
    expected |= {f"because.route.{cause}" for cause in set(CAUSES) - {"search"}}
    assert expected <= set(CATALOGUE)
    assert all(len(both) == len(LANGUAGES) and all(both) for key, both in CATALOGUE.items() if key in expected)


def test_every_cause_why_a_level_is_not_proven_has_a_text() -> None:
    said = set()
    for path in sorted(SOURCE.rglob("*.py")):
        content = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'why_not_proven="([^"]+)"', content))
        said |= set(re.findall(r'^(?:NO_BOUND|NOT_REACHED|NOT_THE_LEAST) = "([^"]+)"', content, re.MULTILINE))
    assert said
    assert {f"why.{sentence}" for sentence in said} <= set(CATALOGUE)


@pytest.fixture(scope="module")
def plain() -> tuple[Dataset, Plan]:
    """A week whose names are ids, so that any French left in its English outputs is ours; with every reason in it."""
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    settings = dataclasses.replace(dataset.settings, name="Week", language="en")
    places = {"name": "P", "commune": "C"}
    dataset = dataclasses.replace(
        dataset,
        settings=settings,
        neighbourhoods=tuple(dataclasses.replace(n, **places) for n in dataset.neighbourhoods),
        sites=tuple(dataclasses.replace(s, kind="K", **places) for s in dataset.sites),
        farms=tuple(dataclasses.replace(f, **places) for f in dataset.farms),
        depots=tuple(dataclasses.replace(d, name="D") for d in dataset.depots),
        products=tuple(dataclasses.replace(p, name=p.product_id) for p in dataset.products),
        basket_types=tuple(dataclasses.replace(b, name="B") for b in dataset.basket_types),
        vehicles=tuple(dataclasses.replace(v, kind="V") for v in dataset.vehicles),
    )
    plan = full_plan(dataset)
    zone = dataset.zones[0].zone_id
    rows = tuple(
        UnservedRow(
            kind="need",
            id=zone,
            programme=dataset.programmes[0],
            quantity=1 + number,
            unit="baskets",
            reason=reason,
            explanation="",
            remedy="",
        )
        for number, reason in enumerate(("", *REASONS))
    )
    coverage = tuple(dataclasses.replace(row, name="P", commune="C") for row in plan.coverage)
    return dataset, dataclasses.replace(plan, unserved=rows, coverage=coverage, warnings=("one",))


def outputs(dataset: Dataset, plan: Plan, language: str) -> dict[str, str]:
    dataset = dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, language=language))
    record = indicators(dataset, plan)
    same = Comparison(names=("a", "b"), indicators=(record, record), changes=())
    notices = [*site_notices(dataset, plan, language), *farm_notices(dataset, plan, language)]
    notices += packing_notices(dataset, plan, language)
    page = map_html(dataset, plan, record, language)
    return {
        "summary": plan_summary(dataset, plan, record, Path("out")),
        "empty summary": plan_summary(dataset, Plan(), {**record, "need_baskets": 0}, Path("out")),
        "dataset": dataset_summary(dataset, 2, language),
        "check": check_summary((), (), language),
        "comparison": comparison_table(same, language),
        "report": comparison_html(same, [dataset, dataset], language),
        "notices": "\n".join(notice.as_text() for notice in notices),
        "sheets": "\n".join(map(repr, tour_sheets(dataset, plan, language))),
        "map": page[page.index("<body>") : page.index("<script")],
    }


def test_nothing_french_is_left_in_english_outputs(plain: tuple[Dataset, Plan]) -> None:
    for name, content in outputs(*plain, "en").items():
        found = FRENCH.search(content)
        assert found is None, (name, content[max(0, found.start() - 60) : found.end() + 60])


def test_no_output_is_the_same_in_both_languages(plain: tuple[Dataset, Plan]) -> None:
    french, english = outputs(*plain, "fr"), outputs(*plain, "en")
    for name in french:
        assert french[name] != english[name], name
        assert FRENCH.search(french[name]) or name == "check", name


def test_the_programme_that_nobody_named_is_called_baskets_in_the_readers_language() -> None:
    assert [programme_name("baskets", language) for language in LANGUAGES] == ["paniers", "baskets"]
    assert programme_name("kits", "fr") == "kits"
