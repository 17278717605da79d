"""The compiled heart of ruin-and-recreate: sequences of vehicle-days, their timing, ruin, recreate, annealing.

A *slot* is one vehicle on one date. Its sequence is ``0 a b 0 c d 0`` (0 is its depot, so this one has two
trips). For every position the state keeps the *prefix* up to the start of service there and the *suffix* from
there on, each as a row ``[D, n, E1, L1, E2, L2, …]``: started at ``t <= Li`` at its beginning it is at its end
at ``max(Ei, t + D)``. D (driving and service) is the same for all pieces; several pieces come from several
windows a day, and those that another one dominates are left out. Joining a prefix, a new stop and a suffix
costs a few operations, so an insertion is judged without touching the sequence.

Breaks: beside each row stands one with a break somewhere in it (``*_B``); whether the stretches between breaks
are short enough is settled exactly, by ``span_with_breaks``, once a stop has been put in.

All numbers are integers, in grams, seconds, metres; cost in 1/18000 of a millicent so that metres x millicents
per km and seconds x millicents per hour both stay whole. Everything compiled is in this one file because numba
notices a changed file, but not a change in a file that this one calls.

Sources: ruin and recreate by strings with blinks: Christiaens and Vanden Berghe (2020),
doi:10.1287/trsc.2019.0914; joining time-window segments: Vidal et al. (2013), doi:10.1016/j.cor.2012.07.018.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from distrib.solver.routing.ruin_recreate.compiled import compiled

PIECES = 4
ROW = 2 + 2 * PIECES
LABELS = 8
FAR = 1 << 40

# columns of Problem.task
LOAD, PLACES, PICK, RELEASE, PENALTY = range(5)
# columns of Problem.group (vehicles that are alike, on one date)
DAY, TRAVEL, CAP_LOAD, CAP_PLACES, OPENS, CLOSES, LONGEST, FIXED, PER_M, PER_S, MAX_TRIPS, LOADING = range(12)
BREAK_AFTER, BREAK, HEAVY, KIND = range(12, 16)
# columns of State.at (per slot and position): leg to the next position; trip; sums and largest loads within the trip
LEG, TRIP, DROPPED, PICKED, PLACED, MOST_SO_FAR, MOST_FROM_HERE = range(7)
# columns of State.trip
BEGIN, END, DROPS, PICKS, TRIP_RELEASE, TRIP_LOAD, TRIP_PLACES = range(7)
# columns of State.slot
GROUP, LENGTH, SPAN, METRES, COST, TRIPS = range(6)


class Problem(NamedTuple):
    """What never changes during a search; task 0 is the depot of whichever vehicle looks at it."""

    task: Any  # (tasks, 5)
    windows: Any  # (days, tasks, most windows, 2)
    window_count: Any  # (days, tasks)
    group: Any  # (groups, 16)
    allowed: Any  # (groups, tasks)
    travel: Any  # (travel classes, tasks, tasks): seconds of service at the first plus driving
    metres: Any  # (travel classes, tasks, tasks)
    near: Any  # (tasks, tasks): others by distance, itself first
    drivers: Any  # (days, 2): vehicles, and vehicles that need licence C, at most


class State(NamedTuple):
    """A solution and all that is derived from it."""

    seq: Any  # (slots, positions)
    slot: Any  # (slots, 6)
    where: Any  # (tasks,): slot, or -1
    prefix: Any  # (slots, positions, ROW)
    suffix: Any
    prefix_b: Any
    suffix_b: Any
    at: Any  # (slots, positions, 7)
    trip: Any  # (slots, trips, 7)
    rng: Any  # (1,) uint64
    alt: Any  # (4, positions, ROW): prefix and suffix of one trip under other loading and release
    row: Any  # (8, ROW) scratch
    win: Any  # (2, 1, 2) scratch windows of the depot
    label: Any  # (positions, LABELS + 1, 5) scratch of the break search
    node: Any  # (positions, 4) scratch of the break search


# ------------------------------------------------------------------------------------------------ chance


@compiled
def draw(rng, n):  # type: ignore[no-untyped-def]
    """A whole number from 0 to n - 1 (xorshift64)."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return np.int64(((x >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@compiled
def draw_exponential(rng, mean):  # type: ignore[no-untyped-def]
    """About ``-mean * log2(uniform)``, in whole numbers only: the same on every machine."""
    whole = 0
    u = draw(rng, 1 << 30) + 1
    while u < (1 << 29):
        u <<= 1
        whole += 1
    return mean * whole + (mean >> 10) * (((1 << 30) - u) >> 19)


# ------------------------------------------------------------------------------------------------ timing


@compiled
def push(row, earliest, latest):  # type: ignore[no-untyped-def]
    """Add a piece unless one there dominates it; when full, drop an inner one of the longest wait."""
    n = row[1]
    k = 0
    for j in range(n):
        e, l = row[2 + 2 * j], row[3 + 2 * j]
        if e <= earliest and l >= latest:
            return
        if not (earliest <= e and latest >= l):
            row[2 + 2 * k] = e
            row[3 + 2 * k] = l
            k += 1
    if k == PIECES:
        # keep the earliest end and the latest start: what is feasible stays feasible
        first, last = earliest, latest
        for j in range(k):
            first = min(first, row[2 + 2 * j])
            last = max(last, row[3 + 2 * j])
        worst, at = -1, -1
        for j in range(k):
            e, l = row[2 + 2 * j], row[3 + 2 * j]
            if e != first and l != last and e - l > worst:
                worst, at = e - l, j
        if at < 0 or (earliest != first and latest != last and earliest - latest >= worst):
            row[1] = k
            return
        row[2 + 2 * at] = earliest
        row[3 + 2 * at] = latest
    else:
        row[2 + 2 * k] = earliest
        row[3 + 2 * k] = latest
        k += 1
    row[1] = k


