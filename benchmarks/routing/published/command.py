"""``python -m benchmarks.routing FILE --seconds S --engine E``: one line of JSON on stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.routing.published.engines import engine_named
from benchmarks.routing.published.instance import Instance, InstanceError, Number, Rounding, Route
from benchmarks.routing.published.judge import Verdict, judge
from benchmarks.routing.published.reading import read_instance, read_published_cost, read_routes
from benchmarks.routing.published.scaled import Scaled
from benchmarks.routing.published.solving import Deadline, routes_of

POWERS = tuple(Fraction(10) ** k for k in (0, 1, -1, 2, -2, 3, -3))
"""Scales between the units of a file and those of published costs."""

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


def solve_file(path: Path, *, seconds: float, engine: str, seed: int, rounding: str | None, clock: str) -> int:
    """Solve one file and print the answer; returns the exit status.

    0: a feasible answer; 1: none found (the best there is, is printed all the same); 2: the file or engine cannot be used.
    """
    deadline = Deadline(seconds=seconds, clock=CLOCKS[clock])
    try:
        search = engine_named(engine)
        instance = read_instance(path, None if rounding is None else Rounding(rounding))
        known = _best_known(path, instance)
        scale = None if known is None else published_scale(path.with_suffix(".sol"), known)
        scaled = Scaled(instance)
        routes = routes_of(instance, scaled, search(scaled, deadline, seed))
    except InstanceError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    verdict = judge(instance, routes)
    print(
        json.dumps(
            line(instance, routes, verdict, known, scale)
            | {"engine": engine, "seed": seed, "seconds": round(deadline.spent, 2)}
        )
    )
    return 0 if verdict.feasible else 1


def line(
    instance: Instance, routes: Sequence[Route], verdict: Verdict, known: Number | None, scale: Number | None = None
) -> dict[str, Any]:
    """What is printed of an answer: cost in the file's own units, from the independent check.

    With ``scale`` also the cost in the units that the ``.sol`` file writes its own in.
    """
    found: dict[str, Any] = {
        "instance": instance.name,
        "kind": instance.kind,
        "rounding": instance.rounding.value,
        "stops": instance.stops,
        "cost": printed(instance, verdict.cost),
        "feasible": verdict.feasible,
    }
    if known is not None:
        found |= {"best_known": printed(instance, known), "gap_pct": round(float(verdict.cost / known - 1) * 100, 3)}
    if scale is not None and known is not None:
        found |= {"cost_as_in_sol": round(float(verdict.cost * scale), 2), "sol_cost": round(float(known * scale), 2)}
    if verdict.breaches:
        found["breaches"] = list(verdict.breaches[:20])
    return found | {"routes": [list(route) for route in routes]}


def printed(instance: Instance, cost: Number) -> int | float:
    """A cost as its set prints it: whole, with one decimal, or unrounded (six decimals)."""
    if cost.denominator == 1 and instance.rounding is Rounding.INTEGER:
        return int(cost)
    return round(float(cost), 6)


def published_scale(beside: Path, known: Number) -> Number | None:
    """What a cost in the file's units is multiplied with to be in those of the ``.sol``: a power of ten; None: it is none.

    Published costs of the HFVRP are a hundredth of what the file's numbers give, those of the MTVRPTWR tenfold.
    """
    stated = read_published_cost(beside)
    if not stated:
        return None
    return next((scale for scale in POWERS if abs(stated - known * scale) <= stated / 100_000), None)


def _best_known(path: Path, instance: Instance) -> Number | None:
    """Cost of the ``.sol`` beside the file, counted by the same check (sets write theirs in other units); None without."""
    beside = path.with_suffix(".sol")
    if not beside.exists():
        return None
    verdict = judge(instance, read_routes(beside))
    return verdict.cost if verdict.feasible and verdict.cost else None
