"""Visits moved between days so that the places of each day lie near each other, days stay alike and few places are visited twice.

A local search over whole visits: a visit moves to another day, or two visits change days. What a place costs on a day is by how much
it lengthens the shortest tree that joins the day's places and the depot (Prim 1957, doi:10.1002/j.1538-7305.1957.tb01515.x),
which is at least half of what it lengthens the shortest round through them, and found in no time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from distrib.model.dataset import Dataset
from distrib.solver.allocation.days import Caps
from distrib.solver.allocation.gathering_kernels import DAY_S, DEPOT, NONE, Days, Ground, Ints, gather
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.outlets import Outlets
from distrib.solver.allocation.visits import Week
from distrib.solver.allocation.workload import fleet_seconds, seconds_per_basket

ROUNDS = 20
"""Most rounds over all visits."""
NEIGHBOURS = 1024
"""Spots among which those of a day are looked for: so many nearest ones."""

Spot = tuple[str, int]
"""(depot_id, number of a place in the travel table): a place served from a depot; the depot itself is one too."""
Item = tuple[str, str]
"""(site_id, basket_id): what is brought to a spot."""
Limit = tuple[object, ...]
"""What a limit is on."""


def gathered(dataset: Dataset, outlets: Outlets, week: Week, caps: Caps) -> Week:
    """Return the same baskets for every site with the days rearranged, within every limit on sites, relays and days."""
    search = _Search(dataset, outlets, week, caps)
    search.run()
    return Week(fetch=week.fetch, bring=search.bring())


class _Search:
    """The week as numbers: spots by depot (the depot first, then places as in the travel table), their items, dates."""

    def __init__(self, dataset: Dataset, outlets: Outlets, week: Week, caps: Caps) -> None:
        self.dataset, self.outlets, self.caps = dataset, outlets, caps
        if dataset.travel is None:
            raise ValueError("the travel table of this dataset is not resolved")
        self.seconds = dataset.travel.seconds
        self.index = {place: i for i, place in enumerate(dataset.travel.places)}
        self.items = self._items(week)
        self.spot_of = {spot: i for i, spot in enumerate(self.items)}
        self.item_of = {
            (spot[0], item): i
            for i, (spot, item) in enumerate((spot, item) for spot, items in self.items.items() for item in items)
        }
        self.ground = self._ground()
        self.spots, self.dates, self.days = self._days(week)

    def run(self) -> None:
        """Rearrange the days."""
        gather(self.ground, self.days, self.spots, self.dates, ROUNDS)

    def bring(self) -> dict[tuple[Drop, str], int]:
        """Return the baskets by delivery and type, sorted."""
        found: dict[tuple[Drop, str], int] = {}
        for (depot, (site, basket)), row in zip(self.item_of, self.days.baskets.tolist(), strict=True):
            for date, baskets in zip(self.outlets.dates, row, strict=True):
                if baskets:
                    found[(site, date, depot), basket] = baskets
        return dict(sorted(found.items()))

    def _place(self, site_id: str) -> int:
        return self.index[self.dataset.site_by_id[site_id].drop_site_id]

    def _items(self, week: Week) -> dict[Spot, list[Item]]:
        found: dict[str, dict[int, set[Item]]] = defaultdict(lambda: defaultdict(set))
        for (site, _, depot), basket in week.bring:
            found[depot][self._place(site)].add((site, basket))
        items: dict[Spot, list[Item]] = {}
        for depot, places in sorted(found.items()):
            items[depot, self.index[depot]] = []
            for place, brought in sorted(places.items()):
                items[depot, place] = sorted(brought)
        return items

    def _ground(self) -> Ground:
        homes = {depot: i for i, depot in enumerate(dict.fromkeys(depot for depot, _ in self.items))}
        place = np.array([place for _, place in self.items], dtype=np.int64)
        home = np.array([homes[depot] for depot, _ in self.items], dtype=np.int64)
        each = seconds_per_basket(self.dataset, self.outlets)
        allowed = np.zeros((len(self.item_of), len(self.outlets.dates)), dtype=np.bool_)
        each_s = np.zeros(allowed.shape)
        for (depot, (site, _)), item in self.item_of.items():
            for t, date in enumerate(self.outlets.dates):
                if (site, date, depot) in each:
                    allowed[item, t], each_s[item, t] = True, each[site, date, depot]
        limits, most = self._limits()
        return Ground(
            seconds=self.seconds,
            place=place,
            home=home,
            near=_near(self.seconds, place, home),
            first=np.cumsum([0, *(len(items) for items in self.items.values())]),
            allowed=allowed,
            each_s=each_s,
            limits=limits,
            takes=np.array([self._takes(basket) for _, (_, basket) in self.item_of], dtype=np.int64),
            most=most,
            fleet_s=np.array(
                [[max(1, fleet_seconds(self.dataset, depot, t)) for t in self.outlets.dates] for depot in homes], float
            ),
        )

    def _days(self, week: Week) -> tuple[Ints, Ints, Days]:
        """The visits' spots and dates, in the order of their first baskets, and what is brought and counted when."""
        baskets = np.zeros((len(self.item_of), len(self.outlets.dates)), dtype=np.int64)
        visit = np.full((len(self.items), len(self.outlets.dates)), NONE, dtype=np.int64)
        visit[[self.spot_of[depot, self.index[depot]] for depot, _ in self.items]] = DEPOT
        spots: list[int] = []
        dates: list[int] = []
        for ((site, date, depot), basket), number in sorted(week.bring.items()):
            spot, t = self.spot_of[depot, self._place(site)], self.outlets.dates.index(date)
            baskets[self.item_of[depot, (site, basket)], t] = number
            if visit[spot, t] == NONE:
                visit[spot, t] = len(spots)
                spots.append(spot)
                dates.append(t)
        held = np.zeros(len(self.ground.most), dtype=np.int64)
        days = Days(visit=visit, baskets=baskets, held=held, load_s=np.zeros(self.ground.fleet_s.shape))
        return np.array(spots, dtype=np.int64), np.array(dates, dtype=np.int64), days

    def _limits(self) -> tuple[Ints, Ints]:
        """Number by item and date of every limit that baskets count against there, and the limits."""
        numbers: dict[Limit, int] = {}
        most: list[int] = []
        rows = []
        for depot, (site, basket) in self.item_of:
            for date in self.outlets.dates:
                row = []
                for key, limit in self._limits_on(site, basket, date, depot):
                    if limit is not None and key not in numbers:
                        numbers[key] = len(most)
                        most.append(limit)
                    row.append(NONE if limit is None else numbers[key])
                rows.append(row)
        shape = (len(self.item_of), len(self.outlets.dates), -1)
        return np.array(rows, dtype=np.int64).reshape(shape), np.array(most, dtype=np.int64)

    def _limits_on(self, site_id: str, basket: str, date: dt.date, depot: str) -> tuple[tuple[Limit, int | None], ...]:
        """Every limit that baskets for a site on a date count against, None where there is none; in the order of ``_takes``."""
        site = self.dataset.site_by_id[site_id]
        relay = self.dataset.site_by_id[site.drop_site_id]
        limits = self.outlets.limits
        return (
            (("site", site_id, date), site.max_baskets_per_day),
            (("relay", relay.site_id, date), relay.relay_max_baskets if site.relay_site_id else None),
            (("bench", date, depot), self.outlets.packing[date, depot]),
            (("drop", relay.site_id, date), limits.site_day_baskets.get((relay.site_id, date))),
            (("day", date), limits.day_baskets.get(date)),
            (("slot", date, depot, basket), self.caps.most.get((date, depot, basket))),
        )

    def _takes(self, basket: str) -> tuple[int, ...]:
        """What a basket takes of each of these limits: its places of sites and relays, else one."""
        places = self.dataset.basket_type_by_id[basket].places
        return places, places, 1, 1, 1, 1


def _near(seconds: npt.NDArray[np.int32], place: Ints, home: Ints) -> npt.NDArray[np.int32]:
    """Return by spot the other spots of its depot, nearest first (ties in their order), at most ``NEIGHBOURS``."""
    groups = [np.flatnonzero(home == h) for h in np.unique(home)]
    width = min(NEIGHBOURS, max((len(group) for group in groups), default=1) - 1)
    near = np.full((len(place), max(1, width)), NONE, dtype=np.int32)
    for group in groups:
        for spot in group:
            ways = seconds[place[spot], place[group]], seconds[place[group], place[spot]]
            far = sum(np.where(way < 0, DAY_S, way).astype(np.int64) for way in ways)
            order = group[np.argsort(far, kind="stable")]
            others = order[order != spot][:width]
            near[spot, : len(others)] = others
    return near
