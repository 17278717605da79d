"""Styles of the GeoPackage's layers in QGIS's own form (QML): blue–red coverage, a colour per vehicle, labels."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

_COVERAGE = (
    (0, 40, "178,24,43,190"),
    (40, 60, "239,138,98,190"),
    (60, 75, "253,219,199,190"),
    (75, 90, "146,197,222,190"),
    (90, 1000, "33,102,172,190"),
)
"""Classes of coverage in percent with their fill, the same as on the map."""


def _options(**values: str) -> str:
    inside = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>' for name, value in values.items()
    )
    return f'<Option type="Map">{inside}</Option>'


def _fill(name: str, colour: str) -> str:
    options = _options(color=colour, outline_color="75,85,96,255", outline_width="0.3", style="solid")
    return f'<symbol type="fill" name="{name}" alpha="1"><layer class="SimpleFill">{options}</layer></symbol>'


def _line(name: str, colour: str, width: str) -> str:
    options = _options(line_color=colour, line_width=width, capstyle="round", joinstyle="round")
    return f'<symbol type="line" name="{name}" alpha="1"><layer class="SimpleLine">{options}</layer></symbol>'


def _marker(name: str, shape: str, colour: str, size: str) -> str:
    options = _options(name=shape, color=colour, size=size, outline_color="255,255,255,255", outline_width="0.3")
    return f'<symbol type="marker" name="{name}" alpha="1"><layer class="SimpleMarker">{options}</layer></symbol>'


def _label(field: str, size: str) -> str:
    buffer = '<text-buffer bufferDraw="1" bufferSize="0.8" bufferColor="255,255,255,255"/>'
    style = f'<text-style fieldName={quoteattr(field)} fontSize="{size}" textColor="30,30,30,255" isExpression="0">{buffer}</text-style>'
    return f'<labeling type="simple"><settings>{style}</settings></labeling>'


def _document(renderer: str, labels: str = "") -> str:
    header = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    return f'{header}<qgis version="3.22.0" styleCategories="Symbology|Labeling" labelsEnabled="{int(bool(labels))}">{renderer}{labels}</qgis>'


def _single(symbol: str) -> str:
    return f'<renderer-v2 type="singleSymbol" enableorderby="0"><symbols>{symbol}</symbols></renderer-v2>'


def _coverage_renderer() -> str:
    ranges = "".join(
        f'<range lower="{low}" upper="{high}" symbol="{i}" label="{low} – {min(high, 100)} %" render="true"/>'
        for i, (low, high, _) in enumerate(_COVERAGE)
    )
    symbols = "".join(_fill(str(i), colour) for i, (_, _, colour) in enumerate(_COVERAGE))
    return (
        '<renderer-v2 type="graduatedSymbol" attr="coverage_pct" graduatedMethod="GraduatedColor" enableorderby="0">'
        f"<ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2>"
    )


STYLES: dict[str, str] = {
    "neighbourhoods": _document(_coverage_renderer(), _label("name", "8")),
    "tours": _document(_single(_line("0", "51,34,136,200", "0.6")), _label("vehicle_id", "7")),
    "stops": _document(_single(_marker("0", "circle", "51,34,136,255", "3.4")), _label("arrival", "7")),
    "sites": _document(_single(_marker("0", "circle", "38,50,63,255", "2.2"))),
    "farms": _document(_single(_marker("0", "square", "63,125,32,255", "2.6")), _label("name", "7")),
    "depots": _document(_single(_marker("0", "triangle", "17,17,17,255", "4.5")), _label("name", "9")),
}
