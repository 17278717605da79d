"""Every output is made from awkward plans: hostile names, nothing at all, one stop, sixty stops, a thousand sites."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import pytest

from distrib.indicators import indicators
from distrib.io.export import FORMATS, export_plan, export_sheets
from distrib.io.plan_people import write_people_outputs
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.instances import make_dataset
from tests.sample_plans import full_plan

HOSTILE = "</script><script>harm()</script> \"'& =1+1 \u202eשלום\x07\x00\ud7ff\U0001f966 " + "long" * 50


def hostile_week() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2, kits=True)
    plan = full_plan(dataset)
    named = {"name": HOSTILE, "commune": HOSTILE}
    dataset = dataclasses.replace(
        dataset,
        settings=dataclasses.replace(dataset.settings, name=HOSTILE),
        neighbourhoods=tuple(dataclasses.replace(n, **named) for n in dataset.neighbourhoods),
        sites=tuple(dataclasses.replace(s, kind=HOSTILE, **named) for s in dataset.sites),
        farms=tuple(dataclasses.replace(f, **named) for f in dataset.farms),
        depots=tuple(dataclasses.replace(d, name=HOSTILE) for d in dataset.depots),
        products=tuple(dataclasses.replace(p, name=HOSTILE) for p in dataset.products),
        basket_types=tuple(dataclasses.replace(b, name=HOSTILE) for b in dataset.basket_types),
        vehicles=tuple(dataclasses.replace(v, kind=HOSTILE) for v in dataset.vehicles),
        background=(("water", HOSTILE, {"type": "LineString", "coordinates": [[5.0, 43.0], [5.1, 43.1]]}),),
    )
    unserved = tuple(dataclasses.replace(row, explanation=HOSTILE, remedy=HOSTILE) for row in plan.unserved)
    return dataset, dataclasses.replace(plan, unserved=unserved, warnings=(HOSTILE,))


def one_stop() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=12, neighbourhoods=5, vans=2)
    plan = full_plan(dataset)
    stop = next(row for row in plan.stops if row.place_kind == "site")
    key = (stop.date, stop.vehicle_id, stop.trip)
    trip = [row for row in plan.stops if (row.date, row.vehicle_id, row.trip) == key]
    drops = tuple(
        row
        for row in plan.deliveries
        if (row.date, row.vehicle_id, row.trip, row.dropped_at_site_id) == (*key, stop.place_id)
    )
    stops = (trip[0], dataclasses.replace(stop, stop=1), dataclasses.replace(trip[-1], stop=2))
    return dataset, Plan(coverage=plan.coverage, deliveries=drops, stops=stops)


def sixty_stops() -> tuple[Dataset, Plan]:
    dataset, plan = one_stop()
    first, stop, last = plan.stops
    many = tuple(dataclasses.replace(stop, stop=number) for number in range(1, 61))
    return dataset, dataclasses.replace(plan, stops=(first, *many, dataclasses.replace(last, stop=61)))


def nothing() -> tuple[Dataset, Plan]:
    return make_dataset(3, sites=3, neighbourhoods=2, vans=1), Plan()


@pytest.mark.parametrize("week", [hostile_week, nothing, one_stop, sixty_stops])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_output_is_made(week: object, language: str, tmp_path: Path) -> None:
    assert callable(week)
    dataset, plan = week()
    write_people_outputs(tmp_path, dataset, plan, indicators(dataset, plan), language)
    assert len(list(tmp_path.iterdir())) == 4
    export_sheets(tmp_path / "papers", dataset, plan, language)
    for kind in FORMATS:
        export_plan(tmp_path / kind, dataset, plan, kind, language)


def test_a_thousand_sites_take_seconds(tmp_path: Path) -> None:
    dataset = make_dataset(5, sites=1000, neighbourhoods=200, vans=40)
    plan = full_plan(dataset)
    start = time.process_time()
    write_people_outputs(tmp_path, dataset, plan, indicators(dataset, plan), "fr")
    assert time.process_time() - start < 90
    assert (tmp_path / "map.html").stat().st_size < 5_000_000
