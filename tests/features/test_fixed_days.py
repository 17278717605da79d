"""Sites whose day is settled get their baskets on it, and the rest of the week is planned round them."""

from __future__ import annotations

from pathlib import Path

import pytest

from distrib import plan_week, read_dataset
from distrib.checker import check
from distrib.errors import BadInputError
from distrib.io.plan_folder import read_plan_folder, write_plan_folder
from tests.small_dataset import SMALL, write_files

TOY = Path(__file__).parents[2] / "data" / "toy"


def fixed(folder: Path, *rows: str) -> Path:
    file = folder / "fixed.csv"
    file.write_text("\n".join(["site_id,weekday", *rows]) + "\n", encoding="utf-8")
    return file


def test_a_site_gets_its_baskets_on_the_settled_day_only(tmp_path: Path) -> None:
    free = plan_week(TOY, effort="quick")
    site = next(s for s in free.dataset.sites if len({o.weekday for o in s.openings}) > 1)
    for weekday, name in ((1, "tue"), (2, "wed")):
        week = plan_week(TOY, effort="quick", fixed=fixed(tmp_path, f"{site.site_id},{name}"))
        days = {row.date.weekday() for row in week.plan.deliveries if row.site_id == site.site_id}
        assert days <= {weekday}
    write_plan_folder(tmp_path / "plan", week.dataset, week.plan, week.indicators, run=None)
    dataset, plan = read_plan_folder(tmp_path / "plan")
    assert dataset.fixed_days == ((site.site_id, 2),)
    assert check(dataset, plan) == ()


def test_a_day_on_which_the_site_is_closed_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", {**SMALL, "fixed_days.csv": "site_id,weekday\nS2,wed\nS9,tue\n"})
    with pytest.raises(BadInputError) as error:
        read_dataset(folder)
    assert {f.code for f in error.value.findings} == {"fixed_day_closed", "unknown_id"}


def test_a_relayed_site_without_hours_keeps_to_its_settled_day(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", SMALL)
    dataset, _ = read_dataset(folder, fixed=fixed(tmp_path, "S3,wed"))
    tuesday, wednesday = dataset.settings.delivery_dates
    assert dataset.drop_windows("S3", wednesday) == dataset.drop_windows("S1", wednesday)
    assert dataset.drop_windows("S3", tuesday) == ()


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        plan_week(TOY, fixed=tmp_path / "none.csv")
