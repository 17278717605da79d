"""Texts of the price of fairness."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "frontier.title": ("Le prix de l'équité", "The price of fairness"),
    "frontier.note": (
        "Chaque ligne est un plan complet, vérifié. « Cède x % » : chaque quartier garde au moins (100 − x) % de sa part équitable. * : un autre plan fait au moins aussi bien en tout.",
        "Each line is a whole plan, checked. “Concedes x %”: every neighbourhood keeps at least (100 − x) % of its fair share. *: another plan is as good in everything.",
    ),
    "frontier.point": ("plan", "plan"),
    "frontier.chosen": ("le plan choisi", "the chosen plan"),
    "frontier.fair": ("équitable, replanifié", "fair, planned again"),
    "frontier.conceded": ("cède {tolerance} % pour {aim}", "concedes {tolerance} % for {aim}"),
    "frontier.cost": ("des trajets plus courts", "shorter drives"),
    "frontier.persons": ("plus de personnes aidées", "more people helped"),
    "frontier.progress": ("équité cédée : {tolerance} % pour {aim}", "fairness conceded: {tolerance} % for {aim}"),
    "frontier.no_travel": (
        "ce dossier de plan ne contient que les trajets parcourus : planifier à nouveau demande le jeu de données d'origine",
        "this plan's folder holds only the pairs that were driven: planning again needs the dataset it was made from",
    ),
    "frontier.unreadable": (
        "{file} n'est pas de distrib explain --frontier --out, ou vient d'une autre version : l'effacer pour qu'il soit refait",
        "{file} is not of distrib explain --frontier --out, or comes from another version: delete it to have it made again",
    ),
    "frontier.other_plan": (
        "{file} est celui d'un autre plan que {plan}",
        "{file} is of another plan than {plan}",
    ),
    "frontier.lowest_coverage_pct": ("couverture la plus basse (%)", "lowest coverage (%)"),
    "frontier.coverage_gini_pct": ("Gini de la couverture (%)", "Gini of coverage (%)"),
    "frontier.baskets": ("paniers", "baskets"),
    "frontier.persons_helped": ("personnes aidées", "people helped"),
    "frontier.discarded_kg": ("kg jetés", "kg discarded"),
    "frontier.km": ("km", "km"),
    "frontier.transport_eur": ("coût des tournées (€)", "cost of the tours (EUR)"),
    "frontier.cost_eur": ("coût (€)", "cost (EUR)"),
}
