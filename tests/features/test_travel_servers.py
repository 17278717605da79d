"""Roads downloaded and tables asked for over the network, against servers of the test's own on this machine."""

from __future__ import annotations

import gzip
import json
import math
import shutil
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from distrib.cli import main
from distrib.io.reading import read_dataset

ROOT = Path(__file__).resolve().parents[2]
TILE = """<osm version='0.6'>
<node id='1' lon='3.80' lat='43.85'/><node id='2' lon='4.15' lat='43.85'/>
<node id='3' lon='4.15' lat='44.12'/><node id='4' lon='3.80' lat='44.12'/><node id='5' lon='4.0' lat='44.0'/>
<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='4'/><nd ref='1'/><tag k='highway' v='primary'/></way>
<way id='2'><nd ref='1'/><nd ref='5'/><nd ref='3'/><tag k='highway' v='secondary'/></way></osm>"""


class Fake(BaseHTTPRequestHandler):
    """Answers as the server's ``script`` says: one entry a request, the last one for ever."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server: Any = self.server
        server.asked.append((self.path, body.decode(), dict(self.headers)))
        step = server.script[min(len(server.asked), len(server.script)) - 1]
        status, content = step(self.path, body.decode()) if callable(step) else step
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Type", "application/json" if str(content)[:1] in "{[" else "text/plain")
        self.end_headers()
        self.wfile.write(content.encode() if isinstance(content, str) else content)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    fake: Any = HTTPServer(("127.0.0.1", 0), Fake)
    fake.asked, fake.script = [], [(200, TILE)]
    fake.url = f"http://127.0.0.1:{fake.server_port}"
    thread = threading.Thread(target=fake.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield fake
    fake.shutdown()
    fake.server_close()


@pytest.fixture(autouse=True)
def at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("distrib.travel.roads.download.PAUSE_S", 0.0)
    monkeypatch.setattr("distrib.travel.roads.download.BUSY_S", 0.0)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "toy", tmp_path / "toy"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["travel", *map(str, words)])


# --- downloading ---------------------------------------------------------------------------------


def test_the_roads_around_the_places_are_downloaded_once_and_used(toy: Path, server: Any) -> None:
    done = run(toy, "--download", "box", "--overpass", server.url)
    assert done.exit_code == 0, done.output
    assert (toy / "roads.osm.gz").is_file()
    first = len(server.asked)
    assert first > 1
    query = urllib.parse.parse_qs(server.asked[0][1])["data"][0]
    assert "restriction" in query and "highway" in query
    assert server.asked[0][2]["User-Agent"].startswith("distrib/")
    dataset = read_dataset(toy)[0]
    assert dataset.travel is not None and dataset.travel.source.startswith("table, roads")
    assert run(toy, "--download", "box", "--overpass", server.url).exit_code == 0
    assert len(server.asked) == first
    assert gzip.decompress((toy / "roads.osm.gz").read_bytes()).count(b"<way") == 2


def test_a_download_that_broke_off_goes_on_where_it_stopped(toy: Path, server: Any) -> None:
    server.script = [(200, TILE), (400, "no")]
    done = run(toy, "--download", "box", "--overpass", server.url)
    assert done.exit_code == 2
    assert "400" in done.stderr and done.stderr.count("\n") <= 3
    assert not (toy / "roads.osm.gz").exists() and not (toy / "travel.csv").exists()
    asked = len(server.asked)
    assert asked == 2
    server.script = [(200, TILE)]
    assert run(toy, "--download", "box", "--overpass", server.url).exit_code == 0
    again = {body for _, body, _ in server.asked[asked:]}
    assert server.asked[0][1] not in again
    assert server.asked[1][1] in again


def test_a_busy_server_is_asked_again_after_a_while(toy: Path, server: Any) -> None:
    server.script = [(429, ""), (504, ""), (200, TILE)]
    assert run(toy, "--download", "box", "--overpass", server.url).exit_code == 0
    assert len({body for _, body, _ in server.asked[:3]}) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TILE[:-30], "less than a whole tile"),
        ("<osm><remark>runtime error: Query timed out</remark></osm>", "gave up"),
    ],
)
def test_parts_of_a_tile_are_refused(toy: Path, server: Any, content: str, words: str) -> None:
    server.script = [(200, content)]
    done = run(toy, "--download", "box", "--overpass", server.url)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not (toy / "roads.osm.gz").exists()


def test_without_internet_one_line_says_what_to_do(toy: Path) -> None:
    done = run(toy, "--download", "box", "--overpass", "http://127.0.0.1:9", "--quiet")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "cannot be reached" in done.stderr and "--roads" in done.stderr
    assert sorted(file.name for file in toy.iterdir()) == sorted(f.name for f in (ROOT / "data" / "toy").iterdir())


def test_a_place_is_found_by_its_name(toy: Path, server: Any) -> None:
    found = [
        {
            "place_id": 1, "licence": "", "osm_type": "relation", "osm_id": 1, "lat": "44.0", "lon": "4.0", "importance": 1,
            "boundingbox": ["43.9", "44.1", "3.9", "4.1"], "class": "boundary", "type": "administrative", "place_rank": 1,
            "addresstype": "city", "name": "Villeclaire", "display_name": "Villeclaire",
            "geojson": {"type": "Polygon", "coordinates": [[[3.9, 43.9], [4.1, 43.9], [4.1, 44.1], [3.9, 44.1], [3.9, 43.9]]]},
        }
    ]  # fmt: skip
    server.script = [lambda path, _: (200, json.dumps(found)) if "search" in path else (200, TILE)]
    done = run(toy, "--download", "Villeclaire, France", "--overpass", server.url, "--nominatim", server.url + "/")
    assert done.exit_code == 0, done.output
    assert "search" in server.asked[0][0]
    assert (toy / "roads.osm.gz").is_file()


def test_a_name_that_nobody_knows_or_no_internet_is_one_line(toy: Path, server: Any) -> None:
    server.script = [(200, "[]")]
    for url in (server.url + "/", "http://127.0.0.1:9/"):
        done = run(toy, "--download", "Nulle part", "--overpass", server.url, "--nominatim", url, "--quiet")
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert "was not found" in done.stderr


def test_a_network_of_the_users_own_is_never_written_over(toy: Path, server: Any) -> None:
    (toy / "roads.osm").write_text(TILE, encoding="utf-8")
    done = run(toy, "--download", "box", "--overpass", server.url)
    assert done.exit_code == 2
    assert "roads.osm" in done.stderr
    assert server.asked == []


# --- services ------------------------------------------------------------------------------------


def distance(a: list[float], b: list[float]) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1]) * 100_000


def osrm(path: str, _: str) -> tuple[int, str]:
    url = urllib.parse.urlsplit(path)
    points = [[float(v) for v in pair.split(",")] for pair in url.path.rsplit("/", 1)[1].split(";")]
    given = urllib.parse.parse_qs(url.query)
    rows, columns = ([int(i) for i in given[name][0].split(";")] for name in ("sources", "destinations"))
    metres = [[distance(points[i], points[j]) for j in columns] for i in rows]
    times = [[m / 10 + 0.25 for m in row] for row in metres]
    return 200, json.dumps({"code": "Ok", "durations": times, "distances": metres})


def ors(path: str, body: str) -> tuple[int, str]:
    given = json.loads(body)
    slow = 8 if "hgv" in path else 10
    metres = [
        [distance(given["locations"][int(i)], given["locations"][int(j)]) for j in given["destinations"]]
        for i in given["sources"]
    ]
    return 200, json.dumps({"durations": [[m / slow for m in row] for row in metres], "distances": metres})


def valhalla(_: str, body: str) -> tuple[int, str]:
    given = json.loads(body)
    slow = 8 if given["costing"] == "truck" else 10
    rows = [
        [
            {"from_index": i, "to_index": j, "time": round(m / slow), "distance": m / 1000}
            for j, b in enumerate(given["targets"])
            for m in [distance([a["lon"], a["lat"]], [b["lon"], b["lat"]])]
        ]
        for i, a in enumerate(given["sources"])
    ]
    return 200, json.dumps({"sources_to_targets": rows, "units": "kilometers"})


def named(toy: Path, service: str, url: str, more: str = "") -> None:
    file = toy / "dataset.yaml"
    text = file.read_text(encoding="utf-8")
    mode = f'travel: {{mode: service, service: {service}, url: "{url}", at_once: 6{more}}}'
    file.write_text(text.replace("travel: {mode: estimate}", mode), encoding="utf-8")


@pytest.mark.parametrize(
    ("service", "answer", "heavy"),
    [("osrm", osrm, False), ("openrouteservice", ors, True), ("valhalla", valhalla, True)],
)
def test_a_service_gives_the_table_block_by_block(
    toy: Path, server: Any, service: str, answer: Any, heavy: bool
) -> None:
    server.script = [answer]
    named(toy, service, server.url)
    done = run(toy)
    assert done.exit_code == 0, done.output
    dataset = read_dataset(toy)[0]
    travel = dataset.travel
    assert travel is not None and travel.source.startswith(f"table, {service}")
    at = {s.site_id: [s.lon_microdeg / 1e6, s.lat_microdeg / 1e6] for s in dataset.sites}
    assert len(server.asked) > 4
    for a, here in at.items():
        for b, there in at.items():
            if a != b:
                assert travel.distance_m(a, b) == pytest.approx(distance(here, there), abs=1.5)
                assert travel.driving_s(a, b) == pytest.approx(distance(here, there) / 10, abs=1.5)
    assert [kg for kg, _ in dataset.travel_heavy] == ([7500] if heavy else [])
    if heavy:
        a, b = sorted(at)[:2]
        assert dataset.travel_heavy[0][1].driving_s(a, b) == pytest.approx(distance(at[a], at[b]) / 8, abs=1.5)


@pytest.mark.parametrize(
    ("service", "answer", "where", "named_as", "not_as"),
    [
        ("osrm", osrm, "", "[road_no_way]", "[road_no_way_heavy]"),
        ("openrouteservice", ors, "hgv", "[road_no_way_heavy]", "[road_no_way]"),
    ],
)
def test_pairs_that_a_service_cannot_join_are_named_and_those_of_heavy_vehicles_alone_as_such(
    toy: Path, server: Any, service: str, answer: Any, where: str, named_as: str, not_as: str
) -> None:
    def broken(path: str, body: str) -> tuple[int, str]:
        found = json.loads(answer(path, body)[1])
        if where in path:
            found["durations"][0][-1] = found["distances"][0][-1] = None
        return 200, json.dumps(found)

    server.script = [broken]
    named(toy, service, server.url)
    done = run(toy)
    assert done.exit_code == 0, done.output
    assert named_as in done.stdout
    assert not_as not in done.stdout


@pytest.mark.parametrize(
    "script", [[(500, "broken")], [(200, "no json")], [(200, '{"code": "Ok", "durations": [[1]], "distances": [[1]]}')]]
)
def test_a_service_that_does_not_answer_as_it_should_is_one_line_and_nothing_is_written(
    toy: Path, server: Any, script: Any
) -> None:
    server.script = script
    named(toy, "osrm", server.url)
    done = run(toy)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1 and "osrm" in done.stderr
    assert not (toy / "travel.csv").exists()


def test_a_service_out_of_reach_or_without_its_key_is_one_line(toy: Path, server: Any) -> None:
    named(toy, "openrouteservice", "http://127.0.0.1:9", ", key_variable: NO_SUCH_KEY")
    done = run(toy)
    assert done.exit_code == 2 and "NO_SUCH_KEY" in done.stderr
    text = (toy / "dataset.yaml").read_text(encoding="utf-8")
    (toy / "dataset.yaml").write_text(text.replace(", key_variable: NO_SUCH_KEY", ""), encoding="utf-8")
    done = run(toy)
    assert done.exit_code == 2 and done.stderr.count("\n") == 1
    planned = CliRunner().invoke(main, ["plan", str(toy), "--quiet"])
    assert planned.exit_code == 2 and "distrib travel" in planned.stderr
