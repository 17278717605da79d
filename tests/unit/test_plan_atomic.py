"""A plan folder is replaced whole or not at all, however and whenever the run ends."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from distrib.errors import UsageError
from distrib.io import atomic
from distrib.io.atomic import recover_folder, write_file, write_folder_atomically

FILES = ("coverage.csv", "stops.csv", "summary.json", "dataset/sites.csv")

# Writes a folder and kills itself at the n-th operation on files; n beyond the last one lets it finish.
RUN = """
import os, signal, sys
from pathlib import Path
from distrib.io import atomic
target, text, die_at, exchange = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "yes"
count = 0
def step():
    global count
    count += 1
    if count == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
WATCHED = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock", "shutil.rmtree", "os.scandir",
           "tempfile.mkdtemp"}
sys.addaudithook(lambda event, args: step() if event in WATCHED else None)
if not exchange:
    atomic._exchange = lambda new, target: False
with atomic.write_folder_atomically(target) as folder:
    (folder / "dataset").mkdir()
    for name in sys.argv[5:]:
        (folder / name).write_text(text)
print(count)
"""


def run(target: Path, text: str, die_at: int = 0, exchange: bool = True) -> subprocess.CompletedProcess[str]:
    arguments = [str(target), text, str(die_at), "yes" if exchange else "no", *FILES]
    return subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=False)


def fill(folder: Path, text: str) -> None:
    (folder / "dataset").mkdir(exist_ok=True)
    for name in FILES:
        (folder / name).write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def content(folder: Path) -> set[str]:
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == sorted(FILES)
    return {(folder / name).read_text() for name in FILES}


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "plan"
    with write_folder_atomically(target) as folder:
        fill(folder, "new")
        assert not target.exists()
        assert folder.parent == target.parent
    assert content(target) == {"new"}
    assert names(target.parent) == ["plan"]


@pytest.mark.parametrize("exchange", [True, False])
def test_an_old_folder_is_replaced_and_nothing_is_left_beside_it(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda new, target: False)
    target = tmp_path / "plan"
    for text in ("old", "new"):
        with write_folder_atomically(target) as folder:
            fill(folder, text)
    assert content(target) == {"new"}
    assert names(tmp_path) == ["plan"]


def test_this_machine_swaps_folders_in_one_step(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b" / "inside").mkdir(parents=True)
    if not atomic._exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this file system cannot swap two folders; the two-step way is tested beside")
    assert (tmp_path / "a" / "inside").is_dir()


def test_an_error_inside_leaves_the_old_folder_and_no_leftover(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    with write_folder_atomically(target) as folder:
        fill(folder, "old")
    with pytest.raises(RuntimeError, match="disk"), write_folder_atomically(target) as folder:
        fill(folder, "new")
        raise RuntimeError("disk")
    assert content(target) == {"old"}
    assert names(tmp_path) == ["plan"]


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two steps"])
def test_a_run_killed_at_any_step_leaves_the_old_or_the_new_folder_whole(tmp_path: Path, exchange: bool) -> None:
    target = tmp_path / "plan"
    outcomes = set()
    for die_at in itertools.count(1):
        with write_folder_atomically(target) as folder:
            fill(folder, "old")
        done = run(target, "new", die_at, exchange)
        killed = done.returncode == -signal.SIGKILL
        assert killed or done.returncode == 0, done.stderr
        if exchange:
            assert content(target) in ({"old"}, {"new"})
        recover_folder(target)
        assert names(tmp_path) == ["plan"]
        outcomes.add((killed, *content(target)))
        if not killed:
            break
    assert outcomes == {(True, "old"), (True, "new"), (False, "new")}


def test_a_run_killed_between_the_two_steps_is_repaired_by_the_next_one(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    (tmp_path / ".plan.distrib-old-x").mkdir()
    fill(tmp_path / ".plan.distrib-old-x", "old")
    (tmp_path / ".plan.distrib-new-x").mkdir()
    with pytest.raises(RuntimeError), write_folder_atomically(target):
        raise RuntimeError
    assert content(target) == {"old"}
    assert names(tmp_path) == ["plan"]


def test_a_folder_of_a_run_still_alive_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    with write_folder_atomically(target) as first:
        fill(first, "first")
        with write_folder_atomically(target) as second:
            fill(second, "second")
        assert content(target) == {"second"}
        assert content(first) == {"first"}
    assert content(target) == {"first"}
    assert names(tmp_path) == ["plan"]


@pytest.mark.parametrize("name", ["thesis.odt", "dataset/photo.jpg", "coverage.csv.bak", "other/sites.csv"])
def test_a_folder_with_a_file_that_is_not_ours_is_refused_and_kept(tmp_path: Path, name: str) -> None:
    target = tmp_path / "plan"
    (target / name).parent.mkdir(parents=True)
    (target / name).write_text("precious")
    with pytest.raises(UsageError, match=Path(name).name), write_folder_atomically(target):
        raise AssertionError("the block must not run")
    assert (target / name).read_text() == "precious"
    assert names(tmp_path) == ["plan"]


def test_a_foreign_file_that_appears_during_the_run_is_kept_too(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    with pytest.raises(UsageError, match=r"notes\.txt"), write_folder_atomically(target) as folder:
        fill(folder, "new")
        target.mkdir()
        (target / "notes.txt").write_text("precious")
    assert names(target) == ["notes.txt"]
    assert names(tmp_path) == ["plan"]


def test_a_link_inside_the_folder_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "plan"
    target.mkdir()
    (target / "dataset").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="dataset"), write_folder_atomically(target):
        raise AssertionError("the block must not run")


def test_an_empty_folder_may_be_replaced_and_a_file_may_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with write_folder_atomically(tmp_path / "empty") as folder:
        fill(folder, "new")
    assert content(tmp_path / "empty") == {"new"}
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is a file"), write_folder_atomically(tmp_path / "file"):
        raise AssertionError("the block must not run")


def test_a_link_to_a_plan_folder_stays_a_link(tmp_path: Path) -> None:
    with write_folder_atomically(tmp_path / "week") as folder:
        fill(folder, "old")
    (tmp_path / "latest").symlink_to("week")
    with write_folder_atomically(tmp_path / "latest") as folder:
        fill(folder, "new")
    assert (tmp_path / "latest").is_symlink()
    assert content(tmp_path / "week") == {"new"}


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError), write_folder_atomically(tmp_path / "file" / "plan"):
        raise AssertionError("the block must not run")


def test_names_with_pattern_characters_are_taken_literally(tmp_path: Path) -> None:
    (tmp_path / ".plan2.distrib-new-x").mkdir()
    with write_folder_atomically(tmp_path / "plan[2]*") as folder:
        fill(folder, "new")
    assert names(tmp_path) == [".plan2.distrib-new-x", "plan[2]*"]


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        write_file(tmp_path / "map.html", content)
        assert (tmp_path / "map.html").read_bytes() == content
    assert names(tmp_path) == ["map.html"]


def test_a_half_made_file_of_a_killed_run_goes_with_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "plan"
    target.mkdir()
    (target / ".map.html.distrib-new-x").write_text("half")
    with write_folder_atomically(target) as folder:
        fill(folder, "new")
    assert content(target) == {"new"}


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "folder", tmp_path / "no" / "map.html"):
        with pytest.raises(UsageError):
            write_file(target, b"x")
    assert names(tmp_path) == ["folder"]
