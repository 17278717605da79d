"""The compiled searches: many-to-many journeys by buckets over a contracted network, one journey by Dijkstra.

Costs are integers, so the shortest paths are exact and the same on every machine. Everything compiled that calls one
another is in this one file because numba notices a changed file, but not a change in a file that this one calls.

Sources: contraction hierarchies: Geisberger, Sanders, Schultes, Vetter (2012), doi:10.1287/trsc.1110.0401; many-to-many
by buckets: Knopp, Sanders, Schultes, Schulz, Wagner (2007), doi:10.1137/1.9781611972870.4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from distrib.compiled import compiled, inner

FAR = np.int64(1) << 62


@inner
def push(keys: Any, items: Any, size: int, key: int, item: int) -> int:
    """Put an item into a binary heap; returns the new size. The arrays must have room."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if keys[parent] < key or (keys[parent] == key and items[parent] <= item):
            break
        keys[i], items[i] = keys[parent], items[parent]
        i = parent
    keys[i], items[i] = key, item
    return size + 1


@inner
def pop(keys: Any, items: Any, size: int) -> int:
    """Remove the least item of a binary heap (read it at 0 before); returns the new size."""
    size -= 1
    key, item = keys[size], items[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (keys[other] < keys[child] or (keys[other] == keys[child] and items[other] < items[child])):
            child = other
        if key < keys[child] or (key == keys[child] and item <= items[child]):
            break
        keys[i], items[i] = keys[child], items[child]
        i = child
    keys[i], items[i] = key, item
    return size


@inner
def grown(array: Any, size: int) -> Any:
    """Return a copy of an array with room for ``size`` items."""
    new = np.empty(size, dtype=array.dtype)
    new[: len(array)] = array
    return new


@inner
def climb(
    seeds: Any,
    prices: Any,
    start: Any,
    to: Any,
    cost: Any,
    back_start: Any,
    back_to: Any,
    back_cost: Any,
    best: Any,
    reached: Any,
    keys: Any,
    items: Any,
) -> Any:
    """Search upwards from seeds; returns (states in reached, keys, items).

    States that a detour from above reaches sooner are not gone on from; their cost is an upper bound then.
    """
    many, size = 0, 0
    for k in range(len(seeds)):
        state = seeds[k]
        if prices[k] < best[state]:
            if best[state] == FAR:
                reached[many] = state
                many += 1
            best[state] = prices[k]
            size = push(keys, items, size, prices[k], state)
    while size > 0:
        key, state = keys[0], items[0]
        size = pop(keys, items, size)
        if key > best[state]:
            continue
        stalled = False
        for k in range(back_start[state], back_start[state + 1]):
            if best[back_to[k]] < FAR and best[back_to[k]] + back_cost[k] < key:
                stalled = True
                break
        if stalled:
            continue
        if size + start[state + 1] - start[state] >= len(keys):
            keys, items = grown(keys, 2 * len(keys) + 64), grown(items, 2 * len(items) + 64)
        for k in range(start[state], start[state + 1]):
            target, new = to[k], key + cost[k]
            if new < best[target]:
                if best[target] == FAR:
                    reached[many] = target
                    many += 1
                best[target] = new
                size = push(keys, items, size, new, target)
    return many, keys, items


@compiled
def many_to_many(
    states: int,
    up_start: Any,
    up_to: Any,
    up_cost: Any,
    down_start: Any,
    down_to: Any,
    down_cost: Any,
    from_start: Any,
    from_state: Any,
    from_cost: Any,
    to_start: Any,
    to_state: Any,
    to_cost: Any,
) -> Any:
    """Return the least costs between two lists of ends, shape (from, to); ``FAR`` where there is no way.

    End i of the first list is the states ``from_state[from_start[i]:from_start[i + 1]]``, entered at their cost.
    """
    origins, targets = len(from_start) - 1, len(to_start) - 1
    best = np.full(states, FAR, np.int64)
    reached = np.empty(states, np.int64)
    keys, items = np.empty(1024, np.int64), np.empty(1024, np.int64)
    room = 64 * targets + 1024
    kept_state, kept_end, kept_cost = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    kept = 0
    for j in range(targets):
        a, b = to_start[j], to_start[j + 1]
        many, keys, items = climb(
            to_state[a:b],
            to_cost[a:b],
            down_start,
            down_to,
            down_cost,
            up_start,
            up_to,
            up_cost,
            best,
            reached,
            keys,
            items,
        )
        if kept + many > room:
            room = 2 * room + many
            kept_state, kept_end, kept_cost = grown(kept_state, room), grown(kept_end, room), grown(kept_cost, room)
        for k in range(many):
            kept_state[kept], kept_end[kept], kept_cost[kept] = reached[k], j, best[reached[k]]
            best[reached[k]] = FAR
            kept += 1
    bucket = np.zeros(states + 1, np.int64)
    for k in range(kept):
        bucket[kept_state[k] + 1] += 1
    for state in range(states):
        bucket[state + 1] += bucket[state]
    place = bucket[:-1].copy()
    end, price = np.empty(kept, np.int64), np.empty(kept, np.int64)
    for k in range(kept):
        at = place[kept_state[k]]
        end[at], price[at] = kept_end[k], kept_cost[k]
        place[kept_state[k]] += 1
    result = np.full((origins, targets), FAR, np.int64)
    for i in range(origins):
        a, b = from_start[i], from_start[i + 1]
        many, keys, items = climb(
            from_state[a:b],
            from_cost[a:b],
            up_start,
            up_to,
            up_cost,
            down_start,
            down_to,
            down_cost,
            best,
            reached,
            keys,
            items,
        )
        row = result[i]
        for k in range(many):
            state = reached[k]
            cost = best[state]
            best[state] = FAR
            for at in range(bucket[state], bucket[state + 1]):
                if cost + price[at] < row[end[at]]:
                    row[end[at]] = cost + price[at]
    return result


@compiled
def one_to_many(states: int, start: Any, to: Any, cost: Any, seeds: Any, prices: Any, wanted: Any) -> Any:
    """Return (cost of each state, state before it, -1 for seeds) by Dijkstra's algorithm.

    It stops when all wanted states are settled; states not settled by then may have too high a cost.
    """
    best, before = np.full(states, FAR, np.int64), np.full(states, -1, np.int64)
    open_ends = np.zeros(states, np.bool_)
    left = 0
    for state in wanted:
        if not open_ends[state]:
            open_ends[state] = True
            left += 1
    room = 1024
    keys, items = np.empty(room, np.int64), np.empty(room, np.int64)
    size = 0
    for k in range(len(seeds)):
        if prices[k] < best[seeds[k]]:
            best[seeds[k]] = prices[k]
            if size + 1 >= room:
                room *= 2
                keys, items = grown(keys, room), grown(items, room)
            size = push(keys, items, size, prices[k], seeds[k])
    while size > 0 and left > 0:
        key, state = keys[0], items[0]
        size = pop(keys, items, size)
        if key > best[state]:
            continue
        if open_ends[state]:
            open_ends[state] = False
            left -= 1
        if size + start[state + 1] - start[state] >= room:
            room = 2 * room + start[state + 1] - start[state]
            keys, items = grown(keys, room), grown(items, room)
        for k in range(start[state], start[state + 1]):
            new = key + cost[k]
            if new < best[to[k]]:
                best[to[k]], before[to[k]] = new, state
                size = push(keys, items, size, new, to[k])
    return best, before


@compiled
def walks_within(
    nodes: int,
    start: Any,
    to: Any,
    cost: Any,
    limit: int,
    from_ends: Any,
    from_dm: Any,
    from_on: Any,
    to_ends: Any,
    to_dm: Any,
    to_on: Any,
    from_edge: Any,
    to_edge: Any,
    length: Any,
) -> Any:
    """Return walks between doors, shape (from, to), by Dijkstra's algorithm as far as the limit; ``FAR`` beyond it.

    A door lies on an edge: ``ends`` are the nodes at both ends of it, ``dm`` the walks there, ``on`` False: no door.
    """
    result = np.full((len(from_ends), len(to_ends)), FAR, np.int64)
    best, touched = np.full(nodes, FAR, np.int64), np.empty(nodes, np.int64)
    keys, items = np.empty(1024, np.int64), np.empty(1024, np.int64)
    for i in range(len(from_ends)):
        if not from_on[i]:
            continue
        many, size = 0, 0
        for side in range(2):
            node, dm = from_ends[i, side], from_dm[i, side]
            if dm < best[node]:
                if best[node] == FAR:
                    touched[many] = node
                    many += 1
                best[node] = dm
                size = push(keys, items, size, dm, node)
        while size > 0:
            key, node = keys[0], items[0]
            size = pop(keys, items, size)
            if key > best[node]:
                continue
            if key > limit:
                break
            if size + start[node + 1] - start[node] >= len(keys):
                keys, items = grown(keys, 2 * len(keys) + 64), grown(items, 2 * len(items) + 64)
            for k in range(start[node], start[node + 1]):
                new = key + cost[k]
                if new < best[to[k]]:
                    if best[to[k]] == FAR:
                        touched[many] = to[k]
                        many += 1
                    best[to[k]] = new
                    size = push(keys, items, size, new, to[k])
        for j in range(len(to_ends)):
            if to_on[j]:
                dm = min(best[to_ends[j, 0]] + to_dm[j, 0], best[to_ends[j, 1]] + to_dm[j, 1])
                if from_edge[i] == to_edge[j]:
                    # Both on one edge: there, without going round by its ends.
                    whole = length[from_edge[i]]
                    access = (from_dm[i, 0] + from_dm[i, 1] - whole + to_dm[j, 0] + to_dm[j, 1] - whole) // 2
                    apart = abs((from_dm[i, 0] - from_dm[i, 1]) - (to_dm[j, 0] - to_dm[j, 1])) // 2
                    dm = min(dm, access + apart)
                if dm <= limit:
                    result[i, j] = dm
        for k in range(many):
            best[touched[k]] = FAR
    return result
