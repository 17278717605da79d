"""The tours of an edited plan: which calls they make, what each drops and picks, and their rows but for the times."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from distrib.checker.case import Case
from distrib.checker.following import Load, loads_of_stops, picks_of_stops
from distrib.checker.timing import is_known_place
from distrib.model.plan import CollectionRow, StopRow

TourKey = tuple[dt.date, str]
"""Date and vehicle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call at a site or farm as edited: its row as written, what is dropped and picked there."""

    row: StopRow
    drops: Load
    picks: tuple[CollectionRow, ...]
    pick_g: int


Errands = tuple[Errand, ...]


def tours_as_edited(case: Case) -> dict[TourKey, list[Errands]]:
    """Return the errands of each trip of each tour as edited, without those that have nothing to do."""
    rows = sorted(case.plan.stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop))
    rows = [row for row in rows if row.place_kind != "depot"]
    loads, picks = loads_of_stops(case, rows), picks_of_stops(case, rows)
    trips: dict[tuple[dt.date, str, int], list[Errand]] = defaultdict(list)
    for i, row in enumerate(rows):
        pick_g = _pick_g(rows, picks, i)
        if loads[i] or picks[i] or pick_g or not is_known_place(case, row):
            errand = Errand(row=row, drops=loads[i], picks=tuple(picks[i]), pick_g=pick_g)
            trips[row.date, row.vehicle_id, row.trip].append(errand)
    tours: dict[TourKey, list[Errands]] = defaultdict(list)
    for date, vehicle_id, trip in sorted(trips):
        tours[date, vehicle_id].append(tuple(trips[date, vehicle_id, trip]))
    return dict(tours)


def _pick_g(rows: list[StopRow], picks: list[list[CollectionRow]], index: int) -> int:
    """Grams picked at a stop; visits of one farm on one trip share as written while that adds up, else the first takes all."""
    row = rows[index]
    if row.place_kind != "farm":
        return 0
    trip = (row.date, row.vehicle_id, row.trip, row.place_id)
    same = [i for i, r in enumerate(rows) if (r.date, r.vehicle_id, r.trip, r.place_id) == trip]
    collected = sum(c.load_g for i in same for c in picks[i])
    as_written = sum(rows[i].pick_g for i in same) == collected and all(rows[i].pick_g > 0 for i in same)
    return row.pick_g if as_written else sum(c.load_g for c in picks[index])


def rows_of_trip(
    case: Case, key: TourKey, number: int, trip: Errands, old: dict[tuple[int, int], StopRow]
) -> list[StopRow]:
    """Return the rows of a trip with everything that follows but their times, which stay as written.

    ``old`` are the rows of the tour as written, by trip and stop. A trip of an unknown vehicle has no depot, so
    it is left with its calls alone.
    """
    vehicle = case.vehicle(key[1])
    calls = [_call_row(case, key, errand) for errand in trip]
    bare = calls
    if vehicle is not None:
        first, last = (_depot_row(key, vehicle.depot_id, old.get((number, s))) for s in (0, len(calls) + 1))
        bare = [first, *calls, last]
    load = sum(row.drop_g for row in calls)
    rows: list[StopRow] = []
    for stop, row in enumerate(bare):
        load += row.pick_g - row.drop_g
        aboard = 0 if vehicle is not None and stop == len(bare) - 1 else load
        way = case.drive(vehicle, rows[-1].place_id, row.place_id) if vehicle is not None and rows else None
        seconds, metres = (0, 0) if way is None else way
        row = replace(row, trip=number, stop=stop, load_g=aboard)
        rows.append(replace(row, from_previous_s=seconds, from_previous_m=metres))
    return rows


def _call_row(case: Case, key: TourKey, errand: Errand) -> StopRow:
    depot = case.depot_of(key[1])
    depot_id = "" if depot is None else depot.depot_id
    drop_g = sum(baskets * case.recipe_g((key[0], depot_id, kind)) for (_, kind), baskets in errand.drops.items())
    return replace(errand.row, drop_baskets=sum(errand.drops.values()), drop_g=drop_g, pick_g=errand.pick_g)


def _depot_row(key: TourKey, depot_id: str, written: StopRow | None) -> StopRow:
    """A row at the depot with the times of the one that was written there, if it was."""
    at_depot = written if written is not None and written.place_kind == "depot" else None
    return StopRow(
        date=key[0],
        vehicle_id=key[1],
        trip=0,
        stop=0,
        place_kind="depot",
        place_id=depot_id,
        arrival_s=0 if at_depot is None else at_depot.arrival_s,
        start_s=0 if at_depot is None else at_depot.start_s,
        departure_s=0 if at_depot is None else at_depot.departure_s,
        break_s=0 if at_depot is None else at_depot.break_s,
        drop_baskets=0,
        drop_g=0,
        pick_g=0,
        load_g=0,
        from_previous_m=0,
        from_previous_s=0,
    )
