"""Networks saved as tables of nodes and directed edges: GraphML (osmnx), a pair of CSV files, a GeoPackage."""

from __future__ import annotations

import ast
import csv
import gzip
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.travel.roads import tags as meaning
from distrib.travel.roads.building import Arcs, network_of_arcs
from distrib.travel.roads.network import KIND_INDEX, RoadNetwork

if TYPE_CHECKING:
    import numpy.typing as npt

Row = Mapping[str, str]
_TAIL, _HEAD = ("u", "from", "from_id", "source", "tail"), ("v", "to", "to_id", "target", "head")
_LENGTH, _ROAD, _LIMIT = (
    ("length", "length_m", "metres"),
    ("highway", "road_type", "class"),
    ("maxspeed", "maxspeed_kmh"),
)
_NODE, _X, _Y = ("osmid", "node", "node_id", "id"), ("x", "lon", "longitude"), ("y", "lat", "latitude")


def network_of_tables(nodes: Iterable[Row], edges: Iterable[Row], digest: str, name: str) -> RoadNetwork:
    """Return the network of rows of nodes and of directed edges (every row one direction).

    Columns are found under the names of osmnx, or plain ones (``from, to, length_m, road_type, maxspeed_kmh``).

    Raises:
        UsageError: when a column is missing, a value is no number, or an edge names an unknown node.
    """
    points: dict[int, tuple[float, float]] = {}
    number: dict[str, int] = {}
    signals: set[int] = set()
    try:
        for row in nodes:
            key = number.setdefault(_cell(row, _NODE), len(number))
            points[key] = (float(_cell(row, _X)), float(_cell(row, _Y)))
            if row.get("highway") == "traffic_signals":
                signals.add(key)
        arcs = Arcs()
        for row in edges:
            _add_edge(row, number, points, arcs)
    except KeyError as error:
        raise UsageError(f"{name}: {error.args[0]}") from error
    except ValueError as error:
        raise UsageError(f"{name}: a value that should be a number is none ({error})") from error
    return network_of_arcs(arcs, points, digest=digest, signals=signals)


def _cell(row: Row, names: tuple[str, ...]) -> str:
    for name in names:
        if row.get(name):
            return row[name]
    raise KeyError(f"no value in any of the columns {', '.join(names)}; found: {', '.join(sorted(row))[:80]}")


def _add_edge(row: Row, number: dict[str, int], points: dict[int, tuple[float, float]], arcs: Arcs) -> None:
    tags = {key: _plain(value) for key, value in row.items() if value}
    tags["highway"] = next((tags[name] for name in _ROAD if name in tags), "road")
    if tags["highway"] == "roundabout":
        tags["highway"] = "tertiary"
    tags["maxspeed"] = next((tags[name] for name in _LIMIT if name in tags), "")
    kind = meaning.kind_of(tags)
    ends = []
    for names in (_TAIL, _HEAD):
        end = _cell(row, names)
        if end not in number:
            raise KeyError(f"an edge names the node {end!r}, which is not among the nodes")
        ends.append(number[end])
    if kind is None or ends[0] == ends[1]:
        return
    line = _line(row.get("geometry", ""), points[ends[0]], points[ends[1]])
    length = next((float(row[name]) for name in _LENGTH if row.get(name)), None)
    arcs.add((ends[0], ends[1]), line, length, (kind, meaning.limit_kmh(tags), meaning.max_gvw_kg(tags)), 0)


def _plain(value: str) -> str:
    """Return the first of a list written as text (osmnx joins the tags of merged ways), or the value."""
    if not value.startswith("["):
        return value
    try:
        items = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value
    known = [str(item) for item in items if str(item) in KIND_INDEX]
    return known[0] if known else " ".join(map(str, items))


def _line(wkt: str, start: tuple[float, float], end: tuple[float, float]) -> npt.NDArray[np.float64]:
    found = re.fullmatch(r"\s*LINESTRING\s*\((.*)\)\s*", wkt)
    if not found:
        return np.array([start, end], dtype=np.float64)
    return np.array([[float(v) for v in point.split()[:2]] for point in found[1].split(",")], dtype=np.float64)


def read_graphml(path: Path, digest: str) -> RoadNetwork:
    """Return the network of a GraphML file as osmnx writes it (directed, WGS84).

    Raises:
        UsageError: when it is no whole GraphML file, or lacks a column.
    """
    nodes: list[Row] = []
    edges: list[Row] = []
    names: dict[str, str] = {}
    try:
        for _, element in ET.iterparse(path, events=("end",)):
            tag = element.tag.rsplit("}", 1)[-1]
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", "")
            elif tag in ("node", "edge"):
                row = {names.get(d.get("key", ""), ""): d.text or "" for d in element}
                if tag == "node":
                    nodes.append({**row, "osmid": element.get("id", "")})
                else:
                    edges.append({**row, "u": element.get("source", ""), "v": element.get("target", "")})
                element.clear()
    except ET.ParseError as error:
        raise UsageError(f"{path.name}: not a whole GraphML file ({error}); save it again") from error
    return network_of_tables(nodes, edges, digest, path.name)


def nodes_beside(edges: Path) -> Path:
    """Return the path of the nodes that belong to a CSV file of edges: the same name with nodes for edges."""
    return edges.with_name(edges.name.replace("edges", "nodes"))


def read_csv_pair(edges: Path, digest: str) -> RoadNetwork:
    """Return the network of a CSV file of directed edges and its file of nodes (``…edges….csv``, ``…nodes….csv``).

    Raises:
        UsageError: when a file cannot be read or lacks a column.
    """
    return network_of_tables(_csv_rows(nodes_beside(edges)), _csv_rows(edges), digest, edges.name)


def _csv_rows(path: Path) -> list[Row]:
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: cannot be read ({error})") from error
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)]


def read_geopackage(path: Path, digest: str) -> RoadNetwork:
    """Return the network of a GeoPackage with the layers ``nodes`` and ``edges``, as osmnx writes it.

    Raises:
        UsageError: when it cannot be read, lacks a layer or a column.
    """
    import pyogrio

    try:
        nodes = pyogrio.read_dataframe(path, layer="nodes")
        edges = pyogrio.read_dataframe(path, layer="edges")
    except pyogrio.errors.DataSourceError as error:
        raise UsageError(f"{path.name}: not a readable GeoPackage ({error})") from error
    except pyogrio.errors.DataLayerError as error:
        raise UsageError(f"{path.name}: the layers nodes and edges are needed ({error})") from error
    if nodes.crs is not None and not nodes.crs.is_geographic:
        raise UsageError(f"{path.name}: not in degrees but in {nodes.crs.name}; save it in WGS84 (EPSG:4326)")
    if "x" not in nodes.columns:
        nodes = nodes.assign(x=nodes.geometry.x, y=nodes.geometry.y)
    edges = edges.assign(geometry=edges.geometry.to_wkt())
    rows = []
    for frame in (nodes.drop(columns="geometry"), edges):
        rows.append(
            [{k: "" if v is None or v != v else str(v) for k, v in row.items()} for row in frame.to_dict("records")]
        )
    return network_of_tables(rows[0], rows[1], digest, path.name)
