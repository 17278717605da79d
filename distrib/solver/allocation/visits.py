"""Whole baskets with few visits: a mixed-integer programme over the network, with the targets, days and minima of sites."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.solver.allocation.days import SHORT_ZONE, Caps, add_loads, add_targets
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import Answer, MixedProgram, Terms
from distrib.solver.allocation.network_rows import Drop, NetworkColumns, add_network
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.targets import Targets
from distrib.solver.allocation.warm import WarmProgram

VISIT = 3.0
"""Cost of a visit of a place."""
EMPTY_SITE = 40.0
"""Cost of a usable site that gets less than it expects of a week."""
EXPECTED_WEEK = 10
"""Baskets that a site expects of a week in which it is used."""
MISSES = SHORT_ZONE / 2
"""Missed targets that cost more than so much beyond those missed in fractions are a basket missed."""
GAP = 1e-4
"""Relative gap, and baskets that count as none."""
PERSON = 1.0
"""Gain of a person helped."""
FIXED_NODES = 20
"""Least branch-and-bound nodes once most visits are fixed."""
WALK_KM = 0.01
"""Cost of a kilometre walked for a basket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Whole baskets: ``fetch`` (zone_id, site_id, basket_id) → baskets of the week, ``bring`` (delivery, basket_id) → baskets."""

    fetch: dict[tuple[str, str, str], int]
    bring: dict[tuple[Drop, str], int]

    def totals(self) -> dict[Slot, int]:
        """Return baskets by slot, sorted, without empty ones."""
        found: dict[Slot, int] = defaultdict(int)
        for ((_, date, depot), basket), n in self.bring.items():
            found[date, depot, basket] += n
        return dict(sorted((slot, n) for slot, n in found.items() if n))


def whole_week(dataset: Dataset, outlets: Outlets, targets: Targets, caps: Caps, *, nodes: int) -> Week:
    """Return whole baskets that miss the targets least, help most persons, use every site and visit few places.

    Whole numbers are first sought among the deliveries that are used in fractions; where that misses targets that fractions meet,
    among all of them.

    Raises:
        RuntimeError: when no answer was found (doing nothing always is one).
    """
    program = MixedProgram()
    network = add_network(program, dataset, outlets, whole=True)
    missing = add_targets(program, dataset, network, targets)
    add_loads(program, dataset, outlets, network)
    visits = _add_visits(program, dataset, network)
    _add_expected_weeks(program, dataset, network)
    for slot, terms in network.of_slot().items():
        if slot in caps.most:
            program.at_most(terms, caps.most[slot])
    _price(program, dataset, outlets, network)
    loose = WarmProgram(program).solve()
    answer = None if loose is None else _among_the_used(program, network, loose).search(nodes=nodes, gap=GAP)
    least = math.inf if loose is None else _missed(program, missing, loose)
    if answer is None or _missed(program, missing, answer) > least + MISSES:
        found = [a for a in (program.search(nodes=nodes, gap=GAP), answer) if a is not None]
        answer = min(found, key=lambda a: a.objective, default=None)
    if answer is None:
        raise RuntimeError("the programme of whole baskets was not solved")
    if _missed(program, missing, answer) > least + MISSES:
        answer = _with_more_baskets(program, dataset, network, visits, answer, nodes)
    return _week(network, answer)


def _missed(program: MixedProgram, missing: list[int], answer: Answer) -> float:
    """Return what it costs to miss the targets as far as an answer does."""
    return sum(program.cost[column] * answer.values[column] for column in missing)


def _among_the_used(program: MixedProgram, network: NetworkColumns, loose: Answer) -> MixedProgram:
    """The programme without the deliveries that are empty in fractions."""
    used = {drop for (drop, _), column in network.bring.items() if loose.values[column] > GAP}
    upper = list(program.upper)
    for (drop, _), column in network.bring.items():
        if drop not in used:
            upper[column] = 0.0
    return MixedProgram(program.lower, upper, program.cost, program.whole, program.rows)


def _with_more_baskets(
    program: MixedProgram,
    dataset: Dataset,
    network: NetworkColumns,
    visits: dict[Drop, int],
    answer: Answer,
    nodes: int,
) -> Answer:
    """Return an answer that misses fewer targets where the work budget ended with baskets missing; else the one given.

    Baskets are handed out as if visits cost nothing and had no minima; then the visits that have enough baskets there are made
    as a matter of course, and only the others decided upon.
    """
    free = set(visits.values())
    lower = list(program.lower)
    loose = dataclasses.replace(program, whole=[w and c not in free for c, w in enumerate(program.whole)])
    handed = loose.search(nodes=nodes, gap=GAP)
    if handed is None:
        return answer
    for drop, columns in network.of_drop().items():
        if sum(handed.whole(c) for _, c in columns) >= max(1, dataset.site_by_id[drop[0]].min_baskets_per_visit):
            lower[visits[drop]] = 1.0
    fixed = dataclasses.replace(program, lower=lower).search(nodes=max(nodes, FIXED_NODES), gap=GAP)
    return answer if fixed is None or fixed.objective >= answer.objective else fixed


def _add_visits(program: MixedProgram, dataset: Dataset, network: NetworkColumns) -> dict[Drop, int]:
    """Baskets come only with a visit, which brings at least the site's minimum; a place visited anyway costs once."""
    found = {}
    at_place: dict[tuple[str, dt.date, str], list[int]] = defaultdict(list)
    for (site_id, date, depot), columns in network.of_drop().items():
        site = dataset.site_by_id[site_id]
        visit = program.column(1, cost=VISIT / 10 if site.relay_site_id else 0.0, whole=True)
        found[site_id, date, depot] = visit
        at_place[site.drop_site_id, date, depot].append(visit)
        places: Terms = [(c, float(dataset.basket_type_by_id[b].places)) for b, c in columns]
        program.at_most([*places, (visit, -float(site.max_baskets_per_day))], 0.0)
        least = max(1, site.min_baskets_per_visit)
        program.at_least([*((c, 1.0) for _, c in columns), (visit, -float(least))], 0.0)
    for visit_columns in at_place.values():
        stop = program.column(1, cost=VISIT)
        for visit in visit_columns:
            program.at_least([(stop, 1.0), (visit, -1.0)], 0.0)
    return found


