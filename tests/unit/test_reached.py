"""Bounds of the levels below fairness hold for every plan with the same baskets; some worked out by hand."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from distrib.model.allocation import Limits, Share
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.goods import DepotStock
from distrib.model.territory import HouseholdGroup
from distrib.solver.allocation import allocator
from distrib.solver.allocation.reached import least_deviation_g, least_waste_g, most_persons
from distrib.solver.allocation.supply import supply_of
from tests.instances import make_dataset
from tests.relaxation_weeks import MONDAY, TUESDAY, basket, lot, product, site, week


def one_site(**more: object) -> Dataset:
    return week({"Q": {"Z": 20}}, {"Z": ["S"]}, sites=[site("S", days=(0, 1))], days=(0, 1), **more)  # type: ignore[arg-type]


def stock(kg: int, last: object) -> DepotStock:
    return DepotStock(depot_id="D", lot_id="O", product_id="carrot", stock_g=kg * 1000, last_use_date=last)  # type: ignore[arg-type]


def test_stock_that_spoils_before_next_week_is_wasted_beyond_what_the_baskets_can_hold() -> None:
    # Two baskets of 9 kg hold 18 of 30 kg at most.
    ds = one_site(depot_stock=(stock(30, TUESDAY),))
    assert least_waste_g(ds, supply_of(ds, Limits()), Counter(panier=2)) == pytest.approx(12_000, abs=2)


def test_stock_that_keeps_is_not_wasted() -> None:
    ds = one_site(depot_stock=(stock(30, None),))
    assert least_waste_g(ds, supply_of(ds, Limits()), Counter(panier=2)) == 0


def test_stock_that_spoils_before_the_first_day_is_wasted_whatever_is_packed() -> None:
    ds = one_site(depot_stock=(stock(30, MONDAY.replace(day=1)),), lots=[lot("L", "carrot", 50)])
    assert least_waste_g(ds, supply_of(ds, Limits()), Counter(panier=2)) == 30_000


def test_no_plan_comes_nearer_to_the_target_than_its_goods_allow() -> None:
    # 16 kg for two baskets of 7 to 9 kg with a target of 9: a kg each is missing.
    ds = one_site(
        lots=[lot("L", "carrot", 16)],
        products=(product("carrot"),),
        basket_types=(basket(target_g=9000, min_g=7000, max_g=9000),),
    )
    found = least_deviation_g(ds, supply_of(ds, Limits()), Counter(panier=2))
    assert found is not None
    assert float(found) == pytest.approx(1000, abs=1)


def test_most_persons_are_helped_where_baskets_go_to_the_zones_of_large_households() -> None:
    ds = week(
        {"Q": {"Y": 10, "Z": 10}},
        {"Y": ["S"], "Z": ["S"]},
        sites=[site("S")],
        households=[
            HouseholdGroup(zone_id="Y", persons_per_household=1, households=10),
            HouseholdGroup(zone_id="Z", persons_per_household=4, households=3),
        ],
    )
    share = Share(date=MONDAY, depot_id="D", site_id="S", zone_id="Y", basket_id="panier", baskets=5)
    assert most_persons(ds, (share,)) == 3 * 4 + 2 * 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_is_never_better_than_its_bounds(seed: int) -> None:
    ds = make_dataset(seed, sites=10, basket_types=seed, supply=0.8)
    found = allocator("leximin").allocate(ds, limits=Limits(), effort=Effort.QUICK, seed=0)
    level = {one.name: one for one in found.levels}
    for name in ("persons_helped", "variety"):
        assert level[name].value <= (level[name].bound or Fraction(0))
    for name in ("waste", "weight"):
        bound = level[name].bound
        assert bound is not None
        assert level[name].value >= bound
