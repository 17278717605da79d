"""Changes to the fleet: a vehicle more, a driver more, a longer shift."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from distrib import units
from distrib.model.dataset import Dataset
from distrib.model.fleet import Drivers, Vehicle
from distrib.model.remedy import Phrase
from distrib.remedies.change import Record, row_change, with_rows

MADE_UP = "+"
"""What the id of a vehicle that is not there yet begins with."""


def _drivers(dataset: Dataset, licence: str, weekdays: tuple[int, ...]) -> tuple[Drivers, ...] | None:
    """The drivers with one more of a licence on each weekday; None where they are not counted."""
    if dataset.drivers is None:
        return None
    people = {(d.weekday, d.licence): d.people for d in dataset.drivers}
    for day in weekdays:
        people[day, licence] = people.get((day, licence), 0) + 1
    return tuple(Drivers(weekday=day, licence=has, people=n) for (day, has), n in sorted(people.items()))


def _driver_records(dataset: Dataset, licence: str, weekdays: tuple[int, ...]) -> list[Record]:
    if dataset.drivers is None:
        return []
    people = {(d.weekday, d.licence): d.people for d in dataset.drivers}
    found: list[Record] = []
    for day in weekdays:
        row = {"weekday": units.WEEKDAYS[day], "licence": licence}
        number = str(people.get((day, licence), 0) + 1)
        if (day, licence) in people:
            found.append({"table": "drivers", "where": row, "set": {"people": number}})
        else:
            found.append({"table": "drivers", "add": [row | {"people": number}]})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMoreVehicle:
    """A vehicle more like one that is there, with its driver, on some weekdays."""

    like: str
    weekdays: tuple[int, ...]
    family: str = "transport"

    def _vehicle(self, dataset: Dataset) -> Vehicle:
        model = dataset.vehicle_by_id[self.like]
        return dataclasses.replace(model, vehicle_id=MADE_UP + self.like, weekdays=self.weekdays)

    def _licence(self, dataset: Dataset) -> str:
        return "C" if dataset.vehicle_by_id[self.like].needs_licence_c else "B"

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the vehicle and its driver."""
        vehicles = tuple(sorted((*dataset.vehicles, self._vehicle(dataset)), key=lambda v: v.vehicle_id))
        drivers = _drivers(dataset, self._licence(dataset), self.weekdays)
        return dataclasses.replace(dataset, vehicles=vehicles, drivers=drivers)

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        v = self._vehicle(dataset)
        row = {
            "vehicle_id": v.vehicle_id,
            "kind": v.kind,
            "depot_id": v.depot_id,
            "weekdays": " ".join(units.WEEKDAYS[day] for day in v.weekdays),
            "shift_start": units.clock(v.shift_start_s),
            "shift_end": units.clock(v.shift_end_s),
            "capacity_kg": units.kg(v.capacity_g),
            "capacity_baskets": str(v.capacity_baskets),
            "gvw_kg": str(v.gvw_kg),
            "cold": "yes" if v.cold else "no",
            "max_trips": str(v.max_trips),
            "eur_per_day": units.eur(v.cents_per_day),
            "eur_per_km": _five(v.millicents_per_km),
            "eur_per_h": _five(v.millicents_per_h),
            "speed_factor": units.kg(v.speed_factor_milli),
        }
        if v.break_after_s and v.break_s:
            row["break_after_h"] = _hours(v.break_after_s)
            row["break_min"] = _down(v.break_s * 1000 // 60, 1000)
        row |= {
            name: _hours(limit_s)
            for name, limit_s in (("max_day_h", v.max_day_s), ("max_driving_h", v.max_driving_s))
            if limit_s is not None
        }
        if v.driver_rules:
            row["driver_rules"] = v.driver_rules
        if v.co2e_g_per_km is not None:
            row["co2e_g_per_km"] = str(v.co2e_g_per_km)
        drivers = _driver_records(dataset, self._licence(dataset), self.weekdays)
        return [{"table": "vehicles", "add": [row]}, *drivers]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its days."""
        return len(self.weekdays) * dataset.settings.remedies.vehicle_day_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        kind = dataset.vehicle_by_id[self.like].kind
        key = "vehicle" if len(self.weekdays) == 1 else "vehicle_week"
        day = {"day": self.weekdays[0]} if len(self.weekdays) == 1 else {"number": len(self.weekdays)}
        return Phrase(key=key, n=1, fields={"kind": kind, "like": self.like, **day})

    def more(self) -> None:
        """It has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMoreDriver:
    """A driver more on a weekday."""

    weekday: int
    licence: str
    family: str = "transport"

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the driver."""
        return dataclasses.replace(dataset, drivers=_drivers(dataset, self.licence, (self.weekday,)))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        return _driver_records(dataset, self.licence, (self.weekday,))

    def cents(self, dataset: Dataset) -> int:
        """Return the price of a day."""
        return dataset.settings.remedies.driver_day_cents

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="driver", n=1, fields={"licence": self.licence, "day": self.weekday})

    def more(self) -> None:
        """It has no size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongerShift:
    """A vehicle's shift ends later, on each of its weekdays."""

    vehicle_id: str
    seconds: int
    family: str = "transport"

    def _end_s(self, dataset: Dataset) -> int:
        return dataset.vehicle_by_id[self.vehicle_id].shift_end_s + self.seconds

    def applied(self, dataset: Dataset) -> Dataset:
        """Return the dataset with the longer shift."""
        return with_rows(dataset, "vehicles", "vehicle_id", self.vehicle_id, shift_end_s=self._end_s(dataset))

    def scenario(self, dataset: Dataset) -> list[Record]:
        """Return the change as a scenario."""
        end = units.clock(self._end_s(dataset))
        return [row_change("vehicles", "vehicle_id", self.vehicle_id, shift_end=end)]

    def cents(self, dataset: Dataset) -> int:
        """Return the price of its hours on all its days."""
        days = len(dataset.vehicle_by_id[self.vehicle_id].weekdays)
        return days * self.seconds * dataset.settings.remedies.shift_hour_cents // 3600

    def phrase(self, dataset: Dataset) -> Phrase:
        """Return how it is said."""
        return Phrase(key="shift", n=self.seconds // 60, fields={"vehicle": self.vehicle_id})

    def more(self) -> None:
        """It is not made longer than what is lacking."""


def _five(value: int) -> str:
    return _down(value, 100_000)


def _hours(seconds: int) -> str:
    """Hours that read back as the same seconds: rounded up here, down there."""
    return _down(-(-seconds * 10_000 // 3600), 10_000)


def _down(value: int, factor: int) -> str:
    whole, rest = divmod(value, factor)
    return f"{whole}.{rest:0{len(str(factor)) - 1}d}"
