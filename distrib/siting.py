"""``distrib sites``: from a dataset and its candidates to a choice of sites, its curve and its catchments."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from distrib.errors import UsageError
from distrib.io.importing.candidates import read_candidates
from distrib.io.importing.places import CANDIDATES_FILE
from distrib.io.reading import read_dataset
from distrib.model.dataset import Dataset
from distrib.model.territory import Catchment, Site, Zone
from distrib.solver.siting import Siting, SitingProblem, choose
from distrib.travel.great_circle import EARTH_RADIUS_M, great_circle_m
from distrib.travel.walking import WALKING_CIRCUITY

if TYPE_CHECKING:
    from distrib.solver.siting.problem import Ints

REACH = 2
"""Sites up to so many times the walking limit are weighed; farther ones count as that far."""

MOST_ARCS_OF_A_ZONE = 48
"""In problems of more than ``MANY_ARCS`` arcs each zone keeps its nearest candidates only."""

MANY_ARCS = 1_000_000
CURVE = (60, 75, 90, 100, 115, 135, 160)
"""Points of the curve, in per cent of the number asked for."""

CURVE_GAP, CURVE_NODES = 5e-3, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Candidate sites, sorted by id, and which of them must or must not be open."""

    sites: tuple[Site, ...]
    fixed: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """One number of sites: need within the limit (baskets), total walk (basket-metres) with its bound, visits."""

    opened: int
    need: int
    covered: int
    walk: int
    bound: int
    visits: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneOutcome:
    """A zone in the choice: its need, its nearest candidate and nearest open site with the walks (None: none in reach)."""

    zone_id: str
    need: int
    candidates_near: int
    open_near: int
    nearest_site: str | None
    walk_m: int | None
    without_room: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChosenSites:
    """The choice: open sites, catchments (zones' open sites within the limit, else the nearest), who fetches where."""

    dataset: Dataset
    sites: tuple[Site, ...]
    siting: Siting
    problem: SitingProblem
    shares: tuple[tuple[str, str, int, int], ...]
    """(zone_id, site_id, baskets, walk_m)."""
    zones: tuple[ZoneOutcome, ...]
    idle: tuple[str, ...]
    """Candidates left out because they open on no delivery day."""
    curve: tuple[CurvePoint, ...]

    @property
    def exceptions(self) -> tuple[ZoneOutcome, ...]:
        """Zones with need that have no open site within the limit, or fewer than asked for."""
        wanted = self.problem.covers
        return tuple(z for z in self.zones if z.need and (z.open_near < wanted or z.without_room))


def choose_sites(
    path: Path,
    opened: int,
    *,
    candidates_file: Path | None = None,
    fixed: tuple[str, ...] = (),
    forbidden: tuple[str, ...] = (),
    keep_sites: bool = False,
    robust: bool = False,
    curve: tuple[int, ...] | None = None,
    language: str | None = None,
    progress: Callable[[str], None] | None = None,
) -> ChosenSites:
    """Choose ``opened`` sites for the need of a dataset.

    Args:
        path: the dataset.
        opened: how many sites to open.
        candidates_file: candidates as ``distrib import places`` writes them; by default those of the dataset
            folder, else the dataset's own sites.
        fixed: ids that must be open, beside those the file marks.
        forbidden: ids that must not.
        keep_sites: the dataset's own sites are candidates too, and fixed.
        robust: every zone keeps a site within the limit whichever one site closes, where its candidates allow.
        curve: numbers of sites for the curve; None for points around ``opened``; () for none.
        language: of findings.
        progress: called with the name of each stage.

    Raises:
        BadInputError: the dataset or the candidates hold faults.
        UsageError: unknown ids, or numbers that cannot be opened.
    """
    tell = progress or (lambda _: None)
    tell("read")
    dataset, _ = read_dataset(path, language=language)
    candidates = _candidates(dataset, path, candidates_file, fixed, forbidden, keep_sites=keep_sites)
    tell("walks")
    problem, idle = siting_problem(dataset, candidates, opened, robust=robust)
    tell(f"choose {opened} of {len(candidates.sites)}")
    siting = choose(problem)
    points = []
    for number in _curve_numbers(problem, opened, curve):
        tell(f"curve {number}")
        points.append(curve_point(problem, number, siting if number == opened else None))
    return _outcome(dataset, candidates, problem, siting, idle, tuple(points))


