"""Recipes and purchases together: as many of the wanted baskets as whole portions and whole crates allow."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass

from distrib.model.allocation import Purchase, Recipe
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.solver.allocation.crates import purchases_for
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.recipes import market_of, recipes_for
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.stock import pack, storage_breaches
from distrib.solver.allocation.supply import Supply

Missing = dict[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → grams."""

TRIES = 4
"""How often recipes are sought again around what whole crates lack, before baskets are given up for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """Recipes with the purchases that cover them exactly as the rules ask."""

    recipes: tuple[Recipe, ...] = ()
    purchases: tuple[Purchase, ...] = ()

    def totals(self) -> dict[Slot, int]:
        """Return baskets by slot, all variants together, sorted."""
        found: Counter[Slot] = Counter()
        for recipe in self.recipes:
            found[recipe.date, recipe.depot_id, type_of(recipe.basket_id)] += recipe.baskets
        return dict(sorted(found.items()))


def stock_the_week(dataset: Dataset, supply: Supply, totals: dict[Slot, int], *, nodes: int) -> Stocked:
    """Return recipes and purchases for the wanted baskets, or for as many as were found possible."""
    caps: Missing = {}
    for _ in range(TRIES):
        market = market_of(dataset, supply, totals, caps)
        recipes = recipes_for(dataset, market, totals, nodes=nodes)
        purchases, missing = purchases_for(dataset, supply, recipes, prices=market.prices, nodes=nodes)
        if not missing:
            break
        use = use_of(dataset, recipes)
        caps = {**caps, **{key: use[key] - grams for key, grams in missing.items()}}
    return covered(dataset, supply, recipes, purchases, missing, nodes)


def bought(dataset: Dataset, supply: Supply, recipes: tuple[Recipe, ...], *, nodes: int) -> Stocked:
    """Return the purchases for recipes, with fewer baskets where whole crates or storage do not suffice."""
    purchases, missing = purchases_for(dataset, supply, recipes, prices=None, nodes=nodes)
    return covered(dataset, supply, recipes, purchases, missing, nodes)


def covered(
    dataset: Dataset,
    supply: Supply,
    recipes: tuple[Recipe, ...],
    purchases: tuple[Purchase, ...],
    missing: Missing,
    nodes: int,
) -> Stocked:
    """Return the same, or less: every round packs fewer baskets until nothing is missing and storage suffices."""
    while recipes:
        packed = pack(dataset, supply, purchases, use_of(dataset, recipes))
        if not missing and not packed.missing and not storage_breaches(dataset, packed):
            return Stocked(recipes=recipes, purchases=purchases)
        recipes = _without(dataset, recipes, missing) if missing else _fewer(recipes)
        purchases, missing = purchases_for(dataset, supply, recipes, prices=None, nodes=nodes)
    return Stocked()


def _without(dataset: Dataset, recipes: tuple[Recipe, ...], missing: Missing) -> tuple[Recipe, ...]:
    """Return the recipes with so many baskets fewer that nothing is missing of any product."""
    left = dict(missing)
    kept = []
    for recipe in recipes:
        fewer = 0
        for product, portions in recipe.portions:
            grams = portions * dataset.product_by_id[product].portion_g
            short = left.get((recipe.date, recipe.depot_id, product), 0)
            fewer = min(recipe.baskets, max(fewer, -(-short // grams)))
        for product, portions in recipe.portions:
            key = (recipe.date, recipe.depot_id, product)
            grams = fewer * portions * dataset.product_by_id[product].portion_g
            left[key] = left.get(key, 0) - grams
        kept.append(dataclasses.replace(recipe, baskets=recipe.baskets - fewer))
    return tuple(recipe for recipe in kept if recipe.baskets)


def _fewer(recipes: tuple[Recipe, ...]) -> tuple[Recipe, ...]:
    kept = [dataclasses.replace(r, baskets=r.baskets - max(1, r.baskets // 10)) for r in recipes]
    return tuple(recipe for recipe in kept if recipe.baskets)


def trimmed_recipes(recipes: tuple[Recipe, ...], totals: dict[Slot, int]) -> tuple[Recipe, ...]:
    """Return the recipes with exactly these baskets, which are no more than they have; the first variants keep theirs."""
    left = Counter(totals)
    kept = []
    for recipe in recipes:
        slot = (recipe.date, recipe.depot_id, type_of(recipe.basket_id))
        baskets = min(recipe.baskets, left[slot])
        left[slot] -= baskets
        if baskets:
            kept.append(dataclasses.replace(recipe, baskets=baskets))
    return tuple(kept)
