"""The map of a plan: one HTML page that opens from disk, asks nothing of any network, and shows every text as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import format_decimal
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from distrib.errors import UsageError
from distrib.io.labels import programme_name, section, text
from distrib.io.labels_week import tells_week
from distrib.io.map_data import map_data
from distrib.io.typography import date_text
from distrib.model.dataset import Dataset
from distrib.model.plan import Plan

_LEAFLET = "js_lib_leaflet"
_LEAFLET_PACKAGE = "django-js-lib-leaflet"
_HOST = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """An online background that a reader may switch on: address with ``{z}``, ``{x}`` and ``{y}``, and whom to credit."""

    url: str
    credit: str

    @property
    def origin(self) -> str:
        """The one address that the page may ask for pictures, as a content security policy writes it.

        Raises:
            UsageError: when the address is none of tiles.
        """
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host.replace("{s}", "s")):
            raise UsageError(f"--tiles {self.url!r}: write https://HOST/…")
        if not all(field in parts.path + parts.query for field in ("{z}", "{x}", "{y}")):
            raise UsageError(f"--tiles {self.url!r}: write where zoom, column and row stand: {{z}}, {{x}}, {{y}}")
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{host.replace('{s}', '*')}{port}"


def map_html(
    dataset: Dataset, plan: Plan, indicators: Mapping[str, Any], language: str, *, tiles: Tiles | None = None
) -> str:
    """Return the page as text.

    Args:
        dataset: resolved; with outlines they are drawn close in, else discs of the known area.
        plan: also one edited by hand.
        indicators: of the plan; those that are missing are left out of the headline.
        language: fr or en.
        tiles: an online background to offer, switched off at first; None for a page that asks no network for anything.

    Raises:
        UsageError: when the address of the tiles is none.
    """
    leaflet, style = _leaflet()
    script = _template_file("map.js")
    page = _environment().get_template("map.html.j2")
    return page.render(
        lang=language,
        t=section("map.", language),
        name=dataset.settings.name,
        week=_week(dataset, language),
        headline=_headline(indicators, language),
        programmes=[programme_name(programme, language) for programme in dataset.programmes],
        style=Markup(style + _template_file("map.css")),
        policy=_policy((leaflet, script), tiles),
        tiles=tiles is not None,
        data=Markup(_inert_json(map_data(dataset, plan, language) | _tiles_record(tiles))),
        leaflet=Markup(leaflet),
        script=Markup(script),
        licence=_leaflet_licence(),
    )


def _week(dataset: Dataset, language: str) -> str:
    name, start = dataset.settings.name, dataset.settings.week_start
    if tells_week(name, start):
        return ""
    return text("map.week_of", language, date=date_text(start, "long", language)) + " – "


def _environment() -> Environment:
    return Environment(
        loader=DictLoader({"map.html.j2": _template_file("map.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        comment_start_string="<##",  # the usual one occurs in style sheets
        comment_end_string="##>",
    )


def _template_file(name: str) -> str:
    return (resources.files("distrib.io") / "templates" / name).read_text(encoding="utf-8")


def _leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style without anything that would make a browser ask for another file."""
    folder = resources.files(_LEAFLET) / "static" / _LEAFLET
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=\S+", "", script).replace('href="https://leafletjs.com"', "")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return script, re.sub(r"url\([^)]*\)", "none", style)


def _leaflet_licence() -> str:
    files = metadata.files(_LEAFLET_PACKAGE) or []
    texts = [file.read_text(encoding="utf-8") for file in files if file.name.startswith("LICENSE")]
    return f"Leaflet {metadata.version(_LEAFLET_PACKAGE)}\n\n" + "\n".join(texts)


def _tiles_record(tiles: Tiles | None) -> dict[str, Any]:
    # Leaflet shows the credit as HTML: it is given as text.
    return {} if tiles is None else {"tiles": {"url": tiles.url, "credit": str(escape(tiles.credit))}}


def _policy(scripts: tuple[str, ...], tiles: Tiles | None) -> str:
    """Return the page's content security policy: only the scripts written here run, nothing but tiles is fetched."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:{' ' + tiles.origin if tiles else ''}"


def _inert_json(value: object) -> str:
    """Return JSON that cannot end its ``<script>`` element, whatever the texts in it."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        plain = plain.replace(character, f"\\u{ord(character):04x}")
    return plain


def _headline(indicators: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return (value, label) pairs that a director reads first."""
    found = []
    for name, label, decimals, scale in (
        ("baskets", "baskets", 0, 1),
        ("kg", "tonnes", 1, 1000),
        ("persons_helped", "persons_helped", 0, 1),
        ("lowest_coverage_pct", "lowest_coverage", 1, 1),
        ("sites_served", "sites_served", 0, 1),
        ("vehicle_days", "vehicle_days", 0, 1),
        ("km", "km", 0, 1),
    ):
        value = indicators.get(name)
        if value is not None:
            shown = format_decimal(value / scale, format=f"#,##0.{'0' * decimals}".rstrip("."), locale=language)
            unit = "\u00a0%" if name.endswith("_pct") and language == "fr" else "%" if name.endswith("_pct") else ""
            found.append((shown + unit, text(f"map.{label}", language)))
    return found
