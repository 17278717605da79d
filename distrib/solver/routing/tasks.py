"""From an allocation to the stops to make: which drops and picks there are, how long they last, when they may start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.need import type_of
from distrib.model.routing import DropItem, PickItem, RoutingProblem, Task
from distrib.solver.routing.eligibility import vehicles_for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What a part of a drop may hold at most, in grams and places."""

    load_g: int
    places: int


def tasks_of(dataset: Dataset, allocation: Allocation) -> tuple[Task, ...]:
    """The stops that carry out an allocation, sorted by task_id.

    One drop per (date, place of drop, depot), with the baskets of the site itself and of the sites it
    relays; one pick per (date, farm, depot, cold or not) of what the farm does not bring itself. A stop is
    cut into parts only where no vehicle of that depot, allowed there on that weekday, could hold the whole;
    parts keep every site's ``min_baskets_per_visit`` wherever some cut does. Drops carry the moment from
    which their baskets are packed (see ``released``).
    """
    drops = [part for whole in _whole_drops(dataset, allocation) for part in _cut_drop(dataset, whole)]
    picks = [part for whole in _whole_picks(dataset, allocation) for part in _cut_pick(dataset, whole)]
    return tuple(sorted([*released(dataset, drops), *picks], key=lambda task: task.task_id))


