"""The weeks of a dataset's parts put together: the fair values are those of the whole, so each part can be planned alone."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from distrib.model.allocation import Purchase, Recipe, Share
from distrib.model.dataset import Dataset
from distrib.solver.allocation.supply import Supply
from distrib.solver.allocation.targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWeek:
    """What a part hands out, buys and packs, with the goods it could choose from."""

    supply: Supply
    shares: tuple[Share, ...]
    purchases: tuple[Purchase, ...]
    recipes: tuple[Recipe, ...]


def sized(part: Dataset, targets: Targets) -> Dataset:
    """Return the part with programmes of the size of its own neighbourhoods' wishes, which add up to no more than the whole's."""
    wishes: Counter[str] = Counter()
    for programme, _ in part.settings.max_baskets:
        for hood in part.neighbourhoods:
            wishes[programme] += targets.wish.get((programme, hood.neighbourhood_id), 0)
    sizes = tuple((programme, wishes[programme]) for programme, _ in part.settings.max_baskets)
    return dataclasses.replace(part, settings=dataclasses.replace(part.settings, max_baskets=sizes))


def joined(weeks: Sequence[PartWeek]) -> PartWeek:
    """Return the weeks of the parts as one, sorted as each of them is."""
    if len(weeks) == 1:
        return weeks[0]
    return PartWeek(
        supply=dataclasses.replace(
            weeks[0].supply, goods=tuple(sorted((g for w in weeks for g in w.supply.goods), key=lambda g: g.order))
        ),
        shares=tuple(
            sorted(
                (s for w in weeks for s in w.shares),
                key=lambda s: (s.date, s.depot_id, s.site_id, s.zone_id, s.basket_id),
            )
        ),
        purchases=tuple(
            sorted((p for w in weeks for p in w.purchases), key=lambda p: (p.date, p.depot_id, p.lot_id, p.delivered))
        ),
        recipes=tuple(sorted((r for w in weeks for r in w.recipes), key=lambda r: (r.date, r.depot_id, r.basket_id))),
    )
