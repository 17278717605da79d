"""The p-median instances of OR-Library (Beasley 1990, doi 10.1057/jors.1990.166), from their plain files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from distrib.errors import UsageError
from distrib.solver.siting.problem import SitingProblem


def read_pmed(path: Path) -> SitingProblem:
    """Return the uncapacitated p-median problem of a pmed file: every vertex a zone of need 1 and a candidate.

    First line: vertices, edges, p; then one edge a line: two ends and a length. Distances are shortest paths;
    of an edge given several times the last length counts, as the library says.

    Raises:
        UsageError: when the file is no such instance.
    """
    try:
        numbers = [int(word) for word in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from None
    if len(numbers) < 3 or len(numbers) != 3 + 3 * numbers[1] or min(numbers) < 0:
        raise UsageError(f"{path} is no p-median instance of OR-Library")
    vertices, _, opened = numbers[:3]
    lengths: dict[tuple[int, int], int] = {}
    for a, b, length in zip(numbers[3::3], numbers[4::3], numbers[5::3], strict=True):
        if not (1 <= a <= vertices and 1 <= b <= vertices):
            raise UsageError(f"{path}: edge {a} {b} has an end that is no vertex")
        lengths[min(a, b) - 1, max(a, b) - 1] = length
    ends = np.array(sorted(lengths), dtype=np.int64).reshape(-1, 2)
    weights = np.array([lengths[key] for key in sorted(lengths)], dtype=np.float64)
    graph = csr_array((weights, (ends[:, 0], ends[:, 1])), shape=(vertices, vertices))
    distance = dijkstra(graph, directed=False)
    if not np.isfinite(distance).all():
        raise UsageError(f"{path}: some vertices cannot be reached")
    return problem_of_distances(np.round(distance).astype(np.int64), opened)


def problem_of_distances(walk_m: np.ndarray[tuple[int, int], np.dtype[np.int64]], opened: int) -> SitingProblem:
    """Return the plain p-median problem of a table of distances (zones, candidates), need 1, without limits."""
    zones, sites = walk_m.shape
    order = np.argsort(walk_m, axis=1, kind="stable")
    farthest = int(walk_m.max()) + 1
    return SitingProblem(
        need=np.ones(zones, dtype=np.int64),
        capacity=np.full(sites, zones, dtype=np.int64),
        per_visit=np.full(sites, zones, dtype=np.int64),
        visits=np.ones(sites, dtype=np.int64),
        zone=np.repeat(np.arange(zones), sites),
        candidate=order.ravel(),
        walk_m=np.take_along_axis(walk_m, order, axis=1).ravel(),
        fixed=np.zeros(sites, dtype=np.bool_),
        forbidden=np.zeros(sites, dtype=np.bool_),
        opened=opened,
        limit_m=farthest,
        beyond_m=farthest * zones,
        overflow_m=np.full(zones, farthest * zones, dtype=np.int64),
    )
