"""Sentences about single cells and settings."""

from __future__ import annotations

from distrib.io.messages_text import Text

CELLS: dict[str, Text] = {
    "empty_cell": Text(
        fr=("la cellule est vide", "écrire une valeur dans la colonne {column}"),
        en=("the cell is empty", "write a value in the column {column}"),
    ),
    "not_a_number": Text(
        fr=("« {value} » n'est pas un nombre", "écrire un nombre en chiffres, par exemple 12.5"),
        en=("“{value}” is not a number", "write a number in digits, for instance 12.5"),
    ),
    "not_finite": Text(
        fr=("« {value} » n'est pas une quantité", "écrire un nombre ; laisser la cellule vide si la colonne le permet"),
        en=("“{value}” is not a quantity", "write a number; leave the cell empty if the column allows it"),
    ),
    "thousands_separator": Text(
        fr=("« {value} » contient un séparateur de milliers", "écrire le nombre sans séparateur : {plain}"),
        en=("“{value}” holds a thousands separator", "write the number without it: {plain}"),
    ),
    "unit_in_number": Text(
        fr=(
            "« {value} » porte une unité",
            "écrire seulement le nombre : {plain} (l'unité est dans le nom de la colonne)",
        ),
        en=("“{value}” carries a unit", "write the number alone: {plain} (the column name carries the unit)"),
    ),
    "too_large": Text(
        fr=("« {value} » est trop grand", "écrire un nombre d'au plus {limit}"),
        en=("“{value}” is too large", "write a number of at most {limit}"),
    ),
    "hours_not_bands": Text(
        fr=("des plages d'heures avec leur facteur sont attendues", 'écrire hours: {{"07:00-09:30": 1.3}}'),
        en=("hours of the day with their factor are expected", 'write hours: {{"07:00-09:30": 1.3}}'),
    ),
    "hours_overlap": Text(
        fr=("une plage finit avant son début, ou deux se chevauchent", "corriger les heures"),
        en=("hours end before they begin, or two bands overlap", "correct the hours"),
    ),
    "not_a_single_value": Text(
        fr=("une seule valeur est attendue", "écrire une valeur simple, ni liste ni groupe de clés"),
        en=("a single value is expected", "write a plain value, neither a list nor a group of keys"),
    ),
    "bad_id": Text(
        fr=("l'identifiant « {value} » contient le caractère « {character} », qui n'est pas permis", "le retirer"),
        en=("the id “{value}” holds the character “{character}”, which is not allowed", "remove it"),
    ),
    "doubled_in_list": Text(
        fr=("« {item} » figure deux fois", "ne le nommer qu'une fois"),
        en=("“{item}” is named twice", "name it once"),
    ),
    "not_above": Text(
        fr=("{value} n'est pas plus grand que {limit}", "écrire un nombre plus grand que {limit}"),
        en=("{value} is not above {limit}", "write a number above {limit}"),
    ),
    "negative": Text(
        fr=("{value} est négatif", "écrire un nombre positif ou nul"),
        en=("{value} is negative", "write zero or a positive number"),
    ),
    "below_minimum": Text(
        fr=("{value} est trop petit", "écrire un nombre d'au moins {limit}"),
        en=("{value} is too small", "write a number of at least {limit}"),
    ),
    "above_maximum": Text(
        fr=("{value} est trop grand", "écrire un nombre d'au plus {limit}"),
        en=("{value} is too large", "write a number of at most {limit}"),
    ),
    "not_integer": Text(
        fr=("{value} n'est pas un nombre entier", "écrire un nombre entier"),
        en=("{value} is not a whole number", "write a whole number"),
    ),
    "too_many_decimals": Text(
        fr=("{value} a trop de décimales", "écrire au plus {decimals} décimales"),
        en=("{value} has too many decimals", "write at most {decimals} decimals"),
    ),
    "mixed_decimal_marks": Text(
        fr=(
            "« {value} » : cette table mélange le point et la virgule décimale",
            "écrire tous les nombres de la table de la même façon",
        ),
        en=(
            "“{value}”: this table mixes decimal points and decimal commas",
            "write all numbers of the table the same way",
        ),
    ),
    "ambiguous_comma": Text(
        fr=(
            "« {value} » : virgule décimale ou séparateur de milliers ?",
            "écrire {plain} ou {decimal}, avec un point décimal",
        ),
        en=("“{value}”: decimal comma or thousands separator?", "write {plain} or {decimal}, with a decimal point"),
    ),
    "bad_date": Text(
        fr=("« {value} » n'est pas une date de la forme AAAA-MM-JJ", "écrire par exemple {guess}"),
        en=("“{value}” is not a date of the form YYYY-MM-DD", "write for instance {guess}"),
    ),
    "no_such_date": Text(
        fr=("le {value} n'existe pas dans le calendrier", "écrire une date qui existe"),
        en=("{value} is not a day of the calendar", "write a date that exists"),
    ),
    "far_date": Text(
        fr=("le {value} est trop loin", "écrire une date entre {first} et {last}"),
        en=("{value} is too far away", "write a date between {first} and {last}"),
    ),
    "bad_time": Text(
        fr=("« {value} » n'est pas une heure entre 00:00 et 24:00", "écrire par exemple {guess}"),
        en=("“{value}” is not a time between 00:00 and 24:00", "write for instance {guess}"),
    ),
    "bad_yes_no": Text(
        fr=("« {value} » n'est ni yes ni no", "écrire yes (oui) ou no (non)"),
        en=("“{value}” is neither yes nor no", "write yes or no"),
    ),
    "bad_weekday": Text(
        fr=("« {day} » n'est pas un jour", "écrire {guess} (jours : mon tue wed thu fri sat sun)"),
        en=("“{day}” is not a weekday", "write {guess} (days: mon tue wed thu fri sat sun)"),
    ),
    "not_in_list": Text(
        fr=("« {value} » n'est pas permis ici", "écrire l'un de : {choices}"),
        en=("“{value}” is not allowed here", "write one of: {choices}"),
    ),
    "not_monday": Text(
        fr=("la semaine commence un lundi ; le {value} n'en est pas un", "écrire par exemple {guess}"),
        en=("a week starts on a Monday; {value} is not one", "write for instance {guess}"),
    ),
    "no_day": Text(
        fr=("aucun jour n'est donné", "nommer au moins un jour : mon tue wed thu fri sat sun"),
        en=("no day is given", "name at least one day: mon tue wed thu fri sat sun"),
    ),
    "not_a_mapping": Text(
        fr=("des clés sont attendues ici, pas « {value} »", "écrire par exemple {example}"),
        en=("keys are expected here, not “{value}”", "write for instance {example}"),
    ),
    "unknown_setting": Text(
        fr=("le réglage « {column} » n'existe pas", "écrire {guess}"),
        en=("the setting “{column}” does not exist", "write {guess}"),
    ),
    "missing_setting": Text(
        fr=("le réglage « {column} » manque", "écrire une ligne {column}: …"),
        en=("the setting “{column}” is missing", "write a line {column}: …"),
    ),
    "doubled_setting": Text(
        fr=("le réglage « {column} » est donné deux fois", "ne garder qu'une des deux lignes"),
        en=("the setting “{column}” is given twice", "keep one of the two lines"),
    ),
    "foreign_parameter": Text(
        fr=("« {column} » n'est pas un paramètre du mode {mode}", "le retirer (paramètres de ce mode : {known})"),
        en=("“{column}” is not a parameter of the mode {mode}", "remove it (parameters of this mode: {known})"),
    ),
}
