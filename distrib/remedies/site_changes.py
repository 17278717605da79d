"""Changes to where baskets are handed out: places, hours, links between zones and sites, minima, access."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from distrib import units
from distrib.model.dataset import Dataset
from distrib.model.remedy import Phrase
from distrib.model.territory import Catchment, Opening
from distrib.remedies.change import Record, row_change, with_rows


def open_days(dataset: Dataset, site_id: str) -> int:
    """Return on how many delivery days a site can get baskets."""
    return sum(1 for date in dataset.settings.delivery_dates if dataset.drop_windows(site_id, date))


@dataclass(frozen=True, slots=True, kw_only=True)
class MorePlaces:
    """More places a day at a site for itself; the relay behind it passes on as many more where it limits them."""

    site_id: str
    places: int
    family: str = "site_capacity"

    def _cells(self, dataset: Dataset) -> list[tuple[str, str, int]]:
        """(site, field, new value)."""
        site = dataset.site_by_id[self.site_id]
        found = [(site.site_id, "max_baskets_per_day", site.max_baskets_per_day + self.places)]
        if site.relay_site_id:
            most = dataset.site_by_id[site.relay_site_id].relay_max_baskets
            if most is not None:
                found.append((site.relay_site_id, "relay_max_baskets", most + self.places))
        return found

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the larger site."""
        changed = dataset
        for site_id, field, value in self._cells(dataset):
            changed = with_rows(changed, "sites", "site_id", site_id, **{field: value})
        return changed

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return [row_change("sites", "site_id", s, **{field: str(value)}) for s, field, value in self._cells(dataset)]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its places on the days it opens."""
        return self.places * max(1, open_days(dataset, self.site_id)) * dataset.settings.remedies.site_place_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        relay = dataset.site_by_id[self.site_id].relay_site_id
        key = "places_relayed" if len(self._cells(dataset)) > 1 else "places"
        return Phrase(key=key, n=self.places, fields={"site": self.site_id, "relay": relay})

    def more(self) -> MorePlaces:
        """Return twice as many."""
        return dataclasses.replace(self, places=2 * self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSite:
    """A site opens on one more weekday (for a relayed site: its relay does, and the site itself if it has hours)."""

    site_id: str
    weekday: int
    opens_s: int
    closes_s: int
    family: str = "site_hours"

    def _places(self, dataset: Dataset) -> list[str]:
        site = dataset.site_by_id[self.site_id]
        sites = [site.drop_site_id]
        if site.relay_site_id and site.openings:
            sites.append(site.site_id)
        return [s for s in sites if all(o.weekday != self.weekday for o in dataset.site_by_id[s].openings)]

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the site open."""
        changed, opening = (
            dataset,
            Opening(weekday=self.weekday, opens_s=self.opens_s, closes_s=self.closes_s),
        )
        for site_id in self._places(dataset):
            openings = (*dataset.site_by_id[site_id].openings, opening)
            ordered = tuple(sorted(openings, key=lambda o: (o.weekday, o.opens_s)))
            changed = with_rows(changed, "sites", "site_id", site_id, openings=ordered)
        return changed

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        row = {
            "weekday": units.WEEKDAYS[self.weekday],
            "opens": units.clock(self.opens_s),
            "closes": units.clock(self.closes_s),
        }
        return [{"table": "site_hours", "add": [{"site_id": site} | row for site in self._places(dataset)]}]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of an opening."""
        return dataset.settings.remedies.site_opening_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        fields: dict[str, int | str] = {
            "site": self.site_id,
            "day": self.weekday,
            "opens": units.clock_for_people(self.opens_s, up=True),
            "closes": units.clock_for_people(self.closes_s, up=False),
        }
        return Phrase(key="open", n=1, fields=fields)

    def more(self) -> None:
        """An opening has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerHours:
    """The place where a site's baskets are dropped takes them all day long on the days it opens."""

    site_id: str
    opens_s: int
    closes_s: int
    family: str = "site_hours"

    def _place(self, dataset: Dataset) -> str:
        return dataset.site_by_id[self.site_id].drop_site_id

    def _weekdays(self, dataset: Dataset) -> list[int]:
        return sorted({o.weekday for o in dataset.site_by_id[self._place(dataset)].openings})

    def _openings(self, dataset: Dataset) -> tuple[Opening, ...]:
        openings = dataset.site_by_id[self._place(dataset)].openings
        return tuple(
            Opening(
                weekday=day,
                opens_s=min(self.opens_s, *(o.opens_s for o in openings if o.weekday == day)),
                closes_s=max(self.closes_s, *(o.closes_s for o in openings if o.weekday == day)),
            )
            for day in self._weekdays(dataset)
        )

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the longer hours."""
        return with_rows(dataset, "sites", "site_id", self._place(dataset), openings=self._openings(dataset))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        place = self._place(dataset)
        rows = [
            {"site_id": place, "weekday": units.WEEKDAYS[o.weekday], "opens": units.clock(o.opens_s), "closes": units.clock(o.closes_s)}
            for o in self._openings(dataset)
        ]  # fmt: skip
        return [
            {"table": "site_hours", "where": {"site_id": place}, "remove": True},
            {"table": "site_hours", "add": rows},
        ]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of an opening for each day."""
        return len(self._weekdays(dataset)) * dataset.settings.remedies.site_opening_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        fields: dict[str, int | str] = {
            "site": self._place(dataset),
            "opens": units.clock_for_people(self.opens_s, up=True),
            "closes": units.clock_for_people(self.closes_s, up=False),
        }
        return Phrase(key="hours", n=1, fields=fields)

    def more(self) -> None:
        """Whole days have no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A zone may use one more site."""

    zone_id: str
    site_id: str
    walk_m: int
    family: str = "catchment"

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the link."""
        row = Catchment(zone_id=self.zone_id, site_id=self.site_id, walk_m=self.walk_m)
        rows = sorted((*(dataset.catchments or ()), row), key=lambda r: (r.zone_id, r.site_id))
        return dataclasses.replace(dataset, catchments=tuple(rows))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario (for a dataset with a table ``catchments``)."""
        row = {"zone_id": self.zone_id, "site_id": self.site_id, "walk_m": str(self.walk_m)}
        return [{"table": "catchments", "add": [row]}]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of a link."""
        return dataset.settings.remedies.link_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="link", n=1, fields={"zone": self.zone_id, "site": self.site_id, "metres": self.walk_m})

    def more(self) -> None:
        """A link has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMinimum:
    """A site gives up its minima a visit and a week."""

    site_id: str
    family: str = "minimum"

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset without them."""
        return with_rows(
            dataset, "sites", "site_id", self.site_id, min_baskets_per_visit=0, min_baskets_per_week=0
        )  # fmt: skip

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return [row_change("sites", "site_id", self.site_id, min_baskets_per_visit="0", min_baskets_per_week="0")]

    def cents(self, dataset: Dataset) -> int:
        """Return its price."""
        return dataset.settings.remedies.minimum_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="minimum", n=1, fields={"site": self.site_id})

    def more(self) -> None:
        """It has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The place where a site's baskets are dropped takes heavier vehicles."""

    site_id: str
    gvw_kg: int
    family: str = "transport"

    def _place(self, dataset: Dataset) -> str:
        return dataset.site_by_id[self.site_id].drop_site_id

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the access."""
        return with_rows(dataset, "sites", "site_id", self._place(dataset), largest_vehicle_gvw_kg=self.gvw_kg)

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return [row_change("sites", "site_id", self._place(dataset), largest_vehicle_gvw_kg=str(self.gvw_kg))]

    def cents(self, dataset: Dataset) -> int:
        """Return its price."""
        return dataset.settings.remedies.access_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="access", n=1, fields={"site": self._place(dataset), "kg": 1000 * self.gvw_kg})

    def more(self) -> None:
        """It has no size."""
