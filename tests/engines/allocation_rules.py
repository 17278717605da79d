"""The G rules read once more, straight from the design, to judge what allocators return. Shares no code with engine or checker."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset

DAY = dt.timedelta(days=1)


def kind(basket_id: str) -> str:
    return basket_id.split("~")[0]


def broken_rules(ds: Dataset, a: Allocation, limits: Limits | None = None) -> list[str]:
    """Every breach of G1-G8 and of the limits, as text; empty when all is well."""
    limits = limits or Limits()
    return [
        *order_breaches(a),
        *purchase_breaches(ds, a, limits),
        *recipe_breaches(ds, a),
        *stock_breaches(ds, a),
        *handout_breaches(ds, a, limits),
    ]


def order_breaches(a: Allocation) -> list[str]:
    found = []
    keys = {
        "shares": [(s.date, s.depot_id, s.site_id, s.zone_id, s.basket_id) for s in a.shares],
        "purchases": [(p.date, p.depot_id, p.lot_id, p.delivered) for p in a.purchases],
        "recipes": [(r.date, r.depot_id, r.basket_id) for r in a.recipes],
        "lot_uses": [(u.date, u.depot_id, u.lot_id) for u in a.lot_uses],
    }
    for name, rows in keys.items():
        if rows != sorted(rows) or len(set(rows)) != len(rows):
            found.append(f"{name} are not sorted or hold a double")
    numbers = [s.baskets for s in a.shares] + [p.crates for p in a.purchases] + [r.baskets for r in a.recipes]
    numbers += [u.packed_g for u in a.lot_uses] + [n for r in a.recipes for _, n in r.portions]
    if any(type(n) is not int or n <= 0 for n in numbers):
        found.append("a row counts nothing, or not in whole numbers")
    return found


def purchase_breaches(ds: Dataset, a: Allocation, limits: Limits) -> list[str]:
    found = []
    crates: dict[str, int] = defaultdict(int)
    fetched: dict[tuple[str, dt.date], int] = defaultdict(int)
    cents = 0
    for p in a.purchases:
        lot = ds.lot_by_id[p.lot_id]
        farm = ds.farm_by_id[lot.farm_id]
        product = ds.product_by_id[lot.product_id]
        grams = p.crates * product.crate_g
        crates[p.lot_id] += p.crates
        cents += int(Fraction(grams * lot.price_millicents_per_kg, 1_000_000) + Fraction(1, 2))
        if p.date not in ds.settings.collection_dates or p.date < lot.ready_date:
            found.append(f"G2 {p.lot_id} collected on {p.date}")
        if p.date > max(ds.settings.delivery_dates):
            found.append(f"G2 {p.lot_id} collected after the last delivery")
        if p.delivered and not farm.delivers:
            found.append(f"{farm.farm_id} does not deliver")
        if not p.delivered:
            fetched[farm.farm_id, p.date] += grams
            able = [v for v in ds.vehicles if v.depot_id == p.depot_id and p.date.weekday() in v.weekdays]
            if not any(v.cold or not product.needs_cold for v in able):
                found.append(f"T5 nobody can fetch {p.lot_id} on {p.date}")
    for lot_id, n in crates.items():
        lot = ds.lot_by_id[lot_id]
        if n * ds.product_by_id[lot.product_id].crate_g > lot.offer_g:
            found.append(f"G1 {lot_id} taken beyond its offer")
    for key, grams in fetched.items():
        if key in limits.farm_day_g and grams > limits.farm_day_g[key]:
            found.append(f"limit: {grams} g fetched at {key}")
    if ds.settings.purchase_budget_cents is not None and cents > ds.settings.purchase_budget_cents:
        found.append(f"G1 budget: {cents}")
    return found


def recipe_breaches(ds: Dataset, a: Allocation) -> list[str]:
    found = []
    variants: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for r in a.recipes:
        t = ds.basket_type_by_id[kind(r.basket_id)]
        variants[r.date, r.depot_id, t.basket_id] += 1
        name = f"{r.date} {r.depot_id} {r.basket_id}"
        if t.contents:
            if r.portions != t.contents:
                found.append(f"G3 kit contents {name}")
            continue
        weight = fruit = 0
        for p, n in r.portions:
            product = ds.product_by_id[p]
            weight += n * product.portion_g
            fruit += n * product.portion_g if product.group == "fruit" else 0
            if n > product.max_portions_per_basket:
                found.append(f"G3 too many {p} {name}")
        if not t.min_g <= weight <= t.max_g:
            found.append(f"G3 weight {weight} {name}")
        if len(r.portions) < t.min_products:
            found.append(f"G3 products {name}")
        if fruit * 10_000 < t.min_fruit_bp * weight:
            found.append(f"G3 fruit {name}")
    return found + [f"too many variants {k}" for k, n in variants.items() if n > ds.settings.max_variants]


def stock_breaches(ds: Dataset, a: Allocation) -> list[str]:
    found = []
    lead = ds.settings.packing_lead_days * DAY
    use: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for r in a.recipes:
        for p, n in r.portions:
            use[r.date, r.depot_id, p] += r.baskets * n * ds.product_by_id[p].portion_g
    product_of = {lot.lot_id: lot.product_id for lot in ds.lots} | {s.lot_id: s.product_id for s in ds.depot_stock}
    last = {lot.lot_id: lot.last_use_date for lot in ds.lots} | {s.lot_id: s.last_use_date for s in ds.depot_stock}
    ready = {lot.lot_id: lot.ready_date for lot in ds.lots} | {s.lot_id: ds.settings.week_start for s in ds.depot_stock}
    packed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    by_product: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for u in a.lot_uses:
        packed[u.date, u.depot_id, u.lot_id] += u.packed_g
        by_product[u.date, u.depot_id, product_of[u.lot_id]] += u.packed_g
        if last[u.lot_id] is not None and u.date > last[u.lot_id]:
            found.append(f"G2 {u.lot_id} packed on {u.date}")
    if dict(by_product) != dict(use):
        found.append("G4 what is packed is not what the recipes hold")
    arrived: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for p in a.purchases:
        arrived[p.date, p.depot_id, p.lot_id] += p.crates * ds.product_by_id[product_of[p.lot_id]].crate_g
    opening = {(s.depot_id, s.lot_id): s.stock_g for s in ds.depot_stock}
    piles = sorted({(w, lot) for _, w, lot in arrived} | set(opening))
    days = sorted({d for d, _, _ in arrived} | {ds.settings.week_start})
    if not days:
        return found
    day = days[0]
    stock = defaultdict(int)
    ripe = defaultdict(int)
    while day <= max(ds.settings.delivery_dates):
        closing: dict[tuple[str, bool], int] = defaultdict(int)
        taken_from_late = {}
        for w, lot in piles:
            if day == ds.settings.week_start:
                stock[w, lot] += opening.get((w, lot), 0)
                ripe[w, lot] += opening.get((w, lot), 0)
            stock[w, lot] += arrived[day, w, lot]
            ripe[w, lot] += arrived[day - lead, w, lot]
        for w, lot in piles:
            out = packed[day, w, lot]
            if out > ripe[w, lot]:
                found.append(f"G2/G4 {lot} packed on {day} before it is there")
            ripe[w, lot] -= out
            stock[w, lot] -= out
            if out:
                key = (last[lot] or dt.date.max, ready[lot], lot)
                taken_from_late[w, product_of[lot]] = max(key, taken_from_late.get((w, product_of[lot]), key))
        for w, lot in piles:
            key = (last[lot] or dt.date.max, ready[lot], lot)
            usable = ripe[w, lot] > 0 and (last[lot] is None or last[lot] >= day)
            if usable and key < taken_from_late.get((w, product_of[lot]), key):
                found.append(f"first expired first out: {lot} left on {day}")
            if last[lot] is not None and day >= last[lot]:
                stock[w, lot] = ripe[w, lot] = 0
            closing[w, ds.product_by_id[product_of[lot]].needs_cold] += stock[w, lot]
        for (w, cold), grams in closing.items():
            depot = ds.depot_by_id[w]
            if grams > (depot.cold_storage_g if cold else depot.storage_g):
                found.append(f"G4 storage {w} {day} {'cold' if cold else 'ambient'} {grams}")
        day += DAY
    return found


def handout_breaches(ds: Dataset, a: Allocation, limits: Limits) -> list[str]:
    found = []
    packed = {(r.date, r.depot_id, r.basket_id): r.baskets for r in a.recipes}
    handed: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    got: dict[tuple[str, str], int] = defaultdict(int)
    programme: dict[str, int] = defaultdict(int)
    bench: dict[tuple[dt.date, str], int] = defaultdict(int)
    visit: dict[tuple[str, dt.date, str], int] = defaultdict(int)
    places: dict[tuple[str, dt.date], int] = defaultdict(int)
    relay: dict[tuple[str, dt.date], int] = defaultdict(int)
    drop: dict[tuple[str, dt.date], int] = defaultdict(int)
    week: dict[str, int] = defaultdict(int)
    day: dict[dt.date, int] = defaultdict(int)
    catchment = {(c.zone_id, c.site_id) for c in ds.catchments or ()}
    for s in a.shares:
        t = ds.basket_type_by_id[kind(s.basket_id)]
        site = ds.site_by_id[s.site_id]
        handed[s.date, s.depot_id, s.basket_id] += s.baskets
        got[s.zone_id, t.basket_id] += s.baskets
        programme[t.programme] += s.baskets
        bench[s.date, s.depot_id] += s.baskets
        visit[s.site_id, s.date, s.depot_id] += s.baskets
        places[s.site_id, s.date] += s.baskets * t.places
        week[s.site_id] += s.baskets
        day[s.date] += s.baskets
        drop[site.drop_site_id, s.date] += s.baskets
        if site.relay_site_id:
            relay[site.relay_site_id, s.date] += s.baskets * t.places
        if (s.zone_id, s.site_id) not in catchment:
            found.append(f"G7 {s.zone_id} at {s.site_id}")
        if not ds.drop_windows(s.site_id, s.date):
            found.append(f"G8 {s.site_id} closed on {s.date}")
    if dict(handed) != packed:
        found.append("G5 packed is not handed out")
    for (zone, basket), n in got.items():
        need = ds.zone_needs.get((zone, basket))
        if need is None or n > need.baskets:
            found.append(f"G7 {zone} gets {n} {basket}")
    for (date, w), n in bench.items():
        if n > ds.depot_by_id[w].packing_baskets_per_day:
            found.append(f"G5 packing {w} {date}")
    for (site_id, date), n in places.items():
        if n > ds.site_by_id[site_id].max_baskets_per_day:
            found.append(f"G8 {site_id} {date} {n}")
    for (site_id, date), n in relay.items():
        most = ds.site_by_id[site_id].relay_max_baskets
        if most is not None and n > most:
            found.append(f"G8 relay {site_id} {date} {n}")
    for (site_id, date, w), n in visit.items():
        if n < ds.site_by_id[site_id].min_baskets_per_visit:
            found.append(f"G8 visit minimum {site_id} {date} {w} {n}")
    for site_id, n in week.items():
        if n < ds.site_by_id[site_id].min_baskets_per_week:
            found.append(f"G8 week minimum {site_id} {n}")
    for name, n in programme.items():
        most = ds.settings.max_baskets_of(name)
        if most is not None and n > most:
            found.append(f"G8 programme {name} {n}")
    found += [f"limit {k}" for k, n in drop.items() if n > limits.site_day_baskets.get(k, n)]
    return found + [f"limit {k}" for k, n in day.items() if n > limits.day_baskets.get(k, n)]
