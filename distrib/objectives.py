"""What tours spare first: money, km or greenhouse gases (``objective: {routing: …}``).

Routers know one sum of prices per day, km and hour. For km and CO2e the fleet gets prices of that kind while tours are
sought: 1 EUR a km, or 1 EUR a kg, and a thousandth of the true prices, which decides between tours that are alike in it.
Purchases keep their prices. What is published counts the true ones.
"""

from __future__ import annotations

from dataclasses import replace

from distrib.fitted import Fitted
from distrib.model.dataset import Dataset
from distrib.model.fleet import Vehicle
from distrib.model.routing import RoutingProblem
from distrib.solver.routing.timing import cost_millicents

TRUE_SHARE = 1000
"""True prices over this are added, so that money decides where nothing else does."""


def priced(dataset: Dataset) -> Dataset:
    """The dataset with the prices of what its tours are to spare first; itself when that is money."""
    objective = dataset.settings.objective.routing
    if objective == "eur":
        return dataset
    return replace(dataset, vehicles=tuple(_priced(vehicle, objective) for vehicle in dataset.vehicles))


def in_eur(dataset: Dataset, fitted: Fitted) -> Fitted:
    """The same tours at the true prices of the dataset."""
    problem = RoutingProblem(dataset=dataset, tasks=fitted.tasks)
    routing = replace(fitted.routing, cost_millicents=cost_millicents(problem, fitted.routing.tours))
    return replace(fitted, routing=routing)


def _priced(vehicle: Vehicle, objective: str) -> Vehicle:
    per_km = 100_000 if objective == "km" else 100 * vehicle.emission_g_per_km()
    return replace(
        vehicle,
        cents_per_day=vehicle.cents_per_day // TRUE_SHARE,
        millicents_per_km=per_km + vehicle.millicents_per_km // TRUE_SHARE,
        millicents_per_h=vehicle.millicents_per_h // TRUE_SHARE,
    )
