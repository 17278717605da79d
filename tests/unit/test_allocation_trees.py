"""The shortest tree over a day's places, against one written plainly."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from distrib.model.dataset import UNREACHABLE
from distrib.solver.allocation.trees import between_s, lengthening_s


def tree_s(seconds: np.ndarray, places: list[int]) -> float:
    table = np.array([[between_s(seconds, i, j) for j in places] for i in places])
    return float(minimum_spanning_tree(table).sum())


@pytest.mark.parametrize("seed", range(4))
def test_a_place_lengthens_the_tree_of_the_nearest_places(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seconds = rng.integers(1, 3000, (12, 12)).astype(np.int32)
    seconds[rng.random((12, 12)) < 0.05] = UNREACHABLE
    np.fill_diagonal(seconds, 0)
    members, gone = np.array([0, 2, 3, 4, 5, 7, 8, 9]), np.array([5, 11])
    for most in (3, 16):
        near = sorted((m for m in members if m != 5), key=lambda m: between_s(seconds, 11, m))[:most]
        wanted = tree_s(seconds, [*near, 11]) - tree_s(seconds, near)
        assert lengthening_s(seconds, members, gone, 11, most) == pytest.approx(wanted)


def test_a_way_that_cannot_be_driven_counts_a_day() -> None:
    seconds = np.array([[0, UNREACHABLE], [600, 0]], dtype=np.int32)
    assert between_s(seconds, 0, 1) == (86_400 + 600) / 2
    assert lengthening_s(seconds, np.array([0]), np.array([1, 1]), 1, 16) == (86_400 + 600) / 2