@compiled
def forward(out, row, leg, windows, count):  # type: ignore[no-untyped-def]
    """Add to ``out`` the pieces of ``row``, then ``leg`` seconds, then a start within one of the windows."""
    d = row[0] + leg
    out[0] = d
    for j in range(row[1]):
        arrival = row[2 + 2 * j] + leg
        latest = row[3 + 2 * j]
        for w in range(count):
            if arrival > windows[w, 1]:
                continue
            push(out, max(arrival, windows[w, 0]), min(latest, windows[w, 1] - d))


@compiled
def backward(out, row, leg, windows, count):  # type: ignore[no-untyped-def]
    """Add to ``out`` a start within one of the windows, then ``leg`` seconds, then the pieces of ``row``."""
    d = row[0] + leg
    out[0] = d
    for j in range(row[1]):
        latest = row[3 + 2 * j] - leg
        for w in range(count):
            if latest < windows[w, 0]:
                continue
            push(out, max(row[2 + 2 * j], windows[w, 0] + d), min(latest, windows[w, 1]))


@compiled
def span_through(before, leg_in, windows, count, leg_out, after):  # type: ignore[no-untyped-def]
    """Least seconds of ``before``, a stop, ``after`` in a row; -1 when no start keeps every window."""
    best = FAR
    d_in = before[0] + leg_in
    d = d_in + leg_out + after[0]
    for j in range(before[1]):
        arrival = before[2 + 2 * j] + leg_in
        for w in range(count):
            close = windows[w, 1]
            if arrival > close:
                continue
            leave = max(arrival, windows[w, 0]) + leg_out
            latest = min(before[3 + 2 * j], close - d_in)
            for k in range(after[1]):
                last = after[3 + 2 * k]
                if leave > last:
                    continue
                end = max(after[2 + 2 * k], leave + after[0])
                best = min(best, end - min(latest, last - leg_out - d_in))
    return max(best, d) if best < FAR else -1


@compiled
def span_joined(p, g, before, before_b, leg_in, windows, count, leg_out, after, after_b):  # type: ignore[no-untyped-def]
    """As ``span_through``, with one break anywhere when the vehicle's rule asks for one (a lower bound then)."""
    span = span_through(before, leg_in, windows, count, leg_out, after)
    if span <= p.group[g, BREAK_AFTER]:
        return span if span <= p.group[g, LONGEST] else -1
    pause = p.group[g, BREAK]
    best = FAR
    for k in range(4):
        if k == 0:
            s = span_through(before_b, leg_in, windows, count, leg_out, after)
        elif k == 1:
            s = span_through(before, leg_in + pause, windows, count, leg_out, after)
        elif k == 2:
            s = span_through(before, leg_in, windows, count, leg_out + pause, after)
        else:
            s = span_through(before, leg_in, windows, count, leg_out, after_b)
        if 0 <= s < best:
            best = s
    return best if best <= p.group[g, LONGEST] else -1


@compiled
def span_with_breaks(p, s, r):  # type: ignore[no-untyped-def]
    """Least seconds of slot ``r`` with as many breaks as its rule asks for, exactly; -1 when there is no way.

    Labels after a break: [earliest start, earliest end of the break, latest start, driving + service + breaks].
    """
    g = s.slot[r, GROUP]
    most, pause = p.group[g, BREAK_AFTER], p.group[g, BREAK]
    opens, closes, loading, day, tc = p.group[g, OPENS], p.group[g, CLOSES], p.group[g, LOADING], p.group[g, DAY], p.group[g, TRAVEL]
    node, label, st, out = s.node, s.label, s.row[6], s.row[7]
    n = 0  # nodes: [position, opens (-1: the task's windows), service, leg from the previous node's end]
    last = s.slot[r, LENGTH] - 1
    for k in range(last + 1):
        i = s.seq[r, k]
        trip = s.at[r, k, TRIP]
        drive = 0
        if k:
            h = s.seq[r, k - 1]
            drive = p.travel[tc, h, i] - (p.travel[tc, h, h] if h else 0)
        if i:
            node[n, 0], node[n, 1], node[n, 2], node[n, 3] = i, -1, p.travel[tc, i, i], drive
            n += 1
            continue
        if k:
            node[n, 0], node[n, 1], node[n, 3] = 0, 0, drive
            node[n, 2] = loading if s.trip[r, s.at[r, k - 1, TRIP], PICKS] else 0
            n += 1
            drive = 0
        if k < last:
            node[n, 0], node[n, 1], node[n, 3] = 0, max(opens, s.trip[r, trip, TRIP_RELEASE]), drive
            node[n, 2] = loading if s.trip[r, trip, DROPS] else 0
            n += 1
    best = FAR
    for i in range(n):
        label[i, LABELS, 0] = 0  # number of labels
    for i in range(-1, n - 1):
        count = label[i, LABELS, 0] if i >= 0 else 1
        if count == 0:
            continue
        st[0], st[1], st[2], st[3] = 0, 1, 0, FAR
        for j in range(i + 1, n):
            leg = (node[j - 1, 2] if j > i + 1 else 0) + (node[j, 3] if j else 0)
            out[1] = 0
            if node[j, 1] < 0:
                forward(out, st, leg, p.windows[day, node[j, 0]], p.window_count[day, node[j, 0]])
            else:
                s.win[0, 0, 0], s.win[0, 0, 1] = node[j, 1], closes - node[j, 2]
                forward(out, st, leg, s.win[0], 1)
            st[:] = out
            if st[1] == 0 or st[0] + node[j, 2] > most:
                break
            ds = st[0] + node[j, 2]
            for m in range(st[1]):
                es, ls = st[2 + 2 * m] + node[j, 2], st[3 + 2 * m]
                if es - most > ls:
                    continue
                for a in range(count):
                    if i < 0:
                        s1, e1, l1, d1 = es - most, opens, FAR, 0
                    else:
                        s1, e1, l1, d1 = label[i, a, 0], label[i, a, 1], label[i, a, 2], label[i, a, 3]
                    e, l, d = max(es, e1 + ds), min(l1, ls - d1), d1 + ds
                    if e1 > ls or l < s1:
                        continue
                    if j == n - 1:
                        best = min(best, max(d, e - l))
                    elif e + pause <= closes:
                        push_label(label[j], s1, e + pause, l, d + pause)
    return best if best < FAR else -1


