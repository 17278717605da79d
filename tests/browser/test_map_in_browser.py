"""The map in a real browser: every control used, nothing asked of any network, no complaint on the console."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from distrib.indicators import indicators
from distrib.io.map import map_html
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan
from tests.browser.chromium import PATH, Page, browser
from tests.instances import make_dataset
from tests.sample_plans import full_plan

pytestmark = pytest.mark.skipif(PATH is None, reason="no Chromium on this machine (.ci/run installs it)")

ARTEFACTS = Path(__file__).parents[2] / "artefacts"
HOSTILE = (
    '<script>window.harmed = 1</script><img src=x onerror="window.harmed = 1">\'"&lt; \u202eשלום مرحبا ' + "x" * 200
)
DAY = "2020-04-20"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def sample() -> tuple[Dataset, Plan]:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3, kits=True)
    hood = dataset.neighbourhoods[0]
    x, y = hood.lon_microdeg / 1e6, hood.lat_microdeg / 1e6
    ring = [[x - 0.01, y - 0.01], [x + 0.01, y - 0.01], [x + 0.01, y + 0.01], [x - 0.01, y - 0.01]]
    outline = (hood.neighbourhood_id, {"type": "Polygon", "coordinates": [ring]})
    closed = dataclasses.replace(dataset.sites[5], name="Salle fermée", openings=(), relay_site_id="")
    sites = tuple(closed if site.site_id == closed.site_id else site for site in dataset.sites)
    dataset = dataclasses.replace(dataset, outlines=(outline,), sites=sites)
    return dataset, full_plan(dataset)


@pytest.fixture(scope="module")
def map_file(sample: tuple[Dataset, Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_map(tmp_path_factory.mktemp("map"), *sample)


@pytest.fixture(autouse=True)
def no_complaint_and_no_request(page: Page) -> Iterator[None]:
    page.complaints.clear()
    page.requests.clear()
    yield
    assert page.complaints == []
    assert {url.partition(":")[0] for url in page.requests} <= {"file", "about", "data"}
    assert len({url for url in page.requests if url.startswith("file:")}) <= 1


def write_map(folder: Path, dataset: Dataset, plan: Plan, language: str = "fr") -> Path:
    path = folder / "map.html"
    path.write_text(map_html(dataset, plan, indicators(dataset, plan), language), encoding="utf-8")
    return path


def open_map(page: Page, path: Path, *, fragment: str = "", width: int = 1280, height: int = 800) -> None:
    page.open(path, width=width, height=height, fragment=fragment)
    assert page.run("document.body.dataset.ready") == "yes"


def rows(page: Page) -> list[str]:
    page.run(
        "(async () => { while (document.querySelector('#table[aria-busy=true]')) await new Promise(requestAnimationFrame); })()"
    )
    return page.texts("#table tbody tr")


def count(page: Page, selector: str) -> int:
    found: int = page.run(f"document.querySelectorAll({selector!r}).length")
    return found


@pytest.mark.parametrize(
    ("name", "width", "height"), [("phone", 390, 844), ("laptop", 1280, 800), ("wall", 1920, 1080)]
)
def test_the_map_opens_at_every_screen_size(page: Page, map_file: Path, name: str, width: int, height: int) -> None:
    for day in ("", f"day={DAY}"):
        open_map(page, map_file, fragment=day, width=width, height=height)
        page.picture(ARTEFACTS / f"map-{name}-{'day' if day else 'week'}.png")
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run("document.getElementById('map').offsetHeight") >= 300
        assert count(page, ".leaflet-hoods-pane path") == 8


@pytest.fixture(scope="module")
def wordy(sample: tuple[Dataset, Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map whose places have names as long as real ones, and whose week ends in May."""
    dataset, plan = sample
    sites = tuple(
        dataclasses.replace(site, name=f"Point de distribution Marseille 10e – {n:02d}")
        for n, site in enumerate(dataset.sites)
    )
    hoods = tuple(
        dataclasses.replace(hood, name="Bon Secours Les Rosiers Marine Bleue", commune="Septèmes-les-Vallons")
        for hood in dataset.neighbourhoods
    )
    limited = tuple(dataclasses.replace(row, limited_by="programme") for row in plan.coverage)
    named = dataclasses.replace(dataset, sites=sites, neighbourhoods=hoods)
    return write_map(tmp_path_factory.mktemp("wordy"), named, dataclasses.replace(plan, coverage=limited))


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1400, 900), (1180, 820), (820, 1180), (390, 844)])
@pytest.mark.parametrize("fragment", ["", f"day={DAY}"])
def test_every_column_of_stops_and_neighbourhoods_is_in_view(
    page: Page, wordy: Path, width: int, height: int, fragment: str
) -> None:
    open_map(page, wordy, fragment=fragment, width=width, height=height)
    for tab in ("stops", "hoods"):
        page.click(f"#tab-{tab}")
        page.picture(ARTEFACTS / f"map-table-{tab}-{'day' if fragment else 'week'}-{width}.png")
        seen = page.run("document.getElementById('table-box').clientWidth")
        assert page.run("document.getElementById('table').scrollWidth") <= seen, tab
        assert page.run("document.querySelector('#table td.go').clientWidth") >= 90, tab


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1180, 820), (1024, 768), (820, 1180), (390, 844)])
def test_the_legend_leaves_the_map_and_its_tools_free(page: Page, wordy: Path, width: int, height: int) -> None:
    open_map(page, wordy, width=width, height=height)
    legend, tools, box = (
        page.run(
            f"(() => {{ const r = document.getElementById('{name}').getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }})()"
        )
        for name in ("legend", "map-tools", "map")
    )
    assert legend[1] >= tools[3] - 1 or legend[3] <= tools[1] + 1
    covered = legend[2] - box[0] if legend[1] < box[3] - 1 else 0
    assert (box[2] - box[0]) - covered >= min(370, width - 20)


