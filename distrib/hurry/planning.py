"""What users call for a plan by a given time: the processes are started here, and stopped when time is up.

Starting them costs what importing the program costs, once: a server process imports it and the others are copies of that
(``forkserver``). The time of the user's limit begins when this process was started, not when this module was reached.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distrib.errors import UsageError
from distrib.hurry.conductor import GRACE_PCT, Conductor, Gone, Message
from distrib.model.effort import Effort
from distrib.processes import end_with_parent, process_started_at
from distrib.stages import Progress

if TYPE_CHECKING:
    from distrib.finishing import PlannedWeek

FINDERS = ("first_plan", "better_plans")
WRITER = "write_plans"
IMPORTED = ("distrib.hurry.makers",)
KEPT_PCT, KEPT_S = 2, 0.3
"""What is kept of the limit for stopping and reporting: a share in percent, and seconds at least."""
ENTRY_S = 0.25
"""Seconds before a function of this module is reached, where the start of the process is not known."""


@dataclass(frozen=True, slots=True)
class Written:
    """The folder of the best plan written in time, and its summary for people."""

    folder: str
    report: str


def plan_in_a_hurry(
    dataset: str | Path,
    *,
    seconds: float,
    scenarios: tuple[str | Path, ...] = (),
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    language: str | None = None,
    previous: tuple[str | Path, ...] = (),
    fixed: str | Path | None = None,
    progress: Progress | None = None,
) -> PlannedWeek:
    """Return the best plan found within ``seconds`` from now on; its provenance says so.

    Constructive engines answer first, then the default ones with more and more work, up to ``effort``. The bound of transport, the reasons and
    the remedies come after the plan, when time is left; a plan without them says so. The result depends on the speed of the
    machine: that is what a user who gives a limit asks for.

    Raises:
        UsageError: when not even the first plan was found in time.
        DistribError: as ``plan_week``.
    """
    from distrib.hurry.makers import received

    asked = _asked(dataset, seconds, scenarios, effort, seed, language, previous, fixed)
    conductor = Conductor(finders=FINDERS, writer=None, tell=progress)
    _conduct(conductor, asked, began=time.monotonic())
    if conductor.best is None:
        raise _too_short(seconds)
    return received(conductor.best.draft)[2]


def write_in_a_hurry(
    dataset: str | Path,
    *,
    seconds: float,
    out: str | Path | None = None,
    scenarios: tuple[str | Path, ...] = (),
    effort: Effort | str = Effort.STANDARD,
    seed: int = 0,
    language: str | None = None,
    previous: tuple[str | Path, ...] = (),
    fixed: str | Path | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write the best plan found within ``seconds`` from the start of this process on, each better one in the place of the one before.

    So a good plan is there at any moment at which the program is stopped. Arguments and what is found are those of ``plan_in_a_hurry``; ``out``:
    the folder (default: that of ``distrib plan``).

    Raises:
        UsageError: when not even the first plan was written in time; the folder is then what it was.
        DistribError: as ``plan_week``.
    """
    from distrib.io.atomic import recover_folder

    asked = _asked(dataset, seconds, scenarios, effort, seed, language, previous, fixed)
    conductor = Conductor(finders=FINDERS, writer=WRITER, tell=progress)
    with contextlib.suppress(KeyboardInterrupt):  # who stops it gets what is there
        _conduct(conductor, {**asked, "out": None if out is None else str(out)}, began=_began())
    if conductor.wrote is None:
        if out is not None:
            recover_folder(Path(out))
        raise _too_short(seconds)
    recover_folder(Path(conductor.wrote.folder))
    return Written(conductor.wrote.folder, conductor.wrote.report)


def limits(began: float, seconds: float) -> tuple[float, float]:
    """Return when to stop, and when to stop while there is no plan yet."""
    kept = max(KEPT_S, seconds * KEPT_PCT / 100)
    return began + seconds - kept, began + seconds * (1 + GRACE_PCT / 100) - min(kept, KEPT_S)


def _began() -> float:
    """When this process was started, by the clock of ``time.monotonic``."""
    started = process_started_at()
    if started is None:
        return time.monotonic() - ENTRY_S
    return time.monotonic() - (time.clock_gettime(time.CLOCK_BOOTTIME) - started)


def _asked(
    dataset: str | Path,
    seconds: float,
    scenarios: tuple[str | Path, ...],
    effort: Effort | str,
    seed: int,
    language: str | None,
    previous: tuple[str | Path, ...],
    fixed: str | Path | None,
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "seconds": seconds,
        "scenarios": tuple(scenarios),
        "effort": Effort(effort),
        "seed": seed,
        "language": language,
        "previous": tuple(previous),
        "fixed": fixed,
    }


def _too_short(seconds: float) -> UsageError:
    return UsageError(f"no plan was finished within {seconds:g} s; give more time")


def _conduct(conductor: Conductor, asked: dict[str, Any], *, began: float) -> None:
    until, late = limits(began, asked["seconds"])
    names = (*conductor.finders, *((conductor.writer,) if conductor.writer else ()))
    with _started(names, asked) as links:
        conductor.conduct(links, until=until, late=late, clock=time.monotonic)


@contextlib.contextmanager
def _started(names: tuple[str, ...], asked: dict[str, Any]) -> Iterator[Pipes]:
    """The processes, on their way to being started; those that are are killed when the block ends.

    Starting them waits for the server process to have imported the program, so a thread does it: time may be up before.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    pipes = Pipes()
    children: list[ForkServerProcess] = []
    over = threading.Event()

    def start() -> None:
        for name in names:
            mine, other = context.Pipe()
            child = context.Process(target=work, args=(name, other, asked), daemon=True)
            child.start()
            other.close()
            if over.is_set():
                child.kill()
                return
            children.append(child)
            pipes.add(name, mine)

    threading.Thread(target=start, daemon=True).start()
    try:
        yield pipes
    finally:
        over.set()
        for child in children:
            child.kill()
        for child in children:
            child.join()


def work(name: str, link: Connection, asked: dict[str, Any]) -> None:
    """What a process does: one of the functions of ``makers``, by its name."""
    end_with_parent()
    from distrib.hurry import makers

    job: Callable[[Connection, makers.Commission], None] = getattr(makers, name)
    with contextlib.suppress(EOFError, BrokenPipeError):
        job(link, makers.Commission(**asked))


class Pipes:
    """The links to the processes, also to those that are still being started."""

    def __init__(self) -> None:
        self._ends: dict[str, Connection] = {}
        self._news, self._tell = multiprocessing.Pipe(duplex=False)

    def add(self, name: str, end: Connection) -> None:
        """A process was started (called by the thread that does so)."""
        self._ends[name] = end
        self._tell.send(name)

    def hear(self, seconds: float) -> Iterator[tuple[str, Message]]:
        """What they say within so many seconds; a process that has ended says ``Gone`` once."""
        ends = dict(self._ends)
        ready = wait([self._news, *ends.values()], max(0.0, seconds))
        if self._news in ready:
            self._news.recv()
        for name, end in ends.items():
            if end not in ready:
                continue
            try:
                yield name, end.recv()
            except (EOFError, ConnectionResetError):
                del self._ends[name]
                end.close()
                yield name, Gone()

    def send(self, name: str, draft: bytes) -> None:
        """Give a draft to a process that waits for one."""
        with contextlib.suppress(BrokenPipeError, KeyError):
            self._ends[name].send_bytes(draft)
