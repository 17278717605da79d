"""Pictures of a territory and of curves, as SVG that any browser opens; every text in them is shown as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from distrib.io.map_outlines import outline_rings
from distrib.model.dataset import Dataset

WIDTH, HEIGHT, MARGIN = 960, 720, 48
PANELS = ((0, 120, 470, 600), (480, 120, 480, 600))
"""Left, top, width, height of the whole territory and of its dense middle, in pixels."""

_MAP = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} {{ height }}" font-family="sans-serif">
<title>{{ title }}</title>
<rect width="100%" height="100%" fill="#fff"/>
{% for panel in panels %}<svg x="{{ panel.x }}" y="{{ panel.y }}" width="{{ panel.width }}" height="{{ panel.height }}">
<rect width="100%" height="100%" fill="#f7f7f4"/>
<g fill="#e4e2da" stroke="#8a8778" stroke-width="0.6">
{% for name, path in panel.outlines %}<path d="{{ path }}" fill-rule="evenodd"><title>{{ name }}</title></path>
{% endfor %}</g>
<g stroke-width="0.8" stroke-opacity="0.7">
{% for x, y, u, v, colour in panel.lines %}<line x1="{{ x }}" y1="{{ y }}" x2="{{ u }}" y2="{{ v }}" stroke="{{ colour }}"/>
{% endfor %}</g>
<g stroke="#333" stroke-width="0.4">
{% for x, y, r, colour, text in panel.discs %}<circle cx="{{ x }}" cy="{{ y }}" r="{{ r }}" fill="{{ colour }}" fill-opacity="0.75"><title>{{ text }}</title></circle>
{% endfor %}</g>
<g stroke="#fff" stroke-width="0.5">
{% for x, y, s, colour, text in panel.squares %}<rect x="{{ x - s }}" y="{{ y - s }}" width="{{ 2 * s }}" height="{{ 2 * s }}" fill="{{ colour }}"><title>{{ text }}</title></rect>
{% endfor %}</g>
{% if panel.frame %}<rect x="{{ panel.frame[0] }}" y="{{ panel.frame[1] }}" width="{{ panel.frame[2] }}" height="{{ panel.frame[3] }}" fill="none" stroke="#222" stroke-dasharray="4 3"/>
{% endif %}</svg>
{% endfor %}<g font-size="13" fill="#222">
<text x="12" y="22" font-size="16" font-weight="bold">{{ title }}</text>
{% for colour, shape, text in legend %}{% if shape == "disc" %}<circle cx="18" cy="{{ 40 + 20 * loop.index0 }}" r="6" fill="{{ colour }}"/>{% else %}<rect x="13" y="{{ 35 + 20 * loop.index0 }}" width="10" height="10" fill="{{ colour }}"/>{% endif %}
<text x="32" y="{{ 45 + 20 * loop.index0 }}">{{ text }}</text>
{% endfor %}</g>
</svg>
"""
_CURVE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{ width }} 420" font-family="sans-serif" font-size="13">
<title>{{ title }}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="{{ left }}" y="24" font-size="16" font-weight="bold">{{ title }}</text>
<g stroke="#ccc">{% for y, _ in rows %}<line x1="{{ left }}" y1="{{ y }}" x2="{{ right }}" y2="{{ y }}"/>{% endfor %}</g>
<g text-anchor="end" fill="#444">{% for y, text in rows %}<text x="{{ left - 8 }}" y="{{ y + 4 }}">{{ text }}</text>{% endfor %}</g>
<g text-anchor="middle" fill="#444">{% for x, text in columns %}<text x="{{ x }}" y="{{ bottom + 20 }}">{{ text }}</text>{% endfor %}
<text x="{{ (left + right) / 2 }}" y="{{ bottom + 44 }}">{{ x_label }}</text></g>
<polyline points="{{ points }}" fill="none" stroke="#2166ac" stroke-width="2"/>
{% for x, y, text, marked in marks %}<circle cx="{{ x }}" cy="{{ y }}" r="{{ 7 if marked else 4 }}" fill="{{ "#b2182b" if marked else "#2166ac" }}"><title>{{ text }}</title></circle>
{% endfor %}<text x="{{ left }}" y="46" fill="#444">{{ y_label }}</text>
</svg>
"""


def _environment() -> Environment:
    return Environment(
        loader=DictLoader({"map": _MAP, "curve": _CURVE}), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on a map: micro-degrees, size in pixels, colour, and what it says when pointed at."""

    lon_microdeg: int
    lat_microdeg: int
    size: float
    colour: str
    text: str


