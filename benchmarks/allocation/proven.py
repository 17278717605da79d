"""``python -m benchmarks.allocation.proven``: how much of generated weeks is proven, and how far off the rest is.

One line a week: neighbourhoods proven, baskets and the floor of their fair values, gap, kg wasted, CPU seconds. Every allocation
is read once more by the rules of the engine tests. The last line gives two shares of weeks: without any gap, and with none but
gaps that every plan is verified to have.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.allocation.weeks import ANY, KINDS, week
from distrib.model.allocation import Allocation, Limits
from distrib.model.effort import Effort
from distrib.solver.allocation import DEFAULT, allocator
from tests.engines.allocation_rules import broken_rules

VERIFIED = "(verified: every plan lacks"
"""How a rule reads that explains a whole gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a week came to; ``floor``: Σ of the whole parts of all fair values.

    ``explained``: every gap is verified to be one that no plan could make smaller, all neighbourhoods together.
    """

    kind: str
    seed: int
    sites: int
    rows: int
    proven: int
    baskets: int
    floor: int
    gap: int
    waste_kg: Fraction
    seconds: float
    broken: int
    lacking: str
    explained: bool

    def __str__(self) -> str:
        text = f"{self.kind:28} {self.seed:4} {self.sites:4} {self.proven:4}/{self.rows:<4} {self.baskets:6} {self.floor:6}"
        return (
            f"{text} {self.gap:5} {float(self.waste_kg):8.0f} {self.seconds:7.1f} {self.broken or '':>3} {self.lacking}"
        )


def measured(kind: str, seed: int, engine: str, effort: Effort) -> Line:
    """Allocate one week and return what it came to."""
    dataset = week(kind, seed)
    start = time.process_time()
    found: Allocation = allocator(engine).allocate(dataset, limits=Limits(), effort=effort, seed=0)
    seconds = time.process_time() - start
    rows = found.fairness
    return Line(
        kind=kind,
        seed=seed,
        sites=len(dataset.sites),
        rows=len(rows),
        proven=sum(r.proven for r in rows),
        baskets=sum(s.baskets for s in found.shares),
        floor=sum(r.bound_microbaskets // 1_000_000 for r in rows),
        gap=sum(r.gap_baskets for r in rows),
        waste_kg=next(level.value for level in found.levels if level.name == "waste"),
        seconds=seconds,
        broken=len(broken_rules(dataset, found)),
        lacking="; ".join(sorted({r.lacking_rule for r in rows if r.lacking_rule})),
        explained=all(r.proven or VERIFIED in r.lacking_rule for r in rows),
    )


def summary(lines: list[Line]) -> str:
    """Return the totals of the lines."""
    whole, explained = sum(line.proven == line.rows for line in lines), sum(line.explained for line in lines)
    rows, proven = sum(line.rows for line in lines), sum(line.proven for line in lines)
    gap, floor = sum(line.gap for line in lines), sum(line.floor for line in lines)
    return (
        f"weeks all proven {whole}/{len(lines)} ({100 * whole / len(lines):.0f} %), or lacking only what every plan lacks "
        f"{explained}/{len(lines)} ({100 * explained / len(lines):.0f} %); neighbourhoods {proven}/{rows} "
        f"({100 * proven / max(1, rows):.1f} %); gap {gap} of {floor} baskets ({100 * gap / max(1, floor):.2f} %); "
        f"waste {float(sum(line.waste_kg for line in lines)):.0f} kg; {sum(line.seconds for line in lines):.0f} CPU s; "
        f"rules broken {sum(line.broken for line in lines)}"
    )


def _seeds(text: str) -> Iterable[int]:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default=",".join([*KINDS, ANY]), help="comma-separated")
    parser.add_argument("--seeds", default="1-2", help="first-last")
    parser.add_argument("--effort", default="standard", choices=[str(e) for e in Effort])
    parser.add_argument("--engine", default=DEFAULT)
    given = parser.parse_args()
    print("kind                         seed sites proven    baskets floor   gap waste kg   CPU s broken lacking")
    lines = []
    for kind in given.kinds.split(","):
        for seed in _seeds(given.seeds):
            lines.append(measured(kind, seed, given.engine, Effort(given.effort)))
            print(lines[-1], flush=True)
    print(summary(lines))


if __name__ == "__main__":
    main()
