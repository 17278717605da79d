"""Cells of a neighbourhood grouped into zones: near each other, not too big, never so small that they tell of few."""

from __future__ import annotations

from dataclasses import dataclass

SECRET_BELOW = 11
"""INSEE shows no figure of a place with fewer than 11 households; no zone holds fewer poor households."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The part of a grid cell inside one neighbourhood; metres on a plane, people and households in thousandths.

    ``secret``: imputed, or published for fewer than 11 households; its figures are never written.
    """

    cell_id: str
    x_m: int
    y_m: int
    lon_microdeg: int
    lat_microdeg: int
    share_ppm: int
    people_milli: int
    households_milli: int
    poor_milli: int
    imputed: bool
    secret: bool


def zones_of_cells(cells: tuple[Cell, ...], most_people: int) -> tuple[tuple[Cell, ...], ...]:
    """Return cells in groups of at most ``most_people`` where that leaves each at least 11 poor households.

    A group that is too big is halved by people across its longer side, as long as both halves may be shown
    (recursive bisection, Berger and Bokhari 1987, doi 10.1109/TC.1987.1676942). Cells are taken in the order of
    place then id, so the result does not depend on the order of the file.
    """
    people = sum(cell.people_milli for cell in cells)
    if people <= most_people * 1000 or len(cells) < 2:
        return (tuple(sorted(cells, key=lambda cell: cell.cell_id)),)
    wide = _spread([cell.x_m for cell in cells]) >= _spread([cell.y_m for cell in cells])
    order = sorted(cells, key=lambda c: (c.x_m, c.y_m, c.cell_id) if wide else (c.y_m, c.x_m, c.cell_id))
    cut = _best_cut(order)
    if cut is None:
        return (tuple(sorted(cells, key=lambda cell: cell.cell_id)),)
    return zones_of_cells(tuple(order[:cut]), most_people) + zones_of_cells(tuple(order[cut:]), most_people)


def _spread(values: list[int]) -> int:
    return max(values) - min(values)


def _best_cut(order: list[Cell]) -> int | None:
    """Return where to cut so that both sides hold about as many people and enough poor households; None if nowhere."""
    people, poor = sum(c.people_milli for c in order), sum(c.poor_milli for c in order)
    best: tuple[int, int] | None = None
    before, poor_before = 0, 0
    for i, cell in enumerate(order[:-1], start=1):
        before += cell.people_milli
        poor_before += cell.poor_milli
        if min(poor_before, poor - poor_before) >= SECRET_BELOW * 1000:
            candidate = (abs(people - 2 * before), i)
            best = candidate if best is None else min(best, candidate)
    return None if best is None else best[1]
