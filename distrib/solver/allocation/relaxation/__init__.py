"""The relaxation R: continuous baskets and kg under every rule but whole crates and portions, with its leximin proven.

``relax`` gives the leximin values and a fair solution; ``binding_reasons`` the limits that a re-solve confirms;
``impossible_reason`` the limit that forbids every basket.
"""

from __future__ import annotations

from distrib.solver.allocation.relaxation.attainable import unbought_lots, unserved_sites, without_more
from distrib.solver.allocation.relaxation.conceding import conceded
from distrib.solver.allocation.relaxation.reasons import binding_reasons, fair_values, impossible_reason, rises
from distrib.solver.allocation.relaxation.result import FAMILIES, MICRO, LevelProof, Relaxation
from distrib.solver.allocation.relaxation.solve import relax

__all__ = [
    "FAMILIES",
    "MICRO",
    "LevelProof",
    "Relaxation",
    "binding_reasons",
    "conceded",
    "fair_values",
    "impossible_reason",
    "relax",
    "rises",
    "unbought_lots",
    "unserved_sites",
    "without_more",
]
