"""Changes to what there is to hand out: programme, budget, produce, packing, storage, recipes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction

from distrib import units
from distrib.model.dataset import Dataset
from distrib.model.remedy import Phrase
from distrib.remedies.change import Record, nice, row_change, with_rows, with_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreProgramme:
    """More baskets in a programme."""

    programme: str
    baskets: int
    family: str = "programme"

    def _sizes(self, dataset: Dataset) -> dict[str, int]:
        sizes = dict(dataset.settings.max_baskets)
        return sizes | {self.programme: sizes.get(self.programme, 0) + self.baskets}

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger programme."""
        return with_settings(dataset, max_baskets=tuple(sorted(self._sizes(dataset).items())))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return [{"setting": "max_baskets", "value": self._sizes(dataset)}]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its baskets."""
        return self.baskets * dataset.settings.remedies.basket_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="programme", n=self.baskets, fields={"programme": self.programme})

    def more(self) -> MoreProgramme:
        """Return twice as many."""
        return dataclasses.replace(self, baskets=2 * self.baskets)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreBudget:
    """A larger purchase budget."""

    extra_cents: int
    family: str = "budget"

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger budget."""
        return with_settings(
            dataset, purchase_budget_cents=(dataset.settings.purchase_budget_cents or 0) + self.extra_cents
        )

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        total = (dataset.settings.purchase_budget_cents or 0) + self.extra_cents
        return [{"setting": "purchase_budget_eur", "value": units.eur(total)}]

    def cents(self, dataset: Dataset) -> int:
        """Return what it adds."""
        return self.extra_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="budget", n=2, fields={"eur": self.extra_cents})

    def more(self) -> MoreBudget:
        """Return twice as much."""
        return dataclasses.replace(self, extra_cents=2 * self.extra_cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreOfLot:
    """More of a lot: whole crates."""

    lot_id: str
    crates: int
    family: str = "produce"

    def _grams(self, dataset: Dataset) -> int:
        return self.crates * dataset.product_by_id[dataset.lot_by_id[self.lot_id].product_id].crate_g

    def _offer_g(self, dataset: Dataset) -> int:
        return dataset.lot_by_id[self.lot_id].offer_g + self._grams(dataset)

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger lot."""
        return with_rows(dataset, "lots", "lot_id", self.lot_id, offer_g=self._offer_g(dataset))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return [row_change("stock", "lot_id", self.lot_id, kg=units.kg(self._offer_g(dataset)))]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its kg."""
        return self._grams(dataset) * dataset.settings.remedies.produce_kg_cents // 1000

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        lot = dataset.lot_by_id[self.lot_id]
        product, farm = dataset.product_by_id[lot.product_id], dataset.farm_by_id[lot.farm_id]
        fields: dict[str, int | str] = {
            "kg": self._grams(dataset),
            "product": product.name,
            "lot": self.lot_id,
            "farm": farm.name,
        }
        return Phrase(key="lot", n=2, fields=fields)

    def more(self) -> MoreOfLot:
        """Return twice as much."""
        return dataclasses.replace(self, crates=2 * self.crates)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreProduce:
    """More of every lot, in whole crates, rounded up: so many thousandths."""

    permille: int
    family: str = "produce"

    def _offers(self, dataset: Dataset) -> dict[str, int]:
        found = {}
        for lot in dataset.lots:
            crate_g = dataset.product_by_id[lot.product_id].crate_g
            found[lot.lot_id] = -(-lot.offer_g * (1000 + self.permille) // (1000 * crate_g)) * crate_g
        return found

    def _grams(self, dataset: Dataset) -> int:
        return sum(self._offers(dataset).values()) - sum(lot.offer_g for lot in dataset.lots)

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with larger lots."""
        offers = self._offers(dataset)
        lots = tuple(dataclasses.replace(lot, offer_g=offers[lot.lot_id]) for lot in dataset.lots)
        return dataclasses.replace(dataset, lots=lots)

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario, lot by lot."""
        return [row_change("stock", "lot_id", lot, kg=units.kg(g)) for lot, g in self._offers(dataset).items()]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its kg."""
        return self._grams(dataset) * dataset.settings.remedies.produce_kg_cents // 1000

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="produce", n=2, fields={"kg": self._grams(dataset), "tenths": self.permille})

    def more(self) -> MoreProduce:
        """Return twice as much."""
        return dataclasses.replace(self, permille=2 * self.permille)


@dataclass(frozen=True, slots=True, kw_only=True)
class MorePacking:
    """More baskets packed a day at a depot; where an hourly rate is given, it grows in the same proportion."""

    depot_id: str
    baskets: int
    family: str = "packing"

    def _new(self, dataset: Dataset) -> tuple[int, int | None]:
        depot = dataset.depot_by_id[self.depot_id]
        rate, a_day = depot.packing_baskets_per_h, depot.packing_baskets_per_day
        if rate is None:
            return a_day + self.baskets, None
        return a_day + self.baskets, rate + max(1, -(-rate * self.baskets // max(1, a_day)))

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger packing bench."""
        a_day, rate = self._new(dataset)
        return with_rows(
            dataset, "depots", "depot_id", self.depot_id, packing_baskets_per_day=a_day, packing_baskets_per_h=rate
        )

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        a_day, rate = self._new(dataset)
        more = {} if rate is None else {"packing_baskets_per_h": str(rate)}
        return [row_change("depots", "depot_id", self.depot_id, packing_baskets_per_day=str(a_day), **more)]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of what more could be packed in the week."""
        days = len(dataset.settings.delivery_dates)
        return self.baskets * days * dataset.settings.remedies.packing_basket_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        rate = self._new(dataset)[1]
        depot = dataset.depot_by_id[self.depot_id]
        if rate is None or depot.packing_baskets_per_h is None:
            return Phrase(key="packing", n=self.baskets, fields={"depot": self.depot_id})
        fields: dict[str, int | str] = {"depot": self.depot_id, "rate": rate - depot.packing_baskets_per_h}
        return Phrase(key="packing_rate", n=self.baskets, fields=fields)

    def more(self) -> MorePacking:
        """Return twice as many."""
        return dataclasses.replace(self, baskets=2 * self.baskets)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreStorage:
    """More storage at a depot, cold or not."""

    depot_id: str
    cold: bool
    grams: int
    family: str = "storage"

    def _total_g(self, dataset: Dataset) -> int:
        depot = dataset.depot_by_id[self.depot_id]
        return (depot.cold_storage_g if self.cold else depot.storage_g) + self.grams

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger storage."""
        field = "cold_storage_g" if self.cold else "storage_g"
        return with_rows(dataset, "depots", "depot_id", self.depot_id, **{field: self._total_g(dataset)})

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        column = "cold_storage_kg" if self.cold else "storage_kg"
        return [row_change("depots", "depot_id", self.depot_id, **{column: units.kg(self._total_g(dataset))})]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its kg."""
        return self.grams * dataset.settings.remedies.storage_kg_cents // 1000

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        key = "cold_storage" if self.cold else "storage"
        return Phrase(key=key, n=2, fields={"kg": self.grams, "depot": self.depot_id})

    def more(self) -> MoreStorage:
        """Return twice as much."""
        return dataclasses.replace(self, grams=2 * self.grams)


@dataclass(frozen=True, slots=True, kw_only=True)
class GentlerRecipe:
    """A rule of a basket type loosened by a step: ``products`` (one fewer), ``fruit`` (5 points), ``weight`` (500 g)."""

    basket_id: str
    what: str
    family: str = "recipe"

    def _new(self, dataset: Dataset) -> tuple[str, int, str, str]:
        """Field and value inside; column and cell outside."""
        basket = dataset.basket_type_by_id[self.basket_id]
        if self.what == "products":
            number = max(1, basket.min_products - 1)
            return "min_products", number, "min_products", str(number)
        if self.what == "fruit":
            share = max(0, basket.min_fruit_bp - 500)
            return "min_fruit_bp", share, "min_fruit_pct", units.percent(Fraction(share, 10_000))
        grams = max(1, basket.min_g - 500)
        return "min_g", grams, "min_kg", units.kg(grams)

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the gentler rule."""
        field, value, _, _ = self._new(dataset)
        return with_rows(dataset, "basket_types", "basket_id", self.basket_id, **{field: value})

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        _, _, column, cell = self._new(dataset)
        return [row_change("basket_types", "basket_id", self.basket_id, **{column: cell})]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of a step."""
        return dataset.settings.remedies.recipe_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        _, value, _, _ = self._new(dataset)
        number = {"hundredths": value} if self.what == "fruit" else {"kg": value} if self.what == "weight" else {}
        return Phrase(key=f"recipe_{self.what}", n=value, fields={"basket": self.basket_id, **number})

    def more(self) -> None:
        """A step has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MorePortions:
    """One portion more of a product allowed in a basket."""

    product_id: str
    family: str = "recipe"

    def _most(self, dataset: Dataset) -> int:
        return dataset.product_by_id[self.product_id].max_portions_per_basket + 1

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger maximum."""
        most = self._most(dataset)
        return with_rows(dataset, "products", "product_id", self.product_id, max_portions_per_basket=most)

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        most = str(self._most(dataset))
        return [row_change("products", "product_id", self.product_id, max_portions_per_basket=most)]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of a step."""
        return dataset.settings.remedies.recipe_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        product = dataset.product_by_id[self.product_id]
        return Phrase(key="portions", n=self._most(dataset), fields={"product": product.name})

    def more(self) -> None:
        """A step has no size."""


def crates_for(dataset: Dataset, lot_id: str, grams: int) -> int:
    """Return the whole crates of a lot that hold at least so many grams rounded up to what people say."""
    crate_g = dataset.product_by_id[dataset.lot_by_id[lot_id].product_id].crate_g
    return max(1, -(-1000 * nice(-(-grams // 1000)) // crate_g))