def _candidates(
    dataset: Dataset,
    path: Path,
    file: Path | None,
    fixed: tuple[str, ...],
    forbidden: tuple[str, ...],
    *,
    keep_sites: bool,
) -> Candidates:
    folder = path if path.is_dir() else path.parent
    if file is None and (folder / CANDIDATES_FILE).is_file():
        file = folder / CANDIDATES_FILE
    read = read_candidates(file, dataset.settings.language) if file else tuple((site, "") for site in dataset.sites)
    sites = {site.site_id: site for site, _ in read}
    must = {site.site_id for site, choice in read if choice == "fixed"} | set(fixed)
    must_not = {site.site_id for site, choice in read if choice == "forbidden"} | set(forbidden)
    if keep_sites:
        sites |= dataset.site_by_id
        must |= set(dataset.site_by_id) - must_not
    unknown = sorted((must | must_not) - set(sites))
    if unknown:
        raise UsageError(f"no candidate is called {', '.join(unknown)}")
    both = sorted(must & must_not)
    if both:
        raise UsageError(f"{', '.join(both)} cannot be fixed and forbidden")
    if not sites:
        raise UsageError("there are no candidates; start with distrib import places, or fill the table sites")
    ordered = tuple(sites[name] for name in sorted(sites))
    return Candidates(sites=ordered, fixed=frozenset(must), forbidden=frozenset(must_not))


def need_of_zones(dataset: Dataset) -> dict[str, int]:
    """Return each zone's need in baskets × places; households where the dataset has no basket types yet."""
    found: dict[str, int] = {zone.zone_id: 0 for zone in dataset.zones}
    if not dataset.basket_types:
        for group in dataset.households:
            found[group.zone_id] += group.households
    for (zone_id, basket_id), need in dataset.zone_needs.items():
        found[zone_id] += need.baskets * dataset.basket_type_by_id[basket_id].places
    return found


def siting_problem(
    dataset: Dataset, candidates: Candidates, opened: int, *, robust: bool = False
) -> tuple[SitingProblem, tuple[str, ...]]:
    """Return the arrays of the choice, and the candidates that open on no delivery day (they are forbidden).

    Raises:
        UsageError: when so many sites cannot be opened.
    """
    delivery = set(dataset.settings.delivery_weekdays)
    visits = np.array([len({o.weekday for o in s.openings} & delivery) for s in candidates.sites], dtype=np.int64)
    per_visit = np.array([s.max_baskets_per_day for s in candidates.sites], dtype=np.int64)
    fixed = np.array([s.site_id in candidates.fixed for s in candidates.sites])
    idle = ((visits == 0) | (per_visit == 0)) & ~fixed
    forbidden = np.array([s.site_id in candidates.forbidden for s in candidates.sites]) | idle
    if not max(1, int(fixed.sum())) <= opened <= int((~forbidden).sum()):
        raise UsageError(
            f"--open {opened}: give a number from {max(1, int(fixed.sum()))} (fixed) to {int((~forbidden).sum())} (allowed)"
        )
    limit = dataset.settings.walking_limit_m
    zone, candidate, walk, overflow = _arcs(dataset.zones, candidates.sites, limit * REACH)
    need = need_of_zones(dataset)
    problem = SitingProblem(
        need=np.array([need[z.zone_id] for z in dataset.zones], dtype=np.int64),
        capacity=per_visit * visits,
        per_visit=per_visit,
        visits=visits,
        zone=zone,
        candidate=candidate,
        walk_m=walk,
        fixed=fixed,
        forbidden=forbidden,
        opened=opened,
        limit_m=limit,
        beyond_m=limit * REACH,
        overflow_m=overflow,
        covers=2 if robust else 1,
    )
    return problem, tuple(s.site_id for s, left in zip(candidates.sites, idle, strict=True) if left)


def _arcs(zones: tuple[Zone, ...], sites: tuple[Site, ...], reach_m: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return (zone, candidate, walk) within reach, sorted by zone, walk, candidate, and the overflow walk by zone."""
    from scipy.spatial import cKDTree

    here, there = _on_the_sphere(zones), _on_the_sphere(sites)
    chord = reach_m / WALKING_CIRCUITY * 1.001 + 1.0
    pairs = cKDTree(here).sparse_distance_matrix(cKDTree(there), chord, output_type="coo_matrix")
    order = np.lexsort((pairs.col, pairs.row))
    zone, candidate = pairs.row[order].astype(np.int64), pairs.col[order].astype(np.int64)
    walk = _walks(zones, sites, zone, candidate)
    near = walk < reach_m
    zone, candidate, walk = zone[near], candidate[near], walk[near]
    order = np.lexsort((candidate, walk, zone))
    zone, candidate, walk = zone[order], candidate[order], walk[order]
    overflow = np.full(len(zones), reach_m, dtype=np.int64)
    if len(zone) <= MANY_ARCS:
        return zone, candidate, walk, overflow
    rank = np.arange(len(zone)) - np.searchsorted(zone, zone)
    first_left_out = rank == MOST_ARCS_OF_A_ZONE
    overflow[zone[first_left_out]] = walk[first_left_out]
    kept = rank < MOST_ARCS_OF_A_ZONE
    return zone[kept], candidate[kept], walk[kept], overflow


def _on_the_sphere(places: tuple[Zone, ...] | tuple[Site, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return places as points in metres from the centre of the earth; chords are never longer than the way along it."""
    lon = np.radians(np.array([p.lon_microdeg for p in places], dtype=np.float64) / 1e6)
    lat = np.radians(np.array([p.lat_microdeg for p in places], dtype=np.float64) / 1e6)
    unit = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return unit * EARTH_RADIUS_M


def _walks(zones: tuple[Zone, ...], sites: tuple[Site, ...], zone: Ints, candidate: Ints) -> Ints:
    """Return walks as the rest of the program measures them: great circle × 1.3, rounded to the metre."""

    def degrees(places: tuple[Zone, ...] | tuple[Site, ...], axis: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(p, axis) for p in places], dtype=np.float64) / 1e6

    lon, lat = degrees(zones, "lon_microdeg"), degrees(zones, "lat_microdeg")
    to_lon, to_lat = degrees(sites, "lon_microdeg"), degrees(sites, "lat_microdeg")
    found = np.zeros(len(zone), dtype=np.int64)
    starts = np.searchsorted(zone, np.arange(len(zones) + 1))
    for z in range(len(zones)):
        part = slice(starts[z], starts[z + 1])
        c = candidate[part]
        if len(c):
            straight = great_circle_m(lon[z : z + 1], lat[z : z + 1], to_lon[c], to_lat[c])[0]
            found[part] = np.floor(straight * WALKING_CIRCUITY + 0.5)
    return found


