"""Whatever a file holds, reading it ends in a dataset or in faults, never in another exception."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from random import Random

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distrib.errors import BadInputError
from distrib.io.reading import read_dataset
from distrib.io.validation import findings_after_resolution
from distrib.travel import resolve
from tests.small_dataset import SMALL, write_files

TOKENS = [
    "",
    "0",
    "-1",
    "nan",
    "1e400",
    "9" * 400,
    "é",
    "\x00",
    '"',
    "'",
    ";",
    ",",
    "\n",
    "\r",
    "~",
    "|",
    "24:00",
    "99:99",
]
TOKENS += [
    "2021-13-01",
    "9999-12-31",
    "1,5",
    "1.5.5",
    "[",
    "{",
    "}",
    "*a",
    "&a x",
    "!!python/x",
    "null",
    "yes",
    "- ",
    "\t",
]
TOKENS += ["S1", "D1", "\u200b", "\u00a0", "=1+1", "%", "@", "`", "1_000", "٣", "²", "½", "１２"]

SCENARIO = """\
name: essai
changes:
  - {table: stock, where: {farm_id: F1}, scale: {kg: 1.3}}
  - {table: sites, where: {site_id: S2}, remove: true}
  - {table: site_hours, add: [{site_id: S1, weekday: fri, opens: 09:00, closes: 12:00}]}
  - {setting: max_baskets, value: 30}
"""


def spoil(text: str, rng: Random) -> str:
    """Insert, replace or cut at a random place."""
    at = rng.randrange(len(text) + 1)
    until = min(len(text), at + rng.choice([0, 1, 3, 8]))
    return text[:at] + rng.choice(TOKENS) + text[until:] if rng.random() < 0.9 else text[:at]


def read(folder: Path, *scenarios: Path) -> None:
    """Read what is there; a fault must say at least one thing, in both languages."""
    for language in ("fr", "en"):
        try:
            dataset, _ = read_dataset(folder, scenarios, language=language)
        except BadInputError as error:
            assert error.findings
        else:
            findings_after_resolution(resolve(dataset), language=language)


@given(st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_spoiled_text_files_give_a_dataset_or_faults(seed: int, times: int) -> None:
    rng = Random(seed)
    files = dict(SMALL)
    for _ in range(times):
        name = rng.choice(sorted(files))
        files[name] = spoil(files[name], rng)
    with tempfile.TemporaryDirectory() as folder:
        read(write_files(Path(folder), files))


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_spoiled_scenarios_give_a_dataset_or_faults(seed: int) -> None:
    rng = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), {**SMALL, "s.txt": spoil(spoil(SCENARIO, rng), rng)})
        read(Path(folder), Path(folder) / "s.txt")


def small_workbook() -> bytes:
    book = openpyxl.Workbook()
    for name, text in SMALL.items():
        if name.endswith(".csv"):
            sheet = book.create_sheet(name.removesuffix(".csv"))
            for row in text.splitlines():
                sheet.append(row.split(","))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


WORKBOOK = small_workbook()


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_spoiled_workbooks_give_a_dataset_or_faults(seed: int) -> None:
    rng = Random(seed)
    data = bytearray(WORKBOOK)
    for _ in range(rng.choice([1, 5, 50])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {"week.xlsx": bytes(data), "dataset.yaml": SMALL["dataset.yaml"]}
        read(write_files(Path(folder), files) / "week.xlsx")
