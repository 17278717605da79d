"""Texts of reasons and remedies: why something is not served, what would change it, what that does to whom."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # why a need is not met
    "because.need.programme": (
        "Le programme ne prévoit pas assez de paniers : avec un programme plus grand, ce quartier en recevrait davantage.",
        "The programme is not large enough: with a larger one this neighbourhood would get more.",
    ),
    "because.need.produce": (
        "Il n'y a pas assez de denrées utilisables : avec plus de denrées, ce quartier recevrait davantage.",
        "There is not enough usable produce: with more of it this neighbourhood would get more.",
    ),
    "because.need.recipe": (
        "Les règles de composition du panier limitent le nombre de paniers possibles.",
        "The rules on what a basket holds limit how many baskets can be made.",
    ),
    "because.need.site_capacity": (
        "Les sites de distribution accessibles sont pleins les jours où ils ouvrent.",
        "The sites within reach are full on the days they open.",
    ),
    "because.need.site_hours": (
        "Les sites de distribution accessibles n'ouvrent pas assez les jours de livraison.",
        "The sites within reach do not open enough on delivery days.",
    ),
    "because.need.packing": (
        "L'atelier de préparation est à sa limite.",
        "The packing bench is at its limit.",
    ),
    "because.need.storage": ("Le stockage de la plateforme est plein.", "Storage at the hub is full."),
    "because.need.transport": (
        "Les véhicules et les chauffeurs disponibles ne peuvent pas transporter davantage.",
        "The vehicles and drivers at hand cannot carry more.",
    ),
    "because.need.catchment": (
        "Aucun site de distribution utilisable, ou pas assez, à distance de marche.",
        "No usable site, or not enough of them, within walking distance.",
    ),
    "because.need.budget": ("Le budget d'achat est épuisé.", "The purchase budget is used up."),
    "because.need.minimum": (
        "Le minimum de paniers par visite ou par semaine n'est pas atteint.",
        "The least number of baskets a visit or a week is not reached.",
    ),
    # why a site gets nothing all week
    "because.site.site_hours": (
        "Ce site n'ouvre aucun jour de livraison.",
        "This site opens on no delivery day.",
    ),
    "because.site.catchment": (
        "Aucune zone ayant un besoin ne peut venir à ce site.",
        "No zone with need can come to this site.",
    ),
    "because.site.site_capacity": (
        "Ce site n'a de place pour aucun panier.",
        "This site has no place for any basket.",
    ),
    "because.site.minimum": (
        "Les minima de ce site dépassent ce qu'il peut recevoir : sans eux, il pourrait être servi.",
        "The minima of this site are above what it can get: without them it could be served.",
    ),
    "because.site.transport": (
        "Aucun véhicule ne peut y apporter un panier : {detail}",
        "No vehicle can bring a basket there: {detail}",
    ),
    "because.site.need_met": (
        "Tout le besoin de ses zones est couvert par d'autres sites.",
        "All need of its zones is met at other sites.",
    ),
    "because.site.elsewhere": (
        "Il pourrait être servi sans rien coûter à l'équité ; ses zones le sont par d'autres sites, avec moins de passages.",
        "It could be served at no cost to fairness; its zones are, at other sites, with fewer visits.",
    ),
    # why usable kg of a lot are not bought
    "because.lot.need_met": (
        "Tout le besoin est couvert : il n'y a pas de panier de plus à remplir.",
        "All need is met: there is no further basket to fill.",
    ),
    "because.lot.programme": (
        "Le programme est complet : avec un programme plus grand, davantage de denrées seraient achetées.",
        "The programme is full: with a larger one more produce would be bought.",
    ),
    "because.lot.budget": (
        "Le budget d'achat est épuisé : avec plus de budget, davantage de denrées seraient achetées.",
        "The purchase budget is used up: with a larger one more produce would be bought.",
    ),
    "because.lot.storage": (
        "Le stockage de la plateforme ne permet pas d'en prendre davantage.",
        "Storage at the hub does not allow more of it.",
    ),
    "because.lot.transport": (
        "Les véhicules ne peuvent pas en chercher ou en livrer davantage.",
        "The vehicles cannot fetch or deliver more of it.",
    ),
    "because.lot.recipe": (
        "Les règles du panier ne permettent pas d'en mettre davantage.",
        "The rules of the basket do not allow more of it.",
    ),
    "because.lot.produce": (
        "D'autres denrées manquent pour faire d'autres paniers avec celle-ci.",
        "Other produce is lacking to make more baskets with this one.",
    ),
    "because.lot.packing": (
        "L'atelier ne peut pas préparer davantage de paniers.",
        "The packing bench cannot pack more baskets.",
    ),
    "because.lot.site_capacity": (
        "Les sites de distribution sont pleins : il n'y a plus de panier à remplir.",
        "The sites are full: there is no further basket to fill.",
    ),
    "because.lot.site_hours": (
        "Les sites n'ouvrent pas assez pour distribuer davantage de paniers.",
        "The sites do not open enough to hand out more baskets.",
    ),
    "because.lot.catchment": (
        "Les zones encore en besoin n'ont pas de site accessible.",
        "The zones still in need have no site within reach.",
    ),
    "because.lot.minimum": (
        "Les minima des sites empêchent de distribuer davantage de paniers.",
        "The minima of the sites keep more baskets from being handed out.",
    ),
    # why no tour carries a stop
    "because.route.no_vehicle": (
        "le {day}, aucun véhicule de sa plateforme ne roule.",
        "on {day} no vehicle of its depot runs.",
    ),
    "because.route.not_settled": (
        "le {day}, le véhicule fixé pour ce lieu ne roule pas, ou pas depuis cette plateforme.",
        "on {day} the vehicle settled for the place does not run, or not from this depot.",
    ),
    "because.route.too_heavy": (
        "le {day}, aucun véhicule de {gvw_kg} kg au plus ne roule ; le plus léger en pèse {lightest_kg} kg.",
        "on {day} no vehicle of at most {gvw_kg} kg gross weight runs; the lightest has {lightest_kg} kg.",
    ),
    "because.route.not_cold": (
        "le {day}, aucun véhicule réfrigéré admis n'y roule.",
        "on {day} no cold vehicle that may go there runs.",
    ),
    "because.route.too_big": (
        "le {day}, aucun véhicule admis ne contient le tout : il manque {over_g} kg ou {over_places} places au mieux.",
        "on {day} no vehicle that may go there holds all of it: {over_g} kg or {over_places} places too many at best.",
    ),
    "because.route.closed": ("le {day}, le lieu n'ouvre pas.", "on {day} the place does not open."),
    "because.route.no_road": (
        "aucune route aller et retour dans la table des trajets.",
        "the travel table has no way there and back.",
    ),
    "because.route.packed_late": (
        "le {day}, même seul sur sa tournée, il faudrait des paniers prêts {short_s} min plus tôt.",
        "on {day}, even alone on its tour, its baskets would have to be packed {short_s} min earlier.",
    ),
    "because.route.hours_missed": (
        "le {day}, même seul sur sa tournée, aucun véhicule n'y est pendant les horaires puis de retour à temps : il manque {short_s} min.",
        "on {day}, even alone on its tour, no vehicle gets there within the hours and back in its shift: {short_s} min are missing.",
    ),
    "because.route.shift_short": (
        "le {day}, l'aller-retour dépasse tout service de {short_s} min.",
        "on {day} the way there and back is longer than any shift, by {short_s} min.",
    ),
    "because.route.no_driver": (
        "le {day}, {idle} véhicules libres pourraient y aller, mais les {people} chauffeurs sont sortis (dont {heavy} permis C).",
        "on {day} {idle} idle vehicles could go, but all {people} drivers are out ({heavy} with licence C).",
    ),
    "because.route.time_full": (
        "le {day}, tous les véhicules qui pourraient y aller sont sortis et manquent de temps, de {short_s} min au mieux.",
        "on {day} all vehicles that could go are out and short of time, by {short_s} min at best.",
    ),
    "because.route.load_full": (
        "le {day}, tous les véhicules qui pourraient y aller sont pleins : il manque {over_g} kg ou {over_places} places au mieux.",
        "on {day} all vehicles that could go are full, by {over_g} kg or {over_places} places at best.",
    ),
    "because.route.day_full": (
        "le {day} ne peut pas avoir plus de paniers : il y en aurait {over_baskets} de trop.",
        "{day} may have no more baskets: there would be {over_baskets} too many.",
    ),
    "because.route.trips_full": (
        "le {day}, tous les véhicules qui pourraient y aller ont fait toutes leurs rotations.",
        "on {day} all vehicles that could go have made all their trips.",
    ),
    "because.route.at": ("{site} : {detail}", "{site}: {detail}"),
    # changes, as the subject of a sentence
    "change.programme": (
        "+{n} panier au programme {programme}|+{n} paniers au programme {programme}",
        "+{n} basket in the programme {programme}|+{n} baskets in the programme {programme}",
    ),
    "change.budget": (
        "+{eur} € de budget d'achat|+{eur} € de budget d'achat",
        "+{eur} EUR of purchase budget|+{eur} EUR of purchase budget",
    ),
    "change.lot": (
        "{kg} kg de plus de « {product} » (lot {lot}, {farm})|{kg} kg de plus de « {product} » (lot {lot}, {farm})",
        "{kg} kg more of “{product}” (lot {lot}, {farm})|{kg} kg more of “{product}” (lot {lot}, {farm})",
    ),
    "change.produce": (
        "{tenths} % de denrées de plus dans chaque lot ({kg} kg)|{tenths} % de denrées de plus dans chaque lot ({kg} kg)",
        "{tenths} % more of every lot ({kg} kg)|{tenths} % more of every lot ({kg} kg)",
    ),
    "change.packing": (
        "+{n} panier préparé par jour à {depot}|+{n} paniers préparés par jour à {depot}",
        "+{n} basket packed a day at {depot}|+{n} baskets packed a day at {depot}",
    ),
    "change.packing_rate": (
        "+{n} panier préparé par jour à {depot} (+{rate} par heure)|+{n} paniers préparés par jour à {depot} (+{rate} par heure)",
        "+{n} basket packed a day at {depot} (+{rate} an hour)|+{n} baskets packed a day at {depot} (+{rate} an hour)",
    ),
    "change.storage": (
        "+{kg} kg de stockage à {depot}|+{kg} kg de stockage à {depot}",
        "+{kg} kg of storage at {depot}|+{kg} kg of storage at {depot}",
    ),
    "change.cold_storage": (
        "+{kg} kg de stockage froid à {depot}|+{kg} kg de stockage froid à {depot}",
        "+{kg} kg of cold storage at {depot}|+{kg} kg of cold storage at {depot}",
    ),
    "change.recipe_products": (
        "exiger {n} produit par panier « {basket} », un de moins|exiger {n} produits par panier « {basket} », un de moins",
        "asking for {n} product in a basket “{basket}”, one fewer|asking for {n} products in a basket “{basket}”, one fewer",
    ),
    "change.recipe_fruit": (
        "exiger {hundredths} % de fruits dans le panier « {basket} », un cran de moins|exiger {hundredths} % de fruits dans le panier « {basket} », un cran de moins",
        "asking for {hundredths} % of fruit in a basket “{basket}”, a step less|asking for {hundredths} % of fruit in a basket “{basket}”, a step less",
    ),
    "change.recipe_weight": (
        "exiger {kg} kg au moins dans le panier « {basket} », un cran de moins|exiger {kg} kg au moins dans le panier « {basket} », un cran de moins",
        "asking for {kg} kg at least in a basket “{basket}”, a step less|asking for {kg} kg at least in a basket “{basket}”, a step less",
    ),
    "change.portions": (
        "permettre {n} portion de « {product} » par panier|permettre {n} portions de « {product} » par panier, une de plus",
        "allowing {n} portion of “{product}” in a basket|allowing {n} portions of “{product}” in a basket, one more",
    ),
    "change.places": (
        "+{n} panier par jour à {site}|+{n} paniers par jour à {site}",
        "+{n} basket a day at {site}|+{n} baskets a day at {site}",
    ),
    "change.places_relayed": (
        "+{n} panier par jour à {site} et par son relais {relay}|+{n} paniers par jour à {site} et par son relais {relay}",
        "+{n} basket a day at {site} and through its relay {relay}|+{n} baskets a day at {site} and through its relay {relay}",
    ),
    "change.open": (
        "ouvrir {site} le {day} de {opens} à {closes}|ouvrir {site} le {day} de {opens} à {closes}",
        "opening {site} on {day} from {opens} to {closes}|opening {site} on {day} from {opens} to {closes}",
    ),
    "change.hours": (
        "ouvrir {site} de {opens} à {closes} les jours où il ouvre|ouvrir {site} de {opens} à {closes} les jours où il ouvre",
        "opening {site} from {opens} to {closes} on the days it opens|opening {site} from {opens} to {closes} on the days it opens",
    ),
    "change.link": (
        "ouvrir {site} à la zone {zone} ({metres} m à pied)|ouvrir {site} à la zone {zone} ({metres} m à pied)",
        "letting zone {zone} use {site} (a walk of {metres} m)|letting zone {zone} use {site} (a walk of {metres} m)",
    ),
    "change.minimum": (
        "renoncer aux minima de {site}|renoncer aux minima de {site}",
        "giving up the minima of {site}|giving up the minima of {site}",
    ),
    "change.access": (
        "rendre {site} accessible aux véhicules de {kg} kg|rendre {site} accessible aux véhicules de {kg} kg",
        "making {site} fit for vehicles of {kg} kg|making {site} fit for vehicles of {kg} kg",
    ),
    "change.vehicle": (
        "un véhicule de plus le {day} ({kind}, comme {like})|un véhicule de plus le {day} ({kind}, comme {like})",
        "one more vehicle on {day} ({kind}, like {like})|one more vehicle on {day} ({kind}, like {like})",
    ),
    "change.vehicle_week": (
        "un véhicule de plus pendant {number} jours ({kind}, comme {like})|un véhicule de plus pendant {number} jours ({kind}, comme {like})",
        "one more vehicle for {number} days ({kind}, like {like})|one more vehicle for {number} days ({kind}, like {like})",
    ),
    "change.driver": (
        "un chauffeur de plus le {day} (permis {licence})|un chauffeur de plus le {day} (permis {licence})",
        "one more driver on {day} (licence {licence})|one more driver on {day} (licence {licence})",
    ),
    "change.shift": (
        "un service plus long de {n} min pour {vehicle}|un service plus long de {n} min pour {vehicle}",
        "a shift {n} min longer for {vehicle}|a shift {n} min longer for {vehicle}",
    ),
    # what a change does
    "effect.raises": (
        "{change} fait passer {who} de {before} % à {after} %|{change} font passer {who} de {before} % à {after} %",
        "{change} raises {who} from {before} % to {after} %|{change} raises {who} from {before} % to {after} %",
    ),
    "effect.carries": (
        "{change} permet de livrer {site}|{change} permettent de livrer {site}",
        "with {change}, {site} can be served|with {change}, {site} can be served",
    ),
    "effect.nobody_loses": ("aucun quartier n'y perd", "no neighbourhood loses"),
    "effect.losers": (
        "{n} quartier y perd : {who} passe de {before} à {after} paniers|{n} quartiers y perdent, le plus {who} : de {before} à {after} paniers",
        "{n} neighbourhood loses: {who} goes from {before} to {after} baskets|{n} neighbourhoods lose, most of all {who}: from {before} to {after} baskets",
    ),
    "effect.winners": (
        "{n} autre quartier y gagne|{n} autres quartiers y gagnent",
        "{n} other neighbourhood gains|{n} other neighbourhoods gain",
    ),
    "effect.price": ("environ {eur} €", "about {eur} EUR"),
}