def finer(dataset: Dataset, task: Task) -> tuple[Task, ...]:
    """The two halves of a stop, or the stop alone where it cannot be halved.

    Every site keeps its ``min_baskets_per_visit`` in each half that it is part of; crates stay whole.
    """
    if task.is_drop:
        first, rest = _take(
            dataset, list(task.drops), _Room(load_g=task.load_g, places=task.places), _half(dataset, task)
        )
        halves = [with_drops(dataset, task, items) for items in (first, rest) if items]
    else:
        taken, left = _take_crates(task.picks, -(-task.load_g // 2))
        halves = [with_picks(dataset, task, items) for items in (taken, left) if items]
    if len(halves) < 2:
        return (task,)
    return tuple(replace(part, task_id=f"{task.task_id}.{k}") for k, part in enumerate(halves, start=1))


def _half(dataset: Dataset, task: Task) -> _Room:
    """Half of a drop, rounded up to a whole basket of any of its kinds."""
    unit_g = max(item.load_g // item.baskets for item in task.drops)
    unit_places = max(_places(dataset, item) for item in task.drops)
    return _Room(load_g=-(-task.load_g // 2) + unit_g - 1, places=-(-task.places // 2) + unit_places - 1)


def refined(problem: RoutingProblem, task_ids: Iterable[str]) -> RoutingProblem | None:
    """The problem with the named stops halved; None when none of them can be."""
    chosen = set(task_ids)
    parts = [finer(problem.dataset, task) if task.task_id in chosen else (task,) for task in problem.tasks]
    if all(len(part) == 1 for part in parts):
        return None
    tasks = sorted((task for part in parts for task in part), key=lambda task: task.task_id)
    return replace(problem, tasks=tuple(tasks))


def released(dataset: Dataset, drops: Iterable[Task]) -> list[Task]:
    """The drops with their ``release_s``, where the depot gives packing times (0 elsewhere).

    The day's drops of a depot are packed in one order: first those that must leave first (latest start of
    loading from which the place is still open on arrival; this puts early closing and far places first), then by id.
    The release of a drop is the first second at which all baskets up to its own in that order are packed.

    Trips that start no earlier than every release of their drops keep the rule on packing times: let S be the
    drops of the trips started by a moment t. The last of S in packing order is released at or before t, so
    the baskets up to it are packed at t, and all of S is among these baskets.
    """
    groups: dict[tuple[dt.date, str], list[Task]] = {}
    for task in drops:
        groups.setdefault((task.date, task.depot_id), []).append(task)
    found: list[Task] = []
    for (_, depot_id), group in sorted(groups.items()):
        depot = dataset.depot_by_id[depot_id]
        if depot.packing_starts_s is None or depot.packing_baskets_per_h is None:
            found += [replace(task, release_s=0) for task in group]
            continue
        packed = 0
        for task in sorted(group, key=packing_rank(dataset)):
            packed += task.baskets
            wait_s = -(-packed * 3600 // depot.packing_baskets_per_h)
            found.append(replace(task, release_s=depot.packing_starts_s + wait_s))
    return found


def packing_rank(dataset: Dataset) -> Callable[[Task], tuple[int, str]]:
    """Sort key of the packing order: latest start of loading, then id."""

    def rank(task: Task) -> tuple[int, str]:
        loading_s = dataset.depot_by_id[task.depot_id].loading_s
        drive_s = dataset.travel.driving_s(task.depot_id, task.place_id) if dataset.travel else 0
        closes_s = max((closes for _, closes in task.windows), default=0)
        return closes_s - drive_s - loading_s, task.task_id

    return rank


# --- drops ---------------------------------------------------------------------------------------


def _whole_drops(dataset: Dataset, allocation: Allocation) -> list[Task]:
    """One uncut drop per (date, place of drop, depot), sorted."""
    weights = {
        (recipe.date, recipe.depot_id, recipe.basket_id): sum(
            portions * dataset.product_by_id[product_id].portion_g for product_id, portions in recipe.portions
        )
        for recipe in allocation.recipes
    }
    baskets: dict[tuple[dt.date, str, str], dict[tuple[str, str], int]] = {}
    for share in allocation.shares:
        if share.baskets:
            place_id = dataset.site_by_id[share.site_id].drop_site_id
            cell = baskets.setdefault((share.date, share.depot_id, place_id), {})
            key = (share.site_id, share.basket_id)
            cell[key] = cell.get(key, 0) + share.baskets
    found = []
    for (date, depot_id, place_id), cell in sorted(baskets.items()):
        items = [
            DropItem(site_id=site, basket_id=kind, baskets=count, load_g=count * weights[date, depot_id, kind])
            for (site, kind), count in sorted(cell.items())
        ]
        found.append(_drop(dataset, date, depot_id, place_id, items))
    return found


def _drop(dataset: Dataset, date: dt.date, depot_id: str, place_id: str, items: list[DropItem]) -> Task:
    windows = dataset.drop_windows(place_id, date)
    if not all(dataset.drop_windows(item.site_id, date) for item in items):
        windows = ()
    empty = Task(
        task_id=f"{date.isoformat()}/{depot_id}/drop/{place_id}",
        date=date,
        depot_id=depot_id,
        place_id=place_id,
        load_g=0,
        service_s=0,
        windows=windows,
        max_gvw_kg=dataset.site_by_id[place_id].largest_vehicle_gvw_kg,
        vehicle_id=dataset.only_vehicle(place_id, date),
    )
    return with_drops(dataset, empty, items)


def with_drops(dataset: Dataset, task: Task, items: list[DropItem]) -> Task:
    """The stop with these items, its load, places and unloading time following."""
    place = dataset.site_by_id[task.place_id]
    count = sum(item.baskets for item in items)
    return replace(
        task,
        drops=tuple(items),
        baskets=count,
        places=sum(item.baskets * _places(dataset, item) for item in items),
        load_g=sum(item.load_g for item in items),
        service_s=place.unloading_s + place.unloading_s_per_basket * count,
    )


def _places(dataset: Dataset, item: DropItem) -> int:
    return dataset.basket_type_by_id[type_of(item.basket_id)].places


def _cut_drop(dataset: Dataset, whole: Task) -> list[Task]:
    """The drop cut into the fewest parts that one eligible vehicle can hold; ids end in /1, /2 and so on."""
    rooms = _rooms(vehicles_for(dataset, whole))
    if not rooms or any(whole.load_g <= room.load_g and whole.places <= room.places for room in rooms):
        cut = [list(whole.drops)]
    else:
        cut = min((_fill(dataset, list(whole.drops), room) for room in rooms), key=len)
    return [
        replace(with_drops(dataset, whole, items), task_id=f"{whole.task_id}/{k}")
        for k, items in enumerate(cut, start=1)
    ]


def _rooms(vehicles: Iterable[Vehicle]) -> list[_Room]:
    """The different sizes of vehicles, sorted."""
    sizes = sorted({(vehicle.capacity_g, vehicle.capacity_baskets) for vehicle in vehicles})
    return [_Room(load_g=load_g, places=places) for load_g, places in sizes]


def _fill(dataset: Dataset, items: list[DropItem], room: _Room) -> list[list[DropItem]]:
    """Parts that each keep within the room; what cannot be cut small enough stays one part, too big."""
    parts = []
    while items:
        part, items = _take(dataset, items, room, room)
        if not part:
            first = items[0].site_id
            part = [item for item in items if item.site_id == first]
            items = [item for item in items if item.site_id != first]
        parts.append(part)
    return parts


def _take(dataset: Dataset, items: list[DropItem], room: _Room, free: _Room) -> tuple[list[DropItem], list[DropItem]]:
    """What fits in what is free, site by site, and what is left, to be cut into parts of at most ``room``.

    Both keep the sites' minima per visit.
    """
    taken: list[DropItem] = []
    left: list[DropItem] = []
    load_g, places = free.load_g, free.places
    for site_id in sorted({item.site_id for item in items}):
        mine = [item for item in items if item.site_id == site_id]
        count = _visit_size(dataset, mine, room, _Room(load_g=load_g, places=places))
        now, later = _first_baskets(mine, count)
        load_g -= sum(item.load_g for item in now)
        places -= sum(item.baskets * _places(dataset, item) for item in now)
        taken += now
        left += later
    return taken, left


def _visit_size(dataset: Dataset, items: list[DropItem], room: _Room, free: _Room) -> int:
    """The most baskets of one site that fit in what is free and leave a rest that later parts can hold too."""
    total = sum(item.baskets for item in items)
    least = min(max(1, dataset.site_by_id[items[0].site_id].min_baskets_per_visit), total)
    unit_g = max(item.load_g // item.baskets for item in items)
    unit_places = max(_places(dataset, item) for item in items)
    most = min(total, _times(room.load_g, unit_g, total), _times(room.places, unit_places, total))
    count = _how_many_fit(dataset, items, free)
    while count >= least:
        rest = total - count
        if rest == 0 or (most > 0 and -(-rest // most) * least <= rest):
            return count
        count -= 1
    return 0


def _times(free: int, unit: int, most: int) -> int:
    """How often a unit goes into what is free, at most ``most``; a unit of 0 takes nothing."""
    return most if unit == 0 else min(most, free // unit)


def _how_many_fit(dataset: Dataset, items: list[DropItem], free: _Room) -> int:
    """Baskets that fit when they are taken in the order of the items."""
    count, load_g, places = 0, free.load_g, free.places
    for item in items:
        unit_g = item.load_g // item.baskets
        unit_places = _places(dataset, item)
        fits = min(_times(load_g, unit_g, item.baskets), _times(places, unit_places, item.baskets))
        count += fits
        if fits < item.baskets:
            break
        load_g -= item.load_g
        places -= fits * unit_places
    return count


def _first_baskets(items: list[DropItem], count: int) -> tuple[list[DropItem], list[DropItem]]:
    """The first ``count`` baskets of the items, and the others."""
    now: list[DropItem] = []
    later: list[DropItem] = []
    for item in items:
        unit_g = item.load_g // item.baskets
        part = min(count, item.baskets)
        count -= part
        if part:
            now.append(replace(item, baskets=part, load_g=part * unit_g))
        if part < item.baskets:
            rest = item.baskets - part
            later.append(replace(item, baskets=rest, load_g=rest * unit_g))
    return now, later


# --- picks ---------------------------------------------------------------------------------------


def _whole_picks(dataset: Dataset, allocation: Allocation) -> list[Task]:
    """One uncut pick per (date, depot, farm, cold or not) of what our vehicles fetch, sorted."""
    crates: dict[tuple[dt.date, str, str, bool], dict[str, int]] = {}
    for purchase in allocation.purchases:
        if purchase.delivered or not purchase.crates:
            continue
        lot = dataset.lot_by_id[purchase.lot_id]
        cold = dataset.product_by_id[lot.product_id].needs_cold
        cell = crates.setdefault((purchase.date, purchase.depot_id, lot.farm_id, cold), {})
        cell[purchase.lot_id] = cell.get(purchase.lot_id, 0) + purchase.crates
    found = []
    for (date, depot_id, farm_id, cold), cell in sorted(crates.items()):
        farm = dataset.farm_by_id[farm_id]
        empty = Task(
            task_id=f"{date.isoformat()}/{depot_id}/pick/{farm_id}/{'cold' if cold else 'dry'}",
            date=date,
            depot_id=depot_id,
            place_id=farm_id,
            load_g=0,
            service_s=0,
            windows=((farm.opens_s, farm.closes_s),),
            cold=cold,
        )
        items = [
            PickItem(lot_id=lot_id, crates=count, load_g=count * _crate_g(dataset, lot_id))
            for lot_id, count in sorted(cell.items())
        ]
        found.append(with_picks(dataset, empty, items))
    return found


def _crate_g(dataset: Dataset, lot_id: str) -> int:
    return dataset.product_by_id[dataset.lot_by_id[lot_id].product_id].crate_g


def with_picks(dataset: Dataset, task: Task, items: list[PickItem]) -> Task:
    """The stop with these items, its load and loading time following."""
    farm = dataset.farm_by_id[task.place_id]
    return replace(
        task,
        picks=tuple(items),
        load_g=sum(item.load_g for item in items),
        service_s=farm.loading_s + farm.loading_s_per_crate * sum(item.crates for item in items),
    )


def _cut_pick(dataset: Dataset, whole: Task) -> list[Task]:
    """The pick cut by crates to what the largest eligible vehicle can hold; ids end in /1, /2 and so on."""
    most_g = max((vehicle.capacity_g for vehicle in vehicles_for(dataset, whole)), default=whole.load_g)
    cut = []
    left = list(whole.picks)
    while left:
        taken, left = _take_crates(left, most_g)
        if not taken:
            taken, left = [left[0]], left[1:]
        cut.append(taken)
    return [
        replace(with_picks(dataset, whole, items), task_id=f"{whole.task_id}/{k}")
        for k, items in enumerate(cut, start=1)
    ]


def _take_crates(items: Iterable[PickItem], free_g: int) -> tuple[list[PickItem], list[PickItem]]:
    """What fits, lot by lot, and what is left."""
    taken: list[PickItem] = []
    left: list[PickItem] = []
    for item in items:
        crate_g = item.load_g // item.crates
        count = min(item.crates, free_g // crate_g)
        free_g -= count * crate_g
        if count:
            taken.append(replace(item, crates=count, load_g=count * crate_g))
        if count < item.crates:
            rest = item.crates - count
            left.append(replace(item, crates=rest, load_g=rest * crate_g))
    return taken, left
