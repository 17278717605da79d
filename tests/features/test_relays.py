"""Relays as a decision: chosen when the fleet is short, left alone when it is not."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from functools import cache

from distrib import travel
from distrib.checker import check
from distrib.fairness import fairness_of
from distrib.fitted import Fitted
from distrib.fitting import Worth
from distrib.model.allocation import Allocation, Share
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.pipeline import Fits, PlannedWeek, engines_named, plan_week
from distrib.refusals import Begun
from distrib.relaying import choose, fitted_with_relays, possible_relays
from distrib.stages import Stages
from tests.instances import make_dataset


def territory(*, vans: int, may_relay: bool = True, most: int | None = 120, relay_cents: int = 10**6) -> Dataset:
    """Eight sites where a visit takes an hour and a half; two of them, open all week, may be the relay of the others."""
    dataset = make_dataset(
        1,
        sites=8,
        relays=False,
        vans=vans,
        trucks=0,
        drivers=False,
        packing_times=False,
        programme_share=None,
        supply=2.0,
    )
    hubs = tuple(site.site_id for site in dataset.sites[::4])
    sites = []
    for site in dataset.sites:
        hours = site.openings[:1]
        if site.site_id in hubs:
            hours = tuple(dataclasses.replace(hours[0], weekday=d, opens_s=28_800, closes_s=57_600) for d in range(5))
        relays = () if site.site_id in hubs or not may_relay else hubs
        sites.append(
            dataclasses.replace(
                site,
                unloading_s=5_400,
                openings=hours if site.site_id in hubs else site.openings,
                may_relay_to=relays,
                relay_max_baskets=most if site.site_id in hubs else None,
            )
        )
    vehicles = tuple(dataclasses.replace(v, max_trips=1) for v in dataset.vehicles)
    settings = dataclasses.replace(
        dataset.settings, objective=dataclasses.replace(dataset.settings.objective, relay_cents=relay_cents)
    )
    return dataclasses.replace(dataset, sites=tuple(sites), vehicles=vehicles, settings=settings)


@cache
def planned(vans: int, may_relay: bool) -> PlannedWeek:
    return plan_week(territory(vans=vans, may_relay=may_relay), effort="quick", router="baseline", allocator="greedy")


def levels(week: PlannedWeek) -> list[Fraction]:
    return sorted(row.coverage for row in week.plan.coverage if row.coverage is not None)


def test_a_fleet_too_small_helps_more_people_with_relays() -> None:
    with_relays, without = planned(1, True), planned(1, False)
    assert levels(with_relays) > levels(without)
    assert int(str(with_relays.indicators["baskets"])) > int(str(without.indicators["baskets"]))
    assert int(str(with_relays.indicators["sites_relayed"])) > 0
    assert "sites_relayed" not in without.indicators


def test_the_dataset_of_the_plan_says_who_is_relayed_where_and_the_plan_keeps_every_rule() -> None:
    week = planned(1, True)
    chosen = {site.site_id: site.relay_site_id for site in week.dataset.sites if site.relay_site_id}
    before = week.dataset.site_by_id
    assert chosen
    assert all(relay in before[site].may_relay_to for site, relay in chosen.items())
    assert not set(chosen) & set(chosen.values())
    assert check(week.dataset, week.plan) == ()
    assert check(territory(vans=1), week.plan) == ()


def test_a_fleet_that_suffices_relays_nobody() -> None:
    week = planned(8, True)
    assert not any(site.relay_site_id for site in week.dataset.sites)


def test_a_fleet_that_suffices_relays_those_whose_stops_cost_more_than_that_is_worth() -> None:
    dataset = territory(vans=8, relay_cents=2_000)
    cheap = plan_week(dataset, effort="quick", router="baseline", allocator="greedy")
    relayed = [site for site in cheap.dataset.sites if site.relay_site_id]
    assert relayed
    saved = float(str(planned(8, True).indicators["transport_eur"])) - float(str(cheap.indicators["transport_eur"]))
    assert saved > 20 * len(relayed)
    assert levels(cheap) >= levels(planned(8, True))


def test_sites_are_relayed_within_what_the_relay_passes_on() -> None:
    dataset = territory(vans=1, most=30)
    options = possible_relays(dataset)
    choice = choose(dataset, options, dict.fromkeys(options, 15), dict.fromkeys(options, 100), len(options))
    assert len(choice) == 4
    exact = choose(dataset, options, dict.fromkeys(options, 16), dict.fromkeys(options, 100), len(options))
    assert len(exact) == 2


def test_those_are_relayed_that_save_most() -> None:
    dataset = territory(vans=1, most=15)
    options = possible_relays(dataset)
    dear = sorted(options)[3:5]
    savings = {site: 500 if site in dear else 100 for site in options}
    choice = choose(dataset, options, dict.fromkeys(options, 15), savings, 2)
    assert sorted(choice) == dear


def test_a_relay_that_may_be_relayed_itself_is_either_but_not_both() -> None:
    dataset = territory(vans=1)
    a, b, c = (site.site_id for site in dataset.sites[:3])
    choice = choose(dataset, {a: (b,), b: (c,)}, {}, {a: 10, b: 10}, 2)
    assert len(choice) == 1


def test_only_days_that_suit_both_make_a_relay_possible() -> None:
    dataset = territory(vans=1)
    hub, site = dataset.sites[0], dataset.sites[1]
    sunday = (dataclasses.replace(site.openings[0], weekday=6),)
    sites = tuple(dataclasses.replace(s, openings=sunday) if s == site else s for s in dataset.sites)
    assert site.site_id not in possible_relays(dataclasses.replace(dataset, sites=sites))
    assert hub.site_id not in possible_relays(dataset)


def test_fairness_is_compared_from_the_lowest_up_and_baskets_last() -> None:
    week = planned(1, False)
    depot = week.dataset.depots[0].depot_id
    allocation = Allocation(
        shares=tuple(
            Share(
                date=row.date,
                depot_id=depot,
                site_id=row.site_id,
                zone_id=row.zone_id,
                basket_id=row.basket_id,
                baskets=row.baskets,
            )
            for row in week.plan.allocation
        )
    )
    *lowest_first, baskets = fairness_of(week.dataset, allocation)
    assert lowest_first == levels(week)
    assert baskets == week.indicators["baskets"]


@dataclasses.dataclass
class Counting:
    """Fits as the pipeline does, and counts the plans made to their end by the number of sites relayed."""

    fits: Fits
    finished: list[int] = dataclasses.field(default_factory=list)

    def begin(self, dataset: Dataset, worth: Worth | None = None) -> Begun:
        return self.fits.begin(dataset, worth)

    def finish(self, dataset: Dataset, begun: Begun) -> Fitted:
        self.finished.append(sum(bool(site.relay_site_id) for site in dataset.sites))
        return self.fits.finish(dataset, begun)


def test_where_relays_carry_all_that_was_asked_for_only_that_plan_is_made_to_its_end() -> None:
    engines = engines_named("greedy", "baseline")
    dataset = travel.resolve(territory(vans=1, most=None))
    fit = Counting(Fits(engines=engines, effort=Effort.QUICK, seed=0, stages=Stages()))
    begun = fit.begin(dataset)
    assert not begun.carried
    chosen, fitted = fitted_with_relays(dataset, fit)
    relays = sum(bool(site.relay_site_id) for site in chosen.sites)
    assert relays
    assert not fitted.left
    assert fit.finished[-1] == relays
    asked = fairness_of(dataset, begun.first.allocation)
    if fairness_of(chosen, fitted.allocation) >= asked:
        assert fit.finished == [relays]
