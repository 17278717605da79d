"""What tours that do not carry everything teach the next allocation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from distrib.fitted import Fitted, PlaceDay
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.need import type_of

SPARE_PERMILLE = 30
"""Share of the goods that are carried which is not asked for in baskets when some were left behind."""


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


def lost_goods_g(tried: Fitted) -> int:
    """Return grams allocated at farms that no tour carries."""
    return sum(task.load_g for task in tried.tasks if task.task_id in tried.left and not task.is_drop)


def carried_in_full_g(tried: Fitted) -> int:
    """Return grams of baskets that tours carry and for which they fetch goods: what is left behind at farms cannot be packed."""
    drops = [task for task in tried.tasks if task.is_drop]
    asked, carried = (
        sum(task.load_g for task in some) for some in (drops, [t for t in drops if t.task_id not in tried.left])
    )
    return max(0, min(carried, asked - lost_goods_g(tried)))


def days_with_goods(tried: Fitted) -> dict[dt.date, int]:
    """Return baskets by day for which what is carried from farms should suffice, with some to spare; empty where all of it is carried.

    To make the last baskets out of goods that just suffice is slow, and other rounds ask for more anyway.
    """
    carried = sum(task.load_g for task in tried.tasks if task.is_drop and task.task_id not in tried.left)
    enough = carried_in_full_g(tried) * (1000 - SPARE_PERMILLE) // 1000
    if not lost_goods_g(tried) or not carried:
        return {}
    return {date: baskets * enough // carried for date, baskets in sorted(tried.carried_by_day().items())}


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

    def limits(self, dataset: Dataset, start: Limits, tried: Fitted, *, part: int | None) -> Limits:
        """Return limits for the next round: what was refused is held, and there are no stops on new days elsewhere.

        So the round differs where something was refused, and adds no stops at other places: at those there are, more may be left or
        fetched.

        Args:
            dataset: resolved.
            start: limits that hold in any round.
            tried: the tours to start from.
            part: days on which baskets were left behind may grow by 1/2**part of these; None: not at all.
        """
        baskets, grams = tried.carried()
        by_day = tried.carried_by_day()
        settings = dataset.settings
        drops = {site.drop_site_id for site in dataset.sites}
        days = {
            date: by_day.get(date, 0) + (0 if part is None else left >> part) for date, left in self.day_left.items()
        }
        for date, most in start.day_baskets.items():
            days[date] = min(most, days.get(date, most))
        return Limits(
            site_day_baskets=_held(
                drops, settings.delivery_dates, self.site_day_baskets, baskets, start.site_day_baskets
            ),
            farm_day_g=_held(dataset.farm_by_id, settings.collection_dates, self.farm_day_g, grams, start.farm_day_g),
            day_baskets=days,
        )


def _held(
    places: Iterable[str],
    dates: Iterable[dt.date],
    refused: Mapping[PlaceDay, int],
    carried: Mapping[PlaceDay, int],
    start: Mapping[PlaceDay, int],
) -> dict[PlaceDay, int]:
    """What was refused may be as much as was ever carried there; other places keep to their days."""
    held = {key: max(most, carried.get(key, 0)) for key, most in refused.items()}
    somewhere = {place for place, _ in refused}
    held |= {(p, d): 0 for p in sorted(set(places) - somewhere) for d in dates if (p, d) not in carried}
    return held | {key: min(most, held.get(key, most)) for key, most in start.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The rounds that ask the fleet for all: ``first`` as the allocator likes, the ``best`` of them, and what any ``refused``."""

    first: Fitted
    best: Fitted
    refused: Refused

    @property
    def carried(self) -> bool:
        """True when tours carry all of the best."""
        return not self.best.left
