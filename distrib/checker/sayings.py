"""What is wrong, said in French and English; {measured} and {limit} are the amounts of the finding."""

from __future__ import annotations

SAYINGS: dict[str, tuple[str, str]] = {
    # G1
    "crates_weigh": (
        "poids indiqué {measured}, mais les caisses entières pèsent {limit}.",
        "{measured} written, but the whole crates weigh {limit}.",
    ),
    "beyond_offer": ("achat de {measured}, offre de {limit} au plus.", "{measured} taken, at most {limit} on offer."),
    "row_price": (
        "prix indiqué {measured}, il devrait être de {limit}.",
        "price written {measured}, it should be {limit}.",
    ),
    "over_budget": (
        "les achats coûtent {measured}, budget {limit}.",
        "the purchases cost {measured}, the budget is {limit}.",
    ),
    # G2
    "not_a_collection_day": (
        "enlèvement le {measured}, qui n'est pas un jour de collecte.",
        "collected on {measured}, which is not a collection day.",
    ),
    "collected_too_late": (
        "enlèvement le {measured}, après la dernière livraison ({limit}).",
        "collected on {measured}, after the last delivery day ({limit}).",
    ),
    "not_ready": (
        "enlevé le {measured}, prêt seulement le {limit}.",
        "collected on {measured}, ready only on {limit}.",
    ),
    "packed_too_old": (
        "mis en panier le {measured}, dernier jour d'utilisation {limit}.",
        "packed on {measured}, last usable day {limit}.",
    ),
    "packed_too_soon": (
        "{measured} mis en panier jusqu'à ce jour, {limit} seulement étaient disponibles (délai de préparation compris).",
        "{measured} packed up to this day, only {limit} were usable by then (packing lead time included).",
    ),
    # G3
    "portions_weigh": (
        "poids indiqué {measured}, les portions pèsent {limit}.",
        "{measured} written, the portions weigh {limit}.",
    ),
    "recipe_light": ("le panier pèse {measured}, minimum {limit}.", "the basket weighs {measured}, at least {limit}."),
    "recipe_heavy": ("le panier pèse {measured}, maximum {limit}.", "the basket weighs {measured}, at most {limit}."),
    "recipe_poor": ("{measured} dans le panier, minimum {limit}.", "{measured} in the basket, at least {limit}."),
    "recipe_fruit": ("{measured} de fruits, minimum {limit}.", "{measured} fruit, at least {limit}."),
    "too_many_portions": ("{measured} par panier, maximum {limit}.", "{measured} a basket, at most {limit}."),
    "kit_differs": (
        "{measured} dans la recette, le contenu fixe en prévoit {limit}.",
        "{measured} in the recipe, the fixed contents hold {limit}.",
    ),
    "no_recipe": ("des paniers sont préparés sans recette.", "baskets are packed without a recipe."),
    "too_many_variants": (
        "{measured} pour ce panier le même jour, maximum {limit}.",
        "{measured} for this basket on one day, at most {limit}.",
    ),
    # G4
    "ledger_row_missing": (
        "la ligne de stock de ce jour manque.",
        "the stock ledger has no row for this day.",
    ),
    "ledger_row_extra": (
        "cette ligne de stock ne correspond à aucune marchandise.",
        "this row of the stock ledger is about no goods.",
    ),
    "ledger_opening": (
        "stock d'ouverture {measured}, la veille laisse {limit}.",
        "opening stock {measured}, the day before leaves {limit}.",
    ),
    "ledger_in": (
        "entrées {measured}, les enlèvements en apportent {limit}.",
        "{measured} came in, the collections bring {limit}.",
    ),
    "ledger_balance": (
        "stock de clôture {measured}, le calcul donne {limit}.",
        "closing stock {measured}, the sum gives {limit}.",
    ),
    "ledger_negative": ("stock de clôture négatif ({measured}).", "closing stock is negative ({measured})."),
    "ledger_discarded": (
        "{measured} jetés, il devrait y en avoir {limit} (tout le reste le dernier jour d'utilisation, rien avant).",
        "{measured} discarded, it should be {limit} (all that is left on the last usable day, nothing before).",
    ),
    "packed_of_product": (
        "{measured} sortis du stock, les recettes en demandent {limit}.",
        "{measured} taken from stock, the recipes need {limit}.",
    ),
    "cold_storage": (
        "{measured} en chambre froide le soir, limite {limit}.",
        "{measured} in cold storage at night, limit {limit}.",
    ),
    "storage": ("{measured} en stock le soir, limite {limit}.", "{measured} in storage at night, limit {limit}."),
    # G5
    "over_packed": ("préparation de {measured}, limite {limit} par jour.", "{measured} packed, limit {limit} a day."),
    "packed_not_delivered": (
        "livraison de {measured} le jour même depuis cette plateforme, préparation de {limit}.",
        "{measured} delivered that day from this depot, {limit} packed.",
    ),
    # G6
    "allocated_delivered": (
        "livraison de {measured}, attribution de {limit}.",
        "{measured} delivered, {limit} allocated.",
    ),
    # G7
    "outside_catchment": (
        "la zone ne peut pas utiliser ce point de distribution (trop loin).",
        "the zone cannot use this site (not in its catchment).",
    ),
    "beyond_need": ("attribution de {measured}, besoin de {limit}.", "{measured} allocated, need {limit}."),
    # G8
    "not_a_delivery_day": (
        "livraison un jour sans livraisons ({measured}).",
        "delivered on a day without deliveries ({measured}).",
    ),
    "site_closed": ("le lieu de dépôt est fermé ce jour-là.", "the place of drop is closed that day."),
    "wrong_drop_place": (
        "paniers déposés à {measured} au lieu de {limit}.",
        "baskets dropped at {measured}, not {limit}.",
    ),
    "relay_chain": (
        "le relais reçoit lui-même ses paniers par {measured} : un relais n'a pas de relais.",
        "the relay gets its own baskets through {measured}: a relay has no relay.",
    ),
    "site_full": ("{measured} dans la journée, limite {limit}.", "{measured} in the day, limit {limit}."),
    "relay_full": (
        "{measured} à relayer dans la journée, limite {limit}.",
        "{measured} to pass on in the day, limit {limit}.",
    ),
    "visit_small": ("{measured} lors de ce passage, minimum {limit}.", "{measured} on this visit, at least {limit}."),
    "week_small": ("{measured} dans la semaine, minimum {limit}.", "{measured} in the week, at least {limit}."),
    "programme_size": (
        "attribution de {measured}, taille du programme {limit}.",
        "{measured} allocated, its size is {limit}.",
    ),
    # T1
    "outside_window": (
        "service à {measured}, hors des horaires (limite {limit}).",
        "service starts at {measured}, outside the hours (limit {limit}).",
    ),
    "before_depot": (
        "la tournée commence à {measured}, la plateforme ouvre à {limit}.",
        "the trip begins at {measured}, the depot opens at {limit}.",
    ),
    "after_depot": (
        "la tournée finit à {measured}, la plateforme ferme à {limit}.",
        "the trip ends at {measured}, the depot closes at {limit}.",
    ),
    # T2
    "overloaded": ("chargé {measured}, limite {limit}.", "loaded {measured}, limit {limit}."),
    "overfull": ("chargé {measured}, limite {limit}.", "loaded {measured}, limit {limit}."),
    "load_written": (
        "charge indiquée {measured}, le calcul donne {limit}.",
        "load written {measured}, the sum gives {limit}.",
    ),
    # T3
    "no_way": ("aucun trajet connu de {measured} à {limit}.", "no known way from {measured} to {limit}."),
    "too_fast": (
        "arrivée à {measured}, pas avant {limit} d'après le temps de conduite.",
        "arrives at {measured}, not before {limit} by the driving time.",
    ),
    "driving_written": (
        "trajet indiqué {measured}, il dure {limit}.",
        "driving time written {measured}, it takes {limit}.",
    ),
    "starts_early": (
        "service à {measured}, avant l'arrivée à {limit}.",
        "service at {measured}, before arriving at {limit}.",
    ),
    "leaves_early": (
        "départ à {measured}, pas avant {limit} d'après le temps de service et la pause.",
        "leaves at {measured}, not before {limit} by service time and break.",
    ),
    "loads_fast": ("{measured} de chargement, il en faut {limit}.", "{measured} of loading, it takes {limit}."),
    "first_row_waits": (
        "début de tournée à {measured}, chargement à {limit} : les deux doivent coïncider.",
        "the trip begins at {measured} but loads at {limit}: both must be the same.",
    ),
    # T4
    "before_shift": (
        "commence à {measured}, service à partir de {limit}.",
        "begins at {measured}, the shift at {limit}.",
    ),
    "after_shift": ("finit à {measured}, fin de service {limit}.", "ends at {measured}, the shift at {limit}."),
    "vehicle_off": ("le véhicule n'est pas disponible le {measured}.", "the vehicle is not available on {measured}."),
    "too_many_trips": ("{measured}, maximum {limit}.", "{measured}, at most {limit}."),
    "day_long": (
        "{measured} de la première arrivée au dernier départ, maximum {limit}.",
        "{measured} from first arrival to last departure, at most {limit}.",
    ),
    "drives_long": (
        "{measured} de conduite dans la journée, maximum {limit}.",
        "{measured} of driving on the day, at most {limit}.",
    ),
    "no_break": ("{measured} sans pause, maximum {limit}.", "{measured} without a break, at most {limit}."),
    "drivers_c": (
        "{measured} de plus de 3,5 t, {limit} avec le permis C.",
        "{measured} over 3.5 t, {limit} with licence C.",
    ),
    "drivers": ("{measured} en service pour {limit}.", "{measured} in use, {limit} at hand."),
    # T5
    "vehicle_large": (
        "véhicule de {measured} de PTAC, ce lieu accepte jusqu'à {limit}.",
        "vehicle of {measured} gross weight, this place takes up to {limit}.",
    ),
    "vehicle_settled": (
        "un autre véhicule est fixé pour ce site (fixed_days).",
        "another vehicle is settled for this site (fixed_days).",
    ),
    "cold_chain": (
        "un produit à garder au froid est enlevé par un véhicule non réfrigéré.",
        "a product that needs cold is picked by a vehicle that is not cold.",
    ),
    # T6
    "not_at_depot": (
        "la tournée devrait commencer et finir à {limit}, pas à {measured}.",
        "the trip should begin and end at {limit}, not at {measured}.",
    ),
    "trip_unfinished": ("la tournée n'a qu'une ligne.", "the trip has a single row."),
    "depot_between": ("passage à la plateforme au milieu d'une tournée.", "a depot row in the middle of a trip."),
    "loaded": (
        "{measured} chargés au départ, {limit} livrés pendant la tournée.",
        "{measured} loaded at the start, {limit} dropped on the trip.",
    ),
    "wrong_depot": (
        "marchandise achetée pour {measured}, le véhicule rentre à {limit}.",
        "goods bought for {measured}, the vehicle returns to {limit}.",
    ),
    "not_packed_yet": (
        "chargement de {measured} jusqu'à ce moment, préparation de {limit}.",
        "{measured} loaded by then, {limit} packed.",
    ),
    # T7
    "trips_overlap": (
        "la tournée commence à {measured}, la précédente finit à {limit}.",
        "the trip begins at {measured}, the one before ends at {limit}.",
    ),
    "delivery_uncarried": ("aucun arrêt ne fait cette livraison ({limit}).", "no stop makes this delivery ({limit})."),
    "drop_baskets": (
        "dépôt de {measured}, {limit} d'après les livraisons.",
        "{measured} dropped, the deliveries say {limit}.",
    ),
    "drop_kg": (
        "dépôt de {measured}, {limit} d'après les livraisons.",
        "{measured} dropped, the deliveries weigh {limit}.",
    ),
    "collection_uncarried": (
        "aucun arrêt ne fait cet enlèvement ({limit}).",
        "no stop makes this collection ({limit}).",
    ),
    "farm_does_not_deliver": (
        "aucun véhicule prévu, et cette ferme ne livre pas elle-même.",
        "no vehicle is planned, and this farm does not deliver itself.",
    ),
    "pick_kg": (
        "chargement de {measured}, {limit} d'après les enlèvements.",
        "{measured} picked, the collections weigh {limit}.",
    ),
    # P1
    "unknown_id": ("« {measured} » est inconnu ({limit}).", "'{measured}' is unknown ({limit})."),
    "quantity": ("valeur {measured}, minimum {limit}.", "value {measured}, at least {limit}."),
    "time_of_day": ("heure hors de la journée ({measured} s).", "time outside the day ({measured} s)."),
    "doubled_row": ("cette ligne est en double.", "this row is there twice."),
    "row_order": ("cette ligne n'est pas à sa place dans l'ordre des identifiants.", "this row is out of order."),
    "trip_numbers": ("tournées numérotées {measured} au lieu de {limit}.", "trips numbered {measured}, not {limit}."),
    "stop_numbers": ("arrêts numérotés {measured} au lieu de {limit}.", "stops numbered {measured}, not {limit}."),
    "idle_stop": ("arrêt où rien n'est déposé ni chargé.", "a stop where nothing is dropped or picked."),
    "idle_trip": ("tournée sans aucun arrêt.", "a trip without any stop."),
    "km_written": ("distance indiquée {measured}, elle est de {limit}.", "distance written {measured}, it is {limit}."),
    "delivery_time": (
        "heure indiquée {measured}, l'arrêt dit {limit}.",
        "time written {measured}, the stop says {limit}.",
    ),
    "delivery_kg": (
        "poids indiqué {measured}, la recette donne {limit}.",
        "weight written {measured}, the recipe gives {limit}.",
    ),
    "packing_kg": (
        "poids indiqué {measured}, la recette donne {limit}.",
        "weight written {measured}, the recipe gives {limit}.",
    ),
    "recipe_unused": ("recette sans paniers préparés.", "a recipe of which nothing is packed."),
    "stock_lot_collected": (
        "ce lot est déjà à la plateforme, il ne s'achète pas.",
        "this lot is in the depot already; it cannot be bought.",
    ),
    "not_the_lots": (
        "« {measured} » indiqué, pour ce lot c'est « {limit} ».",
        "'{measured}' written, for this lot it is '{limit}'.",
    ),
    "trip_of_collection": (
        "véhicule « {measured} » et tournée {limit} ne vont pas ensemble.",
        "vehicle '{measured}' and trip {limit} do not go together.",
    ),
    "zone_neighbourhood": (
        "quartier indiqué {measured}, la zone est dans {limit}.",
        "neighbourhood {measured}, the zone is in {limit}.",
    ),
    "walk_written": ("marche indiquée {measured}, elle est de {limit}.", "walk written {measured}, it is {limit}."),
    "coverage_missing": ("ligne de couverture manquante.", "its row of coverage is missing."),
    "coverage_follows": (
        "valeur indiquée {measured}, le calcul donne {limit}.",
        "{measured} written, the sum gives {limit}.",
    ),
    "unknown_reason": ("raison inconnue : « {measured} ».", "unknown reason: '{measured}'."),
    "need_not_met": (
        "le besoin est dit couvert : {measured} pour {limit}.",
        "the need is said to be met: {measured} for {limit}.",
    ),
    "unserved_missing": ("ligne manquante ({limit}).", "row missing ({limit})."),
    "unserved_extra": ("ligne sans objet ({measured}).", "row about nothing ({measured})."),
    "unserved_quantity": (
        "valeur indiquée {measured}, le calcul donne {limit}.",
        "{measured} written, the sum gives {limit}.",
    ),
    "unserved_unit": ("unité « {measured} » au lieu de « {limit} ».", "unit '{measured}', not '{limit}'."),
    "fairness_baskets": (
        "valeur indiquée {measured}, attribution de {limit}.",
        "{measured} written, {limit} allocated.",
    ),
    "fairness_gap": ("écart indiqué {measured}, il est de {limit}.", "gap written {measured}, it is {limit}."),
    "fairness_proven": (
        "la preuve ne suit pas de {measured} pour une borne de {limit}.",
        "the proof does not follow from {measured} and a bound of {limit}.",
    ),
    "fairness_lacking": (
        "règle manquante « {measured} » : elle est donnée quand rien n'est prouvé, et alors seulement.",
        "lacking rule '{measured}': it is given where nothing is proven, and only there.",
    ),
    "fairness_missing": ("la preuve d'équité de ce quartier manque.", "its proof of fairness is missing."),
    "level_without_bound": ("niveau dit prouvé, mais sans borne.", "a level called proven has no bound."),
    "level_why": (
        "raison « {measured} » : elle est donnée quand un niveau n'est pas prouvé, et alors seulement.",
        "why not proven: '{measured}'; it is given where a level is not proven, and only there.",
    ),
}
