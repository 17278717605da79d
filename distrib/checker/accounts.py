"""Rule P1, second part: coverage, what is left unserved and the proof of fairness follow from the allocation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from distrib.checker.breach import Amount, Found, Place, count, found, grams, text
from distrib.checker.case import Case
from distrib.model.need import ZoneNeed, type_of
from distrib.model.plan import REASONS, CoverageRow
from distrib.units import round_half_up

Cell = tuple[str, str]


def coverage_rows(case: Case) -> Iterator[Found]:
    """coverage.csv has one row per programme and neighbourhood."""
    written = {(row.programme, row.neighbourhood_id) for row in case.plan.coverage}
    for programme in case.dataset.programmes:
        for hood in case.dataset.neighbourhoods:
            if (programme, hood.neighbourhood_id) not in written:
                where = {"neighbourhood": hood.neighbourhood_id, "programme": programme}
                yield found("coverage_missing", "coverage", None, None, **where)


def coverage_follows(case: Case) -> Iterator[Found]:
    """Need, baskets, coverage and persons of a coverage row follow from the dataset and the allocation."""
    given = baskets_given(case)
    for row in case.plan.coverage:
        if not _is_known(case, row.programme, row.neighbourhood_id):
            continue
        due = coverage_due(case, row.programme, row.neighbourhood_id, given)
        where: dict[str, Place] = {"neighbourhood": row.neighbourhood_id, "programme": row.programme}
        for column in ("name", "commune", "households", "persons", "need_baskets", "baskets", "persons_helped"):
            has, should = getattr(row, column), getattr(due, column)
            if has != should:
                unit = "text" if isinstance(has, str) else "baskets" if column.endswith("baskets") else "number"
                yield found(
                    "coverage_follows", "coverage", Amount(has, unit), Amount(should, unit), **where, column=column
                )
        if _percent(row.coverage) != _percent(due.coverage):
            measured, limit = _percent(row.coverage), _percent(due.coverage)
            yield found("coverage_follows", "coverage", measured, limit, **where, column="coverage_pct")


def coverage_due(case: Case, programme: str, neighbourhood_id: str, given: dict[Cell, int]) -> CoverageRow:
    """The coverage row that follows from the dataset and the baskets given by (zone, basket type), without a reason."""
    hood = case.dataset.neighbourhood_by_id[neighbourhood_id]
    cells = _needs_of(case, programme, neighbourhood_id)
    need = sum(cell.baskets for cell in cells)
    baskets = neighbourhood_baskets(case, programme, neighbourhood_id, given)
    helped = Fraction(0)
    for cell in cells:
        helped += Fraction(given.get((cell.zone_id, cell.basket_id), 0) * cell.persons, cell.baskets)
    return CoverageRow(
        programme=programme,
        neighbourhood_id=neighbourhood_id,
        name=hood.name,
        commune=hood.commune,
        households=need,
        persons=sum(cell.persons for cell in cells),
        need_baskets=need,
        baskets=baskets,
        coverage=Fraction(baskets, need) if need else None,
        persons_helped=round_half_up(helped),
        limited_by="",
    )


def _percent(share: Fraction | None) -> Amount:
    # coverage.csv holds two decimals of a percent, so no more can be compared.
    return text("–") if share is None else Amount(round_half_up(share * 10_000), "bp")


def baskets_given(case: Case) -> dict[Cell, int]:
    """Baskets allocated over the week by (zone, basket type)."""
    given: dict[Cell, int] = defaultdict(int)
    for row in case.plan.allocation:
        given[row.zone_id, type_of(row.basket_id)] += row.baskets
    return dict(given)


def neighbourhood_baskets(case: Case, programme: str, neighbourhood_id: str, given: dict[Cell, int]) -> int:
    """Baskets of a programme that the zones of a neighbourhood get."""
    total = 0
    for zone in case.dataset.zones_of[neighbourhood_id]:
        for basket in case.dataset.basket_types:
            total += given.get((zone.zone_id, basket.basket_id), 0) if basket.programme == programme else 0
    return total


def _needs_of(case: Case, programme: str, neighbourhood_id: str) -> list[ZoneNeed]:
    types = [b.basket_id for b in case.dataset.basket_types if b.programme == programme]
    zones = case.dataset.zones_of[neighbourhood_id]
    cells = [case.dataset.zone_needs.get((zone.zone_id, basket_id)) for zone in zones for basket_id in types]
    return [cell for cell in cells if cell is not None]


def _is_known(case: Case, programme: str, neighbourhood_id: str) -> bool:
    return programme in case.dataset.programmes and neighbourhood_id in case.dataset.neighbourhood_by_id


def reasons_are_shared(case: Case) -> Iterator[Found]:
    """Every reason is one of the shared list, or empty; need_met stands only where all need is met."""
    for row in case.plan.coverage:
        where: dict[str, Place] = {"neighbourhood": row.neighbourhood_id, "programme": row.programme}
        if row.limited_by and row.limited_by not in REASONS:
            yield found("unknown_reason", "coverage", text(row.limited_by), None, **where)
        if row.limited_by == "need_met" and row.baskets < row.need_baskets:
            measured, limit = count(row.baskets, "baskets"), count(row.need_baskets, "baskets")
            yield found("need_not_met", "coverage", measured, limit, **where)
    for line in case.plan.unserved:
        if line.reason and line.reason not in REASONS:
            yield found("unknown_reason", "unserved", text(line.reason), None, row=f"{line.kind} {line.id}")


def unserved_follows(case: Case) -> Iterator[Found]:
    """unserved.csv lists all need not met, all sites without delivery and all usable kg not bought, and nothing else."""
    due = unserved_due(case)
    written: dict[tuple[str, str, str], int] = {}
    for row in case.plan.unserved:
        written.setdefault((row.kind, row.id, row.programme), row.quantity)
    for key in sorted(due.keys() | written.keys()):
        kind, item, programme = key
        amount = grams if kind == "lot" else _baskets
        where = {"row": f"{kind} {item} {programme}".rstrip()}
        if key not in written:
            yield found("unserved_missing", "unserved", None, amount(due[key]), **where)
        elif key not in due:
            yield found("unserved_extra", "unserved", amount(written[key]), None, **where)
        elif written[key] != due[key]:
            yield found("unserved_quantity", "unserved", amount(written[key]), amount(due[key]), **where)


def unserved_units(case: Case) -> Iterator[Found]:
    """Lots in unserved.csv are in kg, the rest in baskets."""
    for row in case.plan.unserved:
        unit = "kg" if row.kind == "lot" else "baskets"
        if row.unit != unit:
            yield found("unserved_unit", "unserved", text(row.unit), text(unit), row=f"{row.kind} {row.id}")


def unserved_due(case: Case) -> dict[tuple[str, str, str], int]:
    """Quantities that unserved.csv owes by (kind, id, programme): baskets, or grams of lots."""
    return {**_needs_left(case), **_sites_left(case), **_lots_left(case)}


def _baskets(value: int) -> Amount:
    return count(value, "baskets")


def _needs_left(case: Case) -> dict[tuple[str, str, str], int]:
    left: dict[tuple[str, str, str], int] = defaultdict(int)
    types = case.dataset.basket_type_by_id
    for (zone_id, basket_id), need in case.dataset.zone_needs.items():
        left["need", zone_id, types[basket_id].programme] += need.baskets
    for (zone_id, basket_id), baskets in baskets_given(case).items():
        key = ("need", zone_id, types[basket_id].programme if basket_id in types else "")
        if key in left:
            left[key] -= baskets
    return {key: baskets for key, baskets in left.items() if baskets > 0}


def _sites_left(case: Case) -> dict[tuple[str, str, str], int]:
    served = {row.site_id for row in case.plan.deliveries}
    return {("site", site.site_id, ""): 0 for site in case.dataset.sites if site.site_id not in served}


def _lots_left(case: Case) -> dict[tuple[str, str, str], int]:
    bought: dict[str, int] = defaultdict(int)
    for row in case.plan.collections:
        bought[row.lot_id] += row.load_g
    left = {("lot", lot.lot_id, ""): usable_g(case, lot.lot_id) - bought[lot.lot_id] for lot in case.dataset.lots}
    return {key: quantity for key, quantity in left.items() if quantity > 0}


def usable_g(case: Case, lot_id: str) -> int:
    """Grams of a lot's whole crates if some collection day, not past the last delivery, brings it in time to be packed; else 0."""
    lot, settings = case.dataset.lot_by_id[lot_id], case.settings
    product = case.product(lot.product_id)
    days = [d for d in settings.collection_dates if d >= lot.ready_date]
    packable = [p for p in settings.delivery_dates if lot.last_use_date is None or p <= lot.last_use_date]
    last = case.last_delivery_date
    in_time = any(
        (p - d).days >= settings.packing_lead_days and last is not None and d <= last for d in days for p in packable
    )
    return lot.offer_g // product.crate_g * product.crate_g if product is not None and in_time else 0


