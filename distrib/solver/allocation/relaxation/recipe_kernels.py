"""The recipe in whole portions that is worth most at given prices, compiled; whole numbers only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distrib.compiled import compiled

Ints = npt.NDArray[np.int64]
NEVER = -(2**62)


@compiled
def best_recipe(
    worth: Ints, size: Ints, fruit: Ints, most: Ints, least: int, top: int, share_bp: int, kinds: int
) -> tuple[int, Ints]:
    """Return what the best recipe is worth, and its portions by product; ``NEVER`` when no recipe keeps rule G3.

    Fruit and other products are two knapsacks over weight and number of products, put together at the end.

    Args:
        worth: of a portion, by product.
        size: of a portion, by product, in any unit of weight.
        fruit: 1 for fruit, by product.
        most: portions, by product.
        least: least weight of a recipe, in that unit.
        top: greatest weight.
        share_bp: least share of fruit in basis points.
        kinds: least number of products.
    """
    products = len(worth)
    table = np.full((2, kinds + 1, top + 1), NEVER, dtype=np.int64)
    table[:, 0, 0] = 0
    count = np.zeros((products, kinds + 1, top + 1), dtype=np.int16)
    origin = np.zeros((products, kinds + 1, top + 1), dtype=np.int16)
    for p in range(products):
        old = table[fruit[p]].copy()
        new = table[fruit[p]]
        for m in range(kinds + 1):
            for w in range(top + 1):
                origin[p, m, w] = m
        for m in range(kinds + 1):
            after = min(kinds, m + 1)
            for w in range(top + 1):
                if old[m, w] == NEVER:
                    continue
                for n in range(1, most[p] + 1):
                    heavier = w + n * size[p]
                    if heavier > top:
                        break
                    value = old[m, w] + n * worth[p]
                    if value > new[after, heavier]:
                        new[after, heavier] = value
                        count[p, after, heavier] = n
                        origin[p, after, heavier] = m
    best, at = NEVER, (0, 0, 0, 0)
    for mf in range(kinds + 1):
        for mn in range(kinds - mf, kinds + 1):
            for wf in range(top + 1):
                if table[1, mf, wf] == NEVER:
                    continue
                for wn in range(max(0, least - wf), top - wf + 1):
                    if share_bp * (wf + wn) > 10_000 * wf:
                        break
                    if table[0, mn, wn] != NEVER and table[1, mf, wf] + table[0, mn, wn] > best:
                        best = table[1, mf, wf] + table[0, mn, wn]
                        at = (mf, wf, mn, wn)
    portions = np.zeros(products, dtype=np.int64)
    if best == NEVER:
        return best, portions
    kind = np.array([at[2], at[0]])
    left = np.array([at[3], at[1]])
    for p in range(products - 1, -1, -1):
        side = fruit[p]
        n = count[p, kind[side], left[side]]
        before = origin[p, kind[side], left[side]]
        portions[p] = n
        left[side] -= n * size[p]
        kind[side] = before
    return best, portions
