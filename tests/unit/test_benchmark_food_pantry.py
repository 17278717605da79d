"""The benchmark on mobile pantries, on a small file of the same form; the real file where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.allocation import food_pantry as bench

HEADER = "Site Name,Address,City,State,ZIP,latitude,longitude,Number of Visits in 2019,Average Demand per Visit,StDev(Demand per Visit),,Note"
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "mobile_food_pantry_2019.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        "Big,1 Main St,A,NY,1,42.00,-76.00,12,100.0,10.0,,Demand per Visit == households",
        "Small,2 Main St,B,NY,2,42.10,-76.10,12,40.0,0.0,,",
        'Far,"3, Main St",C,NY,3,42.30,-76.40,11,60.0,20.0,,',
    ]
    path = tmp_path / "pantries.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def test_sites_are_read_with_their_demand(file: Path) -> None:
    pantries = bench.read_pantries(file)
    assert [(p.name, p.mean, p.deviation) for p in pantries] == [("Big", 100, 10), ("Small", 40, 0), ("Far", 60, 20)]


def test_a_file_of_another_form_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.csv"
    path.write_text("Site Name,latitude\nA,42\n", encoding="utf-8")
    assert bench.main([str(path)]) == 2
    assert "longitude" in capsys.readouterr().err


def test_a_missing_file_is_skipped_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([str(tmp_path / "none.csv")]) == 0
    assert "skipped" in capsys.readouterr().out


def test_ways_of_sharing_do_what_they_say(file: Path) -> None:
    pantries, needs = bench.read_pantries(file), [100, 40, 60]
    assert bench.equal(pantries, needs, 120) == [40, 40, 40]
    assert bench.proportional(pantries, needs, 100) == [50, 20, 30]
    assert bench.greedy(pantries, needs, 100) == [60, 40, 0]  # the middle of the places is the small one's
    assert sorted(bench.ours(pantries, needs, 100)) == [20, 30, 50]


def test_outcome_counts_what_is_taken_lost_and_kept() -> None:
    outcome = bench.outcome_of([10, 10], [[10, 5]], supply=25)
    assert outcome.lowest_pct == 100
    assert outcome.served_pct == 100
    assert outcome.gini == 0
    assert outcome.untaken_pct == pytest.approx(20)
    assert outcome.kept_pct == pytest.approx(20)
    assert bench.outcome_of([10, 0], [[10, 10]], supply=10).gini == pytest.approx(0.5)


def test_draws_are_seeded_whole_and_never_negative(file: Path) -> None:
    pantries = bench.read_pantries(file)
    drawn = bench.draws_of(pantries, 50, 3)
    assert drawn == bench.draws_of(pantries, 50, 3) != bench.draws_of(pantries, 50, 4)
    assert all(n >= 0 for row in drawn for n in row)
    assert {row[1] for row in drawn} == {40}


def test_ours_is_the_fairest_on_the_same_draws(file: Path) -> None:
    found = bench.compare(bench.read_pantries(file), draws=40, seed=0, share=0.6)
    assert found["ours"].lowest_pct >= max(o.lowest_pct for o in found.values()) - 0.5
    assert found["ours"].gini <= min(o.gini for o in found.values()) + 0.005
    assert found["ours"].kept_pct == 0


@pytest.mark.skipif(not REAL.exists(), reason="the real file of mobile pantries is not here")
def test_the_real_file_is_read_whole() -> None:
    assert len(bench.read_pantries(REAL)) == 70
