"""Visits moved between days: the shortest tree against one written plainly, and what stays as it was."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from distrib.model.allocation import Limits
from distrib.model.dataset import UNREACHABLE, Dataset
from distrib.solver.allocation.days import Caps
from distrib.solver.allocation.gathering import gathered
from distrib.solver.allocation.gathering_kernels import DEPOT, NEAREST, NONE, Days, Ground, lengthening_s
from distrib.solver.allocation.handing import hand_out
from distrib.solver.allocation.outlets import Outlets, outlets_of
from distrib.solver.allocation.visits import Week
from tests.instances import make_dataset

EMPTY = np.zeros((0, 0, 0), dtype=np.int64)
FLAT = np.zeros((0, 0), dtype=np.int64)


def between_s(seconds: np.ndarray, one: int, other: int) -> float:
    ways = (86_400 if way < 0 else int(way) for way in (seconds[one, other], seconds[other, one]))
    return sum(ways) / 2


def tree_s(seconds: np.ndarray, places: list[int]) -> float:
    table = np.array([[between_s(seconds, i, j) for j in places] for i in places])
    return float(minimum_spanning_tree(table).sum())


def lengthened_s(seconds: np.ndarray, visited: list[int], spot: int, without: int) -> float:
    """By how much a spot lengthens the tree of one date; spot 0 is the depot."""
    size = len(seconds)
    near = [sorted((o for o in range(size) if o != s), key=lambda o: between_s(seconds, s, o)) for s in range(size)]
    none = np.zeros(0, dtype=np.int64)
    ground = Ground(
        seconds=seconds, place=np.arange(size), home=np.zeros(size, dtype=np.int64), near=np.array(near, dtype=np.int32), first=np.zeros(size + 1, dtype=np.int64),
        allowed=np.zeros((0, 1), dtype=np.bool_), each_s=np.zeros((0, 1)), limits=EMPTY, takes=FLAT, most=none, fleet_s=np.ones((1, 1)),
    )  # fmt: skip
    visit = np.full((size, 1), NONE, dtype=np.int64)
    visit[visited, 0], visit[0] = 1, DEPOT
    days = Days(visit=visit, baskets=FLAT, held=none, load_s=np.zeros((1, 1)))
    return lengthening_s(ground, days, spot, 0, without)


@pytest.mark.parametrize(("seed", "size"), [(0, 12), (1, 12), (2, 40), (3, 40)])
def test_a_place_lengthens_the_tree_of_the_nearest_places(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    seconds = rng.integers(1, 3000, (size, size)).astype(np.int32)
    seconds[rng.random((size, size)) < 0.05] = UNREACHABLE
    np.fill_diagonal(seconds, 0)
    visited = [2, 3, 4, 5, 7, 8, 9, *range(12, size)]
    near = sorted((m for m in [0, *visited] if m != 5), key=lambda m: between_s(seconds, 11, m))[:NEAREST]
    wanted = tree_s(seconds, [*near, 11]) - tree_s(seconds, near)
    assert lengthened_s(seconds, visited, 11, 5) == pytest.approx(wanted)


def test_a_way_that_cannot_be_driven_counts_a_day() -> None:
    seconds = np.array([[0, UNREACHABLE], [600, 0]], dtype=np.int32)
    assert lengthened_s(seconds, [], 1, NONE) == (86_400 + 600) / 2


def handed_out(dataset: Dataset, outlets: Outlets) -> Week:
    """Baskets as the constructive engine hands them out: as many visits as it takes."""
    fetch: Counter[tuple[str, str, str]] = Counter()
    bring: Counter[tuple[tuple[str, dt.date, str], str]] = Counter()
    for share in hand_out(dataset, outlets).shares():
        fetch[share.zone_id, share.site_id, share.basket_id] += share.baskets
        bring[(share.site_id, share.date, share.depot_id), share.basket_id] += share.baskets
    return Week(fetch=dict(fetch), bring=dict(bring))


def held(dataset: Dataset, week: Week) -> dict[str, Counter[tuple[object, ...]]]:
    """What a week holds of everything that has a limit, and of what may not change."""
    found: dict[str, Counter[tuple[object, ...]]] = {
        name: Counter() for name in ("site", "relay", "drop", "bench", "slot", "brought")
    }
    for ((site_id, date, depot), basket), number in week.bring.items():
        site, places = dataset.site_by_id[site_id], dataset.basket_type_by_id[basket].places
        found["site"][site_id, date] += number * places
        found["relay"][site.relay_site_id, date] += number * places if site.relay_site_id else 0
        found["drop"][site.drop_site_id, date] += number
        found["bench"][date, depot] += number
        found["slot"][date, depot, basket] += number
        found["brought"][site_id, depot, basket] += number
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_baskets_stay_with_their_sites_and_days_within_their_limits(seed: int) -> None:
    dataset = make_dataset(seed, sites=40, depots=2, relays=True)
    outlets = outlets_of(dataset, Limits())
    week = handed_out(dataset, outlets)
    was = held(dataset, week)
    most = {slot: number + 30 for slot, number in was["slot"].items()}
    site_days = {key: number + 5 for key, number in was["drop"].items()}
    limits = Limits(site_day_baskets=site_days)  # type: ignore[arg-type]
    found = gathered(dataset, dataclasses.replace(outlets, limits=limits), week, Caps(most))  # type: ignore[arg-type]
    now = held(dataset, found)
    assert found.fetch == week.fetch
    assert now["brought"] == was["brought"]
    assert list(found.bring) == sorted(found.bring)
    assert len(now["drop"]) < len(was["drop"])
    assert all(depot in outlets.depots[site, date] for (site, date, depot), _ in found.bring)
    assert all(n <= dataset.site_by_id[s].max_baskets_per_day for (s, _), n in now["site"].items())
    assert all(n <= outlets.packing[key] for key, n in now["bench"].items())
    assert all(n <= most.get(key, n) for key, n in now["slot"].items())
    assert all(n <= site_days.get(key, n) for key, n in now["drop"].items())
