"""Paper for the driver sheets: a PDF page with a Unicode font, text that fits its box, QR codes and a small map."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import segno
from fpdf import FPDF

FONT = "DejaVu"
WIDTH_MM, HEIGHT_MM, MARGIN_MM = 210.0, 297.0, 10.0
INK, SOFT, RULE, BAND = (29, 39, 51), (91, 103, 118), (150, 160, 170), (11, 79, 108)


def font_folder() -> Path:
    """Return the folder with DejaVu Sans, which matplotlib ships (pyvrp needs it in any case); it is not imported."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("matplotlib, whose fonts the driver sheets are set in, is not installed")
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


_BLANKS = re.compile(r"[ \t\r\n]+")  # where a line may break: not at no-break spaces


class Paper(FPDF):
    """A4 pages in DejaVu Sans; the same content gives the same bytes."""

    def __init__(self, *, title: str, created: dt.date, language: str) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(MARGIN_MM)
        folder = font_folder()
        self.add_font(FONT, "", folder / "DejaVuSans.ttf")
        self.add_font(FONT, "B", folder / "DejaVuSans-Bold.ttf")
        self.set_title(title)
        self.set_lang(language)
        self.set_creation_date(dt.datetime.combine(created, dt.time(), dt.UTC))

    def close_fonts(self) -> None:
        """Close the font files; nothing can be written afterwards."""
        for font in self.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]

    def lines(self, text: str, width: float, size: float, *, bold: bool = False, most: int = 2) -> list[str]:
        """Return the text broken into at most ``most`` lines of a width in mm, cut with an ellipsis."""
        self.set_font(FONT, "B" if bold else "", size)
        room = width - 2 * self.c_margin
        found = [""]
        for word in _BLANKS.split(text.strip()):
            longer = f"{found[-1]} {word}".lstrip()
            if self.get_string_width(longer) <= room:
                found[-1] = longer
                continue
            if not found[-1]:
                found.pop()
            found += self._pieces(word, room)
        if len(found) > most:
            found = found[:most]
            while found[-1] and self.get_string_width(found[-1] + "…") > room:
                found[-1] = found[-1][:-1]
            found[-1] += "…"
        return found

    def _pieces(self, word: str, room: float) -> list[str]:
        """Return a word cut where it is wider than a line."""
        pieces = [""]
        for character in word:
            if pieces[-1] and self.get_string_width(pieces[-1] + character) > room:
                pieces.append("")
            pieces[-1] += character
        return pieces

    def put(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        width: float = 0,
        align: str = "L",
    ) -> None:
        """Write one line with its top left corner at (x, y); ``width`` is needed for another alignment."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_xy(x, y)
        self.cell(width or None, size * 0.42, text, align=align)

    def put_lines(self, x: float, y: float, lines: Sequence[str], size: float, **style: object) -> float:
        """Write lines below each other; returns the y below them."""
        for line in lines:
            self.put(x, y, line, size, **style)  # type: ignore[arg-type]
            y += line_mm(size)
        return y

    def box(self, x: float, y: float, width: float, height: float, *, fill: tuple[int, int, int] | None = None) -> None:
        """Draw a thin rectangle, filled or not."""
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        if fill:
            self.set_fill_color(*fill)
        self.rect(x, y, width, height, style="DF" if fill else "D")

    def qr(self, x: float, y: float, size: float, content: str) -> None:
        """Draw a QR code, each run of dark modules as one bar; it is a link as well."""
        modules, bars = _qr_bars(content)
        module = size / modules
        self.set_fill_color(0, 0, 0)
        for line, start, end in bars:
            self.rect(x + start * module, y + line * module, (end - start) * module, module, style="F")
        self.link(x, y, size, size, content)

    def sketch(
        self,
        box: tuple[float, float, float, float],
        trips: Sequence[Sequence[tuple[float, float]]],
        marks: Sequence[tuple[float, float, str]],
    ) -> None:
        """Draw lines and labelled points given as (longitude, latitude), fitted into a box (x, y, width, height)."""
        self.box(*box, fill=(244, 246, 247))
        points = [point for trip in trips for point in trip]
        place = _fitted(box, points)
        for number, trip in enumerate(trips):
            self.set_draw_color(*BAND)
            self.set_line_width(0.5)
            self.set_dash_pattern(*((0, 0, 0), (2, 1, 0), (0.5, 1, 0))[number % 3])
            self.polyline([place(point) for point in trip])
        self.set_dash_pattern()
        for lon, lat, label in marks:
            x, y = place((lon, lat))
            self.set_draw_color(255, 255, 255)
            self.set_line_width(0.2)
            self.set_fill_color(*(INK if label else (0, 0, 0)))
            if label:
                self.circle(x, y, 1.9, style="DF")
                self.put(x - 4, y - 1.15, label, 5.5, bold=True, colour=(255, 255, 255), width=8, align="C")
            else:
                self.rect(x - 1.6, y - 1.6, 3.2, 3.2, style="DF")


def line_mm(size: float) -> float:
    """Height of a line of text of a size in points, in mm."""
    return size * 0.44


def _fitted(box: tuple[float, float, float, float], points: Sequence[tuple[float, float]]):  # type: ignore[no-untyped-def]
    """Return the projection of (longitude, latitude) into a box, north up, the same scale both ways."""
    x, y, width, height = box
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    middle = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
    squeeze = math.cos(math.radians(middle[1]))
    edge = 4.0
    across, up = max((max(lons) - min(lons)) * squeeze, 1e-4), max(max(lats) - min(lats), 1e-4)
    scale = min((width - 2 * edge) / across, (height - 2 * edge) / up)
    return lambda point: (
        x + width / 2 + (point[0] - middle[0]) * squeeze * scale,
        y + height / 2 - (point[1] - middle[1]) * scale,
    )


@cache
def _qr_bars(content: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """Modules on a side of a QR code, and its runs of dark ones as (row, first column, column behind the last)."""
    rows = [[*row, 0] for row in segno.make(content, error="l", micro=False, boost_error=False).matrix]
    bars = []
    for line, row in enumerate(rows):
        start = None
        for at, dark in enumerate(row):
            if dark and start is None:
                start = at
            elif not dark and start is not None:
                bars.append((line, start, at))
                start = None
    return len(rows), tuple(bars)