def test_a_day_shows_its_stops_numbered_and_only_them(page: Page, map_file: Path, sample: tuple[Dataset, Plan]) -> None:
    _, plan = sample
    open_map(page, map_file)
    page.click("#days label", 2)
    today = [row for row in plan.stops if row.date.isoformat() == DAY and row.place_kind != "depot"]
    assert len(rows(page)) == len(today)
    assert count(page, ".mark.stop, .mark.farm-stop") == len({row.place_id for row in today})
    assert "lundi 20 avril" in page.texts("header .week")[0]
    assert page.run("location.hash") == f"#day={DAY}"


def test_days_are_chosen_with_the_keyboard(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.run("document.querySelector('#days input').focus()")
    page.key("ArrowRight")
    assert page.run("document.querySelector('#days input:checked').value") == "0"
    assert page.run("document.activeElement.name") == "day"


def test_a_vehicle_is_isolated_at_a_click_and_released_at_the_next(page: Page, map_file: Path) -> None:
    open_map(page, map_file, fragment=f"day={DAY}")
    everything = len(rows(page))
    page.click("#vehicles button", 1)
    vehicle = page.texts("#vehicles [aria-pressed=true]")[0].split()[0]
    assert 0 < len(rows(page)) < everything
    assert all(vehicle in row for row in rows(page))
    page.click("#vehicles [aria-pressed=true]")
    assert len(rows(page)) == everything


def test_a_click_on_a_tour_isolates_its_vehicle(page: Page, map_file: Path) -> None:
    open_map(page, map_file, fragment=f"day={DAY}")
    everything = len(rows(page))
    page.run(
        "document.querySelector('.leaflet-tours-pane path.leaflet-interactive').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.settle()
    assert len(rows(page)) < everything


def test_a_click_in_the_table_opens_arrival_baskets_and_content(
    page: Page, map_file: Path, sample: tuple[Dataset, Plan]
) -> None:
    dataset, plan = sample
    open_map(page, map_file, fragment=f"day={DAY}")
    delivery = next(row for row in plan.deliveries if row.date.isoformat() == DAY)
    name = dataset.site_by_id[delivery.dropped_at_site_id].name
    page.run(f"[...document.querySelectorAll('#table td button')].find((b) => b.innerText === {name!r}).click()")
    page.settle()
    shown = page.texts(".leaflet-popup-content")[0]
    assert name in shown
    assert f"{delivery.baskets} paniers" in shown
    assert f"Arrivée {-(-delivery.arrival_s // 60) // 60:02d}:{-(-delivery.arrival_s // 60) % 60:02d}" in shown
    assert "Dans le panier" in shown
    assert dataset.products[0].name in shown


def test_a_marker_opens_with_the_mouse_and_with_enter(page: Page, map_file: Path) -> None:
    open_map(page, map_file, fragment=f"day={DAY}")
    page.click(".mark.stop")
    assert count(page, ".leaflet-popup-content h3") == 1
    page.key("Escape")
    assert count(page, ".leaflet-popup-content h3") == 0
    page.run("document.querySelector('.mark.stop').parentElement.focus()")
    page.key("Enter")
    assert count(page, ".leaflet-popup-content h3") == 1


def test_close_in_circles_become_outlines_and_an_open_popup_stays(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.click("[data-view=hoods]")
    circles = page.run("document.querySelectorAll('.leaflet-hoods-pane path')[1].getAttribute('d')")
    page.run(
        "document.querySelector('.leaflet-hoods-pane path').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    page.settle()
    assert count(page, ".leaflet-popup-content h3") == 1
    for _ in range(4):
        page.click(".leaflet-control-zoom-in")
    assert count(page, ".leaflet-popup-content h3") == 1
    assert page.run("document.querySelectorAll('.leaflet-hoods-pane path')[1].getAttribute('d')") != circles
    assert (
        page.run(
            "[...document.querySelectorAll('.leaflet-hoods-pane path')].filter((p) => p.getAttribute('stroke-dasharray')).length"
        )
        == 7
    )
    assert (
        page.run(
            "[...document.querySelectorAll('.leaflet-hoods-pane path')].filter((p) => !p.getAttribute('d').includes('a')).length"
        )
        >= 1
    )


@pytest.mark.parametrize(
    ("query", "kind"), [("point 7", "Site"), ("quartier 3", "Quartier"), ("ferme 1", "Ferme"), ("v101", "Véhicule")]
)
def test_search_finds_every_kind_of_thing(page: Page, map_file: Path, query: str, kind: str) -> None:
    open_map(page, map_file)
    everything = len(rows(page))
    page.run("document.getElementById('search').focus()")
    page.type(query)
    assert any(kind in result and query.split()[-1] in result.lower() for result in page.texts("#results li"))
    assert len(rows(page)) < everything
    page.key("Enter")
    page.settle()
    if kind == "Véhicule":
        assert page.texts("#vehicles [aria-pressed=true]")[0].startswith("V101")
    else:
        assert query.split()[-1] in page.texts(".leaflet-popup-content h3")[0]


def test_search_ignores_accents_and_capitals_and_escape_clears_it(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    everything = len(rows(page))
    page.run("document.getElementById('search').focus()")
    page.type("SALLE FERMEE")
    assert "Salle fermée" in page.texts("#results li")[0]
    page.key("ArrowDown")
    assert page.run("document.activeElement.tagName") == "BUTTON"
    page.key("ArrowUp")
    page.key("Escape")
    assert len(rows(page)) == everything
    assert page.run("document.getElementById('results').hidden") is True


def test_layers_are_switched_off_and_on(page: Page, map_file: Path) -> None:
    open_map(page, map_file, fragment=f"day={DAY}")
    for layer, selector in (
        ("hoods", ".leaflet-hoods-pane path"),
        ("tours", ".leaflet-tours-pane path.leaflet-interactive"),
        ("sites", ".mark.stop"),
        ("farms", ".mark.farm"),
    ):
        assert count(page, selector) > 0
        page.click(f"#layers [value={layer}]")
        assert count(page, selector) == 0
        page.click(f"#layers [value={layer}]")
        assert count(page, selector) > 0


def test_the_views_frame_everything_the_neighbourhoods_or_the_dense_centre(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    scales = []
    for view in ("all", "hoods", "centre"):
        page.click(f"[data-view={view}]")
        scales.append(page.run("document.querySelector('.leaflet-control-scale-line').innerText"))
    metres = [float(text.split()[0]) * (1000 if "km" in text else 1) for text in scales]
    assert metres[0] > metres[2]


def test_the_tabs_work_with_the_keyboard_and_every_column_sorts(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.run("document.getElementById('tab-stops').focus()")
    page.key("ArrowRight")
    assert page.run("document.querySelector('[role=tab][aria-selected=true]').id") == "tab-hoods"
    assert len(rows(page)) == 8
    for column in range(count(page, "#table th")):
        orders = []
        for direction in ("ascending", "descending"):
            page.click("#table th button", column)
            assert page.run(f"document.querySelectorAll('#table th')[{column}].getAttribute('aria-sort')") == direction
            orders.append(rows(page))
        assert sorted(orders[0]) == sorted(orders[1])


def test_the_table_can_be_limited_to_what_the_map_shows(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.click("#tab-hoods")
    page.click("#table td button")
    page.click("#in-view")
    assert 0 < len(rows(page)) < 8
    assert page.texts("#count")[0].split()[0] == str(len(rows(page)))


def test_the_programme_changes_what_the_circles_and_the_table_tell(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.click("#tab-hoods")
    before = rows(page)
    page.run(
        "(() => { const s = document.getElementById('programme'); s.value = '1'; s.dispatchEvent(new Event('change')); })()"
    )
    page.settle()
    assert rows(page) != before


def test_what_is_unserved_is_listed_with_its_reason_and_marked(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    assert count(page, ".mark.missed") == 1
    page.click(".mark.missed")
    assert "Non servi cette semaine" in page.texts(".leaflet-popup-content")[0]
    assert "horaires du site" in page.texts(".leaflet-popup-content")[0]
    page.click("#tab-unserved")
    assert any("Salle fermée" in row and "horaires du site" in row for row in rows(page))
    assert any(row.startswith("Lot") for row in rows(page))


def test_the_first_tab_stop_skips_to_the_table(page: Page, map_file: Path) -> None:
    open_map(page, map_file)
    page.key("Tab")
    assert page.run("document.activeElement.className") == "skip"


@pytest.mark.parametrize("fragment", ["", f"day={DAY}"])
def test_it_prints_on_one_landscape_page(page: Page, map_file: Path, fragment: str) -> None:
    open_map(page, map_file, fragment=fragment)
    printed = page.pdf()
    (ARTEFACTS / "map-printed.pdf").write_bytes(printed)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
    width, height = (float(n) for n in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())  # type: ignore[union-attr]
    assert (round(width), round(height)) == (842, 595)
    assert page.run("document.body.className") == ""


def renamed(things: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dataclasses.replace(thing, name=HOSTILE) for thing in things)


def test_hostile_names_are_shown_as_text_and_do_nothing(
    page: Page, sample: tuple[Dataset, Plan], tmp_path: Path
) -> None:
    dataset, plan = sample
    hostile = dataclasses.replace(
        dataset,
        settings=dataclasses.replace(dataset.settings, name=HOSTILE),
        neighbourhoods=tuple(dataclasses.replace(n, commune=HOSTILE) for n in renamed(dataset.neighbourhoods)),
        sites=tuple(dataclasses.replace(s, kind=HOSTILE) for s in renamed(dataset.sites)),
        farms=renamed(dataset.farms),
        depots=renamed(dataset.depots),
        products=renamed(dataset.products),
        basket_types=renamed(dataset.basket_types),
        vehicles=tuple(dataclasses.replace(v, kind=HOSTILE) for v in dataset.vehicles),
    )
    unserved = tuple(dataclasses.replace(row, explanation=HOSTILE, remedy=HOSTILE) for row in plan.unserved)
    path = write_map(tmp_path, hostile, dataclasses.replace(plan, unserved=unserved))
    for width in (390, 1280):
        open_map(page, path, fragment=f"day={DAY}", width=width)
        assert page.texts("h1")[0].startswith("<script>")
        page.click("#table td button")
        assert "<script>window.harmed = 1</script>" in page.texts(".leaflet-popup-content h3")[0]
        page.click("#tab-hoods")
        page.click("#table td button")
        page.click("#tab-unserved")
        page.run("document.getElementById('search').focus()")
        page.type("<script>")
        page.picture(ARTEFACTS / f"map-hostile-{width}.png")
        assert page.run("window.harmed") is None
        assert page.run("document.documentElement.scrollWidth") <= width
        assert page.run("document.querySelector('.leaflet-popup').getBoundingClientRect().width") <= width


def test_an_empty_plan_and_a_week_with_one_stop_open(page: Page, sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    dataset, plan = sample
    open_map(page, write_map(tmp_path, dataset, Plan()))
    assert rows(page) == ["Aucun arrêt."]
    page.click("#tab-unserved")
    assert rows(page) == ["Tout est servi."]
    first = [
        row
        for row in plan.stops
        if (row.date, row.vehicle_id, row.trip) == (plan.stops[0].date, plan.stops[0].vehicle_id, plan.stops[0].trip)
    ]
    one = Plan(stops=(first[0], first[1], dataclasses.replace(first[-1], stop=2)))
    open_map(page, write_map(tmp_path, dataset, one))
    assert len(rows(page)) == 1


def test_the_page_is_english_throughout_when_asked(page: Page, sample: tuple[Dataset, Plan], tmp_path: Path) -> None:
    open_map(page, write_map(tmp_path, *sample, language="en"), fragment=f"day={DAY}")
    assert page.run("document.documentElement.lang") == "en"
    assert "Monday 20 April" in page.texts("header .week")[0]
    assert page.texts("#table th")[:2] == ["Arrival", "Vehicle"]


def test_a_thousand_sites_open_and_stay_usable(page: Page, tmp_path: Path) -> None:
    dataset = make_dataset(5, sites=1000, neighbourhoods=200, vans=40)
    path = write_map(tmp_path, dataset, full_plan(dataset))
    assert path.stat().st_size < 3_000_000
    open_map(page, path)
    opened_ms = page.run("performance.timing.loadEventEnd - performance.timing.navigationStart")
    redrawn_ms = page.run(
        "(() => { const t = performance.now(); document.querySelectorAll('#days input')[3].click(); return performance.now() - t; })()"
    )
    page.picture(ARTEFACTS / "map-thousand-sites.png")
    (ARTEFACTS / "map-times.txt").write_text(
        f"1,000 sites: opened in {opened_ms} ms, day redrawn in {redrawn_ms:.0f} ms\n"
    )
    assert page.run("document.querySelectorAll('#days input')[3].checked")
    assert 0 < count(page, ".mark.stop, .mark.farm-stop") == len({row.split("\t")[2] for row in rows(page)})
