"""From an allocation to stops: merged, cut only where needed, timed and released."""

from __future__ import annotations

import dataclasses

import pytest

from distrib.model.allocation import Allocation, Purchase, Recipe, Share
from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType, Farm, Lot, Product
from distrib.model.routing import RoutingProblem
from distrib.model.territory import Opening, Site
from distrib.solver.routing.tasks import finer, refined, tasks_of
from tests.routing_cases import MONDAY, make_depot, make_vehicle, make_world


def make_site(site_id: str, **changes) -> Site:
    opening = (Opening(weekday=0, opens_s=8 * 3600, closes_s=12 * 3600),)
    site = Site(
        site_id=site_id, name=site_id, kind="school", commune="", lon_microdeg=0, lat_microdeg=0, max_baskets_per_day=1000,
        unloading_s=600, unloading_s_per_basket=10, openings=opening,
    )  # fmt: skip
    return dataclasses.replace(site, **changes)


def make_basket(basket_id: str = "b", places: int = 1) -> BasketType:
    return BasketType(
        basket_id=basket_id, name="", programme="baskets", persons_from=1, persons_to=None, target_g=9000, min_g=1, max_g=10**6,
        min_products=1, min_fruit_bp=0, places=places,
    )  # fmt: skip


def make_product(product_id: str, *, portion_g: int = 1000, crate_g: int = 5000, cold: bool = False) -> Product:
    return Product(
        product_id=product_id, name="", group="other", portion_g=portion_g, crate_g=crate_g, shelf_life_days=None, needs_cold=cold,
        max_portions_per_basket=99,
    )  # fmt: skip


def make_farm(farm_id: str) -> Farm:
    return Farm(
        farm_id=farm_id, name="", commune="", lon_microdeg=0, lat_microdeg=0, opens_s=6 * 3600, closes_s=11 * 3600, loading_s=300,
        loading_s_per_crate=7,
    )  # fmt: skip


def make_lot(lot_id: str, product_id: str, farm_id: str = "farm") -> Lot:
    return Lot(
        lot_id=lot_id,
        farm_id=farm_id,
        product_id=product_id,
        ready_date=MONDAY,
        offer_g=10**9,
        price_millicents_per_kg=0,
        last_use_date=None,
    )


def make_data(sites: tuple[Site, ...] = (), *, vehicles=(), depot=None, baskets=None, **places: int) -> Dataset:
    spots = {"hub": 0, "farm": 50} | {site.site_id: places.get(site.site_id, 10) for site in sites}
    world = make_world(spots, vehicles=tuple(vehicles), depots=(depot or make_depot(),))
    products = (make_product("carrot"), make_product("cold", cold=True))
    lots = (make_lot("L1", "carrot"), make_lot("L2", "cold"), make_lot("L3", "carrot"))
    return dataclasses.replace(
        world,
        sites=sites,
        products=products,
        farms=(make_farm("farm"),),
        lots=lots,
        basket_types=baskets or (make_basket(),),
    )


def share(site_id: str, baskets: int, basket_id: str = "b", zone_id: str = "z") -> Share:
    return Share(date=MONDAY, depot_id="hub", site_id=site_id, zone_id=zone_id, basket_id=basket_id, baskets=baskets)


def recipe(basket_id: str = "b", portions: int = 9) -> Recipe:
    return Recipe(date=MONDAY, depot_id="hub", basket_id=basket_id, baskets=1, portions=(("carrot", portions),))


def purchase(lot_id: str, crates: int, *, delivered: bool = False) -> Purchase:
    return Purchase(date=MONDAY, depot_id="hub", lot_id=lot_id, crates=crates, delivered=delivered)


def drops(data: Dataset, *shares: Share):
    return tasks_of(data, Allocation(shares=shares, recipes=(recipe(),)))


def test_a_site_gets_one_drop_for_all_its_zones_and_basket_kinds():
    data = make_data((make_site("s"),))
    allocation = Allocation(
        shares=(share("s", 3, zone_id="y"), share("s", 4), share("s", 5, "b~2")), recipes=(recipe(), recipe("b~2", 8))
    )
    (task,) = tasks_of(data, allocation)
    assert [(item.basket_id, item.baskets, item.load_g) for item in task.drops] == [
        ("b", 7, 63_000),
        ("b~2", 5, 40_000),
    ]
    assert (task.baskets, task.places, task.load_g) == (12, 12, 103_000)
    assert task.service_s == 600 + 12 * 10
    assert task.windows == ((8 * 3600, 12 * 3600),)


