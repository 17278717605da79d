"""Why a neighbourhood or a site got what it got, and what would change it: from the tables of a plan, and by solving again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from distrib import units
from distrib.errors import UsageError
from distrib.io.labels import counted, text
from distrib.io.remedy_words import because, number, remedy_text
from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.plan import CoverageRow, FairnessRow, Plan
from distrib.model.remedy import MICRO, Remedy, Subject
from distrib.remedies.search import find
from distrib.remedies.trials import Trials
from distrib.solver.allocation.relaxation import FAMILIES, fair_values, rises

WORK = 400_000
"""Columns of linear programmes that the remedies of one neighbourhood may cost: well over a hundred solves of 180 sites."""
SHOWN = 5
"""Remedies shown for a neighbourhood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The same content twice: ``text`` for people, ``record`` for programs."""

    text: str
    record: list[dict[str, object]]


def explanation(
    dataset: Dataset,
    plan: Plan,
    *,
    neighbourhood: str | None = None,
    site: str | None = None,
    language: str | None = None,
) -> Explanation:
    """Explain one neighbourhood, one site, or every neighbourhood.

    A cause is given only where the plan carries one, and a plan carries only causes confirmed by re-solving. For one
    neighbourhood every family of limits is left out in turn, and changes are tried: what each does, and who loses by it.

    Raises:
        UsageError: when the neighbourhood or site is not in the plan.
    """
    language = language or dataset.settings.language
    if site is not None:
        return _site(dataset, plan, site, language)
    if neighbourhood is not None and neighbourhood not in dataset.neighbourhood_by_id:
        raise UsageError(text("explain.no_neighbourhood", language, id=neighbourhood))
    rows = [r for r in plan.coverage if neighbourhood in (None, r.neighbourhood_id)]
    proofs = {(f.programme, f.neighbourhood_id): f for f in plan.fairness}
    study = Study(dataset) if neighbourhood is not None else None
    parts = [
        _neighbourhood(dataset, plan, row, proofs.get((row.programme, row.neighbourhood_id)), study, language)
        for row in rows
    ]
    return Explanation(text="\n\n".join(t for t, _ in parts), record=[record for _, record in parts])


@dataclass(slots=True)
class Study:
    """What solving again says of one dataset, kept for several programmes."""

    dataset: Dataset
    trials: Trials = field(init=False)
    _without: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trials = Trials(self.dataset, Limits(), WORK)

    def without(self, family: str) -> dict[tuple[str, str], int]:
        """Return fair shares with a family of limits left out."""
        if family not in self._without:
            found = fair_values(self.dataset, without=frozenset({family}))
            self._without[family] = found.neighbourhoods
        return self._without[family]

    def causes(self, row: CoverageRow) -> dict[str, int]:
        """Return the fair share without each family that keeps a neighbourhood down, in the order of the families."""
        key = (row.programme, row.neighbourhood_id)
        base = self.trials.base.neighbourhoods.get(key, 0)
        values = {family: self.without(family).get(key, 0) for family in FAMILIES}
        return {family: value for family, value in values.items() if rises(base, value)}

    def remedies(self, row: CoverageRow, binding: tuple[str, ...], causes: dict[str, int]) -> list[Remedy]:
        """Return the remedies found for a neighbourhood, the best first."""
        subject = Subject(kind="neighbourhood", id=row.neighbourhood_id, programme=row.programme, need=row.need_baskets)
        return find(self.trials, subject, causes, binding, enough=SHOWN)[:SHOWN]


def _neighbourhood(
    dataset: Dataset, plan: Plan, row: CoverageRow, proof: FairnessRow | None, study: Study | None, language: str
) -> tuple[str, dict[str, object]]:
    by_site: dict[tuple[str, str], int] = defaultdict(int)
    for share in plan.allocation:
        if share.neighbourhood_id == row.neighbourhood_id:
            by_site[share.site_id, share.date.isoformat()] += share.baskets
    lines = [*_head(row, language)]
    if proof is not None:
        lines.append("  " + _proof_line(proof, language))
    if row.limited_by and row.limited_by != "need_met":
        reason = text(f"reason.{row.limited_by}", language)
        lines.append(
            "  " + text("explain.limited", language, reason=reason, because=because("need", row.limited_by, language))
        )
    record = _record(row, proof, by_site)
    if study is not None and row.need_baskets > row.baskets:
        lines += _studied(dataset, row, proof, study, record, language)
    lines += [text("explain.site_line", language, site=s, date=d, n=n) for (s, d), n in sorted(by_site.items())]
    return "\n".join(lines), record


def _head(row: CoverageRow, language: str) -> list[str]:
    coverage = "-" if row.coverage is None else number(row.coverage * 100, language, 1)
    values = {"baskets": row.baskets, "need": row.need_baskets, "coverage": coverage, "persons": row.persons_helped}
    return [
        f"{row.name} ({row.neighbourhood_id}, {row.commune}) – {row.programme}",
        "  " + text("explain.baskets", language, **values),
    ]


def _record(row: CoverageRow, proof: FairnessRow | None, by_site: dict[tuple[str, str], int]) -> dict[str, Any]:
    return {
        "neighbourhood_id": row.neighbourhood_id,
        "programme": row.programme,
        "need_baskets": row.need_baskets,
        "baskets": row.baskets,
        "coverage_pct": None if row.coverage is None else units.percent(row.coverage, 1),
        "limited_by": row.limited_by,
        "proven": None if proof is None else proof.proven,
        "bound_baskets": None if proof is None else _micro(proof.bound_microbaskets),
        "binding": "" if proof is None else proof.binding,
        "sites": [{"site_id": s, "date": d, "baskets": n} for (s, d), n in sorted(by_site.items())],
    }


def _micro(value: int) -> str:
    return units.percent(Fraction(value, 100 * MICRO), 6)


def _studied(
    dataset: Dataset,
    row: CoverageRow,
    proof: FairnessRow | None,
    study: Study,
    record: dict[str, Any],
    language: str,
) -> list[str]:
    """Add what solving again shows to the record; return its lines."""
    key = (row.programme, row.neighbourhood_id)
    binding = tuple(proof.binding.split(", ")) if proof is not None and proof.binding else ()
    causes = study.causes(row)
    base = study.trials.base.neighbourhoods.get(key, 0)
    record["fair_share_baskets"] = _micro(base)
    record["causes"] = [{"reason": f, "fair_share_without_baskets": _micro(value)} for f, value in causes.items()]
    lines = ["  " + text("explain.causes", language)] if causes else ["  " + text("explain.no_cause", language)]
    for family, value in causes.items():
        values = {"reason": text(f"reason.{family}", language), "baskets": number(Fraction(value, MICRO), language, 1)}
        lines.append("    " + text("explain.cause", language, **values))
    remedies = study.remedies(row, binding, causes)
    record["remedies"] = [_remedy_record(dataset, remedy, language) for remedy in remedies]
    if causes:
        head = "explain.remedies" if remedies else "explain.no_remedy"
        lines.append("  " + text(head, language, points=number(_raise_points(dataset), language, 1)))
    for place, remedy in enumerate(remedies, 1):
        lines.append(f"    {place}. " + remedy_text(dataset, remedy, language))
    if remedies:
        lines.append("  " + text("explain.verified", language))
    return lines


def _raise_points(dataset: Dataset) -> Fraction:
    return Fraction(dataset.settings.remedies.raise_bp, 100)


def _remedy_record(dataset: Dataset, remedy: Remedy, language: str) -> dict[str, Any]:
    need = remedy.subject.need
    return {
        "text": remedy_text(dataset, remedy, language),
        "family": remedy.change.family,
        "scenario": remedy.change.scenario(dataset),
        "price_eur": units.eur(remedy.cents),
        "before_baskets": _micro(remedy.before),
        "after_baskets": _micro(remedy.after),
        "before_pct": units.percent(Fraction(remedy.before, MICRO * need), 2),
        "after_pct": units.percent(Fraction(remedy.after, MICRO * need), 2),
        "raises_as_asked": remedy.reaches,
        "moved": [
            {
                "neighbourhood_id": m.neighbourhood_id,
                "programme": m.programme,
                "before_baskets": _micro(m.before),
                "after_baskets": _micro(m.after),
            }
            for m in remedy.moved
        ],
        "verified_by": "relaxation",
    }


def _proof_line(proof: FairnessRow, language: str) -> str:
    bound = number(Fraction(proof.bound_microbaskets, MICRO), language, 2)
    if proof.proven:
        return text("explain.proven", language, bound=bound, binding=proof.binding or "-")
    return counted("explain.gap", proof.gap_baskets, language, bound=bound, rule=proof.lacking_rule)


def _site(dataset: Dataset, plan: Plan, site_id: str, language: str) -> Explanation:
    if site_id not in dataset.site_by_id:
        raise UsageError(text("explain.no_site", language, id=site_id))
    site = dataset.site_by_id[site_id]
    rows = [row for row in plan.deliveries if row.site_id == site_id]
    zones: dict[str, int] = defaultdict(int)
    for share in plan.allocation:
        if share.site_id == site_id:
            zones[share.zone_id] += share.baskets
    lines = [f"{site.name} ({site_id}, {site.commune})"]
    for row in rows:
        at = f" @ {row.dropped_at_site_id}" if row.dropped_at_site_id != site_id else ""
        arrival = units.clock_for_people(row.arrival_s, up=True)
        lines.append(
            f"  {row.date.isoformat()} {arrival}{at}: {row.baskets} × {row.basket_id} ({row.vehicle_id}/{row.trip})"
        )
    reasons = [r for r in plan.unserved if r.kind == "site" and r.id == site_id]
    for r in reasons:
        lines.append(
            "  " + " ".join(part for part in (text("explain.no_delivery", language), r.explanation, r.remedy) if part)
        )
    lines += [f"    {zone}: {baskets}" for zone, baskets in sorted(zones.items())]
    record: dict[str, object] = {
        "site_id": site_id,
        "baskets": sum(row.baskets for row in rows),
        "deliveries": [
            {
                "date": r.date.isoformat(),
                "baskets": r.baskets,
                "vehicle_id": r.vehicle_id,
                "arrival": units.clock(r.arrival_s),
            }
            for r in rows
        ],
        "zones": dict(sorted(zones.items())),
        "reason": reasons[0].reason if reasons else "",
        "explanation": reasons[0].explanation if reasons else "",
        "remedy": reasons[0].remedy if reasons else "",
    }
    return Explanation(text="\n".join(lines), record=[record])
