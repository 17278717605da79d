"""Texts of the notices: to sites, to farms, to the packing bench."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "notice.week": ("Semaine du {date}", "Week of {date}"),
    "notice.site_delivery": ("{day} à {time} : {what}", "{day} at {time}: {what}"),
    "notice.families": (
        "pour {n} famille, {kg} en tout|pour {n} familles, {kg} en tout",
        "for {n} family, {kg} in all|for {n} families, {kg} in all",
    ),
    "notice.parcels": (
        "{n} colis, {kg} en tout|{n} colis, {kg} en tout",
        "{n} parcel, {kg} in all|{n} parcels, {kg} in all",
    ),
    "notice.of_kind": ("{n} × {name}", "{n} × {name}"),
    "notice.at_relay": (
        "à retirer au relais : {relay} ({commune})",
        "to be fetched at the relay: {relay} ({commune})",
    ),
    "notice.by_vehicle": ("livraison par le véhicule {vehicle}", "delivered by vehicle {vehicle}"),
    "notice.in_basket": ("Dans le panier « {name} » : {what}", "In the basket “{name}”: {what}"),
    "notice.portions": ("{name} {kg}", "{name} {kg}"),
    "notice.order": ("Commande : {name}", "Order: {name}"),
    "notice.order_line": (
        "{name} (lot {lot}) : {n} caisse, {kg}, {eur}|{name} (lot {lot}) : {n} caisses, {kg}, {eur}",
        "{name} (lot {lot}): {n} crate, {kg}, {eur}|{name} (lot {lot}): {n} crates, {kg}, {eur}",
    ),
    "notice.we_come": (
        "{day} : le véhicule {vehicle} passe à {time}",
        "{day}: vehicle {vehicle} comes at {time}",
    ),
    "notice.you_bring": (
        "{day} : à livrer entre {opens} et {closes} – {depot}",
        "{day}: to be delivered between {opens} and {closes} – {depot}",
    ),
    "notice.total": ("Total : {kg}, {eur}", "Total: {kg}, {eur}"),
    "notice.packing": ("Préparation – {depot}", "Packing – {depot}"),
    "notice.pack": (
        "{n} panier « {name} », {kg} chacun|{n} paniers « {name} », {kg} chacun",
        "{n} basket '{name}', {kg} each|{n} baskets '{name}', {kg} each",
    ),
    "notice.pack_line": (
        "{name} : {n} portion de {g} g|{name} : {n} portions de {g} g",
        "{name}: {n} portion of {g} g|{name}: {n} portions of {g} g",
    ),
    "notice.open_lots": (
        "Caisses à ouvrir, par produit, les plus urgentes d'abord",
        "Crates to open, by product, most urgent first",
    ),
    "notice.open_line": (
        "{name}, lot {lot} : {n} caisse ({kg}), dernier jour {last}|{name}, lot {lot} : {n} caisses ({kg}), dernier jour {last}",
        "{name}, lot {lot}: {n} crate ({kg}), last day {last}|{name}, lot {lot}: {n} crates ({kg}), last day {last}",
    ),
    "notice.keeps": ("sans limite", "no limit"),
    "notice.discard": ("À jeter le soir : {name}, lot {lot}, {kg}", "To discard that evening: {name}, lot {lot}, {kg}"),
    "notice.continued": ("{heading} (suite)", "{heading} (continued)"),
    "notice.empty": ("Rien cette semaine.", "Nothing this week."),
    "notice.page": ("{title} – page {n} sur {all}", "{title} – page {n} of {all}"),
    "notice.eur": ("{n}\u00a0€", "EUR\u00a0{n}"),
}
