"""The search for portions put into arrays: batches of baskets, products, and the rows that bound what is packed where."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from distrib.model.dataset import Dataset
from distrib.solver.allocation.annealing import Ints
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.portions.kernels import Kitchen
from distrib.solver.allocation.stock import storage_of
from distrib.solver.allocation.supply import Goods, Supply

Place = tuple[dt.date, str]
"""(date, depot_id)."""
Caps = dict[tuple[dt.date, str, str], int]
"""(date, depot_id, product_id) → most grams packed."""
WEIGHTS = ((16, 128, 16), (512, 1024, 16))
"""Costs of a gram that no lot covers, off a recipe's band, and of baskets not made: loose at first, then as hard as rules are."""
MOST_ROWS = 400
"""Most rows of one product; what further ones would forbid is found when crates are made whole."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Grams of a product at some places together, as they count in a row.

    ``unit_g``: they count in whole crates of so much, those that opening stock covers apart (1: as they are); ``held_g``: that
    stock, which counts whether it is used or not; ``sign``: whether they count for or against.
    """

    product: str
    places: frozenset[Place]
    unit_g: int = 1
    held_g: int = 0
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """Most grams of some tallies together; of the rows of a group only the worst counts."""

    group: tuple[str, ...]
    tallies: tuple[Tally, ...]
    cap_g: int


@dataclass(frozen=True, slots=True)
class Labels:
    """What the numbers in a kitchen mean: (slot, variant) of batches, slots, product_ids."""

    batches: tuple[tuple[Slot, int], ...]
    slots: tuple[Slot, ...]
    products: tuple[str, ...]


def kitchen_of(
    dataset: Dataset,
    supply: Supply,
    wanted: dict[str, int],
    room: dict[frozenset[Slot], int],
    caps: Caps,
    *,
    spend_ppm: int,
) -> tuple[Kitchen, Labels]:
    """Return the kitchen for so many baskets by type, and what its numbers mean.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        wanted: baskets by type.
        room: most baskets of sets of slots together; every slot is in one.
        caps: most grams of a product to pack at a depot on a date, beyond what lots allow.
        spend_ppm: millionths of the budget to spend.
    """
    slots = sorted({slot for found in room for slot in found if wanted.get(slot[2])})
    types = sorted({slot[2] for slot in slots})
    sets = sorted((sorted(found & set(slots)), most) for found, most in room.items() if found & set(slots))
    places = sorted({(date, depot) for date, depot, _ in slots})
    here = _packable(supply, places)
    products = sorted({p for found in here.values() for p in found} | _kit_products(dataset, slots))
    batches = [(s, v) for s in slots for v in range(1, _variants(dataset, s) + 1)]
    rows = sorted(_rows(dataset, supply, places, wanted, caps), key=_order)
    of_slot = [[i for i, (s, _) in enumerate(batches) if s == slot] for slot in slots]
    most = np.array([[_most(dataset, s, p, here[s[0], s[1]]) for p in products] for s, _ in batches], dtype=np.int64)
    choices = np.zeros((len(batches), max(1, len(products))), dtype=np.int64)
    numbers = np.zeros(len(batches), dtype=np.int64)
    for b in range(len(batches)):
        numbers[b] = np.count_nonzero(most[b])
        choices[b, : numbers[b]] = np.flatnonzero(most[b])
    tallies = [(number, one) for number, row in enumerate(rows) for one in row.tallies]
    first_link, links = _links([one for _, one in tallies], products, places)
    groups = sorted({r.group for r in rows})
    first_price, prices, budget = _prices(dataset, supply, products, spend_ppm)
    kitchen = Kitchen(
        bands=np.array([_band(dataset, s[2]) for s, _ in batches], dtype=np.int64),
        places=np.array([places.index((s[0], s[1])) for s, _ in batches], dtype=np.int64),
        slots=np.array([slots.index(s) for s, _ in batches], dtype=np.int64),
        first_batch=np.array([0, *np.cumsum([len(found) for found in of_slot])], dtype=np.int64),
        most=most,
        choices=choices,
        numbers=numbers,
        items=np.array([_item(dataset, p) for p in products], dtype=np.int64),
        types=np.array([types.index(s[2]) for s in slots], dtype=np.int64),
        wanted=np.array([[wanted[t], _missing_g(dataset, t)] for t in types], dtype=np.int64),
        sets=np.array([[s in found for s in slots] for found, _ in sets], dtype=np.int64),
        room=np.array([most for _, most in sets], dtype=np.int64),
        first_link=first_link,
        links=links,
        tallies=np.array([[n, t.unit_g, t.held_g, t.sign] for n, t in tallies], dtype=np.int64).reshape(-1, 4),
        caps=np.array([r.cap_g for r in rows], dtype=np.int64),
        groups=np.array([groups.index(r.group) for r in rows], dtype=np.int64),
        first_row=np.array([0, *np.cumsum([sum(r.group == g for r in rows) for g in groups])], dtype=np.int64),
        first_price=first_price,
        prices=prices,
        budget=budget,
        weights=np.array(WEIGHTS[0], dtype=np.int64),
    )
    return kitchen, Labels(tuple(batches), tuple(slots), tuple(products))


