"""Visits moved between days so that the places of each day lie near each other, days stay alike and few places are visited twice.

A local search over whole visits: a visit moves to another day, or two visits change days. What a place costs on a day is by how much
it lengthens the shortest tree that joins the day's places and the depot (Prim 1957, doi:10.1002/j.1538-7305.1957.tb01515.x),
which is at least half of what it lengthens the shortest round through them, and found in no time.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distrib.model.dataset import Dataset
from distrib.solver.allocation.days import Caps
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.trees import between_s, lengthening_s
from distrib.solver.allocation.visits import Week
from distrib.solver.allocation.workload import fleet_seconds, seconds_per_basket

VISIT_S = 900.0
"""What a further visit of a place counts, in seconds of driving."""
LOAD_S = 20_000.0
"""What a day counts whose deliveries fill the fleet to the last hour; half full counts a quarter of it."""
LEAST_GAIN_S = 1.0
"""Least gain of a move."""
ROUNDS = 20
"""Most rounds over all visits."""
NEAREST = 16
"""Places of a day that the tree is grown through: those nearest to the place in question."""
PARTNERS = 4
"""Visits of another day with which a visit may change days: those nearest to it."""

Day = tuple[dt.date, str]
"""(date, depot_id)."""


@dataclass(slots=True)
class Visit:
    """A place visited on a day; ``baskets``: (site_id, basket_id) → baskets dropped there for the site."""

    place: int
    day: Day
    baskets: dict[tuple[str, str], int]


def gathered(dataset: Dataset, outlets: Outlets, week: Week, caps: Caps) -> Week:
    """Return the same baskets for every site with the days rearranged, within every limit on sites, relays and days."""
    search = _Search(dataset, outlets, week, caps)
    for _ in range(ROUNDS):
        moved = [search.improve(visit) for visit in list(search.visits)]
        if not any(moved):
            break
    bring: Counter[tuple[Drop, str]] = Counter()
    for visit in search.visits:
        for (site, basket), number in visit.baskets.items():
            bring[(site, *visit.day), basket] += number
    return Week(fetch=week.fetch, bring=dict(sorted(bring.items())))


class _Search:
    """The visits, what each day holds of every limit, and what places cost where."""

    def __init__(self, dataset: Dataset, outlets: Outlets, week: Week, caps: Caps) -> None:
        self.dataset, self.outlets, self.caps = dataset, outlets, caps
        self.each = seconds_per_basket(dataset, outlets)
        if dataset.travel is None:
            raise ValueError("the travel table of this dataset is not resolved")
        self.seconds = dataset.travel.seconds
        self.index = {place: i for i, place in enumerate(dataset.travel.places)}
        self.fleet = {(date, w): max(1, fleet_seconds(dataset, w, date)) for date, w in outlets.packing}
        self.held: Counter[tuple[object, ...]] = Counter()
        self.load_s: dict[Day, float] = defaultdict(float)
        groups: dict[tuple[int, Day], Visit] = {}
        for ((site, date, depot), basket), number in sorted(week.bring.items()):
            place = self.index[dataset.site_by_id[site].drop_site_id]
            visit = groups.setdefault((place, (date, depot)), Visit(place, (date, depot), {}))
            visit.baskets[site, basket] = number
        self.visits = list(groups.values())
        self.of_day: dict[Day, dict[int, Visit]] = defaultdict(dict)
        self.members: dict[Day, npt.NDArray[np.int64]] = {}
        for visit in self.visits:
            self._put(visit, visit.day)

    def improve(self, visit: Visit) -> bool:
        """Try every other day of the same depot, alone and in exchange; make the best change that gains."""
        if not visit.baskets:
            return False
        best: tuple[float, Day, Visit | None] | None = None
        for date in self.outlets.dates:
            day = (date, visit.day[1])
            if day == visit.day or not self._may_go(visit, day):
                continue
            for other in [None, *self._partners(visit, day)]:
                gain = self._gain(visit, day, other)
                if gain is not None and gain > max(LEAST_GAIN_S, best[0] if best else 0.0):
                    best = (gain, day, other)
        if best is None:
            return False
        self._change(visit, best[1], best[2])
        return True

    def _change(self, visit: Visit, day: Day, other: Visit | None) -> None:
        old = visit.day
        self.members.pop(old, None)
        self.members.pop(day, None)
        self._take(visit)
        if other is not None:
            self._take(other)
            self._put(other, old)
        there = self.of_day[day].get(visit.place)
        if there is None:
            self._put(visit, day)
            return
        self._take(there)
        for key, number in visit.baskets.items():
            there.baskets[key] = there.baskets.get(key, 0) + number
        visit.baskets = {}
        self._put(there, day)

    def _gain(self, visit: Visit, day: Day, other: Visit | None) -> float | None:
        """Seconds gained by the change, None when a limit forbids it."""
        old = visit.day
        merges = visit.place in self.of_day[day]
        if other is not None and (merges or other.place in self.of_day[old] or not self._may_go(other, old)):
            return None
        gone = np.array([visit.place, visit.place if other is None else other.place])
        here, there = self._places(old), self._places(day)
        before = self._load_cost(old) + self._load_cost(day)
        self._take(visit)
        if other is not None:
            self._take(other)
        possible = self._fits(visit, day) and (other is None or self._fits(other, old))
        gain = VISIT_S if merges else 0.0
        if possible:
            gain += lengthening_s(self.seconds, here, gone, visit.place, NEAREST)
            gain -= 0.0 if merges else lengthening_s(self.seconds, there, gone, visit.place, NEAREST)
            if other is not None:
                gain += lengthening_s(self.seconds, there, gone, other.place, NEAREST)
                gain -= lengthening_s(self.seconds, here, gone, other.place, NEAREST)
        self._shift(visit, day, 1)
        if other is not None:
            self._shift(other, old, 1)
        gain += before - self._load_cost(old) - self._load_cost(day)
        self._shift(visit, day, -1)
        if other is not None:
            self._shift(other, old, -1)
            self._put(other, day)
        self._put(visit, old)
        return gain if possible else None

    def _partners(self, visit: Visit, day: Day) -> list[Visit]:
        """Visits of the other day that may gain by an exchange, nearest first."""
        there = [v for v in self.of_day[day].values() if self._may_go(v, visit.day)]
        there.sort(key=lambda v: (between_s(self.seconds, visit.place, v.place), v.place))
        return there[:PARTNERS]

    def _may_go(self, visit: Visit, day: Day) -> bool:
        return all(day[1] in self.outlets.depots.get((site, day[0]), ()) for site, _ in visit.baskets)

    def _places(self, day: Day) -> npt.NDArray[np.int64]:
        """Numbers of the depot and of the places visited on a day."""
        if day not in self.members:
            self.members[day] = np.array([self.index[day[1]], *sorted(self.of_day[day])])
        return self.members[day]

    def _load_cost(self, day: Day) -> float:
        return float(LOAD_S * (self.load_s[day] / self.fleet[day]) ** 2)

    def _put(self, visit: Visit, day: Day) -> None:
        visit.day = day
        self.of_day[day][visit.place] = visit
        self._shift(visit, day, 1)

    def _take(self, visit: Visit) -> None:
        del self.of_day[visit.day][visit.place]
        self._shift(visit, visit.day, -1)

    def _shift(self, visit: Visit, day: Day, sign: int) -> None:
        for (site, basket), number in visit.baskets.items():
            self.load_s[day] += sign * number * self.each[site, day[0], day[1]]
            for key, amount, _ in self._limits(site, basket, day, number):
                self.held[key] += sign * amount

    def _fits(self, visit: Visit, day: Day) -> bool:
        """True when the visit fits in every limit of the day (it must not be counted there)."""
        wanted: Counter[tuple[object, ...]] = Counter()
        most: dict[tuple[object, ...], int] = {}
        for (site, basket), number in visit.baskets.items():
            for key, amount, limit in self._limits(site, basket, day, number):
                wanted[key] += amount
                most[key] = limit
        return all(self.held[key] + amount <= most[key] for key, amount in wanted.items())

    def _limits(self, site_id: str, basket: str, day: Day, number: int) -> list[tuple[tuple[object, ...], int, int]]:
        """Every limit that baskets for a site on a day count against: its key, what they take of it, and the limit."""
        date, depot = day
        site = self.dataset.site_by_id[site_id]
        places = number * self.dataset.basket_type_by_id[basket].places
        found: list[tuple[tuple[object, ...], int, int]] = [
            (("site", site_id, date), places, site.max_baskets_per_day),
            (("bench", date, depot), number, self.outlets.packing[date, depot]),
        ]
        relay = self.dataset.site_by_id[site.drop_site_id]
        if site.relay_site_id and relay.relay_max_baskets is not None:
            found.append((("relay", relay.site_id, date), places, relay.relay_max_baskets))
        limits = self.outlets.limits
        for key, most in (
            (("drop", relay.site_id, date), limits.site_day_baskets.get((relay.site_id, date))),
            (("day", date), limits.day_baskets.get(date)),
            (("slot", date, depot, basket), self.caps.most.get((date, depot, basket))),
        ):
            if most is not None:
                found.append((key, number, most))
        return found
