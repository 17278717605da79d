"""Timing of one vehicle-day: exact, and every limit holds to the second."""

from __future__ import annotations

import dataclasses
import random

import pytest

from distrib.model.fleet import Vehicle
from distrib.model.routing import Routing, Task, Tour
from distrib.solver.routing.timing import Infeasible, cost_millicents, schedule
from tests.routing_cases import MONDAY, make_depot, make_drop, make_pick, make_problem, make_vehicle, make_world
from tests.routing_verifier import breaches


def timed(world, trips, vehicle: Vehicle | None = None) -> Tour:
    found = schedule(world, MONDAY, vehicle or world.vehicles[0], trips)
    assert isinstance(found, Tour), found
    return found


def refused(world, trips, vehicle: Vehicle | None = None) -> Infeasible:
    found = schedule(world, MONDAY, vehicle or world.vehicles[0], trips)
    assert isinstance(found, Infeasible), found
    return found


def shortest_by_enumeration(world, vehicle: Vehicle, trips: list[list[Task]], horizon: int) -> int | None:
    """Least time between first arrival and last departure over all integer schedules; None when there is none."""
    depot = world.depot_by_id["hub"]
    rows: list[tuple[int, list[tuple[int, int]], int]] = []
    end = min(depot.closes_s, vehicle.shift_end_s)
    for trip in trips:
        opens = max([depot.opens_s, vehicle.shift_start_s] + [t.release_s for t in trip])
        rows.append((0, [(opens, horizon)], depot.loading_s if any(t.drops for t in trip) else 0))
        here = "hub"
        for task in trip:
            rows.append((world.travel.driving_s(here, task.place_id), list(task.windows), task.service_s))
            here = task.place_id
        rows.append(
            (world.travel.driving_s(here, "hub"), [(0, horizon)], depot.loading_s if any(t.picks for t in trip) else 0)
        )
    most = vehicle.break_after_s if vehicle.break_after_s is not None else 10**9
    best = None
    for first in range(rows[0][1][0][0], end + 1):
        states = {(first, first)}
        for k, (drive, windows, work) in enumerate(rows):
            after = set()
            for leave, rested in states:
                arrival = leave + drive
                for start in range(arrival, end + 1) if k else [first]:
                    if not any(a <= start <= b for a, b in windows):
                        continue
                    done = start + work
                    if done > end or done - rested > most:
                        continue
                    after.add((done, rested))
                    if vehicle.break_s is not None:
                        after.update((rest, rest) for rest in range(done + vehicle.break_s, end + 1))
            states = after
        spans = [leave - first for leave, rested in states if leave - rested <= most]
        if spans and (best is None or min(spans) < best):
            best = min(spans)
    return best


def random_case(seed: int) -> tuple[object, Vehicle, list[list[Task]]]:
    rng = random.Random(seed)
    names = [f"s{i}" for i in range(4)]
    depot = make_depot(opens_s=rng.randint(0, 4), closes_s=rng.randint(24, 30), loading_s=rng.randint(0, 2))
    limits = {"break_after_s": rng.randint(5, 10), "break_s": rng.randint(1, 3)} if rng.random() < 0.7 else {}
    vehicle = make_vehicle(shift_start_s=rng.randint(0, 4), shift_end_s=rng.randint(24, 30), **limits)
    world = make_world({"hub": 0} | {name: rng.randint(0, 3) for name in names}, vehicles=(vehicle,), depots=(depot,))
    tasks = []
    for name in rng.sample(names, rng.randint(2, 4)):
        opens = rng.randint(0, 15)
        windows = [(opens, opens + rng.randint(0, 6))]
        if rng.random() < 0.5:
            again = windows[0][1] + rng.randint(2, 6)
            windows.append((again, again + rng.randint(0, 4)))
        make = make_drop if rng.random() < 0.7 else make_pick
        tasks.append(
            make(name, service_s=rng.randint(0, 2), windows=tuple(windows), release_s=rng.choice([0, 0, 0, 5]))
        )
    tasks.sort(key=lambda task: task.windows[-1])
    cut = rng.randint(1, len(tasks))
    return world, vehicle, [trip for trip in (tasks[:cut], tasks[cut:]) if trip]


@pytest.mark.parametrize("block", range(4))
def test_no_schedule_of_whole_seconds_is_shorter(block):
    feasible = 0
    for seed in range(block * 40, block * 40 + 40):
        world, vehicle, trips = random_case(seed)
        found = schedule(world, MONDAY, vehicle, trips)
        best = shortest_by_enumeration(world, vehicle, trips, 40)
        if best is None:
            assert isinstance(found, Infeasible), (seed, found)
        else:
            assert isinstance(found, Tour), (seed, found, best)
            assert found.trips[-1].end_s - found.trips[0].start_s == best, (seed, found)
            problem = make_problem(world, *(task for trip in trips for task in trip))
            routing = Routing(tours=(found,), cost_millicents=cost_millicents(problem, [found]))
            assert breaches(problem, routing) == [], seed
            feasible += 1
    assert feasible >= 8


