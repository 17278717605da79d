"""Published instances: reading every form, and the independent check with its ways of rounding."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks.routing.published.command import published_scale
from benchmarks.routing.published.instance import Instance, InstanceError, Rounding, Van
from benchmarks.routing.published.judge import distance, judge
from benchmarks.routing.published.reading import read_instance, read_routes
from benchmarks.routing.published.scaled import Scaled
from tests.published_files import CVRP, FILES, HFVRP, MTVRPTWR, SOLOMON, VRPTW


def read(tmp_path, text, name="a.vrp", **options):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_instance(tmp_path / name, **options)


def numbers(*values):
    return tuple(Fraction(value) for value in values)


def line_of(*xs, capacity=10, **changes) -> Instance:
    """The depot at 0 and a stop of demand 1 at each place of a line."""
    count = len(xs) + 1
    usual = Instance(
        name="line",
        rounding=Rounding.INTEGER,
        places=((Fraction(0), Fraction(0)), *((Fraction(x), Fraction(0)) for x in xs)),
        demand=(Fraction(0), *[Fraction(1)] * len(xs)),
        windows=None,
        service=(Fraction(0),) * count,
        release=(Fraction(0),) * count,
        vans=(Van(capacity=Fraction(capacity)),) * count,
    )
    return replace(usual, **changes)


# --- reading ------------------------------------------------------------------------------------------


def test_a_file_of_the_x_set_is_read(tmp_path):
    found = read(tmp_path, CVRP)
    assert (found.name, found.kind, found.rounding, found.stops) == ("small-n6-k2", "CVRP", "integer", 5)
    assert found.places[2] == numbers(9, -4)
    assert found.demand == numbers(0, 4, 5, 6, 3, 2)
    assert found.windows is None
    assert found.vans == (Van(capacity=Fraction(10)),) * 5


def test_a_file_with_windows_is_read_alike_in_vrplib_and_in_solomons_form(tmp_path):
    found = read(tmp_path, VRPTW)
    assert (found.kind, found.rounding, len(found.vans)) == ("VRPTW", "tenth", 3)
    assert found.windows[0] == numbers(0, 100)
    assert found.windows[1] == numbers(40, 60)
    assert found.service == numbers(0, 5, 5, 5, 5, 5)
    assert replace(read(tmp_path, SOLOMON, "s.txt"), name="SMALL1") == found


def test_a_mixed_fleet_is_read_by_vehicle(tmp_path):
    found = read(tmp_path, HFVRP)
    assert (found.kind, found.rounding, found.fleet_in_order) == ("HFVRP", "none", True)
    assert found.vans[1] == Van(capacity=Fraction(6), fixed=Fraction(500), per_distance=Fraction(80))
    assert found.vans[3] == Van(capacity=Fraction(10), fixed=Fraction(900), per_distance=Fraction(100))
    assert [kind.vans for kind in Scaled(found).kinds] == [(0, 1), (2, 3)]


def test_reloads_and_release_times_are_read(tmp_path):
    found = read(tmp_path, MTVRPTWR)
    assert (found.kind, found.rounding, found.multi_trip) == ("MTVRPTWR", "tenth", True)
    assert found.release == numbers(0, 30, 0, 28, 10, 35)
    assert found.service == numbers(0, 5, 5, 5, 5, 5)


def test_spacing_order_comments_and_byte_marks_do_not_matter(tmp_path):
    text = "﻿" + CVRP.replace("\t", "   ").replace("\n", "\r\n").replace(" : ", ":")
    text = text.replace("NAME", "# by hand\r\nNAME", 1).replace("1   0   0\r", "1 0.0 0.00\r")
    assert read(tmp_path, text, "b.vrp") == read(tmp_path, CVRP)


def test_decimals_are_read_as_written(tmp_path):
    found = read(tmp_path, CVRP.replace("2\t10\t3", "2\t0.1\t0.2"))
    assert found.places[1] == (Fraction(1, 10), Fraction(2, 10))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("EUC_2D", "EXPLICIT", "EUC_2D"),
        ("CAPACITY", "MAX_DISTANCE", "MAX_DISTANCE"),
        ("DIMENSION : \t6", "DIMENSION : \t7", "7"),
        ("\t1\t\n\t-1", "\t2\t\n\t-1", "depot"),
        ("2\t4\n", "2\t40\n", "hold"),
        ("NODE_COORD_SECTION", "", "not a VRPLIB"),
        ("2\t10\t3", "2\t10\tx", "not a VRPLIB"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path, before, after, said):
    assert before in CVRP
    with pytest.raises(InstanceError, match=said):
        read(tmp_path, CVRP.replace(before, after, 1))


def test_a_missing_file_and_a_file_of_something_else_are_refused(tmp_path):
    with pytest.raises(InstanceError):
        read_instance(tmp_path / "none.vrp")
    with pytest.raises(InstanceError):
        read(tmp_path, "hello\n")
    with pytest.raises(InstanceError, match="NUMBER"):
        read(tmp_path, SOLOMON.replace("  3          12", ""), "s.txt")


def test_routes_of_a_solution_are_read_with_empty_ones_and_reloads(tmp_path):
    (tmp_path / "a.sol").write_text("Route #1: 3 1 \nRoute #2: \nRoute #3: 2 0 4\nCost: 12.5\nOptimal: True\n")
    assert read_routes(tmp_path / "a.sol") == ((3, 1), (), (2, 0, 4))


# --- counting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "integer", "tenth"),
    [
        ("0.499999", 0, "0.4"),
        ("0.5", 1, "0.5"),
        ("1.4999", 1, "1.4"),
        ("1.5", 2, "1.5"),
        ("0.3", 0, "0.3"),
        ("7", 7, "7"),
    ],
)
def test_distances_are_rounded_half_up_or_cut_after_one_decimal(x, integer, tenth):
    instance = line_of(x)
    assert distance(instance, 0, 1) == integer
    assert distance(replace(instance, rounding=Rounding.TENTH), 0, 1) == Fraction(tenth)
    assert distance(replace(instance, rounding=Rounding.NONE), 0, 1) == Fraction(x)


def test_a_root_just_below_a_whole_number_stays_below():
    # 0.3² + 0.4² is exactly 0.25, which binary numbers miss; 577² - 2 × 408² = 1, so 408 √2 is just below 577.
    exact = replace(line_of(1), rounding=Rounding.TENTH, places=(numbers(0, 0), numbers("0.3", "0.4")))
    assert distance(exact, 0, 1) == Fraction(1, 2)
    below = replace(exact, places=(numbers(0, 0), numbers("40.8", "40.8")))
    assert distance(below, 0, 1) == Fraction("57.6")


@pytest.mark.parametrize("rounding", list(Rounding))
def test_engines_count_as_the_check_does(tmp_path, rounding):
    for name, text in FILES.items():
        instance = read(tmp_path, text, name, rounding=rounding)
        scaled = Scaled(instance)
        for a in range(instance.stops + 1):
            for b in range(instance.stops + 1):
                counted = Fraction(int(scaled.distance[a, b]), scaled.parts)
                assert abs(counted - distance(instance, a, b)) <= (Fraction(1, 200) if rounding is Rounding.NONE else 0)


def test_a_mixed_fleet_pays_by_vehicle_unrounded(tmp_path):
    found = judge(read(tmp_path, HFVRP), [(3,), (), (1, 2), (4,)])
    assert found.feasible
    length = [2 * 89**0.5, 109**0.5 + 50**0.5 + 97**0.5, 2 * 85**0.5]
    assert float(found.cost) == pytest.approx(500 + 80 * length[0] + 1800 + 100 * (length[1] + length[2]), abs=1e-6)


# --- rules --------------------------------------------------------------------------------------------


def test_every_stop_is_visited_exactly_once():
    instance = line_of(3, 5)
    assert judge(instance, [(1, 2)]).feasible
    assert judge(instance, [(1,)]).breaches == ("stop 2 is visited 0 times",)
    assert judge(instance, [(1, 2), (1,)]).breaches == ("stop 1 is visited 2 times",)
    assert judge(instance, [(1, 2, 3)]).breaches == ("no stop 3",)


def test_load_at_its_limit_and_beyond():
    assert judge(line_of(3, 5, capacity=2), [(1, 2)]).feasible
    assert not judge(line_of(3, 5, 6, capacity=2), [(1, 2, 3)]).feasible


def test_no_more_routes_than_vehicles():
    instance = line_of(3, 5, vans=(Van(capacity=Fraction(9)),))
    assert judge(instance, [(1, 2), ()]).feasible
    assert judge(instance, [(1,), (2,)]).breaches == ("2 routes for 1 vehicles",)


def test_only_vehicles_that_may_reload_do():
    reloading = line_of(3, 5, vans=(Van(capacity=Fraction(1), reloads=True),))
    assert judge(reloading, [(1, 0, 2)]).feasible
    assert judge(reloading, [(1, 0, 2)]).cost == 16
    assert not judge(line_of(3, 5, capacity=1), [(1, 0, 2)]).feasible


def timed(*windows, **changes):
    """Stops at 10, 20, … with these windows, distances cut to a tenth."""
    given = tuple(tuple(map(Fraction, window)) for window in windows)
    xs = [10 * k for k in range(1, len(given))]
    return line_of(*xs, rounding=Rounding.TENTH, windows=given, **changes)


def test_service_starts_at_the_latest_moment_or_too_late():
    assert judge(timed((0, 99), (0, 10), (0, 20)), [(1, 2)]).feasible
    assert not judge(timed((0, 99), (0, 10), (0, "19.9")), [(1, 2)]).feasible
    assert not judge(timed((1, 99), (0, 10)), [(1,)]).feasible


def test_waiting_and_service_delay_what_follows():
    service = numbers(0, 5, 0)
    assert judge(timed((0, 99), (12, 12), (0, 27), service=service), [(1, 2)]).feasible
    assert not judge(timed((0, 99), (12, 12), (0, 26), service=service), [(1, 2)]).feasible


def test_the_depot_closes():
    assert judge(timed((0, 20), (0, 99)), [(1,)]).feasible
    assert not judge(timed((0, "19.9"), (0, 99)), [(1,)]).feasible


def test_a_trip_leaves_when_its_last_stop_is_released_and_the_vehicle_is_back():
    vans = (Van(capacity=Fraction(9), reloads=True),)
    windows = ((0, 99), (0, 99), (0, 55))
    assert judge(timed(*windows, release=numbers(0, 3, 35), vans=vans), [(1, 0, 2)]).feasible
    assert not judge(timed(*windows, release=numbers(0, 3, 36), vans=vans), [(1, 0, 2)]).feasible
    assert judge(timed(*windows, release=numbers(0, 15, 0), vans=vans), [(1, 0, 2)]).feasible
    assert not judge(timed(*windows, release=numbers(0, 16, 0), vans=vans), [(1, 0, 2)]).feasible


# --- units of a published cost ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "scale"), [("1500.6", 1), ("15006", 10), ("15.006", Fraction(1, 100)), ("1490.0", None)]
)
def test_the_units_of_a_published_cost_are_told_by_its_own_routes(tmp_path, stated, scale):
    (tmp_path / "a.sol").write_text(f"Route #1: 1 2\nCost: {stated}\n", encoding="utf-8")
    assert published_scale(tmp_path / "a.sol", Fraction(15006, 10)) == scale


def test_a_solution_that_states_no_cost_has_no_units(tmp_path):
    (tmp_path / "a.sol").write_text("Route #1: 1 2\n", encoding="utf-8")
    assert published_scale(tmp_path / "a.sol", Fraction(100)) is None
