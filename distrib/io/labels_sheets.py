"""Texts of the driver sheets."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "sheet.title": ("Feuilles de route – {name}", "Driver sheets – {name}"),
    "sheet.empty": ("Aucune tournée cette semaine.", "No tour this week."),
    "sheet.leave": ("Départ", "Leaves"),
    "sheet.start": ("Début", "Begins"),
    "sheet.back": ("Retour", "Back"),
    "sheet.stops": ("Arrêts", "Stops"),
    "sheet.baskets": ("Paniers", "Baskets"),
    "sheet.weight": ("À livrer", "To deliver"),
    "sheet.pick_weight": ("À collecter", "To fetch"),
    "sheet.distance": ("Distance", "Distance"),
    "sheet.licence": ("permis {letter}", "licence {letter}"),
    "sheet.driver": (
        "Conducteur / conductrice : __________________________",
        "Driver: __________________________",
    ),
    "sheet.odometer": ("Compteur : départ ________ retour ________", "Odometer: start ________ end ________"),
    "sheet.trip": (
        "Trajet {n} – chargement dès {time}, départ {leave} – {depot}",
        "Trip {n} – loading from {time}, leaves {leave} – {depot}",
    ),
    "sheet.trip_empty": (
        "Trajet {n} – départ à vide à {leave} – {depot}",
        "Trip {n} – leaves empty at {leave} – {depot}",
    ),
    "sheet.load_list": ("À charger : {what} ({kg})", "To load: {what} ({kg})"),
    "sheet.return": ("{time} retour – {depot}", "{time} back – {depot}"),
    "sheet.return_unload": (
        "{time} retour, déchargement jusqu'à {end} – {depot}",
        "{time} back, unloading until {end} – {depot}",
    ),
    "sheet.col_time": ("Heure", "Time"),
    "sheet.col_place": ("Lieu", "Place"),
    "sheet.col_do": ("À faire", "To do"),
    "sheet.col_load": ("À bord", "On board"),
    "sheet.col_map": ("Carte", "Map"),
    "sheet.col_sign": ("Signature, remarque", "Signature, remark"),
    "sheet.until": ("départ {time}", "leave {time}"),
    "sheet.unload": ("Déposer {what}", "Unload {what}"),
    "sheet.pick": ("Charger : {what}", "Load: {what}"),
    "sheet.for_site": ("pour {site} : {what}", "for {site}: {what}"),
    "sheet.n_baskets": ("{n} panier|{n} paniers", "{n} basket|{n} baskets"),
    "sheet.n_of_type": ("{n} {name}", "{n} {name}"),
    "sheet.n_crates": (
        "{name}, {n}\u00a0caisse|{name}, {n}\u00a0caisses",
        "{name}, {n}\u00a0crate|{name}, {n}\u00a0crates",
    ),
    "sheet.break": ("Pause : {n} min", "Break: {n} min"),
    "sheet.opening": ("ouvert {hours}", "open {hours}"),
    "sheet.remarks": ("Remarques", "Remarks"),
    "sheet.signature": ("Signature du conducteur ou de la conductrice", "Driver's signature"),
    "sheet.footer": (
        "Heures d'arrivée arrondies à la minute supérieure, heures de début et de départ à la minute inférieure.",
        "Arrivals are rounded up to the minute, beginnings and departures down.",
    ),
    "sheet.page": ("{vehicle}, {day} – page {n} sur {all}", "{vehicle}, {day} – page {n} of {all}"),
    "sheet.kg": ("{n}\u00a0kg", "{n}\u00a0kg"),
    "sheet.km": ("{n}\u00a0km", "{n}\u00a0km"),
}
