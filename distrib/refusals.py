"""What tours that do not carry everything teach the next allocation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from distrib.fitted import Fitted, PlaceDay
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.need import type_of


def tightened(tried: Fitted) -> Limits:
    """Return limits that hold places and days where something was left behind to what was carried there."""
    baskets, grams = tried.carried()
    by_day = tried.carried_by_day()
    old = tried.limits
    site_day, farm_day, day = dict(old.site_day_baskets), dict(old.farm_day_g), dict(old.day_baskets)
    for task in tried.tasks:
        if task.task_id not in tried.left:
            continue
        key = (task.place_id, task.date)
        if task.is_drop:
            site_day[key] = baskets.get(key, 0)
            day[task.date] = by_day.get(task.date, 0)
        else:
            farm_day[key] = grams.get(key, 0)
    return Limits(site_day_baskets=site_day, farm_day_g=farm_day, day_baskets=day)


def only_carried(dataset: Dataset, best: Fitted) -> Limits:
    """Return limits that allow at each place and day what the tours carried there, and nothing elsewhere."""
    baskets, grams = best.carried()
    settings = dataset.settings
    return Limits(
        site_day_baskets={
            (site.site_id, date): baskets.get((site.site_id, date), 0)
            for site in dataset.sites
            for date in settings.delivery_dates
        },
        farm_day_g={
            (farm.farm_id, date): grams.get((farm.farm_id, date), 0)
            for farm in dataset.farms
            for date in settings.collection_dates
        },
    )


def lost_baskets(tried: Fitted) -> dict[tuple[str, dt.date, str, str], int]:
    """Return baskets that no tour carries by (site_id they are for, date, depot_id, basket type)."""
    lost: dict[tuple[str, dt.date, str, str], int] = defaultdict(int)
    for task in tried.tasks:
        if task.task_id in tried.left:
            for item in task.drops:
                lost[item.site_id, task.date, task.depot_id, type_of(item.basket_id)] += item.baskets
    return dict(sorted(lost.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What no tour carried in any round so far: by place and date the most that was carried there, and baskets left by day."""

    site_day_baskets: Mapping[PlaceDay, int] = field(default_factory=dict)
    farm_day_g: Mapping[PlaceDay, int] = field(default_factory=dict)
    day_left: Mapping[dt.date, int] = field(default_factory=dict)

    def and_of(self, tried: Fitted) -> Refused:
        """Return these and what the tours of one more round left behind; days of which more was left before keep that."""
        baskets, grams = tried.carried()
        sites, farms, left = dict(self.site_day_baskets), dict(self.farm_day_g), defaultdict(int, self.day_left)
        lost: dict[dt.date, int] = defaultdict(int)
        for task in tried.tasks:
            if task.task_id not in tried.left:
                continue
            key = (task.place_id, task.date)
            into, carried = (sites, baskets) if task.is_drop else (farms, grams)
            into[key] = max(into.get(key, 0), carried.get(key, 0))
            lost[task.date] += task.baskets if task.is_drop else 0
        for date, number in lost.items():
            left[date] = max(left[date], number)
        return Refused(site_day_baskets=sites, farm_day_g=farms, day_left=dict(left))

    def limits(self, start: Limits, carried: Fitted, part: int) -> Limits:
        """Return limits for more than a fleet carries: refused places are held, days may grow by 1/2**part of what was left."""
        baskets, grams = carried.carried()
        by_day = carried.carried_by_day()
        site_day, farm_day = dict(start.site_day_baskets), dict(start.farm_day_g)
        for key, most in self.site_day_baskets.items():
            site_day[key] = max(most, baskets.get(key, 0))
        for key, most in self.farm_day_g.items():
            farm_day[key] = max(most, grams.get(key, 0))
        days = {date: by_day.get(date, 0) + (left >> part) for date, left in self.day_left.items()}
        for date, most in start.day_baskets.items():
            days[date] = min(most, days.get(date, most))
        return Limits(site_day_baskets=site_day, farm_day_g=farm_day, day_baskets=days)
