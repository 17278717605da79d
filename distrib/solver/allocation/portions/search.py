"""Recipes in whole portions for scarce goods: found by annealing over the portions and sizes of all batches of the week at once.

What remains of every product after whole portions is lost to baskets. Few batches cannot use all products up to the last portions
each by itself, but all batches of the week together nearly can: their sizes differ, so that many sums of them are possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from distrib.model.allocation import Recipe
from distrib.model.dataset import Dataset
from distrib.solver.allocation.annealing import SEED, Ints, chances
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.portions.kernels import COOLING, Kitchen, Table, anneal
from distrib.solver.allocation.portions.kitchen import WEIGHTS, Caps, Labels, kitchen_of
from distrib.solver.allocation.supply import Supply

HEATS = ((0.5, 0.02), (0.003, 0.00003))
"""First and last temperature of the two rounds of an annealing, in portions of a mean batch."""
NEAR = (((0.02, 0.002), (0.002, 0.00003)), ((0.1, 0.003), (0.003, 0.00003)))
"""The same from recipes that are good already, one run in two hotter than the other."""
PARTS, PARTS_IN_ALL = (2, 1), 3
"""How the steps are shared among the two rounds."""
PORTION_G = 300
"""A usual portion."""

Patterns = Mapping[Slot, Sequence[tuple[Mapping[str, int], float]]]
"""Recipes by slot: portions by product, and baskets in fractions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Work budget: ``runs`` of the annealing at most, each of ``steps``."""

    runs: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Baskets by type; ``room``: most baskets of sets of slots together; ``starts``: baskets by slot to start from, one a run.

    ``spend_ppm``: the share of the budget, in millionths, that the search may spend by its own reckoning. It takes the cheapest
    lots first, whatever their dates, and so reckons too low where cheap lots come too late. ``patterns``: good recipes of each
    slot and how many baskets of them are made in fractions, the most first; ``least_lacking``: baskets that no plan can make.
    """

    baskets: dict[str, int]
    room: dict[frozenset[Slot], int]
    starts: tuple[dict[Slot, int], ...]
    spend_ppm: int = 990_000
    patterns: Patterns = field(default_factory=dict)
    least_lacking: int = 0


