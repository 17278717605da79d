"""A week gone wrong half-way: what happened stays as it was, the rest is planned anew from where things stand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from distrib import checker, indicators, travel
from distrib.assembly import coverage_rows, ledger_rows, rows_of_tours
from distrib.errors import DistribError, ImpossibleError, UsageError
from distrib.history import Day, day_of, trimmed_trip, without_sites
from distrib.keeping import as_far_as_driven
from distrib.model.allocation import Allocation, LotUse, Share
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.fleet import Vehicle
from distrib.model.goods import DepotStock
from distrib.model.need import counts_household, type_of
from distrib.model.past import PastCoverage, PastVisit
from distrib.model.plan import FairnessRow, LedgerRow, Level, Plan, StopRow
from distrib.model.routing import Routing, RoutingProblem, Task
from distrib.model.territory import ExtraNeed, HouseholdGroup
from distrib.pipeline import PlannedWeek, plan_week
from distrib.solver import routing as routing_engines
from distrib.solver.allocation.relaxation import relax
from distrib.solver.routing.result import routing_of
from distrib.stages import Progress, Stages
from distrib.unserved import FinishedWeek, unserved_rows

WEEK = dt.timedelta(weeks=1)
MICRO = 1_000_000
EVENT = re.compile(r"(vehicle|site|farm)\s+(\S+)\s+(out|shut)", re.IGNORECASE)
CHANGE_CENTS = 500
"""What changing a site's day, vehicle or time in the rest of the week costs where the dataset names no price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What is out of use from a moment on, to the end of the week."""

    vehicles: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    farms: frozenset[str] = frozenset()


def events_of(dataset: Dataset, texts: Sequence[str]) -> Events:
    """Return the events that texts like ``vehicle V03 out``, ``site S041 shut`` or ``farm F07 shut`` name.

    Raises:
        UsageError: a text that is no event, or an id that the plan does not know.
    """
    known: dict[str, Mapping[str, object]] = {
        "vehicle": dataset.vehicle_by_id,
        "site": dataset.site_by_id,
        "farm": dataset.farm_by_id,
    }
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        match = EVENT.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"{text!r} is no event: write 'vehicle V03 out', 'site S041 shut' or 'farm F07 shut'")
        kind, name = match[1].lower(), match[2]
        if name not in known[kind]:
            raise UsageError(f"no {kind} of the plan is called {name!r}")
        found[kind].add(name)
    return Events(vehicles=frozenset(found["vehicle"]), sites=frozenset(found["site"]), farms=frozenset(found["farm"]))


