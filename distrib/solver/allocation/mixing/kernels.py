"""The compiled search for the recipes of a date: annealing over portions and sizes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from distrib.compiled import compiled, inner
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
COOLING = 1024
"""Steps between two temperatures."""
FEW_G = 300
"""Grams off a band that any fault counts as besides what it weighs, and a product too few."""


class Bench(NamedTuple):
    """What is given; costs are in millionths of the programmes' cost.

    ``bands``: by batch minimum, maximum and target grams, least fruit in basis points, least products; ``places`` and ``slots`` by batch;
    ``most``: portions by batch and product; ``items``: grams of a portion by product, 1 for fruit; ``gains``: by batch and product
    what holding it is worth a basket; ``knots`` and ``costs``: by place and product the curve of what grams packed cost, linear
    between knots and by ``steep`` a gram beyond the last; ``weights``: cost of a gram off target and of one off the band, a basket.
    """

    bands: Ints
    places: Ints
    slots: Ints
    most: Ints
    items: Ints
    gains: Ints
    knots: Ints
    costs: Ints
    steep: int
    weights: Ints


class Mix(NamedTuple):
    """What changes: portions by batch and product, sizes of batches, and grams used by place and product."""

    portions: Ints
    size: Ints
    used: Ints


@inner
def _fault(k: Bench, m: Mix, b: int) -> int:
    """Return the grams that a recipe is off its band, 0 when it keeps rule G3."""
    weight = fruit = kinds = 0
    for p in range(m.portions.shape[1]):
        grams = m.portions[b, p] * k.items[p, 0]
        weight += grams
        fruit += grams * k.items[p, 1]
        kinds += m.portions[b, p] > 0
    off = max(0, k.bands[b, 0] - weight) + max(0, weight - k.bands[b, 1]) + FEW_G * max(0, k.bands[b, 4] - kinds)
    off += (max(0, k.bands[b, 3] * weight - 10_000 * fruit) + 9_999) // 10_000
    return off + FEW_G if off else 0


@inner
def _each(k: Bench, m: Mix, b: int) -> int:
    """Return what one basket of a batch costs by itself."""
    weight = gain = 0
    for p in range(m.portions.shape[1]):
        if m.portions[b, p]:
            weight += m.portions[b, p] * k.items[p, 0]
            gain += k.gains[b, p]
    return k.weights[0] * abs(weight - k.bands[b, 2]) + k.weights[1] * _fault(k, m, b) - gain


@inner
def _curve(k: Bench, place: int, product: int, grams: int) -> int:
    """Return what packing these grams of a product at a place costs."""
    last = k.knots.shape[2] - 1
    if grams >= k.knots[place, product, last]:
        return k.costs[place, product, last] + k.steep * (grams - k.knots[place, product, last])
    j = 0
    while grams >= k.knots[place, product, j + 1]:
        j += 1
    low, high = k.knots[place, product, j], k.knots[place, product, j + 1]
    rise = k.costs[place, product, j + 1] - k.costs[place, product, j]
    return k.costs[place, product, j] + rise * (grams - low) // (high - low)


@inner
def _use(k: Bench, m: Mix, place: int, product: int, grams: int) -> int:
    """Pack so many grams more; return what that changes."""
    before = _curve(k, place, product, m.used[place, product])
    m.used[place, product] += grams
    return _curve(k, place, product, m.used[place, product]) - before


@inner
def _portion(k: Bench, m: Mix, b: int, p: int, change: int) -> int:
    """Change the portions of a product in a batch; return what that changes."""
    before = _each(k, m, b)
    m.portions[b, p] += change
    cost = m.size[b] * (_each(k, m, b) - before)
    return cost + _use(k, m, k.places[b], p, change * m.size[b] * k.items[p, 0])


@inner
def _resize(k: Bench, m: Mix, b: int, change: int) -> int:
    """Change the baskets of a batch; return what that changes."""
    cost = change * _each(k, m, b)
    m.size[b] += change
    for p in range(m.portions.shape[1]):
        if m.portions[b, p]:
            cost += _use(k, m, k.places[b], p, change * m.portions[b, p] * k.items[p, 0])
    return cost


@inner
def _allowed(k: Bench, m: Mix, b: int, p: int, change: int) -> bool:
    return 0 <= m.portions[b, p] + change <= k.most[b, p]


@inner
def _step(k: Bench, m: Mix, state: Ints, heat: float) -> int:
    """Try a random change; return what it changes when it is taken, else 0."""
    batches, products = m.portions.shape
    b, c = random_int(state) % batches, random_int(state) % batches
    p, q = random_int(state) % products, random_int(state) % products
    kind, sign = random_int(state) % 10, 1 - 2 * (random_int(state) % 2)
    if kind == 0:  # baskets from one batch to another of its slot
        number = min(m.size[b] - 1, 1 + random_int(state) % max(1, m.size[b] // 4))
        if b == c or k.slots[b] != k.slots[c] or number < 1:
            return 0
        change = _resize(k, m, b, -number) + _resize(k, m, c, number)
        if change > heat:
            _resize(k, m, c, -number)
            _resize(k, m, b, number)
            return 0
        return change
    move = MORE if kind < 3 else EXCHANGE if kind < 6 else SHIFT if kind < 8 else TRADE
    return move_portions(_portion, _allowed, k, m, b, c, p, q, move, sign, heat)


@compiled
def anneal(
    k: Bench, m: Mix, best: tuple[Ints, Ints], state: Ints, steps: int, heats: tuple[float, float], chances: Floats
) -> int:
    """Anneal ``m`` (see ``annealed``)."""
    return annealed(_step, k, m, best, state, steps, heats, COOLING, chances)


@compiled
def faults(k: Bench, m: Mix) -> Ints:
    """Return by batch the grams that its recipe is off its band."""
    found = np.zeros(m.size.shape[0], dtype=np.int64)
    for b in range(m.size.shape[0]):
        found[b] = _fault(k, m, b)
    return found
