"""Rules G1 to G3: what is bought, when it is used, and what goes into a basket."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from distrib.checker.breach import Amount, Found, Place, count, day, found, grams
from distrib.checker.case import Case, KindKey
from distrib.model.need import type_of
from distrib.model.plan import CollectionRow, LedgerRow
from distrib.units import cost_cents


def whole_crates(case: Case) -> Iterator[Found]:
    """A collection row takes whole crates: its kg are its crates times the crate weight of the product."""
    for row in case.plan.collections:
        product = case.product(case.lot_facts.get(row.lot_id, ("", None))[0])
        if product is not None and row.load_g != row.crates * product.crate_g:
            limit = grams(row.crates * product.crate_g)
            yield found("crates_weigh", "collections", grams(row.load_g), limit, **_lot(row))


def within_offer(case: Case) -> Iterator[Found]:
    """Over all dates and depots, no more crates of a lot are taken than its offer holds whole."""
    taken: dict[str, int] = defaultdict(int)
    for row in case.plan.collections:
        taken[row.lot_id] += row.crates
    for lot_id in sorted(taken):
        lot = case.dataset.lot_by_id.get(lot_id)
        product = None if lot is None else case.product(lot.product_id)
        if lot is not None and product is not None and taken[lot_id] > lot.offer_g // product.crate_g:
            offered = count(lot.offer_g // product.crate_g, "crates")
            yield found("beyond_offer", "collections", count(taken[lot_id], "crates"), offered, lot=lot_id)


def price_of_row(case: Case) -> Iterator[Found]:
    """The price of a collection row is its kg times the price of the lot, rounded half up to the cent."""
    for row in case.plan.collections:
        lot = case.dataset.lot_by_id.get(row.lot_id)
        if lot is None:
            continue
        cents = cost_cents(row.load_g, lot.price_millicents_per_kg)
        if row.cents != cents:
            yield found("row_price", "collections", Amount(row.cents, "cents"), Amount(cents, "cents"), **_lot(row))


def within_budget(case: Case) -> Iterator[Found]:
    """The purchases of the week together stay within the purchase budget."""
    budget = case.settings.purchase_budget_cents
    spent = sum(row.cents for row in case.plan.collections)
    if budget is not None and spent > budget:
        yield found("over_budget", "collections", Amount(spent, "cents"), Amount(budget, "cents"))


def collected_on_its_days(case: Case) -> Iterator[Found]:
    """Goods are collected only on collection days, early ones of the week before included, and never after the last delivery day."""
    allowed = set(case.settings.collection_dates)
    last = case.last_delivery_date
    for row in case.plan.collections:
        if row.date not in allowed:
            yield found("not_a_collection_day", "collections", day(row.date), **_lot(row))
        elif last is not None and row.date > last:
            yield found("collected_too_late", "collections", day(row.date), day(last), **_lot(row))


def collected_when_ready(case: Case) -> Iterator[Found]:
    """A lot is never collected before the day it is ready."""
    for row in case.plan.collections:
        lot = case.dataset.lot_by_id.get(row.lot_id)
        if lot is not None and row.date < lot.ready_date:
            yield found("not_ready", "collections", day(row.date), day(lot.ready_date), **_lot(row))


def packed_in_time(case: Case) -> Iterator[Found]:
    """A lot is never packed after its last usable day."""
    for row in case.plan.stock_ledger:
        last_use = case.lot_facts.get(row.lot_id, ("", None))[1]
        if last_use is not None and row.date > last_use and row.packed_g > 0:
            yield found("packed_too_old", "stock_ledger", day(row.date), day(last_use), **_lot(row))


def packed_after_lead_time(case: Case) -> Iterator[Found]:
    """What is packed of a lot at a depot up to a day was there when the week opened, or was collected at least the lead time before.

    What is packed beyond everything that ever comes in breaks the balance of the ledger (G4), not this rule.
    """
    for key, rows in case.ledger.items():
        total = case.opening_stock.get(key, 0) + sum(case.arrivals.get(key, {}).values())
        packed = 0
        for date, row in rows.items():
            packed += row.packed_g
            ready = usable_g(case, key, date)
            if row.packed_g > 0 and min(packed, total) > ready:
                yield found("packed_too_soon", "stock_ledger", grams(packed), grams(ready), **_lot(row))


def usable_g(case: Case, key: tuple[str, str], date: dt.date) -> int:
    """Grams of a lot at a depot (``key``: depot, lot) that may be packed up to a date: opening stock, and arrivals past their lead time."""
    lead = case.settings.packing_lead_days
    arrived = sum(g for day, g in case.arrivals.get(key, {}).items() if (date - day).days >= lead)
    return arrived + (case.opening_stock.get(key, 0) if date >= case.settings.week_start else 0)


def recipe_weighs_as_written(case: Case) -> Iterator[Found]:
    """The grams of a recipe row are its portions times the product's portion."""
    for row in case.plan.recipes:
        product = case.product(row.product_id)
        if product is not None and row.recipe_g != row.portions * product.portion_g:
            where: dict[str, Place] = {
                "basket": row.basket_id,
                "date": row.date,
                "depot": row.depot_id,
                "product": row.product_id,
            }
            yield found(
                "portions_weigh", "recipes", grams(row.recipe_g), grams(row.portions * product.portion_g), **where
            )


