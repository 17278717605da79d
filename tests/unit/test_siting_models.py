"""The choice of sites equals enumeration on small cases and the known optimum of p-median instances."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.siting.__main__ import solve_published
from distrib.errors import UsageError
from distrib.solver.siting import SitingProblem, choice, choose, problem_of_distances, read_pmed, visits_of
from distrib.solver.siting.assignment import assign
from distrib.solver.siting.big import bounds, coverage_levels, kept_parts

EXACT: dict[str, Any] = {"gap": 1e-9, "nodes": 100_000}


def made(seed: int, *, zones: int = 9, sites: int = 8, opened: int = 3, **changes: Any) -> SitingProblem:
    """A small problem on a square kilometre and a half, with tight rooms now and then."""
    rng = np.random.default_rng(seed)
    here, there = rng.integers(0, 1500, (zones, 2)), rng.integers(0, 1500, (sites, 2))
    walk = np.abs(here[:, None, :] - there[None, :, :]).sum(-1).astype(np.int64)
    reach, limit = 1400, 700
    order = np.argsort(walk, axis=1, kind="stable")
    zone, candidate = np.repeat(np.arange(zones), sites), order.ravel()
    walks = np.take_along_axis(walk, order, axis=1).ravel()
    near = walks < reach
    per_visit = rng.integers(8, 40, sites).astype(np.int64)
    visits = rng.integers(1, 4, sites).astype(np.int64)
    values: dict[str, Any] = {
        "need": rng.integers(0, 30, zones).astype(np.int64),
        "capacity": per_visit * visits,
        "per_visit": per_visit,
        "visits": visits,
        "zone": zone[near],
        "candidate": candidate[near],
        "walk_m": walks[near],
        "fixed": np.zeros(sites, dtype=np.bool_),
        "forbidden": np.zeros(sites, dtype=np.bool_),
        "opened": opened,
        "limit_m": limit,
        "beyond_m": reach,
        "overflow_m": np.full(zones, reach, dtype=np.int64),
    }
    return SitingProblem(**values | changes)


def enumerated(problem: SitingProblem) -> tuple[int, ...]:
    """The best (covered, covered twice when asked, −walk) over every allowed set."""
    fixed = tuple(int(j) for j in np.flatnonzero(problem.fixed))
    free = [int(j) for j in np.flatnonzero(~problem.forbidden & ~problem.fixed)]
    best: tuple[int, ...] = ()
    for others in itertools.combinations(free, problem.opened - len(fixed)):
        opened = np.zeros(len(problem.capacity), dtype=bool)
        opened[[*fixed, *others]] = True
        covered = tuple(level.value for level in coverage_levels(problem, opened))
        best = max(best, (*covered, -assign(problem, [*fixed, *others])[0]))
    return best


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("covers", [1, 2])
def test_the_choice_equals_enumeration(seed: int, covers: int) -> None:
    problem = made(seed, covers=covers)
    got = choose(problem, with_stops=False, **EXACT)
    levels = tuple(level.value for level in got.levels[:-1])
    assert (*levels, -got.level("walk").value) == enumerated(problem)
    assert got.level("walk").gap_bp == 0
    assert len(got.opened) == problem.opened


@pytest.mark.parametrize("seed", range(4))
def test_fixed_sites_stay_and_forbidden_ones_stay_out(seed: int) -> None:
    fixed, forbidden = np.zeros(8, dtype=np.bool_), np.zeros(8, dtype=np.bool_)
    fixed[seed], forbidden[[seed + 1, seed + 2]] = True, True
    problem = made(seed, fixed=fixed, forbidden=forbidden)
    got = choose(problem, with_stops=False, **EXACT)
    assert seed in got.opened and not {seed + 1, seed + 2} & set(got.opened)
    assert (got.level("coverage").value, -got.level("walk").value) == enumerated(problem)


@pytest.mark.parametrize("seed", range(12))
def test_reduced_costs_never_leave_out_the_best_choice(seed: int) -> None:
    problem = made(seed)
    _, total, relaxed = bounds(problem)
    may, must, use = kept_parts(problem, relaxed, total)
    free = range(len(problem.capacity))
    walks = {opened: assign(problem, opened) for opened in itertools.combinations(free, problem.opened)}
    least = min(walk for walk, _, _ in walks.values())
    assert relaxed.bound <= least <= total
    best = [opened for opened, (walk, _, _) in walks.items() if walk == least]
    assert any(may[list(opened)].all() and must.sum() == must[list(opened)].sum() for opened in best)
    assert use.sum() <= len(problem.zone)


def test_rooms_are_never_exceeded_and_all_need_is_accounted_for() -> None:
    for seed in range(8):
        problem = made(seed)
        got = choose(problem, **EXACT)
        loads = np.zeros(len(problem.capacity), dtype=np.int64)
        for _, candidate, baskets in got.shares:
            loads[candidate] += baskets
            assert candidate in got.opened
        assert (loads <= problem.capacity).all()
        fetched = sum(n for _, _, n in got.shares) + sum(n for _, n in got.without_room)
        assert fetched == problem.need.sum()


def test_fewer_visits_cost_at_most_half_a_per_cent_of_walk() -> None:
    for seed in range(6):
        problem = made(seed)
        plain, few = choose(problem, with_stops=False, **EXACT), choose(problem, **EXACT)
        assert few.least_walk == plain.level("walk").value
        assert few.level("walk").value * 200 <= plain.level("walk").value * 201
        assert few.level("stops").bound <= few.level("stops").value <= visits_of(problem, plain.shares).sum()


def test_few_visits_never_leave_need_without_room_that_had_some() -> None:
    """Two zones of 1,000 and 1: the visit that only the last basket needs is paid, though half a per cent could shed it."""
    problem = made(
        0, zones=2, sites=2, need=np.array([1000, 1]), zone=np.array([0, 1]), candidate=np.array([0, 1]),
        walk_m=np.array([700, 699]), capacity=np.array([1000, 5]), per_visit=np.array([500, 5]),
        visits=np.array([2, 1]), overflow_m=np.array([1400, 1400]), opened=2,
    )  # fmt: skip
    got = choose(problem, **EXACT)
    assert got.without_room == ()
    assert (got.level("stops").value, got.level("stops").bound) == (3, 3)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("covers", [1, 2])
def test_bounds_with_cover_are_bounds_and_what_is_too_big_for_a_model_covers_as_much(
    seed: int, covers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "MOST_ARCS", 0)
    problem = made(seed, zones=14, sites=10, opened=4, covers=covers)
    got = choose(problem, with_stops=False)
    *covered, walk = enumerated(problem)
    assert all(level.value <= level.bound for level in got.levels[:-1])
    assert got.level("coverage").value <= covered[0] <= got.level("coverage").bound
    if [level.value for level in got.levels[:-1]] == covered:
        assert got.level("walk").bound <= -walk <= got.level("walk").value
    if covers == 1:
        assert got.level("coverage").value == covered[0]


def test_sites_of_the_covering_model_are_kept_where_the_walks_are_too_many_for_a_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hundred zones on a grid, 24 of them within a step of all (the domination number): sites found greedily miss some."""
    x, y = np.meshgrid(np.arange(10), np.arange(10))
    here = np.column_stack([x.ravel(), y.ravel()]) * 100
    walk = np.abs(here[:, None, :] - here[None, :, :]).sum(-1).astype(np.int64)
    problem = dataclasses.replace(problem_of_distances(walk, 24), limit_m=100)
    monkeypatch.setattr(choice, "MOST_ARCS", int((walk <= 100).sum()))
    assert coverage_levels(problem, bounds(problem)[0])[0].value < 100
    got = choose(problem, with_stops=False)
    assert got.level("coverage").value == 100
    assert got.level("walk").value == 7600  # 24 zones at no walk, 76 at one step


