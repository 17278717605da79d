"""The relaxation R: continuous baskets and kg under every rule but whole crates and portions, with its leximin proven.

``relax`` gives the leximin values and a fair solution; ``binding_reasons`` the limits that a re-solve confirms;
``impossible_reason`` the limit that forbids every basket.
"""

from __future__ import annotations

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.result import FAMILIES, MICRO, Relaxation

__all__ = ["FAMILIES", "MICRO", "Relaxation", "relax"]


def relax(dataset: Dataset, *, limits: Limits | None = None, without: frozenset[str] = frozenset()) -> Relaxation:
    """Return the leximin of R and a solution that reaches it.

    Args:
        dataset: resolved (catchments and travel are there).
        limits: what routing has shown to be out of reach; None limits nothing.
        without: families of ``FAMILIES`` whose rules are left out.

    Raises:
        ValueError: for an unknown family or an unresolved dataset.
    """
    raise NotImplementedError
