"""The tables of a dataset: the one source for reading, checking, writing and documenting them.

Each class is one table and each field one column: its cell kind (how text is read), whether the column may be
left out, what an empty cell means, and its meaning. Order of fields is the order in which columns are written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from distrib.io.schema_cells import (
    Cell,
    ChoiceCell,
    ClockCell,
    DateCell,
    IdCell,
    IdsCell,
    MondayCell,
    NumberCell,
    SingleCell,
    TextCell,
    WeekdayCell,
    WeekdaysCell,
    YesNoCell,
)
from distrib.model.fleet import DRIVER_RULES
from distrib.model.goods import GROUPS

Id = Annotated[str, IdCell()]
OptionalId = Annotated[str, IdCell()]
BasketId = Annotated[str, IdCell(forbidden="~")]
Ids = Annotated[tuple[str, ...], IdsCell()]
Name = Annotated[str, TextCell(required=True)]
Label = Annotated[str, TextCell()]
YesNo = Annotated[bool, YesNoCell()]
Date = Annotated[dt.date, DateCell()]
OptionalDate = Annotated[dt.date | None, DateCell()]
Clock = Annotated[int, ClockCell()]
OptionalClock = Annotated[int | None, ClockCell()]
Weekday = Annotated[int, WeekdayCell()]
OptionalWeekday = Annotated[int | None, WeekdayCell()]
Weekdays = Annotated[tuple[int, ...], WeekdaysCell()]
Lon = Annotated[
    int,
    NumberCell(type_name="number", unit="degrees", factor=10**6, decimals=6, lenient=True, low=-180, high=180, fixed=6),
]
Lat = Annotated[
    int,
    NumberCell(type_name="number", unit="degrees", factor=10**6, decimals=6, lenient=True, low=-90, high=90, fixed=6),
]
Kg = Annotated[int, NumberCell(type_name="number", unit="kg", factor=1000, decimals=3, fixed=3)]
PositiveKg = Annotated[
    int, NumberCell(type_name="number", unit="kg", factor=1000, decimals=3, fixed=3, low=None, above=0)
]
PositiveGrams = Annotated[int, NumberCell(type_name="integer", unit="g", low=None, above=0)]
Minutes = Annotated[int, NumberCell(type_name="number", unit="min", factor=60, decimals=3, rounding="up")]
OptionalMinutes = Annotated[
    int | None, NumberCell(type_name="number", unit="min", factor=60, decimals=3, rounding="up", low=None, above=0)
]
OptionalHours = Annotated[
    int | None, NumberCell(type_name="number", unit="h", factor=3600, decimals=4, rounding="down", low=None, above=0)
]
Seconds = Annotated[int, NumberCell(type_name="integer", unit="s")]
Metres = Annotated[int, NumberCell(type_name="integer", unit="m")]
OptionalMetres = Annotated[int | None, NumberCell(type_name="integer", unit="m")]
Baskets = Annotated[int, NumberCell(type_name="integer", unit="baskets")]
OptionalBaskets = Annotated[int | None, NumberCell(type_name="integer", unit="baskets")]
Count = Annotated[int, NumberCell(type_name="integer")]
OptionalCount = Annotated[int | None, NumberCell(type_name="integer")]
Positive = Annotated[int, NumberCell(type_name="integer", low=1)]
OptionalDays = Annotated[int | None, NumberCell(type_name="integer", unit="days", high=36_500)]
OptionalPositive = Annotated[int | None, NumberCell(type_name="integer", low=1)]
Size = Annotated[int, NumberCell(type_name="integer", unit="persons", low=1, high=6)]
OptionalSize = Annotated[int | None, NumberCell(type_name="integer", unit="persons", low=1)]
Percent = Annotated[int, NumberCell(type_name="number", unit="%", factor=100, decimals=2, high=100)]
MeasuredPercent = Annotated[
    int | None, NumberCell(type_name="number", unit="%", factor=100, decimals=2, lenient=True, high=100)
]
Hectares = Annotated[int | None, NumberCell(type_name="number", unit="ha", factor=10_000, decimals=4, lenient=True)]
Ratio = Annotated[int, NumberCell(type_name="number", factor=1000, decimals=3, low=None, above=0)]
Weight = Annotated[int, NumberCell(type_name="number", factor=1000, decimals=3)]
Monday = Annotated[dt.date, MondayCell()]
Cents = Annotated[int, NumberCell(type_name="number", unit="EUR", factor=100, decimals=2, fixed=2)]
OptionalCents = Annotated[int | None, NumberCell(type_name="number", unit="EUR", factor=100, decimals=2, fixed=2)]
PricePerKg = Annotated[int, NumberCell(type_name="number", unit="EUR/kg", factor=100_000, decimals=5, fixed=2)]
PricePerKm = Annotated[int, NumberCell(type_name="number", unit="EUR/km", factor=100_000, decimals=5, fixed=2)]
PricePerHour = Annotated[int, NumberCell(type_name="number", unit="EUR/h", factor=100_000, decimals=5, fixed=2)]
GvwKg = Annotated[int, NumberCell(type_name="integer", unit="kg", low=None, above=0)]
OptionalGvwKg = Annotated[int | None, NumberCell(type_name="integer", unit="kg", low=None, above=0)]
Group = Annotated[str, ChoiceCell(choices=GROUPS)]
Licence = Annotated[str, ChoiceCell(choices=("B", "C"))]
RulesOfDrivers = Annotated[str, ChoiceCell(choices=tuple(DRIVER_RULES))]


def required(meaning: str) -> Any:
    """A column that must be there and whose cells must be filled in."""
    return Field(description=meaning, json_schema_extra={"optional": False})


def fillable(meaning: str, *, empty: Any, empty_means: str) -> Any:
    """A column that must be there, whose empty cells have a meaning of their own."""
    return Field(default=empty, description=meaning, json_schema_extra={"optional": False, "default": empty_means})


def optional(meaning: str, *, empty: Any = None, empty_means: str = "") -> Any:
    """A column that may be left out; an empty cell reads as ``empty`` (an inside value)."""
    return Field(default=empty, description=meaning, json_schema_extra={"optional": True, "default": empty_means})


class TableRow(BaseModel):
    """Base of the table rows.

    ``table`` is its name, ``key`` the columns that no two rows may share, ``may_be_absent`` True when a
    dataset can do without it.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)
    table: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    may_be_absent: ClassVar[bool] = False


