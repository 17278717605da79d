import dataclasses
from decimal import Decimal
from fractions import Fraction

from distrib.indicators import coverage_gini, gini, indicators
from distrib.model.dataset import Dataset
from distrib.model.plan import AllocationRow, CoverageRow, Plan
from distrib.travel.estimate import CIRCUITY_BANDS, SPEED_BANDS
from tests.instances import make_dataset
from tests.relaxation_weeks import MONDAY, site, week


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


# --- equity, worked by hand ------------------------------------------------------------------------


def row(hood: str, need: int, baskets: int) -> CoverageRow:
    return CoverageRow(
        programme="baskets", neighbourhood_id=hood, name=hood, commune="", households=need, persons=2 * need,
        need_baskets=need, baskets=baskets, coverage=Fraction(baskets, need) if need else None, persons_helped=2 * baskets,
        limited_by="",
    )  # fmt: skip


def five(rates: dict[str, int | None]) -> Dataset:
    """Neighbourhoods of 10 households of two persons each, with these poverty rates."""
    made = week({q: {q + "1": 10} for q in rates}, {q + "1": ["S"] for q in rates}, sites=[site("S")])
    hoods = tuple(dataclasses.replace(n, poverty_rate_bp=rates[n.neighbourhood_id]) for n in made.neighbourhoods)
    return dataclasses.replace(made, neighbourhoods=hoods)


def fifths(dataset: Dataset, *rows: CoverageRow) -> list[object]:
    record = indicators(dataset, Plan(coverage=rows))
    return [record.get(f"coverage_pct_poverty_fifth_{i}", "absent") for i in range(1, 6)]


def test_coverage_is_compared_household_by_household() -> None:
    # 10 households at 100 %, 30 at 50 %: the mean is 62.5 %; half the mean absolute difference ÷ mean is
    # (2 · 10 · 30 · 0.5 ÷ 40²) ÷ (2 · 0.625) = 0.15
    assert coverage_gini([row("A", 10, 10), row("B", 30, 15)]) == Fraction(15, 100)


def test_a_neighbourhood_without_need_is_in_no_measure_of_equity() -> None:
    rows = [row("A", 10, 5), row("B", 10, 5), row("C", 0, 0)]
    assert coverage_gini(rows) == 0
    record = indicators(five({"A": 100, "B": 200, "C": 300}), Plan(coverage=tuple(rows)))
    assert (record["lowest_coverage_pct"], record["lowest_coverage_neighbourhood"]) == (Decimal("50.00"), "A")


def test_five_equal_neighbourhoods_are_a_fifth_each_from_the_least_poor() -> None:
    dataset = five({"A": 5000, "B": 1000, "C": 4000, "D": 2000, "E": 3000})
    rows = [row("A", 10, 10), row("B", 10, 2), row("C", 10, 8), row("D", 10, 4), row("E", 10, 6)]
    assert fifths(dataset, *rows) == [Decimal(f"{n}.00") for n in (20, 40, 60, 80, 100)]


def test_a_big_neighbourhood_is_in_the_fifth_of_its_middle_and_some_are_empty() -> None:
    # needs 10, 80, 10 by rate: middles at 5, 50 and 95 of 100: first, third and fifth
    dataset = five({"A": 1000, "B": 2000, "C": 3000})
    assert fifths(dataset, row("A", 10, 5), row("B", 80, 40), row("C", 10, 10)) == [
        Decimal("50.00"), None, Decimal("50.00"), None, Decimal("100.00"),
    ]  # fmt: skip


def test_neighbourhoods_of_unknown_poverty_are_left_out_and_without_any_there_are_no_fifths() -> None:
    dataset = five({"A": 1000, "B": None})
    assert fifths(dataset, row("A", 10, 5), row("B", 10, 0))[2] == Decimal("50.00")
    assert fifths(five({"A": None}), row("A", 10, 5)) == ["absent"] * 5


def test_persons_helped_are_baskets_by_mean_household_and_rounded_once() -> None:
    # two zones of 3 households, persons 2 each: one basket helps 2 people
    dataset = week({"A": {"A1": 3}, "B": {"B1": 3}}, {"A1": ["S"], "B1": ["S"]}, sites=[site("S")])
    rows = tuple(
        AllocationRow(
            zone_id=z, neighbourhood_id=z[0], site_id="S", date=MONDAY, basket_id="panier~2", baskets=1, walk_m=100
        )
        for z in ("A1", "B1")
    )
    assert indicators(dataset, Plan(allocation=rows))["persons_helped"] == 4
