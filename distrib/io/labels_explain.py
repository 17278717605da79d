"""Texts of the command ``explain``."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "explain.no_neighbourhood": ("aucun quartier ne s'appelle {id}", "no neighbourhood is called {id}"),
    "explain.no_site": ("aucun site ne s'appelle {id}", "no site is called {id}"),
    "explain.baskets": (
        "{baskets} paniers pour un besoin de {need} : {coverage} %, {persons} personnes aidées",
        "{baskets} baskets for a need of {need}: {coverage} %, {persons} people helped",
    ),
    "explain.proven": (
        "Part équitable prouvée : {bound} paniers dans le plan le plus équitable ; limites actives : {binding}",
        "Fair share proven: {bound} baskets in the fairest plan; binding limits: {binding}",
    ),
    "explain.gap": (
        "Il manque {n} panier à la part équitable de {bound} : {rule}|Il manque {n} paniers à la part équitable de {bound} : {rule}",
        "{n} basket short of the fair share of {bound}: {rule}|{n} baskets short of the fair share of {bound}: {rule}",
    ),
    "explain.limited": ("Limité par : {reason}. {because}", "Limited by: {reason}. {because}"),
    "explain.causes": (
        "Ce qui le retient, chaque limite levée seule et tout recalculé :",
        "What holds it down, each limit lifted alone and all solved again:",
    ),
    "explain.cause": ("sans « {reason} » : {baskets} paniers", "without “{reason}”: {baskets} baskets"),
    "explain.no_cause": (
        "Aucune limite levée seule ne lui donnerait davantage.",
        "No limit lifted alone would give it more.",
    ),
    "explain.remedies": (
        "Remèdes essayés un à un, les moins chers d'abord (viser +{points} points) :",
        "Remedies tried one by one, the cheapest first (aiming at +{points} points):",
    ),
    "explain.no_remedy": (
        "Aucun changement essayé seul ne lui donne un panier de plus.",
        "No change tried alone gives it a basket more.",
    ),
    "explain.verified": (
        "Effets calculés sur la part équitable (paniers et kg continus, transport agrégé) : un nouveau plan peut s'en écarter d'un panier, ou davantage si les tournées manquent.",
        "Effects computed on the fair share (continuous baskets and kg, transport added up): a new plan may differ by a basket, or by more where tours are lacking.",
    ),
    "explain.site_line": ("    {site} {date} : {n}", "    {site} {date}: {n}"),
    "explain.no_delivery": ("Aucune livraison.", "No delivery."),
}
