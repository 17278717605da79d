"""The week stocked day by day: the cheapest lots, bought as late as possible, for one simple recipe a day and type."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from distrib import units
from distrib.model.allocation import Purchase, Recipe
from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.solver.allocation.handing import Handed, Slot
from distrib.solver.allocation.stock import pack, storage_breaches
from distrib.solver.allocation.supply import Goods, Supply

Portions = tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Market:
    """What has been bought and packed so far; copied before each attempt."""

    dataset: Dataset
    supply: Supply
    crates_left: Counter[str]
    stock_left: Counter[tuple[str, str, dt.date]] = field(default_factory=Counter)
    fetched_g: Counter[tuple[str, dt.date]] = field(default_factory=Counter)
    bought: Counter[tuple[dt.date, str, str, bool]] = field(default_factory=Counter)
    use: Counter[tuple[dt.date, str, str]] = field(default_factory=Counter)
    recipe_of: dict[Slot, Portions] = field(default_factory=dict)
    packed: dict[Slot, int] = field(default_factory=dict)

    def copy(self) -> Market:
        """Return a copy that can be tried on without changing this one."""
        return Market(
            self.dataset,
            self.supply,
            self.crates_left.copy(),
            self.stock_left.copy(),
            self.fetched_g.copy(),
            self.bought.copy(),
            self.use.copy(),
            dict(self.recipe_of),
            dict(self.packed),
        )

    def purchases(self) -> tuple[Purchase, ...]:
        """Return what was bought, sorted by date, depot and lot."""
        return tuple(
            Purchase(date=date, depot_id=depot, lot_id=lot, crates=n, delivered=delivered)
            for (date, depot, lot, delivered), n in sorted(self.bought.items())
            if n > 0
        )

    def recipes(self) -> tuple[Recipe, ...]:
        """Return the recipes of what is packed, sorted by slot."""
        return tuple(
            Recipe(date=d, depot_id=w, basket_id=t, baskets=n, portions=self.recipe_of[d, w, t])
            for (d, w, t), n in sorted(self.packed.items())
            if n > 0
        )

    def cost_cents(self) -> int:
        """Return the price of all purchases, each row rounded as the plan's tables do."""
        goods = {g.lot_id: g for g in self.supply.goods}
        return sum(
            units.cost_cents(n * goods[lot].crate_g, goods[lot].price_millicents_per_kg)
            for (_, _, lot, _), n in self.bought.items()
        )


def stock_the_week(dataset: Dataset, supply: Supply, handed: Handed) -> Market:
    """Return the market after every slot was stocked for as many of its baskets as possible."""
    market = Market(dataset, supply, Counter({g.lot_id: g.crates for g in supply.goods}))
    for one in supply.goods:
        if one.depot_id:
            market.stock_left[one.lot_id, one.depot_id, dt.date.min] = one.stock_g
    for slot, wanted in handed.totals().items():
        market = _stock_slot(market, slot, wanted)
    return market


