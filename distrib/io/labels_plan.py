"""Texts about the tables of a plan: what is wrong with one, and the words shared by every output."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # what a cell of a plan table should hold
    "expects.text": ("un texte", "a text"),
    "expects.id": ("un identifiant", "an id"),
    "expects.count": ("un nombre entier, par exemple 12", "a whole number, for example 12"),
    "expects.count_or_empty": ("un nombre entier, ou rien", "a whole number, or nothing"),
    "expects.kg": (
        "des kg avec 3 décimales au plus, par exemple 12.500",
        "kg with at most 3 decimals, for example 12.500",
    ),
    "expects.km": (
        "des km avec 3 décimales au plus, par exemple 4.210",
        "km with at most 3 decimals, for example 4.210",
    ),
    "expects.eur": (
        "des euros avec 2 décimales au plus, par exemple 8.40",
        "euros with at most 2 decimals, for example 8.40",
    ),
    "expects.minutes": ("des minutes, par exemple 12.500", "minutes, for example 12.500"),
    "expects.percent": ("un pourcentage, par exemple 74.81, ou rien", "a percentage, for example 74.81, or nothing"),
    "expects.microbaskets": (
        "des paniers avec 6 décimales au plus, par exemple 41.666667",
        "baskets with at most 6 decimals, for example 41.666667",
    ),
    "expects.quantity": (
        "un nombre entier de paniers, ou des kg avec 3 décimales au plus",
        "whole baskets, or kg with at most 3 decimals",
    ),
    "expects.clock": ("une heure, par exemple 09:30:00", "a time, for example 09:30:00"),
    "expects.date": ("une date, par exemple 2020-04-20", "a date, for example 2020-04-20"),
    "expects.date_or_empty": (
        "une date, par exemple 2020-04-20, ou rien",
        "a date, for example 2020-04-20, or nothing",
    ),
    "expects.yes_no": ("yes ou no", "yes or no"),
    "expects.one_of": ("l'un de : {choices}", "one of: {choices}"),
    # faults of a plan folder
    "fault.missing_folder": ("ce dossier n'existe pas", "this folder does not exist"),
    "fault.missing_table": ("le fichier manque", "the file is missing"),
    "fault.missing_sheet": ("la feuille manque", "the sheet is missing"),
    "fault.unreadable_file": ("le fichier ne peut pas être lu : {why}", "the file cannot be read: {why}"),
    "fault.missing_header": ("la ligne d'en-tête manque", "the header line is missing"),
    "fault.missing_column": ("la colonne manque", "the column is missing"),
    "fault.doubled_column": ("la colonne figure deux fois", "the column is there twice"),
    "fault.wrong_width": (
        "la ligne a {found} cellules, l'en-tête {expected}",
        "the line has {found} cells, the header {expected}",
    ),
    "fault.bad_value": ("la valeur ne peut pas être lue", "the value cannot be read"),
    "fault.unknown_id": (
        "cet identifiant n'est pas dans dataset/{table_name}",
        "this id is not in dataset/{table_name}",
    ),
    "fault.bad_summary": ("le contenu ne peut pas être lu : {why}", "the content cannot be read: {why}"),
    "remedy.write": ("écrire {expected}", "write {expected}"),
    "remedy.restore_file": (
        "remettre le fichier, ou refaire le plan avec distrib plan",
        "put the file back, or make the plan again with distrib plan",
    ),
    "remedy.give_plan_folder": ("donner le dossier écrit par distrib plan", "give the folder that distrib plan wrote"),
    "remedy.save_as_utf8": ("enregistrer le fichier en CSV UTF-8", "save the file as CSV UTF-8"),
    "remedy.restore_column": ("remettre la colonne {column}", "put the column {column} back"),
    "remedy.keep_one_column": ("n'en garder qu'une", "keep only one"),
    "remedy.same_width": ("une cellule par colonne de l'en-tête", "one cell per column of the header"),
    "remedy.use_known_id": ("écrire un identifiant connu", "write a known id"),
    "remedy.use_nearest_id": (
        "écrire un identifiant connu, par exemple {nearest}",
        "write a known id, for example {nearest}",
    ),
    # reasons of the plan tables
    "reason.": ("", ""),
    "reason.need_met": ("besoin couvert", "need met"),
    "reason.programme": ("taille du programme", "size of the programme"),
    "reason.produce": ("produits disponibles", "produce on offer"),
    "reason.recipe": ("composition du panier", "recipe of the basket"),
    "reason.site_capacity": ("capacité du site", "capacity of the site"),
    "reason.site_hours": ("horaires du site", "hours of the site"),
    "reason.packing": ("capacité d'emballage", "packing capacity"),
    "reason.storage": ("stockage de la plateforme", "storage of the depot"),
    "reason.transport": ("transport", "transport"),
    "reason.catchment": ("aucun site à portée", "no site within reach"),
    "reason.budget": ("budget d'achat", "purchase budget"),
    "reason.minimum": ("minimum du site", "minimum of the site"),
    "programme.baskets": ("paniers", "baskets"),
    "basket.variant": ("{name} (recette {n})", "{name} (recipe {n})"),
}
