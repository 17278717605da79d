"""Which column of a published file gives what: known names, names given by the user, and mapping files."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from distrib.errors import UsageError
from distrib.io.importing.report import Report
from distrib.io.reading_yaml import YamlFaultError, read_yaml

KNOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "qpv": {
        "neighbourhood_id": ("code_qp", "code_qpv", "codeqp", "code", "neighbourhood_id"),
        "name": ("lib_qp", "nom_qp", "nom_qpv", "libqp", "name", "nom"),
        "commune": ("lib_com", "commune_qp", "nom_com", "commune", "city"),
        "commune_id": ("insee_com", "insee", "codgeo", "code_insee", "com"),
        "population": ("population", "pop_mun", "pop", "p18_pop", "p20_pop", "nb_habitants"),
        "poverty_rate_pct": ("poverty_rate_pct", "poverty_rate", "taux_pauvrete", "tp60", "tp_60"),
    },
    "grid": {
        "cell_id": ("idcar_200m", "idinspire", "id_inspire", "cell_id", "id"),
        "people": ("ind", "people", "population", "ind_c"),
        "households": ("men", "households", "menages"),
        "poor_households": ("men_pauv", "men_pauvre", "poor_households"),
        "poor_share": ("poor_household_share", "part_men_pauv"),
        "imputed": ("i_est_200", "i_est_cr", "i_pauv", "imputed", "est"),
    },
    "places": {
        "site_id": ("site_id", "id", "code", "identifiant", "uai", "numero_uai"),
        "name": ("name", "nom", "nom_du_lieu", "libelle", "appellation", "denomination", "appellation_officielle"),
        "kind": ("category", "kind", "type", "categorie", "nature", "nature_uai_libe"),
        "commune": ("commune", "city", "ville", "libelle_commune", "nom_commune"),
        "address": ("address", "adresse", "adresse_1", "adresse_uai"),
        "max_baskets_per_day": ("max_baskets_per_day", "capacity", "capacite"),
        "unloading_min": ("unloading_min",),
        "largest_vehicle_gvw_kg": ("largest_vehicle_gvw_kg",),
        "cold_storage": ("cold_storage",),
        "choice": ("choice", "choix"),
        "hours": ("hours", "horaires_livraison"),
    },
}
"""By kind of file: target and the published names for it, the likeliest first (compared without case or accents)."""

POSITION: dict[str, tuple[str, ...]] = {
    "lon": ("lon", "longitude", "lng", "long", "x", "coordonnee_x", "x_longitude", "coord_x"),
    "lat": ("lat", "latitude", "y", "coordonnee_y", "y_latitude", "coord_y"),
    "latlon": ("geo_point_2d", "geo_point", "coordonnees_geo", "latlon"),
    "wkt": ("wkt", "geometry", "geom", "the_geom", "geo_shape_wkt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """What a mapping file remembers of a source: column by target, fixed values by target, and how to read it."""

    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    crs: str = ""
    encoding: str = ""
    layer: str = ""


_KEYS = ("kind", "columns", "values", "crs", "encoding", "layer")


def read_mapping(path: Path, kind: str) -> SourceMapping:
    """Return the mapping of a file.

    Raises:
        UsageError: when it cannot be read, is of another kind of import, or holds an unknown key.
    """
    try:
        content = read_yaml(path.read_text(encoding="utf-8")).value
    except (OSError, UnicodeDecodeError, YamlFaultError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or getattr(error, 'problem', error)}") from None
    if not isinstance(content, dict) or not set(content) <= set(_KEYS):
        raise UsageError(f"{path}: write only the keys {', '.join(_KEYS)}")
    if content.get("kind", kind) != kind:
        raise UsageError(f"{path} is a mapping for `import {content['kind']}`, not `import {kind}`")
    for key in ("columns", "values"):
        pairs = content.get(key) or {}
        if not isinstance(pairs, dict) or any(isinstance(v, dict | list) for v in pairs.values()):
            raise UsageError(f"{path}: {key} holds pairs `target: name`")
    texts = {key: str(content.get(key) or "") for key in ("crs", "encoding", "layer")}
    pairs = {key: {str(k): str(v) for k, v in (content.get(key) or {}).items()} for key in ("columns", "values")}
    _refuse_unknown({**pairs["columns"], **pairs["values"]}, kind, str(path))
    return SourceMapping(columns=pairs["columns"], values=pairs["values"], **texts)


def mapping_text(mapping: SourceMapping, kind: str) -> str:
    """Return a mapping as the text of its file."""
    lines = [f"kind: {kind}"]
    for key, value in (("crs", mapping.crs), ("encoding", mapping.encoding), ("layer", mapping.layer)):
        if value:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    for key, pairs in (("columns", mapping.columns), ("values", mapping.values)):
        if pairs:
            lines.append(f"{key}:")
            lines += [f"  {target}: {json.dumps(name, ensure_ascii=False)}" for target, name in sorted(pairs.items())]
    return "\n".join(lines) + "\n"


def pairs_of(texts: Iterable[str], kind: str, option: str) -> dict[str, str]:
    """Return ``target=name`` pairs of an option given once or more, separated by commas.

    Raises:
        UsageError: for a part that is no pair, or a target that this import does not know.
    """
    found: dict[str, str] = {}
    for text in texts:
        for part in text.split(","):
            target, equals, name = part.partition("=")
            if not equals or not target.strip() or not name.strip():
                raise UsageError(f"{option}: « {part} » is no pair of the form target=name")
            found[target.strip()] = name.strip()
    _refuse_unknown(found, kind, option)
    return found


def _refuse_unknown(targets: Iterable[str], kind: str, where: str) -> None:
    known = [*KNOWN[kind], *POSITION]
    for target in targets:
        if target not in known:
            raise UsageError(f"{where}: {target!r} is not one of {', '.join(known)}")


def folded(text: str) -> str:
    """Return a name without case, accents and blanks around it, inner blanks and dashes as underscores."""
    plain = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(" ", "_").replace("-", "_")


def find_columns(
    present: Iterable[str], known: Mapping[str, tuple[str, ...]], given: Mapping[str, str], report: Report
) -> dict[str, str]:
    """Return the column of the file for each target that has one; a column given but absent is a fault."""
    names = {folded(name): name for name in reversed(list(present))}
    listed = ", ".join(sorted(names.values()))
    found: dict[str, str] = {}
    for target, aliases in known.items():
        if target in given:
            if folded(given[target]) not in names:
                report.add("column_unknown", value=given[target], known=listed)
            else:
                found[target] = names[folded(given[target])]
            continue
        match = next((names[folded(alias)] for alias in aliases if folded(alias) in names), None)
        if match is not None:
            found[target] = match
    return found
