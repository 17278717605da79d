"""Run routing engines side by side on generated weeks, or one engine on a published instance.

``python -m benchmarks.routing --sites 180 --seeds 1 2``: generated weeks. ``python -m benchmarks.routing FILE --seconds 60
--engine default``: an instance in VRPLIB or Solomon form, one line of JSON on stdout (see ``published``).

Of weeks it prints one line per week and engine (cost, vehicle-days, unrouted, CPU seconds, ratio to the best of the run), then
the ratios per engine. ``--equal-time`` gives every engine the processor time that the first one takes, ``--times 20``
adds what twenty times the work finds. Unrouted tasks come first: a plan that leaves fewer grams behind is better at any
cost, and a plan that leaves more has no ratio. A plan that breaks a rule stops the run.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.routing.equal_time import budget, within
from benchmarks.routing.verify import breaches, wrong_dates
from benchmarks.routing.weeks import STYLES, make_week, with_free_dates
from distrib.model.effort import Effort
from distrib.model.routing import RoutingProblem
from distrib.solver.routing import routers
from distrib.solver.routing.districts.engine import Districts
from distrib.solver.routing.protocol import Router
from distrib.solver.routing.ruin_recreate import RuinRecreateRouter, warm_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an engine made of a week."""

    engine: str
    left_g: int
    unrouted: int
    cost_eur: float
    vehicle_days: int
    seconds: float  # of the processor


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    chosen = _parser().parse_args(arguments)
    return on_weeks(chosen) if chosen.file is None else on_file(chosen)


def on_file(chosen: argparse.Namespace) -> int:
    """Solve a published instance; nothing of the planner is imported."""
    from benchmarks.routing.published.command import solve_file

    return solve_file(
        chosen.file,
        seconds=chosen.seconds,
        engine=chosen.engine,
        seed=chosen.seed,
        rounding=chosen.rounding,
        clock=chosen.clock,
    )


def on_weeks(chosen: argparse.Namespace) -> int:
    """Route generated weeks with several engines."""
    engines: dict[str, Router] = {"ruin_recreate": RuinRecreateRouter(), **routers(), **_vroom(chosen.engines)}
    for most in chosen.districts:
        engines[f"districts of {most}"] = Districts(inner=RuinRecreateRouter(), most=most)
        chosen.engines.append(f"districts of {most}")
    unknown = sorted(set(chosen.engines) - engines.keys())
    if unknown:
        sys.stderr.write(f"no engine {', '.join(unknown)}; known: {', '.join(sorted(engines))}\n")
        return 2
    warm_up()
    ratios: dict[str, list[float]] = {}
    for style in chosen.styles:
        for sites in chosen.sites:
            for seed in chosen.seeds:
                problem = make_week(sites, seed, style=style, depots=chosen.depots)
                problem = with_free_dates(problem) if chosen.free_dates else problem
                results = on_week(chosen, engines, problem, seed)
                for name, ratio in report(f"{style} {sites} seed {seed}", results).items():
                    ratios.setdefault(name, []).append(ratio)
    for name, values in ratios.items():
        print(
            f"{name:16s} mean ratio {statistics.mean(values):.4f} median {statistics.median(values):.4f} "
            f"worst {max(values):.4f} of {len(values)}"
        )
    return 0


def on_week(
    chosen: argparse.Namespace, engines: dict[str, Router], problem: RoutingProblem, week_seed: int
) -> list[Result]:
    """What each engine makes of a week (the median over the seeds of the search), then the answers of many times the work."""
    seeds = chosen.search_seeds or [week_seed]
    results: list[Result] = []
    allowed = 0.0
    for name in chosen.engines:
        if chosen.equal_time and results:
            allowed = results[0].seconds
        found = [
            result
            for seed in seeds
            for result in (
                _allowed(name, engines[name], problem, chosen.effort, seed, allowed)
                if allowed
                else [run(name, engines[name], problem, chosen.effort, seed)]
            )
        ]
        results += [_median(found)] if found else []
    for name in chosen.times_engines if chosen.times > 1 else ():
        with budget(name, chosen.effort, chosen.times):
            done = run(name, engines[name], problem, chosen.effort, seeds[0])
        results.append(replace(done, engine=f"{name} x{chosen.times}"))
    return results


