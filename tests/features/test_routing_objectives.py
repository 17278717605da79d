"""What tours spare first, and hours shared evenly: settings of a dataset that change the tours, not the rules."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from distrib import plan_week
from distrib.io.reading import read_dataset
from distrib.model.routing import RoutingProblem
from distrib.objectives import in_eur, priced
from distrib.solver.routing import router
from distrib.solver.routing.balance import balanced, seconds
from distrib.solver.routing.timing import cost_millicents
from tests.instances import make_dataset
from tests.routing_cases import MONDAY, generated_problem, make_drop, make_problem, make_vehicle, make_world
from tests.routing_verifier import breaches

TOY = Path("data/toy")


def with_objective(dataset, **changes):
    objective = dataclasses.replace(dataset.settings.objective, **changes)
    return dataclasses.replace(dataset, settings=dataclasses.replace(dataset.settings, objective=objective))


def routed(dataset, *tasks):
    problem = make_problem(priced(dataset), *tasks)
    return router("ruin_recreate").route(problem, effort="quick", seed=1)


@pytest.mark.parametrize(("objective", "vehicle"), [("eur", "cheap"), ("co2e", "clean")])
def test_tours_spare_what_the_setting_says(objective, vehicle):
    fleet = (
        make_vehicle("cheap", co2e_g_per_km=250),
        make_vehicle("clean", co2e_g_per_km=50, cents_per_day=9000),
    )
    world = with_objective(make_world({"hub": 0, "a": 3000}, vehicles=fleet), routing=objective)
    assert [tour.vehicle_id for tour in routed(world, make_drop("a")).tours] == [vehicle]


@pytest.mark.parametrize(("objective", "vehicle", "trips"), [("eur", "small", 2), ("km", "large", 1)])
def test_fewer_km_are_driven_at_a_higher_price_where_km_are_to_be_spared(objective, vehicle, trips):
    fleet = (
        make_vehicle("small", capacity_baskets=10),
        make_vehicle("large", capacity_baskets=20, cents_per_day=900_000),
    )
    world = with_objective(make_world({"hub": 0, "a": 3000, "b": 3100}, vehicles=fleet), routing=objective)
    (tour,) = routed(world, make_drop("a"), make_drop("b")).tours
    assert (tour.vehicle_id, len(tour.trips)) == (vehicle, trips)


def test_what_is_published_counts_the_true_prices():
    world = with_objective(make_world({"hub": 0, "a": 3000}), routing="km")
    problem = make_problem(world, make_drop("a"))
    found = routed(world, make_drop("a"))

    @dataclasses.dataclass(frozen=True)
    class Found:
        tasks: tuple
        routing: object

    true = in_eur(world, Found(tasks=problem.tasks, routing=found))
    assert true.routing.cost_millicents == cost_millicents(problem, found.tours)
    assert true.routing.cost_millicents != found.cost_millicents


def test_hours_are_shared_among_vehicles_that_are_alike_and_every_rule_still_holds():
    data = make_dataset(5, sites=40)
    problem = generated_problem(data, 5)
    found = router("ruin_recreate").route(problem, effort="quick", seed=1)
    shared = dataclasses.replace(found, tours=balanced(data, found.tours))
    assert breaches(problem, shared) == []
    assert spread(data, shared.tours) <= spread(data, found.tours)


def spread(data, tours):
    """Largest difference of hours between two vehicles that differ only by id."""
    worked = {vehicle.vehicle_id: 0 for vehicle in data.vehicles}
    for tour in tours:
        worked[tour.vehicle_id] += seconds(tour)
    return max(
        abs(worked[a.vehicle_id] - worked[b.vehicle_id])
        for a in data.vehicles
        for b in data.vehicles
        if dataclasses.replace(a, vehicle_id="") == dataclasses.replace(b, vehicle_id="")
    )


def test_two_equal_tours_of_one_vehicle_on_two_dates_go_to_two_vehicles():
    tuesday = MONDAY.replace(day=MONDAY.day + 1)
    world = make_world({"hub": 0, "a": 3000}, vehicles=(make_vehicle("V1"), make_vehicle("V2")))
    problem = RoutingProblem(dataset=world, tasks=(make_drop("a"), make_drop("a", task_id="later", date=tuesday)))
    found = router("ruin_recreate").route(problem, effort="quick", seed=1)
    assert sorted(tour.vehicle_id for tour in balanced(world, found.tours)) == ["V1", "V2"]


@pytest.mark.parametrize("changes", [{"routing": "km"}, {"routing": "co2e", "balance": True}])
def test_a_week_planned_for_km_or_gases_keeps_every_rule_and_states_both(changes):
    read, _ = read_dataset(TOY)
    usual = plan_week(TOY, effort="quick")
    week = plan_week(with_objective(read, **changes), effort="quick")
    spared = "km" if changes["routing"] == "km" else "co2e_kg"
    assert week.indicators[spared] <= usual.indicators[spared]
    assert week.indicators["baskets"] == usual.indicators["baskets"]
    assert {"km", "co2e_kg", "hours_spread", "transport_eur"} <= week.indicators.keys()
