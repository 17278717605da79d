"""Relays as a decision: sites that may be relayed are, when the fleet is short of what people could get without."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from ortools.sat.python import cp_model

from distrib.errors import ImpossibleError
from distrib.fairness import Fairness, fairness_of
from distrib.fitted import Fitted
from distrib.fitting import Worth
from distrib.model.allocation import Allocation
from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow
from distrib.model.routing import Tour
from distrib.refusals import Begun
from distrib.solver.routing.timing import COST_UNITS_PER_MILLICENT, schedule, tour_cost_units

TRIALS = 3
"""How many sets of relays are tried, each a plan of its own."""
CHOICE_WORK = 10.0
"""Deterministic seconds for choosing who is relayed where."""


class Fit(Protocol):
    """Allocation and routing of a dataset in two steps; errors as of ``Fitter``."""

    def begin(self, dataset: Dataset, worth: Worth | None = None) -> Begun:
        """Return the rounds that ask the fleet for all; further ones that are not ``worth`` it are not driven."""

    def finish(self, dataset: Dataset, begun: Begun) -> Fitted:
        """Return an allocation all of which is carried."""


Choice = dict[str, str]
"""site_id → relay_site_id."""


def relayed(dataset: Dataset, choice: Choice) -> Dataset:
    """Return the dataset with these sites relayed."""
    sites = tuple(
        dataclasses.replace(site, relay_site_id=choice[site.site_id]) if site.site_id in choice else site
        for site in dataset.sites
    )
    return dataclasses.replace(dataset, sites=sites)


def fitted_with_relays(dataset: Dataset, fit: Fit) -> tuple[Dataset, Fitted]:
    """Return the dataset with the relays chosen (``relay_site_id`` filled in) and the plan fitted to it.

    Without sites that may be relayed the dataset comes back as it is. When the fleet is short (what was asked for is not all
    carried, or transport binds the proof of fairness), as many sites as help are relayed, and fewer where fewer give as
    much; when it suffices, only those whose relaying saves more than ``relay_eur`` each.

    Args:
        dataset: resolved.
        fit: allocation and routing of a dataset.

    Raises:
        ImpossibleError: there is need and no basket can be delivered, relays or not.
    """
    options = possible_relays(dataset)
    try:
        begun = fit.begin(dataset)
    except ImpossibleError:
        choice = choose(dataset, options, {}, {}, len(options)) if options else {}
        if not choice:
            raise
        other = relayed(dataset, choice)
        return other, fit.finish(other, fit.begin(other))
    base = Trial(dataset=dataset, fit=fit, begun=begun, relays=0, proof=begun.first.allocation.fairness)
    if not options:
        return dataset, base.fitted
    best = _relay_as_many_as_help(base, options) if is_short(begun) else _relay_to_save(base, options)
    return best.dataset, best.fitted


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A set of relays with its first rounds, and the plan fitted to it when that is asked for; ``proof`` without relays."""

    dataset: Dataset
    fit: Fit
    begun: Begun
    relays: int
    proof: tuple[FairnessRow, ...]

    @cached_property
    def fitted(self) -> Fitted:
        """The plan; ImpossibleError when there is none."""
        return self.fit.finish(self.dataset, self.begun)

    @cached_property
    def fair(self) -> Fairness:
        """What plans are compared by: of what the first rounds carried, else of the plan, the least when there is none."""
        if self.begun.carried:
            return self.fairness_of(self.begun.best.allocation)
        try:
            return self.fairness_of(self.fitted.allocation)
        except ImpossibleError:
            return ()

    def fairness_of(self, allocation: Allocation) -> Fairness:
        """Return the fairness of any allocation of this week, to compare."""
        return fairness_of(self.dataset, allocation, self.proof)

    def with_relays(self, choice: Choice, best: Trial | None = None) -> Trial:
        """Return another set of relays with its first rounds; with ``best``, only those that may be as fair as that."""
        other = relayed(self.dataset, choice)
        worth = None if best is None else lambda allocation: self.fairness_of(allocation) >= best.fair
        return dataclasses.replace(self, dataset=other, begun=self.fit.begin(other, worth), relays=len(choice))