def test_baskets_of_a_relayed_site_are_dropped_at_its_relay_in_the_same_stop():
    relayed = make_site("c", relay_site_id="r", openings=(), unloading_s=1, unloading_s_per_basket=1)
    relay = make_site("r", largest_vehicle_gvw_kg=3500)
    (task,) = drops(make_data((relayed, relay)), share("c", 3), share("r", 4))
    assert (task.place_id, task.service_s, task.max_gvw_kg) == ("r", 670, 3500)
    assert [(item.site_id, item.baskets) for item in task.drops] == [("c", 3), ("r", 4)]


def test_places_follow_the_basket_type_and_baskets_do_not():
    (task,) = drops(make_data((make_site("s"),), baskets=(make_basket(places=2),)), share("s", 5))
    assert (task.baskets, task.places) == (5, 10)


@pytest.mark.parametrize(("baskets", "parts"), [(100, [100]), (101, [100, 1])])
def test_a_drop_is_cut_only_where_it_exceeds_the_largest_vehicle(baskets, parts):
    tasks = drops(make_data((make_site("s"),)), share("s", baskets))
    assert [task.baskets for task in tasks] == parts
    assert [task.service_s for task in tasks] == [600 + 10 * part for part in parts]


def test_a_drop_is_cut_by_weight_where_weight_binds():
    data = make_data((make_site("s"),), vehicles=(make_vehicle(capacity_g=90_000),))
    assert [task.baskets for task in drops(data, share("s", 25))] == [10, 10, 5]


def test_only_vehicles_allowed_at_the_place_on_that_weekday_count_for_the_cut():
    vehicles = (
        make_vehicle("V1", capacity_baskets=20),
        make_vehicle("V2", capacity_baskets=50, gvw_kg=12_000),
        make_vehicle("V3", capacity_baskets=40, weekdays=(1,)),
    )
    data = make_data((make_site("s", largest_vehicle_gvw_kg=3500),), vehicles=vehicles)
    assert [task.baskets for task in drops(data, share("s", 50))] == [20, 20, 10]
    data = make_data((make_site("s"),), vehicles=vehicles)
    assert [task.baskets for task in drops(data, share("s", 50))] == [50]


@pytest.mark.parametrize(("total", "parts"), [(46, [15, 11, 10, 10]), (31, [11, 10, 10]), (25, [15, 10])])
def test_every_part_keeps_the_least_a_visit_must_bring(total, parts):
    data = make_data((make_site("s", min_baskets_per_visit=10),), vehicles=(make_vehicle(capacity_baskets=15),))
    assert sorted((task.baskets for task in drops(data, share("s", total))), reverse=True) == parts


def test_what_cannot_be_cut_within_the_minimum_stays_whole():
    data = make_data((make_site("s", min_baskets_per_visit=10),), vehicles=(make_vehicle(capacity_baskets=15),))
    assert [task.baskets for task in drops(data, share("s", 16))] == [16]


def test_a_day_without_opening_leaves_a_drop_without_windows():
    data = make_data((make_site("s", openings=(Opening(weekday=1, opens_s=0, closes_s=1),)),))
    assert drops(data, share("s", 3))[0].windows == ()


def test_a_farm_gets_one_pick_for_dry_and_one_for_cold_lots():
    data = make_data()
    allocation = Allocation(purchases=(purchase("L1", 3), purchase("L2", 2), purchase("L3", 1)))
    cold, dry = tasks_of(data, allocation)
    assert (cold.cold, dry.cold) == (True, False)
    assert [(item.lot_id, item.crates, item.load_g) for item in dry.picks] == [("L1", 3, 15_000), ("L3", 1, 5_000)]
    assert (dry.load_g, dry.service_s, dry.windows) == (20_000, 300 + 4 * 7, ((6 * 3600, 11 * 3600),))
    assert (dry.baskets, dry.places, dry.is_drop) == (0, 0, False)


def test_what_a_farm_brings_itself_is_no_stop():
    assert tasks_of(make_data(), Allocation(purchases=(purchase("L1", 3, delivered=True),))) == ()