def replan(
    dataset: Dataset,
    plan: Plan,
    *,
    moment: dt.datetime,
    events: Sequence[str] = (),
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    progress: Progress | None = None,
) -> PlannedWeek:
    """Return the plan of the whole week: as it happened up to a moment, planned anew after it.

    Stops whose service began before the moment stay as they were: times, order, what was dropped and picked. A trip that has
    begun is driven to its end, less stops at places shut; a vehicle that is out returns after its last stop made, and
    what it had not dropped may be brought by others once it is back. Other tours of that day stay where they can.
    What is not loaded that day counts as not packed. The days after it are planned from the stock, with the need that is
    left; fairness counts what was given this week, and sites keep their day, vehicle and time where that costs little.

    Args:
        dataset: of the plan, resolved.
        plan: checked.
        moment: when it is; local time.
        events: what is out of use from then on (see ``events_of``).
        effort: the work budget of what is planned anew.
        seed: breaks ties.
        progress: called with the name of each stage as it begins.

    Raises:
        UsageError: an event that is none, a moment outside the week.
        DistribError: no plan of the rest keeps every rule.
    """
    out = events_of(dataset, events)
    first, last = min(r.date for r in plan.stops) if plan.stops else moment.date(), max(dataset.settings.delivery_dates)
    if not min(first, dataset.settings.week_start) <= moment.date() <= last:
        raise UsageError(
            f"{moment.isoformat(timespec='minutes')} is not in the week of the plan (until {last.isoformat()})"
        )
    stages = Stages(tell=progress)
    with stages.stage("today"):
        today = _Today(dataset, plan, moment, out, Effort(effort), seed).replanned()
    rest = rest_of_week(dataset, plan, today, moment.date(), out)
    planned, could = None, dict[tuple[str, str], int]()
    impossible: ImpossibleError | None = None
    if rest is not None:
        try:
            planned = plan_week(rest, effort=effort, seed=seed, progress=progress)
        except ImpossibleError as error:
            # Not one basket more this week: what happened is all there is, and the bound says what R would still allow.
            impossible = error
            could = relax(travel.resolve(rest)).neighbourhood_value
    with stages.stage("join"):
        whole, joined = _joined(dataset, today, planned, moment.date(), could, impossible.limit if impossible else "")
        marks = {**dict(plan.provenance), "replanned_from": moment.isoformat(timespec="minutes"), "effort": str(effort)}
        marks |= {f"event {n}": text for n, text in enumerate(events, 1)}
        joined = dataclasses.replace(
            joined,
            provenance=tuple(sorted(marks.items())),
            warnings=(*plan.warnings, *((impossible.explanation,) if impossible else ())),
        )
    with stages.stage("check"):
        breaches = checker.check(whole, joined)
        if breaches:
            told = "; ".join(f"{b.code} {b.message}" for b in breaches[:5])
            raise DistribError(f"the rest of the week cannot be planned within every rule: {told}")
    record = indicators.indicators(whole, joined)
    return PlannedWeek(dataset=whole, plan=joined, indicators=record, run=stages.record())


@dataclass(frozen=True, slots=True)
class _Today:
    """The day of the moment: what has been driven, what is still to be, and by whom."""

    dataset: Dataset
    plan: Plan
    moment: dt.datetime
    out: Events
    effort: Effort
    seed: int

    @property
    def date(self) -> dt.date:
        return self.moment.date()

    @property
    def now_s(self) -> int:
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
        return row.vehicle_id in self.out.vehicles or row.place_id in self.out.sites | self.out.farms

    def _open_part(self, task: Task | None) -> list[Task]:
        """The task less what is for sites that are shut; nothing of it at a place that is shut."""
        if task is None or task.place_id in self.out.sites | self.out.farms:
            return []
        if task.is_drop and any(item.site_id in self.out.sites for item in task.drops):
            task = without_sites(self.dataset, task, self.out.sites)
            return [task] if task.drops else []
        return [task]

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
            if vehicle.vehicle_id in self.out.vehicles or self.date.weekday() not in vehicle.weekdays:
                continue
            if vehicle.vehicle_id not in busy:
                if free <= 0 or (vehicle.needs_licence_c and heavy <= 0):
                    continue
                free, heavy = free - 1, heavy - vehicle.needs_licence_c
            rest = _rest_of_shift(vehicle, busy.get(vehicle.vehicle_id, []), self.now_s)
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
            and ((r.vehicle_id, r.trip, r.farm_id) in picked if r.vehicle_id else r.farm_id not in self.out.farms)
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


