"""Texts of the terminal: the summary of a plan, of a dataset, of a check, of a comparison."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "terminal.week": ("{name}, semaine du {date}", "{name}, week of {date}"),
    "terminal.baskets": ("Paniers", "Baskets"),
    "terminal.baskets_value": (
        "{baskets} ({tonnes} t) pour {persons} personnes",
        "{baskets} ({tonnes} t) for {persons} people",
    ),
    "terminal.lowest": ("Couverture la plus basse", "Lowest coverage"),
    "terminal.lowest_value": ("{pct} % : {name} ({id}, {commune})", "{pct} %: {name} ({id}, {commune})"),
    "terminal.fairness": ("Équité", "Fairness"),
    "terminal.fairness_value": (
        "prouvée pour {proven} quartiers sur {all}",
        "proven for {proven} of {all} neighbourhoods",
    ),
    "terminal.equity": ("Inégalité", "Inequality"),
    "terminal.gini_value": ("Gini de la couverture {gini} %", "Gini of coverage {gini} %"),
    "terminal.fifths_value": (
        " ; couverture du cinquième le plus pauvre {poorest} %, du moins pauvre {least} %",
        "; coverage of the poorest fifth {poorest} %, of the least poor {least} %",
    ),
    "terminal.sites": ("Sites servis", "Sites served"),
    "terminal.sites_value": ("{served} sur {all}, {visits} passages", "{served} of {all}, {visits} visits"),
    "terminal.transport": ("Transport", "Transport"),
    "terminal.transport_value": (
        "{days} jours-véhicules, {km} km, {hours} h",
        "{days} vehicle-days, {km} km, {hours} h",
    ),
    "terminal.cost": ("Coût", "Cost"),
    "terminal.cost_value": ("{cost} € dont achats {purchase} €", "{cost} EUR, of which purchases {purchase} EUR"),
    "terminal.waste": ("Denrées", "Produce"),
    "terminal.waste_value": (
        "{bought} kg achetés, {discarded} kg jetés",
        "{bought} kg bought, {discarded} kg discarded",
    ),
    "terminal.unserved": ("Non servi", "Unserved"),
    "terminal.unserved_need": ("{baskets} paniers : {reason}", "{baskets} baskets: {reason}"),
    "terminal.unserved_site": (
        "{n} site sans livraison|{n} sites sans livraison",
        "{n} site without delivery|{n} sites without delivery",
    ),
    "terminal.nothing_unserved": ("rien : tout le besoin est couvert", "nothing: all need is met"),
    "terminal.warnings": ("Avertissements", "Warnings"),
    "terminal.warnings_value": (
        "{n} (voir summary.json)|{n} (voir summary.json)",
        "{n} (see summary.json)|{n} (see summary.json)",
    ),
    "terminal.files": ("Fichiers", "Files"),
    "terminal.empty": ("Aucun besoin cette semaine : le plan est vide.", "No need this week: the plan is empty."),
    "terminal.no_reason": ("cause non confirmée", "no cause confirmed"),
    "terminal.reason.programme": ("taille du programme", "size of the programme"),
    "terminal.reason.produce": ("denrées", "produce"),
    "terminal.reason.recipe": ("composition du panier", "rules of the basket"),
    "terminal.reason.site_capacity": ("capacité des sites", "capacity of sites"),
    "terminal.reason.site_hours": ("horaires des sites", "hours of sites"),
    "terminal.reason.packing": ("atelier de préparation", "packing bench"),
    "terminal.reason.storage": ("stockage", "storage"),
    "terminal.reason.transport": ("transport", "transport"),
    "terminal.reason.catchment": ("aucun site accessible à pied", "no site within walking distance"),
    "terminal.reason.budget": ("budget d'achat", "purchase budget"),
    "terminal.reason.minimum": ("minimum par visite ou par semaine", "least baskets a visit or a week"),
    "terminal.reason.need_met": ("besoin couvert", "need met"),
    "terminal.dataset": (
        "{name} : {neighbourhoods} quartiers, {zones} zones, {sites} sites, {farms} fermes, {lots} lots, {vehicles} véhicules",
        "{name}: {neighbourhoods} neighbourhoods, {zones} zones, {sites} sites, {farms} farms, {lots} lots, {vehicles} vehicles",
    ),
    "terminal.dataset_need": (
        "Besoin : {need} paniers ; offre : {tonnes} t",
        "Need: {need} baskets; on offer: {tonnes} t",
    ),
    "terminal.dataset_good": (
        "Aucune erreur, {n} avertissement.|Aucune erreur, {n} avertissements.",
        "No fault, {n} warning.|No fault, {n} warnings.",
    ),
    "terminal.check_good": ("Toutes les règles sont respectées.", "Every rule is kept."),
    "terminal.check_bad": ("{n} infraction :|{n} infractions :", "{n} breach:|{n} breaches:"),
    "terminal.check_after": (
        "Après recalcul des horaires et des tables (--retime les écrit) :",
        "After re-timing and recomputing the tables (--retime writes them):",
    ),
    "terminal.indicator": ("indicateur", "indicator"),
    "terminal.changes": ("Changements par rapport à {base} :", "Changes against {base}:"),
    "terminal.changes_none": ("Aucun changement.", "No change."),
    "terminal.changes_line": (
        "{plan} : {n} quartiers, {s} sites, {v} véhicules changent",
        "{plan}: {n} neighbourhoods, {s} sites, {v} vehicles change",
    ),
}
