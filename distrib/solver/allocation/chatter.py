"""What compiled solvers print where nobody asked: kept off standard output, which is for the program's data."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT, STDERR = 1, 2


class _Redirection:
    """The redirection that all threads share: the first to ask for it makes it, the last to leave ends it."""

    def __init__(self) -> None:
        self._lock, self._users, self._kept = threading.Lock(), 0, -1

    def enter(self) -> None:
        """Send standard output to standard error, if nobody has yet."""
        with self._lock:
            if self._users == 0:
                os.fstat(STDERR)
                self._kept = os.dup(STDOUT)
                _flush()
                os.dup2(STDERR, STDOUT)
            self._users += 1

    def leave(self) -> None:
        """Give standard output back, if nobody else needs it away."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                _flush()
                os.dup2(self._kept, STDOUT)
                os.close(self._kept)


_REDIRECTION = _Redirection()


def _flush() -> None:
    """Write out what C's buffers hold."""
    ctypes.CDLL(None).fflush(None)


@contextmanager
def chatter_on_stderr() -> Iterator[None]:
    """Send what this process writes to standard output to standard error meanwhile: HiGHS prints a line of debugging at times.

    Nothing is lost. Where either is closed nothing is redirected.
    """
    try:
        _REDIRECTION.enter()
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _REDIRECTION.leave()
