"""The price of fairness as a table for the terminal and as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from distrib.errors import UsageError
from distrib.io.labels import text

MEASURES = (
    "lowest_coverage_pct", "coverage_gini_pct", "baskets", "persons_helped", "discarded_kg", "km", "transport_eur", "cost_eur",
)  # fmt: skip
"""Indicators of the frontier, in the order of its columns."""
FRONTIER_FILE = "frontier.csv"
_MARKS = ("fairness_tolerance_pct", "conceded_to", "chosen", "on_frontier")
DRAWN = ("coverage_gini_pct", "persons_helped", "discarded_kg", "km", "transport_eur", "cost_eur")
"""What is drawn against the lowest coverage, one panel each."""
BLUE, ORANGE, GREY = "#2166ac", "#b35806", "#8a949e"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_frontier(folder: Path, language: str) -> list[dict[str, Any]]:
    """Return the points of ``frontier.csv`` in a folder, the plan asked about first; empty when there is no such file.

    Raises:
        UsageError: the file is not one that ``distrib explain --frontier --out`` wrote.
    """
    file = folder / FRONTIER_FILE
    if not file.is_file():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        points = [{name: _read_cell(name, row[name]) for name in (*_MARKS, *MEASURES)} for row in rows]
    except (ValueError, KeyError, TypeError, ArithmeticError):
        points = []
    if [point["chosen"] for point in points[:1]] != [True]:
        raise UsageError(text("frontier.unreadable", language, file=str(file)))
    return points


def _read_cell(name: str, cell: str) -> Any:
    if name in ("chosen", "on_frontier"):
        return {"true": True, "false": False}[cell]
    return cell if name == "conceded_to" else Decimal(cell) if cell else None


def frontier_table(points: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return the points as lines of a table, the plan asked about first; letters are those of the picture."""
    head = ["", text("frontier.point", language), *(text(f"frontier.{name}", language) for name in MEASURES)]
    rows = [
        [
            LETTERS[i],
            point_name(point, language) + ("" if point["on_frontier"] else " *"),
            *(_shown(point[name], language) for name in MEASURES),
        ]
        for i, point in enumerate(points)
    ]
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = (cell.ljust(w) if k < 2 else cell.rjust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True)))
        lines.append("  ".join(cells).rstrip())
    return "\n".join([text("frontier.title", language), *lines, text("frontier.note", language)])


def point_name(point: Mapping[str, Any], language: str) -> str:
    """Return what a point is called."""
    if point["chosen"]:
        return text("frontier.chosen", language)
    if not point["fairness_tolerance_pct"]:
        return text("frontier.fair", language)
    tolerance = format_decimal(Decimal(str(point["fairness_tolerance_pct"])), format="0.##", locale=language)
    return text(
        "frontier.conceded", language, tolerance=tolerance, aim=text(f"frontier.{point['conceded_to']}", language)
    )


def _shown(value: Any, language: str) -> str:
    if value is None:
        return "–"
    exact = Decimal(str(value))
    pattern = "#,##0" if abs(exact) >= 1000 or exact == exact.to_integral_value() else "#,##0.0"
    return format_decimal(exact, format=pattern, locale=language).replace("\u202f", " ")


def frontier_picture(points: Sequence[Mapping[str, Any]], kind: str, language: str) -> bytes:
    """Return the picture (``svg`` or ``png``): lowest coverage across, one panel for each other measure, points by letter.

    The same points give the same bytes.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with pyplot.rc_context({"svg.hashsalt": "distrib", "font.family": "DejaVu Sans", "font.size": 9}):
        figure, axes = pyplot.subplots(2, 4, figsize=(14, 7), constrained_layout=True)
        panels = list(axes.flat)
        for panel, name in zip(panels, DRAWN, strict=False):
            _draw(panel, points, name, language)
        for panel in panels[len(DRAWN) :]:
            panel.axis("off")
        _legend(panels[len(DRAWN)], points, language)
        figure.suptitle(text("frontier.title", language))
        out = io.BytesIO()
        figure.savefig(out, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else {"Software": None})
        pyplot.close(figure)
    return out.getvalue()


def _draw(panel: Any, points: Sequence[Mapping[str, Any]], name: str, language: str) -> None:
    for i, point in enumerate(points):
        if point["lowest_coverage_pct"] is None or point[name] is None:
            continue
        x, y = float(point["lowest_coverage_pct"]), float(point[name])
        colour = ORANGE if point["chosen"] else BLUE if point["on_frontier"] else GREY
        panel.scatter(
            [x], [y], s=70 if point["chosen"] else 36, color=colour, zorder=3, marker="D" if point["chosen"] else "o"
        )
        panel.annotate(LETTERS[i], (x, y), textcoords="offset points", xytext=(6, 4), color=colour)
    panel.set_xlabel(text("frontier.lowest_coverage_pct", language))
    panel.set_title(text(f"frontier.{name}", language), fontsize=10)
    panel.grid(color=GREY, alpha=0.25)
    panel.margins(0.15)


def _legend(panel: Any, points: Sequence[Mapping[str, Any]], language: str) -> None:
    for i, point in enumerate(points):
        colour = ORANGE if point["chosen"] else BLUE if point["on_frontier"] else GREY
        panel.text(
            0,
            0.95 - min(0.11, 0.95 / len(points)) * i,
            f"{LETTERS[i]}  {point_name(point, language)}",
            color=colour,
            transform=panel.transAxes,
        )