def fairness_follows(case: Case) -> Iterator[Found]:
    """A neighbourhood is proven exactly when its baskets reach the floor of its bound; else the gap and the rule lacking are given."""
    given = baskets_given(case)
    for row in case.plan.fairness:
        if not _is_known(case, row.programme, row.neighbourhood_id):
            continue
        where: dict[str, Place] = {"neighbourhood": row.neighbourhood_id, "programme": row.programme}
        baskets = neighbourhood_baskets(case, row.programme, row.neighbourhood_id, given)
        floor = row.bound_microbaskets // 1_000_000
        gap = max(0, floor - row.baskets)
        if row.baskets != baskets:
            yield found("fairness_baskets", "fairness", _baskets(row.baskets), _baskets(baskets), **where)
        if row.gap_baskets != gap:
            yield found("fairness_gap", "fairness", _baskets(row.gap_baskets), _baskets(gap), **where)
        if row.proven != (row.baskets >= floor):
            yield found("fairness_proven", "fairness", _baskets(row.baskets), _baskets(floor), **where)
        if row.proven == bool(row.lacking_rule):
            yield found("fairness_lacking", "fairness", text(row.lacking_rule or "–"), None, **where)


def fairness_is_whole(case: Case) -> Iterator[Found]:
    """The proof of a programme's fairness, where one is given, covers every neighbourhood with need of it."""
    written = {(row.programme, row.neighbourhood_id) for row in case.plan.fairness}
    for programme in case.dataset.programmes:
        for hood in case.dataset.neighbourhoods if any(p == programme for p, _ in written) else ():
            missing = (programme, hood.neighbourhood_id) not in written
            if missing and _needs_of(case, programme, hood.neighbourhood_id):
                where: dict[str, Place] = {"neighbourhood": hood.neighbourhood_id, "programme": programme}
                yield found("fairness_missing", "fairness", None, None, **where)


def levels_are_honest(case: Case) -> Iterator[Found]:
    """A level is called proven only where it has a bound, and where it is not, the plan says why."""
    for level in case.plan.levels:
        if level.proven and level.bound is None:
            yield found("level_without_bound", "summary", row=level.name)
        if level.proven == bool(level.why_not_proven):
            yield found("level_why", "summary", text(level.why_not_proven or "–"), None, row=level.name)
