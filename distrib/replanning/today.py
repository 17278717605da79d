"""The day of the moment: what has been driven stays, the rest of the day is driven by who is left."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.assembly import ledger_rows, rows_of_tours
from distrib.history import Day, day_of, trimmed_trip, without_sites
from distrib.keeping import as_far_as_driven
from distrib.model.allocation import Allocation, LotUse
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.fleet import Vehicle
from distrib.model.plan import LedgerRow, Plan, StopRow
from distrib.model.routing import Routing, RoutingProblem, Task
from distrib.replanning.events import Events
from distrib.solver import routing as routing_engines
from distrib.solver.routing.result import routing_of
from distrib.units import SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Today:
    """The day of the moment: what has been driven, what is still to be, and by whom."""

    dataset: Dataset
    plan: Plan
    moment: dt.datetime
    out: Events
    effort: Effort
    seed: int

    @property
    def date(self) -> dt.date:
        """Return the date of the moment."""
        return self.moment.date()

    @property
    def now_s(self) -> int:
        """Return the moment in seconds after midnight."""
        return self.moment.hour * 3600 + self.moment.minute * 60 + self.moment.second

    def replanned(self) -> Plan:
        """Return the plan up to the end of the day: earlier days as they were, the day's tours mended, nothing after it."""
        day = day_of(self.dataset, self.plan, self.date)
        kept_rows, open_tasks = self._begun(day)
        future = self._still_to_come(day)
        tasks = [*open_tasks, *(task for trips in future.values() for trip in trips for task in trip)]
        routing, d0 = self._routed(kept_rows, tasks, future)
        return self._written(kept_rows, tasks, routing, d0)

    def _begun(self, day: Day) -> tuple[dict[tuple[str, int], list[StopRow]], list[Task]]:
        """Rows of the trips that have begun, mended, and the drops and picks that they will not make."""
        kept: dict[tuple[str, int], list[StopRow]] = {}
        open_tasks: list[Task] = []
        for (vehicle_id, number), rows in sorted(day.trips.items()):
            if rows[0].start_s >= self.now_s:
                continue
            lost = {r.stop for r in rows[1:-1] if r.start_s >= self.now_s and self._not_made(r)}
            left = trimmed_trip(self.dataset, rows, lost, now_s=self.now_s)
            back_s = left[-1].departure_s if left else self.now_s
            if left:
                kept[vehicle_id, number] = left
            for stop in sorted(lost):
                for task in self._open_part(day.tasks.get((vehicle_id, number, stop))):
                    open_tasks.append(dataclasses.replace(task, release_s=max(task.release_s, back_s)))
        return kept, open_tasks

    def _not_made(self, row: StopRow) -> bool:
        return row.vehicle_id in self.out.vehicles or row.start_s < self._shut_until_s(row.place_id)

    def _shut_until_s(self, place_id: str) -> int:
        """Until which second of the day a site or farm is shut: 0 when it is open, beyond the last for all day."""
        return max(self.out.out_until_s(kind, place_id, self.date) for kind in ("site", "farm"))

    def _open_part(self, task: Task | None) -> list[Task]:
        """The task less what is for sites shut all day; nothing of it at such a place, and not before a place opens again."""
        if task is None:
            return []
        shut_s = self._shut_until_s(task.place_id)
        gone = {item.site_id for item in task.drops if self._shut_until_s(item.site_id) > SECONDS_PER_DAY}
        if gone:
            task = without_sites(self.dataset, task, gone)
        windows = tuple((max(opens, shut_s), closes) for opens, closes in task.windows if closes >= shut_s)
        if shut_s > SECONDS_PER_DAY or not (task.drops or task.picks):
            return []
        return [dataclasses.replace(task, windows=windows) if shut_s else task]

    def _still_to_come(self, day: Day) -> dict[str, list[list[Task]]]:
        """By vehicle, the stops of the trips that have not begun, trip by trip; those of vehicles that are out under ''."""
        future: dict[str, list[list[Task]]] = defaultdict(list)
        for (vehicle_id, number), rows in sorted(day.trips.items()):
            if rows[0].start_s >= self.now_s:
                found = [day.tasks.get((vehicle_id, number, row.stop)) for row in rows[1:-1]]
                tasks = [part for task in found for part in self._open_part(task)]
                future["" if vehicle_id in self.out.vehicles else vehicle_id].append(tasks)
        return dict(future)

    def _routed(
        self, kept: dict[tuple[str, int], list[StopRow]], tasks: list[Task], future: dict[str, list[list[Task]]]
    ) -> tuple[Routing, Dataset]:
        """The tours of what is still to be done today: the old ones with the rest put in, or new ones where these do more."""
        d0 = self._fleet_left(kept)
        problem = RoutingProblem(dataset=d0, tasks=tuple(sorted(tasks, key=lambda t: t.task_id)))
        tours = [
            tour
            for vehicle_id, trips in sorted(future.items())
            if vehicle_id in d0.vehicle_by_id
            and (tour := as_far_as_driven(d0, self.date, vehicle_id, [trip for trip in trips if trip])) is not None
        ]
        routing = routing_of(problem, tours)
        if routing.unrouted:
            engine = routing_engines.router(routing_engines.DEFAULT)
            other = engine.route(problem, effort=self.effort, seed=self.seed)
            load = {task.task_id: task.load_g for task in tasks}
            routing = min((routing, other), key=lambda r: (sum(load[u.task_id] for u in r.unrouted), r.cost_millicents))
        return routing, d0

    def _fleet_left(self, kept: dict[tuple[str, int], list[StopRow]]) -> Dataset:
        """The vehicles with what is left of their day; as many of those not yet on the road as there are drivers for."""
        busy: dict[str, list[StopRow]] = defaultdict(list)
        for (vehicle_id, _), rows in sorted(kept.items()):
            busy[vehicle_id] += rows
        people = self.dataset.drivers_on(self.date)
        free, heavy = (10**6, 10**6) if people is None else people
        on_road = [self.dataset.vehicle_by_id[v] for v in busy]
        free, heavy = free - len(on_road), heavy - sum(v.needs_licence_c for v in on_road)
        left = []
        for vehicle in sorted(self.dataset.vehicles, key=lambda v: (-v.capacity_g, v.vehicle_id)):
            back_s = self.out.out_until_s("vehicle", vehicle.vehicle_id, self.date)
            if back_s > SECONDS_PER_DAY or self.date.weekday() not in vehicle.weekdays:
                continue
            if vehicle.vehicle_id not in busy:
                if free <= 0 or (vehicle.needs_licence_c and heavy <= 0):
                    continue
                free, heavy = free - 1, heavy - vehicle.needs_licence_c
            rest = _rest_of_shift(vehicle, busy.get(vehicle.vehicle_id, []), max(self.now_s, back_s))
            if rest is not None:
                left.append(rest)
        return dataclasses.replace(self.dataset, vehicles=tuple(sorted(left, key=lambda v: v.vehicle_id)), drivers=None)

    def _written(
        self, kept: dict[tuple[str, int], list[StopRow]], tasks: list[Task], routing: Routing, d0: Dataset
    ) -> Plan:
        """The tables up to the end of the day."""
        plan, date = self.plan, self.date
        task_by_id = {task.task_id: task for task in tasks}
        first_trip = {v: sum(1 for other, _ in kept if other == v) for v, _ in kept}
        number = {key: n for v in first_trip for n, key in enumerate(sorted(k for k in kept if k[0] == v), 1)}
        new = rows_of_tours(d0, task_by_id, routing, first_trip)
        made = {(v, n, r.place_id, r.start_s) for (v, n), rows in kept.items() for r in rows[1:-1]}
        picked = {(v, n, r.place_id) for (v, n), rows in kept.items() for r in rows[1:-1] if r.place_kind == "farm"}
        deliveries = [
            dataclasses.replace(r, trip=number[r.vehicle_id, r.trip])
            for r in plan.deliveries
            if r.date == date and (r.vehicle_id, r.trip, r.dropped_at_site_id, r.start_s) in made
        ]
        collections = [
            dataclasses.replace(r, trip=number[r.vehicle_id, r.trip]) if r.vehicle_id else r
            for r in plan.collections
            if r.date == date
            and (
                (r.vehicle_id, r.trip, r.farm_id) in picked
                if r.vehicle_id
                else self._shut_until_s(r.farm_id) <= SECONDS_PER_DAY
            )
        ]
        stops = [dataclasses.replace(r, trip=number[key]) for key, rows in sorted(kept.items()) for r in rows]
        written = dataclasses.replace(
            plan,
            stops=(*(r for r in plan.stops if r.date < date), *stops, *new.stops),
            deliveries=(*(r for r in plan.deliveries if r.date < date), *deliveries, *new.deliveries),
            collections=(*(r for r in plan.collections if r.date < date), *collections, *new.collections),
        )
        return _only_what_is_delivered(self.dataset, written, date)


