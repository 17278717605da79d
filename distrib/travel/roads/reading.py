"""A road network from whatever file the user has."""

from __future__ import annotations

import hashlib
from pathlib import Path

from distrib.errors import UsageError
from distrib.travel.roads.building import network_of_ways
from distrib.travel.roads.graph_files import nodes_beside, read_csv_pair, read_geopackage, read_graphml
from distrib.travel.roads.network import RoadNetwork
from distrib.travel.roads.osm_files import ways_of_pbf, ways_of_xml

FORMATS = ".osm, .osm.bz2, .osm.gz, .osm.pbf, .graphml, .gpkg, or …edges….csv beside …nodes….csv"


def read_network(path: Path) -> RoadNetwork:
    """Return the road network of a file, by the ending of its name.

    Raises:
        UsageError: one clear line, when the file is missing, of another kind, broken, empty or not in degrees.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file of roads")
    name = path.name.lower()
    digest = digest_of(path)
    try:
        if name.endswith(".pbf"):
            return network_of_ways(ways_of_pbf(path), digest)
        if name.endswith((".osm", ".osm.bz2", ".osm.gz")):
            return network_of_ways(ways_of_xml(path), digest)
        if name.endswith(".graphml"):
            return read_graphml(path, digest)
        if name.endswith(".gpkg"):
            return read_geopackage(path, digest)
        if name.endswith((".csv", ".csv.gz")) and "edges" in name:
            return read_csv_pair(path, digest)
    except UsageError as error:
        raise UsageError(str(error) if path.name in str(error) else f"{path.name}: {error}") from error
    raise UsageError(f"{path.name}: roads are read from {FORMATS}")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file of roads (of both files of a CSV pair)."""
    files = [path]
    if "edges" in path.name.lower() and nodes_beside(path).is_file():
        files.append(nodes_beside(path))
    found = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                found.update(block)
    return found.hexdigest()
