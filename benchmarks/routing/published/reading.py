"""Instances and solutions from files: VRPLIB as written by PyVRP and CVRPLIB, the classic text of Solomon, ``.sol``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import vrplib

from benchmarks.routing.published.instance import Instance, InstanceError, Number, Rounding, Route, Van

KNOWN = frozenset(
    {"name", "comment", "type", "dimension", "vehicles", "edge_weight_type", "edge_weight_format", "node_coord_type"}
    | {"display_data_type", "capacity", "service_time", "node_coord", "demand", "time_window", "release_time", "depot"}
    | {"vehicles_reload_depot", "vehicles_fixed_cost", "vehicles_unit_distance_cost"}
)
"""Specifications and sections that are understood; any other changes the problem and is refused."""


def read_instance(path: Path, rounding: Rounding | None = None) -> Instance:
    """The instance in a file.

    Args:
        path: VRPLIB or the classic Solomon text, told apart by content.
        rounding: how distances are counted; None: as the set that the instance looks like (time windows: one
            decimal, vehicles with costs: unrounded, else to the integer).

    Raises:
        InstanceError: with the reason.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as fault:
        raise InstanceError(f"{path}: {fault.strerror}") from fault
    try:
        raw = _solomon(text) if re.search(r"^\s*VEHICLE\s*$", text, re.MULTILINE | re.IGNORECASE) else _vrplib(text)
        return _instance(raw, path.stem, rounding)
    except InstanceError as fault:
        raise InstanceError(f"{path}: {fault}") from fault
    except (ValueError, KeyError, IndexError, TypeError, RuntimeError) as fault:
        raise InstanceError(f"{path}: not a VRPLIB or Solomon file ({fault})") from fault


def read_routes(path: Path) -> tuple[Route, ...]:
    """The routes of a ``.sol`` file, empty ones too; raises InstanceError when there are none."""
    found = []
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        match = re.match(r"\s*route\s*#?\s*\d+\s*:(.*)$", line, re.IGNORECASE)
        if match:
            found.append(tuple(int(word) for word in match[1].split()))
    if not found:
        raise InstanceError(f"{path}: no route in it")
    return tuple(found)