def _rest_of_shift(vehicle: Vehicle, rows: list[StopRow], now_s: int) -> Vehicle | None:
    """The vehicle with what is left of its day after the trips it has begun; None when nothing is.

    One that needs breaks drives on only as long as it may without a further one; its day and its driving go on from what was done.
    """
    trips = len({row.trip for row in rows})
    ready_s = max([now_s, vehicle.shift_start_s, *(row.departure_s for row in rows)])
    end_s = vehicle.shift_end_s
    rested = vehicle
    if rows and vehicle.break_after_s is not None:
        rests = [row.start_s for row in rows if row.break_s >= (vehicle.break_s or 0)]
        end_s = min(end_s, max([min(row.arrival_s for row in rows), *rests]) + vehicle.break_after_s)
        rested = dataclasses.replace(vehicle, break_after_s=None, break_s=None)
    if rows and vehicle.max_day_s is not None:
        end_s = min(end_s, min(row.arrival_s for row in rows) + vehicle.max_day_s)
    if vehicle.max_driving_s is not None:
        left_s = max(0, vehicle.max_driving_s - sum(row.from_previous_s for row in rows))
        rested = dataclasses.replace(rested, max_driving_s=left_s)
    if trips >= vehicle.max_trips or ready_s >= end_s:
        return None
    return dataclasses.replace(
        rested,
        shift_start_s=ready_s,
        shift_end_s=end_s,
        max_trips=vehicle.max_trips - trips,
        cents_per_day=0 if rows else vehicle.cents_per_day,
    )


