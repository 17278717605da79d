"""Why a neighbourhood gets no more, and why no basket is possible at all: families of rules left out one at a time, re-solved."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation.build import build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.one_basket import one_delivery_possible
from distrib.solver.allocation.relaxation.program import Simplex
from distrib.solver.allocation.relaxation.result import FAMILIES, MICRO, Relaxation
from distrib.solver.allocation.relaxation.solve import hood_values, serve, stages_of, zone_values

RISE = MICRO // 1000
"""A family is a reason only when leaving it out gives more than a thousandth of a basket more, or one more whole basket."""
EXACT = 20
"""Values are exact to a few micro-baskets: a whole basket more is believed only when the value grows by so many."""
ROWS_ONLY = frozenset({"programme", "storage", "budget"})
"""Families that only add rows, so that proofs which do not use them stand without them."""
LOOKED_FOR = ("programme", "budget", *(f for f in FAMILIES if f not in ("programme", "budget", "recipe")), "recipe")
"""The order in which reasons are looked for: a budget that is used up before the cheaper produce or the gentler
recipe that would stretch it, and recipes last of all, since without them whatever lies about fills a basket."""
ONE_BASKET = 1 - 1e-6

_WORDS = {
    "fr": {
        "programme": "la taille du programme (max_baskets)",
        "produce": "les produits offerts (lots, dates, conservation)",
        "recipe": "les recettes (nombre de produits, part de fruits, portions)",
        "site_capacity": "la capacité des sites",
        "site_hours": "les horaires des sites",
        "packing": "la préparation des paniers (capacité, heures, délai packing_lead_days)",
        "storage": "le stockage",
        "transport": "le transport (véhicules, conducteurs, horaires, accès)",
        "catchment": "les zones de desserte (quels sites une zone peut utiliser)",
        "budget": "le budget d'achat",
        "minimum": "les minima des sites",
    },
    "en": {
        "programme": "the size of the programme (max_baskets)",
        "produce": "the produce on offer (lots, dates, shelf life)",
        "recipe": "the recipes (number of products, fruit share, portions)",
        "site_capacity": "the capacity of the sites",
        "site_hours": "the opening hours of the sites",
        "packing": "packing (capacity, hours, packing_lead_days)",
        "storage": "storage",
        "transport": "transport (vehicles, drivers, shifts, access)",
        "catchment": "the catchments (which sites a zone can use)",
        "budget": "the purchase budget",
        "minimum": "the minima of the sites",
    },
}
_SENTENCES = {
    "fr": (
        "Aucun panier ne peut être livré ; ce qui l'empêche : {limits}. Sans cela, il y en aurait au moins un (vérifié par recalcul).",
        " et ",
        "Aucun panier ne peut être livré, quelles que soient les limites : il manque un site, une plateforme, un jour de livraison ou un type de panier.",
        "Aucun panier ne peut être livré en portions et caisses entières, et aucune limite levée seule n'y suffit.",
        "Aucun panier n'a été trouvé, bien qu'une livraison semble possible : c'est un défaut du programme, merci de le signaler.",
    ),
    "en": (
        "No basket can be delivered; what forbids it: {limits}. Without that there would be one at least (verified by solving again).",
        " and ",
        "No basket can be delivered whatever the limits: a site, a depot, a delivery day or a basket type is missing.",
        "No basket can be delivered in whole portions and whole crates, and no limit lifted alone would be enough.",
        "No basket was found although a delivery seems possible: this is a defect of the program, please report it.",
    ),
}


def binding_reasons(
    dataset: Dataset, relaxation: Relaxation, limits: Limits | None = None
) -> dict[tuple[str, str], str]:
    """Return the verified reason of each (programme, neighbourhood_id) with need.

    ``need_met`` when it gets all it needs; else the first family of rules (in the order of ``LOOKED_FOR``) whose
    removal alone gives it more than 0.001 baskets more, or one more whole basket, in leximin(R); empty when no single family does.

    Args:
        dataset: resolved.
        relaxation: the result of ``relax`` for this dataset and these limits, nothing left out.
        limits: what routing has shown to be out of reach.

    What rises as soon as routing's limits are dropped is ``transport``. One leximin per family serves all neighbourhoods; families that no proof used are not solved again.
    """
    case = Case(dataset=dataset, limits=limits or Limits())
    reasons = {
        key: "need_met" if value >= case.hood_need[key] * MICRO - 1 else ""
        for key, value in relaxation.neighbourhood_value.items()
    }
    if case.limits != Limits():
        # what tours alone keep down is transport, whatever else would help within what they carried
        free = values_without(dataset, None, frozenset())
        for key in [key for key, reason in reasons.items() if not reason]:
            if rises(relaxation.neighbourhood_value[key], free[key]):
                reasons[key] = "transport"
    for family in LOOKED_FOR:
        unknown = [key for key, reason in reasons.items() if not reason]
        if not unknown:
            break
        if family in ROWS_ONLY and not _is_used(relaxation, family):
            continue
        values = values_without(dataset, limits, frozenset({family}))
        for key in unknown:
            if rises(relaxation.neighbourhood_value[key], values[key]):
                reasons[key] = family
    return reasons


def rises(before: int, after: int) -> bool:
    """True when a value in 1e-6 baskets grows by something that counts."""
    return after > before + RISE or (after > before + EXACT and after // MICRO > before // MICRO)


def _is_used(relaxation: Relaxation, family: str) -> bool:
    """True when the proof of some level uses a row of the family (always when nothing was possible at all)."""
    limits = [name for level in relaxation.levels for name in level.limits]
    return not relaxation.levels or any(name.split(" ")[0] == family for name in limits)


def values_without(dataset: Dataset, limits: Limits | None, without: frozenset[str]) -> dict[tuple[str, str], int]:
    """Return leximin(R) over neighbourhoods, in 1e-6 baskets, with families left out; nothing but the values."""
    return fair_values(dataset, limits=limits, without=without).neighbourhoods


@dataclass(frozen=True, slots=True, kw_only=True)
class FairValues:
    """leximin(R) in 1e-6 baskets by (programme, neighbourhood_id) and, where asked for, by (programme, zone_id).

    ``columns``: size of the linear programme, the measure of what a solve costs.
    """

    neighbourhoods: dict[tuple[str, str], int]
    zones: dict[tuple[str, str], int]
    columns: int


def fair_values(
    dataset: Dataset, *, limits: Limits | None = None, without: frozenset[str] = frozenset(), zones: bool = False
) -> FairValues:
    """Return the values of leximin(R) alone: no solution, no proof.

    Args:
        dataset: resolved.
        limits: what routing has shown to be out of reach.
        without: families of rules left out.
        zones: also over the zones of each neighbourhood.
    """
    whole = Case(dataset=dataset, limits=limits or Limits(), without=without)
    stages = stages_of(dataset, whole.limits, without)
    columns = sum(len(staged.model.program.upper) for staged in stages)
    if serve(whole, stages, all_zones=zones) is None:
        nothing = dict.fromkeys(whole.hood_weight_milli, 0)
        return FairValues(neighbourhoods=nothing, zones=dict.fromkeys(whole.zone_weight_milli, 0), columns=columns)
    hoods: dict[tuple[str, str], int] = {}
    of_zones: dict[tuple[str, str], int] = {}
    for staged in stages:
        values = hood_values(staged)
        hoods |= values
        of_zones |= zone_values(staged, values) if zones else {}
    return FairValues(neighbourhoods=hoods, zones=of_zones, columns=columns)


def most_baskets(dataset: Dataset, limits: Limits | None = None, without: frozenset[str] = frozenset()) -> float:
    """Return the most baskets of all types that R allows in the week; 0 when nothing keeps its rules."""
    model = build(Case(dataset=dataset, limits=limits or Limits(), without=without))
    if not model.network.packed:
        return 0.0
    engine = Simplex(model.program)
    if not engine.maximise([(column, 1.0) for column in model.network.packed.values()]):
        return 0.0
    return float(sum(engine.values[column] for column in model.network.packed.values()))


def impossible_reason(dataset: Dataset, limits: Limits | None = None) -> tuple[str, str]:
    """Return (limit, explanation) for a week with need in which no basket can be delivered.

    ``limit`` is the first family of rules whose removal alone makes one basket possible in R, else the first of
    the smallest set of families whose removal together does. When R itself allows a basket, whole portions, whole
    crates or minima stand in the way, and the same is asked of one delivery in whole numbers (``recipe`` when no single
    removal helps). Empty when such a delivery exists. The explanation is a sentence in the dataset's language.
    """
    language = dataset.settings.language if dataset.settings.language in _WORDS else "en"
    because, join, nothing, whole, defect = _SENTENCES[language]
    if most_baskets(dataset, limits) >= ONE_BASKET:
        if one_delivery_possible(Case(dataset=dataset, limits=limits or Limits())):
            return "", defect
        found = _whole_removal(dataset, limits)
        if not found:
            return "recipe", whole
    else:
        found = _smallest_removal(dataset, limits)
    if not found:
        return "catchment", nothing
    return found[0], because.format(limits=join.join(_WORDS[language][f] for f in found))


def _whole_removal(dataset: Dataset, limits: Limits | None) -> tuple[str, ...]:
    """The first family whose removal makes one delivery possible in whole portions and crates; empty when none does."""
    for family in LOOKED_FOR:
        if one_delivery_possible(Case(dataset=dataset, limits=limits or Limits(), without=frozenset({family}))):
            return (family,)
    return ()


def _smallest_removal(dataset: Dataset, limits: Limits | None) -> tuple[str, ...]:
    """The first smallest set of families whose removal makes a basket possible; empty when not even all of them do."""
    everything = frozenset(FAMILIES)
    if most_baskets(dataset, limits, everything) < ONE_BASKET:
        return ()
    for size in range(1, len(FAMILIES)):
        for families in combinations(LOOKED_FOR, size):
            if most_baskets(dataset, limits, frozenset(families)) >= ONE_BASKET:
                return families
    return FAMILIES
