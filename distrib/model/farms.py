"""What each farm offers in a week and what a plan takes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.dataset import Dataset
from distrib.model.plan import CollectionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FarmRow:
    """A farm's offer of the week, what is bought of it and for how much. ``share`` is exact, None without an offer."""

    farm_id: str
    name: str
    commune: str
    offered_g: int
    bought_g: int
    share: Fraction | None
    cents: int


def farm_rows(dataset: Dataset, collections: Iterable[CollectionRow]) -> tuple[FarmRow, ...]:
    """Return a row for each farm, in the order of their ids."""
    offered: dict[str, int] = defaultdict(int)
    bought: dict[str, int] = defaultdict(int)
    cents: dict[str, int] = defaultdict(int)
    for lot in dataset.lots:
        offered[lot.farm_id] += lot.offer_g
    for row in collections:
        bought[row.farm_id] += row.load_g
        cents[row.farm_id] += row.cents
    return tuple(
        FarmRow(
            farm_id=farm.farm_id,
            name=farm.name,
            commune=farm.commune,
            offered_g=offered[farm.farm_id],
            bought_g=bought[farm.farm_id],
            share=Fraction(bought[farm.farm_id], offered[farm.farm_id]) if offered[farm.farm_id] else None,
            cents=cents[farm.farm_id],
        )
        for farm in sorted(dataset.farms, key=lambda farm: farm.farm_id)
    )
