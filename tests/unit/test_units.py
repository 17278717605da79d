from decimal import Decimal
from fractions import Fraction

import pytest

from distrib import units


@pytest.mark.parametrize(("value", "expected"), [("0.5", 1), ("1.5", 2), ("-0.5", 0), ("0.4999", 0), ("2.5", 3)])
def test_halves_are_rounded_up(value: str, expected: int) -> None:
    assert units.round_half_up(Decimal(value)) == expected


def test_a_value_with_more_decimals_than_its_unit_holds_is_refused() -> None:
    assert units.scaled(Decimal("1.234"), 1000) == 1234
    with pytest.raises(ValueError, match="more decimals"):
        units.scaled(Decimal("1.2345"), 1000)


@pytest.mark.parametrize(("text", "seconds"), [("00:00", 0), ("7:05", 25500), ("23:59:59", 86399), ("24:00", 86400)])
def test_clock_times_are_read_with_and_without_seconds(text: str, seconds: int) -> None:
    assert units.seconds_of_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "7h30", "24:01", "12:60", "-1:00", "12:00:61", "1:2:3:4", "١٢:٠٠"])
def test_what_is_not_a_clock_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        units.seconds_of_clock(text)


def test_people_read_arrivals_rounded_up_and_departures_rounded_down() -> None:
    assert units.clock(34201) == "09:30:01"
    assert units.clock_for_people(34201, up=True) == "09:31"
    assert units.clock_for_people(34259, up=False) == "09:30"


@pytest.mark.parametrize(
    ("arrival", "departure", "is_first", "shown"),
    [
        ("10:03:20", "10:13:40", False, ("10:04", "10:13")),
        ("10:03:20", "10:04:10", False, ("10:04", "10:04")),
        ("10:03:00", "10:03:00", False, ("10:03", "10:03")),
        ("10:03:20", "10:03:20", False, ("10:04", None)),
        ("05:03:34", "05:03:34", True, (None, "05:03")),
        ("05:03:34", "05:23:34", True, ("05:04", "05:23")),
    ],
)
def test_nobody_reads_of_leaving_before_arriving(
    arrival: str, departure: str, is_first: bool, shown: tuple[str | None, str | None]
) -> None:
    seconds = [sum(int(n) * 60 ** (2 - i) for i, n in enumerate(time.split(":"))) for time in (arrival, departure)]
    call = units.call_for_people(seconds[0], seconds[1], is_first=is_first)
    assert tuple(None if s is None else units.clock_for_people(s, up=True) for s in call) == shown
    assert all(s is None or s % 60 == 0 for s in call)


def test_quantities_are_written_with_the_decimals_of_their_unit() -> None:
    assert units.kg(1234) == "1.234"
    assert units.kg(-5) == "-0.005"
    assert units.eur(105) == "1.05"
    assert units.degrees(-5_400_001) == "-5.400001"
    assert units.minutes(100) == "1.667"
    assert units.percent(Fraction(2, 3)) == "66.67"


def test_the_price_of_a_weight_is_rounded_half_up_to_the_cent() -> None:
    assert units.cost_cents(10_500, 100_000) == 1050
    assert units.cost_cents(5, 100_000) == 1  # half a cent
    assert units.cost_cents(4, 100_000) == 0


def test_a_slow_vehicle_drives_longer_rounded_up_to_the_second() -> None:
    assert units.driving_s(100, 1000) == 100
    assert units.driving_s(100, 800) == 125
    assert units.driving_s(100, 900) == 112
