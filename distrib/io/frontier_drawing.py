"""The price of fairness as a table for the terminal and as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from distrib.io.labels import text

MEASURES = ("lowest_coverage_pct", "coverage_gini_pct", "baskets", "persons_helped", "discarded_kg", "km", "cost_eur")
"""Indicators of the frontier, in the order of its columns."""
DRAWN = ("coverage_gini_pct", "persons_helped", "discarded_kg", "km", "cost_eur")
"""What is drawn against the lowest coverage, one panel each."""
BLUE, ORANGE, GREY = "#2166ac", "#b35806", "#8a949e"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
    tolerance = f"{point['fairness_tolerance_pct']:g}"
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
        figure, axes = pyplot.subplots(2, 3, figsize=(11, 7), constrained_layout=True)
        panels = list(axes.flat)
        for panel, name in zip(panels, DRAWN, strict=False):
            _draw(panel, points, name, language)
        _legend(panels[-1], points, language)
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
    panel.axis("off")
    for i, point in enumerate(points):
        colour = ORANGE if point["chosen"] else BLUE if point["on_frontier"] else GREY
        panel.text(
            0, 0.95 - 0.11 * i, f"{LETTERS[i]}  {point_name(point, language)}", color=colour, transform=panel.transAxes
        )