def test_one_room_more_or_less_decides_whether_need_is_left() -> None:
    room = np.full(2, 10, dtype=np.int64)
    common: dict[str, Any] = {
        "zone": np.array([0, 0]), "candidate": np.array([0, 1]), "walk_m": np.array([100, 200]), "capacity": room,
        "per_visit": room, "visits": np.ones(2, dtype=np.int64), "overflow_m": np.array([1400]), "opened": 2,
    }  # fmt: skip
    full = made(0, zones=1, sites=2, need=np.array([20]), **common)
    assert choose(full).without_room == () and choose(full).level("walk").value == 10 * 100 + 10 * 200
    over = dataclasses.replace(full, need=np.array([21]))
    assert choose(over).without_room == ((0, 1),)


def test_the_walking_limit_itself_is_near_and_one_metre_more_is_not() -> None:
    common: dict[str, Any] = {
        "zone": np.array([0]), "candidate": np.array([0]), "capacity": np.array([50]), "per_visit": np.array([50]),
        "visits": np.array([1]), "overflow_m": np.array([1400]), "need": np.array([20]), "opened": 1,
    }  # fmt: skip
    for walk, covered in ((700, 20), (701, 0)):
        problem = made(0, zones=1, sites=1, walk_m=np.array([walk]), **common)
        assert choose(problem).level("coverage").value == covered


