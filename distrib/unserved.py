"""What a plan leaves undone, each with the reason that was confirmed, or with none."""

from __future__ import annotations

from collections import defaultdict

from distrib.model.allocation import Allocation
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import Plan, UnservedRow

EXPLANATIONS: dict[str, tuple[str, str]] = {
    "programme": (
        "Le programme ne prévoit pas assez de paniers : avec un programme plus grand, ce quartier en recevrait davantage.",
        "The programme is not large enough: with a larger one this neighbourhood would get more.",
    ),
    "produce": (
        "Il n'y a pas assez de denrées utilisables : avec plus de denrées, ce quartier recevrait davantage.",
        "There is not enough usable produce: with more of it this neighbourhood would get more.",
    ),
    "recipe": (
        "Les règles de composition du panier limitent le nombre de paniers possibles.",
        "The rules on what a basket holds limit how many baskets can be made.",
    ),
    "site_capacity": (
        "Les points de distribution accessibles sont pleins les jours où ils ouvrent.",
        "The sites within reach are full on the days they open.",
    ),
    "site_hours": (
        "Les points de distribution accessibles n'ouvrent pas assez les jours de livraison.",
        "The sites within reach do not open enough on delivery days.",
    ),
    "packing": (
        "L'atelier de préparation est à sa limite de paniers par jour.",
        "The packing bench is at its limit of baskets a day.",
    ),
    "storage": ("Le stockage de la plateforme est plein.", "Storage at the hub is full."),
    "transport": (
        "Les véhicules et les chauffeurs disponibles ne peuvent pas transporter davantage.",
        "The vehicles and drivers at hand cannot carry more.",
    ),
    "catchment": (
        "Aucun point de distribution utilisable n'est à distance de marche.",
        "No usable site is within walking distance.",
    ),
    "budget": ("Le budget d'achat est épuisé.", "The purchase budget is used up."),
    "minimum": (
        "Le minimum de paniers par visite ou par semaine n'est pas atteint.",
        "The least number of baskets a visit or a week is not reached.",
    ),
}
REMEDIES: dict[str, tuple[str, str]] = {
    "programme": ("Augmenter max_baskets (dataset.yaml).", "Raise max_baskets (dataset.yaml)."),
    "produce": ("Trouver d'autres lots (table stock).", "Find more lots (table stock)."),
    "recipe": (
        "Assouplir les règles du panier (table basket_types).",
        "Loosen the rules of the basket (table basket_types).",
    ),
    "site_capacity": (
        "Relever max_baskets_per_day ou ajouter un point (table sites).",
        "Raise max_baskets_per_day or add a site (table sites).",
    ),
    "site_hours": ("Ouvrir un jour de plus (table site_hours).", "Open one more day (table site_hours)."),
    "packing": ("Relever packing_baskets_per_day (table depots).", "Raise packing_baskets_per_day (table depots)."),
    "storage": ("Louer du stockage (table depots).", "Rent storage (table depots)."),
    "transport": ("Ajouter un véhicule ou un chauffeur.", "Add a vehicle or a driver."),
    "catchment": ("Ouvrir un point de distribution plus près.", "Open a site nearer by."),
    "budget": ("Relever purchase_budget_eur (dataset.yaml).", "Raise purchase_budget_eur (dataset.yaml)."),
    "minimum": ("Abaisser les minima du point (table sites).", "Lower the minima of the site (table sites)."),
}


def unserved_rows(dataset: Dataset, allocation: Allocation, plan: Plan) -> tuple[UnservedRow, ...]:
    """Return the rows of ``unserved.csv``: need not met, sites without delivery, usable produce not bought.

    A reason is given only where a re-solve confirmed it (or where it is a plain fact of the input: a site
    that never opens, a site no zone can use).
    """
    rows = [*_needs(dataset, allocation, plan), *_sites(dataset, plan), *_lots(dataset, allocation, plan)]
    return tuple(sorted(rows, key=lambda r: (r.kind, r.id, r.programme)))


def _row(
    dataset: Dataset, kind: str, key: str, quantity: int, unit: str, reason: str, programme: str = ""
) -> UnservedRow:
    language = 0 if dataset.settings.language == "fr" else 1
    return UnservedRow(
        kind=kind,
        id=key,
        programme=programme,
        quantity=quantity,
        unit=unit,
        reason=reason,
        explanation=EXPLANATIONS[reason][language] if reason in EXPLANATIONS else "",
        remedy=REMEDIES[reason][language] if reason in REMEDIES else "",
    )


def _needs(dataset: Dataset, allocation: Allocation, plan: Plan) -> list[UnservedRow]:
    got: dict[tuple[str, str], int] = defaultdict(int)
    for row in plan.allocation:
        got[row.zone_id, dataset.basket_type_by_id[type_of(row.basket_id)].programme] += row.baskets
    need: dict[tuple[str, str], int] = defaultdict(int)
    for (zone_id, basket_id), cell in dataset.zone_needs.items():
        need[zone_id, dataset.basket_type_by_id[basket_id].programme] += cell.baskets
    limited = {(p, n): reason for p, n, reason in allocation.limited_by}
    rows = []
    for (zone_id, programme), baskets in sorted(need.items()):
        short = baskets - got[zone_id, programme]
        if short > 0:
            usable = any(
                dataset.drop_windows(row.site_id, date)
                for row in dataset.sites_of_zone[zone_id]
                for date in dataset.settings.delivery_dates
            )
            reason = limited.get((programme, dataset.zone_by_id[zone_id].neighbourhood_id), "")
            if not dataset.sites_of_zone[zone_id]:
                reason = "catchment"
            elif not usable:
                reason = "site_hours"
            rows.append(_row(dataset, "need", zone_id, short, "baskets", reason, programme))
    return rows


def _sites(dataset: Dataset, plan: Plan) -> list[UnservedRow]:
    served = {row.site_id for row in plan.deliveries}
    usable = {row.site_id for rows in dataset.sites_of_zone.values() for row in rows}
    rows = []
    for site in dataset.sites:
        if site.site_id in served:
            continue
        opens = any(dataset.drop_windows(site.site_id, date) for date in dataset.settings.delivery_dates)
        reason = "site_hours" if not opens else "catchment" if site.site_id not in usable else ""
        rows.append(_row(dataset, "site", site.site_id, 0, "baskets", reason))
    return rows


def _lots(dataset: Dataset, allocation: Allocation, plan: Plan) -> list[UnservedRow]:
    bought: dict[str, int] = defaultdict(int)
    for row in plan.collections:
        bought[row.lot_id] += row.load_g
    reasons = dict(allocation.lot_limits)
    return [
        _row(dataset, "lot", lot.lot_id, left, "kg", reasons.get(lot.lot_id, ""))
        for lot in dataset.lots
        if (left := usable_g(dataset, lot.lot_id) - bought[lot.lot_id]) > 0
    ]


def usable_g(dataset: Dataset, lot_id: str) -> int:
    """Whole crates of a lot, in grams, that some collection day brings in time to be packed; 0 when none does."""
    lot = dataset.lot_by_id[lot_id]
    crate_g = dataset.product_by_id[lot.product_id].crate_g
    last = max(dataset.settings.delivery_dates)
    lead = dataset.settings.packing_lead_days
    for date in dataset.settings.collection_dates:
        for packed in dataset.settings.delivery_dates:
            in_time = date >= lot.ready_date and date.toordinal() + lead <= packed.toordinal() and date <= last
            if in_time and (lot.last_use_date is None or packed <= lot.last_use_date):
                return lot.offer_g // crate_g * crate_g
    return 0
