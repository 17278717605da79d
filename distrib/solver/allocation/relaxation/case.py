"""What the relaxation is built from: the dataset, the limits of routing, the families left out, and what follows from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.model.territory import Site
from distrib.solver.allocation.relaxation.result import FAMILIES

ALL_DAY = ((0, 24 * 3600),)


def kilograms(grams: int) -> float:
    """Grams as kg: baskets weigh some kg, so coefficients stay near 1."""
    return grams / 1000.0


@dataclass(frozen=True, kw_only=True)
class Case:
    """A resolved dataset with the families of rules to leave out.

    Raises ValueError for an unknown family and for a dataset without catchments or travel.
    """

    dataset: Dataset
    limits: Limits = field(default_factory=Limits)
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = sorted(self.without - set(FAMILIES))
        if unknown:
            raise ValueError(f"not a family of rules: {', '.join(unknown)}")
        if self.dataset.catchments is None or self.dataset.travel is None:
            raise ValueError("the relaxation needs a resolved dataset (catchments and travel)")

    def holds(self, family: str) -> bool:
        """True when the rules of a family are kept."""
        return family not in self.without

    @cached_property
    def delivery_dates(self) -> tuple[dt.date, ...]:
        """Days on which baskets may be packed and delivered, in order."""
        return tuple(sorted(self.dataset.settings.delivery_dates))

    @property
    def lead(self) -> dt.timedelta:
        """Days from collection to packing; none when the rules of packing are left out."""
        return dt.timedelta(days=self.dataset.settings.packing_lead_days if self.holds("packing") else 0)

    @cached_property
    def collection_dates(self) -> tuple[dt.date, ...]:
        """Days on which lots may be collected and still reach a basket, in order."""
        if not self.delivery_dates:
            return ()
        last = self.delivery_dates[-1] - self.lead
        return tuple(d for d in sorted(set(self.dataset.settings.collection_dates)) if d <= last)

    @cached_property
    def programmes(self) -> tuple[str, ...]:
        """Programmes with need, in the order in which leximin serves them."""
        needed = {self.programme_of[basket_id] for _, basket_id in self.dataset.zone_needs}
        named = [p for p in self.dataset.settings.programmes if p in needed]
        return tuple(dict.fromkeys(named)) + tuple(sorted(needed - set(named)))

    @cached_property
    def programme_of(self) -> dict[str, str]:
        """The programme of each basket type."""
        return {b.basket_id: b.programme for b in self.dataset.basket_types}

    @cached_property
    def types(self) -> tuple[BasketType, ...]:
        """Basket types that somebody needs, by id."""
        needed = {basket_id for _, basket_id in self.dataset.zone_needs}
        return tuple(b for b in self.dataset.basket_types if b.basket_id in needed)

    @cached_property
    def _zone_weight_now(self) -> dict[tuple[str, str], int]:
        weights: dict[tuple[str, str], int] = {}
        for (zone_id, basket_id), need in self.dataset.zone_needs.items():
            key = (self.programme_of[basket_id], zone_id)
            weights[key] = weights.get(key, 0) + need.weight_milli
        return dict(sorted(weights.items()))

    @cached_property
    def zone_weight_milli(self) -> dict[tuple[str, str], int]:
        """Σ households × priority over the window in thousandths, by (programme, zone_id) with need this week."""
        start = self.dataset.head_start
        return {k: w + (start[k].weight_milli if k in start else 0) for k, w in self._zone_weight_now.items()}

    @cached_property
    def hood_weight_milli(self) -> dict[tuple[str, str], int]:
        """Σ households × priority over the window in thousandths, by (programme, neighbourhood_id) with need this week."""
        weights: dict[tuple[str, str], int] = {}
        for (programme, zone_id), milli in self._zone_weight_now.items():
            key = (programme, self.dataset.zone_by_id[zone_id].neighbourhood_id)
            weights[key] = weights.get(key, 0) + milli
        return {k: w + self.dataset.head_start_of(*k).weight_milli for k, w in sorted(weights.items())}

    @cached_property
    def zone_head(self) -> dict[tuple[str, str], int]:
        """Baskets of the earlier weeks of the window, by (programme, zone_id) with need this week."""
        start = self.dataset.head_start
        return {k: start[k].baskets if k in start else 0 for k in self._zone_weight_now}

    @cached_property
    def hood_head(self) -> dict[tuple[str, str], int]:
        """Baskets of the earlier weeks of the window, by (programme, neighbourhood_id) with need this week."""
        return {k: self.dataset.head_start_of(*k).baskets for k in self.hood_weight_milli}

    @cached_property
    def zone_need(self) -> dict[tuple[str, str], int]:
        """Baskets of need, by (programme, zone_id)."""
        needs: dict[tuple[str, str], int] = {}
        for (zone_id, basket_id), need in self.dataset.zone_needs.items():
            key = (self.programme_of[basket_id], zone_id)
            needs[key] = needs.get(key, 0) + need.baskets
        return dict(sorted(needs.items()))

    @cached_property
    def hood_need(self) -> dict[tuple[str, str], int]:
        """Baskets of need, by (programme, neighbourhood_id)."""
        needs: dict[tuple[str, str], int] = {}
        for (programme, zone_id), baskets in self.zone_need.items():
            key = (programme, self.dataset.zone_by_id[zone_id].neighbourhood_id)
            needs[key] = needs.get(key, 0) + baskets
        return dict(sorted(needs.items()))

    @cached_property
    def type_need(self) -> dict[str, int]:
        """Baskets of need by basket type: no column of R needs more."""
        needs = {b.basket_id: 0 for b in self.types}
        for (_, basket_id), need in self.dataset.zone_needs.items():
            needs[basket_id] += need.baskets
        return needs

    def most_kg(self, basket: BasketType) -> float:
        """The most kg that all need of a type can take."""
        return self.type_need[basket.basket_id] * kilograms(max(basket.max_g, self.load_g(basket)))

    def windows(self, site: Site, date: dt.date) -> tuple[tuple[int, int], ...]:
        """Windows in which unloading for a site may start; all day when opening hours are left out."""
        if self.holds("site_hours"):
            return self.dataset.drop_windows(site.site_id, date)
        return ALL_DAY if date in self.delivery_dates else ()

    def load_g(self, basket: BasketType) -> int:
        """The least one basket of a type can weigh."""
        if basket.contents:
            return sum(portions * self.dataset.product_by_id[p].portion_g for p, portions in basket.contents)
        return basket.min_g
