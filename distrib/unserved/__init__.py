"""What a plan leaves undone, each with the reason that a solve confirmed, or with none, and the cheapest change that would help."""

from __future__ import annotations

from distrib.model.plan import Plan, UnservedRow
from distrib.unserved.lots import lot_rows, usable_g
from distrib.unserved.needs import need_rows
from distrib.unserved.sites import site_rows
from distrib.unserved.week import FinishedWeek

__all__ = ["FinishedWeek", "unserved_rows", "usable_g"]


def unserved_rows(week: FinishedWeek, plan: Plan) -> tuple[UnservedRow, ...]:
    """Return the rows of ``unserved.csv``: need not met, sites without delivery, usable produce not bought.

    A reason is given only where solving again without that limit confirmed it, or where it is a plain fact of the
    input: a site that never opens, a zone without a site.
    """
    rows = [*need_rows(week, plan), *site_rows(week, plan), *lot_rows(week, plan)]
    return tuple(sorted(rows, key=lambda r: (r.kind, r.id, r.programme)))