def _order(row: Row) -> tuple[object, ...]:
    return row.group, row.cap_g, [(t.product, sorted(t.places), t.unit_g, t.held_g, t.sign) for t in row.tallies]


def _variants(dataset: Dataset, slot: Slot) -> int:
    return 1 if dataset.basket_type_by_id[slot[2]].contents else dataset.settings.max_variants


def _packable(supply: Supply, places: list[Place]) -> dict[Place, set[str]]:
    found: dict[Place, set[str]] = {place: set() for place in places}
    for one in supply.goods:
        for place in _window(supply, one, places):
            found[place].add(one.product_id)
    return found


def _window(supply: Supply, one: Goods, places: list[Place]) -> frozenset[Place]:
    """The places at which a lot can be packed."""
    if one.depot_id:
        can = {(date, one.depot_id) for date in supply.packable(one, None)}
    else:
        can = {(date, a.depot_id) for a in one.arrivals for date in supply.packable(one, a.date)}
    return frozenset(can & set(places))


def _kit_products(dataset: Dataset, slots: list[Slot]) -> set[str]:
    return {p for slot in slots for p, _ in dataset.basket_type_by_id[slot[2]].contents}


def _most(dataset: Dataset, slot: Slot, product: str, here: set[str]) -> int:
    kit = dict(dataset.basket_type_by_id[slot[2]].contents)
    if kit:
        return kit.get(product, 0)
    return dataset.product_by_id[product].max_portions_per_basket if product in here else 0


def _band(dataset: Dataset, basket: str) -> list[int]:
    kind = dataset.basket_type_by_id[basket]
    if kind.contents:
        grams = sum(n * dataset.product_by_id[p].portion_g for p, n in kind.contents)
        return [grams, grams, grams, 0, 1, 1]
    return [kind.min_g, kind.max_g, kind.target_g, kind.min_fruit_bp, max(1, kind.min_products), 0]


def _item(dataset: Dataset, product_id: str) -> list[int]:
    product = dataset.product_by_id[product_id]
    return [product.portion_g, int(product.group == "fruit")]


def _missing_g(dataset: Dataset, basket: str) -> int:
    """Grams that a basket not made counts as: more than it could hold, so that none is given up that goods allow."""
    return 2 * max(1000, _band(dataset, basket)[1])


def _rows(dataset: Dataset, supply: Supply, places: list[Place], wanted: dict[str, int], caps: Caps) -> Iterable[Row]:
    by_product: dict[str, list[Goods]] = defaultdict(list)
    for one in supply.goods:
        by_product[one.product_id].append(one)
    for product, goods in sorted(by_product.items()):
        yield from _offer_rows(dataset, supply, product, goods, places)
    for (date, depot, product), grams in sorted(caps.items()):
        if (date, depot) in places:
            yield Row(("cap", product, depot, date.isoformat()), (Tally(product, frozenset({(date, depot)})),), grams)
    yield from _storage_rows(dataset, supply, sorted(by_product), places, wanted)


def _offer_rows(
    dataset: Dataset, supply: Supply, product: str, goods: list[Goods], places: list[Place]
) -> Iterable[Row]:
    """Whatever set of places is looked at: what is packed there is no more than the lots that can be packed in one of them.

    By Hall's theorem this suffices when it holds for all sets that are what some lots leave out. Crates are not shared by depots.
    """
    offers: dict[frozenset[Place], int] = defaultdict(int)
    for one in goods:
        offers[_window(supply, one, places)] += one.usable_g
    everywhere = frozenset().union(*offers)
    unions: set[frozenset[Place]] = {frozenset()}
    for window in sorted(offers, key=sorted):
        unions |= {union | window for union in unions if len(unions) <= MOST_ROWS}
    for union in sorted(unions, key=sorted)[:MOST_ROWS]:
        rest = everywhere - union
        if rest:
            cap = sum(grams for window, grams in offers.items() if window & rest)
            yield Row(("offer", product), tuple(_by_depot(dataset, supply, goods, rest)), cap)
    for place in sorted(set(places) - everywhere):
        yield Row(("none", product, *map(str, place)), (Tally(product, frozenset({place})),), 0)


