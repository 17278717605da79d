"""Texts of the report of a comparison."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "compare.title": ("Comparaison de plans", "Comparison of plans"),
    "compare.against": ("Chaque plan est comparé à « {base} ».", "Each plan is compared with “{base}”."),
    "compare.indicators": ("Indicateurs", "Indicators"),
    "compare.indicator": ("Indicateur", "Indicator"),
    "compare.difference": ("écart", "difference"),
    "compare.frontier": ("Ce que l'un coûte à l'autre", "What one costs the other"),
    "compare.frontier_alt": (
        "{y} selon {x}, un point par plan ; les valeurs sont dans le tableau des indicateurs.",
        "{y} by {x}, a point for each plan; the values are in the table of indicators.",
    ),
    "compare.dot": ("{name} : {value}", "{name}: {value}"),
    "compare.who": ("{plan} : qui gagne, qui perd", "{plan}: who gains, who loses"),
    "compare.map_alt": (
        "Carte des quartiers : cercles d'autant plus grands que l'écart de paniers est grand. Les valeurs sont dans le tableau.",
        "Map of the neighbourhoods: the larger the circle, the larger the difference in baskets. The values are in the table.",
    ),
    "compare.gains": ("gagne des paniers", "gains baskets"),
    "compare.loses": ("perd des paniers", "loses baskets"),
    "compare.same": ("inchangé", "unchanged"),
    "compare.sum": (
        "{n} quartier change : {up} paniers gagnés, {down} perdus.|{n} quartiers changent : {up} paniers gagnés, {down} perdus.",
        "{n} neighbourhood changes: {up} baskets gained, {down} lost.|{n} neighbourhoods change: {up} baskets gained, {down} lost.",
    ),
    "compare.no_neighbourhood": (
        "Aucun quartier ne reçoit plus ou moins de paniers.",
        "No neighbourhood gets more or fewer baskets.",
    ),
    "compare.neighbourhoods": (
        "{n} quartier qui change|{n} quartiers qui changent",
        "{n} neighbourhood that changes|{n} neighbourhoods that change",
    ),
    "compare.sites": ("{n} site qui change|{n} sites qui changent", "{n} site that changes|{n} sites that change"),
    "compare.vehicles": (
        "{n} véhicule qui change|{n} véhicules qui changent",
        "{n} vehicle that changes|{n} vehicles that change",
    ),
    "compare.nothing": ("Aucun changement.", "No change."),
    "compare.name": ("Nom", "Name"),
    "compare.what.baskets": ("paniers", "baskets"),
    "compare.what.coverage_bp": ("couverture (%)", "coverage (%)"),
    "compare.what.coverage_of": ("couverture (%), {programme}", "coverage (%), {programme}"),
    "compare.what.days": ("jours", "days"),
    "compare.what.metres": ("km", "km"),
}
