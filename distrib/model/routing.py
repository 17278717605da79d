"""What a router is asked and what it answers: tasks to carry, and the tours that carry them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from distrib.model.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class DropItem:
    """Baskets of one kind for one site (which may be relayed) inside a drop."""

    site_id: str
    basket_id: str
    baskets: int
    load_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickItem:
    """Crates of one lot inside a pick."""

    lot_id: str
    crates: int
    load_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """Another date on which a task may be made instead, with the windows, the release and the only vehicle it has there."""

    date: dt.date
    windows: tuple[tuple[int, int], ...]
    release_s: int = 0
    vehicle_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One indivisible stop to make: a drop at a site or a pick at a farm, for one depot on one date.

    A drop has ``drops`` and ``places``/``baskets`` > 0; a pick has ``picks``. ``load_g`` is what it puts
    off or on. ``windows`` bound the start of service, which lasts ``service_s``. A trip that carries a
    drop may not start loading before ``release_s`` (its baskets are packed by then). ``max_gvw_kg``
    bounds the vehicle (None: any); ``cold``: only a cold vehicle; ``vehicle_id``: only this one (empty: any). A router that chooses days may make it on one of
    ``other_dates`` instead; any other makes it on ``date``.
    """

    task_id: str
    date: dt.date
    depot_id: str
    place_id: str
    load_g: int
    baskets: int = 0
    places: int = 0
    service_s: int
    windows: tuple[tuple[int, int], ...]
    release_s: int = 0
    max_gvw_kg: int | None = None
    cold: bool = False
    vehicle_id: str = ""
    drops: tuple[DropItem, ...] = ()
    picks: tuple[PickItem, ...] = ()
    other_dates: tuple[OtherDate, ...] = ()

    def on(self, date: dt.date) -> Task:
        """The task as it is on one of its dates, that date settled; raises KeyError for any other date."""
        if date == self.date:
            return replace(self, other_dates=()) if self.other_dates else self
        for other in self.other_dates:
            if other.date == date:
                return replace(
                    self,
                    date=date,
                    windows=other.windows,
                    release_s=other.release_s,
                    vehicle_id=other.vehicle_id,
                    other_dates=(),
                )
        raise KeyError(date)

    @property
    def is_drop(self) -> bool:
        """True for a drop at a site, False for a pick at a farm."""
        return bool(self.drops)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingProblem:
    """The tasks of one week; vehicles, drivers, places and the travel table are the dataset's. Sorted by task_id.

    ``most_baskets`` bounds the baskets of all drops made on a date from a depot; a pair that is not there has no bound.
    It matters only where tasks have ``other_dates``.
    """

    dataset: Dataset
    tasks: tuple[Task, ...]
    most_baskets: tuple[tuple[dt.date, str, int], ...] = ()

    def settled(self, tours: tuple[Tour, ...]) -> RoutingProblem:
        """The problem with every task on the date of its tour, those without a tour on their own date."""
        return self.settled_on({s.task_id: tour.date for tour in tours for trip in tour.trips for s in trip.stops})

    def settled_on(self, dates: Mapping[str, dt.date]) -> RoutingProblem:
        """The problem with every task on the date given for its id, or else its own date."""
        tasks = tuple(task.on(dates.get(task.task_id, task.date)) for task in self.tasks)
        return RoutingProblem(dataset=self.dataset, tasks=tasks, most_baskets=self.most_baskets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visited task with its times; ``break_s`` (0: none) is taken after service, before departure."""

    task_id: str
    arrival_s: int
    start_s: int
    departure_s: int
    break_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Depot to depot.

    Loading begins at ``start_s``; the vehicle leaves at ``departure_s`` (a break of
    ``start_break_s`` taken after loading included); it is back at ``return_s`` and free again at ``end_s``
    (unloading of picks and a break of ``end_break_s`` included).
    """

    stops: tuple[Stop, ...]
    start_s: int
    departure_s: int
    return_s: int
    end_s: int
    start_break_s: int = 0
    end_break_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """All trips of one vehicle on one day, in order."""

    date: dt.date
    vehicle_id: str
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrouted:
    """A task that no tour carries, with the reason (one of the plan's reason list) and an explanation in English.

    ``cause`` names the kind of explanation and ``figures`` holds its numbers, for other languages.
    """

    task_id: str
    reason: str
    explanation: str
    cause: str = ""
    figures: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The answer of a router.

    ``cost_millicents`` is the transport part of the cost level (no purchases);
    ``bound_millicents`` a proven lower bound of it, None when none was computed.
    """

    tours: tuple[Tour, ...]
    unrouted: tuple[Unrouted, ...] = ()
    cost_millicents: int = 0
    bound_millicents: int | None = None
