"""An allocation with the tours that carry it, or what they carry of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.allocation import Allocation, Limits
from distrib.model.routing import Routing, Task

PlaceDay = tuple[str, dt.date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """An allocation, its tasks and the tours.

    ``limits`` are what routing imposed on the allocation (empty: nothing); ``asked`` is the allocation before it did.
    """

    allocation: Allocation
    tasks: tuple[Task, ...]
    routing: Routing
    limits: Limits
    asked: Allocation | None = None

    @property
    def left(self) -> frozenset[str]:
        """Ids of the tasks that no tour carries."""
        return frozenset(unrouted.task_id for unrouted in self.routing.unrouted)

    def carried(self) -> tuple[dict[PlaceDay, int], dict[PlaceDay, int]]:
        """Baskets dropped and grams picked by (place, date), of what the tours carry."""
        baskets: dict[PlaceDay, int] = defaultdict(int)
        grams: dict[PlaceDay, int] = defaultdict(int)
        for task in self.tasks:
            if task.task_id not in self.left and task.is_drop:
                baskets[task.place_id, task.date] += task.baskets
            elif task.task_id not in self.left:
                grams[task.place_id, task.date] += task.load_g
        return dict(baskets), dict(grams)

    def carried_baskets(self) -> int:
        """Baskets that the tours carry, of all that was allocated."""
        return sum(self.carried()[0].values())

    def carried_by_day(self) -> dict[dt.date, int]:
        """Baskets that the tours carry by date."""
        total: dict[dt.date, int] = defaultdict(int)
        for (_, date), number in self.carried()[0].items():
            total[date] += number
        return dict(total)