class NeighbourhoodRow(TableRow):
    """Priority neighbourhoods (QPV)."""

    table = "neighbourhoods"
    key = ("neighbourhood_id",)
    neighbourhood_id: Id = required("Id of the neighbourhood, e.g. its QPV code")
    name: Name = required("Name")
    commune: Label = fillable("Commune it lies in", empty="", empty_means="unknown")
    lon: Lon = required("Longitude of its centre (WGS 84)")
    lat: Lat = required("Latitude of its centre (WGS 84)")
    population: OptionalCount = optional("Residents")
    area_ha: Hectares = optional("Area, kept to the square metre")
    poverty_rate_pct: MeasuredPercent = optional("Share of residents under the poverty line, kept to 0.01 %")
    zoning: Label = optional("Vintage of the outline, e.g. QPV 2015", empty="")


class ZoneRow(TableRow):
    """Parts of big neighbourhoods; without this table each neighbourhood is one zone with the same id."""

    table = "zones"
    key = ("zone_id",)
    may_be_absent = True
    zone_id: Id = required("Id of the zone")
    neighbourhood_id: Id = required("Neighbourhood it is part of")
    lon: Lon = required("Longitude of its centre (WGS 84)")
    lat: Lat = required("Latitude of its centre (WGS 84)")


class HouseholdRow(TableRow):
    """Households in need this week, by size; rows of one zone and size may differ in priority."""

    table = "households"
    key = ("zone_id", "persons_per_household", "priority")
    zone_id: Id = required("Zone")
    persons_per_household: Size = required("Persons in each of these households; 6 = six or more")
    households: Count = required("Households in need this week")
    priority: Ratio = optional("Weight of one household in fairness; 2 counts double", empty=1000, empty_means="1")


class NeedRow(TableRow):
    """Need of a basket type that household size does not give (kits)."""

    table = "needs"
    key = ("zone_id", "basket_id")
    may_be_absent = True
    zone_id: Id = required("Zone")
    basket_id: BasketId = required("Basket type")
    households: Count = required("Households that need one basket of this type this week")


