"""The share of each farm's offer that a plan takes: known answers, in the table and in the indicators."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from distrib.indicators import indicators
from distrib.io.plan_writing import write_farms
from distrib.model.dataset import Dataset
from distrib.model.farms import farm_rows
from distrib.model.plan import CollectionRow, Plan
from tests.relaxation_weeks import MONDAY, farm, lot, site, week


def two_of_three() -> tuple[Dataset, Plan]:
    """F1 sells 30 of 40 kg, F2 10 of 40 kg, F3 offers nothing."""
    lots = [lot("A", "carrot", 25, farm="F1"), lot("B", "carrot", 15, farm="F1"), lot("C", "carrot", 40, farm="F2")]
    made = week({"A": {"A1": 4}}, {"A1": ["SA"]}, sites=[site("SA")], lots=lots, farms=[farm("F1"), farm("F2"), farm("F3")])  # fmt: skip
    rows = tuple(
        CollectionRow(date=MONDAY, depot_id="D", farm_id=f, lot_id=of, product_id="carrot", crates=kg, load_g=kg * 1000, cents=kg * 50)
        for f, of, kg in (("F1", "A", 20), ("F1", "B", 10), ("F2", "C", 10))
    )  # fmt: skip
    return made, Plan(collections=rows)


def test_each_farm_has_the_share_of_all_its_lots() -> None:
    made, plan = two_of_three()
    rows = farm_rows(made, plan.collections)
    assert [(r.farm_id, r.offered_g, r.bought_g, r.share, r.cents) for r in rows] == [
        ("F1", 40_000, 30_000, Fraction(3, 4), 1500),
        ("F2", 40_000, 10_000, Fraction(1, 4), 500),
        ("F3", 0, 0, None, 0),
    ]


def test_the_summary_names_the_lowest_share_its_farm_and_the_gini() -> None:
    record = indicators(*two_of_three())
    assert record["farm_share_lowest_pct"] == Decimal("25.00")
    assert record["farm_share_lowest_farm"] == "F2"
    assert record["farm_share_gini_pct"] == Decimal(
        "25.00"
    )  # shares 1/4 and 3/4: half of their mean difference over twice their mean


def test_the_table_of_farms_shows_offer_purchase_share_and_price(tmp_path: Path) -> None:
    write_farms(*two_of_three(), tmp_path)
    assert (tmp_path / "farms.csv").read_text().splitlines() == [
        "farm_id,name,commune,offered_kg,bought_kg,share_pct,eur",
        "F1,F1,Plaine,40.000,30.000,75.00,15.00",
        "F2,F2,Plaine,40.000,10.000,25.00,5.00",
        "F3,F3,Plaine,0.000,0.000,,0.00",
    ]
