"""The compiled search for portions: annealing over the portions and the sizes of batches."""

from __future__ import annotations

from typing import NamedTuple

from distrib.compiled import compiled, lent
from distrib.solver.allocation.annealing import (
    EXCHANGE,
    MORE,
    SHIFT,
    TRADE,
    Floats,
    Ints,
    annealed,
    move_portions,
    random_int,
)

WOVEN = "3a6b2a72c5c3"
"""Digest of annealing.py, whose code is compiled here: machine code kept on disk is renewed when this line changes."""
FEW_G = 300
"""Grams off a band that a product too few counts as, and any fault at all besides what it weighs."""
EMPTY = 4
"""Baskets that every batch counts as more when its recipe is judged, so that one without any has a good recipe to grow from."""
COOLING = 2048
"""Steps between two temperatures."""


class Kitchen(NamedTuple):
    """What is given: batches, products, and the rows that bound what is packed of products at places (depot and day).

    ``bands``: by batch minimum, maximum and target grams, least fruit in basis points, least products, 1 when fixed; ``places`` and
    ``slots`` by batch (batches of a slot follow each other, from ``first_batch``); ``most``: portions by batch and product;
    ``choices``: products by batch, ``numbers`` of them; ``items``: grams of a portion by product, 1 for fruit; ``types``: basket type
    by slot; ``wanted``: baskets by type and grams that a missing one counts as; ``sets``: 1 where a set of slots holds a slot,
    ``room``: most baskets of each set, all its slots together; ``links``: tallies from ``first_link`` by product and place;
    ``tallies``: row of each, grams of a crate in which it counts (1: as they are), grams that count whether used or not, sign;
    ``caps`` of rows, ``groups`` of them, a group's rows from ``first_row``: of a group only the worst row counts; ``prices``: by
    product the grams of each lot and its price in thousandths of a cent a kg, cheapest first, from ``first_price``; ``budget``: in thousandths of a
    cent × grams ÷ kg, and the price at which what is beyond it counts as grams (−1: no budget); ``weights``: what a gram that no lot
    covers, a gram off a recipe's band and a gram of a basket not made cost (a gram off target costs one).
    """

    bands: Ints
    places: Ints
    slots: Ints
    first_batch: Ints
    most: Ints
    choices: Ints
    numbers: Ints
    items: Ints
    types: Ints
    wanted: Ints
    sets: Ints
    room: Ints
    first_link: Ints
    links: Ints
    tallies: Ints
    caps: Ints
    groups: Ints
    first_row: Ints
    first_price: Ints
    prices: Ints
    budget: Ints
    weights: Ints


class Table(NamedTuple):
    """What changes: portions and sizes of batches, and what follows from them.

    ``sums``: grams, grams of fruit and products by batch; ``tally``: grams by tally, ``used``: by row; ``worst``: grams too much by group; ``made``: baskets
    by type; ``held``: baskets by set of slots; ``total``: grams by product; ``spent``: their price, and the sum of it.
    """

    portions: Ints
    size: Ints
    sums: Ints
    tally: Ints
    used: Ints
    worst: Ints
    made: Ints
    held: Ints
    total: Ints
    spent: Ints


@lent
def _each(k: Kitchen, t: Table, b: int) -> int:
    """Return what one basket of a batch costs: grams off its band, grams off target."""
    w, fruit, kinds = t.sums[b, 0], t.sums[b, 1], t.sums[b, 2]
    off = max(0, k.bands[b, 0] - w) + max(0, w - k.bands[b, 1]) + FEW_G * max(0, k.bands[b, 4] - kinds)
    off += (max(0, k.bands[b, 3] * w - 10_000 * fruit) + 9_999) // 10_000
    if off:
        off += FEW_G
    return k.weights[1] * off + abs(w - k.bands[b, 2])


@lent
def _price(k: Kitchen, t: Table, product: int) -> int:
    """Return what the grams of a product cost at least, and set it."""
    left, cost = t.total[product], 0
    for i in range(k.first_price[product], k.first_price[product + 1]):
        taken = min(left, k.prices[i, 0])
        cost += taken * k.prices[i, 1]
        left -= taken
    change = cost - t.spent[product]
    t.spent[product] = cost
    return change


@lent
def _counted(k: Kitchen, one: int, grams: int) -> int:
    """Return what the grams of a tally count in its row: whole crates beyond what is there anyway, with its sign."""
    unit = k.tallies[one, 1]
    if unit > 1:
        held = k.tallies[one, 2]
        grams = held + (max(0, grams - held) + unit - 1) // unit * unit
    return k.tallies[one, 3] * grams


@lent
def _use(k: Kitchen, t: Table, product: int, place: int, grams: int) -> int:
    """Count grams in every row they belong to; return what that changes."""
    grown = 0
    for i in range(k.first_link[product, place], k.first_link[product, place + 1]):
        one = k.links[i]
        row = k.tallies[one, 0]
        before = _counted(k, one, t.tally[one])
        t.tally[one] += grams
        more = _counted(k, one, t.tally[one]) - before
        if more == 0:
            continue
        t.used[row] += more
        group = k.groups[row]
        top = 0
        for other in range(k.first_row[group], k.first_row[group + 1]):
            top = max(top, t.used[other] - k.caps[other])
        grown += top - t.worst[group]
        t.worst[group] = top
    if k.budget[0] >= 0:
        over = max(0, t.spent[-1] - k.budget[0]) // k.budget[1]
        t.total[product] += grams
        t.spent[-1] += _price(k, t, product)
        grown += max(0, t.spent[-1] - k.budget[0]) // k.budget[1] - over
    return k.weights[0] * grown


