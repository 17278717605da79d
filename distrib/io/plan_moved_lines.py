"""Lines of ``stops.csv`` that a coordinator cut and pasted into another order without renumbering them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from distrib.model.plan import StopRow


def in_order_of_lines(rows: Sequence[StopRow]) -> list[StopRow]:
    """Return the rows, those of a trip whose lines were moved numbered in the order in which they now stand.

    Two edits leave numbers and lines at odds: lines were moved, or numbers were typed over. The written times
    tell which: they still go with the order from before. Where they go with the numbers, and the lines of the
    trip stand together between its two depot lines (a table sorted by some other column does not leave them so),
    lines were moved, and count. Everywhere else the numbers count.

    Args:
        rows: in the order of the file.
    """
    trips: dict[tuple[dt.date, str, int], list[int]] = defaultdict(list)
    for line, row in enumerate(rows):
        trips[row.date, row.vehicle_id, row.trip].append(line)
    arranged = list(rows)
    for lines in trips.values():
        trip = [rows[line] for line in lines]
        if lines[-1] - lines[0] == len(lines) - 1 and _moved(trip):
            for line, stop in zip(lines, sorted(row.stop for row in trip), strict=True):
                arranged[line] = replace(rows[line], stop=stop)
    return arranged


def _moved(trip: Sequence[StopRow]) -> bool:
    """True when the lines of a trip, as they stand, were moved rather than renumbered."""
    numbered = sorted(trip, key=lambda row: row.stop)
    distinct = len({row.stop for row in trip}) == len(trip)
    between_depots = trip[0] is numbered[0] and trip[-1] is numbered[-1]
    return (
        distinct
        and between_depots
        and list(trip) != numbered
        and all(before.start_s <= row.start_s for before, row in itertools.pairwise(numbered))
    )