class SiteRow(TableRow):
    """Distribution sites."""

    table = "sites"
    key = ("site_id",)
    site_id: Id = required("Id of the site; no farm or depot has the same")
    name: Name = required("Name")
    kind: Label = fillable("Kind of place: social centre, school, association …", empty="", empty_means="unknown")
    commune: Label = fillable("Commune it lies in", empty="", empty_means="unknown")
    lon: Lon = required("Longitude (WGS 84)")
    lat: Lat = required("Latitude (WGS 84)")
    max_baskets_per_day: Baskets = required("Most baskets it hands out on one day, for itself (× places of the type)")
    unloading_min: Minutes = required("Time of one unloading, whatever is dropped, kept to the second (up)")
    unloading_s_per_basket: Seconds = optional("Time to add for each basket dropped", empty=0, empty_means="0")
    largest_vehicle_gvw_kg: OptionalGvwKg = optional(
        "Gross weight of the largest vehicle that can come", empty_means="any"
    )
    cold_storage: YesNo = required("It has a cold room (yes/no)")
    min_baskets_per_visit: Baskets = optional("Fewest baskets that one visit brings for it", empty=0, empty_means="0")
    min_baskets_per_week: Baskets = optional("Fewest baskets a week, if it gets any", empty=0, empty_means="0")
    relay_site_id: OptionalId = optional(
        "Site where its baskets are always dropped, and fetched by its partner", empty="", empty_means="itself"
    )
    may_relay_to: Ids = optional(
        "Sites that could be its relay, separated by spaces (by | when ids hold spaces)", empty=(), empty_means="none"
    )
    relay_max_baskets: OptionalBaskets = optional(
        "Most baskets a day it passes on to the sites it is the relay of (× places of the type)", empty_means="no limit"
    )
    address: Label = optional("Street and number, for the driver sheets", empty="")
    contact: Label = optional("Whom to call, with the number: a function, not a private person", empty="")


class SiteHoursRow(TableRow):
    """When unloading may start at a site; several rows a day allowed, as long as they do not overlap."""

    table = "site_hours"
    key = ("site_id", "weekday", "opens")
    site_id: Id = required("Site")
    weekday: Weekday = required("mon, tue, wed, thu, fri, sat or sun")
    opens: Clock = required("Unloading may start from then")
    closes: Clock = required("Unloading may start until then (included)")


class FixedDayRow(TableRow):
    """What of a site's visits is settled: one listed here with days gets baskets on these days only, whatever its hours.

    Also the vehicle that comes, and between which times its unloading starts; a row without day holds on each of the
    site's days, where no row for the day says otherwise. A site whose vehicle or time is settled goes to no relay.
    Also given as a file of its own: `distrib plan --fix FILE`; `distrib fix PLAN` writes one from tours of a plan.
    """

    table = "fixed_days"
    key = ("site_id", "weekday")
    may_be_absent = True
    site_id: Id = required("Site")
    weekday: OptionalWeekday = optional(
        "Day on which it gets its baskets: mon, tue, wed, thu, fri, sat or sun", empty_means="each of its days"
    )
    vehicle_id: OptionalId = optional("Vehicle that brings them", empty="", empty_means="any")
    starts_from: OptionalClock = optional("Unloading starts then or later", empty_means="the site's hours")
    starts_until: OptionalClock = optional("Unloading starts then or earlier", empty_means="the site's hours")


class CatchmentRow(TableRow):
    """Which sites a zone can use; without this table, sites within the walking limit, else the nearest."""

    table = "catchments"
    key = ("zone_id", "site_id")
    may_be_absent = True
    zone_id: Id = required("Zone")
    site_id: Id = required("Site its households can walk to")
    walk_m: OptionalMetres = optional("Walking distance", empty_means="straight line × 1.3")


class ProductRow(TableRow):
    """Products."""

    table = "products"
    key = ("product_id",)
    product_id: Id = required("Id of the product")
    name: Name = required("Name")
    group: Group = required("fruit, leaf, root, fruit_vegetable or other")
    portion_g: PositiveGrams = required("Smallest amount that goes in a basket: one lettuce, 250 g of carrots")
    crate_kg: PositiveKg = required("Weight of a full crate; lots are taken in whole crates")
    shelf_life_days: OptionalDays = fillable(
        "Days after ready_date on which a lot is still good", empty=None, empty_means="never expires"
    )
    needs_cold: YesNo = required("Stored and fetched in the cold (yes/no)")
    max_portions_per_basket: Count = required("Most portions in one basket")


