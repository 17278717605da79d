"""Stops whose lines were moved, whose numbers were typed over, or whose table was merely sorted."""

from __future__ import annotations

from dataclasses import replace

from distrib.io.plan_moved_lines import in_order_of_lines
from distrib.model.plan import StopRow
from tests.toy_plan import toy_plan


def a_trip() -> list[StopRow]:
    """The toy plan's first trip with two stops or more."""
    rows = toy_plan().stops
    for first in rows:
        trip = [r for r in rows if (r.date, r.vehicle_id, r.trip) == (first.date, first.vehicle_id, first.trip)]
        if len(trip) >= 4:
            return trip
    raise AssertionError("the toy plan has no trip of two stops")


def test_lines_moved_within_a_trip_take_the_numbers_of_their_new_places() -> None:
    trip = a_trip()
    moved = in_order_of_lines([trip[0], trip[2], trip[1], *trip[3:]])
    assert [row.place_id for row in moved][:3] == [trip[0].place_id, trip[2].place_id, trip[1].place_id]
    assert [row.stop for row in moved] == [row.stop for row in trip]


def test_numbers_typed_over_count_where_the_lines_stayed() -> None:
    trip = a_trip()
    edited = [trip[0], replace(trip[1], stop=2), replace(trip[2], stop=1), *trip[3:]]
    assert in_order_of_lines(edited) == edited


def test_a_table_sorted_by_another_column_keeps_its_numbers() -> None:
    rows = list(toy_plan().stops)
    for key in ("place_kind", "place_id", "arrival_s", "load_g"):
        ordered = sorted(rows, key=lambda row: getattr(row, key))
        assert in_order_of_lines(ordered) == ordered, key
    backwards = rows[::-1]
    assert in_order_of_lines(backwards) == backwards


def test_lines_in_their_order_stay_as_they_are() -> None:
    rows = list(toy_plan().stops)
    assert in_order_of_lines(rows) == rows
