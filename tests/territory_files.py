"""Small made-up files of the same form as the public ones: outlines, cells of 200 m, lists of places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pyproj
from shapely.geometry import box, mapping

ORIGIN_E, ORIGIN_N = 3_960_000, 2_260_000
"""Corner of the made-up town on the European grid (EPSG:3035): the sea south of Marseille."""


def square(east: float, north: float, size: float) -> Any:
    """A square in metres from the corner of the town, in WGS 84."""
    shape = box(ORIGIN_E + east, ORIGIN_N + north, ORIGIN_E + east + size, ORIGIN_N + north + size)
    return geopandas.GeoSeries([shape], crs=3035).to_crs(4326).iloc[0]


def lonlat(east: float, north: float) -> tuple[float, float]:
    """A place in metres from the corner of the town."""
    x, y = pyproj.Transformer.from_crs(3035, 4326, always_xy=True).transform(ORIGIN_E + east, ORIGIN_N + north)
    return float(x), float(y)


def outlines(folder: Path, rows: list[dict[str, Any]], name: str = "qp.geojson") -> Path:
    """A GeoJSON of outlines; each row has ``shape`` (None: no geometry) and properties."""
    features = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in row.items() if k != "shape"},
            "geometry": None if row["shape"] is None else mapping(row["shape"]),
        }
        for row in rows
    ]
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def two_hoods() -> list[dict[str, Any]]:
    """Two neighbourhoods of 600 m: QP001 of 3 × 3 cells, QP002 a kilometre east of it."""
    return [
        {"code_qp": "QP001", "lib_qp": "Les Pins", "lib_com": "Port-Clair", "insee_com": "99001", "population": 1800,
         "poverty_rate": 50.0, "shape": square(0, 0, 600)},
        {"code_qp": "QP002", "lib_qp": "La Baie", "lib_com": "Port-Clair", "insee_com": "99001", "population": 900,
         "poverty_rate": 40.0, "shape": square(1600, 0, 600)},
    ]  # fmt: skip


def cells(folder: Path, extra: list[str] | None = None, people: int = 100) -> Path:
    """Cells over both neighbourhoods and between them, as INSEE's CSV: 18 inside, each of ``people``, half poor."""
    lines = ["Idcar_200m;I_est_200;Ind;Men;Men_pauv"]
    for east in range(0, 2200, 200):
        for north in range(0, 600, 200):
            code = f"CRS3035RES200mN{ORIGIN_N + north}E{ORIGIN_E + east}"
            lines.append(f"{code};{int(east == 0)};{people};{people // 2};{people // 4}")
    path = folder / "carreaux.csv"
    path.write_text("\n".join([*lines, *(extra or [])]) + "\n", encoding="utf-8")
    return path


def places(folder: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    """A CSV of places as towns publish them."""
    path = folder / "lieux.csv"
    path.write_bytes(("\n".join(["nom;type;adresse;longitude;latitude", *rows]) + "\n").encode(encoding))
    return path


def place(name: str, east: float, north: float, kind: str = "école") -> str:
    """One row of ``places``."""
    lon, lat = lonlat(east, north)
    return f"{name};{kind};1 rue du Port;{lon:.6f};{lat:.6f}"