def _stock_slot(market: Market, slot: Slot, wanted: int) -> Market:
    """Stock a slot for ``wanted`` baskets, or a tenth fewer, and so on down to none."""
    number = wanted
    while number > 0:
        portions = simple_recipe(market, slot, number)
        if portions is not None:
            tried = _bought(market.copy(), slot, number, portions)
            if tried is not None:
                return tried
        number -= max(1, number // 10)
    return market


def _bought(market: Market, slot: Slot, number: int, portions: Portions) -> Market | None:
    """Buy and pack; None when that breaks storage or budget."""
    date, depot, _ = slot
    for product, count in portions:
        grams = count * number * market.dataset.product_by_id[product].portion_g
        market.use[date, depot, product] += grams
        if not _supply_product(market, date, depot, product, grams):
            return None
    market.recipe_of[slot], market.packed[slot] = portions, number
    budget = market.dataset.settings.purchase_budget_cents
    if budget is not None and market.cost_cents() > budget:
        return None
    packed = pack(market.dataset, market.supply, market.purchases(), market.use)
    return None if packed.missing or storage_breaches(market.dataset, packed) else market


def simple_recipe(market: Market, slot: Slot, number: int) -> Portions | None:
    """Return portions within the type's band that the supply allows ``number`` times, None when none was found.

    Portions are added one at a time, the least used product first and the cheapest of those; fruit while its share is short.
    """
    kind = market.dataset.basket_type_by_id[slot[2]]
    most = _most_portions(market, slot, number)
    if kind.contents:
        return kind.contents if all(most.get(p, 0) >= n for p, n in kind.contents) else None
    portion_g = {p: market.dataset.product_by_id[p].portion_g for p in most}
    fruit = {p for p in most if market.dataset.product_by_id[p].group == "fruit"}
    price = _prices(market)
    chosen: Counter[str] = Counter()
    weight = fruit_g = 0
    while weight < kind.target_g:
        short = fruit_g * 10_000 < kind.min_fruit_bp * max(weight, 1)
        fitting = [p for p in most if chosen[p] < most[p] and weight + portion_g[p] <= kind.max_g]
        pool = [p for p in fitting if p in fruit] if short else fitting
        if not pool:
            break
        best = min(pool, key=lambda p: (chosen[p], price.get(p, 0), p))
        chosen[best] += 1
        weight += portion_g[best]
        fruit_g += portion_g[best] if best in fruit else 0
    portions = tuple(sorted(chosen.items()))
    return portions if _fits(kind, portions, weight, fruit_g) else None


def _fits(kind: BasketType, portions: Portions, weight: int, fruit_g: int) -> bool:
    enough = len(portions) >= max(1, kind.min_products) and kind.min_g <= weight <= kind.max_g
    return enough and fruit_g * 10_000 >= kind.min_fruit_bp * weight


def _prices(market: Market) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in market.supply.goods:
        best = found.get(one.product_id, one.price_millicents_per_kg)
        found[one.product_id] = min(best, one.price_millicents_per_kg)
    return found


def _most_portions(market: Market, slot: Slot, number: int) -> dict[str, int]:
    """Return the most portions of each product that each of ``number`` baskets could hold, only where one is possible."""
    date, depot, _ = slot
    grams: Counter[str] = Counter()
    for one in market.supply.goods:
        grams[one.product_id] += sum(left for _, left in _piles(market, one, date, depot))
        grams[one.product_id] += sum(crates * one.crate_g for _, crates in _offers(market, one, date, depot))
    found = {}
    for product_id, available in sorted(grams.items()):
        product = market.dataset.product_by_id[product_id]
        most = min(product.max_portions_per_basket, available // (number * product.portion_g))
        if most > 0:
            found[product_id] = most
    return found


def _piles(market: Market, one: Goods, date: dt.date, depot: str) -> list[tuple[tuple[str, str, dt.date], int]]:
    """The grams of a lot that lie ready at the depot on the date."""
    if date > one.last_use_date:
        return []
    keys = [(one.lot_id, depot, dt.date.min)] if one.depot_id else []
    keys += [(one.lot_id, depot, a.date) for a in one.arrivals if a.date + market.supply.lead <= date]
    return [(key, market.stock_left[key]) for key in dict.fromkeys(keys) if market.stock_left[key] > 0]


def _offers(market: Market, one: Goods, date: dt.date, depot: str) -> list[tuple[tuple[dt.date, bool], int]]:
    """Crates of a lot that can still arrive in time: the latest collection only, as late as possible."""
    for arrival in reversed(one.arrivals):
        if arrival.depot_id != depot or date not in market.supply.packable(one, arrival.date):
            continue
        crates = market.crates_left[one.lot_id]
        if arrival.fetch_limit_g is not None:
            spare = arrival.fetch_limit_g - market.fetched_g[one.farm_id, arrival.date]
            crates = min(crates, spare // one.crate_g)
        if crates > 0:
            return [((arrival.date, arrival.delivered), crates)]
    return []


def _supply_product(market: Market, date: dt.date, depot: str, product: str, grams: int) -> bool:
    """Take what lies in the hub first, then buy whole crates of the cheapest lots; False when there is not enough."""
    goods = [g for g in market.supply.goods if g.product_id == product]
    for one in goods:
        for key, left in _piles(market, one, date, depot):
            taken = min(grams, left)
            market.stock_left[key] -= taken
            grams -= taken
    for one in sorted(goods, key=lambda g: (g.price_millicents_per_kg, g.order)):
        for (arrival, delivered), crates in _offers(market, one, date, depot) if grams > 0 else ():
            number = min(crates, -(-grams // one.crate_g))
            taken = min(grams, number * one.crate_g)
            market.crates_left[one.lot_id] -= number
            market.bought[arrival, depot, one.lot_id, delivered] += number
            market.stock_left[one.lot_id, depot, arrival] += number * one.crate_g - taken
            if not delivered:
                market.fetched_g[one.farm_id, arrival] += number * one.crate_g
            grams -= taken
    return grams == 0