def portioned(
    dataset: Dataset, supply: Supply, wanted: Wanted, caps: Caps, *, budget: Steps, seed: int
) -> tuple[tuple[Recipe, ...], ...]:
    """Return sets of recipes, each for as many baskets as a run found possible; they may hold a little more than goods allow.

    Runs start in turn from the patterns and from nothing; the last one made as many baskets as any plan can, or was the last allowed.

    Args:
        dataset: resolved.
        supply: the goods of the week.
        wanted: what to make.
        caps: most grams of a product to pack at a depot on a date, beyond what lots allow.
        budget: how much work.
        seed: of the search.
    """
    kitchen, labels = kitchen_of(dataset, supply, wanted.baskets, wanted.room, caps, spend_ppm=wanted.spend_ppm)
    if not labels.batches:
        return ()
    found = []
    for run in range(budget.runs):
        if wanted.patterns and run % 2 == 0:
            portions, size = _pattern_start(kitchen, labels, wanted.patterns)
            heats = NEAR[run // 2 % len(NEAR)]
        else:
            start = wanted.starts[run % len(wanted.starts)]
            portions, size, heats = _first_portions(kitchen), split_sizes(kitchen, labels, start, run), HEATS
        portions, size = _annealed(kitchen, portions, size, seed + run, budget.steps, heats)
        table = table_of(kitchen, portions, size)
        good = faults(kitchen, table) == 0
        found.append(_recipes(labels, portions, np.where(good, size, 0)))
        if not _lacking(kitchen, portions, np.where(good, size, 0), wanted.least_lacking):
            break
    return tuple(found)


def _pattern_start(kitchen: Kitchen, labels: Labels, patterns: Patterns) -> tuple[Ints, Ints]:
    """Return the batches with the patterns of which most is made in their slots, kits with their contents."""
    portions, size = _first_portions(kitchen), np.zeros(len(kitchen.slots), dtype=np.int64)
    number = {product: i for i, product in enumerate(labels.products)}
    for i, slot in enumerate(labels.slots):
        first, after = kitchen.first_batch[i : i + 2].tolist()
        made = patterns.get(slot, ())
        kept = made[: after - first]
        if kitchen.bands[first, 5] or not kept:
            continue
        total, share = sum(n for _, n in made), sum(n for _, n in kept)
        for b, (recipe, baskets) in enumerate(kept, first):
            size[b] = int(baskets * total / share + 1e-6)
            for product, n in recipe.items():
                if product in number:
                    portions[b, number[product]] = min(n, int(kitchen.most[b, number[product]]))
    return portions, size


def _lacking(kitchen: Kitchen, portions: Ints, size: Ints, least: int) -> bool:
    """True while goods do not cover the batches, or more baskets may yet be made than these."""
    table = table_of(kitchen, portions, size)
    short = np.maximum(0, kitchen.wanted[:, 0] - table.made).sum()
    over = int(table.worst.sum())
    if kitchen.budget[0] >= 0:
        over += max(0, int(table.spent[-1] - kitchen.budget[0]))
    return bool(over or short > least)


def split_sizes(kitchen: Kitchen, labels: Labels, totals: dict[Slot, int], turn: int) -> Ints:
    """Return sizes of the batches: those of a slot differ, so that few sums of them are alike."""
    size = np.zeros(len(kitchen.slots), dtype=np.int64)
    for number, slot in enumerate(labels.slots):
        first, after = kitchen.first_batch[number : number + 2].tolist()
        left = totals.get(slot, 0)
        for b in range(first, after):
            size[b] = left if b + 1 == after else left // 2 + left * (5 * (number + turn) % 8) // 32
            left -= size[b]
    return size


def _first_portions(kitchen: Kitchen) -> Ints:
    """Kits hold their contents, other baskets nothing yet."""
    return np.where(kitchen.bands[:, 5:6] == 1, kitchen.most, 0)


def table_of(kitchen: Kitchen, portions: Ints, size: Ints) -> Table:
    """Return the table with everything that follows from portions and sizes."""
    grams = portions * kitchen.items[:, 0]
    tally, used = np.zeros(len(kitchen.tallies), dtype=np.int64), np.zeros(len(kitchen.caps), dtype=np.int64)
    for b in range(len(size)):
        for product in np.flatnonzero(portions[b]):
            first, after = (
                kitchen.first_link[product, kitchen.places[b]],
                kitchen.first_link[product, kitchen.places[b] + 1],
            )
            np.add.at(tally, kitchen.links[first:after], size[b] * grams[b, product])
    row, unit, held, sign = kitchen.tallies.T
    np.add.at(used, row, sign * np.where(unit > 1, held + -(-np.maximum(0, tally - held) // unit) * unit, tally))
    worst = np.zeros(len(kitchen.first_row) - 1, dtype=np.int64)
    np.maximum.at(worst, kitchen.groups, used - kitchen.caps)
    total = (size[:, None] * grams).sum(axis=0)
    spent = np.array([*(_cost(kitchen, p, int(total[p])) for p in range(len(total))), 0], dtype=np.int64)
    spent[-1] = spent.sum()
    return Table(
        portions=portions.copy(),
        size=size.copy(),
        sums=np.stack(
            [grams.sum(axis=1), (grams * kitchen.items[:, 1]).sum(axis=1), (portions > 0).sum(axis=1)], axis=1
        ),
        tally=tally,
        used=used,
        worst=worst,
        made=np.bincount(kitchen.types[kitchen.slots], weights=size, minlength=len(kitchen.wanted)).astype(np.int64),
        held=kitchen.sets @ np.bincount(kitchen.slots, weights=size, minlength=len(kitchen.types)).astype(np.int64),
        total=total,
        spent=spent,
    )


def _cost(kitchen: Kitchen, product: int, grams: int) -> int:
    cost = 0
    for i in range(kitchen.first_price[product], kitchen.first_price[product + 1]):
        taken = min(grams, int(kitchen.prices[i, 0]))
        cost += taken * int(kitchen.prices[i, 1])
        grams -= taken
    return cost


def faults(kitchen: Kitchen, table: Table) -> Ints:
    """Return by batch the grams and products that its recipe is off its band; 0 where it keeps rule G3."""
    weight, fruit, kinds = table.sums.T
    bands = kitchen.bands
    off = np.maximum(0, bands[:, 0] - weight) + np.maximum(0, weight - bands[:, 1])
    off += np.maximum(0, bands[:, 4] - kinds) + np.maximum(0, bands[:, 3] * weight - 10_000 * fruit)
    return np.asarray(off, dtype=np.int64)


def _annealed(
    kitchen: Kitchen, portions: Ints, size: Ints, seed: int, steps: int, heats_of: tuple[tuple[float, float], ...]
) -> tuple[Ints, Ints]:
    """Anneal with loose rules from hot to cold, then with hard ones from the best of that, cooler."""
    state = np.array([seed * 2_654_435_761 + SEED], dtype=np.int64)
    mean = PORTION_G * max(1.0, float(size.mean()))
    for weights, (hot, cold), part in zip(WEIGHTS, heats_of, PARTS, strict=True):
        hard = kitchen._replace(weights=np.array(weights, dtype=np.int64))
        best = (portions.copy(), size.copy())
        heats = (hot * mean * weights[0], (cold / hot) ** (COOLING * PARTS_IN_ALL / (steps * part)))
        anneal(hard, table_of(hard, portions, size), best, state, steps * part // PARTS_IN_ALL, heats, chances())
        portions, size = best
    return portions, size


def _recipes(labels: Labels, portions: Ints, size: Ints) -> tuple[Recipe, ...]:
    found = []
    for b, ((date, depot, basket), variant) in enumerate(labels.batches):
        held = tuple((p, int(n)) for p, n in zip(labels.products, portions[b], strict=True) if n)
        name = basket if variant == 1 else f"{basket}~{variant}"
        found.append(Recipe(date=date, depot_id=depot, basket_id=name, baskets=int(size[b]), portions=held))
    return tuple(sorted((r for r in found if r.baskets), key=lambda r: (r.date, r.depot_id, r.basket_id)))