def recipe_weight_band(case: Case) -> Iterator[Found]:
    """A recipe weighs at least its type's least weight and at most its greatest (a kit's contents are fixed instead)."""
    for key in _recipes_that_vary(case):
        basket = case.basket(key[2])
        weight = case.recipe_g(key)
        if basket is not None and weight < basket.min_g:
            yield found("recipe_light", "recipes", grams(weight), grams(basket.min_g), **_kind(key))
        if basket is not None and weight > basket.max_g:
            yield found("recipe_heavy", "recipes", grams(weight), grams(basket.max_g), **_kind(key))


def recipe_variety(case: Case) -> Iterator[Found]:
    """A recipe holds at least its type's number of products."""
    for key in _recipes_that_vary(case):
        basket = case.basket(key[2])
        products = sum(1 for portions in case.recipes[key].values() if portions > 0)
        if basket is not None and products < basket.min_products:
            limit = count(basket.min_products, "products")
            yield found("recipe_poor", "recipes", count(products, "products"), limit, **_kind(key))


def recipe_fruit_share(case: Case) -> Iterator[Found]:
    """Fruit makes up at least its type's share of a recipe's weight."""
    for key in _recipes_that_vary(case):
        basket, weight, fruit = case.basket(key[2]), case.recipe_g(key), 0
        for product_id, portions in case.recipes[key].items():
            product = case.product(product_id)
            if product is not None and product.group == "fruit":
                fruit += portions * product.portion_g
        if basket is not None and fruit * 10_000 < basket.min_fruit_bp * weight:
            share = Amount(fruit * 10_000 // weight if weight > 0 else 0, "bp")
            yield found("recipe_fruit", "recipes", share, Amount(basket.min_fruit_bp, "bp"), **_kind(key))


def product_maximum(case: Case) -> Iterator[Found]:
    """A recipe holds at most max_portions_per_basket of each product."""
    for key in _recipes_that_vary(case):
        for product_id, portions in sorted(case.recipes[key].items()):
            product = case.product(product_id)
            if product is not None and portions > product.max_portions_per_basket:
                limit = count(product.max_portions_per_basket, "portions")
                where: dict[str, Place] = {**_kind(key), "product": product_id}
                yield found("too_many_portions", "recipes", count(portions, "portions"), limit, **where)


def kit_contents(case: Case) -> Iterator[Found]:
    """A kit has exactly its contents."""
    for key, portions in case.recipes.items():
        basket = case.basket(key[2])
        if basket is None or not basket.contents:
            continue
        contents = dict(basket.contents)
        for product_id in sorted(portions.keys() | contents.keys()):
            has, should = portions.get(product_id, 0), contents.get(product_id, 0)
            if has != should:
                where: dict[str, Place] = {**_kind(key), "product": product_id}
                yield found("kit_differs", "recipes", count(has, "portions"), count(should, "portions"), **where)


def recipe_for_every_packing(case: Case) -> Iterator[Found]:
    """Every basket kind that is packed has a recipe."""
    for key in case.packed:
        if key not in case.recipes and case.basket(key[2]) is not None:
            yield found("no_recipe", "recipes", **_kind(key))


def few_variants(case: Case) -> Iterator[Found]:
    """A basket type is packed in at most max_variants recipes a day at a depot."""
    kinds: dict[KindKey, set[str]] = defaultdict(set)
    for date, depot_id, basket_id in case.recipes.keys() | case.packed.keys():
        kinds[date, depot_id, type_of(basket_id)].add(basket_id)
    for key in sorted(kinds):
        if case.basket(key[2]) is not None and len(kinds[key]) > case.settings.max_variants:
            limit = count(case.settings.max_variants, "variants")
            yield found("too_many_variants", "recipes", count(len(kinds[key]), "variants"), limit, **_kind(key))


def _recipes_that_vary(case: Case) -> Iterator[KindKey]:
    for key in case.recipes:
        basket = case.basket(key[2])
        if basket is not None and not basket.contents:
            yield key


def _lot(row: CollectionRow | LedgerRow) -> dict[str, Place]:
    return {"lot": row.lot_id, "date": row.date, "depot": row.depot_id}


def _kind(key: KindKey) -> dict[str, Place]:
    return {"basket": key[2], "date": key[0], "depot": key[1]}
