"""Why a neighbourhood or a site got what it got, from the tables of a plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from distrib import units
from distrib.errors import UsageError
from distrib.model.dataset import Dataset
from distrib.model.plan import CoverageRow, FairnessRow, Plan
from distrib.unserved import EXPLANATIONS, REMEDIES


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

    A cause is given only where the plan carries one, and a plan carries only causes confirmed by re-solving.

    Raises:
        UsageError: when the neighbourhood or site is not in the plan.
    """
    language = language or dataset.settings.language
    if site is not None:
        return _site(dataset, plan, site, language)
    if neighbourhood is not None and neighbourhood not in dataset.neighbourhood_by_id:
        raise UsageError(f"no neighbourhood is called {neighbourhood!r}")
    rows = [r for r in plan.coverage if neighbourhood in (None, r.neighbourhood_id)]
    proofs = {(f.programme, f.neighbourhood_id): f for f in plan.fairness}
    parts = [_neighbourhood(plan, row, proofs.get((row.programme, row.neighbourhood_id)), language) for row in rows]
    return Explanation(text="\n\n".join(t for t, _ in parts), record=[record for _, record in parts])


def _neighbourhood(
    plan: Plan, row: CoverageRow, proof: FairnessRow | None, language: str
) -> tuple[str, dict[str, object]]:
    fr = language == "fr"
    by_site: dict[tuple[str, str], int] = defaultdict(int)
    for share in plan.allocation:
        if share.neighbourhood_id == row.neighbourhood_id:
            by_site[share.site_id, share.date.isoformat()] += share.baskets
    coverage = "-" if row.coverage is None else units.percent(row.coverage, 1)
    lines = [
        f"{row.name} ({row.neighbourhood_id}, {row.commune}) – {row.programme}",
        (f"  {row.baskets} paniers pour un besoin de {row.need_baskets} : {coverage} %, {row.persons_helped} personnes aidées" if fr
         else f"  {row.baskets} baskets for a need of {row.need_baskets}: {coverage} %, {row.persons_helped} people helped"),
    ]  # fmt: skip
    if proof is not None:
        lines.append("  " + _proof_line(proof, fr))
    reason = row.limited_by
    if reason in EXPLANATIONS:
        index = 0 if fr else 1
        lines.append(
            f"  {'Limité par' if fr else 'Limited by'}: {reason}. {EXPLANATIONS[reason][index]} {REMEDIES[reason][index]}"
        )
    lines += [f"    {site} {date}: {baskets}" for (site, date), baskets in sorted(by_site.items())]
    record: dict[str, object] = {
        "neighbourhood_id": row.neighbourhood_id,
        "programme": row.programme,
        "need_baskets": row.need_baskets,
        "baskets": row.baskets,
        "coverage_pct": None if row.coverage is None else coverage,
        "limited_by": reason,
        "proven": None if proof is None else proof.proven,
        "bound_baskets": None if proof is None else units.percent(Fraction(proof.bound_microbaskets, 10**8), 6),
        "binding": "" if proof is None else proof.binding,
        "sites": [{"site_id": s, "date": d, "baskets": n} for (s, d), n in sorted(by_site.items())],
    }
    return "\n".join(lines), record


def _proof_line(proof: FairnessRow, fr: bool) -> str:
    bound = units.percent(Fraction(proof.bound_microbaskets, 10**8), 2)
    if proof.proven:
        return (
            f"Part équitable prouvée : au mieux {bound} paniers dans le plan le plus équitable ; limites actives : {proof.binding or '-'}"
            if fr
            else f"Fair share proven: {bound} baskets at best in the fairest plan; binding limits: {proof.binding or '-'}"
        )
    return (
        f"Il manque {proof.gap_baskets} panier(s) à la part équitable de {bound} : {proof.lacking_rule}"
        if fr
        else f"{proof.gap_baskets} basket(s) short of the fair share of {bound}: {proof.lacking_rule}"
    )


def _site(dataset: Dataset, plan: Plan, site_id: str, language: str) -> Explanation:
    if site_id not in dataset.site_by_id:
        raise UsageError(f"no site is called {site_id!r}")
    fr = language == "fr"
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
    lines += [f"  {'Aucune livraison' if fr else 'No delivery'}. {r.explanation} {r.remedy}".rstrip() for r in reasons]
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
    }
    return Explanation(text="\n".join(lines), record=[record])
