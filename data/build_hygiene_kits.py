"""Write `scenarios/hygiene-kits.yaml`: hygiene kits and baby kits beside the baskets of the dataset `mamp-2020`.

In 2020 the city and the département sent hygiene products and children's necessities through the same chain. The need
by zone is an apportionment over the households of the dataset; contents, weights and quantities are made up.

Run it from anywhere: ``python data/build_hygiene_kits.py [--out FILE]``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from build_mamp_2020 import HERE, Row, apportion, decimal, facts, parts_of

KITS = {"kit_hygiene": 1_500, "kit_bebe": 900}
"""Kits handed out in the week (the programmes' sizes)."""
NEED = {"kit_hygiene": 2_000, "kit_bebe": 1_200}
"""Households that ask for one: more than there are kits, as with the baskets."""
SPARE = 1.04
"""Donations exceed the kits by so much: a broken bag, a crate begun."""

PRODUCTS = (
    # product_id, name, portion g, crate kg, kit, portions in it
    ("soap", "Savon", 100, 10, "kit_hygiene", 3),
    ("shampoo", "Shampooing", 250, 6, "kit_hygiene", 1),
    ("toothpaste", "Dentifrice", 100, 5, "kit_hygiene", 2),
    ("detergent", "Lessive", 500, 10, "kit_hygiene", 1),
    ("sanitary_pads", "Protections périodiques", 150, 6, "kit_hygiene", 2),
    ("nappies", "Couches", 900, 9, "kit_bebe", 2),
    ("wipes", "Lingettes", 400, 8, "kit_bebe", 1),
    ("liniment", "Liniment", 500, 6, "kit_bebe", 1),
)
KIT_NAMES = {"kit_hygiene": "Kit d'hygiène", "kit_bebe": "Kit bébé"}
PROGRAMME = {"kit_hygiene": "hygiene", "kit_bebe": "baby"}
WAREHOUSE: Row = {
    "farm_id": "DON",
    "name": "Entrepôt des dons",
    "commune": "Marseille",
    "lon": 5.43857,
    "lat": 43.29108,
    "opens": "06:00",
    "closes": "16:00",
    "loading_min": 10,
    "loading_s_per_crate": 4,
    "delivers": "yes",
}

HEADER = """# Made by data/build_hygiene_kits.py.
name: Kits d'hygiène et kits bébé avec les paniers
about: >-
  1 500 kits d'hygiène et 900 kits bébé, donnés par un entrepôt qui les livre, voyagent avec les 7 700 paniers. Chaque
  programme a son propre besoin et sa propre équité. Un kit tient le tiers de la place d'un panier ; il n'est que
  manipulé à la plateforme, qui tient donc une cadence plus haute.
changes:
  - {setting: programmes, value: [baskets, baby, hygiene]}
  - {setting: max_baskets, value: {baskets: 7700, baby: 900, hygiene: 1500}}
  - {table: basket_types, where: {basket_id: panier}, set: {places: 3}}
  - {table: sites, scale: {max_baskets_per_day: 3, relay_max_baskets: 3}}
  - {table: vehicles, scale: {capacity_baskets: 3}}
  - {table: depots, where: {depot_id: MIN}, set: {packing_baskets_per_day: 2700, packing_baskets_per_h: 600}}
"""


def kit_rows() -> list[Row]:
    """Return the two kits as basket types: one weight only, that of their contents."""
    rows: list[Row] = []
    for kit in KITS:
        contents = [product for product in PRODUCTS if product[4] == kit]
        kg = decimal(sum(portion * portions for _, _, portion, _, _, portions in contents) / 1000)
        rows.append(
            {
                "basket_id": kit,
                "name": KIT_NAMES[kit],
                "programme": PROGRAMME[kit],
                "persons_from": "",
                "persons_to": "",
                "target_kg": kg,
                "min_kg": kg,
                "max_kg": kg,
                "min_products": len(contents),
                "min_fruit_pct": 0,
                "places": 1,
            }
        )
    return rows


def goods_rows() -> dict[str, list[Row]]:
    """Return the rows of products, kit contents and donated lots."""
    products: list[Row] = []
    contents: list[Row] = []
    stock: list[Row] = []
    for k, (product_id, name, portion, crate_kg, kit, portions) in enumerate(PRODUCTS, start=1):
        grams = round(KITS[kit] * portions * portion * SPARE)
        products.append(
            {
                "product_id": product_id,
                "name": name,
                "group": "other",
                "portion_g": portion,
                "crate_kg": crate_kg,
                "shelf_life_days": "",
                "needs_cold": "no",
                "max_portions_per_basket": portions,
            }
        )
        contents.append({"basket_id": kit, "product_id": product_id, "portions": portions})
        stock.append(
            {
                "lot_id": f"D{k:02d}",
                "farm_id": WAREHOUSE["farm_id"],
                "product_id": product_id,
                "ready_date": "2020-04-17",
                "kg": -(-grams // (1000 * crate_kg)) * crate_kg,
                "price_eur_kg": 0,
                "best_before": "",
            }
        )
    return {"products": products, "kit_contents": contents, "stock": stock}


def need_rows() -> list[Row]:
    """Return the need by zone: hygiene kits by households in need, baby kits by those of three persons or more."""
    parts = parts_of(facts("qpv"))
    weights = {
        "kit_hygiene": [float(len(part.sizes)) for part in parts],
        "kit_bebe": [float(sum(n for size, n in Counter(part.sizes).items() if size >= 3)) for part in parts],
    }
    return [
        {"zone_id": part.zone_id, "basket_id": kit, "households": households}
        for kit, total in NEED.items()
        for part, households in zip(parts, apportion(total, weights[kit]), strict=True)
        if households
    ]


def scalar(value: object) -> str:
    """Write a YAML value; texts are quoted, so that none is taken for a number, a date or a boolean."""
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def addition(table: str, rows: list[Row]) -> str:
    """Write the addition of rows to a table, one line each."""
    lines = [f"      - {{{', '.join(f'{column}: {scalar(value)}' for column, value in row.items())}}}" for row in rows]
    return "\n".join([f"  - table: {table}", "    add:", *lines, ""])


def scenario() -> str:
    """Return the whole file."""
    goods = goods_rows()
    return "".join(
        [
            HEADER,
            addition("products", goods["products"]),
            addition("basket_types", kit_rows()),
            addition("kit_contents", goods["kit_contents"]),
            addition("farms", [WAREHOUSE]),
            addition("stock", goods["stock"]),
            addition("needs", need_rows()),
        ]
    )


def main() -> None:
    """Read the file to write from the command line, and write."""
    parser = argparse.ArgumentParser(description="Write the scenario hygiene-kits.")
    parser.add_argument("--out", type=Path, default=HERE.parent / "scenarios" / "hygiene-kits.yaml", help="file")
    parser.parse_args().out.write_text(scenario(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
