"""Every allocation engine keeps every G rule on every kind of week, gives the same twice, and leaves nobody out for nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.solver.allocation import allocator, allocators
from tests.engines.allocation_rules import broken_rules
from tests.instances import MONDAY, make_dataset

WEEKS: dict[str, dict[str, object]] = {
    "plain": {},
    "twenty_sites": {"sites": 20},
    "sixty_sites": {"sites": 60},
    "two_depots": {"depots": 2, "sites": 20},
    "two_basket_types": {"basket_types": 2},
    "kits_in_a_second_programme": {"kits": True},
    "two_depots_two_types_and_kits": {"depots": 2, "basket_types": 2, "kits": True, "sites": 20},
    "everything_scarce": {"supply": 0.25},
    "scarce_produce_two_types": {"supply": 0.6, "basket_types": 2},
    "nothing_scarce": {"supply": 3.0, "programme_share": None},
    "packed_the_day_it_is_collected": {"lead_days": 0},
    "two_days_of_lead": {"lead_days": 2},
    "no_packing_times": {"packing_times": False},
    "priorities": {"priorities": True},
    "no_relays_no_drivers": {"relays": False, "drivers": False},
}


def allocate(name: str, ds: Dataset, limits: Limits | None = None) -> Allocation:
    return allocator(name).allocate(ds, limits=limits or Limits(), effort=Effort.QUICK, seed=0)


engines = pytest.mark.parametrize("name", sorted(allocators()))


@engines
@pytest.mark.parametrize("week", sorted(WEEKS))
def test_every_rule_holds_on_every_kind_of_week(name: str, week: str) -> None:
    ds = make_dataset(3, **WEEKS[week])  # type: ignore[arg-type]
    a = allocate(name, ds)
    assert broken_rules(ds, a) == []
    assert sum(s.baskets for s in a.shares) > 0


@engines
@pytest.mark.parametrize("seed", range(4))
def test_every_rule_holds_on_other_territories(name: str, seed: int) -> None:
    ds = make_dataset(100 + seed, sites=(8, 14, 25, 40)[seed], depots=1 + seed % 2, supply=(0.5, 0.9, 1.3, 2)[seed])
    assert broken_rules(ds, allocate(name, ds)) == []


@engines
def test_the_same_week_gives_the_same_allocation_twice(name: str) -> None:
    ds = make_dataset(5, depots=2, basket_types=2, kits=True)
    assert allocate(name, ds) == allocate(name, ds)


@engines
def test_a_week_without_need_gives_an_empty_allocation(name: str) -> None:
    ds = dataclasses.replace(make_dataset(1), households=(), needs=())
    assert allocate(name, ds).shares == ()


@engines
def test_a_week_without_goods_gives_an_empty_allocation(name: str) -> None:
    ds = dataclasses.replace(make_dataset(1), lots=(), depot_stock=())
    a = allocate(name, ds)
    assert (a.shares, a.purchases, a.recipes, a.lot_uses) == ((), (), (), ())


@engines
def test_a_week_without_vehicles_gives_an_empty_allocation(name: str) -> None:
    assert allocate(name, dataclasses.replace(make_dataset(1), vehicles=())).shares == ()


@engines
def test_lots_of_no_weight_and_lots_of_less_than_a_crate_are_left_alone(name: str) -> None:
    ds = make_dataset(1)
    small = tuple(
        dataclasses.replace(lot, offer_g=0 if i % 2 else ds.product_by_id[lot.product_id].crate_g - 1)
        for i, lot in enumerate(ds.lots[:6])
    )
    ds = dataclasses.replace(ds, lots=(*small, *ds.lots[6:]))
    a = allocate(name, ds)
    assert broken_rules(ds, a) == []
    assert not {p.lot_id for p in a.purchases} & {lot.lot_id for lot in small}


@engines
def test_a_site_open_one_hour_a_week_is_served_only_then(name: str) -> None:
    ds = make_dataset(2)
    one = ds.sites[4]
    hour = dataclasses.replace(one.openings[0], weekday=2, opens_s=10 * 3600, closes_s=11 * 3600)
    sites = tuple(dataclasses.replace(s, openings=(hour,), relay_site_id="") if s == one else s for s in ds.sites)
    ds = dataclasses.replace(ds, sites=sites)
    a = allocate(name, ds)
    assert broken_rules(ds, a) == []
    assert {s.date for s in a.shares if s.site_id == one.site_id} <= {MONDAY + dt.timedelta(days=2)}


@engines
def test_the_limits_that_routing_found_are_kept(name: str) -> None:
    ds = make_dataset(4, sites=20)
    free = allocate(name, ds)
    days = sorted({s.date for s in free.shares})
    site_days = sorted({(ds.site_by_id[s.site_id].drop_site_id, s.date) for s in free.shares})
    farms = sorted(
        {(ds.lot_by_id[p.lot_id].farm_id, p.date) for p in free.purchases if not p.delivered},
    )
    limits = Limits(
        site_day_baskets={k: (0, 7)[i % 2] for i, k in enumerate(site_days)},
        farm_day_g={k: (0, 40_000)[i % 2] for i, k in enumerate(farms)},
        day_baskets={days[0]: 0, days[-1]: 33},
    )
    assert broken_rules(ds, allocate(name, ds, limits), limits) == []


@engines
def test_the_budget_is_kept_to_the_cent(name: str) -> None:
    ds = make_dataset(6)
    for budget in (0, 20_000, 150_000):
        tight = dataclasses.replace(ds, settings=dataclasses.replace(ds.settings, purchase_budget_cents=budget))
        assert broken_rules(tight, allocate(name, tight)) == []


@engines
def test_small_storage_is_kept(name: str) -> None:
    ds = make_dataset(7)
    depots = tuple(dataclasses.replace(d, storage_g=400_000, cold_storage_g=30_000) for d in ds.depots)
    ds = dataclasses.replace(ds, depots=depots)
    assert broken_rules(ds, allocate(name, ds)) == []


@engines
def test_minima_of_sites_are_kept(name: str) -> None:
    ds = make_dataset(8, sites=20)
    sites = tuple(
        dataclasses.replace(s, min_baskets_per_visit=(10, 15, 20)[i % 3], min_baskets_per_week=(0, 25, 40)[i % 3])
        for i, s in enumerate(ds.sites)
    )
    ds = dataclasses.replace(ds, sites=sites)
    a = allocate(name, ds)
    assert broken_rules(ds, a) == []
    assert a.shares


@engines
def test_a_basket_that_takes_two_places_counts_two(name: str) -> None:
    ds = make_dataset(9, basket_types=2)
    types = tuple(dataclasses.replace(t, places=2 if t.basket_id == "grand" else 1) for t in ds.basket_types)
    ds = dataclasses.replace(ds, basket_types=types)
    assert broken_rules(ds, allocate(name, ds)) == []


@engines
def test_opening_stock_past_its_date_is_never_packed(name: str) -> None:
    ds = make_dataset(10)
    old = dataclasses.replace(ds.depot_stock[0], lot_id="OLD", last_use_date=MONDAY - dt.timedelta(days=1))
    ds = dataclasses.replace(ds, depot_stock=(old, *ds.depot_stock))
    a = allocate(name, ds)
    assert broken_rules(ds, a) == []
    assert "OLD" not in {u.lot_id for u in a.lot_uses}
