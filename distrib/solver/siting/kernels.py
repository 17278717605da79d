"""The inner loops of big choices, compiled; whole numbers only, so that every machine gets the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from distrib.compiled import compiled

Array = Any


@compiled
def worth(
    need: Array, capacity: Array, starts: Array, zones: Array, walks: Array, prices: Array
) -> tuple[Array, Array]:
    """Return what each candidate is worth at these prices, and the baskets it would serve on each of its arcs.

    Worth is the greatest Σ baskets × (price − walk) within its capacity (a continuous knapsack).
    """
    sites = len(capacity)
    value = np.zeros(sites, dtype=np.int64)
    served = np.zeros(len(zones), dtype=np.int64)
    for j in range(sites):
        total = 0
        for a in range(starts[j], starts[j + 1]):
            gain = prices[zones[a]] - walks[a]
            if gain > 0:
                total += need[zones[a]]
        if total <= capacity[j]:
            for a in range(starts[j], starts[j + 1]):
                gain = prices[zones[a]] - walks[a]
                if gain > 0:
                    served[a] = need[zones[a]]
                    value[j] += gain * need[zones[a]]
            continue
        first, last = starts[j], starts[j + 1]
        gains = np.empty(last - first, dtype=np.int64)
        for a in range(first, last):
            gains[a - first] = walks[a] - prices[zones[a]]
        room = capacity[j]
        for k in np.argsort(gains, kind="mergesort"):
            if gains[k] >= 0 or room == 0:
                break
            part = min(room, need[zones[first + k]])
            served[first + k] = part
            value[j] -= gains[k] * part
            room -= part
    return value, served


@compiled
def fetched(zone_count: int, taken: Array, starts: Array, zones: Array, served: Array) -> Array:
    """Return the baskets that each zone fetches at the sites taken."""
    found = np.zeros(zone_count, dtype=np.int64)
    for j in taken:
        for a in range(starts[j], starts[j + 1]):
            found[zones[a]] += served[a]
    return found


@compiled
def cover(
    need: Array,
    needed: Array,
    starts: Array,
    zones: Array,
    walks: Array,
    opened: Array,
    forbidden: Array,
    limit: int,
    most: int,
    zone_starts: Array,
    zone_sites: Array,
    zone_walks: Array,
) -> Array:
    """Open sites greedily, each time the one that newly covers most need, until all is covered or ``most`` are open."""
    sites = len(opened)
    lacking = needed.copy()
    count = 0
    for j in range(sites):
        if opened[j]:
            count += 1
            for a in range(starts[j], starts[j + 1]):
                if walks[a] <= limit and lacking[zones[a]] > 0:
                    lacking[zones[a]] -= 1
    gain = np.zeros(sites, dtype=np.int64)
    for j in range(sites):
        for a in range(starts[j], starts[j + 1]):
            if walks[a] <= limit and lacking[zones[a]] > 0:
                gain[j] += need[zones[a]]
    while count < most:
        best = -1
        for j in range(sites):
            if not opened[j] and not forbidden[j] and gain[j] > 0 and (best < 0 or gain[j] > gain[best]):
                best = j
        if best < 0:
            break
        opened[best] = True
        count += 1
        for a in range(starts[best], starts[best + 1]):
            z = zones[a]
            if walks[a] <= limit and lacking[z] > 0:
                lacking[z] -= 1
                if lacking[z] == 0:
                    for b in range(zone_starts[z], zone_starts[z + 1]):
                        if zone_walks[b] <= limit:
                            gain[zone_sites[b]] -= need[z]
    return opened


@compiled
def interchange(
    need: Array,
    zone_walks: Array,
    zone_sites: Array,
    zone_starts: Array,
    starts: Array,
    zones: Array,
    walks: Array,
    opened: Array,
    fixed: Array,
    forbidden: Array,
    needed: Array,
    limit: int,
    beyond: int,
    sweeps: int,
) -> Array:
    """Swap an open site for a shut one while that shortens walks and covers no less; return the sites open.

    Rooms are not looked at here: the exact assignment afterwards does.
    """
    sites, count = len(opened), len(need)
    first, second = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    first_walk, second_walk = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    near = np.zeros(count, dtype=np.int64)
    loss = np.zeros(sites, dtype=np.int64)
    keeps = np.zeros(sites, dtype=np.int64)
    for z in range(count):
        _nearest_two(
            z, zone_walks, zone_sites, zone_starts, opened, beyond, limit, first, second, first_walk, second_walk, near
        )
        _weigh(
            z,
            1,
            need,
            zone_walks,
            zone_sites,
            zone_starts,
            opened,
            needed,
            limit,
            first,
            first_walk,
            second_walk,
            near,
            loss,
            keeps,
        )
    spare = np.zeros(sites, dtype=np.int64)
    for _ in range(sweeps):
        swaps = 0
        for j in range(sites):
            if opened[j] or forbidden[j]:
                continue
            gain = 0
            for a in range(starts[j], starts[j + 1]):
                z, walk = zones[a], walks[a]
                if walk < first_walk[z]:
                    gain += need[z] * (first_walk[z] - walk)
                    if first[z] >= 0:
                        spare[first[z]] += need[z] * (second_walk[z] - first_walk[z])
                elif first[z] >= 0 and walk < second_walk[z]:
                    spare[first[z]] += need[z] * (second_walk[z] - walk)
            out = -1
            for k in range(sites):
                if (
                    opened[k]
                    and not fixed[k]
                    and keeps[k] == 0
                    and (out < 0 or loss[k] - spare[k] < loss[out] - spare[out])
                ):
                    out = k
            better = out >= 0 and loss[out] - spare[out] < gain
            for a in range(starts[j], starts[j + 1]):
                if first[zones[a]] >= 0:
                    spare[first[zones[a]]] = 0
            if not better:
                continue
            swaps += 1
            for step in range(2):
                moved = j if step == 0 else out
                for a in range(starts[moved], starts[moved + 1]):
                    z = zones[a]
                    _weigh(
                        z,
                        -1,
                        need,
                        zone_walks,
                        zone_sites,
                        zone_starts,
                        opened,
                        needed,
                        limit,
                        first,
                        first_walk,
                        second_walk,
                        near,
                        loss,
                        keeps,
                    )
                opened[moved] = step == 0
                for a in range(starts[moved], starts[moved + 1]):
                    z = zones[a]
                    _nearest_two(
                        z,
                        zone_walks,
                        zone_sites,
                        zone_starts,
                        opened,
                        beyond,
                        limit,
                        first,
                        second,
                        first_walk,
                        second_walk,
                        near,
                    )
                    _weigh(
                        z,
                        1,
                        need,
                        zone_walks,
                        zone_sites,
                        zone_starts,
                        opened,
                        needed,
                        limit,
                        first,
                        first_walk,
                        second_walk,
                        near,
                        loss,
                        keeps,
                    )
        if swaps == 0:
            break
    return opened


@compiled
def _nearest_two(
    z: int,
    zone_walks: Array,
    zone_sites: Array,
    zone_starts: Array,
    opened: Array,
    beyond: int,
    limit: int,
    first: Array,
    second: Array,
    first_walk: Array,
    second_walk: Array,
    near: Array,
) -> None:
    """Note the two nearest open sites of a zone and how many are within the limit."""
    first[z], second[z], first_walk[z], second_walk[z], near[z] = -1, -1, beyond, beyond, 0
    for b in range(zone_starts[z], zone_starts[z + 1]):
        if not opened[zone_sites[b]]:
            continue
        if first[z] < 0:
            first[z], first_walk[z] = zone_sites[b], zone_walks[b]
        elif second[z] < 0:
            second[z], second_walk[z] = zone_sites[b], zone_walks[b]
        if zone_walks[b] > limit:
            if second[z] >= 0:
                break
        else:
            near[z] += 1


@compiled
def _weigh(
    z: int,
    sign: int,
    need: Array,
    zone_walks: Array,
    zone_sites: Array,
    zone_starts: Array,
    opened: Array,
    needed: Array,
    limit: int,
    first: Array,
    first_walk: Array,
    second_walk: Array,
    near: Array,
    loss: Array,
    keeps: Array,
) -> None:
    """Add (or take back) what a zone loses when its nearest site shuts, and which sites it cannot do without."""
    if first[z] >= 0:
        loss[first[z]] += sign * need[z] * (second_walk[z] - first_walk[z])
    if 0 < near[z] <= needed[z]:
        for b in range(zone_starts[z], zone_starts[z + 1]):
            if zone_walks[b] > limit:
                break
            if opened[zone_sites[b]]:
                keeps[zone_sites[b]] += sign
