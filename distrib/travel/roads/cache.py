"""Networks made ready, kept in the user's cache folder, so that the second table takes seconds."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from distrib.travel.places import Places
from distrib.travel.roads.matrix import Roads, prepare
from distrib.travel.roads.network import Footways, RoadNetwork
from distrib.travel.roads.profiles import VERSION, Profile
from distrib.travel.roads.reading import digest_of, read_network
from distrib.travel.roads.snapping import check_territory
from distrib.travel.roads.turns import TurnGraph

FORMAT = 5


def cache_folder() -> Path:
    """Return the folder of networks made ready: ``DISTRIB_CACHE``, else ``distrib`` in the user's cache folder."""
    own = os.environ.get("DISTRIB_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "distrib"


def roads_of_file(path: Path, profile: Profile, places: Places, network: RoadNetwork | None = None) -> Roads:
    """Return the network of a file made ready for a profile, from the cache where the same was made before.

    ``network`` is that of the file, if it was read already.

    Raises:
        UsageError: when the file cannot be read, or its roads lie elsewhere than the places.
    """
    if not path.is_file():
        read_network(path)  # says what is wrong
    digest = digest_of(path) if network is None else network.digest
    found = kept_roads(digest, profile)
    if found is not None:
        check_territory(places, found.network)
        return found
    network = network or read_network(path)
    check_territory(places, network)
    roads = prepare(network, profile)
    store(roads, _kept_file(digest, profile))
    return roads


def kept_roads(digest: str, profile: Profile) -> Roads | None:
    """Return a network made ready before, None when it is not in the cache."""
    return load(_kept_file(digest, profile), profile)


def _kept_file(digest: str, profile: Profile) -> Path:
    return cache_folder() / f"roads-{key_of(digest, profile)}.npz"


def key_of(digest: str, profile: Profile) -> str:
    """Return what a network made ready depends on, as a name."""
    text = f"{FORMAT} {VERSION} {digest} {dataclasses.astuple(profile)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def store(roads: Roads, target: Path) -> None:
    """Write a network made ready, whole or not at all; a folder that cannot be written is left alone."""
    arrays: dict[str, Any] = {
        f"network_{f.name}": getattr(roads.network, f.name) for f in dataclasses.fields(RoadNetwork) if f.name != "feet"
    }
    arrays |= {f"feet_{f.name}": getattr(roads.network.feet, f.name) for f in dataclasses.fields(Footways)}
    arrays |= {f"graph_{f.name}": getattr(roads.graph, f.name) for f in dataclasses.fields(TurnGraph)}
    arrays["rank"] = roads.rank
    arrays |= {f"upward_{i}": part for i, part in enumerate(roads.upward)}
    arrays |= {f"downward_{i}": part for i, part in enumerate(roads.downward)}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".new", delete=False) as file:
            np.savez(file, **arrays)
        Path(file.name).replace(target)
    except OSError:
        return


def load(source: Path, profile: Profile) -> Roads | None:
    """Return a network made ready; None when it is not there or damaged."""
    try:
        with np.load(source, allow_pickle=False) as kept:
            network: dict[str, Any] = {
                f.name: kept[f"network_{f.name}"] for f in dataclasses.fields(RoadNetwork) if f.name != "feet"
            }
            network["feet"] = Footways(**{f.name: kept[f"feet_{f.name}"] for f in dataclasses.fields(Footways)})
            graph: dict[str, Any] = {f.name: kept[f"graph_{f.name}"] for f in dataclasses.fields(TurnGraph)}
            rank = kept["rank"]
            upward = (kept["upward_0"], kept["upward_1"], kept["upward_2"])
            downward = (kept["downward_0"], kept["downward_1"], kept["downward_2"])
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    graph["plain"] = int(graph["plain"])
    network |= {"left_out": int(network["left_out"]), "digest": str(network["digest"])}
    return Roads(
        network=RoadNetwork(**network),
        profile=profile,
        graph=TurnGraph(**graph),
        rank=rank,
        upward=upward,
        downward=downward,
    )
