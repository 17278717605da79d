from fractions import Fraction

from distrib.indicators import gini
from distrib.travel.estimate import CIRCUITY_BANDS, SPEED_BANDS
from tests.instances import make_dataset


def test_equal_values_have_no_inequality_whatever_their_weights() -> None:
    assert gini([(Fraction(1, 2), 3), (Fraction(1, 2), 40)]) == 0


def test_the_gini_of_one_who_has_all_among_four_is_three_quarters() -> None:
    assert gini([(Fraction(1), 1), (Fraction(0), 3)]) == Fraction(3, 4)


def test_a_weight_counts_as_that_many_equal_people() -> None:
    assert gini([(Fraction(1), 2), (Fraction(3), 1)]) == gini([(Fraction(1), 1), (Fraction(1), 1), (Fraction(3), 1)])


def test_no_values_have_no_inequality() -> None:
    assert gini([]) == 0
    assert gini([(Fraction(0), 5)]) == 0


def test_driving_further_by_a_detour_is_never_shorter_in_the_estimate() -> None:
    travel = make_dataset(3, sites=20).travel
    assert travel is not None
    for table in (travel.seconds.astype(int), travel.metres.astype(int)):
        detours = table[:, :, None] + table[None, :, :]
        assert (table <= detours.min(axis=1)).all()


def test_the_estimate_is_symmetric_and_zero_only_from_a_place_to_itself() -> None:
    travel = make_dataset(4).travel
    assert travel is not None
    assert (travel.seconds == travel.seconds.T).all()
    assert (travel.seconds.diagonal() == 0).all()


def test_circuity_falls_and_speed_rises_with_distance() -> None:
    assert [rate for _, rate in CIRCUITY_BANDS] == sorted((rate for _, rate in CIRCUITY_BANDS), reverse=True)
    assert [kmh for _, kmh in SPEED_BANDS] == sorted(kmh for _, kmh in SPEED_BANDS)
