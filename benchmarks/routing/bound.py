"""The bound of transport on generated weeks: ``python -m benchmarks.routing.bound --sites 30 180 --effort standard``.

Prints for each week the cost of the default engine's tours, the bound, the gap of each way of bounding and CPU seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from benchmarks.routing.weeks import STYLES, make_week
from distrib.model.effort import Effort
from distrib.solver.routing import DEFAULT, router
from distrib.solver.routing.bound import TransportBound, transport_bound


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing.bound", description=__doc__.split("\n")[0])
    parser.add_argument("--sites", nargs="+", type=int, default=[30, 60, 180])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(STYLES))
    parser.add_argument("--effort", type=Effort, default=Effort.STANDARD)
    chosen = parser.parse_args(arguments)
    for style in chosen.styles:
        for sites in chosen.sites:
            for seed in chosen.seeds:
                problem = make_week(sites, seed, style=style)
                routing = router(DEFAULT).route(problem, effort=chosen.effort, seed=seed)
                began = time.process_time()
                found = transport_bound(problem, routing, effort=chosen.effort)
                spent = time.process_time() - began
                gaps = " ".join(f"{name} {_gap_pct(found, name):.2f} %" for name in ("by_legs", "by_trips", "by_days"))
                print(
                    f"{style} {sites} seed {seed}: cost {routing.cost_millicents / 100_000:.2f} EUR, bound "
                    f"{found.millicents / 100_000:.2f}, gap {100 - 100 * found.millicents / routing.cost_millicents:.2f} % "
                    f"({gaps}), {spent:.1f} CPU s",
                    flush=True,
                )
    return 0


def _gap_pct(found: TransportBound, name: str) -> float:
    """What one way of bounding leaves open, in % of the cost."""
    cost = sum(date.cost for date in found.dates)
    return 100 - 100 * sum(min(date.cost, getattr(date, name)) for date in found.dates) / cost


if __name__ == "__main__":
    sys.exit(main())
