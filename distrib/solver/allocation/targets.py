"""Fair values of the relaxation turned into whole baskets: what each neighbourhood and zone should get."""

from __future__ import annotations

from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.solver.allocation.relaxation import MICRO, Relaxation


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Whole baskets by (programme, neighbourhood_id) and by (programme, zone_id).

    ``floor``: the whole part of the fair value, what a proven plan gives; ``wish``: with the remainder baskets;
    ``zone_floor``: the whole part of a zone's fair value.
    """

    floor: dict[tuple[str, str], int]
    wish: dict[tuple[str, str], int]
    zone_floor: dict[tuple[str, str], int]


def targets_of(dataset: Dataset, relaxation: Relaxation) -> Targets:
    """Return the targets: floors, and the remainder of each programme's total to the largest fractions.

    Ties go to the neighbourhood with more persons, then by id. A wish is never above the rounded-up value, so never beyond need.
    """
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
    zone_floor = {key: value // MICRO for key, value in relaxation.zone_value.items()}
    return Targets(floor=floor, wish=wish, zone_floor=zone_floor)


def _persons(dataset: Dataset) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for need in dataset.zone_needs.values():
        programme = dataset.basket_type_by_id[need.basket_id].programme
        key = (programme, dataset.zone_by_id[need.zone_id].neighbourhood_id)
        found[key] = found.get(key, 0) + need.persons
    return found
