"""Sentences about files, sheets, headers and rows as wholes."""

from __future__ import annotations

from distrib.io.messages_text import Text

FILES: dict[str, Text] = {
    "more_of_the_same": Text(
        fr=("… et {count} autres constats « {code} » de la même sorte", "les corriger de la même façon"),
        en=("… and {count} more of the kind “{code}”", "put them right the same way"),
    ),
    "path_missing": Text(
        fr=("« {value} » n'existe pas", "donner le dossier d'un jeu de données, ou un classeur .xlsx"),
        en=("“{value}” does not exist", "give the folder of a dataset, or an .xlsx workbook"),
    ),
    "not_a_dataset": Text(
        fr=(
            "« {value} » n'est ni un dossier ni un classeur .xlsx",
            "donner un dossier de tables CSV, ou un classeur .xlsx",
        ),
        en=("“{value}” is neither a folder nor an .xlsx workbook", "give a folder of CSV tables, or an .xlsx workbook"),
    ),
    "file_unreadable": Text(
        fr=("le fichier {file} ne peut pas être lu : {problem}", "vérifier que c'est un fichier, et qu'il est lisible"),
        en=("the file {file} cannot be read: {problem}", "check that it is a file, and readable"),
    ),
    "binary_file": Text(
        fr=("ce n'est pas un fichier texte en UTF-8", "l'enregistrer depuis le tableur en « CSV UTF-8 »"),
        en=("this is not a text file in UTF-8", "save it from the spreadsheet program as “CSV UTF-8”"),
    ),
    "not_utf8": Text(
        fr=("l'octet {value} n'est pas de l'UTF-8", "enregistrer le fichier depuis le tableur en « CSV UTF-8 »"),
        en=("the byte {value} is not UTF-8", "save the file from the spreadsheet program as “CSV UTF-8”"),
    ),
    "empty_file": Text(
        fr=("{file} est vide, sans même une ligne d'en-tête", "écrire la ligne d'en-tête avec les noms des colonnes"),
        en=("{file} is empty, without even a header", "write the header with the names of the columns"),
    ),
    "wrong_delimiter": Text(
        fr=("les colonnes sont séparées par « {value} »", "les séparer par une virgule ou un point-virgule"),
        en=("the columns are separated by “{value}”", "separate them by a comma or a semicolon"),
    ),
    "csv_unclosed_quote": Text(
        fr=("un guillemet ouvert sur cette ligne n'est jamais fermé", "le fermer, ou le retirer"),
        en=("a quote opened on this line is never closed", "close it, or remove it"),
    ),
    "csv_unreadable": Text(
        fr=(
            "la ligne ne peut pas être découpée en cellules",
            "vérifier les guillemets : un texte qui en contient les double et s'entoure de guillemets",
        ),
        en=(
            "the line cannot be split into cells",
            "check the quotes: a text that holds some doubles them and stands between quotes",
        ),
    ),
    "gzip_unreadable": Text(
        fr=("{file} n'est pas un fichier gzip complet", "le comprimer à nouveau, ou donner le .csv"),
        en=("{file} is not a complete gzip file", "compress it again, or give the .csv"),
    ),
    "workbook_unreadable": Text(
        fr=(
            "{file} n'est pas un classeur .xlsx lisible ({problem})",
            "l'ouvrir dans le tableur et l'enregistrer en .xlsx",
        ),
        en=(
            "{file} is not a readable .xlsx workbook ({problem})",
            "open it in the spreadsheet program and save it as .xlsx",
        ),
    ),
    "parquet_unreadable": Text(
        fr=("{file} n'est pas un fichier Parquet lisible ({problem})", "l'écrire à nouveau, ou donner travel.csv"),
        en=("{file} is not a readable Parquet file ({problem})", "write it again, or give travel.csv"),
    ),
    "missing_table": Text(
        fr=("la table {table} manque", "ajouter {file}, avec les colonnes {columns}{hint}"),
        en=("the table {table} is missing", "add {file}, with the columns {columns}{hint}"),
    ),
    "doubled_table": Text(
        fr=("la table {table} est donnée deux fois : {files}", "n'en garder qu'une"),
        en=("the table {table} is given twice: {files}", "keep one of them"),
    ),
    "doubled_workbook": Text(
        fr=("le dossier contient plusieurs classeurs : {files}", "n'en garder qu'un, ou donner son chemin"),
        en=("the folder holds several workbooks: {files}", "keep one of them, or give its path"),
    ),
    "missing_settings": Text(
        fr=("les réglages manquent", "ajouter un fichier dataset.yaml avec name, week_start et delivery_days{hint}"),
        en=("the settings are missing", "add a file dataset.yaml with name, week_start and delivery_days{hint}"),
    ),
    "yaml_unreadable": Text(
        fr=("le fichier n'est pas du YAML lisible : {problem}", "écrire une ligne « clé: valeur » par réglage"),
        en=("the file is not readable YAML: {problem}", "write one line “key: value” for each setting"),
    ),
    "doubled_column": Text(
        fr=("la colonne « {column} » figure deux fois dans l'en-tête", "en retirer ou renommer une"),
        en=("the column “{column}” stands twice in the header", "remove or rename one of them"),
    ),
    "unnamed_column": Text(
        fr=("la colonne n° {position} n'a pas de nom", "lui donner un nom dans l'en-tête, ou la retirer"),
        en=("column number {position} has no name", "name it in the header, or remove it"),
    ),
    "missing_column": Text(
        fr=("la colonne « {column} » manque", "l'ajouter à l'en-tête{hint}"),
        en=("the column “{column}” is missing", "add it to the header{hint}"),
    ),
    "long_row": Text(
        fr=(
            "la ligne a {cells} cellules pour {columns} colonnes",
            "entourer de guillemets les textes qui contiennent le séparateur",
        ),
        en=("the row has {cells} cells for {columns} columns", "put texts that hold the separator between quotes"),
    ),
    "short_row": Text(
        fr=(
            "la ligne a {cells} cellules pour {columns} colonnes",
            "ajouter les cellules qui manquent, vides au besoin",
        ),
        en=("the row has {cells} cells for {columns} columns", "add the cells that are missing, empty if need be"),
    ),
    "doubled_outlines": Text(
        fr=("les contours sont donnés deux fois : {files}", "n'en garder qu'un fichier"),
        en=("the outlines are given twice: {files}", "keep one of the files"),
    ),
    "outlines_unreadable": Text(
        fr=("{file} n'est pas un fichier de contours lisible ({problem})", "l'exporter à nouveau depuis QGIS"),
        en=("{file} is not a readable file of outlines ({problem})", "export it again from QGIS"),
    ),
}