def territory_svg(
    dataset: Dataset,
    *,
    title: str,
    discs: Sequence[Mark],
    squares: Sequence[Mark] = (),
    lines: Sequence[tuple[Mark, Mark, str]] = (),
    legend: Sequence[tuple[str, str, str]] = (),
) -> str:
    """Return a map: outlines of neighbourhoods, discs (zones), squares (sites), lines between marks.

    Args:
        dataset: gives the outlines; without them only the marks are drawn.
        title: at the top.
        discs: drawn below the squares.
        squares: drawn on top.
        lines: (from, to, colour).
        legend: (colour, ``disc`` or ``square``, text).
    """
    marks = [*discs, *squares]
    whole, middle = _box(marks, 0), _box(marks, OUTLYING_PCT)
    views = [_View(box, panel) for box, panel in zip((whole, middle), PANELS, strict=True)]
    panels = [_panel(dataset, view, discs, squares, lines) for view in views]
    west, south, east, north = middle
    (left, top), (right, bottom) = views[0].pixels(west, north), views[0].pixels(east, south)
    panels[0]["frame"] = (left, top, round(right - left, 1), round(bottom - top, 1))
    return (
        _environment().get_template("map").render(width=WIDTH, height=HEIGHT, title=title, panels=panels, legend=legend)
    )


Box = tuple[float, float, float, float]
OUTLYING_PCT = 18
"""Marks on each side that the picture of the dense middle leaves out, in per cent."""


def _box(marks: Sequence[Mark], outlying_pct: int) -> Box:
    """Return (west, south, east, north) in degrees around the marks but the outlying ones."""
    lons = sorted(m.lon_microdeg / 1e6 for m in marks) or [0.0]
    lats = sorted(m.lat_microdeg / 1e6 for m in marks) or [0.0]
    out = len(lons) * outlying_pct // 100
    last = len(lons) - 1 - out
    return lons[out], lats[out], lons[last], lats[last]


def _panel(
    dataset: Dataset,
    view: _View,
    discs: Sequence[Mark],
    squares: Sequence[Mark],
    lines: Sequence[tuple[Mark, Mark, str]],
) -> dict[str, Any]:
    names = {n.neighbourhood_id: n.name for n in dataset.neighbourhoods}
    outlines = [
        (f"{names[hood]} ({hood})", " ".join(view.path(ring) for polygon in polygons for ring in polygon))
        for hood, polygons in outline_rings(dataset).items()
    ]
    return {
        "x": view.x,
        "y": view.y,
        "width": view.width,
        "height": view.height,
        "outlines": outlines,
        "lines": [(*view.at(a), *view.at(b), colour) for a, b, colour in lines],
        "discs": [(*view.at(m), round(m.size, 1), m.colour, m.text) for m in discs],
        "squares": [(*view.at(m), round(m.size, 1), m.colour, m.text) for m in squares],
        "frame": None,
    }


class _View:
    """Degrees to pixels: one scale both ways at the middle latitude, the box inside the margins of a panel."""

    def __init__(self, box: Box, panel: tuple[int, int, int, int]) -> None:
        west, south, east, north = box
        self.x, self.y, self.width, self.height = panel
        self.west, self.north = west, north
        self.narrow = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * self.narrow, 1e-4), max(north - south, 1e-4)
        self.scale = min((self.width - 2 * MARGIN) / wide, (self.height - 2 * MARGIN) / high)

    def pixels(self, lon: float, lat: float) -> tuple[float, float]:
        x = MARGIN + (lon - self.west) * self.narrow * self.scale
        return round(x, 1), round(MARGIN + (self.north - lat) * self.scale, 1)

    def at(self, mark: Mark) -> tuple[float, float]:
        return self.pixels(mark.lon_microdeg / 1e6, mark.lat_microdeg / 1e6)

    def path(self, ring: list[list[float]]) -> str:
        points = [self.pixels(lon, lat) for lat, lon in ring]
        return "M" + "L".join(f"{x},{y}" for x, y in points) + "Z"


def curve_svg(points: Sequence[tuple[int, float, str]], *, marked: int, title: str, x_label: str, y_label: str) -> str:
    """Return a curve of (x, y, text when pointed at) from 0 upwards, one x marked."""
    left, right, top, bottom = 80, WIDTH - 40, 60, 350
    step = _round_step(max(y for _, y, _ in points))
    most = step * math.ceil(max(max(y for _, y, _ in points), step) / step)
    first, last = points[0][0], points[-1][0]

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - first) / (last - first) if last > first else 0.5
        return round(left + across * (right - left), 1), round(bottom - y / most * (bottom - top), 1)

    placed = [(*place(x, y), text, x == marked) for x, y, text in points]
    ticks = [(place(first, k * step)[1], k * step) for k in range(most // step + 1)]
    return (
        _environment()
        .get_template("curve")
        .render(
            width=WIDTH,
            title=title,
            left=left,
            right=right,
            bottom=bottom,
            rows=ticks,
            columns=[(place(x, 0)[0], x) for x, _, _ in points],
            x_label=x_label,
            y_label=y_label,
            points=" ".join(f"{x},{y}" for x, y, _, _ in placed),
            marks=placed,
        )
    )


def _round_step(most: float) -> int:
    """Return 1, 2 or 5 times a power of ten such that at most six steps reach ``most``."""
    step = 1
    while step * 6 < most:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step