@compiled
def push_label(labels, start, end, latest, d):  # type: ignore[no-untyped-def]
    """Add a label unless dominated; when full, drop the one of the longest span."""
    n = labels[LABELS, 0]
    k = 0
    for a in range(n):
        if labels[a, 0] <= start and labels[a, 1] <= end and labels[a, 2] >= latest and labels[a, 3] <= d:
            return
        if not (start <= labels[a, 0] and end <= labels[a, 1] and latest >= labels[a, 2] and d <= labels[a, 3]):
            labels[k] = labels[a]
            k += 1
    if k == LABELS:
        worst = 0
        for a in range(1, k):
            if labels[a, 1] - labels[a, 2] > labels[worst, 1] - labels[worst, 2]:
                worst = a
        k -= 1
        labels[worst] = labels[k]
    labels[k, 0], labels[k, 1], labels[k, 2], labels[k, 3] = start, end, latest, d
    labels[LABELS, 0] = k + 1


# ------------------------------------------------------------------------------------------------ state


@compiled
def depot_window(p, s, g, k, earliest, last):  # type: ignore[no-untyped-def]
    """Fill scratch window ``k``: when loading may begin at the depot, or when the last trip may end."""
    s.win[k, 0, 0] = 0 if last else max(p.group[g, OPENS], earliest)
    s.win[k, 0, 1] = p.group[g, CLOSES]


@compiled
def read_trips(p, s, r):  # type: ignore[no-untyped-def]
    """Trips of slot ``r``: bounds, what they carry, loads on the way, legs; and its metres."""
    g = s.slot[r, GROUP]
    tc, loading = p.group[g, TRAVEL], p.group[g, LOADING]
    n = s.slot[r, LENGTH]
    metres = 0
    k = -1
    for q in range(n):
        i = s.seq[r, q]
        if q < n - 1:
            metres += p.metres[tc, i, s.seq[r, q + 1]]
        if i == 0:
            if k >= 0:
                s.trip[r, k, END] = q
            if q < n - 1:
                k += 1
                for c in range(7):
                    s.trip[r, k, c] = 0
                s.trip[r, k, BEGIN] = q
            s.at[r, q, DROPPED] = s.at[r, q, PICKED] = s.at[r, q, PLACED] = 0
        else:
            pick = p.task[i, PICK]
            load = p.task[i, LOAD]
            s.at[r, q, DROPPED] = s.at[r, q - 1, DROPPED] + (0 if pick else load)
            s.at[r, q, PICKED] = s.at[r, q - 1, PICKED] + (load if pick else 0)
            s.at[r, q, PLACED] = s.at[r, q - 1, PLACED] + p.task[i, PLACES]
            if pick:
                s.trip[r, k, PICKS] += 1
            else:
                s.trip[r, k, DROPS] += 1
                s.trip[r, k, TRIP_LOAD] += load
                s.trip[r, k, TRIP_PLACES] += p.task[i, PLACES]
                s.trip[r, k, TRIP_RELEASE] = max(s.trip[r, k, TRIP_RELEASE], p.task[i, RELEASE])
        s.at[r, q, TRIP] = k
    s.slot[r, TRIPS] = k + 1
    s.slot[r, METRES] = metres
    for k in range(s.slot[r, TRIPS]):
        begin, end = s.trip[r, k, BEGIN], s.trip[r, k, END]
        most = 0
        for q in range(begin, end):
            most = max(most, s.trip[r, k, TRIP_LOAD] - s.at[r, q, DROPPED] + s.at[r, q, PICKED])
            s.at[r, q, MOST_SO_FAR] = most
            s.at[r, q, LEG] = p.travel[tc, s.seq[r, q], s.seq[r, q + 1]]
        most = 0
        for q in range(end - 1, begin - 1, -1):
            most = max(most, s.trip[r, k, TRIP_LOAD] - s.at[r, q, DROPPED] + s.at[r, q, PICKED])
            s.at[r, q, MOST_FROM_HERE] = most
        if s.trip[r, k, DROPS]:
            s.at[r, begin, LEG] += loading
        if s.trip[r, k, PICKS]:
            s.at[r, end - 1, LEG] += loading