def pmed_text(vertices: int, edges: list[tuple[int, int, int]], opened: int) -> str:
    return f" {vertices} {len(edges)} {opened}\n" + "".join(f" {a} {b} {length}\n" for a, b, length in edges)


def stars(count: int, leaves: int) -> tuple[str, int]:
    """Stars of edges of length 1, their centres on a path of length 100: with one site a star, walks are the leaves."""
    edges, size = [], leaves + 1
    for star in range(count):
        centre = star * size + 1
        edges += [(centre, centre + leaf, 1) for leaf in range(1, size)]
        if star:
            edges.append((centre - size, centre, 100))
    return pmed_text(count * size, edges, count), count * leaves


@pytest.mark.parametrize(("count", "leaves"), [(2, 3), (5, 4), (12, 7)])
def test_a_file_in_the_form_of_or_library_gives_its_known_optimum(tmp_path: Path, count: int, leaves: int) -> None:
    text, optimum = stars(count, leaves)
    (tmp_path / "pmed.txt").write_text(text, encoding="ascii")
    walk = choose(read_pmed(tmp_path / "pmed.txt"), with_stops=False, **EXACT).level("walk")
    assert (walk.value, walk.bound) == (optimum, optimum)


def test_the_benchmark_tells_the_optimum_of_a_file_and_that_it_is_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, optimum = stars(5, 4)
    (tmp_path / "pmed0.txt").write_text(text, encoding="ascii")
    solve_published([tmp_path / "pmed0.txt"])
    record = json.loads(capsys.readouterr().out)
    assert (record["instance"], record["cost"], record["bound"], record["proven"]) == ("pmed0", optimum, optimum, True)
    assert record["open"] == [1, 6, 11, 16, 21]


def test_of_an_edge_given_twice_the_last_length_counts(tmp_path: Path) -> None:
    (tmp_path / "p").write_text(pmed_text(2, [(1, 2, 9), (2, 1, 4)], 1), encoding="ascii")
    assert choose(read_pmed(tmp_path / "p"), with_stops=False, **EXACT).level("walk").value == 4


@pytest.mark.parametrize("text", ["", "3 1 1\n1 2", "2 1 1\n1 5 3\n", "3 1 1\n1 2 4\n", "a b c"])
def test_a_file_that_is_no_instance_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p").write_text(text, encoding="ascii")
    with pytest.raises(UsageError):
        read_pmed(tmp_path / "p")


def test_a_plain_p_median_of_a_hundred_vertices_is_proven() -> None:
    rng = np.random.default_rng(5)
    places = rng.integers(0, 1000, (100, 2))
    walks = np.abs(places[:, None, :] - places[None, :, :]).sum(-1).astype(np.int64)
    for opened in (5, 33):
        walk = choose(problem_of_distances(walks, opened), with_stops=False, **EXACT).level("walk")
        assert walk.gap_bp == 0


def test_arcs_left_out_leave_the_bound_true() -> None:
    for seed in range(8):
        whole = made(seed)
        rank = np.arange(len(whole.zone)) - np.searchsorted(whole.zone, whole.zone)
        overflow = whole.overflow_m.copy()
        overflow[whole.zone[rank == 2]] = whole.walk_m[rank == 2]
        kept = rank < 2
        thin = dataclasses.replace(
            whole,
            zone=whole.zone[kept],
            candidate=whole.candidate[kept],
            walk_m=whole.walk_m[kept],
            overflow_m=overflow,
        )
        best = choose(whole, with_stops=False, **EXACT)
        got = choose(thin, with_stops=False)
        assert not thin.is_whole
        least = min(assign(whole, opened)[0] for opened in itertools.combinations(range(8), 3))
        assert got.level("walk").bound <= least <= best.level("walk").value
