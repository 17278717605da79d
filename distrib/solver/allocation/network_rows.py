"""The rows of rules G5, G7 and G8: baskets from zones to sites to days and depots, for linear and whole-number programmes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from distrib.model.dataset import Dataset
from distrib.solver.allocation.handing import Slot
from distrib.solver.allocation.mixed_program import MixedProgram, Terms
from distrib.solver.allocation.outlets import Outlets

Drop = tuple[str, dt.date, str]
"""(site_id, date, depot_id): a delivery for a site."""


@dataclass(frozen=True, slots=True)
class NetworkColumns:
    """``fetch``: (zone_id, site_id, basket_id) → baskets of the week; ``bring``: delivery and type → baskets."""

    fetch: dict[tuple[str, str, str], int]
    bring: dict[tuple[Drop, str], int]

    def of_drop(self) -> dict[Drop, list[tuple[str, int]]]:
        """Return by delivery its (basket_id, column), sorted."""
        found: dict[Drop, list[tuple[str, int]]] = defaultdict(list)
        for (drop, basket), column in self.bring.items():
            found[drop].append((basket, column))
        return dict(found)

    def of_slot(self) -> dict[Slot, Terms]:
        """Return by slot the terms that add up its baskets."""
        found: dict[Slot, Terms] = defaultdict(list)
        for ((_, date, depot), basket), column in self.bring.items():
            found[date, depot, basket].append((column, 1.0))
        return dict(sorted(found.items()))


def add_network(program: MixedProgram, dataset: Dataset, outlets: Outlets, *, whole: bool) -> NetworkColumns:
    """Add the baskets and every rule that needs no visit to be counted; return their columns."""
    columns = NetworkColumns({}, {})
    wanted: dict[str, set[str]] = defaultdict(set)
    for programme in outlets.types:
        for need in outlets.needs(dataset, programme):
            for site in outlets.sites_of[need.zone_id]:
                columns.fetch[need.zone_id, site, need.basket_id] = program.column(need.baskets, whole=whole)
                wanted[site].add(need.basket_id)
    for (site, date), depots in outlets.depots.items():
        for depot in depots:
            for basket in sorted(wanted[site]):
                places = dataset.basket_type_by_id[basket].places
                most = dataset.site_by_id[site].max_baskets_per_day // places
                columns.bring[(site, date, depot), basket] = program.column(most, whole=whole)
    for add in (_needs, _sites, _site_days, _relays, _drops, _benches, _days, _programmes):
        add(program, dataset, outlets, columns)
    return columns


def _needs(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A zone gets no more of a type than its need."""
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for (zone, _, basket), column in columns.fetch.items():
        terms[zone, basket].append((column, 1.0))
    for key, row in terms.items():
        program.at_most(row, dataset.zone_needs[key].baskets)


def _sites(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """What is fetched at a site in the week is what is brought for it."""
    terms: dict[tuple[str, str], Terms] = defaultdict(list)
    for (_, site, basket), column in columns.fetch.items():
        terms[site, basket].append((column, 1.0))
    for ((site, _, _), basket), column in columns.bring.items():
        terms[site, basket].append((column, -1.0))
    for row in terms.values():
        program.equal(row)


def _site_days(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A site gets at most its places a day, over all depots and types."""
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for ((site, date, _), basket), column in columns.bring.items():
        terms[site, date].append((column, float(dataset.basket_type_by_id[basket].places)))
    for (site, _), row in terms.items():
        program.at_most(row, dataset.site_by_id[site].max_baskets_per_day)


def _relays(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A relay passes on at most its places a day."""
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for ((site, date, _), basket), column in columns.bring.items():
        relay = dataset.site_by_id[site].relay_site_id
        if relay and dataset.site_by_id[relay].relay_max_baskets is not None:
            terms[relay, date].append((column, float(dataset.basket_type_by_id[basket].places)))
    for (relay, _), row in terms.items():
        program.at_most(row, dataset.site_by_id[relay].relay_max_baskets or 0)


def _drops(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A place of drop gets at most what routing could bring there on the day."""
    terms: dict[tuple[str, dt.date], Terms] = defaultdict(list)
    for ((site, date, _), _), column in columns.bring.items():
        key = (dataset.site_by_id[site].drop_site_id, date)
        if key in outlets.limits.site_day_baskets:
            terms[key].append((column, 1.0))
    for key, row in terms.items():
        program.at_most(row, outlets.limits.site_day_baskets[key])


def _benches(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A depot packs at most its baskets a day."""
    terms: dict[tuple[dt.date, str], Terms] = defaultdict(list)
    for ((_, date, depot), _), column in columns.bring.items():
        terms[date, depot].append((column, 1.0))
    for key, row in terms.items():
        program.at_most(row, outlets.packing[key])


def _days(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A day brings at most what routing could carry in all."""
    for date, most in sorted(outlets.limits.day_baskets.items()):
        row = [(column, 1.0) for ((_, day, _), _), column in columns.bring.items() if day == date]
        if row:
            program.at_most(row, most)


def _programmes(program: MixedProgram, dataset: Dataset, outlets: Outlets, columns: NetworkColumns) -> None:
    """A programme hands out at most its size."""
    for programme in outlets.types:
        most = dataset.settings.max_baskets_of(programme)
        row = [
            (column, 1.0)
            for (_, _, basket), column in columns.fetch.items()
            if dataset.basket_type_by_id[basket].programme == programme
        ]
        if most is not None and row:
            program.at_most(row, most)


def zone_terms(dataset: Dataset, columns: NetworkColumns) -> dict[tuple[str, str], Terms]:
    """Return by (programme, zone_id) the terms that add up its baskets."""
    found: dict[tuple[str, str], Terms] = defaultdict(list)
    for (zone, _, basket), column in columns.fetch.items():
        found[dataset.basket_type_by_id[basket].programme, zone].append((column, 1.0))
    return dict(sorted(found.items()))


def neighbourhood_terms(dataset: Dataset, columns: NetworkColumns) -> dict[tuple[str, str], Terms]:
    """Return by (programme, neighbourhood_id) the terms that add up its baskets."""
    found: dict[tuple[str, str], Terms] = defaultdict(list)
    for (programme, zone), terms in zone_terms(dataset, columns).items():
        found[programme, dataset.zone_by_id[zone].neighbourhood_id].extend(terms)
    return dict(sorted(found.items()))