def rest_of_week(dataset: Dataset, before: Plan, done: Plan, date: dt.date, out: Events) -> Dataset | None:
    """Return the days after a date as a week of its own: its stock, the need left, what is out of use gone; None without days.

    What was given this week is a head start, so that fairness counts over the whole of it.
    """
    settings = dataset.settings
    days = tuple(d.weekday() for d in settings.delivery_dates if d > date)
    if not days:
        return None
    given = _given(dataset, done)
    collect = tuple(d.weekday() for d in settings.collection_dates if d > date)
    of_programme: dict[str, int] = defaultdict(int)
    for (_, basket), baskets in given.items():
        of_programme[dataset.basket_type_by_id[basket].programme] += baskets
    budget = settings.purchase_budget_cents
    spent = sum(row.cents for row in done.collections)
    objective = settings.objective
    changed = dataclasses.replace(
        settings,
        delivery_weekdays=days,
        collection_weekdays=collect,
        early_collection_weekdays=(),
        max_baskets=tuple((p, max(0, n - of_programme[p])) for p, n in settings.max_baskets),
        purchase_budget_cents=None if budget is None else budget - spent,
        objective=dataclasses.replace(
            objective,
            window_weeks=53,
            max_site_changes=None,
            site_change_cents=CHANGE_CENTS if objective.site_change_cents is None else objective.site_change_cents,
        ),
    )
    households, needs = _need_left(dataset, given)
    stock = _stock_left(dataset, done, date, min(settings.week_start + dt.timedelta(days=d) for d in days))
    collected: dict[str, int] = defaultdict(int)
    for row in done.collections:
        collected[row.lot_id] += row.load_g
    left = dataclasses.replace(
        dataset,
        settings=changed,
        households=households,
        needs=needs,
        sites=tuple(
            dataclasses.replace(
                site,
                max_baskets_per_day=0 if {site.site_id, site.drop_site_id} & out.sites else site.max_baskets_per_day,
                min_baskets_per_week=max(0, site.min_baskets_per_week - _got(done, site.site_id)),
                may_relay_to=(),
            )
            for site in dataset.sites
        ),
        vehicles=tuple(v for v in dataset.vehicles if v.vehicle_id not in out.vehicles),
        lots=tuple(
            dataclasses.replace(lot, offer_g=lot.offer_g - collected[lot.lot_id])
            for lot in dataset.lots
            if lot.farm_id not in out.farms
        ),
        depot_stock=stock,
        past_visits=_visits_after(dataset, date, before),
    )
    return dataclasses.replace(left, past_coverage=_head_starts(dataset, left, given))


def _got(plan: Plan, site_id: str) -> int:
    return sum(row.baskets for row in plan.deliveries if row.site_id == site_id)


def _given(dataset: Dataset, plan: Plan) -> dict[tuple[str, str], int]:
    given: dict[tuple[str, str], int] = defaultdict(int)
    for row in plan.allocation:
        given[row.zone_id, type_of(row.basket_id)] += row.baskets
    return dict(sorted(given.items()))


def _need_left(
    dataset: Dataset, given: dict[tuple[str, str], int]
) -> tuple[tuple[HouseholdGroup, ...], tuple[ExtraNeed, ...]]:
    """Households and needs less what was given of each zone and type, households of all sizes in proportion."""
    left = dict(given)
    needs = []
    for row in dataset.needs:
        less = min(row.households, left.get((row.zone_id, row.basket_id), 0))
        left[row.zone_id, row.basket_id] = left.get((row.zone_id, row.basket_id), 0) - less
        needs.append(dataclasses.replace(row, households=row.households - less))
    groups = list(dataset.households)
    for (zone_id, basket_id), baskets in sorted(left.items()):
        kind = dataset.basket_type_by_id[basket_id]
        mine = [
            i for i, g in enumerate(groups) if g.zone_id == zone_id and counts_household(kind, g.persons_per_household)
        ]
        total, todo = sum(groups[i].households for i in mine), baskets
        for i in mine:
            less = baskets * groups[i].households // total
            groups[i] = dataclasses.replace(groups[i], households=groups[i].households - less)
            todo -= less
        for i in sorted(mine, key=lambda i: -groups[i].households):
            less = min(1, todo, groups[i].households)
            groups[i] = dataclasses.replace(groups[i], households=groups[i].households - less)
            todo -= less
    return tuple(groups), tuple(needs)