def _relay_as_many_as_help(base: Trial, options: dict[str, tuple[str, ...]]) -> Trial:
    """Relay all that may be, then half of them while the first rounds of that carry as much.

    The plan without relays is made to its end only where one with them does not carry all that was asked for without.
    """
    dataset = base.dataset
    places, savings = _places_wanted(dataset, base.begun.first), _savings(dataset, base.begun.best)
    choice = choose(dataset, options, places, savings, len(options))
    if not choice:
        return base
    best = base.with_relays(choice)
    asked = base.fairness_of(base.begun.first.allocation)
    all_carried = best.begun.carried and best.fair >= asked
    if (base.begun.carried or not all_carried) and best.fair <= base.fair:
        return base
    for _ in range(TRIALS - 1):
        choice = choose(dataset, options, places, savings, best.relays // 2)
        if not choice:
            break
        fewer = base.with_relays(choice, best)
        if not fewer.begun.carried or fewer.fair < best.fair:
            break
        best = fewer
    return best


def _relay_to_save(base: Trial, options: dict[str, tuple[str, ...]]) -> Trial:
    """Relay sites whose stops cost more than relaying them is worth, if a plan with them proves to save that."""
    dataset = base.dataset
    price = dataset.settings.objective.relay_cents * 1000
    costs = _stop_costs(dataset, base.fitted)
    dear = {site: relays for site, relays in options.items() if costs.get(site, 0) > price}
    places, savings = _places_wanted(dataset, base.fitted), _savings(dataset, base.fitted)
    choice = choose(dataset, dear, places, savings, len(dear)) if dear else {}
    if not choice:
        return base
    trial = base.with_relays(choice, base)
    if not trial.begun.carried or trial.fair < base.fair:
        return base
    saved = base.fitted.routing.cost_millicents - trial.fitted.routing.cost_millicents
    return trial if saved > price * len(choice) else base


def is_short(begun: Begun) -> bool:
    """True when the fleet does not carry what was asked for at first, or transport limits what could be asked for."""
    return bool(begun.first.left) or any("transport" in row.binding for row in begun.first.allocation.fairness)


def possible_relays(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return by site without a relay those it can be relayed to: with no relay, on a day that suits both; sorted."""
    found = {}
    fixed = {site.site_id for site in dataset.sites if site.relay_site_id}
    serving = {site.relay_site_id for site in dataset.sites if site.relay_site_id}
    for site in dataset.sites:
        if site.site_id in fixed | serving or site.max_baskets_per_day <= 0:
            continue
        relays = [
            relay
            for relay in dict.fromkeys(site.may_relay_to)
            if relay in dataset.site_by_id and relay not in fixed and _days(dataset, site.site_id, relay)
        ]
        if relays:
            found[site.site_id] = tuple(relays)
    return found


def _days(dataset: Dataset, site_id: str, relay_id: str) -> list[dt.date]:
    """Delivery days on which the relay is open, and the site too if it has hours."""
    site, relay = dataset.site_by_id[site_id], dataset.site_by_id[relay_id]
    own = {o.weekday for o in site.openings} or set(range(7))
    return [d for d in dataset.settings.delivery_dates if d.weekday() in own & {o.weekday for o in relay.openings}]


def choose(
    dataset: Dataset,
    options: dict[str, tuple[str, ...]],
    places: dict[str, int],
    savings: dict[str, int],
    count: int,
) -> Choice:
    """Return who is relayed where: at most ``count`` sites, those that save most, each relay within its maximum.

    An assignment in whole numbers: no site is both relayed and a relay, and the places wanted on one day by the sites of a
    relay are no more than it passes on. Ties go to the nearer relay, then by id.

    Args:
        dataset: resolved.
        options: relays by site.
        places: places that a site wants on its busiest day.
        savings: vehicle seconds a week that relaying a site saves.
        count: most sites that are relayed.
    """
    model = cp_model.CpModel()
    use = {(s, r): model.new_bool_var(f"{s}>{r}") for s, relays in options.items() for r in relays}
    for site, relays in options.items():
        model.add_at_most_one(use[site, r] for r in relays)
    by_relay: dict[str, list[str]] = defaultdict(list)
    for site, relay in use:
        by_relay[relay].append(site)
    for relay, sites in sorted(by_relay.items()):
        most = dataset.site_by_id[relay].relay_max_baskets
        already = sum(places.get(s.site_id, s.max_baskets_per_day) for s in dataset.sites if s.relay_site_id == relay)
        if most is not None:
            model.add(sum(places.get(s, 1) * use[s, relay] for s in sites) <= max(0, most - already))
        for site in sites:
            for further in options.get(relay, ()):
                model.add_at_most_one([use[site, relay], use[relay, further]])
    model.add(sum(use.values()) <= count)
    scale = 1 + max((_way_s(dataset, s, r) for s, r in use), default=0)
    model.maximize(
        sum(var * ((1 + savings.get(s, 0)) * scale - _way_s(dataset, s, r)) for (s, r), var in sorted(use.items()))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = CHOICE_WORK
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return {}
    return {s: r for (s, r), var in sorted(use.items()) if solver.value(var)}


def _way_s(dataset: Dataset, site_id: str, relay_id: str) -> int:
    travel = dataset.travel
    seconds = UNREACHABLE if travel is None else travel.driving_s(relay_id, site_id)
    return 24 * 3600 if seconds == UNREACHABLE else min(24 * 3600, seconds)


def _places_wanted(dataset: Dataset, base: Fitted) -> dict[str, int]:
    """Places that each site gets on its busiest day in what was asked for; at least one basket."""
    asked: Allocation = base.asked or base.allocation
    day: dict[tuple[str, dt.date], int] = defaultdict(int)
    for share in asked.shares:
        places = dataset.basket_type_by_id[type_of(share.basket_id)].places
        day[share.site_id, share.date] += share.baskets * places
    wanted = dict.fromkeys(dataset.site_by_id, 1)
    for (site, _), places in day.items():
        wanted[site] = max(wanted[site], places)
    return wanted


def _savings(dataset: Dataset, fitted: Fitted) -> dict[str, int]:
    """Seconds of a week that a stop at a site takes on its tours: service, and the way there and back beyond the direct one.

    A site not served by the tours counts its service and its way from and to the nearest depot once.
    """
    travel = dataset.travel
    assert travel is not None
    place_of = {task.task_id: task for task in fitted.tasks}
    total: dict[str, int] = defaultdict(int)
    for tour in fitted.routing.tours:
        depot = dataset.vehicle_by_id[tour.vehicle_id].depot_id
        for trip in tour.trips:
            way = [depot, *(place_of[stop.task_id].place_id for stop in trip.stops), depot]
            for before, stop, after in zip(way, trip.stops, way[2:], strict=False):
                task = place_of[stop.task_id]
                if task.is_drop:
                    detour = travel.driving_s(before, task.place_id) + travel.driving_s(task.place_id, after)
                    direct = 0 if before == after else travel.driving_s(before, after)
                    total[task.place_id] += task.service_s + max(0, detour - max(0, direct))
    for site in dataset.sites:
        if site.site_id not in total:
            ways = [
                travel.driving_s(d.depot_id, site.site_id) + travel.driving_s(site.site_id, d.depot_id)
                for d in dataset.depots
            ]
            total[site.site_id] = site.unloading_s + min((w for w in ways if w >= 0), default=0)
    return dict(total)


def _stop_costs(dataset: Dataset, fitted: Fitted) -> dict[str, int]:
    """By site, the millicents that its tours would cost less without its stops."""
    tasks = {task.task_id: task for task in fitted.tasks}
    total: dict[str, int] = defaultdict(int)
    for tour in fitted.routing.tours:
        vehicle = dataset.vehicle_by_id[tour.vehicle_id]
        trips = [[tasks[stop.task_id] for stop in trip.stops] for trip in tour.trips]
        whole = tour_cost_units(dataset, tasks, tour)
        for site in sorted({task.place_id for trip in trips for task in trip if task.is_drop}):
            rest = [left for trip in trips if (left := [task for task in trip if task.place_id != site])]
            shorter = schedule(dataset, tour.date, vehicle, rest) if rest else None
            if not rest:
                total[site] += whole
            elif isinstance(shorter, Tour):
                total[site] += whole - tour_cost_units(dataset, tasks, shorter)
    return {site: units // COST_UNITS_PER_MILLICENT for site, units in total.items()}
