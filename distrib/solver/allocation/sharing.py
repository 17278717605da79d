"""Weekly baskets of zones at sites, and daily baskets of sites, put together into shares of each kind of basket."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from distrib.model.allocation import Recipe, Share
from distrib.model.need import type_of
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.network_rows import Drop
from distrib.solver.allocation.visits import Week


def shares_of(week: Week, recipes: tuple[Recipe, ...]) -> tuple[Share, ...]:
    """Return the shares, sorted: each delivery is of as few variants as possible, each zone fetches on as few days as possible.

    The recipes' baskets add up to the week's in every slot.
    """
    kinds = _kinds_of_drops(week, recipes)
    fetch: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (zone, site, basket), number in sorted(week.fetch.items()):
        fetch[site, basket][zone] += number
    found: Counter[tuple[dt.date, str, str, str, str]] = Counter()
    for (drop, kind), brought in kinds.items():
        number = brought
        zones = fetch[drop[0], type_of(kind)]
        for zone in sorted(zones):
            taken = min(number, zones[zone])
            if taken:
                found[drop[1], drop[2], drop[0], zone, kind] += taken
                zones[zone] -= taken
                number -= taken
    return tuple(
        Share(date=date, depot_id=depot, site_id=site, zone_id=zone, basket_id=kind, baskets=n)
        for (date, depot, site, zone, kind), n in sorted(found.items())
    )


def _kinds_of_drops(week: Week, recipes: tuple[Recipe, ...]) -> dict[tuple[Drop, str], int]:
    """Give each delivery its variants: the variants of a slot one after the other, so that few deliveries are mixed."""
    left: dict[Slot, Counter[str]] = defaultdict(Counter)
    for recipe in recipes:
        left[recipe.date, recipe.depot_id, type_of(recipe.basket_id)][recipe.basket_id] += recipe.baskets
    found: dict[tuple[Drop, str], int] = {}
    for (drop, basket), wanted in sorted(week.bring.items()):
        kinds = left[drop[1], drop[2], basket]
        for kind in sorted(kinds):
            taken = min(wanted, kinds[kind])
            if taken:
                found[drop, kind] = taken
                kinds[kind] -= taken
                wanted -= taken
    return found
