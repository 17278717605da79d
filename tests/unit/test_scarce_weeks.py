"""Weeks whose goods do not suffice: recipes over all days together, within what days and lots allow."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections import Counter

import numpy as np
import pytest

from distrib.model.allocation import Limits, Recipe
from distrib.model.dataset import Dataset
from distrib.model.effort import Effort
from distrib.model.goods import DepotStock
from distrib.model.territory import HouseholdGroup
from distrib.solver.allocation import allocator, crates
from distrib.solver.allocation.crates import purchases_for
from distrib.solver.allocation.goods_program import KG, add_goods, product_kg
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram
from distrib.solver.allocation.outlets import outlets_of
from distrib.solver.allocation.portions import Steps, Wanted, least_cents, portioned, resized
from distrib.solver.allocation.portions.kitchen import kitchen_of
from distrib.solver.allocation.portions.search import table_of
from distrib.solver.allocation.relaxation import impossible_reason, relax
from distrib.solver.allocation.result import use_of
from distrib.solver.allocation.room import evened, lacking_room, room_of
from distrib.solver.allocation.supply import supply_of
from distrib.solver.allocation.targets import Targets, targets_of
from tests.engines.allocation_rules import broken_rules
from tests.instances import make_dataset
from tests.relaxation_weeks import MONDAY, TUESDAY, basket, depot, lot, product, site, vehicle, week

FEW = Steps(runs=2, steps=60_000)


def free(slots: list[Slot], most: int) -> dict[frozenset[Slot], int]:
    return {frozenset({slot}): most for slot in slots}


@pytest.mark.parametrize("seed", [11, 12])
def test_whole_portions_cost_a_scarce_week_less_than_two_baskets_in_a_hundred(seed: int) -> None:
    ds = make_dataset(seed, sites=10, supply=0.5, programme_share=None)
    found = allocator("leximin").allocate(ds, limits=Limits(), effort=Effort.QUICK, seed=0)
    assert broken_rules(ds, found) == []
    floors = sum(row.bound_microbaskets // 1_000_000 for row in found.fairness)
    assert 100 * sum(row.gap_baskets for row in found.fairness) < 2 * floors


def test_two_days_that_share_a_lot_use_it_up_where_neither_could_alone() -> None:
    # 35 heads of 1 kg for baskets of 5 to 6 heads: 7 baskets in all, in one recipe a day.
    ds = two_days(35, min_g=5000, max_g=6000)
    slots: list[Slot] = [(MONDAY, "D", "panier"), (TUESDAY, "D", "panier")]
    wanted = Wanted(baskets={"panier": 7}, room=free(slots, 4), starts=({},))
    recipes = portioned(ds, supply_of(ds, Limits()), wanted, {}, budget=FEW, seed=1)[-1]
    assert sum(r.baskets for r in recipes) == 7
    assert {r.portions for r in recipes} == {(("carrot", 5),)}


def test_no_basket_is_made_that_goods_do_not_cover_once_sizes_are_whole() -> None:
    ds = two_days(34, min_g=5000, max_g=6000)
    slots: list[Slot] = [(MONDAY, "D", "panier"), (TUESDAY, "D", "panier")]
    wanted = Wanted(baskets={"panier": 7}, room=free(slots, 4), starts=({},))
    supply = supply_of(ds, Limits())
    recipes = portioned(ds, supply, wanted, {}, budget=FEW, seed=1)[-1]
    assert sum(r.baskets for r in resized(ds, supply, recipes, wanted, {}, nodes=5)) == 6


def two_days(heads: int, **band: int) -> Dataset:
    return week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S", days=(0, 1))],
        lots=[lot("L", "carrot", heads)],
        days=(0, 1),
        products=(product("carrot"),),
        basket_types=(basket(target_g=5500, **band),),
        max_variants=1,
    )


def test_sizes_are_shifted_to_the_recipe_that_goods_allow() -> None:
    ds = two_days(35, min_g=5000, max_g=6000)
    slots: list[Slot] = [(MONDAY, "D", "panier"), (TUESDAY, "D", "panier")]
    wanted = Wanted(baskets={"panier": 7}, room=free(slots, 7), starts=({},))
    made = tuple(
        Recipe(date=date, depot_id="D", basket_id="panier", baskets=n, portions=(("carrot", heads),))
        for date, n, heads in ((MONDAY, 4, 6), (TUESDAY, 3, 5))
    )
    found = resized(ds, supply_of(ds, Limits()), made, wanted, {}, nodes=5)
    assert [(r.date, r.baskets) for r in found] == [(TUESDAY, 7)]


def test_a_set_of_days_has_room_for_what_its_open_sites_take() -> None:
    ds = week(
        {"Q": {"Z": 50}},
        {"Z": ["A", "B"]},
        sites=[site("A", cap=10, days=(0,)), site("B", cap=15, days=(0, 1))],
        days=(0, 1),
    )
    outlets, targets = outlets_of(ds, Limits()), targets_of(ds, relax(ds, limits=Limits()))
    room = room_of(ds, outlets, targets)
    monday, tuesday = (MONDAY, "D", "panier"), (TUESDAY, "D", "panier")
    assert room == {
        frozenset({monday}): 25,
        frozenset({tuesday}): 15,
        frozenset({monday, tuesday}): 40,
    }


def test_types_that_are_in_each_others_way_on_different_days_are_found() -> None:
    # A may have 10 of its 20, and C's families come on Tuesday only: 20 family baskets on Monday and 20 small ones on Tuesday
    # are all for A and B, which take 30, though each type, each day and the week have room for 20 or more.
    people = {"A": (10, 10), "B": (10, 10), "C": (20, 0)}
    ds = week(
        {q: {f"{q}1": 0} for q in people},
        {f"{q}1": [f"S{q}"] for q in people},
        sites=[site("SA", days=(0, 1)), site("SB", days=(0, 1)), site("SC", days=(1,))],
        days=(0, 1),
        households=[
            HouseholdGroup(zone_id=f"{q}1", persons_per_household=persons, households=n)
            for q, (large, small) in people.items()
            for persons, n in ((4, large), (1, small))
            if n
        ],
        basket_types=(basket("family", persons=(3, None)), basket("small", persons=(1, 2))),
    )
    wish = {("baskets", "A"): 10, ("baskets", "B"): 20, ("baskets", "C"): 20}
    targets = Targets(floor={}, wish=wish, zone_floor={})
    outlets = outlets_of(ds, Limits())
    family, small = (MONDAY, "D", "family"), (TUESDAY, "D", "small")
    assert lacking_room(ds, outlets, targets, {family: 20, small: 20}) == {frozenset({family, small}): 30}
    assert lacking_room(ds, outlets, targets, {family: 15, small: 15}) == {}


def test_few_rounds_do_not_use_up_the_budget_that_whole_crates_need() -> None:
    # 19 kg are wanted of lots in crates of 10 kg: one at 1 EUR and one at 3 EUR; the budget pays for two crates of the cheap one.
    ds = week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S")],
        lots=[lot("L", "carrot", 20, cents_kg=100), lot("M", "carrot", 20, cents_kg=300)],
        products=(product("carrot", crate_g=10_000),),
        purchase_budget_cents=2_010,
    )
    recipe = Recipe(date=MONDAY, depot_id="D", basket_id="panier", baskets=2, portions=(("carrot", 9),))
    purchases, missing = purchases_for(ds, supply_of(ds, Limits()), (recipe,), prices=None, nodes=1)
    assert not missing
    assert [(p.lot_id, p.crates) for p in purchases] == [("L", 2)]
    assert least_cents(ds, supply_of(ds, Limits()), (recipe,)) == 1_800


@pytest.mark.parametrize("kg", [19, 5])
def test_crates_are_made_whole_at_once_where_a_product_alone_has_no_answer(
    kg: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crates, "_make_whole", lambda *_: False)
    ds = week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S")],
        lots=[lot("L", "carrot", kg)],
        products=(product("carrot", crate_g=10_000),),
    )
    recipe = Recipe(date=MONDAY, depot_id="D", basket_id="panier", baskets=1, portions=(("carrot", 9),))
    purchases, missing = purchases_for(ds, supply_of(ds, Limits()), (recipe,), prices=None, nodes=1)
    assert [p.crates for p in purchases] == [1] * (kg // 10)
    assert sum(missing.values()) == (0 if kg == 19 else 9_000)


def test_a_fleet_in_haste_takes_nothing_from_the_room_of_days() -> None:
    # the rooms of sites alone: 15 at each of two sites; hours of vehicles cost something in other programmes, here nothing
    ds = week(
        {"Q": {"Z": 50}},
        {"Z": ["A", "B"]},
        sites=[site("A", cap=15, unloading_s=7200), site("B", cap=15, unloading_s=7200)],
        driving_s={"A": 9000, "B": 9000},
        vehicles=(vehicle(capacity_baskets=10),),
    )
    outlets = outlets_of(ds, Limits())
    targets = Targets(floor={}, wish={("baskets", "Q"): 50}, zone_floor={})
    assert room_of(ds, outlets, targets) == {frozenset({(MONDAY, "D", "panier")}): 30}


def test_what_goods_cost_counts_no_overfull_depot() -> None:
    # 30 kg lie in a depot for 20: what that costs other programmes is no price of goods
    ds = week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S")],
        lots=[lot("L", "carrot", 20, cents_kg=100)],
        products=(product("carrot"), product("leek")),
        depot_stock=(DepotStock(depot_id="D", lot_id="X", product_id="leek", stock_g=30_000, last_use_date=None),),
        depots=(depot(storage_g=20_000),),
        purchase_budget_cents=2_010,
    )
    recipe = Recipe(date=MONDAY, depot_id="D", basket_id="panier", baskets=2, portions=(("carrot", 9),))
    assert least_cents(ds, supply_of(ds, Limits()), (recipe,)) == 1_800


def test_days_are_as_alike_as_the_room_allows() -> None:
    a, b, c = ((MONDAY + dt.timedelta(days=n), "D", "panier") for n in range(3))
    room = {frozenset({a}): 3, frozenset({b}): 20, frozenset({c}): 20, frozenset({a, b, c}): 19}
    assert evened(room, {"panier": 30}) == {a: 3, b: 8, c: 8}
    assert evened(room, {"panier": 4}) == {a: 2, b: 1, c: 1}


@pytest.mark.parametrize("seed", range(4))
def test_what_no_lot_covers_is_counted_as_a_linear_programme_counts_it(seed: int) -> None:
    ds = make_dataset(50 + seed, sites=8, supply=0.3, depots=1 + seed % 2, relays=False)
    supply, rng = supply_of(ds, Limits()), random.Random(seed)
    slots = [(date, d.depot_id, "panier") for date in ds.settings.delivery_dates for d in ds.depots]
    kitchen, labels = kitchen_of(ds, supply, {"panier": 100}, free(slots, 100), {}, spend_ppm=990_000)
    portions = np.array([[rng.randint(0, n) for n in row] for row in kitchen.most.tolist()], dtype=np.int64)
    size = np.array([rng.randint(0, 9) for _ in labels.batches], dtype=np.int64)
    worst = int(table_of(kitchen, portions, size).worst.sum())
    recipes = tuple(
        Recipe(
            date=date,
            depot_id=depot,
            basket_id=f"{kind}~{variant}",
            baskets=int(size[b]),
            portions=tuple((p, int(n)) for p, n in zip(labels.products, portions[b], strict=True) if n),
        )
        for b, ((date, depot, kind), variant) in enumerate(labels.batches)
    )
    # crates are not shared by depots: at each the last one may lie open
    opened = 0 if len(ds.depots) == 1 else sum(len(ds.depots) * p.crate_g for p in ds.products)
    lacking = lacking_g(ds, recipes)
    assert lacking - 1 <= worst <= lacking + opened + 1


def test_two_depots_that_need_half_a_crate_each_lack_one_where_there_is_one() -> None:
    ds = week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S")],
        lots=[lot("L", "carrot", 10)],
        products=(product("carrot", crate_g=10_000),),
        depots=(depot(), dataclasses.replace(depot(), depot_id="E")),
        max_variants=1,
    )
    slots: list[Slot] = [(MONDAY, "D", "panier"), (MONDAY, "E", "panier")]
    kitchen, _ = kitchen_of(ds, supply_of(ds, Limits()), {"panier": 2}, free(slots, 9), {}, spend_ppm=990_000)
    alone, both = (np.array(sizes, dtype=np.int64) for sizes in ([1, 0], [1, 1]))
    assert table_of(kitchen, np.array([[5], [5]]), alone).worst.sum() == 0
    assert table_of(kitchen, np.array([[5], [5]]), both).worst.sum() == 10_000


def tight_storage(storage_g: int) -> Dataset:
    """Carrots and leeks in crates of 10 kg, two days of delivery, everything collected the day before."""
    return week(
        {"Q": {"Z": 20}},
        {"Z": ["S"]},
        sites=[site("S", days=(1, 2))],
        lots=[lot("L", "carrot", 40), lot("M", "leek", 40)],
        products=(product("carrot", crate_g=10_000), product("leek", crate_g=10_000)),
        depots=(depot(storage_g=storage_g),),
        days=(1, 2),
        collection_weekdays=(0, 1),
        packing_lead_days=1,
        max_variants=1,
    )


STORED = ((TUESDAY, 12, 8), (TUESDAY + dt.timedelta(days=1), 18, 12))
"""Date, kg of carrots, kg of leeks: in whole crates 30 kg lie there on either night before."""


def test_what_whole_crates_leave_over_counts_overnight() -> None:
    slots: list[Slot] = [(date, "D", "panier") for date, _, _ in STORED]
    portions, size = np.array([[c, k] for _, c, k in STORED]), np.array([1, 1])
    for storage_g, over in ((30_000, 0), (29_000, 2_000)):
        ds = tight_storage(storage_g)
        kitchen, labels = kitchen_of(
            ds, supply_of(ds, Limits()), {"panier": 99}, free(slots, 99), {}, spend_ppm=990_000
        )
        assert labels.products == ("carrot", "leek")
        assert table_of(kitchen, portions, size).worst.sum() == over


def test_crates_are_collected_as_late_as_can_be_where_storage_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: object, parts: list[crates.Part], values: list[float], __: int) -> bool:
        """Buy nothing, as if no product had an answer with the others: all is missing."""
        kept = [c for part in parts for c in part.own]
        for column in kept:
            values[column] = 0.0
        for part in parts:
            for column in part.missing:
                values[column] = 5.0
        return True

    monkeypatch.setattr(crates, "_make_whole", nothing)
    monkeypatch.setattr(crates, "_together", lambda *_: pytest.fail("not needed"))
    ds = tight_storage(30_000)
    recipes = tuple(
        Recipe(date=date, depot_id="D", basket_id="panier", baskets=1, portions=(("carrot", c), ("leek", k)))
        for date, c, k in STORED
    )
    purchases, missing = purchases_for(ds, supply_of(ds, Limits()), recipes, prices=None, nodes=1)
    assert not missing
    assert [(p.date, p.lot_id, p.crates) for p in purchases] == [
        (MONDAY, "L", 2),
        (MONDAY, "M", 1),
        (TUESDAY, "L", 1),
        (TUESDAY, "M", 1),
    ]


def lacking_g(ds: Dataset, recipes: tuple[Recipe, ...]) -> float:
    """Grams of the recipes that no lot covers, by one linear programme (storage is wide in these weeks)."""
    program, short = MixedProgram(), []
    goods = add_goods(program, ds, supply_of(ds, Limits()))
    use = Counter(use_of(ds, recipes))
    for date, hub, item in sorted({*use, *((d, w, p) for w, p, d in goods.available)}):
        column = program.column(cost=1.0)
        short.append(column)
        packed = product_kg(goods, hub, item, date)
        program.equal([*packed, (column, 1.0)], use[date, hub, item] / KG)
    answer = program.solve()
    assert answer is not None
    return 1000 * sum(answer.values[c] for c in short)


def test_the_search_gives_the_same_recipes_twice() -> None:
    ds = make_dataset(3, sites=8, supply=0.4)
    slots = [(date, "D1", "panier") for date in ds.settings.delivery_dates]
    wanted = Wanted(baskets={"panier": 90}, room=free(slots, 40), starts=({slots[0]: 40},))
    supply = supply_of(ds, Limits())
    one, other = (portioned(ds, supply, wanted, {}, budget=FEW, seed=5) for _ in range(2))
    assert one == other
    assert one


def overfull(kg: int) -> Dataset:
    """A depot for a tonne of ambient goods in which so many kg of onions lie; baskets hold at most one kg of them."""
    ds = make_dataset(1, sites=8, relays=False)
    return dataclasses.replace(
        ds,
        depots=tuple(dataclasses.replace(d, storage_g=1_000_000) for d in ds.depots),
        depot_stock=(
            DepotStock(depot_id="D1", lot_id="OPEN1", product_id="onion", stock_g=kg * 1000, last_use_date=None),
        ),
    )


def test_stock_beyond_the_storage_that_no_day_can_pack_forbids_every_basket() -> None:
    ds = overfull(2_000)
    assert allocator("leximin").allocate(ds, limits=Limits(), effort=Effort.QUICK, seed=0).shares == ()
    # Either rule alone forbids it: more storage would do, and so would baskets of nothing but onions.
    assert impossible_reason(ds)[0] in ("storage", "recipe")
