"""The leximin of R: neighbourhoods, then zones, programme by programme, then a convenient solution."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.parts import limits_of, parts_of
from distrib.solver.allocation.relaxation.build import Model, build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.cuts import programme_cuts
from distrib.solver.allocation.relaxation.guide import SMALL, add_evenness, guide_costs, lot_plan
from distrib.solver.allocation.relaxation.leximin import Claim, Fixed, held_at, leximin, water_level
from distrib.solver.allocation.relaxation.local import LocalNetwork
from distrib.solver.allocation.relaxation.program import INFINITY, NotSolvedError, Simplex
from distrib.solver.allocation.relaxation.result import MICRO, Cut, LevelProof, Relaxation

Key = tuple[str, str]


@dataclass(slots=True)
class Staged:
    """R ready for its stages: the engine, the column of the level, the claims, and what was found so far.

    ``hoods``/``zones``: coverage found, by (programme, neighbourhood or zone).
    """

    model: Model
    engine: Simplex
    level: int
    evenness: list[int]
    hood_claims: list[Claim]
    zone_claims: list[Claim]
    hoods: dict[Key, Fixed] = field(default_factory=dict)
    zones: dict[Key, Fixed] = field(default_factory=dict)
    levels: list[LevelProof] = field(default_factory=list)
    possible: bool = True


def stage(case: Case) -> Staged:
    """Return R with a column for the level and, for each claimant, the row ``coverage − level``, still free."""
    model = build(case)
    evenness = add_evenness(model)
    lp, net = model.program, model.network
    shares = [*net.hood_share.values(), *net.zone_share.values()]
    level = lp.column(max((lp.upper[c] for c in shares), default=0.0))

    def claim(key: Key, column: int, weight_milli: int, head: int, group: str = "") -> Claim:
        row = lp.row([(column, 1.0), (level, -1.0)], -INFINITY, INFINITY)
        return Claim(key, column, weight_milli / 1000, row, group, head * 1000 / weight_milli)

    hoods = [claim(k, c, case.hood_weight_milli[k], case.hood_head[k]) for k, c in net.hood_share.items()]
    several = Counter(_hood_of(model, k) for k in net.zone_share)
    zones = [
        claim(k, c, case.zone_weight_milli[k], case.zone_head[k], _hood_of(model, k)[1])
        for k, c in net.zone_share.items()
        if several[_hood_of(model, k)] > 1
    ]
    return Staged(model, Simplex(lp), level, evenness, hoods, zones)


def _hood_of(model: Model, key: Key) -> Key:
    return key[0], model.case.dataset.zone_by_id[key[1]].neighbourhood_id


def _local(staged: Staged, programme: str) -> LocalNetwork | None:
    """The network of the programme without shared limits; None where catchments are left out and all is one."""
    return LocalNetwork(staged.model, programme) if staged.model.case.holds("catchment") else None


def serve_neighbourhoods(staged: Staged, programme: str) -> None:
    """Find the leximin over the neighbourhoods of a programme and hold it."""
    claims = [c for c in staged.hood_claims if c.key[0] == programme]
    local = _local(staged, programme)
    found = leximin(staged.engine, staged.level, claims, foresight=local.hoods if local else None)
    if found is None:
        staged.possible = False
        return
    for step in found:
        staged.hoods.update(dict.fromkeys(step.keys, step))
        staged.levels.append(_proof(step, programme, "neighbourhoods"))


def cut_at_size(whole: Case, stages: list[Staged], programme: str) -> None:
    """Cut the levels found without the programme's size at the one at which all parts together have just that many baskets.

    The leximin of sets from which baskets can be left out, down to the floors f, is max(f, min(h, τ)) under a cap on their sum,
    h being the one without it (see ``leximin``); whoever is cut is bound by the programme alone.
    """
    size = whole.dataset.settings.max_baskets_of(programme)
    claims = [(staged, c) for staged in stages for c in staged.hood_claims if c.key[0] == programme]
    if size is None:
        return
    target = {c.key: staged.hoods[c.key].value for staged, c in claims}
    most = size + math.fsum(c.weight * c.floor for _, c in claims)
    level = water_level([c for _, c in claims], target, most)
    groups: dict[float, list[tuple[Staged, Claim]]] = defaultdict(list)
    for staged, claim in claims:
        if target[claim.key] > max(level, claim.floor):
            groups[max(level, claim.floor)].append((staged, claim))
    for value, members in sorted(groups.items()):
        _cut(stages, members, value, programme)


def _cut(stages: list[Staged], members: list[tuple[Staged, Claim]], value: float, programme: str) -> None:
    keys = tuple(sorted(c.key for _, c in members))
    cut = Fixed(keys=keys, need_met=(), value=value, bound=value, names=(("programme", programme),))
    for staged, claim in members:
        upper = staged.engine.upper(claim.column)
        staged.engine.set_column(claim.column, held_at(value, claim.weight, upper), upper)
        staged.hoods[claim.key] = cut
    _cut_levels(stages, _proof(cut, programme, "neighbourhoods"))


def _cut_levels(stages: list[Staged], cut: LevelProof) -> None:
    """Replace the levels above the cut by it."""
    gone = set(cut.members)
    for staged in stages:
        staged.levels[:] = [
            left
            for proof in staged.levels
            if (left := dataclasses.replace(proof, members=tuple(m for m in proof.members if m not in gone))).members
        ]
    stages[-1].levels.append(cut)


def serve_zones(staged: Staged, programme: str) -> None:
    """Find the leximin over the zones of a programme, each neighbourhood keeping its baskets, and hold it."""
    baskets = {}
    for claim in staged.hood_claims:
        if claim.key[0] == programme:
            staged.engine.close(claim.column, ("neighbourhood", claim.key[1]))
            head = staged.model.case.hood_head[claim.key]
            baskets[claim.key[1]] = staged.hoods[claim.key].value * claim.weight - head
    claims = [c for c in staged.zone_claims if c.key[0] == programme]
    totals = {group: baskets[group] for group in sorted({c.group for c in claims})}
    for claim in claims:
        totals[claim.group] += staged.model.case.zone_head[claim.key]
    local = _local(staged, programme)
    counted = {c.key for c in claims}

    def foresee(held: dict[Key, float]) -> list[Fixed]:
        assert local is not None
        hoods = {k: step.value for k, step in staged.hoods.items() if k[0] == programme}
        case = staged.model.case
        alone = {
            k: (baskets[_hood_of(staged.model, k)[1]] + case.zone_head[k]) * 1000 / case.zone_weight_milli[k]
            for k in case.zone_weight_milli
            if k not in counted and _hood_of(staged.model, k) in hoods
        }
        return local.zones(hoods, held | alone)

    found = leximin(staged.engine, staged.level, claims, totals, foresee if local else None)
    if found is None:
        raise NotSolvedError("the neighbourhoods' baskets could not be shared out over their zones")
    for step in found:
        staged.zones.update(dict.fromkeys(step.keys, step))
        staged.levels.append(_proof(step, programme, "zones"))


def _proof(step: Fixed, programme: str, kind: str) -> LevelProof:
    return LevelProof(
        programme=programme,
        kind=kind,
        members=tuple(sorted(k[1] for k in step.keys)),
        need_met=tuple(sorted(k[1] for k in step.need_met)),
        value=Fraction(round(step.value * 10**9), 10**9),
        bound=Fraction(math.ceil(step.bound * 10**9), 10**9),
        limits=tuple(" ".join(name) for name in step.names),
    )


def hood_values(staged: Staged) -> dict[Key, int]:
    """Return 1e-6 baskets of this week by (programme, neighbourhood), 0 for those who can get nothing."""
    claims = {c.key: c for c in staged.hood_claims}
    return {
        key: _micro(staged.hoods[key].value * claims[key].weight - head) if key in staged.hoods else 0
        for key, head in staged.model.case.hood_head.items()
    }


def _micro(baskets: float) -> int:
    return max(0, round(baskets * MICRO))


def zone_values(staged: Staged, hoods: dict[Key, int]) -> dict[Key, int]:
    """Return 1e-6 baskets by (programme, zone), once its zones are served."""
    claims = {c.key: c for c in staged.zone_claims}
    values = {}
    for key in staged.model.case.zone_weight_milli:
        if key in staged.zones:
            head = staged.model.case.zone_head[key]
            values[key] = _micro(staged.zones[key].value * claims[key].weight - head)
        else:
            values[key] = hoods[_hood_of(staged.model, key)] if key in staged.model.network.zone_share else 0
    return values


def stages_of(dataset: Dataset, limits: Limits, without: frozenset[str]) -> list[Staged]:
    """Return R ready for its stages, in one piece or, where territories share nothing but a programme's size, in its parts.

    Parts know no programme's size: ``serve`` cuts their levels.
    """
    parts = parts_of(dataset, limits)
    if len(parts) == 1:
        return [stage(Case(dataset=dataset, limits=limits, without=without))]
    free = [dataclasses.replace(p, settings=dataclasses.replace(p.settings, max_baskets=())) for p in parts]
    return [stage(Case(dataset=p, limits=limits_of(p, limits), without=without)) for p in free]


def serve(whole: Case, stages: list[Staged], *, all_zones: bool = True) -> tuple[LevelProof, ...] | None:
    """Find and hold the leximin of every programme in turn; return its levels, None when nothing satisfies the rules at all.

    ``all_zones``: False leaves out the zones of the last programme.
    """
    levels: list[LevelProof] = []
    for programme in whole.programmes:
        for staged in stages:
            serve_neighbourhoods(staged, programme)
            if not staged.possible:
                return None
        if len(stages) > 1 and whole.holds("programme"):
            cut_at_size(whole, stages, programme)
        if all_zones or programme != whole.programmes[-1]:
            for staged in stages:
                serve_zones(staged, programme)
        for staged in stages:
            levels += staged.levels
            staged.levels.clear()
    return tuple(levels)


def relax(dataset: Dataset, *, limits: Limits | None = None, without: frozenset[str] = frozenset()) -> Relaxation:
    """Return the leximin of R and a solution that reaches it.

    Args:
        dataset: resolved (catchments and travel are there).
        limits: what routing has shown to be out of reach; None limits nothing.
        without: families of ``FAMILIES`` whose rules are left out.

    Raises:
        ValueError: for an unknown family or an unresolved dataset.
        NotSolvedError: the simplex engine failed (a defect).
    """
    whole = Case(dataset=dataset, limits=limits or Limits(), without=without)
    stages = stages_of(dataset, whole.limits, without)
    levels = serve(whole, stages)
    if levels is None:
        return _nothing(whole)
    return _joined(whole, [_result(staged) for staged in stages], levels)


def _local_cuts(staged: Staged, values: dict[Key, int]) -> dict[Key, Cut]:
    found: dict[Key, Cut] = {}
    baskets = {key: value / MICRO for key, value in values.items()}
    for programme in staged.model.case.programmes:
        local = _local(staged, programme)
        if local is not None:
            found |= local.cuts(staged.hoods, baskets)
    return found


def _programme_cuts(whole: Case, joined: Relaxation) -> dict[Key, Cut]:
    """Cuts of those whose level the size of their programme binds, over all parts."""
    found: dict[Key, Cut] = {}
    weights = {key: milli / 1000 for key, milli in whole.hood_weight_milli.items()}
    baskets = {key: value / MICRO for key, value in joined.neighbourhood_value.items()}
    for programme in whole.programmes:
        size = whole.dataset.settings.max_baskets_of(programme)
        if size is not None and whole.holds("programme"):
            groups: dict[Fraction, list[str]] = defaultdict(list)
            for proof in joined.levels:
                if proof.kind == "neighbourhoods" and f"programme {programme}" in proof.limits:
                    groups[proof.value] += proof.members
            levels = [(float(value), members) for value, members in sorted(groups.items())]
            found |= programme_cuts(size, programme, levels, baskets, weights)
    return found


def _joined(whole: Case, parts: list[Relaxation], levels: tuple[LevelProof, ...]) -> Relaxation:
    """One answer out of those of the parts."""
    fields = [f.name for f in dataclasses.fields(Relaxation) if f.name != "levels"]
    joined = {name: dict(sorted(i for part in parts for i in getattr(part, name).items())) for name in fields}
    for name, weights in (("neighbourhood_value", whole.hood_weight_milli), ("zone_value", whole.zone_weight_milli)):
        joined[name] = {key: joined[name][key] for key in weights}
    relaxation = Relaxation(**joined, levels=levels)
    cuts = dict(sorted((_programme_cuts(whole, relaxation) | relaxation.cut).items()))
    return dataclasses.replace(relaxation, cut=cuts)


def _nothing(case: Case) -> Relaxation:
    """Not even the empty week keeps the rules: opening stock overflows the storage whatever is packed."""
    return Relaxation(
        neighbourhood_value=dict.fromkeys(case.hood_weight_milli, 0),
        zone_value=dict.fromkeys(case.zone_weight_milli, 0),
        level=dict.fromkeys(case.hood_weight_milli, Fraction(0)),
        binding=dict.fromkeys(case.hood_weight_milli, ("storage opening stock",)),
        packed={}, site_day={}, zone_site={}, lot_use={}, lot_in={},
    )  # fmt: skip


def _result(staged: Staged) -> Relaxation:
    model, case, net = staged.model, staged.model.case, staged.model.network
    costs = [(column, -cost) for column, cost in guide_costs(model, staged.evenness)]
    if not staged.engine.maximise(costs):
        raise NotSolvedError("the leximin values could not be held")
    x = staged.engine.values
    hoods = hood_values(staged)
    lots = lot_plan(model, x)
    return Relaxation(
        neighbourhood_value=hoods,
        zone_value=zone_values(staged, hoods),
        level={
            k: Fraction((v + case.hood_head[k] * MICRO) * 1000, MICRO * case.hood_weight_milli[k])
            for k, v in hoods.items()
        },
        binding={k: tuple(" ".join(n) for n in staged.hoods[k].names) if k in staged.hoods else () for k in hoods},
        packed={k: float(x[c]) for k, c in net.packed.items() if x[c] > SMALL},
        site_day={k: float(x[c]) for k, c in net.drop.items() if x[c] > SMALL},
        zone_site={k: float(x[c]) for k, c in net.fetch.items() if x[c] > SMALL},
        lot_use=lots.use,
        lot_in=lots.into,
        cut=_local_cuts(staged, hoods),
    )
