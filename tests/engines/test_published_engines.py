"""Engines on published instances: known answers by enumeration, the line printed, real samples."""

from __future__ import annotations

import importlib.util
import itertools
import json
from pathlib import Path

import pytest

from benchmarks.routing.__main__ import main
from benchmarks.routing.published.engines import engine_named
from benchmarks.routing.published.judge import judge
from benchmarks.routing.published.pool import Pool
from benchmarks.routing.published.pyvrp_search import Loop
from benchmarks.routing.published.reading import read_instance, read_routes
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, Run, cost_of, routes_of
from tests.published_files import FILES, best_by_enumeration

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "vrp"
EXACT = ("default", "pyvrp", "ortools")


def ticking(step=0.001):
    """A clock that moves by each look at it, so that a search ends after so many looks."""
    return itertools.count(0.0, step).__next__


def solved(path, engine, *, seed=1):
    looks = 20_000 if engine == "ortools" else 300  # the library looks at the clock far more often
    instance = read_instance(path)
    scaled = Scaled(instance)
    deadline = Deadline(seconds=looks * 0.001, clock=ticking())
    return instance, routes_of(instance, scaled, engine_named(engine)(scaled, deadline, seed))


@pytest.fixture(params=sorted(FILES))
def small(request, tmp_path):
    path = tmp_path / request.param
    path.write_text(FILES[request.param], encoding="utf-8")
    return path


@pytest.mark.parametrize("engine", EXACT)
def test_small_instances_are_solved_to_the_best_that_enumeration_finds(small, engine):
    instance, routes = solved(small, engine)
    verdict = judge(instance, routes)
    assert verdict.feasible
    assert verdict.cost == best_by_enumeration(instance)


def test_the_baseline_finds_a_feasible_answer_no_better_than_the_best(small):
    instance, routes = solved(small, "baseline")
    verdict = judge(instance, routes)
    assert verdict.feasible
    assert verdict.cost >= best_by_enumeration(instance)


@pytest.mark.parametrize("engine", ["default", "pyvrp", "baseline"])
def test_the_same_number_of_iterations_gives_the_same_answer(small, engine):
    assert solved(small, engine, seed=3) == solved(small, engine, seed=3)


def test_the_pool_chooses_what_no_single_solution_had(small):
    scaled = Scaled(read_instance(small))
    loop = Loop(scaled, 1)
    for _ in range(200):
        loop.step()
    best = loop.best_runs()
    pool = Pool(scaled)
    stops = range(1, scaled.instance.stops + 1)
    if scaled.instance.windows is None:
        alone = [Run(kind=len(scaled.kinds) - 1, stops=(stop,)) for stop in stops]
        pool.add(alone)
        chosen = pool.choose(best, 5.0)
        assert chosen is None or sum(cost_of(scaled, run) for run in chosen) <= sum(cost_of(scaled, r) for r in alone)
    pool.add(best)
    chosen = pool.choose(best, 5.0)
    assert chosen is not None
    assert sorted(place for run in chosen for place in run.stops if place) == list(stops)
    assert sum(cost_of(scaled, run) for run in chosen) == sum(cost_of(scaled, run) for run in best)


def test_one_line_of_json_is_printed(tmp_path, capsys):
    path = tmp_path / "hfvrp.vrp"
    path.write_text(FILES["hfvrp.vrp"], encoding="utf-8")
    (tmp_path / "hfvrp.sol").write_text(
        "Route #1: 3\nRoute #2:\nRoute #3: 1 2\nRoute #4: 4\nCost 1\n", encoding="utf-8"
    )
    assert main([str(path), "--seconds", "0.3", "--engine", "pyvrp", "--seed", "4"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert {"cost", "feasible", "seconds", "routes", "engine", "instance", "seed"} <= found.keys()
    assert (found["engine"], found["seed"], found["instance"], found["feasible"]) == ("pyvrp", 4, "small-FSMFD", True)
    assert len(found["routes"]) == 4  # one per vehicle, unused ones empty
    assert found["best_known"] == pytest.approx(
        2300 + 80 * 2 * 89**0.5 + 100 * (109**0.5 + 50**0.5 + 97**0.5 + 2 * 85**0.5)
    )
    assert found["gap_pct"] <= 0
    assert 0.3 <= found["seconds"] < 3


def test_a_faulty_file_and_an_unknown_engine_are_usage_errors(tmp_path, capsys):
    assert main([str(tmp_path / "none.vrp")]) == 2
    (tmp_path / "a.vrp").write_text(FILES["cvrp.vrp"], encoding="utf-8")
    assert main([str(tmp_path / "a.vrp"), "--engine", "fastest"]) == 2
    assert "known: default" in capsys.readouterr().err


@pytest.mark.skipif(importlib.util.find_spec("vroom") is None, reason="pyvroom is not installed")
@pytest.mark.parametrize("name", ["cvrp.vrp", "vrptw.vrp", "hfvrp.vrp"])
def test_vroom_solves_what_it_can_model(tmp_path, name):
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    instance, routes = solved(tmp_path / name, "vroom")
    verdict = judge(instance, routes)
    assert verdict.feasible
    assert verdict.cost >= best_by_enumeration(instance)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not beside this repository")
def test_published_solutions_are_feasible_and_cost_what_they_say():
    files = [path for path in sorted(SAMPLES.glob("*/*")) if path.suffix in (".vrp", ".txt")]
    assert files
    units = {"CVRP": 1, "VRPTW": 1, "HFVRP": 100, "MTVRPTWR": 0.1}  # sets write .sol costs in units of their own
    for path in files:
        instance = read_instance(path)
        beside = path.with_suffix(".sol")
        verdict = judge(instance, read_routes(beside))
        assert verdict.breaches == (), path.name
        lines = [line for line in beside.read_text().splitlines() if line.lower().startswith("cost")]
        said = float(lines[0].replace(":", " ").split()[1]) * units[instance.kind]
        assert float(verdict.cost) == pytest.approx(said, abs=1.0 if instance.kind == "HFVRP" else 1e-6), path.name
