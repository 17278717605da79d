"""Allocation and routing fitted to each other when the fleet is too small."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import pytest

from distrib import fitting
from distrib.errors import ImpossibleError
from distrib.fairness import fairness_of
from distrib.fitted import Fitted
from distrib.fitting import Fitter
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.plan import FairnessRow
from distrib.model.routing import Routing, RoutingProblem, Unrouted
from distrib.refusals import Refused, carried_in_full_g, days_with_goods, lost_goods_g
from distrib.solver.allocation.greedy import GreedyAllocator
from distrib.solver.routing.baseline import Baseline
from distrib.stages import Stages
from tests.instances import make_dataset


@dataclass
class StubbornAllocator:
    """Allocates as the greedy engine does, but nothing at all under some kinds of limits."""

    nothing_with_days: bool = False
    nothing_with_sites: bool = False
    asked: list[Limits] = field(default_factory=list)
    name: str = "stubborn"
    features: frozenset[str] = frozenset()

    def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
        self.asked.append(limits)
        refused = self.nothing_with_days and limits.day_baskets and limits.site_day_baskets
        refused = refused or (self.nothing_with_sites and limits.site_day_baskets)
        if refused:
            return Allocation()
        return GreedyAllocator().allocate(dataset, limits=limits, effort=effort, seed=seed)


def short_week() -> Dataset:
    """A week whose one van carries some of the baskets and not all."""
    dataset = make_dataset(3, sites=30, trucks=0, vans=1, drivers=False, packing_times=False, relays=False)
    vehicles = tuple(dataclasses.replace(v, max_trips=1) for v in dataset.vehicles)
    return dataclasses.replace(dataset, vehicles=vehicles)


def fitted_by(allocator: StubbornAllocator) -> Fitted:
    fitter = Fitter(
        dataset=short_week(), allocator=allocator, router=Baseline(), effort=Effort.QUICK, seed=0, stages=Stages()
    )
    return fitter.fit()


def carried(fitted: Fitted) -> int:
    return sum(fitted.carried()[0].values())


def test_a_round_without_any_basket_does_not_end_a_week_of_which_an_earlier_one_carried_some() -> None:
    allocator = StubbornAllocator(nothing_with_days=True)
    fitted = fitted_by(allocator)
    assert any(limits.day_baskets for limits in allocator.asked)
    assert not fitted.left
    assert carried(fitted) > 0


def test_when_nothing_can_be_made_of_what_was_carried_less_is_asked_of_the_fleet() -> None:
    allocator = StubbornAllocator(nothing_with_sites=True)
    fitted = fitted_by(allocator)
    assert not fitted.left
    assert carried(fitted) > 0
    assert allocator.asked[-1].day_baskets


def test_asking_less_keeps_to_the_limits_of_the_start() -> None:
    dataset = short_week()
    first, second = dataset.settings.delivery_dates[:2]
    place = dataset.sites[0].drop_site_id
    allocator = StubbornAllocator()
    fitter = Fitter(
        dataset=dataset,
        allocator=allocator,
        router=Baseline(),
        effort=Effort.QUICK,
        seed=0,
        stages=Stages(),
        start=Limits(day_baskets={first: 3}, site_day_baskets={(place, second): 0}),
    )
    tried = fitter._tried(Limits(), Effort.QUICK)
    assert tried is not None
    fitted = fitter._asking_less(tried)
    assert fitted.carried_by_day().get(first, 0) <= 3
    for limits in allocator.asked[1:]:
        assert limits.day_baskets[first] <= 3
        assert limits.site_day_baskets == {(place, second): 0}


def test_a_week_of_which_no_round_carries_a_basket_is_impossible() -> None:
    class Nobody(StubbornAllocator):
        def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
            return Allocation()

    with pytest.raises(ImpossibleError):
        fitted_by(Nobody())


def test_a_fleet_too_small_takes_few_allocations() -> None:
    allocator = StubbornAllocator()
    fitted = fitted_by(allocator)
    assert not fitted.left
    assert len(allocator.asked) <= 10


@dataclass(frozen=True)
class Refusing:
    """Routes as the baseline does, but never to one place."""

    place: str
    name: str = "refusing"
    features: frozenset[str] = frozenset()

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        tasks = tuple(task for task in problem.tasks if task.place_id != self.place)
        found = Baseline().route(dataclasses.replace(problem, tasks=tasks), effort=effort, seed=seed)
        refused = [Unrouted(task_id=t.task_id, reason="", explanation="") for t in problem.tasks if t not in tasks]
        return dataclasses.replace(found, unrouted=(*found.unrouted, *refused))


@pytest.mark.parametrize("seed", [1, 9])
def test_a_fleet_that_left_something_behind_is_asked_again_at_other_places_and_days(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dataset = make_dataset(seed, sites=12, drivers=False, packing_times=False, relays=False)
    asked = GreedyAllocator().allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)
    sites = Counter[str]()
    for share in asked.shares:
        sites[share.site_id] += share.baskets
    place = min(sites, key=lambda site: (-sites[site], site))

    def fit() -> Fitted:
        fitter = Fitter(
            dataset=dataset,
            allocator=GreedyAllocator(),
            router=Refusing(place),
            effort=Effort.QUICK,
            seed=0,
            stages=Stages(),
        )
        return fitter.fit()

    grown = fit()
    monkeypatch.setattr(fitting, "GROWTHS", 0)
    tightened_only = fit()
    assert not grown.left
    assert fairness_of(dataset, grown.allocation) > fairness_of(dataset, tightened_only.allocation)


def tried_week() -> tuple[Dataset, Fitted]:
    dataset = short_week()
    fitter = Fitter(
        dataset=dataset, allocator=GreedyAllocator(), router=Baseline(), effort=Effort.QUICK, seed=0, stages=Stages()
    )
    tried = fitter._tried(Limits(), Effort.QUICK)
    assert tried is not None
    assert tried.left
    return dataset, tried


@pytest.mark.parametrize("part", [None, 1, 2])
def test_days_on_which_something_was_refused_may_grow_by_a_part_of_what_was_left(part: int | None) -> None:
    dataset, tried = tried_week()
    limits = Refused().and_of(tried).limits(dataset, Limits(), tried, part=part)
    by_day = tried.carried_by_day()
    asked = {t.date: sum(u.baskets for u in tried.tasks if u.is_drop and u.date == t.date) for t in tried.tasks}
    assert limits.day_baskets
    for date, most in limits.day_baskets.items():
        left = asked[date] - by_day.get(date, 0)
        assert most == by_day.get(date, 0) + (0 if part is None else left // 2**part)


def test_what_was_refused_is_held_there_and_free_elsewhere_and_nobody_else_gets_a_stop_on_a_new_day() -> None:
    dataset, tried = tried_week()
    limits = Refused().and_of(tried).limits(dataset, Limits(), tried, part=1)
    baskets, grams = tried.carried()
    left = {(t.place_id, t.date) for t in tried.tasks if t.task_id in tried.left}
    refused = {place for place, _ in left}
    dates = dataset.settings.delivery_dates
    for place in {site.drop_site_id for site in dataset.sites}:
        for date in dates:
            key = (place, date)
            if key in left:
                assert limits.site_day_baskets[key] == baskets.get(key, 0)
            elif place in refused or key in baskets:
                assert key not in limits.site_day_baskets
            else:
                assert limits.site_day_baskets[key] == 0
    for farm in dataset.farm_by_id:
        for date in dataset.settings.collection_dates:
            expected = farm not in refused and (farm, date) not in grams
            assert (limits.farm_day_g.get((farm, date)) == 0) == expected or (farm, date) in left


def test_limits_of_the_start_hold_in_every_round() -> None:
    dataset, tried = tried_week()
    refused = Refused().and_of(tried)
    date = min(refused.day_left)
    place = next(task.place_id for task in tried.tasks if task.is_drop)
    start = Limits(day_baskets={date: 1}, site_day_baskets={(place, date): 0})
    limits = refused.limits(dataset, start, tried, part=1)
    assert limits.day_baskets[date] == 1
    assert limits.site_day_baskets[place, date] == 0


def test_baskets_are_asked_for_only_as_far_as_goods_are_carried_with_some_to_spare() -> None:
    _, tried = tried_week()
    assert days_with_goods(_leaving(tried, [])) == {}
    pick = next(t for t in tried.tasks if not t.is_drop)
    without = _leaving(tried, [pick.task_id])
    packed = sum(t.load_g for t in tried.tasks if t.is_drop)
    assert lost_goods_g(without) == pick.load_g
    assert carried_in_full_g(without) == packed - pick.load_g
    asked = tried_by_day(tried)
    assert days_with_goods(without) == {
        date: number * ((packed - pick.load_g) * 970 // 1000) // packed for date, number in asked.items()
    }


def tried_by_day(tried: Fitted) -> dict[dt.date, int]:
    return _leaving(tried, []).carried_by_day()


def _leaving(tried: Fitted, left: list[str]) -> Fitted:
    unrouted = tuple(Unrouted(task_id=task_id, reason="", explanation="") for task_id in left)
    return dataclasses.replace(tried, routing=dataclasses.replace(tried.routing, unrouted=unrouted))


def test_rounds_whose_allocation_is_not_worth_it_are_not_driven() -> None:
    fitter = Fitter(
        dataset=short_week(),
        allocator=GreedyAllocator(),
        router=Baseline(),
        effort=Effort.QUICK,
        seed=0,
        stages=Stages(),
    )
    begun = fitter.begin(lambda _: False)
    assert begun.best is begun.first
    assert not begun.carried


def test_a_neighbourhood_with_the_whole_baskets_of_its_fair_value_counts_with_that_value() -> None:
    dataset = make_dataset(1, sites=6)
    allocation = GreedyAllocator().allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)
    got = Counter[str]()
    for share in allocation.shares:
        got[dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    programme = dataset.programmes[0]
    least = min(got, key=lambda hood: (got[hood], hood))

    def proof(micro: int) -> tuple[FairnessRow, ...]:
        return (
            FairnessRow(
                programme=programme,
                neighbourhood_id=least,
                bound_microbaskets=micro,
                baskets=got[least],
                proven=True,
                gap_baskets=0,
                lacking_rule="",
                binding="",
            ),
        )

    plain = fairness_of(dataset, allocation)
    reached = fairness_of(dataset, allocation, proof(got[least] * 1_000_000 + 999_999))
    missed = fairness_of(dataset, allocation, proof(got[least] * 1_000_000 + 1_000_000))
    assert reached > plain
    assert missed == plain


def test_leximin_compares_the_lowest_coverage_first_and_baskets_last() -> None:
    dataset = make_dataset(1, sites=6, priorities=True)
    allocation = GreedyAllocator().allocate(dataset, limits=Limits(), effort=Effort.QUICK, seed=0)
    *levels, baskets = fairness_of(dataset, allocation)
    assert baskets == sum(share.baskets for share in allocation.shares)
    assert levels == sorted(levels)
    assert len(levels) == sum(1 for hood in dataset.neighbourhoods if _has_need(dataset, hood.neighbourhood_id))
    less = dataclasses.replace(allocation, shares=allocation.shares[1:])
    assert fairness_of(dataset, less) < (*levels, baskets)


def _has_need(dataset: Dataset, neighbourhood_id: str) -> bool:
    zones = {z.zone_id for z in dataset.zones_of[neighbourhood_id]}
    return any(need.baskets for (zone_id, _), need in dataset.zone_needs.items() if zone_id in zones)
