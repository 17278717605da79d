"""What a driver sheet says about a tour, as finished text in one language; nothing here knows about paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal

from distrib import units
from distrib.io.labels import counted, text
from distrib.io.map_data import basket_name
from distrib.io.map_legs import ways
from distrib.model.dataset import Dataset
from distrib.model.plan import CollectionRow, DeliveryRow, Plan, StopRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point of the tour's small map, in degrees."""

    lon: float
    lat: float

    @property
    def at(self) -> tuple[float, float]:
        """Longitude and latitude."""
        return self.lon, self.lat


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stop at a site or farm; ``number`` counts over the whole tour."""

    number: int
    arrival: str
    departure: str
    name: str
    details: tuple[str, ...]
    tasks: tuple[str, ...]
    load: str
    lon: float
    lat: float

    @property
    def geo_link(self) -> str:
        """A link that any phone's map opens, without an account."""
        return f"geo:{self.lat:.5f},{self.lon:.5f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TripPart:
    """One trip: what to load, the visits in order, the return; ``path`` is the way driven."""

    heading: str
    load_list: str
    visits: tuple[Visit, ...]
    end: str
    path: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourSheet:
    """All that the sheet of one vehicle and day says; ``facts`` are (label, value) pairs."""

    date: dt.date
    vehicle_id: str
    vehicle_kind: str
    facts: tuple[tuple[str, str], ...]
    trips: tuple[TripPart, ...]


def tour_sheets(dataset: Dataset, plan: Plan, language: str) -> Iterator[TourSheet]:
    """Yield the sheets by date and vehicle.

    Arrivals are rounded up to the minute, departures and the beginning of a tour or of loading down; weights are kg with one decimal at most.
    """
    tours: dict[tuple[dt.date, str], list[StopRow]] = defaultdict(list)
    for row in sorted(plan.stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop)):
        tours[row.date, row.vehicle_id].append(row)
    words = _Words(dataset, plan, language)
    for (date, vehicle_id), rows in sorted(tours.items()):
        vehicle = dataset.vehicle_by_id[vehicle_id]
        licence = text("sheet.licence", language, letter="C" if vehicle.needs_licence_c else "B")
        yield TourSheet(
            date=date,
            vehicle_id=vehicle_id,
            vehicle_kind=f"{vehicle.kind}, {licence}",
            facts=_facts(rows, language),
            trips=tuple(words.trips(rows)),
        )


def kg_text(grams: int, language: str) -> str:
    """Return a weight as people read it."""
    return text("sheet.kg", language, n=_number(Fraction(grams, 1000), language))


def _number(value: Fraction, language: str) -> str:
    rounded = Fraction(units.round_half_up(value * 10), 10)
    return str(format_decimal(float(rounded), format="#,##0.#", locale=language))


def _facts(rows: list[StopRow], language: str) -> tuple[tuple[str, str], ...]:
    leave = units.clock_for_people(rows[0].departure_s, up=False)
    start = units.clock_for_people(rows[0].arrival_s, up=False)
    visits = [row for row in rows if row.place_kind != "depot"]
    facts = [
        ("start", start),
        ("leave", leave),
        ("back", units.clock_for_people(rows[-1].arrival_s, up=True)),
        ("stops", str(len(visits))),
        ("baskets", _number(Fraction(sum(row.drop_baskets for row in rows)), language)),
        ("weight", kg_text(sum(row.drop_g for row in rows), language)),
        (
            "distance",
            text("sheet.km", language, n=_number(Fraction(sum(r.from_previous_m for r in rows), 1000), language)),
        ),
    ]
    if any(row.pick_g for row in rows):
        facts.append(("pick_weight", kg_text(sum(row.pick_g for row in rows), language)))
    return tuple((text(f"sheet.{key}", language), value) for key, value in facts)