@compiled
def refresh(p, s, r):  # type: ignore[no-untyped-def]
    """Derive everything of slot ``r`` from its sequence; False when it cannot be driven in time."""
    slot = s.slot[r]
    if slot[LENGTH] == 0:
        slot[SPAN] = slot[METRES] = slot[COST] = slot[TRIPS] = 0
        return True
    g = slot[GROUP]
    day, pause = p.group[g, DAY], p.group[g, BREAK]
    breaks = p.group[g, BREAK_AFTER] < FAR
    read_trips(p, s, r)
    n = slot[LENGTH]
    pre, suf, pre_b, suf_b = s.prefix[r], s.suffix[r], s.prefix_b[r], s.suffix_b[r]
    for q in range(n):
        i = s.seq[r, q]
        pre[q, 1] = pre_b[q, 1] = 0
        if i == 0:
            depot_window(p, s, g, 0, s.trip[r, s.at[r, q, TRIP], TRIP_RELEASE], q == n - 1)
        if q == 0:
            pre[0, 0], pre[0, 1], pre[0, 2], pre[0, 3] = 0, 1, s.win[0, 0, 0], s.win[0, 0, 1]
            pre_b[0, 0] = pause
            continue
        windows = p.windows[day, i] if i else s.win[0]
        count = p.window_count[day, i] if i else 1
        leg = s.at[r, q - 1, LEG]
        forward(pre[q], pre[q - 1], leg, windows, count)
        if pre[q, 1] == 0:
            return False
        if breaks:
            forward(pre_b[q], pre_b[q - 1], leg, windows, count)
            forward(pre_b[q], pre[q - 1], leg + pause, windows, count)
    for q in range(n - 1, -1, -1):
        i = s.seq[r, q]
        suf[q, 1] = suf_b[q, 1] = 0
        if i == 0:
            depot_window(p, s, g, 0, s.trip[r, s.at[r, q, TRIP], TRIP_RELEASE], q == n - 1)
        if q == n - 1:
            suf[q, 0], suf[q, 1], suf[q, 2], suf[q, 3] = 0, 1, 0, s.win[0, 0, 1]
            suf_b[q, 0] = pause
            continue
        windows = p.windows[day, i] if i else s.win[0]
        count = p.window_count[day, i] if i else 1
        leg = s.at[r, q, LEG]
        backward(suf[q], suf[q + 1], leg, windows, count)
        if breaks:
            backward(suf_b[q], suf_b[q + 1], leg, windows, count)
            backward(suf_b[q], suf[q + 1], leg + pause, windows, count)
    span = FAR
    for j in range(pre[n - 1, 1]):
        span = min(span, pre[n - 1, 2 + 2 * j] - pre[n - 1, 3 + 2 * j])
    span = max(span, pre[n - 1, 0])
    if span > p.group[g, BREAK_AFTER]:
        span = span_with_breaks(p, s, r)
        if span < 0:
            return False
    if span > p.group[g, LONGEST]:
        return False
    slot[SPAN] = span
    slot[COST] = p.group[g, FIXED] + p.group[g, PER_M] * slot[METRES] + p.group[g, PER_S] * span
    return True


@compiled
def take_out(s, r, q):  # type: ignore[no-untyped-def]
    """Remove the stop at position ``q`` of slot ``r``, and its trip when nothing is left of it."""
    n = s.slot[r, LENGTH]
    s.where[s.seq[r, q]] = -1
    k = 2 if s.seq[r, q - 1] == 0 and s.seq[r, q + 1] == 0 else 1
    for a in range(q, n - k):
        s.seq[r, a] = s.seq[r, a + k]
    s.slot[r, LENGTH] = n - k if n - k > 2 else 0


@compiled
def put_in(s, r, q, c, option):  # type: ignore[no-untyped-def]
    """Put task ``c`` after position ``q`` of slot ``r``: 0 alone, 1 after a new depot call, 2 before one."""
    n = s.slot[r, LENGTH]
    s.where[c] = r
    if n == 0:
        s.seq[r, 0], s.seq[r, 1], s.seq[r, 2] = 0, c, 0
        s.slot[r, LENGTH] = 3
        return
    k = 1 if option == 0 else 2
    for a in range(n - 1, q, -1):
        s.seq[r, a + k] = s.seq[r, a]
    if option == 1:
        s.seq[r, q + 1], s.seq[r, q + 2] = 0, c
    else:
        s.seq[r, q + 1] = c
        if option == 2:
            s.seq[r, q + 2] = 0
    s.slot[r, LENGTH] = n + k


# ------------------------------------------------------------------------------------------------ recreate


@compiled
def vary_trip(p, s, r, k, c):  # type: ignore[no-untyped-def]
    """Rows of trip ``k`` as if it also carried ``c``: later release, loading or unloading at its ends.

    Returns (prefix changed, suffix changed); changed rows are in ``s.alt`` by position.
    """
    g = s.slot[r, GROUP]
    day, loading, pause = p.group[g, DAY], p.group[g, LOADING], p.group[g, BREAK]
    breaks = p.group[g, BREAK_AFTER] < FAR
    trip = s.trip[r, k]
    begin, end = trip[BEGIN], trip[END]
    pick = p.task[c, PICK] == 1
    first = not pick and (trip[DROPS] == 0 or p.task[c, RELEASE] > trip[TRIP_RELEASE])
    last = pick and trip[PICKS] == 0
    if first:
        pre, pre_b = s.alt[0], s.alt[1]
        depot_window(p, s, g, 0, p.task[c, RELEASE], False)
        pre[begin, 1] = pre_b[begin, 1] = 0
        if begin == 0:
            pre[0, 0], pre[0, 1], pre[0, 2], pre[0, 3] = 0, 1, s.win[0, 0, 0], s.win[0, 0, 1]
        else:
            leg = s.at[r, begin - 1, LEG]
            forward(pre[begin], s.prefix[r, begin - 1], leg, s.win[0], 1)
            if breaks:
                forward(pre_b[begin], s.prefix_b[r, begin - 1], leg, s.win[0], 1)
                forward(pre_b[begin], s.prefix[r, begin - 1], leg + pause, s.win[0], 1)
        for q in range(begin + 1, end):
            i = s.seq[r, q]
            leg = s.at[r, q - 1, LEG] + (loading if q == begin + 1 and trip[DROPS] == 0 else 0)
            pre[q, 1] = pre_b[q, 1] = 0
            forward(pre[q], pre[q - 1], leg, p.windows[day, i], p.window_count[day, i])
            if breaks:
                forward(pre_b[q], pre_b[q - 1], leg, p.windows[day, i], p.window_count[day, i])
                forward(pre_b[q], pre[q - 1], leg + pause, p.windows[day, i], p.window_count[day, i])
    if last:
        suf, suf_b = s.alt[2], s.alt[3]
        suf[end] = s.suffix[r, end]
        suf_b[end] = s.suffix_b[r, end]
        for q in range(end - 1, begin, -1):
            i = s.seq[r, q]
            leg = s.at[r, q, LEG] + (loading if q == end - 1 else 0)
            suf[q, 1] = suf_b[q, 1] = 0
            backward(suf[q], suf[q + 1], leg, p.windows[day, i], p.window_count[day, i])
            if breaks:
                backward(suf_b[q], suf_b[q + 1], leg, p.windows[day, i], p.window_count[day, i])
                backward(suf_b[q], suf[q + 1], leg + pause, p.windows[day, i], p.window_count[day, i])
    return first, last