def test_a_pick_is_cut_by_crates_and_a_cold_one_by_the_cold_vehicles():
    data = make_data(vehicles=(make_vehicle("V1", capacity_g=50_000), make_vehicle("V2", capacity_g=20_000, cold=True)))
    tasks = tasks_of(data, Allocation(purchases=(purchase("L1", 11), purchase("L2", 5))))
    assert [[item.crates for item in task.picks] for task in tasks] == [[4], [1], [10], [1]]


def test_ids_are_the_same_whatever_the_order_of_the_allocation():
    data = make_data((make_site("s"), make_site("t")))
    shares = (share("t", 3), share("s", 120))
    first = tasks_of(data, Allocation(shares=shares, recipes=(recipe(),)))
    again = tasks_of(data, Allocation(shares=shares[::-1], recipes=(recipe(),)))
    assert first == again
    assert [task.task_id for task in first] == sorted(task.task_id for task in first)


def test_drops_are_released_in_the_order_in_which_they_must_leave():
    early = make_site("b", openings=(Opening(weekday=0, opens_s=0, closes_s=9 * 3600),))
    depot = make_depot(packing_starts_s=5 * 3600, packing_baskets_per_h=60)
    data = make_data((make_site("a"), early, make_site("c")), depot=depot, a=10, b=10, c=500)
    release = {task.place_id: task.release_s for task in drops(data, share("a", 30), share("b", 60), share("c", 10))}
    assert release == {"b": 6 * 3600, "c": 6 * 3600 + 600, "a": 6 * 3600 + 2400}


def test_the_release_is_the_first_second_at_which_all_is_packed():
    depot = make_depot(packing_starts_s=0, packing_baskets_per_h=7)
    (task,) = drops(make_data((make_site("a"),), depot=depot), share("a", 3))
    assert task.release_s * 7 // 3600 >= 3
    assert (task.release_s - 1) * 7 // 3600 < 3


def test_without_packing_times_drops_are_released_at_once():
    assert drops(make_data((make_site("a"),)), share("a", 3))[0].release_s == 0


@pytest.mark.parametrize(("total", "halves"), [(20, [10, 10]), (25, [13, 12]), (19, [19]), (1, [1])])
def test_a_finer_drop_is_two_halves_that_keep_the_minimum(total, halves):
    data = make_data((make_site("s", min_baskets_per_visit=0 if total == 1 else 10),))
    (task,) = drops(data, share("s", total))
    parts = finer(data, task)
    assert [part.baskets for part in parts] == halves
    assert sum(part.load_g for part in parts) == task.load_g
    if len(halves) == 2:
        assert [part.task_id for part in parts] == [f"{task.task_id}.1", f"{task.task_id}.2"]
        assert all(part.service_s == 600 + 10 * part.baskets for part in parts)
        assert all(part.release_s == task.release_s for part in parts)


def test_a_finer_drop_at_a_relay_parts_its_sites_first():
    sites = (
        make_site("c", relay_site_id="r", openings=(), min_baskets_per_visit=10),
        make_site("r", min_baskets_per_visit=30),
    )
    data = make_data(sites)
    (task,) = drops(data, share("c", 10), share("r", 30))
    assert [[(i.site_id, i.baskets) for i in part.drops] for part in finer(data, task)] == [[("c", 10)], [("r", 30)]]


def test_a_finer_pick_is_two_halves_of_whole_crates():
    data = make_data()
    (task,) = tasks_of(data, Allocation(purchases=(purchase("L1", 3), purchase("L3", 2))))
    assert [sum(i.crates for i in part.picks) for part in finer(data, task)] == [2, 3]
    (crate,) = tasks_of(data, Allocation(purchases=(purchase("L1", 1),)))
    assert finer(data, crate) == (crate,)


def test_a_problem_is_refined_only_where_a_named_stop_can_be_halved():
    data = make_data((make_site("s"), make_site("t")))
    problem = RoutingProblem(dataset=data, tasks=drops(data, share("s", 1), share("t", 8)))
    one, many = problem.tasks
    assert refined(problem, [one.task_id]) is None
    finer_problem = refined(problem, [one.task_id, many.task_id])
    assert finer_problem is not None
    assert [task.baskets for task in finer_problem.tasks] == [1, 4, 4]