def read_published_cost(path: Path) -> Fraction | None:
    """The cost that a ``.sol`` file states, in whatever units it is written; None when it states none."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    match = re.search(r"^\s*cost\s*:?\s*(\d+(?:\.\d+)?)\s*$", text, re.IGNORECASE | re.MULTILINE)
    return Fraction(match[1]) if match else None


def _vrplib(text: str) -> dict[str, Any]:
    raw: dict[str, Any] = vrplib.parse.parse_vrplib(text, compute_edge_weights=False)
    unknown = sorted(raw.keys() - KNOWN)
    if unknown:
        raise InstanceError(f"asks for what is not supported: {', '.join(name.upper() for name in unknown)}")
    if raw.get("edge_weight_type") != "EUC_2D":
        raise InstanceError(f"EDGE_WEIGHT_TYPE {raw.get('edge_weight_type')}: only EUC_2D is supported")
    for needed in ("dimension", "node_coord", "demand", "capacity"):
        if needed not in raw:
            raise InstanceError(f"without {needed.upper()}")
    return raw


def _solomon(text: str) -> dict[str, Any]:
    """The classic text: a name, then NUMBER and CAPACITY, then seven columns; blank lines and headings anywhere."""
    rows = [line.split() for line in text.splitlines() if line.strip()]
    numbers = [
        row for row in rows[1:] if all(re.fullmatch(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?", word, re.I) for word in row)
    ]
    if not numbers or len(numbers[0]) != 2 or any(len(row) != 7 for row in numbers[1:]):
        raise InstanceError("needs NUMBER and CAPACITY, then rows of seven numbers")
    table = [[Fraction(word) for word in row] for row in numbers[1:]]
    if [row[0] for row in table] != list(range(len(table))):
        raise InstanceError("customers are not numbered 0, 1, 2, …")
    return {
        "name": rows[0][0],
        "dimension": len(table),
        "vehicles": int(numbers[0][0]),
        "capacity": Fraction(numbers[0][1]),
        "node_coord": [row[1:3] for row in table],
        "demand": [row[3] for row in table],
        "time_window": [row[4:6] for row in table],
        "service_time": [row[6] for row in table],
    }


def _instance(raw: Mapping[str, Any], name: str, rounding: Rounding | None) -> Instance:
    count = int(raw["dimension"])
    depot = [int(k) for k in raw.get("depot", [0])]
    if depot != [0]:
        raise InstanceError("only one depot, which is node 1, is supported")
    windows = None
    if "time_window" in raw:
        windows = tuple((_number(a), _number(b)) for a, b in _sized(raw["time_window"], count, "time_window"))
    release = tuple(_number(x) for x in _sized(raw.get("release_time", [0] * count), count, "release_time"))
    vans = _vans(raw, count)
    if rounding is None:
        priced = "vehicles_fixed_cost" in raw or "vehicles_unit_distance_cost" in raw
        timed = windows is not None or any(release)
        rounding = Rounding.TENTH if timed else Rounding.NONE if priced else Rounding.INTEGER
    demand = tuple(_number(x) for x in _sized(raw["demand"], count, "demand"))
    if min(demand) < 0 or max(demand) > max(van.capacity for van in vans):
        raise InstanceError("a demand that no vehicle can hold")
    return Instance(
        name=str(raw.get("name") or name),
        rounding=rounding,
        places=tuple((_number(x), _number(y)) for x, y in _sized(raw["node_coord"], count, "node_coord")),
        demand=demand,
        windows=windows,
        service=_service(raw.get("service_time", 0), count),
        release=release,
        vans=vans,
    )


def _service(given: Any, count: int) -> tuple[Number, ...]:
    """Service times: a section, or one number for every stop (none at the depot)."""
    if isinstance(given, (int, float)):
        return (Fraction(0), *[_number(given)] * (count - 1))
    return tuple(_number(x) for x in _sized(given, count, "service_time"))


def _vans(raw: Mapping[str, Any], count: int) -> tuple[Van, ...]:
    """The vehicles; without VEHICLES as many as there are stops."""
    size = int(raw.get("vehicles", max(1, count - 1)))
    if size < 1:
        raise InstanceError("no vehicle")
    columns = []
    for name, usual in (("capacity", None), ("vehicles_fixed_cost", 0), ("vehicles_unit_distance_cost", 1)):
        given = raw.get(name, usual)
        alone = isinstance(given, (int, float, Fraction))
        columns.append([_number(x) for x in ([given] * size if alone else _sized(given, size, name))])
    reloads = _reloads(raw.get("vehicles_reload_depot"), size)
    return tuple(
        Van(capacity=capacity, fixed=fixed, per_distance=per_distance, reloads=reload)
        for capacity, fixed, per_distance, reload in zip(*columns, reloads, strict=True)
    )


def _reloads(rows: Any, size: int) -> list[bool]:
    """Which vehicles may reload at the depot; the section lists their reload depots."""
    if rows is None:
        return [False] * size
    depots = [[int(x) for x in (row if hasattr(row, "__iter__") else [row])] for row in _sized(rows, size, "reload")]
    if any(depot != 1 for row in depots for depot in row):
        raise InstanceError("VEHICLES_RELOAD_DEPOT names a node that is not the depot")
    return [bool(row) for row in depots]


def _sized(values: Any, size: int, name: str) -> Sequence[Any]:
    if len(values) != size:
        raise InstanceError(f"{name.upper()} has {len(values)} rows, not {size}")
    return values  # type: ignore[no-any-return]


def _number(value: Any) -> Number:
    """The number as written: a decimal that was read as a float comes back without its binary error."""
    return value if isinstance(value, Fraction) else Fraction(str(value))
