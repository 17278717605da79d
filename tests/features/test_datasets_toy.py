"""The toy dataset: the sums of its README are right, and the plan by hand that it prints keeps the dataset's limits."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "data" / "toy"
DAYS = {"mardi": "tue", "mercredi": "wed"}
PRODUCTS = ("lettuce", "potato", "courgette", "onion", "carrot", "apple", "strawberry")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grams(kg: str) -> int:
    return round(float(kg) * 1000)


def readme_rows(first_cells: int) -> list[list[str]]:
    """Return the cells of the README's table rows about a day that have so many columns."""
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| m")]
    return [cells for cells in found if len(cells) == first_cells]


@pytest.fixture(scope="module")
def drops() -> list[tuple[str, str, str, Counter[str]]]:
    """Day, site, zone and baskets by type of the plan by hand."""
    return [
        (DAYS[day], site.split()[0], zone, Counter(petit=int(small), famille=int(family)))
        for day, site, zone, small, family in readme_rows(5)
    ]


@pytest.fixture(scope="module")
def recipes() -> dict[tuple[str, str], dict[str, int]]:
    """Portions by product of each day's baskets in the plan by hand."""
    result = {}
    for kind, *portions, _ in readme_rows(9):
        day, basket = kind.split(", ")
        result[DAYS[day], basket] = {p: int(n) for p, n in zip(PRODUCTS, portions, strict=True) if n}
    return result


def test_the_need_is_60_baskets_of_which_30_20_and_10_in_the_neighbourhoods() -> None:
    need: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for group in rows("households"):
        need[group["zone_id"]] += int(group["households"])
        kinds["petit" if int(group["persons_per_household"]) <= 2 else "famille"] += int(group["households"])
    assert need == {"N1-A": 20, "N1-B": 10, "N2-A": 20, "N3-A": 10}
    assert kinds == {"petit": 24, "famille": 36}


def test_the_usable_produce_is_254_kg_so_that_no_55_baskets_can_be_packed() -> None:
    crates = {product["product_id"]: grams(product["crate_kg"]) for product in rows("products")}
    usable = sum(grams(lot["kg"]) // crates[lot["product_id"]] * crates[lot["product_id"]] for lot in rows("stock"))
    usable += sum(grams(lot["kg"]) for lot in rows("depot_stock"))
    lightest = {basket["basket_id"]: grams(basket["min_kg"]) for basket in rows("basket_types")}
    assert usable == 254_000
    assert 24 * lightest["petit"] + 30 * lightest["famille"] <= usable
    assert 24 * lightest["petit"] + 31 * lightest["famille"] > usable


def test_the_plan_by_hand_gives_28_18_and_8_baskets(drops: list[tuple[str, str, str, Counter[str]]]) -> None:
    given: Counter[str] = Counter()
    for _, _, zone, baskets in drops:
        given[zone[:2]] += baskets.total()
    assert given == {"N1": 28, "N2": 18, "N3": 8}


def test_the_plan_by_hand_gives_no_zone_more_than_its_need(
    drops: list[tuple[str, str, str, Counter[str]]],
) -> None:
    need: Counter[tuple[str, str]] = Counter()
    for group in rows("households"):
        kind = "petit" if int(group["persons_per_household"]) <= 2 else "famille"
        need[group["zone_id"], kind] += int(group["households"])
    given: Counter[tuple[str, str]] = Counter()
    for _, _, zone, baskets in drops:
        for kind, number in baskets.items():
            given[zone, kind] += number
    assert all(number <= need[key] for key, number in given.items())


def test_the_plan_by_hand_keeps_opening_days_capacities_and_minima(
    drops: list[tuple[str, str, str, Counter[str]]],
) -> None:
    sites = {site["site_id"]: site for site in rows("sites")}
    open_on = {(row["site_id"], row["weekday"]) for row in rows("site_hours")}
    week: Counter[str] = Counter()
    for day, site_id, _, baskets in drops:
        site = sites[site_id]
        week[site_id] += baskets.total()
        assert (site_id, day) in open_on
        assert (site["relay_site_id"] or site_id, day) in open_on
        assert int(site["min_baskets_per_visit"]) <= baskets.total() <= int(site["max_baskets_per_day"])
        if site["relay_site_id"]:
            assert baskets.total() <= int(sites[site["relay_site_id"]]["relay_max_baskets"])
    assert all(week[site_id] >= int(site["min_baskets_per_week"]) for site_id, site in sites.items())


def test_every_recipe_by_hand_keeps_its_band_products_fruit_share_and_maxima(
    recipes: dict[tuple[str, str], dict[str, int]],
) -> None:
    products = {product["product_id"]: product for product in rows("products")}
    types = {basket["basket_id"]: basket for basket in rows("basket_types")}
    assert len(recipes) == 4
    for (_, basket_id), portions in recipes.items():
        weight = {p: n * int(products[p]["portion_g"]) for p, n in portions.items()}
        fruit = sum(g for p, g in weight.items() if products[p]["group"] == "fruit")
        total = sum(weight.values())
        basket = types[basket_id]
        assert grams(basket["min_kg"]) <= total <= grams(basket["max_kg"])
        assert 100 * fruit >= int(basket["min_fruit_pct"]) * total
        assert len(portions) >= int(basket["min_products"])
        assert all(n <= int(products[p]["max_portions_per_basket"]) for p, n in portions.items())


def test_the_plan_by_hand_uses_each_lot_while_it_lasts_and_packs_249_kg(
    drops: list[tuple[str, str, str, Counter[str]]], recipes: dict[tuple[str, str], dict[str, int]]
) -> None:
    portion = {product["product_id"]: int(product["portion_g"]) for product in rows("products")}
    used: Counter[tuple[str, str]] = Counter()
    for day, _, _, baskets in drops:
        for basket_id, number in baskets.items():
            for product, portions in recipes[day, basket_id].items():
                used[day, product] += number * portions * portion[product]
    total: Counter[str] = Counter()
    for (_, product), weight in used.items():
        total[product] += weight
    assert total == {
        "lettuce": 33_000,
        "potato": 57_000,
        "courgette": 54_000,
        "onion": 15_000,
        "carrot": 30_000,
        "apple": 48_000,
        "strawberry": 12_000,
    }
    offers = {lot["product_id"]: grams(lot["kg"]) for lot in rows("stock") + rows("depot_stock")}
    assert all(weight <= offers[product] for product, weight in total.items())
    assert ("wed", "lettuce") not in used
    assert not {("tue", "carrot"), ("tue", "strawberry")} & used.keys()
    (depot,) = rows("depots")
    for day in DAYS.values():
        packed = sum(baskets.total() for when, _, _, baskets in drops if when == day)
        assert packed <= int(depot["packing_baskets_per_day"])
