"""An empty dataset to fill in: tables with headers only, explained settings, a README."""

from __future__ import annotations

from pathlib import Path

from distrib.errors import UsageError
from distrib.io.reading_files import SETTINGS_FILE
from distrib.io.schema import TABLES, Column, columns_of, described_columns
from distrib.io.schema_settings import described_settings

LEFT_OUT = ("drivers", "travel", "travel_heavy")
"""Tables that the template leaves out: drivers without a row would allow nobody to drive."""

_VALUES = {
    "name": '"À remplir / fill in"',
    "week_start": "2020-04-20",
    "delivery_days": "[mon, tue, wed, thu, fri]",
}
_EXAMPLES = {
    "collection_days": "[mon, tue, wed, thu]",
    "early_collection_days": "[fri]",
    "max_baskets": "7700",
    "purchase_budget_eur": "90000",
    "programmes": "[baskets]",
    "travel.circuity": "1",
    "travel.speed": "1",
    "objective.max_site_changes": "12",
    "objective.site_change_eur": "20.00",
    "travel.service": "osrm",
    "travel.url": "http://localhost:5000",
    "travel.profile": "driving",
    "travel.profile_heavy": "truck",
    "travel.key_variable": "ORS_KEY",
    "travel.at_once": "50",
    "travel.hours": '{"07:00-09:30": 1.3}',
    "travel.hours_source": "à remplir / fill in",
}
_FRENCH = {
    "name": "nom du jeu de données, avec son territoire et sa semaine",
    "week_start": "le lundi de la semaine à planifier",
    "delivery_days": "jours où l'on distribue (mon tue wed thu fri sat sun)",
    "collection_days": "jours de collecte dans les fermes ; par défaut les jours de distribution",
    "early_collection_days": "jours de collecte la semaine d'avant ; par défaut aucun",
    "packing_lead_days": "collecté le jour j, préparable à partir du jour j + ce nombre",
    "max_baskets": "taille de l'opération : un nombre, ou {programme: nombre} ; par défaut sans limite",
    "purchase_budget_eur": "budget d'achat ; par défaut sans limite",
    "walking_limit_m": "distance à pied acceptée, quand la table catchments manque",
    "persons_in_6plus": "personnes comptées pour un ménage de six ou plus",
    "max_variants": "recettes différentes d'un même panier par jour et par dépôt",
    "programmes": "ordre dans lequel l'équité sert les programmes",
    "language": "langue des comptes rendus : fr ou en",
    "travel.mode": "estimate, roads, service ou table (une table travel sert toujours quand elle est là)",
    "travel.circuity": "mode estimate : facteur sur les distances",
    "travel.speed": "mode estimate : facteur sur les vitesses",
    "travel.service": "mode service : osrm, valhalla ou openrouteservice, interrogé par distrib travel",
    "travel.url": "mode service : son adresse",
    "travel.profile": "mode service : son profil pour les véhicules légers",
    "travel.profile_heavy": "mode service : son profil au-dessus de 3 500 kg",
    "travel.key_variable": "mode service : la variable d'environnement qui contient la clé",
    "travel.at_once": "mode service : lieux par requête, au plus",
    "travel.hours": "facteurs sur les temps par plage d'heures ; un véhicule prend la moyenne de son service",
    "travel.hours_source": "d'où viennent ces facteurs",
    "travel.walks": "marches sans table catchments : network (sur le réseau, s'il y en a un) ou straight (ligne droite × 1,3)",
    "objective.fairness_tolerance_pct": "ce que chaque quartier peut céder de sa part équitable",
    "objective.fairness_conceded_to": "à quoi l'équité cède : persons (personnes aidées) ou cost (trajets plus courts)",
    "objective.walk_tolerance_pct": "allongement accepté des marches moyennes",
    "objective.waste_tolerance_pct": "gaspillage évitable accepté, en % des kg préparés",
    "objective.farm_spread_tolerance_points": "inégalité acceptée des achats entre fermes, en points de Gini",
    "objective.food_tolerance_pct": "écart accepté de variété et de poids",
    "objective.window_weeks": "semaines sur lesquelles l'équité compte, celle-ci comprise",
    "objective.max_site_changes": "points qui peuvent changer de jour, de véhicule ou d'heure, au plus ; par défaut sans limite",
    "objective.site_change_eur": "prix d'un tel changement ; par défaut aucun",
    "objective.same_time_min": "écart jusqu'auquel deux débuts de déchargement sont à la même heure",
    "objective.relay_eur": "ce que relayer un site doit économiser quand la flotte suffit",
    "objective.routing": "ce que les tournées épargnent d'abord : le coût (eur), les km (km) ou les gaz à effet de serre (co2e)",
    "objective.balance": "partager également les heures de la semaine entre véhicules semblables (yes/no)",
    "objective.district_stops": "arrêts que l'on route ensemble, au plus ; au-delà le territoire est coupé en districts (0 : jamais)",
    "remedies.raise_pct": "de combien un remède devrait relever un quartier, en % de son besoin",
    "remedies.basket_eur": "un panier de plus dans un programme",
    "remedies.site_place_eur": "une place de plus, un jour, dans un site",
    "remedies.site_opening_eur": "une ouverture de plus, ou une journée plus longue, dans un site",
    "remedies.link_eur": "un site de plus ouvert à une zone",
    "remedies.minimum_eur": "un site qui renonce à ses minima",
    "remedies.produce_eur_kg": "un kg de denrées de plus",
    "remedies.packing_basket_eur": "un panier de plus préparé un jour",
    "remedies.storage_eur_kg": "un kg de stockage de plus",
    "remedies.vehicle_day_eur": "un véhicule de plus avec son chauffeur, un jour",
    "remedies.driver_day_eur": "un chauffeur de plus, un jour",
    "remedies.shift_eur_h": "une heure de plus de service d'un véhicule, un jour",
    "remedies.access_eur": "un site rendu accessible à un véhicule plus lourd",
    "remedies.recipe_eur": "une règle de panier assouplie d'un cran",
}