def _add_expected_weeks(program: MixedProgram, dataset: Dataset, network: NetworkColumns) -> None:
    """A site gets its weekly minimum or nothing; a site that gets less than it expects costs, unless cost comes before fairness."""
    objective = dataset.settings.objective
    drives_first = objective.fairness_tolerance_bp > 0 and objective.fairness_conceded_to == "cost"
    weeks: dict[str, Terms] = defaultdict(list)
    for (_, site, _), column in network.fetch.items():
        weeks[site].append((column, 1.0))
    for site_id, terms in sorted(weeks.items()):
        least = dataset.site_by_id[site_id].min_baskets_per_week
        most = sum(program.upper[c] for c, _ in terms)
        if least > 1:
            used = program.column(1, whole=True)
            program.at_least([*terms, (used, -float(least))], 0.0)
            program.at_most([*terms, (used, -most)], 0.0)
        if most >= max(EXPECTED_WEEK, least) and not drives_first:
            empty = program.column(1, cost=EMPTY_SITE, whole=True)
            expected = float(max(EXPECTED_WEEK, least))
            program.at_least([*terms, (empty, expected)], expected)


def _price(program: MixedProgram, dataset: Dataset, outlets: Outlets, network: NetworkColumns) -> None:
    """Persons helped count first, short walks last."""
    for (zone, site, basket), column in network.fetch.items():
        need = dataset.zone_needs[zone, basket]
        program.cost[column] = -PERSON * need.persons / need.baskets + WALK_KM * outlets.walk_m[zone, site] / 1000


def _week(network: NetworkColumns, answer: Answer) -> Week:
    fetch = {key: answer.whole(c) for key, c in network.fetch.items() if answer.whole(c)}
    bring = {key: answer.whole(c) for key, c in network.bring.items() if answer.whole(c)}
    return Week(fetch=fetch, bring=bring)
