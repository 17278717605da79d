"""The settings of dataset.yaml: the one source for reading, checking, writing and documenting them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from distrib.io.schema import (
    Cents,
    Count,
    Metres,
    Minutes,
    Name,
    OptionalCents,
    OptionalCount,
    Percent,
    Positive,
    cell_of,
)
from distrib.io.schema_cells import (
    Cell,
    ChoiceCell,
    ClockCell,
    IdCell,
    MondayCell,
    NumberCell,
    TextCell,
    WeekdaysCell,
    YesNoCell,
    refusal,
)

TRAVEL_PARAMETERS: dict[str, tuple[str, ...]] = {
    "estimate": ("circuity", "speed"),
    "table": (),
    "roads": (),
    "service": ("service", "url", "profile", "profile_heavy", "key_variable", "at_once"),
}
"""Parameters of each travel mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysCell(WeekdaysCell):
    """At least one weekday."""

    def numbers(self, days: list[str]) -> tuple[int, ...]:
        """Return the sorted numbers of the weekdays."""
        if not days:
            raise refusal("no_day")
        return WeekdaysCell.numbers(self, days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammesCell(Cell):
    """Programmes in the order in which they are served: a list, or words separated by spaces."""

    def read_any(self, value: Any) -> Any:
        """Return the programmes as typed, in their order."""
        names = value.split() if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise refusal("not_a_single_value")
        found = tuple(IdCell().read(name) for name in names)
        if len(set(found)) < len(found):
            raise refusal("doubled_in_list", item=next(name for name in found if found.count(name) > 1))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxBasketsCell(Cell):
    """A number of baskets (for every programme, under the empty name), or one for each programme named."""

    def read_any(self, value: Any) -> Any:
        """Return {programme: baskets}."""
        cell = NumberCell()
        if isinstance(value, dict):
            return {name: cell.read_any(number) for name, number in value.items() if number != ""}
        return {"": cell.read_any(value)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursCell(Cell):
    """{HH:MM-HH:MM: factor}: bands of the day that do not overlap."""

    def read_any(self, value: Any) -> Any:
        """Return (from_s, until_s, factor in thousandths), sorted."""
        if not isinstance(value, dict) or not value:
            raise refusal("hours_not_bands")
        factor = NumberCell(type_name="number", factor=1000, decimals=3, low=None, above=0, high=10)
        found = []
        for band, number in value.items():
            start, dash, end = str(band).partition("-")
            if not dash:
                raise refusal("hours_not_bands")
            found.append((ClockCell().read(start.strip()), ClockCell().read(end.strip()), factor.read_any(number)))
        found.sort()
        if any(end <= start for start, end, _ in found) or any(a[1] > b[0] for a, b in pairwise(found)):
            raise refusal("hours_overlap")
        return tuple(found)


class SettingsModel(BaseModel):
    """Base of the groups of settings: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


OptionalText = Annotated[str | None, TextCell()]
_SCALE = NumberCell(type_name="number", factor=1000, decimals=3, low=None, above=0, high=10)


class TravelModel(SettingsModel):
    """``travel:``."""

    mode: Annotated[str, ChoiceCell(choices=tuple(TRAVEL_PARAMETERS))] = Field(
        default="estimate",
        description="Where driving times come from when the dataset has no table travel: estimate, roads (its network; the "
        "default where it has one) or service (by distrib travel); table: it must have one. A table travel is always used",
    )
    circuity: Annotated[int | None, _SCALE] = Field(default=None, description="mode estimate: factor on every distance")
    speed: Annotated[int | None, _SCALE] = Field(default=None, description="mode estimate: factor on every speed")
    service: Annotated[str | None, ChoiceCell(choices=("osrm", "valhalla", "openrouteservice"))] = Field(
        default=None, description="mode service: which one computes the table when distrib travel is run"
    )
    url: OptionalText = Field(default=None, description="mode service: its address, such as http://localhost:5000")
    profile: OptionalText = Field(
        default=None, description="mode service: its profile for light vehicles; default: driving, auto or driving-car"
    )
    profile_heavy: OptionalText = Field(
        default=None,
        description="mode service: its profile for vehicles over 3,500 kg; default: truck or driving-hgv (osrm: none)",
    )
    key_variable: OptionalText = Field(
        default=None, description="mode service: the environment variable that holds its key; default: none is sent"
    )
    at_once: Annotated[int | None, NumberCell(type_name="integer", low=2, high=10_000)] = Field(
        default=None, description="mode service: most places in one request; default: 50"
    )
    hours: Annotated[tuple[tuple[int, int, int], ...] | None, HoursCell()] = Field(
        default=None,
        description="{HH:MM-HH:MM: factor on every time}; a vehicle takes the mean over its shift; default: none",
    )
    hours_source: OptionalText = Field(default=None, description="Where the factors of hours come from")
    walks: Annotated[str, ChoiceCell(choices=("network", "straight"))] = Field(
        default="network",
        description="How walks to sites are measured when the table catchments is missing: on the road network, where "
        "there is one, or straight line × 1.3",
    )


class ObjectiveModel(SettingsModel):
    """``objective:``: what each level concedes to those below it."""

    fairness_tolerance_pct: Percent = Field(
        default=0, description="What every neighbourhood may lose of its fair share, for what fairness concedes to"
    )
    fairness_conceded_to: Annotated[str, ChoiceCell(choices=("persons", "cost"))] = Field(
        default="persons", description="What a fairness tolerance is for: more persons helped, or shorter drives (cost)"
    )
    walk_tolerance_pct: Percent = Field(default=1000, description="How much longer than possible mean walks may be")
    waste_tolerance_pct: Percent = Field(default=100, description="Avoidable waste conceded, in % of the kg packed")
    farm_spread_tolerance_points: Annotated[
        int, NumberCell(type_name="number", unit="points of Gini", factor=100, decimals=2, high=100)
    ] = Field(default=500, description="Unevenness of purchases over farms conceded")
    food_tolerance_pct: Percent = Field(default=500, description="Variety and closeness to target weight conceded")
    window_weeks: Annotated[int, NumberCell(type_name="integer", unit="weeks", low=1, high=53)] = Field(
        default=4, description="Weeks over which fairness counts, this one and those before it that are known"
    )
    max_site_changes: OptionalCount = Field(
        default=None,
        description="Most sites that get another day, vehicle or time than last week (--previous); default: any number",
    )
    site_change_eur: OptionalCents = Field(
        default=None, description="What a site's other day, vehicle or time than last week costs; default: nothing"
    )
    same_time_min: Minutes = Field(
        default=3600, description="Starts of unloading no further apart than this are the same time"
    )
    relay_eur: Cents = Field(
        default=5000,
        description="What relaying a site (may_relay_to) must save in the week when the fleet suffices without",
    )
    routing: Annotated[str, ChoiceCell(choices=("eur", "km", "co2e"))] = Field(
        default="eur",
        description="What tours spare first: the cost of vehicle-days, km and hours (eur), km, or kg of CO2e (co2e, by "
        "co2e_g_per_km of the vehicles)",
    )
    balance: Annotated[bool, YesNoCell()] = Field(
        default=False, description="Share the week's hours evenly among vehicles that are alike (yes/no)"
    )
    district_stops: Count = Field(
        default=400,
        description="Stops that are routed together at most; a territory with more is cut into districts (0: never)",
    )


class RemediesModel(SettingsModel):
    """``remedies:``: what kinds of change are taken to cost in a week; the cheapest that helps is shown first."""

    raise_pct: Percent = Field(default=500, description="By how much of its need a remedy should raise a neighbourhood")
    basket_eur: Cents = Field(default=1200, description="A basket more in a programme")
    site_place_eur: Cents = Field(default=100, description="A place more on one day at a site")
    site_opening_eur: Cents = Field(default=4000, description="A site open once more, or longer on one day")
    link_eur: Cents = Field(default=2500, description="A zone that may use one more site")
    minimum_eur: Cents = Field(default=2000, description="A site that gives up its minima")
    produce_eur_kg: Cents = Field(default=150, description="A kg more on offer")
    packing_basket_eur: Cents = Field(default=80, description="A basket more packed on one day")
    storage_eur_kg: Cents = Field(default=5, description="A kg more of storage")
    vehicle_day_eur: Cents = Field(default=18_000, description="A vehicle more, with its driver, for a day")
    driver_day_eur: Cents = Field(default=12_000, description="A driver more for a day")
    shift_eur_h: Cents = Field(default=3000, description="An hour more of a vehicle's shift on one day")
    access_eur: Cents = Field(default=6000, description="A site made fit for a heavier vehicle")
    recipe_eur: Cents = Field(default=10_000, description="A rule of a basket type loosened by a step")


REMEDY_KEYS: dict[str, str] = {
    key: key.replace("_eur_kg", "_kg_eur")
    .replace("_eur_h", "_hour_eur")
    .replace("_eur", "_cents")
    .replace("_pct", "_bp")
    for key in RemediesModel.model_fields
}
"""Key of ``remedies:`` → the field of ``RemedyPrices`` that holds it."""


class DatasetSettings(SettingsModel):
    """The keys of dataset.yaml, in the order in which people read them."""

    name: Name = Field(description="Name of the dataset, with its territory and week")
    week_start: Annotated[dt.date, MondayCell()] = Field(description="Monday of the week that is planned")
    delivery_days: Annotated[tuple[int, ...], DaysCell()] = Field(description="Days on which baskets are handed out")
    collection_days: Annotated[tuple[int, ...] | None, WeekdaysCell()] = Field(
        default=None, description="Days on which farms are visited or deliver; default: the delivery days"
    )
    early_collection_days: Annotated[tuple[int, ...], WeekdaysCell()] = Field(
        default=(), description="Collection days in the week before; default: none"
    )
    packing_lead_days: Annotated[int, NumberCell(type_name="integer", unit="days", high=31)] = Field(
        default=1, description="Goods collected on day d can be packed from day d + this number"
    )
    max_baskets: Annotated[dict[str, int] | None, MaxBasketsCell()] = Field(
        default=None,
        description="Most baskets of the week: a number for every programme, or {programme: number}; default: no limit",
    )
    purchase_budget_eur: OptionalCents = Field(
        default=None, description="Most that purchases may cost; default: no limit"
    )
    walking_limit_m: Metres = Field(
        default=1000, description="How far households walk, where the dataset gives no catchments"
    )
    persons_in_6plus: Annotated[int, NumberCell(type_name="integer", unit="persons", low=6)] = Field(
        default=6, description="Persons that a household of six or more counts"
    )
    max_variants: Positive = Field(default=2, description="Recipes of one basket type on one day at one depot")
    programmes: Annotated[tuple[str, ...] | None, ProgrammesCell()] = Field(
        default=None, description="Order in which fairness serves the programmes; default: baskets"
    )
    language: Annotated[str, ChoiceCell(choices=("fr", "en"))] = Field(
        default="fr", description="Language of reports: fr or en"
    )
    travel: TravelModel = Field(default=TravelModel(), description="Travel times")
    objective: ObjectiveModel = Field(default=ObjectiveModel(), description="Tolerances of what a plan optimises")
    remedies: RemediesModel = Field(default=RemediesModel(), description="Prices of what would raise a neighbourhood")


GROUPS_OF_SETTINGS: dict[str, type[SettingsModel]] = {
    "travel": TravelModel,
    "objective": ObjectiveModel,
    "remedies": RemediesModel,
}
"""The settings that are groups of keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as documented; ``key`` is dotted for keys inside a group, ``default`` as typed in dataset.yaml."""

    key: str
    type: str
    unit: str
    optional: bool
    default: str
    meaning: str


def described_settings() -> tuple[Setting, ...]:
    """Return every setting, for the generated documentation and the template of dataset.yaml."""
    return _described(DatasetSettings, "")


def _described(model: type[SettingsModel], prefix: str) -> tuple[Setting, ...]:
    found: list[Setting] = []
    for name, field in model.model_fields.items():
        if name in GROUPS_OF_SETTINGS and not prefix:
            found.extend(_described(GROUPS_OF_SETTINGS[name], f"{name}."))
            continue
        cell = cell_of(field)
        default = "" if field.is_required() or field.default in (None, ()) else cell.write(field.default)
        found.append(
            Setting(
                key=prefix + name,
                type=cell.type_name,
                unit=cell.unit,
                optional=not field.is_required(),
                default=default,
                meaning=field.description or "",
            )
        )
    return tuple(found)