@compiled
def span_alone(p, s, g, c):  # type: ignore[no-untyped-def]
    """Least seconds of a tour of group ``g`` that only serves ``c``; -1 when it cannot."""
    loading = p.group[g, LOADING]
    pick = p.task[c, PICK] == 1
    tc = p.group[g, TRAVEL]
    if p.task[c, LOAD] > p.group[g, CAP_LOAD] or p.task[c, PLACES] > p.group[g, CAP_PLACES]:
        return -1
    depot_window(p, s, g, 0, 0 if pick else p.task[c, RELEASE], False)
    a, b = s.row[0], s.row[1]
    a[0], a[1], a[2], a[3] = 0, 1, s.win[0, 0, 0], s.win[0, 0, 1]
    b[0], b[1], b[2], b[3] = 0, 1, 0, p.group[g, CLOSES]
    b2 = s.row[2]
    b2[1] = 0
    b2[0] = 0
    leg_in = p.travel[tc, 0, c] + (0 if pick else loading)
    leg_out = p.travel[tc, c, 0] + (loading if pick else 0)
    day = p.group[g, DAY]
    return span_joined(p, g, a, b2, leg_in, p.windows[day, c], p.window_count[day, c], leg_out, b, b2)


@compiled
def best_in_slot(p, s, r, c, blink, limit):  # type: ignore[no-untyped-def]
    """The cheapest place for ``c`` in slot ``r`` that costs less than ``limit``: (cost, position, option).

    Options: 0 within a trip; 1 the rest of the trip follows a new depot call and ``c``; 2 ``c`` ends the trip
    and a new one takes the rest. Position -1: none. One in ``blink`` positions is overlooked.
    """
    g = s.slot[r, GROUP]
    tc, day, loading = p.group[g, TRAVEL], p.group[g, DAY], p.group[g, LOADING]
    cap, cap_places = p.group[g, CAP_LOAD], p.group[g, CAP_PLACES]
    per_m, per_s = p.group[g, PER_M], p.group[g, PER_S]
    load, places, pick = p.task[c, LOAD], p.task[c, PLACES], p.task[c, PICK] == 1
    release = 0 if pick else p.task[c, RELEASE]
    windows, count = p.windows[day, c], p.window_count[day, c]
    longest = p.group[g, LONGEST]
    span_now = s.slot[r, SPAN]
    travel, metres = p.travel[tc], p.metres[tc]
    service = travel[c, c]
    breaks = p.group[g, BREAK_AFTER] < FAR
    pause = p.group[g, BREAK]
    more = s.slot[r, TRIPS] < p.group[g, MAX_TRIPS]
    d_all = s.prefix[r, s.slot[r, LENGTH] - 1, 0]
    best, best_q, best_o = limit, -1, 0
    a, a_b = s.row[0], s.row[1]
    for k in range(s.slot[r, TRIPS]):
        trip = s.trip[r, k]
        drops, picks = trip[DROPS] > 0 or not pick, trip[PICKS] > 0 or pick
        first, last = vary_trip(p, s, r, k, c)
        for q in range(trip[BEGIN], trip[END]):
            if draw(s.rng, blink) == 0:
                continue
            x, y = s.seq[r, q], s.seq[r, q + 1]
            leg_in = travel[x, c] + (loading if x == 0 and drops else 0)
            leg_out = travel[c, y] + (loading if y == 0 and picks else 0)
            pre = s.alt[0, q] if first else s.prefix[r, q]
            pre_b = s.alt[1, q] if first else s.prefix_b[r, q]
            suf = s.alt[2, q + 1] if last else s.suffix[r, q + 1]
            suf_b = s.alt[3, q + 1] if last else s.suffix_b[r, q + 1]
            # 0: within the trip
            if pick:
                fits = s.at[r, q, MOST_FROM_HERE] + load <= cap
            else:
                fits = s.at[r, q, MOST_SO_FAR] + load <= cap and trip[TRIP_PLACES] + places <= cap_places
            if fits:
                far = per_m * (metres[x, c] + metres[c, y] - metres[x, y])
                d = pre[0] + leg_in + leg_out + suf[0]
                if d <= longest and far + per_s * max(0, d - span_now) < best:
                    span = span_joined(p, g, pre, pre_b, leg_in, windows, count, leg_out, suf, suf_b)
                    if span >= 0 and far + per_s * (span - span_now) < best:
                        best, best_q, best_o = far + per_s * (span - span_now), q, 0
            if not more or d_all + service > longest:
                continue
            # 1: a new depot call, then c
            if x:
                rest = s.at[r, trip[END] - 1, DROPPED] - s.at[r, q, DROPPED]
                if pick:
                    fits = s.at[r, q, MOST_FROM_HERE] - s.at[r, q, PICKED] + load <= cap
                else:
                    fits = rest + load <= cap and trip[TRIP_PLACES] - s.at[r, q, PLACED] + places <= cap_places
                far = per_m * (metres[x, 0] + metres[0, c] + metres[c, y] - metres[x, y])
                if fits and far < best:
                    back = travel[x, 0] + (loading if trip[PICKS] else 0)
                    out = travel[0, c] + (loading if not pick or (y and trip[DROPS]) else 0)
                    on = travel[c, y] + (loading if y == 0 and pick else 0)
                    after, after_b = (suf, suf_b) if y else (s.suffix[r, q + 1], s.suffix_b[r, q + 1])
                    d = s.prefix[r, q, 0] + back + out + on + after[0]
                    if d <= longest and far + per_s * max(0, d - span_now) < best:
                        depot_window(p, s, g, 1, max(release, trip[TRIP_RELEASE]) if y else release, False)
                        a[1] = a_b[1] = 0
                        forward(a, s.prefix[r, q], back, s.win[1], 1)
                        if breaks:
                            forward(a_b, s.prefix_b[r, q], back, s.win[1], 1)
                            forward(a_b, s.prefix[r, q], back + pause, s.win[1], 1)
                        span = span_joined(p, g, a, a_b, out, windows, count, on, after, after_b)
                        if span >= 0 and far + per_s * (span - span_now) < best:
                            best, best_q, best_o = far + per_s * (span - span_now), q, 1
            # 2: c, then a new depot call (a trip of c alone before the first one)
            if (x and y) or q == 0:
                if pick:
                    fits = s.at[r, q, PICKED] + load <= cap
                else:
                    rest = trip[TRIP_LOAD] - s.at[r, q, DROPPED]
                    fits = s.at[r, q, MOST_SO_FAR] - rest + load <= cap and s.at[r, q, PLACED] + places <= cap_places
                far = per_m * (metres[x, c] + metres[c, 0] + metres[0, y] - metres[x, y])
                if fits and far < best:
                    if x == 0:
                        depot_window(p, s, g, 1, release, False)
                        a[0], a[1], a[2], a[3] = 0, 1, s.win[1, 0, 0], s.win[1, 0, 1]
                        a_b[0], a_b[1] = pause, 0
                        leg = travel[0, c] + (0 if pick else loading)
                        back = travel[c, 0] + (loading if pick else 0)
                        span = span_joined(p, g, a, a_b, leg, windows, count, back, s.suffix[r, 0], s.suffix_b[r, 0])
                    else:
                        a[1] = a_b[1] = 0
                        forward(a, pre, leg_in, windows, count)
                        if breaks:
                            forward(a_b, pre_b, leg_in, windows, count)
                            forward(a_b, pre, leg_in + pause, windows, count)
                        depot_window(p, s, g, 1, trip[TRIP_RELEASE], False)
                        back = travel[c, 0] + (loading if picks else 0)
                        on = travel[0, y] + (loading if trip[DROPS] else 0)
                        span = span_joined(
                            p, g, a, a_b, back, s.win[1], 1, on, s.suffix[r, q + 1], s.suffix_b[r, q + 1]
                        )
                    if span >= 0 and far + per_s * (span - span_now) < best:
                        best, best_q, best_o = far + per_s * (span - span_now), q, 2
    return best, best_q, best_o


