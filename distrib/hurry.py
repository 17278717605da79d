"""A plan by a given time: ever better plans made in a second process, the best finished one taken when time is up."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from distrib.errors import DistribError, UsageError
from distrib.model.effort import Effort
from distrib.pipeline import PlannedWeek, plan_week
from distrib.solver import allocation as allocation_engines
from distrib.solver import routing as routing_engines
from distrib.stages import Progress

Attempt = tuple[Effort, str, str]
KEPT_FOR_WRITING = 0.15
"""Share of the time kept for writing the plan."""


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
    """Return the best plan finished within ``seconds`` of wall-clock time; its provenance says so.

    The constructive engines answer first, then the default ones with more and more work, up to ``effort``.
    The result depends on the speed of the machine: that is what a user who gives a limit asks for.

    Raises:
        UsageError: when not even the first plan was finished in time.
        DistribError: as ``plan_week``.
    """
    deadline = time.monotonic() + seconds * (1 - KEPT_FOR_WRITING)
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    options = {"scenarios": scenarios, "seed": seed, "language": language, "previous": previous, "fixed": fixed}
    child = context.Process(target=_make_plans, args=(sending, dataset, _attempts(Effort(effort)), options))
    child.start()
    sending.close()
    best: PlannedWeek | None = None
    try:
        while (left := deadline - time.monotonic()) > 0 and receiving.poll(left):
            answer = receiving.recv()
            if answer is None:
                break
            if isinstance(answer, DistribError):
                raise answer
            if isinstance(answer, str):
                if progress is not None:
                    progress(answer)
            else:
                best = answer
    except EOFError:
        pass
    finally:
        _stop(child)
    if best is None:
        raise UsageError(f"no plan was finished within {seconds:g} s; give more time")
    limit = tuple(sorted((*best.plan.provenance, ("time_limit_s", f"{seconds:g}"))))
    return dataclasses.replace(best, plan=dataclasses.replace(best.plan, provenance=limit))


def _attempts(effort: Effort) -> list[Attempt]:
    efforts = list(Effort)
    usual = [(e, allocation_engines.DEFAULT, routing_engines.DEFAULT) for e in efforts[: efforts.index(effort) + 1]]
    return [(Effort.QUICK, "greedy", "baseline"), *usual]


def _make_plans(sending: Connection, dataset: str | Path, attempts: list[Attempt], options: dict[str, object]) -> None:
    os.setsid()  # so that the whole family of processes can be stopped at once
    try:
        for effort, allocator, router in attempts:
            planned = plan_week(
                dataset,
                effort=effort,
                allocator=allocator,
                router=router,
                progress=sending.send,
                **options,  # type: ignore[arg-type]
            )
            sending.send(planned)
        sending.send(None)
    except DistribError as error:
        sending.send(error)


def _stop(child: multiprocessing.process.BaseProcess) -> None:
    """Kill the child and what it started; it may not lead its own family of processes yet, or have ended."""
    if child.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(child.pid) == child.pid:
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()
    child.join()
