"""Sites keep their usual day, vehicle and time as far as a budget or a price asks for it."""

from __future__ import annotations

import dataclasses
from functools import cache

from distrib.checker import check
from distrib.indicators import changed_sites, same_visits
from distrib.keeping import usual_days
from distrib.model.dataset import Dataset
from distrib.model.territory import HouseholdGroup
from distrib.months import moved_on
from distrib.pipeline import PlannedWeek, plan_week, with_previous
from tests.instances import make_dataset


@cache
def last_week() -> PlannedWeek:
    return plan_week(make_dataset(5, sites=18, supply=1.5, vans=4), effort="quick", router="baseline")


def this_week(**objective: object) -> Dataset:
    """The same territory a week later, with other households, so that a plan of its own drives otherwise."""
    dataset = moved_on(make_dataset(5, sites=18, supply=1.5, vans=4), 1)
    households = tuple(
        HouseholdGroup(
            zone_id=h.zone_id,
            persons_per_household=h.persons_per_household,
            households=max(1, h.households * (70 + 20 * (i % 4)) // 100),
            priority_milli=h.priority_milli,
        )
        for i, h in enumerate(dataset.households)
    )
    settings = dataset.settings
    settings = dataclasses.replace(
        settings, objective=dataclasses.replace(settings.objective, same_time_s=900, **objective)
    )
    return dataclasses.replace(dataset, households=households, settings=settings)


def planned(**objective: object) -> PlannedWeek:
    return plan_week(this_week(**objective), effort="quick", router="baseline", previous=last_week())


@cache
def free() -> PlannedWeek:
    return planned()


def test_without_being_asked_the_plan_counts_changes_and_says_that_their_price_was_not_computed() -> None:
    week = free()
    levels = {level.name: level for level in week.plan.levels}
    assert levels["site_changes"].value == week.indicators["site_changes"] > 0
    assert "not computed" in levels["site_changes"].why_not_proven
    assert "price_of_staying" not in levels


def test_a_budget_of_changes_is_kept_and_its_price_is_told() -> None:
    most = int(str(free().indicators["site_changes"])) - 2
    week = planned(max_site_changes=most)
    assert check(week.dataset, week.plan) == ()
    levels = {level.name: level for level in week.plan.levels}
    assert int(str(week.indicators["site_changes"])) <= most
    assert levels["site_changes_without"].value == free().indicators["site_changes"]
    spent = week.plan.levels[[level.name for level in week.plan.levels].index("cost")].value
    without = free().plan.levels[[level.name for level in free().plan.levels].index("cost")].value
    assert abs(levels["price_of_staying"].value - (spent - without)) < 1


def test_a_high_price_keeps_more_sites_than_none_and_no_fairness_is_lost() -> None:
    week = planned(site_change_cents=100_000)
    assert int(str(week.indicators["site_changes"])) <= int(str(free().indicators["site_changes"]))
    assert sorted(r.coverage or 0 for r in week.plan.coverage) >= sorted(r.coverage or 0 for r in free().plan.coverage)


def test_a_site_changes_when_day_vehicle_or_time_do() -> None:
    before = [(0, "V1", 32_400)]
    assert same_visits(before, [(0, "V1", 36_000)], 3_600)
    assert not same_visits(before, [(0, "V1", 36_001)], 3_600)
    assert not same_visits(before, [(0, "V2", 32_400)], 3_600)
    assert not same_visits(before, [(1, "V1", 32_400)], 3_600)
    assert not same_visits(before, [*before, (2, "V1", 32_400)], 3_600)


def test_last_weeks_own_plan_changes_nothing() -> None:
    dataset, _ = with_previous(moved_on(make_dataset(5, sites=18, supply=1.5, vans=4), 1), (), last_week())
    assert changed_sites(dataset, last_week().plan.deliveries) == ()


def test_sites_are_held_to_days_on_which_they_still_open() -> None:
    dataset, _ = with_previous(this_week(), (), last_week())
    limits = usual_days(dataset)
    used = {(row.dropped_at_site_id, row.date.weekday()) for row in last_week().plan.deliveries}
    assert limits.site_day_baskets
    assert all(most == 0 for most in limits.site_day_baskets.values())
    assert not {(place, date.weekday()) for place, date in limits.site_day_baskets} & used
    site = next(s for s, _ in limits.site_day_baskets)
    weekday = next(day for place, day in used if place == site)
    shut = tuple(
        dataclasses.replace(s, openings=tuple(o for o in s.openings if o.weekday != weekday))
        if s.site_id == site
        else s
        for s in dataset.sites
    )
    assert site not in {place for place, _ in usual_days(dataclasses.replace(dataset, sites=shut)).site_day_baskets}
