"""Produce in R: lots from farm to basket, opening stock, recipes as linear bands, storage and the purchase budget."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from distrib.model.goods import BasketType, Depot, Lot, Product
from distrib.solver.allocation.relaxation.case import Case, kilograms
from distrib.solver.allocation.relaxation.fleet import Fleet, PickKey
from distrib.solver.allocation.relaxation.program import LinearProgram, Terms
from distrib.units import cost_cents

CENTS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LotClass:
    """Lots that no rule of R tells apart: same product, days, price (when a budget counts) and way to the depots.

    ``ways``: how it gets to each (depot_id, date): None when the farm brings it, else what fetching it costs.
    ``cents_per_kg`` is never above what a plan pays.
    """

    lots: tuple[Lot, ...]
    product_id: str
    ready_date: dt.date
    last_use_date: dt.date | None
    cents_per_kg: Fraction
    ways: tuple[tuple[str, dt.date, PickKey | None], ...]

    @property
    def offer_g(self) -> int:
        """Grams on offer in the whole class."""
        return sum(lot.offer_g for lot in self.lots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """Kilograms of a lot class (or of opening stock: ``collected`` None) packed at a depot on a date."""

    column: int
    source: int
    product_id: str
    depot_id: str
    collected: dt.date | None
    packed: dt.date
    way: PickKey | None = None


@dataclass(slots=True)
class Supply:
    """The columns of the produce side, for transport, for the guide and for reading the solution."""

    classes: list[LotClass] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    stock_arcs: list[Arc] = field(default_factory=list)
    extra: dict[tuple[str, str, dt.date], int] = field(default_factory=dict)
    in_type: dict[tuple[str, dt.date, str, str], int] = field(default_factory=dict)


def least_cents_per_kg(lot: Lot, crate_g: int) -> Fraction:
    """Return a price that no purchase of the lot can undercut, whatever its rows.

    A row of k crates costs k times the crate price rounded half up to the cent, so the least price of a crate is
    the minimum over k of that amount ÷ k; it differs from the true price only where a crate is not whole cents.
    """
    price = Fraction(lot.price_millicents_per_kg, 1000)
    crate = price * crate_g / 1000
    if crate.denominator == 1:
        return price
    least, k = crate, 1
    # rounding saves at most half a cent a row, and its pattern repeats with the denominator
    while k <= min(max(1, lot.offer_g // crate_g), crate.denominator) and (crate - least) * 2 * k < 1:
        least = min(least, Fraction(cost_cents(k * crate_g, lot.price_millicents_per_kg), k))
        k += 1
    return least * 1000 / crate_g


def lot_classes(case: Case, fleet: Fleet) -> list[LotClass]:
    """Return the usable lots in classes, in the order of their first lot."""
    ways = _ways(case, fleet)
    groups: dict[tuple[object, ...], list[Lot]] = defaultdict(list)
    prices: dict[str, Fraction] = {}
    for lot in case.dataset.lots:
        if lot.lot_id in ways and (lot.offer_g > 0 or not case.holds("produce")):
            prices[lot.lot_id] = _price(case, lot)
            days = (lot.ready_date, lot.last_use_date) if case.holds("produce") else ()
            farm = lot.farm_id if any(f == lot.farm_id for f, _ in case.limits.farm_day_g) else ""
            groups[(lot.product_id, *days, prices[lot.lot_id], ways[lot.lot_id], farm)].append(lot)
    return [
        LotClass(
            lots=tuple(lots),
            product_id=lots[0].product_id,
            ready_date=lots[0].ready_date,
            last_use_date=lots[0].last_use_date,
            cents_per_kg=prices[lots[0].lot_id],
            ways=ways[lots[0].lot_id],
        )
        for lots in groups.values()
    ]


def _price(case: Case, lot: Lot) -> Fraction:
    if case.dataset.settings.purchase_budget_cents is None or not case.holds("budget"):
        return Fraction(0)
    return least_cents_per_kg(lot, case.dataset.product_by_id[lot.product_id].crate_g)


def _ways(case: Case, fleet: Fleet) -> dict[str, tuple[tuple[str, dt.date, PickKey | None], ...]]:
    """Ways of each lot to each depot and day; lots with none are left out."""
    found: dict[str, list[tuple[str, dt.date, PickKey | None]]] = defaultdict(list)
    for depot in case.dataset.depots:
        for date in case.collection_dates:
            fetched = []
            for lot in case.dataset.lots:
                if case.holds("produce") and lot.ready_date > date:
                    continue
                if case.dataset.farm_by_id[lot.farm_id].delivers or not case.holds("transport"):
                    found[lot.lot_id].append((depot.depot_id, date, None))
                else:
                    fetched.append(lot)
            for lot, key in _pick_keys(case, fleet, fetched, depot, date):
                found[lot.lot_id].append((depot.depot_id, date, key))
    return {lot_id: tuple(ways) for lot_id, ways in found.items()}


def _pick_keys(case: Case, fleet: Fleet, lots: list[Lot], depot: Depot, date: dt.date) -> list[tuple[Lot, PickKey]]:
    """What fetching each lot costs; a lot that no vehicle can fetch that day is left out (cold goods: cold vehicles only)."""
    classes = fleet.classes[depot.depot_id, date]
    farms = {lot.farm_id: case.dataset.farm_by_id[lot.farm_id] for lot in lots}
    able = {farm_id: fleet.pick_classes(farm, depot, date) for farm_id, farm in sorted(farms.items())}
    found = []
    for lot in lots:
        cold = case.dataset.product_by_id[lot.product_id].needs_cold
        ks = tuple(k for k in able[lot.farm_id] if classes[k].cold or not cold)
        if ks:
            found.append((lot, fleet.pick_key(lot, depot, ks)))
    return found


def add_supply(lp: LinearProgram, case: Case, fleet: Fleet, packed: dict[tuple[dt.date, str, str], int]) -> Supply:
    """Add everything between the farms and the packed baskets (``packed``: columns in baskets)."""
    supply = Supply(classes=lot_classes(case, fleet))
    _add_arcs(lp, case, supply)
    _add_stock(lp, case, supply)
    _add_extra(lp, case, supply)
    _add_offers(lp, case, supply)
    _add_recipes(lp, case, supply, packed)
    _add_balance(lp, case, supply, packed)
    _add_storage(lp, case, supply)
    _add_budget(lp, case, supply)
    _add_farm_limits(lp, case, supply)
    return supply


def _add_arcs(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """A lot is packed only once its lead time is over and not after its last usable day (G2); the lead is a rule of packing."""
    for i, c in enumerate(supply.classes):
        last = c.last_use_date if case.holds("produce") else None
        most = kilograms(c.offer_g) if case.holds("produce") else sum(case.most_kg(b) for b in case.types)
        for depot_id, collected, way in c.ways:
            for date in case.delivery_dates:
                if collected + case.lead <= date and (last is None or date <= last):
                    supply.arcs.append(
                        Arc(column=lp.column(most), source=i, product_id=c.product_id, depot_id=depot_id, collected=collected, packed=date, way=way)
                    )  # fmt: skip


def _add_stock(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """Opening stock is packable from the first day to its last usable day, and never beyond what there is (G2, G4)."""
    for j, stock in enumerate(case.dataset.depot_stock):
        terms = []
        for date in case.delivery_dates:
            if date >= case.dataset.settings.week_start and (
                stock.last_use_date is None or date <= stock.last_use_date
            ):
                arc = Arc(
                    column=lp.column(kilograms(stock.stock_g)),
                    source=j,
                    product_id=stock.product_id,
                    depot_id=stock.depot_id,
                    collected=None,
                    packed=date,
                )
                supply.stock_arcs.append(arc)
                terms.append((arc.column, 1.0))
        if terms:
            lp.at_most(terms, kilograms(stock.stock_g), ("produce", stock.lot_id))


def _add_extra(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """Without the rules of produce, a product that nobody offers appears at the depots, at the price of the dearest lot."""
    if case.holds("produce"):
        return
    offered = {lot.product_id for lot in case.dataset.lots}
    most = sum(case.most_kg(b) for b in case.types)
    for product in case.dataset.products:
        if product.product_id not in offered:
            for depot in case.dataset.depots:
                for date in case.delivery_dates:
                    supply.extra[product.product_id, depot.depot_id, date] = lp.column(most)


def _add_offers(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """A lot is never taken beyond its offer (G1)."""
    if not case.holds("produce"):
        return
    terms: dict[int, Terms] = defaultdict(list)
    for arc in supply.arcs:
        terms[arc.source].append((arc.column, 1.0))
    for i, row in sorted(terms.items()):
        c = supply.classes[i]
        lp.at_most(row, kilograms(c.offer_g), ("produce", c.product_id))


def _add_recipes(lp: LinearProgram, case: Case, supply: Supply, packed: dict[tuple[dt.date, str, str], int]) -> None:
    """Recipes as linear bands on the day's kg (G3): weight, fruit share, each product's maximum, number of products."""
    sources: dict[tuple[str, dt.date], list[Product]] = defaultdict(list)
    for depot in case.dataset.depots:
        for date in case.delivery_dates:
            here = {
                a.product_id
                for a in supply.arcs + supply.stock_arcs
                if (a.depot_id, a.packed) == (depot.depot_id, date)
            }
            here |= {p for p, h, d in supply.extra if (h, d) == (depot.depot_id, date)}
            sources[depot.depot_id, date] = [p for p in case.dataset.products if p.product_id in here]
    for (date, depot_id, basket_id), baskets in packed.items():
        basket = case.dataset.basket_type_by_id[basket_id]
        if basket.contents and case.holds("recipe"):
            continue
        kilos = {p.product_id: lp.column(case.most_kg(basket)) for p in sources[depot_id, date]}
        for product_id, column in kilos.items():
            supply.in_type[product_id, date, depot_id, basket_id] = column
        _add_recipe(lp, case, basket, baskets, sources[depot_id, date], kilos)


def _add_recipe(
    lp: LinearProgram, case: Case, basket: BasketType, baskets: int, products: list[Product], kilos: dict[str, int]
) -> None:
    name = ("recipe", basket.basket_id)
    every = [(kilos[p.product_id], 1.0) for p in products]
    least = case.load_g(basket)
    lp.at_least([*every, (baskets, -kilograms(least))], 0.0)
    if not case.holds("recipe"):
        return
    lp.at_most([*every, (baskets, -kilograms(basket.max_g))], 0.0, name)
    for p in products:
        most = kilograms(p.max_portions_per_basket * p.portion_g)
        lp.at_most(
            [(kilos[p.product_id], 1.0), (baskets, -most)],
            0.0,
            ("recipe", f"{basket.basket_id} at most {p.product_id}"),
        )
    if basket.min_fruit_bp:
        share = basket.min_fruit_bp / 10_000
        fruit = [(kilos[p.product_id], (1.0 if p.group == "fruit" else 0.0) - share) for p in products]
        lp.at_least(fruit, 0.0, ("recipe", basket.basket_id + " fruit"))
    if basket.min_products > 1:
        _add_variety(lp, case, basket, baskets, products, kilos)


def _add_variety(
    lp: LinearProgram, case: Case, basket: BasketType, baskets: int, products: list[Product], kilos: dict[str, int]
) -> None:
    """With w = baskets that hold the product: w <= baskets, portion · w <= kg of it, Σ w >= min_products · baskets."""
    held = []
    for p in products:
        w = lp.column(case.type_need[basket.basket_id])
        held.append((w, 1.0))
        lp.at_most([(w, 1.0), (baskets, -1.0)], 0.0, ("recipe", basket.basket_id + " products"))
        lp.at_most(
            [(w, kilograms(p.portion_g)), (kilos[p.product_id], -1.0)], 0.0, ("recipe", basket.basket_id + " products")
        )
    lp.at_least([*held, (baskets, -float(basket.min_products))], 0.0, ("recipe", basket.basket_id + " products"))


def _add_balance(lp: LinearProgram, case: Case, supply: Supply, packed: dict[tuple[dt.date, str, str], int]) -> None:
    """What is in the baskets of a day comes out of that day's lots, product by product; kits hold exactly their contents."""
    terms: dict[tuple[str, str, dt.date], Terms] = defaultdict(list)
    for arc in supply.arcs + supply.stock_arcs:
        terms[arc.product_id, arc.depot_id, arc.packed].append((arc.column, 1.0))
    for key, column in supply.extra.items():
        terms[key].append((column, 1.0))
    for (product_id, date, depot_id, _), column in supply.in_type.items():
        terms[product_id, depot_id, date].append((column, -1.0))
    if case.holds("recipe"):
        for (date, depot_id, basket_id), column in packed.items():
            for product_id, portions in case.dataset.basket_type_by_id[basket_id].contents:
                grams = portions * case.dataset.product_by_id[product_id].portion_g
                terms[product_id, depot_id, date].append((column, -kilograms(grams)))
    for _, row in sorted(terms.items()):
        lp.equal(row)


