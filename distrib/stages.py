"""Time and memory of a run by stage, and a word to whoever watches it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from distrib.processes import cores

Progress = Callable[[str], None]


@dataclass(slots=True)
class Stages:
    """Collects how long each stage took; ``tell`` is called with a stage's name when it begins."""

    tell: Progress | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time until the block ends under ``name`` (added up when a stage comes twice)."""
        if self.tell is not None:
            self.tell(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def record(self) -> dict[str, object]:
        """Return what ``run.json`` holds: seconds by stage and in all, peak memory, cores. Never compared."""
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "total_s": round(sum(self.seconds.values()), 3),
            "peak_memory_mb": round(peak_kb / 1024, 1),
            "cores": cores(),
        }
