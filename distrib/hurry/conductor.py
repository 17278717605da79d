"""Who does what until time is up: plans are found by some, the best so far is written by one and proven by another.

The conductor waits for what the others say and never for anything else: it sends work only to those who said that
they are free, so that nobody who is busy can hold it up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from distrib.stages import Progress

GRACE_PCT = 7
"""How much later than the limit the very first plan may still be written, in percent of it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Worth:
    """What plans are compared by, the first that differs deciding, greater is better.

    ``kept``: 2 when sites stay as they were as far as asked for, 1 beyond the budget of changes, 0 not looked at. ``fair``: levels sorted
    upwards, programme by programme, then baskets. ``spared``: minus the cost. ``proofs``: 1 when bound and reasons are there.
    """

    kept: int
    fair: tuple[Fraction, ...]
    spared: Fraction
    proofs: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Somebody begins a stage of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A plan; ``draft`` is all that writing or proving it asks for, as bytes."""

    worth: Worth
    draft: bytes


@dataclass(frozen=True, slots=True)
class Free:
    """Somebody waits for work."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """The draft sent last is written whole; ``report`` is what to tell the user."""

    folder: str
    report: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Somebody met an error of the user's; ``final``: no plan can come of it."""

    error: Exception
    final: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody's process has ended."""


Message = Stage | Found | Free | Wrote | Failed | Gone


class Links(Protocol):
    """The others, by name."""

    def hear(self, seconds: float) -> Iterable[tuple[str, Message]]:
        """What they say; nothing when that many seconds pass without a word."""
        ...

    def send(self, name: str, draft: bytes) -> None:
        """Give a draft to one who is free."""
        ...


@dataclass(slots=True)
class Conductor:
    """Where things stand.

    Args:
        finders: names of those who find plans, the last of them the best ones; each proves drafts once it is free, of the
            plans of the others only when the last one looks for no better plan.
        writer: name of the one who writes plans; None when nothing is to be written.
    """

    finders: tuple[str, ...]
    writer: str | None
    tell: Progress | None = None
    best: Found | None = None
    wrote: Wrote | None = None
    error: Exception | None = None
    _over: bool = False
    _gone: set[str] = field(default_factory=set)
    _busy: set[str] = field(default_factory=set)
    _sent: dict[str, Found] = field(default_factory=dict)
    _asked: Found | None = None
    _author: str = ""

    def conduct(self, links: Links, *, until: float, late: float, clock: Callable[[], float]) -> None:
        """Go on until time is up or there is nothing left to do.

        Raises:
            Exception: the error of the user's that stands in the way of any plan.
        """
        self._busy = {*self.finders} | ({self.writer} if self.writer else set())
        while (left := (until if self._something else late) - clock()) > 0 and not self._all_done:
            for name, message in links.hear(left):
                self._heed(name, message)
            self._hand_out(links)
        if self.error is not None and not self._something:
            raise self.error

    @property
    def _going_on(self) -> bool:
        """Whether whoever finds the best plans is still looking."""
        return self.finders[-1] in self._busy

    @property
    def _something(self) -> bool:
        """Whether stopping now leaves the user with a plan."""
        return self.best is not None if self.writer is None else self.wrote is not None

    @property
    def _all_done(self) -> bool:
        return self._over or not self._busy

    def _heed(self, name: str, message: Message) -> None:
        if isinstance(message, Stage):
            if self.tell is not None:
                self.tell(message.name)
        elif isinstance(message, Found):
            if self.best is None or message.worth > self.best.worth:
                self.best, self._author = message, name
        elif isinstance(message, Wrote):
            self.wrote = message
        elif isinstance(message, Failed):
            self._failed(message)
        else:
            self._busy.discard(name)
            if isinstance(message, Gone):
                self._left(name)

    def _failed(self, message: Failed) -> None:
        if self.error is None or message.final:
            self.error = message.error
        self._over = self._over or message.final

    def _left(self, name: str) -> None:
        self._gone.add(name)
        self.error = self.error or RuntimeError("a process that makes the plan has ended before it was done")
        self._over = self._over or name == self.writer

    def _hand_out(self, links: Links) -> None:
        """Give the best plan to whoever is free and has not had it."""
        best = self.best
        if best is None or self._over:
            return
        if self.writer and self.writer not in self._busy and self._sent.get(self.writer) is not best:
            self._give(links, self.writer, best)
        free = [name for name in self.finders if name not in self._busy | self._gone]
        soon_beaten = self._going_on and self._author != self.finders[-1]
        if free and not soon_beaten and not best.worth.proofs and self._asked is not best:
            self._asked = best
            self._give(links, free[0], best)

    def _give(self, links: Links, name: str, draft: Found) -> None:
        self._sent[name] = draft
        self._busy.add(name)
        links.send(name, draft.draft)
