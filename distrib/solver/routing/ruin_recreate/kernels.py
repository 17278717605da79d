"""The compiled heart of ruin-and-recreate: sequences of vehicle-days, their timing, ruin, recreate, annealing.

A *slot* is one vehicle on one date. Its sequence is ``0 a b 0 c d 0`` (0 is its depot, so this one has two
trips). For every position the state keeps the *prefix* up to the start of service there and the *suffix* from
there on, each as a row ``[D, n, E1, L1, E2, L2, …]``: started at ``t <= Li`` at its beginning it is at its end
at ``max(Ei, t + D)``. D (driving and service) is the same for all pieces; several pieces come from several
windows a day, and those that another one dominates are left out. Joining a prefix, a new stop and a suffix
costs a few operations, so an insertion is judged without touching the sequence.

Rows are referred to by number: ``pre`` of position q of slot r is row ``r * positions + q``, its suffix, its
prefix and suffix with a break follow ``block`` rows further each; after these four blocks come 4 x positions rows
for one trip under other loading and release, then scratch rows.

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

from distrib.compiled import compiled, lent, spliced

PIECES = 4
ROW = 2 + 2 * PIECES
LABELS = 24
SCRATCH = 8
FAR = 1 << 40

# columns of Problem.task
LOAD, PLACES, PICK, BASKETS, PENALTY = range(5)
# columns of Problem.legs: seconds (service at the first plus driving) and metres, on to the other task and back from it
GO_S, GO_M, COME_S, COME_M = range(4)
# columns of Problem.group (vehicles that are alike, on one date)
DAY, TRAVEL, CAP_LOAD, CAP_PLACES, OPENS, CLOSES, LONGEST, PER_M, PER_S, MAX_TRIPS, LOADING = range(11)
BREAK_AFTER, BREAK, HEAVY, KIND, DEPOT, MOST_DRIVING = range(11, 17)
# columns of State.at (per slot and position): leg to the next position; trip; sums and largest loads within the trip;
# metres to the next position
LEG, TRIP, DROPPED, PICKED, PLACED, MOST_SO_FAR, MOST_FROM_HERE, METRE = range(8)
# columns of State.trip
BEGIN, END, DROPS, PICKS, TRIP_RELEASE, TRIP_LOAD, TRIP_PLACES = range(7)
# columns of State.slot
GROUP, LENGTH, SPAN, METRES, COST, TRIPS, PRICE, VERSION, DRIVING = range(9)
# columns of State.known: for this version of the slot, the cheapest insertion (position -1: none below the cost)
AT_VERSION, KNOWN_COST, KNOWN_POSITION, KNOWN_OPTION = range(4)


class Problem(NamedTuple):
    """What never changes during a search; task 0 is the depot of whichever vehicle looks at it."""

    task: Any  # (tasks, 5)
    group: Any  # (groups, 17)
    allowed: Any  # (groups, tasks)
    legs: Any  # (travel classes, tasks, tasks, 4), both ways side by side, so that one row answers for a task
    near: Any  # (tasks, tasks - 1): tasks by distance, itself first
    drivers: Any  # (days, 2): vehicles, and vehicles that need licence C, at most
    release: Any  # (days, tasks): loading may not begin earlier
    most: Any  # (days, depots): baskets dropped in all, at most


class State(NamedTuple):
    """A solution and all that is derived from it."""

    seq: Any  # (slots, positions)
    slot: Any  # (slots, 9); PRICE: cost of using the vehicle that day; VERSION: number of what SEQ holds
    where: Any  # (tasks,): slot, or -1
    at: Any  # (slots, positions, 8)
    trip: Any  # (slots, positions, 7)
    rows: Any  # (see above, ROW)
    win: Any  # (days * tasks + 2, 1 + 2 * most windows): count, opens, closes, …; the last two are the depot's
    rng: Any  # (1,) uint64
    known: Any  # (tasks, slots, 4)
    versions: Any  # (1,): how many there have been
    label: Any  # (2 * LABELS, 5) scratch of the break search
    node: Any  # (2 * positions, 4) scratch of the break search


# ------------------------------------------------------------------------------------------------ chance


@spliced
def draw(rng, n):  # type: ignore[no-untyped-def]
    """A whole number from 0 to n - 1 (xorshift64)."""
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    return np.int64(((x >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@spliced
def draw_exponential(rng, mean):  # type: ignore[no-untyped-def]
    """About ``-mean * log2(uniform)``, in whole numbers only: the same on every machine."""
    whole = 0
    u = draw(rng, np.int64(1 << 30)) + 1
    while u < (1 << 29):
        u <<= 1
        whole += 1
    return mean * whole + (mean >> 10) * (((1 << 30) - u) >> 19)


# ------------------------------------------------------------------------------------------------ timing


@spliced
def copy_row(a, i, b, j):  # type: ignore[no-untyped-def]
    """Copy row ``i`` of ``a`` to row ``j`` of ``b`` (a slice assignment takes numba seconds to compile)."""
    for c in range(a.shape[1]):
        b[j, c] = a[i, c]


@spliced
def start_row(rows, i, d, earliest, latest):  # type: ignore[no-untyped-def]
    """Row ``i`` becomes a single piece."""
    rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3] = d, 1, earliest, latest


@spliced
def push(rows, i, earliest, latest):  # type: ignore[no-untyped-def]
    """Add a piece unless one there dominates it; when full, drop an inner one of the longest wait."""
    n = rows[i, 1]
    if n == 0:
        rows[i, 1], rows[i, 2], rows[i, 3] = 1, earliest, latest
        return
    k = 0
    for j in range(n):
        e, l = rows[i, 2 + 2 * j], rows[i, 3 + 2 * j]
        if e <= earliest and l >= latest:
            return
        if not (earliest <= e and latest >= l):
            rows[i, 2 + 2 * k] = e
            rows[i, 3 + 2 * k] = l
            k += 1
    if k < PIECES:
        rows[i, 2 + 2 * k] = earliest
        rows[i, 3 + 2 * k] = latest
        rows[i, 1] = k + 1
        return
    # keep the earliest end and the latest start: what is feasible stays feasible
    rows[i, 1] = k
    first, last = earliest, latest
    for j in range(k):
        first = min(first, rows[i, 2 + 2 * j])
        last = max(last, rows[i, 3 + 2 * j])
    worst, at = np.int64(-1), np.int64(-1)
    for j in range(k):
        e, l = rows[i, 2 + 2 * j], rows[i, 3 + 2 * j]
        if e != first and l != last and e - l > worst:
            worst, at = e - l, j
    if at >= 0 and (earliest == first or latest == last or earliest - latest < worst):
        rows[i, 2 + 2 * at] = earliest
        rows[i, 3 + 2 * at] = latest


@spliced
def forward(rows, out, i, leg, win, w):  # type: ignore[no-untyped-def]
    """Add to row ``out`` the pieces of row ``i``, then ``leg`` seconds, then a start within one of the windows."""
    d = rows[i, 0] + leg
    rows[out, 0] = d
    for j in range(rows[i, 1]):
        arrival = rows[i, 2 + 2 * j] + leg
        latest = rows[i, 3 + 2 * j]
        for k in range(win[w, 0]):
            closes = win[w, 2 + 2 * k]
            if arrival <= closes:
                push(rows, out, max(arrival, win[w, 1 + 2 * k]), min(latest, closes - d))


@spliced
def backward(rows, out, i, leg, win, w):  # type: ignore[no-untyped-def]
    """Add to row ``out`` a start within one of the windows, then ``leg`` seconds, then the pieces of row ``i``."""
    d = rows[i, 0] + leg
    rows[out, 0] = d
    for j in range(rows[i, 1]):
        latest = rows[i, 3 + 2 * j] - leg
        for k in range(win[w, 0]):
            opens = win[w, 1 + 2 * k]
            if latest >= opens:
                push(rows, out, max(rows[i, 2 + 2 * j], opens + d), min(latest, win[w, 2 + 2 * k]))


@spliced
def span_through(rows, i, leg_in, win, w, leg_out, o):  # type: ignore[no-untyped-def]
    """Least seconds of row ``i``, a stop, row ``o``, one after the other; -1 when no start keeps every window."""
    best = np.int64(FAR)
    d_in = rows[i, 0] + leg_in
    d_out = rows[o, 0]
    for j in range(rows[i, 1]):
        arrival = rows[i, 2 + 2 * j] + leg_in
        begin = rows[i, 3 + 2 * j]
        for k in range(win[w, 0]):
            closes = win[w, 2 + 2 * k]
            if arrival > closes:
                continue
            leave = max(arrival, win[w, 1 + 2 * k]) + leg_out
            latest = min(begin, closes - d_in)
            for m in range(rows[o, 1]):
                last = rows[o, 3 + 2 * m]
                if leave <= last:
                    end = max(rows[o, 2 + 2 * m], leave + d_out)
                    best = min(best, end - min(latest, last - leg_out - d_in))
    return max(best, d_in + leg_out + d_out) if best < FAR else np.int64(-1)


@spliced
def span_joined(rows, most, pause, i, i_b, leg_in, win, w, leg_out, o, o_b):  # type: ignore[no-untyped-def]
    """As ``span_through``, with one break anywhere when more than ``most`` seconds ask for one (a lower bound then)."""
    span = span_through(rows, i, leg_in, win, w, leg_out, o)
    if span <= most:
        return span
    best = np.int64(FAR)
    for k in range(4):
        span = span_through(
            rows, i_b if k == 0 else i, leg_in + (pause if k == 1 else 0), win, w, leg_out + (pause if k == 2 else 0),
            o_b if k == 3 else o,
        )  # fmt: skip
        if span >= 0:
            best = min(best, span)
    return best if best < FAR else np.int64(-1)


@lent
def list_nodes(p, s, r):  # type: ignore[no-untyped-def]
    """All rows of the day of slot ``r`` for the break search: [windows, latest (-1: windows'), service, driving to it].

    A depot call between two trips is two of them: unloading, then loading. Returns how many there are.
    """
    g = s.slot[r, GROUP]
    tc, loading, tasks = p.group[g, TRAVEL], p.group[g, LOADING], len(s.where)
    node, n = s.node, 0
    last = s.slot[r, LENGTH] - 1
    for q in range(last + 1):
        i = s.seq[r, q]
        drive = np.int64(0)
        if q:
            h = s.seq[r, q - 1]
            drive = p.legs[tc, h, i, GO_S] - (p.legs[tc, h, h, GO_S] if h else 0)
        if i:
            node[n, 0], node[n, 1] = p.group[g, DAY] * tasks + i, -1
            node[n, 2], node[n, 3] = p.legs[tc, i, i, GO_S], drive
            n += 1
            continue
        if q:
            node[n, 0], node[n, 1], node[n, 3] = -1, 0, drive
            node[n, 2] = loading if s.trip[r, s.at[r, q - 1, TRIP], PICKS] else 0
            n += 1
            drive = np.int64(0)
        if q < last:
            trip = s.at[r, q, TRIP]
            node[n, 0], node[n, 1], node[n, 3] = -1, max(p.group[g, OPENS], s.trip[r, trip, TRIP_RELEASE]), drive
            node[n, 2] = loading if s.trip[r, trip, DROPS] else 0
            n += 1
    return n


@lent
def span_with_break(p, s, r):  # type: ignore[no-untyped-def]
    """Least seconds of slot ``r``, whose rows are fresh, with one break where it costs least; -1 when none will do.

    A break may follow the work at any position, and the unloading at the end of a trip.
    """
    seq, rows, at = s.seq, s.rows, s.at
    g = s.slot[r, GROUP]
    most, pause, tc = p.group[g, BREAK_AFTER], p.group[g, BREAK], p.group[g, TRAVEL]
    n = s.slot[r, LENGTH]
    base, block = r * seq.shape[1], seq.shape[0] * seq.shape[1]
    best = np.int64(FAR)
    for q in range(n - 1):
        i, j = seq[r, q], seq[r, q + 1]
        x, y = base + q, base + block + q + 1
        leg = at[r, q, LEG]
        for k in range(2):
            # the part of the leg that comes before the break: the work at q, or all when it is after unloading
            if k == 0:
                done = p.legs[tc, i, i, GO_S] if i else (p.group[g, LOADING] if s.trip[r, at[r, q, TRIP], DROPS] else 0)
            elif j == 0 and q < n - 2:
                done = leg
            else:
                continue
            d1, d2 = rows[x, 0] + done, rows[y, 0] + leg - done
            if d1 > most or d2 > most:
                continue
            for a in range(rows[x, 1]):
                end, start = rows[x, 2 + 2 * a] + done, rows[x, 3 + 2 * a]
                if end - most > start:
                    continue
                for b in range(rows[y, 1]):
                    last = rows[y, 3 + 2 * b] - leg + done
                    if end + pause > last or rows[y, 2 + 2 * b] - most > last:
                        continue
                    latest = min(start, last - pause - d1)
                    if latest >= end - most:
                        finish = max(rows[y, 2 + 2 * b], end + pause + d2)
                        best = min(best, max(d1 + pause + d2, finish - latest))
    return best if best < FAR else np.int64(-1)


@lent
def span_with_breaks(p, s, r):  # type: ignore[no-untyped-def]
    """Least seconds of slot ``r`` with as many breaks as its rule asks for; -1 when there is no way.

    A label is a partial schedule: [leave, start, latest start, rested, latest rested]: the earliest moment to
    leave the present row, when the tour starts and the last break ends for that, and how late they could, were
    there waiting further on. Exact unless a row has more than ``LABELS`` labels that none dominates.
    """
    g = s.slot[r, GROUP]
    most, pause, closes = p.group[g, BREAK_AFTER], p.group[g, BREAK], p.group[g, CLOSES]
    node, label, win = s.node, s.label, s.win
    depot = len(win) - 2
    n = list_nodes(p, s, r)
    now, then = 0, LABELS
    opens = node[0, 1]
    count = 1
    label[now, 0], label[now, 1], label[now, 3] = opens, opens, opens
    label[now, 2] = label[now, 4] = closes - node[0, 2]
    for j in range(n):
        drive, work, w = node[j, 3], node[j, 2], node[j, 0]
        if w < 0:
            w = depot
            win[w, 1], win[w, 2] = node[j, 1], closes - work
        found = 0
        for a in range(now, now + count):
            arrival = label[a, 0] + drive
            for k in range(win[w, 0]):
                last = win[w, 2 + 2 * k]
                if arrival > last:
                    continue
                begin = max(arrival, win[w, 1 + 2 * k])
                wait, slack = begin - arrival, last - begin
                start, rested = min(label[a, 1] + wait, label[a, 2]), min(label[a, 3] + wait, label[a, 4])
                if begin + work - rested <= most:
                    latest, later = min(label[a, 2], start + slack), min(label[a, 4], rested + slack)
                    found = push_label(label, then, found, begin + work, start, latest, rested, later)
        if found == 0:
            return np.int64(-1)
        for a in range(found if j < n - 1 else 0):
            leave = label[then + a, 0] + pause
            found = push_label(label, then, found, leave, label[then + a, 1], label[then + a, 2], leave, np.int64(FAR))
        now, then, count = then, now, found
    best = np.int64(FAR)
    for a in range(now, now + count):
        best = min(best, label[a, 0] - label[a, 1])
    return best


@lent
def push_label(label, base, n, leave, start, latest, rested, later):  # type: ignore[no-untyped-def]
    """Add a label to the ``n`` from row ``base`` on unless one is as good or they are too many; how many there are."""
    k = base
    for a in range(base, base + n):
        e, f, g, h, i = label[a, 0], label[a, 1], label[a, 2], label[a, 3], label[a, 4]
        if e <= leave and f >= start and g >= latest and h >= rested and i >= later:
            return n
        if not (leave <= e and start >= f and latest >= g and rested >= h and later >= i):
            copy_row(label, a, label, k)
            k += 1
    if k < base + LABELS:
        label[k, 0], label[k, 1], label[k, 2], label[k, 3], label[k, 4] = leave, start, latest, rested, later
        k += 1
    return k - base


# ------------------------------------------------------------------------------------------------ state


@lent
def read_trips(p, s, r):  # type: ignore[no-untyped-def]
    """Trips of slot ``r``: bounds, what they carry, loads on the way, legs; and its metres."""
    seq, at, trip, slot, task = s.seq, s.at, s.trip, s.slot, p.task
    g = slot[r, GROUP]
    tc, loading = p.group[g, TRAVEL], p.group[g, LOADING]
    n = slot[r, LENGTH]
    metres, driving = np.int64(0), np.int64(0)
    k = np.int64(-1)
    for q in range(n):
        i = seq[r, q]
        if q < n - 1:
            driving += p.legs[tc, i, seq[r, q + 1], GO_S] - (p.legs[tc, i, i, GO_S] if i else 0)
            at[r, q, METRE] = p.legs[tc, i, seq[r, q + 1], GO_M]
            metres += at[r, q, METRE]
        if i == 0:
            if k >= 0:
                trip[r, k, END] = q
            if q < n - 1:
                k += 1
                for c in range(7):
                    trip[r, k, c] = 0
                trip[r, k, BEGIN] = q
            at[r, q, DROPPED] = at[r, q, PICKED] = at[r, q, PLACED] = 0
        else:
            pick, load = task[i, PICK], task[i, LOAD]
            at[r, q, DROPPED] = at[r, q - 1, DROPPED] + (0 if pick else load)
            at[r, q, PICKED] = at[r, q - 1, PICKED] + (load if pick else 0)
            at[r, q, PLACED] = at[r, q - 1, PLACED] + task[i, PLACES]
            if pick:
                trip[r, k, PICKS] += 1
            else:
                trip[r, k, DROPS] += 1
                trip[r, k, TRIP_LOAD] += load
                trip[r, k, TRIP_PLACES] += task[i, PLACES]
                trip[r, k, TRIP_RELEASE] = max(trip[r, k, TRIP_RELEASE], p.release[p.group[g, DAY], i])
        at[r, q, TRIP] = k
    slot[r, TRIPS] = k + 1
    slot[r, METRES] = metres
    slot[r, DRIVING] = driving
    for k in range(slot[r, TRIPS]):
        begin, end, load = trip[r, k, BEGIN], trip[r, k, END], trip[r, k, TRIP_LOAD]
        most = np.int64(0)
        for q in range(begin, end):
            most = max(most, load - at[r, q, DROPPED] + at[r, q, PICKED])
            at[r, q, MOST_SO_FAR] = most
            at[r, q, LEG] = p.legs[tc, seq[r, q], seq[r, q + 1], GO_S]
        most = np.int64(0)
        for q in range(end - 1, begin - 1, -1):
            most = max(most, load - at[r, q, DROPPED] + at[r, q, PICKED])
            at[r, q, MOST_FROM_HERE] = most
        if trip[r, k, DROPS]:
            at[r, begin, LEG] += loading
        if trip[r, k, PICKS]:
            at[r, end - 1, LEG] += loading


@lent
def refresh(p, s, r):  # type: ignore[no-untyped-def]
    """Derive everything of slot ``r`` from its sequence; False when it cannot be driven in time."""
    slot, rows, win, group = s.slot, s.rows, s.win, p.group
    s.versions[0] += 1
    slot[r, VERSION] = s.versions[0]
    n = slot[r, LENGTH]
    if n == 0:
        slot[r, SPAN] = slot[r, METRES] = slot[r, COST] = slot[r, TRIPS] = slot[r, DRIVING] = 0
        return True
    g = slot[r, GROUP]
    pause, most = group[g, BREAK], group[g, BREAK_AFTER]
    breaks = most < FAR
    read_trips(p, s, r)
    if slot[r, DRIVING] > group[g, MOST_DRIVING]:
        return False
    base, block, depot = r * s.seq.shape[1], s.seq.shape[0] * s.seq.shape[1], len(win) - 1
    first_window = group[g, DAY] * len(s.where)
    win[depot, 2] = group[g, CLOSES]
    for q in range(n):
        i = s.seq[r, q]
        w = first_window + i
        if i == 0:
            w = depot
            win[w, 1] = 0 if q == n - 1 else max(group[g, OPENS], s.trip[r, s.at[r, q, TRIP], TRIP_RELEASE])
        x = base + q
        if q == 0:
            start_row(rows, x, 0, win[w, 1], win[w, 2])
            rows[x + 2 * block, 0], rows[x + 2 * block, 1] = pause, 0
            continue
        leg = s.at[r, q - 1, LEG]
        rows[x, 1] = rows[x + 2 * block, 1] = 0
        forward(rows, x, x - 1, leg, win, w)
        if rows[x, 1] == 0:
            return False
        if breaks:
            forward(rows, x + 2 * block, x + 2 * block - 1, leg, win, w)
            forward(rows, x + 2 * block, x - 1, leg + pause, win, w)
    x = base + n - 1
    span = np.int64(FAR)
    for j in range(rows[x, 1]):
        span = min(span, rows[x, 2 + 2 * j] - rows[x, 3 + 2 * j])
    span = max(span, rows[x, 0])
    start_row(rows, x + block, 0, 0, group[g, CLOSES])
    rows[x + 3 * block, 0], rows[x + 3 * block, 1] = pause, 0
    for q in range(n - 2, -1, -1):
        i = s.seq[r, q]
        w = first_window + i
        if i == 0:
            w = depot
            win[w, 1] = max(group[g, OPENS], s.trip[r, s.at[r, q, TRIP], TRIP_RELEASE])
        x = base + block + q
        leg = s.at[r, q, LEG]
        rows[x, 1] = rows[x + 2 * block, 1] = 0
        backward(rows, x, x + 1, leg, win, w)
        if breaks:
            backward(rows, x + 2 * block, x + 2 * block + 1, leg, win, w)
            backward(rows, x + 2 * block, x + 1, leg + pause, win, w)
    if span > most:
        span = span_with_break(p, s, r)
        if span < 0:
            span = span_with_breaks(p, s, r)
    if span < 0 or span > group[g, LONGEST]:
        return False
    slot[r, SPAN] = span
    slot[r, COST] = slot[r, PRICE] + group[g, PER_M] * slot[r, METRES] + group[g, PER_S] * span
    return True


@lent
def take_out(s, r, q):  # type: ignore[no-untyped-def]
    """Remove the stop at position ``q`` of slot ``r``, and its trip when nothing is left of it."""
    seq = s.seq
    n = s.slot[r, LENGTH]
    s.where[seq[r, q]] = -1
    k = 2 if seq[r, q - 1] == 0 and seq[r, q + 1] == 0 else 1
    for a in range(q, n - k):
        seq[r, a] = seq[r, a + k]
    s.slot[r, LENGTH] = n - k if n - k > 2 else 0


@lent
def put_in(s, r, q, c, option):  # type: ignore[no-untyped-def]
    """Put task ``c`` after position ``q`` of slot ``r``: 0 alone, 1 after a new depot call, 2 before one."""
    seq = s.seq
    n = s.slot[r, LENGTH]
    s.where[c] = r
    if n == 0:
        seq[r, 0], seq[r, 1], seq[r, 2] = 0, c, 0
        s.slot[r, LENGTH] = 3
        return
    k = 1 if option == 0 else 2
    for a in range(n - 1, q, -1):
        seq[r, a + k] = seq[r, a]
    if option == 1:
        seq[r, q + 1], seq[r, q + 2] = 0, c
    else:
        seq[r, q + 1] = c
        if option == 2:
            seq[r, q + 2] = 0
    s.slot[r, LENGTH] = n + k


# ------------------------------------------------------------------------------------------------ recreate


@lent
def vary_prefix(p, s, r, k, c):  # type: ignore[no-untyped-def]
    """Prefix rows of trip ``k`` as if it also dropped ``c``: loading, later release.

    They stand in the first two blocks after the four of the state, by position.
    """
    trip, rows, win, group = s.trip, s.rows, s.win, p.group
    g = s.slot[r, GROUP]
    pause, breaks = group[g, BREAK], group[g, BREAK_AFTER] < FAR
    positions = s.seq.shape[1]
    base, block = r * positions, s.seq.shape[0] * positions
    begin, end = trip[r, k, BEGIN], trip[r, k, END]
    depot = len(win) - 1
    win[depot, 1], win[depot, 2] = max(group[g, OPENS], p.release[group[g, DAY], c]), group[g, CLOSES]
    for q in range(begin, end):
        x, x_b = 4 * block + q, 4 * block + positions + q
        rows[x, 1] = rows[x_b, 1] = 0
        if q == 0:
            start_row(rows, x, 0, win[depot, 1], win[depot, 2])
            rows[x_b, 0] = pause
            continue
        leg = s.at[r, q - 1, LEG]
        w = depot if q == begin else group[g, DAY] * len(s.where) + s.seq[r, q]
        if q == begin + 1 and trip[r, k, DROPS] == 0:
            leg += group[g, LOADING]
        before, before_b = (base + q - 1, 2 * block + base + q - 1) if q == begin else (x - 1, x_b - 1)
        forward(rows, x, before, leg, win, w)
        if breaks:
            forward(rows, x_b, before_b, leg, win, w)
            forward(rows, x_b, before, leg + pause, win, w)


@lent
def vary_suffix(p, s, r, k, c):  # type: ignore[no-untyped-def]
    """Suffix rows of trip ``k`` as if it also picked ``c``: unloading at its end.

    They stand in the third and fourth block after the four of the state, by position.
    """
    trip, rows, group = s.trip, s.rows, p.group
    g = s.slot[r, GROUP]
    pause, breaks = group[g, BREAK], group[g, BREAK_AFTER] < FAR
    positions = s.seq.shape[1]
    base, block = r * positions, s.seq.shape[0] * positions
    begin, end = trip[r, k, BEGIN], trip[r, k, END]
    for q in range(end, begin, -1):
        x, x_b = 4 * block + 2 * positions + q, 4 * block + 3 * positions + q
        if q == end:
            copy_row(rows, base + block + q, rows, x)
            copy_row(rows, base + 3 * block + q, rows, x_b)
            continue
        leg = s.at[r, q, LEG] + (group[g, LOADING] if q == end - 1 else 0)
        w = group[g, DAY] * len(s.where) + s.seq[r, q]
        rows[x, 1] = rows[x_b, 1] = 0
        backward(rows, x, x + 1, leg, s.win, w)
        if breaks:
            backward(rows, x_b, x_b + 1, leg, s.win, w)
            backward(rows, x_b, x + 1, leg + pause, s.win, w)


@lent
def span_alone(p, s, g, c):  # type: ignore[no-untyped-def]
    """Least seconds of a tour of group ``g`` that only serves ``c``; -1 when it cannot."""
    group, rows = p.group, s.rows
    pick = p.task[c, PICK] == 1
    tc, loading = group[g, TRAVEL], group[g, LOADING]
    a, b, none = len(rows) - 3, len(rows) - 4, len(rows) - 5
    start_row(rows, a, 0, max(group[g, OPENS], p.release[group[g, DAY], c]), group[g, CLOSES])
    start_row(rows, b, 0, 0, group[g, CLOSES])
    rows[none, 0], rows[none, 1] = 0, 0
    leg_in = p.legs[tc, 0, c, GO_S] + (0 if pick else loading)
    leg_out = p.legs[tc, c, 0, GO_S] + (loading if pick else 0)
    w = group[g, DAY] * len(s.where) + c
    most, pause = group[g, BREAK_AFTER], group[g, BREAK]
    if p.legs[tc, 0, c, GO_S] + p.legs[tc, c, 0, GO_S] - p.legs[tc, c, c, GO_S] > group[g, MOST_DRIVING]:
        return np.int64(-1)
    span = span_joined(rows, most, pause, a, none, leg_in, s.win, w, leg_out, b, none)
    return span if span <= group[g, LONGEST] else np.int64(-1)


@lent
def best_in_slot(p, s, r, c, limit):  # type: ignore[no-untyped-def]
    """The cheapest place for ``c`` in slot ``r`` that costs less than ``limit``: (cost, position, option).

    Options: 0 within a trip; 1 the rest of the trip follows a new depot call and ``c``; 2 ``c`` ends the trip
    and a new one takes the rest. Position -1: none.
    """
    seq, at, rows, win, group, trips = s.seq, s.at, s.rows, s.win, p.group, s.trip
    g = s.slot[r, GROUP]
    tc, loading, longest = group[g, TRAVEL], group[g, LOADING], group[g, LONGEST]
    own_legs, depot_legs = p.legs[tc, c], p.legs[tc, 0]
    cap, cap_places = group[g, CAP_LOAD], group[g, CAP_PLACES]
    per_m, per_s = group[g, PER_M], group[g, PER_S]
    load, places, pick = p.task[c, LOAD], p.task[c, PLACES], p.task[c, PICK] == 1
    release = p.release[group[g, DAY], c]
    w = group[g, DAY] * len(s.where) + c
    depot = len(win) - 2
    opens = group[g, OPENS]
    win[depot, 2] = group[g, CLOSES]
    span_now = s.slot[r, SPAN]
    most, pause = group[g, BREAK_AFTER], group[g, BREAK]
    breaks = most < FAR
    positions = seq.shape[1]
    base, block = r * positions, seq.shape[0] * positions
    a, a_b = len(rows) - 3, len(rows) - 4
    to_c, from_c = depot_legs[c, GO_S] + (0 if pick else loading), own_legs[0, GO_S] + (loading if pick else 0)
    d_all = rows[base + s.slot[r, LENGTH] - 1, 0]
    # what the day may take with its work, loading and the most driving; loading more often is not counted before refresh
    most_d = min(longest, group[g, MOST_DRIVING] + d_all - s.slot[r, DRIVING] + own_legs[c, GO_S] + 2 * loading)
    more = s.slot[r, TRIPS] < group[g, MAX_TRIPS] and d_all + own_legs[c, GO_S] <= longest
    best, best_q, best_o = limit, np.int64(-1), np.int64(0)
    for k in range(s.slot[r, TRIPS]):
        loads, unloads = trips[r, k, DROPS] > 0, trips[r, k, PICKS] > 0
        begin, end = trips[r, k, BEGIN], trips[r, k, END]
        dropped, placed, trip_release = trips[r, k, TRIP_LOAD], trips[r, k, TRIP_PLACES], trips[r, k, TRIP_RELEASE]
        first = not pick and (not loads or release > trip_release)
        last = pick and not unloads
        if first:
            vary_prefix(p, s, r, k, c)
        if last:
            vary_suffix(p, s, r, k, c)
        for q in range(begin, end):
            x, y = seq[r, q], seq[r, q + 1]
            leg_in = own_legs[x, COME_S] + (loading if x == 0 and (loads or not pick) else 0)
            leg_out = own_legs[y, GO_S] + (loading if y == 0 and (unloads or pick) else 0)
            pre, pre_b = base + q, base + q + 2 * block
            suf, suf_b = pre + 1 + block, pre_b + 1 + block
            own, own_b = pre, pre_b
            if first:
                pre, pre_b = 4 * block + q, 4 * block + positions + q
            if last:
                suf, suf_b = 4 * block + 2 * positions + q + 1, 4 * block + 3 * positions + q + 1
            # 0: within the trip
            if pick:
                fits = at[r, q, MOST_FROM_HERE] + load <= cap
            else:
                fits = at[r, q, MOST_SO_FAR] + load <= cap and placed + places <= cap_places
            if fits:
                far = per_m * (own_legs[x, COME_M] + own_legs[y, GO_M] - at[r, q, METRE])
                d = rows[pre, 0] + leg_in + leg_out + rows[suf, 0]
                if d <= most_d and far + per_s * max(0, d - span_now) < best:
                    span = span_joined(rows, most, pause, pre, pre_b, leg_in, win, w, leg_out, suf, suf_b)
                    if 0 <= span <= longest and far + per_s * (span - span_now) < best:
                        best, best_q, best_o = far + per_s * (span - span_now), q, np.int64(0)
            if not more:
                continue
            # 1: a new depot call, then c
            if x:
                if pick:
                    fits = at[r, q, MOST_FROM_HERE] - at[r, q, PICKED] + load <= cap
                else:
                    fits = (
                        dropped - at[r, q, DROPPED] + load <= cap and placed - at[r, q, PLACED] + places <= cap_places
                    )
                far = per_m * (depot_legs[x, COME_M] + depot_legs[c, GO_M] + own_legs[y, GO_M] - at[r, q, METRE])
                if fits and far < best:
                    back = depot_legs[x, COME_S] + (loading if unloads else 0)
                    out = to_c if y == 0 or not loads or not pick else to_c + loading
                    on = own_legs[y, GO_S] if y else from_c
                    after, after_b = (suf, suf_b) if y else (own + 1 + block, own_b + 1 + block)
                    d = rows[own, 0] + back + out + on + rows[after, 0]
                    if d <= most_d and far + per_s * max(0, d - span_now) < best:
                        win[depot, 1] = max(opens, max(release, trip_release) if y else release)
                        rows[a, 1] = rows[a_b, 1] = 0
                        forward(rows, a, own, back, win, depot)
                        if breaks:
                            forward(rows, a_b, own_b, back, win, depot)
                            forward(rows, a_b, own, back + pause, win, depot)
                        span = span_joined(rows, most, pause, a, a_b, out, win, w, on, after, after_b)
                        if 0 <= span <= longest and far + per_s * (span - span_now) < best:
                            best, best_q, best_o = far + per_s * (span - span_now), q, np.int64(1)
            # 2: c, then a new depot call
            if x and y:
                if pick:
                    fits = at[r, q, PICKED] + load <= cap
                else:
                    fits = at[r, q, MOST_SO_FAR] - dropped + at[r, q, DROPPED] + load <= cap
                    fits = fits and at[r, q, PLACED] + places <= cap_places
                far = per_m * (own_legs[x, COME_M] + own_legs[0, GO_M] + depot_legs[y, GO_M] - at[r, q, METRE])
                if fits and far < best:
                    back = own_legs[0, GO_S] + (loading if unloads or pick else 0)
                    on = depot_legs[y, GO_S] + (loading if loads else 0)
                    d = rows[pre, 0] + leg_in + back + on + rows[own + 1 + block, 0]
                    if d <= most_d and far + per_s * max(0, d - span_now) < best:
                        win[depot, 1] = max(opens, trip_release)
                        rows[a, 1] = rows[a_b, 1] = 0
                        forward(rows, a, pre, leg_in, win, w)
                        if breaks:
                            forward(rows, a_b, pre_b, leg_in, win, w)
                            forward(rows, a_b, pre, leg_in + pause, win, w)
                        after, after_b = own + 1 + block, own_b + 1 + block
                        span = span_joined(rows, most, pause, a, a_b, back, win, depot, on, after, after_b)
                        if 0 <= span <= longest and far + per_s * (span - span_now) < best:
                            best, best_q, best_o = far + per_s * (span - span_now), q, np.int64(2)
            # 2 at the very beginning: a trip of c alone before all others
            if q == 0:
                far = per_m * (depot_legs[c, GO_M] + own_legs[0, GO_M])
                if far < best:
                    start_row(rows, a, 0, max(opens, release), group[g, CLOSES])
                    rows[a_b, 0], rows[a_b, 1] = pause, 0
                    o, o_b = base + block, base + 3 * block
                    span = span_joined(rows, most, pause, a, a_b, to_c, win, w, from_c, o, o_b)
                    if 0 <= span <= longest and far + per_s * (span - span_now) < best:
                        best, best_q, best_o = far + per_s * (span - span_now), q, np.int64(2)
    return best, best_q, best_o


@lent
def count_used(p, s, used):  # type: ignore[no-untyped-def]
    """By day: vehicles in use, those that need licence C, and the baskets dropped from each depot."""
    for day in range(len(used)):
        for column in range(used.shape[1]):
            used[day, column] = 0
    for r in range(len(s.slot)):
        if s.slot[r, LENGTH]:
            g = s.slot[r, GROUP]
            used[p.group[g, DAY], 0] += 1
            used[p.group[g, DAY], 1] += p.group[g, HEAVY]
    for c in range(1, len(s.where)):
        if s.where[c] >= 0:
            g = s.slot[s.where[c], GROUP]
            used[p.group[g, DAY], 2 + p.group[g, DEPOT]] += p.task[c, BASKETS]


@spliced
def may_open(p, g, used):  # type: ignore[no-untyped-def]
    """True when the drivers of the day allow one more vehicle of group ``g``."""
    day = p.group[g, DAY]
    return used[day, 0] < p.drivers[day, 0] and used[day, 1] + p.group[g, HEAVY] <= p.drivers[day, 1]


@lent
def insert(p, s, c, used, touched, price, favoured, bonus, blink):  # type: ignore[no-untyped-def]
    """Put ``c`` where it costs least (opening costs ``price``; one kind has a bonus); leave it out if nowhere."""
    banned = np.int64(-1)
    known = s.known
    for _ in range(4):
        best, best_r, best_q, best_o = np.int64(FAR << 20), np.int64(-1), np.int64(0), np.int64(0)
        seen = np.int64(-1)
        for r in range(len(s.slot)):
            g = s.slot[r, GROUP]
            if not p.allowed[g, c] or r == banned:
                continue
            day, depot = p.group[g, DAY], p.group[g, DEPOT]
            if used[day, 2 + depot] + p.task[c, BASKETS] > p.most[day, depot]:
                continue
            extra = bonus if p.group[g, KIND] == favoured else np.int64(0)
            if s.slot[r, LENGTH]:
                if s.slot[r, LENGTH] + 3 >= s.seq.shape[1]:
                    continue
                if draw(s.rng, blink) == 0:
                    continue
                limit = best + extra
                if known[c, r, AT_VERSION] != s.slot[r, VERSION] or (
                    known[c, r, KNOWN_POSITION] < 0 and known[c, r, KNOWN_COST] < limit
                ):
                    cost, q, o = best_in_slot(p, s, r, c, limit)
                    known[c, r, AT_VERSION], known[c, r, KNOWN_COST] = s.slot[r, VERSION], cost
                    known[c, r, KNOWN_POSITION], known[c, r, KNOWN_OPTION] = q, o
                if known[c, r, KNOWN_POSITION] >= 0 and known[c, r, KNOWN_COST] < limit:
                    best, best_r = known[c, r, KNOWN_COST] - extra, r
                    best_q, best_o = known[c, r, KNOWN_POSITION], known[c, r, KNOWN_OPTION]
            elif seen != g:
                seen = g
                if not may_open(p, g, used):
                    continue
                tc = p.group[g, TRAVEL]
                if p.task[c, LOAD] > p.group[g, CAP_LOAD] or p.task[c, PLACES] > p.group[g, CAP_PLACES]:
                    continue
                cost = price[r] + p.group[g, PER_M] * (p.legs[tc, 0, c, GO_M] + p.legs[tc, c, 0, GO_M])
                if cost >= best:
                    continue
                span = span_alone(p, s, g, c)
                if span >= 0 and cost + p.group[g, PER_S] * span < best:
                    best, best_r, best_q, best_o = cost + p.group[g, PER_S] * span, r, np.int64(0), np.int64(0)
        if best_r < 0:
            return
        opened = s.slot[best_r, LENGTH] == 0
        put_in(s, best_r, best_q, c, best_o)
        touched[best_r] = 1
        if refresh(p, s, best_r):
            g = s.slot[best_r, GROUP]
            used[p.group[g, DAY], 2 + p.group[g, DEPOT]] += p.task[c, BASKETS]
            if opened:
                used[p.group[g, DAY], 0] += 1
                used[p.group[g, DAY], 1] += p.group[g, HEAVY]
            return
        for q in range(1, s.slot[best_r, LENGTH]):
            if s.seq[best_r, q] == c:
                take_out(s, best_r, q)
                break
        refresh(p, s, best_r)
        banned = best_r


@lent
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
        if s.slot[r2, PRICE] >= s.slot[r, COST] or s.slot[r, TRIPS] > p.group[h, MAX_TRIPS]:
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
        copy_row(s.seq, r, s.seq, r2)
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


@lent
def position_of(s, c):  # type: ignore[no-untyped-def]
    """Position of a routed task in its slot."""
    r = s.where[c]
    q = 1
    while s.seq[r, q] != c:
        q += 1
    return q


@lent
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
        kept = draw(s.rng, length) if length > 2 and draw(s.rng, np.int64(2)) == 0 else 0
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


@lent
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


@lent
def ruin_tours(s, near, seed, tours, removed, n, touched):  # type: ignore[no-untyped-def]
    """Empty whole vehicle-days near ``seed``; the new count."""
    first = True
    for j in range(near.shape[1]):
        if tours == 0:
            break
        r = s.where[near[seed, j]]
        if r < 0 or (not first and draw(s.rng, np.int64(2)) == 0):
            continue
        first = False
        tours -= 1
        n = ruin_tour(s, r, removed, n, touched)
    return n


@lent
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


@lent
def ruin_costly(p, s, count, removed, n, touched, gain):  # type: ignore[no-untyped-def]
    """Remove stops whose detour is dear, the dearest more often; the new count."""
    for r in range(len(s.slot)):
        g = s.slot[r, GROUP]
        tc = p.group[g, TRAVEL]
        for q in range(1, s.slot[r, LENGTH] - 1):
            i = s.seq[r, q]
            if i:
                x, y = s.seq[r, q - 1], s.seq[r, q + 1]
                cost = p.group[g, PER_M] * (p.legs[tc, x, i, GO_M] + p.legs[tc, i, y, GO_M] - p.legs[tc, x, y, GO_M])
                cost += p.group[g, PER_S] * (p.legs[tc, x, i, GO_S] + p.legs[tc, i, y, GO_S] - p.legs[tc, x, y, GO_S])
                gain[i] = (cost >> 10) * (512 + draw(s.rng, np.int64(1024)))
    for _ in range(count):
        worst, best = np.int64(-1), np.int64(-(1 << 61))
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


@lent
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


@lent
def sort_removed(p, s, removed, n, key):  # type: ignore[no-untyped-def]
    """Order the removed tasks for insertion: at random, big, far, near, narrow or late first."""
    o = draw(s.rng, np.int64(100))
    for a in range(n):
        c = removed[a]
        noise = draw(s.rng, np.int64(1 << 20))
        if o < 35:
            key[a] = noise
        elif o < 55:
            key[a] = -p.task[c, LOAD] * 64 + (noise >> 4) * 2
        elif o < 70:
            key[a] = -p.legs[0, 0, c, GO_S]
        elif o < 75:
            key[a] = p.legs[0, 0, c, GO_S]
        elif o < 95:
            width = np.int64(0)
            for w in range(c, len(s.win) - 2, len(s.where)):
                for k in range(s.win[w, 0]):
                    width += s.win[w, 2 + 2 * k] - s.win[w, 1 + 2 * k]
            key[a] = width * 350 + noise
        else:
            key[a] = -p.release[0, c]
    for a in range(1, n):
        k, c, b = key[a], removed[a], a - 1
        while b >= 0 and key[b] > k:
            key[b + 1], removed[b + 1] = key[b], removed[b]
            b -= 1
        key[b + 1], removed[b + 1] = k, c


@lent
def keep(s, seq, slot):  # type: ignore[no-untyped-def]
    """Copy all sequences."""
    for r in range(len(slot)):
        copy_row(s.seq, r, seq, r)
        copy_row(s.slot, r, slot, r)


@lent
def anneal(
    p, s, iterations, hot, halvings, best_seq, best_slot, old_seq, old_slot, old_where, per_task, per_slot, used
):  # type: ignore[no-untyped-def]
    """``search`` with the memory it needs."""
    slots, tasks = len(s.slot), len(s.where)
    removed, key = per_task[0], per_task[1]
    touched, price, share = per_slot[0], per_slot[1], per_slot[2]
    dearest = np.int64(0)
    kinds = np.int64(1)
    for g in range(len(p.group)):
        kinds = max(kinds, p.group[g, KIND] + 1)
    current = np.int64(0)
    for r in range(slots):
        dearest = max(dearest, s.slot[r, PRICE])
        if not refresh(p, s, r):
            ruin_tour(s, r, removed, np.int64(0), touched)
            refresh(p, s, r)
        current += s.slot[r, COST]
        copy_row(s.slot, r, old_slot, r)
    for c in range(1, tasks):
        if s.where[c] < 0:
            current += p.task[c, PENALTY]
        old_where[c] = s.where[c]
    best = current
    worth = max(dearest, 4 * hot)  # where a vehicle costs nothing a day, what is driven on one
    keep(s, best_seq, best_slot)
    keep(s, old_seq, old_slot)
    for it in range(iterations):
        step = it * halvings * 1024 // iterations
        warm = hot >> (step >> 10)
        warm -= (warm >> 11) * (step & 1023)
        n = np.int64(0)
        for r in range(slots):
            touched[r] = 0
        for c in range(1, tasks):
            if s.where[c] < 0:
                removed[n] = c
                n += 1
        seed = 1 + draw(s.rng, tasks - 1)
        kind_of_ruin = draw(s.rng, np.int64(1000))
        whole = kind_of_ruin < 60
        if whole:
            n = ruin_tours(
                s, p.near, seed, np.int64(1) if kind_of_ruin < 30 else 2 + draw(s.rng, np.int64(3)), removed, n, touched
            )
            if kind_of_ruin & 1:
                n = ruin_strings(s, p.near, seed, np.int64(2), np.int64(10), removed, n, touched)
        elif kind_of_ruin < 120:
            n = ruin_trips(s, p.near, seed, 1 + draw(s.rng, np.int64(3)), removed, n, touched)
        elif kind_of_ruin < 150:
            n = ruin_costly(p, s, 1 + draw(s.rng, np.int64(8)), removed, n, touched, key)
        elif kind_of_ruin < 180:
            n = ruin_any(s, 1 + draw(s.rng, np.int64(8)), removed, n, touched)
        else:
            n = ruin_strings(s, p.near, seed, 1 + draw(s.rng, np.int64(4)), np.int64(10), removed, n, touched)
        for r in range(slots):
            if touched[r] and not refresh(p, s, r):
                n = ruin_tour(s, r, removed, n, touched)
                refresh(p, s, r)
        sort_removed(p, s, removed, n, key)
        count_used(p, s, used)
        favoured = draw(s.rng, kinds)
        bonus = np.int64(0)
        mood = draw(s.rng, np.int64(10))
        for g in range(kinds):
            share[g] = 1024
        closed = np.int64(0)
        if whole and mood < 5:
            # another kind instead: it is free, the others open at a multiple of what a day is worth or not at all
            closed = np.int64(1) << draw(s.rng, np.int64(8))
            share[favoured] = 0
            bonus = (dearest >> 10) * draw(s.rng, np.int64(256))
        elif whole and mood < 8:
            for g in range(kinds):
                share[g] = draw(s.rng, np.int64(1229))
            if draw(s.rng, np.int64(10)) < 6:
                bonus = (dearest >> 10) * draw(s.rng, np.int64(128))
        for r in range(slots):
            kind = p.group[s.slot[r, GROUP], KIND]
            price[r] = (s.slot[r, PRICE] >> 10) * share[kind]
            if closed and kind != favoured:
                price[r] = worth * closed
        for a in range(n):
            insert(p, s, removed[a], used, touched, price, favoured, bonus, np.int64(100))
        if draw(s.rng, np.int64(4)) == 0:
            for r in range(slots):
                if touched[r] and s.slot[r, LENGTH]:
                    change_vehicle(p, s, r, used, touched)
        new = np.int64(0)
        for r in range(slots):
            new += s.slot[r, COST]
        for a in range(n):
            if s.where[removed[a]] < 0:
                new += p.task[removed[a], PENALTY]
        if new < current + draw_exponential(s.rng, warm):
            current = new
            for r in range(slots):
                if touched[r]:
                    copy_row(s.seq, r, old_seq, r)
                    copy_row(s.slot, r, old_slot, r)
                    for q in range(s.slot[r, LENGTH]):
                        old_where[s.seq[r, q]] = r
            for a in range(n):
                old_where[removed[a]] = s.where[removed[a]]
            if new < best:
                best = new
                keep(s, best_seq, best_slot)
        else:
            for r in range(slots):
                if touched[r]:
                    copy_row(old_seq, r, s.seq, r)
                    copy_row(old_slot, r, s.slot, r)
                    refresh(p, s, r)
                    s.slot[r, VERSION] = old_slot[r, VERSION]
                    for q in range(s.slot[r, LENGTH]):
                        s.where[s.seq[r, q]] = r
            for a in range(n):
                s.where[removed[a]] = old_where[removed[a]]
    return best


@compiled
def search(p: Problem, s: State, iterations: int, hot: int, halvings: int, best_seq: Any, best_slot: Any) -> int:
    """Ruin, recreate and anneal; the best sequences are left in ``best_seq``/``best_slot``, their cost comes back.

    The temperature goes from ``hot`` to ``hot / 2**halvings``. Tasks left out cost their penalty.
    """
    per_task = np.zeros((2, len(s.where)), np.int64)
    per_slot = np.zeros((3, max(len(s.slot), len(p.group))), np.int64)
    used = np.zeros((len(p.drivers), 2 + p.most.shape[1]), np.int64)
    old_seq, old_slot, old_where = s.seq.copy(), s.slot.copy(), s.where.copy()
    return anneal(
        p, s, iterations, hot, halvings, best_seq, best_slot, old_seq, old_slot, old_where, per_task, per_slot, used
    )
