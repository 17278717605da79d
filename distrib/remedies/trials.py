"""Changes tried: each is made to the dataset, leximin(R) is solved again, and the answer is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from distrib.model.allocation import Limits
from distrib.model.dataset import Dataset
from distrib.model.remedy import MICRO, Moved, Remedy, Subject
from distrib.remedies.change import Change
from distrib.solver.allocation.relaxation import fair_values

Key = tuple[str, str]
FELT = MICRO // 100
"""Fair shares that move by less than a hundredth of a basket have not moved."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Fair shares in 1e-6 baskets by (programme, id)."""

    neighbourhoods: dict[Key, int]
    zones: dict[Key, int]

    def of(self, subject: Subject) -> int:
        """Return the fair share of a subject; 0 when it has no way to any basket."""
        table = self.neighbourhoods if subject.kind == "neighbourhood" else self.zones
        return table.get((subject.programme, subject.id), 0)


@dataclass(slots=True)
class Trials:
    """The fair shares as things are, and with each change tried so far.

    ``work``: columns of linear programmes that may still be solved; a trial is refused when it is used up.
    """

    dataset: Dataset
    limits: Limits
    work: int
    base: Shares = field(init=False)
    columns: int = field(init=False)
    _done: dict[Change, Shares] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = fair_values(self.dataset, limits=self.limits, zones=True)
        self.base, self.columns = Shares(found.neighbourhoods, found.zones), found.columns

    def shares(self, change: Change) -> Shares | None:
        """Return the fair shares with the change made; None when the work is used up."""
        if change not in self._done:
            if self.work < self.columns:
                return None
            self.work -= self.columns
            changed = fair_values(change.applied(self.dataset), limits=self.limits, zones=True)
            self._done[change] = Shares(changed.neighbourhoods, changed.zones)
        return self._done[change]

    def tried(self) -> tuple[Change, ...]:
        """Return the changes tried so far, in order."""
        return tuple(self._done)

    def remedy(self, subject: Subject, change: Change) -> Remedy | None:
        """Return what the change does for the subject; None when it does not help, or could not be tried.

        It helps when the subject's fair share grows by a basket, or to all its need.
        """
        after = self.shares(change)
        if after is None:
            return None
        before_q, after_q = self.base.of(subject), after.of(subject)
        missing = subject.need * MICRO - before_q
        if after_q - before_q < max(FELT, min(MICRO, missing - 2)):
            return None
        return Remedy(
            subject=subject,
            change=change,
            cents=change.cents(self.dataset),
            before=before_q,
            after=after_q,
            moved=self._moved(after),
            reaches=after_q - before_q >= min(self.goal(subject), missing - 2),
        )

    def goal(self, subject: Subject) -> int:
        """Return by how much a remedy should raise the subject, in 1e-6 baskets."""
        part = subject.need * MICRO * self.dataset.settings.remedies.raise_bp // 10_000
        return max(MICRO, part)

    def _moved(self, after: Shares) -> tuple[Moved, ...]:
        found = [
            Moved(
                neighbourhood_id=hood, programme=programme, before=before, after=after.neighbourhoods[programme, hood]
            )
            for (programme, hood), before in self.base.neighbourhoods.items()
            if abs(after.neighbourhoods[programme, hood] - before) >= FELT
        ]
        return tuple(sorted(found, key=lambda m: (m.after - m.before, m.programme, m.neighbourhood_id)))
