"""What every allocation engine offers."""

from __future__ import annotations

from typing import Protocol

from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort


class Allocator(Protocol):
    """An allocation engine: one method, a name, and the features it supports.

    Features: ``leximin`` (proves fairness), ``variants``, ``depots`` (several), ``programmes`` (several),
    ``budget``, ``relays``, ``kits``.
    """

    @property
    def name(self) -> str:
        """Name of the engine, as in the registry."""
        ...

    @property
    def features(self) -> frozenset[str]:
        """What it supports."""
        ...

    def allocate(self, dataset: Dataset, *, limits: Limits, effort: Effort, seed: int) -> Allocation:
        """Return an allocation that keeps every G rule, within ``limits``.

        Args:
            dataset: resolved (catchments and travel are there).
            limits: what routing has shown to be out of reach.
            effort: the work budget.
            seed: breaks ties; the same seed gives the same allocation.

        An allocation without shares is a valid answer (nothing can be delivered).
        """
        ...
