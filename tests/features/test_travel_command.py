"""The command ``distrib travel``: estimated and on roads, its record, freshness, and what it refuses."""

from __future__ import annotations

import csv
import itertools
import json
import random
import shutil
from pathlib import Path

import osmium
import pytest
from click.testing import CliRunner, Result

from distrib.cli import main
from distrib.errors import BadInputError, UsageError
from distrib.io.map_legs import ways
from distrib.io.plan_folder import read_plan_folder
from distrib.io.reading import read_dataset
from distrib.pipeline import plan_week
from distrib.travel import resolve

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
ROADS = """<osm version='0.6'>
<node id='1' lon='3.80' lat='43.85'/><node id='2' lon='4.15' lat='43.85'/>
<node id='3' lon='4.15' lat='44.12'/><node id='4' lon='3.80' lat='44.12'/><node id='5' lon='4.0' lat='44.0'/>
<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='4'/><nd ref='1'/><tag k='highway' v='primary'/></way>
<way id='2'><nd ref='1'/><nd ref='5'/><nd ref='3'/><tag k='highway' v='secondary'/></way></osm>"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "toy", tmp_path / "toy"))


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["travel", *map(str, words)])


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_estimated_table_is_written_with_its_record_and_read_again(toy: Path) -> None:
    before = resolve(read_dataset(toy)[0]).travel
    assert run(toy).exit_code == 0
    record = json.loads((toy / "travel.json").read_text(encoding="utf-8"))
    assert record["source"] == "estimate"
    assert record["version"]
    after = read_dataset(toy)[0].travel
    assert before is not None and after is not None
    assert after.source == "table, estimate"
    assert (after.seconds == before.seconds).all()


def test_a_table_on_roads_names_its_network_and_profile(toy: Path) -> None:
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    done = run(toy, "--roads", toy / "roads.osm", "--json")
    assert done.exit_code == 0, done.output
    record = json.loads((toy / "travel.json").read_text(encoding="utf-8"))
    assert (record["roads"], record["profile"]) == ("roads.osm", "van")
    assert json.loads(done.stdout)["source"].startswith("roads ")
    assert {note["code"] for note in record["notes"]} >= {"road_far"}


def test_more_traffic_makes_every_drive_longer(toy: Path, tmp_path: Path) -> None:
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    tables = []
    for factor in ("1", "1.5"):
        assert (
            run(
                toy, "--roads", toy / "roads.osm", "--traffic", factor, "--profile", "van", "--out", tmp_path / "t.csv"
            ).exit_code
            == 0
        )
        tables.append([int(row["seconds"]) for row in csv.DictReader((tmp_path / "t.csv").read_text().splitlines())])
    assert all(b == pytest.approx(1.5 * a, abs=4) for a, b in zip(*tables, strict=True))


def test_mode_roads_without_a_table_computes_it_on_the_roads_and_never_falls_back_to_an_estimate(toy: Path) -> None:
    edit(toy / "dataset.yaml", "mode: estimate", "mode: roads")
    with pytest.raises(BadInputError):
        read_dataset(toy)
    (toy / "roads.osm").write_text("<osm></osm>", encoding="utf-8")
    with pytest.raises(UsageError, match="no road that can be driven on"):
        resolve(read_dataset(toy)[0])
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    computed = resolve(read_dataset(toy)[0])
    assert computed.travel is not None and computed.travel.source.startswith("roads ")
    assert run(toy).exit_code == 0
    kept = resolve(read_dataset(toy)[0])
    assert kept.travel is not None
    assert (kept.travel.seconds == computed.travel.seconds).all()
    assert [kg for kg, _ in kept.travel_heavy] == [kg for kg, _ in computed.travel_heavy]


def test_a_roads_file_that_is_not_asked_for_is_told_to_be_unused(toy: Path) -> None:
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    assert "roads.osm" in run(toy).stdout
    assert "roads_not_used" in run(toy).stdout


def test_a_table_that_no_longer_fits_its_places_is_refused_with_what_to_run_and_can_be_made_again(toy: Path) -> None:
    assert run(toy).exit_code == 0
    edit(toy / "sites.csv", "4.02", "4.03")
    with pytest.raises(UsageError, match=r"no longer fits.*distrib travel"):
        read_dataset(toy)
    assert run(toy).exit_code == 0
    read_dataset(toy)


def test_a_table_on_roads_that_were_replaced_is_refused(toy: Path) -> None:
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    edit(toy / "dataset.yaml", "mode: estimate", "mode: roads")
    assert run(toy).exit_code == 0
    read_dataset(toy)
    edit(toy / "roads.osm", "lon='3.80'", "lon='3.81'")
    with pytest.raises(UsageError, match=r"roads\.osm is another file"):
        read_dataset(toy)


def test_a_table_made_by_hand_is_never_written_over(toy: Path) -> None:
    (toy / "travel.csv").write_text("from_id,to_id,seconds,metres\nD1,S1,1,1\n", encoding="utf-8")
    kept = (toy / "travel.csv").read_bytes()
    done = run(toy)
    assert done.exit_code == 2
    assert "would be lost" in done.stderr
    assert (toy / "travel.csv").read_bytes() == kept


@pytest.mark.parametrize("content", ["", "<osm>", "<osm></osm>", ROADS.replace("lon='4", "lon='400")])
def test_broken_roads_leave_everything_as_it_was(toy: Path, content: str) -> None:
    assert run(toy).exit_code == 0
    before = {file.name: file.read_bytes() for file in toy.iterdir()}
    roads = toy.parent / "broken.osm"
    roads.write_text(content, encoding="utf-8")
    done = run(toy, "--roads", roads)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert {file.name: file.read_bytes() for file in toy.iterdir()} == before


def real(name: str) -> Path:
    if not (REAL / name).is_file():
        pytest.skip(f"the real network {name} is not on this machine")
    return REAL / name


@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("columbus_ohio_roads.osm.pbf", (-83.08, 39.93, -82.92, 40.05)),
        ("toulouse_drive_edges.csv.gz", (1.40, 43.57, 1.48, 43.64)),
    ],
)
def test_a_dataset_placed_in_a_real_city_gets_times_on_its_roads(
    toy: Path, name: str, box: tuple[float, float, float, float]
) -> None:
    roads, rng = real(name), random.Random(4)
    for table in ("sites", "farms", "depots", "zones", "neighbourhoods"):
        rows = list(csv.DictReader((toy / f"{table}.csv").read_text(encoding="utf-8").splitlines()))
        for row in rows:
            row["lon"], row["lat"] = f"{rng.uniform(box[0], box[2]):.6f}", f"{rng.uniform(box[1], box[3]):.6f}"
        with (toy / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    estimate = resolve(read_dataset(toy)[0]).travel
    done = run(toy, "--roads", roads)
    assert done.exit_code == 0, done.output
    travel = read_dataset(toy)[0].travel
    assert travel is not None and estimate is not None
    assert (travel.seconds >= 0).all()
    assert 0.4 < travel.seconds.sum() / estimate.seconds.sum() < 1.6
    assert 0.6 < travel.metres.sum() / estimate.metres.sum() < 1.5


def test_a_plan_on_a_network_draws_its_tours_along_the_roads_without_further_steps(toy: Path, tmp_path: Path) -> None:
    (toy / "roads.osm").write_text(ROADS, encoding="utf-8")
    edit(toy / "dataset.yaml", "travel: {mode: estimate}\n", "")
    done = CliRunner().invoke(main, ["plan", str(toy), "--out", str(tmp_path / "plan"), "--effort", "quick"])
    assert done.exit_code == 0, done.output
    inside = json.loads((tmp_path / "plan" / "dataset" / "legs.geojson").read_text(encoding="utf-8"))
    assert max(len(f["geometry"]["coordinates"]) for f in inside["features"]) > 2
    assert json.loads((tmp_path / "plan" / "summary.json").read_text())["provenance"]["travel"].startswith("roads ")
    dataset, plan = read_plan_folder(tmp_path / "plan")
    driven = {
        (dataset.travel_class_kg(dataset.vehicle_by_id[b.vehicle_id]), a.place_id, b.place_id)
        for a, b in itertools.pairwise(plan.stops)
        if (a.date, a.vehicle_id, a.trip) == (b.date, b.vehicle_id, b.trip)
    }
    known = {
        (f["properties"].get("gvw_kg", 0), f["properties"]["from_id"], f["properties"]["to_id"])
        for f in inside["features"]
    }
    assert driven == known
    assert ways(dataset)


def test_a_plan_with_a_table_made_on_roads_elsewhere_is_drawn_from_the_network_kept_ready(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere.osm").write_text(ROADS, encoding="utf-8")
    done = run(toy, "--roads", tmp_path / "elsewhere.osm")
    assert done.exit_code == 0
    assert "roads_elsewhere" in done.stdout
    planned = plan_week(toy, effort="quick")
    assert planned.dataset.leg_lines
    monkeypatch.setenv("DISTRIB_CACHE", str(tmp_path / "other"))
    without = plan_week(toy, effort="quick")
    assert without.plan == planned.plan
    assert without.dataset.leg_lines == ()


def test_roads_that_cannot_be_read_stop_a_plan_before_it_is_made(toy: Path, tmp_path: Path) -> None:
    (toy / "roads.osm").write_text("<osm>", encoding="utf-8")
    done = CliRunner().invoke(main, ["plan", str(toy), "--out", str(tmp_path / "plan"), "--quiet"])
    assert done.exit_code == 2
    assert "roads.osm" in done.stderr
    assert not (tmp_path / "plan").exists()


def test_heavy_vehicles_get_a_table_of_their_own_that_is_made_again_and_never_lost(toy: Path) -> None:
    (toy / "roads.osm").write_text(ROADS.replace("v='secondary'/>", "v='secondary'/><tag k='maxweight' v='5'/>"))
    done = run(toy, "--roads", toy / "roads.osm")
    assert done.exit_code == 0
    assert "[slowed_twice]" in done.stdout
    dataset = read_dataset(toy)[0]
    assert [kg for kg, _ in dataset.travel_heavy] == [7500]
    assert dataset.travel is not None
    assert (dataset.travel_heavy[0][1].metres != dataset.travel.metres).any()
    edit(toy / "travel_heavy.csv", "\n7500,", "\n7500 ,")
    done = run(toy, "--roads", toy / "roads.osm")
    assert done.exit_code == 2
    assert "travel_heavy.csv" in done.stderr
    edit(toy / "travel_heavy.csv", "\n7500 ,", "\n7500,")
    assert run(toy).exit_code == 0
    assert not (toy / "travel_heavy.csv").exists()


def broken(folder: Path, kind: str) -> Path:
    """A file of roads with one thing wrong."""
    file = folder / "broken.osm"
    if kind == "truncated pbf":
        (folder / "whole.osm").write_text(ROADS, encoding="utf-8")
        file = folder / "broken.osm.pbf"
        with osmium.SimpleWriter(str(file)) as writer:
            for item in osmium.FileProcessor(str(folder / "whole.osm")):
                writer.add(item)
        file.write_bytes(file.read_bytes()[:-40])
    elif kind == "no pbf at all":
        file = folder / "broken.osm.pbf"
        file.write_bytes(b"not a file of roads")
    elif kind == "in metres":
        file = folder / "metres_edges.csv"
        file.write_text("from,to,length_m,road_type\n1,2,900,primary\n2,1,900,primary\n")
        (folder / "metres_nodes.csv").write_text("node,lon,lat\n1,892000,6247000\n2,892900,6247000\n")
    elif kind == "disconnected":
        one_way = (
            "<way id='{n}'><nd ref='{a}'/><nd ref='{b}'/><tag k='highway' v='primary'/><tag k='oneway' v='yes'/></way>"
        )
        nodes = ROADS[: ROADS.index("<way")]
        file.write_text(nodes + one_way.format(n=1, a=1, b=2) + one_way.format(n=2, a=3, b=4) + "</osm>")
    elif kind == "in two pieces":
        two_way = "<way id='{n}'><nd ref='{a}'/><nd ref='{b}'/><tag k='highway' v='primary'/></way>"
        nodes = ROADS[: ROADS.index("<way")]
        file.write_text(nodes + two_way.format(n=1, a=1, b=2) + two_way.format(n=2, a=3, b=4) + "</osm>")
    elif kind == "wrong place":
        file.write_text(ROADS.replace("lat='4", "lat='1"))
    else:
        file.write_text("<osm version='0.6'></osm>" if kind == "empty" else "")
    return file


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("truncated pbf", "not a whole file"),
        ("no pbf at all", "not a whole file"),
        ("in metres", "not in degrees"),
        ("disconnected", "join no two places"),
        ("in two pieces", "fall into pieces"),
        ("wrong place", "lies elsewhere"),
        ("empty", "no road that can be driven on"),
        ("nothing", "not a whole file"),
    ],
)
def test_whatever_is_wrong_with_a_file_of_roads_is_one_clear_line_and_nothing_is_lost(
    toy: Path, tmp_path: Path, kind: str, words: str
) -> None:
    assert run(toy).exit_code == 0
    before = {file.name: file.read_bytes() for file in toy.iterdir()}
    done = run(toy, "--roads", broken(tmp_path, kind))
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert {file.name: file.read_bytes() for file in toy.iterdir()} == before
