"""A vehicle's day under construction: what it costs, and where one more stop goes in most cheaply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from distrib.model.fleet import Vehicle
from distrib.solver.routing.day import Day
from distrib.solver.routing.timing import Row, cost_per_second, cost_units, driving_over_s, shortest_s

_TRIED = 3
"""Positions, best estimates first, of which the exact cost is compared."""


class Clock(NamedTuple):
    """Earliest departure, latest start of the tour that still allows it, and how much later that could become."""

    leave_s: int
    start_s: int
    slack_s: int


class Insertion(NamedTuple):
    """The cheapest way to add a task: cost added, and the trips with it."""

    added: int
    trips: tuple[tuple[int, ...], ...]


def _met(windows: Sequence[tuple[int, int]], arrival_s: int) -> tuple[int, int] | None:
    """The first window that is not over on arrival, None without one."""
    for window in windows:
        if arrival_s <= window[1]:
            return window
    return None


class Rules:
    """What every day of the vehicles of one kind has in common, looked up once; remembers the days made."""

    def __init__(self, day: Day, number: int) -> None:
        vehicle = day.vehicles[number]
        depot = day.dataset.depot_by_id[vehicle.depot_id]
        self.day = day
        self.vehicle: Vehicle = vehicle
        self.driving = day.driving(vehicle)
        self.driven = day.driven(vehicle)
        self.home = day.depot_place[vehicle.depot_id]
        self.opens_s = max(depot.opens_s, vehicle.shift_start_s)
        self.closes_s = min(depot.closes_s, vehicle.shift_end_s)
        self.longest_s = vehicle.longest_day_s()
        self.loading_s = depot.loading_s
        self.fitting = day.fitting[number]
        self.known: dict[tuple[tuple[int, ...], ...], VehicleDay] = {}
        self.empty = VehicleDay.made(self, (), 0)

    def loads(self, trip: Sequence[int]) -> bool:
        """True when the trip starts by loading drops."""
        return any(self.day.tasks[t].is_drop for t in trip)

    def unloads(self, trip: Sequence[int]) -> bool:
        """True when the trip ends by unloading picks."""
        return any(not self.day.tasks[t].is_drop for t in trip)

    def trip_opens_s(self, trip: Sequence[int]) -> int:
        """When loading may begin, the rest of the day apart."""
        return max(self.opens_s, *(self.day.tasks[t].release_s for t in trip))

    def metres(self, trip: Sequence[int]) -> int:
        """Metres of the trip, depot to depot."""
        table, place = self.driven, self.day.place
        here, total = self.home, 0
        for t in trip:
            total += table[here][place[t]]
            here = place[t]
        return total + table[here][self.home]

    def first_clock(self, trip: Sequence[int]) -> Clock:
        """Before the first trip: nothing done, the start as early as can be, free to move until the day's end."""
        opens_s = self.trip_opens_s(trip)
        return Clock(opens_s, opens_s, self.closes_s - opens_s)

    def after_trip(self, clock: Clock, trip: Sequence[int]) -> Clock | None:
        """The clock after a trip, each stop in the first window that can be met, breaks apart; None when it fails."""
        day, driving = self.day, self.driving
        tasks, place = day.tasks, day.place
        leave_s, start_s, slack_s = clock
        wait_s = self.trip_opens_s(trip) - leave_s
        if wait_s > 0:
            later_s = min(wait_s, slack_s)
            leave_s, start_s, slack_s = leave_s + wait_s, start_s + later_s, slack_s - later_s
        if self.loads(trip):
            leave_s += self.loading_s
        here = self.home
        for t in trip:
            leave_s += driving[here][place[t]]
            here = place[t]
            window = _met(tasks[t].windows, leave_s)
            if window is None:
                return None
            opens_s, closes_s = window
            if leave_s < opens_s:
                later_s = min(opens_s - leave_s, slack_s)
                leave_s, start_s, slack_s = opens_s, start_s + later_s, slack_s - later_s
            slack_s = min(slack_s, closes_s - leave_s)
            leave_s += tasks[t].service_s
        leave_s += driving[here][self.home] + (self.loading_s if self.unloads(trip) else 0)
        return Clock(leave_s, start_s, slack_s) if leave_s <= self.closes_s else None

    def seconds(
        self, trips: Sequence[Sequence[int]], clock: Clock, done: int, below_s: int | None = None
    ) -> int | None:
        """Paid seconds of the day whose first ``done`` trips end at ``clock``; None when it cannot be driven.

        Exact where no stop has several windows; else an upper value. None too when a day without breaks already
        takes more than ``below_s``.
        """
        at: Clock | None = clock
        for trip in trips[done:]:
            at = self.after_trip(at, trip) if at is not None else None
        if at is None or self._too_much_driving(trips):
            return None
        if below_s is not None and at.leave_s - at.start_s > below_s:
            return None
        most_s = self.vehicle.break_after_s
        found: int | None = at.leave_s - at.start_s
        if (most_s is not None and at.leave_s - at.start_s > most_s) or at.leave_s - at.start_s > self.longest_s:
            found = shortest_s([row for trip in trips for row in self._rows(trip)], self.vehicle)
        return None if found is None or found > self.longest_s else found

    def _too_much_driving(self, trips: Sequence[Sequence[int]]) -> bool:
        """True when the trips take more driving than a day of the vehicle may have."""
        if self.vehicle.max_driving_s is None:
            return False
        stops = [[self.home, *(self.day.place[t] for t in trip), self.home] for trip in trips]
        driven_s = sum(self.driving[a][b] for places in stops for a, b in pairwise(places))
        return driving_over_s(self.vehicle, driven_s) > 0

    def _rows(self, trip: Sequence[int]) -> list[Row]:
        """Rows of a trip for the exact timing with breaks."""
        tasks, place = self.day.tasks, self.day.place
        loading_s = self.loading_s if self.loads(trip) else 0
        rows = [Row("", 0, ((self.trip_opens_s(trip), self.closes_s - loading_s),), loading_s)]
        here = self.home
        for t in trip:
            task = tasks[t]
            rows.append(Row(task.task_id, self.driving[here][place[t]], task.windows, task.service_s))
            here = place[t]
        unloading_s = self.loading_s if self.unloads(trip) else 0
        rows.append(Row("", self.driving[here][self.home], ((0, self.closes_s - unloading_s),), unloading_s))
        return rows


