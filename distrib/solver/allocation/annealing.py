"""What the compiled searches for portions share: random numbers, moves of portions, and annealing by Metropolis' rule.

Functions of a search are handed in, and become part of what is compiled for it. Machine code kept on disk is renewed when the
file of a search changes, not when this one does: so these files name the digest of this one (``WOVEN``), and a test compares.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from distrib.compiled import inner, woven

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Portion = Callable[[Any, Any, int, int, int], int]
"""(given, changing, batch, product, change) → what it changes to change the portions of a product in a batch."""
Allowed = Callable[[Any, Any, int, int, int], bool]
Step = Callable[[Any, Any, Ints, float], int]
"""(given, changing, state of the random numbers, most that a change may cost) → what the change taken changes, 0 for none."""

MORE, EXCHANGE, SHIFT, TRADE = range(4)
"""A portion more or less · one product for another in a batch · a portion from one batch to another · two products traded."""
SEED = 88_172_645_463_325
"""Where the generator of random numbers starts."""
QUANTILES = 4096
"""Size of the table of exponential quantiles."""


def chances() -> Floats:
    """Return quantiles of the exponential distribution, rounded so that they are the same on every machine."""
    return np.array([round(-math.log((i + 0.5) / QUANTILES), 6) for i in range(QUANTILES)])


@inner
def random_int(state: Ints) -> int:
    """Return a random whole number below 2^31 (a xorshift generator, Marsaglia 2003, doi:10.18637/jss.v008.i14)."""
    x = state[0]
    x ^= (x << 13) & 0x7FFFFFFFFFFFFFFF
    x ^= x >> 7
    x ^= (x << 17) & 0x7FFFFFFFFFFFFFFF
    state[0] = x & 0x7FFFFFFFFFFFFFFF
    return int((state[0] >> 16) & 0x7FFFFFFF)


@woven
def move_portions(
    portion: Portion,
    allowed: Allowed,
    k: Any,
    m: Any,
    b: int,
    c: int,
    p: int,
    q: int,
    kind: int,
    sign: int,
    most: float,
) -> int:
    """Move portions of the products p and q in the batches b and c; return what that changes when it costs at most ``most``, else 0."""
    if kind == MORE:
        if not allowed(k, m, b, p, sign):
            return 0
        change = portion(k, m, b, p, sign)
        if change > most:
            portion(k, m, b, p, -sign)
            return 0
        return change
    there, other = (b, q) if kind == EXCHANGE else (c, p)
    if (b == there and p == other) or not (allowed(k, m, b, p, 1) and allowed(k, m, there, other, -1)):
        return 0
    if kind == TRADE and (p == q or not (allowed(k, m, b, q, -1) and allowed(k, m, c, q, 1))):
        return 0
    change = portion(k, m, b, p, 1) + portion(k, m, there, other, -1)
    if kind == TRADE:
        change += portion(k, m, b, q, -1) + portion(k, m, c, q, 1)
    if change > most:
        if kind == TRADE:
            portion(k, m, c, q, -1)
            portion(k, m, b, q, 1)
        portion(k, m, there, other, 1)
        portion(k, m, b, p, -1)
        return 0
    return change


@woven
def annealed(
    step: Step,
    k: Any,
    m: Any,
    best: tuple[Ints, Ints],
    state: Ints,
    steps: int,
    heats: tuple[float, float],
    cooling: int,
    quantiles: Floats,
) -> int:
    """Anneal ``m``; put the best portions and sizes met into ``best`` and return their cost above that of the start.

    Temperatures fall from the first of ``heats`` by the factor of the second every ``cooling`` steps; ``quantiles`` are those of
    ``chances``, so that a change is taken as in Metropolis' rule without a logarithm whose last digit differs.
    """
    cost = lowest = 0
    heat = heats[0]
    for number in range(steps):
        if number % cooling == cooling - 1:
            heat *= heats[1]
        cost += step(k, m, state, heat * quantiles[random_int(state) % quantiles.shape[0]])
        if cost < lowest:
            lowest = cost
            best[0][:] = m.portions
            best[1][:] = m.size
    return lowest
