"""Changes worth trying for a neighbourhood or zone: those of the families that bind it, sized by what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.remedy import MICRO, Subject
from distrib.remedies.change import Change, nice
from distrib.remedies.fleet_changes import OneMoreDriver, OneMoreVehicle
from distrib.remedies.goods_changes import (
    GentlerRecipe,
    MoreBudget,
    MoreOfLot,
    MorePacking,
    MorePortions,
    MoreProduce,
    MoreProgramme,
    MoreStorage,
    crates_for,
)
from distrib.remedies.site_changes import Access, LongerHours, MorePlaces, NewLink, NoMinimum, OpenSite, open_days
from distrib.solver.allocation.relaxation.case import Case
from distrib.travel import walks_of

MORNING_S = (9 * 3600, 12 * 3600)
"""Hours of a site that has none to go by."""
ALL_DAY_S = (8 * 3600, 18 * 3600)
"""Hours of a site open all day long."""
LINKS = 3
"""Nearest sites beyond its catchment that are tried for each zone."""
FARTHEST = 2
"""They are no farther than so many times the walking limit, but for the nearest of all where a zone has no site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom to help, by how many baskets, and by how many the programme has to grow so that the subject gets them.

    ``binding``: names of the limits in the proof of its level, as the relaxation writes them.
    """

    dataset: Dataset
    subject: Subject
    baskets: int
    in_all: int
    binding: tuple[str, ...]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones concerned."""
        if self.subject.kind == "zone":
            return (self.subject.id,)
        return tuple(zone.zone_id for zone in self.dataset.zones_of[self.subject.id])

    def bound_ids(self, family: str) -> tuple[str, ...]:
        """What the proof names of a family: sites, products, depots and days."""
        names = [name.split(" ", 1) for name in self.binding]
        return tuple(rest[1] for rest in names if rest[0] == family and len(rest) > 1)

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites of its catchment, and those in the proof of its level."""
        known = [row.site_id for zone in self.zones for row in self.dataset.sites_of_zone[zone]]
        known += [s for s in self.bound_ids("site_capacity") if s in self.dataset.site_by_id]
        return tuple(dict.fromkeys(known))

    @property
    def basket_g(self) -> int:
        """Least weight of a basket of the programme's heaviest type, in grams."""
        types = [b for b in self.dataset.basket_types if b.programme == self.subject.programme]
        return max((b.min_g for b in types), default=1)