@lent
def _portion(k: Kitchen, t: Table, b: int, product: int, change: int) -> int:
    """Change the portions of a product in a batch; return what that changes."""
    before = _each(k, t, b)
    grams = change * k.items[product, 0]
    old = t.portions[b, product]
    t.portions[b, product] = old + change
    t.sums[b, 0] += grams
    t.sums[b, 1] += grams * k.items[product, 1]
    t.sums[b, 2] += (old + change > 0) - (old > 0)
    return (t.size[b] + EMPTY) * (_each(k, t, b) - before) + _use(k, t, product, k.places[b], t.size[b] * grams)


@lent
def _resize(k: Kitchen, t: Table, b: int, change: int) -> int:
    """Change the baskets of a batch; return what that changes."""
    slot = k.slots[b]
    kind = k.types[slot]
    short = max(0, k.wanted[kind, 0] - t.made[kind])
    t.made[kind] += change
    t.size[b] += change
    for i in range(k.room.shape[0]):
        t.held[i] += change * k.sets[i, slot]
    short = max(0, k.wanted[kind, 0] - t.made[kind]) - short
    cost = change * _each(k, t, b) + k.weights[2] * short * k.wanted[kind, 1]
    for i in range(k.numbers[b]):
        product = k.choices[b, i]
        if t.portions[b, product]:
            grams = change * t.portions[b, product] * k.items[product, 0]
            cost += _use(k, t, product, k.places[b], grams)
    return cost


@lent
def _room(k: Kitchen, t: Table, source: int, slot: int) -> int:
    """Return how many baskets more a slot may get, from a batch of another slot (-1: from nowhere)."""
    most = k.wanted[k.types[slot], 0] - t.made[k.types[slot]] if source < 0 else t.size[source]
    for i in range(k.room.shape[0]):
        if k.sets[i, slot] and (source < 0 or not k.sets[i, k.slots[source]]):
            most = min(most, k.room[i] - t.held[i])
    return most


@lent
def _allowed(k: Kitchen, t: Table, b: int, product: int, change: int) -> bool:
    number = t.portions[b, product] + change
    return k.bands[b, 5] == 0 and 0 <= number <= k.most[b, product]


@lent
def _sizes_move(k: Kitchen, t: Table, state: Ints, heat: float) -> int:
    """Shift baskets to another batch of the slot or of the type, or make more or fewer; return what that changes when taken, else 0."""
    batches = t.size.shape[0]
    b = random_int(state) % batches
    slot = k.slots[b]
    most = 1 + random_int(state) % max(1, t.size[b] // 4)
    kind = random_int(state) % 4
    if kind < 3:
        first, after = k.first_batch[slot], k.first_batch[slot + 1]
        c = first + random_int(state) % (after - first) if kind == 0 else random_int(state) % batches
        if b == c or k.types[k.slots[c]] != k.types[slot]:
            return 0
        most = min(most, t.size[b])
        if k.slots[c] != slot:
            most = min(most, _room(k, t, b, k.slots[c]))
        if most <= 0:
            return 0
        change = _resize(k, t, b, -most) + _resize(k, t, c, most)
        if change > heat:
            _resize(k, t, c, -most)
            _resize(k, t, b, most)
            return 0
        return change
    most = -min(most, t.size[b]) if random_int(state) % 2 else min(most, _room(k, t, -1, slot))
    if most == 0:
        return 0
    change = _resize(k, t, b, most)
    if change > heat:
        _resize(k, t, b, -most)
        return 0
    return change


@lent
def _portions_move(k: Kitchen, t: Table, state: Ints, heat: float) -> int:
    """Change a portion, exchange two products, shift one to another batch, or both; return what that changes when taken, else 0."""
    batches = t.size.shape[0]
    b, c = random_int(state) % batches, random_int(state) % batches
    if k.numbers[b] == 0:
        return 0
    p, q = k.choices[b, random_int(state) % k.numbers[b]], k.choices[b, random_int(state) % k.numbers[b]]
    kind = random_int(state) % 8
    sign = 1 - 2 * (random_int(state) % 2)
    move = MORE if kind < 2 else EXCHANGE if kind < 5 else SHIFT if kind == 5 else TRADE
    return move_portions(_portion, _allowed, k, t, b, c, p, q, move, sign, heat)


@lent
def _step(k: Kitchen, t: Table, state: Ints, heat: float) -> int:
    """Try a random change; return what it changes when it is taken, else 0."""
    if random_int(state) % 12 == 0:
        return _sizes_move(k, t, state, heat)
    return _portions_move(k, t, state, heat)


@compiled
def anneal(
    k: Kitchen, t: Table, best: tuple[Ints, Ints], state: Ints, steps: int, heats: tuple[float, float], chances: Floats
) -> int:
    """Anneal ``t`` (see ``annealed``)."""
    return annealed(_step, k, t, best, state, steps, heats, COOLING, chances)