class BasketTypeRow(TableRow):
    """Basket types."""

    table = "basket_types"
    key = ("basket_id",)
    basket_id: BasketId = required("Id of the basket type, without ~")
    name: Name = required("Name")
    programme: OptionalId = optional("Types of one programme share one need", empty="baskets", empty_means="baskets")
    persons_from: OptionalSize = fillable("Smallest household that needs it", empty=None, empty_means="see persons_to")
    persons_to: OptionalSize = fillable(
        "Largest household that needs it; both empty: household size gives no need",
        empty=None,
        empty_means="see persons_from",
    )
    target_kg: PositiveKg = required("Weight aimed at")
    min_kg: Kg = required("Least weight")
    max_kg: PositiveKg = required("Greatest weight")
    min_products: Count = required("Fewest different products in a basket")
    min_fruit_pct: Percent = required("Least share of the group fruit in its weight")
    places: Positive = optional(
        "What one basket takes of capacity_baskets and max_baskets_per_day", empty=1, empty_means="1"
    )


class KitContentRow(TableRow):
    """Fixed recipes: a basket type listed here holds exactly this."""

    table = "kit_contents"
    key = ("basket_id", "product_id")
    may_be_absent = True
    basket_id: BasketId = required("Basket type")
    product_id: Id = required("Product")
    portions: Positive = required("Portions of it in each basket")


class FarmRow(TableRow):
    """Farms."""

    table = "farms"
    key = ("farm_id",)
    farm_id: Id = required("Id of the farm; no site or depot has the same")
    name: Name = required("Name")
    commune: Label = fillable("Commune it lies in", empty="", empty_means="unknown")
    lon: Lon = required("Longitude (WGS 84)")
    lat: Lat = required("Latitude (WGS 84)")
    opens: Clock = required("Loading may start from then")
    closes: Clock = required("Loading may start until then (included)")
    loading_min: Minutes = required("Time of one loading, whatever is picked up, kept to the second (up)")
    loading_s_per_crate: Seconds = optional("Time to add for each crate", empty=0, empty_means="0")
    delivers: YesNo = required("It can bring its goods to a depot itself, on any collection day (yes/no)")
    address: Label = optional("Street and number, for the driver sheets", empty="")
    contact: Label = optional("Whom to call, with the number", empty="")


class StockRow(TableRow):
    """Lots that farms offer."""

    table = "stock"
    key = ("lot_id",)
    lot_id: Id = required("Id of the lot, unique over stock and depot_stock")
    farm_id: Id = required("Farm that offers it")
    product_id: Id = required("Product")
    ready_date: Date = required("First day it can be collected")
    kg: Kg = required("Weight on offer; only whole crates of it can be taken")
    price_eur_kg: PricePerKg = required("Price of a kg")
    best_before: OptionalDate = optional(
        "Last usable day, still good on it", empty_means="ready_date + shelf_life_days"
    )


class DepotRow(TableRow):
    """Depots (hubs)."""

    table = "depots"
    key = ("depot_id",)
    depot_id: Id = required("Id of the depot; no site or farm has the same")
    name: Name = required("Name")
    lon: Lon = required("Longitude (WGS 84)")
    lat: Lat = required("Latitude (WGS 84)")
    opens: Clock = required("Trips start and end from then")
    closes: Clock = required("Trips start and end until then")
    loading_min: Minutes = required(
        "Time to load a vehicle with baskets, and to unload what it picked up, kept to the second (up)"
    )
    packing_baskets_per_day: Baskets = required("Most baskets packed on one day")
    packing_starts: OptionalClock = optional(
        "Packing starts then",
        empty_means="with a rate: when the depot opens; else baskets are ready when the day begins",
    )
    packing_baskets_per_h: OptionalPositive = optional(
        "Baskets packed in an hour",
        empty_means="with packing_starts: all are packed then; else baskets are ready when the day begins",
    )
    storage_kg: Kg = required("Most closing stock of goods that need no cold")
    cold_storage_kg: Kg = required("Most closing stock of goods that need cold")


class DepotStockRow(TableRow):
    """Goods in a depot when the week opens, packable from day one."""

    table = "depot_stock"
    key = ("lot_id",)
    may_be_absent = True
    depot_id: Id = required("Depot")
    lot_id: Id = required("Id of the lot, unique over stock and depot_stock")
    product_id: Id = required("Product")
    kg: Kg = required("Weight in stock")
    best_before: OptionalDate = fillable(
        "Last usable day, still good on it", empty=None, empty_means="only for a product that never expires"
    )