def wanted(
    dataset: Dataset, subject: Subject, goal: int, shares: dict[tuple[str, str], int], binding: tuple[str, ...]
) -> Wanted:
    """Return what is lacking.

    Args:
        dataset: resolved.
        subject: whom to help.
        goal: by how much, in 1e-6 baskets.
        shares: fair shares of all neighbourhoods, in 1e-6 baskets.
        binding: names of the limits in the proof of its level.
    """
    case, programme = Case(dataset=dataset), subject.programme
    hood = dataset.zone_by_id[subject.id].neighbourhood_id if subject.kind == "zone" else subject.id

    def level(key: tuple[str, str], more: int) -> Fraction:
        return Fraction(shares.get(key, 0) + more + case.hood_head[key] * MICRO, case.hood_weight_milli[key])

    aim = level((programme, hood), goal) if (programme, hood) in case.hood_need else Fraction(0)
    total = Fraction(0)
    for key, need in case.hood_need.items():
        if key[0] == programme and level(key, 0) < aim:
            lifted = aim * case.hood_weight_milli[key] - case.hood_head[key] * MICRO
            total += min(Fraction(need * MICRO), lifted) - shares.get(key, 0)
    return Wanted(
        dataset=dataset, subject=subject, baskets=-(-goal // MICRO), in_all=max(1, -(-total // MICRO)), binding=binding
    )


def candidates(want: Wanted, families: Iterable[str]) -> list[Change]:
    """Return the changes to try, each sized by what is lacking, in a fixed order."""
    found = [change for family in families for change in _BY_FAMILY[family](want)]
    return list(dict.fromkeys(found))


def _programme(want: Wanted) -> list[Change]:
    if want.dataset.settings.max_baskets_of(want.subject.programme) is None:
        return []
    return [MoreProgramme(programme=want.subject.programme, baskets=nice(want.in_all))]


def _budget(want: Wanted) -> list[Change]:
    if want.dataset.settings.purchase_budget_cents is None:
        return []
    lots = [lot for lot in want.dataset.lots if lot.offer_g > 0]
    grams = sum(lot.offer_g for lot in lots)
    if not grams:
        return []
    mean = Fraction(sum(lot.offer_g * lot.price_millicents_per_kg for lot in lots), grams)
    eur = -(-want.in_all * want.basket_g * mean // (1000 * 100_000))
    return [MoreBudget(extra_cents=100 * nice(max(1, int(eur))))]


def _produce(want: Wanted) -> list[Change]:
    """More of the best lot of each product: ready early and usable late; and a little more of everything."""
    dataset = want.dataset
    best: dict[str, tuple[tuple[object, ...], str]] = {}
    for lot in dataset.lots:
        last = lot.last_use_date.toordinal() if lot.last_use_date else 10**9
        rank = (lot.ready_date, -last, not dataset.farm_by_id[lot.farm_id].delivers, lot.lot_id)
        best[lot.product_id] = min(best.get(lot.product_id, (rank, lot.lot_id)), (rank, lot.lot_id))
    named = set(want.bound_ids("produce"))
    products = [p for p in best if p in named] or list(best)
    found: list[Change] = []
    for product_id in sorted(products):
        product = dataset.product_by_id[product_id]
        a_basket = min(want.basket_g, product.max_portions_per_basket * product.portion_g)
        if a_basket:
            crates = crates_for(dataset, best[product_id][1], want.in_all * a_basket)
            found.append(MoreOfLot(lot_id=best[product_id][1], crates=crates))
    offer = sum(lot.offer_g for lot in dataset.lots)
    if offer and len(dataset.lots) > 1:
        found.append(MoreProduce(permille=nice(-(-1000 * want.in_all * want.basket_g // offer))))
    return found


def _packing(want: Wanted) -> list[Change]:
    days = max(1, len(want.dataset.settings.delivery_dates))
    return [MorePacking(depot_id=d.depot_id, baskets=nice(-(-want.in_all // days))) for d in want.dataset.depots]


def _storage(want: Wanted) -> list[Change]:
    grams = 1000 * nice(-(-want.in_all * want.basket_g // 1000))
    return [
        MoreStorage(depot_id=d.depot_id, cold=cold, grams=grams) for d in want.dataset.depots for cold in (False, True)
    ]


def _recipe(want: Wanted) -> list[Change]:
    found: list[Change] = []
    for basket in want.dataset.basket_types:
        if basket.programme == want.subject.programme and not basket.contents:
            found += [GentlerRecipe(basket_id=basket.basket_id, what="products")] if basket.min_products > 1 else []
            found += [GentlerRecipe(basket_id=basket.basket_id, what="fruit")] if basket.min_fruit_bp else []
            found += [GentlerRecipe(basket_id=basket.basket_id, what="weight")] if basket.min_g > 500 else []
    found += [MorePortions(product_id=p.product_id) for p in want.dataset.products]
    return found


def _site_capacity(want: Wanted) -> list[Change]:
    found: list[Change] = []
    types = [b for b in want.dataset.basket_types if b.programme == want.subject.programme]
    places = max((b.places for b in types), default=1)
    for site_id in want.sites:
        days = open_days(want.dataset, site_id)
        if days:
            found.append(MorePlaces(site_id=site_id, places=nice(-(-want.baskets * places // days))))
    return found


def _site_hours(want: Wanted) -> list[Change]:
    found: list[Change] = []
    for site_id in want.sites:
        place = want.dataset.site_by_id[want.dataset.site_by_id[site_id].drop_site_id]
        spans = sorted({(o.opens_s, o.closes_s) for o in place.openings})
        opens, closes = spans[0] if spans else MORNING_S
        for date in want.dataset.settings.delivery_dates:
            if not want.dataset.drop_windows(site_id, date):
                found.append(OpenSite(site_id=site_id, weekday=date.weekday(), opens_s=opens, closes_s=closes))
        if place.openings and any(o.opens_s > ALL_DAY_S[0] or o.closes_s < ALL_DAY_S[1] for o in place.openings):
            found.append(LongerHours(site_id=site_id, opens_s=ALL_DAY_S[0], closes_s=ALL_DAY_S[1]))
    return found


def _catchment(want: Wanted) -> list[Change]:
    dataset, found = want.dataset, list[Change]()
    usable = {s.site_id for s in dataset.sites if s.max_baskets_per_day and open_days(dataset, s.site_id)}
    for zone_id in want.zones:
        linked = {row.site_id for row in dataset.sites_of_zone[zone_id]}
        near = sorted((metres, site) for site, metres in walks_of(dataset, zone_id).items() if site in usable - linked)
        close = [n for n in near[:LINKS] if n[0] <= FARTHEST * dataset.settings.walking_limit_m]
        chosen = close or ([] if linked else near[:1])
        found += [NewLink(zone_id=zone_id, site_id=site, walk_m=metres) for metres, site in chosen]
    return found


def _minimum(want: Wanted) -> list[Change]:
    sites = [want.dataset.site_by_id[s] for s in want.sites]
    return [NoMinimum(site_id=s.site_id) for s in sites if s.min_baskets_per_visit or s.min_baskets_per_week]


def _transport(want: Wanted) -> list[Change]:
    """A vehicle more of each kind on each day, or on all of them; a driver more; heavier vehicles where they may not come."""
    dataset, settings = want.dataset, want.dataset.settings
    dates = sorted({*settings.delivery_dates, *settings.collection_dates})
    named = " ".join(want.bound_ids("transport"))
    days = sorted({d.weekday() for d in dates if d.isoformat() in named} or {d.weekday() for d in dates})
    found: list[Change] = []
    for licence in ("B", "C") if dataset.drivers is not None else ():
        found += [OneMoreDriver(weekday=day, licence=licence) for day in days]
    models = _models(dataset)
    for vehicle in models:
        found += [OneMoreVehicle(like=vehicle.vehicle_id, weekdays=(day,)) for day in days]
        if len(days) > 1:
            found.append(OneMoreVehicle(like=vehicle.vehicle_id, weekdays=tuple(days)))
    for site_id in want.sites:
        most = dataset.site_by_id[dataset.site_by_id[site_id].drop_site_id].largest_vehicle_gvw_kg
        heavier = sorted({v.gvw_kg for v in models if most is not None and v.gvw_kg > most})
        found += [Access(site_id=site_id, gvw_kg=heavier[0])] if heavier else []
    return found


def _models(dataset: Dataset) -> list[Vehicle]:
    """One vehicle of each kind: depot, weight, capacities, cold."""
    kinds: dict[tuple[object, ...], Vehicle] = {}
    for v in dataset.vehicles:
        kinds.setdefault((v.depot_id, v.gvw_kg, v.capacity_g, v.capacity_baskets, v.cold), v)
    return list(kinds.values())


_BY_FAMILY: dict[str, Callable[[Wanted], list[Change]]] = {
    "programme": _programme,
    "produce": _produce,
    "recipe": _recipe,
    "site_capacity": _site_capacity,
    "site_hours": _site_hours,
    "packing": _packing,
    "storage": _storage,
    "transport": _transport,
    "catchment": _catchment,
    "budget": _budget,
    "minimum": _minimum,
}
