"""Times for a tour whose places, order and loads are given: the earliest feasible end, with as little waiting as possible."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from distrib.checker.case import Case
from distrib.model.fleet import Vehicle
from distrib.model.goods import Depot

MOST_BREAKS = 3
"""Breaks tried in one tour; a shift of 24 h with a rest every 6 h needs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A place to serve: ``windows`` (opens, closes) bound the start of a service of ``service_s``; none: any time."""

    place_id: str
    service_s: int
    windows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TripDraft:
    """A trip to be timed: loading at the depot, its calls in order, unloading at the depot; ``baskets`` are what it drops."""

    calls: tuple[Call, ...]
    baskets: int
    loading_s: int
    unloading_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Times of one row: seconds after midnight, and the break taken there."""

    arrival_s: int
    start_s: int
    departure_s: int
    break_s: int = 0


@dataclass(slots=True)
class Bench:
    """The packing of one depot on one date: when loading began for how many baskets, on trips that are timed already."""

    depot: Depot
    loaded: list[tuple[int, int]] = field(default_factory=list)

    def ready_s(self, earliest_s: int, baskets: int) -> int:
        """Return the first moment from ``earliest_s`` on at which so many more baskets may be loaded and all later trips still find theirs."""
        starts, per_h = self.depot.packing_starts_s, self.depot.packing_baskets_per_h
        if starts is None or per_h is None or baskets <= 0 or per_h <= 0:
            return earliest_s
        moment = earliest_s
        while True:
            before = sum(n for start, n in self.loaded if start <= moment)
            packed_s = starts - (-(before + baskets) * 3600 // per_h)
            if packed_s > moment:
                moment = packed_s
                continue
            short = [start for start, _ in self.loaded if start > moment and self._short(start, baskets)]
            if not short:
                return moment
            moment = max(short) + 1

    def _short(self, start_s: int, baskets: int) -> bool:
        starts, per_h = self.depot.packing_starts_s or 0, self.depot.packing_baskets_per_h or 0
        return sum(n for s, n in self.loaded if s <= start_s) + baskets > (start_s - starts) * per_h // 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A tour to be timed and what it needs to know: the ways between its places and the packing at its depot."""

    case: Case
    vehicle: Vehicle
    depot: Depot
    bench: Bench
    trips: tuple[TripDraft, ...]

    def drive_s(self, from_id: str, to_id: str) -> int:
        """Driving seconds; 0 where there is no way (the checker finds that)."""
        way = self.case.drive(self.vehicle, from_id, to_id)
        return 0 if way is None else way[0]

    def places(self, trip: TripDraft) -> list[Call]:
        """The rows of a trip: depot, calls, depot."""
        first = Call(place_id=self.depot.depot_id, service_s=trip.loading_s)
        last = Call(place_id=self.depot.depot_id, service_s=trip.unloading_s)
        return [first, *trip.calls, last]


Timetable = list[list[Times]]
Positions = frozenset[tuple[int, int]]


def timetable(tour: Tour) -> Timetable:
    """Return the times of every row of every trip.

    Driving, service, shift start, depot opening, packing and the order of trips are always kept. Among the ways
    to place up to ``MOST_BREAKS`` breaks, the one is taken that breaks the other time rules least (windows, ends
    of shift and depot hours, stretches without break: seconds over, added up), then with the fewest breaks, then
    the earliest end, then the latest beginning.
    """
    best: tuple[tuple[int, int, int, int], Timetable] | None = None
    for positions in _break_positions(tour):
        if best is not None and best[0][0] == 0 and len(positions) > best[0][1]:
            break
        for table in _variants(tour, positions):
            key = (_seconds_over(tour, table), len(positions), table[-1][-1].departure_s, -table[0][0].arrival_s)
            if best is None or key < best[0]:
                best = (key, table)
    if best is None:
        raise ValueError("a tour without trips has no timetable")
    return best[1]


def _break_positions(tour: Tour) -> Iterator[Positions]:
    rows = [(t, r) for t, trip in enumerate(tour.trips) for r in range(len(trip.calls) + 2)]
    limited = tour.vehicle.break_after_s is not None and tour.vehicle.break_s
    for number in range(MOST_BREAKS + 1 if limited else 1):
        for chosen in itertools.combinations(rows[:-1], number):
            yield frozenset(chosen)


def _variants(tour: Tour, breaks: Positions) -> Iterator[Timetable]:
    """Yield the earliest times, and those that begin as late as the same end allows."""
    earliest = _forward(tour, breaks, 0)
    yield earliest
    latest = _latest_beginning(tour, earliest)
    if latest > earliest[0][0].start_s:
        yield _forward(tour, breaks, latest)


def _forward(tour: Tour, breaks: Positions, begins_s: int) -> Timetable:
    free = max(begins_s, tour.vehicle.shift_start_s, tour.depot.opens_s)
    bench = Bench(tour.depot, list(tour.bench.loaded))
    table: Timetable = []
    for t, trip in enumerate(tour.trips):
        start = bench.ready_s(free, trip.baskets)
        bench.loaded.append((start, trip.baskets))
        rows: list[Times] = []
        before = tour.depot.depot_id
        for r, call in enumerate(tour.places(trip)):
            arrival = start if r == 0 else rows[-1].departure_s + tour.drive_s(before, call.place_id)
            begins = _opening_from(call, arrival)
            rest = (tour.vehicle.break_s or 0) if (t, r) in breaks else 0
            departure = begins + call.service_s + rest
            rows.append(Times(arrival_s=arrival, start_s=begins, departure_s=departure, break_s=rest))
            before = call.place_id
        free = rows[-1].departure_s
        table.append(rows)
    return table


def _opening_from(call: Call, arrival_s: int) -> int:
    """When service can start on arrival; at once when all windows are over (the checker finds that)."""
    return next((max(arrival_s, opens) for opens, closes in call.windows if arrival_s <= closes), arrival_s)


def _latest_beginning(tour: Tour, table: Timetable) -> int:
    """Return the latest moment to begin the tour so that its last row keeps its times, each service in its window."""
    rows = [
        (call, row) for trip, times in zip(tour.trips, table, strict=True) for call, row in _paired(tour, trip, times)
    ]
    latest = rows[-1][1].start_s
    for (call, row), (after, _) in zip(rows[-2::-1], rows[:0:-1], strict=True):
        start = latest - tour.drive_s(call.place_id, after.place_id) - call.service_s - row.break_s
        closes = [closes for opens, closes in call.windows if opens <= row.start_s <= closes]
        if call.windows:
            start = min(start, closes[0] if closes else row.start_s)
        latest = start
    return latest


def _paired(tour: Tour, trip: TripDraft, times: list[Times]) -> Iterator[tuple[Call, Times]]:
    yield from zip(tour.places(trip), times, strict=True)


def _seconds_over(tour: Tour, table: Timetable) -> int:
    """Seconds by which windows, ends of shift and depot hours and stretches without break are exceeded, added up."""
    over = max(0, table[-1][-1].departure_s - tour.vehicle.shift_end_s)
    rested, longest = table[0][0].arrival_s, tour.vehicle.break_after_s
    for trip, times in zip(tour.trips, table, strict=True):
        over += max(0, times[-1].departure_s - tour.depot.closes_s)
        for call, row in _paired(tour, trip, times):
            if call.windows and not any(opens <= row.start_s <= closes for opens, closes in call.windows):
                over += row.start_s - max(closes for _, closes in call.windows)
            if row.break_s and longest is not None:
                over += max(0, row.departure_s - row.break_s - rested - longest)
                rested = row.departure_s
    return over + (max(0, table[-1][-1].departure_s - rested - longest) if longest is not None else 0)
