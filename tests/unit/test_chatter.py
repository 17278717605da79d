"""What compiled code prints stays off standard output, from several threads at once too."""

from __future__ import annotations

import ctypes
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from distrib.solver.allocation.chatter import chatter_on_stderr


def test_what_compiled_code_prints_goes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    c = ctypes.CDLL(None)
    c.puts(b"before")
    with chatter_on_stderr():
        c.puts(b"debugging")
    c.puts(b"after")
    c.fflush(None)
    assert capfd.readouterr() == ("before\nafter\n", "debugging\n")


def test_standard_output_comes_back_when_the_last_thread_is_done(capfd: pytest.CaptureFixture[str]) -> None:
    both = threading.Barrier(2)

    def chatter(_: int) -> None:
        with chatter_on_stderr():
            both.wait()
            ctypes.CDLL(None).puts(b"debugging")
            both.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(chatter, range(2)))
    ctypes.CDLL(None).puts(b"after")
    ctypes.CDLL(None).fflush(None)
    assert capfd.readouterr() == ("after\n", "debugging\n" * 2)
