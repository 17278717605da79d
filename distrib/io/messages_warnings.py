"""Sentences of the warnings: what leaves a plan possible but serves nothing."""

from __future__ import annotations

from distrib.io.messages_text import Text

WARNINGS: dict[str, Text] = {
    "stock_not_carried": Text(
        fr=(
            "le reste de la semaine passée du lot {value} ({kg} kg à {depot}) n'est bon que jusqu'au {day}, "
            "avant le premier jour de préparation ({first}) : il n'est pas repris",
            "le donner avant cette date",
        ),
        en=(
            "what last week leaves of the lot {value} ({kg} kg at {depot}) is good until {day} only, "
            "before the first packing day ({first}): it is not carried over",
            "give it away before that date",
        ),
    ),
    "stock_counted": Text(
        fr=(
            "le lot {value} est dans depot_stock pour cette semaine : ce compte remplace les {kg} kg "
            "que la semaine passée laisse à {depot}",
            "le retirer de depot_stock pour reprendre le reste de la semaine passée",
        ),
        en=(
            "the lot {value} is in depot_stock for this week: that count replaces the {kg} kg "
            "that last week leaves at {depot}",
            "remove it from depot_stock to carry over what last week leaves",
        ),
    ),
    "unknown_column": Text(
        fr=("la colonne « {column} » n'est lue par rien", "la retirer, ou corriger son nom{hint}"),
        en=("nothing reads the column “{column}”", "remove it, or correct its name{hint}"),
    ),
    "unknown_table": Text(
        fr=("la table « {value} » n'est lue par rien", "la retirer, ou corriger son nom{hint}"),
        en=("nothing reads the table “{value}”", "remove it, or correct its name{hint}"),
    ),
    "ignored_workbook": Text(
        fr=("le classeur {value} n'est pas lu : le dossier a des tables CSV", "retirer le classeur, ou les tables CSV"),
        en=("the workbook {value} is not read: the folder has CSV tables", "remove the workbook, or the CSV tables"),
    ),
    "road_far": Text(
        fr=(
            "« {value} » est à {metres} m de la route la plus proche d'où l'on peut l'atteindre",
            "vérifier sa position, ou prendre un réseau plus complet ou plus étendu",
        ),
        en=(
            "“{value}” lies {metres} m from the nearest road that it can be reached by",
            "check its position, or take a network that is more complete or larger",
        ),
    ),
    "road_island": Text(
        fr=(
            "la route la plus proche de « {value} » est coupée des autres ; la suivante est à {metres} m",
            "vérifier sa position et le réseau autour",
        ),
        en=(
            "the road nearest to “{value}” is cut off from the others; the next one is {metres} m away",
            "check its position and the network around it",
        ),
    ),
    "road_no_way": Text(
        fr=("aucun chemin n'existe sur le réseau : {value}", "vérifier les positions et le réseau"),
        en=("there is no way on the network: {value}", "check the positions and the network"),
    ),
    "road_no_way_heavy": Text(
        fr=(
            "aucun chemin n'existe pour un véhicule de {kg} kg : {value}",
            "y envoyer un véhicule plus léger, ou vérifier les limites de poids du réseau",
        ),
        en=(
            "there is no way for a vehicle of {kg} kg: {value}",
            "send a lighter vehicle there, or check the weight limits of the network",
        ),
    ),
    "road_turns_by_hour": Text(
        fr=(
            "des interdictions de tourner valables à certaines heures comptent toute la journée : relations {value}",
            "rien à faire, sauf si un trajet fait un détour à cause de l'une d'elles",
        ),
        en=(
            "turn restrictions that hold at some hours only count all day: relations {value}",
            "nothing to do, unless a drive makes a detour because of one of them",
        ),
    ),
    "road_turns_left_out": Text(
        fr=(
            "{value} interdictions de tourner sont incompréhensibles, ou nomment des routes absentes : elles ne comptent pas",
            "rien à faire, sauf si un trajet passe par l'une d'elles",
        ),
        en=(
            "{value} turn restrictions make no sense, or name roads that are not there: they do not count",
            "nothing to do, unless a drive takes one of them",
        ),
    ),
    "roads_not_used": Text(
        fr=(
            "{value} ne sert pas : les temps sont estimés",
            "donner --roads, ou écrire travel: {{mode: roads}}",
        ),
        en=("{value} is not used: times are estimated", "give --roads, or write travel: {{mode: roads}}"),
    ),
    "roads_elsewhere": Text(
        fr=(
            "{value} est hors du dossier : les cartes ne suivront les routes que sur cette machine",
            "le copier dans le dossier sous un nom tel que roads.osm.pbf",
        ),
        en=(
            "{value} lies outside the folder: maps will follow the roads on this machine only",
            "copy it into the folder under a name such as roads.osm.pbf",
        ),
    ),
    "slowed_twice": Text(
        fr=(
            "des poids lourds ont leurs propres temps et un speed_factor autre que 1 ({value}) : les deux comptent",
            "laisser speed_factor vide, sauf si ces véhicules sont encore plus lents",
        ),
        en=(
            "heavy vehicles have times of their own and a speed_factor other than 1 ({value}): both count",
            "leave speed_factor empty, unless these vehicles are slower still",
        ),
    ),
    "walk_off_network": Text(
        fr=(
            "« {value} » est hors du réseau à pied : ses marches sont estimées en ligne droite × 1,3",
            "vérifier sa position, ou donner la table catchments",
        ),
        en=(
            "“{value}” lies off the walking network: its walks are estimated in a straight line × 1.3",
            "check its position, or give the table catchments",
        ),
    ),
    "all_places_swapped": Text(
        fr=(
            "tous les lieux sont hors de France ({place}) ; longitude et latitude échangées, ils y seraient",
            "vérifier les colonnes lon et lat de toutes les tables",
        ),
        en=(
            "all places lie outside France ({place}); with longitude and latitude exchanged they would lie in it",
            "check the columns lon and lat of all tables",
        ),
    ),
    "scenario_value_unmatched": Text(
        fr=(
            "aucune ligne de {of} ne répond à « {value} », d'autres valeurs du même where en trouvent",
            "corriger where{hint}",
        ),
        en=("no row of {of} answers to “{value}”, other values of the same where find some", "correct where{hint}"),
    ),
    "empty_table": Text(
        fr=("la table {table} n'a aucune ligne", "la remplir, sans quoi rien n'est distribué"),
        en=("the table {table} has no row", "fill it in, or nothing is handed out"),
    ),
    "nobody_drives": Text(
        fr=("la table drivers n'a personne : aucun véhicule ne roule", "nommer des conducteurs, ou retirer la table"),
        en=("the table drivers names nobody: no vehicle drives", "name drivers, or remove the table"),
    ),
    "lot_without_crate": Text(
        fr=(
            "le lot {value} n'a pas une caisse entière ({kg} kg ; caisse de {crate} kg)",
            "le retirer, ou corriger son poids",
        ),
        en=(
            "the lot {value} does not fill one crate ({kg} kg; crate of {crate} kg)",
            "remove it, or correct its weight",
        ),
    ),
    "lot_too_late": Text(
        fr=(
            "le lot {value}, prêt le {ready}, ne peut plus être préparé cette semaine",
            "le retirer, ou corriger sa date",
        ),
        en=("the lot {value}, ready on {ready}, can no longer be packed this week", "remove it, or correct its date"),
    ),
    "lot_expired": Text(
        fr=(
            "le lot {value} n'est bon que jusqu'au {last}, avant de pouvoir être préparé",
            "le retirer, ou corriger ses dates",
        ),
        en=("the lot {value} is good until {last} only, before it can be packed", "remove it, or correct its dates"),
    ),
    "lot_needs_cold_vehicle": Text(
        fr=(
            "le lot {value} demande le froid : aucun véhicule froid ne roule un jour de collecte et la ferme ne livre pas",
            "ajouter un véhicule froid, ou retirer le lot",
        ),
        en=(
            "the lot {value} needs cold: no cold vehicle drives on a collection day and the farm does not deliver",
            "add a cold vehicle, or remove the lot",
        ),
    ),
    "depot_lot_expired": Text(
        fr=("le lot {value} du dépôt n'est bon que jusqu'au {last} : il sera jeté", "le retirer, ou corriger sa date"),
        en=(
            "the lot {value} of the depot is good until {last} only: it will be discarded",
            "remove it, or correct its date",
        ),
    ),
    "depot_lot_empty": Text(
        fr=("le lot {value} du dépôt pèse 0 kg", "le retirer, ou corriger son poids"),
        en=("the lot {value} of the depot weighs 0 kg", "remove it, or correct its weight"),
    ),
    "idle_farm": Text(
        fr=("la ferme {value} n'offre aucun lot", "la retirer, ou ajouter ses lots à stock"),
        en=("the farm {value} offers no lot", "remove it, or add its lots to stock"),
    ),
    "farm_never_ready": Text(
        fr=("aucun lot de la ferme {value} ne peut servir cette semaine", "voir les avertissements sur ses lots"),
        en=("no lot of the farm {value} can be used this week", "see the warnings about its lots"),
    ),
    "site_never_open": Text(
        fr=(
            "le site {value} n'est ouvert aucun jour de livraison",
            "ajouter des heures à site_hours, ou retirer le site",
        ),
        en=("the site {value} is open on no delivery day", "add hours to site_hours, or remove the site"),
    ),
    "site_takes_nothing": Text(
        fr=(
            "le site {value} ne peut prendre aucun panier : {most} au plus par semaine, {least} au moins",
            "corriger max_baskets_per_day ou les minima",
        ),
        en=(
            "the site {value} can take no basket: {most} a week at most, {least} at least",
            "correct max_baskets_per_day or the minima",
        ),
    ),
    "site_without_vehicle": Text(
        fr=(
            "aucun véhicule d'au plus {limit} kg ne roule un jour où le site {value} est ouvert",
            "corriger largest_vehicle_gvw_kg, les jours des véhicules ou les heures du site",
        ),
        en=(
            "no vehicle of at most {limit} kg drives on a day when the site {value} is open",
            "correct largest_vehicle_gvw_kg, the days of the vehicles or the hours of the site",
        ),
    ),
    "idle_depot": Text(
        fr=("le dépôt {value} ne peut rien livrer : {why}", "lui donner des véhicules et une capacité, ou le retirer"),
        en=("the depot {value} can deliver nothing: {why}", "give it vehicles and capacity, or remove it"),
    ),
    "idle_vehicle": Text(
        fr=("le véhicule {value} ne roule aucun jour de livraison ni de collecte", "corriger weekdays, ou le retirer"),
        en=("the vehicle {value} drives on no delivery or collection day", "correct weekdays, or remove it"),
    ),
    "vehicle_without_driver": Text(
        fr=(
            "aucun conducteur n'a le permis du véhicule {value} les jours où il roule",
            "corriger drivers, ou le retirer",
        ),
        en=("no driver has the licence for the vehicle {value} on its days", "correct drivers, or remove it"),
    ),
    "household_size_without_basket": Text(
        fr=(
            "aucun type de panier n'est pour les ménages de {value} personnes ({households} ménages)",
            "corriger persons_from et persons_to",
        ),
        en=(
            "no basket type is for households of {value} persons ({households} households)",
            "correct persons_from and persons_to",
        ),
    ),
    "zone_without_site": Text(
        fr=(
            "la zone {value} a un besoin de {need} paniers et aucun site",
            "ajouter un site à portée, ou une ligne à catchments",
        ),
        en=("the zone {value} needs {need} baskets and has no site", "add a site within reach, or a row to catchments"),
    ),
    "zone_without_usable_site": Text(
        fr=(
            "aucun site de la zone {value} (besoin : {need} paniers) ne peut servir : {sites}",
            "voir les avertissements sur ces sites",
        ),
        en=(
            "no site of the zone {value} (need: {need} baskets) can be used: {sites}",
            "see the warnings about these sites",
        ),
    ),
    "site_without_zone": Text(
        fr=("aucune zone n'utilise le site {value}", "ajouter une ligne à catchments, ou retirer le site"),
        en=("no zone uses the site {value}", "add a row to catchments, or remove the site"),
    ),
    "vehicle_reaches_nothing": Text(
        fr=(
            "le véhicule {value} n'atteint aucun site ni aucune ferme et n'en revient dans ses heures",
            "allonger ses heures ou celles du dépôt, ou le retirer",
        ),
        en=(
            "the vehicle {value} reaches no site or farm and returns within its shift",
            "lengthen its shift or the depot's hours, or remove it",
        ),
    ),
}
