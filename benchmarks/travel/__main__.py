"""Engines of travel tables side by side, on the same graph of turns, in one run.

Run: python -m benchmarks.travel [--side 380] [--roads FILE] [--places 240 2000]

All engines get the same integer costs (time, then distance) and must give the same table. Times are seconds of
processor (and of the clock): on a busy machine only the first says anything.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.travel.city import made_up_city
from distrib.travel.roads import kernels
from distrib.travel.roads.cache import load, store
from distrib.travel.roads.matrix import Roads, prepare
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import VAN
from distrib.travel.roads.reading import read_network
from distrib.travel.roads.turns import turn_graph

SAMPLE = 40
"""Slow engines are timed on so many rows, and the time is scaled up."""


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def line(name: str, many: str, cpu: float, wall: float, exact: str = "") -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:44} {many:>12} {cpu:9.2f} {wall:9.2f} {memory:8.0f}  {exact}", flush=True)


def ours(roads: Roads, at: np.ndarray) -> np.ndarray:
    start, zero = np.arange(len(at) + 1), np.zeros(len(at), np.int64)
    table: np.ndarray = kernels.many_to_many(
        len(roads.graph.arcs), *roads.upward, *roads.downward, start, roads.rank[at], zero, start, roads.rank[at], zero
    )
    return table


def own_dijkstra(roads: Roads, at: np.ndarray) -> np.ndarray:
    graph, zero = roads.graph, np.zeros(1, np.int64)
    rows = [
        kernels.one_to_many(len(graph.arcs), graph.start, graph.to, graph.cost, at[i : i + 1], zero, at)[0][at]
        for i in range(min(SAMPLE, len(at)))
    ]
    return np.array(rows)


def scipy_dijkstra(roads: Roads, at: np.ndarray) -> np.ndarray:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = roads.graph
    matrix = csr_array((graph.cost.astype(np.float64), graph.to, graph.start), shape=(len(graph.arcs),) * 2)
    return dijkstra(matrix, indices=at[:SAMPLE])[:, at]


def warm_up() -> None:
    """Compile, or load what was compiled before."""
    roads = prepare(made_up_city(6), VAN)
    at = np.arange(4)
    ours(roads, at)
    own_dijkstra(roads, at)


def compare(name: str, network: RoadNetwork, sizes: list[int]) -> None:
    graph, cpu, wall = timed(lambda: turn_graph(network, VAN))
    print(f"\n{name}: {len(network.lon)} junctions, {network.arcs} arcs, {len(graph.to)} turns")
    print(f"{'':44} {'places':>12} {'cpu s':>9} {'clock s':>9} {'peak MB':>8}")
    line("graph of turns", "", cpu, wall)
    roads, cpu, wall = timed(lambda: prepare(network, VAN))
    line("made ready (contraction)", "", cpu, wall)
    with tempfile.TemporaryDirectory() as folder:
        store(roads, Path(folder) / "kept.npz")
        _, cpu, wall = timed(lambda: load(Path(folder) / "kept.npz", VAN))
        line("loaded from the cache", "", cpu, wall)
    largest = np.flatnonzero(graph.part == np.bincount(graph.part).argmax())
    for size in sizes:
        at = np.random.default_rng(1).choice(largest, size, replace=False)
        table, cpu, wall = timed(lambda at=at: ours(roads, at))
        line("contraction hierarchy, buckets (in use)", f"{size} × {size}", cpu, wall)
        for engine, work in (("own Dijkstra", own_dijkstra), ("scipy Dijkstra", scipy_dijkstra)):
            rows, cpu, wall = timed(lambda at=at, work=work: work(roads, at))
            scale, same = size / len(rows), int((rows != table[: len(rows)]).sum())
            exact = "same" if not same else f"{same} cells differ"
            line(f"{engine}, {len(rows)} rows scaled up", f"{size} × {size}", cpu * scale, wall * scale, exact)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=100, help="the made-up city has side × side junctions")
    parser.add_argument("--roads", type=Path, action="append", default=[], help="a file of roads; may be repeated")
    parser.add_argument("--places", type=int, nargs="+", default=[240, 2000])
    given = parser.parse_args()
    warm_up()
    for path in given.roads:
        compare(path.name, read_network(path), given.places)
    if given.side:
        compare("made-up city", made_up_city(given.side), given.places)


if __name__ == "__main__":
    main()
