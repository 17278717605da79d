"""Stops that follow each other at one place on one trip become one stop."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.model.fleet import Vehicle
from distrib.model.goods import Farm
from distrib.model.routing import PickItem, Routing, Task, Tour
from distrib.solver.routing.merging import merged
from distrib.solver.routing.timing import cost_millicents, schedule
from tests.routing_cases import MONDAY, make_drop, make_pick, make_problem, make_vehicle, make_world
from tests.routing_verifier import breaches

LOADING_S = 600
PER_CRATE_S = 6


def farm(farm_id: str) -> Farm:
    return Farm(
        farm_id=farm_id, name=farm_id, commune="", lon_microdeg=0, lat_microdeg=0, opens_s=0, closes_s=86_400,
        loading_s=LOADING_S, loading_s_per_crate=PER_CRATE_S,
    )  # fmt: skip


def pick(place_id: str, lot_id: str, **changes) -> Task:
    """Ten crates of a lot: ten minutes and six seconds a crate."""
    items = (PickItem(lot_id=lot_id, crates=10, load_g=10_000),)
    task = make_pick(place_id, task_id=f"pick/{place_id}/{lot_id}", picks=items, service_s=LOADING_S + 10 * PER_CRATE_S)
    return dataclasses.replace(task, **changes)


def routed(*trips: list[Task], vehicle: Vehicle | None = None):
    vehicle = vehicle or make_vehicle(cold=True)
    world = make_world({"hub": 0, "f": 1000, "g": 2000, "s": 500}, vehicles=(vehicle,))
    world = dataclasses.replace(world, farms=(farm("f"), farm("g")))
    problem = make_problem(world, *(task for trip in trips for task in trip))
    tour = schedule(world, MONDAY, vehicle, list(trips))
    assert isinstance(tour, Tour)
    return problem, Routing(tours=(tour,), cost_millicents=cost_millicents(problem, (tour,)))


def test_two_picks_in_a_row_at_a_farm_take_its_fixed_minutes_once():
    problem, routing = routed([pick("f", "a"), pick("f", "b", cold=True), pick("g", "c")])
    found = merged(problem.dataset, problem.tasks, routing)
    (trip,) = found.routing.tours[0].trips
    assert [stop.task_id for stop in trip.stops] == ["pick/f/a", "pick/g/c"]
    assert trip.stops[0].departure_s - trip.stops[0].start_s == LOADING_S + 20 * PER_CRATE_S
    assert [(item.lot_id, item.crates) for item in found.tasks[0].picks] == [("a", 10), ("b", 10)]
    assert found.tasks[0].cold
    assert found.routing.cost_millicents < routing.cost_millicents
    assert breaches(dataclasses.replace(problem, tasks=found.tasks), found.routing) == []


def test_parts_of_one_lot_become_one_item():
    problem, routing = routed([pick("f", "a"), pick("f", "a", task_id="pick/f/a/2")])
    found = merged(problem.dataset, problem.tasks, routing)
    assert [(item.lot_id, item.crates, item.load_g) for item in found.tasks[0].picks] == [("a", 20, 20_000)]


@pytest.mark.parametrize(
    "trips",
    [
        [[pick("f", "a"), pick("g", "c"), pick("f", "b")]],
        [[pick("f", "a")], [pick("f", "b")]],
        [[make_drop("s"), make_pick("s")]],
    ],
)
def test_stops_apart_on_two_trips_or_of_two_kinds_stay_as_they_are(trips):
    problem, routing = routed(*trips)
    found = merged(problem.dataset, problem.tasks, routing)
    assert (found.tasks, found.routing) == (problem.tasks, routing)


def test_stops_that_cannot_be_made_at_once_stay_as_they_are():
    """Between two stops a break is possible, within one stop it is not."""
    vehicle = make_vehicle(cold=True, break_after_s=1200, break_s=60, shift_end_s=20_000)
    lots = [pick("f", "a", service_s=1100), pick("f", "b", service_s=1100)]
    world_picks = [dataclasses.replace(task, picks=(dataclasses.replace(task.picks[0], crates=95),)) for task in lots]
    world = make_world({"hub": 0, "f": 50}, vehicles=(vehicle,))
    world = dataclasses.replace(world, farms=(farm("f"),))
    problem = make_problem(world, *world_picks)
    tour = schedule(world, MONDAY, vehicle, [world_picks])
    assert isinstance(tour, Tour)
    routing = Routing(tours=(tour,), cost_millicents=cost_millicents(problem, (tour,)))
    assert merged(world, problem.tasks, routing).routing == routing
