"""Time and gap of the allocation by size, beside one model of everything: ``python -m benchmarks.allocation``.

One line per territory and way. Ours: seconds for leximin(R) with its proof and for the whole allocation (whole baskets,
portions, crates), lowest coverage reached and its bound, neighbourhoods proven, baskets missing. One model: the same
rules as one mixed-integer programme with whole baskets and kilograms in fractions, stopped after a time.
``--size 18000`` is a hundred territories of 180 sites under one programme; it is compared with nothing.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from benchmarks.allocation.one_model import solve_one_model
from benchmarks.allocation.territories import STYLES, territory, together
from distrib.model.allocation import Allocation, Limits
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.solver.allocation.leximin import LeximinAllocator
from distrib.solver.allocation.relaxation import MICRO, Relaxation, relax

SIZES = (60, 180, 600, 1800)
PIECE = 180
"""Sites of each of the territories that a dataset of more than the greatest of ``SIZES`` is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Seconds (processor and clock), the answer and the relaxation behind its proof."""

    relax_s: tuple[float, float]
    whole_s: tuple[float, float] | None
    relaxation: Relaxation
    allocation: Allocation | None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    chosen = _parser().parse_args(arguments)
    print(
        f"python {platform.python_version()}, ortools {version('ortools')}, scipy {version('scipy')}, numpy {version('numpy')}"
    )
    print(
        f"{'territory':30s} {'way':10s} {'relax s':>15s} {'all s':>15s} {'lowest %':>9s} {'bound %':>9s} {'proven':>12s} {'gap':>8s} {'baskets':>9s} {'MB':>6s}"
    )
    for size in chosen.size:
        for style in chosen.style:
            for depots in chosen.depots:
                dataset = make(size, chosen.seed, style, depots)
                name = f"{style} {size}" + (f" {len(dataset.depots)} depots" if len(dataset.depots) > 1 else "")
                print(
                    _our_line(name, dataset, run(dataset, whole=not chosen.relax_only, effort=chosen.effort)),
                    flush=True,
                )
                if size <= SIZES[-1] and chosen.seconds:
                    print(_other_line(name, dataset, chosen.seconds), flush=True)
    return 0


def make(size: int, seed: int, style: str, depots: int) -> Dataset:
    """Return one territory, or above 1,800 sites as many of 180 as it takes, all styles in turn for ``mixed``."""
    if size <= SIZES[-1] or depots > 1:
        return territory(size, seed, style="plain" if style == "mixed" else style, depots=depots)
    styles = STYLES if style == "mixed" else (style,)
    return together([territory(PIECE, seed + k, style=styles[k % len(styles)]) for k in range(size // PIECE)])


def run(dataset: Dataset, *, whole: bool, effort: str) -> Ours:
    """Solve R, then allocate (which solves R again, as every plan does)."""
    before = (time.process_time(), time.perf_counter())
    relaxation = relax(dataset)
    relaxed = (time.process_time(), time.perf_counter())
    allocation = None
    if whole:
        allocation = LeximinAllocator().allocate(dataset, limits=Limits(), effort=Effort(effort), seed=0)
    done = (time.process_time(), time.perf_counter())
    return Ours(
        relax_s=(relaxed[0] - before[0], relaxed[1] - before[1]),
        whole_s=(done[0] - relaxed[0], done[1] - relaxed[1]) if whole else None,
        relaxation=relaxation,
        allocation=allocation,
    )


def _our_line(name: str, dataset: Dataset, ours: Ours) -> str:
    need = {n.neighbourhood_id: 0 for n in dataset.neighbourhoods}
    for cell in dataset.zone_needs.values():
        need[dataset.zone_by_id[cell.zone_id].neighbourhood_id] += cell.baskets
    values = ours.relaxation.neighbourhood_value
    bound = min(v / MICRO / need[hood] for (_, hood), v in values.items())
    parts = [f"{name:30s} {'ours':10s} {_both(ours.relax_s)} {_both(ours.whole_s)}"]
    rows = ours.allocation.fairness if ours.allocation else ()
    if rows:
        lowest = min(row.baskets / need[row.neighbourhood_id] for row in rows)
        proven, gap = f"{sum(r.proven for r in rows)}/{len(rows)}", sum(r.gap_baskets for r in rows)
        parts.append(f"{100 * lowest:9.3f} {100 * bound:9.3f} {proven:>12s} {gap:8d} {sum(r.baskets for r in rows):9d}")
    else:
        parts.append(f"{'':9s} {100 * bound:9.3f} {'':12s} {'':8s} {sum(values.values()) / MICRO:9.0f}")
    return " ".join([*parts, f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:6.0f}"])


def _both(seconds: tuple[float, float] | None) -> str:
    return f"{seconds[0]:6.1f} ({seconds[1]:6.1f})" if seconds else " " * 15


def _other_line(name: str, dataset: Dataset, seconds: float) -> str:
    one = solve_one_model(dataset, seconds=seconds)
    lowest = f"{100 * one.lowest:9.3f}" if one.lowest is not None else "     none"
    bound = f"{100 * one.bound:9.3f}" if one.bound is not None else "     none"
    gap = "" if one.gap_pct is None else f"{one.gap_pct:.3f} %"
    return f"{name:30s} {'one model':10s} {'':15s} {'':7s}({one.seconds:6.1f}) {lowest} {bound} {f'{one.columns} col':>12s} {gap:>8s} {one.baskets:9.0f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.allocation", description=__doc__)
    parser.add_argument(
        "--size", type=int, nargs="+", default=list(SIZES), help="sites; 18000 is a hundred territories"
    )
    parser.add_argument("--style", nargs="+", choices=[*STYLES, "mixed"], default=list(STYLES))
    parser.add_argument("--depots", type=int, nargs="+", default=[1], help="more than one: a single city with so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effort", default="standard", choices=[str(e) for e in Effort])
    parser.add_argument("--relax-only", action="store_true", help="leximin(R) with its proof, without whole baskets")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of the one model (0: leave it out)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
