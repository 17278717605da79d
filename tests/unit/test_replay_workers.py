"""Plans side by side: a replay that is killed leaves no worker behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from distrib.replay import _done_before

PARENT = """
import os, time
from distrib.replay import _run
from tests.unit.test_replay_workers import say_and_sleep

if __name__ == "__main__":
    _run([{folder!r}] * 2, 2, None, None, work=say_and_sleep)
"""


def say_and_sleep(folder: str) -> tuple[str, int, str]:
    """Leave one's process id in a folder and be busy for a minute."""
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(60)
    return "", 0, ""


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_replay_that_is_killed_leaves_no_worker_behind(tmp_path: Path, how: signal.Signals) -> None:
    busy = tmp_path / "busy"
    busy.mkdir()
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(folder=str(busy)), encoding="utf-8")
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(root)})
    end = time.monotonic() + 60
    while len(list(busy.iterdir())) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    workers = [int(path.name) for path in busy.iterdir()]
    assert len(workers) == 2
    parent.send_signal(how)
    parent.wait(30)
    end = time.monotonic() + 20
    while any(map(running, workers)) and time.monotonic() < end:
        time.sleep(0.05)
    left = [pid for pid in workers if running(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def test_a_plan_made_before_is_known_again_however_its_travel_times_are_called(tmp_path: Path) -> None:
    made = {"travel": "estimate along main roads", "seed": "0", "sha256 sites.csv": "ab"}
    (tmp_path / "summary.json").write_text(json.dumps({"provenance": made}), encoding="utf-8")
    assert _done_before(tmp_path, {**made, "travel": "estimate"})
    assert not _done_before(tmp_path, {**made, "seed": "1"})
    assert not _done_before(tmp_path, {**made, "sha256 sites.csv": "cd"})