@compiled
def count_used(p, s, used):  # type: ignore[no-untyped-def]
    """Vehicles in use by day: all, and those that need licence C."""
    used[:] = 0
    for r in range(len(s.slot)):
        if s.slot[r, LENGTH]:
            g = s.slot[r, GROUP]
            used[p.group[g, DAY], 0] += 1
            used[p.group[g, DAY], 1] += p.group[g, HEAVY]


@compiled
def may_open(p, g, used):  # type: ignore[no-untyped-def]
    """True when the drivers of the day allow one more vehicle of group ``g``."""
    day = p.group[g, DAY]
    return used[day, 0] < p.drivers[day, 0] and used[day, 1] + p.group[g, HEAVY] <= p.drivers[day, 1]


@compiled
def insert(p, s, c, used, touched, fixed, favoured, bonus, blink):  # type: ignore[no-untyped-def]
    """Put ``c`` where it costs least (prices of opening in ``fixed``, a bonus for one kind); leave it out if nowhere."""
    banned = -1
    for _ in range(4):
        best, best_r, best_q, best_o = np.int64(1) << 61, -1, 0, 0
        seen = -1
        for r in range(len(s.slot)):
            g = s.slot[r, GROUP]
            if not p.allowed[g, c] or r == banned:
                continue
            extra = bonus if p.group[g, KIND] == favoured else 0
            if s.slot[r, LENGTH]:
                if s.slot[r, LENGTH] + 3 >= s.seq.shape[1]:
                    continue
                cost, q, o = best_in_slot(p, s, r, c, blink, best + extra)
                if q >= 0:
                    best, best_r, best_q, best_o = cost - extra, r, q, o
            elif seen != g:
                seen = g
                if not may_open(p, g, used):
                    continue
                tc = p.group[g, TRAVEL]
                cost = fixed[g] + p.group[g, PER_M] * (p.metres[tc, 0, c] + p.metres[tc, c, 0])
                if cost >= best:
                    continue
                span = span_alone(p, s, g, c)
                if span >= 0 and cost + p.group[g, PER_S] * span < best:
                    best, best_r, best_q, best_o = cost + p.group[g, PER_S] * span, r, 0, 0
        if best_r < 0:
            return
        opened = s.slot[best_r, LENGTH] == 0
        put_in(s, best_r, best_q, c, best_o)
        touched[best_r] = 1
        if refresh(p, s, best_r):
            if opened:
                g = s.slot[best_r, GROUP]
                used[p.group[g, DAY], 0] += 1
                used[p.group[g, DAY], 1] += p.group[g, HEAVY]
            return
        for q in range(1, s.slot[best_r, LENGTH]):
            if s.seq[best_r, q] == c:
                take_out(s, best_r, q)
                break
        refresh(p, s, best_r)
        banned = best_r