HOUR = 3600


def line(**vehicle):
    """Hub at 0, a at 100 s, b at 200 s, one vehicle."""
    return make_world({"hub": 0, "a": 100, "b": 200}, vehicles=(make_vehicle(**vehicle),))


def test_the_start_is_as_late_as_the_first_window_allows():
    tour = timed(line(), [[make_drop("a", windows=((5000, 6000),), service_s=60)]])
    assert (tour.trips[0].start_s, tour.trips[0].return_s) == (4900, 5160)


def test_waiting_between_two_windows_is_kept_as_short_as_the_first_one_allows():
    trip = [make_drop("a", windows=((1000, 1500),)), make_drop("b", windows=((5000, 6000),))]
    tour = timed(line(), [trip])
    assert tour.trips[0].stops[0].start_s == 1500
    assert tour.trips[0].stops[1].start_s == 5000


def test_a_later_window_is_taken_when_it_makes_the_day_shorter():
    trip = [make_drop("a", windows=((1000, 1500), (4800, 5000))), make_drop("b", windows=((5000, 6000),))]
    assert [stop.start_s for stop in timed(line(), [trip]).trips[0].stops] == [4900, 5000]


@pytest.mark.parametrize(("closes", "fits"), [(200, True), (199, False)])
def test_service_may_start_at_the_second_a_window_closes_and_not_later(closes, fits):
    found = schedule(
        line(shift_start_s=100), MONDAY, line(shift_start_s=100).vehicles[0], [[make_drop("a", windows=((0, closes),))]]
    )
    assert isinstance(found, Tour) == fits
    if not fits:
        assert found == Infeasible(rule="window", lacking=1, task_id="drop/a")


@pytest.mark.parametrize(("shift_end", "fits"), [(260, True), (259, False)])
def test_the_shift_ends_after_unloading_the_picks(shift_end, fits):
    world = make_world(
        {"hub": 0, "a": 100}, vehicles=(make_vehicle(shift_end_s=shift_end),), depots=(make_depot(loading_s=60),)
    )
    found = schedule(world, MONDAY, world.vehicles[0], [[make_pick("a")]])
    assert isinstance(found, Tour) == fits
    if not fits:
        assert found == Infeasible(rule="shift", lacking=1)


@pytest.mark.parametrize(("closes", "fits"), [(260, True), (259, False)])
def test_the_depot_closes_on_the_last_departure(closes, fits):
    world = make_world({"hub": 0, "a": 100}, depots=(make_depot(loading_s=60, closes_s=closes),))
    assert isinstance(schedule(world, MONDAY, world.vehicles[0], [[make_drop("a")]]), Tour) == fits


def test_only_trips_with_drops_load_and_only_trips_with_picks_unload():
    world = make_world({"hub": 0, "a": 100}, depots=(make_depot(loading_s=60),))
    drop, pick = make_drop("a"), make_pick("a")
    spans = []
    for trip in ([drop], [pick], [drop, pick]):
        tour = timed(world, [trip])
        spans.append(tour.trips[-1].end_s - tour.trips[0].start_s)
    assert spans == [260, 260, 320]


def test_a_second_trip_starts_when_the_first_is_over_and_reloads():
    world = make_world({"hub": 0, "a": 100, "b": 50}, depots=(make_depot(loading_s=60),))
    tour = timed(world, [[make_drop("a")], [make_drop("b")]])
    first, second = tour.trips
    assert second.start_s >= first.end_s
    assert second.departure_s == second.start_s + 60
    assert second.end_s - first.start_s == 60 + 200 + 60 + 100


def test_a_trip_starts_once_the_last_of_its_drops_is_packed():
    tour = timed(line(), [[make_drop("a", release_s=777), make_drop("b", release_s=500)]])
    assert tour.trips[0].start_s == 777


def test_a_slow_vehicle_drives_longer_rounded_up():
    tour = timed(line(speed_factor_milli=900), [[make_drop("a")]])
    assert tour.trips[0].stops[0].arrival_s - tour.trips[0].departure_s == 112


@pytest.mark.parametrize(("most", "fits"), [(2, True), (1, False)])
def test_a_vehicle_makes_at_most_its_trips(most, fits):
    world = line(max_trips=most)
    found = schedule(world, MONDAY, world.vehicles[0], [[make_drop("a")], [make_drop("b")]])
    assert isinstance(found, Tour) == fits


