"""Driver sheets say what the plan says, to the minute and the basket, for any name and any length of tour."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import re
from pathlib import Path

import pytest

from distrib import units
from distrib.io.sheets import write_driver_sheets
from distrib.io.sheets_paper import Paper
from distrib.io.sheets_tour import kg_text, tour_sheets
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan, StopRow
from tests.instances import make_dataset
from tests.sample_plans import full_plan

pypdf = pytest.importorskip("pypdf", reason="text of a PDF is read with pypdf, a development dependency")


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3, kits=True)
    return dataset, full_plan(dataset)


def pages_of(tmp_path: Path, dataset: Dataset, plan: Plan, language: str = "fr") -> list[str]:
    write_driver_sheets(tmp_path / "sheets.pdf", dataset, plan, language)
    return [page.extract_text() for page in pypdf.PdfReader(tmp_path / "sheets.pdf").pages]


def tour(plan: Plan, key: tuple[dt.date, str]) -> list[StopRow]:
    return [row for row in plan.stops if (row.date, row.vehicle_id) == key]


def flat(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def test_every_tour_has_a_page_with_all_its_arrivals_departures_baskets_and_weights(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    tours = sorted({(row.date, row.vehicle_id) for row in plan.stops})
    pages = pages_of(tmp_path, dataset, plan)
    assert len(pages) == len(tours)
    for page, key in zip(pages, tours, strict=True):
        shown = flat(page)
        assert shown.startswith(key[1])
        for row in tour(plan, key):
            if row.place_kind == "depot":
                continue
            place = (dataset.site_by_id if row.place_kind == "site" else dataset.farm_by_id)[row.place_id]
            arrival = units.clock_for_people(row.arrival_s, up=True)
            departure = units.clock_for_people(row.departure_s, up=False)
            assert f"{arrival} départ {departure} {place.name}" in shown
            if row.place_kind == "site":
                assert f"Déposer {dropped(dataset, plan, row)} ({flat(kg_text(row.drop_g, 'fr'))})" in shown


def dropped(dataset: Dataset, plan: Plan, stop: StopRow) -> str:
    kinds: dict[str, int] = {}
    for row in plan.deliveries:
        if (row.date, row.vehicle_id, row.arrival_s) == (stop.date, stop.vehicle_id, stop.arrival_s):
            kinds[row.basket_id] = kinds.get(row.basket_id, 0) + row.baskets
    assert sum(kinds.values()) == stop.drop_baskets
    return ", ".join(f"{n} {dataset.basket_type_by_id[kind].name}" for kind, n in sorted(kinds.items()))


def test_address_and_contact_stand_at_the_stop_where_they_are_given(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    first = next(row for row in plan.stops if row.place_kind == "site")
    sites = tuple(
        dataclasses.replace(site, address="12, rue d'Anvers", contact="accueil, 04 00 00 00 00")
        if site.site_id == first.place_id
        else site
        for site in dataset.sites
    )
    visits = [
        v
        for tour in tour_sheets(dataclasses.replace(dataset, sites=sites), plan, "fr")
        for t in tour.trips
        for v in t.visits
    ]
    named = [v for v in visits if v.name == dataset.site_by_id[first.place_id].name]
    assert named and all(
        v.details[0] == "12, rue d'Anvers" and v.details[-1] == "accueil, 04 00 00 00 00" for v in named
    )
    assert not any("12, rue" in detail for v in visits if v not in named for detail in v.details)


def test_a_tour_never_begins_after_it_leaves(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    first = plan.stops[0]
    late = dataclasses.replace(first, arrival_s=first.departure_s - 1, start_s=first.departure_s - 1)
    sheet = next(tour_sheets(dataset, dataclasses.replace(plan, stops=(late, *plan.stops[1:])), "fr"))
    facts = dict(sheet.facts)
    assert facts["Début"] <= facts["Départ"]


def test_what_is_fetched_is_said_in_crates(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    shown = flat(" ".join(pages_of(tmp_path, dataset, plan)))
    for row in plan.collections:
        name = dataset.product_by_id[row.product_id].name
        if row.vehicle_id:
            word = "caisse" if row.crates == 1 else "caisses"
            assert f"{name}, {row.crates} {word}" in shown


def test_a_break_is_said_where_it_is_taken(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    breaks = [row for row in plan.stops if row.break_s]
    shown = flat(" ".join(pages_of(tmp_path, dataset, plan)))
    assert breaks
    assert len(re.findall(r"Pause\s:\s20\smin", shown)) == len(breaks)


def test_baskets_dropped_at_a_relay_name_the_sites_they_are_for(sample: tuple[Dataset, Plan]) -> None:
    dataset, plan = sample
    relayed = next(row for row in plan.deliveries if row.site_id != row.dropped_at_site_id)
    visits = [v for sheet in tour_sheets(dataset, plan, "fr") for part in sheet.trips for v in part.visits]
    name = dataset.site_by_id[relayed.site_id].name
    assert any(task.startswith(f"pour {name}\u00a0: ") for visit in visits for task in visit.tasks)


def test_stops_are_numbered_over_the_whole_tour_and_lead_to_a_map(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    for sheet in tour_sheets(dataset, plan, "fr"):
        visits = [visit for part in sheet.trips for visit in part.visits]
        assert [visit.number for visit in visits] == list(range(1, len(visits) + 1))
    pages_of(tmp_path, dataset, plan)
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in pypdf.PdfReader(tmp_path / "sheets.pdf").pages
        for annotation in page.get("/Annots", [])
    ]
    assert len(links) == sum(row.place_kind != "depot" for row in plan.stops)
    assert all(re.fullmatch(r"geo:-?\d+\.\d{5},-?\d+\.\d{5}", link) for link in links)


def test_a_tour_of_sixty_stops_runs_over_numbered_pages(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    depot, site = plan.stops[0], next(row for row in plan.stops if row.place_kind == "site")
    key = {"date": site.date, "vehicle_id": site.vehicle_id, "trip": 1}
    times = [30_000 + 300 * i for i in range(62)]
    stops = [
        dataclasses.replace(depot if i in (0, 61) else site, **key, stop=i, arrival_s=t, start_s=t, departure_s=t + 120)
        for i, t in enumerate(times)
    ]
    pages = pages_of(tmp_path, dataset, Plan(stops=tuple(stops)))
    assert 4 <= len(pages) <= 7
    for number, page in enumerate(pages, 1):
        assert f"page {number} sur {len(pages)}" in flat(page)
        assert "Heure" in page
    shown = flat(" ".join(pages))
    assert all(units.clock_for_people(t, up=True) in shown for t in times[1:-1])
    assert "Signature du conducteur" in pages[-1]


def test_hostile_names_fit_their_boxes(
    sample: tuple[Dataset, Plan], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    dataset, plan = sample
    bad = '<b>&amp; "guillemets" שלום مرحبا \u202e ' + "x" * 200
    hostile = dataclasses.replace(
        dataset,
        settings=dataclasses.replace(dataset.settings, name=bad),
        sites=tuple(dataclasses.replace(s, name=bad, commune=bad) for s in dataset.sites),
        farms=tuple(dataclasses.replace(f, name=bad, commune=bad) for f in dataset.farms),
        depots=tuple(dataclasses.replace(d, name=bad) for d in dataset.depots),
        products=tuple(dataclasses.replace(p, name=bad) for p in dataset.products),
        basket_types=tuple(dataclasses.replace(b, name=bad) for b in dataset.basket_types),
        vehicles=tuple(dataclasses.replace(v, kind=bad) for v in dataset.vehicles),
    )
    pages = pages_of(tmp_path, hostile, plan)
    assert '<b>&amp; "guillemets"' in flat(pages[0])
    assert all("Signature du conducteur" in page or "page 1 sur 2" in flat(page) for page in pages)


def test_a_depot_of_a_long_name_leaves_the_times_of_its_trips_readable(
    sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    named = dataclasses.replace(
        dataset, depots=tuple(dataclasses.replace(d, name="Nord " * 60) for d in dataset.depots)
    )
    shown = flat(" ".join(pages_of(tmp_path, named, plan)))
    assert 0 < max(map(len, re.findall("(?:Nord ?)+", shown))) < 200  # cut before the edge of the paper
    for sheet in tour_sheets(named, plan, "fr"):
        for part in sheet.trips:
            for line in (part.heading, part.end):
                told = line.partition(" – Nord")[0]
                assert re.findall(r"\d\d:\d\d", told) == re.findall(r"\d\d:\d\d", line) != []
                assert flat(told) in shown


def test_text_is_broken_at_blanks_cut_where_too_long_and_never_at_no_break_spaces() -> None:
    paper = Paper(title="", created=dt.date(2020, 4, 20), language="fr")
    assert paper.lines("", 30, 9) == [""]
    assert paper.lines("un deux", 30, 9) == ["un deux"]
    assert paper.lines("Déposer 100 paniers (12\u202f345\u00a0kg)", 36, 9)[-1].endswith("(12\u202f345\u00a0kg)")
    lines = paper.lines("x" * 300, 30, 9, most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(paper.get_string_width(line) <= 30 for line in lines)
    paper.close_fonts()


def test_the_same_plan_gives_the_same_bytes(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_driver_sheets(tmp_path / name, *sample, "fr")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_an_empty_plan_gives_one_page_that_says_so(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    assert [flat(page) for page in pages_of(tmp_path, sample[0], Plan())] == ["Aucune tournée cette semaine."]


def test_the_sheets_are_english_throughout_when_asked(sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    shown = flat(" ".join(pages_of(tmp_path, *sample, language="en")))
    assert "Monday, 20 April 2020" in shown or "Monday, April 20, 2020" in shown
    assert "Unload" in shown
    assert "Déposer" not in shown
