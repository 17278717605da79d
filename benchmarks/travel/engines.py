"""The engines compared: each gives some rows of the table of costs from the graph of turns, or is not installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from distrib.travel.roads import kernels
from distrib.travel.roads.matrix import Roads

Table = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine: ``rows`` is how many rows it computes (the time is scaled up to all), None for the whole table.

    ``build`` makes its graph, ``work`` gives rows of the table from it.
    """

    name: str
    module: str
    rows: int | None
    build: Callable[[Roads], Any]
    work: Callable[[Any, Table, int], Table]

    @property
    def installed(self) -> bool:
        """True when its module is there."""
        return importlib.util.find_spec(self.module) is not None


def as_it_is(roads: Roads) -> Roads:
    """The graph of turns itself."""
    return roads


def contraction(roads: Roads, at: Table, _: int) -> Table:
    """Contraction hierarchy and buckets: what ``distrib travel`` uses."""
    start, zero, state = np.arange(len(at) + 1), np.zeros(len(at), np.int64), roads.rank[at]
    table: Table = kernels.many_to_many(
        len(roads.graph.arcs), *roads.upward, *roads.downward, start, state, zero, start, state, zero
    )
    return table


def own_dijkstra(roads: Roads, at: Table, rows: int) -> Table:
    """Dijkstra's algorithm in numba, stopped when all places are reached."""
    graph, zero = roads.graph, np.zeros(1, np.int64)
    found = [
        kernels.one_to_many(len(graph.arcs), graph.start, graph.to, graph.cost, at[i : i + 1], zero, at)[0][at]
        for i in range(rows)
    ]
    return np.array(found)


def scipy_matrix(roads: Roads) -> Any:
    """The graph as a sparse matrix."""
    from scipy.sparse import csr_array

    graph = roads.graph
    return csr_array((graph.cost.astype(np.float64), graph.to, graph.start), shape=(len(graph.arcs),) * 2)


def scipy_dijkstra(matrix: Any, at: Table, rows: int) -> Table:
    """scipy.sparse.csgraph.dijkstra."""
    from scipy.sparse.csgraph import dijkstra

    return np.asarray(dijkstra(matrix, indices=at[:rows]))[:, at]


def _edges(roads: Roads) -> tuple[list[int], list[int], list[int]]:
    graph = roads.graph
    return np.repeat(np.arange(len(graph.arcs)), np.diff(graph.start)).tolist(), graph.to.tolist(), graph.cost.tolist()


def networkx_graph(roads: Roads) -> Any:
    """The graph for networkx."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(*_edges(roads), strict=True))
    return graph


def networkx_dijkstra(graph: Any, at: Table, rows: int) -> Table:
    """networkx.single_source_dijkstra_path_length."""
    import networkx as nx

    found = [nx.single_source_dijkstra_path_length(graph, int(source)) for source in at[:rows]]
    return np.array([[row[int(target)] for target in at] for row in found])


def igraph_graph(roads: Roads) -> Any:
    """The graph for igraph, with its costs."""
    import igraph

    tail, head, cost = _edges(roads)
    graph = igraph.Graph(n=len(roads.graph.arcs), edges=list(zip(tail, head, strict=True)), directed=True)
    graph.es["weight"] = cost
    return graph


def igraph_distances(graph: Any, at: Table, rows: int) -> Table:
    """igraph's Graph.distances."""
    return np.array(graph.distances(source=at[:rows].tolist(), target=at.tolist(), weights="weight"))


def rustworkx_graph(roads: Roads) -> Any:
    """The graph for rustworkx."""
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(len(roads.graph.arcs)))
    graph.add_edges_from(list(zip(*_edges(roads), strict=True)))
    return graph


def rustworkx_dijkstra(graph: Any, at: Table, rows: int) -> Table:
    """rustworkx.dijkstra_shortest_path_lengths."""
    import rustworkx

    found = [rustworkx.dijkstra_shortest_path_lengths(graph, int(source), float) for source in at[:rows]]
    return np.array([[row[int(t)] if t != s else 0.0 for t in at] for s, row in zip(at, found, strict=False)])


ENGINES = (
    Engine(name="contraction hierarchy, buckets (in use)", module="numba", rows=None, build=as_it_is, work=contraction),
    Engine(name="own Dijkstra, numba", module="numba", rows=20, build=as_it_is, work=own_dijkstra),
    Engine(name="scipy Dijkstra", module="scipy", rows=20, build=scipy_matrix, work=scipy_dijkstra),
    Engine(name="igraph", module="igraph", rows=10, build=igraph_graph, work=igraph_distances),
    Engine(name="rustworkx", module="rustworkx", rows=4, build=rustworkx_graph, work=rustworkx_dijkstra),
    Engine(name="networkx", module="networkx", rows=3, build=networkx_graph, work=networkx_dijkstra),
)
