"""Need, coverage weights and persons, exactly as the words of the project define them."""

from __future__ import annotations

from dataclasses import dataclass

from distrib.model.goods import BasketType
from distrib.model.territory import ExtraNeed, HouseholdGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneNeed:
    """Need of one basket type in one zone.

    ``baskets`` is the need (one basket per household), ``weight_milli`` = Σ households × priority in
    thousandths (the denominator leximin compares with), ``persons`` the people those households hold;
    rows of the table ``needs`` give no household size and so count no persons.
    """

    zone_id: str
    basket_id: str
    baskets: int
    weight_milli: int
    persons: int


def type_of(basket_id: str) -> str:
    """The basket type behind a recipe variant: ``family~2`` → ``family``."""
    return basket_id.partition("~")[0]


def counts_household(basket: BasketType, persons_per_household: int) -> bool:
    """True when a household of this size needs one basket of this type."""
    if basket.persons_from is None and basket.persons_to is None:
        return False
    low = 1 if basket.persons_from is None else basket.persons_from
    high = 10**9 if basket.persons_to is None else basket.persons_to
    return low <= persons_per_household <= high


def need_by_zone_and_type(
    *,
    households: tuple[HouseholdGroup, ...],
    needs: tuple[ExtraNeed, ...],
    basket_types: tuple[BasketType, ...],
    persons_in_6plus: int,
) -> dict[tuple[str, str], ZoneNeed]:
    """Return need by (zone_id, basket_id), only where it is positive, sorted by key."""
    found: dict[tuple[str, str], list[int]] = {}
    for group in households:
        size = group.persons_per_household
        persons = persons_in_6plus if size == 6 else size
        for basket in basket_types:
            if counts_household(basket, size):
                cell = found.setdefault((group.zone_id, basket.basket_id), [0, 0, 0])
                cell[0] += group.households
                cell[1] += group.households * group.priority_milli
                cell[2] += group.households * persons
    for extra in needs:
        cell = found.setdefault((extra.zone_id, extra.basket_id), [0, 0, 0])
        cell[0] += extra.households
        cell[1] += extra.households * 1000
    return {
        key: ZoneNeed(zone_id=key[0], basket_id=key[1], baskets=n, weight_milli=w, persons=p)
        for key, (n, w, p) in sorted(found.items())
        if n > 0
    }