def write_template(folder: Path) -> None:
    """Write an empty dataset into a folder, which is made when it does not exist.

    Raises:
        UsageError: when the folder holds anything, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} n'est pas vide / is not empty")
        for table in TABLES:
            if table not in LEFT_OUT:
                text = ",".join(columns_of(table)) + "\n"
                (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="\n")
        (folder / SETTINGS_FILE).write_text(settings_template(), encoding="utf-8", newline="\n")
        (folder / "README.md").write_text(readme(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from None


def settings_template() -> str:
    """Return dataset.yaml with every key explained in French and English; keys with a default are commented out."""
    lines = ["# Réglages du jeu de données. Une ligne qui commence par # vaut son défaut."]
    lines += ["# Settings of the dataset. A line that starts with # means its default.", ""]
    group = ""
    for setting in described_settings():
        prefix, _, key = setting.key.rpartition(".")
        if prefix != group:
            lines.append(f"# {prefix}:")
            group = prefix
        comment = "#   " if prefix else "# "
        lines.append(comment + _FRENCH[setting.key])
        lines.append(comment + setting.meaning + _unit(setting.unit))
        value = _VALUES.get(setting.key) or setting.default or _EXAMPLES[setting.key]
        lines.append((comment if setting.optional else "") + f"{key}: {value}")
        lines.append("")
    return "\n".join(lines)


def _unit(unit: str) -> str:
    return f" [{unit}]" if unit else ""


def readme() -> str:
    """Return the README of a new dataset: French first, a short English part, then every column."""
    return _FRENCH_PART + _ENGLISH_PART + "\n".join(_table_lines()) + "\n"


_FRENCH_PART = """# Jeu de données

Un fichier CSV par table, et `dataset.yaml` pour les réglages. Les en-têtes sont en place : une ligne par objet.

1. `neighbourhoods`, `households`, `sites`, `site_hours` : qui a besoin de paniers, et où ils sont distribués.
2. `farms`, `products`, `stock`, `basket_types` : ce qui est offert, et ce qu'un panier contient.
3. `depots`, `vehicles` : où l'on prépare, et ce qui roule.
4. `dataset.yaml` : la semaine, les jours, la taille de l'opération.
5. `distrib validate DOSSIER` dit tout ce qui ne va pas, ligne par ligne ; `distrib plan DOSSIER` planifie.

CSV en UTF-8, séparés par des virgules ou des points-virgules, avec un point ou une virgule décimale (la même dans
toute une table) ; dates AAAA-MM-JJ, heures HH:MM, jours mon tue wed thu fri sat sun, oui/non : yes/no. Un classeur
`.xlsx` avec une feuille par table convient aussi : les réglages y sont dans une feuille `dataset` (deux colonnes :
clé, valeur, par exemple `travel.mode` et `estimate`), ou dans un `dataset.yaml` posé à côté.

Peuvent rester vides : `zones` (chaque quartier est alors une zone), `catchments` (les sites à distance de marche),
`needs`, `kit_contents`, `depot_stock`. Deux tables ne sont pas créées : `drivers.csv` (sans elle, les conducteurs ne
sont pas comptés ; vide, personne ne conduit) et `travel.csv` (sans elle, les temps de trajet sont estimés).
Les contours des quartiers peuvent s'ajouter en `neighbourhoods.geojson` ou `.gpkg` (propriété `neighbourhood_id`).

"""

_ENGLISH_PART = """## In English

One CSV file per table and `dataset.yaml` for the settings; fill in one row per object. `distrib validate FOLDER` lists
all faults with their lines, `distrib plan FOLDER` plans. `zones`, `catchments`, `needs`, `kit_contents` and
`depot_stock` may stay empty; `drivers.csv` and `travel.csv` are not made: without them drivers are not limited and
travel times are estimated. An `.xlsx` workbook with a sheet per table (settings in a sheet `dataset`) will do too.

## Colonnes / columns

`?` : colonne facultative, ou cellule qui peut rester vide / optional column, or cell that may stay empty.

"""


def _table_lines() -> list[str]:
    lines: list[str] = []
    for name, model in TABLES.items():
        lines += [f"### {name}", "", (model.__doc__ or "").strip(), ""]
        lines += [_column_line(column) for column in described_columns() if column.table == name]
        lines.append("")
    return lines


def _column_line(column: Column) -> str:
    mark = "?" if column.optional or column.may_be_empty else ""
    default = f" (empty: {column.default})" if column.default else ""
    return f"- `{column.column}`{mark}{_unit(column.unit)} — {column.meaning}{default}"