def _only_what_is_delivered(dataset: Dataset, plan: Plan, date: dt.date) -> Plan:
    """Cut allocation, packing, recipes and use of lots of a date to what is delivered, and leave out the days after it."""
    delivered: dict[tuple[str, str], int] = defaultdict(int)
    packed: dict[tuple[str, str], int] = defaultdict(int)
    for row in plan.deliveries:
        if row.date == date:
            delivered[row.site_id, row.basket_id] += row.baskets
            packed[dataset.vehicle_by_id[row.vehicle_id].depot_id, row.basket_id] += row.baskets
    allocation = [r for r in plan.allocation if r.date < date]
    shares: dict[tuple[str, str], list[int]] = defaultdict(list)
    today = [r for r in plan.allocation if r.date == date]
    for i, share in enumerate(today):
        shares[share.site_id, share.basket_id].append(i)
    for key, members in shares.items():
        less = sum(today[i].baskets for i in members) - delivered[key]
        while less > 0:
            i = max(members, key=lambda i: (today[i].baskets, today[i].zone_id))
            today[i] = dataclasses.replace(today[i], baskets=today[i].baskets - 1)
            less -= 1
    allocation += [r for r in today if r.baskets]
    packing = [r for r in plan.packing if r.date < date]
    use: dict[tuple[str, str], int] = defaultdict(int)
    before: dict[tuple[str, str], int] = defaultdict(int)
    portions: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for recipe in plan.recipes:
        if recipe.date == date:
            portions[recipe.depot_id, recipe.basket_id].append((recipe.product_id, recipe.recipe_g))
    for pack in plan.packing:
        if pack.date == date:
            number = packed[pack.depot_id, pack.basket_id]
            each = pack.packed_g // pack.baskets
            for product, grams in portions[pack.depot_id, pack.basket_id]:
                before[pack.depot_id, product] += pack.baskets * grams
                use[pack.depot_id, product] += number * grams
            if number:
                packing.append(dataclasses.replace(pack, baskets=number, packed_g=number * each))
    recipes = [r for r in plan.recipes if r.date < date or (r.date == date and packed[r.depot_id, r.basket_id])]
    back = {key: grams - use[key] for key, grams in before.items() if grams > use[key]}
    return dataclasses.replace(
        plan,
        allocation=tuple(allocation),
        packing=tuple(packing),
        recipes=tuple(recipes),
        stock_ledger=_ledger(dataset, plan, _uses(plan, date, back)),
    )


def _uses(plan: Plan, date: dt.date, back: dict[tuple[str, str], int]) -> tuple[LotUse, ...]:
    """Grams packed of each lot up to a date; of what was not packed after all that day, the lots that keep longest come back."""
    left = dict(back)
    found = []
    rows = [r for r in plan.stock_ledger if r.date <= date and r.packed_g]
    for row in sorted(rows, key=lambda r: (r.last_use_date or dt.date.max, r.lot_id), reverse=True):
        grams = row.packed_g
        if row.date == date:
            less = min(grams, left.get((row.depot_id, row.product_id), 0))
            left[row.depot_id, row.product_id] = left.get((row.depot_id, row.product_id), 0) - less
            grams -= less
        if grams:
            found.append(LotUse(date=row.date, depot_id=row.depot_id, lot_id=row.lot_id, packed_g=grams))
    return tuple(sorted(found, key=lambda u: (u.date, u.depot_id, u.lot_id)))


def _ledger(dataset: Dataset, plan: Plan, uses: tuple[LotUse, ...]) -> tuple[LedgerRow, ...]:
    return ledger_rows(dataset, Allocation(lot_uses=uses), plan.collections)


# --- the days after --------------------------------------------------------------------------------
