"""A plan edited by hand, with everything that follows from the edits made to follow.

Edited are, and only these are read as decisions:

- ``allocation.csv``: how many baskets of a kind a zone gets at a site on a date (rows may be added or removed);
- ``stops.csv``: which vehicle calls at which site or farm, on which date and trip and in which order (``stop``;
  rows of equal numbers in the order of the table). Depot rows need not be kept in order: a trip has one at
  each end.

Kept as they are: collections (lots, crates, dates, depots) and recipes. What follows: who brings which baskets
(deliveries), stops without anything to do (they go, and trips without stops with them), trip and stop numbers,
loads, ways, times and breaks, vehicles and trips of collections, packing, recipes in use, the ledger, coverage,
unserved, fairness. The levels that the plan was optimised for no longer describe it: they go, and a warning says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from distrib.checker import carrying, driving, timing
from distrib.checker.case import Case
from distrib.checker.errands import Errand, Errands, TourKey, rows_of_trip, tours_as_edited
from distrib.checker.following import (
    allocation_that_counts,
    coverage_of,
    fairness_of,
    packing_of,
    recipes_in_use,
    unserved_of,
)
from distrib.checker.schedule import Bench, Call, Times, Timetable, Tour, TripDraft, timetable
from distrib.checker.stocking import ledger_of
from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.goods import Depot
from distrib.model.plan import DeliveryRow, Plan, StopRow

WARNING = {
    "fr": "Plan modifié à la main : les niveaux d'optimisation du calcul ne le décrivent plus.",
    "en": "Plan edited by hand: the levels of what the program optimised no longer describe it.",
}
TIME_RULES = (
    timing.service_in_window,
    timing.farm_in_hours,
    timing.trip_in_depot_hours,
    timing.driving_time_kept,
    timing.service_time_kept,
    timing.repeated_farm_service,
    timing.loading_begins_on_arrival,
    driving.within_shift,
    driving.breaks_taken,
    carrying.packed_before_loading,
    carrying.one_place_at_a_time,
)
"""What the written times of a tour must hold to be kept."""


def retime(dataset: Dataset, plan: Plan) -> Plan:
    """Return the edited plan with everything that follows from its allocation and stops (see the module).

    A tour in which nothing changes and whose written times keep the time rules keeps them; so a plan that was
    not edited comes back as it is. Other tours get the earliest feasible end with as little waiting as
    possible, breaks where they fit. Whatever cannot hold is left for ``check`` to find: an edit that makes no
    sense (an unknown vehicle or place) is kept as it stands.

    Raises:
        ValueError: the dataset is not resolved.
    """
    edited = Case(dataset, replace(plan, allocation=allocation_that_counts(dataset, plan.allocation)))
    tours = tours_as_edited(edited)
    stops = _timed(edited, tours)
    follows = _carried(edited, tours, stops)
    follows = _stocked(dataset, follows)
    if follows == plan:
        return plan
    warning = WARNING.get(dataset.settings.language, WARNING["en"])
    warnings = follows.warnings if warning in follows.warnings else (*follows.warnings, warning)
    return replace(follows, levels=(), warnings=warnings)


def _timed(case: Case, tours: dict[TourKey, list[Errands]]) -> dict[TourKey, list[list[StopRow]]]:
    """Return the rows of every tour, with the written times where these can stay and new ones elsewhere."""
    written: dict[TourKey, list[StopRow]] = defaultdict(list)
    for row in sorted(case.plan.stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop)):
        written[row.date, row.vehicle_id].append(row)
    rows: dict[TourKey, list[list[StopRow]]] = {}
    for key, trips in tours.items():
        old = {(r.trip, r.stop): r for r in written[key]}
        rows[key] = [rows_of_trip(case, key, number, trip, old) for number, trip in enumerate(trips, 1)]
    unchanged = {key for key in tours if [r for trip in rows[key] for r in trip] == written[key]}
    kept = {key: rows[key] for key in sorted(unchanged)}
    broken = _out_of_time(case, tours, kept)
    kept = {key: trips for key, trips in kept.items() if key not in broken}
    benches = _benches(case, tours, kept)
    order = sorted(
        (k for k in tours if k not in kept), key=lambda k: (k[0], min(r.arrival_s for r in written[k]), k[1])
    )
    for key in order:
        vehicle, depot = case.vehicle(key[1]), case.depot_of(key[1])
        if vehicle is not None and depot is not None:
            bench = benches.setdefault((key[0], depot.depot_id), Bench(depot))
            table = timetable(_draft(case, vehicle, depot, bench, tours[key]))
            rows[key] = _with_times(rows[key], table)
            bench.loaded.extend(_loadings(tours[key], rows[key]))
    return rows


def _out_of_time(
    case: Case, tours: dict[TourKey, list[Errands]], kept: dict[TourKey, list[list[StopRow]]]
) -> set[TourKey]:
    """Tours whose written times break a time rule."""
    candidate = Case(case.dataset, _carried(case, {key: tours[key] for key in kept}, kept))
    places = [dict(finding.where) for rule in TIME_RULES for finding in rule(candidate)]
    return {key for key in kept for where in places if (where.get("date"), where.get("vehicle")) == key}


def _benches(
    case: Case, tours: dict[TourKey, list[Errands]], kept: dict[TourKey, list[list[StopRow]]]
) -> dict[tuple[dt.date, str], Bench]:
    benches: dict[tuple[dt.date, str], Bench] = {}
    for key, trips in kept.items():
        depot = case.depot_of(key[1])
        if depot is not None:
            bench = benches.setdefault((key[0], depot.depot_id), Bench(depot))
            bench.loaded.extend(_loadings(tours[key], trips))
    return benches


def _loadings(trips: list[Errands], rows: list[list[StopRow]]) -> list[tuple[int, int]]:
    return [(trip_rows[0].start_s, _baskets(trip)) for trip, trip_rows in zip(trips, rows, strict=True)]


def _baskets(trip: Errands) -> int:
    return sum(baskets for errand in trip for baskets in errand.drops.values())


def _draft(case: Case, vehicle: Vehicle, depot: Depot, bench: Bench, trips: list[Errands]) -> Tour:
    drafts = tuple(
        TripDraft(
            calls=tuple(_call(case, errand) for errand in trip),
            baskets=_baskets(trip),
            loading_s=depot.loading_s if any(errand.drops for errand in trip) else 0,
            unloading_s=depot.loading_s if any(errand.picks for errand in trip) else 0,
        )
        for trip in trips
    )
    return Tour(case=case, vehicle=vehicle, depot=depot, bench=bench, trips=drafts)


def _call(case: Case, errand: Errand) -> Call:
    row = errand.row
    site, farm = case.dataset.site_by_id.get(row.place_id), case.dataset.farm_by_id.get(row.place_id)
    if row.place_kind == "site" and site is not None:
        windows = tuple((o.opens_s, o.closes_s) for o in case.openings(row.place_id, row.date))
        service_s = site.unloading_s + site.unloading_s_per_basket * sum(errand.drops.values())
        return Call(place_id=row.place_id, service_s=service_s, windows=windows)
    if row.place_kind == "farm" and farm is not None:
        service_s = farm.loading_s + farm.loading_s_per_crate * sum(max(0, c.crates) for c in errand.picks)
        return Call(place_id=row.place_id, service_s=service_s, windows=((farm.opens_s, farm.closes_s),))
    return Call(place_id=row.place_id, service_s=0)


def _with_times(rows: list[list[StopRow]], table: Timetable) -> list[list[StopRow]]:
    def timed(row: StopRow, times: Times) -> StopRow:
        return replace(
            row,
            arrival_s=times.arrival_s,
            start_s=times.start_s,
            departure_s=times.departure_s,
            break_s=times.break_s,
        )

    return [
        [timed(row, t) for row, t in zip(trip, times, strict=True)] for trip, times in zip(rows, table, strict=True)
    ]


def _carried(case: Case, tours: dict[TourKey, list[Errands]], stops: dict[TourKey, list[list[StopRow]]]) -> Plan:
    """Return the plan with its stops, and the deliveries and collections that they make."""
    deliveries: list[DeliveryRow] = []
    made: dict[int, tuple[str, int]] = {}
    for key in sorted(tours):
        for trip, rows in zip(tours[key], stops[key], strict=True):
            for errand, row in zip(trip, [r for r in rows if r.place_kind != "depot"], strict=True):
                deliveries.extend(_deliveries(case, errand, row))
                made.update({id(pick): (row.vehicle_id, row.trip) for pick in errand.picks})
    collections = [
        replace(row, vehicle_id=made[id(row)][0], trip=made[id(row)][1]) if id(row) in made else row
        for row in case.plan.collections
    ]
    return replace(
        case.plan,
        stops=tuple(row for key in sorted(stops) for trip in stops[key] for row in trip),
        deliveries=tuple(
            sorted(deliveries, key=lambda r: (r.date, r.site_id, r.basket_id, r.vehicle_id, r.trip, r.arrival_s))
        ),
        collections=tuple(
            sorted(collections, key=lambda r: (r.date, r.depot_id, r.farm_id, r.lot_id, r.vehicle_id, r.trip))
        ),
    )


def _deliveries(case: Case, errand: Errand, row: StopRow) -> list[DeliveryRow]:
    depot = case.depot_of(row.vehicle_id)
    depot_id = "" if depot is None else depot.depot_id
    return [
        DeliveryRow(
            date=row.date,
            site_id=site_id,
            dropped_at_site_id=row.place_id,
            basket_id=kind,
            baskets=baskets,
            load_g=baskets * case.recipe_g((row.date, depot_id, kind)),
            vehicle_id=row.vehicle_id,
            trip=row.trip,
            arrival_s=row.arrival_s,
            start_s=row.start_s,
            departure_s=row.departure_s,
        )
        for (site_id, kind), baskets in errand.drops.items()
    ]


def _stocked(dataset: Dataset, plan: Plan) -> Plan:
    """Return the plan with packing, ledger, coverage, unserved and fairness as they follow."""
    packing = packing_of(Case(dataset, plan))
    plan = replace(plan, packing=packing, recipes=recipes_in_use(Case(dataset, plan), packing))
    plan = replace(plan, stock_ledger=ledger_of(Case(dataset, plan)))
    plan = replace(plan, coverage=coverage_of(Case(dataset, plan)), unserved=unserved_of(Case(dataset, plan)))
    return replace(plan, fairness=fairness_of(Case(dataset, plan)))