def _head_starts(dataset: Dataset, left: Dataset, given: dict[tuple[str, str], int]) -> tuple[PastCoverage, ...]:
    """The earlier weeks of the window as they are, and this week so far as one of them."""
    settings, types = dataset.settings, dataset.basket_type_by_id
    first = settings.week_start - (settings.objective.window_weeks - 1) * WEEK
    cells: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for sign, needs in ((1, dataset.zone_needs), (-1, left.zone_needs)):
        for (zone, basket), need in needs.items():
            cell = cells[types[basket].programme, zone]
            cell[1] += sign * need.baskets
            cell[2] += sign * need.weight_milli
    for (zone, basket), baskets in given.items():
        cells[types[basket].programme, zone][0] += baskets
    so_far = tuple(
        PastCoverage(
            week_start=settings.week_start - WEEK,
            programme=programme,
            zone_id=zone,
            baskets=baskets,
            need_baskets=need,
            weight_milli=weight,
        )
        for (programme, zone), (baskets, need, weight) in sorted(cells.items())
        if baskets
    )
    return (*(row for row in dataset.past_coverage if first <= row.week_start < settings.week_start), *so_far)


def _stock_left(dataset: Dataset, done: Plan, date: dt.date, first_day: dt.date) -> tuple[DepotStock, ...]:
    """What the depots hold when the date is over and can be packed on the first day after it, under names of its own."""
    lead = dt.timedelta(days=dataset.settings.packing_lead_days)
    late: dict[tuple[str, str], int] = defaultdict(int)
    for row in done.collections:
        if row.date + lead > first_day:
            late[row.depot_id, row.lot_id] += row.load_g
    found = []
    for row_ in done.stock_ledger:
        grams = row_.closing_g - late[row_.depot_id, row_.lot_id]
        if row_.date == date and grams > 0 and (row_.last_use_date is None or row_.last_use_date >= first_day):
            found.append(
                DepotStock(
                    depot_id=row_.depot_id,
                    lot_id=f"{row_.lot_id}@{row_.depot_id}@stock",
                    product_id=row_.product_id,
                    stock_g=grams,
                    last_use_date=row_.last_use_date,
                )
            )
    return tuple(sorted(found, key=lambda s: (s.depot_id, s.lot_id)))


def _own_name(lot_id: str) -> str:
    return lot_id.rsplit("@", 2)[0] if lot_id.endswith("@stock") else lot_id


def _visits_after(dataset: Dataset, date: dt.date, before: Plan) -> tuple[PastVisit, ...]:
    """The visits that the plan had for the days after a date, as if they were last week's."""
    found = {(r.site_id, r.date.weekday(), r.vehicle_id, r.start_s, r.trip) for r in before.deliveries if r.date > date}
    last = dataset.settings.week_start - WEEK
    return tuple(
        PastVisit(week_start=last, site_id=site, weekday=day, vehicle_id=vehicle, start_s=start, trip=trip)
        for site, day, vehicle, start, trip in sorted(found)
    )


# --- joined to one week ----------------------------------------------------------------------------


