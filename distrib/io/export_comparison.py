"""The report of a comparison: one page that opens from disk, asks nothing of any network and needs no script."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from itertools import pairwise
from typing import Any, Protocol

from babel.numbers import format_decimal
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from distrib.io.frontier_drawing import DRAWN, LETTERS, MEASURES, point_name
from distrib.io.labels import CATALOGUE, counted, programme_name, section, text
from distrib.io.map_background import background_lines
from distrib.model.dataset import Dataset

GAIN, LOSS, SAME = "#2166ac", "#b35806", "#8a949e"
"""Colour-blind safe (ColorBrewer PuOr and RdBu)."""

FRONTIERS = (
    *(("lowest_coverage_pct", other) for other in ("coverage_gini_pct", "discarded_kg", "km", "cost_eur")),
    ("cost_eur", "persons_helped"),
    ("km", "baskets"),
)
"""Pairs of indicators that are drawn one against the other."""
DOT, CHOSEN, BEATEN = "#0b4f6c", "#b35806", "#6b7580"

WIDTH, HEIGHT = 560, 420
_KINDS = (("neighbourhood", "neighbourhoods"), ("site", "sites"), ("vehicle", "vehicles"))


class ComparisonLike(Protocol):
    """What is shown of a comparison."""

    @property
    def names(self) -> tuple[str, ...]:
        """The plans, the one compared with first."""
        ...

    @property
    def indicators(self) -> tuple[dict[str, Any], ...]:
        """One record per plan."""
        ...

    @property
    def changes(self) -> Sequence[Any]:
        """Changes against the first plan."""
        ...


def comparison_html(
    comparison: ComparisonLike,
    datasets: Sequence[Dataset],
    language: str,
    *,
    price: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the page as text.

    Args:
        comparison: two plans or more.
        datasets: of the same plans, in the same order.
        language: fr or en.
        price: the points of the price of fairness of the first plan, that plan among them; none to leave it out.
    """
    base = comparison.names[0]
    template = (resources.files("distrib.io") / "templates" / "compare.html.j2").read_text(encoding="utf-8")
    page = Environment(
        loader=DictLoader({"page": template}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page")
    return page.render(
        lang=language,
        t=section("compare.", language),
        datasets=list(dict.fromkeys(dataset.settings.name for dataset in datasets)),
        against=text("compare.against", language, base=base),
        names=comparison.names,
        indicators=_indicator_rows(comparison, language),
        frontiers=_frontiers(comparison, language),
        price=_price(price, language) if price else None,
        plans=[
            _plan(comparison, name, (datasets[0], datasets[number]), language)
            for number, name in enumerate(comparison.names)
            if number
        ],
        colours={"gains": GAIN, "loses": LOSS, "same": SAME},
    )


# --- numbers -------------------------------------------------------------------------------------


def _number(value: Any, language: str, *, signed: bool = False) -> str:
    exact = Decimal(str(value))
    pattern = "#,##0.##" if exact != exact.to_integral_value() else "#,##0"
    shown = str(format_decimal(exact, format=pattern, locale=language)).replace("-", "\u2212")
    return "+" + shown if signed and exact > 0 else shown


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _label(key: str, language: str) -> str:
    whole = f"indicator.{key}"
    return text(whole, language) if whole in CATALOGUE else key


def _indicator_rows(comparison: ComparisonLike, language: str) -> list[dict[str, Any]]:
    rows = []
    for key in dict.fromkeys(key for record in comparison.indicators for key in record):
        values = [record.get(key) for record in comparison.indicators]
        cells = []
        for value in values:
            shown = "" if value is None else _number(value, language) if _is_number(value) else str(value)
            both = _is_number(value) and _is_number(values[0])
            moved = Decimal(str(value)) - Decimal(str(values[0])) if both else Decimal(0)
            cells.append({"value": shown, "difference": _number(moved, language, signed=True) if moved else ""})
        rows.append({"label": _label(key, language), "cells": cells})
    return rows


# --- pictures ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dot:
    """One point of a chart: what stands in it, what it is called, its colour."""

    mark: str
    name: str
    colour: str
    x: float
    y: float


def _frontiers(comparison: ComparisonLike, language: str) -> list[dict[str, Any]]:
    found = []
    for x, y in FRONTIERS:
        dots = [
            _Dot(mark=str(number), name=name, colour=DOT, x=float(record[x]), y=float(record[y]))
            for number, (name, record) in enumerate(zip(comparison.names, comparison.indicators, strict=True), 1)
            if _is_number(record.get(x)) and _is_number(record.get(y))
        ]
        if _spread(dots):
            found.append(_scatter(dots, (_label(x, language), _label(y, language)), language))
    return found


def _spread(dots: Sequence[_Dot]) -> bool:
    """True when the dots differ along both axes: else there is nothing that one could cost the other."""
    return len({dot.x for dot in dots}) > 1 and len({dot.y for dot in dots}) > 1


def _price(points: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    """Return the table and the charts of the price of fairness: lowest coverage against each other measure."""
    names = [point_name(point, language) for point in points]
    colours = [CHOSEN if point["chosen"] else DOT if point["on_frontier"] else BEATEN for point in points]
    rows = [
        {
            "mark": letter,
            "name": name,
            "chosen": point["chosen"],
            "beaten": not point["on_frontier"],
            "cells": ["" if point[m] is None else _number(point[m], language) for m in MEASURES],
        }
        for letter, name, point in zip(LETTERS, names, points, strict=False)
    ]
    charts = []
    across = text("frontier.lowest_coverage_pct", language)
    for measure in DRAWN:
        dots = [
            _Dot(mark=mark, name=name, colour=colour, x=float(point["lowest_coverage_pct"]), y=float(point[measure]))
            for mark, name, colour, point in zip(LETTERS, names, colours, points, strict=False)
            if point["lowest_coverage_pct"] is not None and point[measure] is not None
        ]
        if _spread(dots):
            charts.append(_scatter(dots, (across, text(f"frontier.{measure}", language)), language))
    return {
        "title": text("frontier.title", language),
        "note": text("frontier.note", language),
        "head": [text("frontier.point", language), *(text(f"frontier.{m}", language) for m in MEASURES)],
        "rows": rows,
        "charts": charts,
    }


def _scatter(points: Sequence[_Dot], labels: tuple[str, str], language: str) -> dict[str, Any]:
    """Return dots and labels of a chart of 360 × 240 with the axes at its left and foot."""
    spans = (_span([dot.x for dot in points]), _span([dot.y for dot in points]))
    dots: list[dict[str, Any]] = [
        {
            "mark": dot.mark,
            "colour": dot.colour,
            "x": round(60 + 280 * (dot.x - spans[0][0]) / (spans[0][1] - spans[0][0]), 1),
            "y": round(190 - 160 * (dot.y - spans[1][0]) / (spans[1][1] - spans[1][0]), 1),
            "name": dot.name,
            "title": text(
                "compare.dot",
                language,
                name=dot.name,
                value=f"{_number(round(dot.x, 2), language)} / {_number(round(dot.y, 2), language)}",
            ),
        }
        for dot in points
    ]
    ends = [[_number(round(end, 1), language) for end in span] for span in spans]
    alt = text("compare.frontier_alt", language, x=labels[0], y=labels[1])
    return {"dots": dots, "x": labels[0], "y": labels[1], "x_ends": ends[0], "y_ends": ends[1], "alt": alt}


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.1 or max(abs(low) * 0.01, 1.0)
    return low - room, high + room


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where degrees lie in the picture: the places fill it, north is up."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(self.top + (self.north - lat) * self.scale, 1)


def _frame(spots: list[tuple[float, float]]) -> _Frame:
    south, north = min(lat for lat, _ in spots), max(lat for lat, _ in spots)
    west, east = min(lon for _, lon in spots), max(lon for _, lon in spots)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-3), max(north - south, 1e-3)
    margin = 30
    scale = min((WIDTH - 2 * margin) / wide, (HEIGHT - 2 * margin) / high)
    return _Frame(west, north, scale, squeeze, (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2)


def _map(datasets: tuple[Dataset, Dataset], moved: dict[str, int], language: str) -> dict[str, Any] | None:
    hoods = {**datasets[1].neighbourhood_by_id, **datasets[0].neighbourhood_by_id}
    if not hoods:
        return None
    frame = _frame([(hood.lat_microdeg / 1e6, hood.lon_microdeg / 1e6) for hood in hoods.values()])
    most = max([1, *(abs(value) for value in moved.values())])
    circles = []
    for key, hood in sorted(hoods.items(), key=lambda item: (-abs(moved.get(item[0], 0)), item[0])):
        change = moved.get(key, 0)
        x, y = frame.at(hood.lat_microdeg / 1e6, hood.lon_microdeg / 1e6)
        colour = GAIN if change > 0 else LOSS if change < 0 else SAME
        radius = round(3.5 + 18 * math.sqrt(abs(change) / most), 1) if change else 2.5
        shown = _number(change, language, signed=True)
        circles.append(
            {
                "x": x,
                "y": y,
                "r": radius,
                "colour": colour,
                "title": text("compare.dot", language, name=f"{hood.name} ({key})", value=shown),
            }
        )
    return {"circles": circles, "ground": _ground(datasets[0], frame)}


def _ground(dataset: Dataset, frame: _Frame) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "path": Markup(" ".join(_path(line, frame, closed=kind == "water") for line in lines))}
        for kind, shapes in background_lines(dataset).items()
        for lines in shapes
    ]


def _path(line: list[list[float]], frame: _Frame, *, closed: bool) -> str:
    """Return an SVG path of numbers; points that fall on the one before are left out."""
    points = [frame.at(lat, lon) for lat, lon in line]
    kept = [points[0], *(after for before, after in pairwise(points) if after != before)]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + ("Z" if closed else "")


# --- what changes --------------------------------------------------------------------------------


def _plan(comparison: ComparisonLike, name: str, datasets: tuple[Dataset, Dataset], language: str) -> dict[str, Any]:
    changes = [change for change in comparison.changes if change.plan == name]
    moved = {c.id: c.value - c.base for c in changes if c.kind == "neighbourhood" and c.what == "baskets"}
    ups, downs = sum(v for v in moved.values() if v > 0), -sum(v for v in moved.values() if v < 0)
    return {
        "title": text("compare.who", language, plan=name),
        "sum": counted("compare.sum", len(moved), language, up=_number(ups, language), down=_number(downs, language))
        if moved
        else text("compare.no_neighbourhood", language),
        "map": _map(datasets, moved, language),
        "tables": [
            _table([c for c in changes if c.kind == kind], label, language, several=len(datasets[0].programmes) > 1)
            for kind, label in _KINDS
        ],
    }


def _table(changes: list[Any], label: str, language: str, *, several: bool) -> dict[str, Any]:
    """Return one row per thing that changes, the biggest change of the first measure first."""
    measures = list(dict.fromkeys(sorted((c.what for c in changes), key=_measure_rank)))
    by_id: dict[str, dict[str, Any]] = defaultdict(dict)
    names = {}
    for change in changes:
        by_id[change.id][change.what] = change
        names[change.id] = change.name

    def size(key: str) -> tuple[int, str]:
        first = by_id[key].get(measures[0])
        return (-abs(first.value - first.base) if first else 0, key)

    rows = []
    for key in sorted(by_id, key=size):
        cells: list[str] = []
        for what in measures:
            change = by_id[key].get(what)
            cells += ["", "", ""] if change is None else _cells(change, language)
        rows.append({"name": names[key], "id": key, "cells": cells})
    return {
        "title": counted(f"compare.{label}", len(rows), language),
        "measures": [_measure(what, language, several=several) for what in measures],
        "rows": rows,
    }


def _measure_rank(what: str) -> tuple[int, str]:
    order = ("baskets", "coverage_bp", "days", "metres")
    return order.index(what.split()[0]), what


def _measure(what: str, language: str, *, several: bool) -> str:
    key, _, programme = what.partition(" ")
    if programme and several:
        return text("compare.what.coverage_of", language, programme=programme_name(programme, language))
    return text(f"compare.what.{key}", language)


def _cells(change: Any, language: str) -> list[str]:
    """Return base, value and difference in the units people read."""
    divisor = {"coverage_bp": 100, "metres": 1000}.get(change.what.split()[0], 1)
    decimals = 1 if divisor > 1 else 0
    numbers = [round(Decimal(n) / divisor, decimals) for n in (change.base, change.value, change.value - change.base)]
    return [_number(n, language, signed=i == 2) for i, n in enumerate(numbers)]
