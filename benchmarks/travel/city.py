"""A made-up city as large as one wants: a street grid with gaps, one-ways, avenues and expressways. Seeded."""

from __future__ import annotations

import numpy as np

from distrib.travel.roads.building import Arcs, network_of_arcs
from distrib.travel.roads.network import KIND_INDEX, RoadNetwork

SPACING_DEG = 0.0012
"""About 130 m between streets."""


def made_up_city(side: int, seed: int = 0) -> RoadNetwork:
    """Return a network of about ``side`` × ``side`` junctions and two and a half arcs for each of them."""
    rng = np.random.default_rng(seed)
    lon, lat = np.meshgrid(np.arange(side) * SPACING_DEG + 5.0, np.arange(side) * SPACING_DEG * 0.75 + 43.0)
    at = np.column_stack([lon.ravel(), lat.ravel()]) + rng.normal(0, SPACING_DEG / 6, (side * side, 2))
    points = {i: (float(x), float(y)) for i, (x, y) in enumerate(at)}
    arcs = Arcs()
    for i in range(side):
        for j in range(side):
            here = i * side + j
            for there, line in ((here + 1, i), (here + side, j)):
                if (there == here + 1 and j + 1 == side) or there >= side * side:
                    continue
                kind = _kind(line)
                if kind == "residential" and rng.random() < 0.28:
                    continue
                one_way = kind == "residential" and rng.random() < 0.2
                numbers = (KIND_INDEX[kind], 0, 0)
                ends = (here, there) if rng.random() < 0.5 else (there, here)
                arcs.add(ends, at[list(ends)], None, numbers, 0)
                if not one_way:
                    arcs.add(ends[::-1], at[list(ends[::-1])], None, numbers, 0)
    return network_of_arcs(arcs, points, digest=f"made up, {side}, {seed}")


def _kind(line: int) -> str:
    if line % 60 == 30:
        return "trunk"
    if line % 15 == 7:
        return "secondary"
    return "tertiary" if line % 5 == 2 else "residential"
