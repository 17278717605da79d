"""Plans for the tests of outputs: one made by hand with every kind of row and awkward text, and big made-up ones."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

from distrib.model import plan as rows
from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.need import type_of
from distrib.model.plan import Level, Plan

MON, TUE = dt.date(2021, 5, 3), dt.date(2021, 5, 4)
AWKWARD = 'L\'"École", <script>alert(1)</script>; =1+1\r\nשלום'


def small_plan() -> Plan:
    """Return a plan with one to three rows in every table; its numbers need not keep the rules."""
    hood = {"programme": "baskets", "name": AWKWARD, "commune": "Villeclaire", "persons": 75, "persons_helped": 70}
    ledger = {"depot_id": "D1", "product_id": "carrot", "in_g": 0, "packed_g": 0, "discarded_g": 0}
    stop = {"date": TUE, "vehicle_id": "V1", "trip": 1, "drop_baskets": 0, "drop_g": 0, "pick_g": 0}
    leg = {"from_previous_m": 4_210, "from_previous_s": 421}
    return Plan(
        coverage=(
            rows.CoverageRow(
                neighbourhood_id="N1",
                households=30,
                need_baskets=30,
                baskets=28,
                coverage=Fraction(28, 30),
                limited_by="produce",
                **hood,
            ),
            rows.CoverageRow(
                neighbourhood_id="N2",
                households=0,
                need_baskets=0,
                baskets=0,
                coverage=None,
                limited_by="",
                **hood,
            ),
        ),
        allocation=(
            rows.AllocationRow(
                zone_id="N1-A",
                neighbourhood_id="N1",
                site_id="S1",
                date=TUE,
                basket_id="family~2",
                baskets=28,
                walk_m=412,
            ),
        ),
        deliveries=(
            rows.DeliveryRow(
                date=TUE,
                site_id="S3",
                dropped_at_site_id="S1",
                basket_id="family~2",
                baskets=28,
                load_g=154_001,
                vehicle_id="V1",
                trip=1,
                arrival_s=30_601,
                start_s=30_660,
                departure_s=32_000,
            ),
        ),
        stops=(
            rows.StopRow(
                stop=0,
                place_kind="depot",
                place_id="D1",
                arrival_s=25_200,
                start_s=25_200,
                departure_s=26_400,
                break_s=0,
                load_g=154_001,
                from_previous_m=0,
                from_previous_s=0,
                **stop,
            ),
            rows.StopRow(
                stop=1,
                place_kind="site",
                place_id="S1",
                arrival_s=30_601,
                start_s=30_660,
                departure_s=32_000,
                break_s=1,
                load_g=0,
                **{**stop, "drop_baskets": 28, "drop_g": 154_001},
                **leg,
            ),
            rows.StopRow(
                stop=2,
                place_kind="depot",
                place_id="D1",
                arrival_s=33_000,
                start_s=33_000,
                departure_s=33_000,
                break_s=0,
                load_g=0,
                **stop,
                **leg,
            ),
        ),
        collections=(
            rows.CollectionRow(
                date=MON,
                depot_id="D1",
                farm_id="F1",
                lot_id="L1",
                product_id="carrot",
                crates=3,
                load_g=36_000,
                cents=3_605,
            ),
            rows.CollectionRow(
                date=MON,
                depot_id="D1",
                farm_id="F1",
                lot_id="L1",
                product_id="carrot",
                crates=1,
                load_g=12_000,
                cents=1_202,
                vehicle_id="V1",
                trip=2,
            ),
        ),
        recipes=(
            rows.RecipeRow(
                date=TUE, depot_id="D1", basket_id="family~2", product_id="carrot", portions=3, recipe_g=750
            ),
        ),
        packing=(rows.PackingRow(date=TUE, depot_id="D1", basket_id="family~2", baskets=28, packed_g=154_001),),
        stock_ledger=(
            rows.LedgerRow(date=MON, lot_id="L0", opening_g=500, closing_g=500, last_use_date=None, **ledger),
            rows.LedgerRow(
                date=MON,
                lot_id="L1",
                opening_g=0,
                closing_g=48_000,
                last_use_date=TUE,
                **{**ledger, "in_g": 48_000},
            ),
        ),
        unserved=(
            rows.UnservedRow(
                kind="lot",
                id="L1",
                quantity=12_345,
                unit="kg",
                reason="budget",
                explanation=AWKWARD,
                remedy="",
            ),
            rows.UnservedRow(
                kind="need",
                id="N1-A",
                programme="baskets",
                quantity=2,
                unit="baskets",
                reason="",
                explanation=" leading and trailing blanks ",
                remedy="a, b",
            ),
            rows.UnservedRow(
                kind="site", id="S2", date=TUE, quantity=0, unit="baskets", reason="minimum", explanation="", remedy=""
            ),
        ),
        fairness=(
            rows.FairnessRow(
                programme="baskets",
                neighbourhood_id="N1",
                bound_microbaskets=28_666_667,
                baskets=28,
                proven=True,
                gap_baskets=0,
                lacking_rule="",
                binding="produce, site S1",
            ),
        ),
        levels=(
            Level(name="coverage", value=Fraction("93.333333"), bound=Fraction(94), unit="%", proven=True),
            Level(
                name="cost",
                value=Fraction("1234.56"),
                bound=None,
                unit="EUR",
                proven=False,
                tolerance=Fraction("0.5"),
                why_not_proven="no bound « é »",
            ),
        ),
        warnings=("un lot de 0 kg", AWKWARD),
        provenance=(("effort", "quick"), ("seed", "1")),
    )


def full_plan(dataset: Dataset, *, share: float = 0.75, baskets_per_trip: int = 100) -> Plan:
    """Return a plan of a resolved dataset for looking at outputs: plausible and consistent, not proven by the rules.

    Every site with hours gets baskets on its first opening day for the zones nearest to it; vans tour the sites of a
    day in order of angle around the depot; every fifth lot is bought, fetched or brought by its farm.

    Args:
        dataset: resolved.
        share: of each zone's need that is met.
        baskets_per_trip: most baskets on one trip.
    """
    allocation = _allocation(dataset, share)
    collections, fetched = _collections(dataset)
    stops, deliveries = [], []
    for date in sorted({row.date for row in allocation} | {row.date for row in fetched}):
        for number, trip in enumerate(_trips(dataset, allocation, date, baskets_per_trip)):
            vans = [v for v in dataset.vehicles if date.weekday() in v.weekdays] or list(dataset.vehicles)
            vehicle = vans[number % len(vans)]
            rows, drops = _tour(dataset, vehicle, date, number // len(vans) + 1, trip)
            stops += rows
            deliveries += drops
        stops += _fetching(dataset, date, [row for row in fetched if row.date == date])
    return Plan(
        coverage=_coverage(dataset, allocation),
        allocation=allocation,
        deliveries=tuple(deliveries),
        stops=tuple(sorted(stops, key=lambda r: (r.date, r.vehicle_id, r.trip, r.stop))),
        collections=collections,
        recipes=_recipes(dataset, allocation),
        packing=_packing(dataset, allocation),
        stock_ledger=_ledger(dataset, collections),
        unserved=_unserved(dataset, allocation),
        fairness=_fairness(dataset, allocation),
        levels=small_plan().levels,
        warnings=small_plan().warnings,
        provenance=small_plan().provenance,
    )


def _basket_id(dataset: Dataset, zone_id: str) -> str:
    return next((b for z, b in dataset.zone_needs if z == zone_id), dataset.basket_types[0].basket_id)


def _allocation(dataset: Dataset, share: float) -> tuple[rows.AllocationRow, ...]:
    found = []
    for (zone_id, basket_id), need in dataset.zone_needs.items():
        reach = [c for c in dataset.sites_of_zone[zone_id] if _days(dataset, c.site_id)]
        for k, catchment in enumerate(reach):
            got = int(need.baskets * share) // len(reach) + (k < int(need.baskets * share) % len(reach))
            if got:
                found.append(
                    rows.AllocationRow(
                        zone_id=zone_id,
                        neighbourhood_id=dataset.zone_by_id[zone_id].neighbourhood_id,
                        site_id=catchment.site_id,
                        date=_days(dataset, catchment.site_id)[0],
                        basket_id=basket_id,
                        baskets=got,
                        walk_m=catchment.walk_m,
                    )
                )
    return tuple(sorted(found, key=lambda r: (r.zone_id, r.site_id, r.date, r.basket_id)))


def _days(dataset: Dataset, site_id: str) -> list[dt.date]:
    return [date for date in dataset.settings.delivery_dates if dataset.drop_windows(site_id, date)]


def _trips(
    dataset: Dataset, allocation: tuple[rows.AllocationRow, ...], date: dt.date, most: int
) -> list[list[tuple[str, dict[tuple[str, str], int]]]]:
    """Trips of a date: lists of (place, baskets by site and type)."""
    drops: dict[str, dict[tuple[str, str], int]] = {}
    for row in allocation:
        if row.date == date:
            items = drops.setdefault(dataset.site_by_id[row.site_id].drop_site_id, {})
            items[row.site_id, row.basket_id] = items.get((row.site_id, row.basket_id), 0) + row.baskets
    depot = dataset.depots[0]
    angle = {
        place: math.atan2(
            dataset.site_by_id[place].lat_microdeg - depot.lat_microdeg,
            dataset.site_by_id[place].lon_microdeg - depot.lon_microdeg,
        )
        for place in drops
    }
    trips: list[list[tuple[str, dict[tuple[str, str], int]]]] = []
    for place in sorted(drops, key=lambda p: (angle[p], p)):
        size = sum(drops[place].values())
        if not trips or sum(sum(d.values()) for _, d in trips[-1]) + size > most:
            trips.append([])
        trips[-1].append((place, drops[place]))
    return trips


def _tour(
    dataset: Dataset, vehicle: Vehicle, date: dt.date, trip: int, drops: list[tuple[str, dict[tuple[str, str], int]]]
) -> tuple[list[rows.StopRow], list[rows.DeliveryRow]]:
    clock = vehicle.shift_start_s + (trip - 1) * 4 * 3600
    load_g = sum(n for _, items in drops for n in items.values()) * 9_000
    here, stops, deliveries = vehicle.depot_id, [], []
    places = [(vehicle.depot_id, {}), *drops, (vehicle.depot_id, {})]
    for number, (place, items) in enumerate(places):
        leg_s, leg_m = (0, 0) if number == 0 else (_leg(dataset, here, place))
        arrival = clock + leg_s
        service = 1200 if number == 0 else 0 if number == len(places) - 1 else 480
        rest = 1200 if number == 2 and trip == 1 else 0
        baskets = sum(items.values())
        load_g -= baskets * 9_000
        times = {"arrival_s": arrival, "start_s": arrival, "departure_s": arrival + service + rest}
        key = {"date": date, "vehicle_id": vehicle.vehicle_id, "trip": trip}
        stops.append(
            rows.StopRow(
                **key,
                **times,
                stop=number,
                place_kind="site" if items else "depot",
                place_id=place,
                break_s=rest,
                drop_baskets=baskets,
                drop_g=baskets * 9_000,
                pick_g=0,
                load_g=load_g,
                from_previous_m=leg_m,
                from_previous_s=leg_s,
            )
        )
        deliveries += [
            rows.DeliveryRow(
                **key, **times, site_id=site, dropped_at_site_id=place, basket_id=basket, baskets=n, load_g=n * 9_000
            )
            for (site, basket), n in sorted(items.items())
        ]
        clock, here = times["departure_s"], place
    return stops, deliveries


def _leg(dataset: Dataset, start: str, end: str) -> tuple[int, int]:
    assert dataset.travel is not None
    return dataset.travel.driving_s(start, end), dataset.travel.distance_m(start, end)


def _collections(dataset: Dataset) -> tuple[tuple[rows.CollectionRow, ...], list[rows.CollectionRow]]:
    """All collections, and those that our vehicles fetch (one vehicle, trip 9, per date)."""
    found = []
    for lot in dataset.lots[::2]:
        dates = [d for d in dataset.settings.collection_dates if d >= lot.ready_date]
        crate_g = dataset.product_by_id[lot.product_id].crate_g
        crates = lot.offer_g // crate_g
        if not dates or not crates:
            continue
        delivers = dataset.farm_by_id[lot.farm_id].delivers
        found.append(
            rows.CollectionRow(
                date=dates[0],
                depot_id=dataset.depots[0].depot_id,
                farm_id=lot.farm_id,
                lot_id=lot.lot_id,
                product_id=lot.product_id,
                crates=crates,
                load_g=crates * crate_g,
                cents=crates * crate_g * lot.price_millicents_per_kg // 1_000_000,
                vehicle_id="" if delivers else dataset.vehicles[0].vehicle_id,
                trip=0 if delivers else 9,
            )
        )
    found.sort(key=lambda r: (r.date, r.depot_id, r.farm_id, r.lot_id))
    return tuple(found), [row for row in found if row.vehicle_id]


def _fetching(dataset: Dataset, date: dt.date, fetched: list[rows.CollectionRow]) -> list[rows.StopRow]:
    if not fetched:
        return []
    vehicle = dataset.vehicles[0]
    picks: dict[str, int] = {}
    for row in fetched:
        picks[row.farm_id] = picks.get(row.farm_id, 0) + row.load_g
    clock, load_g, here, stops = 14 * 3600, 0, vehicle.depot_id, []
    places = [vehicle.depot_id, *sorted(picks), vehicle.depot_id]
    for number, place in enumerate(places):
        leg_s, leg_m = (0, 0) if number == 0 else _leg(dataset, here, place)
        load_g = 0 if number == len(places) - 1 else load_g + picks.get(place, 0)
        stops.append(
            rows.StopRow(
                date=date,
                vehicle_id=vehicle.vehicle_id,
                trip=9,
                stop=number,
                place_kind="farm" if place in picks else "depot",
                place_id=place,
                arrival_s=min(clock + leg_s, 86_000),
                start_s=min(clock + leg_s, 86_000),
                departure_s=min(clock + leg_s + 600, 86_300),
                break_s=0,
                drop_baskets=0,
                drop_g=0,
                pick_g=picks.get(place, 0),
                load_g=load_g,
                from_previous_m=leg_m,
                from_previous_s=leg_s,
            )
        )
        clock, here = clock + leg_s + 600, place
    return stops


def _coverage(dataset: Dataset, allocation: tuple[rows.AllocationRow, ...]) -> tuple[rows.CoverageRow, ...]:
    found = []
    types = {b.basket_id: b.programme for b in dataset.basket_types}
    for programme in dataset.programmes:
        for hood in dataset.neighbourhoods:
            needs = [
                need
                for (zone, basket), need in dataset.zone_needs.items()
                if dataset.zone_by_id[zone].neighbourhood_id == hood.neighbourhood_id and types[basket] == programme
            ]
            need = sum(n.baskets for n in needs)
            got = sum(
                row.baskets
                for row in allocation
                if row.neighbourhood_id == hood.neighbourhood_id and types[type_of(row.basket_id)] == programme
            )
            persons = sum(n.persons for n in needs)
            found.append(
                rows.CoverageRow(
                    programme=programme,
                    neighbourhood_id=hood.neighbourhood_id,
                    name=hood.name,
                    commune=hood.commune,
                    households=need,
                    persons=persons,
                    need_baskets=need,
                    baskets=got,
                    coverage=Fraction(got, need) if need else None,
                    persons_helped=persons * got // need if need else 0,
                    limited_by="programme" if need else "",
                )
            )
    return tuple(found)


def _recipes(dataset: Dataset, allocation: tuple[rows.AllocationRow, ...]) -> tuple[rows.RecipeRow, ...]:
    kinds = sorted({(row.date, row.basket_id) for row in allocation})
    return tuple(
        rows.RecipeRow(
            date=date,
            depot_id=dataset.depots[0].depot_id,
            basket_id=basket,
            product_id=product.product_id,
            portions=2,
            recipe_g=2 * product.portion_g,
        )
        for date, basket in kinds
        for product in dataset.products[:9]
    )


def _packing(dataset: Dataset, allocation: tuple[rows.AllocationRow, ...]) -> tuple[rows.PackingRow, ...]:
    packed: dict[tuple[dt.date, str], int] = {}
    for row in allocation:
        packed[row.date, row.basket_id] = packed.get((row.date, row.basket_id), 0) + row.baskets
    return tuple(
        rows.PackingRow(date=date, depot_id=dataset.depots[0].depot_id, basket_id=basket, baskets=n, packed_g=n * 9_000)
        for (date, basket), n in sorted(packed.items())
    )


def _ledger(dataset: Dataset, collections: tuple[rows.CollectionRow, ...]) -> tuple[rows.LedgerRow, ...]:
    return tuple(
        rows.LedgerRow(
            date=row.date,
            depot_id=row.depot_id,
            lot_id=row.lot_id,
            product_id=row.product_id,
            opening_g=0,
            in_g=row.load_g,
            packed_g=row.load_g,
            discarded_g=0,
            closing_g=0,
            last_use_date=dataset.lot_by_id[row.lot_id].last_use_date,
        )
        for row in collections
    )


def _unserved(dataset: Dataset, allocation: tuple[rows.AllocationRow, ...]) -> tuple[rows.UnservedRow, ...]:
    served = {row.site_id for row in allocation}
    sites = [
        rows.UnservedRow(
            kind="site",
            id=site.site_id,
            quantity=0,
            unit="baskets",
            reason="site_hours" if not _days(dataset, site.site_id) else "catchment",
            explanation="aucune livraison possible cette semaine",
            remedy="ouvrir le site un jour de livraison",
        )
        for site in dataset.sites
        if site.site_id not in served
    ]
    needs = [
        rows.UnservedRow(
            kind="need",
            id=zone,
            programme=dataset.basket_type_by_id[basket].programme,
            quantity=need.baskets // 4 + 1,
            unit="baskets",
            reason="programme",
            explanation="le programme compte moins de paniers que le besoin",
            remedy="augmenter max_baskets",
        )
        for (zone, basket), need in dataset.zone_needs.items()
    ]
    lots = [
        rows.UnservedRow(
            kind="lot",
            id=lot.lot_id,
            quantity=lot.offer_g,
            unit="kg",
            reason="need_met",
            explanation="le besoin est couvert par d'autres lots",
            remedy="",
        )
        for lot in dataset.lots[1::2]
    ]
    return tuple(sorted(needs + sites + lots, key=lambda r: (r.kind, r.id, r.programme)))


def _fairness(dataset: Dataset, allocation: tuple[rows.AllocationRow, ...]) -> tuple[rows.FairnessRow, ...]:
    return tuple(
        rows.FairnessRow(
            programme=row.programme,
            neighbourhood_id=row.neighbourhood_id,
            bound_microbaskets=row.baskets * 1_000_000 + 250_000,
            baskets=row.baskets,
            proven=True,
            gap_baskets=0,
            lacking_rule="",
            binding="programme",
        )
        for row in _coverage(dataset, allocation)
        if row.coverage is not None
    )
