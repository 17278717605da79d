"""The bound of transport on generated weeks: ``python -m benchmarks.routing.bound --sites 30 180 --efforts standard``.

Prints one table, a line for each week and effort of the bound: the cost of the default engine's tours, the
bound, what it leaves open in % of the cost, in all and by each way of bounding, and processor seconds of the bound.
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

WAYS = ("by_legs", "by_trips", "by_days")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    chosen = _parser().parse_args(arguments)
    print("| week | effort | tours, EUR | bound, EUR | gap, % | legs, % | trips, % | days, % | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for style in chosen.styles:
        for sites in chosen.sites:
            for seed in chosen.seeds:
                problem = make_week(sites, seed, style=style)
                for effort in chosen.efforts:
                    routing = router(DEFAULT).route(problem, effort=chosen.routed or effort, seed=seed)
                    began = time.process_time()
                    found = transport_bound(problem, routing, effort=effort)
                    spent = time.process_time() - began
                    cost, bound = routing.cost_millicents / 100_000, found.millicents / 100_000
                    cells = [
                        f"{style} {sites}, seed {seed}",
                        effort,
                        f"{cost:.2f}",
                        f"{bound:.2f}",
                        f"{_gap_pct(found):.2f}",
                    ]
                    cells += [f"{_gap_pct(found, way):.2f}" for way in WAYS] + [f"{spent:.1f}"]
                    print("| " + " | ".join(cells) + " |", flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing.bound", description=__doc__.split("\n")[0])
    parser.add_argument("--sites", nargs="+", type=int, default=[30, 60, 180])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1])
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(STYLES))
    parser.add_argument("--efforts", nargs="+", type=Effort, default=[Effort.STANDARD], help="of the bound")
    parser.add_argument("--routed", type=Effort, help="effort of the tours (default: that of the bound)")
    return parser


def _gap_pct(found: TransportBound, way: str = "bound") -> float:
    """What the bound, or one way of bounding, leaves open, in % of the cost."""
    cost = sum(date.cost for date in found.dates)
    return 100 - 100 * sum(min(date.cost, getattr(date, way)) for date in found.dates) / cost


if __name__ == "__main__":
    sys.exit(main())