@compiled
def change_vehicle(p, s, r, used, touched):  # type: ignore[no-untyped-def]
    """Move the whole tour of slot ``r`` to an unused vehicle of another group where that is cheaper."""
    g = s.slot[r, GROUP]
    n = s.slot[r, LENGTH]
    seen = -1
    for r2 in range(len(s.slot)):
        h = s.slot[r2, GROUP]
        if s.slot[r2, LENGTH] or h == g or h == seen or p.group[h, DAY] != p.group[g, DAY]:
            continue
        seen = h
        if p.group[h, FIXED] >= s.slot[r, COST] or s.slot[r, TRIPS] > p.group[h, MAX_TRIPS]:
            continue
        if p.group[h, HEAVY] > p.group[g, HEAVY] and used[p.group[g, DAY], 1] >= p.drivers[p.group[g, DAY], 1]:
            continue
        fits = True
        for q in range(n - 1):
            i = s.seq[r, q]
            fits = fits and (i == 0 or p.allowed[h, i]) and s.at[r, q, MOST_SO_FAR] <= p.group[h, CAP_LOAD]
        for k in range(s.slot[r, TRIPS]):
            fits = fits and s.trip[r, k, TRIP_PLACES] <= p.group[h, CAP_PLACES]
        if not fits:
            continue
        s.seq[r2, :n] = s.seq[r, :n]
        s.slot[r2, LENGTH] = n
        if refresh(p, s, r2) and s.slot[r2, COST] < s.slot[r, COST]:
            for q in range(n):
                if s.seq[r2, q]:
                    s.where[s.seq[r2, q]] = r2
            used[p.group[g, DAY], 1] += p.group[h, HEAVY] - p.group[g, HEAVY]
            s.slot[r, LENGTH] = 0
            refresh(p, s, r)
            touched[r2] = 1
            return
        s.slot[r2, LENGTH] = 0
        refresh(p, s, r2)


# ------------------------------------------------------------------------------------------------ ruin


@compiled
def position_of(s, c):  # type: ignore[no-untyped-def]
    """Position of a routed task in its slot."""
    r = s.where[c]
    q = 1
    while s.seq[r, q] != c:
        q += 1
    return q


@compiled
def ruin_strings(s, near, seed, strings, longest, removed, n, touched):  # type: ignore[no-untyped-def]
    """Remove a run of stops around ``seed`` from each of the ``strings`` tours nearest to it; the new count."""
    for j in range(near.shape[1]):
        if strings == 0:
            break
        c = near[seed, j]
        r = s.where[c]
        if r < 0 or touched[r]:
            continue
        touched[r] = 1
        strings -= 1
        stops = s.slot[r, LENGTH] - 1 - s.slot[r, TRIPS]
        length = 1 + draw(s.rng, min(stops, longest))
        kept = draw(s.rng, length) if length > 2 and draw(s.rng, 2) == 0 else 0
        before = draw(s.rng, length)
        q = max(1, position_of(s, c) - before)
        skip_at = draw(s.rng, length)
        taken = 0
        while taken < length and s.slot[r, LENGTH] and q < s.slot[r, LENGTH] - 1:
            if s.seq[r, q] == 0:
                q += 1
                continue
            if taken == skip_at and kept:
                kept -= 1
                q += 1
                continue
            removed[n] = s.seq[r, q]
            n += 1
            taken += 1
            take_out(s, r, q)
    return n


@compiled
def ruin_tour(s, r, removed, n, touched):  # type: ignore[no-untyped-def]
    """Empty a vehicle-day; the new count."""
    touched[r] = 1
    for q in range(1, s.slot[r, LENGTH] - 1):
        if s.seq[r, q]:
            removed[n] = s.seq[r, q]
            s.where[s.seq[r, q]] = -1
            n += 1
    s.slot[r, LENGTH] = 0
    return n


@compiled
def ruin_tours(s, near, seed, tours, removed, n, touched):  # type: ignore[no-untyped-def]
    """Empty whole vehicle-days near ``seed``; the new count."""
    first = True
    for j in range(near.shape[1]):
        if tours == 0:
            break
        r = s.where[near[seed, j]]
        if r < 0 or (not first and draw(s.rng, 2) == 0):
            continue
        first = False
        tours -= 1
        n = ruin_tour(s, r, removed, n, touched)
    return n


@compiled
def ruin_trips(s, near, seed, trips, removed, n, touched):  # type: ignore[no-untyped-def]
    """Remove all stops of the trips nearest to ``seed``; the new count."""
    for j in range(near.shape[1]):
        if trips == 0:
            break
        c = near[seed, j]
        r = s.where[c]
        if r < 0:
            continue
        trips -= 1
        touched[r] = 1
        q = position_of(s, c)
        while s.seq[r, q - 1]:
            q -= 1
        while s.slot[r, LENGTH] and s.seq[r, q]:
            last = s.seq[r, q + 1] == 0
            removed[n] = s.seq[r, q]
            n += 1
            take_out(s, r, q)
            if last:
                break
    return n


@compiled
def ruin_costly(p, s, count, removed, n, touched, gain):  # type: ignore[no-untyped-def]
    """Remove stops whose detour is dear, the dearest more often; the new count."""
    for r in range(len(s.slot)):
        g = s.slot[r, GROUP]
        tc = p.group[g, TRAVEL]
        for q in range(1, s.slot[r, LENGTH] - 1):
            i = s.seq[r, q]
            if i:
                x, y = s.seq[r, q - 1], s.seq[r, q + 1]
                cost = p.group[g, PER_M] * (p.metres[tc, x, i] + p.metres[tc, i, y] - p.metres[tc, x, y])
                cost += p.group[g, PER_S] * (p.travel[tc, x, i] + p.travel[tc, i, y] - p.travel[tc, x, y])
                gain[i] = (cost >> 10) * (512 + draw(s.rng, 1024))
    for _ in range(count):
        worst, best = -1, np.int64(-1) << 61
        for i in range(1, len(s.where)):
            if s.where[i] >= 0 and gain[i] > best:
                worst, best = i, gain[i]
        if worst < 0:
            break
        r = s.where[worst]
        touched[r] = 1
        removed[n] = worst
        n += 1
        take_out(s, r, position_of(s, worst))
    return n


@compiled
def ruin_any(s, count, removed, n, touched):  # type: ignore[no-untyped-def]
    """Remove stops drawn at random; the new count."""
    for _ in range(count):
        c = 1 + draw(s.rng, len(s.where) - 1)
        r = s.where[c]
        if r >= 0:
            touched[r] = 1
            removed[n] = c
            n += 1
            take_out(s, r, position_of(s, c))
    return n


