"""The tables of a plan folder: files, columns, kinds of cells, order of rows. Writing, reading and documents all use this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any

from distrib import units
from distrib.io.plan_cells import (
    CLOCK,
    COUNT,
    COUNT_OR_EMPTY,
    DATE,
    DATE_OR_EMPTY,
    EUR,
    ID,
    ID_OR_EMPTY,
    KG,
    KM,
    MICROBASKETS,
    MINUTES,
    PERCENT,
    QUANTITY,
    TEXT,
    YES_NO,
    Kind,
    one_of,
)
from distrib.io.plan_moved_lines import in_order_of_lines
from distrib.model import plan as rows
from distrib.model.farms import FarmRow

_REASON = one_of(*rows.REASONS, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name in the file, the field of the row it holds, the kind of its cells.

    ``refers_to`` names the dataset table (and so the id) that its ids come from; empty for no such table;
    ``places`` and ``unserved`` where the kind in another cell of the row decides.
    """

    name: str
    field: str
    kind: Kind
    refers_to: str = ""


def _same(row: Any) -> Any:
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a plan: ``name`` is both its file (plus ``.csv``) and the field of ``Plan`` that holds its rows.

    ``order`` lists the fields that fix the order of rows. ``outward`` prepares a row for writing and ``inward``
    undoes it where a cell depends on another one; both return a row. ``arranged`` takes the rows read in the order
    of the lines and returns them with what that order says.
    """

    name: str
    row_type: type[Any]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    outward: Callable[[Any], Any] = _same
    inward: Callable[[Any], Any] = _same
    arranged: Callable[[Any], Any] = _same

    @property
    def file_name(self) -> str:
        """Name of the CSV file."""
        return f"{self.name}.csv"

    def sort_key(self) -> Callable[[Any], Any]:
        """The key that puts rows in their fixed order; a missing date comes first."""
        get = attrgetter(*self.order)
        return lambda row: tuple(_sortable(value) for value in get(row))


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value)


def _column(name: str, kind: Kind, field: str = "", refers_to: str = "") -> Column:
    return Column(name=name, field=field or name, kind=kind, refers_to=refers_to)


def _exact_coverage(row: rows.CoverageRow) -> rows.CoverageRow:
    """Give coverage back its exact value where the percentage in the file is the rounded one of baskets ÷ need."""
    if row.need_baskets <= 0 or row.coverage is None:
        return row
    exact = Fraction(row.baskets, row.need_baskets)
    return replace(row, coverage=exact) if units.percent(exact) == units.percent(row.coverage) else row


def _quantity_out(row: rows.UnservedRow) -> Any:
    if row.unit not in ("baskets", "kg"):
        raise ValueError(f"an unserved row has the unit {row.unit!r}: only baskets and kg (held in grams) are written")
    shown = Decimal(units.kg(row.quantity)) if row.unit == "kg" else Decimal(row.quantity)
    return replace(row, quantity=shown)  # type: ignore[arg-type]


def _quantity_in(row: Any) -> rows.UnservedRow:
    read: rows.UnservedRow = replace(row, quantity=units.scaled(row.quantity, 1000 if row.unit == "kg" else 1))
    return read


_TIMES = (_column("arrival", CLOCK, "arrival_s"), _column("start", CLOCK, "start_s"))
_DEPARTURE = _column("departure", CLOCK, "departure_s")
_DATE = _column("date", DATE)
_DEPOT = _column("depot_id", ID, refers_to="depots")
_BASKET = _column("basket_id", ID, refers_to="basket_types")
_PRODUCT = _column("product_id", ID, refers_to="products")
_LOT = _column("lot_id", ID, refers_to="lots")
_HOOD = _column("neighbourhood_id", ID, refers_to="neighbourhoods")
_VEHICLE = _column("vehicle_id", ID, refers_to="vehicles")

COVERAGE = Table(
    name="coverage",
    row_type=rows.CoverageRow,
    order=("programme", "neighbourhood_id"),
    columns=(
        _column("programme", ID),
        _HOOD,
        _column("name", TEXT),
        _column("commune", TEXT),
        _column("households", COUNT),
        _column("persons", COUNT),
        _column("need_baskets", COUNT),
        _column("baskets", COUNT),
        _column("coverage_pct", PERCENT, "coverage"),
        _column("persons_helped", COUNT),
        _column("limited_by", _REASON),
    ),
    inward=_exact_coverage,
)
ALLOCATION = Table(
    name="allocation",
    row_type=rows.AllocationRow,
    order=("zone_id", "site_id", "date", "basket_id"),
    columns=(
        _column("zone_id", ID, refers_to="zones"),
        _HOOD,
        _column("site_id", ID, refers_to="sites"),
        _DATE,
        _BASKET,
        _column("baskets", COUNT),
        _column("walk_m", COUNT),
    ),
)
DELIVERIES = Table(
    name="deliveries",
    row_type=rows.DeliveryRow,
    order=("date", "site_id", "basket_id", "vehicle_id", "trip", "arrival_s"),
    columns=(
        _DATE,
        _column("site_id", ID, refers_to="sites"),
        _column("dropped_at_site_id", ID, refers_to="sites"),
        _BASKET,
        _column("baskets", COUNT),
        _column("kg", KG, "load_g"),
        _VEHICLE,
        _column("trip", COUNT),
        *_TIMES,
        _DEPARTURE,
    ),
)
STOPS = Table(
    name="stops",
    row_type=rows.StopRow,
    order=("date", "vehicle_id", "trip", "stop"),
    arranged=in_order_of_lines,
    columns=(
        _DATE,
        _VEHICLE,
        _column("trip", COUNT),
        _column("stop", COUNT),
        _column("place_kind", one_of("depot", "site", "farm")),
        _column("place_id", ID, refers_to="places"),
        *_TIMES,
        _DEPARTURE,
        _column("break_min", MINUTES, "break_s"),
        _column("drop_baskets", COUNT),
        _column("drop_kg", KG, "drop_g"),
        _column("pick_kg", KG, "pick_g"),
        _column("load_kg", KG, "load_g"),
        _column("km_from_previous", KM, "from_previous_m"),
        _column("min_from_previous", MINUTES, "from_previous_s"),
    ),
)
COLLECTIONS = Table(
    name="collections",
    row_type=rows.CollectionRow,
    order=("date", "depot_id", "farm_id", "lot_id", "vehicle_id", "trip"),
    columns=(
        _DATE,
        _DEPOT,
        _column("farm_id", ID, refers_to="farms"),
        _LOT,
        _PRODUCT,
        _column("crates", COUNT),
        _column("kg", KG, "load_g"),
        _column("eur", EUR, "cents"),
        _column("vehicle_id", ID_OR_EMPTY, refers_to="vehicles"),
        _column("trip", COUNT_OR_EMPTY),
    ),
)
RECIPES = Table(
    name="recipes",
    row_type=rows.RecipeRow,
    order=("date", "depot_id", "basket_id", "product_id"),
    columns=(_DATE, _DEPOT, _BASKET, _PRODUCT, _column("portions", COUNT), _column("g", COUNT, "recipe_g")),
)
PACKING = Table(
    name="packing",
    row_type=rows.PackingRow,
    order=("date", "depot_id", "basket_id"),
    columns=(_DATE, _DEPOT, _BASKET, _column("baskets", COUNT), _column("kg", KG, "packed_g")),
)
STOCK_LEDGER = Table(
    name="stock_ledger",
    row_type=rows.LedgerRow,
    order=("date", "depot_id", "lot_id"),
    columns=(
        _DATE,
        _DEPOT,
        _LOT,
        _PRODUCT,
        _column("opening_kg", KG, "opening_g"),
        _column("in_kg", KG, "in_g"),
        _column("packed_kg", KG, "packed_g"),
        _column("discarded_kg", KG, "discarded_g"),
        _column("closing_kg", KG, "closing_g"),
        _column("last_use_date", DATE_OR_EMPTY),
    ),
)
UNSERVED = Table(
    name="unserved",
    row_type=rows.UnservedRow,
    order=("kind", "id", "programme", "date"),
    columns=(
        _column("kind", one_of("need", "site", "lot")),
        _column("id", ID, refers_to="unserved"),
        _column("programme", ID_OR_EMPTY),
        _column("date", DATE_OR_EMPTY),
        _column("quantity", QUANTITY),
        _column("unit", one_of("baskets", "kg")),
        _column("reason", _REASON),
        _column("explanation", TEXT),
        _column("remedy", TEXT),
    ),
    outward=_quantity_out,
    inward=_quantity_in,
)
FAIRNESS = Table(
    name="fairness",
    row_type=rows.FairnessRow,
    order=("programme", "neighbourhood_id"),
    columns=(
        _column("programme", ID),
        _HOOD,
        _column("bound_baskets", MICROBASKETS, "bound_microbaskets"),
        _column("baskets", COUNT),
        _column("proven", YES_NO),
        _column("gap_baskets", COUNT),
        _column("lacking_rule", TEXT),
        _column("binding", TEXT),
        _column("cut", TEXT),
    ),
)
FARMS = Table(
    name="farms",
    row_type=FarmRow,
    order=("farm_id",),
    columns=(
        _column("farm_id", ID, refers_to="farms"),
        _column("name", TEXT),
        _column("commune", TEXT),
        _column("offered_kg", KG, "offered_g"),
        _column("bought_kg", KG, "bought_g"),
        _column("share_pct", PERCENT, "share"),
        _column("eur", EUR, "cents"),
    ),
)

TABLES: tuple[Table, ...] = (
    COVERAGE,
    ALLOCATION,
    DELIVERIES,
    STOPS,
    COLLECTIONS,
    RECIPES,
    PACKING,
    STOCK_LEDGER,
    UNSERVED,
    FAIRNESS,
)

DERIVED: tuple[Table, ...] = (FARMS,)
"""Tables that a plan folder holds for whoever reads it; nothing is read back from them."""

EDITABLE: tuple[Table, ...] = (ALLOCATION, STOPS)
"""The tables that a coordinator edits; the rest follows from them."""

SUMMARY_FILE = "summary.json"
RUN_FILE = "run.json"
DATASET_FOLDER = "dataset"
MAP_FILE = "map.html"
WORKBOOK_FILE = "plan.xlsx"
GEOPACKAGE_FILE = "plan.gpkg"
SHEETS_FILE = "driver_sheets.pdf"

_FILES = {t.file_name for t in (*TABLES, *DERIVED)} | {
    SUMMARY_FILE,
    RUN_FILE,
    MAP_FILE,
    WORKBOOK_FILE,
    GEOPACKAGE_FILE,
    SHEETS_FILE,
    "datapackage.json",
}
_DATASET_SUFFIXES = (".csv", ".csv.gz", ".parquet", ".yaml", ".json", ".geojson", ".gpkg", ".md", ".graphml")
_FOLDERS = {
    DATASET_FOLDER: _DATASET_SUFFIXES,
    f"{DATASET_FOLDER}/facts": (".csv",),
    "gpx": (".gpx",),
    "notices": (".pdf", ".txt"),
}


def is_plan_file(path: PurePosixPath) -> bool:
    """True when a path inside a plan folder (relative to it) is one that ``distrib`` writes there itself."""
    if len(path.parts) == 1:
        return path.name in _FILES
    suffixes = _FOLDERS.get("/".join(path.parts[:-1]), ())
    return bool(suffixes) and path.name.endswith(suffixes)
