"""What fairness leaves room for: which sites could be served and which lots bought more, everybody keeping the fair share.

Everything is asked of R with the leximin values held, so an answer holds for every solution that is as fair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.result import FAMILIES
from distrib.solver.allocation.relaxation.solve import Staged, serve_neighbourhoods, serve_zones, stage

ROOM = 1e-4
"""More than so many baskets or kg is room."""
MOST_ALONE = 40
"""Most questions that are asked one by one."""
SITE_FAMILIES = ("transport", "minimum", "site_capacity", "site_hours", "packing", "storage", "budget", "recipe", "produce", "programme", "catchment")  # fmt: skip
LOT_FAMILIES = ("transport", "storage", "budget", "packing", "site_capacity", "site_hours", "minimum", "catchment", "programme", "recipe", "produce")  # fmt: skip
"""Orders in which a reason is looked for: what keeps this very site or lot out before what keeps everything small."""


def held(dataset: Dataset, limits: Limits, without: frozenset[str] = frozenset()) -> Staged | None:
    """Return R with its leximin values held, families left out; None when nothing keeps its rules."""
    staged = stage(Case(dataset=dataset, limits=limits, without=without))
    for programme in staged.model.case.programmes:
        serve_neighbourhoods(staged, programme)
        if not staged.possible:
            return None
        serve_zones(staged, programme)
    return staged


def attainable(staged: Staged | None, groups: Mapping[str, list[int]], above: Mapping[str, float]) -> set[str]:
    """Return the groups of columns whose sum can exceed a number, everybody keeping the fair share.

    All open questions are asked at once: their sum is made as large as it can be, who exceeds is answered, and the
    rest is asked again until none of them exceeds.
    """
    found: set[str] = set()
    open_ = sorted(key for key, columns in groups.items() if columns)
    while open_ and staged is not None:
        if not staged.engine.maximise([(c, 1.0) for key in open_ for c in groups[key]]):
            break
        values = staged.engine.values
        reached = {k for k in open_ if sum(float(values[c]) for c in groups[k]) > above.get(k, 0.0) + ROOM}
        if not reached:
            # Their sum alone may hide one that could: the last word is each one's own.
            reached = _one_by_one(staged, groups, above, open_)
            return found | reached
        found |= reached
        open_ = [key for key in open_ if key not in reached]
    return found


def _one_by_one(
    staged: Staged, groups: Mapping[str, list[int]], above: Mapping[str, float], keys: Collection[str]
) -> set[str]:
    """Ask for each group by itself, unless not even their sum with nothing above leaves room."""
    floors = [above.get(k, 0.0) for k in keys]
    if not any(floors):
        return set()
    reached = set()
    for key in sorted(keys)[:MOST_ALONE]:
        if staged.engine.maximise([(c, 1.0) for c in groups[key]]):
            total = sum(float(staged.engine.values[c]) for c in groups[key])
            if total > above.get(key, 0.0) + ROOM:
                reached.add(key)
    return reached


def unserved_sites(dataset: Dataset, limits: Limits, sites: Collection[str]) -> dict[str, str]:
    """Return why each of these sites gets nothing: ``elsewhere`` when a basket there would cost nobody anything.

    Else the first family without which it could get one, verified by solving again; empty when no single one helps.
    """
    reasons = dict.fromkeys(sorted(sites), "")

    def ask(without: frozenset[str], keys: list[str]) -> set[str]:
        staged = held(dataset, limits, without)
        groups: dict[str, list[int]] = {key: [] for key in keys}
        for (site_id, *_), column in staged.model.network.drop.items() if staged else ():
            if site_id in groups:
                groups[site_id].append(column)
        return attainable(staged, groups, {})

    for key in ask(frozenset(), list(reasons)):
        reasons[key] = "elsewhere"
    for family in SITE_FAMILIES:
        unknown = [key for key, reason in reasons.items() if not reason]
        if not unknown:
            break
        for key in ask(frozenset({family}), unknown):
            reasons[key] = family
    return reasons


def unbought_lots(dataset: Dataset, limits: Limits, bought_g: Mapping[str, int]) -> dict[str, str]:
    """Return why each of these lots is not bought further; ``bought_g``: lot_id → grams that the plan buys.

    ``elsewhere``: a fair solution could take a crate more of it, in the place of others. Else the first family without which
    more of it could be taken, verified by solving again; empty when no single one helps.
    """
    reasons = dict.fromkeys(sorted(bought_g), "")
    for key in _more_of(dataset, limits, frozenset(), list(reasons), bought_g):
        reasons[key] = "elsewhere"
    for family in LOT_FAMILIES:
        unknown = [key for key, reason in reasons.items() if not reason]
        if not unknown:
            break
        for key in _more_of(dataset, limits, frozenset({family}), unknown, bought_g):
            reasons[key] = family
    return reasons


def _more_of(
    dataset: Dataset, limits: Limits, without: frozenset[str], keys: list[str], bought_g: Mapping[str, int]
) -> set[str]:
    """Return the lots of which more can be taken. Lots that no rule tells apart are asked for together."""
    staged = held(dataset, limits, without)
    if staged is None:
        return set()
    groups: dict[str, list[int]] = defaultdict(list)
    above: dict[str, float] = {}
    members: dict[str, list[str]] = {}
    wanted = set(keys)
    for number, lots in enumerate(c.lots for c in staged.model.supply.classes):
        mine = [lot.lot_id for lot in lots if lot.lot_id in wanted]
        if mine:
            name = f"{number:06d}"
            members[name] = mine
            crate_g = dataset.product_by_id[lots[0].product_id].crate_g
            above[name] = (sum(bought_g.get(lot.lot_id, lot.offer_g) for lot in lots) + crate_g) / 1000 - ROOM * 2
    for arc in staged.model.supply.arcs:
        if f"{arc.source:06d}" in members:
            groups[f"{arc.source:06d}"].append(arc.column)
    return {lot for name in attainable(staged, groups, above) for lot in members[name]}


def without_more(dataset: Dataset, limits: Limits) -> str:
    """Return the first family whose removal makes more baskets possible in R; empty when none does."""
    from distrib.solver.allocation.relaxation.reasons import fair_values

    base = sum(fair_values(dataset, limits=limits).neighbourhoods.values())
    for family in FAMILIES:
        values = fair_values(dataset, limits=limits, without=frozenset({family})).neighbourhoods
        if sum(values.values()) >= base + 1_000_000:
            return family
    return ""
