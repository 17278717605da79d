"""Each reason for a stop left out is what trying it shows, with the amount that is missing."""

from __future__ import annotations

import pytest

from distrib.model.fleet import Drivers
from distrib.model.plan import REASONS
from distrib.model.routing import Routing, Tour
from distrib.solver.routing.reasons import CAUSES, why_unrouted
from distrib.solver.routing.timing import schedule
from tests.routing_cases import MONDAY, make_depot, make_drop, make_pick, make_problem, make_vehicle, make_world

HOUR = 3600


def why(world, task, *tours):
    """The cause and figures when these (vehicle, trips) are out."""
    timed = [schedule(world, MONDAY, world.vehicle_by_id[vehicle], trips) for vehicle, trips in tours]
    assert all(isinstance(tour, Tour) for tour in timed)
    others = [other for _, trips in tours for trip in trips for other in trip]
    found = why_unrouted(make_problem(world, task, *others), Routing(tours=tuple(timed)), task)
    assert found.task_id == task.task_id
    assert found.reason == CAUSES[found.cause][0]
    assert "{" not in found.explanation
    return found.cause, dict(found.figures)


def world_of(*vehicles, drivers=None, places=None, **depot):
    spots = {"hub": 0, "a": 600, "b": 1200} | (places or {})
    return make_world(spots, vehicles=vehicles, depots=(make_depot(**depot),), drivers=drivers)


def test_every_cause_has_a_reason_of_the_list():
    assert {reason for reason, _ in CAUSES.values()} <= set(REASONS)


def test_no_vehicle_runs_that_day():
    assert why(world_of(make_vehicle(weekdays=(1,))), make_drop("a")) == ("no_vehicle", {})


def test_no_vehicle_is_light_enough():
    world = world_of(make_vehicle("V1", gvw_kg=12_000), make_vehicle("V2", gvw_kg=7500))
    assert why(world, make_drop("a", max_gvw_kg=3500)) == ("too_heavy", {"gvw_kg": 3500, "lightest_kg": 7500})


def test_no_vehicle_is_cold():
    assert why(world_of(make_vehicle()), make_pick("a", cold=True)) == ("not_cold", {})


def test_no_vehicle_is_big_enough():
    found = why(world_of(make_vehicle(capacity_g=9_000, capacity_baskets=8)), make_drop("a"))
    assert found == ("too_big", {"over_g": 1_000, "over_places": 2})


def test_the_place_is_closed():
    assert why(world_of(make_vehicle()), make_drop("a", windows=())) == ("closed", {})


def test_the_hours_of_the_place_cannot_be_met():
    world = world_of(make_vehicle(shift_start_s=8 * HOUR))
    found = why(world, make_drop("a", windows=((0, 8 * HOUR),)))
    assert found == ("hours_missed", {"short_s": 600})


def test_the_shift_is_too_short_for_the_way():
    world = world_of(make_vehicle(shift_start_s=0, shift_end_s=1100))
    assert why(world, make_drop("a")) == ("shift_short", {"short_s": 100})


def test_the_baskets_are_packed_too_late():
    world = world_of(make_vehicle(shift_end_s=2000))
    assert why(world, make_drop("a", release_s=900)) == ("packed_late", {"short_s": 100})


def test_all_drivers_are_out():
    people = (Drivers(weekday=0, licence="B", people=1), Drivers(weekday=0, licence="C", people=0))
    vehicles = (make_vehicle("V1", capacity_baskets=10), make_vehicle("V2", capacity_baskets=10))
    world = world_of(make_vehicle("V1", max_trips=1, capacity_baskets=10), vehicles[1], drivers=people)
    found = why(world, make_drop("a"), ("V1", [[make_drop("b")]]))
    assert found == ("no_driver", {"idle": 1, "people": 1, "heavy": 0})


def test_the_tours_are_short_of_time():
    world = world_of(make_vehicle(shift_end_s=3600))
    found = why(world, make_drop("a", service_s=1300), ("V1", [[make_drop("b")]]))
    assert found == ("time_full", {"short_s": 100})


def test_the_tours_are_full():
    world = world_of(make_vehicle(capacity_baskets=15, max_trips=1))
    found = why(world, make_drop("a"), ("V1", [[make_drop("b")]]))
    assert found == ("load_full", {"over_g": 0, "over_places": 5})


def test_a_stop_that_still_fits_is_blamed_on_the_search():
    world = world_of(make_vehicle())
    assert why(world, make_drop("a"))[0] == "search"
    assert why(world, make_drop("a"), ("V1", [[make_drop("b")]]))[0] == "search"


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_sentences_end_with_a_full_stop(cause):
    assert CAUSES[cause][1].endswith(".")
