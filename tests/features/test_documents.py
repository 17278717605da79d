"""Documents that follow from the code are fresh, and what the README says works."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["tables.md", "rules.md", "commands.md"])
def test_generated_documents_are_fresh(name: str) -> None:
    documents = runpy.run_path(str(ROOT / "docs" / "generate.py"))["DOCUMENTS"]
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == documents[name](), "run docs/generate.py"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/concepts.md", "docs/model.md"])
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_python_example_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(ROOT)
    scope: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), scope)
    assert len(scope["coverage"]) == 3  # type: ignore[arg-type]


def test_the_commands_of_the_readme_exist() -> None:
    from distrib.cli import main

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:\.venv/bin/|`)distrib ([a-z]+)", text))
    assert named <= set(main.commands), named


def test_the_scenarios_named_in_the_readme_are_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"scenarios/([a-z0-9-]+\.yaml)", text):
        assert (ROOT / "scenarios" / name).is_file(), name