def _allowed(
    name: str, engine: Router, problem: RoutingProblem, effort: Effort, seed: int, allowed: float
) -> list[Result]:
    """The best run of an engine within so many seconds; none when it does not end."""
    runs = within(lambda: run(name, engine, problem, effort, seed), lambda r: r.seconds, name, effort, allowed)
    return sorted(runs, key=lambda r: (r.left_g, r.cost_eur))[:1]


def _median(results: Sequence[Result]) -> Result:
    """The run of median cost, the dearer one of the two in the middle."""
    return sorted(results, key=lambda r: (r.left_g, r.cost_eur))[len(results) // 2]


def _vroom(names: Sequence[str]) -> dict[str, Router]:
    """VROOM where it is asked for and installed (``pip install pyvroom``)."""
    if "vroom" not in names or importlib.util.find_spec("vroom") is None:
        return {}
    from benchmarks.routing.vroom_weeks import VroomWeeks

    return {"vroom": VroomWeeks()}


def run(name: str, engine: Router, problem: RoutingProblem, effort: Effort, seed: int) -> Result:
    """Route once; raises AssertionError when the independent check finds a breach."""
    started = time.process_time()
    routing = engine.route(problem, effort=effort, seed=seed)
    seconds = time.process_time() - started
    faults = wrong_dates(problem, routing) or breaches(problem.settled(routing.tours), routing)
    if faults:
        raise AssertionError(f"{name}: {faults[:5]}")
    left = {row.task_id for row in routing.unrouted}
    return Result(
        engine=name,
        left_g=sum(task.load_g for task in problem.tasks if task.task_id in left),
        unrouted=len(left),
        cost_eur=routing.cost_millicents / 100_000,
        vehicle_days=len(routing.tours),
        seconds=seconds,
    )


def report(title: str, results: Sequence[Result]) -> dict[str, float]:
    """Print the results of a week; ratios by engine, for those that left no more behind than the best."""
    least = min(result.left_g for result in results)
    best = min(result.cost_eur for result in results if result.left_g == least)
    ratios = {}
    for result in results:
        ratio = ""
        if result.left_g == least and best:
            ratios[result.engine] = result.cost_eur / best
            ratio = f"{ratios[result.engine]:.4f}"
        print(
            f"{title:24s} {result.engine:16s} {result.cost_eur:10.2f} EUR {result.vehicle_days:4d} vehicle-days "
            f"{result.unrouted:3d} unrouted {result.seconds:7.1f} s {ratio}",
            flush=True,
        )
    return ratios


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="an instance in VRPLIB or Solomon form")
    parser.add_argument("--engine", default="default", help="for FILE: default, pyvrp, ortools, vroom or baseline")
    parser.add_argument("--seconds", type=float, default=60.0, help="for FILE: how long to search")
    parser.add_argument("--seed", type=int, default=1, help="for FILE")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="for FILE: what --seconds counts")
    parser.add_argument(
        "--rounding", choices=("integer", "tenth", "none"), help="for FILE: as its set does unless given"
    )
    parser.add_argument("--engines", nargs="+", default=["baseline", "ortools", "pyvrp", "ruin_recreate"])
    parser.add_argument(
        "--districts",
        nargs="*",
        type=int,
        default=[],
        metavar="STOPS",
        help="also the default by districts of so many stops",
    )
    parser.add_argument("--sites", nargs="+", type=int, default=[60, 180])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(STYLES))
    parser.add_argument("--depots", type=int, choices=(1, 2), default=1)
    parser.add_argument("--effort", type=Effort, default=Effort.QUICK)
    parser.add_argument(
        "--equal-time", action="store_true", help="the first engine at --effort; every other one as much processor time"
    )
    parser.add_argument("--search-seeds", nargs="+", type=int, help="the median over these; default: the week's seed")
    parser.add_argument("--times", type=int, default=1, help="also run --times-engines with so many times the work")
    parser.add_argument("--times-engines", nargs="+", default=["ruin_recreate"])
    parser.add_argument(
        "--free-dates", action="store_true", help="leave the dates of drops to engines that choose them"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