@pytest.mark.parametrize(("capacity", "fits"), [(20_000, True), (19_999, False)])
def test_what_is_aboard_stays_within_the_vehicle_at_every_point(capacity, fits):
    trip = [make_pick("a"), make_drop("b")]
    world = line(capacity_g=capacity)
    found = schedule(world, MONDAY, world.vehicles[0], [trip])
    assert isinstance(found, Tour) == fits
    if not fits:
        assert found == Infeasible(rule="load", lacking=1, task_id="pick/a")
    assert isinstance(schedule(world, MONDAY, world.vehicles[0], [trip[::-1]]), Tour)


@pytest.mark.parametrize(("places", "fits"), [(20, True), (19, False)])
def test_the_places_of_a_trip_stay_within_the_vehicle(places, fits):
    world = line(capacity_baskets=places)
    found = schedule(world, MONDAY, world.vehicles[0], [[make_drop("a"), make_drop("b")]])
    assert (isinstance(found, Tour), getattr(found, "lacking", 0)) == (fits, 0 if fits else 1)


@pytest.mark.parametrize(
    ("vehicle", "task"),
    [
        ({"weekdays": (1,)}, {}),
        ({"gvw_kg": 3501}, {"max_gvw_kg": 3500}),
        ({"cold": False}, {"cold": True}),
        ({}, {"depot_id": "other"}),
    ],
)
def test_a_vehicle_that_may_not_make_the_stop_is_refused(vehicle, task):
    assert refused(line(**vehicle), [[make_drop("a", **task)]]).rule == "vehicle"


def test_a_vehicle_at_the_limit_of_weight_and_a_cold_one_may_make_the_stop():
    world = line(gvw_kg=3500, cold=True)
    assert timed(world, [[make_drop("a", max_gvw_kg=3500), make_pick("b", cold=True)]])


def test_a_place_without_road_is_refused():
    world = make_world({"hub": 0, "a": 100})
    seconds = world.travel.seconds.copy()
    seconds[world.travel.index("a"), world.travel.index("hub")] = -1
    travel = type(world.travel)(places=world.travel.places, seconds=seconds, metres=world.travel.metres, source="table")
    cut = dataclasses.replace(world, travel=travel)
    assert refused(cut, [[make_drop("a")]]).rule == "road"


@pytest.mark.parametrize(("after", "pause"), [(220, 0), (219, 30)])
def test_a_break_is_taken_only_when_the_day_exceeds_the_longest_stretch(after, pause):
    tour = timed(line(break_after_s=after, break_s=30), [[make_drop("a", service_s=20)]])
    taken = sum(stop.break_s for trip in tour.trips for stop in trip.stops)
    assert taken == pause
    assert tour.trips[0].end_s - tour.trips[0].start_s == 220 + pause


def test_a_stretch_that_no_break_can_cut_is_refused():
    assert refused(line(break_after_s=99, break_s=30), [[make_drop("a")]]) == Infeasible(
        rule="break", lacking=1, task_id="drop/a"
    )


def test_a_break_uses_up_the_waiting_and_ends_as_late_as_the_next_stretch_asks():
    trip = [make_drop("a", windows=((1000, 1000),)), make_drop("b", windows=((3000, 3000),))]
    tour = timed(line(break_after_s=400, break_s=30), [trip])
    first = tour.trips[0].stops[0]
    assert first.break_s > 30
    assert tour.trips[0].end_s - first.departure_s <= 400
    assert tour.trips[0].end_s - tour.trips[0].start_s == 3200 - 900


def test_the_cost_is_rounded_once_over_all_tours():
    vehicles = tuple(make_vehicle(f"V{k}", cents_per_day=0, millicents_per_km=1, millicents_per_h=1) for k in range(2))
    world = make_world({"hub": 0, "a": 900}, vehicles=vehicles, metres_per_s=0)
    first, second = make_drop("a", task_id="1"), make_drop("a", task_id="2")
    tours = [timed(world, [[task]], vehicle) for task, vehicle in zip((first, second), vehicles, strict=True)]
    assert cost_millicents(make_problem(world, first), tours[:1]) == 1
    assert cost_millicents(make_problem(world, first, second), tours) == 1


def test_the_cost_counts_the_day_the_road_and_the_hours_with_waiting_and_breaks():
    world = line(cents_per_day=6000, millicents_per_km=35_000, millicents_per_h=2_200_000)
    trip = [make_drop("a", windows=((1000, 1000),)), make_drop("b", windows=((3000, 3000),))]
    tour = timed(world, [trip])
    assert cost_millicents(make_problem(world, *trip), [tour]) == 6_000_000 + 4 * 35_000 + round(
        2300 / 3600 * 2_200_000
    )