class VehicleRow(TableRow):
    """Vehicles."""

    table = "vehicles"
    key = ("vehicle_id",)
    vehicle_id: Id = required("Id of the vehicle")
    kind: Label = fillable("Kind: van, truck 12 t …", empty="", empty_means="unknown")
    depot_id: Id = required("Depot it starts from and returns to")
    weekdays: Weekdays = fillable(
        "Days on which it can drive, separated by spaces: mon tue …", empty=(), empty_means="no day"
    )
    shift_start: Clock = required("First arrival at the depot, at the earliest")
    shift_end: Clock = required("Last departure from the depot, at the latest")
    capacity_kg: PositiveKg = required("Payload")
    capacity_baskets: Baskets = required("Baskets it holds (× places of the type)")
    gvw_kg: GvwKg = required("Gross vehicle weight; over 3,500 kg needs licence C")
    cold: YesNo = required("It can pick up goods that need cold (yes/no)")
    max_trips: Positive = required("Most trips on one day")
    eur_per_day: Cents = required("Cost of each day it is used")
    eur_per_km: PricePerKm = required("Cost of a km")
    eur_per_h: PricePerHour = required("Cost of an hour, from first arrival to last departure")
    speed_factor: Ratio = optional("0.8 = slower: driving times are divided by it", empty=1000, empty_means="1")
    break_after_h: OptionalHours = optional(
        "Longest stretch without a break, kept to the second (down); given together with break_min",
        empty_means="no break",
    )
    break_min: OptionalMinutes = optional(
        "Length of a break, in one piece, kept to the second (up); given together with break_after_h",
        empty_means="no break",
    )
    driver_rules: RulesOfDrivers = optional(
        "Drivers' hours that fill the empty ones among break_after_h with break_min, max_day_h and max_driving_h: volunteer "
        "(20 min after 4.5 h, 7 h in all, 4.5 h at the wheel), van (up to 3,500 kg: 20 min after 6 h, 10 h in all), eu_561 "
        "(Regulation 561/2006: 45 min after 4.5 h, 13 h in all, 9 h at the wheel)",
        empty="",
        empty_means="only what the other columns say",
    )
    max_day_h: OptionalHours = optional(
        "Longest day from first arrival to last departure, breaks included, kept to the second (down)",
        empty_means="the shift",
    )
    max_driving_h: OptionalHours = optional(
        "Most driving on one day, kept to the second (down)",
        empty_means="no limit",
    )
    co2e_g_per_km: OptionalPositive = optional(
        "Greenhouse gases of a km, in g of CO2 equivalent",
        empty_means="by gvw_kg: 250 up to 3,500 kg, 500 up to 7,500, 700 up to 12,000, 900 above (orders of magnitude)",
    )


class DriverRow(TableRow):
    """People who can drive; without this table drivers are not limited, and a table without rows allows nobody."""

    table = "drivers"
    key = ("weekday", "licence")
    may_be_absent = True
    weekday: Weekday = required("mon, tue, wed, thu, fri, sat or sun")
    licence: Licence = required("B or C (over 3,500 kg; may drive what B drives)")
    people: Count = required("People who can drive that day")


class PastCoverageRow(TableRow):
    """What zones got in earlier weeks; fairness then counts over the weeks of `objective: {window_weeks}`.

    Written by `--previous`; also by hand.
    """

    table = "past_coverage"
    key = ("week_start", "programme", "zone_id")
    may_be_absent = True
    week_start: Monday = required("Monday of the earlier week")
    programme: Id = required("Programme")
    zone_id: Id = required("Zone")
    baskets: Count = required("Baskets of the programme it got that week")
    need_baskets: Count = required("Baskets of the programme it needed that week")
    weighted_need: Weight = required("Σ households × priority of that need")


class PastRecipeRow(TableRow):
    """Which products baskets held last week: others are preferred this week."""

    table = "past_recipes"
    key = ("week_start", "basket_id", "product_id")
    may_be_absent = True
    week_start: Monday = required("Monday of the earlier week")
    basket_id: BasketId = required("Basket type")
    product_id: Id = required("Product")
    baskets: Count = required("Baskets of the type that held it")
    of_baskets: Count = required("Baskets of the type packed that week")