class _Words:
    """Finds what is dropped and picked at each stop, and says it."""

    def __init__(self, dataset: Dataset, plan: Plan, language: str) -> None:
        self.dataset = dataset
        self.language = language
        self.way_of = ways(dataset)
        self.drops: dict[tuple[dt.date, str, int, str], list[DeliveryRow]] = defaultdict(list)
        self.picks: dict[tuple[dt.date, str, int, str], list[CollectionRow]] = defaultdict(list)
        for drop in plan.deliveries:
            self.drops[drop.date, drop.vehicle_id, drop.trip, drop.dropped_at_site_id].append(drop)
        for pick in plan.collections:
            self.picks[pick.date, pick.vehicle_id, pick.trip, pick.farm_id].append(pick)

    def trips(self, rows: list[StopRow]) -> Iterator[TripPart]:
        number = 0
        for trip in sorted({row.trip for row in rows}):
            part = [row for row in rows if row.trip == trip]
            visits = []
            for row in part:
                if row.place_kind != "depot":
                    number += 1
                    visits.append(self._visit(row, number))
            first, last = part[0], part[-1]
            yield TripPart(
                heading=self._heading(first),
                load_list=self._load_list(part),
                visits=tuple(visits),
                end=self._end(last),
                path=tuple(self._path(part)),
            )

    def _path(self, part: list[StopRow]) -> Iterator[Spot]:
        """Yield the way driven, along the roads where they are known."""
        for i, row in enumerate(part):
            if i:
                between = self.way_of.get((row.vehicle_id, part[i - 1].place_id, row.place_id), [])
                yield from (Spot(lon=lon, lat=lat) for lat, lon in between)
            yield _spot(self._place(row))

    def _place(self, row: StopRow) -> Any:
        tables = {"site": self.dataset.site_by_id, "farm": self.dataset.farm_by_id, "depot": self.dataset.depot_by_id}
        return tables[row.place_kind][row.place_id]  # type: ignore[index]

    def _heading(self, first: StopRow) -> str:
        values = {
            "n": first.trip,
            "depot": self._place(first).name,
            "time": units.clock_for_people(first.arrival_s, up=False),
            "leave": units.clock_for_people(first.departure_s, up=False),
        }
        key = "sheet.trip" if first.departure_s > first.arrival_s and first.load_g else "sheet.trip_empty"
        return text(key, self.language, **values)

    def _load_list(self, part: list[StopRow]) -> str:
        kinds: dict[str, int] = defaultdict(int)
        grams = 0
        for row in part:
            for drop in self._drops_at(row):
                kinds[drop.basket_id] += drop.baskets
                grams += drop.load_g
        if not kinds:
            return ""
        return text("sheet.load_list", self.language, what=self._baskets(kinds), kg=kg_text(grams, self.language))

    def _end(self, last: StopRow) -> str:
        values = {"time": units.clock_for_people(last.arrival_s, up=True), "depot": self._place(last).name}
        pause = f" – {text('sheet.break', self.language, n=last.break_s // 60)}" if last.break_s else ""
        if last.departure_s - last.break_s > last.arrival_s:
            end = units.clock_for_people(last.departure_s - last.break_s, up=False)
            return text("sheet.return_unload", self.language, end=end, **values) + pause
        return text("sheet.return", self.language, **values) + pause

    def _drops_at(self, row: StopRow) -> list[DeliveryRow]:
        if row.place_kind != "site":
            return []
        drops = self.drops.get((row.date, row.vehicle_id, row.trip, row.place_id), [])
        then = [drop for drop in drops if drop.arrival_s == row.arrival_s]
        return then or drops

    def _baskets(self, kinds: dict[str, int]) -> str:
        if len(self.dataset.basket_types) == 1 and len(kinds) == 1:
            return counted("sheet.n_baskets", sum(kinds.values()), self.language)
        named = [(basket_name(self.dataset, kind, self.language), n) for kind, n in sorted(kinds.items())]
        return ", ".join(text("sheet.n_of_type", self.language, n=n, name=name) for name, n in named)

    def _visit(self, row: StopRow, number: int) -> Visit:
        place = self._place(row)
        tasks = self._farm_tasks(row) if row.place_kind == "farm" else self._site_tasks(row)
        if row.break_s:
            tasks.append(text("sheet.break", self.language, n=row.break_s // 60))
        spot = _spot(place)
        _, departure_s = units.call_for_people(row.arrival_s, row.departure_s)
        return Visit(
            number=number,
            arrival=units.clock_for_people(row.arrival_s, up=True),
            departure="" if departure_s is None else units.clock_for_people(departure_s, up=False),
            name=place.name,
            details=tuple(d for d in (place.address, place.commune, self._hours(row, place), place.contact) if d),
            tasks=tuple(tasks),
            load=kg_text(row.load_g, self.language),
            lon=spot.lon,
            lat=spot.lat,
        )

    def _hours(self, row: StopRow, place: Any) -> str:
        if row.place_kind == "farm":
            hours = [(place.opens_s, place.closes_s)]
        else:
            hours = [(o.opens_s, o.closes_s) for o in place.openings if o.weekday == row.date.weekday()]
        shown = ", ".join(f"{_hour(opens)}–{_hour(closes)}" for opens, closes in hours)
        return text("sheet.opening", self.language, hours=shown) if shown else ""

    def _site_tasks(self, row: StopRow) -> list[str]:
        by_site: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        total: dict[str, int] = defaultdict(int)
        for drop in self._drops_at(row):
            by_site[drop.site_id][drop.basket_id] += drop.baskets
            total[drop.basket_id] += drop.baskets
        what = self._baskets(total) if total else counted("sheet.n_baskets", row.drop_baskets, self.language)
        tasks = [text("sheet.unload", self.language, what=f"{what} ({kg_text(row.drop_g, self.language)})")]
        if set(by_site) - {row.place_id}:
            tasks += [
                text(
                    "sheet.for_site", self.language, site=self.dataset.site_by_id[site].name, what=self._baskets(kinds)
                )
                for site, kinds in sorted(by_site.items())
            ]
        return tasks

    def _farm_tasks(self, row: StopRow) -> list[str]:
        picks = self.picks.get((row.date, row.vehicle_id, row.trip, row.place_id), [])
        tasks = []
        for pick in picks:
            name = self.dataset.product_by_id[pick.product_id].name
            crates = counted("sheet.n_crates", pick.crates, self.language, name=name)
            tasks.append(text("sheet.pick", self.language, what=f"{crates} ({kg_text(pick.load_g, self.language)})"))
        return tasks or [text("sheet.pick", self.language, what=kg_text(row.pick_g, self.language))]


def _spot(place: Any) -> Spot:
    return Spot(lon=place.lon_microdeg / 1e6, lat=place.lat_microdeg / 1e6)


def _hour(seconds: int) -> str:
    return units.clock_for_people(seconds, up=False)
