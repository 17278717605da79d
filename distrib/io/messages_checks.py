"""Sentences about rows and settings that contradict each other, and about scenarios."""

from __future__ import annotations

from distrib.io.messages_text import Text

CHECKS: dict[str, Text] = {
    "fixed_day_closed": Text(
        fr=(
            "le site {site} n'ouvre pas ce jour-là (ses jours : {days})",
            "écrire un de ses jours, ou lui donner des horaires ce jour-là (site_hours)",
        ),
        en=(
            "the site {site} does not open that day (its days: {days})",
            "write one of its days, or give it hours that day (site_hours)",
        ),
    ),
    "fixed_relayed": Text(
        fr=(
            "ce site est livré chez son relais {relay} : ni véhicule ni heure ne s'y fixent",
            "les fixer pour {relay}, ou vider la cellule",
        ),
        en=(
            "this site is served through its relay {relay}: no vehicle or time can be settled for it",
            "settle them for {relay}, or empty the cell",
        ),
    ),
    "fixed_time_closed": Text(
        fr=(
            "le site {site} n'est pas ouvert à ces heures-là",
            "écrire des heures dans ses horaires (site_hours)",
        ),
        en=("the site {site} is not open at these times", "write times within its hours (site_hours)"),
    ),
    "fixed_vehicle_off": Text(
        fr=(
            "{value} ne roule aucun des jours du site {site} (jours du véhicule : {days})",
            "écrire un autre véhicule ou un autre jour",
        ),
        en=(
            "{value} runs on none of the days of the site {site} (days of the vehicle: {days})",
            "write another vehicle or another day",
        ),
    ),
    "fixed_vehicle_heavy": Text(
        fr=("{value} pèse {gvw} kg, le site accepte jusqu'à {limit} kg", "écrire un véhicule plus léger"),
        en=("{value} weighs {gvw} kg, the site takes up to {limit} kg", "write a lighter vehicle"),
    ),
    "previous_twice": Text(
        fr=(
            "« {value} » et « {other} » sont deux plans de la même semaine ({week})",
            "ne donner qu'un plan par semaine avec --previous",
        ),
        en=("“{value}” and “{other}” are two plans of the same week ({week})", "give one plan a week with --previous"),
    ),
    "previous_not_before": Text(
        fr=(
            "« {value} » est le plan de la semaine du {week}, qui n'est pas avant celle à planifier",
            "donner le plan de la semaine du {due}, ou corriger week_start",
        ),
        en=(
            "“{value}” is the plan of the week of {week}, which is not before the one to plan",
            "give the plan of the week of {due}, or correct week_start",
        ),
    ),
    "previous_week": Text(
        fr=(
            "le dernier plan donné, « {value} », est celui de la semaine du {week}, pas de la semaine passée",
            "donner aussi le plan de la semaine du {due}, ou corriger week_start",
        ),
        en=(
            "the last plan given, “{value}”, is of the week of {week}, not of last week",
            "give the plan of the week of {due} too, or correct week_start",
        ),
    ),
    "previous_broken": Text(
        fr=(
            "le plan « {value} » enfreint {count} règle(s), d'abord : {first}",
            "le corriger : distrib check le montre, distrib check --retime refait ce qui suit des retouches",
        ),
        en=(
            "the plan “{value}” breaks {count} rule(s), first: {first}",
            "put it right: distrib check shows it, distrib check --retime writes what follows from edits",
        ),
    ),
    "previous_unknown_id": Text(
        fr=(
            "« {value} », dont se sert le plan « {plan} », n'existe plus dans {what}",
            "l'y remettre sous le même identifiant{hint}",
        ),
        en=(
            "“{value}”, which the plan “{plan}” uses, is no longer in {what}",
            "put it back there under the same id{hint}",
        ),
    ),
    "doubled_key": Text(
        fr=(
            "« {value} » figure déjà à la ligne {first}",
            "n'en garder qu'une ligne ({columns} ne peuvent pas se répéter)",
        ),
        en=("“{value}” stands already on line {first}", "keep one of the rows ({columns} cannot repeat)"),
    ),
    "unknown_id": Text(
        fr=("« {value} » n'existe pas dans {of}", "écrire un identifiant de {of}{hint}, ou l'y ajouter"),
        en=("“{value}” does not exist in {of}", "write an id of {of}{hint}, or add it there"),
    ),
    "shared_place_id": Text(
        fr=(
            "l'identifiant « {value} » est déjà celui d'un lieu de {other} (ligne {first})",
            "donner un autre identifiant : sites, fermes et dépôts partagent la table travel",
        ),
        en=(
            "the id “{value}” is already that of a place of {other} (line {first})",
            "give another id: sites, farms and depots share the table travel",
        ),
    ),
    "shared_lot_id": Text(
        fr=(
            "le lot « {value} » est déjà dans {other} (ligne {first})",
            "donner un autre identifiant à l'un des deux lots",
        ),
        en=("the lot “{value}” is already in {other} (line {first})", "give one of the two lots another id"),
    ),
    "window_reversed": Text(
        fr=("{high} ({value}) vient avant {low} ({low_value})", "écrire une heure de fin après l'heure de début"),
        en=("{high} ({value}) comes before {low} ({low_value})", "write an end after the start"),
    ),
    "windows_overlap": Text(
        fr=(
            "cette plage chevauche celle de {other} (ligne {first})",
            "corriger l'une des deux, ou n'en faire qu'une ligne",
        ),
        en=("this window overlaps that of {other} (line {first})", "correct one of the two, or make them one row"),
    ),
    "min_above_max": Text(
        fr=("{low} ({low_value}) dépasse {high}", "écrire un minimum qui ne dépasse pas le maximum"),
        en=("{low} ({low_value}) is above {high}", "write a minimum that is not above the maximum"),
    ),
    "given_alone": Text(
        fr=("{given} est donné sans {missing}", "remplir les deux colonnes, ou aucune"),
        en=("{given} is given without {missing}", "fill in both columns, or neither"),
    ),
    "rules_for_light": Text(
        fr=(
            "« {value} » vaut jusqu'à 3 500 kg, ce véhicule pèse {gvw} kg",
            "écrire eu_561, ou remplir break_after_h, break_min, max_day_h et max_driving_h",
        ),
        en=(
            "“{value}” is for vehicles up to 3,500 kg, this one weighs {gvw} kg",
            "write eu_561, or fill in break_after_h, break_min, max_day_h and max_driving_h",
        ),
    ),
    "relay_to_itself": Text(
        fr=("le site est son propre relais", "nommer un autre site, ou laisser la cellule vide"),
        en=("the site is its own relay", "name another site, or leave the cell empty"),
    ),
    "relay_chain": Text(
        fr=("le relais « {value} » a lui-même un relais ({next})", "nommer un site qui reçoit lui-même ses paniers"),
        en=("the relay “{value}” has a relay itself ({next})", "name a site that gets its baskets itself"),
    ),
    "target_outside_band": Text(
        fr=("le poids visé de {value} kg est hors de la plage {band} kg", "écrire un poids entre min_kg et max_kg"),
        en=("the target of {value} kg lies outside {band} kg", "write a weight between min_kg and max_kg"),
    ),
    "persons_overlap": Text(
        fr=(
            "les ménages de {size} personnes ont déjà le panier « {other} » du programme {programme}",
            "séparer les tailles de ménage des deux paniers",
        ),
        en=(
            "households of {size} already have the basket “{other}” of the programme {programme}",
            "keep the household sizes of the two baskets apart",
        ),
    ),
    "kit_weight": Text(
        fr=(
            "le contenu fixe de « {kit} » pèse {weight} kg, hors de sa plage",
            "corriger kit_contents, ou min_kg et max_kg",
        ),
        en=(
            "the fixed contents of “{kit}” weigh {weight} kg, outside its band",
            "correct kit_contents, or min_kg and max_kg",
        ),
    ),
    "kit_products": Text(
        fr=("le contenu fixe de « {kit} » n'a que {count} produits", "corriger kit_contents, ou min_products"),
        en=("the fixed contents of “{kit}” have only {count} products", "correct kit_contents, or min_products"),
    ),
    "kit_fruit": Text(
        fr=("le contenu fixe de « {kit} » n'a que {share} % de fruits", "corriger kit_contents, ou min_fruit_pct"),
        en=("the fixed contents of “{kit}” have only {share} % of fruit", "correct kit_contents, or min_fruit_pct"),
    ),
    "kit_portions": Text(
        fr=("{value} portions de « {product} » dépassent son maximum de {most}", "en mettre au plus {most}"),
        en=("{value} portions of “{product}” exceed its maximum of {most}", "put at most {most}"),
    ),
    "best_before_ready": Text(
        fr=("le lot n'est plus bon le {value}, avant d'être prêt ({low_value})", "corriger l'une des deux dates"),
        en=("the lot is past its date on {value}, before it is ready ({low_value})", "correct one of the two dates"),
    ),
    "best_before_missing": Text(
        fr=(
            "le produit « {product} » se périme, et ce lot n'a pas de date",
            "écrire le dernier jour où il est encore bon",
        ),
        en=(
            "the product “{product}” expires, and this lot has no date",
            "write the last day on which it is still good",
        ),
    ),
    "lonlat_swapped": Text(
        fr=("longitude et latitude sont échangées (lon {lon}, lat {lat})", "écrire lon {lat} et lat {lon}"),
        en=("longitude and latitude are exchanged (lon {lon}, lat {lat})", "write lon {lat} and lat {lon}"),
    ),
    "far_place": Text(
        fr=("ce lieu est à {km} km du lieu médian ({centre})", "corriger lon et lat : 300 km au plus"),
        en=("this place is {km} km from the median place ({centre})", "correct lon and lat: 300 km at most"),
    ),
    "missing_pair": Text(
        fr=(
            "le trajet {value} manque : aucun dépôt ne va à « {place} » et n'en revient",
            "ajouter une ligne from_id {origin}, to_id {target}",
        ),
        en=(
            "the pair {value} is missing: no depot reaches “{place}” and back",
            "add a row from_id {origin}, to_id {target}",
        ),
    ),
    "unknown_programme": Text(
        fr=("aucun type de panier n'a le programme « {value} »", "nommer un programme de basket_types : {known}{hint}"),
        en=("no basket type has the programme “{value}”", "name a programme of basket_types: {known}{hint}"),
    ),
    "hours_without_source": Text(
        fr=(
            "les facteurs par heure (hours) et leur origine (hours_source) vont ensemble",
            'écrire les deux : hours: {{"07:00-09:30": 1.3}}, hours_source: d\'où viennent ces facteurs',
        ),
        en=(
            "the factors by hour (hours) and where they come from (hours_source) belong together",
            'write both: hours: {{"07:00-09:30": 1.3}}, hours_source: where these factors come from',
        ),
    ),
    "service_not_named": Text(
        fr=(
            "le mode service demande les clés service et url",
            'écrire par exemple travel: {{mode: service, service: osrm, url: "http://localhost:5000"}}',
        ),
        en=(
            "the mode service needs the keys service and url",
            'write for instance travel: {{mode: service, service: osrm, url: "http://localhost:5000"}}',
        ),
    ),
    "no_heavy_rows": Text(
        fr=(
            "le véhicule « {vehicle} » ({value} kg) dépasse le plus grand gvw_kg de travel_heavy ({heaviest})",
            "ajouter à travel_heavy des lignes pour ce poids, ou refaire la table : distrib travel",
        ),
        en=(
            "the vehicle “{vehicle}” ({value} kg) is above the largest gvw_kg of travel_heavy ({heaviest})",
            "add rows for that weight to travel_heavy, or make the table again: distrib travel",
        ),
    ),
    "no_travel_table": Text(
        fr=("le mode table demande une table travel, qui manque", "ajouter travel.csv, ou écrire mode: estimate"),
        en=("the mode table needs a table travel, which is missing", "add travel.csv, or write mode: estimate"),
    ),
    "no_roads": Text(
        fr=(
            "le mode roads demande un réseau routier, qui manque",
            "ajouter roads.graphml, roads.osm ou roads.osm.pbf, ou écrire mode: estimate",
        ),
        en=(
            "the mode roads needs a road network, which is missing",
            "add roads.graphml, roads.osm or roads.osm.pbf, or write mode: estimate",
        ),
    ),
    "outline_without_id": Text(
        fr=("le contour n° {position} n'a pas de neighbourhood_id", "lui donner la propriété neighbourhood_id"),
        en=("outline number {position} has no neighbourhood_id", "give it the property neighbourhood_id"),
    ),
    "outline_doubled": Text(
        fr=("le quartier « {value} » a deux contours", "les réunir en un seul (MultiPolygon)"),
        en=("the neighbourhood “{value}” has two outlines", "join them into one (MultiPolygon)"),
    ),
    "outline_geometry": Text(
        fr=(
            "le contour de « {of} » n'est pas une surface : {problem}",
            "donner un Polygon ou un MultiPolygon en lon/lat (WGS 84)",
        ),
        en=("the outline of “{of}” is not an area: {problem}", "give a Polygon or MultiPolygon in lon/lat (WGS 84)"),
    ),
    "scenario_unreadable": Text(
        fr=("le scénario ne peut pas être lu : {problem}", "écrire name, about et changes (voir docs/)"),
        en=("the scenario cannot be read: {problem}", "write name, about and changes (see docs/)"),
    ),
    "scenario_unknown_key": Text(
        fr=("la clé « {value} » n'existe pas dans un scénario", "écrire {guess}"),
        en=("the key “{value}” does not exist in a scenario", "write {guess}"),
    ),
    "scenario_missing_key": Text(
        fr=("la clé « {column} » manque", "l'ajouter : {example}"),
        en=("the key “{column}” is missing", "add it: {example}"),
    ),
    "scenario_wrong_form": Text(
        fr=("« {value} » n'a pas la forme attendue", "écrire par exemple {example}"),
        en=("“{value}” does not have the form expected", "write for instance {example}"),
    ),
    "scenario_no_action": Text(
        fr=("la modification ne fait rien", "donner set, scale, add ou remove: true"),
        en=("the change does nothing", "give set, scale, add or remove: true"),
    ),
    "scenario_two_actions": Text(
        fr=("la modification mêle {value}", "en faire deux modifications"),
        en=("the change mixes {value}", "make it two changes"),
    ),
    "scenario_unknown_table": Text(
        fr=("la table « {value} » n'existe pas", "nommer une table : {known}{hint}"),
        en=("the table “{value}” does not exist", "name a table: {known}{hint}"),
    ),
    "scenario_unknown_column": Text(
        fr=("la table {of} n'a pas de colonne « {value} »", "nommer une colonne : {known}{hint}"),
        en=("the table {of} has no column “{value}”", "name a column: {known}{hint}"),
    ),
    "scenario_unknown_setting": Text(
        fr=("le réglage « {value} » n'existe pas", "nommer un réglage : {known}{hint}"),
        en=("the setting “{value}” does not exist", "name a setting: {known}{hint}"),
    ),
    "scenario_matches_nothing": Text(
        fr=("aucune ligne de {of} ne répond à « {value} »", "corriger where{hint}"),
        en=("no row of {of} answers to “{value}”", "correct where{hint}"),
    ),
    "scenario_bad_factor": Text(
        fr=("« {value} » n'est pas un facteur", "écrire un nombre positif ou nul, par exemple 1.3"),
        en=("“{value}” is not a factor", "write zero or a positive number, for instance 1.3"),
    ),
    "scenario_not_a_number_column": Text(
        fr=("la colonne {of}.{value} ne contient pas de nombres", "utiliser set au lieu de scale"),
        en=("the column {of}.{value} does not hold numbers", "use set instead of scale"),
    ),
}
