"""An allocation without what no tour carries: nothing else is lost by it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

import pytest

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.need import type_of
from distrib.solver.allocation import allocator
from distrib.solver.allocation.trimming import Brought, _take_from_the_best_off, trimmed
from tests.engines.allocation_rules import broken_rules
from tests.instances import make_dataset


@pytest.fixture(scope="module", params=[1, 5])
def week(request: pytest.FixtureRequest) -> tuple[Dataset, Allocation]:
    dataset = make_dataset(request.param, sites=10, basket_types=2 if request.param == 5 else 1)
    return dataset, allocator("leximin").allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)


def brought(allocation: Allocation) -> Counter[Brought]:
    found: Counter[Brought] = Counter()
    for share in allocation.shares:
        found[share.site_id, share.date, share.depot_id, type_of(share.basket_id)] += share.baskets
    return found


def test_what_is_lost_is_gone_all_else_stays_and_every_rule_is_kept(week: tuple[Dataset, Allocation]) -> None:
    dataset, allocation = week
    before = brought(allocation)
    lost = dict(sorted(before.items())[:2])
    after = trimmed(dataset, allocation, lost, limits=Limits(), effort=Effort.QUICK)
    assert after is not None
    assert broken_rules(dataset, after, Limits()) == []
    gone = before - brought(after)
    assert all(gone[key] == number for key, number in lost.items())
    still = Counter[tuple[str, dt.date | None]]()
    for (site, date, _, _), number in (before - Counter(lost)).items():
        still[site, date] += number
        still[site, None] += number
    for (site, date, _, _), _ in (gone - Counter(lost)).items():
        place = dataset.site_by_id[site]
        assert still[site, date] < place.min_baskets_per_visit or still[site, None] < place.min_baskets_per_week
    assert sum(row.baskets for row in after.fairness) == sum(brought(after).values())


def test_those_best_off_at_a_site_go_without_first() -> None:
    dataset = make_dataset(1, sites=10)
    one, other = (dataset.zones_of[hood.neighbourhood_id][0] for hood in dataset.neighbourhoods[:2])
    site = dataset.sites[0].site_id
    need = {
        z: sum(n.weight_milli for (zone, _), n in dataset.zone_needs.items() if zone == z.zone_id) for z in (one, other)
    }
    assert need[one] != need[other]
    best_off = min(need, key=lambda zone: need[zone])
    basket = dataset.basket_types[0].basket_id
    fetch = Counter({(zone.zone_id, site, basket): 9 for zone in (one, other)})
    day = dataset.settings.delivery_dates[0]
    _take_from_the_best_off(dataset, fetch, Counter({((site, day, dataset.depots[0].depot_id), basket): 1}))
    assert fetch == {(zone.zone_id, site, basket): 8 if zone is best_off else 9 for zone in (one, other)}


def test_nothing_is_made_when_nothing_stays_or_the_goods_do_not_suffice(week: tuple[Dataset, Allocation]) -> None:
    dataset, allocation = week
    assert trimmed(dataset, allocation, dict(brought(allocation)), limits=Limits(), effort=Effort.QUICK) is None
    nothing = Limits(farm_day_g={(f.farm_id, d): 0 for f in dataset.farms for d in dataset.settings.collection_dates})
    poor = dataclasses.replace(dataset, farms=tuple(dataclasses.replace(f, delivers=False) for f in dataset.farms))
    poor = dataclasses.replace(poor, depot_stock=())
    assert trimmed(poor, allocation, {}, limits=nothing, effort=Effort.QUICK) is None
