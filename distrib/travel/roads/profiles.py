"""How a class of vehicles drives: which arcs it may use, how fast, and what turns cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from distrib.travel.roads.network import ROAD_KINDS, RoadNetwork

if TYPE_CHECKING:
    import numpy.typing as npt

VERSION = 2
"""Raised whenever the same network and profile would give other times."""

LEGAL_KMH: dict[str, tuple[int, int]] = {
    "motorway": (130, 90), "motorway_link": (70, 50), "trunk": (110, 70), "trunk_link": (70, 50),
    "primary": (80, 50), "primary_link": (60, 50), "secondary": (80, 50), "secondary_link": (60, 50),
    "tertiary": (80, 50), "tertiary_link": (50, 40), "unclassified": (60, 40), "residential": (40, 30),
    "living_street": (20, 20), "service": (20, 20), "road": (50, 40),
}  # fmt: skip
"""French limits, or what such roads allow, (outside, in) built-up areas, where no sign is known."""

DRIVEN_SHARE = 0.8
"""Share of the limit that is driven on average (OSRM's car profile, ``speed_reduction``)."""

FAST_SHARE = 0.9
"""The same on motorways and expressways."""

TURN_S = 7.5
TURN_BIAS = 1.075
U_TURN_S = 20.0
SIGNAL_S = 2.0
"""Cost of turns and lights: OSRM's car profile, version 5 (``turn_penalty``, ``turn_bias``, ``u_turn_penalty``,
``traffic_light_penalty``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A class of vehicles.

    Attributes:
        name: ``van`` or ``truck``.
        gvw_kg: weight that signs bar or let pass.
        top_kmh: (motorways, other roads outside towns, in towns) at most.
        turn_factor: turns cost so many times those of a car.
        traffic: factor on every time, for the traffic of the hours driven in.
    """

    name: str
    gvw_kg: int
    top_kmh: tuple[int, int, int]
    turn_factor: float = 1.0
    traffic: float = 1.0


VAN = Profile(name="van", gvw_kg=3500, top_kmh=(120, 90, 50))
TRUCK = Profile(name="truck", gvw_kg=12000, top_kmh=(90, 80, 50), turn_factor=1.3)
"""Limits above 3.5 t: French highway code, article R413-8."""

PROFILES = {profile.name: profile for profile in (VAN, TRUCK)}


def may_use(network: RoadNetwork, profile: Profile) -> npt.NDArray[np.bool_]:
    """Return which arcs the vehicles may use."""
    allowed: npt.NDArray[np.bool_] = (network.max_gvw_kg == 0) | (network.max_gvw_kg >= profile.gvw_kg)
    return allowed


def driving_ms(network: RoadNetwork, profile: Profile) -> npt.NDArray[np.int64]:
    """Return the milliseconds each arc takes, turns apart."""
    legal = np.array([LEGAL_KMH[kind] for kind in ROAD_KINDS], dtype=np.float64)
    signed = network.limit_kmh > 0
    limit = np.where(signed, network.limit_kmh, legal[network.kind, network.urban.astype(np.int64)])
    fast_kinds = [ROAD_KINDS.index(kind) for kind in ("motorway", "trunk")]
    motorway = network.kind == ROAD_KINDS.index("motorway")
    top = np.where(network.urban & ~np.isin(network.kind, fast_kinds), profile.top_kmh[2], profile.top_kmh[1])
    top = np.where(signed & (network.limit_kmh > profile.top_kmh[2]), profile.top_kmh[1], top)
    top = np.where(motorway, profile.top_kmh[0], top)
    share = np.where(np.isin(network.kind, fast_kinds), FAST_SHARE, DRIVEN_SHARE)
    ms = network.length_dm * 360.0 / (np.minimum(limit, top) * share) * profile.traffic
    whole: npt.NDArray[np.int64] = np.maximum(1, np.round(ms)).astype(np.int64)
    return whole


def turn_ms(
    angle_deg: npt.NDArray[np.float64],
    u_turn: npt.NDArray[np.bool_],
    crossing: npt.NDArray[np.bool_],
    signal: npt.NDArray[np.bool_],
    profile: Profile,
) -> npt.NDArray[np.int64]:
    """Return the milliseconds of turns, to the tenth of a second.

    Args:
        angle_deg: change of direction, 0 straight on, positive to the right.
        u_turn: whether it goes back where it came from.
        crossing: whether more than two roads meet there.
        signal: whether there are lights.
        profile: who turns.
    """
    right = TURN_S / (1.0 + np.exp(-((13.0 / TURN_BIAS) * angle_deg / 180.0 - 6.5 * TURN_BIAS)))
    left = TURN_S / (1.0 + np.exp(-((13.0 * TURN_BIAS) * -angle_deg / 180.0 - 6.5 / TURN_BIAS)))
    seconds = np.where(angle_deg >= 0, right, left) * (crossing | signal)
    seconds = np.where(u_turn, U_TURN_S, seconds) * profile.turn_factor + np.where(signal, SIGNAL_S, 0.0)
    tenths = np.round(seconds * profile.traffic * 10.0)
    return tenths.astype(np.int64) * 100
