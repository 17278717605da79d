"""The online background of the map: nothing is fetched before it is switched on, and what does not come does no harm."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from distrib.indicators import indicators
from distrib.io.map import Tiles, map_html
from tests.browser.chromium import PATH, Page, browser
from tests.instances import make_dataset
from tests.sample_plans import full_plan

pytestmark = pytest.mark.skipif(PATH is None, reason="no Chromium on this machine (.ci/run installs it)")

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class TileServer(BaseHTTPRequestHandler):
    """Gives every other column of tiles."""

    def do_GET(self) -> None:
        column = int(self.path.split("/")[2])
        self.send_response(404 if column % 2 else 200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(b"" if column % 2 else DOT)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), TileServer) as here:
        thread = threading.Thread(target=here.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{here.server_port}"
        here.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


def test_tiles_come_only_when_switched_on_and_missing_ones_leave_the_simple_background(
    page: Page, server: str, tmp_path: Path
) -> None:
    dataset = make_dataset(3, sites=24, neighbourhoods=8, vans=3)
    plan = full_plan(dataset)
    tiles = Tiles(url=server + "/{z}/{x}/{y}.png", credit="© <b>somebody</b>")
    path = tmp_path / "map.html"
    path.write_text(map_html(dataset, plan, indicators(dataset, plan), "fr", tiles=tiles), encoding="utf-8")
    page.open(path, width=1280, height=800)
    assert not [url for url in page.requests if url.startswith("http")]
    page.click("#layers input[value=tiles]")
    page.run(
        "new Promise((done) => { const t = setInterval(() => { if (document.querySelector('img.leaflet-tile-loaded'))"
        " { clearInterval(t); done(true); } }, 50); })"
    )
    assert all(url.startswith(server) for url in page.requests if url.startswith("http"))
    assert page.run("document.querySelectorAll('.leaflet-hoods-pane path').length") == 8
    assert page.texts(".leaflet-control-attribution") == ["© <b>somebody</b>"]
    assert all(json.loads(complaint)["source"] == "network" for complaint in page.complaints)
    page.click("#layers input[value=tiles]")
    assert page.run("document.querySelectorAll('img.leaflet-tile').length") == 0
