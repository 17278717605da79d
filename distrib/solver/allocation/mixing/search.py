"""Recipes of one date put into arrays, annealed, and read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from distrib.model.dataset import Dataset
from distrib.solver.allocation.annealing import SEED, Ints, chances
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixing.kernels import COOLING, Bench, Mix, anneal, faults
from distrib.solver.allocation.prices import OFF_TARGET, variety_gain

UNIT = 1_000_000
"""Parts of one in which costs are counted."""
STEEP, OFF_BAND = 1000, 50
"""Cost of a kg beyond what the curve of its product knows, and of a kg off a recipe's band, in each basket."""
HOT_G, COLD_G = 60.0, 0.1
"""First and last temperature: grams off target of all baskets of a mean batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What packing grams of a product costs the week: ``costs`` at ``knots`` in grams, which rise; linear between them.

    Costs are in whole parts of ``UNIT``.
    """

    knots: tuple[int, ...]
    costs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Baskets of a slot that share a recipe; ``portions`` to start from by product, of which all products of the slot are keys."""

    slot: Slot
    baskets: int
    portions: dict[str, int]


def mixed(
    dataset: Dataset, batches: Sequence[Batch], curves: dict[tuple[str, str], Curve], *, steps: int
) -> list[Batch]:
    """Return the batches with other portions and sizes; no baskets where no recipe within its band was found.

    A slot's baskets are shared out among its batches anew.

    Args:
        dataset: resolved.
        batches: of one date, none a kit.
        curves: by (depot_id, product_id); every curve has the same number of knots.
        steps: the work budget.
    """
    products = sorted({p for batch in batches for p in batch.portions})
    if not products:
        return [dataclasses.replace(batch, baskets=0) for batch in batches]
    bench = _bench(dataset, batches, products, curves)
    start = np.array([[batch.portions.get(p, 0) for p in products] for batch in batches], dtype=np.int64)
    portions = np.minimum(start, bench.most)
    size = np.array([batch.baskets for batch in batches], dtype=np.int64)
    best = (portions.copy(), size.copy())
    state = np.array([SEED], dtype=np.int64)
    hot = HOT_G * float(bench.weights[0]) * max(1.0, float(size.mean()))
    heats = (hot, (COLD_G / HOT_G) ** (COOLING / max(steps, COOLING)))
    anneal(bench, _mix(bench, portions, size), best, state, steps, heats, chances())
    good = faults(bench, _mix(bench, *best)) == 0
    found = []
    for b, batch in enumerate(batches):
        portions_of = dict(zip(products, best[0][b].tolist(), strict=True))
        held = {p: portions_of[p] for p in batch.portions}
        found.append(Batch(slot=batch.slot, baskets=int(best[1][b]) if good[b] else 0, portions=held))
    return found


def _mix(bench: Bench, portions: Ints, size: Ints) -> Mix:
    used = np.zeros(bench.knots.shape[:2], dtype=np.int64)
    for b in range(len(size)):
        used[bench.places[b]] += size[b] * portions[b] * bench.items[:, 0]
    return Mix(portions=portions.copy(), size=size.copy(), used=used)


def _bench(
    dataset: Dataset, batches: Sequence[Batch], products: list[str], curves: dict[tuple[str, str], Curve]
) -> Bench:
    kinds = [dataset.basket_type_by_id[batch.slot[2]] for batch in batches]
    depots, slots = sorted({batch.slot[1] for batch in batches}), sorted({batch.slot for batch in batches})
    items = [dataset.product_by_id[p] for p in products]
    length = len(next(iter(curves.values())).knots)
    nothing = Curve(knots=tuple(range(length)), costs=(0,) * length)
    here = [[curves.get((depot, p), nothing) for p in products] for depot in depots]
    gains = {t: [round(UNIT * variety_gain(dataset, t, p)) for p in products] for t in {b.slot[2] for b in batches}}
    rows = [(k.min_g, k.max_g, k.target_g, k.min_fruit_bp, max(1, k.min_products)) for k in kinds]
    return Bench(
        bands=np.array(rows, dtype=np.int64),
        places=np.array([depots.index(batch.slot[1]) for batch in batches], dtype=np.int64),
        slots=np.array([slots.index(batch.slot) for batch in batches], dtype=np.int64),
        most=np.array(
            [
                [i.max_portions_per_basket if p in b.portions else 0 for i, p in zip(items, products, strict=True)]
                for b in batches
            ],
            dtype=np.int64,
        ),
        items=np.array([(i.portion_g, int(i.group == "fruit")) for i in items], dtype=np.int64),
        gains=np.array([gains[b.slot[2]] for b in batches], dtype=np.int64),
        knots=np.array([[c.knots for c in row] for row in here], dtype=np.int64),
        costs=np.array([[c.costs for c in row] for row in here], dtype=np.int64),
        steep=STEEP * UNIT // 1000,
        weights=np.array([round(OFF_TARGET * UNIT) // 1000, OFF_BAND * UNIT // 1000], dtype=np.int64),
    )
