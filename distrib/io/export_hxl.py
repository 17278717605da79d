"""A plan's tables with a row of HXL tags under the header, for the tools of humanitarian data (hxlstandard.org, 1.1)."""

from __future__ import annotations

from pathlib import Path

from distrib.io.plan_tables import TABLES, Table
from distrib.io.plan_writing import table_lines
from distrib.model.plan import Plan

TAGS: dict[str, str] = {
    "programme": "#activity+programme",
    "neighbourhood_id": "#loc+neighbourhood+code",
    "name": "#loc+name",
    "commune": "#adm+commune+name",
    "households": "#inneed+hh",
    "persons": "#inneed+ind",
    "need_baskets": "#need+baskets+num",
    "baskets": "#output+baskets+num",
    "coverage_pct": "#indicator+coverage+pct",
    "persons_helped": "#reached+ind",
    "limited_by": "#cause+code",
    "zone_id": "#loc+zone+code",
    "site_id": "#loc+site+code",
    "dropped_at_site_id": "#loc+site+drop+code",
    "date": "#date",
    "basket_id": "#item+basket+code",
    "walk_m": "#access+walk+m",
    "kg": "#output+kg",
    "vehicle_id": "#delivery+vehicle+code",
    "trip": "#delivery+trip+num",
    "arrival": "#date+time+arrival",
    "start": "#date+time+start",
    "departure": "#date+time+departure",
    "stop": "#delivery+stop+num",
    "place_kind": "#loc+type",
    "place_id": "#loc+code",
    "break_min": "#delivery+break+min",
    "drop_baskets": "#output+drop+baskets+num",
    "drop_kg": "#output+drop+kg",
    "pick_kg": "#output+pick+kg",
    "load_kg": "#capacity+load+kg",
    "km_from_previous": "#delivery+distance+km",
    "min_from_previous": "#delivery+driving+min",
    "depot_id": "#loc+depot+code",
    "farm_id": "#org+farm+code",
    "lot_id": "#item+lot+code",
    "product_id": "#item+product+code",
    "crates": "#output+crates+num",
    "eur": "#value+eur",
    "portions": "#output+portions+num",
    "g": "#output+recipe+g",
    "opening_kg": "#capacity+opening+kg",
    "in_kg": "#capacity+in+kg",
    "packed_kg": "#output+packed+kg",
    "discarded_kg": "#output+discarded+kg",
    "closing_kg": "#capacity+closing+kg",
    "last_use_date": "#date+last_use",
    "kind": "#need+type",
    "id": "#need+code",
    "quantity": "#need+quantity",
    "unit": "#need+unit",
    "reason": "#cause+code",
    "explanation": "#cause+description",
    "remedy": "#operations+remedy+description",
    "bound_baskets": "#indicator+bound+baskets",
    "proven": "#status+proven",
    "gap_baskets": "#indicator+gap+baskets+num",
    "lacking_rule": "#cause+rule+description",
    "binding": "#cause+binding+description",
    "cut": "#cause+cut+description",
}
"""The tag of each column of a plan's tables."""


def write_hxl(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write every table in the machine dialect with a row of HXL tags below the header, and return the files."""
    files = []
    for table in TABLES:
        header, *rows = table_lines(table, getattr(plan, table.name))
        files.append(folder / table.file_name)
        files[-1].write_text("".join([header, tag_line(table), *rows]), encoding="utf-8", newline="")
    return tuple(files)


def tag_line(table: Table) -> str:
    """Return the row of tags of a table, with its line end."""
    return ",".join(TAGS[column.name] for column in table.columns) + "\n"
