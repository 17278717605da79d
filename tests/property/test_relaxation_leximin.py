"""The leximin of R against a brute force, on the same linear programme and on one written apart."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from distrib.model.dataset import Dataset
from distrib.model.goods import BasketType
from distrib.model.past import PastCoverage
from distrib.solver.allocation.relaxation import MICRO, relax
from distrib.solver.allocation.relaxation import leximin as method
from distrib.solver.allocation.relaxation.build import build
from distrib.solver.allocation.relaxation.case import Case
from distrib.solver.allocation.relaxation.program import LinearProgram
from tests.brute_leximin import BruteForce
from tests.instances import make_dataset

WEEKS: dict[str, dict[str, object]] = {
    "plain": {"seed": 1},
    "no programme": {"seed": 2, "programme_share": None},
    "scarce produce": {"seed": 3, "programme_share": None, "supply": 0.5},
    "short fleet": {"seed": 4, "programme_share": None, "vans": 1, "trucks": 0},
    "two types": {"seed": 5, "basket_types": 2, "programme_share": None, "supply": 0.7},
    "kits": {"seed": 6, "kits": True, "programme_share": 0.6},
    "kits and scarce produce": {"seed": 7, "kits": True, "programme_share": None, "supply": 0.6},
    "two depots": {"seed": 8, "depots": 2, "programme_share": None, "supply": 0.8},
    "priorities": {"seed": 9, "priorities": True, "programme_share": 0.8},
    "priorities and scarce produce": {"seed": 10, "priorities": True, "programme_share": None, "supply": 0.6},
    "lead time of two days": {"seed": 11, "lead_days": 2, "programme_share": None, "supply": 0.9},
    "same day": {"seed": 12, "lead_days": 0, "programme_share": None, "vans": 1},
    "everything": {"seed": 13, "basket_types": 2, "kits": True, "depots": 2, "priorities": True, "supply": 0.7, "programme_share": 0.9},
    "weeks before": {},
}  # fmt: skip

NEAR = 1e-5
"""Baskets: brute force holds earlier levels with a slack, which costs kits twenty times as much as baskets."""


def dataset_of(name: str) -> Dataset:
    if name == "weeks before":
        return with_weeks_before(make_dataset(14, sites=7, neighbourhoods=3, programme_share=0.4, basket_types=2))
    return make_dataset(sites=7, neighbourhoods=3, **WEEKS[name])  # type: ignore[arg-type]


def with_weeks_before(dataset: Dataset) -> Dataset:
    """Two earlier weeks in which some zones got much, some little and one nothing; a third week is out of the window."""
    rows = []
    for weeks in (1, 2, 9):
        for n, zone in enumerate(dataset.zones):
            need = 20 + 7 * n + weeks
            rows.append(
                PastCoverage(
                    week_start=dataset.settings.week_start - dt.timedelta(weeks=weeks),
                    programme="baskets",
                    zone_id=zone.zone_id,
                    baskets=need * (n * weeks % 4) // 3,
                    need_baskets=need,
                    weight_milli=1000 * need,
                )
            )
    return dataclasses.replace(dataset, past_coverage=tuple(rows))


class PlainWeek:
    """R without transport, lot by lot and day by day, for weeks of the generator (no budget, no limits of routing)."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.case, self.program = dataset, Case(dataset=dataset), LinearProgram()
        self.days = sorted(
            {*dataset.settings.delivery_dates, *dataset.settings.collection_dates, dataset.settings.week_start}
        )
        self.packed = {
            (d, h.depot_id, b.basket_id): self.program.column(1e5)
            for d in dataset.settings.delivery_dates
            for h in dataset.depots
            for b in dataset.basket_types
        }
        self.cells: dict[tuple[str, dt.date], list[tuple[int, float]]] = {}
        self.by_time: dict[tuple[str, dt.date], list[tuple[int, int]]] = {}
        self.hoods: dict[tuple[str, str], int] = {}
        self.zones: dict[tuple[str, str], int] = {}
        self._goods()
        self._baskets()

    def _goods(self) -> None:
        data, lp = self.dataset, self.program
        lead = dt.timedelta(days=data.settings.packing_lead_days)
        used: dict[tuple[str, dt.date, str], list[tuple[int, float]]] = {}
        closing: dict[tuple[str, bool, dt.date], list[tuple[int, float]]] = {}
        sources = [(x.lot_id, x.product_id, x.offer_g, x.ready_date, x.last_use_date, None) for x in data.lots]
        sources += [(x.lot_id, x.product_id, x.stock_g, None, x.last_use_date, x.depot_id) for x in data.depot_stock]
        for _, product_id, grams, ready, last, at in sources:
            offered = []
            cold = data.product_by_id[product_id].needs_cold
            for h in data.depots:
                if at not in (None, h.depot_id):
                    continue
                into, out = {}, {}
                for d in self.days:
                    if (
                        ready is not None
                        and d in data.settings.collection_dates
                        and d >= ready
                        and (last is None or d <= last)
                    ):
                        into[d] = lp.column(grams / 1000)
                    if d in data.settings.delivery_dates and (last is None or d <= last):
                        out[d] = lp.column(grams / 1000)
                        used.setdefault((product_id, d, h.depot_id), []).append((out[d], 1.0))
                for d in out:
                    if ready is not None:
                        terms = [(c, 1.0) for e, c in out.items() if e <= d] + [
                            (c, -1.0) for e, c in into.items() if e + lead <= d
                        ]
                        lp.at_most(terms, 0.0)
                if ready is not None:
                    lp.equal([(c, 1.0) for c in out.values()] + [(c, -1.0) for c in into.values()])
                offered += [(c, 1.0) for c in (into if ready is not None else out).values()]
                for d in self.days:
                    if last is None or d < last:
                        row = closing.setdefault((h.depot_id, cold, d), [])
                        row += [(c, 1.0) for e, c in into.items() if e <= d] + [
                            (c, -1.0) for e, c in out.items() if e <= d
                        ]
            lp.at_most(offered, grams / 1000)
        for (h, cold, d), terms in closing.items():
            room = data.depot_by_id[h].cold_storage_g if cold else data.depot_by_id[h].storage_g
            held = sum(
                x.stock_g
                for x in data.depot_stock
                if x.depot_id == h
                and data.product_by_id[x.product_id].needs_cold == cold
                and d >= data.settings.week_start
            )
            lp.at_most(terms, (room - held) / 1000)
        for (d, h, b), n in self.packed.items():
            self._recipe(data.basket_type_by_id[b], n, d, h, used)
        for row in used.values():
            lp.equal(row)

    def _recipe(
        self, b: BasketType, n: int, d: dt.date, h: str, used: dict[tuple[str, dt.date, str], list[tuple[int, float]]]
    ) -> None:
        lp, kilos, held, fruit = self.program, [], [], []
        for p in self.dataset.products:
            if (p.product_id, d, h) not in used:
                continue
            kg, has = lp.column(1e6), lp.column(1e6)
            used[p.product_id, d, h].append((kg, -1.0))
            portion = p.portion_g / 1000
            lp.at_most([(kg, 1.0), (n, -portion * p.max_portions_per_basket)], 0.0)
            lp.at_most([(has, 1.0), (n, -1.0)], 0.0)
            lp.at_most([(has, portion), (kg, -1.0)], 0.0)
            kilos.append((kg, 1.0))
            held.append((has, 1.0))
            fruit.append((kg, (p.group == "fruit") - b.min_fruit_bp / 10_000))
            if b.contents:
                lp.equal([(kg, 1.0), (n, -portion * dict(b.contents).get(p.product_id, 0))])
        if b.contents and not {p for p, _ in b.contents} <= {
            p.product_id for p in self.dataset.products if (p.product_id, d, h) in used
        }:
            lp.at_most([(n, 1.0)], 0.0)
        lp.at_most([*kilos, (n, -b.max_g / 1000)], 0.0)
        lp.at_least([*kilos, (n, -b.min_g / 1000)], 0.0)
        lp.at_least(fruit, 0.0)
        lp.at_least([*held, (n, -float(b.min_products))], 0.0)

    def _baskets(self) -> None:
        data, lp = self.dataset, self.program
        places = {b.basket_id: b.places for b in data.basket_types}
        sent: dict[tuple[str, str], list[tuple[int, float]]] = {}
        for (d, h, b), n in self.packed.items():
            row = []
            for s in data.sites:
                last = max((c for _, c in data.drop_windows(s.site_id, d)), default=None)
                depot = data.depot_by_id[h]
                late = depot.packing_starts_s is not None and last is not None and last <= depot.packing_starts_s
                if last is not None and not late:
                    column = lp.column(1e5)
                    row.append((column, 1.0))
                    sent.setdefault((s.site_id, b), []).append((column, -1.0))
                    self.cells.setdefault((s.site_id, d), []).append((column, float(places[b])))
                    self.by_time.setdefault((h, d), []).append((last, column))
            lp.equal([*row, (n, -1.0)])
        for (s, _), row in self.cells.items():
            lp.at_most(row, data.site_by_id[s].max_baskets_per_day)
        for relay in data.sites:
            for d in data.settings.delivery_dates:
                row = [
                    t
                    for s in data.sites
                    if s.relay_site_id == relay.site_id
                    for t in self.cells.get((s.site_id, d), [])
                ]
                if row and relay.relay_max_baskets is not None:
                    lp.at_most(row, relay.relay_max_baskets)
        self._depots()
        self._zones(sent)

    def _depots(self) -> None:
        data, lp = self.dataset, self.program
        for h in data.depots:
            for d in data.settings.delivery_dates:
                lp.at_most(
                    [(n, 1.0) for (e, i, _), n in self.packed.items() if (e, i) == (d, h.depot_id)],
                    h.packing_baskets_per_day,
                )
                if h.packing_starts_s is not None and h.packing_baskets_per_h is not None:
                    for moment in sorted({-(-t // 1800) * 1800 for t, _ in self.by_time.get((h.depot_id, d), [])}):
                        made = max(0, (moment - h.packing_starts_s) * h.packing_baskets_per_h // 3600)
                        lp.at_most([(c, 1.0) for t, c in self.by_time[h.depot_id, d] if t <= moment], made)

    def _zones(self, sent: dict[tuple[str, str], list[tuple[int, float]]]) -> None:
        data, lp, case = self.dataset, self.program, self.case
        zones: dict[tuple[str, str], list[tuple[int, float]]] = {}
        for (z, b), need in data.zone_needs.items():
            row = []
            for c in data.sites_of_zone[z]:
                column = lp.column(1e5)
                row.append((column, 1.0))
                sent.setdefault((c.site_id, b), []).append((column, 1.0))
            lp.at_most(row, need.baskets)
            zones.setdefault((data.basket_type_by_id[b].programme, z), []).extend(row)
        for row in sent.values():
            lp.equal(row)
        for programme in case.programmes:
            most = data.settings.max_baskets_of(programme)
            if most is not None:
                lp.at_most(
                    [(n, 1.0) for (_, _, b), n in self.packed.items() if case.programme_of[b] == programme], most
                )
        for key, row in zones.items():
            self.zones[key] = lp.column(100.0)
            lp.equal([*row, (self.zones[key], -case.zone_weight_milli[key] / 1000)], -case.zone_head[key])
        for key, milli in case.hood_weight_milli.items():
            self.hoods[key] = lp.column(100.0)
            members = [
                t for (p, z), row in zones.items() if (p, data.zone_by_id[z].neighbourhood_id) == key for t in row
            ]
            lp.equal([*members, (self.hoods[key], -milli / 1000)], -case.hood_head[key])


def brute_values(dataset: Dataset) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    """Baskets of neighbourhoods and zones, programme by programme."""
    model = build(Case(dataset=dataset))
    case, net = model.case, model.network
    brute = BruteForce(model.program)
    hoods: dict[tuple[str, str], float] = dict.fromkeys(case.hood_weight_milli, 0.0)
    zones: dict[tuple[str, str], float] = dict.fromkeys(case.zone_weight_milli, 0.0)
    for programme in case.programmes:
        for shares, weights, heads, values in (
            (net.hood_share, case.hood_weight_milli, case.hood_head, hoods),
            (net.zone_share, case.zone_weight_milli, case.zone_head, zones),
        ):
            mine = {k: c for k, c in shares.items() if k[0] == programme}
            for key, coverage in brute.leximin(mine, weights).items():
                values[key] = coverage * weights[key] / 1000 - heads[key]
    return hoods, zones


@pytest.mark.parametrize("name", WEEKS)
def test_values_equal_brute_force(name: str) -> None:
    dataset = dataset_of(name)
    hoods, zones = brute_values(dataset)
    relaxation = relax(dataset)
    for key, value in hoods.items():
        assert relaxation.neighbourhood_value[key] / MICRO == pytest.approx(value, abs=NEAR), key
    for key, value in zones.items():
        assert relaxation.zone_value[key] / MICRO == pytest.approx(value, abs=NEAR), key


@pytest.mark.parametrize("name", WEEKS)
def test_values_equal_those_of_r_written_apart(name: str) -> None:
    dataset = dataset_of(name)
    plain = PlainWeek(dataset)
    brute = BruteForce(plain.program)
    relaxation = relax(dataset, without=frozenset({"transport"}))
    for programme in plain.case.programmes:
        mine = {k: c for k, c in plain.hoods.items() if k[0] == programme}
        for key, coverage in brute.leximin(mine, plain.case.hood_weight_milli).items():
            value = coverage * plain.case.hood_weight_milli[key] / 1000 - plain.case.hood_head[key]
            assert relaxation.neighbourhood_value[key] / MICRO == pytest.approx(value, abs=NEAR), key
        zones = {k: c for k, c in plain.zones.items() if k[0] == programme}
        brute.leximin(zones, plain.case.zone_weight_milli)


@pytest.mark.parametrize("name", WEEKS)
def test_foreseen_levels_change_no_value(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = dataset_of(name)
    monkeypatch.setattr(method, "WORTH_A_JUMP", 10**6)
    slow = relax(dataset)
    monkeypatch.setattr(method, "WORTH_A_JUMP", 1)
    fast = relax(dataset)
    assert same(slow.neighbourhood_value, fast.neighbourhood_value)
    assert same(slow.zone_value, fast.zone_value)


@pytest.mark.parametrize(
    ("seed", "more"), [(1, {}), (2, {"supply": 0.8}), (3, {"vans": 2, "trucks": 0}), (4, {"programme_share": 0.9})]
)
def test_many_levels_are_found_with_few_programmes(
    seed: int, more: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fields: dict[str, object] = {"supply": 2.0, "priorities": True, "programme_share": None, "relays": False}
    dataset = make_dataset(seed, sites=70, neighbourhoods=60, **(fields | more))  # type: ignore[arg-type]
    fast = relax(dataset)
    monkeypatch.setattr(method, "WORTH_A_JUMP", 10**6)
    slow = relax(dataset)
    assert len({level.value for level in slow.levels}) > 4
    assert same(slow.neighbourhood_value, fast.neighbourhood_value)
    assert same(slow.zone_value, fast.zone_value)


def same(one: dict[tuple[str, str], int], other: dict[tuple[str, str], int]) -> bool:
    """True when no value differs by more than two steps of the grid."""
    return one.keys() == other.keys() and all(abs(one[k] - other[k]) <= 2 for k in one)
