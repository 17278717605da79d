"""Allocation and routing fitted to each other when the fleet is too small."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pytest

from distrib.errors import ImpossibleError
from distrib.fitting import Fitted, Fitter
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
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
    assert len(allocator.asked) <= 6
