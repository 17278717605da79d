"""What is published as the bound of fairness holds for every plan, not only within what one run of routing carried."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Unrouted
from distrib.pipeline import PlannedWeek, plan_week
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.relaxation import relax
from distrib.solver.routing.baseline import Baseline
from tests.instances import make_dataset


class Forgetful(Baseline):
    """Carries what is dropped on the first delivery day alone."""

    name = "forgetful"

    def route(self, problem: RoutingProblem, *, effort: Effort, seed: int) -> Routing:
        """Return the baseline's tours without the drops of later days."""
        first = min(problem.dataset.settings.delivery_dates)
        kept = tuple(task for task in problem.tasks if task.date == first or not task.is_drop)
        routing = super().route(dataclasses.replace(problem, tasks=kept), effort=effort, seed=seed)
        left = [task for task in problem.tasks if task not in kept]
        unrouted = tuple(Unrouted(task_id=t.task_id, reason="transport", explanation="forgotten") for t in left)
        return dataclasses.replace(routing, unrouted=(*routing.unrouted, *unrouted))


@pytest.fixture(scope="module")
def planned() -> PlannedWeek:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(routing_engines._ENGINES, "forgetful", Forgetful)
        return plan_week(make_dataset(3, sites=12, supply=2.0, vans=6), effort="quick", router="forgetful")


def test_the_bound_of_a_neighbourhood_is_not_lowered_by_what_routing_left_behind(planned: PlannedWeek) -> None:
    value = relax(planned.dataset).neighbourhood_value
    rows = planned.plan.fairness
    assert {(r.programme, r.neighbourhood_id): r.bound_microbaskets for r in rows} == value


def test_what_routing_left_behind_is_a_gap_with_its_rule(planned: PlannedWeek) -> None:
    short = [row for row in planned.plan.fairness if not row.proven]
    assert short
    for row in short:
        assert row.gap_baskets == row.bound_microbaskets // 1_000_000 - row.baskets > 0
        assert row.lacking_rule
    assert any("tours" in row.lacking_rule for row in short)
