"""Allocation and routing fitted to each other: nothing stays allocated that the fleet does not carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from distrib.errors import ImpossibleError
from distrib.fairness import Fairness, fairness_of
from distrib.fitted import Fitted
from distrib.kept_tours import kept_tours
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.routing import Routing, RoutingProblem, Task
from distrib.refusals import (
    Begun,
    Refused,
    carried_in_full_g,
    days_with_goods,
    lost_baskets,
    lost_goods_g,
    only_carried,
)
from distrib.solver.allocation.protocol import Allocator
from distrib.solver.allocation.redating import concedes_little, most_baskets, redated
from distrib.solver.allocation.relaxation import impossible_reason
from distrib.solver.allocation.trimming import trimmed
from distrib.solver.routing.balance import balanced
from distrib.solver.routing.dates import changed_dates, with_other_dates
from distrib.solver.routing.merging import merged
from distrib.solver.routing.protocol import Router
from distrib.solver.routing.result import routing_of
from distrib.solver.routing.tasks import finer, tasks_of
from distrib.stages import Stages
from distrib.units import cost_cents

ROUNDS = 4
"""How often the allocation is made again with what was refused held to what was carried, free to use other days and places."""
GROWTHS = 8
"""Most rounds that ask more of a fleet that did not carry all: days may grow by 1/2, after a failure by 1/4 of what was left behind."""
FAILURES = 2
"""After so many rounds of a kind that gave nothing better, there are no more of it."""
LAST_ROUNDS = 8
"""How often, after that, it is made again within exactly what the best tours carried, place by place and day by day."""
HALVINGS = 2
"""How often what no tour carries is cut in two and tried again, before less is allocated."""

SLACKS_PCT = (15, 5)
"""By how much a date may get fuller when the router chooses days; the next is tried when goods do not follow."""


Worth = Callable[[Allocation], bool]
"""True for an allocation for which tours should be sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitter:
    """Engines and work budget of one plan; ``start``: limits that hold from the first allocation on.

    ``met`` is told every allocation that is carried, as it is found.
    """

    dataset: Dataset
    allocator: Allocator
    router: Router
    effort: Effort
    seed: int
    stages: Stages
    start: Limits = field(default_factory=Limits)
    met: Callable[[Fitted], None] | None = None

    def fit(self) -> Fitted:
        """Return an allocation all of which is carried, and what was asked for at first: ``begin``, then ``finish``.

        Raises:
            ImpossibleError: there is need but no basket can be delivered.
        """
        return self.finish(self.begin())

    def begin(self, worth: Worth | None = None) -> Begun:
        """Allocate as the allocator likes; then, while something is left behind, with what was refused held to what was carried there.

        Args:
            worth: says of the allocation of a further round if it is worth driving; one that is not ends them.

        Raises:
            ImpossibleError: there is need but no basket can be delivered.
        """
        first = self._tried(self.start, self.effort, self._first)
        if first is None:
            raise ImpossibleError(*impossible_reason(self.dataset, self.start))
        begun, tried, failures = Begun(first=first, best=first, refused=Refused().and_of(first)), first, 0
        for _ in range(ROUNDS):
            if begun.carried or failures == FAILURES:
                break
            limits = begun.refused.limits(self.dataset, self.start, tried, part=None)
            following = self._tried(limits, self._probing, worth=worth)
            if following is None:
                break
            better = not following.left or carried_in_full_g(following) > carried_in_full_g(begun.best)
            tried, failures = following, 0 if better else failures + 1
            begun = replace(begun, best=tried if better else begun.best, refused=begun.refused.and_of(tried))
        return begun

    def finish(self, begun: Begun) -> Fitted:
        """Return an allocation all of which is carried, and what was asked for at first.

        Its days are those on which it costs least, as far as the router can choose them.

        Raises:
            ImpossibleError: not one basket a day was carried.
        """
        first = begun.first
        fitted, asked = self._fit(begun), first.allocation
        if self.met is not None:
            self.met(self._rounded_off(fitted, asked))
        if "dates" in self.router.features:
            better = self._on_better_days(fitted) if fitted.limits == Limits() else None
            asked = better.allocation if better is not None else asked
            # later rounds are routed with the full effort already
            fitted = better or (self._routed_well(fitted) if fitted is first else fitted)
        return self._rounded_off(fitted, asked)

    def _rounded_off(self, fitted: Fitted, asked: Allocation) -> Fitted:
        """The tours as they are published: stops that follow each other joined, hours shared where that is asked for."""
        once = merged(self.dataset, fitted.tasks, fitted.routing)
        routing = once.routing
        if self.dataset.settings.objective.balance:
            routing = replace(routing, tours=balanced(self.dataset, routing.tours))
        return replace(fitted, tasks=once.tasks, routing=routing, asked=asked)

    def _fit(self, begun: Begun) -> Fitted:
        """Return an allocation all of which is carried.

        Where the first rounds do not end, within exactly what the best tours carried, so that the same tours can carry the rest.

        Raises:
            ImpossibleError: not one basket a day was carried.
        """
        carried = begun.best if begun.carried else self._within_the_carried(begun.best)
        return self._grown(begun.first, carried, begun.refused)

    def _grown(self, first: Fitted, fitted: Fitted, refused: Refused) -> Fitted:
        """Ask the fleet again for more than it carries, as long as that is fairer: at places and on days with room.

        The first rounds hold days with something left behind to what was carried; here they may grow by a part of what was left.
        ``first`` is what was asked for before any tour was known: nothing is fairer.
        """
        if self.met is not None:
            self.met(self._rounded_off(fitted, first.allocation))

        def fair(one: Fitted) -> Fairness:
            return fairness_of(self.dataset, one.allocation, first.allocation.fairness)

        failures, before = 0, None
        for _ in range(GROWTHS):
            if failures == FAILURES or fair(first) <= fair(fitted):
                break
            limits = refused.limits(self.dataset, self.start, fitted, part=1 + failures)
            tried = self._tried(limits, self._probing) if limits != before else None
            if tried is None:
                break
            before = limits
            refused = refused.and_of(tried)
            grown = self._within(tried, partial(_is_fairer, fair, fitted)) if tried.left else tried
            if grown is not None and not grown.left and _is_fairer(fair, fitted, grown):
                fitted = grown
            else:
                failures += 1
        return fitted

    def _within_the_carried(self, best: Fitted) -> Fitted:
        """Allocate again within exactly what was carried until all of it is; else ask less and less of the fleet."""
        for _ in range(LAST_ROUNDS):
            within = self._within(best)
            if within is None or not within.carried_baskets():
                break
            if not within.left:
                return within
            best = within
        return self._asking_less(best)

    def _asking_less(self, best: Fitted) -> Fitted:
        """Halve the baskets of every day until all that is allocated is carried.

        Raises:
            ImpossibleError: not even one basket a day was carried.
        """
        most = max(best.carried_by_day().values(), default=0) or 1
        while True:
            days = {d: min(most, self.start.day_baskets.get(d, most)) for d in self.dataset.settings.delivery_dates}
            limits = replace(self.start, day_baskets=days)
            tried = self._tried(limits, self._probing)
            if tried is not None and not tried.left:
                return tried
            if most == 1:
                raise ImpossibleError(*impossible_reason(self.dataset, only_carried(self.dataset, best)))
            most = max(1, most // 2)

    def _on_better_days(self, fitted: Fitted) -> Fitted | None:
        """The same baskets for everybody on other days, where goods allow and it costs less; None when it does not."""
        for slack in SLACKS_PCT:
            week = with_other_dates(self.dataset, fitted.tasks, most_baskets(self.dataset, fitted.tasks, slack))
            if not any(task.other_dates for task in week.tasks):
                return None
            with self.stages.stage("route"):
                routing = self.router.route(week, effort=self.effort, seed=self.seed)
            moved = changed_dates(week, routing.tours)
            if routing.unrouted or not moved or routing.cost_millicents >= fitted.routing.cost_millicents:
                return None
            with self.stages.stage("allocate"):
                allocation = redated(self.dataset, fitted.allocation, moved, effort=self._probing)
            if allocation is not None and concedes_little(self.dataset, fitted.allocation, allocation):
                return self._if_better(fitted, allocation)
        return None

    def _if_better(self, fitted: Fitted, allocation: Allocation) -> Fitted | None:
        """The week with another allocation, when all is carried at less cost."""
        with self.stages.stage("route"):
            tasks, routing = self._routed(tasks_of(self.dataset, allocation), self.effort)
        moved = Fitted(allocation=allocation, tasks=tasks, routing=routing, limits=fitted.limits)
        if moved.left:
            return None
        return moved if _cost(self.dataset, moved) < _cost(self.dataset, fitted) else None

    def _routed_well(self, fitted: Fitted) -> Fitted:
        """The week with the tours of the full effort, where only a first try was made and they are cheaper."""
        if self.effort == self._first or fitted.left:
            return fitted
        with self.stages.stage("route"):
            routing = _cheaper(fitted.routing, self._route(fitted.tasks, self.effort))
        return replace(fitted, routing=routing)

    @property
    def _first(self) -> Effort:
        """What the first tours may cost, which show whether all can be carried: a router that chooses days makes better ones."""
        return Effort.QUICK if "dates" in self.router.features else self.effort

    @property
    def _probing(self) -> Effort:
        return Effort.THOROUGH if self.effort == Effort.THOROUGH else Effort.QUICK

    def _allocated(self, limits: Limits, effort: Effort) -> Allocation | None:
        """Allocate; None when there is need and no basket was allocated."""
        with self.stages.stage("allocate"):
            allocation = self.allocator.allocate(self.dataset, limits=limits, effort=effort, seed=self.seed)
        if not allocation.shares and any(need.baskets for need in self.dataset.zone_needs.values()):
            return None
        return allocation

    def _tried(
        self, limits: Limits, effort: Effort, routing_effort: Effort | None = None, worth: Worth | None = None
    ) -> Fitted | None:
        """Allocate and route; None when there is need and no basket was allocated, or it is not worth routing."""
        allocation = self._allocated(limits, effort)
        if allocation is None or (worth is not None and not worth(allocation)):
            return None
        with self.stages.stage("route"):
            tasks, routing = self._routed(tasks_of(self.dataset, allocation), routing_effort or self.effort)
        return Fitted(allocation=allocation, tasks=tasks, routing=routing, limits=limits)

    def _route(self, tasks: tuple[Task, ...], effort: Effort) -> Routing:
        return self.router.route(RoutingProblem(dataset=self.dataset, tasks=tasks), effort=effort, seed=self.seed)

    def _routed(self, tasks: tuple[Task, ...], effort: Effort) -> tuple[tuple[Task, ...], Routing]:
        """Route; what does not fit is tried again in smaller pieces, with little work until all is carried, then well."""
        routing = self._route(tasks, effort)
        if not routing.unrouted:
            return tasks, routing
        for _ in range(HALVINGS):
            left = {unrouted.task_id for unrouted in routing.unrouted}
            pieces = tuple(p for t in tasks for p in (finer(self.dataset, t) if t.task_id in left else (t,)))
            if len(pieces) == len(tasks):
                break
            tasks = tuple(sorted(pieces, key=lambda task: task.task_id))
            routing = self._route(tasks, Effort.QUICK)
        if effort == Effort.QUICK or routing.unrouted:
            return tasks, routing
        return tasks, _cheaper(routing, self._route(tasks, effort))

    def _within(self, best: Fitted, enough: Callable[[Fitted], bool] = lambda _: True) -> Fitted | None:
        """Allocate again within exactly what was carried; the old tours, shortened, carry it, or better ones do.

        Where only baskets were left behind: the same without them. Where goods were, or that is not carried or not ``enough``: all made anew.
        None when no basket was carried, or none can be made of what was.
        """
        if not best.carried_baskets():
            return None
        limits = only_carried(self.dataset, best)
        tried = None
        for made in (self._trimmed, self._made_anew):
            allocation = made(best, limits)
            if allocation is not None:
                tried = self._carried_alike(best, allocation, limits)
                if not tried.left and enough(tried):
                    break
        return tried

    def _trimmed(self, best: Fitted, limits: Limits) -> Allocation | None:
        if lost_goods_g(best):
            return None
        with self.stages.stage("allocate"):
            return trimmed(self.dataset, best.allocation, lost_baskets(best), limits=limits, effort=self._probing)

    def _made_anew(self, best: Fitted, limits: Limits) -> Allocation | None:
        return self._allocated(replace(limits, day_baskets=days_with_goods(best)), self._probing)

    def _carried_alike(self, best: Fitted, allocation: Allocation, limits: Limits) -> Fitted:
        """The allocation with the old tours, shortened, or new ones if they carry more or cost less."""
        with self.stages.stage("route"):
            tasks = tasks_of(self.dataset, allocation)
            problem = RoutingProblem(dataset=self.dataset, tasks=tasks)
            kept = routing_of(problem, kept_tours(self.dataset, best, tasks))
            routing = _cheaper(kept, self._route(tasks, self.effort))
        return Fitted(allocation=allocation, tasks=tasks, routing=routing, limits=limits)


def _is_fairer(fair: Callable[[Fitted], Fairness], before: Fitted, now: Fitted) -> bool:
    return fair(now) > fair(before)


def _cost(dataset: Dataset, fitted: Fitted) -> int:
    """Millicents of transport and purchases together."""
    bought = sum(
        cost_cents(purchase.crates * dataset.product_by_id[lot.product_id].crate_g, lot.price_millicents_per_kg)
        for purchase in fitted.allocation.purchases
        for lot in [dataset.lot_by_id[purchase.lot_id]]
    )
    return fitted.routing.cost_millicents + 1000 * bought


def _cheaper(one: Routing, other: Routing) -> Routing:
    """The one that leaves less behind, then the cheaper."""
    return min((one, other), key=lambda routing: (len(routing.unrouted), routing.cost_millicents))