def _by_depot(dataset: Dataset, supply: Supply, goods: list[Goods], places: frozenset[Place]) -> Iterable[Tally]:
    """What is packed of a product at places: in whole crates at each depot where there are several."""
    product = goods[0].product_id
    depots = sorted({depot for _, depot in places})
    if len(depots) == 1:
        yield Tally(product, places)
        return
    for depot in depots:
        here = frozenset(place for place in places if place[1] == depot)
        stock = [g for g in goods if g.depot_id == depot and _window(supply, g, sorted(here))]
        yield Tally(product, here, dataset.product_by_id[product].crate_g, sum(g.stock_g for g in stock))


def _storage_rows(
    dataset: Dataset, supply: Supply, products: list[str], places: list[Place], wanted: dict[str, int]
) -> Iterable[Row]:
    """What comes as late as it can, in whole crates, lies in the hub on the nights before it is packed."""
    collected = sorted(set(dataset.settings.collection_dates))
    for depot in dataset.depots:
        mine = [place for place in places if place[1] == depot.depot_id]
        latest = {place: max((d for d in collected if d + supply.lead <= place[0]), default=None) for place in mine}
        for night in sorted({d for d in latest.values() if d is not None}):
            come = frozenset(place for place, date in latest.items() if date is None or date <= night)
            gone = frozenset(place for place in come if place[0] <= night)
            most = len(come - gone) * min(depot.packing_baskets_per_day, sum(wanted.values()))
            for cold in (False, True):
                kind = [p for p in products if dataset.product_by_id[p].needs_cold == cold]
                tallies = tuple(_overnight(dataset, supply, kind, depot.depot_id, come, gone))
                room = storage_of(dataset, depot.depot_id, cold)
                spare = sum(t.held_g + t.unit_g for t in tallies if t.sign > 0)
                if tallies and most * _heaviest_g(dataset, wanted) + spare > room:
                    yield Row(("storage", depot.depot_id, night.isoformat(), str(cold)), tallies, room)


def _overnight(
    dataset: Dataset,
    supply: Supply,
    products: list[str],
    depot: str,
    come: frozenset[Place],
    gone: frozenset[Place],
) -> Iterable[Tally]:
    """What has come of products to a depot less what is packed: opening stock that keeps all week lies there as well."""
    for product in products:
        stock = [g for g in supply.goods if g.depot_id == depot and g.product_id == product]
        held = sum(g.stock_g for g in stock if g.last_use_date > supply.delivery_dates[-1])
        yield Tally(product, come, dataset.product_by_id[product].crate_g, held)
        if gone:
            yield Tally(product, gone, sign=-1)


def _heaviest_g(dataset: Dataset, wanted: dict[str, int]) -> int:
    return max((_band(dataset, basket)[1] for basket in wanted), default=0)


def _links(tallies: list[Tally], products: list[str], places: list[Place]) -> tuple[Ints, Ints]:
    """Return the numbers of the tallies by product and place."""
    of_cell: dict[tuple[str, Place], list[int]] = defaultdict(list)
    for number, one in enumerate(tallies):
        for place in one.places:
            of_cell[one.product, place].append(number)
    first = np.zeros((max(1, len(products)), len(places) + 1), dtype=np.int64)
    links: list[int] = []
    for i, product in enumerate(products):
        first[i, 0] = len(links)
        for j, place in enumerate(places):
            links += of_cell[product, place]
            first[i, j + 1] = len(links)
    return first, np.array(links, dtype=np.int64)


def _prices(dataset: Dataset, supply: Supply, products: list[str], spend_ppm: int) -> tuple[Ints, Ints, Ints]:
    """Return the lots of each product by price, and the budget with the price at which it is overdrawn."""
    limit = dataset.settings.purchase_budget_cents
    first, prices = [0], []
    for product in products:
        lots = sorted((g.price_millicents_per_kg, g.usable_g) for g in supply.goods if g.product_id == product)
        prices += [[grams, price] for price, grams in lots]
        first.append(len(prices))
    offered = sum(grams for grams, _ in prices)
    mean = sum(grams * price for grams, price in prices) // max(1, offered)
    budget = [-1, 1] if limit is None else [limit * spend_ppm, max(1, mean)]
    table = np.array(prices or [[0, 0]], dtype=np.int64)
    return np.array(first, dtype=np.int64), table, np.array(budget, dtype=np.int64)
