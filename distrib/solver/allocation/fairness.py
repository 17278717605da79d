"""The rows of the proof: what each neighbourhood got, against its value in the leximin of the relaxation."""

from __future__ import annotations

from collections import Counter

from distrib.model.allocation import Share
from distrib.model.dataset import Dataset
from distrib.model.need import type_of
from distrib.model.plan import FairnessRow
from distrib.solver.allocation.lacking import NOT_VERIFIED
from distrib.solver.allocation.relaxation import MICRO, Relaxation


def fairness_rows(dataset: Dataset, relaxation: Relaxation, shares: tuple[Share, ...]) -> tuple[FairnessRow, ...]:
    """Return one row per programme and neighbourhood with need, programmes in the order they are served."""
    got: Counter[tuple[str, str]] = Counter()
    for share in shares:
        programme = dataset.basket_type_by_id[type_of(share.basket_id)].programme
        got[programme, dataset.zone_by_id[share.zone_id].neighbourhood_id] += share.baskets
    tolerated = dataset.settings.objective.fairness_tolerance_bp > 0
    lacking = "fairness tolerance" if tolerated else NOT_VERIFIED
    rank = {programme: i for i, programme in enumerate(dataset.programmes)}
    rows = []
    for key in sorted(relaxation.neighbourhood_value, key=lambda k: (rank[k[0]], k[1])):
        value = relaxation.neighbourhood_value[key]
        gap = max(0, value // MICRO - got[key])
        rows.append(
            FairnessRow(
                programme=key[0],
                neighbourhood_id=key[1],
                bound_microbaskets=value,
                baskets=got[key],
                proven=gap == 0,
                gap_baskets=gap,
                lacking_rule=lacking if gap else "",
                binding=", ".join(relaxation.binding.get(key, ())),
                cut=relaxation.cut[key].text() if key in relaxation.cut else "",
            )
        )
    return tuple(rows)
