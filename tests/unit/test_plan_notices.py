"""Notices tell every site, farm and bench what concerns them, and nothing is lost between them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path

import pytest

from distrib.io.notices import farm_notices, packing_notices, site_notices, write_notices
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3, kits=True)
    return dataset, full_plan(dataset)


def test_every_site_that_gets_baskets_learns_when_and_how_many(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    notices = site_notices(dataset, plan, "fr")
    served = sorted({row.site_id for row in plan.deliveries})
    assert [n.title for n in notices] == [dataset.site_by_id[site].name for site in served]
    said = [re.findall(r"(pour )?(\d+) (colis|familles?), ", n.as_text()) for n in notices]
    assert sum(int(number) for found in said for _, number, _ in found) == sum(row.baskets for row in plan.deliveries)
    # a family may get a kit besides its basket: where kits come with baskets, nobody is counted twice
    assert {what for found in said for _, _, what in found} >= {"colis", "familles"}
    row = plan.deliveries[0]
    minute = -(-row.arrival_s // 60)
    assert any(f"à {minute // 60:02d}:{minute % 60:02d}\u00a0: " in n.as_text() for n in notices)


def test_a_relayed_site_learns_where_its_baskets_are(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    relayed = next(row for row in plan.deliveries if row.site_id != row.dropped_at_site_id)
    name = dataset.site_by_id[relayed.site_id].name
    notice = next(n for n in site_notices(dataset, plan, "fr") if n.title == name)
    assert f"à retirer au relais\u00a0: {dataset.site_by_id[relayed.dropped_at_site_id].name}" in notice.as_text()


def test_orders_hold_every_crate_and_cent_and_how_they_are_handed_over(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    texts = [notice.as_text() for notice in farm_notices(dataset, plan, "fr")]
    assert len(texts) == len({row.farm_id for row in plan.collections})
    assert sum(int(n) for text in texts for n in re.findall(r": (\d+) caisse", text)) == sum(
        row.crates for row in plan.collections
    )
    assert any("à livrer entre 04:00 et 20:00 – Plateforme 1" in text for text in texts)
    assert any(re.search(r"le véhicule T101 passe à \d\d:\d\d", text) for text in texts)


def test_the_bench_opens_what_expires_first_and_counts_whole_crates(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    row = dataclasses.replace(plan.stock_ledger[0], packed_g=1, last_use_date=dt.date(2020, 5, 1))
    sooner = dataclasses.replace(row, lot_id="SOON", last_use_date=dt.date(2020, 4, 21), discarded_g=500)
    never = dataclasses.replace(row, lot_id="KEEPS", last_use_date=None)
    changed = dataclasses.replace(plan, stock_ledger=(row, never, sooner))
    shown = next(n.as_text() for n in packing_notices(dataset, changed, "fr") if "SOON" in n.as_text())
    assert (
        shown.index("lot SOON\u00a0: 1 caisse (")
        < shown.index(f"lot {row.lot_id}\u00a0: 1 caisse (")
        < shown.index("lot KEEPS")
    )
    assert "dernier jour sans limite" in shown
    assert "À jeter le soir" in shown


def test_each_kind_is_written_as_pdf_and_text_with_the_same_bytes_every_time(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files = write_notices(tmp_path / name, *sample, "fr")
        contents.append({path.name: path.read_bytes() for path in files})
    assert contents[0] == contents[1]
    kinds = ("sites", "farms", "packing")
    assert set(contents[0]) == {f"{kind}.{suffix}" for kind in kinds for suffix in ("pdf", "txt")}


def test_a_long_order_with_hostile_names_runs_over_pages(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="text of a PDF is read with pypdf, a development dependency")
    dataset, plan = sample
    row = plan.collections[0]
    many = tuple(dataclasses.replace(row, trip=0, vehicle_id="", crates=n + 1) for n in range(80))
    farms = tuple(dataclasses.replace(farm, name='<b> "שלום" ' + "x" * 200) for farm in dataset.farms)
    write_notices(
        tmp_path, dataclasses.replace(dataset, farms=farms), dataclasses.replace(plan, collections=many), "fr"
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "farms.pdf").pages]
    assert len(pages) >= 2
    assert "80 caisses" in " ".join(pages)
    assert all('<b> "' in page for page in pages)


def test_a_plan_without_anything_says_so(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    write_notices(tmp_path, sample[0], Plan(), "en")
    assert (tmp_path / "farms.txt").read_text() == "Nothing this week.\n"
