"""Whether the goods of a single delivery can be had in whole portions and whole crates: what R does not see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from distrib.model.goods import BasketType, Depot, Product
from distrib.model.territory import Site
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case
from distrib.units import cost_cents

PLENTY = 10**6
"""Crates of a lot when the rules of produce are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Some of a lot at the depot: grams in, grams packed, when it comes and when it goes, and what it costs."""

    product_id: str
    grams: cp_model.LinearExpr | int
    packed: cp_model.IntVar
    collected: dt.date | None
    last_use_date: dt.date | None
    cents: cp_model.LinearExprT


@dataclass(slots=True)
class _Goods:
    model: cp_model.CpModel
    batches: list[_Batch] = field(default_factory=list)


def one_delivery_possible(case: Case) -> bool:
    """Return True when some site can get its least delivery on some day, all baskets alike, in whole portions and crates.

    The least delivery is one basket, or the site's minimum. Exact for deliveries of one basket; a site whose weekly
    minimum takes several days is not looked at. Vehicles count as in R: who can reach what.
    """
    model = build(case)
    least = _least_deliveries(model)
    return any(
        _goods_exist(model, case.dataset.depot_by_id[depot_id], date, case.dataset.basket_type_by_id[basket_id], number)
        for (date, depot_id, basket_id), number in sorted(least.items())
    )


def _least_deliveries(model: Model) -> dict[tuple[dt.date, str, str], int]:
    """The smallest delivery that some site accepts, by (date, depot_id, basket_id)."""
    case, found = model.case, dict[tuple[dt.date, str, str], int]()
    wanted = {(site_id, basket_id) for _, site_id, basket_id in model.network.fetch}
    for site_id, date, depot_id, basket_id in model.network.drop:
        site, basket = case.dataset.site_by_id[site_id], case.dataset.basket_type_by_id[basket_id]
        number = 1
        if case.holds("minimum"):
            number = max(1, site.min_baskets_per_visit, site.min_baskets_per_week)
        if _fits(case, site, basket, date, depot_id, number) and (
            (site_id, basket_id) in wanted or not case.holds("catchment")
        ):
            key = (date, depot_id, basket_id)
            found[key] = min(found.get(key, number), number)
    return found


def _fits(case: Case, site: Site, basket: BasketType, date: dt.date, depot_id: str, number: int) -> bool:
    """True when so many baskets are within the limits that count baskets."""
    data, limits = case.dataset, case.limits
    most = [
        data.settings.max_baskets_of(basket.programme) if case.holds("programme") else None,
        data.depot_by_id[depot_id].packing_baskets_per_day if case.holds("packing") else None,
        site.max_baskets_per_day // basket.places if case.holds("site_capacity") else None,
        limits.day_baskets.get(date) if case.holds("transport") else None,
        limits.site_day_baskets.get((site.drop_site_id, date)) if case.holds("transport") else None,
    ]
    return all(m is None or number <= m for m in most)


def _goods_exist(model: Model, depot: Depot, date: dt.date, basket: BasketType, number: int) -> bool:
    goods = _Goods(cp_model.CpModel())
    _add_lots(goods, model, depot, date)
    _add_stock(goods, model, depot, date)
    _add_recipe(goods, model.case, basket, number)
    _add_storage(goods, model.case, depot, date)
    budget = model.case.dataset.settings.purchase_budget_cents
    if budget is not None and model.case.holds("budget"):
        goods.model.add(sum(b.cents for b in goods.batches) <= budget)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 10.0
    return solver.solve(goods.model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def _add_lots(goods: _Goods, model: Model, depot: Depot, date: dt.date) -> None:
    """Whole crates of each lot, by day of collection; the least cents of a row of so many crates are summed."""
    case, m = model.case, goods.model
    for source, c in enumerate(model.supply.classes):
        days = sorted(
            {
                a.collected or date
                for a in model.supply.arcs
                if a.source == source and (a.depot_id, a.packed) == (depot.depot_id, date)
            }
        )
        crate_g = case.dataset.product_by_id[c.product_id].crate_g
        for lot in c.lots if days else ():
            most = lot.offer_g // crate_g if case.holds("produce") else PLENTY
            crates = [m.new_int_var(0, most, "") for _ in days]
            m.add(sum(crates) <= most)
            for collected, n in zip(days, crates, strict=True):
                packed = m.new_int_var(0, most * crate_g, "")
                m.add(packed <= n * crate_g)
                cents = n * int(cost_cents(crate_g, lot.price_millicents_per_kg))
                last = lot.last_use_date if case.holds("produce") else None
                goods.batches.append(_Batch(product_id=c.product_id, grams=n * crate_g, packed=packed, collected=collected, last_use_date=last, cents=cents))  # fmt: skip
    for product_id, depot_id, day in model.supply.extra:
        if (depot_id, day) == (depot.depot_id, date):
            packed = m.new_int_var(0, 10**9, "")
            goods.batches.append(
                _Batch(product_id=product_id, grams=packed, packed=packed, collected=date, last_use_date=date, cents=0)
            )


def _add_stock(goods: _Goods, model: Model, depot: Depot, date: dt.date) -> None:
    usable = {a.source for a in model.supply.stock_arcs if (a.depot_id, a.packed) == (depot.depot_id, date)}
    for j, stock in enumerate(model.case.dataset.depot_stock):
        if stock.depot_id == depot.depot_id:
            packed = goods.model.new_int_var(0, stock.stock_g if j in usable else 0, "")
            goods.batches.append(_Batch(product_id=stock.product_id, grams=stock.stock_g, packed=packed, collected=None, last_use_date=stock.last_use_date, cents=0))  # fmt: skip


def _add_recipe(goods: _Goods, case: Case, basket: BasketType, number: int) -> None:
    """Whole portions of each product (G3); what is packed of a product is what the baskets hold."""
    m = goods.model
    portions: dict[str, cp_model.IntVar] = {}
    for p in case.dataset.products:
        free = not case.holds("recipe")
        most = max(basket.max_g, case.load_g(basket)) // p.portion_g + 1 if free else p.max_portions_per_basket
        portions[p.product_id] = m.new_int_var(0, max(most, *(k for _, k in basket.contents), 0), "")
        mine = [b.packed for b in goods.batches if b.product_id == p.product_id]
        m.add(sum(mine) == number * p.portion_g * portions[p.product_id])
    weight = sum(p.portion_g * portions[p.product_id] for p in case.dataset.products)
    m.add(weight >= case.load_g(basket))
    if not case.holds("recipe"):
        # a basket out of its band by one portion, not one that eats whole crates
        m.add(weight <= max(basket.max_g, case.load_g(basket)) + max(p.portion_g for p in case.dataset.products))
        return
    if basket.contents:
        for product_id, column in portions.items():
            m.add(column == dict(basket.contents).get(product_id, 0))
        return
    m.add(weight <= basket.max_g)
    _add_composition(m, case.dataset.products, basket, portions)


def _add_composition(
    m: cp_model.CpModel, products: tuple[Product, ...], basket: BasketType, portions: dict[str, cp_model.IntVar]
) -> None:
    weight = sum(p.portion_g * portions[p.product_id] for p in products)
    fruit = sum(p.portion_g * portions[p.product_id] for p in products if p.group == "fruit")
    m.add(10_000 * fruit >= basket.min_fruit_bp * weight)
    held = []
    for p in products:
        there = m.new_bool_var("")
        m.add(portions[p.product_id] >= there)
        held.append(there)
    m.add(sum(held) >= basket.min_products)


def _add_storage(goods: _Goods, case: Case, depot: Depot, date: dt.date) -> None:
    """What lies in the depot at each day's close fits (G4): whole crates, and what is left of them after packing."""
    if not case.holds("storage"):
        return
    closes: dict[tuple[dt.date, bool], list[cp_model.LinearExprT]] = defaultdict(list)
    for day in sorted({*case.collection_dates, *case.delivery_dates, case.dataset.settings.week_start}):
        for b in goods.batches:
            here = b.collected <= day if b.collected is not None else day >= case.dataset.settings.week_start
            if here and (b.last_use_date is None or day < b.last_use_date):
                left = b.grams - b.packed if day >= date else b.grams
                closes[day, case.dataset.product_by_id[b.product_id].needs_cold].append(left)
    for (_, cold), terms in sorted(closes.items()):
        goods.model.add(sum(terms) <= (depot.cold_storage_g if cold else depot.storage_g))
