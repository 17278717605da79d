"""Typed settings from the text of dataset.yaml or of the sheet ``dataset``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from distrib.io.messages import Problems, nearest
from distrib.io.reading_files import RawDataset, typed
from distrib.io.schema_settings import (
    GROUPS_OF_SETTINGS,
    REMEDY_KEYS,
    TRAVEL_PARAMETERS,
    DatasetSettings,
    ObjectiveModel,
    RemediesModel,
    SettingsModel,
    TravelModel,
)
from distrib.model.dataset import HourBand, Objective, RemedyPrices, Settings, TravelSettings


def read_settings(raw: RawDataset, problems: Problems) -> DatasetSettings | None:
    """Return the settings as typed; None after a fault."""
    if raw.settings_table in raw.hidden:
        return None
    given = _without_empties(raw.settings.value)
    if not isinstance(given, dict):
        problems.add("not_a_mapping", raw.settings_table, line=1, value=typed(given), example="name: …")
        return None
    try:
        settings = DatasetSettings.model_validate(given)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _note(fault, raw, problems)
        return None
    return settings if _parameters_fit(settings.travel, raw, problems) else None


def _without_empties(value: Any) -> Any:
    """Drop keys without a value: they mean the default."""
    if not isinstance(value, dict):
        return {} if value == "" else value
    return {
        key: _without_empties(item) if isinstance(item, dict) else item for key, item in value.items() if item != ""
    }


def _note(fault: Any, raw: RawDataset, problems: Problems) -> None:
    path = tuple(part for part in fault["loc"] if isinstance(part, str))
    code, context = fault["type"], dict(fault.get("ctx", {}))
    model: type[SettingsModel] = GROUPS_OF_SETTINGS.get(path[0], DatasetSettings) if len(path) > 1 else DatasetSettings
    if code == "extra_forbidden":
        guess = nearest(path[-1], model.model_fields)
        code, context = "unknown_setting", {"guess": guess or ", ".join(model.model_fields)}
    elif code == "missing":
        code = "missing_setting"
    elif code in ("model_type", "model_attributes_type"):
        code, context = (
            "not_a_mapping",
            {"example": f"{path[-1]}: {{{next(iter(GROUPS_OF_SETTINGS[path[-1]].model_fields))}: …}}"},
        )
    value = None if code == "missing_setting" else typed(fault["input"])
    line = None if code == "missing_setting" else raw.settings.line_of(path)
    problems.add(
        code,
        raw.settings_table,
        line=line,
        column=".".join(path),
        value=value,
        note=raw.settings.note_of(path),
        **context,
    )


_OF_ANY_MODE = ("mode", "hours", "hours_source", "walks")


def _parameters_fit(travel: TravelModel, raw: RawDataset, problems: Problems) -> bool:
    known = TRAVEL_PARAMETERS[travel.mode]
    foreign = [
        name
        for name in TravelModel.model_fields
        if name not in _OF_ANY_MODE and getattr(travel, name) is not None and name not in known
    ]
    if (travel.hours is None) != (not travel.hours_source):
        path = ("travel", "hours" if travel.hours else "hours_source")
        problems.add(
            "hours_without_source", raw.settings_table, line=raw.settings.line_of(path), column=".".join(path),
            note=raw.settings.note_of(path),
        )  # fmt: skip
    if travel.mode == "service" and not (travel.service and travel.url):
        problems.add(
            "service_not_named", raw.settings_table, line=raw.settings.line_of(("travel", "mode")), column="travel.mode",
            value=travel.mode, note=raw.settings.note_of(("travel", "mode")),
        )  # fmt: skip
    for name in foreign:
        path = ("travel", name)
        problems.add(
            "foreign_parameter", raw.settings_table, line=raw.settings.line_of(path), column=".".join(path),
            value=typed(raw.settings.value["travel"][name]), note=raw.settings.note_of(path), mode=travel.mode, known=", ".join(known) or "–",
        )  # fmt: skip
    return not foreign


def settings_of(given: DatasetSettings, programmes: frozenset[str]) -> Settings:
    """Return the settings used inside; ``programmes`` are those that the basket types have."""
    limits = given.max_baskets or {}
    if "" in limits:
        limits = dict.fromkeys(programmes, limits[""])
    order = given.programmes
    if order is None:
        order = ("baskets",) if "baskets" in programmes or not programmes else tuple(sorted(programmes))
    return Settings(
        name=given.name,
        week_start=given.week_start,
        delivery_weekdays=given.delivery_days,
        collection_weekdays=given.delivery_days if given.collection_days is None else given.collection_days,
        early_collection_weekdays=given.early_collection_days,
        packing_lead_days=given.packing_lead_days,
        max_baskets=tuple(sorted(limits.items())),
        purchase_budget_cents=given.purchase_budget_eur,
        walking_limit_m=given.walking_limit_m,
        persons_in_6plus=given.persons_in_6plus,
        max_variants=given.max_variants,
        programmes=order,
        language=given.language,
        travel=_travel_of(given.travel),
        objective=_objective_of(given.objective),
        remedies=_prices_of(given.remedies),
    )


def _travel_of(given: TravelModel) -> TravelSettings:
    found = []
    for name in TRAVEL_PARAMETERS[given.mode]:
        value = getattr(given, name)
        if value is not None:
            found.append((name, f"{(Decimal(value) / 1000).normalize():f}" if name in _SCALES else str(value)))
    hours = tuple(HourBand(from_s=a, until_s=b, factor_milli=milli) for a, b, milli in given.hours or ())
    return TravelSettings(
        mode=given.mode,
        parameters=tuple(sorted(found)),
        hours=hours,
        hours_source=given.hours_source or "",
        walks=given.walks,
    )


_SCALES = ("circuity", "speed")
"""Parameters of travel that are kept in thousandths."""


def _objective_of(given: ObjectiveModel) -> Objective:
    return Objective(
        fairness_tolerance_bp=given.fairness_tolerance_pct,
        fairness_conceded_to=given.fairness_conceded_to,
        walk_tolerance_bp=given.walk_tolerance_pct,
        waste_tolerance_bp=given.waste_tolerance_pct,
        farm_spread_tolerance_bp=given.farm_spread_tolerance_points,
        food_tolerance_bp=given.food_tolerance_pct,
        window_weeks=given.window_weeks,
        max_site_changes=given.max_site_changes,
        site_change_cents=given.site_change_eur,
        same_time_s=given.same_time_min,
        relay_cents=given.relay_eur,
        routing=given.routing,
        balance=given.balance,
        district_stops=given.district_stops,
    )


def _prices_of(given: RemediesModel) -> RemedyPrices:
    return RemedyPrices(**{inside: getattr(given, key) for key, inside in REMEDY_KEYS.items()})