class VehicleDay:
    """The trips of one vehicle on one day (task numbers), never changed once made; insertions are remembered.

    ``cost`` is in units of ``timing.cost_units``, 0 for an unused vehicle.
    """

    __slots__ = ("_clocks", "_known", "_latest", "_leave", "_peaks", "cost", "rules", "trips")

    def __init__(self, rules: Rules, trips: tuple[tuple[int, ...], ...], cost: int) -> None:
        self.rules = rules
        self.trips = trips
        self.cost = cost
        self._known: dict[int, Insertion | None] = {}
        self._clocks: list[Clock] | None = None
        self._leave: list[list[int]] = []
        self._latest: list[list[int]] = []
        self._peaks: list[tuple[int, list[int], list[int]]] = []

    @staticmethod
    def made(rules: Rules, trips: tuple[tuple[int, ...], ...], cost: int) -> VehicleDay:
        """The day with these trips, known to be possible at this cost."""
        found = rules.known.get(trips)
        if found is None:
            found = rules.known[trips] = VehicleDay(rules, trips, cost)
        return found

    @staticmethod
    def of(rules: Rules, trips: Sequence[Sequence[int]]) -> VehicleDay | None:
        """The day with these trips (empty ones left out), None when its times cannot be kept."""
        kept = tuple(tuple(trip) for trip in trips if trip)
        if kept in rules.known:
            return rules.known[kept]
        seconds = rules.seconds(kept, rules.first_clock(kept[0]), 0)
        if seconds is None:
            return None
        metres = sum(rules.metres(trip) for trip in kept)
        return VehicleDay.made(rules, kept, cost_units(rules.vehicle, metres, seconds))

    def without(self, tasks: Collection[int]) -> VehicleDay | None:
        """The day without some tasks; None when even that cannot be driven (tables that break the triangle inequality)."""
        return VehicleDay.of(self.rules, [[t for t in trip if t not in tasks] for trip in self.trips])

    def extended(self, insertion: Insertion) -> VehicleDay:
        """The day with an insertion of its own carried out."""
        return VehicleDay.made(self.rules, insertion.trips, self.cost + insertion.added)

    def insertion(self, task: int) -> Insertion | None:
        """The cheapest way found to add the task, None when there is none."""
        if task not in self._known:
            self._known[task] = self._cheapest(task) if task in self.rules.fitting else None
        return self._known[task]

    def _cheapest(self, task: int) -> Insertion | None:
        best: Insertion | None = None
        tried = 0
        for _, k, position in sorted(self._positions(task)):
            if tried >= _TRIED and best is not None:
                break
            tried += 1
            trips = self._with(task, k, position)
            self._prepare()
            clock = self._clocks[k] if k and self._clocks else self.rules.first_clock(trips[0])
            metres = sum(self.rules.metres(trip) for trip in trips)
            at_least = cost_units(self.rules.vehicle, metres, 0) - self.cost
            below_s = None if best is None else (best.added - at_least) // max(1, cost_per_second(self.rules.vehicle))
            seconds = self.rules.seconds(trips, clock, k, below_s)
            if seconds is None:
                continue
            added = at_least + seconds * cost_per_second(self.rules.vehicle)
            if best is None or added < best.added:
                best = Insertion(added, trips)
        return best

    def _with(self, task: int, k: int, position: int) -> tuple[tuple[int, ...], ...]:
        """The trips with the task in trip k; position -1: as a new trip before trip k."""
        if position < 0:
            return (*self.trips[:k], (task,), *self.trips[k:])
        trip = self.trips[k]
        return (*self.trips[:k], (*trip[:position], task, *trip[position:]), *self.trips[k + 1 :])

    def _positions(self, task: int) -> list[tuple[int, int, int]]:
        """Estimated cost, trip and position of the places where load and hours do not forbid the task."""
        rules = self.rules
        self._prepare()
        found = []
        if len(self.trips) < rules.vehicle.max_trips:
            alone = self._estimate(rules.home, task, rules.home, rules.loading_s)
            found += [(alone, k, -1) for k in range(len(self.trips) + 1)]
        for k in range(len(self.trips)):
            found += self._positions_in(k, task)
        return found

    def _positions_in(self, k: int, number: int) -> list[tuple[int, int, int]]:
        """The same inside trip k, by load along the trip, earliest departures and latest arrivals."""
        rules, trip = self.rules, self.trips[k]
        task = rules.day.tasks[number]
        places, before, behind = self._peaks[k]
        if places + task.places > rules.vehicle.capacity_baskets:
            return []
        free_g = rules.vehicle.capacity_g - task.load_g
        stops = [rules.home, *(rules.day.place[t] for t in trip), rules.home]
        here, driving = rules.day.place[number], rules.driving
        leave, latest = self._leave[k], self._latest[k]
        closes_s = task.windows[-1][1] if task.windows else -1
        found = []
        for p in range(len(trip) + 1):
            if (before[p] if task.is_drop else behind[p]) > free_g:
                continue
            arrival_s = leave[p] + driving[stops[p]][here]
            if arrival_s > closes_s:
                continue
            start_s = next(max(arrival_s, opens) for opens, closes in task.windows if arrival_s <= closes)
            if start_s + task.service_s + driving[here][stops[p + 1]] <= latest[p]:
                found.append((self._estimate(stops[p], number, stops[p + 1], 0), k, p))
        return found

    def _estimate(self, a: int, number: int, b: int, extra_s: int) -> int:
        """Cost of the detour when no waiting absorbs it."""
        rules = self.rules
        here, vehicle = rules.day.place[number], rules.vehicle
        metres, driving = rules.driven, rules.driving
        detour_m = metres[a][here] + metres[here][b] - metres[a][b]
        detour_s = driving[a][here] + driving[here][b] - driving[a][b] + rules.day.tasks[number].service_s + extra_s
        return cost_units(vehicle, detour_m, detour_s)

    def _prepare(self) -> None:
        """Clocks between trips, earliest departures, latest arrivals and loads along the trips, once."""
        if self._clocks is not None:
            return
        self._clocks = []
        for k, trip in enumerate(self.trips):
            clock = self.rules.after_trip(self._clocks[-1], self.trips[k - 1]) if k else self.rules.first_clock(trip)
            if clock is None:
                raise AssertionError("a vehicle's day that was made could be driven")
            self._clocks.append(clock)
            self._leave.append(self._departures(clock, trip))
            self._peaks.append(self._loads(trip))
        if self.trips:
            last = self.rules.after_trip(self._clocks[-1], self.trips[-1])
            if last is not None:
                self._clocks.append(last)
        limit_s = self.rules.closes_s
        for trip in reversed(self.trips):
            limit_s, arrivals = self._arrivals(limit_s, trip)
            self._latest.insert(0, arrivals)

    def _departures(self, clock: Clock, trip: Sequence[int]) -> list[int]:
        """Earliest departures from the depot and each stop of a trip."""
        rules, leave_s, here = self.rules, clock.leave_s, self.rules.home
        leave_s = max(leave_s, rules.trip_opens_s(trip)) + (rules.loading_s if rules.loads(trip) else 0)
        found = [leave_s]
        for t in trip:
            task = rules.day.tasks[t]
            arrival_s = found[-1] + rules.driving[here][rules.day.place[t]]
            here = rules.day.place[t]
            start_s = next(max(arrival_s, opens) for opens, closes in task.windows if arrival_s <= closes)
            found.append(start_s + task.service_s)
        return found

    def _arrivals(self, limit_s: int, trip: Sequence[int]) -> tuple[int, list[int]]:
        """Latest start of the trip so that it ends by the limit, and latest arrivals at each stop and the depot."""
        rules, here = self.rules, self.rules.home
        limit_s -= rules.loading_s if rules.unloads(trip) else 0
        found = [limit_s]
        for t in reversed(trip):
            task = rules.day.tasks[t]
            start_s = found[-1] - rules.driving[rules.day.place[t]][here] - task.service_s
            here = rules.day.place[t]
            found.append(max((min(start_s, closes) for opens, closes in task.windows if opens <= start_s), default=-1))
        leave_s = found[-1] - rules.driving[rules.home][here]
        return leave_s - (rules.loading_s if rules.loads(trip) else 0), found[::-1]

    def _loads(self, trip: Sequence[int]) -> tuple[int, list[int], list[int]]:
        """Places of the trip; most grams aboard up to leaving each row, and from leaving each row on."""
        tasks = [self.rules.day.tasks[t] for t in trip]
        aboard = [sum(task.load_g for task in tasks if task.is_drop)]
        for task in tasks:
            aboard.append(aboard[-1] + (-task.load_g if task.is_drop else task.load_g))
        behind = list(accumulate(reversed(aboard), max))[::-1]
        return sum(task.places for task in tasks), list(accumulate(aboard, max)), behind