# ------------------------------------------------------------------------------------------------ search


@compiled
def sort_removed(p, s, removed, n, key):  # type: ignore[no-untyped-def]
    """Order the removed tasks for insertion: at random, big, far, near, narrow or late first."""
    o = draw(s.rng, 100)
    for a in range(n):
        c = removed[a]
        noise = draw(s.rng, 1 << 20)
        if o < 35:
            key[a] = noise
        elif o < 55:
            key[a] = -p.task[c, LOAD] * 64 + (noise >> 4) * 2
        elif o < 70:
            key[a] = -p.travel[0, 0, c]
        elif o < 75:
            key[a] = p.travel[0, 0, c]
        elif o < 95:
            width = 0
            for w in range(p.window_count[0, c]):
                width += p.windows[0, c, w, 1] - p.windows[0, c, w, 0]
            key[a] = width * 350 + noise
        else:
            key[a] = -p.task[c, RELEASE]
    for a in range(1, n):
        k, c, b = key[a], removed[a], a - 1
        while b >= 0 and key[b] > k:
            key[b + 1], removed[b + 1] = key[b], removed[b]
            b -= 1
        key[b + 1], removed[b + 1] = k, c


@compiled
def search(p, s, iterations, hot, halvings, best_seq, best_slot):  # type: ignore[no-untyped-def]
    """Ruin, recreate and anneal; the best sequences are left in ``best_seq``/``best_slot``, their cost comes back.

    The temperature goes from ``hot`` to ``hot / 2**halvings``. Tasks left out cost their penalty.
    """
    slots, tasks, days = len(s.slot), len(s.where), len(p.drivers)
    old_seq, old_slot, old_where = s.seq.copy(), s.slot.copy(), s.where.copy()
    removed = np.zeros(tasks, np.int64)
    key = np.zeros(tasks, np.int64)
    touched = np.zeros(slots, np.int64)
    used = np.zeros((days, 2), np.int64)
    fixed = p.group[:, FIXED].copy()
    kinds = p.group[:, KIND].max() + 1
    current = np.int64(0)
    for r in range(slots):
        refresh(p, s, r)
        current += s.slot[r, COST]
    for c in range(1, tasks):
        if s.where[c] < 0:
            current += p.task[c, PENALTY]
    best = current
    best_seq[:] = s.seq
    best_slot[:] = s.slot
    dearest = p.group[:, FIXED].max()
    for it in range(iterations):
        step = it * halvings * 1024 // iterations
        warm = hot >> (step >> 10)
        warm -= (warm >> 11) * (step & 1023)
        n = 0
        touched[:] = 0
        missing = np.int64(0)
        for c in range(1, tasks):
            if s.where[c] < 0:
                removed[n] = c
                n += 1
        seed = 1 + draw(s.rng, tasks - 1)
        kind_of_ruin = draw(s.rng, 1000)
        whole = kind_of_ruin < 60
        if whole:
            n = ruin_tours(s, p.near, seed, 1 if kind_of_ruin < 30 else 2 + draw(s.rng, 3), removed, n, touched)
            if kind_of_ruin & 1:
                n = ruin_strings(s, p.near, seed, 2, 10, removed, n, touched)
        elif kind_of_ruin < 120:
            n = ruin_trips(s, p.near, seed, 1 + draw(s.rng, 3), removed, n, touched)
        elif kind_of_ruin < 150:
            n = ruin_costly(p, s, 1 + draw(s.rng, 8), removed, n, touched, key)
        elif kind_of_ruin < 180:
            n = ruin_any(s, 1 + draw(s.rng, 8), removed, n, touched)
        else:
            n = ruin_strings(s, p.near, seed, 1 + draw(s.rng, 4), 10, removed, n, touched)
        for r in range(slots):
            if touched[r] and not refresh(p, s, r):
                n = ruin_tour(s, r, removed, n, touched)
                refresh(p, s, r)
        sort_removed(p, s, removed, n, key)
        count_used(p, s, used)
        blur = draw(s.rng, 10) < (8 if whole else 3)
        if blur:
            for k in range(kinds):
                share = draw(s.rng, 1229)
                for g in range(len(p.group)):
                    if p.group[g, KIND] == k:
                        fixed[g] = (p.group[g, FIXED] >> 10) * share
        else:
            fixed[:] = p.group[:, FIXED]
        bonus = (dearest >> 10) * draw(s.rng, 128) if blur and draw(s.rng, 10) < 6 else np.int64(0)
        favoured = draw(s.rng, kinds)
        for a in range(n):
            insert(p, s, removed[a], used, touched, fixed, favoured, bonus, 100)
        if draw(s.rng, 4) == 0:
            for r in range(slots):
                if touched[r] and s.slot[r, LENGTH]:
                    change_vehicle(p, s, r, used, touched)
        for a in range(n):
            if s.where[removed[a]] < 0:
                missing += p.task[removed[a], PENALTY]
        new = missing
        for r in range(slots):
            new += s.slot[r, COST]
        if new < current + draw_exponential(s.rng, warm):
            current = new
            for r in range(slots):
                if touched[r]:
                    old_seq[r] = s.seq[r]
                    old_slot[r] = s.slot[r]
                    for q in range(s.slot[r, LENGTH]):
                        old_where[s.seq[r, q]] = r
            for a in range(n):
                old_where[removed[a]] = s.where[removed[a]]
            if new < best:
                best = new
                best_seq[:] = s.seq
                best_slot[:] = s.slot
        else:
            for r in range(slots):
                if touched[r]:
                    s.seq[r] = old_seq[r]
                    s.slot[r] = old_slot[r]
                    refresh(p, s, r)
                    for q in range(s.slot[r, LENGTH]):
                        s.where[s.seq[r, q]] = r
            for a in range(n):
                s.where[removed[a]] = old_where[removed[a]]
    return best