def _curve_numbers(problem: SitingProblem, opened: int, wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    least, most = max(1, int(problem.fixed.sum())), int((~problem.forbidden).sum())
    if wanted is None:
        wanted = tuple(round(opened * pct / 100) for pct in CURVE) if problem.is_whole else ()
    return tuple(sorted({number for number in (*wanted, opened) if least <= number <= most}))


def curve_point(problem: SitingProblem, opened: int, known: Siting | None = None) -> CurvePoint:
    """Return the walk of the best choice of so many sites (visits only where they were made few)."""
    siting = known or choose(
        dataclasses.replace(problem, opened=opened), with_stops=False, gap=CURVE_GAP, nodes=CURVE_NODES
    )
    walk = siting.level("walk")
    visits = [level.value for level in siting.levels if level.name == "stops"]
    return CurvePoint(
        opened=opened,
        need=int(problem.need.sum()),
        covered=siting.level("coverage").value,
        walk=siting.least_walk,  # what fewer stops concede is left out, so that all points compare
        bound=walk.bound,
        visits=visits[0] if visits else None,
    )


def _outcome(
    dataset: Dataset,
    candidates: Candidates,
    problem: SitingProblem,
    siting: Siting,
    idle: tuple[str, ...],
    curve: tuple[CurvePoint, ...],
) -> ChosenSites:
    is_open = np.zeros(len(candidates.sites), dtype=bool)
    is_open[list(siting.opened)] = True
    walks = {(int(z), int(c)): int(w) for z, c, w in zip(problem.zone, problem.candidate, problem.walk_m, strict=True)}
    shares = tuple((dataset.zones[z].zone_id, candidates.sites[c].site_id, n, walks[z, c]) for z, c, n in siting.shares)
    left = dict(siting.without_room)
    starts = np.searchsorted(problem.zone, np.arange(len(dataset.zones) + 1))
    near = problem.walk_m <= problem.limit_m
    zones = []
    for z, zone in enumerate(dataset.zones):
        part = slice(int(starts[z]), int(starts[z + 1]))
        mine = np.flatnonzero(is_open[problem.candidate[part]]) + part.start
        nearest = int(mine[0]) if len(mine) else None
        zones.append(
            ZoneOutcome(
                zone_id=zone.zone_id,
                need=int(problem.need[z]),
                candidates_near=int((near[part] & ~problem.forbidden[problem.candidate[part]]).sum()),
                open_near=int(near[mine].sum()),
                nearest_site=None if nearest is None else candidates.sites[int(problem.candidate[nearest])].site_id,
                walk_m=None if nearest is None else int(problem.walk_m[nearest]),
                without_room=left.get(z, 0),
            )
        )
    return ChosenSites(
        dataset=dataset,
        sites=tuple(candidates.sites[c] for c in siting.opened),
        siting=siting,
        problem=problem,
        shares=shares,
        zones=tuple(zones),
        idle=idle,
        curve=curve,
    )


def catchments_of(chosen: ChosenSites) -> tuple[Catchment, ...]:
    """Return the catchments that a plan on the chosen sites uses: within the limit, else the nearest; sorted."""
    from distrib.travel.walking import walking_catchments

    # Straight-line walks, by which the sites were chosen.
    return walking_catchments(dataclasses.replace(chosen.dataset, sites=chosen.sites, catchments=None, roads=None))


def loads_of(chosen: ChosenSites) -> dict[str, int]:
    """Return the baskets a week that fetch at each open site."""
    loads: dict[str, int] = defaultdict(int)
    for _, site_id, baskets, _ in chosen.shares:
        loads[site_id] += baskets
    return {site.site_id: loads[site.site_id] for site in chosen.sites}
