"""Fair values of the relaxation turned into whole baskets: what each neighbourhood and zone should get."""

from __future__ import annotations

from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation import MICRO, Relaxation


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Whole baskets by (programme, neighbourhood_id) and by (programme, zone_id).

    ``floor``: the whole part of the fair value, what a proven plan gives; ``wish``: with the remainder baskets;
    ``zone_floor``: the whole part of a zone's fair value. With a tolerance of fairness the floors are what it leaves of the
    fair values, which nobody may lose for what is conceded to, and the wishes what conceding leads to.
    """

    floor: dict[tuple[str, str], int]
    wish: dict[tuple[str, str], int]
    zone_floor: dict[tuple[str, str], int]


def targets_of(dataset: Dataset, relaxation: Relaxation, fair: Relaxation | None = None) -> Targets:
    """Return the targets: floors, and the remainder of each programme's total to the largest fractions.

    Ties go to the neighbourhood with more persons, then by id. A wish is never above the rounded-up value, so never beyond need.

    Args:
        dataset: resolved.
        relaxation: the values to reach, with what the tolerance of fairness concedes.
        fair: the fair values, before anything is conceded; the same when None.
    """
    fair = fair or relaxation
    floor = {key: value // MICRO for key, value in relaxation.neighbourhood_value.items()}
    wish = dict(floor)
    persons = _persons(dataset)
    for programme in sorted({p for p, _ in floor}):
        keys = [key for key in sorted(floor) if key[0] == programme]
        # One micro-basket a neighbourhood is what the grid may have cut off.
        total = sum(relaxation.neighbourhood_value[key] for key in keys) + len(keys)
        spare = total // MICRO - sum(floor[key] for key in keys)
        fractions = sorted((-(relaxation.neighbourhood_value[k] % MICRO), -persons.get(k, 0), k) for k in keys)
        for fraction, _, key in fractions[: max(0, spare)]:
            if fraction:
                wish[key] += 1
    zone_whole = {key: -(-value // MICRO) for key, value in relaxation.zone_value.items()}
    return Targets(
        floor=_guaranteed(dataset, wish, fair.neighbourhood_value),
        wish=wish,
        zone_floor=_guaranteed(dataset, zone_whole, fair.zone_value),
    )


def _guaranteed(
    dataset: Dataset, most: dict[tuple[str, str], int], fair: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Return the whole part of what the tolerance leaves of each fair value, at most what is to be reached."""
    kept = 10_000 - dataset.settings.objective.fairness_tolerance_bp
    return {key: min(n, fair[key] * kept // (10_000 * MICRO)) for key, n in most.items()}


def _persons(dataset: Dataset) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for need in dataset.zone_needs.values():
        programme = dataset.basket_type_by_id[need.basket_id].programme
        key = (programme, dataset.zone_by_id[need.zone_id].neighbourhood_id)
        found[key] = found.get(key, 0) + need.persons
    return found