def _add_storage(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """What is in a depot at a day's close fits its storage, cold and ambient (G4).

    R collects only what it packs, so a lot is held from its collection to its packing; opening stock is there
    until it is packed or, on its last usable day, discarded.
    """
    if not case.holds("storage"):
        return
    start = case.dataset.settings.week_start
    closes = sorted({*case.collection_dates, *case.delivery_dates, start})
    for depot in case.dataset.depots:
        for cold, room_g in ((True, depot.cold_storage_g), (False, depot.storage_g)):
            for date in closes:
                _add_close(lp, case, supply, depot, cold, room_g, date)


def _add_close(
    lp: LinearProgram, case: Case, supply: Supply, depot: Depot, cold: bool, room_g: int, date: dt.date
) -> None:
    products = case.dataset.product_by_id
    terms, most_g, seen = [], 0, set()
    for arc in supply.arcs:
        here = arc.depot_id == depot.depot_id and products[arc.product_id].needs_cold == cold
        if here and arc.collected is not None and arc.collected <= date < arc.packed:
            terms.append((arc.column, 1.0))
            if arc.source not in seen:
                seen.add(arc.source)
                most_g += supply.classes[arc.source].offer_g if case.holds("produce") else 10**15
    held_g = 0
    for j, stock in enumerate(case.dataset.depot_stock):
        here = stock.depot_id == depot.depot_id and products[stock.product_id].needs_cold == cold
        if (
            here
            and date >= case.dataset.settings.week_start
            and (stock.last_use_date is None or date < stock.last_use_date)
        ):
            held_g += stock.stock_g
            terms += [(a.column, -1.0) for a in supply.stock_arcs if a.source == j and a.packed <= date]
    if most_g + held_g > room_g:
        kind = "cold" if cold else "ambient"
        lp.at_most(terms, kilograms(room_g - held_g), ("storage", f"{depot.depot_id} {kind} {date.isoformat()}"))


def _add_budget(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """Purchases stay within the budget (G1)."""
    budget = case.dataset.settings.purchase_budget_cents
    if budget is None or not case.holds("budget"):
        return
    terms = [(a.column, float(supply.classes[a.source].cents_per_kg) / CENTS) for a in supply.arcs]
    dearest = max((c.cents_per_kg for c in supply.classes), default=Fraction(0))
    terms += [(column, float(dearest) / CENTS) for column in supply.extra.values()]
    if terms:
        lp.at_most(terms, budget / CENTS, ("budget", "purchases"))


def _add_farm_limits(lp: LinearProgram, case: Case, supply: Supply) -> None:
    """At most what routing could fetch at a farm on a day; what the farm brings itself is not limited."""
    if not case.holds("transport"):
        return
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for arc in supply.arcs:
        farm_id = supply.classes[arc.source].lots[0].farm_id
        if arc.way is not None and arc.collected is not None and (farm_id, arc.collected) in case.limits.farm_day_g:
            terms[farm_id, arc.collected].append((arc.column, 1.0))
    for key, row in sorted(terms.items()):
        lp.at_most(row, kilograms(case.limits.farm_day_g[key]), ("transport", f"{key[0]} {key[1].isoformat()}"))
