"""Generated weeks of many kinds, to see on how many of them every neighbourhood is proven.

Each kind is awkward in its own way: produce that does not suffice, few products, short lives, small lots, tight budgets, narrow
storage, kits, several depots. The same kind and seed give the same week.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable

from distrib.model.dataset import Dataset
from distrib.model.goods import DepotStock
from tests.instances import MONDAY, make_dataset

Change = Callable[[Dataset, random.Random], Dataset]


def week(kind: str, seed: int) -> Dataset:
    """Return the resolved week of a kind and seed.

    Raises:
        KeyError: for an unknown kind.
    """
    rng = random.Random(f"{kind} {seed}")
    low, high = SIZES.get(kind, (20, 60))
    options, changes = _any(rng) if kind in (ANY, ANY_LARGE) else KINDS[kind]
    chosen = {key: value(rng) if callable(value) else value for key, value in options.items()}
    dataset = make_dataset(rng.randrange(10**6), sites=rng.randint(low, high), **chosen)
    for change in changes:
        dataset = change(dataset, rng)
    return dataset


def _settings(**more: object) -> Change:
    def change(dataset: Dataset, rng: random.Random) -> Dataset:
        return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, **more))  # type: ignore[arg-type]

    return change


def _variants(number: int) -> Change:
    return _settings(max_variants=number)


def _short_lives(dataset: Dataset, rng: random.Random) -> Dataset:
    """Two lots in three last a day or three after they are ready."""
    lots = tuple(
        dataclasses.replace(lot, last_use_date=lot.ready_date + dt.timedelta(days=rng.randint(1, 3)))
        if rng.random() < 0.67
        else lot
        for lot in dataset.lots
    )
    return dataclasses.replace(dataset, lots=lots)


def _few_products(dataset: Dataset, rng: random.Random) -> Dataset:
    """Six products, two of them fruit; the lots of the others become lots of these."""
    kept = [
        *rng.sample(["apple", "pear", "kiwi"], 2),
        *rng.sample(["lettuce", "carrot", "cabbage", "onion", "tomato"], 4),
    ]
    lots = []
    for number, lot in enumerate(dataset.lots):
        product = dataset.product_by_id[lot.product_id if lot.product_id in kept else kept[number % len(kept)]]
        shelf = product.shelf_life_days
        last = None if shelf is None else lot.ready_date + dt.timedelta(days=shelf)
        lots.append(dataclasses.replace(lot, product_id=product.product_id, last_use_date=last))
    types = tuple(
        dataclasses.replace(b, min_products=4, min_g=b.target_g * 8 // 10, max_g=b.target_g * 12 // 10)
        for b in dataset.basket_types
    )
    return dataclasses.replace(dataset, lots=tuple(lots), basket_types=types)


def _small_lots(dataset: Dataset, rng: random.Random) -> Dataset:
    """Lots of one to four crates."""
    lots = tuple(
        dataclasses.replace(
            lot, offer_g=rng.randint(1, 4) * dataset.product_by_id[lot.product_id].crate_g + rng.randint(0, 999)
        )
        for lot in dataset.lots
    )
    return dataclasses.replace(dataset, lots=lots)


def _tight_budget(dataset: Dataset, rng: random.Random) -> Dataset:
    """A budget that buys a third to two thirds of the offer."""
    cents = sum(lot.offer_g * lot.price_millicents_per_kg for lot in dataset.lots) // 1_000_000
    return _settings(purchase_budget_cents=int(cents * rng.uniform(0.33, 0.67)))(dataset, rng)


def _narrow_storage(dataset: Dataset, rng: random.Random) -> Dataset:
    """Storage for a third of a day's baskets."""
    depots = tuple(
        dataclasses.replace(d, storage_g=d.storage_g // 15, cold_storage_g=d.cold_storage_g // 15)
        for d in dataset.depots
    )
    return dataclasses.replace(dataset, depots=depots)


def _opening_stock(dataset: Dataset, rng: random.Random) -> Dataset:
    """A third of the lots lie in the hub already, in odd grams."""
    moved = [lot for number, lot in enumerate(dataset.lots) if number % 3 == 0]
    stock = tuple(
        DepotStock(
            depot_id=rng.choice(dataset.depots).depot_id,
            lot_id=lot.lot_id,
            product_id=lot.product_id,
            stock_g=max(1, lot.offer_g - rng.randint(0, 999)),
            last_use_date=None if lot.last_use_date is None else max(lot.last_use_date, MONDAY),
        )
        for lot in moved
    )
    left = tuple(lot for lot in dataset.lots if lot not in moved)
    return dataclasses.replace(dataset, lots=left, depot_stock=(*dataset.depot_stock, *stock))


def _scarce_kits(dataset: Dataset, rng: random.Random) -> Dataset:
    """Kits for about half of those who need one."""
    need = sum(n.households for n in dataset.needs)
    lots = tuple(
        dataclasses.replace(lot, offer_g=max(5000, int(need * rng.uniform(0.3, 0.7)) * 200))
        if lot.lot_id.startswith("LK")
        else lot
        for lot in dataset.lots
    )
    return dataclasses.replace(dataset, lots=lots)


def _scarce(rng: random.Random) -> float:
    return rng.uniform(0.25, 0.7)


def _any(rng: random.Random) -> tuple[dict[str, object], tuple[Change, ...]]:
    """Options and changes drawn at random, each on its own: a week like no kind in particular."""
    supply = rng.choice([rng.uniform(0.2, 0.7), rng.uniform(0.7, 1.2), rng.uniform(1.2, 3.0)])
    options: dict[str, object] = {
        "supply": supply,
        "depots": rng.choice([1, 1, 2]),
        "basket_types": rng.choice([1, 2]),
        "kits": rng.random() < 0.3,
        "programme_share": rng.choice([None, rng.uniform(0.4, 0.9)]),
        "lead_days": rng.choice([0, 1, 1, 1]),
        "priorities": rng.random() < 0.2,
        "packing_times": rng.random() < 0.7,
        "drivers": rng.random() < 0.7,
    }
    awkward = (_short_lives, _few_products, _small_lots, _tight_budget, _narrow_storage, _opening_stock, _scarce_kits)
    chosen = tuple(change for change in awkward if rng.random() < 0.2)
    return options, (*chosen, _variants(rng.choice([1, 2, 2, 3])))


ANY, ANY_LARGE = "any", "any large"
SIZES = {
    ANY: (20, 80),
    ANY_LARGE: (100, 400),
    "toy scarce": (3, 7),
    "toy": (3, 7),
    "large": (150, 400),
    "large scarce": (150, 400),
    "middling": (80, 140),
}
"""Fewest and most sites of a kind (20 to 60 unless told otherwise)."""

KINDS: dict[str, tuple[dict[str, object], tuple[Change, ...]]] = {
    "plain": ({}, ()),
    "everything scarce": ({"supply": _scarce}, ()),
    "nothing scarce": ({"supply": 3.0, "programme_share": None}, ()),
    "toy": ({}, ()),
    "toy scarce": ({"supply": _scarce}, ()),
    "two depots": ({"depots": 2, "supply": 0.8}, ()),
    "two types": ({"basket_types": 2}, ()),
    "two types scarce": ({"basket_types": 2, "supply": _scarce}, ()),
    "two types two depots scarce": ({"basket_types": 2, "depots": 2, "supply": _scarce}, ()),
    "kits": ({"kits": True}, ()),
    "kits scarce": ({"kits": True, "supply": _scarce}, (_scarce_kits,)),
    "no lead": ({"lead_days": 0, "supply": 0.6}, ()),
    "short lives": ({"supply": 1.0}, (_short_lives,)),
    "few products": ({"supply": 0.8}, (_few_products,)),
    "small lots": ({"supply": 2.0}, (_small_lots,)),
    "tight budget": ({"supply": 1.2}, (_tight_budget,)),
    "narrow storage": ({"supply": 0.9}, (_narrow_storage,)),
    "opening stock": ({"supply": 0.7}, (_opening_stock,)),
    "one recipe": ({"supply": _scarce}, (_variants(1),)),
    "three variants": ({"supply": _scarce}, (_variants(3),)),
    "priorities": ({"priorities": True, "supply": 0.6}, ()),
    "middling": ({"supply": 0.8, "basket_types": 2}, ()),
    "large": ({}, ()),
    "large scarce": ({"supply": _scarce}, ()),
}
"""Kind → options of the generator and changes to what it makes; ``any`` and ``any large`` are made by drawing them all."""
