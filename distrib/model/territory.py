"""Where people live and where baskets are handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A priority neighbourhood (QPV). Area in m², poverty rate in basis points (4850 = 48.5 %)."""

    neighbourhood_id: str
    name: str
    commune: str
    lon_microdeg: int
    lat_microdeg: int
    population: int | None = None
    area_m2: int | None = None
    poverty_rate_bp: int | None = None
    zoning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A part of a big neighbourhood, or the whole of a small one."""

    zone_id: str
    neighbourhood_id: str
    lon_microdeg: int
    lat_microdeg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdGroup:
    """Households in need of one size in one zone; 6 means six or more. Priority in thousandths."""

    zone_id: str
    persons_per_household: int
    households: int
    priority_milli: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraNeed:
    """Need of a basket type that household size does not give (table ``needs``)."""

    zone_id: str
    basket_id: str
    households: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Unloading may start at a place between ``opens_s`` and ``closes_s`` (both included) on a weekday (0 = Monday)."""

    weekday: int
    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedDay:
    """What is settled of a site's visits on a weekday (None: on each of its days): vehicle ('' for any), times of start."""

    site_id: str
    weekday: int | None = None
    vehicle_id: str = ""
    from_s: int | None = None
    until_s: int | None = None


def settled_on(rows: Iterable[FixedDay], weekday: int) -> FixedDay | None:
    """Return what rows of one site settle on a weekday, those of the day before those of every day; None for nothing."""
    found: FixedDay | None = None
    for row in sorted((r for r in rows if r.weekday in (None, weekday)), key=lambda r: r.weekday is None):
        if found is None:
            found = row
        else:
            found = replace(
                found,
                vehicle_id=found.vehicle_id or row.vehicle_id,
                from_s=row.from_s if found.from_s is None else found.from_s,
                until_s=row.until_s if found.until_s is None else found.until_s,
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A distribution site. ``openings`` are sorted and do not overlap.

    ``max_baskets_per_day`` and ``relay_max_baskets`` count places (baskets × ``places`` of their type);
    the minima count baskets. ``relay_site_id`` is empty, or the site where its baskets are dropped.
    """

    site_id: str
    name: str
    kind: str
    commune: str
    lon_microdeg: int
    lat_microdeg: int
    max_baskets_per_day: int
    unloading_s: int
    unloading_s_per_basket: int = 0
    largest_vehicle_gvw_kg: int | None = None
    cold_storage: bool = False
    min_baskets_per_visit: int = 0
    min_baskets_per_week: int = 0
    relay_site_id: str = ""
    may_relay_to: tuple[str, ...] = ()
    relay_max_baskets: int | None = None
    openings: tuple[Opening, ...] = ()
    address: str = ""
    contact: str = ""

    @property
    def drop_site_id(self) -> str:
        """The site where this site's baskets are dropped: its relay, or itself."""
        return self.relay_site_id or self.site_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """A zone may use a site; ``walk_m`` is the walking distance."""

    zone_id: str
    site_id: str
    walk_m: int
