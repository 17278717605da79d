"""Engines of travel tables side by side, on the same graph of turns, in one run.

Run: python -m benchmarks.travel [--side 380] [--roads FILE] [--places 240 2000]

All engines get the same integer costs (time, then distance) and must give the same table. Each runs in a process of its
own: seconds of processor (and of the clock: on a busy machine only the first says anything), memory beyond what the
network takes. Engines that compute some rows have their time scaled up; building their graph does not count.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.travel.city import made_up_city
from benchmarks.travel.engines import ENGINES, Engine, contraction, own_dijkstra
from distrib.travel.roads.cache import load, store
from distrib.travel.roads.matrix import Roads, prepare
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.profiles import VAN
from distrib.travel.roads.reading import read_network
from distrib.travel.roads.turns import turn_graph


def measured(work: Callable[[Any], Any], build: Callable[[], Any] = lambda: None) -> tuple[Any, float, float, float]:
    """Return what the work gives, its seconds of processor and of the clock, and the MB it took, in its own process.

    The seconds are those of ``work`` alone, which gets what ``build`` made.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def run() -> None:
        before, built = _memory_mb(), build()
        cpu, clock = time.process_time(), time.perf_counter()
        result = work(built)
        cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
        there.send((result, cpu, clock, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before))

    ctypes.CDLL("libc.so.6").malloc_trim(0)  # what was freed here must not serve the child
    child = context.Process(target=run)
    child.start()
    found: tuple[Any, float, float, float] = here.recv()
    child.join()
    return found


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def line(name: str, many: str, cpu: float, clock: float, memory: float, exact: str = "") -> None:
    """Print one row."""
    print(f"{name:42} {many:>12} {cpu:9.2f} {clock:9.2f} {memory:8.0f}  {exact}", flush=True)


def warm_up() -> None:
    """Compile, or load what was compiled before."""
    roads = prepare(made_up_city(6), VAN)
    at = np.arange(4)
    contraction(roads, at, 4)
    own_dijkstra(roads, at, 4)


def compare(name: str, network: RoadNetwork, sizes: list[int]) -> None:
    """Print the table of one network."""
    _, cpu, clock, memory = measured(lambda _: len(turn_graph(network, VAN).to))
    roads = prepare(network, VAN)
    print(f"\n{name}: {len(network.lon)} junctions, {network.arcs} arcs, {len(roads.graph.to)} turns")
    print(f"{'':42} {'places':>12} {'cpu s':>9} {'clock s':>9} {'MB':>8}")
    line("graph of turns", "", cpu, clock, memory)
    line("made ready, graph of turns included", "", *measured(lambda _: prepare(network, VAN) and None)[1:])
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept.npz"
        store(roads, kept)
        line(
            f"loaded from the cache ({kept.stat().st_size / 1e6:.0f} MB)",
            "",
            *measured(lambda _: load(kept, VAN) and None)[1:],
        )
    largest = np.flatnonzero(roads.graph.part == np.bincount(roads.graph.part).argmax())
    for size in sizes:
        at = np.random.default_rng(1).choice(largest, size, replace=False)
        table = None
        for engine in ENGINES:
            if engine.installed:
                table = _row(engine, roads, at, table)
            else:
                print(f"{engine.name:42} {'not installed':>12}")


def _row(engine: Engine, roads: Roads, at: np.ndarray[Any, Any], table: Any) -> Any:
    rows = min(engine.rows or len(at), len(at))
    found, cpu, clock, memory = measured(lambda built: engine.work(built, at, rows), lambda: engine.build(roads))
    scale = len(at) / rows
    exact = "" if table is None else "same" if (found == table[:rows]).all() else "NOT THE SAME"
    partly = "" if engine.rows is None else f", from {rows} rows"
    line(engine.name + partly, f"{len(at)} × {len(at)}", cpu * scale, clock * scale, memory, exact)
    return found if table is None else table


def main() -> None:
    """Compare on the networks given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=100, help="the made-up city has side × side junctions; 0: none")
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