def _joined(
    dataset: Dataset,
    done: Plan,
    rest: PlannedWeek | None,
    date: dt.date,
    could: dict[tuple[str, str], int],
    lacking: str,
) -> tuple[Dataset, Plan]:
    """The dataset and plan of the whole week.

    ``could``: values in R, in 1e-6 baskets by (programme, neighbourhood_id), of a rest of which no basket can be made, and
    ``lacking``: the limit that forbids it.

    A site's weekly minimum that can no longer be met is lowered to what it gets.
    """
    after = Plan() if rest is None else rest.plan
    tables = {
        name: (*getattr(done, name), *getattr(after, name))
        for name in ("allocation", "deliveries", "stops", "collections", "recipes", "packing")
    }
    plan = _sorted(dataclasses.replace(done, **tables))
    got: dict[str, int] = defaultdict(int)
    for row in plan.deliveries:
        got[row.site_id] += row.baskets
    whole = dataclasses.replace(
        dataset,
        sites=tuple(
            dataclasses.replace(s, min_baskets_per_week=min(s.min_baskets_per_week, got[s.site_id]))
            if got[s.site_id]
            else s
            for s in dataset.sites
        ),
    )
    limited = {(r.programme, r.neighbourhood_id): r.limited_by for r in after.coverage if r.limited_by != "need_met"}
    uses: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for row_ in (*(r for r in done.stock_ledger if r.date <= date), *after.stock_ledger):
        uses[row_.date, row_.depot_id, _own_name(row_.lot_id)] += row_.packed_g
    allocation = Allocation(
        shares=tuple(
            Share(
                date=r.date, depot_id="", site_id=r.site_id, zone_id=r.zone_id, basket_id=r.basket_id, baskets=r.baskets
            )
            for r in plan.allocation
        ),
        lot_uses=tuple(
            LotUse(date=d, depot_id=w, lot_id=lot, packed_g=grams)
            for (d, w, lot), grams in sorted(uses.items())
            if grams
        ),
    )
    full = {
        (r.programme, r.neighbourhood_id): "need_met"
        for r in coverage_rows(whole, allocation)
        if r.need_baskets and r.baskets == r.need_baskets
    }
    reasons = {key: reason for key, reason in limited.items() if reason} | full
    allocation = dataclasses.replace(allocation, limited_by=tuple((p, h, r) for (p, h), r in sorted(reasons.items())))
    plan = dataclasses.replace(
        plan,
        coverage=coverage_rows(whole, allocation),
        stock_ledger=ledger_rows(whole, allocation, plan.collections),
        fairness=_fairness(whole, done, after, could, lacking),
    )
    plan = dataclasses.replace(plan, levels=_levels(whole, plan, after, sum(r.baskets for r in done.allocation)))
    week = FinishedWeek(dataset=whole, allocation=allocation, solve=False)
    return whole, dataclasses.replace(plan, unserved=unserved_rows(week, plan))


def _sorted(plan: Plan) -> Plan:
    from distrib.io.plan_tables import TABLES

    rows = {t.name: tuple(sorted(getattr(plan, t.name), key=t.sort_key())) for t in TABLES}
    return dataclasses.replace(plan, **rows)


def _fairness(
    dataset: Dataset, done: Plan, after: Plan, could: dict[tuple[str, str], int], lacking: str
) -> tuple[FairnessRow, ...]:
    """What was given so far is on both sides of the proof of the rest; without a day left nothing more could be given."""
    given: dict[tuple[str, str], int] = defaultdict(int)
    for share in done.allocation:
        given[dataset.basket_type_by_id[type_of(share.basket_id)].programme, share.neighbourhood_id] += share.baskets
    rest = {(row.programme, row.neighbourhood_id): row for row in after.fairness}
    found = []
    for row in done.fairness:
        key = (row.programme, row.neighbourhood_id)
        more = rest.get(key)
        if more is None:
            bound, baskets, binding = given[key] * MICRO + could.get(key, 0), given[key], ""
        else:
            bound, baskets = given[key] * MICRO + more.bound_microbaskets, given[key] + more.baskets
            binding = more.binding
        gap = max(0, bound // MICRO - baskets)
        found.append(
            dataclasses.replace(
                row,
                bound_microbaskets=bound,
                baskets=baskets,
                proven=gap == 0,
                gap_baskets=gap,
                lacking_rule=""
                if not gap
                else more.lacking_rule
                if more is not None
                else lacking or "whole portions and crates",
                binding=binding,
            )
        )
    return tuple(found)


def _levels(dataset: Dataset, plan: Plan, after: Plan, given: int) -> tuple[Level, ...]:
    """The levels of the rest that still mean something for the whole week: coverage, baskets, and the cost of all of it."""
    found = []
    for level in after.levels:
        if level.name.startswith("coverage"):
            found.append(level)
        elif level.name == "baskets":
            bound = None if level.bound is None else level.bound + given
            found.append(dataclasses.replace(level, value=level.value + given, bound=bound))
        elif level.name == "cost":
            cents = sum((Fraction(row.cents) for row in plan.collections), Fraction(0))
            value = cents + indicators.transport_millicents(dataset, plan) / 1000
            why = "no bound was computed"
            found.append(dataclasses.replace(level, value=value / 100, bound=None, proven=False, why_not_proven=why))
    return tuple(found)
