"""Territories that share nothing but a programme's size are solved one by one, with the answer of all at once."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from benchmarks.allocation.territories import territory, together
from distrib.model.allocation import Limits, Share
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.fleet import Drivers
from distrib.model.goods import DepotStock
from distrib.model.past import PastCoverage
from distrib.solver.allocation import leximin, parts
from distrib.solver.allocation.leximin import LeximinAllocator
from distrib.solver.allocation.reached import reached_bounds
from distrib.solver.allocation.relaxation import binding_reasons, relax, solve
from tests.engines.allocation_rules import broken_rules


def three(*, share: float = 1.0, styles: tuple[str, ...] = ("plain", "scarce", "sites"), sites: int = 18) -> Dataset:
    whole = together([territory(sites, k, style=style) for k, style in enumerate(styles)])
    size = int(dict(whole.settings.max_baskets)["baskets"] * share)
    return dataclasses.replace(whole, settings=dataclasses.replace(whole.settings, max_baskets=(("baskets", size),)))


def numbers(dataset: Dataset, limits: Limits | None = None) -> list[int]:
    return [len(part.sites) for part in parts.parts_of(dataset, limits or Limits())]


def test_territories_without_a_way_between_them_are_parts() -> None:
    assert numbers(three()) == [18, 18, 18]
    assert numbers(territory(18, 1)) == [18]


@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_the_leximin_of_the_parts_is_that_of_all_at_once(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = three(share=share)
    apart = relax(dataset)
    monkeypatch.setattr(solve, "parts_of", lambda whole, _: (whole,))
    at_once = relax(dataset)
    assert same(apart.neighbourhood_value, at_once.neighbourhood_value)
    assert same(apart.zone_value, at_once.zone_value)


def test_earlier_weeks_count_in_parts_as_in_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = three(share=0.2, styles=("plain", "plain"))
    rows = [
        PastCoverage(week_start=dt.date(2020, 4, 13), programme="baskets", zone_id=zone.zone_id, baskets=n % 3 * 20, need_baskets=40, weight_milli=40_000)
        for n, zone in enumerate(dataset.zones)
    ]  # fmt: skip
    dataset = dataclasses.replace(dataset, past_coverage=tuple(rows))
    apart = relax(dataset)
    monkeypatch.setattr(solve, "parts_of", lambda whole, _: (whole,))
    at_once = relax(dataset)
    assert 0 in apart.neighbourhood_value.values()
    assert same(apart.neighbourhood_value, at_once.neighbourhood_value)


def test_a_programme_that_binds_cuts_all_parts_at_one_level() -> None:
    dataset = three(share=0.5)
    relaxation = relax(dataset)
    assert sum(relaxation.neighbourhood_value.values()) == pytest.approx(
        1e6 * dict(dataset.settings.max_baskets)["baskets"], abs=20
    )
    (cut,) = [level for level in relaxation.levels if level.limits == ("programme baskets",)]
    assert len({m[:4] for m in cut.members}) > 1
    assert all(relaxation.level["baskets", m] == pytest.approx(cut.value, abs=1e-6) for m in cut.members)
    members = [m for level in relaxation.levels if level.kind == "neighbourhoods" for m in level.members]
    assert sorted(members) == [n.neighbourhood_id for n in dataset.neighbourhoods]


def test_reasons_of_the_parts_are_those_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = three(share=0.5, sites=9)
    apart = binding_reasons(dataset, relax(dataset))
    monkeypatch.setattr(solve, "parts_of", lambda whole, _: (whole,))
    assert apart == binding_reasons(dataset, relax(dataset))
    assert set(apart.values()) > {"programme"}


def test_what_links_territories_keeps_them_together() -> None:
    dataset = three(sites=9)
    vehicles, settings = len(dataset.vehicles), dataset.settings
    people = [Drivers(weekday=d, licence="B", people=vehicles) for d in range(7)]
    trucks = sum(v.needs_licence_c for v in dataset.vehicles)
    enough = (*people, *(Drivers(weekday=d, licence="C", people=trucks) for d in range(7)))
    assert numbers(dataclasses.replace(dataset, drivers=enough)) == [9, 9, 9]
    fewer = (*people, *(Drivers(weekday=d, licence="C", people=trucks - 1) for d in range(7)))
    assert numbers(dataclasses.replace(dataset, drivers=fewer)) == [27]
    rich, poor = (dataclasses.replace(settings, purchase_budget_cents=c) for c in (10**9, 10**5))
    assert numbers(dataclasses.replace(dataset, settings=rich)) == [9, 9, 9]
    assert numbers(dataclasses.replace(dataset, settings=poor)) == [27]
    bringing = tuple(dataclasses.replace(f, delivers=True) for f in dataset.farms)
    assert numbers(dataclasses.replace(dataset, farms=bringing)) == [27]
    assert numbers(dataset, Limits(day_baskets={dt.date(2020, 4, 20): 10})) == [27]
    heap = DepotStock(depot_id="T000-D000", lot_id="HEAP", product_id="carrot", stock_g=10**12, last_use_date=None)
    assert numbers(dataclasses.replace(dataset, depot_stock=(heap,))) == [27]


def test_a_neighbourhood_that_nobody_serves_goes_with_the_nearest_depot() -> None:
    dataset = together([territory(9, k, at=(43.0 + k, 5.4)) for k in range(2)])
    lost = dataset.neighbourhoods[-1]
    kept = tuple(c for c in dataset.catchments or () if not c.zone_id.startswith(lost.neighbourhood_id))
    dataset = dataclasses.replace(dataset, catchments=kept)
    assert lost in parts.parts_of(dataset, Limits())[1].neighbourhoods
    assert relax(dataset).neighbourhood_value["baskets", lost.neighbourhood_id] == 0


def test_weeks_of_parts_keep_every_rule_and_the_programmes_size() -> None:
    dataset = three(share=0.6, sites=4, styles=("plain", "sites"))
    allocation = LeximinAllocator().allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)
    assert not broken_rules(dataset, allocation)
    assert sum(s.baskets for s in allocation.shares) <= dict(dataset.settings.max_baskets)["baskets"]
    assert sum(row.gap_baskets for row in allocation.fairness) <= 3


def test_the_same_weeks_come_out_whatever_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = three(share=0.6, sites=4, styles=("plain", "sites"))
    found = []
    for number in (1, 3):
        monkeypatch.setattr(leximin, "cores", lambda n=number: n)
        found.append(LeximinAllocator().allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0))
    assert found[0] == found[1]


def test_baskets_of_one_part_use_up_no_stock_of_another() -> None:
    dataset = three(sites=9)
    thursday = dataset.settings.week_start + dt.timedelta(days=3)
    old = DepotStock(depot_id="T000-D000", lot_id="OLD", product_id="carrot", stock_g=50_000, last_use_date=thursday)
    dataset = dataclasses.replace(dataset, depot_stock=(old,))
    waste = []
    for zone in (dataset.zones[0], dataset.zones[-1]):
        site = dataset.sites_of_zone[zone.zone_id][0].site_id
        share = Share(
            date=thursday, depot_id=zone.zone_id[:5] + "D000", site_id=site, zone_id=zone.zone_id, basket_id="family", baskets=90
        )  # fmt: skip
        waste.append(reached_bounds(dataset, (share,), 0)["waste"].value)
    assert [round(kg) for kg in waste] == [0, 50]


def same(one: dict[tuple[str, str], int], other: dict[tuple[str, str], int]) -> bool:
    """True when no value differs by more than two steps of the grid."""
    return one.keys() == other.keys() and all(abs(one[k] - other[k]) <= 2 for k in one)