class PastVisitRow(TableRow):
    """When and by which vehicle sites got their baskets last week: their usual day, vehicle and time."""

    table = "past_visits"
    key = ("week_start", "site_id", "weekday", "vehicle_id", "start")
    may_be_absent = True
    week_start: Monday = required("Monday of the earlier week")
    site_id: Id = required("Site the baskets were for")
    weekday: Weekday = required("mon, tue, wed, thu, fri, sat or sun")
    vehicle_id: Id = required("Vehicle that brought them")
    start: Clock = required("Start of unloading")
    trip: Positive = optional("Which of the vehicle's trips that day", empty=1, empty_means="1")


class TravelRow(TableRow):
    """Driving between places (sites, farms, depots) for a vehicle of speed factor 1; a missing pair is unreachable.

    From a place to itself nothing is driven, whatever the table says.
    """

    table = "travel"
    key = ("from_id", "to_id")
    may_be_absent = True
    from_id: Id = required("Place of departure")
    to_id: Id = required("Place of arrival")
    seconds: Seconds = required("Driving time; a fraction counts as a whole second")
    metres: Metres = required("Driving distance, kept to the metre")


class TravelHeavyRow(TableRow):
    """Driving of vehicles over 3,500 kg, where it is not that of ``travel``: other roads, other speeds.

    A vehicle drives by the rows of the least gvw_kg that is not below its own. Each gvw_kg is a whole table of its own;
    a missing pair cannot be driven by such vehicles.
    """

    table = "travel_heavy"
    key = ("gvw_kg", "from_id", "to_id")
    may_be_absent = True
    gvw_kg: GvwKg = required("Gross weight of the vehicles that the row is for, and of lighter ones over 3,500 kg")
    from_id: Id = required("Place of departure")
    to_id: Id = required("Place of arrival")
    seconds: Seconds = required("Driving time; a fraction counts as a whole second")
    metres: Metres = required("Driving distance, kept to the metre")


TABLES: dict[str, type[TableRow]] = {
    model.table: model
    for model in (
        NeighbourhoodRow,
        ZoneRow,
        HouseholdRow,
        NeedRow,
        SiteRow,
        SiteHoursRow,
        FixedDayRow,
        CatchmentRow,
        ProductRow,
        BasketTypeRow,
        KitContentRow,
        FarmRow,
        StockRow,
        DepotRow,
        DepotStockRow,
        VehicleRow,
        DriverRow,
        PastCoverageRow,
        PastRecipeRow,
        PastVisitRow,
        TravelRow,
        TravelHeavyRow,
    )
}
"""Every input table by name, in the order in which people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an input table, as documented: ``default`` says what an empty cell or absent column means."""

    table: str
    column: str
    type: str
    unit: str
    optional: bool
    may_be_empty: bool
    default: str
    meaning: str


def cell_of(field: FieldInfo) -> Cell:
    """Return the cell kind of a model field."""
    return next(item for item in field.metadata if isinstance(item, Cell))


def is_optional(field: FieldInfo) -> bool:
    """True when the column may be left out of the table."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra["optional"])


def columns_of(table: str) -> tuple[str, ...]:
    """Return the column names of a table, in writing order. Raises KeyError for an unknown table."""
    return tuple(TABLES[table].model_fields)


def single_cell_of(field: FieldInfo) -> SingleCell:
    """Return the cell kind of a column of a table, which holds one text."""
    return next(item for item in field.metadata if isinstance(item, SingleCell))


def cell_kinds(table: str) -> dict[str, SingleCell]:
    """Return the cell kind of each column of a table."""
    return {name: single_cell_of(field) for name, field in TABLES[table].model_fields.items()}


def described_columns() -> tuple[Column, ...]:
    """Return every column of every input table, for the generated documentation and the Table Schema export."""
    return tuple(
        _described(table, name, field) for table, m in TABLES.items() for name, field in m.model_fields.items()
    )


def _described(table: str, name: str, field: FieldInfo) -> Column:
    cell = cell_of(field)
    extra = field.json_schema_extra
    default = str(extra.get("default", "")) if isinstance(extra, dict) else ""
    return Column(
        table=table,
        column=name,
        type=cell.type_name,
        unit=cell.unit,
        optional=is_optional(field),
        may_be_empty=not field.is_required() or (isinstance(cell, TextCell) and not cell.required),
        default=default,
        meaning=field.description or "",
    )
