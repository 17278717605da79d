"""Sentences of what an import keeps, drops, repairs or refuses, in French and English.

A code is ``kind`` + sentences: ``fault`` stops the import, ``dropped`` left something out, ``repaired`` changed
something, ``noted`` is what the reader of the result should know.
"""

from __future__ import annotations

from dataclasses import dataclass

from distrib.io.messages_text import Text


@dataclass(frozen=True, slots=True)
class Said:
    """One kind of finding: ``kind`` is fault, dropped, repaired or noted."""

    kind: str
    text: Text


def _said(kind: str, fr: tuple[str, str], en: tuple[str, str]) -> Said:
    return Said(kind, Text(fr=fr, en=en))


SAID: dict[str, Said] = {
    # files
    "file_missing": _said(
        "fault",
        ("le fichier n'existe pas", "donner le chemin du fichier tel que son éditeur le publie"),
        ("the file does not exist", "give the path of the file as its publisher gives it"),
    ),
    "file_unreadable": _said(
        "fault",
        ("le fichier ne peut pas être lu : {problem}", "donner un GeoJSON, shapefile, GeoPackage ou CSV"),
        ("the file cannot be read: {problem}", "give a GeoJSON, shapefile, GeoPackage or CSV"),
    ),
    "several_layers": _said(
        "fault",
        ("le fichier a plusieurs couches : {layers}", "en choisir une avec --layer"),
        ("the file has several layers: {layers}", "choose one with --layer"),
    ),
    "file_empty": _said(
        "fault",
        ("le fichier n'a aucune ligne", "vérifier le fichier"),
        ("the file has no row", "check the file"),
    ),
    "read_as_latin1": _said(
        "repaired",
        ("le fichier n'est pas en UTF-8 : lu en latin-1 (Windows-1252)", "rien, si les accents sont justes"),
        ("the file is not UTF-8: read as latin-1 (Windows-1252)", "nothing, when the accents are right"),
    ),
    "column_missing": _said(
        "fault",
        (
            "aucune colonne ne donne « {column} » ; il y a : {known}",
            "la nommer : --columns {column}=NOM_DANS_LE_FICHIER",
        ),
        ("no column gives “{column}”; there are: {known}", "name it: --columns {column}=NAME_IN_THE_FILE"),
    ),
    "column_unknown": _said(
        "fault",
        ("le fichier n'a pas de colonne « {value} » ; il y a : {known}", "corriger --columns ou le fichier mapping"),
        ("the file has no column “{value}”; there are: {known}", "correct --columns or the mapping file"),
    ),
    "rows_broken": _said(
        "dropped",
        ("{count} lignes n'ont pas autant de cellules que l'en-tête (première : {value})", "les corriger"),
        ("{count} rows do not have as many cells as the header (first: {value})", "correct them"),
    ),
    # coordinates
    "crs_unknown": _said(
        "fault",
        (
            "le fichier ne dit pas son système de coordonnées et ses nombres ne sont pas des degrés ({value})",
            "le donner : --crs {guess}",
        ),
        (
            "the file does not say its coordinate system and its numbers are no degrees ({value})",
            "give it: --crs {guess}",
        ),
    ),
    "crs_wrong": _said(
        "fault",
        (
            "le fichier se dit en {crs} mais ses nombres n'en sont pas ({value})",
            "donner le vrai système : --crs {guess}",
        ),
        ("the file claims {crs} but its numbers are not of it ({value})", "give the true system: --crs {guess}"),
    ),
    "crs_bad": _said(
        "fault",
        ("« {value} » n'est pas un système de coordonnées", "écrire par exemple EPSG:2154 ou EPSG:4326"),
        ("“{value}” is no coordinate system", "write for example EPSG:2154 or EPSG:4326"),
    ),
    "crs_assumed": _said(
        "repaired",
        (
            "le fichier ne dit pas son système de coordonnées : ses nombres sont des degrés, lus en WGS 84",
            "vérifier la carte",
        ),
        (
            "the file does not say its coordinate system: its numbers are degrees, read as WGS 84",
            "check the map",
        ),
    ),
    "crs_changed": _said(
        "noted",
        ("coordonnées passées de {value} à WGS 84", "rien"),
        ("coordinates brought from {value} to WGS 84", "nothing"),
    ),
    "axes_swapped": _said(
        "repaired",
        ("longitude et latitude échangées dans {count} objets : remises en ordre", "vérifier la carte"),
        ("longitude and latitude exchanged in {count} objects: put in order", "check the map"),
    ),
    # outlines
    "no_outline": _said(
        "dropped",
        ("{value} n'a pas de contour", "le retirer du fichier, ou donner son contour"),
        ("{value} has no outline", "remove it from the file, or give its outline"),
    ),
    "no_id": _said(
        "dropped",
        ("l'objet n° {value} n'a pas de code", "lui donner un code"),
        ("object no. {value} has no code", "give it a code"),
    ),
    "not_an_area": _said(
        "dropped",
        ("{value} n'est pas une surface ({geometry})", "donner un polygone"),
        ("{value} is no area ({geometry})", "give a polygon"),
    ),
    "outline_repaired": _said(
        "repaired",
        ("le contour de {value} n'était pas valide ({problem}) : réparé, surface {change}", "vérifier la carte"),
        ("the outline of {value} was not valid ({problem}): repaired, area {change}", "check the map"),
    ),
    "outline_doubled": _said(
        "repaired",
        ("{value} a {count} contours : réunis en un seul", "vérifier la carte"),
        ("{value} has {count} outlines: joined into one", "check the map"),
    ),
    "outlines_overlap": _said(
        "noted",
        (
            "{value} et {other} se recouvrent sur {hectares} ha : les habitants y sont partagés entre eux",
            "corriger les contours si ce n'est pas voulu",
        ),
        (
            "{value} and {other} overlap by {hectares} ha: the people there are shared between them",
            "correct the outlines unless it is meant",
        ),
    ),
    "outside_territory": _said(
        "dropped",
        ("{count} objets hors du territoire : {value}", "rien, si le territoire est le bon"),
        ("{count} objects outside the territory: {value}", "nothing, when the territory is right"),
    ),
    "on_the_border": _said(
        "noted",
        ("{value} dépasse du territoire ({pct} % de sa surface) : gardé entier", "--cut pour couper ce qui dépasse"),
        ("{value} reaches beyond the territory ({pct} % of its area): kept whole", "--cut cuts off what lies beyond"),
    ),
    "cut": _said(
        "repaired",
        ("{value} dépassait du territoire : {pct} % de sa surface coupés, population réduite d'autant", "rien"),
        ("{value} reached beyond the territory: {pct} % of its area cut off, population less as much", "nothing"),
    ),
    "nothing_left": _said(
        "fault",
        (
            "rien de ce fichier n'est dans le territoire",
            "vérifier le territoire, le système de coordonnées, le fichier",
        ),
        ("nothing of this file lies in the territory", "check the territory, the coordinate system, the file"),
    ),
    "commune_unmatched": _said(
        "noted",
        ("aucun objet n'est dans la commune « {value} »", "vérifier le nom ou le code"),
        ("no object lies in the commune “{value}”", "check the name or code"),
    ),
    "number_unreadable": _said(
        "dropped",
        ("« {value} » ({column} de {of}) n'est pas un nombre : laissé vide", "le corriger"),
        ("“{value}” ({column} of {of}) is no number: left empty", "correct it"),
    ),
    "no_population": _said(
        "noted",
        (
            "{count} quartiers sans population publiée : {value}",
            "ajouter un fichier de populations avec --attributes",
        ),
        ("{count} neighbourhoods without a published population: {value}", "add a file of populations: --attributes"),
    ),
    "attributes_unmatched": _said(
        "noted",
        ("{count} lignes du fichier d'attributs ne sont d'aucun quartier", "rien, s'il couvre plus que le territoire"),
        (
            "{count} rows of the attributes file are of no neighbourhood",
            "nothing, when it covers more than the territory",
        ),
    ),
    # grid
    "no_neighbourhoods": _said(
        "fault",
        ("le jeu de données n'a pas de contours de quartiers", "commencer par distrib import qpv"),
        ("the dataset has no outlines of neighbourhoods", "start with distrib import qpv"),
    ),
    "not_read": _said(
        "dropped",
        (
            "{count} objets non lus : loin des quartiers, ou sans position",
            "rien, si le fichier couvre plus que le territoire",
        ),
        (
            "{count} objects not read: away from the neighbourhoods, or without a position",
            "nothing, when the file covers more than the territory",
        ),
    ),
    "cell_without_place": _said(
        "dropped",
        ("{count} carreaux sans position lisible (premier : {value})", "vérifier la colonne du code de carreau"),
        ("{count} cells without a position that can be read (first: {value})", "check the column of the cell's code"),
    ),
    "cell_doubled": _said(
        "dropped",
        ("{count} carreaux donnés deux fois (premier : {value}) : le premier est gardé", "vérifier le fichier"),
        ("{count} cells given twice (first: {value}): the first one is kept", "check the file"),
    ),
    "cell_bad_number": _said(
        "dropped",
        ("{count} carreaux sans nombre d'habitants lisible (premier : {value})", "vérifier la colonne"),
        ("{count} cells without a number of people that can be read (first: {value})", "check the column"),
    ),
    "cells_outside": _said(
        "dropped",
        ("{count} carreaux hors des quartiers", "rien"),
        ("{count} cells outside the neighbourhoods", "nothing"),
    ),
    "cells_on_border": _said(
        "noted",
        ("{count} carreaux à cheval sur une limite : comptés à proportion de leur surface", "rien"),
        ("{count} cells across a border: counted in proportion to their area", "nothing"),
    ),
    "cells_imputed": _said(
        "noted",
        (
            "{count} des {all} carreaux gardés sont imputés (secret statistique) : marqués, et regroupés en zones",
            "ne pas les lire un par un",
        ),
        (
            "{count} of the {all} cells kept are imputed (statistical secrecy): marked, and grouped into zones",
            "do not read them one by one",
        ),
    ),
    "factor": _said(
        "noted",
        (
            "{value} : {grid} habitants dans les carreaux, {published} publiés : facteur {factor}",
            "rien, si le facteur est proche de 1",
        ),
        ("{value}: {grid} people in the cells, {published} published: factor {factor}", "nothing, when it is near 1"),
    ),
    "factor_far": _said(
        "noted",
        (
            "{value} : {grid} habitants dans les carreaux, {published} publiés : facteur {factor}, loin de 1",
            "vérifier le contour, la population et l'année du carroyage",
        ),
        (
            "{value}: {grid} people in the cells, {published} published: factor {factor}, far from 1",
            "check the outline, the population and the year of the grid",
        ),
    ),
    "factor_none": _said(
        "noted",
        ("{value} : pas de population publiée, carreaux pris tels quels", "donner la population du quartier"),
        ("{value}: no published population, cells taken as they are", "give the population of the neighbourhood"),
    ),
    "no_cells": _said(
        "repaired",
        (
            "{value} : aucun carreau habité ; besoin tiré de la population publiée et du taux de pauvreté, en une zone",
            "donner un carroyage qui le couvre",
        ),
        (
            "{value}: no inhabited cell; need derived from the published population and poverty rate, as one zone",
            "give a grid that covers it",
        ),
    ),
    "no_need_known": _said(
        "dropped",
        ("{value} : ni carreau, ni population, ni taux de pauvreté : aucun besoin écrit", "compléter le quartier"),
        ("{value}: no cell, population or poverty rate: no need written", "complete the neighbourhood"),
    ),
    "too_few": _said(
        "dropped",
        (
            "{value} : moins de {least} ménages pauvres en tout : besoin non écrit (secret statistique)",
            "l'écrire à la main s'il est connu autrement",
        ),
        (
            "{value}: fewer than {least} poor households in all: need not written (statistical secrecy)",
            "write it by hand when it is known otherwise",
        ),
    ),
    "households_from_people": _said(
        "noted",
        ("pas de colonne de ménages : ménages = habitants ÷ {value}", "changer avec --household-size"),
        ("no column of households: households = people ÷ {value}", "change it with --household-size"),
    ),
    # places
    "place_without_position": _said(
        "dropped",
        ("{value} n'a pas de position lisible", "lui donner une longitude et une latitude"),
        ("{value} has no position that can be read", "give it a longitude and a latitude"),
    ),
    "place_without_name": _said(
        "repaired",
        ("le lieu n° {value} n'a pas de nom : nommé d'après sa ligne", "lui donner un nom"),
        ("place no. {value} has no name: named after its row", "give it a name"),
    ),
    "place_swapped": _said(
        "repaired",
        ("{value} : longitude et latitude échangées, remises en ordre", "corriger le fichier"),
        ("{value}: longitude and latitude exchanged, put in order", "correct the file"),
    ),
    "place_outside": _said(
        "dropped",
        ("{value} est hors du territoire (ou en mer), à {km} km de celui-ci", "corriger sa position"),
        ("{value} lies outside the territory (or in the sea), {km} km from it", "correct its position"),
    ),
    "place_at_border": _said(
        "noted",
        ("{value} est {metres} m hors du territoire : gardé, un contour n'est pas plus fin", "vérifier sa position"),
        ("{value} lies {metres} m outside the territory: kept, a boundary is no finer", "check its position"),
    ),
    "place_far": _said(
        "dropped",
        ("{value} est à {km} km du quartier le plus proche", "rien, ou --within-m plus grand"),
        ("{value} is {km} km from the nearest neighbourhood", "nothing, or a greater --within-m"),
    ),
    "place_doubled": _said(
        "dropped",
        ("{value} est le même lieu que {other} (à {metres} m)", "rien, ou --same-within-m plus petit"),
        ("{value} is the same place as {other} ({metres} m away)", "nothing, or a smaller --same-within-m"),
    ),
    "id_doubled": _said(
        "repaired",
        ("l'identifiant {value} sert {count} fois : numéroté", "donner des identifiants différents"),
        ("the id {value} is used {count} times: numbered", "give different ids"),
    ),
    "cell_value_bad": _said(
        "fault",
        ("« {value} » ne convient pas à {column} ({problem})", "corriger la valeur, ou la colonne prise pour {column}"),
        ("“{value}” does not fit {column} ({problem})", "correct the value, or the column taken for {column}"),
    ),
}
