"""Processes that this program starts: how many side by side, and that they end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing import connection
from pathlib import Path


def cores() -> int:
    """Return how many cores this process may use: what is done side by side, never what comes out, depends on it."""
    return len(os.sched_getaffinity(0))


def end_with_parent() -> None:
    """End this process when the one that started it is gone, however that came about: nobody waits for its plans."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)  # folders are written whole or not at all

    threading.Thread(target=watch, daemon=True).start()


def process_started_at() -> float | None:
    """Return when this process was started, in seconds of ``time.clock_gettime(CLOCK_BOOTTIME)``; None where nobody knows."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22, starttime; the name may hold anything
    except (OSError, ValueError, IndexError):
        return None
